"""Links of every released schema with what each method answered: ``links.csv``.

One row a link: the query as it was written, what it is about, and for each method the total of
the cheapest option over the period in USD and its id as that method named it. A blank total: no
option was possible. A dash: the link is younger than the method. A released column is frozen by
its digest in ``links.sha256``; rows and columns are only ever added.

``python -m tests.golden.links --add-method``
    adds the column of the running method; CHANGELOG.md must name the method first.
``python -m tests.golden.links --add-link "preset=..." "what it is about"``
    adds a row, answered by the running method.
``python -m tests.golden.links --freeze``
    writes the digest of every column whose method CHANGELOG.md counts as released.

A column not yet frozen belongs to a method not yet released. When that method moves on, take
the column out by hand and add it anew.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from calculators import METHOD
from calculators.compare import compare
from report.codec import decode

HERE = Path(__file__).parent
TABLE = HERE / "links.csv"
LEDGER = HERE / "links.sha256"
CHANGELOG = HERE.parents[1] / "CHANGELOG.md"

YOUNGER = "-"
_TOTAL, _ID = "method_", "id_"
_RELEASED = re.compile(r"## (?:.*\W)?Method ([\w.]+)\b.*\(\d{4}-\d\d-\d\d\)")
_UNRELEASED = re.compile(r"- Method \*\*([\w.]+)\*\*")


class GoldenError(ValueError):
    """What was asked for may not be done to the table, and why."""


@dataclass(frozen=True)
class Answer:
    """What a method said to a link, as the table holds it."""

    total_usd: str  # to a cent; blank where nothing was possible
    id: str


@dataclass(frozen=True)
class Link:
    """A link and its answers by method."""

    link: str
    note: str
    answers: Mapping[str, Answer]


def links(table: Path = TABLE) -> list[Link]:
    """Every row of the table."""
    with table.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    names = [name.removeprefix(_TOTAL) for name in rows[0] if name.startswith(_TOTAL)]
    return [
        Link(
            row["link"],
            row["note"],
            {name: Answer(row[_TOTAL + name], row[_ID + name]) for name in names},
        )
        for row in rows
    ]


def answer(link: str) -> Answer:
    """What the running method says to a link now."""
    found = decode(link, strict=True)
    best = compare(found.scenario, found.book).cheapest
    if best is None or best.total_usd is None:
        return Answer("", "")
    return Answer(f"{best.total_usd:.2f}", best.id)


# --- what is released ------------------------------------------------------------------------
def methods(changelog: str) -> dict[str, bool]:
    """Methods the changelog names -> whether a heading with a day releases them."""
    found: dict[str, bool] = {}
    unreleased = False
    for line in changelog.splitlines():
        if line.startswith("## "):
            unreleased = line.strip() == "## Unreleased"
        if match := _RELEASED.fullmatch(line):
            found[match[1]] = True
        elif unreleased and (match := _UNRELEASED.match(line)):
            found.setdefault(match[1], False)
    return found


def digest(rows: Sequence[Link], method: str) -> str:
    """SHA-256 over the links a method has answered and its answers; later rows do not count."""
    total = hashlib.sha256()
    for row in rows:
        said = row.answers[method]
        if said.total_usd != YOUNGER:
            total.update(f"{row.link}\n{said.total_usd}\n{said.id}\n".encode())
    return total.hexdigest()


def frozen(ledger: Path = LEDGER) -> dict[str, str]:
    """Method -> digest of its released column."""
    lines = ledger.read_text(encoding="utf-8").splitlines() if ledger.exists() else []
    return {name.removeprefix(_TOTAL): code for code, name in (line.split() for line in lines)}


# --- changing the table ----------------------------------------------------------------------
def add_method(rows: Sequence[Link], changelog: str) -> list[Link]:
    """The rows with the running method's answers; raises :class:`GoldenError`."""
    if METHOD in rows[0].answers:
        raise GoldenError(f"the table has a column of method {METHOD}; a column is never rewritten")
    if METHOD not in methods(changelog):
        raise GoldenError(
            f'CHANGELOG.md has no heading of method {METHOD}: "- Method **{METHOD}**"'
        )
    return [replace(row, answers={**row.answers, METHOD: answer(row.link)}) for row in rows]


def add_link(rows: Sequence[Link], link: str, note: str) -> list[Link]:
    """The rows and one more; raises :class:`GoldenError`, ScenarioError."""
    if link in {row.link for row in rows}:
        raise GoldenError("the table holds this link")
    if METHOD not in rows[0].answers:
        raise GoldenError(f"the table has no column of method {METHOD}: --add-method comes first")
    before = dict.fromkeys(rows[0].answers, Answer(YOUNGER, YOUNGER))
    return [*rows, Link(link, note, {**before, METHOD: answer(link)})]


def freeze(rows: Sequence[Link], changelog: str) -> dict[str, str]:
    """Digests of all released columns, those frozen before as they were."""
    released = [name for name, out in methods(changelog).items() if out and name in rows[0].answers]
    return {name: digest(rows, name) for name in sorted(released)} | frozen()


def write(rows: Sequence[Link], table: Path = TABLE) -> None:
    """Write the table."""
    names = list(rows[0].answers)
    heads = ["link", "note", *(head + name for name in names for head in (_TOTAL, _ID))]
    with table.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(heads)
        for row in rows:
            said = [
                cell
                for name in names
                for cell in (row.answers[name].total_usd, row.answers[name].id)
            ]
            writer.writerow([row.link, row.note, *said])


def main(words: Sequence[str] | None = None) -> int:
    """Run the command; exit status 1 when it was refused."""
    parser = argparse.ArgumentParser(description="Golden links.")
    chosen = parser.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--add-method", action="store_true")
    chosen.add_argument("--add-link", nargs=2, metavar=("LINK", "NOTE"))
    chosen.add_argument("--freeze", action="store_true")
    given = parser.parse_args(words)
    rows, changelog = links(), CHANGELOG.read_text(encoding="utf-8")
    try:
        if given.freeze:
            codes = freeze(rows, changelog)
            text = "".join(f"{code}  {_TOTAL}{name}\n" for name, code in codes.items())
            LEDGER.write_text(text, encoding="utf-8")
        else:
            write(
                add_link(rows, *given.add_link) if given.add_link else add_method(rows, changelog)
            )
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
