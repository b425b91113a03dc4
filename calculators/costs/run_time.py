"""How long a training run takes from the order to the result, and what of it is billed.

A run is more than training: a machine is had, software and data come onto it, weights are read,
the model is evaluated, and the result is written away. New data are sent to the vendor once. What
is billed is the vendor's word (``training_starts``), and so is how hours become billed hours
(``billing_rules``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from calculators.arrays import Array, filled
from calculators.case import Case
from calculators.factors import MANAGED_TRAINING, TRAINING_START, value_at
from calculators.market.machines import Distinct
from calculators.places import TrainedAt
from pricing.records import record
from pricing.schema import BillingRuleRow, TrainingStartRow
from pricing.units import factor, vocabulary

EVERYBODY = "any"
MACHINE_START = "machine_start_minutes"
EVALUATION = "training_evaluation_share"
WEIGHTS, COPY = "training_weights_seconds_per_gib", "training_copy_mbps"
MANAGED_HOURS = "managed_training_hours"
ASSUMED = (MACHINE_START, EVALUATION, WEIGHTS, COPY)
"""Assumptions behind the hours of a run that are billed, besides those of training itself."""
GIB = 2.0**30
SPLIT = 1e-9  # of an increment: what arithmetic alone adds begins no new one

Starts = Mapping[tuple[str, str, str], TrainingStartRow]
Rules = Mapping[tuple[str, str, str], BillingRuleRow]


@record
class Clock:
    """Hours of one run, (C, N): until its result is there, and what of them counts for the bill.

    ``on``: the same on a machine that stays on from one run to the next, while the data of the
    next come in; no less than these take.
    """

    wall: Array
    counted: Array
    on: Array


@record
class Floor:
    """What a run takes beside training at a venue, by vendor (V, N) [hours].

    ``counted`` is billed by the vendor; ``uncounted`` passes unbilled; ``sent`` (N,) is the time
    until new data are with the vendor, no machine running; ``on`` is what is left on a machine
    that stays on between runs.
    """

    counted: Array
    uncounted: Array
    sent: Array
    on: Array


def floor(case: Case, venue: TrainedAt, vendors: Sequence[str], *, sends: bool = True) -> Floor:
    """The floor of a run at the vendors of a venue; where nothing is sent, the data are there."""
    asked = (venue, tuple(vendors), sends)
    return case.shared_of("floor", asked, lambda: _floor(case, venue, vendors, sends=sends))


def _floor(case: Case, venue: TrainedAt, vendors: Sequence[str], *, sends: bool) -> Floor:
    starts = _starts(case)
    counted, uncounted, result = [], [], []
    for vendor in vendors:
        parts = {part: _part(case, starts, vendor, venue, part) for part in PARTS}
        counted.append(sum(seconds for seconds, billed in parts.values() if billed))
        uncounted.append(sum(seconds for seconds, billed in parts.values() if not billed))
        result.append(parts[RESULT][0])
    hour = factor("second", "hour")
    moved = _copied(case) if sends else np.zeros(1)
    first, second, last = (
        np.stack(np.broadcast_arrays(*_filled(rows))) * hour
        for rows in (counted, uncounted, result)
    )
    every = (_weights(case) + moved) * hour
    return Floor(
        counted=first + every,
        uncounted=second,
        sent=_sent(case) * hour if sends else np.zeros(1),
        on=last + every,
    )


RESULT = "result"
PARTS = ("machine", "image", RESULT)


def _filled(rows: Sequence[Array | int]) -> list[Array]:
    """Sums of no parts are an int: as arrays."""
    return [np.atleast_1d(np.asarray(row, dtype=np.float64)) for row in rows]


def _starts(case: Case) -> Starts:
    """Rows by vendor, venue and part."""

    def make() -> Starts:
        rows = case.book.table("training_starts", TrainingStartRow)
        return {(row.vendor, row.venue, row.part): row for row in rows}

    return case.market.derived("training starts", "", make)


def _part(
    case: Case, starts: Starts, vendor: str, venue: TrainedAt, part: str
) -> tuple[Array, bool]:
    """Seconds of one part of a run, and whether they are billed.

    A machine that is rented takes as long as machines do, unless the vendor's own row says.
    """
    usual = case.assume(MACHINE_START) * factor("minute", "second")
    row = starts.get((vendor, venue, part)) or starts.get((EVERYBODY, venue, part))
    if row is not None:
        score = case.points.score(TRAINING_START.name)
        seconds = value_at(row.low, row.mid, row.high, score, TRAINING_START.distribution)
        return seconds, row.billed == "yes"
    rented = venue == "rented" and part == "machine"
    return (usual if rented else np.zeros(1)), True


def _weights(case: Case) -> Array:
    """Seconds to read the weights, where training begins with some, and to write them, (N,)."""
    gib = filled(case.params_millions) * 1e6 * BYTES_OF_WEIGHT / GIB
    times = 1.0 if case.scenario.training_method == "from_scratch" else 2.0
    return np.asarray(times * gib * case.assume(WEIGHTS))


BYTES_OF_WEIGHT = 2.0
"""Weights are kept in 16 bits."""


BITS = 8.0  # of a byte


def _bits_per_s(mbit_per_s: Array) -> Array:
    return np.asarray(mbit_per_s * vocabulary()["megabit_per_second"].factor)


def _bits(case: Case) -> Array:
    return np.asarray(case["dataset_gb"] * factor("gb", "byte") * BITS)


def _copied(case: Case) -> Array:
    """Seconds in which the machine of a run copies the data from the vendor's storage, (N,)."""
    return np.asarray(_bits(case) / _bits_per_s(case.assume(COPY)))


