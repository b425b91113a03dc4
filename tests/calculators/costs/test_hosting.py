"""Where machines of one's own stand: one unit, by the kilowatt, wholesale, an office, nowhere."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.costs.hosting import housed, premises
from calculators.results import Option
from tests.calculators.world import amounts, case, compared, items, option

# the world: one unit 100 USD a month, 200 USD per kW below 100 kW, from there 200 USD wholesale
UNIT, PER_KW = 100.0, 200.0


def owned(server: str, **changes: Any) -> Option:
    changes = {"spare_instances": 0, "requests_per_month": 1000, "horizon_months": 1, **changes}
    return option(compared(**changes), f"none>owned:{server}")


@pytest.mark.parametrize(
    ("kilowatts", "unit", "retail", "wholesale"),
    [
        (0.2, 0, 0, 0),  # 40 USD by the kilowatt: a unit of 100 would be mostly empty
        (0.249, 0, 0, 0),
        (0.25, UNIT, 0, 0),  # half full
        (0.5, 0, 0.5 * PER_KW, 0),
        (99.9, 0, 99.9 * PER_KW, 0),
        (100.0, 0, 0, 100 * PER_KW),
    ],
)
def test_space_is_rented_by_what_is_drawn(
    kilowatts: float, unit: float, retail: float, wholesale: float
) -> None:
    asked = case(horizon_months=1)
    ledger = asked.ledger()
    assert housed(asked, np.array([[[kilowatts]]])).charge(ledger) == []
    found = {
        charge.name: float((charge.quantity * charge.rate_usd).sum()) for charge in ledger.charges
    }
    expected = {
        "Hosting: one unit": unit,
        "Hosting, per kW": retail,
        "Hosting, per kW wholesale": wholesale,
    }
    assert found == pytest.approx({name: usd for name, usd in expected.items() if usd})


def test_a_small_machine_stands_in_the_office_unless_said() -> None:
    """0.6 kW at 200 are 120 USD: a unit. With colocation chosen the same, with the office none."""
    small = owned("acme/typical")
    assert amounts(small)["Hosting, per kW"] == pytest.approx(0.6 * PER_KW)
    office = owned("acme/typical", hosting="office")
    assert not any(name.startswith("Hosting") for name in amounts(office))
    # the building draws a half on top in the colocation, nothing in the office
    drawn = items(small)["Electricity of the servers"].quantity
    assert items(office)["Electricity of the servers"].quantity == pytest.approx(drawn / 1.5)
    nowhere = amounts(owned("acme/typical", hosting="none"))
    paid = ("Hosting", "Electricity of the servers", "Internet transit")
    assert not any(name.startswith(paid) for name in nowhere)


def test_a_users_own_overhead_holds_in_the_office_too() -> None:
    plain = items(owned("acme/node8", hosting="office"))["Electricity of the servers"]
    own = items(owned("acme/node8", hosting="office", pue=1.2))["Electricity of the servers"]
    assert own.quantity == pytest.approx(1.2 * plain.quantity)


def test_what_must_stay_on_the_premises_stands_in_the_office() -> None:
    kept = owned("acme/node8", data_sensitivity="on_premises")
    assert kept.status == "feasible"
    assert not any(name.startswith("Hosting") for name in amounts(kept))
    away = owned("acme/node8", data_sensitivity="on_premises", hosting="colocation")
    assert away.status == "infeasible"
    assert any("colocation is another company's" in item.text for item in away.findings)
    assert premises(case(hosting="colocation"), "personal") == ()
    (there,) = premises(case(hosting="none"), "on_premises")
    assert there.verdict == "pass"


def test_each_point_stands_where_it_should() -> None:
    """One server in the office, a hundred in a colocation."""
    asked = case(horizon_months=1)
    found = housed(asked, np.array([[[0.2], [20.0]]]))
    assert found.colocated[0, :, 0].tolist() == [False, True]
    assert found.pue[0, :, 0].tolist() == [1.0, 1.5]
