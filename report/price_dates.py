"""``python -m report.price_dates --write``: from which price date on each preset has an answer."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from calculators.explore.since import Since, answers_since
from calculators.memory import SHARED, Memory
from calculators.presets import from_preset, presets
from pricing.book import PriceBook

PAGE = Path(__file__).parent.parent / "docs" / "price-dates.md"
REGIONS = ("us", "eu")
HEAD = """# From when the presets have an answer

The first price date on which something answers each preset as it is, in edition {edition}: what is
priced by then, and which prices around it are held at a later first known one. Before that day the
model was not released, or nothing that could answer has a price. Written by
`python -m report.price_dates --write`; the tables are walked from {first}, the first euro rate, day
of change by day of change.

| preset | region | from | cheapest then | held at a later first known price |
|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Row:
    """One preset in one region."""

    preset: str
    region: str
    since: Since | None


def rows(book: PriceBook, memory: Memory = SHARED) -> Iterator[Row]:
    """Every preset in both regions."""
    for preset in presets(book):
        for region in REGIONS:
            scenario = from_preset(preset, {"region": region}, book)
            yield Row(preset, region, answers_since(scenario, book, memory))


def page(book: PriceBook, found: Sequence[Row]) -> str:
    """The page as Markdown."""
    lines = [_line(row) for row in found]
    first = book.days[0] if book.days else book.edition
    return HEAD.format(edition=book.edition, first=first) + "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    if row.since is None:
        return f"| {row.preset} | {row.region} | never | | |"
    held = ", ".join(f"`{key}`" for key in row.since.held) or "none"
    return f"| {row.preset} | {row.region} | {row.since.day} | `{row.since.option_id}` | {held} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the page, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.name}")
    asked = parser.parse_args(arguments)
    book = PriceBook.load()
    text = page(book, list(rows(book)))
    if asked.write:
        PAGE.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
