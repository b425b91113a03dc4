"""Managed APIs: billed units, marginal tiers, free allowances, batch prices, endpoints by rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from calculators import remedies
from calculators.accounts.charges import Ledger, Tier
from calculators.arrays import Array, BoolArray, Index, any_true
from calculators.block import Block, Products, Speed, at
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import endpoints, labour, tokens, week
from calculators.costs.ending import Ending
from calculators.costs.endpoints import Standing
from calculators.costs.network import trip
from calculators.market import forms
from calculators.market.bands import Bands
from calculators.market.forms import Asked, Line
from calculators.market.forms.per_unit import HELD
from calculators.market.services import LACKS, Services
from calculators.places import MANAGED_API, PLACES, Place
from calculators.points import BATCH_AFTER_HOURS, Wait
from calculators.results import Finding, Needed
from calculators.rules import pace, windows
from calculators.rules.limits import rate_limits, refusing_volumes
from calculators.rules.terms import about_training, vendor_findings
from calculators.rules.vendors import turns
from calculators.serving.machines import radio
from pricing.kept import cached_property
from pricing.records import record
from pricing.schema import ServiceRow

T = TypeVar("T")
STAYS = ("personal", "regulated")
"""Data that must be processed within the region."""
API_DRIFT = "price_change_pct_per_year_api"


def offered(case: Case, products: frozenset[str] | None = None) -> Services:
    """Services for this task: the same weights and vendors' own models.

    With ``other_models`` also other models of the class of quality and language models that can
    do the task; where no weights are asked for, those of the class in any case. With ``products``
    only those among them.
    """
    scenario = case.scenario
    others = case.with_readers
    every = case.market.services(scenario.task, others=others)
    if not every.size:
        return every
    kept = ~different_model(case, every)
    if scenario.other_models or not case.asked_weights:
        kept |= _of_class(case, every)
    if scenario.other_models:
        kept |= ~every.of_task(scenario.task)
    if not case.points.trains:
        kept &= ~every.trainable
    if products is not None:
        kept &= np.array([product in products for product in every.ids], dtype=bool)
    return case.market.some_services(scenario.task, kept, others=others)


def different_model(case: Case, services: Services) -> BoolArray:
    """Which answer with other weights than the scenario names (C,).

    A service that names no weights answers with the vendor's own model and is none of them.
    """
    other = services.names_weights & ~services.of_model(case.asked_weights)
    return np.asarray(other)


def _of_class(case: Case, services: Services) -> BoolArray:
    """Which answer with a model of the class of quality that is needed (C,)."""
    scenario, quality = case.scenario, case.market.quality
    wanted, asked = scenario.quality_class, case.asked_weights
    return quality.in_class(services.models, wanted, asked, scenario.reasoning)


@record
class Billing:
    """What the requests of a case count at the prices of some services."""

    case: Case
    services: Services

    @property
    def wait(self) -> Wait:
        """Which prices apply, by the turn answers are asked for."""
        return self.case.points.wait

    @cached_property
    def asked(self) -> Asked:
        """What the price forms read."""
        case = self.case
        return Asked(
            self.services,
            tokens.held(case, self.services),
            self.wait,
            lambda: week.by_hour(case),
            stays=case.scenario.data_sensitivity in STAYS,
            addons=case.scenario.addons,
            tier=case.scenario.service_tier,
        )

    @cached_property
    def lines(self) -> Sequence[Line]:
        """Everything that is billed for one request, or a month."""
        return forms.bill(self.asked)

    @cached_property
    def counted(self) -> Sequence[str]:
        """How tokens of each service differ from those entered, in words."""
        return tokens.counted_otherwise(self.case, self.services)

    def gaps(self) -> list[Gap]:
        """What the forms lack."""
        return [gap for form in forms.FORMS for gap in form.gaps(self.asked)]

    def says(self) -> list[Check]:
        """What the forms say of each option."""
        return [check for form in forms.FORMS for check in form.says(self.asked)]


def serve(case: Case, place: Place, share: Array) -> Block | None:
    """Every managed API for ``share`` (N,) of the requests."""
    services = offered(case, case.wanted(place.id))
    if not services.size:
        return None
    billing = Billing(case, services)
    ledger = case.ledger()
    labour.set_up(ledger, case, place.labour)
    labour.run(ledger, case, place.labour)
    gaps = [*radio(ledger, case, share), *_missing(billing)]
    ending = Ending.of(case, services, place.id)
    for line in billing.lines:
        own = _Members.own(line, services.size, ending.before)
        gaps += _charge(ledger, billing, line, share, own)
    ending.move(ledger)
    gaps += _charge_successors(ledger, ending, share)
    standing = Standing(case, services, endpoints.peak_rps(case, share))
    gaps += standing.charge(ledger, case.drift(API_DRIFT))
    unknown = np.full((services.size, 1), np.nan)
    speed = Speed(unknown, unknown, trip=trip(case))
    return Block(
        place=place,
        products=_products(case, services, billing.wait),
        charges=tuple(ledger.charges),
        speed=speed,
        served_share=np.ones(1),
        checks=(
            *_limits(case, services, place),
            *billing.says(),
            *windows.of_services(case, services, billing.asked.held),
            *rate_limits(case, services, share),
            standing.evidence(),
            standing.commitments(),
        ),
        gaps=tuple(gaps),
        machines=standing.machines(),
        sizing=standing.sizing(share),
        edges_at=lambda index, top, point: _edges(billing, index, at(share, 0, point), top),
        spacing_at=lambda index, point: _spacing(billing, index, at(share, 0, point)),
        breaks=lambda name: _breaks(case, services, billing, speed, name),
    )


def _breaks(case: Case, services: Services, billing: Billing, speed: Speed, name: str) -> Array:
    """Values of an input at which a cost jumps, or below which the network alone takes too long."""
    if name == "latency_budget_ms":
        return np.unique(np.atleast_2d(speed.least_sent)[:, 0])
    return windows.breaks(case, services, billing.asked.held, name)


def _products(case: Case, services: Services, wait: Wait) -> Products:
    worst, elsewhere = services.evidence(wait)
    return Products(
        ids=services.ids,
        label=lambda index: services.rows[index].name,
        vendors=[row.vendor for row in services.rows],
        confidence=worst,
        different_model=different_model(case, services),
        marks_of=lambda index: _marks(case, services, index),
        models=services.models,
        reads=~services.of_task(case.scenario.task),
        other_region=elsewhere,
        trained_here=services.trainable,
        ready_made=~services.trainable,
    )


def _marks(case: Case, services: Services, index: int) -> tuple[str, ...]:
    """Whose model answers, in which format, and whether it was made for the task."""
    row = services.rows[index]
    bits = case.market.names.precision(row.product)
    marks = [f"weights in {bits}"] if bits else []
    if not services.names_weights[index]:
        marks.append("the vendor's own model")
    if row.task != case.scenario.task:
        marks.append("language model")
    return tuple(marks)


def _missing(billing: Billing) -> list[Gap]:
    """Prices that lack at every volume."""
    services, wait = billing.services, billing.wait
    where = services.incomplete(wait)
    lacking = Gap.some(where, lambda i: "; ".join(services.gaps(i, wait)))
    return [lacking, _unsaid(billing), _uncounted(billing), *billing.gaps()]


def _uncounted(billing: Billing) -> Gap:
    """Images, sound or film sent to services whose rule for them is not known."""
    seen, heard = tokens.media(billing.case, billing.services)
    rows = billing.services.rows
    where = np.isnan(seen + heard)
    return Gap(where, lambda i, _: f"{rows[i].name}: how it counts images, sound or film")


def _unsaid(billing: Billing) -> Gap:
    """Services that count tokens, characters or seconds, at requests that hold none of any.

    A length of 0 is one that was not given: such a request is not free. One of several quantities
    may be 0, as the answer of a classifier is.
    """
    services, asked = billing.services, billing.asked
    lacks = [""] * services.size
    said = np.zeros((services.size, 1), dtype=bool)
    for line in billing.lines:
        for row, base in zip(line.rows.tolist(), line.meter.bases, strict=True):
            lacks[row] = lacks[row] or LACKS.get(base, "")
    for base in LACKS:
        some = [row for row, words in enumerate(lacks) if words == LACKS[base]]
        for name in HELD[base]:
            held = np.broadcast_to(asked.held[name], (services.size, asked.held[name].shape[1]))
            own = np.zeros(held.shape, dtype=bool)
            own[some] = held[some] > 0
            said = said | own
    counts = np.array([bool(words) for words in lacks], dtype=bool)
    return Gap(counts[:, None] & ~said, lambda candidate, _: lacks[candidate])


@record
class _Members:
    """Which rows of a line are billed to which candidates, and in which months."""

    of_line: Index  # (T',) rows of the line
    rows: Index  # (T',) candidates
    size: int  # C
    active: Array | None = None  # (T', S) 1 in the months it is billed
    words: str = ""  # behind the name of the line item

    @classmethod
    def own(cls, line: Line, size: int, active: Array | None) -> _Members:
        """Every service its own lines, until its model ends."""
        own = None if active is None else active[line.rows]
        return cls(np.arange(line.rows.size), line.rows, size, own)


@record
class _Counted:
    """Units of a line's rows before their bands: of each part (T', N, S), and what is free."""

    units: Array
    free: Array | None
    parts: Array

    def tier(self, ledger: Ledger, bands: Bands, level: int, members: _Members) -> Tier | None:
        """The band of one level, of all candidates; None where no months are kept."""
        if not ledger.by_month:
            return None

        def spread(values: Array) -> Array:
            whole = np.broadcast_to(values, (members.rows.size, *values.shape[1:]))
            return _spread(whole, members.rows, members.size)

        start, end = (bound[:, level, None] for bound in (bands.start, bands.end))
        free = None if self.free is None else spread(self.free)
        return ledger.tier(spread(self.units), spread(start), spread(end), free, spread(self.parts))


def _charge(
    ledger: Ledger, billing: Billing, line: Line, share: Array, members: _Members
) -> list[Gap]:
    """One charge for each band of a line; returns volumes beyond the last price seen."""
    case, services, meter, rows = billing.case, billing.services, line.meter, members.rows
    units = _months(case, services, line, share)
    if members.active is not None:
        units = units[members.of_line] * members.active[:, None]
    given = services.free_units[line.rows] * line.allowance
    free = None
    if any_true(given):
        free = np.where(case.demand.calendar.first <= services.free_months[line.rows], given, 0.0)
        free = free[members.of_line]
    sources = meter.sources if line.sources is None else line.sources

    def whole(values: Sequence[T], other: T) -> list[T]:
        return _whole([values[i] for i in members.of_line], rows, members.size, other)

    said = _Said(billing, line, members)
    each = 1.0 if line.each is None else line.each[members.of_line][..., None]
    bands = meter.bands.take(members.of_line)
    own = case.scales(meter.tariffs)
    own = own[members.of_line] if own.shape[0] > 1 else own
    apart = np.asarray(units / each)
    counted = _Counted(
        apart, free, np.ones((1, 1)) if line.each is None else line.each[members.of_line]
    )
    for level, part, usd in bands.split(apart, free):
        amount = np.asarray(part * each)
        rate = usd * own if line.scale is None else usd * own * line.scale[members.of_line]
        ledger.monthly(
            whole([f"{name}{members.words}" for name in line.titles(level)], ""),
            whole(meter.units, "request"),
            _spread(amount, rows, members.size),
            _spread(rate, rows, members.size),
            whole(sources, sources[0]),
            category="compute",
            basis=said,
            drift=case.drift(API_DRIFT),
            tier=counted.tier(ledger, bands, level, members),
        )
    if members.size != services.size:
        return []
    return _beyond(services, line, apart, case.demand.calendar.weight > 0)


def _charge_successors(ledger: Ledger, ending: Ending, share: Array) -> list[Gap]:
    """What services that end are billed from then on, at the price of what follows them.

    Returns what the turn asked for lacks there.
    """
    services, before = ending.successors, ending.before
    if services is None or before is None:
        return []
    billing = Billing(ending.case, services)
    for line in billing.lines:
        pairs = [
            (member, candidate)
            for candidate, row in ending.follows.items()
            for member, own in enumerate(line.rows.tolist())
            if own == row
        ]
        if not pairs:
            continue
        of_line, rows = (np.array(part, dtype=np.intp) for part in zip(*pairs, strict=True))
        after = 1 - before[rows]
        size = ending.services.size
        members = _Members(of_line, rows, size, after, ": successor's price")
        _charge(ledger, billing, line, share, members)
    return [ending.of_successor(gap) for gap in forms.priority.FORM.gaps(billing.asked)]


def _months(case: Case, services: Services, line: Line, share: Array) -> Array:
    """Units of a line in each month (T, N, S)."""
    if line.per == "month":
        return np.asarray(line.units[..., None] * np.ones_like(case.demand.calendar.growth))
    units = np.asarray(_requests(case, services, line.rows, share) * line.units[..., None])
    if line.whole_months is None:
        return units
    up = np.ceil(units * (1 - 1e-12))  # n whole units must not become n + 1 by rounding
    return np.where(line.whole_months[:, None, None], up, units)


def _requests(case: Case, services: Services, rows: Index, share: Array) -> Array:
    """Requests billed in a month (1 or T, N, S): those made, or a least rate in every hour."""
    made, rates = np.asarray(case.demand.requests * share[:, None]), services.rates
    least = {
        place: rate
        for place, row in enumerate(rows.tolist())
        if rates[row] is not None and (rate := endpoints.least_rps(case, rates[row])) is not None
    }
    if not least:
        return made[None]
    billed = [
        endpoints.billed_requests(case, least[place], made) if place in least else made
        for place in range(rows.size)
    ]
    return np.stack(np.broadcast_arrays(*billed))


@record
class _Said:
    """What a line's quantity is of, for a candidate: made where it is read."""

    billing: Billing
    line: Line
    members: _Members

    def __call__(self, candidate: int, _: int) -> str:
        """Of one candidate; blank where the line is not billed to it."""
        return self._all[candidate]

    @cached_property
    def _all(self) -> list[str]:
        bases, members = _bases(self.billing, self.line), self.members
        return _whole([bases[i] for i in members.of_line], members.rows, members.size, "")


