"""Training on the users' devices: only small models and small data.

A run goes on at night, while a device lies idle on its charger and on Wi-Fi: it takes hours of
some nights at the device's lasting speed, memory for weights, gradients and activations,
electricity of the user, and bytes for what was learnt.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence

import numpy as np

from calculators import remedies
from calculators.arrays import Array, BoolArray, filled
from calculators.block import at
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import delivery, users
from calculators.estimators.question import SIZE
from calculators.explained import Explained
from calculators.factors import DEVICE_ENERGY, DEVICE_SPEED
from calculators.options.population import ENDS, Population, population
from calculators.percents import percent
from calculators.places import Venue
from calculators.results import Finding, Needed
from calculators.serving.machines import user_gaps
from calculators.training import base
from calculators.training.base import Plan
from pricing.kept import cached_property
from pricing.records import record
from pricing.units import HOURS_PER_MONTH, factor

WORDS = "trained on the users' devices"
BYTES_OF_AN_ACTIVATION = 4.0
"""Kept as a 32-bit number for the backward pass."""
HOURS_PER_DAY = 24.0
PERSONAL = frozenset({"personal", "regulated", "on_premises", "on_device"})


def plans(case: Case, venue: Venue) -> list[Plan]:
    """Feasibility, nights, energy and bytes of one run on the devices of the mix.

    Every device learns from what its own user does, so each makes every run.
    """
    run = Run(case, population(case))
    ledger, reach = case.ledger(), run.people.reach
    base.staff(ledger, case, venue.id)
    missing = users.training(ledger, case, run.joules, reach, COMPUTING, ENERGY_BASIS)
    missing += users.training(ledger, case, run.radio_joules, reach, SENDING, RADIO_BASIS)
    gaps = user_gaps(case, list(dict.fromkeys(missing)))
    gaps += delivery.charge(ledger, case, "Joined model sent to devices", run.joined_gb, JOINED)
    unsized = np.isnan(case.params_millions)
    return [
        Plan(
            venue.id,
            charges=tuple(ledger.charges),
            checks=(
                *base.venue_rule(case, venue.id),
                *base.own_rules(case),
                _able(run),
                *_labelled(run),
                _enough(run),
                _sent(run),
            ),
            gaps=(*gaps, Gap(unsized[None], lambda _, __: SIZE)),
            label=lambda _: WORDS,
            explained=run.explained,
            run_hours=run.clock,
        )
    ]


LEARNT_FROM_USE = frozenset({"next_word", "text_generation", "text_embedding", "recommendation"})
"""Tasks whose right answer comes with use: what was typed, chosen or opened next."""
SHORT = "own_examples_short_times"
OFTEN = "devices learn at night, on their chargers; retraining is due more often."
NIGHTLY = 30.0  # a month has a little more than 30 nights
COMPUTING = ("first training", "retraining")
SENDING = ("sending what was first learnt", "sending what was learnt")
ENERGY_BASIS = "users served x runs x energy of one run, from the charger"
RADIO_BASIS = "users served x runs x bytes sent and received x energy of the radio, on Wi-Fi"
JOINED = "the joined model goes back to every device of the users served, each time it sends"


@record
class Run:
    """One run on each device of the mix, (D, N)."""

    case: Case
    people: Population

    @cached_property
    def _answers(self) -> Array:
        """Answers that take as long as a run: examples, each with its backward pass (N,)."""
        return self.case["training_examples"] * self.case.assume("training_over_inference")

    def hours_at(self, score: Array) -> Array:
        """Computing time at the lasting speed, at scores of the speed."""
        each = self.people.of("sustained", "answer_ms", score)
        return np.asarray(self._answers * each * factor("millisecond", "hour"))

    @cached_property
    def hours(self) -> Array:
        """The same at the points' own scores, NaN where the speed is not known."""
        return self.hours_at(self.case.points.score(DEVICE_SPEED.name))

    @cached_property
    def nights(self) -> Array:
        """Nights it takes; every night gives the hours a device may be kept busy."""
        return np.asarray(self.hours / self.case.assume("device_training_max_hours"))

    @cached_property
    def clock(self) -> Array:
        """Hours of the whole nights a run takes on the slowest device that can, (N,)."""
        able = ~(self.too_big | self.too_long | self.people.in_browser) & (self.people.served > 0)
        slowest = np.where(able, np.ceil(self.nights), 0.0).max(0)
        return np.where(slowest > 0, slowest * HOURS_PER_DAY, np.nan)

    @cached_property
    def nights_allowed(self) -> Array:
        """Nights a run may take, and until the next one is due (N,)."""
        return self._nights_at(self.case["retrains_per_month"])

    def _nights_at(self, cadence: Array) -> Array:
        """The same at so many retrainings a month (N,)."""
        with np.errstate(divide="ignore"):
            due = HOURS_PER_MONTH / HOURS_PER_DAY / cadence
        return np.asarray(np.minimum(self.case.assume("device_training_nights"), due))

    @cached_property
    def nights_left(self) -> Array:
        """Nights a run may take where it is trained once a night at most (N,)."""
        return self._nights_at(np.minimum(self.case["retrains_per_month"], NIGHTLY))

    @cached_property
    def still_too_long(self) -> BoolArray:
        """Where it takes more nights than that (D, N)."""
        return np.asarray(self.nights > self.nights_left)

    @cached_property
    def too_often(self) -> BoolArray:
        """Where the next run is due before the next night (N,)."""
        return np.asarray(self.case["retrains_per_month"] > HOURS_PER_MONTH / HOURS_PER_DAY)

    @cached_property
    def memory_mb(self) -> Array:
        """Weights, gradients and optimiser, and activations where they are known (N,)."""
        case = self.case
        kept = case.params_millions * case.assume("training_bytes_per_weight")
        activations = case.requests.spread(case.requests.work.activations_millions)
        batch = case.assume("device_training_batch") * BYTES_OF_AN_ACTIVATION
        millions = kept + filled(activations) * batch
        return np.asarray(millions * 1e6 * factor("byte", "mb"))

    @cached_property
    def room_mb(self) -> Array:
        """Memory an app may use."""
        return self.case.requests.spread(self.people.estimates.room_mb)

    @cached_property
    def met(self) -> Array:
        """Examples a user's own device meets until the next run, each pass over them counted (N,).

        What the user asks for is what it learns from; never trained again, that of the period.
        """
        months = self.case["horizon_months"]
        often = np.maximum(self.case["retrains_per_month"], 1 / months)
        passes = self.case.assume(base.PASSES)
        return np.asarray(self.case.demand.requests_per_user / often * passes)

    @cached_property
    def too_big(self) -> BoolArray:
        """Where the training finds no room."""
        return np.asarray(self.memory_mb > self.room_mb)

    @cached_property
    def too_long(self) -> BoolArray:
        """Where it takes too many nights."""
        return np.asarray(self.nights > self.nights_allowed)

    @cached_property
    def trained_share(self) -> Array:
        """Share of the app's users whose device answers and can train (N,)."""
        cannot = self.too_big | self.too_long | self.people.in_browser
        return np.asarray((self.people.served * ~cannot).sum(0))

    @cached_property
    def short(self) -> BoolArray:
        """Where too few of the users served can train, (N,)."""
        return np.asarray(self.too_few(self.trained_share) | self.too_often)

    def too_few(self, trained_share: Array) -> BoolArray:
        """Where a share of the app's users that trains is less than what is asked for, (N,)."""
        few = trained_share < self.people.reach * self.case["min_reach_pct"] / 100 - 1e-9
        nobody = (trained_share <= 0) & (self.people.reach > 0)
        return np.asarray(few | nobody)

    # what it draws and sends ---------------------------------------------------------------------

    @cached_property
    def joules_each(self) -> Array:
        """Energy of one run on each device (D, N)."""
        score = self.case.points.score(DEVICE_ENERGY.name)
        return self._answers * self.people.of("sustained", "energy_j_per_request", score)

    @cached_property
    def joules(self) -> Array:
        """The same, mean over the users served (N,)."""
        return self.people.mean(filled(self.joules_each))

    @cached_property
    def charge_pct(self) -> Array:
        """Energy of one run as a share of a full battery, where that is known (N,) [%]."""
        full = self.people.battery_wh * factor("watt_hour", "joule")
        return self.people.mean_known(self.joules_each / full * 100)[0]

    @cached_property
    def sent_mb(self) -> Array:
        """What one device sends in one run (N,)."""
        times, size = (
            self.case.assume(f"device_training_{name}") for name in ("rounds", "sent_bytes")
        )
        return filled(self.case.params_millions) * times * size * 1e6 * factor("byte", "mb")

    @cached_property
    def received_mb(self) -> Array:
        """The joined model that comes back, each time (N,)."""
        size = filled(delivery.model_size_mb(self.case))
        return np.asarray(size * self.case.assume("device_training_rounds"))

    @cached_property
    def radio_joules(self) -> Array:
        """Energy of sending and receiving on Wi-Fi in one run (N,)."""
        up, down = (self.case.assume(f"radio_{way}_j_per_mb_wifi") for way in ("up", "down"))
        return np.asarray(self.sent_mb * up + self.received_mb * down)

    @cached_property
    def joined_gb(self) -> Array:
        """Joined models sent by us a month (N, S)."""
        each = self.received_mb * factor("mb", "gb") * self.people.reach
        return np.asarray(each[:, None] * self.case.demand.users_by_month * self.case.demand.runs)

    # words ---------------------------------------------------------------------------------------

    def worst(self, where: BoolArray, point: int) -> int:
        """The device most users have among those where something holds."""
        served = [
            at(self.people.served, device, point) * at(where, device, point)
            for device in range(len(self.people.names))
        ]
        return int(np.argmax(served))

    def explained(self, point: int) -> tuple[Explained, ...]:
        """What stands behind the hours of a run."""
        low, mid, high = (
            at(self.people.mean(filled(self.hours_at(np.full(1, end)))), 0, point) for end in ENDS
        )
        if not mid:
            return ()
        ratio = self.case.book.assumption("training_over_inference")
        rule = (
            "examples x time of one answer after minutes on end x what learning takes over "
            f"answering ({ratio.mid:g}), mean over the users served"
        )
        return (Explained("training_hours", "users' devices", low, mid, high, "estimated", rule),)


