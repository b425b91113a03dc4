"""The price book: one edition of the tables, looked up at one price date."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import NamedTuple, TypeVar

from pricing.kept import Kept, cached_property
from pricing.loader import TABLE_DIR
from pricing.own import NOTHING, YOUR_FIGURE, Own
from pricing.schema import Area, AssumptionRow, CarbonRow, PriceRow, Row, Sourced, SourceRow
from pricing.table import Table
from pricing.tables import SPECS, holding, stale_after_days
from pricing.tableset import Edition, Step, UnknownEdition, in_force, table_set
from pricing.tariffs import Band, Source, Tariff, Tariffs, is_older, source_of

R = TypeVar("R", bound=Row)

EDITIONS_KEPT = 64  # an index takes a few MB; only those asked for are made
DATES_KEPT = 256  # of one edition; a dated book is a few hundred bytes


class EditionKey(NamedTuple):
    """What an edition's rows depend on: equal keys, equal rows."""

    tables: str  # fingerprint of the files
    edition: date


class BookKey(NamedTuple):
    """What a book's prices depend on: equal keys, equal prices."""

    tables: str
    edition: date
    price_date: date
    own: Own = NOTHING
    then: Then | None = None


class Then(NamedTuple):
    """An earlier day whose prices some keys have, everything else as at the price date."""

    day: date
    keys: frozenset[str]


