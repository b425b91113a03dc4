"""The page on what the kind of data costs: every winner is explained by rules that hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import sensitivity
from benchmarks.sensitivity import LEVELS, VOLUMES, Before, answers, before, compared, moves
from calculators.presets import presets
from pricing.book import PriceBook

BOOK = PriceBook.load()
NAMES = ("support_chat", "recommender")
FOUND = answers(BOOK, NAMES, volumes=VOLUMES[2:4])


def test_every_winner_is_explained_by_rules_that_hold() -> None:
    """A winner of public data that does not win for regulated ones is refused there, or dearer."""
    cells = list(compared(FOUND))
    assert len(cells) == len(NAMES) * 2
    for item in cells:
        assert item.why, item
        assert item.regulated is not None
        assert not item.regulated.unconfirmed
        if item.moved:
            assert item.rules, item  # because of a vendor's terms
    assert any(item.moved for item in cells)


def test_a_move_names_the_rule_that_moved_it() -> None:
    """Where the winner before is the one of now nothing moved; another is explained."""
    same = {
        cell: Before(
            answer.winner.id if answer.winner else "",
            answer.winner.training_product if answer.winner else "",
            "0.00",
        )
        for cell, answer in FOUND.items()
    }
    assert list(moves(FOUND, same)) == []
    cell = ("support_chat", VOLUMES[2], LEVELS[3])
    unsure = next(item for item in FOUND[cell].listed if item.to_confirm)
    was = Before(unsure.id, unsure.training_product, "0.00")
    (move,) = moves(FOUND, {**same, cell: was})
    assert move.cell == cell
    open_ = {item.rule for item in unsure.findings if item.required or item.verdict == "fail"}
    assert set(move.rules) == open_
    (gone,) = moves(FOUND, {**same, cell: replace(same[cell], id="none>managed_api:nobody/x")})
    assert gone.rules == ("no candidate any more",)


def test_method_5_is_held_for_every_cell() -> None:
    expected = {
        (name, volume, level) for name in presets(BOOK) for volume in VOLUMES for level in LEVELS
    }
    assert set(before()) == expected


@pytest.mark.parametrize(
    ("cells", "words"),
    [((1e3,), "1e3"), ((1e3, 1e4, 1e5), "1e3 to 1e5"), ((1e8, 1e9), "1e8 to 1e9")],
)
def test_neighbouring_volumes_in_short(cells: tuple[float, ...], words: str) -> None:
    assert sensitivity.volumes_of(cells) == words


@pytest.mark.soak
def test_the_page_is_what_the_command_writes() -> None:
    assert sensitivity.PAGE.read_text() == sensitivity.written(BOOK)
