"""What every training venue returns: plans with their costs, or why there is none.

A plan is training at one venue, its product the cheapest at each point by itself. What it may be
paired with is said by masks and vendors, never by names.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, fields, replace
from typing import Any

import numpy as np

from calculators import remedies
from calculators.accounts.charges import Assuming, Charge, Ledger
from calculators.arrays import Array, BoolArray, Index, Some, any_true
from calculators.block import Block, at
from calculators.case import Case
from calculators.checks import Check, Gap, holds, union
from calculators.costs import labour
from calculators.estimators.types import TrainingEstimates, TrainingJob, Work
from calculators.explained import Explained, explained
from calculators.factors import TRAINING_SPEED
from calculators.market.machines import MachineOffers, machine_name
from calculators.market.premium import Premium
from calculators.percents import percent
from calculators.places import DEVICE, UNTRAINED, TrainedAt
from calculators.results import Finding
from calculators.rules.terms import about_training, place_allowed
from calculators.rules.vendors import training, turns
from pricing.records import record, value
from pricing.units import HOURS_PER_MONTH


@record
class Beside:
    """What a plan costs beside one block of C products, where that differs from product to product.

    Training goes on in idle hours of the machines that answer where these are enough.
    """

    charges: tuple[Charge, ...]  # one row a product
    people: tuple[Charge, ...]  # the same with every product
    idle: BoolArray  # (C, N) where the idle hours are enough
    words: str  # instead of the plan's there


@value
class Trial:
    """One run on a reduced dataset: the advised first step, before the whole of it."""

    share: float  # of the examples
    hours: float  # billed, or of a machine of one's own
    usd: float

    @property
    def text(self) -> str:
        """In words."""
        takes = f"{self.hours:,.2g} hours" if self.hours >= 1 else f"{self.hours * 60:.2g} minutes"
        return (
            f"Training: begin with {percent(self.share)} of the data: one run takes {takes} and "
            f"costs {self.usd:,.2g} USD."
        )


TRIAL = "reduced_dataset_share"
"""Share of the data of a first trial: one of the runs until one is good enough, not on top."""


def trial_rule(trial: Callable[[int], Trial | None]) -> Check:
    """The first step, said beside the rules."""

    def say(_: int, point: int) -> Finding | None:
        found = trial(point)
        return None if found is None else Finding("reduced dataset", "pass", found.text)

    return Check(np.zeros((1, 1), dtype=bool), say)


@record
class Plan:
    """Training at one venue over N points: costs, rules, and what it goes with."""

    trained_at: TrainedAt
    charges: tuple[Charge, ...] = ()
    checks: tuple[Check, ...] = ()
    gaps: tuple[Gap, ...] = ()
    product: Callable[[int], str] = field(default=lambda _: "")  # at a point; blank without one
    vendor: Callable[[int], str] = field(default=lambda _: "")  # who sees the training data
    label: Callable[[int], str] = field(default=lambda _: "")
    explained: Callable[[int], tuple[Explained, ...]] = field(default=lambda _: ())
    only_vendor: str | None = None  # the trained model may not leave it; None: it may
    not_vendors: frozenset[str] = frozenset()  # these have a plan of their own
    on_service: bool = False  # every service trains itself, at its own charge
    machines: Array | None = None  # (1, N, S) whole machines bought: where they change, cost steps
    beside: Callable[[Block], Beside | None] = field(default=lambda _: None)
    # what it costs instead of ``charges`` beside a block whose machines can train it too
    trial: Callable[[int], Trial | None] = field(default=lambda _: None)
    premium: Callable[[int], Premium | None] = field(default=lambda _: None)
    month_hours: Array | None = None  # (1,) or (N,) hours of machines a month; NaN: not known
    run_hours: Array | None = None  # (1,) or (N,) wall clock of one run; NaN: not known
    _said: dict[int, tuple[Finding, ...]] = field(default_factory=dict, init=False, repr=False)
    # point -> what rules say there, the same for all candidates that are trained so

    @property
    def blocked(self) -> BoolArray:
        """Where a rule forbids it; broadcasts to (1, N)."""
        return union([check.fails for check in self.checks])

    @property
    def unconfirmed(self) -> BoolArray:
        """Where something of a vendor's terms is not confirmed; broadcasts to (1, N)."""
        return union([check.unconfirmed for check in self.checks])

    @property
    def required(self) -> BoolArray:
        """Where that must be confirmed before it is ranked; broadcasts to (1, N)."""
        return union([check.required for check in self.checks])

    @property
    def unpriced(self) -> BoolArray:
        """Where a figure is missing; broadcasts to (1, N)."""
        return union([gap.where for gap in self.gaps if gap.ranked])

    @property
    def users_unpriced(self) -> BoolArray:
        """Where what users pay is not known; broadcasts to (1, N)."""
        return union([gap.where for gap in self.gaps if not gap.ranked])

    def findings(self, point: int) -> tuple[Finding, ...]:
        """What every rule says at one point."""
        if point not in self._said:
            said = (check.finding(0, point) for check in self.checks)
            self._said[point] = tuple(item for item in said if item is not None)
        return self._said[point]

    def missing(self, point: int) -> tuple[str, ...]:
        """What lacks at one point."""
        return tuple(gap.text(0, point) for gap in self.gaps if holds(gap.where, 0, point))


