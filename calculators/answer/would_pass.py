"""Inputs with which a candidate that is shut out is allowed, tried before they are named.

One change may bring another rule in: where fewer frames a second let more devices answer, the
machines behind them are asked so rarely that they sleep; how fast a model answers is known once it
fits in memory. So what the rules name is entered and the candidate looked at again, until nothing
shuts it out. Many candidates are looked at together: those whose changes ask for the same
arithmetic are points of one evaluation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

import numpy as np

from calculators.answer import needed
from calculators.answer.needed import changes, shut
from calculators.answer.options import OptionList
from calculators.case import Case
from calculators.evaluation import Evaluation, evaluate
from calculators.memory import Memory
from calculators.places import AnswersAt
from calculators.points import DECIDING, Points
from calculators.results import Finding, Needed, Option
from calculators.scenario import Scenario, ScenarioError, is_numeric
from pricing.book import PriceBook
from pricing.records import record

ROUNDS = 6
TOGETHER = 32
"""Candidates that are looked at in one evaluation: each at a point of its own."""
Said = Sequence[Finding]
_NOT_NAMED = object()
ENOUGH = frozenset(
    {
        "latency_budget_ms",
        "ttft_budget_ms",
        "min_tokens_per_s",
        "min_reach_pct",
        "battery_budget_pct_per_day",
        "offline_required",
        "export_required",
        "model_secrecy",
        "min_confidence",
        "data_sensitivity",
        "training_data_sensitivity",
        "agreements_signed",
        "providers_allowed",
        "own_model_required",
        "retrains_per_month",
        "training_method",
    }
)
"""Inputs that are limits and permissions, or ask for less to be trained: more of them never brings
another rule in. What is named of any other, a model's size or how many frames a second, may be a
step on the way: how fast a model answers and how long a run takes are known once it fits."""


@record
class Remedies:
    """What would let the options of a scenario pass, each worked out when somebody reads it."""

    scenario: Scenario
    book: PriceBook
    memory: Memory
    listed: OptionList
    _tried: dict[str, Mapping[str, Any] | None] = field(default_factory=dict, init=False)

    def would_allow(self, option: Option) -> Mapping[str, Any] | None:
        """What lets an option pass; None where nothing shuts it out, or none does."""
        return self._found(option) if shut(option.findings) else None

    def rules(self, option: Option) -> tuple[Finding, ...]:
        """Every rule applied to an option, ``needs`` complete: together they let it pass."""
        if not may_be_a_step(option.findings):
            return option.findings
        return completed(self.scenario, option.findings, self._found(option))

    def look_at_all(self) -> None:
        """Look at every option whose rules may name a step, many at a time."""
        left = {
            item.id: item.findings
            for item in self.listed
            if item.id not in self._tried and may_be_a_step(item.findings)
        }
        self._tried.update(tried_all(self.scenario, self.book, self.memory, left))

    def _found(self, option: Option) -> Mapping[str, Any] | None:
        name = option.id
        if name not in self._tried:
            found = tried(self.scenario, self.book, self.memory, name, option.findings)
            self._tried[name] = found
        return self._tried[name]


def may_be_a_step(said: Said) -> bool:
    """Whether what rules name of a candidate may not be all that it takes."""
    closed = shut(said)
    return all(item.needs for item in closed) and any(map(_names_a_step, closed))


def completed(
    scenario: Scenario, said: Said, allowing: Mapping[str, Any] | None
) -> tuple[Finding, ...]:
    """What rules say of a candidate, with ``needs`` that together let it pass.

    ``allowing`` are the inputs that do, tried; None where none do. What the rules name already
    stays as it is; a value other than the rule's by itself, and an input that a step brings with
    it, are marked as tried.
    """
    if allowing is None:
        return tuple(_hopeless(item) if item in shut(said) else item for item in said)
    named = changes(scenario, said) or {}
    more = {name: value for name, value in allowing.items() if named.get(name, _NOT_NAMED) != value}
    if not more:
        return tuple(said)
    held = {need.field for item in shut(said) for need in item.needs}
    step = next(item for item in shut(said) if _names_a_step(item))
    brought = tuple(Needed(name, value) for name, value in more.items() if name not in held)
    return tuple(
        _with_all(item, more, brought if item is step else ()) if item in shut(said) else item
        for item in said
    )


def _names_a_step(item: Finding) -> bool:
    return any(need.field not in ENOUGH for need in item.needs)


def _with_all(item: Finding, more: Mapping[str, Any], brought: tuple[Needed, ...]) -> Finding:
    """A refusal with other values than the rule by itself: those that pass with all changes."""
    own = tuple(
        replace(need, value=more[need.field]) if need.field in more else need for need in item.needs
    )
    needs = (*own, *brought)
    return item if needs == item.needs else replace(item, needs=needs, tried=True)


def _hopeless(item: Finding) -> Finding:
    """A refusal whose step leads nowhere."""
    if not _names_a_step(item):
        return item
    why = f"{item.change} would not be enough, and no further change we tried is"
    return replace(item, needs=(), lasting=why, change=f"nothing you can set: {why}")


def tried(
    scenario: Scenario, book: PriceBook, memory: Memory, name: str, findings: Said
) -> Mapping[str, Any] | None:
    """What lets the candidate ``name`` pass, shown to do so; None where no inputs do.

    ``findings`` are what the rules say of it in ``scenario``.
    """
    return tried_all(scenario, book, memory, {name: findings})[name]


def tried_all(
    scenario: Scenario, book: PriceBook, memory: Memory, said: Mapping[str, Said]
) -> Mapping[str, Mapping[str, Any] | None]:
    """The same of many candidates: id -> what lets it pass, None where no inputs do.

    ``said`` is what the rules say of each in ``scenario``.
    """
    found: dict[str, Mapping[str, Any] | None] = dict.fromkeys(said)
    begun = (_Try(name, findings, scenario, book, {}) for name, findings in said.items())
    tries = [more for item in begun if (more := item.next(scenario, book, item.said))]
    for _ in range(ROUNDS):
        after = [pair for some in _together(tries) for pair in _looked_at(some, memory)]
        found.update({item.name: item.joined for item, told in after if not shut(told)})
        tries = [
            more for item, told in after if shut(told) and (more := item.next(scenario, book, told))
        ]
    return found


@record
class _Try:
    """One candidate with what has been entered for it so far."""

    name: str
    said: Said
    asked: Scenario
    prices: PriceBook
    joined: Mapping[str, Any]

    @property
    def place(self) -> tuple[str, AnswersAt, str]:
        """Where it is trained, where it answers, and its product."""
        trained_at, _, rest = self.name.partition(">")
        answers_at, _, product = rest.partition(":")
        return trained_at, answers_at, product

    def next(self, scenario: Scenario, book: PriceBook, said: Said) -> _Try | None:
        """With what the rules name now entered too; None where they name nothing that can be."""
        more = changes(self.asked, said)
        if more is None:
            return None
        joined = {**self.joined, **more}
        try:
            asked, prices = needed.asked(scenario, book, joined)
        except ScenarioError:
            return None
        return _Try(self.name, said, asked, prices, joined)

    @property
    def numbers(self) -> Sequence[str]:
        """Inputs among the changes that may be columns of points."""
        return [name for name, value in self.joined.items() if _is_column(name, value)]

    @property
    def kind(self) -> tuple[object, ...]:
        """Equal where one arithmetic applies: words as they are, of numbers that there are some."""
        names = sorted(self.joined.items(), key=lambda item: item[0])
        told = tuple((name, _side(name, value)) for name, value in names)
        return (self.place[0], *told)


def _is_column(name: str, value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and is_numeric(name)


def _side(name: str, value: object) -> object:
    if not _is_column(name, value):
        return value
    splits = DECIDING.get(name)
    side = None if splits is None else int(splits(np.array([value], dtype=np.float64))[0])
    return ("number", side)  # never what an input left empty is: a limit is no column without one


def _together(tries: Iterable[_Try]) -> Iterator[Sequence[_Try]]:
    """Candidates that can be points of one evaluation, some at a time."""
    kinds: dict[object, list[_Try]] = {}
    for item in tries:
        kinds.setdefault(item.kind, []).append(item)
    for alike in kinds.values():
        for start in range(0, len(alike), TOGETHER):
            yield alike[start : start + TOGETHER]


def _looked_at(tries: Sequence[_Try], memory: Memory) -> Iterator[tuple[_Try, Said]]:
    """What the rules say of each now; those that are no candidates any more are left out."""
    found = evaluate(_case(tries, memory))
    for point, item in enumerate(tries):
        said = _said(found, item.name, point)
        if said is not None:
            yield item, said


def _case(tries: Sequence[_Try], memory: Memory) -> Case:
    first = tries[0]
    columns = {
        name: np.array([getattr(item.asked, name) for item in tries], dtype=np.float64)
        for name in first.numbers
        if len({getattr(item.asked, name) for item in tries}) > 1
    }
    only: dict[AnswersAt, frozenset[str]] = {}
    for item in tries:
        _, place, product = item.place
        only[place] = only.get(place, frozenset()) | {product}
    points = Points(first.asked, len(tries), columns=columns)
    return memory.case(points, first.prices, only, frozenset({first.place[0]}))


def _said(found: Evaluation, name: str, point: int) -> Said | None:
    """What the rules say of one candidate; None where it is no candidate any more."""
    index = found.at.get(name)
    if index is None:
        return None
    pair, own = found.where(index)
    return pair.findings(own, point)
