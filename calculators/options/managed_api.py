"""Managed APIs: billed units, marginal tiers, free allowances, batch prices, endpoints by rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeVar

import numpy as np

from calculators.accounts.charges import Ledger, here
from calculators.arrays import Array, BoolArray, Index
from calculators.block import Block, Products, Speed
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import endpoints, labour
from calculators.costs.endpoints import Standing
from calculators.costs.network import trip
from calculators.market.services import LACKS, Meter, Services, sizes
from calculators.places import Place
from calculators.results import Finding
from calculators.rules.limits import rate_limits, refusing_volumes
from calculators.rules.terms import about_training, vendor_findings
from calculators.serving.machines import radio
from pricing.schema import ServiceRow

T = TypeVar("T")
API_DRIFT = "price_change_pct_per_year_api"


def offered(case: Case, products: frozenset[str] | None = None) -> Services:
    """Services for this task: the same open weights, else the same class of quality.

    With ``products`` only those among them.
    """
    scenario = case.scenario
    every = case.market.services(scenario.task)
    if not every.size:
        return every
    kept = ~different_model(case, every) | every.of_class(scenario.quality_class)
    if not case.points.trains:
        kept &= ~every.trainable
    if products is not None:
        kept &= np.array([product in products for product in every.ids], dtype=bool)
    return case.market.some_services(scenario.task, kept)


def different_model(case: Case, services: Services) -> BoolArray:
    """Which answer with other weights than the scenario names (C,)."""
    return services.token_api & ~services.of_model(case.scenario.model)


@dataclass(frozen=True, eq=False)
class Billing:
    """What the requests of a case count in the meters of some services."""

    case: Case
    services: Services

    @property
    def batch(self) -> bool:
        """Whether batch prices apply."""
        return self.case.points.in_batches

    @cached_property
    def meters(self) -> tuple[Meter, ...]:
        """Billed quantities."""
        return self.services.batch if self.batch else self.services.standard

    @cached_property
    def _held(self) -> Mapping[str, Array]:
        names = ("input_tokens", "output_tokens", "cached_input_share", "audio_seconds")
        held = {name: self.case[name] for name in names}
        per_token = self.case.assume("characters_per_token")
        return held | {"characters": self.case["input_tokens"] * per_token}

    def size(self, meter: Meter) -> Array:
        """What one request holds of a meter's quantity, in base units (T, N)."""
        held = sizes(meter.quantity, self._held)
        size = np.stack(np.broadcast_arrays(*(held[base] for base in meter.bases)))
        if not meter.everything.any():
            return size
        return np.where(meter.everything[:, None], self.case["input_tokens"], size)

    def per_request(self, meter: Meter) -> Array:
        """Units billed for one request (T, N).

        ``max(minimum, ceil(size / step) x step) x features``, in the unit of the meter.
        """
        size = self.size(meter)
        units = size / meter.size_of_unit
        services, rows = self.services, meter.rows
        step = services.granularity[rows]
        if step.any():
            with np.errstate(divide="ignore", invalid="ignore"):
                whole = np.ceil(units / step * (1 - 1e-12)) * step
            units = np.where(step > 0, whole, units)
        images = np.array([base == "image" for base in meter.bases])
        by_feature = images | ~services.token_api[rows]
        features = np.maximum(services.features[rows], self.case["features_per_request"])
        features = np.where(by_feature[:, None], features, 1.0)
        billed = np.maximum(services.minimum[rows], units) * features
        if meter.everything.any():  # the whole input, whatever the least billed
            billed = np.where(meter.everything[:, None], size / meter.size_of_unit, billed)
        return np.asarray(billed)


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
    for meter in billing.meters:
        gaps += _charge(ledger, billing, meter, share)
    standing = Standing(case, services, endpoints.peak_rps(case, share))
    gaps += standing.charge(ledger, case.drift(API_DRIFT))
    unknown = np.full((services.size, 1), np.nan)
    return Block(
        place=place,
        products=_products(case, services, batch=billing.batch),
        charges=tuple(ledger.charges),
        speed=Speed(unknown, unknown, trip=trip(case)),
        served_share=np.ones(1),
        checks=(*_limits(case, services), *rate_limits(case, services, share), standing.evidence()),
        gaps=tuple(gaps),
        machines=standing.machines(),
        edges_of=lambda index, top: _edges(billing, index, share, top),
        spacing_of=lambda index: _spacing(billing, index, share),
    )


