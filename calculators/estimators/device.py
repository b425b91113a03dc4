"""Devices answering for their own users: speed, memory, first load and energy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.estimators import device_form
from calculators.estimators.columns import gathered
from calculators.estimators.device_form import Chip, Run
from calculators.estimators.figures import Labels, Slowdown, Times, joined, slowed
from calculators.estimators.predictor import Asked, Panel, Predictor
from calculators.estimators.question import (
    AUDIO,
    SIZE,
    TOKENS,
    Gaps,
    Timed,
    broadcast,
    taken,
)
from calculators.estimators.shapes import MEGA, Shape, family, of_work, unit_arithmetic
from calculators.estimators.terms import EffectLabel
from calculators.estimators.types import (
    Basis,
    DeviceEstimates,
    DeviceQuantity,
    Duty,
    IntArray,
    Interval,
    Label,
    Work,
)
from pricing.schema import DeviceRow

PRECISIONS = {"fp16": "fp16", "fp8": "int8", "int8": "int8", "int4": "int8", "fp4": "int8"}
"""What a unit of a device computes in for weights of a precision."""


@dataclass(frozen=True, eq=False)
class Devices:
    """D devices as columns (D, 1); ``rows`` are None where there is no specification."""

    names: tuple[str, ...]
    rows: tuple[DeviceRow | None, ...]

    @cached_property
    def known(self) -> IntArray:
        """Places of the K devices with a specification."""
        return np.flatnonzero([row is not None for row in self.rows])

    @cached_property
    def place(self) -> IntArray:
        """(D, 1) place of a device among those known; K for none."""
        found = np.full((len(self.rows), 1), len(self.known))
        found[self.known, 0] = np.arange(len(self.known))
        return found

    @cached_property
    def specified(self) -> tuple[DeviceRow, ...]:
        """The K devices with a specification."""
        return tuple(row for row in self.rows if row is not None)

    @cached_property
    def chips(self) -> tuple[Chip, ...]:
        """Their chips."""
        return tuple(device_form.chip_of(row) for row in self.specified)

    def column(self, values: Sequence[float]) -> Array:
        """One number a known device as a column (K, 1)."""
        return np.array(values, dtype=np.float64).reshape(-1, 1)


@dataclass(frozen=True, eq=False)
class Question:
    """One kind of request (broadcast to N points) on D devices."""

    work: Work
    devices: Devices
    duty: Duty
    predictor: Predictor

    @cached_property
    def shape(self) -> Shape:
        """The network."""
        return of_work(self.work, self.predictor.fits)

    @property
    def language(self) -> bool:
        """Whether it is a language model."""
        return self.work.kind == "llm"

    def at(self, point: int) -> Question:
        """The same question at one point."""
        return replace(self, work=taken(self.work, slice(point, point + 1)))

    @cached_property
    def memory_mb(self) -> Array:
        """Weights, and for a language model the cache at its longest, (N,)."""
        work, fits = self.work, self.predictor.fits
        need = self.shape.params * MEGA * fits.value("weight_bytes", work.precision)
        if self.language:
            need = need + self.shape.cache_bytes * (work.input_tokens + work.output_tokens)
        return np.asarray(need / 1e6)

    @cached_property
    def room_mb(self) -> Array:
        """Memory an application may use on each known device, (K, 1).

        That of the smallest configuration sold where it is not stated.
        """
        fits = self.predictor.fits
        stated = [
            row.ram_gb or fits.value("assumed_ram", row.device_class)
            for row in self.devices.specified
        ]
        return self.devices.column(stated) * 1e3 * fits.value("device_memory_share")

    @cached_property
    def holding(self) -> BoolArray:
        """Known devices on which the network finds room, or whose need is not known, (K, N)."""
        return ~(self.memory_mb > self.room_mb)

    @cached_property
    def sized(self) -> tuple[Shape, str]:
        """The network its terms are of, and what stands for its size where nobody states it."""
        known = self.predictor.catalogue.models.get(self.work.model)
        if known is not None and known.gflops_per_request is None:
            related = family(known.model)
            if self.predictor.learnt.form("device_network").knows("unsized", related):
                return unit_arithmetic(self.shape, self.predictor.fits), related
        return self.shape, ""

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Unit and software that commonly run the network on each known device."""
        precision, fits = self.work.precision, self.predictor.fits
        if self.language:
            bits = 8.0 * fits.value("weight_bytes", precision)
            return tuple(language_run(chip, precision, bits) for chip in self.devices.chips)
        return tuple(network_run(chip, PRECISIONS[precision]) for chip in self.devices.chips)

    @cached_property
    def pace(self) -> Slowdown | None:
        """How much sustained use slows each known device, (K, 1); None where nothing does."""
        if self.duty == "burst":
            return None
        shares = np.array([self.sustained(row) for row in self.devices.specified]).reshape(-1, 3)
        mid, low, high = (-np.log(shares[:, [column]]) for column in range(3))
        return Slowdown(mid, high, low)

    def sustained(self, device: DeviceRow) -> tuple[float, float, float]:
        """Share of the first minute's speed that sustained use keeps: middle, low, high."""
        row = self.predictor.fits.row("device_sustained", device.device_class)
        if row.value >= 1.0:
            return 1.0, 1.0, 1.0
        return row.value, row.low or row.value, row.high or row.value


