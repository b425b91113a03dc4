"""``/api/v1/payback``: two options month by month, and when one has paid back, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from calculators.accounts.cash_flow import CashFlow, years
from calculators.arrays import Array
from calculators.compare import compare
from calculators.explore.payback import TODAY, Payback, alone, payback
from calculators.places import PLACES
from calculators.results import Comparison, Option
from calculators.scenario import BadField, ScenarioError
from report.aliases import current_id
from report.codec import Decoded, clip, decode

Json = dict[str, Any]
SIDES = ("a", "b")
_DASH, _PLUS = "-", "+"


def payback_body(query: str) -> tuple[Json, Decoded]:
    """The answer to a query, and what it was read as.

    Raises
    ------
    ScenarioError
        An input or a side that is refused.
    """
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    found = decode(query, strict=True, other=SIDES)
    asked = {name: text for name, text in pairs if name in SIDES}
    return payback_of(compare(found.scenario, found.book), asked), found


def payback_of(comparison: Comparison, asked: Mapping[str, str]) -> Json:
    """The same of a comparison that is there already; ``asked`` names both sides.

    Raises
    ------
    ScenarioError
        A side that is refused.
    """
    a, b = _sides(comparison, asked)
    made = payback(comparison.scenario, comparison.book, a, b)
    return {
        "a": a,
        "b": b,
        "sides": {side: _told(comparison, name) for side, name in zip(SIDES, (a, b), strict=True)},
        "rank_by": comparison.scenario.rank_by,
        "verdict": made.verdict,
        "gap_end_usd": made.gap_end_usd,
        "crossings": [
            {"month": item.month, "cheaper_after": item.cheaper_after} for item in made.crossings
        ],
        "months": _months(made),
        "cash_flow": {
            "a": cash_flow(made.a_flow, made.rank_by),
            "b": cash_flow(made.b_flow, made.rank_by),
        },
    }


def alone_of(comparison: Comparison, asked: Mapping[str, str]) -> Json:
    """One option by itself: ``asked`` names it as side ``a``, else it is the answer.

    Raises
    ------
    ScenarioError
        No such option.
    """
    text = asked.get(SIDES[0], "")
    name = _named(comparison, text) if text else _default(comparison, SIDES[0])
    if name is None or name == TODAY:
        bad = BadField(field="a", value=clip(text) or "(none)", allowed=_allowed(comparison))
        raise ScenarioError([bad])
    scenario = comparison.scenario
    flow = alone(scenario, comparison.book, name)
    usd = [] if flow is None else flow.ranked(scenario.rank_by)[0].cumsum().tolist()
    return {
        "sides": {"a": _told(comparison, name)},
        "rank_by": scenario.rank_by,
        "crossings": [],
        "months": [{"month": month, "cumulative_a_usd": paid} for month, paid in enumerate(usd)],
        "cash_flow": {"a": cash_flow(flow, scenario.rank_by)},
    }


def cash_flow(flow: CashFlow | None, rank_by: str) -> list[Json] | None:
    """What one candidate costs year by year; None where it is not priced.

    ``capex_usd``, ``opex_usd`` and ``credit_usd`` are the company's and, with ``users_usd`` where
    that is ranked too, add up to ``total_usd``.
    """
    if flow is None:
        return None
    parts: Mapping[str, Array] = {
        "capex_usd": flow.capex,
        "opex_usd": flow.opex,
        "credit_usd": flow.credit,
        "users_usd": flow.users if rank_by != "company" else flow.users * 0,
        "total_usd": flow.ranked(rank_by),
    }
    columns = {name: years(values[0]).tolist() for name, values in parts.items()}
    return [
        {"year": turn + 1, **{name: values[turn] for name, values in columns.items()}}
        for turn in range(len(columns["total_usd"]))
    ]


def _months(made: Payback) -> list[Json]:
    a, b = made.a_usd, made.b_usd
    known = a if a is not None else b
    if known is None:
        return []
    return [
        {
            "month": month,
            "cumulative_a_usd": None if a is None else float(a[month]),
            "cumulative_b_usd": None if b is None else float(b[month]),
        }
        for month in range(known.size)
    ]


def _told(comparison: Comparison, name: str) -> Json:
    """What a side is."""
    if name == TODAY and comparison.today is not None:
        now = comparison.today
        return {"place": None, "label": now.label, "status": now.status, "id": now.id}
    option = comparison.option(name)
    assert option is not None
    return {
        "place": option.kind,
        "label": option.label,
        "status": option.status,
        "id": option.id,
    }


def _sides(comparison: Comparison, asked: Mapping[str, str]) -> tuple[str, str]:
    """The two options meant."""
    bad: list[BadField] = []
    chosen = []
    for side in SIDES:
        text = asked.get(side, "")
        name = _named(comparison, text) if text else _default(comparison, side)
        if name is None:
            shown = clip(text) or "(none)"
            bad.append(BadField(field=side, value=shown, allowed=_allowed(comparison)))
        chosen.append(name or "")
    if not bad and chosen[0] == chosen[1]:
        words = f"another option than a ({chosen[0]})"
        bad.append(BadField(field="b", value=clip(asked.get("b", "")), allowed=words))
    if bad:
        raise ScenarioError(bad)
    return chosen[0], chosen[1]


def _default(comparison: Comparison, side: str) -> str | None:
    if side == "a":
        return None if comparison.cheapest is None else comparison.cheapest.id
    if comparison.today is not None:
        return TODAY
    return None if comparison.runner_up is None else comparison.runner_up.id


def _named(comparison: Comparison, text: str) -> str | None:
    """The option a side names: ``today``, an id, or a place for its best candidate."""
    if text == TODAY:
        return None if comparison.today is None else TODAY
    place = text.replace(_DASH, _PLUS).replace(" ", _PLUS)
    if place in PLACES:
        best: Option | None = next((o for o in comparison.best_of_kind if o.kind == place), None)
        return None if best is None or best.status == "not_offered" else best.id
    option = comparison.option(current_id(text))
    return None if option is None or option.status == "not_offered" else option.id


def _allowed(comparison: Comparison) -> str:
    offered = [o.kind for o in comparison.best_of_kind if o.status != "not_offered"]
    now = [TODAY] if comparison.today is not None else []
    return " | ".join([*offered, *now, "the id of an option"])
