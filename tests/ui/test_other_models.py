"""Other models on the page: beside the answer, and ranked where the switch says so."""

from calculators.compare import compare
from calculators.presets import from_preset
from pricing.book import PriceBook
from tests.ui.conftest import OpenApp, assert_sound, query, texts
from ui import catalogue
from ui.markdown import plain

SWITCH = "in_other_models"


def test_what_another_model_saves_stands_beside_the_answer(open_app: OpenApp) -> None:
    app = open_app("preset=document_ocr")
    said = texts(app)
    assert plain("Another model would do it for $651 a month less") in said
    assert "A language model reads the request" in said


def test_the_switch_ranks_them(open_app: OpenApp, book: PriceBook) -> None:
    app = open_app("preset=support_chat")
    app.toggle(SWITCH).set_value(True).run()
    assert_sound(app)
    assert query(app)["other_models"] == "yes"
    found = compare(from_preset("support_chat", {"other_models": True}, book), book)
    assert plain(found.reason) in texts(app)
    assert "Another model would do it" not in texts(app)


def test_the_switch_takes_the_class_of_the_model(open_app: OpenApp, book: PriceBook) -> None:
    """Claude Haiku 4.5 is of the middle class (23.71): others of that class are compared."""
    app = open_app("preset=support_chat&model=claude-haiku-4.5")
    app.toggle(SWITCH).set_value(True).run()
    assert_sound(app)
    assert query(app)["quality_class"] == "mid"


def test_where_no_other_model_can_do_it_nobody_is_asked(open_app: OpenApp) -> None:
    app = open_app("preset=celebrity_match")
    assert SWITCH not in {item.key for item in app.toggle}


def test_a_model_sold_by_name_can_be_chosen(open_app: OpenApp, book: PriceBook) -> None:
    app = open_app("preset=support_chat")
    app.selectbox("in_model").set_value("gpt-4o-mini").run()
    assert_sound(app)
    assert query(app)["model"] == "gpt-4o-mini"
    assert catalogue.WEIGHTS["unpublished"] in texts(app)
    assert "its weights are not published" in texts(app)
