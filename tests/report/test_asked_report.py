"""What a query asks of the report: known sections in one order, known paper, all else refused."""

from __future__ import annotations

import pytest

from calculators.scenario import ScenarioError
from report.asked_report import AskedReport, asked_report
from report.sections import SECTIONS

ORDER = (
    "cash_flow",
    "break_even",
    "strips",
    "map",
    "history",
    "uncertainty",
    "tradeoffs",
    "devices",
    "method",
)


def test_the_order_is_fixed_and_nothing_is_the_default() -> None:
    assert tuple(SECTIONS) == ORDER
    assert asked_report("preset=support_chat")[0] == AskedReport((), "a4")
    asked, found = asked_report("preset=support_chat&sections=method,map,,map&paper=letter")
    assert asked == AskedReport(("map", "method"), "letter")
    assert found.scenario.preset == "support_chat"


@pytest.mark.parametrize(
    ("query", "field", "value", "allowed"),
    [
        ("sections=map,charts", "sections", "charts", "cash_flow, break_even, strips"),
        ("sections=map&sections=method", "sections", "method", "each parameter once"),
        ("paper=a5", "paper", "a5", "a4 | letter"),
        ("paper=a4&paper=letter", "paper", "letter", "each parameter once"),
    ],
)
def test_what_there_is_none_of_is_refused_by_name(
    query: str, field: str, value: str, allowed: str
) -> None:
    with pytest.raises(ScenarioError) as error:
        asked_report(f"preset=support_chat&{query}")
    (bad,) = error.value.bad
    assert (bad.field, bad.value) == (field, value)
    assert allowed in bad.allowed


def test_everything_wrong_is_named_at_once() -> None:
    with pytest.raises(ScenarioError) as error:
        asked_report("sections=x&paper=y&requests_per_month=0")
    assert [item.field for item in error.value.bad] == ["sections", "paper", "requests_per_month"]