def _able(run: Run) -> Check:
    """Enough of the users served must be able to train; why not, or what it takes of them."""

    def say(_: int, point: int) -> Finding | None:
        if at(run.people.reach, 0, point) <= 0:
            return None
        if not run.short[point if run.short.size > 1 else 0]:
            return Finding("training", "pass", _takes(run, point))
        return _refused(run, point)

    return Check(run.short[None], say, run.trained_share * 100, run.case["min_reach_pct"])


def _refused(run: Run, point: int) -> Finding:
    """Why too few can train, with all that has to change before enough can."""
    said = _reasons(run, point)
    rule, (text, change) = "training", said[0][:2] if said else ("", "")
    share = at(run.trained_share, 0, point)
    text += f" Devices of {percent(share)} of users can." if share > 0 else ""
    needs = [named for *_, named in said]
    if at(run.too_often, 0, point):
        rule, text, change = "training time", OFTEN, "retrain once a night at most"
        needs.insert(0, (Needed("retrains_per_month", NIGHTLY),))
    text = f"Training: {text}"
    if not all(needs):
        return remedies.for_good(rule, text, "no smaller run helps; machines could train")
    return Finding(rule, "fail", text, change, needs=tuple(itertools.chain(*needs)))


Reason = tuple[str, str, tuple[Needed, ...]]
"""Why devices cannot train, what would have to change, and the inputs of it."""


