"""The user's own server, new or used: which machine it is, what it cost, lasts, fetches and draws.

What the user leaves empty is the list's, or our assumption. Without a machine named
(``own_server``) the figures hold for every server of the list, which is said of each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from calculators.arrays import Array
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs.ownership import Resale
from calculators.market.machines import MachineOffers, Offer, machine_name, machine_named
from calculators.results import Finding
from pricing.book import Band, Source
from pricing.own import YOUR_PRICE
from pricing.schema import ServerRow

PRODUCT = "own/server"
USD, LIFE, RESALE, WATTS = (
    "own_server_usd",
    "own_server_life_months",
    "own_server_resale_pct",
    "own_server_w",
)
FIRST_LOSS = "resale_first_loss_pct"
AFTER_THREE_YEARS = "resale_after_36_months_pct"


def offers(case: Case) -> MachineOffers:
    """Servers that can be one's own: the one the user names, else all that can be bought."""
    name = case.scenario.own_server
    if not name:
        return case.market.servers()
    return case.market.derived("own server", name, lambda: _named(case, name))


def _named(case: Case, name: str) -> MachineOffers:
    """The server of the list of that name, else a machine of the accelerators it says."""
    listed = case.market.servers()
    own = MachineOffers(tuple(offer for offer in listed.offers if offer.row.product == name))
    if own.size or not listed.size:
        return own
    hardware = machine_named(case.book, name)
    row = ServerRow(
        product=PRODUCT,
        name=f"Your server, {machine_name(hardware)}",
        accelerator=hardware.accelerator,
        accelerator_count=hardware.count,
        cpu=hardware.cpu,
        memory_gib=hardware.memory_gib,
        edition=case.book.edition,
        as_of=case.book.price_date,
        confidence="A",
        source="own",
    )
    # a tariff of the list lends its unit; nothing is charged at its price
    like = listed.offers[0].tariff
    source = case.input_source(USD)
    unpriced = replace(like, key=USD, bands=(Band(0.0, np.inf, np.nan),), source=source)
    return MachineOffers((Offer(row, "", unpriced),))


def price(case: Case, servers: MachineOffers) -> tuple[Array, Sequence[Source]]:
    """USD for one server, (C, 1) or (C, N) or (1, N), and where each is from."""
    if not case.given(USD):
        return case.rates(servers), servers.sources
    usd = case[USD]
    return usd[None], [_source(case, offer) for offer in servers.offers]


def _source(case: Case, offer: Offer) -> Source:
    listed, usd = offer.tariff.usd, case[USD]
    known = np.isfinite(listed) and usd.size == 1
    note = f"list price {listed:,g} USD: {offer.tariff.source.title}" if known else ""
    ratio = float(listed / usd[0]) if known else None
    return Source(YOUR_PRICE, "", None, "A", key=USD, note=note, own=True, list_ratio=ratio)


def accelerators(servers: MachineOffers) -> Array:
    """Accelerators in each server (C, 1); 0 in one without."""
    rows = [offer.row for offer in servers.offers]
    held = [row.accelerator_count if isinstance(row, ServerRow) else 0.0 for row in rows]
    return np.array(held, dtype=np.float64)[:, None]


def unpriced(case: Case, servers: MachineOffers) -> Gap:
    """Machines that stand in no list, while the user says no price."""
    usd, _ = price(case, servers)
    return Gap(np.isnan(usd), lambda _, __: "price of your own server (own_server_usd)")


def life_months(case: Case) -> Array:
    """Months a server is used (N,)."""
    return case.chosen(LIFE, "server_life_months")


def resale(case: Case) -> Resale:
    """What a used server fetches."""
    if case.given(RESALE):
        return Resale.flat(case[RESALE] / 100)
    return Resale(case.assume(FIRST_LOSS) / 100, case.assume(AFTER_THREE_YEARS) / 100)


def resale_assumed(case: Case) -> tuple[str, ...]:
    """Names of the assumptions behind it."""
    return () if case.given(RESALE) else (FIRST_LOSS, AFTER_THREE_YEARS)


def watts(case: Case) -> Array | None:
    """What one server draws while it is on, (1, N), where the user says so."""
    return case[WATTS][None] if case.given(WATTS) else None


def whose(case: Case) -> tuple[Check, ...]:
    """Says that figures of one server are taken for every server, where none is named."""
    scenario = case.scenario
    if scenario.own_server or not (case.given(USD) or case.given(WATTS)):
        return ()
    text = "The price or power of your own server is taken for this one as for every other."
    change = "say which machine yours is (own_server)"
    return (Check.always(Finding("own server", "caution", text, change)),)
