"""Rows of how good the estimates are: measured against estimated, and what has no estimate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import cast, get_args

from report import published_errors
from report.codec import Decoded
from report.csv_file import Column, Row
from report.csv_question import Parameter, read
from report.measurements import Measurement, measurements
from report.published_errors import MODES, Kind, LeftOut, Mode

GROUP = Parameter(
    "group",
    "Kind of measurement; left out: all of them.",
    tuple(published_errors.GROUPS),
)
HIDDEN = Parameter("hidden", "What was hidden while a row was estimated; left out: row.", MODES)
SPLIT = Parameter("split", "What errors are split by; left out: all.", get_args(Kind))

ROWS = (
    Column("row", "id of the measured row"),
    Column("network", "the network"),
    Column("hardware", "on what"),
    Column("published", "the figure as published", "the quantity beside it"),
    Column("quantity", "what was published, the unit last"),
    Column("estimated", "our estimate, made without the row", "the quantity's"),
    Column("low", "low end of the estimate's 80 % range", "the quantity's"),
    Column("high", "high end", "the quantity's"),
    Column("rule", "measured, scaled or estimated"),
    Column("in_the_range", "whether the published figure lies in the range"),
    Column("source_url", "a page a reader can open"),
    Column("source_title", "title of the page"),
    Column("where_in_it", "table, figure or line"),
    Column("read_on", "the day the source said so", "date"),
    Column("group", "kind of measurement"),
)
NOT_COVERED = (
    Column("network", "the network"),
    Column("hardware", "on what"),
    Column("why_not", "why there is no estimate"),
    Column("group", "kind of measurement"),
    Column("published", "the published figures with their units"),
    Column("source_url", "a page a reader can open"),
    Column("row", "id of the measured row"),
)
ERRORS = (
    Column("left_out", "what was hidden: row, model, accelerator or device"),
    Column("group", "kind of measurement; all: together"),
    Column("kind", "what groups are split by"),
    Column("part", "the part of the group"),
    Column("n", "published rows"),
    Column("covered", "rows an estimate could be made for"),
    Column("median_error", "half are within", "share; a ratio for devices"),
    Column("p90_error", "9 in 10 are within", "share; a ratio for devices"),
    Column("inside_80", "measurements inside the 80 % range", "share"),
    Column("median_width", "high end of the range over its low end", "ratio"),
    Column("edition", "edition it was judged on", "date"),
    Column("method", "method it was judged with"),
)


def rows(query: str) -> tuple[Iterable[Row], Decoded]:
    """Rows with an estimate, of one group or of all."""
    found, asked = read(query, (GROUP,))
    every = published_errors.left_out()
    name = asked.get(GROUP.name)
    groups = [name] if name else published_errors.groups(every)
    shown = [row for group in groups for row in published_errors.covered(every, group)]
    return estimated(shown, measurements(found.book)), found


def estimated(shown: Iterable[LeftOut], measured: Mapping[str, Measurement]) -> Iterator[Row]:
    """Rows in the published quantities; the source as far as the edition holds it."""
    for row in shown:
        low, high = row.published_range
        held = measured.get(row.row)
        yield {
            "row": row.row,
            "network": row.model,
            "hardware": row.hardware,
            "published": row.value,
            "quantity": row.quantity,
            "estimated": row.published(row.predicted),
            "low": low,
            "high": high,
            "rule": row.label,
            "in_the_range": row.inside,
            "source_url": held.source_url if held else None,
            "source_title": held.source_title if held else None,
            "where_in_it": held.locator if held else None,
            "read_on": held.as_of if held else None,
            "group": row.group,
        }


def not_covered(query: str) -> tuple[Iterable[Row], Decoded]:
    """Rows without an estimate."""
    found, _ = read(query)
    shown = published_errors.not_covered(published_errors.left_out())
    return refused(shown, measurements(found.book)), found


def refused(shown: Iterable[LeftOut], measured: Mapping[str, Measurement]) -> Iterator[Row]:
    """Rows that were refused, with what was published."""
    for row in shown:
        held = measured.get(row.row)
        yield {
            "network": row.model,
            "hardware": row.hardware,
            "why_not": row.reason,
            "group": published_errors.group(row.group).title,
            "published": held.published if held else None,
            "source_url": held.source_url if held else None,
            "row": row.row,
        }


def errors(query: str) -> tuple[Iterable[Row], Decoded]:
    """Errors by group."""
    found, asked = read(query, (HIDDEN, SPLIT))
    mode = cast(Mode, asked.get(HIDDEN.name, MODES[0]))
    kind = cast(Kind, asked.get(SPLIT.name, "all"))
    return summaries(published_errors.chosen(published_errors.summaries(), mode, kind)), found


def summaries(lines: Sequence[published_errors.Summary]) -> Iterator[Row]:
    """Lines as they are held."""
    return (asdict(line) for line in lines)
