"""A model described by its size: asked for right below the choice, and named while it lacks."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from calculators.scenario import Scenario
from report import asks
from tests.ui.conftest import OpenApp, assert_sound, query, texts
from ui.markdown import plain

LEFT_OPEN = "Machines and devices cannot be priced yet: that needs the size of the model."


def leave_open(app: AppTest) -> None:
    app.selectbox("in_model").set_value("").run()
    assert_sound(app)


def keys(app: AppTest) -> list[str | None]:
    return [widget.key for widget in app.number_input]


def test_a_named_model_asks_for_nothing(open_app: OpenApp) -> None:
    app = open_app("preset=support_chat")
    assert "in_params_millions" not in keys(app)
    assert not app.info


def test_the_size_is_asked_for_below_the_model_and_its_lack_is_named(open_app: OpenApp) -> None:
    app = open_app("preset=support_chat")
    leave_open(app)
    order = [getattr(widget, "key", None) for widget in app.sidebar]
    first = order.index("in_model")
    assert order[first : first + 2] == ["in_model", "in_params_millions"]
    assert "Size of the model" in app.number_input("in_params_millions").label
    assert [plain(LEFT_OPEN) in item.value for item in app.info] == [True]
    app.number_input("in_params_millions").set_value(8000.0).run()
    assert_sound(app)
    assert query(app)["params_millions"] == "8000"
    assert not app.info
    assert "8\N{NO-BREAK SPACE}B parameters" in texts(app) or "8 B parameters" in texts(app)
    assert "in_params_millions" in keys(app)


def test_networks_in_one_pass_are_asked_for_their_work_too(open_app: OpenApp) -> None:
    app = open_app("model=&params_millions=25")
    assert {"in_params_millions", "in_gflops_per_request"} <= set(keys(app))
    assert "the work of one request" in app.info[0].value
    app.number_input("in_gflops_per_request").set_value(4.0).run()
    assert_sound(app)
    assert not app.info
    assert "Figure missing" not in texts(app)


def test_a_model_chosen_again_brings_its_own_size(open_app: OpenApp) -> None:
    app = open_app("preset=support_chat&model=&params_millions=3000")
    named = next(name for name in app.selectbox("in_model").options if "Llama" in name)
    app.selectbox("in_model").select(named).run()
    assert_sound(app)
    assert query(app).get("params_millions", "") == ""
    assert "in_params_millions" not in keys(app)


def test_each_of_the_fields_is_drawn_once(open_app: OpenApp) -> None:
    app = open_app("model=")
    app.session_state["more_detail"] = True
    app.session_state["group_what"] = True
    app.run()
    assert_sound(app)
    assert keys(app).count("in_params_millions") == 1
    assert keys(app).count("in_gflops_per_request") == 1


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ("text_generation", (asks.SIZE,)),
        ("speech_to_text", (asks.SIZE,)),
        ("text_embedding", (asks.SIZE,)),
        ("face_match", (asks.SIZE, asks.WORK)),
        ("recommendation", (asks.SIZE, asks.WORK)),
    ],
)
def test_what_describes_a_model_depends_on_its_kind(task: str, expected: tuple[str, ...]) -> None:
    nameless = Scenario().with_changes({"task": task, "model": ""})
    assert asks.size_fields(nameless) == expected
    assert asks.needs(nameless)
    given = nameless.with_changes(dict.fromkeys(expected, 10.0))
    assert asks.needs(given) == ""
    assert asks.size_fields(nameless.with_changes({"model": "any"})) == ()
