"""The report as plain data: everything the template lays out, in finished words.

A user's text only ever travels as data; the template shows strings and never evaluates them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from calculators import METHOD
from calculators.answer import baseline_words
from calculators.places import DEVICE
from calculators.presets import presets
from calculators.results import Comparison, Option, PairBreakEven, Verdict
from pricing.book import PriceBook, Source
from pricing.own import YOUR_FIGURE
from pricing.schema import AssumptionRow
from pricing.tables import stale_after_days
from pricing.units import label as unit_label
from report import alternatives, asks, confirmation, on_devices, own_figures, throughput, words
from report.chart_spec import breakdown, cost_curve
from report.headline import figures
from report.tables import (
    CostTable,
    InputGroup,
    cost_table,
    input_groups,
    pair_rows,
    place_rows,
)

Data = dict[str, Any]


def document(comparison: Comparison, link: str, warnings: Sequence[str] = ()) -> Data:
    """Everything the template shows; ``link`` is the complete address of the comparison."""
    tables = [(option, heading, table) for option, heading, table in _tables(comparison)]
    numbers = _numbered(tables)
    book = comparison.book
    return {
        "title": comparison.sentence,
        "subject": _subject(comparison),
        "answer": comparison.sentence,
        "reason": words.spoken(comparison.reason),
        "certainty": comparison.certainty_text,
        "labour": " ".join(filter(None, (comparison.labour_text, comparison.ours_text))),
        "today": words.spoken(baseline_words.line(comparison)),
        "needs": asks.needs(comparison.scenario),
        "confirmation": confirmation.sentence(comparison),
        "checked": [
            _checked(option, heading)
            for option, heading in (
                (comparison.cheapest, f"What the {words.chosen(comparison)} place was checked for"),
                (comparison.runner_up, "What the runner-up was checked for"),
            )
            if option is not None
        ],
        "warnings": [*filter(None, [own_figures.in_use(comparison.scenario, book)]), *warnings],
        "figures": [asdict(figure) for figure in figures(comparison)],
        "chart": _chart(comparison),
        "breakdown": _breakdown(comparison),
        "excluded": [
            {
                "place": words.place(item.kind),
                "text": words.spoken(item.text),
                "change": item.change or words.MISSING,
            }
            for item in comparison.excluded
        ],
        "alternatives": [asdict(line) for line in alternatives.lines(comparison)],
        "places": [_place(row) for row in map(asdict, place_rows(comparison))],
        "pairs": [_place(row) for row in map(asdict, pair_rows(comparison))],
        "places_note": _places_note(comparison),
        "costs": [
            _costs(
                table,
                heading,
                numbers,
                option,
                compact=option is not comparison.cheapest,
            )
            for option, heading, table in tables
        ],
        "devices": [_devices(option) for option, _, _ in tables if option.on_devices],
        "break_even": [_against(pair, comparison) for pair in _told(comparison)],
        "inputs": [[asdict(group) for group in half] for half in _halves(comparison)],
        "discount": words.input_value("discount_rate_pct", comparison.scenario.discount_rate_pct),
        "preset": _preset(comparison),
        "sources": [_source(source, number) for source, number in numbers.items()],
        "stale_days": stale_after_days(),
        "assumptions": _assumptions(numbers, book),
        "own": [
            own_figures.row(item)
            for item in own_figures.own_figures(comparison.scenario, comparison.book)
        ],
        "link": link,
        "footer": (
            f"Prices of {words.day(book.price_date)} · edition {book.edition} · method {METHOD}"
        ),
    }


def _subject(comparison: Comparison) -> str:
    scenario = comparison.scenario
    months = scenario.horizon_months
    return (
        f"{_preset(comparison)} · {words.number(scenario.requests_per_month)} requests a month · "
        f"{months} month{'s' if months != 1 else ''}"
    )


def _preset(comparison: Comparison) -> str:
    found = presets(comparison.book).get(comparison.scenario.preset)
    return found.label if found else comparison.scenario.preset


def _chart(comparison: Comparison) -> Data | None:
    spec = cost_curve(comparison)
    return {"title": spec.title, "alt": spec.alt} if spec.series else None


def _breakdown(comparison: Comparison) -> Data | None:
    spec = breakdown(comparison)
    return {"title": spec.title, "alt": spec.alt} if spec.bars else None


def _place(row: Data) -> Data:
    return {**row, "marks": ", ".join(row["marks"])}


def _places_note(comparison: Comparison) -> str:
    counts = comparison.options.status_counts
    looked_at = sum(counts.values()) - counts["not_offered"]
    return (
        f"One row for every place: its best candidate of {looked_at:,} that were looked at. "
        f"{counts['feasible']:,} of them are possible."
    )


def _halves(comparison: Comparison) -> tuple[Sequence[InputGroup], Sequence[InputGroup]]:
    """The groups of inputs in two columns of about the same length."""
    groups = input_groups(comparison)
    lengths = [len(group.rows) + 1 for group in groups]
    cut = min(range(len(groups) + 1), key=lambda at: abs(sum(lengths[:at]) - sum(lengths[at:])))
    return groups[:cut], groups[cut:]


VERDICTS: Mapping[Verdict, str] = {"pass": "yes", "caution": "mind", "fail": "no"}


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


def _numbered(tables: Sequence[tuple[Option, str, CostTable]]) -> Mapping[Source, int]:
    sources = dict.fromkeys(source for _, _, table in tables for source in table.sources)
    return {source: number for number, source in enumerate(sources, start=1)}


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


def _devices(option: Option) -> Data:
    """What is known of the users' devices, and of which evidence each share is."""
    found = option.on_devices
    assert found is not None
    rows = on_devices.devices(found)
    notes = dict.fromkeys(f"{row.source.title}: {row.note}".rstrip(": ") for row in rows)
    return {
        "heading": "On the users' devices"
        if option.kind == DEVICE
        else f"On the users' devices: {words.place(option.kind)}",
        "lines": on_devices.lines(found),
        "notes": list(notes),
        "rows": [
            {
                "name": row.name,
                "where": row.where,
                "share": row.share,
                "does": row.does,
                "serves": row.serves,
                "whose": row.whose,
            }
            for row in rows
        ],
    }


def _source(source: Source, number: int) -> Data:
    return {
        "number": str(number),
        "title": source.title,
        "url": source.url if source.url.startswith(("https://", "http://")) else "",
        "key": source.key,
        "region": source.region,
        "as_of": words.day(source.as_of),
        "confidence": source.confidence,
        "marks": ", ".join(source.marks),
        "note": source.note,
    }


def _told(comparison: Comparison) -> Sequence[PairBreakEven]:
    """Break-even of the recommended place against each other one."""
    best = comparison.cheapest
    if best is None:
        return ()
    return [pair for pair in comparison.break_even if best.kind in (pair.first, pair.second)]


def _against(pair: PairBreakEven, comparison: Comparison) -> Data:
    best = comparison.cheapest
    other = pair.second if best is not None and pair.first == best.kind else pair.first
    return {"place": words.place(other), "text": pair.text[:1].upper() + pair.text[1:]}


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
