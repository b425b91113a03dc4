"""What a comparison returns: options with their line items, the answer and its surroundings."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

from calculators.estimators.types import Estimate, Label
from calculators.explained import Explained
from calculators.on_devices import OnDevices
from calculators.places import AnswersAt, TrainedAt
from calculators.scenario import Scenario
from pricing.book import PriceBook, Source

Payer = Literal["company", "user"]
Period = Literal["once", "monthly", "per retrain"]
Category = Literal["work", "compute", "training", "network", "energy", "purchase", "users"]
Status = Literal["feasible", "pointless", "incomplete", "infeasible", "not_offered"]
STATUSES: tuple[Status, ...] = ("feasible", "pointless", "incomplete", "infeasible", "not_offered")
"""In the order of lists: what is ranked comes first."""
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
    category: Category = "compute"


@dataclass(frozen=True)
class Finding:
    """One rule applied to one option."""

    rule: str  # short name: data, region, offline, latency, reach, memory, price ...
    verdict: Verdict
    text: str  # the number behind it, in plain words
    change: str = ""  # what would have to change; blank when it passes
    absolute: bool = False  # about where data may go: no money and no machine changes it
    errs: Literal["", "low", "high", "either"] = ""
    # something not modelled: whether what is shown is too low, too high or either


@dataclass(frozen=True)
class NearLimit:
    """Milliseconds to the complete answer at both ends of the 80 % range of the machines' capacity.

    Of machines whose fullest hour is above 0.7 of their highest rate (``load``), where a small
    error of that rate is a large one of the time.
    """

    load: float
    p50_ms: tuple[float, float]
    p95_ms: tuple[float, float]
    keeps_up: bool  # at the low end too; else a backlog grows on top of the upper ends


@dataclass(frozen=True)
class Latency:
    """Milliseconds to the complete answer; None where nobody publishes it."""

    p50_ms: float | None
    p95_ms: float | None
    parts_ms: dict[str, float] = field(default_factory=dict)  # p50 parts: network, upload ...
    label: Label | Literal[""] = ""
    assumed: tuple[str, ...] = ()  # names of the assumptions in it beside the estimate
    near: Callable[[], NearLimit | None] = field(default=lambda: None, repr=False)

    @property
    def near_limit(self) -> NearLimit | None:
        """The range of both times where the machines are near their limit."""
        return self.near()


@dataclass(frozen=True)
class Capacity:
    """How the fleet of an option was sized (blank for APIs and devices)."""

    requests_per_s: float  # one machine at full load
    low: float
    high: float
    usable_requests_per_s: float  # with headroom, and so that every budget is met
    at_once: float  # requests in the machine at full load (its concurrency)
    usable_at_once: float  # the same at the usable rate
    replicas: float  # copies of the model on the machine
    input_tokens: float | None  # lengths the rates hold for; None where no tokens are written
    output_tokens: float | None
    label: Label
    basis: Callable[[], Estimate | None]  # how the rate was come by, made when asked for
    machines: float  # in month 1, spares included
    busy_share: float  # mean load / paid capacity in month 1
    machine: str

    @property
    def rule(self) -> str:
        """How the rate was come by, in words."""
        found = self.basis()
        return "" if found is None else " ".join([found.rule, *found.assumptions])

    @property
    def rows(self) -> tuple[str, ...]:
        """Measured rows behind the rate."""
        found = self.basis()
        return () if found is None else found.rows


@dataclass(frozen=True)
class Range:
    """80 % interval of what an option costs over the horizon, by who pays."""

    company_low_usd: float
    company_high_usd: float
    total_low_usd: float
    total_high_usd: float

    def ranked(self, rank_by: str) -> tuple[float, float]:
        """The interval of the figure options are ranked by."""
        if rank_by == "company":
            return self.company_low_usd, self.company_high_usd
        return self.total_low_usd, self.total_high_usd


@dataclass(eq=False)
class Option:
    """One candidate: a pair of places with concrete products.

    Money is None unless the option is priced completely (an infeasible one may be priced).
    """

    id: str  # trained_at>answers_at:product
    kind: AnswersAt
    label: str  # e.g. "Rented L4 at AWS, one-year commitment"
    trained_at: TrainedAt
    answers_at: AnswersAt
    vendor: str
    training_product: str  # what trains it most cheaply here; blank where nothing is trained
    status: Status
    total_usd: float | None
    company_usd: float | None
    user_usd: float | None
    npv_usd: float | None
    monthly_usd: float | None
    month1_usd: float | None
    usd_per_1000_requests: float | None
    usd_per_user_month: float | None
    served_share: float  # share of users served (devices that cannot run it are not)
    device_share: float | None  # of the requests, answered on the users' devices in a hybrid
    battery_pct_per_day: float | None  # of a full battery on an active day, where a device works
    different_model: bool
    other_region: bool
    marks: tuple[str, ...]  # e.g. "different model", "other region", "stale price", "weak source"
    _findings: Callable[[], tuple[Finding, ...]] = field(repr=False)
    _missing: Callable[[], tuple[str, ...]] = field(repr=False)
    _items: Callable[[], tuple[LineItem, ...]] = field(default=tuple, repr=False)
    _sources: Callable[[], tuple[Source, ...]] = field(default=tuple, repr=False)
    _latency: Callable[[], Latency] = field(default=lambda: Latency(None, None), repr=False)
    _capacity: Callable[[], Capacity | None] = field(default=lambda: None, repr=False)
    _explained: Callable[[], tuple[Explained, ...]] = field(default=lambda: (), repr=False)
    _on_devices: Callable[[], OnDevices | None] = field(default=lambda: None, repr=False)
    _range: Callable[[], Range | None] = field(default=lambda: None, repr=False)
    _carbon: Callable[[], tuple[float | None, str]] = field(
        default=lambda: (None, "nobody offers it"), repr=False
    )
    served_requests: float = 0.0  # over the horizon
    served_user_months: float = 0.0  # users served times months
    battery_known_share: float | None = None  # of the users served; the others are not in the mean

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every rule applied to it."""
        return self._findings()

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Prices and figures it lacks."""
        return self._missing()

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
    def on_devices(self) -> OnDevices | None:
        """What is known of the users' devices; None where none of them answers."""
        return self._on_devices()

    @cached_property
    def line_items(self) -> tuple[LineItem, ...]:
        """Every cost, re-adding to ``total_usd``; empty when nothing could be priced."""
        return self._items()

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """What the rates of its costs rest on, each once; no words are made for it."""
        return self._sources()

    @cached_property
    def range(self) -> Range | None:
        """80 % interval over every uncertain factor; None when it is not priced."""
        return self._range()

    @property
    def low_usd(self) -> float | None:
        """Low end of the 80 % interval of ``total_usd``."""
        if self.total_usd is None or self.range is None:
            return None
        return self.range.total_low_usd

    @property
    def high_usd(self) -> float | None:
        """High end of the 80 % interval of ``total_usd``."""
        if self.total_usd is None or self.range is None:
            return None
        return self.range.total_high_usd

    @cached_property
    def carbon_g_per_1000_requests(self) -> float | None:
        """Grams of CO2 equivalent for 1,000 answered requests; None where something lacks."""
        return self._carbon()[0]

    @cached_property
    def carbon_text(self) -> str:
        """Method of the carbon figure, or what it lacks."""
        return self._carbon()[1]

    @property
    def not_modelled(self) -> tuple[Finding, ...]:
        """What its figures leave out, each with the direction in which they err."""
        return tuple(item for item in self.findings if item.errs)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is not feasible, or what to mind."""
        failed = [item for item in self.findings if item.verdict == "fail"]
        # what nothing can buy off comes first
        fails = [item.text for item in sorted(failed, key=lambda item: not item.absolute)]
        gaps = [f"needs {what}" for what in self.missing]
        minds = [item.text for item in self.findings if item.verdict == "caution"]
        return tuple(fails + gaps + minds)

    def ranked_usd(self, rank_by: str) -> float | None:
        """The figure it is ranked by."""
        return self.company_usd if rank_by == "company" else self.total_usd


CrossingKind = Literal["exact", "alternating", "feasibility"]


@dataclass(frozen=True)
class Crossing:
    """A value of an input at which the cheaper of two places changes."""

    axis: str
    at: float
    low: float  # interval from the ranges of the uncertain factors
    high: float
    kind: CrossingKind
    below: str  # place cheaper below
    above: str  # place cheaper above
    until: float | None = None  # end of an alternating stretch
    last_below: float | None = None  # last value of ``below``; None where costs meet in between
    first_above: float | None = None  # first value of ``above``


@dataclass(frozen=True)
class PairBreakEven:
    """All crossings of two places on one axis, or why there is none."""

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
    resolution: float = 0.0  # share of the value within which crossings may be missed; 0: none is


@dataclass(frozen=True)
class Curve:
    """Monthly cost of a place's best candidate along an axis; NaN where none is feasible."""

    kind: AnswersAt
    axis: str
    x: tuple[float, ...]
    monthly_usd: tuple[float, ...]
    option_ids: tuple[str, ...]


