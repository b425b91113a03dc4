"""The page on what the kind of data costs: every winner is explained by rules that hold."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks import machines, sensitivity
from benchmarks.sensitivity import (
    LEVELS,
    UNEXPLAINED,
    VOLUMES,
    Before,
    answers,
    before,
    by_cost,
    compared,
    moves,
)
from calculators import METHOD
from calculators.presets import presets
from pricing.book import PriceBook
from report.self_check import Case, cases

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
    assert gone.rules == (UNEXPLAINED,)
    (other,) = moves(FOUND, {**same, cell: replace(same[cell], id=OTHER_WEIGHTS)})
    assert other.rules == ("same weights",)
    assert other.why.startswith("Llama-3.2-3B is not Llama-3.1-8B")


OTHER_WEIGHTS = "none>managed_api:deepinfra/llama-3.2-3b"


def test_the_page_is_of_the_running_method_and_explains_every_move() -> None:
    """If this fails: python -m benchmarks.sensitivity, and a line in moved_by_cost.csv."""
    text = sensitivity.PAGE.read_text()
    assert f"from edition {BOOK.edition} with method {METHOD}:" in text
    assert UNEXPLAINED not in text
    assert set(by_cost()) <= set(before())


def case(name: str) -> Case:
    return next(item for item in cases() if item.id == name)


def test_machines_win_as_published_and_what_keeps_them_from_it() -> None:
    """G1: 1.59 USD x 219 h / 5.00 USD a million tokens = 69.64 M; looked at in steps of 3.5 %.

    With everything counted there are two machines in place of one, and 91 USD x (16 + 4 x 2 ^ 0.7)
    hours a month of work against 2: at 348 USD of rent some 2,100 USD a month more.
    """
    asked = case("G1")
    bare, counted = (machines.along(asked, q) for q in (asked.query, machines.whole(asked.query)))
    first = bare.from_value
    assert first is not None
    assert 69.64 <= first * asked.scale <= 69.64 * 1.036
    later = counted.from_value
    assert later is not None
    work = 91 * (100 - 24) / 36 + 91 * (16 + 4 * 2**0.7 - 2)  # a month
    assert later * asked.scale > (2 * 348.21 + work) / 5 > 5 * 69.64
    assert machines.whole("a=1&staff_usd_per_hour=0&b=2") == "a=1&b=2"


def test_where_machines_never_win_the_largest_item_is_named() -> None:
    """G8: an own box beside an API of 0.006 USD a minute never earns the work it makes."""
    asked = case("G8")
    counted = machines.along(asked, machines.whole(asked.query))
    assert counted.from_value is None
    assert counted.told == "not up to 60,000 minutes a month"
    # 24 h + 4 h x 2 machines ^ 0.7 against 2 h, 36 months at 91 USD
    assert counted.most == f"Work to run, {(22 + 4 * 2**0.7) * 36 * 91:,.0f} USD more on machines"


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
