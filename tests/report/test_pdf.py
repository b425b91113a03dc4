"""The report read back: the screen's totals, every source, hostile text as plain text."""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pymupdf
import pypdf
import pytest
import zxingcpp
from PIL import Image

from calculators import METHOD
from calculators.compare import compare
from calculators.presets import from_preset, presets
from calculators.results import Comparison, Finding, LineItem
from calculators.scenario import bounds, fields, is_numeric, is_whole
from pricing.book import PriceBook, Source, digest
from report import first_page, pdf, words
from report.asked_report import AskedReport
from report.chart_spec import breakdown, cost_curve
from report.codec import decode, encode
from report.document import document
from report.letters import MORE, letters_of
from report.links import link
from report.packed import shorter
from report.payload import best
from report.pdf import report_pdf
from report.print_chart import breakdown_figure, cost_curve_svg, curve_figure
from report.print_parts import WIDTH_MM
from report.ranked import ranked
from report.sections import SECTIONS
from report.tables import cost_table
from report.used_values import entries
from tests.report import examples
from tests.sampling import few

BOOK = PriceBook.load()
HOSTILE = (
    '#read("/etc/passwd")',
    "$x^2$ *bold* _it_ `raw` @ref <label> \\ // comment",
    '#{ panic("boom") }',
    "= heading",
    '"}]; data = "',
    "<script>alert(1)</script>",
    "smile \N{GRINNING FACE} and \N{CJK UNIFIED IDEOGRAPH-4E2D}",
)
LONG = "200 letters: " + "W" * 187
MARGIN_PT = 18 * 72 / 25.4
FOOTER_PT = 19 * 72 / 25.4


@dataclass(frozen=True)
class Read:
    """A report as a reader sees it."""

    pdf: bytes
    pages: list[pymupdf.Page]
    text: str  # white space made single, since lines wrap
    urls: frozenset[str]


def squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def compact(text: str) -> str:
    """Without white space and places where a long word may break."""
    return re.sub(r"[\s\u200b]+", "", text)


def read(
    comparison: Comparison,
    query: str = "preset=x",
    warnings: tuple[str, ...] = (),
    asked: AskedReport = AskedReport(),  # noqa: B008 - frozen
) -> Read:
    pdf = report_pdf(comparison, link("https://crossover.example", query), warnings, asked)
    document = pymupdf.open(stream=pdf)
    pages = [document[number] for number in range(document.page_count)]
    text = squeeze(" ".join(page.get_text() for page in pages))
    urls = frozenset(item["uri"] for page in pages for item in page.get_links() if "uri" in item)
    return Read(pdf, pages, text, urls)


def real(preset: str, **changes: object) -> Comparison:
    return compare(from_preset(preset, changes, BOOK), BOOK)


@pytest.fixture(scope="module", params=["celebrity_match", "support_chat", "recommender"])
def case(request: pytest.FixtureRequest) -> tuple[Comparison, Read]:
    comparison = real(request.param)
    return comparison, read(comparison, encode(comparison.scenario, BOOK))


EVERYTHING = AskedReport(tuple(SECTIONS), "letter")


@pytest.fixture(scope="module")
def whole() -> tuple[Comparison, Read]:
    """Every section, on Letter."""
    comparison = real("hospital_imaging")
    return comparison, read(comparison, encode(comparison.scenario, BOOK), asked=EVERYTHING)


# --- numbers ---------------------------------------------------------------------------------
def test_the_first_page_has_the_answer_and_its_figures(case: tuple[Comparison, Read]) -> None:
    comparison, report = case
    first = compact(report.pages[0].get_text())
    assert comparison.cheapest is not None
    cost = ranked(comparison.cheapest, comparison)
    assert cost is not None
    said = (
        comparison.sentence,
        comparison.reason,
        comparison.certainty_text,
        words.usd(cost.monthly_usd),
        words.usd(cost.usd_per_user_month),
        words.usd_range(cost.low_usd, cost.high_usd),
        words.usd(comparison.ten_times.monthly_usd),
        words.usd(comparison.ten_times.usd_per_user_month),
        first_page.flip(comparison),
        first_page.subject(comparison),
        cost_curve(comparison).title,
    )
    for text in said:
        assert compact(text) in first, text
    assert comparison.lever is not None
    assert compact(comparison.lever.name) in first
    for item in first_page.forbidden(comparison)[0]:
        assert compact(item.text) in first
    assert report.text.index("Every place it could run") > report.text.index("page 1 of")


