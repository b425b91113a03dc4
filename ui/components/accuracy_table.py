"""How good the estimates are: in a sentence, in a table, and what has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from report import csv_accuracy, published_errors, words
from report.measurements import Measurement
from report.published_errors import Kind, LeftOut, Mode, Summary
from ui.components import csv_link, kept
from ui.markdown import bold, plain

MODES: Mapping[Mode, str] = {
    "row": "The row itself",
    "model": "All rows of the network",
    "accelerator": "All rows of the accelerator",
    "device": "All rows of the device",
}
KINDS: Mapping[Kind, str] = {
    "all": "Whole groups",
    "label": "Rule",
    "stack": "Software",
    "subset": "Named parts",
}
_HIDDEN, _SPLIT = csv_accuracy.HIDDEN.name, csv_accuracy.SPLIT.name
_MODE: Mode = "row"
_KIND: Kind = "all"
_STACKS = {"tuned": "tuned by the chip vendor", "other": "other software"}
_HARDER: tuple[tuple[Mode, str, str], ...] = (
    ("accelerator", "llm_full_load", "language models on an accelerator nobody had measured"),
    ("accelerator", "vision_encoder", "vision networks on such an accelerator"),
    ("device", "device_vision", "networks on a device nobody had measured"),
)


# --- sentence --------------------------------------------------------------------------------
def draw_sentence(edition: str) -> None:
    """Draw one sentence on all estimates, and what is harder."""
    found = published_errors.summaries()
    total = published_errors.whole(found)
    if total is None:
        st.warning("The estimates of this state have not been judged yet.")
        return
    st.markdown(f"**{sentence(total)}**")
    st.markdown(harder(total, found))
    judged = total.edition.isoformat()
    other = f"; you look at edition {edition}" if edition != judged else ""
    st.caption(f"Judged on edition {judged}, method {plain(total.method)}{plain(other)}.")


def sentence(total: Summary) -> str:
    """How far all estimates are off, in one sentence."""
    return (
        f"Half of {total.covered:,} estimates came within {bold(error(total, 'median'))} of a "
        f"published measurement they had not seen, 9 in 10 within {bold(error(total, 'p90'))}; "
        f"{bold(share(total.inside_80))} of the measurements lay inside our "
        "80\N{NO-BREAK SPACE}% ranges."
    )


def harder(total: Summary, found: Sequence[Summary]) -> str:
    """How the figures were made, and where estimates are weaker."""
    left = total.n - total.covered
    said = (
        f"Each of {total.n:,} measurements was hidden, the formulas were learnt again without it, "
        f"and its figure was estimated; for {left:,} that was not possible."
    )
    parts = []
    for mode, name, text in _HARDER:
        asked = (mode, name, "all")
        line = next((one for one in found if (one.left_out, one.group, one.kind) == asked), None)
        if line is not None and line.median_error is not None:
            parts.append(f"{text} {bold(error(line, 'median'))}")
    if parts:
        said += f" New hardware is harder; half are within: {', '.join(parts)}."
    return said


def error(line: Summary, which: str) -> str:
    """An error as people say it: 9 %, or 1.3 times where it goes both ways."""
    value = line.median_error if which == "median" else line.p90_error
    if value is None:
        return words.MISSING
    return f"{words.number(value)} times" if line.is_ratio else words.percent(value)


def share(value: float | None) -> str:
    """A share in percent."""
    return words.MISSING if value is None else words.percent(value)


# --- table -----------------------------------------------------------------------------------
def draw_table(query: str) -> None:
    """Draw the errors by group, switchable in what they are split by and what was hidden."""
    left, right = st.columns(2)
    kept.show(_HIDDEN, "accuracy_mode", MODES, _MODE)
    mode = left.selectbox(
        "Hidden while estimating a row",
        list(MODES),
        key="accuracy_mode",
        on_change=kept.note,
        args=(_HIDDEN, "accuracy_mode", _MODE),
        format_func=lambda name: MODES[name],
        help="Leaving out more than the row shows how well new hardware or networks are met.",
    )
    kept.show(_SPLIT, "accuracy_kind", KINDS, _KIND)
    kind = right.segmented_control(
        "Split by",
        list(KINDS),
        key="accuracy_kind",
        on_change=kept.note,
        args=(_SPLIT, "accuracy_kind", _KIND),
        format_func=lambda name: KINDS[name],
        required=True,
        wrap=True,
    )
    lines = published_errors.chosen(published_errors.summaries(), mode, kind or _KIND)
    if not lines:
        st.caption("Nothing was judged that way.")
        return
    frame = errors_frame(lines)
    st.dataframe(
        frame,
        hide_index=True,
        key="accuracy_errors",
        height="content",
        placeholder="–",
        column_config=_COLUMNS,
    )
    asked = {csv_accuracy.HIDDEN.name: mode, csv_accuracy.SPLIT.name: kind or _KIND}
    csv_link.draw("Download this table as CSV", "accuracy_errors", query, asked)
    st.caption(
        "Devices are given as ratios, since their errors go far both ways: 1.3 times is 30 % more "
        "or as much less."
    )


_COLUMNS = {
    "Measurements of": st.column_config.TextColumn(width=228, pinned=True),
    "Rows": st.column_config.NumberColumn(width=70, help="Published measurements of that kind."),
    "Covered": st.column_config.NumberColumn(
        width=90, help="Of these, rows an estimate could be made for."
    ),
    "Half within": st.column_config.TextColumn(
        help="Median of the error: |estimated / measured - 1| of the published quantity, or the "
        "larger of estimated / measured and measured / estimated for devices."
    ),
    "9 in 10 within": st.column_config.TextColumn(help="The same, 90th percentile."),
    "In the range": st.column_config.TextColumn(
        help="Share of the measurements inside the 80 % range of their estimate: 80 % would be "
        "exact."
    ),
    "Range, high / low": st.column_config.TextColumn(
        help="Median width of the 80 % range: its high end over its low end. 1 would be certainty."
    ),
}


def errors_frame(lines: Sequence[Summary]) -> pd.DataFrame:
    """Summaries as a table; the part beside the group where groups are split."""
    columns: dict[str, list[object]] = {"Measurements of": [_title(line) for line in lines]}
    if any(line.part for line in lines):
        columns["Part"] = [_STACKS.get(line.part, line.part) for line in lines]
    columns |= {
        "Half within": [error(line, "median") for line in lines],
        "9 in 10 within": [error(line, "p90") for line in lines],
        "In the range": [share(line.inside_80) for line in lines],
        "Range, high / low": [_width(line.median_width) for line in lines],
        "Rows": [line.n for line in lines],
        "Covered": [line.covered for line in lines],
    }
    return pd.DataFrame(columns)


def _title(line: Summary) -> str:
    if line.group == published_errors.ALL:
        return "All together"
    return published_errors.group(line.group).title


def _width(value: float | None) -> str:
    return words.MISSING if value is None else f"{words.number(value)} times"


# --- not covered -----------------------------------------------------------------------------
def draw_not_covered(measured: Mapping[str, Measurement], query: str) -> None:
    """Draw the rows without an estimate, their reasons, and their CSV."""
    rows = published_errors.not_covered(published_errors.left_out())
    if not rows:
        st.markdown("Every published row could be estimated.")
        return
    st.markdown(
        f"{len(rows)} published rows have no estimate. An estimate is refused rather than guessed."
    )
    frame = refused_frame(rows, measured)
    st.dataframe(
        frame,
        hide_index=True,
        key="accuracy_refused",
        column_config={
            "Why not": st.column_config.TextColumn(width=430),
            "Source": st.column_config.LinkColumn(display_text="Open"),
        },
    )
    csv_link.draw(f"Download these {len(rows)} rows as CSV", "not_covered", query)


def refused_frame(rows: Sequence[LeftOut], measured: Mapping[str, Measurement]) -> pd.DataFrame:
    """Rows that were refused, as a table."""
    titles = {
        "network": "Network",
        "hardware": "Hardware",
        "why_not": "Why not",
        "group": "Measurements of",
        "published": "Published",
        "source_url": "Source",
        "row": "Row",
    }
    found = list(csv_accuracy.refused(rows, measured))
    return pd.DataFrame({title: [row[name] for row in found] for name, title in titles.items()})
