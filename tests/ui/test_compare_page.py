"""Compare, run as a page: the answer, the form, the address."""

import re
from urllib.parse import urlencode

import pytest
from streamlit.testing.v1 import AppTest

from calculators import METHOD
from calculators.compare import compare
from calculators.presets import default_scenario, from_preset, presets
from calculators.scenario import allowed, fields
from pricing.book import PriceBook
from report import asks, codec
from report.defaults import of_schema
from report.headline import figures
from report.pins import Was, write_was
from report.resolve import written
from tests.sampling import few
from tests.ui.conftest import MAIN, OpenApp, assert_sound, query, scenario, texts
from ui.inputs import detail
from ui.markdown import plain

EXACT = "exact_volume"


def type_volume(app: AppTest, text: str) -> None:
    app.text_input(EXACT).set_value(text).run()
    assert_sound(app)


def test_opens_on_the_default_preset_with_the_answer_first(
    open_app: OpenApp, book: PriceBook
) -> None:
    app = open_app()
    found = compare(default_scenario(book), book)
    assert [item.value for item in app.title] == [plain(found.sentence)]
    said = texts(app)
    for figure in figures(found):
        assert plain(figure.value) in said
        assert plain(figure.note) in said
    assert plain(found.labour_text) in said
    assert not app.warning


def test_the_address_holds_the_preset_and_what_pins_the_numbers(
    open_app: OpenApp, book: PriceBook
) -> None:
    held = query(open_app())
    assert set(held) == {"preset", "v", "edition", "price_date", "method", "was"}
    found = compare(default_scenario(book), book)
    assert found.cheapest is not None
    assert held["was"].startswith(f"{found.cheapest.id}:")


def test_another_volume_gives_its_answer_and_its_address(
    open_app: OpenApp, book: PriceBook
) -> None:
    app = open_app()
    type_volume(app, "2 k")
    found = compare(from_preset("celebrity_match", {"requests_per_month": 2000}, book), book)
    assert app.title[0].value == plain(found.sentence)
    assert query(app)["requests_per_month"] == "2000"
    assert app.select_slider("in_volume").value == 2000
    assert "200 users × 10 requests" in texts(app)


@pytest.mark.parametrize("text", ["123456.5", "1e12", "1", "999,999,999,999"])
def test_any_volume_can_be_entered_exactly(open_app: OpenApp, text: str) -> None:
    app = open_app()
    type_volume(app, text)
    assert not app.warning
    assert scenario(app).requests_per_month == float(text.replace(",", ""))


def test_the_slider_moves_the_exact_number_too(open_app: OpenApp) -> None:
    app = open_app()
    app.select_slider("in_volume").set_value(5e7).run()
    assert app.text_input(EXACT).value == "50,000,000"
    assert query(app)["requests_per_month"] == "50000000"


@pytest.mark.parametrize("text", ["-5", "0", "2e12", "many", "NaN", ""])
def test_an_absurd_volume_is_named_and_the_old_one_stays(open_app: OpenApp, text: str) -> None:
    app = open_app()
    type_volume(app, text)
    [notice] = app.warning
    assert "Requests a month" in notice.value
    assert f"Allowed: {plain(allowed('requests_per_month'))}" in notice.value
    assert "1,000,000" in notice.value
    assert scenario(app).requests_per_month == 1_000_000
    assert app.text_input(EXACT).value == "1,000,000"
    type_volume(app, "3000000")
    assert not app.warning


def test_bad_and_unknown_parameters_of_a_link_are_named(open_app: OpenApp) -> None:
    app = open_app(
        "requests_per_month=-1&precision=int3&colour=red&model=nothing&edition=1999-01-01"
    )
    [box] = app.warning
    for words in ("Requests a month", "-1", "int3", "colour", "nothing", "1999-01-01"):
        assert plain(words) in box.value
    assert "1,000,000 requests per month" in box.value
    assert scenario(app).precision == "fp16"


def test_markup_in_a_link_is_shown_as_text(open_app: OpenApp) -> None:
    app = open_app("preset=**[x](https://evil.example)**")
    [box] = app.warning
    assert "](https" not in box.value.replace("\\]", "")


def test_a_new_preset_starts_afresh_but_keeps_money_and_region(open_app: OpenApp) -> None:
    app = open_app("preset=celebrity_match&staff_usd_per_hour=40&region=eu&request_kb=999")
    app.selectbox("in_preset").set_value("support_chat").run()
    assert_sound(app)
    assert set(query(app)) >= {"preset", "staff_usd_per_hour", "region"}
    held = scenario(app)
    assert held.preset == "support_chat"
    assert held.requests_per_month == 300_000
    assert (held.staff_usd_per_hour, held.region) == (40, "eu")
    assert held.request_kb != 999


