"""Training inside a managed API: charged by the hour or the token.

The model answers on the service; where the vendor lets it leave, it may answer anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators import remedies
from calculators.accounts.charges import Assuming, Charge, Ledger, here
from calculators.arrays import Array, BoolArray, Index, any_true
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import labour, run_time
from calculators.costs.ending import SOON_DAYS
from calculators.market.market import months_until
from calculators.options.managed_api import API_DRIFT, offered
from calculators.places import TrainedAt, Venue
from calculators.results import Finding, Needed
from calculators.rules import pace
from calculators.rules.vendors import lawful, training
from calculators.training import base
from calculators.training.base import Plan
from pricing.book import Tariff
from pricing.schema import ServiceRow
from pricing.units import HOURS_PER_MONTH, factor, vocabulary

BASIS = "one run of the training data x runs until one is good enough"
WORDS = "trained on a managed service"
VENUE: TrainedAt = "managed_api"


def plans(case: Case, venue: Venue) -> list[Plan]:
    """Training for an answer on the service itself, and for a model that is taken away."""
    taken_away = export_plan(case, venue)
    here = _on_service(case, venue)
    return [here] if taken_away is None else [here, taken_away]


def _on_service(case: Case, venue: Venue) -> Plan:
    """All trainable services of the task share one venue; each candidate adds its own charge."""
    services = offered(case)
    if not services.size or not any_true(services.trainable):
        text = "No service we know lets you train it for this task."
        refused = Check.always(remedies.for_good("training", text, "another place may train it"))
        return Plan(venue.id, checks=(refused,), on_service=True)
    ledger = case.ledger()
    base.staff(ledger, case, venue.id)
    hours = run_time.service_hours(case, venue.id)
    return Plan(
        venue.id,
        charges=tuple(ledger.charges),
        checks=tuple(base.venue_rule(case, venue.id)),
        label=lambda _: "trained on the service itself",
        on_service=True,
        run_hours=hours,
    )


def own_charges(case: Case, row: ServiceRow) -> tuple[tuple[Charge, ...], str]:
    """What a service charges to train for its own answers, and what is missing."""
    ledger = case.ledger()
    gap = _charge(ledger, case, row)
    return tuple(ledger.charges), gap


def export_plan(case: Case, venue: Venue) -> Plan | None:
    """The cheapest lawful service that trains a model of this size and lets it leave, if any."""
    exporters = case.market.exporters(case.scenario.task)
    rows = [row for row in exporters if _takes(case, row)]
    priced: list[tuple[ServiceRow, Tariff, Array]] = []
    for row in rows:
        tariff = case.market.tariff(f"{row.product}/training")
        quantity = None if tariff is None else quantity_per_run(case, row, tariff)
        if tariff is not None and quantity is not None and _says_its_size(row, tariff):
            priced.append((row, tariff, quantity))
    if not priced:
        return None
    return _taken_away(case, venue, priced)


def _taken_away(
    case: Case, venue: Venue, priced: Sequence[tuple[ServiceRow, Tariff, Array]]
) -> Plan:
    sized = np.stack(np.broadcast_arrays(*(_fits(case, row) for row, _, _ in priced)))
    quantity = np.stack(np.broadcast_arrays(*(units for _, _, units in priced)))
    usd = _usd(case, [tariff for _, tariff, _ in priced])
    costs, sized = np.broadcast_arrays(quantity * usd, sized)
    said = [training(case, row.vendor, venue.id) for row, _, _ in priced]
    online = ~pace.unable(case, [row.continuous_learning for row, _, _ in priced])
    kept = base.preferred(sized, *(mask[:, None] for mask in lawful(said)), online)
    chosen = base.cheapest(np.where(kept, costs, np.inf))
    none: BoolArray = ~np.asarray(sized.any(0))
    ledger = case.ledger()
    _bill(ledger, case, [tariff for _, tariff, _ in priced], quantity, chosen, case.demand.runs)
    base.staff(ledger, case, venue.id)
    hours = run_time.service_hours(case, venue.id)

    def at(point: int) -> ServiceRow:
        return priced[int(chosen[point if chosen.size > 1 else 0])][0]

    def nothing(point: int) -> bool:
        return bool(none[point if none.size > 1 else 0])

    def product(point: int) -> str:
        return "" if nothing(point) else at(point).product

    def say(_: int, point: int) -> Finding | None:
        if not nothing(point):
            return None
        text = "No service we know trains a model of this size and lets it leave."
        most = max((row.trains_to_millions or 0.0 for row, _, _ in priced), default=0.0)
        params = here(case.params_millions, point)
        if not 0 < most < params:
            return remedies.for_good("training", text, "another place may train it")
        needs = (Needed("params_millions", most),)
        change = f"a model of at most {most:,.0f} million parameters"
        return Finding("training", "fail", text, change, needs=needs)

    return Plan(
        venue.id,
        charges=tuple(ledger.charges),
        checks=(
            Check(none[None], say),
            *base.venue_rule(case, venue.id),
            *base.vendor_rules(said, chosen),
            pace.too_slow(case, hours),
            _online(case, [row for row, _, _ in priced], chosen),
        ),
        gaps=(Gap(none[None], lambda _, __: "a service that trains a model of this size"),),
        run_hours=hours,
        product=product,
        vendor=lambda point: at(point).vendor,
        label=lambda point: f"trained on {at(point).name}" if product(point) else WORDS,
    )


def _online(case: Case, rows: Sequence[ServiceRow], chosen: Index) -> Check:
    """Whether the service chosen at each point learns online, where it has to."""
    words = [row.continuous_learning for row in rows]
    fails = pace.unable(case, words) & np.ones((1, chosen.size), dtype=bool)

    def say(_: int, point: int) -> Finding | None:
        turn = int(chosen[point if chosen.size > 1 else 0])
        return pace.product(case, rows[turn].name, words[turn], point)

    return Check(base.picked(fails, chosen)[None], say)


def _takes(case: Case, row: ServiceRow) -> bool:
    """Whether a service trains by this method."""
    return row.trains_by is None or row.trains_by == case.scenario.training_method


def _says_its_size(row: ServiceRow, tariff: Tariff) -> bool:
    """What bills tokens trains models of a size; one that states none is for something else."""
    tokens = vocabulary()[tariff.unit].base == "token"
    return row.trains_from_millions is not None or not tokens


def _fits(case: Case, row: ServiceRow) -> BoolArray:
    """Where a service trains a model of this size."""
    params = case.params_millions
    if row.trains_from_millions is None:
        return np.ones(params.shape, dtype=bool)
    most = row.trains_to_millions or np.inf
    return np.asarray((params > row.trains_from_millions) & (params <= most))


def _charge(ledger: Ledger, case: Case, row: ServiceRow) -> str:
    """Add one service's training charge; returns what is missing."""
    tariff = case.market.tariff(f"{row.product}/training")
    if tariff is None:
        return f"{row.name}: training price"
    quantity = quantity_per_run(case, row, tariff)
    if quantity is None:
        return f"{row.name}: hours of training are the vendor's to decide"
    runs = case.demand.runs
    if row.continuous_learning == "yes":
        # one that learns without pause is billed no more hours than a month has
        hours = case.assume(run_time.MANAGED_HOURS) * case["experiments_per_retrain"]
        most = HOURS_PER_MONTH / hours * case["experiments_per_retrain"]
        runs = np.minimum(runs, most[:, None])
    _bill(ledger, case, [tariff], quantity[None], np.zeros(1, dtype=np.intp), runs)
    _anew(ledger, case, row, tariff, quantity)
    return ""


