"""Inputs with which a candidate that is shut out is allowed, tried before they are named.

One change may bring another rule in: where fewer frames a second let more devices answer, the
machines behind them are asked so rarely that they sleep. So what the rules name is entered and the
candidate looked at again, until nothing shuts it out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from calculators.answer import needed
from calculators.answer.needed import changes, shut
from calculators.answer.options import BASE
from calculators.evaluation import evaluate
from calculators.memory import Memory
from calculators.points import Points
from calculators.results import Finding, Option
from calculators.scenario import Scenario, ScenarioError
from pricing.book import PriceBook

ROUNDS = 6


def would_allow(
    scenario: Scenario, book: PriceBook, memory: Memory, option: Option
) -> Mapping[str, Any] | None:
    """What lets an option of ``scenario`` pass; None where nothing shuts it out, or none does."""
    if not shut(option.findings):
        return None
    return tried(scenario, book, memory, option.id, option.findings)


def tried(
    scenario: Scenario, book: PriceBook, memory: Memory, name: str, findings: Sequence[Finding]
) -> Mapping[str, Any] | None:
    """What lets the candidate ``name`` pass, shown to do so; None where no inputs do.

    ``findings`` are what the rules say of it in ``scenario``.
    """
    joined: dict[str, Any] = {}
    asked, said = scenario, findings
    prices = book
    for _ in range(ROUNDS):
        more = changes(asked, said)
        if more is None:
            return None
        joined |= more
        try:
            asked, prices = needed.asked(scenario, book, joined)
        except ScenarioError:
            return None
        found = _said(asked, prices, memory, name)
        if found is None:
            return None
        if not shut(found):
            return joined
        said = found
    return None


def _said(
    scenario: Scenario, book: PriceBook, memory: Memory, name: str
) -> Sequence[Finding] | None:
    """What the rules say of one candidate; None where it is no candidate any more."""
    answers_at, _, product = name.partition(">")[2].partition(":")
    only = {answers_at: frozenset({product})}
    found = evaluate(memory.case(Points.base(scenario), book, only))
    index = found.at.get(name)
    if index is None:
        return None
    pair, own = found.where(index)
    return pair.findings(own, BASE)
