"""The judge of the estimators: it must not see what it predicts, and says what it cannot."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import accuracy, published
from benchmarks.accuracy import cases_of, project_rows
from benchmarks.judge import Case, Judge, Outcome, folds, left_out, outcomes
from benchmarks.summary import error_of, summary
from calculators import METHOD
from calculators.estimators.learnt import Learnt
from pricing.book import PriceBook
from tests.sampling import few

SERVER = (
    "benchmark,model,parameters_millions,active_parameters_millions,gflops_per_inference,precision,"
    "accelerator,accelerator_count,scenario,input_tokens,output_tokens,value,unit,"
    "per_accelerator_value,source,source_commit_or_date,notes"
)
DOC = "TensorRT-LLM perf doc v0.17,Llama 3.1 8B,8030,8030,,fp8,{part},1,offline max load TP1,"
DOC += "1000,1000,{value},output tokens/s,,docs/perf-overview.md,2025-03-01,"


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return PriceBook.load()


@pytest.fixture(scope="module")
def learnt(book: PriceBook) -> Learnt:
    return Learnt.of(book)


def outcome(learnt: Learnt, book: PriceBook, row: str, factor: float = 1.0) -> Outcome:
    """The prediction of an own row whose measured time is made ``factor`` times what it was."""
    rows = project_rows(book)
    ready = {
        form: [
            replace(item, sample=replace(item.sample, seconds=item.sample.seconds * factor))
            if item.sample.row == row
            else item
            for item in items
        ]
        for form, items in learnt.ready.items()
    }
    changed = replace(learnt, ready=ready, _fitted={})
    items = [item for items in ready.values() for item in items if item.sample.row == row]
    case = Case(items[0], rows[row])
    return outcomes(Judge(changed, rows), [case], "row", own=True)[0][0]


@pytest.mark.parametrize("row", few(["inf-0056", "dm0001", "inf-0539", "trn-0160"], 2))
def test_a_row_has_no_part_in_its_own_prediction(learnt: Learnt, book: PriceBook, row: str) -> None:
    honest, fooled = (outcome(learnt, book, row, factor) for factor in (1.0, 20.0))
    assert fooled.log_time == pytest.approx(honest.log_time, abs=1e-12)
    assert fooled.deviation == pytest.approx(honest.deviation, abs=1e-12)
    assert fooled.error == pytest.approx(honest.error - np.log(20.0))


def test_every_fold_hides_its_rows_and_all_are_dealt() -> None:
    dealt = folds([f"r{number}" for number in range(101)], 10)
    assert len(dealt) == 101
    assert all(name in fold for name, fold in dealt.items())
    assert {len(fold) for fold in dealt.values()} == {10, 11}


@pytest.mark.parametrize("mode", ["model", "accelerator", "device"])
def test_the_other_modes_hide_the_whole_thing(learnt: Learnt, book: PriceBook, mode: str) -> None:
    rows = project_rows(book)
    name = "dm0001" if mode == "device" else "inf-0056"
    items = [item for items in learnt.ready.values() for item in items if item.sample.row == name]
    hidden = left_out([Case(items[0], rows[name])], rows, mode, own=True)[0]
    what = {"model": "model", "accelerator": "part", "device": "device"}[mode]
    own = getattr(rows[name], what)
    shared = {row.row for row in rows.values() if own and getattr(row, what, "") == own}
    assert shared <= hidden
    assert len(shared) > 3


def file_of(folder: Path, *lines: str) -> Path:
    path = folder / "cases.csv"
    path.write_text("\n".join([SERVER, *lines]) + "\n", encoding="utf-8")
    return path


def test_a_file_of_cases_gives_the_promised_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = file_of(
        tmp_path,
        DOC.format(part="H100-SXM-80GB", value=17000),
        DOC.format(part="Abacus 9000", value=17000),
    )
    accuracy.main(["--cases", str(path), "--json"])
    result = json.loads(capsys.readouterr().out)
    keys = {"group", "n", "covered", "median_error", "p90_error", "inside_80", "median_width"}
    keys |= {"misses_low", "misses_high", "not_predicted"}
    assert all(set(group) == keys for group in result["groups"])
    load = next(group for group in result["groups"] if group["group"] == "llm_full_load")
    assert (load["n"], load["covered"]) == (2, 1)
    assert load["median_error"] < 0.5
    assert "Abacus" in path.read_text()
    assert [item["reason"] for item in result["not_covered"]] == ["no specification of abacus-9000"]


def test_a_case_that_is_a_project_row_is_hidden_from_its_fit(
    tmp_path: Path, learnt: Learnt, book: PriceBook
) -> None:
    rows = project_rows(book)
    own = rows["inf-0056"]
    path = file_of(tmp_path, DOC.format(part="H100-SXM-80GB", value=1))
    cases, _ = cases_of(path, book, learnt, rows)
    twin = replace(cases[0], row=own.model_copy(update={"row": "case-2"}))
    assert "inf-0056" in left_out([twin], rows, "row", own=False)[0]
    assert left_out(cases, rows, "row", own=False)[0] == frozenset()


def test_rows_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path = file_of(tmp_path, DOC.format(part="H100-SXM-80GB", value="many"))
    result = accuracy.main(["--cases", str(path)])
    assert [item["row"] for item in result["not_covered"]] == ["case-2"]
    assert "many" in result["not_covered"][0]["reason"]


def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="columns"):
        accuracy.main(["--cases", str(path)])
    with pytest.raises(SystemExit, match=r"missing\.csv"):
        accuracy.main(["--cases", str(tmp_path / "missing.csv")])


def test_errors_are_of_the_published_quantity(learnt: Learnt, book: PriceBook) -> None:
    rows = project_rows(book)
    item = next(i for i in learnt.ready["llm_load"] if i.sample.row == "inf-0056")
    case = Case(item, rows["inf-0056"])
    # twice the measured time is half the tokens a second: |1/2 - 1| = 50 %
    slow = Outcome(case, float(np.log(2 * item.sample.seconds)), 0.1, "scaled", "known", True, 1.0)
    assert error_of(slow) == pytest.approx(0.5)
    figures = summary("one", [slow], 2)
    assert (figures["n"], figures["covered"], figures["inside_80"]) == (2, 1, 0.0)
    # twice as many tokens a second were measured as predicted: above the range
    assert [figures[key] for key in ("misses_low", "misses_high", "not_predicted")] == [0, 1, 1]


def test_the_published_tables_are_of_this_edition_and_method(
    learnt: Learnt, book: PriceBook
) -> None:
    with (published.FOLDER / "summary.csv").open(encoding="utf-8") as lines:
        summaries = list(csv.DictReader(lines))
    assert {line["edition"] for line in summaries} == {book.edition.isoformat()}
    assert {line["method"] for line in summaries} == {METHOD}
    with (published.FOLDER / "left_out.csv").open(encoding="utf-8") as lines:
        shown = {(line["group"], line["row"]): line for line in csv.DictReader(lines)}
    rows = project_rows(book)
    cases, refused = cases_of(None, book, learnt, rows)
    fold = folds(list(rows))["inf-0056"]
    some = [case for case in cases if case.row.row in fold]
    found, _ = outcomes(Judge(learnt, rows), some, "row", own=True)
    compared = [out for out in found if out.case.ready.form not in ("device_power", "stack")]
    assert len(compared) > 20
    for out in compared:
        line = shown[out.case.ready.group, out.case.row.row]
        assert float(line["predicted"]) == pytest.approx(np.exp(out.log_time), rel=2e-3)
    timed = {case.row.row for case in cases if case.ready.form not in ("device_power", "stack")}
    assert {row for _, row in shown} == timed | {item.row for item in refused}
