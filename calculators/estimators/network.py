"""Networks that answer in one pass, on a server: vision, encoders, speech, images, recommenders.

Seconds per request on one accelerator, b requests in a batch:

============ =====================================================
arithmetic   ``2 MACs / F``
activations  ``elements x bytes per element / BW``
weights      ``W / BW / b``
launch       ``1 ms / b``
============ =====================================================

GFLOPs alone misjudge a convolutional network tenfold: its time is memory traffic. Where the
activations are not known they follow a power law of the arithmetic, and where the arithmetic is
not known only a measured row of the same network can say anything.
"""

from __future__ import annotations

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.columns import Sets
from calculators.estimators.hardware import Part
from calculators.estimators.shapes import GIGA, MEGA, Shape, family
from calculators.estimators.terms import Effect, EffectLabel, Form, stacked

ALL = (0, 1, 2, 3)
FORM = Form(
    name="network",
    terms=("arithmetic", "activations", "weights", "launch"),
    effects=(
        Effect("base", tuple((k,) for k in ALL)),
        Effect("unsized", (ALL,)),
        Effect("engine", ((0, 1), (3,))),
        Effect("format", (ALL,)),
        Effect("generation", ((0,), (1,))),
        Effect("accelerator", ((0,),)),
        Effect("machine", (ALL,)),
        Effect("rate", (ALL,)),
        Effect("kin", ((0,), (0, 1), (3,))),
        Effect("model", ((0,), (0, 1))),
        Effect("software", (ALL,)),
        Effect("mode", ((0,), (1,))),
        Effect("alone", (ALL,)),
        Effect("round", (ALL,)),
    ),
)


def element_bytes(precision: str) -> float:
    """Bytes of an activation."""
    return {"fp32": 4.0, "int8": 1.0, "fp8": 1.0, "fp4": 1.0}.get(precision, 2.0)


def terms(shape: Shape, sets: Sets, precision: str, batch: float, fits: Fits) -> Array:
    """Terms of one request on one accelerator each (4, P, N) [s]."""
    weight = fits.value("weight_bytes", precision)
    rows = (
        shape.gflops * GIGA / sets.flops(precision),
        shape.activations * MEGA * element_bytes(precision) / sets.bandwidth,
        shape.params * MEGA * weight / sets.bandwidth / batch,
        1e-3 / batch,
    )
    return stacked(rows)


def floor_seconds(shape: Shape, sets: Sets, precision: str) -> Array:
    """No request takes less than its arithmetic at the full rate, (P, N)."""
    return shape.gflops * GIGA / sets.flops(precision)


def hardware_labels(part: Part, precision: str, engine: str) -> dict[str, EffectLabel]:
    """Labels of a request that hardware and software decide."""
    computed = part.computes_in(precision)
    return {
        "engine": engine,
        "format": f"{engine}/{computed}",
        "generation": f"{part.generation}/{computed}",
        "accelerator": part.name,
        "machine": part.name,
        "rate": f"{part.name}/{computed}",
    }


def model_labels(
    model: str, mode: str, unsized: str, benchmark: str = ""
) -> dict[str, EffectLabel]:
    """Labels that the network decides; ``mode`` is offline, server (latency-limited) or single."""
    apart = "" if mode == "offline" else mode
    return {
        "unsized": unsized,
        "kin": family(model),
        "model": model,
        "mode": apart,
        "alone": f"{model}|{apart}" if apart else "",
        "round": benchmark,
    }


def software_tail(engine: str) -> str:
    """What follows the network's name in the label ``software``."""
    return f"|{engine}"
