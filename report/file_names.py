"""Names of files that leave the page: which app, which volume, which day, which part."""

from __future__ import annotations

import re
import unicodedata

from calculators.scenario import Scenario
from pricing.book import PriceBook
from report import words

_REFUSED = re.compile(r"[^A-Za-z0-9._-]+")
_MOST_OF_TITLE = 60


def file_name(scenario: Scenario, book: PriceBook, ending: str, part: str = "") -> str:
    """``crossover-celebrity_match-1M-requests-2026-11-22.pdf``, the part before the ending.

    A title of the user's stands before the preset, as far as its letters go into any file name.
    """
    volume = words.short(scenario.requests_per_month).replace(" ", "").replace(",", "")
    app = f"{scenario.preset}-{volume}-requests"
    parts = ("crossover", _plain(scenario.title), app, str(book.price_date), part)
    name = "-".join(piece for piece in parts if piece)
    return f"{_REFUSED.sub('', name)}.{ending}"


def _plain(title: str) -> str:
    """Letters and digits of a title, accents taken off, words joined by hyphens."""
    letters = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return _REFUSED.sub("-", letters).strip("-.")[:_MOST_OF_TITLE].strip("-.")
