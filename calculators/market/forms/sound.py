"""Sound read by a language model, at a price of its own where a service has one.

Where none is stated apart, sound is billed as the text is.
"""

from __future__ import annotations

import numpy as np

from calculators.arrays import any_true
from calculators.market.forms.line import Asked, Form, Lines


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


FORM = Form("sound", _lines)