def _sent(case: Case) -> Array:
    """Seconds in which new data reach the vendor, (N,)."""
    return np.asarray(_bits(case) / _bits_per_s(case.assume("dataset_upload_mbps")))


def trained_hours(case: Case, hours: Array) -> Array:
    """Hours of training with evaluation and checkpoints."""
    return np.asarray(hours * (1.0 + case.assume(EVALUATION)))


def clock(case: Case, venue: TrainedAt, vendors: Distinct, hours: Array) -> Clock:
    """Hours of one run on C offers of which training takes ``hours`` (C, N), evaluation apart."""
    own = floor(case, venue, vendors.values)
    trained = trained_hours(case, hours)
    counted = trained + own.counted[vendors.index]
    return Clock(
        wall=counted + own.uncounted[vendors.index] + own.sent,
        counted=counted,
        on=np.maximum(trained + own.on[vendors.index], own.sent),
    )


def service_hours(case: Case, venue: TrainedAt) -> Array:
    """Wall-clock hours of one run at a managed service, queue and sending of data in them, (N,).

    How long a service trains is its own to decide and stated by none: our assumption.
    """
    own = floor(case, venue, [EVERYBODY])
    trained = case.assume(MANAGED_HOURS)
    return np.asarray(trained + own.uncounted[0] + own.sent)


# ------------------------------------------------------------------------------------ the bill


@record
class Billing:
    """Rules of C offers, columns (C, 1); ``over_wall`` (C, N)."""

    increment_hours: Array
    minimum_hours: Array
    nodes: Array
    over_wall: Array

    @classmethod
    def of(cls, rows: Sequence[BillingRuleRow | None], score: Array) -> Billing:
        """From the rule of each offer; None bills the hours as they are."""
        second = factor("second", "hour")
        plain = [(0.0, 0.0, 1.0) for _ in rows]
        for place, row in enumerate(rows):
            if row is not None:
                plain[place] = (row.increment_seconds * second, row.minimum_hours, row.nodes)
        steps, least, nodes = np.array(plain, dtype=np.float64).reshape(-1, 3).T[..., None]
        kinds = {id(row): row for row in rows}
        over = {known: _over_wall(row, score) for known, row in kinds.items()}
        return cls(steps, least, nodes, np.stack([over[id(row)] for row in rows]))

    def hours(self, counted: Array) -> Array:
        """Billed hours (C, N) of runs of which ``counted`` hours count."""
        whole = counted * self.nodes * self.over_wall
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = np.ceil(whole / self.increment_hours * (1.0 - SPLIT))
            up = np.where(self.increment_hours > 0, steps * self.increment_hours, whole)
        return np.maximum(up, self.minimum_hours)


def _over_wall(row: BillingRuleRow | None, score: Array) -> Array:
    if row is None:
        return np.ones_like(score)
    ends = row.over_wall_low, row.over_wall_mid, row.over_wall_high
    return value_at(*ends, score, MANAGED_TRAINING.distribution)


def rule(rules: Rules, vendor: str, venue: TrainedAt, product: str) -> BillingRuleRow | None:
    """The rule of a product, else of its vendor, else of all; None: no rule is known."""
    names = ((vendor, product), (vendor, ""), (EVERYBODY, ""))
    return next(
        (found for who, what in names if (found := rules.get((who, venue, what))) is not None),
        None,
    )


def rules_of(rows: Sequence[BillingRuleRow]) -> Rules:
    """Rules by vendor, venue and product."""
    return {(row.vendor, row.venue, row.product): row for row in rows}


def billing(case: Case, venue: TrainedAt, products: Sequence[tuple[str, str]]) -> Billing:
    """Rules of products of a venue, given as vendor and product."""
    asked = (venue, tuple(products))
    found = case.market.derived("billing rules of", asked, lambda: _rules(case, venue, products))
    return Billing.of(found, case.points.score(MANAGED_TRAINING.name))


def _rules(
    case: Case, venue: TrainedAt, products: Sequence[tuple[str, str]]
) -> list[BillingRuleRow | None]:
    rules = case.market.derived(
        "billing rules", "", lambda: rules_of(case.book.table("billing_rules", BillingRuleRow))
    )
    return [rule(rules, vendor, venue, product) for vendor, product in products]