def _products(case: Case, services: Services, *, batch: bool) -> Products:
    worst, elsewhere = services.evidence(batch=batch)
    return Products(
        ids=services.ids,
        label=lambda index: services.rows[index].name,
        vendors=[row.vendor for row in services.rows],
        confidence=worst,
        different_model=different_model(case, services),
        other_region=elsewhere,
        trained_here=services.trainable,
        ready_made=~services.trainable,
    )


def _missing(billing: Billing) -> list[Gap]:
    """Prices that lack at every volume."""
    services, batch = billing.services, billing.batch
    where = services.incomplete(batch=batch)
    return [Gap.some(where, lambda i: "; ".join(services.gaps(i, batch=batch))), _unsaid(billing)]


def _unsaid(billing: Billing) -> Gap:
    """Services that count tokens, characters or seconds, at requests that hold none of any.

    A length of 0 is one that was not given: such a request is not free. One of several quantities
    may be 0, as the answer of a classifier is.
    """
    services = billing.services
    lacks = [""] * services.size
    said = np.zeros((services.size, 1), dtype=bool)
    for meter in billing.meters:
        for row, base in zip(meter.rows.tolist(), meter.bases, strict=True):
            lacks[row] = lacks[row] or LACKS.get(base, "")
        some = np.asarray(billing.size(meter) > 0, dtype=np.float64)
        said = said | (_spread(some, meter.rows, services.size) > 0)
    counts = np.array([bool(words) for words in lacks], dtype=bool)
    return Gap(counts[:, None] & ~said, lambda candidate, _: lacks[candidate])


def _charge(ledger: Ledger, billing: Billing, meter: Meter, share: Array) -> list[Gap]:
    """One charge for each band of a meter; returns volumes beyond the last price seen."""
    case, services = billing.case, billing.services
    per_request = billing.per_request(meter)
    rows = meter.rows
    units = _requests(case, services, rows, share) * per_request[..., None]
    given = services.free_units[rows]
    free = None
    if given.any():
        free = np.where(case.demand.calendar.first <= services.free_months[rows], given, 0.0)
    for level, amount, usd in meter.bands.split(units, free):
        ledger.monthly(
            _whole(meter.titles(level), rows, services.size, ""),
            _whole(meter.units, rows, services.size, "request"),
            _spread(amount, rows, services.size),
            _spread(usd, rows, services.size),
            _whole(meter.sources, rows, services.size, meter.sources[0]),
            category="compute",
            basis=_whole(_bases(services, meter), rows, services.size, ""),
            drift=case.drift(API_DRIFT),
        )
    return _beyond(services, meter, units)


def _requests(case: Case, services: Services, rows: Index, share: Array) -> Array:
    """Requests billed in a month (1 or T, N, S): those made, or a least rate in every hour."""
    made = np.asarray(case.demand.requests * share[:, None])
    least = {
        place: rate
        for place, row in enumerate(rows.tolist())
        if (rate := endpoints.least_rps(case, services.rates[row])) is not None
    }
    if not least:
        return made[None]
    billed = [
        endpoints.billed_requests(case, least[place], made) if place in least else made
        for place in range(rows.size)
    ]
    return np.stack(np.broadcast_arrays(*billed))


def _bases(services: Services, meter: Meter) -> tuple[str, ...]:
    free = services.free_units[meter.rows][:, 0] > 0
    found = []
    for row, some in zip(meter.rows.tolist(), free, strict=True):
        words = "requests x billed units per request"
        rate = services.rates[row]
        if rate is not None and rate.least_billed > 0:
            words += f", at least {rate.least_billed:g} {rate.per} a second in every hour"
        found.append(f"{words}, after the free allowance" if some else words)
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


