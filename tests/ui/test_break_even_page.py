"""Break-even, run as a page: every section by its address, kept in it, and what it says."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.conftest import MAIN, TIMEOUT_S, assert_sound, query, texts
from ui.components.break_even import SECTIONS

VIEW = MAIN.parent / "views" / "break_even.py"


def opened(address: str) -> AppTest:
    """The page under an address, as somebody opens it who was on no page before."""
    app = AppTest.from_file(VIEW, default_timeout=TIMEOUT_S)
    for name, text in parse_qsl(address):
        app.query_params[name] = text
    app.run()
    assert_sound(app)
    return app


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_from_its_address_and_stays_in_it(section: str) -> None:
    app = opened(f"preset=celebrity_match&section={section}")
    assert app.title[0].value == "Where the answer flips"
    assert query(app)["section"] == section
    assert len(app.dataframe) > 0


def test_a_chosen_axis_and_pair_stay_in_the_address() -> None:
    app = opened("preset=celebrity_match&section=curve")
    app.selectbox("be_axis").set_value("staff_usd_per_hour").run()
    app.selectbox("be_b").set_value("rented").run()
    assert_sound(app)
    held = query(app)
    assert (held["axis"], held["b"]) == ("staff_usd_per_hour", "rented")
    said = texts(app)
    assert "Cheaper all along" in said


def test_the_same_input_twice_is_refused_in_words() -> None:
    app = opened("section=map&x=requests_per_month&y=requests_per_month")
    assert "Choose two different inputs." in texts(app)


def test_an_unknown_section_opens_the_first() -> None:
    app = opened("section=%3Cscript%3E&axis=nonsense")
    assert query(app)["section"] == next(iter(SECTIONS))


def test_where_nothing_is_possible_the_page_says_so() -> None:
    asked = "preset=support_chat&data_sensitivity=on_device&section=uncertainty"
    assert "Nothing is possible here" in texts(opened(asked))
