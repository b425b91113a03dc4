"""What a comparison returns: options with their line items, the answer and its surroundings."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol

from calculators.estimators.types import Estimate, Label
from calculators.explained import Explained
from calculators.on_devices import OnDevices
from calculators.places import AnswersAt, TrainedAt
from calculators.scenario import Scenario
from calculators.score import Score
from pricing.book import PriceBook, Source
from pricing.kept import cached_property
from pricing.records import record, value

Payer = Literal["company", "user"]
Period = Literal["once", "monthly", "per retrain"]
Category = Literal["work", "compute", "training", "network", "energy", "purchase", "fixed", "users"]
Status = Literal["feasible", "pointless", "incomplete", "infeasible", "not_offered"]
STATUSES: tuple[Status, ...] = ("feasible", "pointless", "incomplete", "infeasible", "not_offered")
"""In the order of lists: what is ranked comes first."""
Verdict = Literal["pass", "caution", "fail"]


@value
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
    ours: bool = False  # the quantity is our own assumption
    assumed: tuple[str, ...] = ()  # assumptions behind quantity and rate that the basis speaks of

    @property
    def list_usd(self) -> float | None:
        """What the list charges for a unit where the rate is the user's own; else None."""
        ratio = self.source.list_ratio
        return None if ratio is None else self.rate_usd * ratio


PRICE_DATE = "price_date"
"""The day whose prices apply: what a rule may need that is no field of the scenario."""


@value
class Needed:
    """An input that would have to be another before a rule passes, and what it would have to be.

    Of an input that holds several names the value is what joins them. ``price_date`` is the day
    whose prices apply: no field of the scenario, but of its address.
    """

    field: str
    value: object  # None: left empty


@value
class Finding:
    """One rule applied to one option.

    Where it speaks of a vendor's terms (``vendor``), a caution is something nobody has confirmed:
    ``unconfirmed`` says what, to stand behind "not confirmed: ". Where the law needs it
    (``required``) the option is incomplete until it is confirmed.
    """

    rule: str  # short name: data, region, offline, latency, reach, memory, price ...
    verdict: Verdict
    text: str  # the number behind it, in plain words
    change: str = ""  # what would have to change; blank when it passes
    absolute: bool = False  # about where data may go: no money and no machine changes it
    errs: Literal["", "low", "high", "either"] = ""
    # something not modelled: whether what is shown is too low, too high or either
    source: Source | None = None  # the page it rests on; None where it rests on what you entered
    vendor: str = ""  # vendors.csv id of whose terms it speaks; blank where of none
    unconfirmed: str = ""  # "whether X trains on what is sent"; blank where nothing is open
    required: bool = False  # may not be ranked until it is confirmed
    needs: tuple[Needed, ...] = ()  # inputs that let it pass; none where no input does
    lasting: str = ""  # why nothing the user can set lets it pass; blank where ``needs`` does
    tried: bool = False  # ``needs`` are other values than the rule by itself names


