"""Options read from an evaluation, made when somebody asks for one.

An evaluation of thousands of points and candidates holds arrays only; an :class:`Option` speaks
of one candidate at one point.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import overload

import numpy as np

from calculators import remedies
from calculators.arrays import BoolArray, Index, filled
from calculators.block import at
from calculators.checks import Check
from calculators.costs import carbon
from calculators.evaluation import Evaluation, Pair
from calculators.places import MANAGED_API, UNTRAINED, VENUES, AnswersAt, Place
from calculators.results import (
    STATUSES,
    DataGoes,
    Latency,
    Option,
    Options,
    Range,
    Status,
)
from calculators.rules.terms import data_goes
from pricing.kept import cached_property
from pricing.records import value

BASE = 0


def statuses(found: Evaluation, point: int | slice = BASE) -> Index:
    """Status of each candidate as an index into :data:`STATUSES`, (K,) or (K, N)."""
    unknown = np.isnan(found.cost[:, point]) | found.required[:, point]
    codes = np.where(unknown, STATUSES.index("incomplete"), STATUSES.index("feasible"))
    codes = np.where(found.pointless[:, point] & ~unknown, STATUSES.index("pointless"), codes)
    codes = np.where(found.blocked[:, point], STATUSES.index("infeasible"), codes)
    return codes.astype(np.intp)


def order(found: Evaluation, point: int = BASE, status: Index | None = None) -> Index:
    """Candidates as they are listed: by status, then by cost where it is known.

    ``status`` (K,): what :func:`statuses` says there, where it is known already.
    """
    cost = filled(found.cost[:, point], np.inf)
    said = statuses(found, point) if status is None else status
    return np.lexsort((cost, said)).astype(np.intp)


class OptionList(Options):
    """Every candidate at one point, in the order of lists; places nobody offers come last."""

    def __init__(
        self,
        found: Evaluation,
        ranges: Callable[[int], Range | None],
        point: int = BASE,
    ) -> None:
        self.found, self.point = found, point
        self._ranges = ranges
        self._made: dict[int, Option] = {}

    @cached_property
    def order(self) -> Index:
        """Candidates of the evaluation in the order of this list."""
        return order(self.found, self.point, self._status)

    @cached_property
    def _status(self) -> Index:
        return statuses(self.found, self.point)

    @cached_property
    def _absent(self) -> tuple[Option, ...]:
        case = self.found.case
        sold = case.market.services(case.scenario.task).size
        model = case.market.model_name(case.asked_weights) if sold else ""
        return tuple(
            not_offered(place, model if MANAGED_API in place.parts else "")
            for place in self.found.not_offered
        )

    def __len__(self) -> int:
        return self.found.size + len(self._absent)

    @overload
    def __getitem__(self, index: int) -> Option: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Option]: ...
    def __getitem__(self, index: int | slice) -> Option | Sequence[Option]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        position = index + len(self) if index < 0 else index
        if not 0 <= position < len(self):
            raise IndexError(index)
        if position >= self.found.size:
            return self._absent[position - self.found.size]
        return self.of(int(self.order[position]))

    def __iter__(self) -> Iterator[Option]:
        return (self[index] for index in range(len(self)))

    def of(self, candidate: int) -> Option:
        """The option of a candidate of the evaluation."""
        made = self._made.get(candidate)
        if made is None:
            status = STATUSES[self._status[candidate]]
            made = self._made[candidate] = option(
                self.found, candidate, self.point, status, self._ranges
            )
        return made

    def time_all(self) -> None:
        """Work out the times of all options at once."""
        for block in {id(pair.block): pair.block for pair in self.found.pairs}.values():
            block.time_all(self.point)

    def by_id(self, name: str) -> Option | None:
        """The option with an id; None where there is none."""
        candidate = self.found.at.get(name)
        if candidate is not None:
            return self.of(candidate)
        return next((item for item in self._absent if item.id == name), None)

    def fails_at(self, place: AnswersAt) -> tuple[Index, Index]:
        """Candidates of a place in the order of this list.

        With how many rules each of them fails, or must have confirmed first.
        """
        pairs = self.found.pairs
        inside = np.array([pair.place.id == place for pair in pairs], dtype=bool)
        here = self.order[inside[self._pair_of[self.order]]]
        fails = np.zeros(self.found.size, dtype=np.intp)
        for turn in np.flatnonzero(inside).tolist():
            start, stop = self.found.starts[turn], self.found.starts[turn + 1]
            fails[start:stop] = _fails(pairs[turn], self.point)
        return here, fails[here]

    def first_of_each_pair(self, candidates: Index) -> Sequence[int]:
        """The first of some candidates in each pair trained_at > answers_at."""
        _, first = np.unique(self._pair_of[candidates], return_index=True)
        return [int(candidates[position]) for position in np.sort(first)]

    @property
    def status_counts(self) -> Mapping[Status, int]:
        """How many candidates have each status."""
        counts = np.bincount(self._status, minlength=len(STATUSES))
        named = dict(zip(STATUSES, counts.tolist(), strict=True))
        return {**named, "not_offered": len(self._absent)}

    @cached_property
    def _pair_of(self) -> Index:
        """The pair of each candidate (K,)."""
        sizes = [pair.size for pair in self.found.pairs]
        return np.repeat(np.arange(len(sizes)), sizes).astype(np.intp)

    @cached_property
    def firsts(self) -> tuple[int, ...]:
        """The best candidate of each pair trained_at > answers_at, in the order of the list."""
        keys = [(pair.plan.trained_at, pair.place.id) for pair in self.found.pairs]
        return tuple(self._first_of(keys))

    @cached_property
    def first_of_place(self) -> tuple[int, ...]:
        """The best candidate of each place, in the order of the list."""
        return tuple(self._first_of([pair.place.id for pair in self.found.pairs]))

    def _first_of(self, keys: Sequence[object]) -> Iterator[int]:
        names = {key: place for place, key in enumerate(dict.fromkeys(keys))}
        group = np.array([names[key] for key in keys], dtype=np.intp)
        listed = group[self._pair_of[self.order]] if keys else np.zeros(0, dtype=np.intp)
        _, first = np.unique(listed, return_index=True)
        return (int(self.order[position]) for position in np.sort(first))

    @cached_property
    def best_of_pair(self) -> tuple[Option, ...]:
        """The best candidate of each pair, and each place nobody offers."""
        return (*(self.of(candidate) for candidate in self.firsts), *self._absent)

    @cached_property
    def best_of_place(self) -> tuple[Option, ...]:
        """One option for every place."""
        return (*(self.of(candidate) for candidate in self.first_of_place), *self._absent)


def _fails(pair: Pair, point: int) -> Index:
    """How many rules each candidate of a pair fails, or must have confirmed, at a point (K',)."""
    own = sum(int(_at_point(mask, point)[0]) for mask in _shutting(pair.plan.checks))
    counts = np.full(pair.size, own, dtype=np.intp)
    for mask in _shutting(pair.block.checks):
        column = _at_point(mask, point)
        counts += column[pair.rows] if column.size > 1 else column
    return counts


def _shutting(checks: Sequence[Check]) -> Iterator[BoolArray]:
    """What keeps candidates out of the ranking."""
    for check in checks:
        yield check.fails
        yield check.required


def _at_point(mask: BoolArray, point: int) -> BoolArray:
    """A mask (C, N) or broadcasting to it at one point, (C,) or (1,)."""
    return mask[:, point if mask.shape[1] > 1 else 0]


def option(
    found: Evaluation,
    candidate: int,
    point: int,
    status: Status,
    ranges: Callable[[int], Range | None],
) -> Option:
    """One candidate at one point."""
    pair, own = found.where(candidate)
    case, block = found.case, pair.block
    row = int(pair.rows[own])
    money = _money(found, candidate, point)
    months = at(case["horizon_months"], 0, point)
    served_share = at(block.served_share, 0, point)
    served = at(case.demand.served_requests, 0, point) * served_share
    user_months = at(case.demand.user_months, 0, point) * served_share
    products, devices = block.products, block.speed.devices
    return Option(
        id=pair.id(own),
        kind=pair.place.id,
        label=pair.label(own, point),
        trained_at=pair.plan.trained_at,
        answers_at=pair.place.id,
        vendor=products.vendors[row],
        training_product=pair.trained_on(own, point),
        status=status,
        total_usd=money.total,
        company_usd=money.company,
        user_usd=money.user,
        npv_usd=money.npv,
        monthly_usd=_per(money.total, months),
        month1_usd=money.month1,
        usd_per_1000_requests=_per(money.total, served / 1000),
        usd_per_user_month=_per(money.total, user_months),
        served_share=served_share,
        served_requests=served,
        served_user_months=user_months,
        device_share=None if devices is None else at(devices.share, 0, point),
        battery_pct_per_day=_known(block.battery.pct_per_day, point) if block.battery else None,
        battery_known_share=_known(block.battery.known_share, point) if block.battery else None,
        different_model=bool(products.different_model[row]),
        other_region=bool(products.other_region[row]),
        marks=_marks(pair, row),
        _findings=lambda: pair.findings(own, point),
        _missing=lambda: pair.missing(own, point),
        _items=lambda: pair.line_items(own, point) if money.company is not None else (),
        _sources=lambda: pair.sources(own, point) if money.company is not None else (),
        _latency=lambda: _latency(pair, row, point),
        _capacity=lambda: block.capacity(row, point),
        _explained=lambda: block.explained(row, point),
        _training_explained=lambda: pair.plan.explained(point),
        _on_devices=lambda: block.on_devices(point),
        _data_goes=lambda: _data_goes(pair, row),
        _training_data_goes=lambda: _training_data_goes(pair, row, point),
        _range=lambda: ranges(candidate) if money.company is not None else None,
        _carbon=lambda: _carbon(pair, row, point),
        model=products.models[row] if products.models else "",
        reads=products.reads is not None and bool(products.reads[row]),
    )


def _latency(pair: Pair, row: int, point: int) -> Latency:
    """Time to the answer; of live video also what each stage spends on a frame."""
    found = pair.block.latency(row, point)
    if not pair.case.points.live:
        return found
    return replace(found, frame_ms=pair.block.frame_stages(row, point))


def _data_goes(pair: Pair, row: int) -> DataGoes:
    """Who sees the requests."""
    block = pair.block
    vendor = block.products.vendors[row] if block.data_leaves else ""
    return data_goes(pair.case, vendor, block.place.parts[-1])


def _training_data_goes(pair: Pair, row: int, point: int) -> DataGoes | None:
    """Who sees the training data; None where nothing is trained or can be."""
    plan = pair.plan
    if plan.trained_at == UNTRAINED:
        return None
    vendor = pair.block.products.vendors[row] if plan.on_service else plan.vendor(point)
    if not vendor and not VENUES[plan.trained_at].on_premises:
        return None  # nobody there can train it
    return data_goes(pair.case, vendor, plan.trained_at)


@value
class _Money:
    """Dollars over the horizon; None where it is not known."""

    company: float | None
    user: float | None
    total: float | None
    npv: float | None
    month1: float | None


def _money(found: Evaluation, candidate: int, point: int) -> _Money:
    company = _finite(float(found.company[candidate, point]))
    user = _finite(float(found.user[candidate, point]))
    if company is None:
        return _Money(None, None, None, None, None)
    if user is None:  # what users pay is not known, and not asked for: that part alone lacks
        return _Money(company, None, None, None, None)
    npv, month1 = float(found.npv[candidate, point]), float(found.month1[candidate, point])
    return _Money(company, user, company + user, _finite(npv), _finite(month1))


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def _known(values: np.ndarray, point: int) -> float | None:
    return _finite(at(values, 0, point))


def _per(amount: float | None, divisor: float) -> float | None:
    return amount / divisor if amount is not None and divisor > 0 else None


def _marks(pair: Pair, row: int) -> tuple[str, ...]:
    products = pair.block.products
    marks = ["different model"] * bool(products.different_model[row])
    marks += ["price of another region"] * bool(products.other_region[row])
    marks += products.marks_of(row)
    marks += ["weak price evidence"] * (products.confidence[row] == "C")
    return tuple(marks)


def _carbon(pair: Pair, row: int, point: int) -> tuple[float | None, str]:
    block, case = pair.block, pair.case
    machine = None if block.kwh is None else at(block.kwh, row, point)
    grid = block.grid_names[row] if block.grid_names else case.scenario.region
    served = at(case.demand.served_requests, 0, point) * at(block.served_share, 0, point)
    return carbon.grams(case, machine, _users_kwh(pair, row, point), grid, served)


def _users_kwh(pair: Pair, row: int, point: int) -> float | None:
    """Electricity of the users' devices over the horizon; None where it is not known."""
    block = pair.block
    if at(np.asarray(block.users_energy_unknown, dtype=np.float64), row, point):
        return None
    drawn = [item for item in block.charges if item.payer == "user" and item.unit == "kwh"]
    return sum(at(item.quantity, row, point) for item in drawn) if drawn else None


def not_offered(place: Place, model: str = "") -> Option:
    """A place with no product for the task, or none that answers with the ``model`` asked for."""
    text = f"No product we know offers this task on {place.words}."
    why = "nobody we know sells it"
    if model:
        text = f"No product we know answers with {model} on {place.words}."
        why += "; with another model somebody may"
    finding = remedies.for_good("offer", text, why)
    return Option(
        id=f"{UNTRAINED}>{place.id}",
        kind=place.id,
        label=f"No offer: {place.words}",
        trained_at=UNTRAINED,
        answers_at=place.id,
        vendor="",
        training_product="",
        status="not_offered",
        total_usd=None,
        company_usd=None,
        user_usd=None,
        npv_usd=None,
        monthly_usd=None,
        month1_usd=None,
        usd_per_1000_requests=None,
        usd_per_user_month=None,
        served_share=0.0,
        device_share=None,
        battery_pct_per_day=None,
        different_model=False,
        other_region=False,
        marks=(),
        _findings=lambda: (finding,),
        _missing=tuple,
    )
