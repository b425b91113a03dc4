"""One machine as the roofline sees it: rates, bandwidth and memory of its parts."""

from __future__ import annotations

import math
from dataclasses import field

from calculators.estimators.types import Hardware
from pricing.measurement_schema import MeasuredPartRow
from pricing.records import value
from pricing.schema import AcceleratorRow, CpuRow

GIB = 2.0**30
TERA = 1e12
GIGA = 1e9


@value
class Part:
    """One accelerator, or all virtual CPUs of a machine taken as one part.

    ``flops`` maps a precision to dense FLOP/s; bandwidth and link rate are in bytes/s, memory in
    bytes.
    """

    name: str
    generation: str
    flops: dict[str, float] = field(hash=False)
    bandwidth: float
    memory: float
    fast_link: bool
    link_rate: float
    tdp_w: float | None
    is_cpu: bool = False

    def rate(self, precision: str) -> float:
        """FLOP/s at which weights of ``precision`` are computed with.

        4-bit integer weights are unpacked to fp16; a precision the part lacks runs as fp16.
        """
        return self.flops[self.computes_in(precision)]

    def computes_in(self, precision: str) -> str:
        """The precision of the arithmetic for weights of ``precision``."""
        return precision if precision in self.flops and precision != "int4" else "fp16"


FAST_LINKS = ("nvlink", "infinity_fabric", "ici")
SLOW_LINK_GB_S = 64.0  # PCIe 4.0 x16, both directions: where no link is stated


def measured_part(row: MeasuredPartRow) -> Part:
    """Hardware of a measurement that accelerators.csv does not hold."""
    rates = {
        "fp16": row.fp16_tflops,
        "fp32": row.fp32_tflops,
        "fp8": row.fp8_tflops,
        "int8": row.int8_tops,
        "fp4": row.fp4_tflops,
    }
    return Part(
        name=row.part,
        generation=row.generation,
        flops={name: rate * TERA for name, rate in rates.items() if rate},
        bandwidth=row.bandwidth_gb_s * GIGA,
        memory=row.memory_gib * GIB,
        fast_link=row.fast_link == "yes",
        link_rate=(row.link_gb_s or SLOW_LINK_GB_S) * GIGA,
        tdp_w=None,
        is_cpu=row.generation == "cpu",
    )


def accelerator_part(row: AcceleratorRow) -> Part | None:
    """An accelerator as a part; None when no half-precision rate is known."""
    half = row.bf16_tflops or row.fp16_tflops
    if half is None:
        return None
    rates = {
        "fp16": half,
        "fp32": row.fp32_tflops,
        "fp8": row.fp8_tflops,
        "int8": row.int8_tops,
        "fp4": row.fp4_tflops,
    }
    return Part(
        name=row.accelerator,
        generation=row.generation,
        flops={name: rate * TERA for name, rate in rates.items() if rate},
        bandwidth=row.bandwidth_gb_s * GIGA,
        memory=row.memory_gib * GIB,
        fast_link=row.interconnect in FAST_LINKS,
        link_rate=(row.interconnect_gb_s or SLOW_LINK_GB_S) * GIGA,
        tdp_w=row.tdp_w,
    )


def cpu_part(row: CpuRow, vcpus: float, memory_gib: float | None, name: str = "") -> Part | None:
    """The virtual CPUs of a machine as one part; None when their rates are not known.

    ``name`` is the processor's name in the measurement tables, where it has one.
    """
    if row.gflops_fp32_per_vcpu is None or row.bandwidth_gb_s_per_vcpu is None:
        return None
    single = row.gflops_fp32_per_vcpu * vcpus * GIGA
    flops = {"fp16": single, "fp32": single}
    if row.int8_gops_per_vcpu:
        flops["int8"] = row.int8_gops_per_vcpu * vcpus * GIGA
    return Part(
        name=name or row.cpu,
        generation="cpu",
        flops=flops,
        bandwidth=row.bandwidth_gb_s_per_vcpu * vcpus * GIGA,
        memory=(memory_gib or math.inf) * GIB,
        fast_link=False,
        link_rate=SLOW_LINK_GB_S * GIGA,
        tdp_w=None,
        is_cpu=True,
    )


class Parts:
    """Resolves :class:`Hardware` to its part, remembering accelerators by name."""

    def __init__(
        self,
        accelerators: dict[str, AcceleratorRow],
        cpus: dict[str, CpuRow],
        aliases: dict[str, str],
    ) -> None:
        self._accelerators = {name: accelerator_part(row) for name, row in accelerators.items()}
        self._cpus = cpus
        self._aliases = aliases

    def find(self, hardware: Hardware) -> tuple[Part | None, str]:
        """The part, or None and why it cannot be estimated."""
        if hardware.accelerator:
            if hardware.accelerator not in self._accelerators:
                return None, f"a specification of {hardware.accelerator}"
            part = self._accelerators[hardware.accelerator]
            return part, "" if part else f"the half-precision rate of {hardware.accelerator}"
        row = self._cpus.get(hardware.cpu)
        if row is None or not hardware.vcpus:
            return None, "the processor or its number of virtual CPUs"
        name = self._aliases.get(hardware.cpu, "")
        cpu = cpu_part(row, hardware.vcpus, hardware.memory_gib, name)
        return cpu, "" if cpu else f"the compute rate or memory bandwidth of {hardware.cpu}"
