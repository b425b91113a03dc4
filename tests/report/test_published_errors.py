"""Published errors: files read back, and figures turned into the published quantity."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pricing.book import PriceBook
from report import published_errors
from report.measurements import QUANTITIES, Measurement, figure, measurements
from report.published_errors import GROUPS, LeftOut

LEFT_OUT = """\
row,group,model,hardware,stack,quantity,value,work,unit,\
measured,predicted,low,high,label,hardware_measured,reason
r1,llm_full_load,m,H100,tuned,output_tokens_per_s,1000,request,s,0.5,0.25,0.2,0.4,scaled,yes,
r2,device_vision,n,phone,,latency_ms,20,request,s,0.02,0.03,0.01,0.04,measured,no,
r3,device_vision,o,phone,,,,,,,,,,,,arithmetic of o not known
r4,brand_new,o,phone,,latency_ms,20,request,s,0.02,0.03,0.01,0.04,estimated,no,
"""
SUMMARY = """\
left_out,group,kind,part,n,covered,median_error,p90_error,inside_80,median_width,edition,method
row,device_vision,all,,2,1,1.5,1.5,1.0,4.0,2026-11-23,1
row,llm_full_load,all,,1,1,0.5,0.5,0.0,2.0,2026-11-23,1
row,all,all,,4,3,0.5,0.5,0.7,2.0,2026-11-23,1
accelerator,device_vision,all,,2,1,1.5,1.5,1.0,4.0,2026-11-23,1
accelerator,llm_full_load,all,,1,0,,,,,2026-11-23,1
accelerator,all,all,,4,3,0.5,0.5,0.7,2.0,2026-11-23,1
device,device_vision,all,,2,1,1.5,1.5,1.0,4.0,2026-11-23,1
device,llm_full_load,all,,1,1,0.5,0.5,0.0,2.0,2026-11-23,1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "left_out.csv").write_text(LEFT_OUT, encoding="utf-8")
    (tmp_path / "summary.csv").write_text(SUMMARY, encoding="utf-8")
    return tmp_path


@pytest.fixture
def rows(folder: Path) -> dict[str, LeftOut]:
    return {row.row: row for row in published_errors.left_out(folder)}


@pytest.fixture(scope="module")
def known() -> dict[str, Measurement]:
    return dict(measurements(PriceBook.load()))


def test_a_rate_falls_as_its_time_rises(rows: dict[str, LeftOut]) -> None:
    row = rows["r1"]  # half the time is twice the tokens
    assert row.published(row.predicted) == pytest.approx(2000)
    assert list(row.published_range) == pytest.approx([1250, 2500])
    assert not row.inside


def test_a_time_rises_with_its_time(rows: dict[str, LeftOut]) -> None:
    row = rows["r2"]
    assert row.published(row.predicted) == pytest.approx(30)
    assert list(row.published_range) == pytest.approx([10, 40])
    assert row.inside


def test_a_refused_row_has_a_reason_and_no_figure(rows: dict[str, LeftOut]) -> None:
    row = rows["r3"]
    assert not row.covered
    assert row.published(row.predicted) is None
    assert row.label is None
    assert published_errors.not_covered(list(rows.values())) == [row]


def test_groups_in_the_order_of_the_table_strangers_last(rows: dict[str, LeftOut]) -> None:
    found = published_errors.groups(list(rows.values()))
    assert found == ["llm_full_load", "device_vision", "brand_new"]
    assert published_errors.group("brand_new").title == "Brand new"


def test_hiding_an_accelerator_says_nothing_of_devices(folder: Path) -> None:
    found = published_errors.summaries(folder)
    names = {
        mode: [one.group for one in published_errors.chosen(found, mode, "all")]
        for mode in published_errors.MODES
    }
    assert names["row"] == ["llm_full_load", "device_vision", "all"]
    assert names["accelerator"] == ["llm_full_load"]
    assert names["device"] == ["device_vision"]
    assert names["model"] == []


def test_nothing_covered_is_none_not_zero(folder: Path) -> None:
    found = published_errors.summaries(folder)
    empty = next(one for one in found if one.covered == 0)
    assert empty.median_error is None
    assert empty.inside_80 is None
    assert not empty.is_ratio


# --- the project's own files -----------------------------------------------------------------
def test_every_line_of_the_files_is_read() -> None:
    for name, found in (
        ("left_out.csv", published_errors.left_out()),
        ("summary.csv", published_errors.summaries()),
    ):
        with (published_errors.FOLDER / name).open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == len(found) > 0


def test_every_group_has_words() -> None:
    held = {row.group for row in published_errors.left_out()}
    held |= {one.group for one in published_errors.summaries()} - {published_errors.ALL}
    assert held <= set(GROUPS)


def test_a_row_has_an_estimate_or_a_reason() -> None:
    for row in published_errors.left_out():
        assert row.covered != bool(row.reason)
        if row.covered:
            assert row.published(row.measured) == pytest.approx(row.value)
            assert row.low is not None
            assert row.predicted is not None
            assert row.high is not None
            assert row.low <= row.predicted <= row.high


def test_the_summary_counts_the_rows() -> None:
    total = published_errors.whole(published_errors.summaries())
    assert total is not None
    rows = published_errors.left_out()
    assert (total.n, total.covered) == (len(rows), sum(row.covered for row in rows))
    assert total.inside_80 == pytest.approx(sum(r.inside for r in rows) / total.covered, abs=0.01)


# --- measurements ----------------------------------------------------------------------------
def test_every_judged_row_has_a_source(known: dict[str, Measurement]) -> None:
    for row in published_errors.left_out():
        found = known[row.row]
        assert found.source_title
        assert found.source_url


def test_every_published_quantity_has_words(known: dict[str, Measurement]) -> None:
    held = {quantity for found in known.values() for quantity, _ in found.figures}
    assert held <= set(QUANTITIES)


def test_a_figure_in_words() -> None:
    assert figure("output_tokens_per_s", 8011.0) == "8,010 output tokens a second"
