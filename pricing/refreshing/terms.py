"""Limits, tiers and ends of a package beside ours: what is new, and where the two disagree."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pricing.refreshing import litellm
from pricing.schema import ServiceRow, TokenTermsRow

Kind = Literal["new", "conflict", "unsaid"]
# new: ours says nothing. conflict: both speak and differ. unsaid: only ours speaks.
COLUMNS = ("kind", "product", "term", "ours", "our_source", "our_as_of", "theirs", "locator")


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


def differences(
    recording: Mapping[str, Any],
    terms: Iterable[TokenTermsRow],
    services: Iterable[ServiceRow],
    wanted: Sequence[litellm.Followed] | None = None,
) -> list[TermDifference]:
    """Every term that differs, by kind and product."""
    wanted = litellm.followed() if wanted is None else wanted
    models: Mapping[str, Mapping[str, Any]] = recording["models"]
    of_terms = {row.product: row for row in terms}
    of_service = {row.product: row for row in services}
    found: list[TermDifference] = []
    for item in wanted:
        if fields := models.get(item.key):
            found += _limits(item, fields, of_terms.get(item.product))
            found += _end(item, fields, of_service.get(item.product))
    order = {"conflict": 0, "new": 1, "unsaid": 2}
    return sorted(found, key=lambda one: (order[one.kind], one.product, one.term))


def _limits(
    item: litellm.Followed, fields: Mapping[str, Any], row: TokenTermsRow | None
) -> Iterator[TermDifference]:
    said: dict[str, Any] = {term: fields.get(name) for term, name in litellm.LIMITS.items()}
    said["long_above"] = litellm.long_above(fields)
    for term, theirs in said.items():
        ours = getattr(row, term) if row else None
        where = litellm.LIMITS.get(term, "prices above a length")
        made = _difference(item, term, _number(ours), _number(theirs), where, row)
        if made is not None:
            yield made


def _end(
    item: litellm.Followed, fields: Mapping[str, Any], row: ServiceRow | None
) -> Iterator[TermDifference]:
    ours = row.retires_on.isoformat() if row and row.retires_on else ""
    theirs = str(fields.get(litellm.END) or "")
    made = _difference(item, "retires_on", ours, theirs, litellm.END, row)
    if made is not None:
        yield made


def _difference(
    item: litellm.Followed,
    term: str,
    ours: str,
    theirs: str,
    where: str,
    row: TokenTermsRow | ServiceRow | None,
) -> TermDifference | None:
    if ours == theirs:
        return None
    kind: Kind = "new" if not ours else "unsaid" if not theirs else "conflict"
    source, day = (row.source, row.as_of.isoformat()) if row and ours else ("", "")
    return TermDifference(
        kind, item.product, term, ours, source, day, theirs, f"key {item.key}, {where}"
    )


def _number(value: object) -> str:
    """As a table writes it; blank for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return f"{value:.12g}"


def table(found: Iterable[TermDifference]) -> str:
    """As CSV."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([getattr(item, name) for name in COLUMNS] for item in found)
    return buffer.getvalue()
