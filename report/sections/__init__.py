"""The sections a report may have besides the answer, in the order they are printed.

Each is a sentence that says what its picture shows, the picture and its table, made from what the
API answers to the same query. A new section is a module with ``make`` and a line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from report.sections import (
    break_even,
    cash_flow,
    devices,
    history,
    method,
    strips,
    tradeoffs,
    two_inputs,
    uncertainty,
)
from report.sections.said import Make

SECTIONS: Mapping[str, tuple[str, Make]] = MappingProxyType(
    {
        "cash_flow": (cash_flow.TITLE, cash_flow.make),
        "break_even": (break_even.TITLE, break_even.make),
        "strips": (strips.TITLE, strips.make),
        "map": (two_inputs.TITLE, two_inputs.make),
        "history": (history.TITLE, history.make),
        "uncertainty": (uncertainty.TITLE, uncertainty.make),
        "tradeoffs": (tradeoffs.TITLE, tradeoffs.make),
        "devices": (devices.TITLE, devices.make),
        "method": (method.TITLE, method.make),
    }
)
"""Name in the address -> what it is called, and what makes it."""