def test_sensitivity_rules_places_out(open_app: OpenApp) -> None:
    app = open_app()
    app.button_group("in_data_sensitivity").set_value("on_device").run()
    assert_sound(app)
    assert query(app)["data_sensitivity"] == "on_device"
    said = texts(app)
    assert ":material/block: **Ruled out**" in said
    assert "- **Managed API" in said


def test_nothing_allowed_says_so(open_app: OpenApp) -> None:
    app = open_app("data_sensitivity=on_premises&offline_required=yes&model_secrecy=yes")
    assert "Nothing is allowed" in app.title[0].value
    assert "was" not in query(app)


@pytest.mark.parametrize(("word", "number"), [("monthly", 1), ("weekly", 4.345), ("hourly", 730)])
def test_cadence_in_words(open_app: OpenApp, word: str, number: float) -> None:
    app = open_app()
    app.selectbox("in_cadence").set_value(word).run()
    assert_sound(app)
    assert float(query(app)["retrains_per_month"]) == number
    assert app.selectbox("in_cadence").value == word


def test_cadence_as_a_number(open_app: OpenApp) -> None:
    app = open_app()
    app.selectbox("in_cadence").set_value("exact").run()
    app.number_input("exact_cadence").set_value(2.5).run()
    assert_sound(app)
    assert query(app)["retrains_per_month"] == "2.5"
    assert app.selectbox("in_cadence").value == "exact"


def keys(app: AppTest) -> list[str | None]:
    kinds = (app.selectbox, app.number_input, app.toggle, app.multiselect, app.text_input)
    return [widget.key for kind in kinds for widget in kind]


def test_every_field_of_the_scenario_has_one_widget(open_app: OpenApp) -> None:
    app = open_app()
    app.session_state["more_detail"] = True
    for group in detail.groups():
        app.session_state[f"group_{group}"] = True
    app.run()
    assert_sound(app)
    drawn = keys(app)
    named = [name for names in detail.groups().values() for name in names]
    assert sorted({*named} | detail.SIMPLE | detail.ELSEWHERE) == sorted(fields())
    silent = asks.silent(from_preset("celebrity_match", {}, PriceBook.load()))
    for name in named:
        assert drawn.count(f"in_{name}") == (name not in silent), name
    app.toggle("show_all_inputs").set_value(True).run()
    assert_sound(app)
    drawn = keys(app)
    for name in named:
        assert drawn.count(f"in_{name}") == 1, name


def test_what_one_uses_today_is_chosen_from_what_there_is(open_app: OpenApp) -> None:
    app = open_app("preset=support_chat")
    app.session_state["more_detail"] = True
    app.session_state["group_money"] = True
    app.run()
    box = app.selectbox("in_today")
    assert box.options[0] == "nothing said"
    hosted = next(name for name in box.options if name.startswith("Hosted platform: "))
    box.select(hosted).run()
    assert_sound(app)
    assert "hosted_platform" in query(app)["today"]
    assert app.selectbox("in_today").value == query(app)["today"]


def test_inputs_of_language_models_stand_where_text_is_written() -> None:
    """Of a photo they say nothing, unless somebody has entered one."""
    book = PriceBook.load()
    photo = from_preset("celebrity_match", {}, book)
    assert {"text_language", "reasoning", "weekend_share"} <= asks.off_topic(photo)
    assert "reasoning" not in asks.off_topic(photo.with_changes({"reasoning": "low"}))
    assert asks.off_topic(from_preset("support_chat", {}, book)) == frozenset()


def test_an_override_is_marked_and_can_be_taken_back(open_app: OpenApp) -> None:
    app = open_app()
    app.session_state["more_detail"] = True
    app.session_state["group_money"] = True
    app.run()
    app.number_input("in_discount_rate_pct").set_value(3.0).run()
    assert_sound(app)
    assert query(app)["discount_rate_pct"] == "3"
    assert "changed" in app.number_input("in_discount_rate_pct").label
    back = app.button("back_discount_rate_pct")
    assert "8" in back.label
    back.click().run()
    assert "discount_rate_pct" not in query(app)
    assert "changed" not in app.number_input("in_discount_rate_pct").label


def test_a_bound_in_the_form_is_named(open_app: OpenApp) -> None:
    app = open_app()
    app.session_state["more_detail"] = True
    app.session_state["group_serving"] = True
    app.run()
    app.number_input("in_target_peak_load").set_value(7.0).run()
    assert_sound(app)
    [notice] = app.warning
    assert plain(allowed("target_peak_load")) in notice.value
    assert app.number_input("in_target_peak_load").value == 0.7


