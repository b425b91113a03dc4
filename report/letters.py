"""Letters the report's own fonts lack: further fonts where a text needs them, else their number.

A title may be in any language. Fonts for Chinese, Japanese, Korean, Thai, eight scripts of India
and emoji are looked at only where a text has letters of theirs, since reading them takes time that
most reports need not spend. A letter that none of them has is written as its number
(``[U+1F469]``), never as an empty box; in the file it stays the letter, so that searching and
copying find what was typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib.ft2font import FT2Font

FONTS = Path(__file__).parent / "fonts"
MORE = Path(__file__).parent / "more_fonts"
# Beside the report's own font, Matplotlib's DejaVu Sans covers the letters it lacks.
BESIDE = Path(mpl.get_data_path()) / "fonts" / "ttf"
_ALWAYS = (FONTS / "SourceSansPro-Regular.ttf", BESIDE / "DejaVuSans.ttf")
_UNSEEN = frozenset({"Cf", "Zs", "Zl", "Zp", "Cc"})
"""Categories of characters that are not drawn: joiners, spaces, ends of lines."""
_VARIANTS = range(0xFE00, 0xFE10)
"""Marks that choose a form of the letter before them; by themselves they are not drawn."""

_PARTS = re.compile("[\N{HANGUL CHOSEONG KIYEOK}-\N{HANGUL JONGSEONG SSANGNIEUN}]+")


@dataclass(frozen=True)
class Letters:
    """What a text needs besides the fonts every report has."""

    paths: tuple[Path, ...]  # folders of fonts, those of every report first
    families: tuple[str, ...]  # names of the further ones
    lacking: str  # letters that no font has, each once


def letters_of(text: str) -> Letters:
    """Fonts for a text, and the letters that none has."""
    always = (FONTS, BESIDE)
    beyond = {char for char in set(text) if _drawn(char)} - _letters(_ALWAYS)
    if not beyond:
        return Letters(always, (), "")
    more = tuple(sorted(MORE.glob("*.ttf")))
    lacking = "".join(sorted(beyond - _letters(more)))
    return Letters((*always, MORE), tuple(FT2Font(str(path)).family_name for path in more), lacking)


def whole(text: str) -> str:
    """The text with Korean syllables that are written in parts, as some systems do, composed.

    Fonts draw syllables; of the parts they hold a few, that do not join.
    """
    return _PARTS.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)


def _drawn(char: str) -> bool:
    return unicodedata.category(char) not in _UNSEEN and ord(char) not in _VARIANTS


@cache
def _letters(paths: Iterable[Path]) -> frozenset[str]:
    """Every letter that some of the fonts have."""
    return frozenset(chr(code) for path in paths for code in FT2Font(str(path)).get_charmap())
