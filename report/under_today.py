"""An older link under the newest prices: how its answer moves, and which rows moved it.

A link keeps the prices it was made with. What would be different today is worked out beside it, by
the same engine, and said with the changes that did it, the largest first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from calculators.answer.price_effect import Effect, effects
from calculators.places import PLACES
from calculators.results import Comparison
from calculators.scenario import Scenario
from pricing.book import PriceBook
from pricing.changes import Change, between
from report import words
from report.codec import decode, encode
from report.ranked import ranked

Compare = Callable[[Scenario, PriceBook], Comparison]


@dataclass(frozen=True)
class MovedRow:
    """A price that changed, and dollars a month by place that its change alone makes."""

    change: Change
    effect: Effect
    months: float

    @property
    def said(self) -> str:
        """``openai/x/input: $0.15 to $0.10, managed API −$12.00 a month``."""
        old, new = self.change.old_usd, self.change.new_usd
        if old is None:
            rate = "new"
        elif new is None:
            rate = "no longer offered"
        else:
            rate = f"{words.exact(old, 6)} to {words.exact(new, 6)} USD"
        return f"{self.change.key} ({self.change.region}): {rate}; {self._did()}"

    def _did(self) -> str:
        parts = [f"makes {PLACES[kind].words} possible" for kind in _known(self.effect.opened)]
        parts += [f"ends {PLACES[kind].words}" for kind in _known(self.effect.closed)]
        moved = sorted(self.effect.usd_by_kind.items(), key=lambda pair: -abs(pair[1]))
        parts += [
            f"{words.lower(words.place(PLACES[kind].id))} {_more(usd / self.months)}"
            for kind, usd in moved
        ]
        return ", ".join(parts)


def _known(kinds: Sequence[str]) -> list[str]:
    return [kind for kind in kinds if kind in PLACES]


def _more(usd: float) -> str:
    return f"{words.usd(abs(usd))} a month {'more' if usd > 0 else 'less'}"


@dataclass(frozen=True)
class UnderToday:
    """What a link showed, the same under the newest prices, and what moved it."""

    then: Comparison
    now: Comparison
    changed: int  # prices that differ between the two books
    rows: Sequence[MovedRow]  # those that move the answer of some place, largest first

    @property
    def sentence(self) -> str:
        """Whether the answer is another one, and what it costs more or less."""
        then, now = self.then.cheapest, self.now.cheapest
        day = words.day(self.now.book.price_date)
        if now is None:
            return f"Under the prices of {day} nothing is possible as asked."
        usd, place = _monthly(self.now), PLACES[now.kind].words
        if then is None:
            return f"Under the prices of {day} {place} is possible, at {usd}."
        was = _monthly(self.then)
        cost = f"at {usd}, as before" if usd == was else f"at {usd} instead of {was}"
        if now.kind == then.kind:
            return f"Under the prices of {day} the answer stays {place}, {cost}."
        other = PLACES[then.kind].words
        return f"Under the prices of {day} the answer becomes {place} instead of {other}, {cost}."

    @property
    def counted(self) -> str:
        """How many prices changed, and how many of them move it."""
        if not self.changed:
            return "No price has changed since."
        if not self.rows:
            none = "none of them alone moves the cheapest option of a place"
            return f"{self.changed:,} prices differ; {none}.{self._together}"
        which = (
            "1 of them, put back alone, moves the cheapest option of a place"
            if len(self.rows) == 1
            else f"{len(self.rows):,} of them, each put back alone, move the cheapest option of a "
            "place, those of the answer's first"
        )
        return f"{self.changed:,} prices differ; {which}.{self._together}"

    @property
    def _together(self) -> str:
        """What all changes make of the answer's place, where rows alone tell under half of it.

        Of two new offers that cost about the same neither alone moves much: the other is left.
        """
        if self.now.cheapest is None:
            return ""
        kind = self.now.cheapest.kind
        was, usd = _usd_of(self.then, kind), _usd_of(self.now, kind)
        if was is None or usd is None:
            return ""
        alone = sum(row.effect.usd_by_kind.get(kind, 0.0) / row.months for row in self.rows)
        if abs(alone) >= abs(usd - was) / 2:
            return ""
        return (
            f" All together make {PLACES[kind].words} cost {_more(usd - was)}: one alone moves "
            "little where another offer costs nearly as much."
        )


def _usd_of(found: Comparison, kind: str) -> float | None:
    """USD a month of the best candidate of a place; None where it has none that is possible."""
    best = (one for one in found.best_of_kind if one.kind == kind and one.status == "feasible")
    option = next(best, None)
    cost = None if option is None else ranked(option, found, spread=False)
    return None if cost is None else cost.monthly_usd


def _monthly(found: Comparison) -> str:
    cost = None if found.cheapest is None else ranked(found.cheapest, found, spread=False)
    return f"{words.usd(cost.monthly_usd if cost else None)} a month"


def under_today(then: Comparison, compare: Compare) -> UnderToday | None:
    """The comparison under the newest prices; None where it has them already."""
    newest = PriceBook.load()
    held = then.book
    if (held.edition, held.price_date) == (newest.edition, newest.price_date):
        return None
    # read back like a link: another edition may not hold every name the scenario uses
    found = decode(encode(then.scenario, newest))
    now = compare(found.scenario, newest)
    before = PriceBook.load(held.edition, held.price_date)
    changes = {(one.key, one.region): one for one in between(before, newest)}
    months = float(now.scenario.horizon_months)
    rows = [
        MovedRow(changes[effect.key, effect.region], effect, months)
        for effect in effects(now, changes.values(), then)
        if effect.largest_usd > 0
    ]
    return UnderToday(then, now, len(changes), _ordered(rows, then, now))


def _ordered(rows: Sequence[MovedRow], then: Comparison, now: Comparison) -> tuple[MovedRow, ...]:
    """What moves the answer first, by how much it moves it; the rest as they were."""
    answers = {one.cheapest.kind for one in (then, now) if one.cheapest is not None}

    def size(row: MovedRow) -> float:
        opened = (*row.effect.opened, *row.effect.closed)
        usd = [abs(usd) for kind, usd in row.effect.usd_by_kind.items() if kind in answers]
        return float("inf") if answers & set(opened) else max(usd, default=0.0)

    return tuple(sorted(rows, key=lambda row: -size(row)))
