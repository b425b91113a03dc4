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

import numpy as np

from calculators.arrays import Array
from calculators.estimators.book import Fits
from calculators.estimators.hardware import Part
from calculators.estimators.shapes import MEGA, Shape, kin
from calculators.estimators.terms import Effect, Form, Label

ALL = (0, 1, 2, 3)
SHARED = (2, 3)
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


def terms(shape: Shape, part: Part, precision: str, batch: Array, fits: Fits) -> Array:
    """Terms of one request on one accelerator (4, N) [s]."""
    weight = fits.value("weight_bytes", precision)
    rows = (
        shape.gflops * 1e9 / part.rate(precision),
        shape.activations * MEGA * element_bytes(precision) / part.bandwidth,
        shape.params * MEGA * weight / part.bandwidth / batch,
        1e-3 / batch,
    )
    return np.array(np.broadcast_arrays(*rows), dtype=np.float64)


def floor_seconds(shape: Shape, part: Part, precision: str) -> Array:
    """No request takes less than its arithmetic at the full rate."""
    return shape.gflops * 1e9 / part.rate(precision)


def labels(
    shape: Shape, part: Part, precision: str, engine: str, mode: str, benchmark: str = ""
) -> dict[str, Label]:
    """Labels of a request; ``mode`` is offline, server (under a latency limit) or single."""
    apart = "" if mode == "offline" else mode
    computed = part.computes_in(precision)
    return {
        "unsized": "" if shape.sized else kin(shape.model),
        "engine": engine,
        "format": f"{engine}/{computed}",
        "generation": f"{part.generation}/{computed}",
        "accelerator": part.name,
        "machine": part.name,
        "rate": f"{part.name}/{computed}",
        "kin": kin(shape.model),
        "model": shape.model,
        "software": f"{shape.model}|{engine}",
        "mode": apart,
        "alone": f"{shape.model}|{apart}" if apart else "",
        "round": benchmark,
    }
