"""Machines that answer requests: capacity, fleet and latency, for every kind that has machines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from calculators.arrays import Array
from calculators.estimators.types import Estimate, Hardware, ServerEstimate
from calculators.explained import Explained, explained
from calculators.fleet import Fleet, step_spacing, step_volumes
from calculators.inputs import Inputs
from calculators.options.base import Block
from calculators.results import Capacity, Finding


@dataclass(frozen=True)
class Power:
    """Estimates of C machines stacked: one replica's capacity and answer time, (C, N)."""

    estimates: tuple[ServerEstimate, ...]
    capacity_rps: Array
    replicas_per_machine: Array  # (C, 1)
    answer_ms: Array
    ttft_ms: Array
    tpot_ms: Array


def estimate(inputs: Inputs, hardware: Hardware) -> ServerEstimate:
    """The estimator's word, or the user's own measurement in its place."""
    found = inputs.estimated(
        ("server", hardware),
        lambda: inputs.estimators.server(inputs.work, hardware, inputs.scenario.serving_stack),
    )
    return _with_measurements(inputs, found)


def _override(inputs: Inputs, name: str) -> Estimate:
    value = inputs[name]
    rule = f"Your own measurement ({name})."
    return Estimate(value, value, value, "override", rule)


def _with_measurements(inputs: Inputs, found: ServerEstimate) -> ServerEstimate:
    if inputs.given("measured_requests_per_s"):
        own = _override(inputs, "measured_requests_per_s")
        found = replace(
            found,
            fits=True,
            reason="",
            replicas_per_machine=1,
            capacity_rps=own,
            replica_accelerators=max(found.replica_accelerators, 1),
        )
    if inputs.given("measured_answer_ms"):
        found = replace(found, answer_ms=_override(inputs, "measured_answer_ms"))
    return found


def _stack(found: Sequence[Estimate | None], z: Array | None = None) -> Array:
    """(C, N) of estimates at ``z`` of their interval; NaN where there is none."""
    unknown = np.full(1, np.nan)
    rows = [unknown if item is None else item.mid if z is None else item.at(z) for item in found]
    width = max((row.size for row in rows), default=1)
    wide = np.empty((len(rows), width))
    for index, row in enumerate(rows):
        wide[index] = row
    return wide


def power(inputs: Inputs, machines: Sequence[Hardware], key: object) -> Power:
    """Capacity and answer time of each machine; ``key`` names the set of machines."""
    return inputs.once(("power", key), lambda: _power(inputs, machines))


def _power(inputs: Inputs, machines: Sequence[Hardware]) -> Power:
    unique = {hardware: estimate(inputs, hardware) for hardware in dict.fromkeys(machines)}
    place = {hardware: position for position, hardware in enumerate(unique)}
    index = np.array([place[hardware] for hardware in machines], dtype=np.intp)
    known = list(unique.values())
    replicas = np.array([[float(max(item.replicas_per_machine, 1))] for item in known])
    return Power(
        estimates=tuple(unique[hardware] for hardware in machines),
        capacity_rps=_stack([item.capacity_rps for item in known], inputs.factor("server"))[index],
        replicas_per_machine=replicas[index],
        answer_ms=_stack([item.answer_ms for item in known])[index],
        ttft_ms=_stack([item.ttft_ms for item in known])[index],
        tpot_ms=_stack([item.tpot_ms for item in known])[index],
    )


def describe(
    block: Block, inputs: Inputs, known: Power, fleet: Fleet | None, machines: Sequence[Hardware]
) -> None:
    """Write latency, refusals and capacity of the machines into the block."""
    slow = inputs.assume("p95_to_p50_server")
    block.answer_ms = known.answer_ms
    block.answer_p95_ms = known.answer_ms * slow
    block.assumed = ("p95_to_p50_server",)
    block.ttft_ms, block.tpot_ms = known.ttft_ms, known.tpot_ms
    for index, item in enumerate(known.estimates):
        answer = item.answer_ms or item.capacity_rps
        block.label[index] = answer.label if answer else ""
        if not item.fits:
            block.blocked[index] = True
            change = "a smaller model, fewer bits per weight, or a larger machine"
            block.findings[index].append(Finding("memory", "fail", item.reason, change))
        elif item.capacity_rps is None:
            block.missing[index].append(item.reason or "throughput of this machine")
        if item.capacity_rps is None:
            block.unpriced[index] = True  # how many machines is not known: no total without them
    block.capacity_of = lambda candidate: _capacity(known, fleet, machines, candidate)
    block.explained_of = lambda candidate: _explained(known, machines, candidate)


def stairs(block: Block, inputs: Inputs, share: Array, known: Power) -> None:
    """Let the block say at which volumes a candidate needs one machine more."""

    def spacing(candidate: int) -> Array:
        return step_spacing(
            inputs,
            float(share.flat[0]),
            float(known.capacity_rps[candidate, 0]),
            float(known.replicas_per_machine[candidate, 0]),
        )

    block.spacing_of = spacing
    block.edges_of = lambda candidate, top: step_volumes(spacing(candidate), top)


def _capacity(
    known: Power, fleet: Fleet | None, machines: Sequence[Hardware], candidate: int
) -> Capacity | None:
    item = known.estimates[candidate]
    found = item.capacity_rps
    if found is None:
        return None
    replicas = float(known.replicas_per_machine[candidate, 0])
    rules = [found.rule, *found.assumptions]
    return Capacity(
        requests_per_s=float(found.mid.flat[0]) * replicas,
        low=float(found.low.flat[0]) * replicas,
        high=float(found.high.flat[0]) * replicas,
        label=found.label,
        rule=" ".join(rules),
        rows=found.rows,
        machines=float(fleet.machines[candidate, 0, 0]) if fleet else 0.0,
        busy_share=float(fleet.busy_share[candidate, 0, 0]) if fleet else float("nan"),
        machine=machine_name(machines[candidate]),
    )


def _explained(known: Power, machines: Sequence[Hardware], candidate: int) -> tuple[Explained, ...]:
    """What stands behind a machine's capacity and answer times."""
    item, name = known.estimates[candidate], machine_name(machines[candidate])
    replicas = float(known.replicas_per_machine[candidate, 0])
    return (
        *explained("requests_per_s", name, item.capacity_rps, replicas),
        *explained("answer_ms", name, item.answer_ms),
        *explained("ttft_ms", name, item.ttft_ms),
        *explained("tpot_ms", name, item.tpot_ms),
    )


def machine_name(hardware: Hardware) -> str:
    """A machine in words."""
    if not hardware.accelerator:
        if not hardware.vcpus:
            return "CPU server"
        return f"{hardware.vcpus:g} virtual CPU{'s' if hardware.vcpus != 1 else ''}"
    return f"{hardware.count} x {hardware.accelerator}"
