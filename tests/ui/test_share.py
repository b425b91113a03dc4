"""Share, title, data and an older link, run as pages."""

from __future__ import annotations

import random
import re
from html import unescape
from urllib.parse import quote, urlencode, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from calculators.title import MOST_CHARS, strange
from report import words
from report.codec import decode
from report.csv_tables import TABLES
from tests.report.test_nasty_text import TITLES
from tests.sampling import few
from tests.ui.conftest import OpenApp, assert_sound, html, query, texts
from ui.components import csv_link, share

PRICE = "price.deepinfra/llama-3.1-8b-turbo/input"
NASTY = "$x$ :red[no] [a](http://evil.example) <b>b</b> :material/home: **x** https://x.org"


def codes(app: AppTest) -> list[str]:
    return [item.value for item in app.code]


def opened(app: AppTest, *keys: str) -> AppTest:
    """The page with what is folded opened."""
    for key in keys or (share.SHARE_OPEN,):
        app.session_state[key] = True
    app.run()
    assert_sound(app)
    return app


def linked(app: AppTest) -> str:
    """The query of the link Share gives."""
    return urlsplit(next(code for code in codes(app) if "/?" in code).split(": ")[-1]).query


def test_the_link_says_what_it_pins_and_brings_back_the_scenario(open_app: OpenApp) -> None:
    app = opened(open_app("preset=voice_notes&requests_per_month=40000"))
    found = decode(linked(app), strict=True)
    assert found.scenario.requests_per_month == 40_000
    assert found.was is not None
    said = texts(app).replace("\\", "")
    assert f"pins edition {found.book.edition}" in said
    assert any(code.startswith("curl ") for code in codes(app))
    assert any("urlopen" in code for code in codes(app))
    assert any(code.startswith("Crossover, “Voice notes") for code in codes(app))


def test_a_long_link_is_packed_and_the_address_bar_holds_its_words(open_app: OpenApp) -> None:
    title = "Größe, " * 25
    long = [f"{letter}.title={quote(title + letter)}" for letter in "bcd"]
    asked = "&".join(["preset=voice_notes&requests_per_month=40000", *long])
    app = opened(open_app(asked))
    shared = linked(app)
    assert shared.startswith("z=")
    assert len(shared) < 600
    assert "Packed, since it would be" in texts(app)
    meant = decode(query(app).items(), strict=True)
    assert decode(shared, strict=True).others == meant.others
    again = open_app(shared)
    assert_sound(again)
    assert "z" not in query(again)
    assert decode(query(again).items(), strict=True) == decode(shared, strict=True)
    assert "?z=" not in " ".join(codes(opened(open_app("preset=voice_notes"))))


def test_a_title_that_no_link_has_room_for_is_cut_in_it_and_said(open_app: OpenApp) -> None:
    """Four titles of 200 letters each: 2,870 bits a title, 6 a character of the link."""
    dice = random.Random(1)
    title, *others = (
        "".join(chr(dice.randint(0x4E00, 0x9FFF)) for _ in range(200)) for _ in "abcd"
    )
    sides = "".join(f"&{x}.title={quote(one)}" for x, one in zip("bcd", others, strict=True))
    app = opened(open_app(f"preset=voice_notes&title={quote(title)}{sides}"))
    shared = decode(linked(app), strict=True).scenario.title
    assert shared.endswith("…")
    assert title.startswith(shared[:-1])
    assert f"The title is cut to {len(shared)} characters in this link" in texts(app)
    assert query(app)["title"] == title


def test_a_packed_link_that_was_cut_says_so(open_app: OpenApp) -> None:
    app = open_app("z=1WubAD4P23pA6YNjaj6")
    assert_sound(app)
    assert "a packed link, whole, as Share gives it" in texts(app)


