"""The link of a report as a QR code, where a phone can read it off paper."""

from __future__ import annotations

import io

import segno

from report import packed

MODULE_MM = 0.42
"""Side of one of its squares: at 300 dots an inch that is five dots."""
MOST_MM = 54.0
QUIET = 4
"""Empty squares that a reader needs around it (ISO/IEC 18004)."""


def qr_svg(link: str) -> tuple[str, float]:
    """The code as SVG and its side in millimetres; blank and 0 where it would be too fine to read.

    A long address is packed in it: nobody reads a code's words. Only a complete address is worth
    one: a phone has no server to look a relative one up on.
    """
    if not link.startswith(("https://", "http://")):
        return "", 0.0
    try:
        made = segno.make_qr(packed.shorter(link), error="l", boost_error=False)
    except segno.DataOverflowError:
        return "", 0.0
    side = made.symbol_size(border=QUIET)[0] * MODULE_MM
    if side > MOST_MM:
        return "", 0.0
    out = io.BytesIO()
    made.save(out, kind="svg", border=QUIET, xmldecl=False, svgns=True, omitsize=True, nl=False)
    return out.getvalue().decode(), side
