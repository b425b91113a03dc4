"""Trained APIs that stand ready: units of an endpoint for a load, and the least that is billed.

``units = max(least, ceil(peak rate / rate of a unit))`` by month, in the steps the vendor sells;
the documented rate is moved by ``endpoint_rate_ratio``, since models and pictures differ.
Where nobody says what a unit answers, one unit is priced up to the rate of the assumption
``endpoint_unit_rps``, the least that is documented of any unit, and nothing above it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from calculators import remedies
from calculators.accounts.charges import Drift, Ledger, here
from calculators.arrays import Array, any_true
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs.day import HOURS_PER_DAY, whole_day
from calculators.costs.fleet import Sizing, committed, step_volumes
from calculators.market.services import LACKS, Services
from calculators.results import Finding, Needed
from pricing.kept import cached_property
from pricing.records import record
from pricing.schema import EndpointRateRow
from pricing.units import HOURS_PER_MONTH, SECONDS_PER_MONTH, factor

UNKNOWN_RATE = "endpoint_unit_rps"
RATE_RATIO = "endpoint_rate_ratio"
CEILINGS = {"on_demand": 0, "1y": 12, "3y": 36}
"""The longest commitment accepted -> its months."""
ONE_EACH = ("request", "image", "page", "text_unit")
"""Bases of which one request holds one."""


def peak_to_mean(case: Case) -> Array:
    """Busiest hour over the mean (N,); of answers that can wait, the busiest so many hours."""
    return whole_day(case["peak_to_mean"]).highest_mean(case["can_wait_hours"])


def peak_rps(case: Case, share: Array) -> Array:
    """Requests a second of the busiest hour, for ``share`` (N,) of the requests (N, S)."""
    return np.asarray(case.demand.mean_rps * (share * peak_to_mean(case))[:, None])


def held(case: Case, per: str, output_weight: float = 1.0) -> Array:
    """What one request holds of a base, (1,) or (N,); raises KeyError for another base."""
    if per in ONE_EACH:
        return np.ones(1)
    tokens_in, tokens_out = case["input_tokens"], case["output_tokens"]
    if per == "character":
        return np.asarray(tokens_in * case.assume("characters_per_token"))
    known = {
        "token": tokens_in + tokens_out * output_weight,
        "input_token": tokens_in,
        "output_token": tokens_out,
        "audio_second": case["audio_seconds"],
    }
    return np.asarray(known[per])


def unit_rps(case: Case, row: EndpointRateRow) -> Array:
    """Requests a second one unit answers (N,); infinite where the charge does not grow."""
    if row.grows == "no" or row.rate is None:
        return np.full(1, np.inf)
    rate = row.rate * case.assume(RATE_RATIO)
    with np.errstate(divide="ignore"):
        return np.asarray(rate / held(case, row.per, row.output_weight))


def units(case: Case, row: EndpointRateRow | None, peak: Array) -> Array:
    """Units that run for a peak rate (N, S); one where nothing is known of them."""
    if row is None:
        return np.ones_like(peak)
    # a load of exactly k units must not become k + 1 through rounding of the division
    needed = peak / unit_rps(case, row)[:, None] * (1 - 1e-12)
    steps = np.ceil(needed / row.step_units) * row.step_units
    return np.asarray(np.maximum(row.least_units, steps))


def unit_spacing(case: Case, row: EndpointRateRow | None, share: float) -> Array:
    """Requests a month from one step of units to the next (first point), for each growth."""
    rate = np.inf if row is None else float(unit_rps(case, row)[0])
    if row is None or not np.isfinite(rate) or share <= 0:
        return np.zeros(0)
    growth = _growth(case)
    one = rate * row.step_units * SECONDS_PER_MONTH / (share * float(peak_to_mean(case)[0]))
    return np.asarray(one / growth)


def unit_steps(case: Case, row: EndpointRateRow | None, share: float, top: float) -> Array:
    """The first volumes at which one unit more is needed, up to ``top`` requests a month."""
    return step_volumes(unit_spacing(case, row, share), top)


def volume_at_peak(case: Case, rps: float, share: float) -> Array:
    """Requests a month whose busiest hour brings ``rps`` (first point), for each growth."""
    if share <= 0 or not np.isfinite(rps):
        return np.zeros(0)
    return np.asarray(
        rps * SECONDS_PER_MONTH / (share * float(peak_to_mean(case)[0])) / _growth(case)
    )


def _growth(case: Case) -> Array:
    return case.demand.calendar.volumes


# -------------------------------------------------------------------------------- standing ready


@record
class Standing:
    """Trained APIs that are charged while they stand ready, each with the units its load needs."""

    case: Case
    services: Services
    peak: Array  # requests/s of the busiest hour (N, S)

    @cached_property
    def units(self) -> Mapping[int, Array]:
        """Service -> units of its endpoint (N, S)."""
        rates = self.services.rates
        known = (index for index, _ in self.services.endpoints)
        return {index: units(self.case, rates[index], self.peak) for index in known}

    def charge(self, ledger: Ledger, drift: Drift) -> list[Gap]:
        """Charge every unit for all hours; returns loads that no known number of units answers."""
        for index, tariff in self.services.endpoints:
            month, usd = factor("month", tariff.unit), self.case.usd(tariff)
            paid, left = self._paid(index)
            ledger.monthly(
                "Endpoint running all month",
                tariff.unit,
                self._placed({index: paid * month}),
                usd,
                [tariff.source],
                category="compute",
                basis=self._basis(index),
                drift=drift,
            )
            if any_true(left):
                ledger.once(
                    "Commitment left after the period",
                    tariff.unit,
                    self._placed({index: left[:, None] * month})[..., 0],
                    usd,
                    [tariff.source],
                    category="compute",
                    month=self.case.demand.calendar.horizon[:, 0],
                    basis="a commitment is paid to the end of its term",
                )
        return [*self._unknown(), *self._unsaid()]

    def _paid(self, index: int) -> tuple[Array, Array]:
        """Units paid for in each month (N, S), and unit-months after the period (N,)."""
        row, units = self.services.rates[index], self.units[index]
        if row is None or row.term_months is None:
            return units, np.zeros(1)
        found = committed(units[None], self.case.demand.calendar, int(row.term_months))
        return found.paid[0], np.asarray(found.left[0])

    def sizing(self, share: Array) -> Callable[[int, int], Sizing | None]:
        """How the units of a service follow the load, for a share (N,) of the requests."""
        peak = share * peak_to_mean(self.case) / SECONDS_PER_MONTH

        def say(candidate: int, point: int) -> Sizing | None:
            row = self.services.rates[candidate]
            if row is None or candidate not in self.units or not _grows(row):
                return None
            return Sizing(
                usable_rps=here(unit_rps(self.case, row), point),
                replicas=1.0,
                spare=0.0,
                peak_per_request=here(peak, point),
                least=row.least_units,
                step=row.step_units,
            )

        return say

    def commitments(self) -> Check:
        """A contract longer than the user accepts is a refusal."""
        most = CEILINGS[self.case.scenario.max_commitment]
        terms = [row.term_months if row is not None else None for row in self.services.rates]
        return Check.each([_too_long(term, most) for term in terms])

    def _basis(self, index: int) -> Callable[[int, int], str]:
        row, hours = self.services.rates[index], f"{HOURS_PER_MONTH:g} hours a month"

        def say(_: int, point: int) -> str:
            if row is None or row.grows == "no":
                return hours
            units = self.units[index]
            most = units[point if units.shape[0] > 1 else 0].max()
            rate = here(unit_rps(self.case, row), point)
            said = self.case.book.sources[row.source].title
            many = f"{most:,.0f} {row.unit_name}{'s' if most != 1 else ''}"
            return f"{hours} x up to {many}, one for {rate:.3g} requests a second ({said})"

        return say

    def _unknown(self) -> list[Gap]:
        """Loads above what one unit is taken to answer, where nobody says what it answers."""
        rates = self.services.rates
        open_ = [index for index, _ in self.services.endpoints if rates[index] is None]
        if not open_:
            return []
        most = self.case.assume(UNKNOWN_RATE)[:, None]
        inside = self.case.demand.calendar.weight > 0
        over = ((self.peak > most * (1 + 1e-12)) & inside).any(1)
        where = np.zeros((self.services.size, over.size), dtype=bool)
        where[open_] = over

        def say(candidate: int, _: int) -> str:
            name = self.services.rows[candidate].name
            return f"{name}: how many requests a second one unit of its endpoint answers"

        return [Gap(where, say)]

    def _unsaid(self) -> list[Gap]:
        """Requests that hold none of what a unit is rated in: their length was not given."""
        found = []
        for index, _ in self.services.endpoints:
            row = self.services.rates[index]
            if row is not None and _grows(row) and row.per in LACKS:
                where = np.zeros((self.services.size, 1), dtype=bool)
                where[index] = True
                none = held(self.case, row.per, row.output_weight) <= 0
                found.append(Gap(where & none, lambda _, __, per=row.per: LACKS[per]))  # type: ignore[misc]
        return found

    def evidence(self) -> Check:
        """How well what one unit answers is known."""
        priced = {index for index, _ in self.services.endpoints}
        rates = self.services.rates
        return Check.each(
            [self._weak(rates[i]) if i in priced else None for i in range(self.services.size)]
        )

    def _weak(self, row: EndpointRateRow | None) -> Finding | None:
        if row is None:
            most = self.case.book.assumption(UNKNOWN_RATE).mid
            text = (
                f"What one unit answers is not documented; one is priced up to {most:g} a second."
            )
            return Finding("capacity", "caution", text, "measure it")
        if row.grows == "units" and row.basis == "our_assumption":
            text = f"What one {row.unit_name} answers is our assumption: {row.note}."
            return Finding("capacity", "caution", text, "measure it")
        return None

    def machines(self) -> Array | None:
        """Units as whole machines (C, N, S); None where none of them grow."""
        rates = self.services.rates
        grown = {i: units for i, units in self.units.items() if _grows(rates[i])}
        return self._placed(grown) if grown else None

    def _placed(self, figures: Mapping[int, Array]) -> Array:
        """Figures of some services (N, S) as figures of all, 0 for the rest (C, N, S)."""
        shape = np.broadcast_shapes(*(values.shape for values in figures.values()))
        found = np.zeros((self.services.size, *shape))
        for index, values in figures.items():
            found[index] = values
        return found


def _too_long(term: float | None, most: float) -> Finding | None:
    if term is None or term <= most:
        return None
    text = f"Sold for {term:g} months at a time; you accept {most:g}."
    enough = [name for name, ceiling in CEILINGS.items() if term <= ceiling]
    if not enough:
        why = "a commitment of that length cannot be accepted; another price form of it could"
        return remedies.for_good("commitment", text, why)
    needs = (Needed("max_commitment", enough[0]),)
    return Finding("commitment", "fail", text, "accept a longer commitment", needs=needs)


def _grows(row: EndpointRateRow | None) -> bool:
    return row is not None and row.grows == "units"


# ------------------------------------------------------------------------------ the least billed


def least_rps(case: Case, row: EndpointRateRow | None) -> Array | None:
    """Requests a second billed in every hour, used or not (N,); None where there is no least."""
    if row is None or row.least_billed == 0:
        return None
    with np.errstate(divide="ignore"):
        return np.asarray(row.least_billed / held(case, row.per, row.output_weight))


def billed_requests(case: Case, least: Array, requests: Array) -> Array:
    """Requests billed in a month (N, S): in each hour those made, or the least rate if more."""
    short = np.zeros(np.broadcast_shapes(requests.shape, (least.size, 1)))
    load, floor = requests / SECONDS_PER_MONTH, least[:, None]
    shape = _flat_or_day(case)
    for hour in range(HOURS_PER_DAY):
        short = short + np.maximum(floor - load * shape[:, hour][:, None], 0.0)
    return np.asarray(requests + short * (SECONDS_PER_MONTH / HOURS_PER_DAY))


def billed_bends(case: Case, least: float) -> Array:
    """Requests a month at which an hour of the day outgrows the least rate (first point)."""
    shape = _flat_or_day(case)[0]
    return np.unique(least * SECONDS_PER_MONTH / shape[shape > 0])


def requests_of(case: Case, least: float, billed: Array) -> Array:
    """Requests a month for which so many are billed (first point); the most there are."""
    bends = np.concatenate([[0.0], billed_bends(case, least)])
    shape = _flat_or_day(case)[0]
    short = np.maximum(least - np.outer(bends / SECONDS_PER_MONTH, shape), 0.0).mean(1)
    at_bends = np.maximum.accumulate(bends + short * SECONDS_PER_MONTH)
    within = np.interp(billed, at_bends, bends, left=0.0)
    return np.asarray(np.where(billed > at_bends[-1], billed, within))


def _flat_or_day(case: Case) -> Array:
    """Load of each hour relative to the mean (N, 24): level where answers wait for batches."""
    if case.points.in_batches:
        return np.ones((1, HOURS_PER_DAY))
    shape = whole_day(case["peak_to_mean"]).load
    return np.asarray(shape / shape.mean(axis=1, keepdims=True))
