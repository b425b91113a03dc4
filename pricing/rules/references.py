"""Names mean something: sources, days, units, regions, products, parts; and one row each."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date, timedelta
from operator import attrgetter
from typing import cast

from pricing.faults import Fault
from pricing.rules.reading import Tables, each, of, units, where
from pricing.schema import (
    AcceleratorRow,
    AssumptionRow,
    Described,
    EndpointRateRow,
    InstanceRow,
    MediaRow,
    ModelReleaseRow,
    ModelRow,
    ModelScoreRow,
    ModelTermsRow,
    NamedModelRow,
    OnePriceRow,
    PageRow,
    PriceRow,
    QualityClassRow,
    RateLimitRow,
    RegionRow,
    Row,
    ServerRow,
    ServiceInputRow,
    ServiceModelRow,
    ServiceRow,
    Sourced,
    SourceRow,
    StandInRow,
    TokenizerRow,
    TokenTermsRow,
)
from pricing.tables import SPECS, holding, names

PEAK = re.compile(r"[1-7]-[1-7]( \d\d-\d\d)+(; ?[1-7]-[1-7]( \d\d-\d\d)+)*")
LATE_DAYS = 90  # an edition is released soon after its newest reading; more is a slip of the pen


def never_empty(tables: Tables) -> Iterator[Fault]:
    """Nothing can be compared without a row of some tables."""
    for name, table in tables.items():
        if SPECS[name].never_empty and not table.rows:
            yield Fault(f"{name}.csv", 1, "row", "(none)", f"at least one row: {SPECS[name].label}")


def known_source(tables: Tables) -> Iterator[Fault]:
    """Every figure names a source; one nobody can open is confidence C."""
    sources = {row.id: row for _, _, row in of(tables, SourceRow)}

    def is_wrong(cells: tuple[str, str]) -> bool:
        source = sources.get(cells[0])
        return source is None or (not source.url and cells[1] != "C")

    for file, line, row in where(tables, Sourced, ("source", "confidence"), is_wrong):
        if row.source not in sources:
            yield Fault(file, line, "source", row.source, "an id of a sources table")
        else:
            yield Fault(file, line, "confidence", row.confidence, "C: its source cannot be opened")


def one_source_per_id(tables: Tables) -> Iterator[Fault]:
    """A source id means one thing."""
    seen: set[str] = set()
    for file, line, row in of(tables, SourceRow):
        if row.id in seen:
            yield Fault(file, line, "id", row.id, "each source id once over all sources tables")
        seen.add(row.id)


def dates_in_order(tables: Tables) -> Iterator[Fault]:
    """Nothing was read after the edition that holds it."""
    days = ("as_of", "edition")
    for file, line, row in where(tables, Sourced, days, lambda cells: cells[0] > cells[1]):
        yield Fault(file, line, "as_of", str(row.as_of), f"on or before {row.edition}")


def edition_is_near(tables: Tables) -> Iterator[Fault]:
    """A row of a far edition would be everybody's newest edition."""
    read = {day for name in holding(Sourced) for day in _days(tables, name, "as_of")}
    if not read:
        return
    latest = max(read) + timedelta(days=LATE_DAYS)
    allowed = f"on or before {latest}, {LATE_DAYS} days after the newest reading of all"
    for name, table in tables.items():
        if SPECS[name].dated and max(_days(tables, name, "edition"), default=latest) > latest:
            editions = map(attrgetter("edition"), table.rows)
            for line, edition in zip(table.lines, editions, strict=True):
                if edition > latest:
                    yield Fault(f"{name}.csv", line, "edition", str(edition), allowed)


def _days(tables: Tables, name: str, column: str) -> frozenset[date]:
    held = tables[name].distinct(column) if name in tables else frozenset()
    return cast("frozenset[date]", held)


