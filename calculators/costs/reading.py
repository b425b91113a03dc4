"""What a language model reads and writes where it does the task of another kind of model.

A request of such a task says how large its file is, not how many pixels or words it holds:

pixels of a picture = bits of the file / bits per pixel
width = sqrt(pixels x aspect), height = width / aspect

The picture, or the sound, counts as tokens by each model's own rule; the instructions beside it and
the answer are so many tokens of text. All are assumptions of our own, but what the scenario states:
the number of images and their size where both are given.

A page is sent as a document to models that take documents and count their pages by a rule of their
own, and as a picture to the others, and wherever its size in pixels is given:

read = pages x tokens of a page + share of pages that hold their text x tokens of that text

where the text is counted only by those whose vendor says that it is.
"""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array, BoolArray, any_true
from calculators.case import Case
from calculators.market.media import Media
from calculators.market.reading import PAGES, READ
from calculators.market.services import Services
from pricing.kept import cached_property
from pricing.records import record
from pricing.schema import PageRow

BITS_PER_KB = 8000.0
SPOKEN = "speech_to_text"
NONE = np.zeros(1)


def readers(case: Case, services: Services) -> BoolArray:
    """Which do the task by reading (C,)."""
    return ~services.of_task(case.scenario.task)


@record
class Reading:
    """One request of a case as a language model meets it, (1,) or (N,) each."""

    case: Case

    @property
    def _task(self) -> str:
        return self.case.scenario.task

    @cached_property
    def prompt(self) -> Array:
        """Tokens of the instructions."""
        return self.case.assume("reading_prompt_tokens")

    @cached_property
    def answer(self) -> Array:
        """Tokens of the answer."""
        if self._task == SPOKEN:
            return np.asarray(
                self.case["audio_seconds"] * self.case.assume("reading_words_tokens_per_s")
            )
        one = self.case.assume(f"reading_answer_tokens_{self._task}")
        return np.asarray(one * self.images) if self._task == PAGES else one

    @cached_property
    def page_text(self) -> Array:
        """Tokens of the text that pages of a document hold beside their picture."""
        share = np.minimum(self.case.assume("reading_pages_with_text"), 1.0)
        return np.asarray(self.answer * share)

    @cached_property
    def filmed(self) -> BoolArray:
        """Where a film stands for the picture or the pages."""
        return np.asarray(self.case["video_seconds"] > 0)

    @property
    def as_document(self) -> bool:
        """Whether pages are sent as a document: nobody says how large a picture of them is."""
        return self._task == PAGES and not self.stated and not self.filmed.all()

    @cached_property
    def media(self) -> Media:
        """The picture, the film that stands for it, or the sound."""
        if READ[self._task] == "sound":
            return Media(NONE, self.width, self.height, self.case["audio_seconds"], NONE)
        film = self.case["video_seconds"]
        images = np.where(self.filmed, self.case["images_per_request"], self.images)
        return Media(images, self.width, self.height, NONE, film)

    @cached_property
    def images(self) -> Array:
        """How many pictures, or pages: as stated, else one."""
        return np.maximum(self.case["images_per_request"], 1.0)

    @property
    def stated(self) -> bool:
        """Whether the scenario says how large a picture is."""
        return self.case.given("image_width_px") and self.case.given("image_height_px")

    @cached_property
    def width(self) -> Array:
        """Pixels across."""
        if self.stated:
            return self.case["image_width_px"]
        bits = self.case["request_kb"] / self.images * BITS_PER_KB
        pixels = bits / self.case.assume("picture_bits_per_pixel")
        return np.asarray(np.sqrt(pixels * self._aspect))

    @cached_property
    def height(self) -> Array:
        """Pixels down."""
        if self.stated:
            return self.case["image_height_px"]
        return np.asarray(self.width / self._aspect)

    @property
    def _aspect(self) -> Array:
        return self.case.assume("picture_aspect")

    def words(self, page: PageRow | None = None) -> str:
        """What it is taken to be, for the lines of a bill; ``page`` the rule of a document."""
        text = f"{self.prompt[0]:,.0f} tokens of instructions, {self.answer[0]:,.0f} of answer"
        if READ[self._task] == "sound":
            return f"a language model hears the recording; {text} (our assumptions)"
        if page is not None:
            held = f" and {self.page_text[0]:,.0f} of its text" if page.text == "yes" else ""
            pages = f"a document, {page.each:,.0f} tokens a page by its own rule{held}"
            return f"a language model reads {pages}; {text} (our assumptions)"
        size = f"{self.width[0]:,.0f} x {self.height[0]:,.0f} px"
        told = "" if self.stated else ", from the size sent"
        return f"a language model reads a picture of {size}{told}; {text} (our assumptions)"


def of_case(case: Case, services: Services) -> Reading | None:
    """What the language models among some services read; None where none is."""
    if case.scenario.task not in READ or not any_true(readers(case, services)):
        return None
    return case.shared("reading", lambda: Reading(case))


# pages of documents -----------------------------------------------------------------------------


def page_rules(case: Case, services: Services) -> list[PageRow | None]:
    """The rule by which each service counts what is sent as a document; None for a picture."""
    found = of_case(case, services)
    if found is None or not found.as_document:
        return [None] * services.size
    own = readers(case, services).tolist()
    named = zip(services.ids, own, strict=True)
    return [case.market.page_rule(product) if reader else None for product, reader in named]


def pages_instead(case: Case, services: Services, seen: Array) -> Array:
    """Tokens of pictures (C, N), with those of pages where they are sent as a document."""
    rules, found = page_rules(case, services), of_case(case, services)
    if found is None or not any(rules):
        return seen
    each = np.array([[np.nan if rule is None else rule.each] for rule in rules])
    return np.where(np.isnan(each) | found.filmed, seen, each * found.images)


def carried(case: Case, services: Services) -> Array:
    """Tokens of text that documents hold and a service counts (C, 1) or (C, N)."""
    rules, found = page_rules(case, services), of_case(case, services)
    counts = np.array([[rule is not None and rule.text == "yes"] for rule in rules])
    return (
        np.zeros((1, 1))
        if found is None
        else np.where(counts & ~found.filmed, found.page_text, 0.0)
    )
