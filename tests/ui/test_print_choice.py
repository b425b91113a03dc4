"""What the form beside the PDF asks for is what the report reads."""

from __future__ import annotations

from report.asked_report import AskedReport, asked_report
from ui.components.print_choice import asked

QUERY = "preset=support_chat&requests_per_month=5000"


def test_nothing_chosen_is_the_plain_report() -> None:
    assert asked(QUERY, [], "a4") == QUERY


def test_what_is_chosen_is_what_is_printed() -> None:
    query = asked(QUERY, ["strips", "cash_flow"], "letter")
    assert query == f"{QUERY}&sections=cash_flow,strips&paper=letter"
    found, decoded = asked_report(query)
    assert found == AskedReport(("cash_flow", "strips"), "letter")
    assert decoded.scenario.requests_per_month == 5000
