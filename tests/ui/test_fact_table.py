"""Facts side by side as HTML: nothing gets out of place, all opens, cards say the same."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from ui.components.fact_table import WIDE, Cell, Column, Facts, Reference, Row, html

EVIL = '<script>alert("x")</script>'


class Parsed(HTMLParser):
    """Tags with their attributes, and the text in them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def facts(*, columns: int = 2, down: bool = False, text: str = "1 ms") -> Facts:
    return Facts(
        "k",
        "Things",
        [Column(f"c{turn}", f"Thing {turn}", colour="#123456") for turn in range(columns)],
        [
            Row("r0", "Time", "ms", "How long.", [Cell(text, ["Because."])] * columns),
            Row("r1", "Size", "", "", [Cell("2 MB")] * columns),
        ],
        down=down,
    )


def test_tags_are_closed_and_names_are_unique() -> None:
    for down in (False, True):
        found = Parsed(html(facts(down=down), dark=False))
        assert not found.open
        names = [attrs["id"] for _, attrs in found.tags if "id" in attrs]
        assert len(names) == len(set(names))


def test_every_button_opens_something_that_is_there() -> None:
    found = Parsed(html(facts(), dark=False))
    targets = {attrs["popovertarget"] for attrs in found.of("button")}
    assert targets == {attrs["id"] for attrs in found.of("div") if "popover" in attrs}
    assert len(targets) == 3  # the question of the first row, and its two cells


def test_what_has_nothing_behind_it_does_not_open() -> None:
    assert not re.search(r"<button[^>]*>2 MB", html(facts(), dark=False))


def test_text_stays_text() -> None:
    evil = Facts(
        EVIL,
        EVIL,
        [Column(EVIL, EVIL, (EVIL,), EVIL, EVIL)],
        [
            Row(
                EVIL,
                EVIL,
                EVIL,
                EVIL,
                [Cell(EVIL, [EVIL], [Reference(EVIL, "javascript:x", EVIL)])],
            )
        ],
    )
    for down in (False, True):
        made = html(Facts(evil.key, evil.caption, evil.columns, evil.rows, down=down), dark=True)
        found = Parsed(made)
        assert not found.of("script")
        assert not found.of("a")  # no page to open


def test_pages_open_in_a_window_of_their_own() -> None:
    rows = [Row("r", "Time", "", "", [Cell("1", [], [Reference("A page", "https://x.org/?a&b")])])]
    found = Parsed(html(Facts("k", "Things", [Column("c", "Thing")], rows), dark=False))
    links = found.of("a")
    assert links
    assert all(item["href"] == "https://x.org/?a&b" for item in links)
    assert all(item["target"] == "_blank" for item in links)


def test_headings_say_what_they_head() -> None:
    found = Parsed(html(facts(), dark=False))
    scopes = [attrs.get("scope") for attrs in found.of("th")]
    assert scopes == ["col", "col", "row", "row"]
    assert found.of("table")[0]["aria-label"] == "Things"


def test_things_under_each_other_have_a_line_each() -> None:
    found = Parsed(html(facts(columns=3, down=True), dark=False))
    assert len(found.of("tr")) == 1 + 3
    scopes = [attrs.get("scope") for attrs in found.of("th")]
    assert scopes == ["col", "col", "row", "row", "row"]


def test_cards_say_what_the_table_says() -> None:
    made = html(facts(columns=3), dark=False)
    _, _, cards = made.partition('class="cards"')
    assert cards.count("<dt>Time") == cards.count("<dt>Size") == 3
    assert cards.count("2 MB") == 3
    assert Parsed(made).of("details")[0].keys() >= {"open"}  # the first one


def test_many_columns_are_cards_on_a_laptop_too() -> None:
    assert 'class="facts"' in html(facts(columns=WIDE), dark=False)
    assert 'class="facts wide"' in html(facts(columns=WIDE + 1), dark=False)


def test_light_and_dark_have_their_own_colours() -> None:
    light, dark = (html(facts(), dark=shade) for shade in (False, True))
    assert light != dark
    assert "--page:#FFFFFF" in light
    assert "--page:#131716" in dark


def test_a_closed_card_says_what_matters_most() -> None:
    """On a phone the table is not shown: twenty cards need not be opened to see who can."""
    column = Column("a", "Phone", closed="10 % of users, cannot <b>")
    made = html(Facts("k", "Things", [column], [], down=True), dark=False)
    assert "<small>10 % of users, cannot &lt;b&gt;</small></summary>" in made
    assert made.count("of users, cannot") == 1  # the table has columns for it
