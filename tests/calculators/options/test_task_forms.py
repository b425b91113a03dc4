"""Price forms of APIs that count no tokens, by hand: what a vendor's bill alone comes to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from calculators.compare import compare
from calculators.memory import SHARED
from calculators.results import Option
from calculators.scenario import build
from pricing.book import PriceBook
from tests.calculators.world import another_world, compared_in, items, option

BOOK = PriceBook.load()
BARE: dict[str, Any] = {
    "staff_usd_per_hour": 0,
    "request_kb": 0,
    "response_kb": 0,
    "horizon_months": 1,
    "battery_wear": False,
    "data_sensitivity": "public",
}
"""Leaves the vendor's bill."""


def asked(product: str, **changes: Any) -> Option:
    found = compare(build({**BARE, "discount_rate_pct": 0, **changes}), BOOK, SHARED)
    return option(found, f"none>managed_api:{product}")


def bill(product: str, **changes: Any) -> float:
    """The company's part: what the vendor asks for."""
    total = asked(product, **changes).company_usd
    assert total is not None
    return total


def speech(product: str, seconds: float, requests: float = 1000, **changes: Any) -> float:
    return bill(
        product,
        task="speech_to_text",
        audio_seconds=seconds,
        requests_per_month=requests,
        **changes,
    )


def said(chosen: Option, rule: str) -> list[str]:
    return [item.text for item in chosen.findings if item.rule == rule]


# -------------------------------------------------------------------------- least and increments


def test_groq_bills_ten_seconds_at_least() -> None:
    """1 M clips of 3 s: 1e6 x 10 / 3,600 h x 0.04 USD = 111.11 (33.33 without the least)."""
    model = {"model": "whisper-large-v3-turbo"}
    assert speech("groq/whisper-large-v3-turbo", 3, 1e6, **model) == pytest.approx(111.11, abs=0.01)
    # at ten seconds and above it is the sound itself: 1e6 x 11 / 3,600 x 0.04 = 122.22
    assert speech("groq/whisper-large-v3-turbo", 10, 1e6, **model) == pytest.approx(
        111.11, abs=0.01
    )
    assert speech("groq/whisper-large-v3-turbo", 11, 1e6, **model) == pytest.approx(
        122.22, abs=0.01
    )


def test_two_sources_on_the_least_of_transcribe_are_both_said() -> None:
    chosen = asked("aws-ai/transcribe-streaming", task="speech_to_text", audio_seconds=3)
    (text,) = said(chosen, "sources disagree")
    assert "none (Transcription usage bills" in text
    assert "2026-09-22" in text
    assert "0.25 minute of audio (AWS Transcribe: a guide, 2026-04-15)" in text


# ------------------------------------------------------------------------ features of one image


def image(product: str, requests: float, **changes: Any) -> float:
    return bill(product, task="image_classification", requests_per_month=requests, **changes)


def test_free_units_are_those_of_each_feature() -> None:
    """Two features on 2,000 images: each 1,000 free and 1,000 x 0.0015 = 1.50; 3.00 in all.

    One allowance for both would bill 3,000 x 0.0015 = 4.50.
    """
    assert image("gcp/vision-labels", 1000, features_per_request=2) == pytest.approx(0)
    assert image("gcp/vision-labels", 2000, features_per_request=2) == pytest.approx(3.0)
    assert image("gcp/vision-labels", 2000) == pytest.approx(1.5)


def test_tiers_are_those_of_each_feature() -> None:
    """4 M images, two features: each 3,999,000 x 0.0015 = 5,998.50, below the tier of 5 M.

    Together 8 M units would reach it: 4,999,000 x 0.0015 + 3 M x 0.001 = 10,498.50.
    """
    found = image("gcp/vision-labels", 4e6, features_per_request=2)
    assert found == pytest.approx(2 * 5998.5)


def test_safe_search_is_free_with_labels_at_google() -> None:
    assert image("gcp/vision-labels", 2000, addons=("safe_search",)) == pytest.approx(1.5)
    # Amazon: another call on the same image, 2,000 x 2 x 0.001 less 1,000 free in the first year
    free = 1000 * 0.001
    once, twice = (
        image("aws-ai/rekognition-labels", 1e6, addons=chosen) for chosen in ((), ("safe_search",))
    )
    assert once == pytest.approx(1000 - free)
    assert twice > once + 700  # the second million falls into the next tier


# ----------------------------------------------------------------------- base fees and documents


