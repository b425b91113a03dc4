"""The file: the app's figures in every formula, plain text, one answer one file, nothing hidden."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook as Read

from calculators.compare import compare
from calculators.presets import from_preset, presets
from calculators.results import Comparison
from pricing.book import PriceBook
from pricing.own import Own
from report.payload import best
from report.workbook import probe
from report.workbook.draft import same
from report.workbook.file import report_xlsx, written
from report.workbook.input_sheets import INPUT_HEAD
from report.workbook.model import Model, model
from report.workbook.option_sheet import AMOUNT, APP, DIFFERENCE, HEAD, ITEM, RATE
from tests.freed import without_collector
from tests.sampling import few

BOOK = PriceBook.load()
LINK = "https://crossover.example/?preset=celebrity_match"


def compared(preset: str = "celebrity_match", **changes: object) -> Comparison:
    return compare(from_preset(preset, changes, BOOK), BOOK)


def opened(file: bytes, *, values: bool = False) -> Read:
    return load_workbook(BytesIO(file), data_only=values)


def number(cell: Any) -> float:
    """What a cell with a number holds."""
    assert isinstance(cell.value, int | float), cell
    return float(cell.value)


@cache
def of_preset(preset: str) -> Model:
    """A short one, for what has to hold of every preset."""
    return model(compared(preset, horizon_months=4), "")


@pytest.fixture(scope="module")
def made() -> Model:
    return model(compared(), LINK)


def test_a_written_book_leaves_nothing_to_the_collector(made: Model) -> None:
    with without_collector("xlsxwriter.", "report.", "calculators.") as left:
        assert written(made)
    assert left.kinds == {}


@pytest.fixture(scope="module")
def file(made: Model) -> bytes:
    return written(made)


@pytest.mark.parametrize("preset", few([*presets(BOOK)], 4))
def test_totals_are_the_apps_to_a_cent(preset: str) -> None:
    """The options' own figures, which JSON, pages and the report show."""
    found = of_preset(preset)
    summary = opened(written(found), values=True)["Summary"]
    rows = {row[0].value: row for row in reversed(list(summary.iter_rows()))}
    for sheet in found.sheets:
        option, row = sheet.option, rows[sheet.place]
        for column, figure in (
            (3, option.total_usd),
            (4, option.company_usd),
            (6, option.npv_usd),
            (7, option.monthly_usd),
        ):
            assert round(number(row[column]), 2) == round(figure or 0.0, 2)
        served = option.usd_per_1000_requests
        assert row[8].value == ("none served" if served is None else pytest.approx(served))
        assert row[12].value == 0
        items = option.line_items
        amounts = [line.amount_usd for line in sheet.lines if line.months.any()]
        assert amounts == pytest.approx([item.amount_usd for item in items])


def test_totals_are_the_jsons(made: Model, file: bytes) -> None:
    shown = (place["option"] for place in best(made.comparison)["places"])
    says = {option["id"]: option for option in shown if option}
    summary = opened(file, values=True)["Summary"]
    rows = {row[0].value: row for row in reversed(list(summary.iter_rows()))}
    assert len(made.sheets) + len(made.without) == len(says)
    for sheet in made.sheets:
        option = says[sheet.option.id]
        assert round(number(rows[sheet.place][3]), 2) == round(option["total_usd"], 2)


@pytest.mark.parametrize("preset", few([*presets(BOOK)], 5))
def test_money_and_discount_inputs_always_follow(preset: str) -> None:
    """Wages, electricity and the discount rate change no quantity: no cell may say why not."""
    for sheet in of_preset(preset).sheets:
        for move in sheet.moves:
            if move.name in (probe.WAGE, probe.POWER, probe.DISCOUNT):
                assert move.same, (sheet.place, move)
                assert same(np.array([move.made_usd]), np.array([move.app_usd]))[0]


def test_the_check_row_says_nothing_differs(file: bytes) -> None:
    check = opened(file, values=True)["Check"]
    row = next(row for row in check.iter_rows() if row[0].value == "App against workbook")
    assert row[3].value == 0
    assert check["B3"].value == "yes"


def test_every_formula_holds_a_value(file: bytes) -> None:
    said, held = opened(file), opened(file, values=True)
    for sheet in said:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert held[sheet.title][cell.coordinate].value is not None, cell


def test_amounts_are_quantity_times_rate_and_differences_zero(made: Model, file: bytes) -> None:
    held = opened(file, values=True)
    for one in made.sheets:
        rows = [row for row in held[one.place].iter_rows(min_row=HEAD + 2) if row[RATE].value]
        assert rows
        for row in rows:
            assert row[AMOUNT].value == pytest.approx(row[APP].value)
            assert row[DIFFERENCE].value == 0


def test_sheets_in_order(made: Model, file: bytes) -> None:
    places = [one.place for one in made.sheets]
    assert opened(file).sheetnames == [
        "Summary",
        "Inputs",
        "Prices",
        *places,
        "Cash flow by month",
        "Check",
    ]


def test_cash_flow_adds_up_to_totals(made: Model, file: bytes) -> None:
    flow = opened(file, values=True)["Cash flow by month"]
    sums = [row[1].value for row in flow.iter_rows() if row[0].value == "All"]
    assert sums == [pytest.approx(one.app_usd) for one in made.sheets]


