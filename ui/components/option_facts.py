"""What else is known about an option: rules it was checked against, speed, machines, carbon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from calculators.explained import Quantity
from calculators.places import PLACES
from calculators.results import Capacity, Comparison, Finding, Latency, Option
from report import throughput, words
from ui import formulas
from ui.components import explain
from ui.components import formulas as formula_text
from ui.markdown import bold, plain

_OPENS = ":material/troubleshoot:"
_SHAPES = {
    "pass": ":material/check_circle: yes",
    "caution": ":material/warning: mind",
    "fail": ":material/block: no",
}


_DAY = (
    "Battery a day: energy of one answer × requests of a user on an active day / energy a "
    "full battery holds, averaged over the users served."
)


@dataclass(frozen=True)
class Fact:
    """A fact as markdown with its unit, and what a click on it tells; None: nothing to tell."""

    text: str
    behind: Callable[[], Sequence[str]] | None = None


def draw(comparison: Comparison, option: Option) -> None:
    """Draw rules and facts side by side; every estimate opens to what stands behind it."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Rules it was checked against**")
        st.markdown(
            "\n".join(rule_line(item) for item in option.findings) or "Nothing speaks against it."
        )
        on_device = PLACES[option.kind].on_device
        if on_device or any(item.rule == "memory" for item in option.findings):
            memory = _section("How memory is reckoned")
            with memory:
                if memory.open:
                    formula_text.draw_one(formulas.MEMORY, comparison.book)
    with right:
        st.markdown("**Speed, machines and the rest**")
        for fact in facts(comparison, option):
            _fact(fact)
        st.page_link(
            "views/method.py",
            label="How figures are estimated, and how far off",
            icon=":material/functions:",
        )


def _fact(fact: Fact) -> None:
    if fact.behind is None:
        st.markdown(fact.text)
        return
    section = _section(fact.text)
    with section:
        if section.open:  # nothing is worked out for a detail nobody reads
            explain.show(fact.behind())


def _section(title: str) -> ExpanderContainer:
    """A folded section that stays open while its figures change."""
    key = f"fact_{title.partition(':')[0]}"
    return st.expander(title, icon=_OPENS, on_change="rerun", key=key)


def rule_line(item: Finding) -> str:
    """A rule's verdict in shape and word, the number behind it, and what would change it."""
    change = f" *Would help: {plain(item.change)}.*" if item.change else ""
    return f"- {_SHAPES[item.verdict]} · {plain(words.spoken(item.text))}{change}"


def facts(comparison: Comparison, option: Option) -> list[Fact]:
    """Facts with what stands behind them; what is not known says so."""
    found = [Fact(_latency(option.latency), partial(explain.latency, comparison, option))]
    if option.capacity is not None:
        speed = partial(explain.figures, comparison, option, ["requests_per_s"])
        found += [Fact(_capacity(option.capacity), speed), Fact(_fleet(option.capacity))]
    found.append(Fact(f"Users served: {bold(words.percent(option.served_share))}"))
    if option.battery_pct_per_day is not None:
        found += _device(comparison, option, option.battery_pct_per_day)
    hours: Sequence[Quantity] = ["training_hours"]
    for item in option.explained:
        if item.quantity in hours:
            text = f"One training run: {bold(explain.value(item.quantity, item.mid))}"
            found.append(Fact(text, partial(explain.figures, comparison, option, hours)))
    carbon = option.carbon_g_per_1000_requests
    if carbon is not None:
        text = f"Carbon: {bold(words.number(carbon))} g CO2e per 1,000 requests"
        found.append(Fact(text, lambda: [f"Method: {option.carbon_text}."]))
    else:
        why = f": {plain(option.carbon_text)}" if option.carbon_text else ""
        found.append(Fact(f"Carbon: not known{why}"))
    if option.marks:
        found.append(Fact(f"Mind: {plain(', '.join(option.marks))}"))
    return found


def _device(comparison: Comparison, option: Option, battery_pct: float) -> list[Fact]:
    """Battery, memory and first load of the users' devices."""
    found = [
        Fact(
            f"Battery: {battery(battery_pct)} of a full one on a day of use",
            lambda: [_DAY, *explain.figures(comparison, option, ["energy_j_per_request"])],
        )
    ]
    sizes = [item.mid for item in option.explained if item.quantity == "memory_mb"]
    if sizes:
        text = f"Memory on a device: {bold(explain.value('memory_mb', max(sizes)))}"
        kept: Sequence[Quantity] = ["memory_mb", "first_load_ms"]
        found.append(Fact(text, partial(explain.figures, comparison, option, kept)))
    return found


def battery(pct: float) -> str:
    """Share of a battery; what no user would notice is not spelt out."""
    return "less than 0.01 %" if 0 < pct < 0.01 else bold(f"{words.number(pct)} %")


def _latency(latency: Latency) -> str:
    if latency.p50_ms is None:
        return "Time to the answer: nobody publishes it"
    label = f", {explain.rule_name(latency.label)}" if latency.label else ""
    return (
        f"Time to the answer: half within {bold(words.milliseconds(latency.p50_ms))}, "
        f"95 of 100 within {bold(words.milliseconds(latency.p95_ms))}{label}"
    )


def _fleet(found: Capacity) -> str:
    return (
        f"Machines in month 1: {bold(words.number(found.machines))} × {plain(found.machine)}, "
        f"busy {words.percent(found.busy_share)} of the paid time"
    )


def _capacity(found: Capacity) -> str:
    return (
        f"One machine at full load: {bold(plain(throughput.full_load(found)))} "
        f"({words.number(found.low)} to {words.number(found.high)}, "
        f"{explain.rule_name(found.label)}); planned for the busiest hour: "
        f"{plain(throughput.planned_load(found))}"
    )