_ORDER: Mapping[Verdict, int] = {"fail": 0, "caution": 3, "pass": 5}


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings, each once, as they are shown: what nothing can buy off comes first."""

    def place(item: Finding) -> int:
        return _ORDER[item.verdict] + (not item.absolute) * (not item.required)

    return tuple(sorted(dict.fromkeys(findings), key=place))


@value
class DataGoes:
    """Who sees the requests (or the training data) of an option, and on which terms."""

    vendor: str  # vendors.csv id; blank where no vendor sees them
    name: str  # the vendor, or whose machines they stay on
    region: str  # us or eu where they are kept there; elsewhere; blank: not known
    retention_days: float | None  # how long what was sent is kept by default; None: not known
    sub_processors: str  # listed, none, or blank: not known
    sources: tuple[Source, ...] = ()


@value
class NearLimit:
    """Milliseconds to the complete answer at both ends of the 80 % range of the machines' capacity.

    Of machines whose fullest hour is above 0.7 of their highest rate (``load``), where a small
    error of that rate is a large one of the time.
    """

    load: float
    p50_ms: tuple[float, float]
    p95_ms: tuple[float, float]
    keeps_up: bool  # at the low end too; else a backlog grows on top of the upper ends


@value
class Latency:
    """Milliseconds to the complete answer; None where nobody publishes it."""

    p50_ms: float | None
    p95_ms: float | None
    parts_ms: dict[str, float] = field(default_factory=dict)  # p50 parts: network, upload ...
    label: Label | Literal[""] = ""
    assumed: tuple[str, ...] = ()  # names of the assumptions in it beside the estimate
    near: Callable[[], NearLimit | None] = field(default=lambda: None, repr=False)
    slow_parts_ms: dict[str, float] = field(default_factory=dict)  # p95 parts, which add up to it
    frame_ms: dict[str, float] = field(default_factory=dict)
    # live video answered elsewhere: time of each stage on a frame; the slowest decides

    @property
    def near_limit(self) -> NearLimit | None:
        """The range of both times where the machines are near their limit."""
        return self.near()


@value
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


@value
class Range:
    """What an option costs over the horizon in 8 of 10 draws (p10 and p90), by who pays."""

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
    _training_explained: Callable[[], tuple[Explained, ...]] = field(default=lambda: (), repr=False)
    _on_devices: Callable[[], OnDevices | None] = field(default=lambda: None, repr=False)
    _range: Callable[[], Range | None] = field(default=lambda: None, repr=False)
    _carbon: Callable[[], tuple[float | None, str]] = field(
        default=lambda: (None, "nobody offers it"), repr=False
    )
    _data_goes: Callable[[], DataGoes | None] = field(default=lambda: None, repr=False)
    _training_data_goes: Callable[[], DataGoes | None] = field(default=lambda: None, repr=False)
    served_requests: float = 0.0  # over the horizon
    served_user_months: float = 0.0  # users served times months
    battery_known_share: float | None = None  # of the users served; the others are not in the mean
    model: str = ""  # behind a service, where it is known
    reads: bool = False  # a language model that does another kind of model's task

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every rule applied to it."""
        return self._findings()

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Prices and figures it lacks."""
        return self._missing()

    @cached_property
    def unconfirmed(self) -> tuple[Finding, ...]:
        """What nobody has confirmed of the terms of the vendors that see the data."""
        return tuple(item for item in self.findings if item.unconfirmed)

    @property
    def to_confirm(self) -> tuple[str, ...]:
        """What must be confirmed before it may be ranked: "whether X signs ..."."""
        return tuple(dict.fromkeys(item.unconfirmed for item in self.findings if item.required))

    @cached_property
    def data_goes(self) -> DataGoes | None:
        """Who sees the requests; None where nobody offers it."""
        return self._data_goes()

    @cached_property
    def training_data_goes(self) -> DataGoes | None:
        """Who sees the training data; None where nothing is trained."""
        return self._training_data_goes()

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
        return (*self._explained(), *self.training_explained)

    @cached_property
    def training_explained(self) -> tuple[Explained, ...]:
        """Of these what its training rests on: how long a run takes; empty where nothing is."""
        return self._training_explained()

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
        """p10 to p90 of the draws; None for any but the best of its place, and where not priced."""
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
        # in their order what nothing can buy off comes first
        fails = [item.text for item in self.findings if item.verdict == "fail"]
        gaps = [f"needs {what}" for what in self.missing]
        gaps += [f"needs to be confirmed: {what}" for what in self.to_confirm]
        cautions = [item for item in self.findings if item.verdict == "caution"]
        minds = [item.text for item in cautions if not item.required]
        return tuple(fails + gaps + minds)

    def ranked_usd(self, rank_by: str) -> float | None:
        """The figure it is ranked by."""
        return self.company_usd if rank_by == "company" else self.total_usd


@value
class Change:
    """What would be otherwise with another model."""

    what: Literal["score", "tokenizer", "index", "prompt"]
    text: str


@value
class Alternative:
    """Another model that would do it, at its best product in a place; never ranked."""

    option: Option
    model: str
    model_name: str
    saves_usd_per_month: float | None  # against the answer; None where there is none
    score: Score | None  # by an index that scored both; None where none did
    score_of_asked: Score | None
    changes: tuple[Change, ...]


CrossingKind = Literal["exact", "alternating", "feasibility"]


@value
class Crossing:
    """A value of an input at which the cheaper of two places, or of two candidates, changes."""

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
    changes: int = 1  # of the cheaper one, as many as an alternating stretch has


Span = tuple[float, float]
"""First and last value of a stretch of an axis."""


@value
class PairBreakEven:
    """All crossings of two places, or candidates, on one axis, or why there is none."""

    first: str  # a place, or the id of a candidate
    second: str
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
    unit: str = ""  # of the axis
    first_allowed: tuple[Span, ...] = ()  # where each may be ranked
    second_allowed: tuple[Span, ...] = ()


@value
class Asked:
    """Two sides and an axis somebody asks the break-even of."""

    axis: str
    a: str  # a place, or the id of a candidate
    b: str
    low: float | None = None  # ends of the axis; None: its own
    high: float | None = None


@value
class Curve:
    """Monthly cost of a place's best candidate along an axis; NaN where none is feasible."""

    kind: AnswersAt
    axis: str
    x: tuple[float, ...]
    monthly_usd: tuple[float, ...]
    option_ids: tuple[str, ...]


