"""``python -m report.coverage``: what the price book covers, as ``docs/coverage.md``.

For each preset and place: how many products can do the task, on what evidence, and how old it is.
``--write`` writes the file; a test compares it with what is printed.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from calculators.compare import compare
from calculators.places import AnswersAt
from calculators.presets import from_preset, presets
from calculators.results import Comparison, Option
from calculators.scenario import Scenario
from pricing.book import PriceBook
from pricing.schema import (
    Confidence,
    DeviceMixRow,
    DeviceRow,
    InstanceRow,
    PriceRow,
    ServiceRow,
    Sourced,
)
from pricing.tables import SPECS, names
from report import term_coverage, token_coverage, words

PATH = Path(__file__).parent.parent / "docs" / "coverage.md"
NOT_FOUND = Path(__file__).parent / "not_found.csv"
WANTED = 3  # products at confidence A or B for each place that offers the task
PLACES: tuple[AnswersAt, ...] = ("managed_api", "hosted_platform", "rented", "owned", "device")
CLASSES: tuple[Confidence, ...] = ("A", "B", "C")
Cells = Sequence[object]


# presets by place -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Evidence:
    """What one product's own prices rest on."""

    confidence: Confidence  # of the weakest
    oldest: date
    newest: date


@dataclass(frozen=True)
class Coverage:
    """The products of one place that can do one preset's task."""

    preset: str
    kind: str
    evidence: Mapping[str, Evidence]  # product -> what its prices rest on
    incomplete: int  # products that lack a price or an estimate

    @property
    def strong(self) -> int:
        """Products at confidence A or B."""
        return sum(item.confidence != "C" for item in self.evidence.values())

    @property
    def offered(self) -> bool:
        """Whether anybody offers the task here."""
        return bool(self.evidence) or self.incomplete > 0


def product_of(option: Option) -> str:
    """vendor/product of what answers, without its payment term."""
    answers = option.id.rpartition(">")[2].partition(":")[2]
    return answers.partition(":")[0]


def can_do(option: Option) -> bool:
    """Whether it is priced and large enough for the model, allowed or not."""
    small = any(item.rule == "memory" and item.verdict == "fail" for item in option.findings)
    return option.total_usd is not None and not small


def evidence_of(option: Option) -> Evidence | None:
    """What the line items of the product itself rest on; None for the users' devices."""
    start = product_of(option) + "/"
    sources = [item.source for item in option.line_items if item.source.key.startswith(start)]
    days = [source.as_of for source in sources if source.as_of is not None]
    if not days:
        return None
    return Evidence(max(source.confidence for source in sources), min(days), max(days))


def coverage(found: Comparison, kind: str) -> Coverage:
    """One place of one comparison."""
    options = [item for item in found.options if item.answers_at == kind]
    options = [item for item in options if item.status != "not_offered"]
    able: dict[str, Option] = {}
    for option in options:
        if can_do(option):
            able.setdefault(product_of(option), option)
    priced = {name: evidence_of(option) for name, option in able.items()}
    evidence = {name: item for name, item in priced.items() if item is not None}
    if kind == "device" and able:
        evidence = devices(found.scenario, found.book)
    lacking = {product_of(item) for item in options if item.total_usd is None} - set(able)
    preset = found.scenario.preset
    return Coverage(str(preset), kind, evidence, len(lacking))


def devices(scenario: Scenario, book: PriceBook) -> dict[str, Evidence]:
    """The devices of the scenario's mix: they are the products of that place."""
    mixes = book.table("device_mixes", DeviceMixRow)
    mix = {row.device for row in mixes if row.mix == scenario.device_mix}
    return {
        row.device: Evidence(row.confidence, row.as_of, row.as_of)
        for row in book.table("devices", DeviceRow)
        if row.device in mix
    }


def all_coverage(book: PriceBook) -> list[Coverage]:
    """Every preset at every place."""
    found = []
    for name in presets(book):
        comparison = compare(from_preset(name, {}, book), book)
        found += [coverage(comparison, kind) for kind in PLACES]
    return found


# pages ------------------------------------------------------------------------------------------