@dataclass(frozen=True)
class Flip:
    """The next value at which the recommendation changes."""

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
    """What lies around the answer along one axis; each part is computed when first asked for."""

    axis: str
    _flips: Callable[[], tuple[Flip, ...]] = field(default=tuple, repr=False)
    _curves: Callable[[], tuple[Curve, ...]] = field(default=tuple, repr=False)
    _pairs: Callable[[], tuple[PairBreakEven, ...]] = field(default=tuple, repr=False)

    @cached_property
    def flips(self) -> tuple[Flip, ...]:
        """The next values at which the recommendation changes, nearest first."""
        return self._flips()

    @cached_property
    def curves(self) -> tuple[Curve, ...]:
        """Monthly cost of each place along the axis."""
        return self._curves()

    @cached_property
    def break_even(self) -> tuple[PairBreakEven, ...]:
        """Crossings of every two places with their intervals."""
        return self._pairs()


class Options(Sequence[Option]):
    """Every candidate, in the order of lists; an option is made when it is asked for."""

    @property
    @abstractmethod
    def status_counts(self) -> Mapping[Status, int]:
        """How many candidates have each status."""

    @property
    @abstractmethod
    def best_of_pair(self) -> tuple[Option, ...]:
        """The best candidate of each pair trained_at > answers_at."""

    @property
    @abstractmethod
    def best_of_place(self) -> tuple[Option, ...]:
        """One option for every place."""

    @abstractmethod
    def by_id(self, name: str) -> Option | None:
        """The option with an id; None where there is none."""


