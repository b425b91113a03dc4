"""A question about every input over a long period is refused before anything is worked out."""

from __future__ import annotations

import math

import pytest

from calculators.scenario import ScenarioError, fields, is_numeric
from report import advice as advices
from report import comparison as comparisons
from report import strips as strip_api
from report.asked_months import INPUTS, USUAL

GROWS = "preset=support_chat&growth_pct_per_month=3"
NAMES = [name for name in fields() if is_numeric(name)]


class WorkedOut(Exception):
    """Work was begun."""


@pytest.fixture(autouse=True)
def _nothing_is_worked_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def begun(*_: object) -> None:
        raise WorkedOut

    monkeypatch.setattr(strip_api, "compare", begun)
    monkeypatch.setattr(advices, "compare", begun)
    monkeypatch.setattr(comparisons, "compare", begun)


def test_every_input_over_the_usual_period_is_looked_along() -> None:
    """72 inputs over 36 months are what is let through: 2,592."""
    assert (INPUTS, USUAL) == (72, 36) == (len(NAMES), 36)
    assert strip_api.MOST_MONTHS == 2_592
    for body in (strip_api.strips_body, advices.advice_body):
        for query in (GROWS, "preset=support_chat&horizon_months=120", ""):
            with pytest.raises(WorkedOut):
                body(query)


def test_a_month_more_is_refused_with_how_many_inputs_fit() -> None:
    """2,592 / 37 is 70.05."""
    with pytest.raises(ScenarioError) as caught:
        strip_api.strips_body(f"{GROWS}&horizon_months=37")
    (bad,) = caught.value.bad
    assert (bad.field, bad.value) == ("inputs", "every input")
    assert bad.allowed.startswith("at most 70 at a time of this period: ")


def strips_of(count: int) -> None:
    """Over 120 months, of which 21 inputs fit: 2,592 / 120 is 21.6."""
    always = [name for name in NAMES if not name.startswith(("measured", "today", "growth_"))]
    asked = ",".join(always[:count])
    strip_api.strips_body(f"{GROWS}&horizon_months=120&inputs={asked}")


def test_some_inputs_fit_into_any_period(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strip_api, "_not_alone", lambda *_: ())
    with pytest.raises(WorkedOut):
        strips_of(21)
    with pytest.raises(ScenarioError) as caught:
        strips_of(22)
    (bad,) = caught.value.bad
    assert (bad.value, bad.allowed[:10]) == ("22 inputs", "at most 21")


def test_a_file_of_what_a_page_shows_has_its_time_alone() -> None:
    with pytest.raises(WorkedOut):
        strip_api.strips_body(f"{GROWS}&horizon_months=120", most_months=math.inf)


@pytest.mark.parametrize("varies", ["growth_pct_per_month=3", "price_change_pct_per_year_api=-9"])
def test_advice_over_a_month_more_names_the_period(varies: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        advices.advice_body(f"preset=support_chat&{varies}&horizon_months=37")
    (bad,) = caught.value.bad
    assert (bad.field, bad.value, bad.allowed[:10]) == ("horizon_months", "37", "at most 36")
    assert "/api/v1/compare advises over any period" in bad.allowed


@pytest.mark.parametrize("candidates", ["all", "best"])
def test_crossings_of_every_two_places_have_the_usual_period(candidates: str) -> None:
    asked = f"{GROWS}&candidates={candidates}&break_even=yes"
    with pytest.raises(WorkedOut):
        comparisons.compare_body(asked)
    with pytest.raises(WorkedOut):
        comparisons.compare_body(f"{GROWS}&candidates={candidates}&horizon_months=120")
    with pytest.raises(WorkedOut):  # months alike
        comparisons.compare_body("preset=support_chat&break_even=yes&horizon_months=120")
    with pytest.raises(ScenarioError) as caught:
        comparisons.compare_body(f"{asked}&horizon_months=37")
    (bad,) = caught.value.bad
    assert (bad.field, bad.value) == ("break_even", "yes")
    assert bad.allowed.startswith("no over more than 36 months: ")