def estimate(work: Work, devices: Devices, duty: Duty, predictor: Predictor) -> DeviceEstimates:
    """One request on each of D devices, alone, at N points."""
    asked = Question(broadcast(work), devices, duty, predictor)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return _language(asked) if asked.language else _network(asked)


def _language(asked: Question) -> DeviceEstimates:
    tokens = asked.work.input_tokens + asked.work.output_tokens
    gaps = Gaps({SIZE: ~(asked.shape.params > 0), TOKENS: ~(tokens > 0)})
    rows = np.arange(len(asked.devices.specified))
    step = _paced(asked, _step(asked, rows))
    each = _paced(asked, _each(asked, rows))
    first = step.plus(_prompt(asked), each)
    answer = first.plus(np.maximum(asked.work.output_tokens - 1.0, 0.0), step)
    return _estimates(asked, gaps, asked.holding, answer, first, step)


def _network(asked: Question) -> DeviceEstimates:
    shape, _ = asked.sized
    known = shape.gflops > 0
    silent = ~known & ~(asked.work.audio_seconds > 0) & (asked.work.kind == "speech")
    rows = np.arange(len(asked.devices.specified))
    answer = _paced(asked, _pass(asked, rows))
    return _estimates(asked, Gaps({AUDIO: silent}), asked.holding & (known | silent), answer)


def _estimates(
    asked: Question,
    gaps: Gaps,
    able: BoolArray,
    answer: Times,
    first: Times | None = None,
    step: Times | None = None,
) -> DeviceEstimates:
    """Figures by device; ``able`` (K, N) says where it can run."""
    devices, place = asked.devices, asked.devices.place
    shown = np.where(able, gaps.known, np.nan)
    unknown = Interval.unknown(len(devices.names))
    load = asked.predictor.fits.row("device_load_mb_per_s")
    loading = (load.high or load.value, load.value, load.low or load.value)
    memory = np.where(able, asked.memory_mb, np.nan)
    specified = devices.place < len(devices.specified)
    return DeviceEstimates(
        devices=devices.names,
        can_run=np.vstack([able, np.zeros((1, able.shape[1]), dtype=bool)])[place[:, 0]],
        memory_mb=np.where(specified, asked.memory_mb, 0.0),
        answer_ms=answer.duration(1e3, place, shown),
        ttft_ms=unknown if first is None else first.duration(1e3, place, shown),
        tpot_ms=unknown if step is None else step.duration(1e3, place, shown),
        first_load_ms=Interval(*(gathered(memory / rate * 1e3, place) for rate in loading)),
        energy_j_per_request=answer.slower(_power(asked)).duration(1.0, place, shown),
        words=_Words(asked, gaps, able, answer.labels),
    )


# ------------------------------------------------------------------------ unit and software


def language_run(chip: Chip, precision: str, bits: float) -> Run:
    """Unit and software that commonly run a language model on the platform."""
    unit, engine = LANGUAGE.get(chip.family, ("cpu", "litert-lm"))
    if chip.soc.startswith("snapdragon-8-elite"):
        unit, engine = "npu", "qualcomm-genie-qnn"
    return Run(unit, engine, precision, bits)


LANGUAGE = {
    "ios": ("gpu", "mlx-swift"),
    "mac": ("gpu", "llama.cpp"),
    "windows": ("npu", "qualcomm-genie-qnn"),
    "jetson": ("gpu", "mlc-llm"),
    "pi": ("cpu", "llama.cpp"),
}
"""Unit and software of language models by family of devices."""


def network_run(chip: Chip, precision: str) -> Run:
    """Unit and software that commonly run a small network on the platform."""
    unit, engine = NETWORKS.get(chip.family, ("cpu", "ncnn"))
    if chip.family == "android" and _has_npu(chip):
        unit, engine = "npu", "litert-tflite"
    computed = "fp16" if engine == "core-ml" else precision
    return Run(unit, engine, computed, 16.0 if computed == "fp16" else 8.0)


