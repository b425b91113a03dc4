"""How far the estimates were from published measurements: rows and figures of report/accuracy.

``left_out.csv`` holds every measured row with the prediction of fits that had not seen it,
``summary.csv`` the errors by group; ``python -m benchmarks.accuracy --write`` makes both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pricing.loader import read_rows
from pricing.schema import Row

FOLDER = Path(__file__).parent / "accuracy"
Label = Literal["measured", "scaled", "estimated"]
Kind = Literal["all", "stack", "subset", "label"]
Mode = Literal["row", "model", "accelerator", "device"]
MODES: tuple[Mode, ...] = get_args(Mode)
ALL = "all"
RATIO_PREFIX = "device_"  # groups whose errors are ratios: 1.2 is a fifth off either way


@dataclass(frozen=True)
class Group:
    """Kind of measurement that is judged together."""

    title: str
    axis: str  # what a figure of the chart is
    help: str  # the exact terms
    unit: str = "s"  # of the chart: s, min, h or J


GROUPS: Mapping[str, Group] = {
    "llm_full_load": Group(
        "Language models at full load",
        "time of one request",
        "Throughput with as many requests at once as fit (offline batch): seconds of one copy of "
        "the model per request, output tokens over tokens/s.",
    ),
    "llm_batch1_decode": Group(
        "Language models: each token",
        "time of one token",
        "One user, batch-1 decode: one over output tokens/s with a single request.",
    ),
    "ttft": Group(
        "Language models: first token",
        "time to the first token",
        "TTFT as published, alone or under a stated load.",
    ),
    "llm_prefill": Group(
        "Language models: the prompt",
        "time of one prompt",
        "Prefill throughput: prompt tokens over prompt tokens/s.",
    ),
    "llm_tpot_under_load": Group(
        "Language models, busy: token",
        "time of one token",
        "TPOT (time per output token) among other requests, at a stated load.",
    ),
    "llm_whole_answer": Group(
        "Language models: the answer",
        "time of one token",
        "One user: single-stream latency of an answer over its tokens.",
    ),
    "vision_encoder": Group(
        "Vision and text encoders",
        "time of one request",
        "Throughput or latency of networks that answer in one pass, per accelerator; rates of "
        "encoder tokens at an assumed length.",
    ),
    "speech": Group(
        "Speech",
        "time of one request",
        "Speech to text per accelerator: a second of audio, or a benchmark's sample.",
    ),
    "image_generation": Group(
        "Image generation",
        "time of one image",
        "Diffusion per accelerator: an image, or a step where steps are published.",
    ),
    "recommender": Group(
        "Recommenders", "time of one request", "DLRM queries per accelerator, MLPerf."
    ),
    "device_vision": Group(
        "On devices: networks",
        "time of one request",
        "Latency of a pass on a phone, laptop or board.",
    ),
    "device_llm_decode": Group(
        "On devices: each token",
        "time of one token",
        "Language models on phones, laptops and boards; decode: one over output tokens/s.",
    ),
    "device_llm_prefill": Group(
        "On devices: the prompt",
        "time of one prompt token",
        "Language models on phones, laptops and boards; prefill: one over prompt tokens/s.",
    ),
    "device_speech": Group(
        "On devices: audio to text",
        "time of a second of audio",
        "Speech to text on phones, laptops and boards; real-time factors and parts of a pass.",
    ),
    "device_first_load": Group(
        "On devices: first load",
        "time to the first use",
        "Reading a model and preparing it for the unit.",
    ),
    "device_later_load": Group(
        "On devices: later loads",
        "time of a later start",
        "Reading a model that was prepared before.",
    ),
    "device_energy": Group(
        "On devices: energy",
        "energy of one token",
        "Joules per output token: fitted power times fitted time.",
        "J",
    ),
    "training_dense_llm": Group(
        "Training language models",
        "time of one token",
        "Tokens/s of dense language models, all accelerators of the job together.",
    ),
    "training_experts": Group(
        "Training mixtures of experts",
        "time of one token",
        "Tokens/s of mixture-of-experts models, all accelerators together.",
    ),
    "training_mlperf_lora": Group(
        "Fine-tuning (MLPerf)",
        "time of the run",
        "MLPerf Training, Llama-2-70B LoRA: minutes to the target quality.",
        "min",
    ),
    "training_mlperf_other": Group(
        "Training (MLPerf)",
        "time of the run",
        "MLPerf Training, the other benchmarks: minutes to the target quality.",
        "min",
    ),
    "training_other_networks": Group(
        "Training other networks",
        "time of one sample",
        "Samples/s or tokens/s of networks that are not language models.",
    ),
    "training_small_tunes": Group(
        "Training, given as a time",
        "time of the run",
        "Hours or minutes of a named run, from a fine-tune of minutes to a pre-training of "
        "millions of accelerator-hours.",
        "h",
    ),
}
"""Group -> its words, in the order pages show them; every group of the files is here (tested)."""


@dataclass(frozen=True)
class LeftOut:
    """A measured row and what was predicted without it; figures are None where it was not.

    ``measured``, ``predicted``, ``low`` and ``high`` are in ``unit`` per ``work``; ``value`` is
    the figure as published, in ``quantity``.
    """

    row: str
    group: str
    model: str
    hardware: str
    stack: str
    quantity: str
    value: float | None
    work: str
    unit: str
    measured: float | None
    predicted: float | None
    low: float | None
    high: float | None
    label: Label | None
    hardware_measured: bool
    reason: str

    @property
    def covered(self) -> bool:
        """Whether a prediction could be made."""
        return self.predicted is not None

    def published(self, figure: float | None) -> float | None:
        """A figure per ``work`` in the published quantity: rates fall as times rise."""
        if figure is None or self.value is None or not self.measured or not figure:
            return None
        times = figure / self.measured
        return self.value / times if self.is_rate else self.value * times

    @property
    def is_rate(self) -> bool:
        """Whether more of the published quantity is less time."""
        return self.quantity.endswith(("per_s", "per_s_per_part"))

    @property
    def published_range(self) -> tuple[float | None, float | None]:
        """The 80 % range in the published quantity, lower end first."""
        ends = self.published(self.low), self.published(self.high)
        return (ends[1], ends[0]) if self.is_rate else ends

    @property
    def inside(self) -> bool:
        """Whether the measurement lies in the 80 % range."""
        if self.low is None or self.high is None or self.measured is None:
            return False
        return self.low <= self.measured <= self.high


@dataclass(frozen=True)
class Summary:
    """Errors of a group or a part of it when ``left_out`` was hidden from the fit.

    Errors are shares of the measurement (0.1 is 10 %), or ratios where ``is_ratio``. Figures are
    None where nothing was covered.
    """

    left_out: Mode
    group: str
    kind: Kind
    part: str
    n: int
    covered: int
    median_error: float | None
    p90_error: float | None
    inside_80: float | None
    median_width: float | None  # high end of the range over its low end
    edition: date
    method: str

    @property
    def is_ratio(self) -> bool:
        """Whether errors are ratios."""
        return self.group.startswith(RATIO_PREFIX)


def group(name: str) -> Group:
    """Words of a group; its plain name where the table has none."""
    plain = name.replace("_", " ").capitalize()
    return GROUPS.get(name) or Group(plain, "figure", plain)


# --- reading ---------------------------------------------------------------------------------
class _LeftOutLine(Row):
    """A measured row as the file holds it."""

    row: str
    group: str
    model: str = ""
    hardware: str = ""
    stack: str = ""
    quantity: str = ""
    value: float | None = None
    work: str = ""
    unit: str = ""
    measured: float | None = None
    predicted: float | None = None
    low: float | None = None
    high: float | None = None
    label: Label | None = None
    hardware_measured: bool = False
    reason: str = ""


class _SummaryLine(Row):
    """A line of errors as the file holds it."""

    left_out: Mode
    group: str
    kind: Kind
    part: str = ""
    n: int
    covered: int
    not_predicted: int | None = None
    median_error: float | None = None
    p90_error: float | None = None
    inside_80: float | None = None
    misses_low: int | None = None
    misses_high: int | None = None
    median_width: float | None = None
    edition: date
    method: str


_NOT_SHOWN = {"not_predicted", "misses_low", "misses_high"}


@cache
def left_out(folder: Path = FOLDER) -> Sequence[LeftOut]:
    """Every row with its prediction, or the reason why there is none; raises TableError."""
    lines = read_rows(folder / "left_out.csv", _LeftOutLine)
    return tuple(LeftOut(**line.model_dump()) for line in lines)


@cache
def summaries(folder: Path = FOLDER) -> Sequence[Summary]:
    """Errors by what was left out, group and part; raises TableError."""
    lines = read_rows(folder / "summary.csv", _SummaryLine)
    return tuple(Summary(**line.model_dump(exclude=_NOT_SHOWN)) for line in lines)


# --- choosing --------------------------------------------------------------------------------
def groups(rows: Sequence[LeftOut]) -> list[str]:
    """Groups that ``rows`` hold predictions of, in the order of the table, strangers last."""
    held = dict.fromkeys(row.group for row in rows if row.covered)
    return [name for name in GROUPS if name in held] + [name for name in held if name not in GROUPS]


def covered(rows: Sequence[LeftOut], name: str) -> list[LeftOut]:
    """Rows of one group that were predicted."""
    return [row for row in rows if row.group == name and row.covered]


def not_covered(rows: Sequence[LeftOut]) -> list[LeftOut]:
    """Rows without prediction, with their reasons."""
    return [row for row in rows if not row.covered]


def whole(found: Sequence[Summary], mode: Mode = "row") -> Summary | None:
    """The line of all groups together."""
    return next((one for one in found if one.left_out == mode and one.group == ALL), None)


def chosen(found: Sequence[Summary], mode: Mode, kind: Kind) -> list[Summary]:
    """Lines of one table, in the order of the groups; the sum of all groups last.

    Leaving out accelerators changes nothing for devices and the other way round: those groups
    would only repeat the figures of single rows.
    """
    order = {name: index for index, name in enumerate(GROUPS)}
    kept = [
        one
        for one in found
        if one.left_out == mode and one.kind == kind and (one.group == ALL or _touched(one))
    ]
    if mode in ("accelerator", "device"):
        kept = [one for one in kept if one.group != ALL]
    return sorted(kept, key=lambda one: (one.group == ALL, order.get(one.group, len(order))))


def _touched(one: Summary) -> bool:
    if one.left_out == "accelerator":
        return not one.is_ratio
    return one.is_ratio or one.left_out != "device"