@value
class Flip:
    """The next value at which the recommendation changes."""

    axis: str
    at: float
    direction: Literal["above", "below"]
    to_kind: AnswersAt
    to_label: str


@value
class Band:
    """A stretch of an input on which one place is the cheapest."""

    start: float
    end: float  # where the next band starts
    place: AnswersAt | None  # None: nothing is feasible
    resolution: float  # share of the value within which changes may be missed; 0: none is


@value
class Strip:
    """Who wins over the bounds of one input, everything else as in the scenario."""

    field: str
    unit: str
    low: float
    high: float
    here: float | None  # the scenario's own value; None where places differ in it
    bands: tuple[Band, ...]
    nearest_flip: float | None  # the edge of the band around ``here`` that lies nearest
    distance: float = math.inf  # how near it lies, as a share of the axis' own scale


@value
class Lever:
    """The cost that decides most: the largest item of the difference to the runner-up.

    Without a runner-up the largest cost of the cheapest option, and ``usd`` what it costs.
    """

    name: str
    share: float  # of all items of the difference, each counted as positive
    text: str
    usd: float = 0.0  # over the horizon, what the runner-up pays more (below 0: less)


WELL = 0.2  # of a mean: what its standard error may be at most for it to be told
OFTEN = 0.5  # share of draws in which a place may be used: below it a mean rests on few of them


@value
class Odds:
    """How the best candidate of one place fares over the draws; None where it is never available.

    Cost and regret are over the draws in which it is available.
    """

    kind: AnswersAt
    option_id: str
    p10_usd: float | None  # a month, as ranked
    p50_usd: float | None
    p90_usd: float | None
    probability_cheapest: float
    expected_regret_usd: float | None  # a month: its mean cost over the least of each draw
    available: float  # share of the draws with an answer in which it may be used
    regret_error_usd: float | None = None  # a month: standard error of the mean regret

    @property
    def regret_is_known(self) -> bool:
        """Whether the draws are enough to tell the mean regret: few dear ones may carry it."""
        regret, error = self.expected_regret_usd, self.regret_error_usd
        if regret is None or error is None or self.available < OFTEN:
            return False
        return error <= WELL * regret


@value
class Recommendation:
    """Whether the cheapest place at the middle values is clearly so."""

    draws: int
    seed: int
    places: tuple[Odds, ...]  # by cost at the middle values, the cheapest first
    against: tuple[AnswersAt, ...]  # places that the cheapest one does not clearly beat
    least_regret: AnswersAt | None  # where that is another place than the cheapest

    @property
    def recommended(self) -> AnswersAt | None:
        """The cheapest place where it clearly beats every other one."""
        return None if self.against else self.places[0].kind

    @property
    def too_close(self) -> bool:
        """Whether no place may be called recommended."""
        return bool(self.against)

    def of(self, kind: AnswersAt) -> Odds | None:
        """How a place fares; None where it was not drawn."""
        return next((item for item in self.places if item.kind == kind), None)


@value
class Worth:
    """What knowing one factor would save."""

    factor: str
    label: str
    usd: float  # a month


@value
class Bar:
    """What the runner-up costs less than the cheapest, each factor alone at its ends.

    USD a month, cheapest minus runner-up; None where one of the two is not available there.
    """

    factor: str
    label: str
    low_usd: float | None
    high_usd: float | None


