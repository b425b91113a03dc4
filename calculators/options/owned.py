"""Owned machines: whole servers bought, powered, hosted, maintained, replaced and sold."""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array, filled
from calculators.block import Block, Products
from calculators.case import Case
from calculators.checks import Check
from calculators.costs import labour, network, own_server, purchase
from calculators.costs.endpoints import peak_rps
from calculators.costs.hosting import premises
from calculators.places import Place
from calculators.serving.machines import radio, serving


def serve(case: Case, place: Place, share: Array) -> Block | None:
    """Every owned server for ``share`` (N,) of the requests."""
    offers = own_server.offers(case).named(case.wanted(place.id))
    if not offers.size:
        return None
    asked = serving(case, offers)
    machines = asked.fleet(share, place)
    fleet = machines.take(offers.machine)
    need = filled(fleet.machines)
    ledger = case.ledger()
    purchase.buy(ledger, case, offers, need)
    energy = purchase.running(ledger, case, offers, fleet, need)
    labour.set_up(ledger, case, place.labour)
    labour.own_api(ledger, case)
    labour.run(ledger, case, place.labour)
    labour.per_machine(ledger, case, need)
    labour.repairs(ledger, case, need, own_server.accelerators(offers))
    if case.scenario.hosting != "none":
        network.transit(ledger, case, peak_rps(case, share))
    gaps = [*asked.gaps(), *energy.gaps, *radio(ledger, case, share)]
    names = [offer.row.name for offer in offers.offers]
    return Block(
        place=place,
        products=Products.of(offers.ids, names.__getitem__, [""] * offers.size, offers.confidence),
        charges=tuple(ledger.charges),
        speed=asked.speed(asked.day(machines, share)),
        served_share=np.ones(1),
        checks=(asked.memory(), *_stands(case), *own_server.whose(case)),
        gaps=tuple(gaps),
        data_leaves=False,
        label=asked.label,
        capacity=asked.capacity(machines),
        sizing=asked.sizing(share, place),
        explained=asked.explained,
        machine_kwh=lambda: energy.kwh,
        machines=fleet.counted,
        edges_at=asked.edges_of(share),
        spacing_at=asked.spacing_of(share),
        idle_hours=lambda: asked.idle_hours(machines, share),
    )


def _stands(case: Case) -> list[Check]:
    return [Check.always(item) for item in premises(case, case.scenario.data_sensitivity)]
