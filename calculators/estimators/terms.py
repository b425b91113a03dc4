r"""Sums of roofline terms whose efficiencies are learnt from measured rows.

Every estimator here has one form.  The time of a piece of work is a sum over resources,

.. math:: T = \sum_k w_k \exp\Big(\sum_j x_{jk} \theta_j\Big)

where :math:`w_k` [s] is the time resource *k* would need at its specified rate (arithmetic over
FLOP/s, bytes over bytes/s, launches, link traffic) and the exponent is how much slower software
is on it: an overall figure plus *effects* of the generation, the accelerator, the network, the
serving software and so on.  ``exp(-effect)`` of arithmetic is the MFU, of bytes the MBU.

Effects are fitted jointly on :math:`\log T` of all measured rows, each with a normal prior of
mean 0 whose spread belongs to its kind, and with a heavy-tailed (Student t) error, so that one
odd row moves little.  A label never seen keeps effect 0 and adds its prior variance: the interval
widens for an accelerator or network without rows.  As all multipliers are positive and
independent of the lengths and rates in :math:`w_k`, more work never takes less time and a faster
part never takes more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from calculators.arrays import Array

Label = str | tuple[str, float]  # a label, or a label and the weight of its effect


@dataclass(frozen=True)
class Effect:
    """A kind of effect: each group of terms it moves together has its own figure per label."""

    name: str
    groups: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Form:
    """The terms of one estimator and the kinds of effects on them."""

    name: str
    terms: tuple[str, ...]
    effects: tuple[Effect, ...]

    def effect(self, name: str) -> Effect:
        """The effect called ``name``."""
        return next(effect for effect in self.effects if effect.name == name)


@dataclass(frozen=True)
class Sample:
    """One measured row: its time, its terms at specified rates, and its labels."""

    row: str
    seconds: float
    terms: tuple[float, ...]
    labels: Mapping[str, Label]
    loose: float = 1.0  # its noise over that of a row whose set-up is stated in full


@dataclass(frozen=True)
class Settings:
    """What is tuned, not learnt: prior means and spreads, noise and tail of the error."""

    base: tuple[float, ...]  # prior mean of each term's overall figure (log)
    spread: Mapping[str, float]  # prior standard deviation by effect; "base" for the overall ones
    noise: float  # standard deviation of log T of one row
    tail: float  # degrees of freedom of the error


Column = tuple[str, str, int]  # effect, label, group


@dataclass(frozen=True)
class Predicted:
    """log T and its standard deviation; shape (N,)."""

    log_seconds: Array
    deviation: Array


@dataclass(frozen=True)
class Design:
    """Matrix form of samples under a form: weights (n, p) and which terms a column moves (K, p)."""

    form: Form
    settings: Settings
    columns: tuple[Column, ...]
    weights: Array
    moves: Array
    terms: Array  # (K, n)
    target: Array  # log seconds (n,)
    noise: Array  # standard deviation of each log time (n,)
    prior: Array  # mean (p,)
    spread: Array  # (p,)

    def evaluate(self, theta: Array) -> tuple[Array, Array]:
        """log T and the share of each term in T."""
        exponent = (self.moves * theta) @ self.weights.T
        parts = self.terms * np.exp(exponent)
        total = parts.sum(axis=0)
        return np.log(total), parts / total

    def slopes(self, shares: Array) -> Array:
        """d log T / d theta, shape (n, p)."""
        jacobian: Array = (shares.T @ self.moves) * self.weights
        return jacobian


def labels_of(form: Form, labels: Mapping[str, Label]) -> list[tuple[Column, float]]:
    """The columns a set of labels switches on, with their weights; blank labels none."""
    found: list[tuple[Column, float]] = []
    for effect in form.effects:
        label = labels.get(effect.name, "")
        name, weight = (label, 1.0) if isinstance(label, str) else label
        if name:
            found += [((effect.name, name, group), weight) for group in range(len(effect.groups))]
    return found


def design(form: Form, samples: Sequence[Sample], settings: Settings) -> Design:
    """Matrices of ``samples``; the overall figures are the effect ``base``, one per term."""
    switched = [labels_of(form, {**sample.labels, "base": "all"}) for sample in samples]
    columns = tuple(sorted({column for row in switched for column, _ in row}))
    place = {column: index for index, column in enumerate(columns)}
    weights = np.zeros((len(samples), len(columns)))
    for row, entries in enumerate(switched):
        for column, weight in entries:
            weights[row, place[column]] = weight
    moves = np.zeros((len(form.terms), len(columns)))
    for index, (effect, _, group) in enumerate(columns):
        moves[list(form.effect(effect).groups[group]), index] = 1.0
    prior = np.array([settings.base[g] if e == "base" else 0.0 for e, _, g in columns])
    return Design(
        form=form,
        settings=settings,
        columns=columns,
        weights=weights,
        moves=moves,
        terms=np.array([sample.terms for sample in samples], dtype=np.float64).T,
        target=np.log([sample.seconds for sample in samples]),
        noise=settings.noise * np.array([sample.loose for sample in samples]),
        prior=prior,
        spread=np.array([settings.spread[effect] for effect, _, _ in columns]),
    )


def precision_weights(residual: Array, noise: Array, tail: float) -> Array:
    """Weight of each row in the next step: small where the residual is odd."""
    weights: Array = (tail + 1.0) / (tail + (residual / noise) ** 2) / noise**2
    return weights


def _loss(data: Design, theta: Array, residual: Array, noise: Array) -> float:
    tail = data.settings.tail
    misfit = 0.5 * (tail + 1.0) * np.log1p((residual / noise) ** 2 / tail).sum()
    return float(misfit + 0.5 * (((theta - data.prior) / data.spread) ** 2).sum())


def _step(data: Design, slopes: Array, weights: Array, residual: Array, theta: Array) -> Array:
    """Gauss-Newton step, in the space of columns or of rows, whichever is smaller."""
    away = theta - data.prior
    variance = data.spread**2
    if slopes.shape[1] <= slopes.shape[0]:
        inverse = (slopes * weights[:, None]).T @ slopes + np.diag(1.0 / variance)
        pull = slopes.T @ (weights * residual) - away / variance
        return np.asarray(np.linalg.solve(inverse, pull), dtype=np.float64)
    spread = slopes * variance
    between = spread @ slopes.T + np.diag(1.0 / weights)
    wanted = spread.T @ np.linalg.solve(between, residual + slopes @ away)
    return np.asarray(wanted - away, dtype=np.float64)


def solve(
    data: Design, start: Array | None = None, steps: int = 80, tolerance: float = 1e-6
) -> Array:
    """Most probable theta: Gauss-Newton with halved steps.

    Begins at the prior mean where ``start`` is None. Heavy tails have many local optima; beginning
    with larger errors to find a common one predicted no better.
    """
    theta = (data.prior if start is None else start).copy()
    target, noise = data.target, data.noise
    mean, shares = data.evaluate(theta)
    loss = _loss(data, theta, target - mean, noise)
    for _ in range(steps):
        residual = target - mean
        slopes = data.slopes(shares)
        weights = precision_weights(residual, noise, data.settings.tail)
        step = _step(data, slopes, weights, residual, theta)
        scale = 1.0
        while True:
            mean, shares = data.evaluate(theta + scale * step)
            tried = _loss(data, theta + scale * step, target - mean, noise)
            if tried <= loss or scale < 1e-4:
                break
            scale /= 2.0
        theta = theta + scale * step
        gained, loss = loss - tried, tried
        if gained < tolerance * max(1.0, abs(loss)):
            break
    return theta


@dataclass(frozen=True)
class _Query:
    """What one combination of labels needs: a multiplier per term and their covariance."""

    multiplier: Array
    covariance: Array
    nearest: tuple[str, ...]


@dataclass
class Fitted:
    """A form with its effects learnt; predicts any terms under any labels."""

    data: Design
    rows: tuple[str, ...]
    theta: Array
    _place: dict[Column, int] = field(default_factory=dict, repr=False)
    _queries: dict[tuple[tuple[str, Label], ...], _Query] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._place = {column: index for index, column in enumerate(self.data.columns)}

    @property
    def effects(self) -> dict[Column, float]:
        """Learnt figures by column."""
        return dict(zip(self.data.columns, self.theta.tolist(), strict=True))

    @classmethod
    def learn(
        cls,
        form: Form,
        samples: Sequence[Sample],
        settings: Settings,
        start: Mapping[Column, float] | None = None,
    ) -> Fitted:
        """Fit ``samples``; ``start`` saves steps when the figures are already known."""
        data = design(form, samples, settings)
        first = None
        if start:
            first = np.array(
                [start.get(c, p) for c, p in zip(data.columns, data.prior, strict=True)]
            )
        theta = solve(data, first)
        return cls(data, tuple(sample.row for sample in samples), theta)

    @cached_property
    def _between(self) -> tuple[Array, Array]:
        """Prior covariance of rows with columns (n, p), and that over the one of rows."""
        mean, shares = self.data.evaluate(self.theta)
        slopes = self.data.slopes(shares)
        data = self.data
        weights = precision_weights(data.target - mean, data.noise, data.settings.tail)
        spread = slopes * self.data.spread**2
        between = spread @ slopes.T + np.diag(1.0 / weights)
        return spread, np.asarray(np.linalg.solve(between, spread), dtype=np.float64)

    def covariance(self, places: NDArray[np.intp] | slice = slice(None)) -> Array:
        """Covariance of some effects, given the rows."""
        spread, solved = self._between
        prior = np.diag(self.data.spread[places] ** 2)
        return np.asarray(prior - spread[:, places].T @ solved[:, places], dtype=np.float64)

    def knows(self, effect: str, label: str) -> bool:
        """Whether a measured row carries that label."""
        return (effect, label, 0) in self._place

    def predict(self, terms: Array, labels: Mapping[str, Label], loose: float = 1.0) -> Predicted:
        """Time of work with ``terms`` (K, N) [s at specified rates] under ``labels``.

        ``loose``: how much noisier than a row whose set-up is stated in full.
        """
        query = self._query(labels)
        parts = terms * query.multiplier[:, None]
        total = parts.sum(axis=0)
        shares = parts / total
        variance = np.einsum("kn,kl,ln->n", shares, query.covariance, shares)
        noise = self.data.settings.noise * loose
        return Predicted(np.log(total), np.sqrt(variance + noise**2))

    def multipliers(self, labels: Mapping[str, Label]) -> Array:
        """How many times slower than specified each term is under ``labels``; shape (K,)."""
        return self._query(labels).multiplier

    def nearest(self, labels: Mapping[str, Label]) -> tuple[str, ...]:
        """Measured rows that share most of the labels, weighed by how much each kind matters."""
        return self._query(labels).nearest

    def _query(self, labels: Mapping[str, Label]) -> _Query:
        key = tuple(labels.items())
        found = self._queries.get(key)
        if found is None:
            found = self._queries[key] = self._make(labels)
        return found

    def _make(self, labels: Mapping[str, Label]) -> _Query:
        known, unknown = self._split(labels)
        places = np.array([self._place[column] for column, _ in known], dtype=np.intp)
        weights = np.array([weight for _, weight in known])
        loads = self.data.moves[:, places] * weights
        covariance = loads @ self.covariance(places) @ loads.T
        for (effect, _, group), weight in unknown:
            moved = np.zeros(len(self.data.form.terms))
            moved[list(self.data.form.effect(effect).groups[group])] = weight
            covariance += self.data.settings.spread[effect] ** 2 * np.outer(moved, moved)
        return _Query(
            multiplier=np.exp(loads @ self.theta[places]),
            covariance=covariance,
            nearest=self._sharing([column for column, _ in known if column[0] != "base"]),
        )

    def _sharing(self, columns: Sequence[Column], count: int = 5) -> tuple[str, ...]:
        """Rows that switch on most of ``columns``."""
        places = np.array([self._place[column] for column in columns], dtype=np.intp)
        score = self.data.weights[:, places] ** 2 @ self.data.spread[places] ** 2
        best = np.argsort(-score, kind="stable")[:count]
        return tuple(self.rows[index] for index in best if score[index] > 0)

    def _split(
        self, labels: Mapping[str, Label]
    ) -> tuple[list[tuple[Column, float]], list[tuple[Column, float]]]:
        entries = labels_of(self.data.form, {**labels, "base": "all"})
        known = [entry for entry in entries if entry[0] in self._place]
        return known, [entry for entry in entries if entry[0] not in self._place]
