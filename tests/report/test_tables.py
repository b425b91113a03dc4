"""Tables add up to the cent, and inputs say where they differ from their preset."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.compare import compare
from calculators.places import PLACES
from calculators.presets import default_scenario, from_preset
from calculators.results import Comparison, DataGoes, Option
from calculators.scenario import fields
from pricing.book import PriceBook
from report.headline import figures
from report.money import balanced, show, to_cents
from report.ranked import ranked
from report.tables import CostTable, cost_table, input_groups, pair_rows, place_rows
from report.tables import figures as line_figures
from tests.report import examples
from tests.report.examples import NOTHING, PLAIN, item

AMOUNTS = st.lists(st.floats(-1e9, 1e9), max_size=30)


def read(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def cents(text: str) -> int:
    return round(read(text) * 100)


def table_of(option: Option) -> CostTable:
    found = cost_table(option)
    assert found is not None
    return found


# --- money -----------------------------------------------------------------------------------
@given(AMOUNTS)
def test_rounded_parts_add_up_to_the_rounded_total(parts: list[float]) -> None:
    total = to_cents(math.fsum(parts))
    rounded = balanced(parts, total)
    assert sum(rounded) == total
    assert all(abs(cent - part * 100) <= 1 for cent, part in zip(rounded, parts, strict=True))


def test_three_thirds_of_a_dollar() -> None:
    assert sorted(balanced([1 / 3] * 3, 100)) == [33, 33, 34]


def test_a_total_that_does_not_fit_is_not_made_to_fit() -> None:
    assert balanced([1.0, 2.0], 999) == [100, 200]


def test_missing_amounts_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        balanced([math.nan], 0)


def test_cents_read_as_dollars() -> None:
    assert [show(c) for c in (123456, -5, 0, 100)] == ["1,234.56", "−0.05", "0.00", "1.00"]


# --- cost table ------------------------------------------------------------------------------
@pytest.mark.parametrize("option", [examples.API, examples.RENTED, examples.OWNED])
def test_items_add_to_subtotals_and_subtotals_to_the_total(option: Option) -> None:
    table = table_of(option)
    assert option.total_usd is not None
    assert cents(table.total) == to_cents(option.total_usd)
    assert sum(cents(part.subtotal) for part in table.payers) == cents(table.total)
    for part in table.payers:
        assert sum(cents(row.amount) for row in part.rows) == cents(part.subtotal)


def test_a_row_by_hand() -> None:
    row = table_of(examples.API).payers[0].rows[0]
    assert (row.name, row.period, row.quantity, row.unit) == (
        "Work to set up",
        "once",
        "24",
        "hour of work",
    )
    assert (row.rate, row.amount) == ("95.50", "2,292.00")
    assert row.source is examples.OURS


def test_credits_are_negative_and_shown_so() -> None:
    sold = table_of(examples.OWNED).payers[0].rows[1]
    assert sold.amount == "−4,000.01"


@given(st.floats(1e-6, 1e9), st.floats(1e-9, 1e4))
def test_printed_quantity_times_printed_rate_is_the_amount(quantity: float, rate: float) -> None:
    line = item("x", quantity, rate)
    shown_quantity, shown_rate = line_figures(line)
    close = max(0.005, abs(line.amount_usd) * 1e-12)
    assert abs(read(shown_quantity) * read(shown_rate) - line.amount_usd) <= close


def test_an_unpriced_option_has_no_table() -> None:
    assert cost_table(examples.HYBRID) is None


def test_real_options_re_add_and_name_every_source() -> None:
    book = PriceBook.load()
    for preset in ("celebrity_match", "support_chat", "voice_notes", "recommender"):
        comparison = compare(from_preset(preset, {}, book), book)
        for option in comparison.best_of_pair:
            table = cost_table(option)
            if table is None:
                continue
            assert option.total_usd is not None
            assert cents(table.total) == to_cents(option.total_usd), option.id
            rows = [row for part in table.payers for row in part.rows]
            assert sum(cents(row.amount) for row in rows) == cents(table.total), option.id
            assert all(row.source.title for row in rows)
            for row, line in zip(
                rows, sorted(option.line_items, key=lambda i: i.payer), strict=True
            ):
                assert abs(read(row.quantity) * read(row.rate) - line.amount_usd) < 0.0051


# --- places, figures, inputs -----------------------------------------------------------------
def test_places_say_what_they_cost_and_why() -> None:
    rows = place_rows(PLAIN)
    assert [row.status for row in rows] == ["Possible"] * 3 + ["Figure missing", "Ruled out"]
    assert rows[4].why == "Serves 62% of users, you asked for 95%."
    assert rows[3].monthly == rows[3].per_1000 == rows[3].spread == "–"
    assert [row.trained for row in rows] == [""] * 5


def test_a_place_has_one_row_whatever_trains_its_model() -> None:
    many = (
        replace(examples.API, id=f"{venue}>{examples.API.kind}:x{turn}", trained_at=venue)
        for turn in range(3)
        for venue in ("rented", "none", "owned", "device")
    )
    found = replace(PLAIN, options=examples.HandMade(*many, examples.DEVICE))
    assert [row.place for row in place_rows(found)] == ["Managed API", "Users' devices"]
    assert place_rows(found)[0].trained == "trained at: rented machines"
    others = [row.trained for row in pair_rows(found)]
    assert others == ["", "trained at: own machines", "trained at: users' devices"]
    assert pair_rows(PLAIN) == ()


@pytest.mark.parametrize("preset", ["celebrity_match", "deep_art", "hospital_imaging", "keyboard"])
def test_every_place_has_a_row_always(preset: str) -> None:
    book = PriceBook.load()
    found = compare(from_preset(preset, {}, book), book)
    rows = place_rows(found)
    assert sorted(row.kind for row in rows) == sorted(PLACES)
    ids = [row.option_id for row in (*rows, *pair_rows(found))]
    assert sorted(ids) == sorted(option.id for option in found.best_of_pair)


def test_what_users_pay_stands_apart_unless_it_is_ranked() -> None:
    cost = ranked(examples.RENTED, PLAIN)
    company, total = examples.RENTED.company_usd, examples.RENTED.total_usd
    assert cost is not None
    assert company is not None
    assert total is not None
    assert cost.monthly_usd == pytest.approx(company / 36)
    assert cost.users_usd == pytest.approx(123.456 * 0.17 / 36)
    assert cost.low_usd == pytest.approx(0.8 * company / 36)
    assert cost.high_usd == pytest.approx(1.4 * company / 36)
    both = PLAIN.scenario.with_changes({"rank_by": "company_and_user"})
    whole = ranked(examples.RENTED, replace(PLAIN, scenario=both))
    assert whole is not None
    assert whole.monthly_usd == examples.RENTED.monthly_usd
    assert whole.users_usd == 0
    assert whole.high_usd == pytest.approx(1.5 * total / 36)
    assert ranked(examples.HYBRID, PLAIN) is None


@pytest.mark.parametrize("volume", [1e4, 1e6, 1e9])
def test_the_range_of_the_companys_cost_holds_it(volume: float) -> None:
    """Users pay many times the company's part here; their range is none of its business."""
    book = PriceBook.load()
    found = compare(from_preset("deep_art", {"requests_per_month": volume}, book), book)
    possible = [option for option in found.best_of_kind if option.status == "feasible"]
    assert possible
    for option in possible:
        cost = ranked(option, found)
        assert cost is not None
        assert cost.low_usd is not None
        assert cost.high_usd is not None
        assert 0 < cost.low_usd <= cost.monthly_usd <= cost.high_usd
        assert cost.high_usd < 20 * cost.monthly_usd


