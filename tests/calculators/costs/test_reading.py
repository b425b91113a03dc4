"""What a language model reads and writes for a picture, a page or a recording, by hand."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import pytest

from pricing.book import PriceBook
from tests.calculators.market.talking import inputs, media, pages, talking, terms
from tests.calculators.world import amounts, compared_in, folder_of_tests, items, option

ID = "none>managed_api:gamma/big-chat"
PAGE: dict[str, Any] = {
    "task": "ocr",
    "model": "",
    "params_millions": 25,
    "request_kb": 400,
    "horizon_months": 1,
    "requests_per_month": 1e6,
}


@cache
def book() -> PriceBook:
    """Squares of 32 px count as one token each, a second of sound as 25."""
    return talking(
        folder_of_tests("reading"),
        token_terms=[terms("gamma/big-chat", media="squares")],
        media_tokens=[media("squares", "patches", side=32, fit_long=4096, audio_per_s=25)],
    )


def tokens(**changes: Any) -> tuple[float, float]:
    """Million tokens read and written in a month of a million requests: tokens of one."""
    lines = items(option(compared_in(book(), **{**PAGE, **changes}), ID))
    return lines["Input tokens"].quantity, lines["Output tokens"].quantity


def test_a_page_of_400_kb() -> None:
    """3.2 million bits at 2 a pixel: 1.6 million pixels, 1.33 times as wide as high.

    Width sqrt(1.6e6 x 1.33) = 1,458.8 (1,459), height 1,096.8 (1,097): 46 x 35 = 1,610 squares.
    With 100 tokens of instructions 1,710; 600 of answer.
    """
    width = math.sqrt(1.6e6 * 1.33)
    assert math.ceil(round(width) / 32) * math.ceil(round(width / 1.33) / 32) == 1610
    assert tokens() == pytest.approx((1710, 600))


def test_a_stated_size_counts_as_it_is() -> None:
    """320 x 640 px: 10 x 20 = 200 squares; two of them 400, and 100 tokens of instructions."""
    size = {"image_width_px": 320, "image_height_px": 640}
    assert tokens(**size)[0] == pytest.approx(300)
    assert tokens(**size, images_per_request=2)[0] == pytest.approx(500)


@pytest.mark.parametrize(
    ("task", "answer"),
    [("image_classification", 15), ("image_moderation", 30), ("object_detection", 120)],
)
def test_short_answers(task: str, answer: float) -> None:
    assert tokens(task=task)[1] == pytest.approx(answer)


def test_a_recording_of_30_seconds() -> None:
    """30 x 25 = 750 of sound and 100 of instructions; 30 x 3.2 = 96 words' worth of answer."""
    read, written = tokens(task="speech_to_text", model="hear-net", audio_seconds=30)
    assert (read, written) == pytest.approx((850, 96))


def test_text_entered_for_the_task_is_not_read_by_it() -> None:
    assert tokens(input_tokens=5000, output_tokens=700) == tokens()


def test_its_assumptions_are_said_on_the_line() -> None:
    line = items(option(compared_in(book(), **PAGE), ID))["Input tokens"]
    assert "reads a picture of 1,459 x 1,097 px, from the size sent" in line.basis
    assert "our assumptions" in line.basis


def test_where_others_are_not_asked_for_it_is_no_candidate() -> None:
    found = compared_in(book(), **PAGE, other_models=False)
    assert found.option(ID) is None
    assert [item.option.id for item in found.alternatives] == [ID]
    (best,) = found.alternatives
    assert best.option.reads
    ranked = option(compared_in(book(), **PAGE), ID)
    assert amounts(best.option) == amounts(ranked)


def test_the_reason_says_that_a_language_model_reads() -> None:
    found = compared_in(
        book(), **{**PAGE, "request_kb": 1}, staff_usd_per_hour=0, battery_wear=False
    )
    chosen = option(found, ID)
    assert chosen.marks[:2] == ("different model", "language model")
    assert chosen.reads
    assert found.cheapest is not None
    assert (found.cheapest.id == ID) == ("a language model that reads each request" in found.reason)


# what a service says that it takes --------------------------------------------------------------


def taking(text: str = "yes", **takes: str) -> PriceBook:
    """The same book with a row of what the service takes, and pages of 500 tokens."""
    return talking(
        folder_of_tests("reading"),
        token_terms=[terms("gamma/big-chat", media="squares")],
        media_tokens=[media("squares", "patches", side=32, fit_long=4096, audio_per_s=25)],
        media_tokens_method=[media("flat", "same", each=256)],
        page_tokens=[pages("pages", each=500, text=text)],
        service_inputs=[inputs("gamma/big-chat", **takes)],
    )


def read_by(book_of: PriceBook, **changes: Any) -> float:
    """Tokens of one request of the service."""
    lines = items(option(compared_in(book_of, **{**PAGE, **changes}), ID))
    return lines["Input tokens"].quantity


@pytest.mark.parametrize("images", ["", "no"])
def test_a_blank_is_not_taken_for_yes(images: str) -> None:
    found = compared_in(taking(images=images), **PAGE, other_models=True)
    assert found.option(ID) is None
    assert compared_in(taking(images="yes"), **PAGE, other_models=True).option(ID) is not None


def test_sound_is_asked_for_by_itself() -> None:
    asked = {**PAGE, "task": "speech_to_text", "model": "hear-net", "audio_seconds": 30}
    assert compared_in(taking(images="yes"), **asked, other_models=True).option(ID) is None
    assert compared_in(taking(sound="yes"), **asked, other_models=True).option(ID) is not None


def test_a_rule_of_its_own_goes_before_that_of_its_terms() -> None:
    """256 tokens and 100 of instructions, whatever the size."""
    assert read_by(taking(images="yes", media="flat")) == pytest.approx(356)


@pytest.mark.parametrize(("text", "read"), [("yes", 660), ("no", 600)])
def test_a_page_sent_as_a_document(text: str, read: float) -> None:
    """500 a page and 100 of instructions; of one page in ten its 600 tokens of text as well."""
    book_of = taking(text, images="yes", documents="yes", pages="pages")
    assert read_by(book_of) == pytest.approx(read)
    line = items(option(compared_in(book_of, **PAGE), ID))["Input tokens"]
    assert "reads a document, 500 tokens a page by its own rule" in line.basis


def test_a_document_it_does_not_take_and_a_page_with_a_size_are_pictures() -> None:
    assert read_by(taking(images="yes", documents="no", pages="pages")) == pytest.approx(1710)
    size = {"image_width_px": 320, "image_height_px": 640}
    book_of = taking(images="yes", documents="yes", pages="pages")
    assert read_by(book_of, **size) == pytest.approx(300)
    assert read_by(book_of, task="image_moderation") == pytest.approx(1710)
