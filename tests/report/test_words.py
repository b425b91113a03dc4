"""Words and numbers: 3 significant figures in headlines, exact cents in tables, no false 0."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest

from calculators.places import PLACES, UNTRAINED, VENUES
from calculators.results import STATUSES, Finding
from calculators.scenario import extra, fields
from report import words
from tests.report import examples


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "$0"),
        (1.4, "$1.40"),
        (12.34, "$12.30"),
        (12, "$12"),
        (99.96, "$100"),
        (410.4, "$410"),
        (999.6, "$1,000"),
        (1234.5, "$1,230"),
        (92_449, "$92,400"),
        (999_600, "$1 million"),
        (1_234_567, "$1.23 million"),
        (2.5e9, "$2.5 billion"),
        (0.00414, "$0.00414"),
        (0.0041, "$0.0041"),
        (0.5, "$0.50"),
        (-5.2, "−$5.20"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_dollars_have_three_significant_figures(value: float | None, text: str) -> None:
    assert words.usd(value) == text


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        (254.66, 253.16, "$2"),  # 255 - 253; alone they are $1.50 apart
        (254.66, 254.60, "under $1"),  # both read $255
        (418.74, 356.54, "$62"),  # 419 - 357
        (2_061.4, 300.3, "$1,760"),  # 2,060 - 300, and 2,060 is told to the ten
        (2_061.4, 2_058.2, "under $10"),  # both read $2,060
        (12.34, 12.26, "under $0.10"),  # both read $12.30
        (12.34, 9.876, "$2.40"),  # 12.3 - 9.88 = 2.42, and 12.3 is told to the tenth
        (1_234_567, 34_567, "$1.2 million"),  # 1,230,000 - 34,600, told to the ten thousand
        (100.0, 0.0, "$100"),
        (5.0, 5.0, "$0"),
    ],
)
def test_two_amounts_are_as_far_apart_as_they_read(first: float, second: float, text: str) -> None:
    assert words.usd_apart(first, second) == text
    assert words.usd_apart(second, first) == text


def test_a_share_of_next_to_nothing_has_no_row_of_zeros() -> None:
    assert words.usd_each(0.00000001) == "under $0.00001"
    assert words.usd_each(0.0000722) == "$0.0000722"
    assert words.usd_each(0.0000722, 1e-4) == "under $0.0001"
    assert words.usd_each(0) == "$0"
    assert words.usd_each(None) == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (92_000, "92 k"),
        (1.4e6, "1.4 M"),
        (999.4, "999"),
        (999.7, "1 k"),
        (0.25, "0.25"),
        (3e9, "3 B"),
        (None, "–"),
    ],
)
def test_short_numbers(value: float | None, text: str) -> None:
    assert words.short(value) == text


def test_ranges_name_both_ends_unless_they_read_alike() -> None:
    assert words.usd_range(290, 620) == "$290 to $620"
    assert words.usd_range(100.1, 100.2) == "$100"
    assert words.usd_range(None, 3) == "–"


def test_cents_are_exact_and_missing_is_not_zero() -> None:
    assert words.cents(1234.565) == "1,234.57"
    assert words.cents(-0.001) == "0.00"
    assert words.cents(-2.5) == "−2.50"
    assert words.cents(None) == words.cents(math.nan) == "–"


def test_rates_keep_their_digits() -> None:
    assert words.rate(0.15e-6) == "0.00000015"
    assert words.rate(91) == "91.00"
    assert words.quantity(1_036_800) == "1,036,800"
    assert words.quantity(0.1 + 0.2) == "0.3"
    assert words.rate(None) == "–"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (38.2, "38 ms"),
        (3.14, "3.14 ms"),
        (999.4, "999 ms"),
        (1234, "1.2 s"),
        (59_900, "60 s"),
        (180_000, "3 min"),
        (None, "–"),
    ],
)
def test_durations(value: float | None, text: str) -> None:
    assert words.milliseconds(value) == text


def test_amounts_under_one_another_keep_their_cents() -> None:
    told = [words.usd_in_column(x) for x in (23, 30.1, 5.0, 99.96, 230, 0.0041, 1.2e6, 0, None)]
    assert told == ["$23.00", "$30.10", "$5.00", "$100", "$230", "$0.0041", "$1.2 million", "$0",
                    "–"]  # fmt: skip


def test_shares_and_days() -> None:
    assert [words.percent(x) for x in (0.48, 0.005, 0.0312, 1)] == [
        "48 %",
        "0.5 %",
        "3.1 %",
        "100 %",
    ]
    assert (
        words.glued("22 % of 1.2 million, in 3 days") == "22\u00a0% of 1.2\u00a0million, in 3 days"
    )
    assert words.day(date(2026, 11, 2)) == "2 Nov 2026"
    assert words.day(None) == "–"


def test_every_place_group_and_field_has_words() -> None:
    assert [words.place(kind) for kind in PLACES] == [place.name for place in PLACES.values()]
    assert words.trained("hosted_platform") == VENUES["hosted_platform"].name
    assert words.trained(UNTRAINED) == "not trained"
    assert set(words.STATUSES) == set(STATUSES)
    assert {extra(name, "group") for name in fields()} == set(words.GROUPS)
    assert all(words.input_title(name) for name in fields())


def test_inputs_read_with_their_unit() -> None:
    assert words.input_value("requests_per_month", 1e6) == "1,000,000 requests per month"
    assert words.input_value("target_peak_load", 0.7) == "70 %"
    assert words.input_value("peak_to_mean", 3.0) == "3"
    assert words.input_value("horizon_months", 1) == "1 month"
    assert words.input_value("input_tokens", 1.0) == "1 token per request"
    assert words.input_value("measured_requests_per_s", 1.0) == "1 requests/s per machine"
    assert words.input_value("dataset_gb", 1.0) == "1 GB"
    assert words.input_value("latency_budget_ms", None) == "not set"
    assert words.input_value("battery_wear", False) == "no"
    assert words.input_value("platforms", ("ios", "web")) == "iOS, web"
    assert words.input_value("providers_allowed", ()) == "any"
    assert words.input_value("data_sensitivity", "on_premises") == "on premises"


def test_caution_shows_in_the_status_not_only_in_colour() -> None:
    unsure = (Finding("terms", "caution", "terms are not known."),)
    careful = replace(examples.API, _findings=lambda: unsure)
    assert words.status(examples.API) == "Possible"
    assert words.status(careful) == "Possible, with care"
    assert words.status(examples.DEVICE) == "Ruled out"
    assert words.why(careful) == "Terms are not known."
    assert words.why(examples.API) == "Meets every need."
    assert words.why(examples.HYBRID) == "Needs price above 20 million units a month."


def test_long_lists_of_reasons_are_counted() -> None:
    findings = tuple(Finding("x", "caution", f"reason {n}") for n in (1, 2, 3, 3))
    option = replace(examples.API, _findings=lambda: findings)
    assert words.why(option, most=2) == "Reason 1. Reason 2. And 1 more."
    assert words.why(option) == "Reason 1. Reason 2. Reason 3."


def test_a_mix_with_nothing_to_mix_says_why_and_is_not_ruled_out() -> None:
    mixed = (
        Finding("battery", "caution", "Battery use is not known for some."),
        Finding("mix", "pass", "Every device of the mix can answer."),
    )
    option = replace(examples.HYBRID, status="pointless", _findings=lambda: mixed)
    assert words.status(option) == "Adds nothing"
    assert words.why(option) == "Every device of the mix can answer."


def test_what_users_pay_may_be_all_that_is_missing() -> None:
    option = replace(
        examples.API, user_usd=None, total_usd=None, _missing=lambda: ("household price of us",)
    )
    assert words.status(option) == "Possible"
    assert words.why(option) == "What users pay is not known: needs household price of us."
    assert words.users_unknown(examples.API) == words.users_unknown(examples.HYBRID) == ""


def test_training_is_named_where_somebody_trains() -> None:
    scenario = examples.PLAIN.scenario
    trained = replace(examples.API, trained_at="rented")
    assert words.training(examples.API, scenario) == ""
    assert words.training(trained, scenario) == "trained at: rented machines"
    retrained = scenario.with_changes({"retrains_per_month": 1.0})
    assert words.training(examples.API, retrained) == "not trained"


def test_readers_see_no_name_of_a_field() -> None:
    assert words.spoken("needs the size of the model (params_millions)") == (
        "needs the size of the model"
    )
    assert words.spoken("Intel (x86), reach (95)") == "Intel (x86), reach (95)"


def test_labels_inside_sentences_keep_abbreviations() -> None:
    assert words.lower("Managed API") == "managed API"
    assert words.lower("API") == "API"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("needs 8,734 MB at its peak", "needs 8.73 GB at its peak"),
        ("may use about 2,000 MB of 4 GB", "may use about 2 GB of 4 GB"),
        ("sends 100 MB of what it learnt", "sends 100 MB of what it learnt"),
        ("needs 1,234,567 MB", "needs 1,230 GB"),
    ],
)
def test_memory_reads_in_the_unit_of_what_a_device_has(text: str, said: str) -> None:
    assert words.spoken(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("your limit is 20,000 ms to the answer", "your limit is 20 s to the answer"),
        ("takes 65,518 ms an answer", "takes 65.5 s an answer"),
        (
            "143 ms to the answer; your limit is 100 ms",
            "143 ms to the answer; your limit is 100 ms",
        ),
        # in three figures both would be 2 s, and one is over the other
        ("2,004 ms; your limit is 2,000 ms", "2.004 s; your limit is 2 s"),
        ("2,040 ms; your limit is 2,000 ms", "2.04 s; your limit is 2 s"),
    ],
)
def test_a_second_and_more_reads_in_seconds(text: str, said: str) -> None:
    assert words.spoken(text) == said


def test_a_day_reads_as_elsewhere_on_the_page() -> None:
    assert words.spoken("Llama came out on 2024-07-23.") == "Llama came out on 23 Jul 2024."
    for stays in ("It is gpt-4.1-2025-04-14.", "at a.example/2024-07-23", "on 2024-13-45"):
        assert words.spoken(stays) == stays
