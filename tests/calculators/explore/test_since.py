"""From when there is an answer: releases and first prices, on both sides of the day."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from calculators.compare import compare
from calculators.explore.since import answers_since
from calculators.memory import SHARED
from calculators.presets import from_preset, presets
from calculators.results import Option
from pricing.book import PriceBook
from tests.calculators.world import MEMORY, frozen, option, scenario
from tests.sampling import few

REAL = PriceBook.load()


@pytest.fixture
def book(tmp_path: Path) -> PriceBook:
    """The invented world, where the face network came out on 1 July 2025, a month after prices."""
    folder = tmp_path / "tables"
    shutil.copytree(frozen(), folder)
    with (folder / "model_releases.csv").open("a") as file:
        file.write("face-net,2025-07-01,2026-01-01,2025-12-31,A,world,,\n")
    return PriceBook.load(directory=folder)


def rented(book: PriceBook, day: date) -> Option:
    return option(compare(scenario(), book.at(day), MEMORY), "none>rented:acme/m1:on_demand")


def test_nothing_answers_with_a_model_before_its_release(book: PriceBook) -> None:
    early, late = rented(book, date(2025, 6, 30)), rented(book, date(2025, 7, 1))
    assert early.status == "infeasible"
    assert early.reasons[0].startswith("Not yet released: ")
    assert early.reasons[0].endswith("came out on 2025-07-01.")
    assert early.total_usd is not None  # what it would cost is shown all the same
    assert late.status == "feasible"


def test_every_place_with_the_weights_is_refused_and_a_vendor_s_own_model_is_not(
    book: PriceBook,
) -> None:
    found = compare(scenario(), book.at(date(2025, 6, 30)), MEMORY)
    feasible = {item.answers_at for item in found.options if item.status == "feasible"}
    assert feasible == {"managed_api"}  # a task API names no weights


def test_the_walk_finds_the_first_day(book: PriceBook) -> None:
    asked = scenario(data_sensitivity="on_premises")
    found = answers_since(asked, book, MEMORY)
    assert found is not None
    assert found.day == date(2025, 7, 1)
    assert compare(asked, book.at(date(2025, 6, 30)), MEMORY).cheapest is None


def test_no_day_has_an_answer_to_what_is_forbidden(book: PriceBook) -> None:
    asked = scenario(data_sensitivity="on_device", params_millions=90_000)
    assert answers_since(asked, book, MEMORY) is None


CAME_OUT = {
    "support_chat": date(2024, 7, 23),  # Llama 3.1 8B
    "summariser": date(2024, 9, 25),  # Llama 3.2 3B
    "voice_notes": date(2024, 10, 1),  # Whisper large-v3-turbo
}
"""Days from which anybody could have the model a preset asks for."""


@pytest.mark.parametrize("region", ["us", "eu"])
@pytest.mark.parametrize("preset", few(sorted(presets(REAL)), 4))
def test_each_preset_has_an_answer_on_every_price_date_since_march_2024(
    preset: str, region: str
) -> None:
    """Some wait for the model that is asked for, as no other answers in its place."""
    found = answers_since(from_preset(preset, {"region": region}, REAL), REAL, SHARED)
    assert found is not None
    assert found.day <= CAME_OUT.get(preset, date(2024, 3, 27))
    if preset == "voice_notes":
        assert found.day == CAME_OUT[preset]


def test_a_price_held_at_a_later_day_is_named() -> None:
    asked = from_preset("celebrity_match", {"region": "us"}, REAL)
    found = answers_since(asked, REAL, SHARED)
    assert found is not None
    assert "us/grid/household" in found.held  # users' electricity, first known later
