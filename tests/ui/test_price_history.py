"""Prices over time, against figures worked out by hand."""

from datetime import date

import pytest

from pricing.book import PriceBook
from ui import price_history
from ui.price_history import Reading, Track, cheapest_now

EDITION = date(2026, 11, 22)


@pytest.fixture(scope="module")
def first() -> PriceBook:
    return PriceBook.load(EDITION)


def reading(day: str, usd: float | None) -> Reading:
    when = date.fromisoformat(day)
    return Reading(when, usd, when, "a/b/c", "us")


def test_a_machine_of_eight_is_divided_by_eight(first: PriceBook) -> None:
    # p5.48xlarge: 8 H100, 98.32 USD an hour until June 2025, then 55.04
    family = price_history.families(first)["H100 rented, on demand"]
    assert family.unit == "per accelerator-hour"
    assert family.divisors["aws/p5.48xlarge/on_demand"] == 8
    tracks = {one.name: one for one in price_history.key_tracks(first, "aws/p5.48xlarge/on_demand")}
    assert tracks["us-east-1"].readings[0].usd == pytest.approx(98.32)
    vendors = {one.name: one for one in price_history.family_tracks(first, family, ("us", "any"))}
    assert vendors["Amazon Web Services"].readings[0].usd == pytest.approx(98.32 / 8)
    assert vendors["Amazon Web Services"].readings[-1].usd == pytest.approx(55.04 / 8)


def test_history_since_2023_of_a_family(first: PriceBook) -> None:
    family = price_history.families(first)["H100 rented, on demand"]
    tracks = price_history.family_tracks(first, family, ("us", "any"))
    assert len(tracks) >= 5
    assert min(track.readings[0].day for track in tracks).year == 2023


def test_every_family_has_two_vendors_and_known_keys(first: PriceBook) -> None:
    families = price_history.families(first)
    assert len(families) > 20
    for family in families.values():
        assert len({key.partition("/")[0] for key in family.divisors}) > 1
        assert all(divisor > 0 for divisor in family.divisors.values())
        assert all(first.history(key) for key in family.divisors)


def test_the_lowest_of_two_machines_is_the_vendors_price() -> None:
    one = [reading("2024-01-01", 5.0), reading("2025-01-01", 3.0)]
    two = [reading("2024-06-01", 4.0), reading("2025-06-01", None)]
    found = price_history._cheapest("V", [one, two])
    assert [(item.day.isoformat(), item.usd) for item in found.readings] == [
        ("2024-01-01", 5.0),
        ("2024-06-01", 4.0),
        ("2025-01-01", 3.0),
        ("2025-06-01", 3.0),
    ]


def test_an_ended_line_is_not_the_cheapest() -> None:
    ended = Track("A", (reading("2024-01-01", 1.0), reading("2025-01-01", None)), EDITION)
    dear, cheap = (Track(n, (reading("2024-01-01", p),), EDITION) for n, p in (("B", 9), ("C", 8)))
    assert cheapest_now([ended, dear, cheap]) is cheap
    assert cheapest_now([ended]) is None
