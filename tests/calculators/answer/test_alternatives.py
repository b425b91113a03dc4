"""Other models beside the answer: what they save, what changes, and that they never win unasked."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.answer.alternatives import FEW, OF_THE_MODEL
from calculators.compare import compare
from calculators.costs import labour
from calculators.market import Market
from calculators.market.reading import READ
from calculators.memory import Memory
from calculators.places import PLACES
from calculators.points import Points
from calculators.presets import from_preset, presets
from calculators.results import Comparison
from pricing.book import PriceBook
from tests.sampling import few

BOOK = PriceBook.load()
MARKET = Market(BOOK, "us")
SCORED = ("llama-3.1-8b", "llama-3.2-3b", "gpt-4o-mini", "claude-haiku-4.5", "qwen3-32b")


@cache
def found(preset: str, **changes: Any) -> Comparison:
    return compare(from_preset(preset, changes, BOOK), BOOK)


def sold_with_other_weights(answer: Comparison) -> set[str]:
    """Models services answer with that are not the one asked for."""
    asked = answer.scenario.model
    return {option.model for option in answer.options if option.model} - {asked}


def test_the_model_that_was_asked_for_wins_and_the_smaller_one_stands_beside_it() -> None:
    """Support chat asks for 8 billion parameters; 3 billion would cost 1.50 USD a month less.

    DeepInfra reads for 0.02 USD a million with both and writes for 0.04 and 0.02: 300,000 requests
    x 250 tokens = 75 million written x 0.02 = 1.50.
    """
    answer = found("support_chat")
    assert answer.cheapest is not None
    assert answer.cheapest.id == "none>managed_api:deepinfra/llama-3.1-8b-turbo"
    best = answer.alternatives[0]
    assert (best.model, best.option.id) == (
        "llama-3.2-3b",
        "none>managed_api:deepinfra/llama-3.2-3b",
    )
    assert best.saves_usd_per_month == pytest.approx(1.50, abs=0.005)
    assert best.score is not None
    assert best.score_of_asked is not None
    assert (best.score.value, best.score_of_asked.value) == (4.22, 7.61)
    assert [change.what for change in best.changes] == ["score"]


def test_asked_for_the_smaller_one_wins() -> None:
    answer = found("support_chat", other_models=True)
    assert answer.cheapest is not None
    assert answer.cheapest.model == "llama-3.2-3b"
    assert answer.alternatives == ()


@pytest.mark.parametrize("preset", few([*presets(BOOK)], 5))
def test_no_other_weights_are_ranked_unless_asked_for(preset: str) -> None:
    """And what is ranked with them is never dearer."""
    plain, wider = found(preset), found(preset, other_models=True)
    assert sold_with_other_weights(plain) == set()
    assert not any(option.reads or option.different_model for option in plain.options)
    if plain.cheapest is not None:
        assert wider.cheapest is not None
        assert plain.cheapest.company_usd is not None
        assert wider.cheapest.company_usd is not None
        assert wider.cheapest.company_usd <= plain.cheapest.company_usd * (1 + 1e-12)


@pytest.mark.parametrize("preset", few([*presets(BOOK)], 5))
def test_what_alternatives_save_adds_up(preset: str) -> None:
    answer = found(preset)
    assert answer.cheapest is not None
    kinds = [item.option.kind for item in answer.alternatives]
    assert max(map(kinds.count, kinds), default=0) <= FEW
    savings = [item.saves_usd_per_month for item in answer.alternatives]
    assert savings == sorted(savings, key=lambda usd: -(usd or 0.0))
    for item in answer.alternatives:
        assert item.option.status == "feasible"
        assert item.option.company_usd is not None
        assert answer.cheapest.company_usd is not None
        months = answer.scenario.horizon_months
        gap = (answer.cheapest.company_usd - item.option.company_usd) / months
        assert item.saves_usd_per_month == pytest.approx(gap, rel=1e-9, abs=1e-9)
        paid = sum(i.amount_usd for i in item.option.line_items if i.payer == "company")
        assert paid == pytest.approx(item.option.company_usd)


@settings(max_examples=4, deadline=None)
@given(model=st.sampled_from(SCORED), volume=st.sampled_from((1e3, 1e6, 1e8)))
def test_alternatives_are_of_the_class_of_the_model_that_was_asked_for(
    model: str, volume: float
) -> None:
    answer = found("support_chat", model=model, requests_per_month=volume)
    own = MARKET.quality.class_of(model, "none")
    assert own
    for item in answer.alternatives:
        assert item.model != model
        assert MARKET.quality.class_of(item.model, "none") == own
        assert item.score is not None
        assert item.score_of_asked is not None
        assert item.score.index == item.score_of_asked.index


def test_a_model_nobody_scored_has_no_alternatives() -> None:
    answer = found("support_chat", model="claude-haiku-5.5")
    assert MARKET.quality.class_of("claude-haiku-5.5", "none") == ""
    assert answer.alternatives == ()


def test_language_models_that_read_stand_beside_ready_made_services() -> None:
    answer = found("document_ocr")
    assert answer.alternatives
    assert all(item.option.reads and item.score is None for item in answer.alternatives)
    assert {change.what for item in answer.alternatives for change in item.changes} == {"prompt"}


@pytest.mark.parametrize("preset", ["celebrity_match", "deep_art", "live_camera", "recommender"])
def test_what_no_language_model_does_has_none(preset: str) -> None:
    answer = found(preset)
    assert answer.scenario.task not in READ
    assert answer.alternatives == ()


def test_another_embedding_means_another_index() -> None:
    """text-embedding-3-large is of the class of bge-m3: 58.93 and 59.56 on one index."""
    (item,) = found("semantic_search").alternatives
    assert item.model == "text-embedding-3-large"
    assert [change.what for change in item.changes] == ["score", "index"]


def test_a_smaller_model_on_machines_is_read_in_its_own_tokens() -> None:
    """What was measured or stated of the model asked for holds for no other."""
    stated = found("support_chat", params_millions=8028)
    own = [item for item in stated.alternatives if item.option.kind == "hosted_platform"]
    plain = [i for i in found("support_chat").alternatives if i.option.kind == "hosted_platform"]
    assert [(i.model, i.option.total_usd) for i in own] == [
        (i.model, i.option.total_usd) for i in plain
    ]
    assert "params_millions" in OF_THE_MODEL


def test_a_language_model_that_is_asked_for_reads_the_page() -> None:
    """It is a candidate beside the vendors' own models; no other language model is."""
    answer = found("document_ocr", model="gpt-4o-mini")
    readers = {option.model for option in answer.options if option.reads}
    assert readers == {"gpt-4o-mini"}
    assert not any(option.different_model for option in answer.options)
    assert answer.option("none>managed_api:aws-ai/textract-text") is not None
    assert all(item.model != "gpt-4o-mini" for item in answer.alternatives)


