"""Hybrids: devices answer where they can, a fallback serves the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from calculators.arrays import Array
from calculators.inputs import Inputs
from calculators.options import device
from calculators.options.base import Block
from calculators.results import AnswersAt, Finding

Serve = Callable[[Inputs, Array], Block]


def serve(inputs: Inputs, kind: AnswersAt, fallback: Serve) -> Block:
    """Every fallback product of one kind behind the devices.

    The block is the fallback's, at the share of requests devices cannot answer, with the
    devices' charges added to every candidate.
    """
    people = device.population(inputs)
    own = device.serve(inputs, alone=False)
    block = fallback(inputs, 1 - people.reach)
    block.answers_at = kind
    block.products = [
        replace(product, label=f"On the device first, else {product.label}")
        for product in block.products
    ]
    for charge in own.charges:
        block.ledger.add(charge)
    for missing, findings in zip(block.missing, block.findings, strict=True):
        missing.extend(own.missing[0])
        findings.extend(own.findings[0])
    reach = float(people.reach.flat[0])
    none = people.reach <= 0
    block.blocked |= np.broadcast_to(none, block.blocked.shape)
    if none.flat[0]:
        why = next((text for text in people.refusals if text), "too slow for the budgets")
        text = f"No device of the mix can run it: {why.rstrip('.')}."
        for findings in block.findings:
            findings.append(Finding("reach", "fail", text, "a smaller model"))
    everyone = people.reach >= device.EVERYONE
    block.blocked |= np.broadcast_to(everyone, block.blocked.shape)
    if everyone.flat[0]:
        text = "Every device of the mix can answer; nothing is left for a fallback."
        for findings in block.findings:
            findings.append(Finding("mix", "fail", text, "a larger model, or weaker devices"))
    _mix_latency(block, own, people.reach)
    block.battery_pct, block.battery_known_share = own.battery_pct, own.battery_known_share
    behind = block.explained_of
    block.explained_of = lambda candidate: (*own.explained_of(0), *behind(candidate))
    for findings in block.findings:
        text = f"Devices answer {reach:.0%} of requests; the rest leave the device."
        findings.append(Finding("mix", "pass", text))
    return block


def _mix_latency(block: Block, own: Block, reach: Array) -> None:
    """Median: mean of both by share. Slow: the slower of the two, so that it is never flattered.

    The network part of the fallback is folded into its computing time, by share.
    """
    trip50 = block.trip.p50 if block.trip is not None else np.zeros(1)
    trip95 = block.trip.p95 if block.trip is not None else np.zeros(1)
    rest = 1 - reach
    device50 = np.nan_to_num(own.answer_ms)
    device95 = np.nan_to_num(own.answer_p95_ms)
    block.answer_ms = device50 * reach + (block.answer_ms + trip50) * rest
    block.answer_p95_ms = np.maximum(device95, block.answer_p95_ms + trip95)
    block.networked = False
    trip = block.trip.assumed if block.trip is not None else ()
    block.assumed = (*own.assumed, *trip, *block.assumed)
