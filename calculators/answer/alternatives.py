"""Other models that would do it: what they save and what changes, found when somebody reads them.

Alternatives are models of the same class of quality, and language models that do a vision, document
or speech task by reading. They never compete with the answer unless ``other_models`` says so. Each
is evaluated as every candidate is, in a scenario that asks for it.

A model without a score is of no class: asked for one, only language models that read are found.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from calculators.answer.options import BASE, OptionList
from calculators.case import Case, Only
from calculators.costs import labour, tokens
from calculators.evaluation import evaluate
from calculators.memory import Memory
from calculators.options import managed_api
from calculators.places import MANAGED_API, PLACES, AnswersAt, Place
from calculators.points import Points
from calculators.results import Alternative, Change, Option
from calculators.scenario import Scenario, ScenarioError
from calculators.score import Score
from pricing.book import PriceBook
from pricing.kept import cached_property
from pricing.records import record
from pricing.schema import ModelRow

FEW = 3
"""Alternatives told of each place."""
ON_MACHINES = 2
"""Other models tried on machines and devices: each takes an evaluation of its own."""
EMBEDDING = "text_embedding"
OF_THE_MODEL: Mapping[str, object] = {
    "params_millions": None,
    "active_params_millions": None,
    "gflops_per_request": None,
    "measured_on": "",
    "measured_concurrency": None,
    "measured_requests_per_s": None,
    "measured_answer_ms": None,
    "measured_device": "",
    "measured_device_ms": None,
    "measured_device_j_per_request": None,
}
"""What was stated or measured of the model asked for, and holds for no other."""


def alternatives(
    scenario: Scenario,
    book: PriceBook,
    memory: Memory,
    best: Option | None,
    *,
    cheaper: bool = False,
) -> tuple[Alternative, ...]:
    """The best few of each place by what they save, most first; none where they are ranked.

    With ``cheaper`` only those that cost less than the answer: places whose work alone costs as
    much are not looked at.
    """
    if scenario.other_models or (cheaper and best is None):
        return ()
    found = list(_Search(scenario, book, memory, best, cheaper).found())
    if cheaper:
        found = [item for item in found if (item.saves_usd_per_month or 0.0) > 0]
    found.sort(key=lambda item: (-(item.saves_usd_per_month or 0.0), item.option.id))
    told: dict[AnswersAt, int] = {}
    few = []
    for item in found:
        told[item.option.kind] = told.get(item.option.kind, 0) + 1
        if told[item.option.kind] <= FEW:
            few.append(item)
    return tuple(few)


def _on_machines() -> Iterator[Place]:
    """Places where a model of one's own choice is put on machines."""
    return (place for place in PLACES.values() if MANAGED_API not in place.parts)


