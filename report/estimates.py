"""Estimated figures in words: what is estimated, in which unit, and how it was come by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calculators.estimators.types import Label
from calculators.explained import Quantity
from report import words


@dataclass(frozen=True)
class Rule:
    """How a figure was come by: its name, and what that means."""

    name: str
    text: str


LABELS: Mapping[Label, Rule] = {
    "measured": Rule(
        "measured",
        "somebody published a measurement of this network on this hardware, with this software, "
        "number format and length",
    ),
    "scaled": Rule(
        "scaled",
        "this network was measured on other hardware, with other software or at other lengths; "
        "the figure is moved from there by what the formula says of the difference",
    ),
    "estimated": Rule(
        "estimated",
        "this network was not measured: the formula, with what was learnt from other networks",
    ),
    "override": Rule("your own figure", "you entered it; it replaces our estimate"),
}
"""The four ways a figure is come by."""

QUANTITIES: Mapping[Quantity, str] = {
    "requests_per_s": "Requests a second, one machine at full load",
    "answer_ms": "Computing one answer, alone",
    "lasting_answer_ms": "The same after ten minutes of use",
    "ttft_ms": "Time to the first token, alone",
    "tpot_ms": "Each further token, alone",
    "handling_ms": "Before and after the network",
    "first_load_ms": "Loading the model the first time",
    "later_load_ms": "Loading it at each later start",
    "power_w": "Power while computing over the screen-on baseline",
    "energy_j_per_request": "Energy of one answer over the screen-on baseline",
    "memory_mb": "Memory it takes",
    "training_hours": "One training run",
}
"""Estimated quantity -> words."""

_UNITS: Mapping[str, str] = {
    "requests_per_s": "requests a second",
    "energy_j_per_request": "J",
    "memory_mb": "MB",
    "power_w": "W",
    "training_hours": "hours",
}


def value(quantity: Quantity, amount: float) -> str:
    """A figure with the unit people read."""
    if quantity.endswith("_ms"):
        return words.milliseconds(amount)
    return f"{words.number(amount)} {_UNITS[quantity]}"
