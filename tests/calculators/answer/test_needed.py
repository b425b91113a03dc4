"""What rules name joins into one set of inputs that satisfies all of them."""

from __future__ import annotations

import pytest

from calculators.answer.needed import JOINED, changes
from calculators.presets import from_preset
from calculators.results import PRICE_DATE, Finding, Needed
from calculators.scenario import fields
from pricing.book import PriceBook

BOOK = PriceBook.load()


def fail(*needs: Needed) -> Finding:
    return Finding("rule", "fail", "It fails.", "change it", needs=needs)


def test_two_budgets_join_into_the_longer_one() -> None:
    asked = from_preset("celebrity_match", {}, BOOK)
    found = [fail(Needed("latency_budget_ms", ms)) for ms in (2_500.0, 3_000.0, 2_100.0)]
    assert changes(asked, found) == {"latency_budget_ms": 3_000.0}


def test_no_limit_outlasts_every_limit() -> None:
    asked = from_preset("celebrity_match", {}, BOOK)
    needs = [Needed("latency_budget_ms", 3_000.0), Needed("latency_budget_ms", None)]
    assert changes(asked, map(fail, needs)) == {"latency_budget_ms": None}


def test_names_are_added_to_those_entered() -> None:
    asked = from_preset("celebrity_match", {"providers_allowed": ("aws",)}, BOOK)
    found = [fail(Needed("providers_allowed", (name,))) for name in ("gcp", "azure", "gcp")]
    assert changes(asked, found) == {"providers_allowed": ("aws", "gcp", "azure")}


@pytest.mark.parametrize("turn", [1, -1])
def test_the_least_strict_kind_of_data_counts(turn: int) -> None:
    asked = from_preset("celebrity_match", {"data_sensitivity": "on_device"}, BOOK)
    found = [fail(Needed("data_sensitivity", name)) for name in ("internal", "public")][::turn]
    assert changes(asked, found) == {"data_sensitivity": "public"}


def test_training_data_stay_at_the_level_they_had() -> None:
    # they follow the requests' level unless stated: lifting one must not lift the other
    asked = from_preset(
        "celebrity_match", {"data_sensitivity": "on_premises", "own_model_required": True}, BOOK
    )
    found = changes(asked, [fail(Needed("data_sensitivity", "public"))])
    assert found == {"data_sensitivity": "public", "training_data_sensitivity": "on_premises"}


def test_one_rule_that_names_nothing_leaves_nothing_to_try() -> None:
    asked = from_preset("celebrity_match", {}, BOOK)
    assert changes(asked, [fail(Needed("latency_budget_ms", 1.0)), fail()]) is None


def test_passes_and_open_cautions_ask_for_nothing() -> None:
    asked = from_preset("celebrity_match", {}, BOOK)
    open_ = Finding("terms", "caution", "Not known.", needs=(Needed("latency_budget_ms", 1.0),))
    assert changes(asked, [Finding("data", "pass", "Fine."), open_]) == {}


def test_what_must_be_confirmed_counts_as_shut() -> None:
    asked = from_preset("celebrity_match", {}, BOOK)
    needs = (Needed("agreements_signed", ("aws",)),)
    must = Finding("terms", "caution", "Not known.", required=True, needs=needs)
    assert changes(asked, [must]) == {"agreements_signed": ("aws",)}


def test_only_inputs_are_joined() -> None:
    assert set(JOINED) <= {*fields(), PRICE_DATE}
