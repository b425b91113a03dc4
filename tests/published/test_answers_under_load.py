"""Answers that were wrong in use, as the API gives them: load, sleep, own benchmarks, frames.

Figures beside a test are what was published or measured there; sizes that follow from our own
estimates are compared with each other, never with a number.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import pytest

from calculators.compare import compare
from calculators.results import Comparison, Finding, Option
from calculators.scenario import ScenarioError
from pricing.loader import TABLE_DIR
from report.codec import decode

BARE = (
    "&staff_usd_per_hour=0&request_kb=0&response_kb=0&horizon_months=1&battery_wear=no"
    "&data_sensitivity=public&latency_budget_ms=&ttft_budget_ms=&min_tokens_per_s="
)
"""Only the vendor's bill."""
MONTH_S = 730 * 3600


def ask(query: str) -> Comparison:
    """What ``/api/v1/compare?query`` answers."""
    found = decode(query, strict=True)
    return compare(found.scenario, found.book)


def with_machines(found: Comparison, place: str) -> Iterator[Option]:
    """Options of a place whose machines are known."""
    return (o for o in found.options if o.answers_at == place and o.capacity is not None)


def rented(found: Comparison, machine: str) -> Option:
    """The first option, in the order of lists, that rents a machine."""
    return next(o for o in with_machines(found, "rented") if capacity_machine(o) == machine)


def capacity_machine(option: Option) -> str:
    assert option.capacity is not None
    return option.capacity.machine


def machines(option: Option) -> float:
    assert option.capacity is not None
    return option.capacity.machines


def p50(option: Option) -> float:
    assert option.latency.p50_ms is not None
    return option.latency.p50_ms


def p95(option: Option) -> float:
    assert option.latency.p95_ms is not None
    return option.latency.p95_ms


def monthly(option: Option) -> float:
    assert option.monthly_usd is not None
    return option.monthly_usd


def said(option: Option, rule: str) -> Finding:
    return next(item for item in option.findings if item.rule == rule)


# ------------------------------------------------------------------------ A1: load and headroom

RATE = 20.57  # requests a second that one H100 completed, half within 7.13 s and 90 % in 9.35 s
CHAT = (
    "preset=support_chat&model=llama-3.1-8b&precision=fp16&input_tokens=512&output_tokens=256"
    "&cached_input_share=0&peak_to_mean=1&spare_instances=0&ttft_budget_ms=&min_tokens_per_s="
)


def chat(times: float, target: float, budget: str = "", lengths: str = "") -> Option:
    requests = RATE * MONTH_S * times
    load = f"&requests_per_month={requests:.0f}&target_peak_load={target}{lengths}"
    return rented(ask(f"{CHAT}{load}&latency_budget_ms={budget}"), "1 x H100-SXM")


def test_headroom_buys_speed() -> None:
    """Fifty times the rate, so that whole machines do not hide the load they were planned for."""
    eased, planned, full = (chat(50, target) for target in (0.1, 0.7, 1.0))
    assert machines(eased) > machines(planned) > machines(full)
    assert p95(eased) < p95(planned) < p95(full)
    assert p50(eased) < p50(planned) < p50(full)
    assert p50(full) > 2 * p50(eased)


def test_a_budget_buys_machines() -> None:
    without, tight = chat(1, 0.7), chat(1, 0.7, "6000")
    assert tight.status == "feasible"
    assert machines(tight) > machines(without)
    assert p95(tight) <= 6000 < p95(without)
    assert monthly(tight) > monthly(without)


EQUAL = "&assume.answer_length_spread_text_generation=0.011"
"""Answers of one length, as benchmarks ask for."""


@pytest.mark.parametrize(
    ("rate", "p50_ms"),
    # pchitral, vLLM 0.19.0, 16 bits: runs of 500 prompts that lasted 19 answer times and more
    [(0.9967, 1711.0), (4.9102, 2160.1), (9.6267, 2662.2)],
)
def test_answers_of_one_h100_take_what_was_measured(rate: float, p50_ms: float) -> None:
    """At a steady rate: 20, 13 and 19 % slower, where language models are told within 15 %
    in the median and 59 % in nine of ten (``docs/load.md``).
    """
    found = chat(rate / RATE, 1.0, lengths=EQUAL)
    assert machines(found) == 1
    assert found.latency.parts_ms["computing"] == pytest.approx(p50_ms, rel=0.25)


