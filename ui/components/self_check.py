"""Published results of others and ours, worked out when somebody asks to see them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from report import words
from report.self_check import EDITION, Check, checks
from ui.markdown import plain

_STATUS = {"reproduced": "the same", "differs": "within the tolerance", "waits": "not yet asked"}


def draw() -> None:
    """A sentence, and the table behind an opening: it takes a few seconds the first time."""
    st.markdown(
        "Results that others published, entered by their own inputs and worked out by the engine "
        "behind every page. Where theirs rests on a mistake, the note says which."
    )
    section = st.expander("Work them out", on_change="rerun", key="self_check")
    with section:
        if section.open:
            with st.spinner("Working out some twenty published results ..."):
                found = checks()
            st.markdown(sentence(found))
            st.dataframe(
                table(found),
                hide_index=True,
                column_config={
                    "Source": st.column_config.LinkColumn("Source", display_text="Open"),
                    "Ours as a page": st.column_config.LinkColumn(
                        "Ours as a page", display_text="Open"
                    ),
                },
            )


def sentence(found: Sequence[Check]) -> str:
    """How many agree, of how many."""
    asked = [check for check in found if check.agrees is not None]
    agree = sum(bool(check.agrees) for check in asked)
    waits = len(found) - len(asked)
    return plain(
        f"{agree} of {len(asked)} lie within the tolerance beside them; {waits} more wait for an "
        "input or are no sum."
    )


def table(found: Sequence[Check]) -> pd.DataFrame:
    """A row for each published result."""
    return pd.DataFrame([_row(check) for check in found])


def _row(check: Check) -> dict[str, str]:
    case = check.case
    url = case.source if case.source.startswith("https://") else ""
    return {
        "Result": case.title,
        "Theirs": words.number(case.published),
        "Ours": words.number(check.ours),
        "Unit": case.unit,
        "": _STATUS[case.status],
        "Note": case.note or case.feature,
        "Source": url,
        "Of": case.as_of,
        "Ours as a page": f"./?{case.query}&edition={EDITION}" if case.query else "",
    }
