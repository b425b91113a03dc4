"""What a query asks of the report besides its scenario: sections, and the size of the paper."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl

from calculators.scenario import BadField, ScenarioError
from report.codec import Decoded, clip, decode
from report.sections import SECTIONS

SECTIONS_NAME, PAPER_NAME = "sections", "paper"
OWN = (SECTIONS_NAME, PAPER_NAME)
"""Parameters of the report; the rest is the scenario."""
PAPERS = ("a4", "letter")


@dataclass(frozen=True)
class AskedReport:
    """What is printed, and on what."""

    sections: tuple[str, ...] = ()  # in the order they are printed, whatever the query's
    paper: str = PAPERS[0]


def asked_report(query: str) -> tuple[AskedReport, Decoded]:
    """What the query asks of the report, and the scenario it is about.

    Raises
    ------
    ScenarioError
        A section or a paper there is none of, one of the two given twice, an input that is
        refused: everything at once.
    """
    bad: list[BadField] = []
    asked = _asked(query, bad)
    try:
        found = decode(query, strict=True, other=OWN)
    except ScenarioError as error:
        raise ScenarioError([*bad, *error.bad]) from None
    if bad:
        raise ScenarioError(bad)
    return asked, found


def _asked(query: str, bad: list[BadField]) -> AskedReport:
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    given = dict(reversed(pairs))  # of one that comes twice the first; decoding refuses the other
    named = given.get(SECTIONS_NAME, "").split(",")
    wanted = dict.fromkeys(part.strip() for part in named if part.strip())
    allowed = ", ".join(SECTIONS)
    bad += [
        BadField(field=SECTIONS_NAME, value=clip(name), allowed=f"any of: {allowed}")
        for name in wanted
        if name not in SECTIONS
    ]
    paper = given.get(PAPER_NAME) or PAPERS[0]
    if paper not in PAPERS:
        bad.append(BadField(field=PAPER_NAME, value=clip(paper), allowed=" | ".join(PAPERS)))
    return AskedReport(tuple(name for name in SECTIONS if name in wanted), paper)
