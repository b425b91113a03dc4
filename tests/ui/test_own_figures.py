"""Own figures on the pages: where they are entered, marked and taken off."""

from collections.abc import Sequence
from urllib.parse import urlencode

import pytest
from streamlit.testing.v1 import AppTest

from calculators.compare import compare
from calculators.explore.sweep import evaluations
from calculators.memory import SHARED
from calculators.own import UNREAD, describe, plausible, settable
from calculators.points import Points
from calculators.presets import from_preset, presets
from pricing.book import PriceBook
from tests.ui.conftest import MAIN, OpenApp, assert_sound, opened_view, query, scenario, texts
from ui.components import assumptions, own_figures, share
from ui.formulas import FORMULAS

IN = "deepinfra/llama-3.1-8b/input"
BOOK = PriceBook.load()


def opened(open_app: OpenApp, **given: str) -> AppTest:
    return open_app(urlencode({"preset": "support_chat", **given}))


def unfold(app: AppTest) -> tuple[AppTest, str]:
    """Open the inputs below the costs of the option that is opened; and its first price key."""
    app.session_state["own_open"] = True
    app.button("open_answer").click().run()
    assert_sound(app)
    cheapest = compare(scenario(app), BOOK).cheapest
    assert cheapest is not None
    keys = (item.source.price_key for item in cheapest.line_items if item.payer == "company")
    return app, next(key for key in keys if key)


def test_without_own_figures_nothing_is_said(open_app: OpenApp) -> None:
    said = texts(opened(open_app))
    assert "of your own" not in said


def test_they_are_counted_and_taken_off_with_one_button(open_app: OpenApp) -> None:
    app = opened(open_app, **{f"price.{IN}": "0.5", "own_server_usd": "1800", "assume.pue": "1.2"})
    said = texts(app)
    assert "3 figures of your own in use" in said
    assert "list: 0.03" in said.replace("\\", "")
    app.button("own_off").click().run()
    assert_sound(app)
    assert "of your own" not in texts(app)
    assert set(query(app)) == {"preset", "v", "edition", "price_date", "method", "was"}


def test_a_discount_is_called_by_the_vendor_s_name_and_a_price_without_a_list_has_none(
    open_app: OpenApp,
) -> None:
    said = texts(open_app("preset=support_chat&discount.aws=20&own_server_usd=9000"))
    assert "Discount of Amazon Web Services: **20\xa0% off** (list: 0)" in said
    assert "**9,000 USD per server**" in said
    assert "list: –" not in said


def test_the_link_without_them_is_offered_first(open_app: OpenApp) -> None:
    app = opened(open_app, **{f"price.{IN}": "0.5"})
    app.session_state[share.SHARE_OPEN] = True
    app.run()
    links = [item.value for item in app.code if "preset=support_chat" in item.value]
    assert not [link for link in links if "price." in link]
    assert "was=" in links[0]
    app.radio("share_which").set_value("With them").run()
    assert_sound(app)
    links = [item.value for item in app.code if "preset=support_chat" in item.value]
    assert all(f"price.{IN}=0.5" in link for link in links)


def test_a_price_is_entered_where_it_is_shown(open_app: OpenApp) -> None:
    app, price = unfold(opened(open_app))
    names = {item.key for item in app.number_input if item.key and item.key.startswith("own_")}
    assert f"own_option_price.{price}" in names
    assert f"own_option_discount.{price.partition('/')[0]}" in names
    assert "own_option_fixed.managed_api" in names
    assert "own_option_assume.integration_hours_managed_api" in names
    app.number_input(f"own_option_price.{price}").set_value(0.5).run()
    assert_sound(app)
    assert scenario(app).own.get(f"price.{price}") == 0.5
    assert "1 figure of your own in use" in texts(app)


def test_a_bad_price_is_named_and_changes_nothing(open_app: OpenApp) -> None:
    app, price = unfold(opened(open_app))
    app.number_input(f"own_option_price.{price}").set_value(-1).run()
    assert_sound(app)
    assert not scenario(app).own
    assert "above 0 to" in "\n".join(item.value for item in app.warning)


def test_every_page_says_that_they_are_in_use(open_app: OpenApp) -> None:
    own = urlencode({"preset": "support_chat", "assume.pue": "1.2"})
    for page in ("prices", "method"):
        app = open_app(own, page)
        assert "1 figure of your own in use" in texts(app)
        assert query(app)["assume.pue"] == "1.2"
    for view in ("break_even", "options"):
        app = opened_view(MAIN.parent / "views" / f"{view}.py", own)
        assert "1 figure of your own in use" in texts(app)


def test_every_assumption_of_the_prices_page_can_be_set_there() -> None:
    """What only older methods read is not shown: a figure in its place would move nothing."""
    rows = assumptions.shown(BOOK)
    assert {row.name for row in rows} == settable(BOOK)
    assert len(rows) == len(BOOK.listed_assumptions) - len(UNREAD)
    assert all(describe(f"assume.{row.name}", BOOK, "us") for row in rows)
    frame = assumptions.frame(BOOK, frozenset({"pue"}))
    assert list(frame["Key"]) == [row.name for row in rows]
    assert list(frame["Key"][frame["Used now"] == "yes"]) == ["pue"]


