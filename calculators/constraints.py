"""What is allowed: rules over data, region, offline use, speed and evidence. Money never outweighs.

Unknown vendor terms are a caution, never a pass.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from calculators.arrays import Array
from calculators.inputs import Inputs
from calculators.options.base import Block, Product
from calculators.results import Finding
from calculators.terms import place_allowed, vendor_findings


def apply(block: Block, inputs: Inputs) -> None:
    """Write every rule's finding into the block and block what fails."""
    place = place_allowed(block.answers_at, inputs.scenario.data_sensitivity)
    offline = _offline(block, inputs)
    secrecy = _secrecy(block, inputs)
    for index, product in enumerate(block.products):
        shared = [item for item in (place, offline, secrecy) if item is not None]
        shared += inputs.once(
            ("vendor", product.vendor, block.data_leaves),
            partial(_vendor, inputs, block, product),
        )
        shared += _evidence(inputs, product)
        block.findings[index] += shared
        if any(item.verdict == "fail" for item in shared):
            block.blocked[index] = True
    _speed(block, inputs)


def _vendor(inputs: Inputs, block: Block, product: Product) -> list[Finding]:
    if not block.data_leaves or not product.vendor:
        return []
    found = vendor_findings(inputs, product.vendor, inputs.scenario.data_sensitivity)
    allowed = inputs.scenario.providers_allowed
    if allowed and product.vendor not in allowed:
        text = f"{product.vendor} is not among the providers you allow."
        found.append(Finding("provider", "fail", text, f"allow {product.vendor}"))
    return found


def _evidence(inputs: Inputs, product: Product) -> list[Finding]:
    found = []
    if product.confidence > inputs.scenario.min_confidence:
        text = f"Its price rests on evidence of class {product.confidence}."
        found.append(Finding("evidence", "fail", text, "accept weaker price evidence"))
    if product.other_region:
        if inputs.scenario.data_sensitivity == "regulated":
            text = "Only a price of another region is known."
            found.append(Finding("region", "fail", text, "a price for your region"))
        else:
            found.append(Finding("region", "caution", "Price of another region."))
    return found


def _offline(block: Block, inputs: Inputs) -> Finding | None:
    if inputs.scenario.offline_required and block.answers_at != "device":
        text = "Needs a network; you asked for offline."
        return Finding("offline", "fail", text, "allow a network")
    return None


def _secrecy(block: Block, inputs: Inputs) -> Finding | None:
    if not block.answers_at.startswith("device"):
        return None
    if inputs.scenario.model_secrecy:
        text = "The model file would be on users' devices and can be copied."
        return Finding("secrecy", "fail", text, "accept that the model can be copied")
    return None


def _per_frame(block: Block) -> Array:
    """Time the slowest stage spends on one frame (C, N): computing it, or sending it.

    Frames follow each other, so the stages work side by side; the delay of the whole is the
    latency budget's matter. Devices keep or lose their place in the mix by the same rule.
    """
    if not block.networked or block.trip is None:
        return block.answer_p95_ms
    return np.maximum(block.answer_p95_ms, block.trip.upload)


def _speed(block: Block, inputs: Inputs) -> None:
    """Answer time, first word, writing speed and frames per second against the budgets."""
    limits = []
    if inputs.given("latency_budget_ms"):
        limits.append(("answer", block.p95(), inputs["latency_budget_ms"], "ms to the answer"))
    if np.any(inputs["realtime_fps"] > 0) and block.answers_at != "device":
        limits.append(("frame", _per_frame(block), inputs.frame_ms, "ms a frame"))
    if inputs.given("ttft_budget_ms") and block.ttft_ms is not None:
        network = block.trip.p95 if block.networked and block.trip is not None else np.zeros(1)
        limits.append(
            (
                "first word",
                block.ttft_ms + network,
                inputs["ttft_budget_ms"],
                "ms to the first word",
            )
        )
    if inputs.given("min_tokens_per_s") and block.tpot_ms is not None:
        slowest = 1000 / inputs["min_tokens_per_s"]
        limits.append(("writing", block.tpot_ms, slowest, "ms a token"))
    for rule, values, budget, words in limits:
        over = np.broadcast_to(np.nan_to_num(values, nan=-1.0) > budget, block.blocked.shape)
        block.blocked |= over
        for index in range(block.size):
            value = float(values[index if values.shape[0] > 1 else 0, 0])
            limit = float(budget.flat[0])
            if np.isnan(value):
                text = f"Answer time is not published; your limit is {limit:,.0f} {words}."
                block.findings[index].append(Finding("speed", "caution", text, "measure it"))
            elif over[index, 0]:
                text = f"{value:,.0f} {words} (95th percentile); your limit is {limit:,.0f}."
                change = f"a limit of {value:,.0f} ms, or faster hardware"
                block.findings[index].append(Finding(f"speed: {rule}", "fail", text, change))