def amounts(comparison: Comparison) -> list[tuple[str, ...]]:
    """Every sum in JSON of the two options whose sums are printed, to the cent.

    The company's part may be a cent off where only so the parts add up: the total is exact.
    """
    shown = (place["option"] for place in best(comparison)["places"])
    body = {option["id"]: option for option in shown if option}
    found: list[tuple[str, ...]] = []
    for option in (comparison.cheapest, comparison.runner_up):
        if option is not None and body[option.id]["total_usd"] is not None:
            said = body[option.id]
            found += [(words.cents(said[name]),) for name in ("total_usd", "npv_usd")]
            near = (said["company_usd"] + cents for cents in (0.0, 0.01, -0.01))
            found.append(tuple(words.cents(usd) for usd in near))
    return found


def test_amounts_are_those_of_json(case: tuple[Comparison, Read]) -> None:
    comparison, report = case
    found = amounts(comparison)
    assert found
    for allowed in found:
        assert any(f" {amount} " in report.text for amount in allowed), allowed


@pytest.mark.soak
@pytest.mark.parametrize("preset", few([*presets(BOOK)], 5))
def test_amounts_are_those_of_json_for_every_preset(preset: str) -> None:
    comparison = real(preset)
    report = read(comparison, encode(comparison.scenario, BOOK))
    for allowed in amounts(comparison):
        assert any(f" {amount} " in report.text for amount in allowed), allowed


def test_totals_and_items_are_the_calculators(case: tuple[Comparison, Read]) -> None:
    comparison, report = case
    for option in (comparison.cheapest, comparison.runner_up):
        assert option is not None
        table = cost_table(option)
        assert table is not None
        assert (
            f"Total over the period, not discounted {words.cents(option.total_usd)}" in report.text
        )
        assert table.total == words.cents(option.total_usd)
        for part in table.payers:
            assert f"{part.title}, total {part.subtotal}" in report.text
            for row in part.rows:
                figures_of_row = squeeze(
                    f"{row.period} {row.quantity} {row.unit} {row.rate} {row.amount}"
                )
                assert compact(figures_of_row) in compact(report.text), row.name


def test_every_price_of_the_recommended_option_has_its_source(
    case: tuple[Comparison, Read],
) -> None:
    comparison, report = case
    assert comparison.cheapest is not None
    sources = {item.source for item in comparison.cheapest.line_items}
    assert sources
    everything = compact(report.text)
    for source in sources:
        assert compact(source.title) in everything
        assert words.day(source.as_of) in report.text
        if source.url:
            assert source.url in report.urls


def test_every_input_is_there(case: tuple[Comparison, Read]) -> None:
    comparison, report = case
    everything = compact(report.text)
    listed = entries(comparison)
    rows = [row for _, rows in listed.groups for row in rows]
    told = {row.title for row in [*rows, *listed.changed]} | set(listed.empty)
    assert told == {words.input_title(name) for name in fields()}
    for row in rows:
        assert compact(row.title + row.value) in everything, row
    for title in listed.empty:
        assert compact(title) in everything
    assert "not set" not in report.text


def test_what_was_changed_comes_first_with_the_presets_value() -> None:
    report = read(real("celebrity_match", requests_per_month=123_456.0, latency_budget_ms=None))
    asked = report.text[report.text.index("What was asked") :]
    assert asked.index("123,456 requests per month") < asked.index("What one request is")
    assert re.search(r"Requests a month 123,456 requests per month 1,000,000", asked)
    assert re.search(r"Slowest acceptable answer no limit 2,000 ms", asked)


