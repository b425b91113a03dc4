"""``python -m benchmarks``: speed, written to ``benchmarks/results.md``.

Accuracy of the estimators has its own command, ``python -m benchmarks.accuracy``.
"""

import sys

from benchmarks.speed import main

if __name__ == "__main__":
    sys.exit(main())
