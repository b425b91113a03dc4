"""The users' devices by themselves, by hand in the invented world.

Phone A (80 % of users) answers in 50 ms at 2 J and 900 MB; phone B cannot run anything.
"""

from __future__ import annotations

from typing import Any

import pytest

from calculators.answer import devices
from calculators.answer.devices import as_answered, fleet
from calculators.case import Case
from calculators.compare import compare
from calculators.memory import SHARED
from calculators.on_devices import Fleet, ModelUpdate
from calculators.presets import from_preset
from calculators.wanted import NoLongerWantedError
from pricing.book import PriceBook
from tests.calculators.world import MEMORY, scenario, world


def made(**changes: Any) -> Fleet:
    return fleet(scenario(**changes), world(), MEMORY)


def test_who_can_and_who_cannot() -> None:
    found = made().found
    assert found.reach.mid == pytest.approx(0.8)
    assert [(item.name, item.serves) for item in found.devices] == [
        ("phone-a", True),
        ("phone-b", False),
    ]
    assert found.devices[1].why_not == "needs 900 MB; about 500 MB may be used"


def test_a_split_that_nobody_publishes_is_ours() -> None:
    """Published of the US is that 58 % have iOS; which iPhone how many have is nobody's figure."""
    book = PriceBook.load()
    asked = from_preset("celebrity_match", {}, book)
    found = fleet(asked, book, SHARED).found
    assert asked.device_mix == "us_mainstream"
    assert all(item.ours for item in found.devices)
    assert all("57.97 % iOS in 2025; the split within is" in item.note for item in found.devices)


def test_computing_against_sending() -> None:
    energy = made().energy
    assert energy.computing is not None
    assert (energy.computing.low, energy.computing.mid, energy.computing.high) == (1, 2, 4)
    assert set(energy.by_device) == {"phone-a"}  # of the other it is not known
    # more is sent: more joules by the same radio, computing as before
    more = made(request_kb=10_000).energy
    assert more.sending.mid > energy.sending.mid
    assert more.computing == energy.computing


def test_nothing_known_of_computing_is_missing_and_not_zero() -> None:
    assert made(model="", params_millions=20_000, gflops_per_request=1).energy.computing is None


def test_updates_weigh_what_is_sent_and_how_often() -> None:
    once, twice = (
        made(own_model_required=True, retrains_per_month=often).update for often in (1, 2)
    )
    assert (once.new_models, twice.new_models) == (1, 2)
    assert once.size_mb == twice.size_mb
    assert once.updates_gb is not None
    assert once.size_mb is not None
    # users x 0.8 that can x share that fetches x size
    users = scenario().requests_per_month / scenario().requests_per_user_per_month
    expected = users * 0.8 * once.fetch_share * once.size_mb / 1000
    assert not once.with_release
    assert once.updates_gb == pytest.approx(expected)
    assert twice.updates_gb == pytest.approx(2 * expected)


def test_no_new_models_no_updates() -> None:
    update = made().update
    assert update.new_models == 0
    assert update.updates_gb == 0
    assert update.work_hours == 0


def test_an_unknown_size_leaves_the_bytes_unknown() -> None:
    update = made(model="", gflops_per_request=1).update
    assert update.size_mb is None
    assert update.updates_gb is None
    assert update.installs_gb is None


def test_a_web_page_has_no_store() -> None:
    limits = made(platforms=("ios", "web")).update.store_limit_mb
    assert limits["web"] == 0
    assert limits["ios"] > 0


def test_what_devices_learn_themselves_is_joined_and_sent_back_to_all() -> None:
    """Keyboard: 4 runs a month, 1.4 MB back to each of 100,000 users: 560 GB, as the bill says."""
    book = PriceBook.load()
    found = compare(from_preset("keyboard", {}, book), book)
    shipped = fleet(found.scenario, book, SHARED).update
    assert shipped.fetch_share == pytest.approx(0.7)
    assert not shipped.learnt_there
    update = as_answered(shipped, found)
    assert update.learnt_there
    assert update.updates_gb == pytest.approx(4 * 1.4 * 100_000 / 1000)
    assert (update.with_release, update.work_hours) == (False, 0.0)
    assert found.cheapest is not None
    billed = sum(item.quantity for item in found.cheapest.line_items if item.unit == "gb")
    assert update.updates_gb == pytest.approx(billed / 36)


def sent_back(**changes: Any) -> ModelUpdate:
    book = PriceBook.load()
    found = compare(from_preset("keyboard", changes, book), book)
    update = as_answered(fleet(found.scenario, book, SHARED).update, found)
    assert update.learnt_there
    return update


def test_first_downloads_are_no_joined_models() -> None:
    """A page: 42 % of 100,000 users have one; what their caches drop is told by itself."""
    update = sent_back(platforms=("web",))
    assert update.updates_gb == pytest.approx(4 * 1.4 * 42_000 / 1000)
    assert update.installs_gb == pytest.approx(20.58)


def test_what_is_sent_back_is_that_of_month_1() -> None:
    """As the runs beside it: later months have more users."""
    grown = sent_back(growth_pct_per_month=10.0)
    assert grown.updates_gb == pytest.approx(4 * 1.4 * 100_000 / 1000)


def test_joined_models_of_an_unknown_size_are_unknown() -> None:
    asked = {"own_model_required": True, "retrains_per_month": 1.0}
    assert made(model="", gflops_per_request=1, **asked).update.joined_gb is None


def test_a_refused_fleet_keeps_no_case(monkeypatch: pytest.MonkeyPatch) -> None:
    cases: list[Case] = []

    def refused(case: Case, point: int) -> ModelUpdate:
        assert case._shared
        cases.append(case)
        raise NoLongerWantedError

    monkeypatch.setattr(devices, "update", refused)
    with pytest.raises(NoLongerWantedError):
        made()
    assert not cases[0]._shared


def test_what_is_trained_elsewhere_is_fetched() -> None:
    book = PriceBook.load()
    found = compare(from_preset("live_camera", {}, book), book)
    shipped = fleet(found.scenario, book, MEMORY).update
    assert as_answered(shipped, found) is shipped
