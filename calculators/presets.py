"""Presets: named starting points that set some fields and leave the rest at their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from calculators.scenario import BadField, Scenario, ScenarioError, build, fields
from pricing.book import EditionKey, PriceBook
from pricing.kept import Kept
from pricing.records import value
from pricing.schema import PresetRow

DEFAULT_PRESET = "celebrity_match"
_WORDS = ("label", "summary")


@value
class Preset:
    """A starting point: what it is called and which fields it sets."""

    id: str
    label: str
    summary: str
    values: Mapping[str, Any]


def parse(name: str, text: str) -> Any:
    """A field's value from its written form (links and tables alike); pydantic does the rest."""
    annotation = str(fields()[name].annotation) if name in fields() else ""
    if annotation.startswith("tuple"):
        return tuple(part for part in text.split(";") if part)
    if annotation == str(bool):
        return {"yes": True, "no": False}.get(text, text)
    return None if text == "" and "None" in annotation else text


EDITIONS_KEPT = 16
_presets: Kept[EditionKey, Mapping[str, Preset]] = Kept(EDITIONS_KEPT)


def presets(book: PriceBook) -> Mapping[str, Preset]:
    """Every preset of the edition, in the table's order."""
    return _presets.get(book.edition_key, lambda: _read(book))


def _read(book: PriceBook) -> Mapping[str, Preset]:
    words: dict[str, dict[str, str]] = {}
    values: dict[str, dict[str, Any]] = {}
    for row in book.table("presets", PresetRow):
        target = words if row.field in _WORDS else values
        held = target.setdefault(row.preset, {})
        held[row.field] = row.value if row.field in _WORDS else parse(row.field, row.value)
        values.setdefault(row.preset, {})
    return {
        name: Preset(name, said.get("label", name), said.get("summary", ""), values[name])
        for name, said in words.items()
    }


def from_preset(preset: str, changes: Mapping[str, Any], book: PriceBook) -> Scenario:
    """The preset's scenario with explicit fields on top; raises :class:`ScenarioError`."""
    known = presets(book)
    if preset not in known:
        raise ScenarioError([BadField(field="preset", value=preset, allowed=" | ".join(known))])
    return build({**known[preset].values, **changes, "preset": preset})


def default_scenario(book: PriceBook) -> Scenario:
    """What the page opens on."""
    return from_preset(DEFAULT_PRESET, {}, book)
