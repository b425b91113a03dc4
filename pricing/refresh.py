"""``python -m pricing.refresh``: propose price rows from maintained packages; a person accepts.

Reads genai-prices as installed (no network), and gpuhunt's catalogues where it is installed and
the network answers. Compares with the newest edition, writes a proposal and never edits a table.
Exit status: 0 proposal written, 2 something odd was found and no rows were written, 3 a source
that was asked for by name could not be read.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import json
import sys
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from pricing.book import PriceBook
from pricing.faults import Fault
from pricing.loader import TABLE_DIR
from pricing.refreshing import proposal as proposals
from pricing.refreshing import rentals, tokens
from pricing.refreshing.differences import KINDS, Stop, compare, histories, stops
from pricing.refreshing.proposal import Proposal
from pricing.refreshing.quotes import Catalogue
from pricing.schema import InstanceRow, PriceRow
from pricing.tables import names

OUT = Path("build/refresh")
SOURCES = (tokens.PACKAGE, rentals.PACKAGE)
STOPPED, UNREADABLE = 2, 3


class SourceUnavailable(RuntimeError):
    """A package that is missing, a network that does not answer, a release of unknown date."""


@dataclass(frozen=True)
class Request:
    """What the command line asks for."""

    out: Path
    edition: date
    accepted: tuple[str, ...] = ()
    as_of: date | None = None


# reading the packages ---------------------------------------------------------------------------


def genai_recording() -> dict[str, Any]:
    """The installed genai-prices as a recording; raises SourceUnavailable."""
    try:
        from genai_prices.data import providers  # noqa: PLC0415 - not needed to run the app

        installed = version(tokens.PACKAGE)
    except (ImportError, PackageNotFoundError) as error:
        raise SourceUnavailable(
            f"genai-prices is not installed ({error}): pip install -r requirements-dev.txt"
        ) from error
    return tokens.record(providers, installed, tokens.followed())


def gpuhunt_recording(providers: Collection[str]) -> dict[str, Any]:
    """gpuhunt's newest published catalogues as a recording; raises SourceUnavailable."""
    try:
        package = importlib.import_module("gpuhunt")
        installed = version(rentals.PACKAGE)
    except (ImportError, PackageNotFoundError) as error:
        raise SourceUnavailable(
            f"gpuhunt is not installed ({error}): pip install gpuhunt"
        ) from error
    catalog = package.Catalog()
    try:
        catalog.load()
    except (package.GPUHuntError, OSError) as error:
        raise SourceUnavailable(f"gpuhunt's catalogues do not answer: {error}") from error
    loaded = {name: found for name, found in catalog.catalog.items() if name in providers}
    items = [item for found in loaded.values() for item in found.items]
    return rentals.record(items, installed, {name: found.version for name, found in loaded.items()})


# comparing --------------------------------------------------------------------------------------


def propose(source: Catalogue, book: PriceBook, request: Request) -> Proposal:
    """Compare a catalogue with a book."""
    rows = {name: book.table(name, PriceRow) for name in names("price")}
    held = histories(rows)
    differences = compare(held, source)
    found = stops(differences, held, source, request.accepted)
    homes = {row.product: name for name, some in rows.items() for row in some}
    edition = max(request.edition, source.read_on)
    offered = proposals.candidates(differences, source, edition, homes)
    broken = proposals.faults(book.tables, offered, source)
    return Proposal(
        source=source,
        edition=edition,
        against=book.edition,
        differences=tuple(differences),
        stops=(
            *found,
            *(stop for fault in broken if (stop := _stop(fault)).subject not in request.accepted),
        ),
        rows=offered,
        source_held=source.source.id in book.sources,
    )


def _stop(fault: Fault) -> Stop:
    return Stop(fault.got, f"the rows would break a rule of the tables: {fault}")


