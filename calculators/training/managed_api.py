"""Training inside a managed API: charged by the hour or the token.

The model answers on the service; where the vendor lets it leave, it may answer anywhere.
"""

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


def plan(inputs: Inputs) -> list[Plan]:
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
        return [made]
    base.staff(made, inputs, "managed_api")
    base.rules(made, inputs)
    return [made]


def export_plan(inputs: Inputs) -> Plan | None:
    """The cheapest service that trains a model of this size and lets it leave; None without one."""
    priced = []
    for row in inputs.book.table("services", ServiceRow):
        if not _takes(inputs, row):
            continue
        tariff = inputs.book.tariff(f"{row.product}/training", inputs.scenario.region)
        quantity = None if tariff is None else quantity_per_run(inputs, tariff)
        if tariff is not None and quantity is not None:
            priced.append((float(quantity.flat[0]) * tariff.usd, row.product, row))
    if not priced:
        return None
    _, product, row = min(priced, key=lambda item: item[:2])
    label = f"trained on {row.name}"
    made = Plan("managed_api", product, label, row.vendor, Ledger(inputs.calendar))
    charge(made, inputs, row)
    base.staff(made, inputs, "managed_api")
    base.rules(made, inputs)
    return made


def _takes(inputs: Inputs, row: ServiceRow) -> bool:
    """Whether a service trains this task, size and method and lets the model leave."""
    scenario = inputs.scenario
    if row.task != scenario.task or row.trainable != "yes" or row.exportable != "yes":
        return False
    if row.trains_by is not None and row.trains_by != scenario.training_method:
        return False
    params = float(inputs.params_millions.flat[0])
    low, high = row.trains_from_millions or 0.0, row.trains_to_millions or float("inf")
    sized = row.trains_from_millions is not None
    allowed = not scenario.providers_allowed or row.vendor in scenario.providers_allowed
    return allowed and (not sized or low < params <= high)


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
    basis = "one run of the training data x runs until one is good enough"
    made.ledger.once(
        "First training",
        tariff.unit,
        quantity * base.runs_at_start(inputs),
        tariff.usd,
        [tariff.source],
        basis=basis,
    )
    made.ledger.monthly(
        "Retraining",
        tariff.unit,
        base.runs_per_month(inputs) * quantity[:, None],
        tariff.usd,
        [tariff.source],
        period="per retrain",
        basis=basis,
        drift_pct=inputs["price_change_pct_per_year_api"],
        drift_source=inputs.input_source("price_change_pct_per_year_api"),
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
