"""A page that lost its server and found another: what is typed next is kept.

Streamlit's browser side keeps the page and its widgets when the connection breaks, and speaks to
the next server as if nothing had happened. That server begins a visit at the page's address, and
knows none of the widgets whose values come with the first message: it would draw them as the
address says and drop what was just typed. So the page is drawn once as the address says, and then
hears the same message again, now that it knows whom it speaks to.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

_KNOWN = "page_is_known"
_BACK_KEY = "came_back"
_BACK = st.components.v2.component(
    "crossover_came_back",
    html='<span aria-hidden="true"></span>',
    js=(Path(__file__).parent / "components/static/came_back.js").read_text(encoding="utf-8"),
)


def unheard() -> list[WidgetState]:
    """What an open page says to a server that has never drawn it; empty for any other page.

    What is typed or chosen, which may be heard twice; not clicks, which would count twice.
    """
    context = get_script_run_ctx()
    if context is None or st.session_state.get(_KNOWN):
        return []
    states = context.session_state.get_widget_states()
    return [one for one in states if not str(one.WhichOneof("value")).endswith("trigger_value")]


def listen() -> None:
    """Draw what tells the program that the page is back: it then draws all of it again."""
    _BACK(key=_BACK_KEY, height=1, on_back_change=_heard)


def _heard() -> None:
    """Nothing more: being heard draws the page."""


def repeat(said: list[WidgetState]) -> None:
    """Let the page, drawn by now, hear what was said before it was; call at the end of a run."""
    st.session_state[_KNOWN] = True
    context = get_script_run_ctx()
    if not said or context is None or context.script_requests is None:
        return
    context.script_requests.request_rerun(
        RerunData(
            query_string=context.query_string,
            page_script_hash=context.page_script_hash,
            widget_states=WidgetStates(widgets=said),
            cached_message_hashes=context.cached_message_hashes,
            context_info=context.context_info,
        )
    )
