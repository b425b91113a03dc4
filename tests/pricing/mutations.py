"""Ways in which a set of real tables is spoilt by hand, by a tool or by a full disk."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

Line = list[str]


@dataclass
class Sheet:
    """One table as cells; mutations change it in place."""

    name: str
    columns: list[str]
    lines: list[Line]

    def with_value(self, column: str) -> list[Line]:
        """Lines that say something in a column."""
        at = self.columns.index(column) if column in self.columns else -1
        return [line for line in self.lines if at >= 0 and line[at]]

    def at(self, line: Line, column: str) -> str:
        return line[self.columns.index(column)]

    def put(self, line: Line, column: str, text: str) -> None:
        line[self.columns.index(column)] = text


Mutation = Callable[[Sheet, random.Random], bool]
"""Spoils a table; whether it could."""


def number(text: str) -> float:
    """A cell's figure; 0 for words, which no slip of the point changes."""
    try:
        return float(text)
    except ValueError:
        return 0.0


def times(column: str, factor: float) -> Mutation:
    """One figure slips: the point, a thousand for a million, the wrong sign."""

    def change(sheet: Sheet, dice: random.Random) -> bool:
        lines = [line for line in sheet.with_value(column) if number(sheet.at(line, column))]
        if not lines:
            return False
        line = dice.choice(lines)
        sheet.put(line, column, repr(float(sheet.at(line, column)) * factor))
        return True

    return change


def word(column: str, text: str) -> Mutation:
    """One cell says something else."""

    def change(sheet: Sheet, dice: random.Random) -> bool:
        lines = [line for line in sheet.with_value(column) if sheet.at(line, column) != text]
        if not lines:
            return False
        sheet.put(dice.choice(lines), column, text)
        return True

    return change


def another_currency(sheet: Sheet, dice: random.Random) -> bool:
    """Every row of a key in euros."""
    lines = [line for line in sheet.with_value("currency") if "key" in sheet.columns]
    if not lines:
        return False
    key = sheet.at(dice.choice(lines), "key")
    for line in lines:
        if sheet.at(line, "key") == key:
            now = sheet.at(line, "currency")
            sheet.put(line, "currency", "USD" if now == "EUR" else "EUR")
    return True


def exchanged(column: str) -> Mutation:
    """Two rows have each other's cell."""

    def change(sheet: Sheet, dice: random.Random) -> bool:
        lines = sheet.with_value(column)
        if len({sheet.at(line, column) for line in lines}) < 2:
            return False
        first = dice.choice(lines)
        other = dice.choice([i for i in lines if sheet.at(i, column) != sheet.at(first, column)])
        held = sheet.at(first, column)
        sheet.put(first, column, sheet.at(other, column))
        sheet.put(other, column, held)
        return True

    return change


def line_lost(sheet: Sheet, dice: random.Random) -> bool:
    """A row is gone."""
    if not sheet.lines:
        return False
    sheet.lines.pop(dice.randrange(len(sheet.lines)))
    return True


def cut_short(sheet: Sheet, dice: random.Random) -> bool:
    """The file ends early, at the end of a row: what a full disk leaves."""
    if len(sheet.lines) < 2:
        return False
    del sheet.lines[dice.randrange(len(sheet.lines)) :]
    return True


def header_alone(sheet: Sheet, _: random.Random) -> bool:
    """The file ends after its header."""
    had = bool(sheet.lines)
    sheet.lines.clear()
    return had


def cell_lost(sheet: Sheet, dice: random.Random) -> bool:
    """A cell says nothing."""
    if not sheet.lines:
        return False
    line = dice.choice(sheet.lines)
    known = [turn for turn, cell in enumerate(line) if cell and sheet.columns[turn] != "note"]
    line[dice.choice(known)] = ""
    return True


def line_twice(sheet: Sheet, dice: random.Random) -> bool:
    """A row stands twice, as after a merge."""
    if not sheet.lines:
        return False
    sheet.lines.append(list(dice.choice(sheet.lines)))
    return True


KINDS: Mapping[str, Mutation] = {
    "ten times": times("value", 10),
    "a tenth": times("value", 0.1),
    "a hundredth": times("value", 0.01),
    "a thousand times": times("value", 1000),
    "beyond all": times("value", 1e300),
    "another sign": times("value", -1),
    "negative hours": times("low", -1),
    "hours ten times": times("mid", 10),
    "rate a thousand times": times("usd", 1000),
    "edition 2062": word("edition", "2062-11-22"),
    "read in 2062": word("as_of", "2062-11-22"),
    "a day as a number": word("effective_from", "1767139200"),
    "characters for tokens": word("unit", "million_characters"),
    "hours for months": word("unit", "hour"),
    "another currency": another_currency,
    "a unit ten times": times("factor", 10),
    "areas exchanged": exchanged("area"),
    "keys exchanged": exchanged("key"),
    "values exchanged": exchanged("value"),
    "regions exchanged": exchanged("region"),
    "names exchanged": exchanged("name"),
    "a row lost": line_lost,
    "cut short": cut_short,
    "header alone": header_alone,
    "a cell lost": cell_lost,
    "a row twice": line_twice,
}


def spoilt(
    sheets: Sequence[tuple[str, list[str], list[Line]]], kind: str, seed: int
) -> Sheet | None:
    """One table spoilt in one way; None where no table can be."""
    dice = random.Random(f"{kind} {seed}")
    for _ in count():
        order = list(sheets)
        dice.shuffle(order)
        for name, columns, lines in order:
            sheet = Sheet(name, list(columns), [list(line) for line in lines])
            if KINDS[kind](sheet, dice):
                return sheet
        return None
    return None
