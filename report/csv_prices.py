"""Rows of the prices in force, and the filters of the page Prices as parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from calculators.compare import compare
from calculators.scenario import BadField, ScenarioError
from pricing.tables import SPECS
from report import price_list
from report.codec import Decoded
from report.csv_file import Column, Row
from report.csv_question import Parameter, read
from report.price_list import AGE_WORDS, Filters, Line
from report.values import parts, write

PRICES = (
    Column("vendor", "who sells it"),
    Column("product", "name of the product"),
    Column("priced", "what is priced"),
    Column("price", "as listed; empty: no longer offered", "the unit beside it"),
    Column("unit", "currency per unit"),
    Column("region", "where it holds"),
    Column("marks", "why to be careful with it; your own price or discount"),
    Column("read_on", "the day the source said so", "date"),
    Column("evidence", "A, B or C"),
    Column("candidates_using_it", "candidates of the comparison that rest on it"),
    Column("source_url", "a page a reader can open"),
    Column("tier_from", "units a month from which the price holds", "the unit's"),
    Column("in_force_from", "first day on which it is known", "date"),
    Column("used_by", "names of the candidates, as many as a spreadsheet's cell holds"),
    Column("source_title", "title of the page"),
    Column("key", "vendor/product/meter: the name of the price for ever"),
    Column("note", "what else the source says"),
)
_LIST = "; several are separated by commas, a comma inside a name is written \\,"
SEARCH = Parameter("price_search", "Words that key, vendor, product, region or source hold.")
KIND = Parameter("price_kind", f"Names of price tables{_LIST}.")
VENDOR = Parameter("price_vendor", f"Names of vendors{_LIST}.")
REGION = Parameter("price_region", f"Regions of prices{_LIST}.")
EVIDENCE = Parameter("price_evidence", "Grades of evidence: A, B, C, separated by commas.")
AGE = Parameter("price_age", "How long ago it was read.", tuple(AGE_WORDS))
USED = Parameter("price_used", "yes: only prices the comparison uses.", ("yes", "no"))
FILTERS = (SEARCH, KIND, VENDOR, REGION, EVIDENCE, AGE, USED)


def prices(query: str) -> tuple[Iterable[Row], Decoded]:
    """Prices in force that pass the filters."""
    found, asked = read(query, FILTERS)
    comparison = compare(found.scenario, found.book)
    lines = price_list.lines(comparison.book, price_list.used_by(comparison))
    wanted = _filters(asked, lines)
    return (price_list.cells(line) for line in lines if price_list.keep(line, wanted)), found


def as_query(wanted: Filters) -> Mapping[str, str]:
    """The filters as parameters; what shows all is left out."""
    said = {
        SEARCH.name: wanted.text.strip(),
        KIND.name: write(tuple(wanted.tables)),
        VENDOR.name: write(tuple(wanted.vendors)),
        REGION.name: write(tuple(wanted.regions)),
        EVIDENCE.name: write(tuple(wanted.evidence)),
        AGE.name: wanted.age or "",
        USED.name: "yes" if wanted.used_only else "",
    }
    return {name: text for name, text in said.items() if text}


def choices(lines: Sequence[Line]) -> Mapping[Parameter, Mapping[str, None]]:
    """What each filter of several names can be, among these prices."""
    return {
        KIND: dict.fromkeys(SPECS),
        VENDOR: dict.fromkeys(line.vendor for line in lines),
        REGION: dict.fromkeys(line.row.region for line in lines),
        EVIDENCE: dict.fromkeys("ABC"),
    }


def _filters(asked: Mapping[str, str], lines: Sequence[Line]) -> Filters:
    """What to show; a name that no price has is refused."""
    known = choices(lines)
    chosen = {item: parts(asked.get(item.name, "")) for item in known}
    bad = [_unknown(item, chosen[item], list(names)) for item, names in known.items()]
    if refused := [item for item in bad if item is not None]:
        raise ScenarioError(refused)
    return Filters(
        asked.get(SEARCH.name, ""),
        chosen[KIND],
        chosen[VENDOR],
        chosen[REGION],
        chosen[EVIDENCE],
        asked.get(AGE.name) or None,
        asked.get(USED.name) == "yes",
    )


def _unknown(item: Parameter, chosen: Iterable[str], known: list[str]) -> BadField | None:
    strange = [name for name in chosen if name not in known]
    return item.refused(strange[0], " | ".join(known)) if strange else None
