"""Answers ahead of others by hand, in the small invented world.

Acme Chat: 0.15 in, 0.60 out, 0.03 cached, batch 0.075 and 0.30 USD a million; ahead of others
0.27 in and 1.20 out. Gamma Chat: 0.10 in, 0.40 out, no such tier. A million requests a month of
1,000 tokens in and 100 out: 1,000 and 100 million.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from calculators.compare import compare
from calculators.explore.sweep import sweep
from calculators.market.forms.priority import NO_TIER, RULE, WAITING
from calculators.results import Finding, Option
from calculators.scenario import ScenarioError
from pricing.book import PriceBook
from tests.calculators.market.talking import answered, media, price, talking, terms, tokens
from tests.calculators.world import MEMORY, amounts, case, scenario

CHAT: dict[str, Any] = {
    "task": "text_generation",
    "model": "chat-8b",
    "input_tokens": 1000,
    "output_tokens": 100,
    "requests_per_month": 1_000_000,
    "horizon_months": 1,
    "text_language": "any",
    "service_tier": "priority",
}
AHEAD = [price("acme/chat/priority_input", 0.27), price("acme/chat/priority_output", 1.2)]
CACHED = price("acme/chat/priority_cached_input", 0.05)
STANDARD = {"Input tokens": 150.0, "Output tokens": 60.0}  # 1,000 x 0.15, 100 x 0.60
PRIORITY = {"Priority input tokens": 270.0, "Priority output tokens": 120.0}


def chat(book: PriceBook, product: str = "acme/chat", **changes: Any) -> Option:
    return answered(book, product, {**CHAT, **changes})


def said(option: Option) -> Sequence[Finding]:
    return [item for item in option.findings if item.rule == RULE]


@pytest.fixture(scope="module")
def ahead(tmp_path_factory: pytest.TempPathFactory) -> PriceBook:
    return talking(tmp_path_factory.mktemp("ahead"), token_prices=AHEAD)


def test_the_tier_is_billed_at_its_own_prices(ahead: PriceBook) -> None:
    chosen = chat(ahead)
    assert tokens(chosen) == PRIORITY  # 1,000 x 0.27, 100 x 1.20
    assert chosen.status == "feasible"
    (item,) = said(chosen)
    assert item.verdict == "pass"
    assert "1.8 times" in item.text  # 0.27 / 0.15
    assert "no time is shortened" in item.text
    assert item.source is not None


def test_no_time_is_shortened(ahead: PriceBook) -> None:
    ours, plain = chat(ahead), chat(ahead, service_tier="standard")
    assert ours.latency == plain.latency


def test_without_a_wish_nothing_is_billed_at_it(ahead: PriceBook, tmp_path: Path) -> None:
    chosen = chat(ahead, service_tier="standard")
    assert tokens(chosen) == STANDARD
    (item,) = said(chosen)
    assert (item.verdict, item.errs) == ("pass", "")
    assert "1.8 times" in item.text
    plain = talking(tmp_path)
    assert tokens(chat(plain, service_tier="standard")) == STANDARD
    assert not said(chat(plain, service_tier="standard"))
    assert not said(chat(ahead, service_tier="standard", can_wait_hours=24))


def test_a_service_without_the_tier_is_marked_and_billed_as_ever(ahead: PriceBook) -> None:
    chosen = chat(ahead, "gamma/chat")
    assert tokens(chosen) == {"Input tokens": 100.0, "Output tokens": 40.0}
    assert chosen.status == "feasible"
    (item,) = said(chosen)
    assert (item.verdict, item.text) == ("caution", NO_TIER.text)
    assert NO_TIER.text in chosen.reasons


def test_where_it_wins_the_headline_says_what_is_not_confirmed(ahead: PriceBook) -> None:
    """Gamma Chat costs 140 USD a month and nobody says that it comes ahead of others."""
    found = compare(scenario(**CHAT), ahead, MEMORY)
    assert found.cheapest is not None
    assert found.cheapest.id == "none>managed_api:gamma/chat"
    (item,) = found.unconfirmed
    assert item.unconfirmed == "whether Gamma Chat can be had ahead of others"
    assert item.vendor == "gamma"
    assert found.cheapest_confirmed is not None
    assert not found.cheapest_confirmed.option.unconfirmed
    assert not compare(scenario(**{**CHAT, "service_tier": "standard"}), ahead, MEMORY).unconfirmed


@pytest.mark.parametrize(
    ("hours", "usd", "waits"),
    [
        (0, PRIORITY, False),
        (0.99, PRIORITY, False),
        (1, STANDARD, True),  # no flex price here
        (23.9, STANDARD, True),
        (24, {"Batch input tokens": 75.0, "Batch output tokens": 30.0}, True),
    ],
)
def test_batch_and_priority_exclude_each_other(
    ahead: PriceBook, hours: float, usd: Mapping[str, float], waits: bool
) -> None:
    """Who can wait is billed for that, and told so by every service."""
    chosen = chat(ahead, can_wait_hours=hours)
    assert tokens(chosen) == usd
    assert (WAITING in said(chosen)) == waits
    other = chat(ahead, "gamma/chat", can_wait_hours=hours)
    assert (WAITING in said(other)) == waits


# ------------------------------------------------------------------------------ what is missing


def test_a_cached_price_nobody_states_is_missing(ahead: PriceBook, tmp_path: Path) -> None:
    chosen = chat(ahead, cached_input_share=0.5)
    assert chosen.status == "incomplete"
    assert chosen.missing == ("Acme Chat: price ahead of others of cached input",)
    # nothing repeated: nothing missing
    assert chat(ahead).missing == ()
    stated = talking(tmp_path, token_prices=[*AHEAD, CACHED])
    assert tokens(chat(stated, cached_input_share=0.5)) == {
        "Priority input tokens": 135.0,  # 500 x 0.27
        "Priority cached input tokens": 25.0,  # 500 x 0.05
        "Priority output tokens": 120.0,
    }


def test_a_vendor_without_a_cached_price_at_all_bills_input_in_full(tmp_path: Path) -> None:
    own = [price("gamma/chat/priority_input", 0.2), price("gamma/chat/priority_output", 0.8)]
    book = talking(tmp_path, token_prices=own)
    chosen = chat(book, "gamma/chat", cached_input_share=0.5)
    assert chosen.status == "feasible"
    # 1,000 x 0.20, 100 x 0.80
    assert tokens(chosen) == {"Priority input tokens": 200.0, "Priority output tokens": 80.0}


@pytest.mark.parametrize(("read", "missing"), [(499, False), (500, True)])
def test_what_is_too_short_to_be_cached_misses_nothing(
    tmp_path: Path, read: int, missing: bool
) -> None:
    own = [terms("acme/chat", cache_least=500)]
    book = talking(tmp_path, token_terms=own, token_prices=AHEAD)
    chosen = chat(book, input_tokens=read, cached_input_share=0.5)
    assert bool(chosen.missing) == missing


def test_written_to_the_cache_ahead_of_others(tmp_path: Path) -> None:
    own = [*AHEAD, CACHED, price("acme/chat/cache_write", 0.2)]
    chosen = chat(talking(tmp_path / "a", token_prices=own), cache_writes_share=0.5)
    assert chosen.missing == ("Acme Chat: price ahead of others of cache write",)
    stated = talking(
        tmp_path / "b", token_prices=[*own, price("acme/chat/priority_cache_write", 0.34)]
    )
    found = tokens(chat(stated, cache_writes_share=0.5))
    assert found["Priority cache write tokens"] == pytest.approx(500 * 0.34)
    assert found["Priority input tokens"] == pytest.approx(500 * 0.27)


def test_one_half_of_a_tier_is_no_guess_for_the_other(tmp_path: Path) -> None:
    chosen = chat(talking(tmp_path, token_prices=AHEAD[:1]))
    assert chosen.status == "incomplete"
    assert chosen.missing == ("Acme Chat: price ahead of others of output",)


LONG = [price(f"acme/chat/long_{name}", usd) for name, usd in (("input", 0.3), ("output", 0.9))]
LONG_AHEAD = [
    price(f"acme/chat/long_priority_{name}", usd) for name, usd in (("input", 0.5), ("output", 2))
]


@pytest.mark.parametrize(
    ("read", "usd"),
    [
        (1000, PRIORITY),
        # the whole request: 1,001 x 0.50, 100 x 2.00
        (
            1001,
            {
                "Priority input tokens, long prompt": 500.5,
                "Priority output tokens, long prompt": 200.0,
            },
        ),
    ],
)
def test_long_prompts_ahead_of_others(tmp_path: Path, read: int, usd: Mapping[str, float]) -> None:
    own = [terms("acme/chat", long_above=1000)]
    known = talking(tmp_path / "a", token_terms=own, token_prices=[*AHEAD, *LONG, *LONG_AHEAD])
    assert tokens(chat(known, input_tokens=read)) == usd
    # a vendor that sells none of them ahead of others: missing, above the edge alone
    none = talking(tmp_path / "b", token_terms=own, token_prices=[*AHEAD, *LONG])
    words = ("input, long prompts", "output, long prompts")
    lacks = tuple(f"Acme Chat: price ahead of others of {what}" for what in words)
    assert chat(none, input_tokens=read).missing == (lacks if read > 1000 else ())


def test_peak_hours_ahead_of_others_are_missing_where_nobody_states_them(tmp_path: Path) -> None:
    peak = [price("acme/chat/peak_input", 0.3), price("acme/chat/peak_output", 1.2)]
    own = [terms("acme/chat", peak_hours="1-5 01-04")]
    book = talking(tmp_path, token_terms=own, token_prices=[*AHEAD, *peak])
    assert chat(book, service_tier="standard").status == "feasible"
    words = ("input, peak hours", "output, peak hours")
    lacks = tuple(f"Acme Chat: price ahead of others of {what}" for what in words)
    assert chat(book).missing == lacks


def test_the_premium_of_a_region_comes_on_top(tmp_path: Path) -> None:
    own = [terms("acme/chat", residency_eu_pct=10)]
    book = talking(tmp_path, token_terms=own, token_prices=AHEAD)
    found = tokens(chat(book, data_sensitivity="personal", region="eu"))
    premium = {name: usd for name, usd in found.items() if "processing in" in name}
    assert sum(premium.values()) == pytest.approx(0.1 * (270 + 120))


def test_sound_ahead_of_others(tmp_path: Path) -> None:
    """25 tokens a second: 10 s are 250 of the tokens read, at a price of their own."""
    rules: dict[str, Any] = {
        "media_tokens": [media("acme", "patches", side=32, fit_long=4096, audio_per_s=25)],
        "token_terms": [terms("acme/chat", media="acme")],
    }
    own = [*AHEAD, price("acme/chat/audio_input", 1)]
    chosen = chat(talking(tmp_path / "a", token_prices=own, **rules), audio_seconds=10)
    assert chosen.missing == ("Acme Chat: price ahead of others of audio input",)
    own = [*own, price("acme/chat/priority_audio_input", 1.8)]
    found = tokens(chat(talking(tmp_path / "b", token_prices=own, **rules), audio_seconds=10))
    assert found["Priority audio input tokens"] == pytest.approx(250 * 1.8)
    assert found["Priority input tokens"] == pytest.approx(1000 * 0.27)


# ----------------------------------------------------------------------------- successors


def ending(folder: Path, ends: str, successor: str, prices: Sequence[str]) -> PriceBook:
    """The world of 2026-01-01 in which a service ends in June, with prices of tokens more."""
    talking(folder / "before", token_prices=prices)
    shutil.copytree(folder / "before", folder / "ending")  # a folder is read once
    path = folder / "ending" / "services.csv"
    head, *lines = path.read_text().splitlines()
    at = head.split(",").index("retires_on")
    found = [f"{head},successor"]
    for line in lines:
        cells = line.split(",")
        if cells[0] == ends:
            cells[at] = "2026-06-01"
        found.append(",".join([*cells, successor if cells[0] == ends else ""]))
    path.write_text("\n".join(found) + "\n")
    return PriceBook.load(directory=folder / "ending")


def test_a_successor_is_billed_at_its_tier_too(tmp_path: Path) -> None:
    """Gamma Chat, in turn, for five months; then Acme Chat ahead of others: 7 x 270 and 7 x 120."""
    book = ending(tmp_path, "gamma/chat", "acme/chat", AHEAD)
    found = amounts(chat(book, "gamma/chat", horizon_months=12))
    assert found["Input tokens"] == pytest.approx(5 * 100)
    assert found["Priority input tokens: successor's price"] == pytest.approx(7 * 270)
    assert found["Priority output tokens: successor's price"] == pytest.approx(7 * 120)


def test_a_successor_without_the_tier_is_told(tmp_path: Path) -> None:
    book = ending(tmp_path, "acme/chat", "gamma/chat", AHEAD)
    chosen = chat(book, horizon_months=12)
    assert amounts(chosen)["Input tokens: successor's price"] == pytest.approx(7 * 100)
    (end,) = (item for item in chosen.findings if item.rule == "retirement")
    assert end.text.endswith("Gamma Chat, of which no tier of answers ahead of others is known.")
    assert end.unconfirmed == "whether Gamma Chat can be had ahead of others"
    assert end in chosen.unconfirmed
    plain = chat(book, horizon_months=12, service_tier="standard")
    (end,) = (item for item in plain.findings if item.rule == "retirement")
    assert end.text.endswith("Gamma Chat.")
    assert not end.unconfirmed


@pytest.mark.parametrize(("months", "missing"), [(5, False), (6, True)])
def test_what_a_successor_s_tier_lacks_is_missing(
    tmp_path: Path, months: int, missing: bool
) -> None:
    """Acme Chat, which follows after five months, states no price of what is written."""
    book = ending(tmp_path, "gamma/chat", "acme/chat", AHEAD[:1])
    chosen = chat(book, "gamma/chat", horizon_months=months)
    lacks = ("Acme Chat: price ahead of others of output",)
    assert chosen.missing == (lacks if missing else ())


# ---------------------------------------------------------------------- axes and own figures


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("can_wait_hours", [0, 1, 24]),
        ("service_tier", ["standard", "priority", "standard"]),
        ("price.acme/chat/priority_input", [0.2, 0.4]),
    ],
)
def test_each_point_of_an_axis_has_its_turn(
    ahead: PriceBook, name: str, values: Sequence[Any]
) -> None:
    found = sweep(scenario(**CHAT), name, values, ahead, MEMORY, figures=("company",))
    for product in ("acme/chat", "gamma/chat"):
        row = found.at[f"none>managed_api:{product}"]
        for point, value in enumerate(values):
            alone = chat(ahead, product, **{name: value}).company_usd
            assert found.figures["company"][row, point] == pytest.approx(alone, rel=1e-12)


def test_only_two_tiers_are_known() -> None:
    with pytest.raises(ScenarioError) as caught:
        scenario(service_tier="flex")
    (bad,) = caught.value.bad
    assert (bad.field, bad.allowed) == ("service_tier", "standard | priority")


def test_own_price_and_discount_act_on_the_tier(ahead: PriceBook) -> None:
    # 1,000 x 0.20; 100 x 1.20 as listed
    figures: Mapping[str, Any] = {"price.acme/chat/priority_input": 0.2}
    own = tokens(chat(ahead, **figures))
    assert own == {"Priority input tokens": 200.0, "Priority output tokens": 120.0}
    # the price of input in its turn moves nothing here
    figures = {"price.acme/chat/input": 0.01}
    assert tokens(chat(ahead, **figures)) == PRIORITY
    figures = {"discount.acme": 50}
    off = tokens(chat(ahead, **figures))
    assert off == {name: usd / 2 for name, usd in PRIORITY.items()}


def test_the_turn_is_one_of_a_group(ahead: PriceBook) -> None:
    assert case(book=ahead, **CHAT).points.wait == "priority"
    assert case(book=ahead, **{**CHAT, "can_wait_hours": 24}).points.wait == "batch"
    assert case(book=ahead, **{**CHAT, "service_tier": "standard"}).points.wait == "now"
