"""What every option kind returns: a block of candidates evaluated together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.charges import Charge, Ledger
from calculators.estimators.types import Label
from calculators.explained import Explained
from calculators.inputs import Inputs
from calculators.network import Trip, trip
from calculators.results import AnswersAt, Capacity, Finding, Latency, TrainedAt


@dataclass(frozen=True)
class Product:
    """One concrete thing that can answer."""

    id: str  # vendor/product[:term], stable and independent of volume
    label: str
    vendor: str  # vendors.csv id; "" for what the company or the user owns
    marks: tuple[str, ...] = ()
    different_model: bool = False
    other_region: bool = False
    own_model: bool = True  # can answer with a model of one's own
    trained_here: bool = False  # answers only with a model trained on the same service
    confidence: str = "A"


@dataclass
class Block:
    """C candidates of one kind over N points."""

    answers_at: AnswersAt
    products: Sequence[Product]
    ledger: Ledger
    blocked: BoolArray  # (C, N): may not or cannot serve
    unpriced: BoolArray  # (C, N): a price is missing at this volume
    findings: list[list[Finding]]
    missing: list[list[str]]
    volume_gaps: list[list[str]]  # those of ``missing`` that hold at this volume only
    answer_ms: Array  # (C, N) computing time, NaN where nobody publishes it
    answer_p95_ms: Array
    label: list[Label | str]
    served_share: Array  # (N,)
    networked: bool = True
    data_leaves: bool = True  # requests reach a vendor's machines
    ttft_ms: Array | None = None  # (C, N), language models
    tpot_ms: Array | None = None
    battery_pct: Array | None = None  # (N,), of the users whose battery is known
    battery_known_share: Array | None = None  # (N,) of the users served
    capacity_of: Callable[[int], Capacity | None] = field(default=lambda _: None)
    explained_of: Callable[[int], tuple[Explained, ...]] = field(default=lambda _: ())
    assumed: tuple[str, ...] = ()  # names of the assumptions in the time to the answer
    machine_kwh: Callable[[], Array] | None = None  # of the base point (C,), NaN where unknown
    grids: Sequence[str] = ()  # places whose grid feeds the machines, one each; "": not known
    edges_of: Callable[[int, float], Array] = field(default=lambda _, __: np.zeros(0))
    # volumes (requests a month, up to the given one) at which a candidate's cost bends or steps
    spacing_of: Callable[[int], Array] = field(default=lambda _: np.zeros(0))
    # requests a month between steps: a candidate steps at every multiple of each
    trip: Trip | None = None
    learnt_there: list[Charge] | None = None  # its costs when the model is trained where it answers

    @property
    def charges(self) -> list[Charge]:
        """The block's costs."""
        return self.ledger.charges

    def charges_with(self, trained_at: TrainedAt) -> list[Charge]:
        """The block's costs with a model trained at a place; one learnt there is not shipped."""
        learnt = trained_at == "device" and self.learnt_there is not None
        return self.learnt_there if learnt and self.learnt_there is not None else self.charges

    @property
    def size(self) -> int:
        """C."""
        return len(self.products)

    def steady_gaps(self, candidate: int) -> bool:
        """Whether something is missing at every volume, not only beyond a tier."""
        gaps = [gap for gap in self.missing[candidate] if gap not in self.volume_gaps[candidate]]
        return bool(gaps)

    def latency(self, candidate: int, point: int = 0) -> Latency:
        """Median and slow time to the complete answer of one candidate."""
        parts: dict[str, float] = {}
        network50 = network95 = 0.0
        assumed = self.assumed
        if self.networked and self.trip is not None:
            parts = {
                "round trips": _at(self.trip.round_trips, point),
                "sending": _at(self.trip.upload, point),
                "receiving": _at(self.trip.download, point),
            }
            network50, network95 = _at(self.trip.p50, point), _at(self.trip.p95, point)
            assumed = (*self.trip.assumed, *assumed)
        answer = float(self.answer_ms[candidate, min(point, self.answer_ms.shape[1] - 1)])
        slow = float(self.answer_p95_ms[candidate, min(point, self.answer_p95_ms.shape[1] - 1)])
        if np.isnan(answer):
            return Latency(None, None, parts, "", assumed)
        parts["computing"] = answer
        label = self.label[candidate]
        return Latency(network50 + answer, network95 + slow, parts, label, assumed)  # type: ignore[arg-type]

    def p95(self) -> Array:
        """(C, N) slow time to the complete answer, NaN where unknown."""
        network = self.trip.p95 if self.networked and self.trip is not None else np.zeros(1)
        return self.answer_p95_ms + network


def _at(values: Array, point: int) -> float:
    return float(values[point if values.size > 1 else 0])


def empty_block(kind: AnswersAt, products: Sequence[Product], inputs: Inputs) -> Block:
    """A block with no costs yet."""
    count = len(products)
    unknown = np.full((count, 1), np.nan)
    return Block(
        answers_at=kind,
        products=products,
        ledger=Ledger(inputs.calendar),
        blocked=np.zeros((count, inputs.points), dtype=bool),
        unpriced=np.zeros((count, inputs.points), dtype=bool),
        findings=[[] for _ in products],
        missing=[[] for _ in products],
        volume_gaps=[[] for _ in products],
        answer_ms=unknown,
        answer_p95_ms=unknown,
        label=["" for _ in products],
        served_share=np.ones(1),
        trip=trip(inputs),
    )
