"""What rules name of a candidate that is shut out is all it takes: entered, and looked at again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from calculators.answer import needed, would_pass
from calculators.answer.needed import changes, shut
from calculators.answer.would_pass import completed, may_be_a_step, tried, tried_all
from calculators.compare import compare
from calculators.evaluation import Evaluation
from calculators.memory import SHARED
from calculators.presets import from_preset
from calculators.results import Comparison, Finding, Needed, Option
from calculators.scenario import Scenario
from pricing.book import PriceBook
from report import constraints
from report.payload import best
from tests.advice import grid

BOOK = PriceBook.load()
LARGE = {"params_millions": 66_000.0, "latency_budget_ms": 800.0, "retrains_per_month": 2000.0}
"""A picture model of 66 billion weights: what fits in no memory has no speed yet."""


@pytest.fixture(scope="module")
def large() -> Comparison:
    return compare(from_preset("deep_art", LARGE, BOOK), BOOK)


def passes(scenario: Scenario, option: Option, entered: Mapping[str, Any]) -> bool:
    """Whether an option is allowed with inputs entered, by an evaluation of its own."""
    found = grid.evaluated(*needed.asked(scenario, BOOK, entered))
    index = found.at[option.id]
    return not (found.blocked[index, 0] or found.required[index, 0])


TOGETHER = "with all changes together: "


def one_with_other_values(comparison: Comparison) -> Option:
    """The first option whose rules by themselves name a step on the way."""
    return next(
        item for item in comparison.options if any(rule.tried for rule in comparison.rules(item))
    )


def test_rules_name_all_that_it_takes_where_each_by_itself_names_a_step(large: Comparison) -> None:
    asked = large.scenario
    option = one_with_other_values(large)
    step, whole = changes(asked, option.findings), changes(asked, large.rules(option))
    assert step is not None
    assert whole is not None
    assert not passes(asked, option, step)
    assert passes(asked, option, whole)
    assert whole == large.would_allow(option)


def test_other_values_stand_alone_in_the_words_of_a_rule(large: Comparison) -> None:
    option = one_with_other_values(large)
    for rule in large.rules(option):
        told = constraints.change(rule)
        assert told.startswith(TOGETHER) == rule.tried
        assert (told == rule.change) != rule.tried


def test_the_api_tells_other_values_too() -> None:
    """A text of 300,000 tokens fits nowhere; shorter ones are answered too slowly."""
    comparison = compare(from_preset("support_chat", {"input_tokens": 300_000}, BOOK), BOOK)
    others = 0
    for place in best(comparison)["places"]:
        option = comparison.option(place["option"]["id"])
        assert option is not None
        rules = comparison.rules(option)
        for told, rule in zip(place["option"]["rules"], rules, strict=True):
            assert told["needs"].keys() == {need.field for need in rule.needs}
            assert told["change"].startswith(TOGETHER) == rule.tried
            others += rule.tried
        if shut(rules) and (whole := changes(comparison.scenario, rules)):
            assert passes(comparison.scenario, option, whole), option.id
    assert others


def test_many_at_a_time_are_what_each_is_by_itself(large: Comparison) -> None:
    """They are points of one evaluation, each at its own values."""
    open_ = {item.id: item.findings for item in large.options if may_be_a_step(item.findings)}
    some = dict(list(open_.items())[::97])
    assert len(some) > 10
    together = tried_all(large.scenario, BOOK, SHARED, some)
    assert len({str(sorted(made.items())) for made in together.values() if made}) > 5
    for name, said in some.items():
        assert together[name] == tried(large.scenario, BOOK, SHARED, name, said), name


def test_a_limit_left_empty_is_no_point_beside_one_that_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where some need another limit, and others none at all: each is what it is by itself."""
    asked = {"latency_budget_ms": 300.0, "realtime_fps": 30.0, "training_examples": 1e7}
    comparison = compare(from_preset("summariser", asked, BOOK), BOOK)
    open_ = {item.id: item.findings for item in comparison.options if may_be_a_step(item.findings)}
    assert len(open_) > 600
    told: list[str] = []
    read = would_pass._said

    def spied(found: Evaluation, name: str, point: int) -> Sequence[Finding] | None:
        said = read(found, name, point)
        told.extend(f"{item.text} {item.change}" for item in said or ())
        return said

    monkeypatch.setattr(would_pass, "_said", spied)
    together = tried_all(comparison.scenario, BOOK, SHARED, open_)
    assert told
    assert not [text for text in told if re.search(r"\bnan\b", text)]
    limits = [made.get("latency_budget_ms", 0) for made in together.values() if made]
    assert None in limits
    assert any(limits)
    for name, said in open_.items():
        assert together[name] == tried(comparison.scenario, BOOK, SHARED, name, said), name


