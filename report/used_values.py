"""Inputs in words for a reader: names instead of ids, and what holds where nothing was entered.

Where an empty field stands for a figure, the figure is the one the engine computes with: read from
the same place the engine reads it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from calculators.case import Case
from calculators.costs import labour
from calculators.costs.week import CLOCKS, EVEN_WEEKEND
from calculators.explore.axis import LIMITS, TAKEN_FROM
from calculators.memory import SHARED
from calculators.places import PLACES
from calculators.points import Points
from calculators.presets import from_preset, presets
from calculators.results import Comparison
from calculators.scenario import Scenario, extra, fields
from pricing.book import PriceBook
from pricing.schema import ModelRow, NamedModelRow, VendorRow
from pricing.units import label as unit_label
from report import asks, own_figures, words


@dataclass(frozen=True)
class Entry:
    """One input: what the form calls it, its value, its preset's, what stands for an empty one."""

    name: str
    title: str
    value: str
    preset_value: str = ""
    used: bool = False  # nothing was entered: the value is what holds instead


@dataclass(frozen=True)
class Entries:
    """Inputs as a report lists them."""

    changed: tuple[Entry, ...]
    groups: tuple[tuple[str, tuple[Entry, ...]], ...]  # heading and inputs that have a value
    empty: tuple[str, ...]  # titles of those that are left open and stand for nothing


def entries(comparison: Comparison) -> Entries:
    """Every input once: those that differ from the preset, the others by group, the empty ones."""
    scenario, book = comparison.scenario, comparison.book
    plain = from_preset(scenario.preset, {}, book)
    told = _Told(comparison)
    off = asks.off_topic(scenario)
    changed: list[Entry] = []
    groups: dict[str, list[Entry]] = {}
    empty: list[str] = []
    for name in fields():
        value, listed = getattr(scenario, name), getattr(plain, name)
        title = words.input_title(name)
        if value != listed:
            before = told.value(name, listed, plain) or "nothing entered"
            changed.append(Entry(name, title, told.value(name, value) or "nothing", before))
        elif (said := told.value(name, value)) and name not in off:
            used = _is_open(value)
            groups.setdefault(extra(name, "group"), []).append(Entry(name, title, said, used=used))
        else:
            empty.append(title)
    named = tuple((words.GROUPS[group], tuple(rows)) for group, rows in groups.items())
    return Entries(tuple(changed), named, tuple(empty))


def _is_open(value: object) -> bool:
    return value is None or value in ("", ())


