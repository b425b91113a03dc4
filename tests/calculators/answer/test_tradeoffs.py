"""What each place means, by hand in the invented world.

200,000 requests a month over 60 months; an hour of work costs 100. Delta Faces: set-up 10 h, 1 h a
month, 0.0004 a request: 1,000 + 60 x (100 + 80) = 11,800, or 196.67 a month. Four in five users
have a phone that can.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.answer.tradeoffs import (
    CONCERN,
    CONCERNS,
    Concern,
    Fact,
    Told,
    beats,
    tradeoffs,
)
from calculators.compare import compare
from calculators.estimators.question import SIZE
from calculators.memory import SHARED
from calculators.places import PLACES
from calculators.presets import from_preset
from calculators.results import Comparison
from pricing.book import PriceBook
from tests.calculators.world import MEMORY, another_world, compared, compared_in, fixed, world

BOOK = PriceBook.load()
SMALL: dict[str, Any] = {"requests_per_month": 200_000, "horizon_months": 60}
TRAINED: dict[str, Any] = {
    "requests_per_month": 200_000,
    "horizon_months": 10,
    "own_model_required": True,
    "retrains_per_month": 2,
    "training_method": "fine_tune",
    "training_examples": 1000,
}


def told(found: Comparison) -> Mapping[str, Told]:
    return {item.place: item for item in tradeoffs(found, world(), MEMORY)}


@pytest.fixture(scope="module")
def small() -> Mapping[str, Told]:
    return told(compared(**SMALL))


@pytest.fixture(scope="module")
def trained() -> Mapping[str, Told]:
    return told(compared(**TRAINED))


def value(found: Mapping[str, Told], place: str, concern: str) -> float | None:
    return found[place].facts[concern].value


def test_every_place_answers_every_concern_in_order(small: Mapping[str, Told]) -> None:
    assert list(small) == [name for name in PLACES if name in small]
    names = [concern.id for concern in CONCERNS]
    assert len(names) == 15
    for item in small.values():
        assert list(item.facts) == names
        assert all(fact.concern == name for name, fact in item.facts.items())


def test_the_cost_is_that_of_the_best_candidate(small: Mapping[str, Told]) -> None:
    assert value(small, "managed_api", "cost") == pytest.approx(11_800 / 60)
    for item in small.values():
        company = item.option.company_usd
        assert company is not None
        assert value(small, item.place, "cost") == pytest.approx(company / 60)


def test_growth_is_the_price_of_a_thousand_requests_more(small: Mapping[str, Told]) -> None:
    # Delta bills 0.0004 a request; the hybrid sends it one request in five
    assert value(small, "managed_api", "growth") == pytest.approx(0.4)
    assert value(small, "device+managed_api", "growth") == pytest.approx(0.4 / 5)
    assert value(small, "device", "growth") == pytest.approx(0.0)


def test_hours_to_start_and_to_run(small: Mapping[str, Told]) -> None:
    # converting: 50 h on each of 2 platforms; the hybrid sets up the service besides
    assert value(small, "managed_api", "start") == 10
    assert value(small, "device", "start") == 100
    assert value(small, "device+managed_api", "start") == 110
    # own machines: 4 h and 12 h of repairs in 60 months
    assert value(small, "owned", "run") == pytest.approx(4 + 12 / 60)
    start = small["device"].facts["start"]
    # 25 h a week go into a release, and a store looks at the app for 0.3 weeks
    assert start.parts["weeks"] == pytest.approx(100 / 25 + 0.3)
    assert start.parts["low"] < start.parts["weeks"] < start.parts["high"]
    assert sum(item.quantity for item in start.items) == 100


def test_one_more_platform_is_work_on_devices_alone(small: Mapping[str, Told]) -> None:
    assert value(small, "device", "platforms") == 50
    assert value(small, "device+rented", "platforms") == 50
    assert value(small, "rented", "platforms") == 0


def test_who_is_served_without_a_network_holds_the_file(small: Mapping[str, Told]) -> None:
    for place in ("device", "device+managed_api"):
        assert value(small, place, "offline") == pytest.approx(0.8)
        assert value(small, place, "copied") == pytest.approx(0.8)
    assert value(small, "managed_api", "offline") == value(small, "managed_api", "copied") == 0


def test_requests_reach_a_vendor_in_the_share_devices_leave(small: Mapping[str, Told]) -> None:
    assert value(small, "managed_api", "data") == 1
    assert value(small, "device+managed_api", "data") == pytest.approx(0.2)
    for place in ("owned", "device", "device+owned"):
        assert value(small, place, "data") == 0


def test_live_frames_follow_the_slowest_stage(small: Mapping[str, Told]) -> None:
    # computing 200 ms at the slow end against sending 150 ms; 50 ms on a phone that can
    assert value(small, "rented", "live") == pytest.approx(1000 / 200)
    assert value(small, "device", "live") == pytest.approx(1000 / 50)
    assert value(small, "device+rented", "live") == pytest.approx(1000 / 200)
    assert small["managed_api"].facts["live"].lacks


def test_the_battery_pays_for_computing_or_for_sending(small: Mapping[str, Told]) -> None:
    computing, sending = (value(small, place, "battery") for place in ("device", "managed_api"))
    assert computing is not None
    assert sending is not None
    mixed = value(small, "device+managed_api", "battery")
    assert mixed is not None
    assert computing < mixed < sending


def test_nothing_trained_says_so_and_has_no_figure(small: Mapping[str, Told]) -> None:
    for item in small.values():
        assert item.facts["own_data"] == Fact("own_data", None, word="none")
    assert small["managed_api"].facts["fresh"].word == "vendor"
    assert small["rented"].facts["fresh"].word == "nobody"


def test_leaving_costs_the_move_and_a_month_of_both(small: Mapping[str, Told]) -> None:
    # 24 h x 100, and Delta's 100 + 80 once more
    fact = small["managed_api"].facts["leaving"]
    assert fact.word == "untrained"
    assert fact.value == pytest.approx(2_400 + 180)
    assert sum(item.amount_usd for item in fact.items) == pytest.approx(2_580)


def test_leaving_a_service_that_keeps_the_model_trains_anew(trained: Mapping[str, Told]) -> None:
    # The cheapest place elsewhere trains on a hosted platform: 3 runs of 8 h x 1.50 and 2 h x 100
    fact = trained["managed_api"].facts["leaving"]
    assert fact.word == "stays"
    anew = [item.amount_usd for item in fact.items if item.name.startswith("Training anew: ")]
    assert sorted(anew) == [36, 200]
    assert fact.value == pytest.approx(2_400 + 2_048 + 236)


def test_a_model_that_may_leave_is_taken_along(trained: Mapping[str, Told]) -> None:
    fact = trained["rented"].facts["leaving"]
    assert fact.word == "leaves"
    assert not [item for item in fact.items if item.name.startswith("Training anew: ")]


def test_the_data_set_is_sent_out_at_the_price_of_the_vendor_that_trains() -> None:
    # 107.3741824 GB are 100 GiB, at Acme's 0.1; own machines have no vendor, services keep none
    found = told(compared(**TRAINED, dataset_gb=107.3741824))
    for place in ("hosted_platform", "rented", "owned"):
        (sent,) = (i for i in found[place].facts["leaving"].items if i.category == "network")
        assert sent.quantity == pytest.approx(100)
        assert sent.unit == "gib"
        assert sent.amount_usd == pytest.approx(10)
        assert sent.source.key == "acme/egress/standard"
    service = found["managed_api"].facts["leaving"].items
    assert not [item for item in service if item.name.startswith("Data set sent out")]


def test_the_bands_of_one_month_hold_for_the_data_set() -> None:
    """AWS: 100 GB free, then 0.09 a GB: 1,900 x 0.09 = 171, wherever it trains deep_art."""
    asked = from_preset("deep_art", {"dataset_gb": 2000}, BOOK)
    (rented,) = (
        item for item in tradeoffs(compare(asked, BOOK), BOOK, SHARED) if item.place == "rented"
    )
    sent = [i for i in rented.facts["leaving"].items if i.name.startswith("Data set sent out")]
    assert [(item.quantity, round(item.amount_usd, 6)) for item in sent] == [(100, 0), (1900, 171)]


def of_preset(name: str, place: str) -> Fact:
    comparison = compare(from_preset(name, {}, BOOK), BOOK)
    (found,) = (i for i in tradeoffs(comparison, BOOK, SHARED) if i.place == place)
    return found.facts["fresh"]


def test_a_new_model_costs_what_sending_it_to_devices_does_too() -> None:
    """Recommender, hourly: 10.8 million GB a month cost 108,140 USD, so 148.14 of each of 730.

    Its checks, training and work are 5.58 each. A keyboard's 140 GB of joined models at 0.01 are
    1.40 of each of 4 a month, beside half an hour of work.
    """
    fresh = of_preset("recommender", "device")
    assert fresh.parts["sent"] == pytest.approx(148.14, abs=0.005)
    assert fresh.value == pytest.approx(148.14 + 5.58, abs=0.01)
    learnt = of_preset("keyboard", "device")
    assert learnt.parts["sent"] == pytest.approx(140 * 0.01)
    assert learnt.value == pytest.approx(0.5 * 91 + 1.40)
    assert of_preset("recommender", "rented").parts["sent"] == 0


def test_without_a_delivery_price_what_a_new_model_costs_is_missing(tmp_path: Path) -> None:
    """Not 0: shipped to devices, and joined on them; a server needs none."""
    book = another_world(tmp_path / "tables", {}, without=("bunny/cdn", "aws/cdn"))
    memory = fixed()
    # more often than stores take releases: the app downloads new weights itself
    found = compared_in(book, memory, **{**TRAINED, "retrains_per_month": 20})
    own = [found.option("device>device:everyone"), found.option("rented>device:everyone")]
    for option in own:
        assert option is not None
        only = replace(found)
        object.__setattr__(only, "options", _Alone(found, [option]))
        (told_,) = tradeoffs(only, book, memory)
        fact = told_.facts["fresh"]
        assert (fact.value, fact.lacks) == (None, "content delivery price"), option.id
        assert "sent" not in fact.parts
    rented = next(item for item in tradeoffs(found, book, memory) if item.place == "rented")
    assert rented.facts["fresh"].value is not None


def test_without_the_models_size_what_sending_it_costs_is_missing() -> None:
    found = compared(**TRAINED, model="", gflops_per_request=1)
    fact = told(found)["device"].facts["fresh"]
    assert (fact.value, fact.lacks) == (None, SIZE)


def test_a_new_model_costs_what_a_retraining_does(trained: Mapping[str, Told]) -> None:
    # 20 models: 480 h x 1.50 and 40 h of work; on devices 2 h of checks each come on top, and all
    # 8,000 GB of the bill at 0.01
    assert value(trained, "rented", "fresh") == pytest.approx((720 + 4_000) / 20)
    assert value(trained, "device", "fresh") == pytest.approx((720 + 4_000 + 4_000 + 80) / 20)


def test_services_that_can_be_trained_are_counted(trained: Mapping[str, Told]) -> None:
    assert value(trained, "managed_api", "own_model") == pytest.approx(1 / 7)
    assert value(trained, "owned", "own_model") == 1


def test_who_sees_the_training_data_is_where_it_is_trained(trained: Mapping[str, Told]) -> None:
    fact = trained["owned"].facts["own_data"]
    assert fact.goes is not None
    assert (fact.value, fact.word) == (1, "hosted_platform")  # answers at home, trained elsewhere


def test_what_may_not_be_used_is_shown_but_never_unbeaten(small: Mapping[str, Told]) -> None:
    assert small["device"].status == "infeasible"
    assert not small["device"].unbeaten
    assert small["device"].facts["cost"].value is not None


def test_where_nothing_is_trained_elsewhere_the_cost_of_leaving_is_missing() -> None:
    found = compared(**TRAINED)
    only = replace(found)
    kept = [item for item in found.best_of_kind if item.kind == "managed_api"]
    assert kept
    object.__setattr__(only, "options", _Alone(found, kept))
    fact = told(only)["managed_api"].facts["leaving"]
    assert fact.value is None
    assert fact.lacks == "another place that may train the model"


def test_idle_hours_elsewhere_train_anew_without_a_server() -> None:
    # 3 runs of 8 h at 500 W above idle, 1.5 times for the building, at 0.10 a kWh, and work
    found = compared(**TRAINED)
    kept = [item for item in found.best_of_kind if item.kind == "managed_api"]
    own = found.option("owned>owned:acme/node1")
    assert own is not None
    only = replace(found)
    object.__setattr__(only, "options", _Alone(found, [*kept, own]))
    fact = told(only)["managed_api"].facts["leaving"]
    anew = {i.name: i.amount_usd for i in fact.items if i.name.startswith("Training anew: ")}
    assert anew["Training anew: Electricity for the first training"] == pytest.approx(3 * 0.6)
    assert not [name for name in anew if "bought" in name]


def test_the_rest_of_a_contract_to_train_is_owed(tmp_path: Path) -> None:
    """One machine for a year at 730 x 0.70 = 511 a month: one is paid beside, eleven are left."""
    book = another_world(tmp_path / "tables", {}, without=("acme/m1/spot",))
    asked = {**TRAINED, "retrains_per_month": 30, "experiments_per_retrain": 3}
    memory = fixed()
    found = compared_in(book, memory, **asked)
    kept = [o for o in [found.option("rented>owned:acme/node1")] if o is not None]
    only = replace(found)
    object.__setattr__(only, "options", _Alone(found, kept))
    (told_,) = tradeoffs(only, book, memory)
    owed = [i for i in told_.facts["leaving"].items if i.name.startswith("Rest of")]
    assert [(i.name, i.quantity) for i in owed] == [("Rest of the commitment to train", 11)]
    assert owed[0].amount_usd == pytest.approx(11 * 511)


class _Alone:
    """Options of which one place alone is on offer."""

    def __init__(self, found: Comparison, kept: list[Any]) -> None:
        self._found, self.best_of_place = found, tuple(kept)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._found.options, name)


# ------------------------------------------------------------------------------- who beats whom

FIGURES = st.floats(0, 1e6, allow_nan=False)
PLACE = st.fixed_dictionaries({concern.id: FIGURES for concern in CONCERNS})


def facts(values: Mapping[str, float | None]) -> Mapping[str, Fact]:
    return {name: Fact(name, figure) for name, figure in values.items()}


@given(PLACE, PLACE)
def test_no_two_places_beat_each_other(one: dict[str, float], other: dict[str, float]) -> None:
    assert not (beats(facts(one), facts(other)) and beats(facts(other), facts(one)))


@given(PLACE)
def test_nobody_beats_an_equal(one: dict[str, float]) -> None:
    assert not beats(facts(one), facts(one))


@given(PLACE, st.sampled_from(CONCERNS), st.floats(1.5, 100))
def test_better_on_one_count_and_equal_on_the_rest_beats(
    one: dict[str, float], concern: Concern, by: float
) -> None:
    by += 0.1 * abs(one[concern.id])  # two figures of a time tell a tenth apart
    worse = one[concern.id] + by if concern.better == "less" else one[concern.id] - by
    other = {**one, concern.id: worse}
    assert beats(facts(one), facts(other))
    assert not beats(facts(other), facts(one))


def test_a_difference_that_would_not_be_shown_does_not_count() -> None:
    base = {concern.id: 1000.0 for concern in CONCERNS}
    cost = next(concern for concern in CONCERNS if concern.id == "cost")
    assert cost.gain(100.0, 101.0) == 0  # a dollar a month
    assert cost.gain(100.0, 101.5) == pytest.approx(1.5)
    assert cost.gain(1000.0, 1004.0) == 0  # $1,000 and $1,000
    assert cost.gain(1004.0, 1006.0) == pytest.approx(2.0)  # $1,000 and $1,010
    assert not beats(facts(base), facts({**base, "cost": 1004.0}))
    assert beats(facts(base), facts({**base, "cost": 1006.0}))
    speed = CONCERN["speed"]
    assert speed.gain(6_060.0, 6_140.0) == 0  # both 6.1 s
    assert speed.gain(6_140.0, 6_160.0) == pytest.approx(20.0)  # 6.1 and 6.2 s
    assert speed.gain(701.0, 704.0) == pytest.approx(3.0)


def test_what_is_not_known_neither_beats_nor_is_beaten() -> None:
    base = {concern.id: 1.0 for concern in CONCERNS}
    worse = {**base, "cost": 9.0}
    missing = {**facts(base), "speed": Fact("speed", None, lacks="computing time")}
    assert beats(facts(base), facts(worse))
    assert not beats(missing, facts(worse))
    assert not beats(facts(base), {**facts(worse), "speed": missing["speed"]})


def test_what_neither_has_anything_to_say_to_does_not_count() -> None:
    base = {concern.id: 1.0 for concern in CONCERNS}
    silent = Fact("live", None, word="no picture")
    one = {**facts(base), "live": silent}
    other = {**facts({**base, "cost": 9.0}), "live": silent}
    assert beats(one, other)
