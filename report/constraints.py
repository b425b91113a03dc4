"""What each constraint costs and what came nearest to passing it, as JSON and as rows of words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from calculators.answer.constraint_price import (
    Allowed,
    ConstraintPrice,
    Constraints,
    LinkFrame,
    NearMiss,
    constraint_prices,
    unit,
)
from calculators.places import PLACES
from calculators.results import PRICE_DATE, Comparison, Finding, Option
from calculators.scenario import Scenario, fields
from report import words
from report.codec import Decoded, decode

Json = dict[str, Any]


def constraints_body(query: str) -> tuple[Json, Decoded]:
    """The body of ``/api/v1/constraints`` (fields: docs/api.md).

    Raises
    ------
    ScenarioError
        What the query cannot be read as.
    """
    found = decode(query, strict=True)
    return as_json(constraint_prices(found.scenario, found.book), found.scenario), found


def as_json(found: Constraints, scenario: Scenario) -> Json:
    """Everything there is to say of the constraints of a scenario."""
    return {
        "cheapest_allowed": _allowed(found.allowed),
        "cheapest_overall": _allowed(found.overall),
        "together_usd_per_month": _finite(found.together_usd_per_month),
        "constraints": [_one(item, scenario) for item in found.each],
        "near_misses": [_miss(item) for item in found.places],
        "live_video": _live(found, scenario),
    }


def allowing(option: Option, comparison: Comparison) -> Json | None:
    """Inputs with which an option that is shut out is allowed; None where none do."""
    found = comparison.would_allow(option)
    return None if found is None else {name: _plain(value) for name, value in found.items()}


def allowing_words(option: Option, comparison: Comparison) -> str:
    """The same in words; blank where nothing shuts it out, or no input helps."""
    found = comparison.would_allow(option)
    return f"Allowed with {_needed(found)}." if found else ""


def change(item: Finding) -> str:
    """What would have to change before a rule passes.

    Where other values than its own were tried, these alone: with the other changes its own do not
    hold, and may be more or less than it takes.
    """
    if not item.tried:
        return item.change
    needs = _needed({need.field: need.value for need in item.needs})
    return f"with all changes together: {needs}"


def _one(item: ConstraintPrice, scenario: Scenario) -> Json:
    return {
        "id": item.constraint.id,
        "label": item.constraint.label,
        "set_by": {name: getattr(scenario, name) for name in item.constraint.fields},
        "candidates": item.candidates,
        "passed": item.passed,
        "usd_per_month": _finite(item.usd_per_month),
        "cheapest_without": _allowed(item.without),
        "near_miss": None if item.near is None else _miss(item.near),
    }


def _allowed(item: Allowed | None) -> Json | None:
    if item is None:
        return None
    return {
        "id": item.option.id,
        "answer_at": item.option.answers_at,
        "train_at": item.option.trained_at,
        "monthly_usd": item.monthly_usd,
        "served_share": item.option.served_share,
    }


def _miss(item: NearMiss) -> Json:
    return {
        "id": item.option.id,
        "answer_at": item.option.answers_at,
        "monthly_usd": _finite(item.monthly_usd),
        "text": item.text,
        "would_allow_it": {name: _plain(value) for name, value in item.needs.items()},
        "field": item.field,
        "short_by": _finite(item.short_by),
        "unit": unit(item.field),
        "words": miss_words(item),
    }


def _live(found: Constraints, scenario: Scenario) -> Json | None:
    if found.frame_budget_ms is None:
        return None
    return {
        "frame_budget_ms": found.frame_budget_ms,
        "link": scenario.link,
        "links": [
            {
                "link": item.link,
                "answer_at": item.kind,
                "frame_ms": _finite(item.frame_ms),
                "passes": item.passes,
                "allowed": item.allowed,
            }
            for item in found.links
        ],
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


# words -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """One constraint in words."""

    label: str
    asked: str  # what is set
    passed: str
    cost: str
    without: str
    near: str
    priced: bool  # whether ``cost`` is money
    priced_without: bool  # whether ``without`` ends in money

    @property
    def tells(self) -> bool:
        """Whether it costs something, opens an answer, or something fails by it alone."""
        return self.cost not in (NOTHING, words.MISSING) or bool(self.near)


NOTHING = "nothing"


def rows(found: Constraints, scenario: Scenario) -> Sequence[Row]:
    """A row for every constraint that is set, what costs most first."""
    order = sorted(found.each, key=lambda item: -_weight(item))
    return [_row(item, found, scenario) for item in order]


def _weight(item: ConstraintPrice) -> float:
    """What opens an answer where there is none weighs most."""
    if item.usd_per_month is not None:
        return item.usd_per_month
    return math.inf if item.without is not None else 0.0


def _row(item: ConstraintPrice, found: Constraints, scenario: Scenario) -> Row:
    passed = f"{item.passed:,} of {item.candidates:,}" if item.candidates else ""
    known, free = item.usd_per_month, item.without
    return Row(
        item.constraint.label,
        _asked(item, scenario),
        passed,
        _cost(item, found),
        _without(item, found),
        "" if item.near is None else miss_words(item.near),
        priced=known is not None and _usd(known) != NOTHING,
        priced_without=free is not None and not _same(item, found),
    )


def _asked(item: ConstraintPrice, scenario: Scenario) -> str:
    name = item.constraint.fields[0]
    if name == "training_data_sensitivity":
        return words.choice(scenario.training_sensitivity)
    if name == "own_model_required":
        return "required" if scenario.own_model_required else "trained"
    value = getattr(scenario, name)
    if isinstance(value, bool):
        return "required"
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, str):
        return words.choice(value)
    return f"{words.number(value)} {unit(name)}".strip()


def _cost(item: ConstraintPrice, found: Constraints) -> str:
    if item.usd_per_month is not None:
        return _apart(item.usd_per_month, found.allowed, item.without)
    return "every option" if found.allowed is None and item.without else words.MISSING


def _usd(value: float) -> str:
    return NOTHING if abs(value) < 0.005 else words.usd(value)


def _apart(usd: float, allowed: Allowed | None, free: Allowed | None) -> str:
    """What a constraint costs, beside both amounts it lies between."""
    if allowed is None or free is None or usd < 0.005:
        return _usd(usd)
    return words.usd_apart(allowed.monthly_usd, free.monthly_usd)


def _without(item: ConstraintPrice, found: Constraints) -> str:
    free = item.without
    if free is None:
        return words.MISSING
    if _same(item, found):
        return "the same"
    served = free.option.served_share
    few = f" (serves {words.percent(served)} of users)" if served < 0.995 else ""
    return f"{PLACES[free.option.kind].name}{few}, {words.usd(free.monthly_usd)}"


def _same(item: ConstraintPrice, found: Constraints) -> bool:
    """Whether the answer is the same without it, at the same cost."""
    free, own = item.without, found.allowed
    if free is None or own is None:
        return False
    return free.option.id == own.option.id and abs(free.monthly_usd - own.monthly_usd) < 0.005


def together(found: Constraints) -> str:
    """What all of them cost together, in a sentence."""
    usd = found.together_usd_per_month
    if found.overall is None:
        return "Nothing would be allowed and priced without them either."
    free = f"{PLACES[found.overall.option.kind].words} at {words.usd(found.overall.monthly_usd)}"
    if usd is None:
        return f"Together they leave nothing; without any of them it would be {free} a month."
    if abs(usd) < 0.005:
        return "Together they cost nothing: the cheapest option meets all of them."
    cost = _apart(usd, found.allowed, found.overall)
    return f"Together they cost {cost} a month; without any of them it would be {free}."


def miss_words(item: NearMiss) -> str:
    """What came nearest, by how much it fails and what would allow it."""
    kind = PLACES[item.option.kind].name
    changed = _needed(item.needs)
    if item.short_by is None:
        return f"{kind}: allowed with {changed}"
    short = f"{words.quantity(item.short_by)} {unit(item.field)}"
    return f"{kind}, short by {short}: {changed} allows it"


def _needed(needs: Mapping[str, Any]) -> str:
    return ", ".join(f"{_title(name)} {_value(name, value)}" for name, value in needs.items())


def _title(name: str) -> str:
    title = "Price date" if name == PRICE_DATE else fields()[name].title or name
    return f"“{title}”"


def _value(name: str, value: Any) -> str:
    if value is None:
        return "left empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    if isinstance(value, str):
        return words.choice(value)
    # as it is to be entered: rounded, it might not be enough
    return f"{words.quantity(value)} {unit(name)}".strip()


def link_words(found: Constraints) -> Sequence[str]:
    """Which network link would let live video be answered elsewhere."""
    if found.frame_budget_ms is None:
        return ()
    by_link: dict[str, list[LinkFrame]] = {}
    for item in found.links:
        by_link.setdefault(item.link, []).append(item)
    return [_link(name, items, found.frame_budget_ms) for name, items in by_link.items()]


def _link(name: str, items: Sequence[LinkFrame], budget: float) -> str:
    least = min(item.frame_ms for item in items if item.frame_ms is not None)
    text = f"{words.choice(name)}: {words.number(least)} ms a frame, "
    between = f"the {words.number(budget)} ms between two frames"
    text = text[:1].upper() + text[1:]
    if not any(item.passes for item in items):
        return f"{text}above {between}"
    also = "" if any(item.allowed for item in items) else "; another limit still refuses it"
    return f"{text}within {between}{also}"