def translated(**changes: Any) -> float:
    """1,000 requests of 250 tokens, 4 characters each: 1 M characters a month."""
    given = {"task": "translation", "input_tokens": 250, "requests_per_month": 1000}
    return bill("deepl/api-pro", **{**given, **changes})


def test_deepl_has_a_base_fee() -> None:
    assert translated() == pytest.approx(25 + 5.49)
    # the fee is paid each month, whatever the volume
    assert translated(requests_per_month=1) == pytest.approx(0.025 + 5.49)
    assert translated(horizon_months=12) == pytest.approx(12 * (25 + 5.49))


def test_deepl_bills_fifty_thousand_characters_a_document() -> None:
    # 1,000 files x 50,000 characters = 50 M x 25 = 1,250 USD
    assert translated(addons=("documents",)) == pytest.approx(1250 + 5.49)
    # a file of 100,000 characters is above the least: 1,000 x 0.1 M x 25 = 2,500
    assert translated(addons=("documents",), input_tokens=25_000) == pytest.approx(2500 + 5.49)


# --------------------------------------------------------------------- streams and open sessions


@pytest.mark.parametrize(
    ("product", "file", "stream"),
    [
        ("xai/grok-voice-transcribe-2", 0.10, 0.20),  # an hour
        ("mistral/voxtral-mini-2602", 0.18, 0.36),  # 0.003 and 0.006 a minute
        ("gcp/gemini-3.5-transcribe", 0.18, 0.315),
    ],
)
def test_a_stream_costs_more_than_a_file(product: str, file: float, stream: float) -> None:
    assert speech(product, 3600) == pytest.approx(1000 * file)
    assert speech(product, 3600, addons=("streaming",)) == pytest.approx(1000 * stream)


def test_what_takes_files_only_is_refused_where_words_must_stream() -> None:
    given = {"task": "speech_to_text", "audio_seconds": 60, "addons": ("streaming",)}
    assert asked("deepgram/nova-3", **given).status == "infeasible"
    assert asked("deepgram/nova-3-streaming", **given).status == "feasible"
    assert "may be higher" in said(asked("elevenlabs/scribe-v2", **given), "not modelled")[0]


def test_an_open_connection_is_billed_while_it_is_open() -> None:
    """0.45 USD an hour: 60 s of sound are 0.0075, a session of ten minutes 0.075."""
    product = "assemblyai/universal-3.6-pro-realtime"
    assert speech(product, 60) == pytest.approx(7.5)
    assert speech(product, 60, session_seconds=600) == pytest.approx(75)
    assert speech(product, 900, session_seconds=600) == pytest.approx(
        112.5
    )  # never below the sound
    # words that stream make it a live session, of a minute unless another length is said
    assert speech(product, 20, addons=("streaming",)) == pytest.approx(7.5)
    silent = asked(product, task="speech_to_text", audio_seconds=60)
    assert "connection is open" in said(silent, "not modelled")[0]
    told = asked(product, task="speech_to_text", audio_seconds=60, session_seconds=600)
    assert said(told, "not modelled") == []


# ------------------------------------------------------------------------------------ add-ons


def test_each_channel_is_billed() -> None:
    one = speech("deepgram/nova-3", 60)
    assert speech("deepgram/nova-3", 60, addons=("channels",)) == pytest.approx(2 * one)
    given = {"task": "speech_to_text", "audio_seconds": 60, "addons": ("channels",)}
    chosen = asked("elevenlabs/scribe-v2", **given)
    assert "may be twice as high" in said(chosen, "not modelled")[0]


def test_speakers_cost_extra_where_a_price_says_so() -> None:
    # 1,000 minutes x 0.002
    product = "deepgram/nova-3-streaming"
    both = speech(product, 60, addons=("speakers", "entities"))
    assert both - speech(product, 60) == pytest.approx(2.0 + 1.7)
    given = {"task": "speech_to_text", "audio_seconds": 60, "addons": ("speakers",)}
    assert "may be higher" in said(asked("elevenlabs/scribe-v2", **given), "not modelled")[0]


# ------------------------------------------------------------------- what may be kept has a price


def test_google_charges_a_third_less_where_it_may_keep_the_recordings() -> None:
    """10,060 minutes, of which 60 are free: 10,000 x 0.024 = 240, with data logging x 0.016."""
    assert speech("gcp/speech-v1", 60, 10_060) == pytest.approx(240)
    assert speech("gcp-logged/speech-v1", 60, 10_060) == pytest.approx(160)


