"""What a person reviews: a table of differences, a readable page, and rows ready to paste."""

from __future__ import annotations

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pricing import rules
from pricing.faults import Fault
from pricing.refreshing.differences import KINDS, Difference, Stop
from pricing.refreshing.quotes import Catalogue
from pricing.rules.reading import JUMP_CONFIRMED, MOST_CHANGE, is_slip
from pricing.schema import PriceRow, Row, SourceRow
from pricing.table import Table
from pricing.tables import names

TITLES = {
    "changed": "Changed: the source is newer than our row",
    "new": "New: no price held today",
    "gone": "Gone: the source no longer holds the product",
    "planned": "Planned: stated for a later day",
    "earlier": "Earlier: past changes our history lacks",
    "disagrees": "Disagrees: our own source is as new, nothing is proposed",
    "retired": "Retired here and still listed by the source: nothing is proposed",
}
COLUMNS = (
    "kind",
    "key",
    "region",
    "currency",
    "unit",
    "old_value",
    "old_as_of",
    "old_source",
    "new_value",
    "ratio",
    "effective_from",
    "as_of",
    "source",
    "locator",
    "stops",
)


@dataclass(frozen=True)
class Proposal:
    """Differences, the reasons to stop, and the rows that would be added."""

    source: Catalogue
    edition: date
    against: date
    differences: tuple[Difference, ...]
    stops: tuple[Stop, ...]
    rows: Mapping[str, tuple[PriceRow, ...]]  # table -> candidate rows
    source_held: bool = False  # whether the sources tables name the source already

    @property
    def stopped(self) -> bool:
        """Whether a person must look before rows are written."""
        return bool(self.stops)


def candidates(
    differences: Iterable[Difference],
    source: Catalogue,
    edition: date,
    homes: Mapping[str, str],
    confirmed: Collection[str] = (),
) -> dict[str, tuple[PriceRow, ...]]:
    """Rows in the exact shape of the tables; ``homes`` is the table of each product.

    Jumps of ``confirmed`` keys say so in their notes, without which the tables refuse them.
    """
    found: dict[str, list[PriceRow]] = defaultdict(list)
    for item in differences:
        table = item.table or homes.get(item.key.rpartition("/")[0], "")
        if item.effective_from is not None and table:
            row = _row(item, source, edition)
            jumps = item.ratio is not None and is_slip(1.0, item.ratio, MOST_CHANGE)
            if jumps and item.key in confirmed:
                words = (f"{JUMP_CONFIRMED}: accepted by name in a refresh", row.note)
                row = row.model_copy(update={"note": "; ".join(filter(None, words))})
            found[table].append(row)
    return {name: tuple(rows) for name, rows in sorted(found.items())}


def _row(item: Difference, source: Catalogue, edition: date) -> PriceRow:
    quote, old = item.quote, item.old
    assert quote is not None or old is not None
    assert item.effective_from is not None
    shape = quote or old
    assert shape is not None
    gone = quote is None
    return PriceRow.model_validate(
        {
            "key": item.key,
            "value": None if quote is None else quote.value,
            "unit": shape.unit,
            "currency": shape.currency,
            "region": item.region,
            "tier_from": 0,
            "tier_to": None,
            "effective_from": item.effective_from,
            "status": "end" if gone else "price",
            "edition": edition,
            "as_of": source.read_on,
            "confidence": source.confidence,
            "source": source.source.id,
            "locator": "" if quote is None else quote.locator,
            "note": _note(item),
        }
    )


def _note(item: Difference) -> str:
    quote = item.quote
    if quote is None:
        return "no longer in the source; check the vendor"
    if quote.starts_on is not None and quote.starts_on != item.effective_from:
        return f"in force no later than this day; the source says from {quote.starts_on}"
    return quote.note


def faults(
    tables: Mapping[str, Table], rows: Mapping[str, Sequence[PriceRow]], source: Catalogue
) -> list[Fault]:
    """What the book's own rules would say of the tables with the candidate rows in them."""
    grown = dict(tables)
    known = [row for name in names("source") for row in tables[name].rows]
    if source.source.id not in {row.id for row in known if isinstance(row, SourceRow)}:
        home = source.sources_table
        grown[home] = _with(tables[home], [source.source])
    for name, more in rows.items():
        grown[name] = _with(tables[name], more)
    return rules.check(grown)


def _with(table: Table, more: Sequence[Row]) -> Table:
    last = max(table.lines, default=1)
    lines = (*table.lines, *range(last + 1, last + 1 + len(more)))
    return Table(table.name, (*table.rows, *more), lines)


# writing ----------------------------------------------------------------------------------------


