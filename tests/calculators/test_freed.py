"""What nobody holds any more is freed at once, without Python's collector of cycles.

The collector stops every thread while it looks through all objects of the process: what needs it
is paid for by whoever else is being answered.
"""

from __future__ import annotations

import weakref
from collections import Counter
from contextlib import suppress

import pytest

from calculators.answer.devices import fleet
from calculators.answer.options import OptionList
from calculators.compare import compare
from calculators.memory import Memory
from calculators.presets import from_preset
from calculators.results import Comparison
from calculators.wanted import NoLongerWantedError, while_wanted
from pricing.book import PriceBook
from tests.freed import without_collector

ASKED = (
    "own_model",
    "today",
    "alternatives",
    "answers_since",
    "strips",
    "flips",
    "break_even",
    "curves",
    "verdict",
    "uncertainty",
    "sentence",
    "lever",
    "excluded",
    "cheapest_confirmed",
    "best_of_pair",
    "best_of_kind",
)
OF_AN_OPTION = (
    "line_items",
    "sources",
    "findings",
    "missing",
    "latency",
    "capacity",
    "explained",
    "training_explained",
    "on_devices",
    "data_goes",
    "range",
    "carbon_text",
)


def use(found: Comparison, asked: tuple[str, ...]) -> None:
    """Read some of what a comparison says, and everything the best options do."""
    found.draw_every_place()
    for name in asked:
        getattr(found, name)
    for option in found.best_of_pair:
        for name in OF_AN_OPTION:
            getattr(option, name)


# language models choose sets of accelerators and may sleep; devices may learn; both train
@pytest.mark.parametrize(
    ("preset", "changes", "asked"),
    [
        ("celebrity_match", {"retrains_per_month": 1.0, "today_usd_per_month": 900.0}, ASKED),
        ("support_chat", {}, ("curves", "sentence", "alternatives")),
    ],
)
def test_a_comparison_goes_with_its_last_reader(
    preset: str, changes: dict[str, object], asked: tuple[str, ...]
) -> None:
    book, memory = PriceBook.load(), Memory()
    scenario = from_preset(preset, changes, book)
    with without_collector() as left:
        found = compare(scenario, book, memory)
        use(found, asked)
        assert isinstance(found.options, OptionList)
        whole = found.options.found
        held = [weakref.ref(item) for item in (found, found.options, whole, whole.case)]
        del found, whole
        assert [one() for one in held] == [None] * len(held)
    assert left.kinds == Counter()


def test_an_option_outlives_its_comparison_and_still_says_everything() -> None:
    """Figures that places share are worked out again for who reads on after the evaluation."""
    book, memory = PriceBook.load(), Memory()
    scenario = from_preset("voice_notes", {}, book)
    found, other = (compare(scenario, book, memory) for _ in range(2))
    alone = other.best_of_kind
    del other
    for kept, option in zip(found.best_of_kind, alone, strict=True):
        for name in OF_AN_OPTION:
            if name not in ("capacity", "latency"):  # hold functions, which no two share
                assert getattr(kept, name) == getattr(option, name), (kept.id, name)


def test_work_that_ends_early_leaves_nothing() -> None:
    book, memory = PriceBook.load(), Memory()
    scenario = from_preset("photo_moderation", {}, book)
    with without_collector() as left:
        turns = iter([True, False])
        with suppress(NoLongerWantedError), while_wanted(lambda: next(turns, False)):
            compare(scenario, book, memory).flips  # noqa: B018 - ends on the way there
    assert left.kinds == Counter()


def test_devices_by_themselves_leave_nothing() -> None:
    book, memory = PriceBook.load(), Memory()
    scenario = from_preset("celebrity_match", {}, book)
    with without_collector() as left:
        fleet(scenario, book, memory)
    assert left.kinds == Counter()
