"""``/api/v1/break-even`` and ``/api/v1/strips``: shape, defaults, and what is refused by name."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators.places import PLACES
from report.api import ROUTES

BREAK_EVEN, STRIPS, COMPARE = "/api/v1/break-even", "/api/v1/strips", "/api/v1/compare"
FIELDS = {
    "axis",
    "unit",
    "a",
    "b",
    "axis_low",
    "axis_high",
    "verdict",
    "gap_low_usd",
    "gap_high_usd",
    "resolution",
    "reason",
    "crossings",
    "allowed",
}
CROSSING = {
    "at",
    "until",
    "cheaper_below",
    "cheaper_above",
    "kind",
    "p10",
    "p90",
    "last_below",
    "first_above",
    "changes",
}
PRESET = "preset=celebrity_match"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=list(ROUTES)))


def asked(client: TestClient, query: str) -> Any:
    found = client.get(f"{BREAK_EVEN}?{query}")
    assert found.status_code == 200, found.text
    return found.json()


def refused(client: TestClient, query: str, path: str = BREAK_EVEN) -> dict[str, Any]:
    found = client.get(f"{path}?{query}")
    assert found.status_code == 422, found.text
    return {item["field"]: item for item in found.json()["details"]}


def test_two_places_along_the_volume(client: TestClient) -> None:
    body = asked(client, f"{PRESET}&axis=requests_per_month&a=managed_api&b=hosted_platform")
    assert set(body) == FIELDS
    assert (body["axis"], body["a"], body["b"]) == (
        "requests_per_month",
        "managed_api",
        "hosted_platform",
    )
    assert body["unit"] == "requests per month"
    assert (body["verdict"], body["resolution"]) == ("crosses", 0)
    (crossing,) = body["crossings"]
    assert set(crossing) == CROSSING
    assert round(crossing["at"]) == 479_423
    assert (crossing["cheaper_below"], crossing["cheaper_above"]) == (
        "managed_api",
        "hosted_platform",
    )
    assert crossing["p10"] <= crossing["at"] <= crossing["p90"]
    assert body["gap_low_usd"] > 0 > body["gap_high_usd"]
    assert body["allowed"]["a"] == [[body["axis_low"], body["axis_high"]]]
    assert "batch and cached prices" in body["reason"]


def test_swapped_the_gaps_turn(client: TestClient) -> None:
    query = f"{PRESET}&axis=horizon_months"
    forth = asked(client, f"{query}&a=hosted_platform&b=device")
    back = asked(client, f"{query}&a=device&b=hosted_platform")
    assert (forth["verdict"], back["verdict"]) == ("a_cheaper", "b_cheaper")
    assert forth["gap_low_usd"] == -back["gap_low_usd"]
    assert forth["crossings"] == back["crossings"] == []
    assert "What differs most is work" in forth["reason"]


def test_left_out_sides_are_the_recommended_and_the_runner_up(client: TestClient) -> None:
    body = asked(client, f"{PRESET}&axis=staff_usd_per_hour")
    compared = client.get(f"{COMPARE}?{PRESET}&break_even=yes").json()
    assert body["a"] == compared["cheapest"]
    others = [item for item in compared["options"] if item["status"] == "feasible"]
    kind = others[0]["kind"]
    assert body["b"] == next(item["id"] for item in others if item["kind"] != kind)
    assert asked(client, PRESET)["axis"] == "requests_per_month"
    turned = asked(client, f"{PRESET}&a={body['b']}")
    assert (turned["a"], turned["b"]) == (body["b"], body["a"])


@pytest.mark.parametrize(
    "name", ["device%2Bmanaged_api", "device+managed_api", "device-managed_api"]
)
def test_hybrids_may_be_written_in_three_ways(client: TestClient, name: str) -> None:
    body = asked(client, f"preset=voice_notes&a=managed_api&b={name}")
    assert body["b"] == "device+managed_api"


def test_an_id_with_a_plus_and_one_of_an_earlier_method(client: TestClient) -> None:
    options = client.get(f"{COMPARE}?preset=voice_notes").json()["options"]
    hybrid = next(o["id"] for o in options if o["kind"] == "device+managed_api")
    assert asked(client, f"preset=voice_notes&a=managed_api&b={hybrid}")["b"] == hybrid
    best = options[0]["id"]
    old = best.replace(">", ":some/machine>", 1)
    assert asked(client, f"preset=voice_notes&a={old}&b={hybrid}")["a"] == best


def test_own_figures_are_axes(client: TestClient) -> None:
    query = "axis=fixed.hosted_platform&a=hosted_platform&b=managed_api"
    body = asked(client, f"{PRESET}&{query}")
    assert body["unit"] == "USD per month"
    (crossing,) = body["crossings"]
    assert crossing["at"] == pytest.approx(body["gap_low_usd"] / 36, rel=1e-6)
    both = asked(client, f"{PRESET}&{query}&fixed.managed_api=100")
    assert both["crossings"][0]["at"] == pytest.approx(crossing["at"] + 100, rel=1e-6)


def test_ends_of_the_axis(client: TestClient) -> None:
    query = f"{PRESET}&a=managed_api&b=hosted_platform"
    body = asked(client, f"{query}&low=1000&high=4e5")
    assert (body["axis_low"], body["axis_high"]) == (1000, 4e5)
    assert body["verdict"] == "a_cheaper"


def test_where_a_side_is_never_allowed_the_reason_says_why(client: TestClient) -> None:
    body = asked(client, "preset=support_chat&axis=output_tokens&a=managed_api&b=device")
    assert (body["verdict"], body["crossings"]) == ("not_comparable", [])
    assert body["allowed"]["b"] == []
    assert body["gap_low_usd"] is None
    assert "device: " in body["reason"]


@pytest.mark.parametrize(
    ("query", "field", "allowed"),
    [
        ("axis=nonsense", "axis", "requests_per_month"),
        ("axis=task", "axis", "requests_per_month"),
        ("axis=pue&axis=pue", "axis", "once"),
        ("axis=pue&axis=region", "axis", "once"),
        ("axis=price.nobody/nothing", "axis", "price"),
        ("axis=measured_answer_ms", "axis", "measured_on"),
        ("axis=measured_device_ms", "axis", "measured_device"),
        ("axis=images_per_request", "axis", "where images are sent"),
        ("axis=today_usd_per_month&today=none>device:us_mainstream", "axis", "today"),
        ("a=nowhere", "a", "managed_api"),
        ("a=managed_api&b=none>rented:nobody/x", "b", "candidate"),
        ("a=device&b=device", "b", "another"),
        ("low=0", "low", "from 1"),
        ("high=1e13", "high", "to 1"),
        ("low=5e6&high=5e6", "low", "below"),
        ("low=x", "low", "a number"),
        ("axis=horizon_months&low=1.5", "low", "whole"),
        ("pue=0", "pue", "from 1"),
        ("nonsense=1", "nonsense", ""),
    ],
)
def test_what_is_refused_is_named(client: TestClient, query: str, field: str, allowed: str) -> None:
    found = refused(client, f"{PRESET}&{query}")
    assert field in found
    assert allowed in found[field]["allowed"]


def test_everything_refused_is_named_at_once(client: TestClient) -> None:
    found = refused(client, f"{PRESET}&axis=pue&axis=pue&low=x&region=mars")
    assert set(found) == {"axis", "low", "region"}


def test_with_nothing_recommended_both_sides_must_be_named(client: TestClient) -> None:
    found = refused(client, "preset=live_camera&latency_budget_ms=0.2")
    assert set(found) == {"a", "b"}


def test_compare_holds_the_same_shape_with_earlier_names(client: TestClient) -> None:
    body = client.get(f"{COMPARE}?{PRESET}&break_even=yes").json()
    assert body["break_even"]
    old = {"always": "a_cheaper", "never": "b_cheaper"}
    for pair in body["break_even"]:
        assert set(pair) == FIELDS | {"first", "second", "text", "verdict_of_first"}
        assert (pair["a"], pair["b"]) == (pair["first"], pair["second"])
        said = pair["verdict_of_first"]
        assert pair["verdict"] == old.get(said, said)
        for item in pair["crossings"]:
            assert (item["low"], item["high"]) == (item["p10"], item["p90"])
            assert (item["below"], item["above"]) == (item["cheaper_below"], item["cheaper_above"])
    pair = next(p for p in body["break_even"] if {p["a"], p["b"]} == {"managed_api", "device"})
    again = asked(client, f"{PRESET}&a={pair['a']}&b={pair['b']}")
    for one, other in zip(pair["crossings"], again["crossings"], strict=True):
        assert one["at"] == pytest.approx(other["at"], rel=1e-8)
        assert one["p10"] == pytest.approx(other["p10"], rel=1e-6)


def test_strips(client: TestClient) -> None:
    found = client.get(f"{STRIPS}?{PRESET}")
    assert found.status_code == 200
    strips = found.json()["strips"]
    by_field = {strip["field"]: strip for strip in strips}
    volume = by_field["requests_per_month"]
    assert set(volume) == {
        "field",
        "unit",
        "low",
        "high",
        "here",
        "bands",
        "nearest_flip",
        "distance",
    }
    assert volume["here"] == 1e6
    assert [band["place"] for band in volume["bands"]] == [
        "managed_api",
        "hosted_platform",
        "device",
    ]
    assert [set(band) for band in volume["bands"]] == [{"from", "to", "place", "resolution"}] * 3
    assert round(volume["nearest_flip"]) == 479_423
    assert volume["bands"][0]["to"] == volume["bands"][1]["from"] == volume["nearest_flip"]
    near = [strip["distance"] for strip in strips if strip["distance"] is not None]
    assert near == sorted(near)
    last = strips[-1]
    assert (len(last["bands"]), last["nearest_flip"], last["distance"]) == (1, None, None)
    assert {band["place"] for s in strips for band in s["bands"]} <= {*PLACES, None}


def test_strips_refuse_what_a_scenario_refuses(client: TestClient) -> None:
    assert set(refused(client, "pue=0&axis=pue", STRIPS)) == {"pue", "axis"}