def test_an_input_left_empty_that_no_rule_names_is_brought() -> None:
    memory, speed = completed(
        from_preset("deep_art", {}, BOOK),
        (MEMORY, SPEED),
        {"precision": "int4", "latency_budget_ms": 900.0, "ttft_budget_ms": None},
    )
    assert memory.needs == (Needed("precision", "int4"), Needed("ttft_budget_ms", None))
    assert (memory.tried, speed) == (True, SPEED)


def refusal(rule: str, *needs: tuple[str, object]) -> Finding:
    return Finding(
        rule,
        "fail",
        f"{rule} fails.",
        f"change {rule}",
        needs=tuple(Needed(field, value) for field, value in needs),
    )


MEMORY = refusal("memory", ("precision", "int4"))
SPEED = refusal("speed: answer", ("latency_budget_ms", 900.0))
PASS = Finding("data", "pass", "Public data may go anywhere.")


def test_only_what_takes_other_values_is_changed() -> None:
    asked = from_preset("deep_art", {}, BOOK)
    said = (MEMORY, SPEED, PASS)
    enough = {"precision": "int4", "latency_budget_ms": 900.0}
    assert completed(asked, said, enough) == said
    more = {"precision": "int4", "latency_budget_ms": 1_200.0, "realtime_fps": 0.0}
    memory, speed, passed = completed(asked, said, more)
    assert memory.needs == (Needed("precision", "int4"), Needed("realtime_fps", 0.0))
    assert speed.needs == (Needed("latency_budget_ms", 1_200.0),)
    assert (memory.tried, speed.tried, passed) == (True, True, PASS)


def test_a_rule_that_takes_less_with_the_other_changes_says_that_alone() -> None:
    """A shorter text fits, and is answered sooner: a limit of 900 ms beside 400 is no sentence."""
    less = {"precision": "int4", "latency_budget_ms": 400.0}
    memory, speed = completed(from_preset("deep_art", {}, BOOK), (MEMORY, SPEED), less)
    assert constraints.change(memory) == MEMORY.change
    assert (
        constraints.change(speed) == "with all changes together: “Slowest acceptable answer” 400 ms"
    )


def test_a_step_that_leads_nowhere_says_that_nothing_helps() -> None:
    memory, speed, passed = completed(
        from_preset("deep_art", {}, BOOK), (MEMORY, SPEED, PASS), None
    )
    assert not memory.needs
    assert memory.lasting.startswith("change memory would not be enough")
    assert memory.change == f"nothing you can set: {memory.lasting}"
    assert (speed, passed) == (SPEED, PASS)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((MEMORY,), True),
        ((SPEED,), False),  # a limit: raised far enough nothing else looks at it
        ((MEMORY, refusal("export")), False),  # nothing helps against one of them
        ((PASS,), False),
    ],
)
def test_only_what_names_more_than_limits_has_to_be_tried(
    said: tuple[Finding, ...], expected: bool
) -> None:
    assert may_be_a_step(said) is expected
    assert all(item.needs for item in shut(said)) or not expected
