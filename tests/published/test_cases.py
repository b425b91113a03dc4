"""Other people's results from public inputs alone: a link, the released tables, our answer.

``cases.csv`` holds what was published and the link that asks for it. ``reproduced`` lies within
the tolerance beside it; ``differs`` does too, and says why it is not theirs to the digit; ``waits``
names what would have to be there first. Nothing is set but by the query, which the page and the
API take as well.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from calculators.compare import compare
from calculators.results import Option
from calculators.scenario import Scenario, is_whole
from pricing.book import PriceBook
from report.codec import decode

TABLE = Path(__file__).parent / "cases.csv"  # a link to the table the product ships
NEAR = 1e-9  # of the gap at the ends
MOST_STEPS = 60
Case = Mapping[str, str]


def _read() -> list[Case]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


CASES = _read()
ASKED = [case for case in CASES if case["query"]]


class Asked:
    """One case: its scenario, as the link says it, and what options cost along its axis."""

    def __init__(self, case: Case) -> None:
        self.case = case
        found = decode(f"{case['query']}&edition=2026-11-26", strict=True)
        self.scenario: Scenario = found.scenario
        self.book: PriceBook = found.book

    def option(self, name: str, scenario: Scenario | None = None) -> Option:
        found = compare(scenario or self.scenario, self.book).option(name)
        assert found is not None, f"{name} is no candidate"
        return found

    def usd(self, name: str, at: float | None = None) -> float:
        """What the company pays over the horizon, with the axis at a value."""
        held = self.scenario if at is None else self.scenario.with_changes({self.axis: at})
        found = self.option(name, held)
        assert found.company_usd is not None, found.missing
        return found.company_usd

    @property
    def axis(self) -> str:
        return self.case["axis"]

    def gap(self, at: float) -> float:
        return self.usd(self.case["first"], at) - self.usd(self.case["second"], at)

    def crossing(self) -> float:
        """Where both cost the same; between two whole values on the straight line.

        False position: costs are straight between steps, so a line through both ends hits at once.
        """
        low, high = float(self.case["low"]), float(self.case["high"])
        least, most = self.gap(low), self.gap(high)
        assert least * most < 0, "no crossing between the ends"
        whole = is_whole(self.axis)
        for _ in range(MOST_STEPS):
            at = low + (high - low) * least / (least - most)
            if whole and high - low <= 1:
                return at
            tried = min(max(round(at), low + 1), high - 1) if whole else at
            here = self.gap(tried)
            if not whole and abs(here) <= NEAR * max(abs(least), abs(most)):
                return tried
            if here * least > 0:
                low, least = tried, here
            else:
                high, most = tried, here
        raise AssertionError("not found")

    def crossings(self) -> float:
        """How many changes of the cheaper side 21 values along the axis show."""
        low, high = float(self.case["low"]), float(self.case["high"])
        gaps = [self.gap(low * (high / low) ** (step / 20)) for step in range(21)]
        return float(sum(one * other < 0 for one, other in pairwise(gaps)))


def _capacity(asked: Asked) -> float:
    found = asked.option(asked.case["first"]).capacity
    assert found is not None
    return found.requests_per_s


def _machines(asked: Asked) -> float:
    found = asked.option(asked.case["first"]).capacity
    assert found is not None
    return found.machines


MEASURES: Mapping[str, Callable[[Asked], float]] = {
    "crossing": Asked.crossing,
    "never": Asked.crossings,
    "total": lambda asked: asked.usd(asked.case["first"]),
    "monthly": lambda asked: asked.usd(asked.case["first"]) / asked.scenario.horizon_months,
    "capacity": _capacity,
    "machines": _machines,
}


@pytest.mark.parametrize("case", ASKED, ids=[case["id"] for case in ASKED])
def test_ours_beside_theirs(case: Case) -> None:
    ours = MEASURES[case["measure"]](Asked(case)) * float(case["scale"])
    theirs, tolerance = float(case["published"]), float(case["tolerance_pct"]) / 100
    said = f"ours {ours:g}, theirs {theirs:g} {case['unit']}: {case['note']}"
    assert ours == pytest.approx(theirs, rel=tolerance, abs=0), said


def test_every_case_says_what_it_is_from_and_what_it_waits_for() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES)
    for case in CASES:
        assert case["status"] in ("reproduced", "differs", "waits"), case["id"]
        assert all(case[name] for name in ("title", "source", "as_of", "feature")), case["id"]
        assert bool(case["query"]) == (case["status"] != "waits"), case["id"]
        assert case["status"] != "differs" or case["note"], case["id"]


def test_what_was_asked_for_is_there() -> None:
    """Results the notes of the users and of owned hardware name."""
    known = {case["id"].split("-")[0] for case in CASES}
    assert {"G1", "G1b", "G3", "G8", "G11", "G13", "A1", "A2", "A3", "A5", "A7"} <= known
    assert {"T1", "T8", "T9", "T10", "T11"} <= known
