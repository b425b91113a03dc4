"""Devices nobody measured: what their names say."""

from __future__ import annotations

import pytest

from benchmarks.cases import slug
from calculators.estimators.device_form import Chip
from calculators.estimators.device_names import Known, family_of, line_of
from tests.calculators.estimators.estimating import estimators, vision


@pytest.mark.parametrize(
    ("name", "family", "year", "series"),
    [
        ("Galaxy S23 Ultra", "android", 2023.0, 0.0),
        ("Google Pixel 9 Pro", "android", 2024.0, 0.0),
        ("MacBook Air M3", "mac", 2024.0, 0.0),
        ("iPad Pro M2", "ios", 2022.0, 0.0),
        ("iPhone 16 Pro", "ios", 2024.0, 0.0),
        ("Phone with Dimensity 8300", "android", None, -0.5),
        ("Xiaomi 14", "android", 2023.0, 0.0),
        ("Snapdragon 6 Gen 3 phone", "android", None, -1.0),
    ],
)
def test_names_tell_family_year_and_line(
    name: str, family: str, year: float | None, series: float
) -> None:
    chip = estimators().predictor.catalogue.chip(slug(name))
    assert (chip.family, chip.series) == (family, series)
    if year is not None:
        assert chip.year is not None
        assert abs(chip.year - year) <= 1


def test_lines_count_up_by_one_a_year() -> None:
    ten = Chip("x-10", "android", 2020.0, -0.5, 30e9)
    known = Known([("star-10", ten)], {"x-10": ten})
    assert known.chip("star-10") == ten
    later = known.chip("star-13-pro")
    assert (later.year, later.series, later.bandwidth) == (2023.0, -0.5, None)
    assert known.chip("moon-13").year is None


def test_the_slowest_plausible_memory_is_of_the_same_line_and_years() -> None:
    top = Chip("a", "android", 2024.0, 0.0, 60e9)
    low = Chip("b", "android", 2024.0, -1.5, 15e9)
    old = Chip("c", "android", 2018.0, 0.0, 30e9)
    known = Known([("a", top), ("b", low), ("c", old)], {})
    assert known.slowest(Chip("?", "android", 2025.0, 0.0, None)) == 60e9
    assert known.slowest(Chip("?", "android", 2024.0, -1.5, None)) == 15e9
    assert known.slowest(Chip("?", "android", None, 0.0, None)) == 30e9
    assert known.slowest(Chip("?", "windows", 2024.0, 0.0, None)) is None


def test_parts_of_names() -> None:
    assert line_of("galaxy-s23-ultra") == ("galaxy-s", 23.0)
    assert line_of("fold") is None
    assert family_of("ipad-pro-m2") == "ios"
    assert family_of("m1-ultra-48-gpu-core-64-gb") == "mac"


NAMED = (
    "Samsung Galaxy S22 (Snapdragon)",
    "Samsung Galaxy S23",
    "Samsung Galaxy S24 Ultra",
    "Google Pixel 4a",
    "Google Pixel 6 Pro",
    "Google Pixel 8 Pro",
    "Google Pixel 9 Pro",
    "OPPO Find N5",
    "OnePlus 12",
    "Xiaomi 11 Lite 5G NE",
    "Redmi Note 9 Pro",
    "Redmi Note 12",
    "Redmi Note 5 Pro",
    "Vivo T4x",
    "Huawei P30 Pro",
    "iPhone 12 mini",
    "iPhone SE 3",
)
"""Phones that people named and the tables lacked."""


def test_the_phones_people_named_answer() -> None:
    """Each has a chip and a time; what nobody states of it widens the range, not the reach."""
    found = estimators().devices(vision(precision="int8"), NAMED)
    assert found.can_run.all()
    assert (found.answer_ms.low > 0).all()
    assert (found.answer_ms.low < found.answer_ms.mid).all()
    assert (found.answer_ms.mid < found.answer_ms.high).all()
    assert found.reason(0) == ""
