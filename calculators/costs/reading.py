"""What a language model reads and writes where it does the task of another kind of model.

A request of such a task says how large its file is, not how many pixels or words it holds:

pixels of a picture = bits of the file / bits per pixel
width = sqrt(pixels x aspect), height = width / aspect

The picture, or the sound, counts as tokens by each model's own rule; the instructions beside it and
the answer are so many tokens of text. All are assumptions of our own, but what the scenario states:
the number of images and their size where both are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.case import Case
from calculators.market.media import Media
from calculators.market.reading import READ
from calculators.market.services import Services

BITS_PER_KB = 8000.0
SPOKEN = "speech_to_text"
NONE = np.zeros(1)


def readers(case: Case, services: Services) -> BoolArray:
    """Which do the task by reading (C,)."""
    return ~services.of_task(case.scenario.task)


@dataclass(frozen=True, eq=False)
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
        return self.case.assume(f"reading_answer_tokens_{self._task}")

    @cached_property
    def media(self) -> Media:
        """The picture, or the sound."""
        sound = READ[self._task] == "sound"
        audio = self.case["audio_seconds"] if sound else NONE
        images = NONE if sound else self._images
        return Media(images, self.width, self.height, audio, NONE)

    @cached_property
    def _images(self) -> Array:
        """How many pictures: as stated, else one."""
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
        bits = self.case["request_kb"] / self._images * BITS_PER_KB
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

    def words(self) -> str:
        """What it is taken to be, for the lines of a bill."""
        text = f"{self.prompt[0]:,.0f} tokens of instructions, {self.answer[0]:,.0f} of answer"
        if READ[self._task] == "sound":
            return f"a language model hears the recording; {text} (our assumptions)"
        size = f"{self.width[0]:,.0f} x {self.height[0]:,.0f} px"
        told = "" if self.stated else ", from the size sent"
        return f"a language model reads a picture of {size}{told}; {text} (our assumptions)"


def of_case(case: Case, services: Services) -> Reading | None:
    """What the language models among some services read; None where none is."""
    if case.scenario.task not in READ or not readers(case, services).any():
        return None
    return case.shared("reading", lambda: Reading(case))
