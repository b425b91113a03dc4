"""The PDF report: finished words and vector charts laid out by Typst. No browser, no network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import typst

from calculators.results import Comparison
from report.chart_spec import breakdown, cost_curve
from report.document import document
from report.print_chart import FONTS, breakdown_svg, cost_curve_svg

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
CHART_WIDTH_MM = 174.0
CURVE_HEIGHT_MM = 82.0
BAR_MM = 7.5  # height of one bar with its gap
BARS_FRAME_MM = 24.0  # legend, axis and its title

# Beside the report's own font, Matplotlib's DejaVu Sans covers the letters it lacks.
_FONT_PATHS = [str(FONTS), str(Path(mpl.get_data_path()) / "fonts" / "ttf")]


def report_pdf(comparison: Comparison, link: str, warnings: Sequence[str] = ()) -> bytes:
    """The report as PDF/UA.

    Parameters
    ----------
    link
        The complete address of the comparison.
    warnings
        What stands under the answer, such as a link made with another method.
    """
    inputs = {
        "data": json.dumps(document(comparison, link, warnings), allow_nan=False),
        "chart": _curve(comparison),
        "breakdown": _bars(comparison),
    }
    pdf = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=_FONT_PATHS,
        ignore_system_fonts=True,
        sys_inputs=inputs,
        format="pdf",
        pdf_standards="ua-1",
    )
    if not isinstance(pdf, bytes):
        raise TypeError("one document gives one PDF")
    return pdf


def _curve(comparison: Comparison) -> str:
    spec = cost_curve(comparison)
    return cost_curve_svg(spec, CHART_WIDTH_MM, CURVE_HEIGHT_MM).decode() if spec.series else ""


def _bars(comparison: Comparison) -> str:
    spec = breakdown(comparison)
    if not spec.bars:
        return ""
    height = BARS_FRAME_MM + BAR_MM * len(spec.bars)
    return breakdown_svg(spec, CHART_WIDTH_MM, height).decode()
