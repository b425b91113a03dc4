"""Price forms by hand: each on both sides of its edge, in the small invented world.

Acme Chat: 0.15 in, 0.60 out, 0.03 cached, batch 0.075 and 0.30 USD a million. All bills are of a
million requests a month, so a million tokens a request cost a million times the price.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.compare import compare
from calculators.market import forms
from calculators.market.forms.hours import hours_of
from calculators.market.forms.line import Line
from calculators.market.weights import Weights
from calculators.options.managed_api import Billing, offered
from calculators.presets import from_preset
from calculators.results import Option
from pricing.book import PriceBook
from pricing.schema import OnePriceRow
from tests.calculators.market.talking import answered, price, row, talking, terms, tokens
from tests.calculators.world import amounts, case

REAL = PriceBook.load()
CHAT: dict[str, Any] = {
    "task": "text_generation",
    "model": "chat-8b",
    "input_tokens": 1000,
    "output_tokens": 100,
    "requests_per_month": 1_000_000,
    "horizon_months": 1,
    "text_language": "any",
}
LONG = [price(f"acme/chat/long_{name}", usd) for name, usd in (("input", 0.3), ("output", 0.9))]
PEAK = [price(f"acme/chat/peak_{name}", usd) for name, usd in (("input", 0.3), ("output", 1.2))]


def chat(book: PriceBook, product: str = "acme/chat", **changes: Any) -> Option:
    return answered(book, product, {**CHAT, **changes})


def lines(book: PriceBook, values: Any = None, **changes: Any) -> Sequence[Line]:
    asked = case(values, book=book, **{**CHAT, **changes})
    return Billing(asked, offered(asked)).lines


# ------------------------------------------------------------------------------- long prompts


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> PriceBook:
    own = [terms("acme/chat", long_above=1000), terms("gamma/chat", long_above=1000)]
    folder = tmp_path_factory.mktemp("long")
    return talking(folder, token_terms=own, token_prices=LONG)


@pytest.mark.parametrize(
    ("read", "usd"),
    [
        (1000, {"Input tokens": 150.0, "Output tokens": 60.0}),  # 1,000 Mtok x 0.15; 100 x 0.60
        # the whole request: 1,001 x 0.30 = 300.30; 100 x 0.90 = 90
        (1001, {"Input tokens, long prompt": 300.3, "Output tokens, long prompt": 90.0}),
    ],
)
def test_a_long_prompt_is_billed_at_other_prices_as_a_whole(
    long: PriceBook, read: int, usd: dict[str, float]
) -> None:
    assert tokens(chat(long, input_tokens=read)) == usd


def test_a_long_prompt_without_a_price_is_incomplete(long: PriceBook) -> None:
    fits = chat(long, "gamma/chat")
    assert fits.status == "feasible"
    chosen = chat(long, "gamma/chat", input_tokens=1001)
    assert chosen.status == "incomplete"
    assert chosen.missing == ("Gamma Chat: price of prompts above 1,000 tokens",)


def test_a_sweep_has_both_prices(long: PriceBook) -> None:
    found = lines(long, {"input_tokens": [1000.0, 1001.0]})
    by_name = {line.meter.name: line for line in found}
    row = by_name["input"].rows.tolist().index(0)
    assert by_name["input"].units[row].tolist() == [0.001, 0.0]
    assert by_name["long_input"].units.tolist() == [[0.0, 0.001001]]


# -------------------------------------------------------------------------------------- cache


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> PriceBook:
    own = [terms("acme/chat", cache_least=500, cache_minutes=5)]
    writes = [price("acme/chat/cache_write", 0.2)]
    return talking(tmp_path_factory.mktemp("cache"), token_terms=own, token_prices=writes)


def test_what_is_written_to_the_cache_has_a_price_of_its_own(cache: PriceBook) -> None:
    # 1,000 Mtok: 500 read x 0.03 = 15, 300 written x 0.20 = 60, 200 plain x 0.15 = 30
    chosen = chat(cache, cached_input_share=0.5, cache_writes_share=0.3)
    found = tokens(chosen)
    assert found["Cached input tokens"] == pytest.approx(15)
    assert found["Cache write tokens"] == pytest.approx(60)
    assert found["Input tokens"] == pytest.approx(30)
    (said,) = [item for item in chosen.not_modelled if item.rule == "cache"]
    assert said.text == "The price of writing is for a cache of 5 minutes; longer costs more."
    assert said.errs == "low"


def test_nobody_writes_what_is_read_is_said(cache: PriceBook) -> None:
    chosen = chat(cache, cached_input_share=0.5)
    assert [item.rule for item in chosen.not_modelled].count("cache") == 1
    assert not [item for item in chat(cache).not_modelled if item.rule == "cache"]


@pytest.mark.parametrize(("read", "cached"), [(499, 0.0), (500, 7.5)])
def test_a_prompt_below_the_least_is_not_cached(cache: PriceBook, read: int, cached: float) -> None:
    # 250 Mtok x 0.03 = 7.5
    found = tokens(chat(cache, input_tokens=read, cached_input_share=0.5))
    assert found.get("Cached input tokens", 0.0) == pytest.approx(cached)
    other = tokens(chat(cache, input_tokens=read, cache_writes_share=0.5))
    assert ("Cache write tokens" in other) == (read == 500)


def test_without_a_price_of_writing_it_is_plain_input(cache: PriceBook) -> None:
    assert tokens(chat(cache, "gamma/chat", cache_writes_share=1)) == {
        "Input tokens": 100.0,  # 1,000 x 0.10
        "Output tokens": 40.0,
    }


def test_all_of_the_input_may_be_read_and_written(cache: PriceBook) -> None:
    found = tokens(chat(cache, cached_input_share=0.25, cache_writes_share=0.75))
    assert "Input tokens" not in found
    # 250 x 0.03 + 750 x 0.20
    assert found["Cached input tokens"] + found["Cache write tokens"] == pytest.approx(157.5)


# ------------------------------------------------------------------------------ waiting and hours


@pytest.fixture(scope="module")
def flex(tmp_path_factory: pytest.TempPathFactory) -> PriceBook:
    own = [price("acme/chat/flex_input", 0.08), price("gamma/chat/flex_input", 0.05)]
    return talking(tmp_path_factory.mktemp("flex"), token_prices=own)


@pytest.mark.parametrize(
    ("hours", "product", "usd"),
    [
        (0.9, "acme/chat", {"Input tokens": 150.0, "Output tokens": 60.0}),
        # 1,000 x 0.08; no flex price for output: 100 x 0.60
        (1, "acme/chat", {"Flex input tokens": 80.0, "Output tokens": 60.0}),
        (24, "acme/chat", {"Batch input tokens": 75.0, "Batch output tokens": 30.0}),
        # no batch price: the flex one
        (24, "gamma/chat", {"Flex input tokens": 50.0, "Output tokens": 40.0}),
    ],
)
def test_patience_has_a_price(
    flex: PriceBook, hours: float, product: str, usd: dict[str, float]
) -> None:
    assert tokens(chat(flex, product, can_wait_hours=hours)) == usd


@pytest.fixture(scope="module")
def peak(tmp_path_factory: pytest.TempPathFactory) -> PriceBook:
    own = [
        terms("acme/chat", peak_hours="1-5 01-04 06-10"),
        terms("gamma/chat", peak_hours="1-7 00-24"),
    ]
    return talking(tmp_path_factory.mktemp("peak"), token_terms=own, token_prices=PEAK)


def test_an_even_week_has_35_of_168_hours_at_peak(peak: PriceBook) -> None:
    found = tokens(chat(peak, peak_to_mean=1))
    # five days of 3 + 4 hours: 35 / 168 of 1,000 Mtok x 0.30
    assert found["Input tokens, peak hours"] == pytest.approx(300 * 35 / 168)
    assert found["Input tokens"] == pytest.approx(150 * 133 / 168)
    total = sum(found.values())
    assert total / (150 + 60) == pytest.approx(1 + 35 / 168)  # doubled: +20.8 %


def test_who_asks_at_weekends_pays_no_peak(peak: PriceBook) -> None:
    chosen = chat(peak, weekend_share=1, utc_offset_hours=0)
    assert tokens(chosen) == {"Input tokens": 150.0, "Output tokens": 60.0}


def test_the_users_clock_decides(peak: PriceBook) -> None:
    """All in one hour, 20:00 on the users' clock: 02:00 UTC where they are 18 hours behind.

    6 hours behind it is 02:00 of the next day, so Monday's hour is Sunday's evening.
    """
    one_hour: dict[str, Any] = {"peak_to_mean": 24, "weekend_share": 0}
    at_two = sum(tokens(chat(peak, utc_offset_hours=-6, **one_hour)).values())
    # Friday evening is Saturday 02:00 UTC: four of five days at the peak
    assert at_two == pytest.approx(210 * (1 + 4 / 5), rel=1e-3)
    at_noon = sum(tokens(chat(peak, utc_offset_hours=8, **one_hour)).values())
    assert at_noon == pytest.approx(210, rel=1e-3)


def test_peak_hours_without_a_price_are_incomplete(peak: PriceBook) -> None:
    assert chat(peak, "gamma/chat").missing == ("Gamma Chat: price of peak hours",)


def test_hours_of_a_week() -> None:
    week = np.array(hours_of("1-5 01-04 06-10")).reshape(7, 24)
    assert week.sum() == 35
    assert np.flatnonzero(week[0]).tolist() == [1, 2, 3, 6, 7, 8, 9]
    assert not week[5:].any()
    assert sum(hours_of("6-7 00-24; 1-1 23-24")) == 49
    with pytest.raises(ValueError, match="not written as in"):
        hours_of("at night")


# ---------------------------------------------------------------------------- residency and sound


@pytest.fixture(scope="module")
def stays(tmp_path_factory: pytest.TempPathFactory) -> PriceBook:
    own = [terms("acme/chat", residency_eu_pct=10)]
    return talking(tmp_path_factory.mktemp("stays"), token_terms=own)


@pytest.mark.parametrize(
    ("sensitivity", "region", "extra"),
    [
        ("public", "eu", 0.0),
        ("internal", "eu", 0.0),
        ("personal", "eu", 21.0),
        ("personal", "us", 0),
    ],
)
def test_processing_in_the_region_costs_more_where_data_must_stay(
    stays: PriceBook, sensitivity: str, region: str, extra: float
) -> None:
    """A tenth of 150 + 60 USD, as items of their own."""
    chosen = chat(stays, data_sensitivity=sensitivity, region=region)
    premium = {
        name: usd for name, usd in tokens(chosen).items() if "processing in the European" in name
    }
    assert sum(premium.values()) == pytest.approx(extra)
    assert tokens(chosen)["Input tokens"] == 150.0


# ------------------------------------------------------------------------------------ everything


@given(
    read=st.floats(1, 5000),
    written=st.floats(0, 5000),
    cached=st.floats(0, 1),
    put=st.floats(0, 1),
)
def test_no_token_is_lost_or_billed_twice(
    everything: PriceBook, read: float, written: float, cached: float, put: float
) -> None:
    """However a bill is parted into prices, it holds all that is read and written, once."""
    changes = {
        "input_tokens": read,
        "output_tokens": written,
        "cached_input_share": cached,
        "cache_writes_share": put * (1 - cached),
    }
    found = [line for line in lines(everything, **changes) if "processing in" not in line.name]
    by_kind = {"in": 0.0, "out": 0.0}
    for line in found:
        own = [i for i, row in enumerate(line.rows.tolist()) if row == 0]
        kind = "out" if line.meter.name.endswith("output") else "in"
        by_kind[kind] += 1e6 * float(line.units[own].sum())
    assert by_kind["in"] == pytest.approx(read, rel=1e-9)
    assert by_kind["out"] == pytest.approx(written, rel=1e-9, abs=1e-9)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> PriceBook:
    own = terms(
        "acme/chat",
        long_above=1000,
        cache_least=100,
        peak_hours="1-5 01-04 06-10",
        residency_us_pct=10,
    )
    writes = [price("acme/chat/cache_write", 0.2)]
    folder = tmp_path_factory.mktemp("everything")
    return talking(folder, token_terms=[own], token_prices=[*LONG, *PEAK, *writes])


def test_every_form_has_a_name_and_stands_once() -> None:
    names = [form.name for form in forms.FORMS]
    assert len(set(names)) == len(names)
    assert all(names)


def test_a_new_form_is_one_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fee for a seat by the month, as a form that begins a line of its own."""
    book = talking(tmp_path, token_prices=[price("acme/chat/seat_fee", 1_000_000)])

    def add(asked: forms.Asked, before: forms.Lines) -> forms.Lines:
        meter = asked.services.meter("seat_fee")
        assert meter is not None
        return [*before, Line(meter, np.full((1, 1), 5.0), per="month", named="Seat fee")]

    own = forms.Form("seat fee", add)
    monkeypatch.setattr(forms, "FORMS", (*forms.FORMS, own))
    few, many = (
        amounts(chat(book, requests_per_month=volume, horizon_months=3)) for volume in (10, 1e6)
    )
    assert few["Seat fee"] == many["Seat fee"] == pytest.approx(3 * 5 * 1_000_000)


