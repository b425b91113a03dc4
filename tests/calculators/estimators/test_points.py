"""A question about N points is N questions of one point, whatever varies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calculators.arrays import Array
from calculators.estimators.question import ARRAYS
from calculators.estimators.types import (
    DeviceEstimates,
    Hardware,
    Interval,
    ServerEstimates,
    TrainingEstimates,
    TrainingJob,
    Work,
)
from tests.calculators.estimators.estimating import estimators, language

MACHINES = (
    Hardware("H100-SXM", 1),
    Hardware("H100-SXM", 8),
    Hardware("L4", 4),
    Hardware("MI300X", 8),
    Hardware("", 0, vcpus=16, cpu="Intel Xeon Sapphire Rapids", memory_gib=64),
    Hardware("Z80", 1),
)
DEVICES = ("iPhone 15 Pro", "Samsung Galaxy S25", "Raspberry Pi 5", "Nokia 3310")
Asked = tuple[Work, Mapping[str, Array]]

MODELS = (
    ("llm", "llama-3.1-8b"),
    ("llm", ""),
    ("vision", "resnet50"),
    ("vision", ""),
    ("encoder", "bert-large"),
    ("speech", "whisper-large-v3"),
    ("speech", ""),
    ("image_generation", "sdxl-1.0"),
)
RANGES: Mapping[str, tuple[float, float]] = {
    "params_millions": (1.0, 400_000.0),
    "active_params_millions": (1.0, 50_000.0),
    "gflops_per_request": (0.1, 10_000.0),
    "input_tokens": (1.0, 16_000.0),
    "output_tokens": (1.0, 4_000.0),
    "cached_input_share": (0.01, 1.0),
    "audio_seconds": (1.0, 300.0),
    "activations_millions": (0.1, 1_000.0),
}
ABSENT: Mapping[str, tuple[float, ...]] = {
    "params_millions": (np.nan,),
    "active_params_millions": (),
    "gflops_per_request": (np.nan,),
    "activations_millions": (np.nan,),
}
"""What stands for an absent figure; zero where nothing is listed."""


def values(name: str) -> st.SearchStrategy[float]:
    """Figures of a field, absent ones among them."""
    low, high = RANGES[name]
    logs = st.floats(np.log(low), np.log(high)).map(lambda log: float(np.exp(log)))
    absent = ABSENT.get(name, (0.0,))
    return st.one_of(logs, st.sampled_from(absent)) if absent else logs


@st.composite
def questions(draw: st.DrawFn) -> Asked:
    """A request at one point, and two fields that vary."""
    kind, model = draw(st.sampled_from(MODELS))
    precision = draw(st.sampled_from(("fp16", "fp8", "int8", "int4")))
    base: dict[str, Any] = {
        name: np.array([draw(values(name))]) for name in ARRAYS if name != "params_millions"
    }
    base["params_millions"] = np.array([draw(st.sampled_from((25.6, 1550.0, 8028.0, 70_554.0)))])
    two = draw(st.lists(st.sampled_from(ARRAYS), min_size=2, max_size=2, unique=True))
    size = 4
    varied = {
        name: np.array(draw(st.lists(values(name), min_size=size, max_size=size))) for name in two
    }
    named: dict[str, Any] = {"kind": kind, "model": model, "precision": precision}
    return Work(**named, **base), varied


def same(many: Any, point: int, one: Any) -> None:
    """Every array of ``many`` at ``point`` is that of ``one``."""
    for field in fields(many):
        mine, other = getattr(many, field.name), getattr(one, field.name)
        if isinstance(mine, Interval):
            for end in ("low", "mid", "high"):
                equal(getattr(mine, end), point, getattr(other, end), f"{field.name}.{end}")
        elif isinstance(mine, np.ndarray):
            equal(mine, point, other, field.name)


def equal(mine: Array, point: int, other: Array, name: str) -> None:
    column = mine[:, point if mine.shape[1] > 1 else 0]
    np.testing.assert_allclose(column, other[:, 0], rtol=1e-9, err_msg=name)


def same_servers(many: ServerEstimates, point: int, one: ServerEstimates) -> None:
    same(many, point, one)
    for row in range(len(MACHINES)):
        assert many.reason(row, point) == one.reason(row)
        assert many.label(row, point) == one.label(row)
        assert many.stack_factor(row, point) == pytest.approx(one.stack_factor(row))
        mine, other = many.estimate("answer_ms", row, point), one.estimate("answer_ms", row)
        assert (mine is None) == (other is None)
        if mine is not None and other is not None:
            assert (mine.label, mine.rule, mine.rows, mine.assumptions) == (
                other.label,
                other.rule,
                other.rows,
                other.assumptions,
            )
            assert mine.label == many.label(row, point)


def at(work: Work, varied: Mapping[str, Array], point: int) -> Work:
    changes: dict[str, Any] = {name: array[point : point + 1] for name, array in varied.items()}
    return replace(work, **changes)


def varying(work: Work, varied: Mapping[str, Array]) -> Work:
    changes: dict[str, Any] = dict(varied)
    return replace(work, **changes)


stacks = st.sampled_from(("tuned", "standard", "basic"))
MEASURED: Asked = (
    language(500.0, 2000.0),
    {
        "input_tokens": np.array([500.0, 1000.0, 501.0, 500.0]),
        "output_tokens": np.array([2000.0, 1000.0, 2000.0, 0.0]),
    },
)
"""Two of the four points were measured on an H100."""


@given(questions(), stacks)
@example(MEASURED, "tuned")
def test_servers(asked: Asked, stack: Any) -> None:
    work, varied = asked
    many = estimators().servers(varying(work, varied), MACHINES, stack)
    assert many.fits.shape == (len(MACHINES), 4)
    for point in range(4):
        one = estimators().servers(at(work, varied, point), MACHINES, stack)
        same_servers(many, point, one)


def test_a_measured_point_among_others_is_measured() -> None:
    work, varied = MEASURED
    found = estimators().servers(varying(work, varied), MACHINES, "tuned")
    labels = []
    for point in range(4):
        capacity = found.estimate("capacity_rps", 0, point)
        labels.append("" if capacity is None else capacity.label)
    assert labels == ["measured", "measured", "scaled", "scaled"]


@given(questions(), st.sampled_from(("burst", "sustained")))
def test_devices(asked: Asked, duty: Any) -> None:
    work, varied = asked
    many = estimators().devices(varying(work, varied), DEVICES, duty)
    for point in range(4):
        one = estimators().devices(at(work, varied, point), DEVICES, duty)
        same_devices(many, point, one)


def same_devices(many: DeviceEstimates, point: int, one: DeviceEstimates) -> None:
    same(many, point, one)
    for row in range(len(DEVICES)):
        assert many.reason(row, point) == one.reason(row)
        assert many.unit(row, point) == one.unit(row)
        assert many.label(row, point) == one.label(row)
        for quantity in ("answer_ms", "energy_j_per_request"):
            name: Any = quantity
            mine, other = many.estimate(name, row, point), one.estimate(name, row)
            assert (mine is None) == (other is None)
            if mine is not None and other is not None:
                assert (mine.label, mine.rule, mine.rows) == (other.label, other.rule, other.rows)
                assert quantity != "answer_ms" or mine.label == many.label(row, point)


tokens = st.lists(st.sampled_from((0.0, 1e6, 1e9)), min_size=4, max_size=4).map(np.array)
examples = st.lists(st.sampled_from((1e3, 1e6)), min_size=4, max_size=4).map(np.array)
methods = st.sampled_from(("from_scratch", "fine_tune", "lora"))


@given(questions(), tokens, examples, methods, stacks, st.sampled_from((1, 4)))
def test_trainings(
    asked: Asked, tokens: Array, examples: Array, method: Any, stack: Any, count: int
) -> None:
    work, varied = asked
    job = TrainingJob(method, varying(work, varied), examples, tokens)
    many = estimators().trainings(job, MACHINES, count, stack)
    for point in range(4):
        here = slice(point, point + 1)
        alone = TrainingJob(method, at(work, varied, point), examples[here], tokens[here])
        same_trainings(many, point, estimators().trainings(alone, MACHINES, count, stack))


def same_trainings(many: TrainingEstimates, point: int, one: TrainingEstimates) -> None:
    same(many, point, one)
    for row in range(len(MACHINES)):
        assert many.reason(row, point) == one.reason(row)
        mine, other = many.estimate("hours", row, point), one.estimate("hours", row)
        assert (mine is None) == (other is None)
        if mine is not None and other is not None:
            assert (mine.label, mine.rule, mine.rows) == (other.label, other.rule, other.rows)
