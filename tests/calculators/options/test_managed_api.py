"""Managed APIs by hand: tiers on both sides of each edge, free units, minimum, batch, caches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.compare import compare
from calculators.evaluation import evaluate
from calculators.options.managed_api import Billing, different_model, offered
from calculators.presets import from_preset
from calculators.results import Option
from pricing.book import PriceBook
from tests.calculators.world import amounts, case, compared, evaluated, items, option

ONE_MONTH = {"horizon_months": 1}
OWN_FACES = "managed_api>managed_api:acme/own-faces"


def api(product: str, **changes: Any) -> Option:
    return option(compared(**changes), f"none>managed_api:{product}")


def billed(chosen: Option, *words: str) -> float:
    """Dollars of the items whose name starts with one of the words."""
    starts = words or ("Requests", "Input", "Output", "Cached", "Batch")
    return sum(item.amount_usd for item in chosen.line_items if item.name.startswith(starts))


# ------------------------------------------------------------------------------- marginal tiers


# Azure Language, USD per 1,000 records: 1.00 to 0.5 M, 0.75 to 2.5 M, 0.30 to 10 M, 0.25 above
AZURE_LANGUAGE = [
    (499_999, 499.999),  # 499.999 x 1.00
    (500_000, 500.0),  # 500 x 1.00
    (500_001, 500.00075),  # + 0.001 x 0.75
    (2_499_999, 1999.99925),  # 500 + 1,999.999 x 0.75 = 500 + 1,499.99925
    (2_500_000, 2000.0),  # 500 + 2,000 x 0.75
    (2_500_001, 2000.0003),  # + 0.001 x 0.30
    (9_999_999, 4249.9997),  # 2,000 + 7,499.999 x 0.30 = 2,000 + 2,249.9997
    (10_000_000, 4250.0),  # 2,000 + 7,500 x 0.30
    (10_000_001, 4250.00025),  # + 0.001 x 0.25
    (20_000_000, 6750.0),  # 4,250 + 10,000 x 0.25; the last band for all would be 5,000
]


@pytest.mark.parametrize(("records", "usd"), AZURE_LANGUAGE)
def test_azure_language_tiers(records: int, usd: float) -> None:
    # 250 tokens x 4 characters = 1,000 characters = one record a request
    chosen = api(
        "acme/records",
        task="translation",
        model="",
        params_millions=100,
        input_tokens=250,
        requests_per_month=records,
        **ONE_MONTH,
    )
    assert billed(chosen) == pytest.approx(usd, abs=1e-6)


def test_each_band_is_an_item_of_its_own() -> None:
    chosen = api(
        "acme/records",
        task="translation",
        model="",
        params_millions=100,
        input_tokens=250,
        requests_per_month=3_000_000,
        **ONE_MONTH,
    )
    found = {
        item.name: (item.quantity, item.rate_usd, item.amount_usd)
        for item in chosen.line_items
        if item.name.startswith("Requests")
    }
    assert found == {
        "Requests, from 0 to 500,000 a month": (500_000, 0.001, 500),
        "Requests, from 500,000 to 2,500,000 a month": (2_000_000, 0.00075, 1500),
        "Requests, from 2,500,000 to 10,000,000 a month": (500_000, 0.0003, 150),
    }


# Rekognition group 2, first year: 1,000 free; 0.001 to 1 M, 0.0008 to 5 M, 0.0006 to 35 M,
# then a price nobody has seen
GROUP_2 = [
    (1000, 0.0),
    (1001, 0.001),  # the free units are the first, and use up the lowest band
    (1_000_000, 999.0),  # 999,000 x 0.001
    (1_000_001, 999.0008),
    (5_000_000, 4199.0),  # 999 + 4,000,000 x 0.0008
    (5_000_001, 4199.0006),
    (35_000_000, 22_199.0),  # 4,199 + 30,000,000 x 0.0006
]


@pytest.mark.parametrize(("images", "usd"), GROUP_2)
def test_rekognition_group_2_tiers(images: int, usd: float) -> None:
    chosen = api("acme/tiers", task="object_detection", requests_per_month=images, **ONE_MONTH)
    assert chosen.status == "feasible"
    assert billed(chosen) == pytest.approx(usd, abs=1e-6)


def test_beyond_the_last_seen_price_is_incomplete_never_cheaper() -> None:
    chosen = api("acme/tiers", task="object_detection", requests_per_month=35_000_001, **ONE_MONTH)
    assert chosen.status == "incomplete"
    assert chosen.total_usd is None
    assert chosen.missing == ("Acme Tiers: price above 35,000,000 images a month",)
    assert chosen.line_items == ()


def test_growth_into_an_unknown_price_is_incomplete() -> None:
    # 20 M doubled is 40 M in the second month
    chosen = api(
        "acme/tiers",
        task="object_detection",
        requests_per_month=20_000_000,
        growth_pct_per_month=100,
        horizon_months=2,
    )
    assert (chosen.status, chosen.total_usd) == ("incomplete", None)


def test_an_unknown_price_is_a_gap_at_its_volumes_only() -> None:
    volumes = [35e6, 35e6 + 1]
    found = evaluated({"requests_per_month": volumes}, task="object_detection", horizon_months=1)
    row = found.at["none>managed_api:acme/tiers"]
    assert np.isnan(found.company[row]).tolist() == [False, True]
    pair, own = found.where(row)
    assert pair.missing(own, 0) == ()
    assert pair.missing(own, 1) == ("Acme Tiers: price above 35,000,000 images a month",)


@pytest.mark.parametrize("growth", [0, 100])
def test_edges_are_the_volumes_at_which_a_price_changes(growth: float) -> None:
    """1,000 free units, bands at 1 M, 5 M and 35 M; doubled in the second of two months."""
    asked = case(task="object_detection", growth_pct_per_month=growth, horizon_months=2)
    block = evaluate(asked).pairs[0].block
    assert block.products.ids == ("acme/tiers",)
    edges = [1000, 1e6, 5e6, 35e6]
    both = sorted({*edges, *(edge / 2 for edge in edges)}) if growth else edges
    assert block.edges_of(0, 1e12) == pytest.approx(both)
    assert block.edges_of(0, 2e6).max() <= 2e6


# ------------------------------------------------------------------------------ free allowances


@pytest.mark.parametrize(
    ("product", "months", "usd"),
    [
        # perpetual: 1,000 of 6,000 free each month
        ("acme/faces", 12, 12 * 5.0),
        ("acme/faces", 13, 13 * 5.0),
        # first year: 5,000 of 6,000 free in months 1-12
        ("acme/faces-first-year", 11, 11 * 1.0),
        ("acme/faces-first-year", 12, 12 * 1.0),
        ("acme/faces-first-year", 13, 12 * 1.0 + 6.0),
        ("acme/faces-first-year", 36, 12 * 1.0 + 24 * 6.0),
        # three months: 1,000 of 6,000 free in months 1-3
        ("acme/faces-quarter", 2, 2 * 5.0),
        ("acme/faces-quarter", 3, 3 * 5.0),
        ("acme/faces-quarter", 4, 3 * 5.0 + 6.0),
        ("acme/faces-quarter", 36, 3 * 5.0 + 33 * 6.0),
    ],
)
def test_free_allowances(product: str, months: int, usd: float) -> None:
    chosen = api(product, requests_per_month=6000, horizon_months=months)
    assert billed(chosen) == pytest.approx(usd, abs=1e-9)


def test_unused_free_units_are_not_carried_over() -> None:
    # 500, 1,000, 2,000 requests: only the third month exceeds the 1,000 free ones
    chosen = api("acme/faces", requests_per_month=500, growth_pct_per_month=100, horizon_months=3)
    assert billed(chosen) == pytest.approx(1.0, abs=1e-9)


def test_an_unknown_allowance_is_said_not_assumed() -> None:
    chosen = api("gamma/faces", requests_per_month=10, **ONE_MONTH)
    assert billed(chosen) == pytest.approx(10 * 0.0009)
    assert any("Free allowance not known" in finding.text for finding in chosen.findings)


# -------------------------------------------------------------------------------- billed units


@pytest.mark.parametrize(
    ("characters", "units"),
    [(1, 3), (100, 3), (200, 3), (299, 3), (300, 3), (301, 4), (400, 4), (401, 5), (10_000, 100)],
)
def test_units_of_100_characters_at_least_3(characters: int, units: int) -> None:
    """Comprehend: max(3, ceil(characters / 100)) at 0.0001 USD."""
    chosen = api(
        "acme/language",
        task="translation",
        model="",
        params_millions=100,
        input_tokens=characters / 4,
        requests_per_month=1000,
        **ONE_MONTH,
    )
    (item,) = (item for item in chosen.line_items if item.name == "Requests")
    assert item.quantity == pytest.approx(1000 * units)
    assert item.amount_usd == pytest.approx(1000 * units * 0.0001)


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(1, 0.25), (15, 0.25), (15.1, 0.5), (20, 0.5), (60, 1.0), (61, 1.25)]
)
def test_speech_is_rounded_up_to_15_seconds(seconds: float, minutes: float) -> None:
    chosen = api(
        "acme/speech",
        task="speech_to_text",
        model="",
        params_millions=100,
        audio_seconds=seconds,
        requests_per_month=1000,
        **ONE_MONTH,
    )
    # 60 minutes a month are free
    assert billed(chosen) == pytest.approx((1000 * minutes - 60) * 0.006)


def test_three_features_on_one_image_are_three_units() -> None:
    changes: dict[str, Any] = {"task": "image_classification", "requests_per_month": 1000}
    one = api("acme/labels", features_per_request=1, **changes, **ONE_MONTH)
    three = api("acme/labels", features_per_request=3, **changes, **ONE_MONTH)
    assert items(three)["Requests"].quantity == 3000
    assert billed(one) == pytest.approx(1.0)
    assert billed(three) == pytest.approx(3.0)


@pytest.mark.parametrize(("asked", "billed_units"), [(1, 2), (2, 2), (3, 3)])
def test_a_service_that_needs_two_calls_bills_two(asked: int, billed_units: int) -> None:
    chosen = api("beta/faces", features_per_request=asked, requests_per_month=1000, **ONE_MONTH)
    assert items(chosen)["Requests"].quantity == 1000 * billed_units


def test_billed_units_of_several_requests_at_once() -> None:
    """Comprehend at three lengths: max(3, ceil(characters / 100))."""
    asked = case(
        {"input_tokens": [25.0, 100.0, 101.0]}, task="translation", model="", params_millions=100
    )
    billing = Billing(asked, offered(asked))
    (line,) = billing.lines
    row = billing.services.ids.index("acme/language")
    assert line.units[row].tolist() == [3, 4, 5]


# ---------------------------------------------------- requests that say nothing of their size


def test_a_request_without_tokens_is_not_free() -> None:
    """A meter of characters and a request of none: how long it is has not been said."""
    silent = {"task": "translation", "model": "", "params_millions": 100}
    chosen = api("acme/records", **silent)
    assert (chosen.status, chosen.company_usd) == ("incomplete", None)
    assert chosen.missing == ("tokens of one request",)
    assert api("acme/records", **silent, input_tokens=1).status == "feasible"


def test_a_recording_without_seconds_is_not_free() -> None:
    silent = {"task": "speech_to_text", "model": "", "params_millions": 100}
    chosen = api("acme/speech", **silent)
    assert chosen.status == "incomplete"
    assert chosen.missing == ("seconds of audio in one request",)
    assert api("acme/speech", **silent, audio_seconds=1).status == "feasible"


def test_an_answer_may_be_empty_where_the_question_is_not() -> None:
    """A classifier of text reads 500 tokens and writes none; all cached is still read."""
    chat = {**CHAT, "output_tokens": 0}
    assert api("acme/chat", **chat).status == "feasible"
    assert api("acme/chat", **chat, cached_input_share=1).status == "feasible"
    assert api("acme/chat", **{**chat, "input_tokens": 0}).missing == ("tokens of one request",)


def test_images_and_pages_need_no_length() -> None:
    assert api("acme/faces", input_tokens=0).status == "feasible"


def test_what_a_request_lacks_is_said_at_its_own_points() -> None:
    found = evaluated(
        {"audio_seconds": [0.0, 10.0]}, task="speech_to_text", model="", params_millions=100
    )
    row = found.at["none>managed_api:acme/speech"]
    assert np.isnan(found.company[row]).tolist() == [True, False]


@pytest.mark.parametrize(
    ("preset", "changes", "lacks"),
    [
        ("celebrity_match", {"task": "translation"}, "tokens of one request"),
        ("voice_notes", {"audio_seconds": 0}, "seconds of audio in one request"),
    ],
)
def test_no_service_of_the_real_book_is_free_for_nothing(
    preset: str, changes: dict[str, Any], lacks: str
) -> None:
    book = PriceBook.load()
    found = compare(from_preset(preset, changes, book), book)
    services = [item for item in found.options if item.kind == "managed_api"]
    assert services
    for item in services:
        assert item.status in ("incomplete", "infeasible"), item.id
        assert lacks in item.missing, item.id


# -------------------------------------------------------------------------------------- tokens


def test_euros_become_dollars_once() -> None:
    # 0.0005 EUR x 1.25 = 0.000625 USD; two calls a request
    chosen = api("beta/faces", requests_per_month=1000, **ONE_MONTH)
    item = items(chosen)["Requests"]
    assert item.rate_usd == pytest.approx(0.000625)
    assert item.amount_usd == pytest.approx(1.25)
    assert chosen.other_region
    assert "price of another region" in chosen.marks


CHAT: dict[str, Any] = {
    "task": "text_generation",
    "model": "chat-8b",
    "input_tokens": 500,
    "output_tokens": 500,
    "requests_per_month": 10_000 * 3 * 30,
    "requests_per_user_per_month": 90,
    "horizon_months": 1,
}


def test_ten_thousand_users_three_times_a_day() -> None:
    """10,000 users x 3 a day x 30 days = 900,000 requests of 500 + 500 tokens.

    450 Mtok in x 0.15 = 67.50; 450 Mtok out x 0.60 = 270.00; together 337.50 USD a month,
    0.03375 a user.
    """
    chosen = api("acme/chat", **CHAT)
    found = amounts(chosen)
    assert found["Input tokens"] == pytest.approx(67.5)
    assert found["Output tokens"] == pytest.approx(270.0)
    assert billed(chosen) == pytest.approx(337.50, abs=1e-9)
    assert billed(chosen) / 10_000 == pytest.approx(0.03375)


def test_the_same_at_the_real_price_of_gpt_4o_mini() -> None:
    book = PriceBook.load()
    rates = []
    for meter in ("input", "output"):
        tariff = book.tariff(f"openai/gpt-4o-mini/{meter}", "us")
        assert tariff is not None
        assert tariff.unit == "million_tokens"
        rates.append(tariff.usd)
    assert 900_000 * 500 / 1e6 * sum(rates) == pytest.approx(337.50)


def test_cached_input_is_billed_at_its_own_price() -> None:
    # 40 % of 450 Mtok repeat: 270 x 0.15 + 180 x 0.03 = 40.5 + 5.4; output 270 unchanged
    found = amounts(api("acme/chat", cached_input_share=0.4, **CHAT))
    assert found["Input tokens"] == pytest.approx(40.5)
    assert found["Cached input tokens"] == pytest.approx(5.4)
    assert found["Output tokens"] == pytest.approx(270.0)


def test_without_a_cache_price_all_input_is_billed_in_full() -> None:
    # 450 Mtok x 0.10, whatever repeats
    found = amounts(api("gamma/chat", cached_input_share=0.4, **CHAT))
    assert found["Input tokens"] == pytest.approx(45.0)
    assert "Cached input tokens" not in found


def test_batch_prices_need_a_day_of_patience() -> None:
    # 450 x 0.075 + 450 x 0.30 = 33.75 + 135 = 168.75, half of 337.50
    assert billed(api("acme/chat", can_wait_hours=24, **CHAT)) == pytest.approx(168.75)
    assert billed(api("acme/chat", can_wait_hours=23.9, **CHAT)) == pytest.approx(337.50)
    # no batch price: the standard one
    assert billed(api("gamma/chat", can_wait_hours=24, **CHAT)) == pytest.approx(45 + 180)


def test_batch_speech() -> None:
    changes: dict[str, Any] = {
        "task": "speech_to_text",
        "model": "",
        "params_millions": 100,
        "audio_seconds": 60,
        "requests_per_month": 1060,
        "horizon_months": 1,
    }
    assert billed(api("acme/speech", **changes)) == pytest.approx(6.0)
    assert billed(api("acme/speech", can_wait_hours=24, **changes)) == pytest.approx(3.0)
    assert api("acme/slow-speech", **changes).status == "infeasible"
    assert api("acme/slow-speech", can_wait_hours=24, **changes).status == "feasible"


def test_other_models_compete_within_their_class_only() -> None:
    found = compared(**CHAT)
    assert not option(found, "none>managed_api:acme/chat").different_model
    assert option(found, "none>managed_api:gamma/chat").different_model
    assert found.option("none>managed_api:gamma/big-chat") is None
    frontier = compared(**CHAT, quality_class="frontier")
    assert frontier.option("none>managed_api:gamma/big-chat") is not None
    assert frontier.option("none>managed_api:acme/chat") is not None  # the same weights


def test_other_weights_are_told_apart_from_the_same() -> None:
    asked = case(**CHAT)
    services = offered(asked)
    same = dict(zip(services.ids, different_model(asked, services).tolist(), strict=True))
    assert same == {"acme/chat": False, "gamma/chat": True}


def test_there_is_no_answer_time_but_a_trip() -> None:
    latency = api("delta/faces").latency
    assert (latency.p50_ms, latency.p95_ms) == (None, None)
    assert latency.parts_ms["round trips"] == 100


# ------------------------------------------------------------------- training on the service


def test_custom_model_pays_for_training_endpoint_and_requests() -> None:
    found = compared(
        own_model_required=True, retrains_per_month=2, requests_per_month=1000, horizon_months=3
    )
    chosen = option(found, OWN_FACES)
    assert chosen.status == "feasible"
    by_name = amounts(chosen)
    assert by_name["Requests"] == pytest.approx(3 * 1000 * 0.0012)
    assert by_name["Endpoint running all month"] == pytest.approx(3 * 730 * 2.0)
    # two hours a run (assumption) at 4 USD, three runs: once at the start, twice a month
    assert by_name["First training"] == pytest.approx(3 * 2 * 4.0)
    assert by_name["Retraining"] == pytest.approx(3 * 2 * 3 * 2 * 4.0)
    assert items(chosen)["Retraining"].period == "per retrain"


def test_ready_made_services_are_refused_when_an_own_model_is_required() -> None:
    found = compared(own_model_required=True)
    chosen = option(found, "none>managed_api:acme/faces")
    assert chosen.status == "infeasible"
    (fail,) = (finding for finding in chosen.findings if finding.verdict == "fail")
    assert fail.rule == "own model"
    assert fail.change


def test_a_service_trained_for_nobody_is_not_listed() -> None:
    assert compared().option(OWN_FACES) is None


def test_a_retiring_model_is_a_caution() -> None:
    chosen = api("gamma/faces", requests_per_month=10)
    assert any(finding.rule == "retirement" for finding in chosen.findings)
    assert chosen.status == "feasible"


# ------------------------------------------------------------------------------- price change


def test_price_change_is_an_item_of_its_own_with_the_input_as_source() -> None:
    chosen = api(
        "gamma/faces",
        requests_per_month=10_000,
        horizon_months=24,
        price_change_pct_per_year_api=21,
    )
    by_name = items(chosen)
    base = by_name["Requests"]
    change = by_name["Requests: price change"]
    assert base.amount_usd == pytest.approx(24 * 9.0)
    expected = sum(9.0 * (1.21 ** ((month - 1) / 12) - 1) for month in range(1, 25))
    assert change.amount_usd == pytest.approx(expected)
    assert change.source.key == "price_change_pct_per_year_api"


def test_falling_prices_are_a_credit() -> None:
    chosen = api(
        "gamma/faces",
        requests_per_month=10_000,
        horizon_months=24,
        price_change_pct_per_year_api=-19,
    )
    change = items(chosen)["Requests: price change"]
    expected = sum(9.0 * (0.81 ** ((month - 1) / 12) - 1) for month in range(1, 25))
    assert change.amount_usd == pytest.approx(expected)
    assert change.credit


def test_the_price_of_training_on_the_service_drifts() -> None:
    """Two a month x 3 runs x 2 h x 4 USD = 48 USD; doubling in a year, month 2 costs 2^(1/12).

    48 x (1.0594631 - 1) = 2.854229 more over two months; the first training is paid today
    """
    found = compared(
        own_model_required=True,
        retrains_per_month=2,
        horizon_months=2,
        price_change_pct_per_year_api=100,
    )
    chosen = option(found, OWN_FACES)
    by_name = amounts(chosen)
    assert by_name["First training"] == pytest.approx(24)
    assert by_name["Retraining"] == pytest.approx(96)
    assert by_name["Retraining: price change"] == pytest.approx(2.854229, rel=1e-6)