@dataclass(frozen=True)
class Comparison:
    """Everything the Compare page, the report and the API show."""

    scenario: Scenario
    book: PriceBook
    options: Options  # feasible by cost, then pointless, incomplete, infeasible, not offered
    cheapest: Option | None
    runner_up: Option | None  # the best feasible option of another place
    survives_labour: bool | None  # same place wins with labour x0 and x2; None without a winner
    ten_times: TenTimes
    _explore: Callable[[str], Exploration] = field(repr=False)
    _say: Callable[[Comparison], Sequence[str]] = field(repr=False)
    _excluded: Callable[[], tuple[Exclusion, ...]] = field(repr=False)
    _lever: Callable[[Comparison], Lever | None] = field(repr=False)
    _too_close: Callable[[], bool] = field(repr=False)
    _since: Callable[[], date | None] = field(default=lambda: None, repr=False)

    @cached_property
    def answers_since(self) -> date | None:
        """The first price date with an answer; None where the newest prices give none."""
        return self._since()

    @cached_property
    def exploration(self) -> Exploration:
        """Flips, break-even and curves along the volume."""
        return self.along("requests_per_month")

    def along(self, axis: str) -> Exploration:
        """What lies around the answer along any numeric input."""
        return self._explore(axis)

    @property
    def flips(self) -> tuple[Flip, ...]:
        """Volumes at which the recommendation changes, nearest first."""
        return self.exploration.flips

    @property
    def break_even(self) -> tuple[PairBreakEven, ...]:
        """Crossings of every two places on requests_per_month."""
        return self.exploration.break_even

    @property
    def curves(self) -> tuple[Curve, ...]:
        """Monthly cost of each place as the volume grows."""
        return self.exploration.curves

    @cached_property
    def too_close(self) -> bool:
        """Whether the cheapest against the runner-up lies inside the interval."""
        return self._too_close()

    @cached_property
    def _words(self) -> Sequence[str]:
        return self._say(self)

    @property
    def sentence(self) -> str:
        """The answer in one sentence."""
        return self._words[0]

    @property
    def reason(self) -> str:
        """Why, with this scenario's numbers."""
        return self._words[1]

    @property
    def labour_text(self) -> str:
        """Whether the answer survives free work and double work, in words."""
        return self._words[2]

    @cached_property
    def lever(self) -> Lever | None:
        """The biggest cost of the cheapest option."""
        return self._lever(self)

    @cached_property
    def excluded(self) -> tuple[Exclusion, ...]:
        """Places where nothing is allowed, and why; a pointless one is not among them."""
        return self._excluded()

    @property
    def best_of_pair(self) -> tuple[Option, ...]:
        """The best candidate of each pair trained_at > answers_at, cheapest first."""
        return self.options.best_of_pair

    @property
    def best_of_kind(self) -> tuple[Option, ...]:
        """The best candidate of each place of answering, cheapest first: one for every place."""
        return self.options.best_of_place

    def option(self, option_id: str) -> Option | None:
        """The candidate with this id."""
        return self.options.by_id(option_id)