@record
class _Search:
    """What is compared with what."""

    scenario: Scenario
    book: PriceBook
    memory: Memory
    best: Option | None
    cheaper: bool  # only what costs less than the answer

    @cached_property
    def case(self) -> Case:
        """The scenario as it was asked."""
        return self.memory.case(Points.base(self.scenario), self.book)

    @property
    def asked(self) -> str:
        """The model whose weights are asked for; blank where none is."""
        return self.case.asked_weights

    @cached_property
    def quality_class(self) -> str:
        """Class of the model asked for; blank where nobody scored it."""
        return self.case.market.quality.class_of(self.asked, self.scenario.reasoning)

    def found(self) -> Iterator[Alternative]:
        """The cheapest feasible option of each other model in each place."""
        for option, model in (*self._sold(), *self._on_machines()):
            yield self._alternative(option, model)

    # those who sell them ------------------------------------------------------------------------

    def _sold(self) -> Iterator[tuple[Option, str]]:
        """Services that answer with another model, the cheapest of each model."""
        # a class nobody is in where the model asked for has none: what reads is left
        changes = {"other_models": True, "quality_class": self.quality_class or "small"}
        scenario = self.scenario.with_changes(changes)
        case = self.memory.case(Points.base(scenario), self.book)
        services = managed_api.offered(case)
        if not services.size:
            return
        other = managed_api.different_model(case, services)
        if not self.quality_class:
            other &= ~services.of_task(scenario.task)
        names = dict(zip(services.ids, services.models, strict=True))
        wanted = [name for name, own in zip(services.ids, other.tolist(), strict=True) if own]
        if wanted:
            yield from self._cheapest(scenario, {MANAGED_API: frozenset(wanted)}, names)

    def _cheapest(
        self, scenario: Scenario, only: Only, names: Mapping[str, str]
    ) -> Iterator[tuple[Option, str]]:
        """The cheapest feasible option of each model in each place."""
        found = evaluate(self.memory.case(Points.base(scenario), self.book, only))
        listed = OptionList(found, lambda _: None)
        told: set[tuple[AnswersAt, str]] = set()
        for candidate in listed.order.tolist():
            if not np.isfinite(found.ranked[candidate, BASE]):
                return  # in the order of lists: nothing after it is feasible
            pair, own = found.where(candidate)
            product = pair.block.products.ids[pair.rows[own]]
            model = names.get(product, scenario.model)
            if (pair.place.id, model) not in told:
                told.add((pair.place.id, model))
                yield listed.of(candidate), model

    # machines and devices -----------------------------------------------------------------------

    def _on_machines(self) -> Iterator[tuple[Option, str]]:
        """Smaller models of the class on machines and devices."""
        only = self._machines()
        if not only:
            return
        for model in self._smaller():
            try:
                scenario = self.scenario.with_changes({**OF_THE_MODEL, **self._text(model)})
            except ScenarioError:
                continue  # the same text is longer than may be entered, as this model counts it
            found = evaluate(self.memory.case(Points.base(scenario), self.book, only))
            listed = OptionList(found, lambda _: None)
            for candidate in listed.first_of_place:
                if np.isfinite(found.ranked[candidate, BASE]):
                    yield listed.of(candidate), model

    def _machines(self) -> Only:
        """All products of the places where machines may answer for less than the answer costs."""
        return {place.id: None for place in _on_machines() if self._may_save(place)}

    def _may_save(self, place: Place) -> bool:
        """Whether a place is looked at: by what work costs there with any model."""
        cost = None if self.best is None else self.best.ranked_usd(self.scenario.rank_by)
        if not self.cheaper or cost is None:
            return True
        # behind the devices the work of the place itself is left in any case
        behind = PLACES[place.fallback] if place.fallback else place
        return bool(labour.least_usd(self.case, behind)[BASE] < cost)

    def _smaller(self) -> Sequence[str]:
        """The smallest models of the class, and the best scored of those that are smaller."""
        row = self.case.model_row
        if row is None or not self.quality_class or row.params_millions is None:
            return ()
        quality, effort = self.case.market.quality, self.scenario.reasoning
        rows = [r for r in self.case.market.models.values() if self._fits(r, row)]
        models = [r.model for r in rows]
        same = quality.in_class(models, self.quality_class, self.asked, effort)
        inside = [r for r, own in zip(rows, same.tolist(), strict=True) if own]
        if not inside:
            return ()
        smallest = min(inside, key=lambda r: r.params_millions or np.inf)
        strongest = max(inside, key=lambda r: self._score(r.model))
        return tuple(dict.fromkeys((smallest.model, strongest.model)))[:ON_MACHINES]

    def _fits(self, other: ModelRow, asked: ModelRow) -> bool:
        known = other.params_millions is not None and asked.params_millions is not None
        return (
            known
            and other.task == self.scenario.task
            and other.model != asked.model
            and (other.params_millions or np.inf) < (asked.params_millions or 0.0)
            and other.open_weights == "yes"
        )

    def _text(self, model: str) -> Mapping[str, object]:
        """The same text as another model counts it."""
        ratio = tokens.ratio_between(self.case, self.asked, model)
        lengths = ("input_tokens", "output_tokens")
        return {"model": model, **{n: getattr(self.scenario, n) * ratio for n in lengths}}

    # what it means ------------------------------------------------------------------------------

    def _alternative(self, option: Option, model: str) -> Alternative:
        score, asked = self._scores(model)
        return Alternative(
            option=option,
            model=model,
            model_name=self.case.market.model_name(model),
            saves_usd_per_month=self._saved(option),
            score=score,
            score_of_asked=asked,
            changes=tuple(self._changes(option, model, score, asked)),
        )

    def _saved(self, option: Option) -> float | None:
        """What it costs less than the answer; None where there is no answer."""
        rank_by, months = self.scenario.rank_by, self.scenario.horizon_months
        own = option.ranked_usd(rank_by)
        cost = None if self.best is None else self.best.ranked_usd(rank_by)
        return None if cost is None or own is None else (cost - own) / months

    def _scores(self, model: str) -> tuple[Score | None, Score | None]:
        """Scores of a model and of the one asked for, by an index that has both."""
        quality, effort = self.case.market.quality, self.scenario.reasoning
        asked = quality.scores(self.asked, effort)
        own = quality.scores(model, effort)
        both = next((index for index in own if index in asked), None)
        return (None, None) if both is None else (own[both], asked[both])

    def _score(self, model: str) -> float:
        own, _ = self._scores(model)
        return -np.inf if own is None else own.value

    def _changes(
        self, option: Option, model: str, score: Score | None, asked: Score | None
    ) -> Iterator[Change]:
        market = self.case.market
        if score is not None and asked is not None:
            text = f"Scored {score.value:.3g} instead of {asked.value:.3g} ({score.index_name})."
            yield Change("score", text)
        if option.reads:
            text = "A language model reads the request: instructions to write, answers to check."
            yield Change("prompt", text)
            return
        own, other = market.tokenizer(self.asked), market.tokenizer(model)
        if own and other and own != other:
            ratio = tokens.ratio_between(self.case, self.asked, model)
            text = f"Tokenizer {other} instead of {own}: {ratio:.3g} tokens for one."
            yield Change("tokenizer", text)
        if self.scenario.task == EMBEDDING:
            yield Change("index", "Vectors of two models do not mix: the index is built anew.")
