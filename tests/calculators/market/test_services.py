"""Managed APIs as columns: what each bills, and how what a request holds is counted."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from calculators.market.services import Services, countable, meter_name, title
from pricing.book import PriceBook
from tests.calculators.world import DATED, case, frozen


def services(task: str, book: PriceBook | None = None) -> Services:
    return case(book=book).market.services(task)


def test_meters_of_a_language_model() -> None:
    chat = services("text_generation")
    assert chat.ids == ("acme/chat", "gamma/chat", "gamma/big-chat")
    cached, read = chat.meter("cached_input"), chat.meter("input")
    assert cached is not None
    assert read is not None
    assert (cached.rows.tolist(), read.rows.tolist()) == ([0], [0, 1, 2])
    assert read.size_of_unit.tolist() == [[1e6]] * 3
    assert chat.meter("standard") is None


def test_a_price_of_some_services() -> None:
    """Those asked for that have it, in the order of the price, and where they were asked."""
    read = services("text_generation").meter("input")
    assert read is not None
    some, places = read.of_rows(np.array([2, 0]))
    assert (some.rows.tolist(), places.tolist()) == ([2, 0], [0, 1])
    assert [tariff.key for tariff in some.tariffs] == ["gamma/big-chat/input", "acme/chat/input"]
    assert read.of_rows(read.rows)[0] is read


def test_cheaper_prices_where_there_are_any() -> None:
    chat = services("text_generation")
    first, second, _ = chat.rows
    assert chat.chosen(first, "input", "batch") == "batch_input"
    assert chat.chosen(second, "input", "batch") == "input"
    assert chat.chosen(first, "input", "flex") == "input"  # none has a flex price here
    assert (meter_name("standard", "batch"), meter_name("input", "flex")) == ("batch", "flex_input")


def test_line_items_are_named_by_meter() -> None:
    assert title("standard") == "Requests"
    assert title("batch") == "Requests, batch price"
    assert title("batch_input") == "Batch input tokens"


def test_columns_of_the_table() -> None:
    language = services("translation")
    rows = dict(zip(language.ids, range(language.size), strict=True))
    assert language.granularity[rows["acme/language"], 0] == 1
    assert language.minimum[rows["acme/language"], 0] == 3
    faces = services("face_match")
    at = dict(zip(faces.ids, range(faces.size), strict=True))
    assert faces.free_units[at["gamma/faces"], 0] == 0  # not known: none is assumed
    assert faces.free_months[at["acme/faces"], 0] == np.inf
    assert faces.free_months[at["acme/faces-quarter"], 0] == 3
    assert faces.features[at["beta/faces"], 0] == 2
    assert faces.trainable.tolist() == [name == "acme/own-faces" for name in faces.ids]


@pytest.mark.parametrize(("day", "offered"), [("2026-06-30", True), ("2026-01-01", False)])
def test_a_retired_service_is_not_in_offer(tmp_path: Path, day: str, offered: bool) -> None:
    """At the price date, 2026-01-01, it must not have ended."""
    shutil.copytree(frozen(), tmp_path, dirs_exist_ok=True)
    path = tmp_path / "services.csv"
    path.write_text(path.read_text().replace("2026-06-30", day))
    found = services("face_match", PriceBook.load(directory=tmp_path))
    assert ("gamma/faces" in found.ids) == offered


def test_a_price_that_ended_is_missing_and_not_nothing(tmp_path: Path) -> None:
    """Output was priced once and is no more: the service lacks that price now."""
    shutil.copytree(frozen(), tmp_path, dirs_exist_ok=True)
    ended = "gamma/chat/output,,million_tokens,USD,global,0,,2025-12-01,end"
    with (tmp_path / "token_prices.csv").open("a") as file:
        file.write(f"{ended},{DATED}\n")
    found = services("text_generation", PriceBook.load(directory=tmp_path))
    row = found.ids.index("gamma/chat")
    assert found.gaps(row, "now") == ["Gamma Chat: current price of output"]
    assert found.incomplete("now").tolist() == [name == "gamma/chat" for name in found.ids]


def test_choosing_by_mask() -> None:
    faces = services("face_match")
    assert faces.where(np.ones(faces.size, dtype=bool)) is faces
    assert faces.where(faces.trainable).ids == ("acme/own-faces",)
    assert [index for index, _ in faces.where(faces.trainable).endpoints] == [0]


@pytest.mark.parametrize(
    ("unit", "known"),
    [
        ("million_tokens", True),
        ("audio_minute", True),
        ("thousand_characters", True),
        ("image", True),
        ("gb", False),
    ],
)
def test_what_can_be_counted(unit: str, known: bool) -> None:
    assert countable(unit) == known
