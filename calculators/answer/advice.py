"""The advice: own model or not, where to train, where to answer, why, and what would turn it.

It decides nothing: it says what the comparison found. Every sentence comes from one record of the
table :data:`REASONS` and holds the figures it was made of, each of which stands on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from calculators.answer.words import money, place
from calculators.percents import percent
from calculators.places import PLACES, UNTRAINED, VENUES, AnswersAt, TrainedAt
from calculators.results import Comparison, Fact, Flip, Option, OwnModel, Said, Strip, Worth
from calculators.scenario import fields
from pricing.kept import cached_property
from pricing.records import record, value

SENTENCES, FLIPS, MEASURED = 3, 3, 3
"""As many as a reader takes in."""
WORTH_SAYING = 0.01  # of the cost a month: knowing for less is not worth a line


@value
class Turn:
    """A change of one input that would turn the answer."""

    field: str
    label: str
    unit: str
    here: float | None
    at: float
    direction: str  # above or below
    to_place: AnswersAt | None  # None: nothing would be allowed
    distance: float | None  # how near it lies, as a share of the input's own scale


@value
class Advice:
    """What to do, and what it rests on."""

    own_model: OwnModel
    train_at: TrainedAt | None  # "none": nothing is trained; None: nothing is allowed
    answer_at: AnswersAt | None
    because: tuple[Said, ...]
    runner_up: Option | None
    runner_up_extra_usd_per_month: float | None  # the price of choosing it
    too_close: bool
    survives_labour: bool | None
    labour_text: str
    flips: tuple[Turn, ...] | None  # None: nobody asked to look for them
    measure_first: tuple[Worth, ...] | None  # USD a month that knowing it would save; None likewise
    whole: bool  # whether every input was looked at for flips, or the volume alone


def advice(
    found: Comparison, *, whole: bool = False, flips: bool = True, measure: bool = True
) -> Advice:
    """The advice of a comparison.

    ``whole`` looks for flips along every input, which takes seconds; without it along the volume.
    ``flips`` looks for any at all, which takes as long as several comparisons. ``measure`` asks all
    draws what to measure first, which takes some tenths of a second.
    """
    best, second = found.cheapest, found.runner_up
    return Advice(
        own_model=found.own_model,
        train_at=None if best is None else best.trained_at,
        answer_at=None if best is None else best.answers_at,
        because=tuple(_because(found)),
        runner_up=second,
        runner_up_extra_usd_per_month=_extra(found),
        too_close=found.too_close,
        survives_labour=found.survives_labour,
        labour_text=found.labour_text,
        flips=tuple(nearest(found.strips) if whole else volume(found)) if flips else None,
        measure_first=measured(found) if measure else None,
        whole=whole,
    )


def _monthly(found: Comparison, option: Option | None) -> float | None:
    usd = None if option is None else option.ranked_usd(found.scenario.rank_by)
    return None if usd is None else usd / found.scenario.horizon_months


def _extra(found: Comparison) -> float | None:
    own, other = _monthly(found, found.cheapest), _monthly(found, found.runner_up)
    return None if own is None or other is None else other - own


# why ---------------------------------------------------------------------------------------------


@record
class Seen:
    """A comparison with an answer, as the reasons read it."""

    found: Comparison
    best: Option

    @cached_property
    def monthly(self) -> float:
        """USD a month, as ranked."""
        return _monthly(self.found, self.best) or 0.0

    @property
    def per_user(self) -> float | None:
        """The same for each user served, as the page shows it."""
        served = self.best.served_user_months
        return self.monthly * self.found.scenario.horizon_months / served if served > 0 else None

    @cached_property
    def training(self) -> float:
        """USD a month of the training within it."""
        items = self.best.line_items
        usd = sum(item.amount_usd for item in items if item.category == "training")
        return usd / self.found.scenario.horizon_months

    @cached_property
    def retraining_work(self) -> float:
        """USD a month of work that every retraining brings within it."""
        items = self.best.line_items
        work = (i for i in items if i.category == "work" and i.period == "per retrain")
        return sum(item.amount_usd for item in work) / self.found.scenario.horizon_months

    @cached_property
    def shut(self) -> Sequence[AnswersAt]:
        """Places that are ruled out."""
        return [item.kind for item in self.found.excluded]


@value
class Reason:
    """One sentence of the advice and when it is said."""

    id: str
    applies: Callable[[Seen], bool]
    say: Callable[[Seen], Said]


def _cost(seen: Seen) -> Said:
    best, user = seen.best, seen.per_user
    text = f"On {place(best.kind)} it costs {money(seen.monthly)} a month"
    facts = [Fact("monthly_usd", seen.monthly, "USD a month", best.id)]
    if user is not None:
        text += f", {money(user)} for each user"
        facts.append(Fact("usd_per_user_month", user, "USD a user and month", best.id))
    return Said("cost", text + ".", tuple(facts))


def _second(seen: Seen) -> Said:
    found, second = seen.found, seen.found.runner_up
    assert second is not None
    extra = _extra(found) or 0.0
    text = f"The next best place, {place(second.kind)}, costs {money(extra)} a month more"
    facts = [Fact("extra_usd_per_month", extra, "USD a month", second.id)]
    lever = found.lever
    if lever is not None:
        text += f"; what differs most is {lever.name[:1].lower()}{lever.name[1:]} ({lever.text})"
        facts.append(Fact("lever", lever.name))
        facts.append(Fact("lever_usd", lever.usd, "USD over the period"))
    return Said("runner_up", text + ".", tuple(facts))


def _alone(seen: Seen) -> Said:
    text = "No other place is allowed and priced."
    return Said("alone", text, (Fact("excluded", float(len(seen.shut)), "places"),))


def _trained(seen: Seen) -> Said:
    venue = seen.best.trained_at
    share = seen.training / seen.monthly if seen.monthly > 0 else 0.0
    text = f"Training it on {_venue(venue)} costs {money(seen.training)} a month of that"
    text += f" ({percent(share)})"
    facts = [Fact("training_usd", seen.training, "USD a month", seen.best.id)]
    if seen.retraining_work:
        text += f", and the work that retraining brings {money(seen.retraining_work)}"
        facts.append(Fact("work_usd", seen.retraining_work, "USD a month", seen.best.id))
    return Said("training", f"{text}.", tuple(facts))


def _venue(venue: TrainedAt) -> str:
    """A place of training inside a sentence: the words of answering there."""
    return next((item.words for name, item in PLACES.items() if name == venue), VENUES[venue].name)


def _shut(seen: Seen) -> Said:
    first = seen.found.excluded[0]
    count = len(seen.shut)
    text = f"{count} of {len(PLACES)} places are ruled out"
    text += f", {place(first.kind)} among them: {first.text.rstrip('.')}."
    facts = (Fact("excluded", float(count), "places"), Fact("excluded_first", first.kind))
    return Said("ruled_out", text, facts)


def _grown(seen: Seen) -> Said:
    ten = seen.found.ten_times
    usd = ten.monthly_usd or 0.0
    own = (ten.option_id or "").partition(">")[2].partition(":")[0]
    same = own == seen.best.kind
    where = "the same place is" if same else f"{place(own)} would be"
    text = f"At ten times the requests {where} cheapest, at {money(usd)} a month."
    return Said(
        "ten_times", text, (Fact("ten_times.monthly_usd", usd, "USD a month", ten.option_id or ""),)
    )


REASONS: tuple[Reason, ...] = (
    Reason("cost", lambda _: True, _cost),
    Reason("runner_up", lambda seen: seen.found.runner_up is not None, _second),
    Reason("alone", lambda seen: seen.found.runner_up is None, _alone),
    Reason("ruled_out", lambda seen: len(seen.shut) >= len(PLACES) / 2, _shut),
    Reason("training", lambda seen: seen.best.trained_at != UNTRAINED, _trained),
    Reason("ten_times", lambda seen: seen.found.ten_times.option_id is not None, _grown),
    Reason("ruled_out_some", lambda seen: bool(seen.shut), _shut),
)
"""In the order they are told; the first three that apply are."""


def _because(found: Comparison) -> Iterator[Said]:
    """Three sentences of this scenario's own numbers."""
    if found.cheapest is None:
        yield from _nothing(found)
        return
    seen = Seen(found, found.cheapest)
    told = [reason for reason in REASONS if reason.applies(seen)][:SENTENCES]
    yield from (reason.say(seen) for reason in told)


