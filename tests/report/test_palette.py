"""Colours: contrast on both backgrounds and distance for three kinds of colour blindness."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from calculators.places import PLACES, registered
from report.categories import CATEGORIES
from report.palette import BACKGROUND, INK, MUTED, SPARE, SPARE_HYBRID, STYLES, Shade, style

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, Theme] = ("light", "dark")
Colour = NDArray[np.float64]
ALL = (*STYLES.values(), SPARE, SPARE_HYBRID)

# Machado, Oliveira, Fernandes 2009, "A physiologically-based model for simulation of color vision
# deficiency", severity 1.0, on linear RGB.
SEEN_BY = {
    "full sight": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = np.array([0.9505, 1.0, 1.089])


def linear(colour: str) -> Colour:
    part = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    light, dark = sorted((float(XYZ[1] @ linear(c)) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: Colour) -> Colour:
    x, y, z = XYZ @ np.clip(rgb, 0, 1) / WHITE
    fx, fy, fz = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


def distance(one: str, other: str, seen: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(lab(seen @ linear(one)) - lab(seen @ linear(other))))


def test_the_measure_itself() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert distance("#FFFFFF", "#000000", SEEN_BY["full sight"]) == pytest.approx(100, abs=0.1)
    assert distance("#C00000", "#4A7000", SEEN_BY["protanopia"]) < distance(
        "#C00000", "#4A7000", SEEN_BY["full sight"]
    )


@pytest.mark.parametrize("theme", THEMES)
def test_lines_and_words_stand_out_from_the_background(theme: Theme) -> None:
    paper = getattr(BACKGROUND, theme)
    for found in ALL:
        assert contrast(getattr(found.line, theme), paper) >= 3
        assert contrast(getattr(found.text, theme), paper) >= 4.5
    for shade in (INK, MUTED):
        assert contrast(getattr(shade, theme), paper) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eyes", SEEN_BY)
def test_places_stay_apart_for_every_reader(theme: Theme, eyes: str) -> None:
    pure = [getattr(found.line, theme) for found in ALL if found.dash == "solid"]
    assert len(pure) == 6
    nearest = min(distance(a, b, SEEN_BY[eyes]) for a, b in combinations(pure, 2))
    assert nearest >= 15


def test_places_are_told_apart_without_any_colour() -> None:
    assert len({(found.dash, found.marker) for found in ALL}) == len(ALL)


def test_every_place_has_a_chosen_style_and_a_new_one_a_spare() -> None:
    assert {place.colour for place in PLACES.values()} == set(STYLES)
    assert style("owned") is STYLES["owned"]
    edge = replace(PLACES["rented"], id="edge", colour="edge")
    mixed = replace(PLACES["device+rented"], id="device+edge", colour="device+edge")
    with registered(edge), registered(mixed):
        assert style("edge") is SPARE
        assert style("device+edge") is SPARE_HYBRID


def test_hybrids_take_the_colour_of_devices_and_their_own_dash() -> None:
    hybrids = [style(kind) for kind, place in PLACES.items() if place.fallback]
    hybrids.append(SPARE_HYBRID)
    assert {found.line for found in hybrids} == {STYLES["device"].line}
    assert len({found.dash for found in hybrids} | {"solid"}) == len(hybrids) + 1


@pytest.mark.parametrize("theme", THEMES)
def test_categories_next_to_each_other_can_be_told_apart(theme: Theme) -> None:
    fills = [getattr(item.fill, theme) for item in CATEGORIES]
    for one, other in pairwise(fills):
        assert distance(one, other, SEEN_BY["full sight"]) >= 20
    assert [item.hatched for item in CATEGORIES] == [False] * 8 + [True]


def test_shades_are_six_digit_hex() -> None:
    shades = [part for found in ALL for part in (found.line, found.text)]
    for shade in [*shades, *(item.fill for item in CATEGORIES), Shade("#FFFFFF", "#000000")]:
        assert all(len(colour) == 7 and colour[0] == "#" for colour in (shade.light, shade.dark))
