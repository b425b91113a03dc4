"""Addresses that leave the page."""

from __future__ import annotations

PAGE = "/"
REPORT = "/report.pdf"
WORKBOOK = "/report.xlsx"
COMPARE_API = "/api/v1/compare"
SHORT = "candidates=best"
"""Behind a query of COMPARE_API: the best of each place alone, a hundredth of the whole."""
SWEEP_API = "/api/v1/sweep"
SELF_CHECK_API = "/api/v1/self-check"
PAYBACK_API = "/api/v1/payback"
UNCERTAINTY_API = "/api/v1/uncertainty"
BREAK_EVEN_API = "/api/v1/break-even"
STRIPS_API = "/api/v1/strips"
MAP_API = "/api/v1/map"
HISTORY_API = "/api/v1/history"
ADVICE_API = "/api/v1/advice"
CONSTRAINTS_API = "/api/v1/constraints"
TRADEOFFS_API = "/api/v1/tradeoffs"
DEVICES_API = "/api/v1/devices"
RETRAINING_API = "/api/v1/retraining"

SIDE_BY_SIDE_API = "/api/v1/side-by-side"
OPENAPI = "/api/v1/openapi.json"


def csv(table: str) -> str:
    """Where a table is as CSV."""
    return f"/api/v1/{table}.csv"


_public = [""]


def set_public_url(url: str) -> None:
    """How readers reach this server (``PUBLIC_URL``); set once by ``app.py``."""
    _public[0] = url.strip().rstrip("/")


def public_url(fallback: str = "") -> str:
    """The address set, else ``fallback`` (where the request came in), without a last slash."""
    return _public[0] or fallback.rstrip("/")


def link(base: str, query: str, path: str = PAGE) -> str:
    """A complete address: ``link("https://x.org", encode(...), REPORT)``; relative without base."""
    return f"{base.rstrip('/')}{path}?{query}"
