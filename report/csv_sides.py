"""Rows of scenarios side by side: places, line items and differing inputs of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from report.codec import Decoded
from report.csv_file import Column, Row
from report.side_by_side import SideBySide, several, side_by_side_body

_WHO = (
    Column("scenario", "a, b, c or d"),
    Column("title", "its title"),
)
PLACES = (
    *_WHO,
    Column("kind", "where requests are answered"),
    Column("option", "its best candidate"),
    Column("answer", "whether it is the scenario's answer"),
    Column("status", "feasible, infeasible, incomplete, pointless or not_offered"),
    Column("monthly_usd", "what it costs, as ranked", "US dollars a month"),
    Column("p95_ms", "95 of 100 answers come within", "ms"),
)
ITEMS = (
    *_WHO,
    Column("name", "what is paid for"),
    Column("category", "kind of cost"),
    Column("payer", "company or user"),
    Column("monthly_usd", "of the scenario's answer; empty: no part of it", "US dollars a month"),
)
INPUTS = (
    *_WHO,
    Column("field", "the input"),
    Column("input", "what the form calls it"),
    Column("value", "in words", "the unit in them"),
)


def places(query: str) -> tuple[Iterable[Row], Decoded]:
    """Places of every scenario."""
    body, found = side_by_side_body(query)
    rows: Iterator[Row] = (
        {
            "scenario": one["letter"],
            "title": one["title"],
            "kind": kind,
            "answer": place["option"] == one["cheapest"],
            **place,
        }
        for one in body["scenarios"]
        for kind, place in one["places"].items()
    )
    return rows, found


def items(query: str) -> tuple[Iterable[Row], Decoded]:
    """Line items of every scenario's answer."""
    made, found = several(query)
    return _items(made), found


def _items(made: SideBySide) -> Iterator[Row]:
    for side in made.sides:
        for row in made.items:
            yield {
                "scenario": side.letter,
                "title": side.scenario.title,
                "name": row.name,
                "category": row.category,
                "payer": row.payer,
                "monthly_usd": row.monthly_usd[side.letter],
            }


def inputs(query: str) -> tuple[Iterable[Row], Decoded]:
    """Inputs in which not all agree."""
    made, found = several(query)
    rows: Iterator[Row] = (
        {
            "scenario": side.letter,
            "title": side.scenario.title,
            "field": item.name,
            "input": item.title,
            "value": item.said(side.letter),
        }
        for item in made.differences
        for side in made.sides
    )
    return rows, found
