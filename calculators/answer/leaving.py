"""What it costs to leave a place: moving, paying both, what is owed, and training anew.

The first three are those of a switch from what one has today, but that a commitment has just begun:
its whole term is owed. The last falls due where the trained model may not be taken along, and is
what the first training costs at the cheapest allowed option elsewhere. Machines bought stay paid:
they are in the cost a month.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from calculators.answer.baseline import Stay
from calculators.answer.flows import Flows
from calculators.evaluation import Evaluation, Pair
from calculators.places import DEVICE, UNTRAINED
from calculators.results import Comparison, LineItem, Option

BASE = 0


@dataclass(frozen=True)
class Leaving:
    """What is to be paid once, and whether the model comes along.

    ``word``: "untrained" (nothing to take), "leaves" (the model may), "stays" (it may not).
    """

    word: str
    items: tuple[LineItem, ...]
    lacks: str = ""


def leaving(comparison: Comparison, found: Evaluation, every: Flows, option: Option) -> Leaving:
    """Leave an option of an evaluation, whose months ``every`` holds, at once."""
    pair, _ = found.where(found.at[option.id])
    word = _word(pair)
    own = every.of(option.id)
    if own is None:
        lacks = ", ".join(option.missing) or "a price"
        return Leaving(word, (), lacks)
    stay = Stay(comparison.scenario, every, option.id, own.after_start(), term_left=1.0)
    switch = stay.switch_items()
    if word != "stays":
        return Leaving(word, switch)
    anew = _anew(comparison, found, option)
    if not anew:
        return Leaving(word, switch, "another place that may train the model")
    return Leaving(word, (*switch, *anew))


def _word(pair: Pair) -> str:
    plan = pair.plan
    if plan.trained_at == UNTRAINED:
        return "untrained"
    kept = plan.on_service or plan.only_vendor is not None or plan.trained_at == DEVICE
    return "stays" if kept else "leaves"


def _anew(comparison: Comparison, found: Evaluation, option: Option) -> tuple[LineItem, ...]:
    """The first training of the cheapest allowed option that answers elsewhere."""
    others = (
        item
        for item in comparison.best_of_kind
        if item.status == "feasible"
        and item.answers_at != option.answers_at
        and item.trained_at != UNTRAINED
    )
    best = next(others, None)
    if best is None:
        return ()
    return tuple(replace(item, name=f"Training anew: {item.name}") for item in _first(found, best))


def _first(found: Evaluation, option: Option) -> Iterator[LineItem]:
    """What the first training of an option costs the company."""
    pair, own = found.where(found.at[option.id])
    for charge, row in pair.training_charges(own):
        item = charge.item(row, BASE)
        if item is not None and item.period == "once" and item.payer == "company":
            yield item