@value
class Uncertainty:
    """How sure the answer is, and what would make it surer."""

    verdict: Recommendation
    worth_knowing: tuple[Worth, ...]  # every factor, the most worth first
    difference_usd: float | None  # a month, cheapest minus runner-up; None without a runner-up
    tornado: tuple[Bar, ...]  # of that difference, the widest bar first


@value
class TenTimes:
    """The answer at ten times the volume."""

    option_id: str | None
    label: str
    monthly_usd: float | None
    usd_per_user_month: float | None


@value
class Saving:
    """What an option saves against what one has today, the switch to it counted in.

    Of what options are ranked by. ``paid_back_month`` is where its cost since today falls below
    that of staying and stays below to the end of the horizon, to the fraction of a month.
    """

    usd_per_month: float  # negative: staying costs less
    paid_back_month: float | None  # None: never, or there is nothing to switch


@record
class Today:
    """What one has now, and what staying with it costs over the horizon.

    Only what is still to be paid: no set-up, no first training, no first purchase. Money is what
    options are ranked by; None where it is not priced.
    """

    id: str | None  # None: a bill that is none of our options
    label: str
    status: Status | None
    reasons: tuple[str, ...]  # why a rule forbids it, or what it lacks
    total_usd: float | None
    monthly_usd: float | None
    npv_usd: float | None
    switch_items: tuple[LineItem, ...]  # leaving it: to be paid with whatever replaces it
    savings: Mapping[str, Saving] = field(repr=False)  # of every priced option, by id
    stays: bool  # staying costs no more than any allowed option with the switch to it

    @property
    def switch_usd(self) -> float:
        """What leaving it costs, once."""
        return sum(item.amount_usd for item in self.switch_items)


@value
class Exclusion:
    """A place that may not be used, and why."""

    kind: AnswersAt
    text: str
    change: str


@value
class Confirmed:
    """The cheapest option of which everything is confirmed, against the recommended one."""

    option: Option
    extra_usd: float  # over the horizon, by the figure options are ranked by
    extra_usd_per_month: float


@value
class Fact:
    """One figure behind a sentence, so that it can be found again on the page."""

    name: str  # as the API calls it: ``monthly_usd`` of an option, a field of the scenario
    value: float | str | None
    unit: str = ""
    of: str = ""  # id of the option it is of; blank: of the scenario or of the answer


@value
class Said:
    """What one rule of a table says here."""

    rule: str  # id of the rule in its table
    text: str
    facts: tuple[Fact, ...]


@value
class OwnModel:
    """Whether a model of one's own is needed, and why."""

    answer: Literal["yes", "no", "unsure"]
    because: tuple[Said, ...]


@value
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
    def time_all(self) -> None:
        """Work out the times of all options at once: for who will read all of them."""

    @abstractmethod
    def by_id(self, name: str) -> Option | None:
        """The option with an id; None where there is none."""


class Remedied(Protocol):
    """What would let options pass that are shut out, worked out when somebody reads it."""

    def would_allow(self, option: Option) -> Mapping[str, object] | None:
        """Inputs with which an option is allowed; None where nothing shuts it out, or none do."""

    def rules(self, option: Option) -> tuple[Finding, ...]:
        """Every rule applied to an option, with ``needs`` that together let it pass."""

    def look_at_all(self) -> None:
        """Work it out for every option at once."""


