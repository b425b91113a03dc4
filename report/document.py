"""The report as plain data: everything the template lays out, in finished words.

A user's text only ever travels as data; the template shows strings and never evaluates them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from calculators import METHOD
from calculators.answer import baseline_words
from calculators.results import Comparison, Option, Verdict
from pricing.book import PriceBook, Source
from pricing.own import YOUR_FIGURE
from pricing.schema import AssumptionRow
from pricing.tables import stale_after_days
from pricing.units import label as unit_label
from report import (
    alternatives,
    asks,
    confirmation,
    first_page,
    headline,
    own_figures,
    place_table,
    throughput,
    words,
)
from report.chart_spec import breakdown, cost_curve
from report.prices_used import edition_line, numbered, prices_used
from report.tables import CostTable, PlaceRow, cost_table, pair_rows, place_rows
from report.used_values import Entry, entries, name_of

Data = dict[str, Any]


def document(comparison: Comparison, link: str, warnings: Sequence[str] = ()) -> Data:
    """Everything the template shows; ``link`` is the complete address of the comparison."""
    tables = _tables(comparison)
    scenario, book = comparison.scenario, comparison.book
    return {
        **_answer(comparison, warnings),
        "chart": _chart(comparison),
        "breakdown": _breakdown(comparison),
        "excluded": _excluded(comparison),
        "alternatives": [asdict(line) for line in alternatives.lines(comparison)],
        "places": _places(comparison),
        "pairs": [_pair(row) for row in pair_rows(comparison)],
        "places_note": _places_note(comparison),
        "checked": _all_checked(comparison),
        "costs": _all_costs(comparison, tables),
        **_inputs(comparison),
        **_prices(tables, book),
        "own": [own_figures.row(item) for item in own_figures.own_figures(scenario, book)],
        "link": link,
        "footer": (
            f"Prices of {words.day(book.price_date)} · edition {book.edition} · method {METHOD}"
        ),
    }


# --- the answer --------------------------------------------------------------------------------
def _answer(comparison: Comparison, warnings: Sequence[str]) -> Data:
    """The first page, without its chart."""
    scenario, book = comparison.scenario, comparison.book
    forbidden, more = first_page.forbidden(comparison)
    table = first_page.now_and_then(comparison)
    lever = comparison.lever
    return {
        "title": f"{scenario.title}: {comparison.sentence}"
        if scenario.title
        else comparison.sentence,
        "named": scenario.title,
        "subject": first_page.subject(comparison),
        "answer": comparison.sentence,
        "reason": words.spoken(comparison.reason),
        "too_close": comparison.too_close,
        "certainty": comparison.certainty_text,
        "confirmation": confirmation.sentence(comparison),
        "flip": first_page.flip(comparison),
        "lever": {"name": lever.name, "text": lever.text} if lever else None,
        "now_and_then": asdict(table) if table else None,
        "labour": " ".join(filter(None, (headline.labour(comparison), comparison.ours_text))),
        "today": words.spoken(baseline_words.line(comparison)),
        "needs": asks.needs(scenario),
        "warnings": [*filter(None, [own_figures.in_use(scenario, book)]), *warnings],
        "forbidden": [asdict(item) for item in forbidden],
        "forbidden_more": more,
    }


def _chart(comparison: Comparison) -> Data | None:
    spec = cost_curve(comparison)
    return {"title": spec.title, "alt": spec.alt} if spec.series else None


def _breakdown(comparison: Comparison) -> Data | None:
    spec = breakdown(comparison)
    return {"title": spec.title, "alt": spec.alt} if spec.bars else None


def _excluded(comparison: Comparison) -> list[Data]:
    """What cannot be chosen, and why; nothing where the first page has said all of it."""
    found = first_page.excluded(comparison)
    on_first, more = first_page.forbidden(comparison)
    if not more and sum(len(rows) for _, rows in found) == len(on_first):
        return []
    return [{"word": word, "rows": [asdict(item) for item in rows]} for word, rows in found]


# --- every place -------------------------------------------------------------------------------
_UNDER = {"goes": "who"}
"""Columns of the screen that stand in small type under another: paper is narrower."""


def _places(comparison: Comparison) -> Data:
    """The table of places as the screen has it."""
    spreads = {row.option_id: row.spread for row in place_rows(comparison)}
    columns = [item for item in place_table.COLUMNS if item.id not in _UNDER.values()]
    return {
        "heads": [column.title for column in columns],
        "right": [column.numeric for column in columns],
        "rows": [
            {
                "chosen": row.chosen,
                "spread": spreads.get(row.option_id, words.MISSING),
                "cells": [_cell(row, column.id) for column in columns],
            }
            for row in place_table.rows(comparison)
        ],
    }


def _cell(row: place_table.Row, column: str) -> Data:
    at = place_table.SORTABLE.index
    cell = row.cells[at(column)]
    under = row.cells[at(_UNDER[column])].text if column in _UNDER else cell.under
    return {"text": cell.text, "under": under}


def _pair(row: PlaceRow) -> Data:
    return {**asdict(row), "marks": ", ".join(row.marks)}


def _places_note(comparison: Comparison) -> str:
    counts = comparison.options.status_counts
    looked_at = sum(counts.values()) - counts["not_offered"]
    return (
        f"One row for every place: its best candidate of {looked_at:,} that were looked at. "
        f"{counts['feasible']:,} of them are possible. Small figures under a cost: 8 in 10 cases."
    )


# --- rules -------------------------------------------------------------------------------------
VERDICTS: Mapping[Verdict, str] = {"pass": "yes", "caution": "with care", "fail": "no"}


def _all_checked(comparison: Comparison) -> list[Data]:
    chosen = (
        (comparison.cheapest, f"What the {words.chosen(comparison)} place was checked for"),
        (comparison.runner_up, "What the runner-up was checked for"),
    )
    return [_checked(option, heading) for option, heading in chosen if option is not None]


def _checked(option: Option, heading: str) -> Data:
    """Every rule an option was checked against, and the page each rests on."""
    goes = [f"Requests: {confirmation.where(option.data_goes)}."]
    if option.training_data_goes is not None:
        goes.append(f"Training data: {confirmation.where(option.training_data_goes)}.")
    return {
        "heading": heading,
        "goes": goes,
        "rules": [
            {
                "verdict": VERDICTS[item.verdict],
                "text": words.spoken(item.text),
                "change": item.change,
                "source": item.source.title if item.source else "",
                "url": item.source.url if item.source else "",
                "as_of": words.day(item.source.as_of) if item.source else "",
            }
            for item in option.findings
        ],
    }


# --- costs and their sources -----------------------------------------------------------------
def _tables(comparison: Comparison) -> Sequence[tuple[Option, str, CostTable]]:
    """Recommended and runner-up; with neither, nothing."""
    chosen = (
        (comparison.cheapest, f"What the {words.chosen(comparison)} place costs"),
        (comparison.runner_up, "What the runner-up costs"),
    )
    return [
        (option, heading, table)
        for option, heading in chosen
        if option is not None and (table := cost_table(option)) is not None
    ]


def _all_costs(
    comparison: Comparison, tables: Sequence[tuple[Option, str, CostTable]]
) -> list[Data]:
    numbers = numbered(table for _, _, table in tables)
    return [
        _costs(table, heading, numbers, option, compact=option is not comparison.cheapest)
        for option, heading, table in tables
    ]


def _costs(
    table: CostTable,
    heading: str,
    numbers: Mapping[Source, int],
    option: Option,
    *,
    compact: bool,
) -> Data:
    return {
        "heading": heading,
        "label": table.label,
        "id": table.option_id,
        "total": table.total,
        "present_value": table.present_value,
        "note": table.note,
        "machines": throughput.machines(option.capacity),
        "not_modelled": [words.left_out(item) for item in option.not_modelled],
        "payers": [
            {
                "title": part.title,
                "subtotal": part.subtotal,
                "rows": [
                    {
                        "name": row.name,
                        "basis": "" if compact else row.basis,
                        "period": row.period,
                        "quantity": row.quantity,
                        "unit": row.unit,
                        "rate": row.rate,
                        "amount": row.amount,
                        "source": str(numbers[row.source]),
                    }
                    for row in part.rows
                ],
            }
            for part in table.payers
        ],
    }


def _prices(tables: Sequence[tuple[Option, str, CostTable]], book: PriceBook) -> Data:
    """Every price behind the sums, the assumptions among them, and the state of the tables."""
    found = [table for _, _, table in tables]
    return {
        "sources": [asdict(item) for item in prices_used(found)],
        "stale_days": stale_after_days(),
        "assumptions": _assumptions(numbered(found), book),
        "edition": edition_line(book),
    }


def _basis(row: AssumptionRow, book: PriceBook) -> str:
    """Whose judgement an assumption is."""
    if row.name in book.own.of_kind("assume"):
        return YOUR_FIGURE
    return "our assumption" if row.basis == "our_assumption" else "sourced"


def _assumptions(sources: Iterable[Source], book: PriceBook) -> list[Data]:
    """Defaults among the rates, with their range."""
    names = dict.fromkeys(source.key for source in sources)
    rows = [book.assumption(name) for name in names if name in book.assumptions]
    return [
        {
            "label": row.label,
            "low": words.quantity(row.low),
            "mid": words.quantity(row.mid),
            "high": words.quantity(row.high),
            "unit": unit_label(row.unit),
            "basis": _basis(row, book),
        }
        for row in rows
    ]


# --- inputs ------------------------------------------------------------------------------------
def _inputs(comparison: Comparison) -> Data:
    """What differs from the preset, what else was asked, and what was left open."""
    found = entries(comparison)
    groups = [
        {"title": title, "rows": [_entry(row) for row in rows]} for title, rows in found.groups
    ]
    lengths = [len(group["rows"]) + 1 for group in groups]
    cut = min(range(len(groups) + 1), key=lambda at: abs(sum(lengths[:at]) - sum(lengths[at:])))
    named = name_of(comparison.scenario, comparison.book)
    return {
        "changed": [_entry(row) for row in found.changed],
        "inputs": [groups[:cut], groups[cut:]],
        "empty": "; ".join(found.empty),
        "discount": words.input_value("discount_rate_pct", comparison.scenario.discount_rate_pct),
        "preset": named,
    }


def _entry(row: Entry) -> Data:
    return {"title": row.title, "value": row.value, "before": row.preset_value, "used": row.used}