def write(proposal: Proposal, out: Path, headers: Mapping[str, Sequence[str]]) -> list[Path]:
    """Write the comparison and, unless stopped, the candidate rows; returns the files.

    ``headers`` are the columns of each table in the order of its file.
    """
    out.mkdir(parents=True, exist_ok=True)
    name = proposal.source.source.id
    files = {out / f"{name}.csv": table(proposal), out / f"{name}.md": page(proposal)}
    if not proposal.stopped:
        for table_name, rows in proposal.rows.items():
            files[out / f"{name}.{table_name}.csv"] = lines(rows, headers[table_name])
        if proposal.rows and not proposal.source_held:
            own, home = [proposal.source.source], proposal.source.sources_table
            files[out / f"{name}.{home}.csv"] = lines(own, headers[home])
    for path, text in files.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(files)


def lines(rows: Sequence[Row], header: Sequence[str]) -> str:
    """Rows as CSV with the columns in the order of ``header``."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        cells = row.model_dump(mode="json")
        writer.writerow([_cell(cells[name]) for name in header])
    return buffer.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def _cells(item: Difference, proposal: Proposal) -> dict[str, str]:
    old, quote = item.old, item.quote
    return {
        "kind": item.kind,
        "key": item.key,
        "region": item.region,
        "currency": quote.currency if quote else old.currency if old else "",
        "unit": quote.unit if quote else old.unit if old else "",
        "old_value": _cell(old.value) if old else "",
        "old_as_of": str(old.as_of) if old else "",
        "old_source": old.source if old else "",
        "new_value": _cell(quote.value) if quote else "",
        "ratio": f"{item.ratio:.3f}" if item.ratio is not None else "",
        "effective_from": str(item.effective_from or ""),
        "as_of": str(proposal.source.read_on),
        "source": proposal.source.source.id,
        "locator": quote.locator if quote else "",
        "stops": "; ".join(stop.reason for stop in proposal.stops if stop.subject == item.key),
    }


def table(proposal: Proposal) -> str:
    """Every difference as CSV."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_cells(item, proposal) for item in proposal.differences)
    return buffer.getvalue()


def page(proposal: Proposal) -> str:
    """Every difference as a readable page."""
    source = proposal.source.source
    counts = Counter(item.kind for item in proposal.differences)
    summary = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS)
    parts = [
        f"# Price proposal: {source.title}",
        f"{source.url}, published {source.read_on}.",
        f"Compared with edition {proposal.against}: {summary}.",
        _verdict(proposal),
    ]
    for kind in KINDS:
        items = [item for item in proposal.differences if item.kind == kind]
        if items:
            parts.append(f"## {TITLES[kind]} ({len(items)})")
            parts.append(_rows(items, proposal))
    parts += _remarks(proposal.source)
    return "\n\n".join(parts) + "\n"


def _verdict(proposal: Proposal) -> str:
    if not proposal.stopped:
        return (
            "Nothing is out of the ordinary. Check each row against its source, move the ones "
            f"you accept into the tables, then `make edition NAME={proposal.edition}`."
        )
    reasons = "\n".join(f"- `{stop.subject}`: {stop.reason}" for stop in proposal.stops)
    return (
        "**Stopped: no rows were written.** Look at each of these; accept one by name with "
        f"`--accept-jumps`.\n\n{reasons}"
    )


def _rows(items: Sequence[Difference], proposal: Proposal) -> str:
    head = "| key | region | old | new | ratio | per | from | old source | locator |"
    body = [head, "|---|---|--:|--:|--:|---|---|---|---|"]
    for item in items:
        cell = _cells(item, proposal)
        old_source = f"{cell['old_source']} {cell['old_as_of']}".strip()
        per = f"{cell['currency']} / {cell['unit']}"
        shown = (
            f"`{cell['key']}`",
            cell["region"],
            cell["old_value"] or "-",
            cell["new_value"] or "-",
            cell["ratio"] or "-",
            per,
            cell["effective_from"] or "-",
            old_source or "-",
            cell["locator"] or "-",
        )
        body.append(f"| {' | '.join(shown)} |")
    return "\n".join(body)


def _remarks(source: Catalogue) -> list[str]:
    parts = []
    if source.skipped:
        unique = dict.fromkeys(source.skipped)
        listed = "\n".join(f"- {text}" for text in unique)
        parts += [f"## Not read as a price ({len(unique)})", listed]
    if source.not_held:
        count = sum(len(names) for names in source.not_held.values())
        listed = "\n".join(
            f"- {group} ({len(names)}): {', '.join(names)}"
            for group, names in sorted(source.not_held.items())
        )
        parts += [f"## Priced by the source, not followed here ({count})", listed]
    return parts
