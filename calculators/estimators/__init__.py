"""Throughput, latency, memory and energy of every place a model can run.

:class:`Estimators` is the only thing the option kinds use; the types are in
:mod:`calculators.estimators.types`, the method in ``docs/estimators.md``.
"""

from calculators.estimators.facade import Estimators

__all__ = ["Estimators"]