def _anew(ledger: Ledger, case: Case, row: ServiceRow, tariff: Tariff, quantity: Array) -> None:
    """Training for what follows a service that ends inside the horizon: nothing can be taken along.

    At the price of the one that ends: what follows is not known, or bills like it.
    """
    start = case.book.price_date
    if row.retires_on is None or (row.retires_on - start).days < SOON_DAYS:
        return
    months = float(months_until(row.retires_on, start))
    inside = (months < case["horizon_months"]).astype(np.float64)
    ledger.once(
        "Training anew when the service ends",
        tariff.unit,
        quantity * base.runs_at_start(case) * inside,
        case.usd(tariff),
        [tariff.source],
        category="training",
        month=months + 1,
        basis=_told([tariff], ", in the month in which the vendor ends the service"),
    )
    name, field = f"hours_per_retrain_{VENUE}", "hours_per_retrain"
    ledger.once(
        "Work to train anew when the service ends",
        "staff_hour",
        labour.hours(case, name, field) * inside,
        labour.usd_per_hour(case),
        [case.chosen_source(labour.WAGE, labour.WAGE)],
        category="work",
        month=months + 1,
        basis=Assuming(labour.basis(case, name, field), labour.behind(case, name, field)),
    )


def _usd(case: Case, tariffs: Sequence[Tariff]) -> Array:
    """Prices of tariffs at the points, (K, 1) or (K, N)."""
    return np.array([[tariff.usd] for tariff in tariffs]) * case.scales(tariffs)


def _bill(
    ledger: Ledger,
    case: Case,
    tariffs: Sequence[Tariff],
    quantity: Array,
    chosen: Index,
    runs: Array,
) -> None:
    """First training and retraining at the tariff chosen at each point.

    ``quantity`` (K, N) is of one run, ``runs`` (N, S) are those of a month.
    """
    units = [tariff.unit for tariff in tariffs]
    sources = [tariff.source for tariff in tariffs]
    usd = base.picked(_usd(case, tariffs), chosen)
    per_run = base.picked(quantity, chosen) if len(tariffs) > 1 else quantity[0]
    ledger.once(
        "First training",
        units,
        per_run * base.runs_at_start(case),
        usd,
        sources,
        category="training",
        basis=_told(tariffs),
        chosen=chosen[None],
    )
    ledger.monthly(
        "Retraining",
        units,
        runs * per_run[:, None],
        usd,
        sources,
        category="training",
        period="per retrain",
        basis=_told(tariffs),
        drift=case.drift(API_DRIFT),
        chosen=chosen[None],
    )


def _told(tariffs: Sequence[Tariff], when: str = "") -> Assuming:
    """What is billed, and the hours of a run where it is billed by time."""
    timed = any(vocabulary()[tariff.unit].base == "second" for tariff in tariffs)
    return Assuming(f"{BASIS}{when}", (run_time.MANAGED_HOURS,) if timed else ())


def quantity_per_run(case: Case, row: ServiceRow, tariff: Tariff) -> Array | None:
    """Units of one training run, (N,): tokens, or the hours that the vendor's rule bills.

    None where it is billed by something else.
    """
    base_unit = vocabulary()[tariff.unit].base
    if base_unit == "token":
        return np.asarray(case["training_tokens"] / factor(tariff.unit, "token"))
    if base_unit == "second":
        rule = run_time.billing(case, VENUE, [(row.vendor, row.product)])
        hours = rule.hours(case.assume(run_time.MANAGED_HOURS)[None])[0]
        return np.asarray(hours * factor("hour", tariff.unit))
    return None
