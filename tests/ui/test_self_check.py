"""Published results on the Method page: how many agree, each with its source and a page of ours."""

from __future__ import annotations

from report.self_check import checks
from ui.components import self_check


def test_the_sentence_counts_what_agrees_and_what_waits() -> None:
    said = self_check.sentence(checks()[:4] + checks()[-2:])
    assert said.startswith("4 of 4 lie within")
    assert "2 more wait" in said


def test_a_row_opens_theirs_and_ours() -> None:
    rows = self_check.table(checks())
    first = rows.iloc[0]
    assert first["Source"].startswith("https://")
    assert first["Ours as a page"].startswith("./?preset=support_chat&")
    assert len(rows) == len(checks())
