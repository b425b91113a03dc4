"""Machines answering requests: which set of accelerators, how many requests/s, how fast."""

from __future__ import annotations

import numpy as np

from calculators.estimators import language, one_pass
from calculators.estimators.columns import Machines
from calculators.estimators.predictor import Predictor
from calculators.estimators.question import Question, broadcast
from calculators.estimators.types import ServerEstimates, Stack, Work


def estimate(work: Work, machines: Machines, stack: Stack, predictor: Predictor) -> ServerEstimates:
    """Throughput and latency of H machines for one kind of request at N points."""
    asked = Question(broadcast(work), machines, stack, predictor)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return language.estimate(asked) if work.kind == "llm" else one_pass.estimate(asked)
