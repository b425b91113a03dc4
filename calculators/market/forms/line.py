"""What a price form reads and makes: lines of a bill, one for each price of some services.

A form is one record and one module. It is given the lines that the forms before it have made and
returns all lines that then stand: it may begin lines (tokens), count them otherwise (increments),
move a part of them to another price (batch, long prompts, peak hours) or charge something on top.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from calculators.arrays import Array, BoolArray, Index, any_true
from calculators.checks import Check, Gap
from calculators.market.services import Meter, Services, title
from calculators.points import Wait
from calculators.results import Finding
from calculators.scenario import ServiceTier
from pricing.book import Source
from pricing.kept import cached_property
from pricing.records import record, value
from pricing.schema import TaskTermsRow, TokenTermsRow
from pricing.units import SECONDS_PER_MONTH

HOURS_PER_WEEK = 168


@record
class Asked:
    """What one request holds in the units of C services, and when requests come, at N points.

    ``held`` is by name, (1, N) or (C, N): ``input_tokens`` (all that is read, images too),
    ``output_tokens`` (all that is written, hidden output too), ``cached_input_share``,
    ``cache_writes_share``, ``audio_seconds``, ``video_seconds``, ``characters``, ``features``.
    ``by_hour`` is the share of the requests in each hour of a week in UTC from Monday on, (1 or N,
    168).
    """

    services: Services
    held: Mapping[str, Array]
    wait: Wait
    by_hour: Callable[[], Array]
    stays: bool = False  # must be processed within the region
    addons: tuple[str, ...] = ()  # what the user chose besides
    tier: ServiceTier = "standard"  # what the user chose; ``wait`` says what comes of it
    month: float = SECONDS_PER_MONTH  # seconds for which a base fee is paid once

    @property
    def size(self) -> int:
        """C."""
        return self.services.size

    def of(self, name: str, rows: Index) -> Array:
        """What requests hold, for some services (T, N) or (1, N)."""
        found = self.held[name]
        return found[rows] if found.shape[0] > 1 else found

    @cached_property
    def terms(self) -> tuple[TokenTermsRow | None, ...]:
        """What is known of each service's tokens; None where no row says it."""
        return self.services.terms

    @cached_property
    def task_terms(self) -> tuple[TaskTermsRow | None, ...]:
        """What is known of how each service counts anything else; None where no row says it."""
        return self.services.task_terms


@record
class Line:
    """One price of T services and the units of it that are billed.

    ``units`` (T, N) in the unit of the price: for one request, or for a month where ``per`` is
    month. ``scale`` (T, 1) is how many times the price is charged: a part of it on top of other
    lines, where ``sources`` say from where, or more than once in long prompts.
    """

    meter: Meter
    units: Array
    per: str = "request"
    scale: Array | None = None
    sources: Sequence[Source] | None = None  # of the scale, one each
    named: str = ""  # the line item, where it is not called like the price
    allowance: bool = True  # free units and steps of the service count for it
    each: Array | None = None  # (T, N) equal parts, each with free units and tiers of its own
    whole_months: BoolArray | None = None  # (T,) whose units of a month are rounded up

    @property
    def rows(self) -> Index:
        """Which services it is of (T,)."""
        return self.meter.rows

    @property
    def name(self) -> str:
        """What it is called."""
        return self.named or title(self.meter.name)

    def titles(self, level: int) -> tuple[str, ...]:
        """Line item of each service's band."""
        return self.meter.titles(level, self.name)

    def with_units(self, units: Array) -> Line:
        """The same line with other units."""
        return replace(self, units=np.asarray(units))

    def moved(self, other: Meter | None, share: Array, words: str = "") -> list[Line]:
        """The line with ``share`` (C, N) of its units at another price, where there is one.

        Of services without the other price all stays as it is.
        """
        if other is None:
            return [self]
        part, places = other.of_rows(self.rows)
        if not places.size:
            return [self]
        own = share[part.rows] if share.shape[0] > 1 else np.repeat(share, part.rows.size, 0)
        if not any_true(own):
            return [self]
        taken = np.zeros((self.rows.size, own.shape[1]))
        taken[places] = own
        left = self.with_units(self.units * (1 - taken))
        same = self.meter.size_of_unit[places] / part.size_of_unit
        named = f"{self.name}{words}" if words else ""
        there = self._of(places, part, self.units[places] * own * same, named)
        return [there] if (taken == 1).all() else [left, there]

    def dearer(self, times: Array, share: Array, words: str) -> list[Line]:
        """The line with ``share`` (C, N) of its units at ``times`` (C, 1) the price; NaN: as it is.

        The price stays the source of what is billed.
        """
        places = np.flatnonzero(np.isfinite(times[self.rows, 0]))
        rows = self.rows[places]
        own = np.broadcast_to(share, (times.shape[0], share.shape[1]))[rows]
        if not any_true(own):
            return [self]
        taken = np.zeros((self.rows.size, own.shape[1]))
        taken[places] = own
        part, _ = self.meter.of_rows(rows)
        there = self._of(places, part, self.units[places] * own, f"{self.name}{words}")
        there = replace(there, scale=times[rows] * (1.0 if there.scale is None else there.scale))
        return [self.with_units(self.units * (1 - taken)), there]

    def _of(self, places: Index, meter: Meter, units: Array, named: str) -> Line:
        """Some of its services, at another price or name."""
        scale = None if self.scale is None else self.scale[places]
        sources = None if self.sources is None else [self.sources[place] for place in places]
        return replace(self, meter=meter, units=units, named=named, scale=scale, sources=sources)


Lines = Sequence[Line]


def _no_gaps(_: Asked) -> list[Gap]:
    return []


def _silent(_: Asked) -> list[Check]:
    return []


@value
class Form:
    """One price form: what it makes of a bill, what it lacks and what it says of an option."""

    name: str
    lines: Callable[[Asked, Lines], Lines]
    gaps: Callable[[Asked], list[Gap]] = _no_gaps
    says: Callable[[Asked], list[Check]] = _silent


def column(values: Sequence[float | None], missing: float) -> Array:
    """Figures of C services (C, 1), with what stands where nothing is known."""
    return np.array([[missing if value is None else value] for value in values])


def mask(values: Sequence[bool]) -> BoolArray:
    """Flags of C services (C,)."""
    return np.array(values, dtype=bool)


Known = Callable[[TaskTermsRow], bool]


def flags(asked: Asked, holds: Known) -> BoolArray:
    """Of which services something is known to hold (C,)."""
    return mask([row is not None and holds(row) for row in asked.task_terms])


def finds(
    asked: Asked,
    holds: Callable[[Any], bool],
    item: Finding,
    *,
    unknown: bool = False,
) -> list[Check]:
    """What is said of the services of which something holds; with ``unknown`` also without rows."""
    said = [
        item if (unknown or row is not None) and holds(row) else None for row in asked.task_terms
    ]
    return [Check.each(said)] if any(said) else []
