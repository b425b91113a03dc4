"""The set of accelerators of a replica: the one with which the fleet is smallest."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.estimators.types import Hardware, ServerEstimates
from calculators.memory import SHARED
from calculators.points import Points
from calculators.presets import from_preset
from calculators.serving.machines import serving
from calculators.serving.own_figures import own_figures
from calculators.serving.replicas import Asked, Chosen, Figures, Replicas, _best, chosen
from pricing.book import PriceBook
from tests.calculators.estimators.estimating import estimators, language

BOOK = PriceBook.load()
FREE = dict.fromkeys(("latency_budget_ms", "ttft_budget_ms", "min_tokens_per_s"))


def test_the_row_worth_most_is_taken_and_the_first_of_equals() -> None:
    """Two machines; the second may give two other sets, the first one."""
    worth = np.array([[3.0, 3.0], [5.0, 5.0], [4.0, 3.0], [5.0, 6.0], [9.0, 1.0]])
    groups = [np.array([0, 1]), np.array([1])]  # rows 2 and 3; row 4
    assert _best(worth, groups, 2).tolist() == [[2, 0], [4, 3]]


@pytest.mark.parametrize("limit", [30_000.0, 4_000.0, 2_000.0, 1_000.0])
@pytest.mark.parametrize("target", [0.3, 0.7, 1.0])
def test_the_best_of_every_set_by_itself(limit: float, target: float) -> None:
    """Against each set looked at alone, as if it were the only one."""
    changes: dict[str, Any] = {**FREE, "latency_budget_ms": limit, "target_peak_load": target}
    found, alone = both(changes)
    most = np.max(np.stack(alone), axis=0)
    assert found.replicas.worth == pytest.approx(most)
    assert np.all(most >= alone[0])


def both(changes: dict[str, Any]) -> tuple[Chosen, list[Any]]:
    """What is chosen, and what each machine is worth with each set, on all rented machines."""
    case = SHARED.case(Points(from_preset("support_chat", changes, BOOK), 1), BOOK)
    offers = case.market.rented(("on_demand",))
    estimates, every = case.servers(offers), np.arange(len(offers.hardware))
    own = own_figures(case, estimates)
    sets = [estimates, *(estimates.with_set(rung, every) for rung in range(len(estimates.rates())))]
    asked = Asked.of(case)
    alone = [Replicas.of(Figures.of(case, each, own), asked).worth for each in sets]
    return chosen(case, estimates, own, asked), alone


def accelerators(found: Chosen) -> Any:
    """Accelerators of the replicas of each machine."""
    return found.estimates.replica_accelerators[found.row[:, 0], 0]


def test_a_tight_budget_gives_a_replica_more_accelerators() -> None:
    """Small sets answer most in all; where they cannot answer in time, larger ones do."""
    loose, _ = both(FREE | {"latency_budget_ms": 60_000.0})
    tight, alone = both(FREE | {"latency_budget_ms": 4_000.0})
    larger = accelerators(tight) > accelerators(loose)
    assert larger.any()
    assert not (accelerators(tight) < accelerators(loose)).any()
    # with the set of the loose budget they would need more machines, or miss it
    assert np.all(tight.replicas.worth[larger, 0] > alone[0][larger, 0])
    for machine in np.flatnonzero(larger).tolist():
        row = tight.at(machine, 0)
        figure = tight.estimates.estimate("capacity_rps", row)
        assert figure is not None
        assert tight.replicas.figures.capacity_rps[machine, 0] == pytest.approx(figure.mid[0])
        assert tight.estimates.hardware[row] == loose.estimates.hardware[machine]


def test_every_point_has_its_own_set() -> None:
    limits = np.array([60_000.0, 4_000.0, 60_000.0])
    scenario = from_preset("support_chat", FREE | {"latency_budget_ms": 60_000.0}, BOOK)
    case = SHARED.case(Points(scenario, 3).with_values({"latency_budget_ms": limits}), BOOK)
    offers = case.market.rented(("on_demand",))
    made = serving(case, offers)
    row = made.chosen.row
    assert (row[:, 0] == row[:, 2]).all()
    assert (row[:, 0] != row[:, 1]).any()
    for point, limit in ((0, 60_000.0), (1, 4_000.0)):
        one, _ = both(FREE | {"latency_budget_ms": limit})
        usable = made.usable_rps[:, point] * made.replicas_per_machine[:, point]
        alone = one.replicas.usable_rps * one.replicas.figures.per_machine
        known = np.isfinite(usable)
        assert usable[known] == pytest.approx(alone[known, 0])


def test_without_a_budget_the_set_that_answers_most() -> None:
    found, alone = both(FREE)
    assert np.array_equal(found.row[:, 0], np.arange(len(found.row)))
    assert found.replicas.worth == pytest.approx(np.max(np.stack(alone), axis=0))


def test_more_than_eight_accelerators_are_not_modelled() -> None:
    """700 billion parameters in 16 bits: 1,400 GB, in sixteen cards of 141 GB, not in eight."""
    work = language(params=700e3, model="", precision="fp16")
    found: ServerEstimates = estimators().servers(work, [Hardware("H200", 16), Hardware("H200", 8)])
    assert found.fits[:, 0].tolist() == [True, False]
    assert np.isnan(found.capacity_rps.mid).all()
    assert "more than 8 accelerators" in found.reason(0)
    assert found.reason(1).startswith("needs ")
    assert found.replica_accelerators[0, 0] == 0


def test_times_are_of_the_median_length_and_requests_at_once_of_the_mean() -> None:
    """Written answers: a log deviation of 0.58, so the median is exp(-0.1682) = 0.8452 of it."""
    found, _ = both(FREE)
    figures = found.replicas.figures
    known = np.isfinite(figures.answer_ms[:, 0])
    rest = (figures.answer_ms - figures.ttft_ms)[known]
    assert figures.together.rest[known] == pytest.approx(rest)
    assert figures.answering.rest[known] == pytest.approx(0.84518 * rest, rel=1e-4)
