"""Options, run as a page: every tab by its address, kept in it; what is closed costs nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from report import devices, retraining, tradeoffs
from tests.ui.conftest import MAIN, TIMEOUT_S, assert_sound, opened_view, query, texts
from ui.components.options import TABS

VIEW = MAIN.parent / "views" / "options.py"
HEADINGS = {
    "trade-offs": "It costs least on",
    "devices": "The devices of",
    "retraining": "a month with the answers it gives",
}


def opened(address: str) -> AppTest:
    return opened_view(VIEW, address)


def drawn(app: AppTest) -> str:
    """What the page holds as HTML."""
    return "\n".join(str(item.proto.body) for item in app.get("html"))


@pytest.mark.parametrize("tab", TABS)
def test_every_tab_opens_from_its_address_and_stays_in_it(tab: str) -> None:
    app = opened(f"preset=hospital_imaging&tab={tab}")
    assert app.title[0].value == "What each option means"
    assert query(app)["tab"] == tab
    assert HEADINGS[tab] in texts(app)
    assert 'class="facts' in drawn(app)


def test_an_unknown_tab_opens_the_first() -> None:
    app = opened("preset=hospital_imaging&tab=%3Cscript%3E")
    assert query(app)["tab"] == "trade-offs"
    assert "Allowed: trade-offs, devices, retraining" in app.warning[0].value


def test_each_tab_links_to_its_file_by_the_same_query() -> None:
    for tab, table in (
        ("trade-offs", "tradeoffs"),
        ("devices", "users_devices"),
        ("retraining", "retraining"),
    ):
        app = opened(f"preset=hospital_imaging&tab={tab}")
        asked = re.search(rf'href="[^"?]*/api/v1/{table}\.csv\?([^"]*)"', drawn(app))
        assert asked
        scenario = {name: text for name, text in query(app).items() if name != "tab"}
        assert dict(parse_qsl(unescape(asked[1]))) == scenario


@pytest.mark.parametrize("tab", TABS)
def test_closed_tabs_cost_nothing(tab: str, monkeypatch: pytest.MonkeyPatch) -> None:
    worked: list[str] = []

    def watched(name: str, module: Any, attribute: str) -> None:
        real: Callable[..., Any] = getattr(module, attribute)

        def noted(*args: Any) -> Any:
            worked.append(name)
            return real(*args)

        monkeypatch.setattr(module, attribute, noted)

    watched("trade-offs", tradeoffs, "tradeoffs")
    watched("devices", devices, "fleet")
    watched("retraining", retraining, "cadence")
    # another volume in each case: nothing of it is remembered
    opened(f"preset=hospital_imaging&requests_per_month={4321 + len(tab)}&tab={tab}")
    assert worked == [tab]


def test_compare_works_out_nothing_of_options(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any) -> Any:
        raise AssertionError("worked out for nobody")

    monkeypatch.setattr(tradeoffs, "tradeoffs", never)
    monkeypatch.setattr(devices, "fleet", never)
    monkeypatch.setattr(retraining, "cadence", never)
    app = AppTest.from_file(MAIN, default_timeout=TIMEOUT_S)
    app.query_params["preset"] = "hospital_imaging"
    app.query_params["requests_per_month"] = "4567"
    app.run()
    assert_sound(app)


def test_where_nothing_is_possible_the_page_says_so() -> None:
    nothing = "preset=support_chat&data_sensitivity=on_device"
    shown = texts(opened(f"{nothing}&tab=trade-offs"))
    assert "No place is possible here" in shown
    assert "unbeaten" not in shown  # no mark that does not occur is explained
    assert "no place of training is possible" in texts(opened(f"{nothing}&tab=retraining"))


def test_what_nobody_is_asked_is_left_out_and_said() -> None:
    app = opened("preset=hospital_imaging&tab=trade-offs")
    assert "The same for every place" not in texts(app)  # pictures, and a model that is trained
    app = opened("preset=semantic_search&tab=trade-offs")
    assert "Live video (no picture is asked)" in texts(app)
    assert "Live video" not in drawn(app)


def test_a_priced_quality_gives_the_best_cadence() -> None:
    priced = "quality_point_usd_per_month=2000&quality_loss_per_month=1"
    app = opened(f"preset=hospital_imaging&tab=retraining&{priced}")
    assert "Cost and lost quality together are least" in texts(app)
    assert "Best cadence" in drawn(app)
