"""Formulas of quantities: what a cost is proportional to, month by month.

A *driver* is a row of a sheet that follows from the inputs: requests of each month, whole machines,
contracts that run, servers bought. A *form* says how a quantity follows from drivers. Both give
their values here, as arrays (P, M + 1) of P situations at the start and in M months, and are
written as spreadsheet formulas by :mod:`report.workbook.cells`: one record for both.

:func:`fit` takes, of the forms there are, the one that gives what the app gave in most situations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.costs.fleet import Sizing

NEAR = 1e-9
"""What rounding alone does to a quantity, as a share of its largest."""


@dataclass(frozen=True)
class Requests:
    """Requests of each month: ``first month x (1 + growth) ^ (month - 1)``."""


@dataclass(frozen=True)
class FirstRequests:
    """Requests of the first month, counted once, at the start."""


@dataclass(frozen=True)
class Machines:
    """Whole machines, or units of an endpoint."""

    sizing: Sizing


@dataclass(frozen=True)
class Effort:
    """Machines to a power below one: work on like machines."""

    machines: Machines
    exponent: float


@dataclass(frozen=True)
class Begun:
    """Contracts that begin in a month, renewals included."""

    machines: Machines
    term: int  # months


@dataclass(frozen=True)
class Paid:
    """Contracts that run in a month."""

    begun: Begun


@dataclass(frozen=True)
class Left:
    """Machine-months that contracts still run after the last month, in that month."""

    begun: Begun


@dataclass(frozen=True)
class Bought:
    """Servers bought at the end of a month for the next, replaced after their life."""

    machines: Machines
    life: int  # months


@dataclass(frozen=True)
class Sold:
    """Servers sold, as shares of their price: at the end of life, and all at the end."""

    bought: Bought
    left: tuple[float, ...]  # share of the price left, by age in months from 0 to the horizon


Driver = Requests | FirstRequests | Machines | Effort | Begun | Paid | Left | Bought | Sold
Known = Mapping[Driver, Array]


def below(driver: Driver) -> Driver | None:
    """The driver that one is worked out from."""
    match driver:
        case Effort(machines, _) | Begun(machines, _) | Bought(machines, _):
            return machines
        case Paid(begun) | Left(begun):
            return begun
        case Sold(bought, _):
            return bought
        case FirstRequests() | Machines():
            return Requests()
        case Requests():
            return None


def values(drivers: Sequence[Driver], requests: Array) -> dict[Driver, Array]:
    """Values of drivers (P, M + 1) at requests of each month (P, M + 1), 0 at the start."""
    found: dict[Driver, Array] = {Requests(): requests}
    for driver in drivers:
        _know(driver, found)
    return found


def _know(driver: Driver, found: dict[Driver, Array]) -> Array:
    if driver not in found:
        base = below(driver)
        found[driver] = _value(driver, _know(base, found) if base else found[Requests()])
    return found[driver]


def _value(driver: Driver, base: Array) -> Array:
    """A driver's values from those of the one it is worked out from."""
    months = np.zeros_like(base)
    match driver:
        case FirstRequests():
            months[:, 0] = base[:, 1]
        case Machines(sizing):
            months[:, 1:] = sizing.machines(base[:, 1:])
        case Effort(_, exponent):
            months[:, 1:] = base[:, 1:] ** exponent
        case Begun(_, term):
            return _begun(base, term)
        case Paid(begun):
            total = np.cumsum(base, axis=1)
            months[:] = total
            months[:, begun.term :] -= total[:, : -begun.term]
        case Left(begun):
            months[:, -1] = base @ months_left(base.shape[1] - 1, begun.term)
        case Bought(_, life):
            return _bought(base, life)
        case Sold(bought, left):
            return _sold(base, bought.life, np.array(left))
        case Requests():
            return base
    return months


def months_left(horizon: int, term: int) -> Array:
    """Months a contract runs after the last month, by the month it begins in (M + 1,)."""
    month = np.arange(horizon + 1)
    return np.where(month > 0, np.maximum(month + term - 1 - horizon, 0.0), 0.0)


def _begun(need: Array, term: int) -> Array:
    """Where the need falls all of it is contracted anew after each term, else what is added."""
    found = np.zeros_like(need)
    rising = need[:, -1] >= need[:, 1]
    for month in range(1, need.shape[1]):
        again = found[:, month - term] if month > term else 0.0
        added = need[:, month] - (need[:, month - 1] if month > 1 else 0.0) + again
        anew = need[:, month] if (month - 1) % term == 0 else 0.0
        found[:, month] = np.where(rising, added, anew)
    return found


def _bought(need: Array, life: int) -> Array:
    held = np.maximum.accumulate(need[:, 1:], axis=1)
    found = np.zeros_like(need)
    found[:, :-1] = np.diff(held, axis=1, prepend=0.0)
    for month in range(life, need.shape[1] - 1):
        found[:, month] += found[:, month - life]
    return found


def _sold(bought: Array, life: int, left: Array) -> Array:
    found, last = np.zeros_like(bought), bought.shape[1] - 1
    for month in range(life, last):
        found[:, month] = bought[:, month - life] * left[life]
    for month in range(max(last - life, 0), last):
        found[:, last] += bought[:, month] * left[last - month]
    return found


# -------------------------------------------------------------------------------------- forms


@dataclass(frozen=True, eq=False)
class Fixed:
    """The same whatever the volume: the app's own figure of each month (M + 1,)."""

    months: Array


@dataclass(frozen=True, eq=False)
class Sum:
    """So much of each driver; None stands for every month alike."""

    terms: tuple[tuple[Driver | None, float], ...]


