"""Cells of constraints: every preset with every kind of data, offline, live, export and region."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from calculators.answer.constraints import all_lifted
from calculators.answer.needed import asked as changed
from calculators.answer.needed import changes, shut
from calculators.answer.options import BASE, OptionList
from calculators.answer.would_pass import completed, may_be_a_step, tried_all
from calculators.evaluation import Evaluation, evaluate
from calculators.memory import SHARED
from calculators.points import Points
from calculators.presets import from_preset, presets
from calculators.results import Finding
from calculators.scenario import Scenario, choices
from pricing.book import PriceBook

Cell = tuple[str, str, bool, bool, bool, str]
BOOK = PriceBook.load()
SAMPLE = 24


def cells() -> Sequence[Cell]:
    """All 1,152."""
    either = (False, True)
    levels = choices("data_sensitivity")
    return list(itertools.product(presets(BOOK), levels, either, either, either, ("us", "eu")))


def sample() -> Sequence[Cell]:
    """A fixed few, two of each preset."""
    drawn = random.Random(20261127)
    every = cells()
    return [cell for name in presets(BOOK) for cell in drawn.sample(_of(every, name), 2)]


def _of(every: Sequence[Cell], preset: str) -> Sequence[Cell]:
    return [cell for cell in every if cell[0] == preset]


def scenario(cell: Cell) -> Scenario:
    """The preset with the cell's constraints."""
    preset, level, offline, live, export, region = cell
    asked = {
        "data_sensitivity": level,
        "offline_required": offline,
        "realtime_fps": 30.0 if live else 0.0,
        "export_required": export,
        "region": region,
    }
    return from_preset(preset, asked, BOOK)


def evaluated(
    asked: Scenario, book: PriceBook = BOOK, only: Mapping[str, frozenset[str]] | None = None
) -> Evaluation:
    """All candidates, or some, at one point."""
    return evaluate(SHARED.case(Points.base(asked), book, only))


def shut_out(found: Evaluation) -> Sequence[int]:
    """Candidates a rule keeps out."""
    return [int(k) for k in np.flatnonzero(found.blocked[:, BASE] | found.required[:, BASE])]


def said(found: Evaluation, candidate: int) -> Any:
    """What all rules say of a candidate, read once."""
    held = _SAID.setdefault(found, {})
    if candidate not in held:
        pair, own = found.where(candidate)
        held[candidate] = pair.findings(own, BASE)
    return held[candidate]


_SAID: WeakKeyDictionary[Evaluation, dict[int, Any]] = WeakKeyDictionary()


def violations(found: Evaluation) -> list[str]:
    """Ranked candidates that break a constraint, by a second reading of the constraints."""
    asked, bad = found.case.scenario, []
    for k in np.flatnonzero(np.isfinite(found.ranked[:, BASE])):
        pair, own = found.where(int(k))
        place, venue = pair.place.id, pair.plan.trained_at
        vendor = pair.block.products.vendors[pair.rows[own]] if pair.block.data_leaves else ""
        bad += [
            f"{found.id(int(k))}: {broken}"
            for broken in (
                *_of_data(asked, place, vendor, found),
                *_of_training(asked, venue),
                *(["offline"] * (asked.offline_required and place != "device")),
                *_of_live(asked, found, int(k)),
                *_of_export(asked, found, int(k)),
            )
        ]
    return bad


ALLOWED = {
    "on_device": {"device"},
    "on_premises": {"owned", "device", "device+owned"},
}
TRAINED = {"on_device": {"none", "device"}, "on_premises": {"none", "owned", "device"}}


def _of_data(asked: Scenario, place: str, vendor: str, found: Evaluation) -> list[str]:
    level = asked.data_sensitivity
    if place not in ALLOWED.get(level, {place}):
        return [f"data {level}"]
    if not vendor or level in ("public", "on_premises", "on_device"):
        return []
    # the table itself, whatever is bought of the vendor: one row that says so is enough to look
    parts = place.rsplit("+", maxsplit=1)[-1]
    terms = found.case.market.vendor_terms(parts).get(vendor, {})
    value: dict[str, str] = {str(name): row.value for name, row in terms.items()}
    broken = []
    if value.get("trains_on_inputs") in ("yes", "priced_in"):
        broken.append("trains on inputs")
    if level in ("personal", "regulated") and value.get(f"area_{asked.region}") == "no":
        broken.append("outside the region")
    agreement = {"us": "health_data_agreement", "eu": "data_processing_agreement"}[asked.region]
    if level == "regulated" and value.get(agreement) != "yes":
        broken.append("no agreement")
    return broken