def _reasons(run: Run, point: int) -> list[Reason]:
    """What has to go before enough devices train, what keeps most of them from it first."""
    causes = [
        (run.too_big, _memory),
        (run.still_too_long, _nights),
        (run.people.in_browser, _page),
    ]
    causes.sort(key=lambda cause: -_hit(run, cause[0], point))
    said: list[Reason] = []
    while causes and at(run.too_few(_trained(run, [mask for mask, _ in causes])), 0, point):
        said.append(causes.pop(0)[1](run, point))
    return said


def _trained(run: Run, cannot: Sequence[BoolArray]) -> Array:
    """Share of the app's users whose device trains, but for some that cannot (N,)."""
    some = functools.reduce(np.logical_or, cannot)
    return np.asarray((run.people.served * ~some).sum(0))


def _hit(run: Run, where: BoolArray, point: int) -> float:
    """Share of the app's users served with devices where something holds."""
    return at(np.asarray((run.people.served * where).sum(0)), 0, point)


def _page(run: Run, _: int) -> Reason:
    text = "a page in a browser computes only while it is open; training at night needs an app."
    systems = tuple(dict.fromkeys(users.platform_of(part.device) for part in run.people.parts))
    return text, "an app of the devices' own system", (Needed("platforms", systems),)


def _memory(run: Run, point: int) -> Reason:
    device = run.worst(run.too_big, point)
    count = at(run.case.params_millions, 0, point)
    need, room = at(run.memory_mb, 0, point) / 1e3, at(run.room_mb, device, point) / 1e3
    text = (
        f"{count:,.4g} million parameters: training needs {need:.3g} GB of memory where an app "
        f"may use {room:.3g} GB ({run.people.names[device]})."
    )
    return text, "a smaller model", _smaller(run, point)


