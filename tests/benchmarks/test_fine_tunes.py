"""The judge of runs of fine-tuning: what it never sees, what it counts, what it says."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks import accuracy
from benchmarks.fine_tunes import (
    Bill,
    RunJudge,
    bill_group,
    bills,
    capped,
    counted_hours,
    is_runs,
    read_runs,
)
from benchmarks.tune_rows import Run
from calculators.estimators.learnt import Learnt
from calculators.estimators.measured import run_sample
from pricing.book import PriceBook
from pricing.measurement_schema import FineTuneRunRow
from tests.benchmarks.test_tune_rows import NAMES, raw


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return PriceBook.load()


@pytest.fixture(scope="module")
def learnt(book: PriceBook) -> Learnt:
    return Learnt.of(book)


@pytest.fixture(scope="module")
def own(book: PriceBook) -> list[FineTuneRunRow]:
    return list(book.table("fine_tune_runs", FineTuneRunRow))


def written(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_nothing_of_a_run_is_seen(learnt: Learnt, own: list[FineTuneRunRow]) -> None:
    """Publication, network and accelerator: all rows of them are hidden, others are not."""
    judge = RunJudge(learnt, own)
    row = next(row for row in own if row.origin == "huggingface/peft" and row.kind == "llm")
    hidden = judge.hidden(row)
    alike = {other.row for other in own if Run.of(other) == Run.of(row)}
    assert row.row in hidden
    assert hidden == alike
    assert 40 < len(hidden) < len(own) / 2
    assert not {name for name in judge.fitted(hidden).rows if name in hidden}


def test_a_case_of_a_file_hides_its_run_too(learnt: Learnt, own: list[FineTuneRunRow]) -> None:
    """The same notebook's network on a T4, under another name of its row."""
    row = next(r for r in own if r.origin == "unslothai/notebooks" and r.model == "llama-3.1-8b")
    case = row.model_copy(update={"row": "case-9", "hours": 99.0})
    assert row.row in RunJudge(learnt, own).hidden(case)


def test_the_hours_of_a_case_do_not_move_its_prediction(
    learnt: Learnt, own: list[FineTuneRunRow]
) -> None:
    judge = RunJudge(learnt, own)
    row = next(r for r in own if r.origin == "unslothai/notebooks" and r.model == "llama-3.1-8b")
    twice = row.model_copy(update={"row": "case-9", "hours": 2 * row.hours})
    (first, second), _ = judge.outcomes([row, twice])
    assert first.error - second.error == pytest.approx(np.log(2))


def test_at_most_a_third_is_of_one_publication(own: list[FineTuneRunRow]) -> None:
    """90, 60 and 4 rows of three: 4 of each are kept, the first and the last among them."""
    some = [
        own[0].model_copy(update={"row": f"{origin}-{number}", "origin": origin})
        for origin, count in (("a", 90), ("b", 60), ("c", 4))
        for number in range(count)
    ]
    kept = [row.row for row in capped(some)]
    assert len(kept) == 12
    assert {"a-0", "a-89", "b-0", "b-59"} <= set(kept)
    two = [row for row in some if row.origin != "c"]
    assert capped(two) == two  # of two publications one always has more


def test_files_are_told_by_their_columns() -> None:
    assert is_runs(frozenset(raw()))
    assert not is_runs(frozenset(raw()) - {"billed_hours"})


def test_rows_that_lack_something_are_listed(tmp_path: Path) -> None:
    path = written(tmp_path / "runs.csv", [raw(), raw(hours=""), raw(hours="-1")])
    raws, rows, lacking = read_runs(path, NAMES)
    assert (len(raws), len(rows)) == (3, 1)
    assert [item.row for item in lacking] == ["case-3", "case-4"]


def test_a_longer_run_takes_longer(learnt: Learnt, own: list[FineTuneRunRow]) -> None:
    row = own[0]
    more = row.model_copy(update={"examples": 2 * row.examples})
    short, long = (run_sample(item, learnt.catalogue).sample.terms for item in (row, more))
    assert all(b >= a for a, b in zip(short, long, strict=True))
    assert long[0] == pytest.approx(2 * short[0])


def test_packed_sequences_at_once_make_fewer_sweeps(
    learnt: Learnt, own: list[FineTuneRunRow]
) -> None:
    """Four sequences a card read the weights a quarter as often; the arithmetic stays."""
    row = next(item for item in own if item.padding == "packed" and not item.micro_batch)
    four = row.model_copy(update={"micro_batch": 4.0})
    alone, together = (run_sample(item, learnt.catalogue).sample.terms for item in (row, four))
    assert together[0] == alone[0]
    assert together[1] == pytest.approx(alone[1] / 4)


