"""Which candidates rest on a price, and what one changed price moves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from calculators.compare import compare
from calculators.presets import from_preset
from calculators.price_effect import citations, effects
from calculators.results import Comparison
from pricing.book import PriceBook
from pricing.changes import Change, between
from pricing.loader import Table
from pricing.schema import PRICE_TABLES, PriceRow

PRESET = "voice_notes"


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return PriceBook.load()


@pytest.fixture(scope="module")
def now(book: PriceBook) -> Comparison:
    return compare(from_preset(PRESET, {}, book), book)


def with_price(book: PriceBook, key: str, region: str, times: float | None) -> PriceBook:
    """The book with every row of one key and region multiplied, or (None) without them.

    A blank region stands for all of them.
    """
    tables = dict(book.tables)
    for name in PRICE_TABLES:
        rows, lines = [], []
        for row, line in zip(book.table(name, PriceRow), book.tables[name].lines, strict=True):
            if row.key != key or region not in ("", row.region):
                rows.append(row)
            elif times is not None:
                value = None if row.value is None else row.value * times
                rows.append(row.model_copy(update={"value": value}))
            else:
                continue
            lines.append(line)
        tables[name] = Table(name, tuple(rows), tuple(lines))
    return PriceBook(book.edition, book.price_date, tables)


def best(found: Comparison) -> dict[str, float]:
    rank_by = found.scenario.rank_by
    costs = [(item.kind, item.ranked_usd(rank_by)) for item in found.options if item.status == "feasible"]  # fmt: skip  # noqa: E501
    lowest: dict[str, float] = {}
    for kind, usd in costs:
        if usd is not None:
            lowest[kind] = min(usd, lowest.get(kind, usd))
    return lowest


def answer(found: Comparison, kind: str) -> tuple[str, str]:
    """Key and region of the price the best candidate of a place rests on most."""
    option = next(item for item in found.best_of_kind if item.kind == kind)
    items = [item for item in option.line_items if item.source.region and item.payer == "company"]
    dearest = max(items, key=lambda item: item.amount_usd)
    return dearest.source.key, dearest.source.region


def test_citations_are_the_line_items_turned_round(now: Comparison) -> None:
    users = citations(now)
    by_id = {item.id: item for item in now.options}
    assert len(users) > 100
    for (key, region), ids in users.items():
        for option_id in ids[:3]:
            sources = {(item.source.key, item.source.region)
                       for item in by_id[option_id].line_items}  # fmt: skip
            assert (key, region) in sources
    assert len(users["us/grid/household", "us"]) > len(users["aws/egress/standard", "us-east-1"])


@pytest.mark.parametrize("kind", ["managed_api", "rented", "hosted_platform", "owned"])
@pytest.mark.parametrize("times", [0.5, 1.5, 4.0])
def test_a_changed_price_moves_what_a_full_comparison_says(
    book: PriceBook, now: Comparison, kind: str, times: float
) -> None:
    """Against the book with that one price as it was: the same move of every place."""
    key, region = answer(now, kind)
    earlier = with_price(book, key, region, times)
    changes = [item for item in between(earlier, book) if item.key == key]
    [change] = changes
    assert change.ratio == pytest.approx(1 / times)
    exact_now, exact_then = best(now), best(compare(now.scenario, earlier))
    [found] = effects(now, changes)
    for place, cost in exact_now.items():
        expected = cost - exact_then[place]
        assert found.usd_by_kind.get(place, 0.0) == pytest.approx(expected, rel=1e-6, abs=0.01)
    assert found.usd_by_kind.get(kind, 0.0) * (1 - times) >= 0  # it was dearer: now is cheaper
    assert times > 1 or found.usd_by_kind[kind] > 0


def test_a_new_price_opens_its_candidates(book: PriceBook, now: Comparison) -> None:
    key, region = answer(now, "managed_api")
    earlier = with_price(book, key, region, None)
    before = compare(now.scenario, earlier)
    [change] = [item for item in between(earlier, book) if item.key == key]
    assert change.kind == "new"
    [found] = effects(now, [change], before)
    expected = best(now)["managed_api"] - best(before)["managed_api"]
    assert expected < 0
    assert found.usd_by_kind["managed_api"] == pytest.approx(expected, abs=0.01)


def test_a_price_that_went_closes_them_again(book: PriceBook, now: Comparison) -> None:
    key, region = answer(now, "managed_api")
    later = with_price(book, key, region, None)
    after = compare(now.scenario, later)
    [change] = [item for item in between(book, later) if item.key == key]
    assert change.kind == "gone"
    [found] = effects(after, [change], now)
    expected = best(after)["managed_api"] - best(now)["managed_api"]
    assert expected > 0
    assert found.usd_by_kind["managed_api"] == pytest.approx(expected, abs=0.01)
    assert effects(after, [change])[0].largest_usd == 0  # unknown without the earlier comparison


def test_a_place_without_another_candidate_opens_and_closes(
    book: PriceBook, now: Comparison
) -> None:
    """Every owned machine draws power: without its price, none can be priced."""
    key = "us/grid/business"
    earlier = with_price(book, key, "", None)
    before = compare(now.scenario, earlier)
    changes = [item for item in between(earlier, book) if item.key == key]
    found = effects(now, changes, before)[0]
    assert "owned" in found.opened
    assert found.largest_usd == float("inf")
    back = [item for item in between(book, earlier) if item.key == key]
    assert "owned" in effects(before, back, now)[0].closed


def test_a_stand_in_is_what_a_new_shared_price_replaces(book: PriceBook, now: Comparison) -> None:
    """Without a vendor's own egress price another stands in: the move is the difference."""
    shared = [place for place in citations(now) if place[0].endswith("/egress/standard")]
    for key, region in [place for place in shared if not place[0].startswith("aws/")][:3]:
        earlier = with_price(book, key, region, None)
        before = compare(now.scenario, earlier)
        changes = [item for item in between(earlier, book) if item.key == key]
        [found] = [item for item in effects(now, changes, before) if item.region == region]
        for kind, cost in best(now).items():
            expected = cost - best(before)[kind]
            assert found.usd_by_kind.get(kind, 0.0) == pytest.approx(expected, abs=0.01)
        assert found.opened == ()


def test_effects_come_by_size_and_unused_prices_last(book: PriceBook, now: Comparison) -> None:
    earlier = PriceBook.load(price_date=date(2026, 1, 1))
    changes = between(earlier, book)
    found = effects(now, changes, compare(now.scenario, earlier))
    assert len(found) == len(changes) > 100
    sizes = [item.largest_usd for item in found]
    assert sizes == sorted(sizes, reverse=True)
    users = citations(now)
    used = {place for place, ids in users.items() if ids}
    gone = {(item.key, item.region) for item in changes if item.kind == "gone"}
    moved = {(item.key, item.region) for item in found if item.largest_usd > 0}
    assert moved <= used | gone


def test_ranked_by_company_leaves_users_costs_out(book: PriceBook, now: Comparison) -> None:
    """A household's electricity is no cost of the company."""
    key, region = "us/grid/household", "us"
    earlier = with_price(book, key, region, 10.0)
    changes: list[Change] = [item for item in between(earlier, book) if item.key == key]
    company = from_preset(PRESET, {"rank_by": "company"}, book)
    total = from_preset(PRESET, {"rank_by": "company_and_user"}, book)
    assert effects(compare(company, book), changes)[0].usd_by_kind == {}
    assert effects(compare(total, book), changes)[0].usd_by_kind != {}
    assert replace(changes[0], kind="changed") == changes[0]
