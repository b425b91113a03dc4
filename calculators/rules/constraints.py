"""What is allowed: rules over data, region, offline use, speed and evidence. Money never outweighs.

Unknown vendor terms are a caution, never a pass.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.block import Block, at
from calculators.case import Case
from calculators.checks import Check
from calculators.places import DEVICE, MANAGED_API
from calculators.results import Finding
from calculators.rules.terms import place_allowed, vendor_findings
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
        found += of_weights(case)
    rest = (*_released(block, case), *_vendors(block, case), *_evidence(block, case))
    return (*found, *rest, *_speed(block, case))


def _released(block: Block, case: Case) -> list[Check]:
    """Nothing answers with a model that nobody had on the price date."""
    market = case.market
    asked, today = case.scenario.model, case.book.price_date
    models = [market.weights.get(product, asked) for product in block.products.ids]
    if block.place.fallback and asked:  # the devices answer with the scenario's model too
        models = [max(model, asked, key=lambda name: _day(case, name)) for model in models]
    late = np.array([_day(case, model) > today for model in models], dtype=bool)
    return [_marked(late, lambda i: _unreleased(case, models[i]))] if late.any() else []


def _day(case: Case, model: str) -> date:
    return case.market.released_on.get(model, date.min)


def _unreleased(case: Case, model: str) -> Finding:
    row = case.market.models.get(model)
    name = row.name if row else model
    text = f"Not yet released: {name} came out on {_day(case, model)}."
    return Finding("release", "fail", text, "a later price date", absolute=True)


def _vendors(block: Block, case: Case) -> list[Check]:
    """Terms of the vendor that sees the requests, and whether the user allows it."""
    if not block.data_leaves:
        return []
    vendors = block.products.vendors
    said = {vendor: _of_vendor(case, vendor) for vendor in dict.fromkeys(vendors)}
    most = max((len(found) for found in said.values()), default=0)
    return [
        Check.each([said[v][turn] if turn < len(said[v]) else None for v in vendors])
        for turn in range(most)
    ]


def _of_vendor(case: Case, vendor: str) -> tuple[Finding, ...]:
    if not vendor:
        return ()
    found = vendor_findings(case, vendor, case.scenario.data_sensitivity)
    allowed = case.scenario.providers_allowed
    if allowed and vendor not in allowed:
        text = f"{vendor} is not among the providers you allow."
        return (*found, Finding("provider", "fail", text, f"allow {vendor}"))
    return found


def _evidence(block: Block, case: Case) -> list[Check]:
    products, weakest = block.products, case.scenario.min_confidence
    found = []
    if weakest != "C":
        weak = np.array([held > weakest for held in products.confidence], dtype=bool)
        found.append(_marked(weak, lambda i: _weak(products.confidence[i])))
    if products.other_region.any():
        found.append(_marked(products.other_region, lambda _: _elsewhere(case)))
    return found


def _marked(where: BoolArray, say: Callable[[int], Finding]) -> Check:
    """A rule that speaks of some candidates only."""
    return Check.each([say(index) if here else None for index, here in enumerate(where)])


def _weak(confidence: str) -> Finding:
    text = f"Its price rests on evidence of class {confidence}."
    return Finding("evidence", "fail", text, "accept weaker price evidence")


def _elsewhere(case: Case) -> Finding:
    if case.scenario.data_sensitivity != "regulated":
        return Finding("region", "caution", "Price of another region.")
    text = "Only a price of another region is known."
    return Finding("region", "fail", text, "a price for your region")


def _offline(block: Block, case: Case) -> Finding | None:
    if not case.scenario.offline_required or block.place.id == DEVICE:
        return None
    text = "Needs a network; you asked for offline."
    return Finding("offline", "fail", text, "allow a network", absolute=True)


def _secrecy(block: Block, case: Case) -> Finding | None:
    if not block.place.on_device or not case.scenario.model_secrecy:
        return None
    text = "The model file would be on users' devices and can be copied."
    change = "accept that the model can be copied"
    return Finding("secrecy", "fail", text, change, absolute=True)


# --------------------------------------------------------------------------------------- speed


def _speed(block: Block, case: Case) -> list[Check]:
    """Answer time, first word, writing speed and frames per second against the budgets."""
    speed = block.speed
    busy = speed.day is not None  # more machines would buy speed
    found = []
    if case.given("latency_budget_ms"):
        limit = case["latency_budget_ms"]
        found.append(_budget("answer", speed.least_p95, limit, "ms to the answer", busy))
    if case.points.live and block.place.id != DEVICE:
        found.append(_budget("frame", speed.frame, case.frame_ms, "ms a frame", busy))
    if case.given("ttft_budget_ms") and speed.first_word is not None:
        limit = case["ttft_budget_ms"]
        found.append(_budget("first word", speed.first_word, limit, "ms to the first word", busy))
    if case.given("min_tokens_per_s") and speed.tpot is not None:
        slowest = 1000 / case["min_tokens_per_s"]
        found.append(_budget("writing", speed.tpot, slowest, "ms a token", busy))
    return found


def _budget(rule: str, values: Array, limit: Array, words: str, busy: bool) -> Check:
    """A time (C, N) against its limit (N,); what nobody publishes is a caution.

    Of machines that share their load (``busy``) it is the time on an empty one: more machines
    meet every budget that this time meets.
    """
    when = "95th percentile, nothing else on the machine" if busy else "95th percentile"
    fails = np.atleast_2d(values > limit)  # nothing is over a limit that is not known

    def say(candidate: int, point: int) -> Finding | None:
        value, most = at(values, candidate, point), at(limit, 0, point)
        if np.isnan(value):
            text = f"Answer time is not published; your limit is {most:,.0f} {words}."
            return Finding("speed", "caution", text, "measure it")
        if value <= most:
            return None
        text = f"{value:,.0f} {words} ({when}); your limit is {most:,.0f}."
        change = f"a limit of {value:,.0f} ms, or faster hardware"
        return Finding(f"speed: {rule}", "fail", text, change)

    return Check(fails, say, values, limit)
