"""Owned machines: whole servers bought, powered, hosted, maintained, replaced and sold."""

from __future__ import annotations

import numpy as np

from calculators.arrays import Array
from calculators.block import Block, Products
from calculators.case import Case
from calculators.costs import labour, purchase
from calculators.places import Place
from calculators.serving.machines import sent, serving


def serve(case: Case, place: Place, share: Array) -> Block | None:
    """Every owned server for ``share`` (N,) of the requests."""
    offers = case.market.servers().named(case.wanted(place.id))
    if not offers.size:
        return None
    asked = serving(case, offers)
    machines = asked.fleet(share, place)
    fleet = machines.take(offers.machine)
    need = np.nan_to_num(fleet.machines)
    ledger = case.ledger()
    purchase.buy(ledger, case, offers, need)
    energy = purchase.running(ledger, case, offers, fleet, need)
    labour.set_up(ledger, case, place.labour)
    labour.own_api(ledger, case)
    per_server = labour.hours(case, "ops_hours_per_server_month")
    # the flat hours cover the service and its first machine
    extra = np.maximum(need - 1, 0) * per_server[:, None]
    labour.run(ledger, case, place.labour, extra)
    gaps = [*asked.gaps(), *energy.gaps, *sent(ledger, case, offers, share)]
    names = [offer.row.name for offer in offers.offers]
    return Block(
        place=place,
        products=Products.of(offers.ids, names.__getitem__, [""] * offers.size, offers.confidence),
        charges=tuple(ledger.charges),
        speed=asked.speed(asked.day(machines, share)),
        served_share=np.ones(1),
        checks=(asked.memory(),),
        gaps=tuple(gaps),
        data_leaves=False,
        label=asked.label,
        capacity=asked.capacity(machines),
        explained=asked.explained,
        machine_kwh=lambda: energy.kwh,
        machines=fleet.counted,
        edges_of=asked.edges_of(share),
        spacing_of=asked.spacing_of(share),
    )
