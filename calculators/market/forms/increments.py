"""Steps, least units and features: ``max(least, ceil(size / step) x step) x features``."""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array, Index, any_true
from calculators.market.forms.line import Asked, Form, Line, Lines

BESIDE = "safe_search"
"""An add-on to an image that is a feature of its own."""


def _counted(asked: Asked, line: Line) -> Line:
    services, rows, units = asked.services, line.rows, line.units
    step = services.granularity[rows]
    if any_true(step):
        with np.errstate(divide="ignore", invalid="ignore"):
            whole = np.ceil(units / step * (1 - 1e-12)) * step
        units = np.where(step > 0, whole, units)
    images = np.array([base == "image" for base in line.meter.bases])
    by_feature = (images | ~services.token_api[rows])[:, None]
    times = np.where(by_feature, features(asked, rows), 1.0)
    return line.with_units(np.maximum(services.minimum[rows], units) * times)


def features(asked: Asked, rows: Index) -> Array:
    """Features billed for one request (T, N), with what was chosen beside them."""
    own = np.maximum(asked.services.features[rows], asked.of("features", rows))
    beside = [_beside(asked, int(row)) for row in rows] if BESIDE in asked.addons else [0.0]
    return np.asarray(own + np.array(beside)[:, None])


def _beside(asked: Asked, index: int) -> float:
    """Whether safe search is one feature more: not where it is the task, or free with others."""
    terms, row = asked.task_terms[index], asked.services.rows[index]
    free = terms is not None and BESIDE in terms.free_addons.split(";")
    return 0.0 if free or row.task == "image_moderation" else 1.0


def _lines(asked: Asked, lines: Lines) -> Lines:
    return [_counted(asked, line) for line in lines]


FORM = Form("increments", _lines)
