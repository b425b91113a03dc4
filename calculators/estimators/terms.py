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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from calculators.arrays import Array
from calculators.estimators.types import IntArray
from pricing.kept import cached_property
from pricing.records import value

EffectLabel = str | tuple[str, float]  # a label, or a label and the weight of its effect


@value
class Effect:
    """A kind of effect: each group of terms it moves together has its own figure per label."""

    name: str
    groups: tuple[tuple[int, ...], ...]


@value
class Form:
    """The terms of one estimator and the kinds of effects on them."""

    name: str
    terms: tuple[str, ...]
    effects: tuple[Effect, ...]

    def effect(self, name: str) -> Effect:
        """The effect called ``name``."""
        return next(effect for effect in self.effects if effect.name == name)


@value
class Sample:
    """One measured row: its time, its terms at specified rates, and its labels."""

    row: str
    seconds: float
    terms: tuple[float, ...]
    labels: Mapping[str, EffectLabel]
    loose: float = 1.0  # its noise over that of a row whose set-up is stated in full


@value
class Settings:
    """What is tuned, not learnt: prior means and spreads, noise and tail of the error."""

    base: tuple[float, ...]  # prior mean of each term's overall figure (log)
    spread: Mapping[str, float]  # prior standard deviation by effect; "base" for the overall ones
    noise: float  # standard deviation of log T of one row
    tail: float  # degrees of freedom of the error


Column = tuple[str, str, int]  # effect, label, group


@value
class Predicted:
    """log T and its standard deviation; shape (N,)."""

    log_seconds: Array
    deviation: Array


@value
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


def labels_of(form: Form, labels: Mapping[str, EffectLabel]) -> list[tuple[Column, float]]:
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


SHORTEST = 1e-4  # share of a step below which no shorter one is tried


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
            if tried <= loss or scale < SHORTEST:
                break
            scale /= 2.0
        if tried > loss:
            break
        theta = theta + scale * step
        gained, loss = loss - tried, tried
        if gained < tolerance * max(1.0, abs(loss)):
            break
    return theta


@value
class Switched:
    """What Q sets of labels switch on, in the m slots of a form (an effect on a group of terms).

    ``places`` (Q, m) is the learnt effect of a slot, or the one behind the last where there is
    none; ``weights`` (Q, m) its weight; ``unseen`` (Q, m) the prior variance of a label no row has.
    """

    places: IntArray
    weights: Array
    unseen: Array

    def filled(self, other: Switched, slots: IntArray) -> Switched:
        """With some slots taken from ``other``, whose Q may be 1."""
        places, weights, unseen = self.places.copy(), self.weights.copy(), self.unseen.copy()
        places[:, slots] = other.places[:, slots]
        weights[:, slots] = other.weights[:, slots]
        unseen[:, slots] = other.unseen[:, slots]
        return Switched(places, weights, unseen)


@value
class Query:
    """What Q sets of labels do to the terms of a form.

    ``log`` (Q, B, K) is the log slowdown of each term and ``covariance`` (Q, B K, B K) its
    uncertainty. Block 0 always applies; blocks 1 to B - 1 are effects whose weight varies by point.
    """

    log: Array
    covariance: Array

    def take(self, rows: IntArray) -> Query:
        """Some of the queries."""
        return Query(self.log[rows], self.covariance[rows])


