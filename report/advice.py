"""The advice as plain JSON values and as lines of words, for the page and for reports."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from calculators.answer.advice import Advice, Turn, advice
from calculators.compare import compare
from calculators.places import PLACES, UNTRAINED, VENUES
from calculators.results import Comparison, Fact, Said, Worth
from calculators.scenario import BadField, ScenarioError
from report import asked_months, links, words
from report.codec import Decoded, decode

Json = dict[str, Any]
OWN = {
    "yes": "Yes, train one of your own",
    "no": "No, use one as it is published or sold",
    "unsure": "Not clear yet: compare a ready-made one first",
}
"""Answers to "do you need your own model"."""


def advice_body(query: str) -> tuple[Json, Decoded]:
    """The body of ``/api/v1/advice`` (fields: docs/api.md).

    Raises
    ------
    ScenarioError
        What the query cannot be read as; too long a period.
    """
    found = decode(query, strict=True)
    _refuse_long(found)
    return {"advice": as_json(advice(compare(found.scenario, found.book), whole=True))}, found


def _refuse_long(found: Decoded) -> None:
    """A shorter period where months differ: every input is looked along over all of it."""
    months = asked_months.asked_months(found.scenario, {})
    if months > asked_months.USUAL:
        allowed = (
            f"at most {asked_months.USUAL}: {asked_months.WHY} along every input; "
            f"{links.COMPARE_API} advises over any period without what would turn it"
        )
        raise ScenarioError(
            [BadField(field=asked_months.HORIZON, value=f"{months}", allowed=allowed)]
        )


def payload(comparison: Comparison, *, beyond: bool = True) -> Json:
    """``advice`` of ``/api/v1/compare``: flips along the volume alone.

    ``beyond`` looks beyond what the comparison has found: for flips, and through all draws for what
    to measure first. A short answer waits for neither unless it is asked for crossings too.
    """
    return as_json(advice(comparison, flips=beyond, measure=beyond))


def as_json(found: Advice) -> Json:
    """Everything the advice says, with the figures behind each sentence."""
    second = found.runner_up
    return {
        "own_model": found.own_model.answer,
        "own_model_because": [_said(item) for item in found.own_model.because],
        "train_at": found.train_at,
        "answer_at": found.answer_at,
        "too_close": found.too_close,
        "because": [_said(item) for item in found.because],
        "runner_up": None
        if second is None
        else {
            "id": second.id,
            "answer_at": second.answers_at,
            "train_at": second.trained_at,
            "extra_usd_per_month": _finite(found.runner_up_extra_usd_per_month),
        },
        "survives_labour": found.survives_labour,
        "labour": found.labour_text,
        "flips": None if found.flips is None else [_turn(item) for item in found.flips],
        "flips_along": _along(found),
        "measure_first": None
        if found.measure_first is None
        else [_worth(item) for item in found.measure_first],
    }


def _along(found: Advice) -> str | None:
    """What was looked along for flips; None where nothing was."""
    if found.flips is None:
        return None
    return "every input" if found.whole else "requests_per_month"


def _said(item: Said) -> Json:
    return {"rule": item.rule, "text": item.text, "figures": [_fact(fact) for fact in item.facts]}


def _fact(item: Fact) -> Json:
    value = item.value
    if isinstance(value, float):
        value = _finite(value)
    return {"name": item.name, "value": value, "unit": item.unit, "of": item.of or None}


def _turn(item: Turn) -> Json:
    return {
        "field": item.field,
        "unit": item.unit,
        "here": _finite(item.here),
        "at": _finite(item.at),
        "direction": item.direction,
        "to_place": item.to_place,
        "distance": _finite(item.distance),
        "text": turn_words(item),
    }


def _worth(item: Worth) -> Json:
    return {
        "factor": item.factor,
        "label": item.label,
        "usd_per_month": _finite(item.usd),
        "text": worth_words(item),
    }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


# words -------------------------------------------------------------------------------------------


NOWHERE = "Nowhere yet: no place is both allowed and priced"
"""Right where rules forbid every place, and where a figure is missing of those they allow."""


@dataclass(frozen=True)
class Line:
    """One heading of the advice with what stands under it."""

    heading: str
    answer: str
    because: tuple[str, ...] = ()


def lines(found: Advice) -> tuple[Line, ...]:
    """The advice in words, top to bottom; the page and the report print these."""
    return (*decisions(found), *reasons(found))


def decisions(found: Advice) -> tuple[Line, ...]:
    """The three questions and their answers."""
    own = found.own_model
    why = tuple(words.spoken(item.text) for item in own.because)
    said = (Line("Do you need your own model?", OWN[own.answer], why),)
    if found.answer_at is None:
        nothing = Line("Answer where?", NOWHERE, _texts(found.because))
        return (*said, nothing)
    told = found.train_at or UNTRAINED
    venue = "Nowhere: nothing is trained"
    if told != UNTRAINED:
        venue = f"On {_article(VENUES[told].name)}"
    answer = f"On {PLACES[found.answer_at].words}"
    if found.too_close:
        answer += ", the cheapest but too close to call"
    where = Line("Answer where?", answer, _texts(found.because))
    return (*said, Line("Train where?", venue), where)


def reasons(found: Advice) -> tuple[Line, ...]:
    """What the answer hangs on, what would turn it and what to measure first."""
    if found.answer_at is None:
        return ()
    said = [Line("Does it hang on our labour assumptions?", *_labour(found))]
    if found.flips:
        turned = tuple(turn_words(item) for item in found.flips)
        said.append(Line("What would turn it", "", turned))
    elif found.whole:
        said.append(Line("What would turn it", "No single number within its bounds"))
    if found.measure_first:
        worth = tuple(worth_words(item) for item in found.measure_first)
        said.append(Line("What to measure first", "", worth))
    return tuple(said)


def _article(name: str) -> str:
    """One of a kind has an article; machines and devices are many."""
    return name if name.endswith("s") else f"a {name}"


def _texts(found: tuple[Said, ...]) -> tuple[str, ...]:
    return tuple(words.spoken(item.text) for item in found)


def _labour(found: Advice) -> tuple[str, tuple[str, ...]]:
    answer = "No" if found.survives_labour else "Yes"
    return answer, (found.labour_text,)


def turn_words(item: Turn) -> str:
    """An input, the value at which the answer turns, and what wins beyond it."""
    # "requests a month ... requests per month" would say it twice
    said = not item.unit or item.unit.split()[0].lower() in item.label.lower()
    unit = "" if said or item.unit == "share" else f" {item.unit}"
    to = "nothing would be allowed" if item.to_place is None else PLACES[item.to_place].words
    here = "" if item.here is None else f" (now {words.number(item.here)})"
    return f"{item.label} {item.direction} {words.number(item.at)}{unit}{here}: {to}"


def worth_words(item: Worth) -> str:
    """What knowing one thing would save."""
    return f"{item.label}: knowing it would save {words.usd(item.usd)} a month on average"
