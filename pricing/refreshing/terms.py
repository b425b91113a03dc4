"""Limits, tiers and ends of the packages beside ours and each other: what is new, what differs.

A package that has nothing to say of a term leaves it out. That a prompt costs the same at every
length is a statement of its own (``none``): genai-prices makes it, litellm does not.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from pricing.refreshing import litellm, tokens
from pricing.schema import OnePriceRow, ServiceRow, TokenTermsRow

Kind = Literal["new", "conflict", "unsaid"]
# new: ours says nothing. conflict: both speak and differ. unsaid: only ours speaks.
COLUMNS = ("kind", "product", "term", "ours", "our_source", "our_as_of", "theirs", "locator")
CONFLICT_COLUMNS = ("product", "term", "one", "one_source", "other", "other_source")


@dataclass(frozen=True)
class TermDifference:
    """One term of one product where a package and the tables do not say the same."""

    kind: Kind
    product: str
    term: str
    ours: str
    our_source: str
    our_as_of: str
    theirs: str
    locator: str


@dataclass(frozen=True)
class Said:
    """What a package says of one product: term -> value as a table writes it, blank for nothing."""

    product: str
    terms: Mapping[str, str]
    where: Mapping[str, str]  # term -> where it stands

    def differs(self, other: Said) -> Iterator[str]:
        """Terms of which both speak and say another thing."""
        for term, value in self.terms.items():
            theirs = other.terms.get(term, "")
            if value and theirs and value != theirs:
                yield term


# reading ------------------------------------------------------------------------------------------


def said(recording: Mapping[str, Any], wanted: Sequence[Any] | None = None) -> list[Said]:
    """What a recording says of the products followed; nothing of a package that has no terms."""
    if recording["package"] == litellm.PACKAGE:
        return list(_by_litellm(recording, litellm.followed() if wanted is None else wanted))
    if recording["package"] == tokens.PACKAGE:
        return list(_by_genai(recording, tokens.followed() if wanted is None else wanted))
    return []


def _by_litellm(recording: Mapping[str, Any], wanted: Sequence[litellm.Followed]) -> Iterator[Said]:
    models: Mapping[str, Mapping[str, Any]] = recording["models"]
    for item in wanted:
        if fields := models.get(item.key):
            terms = {term: _number(fields.get(name)) for term, name in litellm.LIMITS.items()}
            terms["long_above"] = _number(litellm.long_above(fields))
            terms["retires_on"] = str(fields.get(litellm.END) or "")
            names = {**litellm.LIMITS, "long_above": "prices above a length"}
            names["retires_on"] = litellm.END
            yield Said(
                item.product,
                terms,
                {term: f"key {item.key}, {name}" for term, name in names.items()},
            )


def _by_genai(recording: Mapping[str, Any], wanted: Sequence[tokens.Followed]) -> Iterator[Said]:
    providers: Mapping[str, Mapping[str, Any]] = recording["providers"]
    for item in wanted:
        model = providers.get(item.provider, {}).get(item.model) or {}
        if stated := model.get("terms"):
            terms = {term: str(value) for term, value in stated.items()}
            where = f"provider {item.provider}, model {item.model}"
            names = {"window": "context_window", "long_above": "tiers of its prices"}
            yield Said(
                item.product, terms, {term: f"{where}, {name}" for term, name in names.items()}
            )


# beside ours ----------------------------------------------------------------------------------


def differences(
    recording: Mapping[str, Any],
    terms: Iterable[TokenTermsRow],
    services: Iterable[ServiceRow],
    wanted: Sequence[Any] | None = None,
    one_prices: Iterable[OnePriceRow] = (),
) -> list[TermDifference]:
    """Every term that differs, by kind and product."""
    of_terms = {row.product: row for row in terms}
    of_service = {row.product: row for row in services}
    flat = {row.product: row for row in one_prices}
    found: list[TermDifference] = []
    for one in said(recording, wanted):
        row = of_terms.get(one.product)
        for term in one.terms:
            held = of_service.get(one.product) if term == "retires_on" else row
            ours, source = _ours(term, held, flat.get(one.product))
            made = _difference(one, term, ours, source)
            if made is not None:
                found.append(made)
    order = {"conflict": 0, "new": 1, "unsaid": 2}
    return sorted(found, key=lambda one: (order[one.kind], one.product, one.term))


Row = TokenTermsRow | ServiceRow | OnePriceRow


def _ours(
    term: str, row: TokenTermsRow | ServiceRow | None, one_price: OnePriceRow | None
) -> tuple[str, Row | None]:
    """What our tables say of a term, and the row that says it."""
    value = getattr(row, term, None)
    if term == "retires_on":
        return (value.isoformat() if value else ""), row
    if term == "long_above" and value is None:
        if isinstance(row, TokenTermsRow) and row.flat == "yes":
            return tokens.ONE_PRICE, row
        return (tokens.ONE_PRICE, one_price) if one_price else ("", None)
    return _number(value), row


def _difference(one: Said, term: str, ours: str, row: Row | None) -> TermDifference | None:
    theirs = one.terms[term]
    if ours == theirs or (ours == tokens.ONE_PRICE and not theirs):
        return None
    kind: Kind = "new" if not ours else "unsaid" if not theirs else "conflict"
    source, day = (row.source, row.as_of.isoformat()) if row and ours else ("", "")
    return TermDifference(
        kind, one.product, term, ours, source, day, theirs, one.where.get(term, "")
    )


def _number(value: object) -> str:
    """As a table writes it; blank for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:.12g}"


# beside each other --------------------------------------------------------------------------------


@dataclass(frozen=True)
class TermConflict:
    """One term of one product of which two packages say different things."""

    product: str
    term: str
    one: str
    one_source: str
    other: str
    other_source: str


def conflicts(packages: Mapping[str, Sequence[Said]]) -> list[TermConflict]:
    """Package -> what it says: every term two of them disagree on, by product."""
    found = []
    for (first, ones), (second, others) in combinations(packages.items(), 2):
        theirs = {other.product: other for other in others}
        for one in ones:
            other = theirs.get(one.product)
            if other is not None:
                for term in one.differs(other):
                    values = one.terms[term], first, other.terms[term], second
                    found.append(TermConflict(one.product, term, *values))
    return sorted(found, key=lambda item: (item.product, item.term))


def table(found: Iterable[TermDifference]) -> str:
    """As CSV."""
    return _csv(COLUMNS, found)


def conflict_table(found: Iterable[TermConflict]) -> str:
    """As CSV."""
    return _csv(CONFLICT_COLUMNS, found)


def _csv(columns: Sequence[str], rows: Iterable[object]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([getattr(item, name) for name in columns] for item in rows)
    return buffer.getvalue()