def markdown(head: Sequence[str], rows: Iterable[Cells], right: Iterable[int] = ()) -> str:
    """A Markdown table; ``right`` are the columns of numbers."""
    numbers = set(right)
    rule = ["--:" if index in numbers else "---" for index in range(len(head))]
    lines = [head, rule, *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _by_preset(found: Sequence[Coverage]) -> str:
    rows: list[Cells] = []
    for item in found:
        if not item.offered:
            rows.append((item.preset, item.kind, "-", "-", "-", "-", "not offered", ""))
            continue
        counts = Counter(piece.confidence for piece in item.evidence.values())
        oldest = min((piece.oldest for piece in item.evidence.values()), default="-")
        newest = max((piece.newest for piece in item.evidence.values()), default="-")
        counted = [counts[name] for name in CLASSES]
        rows.append((item.preset, item.kind, *counted, item.incomplete, oldest, newest))
    head = ("preset", "place", "A", "B", "C", "incomplete", "oldest", "newest")
    return markdown(head, rows, right=range(2, 6))


def _shortfalls(found: Sequence[Coverage]) -> str:
    short = [item for item in found if item.offered and item.strong < WANTED]
    if not short:
        return "None."
    return "\n".join(
        f"- {item.preset}, {item.kind}: {item.strong} at A or B, "
        f"{len(item.evidence) - item.strong} at C, {item.incomplete} incomplete"
        for item in short
    )


def _vendors(rows: Sequence[object]) -> set[str]:
    named = {row.key.partition("/")[0] for row in rows if isinstance(row, PriceRow)}
    return named | {str(vendor) for row in rows if (vendor := getattr(row, "vendor", ""))}


def _forms(book: PriceBook, near: Collection[str]) -> str:
    every, close = token_coverage.counts(book), token_coverage.counts(book, near)
    rows = [(*one, *some[1:]) for one, some in zip(every, close, strict=True)]
    asked = ("known", "none", "not stated")
    head = ("form", *asked, *(f"near winners: {word}" for word in asked))
    return markdown(head, rows, right=range(1, 7))


def _near(book: PriceBook) -> set[str]:
    """Products near a winner, in both regions."""
    regions: Sequence[Mapping[str, object]] = ({"region": "us"}, {"region": "eu"})
    return {name for asked in regions for name in term_coverage.near_products(book, asked)}


def _unstated(book: PriceBook, near: Collection[str]) -> str:
    found = token_coverage.unstated(book, near)
    return ", ".join(found) if found else "none"


def _terms(found: term_coverage.Page) -> str:
    counts = markdown(term_coverage.COUNTS_HEAD, found.counts, right=range(1, 9))
    lines = markdown([str(name) for name in term_coverage.lines_head()], found.lines, right=[2])
    return f"{counts}\n\n{lines}"


def _tables(book: PriceBook) -> str:
    rows: list[Cells] = []
    for name in SPECS:
        held = book.rows(name)
        dated = [row for row in held if isinstance(row, Sourced)]
        counts = Counter(row.confidence for row in dated)
        days = [row.as_of for row in dated]
        classes = [counts[letter] if dated else "-" for letter in CLASSES]
        span = (min(days, default="-"), max(days, default="-"))
        rows.append((name, len(held), len(_vendors(held)) or "-", *classes, *span))
    head = ("table", "rows", "vendors", "A", "B", "C", "oldest", "newest")
    return markdown(head, rows, right=range(1, 6))


def _history(book: PriceBook) -> str:
    rows: list[Cells] = []
    for name in names("price"):
        held = book.table(name, PriceRow)
        days = sorted({row.effective_from for row in held})
        if not days:
            continue
        keys = {(row.key, row.region) for row in held}
        moved = defaultdict(set)
        for row in held:
            moved[row.key, row.region].add(row.effective_from)
        several = sum(len(dates) > 1 for dates in moved.values())
        ends = sum(row.status == "end" for row in held)
        rows.append((name, len(keys), several, ends, len(days), days[0], days[-1]))
    head = ("table", "keys by region", "with history", "ended", "dates", "first", "last")
    return markdown(head, rows, right=range(1, 5))


def _counts(book: PriceBook) -> str:
    services = book.table("services", ServiceRow)
    tokens = [row for row in services if row.kind == "token_api"]
    hosts: dict[str, set[str]] = defaultdict(set)
    for row in tokens:
        if row.model and book.tariff(f"{row.product}/input") is not None:
            hosts[row.model].add(row.vendor)
    machines = book.every(InstanceRow)
    rented = {row.product: row for row in machines if row.market == "rented" and row.accelerator}
    priced = {(row.key, row.region) for row in book.every(PriceRow) if row.product in rented}
    current = [key for key, _ in priced if book.tariff(key) is not None]
    rows: list[Cells] = [
        ("token APIs", len(tokens)),
        ("vendors of token APIs", len(_vendors(tokens))),
        ("token APIs with a day of retirement", sum(bool(row.retires_on) for row in tokens)),
        ("open weights at several hosts", sum(len(found) > 1 for found in hosts.values())),
        ("most hosts of the same weights", max(map(len, hosts.values()), default=0)),
        ("task APIs", sum(row.kind == "task_api" for row in services)),
        ("custom APIs (trained at the vendor)", sum(row.kind == "custom_api" for row in services)),
        ("products of hosted platforms", sum(row.market != "rented" for row in machines)),
        ("rented machines with an accelerator", len(rented)),
        ("vendors of those", len({row.vendor for row in rented.values()})),
        ("their prices in force, by term and region", len(current)),
    ]
    return markdown(("what", "count"), rows, right=[1])


def not_found() -> list[dict[str, str]]:
    """What people asked for and no source gave: where it was looked for, and when."""
    with NOT_FOUND.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _not_found() -> str:
    rows: list[Cells] = [tuple(row.values()) for row in not_found()]
    return markdown(("what", "which", "sought", "searched", "last", "note"), rows)


def text(book: PriceBook) -> str:
    """The whole page."""
    found, near = all_coverage(book), _near(book)
    near_by = words.percent(term_coverage.NEAR - 1)
    return f"""# What the price book covers

Written by `python -m report.coverage --write` from edition {book.edition}; do not edit.

## Presets by place of answering

Products that can do the task: priced completely and large enough for the model, whether or not
the preset's other requirements allow them. A product counts in the class of its weakest own price;
"oldest" and "newest" are the days its prices were read. "Incomplete" products lack a price or an
estimate. At `device` the products are the devices of the preset's mix. Devices with a fallback
have the devices and the fallback's products.

{_by_preset(found)}

### Fewer than {WANTED} at A or B

{_shortfalls(found)}

## Language model APIs by form of the bill

Services still sold of which each form is known, said by a source to be none, or not stated. What
is not stated is never taken for none: the option says so, with the direction in which it errs.
Long prompts are said to cost as short ones do where a list that prices them apart for others has
one number, or where a service reads less than any list prices apart (`one_prices.csv`). Near
winners are those that answer within {near_by} of the cheapest of a preset, in
the United States or the European Union, at one of {len(term_coverage.VOLUMES)} volumes.

{_forms(book, near)}

Near winners of which a limit or the price of long prompts is not stated: {_unstated(book, near)}.

## Vendor terms

What vendors say of the data they are sent, of those that sell an API or machines. Near winners are
vendors whose product answers or trains within {near_by} of the cheapest
allowed candidate of a preset at one of {len(term_coverage.VOLUMES)} volumes; "near" counts how
often. Terms differ by what is sold: "of something" counts a vendor whose page speaks of some of it,
the share counts those of which all of it is known, never rounded up. Where pages disagree the
stricter is shown as disputed. "Not stated" is not "no": no page was found that says it. Each row of
`vendor_terms.csv` names its page and day.

{_terms(term_coverage.page(book))}

## Tables

{_tables(book)}

## Price history

{_history(book)}

## In numbers

{_counts(book)}

## Looked for, not found

What people named and the tables lack, because no source that a reader can open gives the figure.
Written by hand in `report/not_found.csv`; a row leaves it when its figure is found.

{_not_found()}
"""


def main(words: Sequence[str]) -> int:
    """Print the page, or write it."""
    page = text(PriceBook.load())
    if "--write" in words:
        PATH.write_text(page, encoding="utf-8", newline="\n")
        sys.stdout.write(f"wrote docs/{PATH.name}\n")
    else:
        sys.stdout.write(page)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
