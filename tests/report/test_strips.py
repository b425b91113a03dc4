"""Strips as JSON: all of them, or those of the inputs asked for."""

import pytest

from calculators.scenario import ScenarioError
from report.strips import strips_body

QUERY = "preset=support_chat"


def test_inputs_asked_for_are_what_they_are_among_all() -> None:
    names = {"requests_per_month", "horizon_months"}
    every = {strip["field"]: strip for strip in strips_body(QUERY)[0]["strips"]}
    some, _ = strips_body(f"{QUERY}&inputs={','.join(names)}")
    assert {strip["field"] for strip in some["strips"]} == names
    for strip in some["strips"]:
        assert strip["bands"] == every[strip["field"]]["bands"]


@pytest.mark.parametrize(
    "asked",
    ["nonsense", "requests_per_month,task", "a&inputs=b", "requests_per_month,measured_answer_ms"],
)
def test_what_is_no_numeric_input_is_refused_by_name(asked: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        strips_body(f"{QUERY}&inputs={asked}")
    assert {bad.field for bad in refused.value.bad} == {"inputs"}
