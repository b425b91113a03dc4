"""Percentages in words: one way, wherever somebody reads one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from calculators.percents import percent

ROOT = Path(__file__).parents[2]
SPOKEN = ("calculators", "report", "ui")


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"),
        (-1e-17, "0 %"),
        (3 / 8192, "under 0.1 %"),
        (0.001, "0.1 %"),
        (0.037, "3.7 %"),
        (0.08, "8 %"),
        (0.0996, "10 %"),
        (0.2249, "22 %"),
        (0.994, "99 %"),
        (0.9951, "over 99 %"),
        (8191 / 8192, "over 99 %"),
        (1, "100 %"),
        (12.5, "1,250 %"),
    ],
)
def test_a_share_is_whole_from_ten_percent_on_and_never_told_as_none_or_all(
    share: float, text: str
) -> None:
    assert percent(share) == text


def test_decimals_are_at_most_so_many() -> None:
    assert percent(0.125, 1) == "12.5 %"
    assert percent(0.02, 1) == "2 %"
    assert percent(0.004, 0) == "under 1 %"
    assert percent(0.00123, 2) == "0.12 %"
    assert percent(0.00003, 2) == "under 0.01 %"
    assert percent(0.9996, 1) == "over 99.9 %"
    assert percent(0.9994, 1) == "99.9 %"


def _glued(source: str) -> Iterator[str]:
    """Texts in which a number or a value stands without a space before its percent sign."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            for before, after in zip(node.values, node.values[1:], strict=False):
                said = after.value if isinstance(after, ast.Constant) else ""
                if isinstance(before, ast.FormattedValue) and re.match(r"%(?!\{)", str(said)):
                    yield ast.unparse(node)
        # a format for a share too; a "%" before letters or digits is an address's
        elif re.search(r"\d%(?=[\s.,;:)]|$)", said := str(getattr(node, "value", ""))):
            yield said


def test_no_text_writes_a_percentage_in_another_way() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {text}"
        for folder in SPOKEN
        for path in (ROOT / folder).rglob("*.py")
        for text in _glued(path.read_text(encoding="utf-8"))
    }
    assert not found


def test_the_watch_sees_each_of_the_other_ways() -> None:
    told = 'a = f"{x:.0%} of"; b = f"{x:g}% of"; c = "at least 3% less"; d = f"{x:.1%}"'
    assert len(list(_glued(told))) == 4
    assert not list(_glued('a = f"{x} % of"; b = "%{x|%d %b}"; c = "a%20b"; d = f"%{{y}}"'))
