"""The advice and the price of constraints on Compare: at once, and behind their openings."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from calculators.answer.advice import advice
from calculators.compare import compare
from calculators.presets import from_preset
from pricing.book import PriceBook
from report.advice import decisions
from report.constraints import Row
from tests.ui.conftest import OpenApp, assert_sound, texts
from ui.components import constraints
from ui.components.advice import listed
from ui.markdown import plain

TURNED, COSTS = "What would turn it", "Together they"


def opened(app: AppTest, key: str) -> AppTest:
    """The page with an opening open."""
    app.session_state[key] = True
    app.run()
    assert_sound(app)
    return app


@pytest.mark.parametrize("preset", ["celebrity_match", "deep_art"])
def test_three_answers_stand_there_at_once(open_app: OpenApp, book: PriceBook, preset: str) -> None:
    said = texts(open_app(f"preset={preset}"))
    found = advice(compare(from_preset(preset, {}, book), book), measure=False)
    for line in decisions(found):
        assert plain(line.heading) in said
        assert plain(line.answer) in said
    # what takes seconds waits
    assert TURNED not in said
    assert COSTS not in said


def test_the_openings_hold_the_rest(open_app: OpenApp) -> None:
    app = opened(open_app("preset=live_camera&link=4g"), "constraints_open")
    said = texts(app)
    assert COSTS in said
    assert plain("Live video") in said
    assert plain("ms a frame, above the 33.3 ms between two frames") in said


def test_where_nothing_is_allowed_it_says_what_would_allow_it(open_app: OpenApp) -> None:
    app = open_app("preset=support_chat&offline_required=yes")
    assert "Nothing is allowed" in texts(app)
    said = texts(opened(app, "constraints_open"))
    assert plain("Together they leave nothing") in said
    assert plain("every option") in said


def row(cost: str, near: str = "") -> Row:
    return Row("Works offline", "required", "4 of 9", cost, "Managed API, $255", near, True, True)


def test_what_costs_nothing_is_one_sentence() -> None:
    assert constraints.quiet([row("$12")]) == ""
    assert constraints.quiet([row("nothing", "Device: allowed with ...")]) == ""
    assert "works offline (required)" in constraints.quiet([row("nothing"), row("$12")])


def test_a_row_says_what_there_would_be_and_what_came_near() -> None:
    assert constraints.after(row("$12")) == ["Without it: Managed API, $255 a month"]
    assert constraints.after(row("$12", "Rented machines, short by 12 ms"))[1].startswith("Nearest")


def test_lists_hold_every_reason(book: PriceBook) -> None:
    found = advice(compare(from_preset("deep_art", {}, book), book), measure=False)
    text = listed(decisions(found))
    for line in decisions(found):
        assert all(plain(reason) in text for reason in line.because)
