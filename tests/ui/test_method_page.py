"""Method, run as a page; and what a click on a figure of Compare explains."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from calculators.compare import compare
from calculators.estimators.learnt import FORMS
from calculators.presets import from_preset
from calculators.results import Comparison, Option
from pricing.book import PriceBook
from report import published_errors, words
from report.measurements import measurements
from report.published_errors import GROUPS, Mode
from tests.sampling import few
from tests.ui.conftest import MAIN, OpenApp, assert_sound, opened_view, query, texts
from ui import formulas, wording
from ui.components import accuracy_chart, accuracy_table, explain, option_facts
from ui.components import formulas as formula_text
from ui.formulas import FORMULAS

VIEW = MAIN.parent / "views" / "method.py"


# --- page ------------------------------------------------------------------------------------
def test_the_sentence_carries_the_figures_of_the_data(open_app: OpenApp) -> None:
    app = open_app(page="method")
    total = published_errors.whole(published_errors.summaries())
    assert total is not None
    assert total.median_error is not None
    assert total.inside_80 is not None
    said = texts(app).replace("\N{NO-BREAK SPACE}", " ").replace("\\", "")
    assert f"Half of {total.covered:,} estimates" in said
    assert f"within **{words.percent(total.median_error)}**" in said
    assert f"**{words.percent(total.inside_80)}** of the measurements" in said
    assert f"Judged on edition {total.edition}" in said


def test_every_group_can_be_drawn(open_app: OpenApp) -> None:
    app = open_app(page="method")
    box = app.selectbox("accuracy_group")
    assert box.options[0] == GROUPS["llm_full_load"].title
    for name in published_errors.groups(published_errors.left_out()):
        app.selectbox("accuracy_group").set_value(name).run()
        assert_sound(app)
        count = len(published_errors.covered(published_errors.left_out(), name))
        assert f"Each of the {count:,} marks" in texts(app)


@pytest.mark.parametrize("mode", few(list(published_errors.MODES), 2))
def test_every_split_of_the_table(mode: Mode) -> None:
    for kind in accuracy_table.KINDS:
        app = opened_view(VIEW, f"hidden={mode}&split={kind}")
        assert app.selectbox("accuracy_mode").value == mode
        lines = published_errors.chosen(published_errors.summaries(), mode, kind)
        frames = [one.value for one in app.dataframe if "Half within" in one.value.columns]
        assert [len(frame) for frame in frames] == ([len(lines)] if lines else [])


def test_the_table_holds_the_lines_of_the_data(open_app: OpenApp) -> None:
    app = open_app(page="method")
    frame = next(one.value for one in app.dataframe if "Half within" in one.value.columns)
    lines = published_errors.chosen(published_errors.summaries(), "row", "all")
    assert frame["Rows"].tolist() == [line.n for line in lines]
    assert frame["Measurements of"].iloc[-1] == "All together"


def test_rows_without_an_estimate_are_listed_with_reasons(open_app: OpenApp) -> None:
    app = open_app(page="method")
    frame = next(one.value for one in app.dataframe if "Why not" in one.value.columns)
    refused = published_errors.not_covered(published_errors.left_out())
    assert frame["Row"].tolist() == [row.row for row in refused]
    assert (frame["Why not"] != "").all()


def test_older_editions_open_the_page_too(open_app: OpenApp) -> None:
    app = open_app("edition=2026-11-22", page="method")
    assert "you look at edition 2026-11-22" in texts(app).replace("\\", "")


# --- chart and formulas ----------------------------------------------------------------------
def test_a_mark_says_everything(book: PriceBook) -> None:
    known = measurements(book)
    row = next(row for row in published_errors.left_out() if row.covered and row.row in known)
    source = known[row.row]
    said = "".join(accuracy_chart.hover(row, source).replace("<br>", "").split())
    low, high = row.published_range
    for part in (
        source.model,
        source.hardware,
        source.source_title,
        source.locator,
        row.row,
        words.number(row.value),
        words.number(low),
        words.number(high),
    ):
        assert "".join(part.split()) in said


def test_both_axes_cover_every_mark(book: PriceBook) -> None:
    known = measurements(book)
    for name in published_errors.groups(published_errors.left_out()):
        rows = published_errors.covered(published_errors.left_out(), name)
        made = accuracy_chart.chart(rows, known, dark=False)
        low, high = (10**end for end in made.layout.xaxis.range)
        assert made.layout.xaxis.range == made.layout.yaxis.range
        marks = [trace for trace in made.data if trace.mode == "markers"]
        assert sum(len(trace.x) for trace in marks) == len(rows)
        assert all(low < value < high for trace in marks for value in (*trace.x, *trace.y))


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(1e-5, "s", "10 µs"), (0.2, "s", "200 ms"), (1000.0, "s", "1 k s"), (5.0, "min", "5 min")],
)
def test_ticks_in_units_people_read(value: float, unit: str, text: str) -> None:
    assert accuracy_chart.tick_text(value, unit) == text


def test_the_terms_shown_are_those_of_the_code() -> None:
    shown = {one.form: tuple(one.terms) for one in FORMULAS if one.form}
    assert shown == {name: form.terms for name, form in FORMS.items()}


def test_every_figure_shown_is_in_the_book(book: PriceBook) -> None:
    known = formula_text.fits(book)
    for one in FORMULAS:
        assert [(fit, scope) for fit, scope, _ in one.fits if (fit, scope) not in known] == []
        assert [name for name in one.assumed if name not in book.assumptions] == []
        assert not one.form or formula_text.figures(one, known, book)
    assert formulas.LEFT_OUT


# --- explain ---------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def chat(book: PriceBook) -> Comparison:
    return compare(from_preset("support_chat", {}, book), book)


def first(comparison: Comparison, kind: str) -> Option:
    return next(one for one in comparison.options if one.kind == kind and one.explained)


@pytest.mark.parametrize("kind", ["rented", "owned", "hosted_platform"])
def test_capacity_opens_to_rule_range_and_rows(chat: Comparison, kind: str) -> None:
    option = first(chat, kind)
    assert option.capacity is not None
    said = "\n".join(explain.figures(chat, option, ["requests_per_s"]))
    assert explain.value("requests_per_s", option.capacity.requests_per_s) in said
    assert wording.LABELS[option.capacity.label].text in said
    assert "80\N{NO-BREAK SPACE}% range" in said
    assert "of tuned" in said  # the serving software's share
    assert option.capacity.rows
    for row in option.capacity.rows:
        assert row in said
    assert "](http" in said


def test_the_time_to_the_answer_names_its_assumptions(chat: Comparison) -> None:
    option = first(chat, "rented")
    assert set(option.latency.assumed) <= set(chat.book.assumptions)
    said = "\n".join(explain.latency(chat, option))
    for name in option.latency.assumed:
        assert chat.book.assumptions[name].label in said.replace("\\", "")
    for quantity in ("answer_ms", "ttft_ms", "tpot_ms"):
        assert any(item.quantity == quantity for item in option.explained)


def test_a_device_is_explained_one_by_one(comparison: Comparison) -> None:
    option = first(comparison, "device")
    devices = [item for item in option.explained if item.quantity == "answer_ms"]
    assert sum(item.users_share or 0.0 for item in devices) == pytest.approx(1.0, abs=1e-6)
    said = "\n".join(explain.latency(comparison, option))
    for item in devices:
        assert item.on in said.replace("\\", "")
    facts = [fact for fact in option_facts.facts(comparison, option) if fact.behind is not None]
    assert all(fact.behind() for fact in facts if fact.behind is not None)
    assert {fact.text.split(":")[0] for fact in facts} >= {
        "Time to the answer",
        "Battery",
        "Memory on a device",
    }


def test_ones_own_figure_says_so(book: PriceBook) -> None:
    scenario = from_preset(
        "celebrity_match", {"measured_requests_per_s": 40.0, "measured_on": "every"}, book
    )
    found = compare(scenario, book)
    said = "\n".join(explain.figures(found, first(found, "rented"), ["requests_per_s"]))
    assert wording.LABELS["override"].name in said
    assert "80\N{NO-BREAK SPACE}% range" not in said


def test_every_explained_row_is_a_published_one(chat: Comparison, comparison: Comparison) -> None:
    known = measurements(chat.book)
    for found in (chat, comparison):
        for option in found.best_of_pair:
            for item in option.explained:
                assert item.low <= item.mid <= item.high
                assert set(item.rows) <= set(known)


def test_a_memory_refusal_opens_to_how_memory_is_reckoned(
    open_app: OpenApp, chat: Comparison
) -> None:
    refused = next(o for o in chat.best_of_pair if any("at its peak" in f.text for f in o.findings))
    app = open_app(urlencode({"preset": "support_chat", "open": refused.id}))
    app.session_state["fact_How memory is reckoned"] = True
    app.run()
    assert_sound(app)
    assert "How memory is reckoned" in [one.label for one in app.expander]
    assert formulas.MEMORY.words in texts(app)


def test_what_is_chosen_is_in_the_address_and_comes_back(open_app: OpenApp) -> None:
    app = open_app(page="method")
    assert not {"group", "hidden", "split"} & set(query(app))  # as it opens
    app.selectbox("accuracy_group").set_value("speech").run()
    app.selectbox("accuracy_mode").set_value("model").run()
    said = query(app)
    assert (said["group"], said["hidden"]) == ("speech", "model")
    again = opened_view(VIEW, urlencode({**said, "split": "label"}))
    assert again.selectbox("accuracy_group").value == "speech"
    assert again.selectbox("accuracy_mode").value == "model"
    assert again.session_state["accuracy_kind"] == "label"
    again.selectbox("accuracy_mode").set_value("row").run()
    assert "hidden" not in query(again)


def test_a_choice_that_does_not_exist_is_named() -> None:
    app = opened_view(VIEW, "group=teleport&hidden=nothing&split=9")
    said = texts(app)
    for name in ("group", "hidden", "split"):
        assert f"**{name}**" in said
    assert app.selectbox("accuracy_mode").value == "row"
