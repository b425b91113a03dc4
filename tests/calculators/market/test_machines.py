"""Machines that can be had at a price, as columns."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.estimators.types import Hardware
from calculators.market.machines import Distinct, MachineOffers, machine_name
from tests.calculators.world import case


def rented(*terms: str) -> MachineOffers:
    return case().market.rented(terms or ("on_demand", "1y"))


def test_ids_name_product_and_term() -> None:
    assert rented().ids == (
        "acme/m1:on_demand",
        "acme/m1:1y",
        "acme/m4:on_demand",
        "beta/e1:on_demand",
    )
    assert case().market.servers().ids[0] == "acme/node8"


def test_each_distinct_machine_once() -> None:
    """Two terms of one machine, and one of another vendor that is the same card and host."""
    offers = rented()
    assert len(offers.hardware) == len(set(offers.hardware)) < offers.size
    again = [offers.hardware[index] for index in offers.machine]
    assert again == [offer.hardware for offer in offers.offers]


def test_columns_belong_to_their_rows() -> None:
    offers = rented()
    assert offers.usd[:, 0] == pytest.approx([1.0, 0.7, 4.0, 0.8 * 1.25])  # the last in euros
    assert offers.units == ("hour",) * 4
    assert offers.units_per_hour.tolist() == [[1.0]] * 4
    assert offers.term_is("1y").tolist() == [False, True, False, False]
    assert offers.words({"on_demand": "by the hour", "1y": "a year"})[1] == "a year"
    assert offers.confidence == ("A",) * 4
    assert offers.other_region.tolist() == [False, False, False, True]
    assert [source.key for source in offers.sources][1] == "acme/m1/1y"


def test_seconds_are_parts_of_an_hour() -> None:
    hosted = case().market.hosted()
    per_hour = dict(zip(hosted.ids, hosted.units_per_hour[:, 0].tolist(), strict=True))
    assert per_hour["acme/serverless"] == pytest.approx(3600)
    assert per_hour["acme/endpoint"] == 1


def test_choosing_by_mask_and_by_name() -> None:
    offers = rented()
    assert offers.where(np.ones(4, dtype=bool)) is offers
    assert offers.where(offers.term_is("1y")).ids == ("acme/m1:1y",)
    assert offers.named(None) is offers
    assert offers.named(frozenset({"acme/m1:1y", "nobody"})).ids == ("acme/m1:1y",)
    assert offers.named(frozenset()).size == 0


def test_vendors_in_the_order_they_occur() -> None:
    vendors = rented().vendors
    assert vendors.values == ("acme", "beta")
    assert vendors.index.tolist() == [0, 0, 0, 1]
    assert Distinct.of([]).values == ()


@pytest.mark.parametrize(
    ("hardware", "name"),
    [
        (Hardware("L4", 2), "2 x L4"),
        (Hardware("", 0, 1), "1 virtual CPU"),
        (Hardware("", 0, 8), "8 virtual CPUs"),
        (Hardware("", 0), "CPU server"),
    ],
)
def test_a_machine_in_words(hardware: Hardware, name: str) -> None:
    assert machine_name(hardware) == name
