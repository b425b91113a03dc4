"""Colours, dashes and markers of places, the same on every chart.

A place's record names its colour by a key; a key that has no colour here gets a spare one, so that
a new place can be drawn before anybody chose how.

Contrast against the background is at least 3 to 1 for lines and 4.5 to 1 for text. The five
places and the spare stay apart for readers with protanopia, deuteranopia and tritanopia (CIE76
difference of at least 15 in the simulation of Machado et al. 2009);
``tests/report/test_palette.py`` computes both. Colour never stands alone: every place has its own
marker, hybrids their own dash, and lines carry their name at the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from calculators.estimators.types import Label
from calculators.places import DEVICE, PLACES, AnswersAt

Dash = Literal["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"]
Marker = Literal["circle", "square", "diamond", "triangle-up", "cross", "star"]


@dataclass(frozen=True)
class Shade:
    """A colour on the light and on the dark background; print uses the light one."""

    light: str
    dark: str


@dataclass(frozen=True)
class Style:
    """How a place is drawn: its line, its text (darker on light) and what tells it without colour.

    Dashes and markers carry Plotly's names.
    """

    line: Shade
    text: Shade
    dash: Dash
    marker: Marker


BACKGROUND = Shade("#FFFFFF", "#131716")
INK = Shade("#1B1F1E", "#E9ECEA")
MUTED = Shade("#5C6562", "#A3ADA9")
GRID = Shade("#E2E5E1", "#38403D")

_API = (Shade("#6787D3", "#7794DB"), Shade("#526CA9", "#8FA8E3"))
_HOSTED = (Shade("#745799", "#D1BAF0"), Shade("#745799", "#D1BAF0"))
_RENTED = (Shade("#0B6E69", "#4DB6AC"), Shade("#0B6E69", "#4DB6AC"))
_OWNED = (Shade("#BF791B", "#CE8D3D"), Shade("#8F5A14", "#DCA05A"))
_SPARE = (Shade("#7A1F1F", "#FFD54F"), Shade("#7A1F1F", "#FFD54F"))
_DEVICE = (Shade("#6A9249", "#A6D189"), Shade("#4F6E36", "#A6D189"))

STYLES: Mapping[str, Style] = {
    "api": Style(*_API, "solid", "circle"),
    "hosted": Style(*_HOSTED, "solid", "square"),
    "rented": Style(*_RENTED, "solid", "diamond"),
    "owned": Style(*_OWNED, "solid", "triangle-up"),
    "device": Style(*_DEVICE, "solid", "cross"),
    "device+api": Style(*_DEVICE, "dash", "circle"),
    "device+hosted": Style(*_DEVICE, "dot", "square"),
    "device+rented": Style(*_DEVICE, "dashdot", "diamond"),
    "device+owned": Style(*_DEVICE, "longdash", "triangle-up"),
}
"""Colour key of a place -> style; a hybrid takes the device's colour, dashed, and its partner's
marker."""
SPARE = Style(*_SPARE, "solid", "star")
SPARE_HYBRID = Style(*_DEVICE, "longdashdot", "star")
"""Of a colour key nobody has chosen a style for."""


def style(kind: AnswersAt) -> Style:
    """How a place is drawn."""
    key = PLACES[kind].colour
    return STYLES.get(key, SPARE_HYBRID if key.startswith(f"{DEVICE}+") else SPARE)


LABELS: Mapping[Label, Style] = {
    "measured": Style(*_RENTED, "solid", "diamond"),
    "scaled": Style(*_API, "solid", "circle"),
    "estimated": Style(*_OWNED, "solid", "triangle-up"),
    "override": Style(*_DEVICE, "solid", "cross"),
}
"""How a figure was come by -> style, where figures rather than places are drawn."""
