"""One request as the hardware sees it: sizes from the table or the user, distinct requests once."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.estimators.types import Interval, WorkKind
from calculators.work import Requests, UnknownModel, kind
from tests.calculators.world import case, compared


def test_sizes_come_from_the_table_unless_given() -> None:
    found = case(model="face-net").requests.work
    assert (found.params_millions[0], found.gflops_per_request[0]) == (25, 5)
    own = case(model="face-net", params_millions=7, gflops_per_request=3).requests.work
    assert (own.params_millions[0], own.gflops_per_request[0]) == (7, 3)
    nothing = case(model="").requests.work
    assert np.isnan(nothing.params_millions[0])
    assert np.isnan(nothing.gflops_per_request[0])


def test_active_weights_are_all_weights_unless_they_are_fewer() -> None:
    assert case(model="", params_millions=7).requests.work.active_params_millions[0] == 7
    few = case(model="", params_millions=7, active_params_millions=2).requests.work
    assert (few.params_millions[0], few.active_params_millions[0]) == (7, 2)


def test_work_of_a_second_and_of_a_token_is_scaled_to_the_request() -> None:
    # 30 s x 20 GFLOP; (90 + 10) tokens x 0.2 GFLOP
    speech = case(task="speech_to_text", model="hear-net", audio_seconds=30)
    assert speech.requests.work.gflops_per_request[0] == pytest.approx(600)
    text = case(task="text_embedding", model="embed-net", input_tokens=90, output_tokens=10)
    assert text.requests.work.gflops_per_request[0] == pytest.approx(20)
    image = case(model="face-net", input_tokens=90)
    assert image.requests.work.gflops_per_request[0] == 5


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("text_generation", "llm"),
        ("next_word", "encoder"),
        ("speech_to_text", "speech"),
        ("recommendation", "recommender"),
        ("face_match", "vision"),
    ],
)
def test_the_task_decides_which_estimator_is_asked(task: str, expected: WorkKind) -> None:
    assert kind(task) == expected
    assert case(task=task).requests.work.kind == expected


def test_each_distinct_request_is_estimated_once() -> None:
    """A map of model size and volume: two sizes, however many volumes."""
    sizes, volumes = [10.0, 20.0, 10.0, 20.0], [1e3, 1e3, 1e6, 1e6]
    found = case({"params_millions": sizes, "requests_per_month": volumes}).requests
    assert found.work.params_millions.tolist() == [10, 20]
    assert found.index is not None
    assert found.index.tolist() == [0, 1, 0, 1]
    assert found.spread(np.array([[1.0, 2.0]])).tolist() == [[1, 2, 1, 2]]


def test_all_distinct_requests_are_as_they_are() -> None:
    found = case({"params_millions": [30.0, 10.0, 20.0]}).requests
    assert found.index is None
    assert found.work.params_millions.tolist() == [30, 10, 20]


def test_one_request_for_all_points_is_one() -> None:
    found = case({"requests_per_month": [1.0, 2.0]}).requests
    assert found.index is None
    assert found.work.params_millions.tolist() == [25]


def test_an_estimate_at_the_points_scores() -> None:
    asked = case({"params_millions": [10.0, 20.0, 10.0]}).requests
    mid = np.array([[100.0, 200.0]])
    estimate = Interval(mid / 2, mid, mid * 3)
    assert asked.at(estimate, np.zeros(1)).tolist() == [[100, 200, 100]]
    found = asked.at(estimate, np.array([0.0, 1.0, -1.0]))
    assert found == pytest.approx(np.array([[100, 600, 50]]))


def test_a_request_without_an_index_spreads_nothing() -> None:
    work = case().requests.work
    values = np.ones((3, 1))
    assert Requests(work, None).spread(values) is values


def test_unknown_model_is_an_error_not_a_guess() -> None:
    with pytest.raises(UnknownModel, match="face-net-9"):
        compared(model="face-net-9")
