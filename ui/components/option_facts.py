"""What else is known about an option: rules it was checked against, speed, machines, carbon."""

from __future__ import annotations

import streamlit as st

from calculators.results import Capacity, Finding, Latency, Option
from report import words
from ui.markdown import bold, plain

_SHAPES = {
    "pass": ":material/check_circle: yes",
    "caution": ":material/warning: mind",
    "fail": ":material/block: no",
}


def draw(option: Option) -> None:
    """Draw rules and facts side by side."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Rules it was checked against**")
        st.markdown(
            "\n".join(rule_line(item) for item in option.findings) or "Nothing speaks against it."
        )
    with right:
        st.markdown("**Speed, machines and the rest**")
        st.markdown("\n".join(f"- {text}" for text in facts(option)))


def rule_line(item: Finding) -> str:
    """A rule's verdict in shape and word, the number behind it, and what would change it."""
    change = f" *Would help: {plain(item.change)}.*" if item.change else ""
    return f"- {_SHAPES[item.verdict]} · {plain(item.text)}{change}"


def facts(option: Option) -> list[str]:
    """Facts as markdown, each with its unit; what is not known says so."""
    found = [_latency(option.latency)]
    if option.capacity is not None:
        found += _capacity(option.capacity)
    found.append(f"Users served: {bold(words.percent(option.served_share))}")
    if option.battery_pct_per_day is not None:
        found.append(
            f"Battery: {battery(option.battery_pct_per_day)} of a full one on a day of use"
        )
    carbon = option.carbon_g_per_1000_requests
    said = (
        f"{bold(words.number(carbon))} g CO2e per 1,000 requests"
        if carbon is not None
        else ("not known")
    )
    found.append(f"Carbon: {said}")
    if option.marks:
        found.append(f"Mind: {plain(', '.join(option.marks))}")
    return found


def battery(pct: float) -> str:
    """Share of a battery; what no user would notice is not spelt out."""
    return "less than 0.01 %" if 0 < pct < 0.01 else bold(f"{words.number(pct)} %")


def _latency(latency: Latency) -> str:
    if latency.p50_ms is None:
        return "Time to the answer: nobody publishes it"
    label = f", {latency.label}" if latency.label else ""
    parts = ", ".join(f"{name} {words.milliseconds(ms)}" for name, ms in latency.parts_ms.items())
    return (
        f"Time to the answer: half within {bold(words.milliseconds(latency.p50_ms))}, "
        f"95 of 100 within {bold(words.milliseconds(latency.p95_ms))}{label}"
        + (f" ({plain(parts)})" if parts else "")
    )


def _capacity(found: Capacity) -> list[str]:
    fleet = (
        f"Machines in month 1: {bold(words.number(found.machines))} × {plain(found.machine)}, "
        f"busy {words.percent(found.busy_share)} of the paid time"
    )
    rows = f"; from {plain(', '.join(found.rows))}" if found.rows else ""
    speed = (
        f"One machine at full load: {bold(words.number(found.requests_per_s))} requests a second "
        f"({words.number(found.low)} to {words.number(found.high)}, {found.label}); "
        f"{plain(found.rule)}{rows}"
    )
    return [fleet, speed]