def test_an_unstated_price_of_long_prompts_is_said_where_it_may_matter(long: PriceBook) -> None:
    """Big Chat states nothing; the least length that costs more anywhere is 1,000 tokens."""
    own: dict[str, Any] = {"quality_class": "frontier"}
    for read, said in ((1000, False), (1001, True)):
        chosen = chat(long, "gamma/big-chat", input_tokens=read, **own)
        found = [item.text for item in chosen.not_modelled if "prompt this long" in item.text]
        assert bool(found) == said
    stated = chat(long, input_tokens=1001)
    assert not [item for item in stated.not_modelled if "prompt this long" in item.text]


@pytest.mark.parametrize("because", ["list", "below"])
def test_one_price_at_every_length_is_a_statement(tmp_path: Path, because: str) -> None:
    own = terms("acme/chat", long_above=1000)
    said = row(OnePriceRow, product="gamma/big-chat", because=because)
    book = talking(tmp_path, token_terms=[own], token_prices=LONG, one_prices=[said])
    chosen = chat(book, "gamma/big-chat", input_tokens=5000, quality_class="frontier")
    assert not [item for item in chosen.not_modelled if "prompt this long" in item.text]


# what nobody states of one seller, and another of the same weights does


@pytest.mark.parametrize(
    ("read", "cached", "plain", "errs"),
    [
        # OpenRouter does not say from how many tokens on Claude Haiku 5.5 is cached; Anthropic,
        # Bedrock, Vertex and Foundry all say 512. 1 M requests of 511 tokens at 0.10 USD a million:
        (511, 0.0, 51.1, "high"),
        # of 512, half of them read from the cache at 0.01: 256 x 0.01 and 256 x 0.10
        (512, 2.56, 25.6, "low"),
    ],
)
def test_what_a_seller_does_not_state_is_not_to_its_good(
    read: int, cached: float, plain: float, errs: str
) -> None:
    asked = {
        "model": "claude-haiku-5.5",
        "region": "eu",
        "input_tokens": read,
        "cached_input_share": 0.5,
        "requests_per_month": 1e6,
        "horizon_months": 1,
    }
    found = compare(from_preset("support_chat", asked, REAL), REAL)
    chosen = found.option("none>managed_api:openrouter/claude-haiku-5.5")
    assert chosen is not None
    paid = tokens(chosen)
    assert paid.get("Cached input tokens", 0.0) == pytest.approx(cached)
    assert paid["Input tokens"] == pytest.approx(plain)
    (said,) = [item for item in chosen.not_modelled if item.rule == "cache"]
    assert said.errs == errs
    assert ("nothing below 512" in said.text) == (errs == "high")


def test_the_longest_least_prompt_of_the_same_weights_counts() -> None:
    least = Weights(REAL).least_cached
    assert least["openrouter/gpt-6-luna"] == least["azure/ft-gpt-4.1"] == 1024
    assert least["openrouter/claude-haiku-5.5"] == least["anthropic/claude-haiku-5.5"] == 512
    assert "aws/bedrock-nova-lite" not in least  # nobody states it of Nova
