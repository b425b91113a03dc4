"""Benchmarks run by hand: accuracy of the estimators, and the fits behind them."""

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # the matrices are small: more threads only wait