def test_an_emptied_field_goes_back_to_its_default(open_app: OpenApp) -> None:
    app = open_app("target_peak_load=0.5")
    app.session_state["more_detail"] = True
    app.session_state["group_serving"] = True
    app.run()
    app.number_input("in_target_peak_load").set_value(None).run()
    assert_sound(app)
    assert "target_peak_load" not in query(app)


def test_reset_takes_every_change_back(open_app: OpenApp) -> None:
    app = open_app("requests_per_month=5&staff_usd_per_hour=1")
    app.session_state["more_detail"] = True
    app.run()
    app.button("reset_all").click().run()
    assert_sound(app)
    assert scenario(app).requests_per_month == 1_000_000
    assert scenario(app).staff_usd_per_hour is None


def test_a_task_brings_a_model_that_can_do_it(open_app: OpenApp) -> None:
    app = open_app()
    app.session_state["more_detail"] = True
    app.session_state["group_what"] = True
    app.run()
    app.selectbox("in_task").set_value("speech_to_text").run()
    assert_sound(app)
    assert query(app)["model"].startswith("whisper")


def test_too_close_to_call_looks_different(open_app: OpenApp) -> None:
    close, sure = (open_app(f"preset={name}") for name in ("document_ocr", "support_chat"))
    assert close.title[0].value.startswith(plain("Too close to call: "))
    assert sure.title[0].value.startswith("Run it on ")
    balance = ":material/balance:"
    said = [
        [item.value for item in page.markdown if balance in item.value] for page in (close, sure)
    ]
    assert len(said[0]) == 1
    assert "not clearly ahead of" in said[0][0]
    assert "On average it costs" in said[0][0]
    assert said[1] == []


@pytest.mark.parametrize("preset", few([*presets(PriceBook.load())], 5))
def test_every_preset_opens(open_app: OpenApp, preset: str) -> None:
    app = open_app(f"preset={preset}")
    assert not app.warning
    assert query(app)["preset"] == preset


@pytest.mark.parametrize("volume", ["1", "1e12"])
def test_ends_of_the_volume_scale_open(open_app: OpenApp, volume: str) -> None:
    assert open_app(f"requests_per_month={volume}").title[0].value


def sum_rows(app: AppTest) -> list[list[str]]:
    """Words of the cells of the first table of sums."""
    [first, *_] = [item for item in app.get("html") if "<table" in item.proto.body]
    rows = re.findall(r"<tr>(.*?)</tr>", first.proto.body)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]
    return [[re.sub(r"<[^>]+>", "", cell) for cell in row] for row in cells]


