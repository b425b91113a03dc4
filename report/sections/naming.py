"""What places and inputs are called in sections, in sentences, pictures and tables."""

from __future__ import annotations

from collections.abc import Sequence

from calculators.places import PLACES, AnswersAt
from calculators.scenario import extra, fields
from report import palette, words

NOBODY = "nothing possible"
PLAIN = palette.Style(palette.MUTED, palette.MUTED, "solid", "circle")


def known(place: str) -> AnswersAt:
    """A place by its id; raises KeyError for one that is none."""
    return PLACES[place].id


def name(place: str | None) -> str:
    """A place as a row or a legend."""
    return NOBODY if place is None else words.place(known(place))


def inside(place: str | None) -> str:
    """A place inside a sentence: "a managed API"."""
    return NOBODY if place is None else PLACES[known(place)].words


def side(text: str) -> str:
    """One of two sides: a place in words, or a candidate's id."""
    return name(text) if text in PLACES else text


def look(place: str | None) -> palette.Style:
    """How a place is drawn; grey where nothing is possible."""
    return PLAIN if place is None else palette.style(known(place))


def input_title(field: str) -> str:
    """What the form calls an input; an own figure by its name in links."""
    return words.input_title(field) if field in fields() else field


def input_value(field: str, number: float, unit: str, digits: int = 4) -> str:
    """A value of an input, or of an own figure, with its unit."""
    if field not in fields():
        return f"{words.number(number)} {unit}".rstrip()
    if abs(number) >= 1e6:  # 205 million reads better than 205,268,773
        return f"{words.number(number)} {extra(field, 'unit')}".rstrip()
    return words.input_value(field, float(f"{number:.{digits}g}"))


def spans_decades(values: Sequence[float]) -> bool:
    """Whether values are better told apart on a logarithmic axis."""
    positive = [value for value in values if value > 0]
    return len(positive) == len(values) > 1 and max(positive) / min(positive) > 100


def axis_title(field: str) -> str:
    """What the form calls an input, with its unit where the name does not say it."""
    called = input_title(field)
    unit = extra(field, "unit") if field in fields() else "USD"
    said = not unit or unit.replace(" per ", " a ") in called.lower()
    return called if said else f"{called} ({unit})"
