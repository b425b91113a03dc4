"""Vendors' terms: of a vendor that exists, a value its term can have, no silent disagreement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pricing.faults import Fault
from pricing.rules.reading import Tables, of
from pricing.schema import VendorRow, VendorTermRow
from pricing.terms import WORDS, allowed, same


def of_known_vendor(tables: Tables) -> Iterator[Fault]:
    """Terms are those of a vendor of the catalogue."""
    known = {row.vendor for _, _, row in of(tables, VendorRow)}
    for file, line, row in of(tables, VendorTermRow):
        if row.vendor not in known:
            yield Fault(file, line, "vendor", row.vendor, "a vendor of vendors.csv")


def value_of_its_term(tables: Tables) -> Iterator[Fault]:
    """Each term has its own words, or a number of days."""
    for file, line, row in of(tables, VendorTermRow):
        if not allowed(row.term, row.value):
            words = WORDS.get(row.term)
            expected = ", ".join(words) if words else "a number of days, 0 or more"
            yield Fault(file, line, "value", row.value, f"{expected} for {row.term}")


def disagreement_is_shown(tables: Tables) -> Iterator[Fault]:
    """Pages that say different things are marked on every row; none is marked without that.

    A row that a later edition corrects is no page of its own.
    """
    newest: dict[tuple[str, str, str, str], tuple[str, int, VendorTermRow]] = {}
    for file, line, row in of(tables, VendorTermRow):
        name = (row.vendor, row.venue, row.term, row.source)
        if name not in newest or newest[name][2].edition <= row.edition:
            newest[name] = (file, line, row)
    pages: dict[tuple[str, str, str], list[tuple[str, int, VendorTermRow]]] = defaultdict(list)
    for (vendor, venue, term, _), found in newest.items():
        pages[vendor, venue, term].append(found)
    for told in pages.values():
        first = told[0][2]
        differ = any(not same(row.term, row.value, first.value) for _, _, row in told)
        expected = "yes" if differ else "no"
        why = "other rows say something else" if differ else "no other row says anything else"
        for file, line, row in told:
            if row.conflict != expected:
                yield Fault(file, line, "conflict", row.conflict, f"{expected}: {why}")
