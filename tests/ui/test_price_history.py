"""Prices over time, against figures worked out by hand."""

from datetime import date

import pytest

from calculators.compare import compare
from calculators.presets import from_preset
from pricing.book import PriceBook
from ui import price_history
from ui.components.price_changes import changes_frame, conflicts_frame, what
from ui.price_history import Change, Reading, Track, cheapest_now

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


def test_changes_say_what_and_how_much(first: PriceBook) -> None:
    before = PriceBook.load(EDITION, date(2025, 11, 22))
    found = compare(from_preset("support_chat", {}, first), first)
    changes = {(one.key, one.region): one for one in price_history.changes(before, first, found)}
    one = changes["deepinfra/llama-3.2-3b/input", "global"]
    assert (one.before, one.after, one.currency) == (0.012, 0.02, "USD")
    assert one.ratio == pytest.approx(5 / 3)
    if one.effect_usd is not None:
        option = next(item for item in found.options if item.label == one.option)
        paid = sum(i.amount_usd for i in option.line_items if i.source.key == one.key) / 36
        assert one.effect_usd == pytest.approx(paid * (1 - 0.012 / 0.02))


def test_a_euro_price_does_not_change_with_the_exchange_rate(first: PriceBook) -> None:
    before = PriceBook.load(EDITION, date(2025, 11, 22))
    found = compare(from_preset("support_chat", {}, first), first)
    held = [one for one in price_history.changes(before, first, found) if one.currency == "EUR"]
    assert all(one.before != one.after for one in held)
    assert ("de/grid/business", "de") not in {(one.key, one.region) for one in held}


def test_nothing_changes_between_a_day_and_itself(first: PriceBook) -> None:
    found = compare(from_preset("support_chat", {}, first), first)
    assert price_history.changes(first, first, found) == []


def test_changes_with_effect_come_first(first: PriceBook) -> None:
    before = PriceBook.load(EDITION, date(2025, 11, 22))
    found = compare(from_preset("support_chat", {}, first), first)
    sizes = [abs(one.effect_usd or 0) for one in price_history.changes(before, first, found)]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    ("before", "after", "word"),
    [(None, 1.0, "new"), (1.0, None, "gone"), (1.0, 2.0, "dearer"), (2.0, 1.0, "cheaper")],
)
def test_a_change_in_a_word(before: float | None, after: float | None, word: str) -> None:
    change = Change("a/b/c", "us", "hour", "USD", before, after, None, "")
    assert what(change) == word
    assert changes_frame([change])["What"].tolist() == [word]


def test_conflicts_are_two_sources_a_month_apart_at_most(first: PriceBook) -> None:
    found = price_history.conflicts(first)
    assert found
    for one in found:
        assert one.earlier.source != one.later.source
        assert abs((one.later.as_of - one.earlier.as_of).days) <= 31
        assert one.ratio != pytest.approx(1, abs=0.004)
    assert len(conflicts_frame(first, found)) == len(found)
