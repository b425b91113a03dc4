"""The PDF report: finished words and vector pictures laid out by Typst. No browser, no network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from calculators.results import Comparison
from report.asked_report import AskedReport
from report.chart_spec import Breakdown, breakdown, cost_curve
from report.codec import encode
from report.document import document
from report.letters import letters_of, whole
from report.print_chart import breakdown_svg, cost_curve_svg
from report.print_parts import WIDTH_MM
from report.qr import qr_svg
from report.sections import SECTIONS
from report.sections.said import Picture, Said, Section, Table
from report.words import glued

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
BAR_MM = 7.5  # height of one bar with its gap
BARS_FRAME_MM = 24.0  # legend, axis and its title
PAPERS: Mapping[str, tuple[str, float]] = {"a4": ("a4", 297.0), "letter": ("us-letter", 279.4)}
"""Paper -> its name in the layout and its height in millimetres."""

_PLAIN = AskedReport()


def report_pdf(
    comparison: Comparison,
    link: str,
    warnings: Sequence[str] = (),
    asked: AskedReport = _PLAIN,
) -> bytes:
    """The report as PDF/UA.

    Parameters
    ----------
    link
        The complete address of the comparison.
    warnings
        What stands under the answer, such as a link made with another method.
    asked
        Sections besides the answer, and the paper.
    """
    comparison.draw_every_place()  # the verdict and every range: one drawing serves both
    data = document(comparison, link, warnings)
    name, height = PAPERS[asked.paper]
    data["paper"] = name
    bars = breakdown(comparison)
    curve_mm, data["both"] = _curve_mm(data, height, _bars_mm(bars))
    pictures = {
        "chart": _curve(comparison, curve_mm),
        "breakdown": breakdown_svg(bars, WIDTH_MM, _bars_mm(bars)).decode() if bars.bars else "",
    }
    data["sections"] = [_section(made, pictures) for made in _sections(comparison, asked)]
    pictures["qr"], data["qr_mm"] = qr_svg(link)
    data = json.loads(glued(whole(json.dumps(data, ensure_ascii=False))))
    letters = letters_of(json.dumps(data, ensure_ascii=False))
    data["fonts"], data["lacking"] = letters.families, list(letters.lacking)
    fonts = [str(path) for path in letters.paths]
    return _laid_out({"data": json.dumps(data, allow_nan=False), **pictures}, fonts, height)


LEAST_ON_LAST = 0.3
"""Share of the last page that is filled, or rows stand closer until it is, or until it is gone."""
CLOSEST = 3


def _laid_out(inputs: Mapping[str, str], fonts: Sequence[str], paper_mm: float) -> bytes:
    """The pages, none of which holds the address alone where closer rows can help it."""
    plain = laid = _layout(inputs, fonts, 0)
    for closer in range(1, CLOSEST + 1):
        if _filled(laid, paper_mm):
            return _pdf(laid)
        laid = _layout(inputs, fonts, closer)
    return _pdf(laid if _filled(laid, paper_mm) else plain)


def _layout(inputs: Mapping[str, str], fonts: Sequence[str], closer: int) -> typst.Compiler:
    return typst.Compiler(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=[*fonts],
        ignore_system_fonts=True,
        sys_inputs={**inputs, "closer": str(closer)},
    )


def _filled(laid: typst.Compiler, paper_mm: float) -> bool:
    """Whether the last page, where it is not the only one, holds more than a few lines."""
    end = json.loads(laid.query("<end>", field="value", one=True))
    return bool(end["page"] == 1 or end["mm"] >= LEAST_ON_LAST * paper_mm)


def _pdf(laid: typst.Compiler) -> bytes:
    pdf = laid.compile(format="pdf", pdf_standards="ua-1")
    if not isinstance(pdf, bytes):
        raise TypeError("one document gives one PDF")
    return pdf


# --- the two charts of the answer ----------------------------------------------------------------
def _curve(comparison: Comparison, height_mm: float) -> str:
    spec = cost_curve(comparison)
    return cost_curve_svg(spec, WIDTH_MM, height_mm).decode() if spec.series else ""


def _bars_mm(spec: Breakdown) -> float:
    return BARS_FRAME_MM + BAR_MM * len(spec.bars)


LEAST_CURVE_MM, MOST_CURVE_MM = 66.0, 140.0
_HEADED_MM = 16.0  # a heading with its air
_LINE_MM, _PER_LINE = 4.6, 112  # of a line of text: its height, and letters that fit
_FIXED_MM = 84.0  # margins, head, sentence, table of now and then, headings


def _curve_mm(data: Mapping[str, Any], paper_mm: float, bars_mm: float) -> tuple[float, bool]:
    """How high the curve may be so that the answer fills its page, and whether the bars fit too.

    An estimate from the length of the texts; the layout shrinks what is too high after all.
    """
    texts = [data[key] for key in ("reason", "certainty", "confirmation", "flip", "labour")]
    texts += [data["today"], data["needs"], data["named"], *data["warnings"]]
    texts += [f"{item['places']}: {item['text']}{item['change']}" for item in data["forbidden"]]
    lines = sum(-(-len(text) // _PER_LINE) + 0.5 for text in texts if text)
    lines += 2 * (len(data["answer"]) // 60)
    left = paper_mm - _FIXED_MM - lines * _LINE_MM
    under = left - bars_mm - _HEADED_MM
    both = under >= LEAST_CURVE_MM
    high = under if both else left
    return min(MOST_CURVE_MM, max(LEAST_CURVE_MM, high)), both


# --- sections ------------------------------------------------------------------------------------
def _sections(comparison: Comparison, asked: AskedReport) -> list[Section]:
    query = encode(comparison.scenario, comparison.book)
    return [SECTIONS[name][1](comparison, query) for name in asked.sections]


def _section(made: Section, pictures: dict[str, str]) -> dict[str, Any]:
    """A section as data; its pictures go beside it by number."""
    parts: list[dict[str, Any]] = []
    for part in made.parts:
        if isinstance(part, Picture):
            number = f"picture-{len(pictures)}"
            pictures[number] = part.svg
            parts.append({"kind": "picture", "at": number, "alt": part.alt, "title": part.title})
        else:
            parts.append(_table(part))
    return {"title": made.title, "says": [_said(item) for item in made.says], "parts": parts}


def _table(part: Table) -> dict[str, Any]:
    return {"kind": "table", **asdict(part)}


def _said(said: Said) -> list[dict[str, Any]]:
    return [
        {"text": piece, "strong": False}
        if isinstance(piece, str)
        else {"text": piece.text, "strong": True}
        for piece in said
    ]
