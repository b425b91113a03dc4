"""Documents: a file is billed for a least number of characters."""

from __future__ import annotations

import numpy as np

from calculators.checks import Check
from calculators.market.forms.line import Asked, Form, Line, Lines, column, finds
from calculators.results import Finding

ADDON = "documents"
BASE = "character"


def _file(asked: Asked, line: Line) -> Line:
    least = column([row.document_least if row else None for row in asked.task_terms], 0.0)
    text = np.array([[base == BASE] for base in line.meter.bases])
    units = np.maximum(line.units, least[line.rows] / line.meter.size_of_unit)
    return line.with_units(np.where(text, units, line.units))


def _lines(asked: Asked, lines: Lines) -> Lines:
    if ADDON not in asked.addons:
        return lines
    return [_file(asked, line) for line in lines]


def _says(asked: Asked) -> list[Check]:
    if ADDON not in asked.addons:
        return []
    text = "The least billed for a document file is not stated; none is counted."
    item = Finding("not modelled", "caution", text, "the vendor's rule for files", errs="low")
    return finds(asked, lambda row: row is None or row.document_least is None, item, unknown=True)


FORM = Form("documents", _lines, says=_says)
