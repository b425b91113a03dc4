"""Which candidates rest on a price, and what one changed price moves."""

from __future__ import annotations

from datetime import date

import pytest

from calculators.answer.price_effect import citations, effects
from calculators.compare import compare
from calculators.memory import Memory
from calculators.presets import from_preset
from calculators.results import Comparison
from pricing.book import PriceBook
from pricing.changes import Change, between
from pricing.schema import PriceRow
from pricing.table import Table
from pricing.tables import names
from tests.calculators.world import MEMORY, compared, fixed, scenario, world

DAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def now() -> Comparison:
    """Faces in the invented world: every place has a candidate."""
    return compared()


def with_price(key: str, times: float | None) -> PriceBook:
    """The world with every row of one key multiplied, or (None) without them."""
    book = world()
    tables = dict(book.tables)
    for name in names("price"):
        kept = []
        for row, line in zip(book.table(name, PriceRow), book.tables[name].lines, strict=True):
            if row.key == key and times is not None and row.value is not None:
                kept.append((row.model_copy(update={"value": row.value * times}), line))
            elif row.key != key or times is not None:
                kept.append((row, line))
        rows, lines = tuple(row for row, _ in kept), tuple(line for _, line in kept)
        tables[name] = Table(name, rows, lines)
    return PriceBook(book.edition, book.price_date, tables)


def best(found: Comparison) -> dict[str, float]:
    """Lowest cost of each place, by hand."""
    lowest: dict[str, float] = {}
    for item in found.options:
        usd = item.ranked_usd(found.scenario.rank_by)
        if item.status == "feasible" and usd is not None:
            lowest[item.kind] = min(usd, lowest.get(item.kind, usd))
    return lowest


def only(changes: list[Change], key: str) -> Change:
    [change] = [item for item in changes if item.key == key]
    return change


def test_citations_are_the_line_items_turned_round(now: Comparison) -> None:
    users = citations(now)
    by_id = {item.id: item for item in now.options}
    for place, ids in users.items():
        for option_id in ids:
            items = by_id[option_id].line_items
            assert place in {(item.source.key, item.source.region) for item in items}
    cited = {
        (item.source.key, item.source.region, option.id)
        for option in now.options
        for item in option.line_items
        if item.source.region
    }
    assert sum(len(ids) for ids in users.values()) == len(cited)
    assert users["delta/faces/standard", "global"] == (
        "none>managed_api:delta/faces",
        "none>device+managed_api:delta/faces",
    )
    assert not any(key.startswith("acme/chat/") for key, _ in users)  # another task


KEYS = [
    ("delta/faces/standard", "managed_api"),
    ("acme/m1/on_demand", "rented"),
    ("acme/serverless/on_demand", "hosted_platform"),
    ("us/grid/business", "owned"),
    ("bunny/cdn/standard", "device"),
]


@pytest.mark.parametrize(("key", "kind"), KEYS)
@pytest.mark.parametrize("times", [0.5, 1.25, 40.0])
def test_a_changed_price_moves_what_a_full_comparison_says(
    now: Comparison, key: str, kind: str, times: float
) -> None:
    """Against the world with that one price as it was: the same move of every place."""
    earlier = with_price(key, times)
    change = only(between(earlier, world()), key)
    assert change.ratio == pytest.approx(1 / times)
    exact_now, exact_then = best(now), best(compare(now.scenario, earlier, MEMORY))
    [found] = effects(now, [change])
    assert set(exact_now) == set(exact_then)
    for place, cost in exact_now.items():
        expected = cost - exact_then[place]
        assert found.usd_by_kind.get(place, 0.0) == pytest.approx(expected, rel=1e-9, abs=1e-6)
    if times < 1 and key != "bunny/cdn/standard":  # the store carries the model of this size
        assert found.usd_by_kind[kind] > 0


def test_a_move_worked_by_hand(now: Comparison) -> None:
    """36 million images at 0.0004 USD; at half the price they cost 7,200 USD less."""
    change = only(between(with_price("delta/faces/standard", 0.5), world()), "delta/faces/standard")
    [found] = effects(now, [change])
    assert found.usd_by_kind["managed_api"] == pytest.approx(36e6 * 0.0002)
    assert found.largest_usd == pytest.approx(7200)


def test_a_new_price_and_one_that_went_are_mirror_images(now: Comparison) -> None:
    key = "delta/faces/standard"
    without = with_price(key, None)
    other = compare(now.scenario, without, MEMORY)
    gap = best(now)["managed_api"] - best(other)["managed_api"]
    assert gap < 0
    new, gone = only(between(without, world()), key), only(between(world(), without), key)
    assert (new.kind, gone.kind) == ("new", "gone")
    [opened] = effects(now, [new], other)
    assert opened.usd_by_kind["managed_api"] == pytest.approx(gap)
    [closed] = effects(other, [gone], now)
    assert closed.usd_by_kind["managed_api"] == pytest.approx(-gap)
    assert effects(other, [gone])[0].largest_usd == 0  # unknown without the earlier comparison


def test_a_place_without_another_candidate_opens_and_closes(now: Comparison) -> None:
    """Every owned machine draws power: without its price, none can be priced."""
    key = "us/grid/business"
    without = with_price(key, None)
    other = compare(now.scenario, without, MEMORY)
    new = [item for item in between(without, world()) if item.key == key]
    [found] = effects(now, new, other)
    assert "owned" in found.opened or found.usd_by_kind["owned"] != 0
    if "owned" not in best(other):
        assert found.largest_usd == float("inf")
        gone = [item for item in between(world(), without) if item.key == key]
        assert "owned" in effects(other, gone, now)[0].closed


def test_what_stood_in_is_what_a_new_shared_price_replaces() -> None:
    """acme has its own egress price; without it another vendor's stands in."""
    heavy = scenario(response_kb=500)
    key = "acme/egress/standard"
    now, without = compare(heavy, world(), MEMORY), with_price(key, None)
    other = compare(heavy, without, MEMORY)
    [found] = effects(now, [only(between(without, world()), key)], other)
    exact_now, exact_then = best(now), best(other)
    assert found.opened == ()
    assert found.usd_by_kind
    for kind, cost in exact_now.items():
        expected = cost - exact_then[kind]
        assert found.usd_by_kind.get(kind, 0.0) == pytest.approx(expected, abs=0.01)


def test_ranked_by_company_leaves_users_costs_out() -> None:
    """A household's electricity is no cost of the company."""
    key = "us/grid/household"
    change = only(between(with_price(key, 10.0), world()), key)
    assert effects(compared(), [change])[0].usd_by_kind == {}
    assert effects(compared(rank_by="company_and_user"), [change])[0].usd_by_kind != {}


def test_effects_over_the_real_book_come_by_size() -> None:
    real = PriceBook.load()
    book, earlier = real.at(real.edition), real.at(DAY)
    memory: Memory = fixed()  # prices are followed here, not what machines can do
    chosen = from_preset("document_ocr", {}, book)
    now = compare(chosen, book, memory)
    changes = between(earlier, book)
    found = effects(now, changes, compare(chosen, earlier, memory))
    assert len(found) == len(changes) > 100
    sizes = [item.largest_usd for item in found]
    assert sizes == sorted(sizes, reverse=True)
    gone = {(item.key, item.region) for item in changes if item.kind == "gone"}
    moved = {(item.key, item.region) for item in found if item.largest_usd > 0}
    assert moved
    assert moved <= set(citations(now)) | gone
