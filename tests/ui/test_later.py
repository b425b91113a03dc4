"""What is drawn last: the answer does not wait for it, and a newer change ends it."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from calculators import wanted
from calculators.results import Exploration
from report.server.pages import WORK
from tests.ui.conftest import OpenApp, assert_sound, html, query, texts
from ui.components import later


@pytest.fixture
def given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A newer change that comes as soon as anything is looked for beyond the answer."""

    def stop(_: Any) -> None:
        st.stop()

    for name in ("flips", "curves"):
        monkeypatch.setattr(Exploration, name, property(stop))
    WORK.forget()


@pytest.mark.usefixtures("given_up")
def test_answer_table_inputs_and_address_are_there_before_anything_is_looked_for(
    open_app: OpenApp,
) -> None:
    app = open_app("preset=voice_notes&requests_per_month=1234567")
    said = texts(app)
    assert app.title[0].value
    assert "Cost a month" in said
    assert "Next flip" not in said
    assert app.text_input("exact_volume").value == "1,234,567"
    assert query(app)["requests_per_month"] == "1234567"
    assert any(item.label.startswith("All") for item in app.expander)  # below the table
    assert len(app.get("plotly_chart")) == 1  # what it is made of: known with the answer


def test_once_all_is_drawn_the_flip_and_the_curve_are_there(open_app: OpenApp) -> None:
    app = open_app("preset=voice_notes")
    assert "Next flip" in texts(app)
    assert len(app.get("plotly_chart")) == 2


def test_figures_of_another_question_are_hidden_and_only_then(open_app: OpenApp) -> None:
    app = open_app("preset=voice_notes")
    assert not any(later.HIDDEN in body for body in html(app))
    app.text_input("exact_volume").set_value("7654321").run()
    assert_sound(app)
    bodies = html(app)
    assert any(later.HIDDEN in body for body in bodies)
    app.run()
    assert not any(later.HIDDEN in body for body in html(app))


def test_the_work_ends_where_the_page_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two evaluations the session is read: there Streamlit ends a run."""

    class Newer(BaseException):
        pass

    class Session(dict[str, Any]):
        def get(self, *_: Any) -> Any:
            raise Newer

    monkeypatch.setattr(st, "session_state", Session())
    with pytest.raises(Newer), later.at_last(None):  # type: ignore[arg-type]
        wanted.check()
