"""Numbers as people write them: "1.5 M", "2,000,000", "2e6", "3 million"."""

from __future__ import annotations

import math
import re

_SCALES = {
    "": 1.0,
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "million": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "g": 1e9,
    "billion": 1e9,
    "t": 1e12,
    "tn": 1e12,
    "trillion": 1e12,
}
_SHAPE = re.compile(r"([+-]?[0-9][0-9.,' ]*(?:e[+-]?[0-9]+)?|[+-]?\.[0-9]+)\s*([a-z]*)", re.ASCII)
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:[,' ][0-9]{3})+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?")
_DOTTED = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3}){2,}")


class NotANumberError(ValueError):
    """The text is not one plain number."""


def parse_number(text: str) -> float:
    """
    Read a number the way people type it.

    Thousands may be grouped by commas, spaces or apostrophes, or by dots where there is more
    than one; k, M, million, bn, T and the like multiply.

    Parameters
    ----------
    text : str
        What was typed.

    Returns
    -------
    float
        A finite number.

    Raises
    ------
    NotANumberError
        If it is empty, has other words, or could be read in two ways ("1,5").
    """
    cleaned = re.sub(r"[\s\u202f\u00a0]+", " ", text.strip().lower())
    match = _SHAPE.fullmatch(cleaned)
    if match is None or match[2] not in _SCALES:
        raise NotANumberError(text)
    digits = match[1].strip()
    if _GROUPED.fullmatch(digits):
        digits = re.sub(r"[,' ]", "", digits)
    elif _DOTTED.fullmatch(digits):
        digits = digits.replace(".", "")
    try:
        value = float(digits) * _SCALES[match[2]]
    except ValueError:
        raise NotANumberError(text) from None
    if not math.isfinite(value):
        raise NotANumberError(text)
    return value