def known_unit_and_region(tables: Tables) -> Iterator[Fault]:
    """Units and regions come from their vocabularies."""
    known = units(tables)
    regions = {row.region for _, _, row in of(tables, RegionRow)}
    for file, line, row in where(tables, PriceRow, ("unit",), lambda unit: unit not in known):
        yield Fault(file, line, "unit", row.unit, "a unit of units.csv")
    elsewhere = where(tables, PriceRow, ("region",), lambda region: region not in regions)
    for file, line, row in elsewhere:
        yield Fault(file, line, "region", row.region, "a region of regions.csv")
    for file, line, assumption in of(tables, AssumptionRow):
        if assumption.unit not in known:
            yield Fault(file, line, "unit", assumption.unit, "a unit of units.csv")


def known_product(tables: Tables) -> Iterator[Fault]:
    """What is priced is described, in a catalogue of the price table."""
    for name in names("price"):
        catalogue = SPECS[name].catalogue
        if not catalogue:
            continue
        products = {row.product for _, _, row in each(tables, catalogue, Described)}
        allowed = "a product of " + " or ".join(f"{table}.csv" for table in catalogue)
        for file, line, row in each(tables, [name], PriceRow):
            if row.product not in products:
                yield Fault(file, line, "key", row.key, allowed)


def known_endpoint(tables: Tables) -> Iterator[Fault]:
    """Rates and limits are of services that exist; what they count and per when is a known unit."""
    services = {row.product for _, _, row in of(tables, ServiceRow)}
    known = units(tables)
    bases = {row.base for row in known.values()}
    described = [*of(tables, EndpointRateRow), *of(tables, RateLimitRow)]
    for file, line, row in described:
        assert isinstance(row, EndpointRateRow | RateLimitRow)
        if row.product not in services:
            yield Fault(file, line, "product", row.product, "a product of services.csv")
    for file, line, rate in of(tables, EndpointRateRow):
        if rate.per not in bases:
            yield Fault(file, line, "per", rate.per, "a base of units.csv")
    for file, line, limit in of(tables, RateLimitRow):
        unit = known.get(limit.window)
        if unit is None or unit.base != "second":
            yield Fault(file, line, "window", limit.window, "a time of units.csv")


def known_model(tables: Tables) -> Iterator[Fault]:
    """A day of release is that of a model of the catalogue."""
    known = {row.model for _, _, row in of(tables, ModelRow)}
    for file, line, row in of(tables, ModelReleaseRow):
        if row.model not in known:
            yield Fault(file, line, "model", row.model, "a model of models.csv")


def known_names(tables: Tables) -> Iterator[Fault]:
    """Names of weights, scores and stand-ins are of services and models that exist."""
    services = {row.product for _, _, row in of(tables, ServiceRow)}
    sized = {row.model for _, _, row in of(tables, ModelRow)}
    known = sized | {row.model for _, _, row in of(tables, NamedModelRow)}
    allowed = "a model of models.csv or named_models.csv"
    for file, line, told in of(tables, ServiceModelRow):
        if told.product not in services:
            yield Fault(file, line, "product", told.product, "a product of services.csv")
    for file, line, row in [*of(tables, ServiceModelRow), *of(tables, ModelScoreRow)]:
        assert isinstance(row, ServiceModelRow | ModelScoreRow)
        if row.model not in known:
            yield Fault(file, line, "model", row.model, allowed)
    for file, line, own in of(tables, NamedModelRow):
        if own.model in sized:
            yield Fault(file, line, "model", own.model, "a model that models.csv does not have")
    for file, line, stands in of(tables, StandInRow):
        if stands.model not in sized:
            yield Fault(file, line, "model", stands.model, "a model of models.csv")


