"""QR codes: only of complete addresses, never finer than paper allows."""

from __future__ import annotations

import hashlib

from report.qr import MODULE_MM, MOST_MM, QUIET, qr_svg


def test_the_side_is_the_squares_of_its_version() -> None:
    # version 3 (up to 53 bytes at level L) has 29 squares a side, and 4 empty ones on each
    svg, side = qr_svg("https://x.org/?" + "a" * 35)
    assert side == (29 + 2 * QUIET) * MODULE_MM
    assert svg.startswith("<svg")


def test_a_link_of_1200_characters_still_has_one() -> None:
    address = "https://crossover.example.com/?" + "a" * 1169
    assert len(address) == 1200
    svg, side = qr_svg(address)
    assert svg
    assert 0 < side <= MOST_MM


def test_a_longer_one_has_it_where_it_can_be_packed() -> None:
    svg, side = qr_svg("https://x.org/?" + "a" * 5000)
    assert svg
    assert 0 < side < 20


def test_where_it_would_be_too_fine_there_is_none() -> None:
    # version 27 (up to 1,465 bytes) would have 125 + 8 squares: 55.9 mm; base64 of a sum's digits
    # takes two thirds of them
    noise = "".join(hashlib.sha256(bytes([turn])).hexdigest() for turn in range(80))
    assert qr_svg("https://x.org/?" + noise[:2300]) == ("", 0.0)
    assert qr_svg("https://x.org/?" + noise) == ("", 0.0)
    assert qr_svg("/?preset=support_chat") == ("", 0.0)
