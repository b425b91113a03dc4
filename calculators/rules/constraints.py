"""What is allowed: rules over data, region, offline use, speed and evidence. Money never outweighs.

Every rule that applies says something of every option: what it passes too, with the number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np

from calculators import remedies
from calculators.arrays import Array, BoolArray, any_true
from calculators.block import Block, at
from calculators.case import Case
from calculators.checks import Check
from calculators.places import DEVICE, MANAGED_API
from calculators.results import PRICE_DATE, Finding, Needed
from calculators.rules.terms import place_allowed
from calculators.rules.vendors import answering, elsewhere, evidence, turns
from calculators.rules.weights import can_be_had
from calculators.rules.windows import of_weights


def checks(block: Block, case: Case) -> tuple[Check, ...]:
    """Every rule on a block."""
    whole = [
        place_allowed(block.place.id, case.scenario.data_sensitivity),
        _offline(block, case),
        _secrecy(block, case),
    ]
    found = [Check.always(item) for item in whole if item is not None]
    if block.place.parts != (MANAGED_API,):
        found += (*can_be_had(block, case), *of_weights(case))
    rest = (*_released(block, case), *_vendors(block, case), *_evidence(block, case))
    return (*found, *rest, *_speed(block, case))


def _released(block: Block, case: Case) -> list[Check]:
    """Nothing answers with a model that nobody had on the price date."""
    asked, fallback = case.scenario.model, bool(block.place.fallback)
    products = tuple(block.products.ids)
    return case.market.derived(
        "releases", (products, asked, fallback), lambda: _releases(case, products, fallback)
    )


def _releases(case: Case, products: Sequence[str], fallback: bool) -> list[Check]:
    today, models = case.book.price_date, _last_models(case, products, fallback)
    said = {model: _release(case, model, today) for model in models}
    return _each([said[model] for model in models])


def _last_models(case: Case, products: Sequence[str], fallback: bool) -> list[str]:
    """The model each product answers with; of a hybrid's two, the one that came out last."""
    asked = case.scenario.model
    models = [case.market.weights.get(product, asked) for product in products]
    if not (fallback and asked):  # the devices answer with the scenario's model too
        return models
    return [max(model, asked, key=lambda name: _day(case, name)) for model in models]


def released(block: Block, case: Case) -> list[date]:
    """The day from which each product's model could be had (K,); the first of all where unknown."""
    models = _last_models(case, tuple(block.products.ids), bool(block.place.fallback))
    return [_day(case, model) for model in models]


def _day(case: Case, model: str) -> date:
    return case.market.released_on.get(model, date.min)


def _release(case: Case, model: str, today: date) -> Finding | None:
    """Whether a model was out; nothing where its day is not known."""
    released = case.market.releases.get(model)
    if released is None:
        return None
    name = case.market.model_name(model)
    source = case.book.source(released, key=model)
    if released.released_on <= today:
        text = f"{name} came out on {released.released_on}."
        return Finding("release", "pass", text, source=source)
    text = f"Not yet released: {name} came out on {released.released_on}."
    if released.released_on > case.book.edition:
        why = f"no price is known of the day it came out, {released.released_on}"
        return remedies.for_good("release", text, why, source)
    change = f"a price date from {released.released_on} on"
    needs = (Needed(PRICE_DATE, released.released_on.isoformat()),)
    return Finding("release", "fail", text, change, absolute=True, source=source, needs=needs)


def _vendors(block: Block, case: Case) -> list[Check]:
    """Terms of the vendor that sees the requests, and whether the user allows it."""
    vendors = tuple(block.products.vendors) if block.data_leaves else ("",)
    venue, scenario = block.place.parts[-1], case.scenario
    stated = (scenario.data_sensitivity, scenario.providers_allowed, scenario.agreements_signed)

    def made() -> list[Check]:
        said = {vendor: answering(case, vendor, venue) for vendor in dict.fromkeys(vendors)}
        return [Check.each(items) for items in turns([said[vendor] for vendor in vendors])]

    return case.market.derived("rules on vendors", (venue, vendors, *stated), made)


def _evidence(block: Block, case: Case) -> list[Check]:
    held, away = tuple(block.products.confidence), block.products.other_region
    stated = (case.scenario.min_confidence, case.scenario.data_sensitivity)
    asked = (held, away.tobytes(), *stated)
    return case.market.derived("rules on evidence", asked, lambda: _of_evidence(case, held, away))


def _of_evidence(case: Case, held: Sequence[str], away: BoolArray) -> list[Check]:
    said = {found: evidence(case, found) for found in dict.fromkeys(held)}
    checks = [Check.each(items) for items in turns([said[found] for found in held])]
    if any_true(away):
        item = elsewhere(case.scenario.data_sensitivity)
        checks += _each([item if here else None for here in away])
    return checks


