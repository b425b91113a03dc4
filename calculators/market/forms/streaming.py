"""Streaming: words come while the user speaks, at a price of its own where there is one."""

from __future__ import annotations

import numpy as np

from calculators.checks import Check
from calculators.market.forms.line import Asked, Form, Lines, finds
from calculators.results import Finding, Needed

ADDON = "streaming"
SPEECH = "speech_to_text"
ALL = np.ones((1, 1))


def _lines(asked: Asked, lines: Lines) -> Lines:
    if ADDON not in asked.addons:
        return lines
    other = asked.services.meter(ADDON)
    return [part for line in lines for part in line.moved(other, ALL)]


def _says(asked: Asked) -> list[Check]:
    speech = any(row.task == SPEECH for row in asked.services.rows)
    if ADDON not in asked.addons or not speech:
        return []
    left = tuple(name for name in asked.addons if name != ADDON)
    change, needs = "do without streaming", (Needed("addons", left),)
    files = Finding("streaming", "fail", "Takes whole recordings only.", change, needs=needs)
    unknown = Finding(
        "not modelled",
        "caution",
        "Whether it can transcribe while the user speaks, and at what price, is not stated; "
        "the price of a recording is taken: the bill may be higher.",
        "the vendor's price for streaming",
        errs="low",
    )
    return [
        *finds(asked, lambda row: row is not None and row.streams == "no", files),
        *finds(asked, lambda row: row is None or row.streams is None, unknown, unknown=True),
    ]


FORM = Form("streaming", _lines, says=_says)
