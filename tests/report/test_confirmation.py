"""What is not confirmed, in words and as JSON."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from calculators.results import Comparison, DataGoes, Finding
from pricing.book import Source
from report import confirmation
from tests.report import examples

PAGE = Source("Terms", "https://example.org/terms", date(2026, 1, 2), "A")
REGION = Finding(
    "region",
    "caution",
    "Whether Acme keeps data in the United States is not known to us.",
    "another vendor",
    vendor="acme",
    unconfirmed="whether Acme keeps data in the United States",
)
TERMS = Finding("terms", "pass", "Acme does not train on what is sent.", source=PAGE, vendor="acme")


def with_findings(*findings: Finding, sure: Any = None) -> Comparison:
    """The plain comparison, its cheapest option under some rules."""
    chosen = replace(examples.API, _findings=lambda: findings)
    return replace(examples.PLAIN, cheapest=chosen, _confirmed=lambda: sure)


def test_nothing_is_said_where_all_is_confirmed() -> None:
    assert confirmation.sentence(with_findings(TERMS, sure=examples.API)) == ""


def test_what_is_open_and_what_certainty_costs() -> None:
    """The dearer option over 36 months, each question once."""
    again = replace(REGION, rule="training region", text=f"Training: {REGION.text}")
    found = with_findings(REGION, again, TERMS, sure=examples.RENTED)
    months = found.scenario.horizon_months
    assert examples.API.company_usd is not None
    assert examples.RENTED.company_usd is not None
    extra = examples.RENTED.company_usd - examples.API.company_usd
    head = confirmation.head(found)
    assert head["cheapest_confirmed"] == {
        "id": examples.RENTED.id,
        "extra_usd_per_month": pytest.approx(extra / months),
        "extra_usd": pytest.approx(extra),
    }
    assert [item["rule"] for item in head["unconfirmed"]] == ["region", "training region"]
    text = confirmation.sentence(found)
    assert text.startswith(
        "Not confirmed: whether Acme keeps data in the United States. The cheapest with "
        "everything confirmed is rented machines, "
    )
    assert text.endswith(" a month more.")


def test_nothing_sure_is_said_as_such() -> None:
    found = with_findings(REGION)
    assert confirmation.head(found)["cheapest_confirmed"] is None
    assert confirmation.sentence(found).endswith(
        "Nothing that is allowed has everything confirmed."
    )


def test_more_than_three_questions_are_counted() -> None:
    many = [replace(REGION, unconfirmed=f"question {number}") for number in range(5)]
    text = confirmation.sentence(with_findings(*many))
    assert text.startswith("Not confirmed: question 0; question 1; question 2; and 2 more. ")


def test_a_rule_rests_on_its_page() -> None:
    chosen = replace(examples.API, _findings=lambda: (REGION, TERMS))
    region, terms = confirmation.option(chosen, chosen.findings)["rules"]
    assert region["source"] is None
    assert terms["source"] == {
        "title": "Terms",
        "url": "https://example.org/terms",
        "as_of": "2026-01-02",
    }
    (open_,) = confirmation.option(chosen, chosen.findings)["unconfirmed"]
    assert (open_["vendor"], open_["change"]) == ("acme", "another vendor")


UNKNOWN = ("region", "kept for a time", "helpers")


@pytest.mark.parametrize(
    ("goes", "words"),
    [
        (DataGoes("", "your own machines", "", None, ""), "your own machines: no vendor sees them"),
        (
            DataGoes("acme", "Acme", "us", 0.0, "listed"),
            "Acme, in the United States, not kept, its helpers (sub-processors) are listed",
        ),
        (
            DataGoes("acme", "Acme", "elsewhere", 1.0, "none"),
            "Acme, outside your region, kept for 1 day, no helpers (sub-processors)",
        ),
        (
            DataGoes("acme", "Acme", "", None, ""),
            ", ".join(("Acme", *(f"{what} not known to us" for what in UNKNOWN))),
        ),
    ],
)
def test_where_the_data_go(goes: DataGoes, words: str) -> None:
    assert confirmation.where(goes) == words


def test_what_is_not_known_is_null() -> None:
    goes = DataGoes("acme", "Acme", "", None, "", (PAGE,))
    chosen = replace(examples.API, _data_goes=lambda: goes)
    assert confirmation.option(chosen, chosen.findings)["data_goes"] == {
        "vendor": "acme",
        "name": "Acme",
        "region": None,
        "retention_days": None,
        "sub_processors": None,
        "sources": [{"title": "Terms", "url": "https://example.org/terms", "as_of": "2026-01-02"}],
    }
    assert confirmation.option(chosen, chosen.findings)["training_data_goes"] is None
