"""The cards of apps, and an app of one's own from three answers."""

from __future__ import annotations

import pytest

from calculators.compare import compare
from calculators.presets import from_preset, presets
from calculators.scenario import choices
from pricing.book import PriceBook
from tests.ui.conftest import OpenApp, assert_sound, query, scenario
from ui.inputs import apps


def test_every_task_can_be_told_in_three_answers() -> None:
    told = [app.task for app in apps.OWN_APPS]
    assert sorted(told) == sorted(choices("task"))
    assert len({(app.goes_in, app.comes_out) for app in apps.OWN_APPS}) == len(told)


@pytest.mark.parametrize("app", apps.OWN_APPS, ids=lambda app: app.task)
def test_any_answers_give_a_comparison(app: apps.OwnApp, book: PriceBook) -> None:
    model = next(iter(apps.sizes_of(book, app.task)), None)
    found = compare(from_preset(app.preset, apps.fields_of(app, model), book), book)
    assert found.scenario.task == app.task
    assert found.sentence


def test_twelve_cards_and_an_own_app(open_app: OpenApp, book: PriceBook) -> None:
    app = open_app()
    app.button("all_apps").click().run()
    assert_sound(app)
    cards = [b.key for b in app.button if str(b.key).startswith("card_")]
    assert cards == [f"card_{name}" for name in presets(book)]
    app.button("card_keyboard").click().run()
    assert_sound(app)
    assert query(app)["preset"] == "keyboard"


def test_three_answers_make_an_app(open_app: OpenApp) -> None:
    app = open_app("staff_usd_per_hour=40")
    app.session_state["own_in"] = "Sound"
    app.button("all_apps").click().run()
    app.button("own_use").click().run()
    assert_sound(app)
    held = scenario(app)
    assert (held.task, held.preset) == ("speech_to_text", "voice_notes")
    assert held.staff_usd_per_hour == 40
