"""Conversions, and the slips that must not pass: each factor once, dimensions kept apart."""

from __future__ import annotations

import pytest

from pricing.units import HOURS_PER_MONTH, SECONDS_PER_MONTH, factor, label, vocabulary


@pytest.mark.parametrize(
    ("one", "into", "expected"),
    [
        ("month", "hour", 730),  # not 720, 729.6, 744 or 176
        ("month", "second", 730 * 3600),
        ("hour", "second", 3600),
        ("minute", "second", 60),
        ("audio_hour", "audio_minute", 60),
        ("audio_minute", "audio_second", 60),
        ("million_tokens", "token", 1e6),
        ("million_characters", "thousand_characters", 1000),
        ("thousand_characters", "hundred_characters", 10),
        ("million_requests", "thousand_requests", 1000),
        ("ten_thousand_requests", "request", 10_000),
        ("gib", "byte", 1024**3),
        ("gb", "byte", 1000**3),
        ("gib", "gb", 1.073741824),  # 7.4 % apart
        ("mb", "kb", 1000),
        ("watt_hour", "joule", 3600),
        ("kwh", "joule", 3.6e6),
        ("kwh", "watt_hour", 1000),
        ("kilowatt", "watt", 1000),
        ("mac", "flop", 2),
        ("gmac", "gflop", 2),
        ("gflop", "flop", 1e9),
        ("kw_month", "kwh", 730),
        ("millisecond", "second", 0.001),
        ("percent", "ratio", 0.01),
    ],
)
def test_factor(one: str, into: str, expected: float) -> None:
    assert factor(one, into) == pytest.approx(expected, rel=1e-12)
    assert factor(into, one) == pytest.approx(1 / expected, rel=1e-12)


@pytest.mark.parametrize(
    ("one", "into"),
    [
        ("watt", "kwh"),  # power is not energy
        ("joule", "watt"),
        ("hour", "audio_hour"),  # an hour of a machine is not an hour of speech
        ("audio_minute", "video_minute"),
        ("token", "character"),
        ("image", "request"),
        ("gb", "gb_month"),  # sent once is not kept for a month
        ("kilowatt", "kw_month"),
        ("mac", "joule"),
        ("server", "device"),
        ("usd", "ratio"),
    ],
)
def test_dimensions_do_not_mix(one: str, into: str) -> None:
    with pytest.raises(ValueError, match=f"{one} is measured in .*, {into} in "):
        factor(one, into)


def test_unknown_unit_is_an_error() -> None:
    with pytest.raises(KeyError):
        factor("fortnight", "hour")


def test_month_is_defined_once() -> None:
    assert HOURS_PER_MONTH == 730
    assert SECONDS_PER_MONTH == 730 * 3600 == 2_628_000


def test_storage_month_is_a_month_of_bytes() -> None:
    assert factor("gb_month", "gib_month") == pytest.approx(1000**3 / 1024**3, rel=1e-12)


def test_every_base_is_a_unit_of_factor_one() -> None:
    for row in vocabulary().values():
        if row.base in vocabulary():
            assert vocabulary()[row.base].factor == 1, row


def test_label_is_the_units_own_or_its_name() -> None:
    assert label("gib") == "GiB"
    assert label("no such unit") == "no such unit"
