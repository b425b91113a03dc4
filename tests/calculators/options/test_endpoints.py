"""Endpoints by rate, worked by hand: units on both sides of a step, the least billed, limits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.case import Case
from calculators.compare import compare
from calculators.costs.endpoints import billed_requests, peak_to_mean
from calculators.evaluation import Evaluation, evaluate
from calculators.presets import from_preset
from calculators.results import Finding, Option
from calculators.scenario import build
from pricing.book import PriceBook
from pricing.schema import EndpointRateRow, PriceRow
from pricing.units import SECONDS_PER_MONTH
from tests.calculators.world import another_world, case, compared_in, items, option

TRAINED: dict[str, Any] = {"own_model_required": True, "horizon_months": 1, "peak_to_mean": 3}
STEP = 2 * SECONDS_PER_MONTH / 3
"""One node answers 2 a second; at three times the mean that is 1,752,000 requests a month."""


def service(name: str, *, trained: bool = True, step: str = "1") -> str:
    yes = "yes" if trained else "no"
    kind = "custom_api" if trained else "task_api"
    return f"acme/{name},acme,Acme {name},{kind},face_match,,,{step},0,1,0,,yes,{yes},{yes},no,"


def rate(name: str, unit: str, per_second: str, grows: str, units: str, least_billed: str) -> str:
    return f"acme/{name},{unit},image,{per_second},1,{grows},{units},{least_billed},sourced"


ROWS = {
    "services": [service(name) for name in ("nodes", "silent", "flat", "packs")]
    + [service("campaign", step="0.001"), service("open", trained=False)]
    + ["acme/units,acme,Acme units,token_api,text_generation,chat-8b,small,,0,1,0,,yes,no,no,no,"],
    "task_api_prices": [
        *(f"acme/{name}/endpoint,1.5,hour" for name in ("nodes", "silent", "flat", "packs")),
        *(f"acme/{n}/training,4,hour" for n in ("nodes", "silent", "flat", "packs", "campaign")),
        "acme/campaign/standard,0.05,thousand_requests",
        "acme/open/standard,0.001,image",
        "acme/units/endpoint,2,hour",
    ],
    "endpoint_rates": [
        rate("nodes", "node", "2", "units", "1,1", "0"),
        rate("flat", "endpoint", "", "no", "1,1", "0"),
        rate("packs", "unit", "0.1", "units", "15,5", "0"),
        rate("campaign", "campaign", "", "no", "1,1", "1"),
        "acme/units,unit,token,50,4,units,15,5,0,sourced",
    ],
    "rate_limits": [
        "acme/nodes,unit,3,second,yes,default quota",
        "acme/open,request,60,minute,yes,default quota",
        "acme/open,request,600,minute,no,the most",
        "acme/campaign,request,5,second,unknown,default quota",
    ],
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> PriceBook:
    return another_world(tmp_path_factory.mktemp("endpoints"), ROWS)


@pytest.fixture(scope="module")
def real() -> PriceBook:
    return PriceBook.load()


def trained(book: PriceBook, name: str, requests: float, **changes: Any) -> Option:
    found = compared_in(book, **{**TRAINED, "requests_per_month": requests, **changes})
    return option(found, f"managed_api>managed_api:acme/{name}")


def said(chosen: Option, rule: str) -> list[Finding]:
    return [item for item in chosen.findings if item.rule == rule]


# --------------------------------------------------------------------------------------- units


@pytest.mark.parametrize(
    ("requests", "nodes"),
    [
        (1, 1),
        (STEP, 1),  # 1,752,000 / 2,628,000 x 3 = 2.0 a second: exactly one node
        (STEP + 1, 2),
        (2 * STEP, 2),
        (2 * STEP + 1, 3),
        (1000 * STEP, 1000),
    ],
)
def test_more_load_needs_more_nodes(book: PriceBook, requests: float, nodes: int) -> None:
    """Nodes x 730 h x 1.5 USD: one costs 1,095 USD a month."""
    item = items(trained(book, "nodes", requests))["Endpoint running all month"]
    assert item.quantity == pytest.approx(nodes * 730)
    assert item.amount_usd == pytest.approx(nodes * 1095.0)
    assert item.source.key == "acme/nodes/endpoint"


def test_what_a_node_answers_is_said_beside_the_amount(book: PriceBook) -> None:
    item = items(trained(book, "nodes", 2 * STEP))["Endpoint running all month"]
    assert item.basis.startswith("730 hours a month x up to 2 nodes, one for 2 requests a second (")


def test_nodes_follow_growth_month_by_month(book: PriceBook) -> None:
    """1, 2 and 4 times 1.5 steps: 2 + 3 + 6 nodes."""
    chosen = trained(book, "nodes", 1.5 * STEP, growth_pct_per_month=100, horizon_months=3)
    assert items(chosen)["Endpoint running all month"].quantity == pytest.approx(11 * 730)


@pytest.mark.parametrize(
    ("requests", "units"),
    [
        # 0.1 a second each: 15 units answer 1.5 a second, 1,314,000 a month at three times the mean
        (1, 15),
        (1_314_000, 15),
        (1_314_001, 20),
        (1_752_000, 20),
        (1_752_001, 25),
    ],
)
def test_units_start_at_the_least_and_grow_in_steps(
    book: PriceBook, requests: float, units: int
) -> None:
    item = items(trained(book, "packs", requests))["Endpoint running all month"]
    assert item.quantity == pytest.approx(units * 730)


def test_a_charge_that_does_not_grow_stays_one(book: PriceBook) -> None:
    item = items(trained(book, "flat", 1e11))["Endpoint running all month"]
    assert item.quantity == 730


def test_what_nobody_says_is_priced_up_to_the_least_documented_rate(book: PriceBook) -> None:
    """1.5 a second at three times the mean: 1.5 x 2,628,000 / 3 = 1,314,000 requests a month."""
    below, above = trained(book, "silent", 1_314_000), trained(book, "silent", 1_314_001)
    assert below.status == "feasible"
    assert items(below)["Endpoint running all month"].quantity == 730
    (capacity,) = said(below, "capacity")
    assert capacity.verdict == "caution"
    assert above.status == "incomplete"
    needs = "Acme silent: how many requests a second one unit of its endpoint answers"
    assert above.missing == (needs,)


def test_documented_rates_move_with_their_factor(book: PriceBook) -> None:
    """Half the rate at the low end, 1.3 times at the high one: 2, 1 and 1 node for one step."""
    moved = case(
        book=book,
        scores={"endpoint_rate": [-1.0, 0.0, 1.0]},
        **{**TRAINED, "requests_per_month": STEP},
    )
    found = evaluate(moved)
    cost = found.company[found.at["managed_api>managed_api:acme/nodes"]]
    assert cost - cost[1] == pytest.approx([1095, 0, 0])


CHAT: dict[str, Any] = {"task": "text_generation", "model": "chat-8b", "horizon_months": 1}


@pytest.mark.parametrize(
    ("requests", "units"),
    [
        # 500 + 4 x 125 = 1,000 tokens a request: a unit of 50 a second answers 0.05 requests,
        # 15 units 0.75, at three times the mean 657,000 requests a month; 5 more 219,000 more
        (657_000, 15),
        (657_001, 20),
        (876_000, 20),
        (876_001, 25),
    ],
)
def test_provisioned_units_are_rated_in_tokens(
    book: PriceBook, requests: float, units: int
) -> None:
    asked = {**CHAT, "input_tokens": 500, "output_tokens": 125, "peak_to_mean": 3}
    found = compared_in(book, requests_per_month=requests, **asked)
    item = items(option(found, "none>managed_api:acme/units"))["Endpoint running all month"]
    assert item.amount_usd == pytest.approx(units * 730 * 2)


def test_units_rated_in_tokens_need_to_know_them(book: PriceBook) -> None:
    found = compared_in(book, **CHAT, input_tokens=0, output_tokens=0)
    assert option(found, "none>managed_api:acme/units").missing == ("tokens of one request",)


@pytest.mark.parametrize(
    ("hours", "ratio"),
    [
        (0, 3),
        (1, 3),
        (24, 1),
    ],
)
def test_the_peak_is_that_of_the_hours_an_answer_can_wait(hours: float, ratio: float) -> None:
    assert peak_to_mean(case(can_wait_hours=hours, peak_to_mean=3))[0] == pytest.approx(ratio)


def test_patience_never_raises_the_peak() -> None:
    hours = np.linspace(0, 48, 97)
    asked = case({"can_wait_hours": hours[hours < 24]}, peak_to_mean=5)
    ratio = peak_to_mean(asked)
    assert (np.diff(ratio) <= 0).all()
    assert ratio[0] == 5
    assert ratio[-1] >= 1


# ------------------------------------------------------------------------------ the least billed


def test_a_least_rate_is_billed_used_or_not(book: PriceBook) -> None:
    """1 a second for 730 hours: 2,628,000 requests, 2,628 x 0.05 = 131.4 USD a month."""
    item = items(trained(book, "campaign", 1000))["Requests"]
    assert item.quantity == pytest.approx(2628)  # thousands
    assert item.amount_usd == pytest.approx(131.4)
    assert "at least 1 image a second in every hour" in item.basis


def test_level_load_is_billed_as_made_above_the_least(book: PriceBook) -> None:
    """Without a peak each hour brings the mean: 2 a second are 5,256,000 requests."""
    for requests, billed in ((2_628_000, 2628.0), (2_628_001, 2628.001), (5_256_000, 5256.0)):
        chosen = trained(book, "campaign", requests, peak_to_mean=1)
        assert items(chosen)["Requests"].quantity == pytest.approx(billed)


def test_hours_above_the_least_do_not_make_up_for_those_below(book: PriceBook) -> None:
    """At a mean of the least rate itself quiet hours are topped up: more is billed than made."""
    chosen = trained(book, "campaign", 2_628_000)
    assert items(chosen)["Requests"].quantity > 2628 * 1.2


@settings(max_examples=30, deadline=None)
@given(
    peak=st.floats(1, 40),
    least=st.floats(1e-3, 1e3),
    volume=st.floats(1, 1e12),
)
def test_billed_is_never_below_what_is_made_nor_below_the_least(
    peak: float, least: float, volume: float
) -> None:
    asked = case(peak_to_mean=peak)
    made = np.array([[volume]])
    billed = billed_requests(asked, np.array([least]), made)[0, 0]
    assert billed >= volume * (1 - 1e-12)
    assert billed >= least * SECONDS_PER_MONTH * (1 - 1e-9)
    assert billed <= (volume + least * SECONDS_PER_MONTH) * (1 + 1e-9)


# ------------------------------------------------------------------------------- along the volume

PRODUCTS = ("nodes", "silent", "flat", "packs", "campaign")


def costs(found: Evaluation) -> Iterator[np.ndarray[Any, np.dtype[np.float64]]]:
    for name in PRODUCTS:
        yield found.company[found.at[f"managed_api>managed_api:acme/{name}"]]


@settings(max_examples=15, deadline=None)
@given(
    peak=st.floats(1, 30),
    growth=st.sampled_from([0.0, 3.0, -5.0]),
    wait=st.sampled_from([0.0, 6.0, 24.0]),
    low=st.floats(0, 8),
)
def test_cost_never_falls_as_volume_rises(
    book: PriceBook, peak: float, growth: float, wait: float, low: float
) -> None:
    volumes = 10 ** np.linspace(low, low + 3, 200)
    changes = {**TRAINED, "peak_to_mean": peak, "growth_pct_per_month": growth}
    changes |= {"horizon_months": 6, "can_wait_hours": wait}
    found = evaluate(case({"requests_per_month": volumes}, book=book, **changes))
    for cost in costs(found):
        known = cost[np.isfinite(cost)]
        assert (np.diff(known) >= -1e-9 * known[1:]).all()
        assert np.isfinite(cost[: known.size]).all()  # known up to a volume, unknown from there


def block_of(book: PriceBook, name: str, **changes: Any) -> tuple[Case, Any, int]:
    asked = case(book=book, **{**TRAINED, **changes})
    for pair in evaluate(asked).pairs:
        if pair.place.id == "managed_api" and f"acme/{name}" in pair.block.products.ids:
            return asked, pair.block, list(pair.block.products.ids).index(f"acme/{name}")
    raise AssertionError(name)


def test_steps_are_known_where_they_are(book: PriceBook) -> None:
    _, block, row = block_of(book, "nodes")
    assert block.spacing_of(row) == pytest.approx([STEP])
    assert block.edges_of(row, 3.5 * STEP) == pytest.approx([STEP, 2 * STEP, 3 * STEP])
    _, block, row = block_of(book, "packs")
    assert block.spacing_of(row) == pytest.approx([0.5 * SECONDS_PER_MONTH / 3])
    _, block, row = block_of(book, "silent")
    assert block.spacing_of(row).size == 0
    assert block.edges_of(row, 1e12) == pytest.approx([1_314_000])


def test_a_growing_volume_steps_in_each_month(book: PriceBook) -> None:
    _, block, row = block_of(book, "nodes", growth_pct_per_month=100, horizon_months=2)
    assert block.spacing_of(row) == pytest.approx([STEP, STEP / 2])


def test_a_least_rate_bends_where_an_hour_outgrows_it(book: PriceBook) -> None:
    """Between two known bends the cost is a straight line, to a part in a billion."""
    _, block, row = block_of(book, "campaign")
    bends = block.edges_of(row, 1e12)
    assert bends[0] == pytest.approx(SECONDS_PER_MONTH / 3, rel=1e-3)  # the busiest hour first
    asked = np.concatenate([[lo, (lo + hi) / 2, hi] for lo, hi in pairwise(bends)])
    found = evaluate(case({"requests_per_month": asked}, book=book, **TRAINED))
    cost = found.company[found.at["managed_api>managed_api:acme/campaign"]].reshape(-1, 3)
    assert cost[:, 1] == pytest.approx((cost[:, 0] + cost[:, 2]) / 2, rel=1e-9)


# --------------------------------------------------------------------------------------- limits


def open_api(book: PriceBook, requests: float, **changes: Any) -> Option:
    found = compared_in(book, requests_per_month=requests, horizon_months=1, **changes)
    return option(found, "none>managed_api:acme/open")


@pytest.mark.parametrize(
    ("requests", "verdicts"),
    [
        # three times the mean: 60 a minute is 1 a second, 2,628,000 / 3 = 876,000 a month
        (876_000, ["pass", "pass"]),
        (876_001, ["caution", "pass"]),
        (8_760_000, ["caution", "pass"]),
        (8_760_001, ["fail", "caution"]),  # what refuses is listed first
    ],
)
def test_a_limit_is_a_caution_and_fails_only_where_it_cannot_be_raised(
    book: PriceBook, requests: float, verdicts: list[str]
) -> None:
    chosen = open_api(book, requests, peak_to_mean=3)
    assert [item.verdict for item in said(chosen, "rate limit")] == verdicts
    assert chosen.status == ("infeasible" if "fail" in verdicts else "feasible")


def test_a_limit_says_its_number_and_what_would_have_to_change(book: PriceBook) -> None:
    ceiling, raisable = said(open_api(book, 26_280_000, peak_to_mean=3), "rate limit")
    assert raisable.source is not None
    assert raisable.source.url
    assert raisable.text == (
        "The published limit is 60 requests a minute (default quota; it can be raised on "
        "request); the busiest hour brings 1,800."
    )
    assert raisable.change
    assert "it cannot be raised" in ceiling.text
    assert ceiling.change == "at most 8,760,000 requests a month"


def test_a_limit_that_cannot_be_raised_is_a_known_volume(book: PriceBook) -> None:
    asked = case(book=book, horizon_months=1, peak_to_mean=3)
    (pair,) = (p for p in evaluate(asked).pairs if p.place.id == "managed_api")
    row = list(pair.block.products.ids).index("acme/open")
    assert 8_760_000 in pair.block.edges_of(row, 1e12).round(6)


def test_the_busiest_month_meets_the_limit(book: PriceBook) -> None:
    changes: dict[str, Any] = {"peak_to_mean": 3, "growth_pct_per_month": 100}
    assert open_api(book, 8_760_000, **changes).status == "feasible"
    changes |= {"requests_per_month": 8_760_000, "horizon_months": 2}
    grown = compared_in(book, **changes)
    assert option(grown, "none>managed_api:acme/open").status == "infeasible"


def test_units_have_a_limit_too(book: PriceBook) -> None:
    (three,) = said(trained(book, "nodes", 3 * STEP), "rate limit")
    (four,) = said(trained(book, "nodes", 3 * STEP + 1), "rate limit")
    assert (three.verdict, four.verdict) == ("pass", "caution")
    assert "3 units at once" in four.text
    assert "brings 4." in four.text


def test_unknown_whether_it_can_be_raised_is_a_caution(book: PriceBook) -> None:
    (found,) = said(trained(book, "campaign", 1e9), "rate limit")
    assert found.verdict == "caution"
    assert "whether it can be raised is not said" in found.text


def test_nothing_published_nothing_said(book: PriceBook) -> None:
    found = compared_in(book, requests_per_month=1e12, horizon_months=1)
    assert said(option(found, "none>managed_api:delta/faces"), "rate limit") == []


# --------------------------------------------------------------------------- cases of the real book

A4: dict[str, Any] = {
    "task": "image_classification",
    "own_model_required": True,
    "training_method": "fine_tune",
    "model": "resnet50",
    "horizon_months": 1,
}


@pytest.mark.parametrize(
    ("requests", "nodes", "units"),
    [
        # x 3 / 2,628,000 s: 1.1416, 1,141.55 and 114,155.25 a second; a node answers 1.5, a unit 5
        (1e6, 1, 1),
        (1e9, 762, 229),
        (1e11, 76_104, 22_832),
    ],
)
def test_trained_endpoints_cost_what_their_load_needs(
    real: PriceBook, requests: float, nodes: int, units: int
) -> None:
    found = compare(build({**A4, "requests_per_month": requests}), real)
    for product, count, usd in (
        ("gcp/vertex-automl-image", nodes, 1.375),
        ("gcp/vertex-automl-edge", nodes, 1.375),
        ("aws-ai/rekognition-custom-labels", units, 4.0),
    ):
        chosen = option(found, f"managed_api>managed_api:{product}")
        item = items(chosen)["Endpoint running all month"]
        assert item.amount_usd == pytest.approx(count * 730 * usd), product
        assert item.source.title


@pytest.mark.parametrize(
    ("requests", "usd"),
    [
        (1e4, 2628 * 0.0556),  # 146.1 USD: the least rate alone
        (1e9, None),  # more than the million thousands made, by the quiet hours
    ],
)
def test_personalize_bills_one_request_a_second_at_least(
    real: PriceBook, requests: float, usd: float | None
) -> None:
    changes = {"requests_per_month": requests, "horizon_months": 1}
    found = compare(from_preset("recommender", changes, real), real)
    chosen = option(found, "managed_api>managed_api:aws-ai/personalize")
    billed = [item for item in chosen.line_items if item.name.startswith("Requests")]
    amount = sum(item.amount_usd for item in billed)
    if usd is not None:
        assert amount == pytest.approx(usd)
    else:
        assert sum(item.quantity for item in billed) > 1e6
        # 72,000 x 0.0556 + 648,000 x 0.0278 + 280,000 x 0.0139, and what quiet hours add
        assert amount == pytest.approx(4003.2 + 18014.4 + 3892.0, rel=1e-3)


def test_every_endpoint_of_the_real_book_says_what_it_answers(real: PriceBook) -> None:
    rated = {row.product for row in real.table("endpoint_rates", EndpointRateRow)}
    charged = {
        row.product for row in real.table("task_api_prices", PriceRow) if row.meter == "endpoint"
    }
    # AWS leaves what a model unit answers to its account team: one is priced, no more
    assert charged - rated == {"aws/bedrock-custom-titan-express"}