def test_corrected_runs_replace_those_they_correct(own: list[FineTuneRunRow]) -> None:
    """2 sequences a card x 2 accumulated x 1,352 updates x 1,024 tokens over 10,000 examples."""
    (row,) = (item for item in own if item.row == "run-0008")
    assert row.mean_tokens == pytest.approx(2 * 2 * 1352 * 1024 / 10_000, abs=0.05)
    (long,) = (item for item in own if item.row == "run-0205")
    assert long.mean_tokens == 310_651 + 175_836


# ------------------------------------------------------------------------------------------ bills


@pytest.mark.parametrize(
    ("notes", "seconds"),
    [
        ("seconds after start: Starting 0, Downloading 144, Training 144, Completed 324", 180),
        ("start 23:58:01, downloading 23:59:46, done 00:00:49", 63),
        ("training seconds 191, billable 191", None),
        ("start 20:53:40, downloading 20:55:09", None),
    ],
)
def test_hours_that_count(notes: str, seconds: float | None) -> None:
    found = counted_hours(notes)
    assert found == (None if seconds is None else pytest.approx(seconds / 3600))


def test_bills_by_the_vendor_s_rule(book: PriceBook) -> None:
    """A log of 180 s; 36 s beside 600 s of training; 5.7 times the wall clock; nobody's rule.

    A log that prints download and training together at 179 s saw no download: 58 s of it and the
    median of 27 s are 85 (124 were billed).
    """
    log = "Starting 0, Downloading 144, Training 150, Uploading 300, Completed 324"
    job = raw(software="Amazon SageMaker", hours="0.05", billed_hours="0.05", notes=log)
    plain = raw(software="PEFT on SageMaker", hours=str(600 / 3600), billed_hours="0.18")
    people = raw(software="Amazon Personalize", hours="0.5", billed_hours="2.0")
    nobody = raw(software="Somebody", hours="1", billed_hours="1")
    blank = raw(software="Amazon SageMaker", hours="", billed_hours="1")
    together = "Starting 0, Downloading 179, Training 179, Uploading 211, Completed 237"
    unseen = raw(software="Amazon SageMaker", billed_hours=str(124 / 3600), notes=together)
    found, refused = bills([job, plain, people, nobody, blank, raw(), unseen], book)
    assert found[3].predicted * 3600 == pytest.approx(58 + 27)
    assert found[3].right
    assert [bill.predicted * 3600 for bill in found[:2]] == pytest.approx([180, 636])
    assert found[2].predicted == pytest.approx(0.5 * 5.7)
    assert (found[2].low, found[2].high) == pytest.approx((0.5 * 3.2, 0.5 * 9))
    assert [item.row for item in refused] == ["case-5", "case-6"]


def test_right_is_a_tenth_or_a_minute() -> None:
    def bill(billed: float, predicted: float) -> Bill:
        return Bill("a", billed, predicted, predicted, predicted)

    assert bill(10.0, 10.9).right
    assert not bill(10.0, 11.1).right
    assert bill(0.05, 0.066).right
    assert not bill(0.05, 0.068).right
    made = bill_group([bill(10.0, 11.0), bill(10.0, 20.0)])
    assert (made["n"], made["right"], made["misses_low"]) == (2, 0.5, 1)


def test_the_report_on_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two runs and a bill, as a caller sees them."""
    rows = [
        raw(),
        raw(software="PEFT benchmark", source="github.com/huggingface/peft x", hardware="L40S"),
        raw(hours="", software="Amazon SageMaker", billed_hours="0.02", notes=LOG),
        raw(hours="", padded_length=""),
    ]
    path = written(tmp_path / "runs.csv", rows)
    accuracy.main(["--cases", str(path), "--json"])
    found = json.loads(capsys.readouterr().out)
    groups = {item["group"]: item for item in found["groups"]}
    assert groups["fine-tune hours"]["covered"] == 2
    assert groups["fine-tune hours"]["not_predicted"] == 0
    assert groups["fine-tune hours"]["p90_factor"] >= 1.0
    assert groups["billed hours"]["right"] == 1.0
    assert {item["row"] for item in found["not_covered"]} == {"case-4", "case-5"}


LOG = "start 02:51:01, downloading 02:53:46, done 02:54:49"
