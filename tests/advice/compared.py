"""What was expected of the advice beside what came out: `python -m tests.advice.compared`.

Writes the table of docs/advice.md. The expectations (expected.csv) were written down before any of
them was run; a row that disagrees stays, with the gap.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from calculators.answer.advice import Advice, advice
from calculators.compare import compare
from report.advice import turn_words
from report.codec import decode

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "advice.md"
BEGIN, END = "<!-- table begins -->", "<!-- table ends -->"
NOTHING, NONE = "nothing", "none"


@dataclass(frozen=True)
class Expected:
    """One argued scenario; places are several where the argument allows several."""

    id: str
    query: str
    own_model: str
    answer_at: frozenset[str]  # empty: not argued
    train_at: frozenset[str]
    argument: str
    source: str


@dataclass(frozen=True)
class Compared:
    """The same with what came out."""

    expected: Expected
    own_model: str
    answer_at: str
    train_at: str
    found: Advice

    @property
    def differs(self) -> tuple[str, ...]:
        """In which of the three answers it disagrees."""
        asked = self.expected
        apart = {
            "own model": self.own_model != asked.own_model,
            "answer": bool(asked.answer_at) and self.answer_at not in asked.answer_at,
            "train": bool(asked.train_at) and self.train_at not in asked.train_at,
        }
        return tuple(name for name, is_apart in apart.items() if is_apart)


def expected() -> Sequence[Expected]:
    """All argued scenarios."""
    with (HERE / "expected.csv").open(encoding="utf-8") as file:
        return [_read(row) for row in csv.DictReader(file)]


def _read(row: dict[str, str]) -> Expected:
    answers, trains = (
        frozenset(filter(None, row[n].split(";"))) for n in ("answer_at", "train_at")
    )
    own, said = row["own_model"], row["argument"]
    return Expected(row["id"], row["query"], own, answers, trains, said, row["source"])


def _places(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split(";")))


def compared(item: Expected) -> Compared:
    """What comes out of one."""
    asked = decode(item.query, strict=True)
    found = advice(compare(asked.scenario, asked.book), measure=False)
    own = found.own_model.answer
    return Compared(item, own, found.answer_at or NOTHING, found.train_at or NONE, found)


def table(found: Sequence[Compared]) -> str:
    """Markdown: a row for each scenario, disagreements marked."""
    agree = sum(not item.differs for item in found)
    head = (
        f"{agree} of {len(found)} scenarios come out as argued in all three answers.\n\n"
        "| scenario | own model | answers at | trained at | disagrees in | next best place |\n"
        "|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(map(_line, found))


def _line(item: Compared) -> str:
    asked = item.expected
    cells = (
        asked.id,
        _cell(item.own_model, frozenset({asked.own_model})),
        _cell(item.answer_at, asked.answer_at) + (" (too close)" * item.found.too_close),
        _cell(item.train_at, asked.train_at),
        ", ".join(item.differs),
        _next(item.found),
    )
    return "| " + " | ".join(cells) + " |"


def _cell(came_out: str, argued: frozenset[str]) -> str:
    if not argued or came_out in argued:
        return came_out
    return f"**{came_out}**, argued {' or '.join(sorted(argued))}"


def _next(found: Advice) -> str:
    second, extra = found.runner_up, found.runner_up_extra_usd_per_month
    if second is None or extra is None:
        return next(map(turn_words, found.flips or ()), "")
    return f"{second.kind}, {extra:,.0f} USD a month more"


def main() -> None:
    """Write the table into the page."""
    text = PAGE.read_text(encoding="utf-8")
    made = table([compared(item) for item in expected()])
    pattern = re.compile(f"{BEGIN}.*{END}", re.DOTALL)
    PAGE.write_text(pattern.sub(lambda _: f"{BEGIN}\n{made}\n{END}", text), encoding="utf-8")


if __name__ == "__main__":
    main()
