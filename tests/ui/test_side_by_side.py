"""Scenarios side by side, run as a page: add, switch, change, take away, share."""

from __future__ import annotations

from html import unescape

from streamlit.testing.v1 import AppTest

from report.codec import decode, encode
from report.side_by_side import side_by_side
from tests.ui.conftest import OpenApp, assert_sound, html, query, texts
from ui.components import side_by_side as component


def table(app: AppTest) -> str:
    return next(body for body in html(app) if 'class="sides"' in body)


def beside(app: AppTest) -> dict[str, str]:
    return {name: text for name, text in query(app).items() if name[:2] in ("b.", "c.", "d.")}


def test_a_changed_copy_is_added_changed_and_taken_away(open_app: OpenApp) -> None:
    app = open_app("preset=support_chat")
    assert not [body for body in html(app) if 'class="sides"' in body]
    app.button("side_add").click().run()
    assert_sound(app)
    assert beside(app) == {"b.preset": "support_chat"}
    assert query(app)["side"] == "b"
    assert "B is A again" in texts(app)

    app.text_input("exact_volume").set_value("5 million").run()
    assert_sound(app)
    assert beside(app) == {"b.requests_per_month": "5000000"}
    assert "requests_per_month" not in query(app)
    said = texts(app).replace("\\", "")
    assert "B differs in requests a month: 5,000,000 instead of 300,000" in said

    app.button("side_close_b").click().run()
    assert_sound(app)
    assert beside(app) == {}
    assert "side" not in query(app)


def test_four_at_most(open_app: OpenApp) -> None:
    app = open_app("preset=support_chat")
    for _ in range(3):
        app.button("side_add").click().run()
        assert_sound(app)
    assert set(beside(app)) == {"b.preset", "c.preset", "d.preset"}
    assert not [item for item in app.button if item.key == "side_add"]


def test_a_link_opens_on_the_scenario_it_names(open_app: OpenApp) -> None:
    app = open_app("preset=support_chat&b.preset=voice_notes&side=b")
    assert "Voice notes" in texts(app)
    assert query(app)["preset"] == "support_chat"
    assert beside(app) == {"b.preset": "voice_notes"}
    found = decode("&".join(f"{k}={v}" for k, v in query(app).items() if k != "side"), strict=True)
    assert found.scenario.preset == "support_chat"
    assert found.was is not None


def test_all_pages_keep_the_scenarios_in_the_address(open_app: OpenApp) -> None:
    for page in ("break_even", "prices", "method"):
        app = open_app("preset=support_chat&c.region=eu", page)
        assert beside(app) == {"c.region": "eu"}


def test_a_fault_of_a_side_is_named_on_the_page(open_app: OpenApp) -> None:
    app = open_app("preset=support_chat&b.pue=9&b.edition=2026-11-22")
    said = texts(app).replace("\\", "")
    assert "b.pue" in said
    assert "b.edition" in said


def test_the_table_holds_the_figures_of_the_json_and_escapes_titles() -> None:
    text = "preset=support_chat&b.requests_per_month=5e6&b.title=<script>alert(1)</script>"
    found = decode(f"{text}&today_usd_per_month=900", strict=True)
    made = side_by_side(found)
    body = component.table(made)
    assert "<script>" not in body
    assert "B: <script>alert(1)</script>" in unescape(body)
    assert "What you pay today" in body
    for side in made.sides:
        for option in side.comparison.best_of_kind:
            usd = option.ranked_usd("company")
            if option.status == "feasible" and usd is not None:
                assert f"{usd / 36:,.2f}" in body
    assert encode(made.sides[0].scenario, found.book) in made.sides[0].query
