"""Machines as columns: parts held once, sets of 1, 2, 4 ... up to a machine's accelerators."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.estimators.columns import Machines, Sets, gathered
from calculators.estimators.hardware import Part
from calculators.estimators.types import Hardware
from tests.calculators.estimators.estimating import estimators

MACHINES = (
    Hardware("H100-SXM", 8, 192.0, "", 2048.0),
    Hardware("H100-SXM", 8, 96.0, "", 1024.0),  # the host does not matter
    Hardware("H100-SXM", 12),
    Hardware("Z80", 1),
    Hardware("", 0, vcpus=16, cpu="Intel Xeon Sapphire Rapids", memory_gib=64),
)


def columns() -> Machines:
    return Machines.of(MACHINES, estimators()._parts)


def test_sets_are_powers_of_two_up_to_the_accelerators() -> None:
    found = columns()
    assert found.sets.sizes == (1, 2, 4, 8, 1)
    assert found.ladder.tolist() == [[0, 1, 2, 3]] * 3 + [[5, 5, 5, 5], [4, 5, 5, 5]]
    assert found.counts.tolist() == [8, 8, 12, 1, 1]
    assert found.known.tolist() == [True, True, True, False, True]
    assert found.singles.sizes == (1, 1)
    assert found.single_of.tolist() == [0, 0, 0, 2, 1]


def test_rates_are_of_the_whole_set() -> None:
    sets = columns().sets
    part = sets.parts[0]
    assert sets.bandwidth[3, 0] == 8 * part.bandwidth
    assert sets.memory[2, 0] == 4 * part.memory
    assert sets.flops("fp8")[1, 0] == 2 * part.flops["fp8"]
    assert sets.flops("int4")[1, 0] == 2 * part.flops["fp16"]  # unpacked to fp16
    assert sets.take(np.array([2, 1])).flops("fp8")[:, 0].tolist() == [
        4 * part.flops["fp8"],
        2 * part.flops["fp8"],
    ]


def test_the_smallest_set_that_holds_and_larger_ones() -> None:
    holds = np.array([[True, False], [True, False], [True, False], [True, True], [False, True]])
    first, second, third, fourth = columns().rungs(holds)
    assert np.array_equal(first, columns().smallest(holds))
    assert third.tolist() == [[2, 5], [2, 5], [2, 5], [5, 5], [5, 5]]
    assert fourth.tolist() == [[3, 5], [3, 5], [3, 5], [5, 5], [5, 5]]
    assert first.tolist() == [[0, 3], [0, 3], [0, 3], [5, 5], [5, 4]]
    assert second.tolist() == [[1, 5], [1, 5], [1, 5], [5, 5], [5, 5]]
    assert columns().replicas(first)[:, 1].tolist() == [1, 1, 1, 1, 1]
    assert columns().replicas(first)[:, 0].tolist() == [8, 8, 12, 1, 1]


def test_clusters_join_all_accelerators() -> None:
    sets, of = columns().clusters(4)
    assert sets.sizes == (32, 48, 4)
    assert of.tolist() == [0, 0, 1, 3, 2]


@pytest.mark.parametrize(("wide", "points"), [(1, 1), (1, 3), (3, 1), (3, 3)])
def test_rows_are_gathered_point_by_point(wide: int, points: int) -> None:
    values = np.arange(2.0)[:, None] * 10 + np.arange(wide)
    chosen = np.array([[0, 1, 2], [1, 1, 0]])[:, :points]
    found = gathered(values, chosen)
    assert found.shape == (2, max(wide, points))
    for row in range(2):
        for point in range(found.shape[1]):
            place = chosen[row, point if points > 1 else 0]
            wanted = np.nan if place == 2 else values[place, point if wide > 1 else 0]
            assert found[row, point] == wanted or (np.isnan(wanted) and np.isnan(found[row, point]))


def test_sets_of_parts_without_a_rate_compute_in_half_precision() -> None:
    part = Part("a", "old", {"fp16": 5e12}, 1e11, 1e10, fast_link=False, link_rate=1e9, tdp_w=None)
    assert Sets.of([part], [2]).flops("fp8").tolist() == [[1e13]]