def _bases(billing: Billing, line: Line) -> tuple[str, ...]:
    services = billing.services
    free = services.free_units[line.rows][:, 0] > 0
    found = []
    counted = "requests x billed units per request" if line.per == "request" else "each month"
    for row, some in zip(line.rows.tolist(), free, strict=True):
        words = counted
        rate = services.rates[row]
        if rate is not None and rate.least_billed > 0:
            words += f", at least {rate.least_billed:g} {rate.per} a second in every hour"
        words = f"{words}, after the free allowance" if some else words
        found.append(f"{words}; {said}" if (said := billing.counted[row]) else words)
    return tuple(found)


def _whole(values: Sequence[T], rows: Index, size: int, other: T) -> list[T]:
    """Values of some rows as a list over all candidates."""
    found = [other] * size
    for row, value in zip(rows.tolist(), values, strict=True):
        found[row] = value
    return found


def _spread(values: Array, rows: Index, size: int) -> Array:
    """Figures of some rows (T, ...) as figures of all candidates, 0 for the rest."""
    if rows.size == size:
        return values
    found = np.zeros((size, *values.shape[1:]))
    found[rows] = values
    return found


def _beyond(services: Services, line: Line, units: Array, counted: BoolArray) -> list[Gap]:
    """Volumes beyond the last price seen cannot be priced, in months of the horizon."""
    meter = line.meter
    limit = meter.bands.unknown_above
    members = np.flatnonzero(np.isfinite(limit))
    if not members.size:
        return []
    over = np.any((units[members] > limit[members, None, None]) & counted, axis=-1)
    where = np.zeros((services.size, over.shape[1]), dtype=bool)
    where[meter.rows[members]] = over
    place = {int(meter.rows[member]): int(member) for member in members}

    def say(candidate: int, _: int) -> str:
        tariff = meter.tariffs[place[candidate]]
        top = f"{tariff.unknown_above:,.0f} {tariff.unit.replace('_', ' ')}s"
        return f"{services.rows[candidate].name}: price above {top} a month"

    return [Gap(where, say)]


