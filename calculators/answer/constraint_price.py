"""What each constraint costs, alone and all together, and what came nearest to passing it.

The price of a constraint is what the cheapest allowed option costs more than the cheapest one
without it. Each lifted scenario is evaluated as the scenario itself is. Near misses are read from
what the rules say of the candidates of the scenario: the inputs a failed rule names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from calculators.answer.constraints import Changes, Constraint, all_lifted, constraints_of
from calculators.answer.needed import changes, shut
from calculators.answer.options import BASE, OptionList, statuses
from calculators.answer.would_pass import tried
from calculators.arrays import BoolArray, any_true
from calculators.evaluation import Evaluation, evaluate
from calculators.memory import SHARED, Memory
from calculators.places import DEVICE, PLACES, AnswersAt
from calculators.points import Points
from calculators.results import PRICE_DATE, STATUSES, Option
from calculators.scenario import Scenario, choices, fields
from pricing.book import PriceBook
from pricing.records import record, value

FREE = [STATUSES.index("feasible"), STATUSES.index("pointless")]
TRIES = 3
"""Near misses tried before none is told."""


@value
class Allowed:
    """The cheapest option that may be ranked, USD a month as ranked; the one record of both."""

    option: Option
    monthly_usd: float


@value
class NearMiss:
    """A candidate that one constraint alone shuts out, and the inputs that would let it pass."""

    option: Option
    monthly_usd: float | None
    text: str  # what the rule says of it
    needs: Mapping[str, Any]  # complete: with these it is allowed
    short_by: float | None  # in the unit of ``field``; None where it is no number
    field: str  # the input that comes first


@value
class ConstraintPrice:
    """One constraint that is set."""

    constraint: Constraint
    candidates: int  # that its rules speak of
    passed: int
    usd_per_month: float | None  # None where nothing is allowed with it, or nothing without
    without: Allowed | None  # the cheapest without it alone
    near: NearMiss | None


@value
class LinkFrame:
    """A place that answers elsewhere, with the time its slowest stage takes a frame on a link."""

    link: str
    kind: AnswersAt
    frame_ms: float | None
    passes: bool  # the frames are in time
    allowed: bool  # and nothing else forbids every candidate there


@value
class Constraints:
    """All constraints of a scenario."""

    allowed: Allowed | None  # the cheapest as it is
    overall: Allowed | None  # the cheapest without any
    each: tuple[ConstraintPrice, ...]
    places: tuple[NearMiss, ...]  # of each place that is shut: what came nearest
    links: tuple[LinkFrame, ...]  # live video alone
    frame_budget_ms: float | None

    @property
    def together_usd_per_month(self) -> float | None:
        """What all of them cost together."""
        return _gap(self.allowed, self.overall)


def constraint_prices(scenario: Scenario, book: PriceBook, memory: Memory = SHARED) -> Constraints:
    """Price every constraint of a scenario.

    USD a month, of the figure options are ranked by; one evaluation for each way to lift one.
    """
    return _Search(scenario, book, memory).found()


def _gap(dear: Allowed | None, cheap: Allowed | None) -> float | None:
    return None if dear is None or cheap is None else dear.monthly_usd - cheap.monthly_usd


@record
class _Search:
    """One scenario, evaluated as it is and with constraints lifted."""

    scenario: Scenario
    book: PriceBook
    memory: Memory

    def found(self) -> Constraints:
        """Everything there is to say."""
        here = self._evaluated({})
        allowed = self._cheapest(here)
        said = _Said(here, self.scenario, self.book, self.memory)
        each = tuple(self._price(item, allowed, said) for item in constraints_of(self.scenario))
        lifted = map(self._cheapest_with, all_lifted(self.scenario))
        # nothing that is allowed with a constraint is forbidden without it
        overall = self._least([allowed, *(item.without for item in each), *lifted])
        links, frame = self._links()
        return Constraints(allowed, overall, each, tuple(said.places()), links, frame)

    def _evaluated(self, changed: Changes) -> OptionList:
        scenario = self.scenario.with_changes(changed) if changed else self.scenario
        found = evaluate(self.memory.case(Points.base(scenario), self.book))
        return OptionList(found, lambda _: None)

    def _cheapest_with(self, changed: Changes) -> Allowed | None:
        return self._cheapest(self._evaluated(changed))

    def _cheapest(self, listed: OptionList) -> Allowed | None:
        found = listed.found
        if not found.size:
            return None
        first = int(listed.order[0])
        usd = float(found.ranked[first, BASE])
        months = self.scenario.horizon_months
        return Allowed(listed.of(first), usd / months) if np.isfinite(usd) else None

    def _least(self, found: Sequence[Allowed | None]) -> Allowed | None:
        known = [item for item in found if item is not None]
        return min(known, key=lambda item: item.monthly_usd, default=None)

    def _price(self, item: Constraint, allowed: Allowed | None, said: _Said) -> ConstraintPrice:
        ways = [self._evaluated(way) for way in item.lifted(self.scenario)]
        # a constraint that decides nothing stays where it is
        without = self._least([allowed, *map(self._cheapest, ways)])
        found = [listed.found for listed in ways]
        candidates, passed = said.counts(item)
        if not candidates:  # no rule names it here: what it stops is what opens without it
            candidates, passed = said.opened(item, found)
        gap = _gap(allowed, without)
        return ConstraintPrice(item, candidates, passed, gap, without, said.near(item, allowed))

    # live video ---------------------------------------------------------------------------------

    def _links(self) -> tuple[tuple[LinkFrame, ...], float | None]:
        """Frames over every link, of the fastest candidate of each place that answers elsewhere."""
        if not self.scenario.realtime_fps:
            return (), None
        found: list[LinkFrame] = []
        for link in choices("link"):
            found += _frames(self._evaluated({"link": link}).found, link)
        return tuple(found), 1000 / self.scenario.realtime_fps


def _frames(found: Evaluation, link: str) -> Iterator[LinkFrame]:
    least: dict[AnswersAt, float] = {}
    open_: set[AnswersAt] = set()
    for pair in found.pairs:
        if pair.place.id == DEVICE:
            continue
        values = np.broadcast_to(pair.block.speed.frame, (pair.block.size, found.case.size))
        own = values[pair.rows, BASE]
        if any_true(np.isfinite(own)):
            fastest = float(np.nanmin(own))
            least[pair.place.id] = min(fastest, least.get(pair.place.id, np.inf))
        if not np.broadcast_to(pair.blocked, (pair.size, found.case.size))[:, BASE].all():
            open_.add(pair.place.id)
    budget = float(found.case.frame_ms[0])
    for place in PLACES:
        if place in least:
            yield LinkFrame(link, place, least[place], least[place] <= budget, place in open_)


def _closed(found: Evaluation) -> BoolArray:
    """Candidates that a rule keeps out (K,)."""
    return np.asarray(found.blocked[:, BASE] | found.required[:, BASE])


def _open_ids(found: Evaluation) -> Iterator[str]:
    return (found.ids[k] for k in np.flatnonzero(~_closed(found)).tolist())


class _Said:
    """What every rule says of every candidate, each read once."""

    def __init__(
        self, listed: OptionList, scenario: Scenario, book: PriceBook, memory: Memory
    ) -> None:
        self.listed, self.scenario = listed, scenario
        self.book, self.memory = book, memory
        found = listed.found
        self.findings = [
            pair.findings(index, BASE) for pair in found.pairs for index in range(pair.size)
        ]

    def counts(self, item: Constraint) -> tuple[int, int]:
        """How many candidates its rules speak of, and how many of them pass."""
        spoken = passed = 0
        for said in self.findings:
            own = [finding for finding in said if finding.rule in item.rules]
            spoken += bool(own)
            passed += bool(own) and not shut(own)
        return spoken, passed

    def opened(self, item: Constraint, without: Sequence[Evaluation]) -> tuple[int, int]:
        """How many candidates it concerns, and how many of them lifting it alone does not open."""
        found = self.listed.found
        shut_here, names = _closed(found), found.ids
        concerned = [
            k for k in range(found.size) if not item.on_devices or PLACES[found.places[k]].on_device
        ]
        freed = {name for other in without for name in _open_ids(other)}
        stopped = sum(bool(shut_here[k]) and names[k] in freed for k in concerned)
        return len(concerned), len(concerned) - stopped

    def near(self, item: Constraint, allowed: Allowed | None) -> NearMiss | None:
        """What it alone shuts out: what would be cheaper than the answer first, then the nearest.

        The nearest is that of the least share to change; what is no number comes after.
        """
        most = np.inf if allowed is None else allowed.monthly_usd
        misses = [
            miss
            for candidate, said in enumerate(self.findings)
            if (own := shut(said)) and all(finding.rule in item.rules for finding in own)
            if (miss := self._miss(candidate)) is not None and miss.monthly_usd is not None
        ]
        return self._first_tried(sorted(misses, key=lambda miss: self._order(miss, most)))

    def _first_tried(self, misses: Sequence[NearMiss]) -> NearMiss | None:
        """The first of some that what it names lets pass indeed."""
        for miss in misses[:TRIES]:
            said = self.findings[self.listed.found.at[miss.option.id]]
            needs = tried(self.scenario, self.book, self.memory, miss.option.id, said)
            if needs:
                return replace(miss, needs=needs)
        return None

    def places(self) -> Iterator[NearMiss]:
        """Of each place where something is shut and nothing allowed: what needs least."""
        found = self.listed.found
        codes = statuses(found)
        # where one half of a mix has nothing to do, nothing is ruled out
        open_ = {found.places[i] for i in np.flatnonzero(np.isin(codes, FREE)).tolist()}
        for place in PLACES:
            here = [i for i in range(found.size) if found.places[i] == place]
            if place in open_ or not here:
                continue
            misses = [m for i in here if shut(self.findings[i]) and (m := self._miss(i))]
            misses.sort(key=lambda miss: (len(miss.needs), self._order(miss, 0.0)))
            nearest = self._first_tried(misses)
            if nearest is not None:
                yield nearest

    def _miss(self, candidate: int) -> NearMiss | None:
        needs = changes(self.scenario, self.findings[candidate])
        if not needs:
            return None
        found = self.listed.found
        usd = float(found.cost[candidate, BASE]) / self.scenario.horizon_months
        field = next(iter(needs))
        text = shut(self.findings[candidate])[0].text
        option = self.listed.of(candidate)
        short = _short(getattr(self.scenario, field, None), needs[field])
        known = usd if np.isfinite(usd) else None
        return NearMiss(option, known, text, needs, short, field)

    def _order(self, miss: NearMiss, most: float) -> tuple[bool, bool, float, float]:
        usd = np.inf if miss.monthly_usd is None else miss.monthly_usd
        own, short = getattr(self.scenario, miss.field, None), miss.short_by
        share = 0.0 if own is None or short is None else short / max(abs(float(own)), 1e-9)
        return usd >= most, short is None, share, usd


def _short(own: Any, needed: Any) -> float | None:
    """How far an input is from what is needed; None where it is no number."""
    numbers = (int, float)
    if isinstance(own, bool) or not isinstance(own, numbers) or not isinstance(needed, numbers):
        return None
    return abs(float(needed) - float(own))


def unit(field: str) -> str:
    """Unit of an input, as the form has it; blank of the day of prices."""
    if field == PRICE_DATE:
        return ""
    extra = fields()[field].json_schema_extra
    return str(extra["unit"]) if isinstance(extra, dict) else ""
