"""Choose the spreads of the effects and the noise of a form by leaving rows out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from calculators.arrays import Array
from calculators.estimators.terms import (
    Design,
    Form,
    Sample,
    Settings,
    design,
    precision_weights,
    solve,
)

Groups = NDArray[np.str_]
SMALLEST, LARGEST = 0.01, 6.0  # spreads beyond these mean nothing in a logarithm
GAIN = 2e-3  # mean log density a change must bring


def left_out(data: Design, theta: Array, groups: Groups | None = None) -> tuple[Array, Array]:
    """log T of each row without it (or its group), linearised at ``theta``, and its deviation.

    With ``K = J S J' + D`` (S prior, D noise by row) the residual of group g without g is
    ``[K^-1]_gg^-1 [K^-1 r]_g``.
    """
    mean, shares = data.evaluate(theta)
    slopes = data.slopes(shares)
    noise = 1.0 / precision_weights(data.target - mean, data.noise, data.settings.tail)
    scaled = slopes * data.spread
    inverse = np.linalg.inv(scaled @ scaled.T + np.diag(noise))
    pull = inverse @ (data.target - mean + slopes @ (theta - data.prior))
    error, variance = np.zeros_like(noise), np.zeros_like(noise)
    names = np.arange(len(noise)).astype(str) if groups is None else groups
    for name in np.unique(names):
        members = np.flatnonzero(names == name)
        block = np.linalg.inv(inverse[np.ix_(members, members)])
        error[members] = block @ pull[members]
        variance[members] = np.diag(block) - noise[members]
    deviation = np.sqrt(np.maximum(variance, 0.0) + data.noise**2)
    return data.target - error, deviation


def log_density(data: Design, mean: Array, deviation: Array) -> float:
    """Mean log density (Student t) of what was measured."""
    tail = data.settings.tail
    scaled = ((data.target - mean) / deviation) ** 2
    density = -np.log(deviation) - 0.5 * (tail + 1.0) * np.log1p(scaled / tail)
    return float(density.mean())


def score(
    form: Form,
    samples: Sequence[Sample],
    chosen: Settings,
    groups: Mapping[str, tuple[Groups, float]],
    start: Array | None = None,
) -> tuple[float, Array]:
    """Mean log density leaving rows out, plus weighed shares of leaving groups out."""
    data = design(form, samples, chosen)
    theta = solve(data, start, tolerance=1e-5)
    total = log_density(data, *left_out(data, theta))
    for names, weight in groups.values():
        total += weight * log_density(data, *left_out(data, theta, names))
    return total, theta


def _with(chosen: Settings, name: str, factor: float) -> Settings:
    if name == "noise":
        return replace(chosen, noise=chosen.noise * factor)
    value = min(max(chosen.spread[name] * factor, SMALLEST), LARGEST)
    return replace(chosen, spread={**chosen.spread, name: value})


def tune(
    form: Form,
    samples: Sequence[Sample],
    chosen: Settings,
    groups: Mapping[str, tuple[Groups, float]],
    fixed: Sequence[str] = ("base", "unsized"),
    factors: Sequence[float] = (2.0, 1.4),
    smallest_noise: float = 0.03,
) -> Settings:
    """Coordinate search over spreads and noise; few figures, coarse steps, no fine tuning."""
    best, theta = score(form, samples, chosen, groups)
    names = [effect.name for effect in form.effects if effect.name not in fixed] + ["noise"]
    for factor in factors:
        for name in names:
            for step in (factor, 1.0 / factor):
                while True:
                    tried = _with(chosen, name, step)
                    if tried == chosen or tried.noise < smallest_noise:
                        break
                    value, found = score(form, samples, tried, groups, theta)
                    if value <= best + GAIN:
                        break
                    best, theta, chosen = value, found, tried
    return chosen
