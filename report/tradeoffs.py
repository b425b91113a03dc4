"""``/api/v1/tradeoffs``: what each place means for the app, concern by concern, as JSON.

Every figure has its unit and says why; the page shows the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from calculators.answer.tradeoffs import CONCERNS, Fact, Told, beats, tradeoffs
from calculators.compare import compare
from calculators.memory import SHARED
from calculators.places import PLACES, AnswersAt
from calculators.results import Comparison
from pricing.book import Source
from report import words
from report.codec import Decoded, decode
from report.tradeoff_words import HEADINGS, text, why

Json = dict[str, Any]


def tradeoffs_body(query: str) -> tuple[Json, Decoded]:
    """The answer to a query, and what it was read as.

    Raises
    ------
    ScenarioError
        An input that is refused.
    """
    found = decode(query, strict=True)
    return tradeoffs_of(compare(found.scenario, found.book)), found


def tradeoffs_of(comparison: Comparison) -> Json:
    """The same of a comparison that is there already."""
    told = tradeoffs(comparison, comparison.book, SHARED)
    return {
        "sentence": sentence(told, comparison),
        "concerns": [
            {
                "id": concern.id,
                "title": HEADINGS[concern.id].title,
                "unit": HEADINGS[concern.id].unit,
                "figure_unit": concern.unit,
                "better": concern.better,
                "step": concern.step,
                "help": HEADINGS[concern.id].help,
            }
            for concern in CONCERNS
        ],
        "places": [_place(item) for item in told],
    }


def tradeoff_rows(query: str) -> tuple[list[Json], Decoded]:
    """The same as flat records: a row for every place and concern."""
    body, found = tradeoffs_body(query)
    units = {item["id"]: item["figure_unit"] for item in body["concerns"]}
    rows = [
        {
            "place": place["place"],
            "option": place["option"],
            "status": place["status"],
            "unbeaten": place["unbeaten"],
            "concern": concern,
            "value": cell["value"],
            "unit": units[concern],
            "says": cell["text"],
            "why": " ".join(cell["why"]),
            "sources": "; ".join(item["url"] or item["title"] for item in cell["sources"]),
        }
        for place in body["places"]
        for concern, cell in place["cells"].items()
    ]
    return rows, found


def _place(told: Told) -> Json:
    return {
        "place": told.place,
        "name": words.place(told.place),
        "option": told.option.id,
        "label": told.option.label,
        "status": told.status,
        "says": words.status(told.option),
        "why_not": "" if told.status == "feasible" else words.why(told.option, most=1),
        "unbeaten": told.unbeaten,
        "beaten_by": list(told.beaten_by),
        "cells": {name: _cell(fact) for name, fact in told.facts.items()},
    }


def _cell(fact: Fact) -> Json:
    return {
        "value": fact.value,
        "text": text(fact),
        "why": why(fact),
        "sources": [_source(item) for item in _sources(fact)],
        "missing": fact.lacks or None,
    }


def _source(found: Source) -> Json:
    as_of = found.as_of.isoformat() if found.as_of else None
    return {"title": found.title, "url": found.url, "as_of": as_of}


def _sources(fact: Fact) -> Sequence[Source]:
    """Everything a cell rests on, each once."""
    rules = [item.source for item in fact.findings if item.source is not None]
    found = [*fact.sources, *rules, *(item.source for item in fact.items)]
    return list({(item.title, item.url): item for item in found}.values())


# ------------------------------------------------------------------------------------ the sentence


def sentence(told: Sequence[Told], comparison: Comparison) -> str:
    """Whether one place is best at everything; what the cheapest gives up, and to whom."""
    possible = [item for item in told if item.status == "feasible"]
    if not possible:
        if any(item.status == "incomplete" for item in told):
            return "Every place lacks a figure here; what is known of each is shown."
        return "No place is possible here; what each would mean is shown all the same."
    best = comparison.cheapest
    first = next((item for item in possible if best is not None and item.place == best.kind), None)
    if first is None or len(possible) == 1:
        only = _said(possible[0].place)
        return f"Only {only} may be used here; the others are shown for what they would mean."
    rest = [item for item in possible if item is not first]
    cheapest = f"It costs least on {_said(first.place)}"
    if all(beats(first.facts, item.facts) for item in rest):
        return f"{cheapest}, and no other place is better on any count."
    gains = {item.place: _gains(item, first) for item in rest}
    other = max(gains, key=lambda place: len(gains[place]))
    if not gains[other]:
        return f"{cheapest}; no other place is known to be better on any count."
    gained = better(other, [HEADINGS[name].title for name in gains[other]])
    unbeaten = sum(item.unbeaten for item in told)
    every = "both" if unbeaten == 2 else f"all {unbeaten}"
    counted = every if unbeaten == len(possible) else str(unbeaten)
    return (
        f"{cheapest}. {gained} None of the {len(possible)} possible places is best at everything; "
        f"{counted} are unbeaten."
    )


def _gains(one: Told, other: Told) -> list[str]:
    """Concerns on which one place is better than another."""
    found = []
    for concern in CONCERNS:
        first, second = one.facts[concern.id].value, other.facts[concern.id].value
        if first is not None and second is not None and concern.gain(first, second) > 0:
            found.append(concern.id)
    return found


def better(place: AnswersAt, concerns: Sequence[str]) -> str:
    """What a place is better at, by the titles of the concerns, as a sentence.

    "Would be" fits one machine and many, and a place whose words have a comma of their own closes
    it before the verb.
    """
    named = _said(place)
    named = f"{named[:1].upper()}{named[1:]}{',' if ',' in named else ''}"
    counts = "one count" if len(concerns) == 1 else f"{len(concerns)} counts"
    listed = _and([_lower(title) for title in concerns])
    return f"{named} would be better on {counts}: {listed}."


def _said(place: AnswersAt) -> str:
    return PLACES[place].words


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _and(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