def _edges(billing: Billing, index: int, part: float, top: float) -> Array:
    """Volumes at which a tier or the free allowance ends, a unit more is needed or a limit met."""
    case, rate = billing.case, billing.services.rates[index]
    has_endpoint = any(index == own for own, _ in billing.services.endpoints)
    edges = [_tier_edges(billing, index, part), _least_edges(billing, index, part)]
    edges.append(refusing_volumes(case, billing.services, index, part))
    if has_endpoint:
        edges.append(endpoints.unit_steps(case, rate, part, top))
    if has_endpoint and rate is None:
        most = float(case.assume(endpoints.UNKNOWN_RATE)[0])
        edges.append(endpoints.volume_at_peak(case, most, part))
    found = np.unique(np.concatenate(edges))
    return found[(found > 0) & (found <= top)]


def _tier_edges(billing: Billing, index: int, share: float) -> Array:
    growth = np.unique(billing.case.demand.calendar.growth[0])
    edges = [np.zeros(0)]
    least = endpoints.least_rps(billing.case, billing.services.rates[index])
    for line in billing.lines:
        if line.per == "month":
            continue  # as much whatever the volume
        for row in np.flatnonzero(line.rows == index):
            each = 1.0 if line.each is None else float(line.each[row, 0])
            per_request, bands = float(line.units[row, 0]) / each, line.meter.bands
            bounds = [*bands.start[row], bands.unknown_above[row]]
            bounds.append(billing.services.free_units[index, 0] * line.allowance)
            known = np.array([bound for bound in bounds if 0 < bound < np.inf])
            if per_request * share > 0 and known.size:
                volumes = known / per_request
                if least is not None:
                    volumes = endpoints.requests_of(billing.case, float(least[0]), volumes)
                edges.append(np.outer(volumes / share, 1 / growth).ravel())
    return np.concatenate(edges)


