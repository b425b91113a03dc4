"""The array types of the calculators.

Every quantity that an axis may vary is a float64 array whose last axis runs over *points*
(one scenario, a sweep, a map or Monte Carlo draws alike); a leading axis, where there is one,
runs over candidates.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Index = NDArray[np.intp]
Some = TypeVar("Some", NDArray[np.float64], NDArray[np.bool_])
"""Figures or a mask, whichever is given."""

Held = TypeVar("Held", NDArray[np.float64], NDArray[np.bool_], NDArray[np.intp])
"""Figures, a mask or places in a list, whichever is given."""

T = TypeVar("T")

MOST = float(np.finfo(np.float64).max)
ODD = 0x9E3779B97F4A7C15  # spreads the bits of what is hashed


def any_true(mask: ArrayLike) -> bool:
    """Whether any is true: :func:`numpy.any` takes ten times as long for a few."""
    return bool(np.count_nonzero(mask))


def filled(values: Array, nan: float = 0.0) -> Array:
    """What :func:`numpy.nan_to_num` gives, sooner; ``values`` themselves where all is finite."""
    if np.count_nonzero(np.isfinite(values)) == values.size:
        return values
    return np.where(np.isnan(values), nan, np.maximum(np.minimum(values, MOST), -MOST))


def columns(values: Held, points: slice) -> Held:
    """Some of the points of (C, N, ...); figures that are the same at all points stay so."""
    return values[:, points] if values.shape[1] > 1 else values


def later(of: Callable[[int, int], T], points: slice) -> Callable[[int, int], T]:
    """What is said of (candidate, point), for some of the points counted from their first."""
    first = points.start
    return (lambda candidate, point: of(candidate, point + first)) if first else of


def alike(rows: Array) -> tuple[Index, Index]:
    """Of N columns (R, N) the unlike ones, and which of them each column is like, bit for bit.

    Columns are told apart by a number made of their bits; where two unlike ones share a number
    they are sorted whole.
    """
    bits = np.ascontiguousarray(rows).view(np.uint64)
    number = np.zeros(rows.shape[1], dtype=np.uint64)
    for row in bits:
        number ^= row
        number *= np.uint64(ODD)
        number ^= number >> np.uint64(29)
    _, once, index = np.unique(number, return_index=True, return_inverse=True)
    if not np.array_equal(bits[:, once][:, index], bits):
        _, once, index = np.unique(rows, axis=1, return_index=True, return_inverse=True)
    return once.astype(np.intp), np.asarray(index, dtype=np.intp).reshape(-1)