class _Told:
    """Values of one comparison in words."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison
        self.scenario, self.book = comparison.scenario, comparison.book

    def value(self, name: str, value: object, of: Scenario | None = None) -> str:
        """A value by its names; what stands for an open one; blank where nothing does.

        ``of`` is the scenario the value belongs to, where it is not the comparison's.
        """
        if _is_open(value):
            return stands_for(name, self.comparison, of)
        known = _NAMES.get(name)
        if known is None:
            return words.input_value(name, value)
        names = known(self.book)
        parts = value if isinstance(value, tuple) else (str(value),)
        return ", ".join(names.get(part, words.choice(part)) for part in parts)


# --- names of ids ----------------------------------------------------------------------------
def _presets(book: PriceBook) -> Mapping[str, str]:
    return {name: found.label for name, found in presets(book).items()}


def models(book: PriceBook) -> Mapping[str, str]:
    """Model id -> its name."""
    return {
        **{row.model: row.name for row in book.table("models", ModelRow)},
        **{row.model: row.name for row in book.table("named_models", NamedModelRow)},
    }


def vendors(book: PriceBook) -> Mapping[str, str]:
    """Vendor id -> its name."""
    return {row.vendor: row.name for row in book.table("vendors", VendorRow)}


class _Mixes(dict[str, str]):
    """Any population of devices by its id as words."""

    def get(self, mix: str, _: str = "") -> str:  # type: ignore[override]
        return mix.replace("_", " ").replace("us ", "US ").replace("eu ", "EU ")


_NAMES: Mapping[str, Callable[[PriceBook], Mapping[str, str]]] = {
    "preset": _presets,
    "model": models,
    "providers_allowed": vendors,
    "agreements_signed": vendors,
    "device_mix": lambda _: _Mixes(),
}


# --- what an empty field stands for ------------------------------------------------------------
_PLACE_HOURS = ("integration_hours", "ops_hours_per_month", "hours_per_retrain")
"""Hours that differ by place."""
_ASSUMED: Mapping[str, str] = {
    "ops_hours_per_machine": labour.PER_MACHINE,
    "release_hours": "hours_per_release_per_platform",
    "validation_hours": "validation_hours",
    "own_server_life_months": own_figures.SERVER["own_server_life_months"],
    "own_server_resale_pct": own_figures.SERVER["own_server_resale_pct"],
}
"""Input -> the assumption that stands for it, whatever the place."""
_WORDS: Mapping[str, str] = {
    "providers_allowed": "all",
    "own_server": "any server of the list",
    "own_server_usd": "the list price of each server",
    "own_server_w": "between idle and full, by its load",
    "max_concurrency": "what memory holds",
    "hosting": "office or colocation, by where data must stay and how full a rack would be",
    "weekend_share": f"every day alike ({words.percent(EVEN_WEEKEND)})",
    **dict.fromkeys(LIMITS, "no limit"),
}
_Reads = Callable[[str, Comparison, Scenario], str]


def stands_for(name: str, comparison: Comparison, of: Scenario | None = None) -> str:
    """What an empty field stands for; blank where it stands for nothing.

    ``of`` is the scenario that leaves it empty, at the same prices: the comparison's, or its
    preset, where the comparison's own value would stand for itself.
    """
    if name in _WORDS:
        return _WORDS[name]
    read = _READS.get(name)
    return read(name, comparison, of or comparison.scenario) if read else ""


def _case(scenario: Scenario, comparison: Comparison) -> Case:
    return SHARED.case(Points(scenario, 1), comparison.book)


def _from_case(name: str, comparison: Comparison, of: Scenario) -> str:
    """The engine's own figure."""
    found = TAKEN_FROM[name](_case(of, comparison))
    return words.input_value(name, float(f"{found:.6g}")) if math.isfinite(found) else ""


def _clock(name: str, _: Comparison, of: Scenario) -> str:
    return f"{words.input_value(name, CLOCKS[of.region])}: the region's middle"


def _of_requests(_: str, __: Comparison, of: Scenario) -> str:
    return f"as the requests: {words.choice(of.data_sensitivity)}"


def _assumed(name: str, comparison: Comparison, of: Scenario) -> str:
    book = comparison.book.with_own(of.own)
    if _ASSUMED[name] not in book.assumptions:
        return ""
    row = book.assumption(_ASSUMED[name])
    return f"{words.number(row.mid)} {unit_label(row.unit)}"


def _spares(_: str, comparison: Comparison, __: Scenario) -> str:
    best = comparison.cheapest
    if best is None or best.capacity is None:
        return "by place"
    return f"{PLACES[best.kind].spare_instances} for {PLACES[best.kind].words}"


def _hours(name: str, comparison: Comparison, of: Scenario) -> str:
    """Hours of work that differ by place: those of the recommended one, know-how counted in."""
    best = comparison.cheapest
    if best is None or (name == "hours_per_retrain" and not of.trains):
        return ""
    assumption = f"{name}_{PLACES[best.kind].labour}"
    if assumption not in comparison.book.assumptions:
        return "by platform"  # a device has work for each platform instead
    found = float(labour.hours(_case(of, comparison), assumption, None).flat[0])
    return f"{words.number(found)} hours for {PLACES[best.kind].words}"


_READS: Mapping[str, _Reads] = {
    **dict.fromkeys(TAKEN_FROM, _from_case),
    **dict.fromkeys(_PLACE_HOURS, _hours),
    **dict.fromkeys(_ASSUMED, _assumed),
    "spare_instances": _spares,
    "training_data_sensitivity": _of_requests,
    "utc_offset_hours": _clock,
}


def name_of(scenario: Scenario, book: PriceBook) -> str:
    """What the app of a scenario is called: its preset's name without the explanation."""
    found = presets(book).get(scenario.preset)
    return found.label.partition(":")[0] if found else scenario.preset