class PriceBook:
    """Tables as of ``edition``, read at ``price_date``.

    All that belongs to the edition is shared by its books: :meth:`at` gives another day's book
    at once. Books are equal, and hash alike, when their :attr:`key` is.
    """

    def __init__(
        self,
        edition: date,
        price_date: date,
        tables: Mapping[str, Table],
        *,
        shared: _Shared | None = None,
        own: Own = NOTHING,
        then: Then | None = None,
    ) -> None:
        """A book over tables made by hand, unlike any other; :meth:`load` reads the released."""
        self._shared = shared or _Shared(Edition(edition, tables, f"made by hand, {next(_MADE)}"))
        self.price_date = price_date
        self.own = own
        self.then = then
        self._priced: dict[tuple[str, str, bool, bool], Tariff | None] = {}

    @classmethod
    def load(
        cls,
        edition: date | None = None,
        price_date: date | None = None,
        directory: Path = TABLE_DIR,
    ) -> PriceBook:
        """The newest (or named) edition; raises TableError, UnknownEdition."""
        tables = table_set(directory)
        day = tables.day(edition)
        shared = _SHARED.get(EditionKey(tables.name, day), lambda: _Shared(tables.edition(day)))
        return shared.book(price_date or day)

    def at(self, price_date: date) -> PriceBook:
        """The same edition read on another day; raises UnknownEdition after the edition."""
        return self._shared.book(price_date).with_own(self.own)

    def with_own(self, own: Own) -> PriceBook:
        """The same book with a user's own figures over it, in place of any it had.

        Only what the user's figures are of differs: their prices, discounts and assumptions.
        """
        laid = own.only("price", "discount", "assume")
        if laid == self.own:
            return self
        edition, day = self.edition, self.price_date
        return PriceBook(edition, day, self.tables, shared=self._shared, own=laid, then=self.then)

    def with_prices_of(self, day: date, keys: Collection[str]) -> PriceBook:
        """The same book where some keys have the price of an earlier day, if it is known.

        It is where a row of the same region and unit was in force; else the price stays. Nothing
        else moves: what is on offer, released or stale is as at the price date.
        """
        then = Then(day, frozenset(keys))
        edition, now = self.edition, self.price_date
        return PriceBook(edition, now, self.tables, shared=self._shared, own=self.own, then=then)

    def listed_on(self, key: str, area: str, day: date) -> Tariff | None:
        """What the list said, on an earlier day, of a price that is in force now.

        None where no row of the same region and unit was in force then.
        """
        now = self._shared.tariffs.at(key, area, self.price_date)
        before = self._shared.tariffs.at(key, area, day)
        if now is None or before is None or now.region != before.region:
            return None
        return before if now.unit == before.unit else None

    def _listed(self, key: str, area: str) -> Tariff | None:
        """What the list says: at the price date, or on the earlier day that the key has."""
        if self.then is not None and key in self.then.keys:
            before = self.listed_on(key, area, self.then.day)
            if before is not None:
                return before
        return self._shared.tariffs.at(key, area, self.price_date)

    @property
    def edition(self) -> date:
        """The edition's name: the day up to which it knows anything."""
        return self._shared.rows.day

    @property
    def edition_key(self) -> EditionKey:
        """Equal for books with equal rows, whatever their price date."""
        return EditionKey(self._shared.rows.name, self.edition)

    @property
    def key(self) -> BookKey:
        """Equal for books with equal prices; the thing to remember answers by."""
        return BookKey(*self.edition_key, self.price_date, self.own, self.then)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PriceBook) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"PriceBook(edition={self.edition}, price_date={self.price_date})"

    # what belongs to the edition -----------------------------------------------------------------

    @property
    def tables(self) -> Mapping[str, Table]:
        """Table name -> rows known in this edition."""
        return self._shared.rows.tables

    def rows(self, name: str) -> Sequence[Row]:
        """Rows of one table in this edition."""
        return self.tables[name].rows

    def table(self, name: str, shape: type[R]) -> Sequence[R]:
        """Rows of one table, typed; raises TypeError when the table holds another shape."""
        return self._shared.rows.table(name, shape)

    def every(self, shape: type[R]) -> Sequence[R]:
        """Rows of a shape from every table that holds them, in the order of the tables."""
        return self._shared.rows.every(shape)

    @property
    def sources(self) -> Mapping[str, SourceRow]:
        """Source id -> row."""
        return self._shared.rows.sources

    @property
    def areas(self) -> Mapping[str, Area]:
        """Vendor region -> area, in the table's order (home regions first)."""
        return self._shared.rows.areas

    @cached_property
    def assumptions(self) -> Mapping[str, AssumptionRow]:
        """Assumption name -> row; the user's own has no range."""
        rows = self._shared.rows.assumptions
        return self.own.assumed(rows) if self.own.of_kind("assume") else rows

    @property
    def listed_assumptions(self) -> Mapping[str, AssumptionRow]:
        """The same as the tables have them, whatever the user's own figures are."""
        return self._shared.rows.assumptions

    @property
    def grids(self) -> Mapping[str, CarbonRow]:
        """Place -> emissions of its electricity."""
        return self._shared.rows.grids

    def assumption(self, name: str) -> AssumptionRow:
        """A default with its range; raises KeyError naming what is missing."""
        try:
            return self.assumptions[name]
        except KeyError:
            raise KeyError(f"no assumption named {name!r} in edition {self.edition}") from None

    def history(self, key: str) -> Sequence[PriceRow]:
        """Every row of a key in this edition, oldest first."""
        rows = [row for _, row in self._shared.rows.by_key.get(key, ())]
        return sorted(rows, key=lambda row: (row.effective_from, row.region, row.tier_from))

    @property
    def days(self) -> tuple[date, ...]:
        """Days up to the edition on which a price, a euro rate or what is released changes."""
        return self._shared.rows.days

    # what depends on the price date --------------------------------------------------------------

    @property
    def usd_per_eur(self) -> float:
        """Dollars for a euro at the price date; raises UnknownEdition before the first rate."""
        return self._shared.rows.usd_per_eur(self.price_date)

    @cached_property
    def meters(self) -> Mapping[str, frozenset[str]]:
        """Product -> its priced meters (ended ones included)."""
        return _Meters(self._shared.rows, self.price_date)

    def steps_in_force(self) -> Sequence[tuple[str, Step]]:
        """Region and bands of every tariff in force at the price date, in the tables' order."""
        rows = self._shared.rows
        return [
            (region, step)
            for key in rows.by_key
            for region, steps in rows.steps(key).items()
            if (step := in_force(steps, self.price_date)) is not None
        ]

    def in_force(self) -> Sequence[tuple[str, PriceRow]]:
        """Rows of every tariff in force at the price date, with their table."""
        return [(step.table, row) for _, step in self.steps_in_force() for row in step.rows]

    def is_stale(self, table: str, row: Sourced) -> bool:
        """Whether a row is older, at the price date, than its table allows."""
        return is_older(row, SPECS[table].stale_days(row), self.price_date)

    def tariff(self, key: str, area: str = "us", *, discounts: bool = True) -> Tariff | None:
        """The tariff in force, preferring ``area``; None when no price is known.

        A price of another region is used only where the area has none, and is marked. The user's
        own price or discount is on it; without ``discounts`` no discount is, as where one
        vendor's price stands in for another's.
        """
        if not self.own:
            return self._listed(key, area)
        return self._own_tariff(key, area, discounts, first=False)

    def table_of(self, key: str) -> str:
        """The table a price key stands in; raises KeyError for a key of none."""
        return self._shared.rows.by_key[key][0][0]

    @property
    def price_keys(self) -> Collection[str]:
        """Every key that ever had a price in this edition."""
        return self._shared.rows.by_key.keys()

    def list_price(self, key: str, area: str = "us") -> Tariff | None:
        """What the list says, whatever the user's own figures are; None for no price in force.

        Before the first row of a key that was not ended it is that row's, marked.
        """
        tariffs = self._shared.tariffs
        found = tariffs.at(key, area, self.price_date)
        if found is not None or key not in self._shared.rows.by_key:
            return found
        return tariffs.first(key, area, self.price_date)

    def _own_tariff(self, key: str, area: str, discounts: bool, first: bool) -> Tariff | None:
        """The list's tariff with the user's figures on it, made once."""
        asked = (key, area, discounts, first)
        if asked not in self._priced:
            if first:
                found = self._shared.tariffs.first(key, area, self.price_date)
            else:
                found = self._listed(key, area)
            if found is not None:
                found = self.own.priced(found, self.table_of(key), discounts=discounts)
            self._priced[asked] = found
        return self._priced[asked]

    def context_tariff(
        self, key: str, area: str = "us", *, discounts: bool = True
    ) -> Tariff | None:
        """:meth:`tariff`, or the first known one where every price of the key is of a later day.

        For what surrounds an option and was paid for before anybody wrote it down: electricity,
        wages, hosting, transit. Such a price is marked ``before_first`` in its source. A key
        that has ended has no price, and a euro price still needs a euro rate.
        """
        found = self.tariff(key, area, discounts=discounts)
        return found or self._own_tariff(key, area, discounts, first=True)

    def source(self, row: Sourced, *, key: str, kind: str = "", region: str = "") -> Source:
        """What to show beside ``row``; ``kind`` sets when it counts as old (blank: never)."""
        limit = self._shared.stale_after_days[kind] if kind else None
        return source_of(self._shared.rows, row, self.price_date, limit, key=key, region=region)

    def assumption_source(self, name: str) -> Source:
        """Source of an assumption, marked as ours where it is."""
        row = self.assumption(name)
        if name in self.own.of_kind("assume"):
            said = self.listed_assumptions[name]
            ours = f"ours: {said.low:g} / {said.mid:g} / {said.high:g} (low / middle / high)"
            ratio = said.mid / row.mid if row.mid else None
            return Source(
                YOUR_FIGURE, "", None, "A", key=name, note=ours, own=True, list_ratio=ratio
            )
        limit = SPECS[holding(AssumptionRow)[0]].stale_days(row)
        found = source_of(self._shared.rows, row, self.price_date, limit, key=name)
        if row.basis == "our_assumption":
            found = replace(found, title=f"Our assumption: {row.label}", stale=False)
        return found