def _least_edges(billing: Billing, index: int, share: float) -> Array:
    """Volumes at which an hour of the day outgrows the least rate billed."""
    least = endpoints.least_rps(billing.case, billing.services.rates[index])
    if least is None or share <= 0:
        return np.zeros(0)
    growth = np.unique(billing.case.demand.calendar.growth[0])
    bends = endpoints.billed_bends(billing.case, float(least[0])) / share
    return np.asarray(np.outer(bends, 1 / growth).ravel())


def _spacing(billing: Billing, index: int, part: float) -> Array:
    """Requests a month between units; none where tiers and units step together (the edges say)."""
    if not any(index == own for own, _ in billing.services.endpoints):
        return np.zeros(0)
    if _tier_edges(billing, index, part).size:
        return np.zeros(0)
    return endpoints.unit_spacing(billing.case, billing.services.rates[index], part)


# --------------------------------------------------------------------------------------- rules


def _limits(case: Case, services: Services, place: Place) -> list[Check]:
    """What services cannot do for this scenario."""
    rows = services.rows
    checks = [
        Check.each([_allowance(row) for row in rows]),
        *_own_model(case, rows),
        Ending.of(case, services, place.id).check(),
        Check.each([_batches_only(case, row) for row in rows]),
    ]
    trained = pace.services(case, services.rows) if case.points.trains else []
    kept = _kept_from_devices(services, place)
    return [*checks, *_training_limits(case, services), *kept, *trained]


