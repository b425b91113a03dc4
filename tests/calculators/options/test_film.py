"""Film billed by the minute, and what looks at single pictures only."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.compare import compare
from calculators.explore.sweep import sweep
from calculators.scenario import build
from tests.calculators.options import test_token_bills
from tests.calculators.options.test_task_forms import BOOK, asked, bill

LATER: dict[str, Any] = {"can_wait_hours": 24}
"""Films are looked at after they are stored."""


def film(product: str, task: str, seconds: float, requests: float) -> float:
    return bill(product, task=task, video_seconds=seconds, requests_per_month=requests, **LATER)


def test_the_worked_example_of_google() -> None:
    """1,000 films of 82 s: 36.67 USD. cloud.google.com/video-intelligence/pricing, read 2026-11-27.

    82 x 1,000 / 60 = 1,366.67 minutes, 1,000 of them free: 366.67 x 0.10 = 36.67 as told. The page
    rounds part minutes up, its example does not: 1,367 minutes are 36.70, as billed here.
    """
    found = film("gcp/video-labels", "image_classification", 82, 1000)
    assert found == pytest.approx(367 * 0.10)
    assert found == pytest.approx(36.67, abs=0.10)


def test_its_second_line_is_free() -> None:
    """100 films of 75 s are 125 minutes of another feature: its own 1,000 are free."""
    assert film("gcp/video-explicit", "image_moderation", 75, 100) == 0


@pytest.mark.parametrize(("requests", "usd"), [(1000, 0.0), (1001, 0.15), (3000, 300.0)])
def test_a_minute_more_than_what_is_free(requests: float, usd: float) -> None:
    """Films of a minute: (requests - 1,000) x 0.15 USD."""
    assert film("gcp/video-objects", "object_detection", 60, requests) == pytest.approx(usd)


def test_beyond_100_000_minutes_the_price_is_missing() -> None:
    """The page sends to sales from there: no price is made up."""
    given = {"task": "ocr", "video_seconds": 60, **LATER}
    most = asked("gcp/video-text", requests_per_month=100_000, **given)
    assert most.company_usd == pytest.approx(99_000 * 0.15)
    more = asked("gcp/video-text", requests_per_month=101_100, **given)
    assert more.status == "incomplete"


def test_a_request_without_film_is_not_free() -> None:
    chosen = asked("gcp/video-explicit", task="image_moderation", **LATER)
    assert chosen.status == "incomplete"
    assert chosen.missing == ("seconds of film in one request",)


@pytest.mark.parametrize(
    "name", ["none>managed_api:gcp/vision-safesearch", "none>managed_api:azure/content-moderator"]
)
def test_what_looks_at_pictures_is_refused_a_film(name: str) -> None:
    """One picture of a film of a minute would be billed as if it were all of it."""
    product = name.partition(":")[2]
    assert asked(product, task="image_moderation").status == "feasible"
    refused = asked(product, task="image_moderation", video_seconds=60)
    assert refused.status == "infeasible"
    assert any("single pictures" in text for text in refused.reasons)


def test_a_language_model_reads_the_film_and_no_picture_beside_it() -> None:
    """Gemini 3 Flash judges a minute: 60 x 70 tokens x 0.50 a million more than nothing seen.

    Against 30 s the difference is 30 x 70 x 0.50 / 1e6 = 0.00105; Gemma 3 has no rule for films.
    """
    given = {"task": "image_moderation", "other_models": True, "requests_per_month": 1000}
    half, whole = (bill("google/gemini-3-flash", **given, video_seconds=s) for s in (30, 60))
    assert whole - half == pytest.approx(1.05)
    own = asked("google/gemini-3-flash", **given, video_seconds=60)
    read = next(item for item in own.line_items if item.name.startswith("Input tokens"))
    # the rest is what it is told to do, by a tokenizer of its own
    assert read.quantity * 1e6 / 1000 - 60 * 70 == pytest.approx(prompt(), rel=0.1)
    lacks = asked("aws/bedrock-gemma-3-27b", **given, video_seconds=60)
    assert lacks.status == "incomplete"
    assert any("how it counts images, sound or film" in text for text in lacks.missing)


def prompt() -> float:
    """Tokens of what the model is told to do."""
    return BOOK.assumption("reading_prompt_tokens").mid


@pytest.mark.parametrize(
    ("product", "tokens", "price"),
    [
        # "1s of video jumps from ~70 tokens": discuss.ai.google.dev/t/media-resolution-gemini-api/
        # 116517, read 2026-11-27
        ("google/gemini-3-flash", 70, 0.5),
        # 258 a frame, a frame a second: github.com/google-gemini/gemini-cli/issues/20655,
        # 2026-02-28; with the time of each frame 263
        ("google/gemini-2.5-flash-lite", 263, 0.1),
    ],
)
def test_a_minute_of_film_read_by_a_language_model(product: str, tokens: int, price: float) -> None:
    """60 s x tokens x price of a million."""
    own = {"input_tokens": 0, "output_tokens": 0, "cached_input_share": 0, "video_seconds": 60}
    found = test_token_bills.usd(product, **own, quality_class="frontier") / 1000
    assert found == pytest.approx(60 * tokens * price / 1e6)


@pytest.mark.parametrize("task", ["ocr", "image_moderation"])
def test_films_beside_pictures_cost_what_each_costs_alone(task: str) -> None:
    """Pages are read as a document at the points without a film, also beside one with."""
    given = {"task": task, "other_models": True, "requests_per_month": 1e5}
    scenario = build(given)
    together = sweep(scenario, "video_seconds", [0.0, 60.0], BOOK)
    for point, seconds in enumerate((0.0, 60.0)):
        alone = compare(scenario.with_changes({"video_seconds": seconds}), BOOK)
        costs = {item.id: item.company_usd for item in alone.options if item.status == "feasible"}
        found = {
            name: cost
            for name, cost in zip(together.ids, together.ranked[:, point], strict=True)
            if np.isfinite(cost)
        }
        assert found == pytest.approx(costs)
        assert costs or seconds
