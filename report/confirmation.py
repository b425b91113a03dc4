"""What nobody has confirmed of the vendors behind an option: as words and as JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from calculators.places import PLACES
from calculators.results import Comparison, Confirmed, DataGoes, Finding, Option
from pricing.book import Source
from report import constraints, words

Json = dict[str, Any]
SHOWN = 3
"""So many open questions stand in the headline; the opened option lists all."""


# --------------------------------------------------------------------------------------- words


def sentence(comparison: Comparison) -> str:
    """What is not confirmed about the recommended option, and what certainty costs; or nothing."""
    told = open_questions(comparison.unconfirmed)
    if not told:
        return ""
    left = len(told) - SHOWN
    listed = "; ".join(told[:SHOWN]) + (f"; and {left} more" if left > 0 else "")
    return f"Not confirmed: {listed}. {_certainty(comparison.cheapest_confirmed)}"


def open_questions(found: Iterable[Finding]) -> tuple[str, ...]:
    """Each question once, though answers and training may ask the same of one vendor."""
    return tuple(dict.fromkeys(item.unconfirmed for item in found if item.unconfirmed))


def _certainty(found: Confirmed | None) -> str:
    if found is None:
        return "Nothing that is allowed has everything confirmed."
    option = found.option
    to = option.data_goes
    sold = f" of {to.name}" if to and to.vendor else ""
    label = f"{PLACES[option.kind].words}{sold}"
    extra = found.extra_usd_per_month
    more = f"{words.usd(extra)} a month more" if extra >= 0.005 else "at the same cost"
    return f"The cheapest with everything confirmed is {label}, {more}."


def where(found: DataGoes | None) -> str:
    """Who sees the data, where, for how long and with whose help, in one line."""
    if found is None:
        return words.MISSING
    if not found.vendor:
        return f"{found.name}: no vendor sees them"
    kept = found.retention_days
    told = [
        short(found),
        "kept for a time not known to us" if kept is None else _kept(kept),
        {
            "": "helpers not known to us",
            "listed": "its helpers (sub-processors) are listed",
            "none": "no helpers (sub-processors)",
        }[found.sub_processors],
    ]
    return ", ".join(told)


def short(found: DataGoes | None) -> str:
    """Who sees the data, and where they are kept; blank where nobody offers it."""
    if found is None:
        return ""
    if not found.vendor:
        return found.name
    place = {"": "region not known to us", "elsewhere": "outside your region"}
    return f"{found.name}, {place.get(found.region, f'in the {words.choice(found.region)}')}"


def _kept(days: float) -> str:
    if not days:
        return "not kept"
    return f"kept for {days:g} day{'' if days == 1 else 's'}"


# ---------------------------------------------------------------------------------------- JSON


def head(comparison: Comparison) -> Json:
    """What is not confirmed of the recommended option, and the cheapest of which all is."""
    found = comparison.cheapest_confirmed
    sure = None
    if found is not None:
        sure = {
            "id": found.option.id,
            "extra_usd_per_month": found.extra_usd_per_month,
            "extra_usd": found.extra_usd,
        }
    return {"unconfirmed": _open(comparison.unconfirmed), "cheapest_confirmed": sure}


def option(chosen: Option, rules: Sequence[Finding]) -> Json:
    """Rules with complete ``needs``, what is open, and where the data go, of one option."""
    return {
        "rules": [{**_rule(item), "verdict": item.verdict} for item in rules],
        "unconfirmed": _open(chosen.unconfirmed),
        "data_goes": goes(chosen.data_goes),
        "training_data_goes": goes(chosen.training_data_goes),
    }


def _open(found: Sequence[Finding]) -> list[Json]:
    return [{**_rule(item), "vendor": item.vendor} for item in found]


def _rule(item: Finding) -> Json:
    return {
        "rule": item.rule,
        "text": item.text,
        "change": constraints.change(item),
        "needs": {need.field: _plain(need.value) for need in item.needs},
        "lasting": item.lasting or None,
        "source": source(item.source),
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def source(found: Source | None) -> Json | None:
    """The page a rule rests on; null where it rests on what was entered."""
    if found is None:
        return None
    as_of = found.as_of.isoformat() if found.as_of else None
    return {"title": found.title, "url": found.url, "as_of": as_of}


def goes(found: DataGoes | None) -> Json | None:
    """Where data go; null where they stay."""
    if found is None:
        return None
    return {
        "vendor": found.vendor or None,
        "name": found.name,
        "region": found.region or None,
        "retention_days": found.retention_days,
        "sub_processors": found.sub_processors or None,
        "sources": [source(item) for item in found.sources],
    }
