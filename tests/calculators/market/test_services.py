"""Managed APIs as columns: what each bills, and how what a request holds is counted."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from calculators.market.services import Services, batch_name, countable, sizes, title
from pricing.book import PriceBook
from tests.calculators.world import DATED, case, frozen


def services(task: str, book: PriceBook | None = None) -> Services:
    return case(book=book).market.services(task)


def test_meters_of_a_language_model() -> None:
    chat = services("text_generation")
    assert chat.ids == ("acme/chat", "gamma/chat", "gamma/big-chat")
    by_name = {meter.quantity: meter for meter in chat.standard}
    assert list(by_name) == ["input", "cached_input", "output"]
    assert by_name["cached_input"].rows.tolist() == [0]
    # those without a price for cached input bill all of it
    assert by_name["input"].everything.tolist() == [False, True, True]
    assert by_name["input"].size_of_unit.tolist() == [[1e6]] * 3


def test_batch_prices_where_there_are_any() -> None:
    chat = services("text_generation")
    names = {meter.quantity: meter.names for meter in chat.batch}
    assert names["input"] == ("batch_input", "input", "input")
    assert names["output"] == ("batch_output", "output", "output")
    assert (batch_name("standard"), batch_name("input")) == ("batch", "batch_input")


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
    assert found.gaps(row, batch=False) == ["Gamma Chat: current price of output"]
    assert found.incomplete(batch=False).tolist() == [name == "gamma/chat" for name in found.ids]


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


def test_what_a_request_holds_of_each_quantity() -> None:
    """500 tokens in, 40 % of them repeated, 100 out."""
    held = {
        "input_tokens": np.array([500.0]),
        "output_tokens": np.array([100.0]),
        "cached_input_share": np.array([0.4]),
        "audio_seconds": np.array([7.0]),
        "characters": np.array([2000.0]),
    }
    tokens = {
        name: sizes(name, held)["token"][0]
        for name in ("standard", "input", "cached_input", "output")
    }
    assert tokens == {"standard": 600, "input": 300, "cached_input": 200, "output": 100}
    other = sizes("standard", held)
    assert (other["audio_second"][0], other["character"][0], other["image"][0]) == (7, 2000, 1)
