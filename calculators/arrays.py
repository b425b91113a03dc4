"""The array types of the calculators.

Every quantity that an axis may vary is a float64 array whose last axis runs over *points*
(one scenario, a sweep, a map or Monte Carlo draws alike); a leading axis, where there is one,
runs over candidates.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Index = NDArray[np.intp]
Some = TypeVar("Some", NDArray[np.float64], NDArray[np.bool_])
"""Figures or a mask, whichever is given."""