def _smaller(run: Run, point: int) -> tuple[Needed, ...]:
    """A model that the smallest device served can train, beside activations as they are."""
    least = min(
        at(run.room_mb, device, point)
        for device in range(len(run.people.names))
        if at(run.people.served, device, point) * at(run.too_big, device, point)
    )
    each = at(run.case.assume("training_bytes_per_weight"), 0, point)
    count = at(run.case.params_millions, 0, point)
    beside = at(run.memory_mb, 0, point) - count * each
    return remedies.fewer("params_millions", count, (least - beside) / each / count)


def _nights(run: Run, point: int) -> Reason:
    device = run.worst(run.still_too_long, point)
    nights = at(run.nights, device, point)
    each, most = (
        at(run.case.assume("device_training_max_hours"), 0, point),
        at(run.nights_left, 0, point),
    )
    text = (
        f"a run needs {_count(nights)} of {each:.2g} hours ({run.people.names[device]}); "
        f"{_count(most)} fit."
    )
    examples = at(run.case["training_examples"], 0, point)
    # the longest run of all must fit, whoever's device it is
    longest = max(
        at(run.nights, d, point)
        for d in range(len(run.people.names))
        if at(run.still_too_long, d, point) and at(run.people.served, d, point)
    )
    needs = remedies.fewer("training_examples", examples, most / longest)
    return text, "fewer examples, or training less often", needs


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _count(nights: float) -> str:
    """Nights in words; parts of one with a digit."""
    number = _number(nights)
    return f"{number} night{'' if number == '1' else 's'}"


def _takes(run: Run, point: int) -> str:
    """What one run takes of a device and its user, mean over the users served."""
    hours = at(run.people.mean(filled(run.hours)), 0, point)
    each = at(run.case.assume("device_training_max_hours"), 0, point)
    charge = at(run.charge_pct, 0, point)
    energy = (
        "" if np.isnan(charge) else f", as much energy as {_number(charge)} % of a full battery"
    )
    return (
        f"Training: a run takes {_number(hours)} hours ({_count(hours / each)} of {each:.2g} "
        f"hours) of a device, warm, on its charger{energy}."
    )


def _labelled(run: Run) -> tuple[Check, ...]:
    """Use must say what would have been right; a picture does not say what is on it."""
    case = run.case
    if case.scenario.task in LEARNT_FROM_USE:
        return ()

    def say(_: int, point: int) -> Finding:
        asked = at(case["training_examples"], 0, point)
        text = (
            f"Training: a run takes {_number(asked)} examples with the right answer to each; what "
            "a user's own device meets of this task has none, and nobody there writes it down."
        )
        return remedies.for_good("own labels", text, "machines learn from examples people labelled")

    return (Check(np.ones((1, 1), dtype=bool), say),)


def _enough(run: Run) -> Check:
    """A device learns from what its user meets: a caution, and a fail where a run asks far more."""
    few = run.met < run.case["training_examples"]
    most = run.met * run.case.assume(SHORT)
    far = np.asarray(most < run.case["training_examples"])

    def say(_: int, point: int) -> Finding | None:
        if not few[point if few.size > 1 else 0]:
            return None
        asked, met = at(run.case["training_examples"], 0, point), at(run.met, 0, point)
        text = (
            f"Training: a run takes {_number(asked)} examples; a user's own device meets about "
            f"{_number(met)} until the next one, each pass counted. Devices learn from little data."
        )
        change = "fewer examples, or machines to train on"
        if not far[point if far.size > 1 else 0]:
            return Finding("own examples", "caution", text, change)
        needs = (Needed("training_examples", _within(at(most, 0, point))),)
        return Finding("own examples", "fail", text, change, needs=needs)

    return Check(np.atleast_2d(far), say)


def _within(met: float) -> float:
    """Examples a device meets, to three digits below."""
    return remedies.down(met)


def _sent(run: Run) -> Check:
    """What leaves a device: not the data, but what was learnt from them."""
    private = run.case.scenario.training_sensitivity in PERSONAL

    def say(_: int, point: int) -> Finding | None:
        sent, back = at(run.sent_mb, 0, point), at(run.received_mb, 0, point)
        if not sent:
            return None
        text = (
            f"Training: each device sends {_number(sent)} MB of what it learnt in a run, on "
            f"Wi-Fi, and gets {_number(back)} MB of the joined model; the data themselves stay."
        )
        change = "sums over many devices, or noise, so that nobody's part can be told"
        if not private:
            return Finding("training bytes", "pass", text)
        return Finding("training bytes", "caution", text, change)

    return Check(np.zeros((1, 1), dtype=bool), say)
