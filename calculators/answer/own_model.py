"""Do you need a model of your own? From what is sold, your own data and how good what is sold is.

It is not read from the switch ``own_model_required``: what is looked at is whether a ready-made
service does the task and is allowed, whether there are data of one's own to learn from, and whether
published weights would do. The rules are a table; the first one that applies answers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np

from calculators.answer.options import BASE
from calculators.case import Case
from calculators.evaluation import Evaluation, evaluate
from calculators.market.services import Services
from calculators.memory import Memory
from calculators.options.managed_api import READY_MADE, offered
from calculators.places import MANAGED_API
from calculators.points import Points
from calculators.results import Fact, OwnModel, Said
from calculators.scenario import Scenario
from calculators.score import Score
from pricing.book import PriceBook
from pricing.kept import cached_property
from pricing.records import record, value

Answer = Literal["yes", "no", "unsure"]
SAME_FOR_ALL = frozenset(
    {"text_generation", "speech_to_text", "translation", "ocr", "text_embedding", "face_match"}
)
"""Tasks whose right answer does not depend on whose app asks. Our judgement.

The words of a recording are the same for every app; which classes a photo may fall into, which
style a painting has and what to recommend are not: there one's own data say what is right.
"""


@record
class Evidence:
    """What is known of the need for a model of one's own."""

    scenario: Scenario
    book: PriceBook
    memory: Memory
    asked: Evaluation  # of the scenario itself

    @cached_property
    def case(self) -> Case:
        """The scenario asked without a model of one's own."""
        ready = {need.field: need.value for need in READY_MADE}
        return self.memory.case(Points.base(self.scenario.with_changes(ready)), self.book)

    @cached_property
    def services(self) -> Services:
        """Who sells an answer to the task, made for it or with the weights asked for."""
        return offered(self.case)

    @cached_property
    def allowed(self) -> tuple[str, ...]:
        """Ids of those that no rule forbids and that are priced."""
        if not self.services.size:
            return ()
        found = self.asked
        if self.case.scenario != self.scenario:  # else everything is evaluated already
            only = {MANAGED_API: frozenset(self.services.ids)}
            found = evaluate(self.memory.case(self.case.points, self.book, only))
        return tuple(
            pair.id(int(row))
            for pair in found.pairs
            if pair.place.id == MANAGED_API
            for row in np.flatnonzero(np.isfinite(pair.ranked[:, BASE]))
        )

    @property
    def own_data(self) -> float:
        """Examples or tokens to learn from; 0 where none are entered or nothing is learnt."""
        asked = self.scenario
        if asked.training_method == "none":
            return 0.0
        return float(asked.training_examples or asked.training_tokens or 0.0)

    @property
    def published(self) -> bool:
        """Whether weights of this kind are published, to be used as they are."""
        row = self.case.model_row
        return row is not None and row.open_weights == "yes"

    @property
    def same_for_all(self) -> bool:
        """Whether every app wants the same answer."""
        return self.scenario.task in SAME_FOR_ALL

    @cached_property
    def scores(self) -> tuple[Score, Score] | None:
        """The best of what is allowed and of the model asked for, by an index that has both."""
        quality, effort = self.case.market.quality, self.scenario.reasoning
        asked = quality.scores(self.case.asked_weights, effort)
        models = dict(zip(self.services.ids, self.services.models, strict=True))
        named = {models.get(name.rpartition(":")[2], "") for name in self.allowed}
        pairs = [
            (own[index], asked[index])
            for model in sorted(named - {""})
            for own in (quality.scores(model, effort),)
            for index in own
            if index in asked
        ]
        return max(pairs, key=lambda pair: pair[0].value, default=None)

    # facts ---------------------------------------------------------------------------------------

    @property
    def task(self) -> Fact:
        """What one request asks for."""
        return Fact("task", self.scenario.task)

    @property
    def sold(self) -> tuple[Fact, Fact]:
        """How many services do the task, and how many of them are allowed."""
        return (
            Fact("services_offered", float(self.services.size), "services"),
            Fact("services_allowed", float(len(self.allowed)), "services"),
        )

    @property
    def data(self) -> Fact:
        """What there is to learn from."""
        name = "training_examples" if self.scenario.training_examples else "training_tokens"
        return Fact(name, self.own_data, "examples" if name == "training_examples" else "tokens")


