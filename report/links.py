"""Addresses that leave the page."""

from __future__ import annotations

PAGE = "/"
REPORT = "/report.pdf"
COMPARE_API = "/api/v1/compare"
SWEEP_API = "/api/v1/sweep"
SELF_CHECK_API = "/api/v1/self-check"
PAYBACK_API = "/api/v1/payback"
UNCERTAINTY_API = "/api/v1/uncertainty"
BREAK_EVEN_API = "/api/v1/break-even"
STRIPS_API = "/api/v1/strips"
MAP_API = "/api/v1/map"
HISTORY_API = "/api/v1/history"

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
