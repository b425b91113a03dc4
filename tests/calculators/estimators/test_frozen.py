"""Answers of before many machines and points were asked at once: they must not have moved.

``frozen.csv`` was written at 195c0de, edition 2026-11-24, by asking its estimators 314 questions of
one machine and one point each: every preset, measured rows that answer exactly, named networks and
networks described by their size, drawn at random, on graphics machines and processors, on devices,
and for training. A wanted change of the method rewrites the file's figures, with the reason.

Rewritten with the fits of 2026-11-26: first tokens of standard software from load curves,
 serving software by step instead of one share for all (least
requests for tiny networks and short answers), ceilings on what no row reached (T4, V100, H100 in
8 bits), llama.cpp on several cards as layers in turn (links of tensor parallelism cost less), and
intervals set on shares of rows hidden at once.

Rewritten for method 8: hours of fine-tuning from runs as their publications state them; the high
ends of prompts on units nobody measured, and of the power of phones; words of refusals.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from calculators.estimators import Estimators
from calculators.estimators.question import ARRAYS
from calculators.estimators.types import Estimate, Hardware, TrainingJob, Work
from pricing.book import PriceBook

FILE = Path(__file__).with_name("frozen.csv")
SHAPE = ("layers", "hidden_size", "kv_heads", "head_dim", "kv_bytes_per_token_fp16")
QUANTITIES: Mapping[str, tuple[str, ...]] = {
    "server": ("capacity_rps", "answer_ms", "ttft_ms", "tpot_ms"),
    "device": ("answer_ms", "ttft_ms", "tpot_ms", "first_load_ms", "energy_j_per_request"),
    "training": ("hours", "energy_kwh"),
}


@cache
def estimators() -> Estimators:
    return Estimators(PriceBook.load(edition=date(2026, 11, 24)))


def rows() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float | None:
    return float(text) if text else None


def work(row: Mapping[str, str]) -> Work:
    """The request of a row, at one point."""
    arrays: dict[str, Any] = {
        name: np.array([np.nan if row[name] == "" else float(row[name])]) for name in ARRAYS
    }
    shape: dict[str, Any] = {name: number(row[name]) for name in SHAPE}
    named: dict[str, Any] = {name: row[name] for name in ("kind", "model", "precision")}
    return Work(**named, **arrays, **shape)


def hardware(row: Mapping[str, str]) -> Hardware:
    return Hardware(
        row["accelerator"],
        int(row["count"]),
        number(row["vcpus"]),
        row["cpu"],
        number(row["memory_gib"]),
    )


def answer(row: Mapping[str, str]) -> Any:
    """What the estimators say now, asked for one machine or device."""
    stack: Any = row["stack"]
    duty: Any = row["duty"]
    method: Any = row["method"]
    if row["question"] == "server":
        return estimators().servers(work(row), [hardware(row)], stack)
    if row["question"] == "device":
        return estimators().devices(work(row), [row["device"]], duty)
    sizes = np.array([float(row["examples"])]), np.array([float(row["tokens"])])
    job = TrainingJob(method, work(row), *sizes)
    return estimators().trainings(job, [hardware(row)], int(row["machines"]), stack)


@pytest.mark.parametrize("question", list(QUANTITIES))
def test_figures_are_those_of_before(question: str) -> None:
    asked = [row for row in rows() if row["question"] == question]
    assert len(asked) > 60
    for number_of_row, row in enumerate(asked):
        found = answer(row)
        where = f"{question} {number_of_row}: {row}"
        fits = bool((found.can_run if question == "device" else found.fits)[0, 0])
        assert (str(fits), found.reason(0)) == (row["fits"], row["reason"]), where
        for quantity in QUANTITIES[question]:
            compare(found.estimate(quantity, 0) if fits else None, row, quantity, where)
        if question == "server" and fits:
            sizes = found.replica_accelerators[0, 0], found.replicas_per_machine[0, 0]
            assert sizes == (int(row["replica_accelerators"]), int(row["replicas_per_machine"]))
            factor = pytest.approx(float(row["stack_factor"]), rel=1e-9)
            assert found.stack_factor(0) == factor, where
        if question == "device":
            assert found.unit(0) == row["unit"]
            assert found.memory_mb[0, 0] == pytest.approx(float(row["memory_mb"]), rel=1e-9)


def compare(found: Estimate | None, row: Mapping[str, str], quantity: str, where: str) -> None:
    for end in ("low", "mid", "high"):
        before = row[f"{quantity}_{end}"]
        if before == "":
            assert found is None, where
            continue
        assert found is not None, where
        now = float(getattr(found, end)[0])
        assert now == pytest.approx(float(before), rel=1e-9), f"{quantity} {end} of {where}"


@pytest.mark.parametrize("question", list(QUANTITIES))
def test_words_are_those_of_before(question: str) -> None:
    first = QUANTITIES[question][0]
    for row in rows():
        if row["question"] != question or not row["label"]:
            continue
        found = answer(row).estimate(first, 0)
        assert found is not None
        assert (found.label, found.rule) == (row["label"], row["rule"]), row
        assert " ".join(found.rows) == row["rows"], row
        assert " | ".join(found.assumptions) == row["assumptions"], row
