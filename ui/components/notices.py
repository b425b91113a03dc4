"""What could not be taken as given, said calmly: which field, what was given, what is used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import streamlit as st

from calculators.scenario import fields
from report import words
from report.codec import Notice
from ui.markdown import bold, plain

_MAX_ALLOWED_CHARS = 240
_MAX_SHOWN = 6


def draw(notices: Sequence[Notice]) -> None:
    """Draw one box with every notice; nothing when all was taken."""
    if not notices:
        return
    lines = [line(notice) for notice in notices[:_MAX_SHOWN]]
    if len(notices) > _MAX_SHOWN:
        lines.append(f"and {len(notices) - _MAX_SHOWN} more of the same kind.")
    st.warning("\n\n".join(lines), icon=":material/info:")


def taken(name: str, asked: str, known: Iterable[str], otherwise: str) -> str:
    """What an address asks a page to show where there is such a thing, else what is shown instead.

    ``known`` are the values that ``name`` may have there; another one is told.
    """
    choices = [choice for choice in known if choice]
    if asked in choices:
        return asked
    if asked:
        draw([Notice(name, asked, ", ".join(choices), otherwise or "what the answer says")])
    return otherwise


def taken_day(name: str, asked: str, first: date, last: date, otherwise: date) -> date:
    """The same of a day, from ``first`` to ``last``."""
    try:
        day = date.fromisoformat(asked) if asked else otherwise
    except ValueError:
        day = None
    if day is not None and first <= day <= last:
        return day
    draw([Notice(name, asked, f"a date from {first} to {last}", f"{otherwise}")])
    return otherwise


def line(notice: Notice) -> str:
    """One notice as markdown."""
    known = notice.field in fields()
    name = words.input_title(notice.field) if known else notice.field
    got = plain(notice.got) if notice.got else "nothing"
    used = f"Used instead: {bold(notice.used)}." if known else f"Used {bold(notice.used)}."
    return f"{bold(name)}: “{got}” cannot be used. Allowed: {plain(_short(notice.allowed))}. {used}"


def _short(text: str) -> str:
    """A long list of names cut at a word."""
    if len(text) <= _MAX_ALLOWED_CHARS:
        return text
    return text[:_MAX_ALLOWED_CHARS].rsplit(" ", 1)[0].rstrip(" |,") + " …"