def _beyond(services: Services, meter: Meter, units: Array) -> list[Gap]:
    """Volumes beyond the last price seen cannot be priced."""
    limit = meter.bands.unknown_above
    members = np.flatnonzero(np.isfinite(limit))
    if not members.size:
        return []
    over = np.any(units[members] > limit[members, None, None], axis=-1)
    where = np.zeros((services.size, over.shape[1]), dtype=bool)
    where[meter.rows[members]] = over
    place = {int(meter.rows[member]): int(member) for member in members}

    def say(candidate: int, _: int) -> str:
        tariff = meter.tariffs[place[candidate]]
        top = f"{tariff.unknown_above:,.0f} {tariff.unit.replace('_', ' ')}s"
        return f"{services.rows[candidate].name}: price above {top} a month"

    return [Gap(where, say)]


def _edges(billing: Billing, index: int, share: Array, top: float) -> Array:
    """Volumes at which a tier or the free allowance ends, a unit more is needed or a limit met."""
    case, rate, part = billing.case, billing.services.rates[index], float(share.flat[0])
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
    for meter in billing.meters:
        for row in np.flatnonzero(meter.rows == index):
            per_request = float(billing.per_request(meter)[row, 0])
            bounds = [*meter.bands.start[row], meter.bands.unknown_above[row]]
            bounds.append(billing.services.free_units[index, 0])
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


def _spacing(billing: Billing, index: int, share: Array) -> Array:
    """Requests a month between units; none where tiers and units step together (the edges say)."""
    part = float(share.flat[0])
    if not any(index == own for own, _ in billing.services.endpoints):
        return np.zeros(0)
    if _tier_edges(billing, index, part).size:
        return np.zeros(0)
    return endpoints.unit_spacing(billing.case, billing.services.rates[index], part)


# --------------------------------------------------------------------------------------- rules


def _limits(case: Case, services: Services) -> list[Check]:
    """What services cannot do for this scenario."""
    rows = services.rows
    checks = [
        Check.each([_allowance(row) for row in rows]),
        Check.each([_own_model(case, row) for row in rows]),
        Check(np.zeros((1, 1), dtype=bool), lambda i, point: _retires(case, rows[i], point)),
        Check.each([_batches_only(case, row) for row in rows]),
    ]
    return [*checks, *_training_limits(case, services)]


def _allowance(row: ServiceRow) -> Finding | None:
    if row.free_units_per_month is not None:
        return None
    return Finding("price", "caution", "Free allowance not known; none is assumed.")


def _own_model(case: Case, row: ServiceRow) -> Finding | None:
    """A service's own model does not do where one's own is asked for."""
    if row.trainable == "yes":
        return None
    if case.scenario.own_model_required:
        text = "Answers with the vendor's model; you need your own."
        return Finding("own model", "fail", text, "allow a ready-made model")
    return None


def _retires(case: Case, row: ServiceRow, point: int) -> Finding | None:
    if row.retires_on is None or not _within(case, row.retires_on, point):
        return None
    return Finding("retirement", "caution", f"The vendor ends this model on {row.retires_on}.")


def _within(case: Case, day: date, point: int) -> bool:
    """Whether a day falls into the period looked at."""
    start = case.book.price_date
    months = (day.year - start.year) * 12 + day.month - start.month
    return bool(months <= here(case["horizon_months"], point))


def _batches_only(case: Case, row: ServiceRow) -> Finding | None:
    if row.live == "yes" or case.points.in_batches:
        return None
    return Finding("speed", "fail", "Answers in batches only.", "let answers wait 24 hours")


def _training_limits(case: Case, services: Services) -> list[Check]:
    """A service trained on your data sees it; and it may keep the model."""
    level = case.scenario.training_sensitivity
    said: list[list[Finding]] = []
    for row in services.rows:
        found: list[Finding] = []
        if row.trainable == "yes":
            found = [about_training(item) for item in vendor_findings(case, row.vendor, level)]
            if case.scenario.export_required and row.exportable != "yes":
                text = "The service keeps the trained model."
                found.append(Finding("export", "fail", text, "do without owning the model"))
        said.append(found)
    most = max((len(found) for found in said), default=0)
    return [
        Check.each([found[turn] if turn < len(found) else None for found in said])
        for turn in range(most)
    ]