class _Shared:
    """What the books of one edition share."""

    def __init__(self, rows: Edition) -> None:
        self.rows = rows
        self.tariffs = Tariffs(rows)
        self.stale_after_days = stale_after_days()
        self._books: Kept[date, PriceBook] = Kept(DATES_KEPT)

    def book(self, price_date: date) -> PriceBook:
        if price_date > self.rows.day:
            raise UnknownEdition(f"price date {price_date} is after the edition {self.rows.day}")
        return self._books.get(
            price_date, lambda: PriceBook(self.rows.day, price_date, self.rows.tables, shared=self)
        )


class _Meters(Mapping[str, frozenset[str]]):
    """Meters priced by a day, looked up product by product."""

    def __init__(self, rows: Edition, day: date) -> None:
        self._meters, self._day = rows.meters, day

    def __getitem__(self, product: str) -> frozenset[str]:
        days, meters = self._meters[product]
        index = bisect_right(days, self._day)
        if not index:
            raise KeyError(product)
        return meters[index - 1]

    def __iter__(self) -> Iterator[str]:
        return (product for product, (days, _) in self._meters.items() if days[0] <= self._day)

    def __len__(self) -> int:
        return sum(1 for _ in self)


_MADE = count(1)
_SHARED: Kept[EditionKey, _Shared] = Kept(EDITIONS_KEPT)


def editions(directory: Path = TABLE_DIR) -> list[date]:
    """Editions the tables hold, oldest first."""
    return list(table_set(directory).days)


def digest(edition: date, directory: Path = TABLE_DIR) -> str:
    """SHA-256 over every dated row of ``edition``; blank cells do not count."""
    return table_set(directory).digest(edition)


__all__ = [
    "Band",
    "BookKey",
    "EditionKey",
    "PriceBook",
    "Source",
    "Tariff",
    "UnknownEdition",
    "digest",
    "editions",
]
