"""From written fields to a scenario: the preset's values, then what was given and is allowed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from calculators.market.machines import UnknownMachine, machine_named, machine_names
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
from pricing.schema import DeviceMixRow, DeviceRow, ModelRow, VendorRow
from report import defaults
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
    bad = [_unknown(name, text) for name, text in asked.items() if name not in fields()]
    changes: dict[str, Any] = {}
    for name, text in asked.items():
        if name in fields() and (fault := _fault(name, text, book)):
            bad.append(fault)
        elif name in fields() and name != "preset":
            changes[name] = parse(name, text)
    plain = {name: parse(name, text) for name, text in start.items()}
    scenario, refused = _build(plain, changes)
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


def _unknown(name: str, text: str) -> BadField:
    return BadField(field=name, value=text, allowed="one of " + ", ".join(fields()))


def _fault(name: str, text: str, book: PriceBook) -> BadField | None:
    """A text too long, no number where one belongs, or a name the book does not hold."""
    limit = MAX_LIST_CHARS if name in _LISTS else MAX_TEXT_CHARS
    if len(text) > limit:
        return BadField(field=name, value=text, allowed=f"at most {limit} characters")
    value = parse(name, text)
    if is_numeric(name) and isinstance(value, str) and not is_number(value):
        return BadField(field=name, value=text, allowed=allowed(name))
    if name == "measured_on":
        fine = _is_machine(text, book)
        return None if fine else BadField(field=name, value=text, allowed=MACHINES)
    known = known_names(name, book)
    if known is None or (name in MEASURED and text == EVERY):
        return None
    parts = value if isinstance(value, tuple) else (value,)
    if all(part in known for part in parts):
        return None
    return BadField(field=name, value=text, allowed=" | ".join(name or "(empty)" for name in known))


def _is_machine(text: str, book: PriceBook) -> bool:
    if text in ("", EVERY):
        return True
    try:
        machine_named(book, text)
    except UnknownMachine:
        return False
    return True


def known_names(field: str, book: PriceBook) -> Collection[str] | None:
    """Names a field may take from the book; None for fields that take anything."""
    found = _NAMES.get(field)
    return None if found is None else tuple(dict.fromkeys(found(book)))


def _vendors(book: PriceBook) -> Iterable[str]:
    return (row.vendor for row in book.table("vendors", VendorRow))


_NAMES: Mapping[str, Callable[[PriceBook], Iterable[str]]] = {
    "preset": presets,
    "model": lambda book: ("", *(row.model for row in book.table("models", ModelRow))),
    "device_mix": lambda book: (row.mix for row in book.table("device_mixes", DeviceMixRow)),
    "measured_on": lambda book: ("", *machine_names(book)),
    "measured_device": lambda book: ("", *(row.device for row in book.table("devices", DeviceRow))),
    "providers_allowed": _vendors,
    "agreements_signed": _vendors,
}