def usd(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def test_the_way_to_the_sums_opens_what_the_answer_names(
    open_app: OpenApp, book: PriceBook
) -> None:
    app = open_app()
    app.button("open_answer").click().run()
    assert_sound(app)
    best = compare(default_scenario(book), book).cheapest
    assert best is not None
    assert query(app)["open"] == best.id
    head, *items, last = sum_rows(app)
    at = head.index("= USD")
    assert sum(usd(row[at]) for row in items) == pytest.approx(usd(last[at]), abs=0.005)
    assert usd(last[at]) == pytest.approx(best.company_usd, abs=0.01)


def test_an_option_of_the_link_is_open_and_closes(open_app: OpenApp, book: PriceBook) -> None:
    other = compare(default_scenario(book), book).best_of_pair[1]
    app = open_app(urlencode({"open": other.id}))
    head, *_, last = sum_rows(app)
    assert usd(last[head.index("= USD")]) == pytest.approx(other.company_usd, abs=0.01)
    app.button(f"close_{other.id}").click().run()
    assert "open" not in query(app)


def test_what_is_open_comes_back_after_another_page(open_app: OpenApp, book: PriceBook) -> None:
    other = compare(default_scenario(book), book).best_of_pair[1]
    app = open_app(urlencode({"open": other.id, "sort": "-month"}))
    app.switch_page("views/prices.py").run()
    assert "open" not in query(app)
    app.switch_page("views/compare.py").run()
    assert_sound(app)
    assert query(app)["open"] == other.id
    assert query(app)["sort"] == "-month"


def test_an_option_nobody_has_leaves_the_table_closed(open_app: OpenApp) -> None:
    assert "open" not in query(open_app("open=none>owned:nobody/nothing&sort=nothing"))


def test_all_candidates_can_be_filtered(open_app: OpenApp, book: PriceBook) -> None:
    app = open_app()
    app.session_state["all_open"] = True
    app.run()
    found = compare(default_scenario(book), book)
    assert len(app.dataframe[0].value) == len(found.options)
    app.multiselect("all_places").set_value(["managed_api"]).run()
    assert_sound(app)
    assert set(app.dataframe[0].value["Place"]) == {"Managed API"}
    assert query(app)["at"] == "managed_api"


def test_filters_and_a_candidate_come_with_the_link(open_app: OpenApp, book: PriceBook) -> None:
    found = compare(default_scenario(book), book)
    shown = {option.id for option in found.best_of_pair}
    other = next(o for o in found.options if o.kind == "rented" and o.id not in shown)
    link = {"at": "rented", "sold_by": other.vendor, "open": other.id}
    app = open_app(urlencode(link))
    listed = app.dataframe[0].value
    assert set(listed["Place"]) == {"Rented machines"}
    assert set(listed["Vendor"]) == {other.vendor}
    assert {name: query(app)[name] for name in link} == link
    head, *_, last = sum_rows(app)
    assert usd(last[head.index("= USD")]) == pytest.approx(other.company_usd, abs=0.01)


def test_a_link_that_showed_something_else_says_so(open_app: OpenApp, book: PriceBook) -> None:
    link = codec.encode(default_scenario(book), book)
    app = open_app(f"{link}&was=none>owned:nobody/nothing:123.45")
    [story] = app.info
    assert "nobody/nothing" in story.value
    assert r"\$123" in story.value
    assert not open_app(codec.encode(default_scenario(book), book)).info


def full_link(book: PriceBook, was: str) -> str:
    """The default preset as schema 1 wrote it, every input named."""
    inputs = {**written("celebrity_match", book, schema=1), "growth_pct_per_month": "12"}
    pins = {"v": "1", "edition": book.edition, "price_date": book.price_date, "method": METHOD}
    return urlencode({**inputs, **pins, "was": was})


def test_a_full_link_of_schema_1_stays_in_the_address_until_something_changes(
    open_app: OpenApp, book: PriceBook
) -> None:
    # a spare machine and a colocation were the defaults of that schema
    asked = {"growth_pct_per_month": 12, "spare_instances": 1, "hosting": "colocation"}
    changed = from_preset("celebrity_match", asked, book)
    best = compare(changed, book).cheapest
    assert best is not None
    assert best.total_usd is not None
    app = open_app(full_link(book, write_was(Was(best.id, best.total_usd))))
    assert not app.warning
    assert not app.info
    assert set(query(app)) >= set(of_schema(1))
    assert scenario(app) == changed
    app.run()
    assert set(query(app)) >= set(of_schema(1))
    type_volume(app, "2 k")
    assert scenario(app) == changed.with_changes({"requests_per_month": 2000})
    assert len(query(app)) == 10


def test_a_full_link_that_showed_something_else_is_written_anew(
    open_app: OpenApp, book: PriceBook
) -> None:
    app = open_app(full_link(book, "none>device:us_mainstream:1"))
    assert app.info
    assert query(app)["growth_pct_per_month"] == "12"
    assert len(query(app)) == 9


def test_a_link_of_another_method_says_that_its_answer_stays_and_what_changed(
    open_app: OpenApp, book: PriceBook
) -> None:
    best = compare(default_scenario(book), book).cheapest
    assert best is not None
    assert best.total_usd is not None
    told = {}
    for total in (best.total_usd, best.total_usd + 1):
        was = write_was(Was(best.id, total))
        app = open_app(f"preset=celebrity_match&method=7&was={was}")
        told[total] = " ".join(item.value for item in app.info)
        assert f"What changed between method 7 and {METHOD}" in [
            item.label for item in app.expander
        ]
    same, moved = told.values()
    assert "Answer and total are the same" in same
    assert "Answer and total are the same" not in moved


def test_a_link_of_another_method_says_so(open_app: OpenApp) -> None:
    [story] = open_app("method=0.9").info
    assert "0\\.9" in story.value or "0.9" in story.value


def test_both_pages_keep_the_scenario(open_app: OpenApp) -> None:
    app = open_app("preset=voice_notes&requests_per_month=77")
    app.switch_page("views/prices.py").run()
    assert_sound(app)
    assert query(app)["requests_per_month"] == "77"
    app.switch_page("views/compare.py").run()
    assert_sound(app)
    assert app.text_input(EXACT).value == "77"


def test_no_folder_is_taken_for_an_older_kind_of_app() -> None:
    assert not (MAIN.parent / "pages").exists()


def test_opened_groups_come_back_after_a_reload(open_app: OpenApp) -> None:
    app = open_app("preset=voice_notes")
    app.session_state["more_detail"] = True
    app.session_state["group_money"] = True
    app.run()
    assert_sound(app)
    said = query(app)["groups"]
    assert said == "money"
    again = open_app(f"preset=voice_notes&groups={said}~nothing")
    assert again.number_input("in_discount_rate_pct").value is not None
    assert query(again)["groups"] == "money"
    again.session_state["more_detail"] = False
    again.run()
    assert "groups" not in query(again)