def test_with_own_figures_the_link_without_them_comes_first(open_app: OpenApp) -> None:
    app = opened(open_app(f"preset=support_chat&{PRICE}=0.0012&b.{PRICE}=0.0034"))
    assert all(PRICE not in code and "0.0012" not in code for code in codes(app))
    assert decode(linked(app), strict=True).others["b"].own.figures == ()
    app.radio("share_which").set_value("With them").run()
    assert_sound(app)
    assert f"{PRICE}=0.0012" in linked(app)
    assert "reads your prices" in texts(app)


def test_a_title_goes_into_heading_link_and_texts_as_plain_text(open_app: OpenApp) -> None:
    app = opened(open_app("preset=support_chat"))
    app.text_input("share_title").set_value(NASTY).run()
    assert_sound(app)
    assert query(app)["title"] == NASTY
    heading = next(item.value for item in app.markdown if item.value.startswith("##### "))
    assert not re.search(r"(?<!\\)[$\[\]<>*`~:]", heading.removeprefix("##### "))
    assert "://" not in heading
    assert any(NASTY in code for code in codes(app))
    app.text_input("share_title").set_value("two\nlines").run()
    assert_sound(app)
    assert "title" in query(app)
    assert "U+000A" in texts(app).replace("\\", "") or query(app)["title"] == NASTY


@pytest.mark.parametrize("title", few(TITLES, 2))
def test_any_title_is_plain_text_on_the_page_or_refused_by_name(
    open_app: OpenApp, title: str
) -> None:
    app = opened(open_app(urlencode({"preset": "keyboard", "title": title})))
    headings = [item.value for item in app.markdown if item.value.startswith("##### ")]
    if strange(title) or len(title) > MOST_CHARS:
        assert query(app).get("title", "") == ""
        assert not headings
        assert words.input_title("title") in texts(app)
        return
    assert query(app)["title"] == title
    (heading,) = (one.removeprefix("##### ") for one in headings)
    shown = re.sub(r"\\([\\`*_{}\[\]<>$~|#:])", r"\1", heading).replace("\N{WORD JOINER}", "")
    assert shown.replace("\N{NO-BREAK SPACE}", " ").strip() == title.strip()
    assert not re.search(r"(?<!\\)[$\[\]<>*`~:]", heading.replace("\\\\", ""))
    assert any(title in code for code in codes(app))
    assert not [body for body in html(app) if "<script" in body or "<img" in body]


def test_every_file_offered_is_a_route_that_takes_what_it_is_asked(open_app: OpenApp) -> None:
    for page in ("compare", "break_even", "prices", "method"):
        app = open_app("preset=voice_notes", page)
        found = [body for body in html(app) if 'class="file"' in body]
        assert found
        for body in found:
            address = re.search(r'href="([^"]+)"', body)
            assert address is not None
            parts = urlsplit(unescape(address[1]))
            assert parts.path in {table.path for table in TABLES.values()}


def test_no_page_keeps_a_file_in_memory(open_app: OpenApp) -> None:
    for page in ("compare", "break_even", "prices", "method"):
        assert not open_app("preset=voice_notes", page).get("download_button")


def test_a_parameter_a_table_does_not_take_is_a_fault() -> None:
    with pytest.raises(KeyError):
        csv_link.address("options", "preset=x", {"axis": "pue"})


def test_an_older_link_says_what_it_would_be_today(open_app: OpenApp) -> None:
    app = open_app("preset=support_chat&price_date=2025-06-01")
    labels = [item.label for item in app.expander]
    assert any("1 Jun 2025" in label and "under today" in label for label in labels)
    app.session_state["under_today"] = True
    app.run()
    assert_sound(app)
    assert "the answer stays a managed API" in texts(app)
    app.button("use_newest").click().run()
    assert_sound(app)
    assert "price_date=2025" not in str(query(app))


def test_the_newest_prices_have_no_such_line(open_app: OpenApp) -> None:
    app = open_app("preset=support_chat")
    assert not [item for item in app.expander if "under today" in item.label]
