"""Explain: what stands behind a speed, an energy or a size: rule, range, rows, assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from calculators.estimators.types import Label
from calculators.explained import Explained, Quantity
from calculators.places import PLACES
from calculators.results import Comparison, Option
from pricing.book import PriceBook
from pricing.units import label as unit_label
from report import estimates, words
from report.measurements import Measurement
from ui import cached, wording
from ui.markdown import bold, link, plain

_LATENCY: tuple[Quantity, ...] = (
    "answer_ms",
    "lasting_answer_ms",
    "handling_ms",
    "ttft_ms",
    "tpot_ms",
)
_MOST_ROWS = 12


def latency(comparison: Comparison, option: Option) -> list[str]:
    """What the time to the answer is made of and where each part comes from."""
    found = option.latency
    said = []
    spent = {name: ms for name, ms in found.parts_ms.items() if ms > 0}
    parts = ", ".join(f"{name} {words.milliseconds(ms)}" for name, ms in spent.items())
    if found.p50_ms is None:
        said.append("How long the vendor computes is not published.")
        said += [f"The network alone, half of the answers: {plain(parts)}."] * bool(parts)
    elif parts:
        said.append(f"Half of the answers: {plain(parts)}. {_slow_end(found.assumed, option)}")
    said += figures(comparison, option, _LATENCY)
    assumed = assumption_lines(comparison.book, found.assumed)
    if assumed:
        said += ["**Assumed besides**", "\n".join(assumed)]
    return said


def _slow_end(assumed: Sequence[str], option: Option) -> str:
    """Where the slow answers come from."""
    said = []
    if PLACES[option.kind].on_device:
        said.append("Slow answers are those of the slower devices.")
    if any(name.startswith("p95_to_p50") for name in assumed):
        said.append("95 of 100 follow from the ratios of slow to median below.")
    return " ".join(said)


def figures(comparison: Comparison, option: Option, quantities: Sequence[Quantity]) -> list[str]:
    """Blocks of markdown on an option's estimates of some quantities."""
    found = [item for item in option.explained if item.quantity in quantities]
    blocks = []
    for quantity in dict.fromkeys(item.quantity for item in found):
        blocks += _quantity(quantity, [item for item in found if item.quantity == quantity])
    meant = _meanings(found)
    if meant:
        blocks += ["**What that means**", "\n".join(meant)]
    return blocks + _rows(found, cached.measurements(comparison.book))


def _quantity(quantity: Quantity, found: Sequence[Explained]) -> list[str]:
    """One quantity: each machine or device, and the rules that gave it."""
    by_device = " by device" if len(found) > 1 else ""
    rules = [plain(rule.rstrip(".")) for rule in dict.fromkeys(item.rule for item in found)]
    return [
        f"**{wording.QUANTITIES[quantity]}**{by_device}",
        "\n".join(figure_line(item) for item in found),
        f"Rule: {'; or '.join(rules)}.",
    ]


def _meanings(found: Sequence[Explained]) -> list[str]:
    """What the rules are called and mean, and what was applied on top."""
    labels = dict.fromkeys(item.label for item in found if item.quantity != "memory_mb")
    lines = [
        f"- {bold(wording.LABELS[name].name)}: {plain(wording.LABELS[name].text)}."
        for name in labels
    ]
    notes = dict.fromkeys(note for item in found for note in item.assumptions)
    return lines + [f"- Applied: {plain(note)}." for note in notes]


def figure_line(item: Explained) -> str:
    """The figure with its range, rule, and where it holds."""
    on = plain(item.on)
    if item.users_share is not None:
        on += f" ({words.percent(item.users_share)} of users)"
    said = f"- {on}: {bold(value(item.quantity, item.mid))}"
    if item.low < item.high:
        low = value(item.quantity, item.low)
        if not item.quantity.endswith("_ms"):
            low = words.number(item.low)  # the unit is that of the high end
        ends = f"{low} to {value(item.quantity, item.high)}"
        said += plain(f" (80 % range {ends})")
    if item.quantity == "memory_mb":
        return said
    return f"{said}, {rule_name(item.label)}"


def rule_name(label: Label) -> str:
    """The rule in a word."""
    return wording.LABELS[label].name


value = estimates.value


# --- rows and assumptions --------------------------------------------------------------------
def _rows(found: Sequence[Explained], known: Mapping[str, Measurement]) -> list[str]:
    """The measured rows behind figures, each once, with sources to open."""
    ids = list(dict.fromkeys(row for item in found for row in item.rows))
    if not ids:
        return []
    exact = all(item.label == "measured" for item in found if item.rows)
    title = (
        "**From these published measurements**"
        if exact
        else "**Nearest published measurements** (the formula was learnt from all)"
    )
    lines = [row_line(row, known.get(row)) for row in ids[:_MOST_ROWS]]
    if len(ids) > _MOST_ROWS:
        rest = ", ".join(ids[_MOST_ROWS:])
        lines.append(f"- And {plain(rest)}: see the page Method.")
    return [title, "\n".join(lines)]


def row_line(row: str, found: Measurement | None) -> str:
    """One measured row: network, hardware, published figure, source, day."""
    if found is None:
        return f"- {plain(row)}"
    where = f", {plain(found.locator)}" if found.locator else ""
    return (
        f"- {plain(found.model)} on {plain(found.hardware)}, {plain(found.software)}: "
        f"{bold(found.published)}. {link(found.source_title, found.source_url)}{where}, "
        f"{words.day(found.as_of)}, evidence {found.confidence} ({plain(row)})"
    )


def assumption_lines(book: PriceBook, names: Sequence[str]) -> list[str]:
    """Assumptions with their ranges, whose judgement they are, and their sources."""
    lines = []
    for name in names:
        row = book.assumptions.get(name)
        if row is None:
            continue
        if name in book.own.of_kind("assume"):
            lines.append(_own_line(book, name))
            continue
        source = book.sources[row.source]
        unit = "" if row.unit in ("ratio", "count") else f" {unit_label(row.unit)}"
        ends = f"{words.number(row.low)} to {words.number(row.high)}"
        basis = "our assumption" if row.basis == "our_assumption" else "sourced"
        lines.append(
            f"- {plain(row.label)}: {bold(words.number(row.mid) + unit)} ({plain(ends)}), {basis}, "
            f"{link(source.title, source.url)}, {words.day(row.as_of)}"
        )
    return lines


def _own_line(book: PriceBook, name: str) -> str:
    """An assumption the user has set, with ours beside it."""
    row, ours = book.assumptions[name], book.listed_assumptions[name]
    unit = "" if row.unit in ("ratio", "count") else f" {unit_label(row.unit)}"
    listed = f"ours {words.number(ours.mid)}, {words.number(ours.low)} to {words.number(ours.high)}"
    return f"- {plain(row.label)}: {bold(words.number(row.mid) + unit)}, your figure ({listed})"


def show(blocks: Sequence[str]) -> None:
    """Draw blocks of markdown one under the other."""
    for block in blocks:
        st.markdown(block)
