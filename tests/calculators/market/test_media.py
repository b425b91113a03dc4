"""Tokens of images by each rule, against published counts and worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.market.media import Media, image_tokens
from pricing.book import PriceBook
from pricing.schema import MediaRow

RULES = {row.media: row for row in PriceBook.load().every(MediaRow)}
COUNTED: list[tuple[str, int, int, int]] = [
    # 1024 x 1024 -> 768 x 768: 2 x 2 tiles of 512; 85 + 4 x 170, 2,833 + 4 x 5,667
    ("openai-85-170", 1024, 1024, 765),
    ("openai-2833-5667", 1024, 1024, 25_501),
    ("openai-85-170", 512, 512, 255),  # one tile
    ("openai-85-170", 1920, 1080, 1105),  # 1365 x 768: 3 x 2 tiles
    ("openai-2833-5667", 1920, 1080, 36_835),
    ("openai-85-170", 4032, 3024, 765),  # 1024 x 768: 2 x 2
    ("openai-70-140", 768, 768, 630),
    ("openai-75-150", 1920, 1080, 975),
    # patches of 32: 32 x 32 = 1,024 x 1.2 = 1,228.8
    ("openai-patches-1.2", 1024, 1024, 1229),
    ("openai-patches-1.2", 1920, 1080, 2448),  # 60 x 34 = 2,040
    ("openai-patches-1.2", 4032, 3024, 2942),  # shrunk to 57 x 43 = 2,451
    ("openai-patches-1.2-whole", 4032, 3024, 14_364),  # 126 x 95 = 11,970, not shrunk
    ("openai-patches-1.62", 1092, 1092, 1985),  # 35 x 35 = 1,225
    ("openai-patches-1.62", 4032, 3024, 4977),  # 2048 x 1536: 64 x 48 = 3,072
    # squares of 28: 37 x 37
    ("claude-1568", 1024, 1024, 1369),
    ("claude-1568", 1920, 1080, 1560),
    ("claude-1568", 4032, 3024, 1564),
    ("claude-2576", 1920, 1080, 2691),  # 69 x 39
    ("claude-2576", 4032, 3024, 4740),
    ("gemini-2", 384, 384, 258),
    ("gemini-2", 385, 384, 258),  # one tile of 768
    ("gemini-2", 1024, 1024, 1032),  # 2 x 2
    ("openai-patches-1.2-6144", 4032, 3024, 3687),  # 2048 x 1536: 3,072 x 1.2 = 3,686.4
    ("openai-patches-1.2-10000", 4032, 3024, 11_868),  # shrunk to 115 x 86 = 9,890
    ("qwen3.5", 1024, 768, 768),  # squares of 32: 32 x 24
    ("gemma-3", 64, 4032, 256),  # whatever the size
    ("gemini-3-pictures", 4032, 3024, 1120),
]


@pytest.mark.parametrize(("rule", "width", "height", "tokens"), COUNTED)
def test_images(rule: str, width: int, height: int, tokens: int) -> None:
    assert image_tokens(RULES[rule], width, height) == tokens


def test_a_rule_that_is_not_known_has_no_count() -> None:
    assert math.isnan(image_tokens(RULES["gemini-3"], 512, 512))
    assert math.isnan(image_tokens(None, 512, 512))


@pytest.mark.parametrize("rule", sorted(set(RULES) - {"gemini-3"}))
@given(width=st.integers(1, 6000), height=st.integers(1, 6000))
def test_a_picture_turned_by_its_side_counts_alike_and_never_nothing(
    rule: str, width: int, height: int
) -> None:
    found = image_tokens(RULES[rule], width, height)
    assert found == image_tokens(RULES[rule], height, width)
    assert found >= 1
    most = RULES[rule].most
    if most is not None:
        assert found <= math.ceil(most * (RULES[rule].multiplier or 1))


def test_sound_film_and_several_images() -> None:
    """Two images of 1,032, 10 s of sound at 32 and 3 s of film at 263 tokens."""
    asked = Media(*(np.array([value]) for value in (2.0, 1024.0, 1024.0, 10.0, 3.0)))
    assert asked.tokens(RULES["gemini-2"])[0] == 2 * 1032 + 320 + 789
    assert asked.tokens(RULES["gemini-2"], audio=False)[0] == 2 * 1032 + 789
    assert asked.sound(RULES["gemini-3"])[0] == 250
    assert np.isnan(asked.tokens(RULES["claude-1568"])).all()  # no rule for sound


def test_nothing_sent_counts_nothing_whatever_the_rule() -> None:
    none = Media(*(np.array([value]) for value in (0.0, np.nan, np.nan, 0.0, 0.0)))
    assert none.tokens(None).tolist() == [0]
