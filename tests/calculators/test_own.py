"""Own figures in a scenario: what is refused, what they move, and the same as columns of points."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import factors
from calculators.answer.price_effect import citations
from calculators.arrays import Array
from calculators.compare import compare
from calculators.evaluation import evaluate
from calculators.memory import SHARED
from calculators.own import UNREAD, describe, discountable, fixed_name, plausible, refused_by
from calculators.places import PLACES
from calculators.points import Points
from calculators.presets import from_preset
from calculators.results import Comparison, Option
from calculators.scenario import Scenario, ScenarioError, build
from pricing.book import PriceBook
from pricing.own import NOTHING, Own

KEY = "deepinfra/llama-3.1-8b/input"
CHAT = "none>managed_api:deepinfra/llama-3.1-8b"


@pytest.fixture(scope="module")
def book() -> PriceBook:
    return PriceBook.load()


@pytest.fixture(scope="module")
def chat(book: PriceBook) -> Scenario:
    return from_preset("support_chat", {}, book)


def option(found: Comparison, name: str) -> Option:
    held = found.option(name)
    assert held is not None
    return held


def costs(points: Points, book: PriceBook) -> dict[str, Array]:
    """What the company and the users pay for each candidate, (2, N)."""
    found: dict[str, Array] = {}
    for part, index, _ in points.groups():
        made = evaluate(SHARED.case(part, book, full=False))
        for name, row in made.at.items():
            held = found.setdefault(name, np.full((2, points.size), np.nan))
            held[0, index], held[1, index] = made.company[row], made.user[row]
    return found


# --- in a scenario -------------------------------------------------------------------------
def test_figures_are_given_and_taken_off_by_their_written_names(chat: Scenario) -> None:
    own = chat.with_changes({"assume.pue": 1.3, f"price.{KEY}": "0.5", "region": "eu"})
    assert own.own == Own.of({"assume.pue": 1.3, f"price.{KEY}": 0.5})
    assert own.region == "eu"
    assert own.with_changes({"assume.pue": None, f"price.{KEY}": None}).own == NOTHING
    assert own.with_changes({"horizon_months": 12}).own == own.own
    assert hash(own) != hash(chat)
    assert own == build({**chat.model_dump(), "region": "eu", **dict(own.own.figures)})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (f"price.{KEY}", 0),
        (f"price.{KEY}", -1),
        (f"price.{KEY}", math.nan),
        (f"price.{KEY}", math.inf),
        ("discount.aws", 95.01),
        ("discount.aws", -500.01),
        ("fixed.rented", -0.01),
        ("fixed.mars", 1),
        ("fixed.device+rented", 1),
        ("assume.pue", "much"),
    ],
)
def test_what_no_book_takes_is_refused_by_name(chat: Scenario, name: str, value: object) -> None:
    with pytest.raises(ScenarioError) as caught:
        chat.with_changes({name: value})
    assert [item.field for item in caught.value.bad] == [name]
    assert caught.value.bad[0].allowed


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [("discount.aws", -500, 95), ("fixed.device-rented", 0, 1e9), (f"price.{KEY}", 1e-9, 1e9)],
)
def test_the_ends_themselves_are_taken(
    chat: Scenario, name: str, least: float, most: float
) -> None:
    for value in (least, most):
        assert chat.with_changes({name: value}).own.get(name) == value


def test_a_price_is_at_most_a_thousand_times_the_list(book: PriceBook) -> None:
    found = describe(f"price.{KEY}", book, "us")
    assert found is not None
    assert found.listed is not None
    assert found.unit == "USD per million tokens"
    assert refused_by(found.name, found.listed * 1000, book, "us") is None
    words = refused_by(found.name, found.listed * 1000.1, book, "us")
    assert words is not None
    assert "above 0 to" in words


def test_what_the_list_gives_away_may_cost_something(book: PriceBook) -> None:
    found = describe("price.lambda/egress/standard", book, "us")
    assert found is not None
    assert found.listed == 0.0
    assert found.holds(0.01)
    assert not found.holds(1001)


def test_unknown_and_ended_keys_are_refused_with_what_is_near(book: PriceBook) -> None:
    words = refused_by("price.openai/gpt-4o-mini/inputs", 1, book, "us")
    assert words is not None
    assert "openai/gpt-4o-mini/input" in words
    ended = next(key for key in book.price_keys if book.list_price(key) is None)
    words = refused_by(f"price.{ended}", 1, book, "us")
    assert words is not None
    assert "has no price" in words
    assert refused_by("discount.nobody", 1, book, "us") is not None
    assert refused_by("discount.aws/energy_prices", 1, book, "us") is not None
    assert refused_by("assume.nothing", 1, book, "us") is not None


def test_every_vendor_with_a_price_may_give_a_discount(book: PriceBook) -> None:
    known = discountable(book)
    assert {"aws", "openai", "openai/token_prices", "nvidia", "nvidia/server_prices"} <= known
    assert "us" not in known  # electricity is nobody's to discount


def test_every_assumption_may_be_set_within_what_is_plausible(book: PriceBook) -> None:
    for name, row in book.assumptions.items():
        low, high = plausible(row)
        assert low <= row.low <= row.high <= high, name
        taken = refused_by(f"assume.{name}", row.mid, book, "us") is None
        assert taken == (name not in UNREAD), name
    assert plausible(book.assumption("pue")) == pytest.approx((1.0, 15.6))
    assert plausible(book.assumption("ops_machines_exponent")) == (0.05, 1.0)
    assert plausible(book.assumption("network_and_cabling_pct")) == (0.0, 100.0)
    assert plausible(book.assumption("hours_per_failure")) == (0.0, 240.0)


def test_what_nothing_reads_cannot_be_set(book: PriceBook) -> None:
    dead = {name for name, why in factors.FIXED.items() if why.startswith("nothing reads it")}
    assert dead == UNREAD
    assert "nothing reads this one" in str(refused_by("assume.server_residual_pct", 15, book, "us"))


# --- what they move ------------------------------------------------------------------------
def test_an_own_price_is_the_rate_and_the_list_stands_beside_it(
    chat: Scenario, book: PriceBook
) -> None:
    """0.50 USD per million input tokens, whatever the list says."""
    listed = book.tariff(KEY)
    assert listed is not None
    found = option(compare(chat.with_changes({f"price.{KEY}": 0.5}), book), CHAT)
    item = next(item for item in found.line_items if item.source.price_key == KEY)
    assert item.rate_usd == 0.5
    assert item.source.title == "your price"
    assert item.list_usd == pytest.approx(listed.usd)
    tokens = chat.requests_per_month * chat.input_tokens * chat.horizon_months / 1e6
    assert item.amount_usd == pytest.approx(tokens * 0.5)


@pytest.mark.parametrize("preset", ["support_chat", "celebrity_match", "voice_notes"])
def test_at_list_nothing_changes_to_the_cent(preset: str, book: PriceBook) -> None:
    """Prices of one band at list, discounts of 0: every candidate costs what it did."""
    scenario = from_preset(preset, {}, book)
    plain = compare(scenario, book)
    keys = sorted({key for key, _ in citations(plain)} & set(book.price_keys))
    tariffs = [book.list_price(key, scenario.region) for key in keys]
    at_list = {
        f"price.{held.key}": held.usd
        for held in tariffs
        if held and len(held.bands) == 1 and held.usd > 0 and math.isinf(held.unknown_above)
    }
    none = {f"discount.{vendor}": 0.0 for vendor in ("aws", "gcp", "openai", "deepinfra")}
    assert len(at_list) > 20
    for changes in (at_list, none):
        found = compare(scenario.with_changes(changes), book)
        assert [item.id for item in found.options] == [item.id for item in plain.options]
        for before, after in zip(plain.options, found.options, strict=True):
            assert after.status == before.status
            if before.total_usd is not None:
                assert after.total_usd == pytest.approx(before.total_usd, abs=0.005)


def test_a_fixed_cost_is_on_top_of_its_own_place_alone(chat: Scenario, book: PriceBook) -> None:
    """7 USD a month for 36 months is 252 USD, in every place by itself."""
    plain = compare(chat, book)
    for place in PLACES:
        found = compare(chat.with_changes({fixed_name(place): 7}), book)
        for before in plain.best_of_kind:
            after = found.option(before.id)
            if after is None or before.company_usd is None or after.company_usd is None:
                continue
            more = 252.0 if before.kind == place else 0.0
            assert after.company_usd == pytest.approx(before.company_usd + more)
            items = [item for item in after.line_items if item.category == "fixed"]
            assert [item.amount_usd for item in items] == ([252.0] if more else [])


def test_an_assumption_of_ones_own_is_no_longer_uncertain(book: PriceBook, chat: Scenario) -> None:
    """Hours of set-up at 10: 10 x the cost of an hour, and no range left of them."""
    name = "assume.integration_hours_managed_api"
    own = chat.with_changes({name: 10, "assume.expertise_multiplier_some": 1})
    found = option(compare(own, book), CHAT)
    item = next(item for item in found.line_items if item.name == "Work to set up")
    assert item.quantity == 10
    assert "your figure" in item.basis
    moved_by = factors.MOVED_BY["integration_hours_managed_api"].name
    spread = [
        SHARED.case(Points.ends(of, [moved_by]), book).assume("integration_hours_managed_api")
        for of in (chat, own)
    ]
    assert len(set(spread[0].tolist())) == 3  # ours: low, middle, high
    assert set(spread[1].tolist()) == {10.0}


def test_more_hours_are_never_cheaper(book: PriceBook, chat: Scenario) -> None:
    names = ("integration_hours_rented", "ops_hours_per_machine", "ops_hours_per_month_rented")
    for name in names:
        ours = book.assumption(name)
        values = np.geomspace(max(ours.low, 0.1), ours.high * 5, 5)
        found = costs(Points.sweep(chat, f"assume.{name}", list(values)), book)
        for company, _ in found.values():
            if np.isfinite(company).all():
                assert (np.diff(company) >= -1e-6).all(), name


@given(usd=st.floats(1e-3, 10.0), pct=st.floats(-500, 95))
def test_a_price_wins_over_a_discount_in_any_order(usd: float, pct: float) -> None:
    scenario = Scenario()
    changes = {f"price.{KEY}": usd, "discount.deepinfra": pct}
    one = scenario.with_changes(changes)
    other = scenario.with_changes(dict(reversed(changes.items())))
    assert one == other
    tariff = PriceBook.load().with_own(one.own).tariff(KEY)
    assert tariff is not None
    assert tariff.usd == usd


# --- as columns of points ------------------------------------------------------------------
COLUMNS = [
    ("support_chat", {}, f"price.{KEY}", [0.01, 0.3, 5.0]),
    ("support_chat", {}, "discount.deepinfra", [-30.0, 0.0, 50.0]),
    ("support_chat", {"discount.aws": 10}, "discount.aws/rental_prices", [0.0, 40.0]),
    ("support_chat", {"price.aws/egress/standard": 0.01}, "discount.aws", [-10.0, 40.0]),
    ("celebrity_match", {}, "price.us/grid/business", [0.05, 0.3]),
    ("celebrity_match", {}, "price.us/grid/household", [0.05, 0.3]),
    ("celebrity_match", {}, "price.aws/load_balancer/standard", [0.001, 0.1]),
    ("deep_art", {}, "price.aws/egress/standard", [0.001, 0.2]),
    ("deep_art", {"requests_per_month": 1e8}, "discount.aws/network_prices", [0.0, 30.0]),
    ("recommender", {}, "price.diy/1x-rtx-4090/purchase", [500.0, 9000.0]),
    ("keyboard", {}, "price.world/colocation/standard", [50.0, 900.0]),
    ("hospital_imaging", {}, "discount.nvidia", [-20.0, 20.0]),
    ("support_chat", {}, "fixed.device-rented", [0.0, 9.0]),
    ("support_chat", {}, "assume.pue", [1.0, 1.3]),
    ("support_chat", {"assume.pue": 1.2}, "assume.pue", [1.0, 1.3]),
    ("celebrity_match", {}, "assume.radio_tail_j_4g", [3.0, 20.0]),
    ("deep_art", {}, "assume.p95_to_p50_network", [1.4, 4.0]),
    ("support_chat", {}, "assume.answer_length_spread_text_generation", [0.2, 1.0]),
    (
        "support_chat",
        {"training_method": "lora", "retrains_per_month": 2},
        "discount.openai",
        [0.0, 20.0],
    ),
    (
        "celebrity_match",
        {"own_model_required": True, "training_method": "fine_tune"},
        "discount.runpod",
        [-20.0, 20.0],
    ),
]


@pytest.mark.parametrize(("preset", "changes", "name", "values"), COLUMNS)
def test_a_column_gives_what_a_scenario_of_its_own_gives(
    preset: str, changes: dict[str, object], name: str, values: list[float], book: PriceBook
) -> None:
    scenario = (
        from_preset(preset, changes, book)
        if not any("." in n for n in changes)
        else (from_preset(preset, {}, book).with_changes(changes))
    )
    points = Points.sweep(scenario, name, values)
    whole = costs(points, book)
    assert any(np.ptp(held, axis=1).max() > 0 for held in whole.values()), "nothing moves"
    for at, value in enumerate(values):
        assert points.at(at) == scenario.with_changes({name: value})
        alone = costs(Points(points.at(at)), book)
        assert alone.keys() == whole.keys()
        for candidate, held in alone.items():
            assert whole[candidate][:, at] == pytest.approx(held[:, 0], rel=1e-9, nan_ok=True)


def test_columns_are_of_one_group_but_what_is_read_by_its_row(chat: Scenario) -> None:
    prices = Points.sweep(chat, f"price.{KEY}", np.linspace(0.01, 1, 9))
    assert len(prices.groups()) == 1
    assert prices.given(f"price.{KEY}")
    assert prices[f"price.{KEY}"].shape == (9,)
    assert len(Points.sweep(chat, "assume.pue", [1.0, 1.1, 1.1]).groups()) == 1
    by_row = Points.sweep(chat, "assume.training_over_inference", [2.0, 3.0, 3.0])
    assert len(by_row.groups()) == 2  # its row is read too
    with pytest.raises(ScenarioError):
        Points.sweep(chat, f"price.{KEY}", [1.0, 0.0])


def test_two_columns_and_a_volume_go_together(chat: Scenario, book: PriceBook) -> None:
    name, volume = f"price.{KEY}", "requests_per_month"
    points = Points.map(chat, (name, [0.1, 0.4]), (volume, [1e4, 1e6]))
    whole = costs(points, book)[CHAT]
    for at in range(4):
        alone = costs(Points(points.at(at)), book)[CHAT]
        assert whole[:, at] == pytest.approx(alone[:, 0], rel=1e-9)
