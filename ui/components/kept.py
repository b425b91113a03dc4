"""A choice of a page that its address keeps, and that follows where the address was changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from report.codec import Notice
from ui import state
from ui.components import notices

_NONE = "none"
"""Written where of several nothing is chosen: blank is what stands there before anybody chooses."""
_APART = ","


def show(name: str, key: str, known: Iterable[str], default: str) -> None:
    """Let the widget show what the address says, or what is shown without it; call before it."""
    state.show(key, notices.taken(name, state.page_value(name), known, default))


def note(name: str, key: str, default: str = "") -> None:
    """Take the widget's value for the address; ``default`` needs no word there."""
    value = str(st.session_state[key] or "")
    state.set_page_value(name, "" if value == default else value)


def show_several(
    name: str, key: str, known: Sequence[str], default: Sequence[str], ever: Sequence[str]
) -> None:
    """The same of a widget in which several may be chosen.

    ``known`` are those that can be chosen now, ``ever`` those that can at other times.
    """
    said = state.page_value(name)
    asked = [part for part in said.split(_APART) if part and said != _NONE]
    taken = [one for one in known if one in asked]
    chosen = taken if taken or said == _NONE else [one for one in known if one in default]
    if unknown := [part for part in asked if part not in ever]:
        used = ", ".join(chosen)
        notices.draw([Notice(name, ", ".join(unknown), ", ".join(ever), used)])
    state.show(key, chosen)


def note_several(name: str, key: str) -> None:
    """The same of a widget in which several may be chosen."""
    state.set_page_value(name, _APART.join(st.session_state[key]) or _NONE)


def values(*names: str) -> dict[str, str]:
    """What the address says of some of a page's choices."""
    return {name: state.page_value(name) for name in names}
