"""Sound read by a language model, at a price of its own where a service has one.

Where none is stated apart, sound is billed as the text is, and that is said.
"""

from __future__ import annotations

import numpy as np

from calculators.accounts.charges import pick
from calculators.arrays import any_true
from calculators.checks import NOWHERE, Check
from calculators.market.forms.line import Asked, Form, Lines
from calculators.results import Finding


def _lines(asked: Asked, lines: Lines) -> Lines:
    heard = asked.held["sound_tokens"]
    other = asked.services.meter("audio_input")
    if other is None or not any_true(heard > 0):
        return lines
    share = heard / np.maximum(asked.held["input_tokens"], 1e-300)
    found = []
    for line in lines:
        found += line.moved(other, share) if line.meter.name == "input" else [line]
    return found


UNSTATED = Finding(
    "price",
    "caution",
    "Whether sound costs more than text is not stated; it is billed as text.",
    "ask the vendor",
    errs="low",
)


def _says(asked: Asked) -> list[Check]:
    """Sound that is billed as text."""
    heard, services = asked.held["sound_tokens"], asked.services
    if not any_true(heard > 0):
        return []

    def say(candidate: int, point: int) -> Finding | None:
        row = services.rows[candidate]
        apart = services.tariff(row, "audio_input") or not services.tariff(row, "input")
        return None if apart or not pick(heard, candidate, point) > 0 else UNSTATED

    return [Check(NOWHERE, say)]


FORM = Form("sound", _lines, says=_says)
