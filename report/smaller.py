"""Which part of a question to ask less of, where its answer takes longer than it may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import parse_qsl

from calculators.scenario import BadField
from report import csv_options, csv_tables, links
from report.asked_months import HORIZON, VARIES, WHY
from report.asked_report import SECTIONS_NAME
from report.codec import clip, decode
from report.comparison import ALL, BEST, BREAK_EVEN, CANDIDATES, NO
from report.map import USUAL, N
from report.strips import INPUTS
from report.sweep import VALUES

FEW_MONTHS = 12


@dataclass(frozen=True)
class Size:
    """A parameter that says how much is asked for."""

    name: str
    left_out: str
    """What a question asks for that does not name it."""
    least: str
    """So little that less of it would not help; such a question is not told of it."""
    allowed: str


_CELLS = Size(N, f"{USUAL}", "5", "fewer cells on a side, from 5")
_FEWER = "some inputs at a time, separated by commas"
_STRIPS = Size(INPUTS, "every input", "", _FEWER)
_LONGER = Size(
    INPUTS, "every input", "", f"{_FEWER}; all of them as strips.csv, which may take longer"
)
_OF: Mapping[str, Sequence[Size]] = MappingProxyType(
    {
        links.COMPARE_API: (
            Size(CANDIDATES, ALL, BEST, f"{BEST}: one candidate of each place"),
            Size(BREAK_EVEN, NO, NO, f"{NO}; {links.BREAK_EVEN_API} answers two places at a time"),
        ),
        links.SWEEP_API: (Size(VALUES, "", "", "fewer values at a time"),),
        links.MAP_API: (_CELLS,),
        links.csv("map"): (_CELLS,),
        links.csv("map_lines"): (_CELLS,),
        links.STRIPS_API: (_LONGER,),
        links.csv("strips"): (_STRIPS,),
        links.REPORT: (Size(SECTIONS_NAME, "", "", "fewer sections in one file"),),
        **{
            csv_tables.TABLES[name].path: (
                Size(csv_options.OPTION.name, "", "", "a place, or the id of one option"),
            )
            for name in ("items", "cash_flow")
        },
    }
)


def ask_less(path: str, query: str) -> list[BadField]:
    """What of a question to a route makes it long, each with what to ask for instead.

    Never empty: where the question has no size of its own it is named whole.

    Parameters
    ----------
    path
        Of the route, also below the path that the program stands under.
    """
    given = dict(parse_qsl(query.removeprefix("?"), keep_blank_values=True))
    sizes = next((sizes for known, sizes in _OF.items() if path.endswith(known)), ())
    found = [
        BadField(field=size.name, value=_said(size, value), allowed=size.allowed)
        for size in sizes
        if (value := given.get(size.name) or size.left_out) != size.least
    ]
    found += _months(query)
    whole = "a question that takes less: for one place or one input (/api/v1/openapi.json)"
    return found or [BadField(field="query", value=clip(query) or "(none)", allowed=whole)]


def _said(size: Size, value: str) -> str:
    """How much was asked for; of a long list how long it is."""
    many = value.count(",") + 1
    return f"{many:,} values" if size.name == VALUES else clip(value)


def _months(query: str) -> list[BadField]:
    """The months, where they differ and are many."""
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    # the values of a sweep alone may be longer than any scenario
    asked = decode([pair for pair in pairs if pair[0] != VALUES]).scenario
    many = asked.horizon_months > FEW_MONTHS
    if not many or not any(getattr(asked, name) for name in VARIES):
        return []
    return [
        BadField(field=HORIZON, value=f"{asked.horizon_months}", allowed=f"fewer months: {WHY}")
    ]
