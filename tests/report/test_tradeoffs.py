"""The routes of trade-offs and devices, and their rows: what is said, with units and sources."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators.answer.devices import fleet
from calculators.answer.tradeoffs import CONCERNS, Concern, Fact
from calculators.compare import compare
from calculators.memory import SHARED
from calculators.places import PLACES
from report import api
from report.codec import decode
from report.devices import device_rows, devices_body, energy_words, update_words
from report.tradeoff_words import HEADINGS, SAID, WHY, text, why
from report.tradeoffs import better, tradeoff_rows, tradeoffs_body

Json = dict[str, Any]
FACE, FILTER, KEYBOARD = (
    f"preset={name}" for name in ("celebrity_match", "live_camera", "keyboard")
)


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=api.ROUTES), raise_server_exceptions=False) as found:
        yield found


@pytest.fixture(scope="module")
def face() -> Json:
    return tradeoffs_body(FACE)[0]


def test_every_concern_has_words(face: Json) -> None:
    names = [concern.id for concern in CONCERNS]
    assert list(HEADINGS) == list(SAID) == list(WHY) == names
    assert [item["id"] for item in face["concerns"]] == names
    for item in face["concerns"]:
        assert item["title"]
        assert item["unit"]
        assert item["help"].endswith(".")


def test_every_cell_says_something_and_why(face: Json) -> None:
    offered = [place for place in face["places"] if place["cells"]]
    assert [place["place"] for place in offered] == list(PLACES)
    for place in offered:
        for name, cell in place["cells"].items():
            assert cell["text"], name
            assert cell["why"], name
            assert cell["value"] is None or math.isfinite(cell["value"])
            assert (cell["missing"] is not None) <= (cell["value"] is None)


def test_the_route_says_the_same(client: TestClient, face: Json) -> None:
    found = client.get(f"/api/v1/tradeoffs?{FACE}")
    assert found.status_code == 200
    assert json.loads(found.content) == json.loads(json.dumps(face))
    assert client.get("/api/v1/tradeoffs?preset=nobody").status_code == 422


def test_costs_are_those_of_the_comparison(face: Json) -> None:
    found = decode(FACE)
    comparison = compare(found.scenario, found.book)
    months = found.scenario.horizon_months
    costs = {option.kind: option.company_usd for option in comparison.best_of_kind}
    for place in face["places"]:
        usd = costs[place["place"]]
        assert usd is not None
        assert place["cells"]["cost"]["value"] == pytest.approx(usd / months)


def test_the_sentence_names_the_cheapest_and_what_it_gives_up(face: Json) -> None:
    said = face["sentence"]
    assert said.startswith("It costs least on a hosted platform.")
    assert "works without a network" in said
    assert "all 5 are unbeaten" in said


def test_what_a_place_is_better_at_reads_well_for_every_place() -> None:
    named = {
        "managed_api": "A managed API",
        "hosted_platform": "A hosted platform",
        "rented": "Rented machines",
        "owned": "Your own machines",
        "device": "The users' devices",
        "device+managed_api": "The users' devices, with a managed API for the rest,",
        "device+hosted_platform": "The users' devices, with a hosted platform for the rest,",
        "device+rented": "The users' devices, with rented machines for the rest,",
        "device+owned": "The users' devices, with your own machines for the rest,",
    }
    assert {place: better(place, ["Your own model"]) for place in PLACES} == {
        place: f"{name} would be better on one count: your own model."
        for place, name in named.items()
    }
    assert better("rented", ["Live video", "Work to run"]) == (
        "Rented machines would be better on 2 counts: live video and work to run."
    )


def test_one_possible_place_does_not_boast() -> None:
    said = tradeoffs_body(FILTER)[0]["sentence"]
    assert said.startswith("Only the users' devices may be used here")


def test_nothing_possible_is_said() -> None:
    body, _ = tradeoffs_body("preset=support_chat&data_sensitivity=on_device")
    assert body["sentence"].startswith("No place is possible here")
    assert not any(place["unbeaten"] for place in body["places"])


def test_missing_figures_are_not_called_impossible() -> None:
    body, _ = tradeoffs_body("task=translation&params_millions=500")
    assert "incomplete" in {place["status"] for place in body["places"]}
    assert body["sentence"].startswith("Every place lacks a figure here")


def test_a_place_nobody_offers_has_no_cells() -> None:
    body, _ = tradeoffs_body(FILTER)
    empty = {place["place"] for place in body["places"] if not place["cells"]}
    assert empty == {"managed_api", "device+managed_api"}


def test_a_beaten_place_names_who_beats_it() -> None:
    body, _ = tradeoffs_body("preset=voice_notes")
    places = {place["place"]: place for place in body["places"]}
    for place in places.values():
        for other in place["beaten_by"]:
            assert places[other]["status"] == "feasible"
        assert place["unbeaten"] == (place["status"] == "feasible" and not place["beaten_by"])


def test_rows_are_a_place_and_a_concern_each(face: Json) -> None:
    rows, _ = tradeoff_rows(FACE)
    assert len(rows) == len(PLACES) * len(CONCERNS)
    assert len({(row["place"], row["concern"]) for row in rows}) == len(rows)
    first = rows[0]
    assert first["value"] == face["places"][0]["cells"]["cost"]["value"]
    assert first["unit"] == "USD a month"
    assert not any(isinstance(part, list | dict) for row in rows for part in row.values())


FIGURES = (0.06, 0.999, 7.04, 52.8, 104.2, 911.0, 1_004.0, 6_090.0, 119_000.0, 121_000.0, 3e6)


WORDED = ("data", "own_model", "own_data")
"""Their cells tell cases apart; a figure stands behind."""


@pytest.mark.parametrize(
    "concern", [one for one in CONCERNS if one.id not in WORDED], ids=lambda concern: concern.id
)
def test_what_reads_the_same_is_no_gain(concern: Concern) -> None:
    """$910 and $910, 53 h and 53 h: neither is bold before the other."""
    for middle in FIGURES:
        for share in (-0.04, -0.01, -3e-3, 4e-4, 3e-3, 0.01, 0.04):
            one, other = middle, middle * (1 + share)
            near = abs(one - other) <= concern.step or _reads(concern, one) == _reads(
                concern, other
            )
            assert (concern.gain(one, other) == 0) == near, (one, other)


def _reads(concern: Concern, value: float) -> str:
    return text(Fact(concern.id, value, parts={"weeks": 1.0}))


def test_small_figures_do_not_pretend() -> None:
    assert text(Fact("growth", 0.0000163)) == "under $0.01"
    assert text(Fact("growth", 0.0)) == "$0"
    assert text(Fact("battery", 0.0004)) == "under 0.01 %"
    assert text(Fact("start", 24.0, parts={"weeks": 0.75})) == "24 h, under a week"
    assert text(Fact("start", 32.0, parts={"weeks": 1.0})) == "32 h, 1 week"


def test_a_missing_figure_says_what_it_needs() -> None:
    fact = Fact("speed", None, lacks="computing time, which nobody publishes")
    assert text(fact) == "not known"
    assert why(fact)[0] == "Not known: needs computing time, which nobody publishes."


# ---------------------------------------------------------------------------------------- devices


def test_devices_have_both_minutes_and_say_there_is_no_thirtieth(client: TestClient) -> None:
    found = client.get(f"/api/v1/devices?{FILTER}")
    assert found.status_code == 200
    body = json.loads(found.content)
    assert "thirtieth" in body["no_minute_30"]
    for item in body["devices"]:
        if item["first_minute_ms"] and item["lasting_ms"]:
            assert item["lasting_ms"]["mid"] >= item["first_minute_ms"]["mid"] * (1 - 1e-9)
        assert item["serves"] == (not item["why_not"])
        assert item["source"]["title"]


def test_shares_add_up_and_make_the_reach() -> None:
    body, _ = devices_body(FILTER)
    shares = [item["share"]["mid"] for item in body["devices"]]
    assert sum(shares) == pytest.approx(1)
    served = sum(item["share"]["mid"] for item in body["devices"] if item["serves"])
    assert served == pytest.approx(body["reach"]["mid"])
    assert body["falls_back"]["share"] == pytest.approx(1 - served)
    assert body["limits"]["frame_ms"] == pytest.approx(1000 / 30)


def test_who_falls_back_has_a_place_or_none_is_possible() -> None:
    body, _ = devices_body("preset=voice_notes")
    found = decode("preset=voice_notes")
    hybrids = [
        option.kind
        for option in compare(found.scenario, found.book).best_of_kind
        if PLACES[option.kind].fallback and option.status == "feasible"
    ]
    assert body["falls_back"]["to"] == hybrids[0]  # the cheapest
    behind = PLACES[PLACES[hybrids[0]].fallback].words
    assert f"{behind} would answer for them" in body["falls_back"]["says"]
    body, _ = devices_body("preset=support_chat")
    assert body["falls_back"]["to"] is None
    assert "another place has to answer for all of them" in body["falls_back"]["says"]


def test_the_sentence_says_that_the_app_is_on_none_of_the_devices() -> None:
    """A mix of laptops alone, and an app for phones: nothing of the model is at fault."""
    query = "preset=summariser&device_mix=laptops&platforms=ios,android"
    said = devices_body(query)[0]["sentence"]
    assert said == "Nobody is served: the app is on none of the systems of these devices."


def test_the_sentence_of_a_model_no_device_can_run_says_why() -> None:
    said = devices_body("preset=support_chat")[0]["sentence"]
    assert said.startswith("No device of the users can run this model")
    assert "needs 8.73 GB at its peak" in said


def test_energy_says_which_is_less_and_by_how_much() -> None:
    one = {"low": 1.0, "mid": 2.0, "high": 4.0}
    other = {"low": 10.0, "mid": 20.0, "high": 30.0}
    said = energy_words({"computing_j": one, "sending_j": other, "link": "4g"})
    assert said.endswith("computing takes 10 times less.")
    said = energy_words({"computing_j": other, "sending_j": one, "link": "fixed"})
    assert said.endswith("sending takes 10 times less.")
    assert "over a fixed line" in said
    said = energy_words({"computing_j": None, "sending_j": one, "link": "wifi"})
    assert "of no device that serves it is known" in said


def test_updates_are_said_with_way_share_and_bytes() -> None:
    update = devices_body(FILTER)[0]["update"]
    said = " ".join(update["says"])
    assert "0.5 new models a month, fetched by 70 % of devices each: 2.47 GB" in said
    assert "by the app itself, without a release: 1 hour of work a month." in said
    asked = decode(FILTER, strict=True)
    once = replace(fleet(asked.scenario, asked.book, SHARED).update, new_models=1.0)
    assert "1 new model a month" in " ".join(update_words(once))


def test_what_devices_learn_themselves_is_not_fetched() -> None:
    """The answer trains on the devices: it bills joined models sent back to all of them."""
    said = devices_body(KEYBOARD)[0]["update"]["says"]
    assert said[-1] == (
        "Learnt on the devices: 4 runs a month, and each time what was joined goes back to the "
        "devices: 560 GB a month sent by you."
    )
    assert "fetched" not in " ".join(said)


def test_a_task_that_is_not_trained_updates_nothing() -> None:
    assert devices_body(FACE)[0]["update"]["says"][-1] == "No new models: nothing is updated."


def test_device_rows_are_flat() -> None:
    rows, _ = device_rows(FILTER)
    body, _ = devices_body(FILTER)
    assert [row["device"] for row in rows] == [item["device"] for item in body["devices"]]
    assert not any(isinstance(part, list | dict) for row in rows for part in row.values())
    assert rows[0]["minute_10_ms_mid"] == body["devices"][0]["lasting_ms"]["mid"]