@pytest.mark.parametrize(("level", "status"), [("public", "feasible"), ("personal", "infeasible")])
def test_recordings_of_people_are_not_sold_for_a_discount(level: str, status: str) -> None:
    given = {"task": "speech_to_text", "audio_seconds": 60, "data_sensitivity": level}
    chosen = asked("gcp-logged/speech-v1", **given)
    assert chosen.status == status
    refused = [item.text for item in chosen.findings if item.verdict == "fail"]
    named = "Google Cloud with data logging is cheaper because what is sent may be trained on"
    assert bool(refused) == (status == "infeasible")
    assert all(named in text for text in refused)


def test_a_listed_price_that_supposes_logging_says_so_and_errs_low() -> None:
    given = {"task": "speech_to_text", "audio_seconds": 60}
    (item,) = asked("deepgram/nova-3", **given).not_modelled
    assert "may keep and learn from" in item.text
    assert item.errs == "low"
    other = asked("gcp/speech-v1", **given)
    assert not [item for item in other.not_modelled if "learn from" in item.text]


def test_google_transcribes_for_less_within_a_day() -> None:
    """1,000 minutes x 0.016, or x 0.003 where a day may pass."""
    assert speech("gcp/speech-v2", 60, can_wait_hours=23) == pytest.approx(16)
    assert speech("gcp/speech-v2", 60, can_wait_hours=24) == pytest.approx(3)


def test_google_bills_the_sum_of_the_channels() -> None:
    for product in ("gcp/speech-v1", "gcp/speech-v2", "gcp-logged/speech-v1"):
        one = speech(product, 60, 1060 if "v1" in product else 1000)
        two = speech(product, 60, 1030 if "v1" in product else 500, addons=("channels",))
        # 1,000 minutes billed of 1,060, and of 2 x 1,030 = 2,060 with 60 of them free: 2,000
        assert two == pytest.approx(2 * one if "v1" in product else one)


def test_an_allowance_and_a_tier() -> None:
    """Speechmatics: 2,400 minutes free, 0.005 to 30,000 minutes, 0.004 above."""
    assert speech("speechmatics/batch", 60, 2400) == pytest.approx(0)
    assert speech("speechmatics/batch", 60, 2500) == pytest.approx(0.5)
    # 27,600 x 0.005 + 10,000 x 0.004
    assert speech("speechmatics/batch", 60, 40_000) == pytest.approx(178)


# ------------------------------------------------------- forms that no row of the book has yet


def test_a_fee_for_each_request_and_no_free_one(tmp_path: Path) -> None:
    """delta/faces: 1,000,000 requests x 0.0001 beside the units, allowances do not touch it."""
    book = another_world(
        tmp_path, {"task_api_prices": ["delta/faces/request_fee,0.1,thousand_requests"]}
    )
    chosen = option(compared_in(book, horizon_months=1), "none>managed_api:delta/faces")
    assert items(chosen)["Fee for each request"].amount_usd == pytest.approx(100)


def test_part_units_are_rounded_up_once_a_month(tmp_path: Path) -> None:
    """1,001 requests in thousands: two thousand are billed, not 1.001."""
    price = "epsilon/faces/standard,2,thousand_requests"
    service = "epsilon/faces,delta,Epsilon Faces,task_api,face_match,,,,0,1,0,,yes,no,no,no,"
    terms = "epsilon/faces,,,,,,,yes,,,"
    rows = {"task_api_prices": [price], "services": [service], "task_terms": [terms]}
    book = another_world(tmp_path, rows)
    for requests, usd in ((999, 2), (1000, 2), (1001, 4)):
        found = compared_in(book, horizon_months=1, requests_per_month=requests)
        lines = items(option(found, "none>managed_api:epsilon/faces"))
        assert lines["Requests"].amount_usd == pytest.approx(usd)


@pytest.mark.parametrize(
    ("product", "at_once", "in_a_batch"),
    [("mistral/ocr-latest", 4 + 5, 2 + 2.5), ("mistral/ocr-3", 2 + 3, 1 + 1.5)],
)
def test_annotations_of_mistral_in_a_batch(product: str, at_once: float, in_a_batch: float) -> None:
    """1,000 pages, a page and its annotation each: 0.004 + 0.005, in a batch 0.002 + 0.0025."""
    given = {"task": "ocr", "requests_per_month": 1000, "addons": ("annotations",)}
    for hours, usd in ((0, at_once), (24, in_a_batch)):
        chosen = asked(product, can_wait_hours=hours, **given)
        assert chosen.company_usd == pytest.approx(usd)
        assert not [item for item in chosen.not_modelled if "annotations" in item.text]


