"""Features of one image: free units and volume tiers are those of each feature by itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calculators.arrays import any_true
from calculators.market.forms.increments import features
from calculators.market.forms.line import Asked, Form, Line, Lines, flags


def _apart(asked: Asked, line: Line) -> Line:
    own = flags(asked, lambda row: row.each_feature == "yes")[line.rows]
    if not any_true(own):
        return line
    images = np.array([base in ("image", "page") for base in line.meter.bases], dtype=bool)
    each = np.where((own & images)[:, None], features(asked, line.rows), 1.0)
    return replace(line, each=each) if any_true(each != 1.0) else line


def _lines(asked: Asked, lines: Lines) -> Lines:
    return [_apart(asked, line) for line in lines]


FORM = Form("by feature", _lines)