@pytest.mark.parametrize("volume", few([1e4, 3e5, 3e7], 3))
@pytest.mark.parametrize("preset", few(["support_chat", "summariser", "document_ocr"], 3))
def test_those_that_save_are_found_without_looking_where_work_alone_costs_as_much(
    preset: str, volume: float
) -> None:
    answer = found(preset, requests_per_month=volume)
    whole = [item for item in answer.alternatives if (item.saves_usd_per_month or 0.0) > 0]
    told = [(item.option.id, item.saves_usd_per_month) for item in answer.cheaper_alternatives]
    assert told == [(item.option.id, item.saves_usd_per_month) for item in whole]


def test_work_is_the_floor_of_every_candidate_of_a_place() -> None:
    """Of rented machines it is the work to set up and to run that their sums list."""
    answer = found("support_chat")
    case = Memory().case(Points.base(answer.scenario), BOOK)
    for option in answer.options:
        place = PLACES[option.kind]
        behind = PLACES[place.fallback] if place.fallback else place
        if option.company_usd is not None:
            assert labour.least_usd(case, behind)[0] <= option.company_usd + 1e-6
    (machines,) = [one for one in answer.best_of_kind if one.kind == "rented"]
    work = sum(
        item.amount_usd
        for item in machines.line_items
        if item.name in ("Work to set up", "Work to run")
    )
    assert labour.least_usd(case, PLACES["rented"])[0] == pytest.approx(work)
