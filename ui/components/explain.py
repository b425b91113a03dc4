"""Explain: what stands behind a speed, an energy or a size: rule, range, rows, assumptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from calculators.estimators.types import Label
from calculators.explained import Explained, Quantity
from calculators.results import Comparison, Option
from pricing.book import PriceBook
from pricing.units import label as unit_label
from report import words
from report.measurements import Measurement
from ui import cached, wording
from ui.markdown import bold, link, plain

_LATENCY: tuple[Quantity, ...] = ("answer_ms", "ttft_ms", "tpot_ms")
_MOST_ROWS = 12


def latency(comparison: Comparison, option: Option) -> list[str]:
    """What the time to the answer is made of and where each part comes from."""
    found = option.latency
    said = []
    if found.parts_ms:
        parts = ", ".join(f"{name} {words.milliseconds(ms)}" for name, ms in found.parts_ms.items())
        said.append(f"Half of the answers: {plain(parts)}. 95 of 100 follow from the slow ratios.")
    if found.p50_ms is None:
        said.append("How long the vendor computes is not published.")
    said += figures(comparison, option, _LATENCY)
    assumed = assumption_lines(comparison.book, found.assumed)
    if assumed:
        said += ["**Assumed besides**", "\n".join(assumed)]
    return said


def figures(comparison: Comparison, option: Option, quantities: Sequence[Quantity]) -> list[str]:
    """Blocks of markdown on an option's estimates of some quantities."""
    found = [item for item in option.explained if item.quantity in quantities]
    if not found:
        return []
    blocks = []
    for quantity in dict.fromkeys(item.quantity for item in found):
        mine = [item for item in found if item.quantity == quantity]
        blocks += _quantity(quantity, mine)
    return blocks + _rows(found, cached.measurements(comparison.book))


def _quantity(quantity: Quantity, found: Sequence[Explained]) -> list[str]:
    """One quantity: each machine or device, then what the rules and assumptions mean."""
    lines = [figure_line(item) for item in found]
    title = f"**{wording.QUANTITIES[quantity]}**"
    if len(found) > 1:
        title += " by device"
    rules = {(item.label, item.rule): item for item in found}
    meant = [rule_line(item) for item in rules.values()]
    notes = dict.fromkeys(note for item in found for note in item.assumptions)
    meant += [f"- Applied: {plain(note)}." for note in notes]
    return [title, "\n".join(lines), "\n".join(meant)]


def figure_line(item: Explained) -> str:
    """The figure with its range, rule, and where it holds."""
    on = plain(item.on)
    if item.users_share is not None:
        on += f" ({words.percent(item.users_share)} of users)"
    said = f"- {on}: {bold(value(item.quantity, item.mid))}"
    if item.low < item.high:
        ends = f"{value(item.quantity, item.low)} to {value(item.quantity, item.high)}"
        said += f", 8 times out of 10 {plain(ends)}"
    if item.quantity == "memory_mb":
        return said
    return f"{said}, {wording.LABELS[item.label].name}"


def rule_line(item: Explained) -> str:
    """What the rule means and which one it was."""
    if item.quantity == "memory_mb":
        return f"- Reckoned: {plain(item.rule)}."
    rule = wording.LABELS[item.label]
    return f"- {bold(rule.name)}: {plain(rule.text)}. Rule: {plain(item.rule.rstrip('.'))}."


def rule_name(label: Label) -> str:
    """The rule in a word."""
    return wording.LABELS[label].name


def value(quantity: Quantity, amount: float) -> str:
    """A figure with the unit people read."""
    if quantity.endswith("_ms"):
        return words.milliseconds(amount)
    units = {
        "requests_per_s": "requests a second",
        "energy_j_per_request": "J",
        "memory_mb": "MB",
        "training_hours": "hours",
    }
    return f"{words.number(amount)} {units[quantity]}"


# --- rows and assumptions --------------------------------------------------------------------
def _rows(found: Sequence[Explained], known: Mapping[str, Measurement]) -> list[str]:
    """The measured rows behind figures, each once, with sources to open."""
    ids = list(dict.fromkeys(row for item in found for row in item.rows))
    if not ids:
        return []
    exact = all(item.label == "measured" for item in found if item.rows)
    title = "**From these published measurements**" if exact else (
        "**Nearest published measurements** (the formula was learnt from all)"
    )  # fmt: skip
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
        source = book.sources[row.source]
        unit = "" if row.unit in ("ratio", "count") else f" {unit_label(row.unit)}"
        ends = f"{words.number(row.low)} to {words.number(row.high)}"
        basis = "our assumption" if row.basis == "our_assumption" else "sourced"
        lines.append(
            f"- {plain(row.label)}: {bold(words.number(row.mid) + unit)} ({plain(ends)}), {basis}, "
            f"{link(source.title, source.url)}, {words.day(row.as_of)}"
        )
    return lines


def show(blocks: Sequence[str]) -> None:
    """Draw blocks of markdown one under the other."""
    for block in blocks:
        st.markdown(block)