def test_the_link_is_whole_and_opens(case: tuple[Comparison, Read]) -> None:
    comparison, report = case
    address = link("https://crossover.example", encode(comparison.scenario, BOOK))
    assert address in report.urls
    assert address in compact(report.text)


def test_no_line_of_the_address_reaches_into_its_code() -> None:
    """Of a server with a port the address broke after its question mark alone, and ran on."""
    changes = {"data_sensitivity": "on_premises", "offline_required": True, "model_secrecy": True}
    comparison = real("celebrity_match", **changes)
    address = link("http://127.0.0.1:8501", encode(comparison.scenario, BOOK))
    page = pymupdf.open(stream=report_pdf(comparison, address))[-1]
    (beside,) = (block for block in page.get_text("blocks") if "preset=celebrity" in block[4])
    left, top, right, bottom = beside[:4]
    squares = [part["rect"] for part in page.get_drawings() if part["rect"].x0 > left + 300]
    code = min(rect.x0 for rect in squares if top - 60 < rect.y0 < bottom + 60)
    assert right < code
    assert address in compact(beside[4])


def test_the_code_opens_the_same_address(case: tuple[Comparison, Read]) -> None:
    comparison, report = case
    address = link("https://crossover.example", encode(comparison.scenario, BOOK))
    picture = report.pages[-1].get_pixmap(dpi=200)
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.samples)
    assert [code.text for code in zxingcpp.read_barcodes(image)] == [address]


def test_the_code_of_a_long_address_holds_it_packed() -> None:
    names = {name: value for name, value in entered().items() if name != "preset"}
    scenario = from_preset("support_chat", names, BOOK)
    address = link("https://crossover.example", encode(scenario, BOOK))
    assert len(shorter(address)) < len(address)
    document = pymupdf.open(stream=report_pdf(replace(examples.PLAIN, book=BOOK), address))
    picture = document[-1].get_pixmap(dpi=200)
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.samples)
    (code,) = zxingcpp.read_barcodes(image)
    assert code.text == shorter(address)
    assert decode(urlsplit(code.text).query, strict=True).scenario == scenario
    pages = [document[number] for number in range(document.page_count)]
    assert address in compact(" ".join(page.get_text() for page in pages))


def entered() -> dict[str, float]:
    """Every number of a scenario that has bounds on both sides, at a third of them."""
    found = {name: bounds(name) for name in fields() if is_numeric(name) and not is_whole(name)}
    alone = ("growth", "measured", "cache", "today", "own_server", "image")
    return {
        name: round(low + (high - low) / 3, 6)
        for name, (low, high, _) in found.items()
        if low is not None and high is not None and not name.startswith(alone)
    }


