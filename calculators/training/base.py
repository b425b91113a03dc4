"""What every training venue returns: one plan with its costs, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from calculators import labour
from calculators.arrays import Array, BoolArray
from calculators.charges import Ledger
from calculators.estimators.types import Hardware, TrainingEstimate, TrainingJob
from calculators.explained import Explained
from calculators.inputs import Inputs
from calculators.results import Finding, TrainedAt
from calculators.terms import place_allowed, vendor_findings
from pricing.units import HOURS_PER_MONTH


@dataclass
class Plan:
    """Training at one venue: product, costs over the horizon, findings."""

    trained_at: TrainedAt
    product: str  # id; "" when the venue has none
    label: str
    vendor: str
    ledger: Ledger
    findings: list[Finding] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    hours_per_run: float = float("nan")
    exportable: bool = True
    answers_only_at: tuple[str, ...] = ()  # product ids it is bound to; empty: anywhere
    offered: bool = True
    explained: tuple[Explained, ...] = ()  # what stands behind the hours of one run
    shut: BoolArray = field(default_factory=lambda: np.zeros(1, dtype=bool))  # (N,), at some points
    shut_by: list[Finding] = field(default_factory=list)  # why, at the first point

    @classmethod
    def none(cls, inputs: Inputs) -> Plan:
        """Used as published: no training."""
        return cls("none", "", "", "", Ledger(inputs.calendar))

    @property
    def blocked(self) -> BoolArray:
        """Where a rule forbids it, (1,) or (N,)."""
        return self.shut | any(item.verdict == "fail" for item in self.findings)

    def refuse(self, where: BoolArray, text: str, change: str, rule: str = "training") -> None:
        """Forbid it at some points (N,); ``text`` speaks of the first."""
        self.shut = self.shut | where
        if where.flat[0]:
            self.shut_by.append(Finding(rule, "fail", f"Training: {text}", change))


def job(inputs: Inputs) -> TrainingJob:
    """One training run of the scenario."""
    method = inputs.scenario.training_method
    return TrainingJob(
        method="fine_tune" if method == "none" else method,
        work=inputs.work,
        examples=inputs["training_examples"],
        tokens=inputs["training_tokens"],
    )


def estimate(inputs: Inputs, hardware: Hardware) -> TrainingEstimate:
    """Hours of one run on one machine."""
    size = (inputs["training_examples"].tobytes(), inputs["training_tokens"].tobytes())
    key = ("training", hardware, inputs.scenario.training_method, *size)
    return inputs.estimated(
        key,
        lambda: inputs.estimators.training(job(inputs), hardware, 1, inputs.scenario.serving_stack),
    )


def runs_at_start(inputs: Inputs) -> Array:
    """Runs of the first training: the experiments until one is good enough, (N,)."""
    return inputs["experiments_per_retrain"]


def runs_per_month(inputs: Inputs) -> Array:
    """Runs of the retrainings in a month (N, S)."""
    return inputs.retrains * inputs["experiments_per_retrain"][:, None]


def staff(plan: Plan, inputs: Inputs, venue: str) -> None:
    """Work of the first training and of each retraining."""
    name = f"hours_per_retrain_{venue}"
    hours = labour.hours(inputs, name, "hours_per_retrain")
    labour.once(plan.ledger, inputs, "Work for the first training", name, "hours_per_retrain")
    labour.monthly_work(
        plan.ledger,
        inputs,
        "Work for retraining",
        inputs.retrains * hours[:, None],
        name,
        "hours_per_retrain",
        per_retrain=True,
    )


def rules(plan: Plan, inputs: Inputs) -> None:
    """Where the training data may go."""
    level = inputs.scenario.training_sensitivity
    place = place_allowed(plan.trained_at, level) if plan.trained_at != "none" else None
    if place is not None:
        plan.findings.append(_about_training(place))
    for item in vendor_findings(inputs, plan.vendor, level):
        plan.findings.append(_about_training(item))


def _about_training(item: Finding) -> Finding:
    return Finding(f"training {item.rule}", item.verdict, f"Training: {item.text}", item.change)


def too_slow(plan: Plan, inputs: Inputs, hours: Array) -> None:
    """A run longer than the time between retrainings never finishes."""
    with np.errstate(divide="ignore"):
        between = HOURS_PER_MONTH / inputs["retrains_per_month"]
    late = np.nan_to_num(hours, nan=0.0) > between
    due = float(between.flat[0])
    text = f"One run takes {hours.flat[0]:,.1f} hours; retraining is due every {due:,.1f}."
    plan.refuse(late, text, "retrain less often", "training time")


def cheapest(costs: Array) -> list[tuple[int, BoolArray]]:
    """Of K offers' costs (K, N): each that is the cheapest anywhere, and where it is not (N,)."""
    best = costs.argmin(0)
    return [(int(index), best != index) for index in np.unique(best)]
