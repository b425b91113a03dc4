"""The judge of load curves: what it reads, what it never sees, and what it says."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks import accuracy
from benchmarks.curves import COLUMNS
from benchmarks.load_fits import Tail, backlog, tail_of
from benchmarks.load_judge import LoadJudge, LoadOutcome, between, load_summary, with_ranges
from benchmarks.load_series import between_ends, ends_of
from calculators.estimators.learnt import Learnt
from pricing.book import PriceBook
from pricing.measurement_schema import LoadMeasurementRow

USED = {"use_rate": "yes", "use_concurrency": "no", "use_max": "max over rates"}


@pytest.fixture(scope="module")
def learnt() -> Learnt:
    return Learnt.of(PriceBook.load())


@pytest.fixture(scope="module")
def own() -> list[LoadMeasurementRow]:
    """A few sources of the project's rows, so that learning is quick."""
    rows = PriceBook.load().table("load_measurements", LoadMeasurementRow)
    kept = [row for row in rows if row.source in ("pchitral", "nim-bench", "tensorchord")]
    return [*kept, *[row for row in rows if row.model == "gpunet-125ms-d"]]


def raw(rate: float, completed: float, answer: float, **more: str) -> dict[str, str]:
    """A row of a file: one H100, 512 tokens in and 256 out."""
    blank = dict.fromkeys(sorted(COLUMNS), "")
    return {
        **blank,
        "source_id": "somebody",
        "engine": "vLLM",
        "model": "meta-llama/Llama-3.1-8B-Instruct",
        "parameters_millions": "8000",
        "precision": "float16",
        "accelerator": "H100 SXM5",
        "accelerator_count": "1",
        "tensor_parallel": "1",
        "input_tokens": "512",
        "output_tokens": "256",
        "load_kind": "request_rate",
        "load_value": str(rate),
        "request_throughput_rps": str(completed),
        "ttft_p50_ms": "40",
        "tpot_p50_ms": str((answer - 40.0) / 255.0),
        "e2e_p50_ms": str(answer),
        "e2e_p90_ms": str(1.1 * answer),
        **USED,
        **more,
    }