@dataclass
class Fitted:
    """A form with its effects learnt; predicts any terms under any labels."""

    data: Design
    rows: tuple[str, ...]
    theta: Array

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
    def posterior(self) -> Array:
        """Covariance of the effects given the rows (p + 1, p + 1); the last, of none, is zero."""
        data = self.data
        mean, shares = data.evaluate(self.theta)
        slopes = data.slopes(shares)
        weights = precision_weights(data.target - mean, data.noise, data.settings.tail)
        spread = slopes * data.spread**2
        between = spread @ slopes.T + np.diag(1.0 / weights)
        found = np.zeros((len(data.columns) + 1,) * 2)
        found[:-1, :-1] = np.diag(data.spread**2) - spread.T @ np.linalg.solve(between, spread)
        return found

    @cached_property
    def _theta(self) -> Array:
        """The effects, and zero for none, (p + 1,)."""
        return np.append(self.theta, 0.0)

    @cached_property
    def _places(self) -> dict[tuple[str, str], int]:
        """Place of the first group of each effect and label; the others follow it."""
        found: dict[tuple[str, str], int] = {}
        for place, (effect, label, _) in enumerate(self.data.columns):
            found.setdefault((effect, label), place)
        return found

    @cached_property
    def _slots(self) -> dict[str, slice]:
        """Slots of each effect, one for each group of terms it moves."""
        found, start = {}, 0
        for effect in self.data.form.effects:
            found[effect.name] = slice(start, start + len(effect.groups))
            start += len(effect.groups)
        return found

    @cached_property
    def _moves(self) -> Array:
        """Which terms a slot moves, (m, K)."""
        form = self.data.form
        groups = [group for effect in form.effects for group in effect.groups]
        moves = np.zeros((len(groups), len(form.terms)))
        for slot, group in enumerate(groups):
            moves[slot, list(group)] = 1.0
        return moves

    def slots(self, effects: Iterable[str]) -> IntArray:
        """Slots of some effects."""
        every = np.arange(len(self._moves))
        return np.concatenate([every[:0], *(every[self._slots[name]] for name in effects)])

    def knows(self, effect: str, label: str) -> bool:
        """Whether a measured row carries that label."""
        return (effect, label) in self._places

    def switched(self, labels: Sequence[Mapping[str, EffectLabel]]) -> Switched:
        """What each of Q sets of labels switches on, overall figures too; blank labels nothing."""
        none, spread = len(self.theta), self.data.settings.spread
        size = len(self._moves)
        places = [[none] * size for _ in labels]
        weights = [[0.0] * size for _ in labels]
        unknown = [[0.0] * size for _ in labels]
        for row, named in enumerate(labels):
            for effect, given in (("base", "all"), *named.items()):
                label, weight = (given, 1.0) if isinstance(given, str) else given
                if not label:
                    continue
                place = self._places.get((effect, label))
                slots = self._slots[effect]
                for group, slot in enumerate(range(slots.start, slots.stop)):
                    if place is None:
                        unknown[row][slot] = (spread[effect] * weight) ** 2
                    else:
                        places[row][slot], weights[row][slot] = place + group, weight
        return Switched(
            np.array(places, dtype=np.intp).reshape(-1, size),
            np.array(weights).reshape(-1, size),
            np.array(unknown).reshape(-1, size),
        )

    def query(self, switched: Switched, varying: Sequence[str] = ()) -> Query:
        """What labels do to the terms; ``varying`` effects, by point, get a block each."""
        used = np.flatnonzero(np.any((switched.weights != 0) | (switched.unseen != 0), axis=0))
        loads = self._loads(varying)[used]
        places, weights = switched.places[:, used], switched.weights[:, used]
        log = (self._theta[places] * weights) @ loads
        between = self.posterior[places[:, :, None], places[:, None, :]]
        between *= weights[:, :, None] * weights[:, None, :]
        slot = np.arange(len(used))
        between[:, slot, slot] += switched.unseen[:, used]
        half = between @ loads
        covariance = np.swapaxes(half, 1, 2) @ loads
        return Query(log.reshape(-1, len(varying) + 1, self._moves.shape[1]), covariance)

    def _loads(self, varying: Sequence[str]) -> Array:
        """Which terms a slot moves, in the block of its effect, (m, B K)."""
        terms = self._moves.shape[1]
        loads = np.zeros((len(self._moves), terms * (len(varying) + 1)))
        loads[:, :terms] = self._moves
        for block, effect in enumerate(varying, start=1):
            slots = self._slots[effect]
            loads[slots, :terms] = 0.0
            loads[slots, block * terms : (block + 1) * terms] = self._moves[slots]
        return loads

    def predict(
        self, terms: Array, query: Query, varying: Array | None = None, loose: float = 1.0
    ) -> Predicted:
        """Time of work with ``terms`` (K, Q, N) [s at specified rates].

        Parameters
        ----------
        query
            Of Q sets of labels.
        varying
            Weights (B - 1, N) of the effects that vary by point.
        loose
            How much noisier than a row whose set-up is stated in full.
        """
        blocks = np.ones((1, terms.shape[2]))
        if varying is not None:
            blocks = np.vstack([blocks, varying])
        exponent = np.swapaxes(np.swapaxes(query.log, 1, 2) @ blocks, 0, 1)
        parts = terms * np.exp(exponent)
        total = parts.sum(axis=0)
        shares = np.swapaxes(parts / total, 0, 1)
        if varying is not None:
            weighed = blocks[:, None, :] * shares[:, None]
            shares = weighed.reshape(len(shares), query.covariance.shape[1], terms.shape[2])
        variance = (shares * (query.covariance @ shares)).sum(axis=1)
        noise = self.data.settings.noise * loose
        return Predicted(np.log(total), np.sqrt(variance + noise**2))

    def nearest(self, labels: Mapping[str, EffectLabel], count: int = 5) -> tuple[str, ...]:
        """Measured rows that share most of the labels, weighed by how much each kind matters."""
        places: list[int] = []
        for effect in self.data.form.effects:
            given = labels.get(effect.name, "")
            label = given if isinstance(given, str) else given[0]
            place = self._places.get((effect.name, label))
            if place is not None and effect.name != "base":
                places += range(place, place + len(effect.groups))
        score = self.data.weights[:, places] ** 2 @ self.data.spread[places] ** 2
        best = np.argsort(-score, kind="stable")[:count]
        return tuple(self.rows[index] for index in best if score[index] > 0)


def stacked(rows: Sequence[Array | float]) -> Array:
    """Terms of a form as one array (K, ...), each row broadcast to the shape of all."""
    shape = np.broadcast_shapes(*(np.shape(row) for row in rows))
    made = np.empty((len(rows), *shape))
    for index, row in enumerate(rows):
        made[index] = row
    return made
