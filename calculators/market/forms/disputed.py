"""Rules on which two sources disagree: one is used, the other is said beside it."""

from __future__ import annotations

from dataclasses import replace

from calculators.accounts.charges import pick
from calculators.checks import NOWHERE, Check
from calculators.market.forms.line import Asked, Form, Lines
from calculators.results import Finding
from pricing.schema import TaskTermsRow
from pricing.units import factor, label


def _lines(_: Asked, lines: Lines) -> Lines:
    return lines


def _says(asked: Asked) -> list[Check]:
    said = [
        _conflict(asked, row, asked.services.rows[index].minimum_units, index)
        for index, row in enumerate(asked.task_terms)
    ]
    if not any(said):
        return []

    def say(candidate: int, point: int) -> Finding | None:
        item = said[candidate]
        if item is None or not _is_short(asked, candidate, point):
            return item
        return replace(item, errs="low")

    return [Check(NOWHERE, say)]


def _is_short(asked: Asked, candidate: int, point: int) -> bool:
    """Whether a request holds less than the least that is not counted."""
    row, terms = asked.services.rows[candidate], asked.task_terms[candidate]
    tariff = asked.services.tariff(row, "standard")
    if terms is None or terms.disputed_least is None or tariff is None:
        return False
    held = pick(asked.held["audio_seconds"], candidate, point)
    return bool(held < terms.disputed_least * factor(tariff.unit, "audio_second"))


def _conflict(asked: Asked, row: TaskTermsRow | None, used: float, index: int) -> Finding | None:
    if row is None or row.disputed_least is None:
        return None
    tariff = asked.services.tariff(asked.services.rows[index], "standard")
    unit = label(tariff.unit) if tariff else "units"
    book = asked.services.book
    here, there = book.sources[row.source], book.sources[row.disputed_source]
    taken = f"{used:g} {unit}" if used else "none"
    text = (
        f"Two sources disagree on the least billed for a request: {taken} ({here.title}, "
        f"{here.read_on}) is used; {row.disputed_least:g} {unit} ({there.title}, {there.read_on}) "
        "would cost more for shorter ones."
    )
    return Finding("sources disagree", "caution", text, "a bill of your own")


FORM = Form("disputed rules", _lines, says=_says)
