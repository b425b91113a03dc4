"""Scenarios side by side in one link: A in full, B, C and D as what differs from A.

``b.requests_per_month=5e6`` is A with five million requests. A side that names another preset
starts from that preset instead, and its differences are from there; one that names A's own preset
is A as it is. ``b.price.<key>=`` without a value takes a figure of A's own off. All share the
edition, price date and schema of the link: scenarios of different editions are not comparable, and
a side that names one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from calculators.scenario import BadField, Scenario, fields
from pricing.book import PriceBook
from pricing.own import kind_of
from report.pins import PINS
from report.resolve import plain_scenario
from report.values import write

FIRST = "a"
LETTERS = ("b", "c", "d")
"""Sides beside A."""
Given = Mapping[str, str]
Resolve = Callable[[Given], tuple[Scenario, list[BadField]]]


@dataclass(frozen=True)
class Split:
    """A query's inputs by whose they are."""

    base: Given
    differences: Mapping[str, Given]  # letter -> inputs in which it differs


def split(inputs: Given) -> Split:
    """Tell A's inputs from the differences of the others."""
    base: dict[str, str] = {}
    found: dict[str, dict[str, str]] = {}
    for name, text in inputs.items():
        letter, dot, field = name.partition(".")
        if dot and letter in LETTERS:
            found.setdefault(letter, {})[field] = text
        else:
            base[name] = text
    return Split(base, {letter: found[letter] for letter in LETTERS if letter in found})


def named(letter: str, field: str) -> str:
    """A side's input as links write it."""
    return f"{letter}.{field}"


def read(
    asked: Split, pinned: Given, first: Scenario, faults: Sequence[BadField], resolve: Resolve
) -> tuple[Mapping[str, Scenario], list[BadField]]:
    """The other sides, and what of their differences was refused, by the names links write.

    Parameters
    ----------
    pinned
        What the link pins for all of them.
    first
        A, as it was read.
    faults
        What was refused of A: a side that inherits it is not blamed again.
    resolve
        From inputs to a scenario, in the link's book and schema.
    """
    known = {(item.field, item.value) for item in faults}
    found: dict[str, Scenario] = {}
    bad: list[BadField] = []
    for letter, differs in asked.differences.items():
        bad += _pinned(letter, differs, pinned)
        own = {name: text for name, text in differs.items() if name not in PINS}
        found[letter], refused = resolve(_joined(asked.base, own, first))
        bad += [
            item.model_copy(update={"field": named(letter, item.field)})
            for item in refused
            if item.field in own or (item.field, item.value) not in known
        ]
    return found, bad


def _pinned(letter: str, differs: Given, pinned: Given) -> list[BadField]:
    """A pin of a side's own: refused unless it says what the link says."""
    return [
        BadField(
            field=named(letter, name),
            value=differs[name],
            allowed=f"left out: scenarios side by side share one {name}"
            + (f", here {pinned[name]}" if name in pinned else ""),
        )
        for name in PINS
        if name in differs and differs[name] != pinned.get(name)
    ]


def _joined(base: Given, differs: Given, first: Scenario) -> Given:
    """The inputs a side is read from."""
    preset = differs.get("preset", "")
    if preset and preset != first.preset:
        return differs
    joined = {**base, **differs}
    if "preset" in differs:
        joined["preset"] = base.get("preset", preset)
    gone = {name for name, text in differs.items() if text == "" and kind_of(name) is not None}
    return {name: text for name, text in joined.items() if name not in gone}


# --- writing ---------------------------------------------------------------------------------
def differences(first: Scenario, other: Scenario, book: PriceBook) -> list[tuple[str, str]]:
    """What a link writes of a side, in the order of the form; never nothing."""
    if other.preset != first.preset:
        start = plain_scenario(other.preset, book)
        return [("preset", other.preset), *_changed(start, other)]
    return _changed(first, other) or [("preset", other.preset)]


def _changed(start: Scenario, other: Scenario) -> list[tuple[str, str]]:
    pairs = [
        (name, write(value))
        for name in fields()
        if name != "preset" and (value := getattr(other, name)) != getattr(start, name)
    ]
    had, has = dict(start.own.figures), dict(other.own.figures)
    pairs += [(name, write(value)) for name, value in has.items() if had.get(name) != value]
    return pairs + [(name, "") for name in had if name not in has]
