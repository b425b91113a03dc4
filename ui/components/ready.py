"""A chart that is already in the words of plotly.js.

A ``go.Figure`` checks every property it is given, and Streamlit has a plain dictionary checked the
same way: that is nine tenths of what a chart costs the server, for words that are the same at
every change of an input. The tests check them; here they are passed on.
"""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from typing import Any

import numpy as np
import plotly.io
from plotly.basedatatypes import BaseFigure

Part = dict[str, Any]
"""A piece of a Plotly figure, in Plotly's words."""


class Ready(BaseFigure):  # type: ignore[misc]
    """Traces and layout as they are sent; Streamlit takes whatever is a figure for checked."""

    def __init__(self, spec: Part) -> None:
        # nothing of the base is made: all that is asked of it is below
        self._sent = {
            "data": [_sent(trace) for trace in spec["data"]],
            "layout": {"template": _template(_kinds(spec))} | spec["layout"],
        }

    def to_dict(self) -> Part:
        """The figure as it is sent."""
        return self._sent


def _kinds(spec: Part) -> tuple[str, ...]:
    """Kinds of traces a figure has."""
    return tuple(sorted({trace["type"] for trace in spec["data"]}))


@cache
def _template(kinds: tuple[str, ...]) -> Part:
    """What a figure is drawn with unless it says otherwise; of its own kinds of traces alone."""
    found: Part = plotly.io.templates[plotly.io.templates.default].to_plotly_json()
    of_traces = {kind: found["data"][kind] for kind in kinds if kind in found["data"]}
    return {"layout": found["layout"], "data": of_traces}


def _sent(trace: Part) -> Part:
    """A trace with its arrays packed as plotly.js unpacks them."""
    return {name: _packed(value) for name, value in trace.items()}


def _packed(value: object) -> object:
    if not isinstance(value, np.ndarray):
        return value
    kind = "f4" if value.dtype == np.float32 else "f8"
    return {"dtype": kind, "bdata": b64encode(value.astype(f"<{kind}").tobytes()).decode("ascii")}
