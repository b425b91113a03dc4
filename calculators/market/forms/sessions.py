"""Open sockets: a session is billed from opening to closing, silence and idle time too."""

from __future__ import annotations

import numpy as np

from calculators.arrays import any_true, filled
from calculators.checks import Check
from calculators.market.forms.line import Asked, Form, Line, Lines, finds, flags
from calculators.results import Finding

BASE = "audio_second"


def _open(asked: Asked, line: Line) -> Line:
    own = flags(asked, lambda row: row.billed_time == "open")[line.rows]
    sound = np.array([base == BASE for base in line.meter.bases], dtype=bool)
    session = asked.held["session_seconds"] / line.meter.size_of_unit
    longer = np.maximum(line.units, filled(session))
    return line.with_units(np.where((own & sound)[:, None], longer, line.units))


def _lines(asked: Asked, lines: Lines) -> Lines:
    if not any_true(flags(asked, lambda row: row.billed_time == "open")):
        return lines
    return [_open(asked, line) for line in lines]


def _says(asked: Asked) -> list[Check]:
    """The length of the sound alone is the least that such a session can cost."""
    if not any_true(np.isnan(asked.held["session_seconds"])):
        return []
    text = (
        "Billed for as long as the connection is open, silence and idle time too; only the sound "
        "itself is counted here: the bill is higher where connections stay open."
    )
    change = "how long a session is open (session_seconds)"
    item = Finding("not modelled", "caution", text, change, errs="low")
    return finds(asked, lambda row: row.billed_time == "open", item)


FORM = Form("open sessions", _lines, says=_says)
