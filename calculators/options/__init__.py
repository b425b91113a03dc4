"""Option kinds: one module per place that answers, and the registry that lists them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from calculators.inputs import Inputs
from calculators.options import device, hosted_platform, hybrid, managed_api, owned, rented
from calculators.options.base import Block
from calculators.results import AnswersAt


def _alone(serve: hybrid.Serve, inputs: Inputs) -> Block:
    return serve(inputs, np.ones(inputs.points))


def _device(inputs: Inputs) -> Block:
    block = device.serve(inputs)
    device.reach_findings(block, inputs, device.population(inputs))
    return block


REGISTRY: Mapping[AnswersAt, Callable[[Inputs], Block]] = {
    "managed_api": partial(_alone, managed_api.serve),
    "hosted_platform": partial(_alone, hosted_platform.serve),
    "rented": partial(_alone, rented.serve),
    "owned": partial(_alone, owned.serve),
    "device": _device,
    "device+managed_api": partial(
        hybrid.serve, kind="device+managed_api", fallback=managed_api.serve
    ),
    "device+hosted_platform": partial(
        hybrid.serve, kind="device+hosted_platform", fallback=hosted_platform.serve
    ),
    "device+rented": partial(hybrid.serve, kind="device+rented", fallback=rented.serve),
    "device+owned": partial(hybrid.serve, kind="device+owned", fallback=owned.serve),
}
"""Kind -> every candidate of it. A new kind is one module and one line here."""