def untrained() -> Plan:
    """Used as published: no training."""
    return Plan(UNTRAINED)


def job(case: Case) -> TrainingJob:
    """One training run of the scenario, for the distinct requests."""
    method = case.scenario.training_method
    examples, tokens = case["training_examples"], case["training_tokens"]
    return TrainingJob(
        method="fine_tune" if method == "none" else method,
        work=case.requests.work,
        examples=examples,
        tokens=tokens,
    )


@record
class Runs:
    """Hours of one run on C offers, (C, N) or (C, 1)."""

    offers: MachineOffers
    estimates: TrainingEstimates
    case: Case

    @property
    def able(self) -> BoolArray:
        """Where an offer can train the model."""
        known = self.estimates.fits & ~np.isnan(self.estimates.hours.mid)
        return np.asarray(self._spread(known)[self.offers.machine], dtype=bool)

    @property
    def middle(self) -> Array:
        """Hours at the middle of the estimate, NaN where it cannot."""
        return self._spread(self.estimates.hours.mid)[self.offers.machine]

    @property
    def hours(self) -> Array:
        """Hours at the score of the points."""
        score = self.case.points.score(TRAINING_SPEED.name)
        if self._own_points:
            return self.estimates.hours.at(score)[self.offers.machine]
        return self.case.requests.at(self.estimates.hours, score)[self.offers.machine]

    @property
    def _own_points(self) -> bool:
        """Whether the estimates hold each point already: examples and tokens vary by themselves."""
        return self.estimates.fits.shape[1] in (1, self.case.size)

    def _spread(self, values: Some) -> Some:
        return values if self._own_points else self.case.requests.spread(values)

    def request(self, point: int) -> int:
        """Which of the estimates a point has."""
        if self.estimates.fits.shape[1] == 1:
            return 0
        index = self.case.requests.index
        return point if self._own_points or index is None else int(index[point])

    def refusal(self, point: int) -> Finding:
        """That no machine can train it, and the size of a model that the roomiest could."""
        text = f"Training: {self.reason(point, 'No machine can train it.')}"
        request = self.request(point)
        machines = range(len(self.estimates.hardware))
        rooms = [self.estimates.room(machine, request) for machine in machines]
        room = max((room for room in rooms if not np.isnan(room)), default=1.0)
        params = at(self.case.params_millions, 0, point)
        needs = remedies.fewer("params_millions", params, room * remedies.SPARE)
        if room >= 1 or not needs:
            return remedies.for_good("training", text, "another place may train it")
        return Finding("training", "fail", text, "a smaller model", needs=needs)

    def reason(self, point: int, otherwise: str) -> str:
        """Why the last machine looked at cannot train it."""
        said = [
            self.estimates.reason(machine, self.request(point))
            for machine in range(len(self.estimates.hardware))
        ]
        return next((why for why in reversed(said) if why), otherwise)

    def explained(self, offer: int, point: int) -> tuple[Explained, ...]:
        """What stands behind the hours on an offer."""
        machine = int(self.offers.machine[offer])
        found = self.estimates.estimate("hours", machine, self.request(point))
        return explained("training_hours", machine_name(self.estimates.hardware[machine]), found)


def runs(case: Case, offers: MachineOffers) -> Runs:
    """Ask the estimators how long a run takes on some offers."""
    made = job(case)
    index = case.requests.index
    varies = max(made.examples.size, made.tokens.size) > 1
    if index is not None and varies:
        # lengths of the run vary by themselves: every point is a job of its own
        made = TrainingJob(made.method, _at_points(case), made.examples, made.tokens)
    return Runs(offers, case.trainings(made, offers.hardware), case)


def _at_points(case: Case) -> Work:
    """The request of every point by itself."""
    work = case.requests.work
    arrays: dict[str, Any] = {
        item.name: case.requests.spread(value)
        for item in fields(work)
        if isinstance(value := getattr(work, item.name), np.ndarray)
    }
    return replace(work, **arrays)


def unable(asked: Runs, where: BoolArray) -> Check:
    """Points at which no offer can train it."""

    def say(_: int, point: int) -> Finding | None:
        if not where[point if where.size > 1 else 0]:
            return None
        return asked.refusal(point)

    return Check(where[None], say)


def impossible(asked: Runs | None, what: str) -> tuple[tuple[Check, ...], tuple[Gap, ...]]:
    """No offer can train it: a refusal, or a gap where a figure of the model is not given."""
    lacking = Gap.always(what)
    nobody = "No machine for training is priced."
    if asked is None:
        return (failed(nobody, "no such machine has a price"),), (lacking,)
    reason = asked.reason(0, nobody)
    if any_true(asked.estimates.fits):
        return (), (Gap.always(reason),)
    return (Check.always(asked.refusal(0)),), (lacking,)


