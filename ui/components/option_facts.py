"""What else is known about an option: rules it was checked against, speed, machines, carbon."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st
from streamlit.elements.lib.mutable_expander_container import ExpanderContainer

from calculators.explained import Quantity
from calculators.on_devices import OnDevices
from calculators.places import PLACES
from calculators.results import Capacity, Comparison, Finding, Latency, Option
from report import confirmation, constraints, on_devices, throughput, words
from ui import formulas
from ui.components import explain, own_figures
from ui.components import formulas as formula_text
from ui.markdown import bold, link, plain

_OPENS = ":material/troubleshoot:"
_SHAPES = {
    "pass": ":material/check_circle: yes",
    "caution": ":material/warning: take care",
    "fail": ":material/block: no",
}


_DAY = (
    "Battery a day: energy of one answer × requests of a user on an active day / energy a "
    "full battery holds, averaged over the users served. The range is that of the energy."
)
_HEAT = (
    "A device slows down as it warms up. Both speeds are worked out; a single use longer than "
    "about a minute moves from the first to the second with the logarithm of its minutes."
)
_SHARES = (
    "Each share has its own 80 % range; where devices that are fast for this model are more "
    "frequent than expected, slow ones are rarer."
)


@dataclass(frozen=True)
class Fact:
    """A fact as markdown with its unit, and what a click on it tells; None: nothing to tell."""

    text: str
    behind: Callable[[], Sequence[str]] | None = None
    assumed: Sequence[str] = ()  # assumptions it tells of, each of which the visitor may set


def draw(comparison: Comparison, option: Option) -> None:
    """Draw rules and facts side by side; every estimate opens to what stands behind it."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Rules it was checked against**")
        if allowed := constraints.allowing_words(option, comparison):
            st.markdown(f"*{plain(allowed)}*")
        st.markdown(
            "\n".join(map(rule_line, comparison.rules(option))) or "Nothing speaks against it."
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
            if fact.assumed:
                own_figures.inputs([f"assume.{name}" for name in fact.assumed], "fact")


def _section(title: str) -> ExpanderContainer:
    """A folded section that stays open while its figures change."""
    key = f"fact_{title.partition(':')[0]}"
    return st.expander(title, icon=_OPENS, on_change="rerun", key=key)


def rule_line(item: Finding) -> str:
    """A rule's verdict in shape and word, the number behind it, and what would change it."""
    told = constraints.change(item)
    change = f" *Would help: {plain(told)}.*" if told else ""
    if item.errs:
        change = f" *{words.ERRS[item.errs].capitalize()}.*{change}"
    return f"- {_SHAPES[item.verdict]} · {plain(words.spoken(item.text))}{change}{_page(item)}"


def _page(item: Finding) -> str:
    """The page a rule rests on, with its day."""
    found = item.source
    if found is None or not found.url:
        return ""
    return f" ({link(found.title, found.url)}, {words.day(found.as_of)})"


def facts(comparison: Comparison, option: Option) -> list[Fact]:
    """Facts with what stands behind them; what is not known says so."""
    behind = partial(explain.latency, comparison, option)
    found = [Fact(_latency(option.latency), behind, option.latency.assumed)]
    if option.capacity is not None:
        speed = partial(explain.figures, comparison, option, ["requests_per_s"])
        found += [Fact(_capacity(option.capacity), speed), Fact(_fleet(option.capacity))]
    devices = option.on_devices
    if devices is None or option.served_share > devices.reach.mid:  # a hybrid serves everyone
        found.append(Fact(f"Users served: {bold(words.percent(option.served_share))}"))
    if devices is not None:
        found += _devices(comparison, option, devices)
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
    found.insert(0, Fact(f"The requests go to: {plain(confirmation.where(option.data_goes))}"))
    if option.training_data_goes is not None:
        text = f"The training data go to: {plain(confirmation.where(option.training_data_goes))}"
        found.insert(1, Fact(text))
    if option.marks:
        found.append(Fact(f"Take care: {plain(', '.join(option.marks))}"))
    return found


def _devices(comparison: Comparison, option: Option, found: OnDevices) -> list[Fact]:
    """Who is served by which device, both speeds, battery, memory and loading."""
    drawn: Sequence[Quantity] = ["energy_j_per_request", "power_w"]
    told: list[Fact] = [
        Fact(f"Users whose device can: {bold(on_devices.reach(found))}", partial(_who, found))
    ]
    fast = on_devices.speed(found)
    if fast:
        text = f"Speed on the device: half of the answers within {bold(fast)}"
        times: Sequence[Quantity] = ["answer_ms", "lasting_answer_ms"]
        figures = partial(explain.figures, comparison, option, times)
        told.append(Fact(text, lambda: [_HEAT, on_devices.limits(found), *figures()]))
    used = on_devices.battery(found.battery_pct)
    if used:
        text = f"Battery: {bold(used)} of a full one on a day of use"
        energy = partial(explain.figures, comparison, option, drawn)
        told.append(Fact(text, lambda: [_DAY, *energy()]))
    sent = on_devices.battery(found.radio_pct)
    if sent:
        told.append(Fact(f"Battery of who sends instead: {bold(sent)} for the radio"))
    sizes = [item.mid for item in option.explained if item.quantity == "memory_mb"]
    if sizes:
        text = f"Memory on a device: {bold(explain.value('memory_mb', max(sizes)))}"
        kept: Sequence[Quantity] = ["memory_mb", "first_load_ms", "later_load_ms"]
        told.append(Fact(text, partial(explain.figures, comparison, option, kept)))
    return told


def _who(found: OnDevices) -> list[str]:
    """The devices of the users, what each does, and the evidence of the shares."""
    rows = on_devices.devices(found)
    listed = [
        f"- {bold(row.name)} ({plain(row.where)}), {plain(row.share)} of users, "
        f"{plain(row.whose)}: {'' if row.serves else '*does not serve:* '}{plain(row.does)}"
        for row in rows
    ]
    sources = dict.fromkeys((row.source.title, row.source.url, row.note) for row in rows)
    told = [
        f"- {link(title, url)}{': ' + plain(note) if note else ''}" for title, url, note in sources
    ]
    apart = [plain(said) for said in on_devices.apart(found)]
    return [_SHARES, *apart, "\n".join(listed), "**Where the shares come from**", "\n".join(told)]


def _latency(latency: Latency) -> str:
    if latency.p50_ms is None:
        return "Time to the answer: nobody publishes it"
    label = f", {explain.rule_name(latency.label)}" if latency.label else ""
    return (
        f"Time to the answer: half within {bold(words.milliseconds(latency.p50_ms))}, "
        f"95 of 100 within {bold(words.milliseconds(latency.p95_ms))}{label}{_near_limit(latency)}"
    )


def _near_limit(latency: Latency) -> str:
    """The range of both times of machines near their limit."""
    near = latency.near_limit
    if near is None:
        return ""
    half, slow = (words.between(ends, near.keeps_up) for ends in (near.p50_ms, near.p95_ms))
    return (
        f"; near its limit ({words.percent(near.load)} of what its machines answer, in the fullest "
        f"hour): half between {plain(half)}, 95 of 100 between {plain(slow)}"
        + ("" if near.keeps_up else "; were they as slow as they may be, requests would pile up")
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
