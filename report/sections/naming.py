"""What places and inputs are called in sections, in sentences, pictures and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from calculators.percents import percent
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


_NOUNS: Mapping[str, str] = {
    "retrains_per_month": "retraining",
    "can_wait_hours": "the time answers can wait",
    "measured_concurrency": "the load of the measurement",
}
"""Names of the form that are no nouns, as nouns."""


def noun(field: str) -> str:
    """An input inside a sentence: "cost of work"."""
    return _NOUNS.get(field) or words.lower(input_title(field))


def input_value(field: str, number: float, unit: str, digits: int = 4) -> str:
    """A value of an input, or of an own figure, with its unit."""
    if field not in fields():
        return f"{words.number(number)} {unit}".rstrip()
    if abs(number) >= 1e6:  # 205 million reads better than 205,268,773
        return f"{words.number(number)} {extra(field, 'unit')}".rstrip()
    return words.input_value(field, rounded(number, digits))


def bare_value(field: str, number: float, unit: str, digits: int = 3) -> str:
    """A value that another one with its unit follows; a share and an own figure keep theirs."""
    if field not in fields() or extra(field, "unit") == "share":
        return input_value(field, number, unit, digits)
    return words.number(number) if abs(number) >= 1e6 else words.exact(rounded(number, digits), 12)


def rounded(number: float, digits: int) -> float:
    """A number with so many significant figures."""
    return float(f"{number:.{digits}g}")


def share_of(part: float, whole: float) -> str:
    """A part of a picture in percent, no finer than anybody sees: "12 %", "under 1 %"."""
    return percent(part / whole, 0)


def spans_decades(values: Sequence[float]) -> bool:
    """Whether values are better told apart on a logarithmic axis."""
    positive = [value for value in values if value > 0]
    return len(positive) == len(values) > 1 and max(positive) / min(positive) > 100


def says_unit(field: str) -> bool:
    """Whether the name of an input says its unit already: "requests a month"."""
    unit = extra(field, "unit") if field in fields() else "USD"
    return not unit or _a(unit) in _a(input_title(field).lower())


def _a(text: str) -> str:
    """As "requests per user a month" says it too."""
    return text.replace(" per ", " a ")


def axis_title(field: str) -> str:
    """What the form calls an input, with its unit where the name does not say it."""
    called = input_title(field)
    unit = extra(field, "unit") if field in fields() else "USD"
    return called if says_unit(field) else f"{called} ({unit})"