def _nothing(found: Comparison) -> Iterator[Said]:
    """Why there is no answer: what rules out each place, each reason once."""
    texts: dict[str, list[AnswersAt]] = {}
    for item in found.excluded:
        texts.setdefault(item.text, []).append(item.kind)
    for text, kinds in list(texts.items())[:SENTENCES]:
        first = place(kinds[0])
        rest = f" and {len(kinds) - 1} more" if len(kinds) > 1 else ""
        facts = tuple(Fact("excluded_place", kind) for kind in kinds)
        yield Said("nothing_allowed", f"{first[:1].upper()}{first[1:]}{rest}: {text}", facts)


# what would turn it ------------------------------------------------------------------------------


def volume(found: Comparison) -> Iterator[Turn]:
    """Flips along the volume, which a comparison has already found."""
    for flip in found.flips[:FLIPS]:
        yield _of_volume(flip, found.scenario.requests_per_month)


def _of_volume(flip: Flip, here: float) -> Turn:
    return Turn(
        flip.axis,
        _title(flip.axis),
        _unit(flip.axis),
        here,
        flip.at,
        flip.direction,
        flip.to_kind,
        None,
    )


def nearest(found: Iterable[Strip]) -> Iterator[Turn]:
    """The nearest flips of all inputs; one to another place before one to nothing.

    An input that stands at the very edge of a band (none of something, and any of it asks for
    another kind of service) is another question rather than a change of this one.
    """
    turns = [turn for strip in found if (turn := _turn(strip)) is not None]
    turns.sort(key=lambda turn: (turn.to_place is None, turn.distance))
    yield from turns[:FLIPS]


def _turn(strip: Strip) -> Turn | None:
    edge, here = strip.nearest_flip, strip.here
    if edge is None or here is None or edge == here:
        return None
    above = edge > here
    band = next((b for b in strip.bands if (b.start if above else b.end) == edge), None)
    return Turn(
        strip.field,
        _title(strip.field),
        strip.unit,
        here,
        edge,
        "above" if above else "below",
        None if band is None else band.place,
        strip.distance,
    )


def _title(field: str) -> str:
    return fields()[field].title or field


def _unit(field: str) -> str:
    extra = fields()[field].json_schema_extra
    return str(extra["unit"]) if isinstance(extra, dict) else ""


def measured(found: Comparison) -> tuple[Worth, ...]:
    """What is worth knowing first, of everything that is uncertain."""
    sure, cost = found.uncertainty, _monthly(found, found.cheapest)
    if sure is None or cost is None:
        return ()
    least = WORTH_SAYING * cost
    return tuple(item for item in sure.worth_knowing[:MEASURED] if item.usd >= least)
