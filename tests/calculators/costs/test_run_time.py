"""Time of a training run beside training, and billed hours, by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.costs.run_time import Billing, billing, clock, floor, rule, rules_of, trained_hours
from calculators.market.machines import Distinct
from pricing.book import PriceBook
from pricing.schema import BillingRuleRow
from tests.calculators.world import another_world, case

SECOND = 1 / 3600
TIMES = {
    "machine_start_minutes": 5.0,
    "training_evaluation_share": 0.1,
    "training_weights_seconds_per_gib": 2.0,
    "dataset_upload_mbps": 200.0,
    "training_copy_mbps": 2000.0,
}
STARTS = [
    "acme,rented,image,20,60,240,yes,sourced",
    "acme,hosted_platform,machine,50,100,200,no,sourced",
    "any,hosted_platform,image,30,30,30,yes,our_assumption",
    "any,owned,image,20,20,20,yes,our_assumption",
]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> PriceBook:
    folder: Path = tmp_path_factory.mktemp("starts")
    return another_world(folder, {"training_starts": STARTS}, assumptions=TIMES)


def asked(book: PriceBook, **changes: Any) -> Any:
    """5 GB of data, a model of 2**30 bytes in 16 bits: one GiB."""
    given_: dict[str, Any] = {"dataset_gb": 5, "params_millions": 2**29 / 1e6, "model": ""}
    return case(book=book, **{**given_, **changes})


def test_a_rented_machine_bills_from_its_start(book: PriceBook) -> None:
    """300 s machine + 60 s image + 2 x 2 s weights + 40 Gb / 2 Gb/s = 20 s; sent in 200 s."""
    found = floor(asked(book, training_method="fine_tune"), "rented", ["acme"])
    assert found.counted[0] == pytest.approx([384 * SECOND])
    assert found.uncounted[0] == pytest.approx([0])
    assert found.sent == pytest.approx([200 * SECOND])


def test_from_scratch_no_weights_are_read(book: PriceBook) -> None:
    found = floor(asked(book, training_method="from_scratch"), "rented", ["acme"])
    assert found.counted[0] == pytest.approx([382 * SECOND])


def test_a_platform_s_machine_starts_unbilled(book: PriceBook) -> None:
    """100 s pass unbilled; the image is anybody's 30 s, then weights 4 s and data 20 s."""
    found = floor(asked(book, training_method="lora"), "hosted_platform", ["acme", "beta"])
    assert found.uncounted[:, 0] == pytest.approx([100 * SECOND, 0])
    assert found.counted[:, 0] == pytest.approx([54 * SECOND, 54 * SECOND])


def test_nothing_is_sent_to_an_own_machine(book: PriceBook) -> None:
    found = floor(asked(book, training_method="lora"), "owned", [""], sends=False)
    assert found.counted[0] == pytest.approx([24 * SECOND])
    assert found.sent == pytest.approx([0])


def test_a_vendor_s_start_follows_its_factor(book: PriceBook) -> None:
    low = asked(book, scores={"training_start": [-1.0, 0.0, 1.0]}, training_method="lora")
    found = floor(low, "hosted_platform", ["acme"])
    assert found.uncounted[0] == pytest.approx(np.array([50, 100, 200]) * SECOND)


def test_wall_clock_is_more_than_what_counts(book: PriceBook) -> None:
    """8 h and a tenth of evaluation = 8.8 h, then the floor."""
    situation = asked(book, training_method="lora")
    found = clock(situation, "hosted_platform", Distinct.of(["acme"]), np.array([[8.0]]))
    assert found.counted[0] == pytest.approx([8.8 + 54 * SECOND])
    assert found.wall[0] == pytest.approx([8.8 + (54 + 100 + 200) * SECOND])
    assert trained_hours(situation, np.array([8.0])) == pytest.approx([8.8])


# ------------------------------------------------------------------------------------- the bill


def rule_row(product: str = "", vendor: str = "acme", **more: Any) -> BillingRuleRow:
    fields: dict[str, Any] = {
        "vendor": vendor,
        "venue": "rented",
        "product": product,
        "increment_seconds": 60,
        "basis": "our_assumption",
        "edition": date(2026, 1, 1),
        "as_of": date(2026, 1, 1),
        "confidence": "C",
        "source": "world",
    }
    return BillingRuleRow(**{**fields, **more})


