"""Where requests are answered and models trained: one record each, and a new one is only that."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from calculators.arrays import Array
from calculators.block import Block, Products, Speed
from calculators.case import Case
from calculators.costs import labour
from calculators.options.registry import serve_place
from calculators.places import DEVICE, PLACES, VENUES, Place, registered
from calculators.scenario import fields
from pricing.book import PriceBook, Source
from tests.calculators.invariants import check
from tests.calculators.world import case, compared, option

ALONE = ("managed_api", "hosted_platform", "rented", "owned")


def test_every_place_can_be_imported_and_priced() -> None:
    for place in PLACES.values():
        block = serve_place(case(), place, np.ones(1))
        assert block is not None, place.id
        assert block.place.id == place.id
        assert block.size == len(block.products.ids) > 0


def test_a_place_alone_and_behind_the_devices() -> None:
    assert list(PLACES) == [*ALONE, DEVICE, *(f"device+{name}" for name in ALONE)]
    for name in ALONE:
        behind, mixed = PLACES[name], PLACES[f"device+{name}"]
        assert (behind.fallback, mixed.fallback) == ("", name)
        assert (behind.parts, mixed.parts) == ((name,), (DEVICE, name))
        assert mixed.on_premises == behind.on_premises
        assert mixed.labour == behind.labour
        assert behind.words in mixed.words
    assert [place.id for place in PLACES.values() if place.on_device] == list(PLACES)[4:]


def test_words_differ_from_place_to_place() -> None:
    for part in ("name", "words", "means", "colour"):
        said = [getattr(place, part) for place in PLACES.values()]
        assert len(set(said)) == len(said), part
        assert all(said), part


def test_labour_of_every_place_and_venue_is_in_the_book() -> None:
    known = PriceBook.load().assumptions
    for place in PLACES.values():
        assert f"ops_hours_per_month_{place.labour}" in known
        if place.id != DEVICE:  # its set-up is conversion, by platform
            assert f"integration_hours_{place.labour}" in known
    for venue in VENUES:
        assert f"hours_per_retrain_{venue}" in known


def test_premises_are_owned_and_the_users_own() -> None:
    assert {name for name, place in PLACES.items() if place.on_premises} == {
        "owned",
        "device",
        "device+owned",
    }
    assert {name for name, venue in VENUES.items() if venue.on_premises} == {"owned", "device"}


# ------------------------------------------------------------------------------ a made-up place

PIGEONS = Place(
    "pigeons",
    "Carrier pigeons",
    "carrier pigeons",
    "A pigeon carries the question to an expert and the answer back.",
    module=__name__,
    labour="managed_api",
    colour="api",
    on_premises=True,
)
USD_PER_FLIGHT, FLIGHT_MS = 0.001, 60_000.0
SEED = Source("Price of seed", "", None, "A", key="pigeon/seed")


def serve(case: Case, place: Place, share: Array) -> Block:
    """Two lofts: one flies for a tenth of a cent, the other for twice that."""
    ledger = case.ledger()
    flights = case.demand.requests * share[:, None]
    ledger.monthly(
        "Flights",
        "request",
        flights[None],
        np.array([[1.0], [2.0]]) * USD_PER_FLIGHT,
        [SEED],
        category="compute",
    )
    labour.set_up(ledger, case, place.labour)
    times = np.full((2, 1), FLIGHT_MS)
    return Block(
        place=place,
        products=Products.of(
            ["loft/near", "loft/far"], lambda i: ("Near loft", "Far loft")[i], ["", ""], ["A", "A"]
        ),
        charges=tuple(ledger.charges),
        speed=Speed(times, times * 2),
        served_share=np.ones(1),
        label=lambda _, __: "measured",
    )


@pytest.fixture
def pigeons() -> Iterator[Place]:
    with registered(PIGEONS) as place:
        yield place


def test_a_made_up_place_is_compared(pigeons: Place) -> None:
    """By its module and its record alone: a million flights a month at 0.001 USD."""
    found = compared(horizon_months=12)
    check(found)
    near = option(found, "none>pigeons:loft/near")
    assert near.status == "feasible"
    # 12 x 1,000 USD of flights and 10 hours of work
    assert near.company_usd == pytest.approx(12_000 + 1000)
    assert near.label == "Near loft"
    assert near.latency.p95_ms == 120_000
    assert near.range is not None
    (best,) = (item for item in found.best_of_kind if item.kind == pigeons.id)
    assert best.id == near.id
    assert {item.kind for item in found.best_of_kind} == set(PLACES)


def test_it_obeys_the_rules_that_are_for_all(pigeons: Place) -> None:
    slow = option(compared(latency_budget_ms=1000), "none>pigeons:loft/near")
    assert slow.status == "infeasible"
    assert slow.reasons[0].startswith("120,000 ms to the answer")
    kept = option(compared(data_sensitivity="on_premises"), "none>pigeons:loft/near")
    assert kept.status == "feasible"
    sent = compared(data_sensitivity="on_device")
    assert option(sent, "none>pigeons:loft/near").status == "infeasible"
    assert "pigeons" in {item.kind for item in sent.excluded}


def test_it_can_win_and_is_named_in_the_answer(pigeons: Place) -> None:
    cheap = compared(staff_usd_per_hour=0, data_sensitivity="on_premises", requests_per_month=1000)
    assert cheap.cheapest is not None
    assert cheap.cheapest.kind == "pigeons"
    assert cheap.sentence == "Run it on carrier pigeons"
    walked = {kind for pair in cheap.break_even for kind in (pair.first, pair.second)}
    assert "pigeons" in walked


def test_it_is_gone_afterwards() -> None:
    assert "pigeons" not in PLACES
    assert "pigeons" not in {item.kind for item in compared().options}
    assert "pigeons" not in str(fields())