@dataclass(frozen=True, eq=False)
class Monthly:
    """So much of one driver, by month (M + 1,)."""

    driver: Driver
    each: Array


@dataclass(frozen=True, eq=False)
class Tiered:
    """What lies within a band of a tariff of what ``units`` counts.

    ``parts x max(0, min(units, end) - max(start, free))``.
    """

    units: Form
    start: float
    end: float
    free: Array  # (M + 1,)
    parts: float


Form = Fixed | Sum | Monthly | Tiered


def quantity(form: Form, known: Known) -> Array:
    """What a form gives (P, M + 1)."""
    match form:
        case Fixed(months):
            return np.asarray(np.broadcast_to(months, _shape(known)))
        case Sum(terms):
            every = np.ones(_shape(known))
            every[:, 0] = 0.0
            parts = (times * (every if d is None else known[d]) for d, times in terms)
            return np.asarray(sum(parts, np.zeros(_shape(known))))
        case Monthly(driver, each):
            return np.asarray(known[driver] * each)
        case Tiered(units, start, end, free, parts):
            begins = np.maximum(start, free)
            inside = np.minimum(quantity(units, known), end) - begins
            return np.asarray(parts * np.maximum(inside, 0.0))


def _shape(known: Known) -> tuple[int, ...]:
    return known[Requests()].shape


def drivers_of(form: Form) -> Iterator[Driver]:
    """The drivers of a form, those they are worked out from first."""
    match form:
        case Fixed():
            return
        case Sum(terms):
            for driver, _ in terms:
                yield from _chain(driver)
        case Monthly(driver, _):
            yield from _chain(driver)
        case Tiered(units):
            yield from drivers_of(units)


def _chain(driver: Driver | None) -> Iterator[Driver]:
    if driver is not None:
        yield from _chain(below(driver))
        yield driver


# ---------------------------------------------------------------------------------------- fit


@dataclass(frozen=True, eq=False)
class Fit:
    """A form, and where it gives what the app gives (P,)."""

    form: Form
    holds: BoolArray

    @property
    def everywhere(self) -> bool:
        """Whether it does in every situation asked about."""
        return bool(self.holds.all())


def fit(asked: Array, known: Known, like: BoolArray) -> Fit:
    """The form that gives ``asked`` (P, M + 1) in most situations, the plainest of several.

    Coefficients are the app's figures in the first situation and in those ``like`` it (P,).
    """
    best: Fit | None = None
    for form, used in _forms(asked, known, like):
        found = Fit(form, near(quantity(form, known), asked))
        if not found.holds[0] or not _proved(found, asked, used):
            continue
        if best is None or found.holds.sum() > best.holds.sum():
            best = found
        if found.everywhere:
            break
    assert best is not None  # what is fixed holds in the first situation
    return best


def _proved(found: Fit, asked: Array, used: Sequence[int]) -> bool:
    """Whether a form comes out somewhere else than where its coefficients are from.

    A line can be laid through any two points: what it says is shown by a third.
    """
    if not used:
        return True
    known = np.zeros(found.holds.shape, dtype=bool)
    for point in used:
        known |= near(np.broadcast_to(asked[point], asked.shape), asked)
    return bool((found.holds & ~known).any())


def near(made: Array, asked: Array) -> BoolArray:
    """Where two quantities (P, M + 1) are one but for rounding (P,)."""
    scale = np.abs(asked).max(axis=1, keepdims=True)
    return np.asarray((np.abs(made - asked) <= NEAR * scale + 1e-15).all(axis=1))


def _forms(asked: Array, known: Known, like: BoolArray) -> Iterator[tuple[Form, Sequence[int]]]:
    """Forms that may be it, the plainest first, and the situations they are worked out from."""
    yield Fixed(asked[0].copy()), ()
    there = np.flatnonzero(like & asked.any(axis=1)).tolist()
    if not there:
        return
    point = there[0]  # where it is met first: a contract left over may not be in the first
    shown = asked[point]
    drivers = [driver for driver in known if known[driver][point].any()]
    for driver in drivers:
        base = known[driver][point]
        times = float(shown @ base / (base @ base))
        if times:
            yield Sum(((driver, times),)), (point,)
    unlike = [other for other in there if not near(asked[[point]], asked[[other]])[0]]
    plain = [d for d in drivers if isinstance(d, Requests | Machines)]
    for pair in combinations([*plain, None], 2):
        for other in unlike[:TRIED]:
            found = _pair(asked[[point, other]], pair, known, [point, other])
            if _one_sided(found):
                yield found, (point, other)
    for driver in drivers:
        base = known[driver][point]
        if np.all((base != 0) | (shown == 0)):
            each = np.divide(shown, base, out=np.zeros_like(shown), where=base != 0)
            yield Monthly(driver, each), (point,)


TRIED = 6
"""Situations from which two coefficients are worked out, each with the first one."""


def _one_sided(form: Sum) -> bool:
    """Whether no part takes away from the other: two of one sign are what something is made of."""
    signs = {times > 0 for _, times in form.terms}
    return len(signs) == 1


def _pair(asked: Array, pair: Sequence[Driver | None], known: Known, points: Sequence[int]) -> Sum:
    """So much of two drivers that both situations come out, as nearly as can be."""
    every = np.ones(asked.shape)
    every[:, 0] = 0.0
    columns = [(every if d is None else known[d][points]).ravel() for d in pair]
    scale = np.array([np.abs(column).max() or 1.0 for column in columns])
    matrix = np.stack(columns, axis=1) / scale
    times = np.linalg.lstsq(matrix, asked.ravel(), rcond=1e-10)[0] / scale
    return Sum(tuple((d, float(t)) for d, t in zip(pair, times, strict=True) if t))