def billed(hours: float, **more: Any) -> float:
    made = Billing.of([rule_row(**more)], np.zeros(1))
    return float(made.hours(np.array([[hours]]))[0, 0])


@pytest.mark.parametrize(
    ("seconds", "increment", "minutes"),
    [(60, 60, 1), (60.1, 60, 2), (59, 60, 1), (3601, 3600, 120), (3600, 3600, 60), (90, 1, 1.5)],
)
def test_hours_are_rounded_up_to_the_vendor_s_increment(
    seconds: float, increment: float, minutes: float
) -> None:
    assert billed(seconds * SECOND, increment_seconds=increment) == pytest.approx(minutes / 60)


def test_a_minimum_is_billed_at_least() -> None:
    assert billed(30 * SECOND, increment_seconds=1, minimum_hours=1 / 60) == pytest.approx(1 / 60)
    assert billed(61 * SECOND, increment_seconds=1, minimum_hours=1 / 60) == pytest.approx(
        61 * SECOND
    )


def test_nodes_side_by_side_are_all_billed() -> None:
    """Eight nodes: half an hour is 4 node hours and the least is 8; two hours are 16."""
    node: dict[str, Any] = {"increment_seconds": 0, "nodes": 8, "minimum_hours": 8}
    assert billed(0.5, **node) == pytest.approx(8)
    assert billed(2.0, **node) == pytest.approx(16)


def test_hours_billed_over_wall_clock_have_a_range() -> None:
    row = rule_row(increment_seconds=0, over_wall_low=2, over_wall_mid=4, over_wall_high=8)
    found = Billing.of([row], np.array([-1.0, 0.0, 1.0])).hours(np.full((1, 3), 0.5))
    assert found[0] == pytest.approx([1, 2, 4])


def test_without_a_rule_hours_are_billed_as_they_are() -> None:
    found = Billing.of([None], np.zeros(1)).hours(np.array([[1.234, np.nan]]))
    assert found[0, 0] == 1.234
    assert np.isnan(found[0, 1])


def test_the_closest_rule_holds() -> None:
    rows = [rule_row(), rule_row("acme/m1"), rule_row(vendor="any")]
    rules = rules_of(rows)
    assert rule(rules, "acme", "rented", "acme/m1") is rows[1]
    assert rule(rules, "acme", "rented", "acme/m2") is rows[0]
    assert rule(rules, "beta", "rented", "beta/b") is rows[2]
    assert rule(rules, "beta", "managed_api", "beta/b") is None


@given(st.floats(0, 1e4), st.floats(0, 1e4), st.sampled_from([0.0, 1.0, 60.0, 3600.0]))
def test_more_hours_are_never_billed_less(one: float, other: float, increment: float) -> None:
    low, high = sorted((one, other))
    first, second = (billed(hours, increment_seconds=increment) for hours in (low, high))
    assert first <= second
    assert low * (1 - 1e-8) <= first <= low + increment * SECOND + 1e-9


def test_rules_of_the_real_book() -> None:
    book = PriceBook.load()
    here = case(book=book)
    products = [
        ("aws", "aws/x"),
        ("somebody", "somebody/x"),
    ]
    found = billing(here, "rented", products)
    assert found.increment_hours[:, 0] * 3600 == pytest.approx([1, 60])
    managed = billing(here, "managed_api", [("aws-ai", "aws-ai/personalize")])
    assert managed.over_wall[0] == pytest.approx([5.7])
    # 0.336, 0.659 and 6 h of wall clock were billed as 1.073, 4.212 and 53.9
    rows = [r for r in book.table("billing_rules", BillingRuleRow) if "personalize" in r.product]
    ratios = np.array([1.073 / 0.3357, 4.212 / 0.65878, 53.9 / 6])
    assert rows[0].over_wall_low == pytest.approx(ratios.min(), abs=0.05)
    assert rows[0].over_wall_high == pytest.approx(ratios.max(), abs=0.05)
    assert rows[0].over_wall_mid == pytest.approx(np.exp(np.log(ratios).mean()), abs=0.05)
