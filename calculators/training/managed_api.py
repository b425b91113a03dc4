"""Training inside a managed API: charged by the hour or the token, answers only there."""

from __future__ import annotations

import numpy as np

from calculators.charges import Ledger
from calculators.inputs import Inputs
from calculators.options import managed_api
from calculators.results import Finding
from calculators.training import base
from calculators.training.base import Plan
from pricing.book import Tariff
from pricing.schema import ServiceRow
from pricing.units import factor, vocabulary


def plan(inputs: Inputs) -> Plan:
    """All trainable services of the task share one venue; each candidate adds its own charge."""
    rows = trainable(inputs)
    made = Plan(
        "managed_api",
        "",
        "trained on the service itself",
        "",
        Ledger(inputs.calendar),
        offered=bool(rows),
        exportable=False,
        answers_only_at=tuple(row.product for row in rows),
    )
    if not rows:
        text = "No service we know lets you train it for this task."
        made.findings.append(Finding("training", "fail", text))
        return made
    base.staff(made, inputs, "managed_api")
    if inputs.scenario.export_required:
        text = "The service keeps the trained model."
        made.findings.append(Finding("export", "fail", text, "do without owning the model"))
    return made


def trainable(inputs: Inputs) -> list[ServiceRow]:
    """Services of the task that can be trained."""
    return [row for row in managed_api.offered(inputs) if row.trainable == "yes"]


def charge(made: Plan, inputs: Inputs, row: ServiceRow) -> str:
    """Add one service's training charge to a copy of the plan's costs; returns what is missing."""
    tariff = inputs.book.tariff(f"{row.product}/training", inputs.scenario.region)
    if tariff is None:
        return f"{row.name}: training price"
    quantity = quantity_per_run(inputs, tariff)
    if quantity is None:
        return f"{row.name}: hours of training are the vendor's to decide"
    made.ledger.once(
        "First training",
        tariff.unit,
        quantity,
        tariff.usd,
        [tariff.source],
        basis="one run of the training data",
    )
    made.ledger.monthly(
        "Retraining",
        tariff.unit,
        inputs.retrains * quantity[:, None],
        tariff.usd,
        [tariff.source],
        period="per retrain",
        basis="one run of the training data",
    )
    return ""


def quantity_per_run(inputs: Inputs, tariff: Tariff) -> np.ndarray | None:
    """Units of one training run: tokens are known, the vendor's hours are our assumption."""
    base_unit = vocabulary()[tariff.unit].base
    if base_unit == "token":
        return inputs["training_tokens"] / factor(tariff.unit, "token")
    if base_unit == "second":
        hours = inputs.assume("managed_training_hours", "training")
        return hours * factor("hour", tariff.unit)
    return None
