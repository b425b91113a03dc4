"""Prices, run as a page: list, filters, CSV, date, history."""

import re
from datetime import date
from html import unescape
from urllib.parse import urlencode

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from pricing.book import PriceBook
from report import csv_prices, price_list
from report.price_list import Filters
from tests.ui.conftest import MAIN, OpenApp, assert_sound, html, opened_view, query, texts


def shown(app: AppTest) -> pd.DataFrame:
    frame = app.dataframe[0].value
    assert isinstance(frame, pd.DataFrame)
    return frame


def test_lists_every_price_in_force(open_app: OpenApp, book: PriceBook) -> None:
    app = open_app(page="prices")
    assert app.title[0].value == "Prices"
    assert len(shown(app)) == len(book.in_force())
    assert f"{len(book.in_force()):,} prices in force" in texts(app)


def test_filters_work_together(open_app: OpenApp) -> None:
    app = open_app(page="prices")
    app.multiselect("price_kind").set_value(["rental_prices"]).run()
    app.multiselect("price_vendor").set_value(["Lambda"]).run()
    app.text_input("price_search").set_value("H100 on_demand").run()
    assert_sound(app)
    frame = shown(app)
    assert len(frame) > 0
    assert set(frame["Vendor"]) == {"Lambda"}
    assert frame["Key"].str.contains("on_demand").all()
    grade = frame["Evidence"].iloc[0]
    app.multiselect("price_evidence").set_value([grade]).run()
    assert_sound(app)
    assert len(shown(app)) == (frame["Evidence"] == grade).sum()


def test_age_filter_and_marks_agree(open_app: OpenApp) -> None:
    app = open_app(page="prices")
    app.selectbox("price_age").set_value(price_list.OLD).run()
    assert_sound(app)
    assert len(shown(app)) > 0
    assert shown(app)["Marks"].str.contains("old").all()


def test_used_only_shows_who_uses_it(open_app: OpenApp) -> None:
    app = open_app(page="prices")
    app.toggle("price_used").set_value(True).run()
    assert_sound(app)
    frame = shown(app)
    assert len(frame) > 0
    assert (frame["Candidates using it"] > 0).all()
    assert (frame["Used by"] != "").all()


def test_nothing_found_is_said(open_app: OpenApp) -> None:
    app = open_app(page="prices")
    app.text_input("price_search").set_value("no such thing anywhere").run()
    assert_sound(app)
    assert "No price passes every filter" in app.info[0].value
    assert not app.dataframe


def test_the_file_is_a_link_with_the_filters_of_the_screen(open_app: OpenApp) -> None:
    app = open_app("preset=voice_notes", page="prices")
    app.multiselect("price_kind").set_value(["rental_prices"]).run()
    app.text_input("price_search").set_value("H100 on_demand").run()
    assert_sound(app)
    body = next(body for body in html(app) if "prices.csv" in body)
    found = re.search(r'href="[^"]*/api/v1/prices\.csv\?([^"]+)"', body)
    assert found is not None
    rows, _ = csv_prices.prices(unescape(found[1]))
    assert [row["key"] for row in rows] == shown(app)["Key"].tolist()
    assert f"Download these {len(shown(app)):,} rows" in body


def test_file_and_screen_hold_the_same_cells(book: PriceBook) -> None:
    lines = price_list.lines(book, {})
    kept = [line for line in lines if price_list.keep(line, Filters(text="lambda h100"))]
    screen = price_list.frame(kept)
    assert list(screen.columns) == list(price_list.TITLES.values())
    assert [column.name for column in csv_prices.PRICES] == list(price_list.TITLES)
    for row, line in zip(screen.to_dict("records"), kept, strict=True):
        cells = price_list.cells(line)
        assert row["Price"] == cells["price"]
        assert row["Read on"] == str(cells["read_on"])


def test_another_day_changes_the_prices_and_the_link(open_app: OpenApp, book: PriceBook) -> None:
    app = open_app(page="prices")
    day = pd.Timestamp("2025-06-01").date()
    app.date_input("price_date").set_value(day).run()
    assert_sound(app)
    assert query(app)["price_date"] == "2025-06-01"
    older = PriceBook.load(book.edition, day)
    assert len(shown(app)) == len(older.in_force())
    app.switch_page("views/compare.py").run()
    assert_sound(app)
    assert query(app)["price_date"] == "2025-06-01"


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("History", "Each line is a vendor's lowest price"),
        ("Changes", "prices differ between"),
        ("Conflicts", "times two sources"),
        ("Assumptions", "What no price list holds"),
    ],
)
def test_tabs(open_app: OpenApp, tab: str, words: str) -> None:
    app = open_app(page="prices")
    app.session_state["price_tab"] = tab
    app.run()
    assert_sound(app)
    assert words in texts(app)


def test_every_family_can_be_drawn(open_app: OpenApp) -> None:
    app = open_app(page="prices")
    app.session_state["price_tab"] = "History"
    app.run()
    for name in app.selectbox("price_family").options[::9]:
        app.selectbox("price_family").set_value(name).run()
        assert_sound(app)


VIEW = MAIN.parent / "views" / "prices.py"


def test_whose_history_is_in_the_address_and_comes_back() -> None:
    app = opened_view(VIEW, "tab=history")
    assert not {"family", "where"} & set(query(app))
    box = app.selectbox("price_family")
    other = next(name for name in box.options if name != box.value)
    box.set_value(other).run()
    again = opened_view(VIEW, urlencode({**query(app), "where": "all"}))
    assert again.selectbox("price_family").value == other
    assert again.session_state["family_where"] == "all"


def test_which_changes_is_in_the_address_and_comes_back() -> None:
    app = opened_view(VIEW, "tab=changes")
    assert not {"against", "against_day", "kinds"} & set(query(app))
    app.selectbox("before_edition").set_value("2026-11-23").run()
    app.date_input("before_day").set_value(date(2026, 3, 1)).run()
    said = query(app)
    assert (said["against"], said["against_day"]) == ("2026-11-23", "2026-03-01")
    again = opened_view(VIEW, urlencode({**said, "kinds": "none"}))
    assert again.selectbox("before_edition").value == "2026-11-23"
    assert again.date_input("before_day").value == date(2026, 3, 1)
    assert again.session_state["change_kinds"] == []
    # another edition may end before the day that was chosen
    again.selectbox("before_edition").set_value("2026-11-22").run()
    assert "against_day" not in query(again)
    assert again.date_input("before_day").value == date(2025, 11, 22)


@pytest.mark.parametrize("day", ["banana", "2031-01-01", "2026-13-01"])
def test_a_day_that_cannot_be_is_named(day: str) -> None:
    app = opened_view(VIEW, urlencode({"tab": "changes", "against_day": day}))
    assert f"**against\\_day**: “{day}”" in texts(app).replace("\\-", "-")


def test_a_kind_of_change_that_does_not_exist_is_named_with_what_is_shown() -> None:
    app = opened_view(VIEW, "tab=changes&kinds=new,banana")
    assert "“banana” cannot be used" in texts(app)
    assert "Used **new**" in texts(app)
    assert app.session_state["change_kinds"] == ["new"]


def test_a_kind_that_no_change_of_these_days_is_of_is_no_fault() -> None:
    """From 24 to 28 November 2026 prices came, and none went or moved."""
    app = opened_view(VIEW, "tab=changes&edition=2026-11-28&against_day=2026-11-24&kinds=gone,new")
    assert app.session_state["change_kinds"] == ["new"]
    assert not app.warning