def runs_at_start(case: Case) -> Array:
    """Runs of the first training: the experiments until one is good enough, (N,)."""
    return case["experiments_per_retrain"]


BY_HAND = "retrained_by_hand_per_month"
NEW, PASSES = "new_examples_share_per_month", "training_passes"
LABELLING = "labelling_usd_per_example"


def staff(ledger: Ledger, case: Case, venue: TrainedAt) -> None:
    """Work of the first training and of each retraining, and labels of the examples.

    People attend to so many retrainings a month; more frequent ones run by themselves. Hours of
    the user's own are for every one.
    """
    name, field = f"hours_per_retrain_{venue}", "hours_per_retrain"
    hours = labour.hours(case, name, field)
    attended = case.demand.retrains
    if not case.given(field):
        attended = np.minimum(attended, case.assume(BY_HAND)[:, None])
    labour.once(ledger, case, "Work for the first training", name, field)
    labour.monthly_work(
        ledger,
        case,
        "Work for retraining",
        attended * hours[:, None],
        name,
        field,
        per_retrain=True,
        besides=() if case.given(field) else (BY_HAND,),
    )
    if venue != DEVICE:  # what a user's own device learns from never leaves it to be labelled
        labels(ledger, case)


def labels(ledger: Ledger, case: Case) -> None:
    """Collecting and labelling: all examples once, then those that are new.

    New examples come with time, not with retrainings: a share of the set each month, and never
    more than the whole set for one retraining.
    """
    if not any_true(case[LABELLING] > 0):
        return
    paid = case[LABELLING] > 0  # at a point where labels cost nothing there is no such item
    distinct = np.where(paid, case["training_examples"] / case.assume(PASSES), 0.0)
    new = np.minimum(case.demand.retrains, case.assume(NEW)[:, None])
    source = [case.input_source(LABELLING)]
    ledger.once(
        "Labels of the first training",
        "example",
        distinct,
        case[LABELLING],
        source,
        category="training",
        basis=Assuming("training examples / passes over them in a run", (PASSES,)),
    )
    ledger.monthly(
        "Labels of new examples",
        "example",
        distinct[:, None] * new,
        case[LABELLING],
        source,
        category="training",
        basis=Assuming(
            "the share of the examples that is new in a month, at most all of them for a "
            "retraining: they come with time, however often it is trained",
            (PASSES, NEW),
        ),
    )


def venue_rule(case: Case, venue: TrainedAt) -> list[Check]:
    """Whether the training data may go to a venue at all."""
    found = place_allowed(venue, case.scenario.training_sensitivity)
    return [Check.always(about_training(found))]


def vendor_rules(said: Sequence[Sequence[Finding]], chosen: Index) -> list[Check]:
    """Rules on who trains, of what is chosen at each point.

    ``said`` holds the findings of each choice, ``chosen`` (1,) or (N,) is an index into it.
    """
    return [Check.chosen(items, chosen) for items in turns(said)]


def own_rules(case: Case) -> list[Check]:
    """The same where no vendor sees the training data."""
    return vendor_rules([training(case, "", "")], np.zeros(1, dtype=np.intp))


def failed(text: str, why: str) -> Check:
    """A refusal at all points that nothing the user enters lifts."""
    return Check.always(remedies.for_good("training", f"Training: {text}", why))


def runs_a_month(case: Case) -> Array:
    """Runs of the retrainings in a month (N,), failed attempts included."""
    return np.asarray(case["retrains_per_month"] * case["experiments_per_retrain"])


def machines_all_month(case: Case, hours: Array) -> Array:
    """Whole machines, at least one, that hold a month's runs of ``hours`` (..., N)."""
    busy = runs_a_month(case) * hours / HOURS_PER_MONTH
    return np.maximum(1.0, np.ceil(busy * (1 - 1e-12)))


def preferred(able: BoolArray, *wanted: BoolArray) -> BoolArray:
    """Of K offers that can (K, N), those that are all of ``wanted``, else of the first of them.

    Where none is, one wish after another is given up, the last first; so there is an offer to show
    wherever one can.
    """
    if not wanted:
        return able
    most = able
    for wish in wanted:
        most = most & wish
    return np.asarray(np.where(most.any(0), most, preferred(able, *wanted[:-1])))


def cheapest(costs: Array) -> Index:
    """Of K offers' costs (K, N) the cheapest at each point (N,); NaN counts as infinite."""
    return np.asarray(np.where(np.isnan(costs), np.inf, costs).argmin(0), dtype=np.intp)


def picked(values: Some, chosen: Index) -> Some:
    """Figures (K, N) or (K, 1) of the offer chosen at each point, (N,) or (1,)."""
    points = np.arange(values.shape[1]) if values.shape[1] > 1 else 0
    found: Some = values[chosen, points]
    return found
