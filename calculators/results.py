"""What a comparison returns: options with their line items, the answer and its surroundings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from calculators.estimators.types import Label
from calculators.explained import Explained
from calculators.scenario import Scenario
from pricing.book import PriceBook, Source

Payer = Literal["company", "user"]
Period = Literal["once", "monthly", "per retrain"]
TrainedAt = Literal["none", "managed_api", "hosted_platform", "rented", "owned", "device"]
AnswersAt = Literal[
    "managed_api",
    "hosted_platform",
    "rented",
    "owned",
    "device",
    "device+managed_api",
    "device+hosted_platform",
    "device+rented",
    "device+owned",
]
KINDS: tuple[AnswersAt, ...] = (
    "managed_api",
    "hosted_platform",
    "rented",
    "owned",
    "device",
    "device+managed_api",
    "device+hosted_platform",
    "device+rented",
    "device+owned",
)
Status = Literal["feasible", "infeasible", "incomplete", "not_offered"]
Verdict = Literal["pass", "caution", "fail"]


@dataclass(frozen=True)
class LineItem:
    """quantity x rate = amount, over the horizon; undiscounted."""

    name: str
    payer: Payer
    period: Period
    quantity: float
    unit: str  # units.csv name
    rate_usd: float
    amount_usd: float
    credit: bool  # only credits are negative
    source: Source
    basis: str = ""  # where the quantity comes from, in words
    npv_usd: float = 0.0
    month1_usd: float = 0.0


@dataclass(frozen=True)
class Finding:
    """One rule applied to one option."""

    rule: str  # short name: data, region, offline, latency, reach, memory, price ...
    verdict: Verdict
    text: str  # the number behind it, in plain words
    change: str = ""  # what would have to change; blank when it passes


@dataclass(frozen=True)
class Latency:
    """Milliseconds to the complete answer; None where nobody publishes it."""

    p50_ms: float | None
    p95_ms: float | None
    parts_ms: dict[str, float] = field(default_factory=dict)  # p50 parts: network, upload ...
    label: Label | Literal[""] = ""
    assumed: tuple[str, ...] = ()  # names of the assumptions in it beside the estimate


@dataclass(frozen=True)
class Capacity:
    """How the fleet of an option was sized (blank for APIs and devices)."""

    requests_per_s: float  # one machine at full load
    low: float
    high: float
    label: Label
    rule: str
    rows: tuple[str, ...]
    machines: float  # in month 1, spares included
    busy_share: float  # mean load / paid capacity in month 1
    machine: str


@dataclass(eq=False)
class Option:
    """One candidate: a pair of places with concrete products.

    Money is None unless the option is priced completely (an infeasible one may be priced).
    ``low_usd`` and ``high_usd`` bound the total: 80 % interval over labour and estimators.
    """

    id: str
    kind: AnswersAt
    label: str  # e.g. "Rented L4 at AWS, one-year commitment"
    trained_at: TrainedAt
    answers_at: AnswersAt
    vendor: str
    status: Status
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    total_usd: float | None
    company_usd: float | None
    user_usd: float | None
    npv_usd: float | None
    monthly_usd: float | None
    month1_usd: float | None
    usd_per_1000_requests: float | None
    usd_per_user_month: float | None
    low_usd: float | None
    high_usd: float | None
    served_share: float  # share of users served (devices that cannot run it are not)
    battery_pct_per_day: float | None  # of a full battery on an active day, where a device works
    different_model: bool
    other_region: bool
    marks: tuple[str, ...]  # e.g. "different model", "other region", "stale price", "weak source"
    carbon_g_per_1000_requests: float | None
    _items: Callable[[], tuple[LineItem, ...]] = field(repr=False)
    _latency: Callable[[], Latency] = field(repr=False)
    _capacity: Callable[[], Capacity | None] = field(default=lambda: None, repr=False)
    _explained: Callable[[], tuple[Explained, ...]] = field(default=lambda: (), repr=False)
    battery_known_share: float | None = None  # of the users served; the others are not in the mean
    carbon_text: str = ""  # method of the carbon figure, or what it lacks

    @cached_property
    def latency(self) -> Latency:
        """Time to the complete answer."""
        return self._latency()

    @cached_property
    def capacity(self) -> Capacity | None:
        """How the machines were sized; None for APIs and devices."""
        return self._capacity()

    @cached_property
    def explained(self) -> tuple[Explained, ...]:
        """Every estimated speed, energy and size behind the option, with rule and rows."""
        return self._explained()

    @cached_property
    def line_items(self) -> tuple[LineItem, ...]:
        """Every cost, re-adding to ``total_usd``; empty when nothing could be priced."""
        return self._items()

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not feasible, or what to mind."""
        fails = [item.text for item in self.findings if item.verdict == "fail"]
        gaps = [f"needs {what}" for what in self.missing]
        minds = [item.text for item in self.findings if item.verdict == "caution"]
        return tuple(fails + gaps + minds)

    def ranked_usd(self, rank_by: str) -> float | None:
        """The figure it is ranked by."""
        return self.company_usd if rank_by == "company" else self.total_usd


