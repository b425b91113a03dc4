"""Pairs of serving software are read as published and predicted unseen."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks import accuracy
from benchmarks.accuracy import cases_of, project_rows
from benchmarks.cases import WrongFile
from benchmarks.judge import Case, Judge, left_out, outcomes
from benchmarks.pairs import COLUMNS, is_pairs, read_pairs
from calculators.estimators.learnt import Learnt
from pricing.book import PriceBook

RAW = {
    "source_id": "argonne",
    "model": "meta-llama/Llama-2-7b-hf",
    "parameters_millions": "7000",
    "precision": "float16",
    "accelerator": "H100 (form not stated)",
    "accelerator_count": "1",
    "tensor_parallel": "1",
    "input_tokens": "128",
    "output_tokens": "128",
    "load_kind": "concurrency",
    "load_value": "16",
    "source": "Plots/All_results.csv",
    "source_commit_or_date": "2025-07-18",
    "notes": "2024 software",
    "tuned_engine": "TensorRT-LLM",
    "tuned_value": "2000",
    "other_engine": "vLLM",
    "other_value": "1700",
    "metric": "output_tokens_per_s",
}
TRITON = {
    "model": "BERT/large",
    "accelerator": "DGX-1 (1x V100 32GB)",
    "load_value": "1",
    "notes": "items per request (client batch) 8; 2021-2023 software",
    "tuned_engine": "Triton + NVIDIA TensorRT",
    "other_engine": "Triton + ONNX Runtime",
    "metric": "request_throughput_rps",
}


@pytest.fixture(scope="module")
def learnt() -> Learnt:
    return Learnt.of(PriceBook.load())


def file_of(folder: Path, *changes: dict[str, str]) -> Path:
    path = folder / "pairs.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, sorted(COLUMNS), restval="")
        writer.writeheader()
        writer.writerows([{**RAW, **change} for change in changes])
    return path


def test_a_pair_is_read(tmp_path: Path, learnt: Learnt) -> None:
    path = file_of(tmp_path, {}, TRITON, {"tuned_value": "many"})
    assert is_pairs(path)
    (llm, triton), refused = read_pairs(path, accuracy.names_of(PriceBook.load(), learnt))
    assert (llm.model, llm.part, llm.pair) == ("llama-2-7b", "H100-SXM", "vllm/tensorrt-llm")
    assert (llm.batch, llm.year, llm.precision) == (16.0, 2024.5, "fp16")
    assert (triton.part, triton.pair) == ("V100-SXM2-32GB", "onnxruntime/tensorrt")
    assert (triton.kind, triton.batch, triton.year) == ("encoder", 8.0, 2022.5)
    assert [row for row, _ in refused] == ["case-4"]


def test_a_file_without_the_columns_is_refused(tmp_path: Path, learnt: Learnt) -> None:
    path = tmp_path / "short.csv"
    path.write_text("tuned_value,model\n1,x\n", encoding="utf-8")
    with pytest.raises(WrongFile, match="accelerator"):
        read_pairs(path, accuracy.names_of(PriceBook.load(), learnt))
    assert not is_pairs(tmp_path / "missing.csv")


def test_neither_value_enters_the_prediction(tmp_path: Path, learnt: Learnt) -> None:
    book = PriceBook.load()
    rows = project_rows(book)
    found = []
    for tuned, other in (("2000", "1700"), ("9000", "10")):
        path = file_of(tmp_path, {"tuned_value": tuned, "other_value": other})
        cases, _ = cases_of(path, book, learnt, rows)
        found.append(outcomes(Judge(learnt, rows), cases, "configuration", own=False)[0][0])
    first, second = found
    assert first.log_time == pytest.approx(second.log_time, abs=1e-12)
    assert first.error - second.error == pytest.approx(np.log(900) - np.log(2000 / 1700))


def test_a_configuration_hides_its_source_network_and_hardware(learnt: Learnt) -> None:
    rows = project_rows(PriceBook.load())
    item = next(item for item in learnt.ready["stack"] if item.sample.row == "stk-0100")
    case = Case(item, rows["stk-0100"])
    hidden = left_out([case], rows, "configuration", own=True)[0]
    own = rows["stk-0100"]
    same = {
        name
        for name, row in rows.items()
        if name.startswith("stk")
        and (row.model, getattr(row, "part", ""), row.source)
        == (own.model, case.hardware, own.source)
    }
    assert "stk-0100" in hidden
    assert same <= hidden
    altered = replace(item, sample=replace(item.sample, seconds=item.sample.seconds * 20.0))
    items = [altered if each is item else each for each in learnt.ready["stack"]]
    fooled = replace(learnt, ready={**learnt.ready, "stack": items}, _fitted={})
    honest = outcomes(Judge(learnt, rows), [case], "configuration", own=True)[0][0]
    other = outcomes(Judge(fooled, rows), [Case(altered, own)], "configuration", own=True)[0][0]
    assert other.log_time == pytest.approx(honest.log_time, abs=1e-12)


def test_the_report_has_the_group(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file_of(tmp_path, {}, TRITON, {"accelerator": "Abacus"})
    accuracy.main(["--cases", str(path), "--leave-out", "configuration", "--json"])
    result = json.loads(capsys.readouterr().out)
    groups = {group["group"]: group for group in result["groups"]}
    whole = groups["stack ratio"]
    assert (whole["n"], whole["covered"], whole["not_predicted"]) == (3, 2, 1)
    assert groups["stack ratio: dense language models"]["covered"] == 1
    assert groups["stack ratio: networks in one pass"]["covered"] == 1
    assert whole["misses_low"] + whole["misses_high"] == 2 - round(whole["inside_80"] * 2)
    assert [item["reason"] for item in result["not_covered"]] == ["no specification of abacus"]
