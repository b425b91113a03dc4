"""Add-ons a user may choose: charged at their own price, free, or said to be missing."""

from __future__ import annotations

import numpy as np

from calculators.checks import Check
from calculators.market.forms.line import Asked, Form, Line, Lines
from calculators.market.forms.per_unit import size
from calculators.market.services import CHEAPER, meter_name
from calculators.results import Finding
from pricing.schema import ServiceRow

PRICED = {
    "speakers": ("speech_to_text", "Telling speakers apart"),
    "entities": ("speech_to_text", "Names and numbers found"),
    "annotations": ("ocr", "Structured annotations"),
}
"""Add-on -> the task it belongs to, and its line item."""
ALL = np.ones((1, 1))


def _chosen(asked: Asked) -> list[str]:
    tasks = {row.task for row in asked.services.rows}
    return [name for name, (task, _) in PRICED.items() if name in asked.addons and task in tasks]


def _lines(asked: Asked, lines: Lines) -> Lines:
    found = [*lines]
    for name in _chosen(asked):
        meter = asked.services.meter(name)
        if meter is not None:
            units = size(asked, meter) / meter.size_of_unit
            own: Lines = [Line(meter, units, named=PRICED[name][1], allowance=False)]
            for cheaper in CHEAPER[asked.wait]:
                other = asked.services.meter(meter_name(name, cheaper))
                own = [part for line in own for part in line.moved(other, ALL, f", {cheaper}")]
            found += own
    return found


def _says(asked: Asked) -> list[Check]:
    chosen = _chosen(asked)
    return [_unknown(asked, name) for name in chosen] + [_at_once(asked, name) for name in chosen]


def _at_once(asked: Asked, name: str) -> Check:
    """Services that are cheaper for answers that can wait, and of which that is not known here."""
    cheaper, services = CHEAPER[asked.wait], asked.services
    words = PRICED[name][1]
    text = f"{words}: no price for answers that can wait is known; that for answers at once is "
    text += "billed, which is the most it can be."
    item = Finding("not modelled", "caution", text, "the vendor's price of it", errs="high")

    def waits(row: ServiceRow) -> bool:
        if services.tariff(row, name) is None:
            return False
        has = [
            any(services.tariff(row, meter_name(what, wait)) for wait in cheaper)
            for what in ("standard", name)
        ]
        return has == [True, False]

    return Check.each([item if waits(row) else None for row in services.rows])


def _unknown(asked: Asked, name: str) -> Check:
    """Services of which nobody says what the add-on costs."""
    meter = asked.services.meter(name)
    priced = set() if meter is None else set(meter.rows.tolist())
    words = PRICED[name][1]
    text = f"{words}: whether it costs extra is not stated; nothing is charged. "
    text += "The bill may be higher."
    item = Finding("not modelled", "caution", text, "the vendor's price of it", errs="low")
    said = [
        None
        if index in priced or (row is not None and name in row.free_addons.split(";"))
        else item
        for index, row in enumerate(asked.task_terms)
    ]
    return Check.each(said)


FORM = Form("add-ons", _lines, says=_says)