CrossingKind = Literal["exact", "alternating", "feasibility"]


@dataclass(frozen=True)
class Crossing:
    """A volume at which the cheaper of two kinds changes."""

    axis: str
    at: float
    low: float  # interval from the estimators' and labour's ranges
    high: float
    kind: CrossingKind
    below: str  # kind cheaper below
    above: str  # kind cheaper above
    until: float | None = None  # end of an alternating stretch
    last_below: float | None = None  # last volume of ``below``; None where costs meet in between
    first_above: float | None = None  # first volume of ``above``


@dataclass(frozen=True)
class PairBreakEven:
    """All crossings of two kinds on one axis, or why there is none."""

    first: AnswersAt
    second: AnswersAt
    axis: str
    axis_low: float
    axis_high: float
    crossings: tuple[Crossing, ...]
    verdict: Literal["crosses", "always", "never", "not_comparable"]
    # always: first cheaper all along; never: second cheaper all along
    text: str  # the answer in words, with the gap at the ends
    gap_low_usd: float | None  # second minus first at the ends of the axis, over the horizon
    gap_high_usd: float | None
    resolution: float = 0.0  # share of the volume within which crossings may be missed; 0: none is


@dataclass(frozen=True)
class Curve:
    """Monthly cost of a kind's best candidate along an axis; NaN where none is feasible."""

    kind: AnswersAt
    axis: str
    x: tuple[float, ...]
    monthly_usd: tuple[float, ...]
    option_ids: tuple[str, ...]


@dataclass(frozen=True)
class Flip:
    """The next volume at which the recommendation changes."""

    axis: str
    at: float
    direction: Literal["above", "below"]
    to_kind: AnswersAt
    to_label: str


@dataclass(frozen=True)
class Lever:
    """The biggest cost of the recommended option."""

    name: str
    share: float
    text: str


@dataclass(frozen=True)
class TenTimes:
    """The answer at ten times the volume."""

    option_id: str | None
    label: str
    monthly_usd: float | None
    usd_per_user_month: float | None


@dataclass(frozen=True)
class Exclusion:
    """A place that may not be used, and why."""

    kind: AnswersAt
    text: str
    change: str


@dataclass(frozen=True)
class Exploration:
    """What lies around the answer along the volume axis."""

    flips: tuple[Flip, ...]  # nearest first
    break_even: tuple[PairBreakEven, ...]
    curves: tuple[Curve, ...]


@dataclass(frozen=True)
class Comparison:
    """Everything the Compare page, the report and the API show."""

    scenario: Scenario
    book: PriceBook
    options: tuple[Option, ...]  # feasible by cost, then incomplete, infeasible, not offered
    cheapest: Option | None
    runner_up: Option | None  # the best feasible option of another kind
    too_close: bool  # cheapest against runner-up lies inside the interval
    survives_labour: bool | None  # same kind wins with labour x0 and x2; None without a winner
    labour_text: str
    ten_times: TenTimes
    lever: Lever | None
    excluded: tuple[Exclusion, ...]  # places with no feasible option, and why
    _explore: Callable[[], Exploration] = field(repr=False)
    _say: Callable[[Comparison], tuple[str, str]] = field(repr=False)

    @cached_property
    def exploration(self) -> Exploration:
        """Flips, break-even and curves; computed when first asked for."""
        return self._explore()

    @property
    def flips(self) -> tuple[Flip, ...]:
        """Volumes at which the recommendation changes, nearest first."""
        return self.exploration.flips

    @property
    def break_even(self) -> tuple[PairBreakEven, ...]:
        """Crossings of every two kinds on requests_per_month."""
        return self.exploration.break_even

    @property
    def curves(self) -> tuple[Curve, ...]:
        """Monthly cost of each kind as the volume grows."""
        return self.exploration.curves

    @cached_property
    def sentence(self) -> str:
        """The answer in one sentence."""
        return self._say(self)[0]

    @cached_property
    def reason(self) -> str:
        """Why, with this scenario's numbers."""
        return self._say(self)[1]

    @cached_property
    def best_of_pair(self) -> tuple[Option, ...]:
        """The best candidate of each pair trained_at > answers_at, cheapest first."""
        best: dict[tuple[str, str], Option] = {}
        for option in self.options:
            best.setdefault((option.trained_at, option.answers_at), option)
        return tuple(best.values())

    @cached_property
    def best_of_kind(self) -> tuple[Option, ...]:
        """The best candidate of each place of answering, cheapest first."""
        best: dict[str, Option] = {}
        for option in self.options:
            best.setdefault(option.answers_at, option)
        return tuple(best.values())

    def option(self, option_id: str) -> Option | None:
        """The candidate with this id."""
        return next((item for item in self.options if item.id == option_id), None)