@pytest.fixture(scope="module")
def users_unknown() -> Comparison:
    """The default answer, what users pay not known to anybody."""
    book = PriceBook.load()
    found = compare(default_scenario(book), book)
    best = found.cheapest
    assert best is not None
    lacking = replace(
        best,
        user_usd=None,
        total_usd=None,
        npv_usd=None,
        monthly_usd=None,
        month1_usd=None,
        usd_per_1000_requests=None,
        usd_per_user_month=None,
        _missing=lambda: ("household price of us",),
    )
    return replace(found, cheapest=lacking)


def test_where_users_pay_the_unknown_that_part_alone_is_missing(
    users_unknown: Comparison,
) -> None:
    best = users_unknown.cheapest
    assert best is not None
    known = users_unknown.option(best.id)
    assert known is not None
    one, other = ranked(known, users_unknown), ranked(best, users_unknown)
    assert one is not None
    assert other is not None
    assert other.users_usd is None
    assert not other.users_matter
    assert other.monthly_usd == one.monthly_usd
    assert other.usd_per_1000_requests == pytest.approx(one.usd_per_1000_requests)
    assert other.usd_per_user_month == pytest.approx(one.usd_per_user_month)
    table = table_of(best)
    assert (table.total, table.present_value, table.payers[1].subtotal) == ("–", "–", "–")
    assert table.payers[0] == table_of(known).payers[0]
    assert "household price of us" in table.note
    monthly, per_user, *_ = figures(users_unknown)
    assert monthly.note.endswith("what users pay is not known")
    assert per_user.value != "–"


def test_headline_figures_have_a_range_and_a_direction() -> None:
    monthly, user, flip, lever = figures(PLAIN)
    assert monthly.value == "$1,060"
    assert monthly.note == "8 in 10 cases: $851 to $1,490; at 10 times the volume $5,000"
    assert user.note == "at 10 times the volume: $0.005"
    assert (flip.value, flip.note) == ("above 1.4 M", "requests a month: Rented machines")
    assert (lever.value, lever.note) == ("Requests", "$1,000 a month more with rented machines")
    assert figures(NOTHING) == ()


def test_inputs_differ_only_where_they_do() -> None:
    book = PriceBook.load()
    scenario = from_preset("voice_notes", {"pue": 1.3, "requests_per_month": 5e6}, book)
    groups = input_groups(replace(PLAIN, scenario=scenario, book=book))
    rows = {row.name: row for group in groups for row in group.rows}
    assert set(rows) == set(fields())
    assert {name for name, row in rows.items() if row.changed} == {"pue", "requests_per_month"}
    assert (rows["pue"].value, rows["pue"].preset_value) == ("1.3", "not set")


def test_a_row_says_who_sees_the_requests() -> None:
    goes = DataGoes("acme", "Acme", "us", 0.0, "listed")
    chosen = replace(examples.API, _data_goes=lambda: goes)
    found = replace(PLAIN, cheapest=chosen, options=examples.HandMade(chosen))
    assert place_rows(found)[0].goes == "Acme, in the United States"
    assert place_rows(PLAIN)[0].goes == ""