def test_a_run_that_is_no_steady_state_lies_in_the_range() -> None:
    """7.13 s, 9.35 s in nine of ten: 500 prompts sent at 25 a second to a machine of 24.37.

    The queue grew for the 20 s of the run, 2.8 answer times; 20.57 a second is what was completed
    until the last was done. At that rate for ever half are said to be answered within 8.4 s, or
    9.9 s of one length, 1.39 of what was measured.
    """
    unlike, alike = (chat(1, 1.0, lengths=lengths) for lengths in ("", EQUAL))
    for found in (unlike, alike):
        assert machines(found) == 1
        near = found.latency.near()
        assert near is not None
        low, high = near.p50_ms
        assert low < 7130 < high
        assert found.latency.parts_ms["computing"] == pytest.approx(7130, rel=0.4)
    # nine in ten at 1.28 deviations, 95 in 100 at 1.645
    nine_in_ten = p50(alike) * (p95(alike) / p50(alike)) ** (1.2816 / 1.6449)
    assert nine_in_ten == pytest.approx(9348, rel=0.25)


def test_pages_on_full_machines_are_slower() -> None:
    """A one-processor endpoint won at target 1.0, with the p95 it has at 0.7."""
    planned, full = (ask(f"preset=document_ocr&target_peak_load={load}") for load in (0.7, 1.0))
    names = [o.id for o in with_machines(full, "hosted_platform") if "intel-spr" in o.id]
    assert len(names) > 4
    slower = 0
    for name in names:
        before, after = planned.option(name), full.option(name)
        assert before is not None
        assert after is not None
        fewer = machines(after) < machines(before)
        slower += p95(after) > p95(before) * 1.01
        assert p95(after) > p95(before) if fewer else p95(after) >= p95(before), name
        assert after.status != "feasible" or p95(after) <= 60_000, name
    assert slower
    assert full.cheapest is not None
    assert "intel-spr" not in full.cheapest.id


# ------------------------------------------------------------------------------- A2, A3: sleep


@pytest.mark.parametrize(
    ("preset", "requests"), [("recommender", 1000), ("deep_art", 1000), ("deep_art", 10_000)]
)
def test_few_requests_meet_starts(preset: str, requests: int) -> None:
    """A T4 was shown to answer in 126 ms, 95 of 100 times; most requests wait for its start."""
    found = ask(f"preset={preset}&requests_per_month={requests}")
    asleep = [o for o in with_machines(found, "hosted_platform") if "serverless" in o.id]
    asleep += [o for o in with_machines(found, "hosted_platform") if ":modal/" in o.id]
    assert len(asleep) > 5
    for option in asleep:
        if ("memory", "fail") in {(item.rule, item.verdict) for item in option.findings}:
            continue
        finding = said(option, "speed: start")
        assert (option.status, finding.verdict) == ("infeasible", "fail"), option.id
        share = re.search(r"([\d.]+) % of requests", finding.text)
        assert share is not None, finding.text
        assert 50 < float(share[1]) <= 100
        assert p95(option) > 5000


SERVERLESS = "Machines billed while up"


def billed_s(option: Option) -> float:
    """Seconds billed in the one month."""
    (item,) = (item for item in option.line_items if item.name == SERVERLESS)
    return item.quantity * {"second": 1, "hour": 3600, "minute": 60}[item.unit]


def serverless(found: Comparison) -> dict[str, Option]:
    hosted = with_machines(found, "hosted_platform")
    return {o.id: o for o in hosted if any(i.name == SERVERLESS for i in o.line_items)}


def faces(requests: float) -> dict[str, Option]:
    """Serverless machines at four times the mean in the busiest hour."""
    query = f"preset=celebrity_match&requests_per_month={requests:.0f}&peak_to_mean=4"
    return serverless(ask(query + BARE))


def test_one_worker_is_never_billed_more_than_the_hours() -> None:
    """1.054 of all hours were billed; by the hours of the day it is about half, 0.474 at 30 s."""
    options = serverless(
        ask(f"preset=celebrity_match&requests_per_month=219000&peak_to_mean=4{BARE}")
    )
    assert len(options) >= 15
    for name, option in options.items():
        assert machines(option) == 1
        assert 0.25 * MONTH_S < billed_s(option) < 0.7 * MONTH_S, name


def test_serverless_machines_cost_more_the_more_they_answer() -> None:
    """27 of them became cheaper, by up to 399 USD a month, between 1e5 and 1e7 requests."""
    grid = [10**exponent for exponent in (3, 4, 5, 5.25, 5.5, 5.75, 6, 6.5, 7, 8, 9)]
    found = [faces(volume) for volume in grid]
    assert len(found[0]) >= 15
    for name in found[0]:
        costs = [monthly(options[name]) for options in found]
        assert costs == sorted(costs), name
        assert costs[-1] > costs[0], name


# -------------------------------------------------------------------------- A4: trained endpoints

TRAINED = (
    "preset=celebrity_match&task=image_classification&own_model_required=yes"
    "&training_method=fine_tune&model=resnet50&horizon_months=1"
)


