"""Hybrids: devices answer where they can, a fallback serves the rest."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calculators.arrays import Array
from calculators.block import EVERYONE, Block, DeviceTimes, Products, Speed, at
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import network
from calculators.options import device, twofold
from calculators.options.devices_shown import shown
from calculators.options.population import Population, population
from calculators.percents import percent
from calculators.places import PLACES, Place
from calculators.results import Finding


def serve(case: Case, place: Place, share: Array) -> Block | None:
    """Every fallback product of one place behind the devices.

    The block is the fallback's, at the share of requests devices cannot answer, with the
    devices' charges added to every candidate.
    """
    people = population(case)
    behind = twofold.behind(case, place, share)
    if behind is None:
        return None
    # whether any device answers hangs on figures that are not known
    open_ = (people.reach <= 0) & (people.unknown_share > 0)
    own = case.shared(
        "devices of a hybrid", lambda: device.devices(case, PLACES["device"], alone=False)
    )
    return replace(
        behind,
        place=place,
        products=_products(behind.products),
        charges=(*behind.charges, *own.charges),
        speed=_speed(behind.speed, own.speed, people.reach),
        checks=(*behind.checks, *own.checks, _mixed(people)),
        gaps=(*behind.gaps, *own.gaps, Gap(open_[None], lambda _, n: people.first_unknown(n))),
        pointless=((people.reach >= EVERYONE) | ((people.reach <= 0) & ~open_))[None],
        battery=own.battery,
        on_devices=lambda n: case.shared(
            f"devices of a hybrid shown {n}", lambda: shown(people, n, network.radio_ends(case))
        ),
        explained=lambda c, n: (*own.explained(0, n), *behind.explained(c, n)),
    )


def _products(behind: Products) -> Products:
    return replace(behind, label=lambda i: f"On the device first, else {behind.label(i)}")


def _speed(behind: Speed, own: Speed, reach: Array) -> Speed:
    times = DeviceTimes(own.answer_p50[0], own.answer_p95[0], reach)
    return replace(behind, devices=times, assumed=(*own.assumed, *behind.assumed))


def _mixed(people: Population) -> Check:
    """Who answers how much."""

    def say(_: int, point: int) -> Finding:
        reach = at(people.reach, 0, point)
        text = f"Devices answer {percent(reach)} of requests; the rest leave the device."
        if reach >= EVERYONE:
            text = "Every device of the mix can answer; nothing is left for a fallback."
        elif reach <= 0:
            why = people.first_refusal(point) or "too slow for the budgets"
            text = f"No device of the mix can run it: {why.rstrip('.')}."
        return Finding("mix", "pass", text)

    return Check(np.zeros((1, 1), dtype=bool), say)