def test_assumptions_are_entered_on_options_and_where_it_is_said_how_sure_it_is() -> None:
    options = MAIN.parent / "views" / "options.py"
    app = _unfolded(opened_view(options, "preset=support_chat"), "places")
    shown = own_inputs(app, "places")
    assert {"switch_hours", "release_hours_per_week", "ops_hours_per_month_rented"} <= shown
    app.number_input("own_places_assume.switch_hours").set_value(100).run()
    assert_sound(app)
    assert scenario(app).own.get("assume.switch_hours") == 100

    sure = opened_view(
        MAIN.parent / "views" / "break_even.py", "preset=support_chat&section=uncertainty"
    )
    assert "ops_hours_per_month_managed_api" in own_inputs(_unfolded(sure, "sure"), "sure")


MOVING = (
    ("recommender", ("machine_start_minutes", "validated_by_hand_per_month", "validation_hours")),
    ("voice_notes", ("pue", "server_idle_power_ratio", "colocation_wholesale_from_kw")),
    ("deep_art", ("colocation_unit_usd_per_month",)),
)
"""Assumptions that moved a cost and stood nowhere beside it."""


@pytest.mark.parametrize(("preset", "names"), MOVING)
def test_what_moves_a_cost_is_entered_beside_it(preset: str, names: tuple[str, ...]) -> None:
    assert _missing(preset, names) == {}


@pytest.mark.soak
@pytest.mark.parametrize("preset", presets(BOOK))
def test_everything_that_moves_a_cost_is_entered_beside_it(preset: str) -> None:
    """But for stores' limits, which move who carries a model: they stand where bytes are sent."""
    found = _missing(preset, sorted(settable(BOOK)))
    assert {name for name in found if not name.startswith("store_limit_mb_")} == set()


def _missing(preset: str, assumed: Sequence[str]) -> dict[str, set[str]]:
    """Assumptions that move a place's best candidate -> where they cannot be entered beside it."""
    asked = from_preset(preset, {"requests_per_month": 3e7}, BOOK)
    found = compare(asked, BOOK)
    told = {option.id: set(own_figures.names(found, option)) for option in found.best_of_kind}
    only = {
        option.kind: frozenset({option.id.rpartition(">")[2].partition(":")[2]})
        for option in found.best_of_kind
    }
    missing: dict[str, set[str]] = {}
    for name in assumed:
        row = BOOK.listed_assumptions[name]
        ends = (row.low, row.high) if row.low < row.high else plausible(row)
        points = Points.sweep(asked, f"assume.{name}", (row.mid, *ends))
        costs: dict[str, list[float]] = {option.id: [] for option in found.best_of_kind}
        for _, made in evaluations(points, BOOK, SHARED, only):
            for option in costs:
                if option in made.at:
                    costs[option] += made.company[made.at[option]].tolist()
        for option, values in costs.items():
            moved = values and max(values) - min(values) > 1e-9 * max(values)
            if moved and f"assume.{name}" not in told[option]:
                missing.setdefault(name, set()).add(option)
    return missing


def _unfolded(app: AppTest, where: str) -> AppTest:
    app.session_state[f"own_{where}_open"] = True
    app.run()
    assert_sound(app)
    return app


def own_inputs(app: AppTest, where: str) -> set[str]:
    start = f"own_{where}_assume."
    return {
        item.key.removeprefix(start)
        for item in app.number_input
        if item.key and item.key.startswith(start)
    }


def test_an_assumption_is_entered_beside_the_formula_that_uses_it(open_app: OpenApp) -> None:
    app = open_app("preset=support_chat", "method")
    shown = next(formula for formula in FORMULAS if formula.assumed)
    key = f"own_formula_{shown.title}_assume.{shown.assumed[0]}"
    listed = BOOK.assumption(shown.assumed[0])
    app.number_input(key).set_value(listed.high).run()
    assert_sound(app)
    assert scenario(app).own.get(f"assume.{shown.assumed[0]}") == listed.high
    assert "your figure" in texts(app)


def test_another_app_keeps_what_one_pays(open_app: OpenApp) -> None:
    app = opened(open_app, **{"discount.aws": "10"})
    app.selectbox("in_preset").set_value("celebrity_match").run()
    assert_sound(app)
    assert scenario(app).own.get("discount.aws") == 10


@pytest.mark.parametrize("name", ["price.<script>alert(1)</script>", "assume.[a](http://x)"])
def test_hostile_names_are_shown_as_text(open_app: OpenApp, name: str) -> None:
    app = opened(open_app, **{name: "1"})
    said = "\n".join(item.value for item in app.warning)
    assert "cannot be used" in said
    assert "<script>" not in said
    assert "[a](http://x)" not in said
