"""``python -m benchmarks``: speed, written to ``benchmarks/results.md``.

Accuracy of the estimators has its own command, ``python -m benchmarks.accuracy``.
"""

from __future__ import annotations

import os
import sys

# Before numpy is imported: the promise is for one core.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from benchmarks.speed import main  # noqa: E402 - after the threads are set

if __name__ == "__main__":
    sys.exit(main())
