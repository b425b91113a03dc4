"""What a page says, as figures, and what the API answers to the same question."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import Any

Json = dict[str, Any]
ROUNDED = 0.006
"""Of a figure: three digits are kept on the screen, so that 1.005 may read 1.00 or 1.01."""
_SCALES = {"k": 1e3, "M": 1e6, "B": 1e9, "million": 1e6, "billion": 1e9}
_FIGURE = re.compile(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)(?:\s?(k|M|B|million|billion)\b)?")
TIMEOUT_S = 120


def asked(base_url: str, route: str, query: str) -> Json:
    """What a route of the API answers to a query."""
    url = f"{base_url}/api/v1/{route}?{query}"
    with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer:
        found: Json = json.load(answer)
    return found


def figures(text: str) -> list[float]:
    """
    Every figure of a text.

    >>> figures("below 479 k, $1,050 a month")
    [479000.0, 1050.0]
    """
    return [
        float(digits.replace(",", "")) * _SCALES.get(scale, 1.0)
        for digits, scale in _FIGURE.findall(text)
    ]


def says(text: str, figure: float) -> bool:
    """Tell whether a text holds a figure, as far as a screen rounds it."""
    return any(abs(found - figure) <= ROUNDED * abs(figure) for found in figures(text))
