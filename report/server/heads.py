"""The headers every answer has, whichever port it leaves by."""

from __future__ import annotations

from collections.abc import Mapping

READING = ("GET", "HEAD")
"""The methods that are answered."""
ALLOWED = ", ".join(READING)

DATA_POLICY = "default-src 'none'; frame-ancestors 'self'"
"""JSON and tables load nothing."""


def always(policy: str) -> Mapping[str, str]:
    """What every answer says, with what its content may load."""
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
