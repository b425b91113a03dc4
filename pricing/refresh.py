"""``python -m pricing.refresh``: propose price rows from maintained packages; a person accepts.

Reads genai-prices as installed (no network), the price file inside litellm's wheel where one was
downloaded (``make refresh`` does), and gpuhunt's catalogues where it is installed and the network
answers. Compares with the newest edition, writes a proposal and never edits a table: prices, and
limits, tiers and ends as well; where two packages disagree both are written down.
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
from pricing.refreshing import conflicts, litellm, rentals, terms, tokens
from pricing.refreshing import proposal as proposals
from pricing.refreshing.differences import KINDS, Stop, compare, histories, stops
from pricing.refreshing.proposal import Proposal
from pricing.refreshing.quotes import Catalogue
from pricing.schema import InstanceRow, OnePriceRow, PriceRow, ServiceRow, TokenTermsRow
from pricing.tables import names

OUT = Path("build/refresh")
SOURCES = (tokens.PACKAGE, litellm.PACKAGE, rentals.PACKAGE)
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


def litellm_recording(folder: Path) -> dict[str, Any]:
    """The newest litellm wheel of a folder as a recording; raises SourceUnavailable."""
    wheel = litellm.newest(folder)
    if wheel is None:
        raise SourceUnavailable(
            f"no wheel of litellm in {folder}: pip download --no-deps --dest {folder} litellm"
        )
    try:
        return litellm.record(wheel, litellm.followed())
    except litellm.UnreadableWheel as error:
        raise SourceUnavailable(str(error)) from error


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
    stated = differences, source, edition, homes
    offered = proposals.candidates(*stated, request.accepted)
    # Jumps are named above: the rules look at the rows as they are once those are accepted.
    named = {*request.accepted, *(stop.subject for stop in found)}
    broken = proposals.faults(book.tables, proposals.candidates(*stated, named), source)
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
    return tokens.catalogue(recording, _released(recording, book, as_of), book.every(PriceRow))


def litellm_source(recording: Mapping[str, Any], book: PriceBook, as_of: date | None) -> Catalogue:
    """The prices of litellm in this book's keys; the day as of :func:`token_source`."""
    return litellm.catalogue(recording, _released(recording, book, as_of), book.every(PriceRow))


def _released(recording: Mapping[str, Any], book: PriceBook, as_of: date | None) -> date:
    package, number = recording["package"], recording["version"]
    known = book.sources.get(f"{package}-{number}")
    day = as_of or (known.read_on if known else None)
    if day is None:
        raise SourceUnavailable(
            f"{package}-{number} is not among our sources yet: give the day it was released, as "
            f"https://pypi.org/project/{package}/{number}/ says, with --as-of"
        )
    return day


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


def _recording(name: str, wheels: Path) -> Mapping[str, Any]:
    if name == tokens.PACKAGE:
        return genai_recording()
    if name == litellm.PACKAGE:
        return litellm_recording(wheels)
    return gpuhunt_recording({item.provider for item in rentals.followed()})


def _source(recording: Mapping[str, Any], book: PriceBook, as_of: date | None) -> Catalogue:
    if recording["package"] == litellm.PACKAGE:
        return litellm_source(recording, book, as_of)
    if recording["package"] == tokens.PACKAGE:
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


def _terms(recording: Mapping[str, Any], book: PriceBook, source: Catalogue, out: Path) -> None:
    """Limits, tiers and ends beside ours, where the package states them."""
    if not terms.said(recording):
        return
    rows = book.table("token_terms", TokenTermsRow), book.table("services", ServiceRow)
    found = terms.differences(recording, *rows, one_prices=book.table("one_prices", OnePriceRow))
    path = out / f"{source.source.id}.terms.csv"
    path.write_text(terms.table(found), encoding="utf-8", newline="\n")
    count = sum(item.kind == "conflict" for item in found)
    print(
        f"{source.source.id}: {len(found)} terms differ, {count} of them conflicts", path, sep="\n"
    )


def _conflicts(
    sources: Sequence[Catalogue], said: Mapping[str, Sequence[terms.Said]], out: Path
) -> None:
    """Prices and terms on which two of the packages disagree."""
    if len(sources) < 2:
        return
    found = conflicts.conflicts(sources)
    path = out / "conflicts.csv"
    path.write_text(conflicts.table(found), encoding="utf-8", newline="\n")
    print(f"{len(found)} prices on which two packages disagree", path, sep="\n")
    unlike = terms.conflicts(said)
    path = out / "conflicts.terms.csv"
    path.write_text(terms.conflict_table(unlike), encoding="utf-8", newline="\n")
    print(f"{len(unlike)} terms on which two packages disagree", path, sep="\n")


def _words() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Propose price rows from maintained packages.")
    parser.add_argument("--source", choices=SOURCES, help="only this one")
    parser.add_argument("--out", type=Path, default=OUT, help=f"folder to write to ({OUT})")
    parser.add_argument("--wheels", type=Path, default=OUT, help=f"where wheels lie ({OUT})")
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
    return parser


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    given = _words().parse_args(words)
    edition = given.edition or date.today()  # noqa: DTZ011 - the day a person runs this
    request = Request(given.out, edition, tuple(given.accept_jumps), given.as_of)
    book = PriceBook.load()
    kept = json.loads(given.recorded.read_text(encoding="utf-8")) if given.recorded else None
    chosen = [given.source] if given.source else [*SOURCES]
    if kept is not None:
        chosen = [kept["package"]]
    status, read = 0, []
    said: dict[str, Sequence[terms.Said]] = {}
    for name in chosen:
        try:
            recording = _recording(name, given.wheels) if kept is None else kept
            _keep(recording, given.record)
            source = _source(recording, book, given.as_of)
        except (SourceUnavailable, tokens.UnknownRecording) as error:
            print(f"{name}: {error}", file=sys.stderr)
            status = max(status, UNREADABLE if given.source or kept else 0)
            continue
        read.append(source)
        said[source.source.id] = terms.said(recording)
        status = max(status, _run(source, book, request))
        _terms(recording, book, source, given.out)
    _conflicts(read, said, given.out)
    return status


def _keep(recording: Mapping[str, Any], path: Path | None) -> None:
    if path is not None:
        text = json.dumps(recording, indent=1, sort_keys=True)
        path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
