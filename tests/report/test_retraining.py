"""``/api/v1/retraining``: shape, what is refused, and that it says what the calculators say."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators.explore.cadence import cadence
from calculators.places import UNTRAINED, VENUES
from report.api import ROUTES
from report.codec import decode
from report.retraining import numbers

QUERY = "preset=deep_art&quality_point_usd_per_month=100&quality_loss_per_month=1"
OF_VENUE = {
    "words",
    "usd_per_month",
    "candidate",
    "trained_on",
    "run_hours",
    "limits",
    "quality_usd_per_month",
    "net_usd_per_month",
    "curve",
    "best",
    "cycle",
    "reduced_dataset",
    "premium",
    "first_release",
}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=list(ROUTES)))


@pytest.fixture(scope="module")
def answer(client: TestClient) -> Any:
    found = client.get(f"/api/v1/retraining?{QUERY}")
    assert found.status_code == 200, found.text
    return found.json()


def test_every_list_is_as_long_as_the_cadences(answer: Any) -> None:
    points = len(answer["retrains_per_month"])
    assert answer["retrains_per_month"][answer["here"]] == 1
    assert answer["interval_hours"][0] is None
    assert set(answer["venues"]) == {UNTRAINED, *VENUES}
    for venue in answer["venues"].values():
        assert set(venue) == OF_VENUE
        for name in ("usd_per_month", "candidate", "trained_on", "run_hours", "net_usd_per_month"):
            assert len(venue[name]) == points
        stretches = [(item["from"], item["to"]) for item in venue["limits"]]
        assert stretches[0][0] == 0
        assert stretches[-1][1] == points - 1
        assert all(one[1] + 1 == other[0] for one, other in pairwise(stretches))


def test_a_line_holds_the_cadences_and_what_lies_between_them(answer: Any) -> None:
    often = answer["retrains_per_month"][1:]
    for venue in answer["venues"].values():
        x, y = (venue["curve"][name] for name in ("retrains_per_month", "usd_per_month"))
        assert x == sorted(set(x))
        assert set(often) <= set(x)
        on_the_grid = [usd for value, usd in zip(x, y, strict=True) if value in set(often)]
        assert on_the_grid == venue["net_usd_per_month"][1:]


def test_what_is_possible_is_priced(answer: Any) -> None:
    for venue in answer["venues"].values():
        for item in venue["limits"]:
            priced = [
                usd is not None for usd in venue["usd_per_month"][item["from"] : item["to"] + 1]
            ]
            assert set(priced) == {item["code"] in ("", "continuous")}


def test_the_same_as_the_calculators_say(answer: Any) -> None:
    found = decode(QUERY, strict=True)
    made = cadence(found.scenario, found.book)
    for name, item in made.venues.items():
        assert answer["venues"][name]["usd_per_month"] == numbers(item.usd_per_month)
    assert answer["rent_or_own"]["text"] == made.rent_or_own.text
    assert made.best is not None
    assert answer["best"]["text"] == made.best.text


def test_the_items_of_the_cycle_add_up(answer: Any) -> None:
    rented = answer["venues"]["rented"]
    company = [item["usd_per_month"] for item in rented["cycle"] if item["payer"] == "company"]
    assert sum(company) == pytest.approx(rented["usd_per_month"][answer["here"]])
    assert answer["venues"]["managed_api"]["cycle"] is None


def test_the_platform_says_its_premium_and_machines_their_first_trial(answer: Any) -> None:
    hosted, rented = answer["venues"]["hosted_platform"], answer["venues"]["rented"]
    premium = hosted["premium"]
    assert premium["ratio"] == pytest.approx(premium["usd_per_hour"] / premium["raw_usd_per_hour"])
    assert rented["premium"] is None
    assert rented["reduced_dataset"]["share"] == 0.1
    assert 0 < rented["reduced_dataset"]["hours"] < rented["run_hours"][answer["here"]]
    weeks = rented["first_release"]
    assert weeks["weeks_low"] < weeks["weeks"] < weeks["weeks_high"]
    assert sum(weeks["parts"].values()) == pytest.approx(weeks["weeks"])


def test_what_cannot_be_read_is_refused(client: TestClient) -> None:
    found = client.get("/api/v1/retraining?retrains_per_month=-1")
    assert found.status_code == 422
    assert found.json()["details"][0]["field"] == "retrains_per_month"
