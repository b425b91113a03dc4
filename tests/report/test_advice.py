"""The advice and the price of constraints as JSON, and their words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators.answer.advice import Advice, advice
from calculators.answer.constraint_price import Constraints, constraint_prices
from calculators.compare import compare
from calculators.places import PLACES
from calculators.presets import from_preset
from calculators.scenario import Scenario
from pricing.book import PriceBook
from report import api, constraints, speed
from report.advice import NOWHERE, as_json, decisions, lines, reasons

BOOK = PriceBook.load()
ADVICE, CONSTRAINTS = "/api/v1/advice", "/api/v1/constraints"


def asked(preset: str, **changed: object) -> Scenario:
    return from_preset(preset, changed, BOOK)


def advised(preset: str, *, measure: bool = False, **changed: object) -> Advice:
    return advice(compare(asked(preset, **changed), BOOK), measure=measure)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=api.ROUTES), raise_server_exceptions=False) as found:
        yield found


def got(client: TestClient, path: str, query: str) -> dict[str, Any]:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


# advice ------------------------------------------------------------------------------------------


def test_compare_holds_the_advice_with_flips_along_the_volume(client: TestClient) -> None:
    body = got(client, "/api/v1/compare", "preset=voice_notes")
    said = body["advice"]
    assert said["own_model"] == "no"
    assert f"{said['train_at']}>{said['answer_at']}" == body["cheapest"].partition(":")[0]
    assert len(said["because"]) == 3
    assert said["flips_along"] == "requests_per_month"
    assert {turn["field"] for turn in said["flips"]} <= {"requests_per_month"}
    assert said["measure_first"]
    first, second = body["options"][0], said["runner_up"]
    other = next(option for option in body["options"] if option["id"] == second["id"])
    extra = other["company_usd"] / 36 - first["company_usd"] / 36
    assert second["extra_usd_per_month"] == pytest.approx(extra)


def test_every_figure_of_an_option_stands_in_the_comparison() -> None:
    found = compare(asked("deep_art"), BOOK)
    said = {item["rule"]: item for item in as_json(advice(found, measure=False))["because"]}
    cost = {fact["name"]: fact for fact in said["cost"]["figures"]}
    option = found.option(cost["monthly_usd"]["of"])
    assert option is not None
    assert option.company_usd is not None
    assert cost["monthly_usd"]["value"] == pytest.approx(option.company_usd / 36)
    trained = said["training"]["figures"][0]
    items = [item.amount_usd for item in option.line_items if item.category == "training"]
    assert trained["value"] == pytest.approx(sum(items) / 36)


def test_the_route_looks_along_every_input(client: TestClient) -> None:
    said = got(client, ADVICE, "preset=live_camera")["advice"]
    assert said["flips_along"] == "every input"
    assert 1 <= len(said["flips"]) <= 3
    strips = got(client, "/api/v1/strips", "preset=live_camera")["strips"]
    edges = {strip["field"]: strip["nearest_flip"] for strip in strips}
    for turn in said["flips"]:
        assert turn["at"] == edges[turn["field"]]
        assert (turn["at"] > turn["here"]) == (turn["direction"] == "above")


@pytest.mark.parametrize("path", [ADVICE, CONSTRAINTS])
def test_a_bad_input_is_refused_by_name(client: TestClient, path: str) -> None:
    answer = client.get(f"{path}?requests_per_month=-1")
    assert answer.status_code == 422
    assert answer.json()["details"][0]["field"] == "requests_per_month"


def test_no_answer_is_told_as_such() -> None:
    body = as_json(advised("support_chat", offline_required=True))
    assert body["answer_at"] is None
    assert body["train_at"] is None
    assert body["runner_up"] is None
    assert body["because"]
    json.dumps(body, allow_nan=False)


def test_three_questions_then_what_it_hangs_on() -> None:
    found = advised("deep_art", measure=True)
    headings = [line.heading for line in lines(found)]
    assert headings[:3] == ["Do you need your own model?", "Train where?", "Answer where?"]
    assert headings[3:] == [line.heading for line in reasons(found)]
    assert decisions(found)[0].answer.startswith("Yes")
    assert reasons(advised("support_chat", offline_required=True)) == ()


def test_a_missing_figure_is_not_called_forbidden() -> None:
    found = compare(asked("celebrity_match", task="translation", params_millions=500), BOOK)
    assert found.cheapest is None
    assert found.sentence.startswith("No answer yet")
    assert decisions(advice(found, flips=False, measure=False))[-1].answer == NOWHERE
    assert "allowed and priced" in NOWHERE


def test_what_is_too_close_is_said_with_the_answer() -> None:
    close, clear = advised("celebrity_match"), advised("support_chat")
    assert close.too_close
    assert "too close to call" in decisions(close)[-1].answer
    assert not clear.too_close
    assert "too close" not in decisions(clear)[-1].answer


# constraints -------------------------------------------------------------------------------------


def test_constraints_as_json(client: TestClient) -> None:
    body = got(client, CONSTRAINTS, "preset=voice_notes")
    one = {item["id"]: item for item in body["constraints"]}["data_sensitivity"]
    allowed, free = body["cheapest_allowed"], one["cheapest_without"]
    assert one["usd_per_month"] == pytest.approx(allowed["monthly_usd"] - free["monthly_usd"])
    assert one["set_by"] == {"data_sensitivity": "personal"}
    assert 0 < one["passed"] < one["candidates"]
    gap = allowed["monthly_usd"] - body["cheapest_overall"]["monthly_usd"]
    assert body["together_usd_per_month"] == pytest.approx(gap)
    assert body["live_video"] is None


def test_a_near_miss_names_input_value_and_gap(client: TestClient) -> None:
    body = got(client, CONSTRAINTS, "preset=recommender")
    near = {item["id"]: item for item in body["constraints"]}["latency_budget_ms"]["near_miss"]
    assert near["field"] == "latency_budget_ms"
    assert near["would_allow_it"]["latency_budget_ms"] == 200 + near["short_by"]
    assert near["unit"] == "ms"
    assert "short by" in near["words"]


def test_live_video_by_link(client: TestClient) -> None:
    live = got(client, CONSTRAINTS, "preset=live_camera&link=4g")["live_video"]
    assert live["link"] == "4g"
    assert {item["link"] for item in live["links"]} == {"wifi", "4g", "5g", "fixed"}
    for item in live["links"]:
        assert item["passes"] == (item["frame_ms"] <= live["frame_budget_ms"])


def priced(preset: str, **changed: object) -> tuple[Constraints, Scenario]:
    scenario = asked(preset, **changed)
    return constraint_prices(scenario, BOOK), scenario


def test_rows_tell_what_costs_most_first() -> None:
    found, scenario = priced("hospital_imaging")
    told = constraints.rows(found, scenario)
    costs = [item.usd_per_month for item in found.each if item.usd_per_month is not None]
    # 1,202.54 - 798.78 = 403.76; $1,200 and $799 read $401 apart, told to the last figure of $1,200
    assert max(costs) == pytest.approx(403.76, abs=0.01)
    assert told[0].cost == "$400"
    assert told[0].priced
    assert not told[-1].tells
    # 1,202.54 - 721.76 = 480.78, told as far as $1,200 reads
    assert found.together_usd_per_month == pytest.approx(480.78, abs=0.01)
    assert constraints.together(found).startswith("Together they cost $480 a month")


def test_what_opens_the_answer_has_no_price_in_words() -> None:
    found, scenario = priced("support_chat", offline_required=True)
    told = constraints.rows(found, scenario)
    assert (told[0].label, told[0].cost, told[0].priced) == ("Works offline", "every option", False)
    assert constraints.together(found).startswith("Together they leave nothing")


def test_links_say_what_else_refuses() -> None:
    found, _ = priced("live_camera", link="4g")
    said = constraints.link_words(found)
    assert [text.partition(":")[0] for text in said] == ["Wi-Fi", "4G", "5G", "Fixed"]
    assert said[0].endswith("another limit still refuses it")
    assert "above the 33.3 ms" in said[1]


# parts of times ----------------------------------------------------------------------------------


def test_parts_add_up_to_the_times_they_are_of() -> None:
    scenario = asked("support_chat")
    assert speed.budgets(scenario)["answer_ms"] == 20_000
    for option in compare(scenario, BOOK).best_of_kind:
        told = speed.parts(option)
        assert told["frame"] is None
        if option.latency.p95_ms is not None:
            slow = sum(told["p95_parts"].values())
            assert slow == pytest.approx(option.latency.p95_ms, rel=1e-6)
            half = sum(told["p50_parts"].values())
            assert half == pytest.approx(option.latency.p50_ms, rel=1e-6)


def test_frames_are_told_stage_by_stage() -> None:
    scenario = asked("live_camera")
    assert speed.budgets(scenario)["frame_ms"] == pytest.approx(1000 / 30)
    frames = {o.answers_at: speed.parts(o)["frame"] for o in compare(scenario, BOOK).best_of_kind}
    assert frames["device"] is None
    stages = frames["rented"]["stages"]
    assert set(stages) == {"computing", "sending", "receiving"}
    assert frames["rented"]["slowest"] == max(stages, key=lambda name: stages[name])


def test_places_in_the_json_are_places_there_are(client: TestClient) -> None:
    body = got(client, CONSTRAINTS, "preset=keyboard")
    assert {item["answer_at"] for item in body["near_misses"]} <= set(PLACES)
