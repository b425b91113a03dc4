"""Break-even, run as a page: every section by its address, kept in it, and what it says."""

from __future__ import annotations

import re

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from calculators import wanted
from calculators.compare import compare
from calculators.presets import from_preset, presets
from pricing.book import PriceBook
from report import words
from report.codec import encode
from report.sections import cash_flow
from report.sections.said import Table
from tests.ui.conftest import MAIN, assert_sound, opened_view, query, texts
from ui import cached
from ui.components import said
from ui.components.break_even import SECTIONS
from ui.markdown import plain

BOOK = PriceBook.load()
VIEW = MAIN.parent / "views" / "break_even.py"


def opened(address: str) -> AppTest:
    return opened_view(VIEW, address)


def markup(app: AppTest) -> str:
    """Every piece of HTML of the page."""
    return "".join(str(item.proto.body) for item in app.get("html"))


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_from_its_address_and_stays_in_it(section: str) -> None:
    app = opened(f"preset=celebrity_match&section={section}")
    assert app.title[0].value == "Where the answer flips"
    assert query(app)["section"] == section
    assert "<table" in markup(app)


def test_a_chosen_axis_and_pair_stay_in_the_address() -> None:
    app = opened("preset=celebrity_match&section=curve")
    app.selectbox("be_axis").set_value("staff_usd_per_hour").run()
    app.selectbox("be_b").set_value("rented").run()
    assert_sound(app)
    held = query(app)
    assert (held["axis"], held["b"]) == ("staff_usd_per_hour", "rented")
    said = texts(app)
    assert "Cheaper all along" in said


def test_the_address_changed_otherwise_is_followed() -> None:
    app = opened("preset=celebrity_match&section=curve&axis=staff_usd_per_hour")
    app.selectbox("be_axis").set_value("horizon_months").run()
    app.query_params["axis"] = "staff_usd_per_hour"  # the browser's Back
    app.run()
    assert_sound(app)
    assert app.selectbox("be_axis").value == "staff_usd_per_hour"
    app.query_params["section"] = "strips"
    app.run()
    assert "The nearest change" in texts(app)


def test_page_and_print_say_the_same() -> None:
    app = opened("preset=celebrity_match&section=time")
    found = compare(from_preset("celebrity_match", {}, BOOK), BOOK)
    printed = cash_flow.make(found, encode(found.scenario, BOOK))
    assert said.sentence(printed.says[0]) in texts(app)
    table = next(part for part in printed.parts if isinstance(part, Table))
    assert table.rows
    for cell in table.rows[0]:
        assert f">{cell}<" in markup(app)


def test_crossings_are_a_file_only_where_there_are_some() -> None:
    """Without one the file would be a row of blanks."""
    app = opened("preset=celebrity_match&section=curve")
    assert "Download these crossings as CSV" in markup(app)
    never = opened("preset=celebrity_match&section=curve&axis=staff_usd_per_hour&b=rented")
    assert "Cheaper all along" in texts(never)
    assert "Download these lines as CSV" in markup(never)
    assert "Download these crossings" not in markup(never)


def test_the_file_of_price_changes_is_called_as_the_table() -> None:
    app = opened("preset=support_chat&section=history")
    (called,) = [item.label for item in app.expander if item.label.endswith("that changed")]
    assert re.fullmatch(r"The [\d,]+ prices that changed", called)
    assert f"Download the {called.removeprefix('The ')} as CSV" in markup(app)
    still = opened("preset=celebrity_match&section=history")
    assert "Download these days as CSV" in markup(still)
    assert "that changed as CSV" not in markup(still)  # none did: there would be no row in it


@pytest.mark.parametrize("section", ["curve", "time"])
def test_where_one_place_is_possible_the_page_says_so(section: str) -> None:
    shown = texts(opened(f"preset=live_camera&section={section}"))
    assert "Only one " in shown
    assert "|" not in shown  # no list of names of the API


def test_the_cash_flow_of_the_only_place_adds_up_to_what_it_costs() -> None:
    """What the company pays over all months is the last row of the table."""
    found = compare(from_preset("live_camera", {}, BOOK), BOOK)
    assert found.cheapest is not None
    assert found.cheapest.company_usd is not None
    app = opened("preset=live_camera&section=time")
    assert f">{words.cents(found.cheapest.company_usd)}<" in markup(app)
    assert "Download the months of every option as CSV" in markup(app)


DAILY = ("live_camera", "voice_notes")  # one place alone, and the longest sentences


@pytest.mark.parametrize(
    "preset",
    [
        pytest.param(preset, marks=() if preset in DAILY else pytest.mark.soak)
        for preset in presets(BOOK)
    ],
)
def test_the_first_screen_says_how_sure_it_is_and_the_nearest_change(preset: str) -> None:
    shown = texts(opened(f"preset={preset}"))
    assert "cheapest in " in shown or "Only one place is possible here" in shown
    assert plain("The nearest change: ") in shown


def test_work_that_nobody_waits_for_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that a newer change replaces is ended where it looks into the session's state."""

    class Ended(BaseException):
        pass

    class State(dict[str, object]):
        def __contains__(self, _: object) -> bool:
            raise Ended

    def answer(_: str) -> tuple[dict[str, object], None]:
        wanted.check()
        raise AssertionError("went on")

    monkeypatch.setattr(st, "session_state", State())
    with pytest.raises(Ended):
        cached.body(answer, "x")  # type: ignore[arg-type]


def test_the_same_input_twice_is_refused_in_words() -> None:
    app = opened("section=map&x=requests_per_month&y=requests_per_month")
    assert "Choose two different inputs." in texts(app)


def test_two_shares_of_one_whole_are_no_map() -> None:
    app = opened("preset=support_chat&section=map&x=cached_input_share&y=cache_writes_share")
    assert "shares of one whole" in texts(app)


def test_an_unknown_section_opens_the_first() -> None:
    app = opened("section=%3Cscript%3E&axis=nonsense")
    assert query(app)["section"] == next(iter(SECTIONS))
    assert "cannot be used. Allowed: strips, curve" in app.warning[0].value
    app = opened("preset=celebrity_match&section=curve&axis=nothing&b=moon")
    assert [box.value.partition("cannot")[0] for box in app.warning] == [
        "**axis**: “nothing” ",
        "**b**: “moon” ",
    ]


def test_where_nothing_is_possible_the_page_says_so() -> None:
    for section in ("uncertainty", "history", "curve"):
        app = opened(f"preset=support_chat&data_sensitivity=on_device&section={section}")
        assert "possible here" in texts(app)
        assert "Download" not in markup(app)  # there would be no row in the file
