"""Tables add up to the cent, and inputs say where they differ from their preset."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.compare import compare
from calculators.presets import from_preset
from calculators.results import Option
from pricing.book import PriceBook
from report.headline import figures
from report.money import balanced, show, to_cents
from report.ranked import ranked
from report.tables import CostTable, cost_table, input_groups, place_rows
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
        "Work to set up", "once", "24", "hour of work",
    )  # fmt: skip
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
def test_places_are_at_most_eight_and_say_why() -> None:
    rows = place_rows(PLAIN)
    assert [row.status for row in rows] == ["Possible"] * 3 + ["Ruled out", "Figure missing"]
    assert rows[3].why == "Serves 62% of users, you asked for 95%."
    assert rows[4].monthly == rows[4].per_1000 == rows[4].spread == "–"
    assert rows[1].pair == "not trained > rented machines"
    many = replace(PLAIN, options=tuple(
        replace(examples.API, trained_at=t) for t in ("none", "rented", "owned", "device")
        for _ in range(3)
    ))  # fmt: skip
    assert len(place_rows(many)) == 4
    assert len(place_rows(PLAIN, limit=2)) == 2


def test_what_users_pay_stands_apart_unless_it_is_ranked() -> None:
    cost = ranked(examples.RENTED, PLAIN.scenario)
    assert cost is not None
    assert examples.RENTED.company_usd is not None
    assert cost.monthly_usd == pytest.approx(examples.RENTED.company_usd / 36)
    assert cost.users_usd == pytest.approx(123.456 * 0.17 / 36)
    whole = ranked(examples.RENTED, PLAIN.scenario.with_changes({"rank_by": "company_and_user"}))
    assert whole is not None
    assert whole.monthly_usd == examples.RENTED.monthly_usd
    assert whole.users_usd == 0
    assert ranked(examples.HYBRID, PLAIN.scenario) is None


def test_headline_figures_have_a_range_and_a_direction() -> None:
    monthly, user, flip, lever = figures(PLAIN)
    assert (monthly.value, monthly.note) == ("$1,060", "8 in 10 cases: $851 to $1,490")
    assert user.note == "at 10 times the volume: $0.005"
    assert (flip.value, flip.note) == ("above 1.4 M", "requests a month: Rented machines")
    assert (lever.value, lever.note) == ("Requests", "94 % of the cost")
    assert figures(NOTHING) == ()


def test_inputs_differ_only_where_they_do() -> None:
    book = PriceBook.load()
    scenario = from_preset("voice_notes", {"pue": 1.3, "requests_per_month": 5e6}, book)
    groups = input_groups(replace(PLAIN, scenario=scenario, book=book))
    rows = {row.name: row for group in groups for row in group.rows}
    assert len(rows) == len(type(scenario).model_fields)
    assert {name for name, row in rows.items() if row.changed} == {"pue", "requests_per_month"}
    assert (rows["pue"].value, rows["pue"].preset_value) == ("1.3", "not set")