def _of_training(asked: Scenario, venue: str) -> list[str]:
    level = asked.training_sensitivity
    return [f"training {level}"] if venue not in TRAINED.get(level, {venue}) else []


def _of_live(asked: Scenario, found: Evaluation, k: int) -> list[str]:
    pair, own = found.where(k)
    if not asked.realtime_fps or pair.place.id == "device":
        return []
    stages = pair.block.frame_stages(int(pair.rows[own]), BASE)
    known = [ms for ms in stages.values() if np.isfinite(ms)]
    slow = known and max(known) > 1000 / asked.realtime_fps * (1 + 1e-9)
    return ["frames"] if slow else []


def _of_export(asked: Scenario, found: Evaluation, k: int) -> list[str]:
    pair, own = found.where(k)
    if not asked.export_required:
        return []
    if pair.plan.only_vendor is not None:
        return ["kept by the platform"]
    product = pair.block.products.ids[pair.rows[own]]
    rows = {row.product: row for row in found.case.market.services(asked.task).rows}
    kept = pair.plan.on_service and rows[product].exportable != "yes"
    return ["kept by the service"] if kept else []


def unexplained(found: Evaluation) -> list[str]:
    """Candidates shut out without a reason, or without what would change it."""
    bad = []
    for k in shut_out(found):
        told = shut(said(found, k))
        bad += [f"{found.id(k)}: no reason"] * (not told)
        bad += [
            f"{found.id(k)}: {item.rule} names nothing"
            for item in told
            if bool(item.needs) == bool(item.lasting)  # one of the two, never both
        ]
    return bad


def complete(asked: Scenario, found: Evaluation) -> Mapping[int, Sequence[Finding]]:
    """What the rules say of every candidate that is shut out, as the API tells it."""
    closed = {k: said(found, k) for k in shut_out(found)}
    steps = {found.id(k): told for k, told in closed.items() if may_be_a_step(told)}
    allowing = tried_all(asked, BOOK, SHARED, steps)
    return {
        k: completed(asked, told, allowing[name]) if (name := found.id(k)) in steps else told
        for k, told in closed.items()
    }


def still_shut(asked: Scenario, found: Evaluation, most: int | None = None) -> list[str]:
    """Candidates that what their rules name does not let pass; ``most`` kinds of change."""
    groups: dict[str, tuple[Mapping[str, Any], list[int]]] = {}
    for k, told in complete(asked, found).items():
        needs = changes(asked, told)
        if needs is not None:
            key = str(sorted((name, str(value)) for name, value in needs.items()))
            groups.setdefault(key, (needs, []))[1].append(k)
    bad = []
    largest = sorted(groups.values(), key=lambda item: -len(item[1]))[:most]
    for needs, candidates in largest:
        only: dict[str, set[str]] = {}
        for k in candidates:
            pair, own = found.where(k)
            only.setdefault(pair.place.id, set()).add(pair.block.products.ids[pair.rows[own]])
        some = {place: frozenset(names) for place, names in only.items()}
        after = evaluated(*changed(asked, BOOK, needs), some)
        bad += [name for k in candidates if (name := _stays(found, k, after))]
    return bad


def _stays(found: Evaluation, k: int, after: Evaluation) -> str:
    """The candidate where it is still shut out; else blank."""
    name = found.id(k)
    index = after.at.get(name)
    open_ = index is not None and not (after.blocked[index, BASE] or after.required[index, BASE])
    return "" if open_ else name


def dearer_without(asked: Scenario, found: Evaluation) -> list[str]:
    """Where everything lifted costs more than the constrained answer."""
    own = float(found.ranked[:, BASE].min()) if found.size else np.inf
    free = np.inf
    for way in all_lifted(asked):
        other = evaluated(asked.with_changes(way))
        free = min(free, float(other.ranked[:, BASE].min()) if other.size else np.inf)
    return [f"{own} allowed, {free} without"] if free > own * (1 + 1e-9) else []


def unbalanced(found: Evaluation) -> list[str]:
    """Best candidates whose items do not add up to their total."""
    listed = OptionList(found, lambda _: None)
    bad = []
    for option in listed.best_of_place:
        if option.total_usd is None:
            continue
        items = sum(item.amount_usd for item in option.line_items)
        if abs(items - option.total_usd) > 0.005 + 1e-9 * abs(items):
            bad.append(f"{option.id}: items {items}, total {option.total_usd}")
    return bad