def known_classes(tables: Tables) -> Iterator[Fault]:
    """Every index has classes, and no score is in two of them."""
    bounds: dict[str, list[tuple[float, float]]] = {}
    for file, line, row in of(tables, QualityClassRow):
        low, high = row.at_least, math.inf if row.below is None else row.below
        if high <= low:
            yield Fault(file, line, "below", str(row.below), f"above {low:g}")
        others = bounds.setdefault(row.index, [])
        if any(low < top and bottom < high for bottom, top in others):
            yield Fault(file, line, "at_least", f"{low:g}", "no overlap with another class")
        others.append((low, high))
    for file, line, score in of(tables, ModelScoreRow):
        if score.index not in bounds:
            yield Fault(file, line, "index", score.index, "an index of quality_classes.csv")


def known_terms(tables: Tables) -> Iterator[Fault]:
    """Terms of tokens are of services and models that exist; so are successors."""
    services = {row.product for _, _, row in of(tables, ServiceRow)}
    models = {row.model for _, _, row in of(tables, ModelRow)}
    for file, line, terms in of(tables, TokenTermsRow):
        if terms.product not in services:
            yield Fault(file, line, "product", terms.product, "a product of services.csv")
        if terms.peak_hours and not PEAK.fullmatch(terms.peak_hours):
            yield Fault(file, line, "peak_hours", terms.peak_hours, "as in: 1-5 01-04 06-10")
    more: list[tuple[str, int, ServiceInputRow | OnePriceRow]] = [
        *of(tables, ServiceInputRow),
        *of(tables, OnePriceRow),
    ]
    for file, line, said in more:
        if said.product not in services:
            yield Fault(file, line, "product", said.product, "a product of services.csv")
    for file, line, own in of(tables, ModelTermsRow):
        if own.model not in models:
            yield Fault(file, line, "model", own.model, "a model of models.csv")
    for file, line, service in of(tables, ServiceRow):
        if service.successor and service.successor not in services:
            yield Fault(file, line, "successor", service.successor, "a product of services.csv")


def known_counting(tables: Tables) -> Iterator[Fault]:
    """Terms name tokenizers and rules of media that exist."""
    known = {
        "tokenizer": {row.tokenizer for _, _, row in of(tables, TokenizerRow)} | {""},
        "media": {row.media for _, _, row in of(tables, MediaRow)} | {""},
        "pages": {row.pages for _, _, row in of(tables, PageRow)} | {""},
    }
    allowed = {
        "tokenizer": "one of tokenizers.csv",
        "media": "a rule of media_tokens.csv",
        "pages": "a rule of page_tokens.csv",
    }
    counting = (TokenTermsRow, ModelTermsRow, ServiceInputRow)
    for file, line, row in [found for shape in counting for found in of(tables, shape)]:
        for column, names_known in known.items():
            value = getattr(row, column, "")
            if value not in names_known:
                yield Fault(file, line, column, value, allowed[column])


def known_accelerator(tables: Tables) -> Iterator[Fault]:
    """Machines name accelerators that have a specification."""
    known = {row.accelerator for _, _, row in of(tables, AcceleratorRow)} | {""}
    machines = [*of(tables, InstanceRow), *of(tables, ServerRow)]
    for file, line, row in machines:
        assert isinstance(row, InstanceRow | ServerRow)
        if row.accelerator not in known:
            yield Fault(file, line, "accelerator", row.accelerator, "a row of accelerators.csv")
        if bool(row.accelerator) != (row.accelerator_count > 0):
            yield Fault(
                file,
                line,
                "accelerator_count",
                str(row.accelerator_count),
                "above 0 with an accelerator, 0 without",
            )


def identity_once(tables: Tables) -> Iterator[Fault]:
    """One identity has one row per edition: the same key twice would be two truths."""
    for name, table in tables.items():
        spec, rows = SPECS[name], dict(zip(table.lines, table.rows, strict=True))
        for line, first in table.repeats.items():
            allowed = f"one row per edition; line {first} has it already"
            yield Fault(f"{name}.csv", line, spec.identity[0], _named(rows[line], name), allowed)


def _named(row: Row, table: str) -> str:
    """The identity of a row and its edition, in words."""
    columns = (*SPECS[table].identity, "edition")
    return " ".join(str(getattr(row, column, None)) for column in columns)
