"""What is known of vendors' terms: counted by hand on small tables, and true of the tables held."""

from __future__ import annotations

from datetime import date
from typing import Literal

import pytest

from calculators.compare import compare
from calculators.explore.sweep import evaluations
from calculators.memory import SHARED
from calculators.points import Points
from calculators.presets import from_preset
from pricing.book import PriceBook
from pricing.schema import Term, VendorTermRow
from pricing.terms import TERMS, stated
from report import coverage, term_coverage
from report.term_coverage import SILENT, VENUES, VOLUMES, Known, Page, Share, said, shares

Venue = Literal["", "managed_api", "hosted_platform", "rented"]


def row(vendor: str, term: Term, value: str, venue: Venue = "", source: str = "a") -> VendorTermRow:
    return VendorTermRow(
        vendor=vendor,
        venue=venue,
        term=term,
        value=value,
        edition=date(2026, 1, 1),
        as_of=date(2025, 12, 31),
        confidence="A",
        source=source,
    )


ROWS = [
    row("acme", "trains_on_inputs", "no"),
    row("acme", "retention_days", "30", venue="managed_api"),
    row("acme", "retention_days", "7", venue="managed_api", source="b"),
    row("acme", "area_eu", "no", venue="managed_api"),
    row("acme", "area_eu", "yes", venue="rented"),
    row("beta", "retention_days", "0.0417"),
]
SELLS = {"acme": ["managed_api", "rented"], "beta": ["rented"], "gamma": ["rented"]}


@pytest.fixture(name="known")
def known_fixture() -> Known:
    return Known({venue: stated(ROWS, venue) for venue in VENUES})


@pytest.fixture(scope="module")
def page() -> Page:
    return term_coverage.page(PriceBook.load())


def test_a_vendor_counts_where_all_it_sells_is_known(known: Known) -> None:
    """acme's machines lack a retention; gamma has no row; a third of three is 33 %, not 34."""
    counted = {share.term: share for share in shares(known, SELLS)}
    assert counted["retention_days"] == Share("retention_days", 3, 2, 1)
    assert counted["retention_days"].pct == 33
    assert counted["area_eu"] == Share("area_eu", 3, 1, 1)
    assert counted["sub_processors"] == Share("sub_processors", 3, 0, 0)
    assert Share("area_eu", 3, 2, 2).pct == 66  # never rounded up


def test_no_vendors_are_no_share() -> None:
    assert Share("area_us", 0, 0, 0).pct == 0


@pytest.mark.parametrize(
    ("vendor", "term", "cell"),
    [
        ("acme", "trains_on_inputs", "no"),
        ("acme", "retention_days", f"managed_api: 30 days (disputed); rented: {SILENT}"),
        ("acme", "area_eu", "managed_api: no; rented: yes"),
        ("acme", "health_data_agreement", SILENT),
        ("beta", "retention_days", "1 h"),
        ("gamma", "trains_on_inputs", SILENT),
    ],
)
def test_a_cell_says_what_is_known_of_what_is_sold(
    known: Known, vendor: str, term: Term, cell: str
) -> None:
    assert said(known, vendor, SELLS[vendor], term) == cell


@pytest.mark.parametrize("preset", ["support_chat", "photo_moderation", "hospital_imaging"])
def test_who_is_near_is_who_answers_or_trains_within_a_fifth(preset: str) -> None:
    """The same from the comparison, whose options name their vendors."""
    book = PriceBook.load()
    scenario = from_preset(preset, {"requests_per_month": VOLUMES[3]}, book)
    rank = scenario.rank_by
    found = [
        (cost, option)
        for option in compare(scenario, book).options
        if option.status == "feasible" and (cost := option.ranked_usd(rank)) is not None
    ]
    least = min(cost for cost, _ in found)
    vendors = {
        name
        for cost, option in found
        if cost <= least * term_coverage.NEAR
        for name in (option.vendor, option.training_product.partition("/")[0])
    }
    points = Points.sweep(scenario, "requests_per_month", [VOLUMES[3]])
    (sold,) = [
        point
        for _, evaluation in evaluations(points, book, SHARED)
        for point in term_coverage.near_points(evaluation)
    ]
    assert {one.vendor for one in sold} == vendors & set(term_coverage.catalogue(book))
    assert {one.venue for one in sold} <= set(VENUES)


def test_products_near_a_winner_are_those_of_the_comparisons() -> None:
    """Of support chat at each volume; and nothing further off than a fifth."""
    book = PriceBook.load()
    found = term_coverage.near_products(book, {})
    for volume in (VOLUMES[0], VOLUMES[3]):
        scenario = from_preset("support_chat", {"requests_per_month": volume}, book)
        listed = compare(scenario, book)
        ranked = [
            (cost, option)
            for option in listed.options
            if option.status == "feasible"
            and (cost := option.ranked_usd(scenario.rank_by)) is not None
        ]
        least = min(cost for cost, _ in ranked)
        sold = {
            option.id.partition(">managed_api:")[2]
            for cost, option in ranked
            if cost <= least * term_coverage.NEAR and ">managed_api:" in option.id
        }
        assert sold
        assert sold <= found


def test_every_vendor_that_is_sent_data_has_a_line(page: Page) -> None:
    sells = term_coverage.catalogue(PriceBook.load())
    assert {line[0] for line in page.lines} == set(sells)
    assert all(len(line) == len(term_coverage.lines_head()) for line in page.lines)
    assert all(share.vendors == len(sells) for share in page.every)
    near = [line for line in page.lines if line[2] != "-"]
    assert {len(near)} == {share.vendors for share in page.close}
    assert page.lines[: len(near)] == near  # the nearest first
    silent = [line for line in page.lines if line[3] == SILENT]
    known = next(share for share in page.every if share.term == TERMS[0])
    assert known.vendors - known.everywhere == len(silent)


def test_what_is_not_stated_is_never_none(page: Page) -> None:
    cells = {str(cell) for line in page.lines for cell in line[3:]}
    assert SILENT in cells
    assert not cells & {"", "none", "unknown", "-"}


def test_the_page_has_the_part() -> None:
    text = coverage._terms(
        Page([Share("area_us", 3, 2, 2)], [Share("area_us", 1, 1, 1)], [("acme", "rented", 4)])
    )
    assert "| area us | 3 | 2 | 2 | 66 % | 1 | 1 | 1 | 100 % |" in text
    assert "| acme | rented | 4 |" in text