def token_source(recording: Mapping[str, Any], book: PriceBook, as_of: date | None) -> Catalogue:
    """genai-prices in this book's keys; the release's day from our sources, or as given."""
    name = f"{tokens.PACKAGE}-{recording['version']}"
    known = book.sources.get(name)
    day = as_of or (known.read_on if known else None)
    if day is None:
        raise SourceUnavailable(
            f"{name} is not among our sources yet: give the day it was released, as "
            f"https://pypi.org/project/genai-prices/{recording['version']}/ says, with --as-of"
        )
    return tokens.catalogue(recording, day, book.every(PriceRow))


def rental_source(recording: Mapping[str, Any], book: PriceBook) -> Catalogue:
    """gpuhunt's catalogues in this book's keys."""
    return rentals.catalogue(recording, machines(book))


def machines(book: PriceBook) -> list[rentals.Held]:
    """Rented machines with a price in force, and the regions their meters are known for."""
    regions: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in book.every(PriceRow):
        places = regions[row.product][row.meter]
        if row.region not in places and book.tariff(row.key) is not None:
            places.append(row.region)
    return [
        rentals.Held(row, {meter: tuple(places) for meter, places in regions[row.product].items()})
        for row in book.every(InstanceRow)
        if row.market == "rented" and any(regions[row.product].values())
    ]


# the command ------------------------------------------------------------------------------------


def _headers() -> dict[str, list[str]]:
    found = {}
    for name in (*names("price"), *names("source")):
        with (TABLE_DIR / f"{name}.csv").open(encoding="utf-8", newline="") as rows:
            found[name] = next(csv.reader(rows))
    return found


def _source(
    name: str,
    recording: Mapping[str, Any] | None,
    book: PriceBook,
    as_of: date | None,
    record: Path | None,
) -> Catalogue:
    if recording is None:
        providers = {item.provider for item in rentals.followed()}
        recording = genai_recording() if name == tokens.PACKAGE else gpuhunt_recording(providers)
    if record is not None:
        text = json.dumps(recording, indent=1, sort_keys=True)
        record.write_text(text + "\n", encoding="utf-8")
    if name == tokens.PACKAGE:
        return token_source(recording, book, as_of)
    return rental_source(recording, book)


def _run(source: Catalogue, book: PriceBook, request: Request) -> int:
    made = propose(source, book, request)
    files = proposals.write(made, request.out, _headers())
    for kind in KINDS:
        count = sum(item.kind == kind for item in made.differences)
        print(f"{source.source.id}: {count} {kind}")
    for stop in made.stops:
        print(f"STOPPED {stop.subject}: {stop.reason}")
    print(*(f"wrote {path}" for path in files), sep="\n")
    return STOPPED if made.stopped else 0


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    parser = argparse.ArgumentParser(description="Propose price rows from maintained packages.")
    parser.add_argument("--source", choices=SOURCES, help="only this one")
    parser.add_argument("--out", type=Path, default=OUT, help=f"folder to write to ({OUT})")
    parser.add_argument("--as-of", type=date.fromisoformat, help="day the release was published")
    parser.add_argument("--edition", type=date.fromisoformat, help="edition of the new rows")
    parser.add_argument(
        "--accept-jumps",
        action="append",
        default=[],
        metavar="KEY",
        help="a key or family to let through; may be repeated",
    )
    parser.add_argument("--recorded", type=Path, help="read this recording, not the package")
    parser.add_argument("--record", type=Path, help="also write what the package says here")
    given = parser.parse_args(words)
    edition = given.edition or date.today()  # noqa: DTZ011 - the day a person runs this
    request = Request(given.out, edition, tuple(given.accept_jumps), given.as_of)
    book = PriceBook.load()
    recording = json.loads(given.recorded.read_text(encoding="utf-8")) if given.recorded else None
    chosen = [given.source] if given.source else [*SOURCES]
    if recording is not None:
        chosen = [recording["package"]]
    status = 0
    for name in chosen:
        try:
            source = _source(name, recording, book, given.as_of, given.record)
        except (SourceUnavailable, tokens.UnknownRecording) as error:
            print(f"{name}: {error}", file=sys.stderr)
            status = max(status, UNREADABLE if given.source or recording else 0)
            continue
        status = max(status, _run(source, book, request))
    return status


if __name__ == "__main__":
    sys.exit(main())
