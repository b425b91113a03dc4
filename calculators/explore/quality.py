"""Quality that a model loses between two trainings, on average over the horizon."""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array

ALL_POINTS = 100.0
"""A model that gives no right answer any more has nothing left to lose."""


def average_loss(retrains_per_month: Array, loss_per_month: float, horizon_months: float) -> Array:
    """Points lost on average (P,) at cadences (P,), 0 being never again.

    Between trainings T months apart a model loses ``loss x t`` points after t months, so
    ``loss x T / 2`` on average; never trained again, T is the horizon. Where it would lose all
    100 points before it is trained again it has lost 100 from then on.

    >>> average_loss(np.array([0.0, 0.5, 2.0]), 1.5, 36).tolist()
    [27.0, 1.5, 0.375]
    """
    often = np.maximum(retrains_per_month, 1.0 / horizon_months)
    apart = 1.0 / often
    lost = loss_per_month * apart
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # from the moment at which all is lost, all of it: 100 - 100 x 100 / (2 x lost)
        late = ALL_POINTS - ALL_POINTS**2 / (2 * lost)
    return np.asarray(np.where(lost <= ALL_POINTS, lost / 2, late))