NETWORKS = {
    "ios": ("npu", "core-ml"),
    "mac": ("npu", "core-ml"),
    "windows": ("npu", "onnx-runtime"),
    "jetson": ("gpu", "tensorrt"),
    "pi": ("cpu", "ncnn"),
}
"""Unit and software of small networks by family of devices."""
LINES = (
    "snapdragon-7",
    "snapdragon-8",
    "exynos-2",
    "tensor",
    "google-tensor",
    "dimensity-8",
    "dimensity-9",
)
"""Lines of chips whose neural unit software reaches."""


def _has_npu(chip: Chip) -> bool:
    """Whether software reaches a neural unit: upper lines of the years measured."""
    return chip.soc.startswith(LINES) and (chip.year or 0.0) >= 2021.0


# ------------------------------------------------------------------------------------ times


def _paced(asked: Question, timed: Timed) -> Times:
    """The times, slower where the use is sustained."""
    found = timed.times(asked.predictor)
    if asked.pace is None:
        return found
    return found.slower(asked.pace.take(timed.rows))


def _panel(
    asked: Question, form: str, labels: Callable[[Chip, Run], dict[str, EffectLabel]]
) -> Panel:
    key = (asked.devices, asked.language, asked.work.precision)
    chips, runs = asked.devices.chips, asked.runs
    return asked.predictor.panel(
        form,
        key,
        lambda: [labels(chip, run) for chip, run in zip(chips, runs, strict=True)],
        lambda: _tails(asked.runs) if form == "device_network" else {},
    )


def _tails(runs: Sequence[Run]) -> dict[str, list[str]]:
    """What follows the network's name in the labels that network and device decide together."""
    tails = [device_form.network_tails(run) for run in runs]
    return {name: [tail[name] for tail in tails] for name in device_form.TAILED}


def _step(asked: Question, rows: IntArray) -> Timed:
    """Time of one output token."""
    panel = _panel(asked, "device_token", device_form.token_labels)
    assumed = asked.predictor.fits.value("assumed_bandwidth") * 1e9
    stated = asked.devices.column([chip.bandwidth or np.nan for chip in asked.devices.chips])[rows]
    bits = 8.0 * asked.predictor.fits.value("weight_bytes", asked.work.precision)
    bandwidth = np.where(np.isnan(stated), assumed, stated)
    terms = device_form.token_terms(asked.shape, bandwidth, bits)
    floor = np.where(np.isnan(stated), 0.0, terms[0])
    return Timed(Asked(panel, "device_llm_decode", asked.shape.model), terms, rows, floor)


def _each(asked: Question, rows: IntArray) -> Timed:
    """Time of one prompt token."""
    panel = _panel(asked, "device_prompt", device_form.prompt_labels)
    terms = device_form.prompt_terms(asked.shape)
    return Timed(Asked(panel, "device_llm_prefill", asked.shape.model), terms, rows)


def _prompt(asked: Question) -> Array:
    """Prompt tokens not in the prefix cache."""
    work = asked.work
    return np.maximum(work.input_tokens * (1.0 - work.cached_input_share), 0.0)


def _pass(asked: Question, rows: IntArray) -> Timed:
    """Time of one pass through a network."""
    shape, unsized = asked.sized
    panel = _panel(asked, "device_network", device_form.network_labels)
    labels = device_form.network_model_labels(shape.model, unsized)
    question = Asked(panel, "device_vision", shape.model, labels)
    return Timed(question, device_form.network_terms(shape), rows)


# ----------------------------------------------------------------------------------- energy


def _watts(asked: Question) -> tuple[Array, Array, Array]:
    """Power while computing, low, middle, high (K, 1): fitted for language models, else assumed."""
    if asked.language:
        found = _power_of(asked, np.arange(len(asked.runs))).times(asked.predictor)
        return np.exp(found.log_low), np.exp(found.log_mid), np.exp(found.log_high)
    rows = [
        asked.predictor.fits.row("device_power", f"{row.device_class}/{run.unit}")
        for row, run in zip(asked.devices.specified, asked.runs, strict=True)
    ]
    column = asked.devices.column
    return (
        column([row.low or row.value for row in rows]),
        column([row.value for row in rows]),
        column([row.high or row.value for row in rows]),
    )