def test_a_trained_endpoint_needs_nodes_for_its_load() -> None:
    """1,505 USD a month at 1e6 and at 1e11; a node has a rate: a thousand times the load, nodes."""
    name = "managed_api>managed_api:gcp/vertex-automl-image"
    costs = []
    for volume in (10**6, 10**8, 10**11):
        option = ask(f"{TRAINED}&requests_per_month={volume}").option(name)
        assert option is not None
        costs.append(monthly(option))
    assert costs[0] < costs[1] < costs[2]
    assert costs[2] == pytest.approx(1000 * costs[1], rel=0.1)


def test_the_least_of_a_campaign_is_billed() -> None:
    """Personalize bills a request a second, asked or not: 2,628,000 a month."""
    name = "managed_api>managed_api:aws-ai/personalize"
    option = ask("preset=recommender&requests_per_month=1000&horizon_months=1").option(name)
    assert option is not None
    billed = sum(i.quantity for i in option.line_items if i.name.startswith("Requests"))
    assert billed == pytest.approx(MONTH_S / 1000, rel=1e-3)


# --------------------------------------------------------------------------- A8: own benchmarks


def test_a_benchmark_names_its_machine() -> None:
    with pytest.raises(ScenarioError) as refused:
        ask("preset=support_chat&measured_requests_per_s=5")
    (fault,) = refused.value.bad
    assert (fault.field, fault.value) == ("measured_requests_per_s", "5")
    assert "measured_on" in fault.allowed


@pytest.fixture(scope="module")
def benchmark() -> Comparison:
    """Five requests a second on one L4."""
    return ask("preset=support_chat&measured_requests_per_s=5&measured_on=L4")


def test_a_benchmark_is_exact_where_it_was_measured(benchmark: Comparison) -> None:
    capacity = rented(benchmark, "1 x L4").capacity
    assert capacity is not None
    figures = (capacity.low, capacity.requests_per_s, capacity.high)
    assert figures == pytest.approx((5, 5, 5))
    assert (capacity.label, capacity.replicas) == ("override", 1)


def test_a_benchmark_is_scaled_to_other_machines() -> None:
    """By the ratio of our estimates, with their range, and said to be.

    Without budgets: at another speed they make another set of accelerators the cheapest.
    """
    free = "&latency_budget_ms=&ttft_budget_ms=&min_tokens_per_s="
    benchmark = ask(f"preset=support_chat&measured_requests_per_s=5&measured_on=L4{free}")
    plain = ask(f"preset=support_chat{free}")
    estimated = {o.id: o.capacity for o in with_machines(plain, "rented") if o.capacity is not None}
    here = next(c.requests_per_s for c in estimated.values() if c.machine == "1 x L4")
    others = 0
    for option in with_machines(benchmark, "rented"):
        capacity = option.capacity
        if capacity is None or capacity.machine == "1 x L4":
            continue
        assert capacity.label == "scaled"
        assert "yours on L4" in capacity.rule
        expected = estimated[option.id].requests_per_s * 5 / here
        assert capacity.requests_per_s == pytest.approx(expected, rel=1e-6), option.id
        assert capacity.low < capacity.requests_per_s < capacity.high
        others += 1
    assert others > 20


@pytest.mark.parametrize("load", [0.1, 0.69])
def test_a_benchmark_at_its_concurrency_answers_as_fast_as_it_did(load: float) -> None:
    """Three a second with eight at once: by Little's law 8 / 3 = 2.667 s with all places full.

    At seven tenths of that rate half were said to be answered within 4.8 s.
    """
    query = (
        "preset=support_chat&measured_requests_per_s=3&measured_on=L4&measured_concurrency=8"
        "&max_concurrency=8&target_peak_load=0.7&peak_to_mean=1&spare_instances=0"
        "&latency_budget_ms=&ttft_budget_ms=&min_tokens_per_s="
        "&assume.answer_length_spread_text_generation=0.011"
    )
    found = rented(ask(f"{query}&requests_per_month={3 * load * MONTH_S:.0f}"), "1 x L4")
    assert found.capacity is not None
    assert found.capacity.requests_per_s == pytest.approx(3)
    assert 2000 < found.latency.parts_ms["computing"] < 2667


EMPTY = "&latency_budget_ms=&ttft_budget_ms=&min_tokens_per_s=&requests_per_month=1000"


@pytest.mark.parametrize(
    ("query", "machine"),
    [
        ("preset=photo_moderation", "T4"),  # 451 ms, the law of any number at once taken for one
        ("preset=semantic_search", "L4"),  # 590 ms
        ("preset=voice_notes", "L4"),  # 582 ms
        ("preset=support_chat&model=mixtral-8x7b", "2x H100-SXM"),  # 724 ms of one expert more
    ],
)
def test_a_benchmark_of_one_request_is_the_time_of_one(query: str, machine: str) -> None:
    """900 ms, one request after the other: so an idle machine answers, half of them or nearly."""
    one = f"&measured_answer_ms=900&measured_concurrency=1&measured_on={machine}"
    lengths = "&assume.answer_length_spread_text_generation=0.011"
    found = ask(f"{query}{one}{EMPTY}{lengths if 'chat' in query else ''}")
    measured = [o for o in with_machines(found, "rented") if o.latency.label == "override"]
    assert measured
    for option in measured:
        assert option.latency.parts_ms["computing"] == pytest.approx(900, rel=1e-3)


