"""From written fields to a scenario: the preset's values, then what was given and is allowed."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from calculators.answer.baseline import unheld
from calculators.market.machines import (
    UnknownMachine,
    machine_named,
    machine_names,
    server_names,
)
from calculators.memory import SHARED
from calculators.own import refused, refused_by
from calculators.presets import presets
from calculators.scenario import (
    MEASURED,
    BadField,
    Scenario,
    ScenarioError,
    allowed,
    build,
    fields,
    is_numeric,
)
from calculators.serving.own_figures import EVERY
from pricing.book import PriceBook
from pricing.own import KINDS, kind_of
from pricing.schema import DeviceMixRow, DeviceRow, ModelRow, NamedModelRow, VendorRow
from report import defaults
from report.aliases import current_id
from report.upgrades import SCHEMA, UPGRADES, Chain, upgrade
from report.values import is_number, parse, write

MAX_TEXT_CHARS = 300
MAX_LIST_CHARS = 3_000
MACHINES = (
    "an accelerator such as H100-SXM, several such as 8x H100-SXM, or a product of the Prices "
    "page that can be rented, hosted or bought"
)
_LISTS = ("providers_allowed", "agreements_signed", "platforms", "addons")


def resolve(
    given: Mapping[str, str], book: PriceBook, schema: int = SCHEMA, chain: Chain = UPGRADES
) -> tuple[Scenario, list[BadField]]:
    """The scenario, and every field that was refused (its preset's value stands instead).

    Parameters
    ----------
    given
        The inputs a query names, in the words of ``schema``. What it does not name comes from
        its preset in the book's edition, else from the defaults of that schema.
    """
    silent = written(given.get("preset", ""), book, schema)
    start = upgrade(silent, schema, chain)
    full = upgrade({**silent, **given}, schema, chain)
    asked = {name: text for name, text in full.items() if start.get(name) != text}
    bad = [_unknown(name, text) for name, text in asked.items() if not _is_input(name)]
    bad += _newer(given, full, schema)
    changes: dict[str, Any] = {}
    area = full.get("region", "")
    for name, text in asked.items():
        if kind_of(name) is not None:
            if fault := _own_fault(name, text, book, area):
                bad.append(fault)
            else:
                changes[name] = float(text)
        elif name in fields() and (fault := _fault(name, text, book)):
            bad.append(fault)
        elif name in fields() and name != "preset":
            changes[name] = current_id(text) if name == "today" else parse(name, text)
    plain = {name: parse(name, text) for name, text in start.items()}
    scenario, refused = _build(plain, changes)
    if missing := unheld(scenario, book, SHARED):
        bad.append(missing)
        scenario = scenario.with_changes({"today": ""})
    once = {item.field: item for item in reversed(refused)}
    return scenario, bad + [_as_given(item, asked) for item in once.values()]


def written(preset: str, book: PriceBook, schema: int = SCHEMA) -> Mapping[str, str]:
    """Every input of a schema in written form, as a query that names only the preset means it.

    A preset the edition does not hold is read as the one the schema opened on.
    """
    plain, known = defaults.of_schema(schema), presets(book)
    name = preset if preset in known else plain["preset"]
    own = {name: write(value) for name, value in known[name].values.items() if name in plain}
    return {**plain, **own, "preset": name}


def plain_scenario(preset: str, book: PriceBook) -> Scenario:
    """What a query of the newest schema means that names only the preset."""
    inputs = written(preset, book)
    return build({name: parse(name, text) for name, text in inputs.items()})


def _build(plain: Mapping[str, Any], changes: Mapping[str, Any]) -> tuple[Scenario, list[BadField]]:
    """Build without the fields that validation refuses."""
    try:
        return build({**plain, **changes}), []
    except ScenarioError as error:
        names = {item.field for item in error.bad} & set(changes)
        # a rule over several fields names none of them: all give way
        kept = {name: value for name, value in changes.items() if names and name not in names}
        if not changes:
            raise
        scenario, later = _build(plain, kept)
        return scenario, error.bad + later


def _as_given(item: BadField, given: Mapping[str, str]) -> BadField:
    """The value as it was written, the whole of a list."""
    text = given.get(item.field, item.value)
    return BadField(field=item.field, value=text, allowed=item.allowed)


def _newer(given: Mapping[str, str], full: Mapping[str, str], schema: int) -> Iterable[BadField]:
    """Inputs that the links of a schema did not know yet, where they say something else."""
    known = defaults.of_schema(schema)
    for name, text in given.items():
        if name in fields() and name not in known and full.get(name) != text:
            allowed = f"in newer links, without v or with v={SCHEMA} (this one has v={schema})"
            yield BadField(field=name, value=text, allowed=allowed)


def _unknown(name: str, text: str) -> BadField:
    return BadField(
        field=name,
        value=text,
        allowed="one of "
        + ", ".join([*fields(), *(f"{kind}.<...>" for kind in KINDS), "b. c. d.<input>"]),
    )


def _is_input(name: str) -> bool:
    return name in fields() or kind_of(name) is not None


def _own_fault(name: str, text: str, book: PriceBook, area: str) -> BadField | None:
    """An own figure that is no number, of nothing the book knows, or out of its bounds."""
    value = float(text) if len(text) <= MAX_TEXT_CHARS and is_number(text) else math.nan
    words = (
        refused(name, value) if kind_of(name) == "fixed" else refused_by(name, value, book, area)
    )
    return None if words is None else BadField(field=name, value=text, allowed=words)


def _fault(name: str, text: str, book: PriceBook) -> BadField | None:
    """A text too long, no number where one belongs, or a name the book does not hold."""
    limit = MAX_LIST_CHARS if name in _LISTS else MAX_TEXT_CHARS
    if len(text) > limit:
        return BadField(field=name, value=text, allowed=f"at most {limit} characters")
    value = parse(name, text)
    if is_numeric(name) and isinstance(value, str) and not is_number(value):
        return BadField(field=name, value=text, allowed=allowed(name))
    if name in ("measured_on", "own_server"):
        fine = _is_machine(text, book, accelerated=name == "own_server")
        return None if fine else BadField(field=name, value=text, allowed=MACHINES)
    known = known_names(name, book)
    if known is None or (name in MEASURED and text == EVERY):
        return None
    parts = value if isinstance(value, tuple) else (value,)
    if all(part in known for part in parts):
        return None
    return BadField(field=name, value=text, allowed=" | ".join(name or "(empty)" for name in known))


def _is_machine(text: str, book: PriceBook, *, accelerated: bool) -> bool:
    if text == "" or (text == EVERY and not accelerated):
        return True
    try:
        found = machine_named(book, text)
    except UnknownMachine:
        return False
    return bool(found.accelerator) or not accelerated


def known_names(field: str, book: PriceBook) -> Collection[str] | None:
    """Names a field may take from the book; None for fields that take anything."""
    found = _NAMES.get(field)
    return None if found is None else tuple(dict.fromkeys(found(book)))


def _vendors(book: PriceBook) -> Iterable[str]:
    return (row.vendor for row in book.table("vendors", VendorRow))


def _models(book: PriceBook) -> Iterable[str]:
    """Models by name: with a size, or sold by name."""
    yield ""
    yield from (row.model for row in book.table("models", ModelRow))
    yield from (row.model for row in book.table("named_models", NamedModelRow))


_NAMES: Mapping[str, Callable[[PriceBook], Iterable[str]]] = {
    "preset": presets,
    "model": _models,
    "device_mix": lambda book: (row.mix for row in book.table("device_mixes", DeviceMixRow)),
    "measured_on": lambda book: ("", *machine_names(book)),
    "own_server": lambda book: ("", *server_names(book)),
    "measured_device": lambda book: ("", *(row.device for row in book.table("devices", DeviceRow))),
    "providers_allowed": _vendors,
    "agreements_signed": _vendors,
}
