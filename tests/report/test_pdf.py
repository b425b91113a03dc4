"""The report read back: the screen's totals, every source, hostile text as plain text."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace

import pymupdf
import pypdf
import pytest

from calculators import METHOD
from calculators.compare import compare
from calculators.presets import from_preset
from calculators.results import Comparison, Finding, LineItem
from calculators.scenario import fields
from pricing.book import PriceBook, Source
from report import words
from report.chart_spec import breakdown, cost_curve
from report.codec import encode
from report.headline import figures
from report.links import link
from report.pdf import CHART_WIDTH_MM, CURVE_HEIGHT_MM, report_pdf
from report.print_chart import breakdown_figure, cost_curve_svg, curve_figure
from report.tables import cost_table
from tests.report import examples

BOOK = PriceBook.load()
HOSTILE = (
    '#read("/etc/passwd")',
    "$x^2$ *bold* _it_ `raw` @ref <label> \\ // comment",
    '#{ panic("boom") }',
    "= heading",
    '"}]; data = "',
    "<script>alert(1)</script>",
)
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
    return re.sub(r"\s+", "", text)


def read(comparison: Comparison, query: str = "preset=x", warnings: tuple[str, ...] = ()) -> Read:
    pdf = report_pdf(comparison, link("https://crossover.example", query), warnings)
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


# --- numbers ---------------------------------------------------------------------------------
def test_answer_and_figures_are_the_screens(case: tuple[Comparison, Read]) -> None:
    comparison, report = case
    assert squeeze(comparison.sentence) in report.text
    assert compact(comparison.reason) in compact(report.text)
    for figure in figures(comparison):
        assert figure.value in report.text
        assert compact(figure.note) in compact(report.text)


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
    for name in fields():
        value = words.input_value(name, getattr(comparison.scenario, name))
        assert compact(words.input_title(name) + value) in everything


def test_the_link_is_whole_and_opens(case: tuple[Comparison, Read]) -> None:
    comparison, report = case
    address = link("https://crossover.example", encode(comparison.scenario, BOOK))
    assert address in report.urls
    assert address in compact(report.text)


# --- document --------------------------------------------------------------------------------
def test_title_language_footer_and_page_numbers(case: tuple[Comparison, Read]) -> None:
    comparison, report = case
    reader = pypdf.PdfReader(io.BytesIO(report.pdf))
    assert reader.metadata is not None
    assert reader.metadata.title == comparison.sentence
    assert reader.metadata.author == "Crossover"
    assert str(reader.root_object["/Lang"]) == "en-US"
    assert b"pdfuaid" in report.pdf  # tagged for screen readers, as PDF/UA asks
    count = len(report.pages)
    for number, page in enumerate(report.pages, start=1):
        text = squeeze(page.get_text())
        assert f"page {number} of {count}" in text
        assert f"edition {BOOK.edition} · method {METHOD}" in text


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
        update={"device_mix": HOSTILE[0], "providers_allowed": HOSTILE, "model": HOSTILE[1]}
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
    assert not any(url.startswith("javascript") for url in report.urls)


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
        assert compact(item.text) in compact(report.text)
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
    curve = curve_figure(cost_curve(examples.PLAIN), CHART_WIDTH_MM, CURVE_HEIGHT_MM)
    bars = breakdown_figure(breakdown(examples.PLAIN), CHART_WIDTH_MM, 60)
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


@pytest.mark.parametrize("name", ["recommender", "deep_art", "voice_notes"])
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