def _power_of(asked: Question, rows: IntArray) -> Timed:
    """Power of a language model [W], a form as the times are."""
    panel = _panel(
        asked, "device_power", lambda chip, run: device_form.power_labels(chip, run, "llm")
    )
    return Timed(Asked(panel, "device_energy", ""), np.ones((1, len(rows), 1)), rows)


def _baselines(asked: Question) -> Array:
    """Power with the screen on alone (K, 1) [W]."""
    return asked.devices.column(
        [_baseline(asked, place) for place in range(len(asked.devices.specified))]
    )


def _baseline(asked: Question, place: int) -> float:
    use = "llm" if asked.language else asked.runs[place].unit
    kind = asked.devices.specified[place].device_class
    return asked.predictor.fits.value("device_baseline", f"{kind}/{use}")


def _power(asked: Question) -> Slowdown:
    """Power over the screen-on baseline (K, 1) [W]: turns the time of an answer into joules."""
    low, mid, high = _watts(asked)
    over = np.log(np.maximum(mid - _baselines(asked), 0.1 * mid))
    return Slowdown(over, over - np.log(mid / low), over + np.log(high / mid))


# ------------------------------------------------------------------------------------ words

FIRST_RULE = "prompt tokens, then the first token"
ANSWER_RULE = "time to first token and time per further token"


@dataclass(frozen=True, eq=False)
class _Words:
    """What stands behind the figures, for one device at one point."""

    asked: Question
    gaps: Gaps
    able: BoolArray  # (K, N)
    labels: Labels  # of the time of an answer

    def _place(self, device: int) -> int:
        return int(self.asked.devices.place[device, 0])

    def reason(self, device: int, point: int) -> str:
        """Why it cannot run or cannot be estimated; blank when fine."""
        asked, place = self.asked, self._place(device)
        if asked.devices.rows[device] is None:
            return f"no specification of {asked.devices.names[device]}"
        if not asked.holding[place, point]:
            memory, room = asked.memory_mb[point], asked.room_mb[place, 0]
            return f"needs {memory:,.0f} MB of memory; about {room:,.0f} MB may be used"
        if not self.able[place, point]:
            return "needs the arithmetic of one request"
        return self.gaps.said(point)

    def label(self, device: int, point: int) -> Label:
        """The label of the time of an answer."""
        return self.labels.at(self._place(device), point)

    def unit(self, device: int, point: int) -> str:
        """Unit of the device that computes; blank where it cannot run."""
        place = self._place(device)
        able = place < len(self.able) and self.able[place, point]
        return self.asked.runs[place].unit.upper() if able else ""

    def basis(self, quantity: DeviceQuantity, device: int, point: int) -> Basis:
        """How a figure was come by."""
        asked = self.asked.at(point)
        rows = np.array([self._place(device)])
        if quantity == "first_load_ms":
            return _loaded(asked)
        if quantity == "energy_j_per_request":
            return self._energy(asked, rows)
        if not asked.language:
            return self._paced(_pass(asked, rows))
        step = self._paced(_step(asked, rows))
        if quantity == "tpot_ms":
            return step
        first = joined(step, self._paced(_each(asked, rows)), FIRST_RULE)
        return first if quantity == "ttft_ms" else joined(first, step, ANSWER_RULE)

    def _paced(self, timed: Timed) -> Basis:
        basis = timed.basis(self.asked.predictor)
        notes = self._notes(int(timed.rows[0]))
        return slowed(basis, *notes) if notes else basis

    def _notes(self, place: int) -> tuple[str, ...]:
        """What sustained use assumes; empty where it is not slower."""
        share = self.asked.sustained(self.asked.devices.specified[place])[0]
        if self.asked.duty == "burst" or share >= 1.0:
            return ()
        return (f"sustained use keeps {share:.2f} of the first minute's speed",)

    def _energy(self, asked: Question, rows: IntArray) -> Basis:
        place = int(rows[0])
        watt = float(_watts(asked)[1][place, 0])
        base = _baseline(asked, place)
        rule = (
            f"({watt:.2g} W while computing - {base:g} W with the screen on) x time of the answer"
        )
        label: Label = "estimated"
        used: tuple[str, ...] = ()
        if asked.language:
            power = _power_of(asked, rows)
            used = power.basis(asked.predictor).rows
            label = "scaled" if power.asked.panel.known[place] else "estimated"
        return Basis(label, rule, used, self._notes(place))


def _loaded(asked: Question) -> Basis:
    """Reading and preparing the weights at a stated rate."""
    rate = asked.predictor.fits.value("device_load_mb_per_s")
    memory = float(asked.memory_mb[0])
    return Basis("estimated", f"{memory:,.0f} MB read and prepared at {rate:g} MB/s")
