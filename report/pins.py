"""What a link pins besides the inputs: schema, edition, price date, method and its headline."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from calculators import METHOD
from calculators.scenario import BadField
from pricing.book import PriceBook, UnknownEdition, editions
from pricing.schema import FxRow
from report.aliases import current_id
from report.upgrades import SCHEMA
from report.values import is_number, write

PINS = ("v", "edition", "price_date", "method", "was")
"""Parameters that are not scenario inputs."""
SIDE = "side"
VIEW = (
    *("section", "tab", "groups", SIDE),  # what is open
    *("open", "sort", "at", "sold_by", "find"),  # places and candidates
    *("search", "rows", "family", "where", "against", "against_day", "kinds"),  # prices
    *("group", "hidden", "split"),  # how good the estimates are
)
"""How a page shows a scenario: the open section or tab, the opened groups of inputs, which of
several scenarios is looked at, the opened option, how places are sorted, how candidates and prices
are filtered, whose history and which changes are shown, and how estimates are judged. Everything
else reads over it, so that the address of a page may be put behind any path."""
OF_PAGES = ("axis", "a", "b", "x", "y", *VIEW)
"""What pages keep in the address beside the scenario: also what charts compare. That is a question,
and a route that asks something else refuses it."""

_METHOD = re.compile(r"[A-Za-z0-9._-]{1,20}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAY = "a date such as 2026-11-22"
_WAS = "<option id>:<total in USD>"
MAX_WAS_CHARS = 300


@dataclass(frozen=True)
class Was:
    """The headline a link showed when it was made."""

    option_id: str  # as it is written now, whatever method wrote the link
    total_usd: float


def version(given: Mapping[str, str], bad: list[BadField]) -> int:
    """The link's schema version; adds to ``bad`` what this program cannot read."""
    text = given.get("v") or str(SCHEMA)
    if text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= SCHEMA:
        return int(text)
    bad.append(BadField(field="v", value=text, allowed=f"a link version from 1 to {SCHEMA}"))
    return SCHEMA


def book(given: Mapping[str, str], bad: list[BadField]) -> PriceBook:
    """The price book a link pins; the newest edition at its own date where it pins none."""
    known = editions()
    edition = _day(given, "edition", bad)
    if edition is not None and edition not in known:
        bad.append(_refused(given, "edition", " | ".join(str(day) for day in known)))
        edition = None
    price_date = _day(given, "price_date", bad)
    try:
        found = PriceBook.load(edition, price_date)
        _ = found.usd_per_eur  # the first day on which euro prices can be read is the earliest
    except UnknownEdition:
        newest = PriceBook.load(edition)
        first = min(row.effective_from for row in newest.table("fx", FxRow))
        bad.append(_refused(given, "price_date", f"a date from {first} to {newest.edition}"))
        return newest
    return found


def method(given: Mapping[str, str], bad: list[BadField]) -> str:
    """The method the link was made with; the running one where it does not say."""
    text = given.get("method") or METHOD
    if _METHOD.fullmatch(text):
        return text
    bad.append(_refused(given, "method", f"a method version such as {METHOD}"))
    return METHOD


def was(given: Mapping[str, str], bad: list[BadField]) -> Was | None:
    """The headline the link showed: ``<option id>:<total in USD>``."""
    text = given.get("was", "")
    if not text:
        return None
    option_id, _, total = text.rpartition(":")
    usd = float(total) if is_number(total) else math.nan
    if len(text) > MAX_WAS_CHARS:
        bad.append(_refused(given, "was", f"{_WAS}, at most {MAX_WAS_CHARS} characters"))
    elif option_id.isprintable() and ">" in option_id and math.isfinite(usd):
        return Was(current_id(option_id), usd)
    else:
        bad.append(_refused(given, "was", _WAS))
    return None


def write_was(headline: Was) -> str:
    """The written form of a headline."""
    return f"{current_id(headline.option_id)}:{write(round(headline.total_usd, 2))}"


def _day(given: Mapping[str, str], name: str, bad: list[BadField]) -> date | None:
    text = given.get(name, "")
    if not text:
        return None
    try:
        if _DATE.fullmatch(text):  # Python reads 20261122 and 2026-W48-1 as well
            return date.fromisoformat(text)
    except ValueError:  # a day the calendar does not have
        pass
    bad.append(_refused(given, name, _DAY))
    return None


def _refused(given: Mapping[str, str], name: str, allowed: str) -> BadField:
    return BadField(field=name, value=given.get(name, ""), allowed=allowed)