@value
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
    _verdict: Callable[[], Recommendation | None] = field(repr=False)
    _uncertainty: Callable[[], Uncertainty | None] = field(default=lambda: None, repr=False)
    _since: Callable[[], date | None] = field(default=lambda: None, repr=False)
    _confirmed: Callable[[], Option | None] = field(default=lambda: None, repr=False)
    _draw: Callable[[], object] = field(default=lambda: None, repr=False)
    _between: Callable[[Asked], PairBreakEven] | None = field(default=None, repr=False)
    _strips: Callable[[Collection[str] | None], tuple[Strip, ...]] = field(
        default=lambda _: (), repr=False
    )
    _today: Callable[[], Today | None] = field(default=lambda: None, repr=False)
    _own_model: Callable[[], OwnModel] = field(default=lambda: OwnModel("unsure", ()), repr=False)
    _remedies: Remedied | None = field(default=None, repr=False)

    def would_allow(self, option: Option) -> Mapping[str, object] | None:
        """Inputs with which an option that is shut out is allowed, entered and looked at.

        None where no rule shuts it out, or no inputs let it pass.
        """
        return None if self._remedies is None else self._remedies.would_allow(option)

    def rules(self, option: Option) -> tuple[Finding, ...]:
        """Every rule applied to an option, ``needs`` complete: together they let it pass.

        :attr:`Option.findings` holds what each rule says by itself, which may be a step on the way.
        """
        return option.findings if self._remedies is None else self._remedies.rules(option)

    def look_at_all_rules(self) -> None:
        """Work out :meth:`rules` of all options at once: for who will read all of them."""
        if self._remedies is not None:
            self._remedies.look_at_all()

    @cached_property
    def own_model(self) -> OwnModel:
        """Whether a model of one's own is needed."""
        return self._own_model()

    @cached_property
    def today(self) -> Today | None:
        """What one has now; None where the scenario names nothing."""
        return self._today()

    _alternatives: Callable[[bool], tuple[Alternative, ...]] = field(
        default=lambda _: (), repr=False
    )

    @cached_property
    def alternatives(self) -> tuple[Alternative, ...]:
        """Other models that would do it, by what they save; none where they are ranked."""
        return self._alternatives(False)

    @cached_property
    def cheaper_alternatives(self) -> tuple[Alternative, ...]:
        """Those of them that cost less than the answer; found sooner than all of them."""
        return self._alternatives(True)

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

    def between(self, asked: Asked) -> PairBreakEven:
        """Break-even of any two places or candidates along any numeric input.

        Raises
        ------
        ScenarioError
            An axis, a side or an end that is refused.
        """
        assert self._between is not None
        return self._between(asked)

    @cached_property
    def strips(self) -> tuple[Strip, ...]:
        """Who wins over the bounds of every input that can matter, nearest flip first."""
        return self._strips(None)

    def strips_of(self, names: Collection[str]) -> tuple[Strip, ...]:
        """The same for some inputs alone, which takes a part of the time."""
        return self._strips(names)

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
    def verdict(self) -> Recommendation | None:
        """Whether the cheapest place is clearly so; None where there is none."""
        return self._verdict()

    def draw_every_place(self) -> None:
        """Draw all places at once: for who will ask for the verdict and for every range.

        Who asks for the verdict alone need not: places that may not be ranked are not in it.
        """
        self._draw()

    @property
    def too_close(self) -> bool:
        """Whether the cheapest place does not clearly beat every other one."""
        return self.verdict is not None and self.verdict.too_close

    @cached_property
    def uncertainty(self) -> Uncertainty | None:
        """The same over many more draws, and what would make the answer surer."""
        return self._uncertainty()

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

    @property
    def certainty_text(self) -> str:
        """How sure the answer is and what choosing wrongly would cost, in words."""
        return self._words[3]

    @property
    def ours_text(self) -> str:
        """Where our own assumptions make more than half of the cost, in words; else blank."""
        return self._words[4]

    @cached_property
    def lever(self) -> Lever | None:
        """The largest item of the difference between the cheapest option and the runner-up."""
        return self._lever(self)

    @cached_property
    def excluded(self) -> tuple[Exclusion, ...]:
        """Places where nothing is allowed, and why; a pointless one is not among them."""
        return self._excluded()

    @property
    def unconfirmed(self) -> tuple[Finding, ...]:
        """What nobody has confirmed of the terms behind the cheapest option."""
        return () if self.cheapest is None else self.cheapest.unconfirmed

    @cached_property
    def cheapest_confirmed(self) -> Confirmed | None:
        """The cheapest feasible option with nothing unconfirmed; None where there is none."""
        found, best = self._confirmed(), self.cheapest
        if found is None or best is None:
            return None
        ours, theirs = (item.ranked_usd(self.scenario.rank_by) for item in (best, found))
        extra = (theirs or 0.0) - (ours or 0.0)
        return Confirmed(found, extra, extra / self.scenario.horizon_months)

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