def test_annotations_in_a_batch_without_a_price_are_billed_as_at_once_and_said(
    tmp_path: Path,
) -> None:
    """1,000,000 pages x (1 + 0.5) USD a thousand in a batch: too high perhaps, and said."""
    prices = {"standard": 2, "batch": 1, "annotations": 0.5}
    rows = {
        "task_api_prices": [f"delta/pages/{k},{v / 1000},page" for k, v in prices.items()],
        "services": ["delta/pages,delta,Delta Pages,task_api,ocr,,,,0,1,0,,yes,no,no,no,"],
    }
    book = another_world(tmp_path, rows)
    given: dict[str, Any] = {"task": "ocr", "horizon_months": 1, "addons": ("annotations",)}
    later, now = (
        option(
            compared_in(book, can_wait_hours=hours, **given),
            "none>managed_api:delta/pages",
        )
        for hours in (24, 0)
    )
    (item,) = [item for item in later.not_modelled if "annotations" in item.text]
    assert item.errs == "high"
    own = [line for line in later.line_items if line.category == "compute"]
    assert sum(line.amount_usd for line in own) == pytest.approx(1500)
    assert not [item for item in now.not_modelled if "annotations" in item.text]


def test_annotations_in_a_batch_at_their_own_price(tmp_path: Path) -> None:
    """1,000,000 pages x (1 + 0.2) USD a thousand in a batch, x (2 + 0.5) at once."""
    prices = {"standard": 2, "batch": 1, "annotations": 0.5, "batch_annotations": 0.2}
    rows = {
        "task_api_prices": [f"delta/pages/{k},{v / 1000},page" for k, v in prices.items()],
        "services": ["delta/pages,delta,Delta Pages,task_api,ocr,,,,0,1,0,,yes,no,no,no,"],
    }
    book = another_world(tmp_path, rows)
    for hours, usd in ((0, 2500), (24, 1200)):
        chosen = option(
            compared_in(
                book, task="ocr", horizon_months=1, addons=("annotations",), can_wait_hours=hours
            ),
            "none>managed_api:delta/pages",
        )
        own = [line for line in chosen.line_items if line.category == "compute"]
        assert sum(line.amount_usd for line in own) == pytest.approx(usd)
        assert not [item for item in chosen.not_modelled if "annotations" in item.text]


def test_pictures_beyond_the_first_are_said_where_only_language_models_count_them() -> None:
    """5,000 requests of three pages: 4,000 x 0.0015 USD as of one page, and said to err low."""
    sizes = {"image_width_px": 1000, "image_height_px": 1400}
    given = {"task": "ocr", "requests_per_month": 5000, **sizes}
    for pages, said in ((1, []), (3, ["low"])):
        chosen = asked("gcp/vision-document-ocr", images_per_request=pages, **given)
        assert chosen.company_usd == pytest.approx(6)
        found = [item.errs for item in chosen.not_modelled if "One picture or page" in item.text]
        assert found == said


def test_whatever_is_not_counted_is_not_modelled_with_its_direction() -> None:
    """Each is among what an option leaves out, in JSON and in the PDF."""
    voice = {"task": "speech_to_text", "audio_seconds": 60}
    for product, given, part, errs in (
        ("elevenlabs/scribe-v2", {**voice, "addons": ("channels",)}, "each channel", "low"),
        ("elevenlabs/scribe-v2", {**voice, "addons": ("speakers",)}, "speakers apart", "low"),
        ("elevenlabs/scribe-v2", {**voice, "addons": ("streaming",)}, "user speaks", "low"),
        ("assemblyai/universal-3.6-pro-realtime", voice, "connection is open", "low"),
        ("aws-ai/transcribe-streaming", {**voice, "audio_seconds": 3}, "Two sources", "low"),
        ("gcp/document-ai-ocr", {"task": "ocr"}, "Free allowance not known", "high"),
        (
            "gcp/translate-nmt",
            {"task": "translation", "input_tokens": 10, "addons": ("documents",)},
            "document file",
            "low",
        ),
    ):
        left = asked(product, **given).not_modelled
        assert [item.errs for item in left if part in item.text] == [errs], product
    # beyond the least on which two sources disagree both come to the same
    longer = asked("aws-ai/transcribe-streaming", **voice).not_modelled
    assert not [item for item in longer if "Two sources" in item.text]
