"""One group of points ready for arithmetic: what it reads, shares and remembers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.case import Case
from calculators.estimators.types import Hardware, ServerEstimates, Work
from calculators.points import Points
from calculators.training import base
from tests.calculators.world import FixedEstimators, case, fixed, scenario, world


def test_an_assumption_is_its_middle_moved_by_the_score_of_its_factor() -> None:
    """1.2, 1.5 and 1.8 of overhead."""
    found = case(scores={"pue": [0.0, -1.0, 1.0]})
    assert found.assume("pue") == pytest.approx([1.5, 1.2, 1.8])
    assert found.assume("server_life_months").tolist() == [48]


def test_assumptions_read_are_known_by_name() -> None:
    found = case()
    assert list(found.assumed) == []
    found.assume("pue")
    found.assume("pue")
    assert list(found.assumed) == ["pue"]
    with pytest.raises(KeyError, match="no assumption named 'nonsense'"):
        found.assume("nonsense")


def test_the_users_own_figure_wins() -> None:
    table, own = case(), case(pue=1.1)
    assert table.chosen("pue", "pue").tolist() == [1.5]
    assert own.chosen("pue", "pue").tolist() == [1.1]
    assert list(own.assumed) == []  # it was not read
    assert table.chosen_source("pue", "pue").key == "pue"
    assert own.chosen_source("pue", "pue").title == "Scenario input: Building overhead (PUE)"


def test_what_places_share_is_worked_out_by_the_first() -> None:
    found = case()
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return 7

    assert [found.shared("figure", make) for _ in range(3)] == [7, 7, 7]
    assert made == [1]


def test_products_looked_at() -> None:
    everything = case()
    assert everything.wanted("rented") is None
    some = case(only={"rented": frozenset({"acme/m1:1y"})})
    assert some.wanted("rented") == frozenset({"acme/m1:1y"})
    assert some.wanted("owned") == frozenset()


def test_frames_follow_each_other() -> None:
    assert case({"realtime_fps": [20.0, 50.0]}).frame_ms.tolist() == [50, 20]
    assert case().frame_ms.tolist() == [np.inf]


# ------------------------------------------------------------------------------------ estimates


class Counting(FixedEstimators):
    """Counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, int]] = []

    def servers(self, work: Work, hardware: Any, stack: Any = "standard") -> ServerEstimates:
        self.asked.append(("servers", work.params_millions.size))
        return super().servers(work, hardware, stack)

    def devices(self, work: Work, devices: Any, duty: Any = "burst", in_browser: Any = ()) -> Any:
        self.asked.append(("devices", work.params_millions.size))
        return super().devices(work, devices, duty, in_browser)

    def trainings(self, job: Any, hardware: Any, machines: int = 1, stack: Any = "standard") -> Any:
        self.asked.append(("trainings", max(job.examples.size, job.work.params_millions.size)))
        return super().trainings(job, hardware, machines, stack)


def made(memory: Any, values: dict[str, Any] | None = None, **changes: Any) -> Case:
    size = len(next(iter(values.values()))) if values else 1
    points = Points(scenario(**changes), size).with_values(values or {})
    return memory.case(points, world())  # type: ignore[no-any-return]


def ask(asked: Case) -> None:
    """Ask what the servers to buy do for a case's requests."""
    asked.servers(asked.market.servers())


def test_the_same_request_is_estimated_once_whatever_the_case() -> None:
    estimators = Counting()
    memory = fixed(estimators)
    for volume in (1e3, 1e6):
        ask(made(memory, requests_per_month=volume))
    ask(made(memory, {"requests_per_month": [1.0, 2.0]}))
    assert estimators.asked == [("servers", 1)]
    ask(made(memory, serving_stack="tuned"))
    ask(made(memory, params_millions=7))
    ask(made(memory, task="image_classification", model=""))
    assert len(estimators.asked) == 4


def test_devices_and_trainings_are_kept_by_all_they_depend_on() -> None:
    estimators = Counting()
    memory = fixed(estimators)
    for changes in ({}, {"requests_per_month": 7}, {"duty": "sustained"}):
        made(memory, **changes).devices(("phone-a",))
    assert len(estimators.asked) == 1
    made(memory).devices(("phone-a",), (), "sustained")
    assert len(estimators.asked) == 2
    for changes in ({}, {"training_examples": 7}, {"training_method": "lora"}, {}):
        asked = made(memory, **changes)
        asked.trainings(base.job(asked), (Hardware("T100", 1),))
    assert len(estimators.asked) == 2 + 3


def test_runs_of_different_models_are_not_taken_for_each_other() -> None:
    """The same two sizes and four lengths of a run, paired otherwise."""
    estimators = Counting()
    memory = fixed(estimators)
    lengths = [1.0, 2.0, 3.0, 4.0]
    for sizes in ([10.0, 20.0, 10.0, 20.0], [10.0, 10.0, 20.0, 20.0]):
        values = {"params_millions": sizes, "training_examples": lengths}
        asked = made(memory, values, own_model_required=True)
        base.runs(asked, asked.market.servers())
    assert estimators.asked == [("trainings", 4)] * 2


def test_many_requests_are_asked_once_each_and_not_kept() -> None:
    """Estimates of a map of model sizes would fill the memory: one case shares them only."""
    estimators = Counting()
    memory = fixed(estimators)
    sizes = {"params_millions": [float(size) for size in range(1, 101)] * 2}
    asked = made(memory, sizes)
    for _ in range(2):
        servers = asked.market.servers()
        found = asked.servers(servers)
        assert found.fits.shape == (len(servers.hardware), 100)
    assert estimators.asked == [("servers", 100)]
    ask(made(memory, sizes))
    assert len(estimators.asked) == 2
    assert len(memory.estimates) == 0


def test_two_sets_of_machines_are_not_mixed_up() -> None:
    for sizes in ([7.0], [float(size) for size in range(1, 10)]):
        asked = case({"params_millions": sizes})
        for offers in (asked.market.servers(), asked.market.rented(("on_demand",))):
            found = asked.servers(offers)
            counts = [machine.count for machine in offers.hardware]
            assert found.hardware == offers.hardware
            assert found.replicas_per_machine[:, 0].tolist() == counts
