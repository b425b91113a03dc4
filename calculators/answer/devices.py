"""The users' devices of a scenario by themselves: who can, how fast, at what energy, how updated.

Nothing is priced for it: the population of devices answers, as it does for the places.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from calculators.arrays import Array
from calculators.block import at
from calculators.case import Case
from calculators.costs import network
from calculators.memory import Memory
from calculators.on_devices import Energy, Fleet, ModelUpdate, Spread
from calculators.options.device import update
from calculators.options.devices_shown import ENERGY, shown
from calculators.options.population import ENDS, Population, mean_known, population
from calculators.places import DEVICE
from calculators.points import Points
from calculators.results import Comparison
from calculators.scenario import Scenario
from calculators.training.device import Run
from pricing.book import PriceBook

BASE = 0


def fleet(scenario: Scenario, book: PriceBook, memory: Memory) -> Fleet:
    """The devices; raises :class:`UnknownMix`."""
    case = memory.case(Points(scenario, 1), book, {DEVICE: None})
    try:
        people = population(case)
        sent = update(case, BASE)
        return Fleet(
            found=shown(people, BASE, network.radio_ends(case)),
            energy=_energy(case, people),
            update=sent if sent.size_mb is None else replace(sent, joined_gb=_joined(case, people)),
        )
    finally:  # where it is refused too
        case.let_go()


def as_answered(found: ModelUpdate, comparison: Comparison) -> ModelUpdate:
    """The same for the best option on devices: of a model they learn themselves nothing is fetched.

    What is joined goes back to every device that takes part.
    """
    best = next((item for item in comparison.best_of_kind if item.kind == DEVICE), None)
    if best is None or best.trained_at != DEVICE:
        return found
    return replace(
        found,
        fetch_share=best.served_share,
        updates_gb=found.joined_gb,
        with_release=False,
        work_hours=0.0,
        learnt_there=True,
    )


def _joined(case: Case, people: Population) -> float:
    """Joined models of month 1, as they are billed [GB]."""
    return at(Run(case, people).joined_gb[:, 0], 0, BASE)


def _energy(case: Case, people: Population) -> Energy:
    """Computing against sending, each with its range."""
    ends = [people.in_use(ENERGY, np.full(1, end)) for end in ENDS]
    means = [mean_known(people.served, joules)[0] for joules in ends]
    sending = _spread(list(network.radio_ends(case)))
    assert sending is not None  # every link has its assumptions
    drawn = {
        name: _spread([joules[device][None] for joules in ends])
        for device, name in enumerate(people.names)
    }
    return Energy(
        computing=_spread(means),
        sending=sending,
        link=case.scenario.link,
        by_device={name: found for name, found in drawn.items() if found is not None},
    )


def _spread(ends: list[Array]) -> Spread | None:
    """None where the figure is not known."""
    low, mid, high = (at(end, 0, BASE) for end in ends)
    return None if np.isnan(mid) else Spread(low, mid, high)