def _allowance(row: ServiceRow) -> Finding | None:
    if row.free_units_per_month is not None:
        return None
    text = "Free allowance not known; none is assumed."
    return Finding("price", "caution", text, errs="high")


READY_MADE = (
    Needed("own_model_required", False),
    Needed("retrains_per_month", 0.0),
    Needed("training_method", "none"),
)
"""Inputs that ask for no model of one's own."""


def _own_model(case: Case, rows: Sequence[ServiceRow]) -> list[Check]:
    """A vendor's model does not do where one's own is asked for, or one that is trained again."""
    if not case.points.needs_own_model:
        return []
    text = "Answers with the vendor's model; you need your own."
    shut = Finding("own model", "fail", text, "allow a ready-made model", needs=READY_MADE)
    if case.points.retrains:
        text = "Answers with the vendor's model, which cannot be retrained."
        change = "do without retraining (retrains_per_month=0)"
        if case.scenario.own_model_required:
            change += " and allow a ready-made model"
        shut = Finding("own model", "fail", text, change, needs=READY_MADE)
    open_ = Finding("own model", "pass", "Trains a model of your own.")
    return [Check.each([open_ if row.trainable == "yes" else shut for row in rows])]


def _batches_only(case: Case, row: ServiceRow) -> Finding | None:
    if row.live == "yes" or case.points.in_batches:
        return None
    change, needs = "let answers wait 24 hours", (Needed("can_wait_hours", BATCH_AFTER_HOURS),)
    return Finding("speed", "fail", "Answers in batches only.", change, needs=needs)


def _kept_from_devices(services: Services, place: Place) -> list[Check]:
    """A model that a service trains and keeps cannot answer on the users' devices too."""
    if not PLACES[place.id].on_device:
        return []
    text = "The service keeps the model it trains; users' devices could not have it."
    shut = remedies.for_good(KEPT_MODEL, text, "a service that lets the trained model leave could")
    kept = [row.trainable == "yes" and row.exportable != "yes" for row in services.rows]
    return [Check.each([shut if keeps else None for keeps in kept])] if any(kept) else []


KEPT_MODEL = "kept model"
KEPT = (Needed("export_required", False),)


def _training_limits(case: Case, services: Services) -> list[Check]:
    """A service trained on your data sees it; and it may keep the model."""
    level = case.scenario.training_sensitivity
    said: list[list[Finding]] = []
    for row in services.rows:
        found: list[Finding] = []
        if row.trainable == "yes":
            terms = vendor_findings(case, row.vendor, MANAGED_API, level)
            found = [about_training(item) for item in terms]
            if case.scenario.export_required and row.exportable == "yes":
                found.append(Finding("export", "pass", "The trained model may leave the service."))
            if case.scenario.export_required and row.exportable != "yes":
                text = "The service keeps the trained model."
                change = "do without owning the model"
                found.append(Finding("export", "fail", text, change, needs=KEPT))
        said.append(found)
    return [Check.each(items) for items in turns(said)]