@value
class Rule:
    """One line of the table."""

    id: str
    answer: Answer
    applies: Callable[[Evidence], bool]
    text: Callable[[Evidence], str]
    facts: Callable[[Evidence], tuple[Fact, ...]]


def _sold(found: Evidence) -> str:
    count, allowed = found.services.size, len(found.allowed)
    noun = "service sells" if count == 1 else "services sell"
    return f"{count} {noun} this task ready-made; {allowed} of them may be used here"


def _amount(found: Evidence) -> str:
    return f"{found.own_data:,.0f} {found.data.unit}"


RULES: tuple[Rule, ...] = (
    Rule(
        "own_answer",
        "yes",
        lambda e: e.own_data > 0 and not e.same_for_all,
        lambda e: (
            f"What is right here is said by your own data ({_amount(e)}), and no ready-made "
            "service knows them."
        ),
        lambda e: (e.task, e.data),
    ),
    Rule(
        "nobody_sells_it",
        "yes",
        lambda e: e.own_data > 0 and not e.services.size,
        lambda e: (
            f"No service we know sells this task, and there are {_amount(e)} of your own to "
            "learn from."
        ),
        lambda e: (e.task, e.sold[0], e.data),
    ),
    Rule(
        "compare_first",
        "unsure",
        lambda e: e.own_data > 0 and bool(e.allowed),
        lambda e: (
            f"{_sold(e)}, and every app wants the same answer: measure a ready-made one on "
            f"a part of your data ({_amount(e)}) before you train."
        ),
        lambda e: (e.task, *e.sold, e.data),
    ),
    Rule(
        "compare_published",
        "unsure",
        lambda e: e.own_data > 0 and e.published,
        lambda e: (
            f"{_sold(e)}, and every app wants the same answer: measure published weights as they "
            f"are on a part of your data ({_amount(e)}) before you train."
        ),
        lambda e: (e.task, *e.sold, e.data, Fact("model", e.scenario.model)),
    ),
    Rule(
        "none_allowed",
        "yes",
        lambda e: e.own_data > 0,
        lambda e: (
            f"{_sold(e)}, no published model is named, and there are {_amount(e)} of your own to "
            "learn from."
        ),
        lambda e: (e.task, *e.sold, e.data),
    ),
    Rule(
        "sold_ready_made",
        "no",
        lambda e: bool(e.allowed),
        lambda e: f"{_sold(e)}, and no data of your own to learn from are entered.",
        lambda e: (e.task, *e.sold),
    ),
    Rule(
        "published_weights",
        "no",
        lambda e: e.published,
        lambda e: (
            f"{_sold(e)}, but published weights do it as they are, and no data of your own "
            "to learn from are entered."
        ),
        lambda e: (e.task, *e.sold, Fact("model", e.scenario.model)),
    ),
    Rule(
        "nothing_known",
        "unsure",
        lambda _: True,
        lambda e: (
            f"{_sold(e)}, no published model is named, and no data of your own to learn from "
            "are entered."
        ),
        lambda e: (e.task, *e.sold),
    ),
)
"""The first that applies answers."""


def own_model(scenario: Scenario, book: PriceBook, memory: Memory, asked: Evaluation) -> OwnModel:
    """Whether a model of one's own is needed; ``asked`` is the scenario, evaluated."""
    found = Evidence(scenario, book, memory, asked)
    rule = next(rule for rule in RULES if rule.applies(found))
    said = [Said(rule.id, rule.text(found), rule.facts(found))]
    if found.scores is not None:
        said.append(_quality(*found.scores))
    if scenario.retrains_per_month > 0 and rule.answer != "no":
        said.append(_moves(scenario))
    return OwnModel(rule.answer, tuple(said))


def _quality(sold: Score, asked: Score) -> Said:
    """How good what is sold is, where one index has scored both."""
    text = (
        f"The best of what is sold scores {sold.value:.3g}, the model you named {asked.value:.3g} "
        f"({sold.index_name})."
    )
    facts = (
        Fact("score", sold.value, sold.index_name),
        Fact("score_of_asked", asked.value, asked.index_name),
    )
    return Said("quality", text, facts)


def _moves(scenario: Scenario) -> Said:
    count = scenario.retrains_per_month
    times = f"{count:.3g} time{'' if count == 1 else 's'} a month"
    text = f"You train again {times}: a ready-made model does not follow your data."
    return Said("retrained", text, (Fact("retrains_per_month", count, "a month"),))