def written(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_small_file_from_end_to_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [raw(1.0, 1.0, 1900.0), raw(10.0, 9.9, 3300.0), raw(20.0, 19.0, 9000.0)]
    rows += [raw(40.0, 20.0, 15000.0, use_rate="no")]
    rows += [raw(10.0, 9.9, 3300.0, accelerator="a card of tomorrow")]
    rows += [raw(10.0, 9.9, 3300.0, use_rate="no: too short", use_max="no", e2e_p50_ms="1")]
    path = written(tmp_path / "curves.csv", rows)
    accuracy.main(["--cases", str(path), "--json"])
    said = json.loads(capsys.readouterr().out)
    groups = {group["group"]: group for group in said["groups"]}
    assert groups["load p50, llm"]["n"] == 3
    assert groups["load p50, 30-85 %, llm"]["n"] == 1  # 10 of at most 20 requests/s
    assert groups["max rate, llm"]["n"] == 1
    assert groups["load p50 given ends, llm"]["n"] == 2  # not the unloaded one
    for group in groups.values():
        misses = group["misses_low"] + group["misses_high"] + group["not_predicted"]
        assert group["inside_80"] == pytest.approx(1.0 - misses / group["n"], abs=1e-3)
    reasons = [item["reason"] for item in said["not_covered"]]
    assert reasons == ["hardware unknown: a-card-of-tomorrow"]
    assert groups["load p50, llm"]["median_error"] < 1.0


def test_a_file_without_uses_is_read_whole(tmp_path: Path) -> None:
    rows = [raw(1.0, 1.0, 1900.0), raw(10.0, 9.9, 3300.0)]
    plain = [{name: row[name] for name in row if not name.startswith("use_")} for row in rows]
    book = PriceBook.load()
    path = written(tmp_path / "plain.csv", plain)
    report = accuracy.judged_loads(path, book, Learnt.of(book), "row")
    assert next(g["n"] for g in report["groups"] if g["group"] == "load p50") == 2


@pytest.mark.parametrize("kind", ["llm", "vision"])
def test_a_row_has_no_part_in_its_own_prediction(
    learnt: Learnt, own: list[LoadMeasurementRow], kind: str
) -> None:
    chosen = next(row for row in own if row.kind == kind and row.p50_ms and row.use != "end")

    def predicted(factor: float) -> list[float | None]:
        changed = {
            "p50_ms": (chosen.p50_ms or 0.0) * factor,
            "tpot_ms": chosen.tpot_ms and chosen.tpot_ms * factor,
            "ttft_ms": chosen.ttft_ms and chosen.ttft_ms * factor,
            "requests_per_s": chosen.requests_per_s and chosen.requests_per_s / factor,
        }
        rows = [r.model_copy(update=changed) if r.row == chosen.row else r for r in own]
        mine = next(row for row in rows if row.row == chosen.row)
        found, _ = LoadJudge(learnt, rows, "configuration").outcomes([mine])
        return [out.predicted for out in found if out.quantity != "ends"]

    honest, fooled = predicted(1.0), predicted(20.0)
    assert honest
    assert honest == fooled


def test_nothing_of_a_configuration_is_seen(learnt: Learnt, own: list[LoadMeasurementRow]) -> None:
    judge = LoadJudge(learnt, own, "configuration")
    row = own[0]
    hidden = judge.hidden(row)
    alike = [r for r in own if (r.source, r.model, r.part) == (row.source, row.model, row.part)]
    assert hidden == {other.row for other in alike}
    fits = judge.fits(hidden)
    assert not hidden & {*fits.step.rows, *fits.wait.rows, *fits.network.rows}
    assert fits.step.rows


# ------------------------------------------------------------------------------------ by hand


def point(load: float, **more: object) -> LoadMeasurementRow:
    fields = {
        "row": f"r{load:g}",
        "kind": "vision",
        "model": "net",
        "precision": "fp16",
        "part": "card",
        "count": 1,
        "engine": "triton",
        "load": "concurrency",
        "load_value": load,
        "use": "both",
        "edition": "2026-11-26",
        "as_of": "2026-11-26",
        "confidence": "C",
        "source": "somebody",
    }
    return LoadMeasurementRow.model_validate(fields | more)


def test_the_maximum_is_where_a_doubling_gains_little() -> None:
    rates = {1.0: 100.0, 8.0: 400.0, 16.0: 600.0}
    rows = [point(load, requests_per_s=rate, p50_ms=1.0) for load, rate in rates.items()]
    assert ends_of(rows).maximum is None  # the last doubling gained a half
    rows += [point(32.0, requests_per_s=650.0, p50_ms=1.0)]
    assert ends_of(rows).maximum == 650.0
    assert ends_of(rows).share(rows[1]) == pytest.approx(400.0 / 650.0)


def test_the_law_between_own_ends() -> None:
    rows = [point(c, requests_per_s=r, p50_ms=t) for c, r, t in ((1, 100, 9), (16, 490, 33))]
    rows += [point(32.0, requests_per_s=500.0, p50_ms=64.0)]
    # 9 ms + 15 further requests of 1 / (500 requests/s)
    assert between_ends(rows[1], ends_of(rows)) == pytest.approx(9.0 + 30.0)
    assert between_ends(rows[0], ends_of(rows)) is None


def test_a_backlog_of_a_stated_run() -> None:
    # the 250th of 500 requests leaves after 25 s and came after 12.5 s
    assert backlog(20.0, 10.0, 500.0) == pytest.approx(12.5)
    assert backlog(9.0, 10.0, 500.0) == 0.0


def test_tails_of_many_rows() -> None:
    found = tail_of([(1.0, 0.12816), (4.0, 0.12816), (100.0, 0.25632)], Tail(0.5, 0.5))
    assert found.empty == pytest.approx(0.1)
    assert found.full == pytest.approx(0.2)


def test_ranges_hold_a_tenth_on_either_side() -> None:
    low, high = between(np.arange(1.0, 100.0))
    assert (low, high) == (10.0, 90.0)


def test_what_cannot_be_predicted_is_a_miss() -> None:
    known = LoadOutcome(point(1.0), "p50", 10.0, 11.0, None, (-1.0, 1.0))
    unknown = LoadOutcome(point(2.0), "p50", 10.0, None, None, (-1.0, 1.0))
    said = load_summary("some", [known, unknown])
    assert (said["n"], said["covered"], said["not_predicted"]) == (2, 1, 1)
    assert said["inside_80"] == 0.5


def test_own_ranges_come_from_other_configurations(learnt: Learnt) -> None:
    rows = [point(float(k), model="one" if k < 10 else "other") for k in range(1, 21)]
    found = [
        LoadOutcome(row, "p50", 10.0, 10.0 * np.exp(1.0 if row.model == "one" else 0.1), None)
        for row in rows
    ]
    ranged = with_ranges(found, learnt.fits, own=True)
    one = next(out for out in ranged if out.row.model == "one")
    assert one.range == pytest.approx((0.1, 0.1))
    assert {out.side for out in ranged if out.row.model == "one"} == {1}
