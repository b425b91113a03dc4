"""Do you need your own model: every rule of the table, and that the switch is not echoed."""

from __future__ import annotations

import pytest

from calculators.answer.own_model import RULES, own_model
from calculators.compare import points
from calculators.evaluation import evaluate
from calculators.memory import SHARED
from calculators.presets import from_preset
from calculators.results import OwnModel
from pricing.book import PriceBook

BOOK = PriceBook.load()


def asked(preset: str, **changed: object) -> OwnModel:
    scenario = from_preset(preset, changed, BOOK)
    found = own_model(scenario, BOOK, SHARED, evaluate(SHARED.case(points(scenario), BOOK)))
    nothing = evaluate(SHARED.case(points(scenario), BOOK, {}))
    if scenario.training_method != "none":  # then nothing is read from how the scenario stands
        assert own_model(scenario, BOOK, SHARED, nothing) == found
    return found


@pytest.mark.parametrize(
    ("rule", "answer", "preset", "changed"),
    [
        ("sold_ready_made", "no", "celebrity_match", {}),
        ("published_weights", "no", "support_chat", {"data_sensitivity": "on_premises"}),
        ("own_answer", "yes", "deep_art", {}),
        ("own_answer", "yes", "hospital_imaging", {}),
        (
            "compare_first",
            "unsure",
            "support_chat",
            {"training_method": "lora", "training_examples": 10_000.0},
        ),
        # nine services read pages, and none of them on the premises: nothing ready-made to measure
        (
            "compare_published",
            "unsure",
            "document_ocr",
            {
                "data_sensitivity": "on_premises",
                "training_method": "fine_tune",
                "training_examples": 10_000.0,
            },
        ),
        # and where no weights are named that are published: a model of one's own is all there is
        (
            "none_allowed",
            "yes",
            "document_ocr",
            {
                "data_sensitivity": "on_premises",
                "training_method": "fine_tune",
                "training_examples": 10_000.0,
                "model": "",
                "params_millions": 25.0,
                "gflops_per_request": 10.0,
            },
        ),
    ],
)
def test_each_rule_answers(rule: str, answer: str, preset: str, changed: dict[str, object]) -> None:
    found = asked(preset, **changed)
    assert (found.because[0].rule, found.answer) == (rule, answer)


def test_nothing_is_to_be_measured_that_may_not_be_used() -> None:
    learning: dict[str, object] = {"training_method": "fine_tune", "training_examples": 10_000.0}
    for level in ("on_premises", "on_device"):
        said = asked("document_ocr", data_sensitivity=level, **learning).because[0]
        figures = {fact.name: fact.value for fact in said.facts}
        assert figures["services_allowed"] == 0
        assert "measure a ready-made one" not in said.text


def test_the_switch_alone_changes_nothing() -> None:
    # without examples to learn from the switch is a wish, not a need
    plain, wished = (asked("celebrity_match", own_model_required=on) for on in (False, True))
    assert plain.answer == wished.answer == "no"
    off, on = (asked("hospital_imaging", own_model_required=on) for on in (False, True))
    assert off.answer == on.answer == "yes"


def test_the_figures_are_those_of_the_market() -> None:
    said = asked("celebrity_match").because[0]
    figures = {fact.name: fact.value for fact in said.facts}
    assert figures["task"] == "face_match"
    offered, allowed = figures["services_offered"], figures["services_allowed"]
    assert isinstance(offered, float)
    assert isinstance(allowed, float)
    assert 0 < allowed <= offered
    shut = asked("celebrity_match", data_sensitivity="on_device").because[0]
    figures = {fact.name: fact.value for fact in shut.facts}
    assert (figures["services_offered"], figures["services_allowed"]) == (offered, 0.0)


def test_retraining_is_told_where_a_model_may_be_needed() -> None:
    rules = [said.rule for said in asked("recommender").because]
    assert rules == ["own_answer", "retrained"]


def test_scores_are_told_where_one_index_scored_both() -> None:
    found = asked("support_chat")
    said = next((item for item in found.because if item.rule == "quality"), None)
    if said is not None:  # the edition may hold no score of this model
        assert {fact.name for fact in said.facts} == {"score", "score_of_asked"}
        assert len({fact.unit for fact in said.facts}) == 1


def test_the_last_rule_always_applies() -> None:
    assert [rule.id for rule in RULES][-1] == "nothing_known"
    assert len({rule.id for rule in RULES}) == len(RULES)
