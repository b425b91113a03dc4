"""Cadences in words and as rows."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from report.retraining import retraining_body
from report.retraining_table import (
    LIMITS,
    NAMED,
    called,
    flips,
    last_possible,
    limit,
    place_of,
    quality,
    retraining_rows,
    sentence,
)

Json = dict[str, Any]
HOSPITAL = "preset=hospital_imaging"


@pytest.fixture(scope="module")
def body() -> Json:
    return retraining_body(HOSPITAL)[0]


def test_cadences_are_called_as_people_call_them() -> None:
    assert [called(often) for often in NAMED] == list(NAMED.values())
    assert called(0.333) == "quarterly"
    assert called(0.34) == "0.34 times a month"
    assert called(2.0) == "2 times a month"


def test_the_sentence_says_what_is_cheapest_here(body: Json) -> None:
    assert sentence(body).startswith("Trained again quarterly, a model trained on")
    assert "a month with the answers it gives on the users' devices." in sentence(body)


def test_without_a_price_of_quality_only_cost_is_said(body: Json) -> None:
    assert quality(body).startswith("How often is best is not said")
    priced, _ = retraining_body(
        f"{HOSPITAL}&quality_point_usd_per_month=2000&quality_loss_per_month=1"
    )
    assert quality(priced) == priced["best"]["text"]


def test_every_cadence_has_one_limit_in_words(body: Json) -> None:
    for venue in body["venues"].values():
        for turn in range(len(body["retrains_per_month"])):
            assert limit(venue, turn)["code"] in LIMITS


def test_the_last_possible_cadence_is_followed_by_a_reason(body: Json) -> None:
    count = len(body["retrains_per_month"])
    owned = body["venues"]["owned"]
    last = last_possible(owned, count)
    assert last is not None
    assert owned["usd_per_month"][last] is not None
    assert owned["usd_per_month"][last + 1] is None
    assert limit(owned, last + 1)["code"] == "run_time"
    assert last_possible(body["venues"]["rented"], count) is None


def test_flips_lie_between_the_cadences_they_part(body: Json) -> None:
    often, cheapest = body["retrains_per_month"], body["cheapest"]
    found = flips(body)
    assert len(found) == sum(a != b for a, b in pairwise(cheapest))
    for item in found:
        turn = next(i for i, value in enumerate(often) if value >= item["at"])
        assert often[turn - 1] <= item["at"] <= often[turn]
        assert cheapest[turn] == item["above"]


def test_rows_hold_every_venue_at_every_cadence(body: Json) -> None:
    rows, _ = retraining_rows(HOSPITAL)
    assert len(rows) == len(body["venues"]) * len(body["retrains_per_month"])
    row = next(item for item in rows if item["trained_at"] == "owned")
    assert row["usd_per_month"] == body["venues"]["owned"]["usd_per_month"][0]
    assert row["quality_usd_per_month"] is None
    assert not any(isinstance(part, list | dict) for item in rows for part in item.values())


def test_a_candidate_answers_where_its_id_says() -> None:
    assert place_of("rented>device+owned:acme/node1") == "Devices + own machines"
