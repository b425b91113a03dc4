"""Channels: each channel of a recording is billed as a recording of its own."""

from __future__ import annotations

import numpy as np

from calculators.checks import Check
from calculators.market.forms.line import Asked, Form, Line, Lines, finds, flags
from calculators.results import Finding

ADDON = "channels"
TWO = 2.0  # the two sides of a call, each on a channel of its own
BASE = "audio_second"


def _each(asked: Asked, line: Line) -> Line:
    own = flags(asked, lambda row: row.channels == "yes")[line.rows]
    sound = np.array([base == BASE for base in line.meter.bases], dtype=bool)
    return line.with_units(line.units * np.where(own & sound, TWO, 1.0)[:, None])


def _lines(asked: Asked, lines: Lines) -> Lines:
    if ADDON not in asked.addons:
        return lines
    return [_each(asked, line) for line in lines]


def _says(asked: Asked) -> list[Check]:
    if ADDON not in asked.addons:
        return []
    text = (
        "Whether each channel is billed is not stated; the recording is counted once: the bill may "
        "be twice as high."
    )
    item = Finding("not modelled", "caution", text, "the vendor's rule for channels", errs="low")
    return finds(asked, lambda row: row is None or row.channels is None, item, unknown=True)


FORM = Form("channels", _lines, says=_says)