def _each(items: Sequence[Finding | None]) -> list[Check]:
    """A rule that speaks of some candidates only; none where it speaks of nobody."""
    return [Check.each(items)] if any(items) else []


def _offline(block: Block, case: Case) -> Finding | None:
    if not case.scenario.offline_required:
        return None
    if block.place.id == DEVICE:
        return Finding("offline", "pass", "Answers without a network.")
    text = "Needs a network; you asked for offline."
    needs = (Needed("offline_required", False),)
    return Finding("offline", "fail", text, "allow a network", absolute=True, needs=needs)


def _secrecy(block: Block, case: Case) -> Finding | None:
    if not case.scenario.model_secrecy:
        return None
    if not block.place.on_device:
        return Finding("secrecy", "pass", "The model file stays off users' devices.")
    text = "The model file would be on users' devices and can be copied."
    change = "accept that the model can be copied"
    needs = (Needed("model_secrecy", False),)
    return Finding("secrecy", "fail", text, change, absolute=True, needs=needs)


# --------------------------------------------------------------------------------------- speed


def _speed(block: Block, case: Case) -> list[Check]:
    """Answer time, first word, writing speed and frames per second against the budgets."""
    speed = block.speed
    busy = speed.day is not None  # more machines would buy speed
    found = []
    if case.given("latency_budget_ms"):
        limit = case["latency_budget_ms"]
        words = "ms to the answer"
        values = speed.least_p95
        found.append(_budget("answer", values, limit, words, busy, _longest, speed.least_sent))
    if case.points.live and block.place.id != DEVICE:
        limit, words, carried = case.frame_ms, "ms a frame", speed.carried
        found.append(_budget("frame", speed.frame, limit, words, busy, _frames, carried))
    if case.given("ttft_budget_ms") and speed.first_word is not None:
        limit = case["ttft_budget_ms"]
        words = "ms to the first word"
        found.append(_budget("first word", speed.first_word, limit, words, busy, _first_word))
    if case.given("min_tokens_per_s") and speed.tpot is not None:
        slowest = 1000 / case["min_tokens_per_s"]
        found.append(_budget("writing", speed.tpot, slowest, "ms a token", busy, _writing))
    return found


NOTHING_SENT: Array = np.zeros(1)


def _apart(value: float, other: float) -> str:
    """Milliseconds in whole ones; with a decimal where another figure would read alike."""
    alike = f"{value:,.0f}" == f"{other:,.0f}" and value != other
    return f"{value:,.1f}".removesuffix(".0") if alike else f"{value:,.0f}"


def _longest(value: float) -> Needed:
    return Needed("latency_budget_ms", float(np.ceil(value)))


def _first_word(value: float) -> Needed:
    return Needed("ttft_budget_ms", float(np.ceil(value)))


def _frames(value: float) -> Needed:
    return Needed("realtime_fps", float(np.floor(10_000 / value)) / 10)


def _writing(value: float) -> Needed:
    return Needed("min_tokens_per_s", float(np.floor(10_000 / value)) / 10)


def _budget(
    rule: str,
    values: Array,
    limit: Array,
    words: str,
    busy: bool,
    needed: Callable[[float], Needed],
    sent: Array = NOTHING_SENT,
) -> Check:
    """A time (C, N) against its limit (N,); what nobody publishes is a caution.

    Of machines that share their load (``busy``) it is the time on an empty one: more machines
    meet every budget that this time meets.
    """
    when = "95th percentile, nothing else on the machine" if busy else "95th percentile"
    # nothing is over a limit that is not known
    fails = np.atleast_2d((values > limit) | (np.isnan(values) & (sent > limit)))

    def say(candidate: int, point: int) -> Finding | None:
        value, most = at(values, candidate, point), at(limit, 0, point)
        alone = at(sent, 0, point)
        limited = f"your limit is {_apart(most, value)} ms."
        if alone > most and not value > alone:  # not known, or the way of a frame decides
            text = f"{_apart(alone, most)} {words} for the network alone; {limited}"
            change = f"a limit above {_apart(alone, most)} ms, or a faster network"
            return Finding(f"speed: {rule}", "fail", text, change, needs=(needed(alone),))
        if np.isnan(value):
            text = f"Answer time is not published; your limit is {most:,.0f} {words}."
            return Finding("speed", "caution", text, "measure it")
        text = f"{_apart(value, most)} {words} ({when}); {limited}"
        if value <= most:
            return Finding(f"speed: {rule}", "pass", text)
        faster = "faster hardware"
        if alone > most:
            text += f" The network alone takes {_apart(alone, most)} ms."
            faster = "a faster network" + (" and faster hardware" if value - alone > most else "")
        change = f"a limit of {np.ceil(value):,.0f} ms, or {faster}"
        return Finding(f"speed: {rule}", "fail", text, change, needs=(needed(value),))

    return Check(fails, say, values, limit)
