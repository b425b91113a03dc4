"""Rows about candidates: what each costs, of what, when, and on which devices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from calculators.answer.flows import flows
from calculators.compare import compare
from calculators.memory import SHARED
from calculators.places import PLACES
from calculators.results import Comparison, Option
from calculators.scenario import ScenarioError
from report import payload
from report.aliases import current_id
from report.codec import Decoded, decode
from report.csv_file import Column, Row
from report.csv_question import Parameter, read

Json = Mapping[str, Any]
ALL = "all"
OPTION = Parameter(
    "option",
    "The id of a candidate, or a place for its best one (device-rented for a hybrid), or all; "
    "left out: the best candidate of each place.",
)

_WHO = (
    Column("option", "id of the candidate"),
    Column("kind", "where requests are answered"),
    Column("label", "name for readers"),
)
OPTIONS = (
    Column("id", "trained_at>answers_at:product"),
    Column("kind", "where requests are answered"),
    Column("trained_at", "where it is trained"),
    Column("training_product", "what trains it; empty where nothing is trained"),
    Column("label", "name for readers"),
    Column("status", "feasible, infeasible, incomplete, pointless or not_offered"),
    Column("best_of_place", "whether it is the best candidate of its place"),
    Column("total_usd", "sum of the line items over the period", "US dollars"),
    Column("company_usd", "what of it the company pays", "US dollars"),
    Column("user_usd", "what of it users pay", "US dollars"),
    Column("monthly_usd", "total by the months of the period", "US dollars a month"),
    Column("month1_usd", "the first month", "US dollars"),
    Column("npv_usd", "present value", "US dollars"),
    Column("usd_per_1000_requests", "by served requests", "US dollars per 1,000 requests"),
    Column("usd_per_user_month", "by served user and month", "US dollars per user and month"),
    Column("company_low_usd", "p10 of the company's cost; of the best of a place", "US dollars"),
    Column("company_high_usd", "p90 of the company's cost", "US dollars"),
    Column("total_low_usd", "p10 of the total", "US dollars"),
    Column("total_high_usd", "p90 of the total", "US dollars"),
    Column("saves_usd_per_month", "saved against what you have today", "US dollars a month"),
    Column("switch_paid_back_month", "month from which the switch has paid", "months"),
    Column("device_share", "share of requests that devices answer, in a hybrid", "share"),
    Column("p50_ms", "half of the answers come within", "ms"),
    Column("p95_ms", "95 of 100 answers come within", "ms"),
    Column("machines", "machines in the first month", ""),
    Column("carbon_g_per_1000_requests", "CO2 equivalent", "g per 1,000 requests"),
    Column("data_goes_to", "who sees the requests; empty where no vendor does"),
    Column("data_region", "where they are kept"),
    Column("reasons", "why it is not feasible, or what to mind"),
)
ITEMS = (
    *_WHO,
    Column("status", "status of the candidate"),
    Column("name", "what is paid for"),
    Column("category", "work, compute, training, network, energy, purchase, fixed or users"),
    Column("payer", "company or user"),
    Column("period", "once, monthly or per retrain"),
    Column("quantity", "how much over the period", "the unit beside it"),
    Column("unit", "unit of the quantity"),
    Column("rate_usd", "dollars per unit", "US dollars per unit"),
    Column("amount_usd", "quantity x rate", "US dollars"),
    Column("credit", "whether money comes back"),
    Column("price_key", "the price row behind the rate"),
    Column("own", "whether the rate is a figure of yours"),
    Column("list_usd", "the list's rate where yours stands", "US dollars per unit"),
    Column("source_title", "where the rate is from"),
    Column("source_url", "its page"),
    Column("as_of", "the day the source said so", "date"),
    Column("confidence", "A, B or C"),
    Column("assumptions", "assumptions in the quantity"),
)
CASH_FLOW = (
    *_WHO,
    Column("month", "0 is the start", "months"),
    Column("capex_usd", "machines bought", "US dollars"),
    Column("opex_usd", "all else the company pays", "US dollars"),
    Column("credit_usd", "what machines fetch", "US dollars"),
    Column("users_usd", "what users pay; 0 with rank_by=company", "US dollars"),
    Column("total_usd", "sum of the four, as ranked", "US dollars"),
    Column("cumulative_usd", "what it has cost by the end of the month", "US dollars"),
)
_SPREADS = ("share", "first_minute_ms", "lasting_ms", "first_load_ms", "battery_pct_per_day")
DEVICES = (
    *_WHO,
    Column("device", "name of the device"),
    Column("system", "its system"),
    Column("in_browser", "whether the model runs in a browser"),
    Column("share_low", "share of the users, low", "share"),
    Column("share_mid", "share of the users", "share"),
    Column("share_high", "share of the users, high", "share"),
    Column("our_judgement", "whether the share is an assumption of ours"),
    Column("serves", "whether it can answer"),
    Column("why_not", "why it cannot"),
    Column("evidence", "measured, scaled, estimated or your own figure"),
    *(
        Column(f"{name}_{end}", f"{words}, {said}", unit)
        for name, words, unit in (
            ("first_minute_ms", "answer in the first minute", "ms"),
            ("lasting_ms", "answer after ten minutes", "ms"),
            ("first_load_ms", "loading the model the first time", "ms"),
            ("battery_pct_per_day", "battery used on an active day", "%"),
        )
        for end, said in (("low", "p10"), ("mid", "median"), ("high", "p90"))
    ),
    Column("memory_mb", "memory the model takes", "MB"),
    Column("source_title", "where the share is from"),
    Column("source_url", "its page"),
    Column("as_of", "the day the source said so", "date"),
)


def options(query: str) -> tuple[Iterable[Row], Decoded]:
    """Every candidate."""
    found = decode(query, strict=True)
    comparison = compare(found.scenario, found.book)
    return _options(comparison), found


def _options(comparison: Comparison) -> Iterator[Row]:
    best = {option.id for option in comparison.best_of_kind}
    for body in payload.rows(comparison):
        goes, spread = body["data_goes"] or {}, body["range"] or {}
        given = {column.name: body.get(column.name) for column in OPTIONS}
        ends = ("company_low_usd", "company_high_usd", "total_low_usd", "total_high_usd")
        yield {
            **given,
            **{name: spread.get(name) for name in ends},
            "best_of_place": body["id"] in best,
            "p50_ms": body["latency_ms"]["p50"],
            "p95_ms": body["latency_ms"]["p95"],
            "data_goes_to": goes.get("name") or goes.get("vendor"),
            "data_region": goes.get("region"),
        }


def chosen(comparison: Comparison, asked: Mapping[str, str]) -> Sequence[Option]:
    """The candidates a table is about.

    Raises
    ------
    ScenarioError
        An id the comparison does not have.
    """
    text = asked.get(OPTION.name, "")
    if not text:
        return comparison.best_of_kind
    if text == ALL:
        return tuple(comparison.options)
    place = text.replace("-", "+").replace(" ", "+")
    if place in PLACES:
        return tuple(option for option in comparison.best_of_kind if option.kind == place)
    # a plus that is not escaped is read as a space
    for name in (text, text.replace(" ", "+")):
        option = comparison.option(current_id(name))
        if option is not None:
            return (option,)
    places = " | ".join(name.replace("+", "-") for name in PLACES)
    allowed = f"the id of an option | {places} | {ALL}"
    raise ScenarioError([OPTION.refused(text, allowed)])


def items(query: str) -> tuple[Iterable[Row], Decoded]:
    """Line items of the chosen candidates."""
    found, asked = read(query, (OPTION,))
    comparison = compare(found.scenario, found.book)
    return _items(chosen(comparison, asked)), found


def _items(shown: Iterable[Option]) -> Iterator[Row]:
    for option in shown:
        for item in option.line_items:
            body = payload.line_item(item)
            source = body["source"]
            yield {
                **_who(option),
                **body,
                "status": option.status,
                "own": source["own"],
                "list_usd": source["list_usd"],
                "source_title": source["title"],
                "source_url": source["url"],
                "as_of": source["as_of"],
                "confidence": source["confidence"],
            }


def _who(option: Option) -> Row:
    return {"option": option.id, "kind": option.kind, "label": option.label}


def cash_flow(query: str) -> tuple[Iterable[Row], Decoded]:
    """Money of the chosen candidates by month; those that are not priced have none."""
    found, asked = read(query, (OPTION,))
    comparison = compare(found.scenario, found.book)
    return _flow(comparison, chosen(comparison, asked)), found


def _flow(comparison: Comparison, shown: Sequence[Option]) -> Iterator[Row]:
    rank_by = comparison.scenario.rank_by
    made = flows(
        comparison.scenario, comparison.book, SHARED, [option.id for option in shown if option.id]
    )
    for option in shown:
        flow = made.of(option.id)
        if flow is None:
            continue
        users = flow.users[0] if rank_by != "company" else np.zeros_like(flow.users[0])
        total = flow.ranked(rank_by)[0]
        columns = zip(
            flow.capex[0].tolist(),
            flow.opex[0].tolist(),
            flow.credit[0].tolist(),
            users.tolist(),
            total.tolist(),
            total.cumsum().tolist(),
            strict=True,
        )
        for month, (capex, opex, credit, paid, usd, so_far) in enumerate(columns):
            yield {
                **_who(option),
                "month": month,
                "capex_usd": capex,
                "opex_usd": opex,
                "credit_usd": credit,
                "users_usd": paid,
                "total_usd": usd,
                "cumulative_usd": so_far,
            }


def devices(query: str) -> tuple[Iterable[Row], Decoded]:
    """Devices of every place in which some answer."""
    found = decode(query, strict=True)
    comparison = compare(found.scenario, found.book)
    return _devices(comparison), found


def _devices(comparison: Comparison) -> Iterator[Row]:
    for option in comparison.best_of_kind:
        body = payload.on_devices(option)
        for item in () if body is None else body["devices"]:
            source = item["source"]
            yield {
                **_who(option),
                **{
                    name: item[name]
                    for name in ("device", "system", "in_browser", "our_judgement", "serves")
                },
                "why_not": item["why_not"],
                "evidence": item["label"],
                **_ends(item),
                "memory_mb": item["memory_mb"],
                "source_title": source["title"],
                "source_url": source["url"],
                "as_of": source["as_of"],
            }


def _ends(item: Json) -> Row:
    """Low, middle and high of what has them; empty cells where it is not known."""
    return {
        f"{name}_{end}": (item[name] or {}).get(end)
        for name in _SPREADS
        for end in ("low", "mid", "high")
    }