def test_prices_have_source_date_confidence_and_edition(made: Model, file: bytes) -> None:
    rows = list(opened(file)["Prices"].iter_rows(min_row=5, values_only=True))[: len(made.prices)]
    assert len(rows) == len(made.prices) > 5
    for row in rows:
        assert row[8]  # source
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(row[10]))
        assert row[11] in ("A", "B", "C")
        assert row[12] == BOOK.edition.isoformat()


def test_changed_inputs_come_first() -> None:
    sheet = opened(report_xlsx(compared(region="eu", audio_seconds=3)))["Inputs"]
    names = [row[1].value for row in sheet.iter_rows(min_row=INPUT_HEAD + 2)]
    changed = names.index("region")
    assert names[: len(probe.LIVE)] == list(probe.LIVE)
    assert changed < names.index("task")
    assert names.index("audio_seconds") < names.index("task")


def test_the_same_answer_is_the_same_file(made: Model, file: bytes) -> None:
    assert report_xlsx(compared(), LINK) == file
    day = BOOK.price_date
    assert opened(file).properties.created == datetime(day.year, day.month, day.day)  # noqa: DTZ001


def test_no_links_to_elsewhere_no_macros_no_named_constants(file: bytes) -> None:
    with ZipFile(BytesIO(file)) as parts:
        names = parts.namelist()
        book = parts.read("xl/workbook.xml").decode()
        texts = [parts.read(name).decode() for name in names if name.endswith(".rels")]
    assert not [name for name in names if "external" in name.lower() or "vba" in name.lower()]
    assert not [text for text in texts if "External" in text]
    # titles and areas of print alone
    assert set(re.findall(r'definedName name="([^"]*)"', book)) <= {
        "_xlnm.Print_Titles",
        "_xlnm.Print_Area",
    }


NASTY = (
    "=cmd|' /C calc'!A0",
    '+HYPERLINK("http://x.example","y")',
    "-2+3",
    "@SUM(1)",
    "  =1+1",
    '<script>&amp;"quoted"',
    "{=1+1}",
    "http://x.example/",
    "00123",
    "Zoë – 写真 🙂",
    "&L&D &[File]",
)


@pytest.mark.parametrize("title", NASTY)
def test_what_a_user_types_is_text(title: str) -> None:
    held = of_preset("hospital_imaging")
    named = held.comparison.scenario.with_changes({"title": title})
    small = replace(held.comparison, scenario=named)
    book = opened(written(replace(held, comparison=small)))
    shown = small.scenario.title.strip()
    assert book["Summary"]["A1"].value == shown
    assert book["Summary"]["A1"].data_type == "s"
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" and title in str(cell.value)]
    assert not [cell for cell in cells if cell.hyperlink]


def test_a_missing_price_is_missing() -> None:
    """Before the first price of a place it has no total, and no sheet with zeros."""
    early = BOOK.at(date(2025, 6, 1))
    found = model(compare(from_preset("voice_notes", {"horizon_months": 1}, early), early), "")
    assert found.without
    summary = opened(written(found), values=True)["Summary"]
    rows = {row[1].value: row for row in summary.iter_rows()}
    for option in found.without:
        assert rows[option.label][3].value == "no total"


def test_prices_of_ones_own_are_marked_beside_the_lists() -> None:
    own = Own.of({"price.aws-ai/rekognition-celebrities/standard": 0.0005})
    found = model(compared(own=own), "")
    row = next(
        values
        for values in opened(written(found))["Prices"].iter_rows(min_row=5, values_only=True)
        if values[0] == "aws-ai/rekognition-celebrities/standard"
    )
    assert row[2] == 0.0005
    assert row[7] == pytest.approx(0.001)  # the list's first band
    assert "yours" in str(row[13])


def test_a_volume_says_how_far_its_constants_hold(made: Model) -> None:
    volume = made.live[probe.VOLUME]
    for one in made.sheets:
        assert one.hold.low <= volume <= one.hold.high


def test_serverless_hours_are_constants_that_say_so() -> None:
    found = model(compared("support_chat"), "")
    one = next(sheet for sheet in found.sheets if sheet.option.kind == "hosted_platform")
    volume = next(move for move in one.moves if move.name == probe.VOLUME and move.side)
    assert one.hold.low == one.hold.high
    assert "Machines billed while up" in volume.why
    sheet = opened(written(found))[one.place]
    said = [
        row[2].value for row in sheet.iter_rows() if row[ITEM].value == "Machines billed while up"
    ]
    assert said == ["constant: the app counts it anew at another volume"]


def test_a_server_of_ones_own_that_stands_in_no_list() -> None:
    own: dict[str, object] = {"own_server": "4x H100-SXM", "own_server_w": 5_000}
    own |= {"own_server_usd": 100_000, "horizon_months": 2}
    found = model(compared("support_chat", **own), "")
    assert found.sheets
    own_sheet = next(sheet for sheet in found.sheets if sheet.option.kind == "owned")
    bought = next(line for line in own_sheet.lines if line.item.name == "Servers bought")
    assert bought.rate.usd == 100_000
    unpriced = model(compared("support_chat", **{**own, "own_server_usd": None}), "")
    assert "owned" in [option.kind for option in unpriced.without]
