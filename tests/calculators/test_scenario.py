"""The inputs: typed, bounded, documented; every refusal names field, value and what is allowed."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from calculators.scenario import (
    Scenario,
    ScenarioError,
    allowed,
    bounds,
    build,
    choices,
    extra,
    fields,
    is_numeric,
)


def refused(**values: object) -> dict[str, tuple[str, str]]:
    with pytest.raises(ScenarioError) as caught:
        build(values)
    return {item.field: (item.value, item.allowed) for item in caught.value.bad}


def test_defaults_are_those_of_the_design() -> None:
    found = Scenario()
    assert (found.requests_per_month, found.requests_per_user_per_month) == (1e6, 10)
    assert (found.horizon_months, found.growth_pct_per_month) == (36, 0)
    assert (found.target_peak_load, found.min_reach_pct) == (0.7, 95)
    assert (found.serving_stack, found.rank_by, found.duty) == ("standard", "company", "burst")
    assert found.training_sensitivity == found.data_sensitivity


@pytest.mark.parametrize("name", fields())
def test_every_field_is_documented(name: str) -> None:
    info = fields()[name]
    assert info.title
    assert info.description
    assert extra(name, "group")
    assert allowed(name)
    if is_numeric(name):
        low, high, _ = bounds(name)
        assert low is not None, "a number without a lowest value"
        assert high is not None, "a number without a highest value"
        assert low < high


MEASURED_ON = {"measured_on": "T4", "measured_device": "iPhone 15"}


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("measured_requests_per_s", "measured_on"),
        ("measured_answer_ms", "measured_on"),
        ("measured_device_ms", "measured_device"),
        ("measured_device_j_per_request", "measured_device"),
    ],
)
def test_a_measurement_says_where_it_was_made(name: str, where: str) -> None:
    (value, words) = refused(**{name: 5})[name]
    assert value == "5"
    assert f"({where})" in words
    build({name: 5, where: "T4"})


@pytest.mark.parametrize("name", [name for name in fields() if is_numeric(name)])
def test_bounds_are_kept(name: str) -> None:
    low, high, open_low = bounds(name)
    assert low is not None
    assert high is not None
    others = {**MEASURED_ON, "image_width_px": 512, "image_height_px": 512}
    build({**others, **around(name, high), name: high})
    assert set(refused(**{name: high * 1.5 + 1})) == {name}
    assert set(refused(**{name: low - 1})) == {name}
    if open_low:
        assert set(refused(**{name: low})) == {name}
    else:
        build({**others, **around(name, low), name: low})


def around(name: str, value: float) -> dict[str, float]:
    """Growth itself where one of its ends is looked at."""
    return {"growth_pct_per_month": value} if name in ("growth_low", "growth_high") else {}


@pytest.mark.parametrize(
    ("name", "wrong", "right"), [("growth_low", 3.1, 3), ("growth_high", 2.9, 3)]
)
def test_the_range_of_growth_lies_around_it(name: str, wrong: float, right: float) -> None:
    (value, words) = refused(growth_pct_per_month=3, **{name: wrong})[name]
    assert value == f"{wrong:g}"
    assert words.endswith("growth_pct_per_month, 3 (% per month)")
    build({"growth_pct_per_month": 3, name: right})


def test_both_ends_of_growth_are_refused_by_name() -> None:
    assert set(refused(growth_pct_per_month=3, growth_low=4, growth_high=2)) == {
        "growth_low",
        "growth_high",
    }


@pytest.mark.parametrize("name", [name for name in fields() if choices(name)])
def test_words_are_kept(name: str) -> None:
    many = name in ("platforms", "addons")
    for word in choices(name):
        build({name: (word,) if many else word})
    (value, words) = refused(**{name: ("nonsense",) if many else "nonsense"})[name]
    assert "nonsense" in value
    assert words == " | ".join(choices(name))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "many", None])
def test_a_volume_is_a_number(value: object) -> None:
    assert set(refused(requests_per_month=value)) == {"requests_per_month"}


def test_every_refused_field_is_named_at_once() -> None:
    found = refused(requests_per_month=-1, region="mars", hovercraft="full of eels")
    assert set(found) == {"requests_per_month", "region", "hovercraft"}
    assert found["region"] == ("mars", "us | eu")
    assert found["requests_per_month"][0] == "-1"
    assert found["hovercraft"][1].startswith("one of preset, task, model")


def test_a_name_counts_once() -> None:
    assert set(refused(providers_allowed=("aws", "aws"))) == {"providers_allowed"}
    assert set(refused(platforms=())) == {"platforms"}


def test_changes_are_validated_too() -> None:
    found = Scenario().with_changes({"horizon_months": 12})
    assert found.horizon_months == 12
    with pytest.raises(ScenarioError, match="horizon_months: got '0'"):
        found.with_changes({"horizon_months": 0})
    with pytest.raises(ValidationError):
        found.horizon_months = 13  # type: ignore[misc]


@pytest.mark.parametrize(
    ("changes", "trains"),
    [
        ({}, False),
        ({"own_model_required": True}, True),
        ({"training_method": "lora"}, True),
        ({"retrains_per_month": 1}, True),
    ],
)
def test_what_counts_as_training(changes: dict[str, object], trains: bool) -> None:
    assert build(changes).trains is trains


def test_images_without_size_are_refused() -> None:
    assert set(refused(images_per_request=1)) == {"image_width_px", "image_height_px"}
    assert set(refused(images_per_request=1, image_width_px=512)) == {"image_height_px"}
    build({"images_per_request": 1, "image_width_px": 512, "image_height_px": 512})
    build({"image_width_px": 512})  # of no image


def test_what_is_read_and_what_is_written_are_at_most_all_of_the_input() -> None:
    assert set(refused(cached_input_share=0.6, cache_writes_share=0.41)) == {"cache_writes_share"}
    build({"cached_input_share": 0.6, "cache_writes_share": 0.4})
    build({"cache_writes_share": 1})
