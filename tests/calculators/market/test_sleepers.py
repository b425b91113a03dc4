"""What hosting vendors' machines do when nobody asks, against the vendors' own words."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from calculators.factors import BY_NAME
from calculators.market import Market
from calculators.market.sleepers import IDLE_FACTOR, START_FACTOR, Range, Sleepers, sleepers
from pricing.book import PriceBook
from pricing.schema import InstanceRow, SleeperRow, StartRow
from tests.calculators.world import case

BOOK = PriceBook.load()
MARKET = Market(BOOK, "us")
MIDDLE = np.zeros(1)


def of(vendor: str, product: str = "") -> tuple[Sleepers, int]:
    """What is known of a vendor's first product."""
    offers = MARKET.hosted()
    here = [i for i, name in enumerate(offers.ids) if name.startswith(f"{vendor}/{product}")]
    return sleepers(MARKET, offers), here[0]


def test_every_vendor_whose_products_scale_to_zero_has_a_row_and_a_start() -> None:
    hosted = BOOK.table("hosted_instances", InstanceRow)
    asleep = {(row.vendor, row.market) for row in hosted if row.scale_to_zero == "yes"}
    assert asleep == {(row.vendor, row.market) for row in BOOK.table("sleepers", SleeperRow)}
    starts = {(row.vendor, row.market) for row in BOOK.table("cold_starts", StartRow)}
    assert asleep < starts


def test_a_hugging_face_endpoint_sleeps_after_an_hour_and_refuses_while_it_starts() -> None:
    found, i = of("huggingface")
    assert (found.may[i], found.by_default[i], found.refuses[i]) == (True, True, True)
    assert found.starts_billed[i]
    assert found.idle_s.mid[i, 0] == found.idle_s.low[i, 0] == 3600
    # 180 to 300 s as stated, language models included; 16 GiB of weights at 1.2 s
    assert found.machine_s.low[i, 0] == 180
    assert found.machine_s.high[i, 0] == 300
    start = found.start_s(np.array([16.0]), MIDDLE, np.array([20.0]), language=True)[i, 0]
    assert start == pytest.approx(230 + 16 * 1.2)
    assert not found.assumed[i]


def test_a_runpod_worker_stays_for_five_seconds_and_lets_requests_wait() -> None:
    found, i = of("runpod")
    assert found.idle_s.mid[i, 0] == 5
    assert (found.refuses[i], found.starts_billed[i]) == (False, True)
    weights = np.array([0.1, 16.0])
    start = found.start_s(weights, np.zeros(2), np.array([20.0]), language=False)[i]
    assert start == pytest.approx([25 + 0.12, 25 + 19.2])
    with_engine = found.start_s(weights, np.zeros(2), np.array([20.0]), language=True)[i]
    assert with_engine - start == pytest.approx([45, 45])


@pytest.mark.parametrize(
    ("vendor", "idle_s", "refuses", "ours"),
    [("baseten", 900, False, True), ("fireworks", 3600, True, True), ("modal", 60, False, True)],
)
def test_others(vendor: str, idle_s: float, refuses: bool, ours: bool) -> None:
    found, i = of(vendor)
    assert found.idle_s.mid[i, 0] == idle_s
    assert (found.refuses[i], found.assumed[i], found.by_default[i]) == (refuses, ours, True)


def test_what_sleeps_only_if_set_and_what_never_does() -> None:
    found, queued = of("aws", "sagemaker-async")
    assert (found.may[queued], found.by_default[queued]) == (True, False)
    _, endpoint = of("aws", "sagemaker-endpoint")
    assert (found.may[endpoint], found.by_default[endpoint]) == (False, False)
    _, together = of("together")
    assert not found.may[together]


def test_older_editions_know_who_sleeps() -> None:
    """Rules belong to the method: a link of the first edition is answered by them too."""
    early = Market(PriceBook.load(date(2026, 11, 22)), "us")
    found = sleepers(early, early.hosted())
    assert found.refuses.sum() > 40
    assert sleepers(early, early.hosted()) is found


def test_without_rows_our_assumptions_stand_in() -> None:
    """The invented world has no rows; 5 / 30 / 300 s idle and 5 / 20 / 90 s to start."""
    here = case()
    offers = here.market.hosted()
    found = sleepers(here.market, offers)
    assert found.idle_s.mid[0, 0] == here.book.assumption("serverless_idle_seconds").mid
    start = found.start_s(np.array([100.0]), MIDDLE, np.array([20.0]), language=True)[0, 0]
    assert start == here.book.assumption("serverless_start_seconds").mid
    assert found.starts_billed.all()
    assert found.assumed.all()
    assert not found.refuses.any()
    assert found.rows == (None,) * offers.size
    assert found.starts == ((),) * offers.size


def test_a_range_goes_through_its_ends() -> None:
    ends = Range.of([(10, 25, 60), (0, 0, 0), (5, 5, 5)])
    found = ends.at(np.array([-1.0, 0.0, 1.0, 2.0]))
    assert found[0] == pytest.approx([10, 25, 60, 60 * 60 / 25])
    assert found[1] == pytest.approx([0, 0, 0, 0])
    assert found[2] == pytest.approx([5, 5, 5, 5])


def test_factors_that_move_them_are_declared() -> None:
    assert {IDLE_FACTOR, START_FACTOR} <= set(BY_NAME)
