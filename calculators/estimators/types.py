"""What the estimators take and give: the seam between options and the roofline behind it.

A question is about one kind of request (:class:`Work`, arrays of shape (N,) over points or (1,))
on many machines at once. The answer holds arrays of shape (H, N), H machines by N points; words
(label, rule, rows, assumptions, reasons) are made when asked for, for one machine at one point.
Ends of an :class:`Interval` hold 80 % of measurements, in the *quantity's* own direction:
low <= mid <= high.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, Literal, Protocol, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from calculators.arrays import Array, BoolArray, any_true
from calculators.estimators.curve import Curve
from pricing.records import record, value

T = TypeVar("T")
IntArray = NDArray[np.intp]  # places in an array
WorkKind = Literal["llm", "encoder", "vision", "speech", "image_generation", "recommender"]
Label = Literal["measured", "scaled", "estimated", "override"]
ServerQuantity = Literal["capacity_rps", "answer_ms", "ttft_ms", "tpot_ms"]
DeviceQuantity = Literal[
    "answer_ms",
    "ttft_ms",
    "tpot_ms",
    "handling_ms",
    "first_load_ms",
    "later_load_ms",
    "power_w",
    "energy_j_per_request",
]
TrainingQuantity = Literal["hours", "energy_kwh"]
Stack = Literal["tuned", "standard", "basic"]
Duty = Literal["burst", "sustained"]


@value
class Work:
    """One request as seen by the hardware.

    ``gflops_per_request`` is 2 x MACs for the whole request (all tokens, the whole clip);
    tokens are per request; bytes per weight follow ``precision``.
    """

    kind: WorkKind
    model: str  # models.csv id, "" when the user described a model by size
    precision: Literal["fp16", "fp8", "int8", "int4"]
    params_millions: Array
    active_params_millions: Array
    gflops_per_request: Array
    input_tokens: Array
    output_tokens: Array
    cached_input_share: Array
    audio_seconds: Array
    activations_millions: Array  # elements moved per request; NaN when unknown
    layers: float | None = None
    hidden_size: float | None = None
    kv_heads: float | None = None
    head_dim: float | None = None
    kv_bytes_per_token_fp16: float | None = None


@value
class Hardware:
    """One machine: an accelerators.csv row times count, or a number of virtual CPUs."""

    accelerator: str  # "" for CPU only
    count: int
    vcpus: float | None = None
    cpu: str = ""
    memory_gib: float | None = None  # host memory


@value
class TrainingJob:
    """One training run (one experiment)."""

    method: Literal["from_scratch", "fine_tune", "lora"]
    work: Work
    examples: Array  # samples seen in one run, epochs included (non-token models)
    tokens: Array  # tokens seen in one run (language models)


# ------------------------------------------------------------------------------- one figure


@value
class Basis:
    """How a figure was come by, and from which rows."""

    label: Label
    rule: str  # one plain sentence: which rule gave it
    rows: tuple[str, ...] = ()  # measurement row ids or source ids used
    assumptions: tuple[str, ...] = ()  # e.g. "standard serving software reaches 0.62 of tuned"


@value
class Estimate:
    """A figure with its 80 % interval, how it was come by, and from which rows."""

    low: Array
    mid: Array
    high: Array
    label: Label
    rule: str
    rows: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()

    def at(self, z: Array) -> Array:
        """The figure at ``z``: -1 low, 0 mid, 1 high, geometric between and beyond."""
        return between(self.low, self.mid, self.high, z)


@value
class Interval:
    """80 % interval of a quantity, arrays (H, N) or (H, 1); NaN where it is not known."""

    low: Array
    mid: Array
    high: Array

    def at(self, z: Array) -> Array:
        """The quantity at ``z`` (N,) or (1,): -1 low, 0 mid, 1 high, geometric between, beyond."""
        return between(self.low, self.mid, self.high, z)

    def known(self, row: int, point: int) -> bool:
        """Whether there is a figure."""
        return not np.isnan(self.mid[row, min(point, self.mid.shape[1] - 1)])

    def one(self, row: int, point: int, basis: Basis) -> Estimate:
        """One figure in full, arrays (1,)."""
        column = min(point, self.mid.shape[1] - 1)
        low, mid, high = (ends[row, column, None] for ends in (self.low, self.mid, self.high))
        return Estimate(low, mid, high, basis.label, basis.rule, basis.rows, basis.assumptions)

    def take(self, rows: IntArray) -> Interval:
        """Some of the rows."""
        return Interval(self.low[rows], self.mid[rows], self.high[rows])

    @classmethod
    def unknown(cls, rows: int) -> Interval:
        """NaN for each of ``rows``, (rows, 1)."""
        nothing = np.full((rows, 1), np.nan)
        return cls(nothing, nothing, nothing)


def between(low: Array, mid: Array, high: Array, z: Array) -> Array:
    """Geometric interpolation: -1 low, 0 mid, 1 high; zero and NaN stay what they are."""
    if not any_true(z):
        if z.shape[-1] in (1, mid.shape[-1]) and z.ndim <= mid.ndim:
            return mid
        return np.broadcast_to(mid, np.broadcast_shapes(mid.shape, z.shape))
    with np.errstate(divide="ignore", invalid="ignore"):
        up = (high / mid) ** np.maximum(z, 0.0)
        down = (low / mid) ** np.maximum(-z, 0.0)
    return np.where(mid > 0, mid * up * down, mid)


# ---------------------------------------------------------------------------------- servers


class ServerWords(Protocol):
    """What can be said about a server estimate, made when asked for."""

    def reason(self, machine: int, point: int) -> str:
        """Why it does not fit or cannot be estimated; blank when fine."""
        ...

    def room(self, machine: int, point: int) -> float:
        """Memory of a machine over that of the weights alone."""
        ...

    def basis(self, quantity: ServerQuantity, machine: int, point: int) -> Basis:
        """How a figure that is known was come by."""
        ...

    def label(self, quantity: ServerQuantity, machine: int, point: int) -> Label:
        """The label of :meth:`basis` without its rows."""
        ...

    def stack_factor(self, machine: int, point: int) -> float:
        """Share of tuned throughput that the serving stack reaches."""
        ...


class ReplicaSets(Protocol):
    """The sets of accelerators that machines might give to one replica."""

    @property
    def rates(self) -> Sequence[Array]:
        """Requests/s of whole machines at full load, (H, N) for each set; 0 where there is none.

        The smallest set that holds the model, then sets twice, four and eight times as large.
        """
        ...

    def given(self, rung: int) -> ServerEstimates:
        """Estimates where machines give the set of a place in ``rates``."""
        ...


@value
class ServerEstimates:
    """H machines answering requests at N points; N is 1 where nothing of the work varies.

    ``replica_accelerators`` is the set that holds the model at the point with which the machine
    answers most at full load (1 for CPU machines: one replica is the whole machine); ``sets`` has
    the others.
    A machine that cannot be estimated, or work that lacks a figure, *fits* with NaN figures, no
    replica size and one replica: something is missing, which is no refusal.
    """

    hardware: tuple[Hardware, ...]
    fits: BoolArray  # (H, N) some set of its accelerators holds the model
    replica_accelerators: Array  # (H, N) size of that set; 0 where nothing fits or is known
    replicas_per_machine: Array  # (H, N)
    capacity_rps: Interval  # requests/s of one replica at full load
    answer_ms: Interval  # one request alone: compute time to the whole answer
    ttft_ms: Interval  # language models only
    tpot_ms: Interval  # language models only
    curve: Curve  # how these times grow with the load of a replica
    words: ServerWords
    rows: IntArray | None = None  # (H,) the machines the words know; None: the same ones
    sets: ReplicaSets | None = None  # of the machines the words know; None: no choice

    def rates(self) -> Sequence[Array]:
        """Requests/s of whole machines with each set they might give, (H, N) each."""
        if self.sets is None:
            return []
        return [rate if self.rows is None else rate[self.rows] for rate in self.sets.rates]

    def with_set(self, rung: int, machines: IntArray) -> ServerEstimates:
        """Some machines with the set at a place of :meth:`rates`."""
        assert self.sets is not None
        return self.sets.given(rung).take(machines if self.rows is None else self.rows[machines])

    @classmethod
    def joined(cls, parts: Sequence[ServerEstimates]) -> ServerEstimates:
        """One below the other: of the same question, with sets of their own."""
        return replace(
            stacked(parts, ("hardware", "words", "rows", "sets")),
            hardware=tuple(machine for part in parts for machine in part.hardware),
            words=_Joined(parts),
            rows=None,
            sets=None,
        )

    def take(self, rows: IntArray) -> ServerEstimates:
        """Some of the machines."""
        return ServerEstimates(
            hardware=tuple(self.hardware[row] for row in rows.tolist()),
            fits=self.fits[rows],
            replica_accelerators=self.replica_accelerators[rows],
            replicas_per_machine=self.replicas_per_machine[rows],
            capacity_rps=self.capacity_rps.take(rows),
            answer_ms=self.answer_ms.take(rows),
            ttft_ms=self.ttft_ms.take(rows),
            tpot_ms=self.tpot_ms.take(rows),
            curve=self.curve.take(rows),
            words=self.words,
            rows=rows if self.rows is None else self.rows[rows],
            sets=self.sets,
        )

    def row_of(self, machine: int) -> int:
        """Row of a machine in what the words are about."""
        return machine if self.rows is None else int(self.rows[machine])

    def reason(self, machine: int, point: int = 0) -> str:
        """Why it does not fit or cannot be estimated; blank when fine."""
        return self.words.reason(self.row_of(machine), self._said(point))

    def room(self, machine: int, point: int = 0) -> float:
        """Memory of a machine over that of the weights alone."""
        return self.words.room(self.row_of(machine), self._said(point))

    def estimate(self, quantity: ServerQuantity, machine: int, point: int = 0) -> Estimate | None:
        """One figure in full, arrays (1,); None where it is not known."""
        found: Interval = getattr(self, quantity)
        if not found.known(machine, point):
            return None
        basis = self.words.basis(quantity, self.row_of(machine), self._said(point))
        return found.one(machine, point, basis)

    def label(self, machine: int, point: int = 0) -> Label | Literal[""]:
        """Label of the answer time, else of the capacity; blank where neither is known."""
        quantities: tuple[ServerQuantity, ...] = ("answer_ms", "capacity_rps")
        for quantity in quantities:
            found: Interval = getattr(self, quantity)
            if found.known(machine, point):
                return self.words.label(quantity, self.row_of(machine), self._said(point))
        return ""

    def words_label(self, quantity: ServerQuantity, machine: int, point: int = 0) -> Label:
        """The label of one figure that is known."""
        return self.words.label(quantity, self.row_of(machine), self._said(point))

    def stack_factor(self, machine: int, point: int = 0) -> float:
        """Share of tuned throughput that the serving stack reaches; 1 where none is known."""
        return self.words.stack_factor(self.row_of(machine), self._said(point))

    def _said(self, point: int) -> int:
        """The point the words are about: the only one where nothing of the work varies."""
        return point if self.fits.shape[1] > 1 else 0


@record
class _Joined:
    """Words of estimates that stand one below the other."""

    parts: Sequence[ServerEstimates]

    def _of(self, machine: int) -> tuple[ServerWords, int]:
        for part in self.parts:
            if machine < len(part.hardware):
                return part.words, part.row_of(machine)
            machine -= len(part.hardware)
        raise IndexError(machine)

    def reason(self, machine: int, point: int) -> str:
        """Why it does not fit or cannot be estimated; blank when fine."""
        words, row = self._of(machine)
        return words.reason(row, point)

    def room(self, machine: int, point: int) -> float:
        """Memory of a machine over that of the weights alone."""
        words, row = self._of(machine)
        return words.room(row, point)

    def basis(self, quantity: ServerQuantity, machine: int, point: int) -> Basis:
        """How a figure that is known was come by."""
        words, row = self._of(machine)
        return words.basis(quantity, row, point)

    def label(self, quantity: ServerQuantity, machine: int, point: int) -> Label:
        """The label of :meth:`basis` without its rows."""
        words, row = self._of(machine)
        return words.label(quantity, row, point)

    def stack_factor(self, machine: int, point: int) -> float:
        """Share of tuned throughput that the serving stack reaches."""
        words, row = self._of(machine)
        return words.stack_factor(row, point)


def stacked(parts: Sequence[T], but: Sequence[str] = ()) -> T:
    """Records of arrays (rows, N or 1) one below the other; fields named in ``but`` stay."""
    first = parts[0]
    if isinstance(first, np.ndarray):
        columns = max(part.shape[1] for part in cast(Sequence[Array], parts))
        wide = [np.broadcast_to(part, (len(part), columns)) for part in cast(Any, parts)]
        return cast(T, np.concatenate(wide))
    made = {}
    for item in fields(cast(Any, first)):
        values = [getattr(part, item.name) for part in parts]
        if item.name not in but and values[0] is not None:
            made[item.name] = stacked(values)
    return cast(T, replace(cast(Any, first), **made))


# ---------------------------------------------------------------------------------- devices


class DeviceWords(Protocol):
    """What can be said about a device estimate, made when asked for."""

    def reason(self, device: int, point: int) -> str:
        """Why it cannot run or cannot be estimated; blank when fine."""
        ...

    def basis(self, quantity: DeviceQuantity, device: int, point: int) -> Basis:
        """How a figure that is known was come by."""
        ...

    def label(self, device: int, point: int) -> Label:
        """The label of the time of an answer."""
        ...

    def unit(self, device: int, point: int) -> str:
        """Unit of the device that computes; blank where it cannot run."""
        ...


@value
class DeviceEstimates:
    """D devices answering for their own users at N points.

    ``answer_ms`` is the network's own time; what an application does before and after it
    (capture, resizing, decoding what the network said) is ``handling_ms``.
    """

    devices: tuple[str, ...]
    can_run: BoolArray  # (D, N)
    memory_mb: Array  # (D, N)
    room_mb: Array  # (D, 1) an application may use; NaN where the device is not specified
    answer_ms: Interval
    ttft_ms: Interval
    tpot_ms: Interval
    handling_ms: Interval  # of one request, beside the network's time
    first_load_ms: Interval  # the first time on a device: read, and prepared for the unit
    later_load_ms: Interval  # each later start of the application
    power_w: Interval  # over the screen-on baseline, while computing
    energy_j_per_request: Interval  # over the screen-on baseline
    words: DeviceWords

    def reason(self, device: int, point: int = 0) -> str:
        """Why it cannot run or cannot be estimated; blank when fine."""
        return self.words.reason(device, self._said(point))

    def estimate(self, quantity: DeviceQuantity, device: int, point: int = 0) -> Estimate | None:
        """One figure in full, arrays (1,); None where it is not known."""
        found: Interval = getattr(self, quantity)
        if not found.known(device, point):
            return None
        return found.one(device, point, self.words.basis(quantity, device, self._said(point)))

    def label(self, device: int, point: int = 0) -> Label | Literal[""]:
        """Label of the time of an answer; blank where it is not known."""
        known = self.answer_ms.known(device, point)
        return self.words.label(device, self._said(point)) if known else ""

    def unit(self, device: int, point: int = 0) -> str:
        """Unit of the device that computes: NPU, GPU, CPU; blank where it cannot run."""
        return self.words.unit(device, self._said(point))

    def _said(self, point: int) -> int:
        """The point the words are about: the only one where nothing of the work varies."""
        return point if self.can_run.shape[1] > 1 else 0


# --------------------------------------------------------------------------------- training


class TrainingWords(Protocol):
    """What can be said about a training estimate, made when asked for."""

    def reason(self, machine: int, point: int) -> str:
        """Why it does not fit or cannot be estimated; blank when fine."""
        ...

    def room(self, machine: int, point: int) -> float:
        """Memory of a machine over what training needs."""
        ...

    def basis(self, quantity: TrainingQuantity, machine: int, point: int) -> Basis:
        """How a figure that is known was come by."""
        ...


@value
class TrainingEstimates:
    """Wall-clock hours and energy of one run on each of H machines, at N points."""

    hardware: tuple[Hardware, ...]
    fits: BoolArray  # (H, N)
    hours: Interval
    energy_kwh: Interval
    words: TrainingWords

    def reason(self, machine: int, point: int = 0) -> str:
        """Why it does not fit or cannot be estimated; blank when fine."""
        return self.words.reason(machine, self._said(point))

    def room(self, machine: int, point: int = 0) -> float:
        """Memory of a machine over what training needs; at least 1 where it fits."""
        return self.words.room(machine, self._said(point))

    def estimate(self, quantity: TrainingQuantity, machine: int, point: int = 0) -> Estimate | None:
        """One figure in full, arrays (1,); None where it is not known."""
        found: Interval = getattr(self, quantity)
        if not found.known(machine, point):
            return None
        return found.one(machine, point, self.words.basis(quantity, machine, self._said(point)))

    def _said(self, point: int) -> int:
        """The point the words are about: the only one where nothing of the work varies."""
        return point if self.fits.shape[1] > 1 else 0
