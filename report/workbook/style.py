"""How the workbook looks: one set of formats, made once for each file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

INK, FAINT, INPUT, CONSTANT = "#1A1A1A", "#5F6368", "#1F4E9E", "#7A4B00"
INPUT_FILL, CONSTANT_FILL, HEAD_FILL, RULE = "#FFF8DC", "#F4F1EA", "#E8EDF3", "#B8C2CC"
BAD, GOOD = "#B3261E", "#1B6E3C"

NUMBERS: Mapping[str, str] = {
    "usd": "#,##0.00",
    "rate": "#,##0.00########",
    "small": "#,##0.0000",
    "quantity": "#,##0.00",
    "whole": "#,##0",
    "figure": "#,##0.############",
    "month": '[=0]"Start";"Month "0',
    "factor": "0.0000",
    "text": "@",
    "plain": "General",
}
"""Formats of numbers; units stand in the columns beside them."""

PAPER_A4, PAPER_A3 = 9, 8


class Styles:
    """Formats of one file."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[str, str], Format] = {}

    def of(self, role: str, number: str = "plain") -> Format:
        """A format by what a cell is and how its number reads."""
        key = (role, number)
        if key not in self._made:
            self._made[key] = self._book.add_format(
                {**_BASE, **_ROLES[role], "num_format": NUMBERS[number]}
            )
        return self._made[key]


_BASE: Mapping[str, Any] = {
    "font_name": "Arial",
    "font_size": 9,
    "font_color": INK,
    "valign": "vcenter",
}
_ROLES: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 15},
    "section": {"bold": True, "font_size": 10, "bottom": 1, "bottom_color": RULE},
    "head": {
        "bold": True,
        "bg_color": HEAD_FILL,
        "text_wrap": True,
        "bottom": 1,
        "bottom_color": RULE,
    },
    "head_right": {
        "bold": True,
        "bg_color": HEAD_FILL,
        "text_wrap": True,
        "align": "right",
        "bottom": 1,
        "bottom_color": RULE,
    },
    "text": {},
    "faint": {"font_color": FAINT},
    "bold": {"bold": True},
    "input": {"font_color": INPUT, "bg_color": INPUT_FILL, "border": 1, "border_color": RULE},
    "constant": {"font_color": CONSTANT, "bg_color": CONSTANT_FILL},
    "formula": {},
    "total": {"bold": True, "top": 1, "top_color": INK},
    "good": {"font_color": GOOD},
    "bad": {"font_color": BAD},
    "wrap": {"font_color": FAINT, "text_wrap": True},
    "right": {"align": "right"},
    "unit": {"indent": 1},
    "head_unit": {
        "bold": True,
        "bg_color": HEAD_FILL,
        "text_wrap": True,
        "indent": 1,
        "bottom": 1,
        "bottom_color": RULE,
    },
    "good_wrap": {"font_color": GOOD, "indent": 1, "text_wrap": True},
    "bad_wrap": {"font_color": BAD, "indent": 1, "text_wrap": True},
    "faint_wrap": {"font_color": FAINT, "indent": 1, "text_wrap": True},
}


def pages(sheet: Worksheet, *, paper: int = PAPER_A4, last_head: int = 0) -> None:
    """Landscape, as wide as the paper, page numbers below."""
    sheet.set_landscape()
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&L&8&A&R&8Page &P of &N")
    sheet.hide_gridlines(2)
    if last_head:
        sheet.repeat_rows(last_head)