def noise(count: int) -> str:
    """Letters that no packing makes much shorter."""
    return "".join(hashlib.sha256(bytes([turn])).hexdigest() for turn in range(count // 64 + 1))


@pytest.mark.parametrize(
    ("address", "said"),
    [("https://x.org/?a=" + noise(3000), "is too long"), ("/?preset=x", "is not complete")],
    ids=["long", "relative"],
)
def test_where_there_is_no_code_it_is_said(address: str, said: str) -> None:
    pdf = report_pdf(replace(examples.PLAIN, book=BOOK), address)
    document = pymupdf.open(stream=pdf)
    text = squeeze(" ".join(document[n].get_text() for n in range(document.page_count)))
    assert f"There is no QR code: the address {said}" in text
    assert compact(address) in compact(text)


def test_every_price_has_its_rate_edition_and_digest(case: tuple[Comparison, Read]) -> None:
    comparison, report = case
    prices = report.text[report.text.index("Every price used") :]
    assert comparison.cheapest is not None
    table = cost_table(comparison.cheapest)
    assert table is not None
    for part in table.payers:
        for row in part.rows:
            assert compact(f"{row.rate} per {row.unit}") in compact(prices)
    assert f"edition {BOOK.edition}" in prices
    assert compact(digest(BOOK.edition)) in compact(prices)


# --- document --------------------------------------------------------------------------------
def test_title_language_footer_and_page_numbers(case: tuple[Comparison, Read]) -> None:
    comparison, report = case
    reader = pypdf.PdfReader(io.BytesIO(report.pdf))
    assert reader.metadata is not None
    assert reader.metadata.title == comparison.sentence
    assert reader.metadata.author == "Crossover"
    assert str(reader.root_object["/Lang"]) == "en-US"
    assert b"pdfuaid" in report.pdf  # tagged for screen readers, as PDF/UA asks
    assert inside(reader.root_object, "/ViewerPreferences", "/DisplayDocTitle").value is True
    count = len(report.pages)
    for number, page in enumerate(report.pages, start=1):
        text = squeeze(page.get_text())
        assert f"page {number} of {count}" in text
        assert f"edition {BOOK.edition} · method {METHOD}" in text


def inside(item: Any, *names: str) -> Any:
    """What lies under some names, one in the other."""
    for name in names:
        item = item[name].get_object()
    return item


def elements(pdf: bytes) -> list[Any]:
    """Every element of the tree that screen readers follow."""
    root = pypdf.PdfReader(io.BytesIO(pdf)).root_object
    assert inside(root, "/MarkInfo", "/Marked").value is True
    found: list[Any] = []
    waiting: list[Any] = [inside(root, "/StructTreeRoot")]
    while waiting:
        item = waiting.pop()
        if not isinstance(item, dict):
            continue
        found.append(item)
        kids = item.get("/K", [])
        kids = kids.get_object() if hasattr(kids, "get_object") else kids
        waiting += [k.get_object() for k in (kids if isinstance(kids, list) else [kids])]
    return found


def test_tags_headings_and_alternatives(case: tuple[Comparison, Read]) -> None:
    comparison, report = case
    found = elements(report.pdf)
    kinds = [item.get("/S") for item in found]
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/Link"} <= set(kinds)
    assert kinds.count("/H1") == 1
    alts = [str(item["/Alt"]) for item in found if item.get("/S") == "/Figure"]
    assert words.glued(cost_curve(comparison).alt) in alts
    assert breakdown(comparison).alt in alts
    assert all(alts)


def test_bookmarks_name_the_parts(case: tuple[Comparison, Read]) -> None:
    comparison, report = case
    found = [title for _, title, _ in pymupdf.open(stream=report.pdf).get_toc()]
    assert found[0] == comparison.sentence
    wanted = ("Every place it could run", "What was asked", "Every price used")
    assert [title for title in found if title in wanted] == list(wanted)


def test_the_same_question_gives_the_same_bytes(case: tuple[Comparison, Read]) -> None:
    comparison, report = case
    again = real(comparison.scenario.preset)
    assert read(again, encode(again.scenario, BOOK)).pdf == report.pdf


def lowest(page: pymupdf.Page) -> float:
    """How far down the page words and pictures reach, the footer aside, as a share of its height.

    The words of a picture are outlines, and a page may end with a picture.
    """
    foot = float(page.rect.height) - FOOTER_PT
    ends = [float(word[3]) for word in page.get_text("words")]
    ends += [float(drawn["rect"].y1) for drawn in page.get_drawings()]
    return max(end for end in ends if end < foot) / foot


def test_no_page_but_the_last_is_half_empty(
    case: tuple[Comparison, Read], whole: tuple[Comparison, Read]
) -> None:
    for _, report in (case, whole):
        for number, page in enumerate(report.pages[:-1], start=1):
            assert lowest(page) > 0.5, number


# Those whose last page would be nearly empty, on one paper or the other, were rows not laid closer.
@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("name", ["celebrity_match", "photo_moderation"])
def test_the_last_page_holds_more_than_the_address(name: str, paper: str) -> None:
    comparison = real(name)
    query = encode(comparison.scenario, BOOK)
    *_, last = read(comparison, query, asked=AskedReport(paper=paper)).pages
    assert lowest(last) > 0.3
    assert sum(block[4].strip() != "" for block in last.get_text("blocks")) > 6


def test_a_report_is_laid_out_closer_only_where_that_fills_its_last_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where nothing helps, rows stand as they always do; no more is tried than it takes."""
    tried: list[int] = []

    def laid_out(filled_from: int) -> int:
        tried.clear()

        def layout(*asked: Any) -> int:
            tried.append(asked[-1])
            return tried[-1]

        monkeypatch.setattr(pdf, "_layout", layout)
        monkeypatch.setattr(pdf, "_filled", lambda laid, _: laid >= filled_from)
        monkeypatch.setattr(pdf, "_pdf", lambda laid: laid)
        return pdf._laid_out({}, (), 297.0)  # type: ignore[return-value]

    assert (laid_out(0), tried) == (0, [0])
    assert (laid_out(2), tried) == (2, [0, 1, 2])
    assert (laid_out(99), tried) == (0, [0, 1, 2, 3])


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("name", ["voice_notes", "deep_art"])
def test_the_curve_stands_under_the_answer_it_is_about(name: str, paper: str) -> None:
    """Also where it has to shrink for that: once it had moved, it found room where it was."""
    comparison = real(name)
    first = read(comparison, asked=AskedReport(paper=paper)).pages[0]
    assert cost_curve(comparison).title in squeeze(first.get_text())
    assert lowest(first) > 0.9


def test_sections_stand_in_their_order_with_picture_and_words(
    whole: tuple[Comparison, Read],
) -> None:
    _, report = whole
    document = pymupdf.open(stream=report.pdf)
    assert (round(document[0].rect.width), round(document[0].rect.height)) == (612, 792)
    titles = [title for title, _ in SECTIONS.values()]
    found = [title for _, title, _ in document.get_toc()]
    assert [title for title in found if title in titles] == titles
    margin = 20.95 * 72 / 25.4
    for page in report.pages:
        for x0, _, x1, _, word, *_ in page.get_text("words"):
            assert margin - 0.5 <= x0, word
            assert x1 <= page.rect.width - margin + 0.5, word
    alts = [item for item in elements(report.pdf) if item.get("/S") == "/Figure"]
    assert len(alts) >= 2 + len(SECTIONS)  # the answer's two, and one a section or more


def test_nothing_runs_over_the_margins(case: tuple[Comparison, Read]) -> None:
    _, report = case
    for page in report.pages:
        width = page.rect.width
        assert (round(width), round(page.rect.height)) == (595, 842)  # A4
        for x0, _, x1, _, word, *_ in page.get_text("words"):
            assert x0 >= MARGIN_PT - 0.5, word
            assert x1 <= width - MARGIN_PT + 0.5, word


def test_no_heading_is_left_alone_at_the_end_of_a_page(case: tuple[Comparison, Read]) -> None:
    _, report = case
    for page in report.pages:
        foot = page.rect.height - FOOTER_PT
        blocks = page.get_text("dict")["blocks"]
        spans = [s for block in blocks for row in block.get("lines", []) for s in row["spans"]]
        last = max((s for s in spans if s["bbox"][3] < foot), key=lambda span: span["bbox"][3])
        drawn = max(item["rect"].y1 for item in page.get_drawings() if item["rect"].y1 < foot)
        assert last["size"] < 12 or drawn > last["bbox"][3] + 50, last["text"]


def test_fonts_are_embedded(case: tuple[Comparison, Read]) -> None:
    _, report = case
    document = pymupdf.open(stream=report.pdf)
    fonts = {
        font for number in range(len(report.pages)) for font in document.get_page_fonts(number)
    }
    assert fonts
    for xref, extension, _, name, *_ in fonts:
        assert extension != "n/a", name
        assert document.extract_font(xref)[3], name
        assert "SourceSansPro" in name


def test_charts_are_vector(case: tuple[Comparison, Read]) -> None:
    _, report = case
    assert not any(page.get_images() for page in report.pages)
    assert len(report.pages[0].get_drawings()) > 100


# --- hostile and hard cases ------------------------------------------------------------------
def test_hostile_text_stays_text() -> None:
    plain = real("celebrity_match")
    assert plain.cheapest is not None
    scenario = plain.scenario.model_copy(
        update={"device_mix": HOSTILE[0], "providers_allowed": HOSTILE, "title": HOSTILE[1]}
    )
    source = Source(
        HOSTILE[2], "javascript:alert(1)", BOOK.edition, "C", HOSTILE[3], note=HOSTILE[4]
    )
    items = tuple(
        replace(item, name=HOSTILE[1], basis=HOSTILE[0], source=source)
        for item in plain.cheapest.line_items
    )

    def hostile_items() -> tuple[LineItem, ...]:
        return items

    cheapest = replace(
        plain.cheapest,
        label=HOSTILE[2],
        marks=HOSTILE,
        _findings=lambda: tuple(Finding("x", "caution", text) for text in HOSTILE),
        _items=hostile_items,
    )
    hostile = replace(
        plain,
        scenario=scenario,
        cheapest=cheapest,
        options=examples.HandMade(cheapest, *plain.options[1:]),
        _say=lambda _: (HOSTILE[0], HOSTILE[5], "", HOSTILE[1], ""),
    )
    report = read(hostile, warnings=HOSTILE)
    everything = compact(report.text)
    for text in HOSTILE:
        assert everything.count(compact(text)) >= 2, text
    assert "root:" not in report.text
    assert compact(HOSTILE[1]) in compact(report.pages[0].get_text())
    assert not any(url.startswith("javascript") for url in report.urls)


def letters(text: str) -> Counter[str]:
    return Counter(char for char in text if not char.isspace() and char != "\N{ZERO WIDTH SPACE}")


TITLES = {
    "long": LONG,
    "Hebrew": "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd",
    "Arabic": "\u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "Chinese": "\u4e2d\u6587\u6807\u9898",
    "Japanese": "\u65e5\u672c\u8a9e \u30ab\u30ca",
    "Devanagari": "\u0928\u092e\u0938\u094d\u0924\u0947",
    "Thai": "\u0e44\u0e17\u0e22\u0e41\u0e2d\u0e1b",
    "Korean": "\uc548\ub155 \ub77c\ubca8 \u3131",
    "Tamil": "\u0ba4\u0bae\u0bbf\u0bb4\u0bcd",
    "Bengali": "\u09ac\u09be\u0982\u09b2\u09be",
    "Telugu": "\u0c24\u0c46\u0c32\u0c41\u0c17\u0c41",
    "Gujarati": "\u0a97\u0ac1\u0a9c\u0ab0\u0abe\u0aa4\u0ac0",
    "Punjabi": "\u0a2a\u0a70\u0a1c\u0a3e\u0a2c\u0a40",
    "Kannada": "\u0c95\u0ca8\u0ccd\u0ca8\u0ca1",
    "Malayalam": "\u0d2e\u0d32\u0d2f\u0d3e\u0d33\u0d02",
    "emoji": "\U0001f600 \U0001f469\u200d\U0001f4bb \U0001f680\ufe0f",
    "combining": "a\u0301\u0323 e\u0308 \u00c5ngstr\u00f6m",
}
"""Titles whose every letter some font of the report has."""
NUMBERED = {
    "joined": ("\U00013000\u200d\U00013001", "[U+13000][U+13001]"),
    "Tibetan": ("\u0f56\u0f7c\u0f51 app", "[U+0F56][U+0F7C][U+0F51]app"),
    "Khmer": ("\u1781\u17d2\u1798", "[U+1781][U+17D2][U+1798]"),
}
"""Titles with letters that no font has, and how they are printed."""


def fonts_of(report: Read) -> set[str]:
    document = report.pages[0].parent
    return {font[3].partition("+")[2] for font in document.get_page_fonts(0)}


def test_a_place_alone_does_not_boast_on_paper_either() -> None:
    """Of 5,000 users 84 % are served, and no other place is allowed: nothing could win."""
    alone = compare(from_preset("live_camera", {}, BOOK), BOOK)
    assert alone.runner_up is None
    assert alone.labour_text
    told = document(alone, "link")
    assert told["flip"] == ""
    assert told["labour"] == alone.ours_text
    assert told["now_and_then"]["rows"][-1][0] == "Per user and month, of 84 %"


@pytest.mark.parametrize("title", [*TITLES.values(), HOSTILE[-1]], ids=[*TITLES, "hostile"])
def test_every_letter_of_a_title_has_a_font(title: str) -> None:
    plain = replace(examples.PLAIN, book=BOOK)
    report = read(replace(plain, scenario=plain.scenario.model_copy(update={"title": title})))
    assert not any("LastResort" in name for name in fonts_of(report))
    assert "[U+" not in report.text


@pytest.mark.parametrize(("title", "printed"), NUMBERED.values(), ids=NUMBERED)
def test_a_letter_without_a_font_is_printed_as_its_number(title: str, printed: str) -> None:
    """The letter itself stays in the text, too small to be seen."""
    plain = replace(examples.PLAIN, book=BOOK)
    report = read(replace(plain, scenario=plain.scenario.model_copy(update={"title": title})))
    page = report.pages[0]
    unseen = [
        span["size"]
        for block in page.get_text("dict")["blocks"]
        for line in block.get("lines", [])
        for span in line["spans"]
        if "LastResort" in span["font"]
    ]
    assert unseen
    assert max(unseen) < 0.2
    kept = compact(page.get_text())
    assert letters(title) <= letters(kept)
    shown = re.sub(f"[{title.replace(' app', '')}]", "", kept)
    assert printed in shown
    assert "no font of this report has" in squeeze(page.get_text())


def test_korean_written_in_parts_is_printed_whole() -> None:
    plain = replace(examples.PLAIN, book=BOOK)
    parts = "\u1112\u1161\u11ab\u1100\u1173\u11af app"
    report = read(replace(plain, scenario=plain.scenario.model_copy(update={"title": parts})))
    assert "\ud55c\uae00 app" in report.pages[0].get_text()
    assert "no font of this report has" not in report.text


def test_fonts_of_other_scripts_are_read_only_where_needed() -> None:
    plain = letters_of(
        "Cost a month \u2013 \u00c5ngstr\u00f6m \u0421\u043a\u043e\u043b\u044c\u043a\u043e"
    )
    assert (plain.families, plain.lacking) == ((), "")
    assert MORE not in plain.paths
    assert MORE in letters_of("\u4e2d").paths


@pytest.mark.parametrize("title", [*TITLES.values(), HOSTILE[-1]], ids=[*TITLES, "hostile"])
def test_any_title_reaches_the_first_page_inside_its_margins(title: str) -> None:
    """Right-to-left words are stored in the order they are seen, so letters are counted."""
    plain = replace(examples.PLAIN, book=BOOK)
    scenario = plain.scenario.model_copy(update={"title": title})
    report = read(replace(plain, scenario=scenario))
    page = report.pages[0]
    assert letters(title) <= letters(page.get_text())
    assert all(word[2] <= page.rect.width - MARGIN_PT + 0.5 for word in page.get_text("words"))
    reader = pypdf.PdfReader(io.BytesIO(report.pdf))
    assert reader.metadata is not None
    assert reader.metadata.title == f"{title}: {plain.sentence}"


@pytest.mark.parametrize(
    "word", ["i" * 200, "W" * 200, "betriebswerk" * 16], ids=["narrow", "wide", "words"]
)
def test_a_word_wider_than_its_column_runs_into_no_other(word: str) -> None:
    plain = replace(examples.PLAIN, book=BOOK)
    scenario = plain.scenario.model_copy(update={"title": word})
    for page in read(replace(plain, scenario=scenario)).pages:
        placed = [pymupdf.Rect(found[:4]) for found in page.get_text("words")]
        for turn, one in enumerate(placed):
            for other in placed[turn + 1 :]:
                both = one & other
                assert both.is_empty or both.width < 1 or both.height < 3, page.get_textbox(one)


@pytest.mark.parametrize(
    ("preset", "changes"),
    [
        ("live_camera", {}),
        ("hospital_imaging", {"horizon_months": 120, "growth_pct_per_month": 5.0}),
        ("voice_notes", {"requests_per_month": 1e9, "horizon_months": 1}),
        ("support_chat", {"data_sensitivity": "on_premises", "latency_budget_ms": 1.0}),
    ],
)
def test_hard_scenarios_have_a_report_too(preset: str, changes: dict[str, object]) -> None:
    comparison = real(preset, **changes)
    report = read(comparison)
    assert squeeze(comparison.sentence) in report.text
    assert "nan" not in re.findall(r"[a-z]+", report.text.lower())
    for item in comparison.excluded:
        assert compact(words.spoken(item.text)) in compact(report.text)
    assert "Every place it could run" in report.text


def test_nothing_possible_says_so_without_figures_or_charts() -> None:
    report = read(replace(examples.NOTHING, book=BOOK))
    assert "Nothing is possible as asked" in report.text
    assert "Figure missing" in report.text
    assert "Cost a month as requests grow" not in report.text
    assert "What the recommended place costs" not in report.text


def test_a_link_of_another_method_is_told_on_the_first_page() -> None:
    report = read(replace(examples.PLAIN, book=BOOK), warnings=("Made with method 0.",))
    assert "Made with method 0." in report.pages[0].get_text()


def test_old_prices_and_unopenable_sources_are_marked() -> None:
    report = read(replace(examples.PLAIN, book=BOOK))
    assert re.search(r"An older page .{0,120}1 Jan 2025 B old", report.text)
    assert "Our assumption: staff" in report.text


# --- print charts ----------------------------------------------------------------------------
def test_charts_are_the_same_bytes_every_time() -> None:
    spec = cost_curve(examples.PLAIN)
    assert cost_curve_svg(spec, 174, 82) == cost_curve_svg(spec, 174, 82)


def test_no_word_of_a_chart_is_cut() -> None:
    curve = curve_figure(cost_curve(examples.PLAIN), WIDTH_MM, 82.0)
    bars = breakdown_figure(breakdown(examples.PLAIN), WIDTH_MM, 60)
    for figure in (curve, bars):
        figure.canvas.draw()
        wide, high = figure.get_size_inches()
        box = figure.get_tightbbox()
        assert box.x0 >= 0
        assert box.y0 >= 0
        assert box.x1 <= wide
        assert box.y1 <= high


def test_a_dollar_pair_in_a_chart_is_not_read_as_mathematics() -> None:
    spec = cost_curve(examples.PLAIN)
    odd = replace(spec, here=replace(spec.here, label=r"$\frac{1}{0}$ you"))
    assert cost_curve_svg(odd, 174, 82)


@pytest.mark.parametrize("name", few(["recommender", "deep_art", "voice_notes"], 1))
@pytest.mark.parametrize("rank_by", ["company", "company_and_user"])
def test_no_heading_is_left_without_rows_at_the_foot_of_a_page(name: str, rank_by: str) -> None:
    comparison = real(name, rank_by=rank_by)
    found = read(comparison)
    pictures = cost_curve(comparison).title, breakdown(comparison).title
    headings = 0
    for page in found.pages:
        foot = page.rect.height - FOOTER_PT
        lines = [
            (span["bbox"][1], span["size"], span["text"])
            for block in page.get_text("dict")["blocks"]
            for line in block.get("lines", ())
            for span in line["spans"]
            if span["bbox"][3] < foot
        ]
        for top, size, text in lines:
            if size == pytest.approx(12.5, abs=0.1):
                headings += 1
                below = {round(other) for other, _, _ in lines if other > top + 14}
                # the columns' names and a row, all that some tables have
                assert len(below) >= 2 or text in (*pictures, "Open this comparison"), text
            if text in ("Paid by the company", "Paid by users"):
                assert any(other > top + 8 for other, _, _ in lines), text
    assert headings >= 6