@pytest.mark.parametrize("preset", ["photo_moderation", "semantic_search", "voice_notes"])
def test_so_many_at_once_answer_by_littles_law(preset: str) -> None:
    """One at a time: a request every answer time. More answer more, up to the machine's own 256."""
    rates = []
    for most in ("1", "2", "8", "64", "256", "300", ""):
        found = rented(ask(f"preset={preset}{EMPTY}&max_concurrency={most}"), "1 x L4")
        assert found.capacity is not None
        rates.append(found.capacity.requests_per_s)
        most_at_once = min(float(most or 256), 256)
        assert found.capacity.at_once == pytest.approx(most_at_once, rel=1e-6)
        if most == "1":
            computing = found.latency.parts_ms["computing"] / 1000
            assert rates[0] == pytest.approx(1 / computing, rel=0.01)
    assert rates == sorted(rates)
    assert rates[-1] == rates[-2] == pytest.approx(rates[-3])


def test_a_benchmark_holds_no_model_in_memory(benchmark: Comparison) -> None:
    """An 8B model on a virtual CPU with 2 GB became feasible, on premises a Jetson of 8 GB won."""
    for option in benchmark.options:
        small = "spr-x1" in option.id and "spr-x16" not in option.id
        if small or "jetson-orin-nano" in option.id:
            assert option.status == "infeasible", option.id
            assert "memory" in {item.rule for item in option.findings if item.verdict == "fail"}
    inside = ask(
        "preset=support_chat&measured_requests_per_s=5&measured_on=L4&data_sensitivity=on_premises"
    )
    assert inside.cheapest is not None
    assert "jetson" not in inside.cheapest.id


# --------------------------------------------------------------------- A11: share of the peak


def reached(generation: str) -> float:
    """Greatest share of the fp16 peak in measured rows of networks in fp16 on a generation."""

    def rows(name: str) -> list[dict[str, str]]:
        with (TABLE_DIR / f"{name}.csv").open() as file:
            return list(csv.DictReader(file))

    peaks = {r["accelerator"]: r for r in rows("accelerators") if r["generation"] == generation}
    work = {r["model"]: r["gflops_per_unit"] for r in rows("models")}
    shares = []
    for row in rows("inference_measurements"):
        counts = (row["quantity"], row["kind"], row["precision"])
        part, gflops = peaks.get(row["part"]), work.get(row["model"])
        if counts == ("requests_per_s", "vision", "fp16") and part and gflops:
            each = float(row["value"]) / float(row["count"])
            shares.append(each * float(gflops) / 1000 / float(part["fp16_tflops"]))
    return max(shares)


@pytest.mark.parametrize(
    ("machine", "place", "generation", "tflops"),
    [
        ("1 x T4", "rented", "turing", 65.0),  # measured on a T4: 15 %, ResNet-50
        ("1 x Jetson Orin Nano Super 8GB", "owned", "ampere", 4.2),  # 84 %, ViT-L on an RTX 3090
    ],
)
def test_no_estimate_uses_more_of_the_peak_than_was_measured(
    machine: str, place: str, generation: str, tflops: float
) -> None:
    found = ask(
        "preset=photo_moderation&task=image_classification&precision=fp16"
        "&model=vit_base_patch16_224"
    )
    option = next(o for o in with_machines(found, place) if capacity_machine(o) == machine)
    assert option.capacity is not None
    share = option.capacity.requests_per_s * 35.16 / 1000 / tflops  # 17.58 G multiply-adds
    assert share <= reached(generation) * 1.05


# ---------------------------------------------------------------------------- A13: frames


def test_a_hybrid_sends_frames_as_its_machine_does() -> None:
    """ "115 ms a frame" at 24 a second: computing 1.2 ms and sending 10.1 ms work side by side."""
    found = ask(
        "preset=live_camera&realtime_fps=24&link=fixed&device_mix=eu_mainstream"
        "&requests_per_month=100000000000&latency_budget_ms="
    )
    alone = next(o for o in with_machines(found, "rented") if o.status == "feasible")
    product = alone.id.partition("rented:")[2]
    hybrids = [
        o for o in with_machines(found, "device+rented") if o.id.endswith(f"rented:{product}")
    ]
    assert hybrids
    for option in hybrids:
        assert option.status == "feasible", option.id
        fails = {item.rule for item in option.findings if item.verdict == "fail"}
        assert "speed: frame" not in fails
        assert option.device_share is not None
        assert 0 < option.device_share < 1
