"""Units of one request: images, pages, characters, seconds, or its tokens at one price.

Film is billed by its length, whatever is looked at in it. A service that bills pictures looks at
one of them a request: a film is refused there.
"""

from __future__ import annotations

import numpy as np

from calculators.accounts.charges import pick
from calculators.arrays import Array, any_true
from calculators.checks import NOWHERE, Check
from calculators.market.forms.line import Asked, Form, Line, Lines
from calculators.market.reading import FILMED, NO_FILM, ONE_PICTURE, READ
from calculators.market.services import COUNTED, Meter
from calculators.results import Finding

FILM = "video_second"
"""Base of the units of services that take films."""
HELD = {
    "token": ("input_tokens", "output_tokens"),
    "audio_second": ("audio_seconds",),
    "character": ("characters",),
    FILM: ("video_seconds",),
}
"""Base of a unit -> what of a request counts in it."""


def size(asked: Asked, meter: Meter) -> Array:
    """What one request holds in the base of each tariff's unit (T, N)."""
    found = []
    for row, base in zip(meter.rows.tolist(), meter.bases, strict=True):
        held = np.ones(1)
        if base not in COUNTED:
            parts = [asked.of(name, np.array([row]))[0] for name in HELD[base]]
            held = np.sum(np.broadcast_arrays(*parts), axis=0)
        found.append(held)
    return np.stack(np.broadcast_arrays(*found))


def _lines(asked: Asked, lines: Lines) -> Lines:
    meter = asked.services.meter("standard")
    if meter is None:
        return lines
    return [*lines, Line(meter, size(asked, meter) / meter.size_of_unit)]


def _says(asked: Asked) -> list[Check]:
    """Pictures beyond the first, which are no units here."""
    held = asked.held["images"]
    if not any_true(held > 1):
        return _film(asked)
    one = [READ.get(row.task) == "image" for row in asked.services.rows]

    def say(candidate: int, point: int) -> Finding | None:
        return ONE_PICTURE if one[candidate] and pick(held, candidate, point) > 1 else None

    return [Check(NOWHERE, say), *_film(asked)]


def _film(asked: Asked) -> list[Check]:
    """A film sent to services that look at the pictures of the same tasks."""
    film = asked.held["video_seconds"]
    if not any_true(film > 0):
        return []
    meter, rows = asked.services.meter("standard"), asked.services.rows
    pairs = () if meter is None else zip(meter.rows.tolist(), meter.bases, strict=True)
    takes = {index for index, base in pairs if base == FILM}
    one = [row.task in FILMED and index not in takes for index, row in enumerate(rows)]

    def say(candidate: int, point: int) -> Finding | None:
        return NO_FILM if one[candidate] and pick(film, candidate, point) > 0 else None

    return [Check(np.array(one, dtype=bool)[:, None] & (film > 0), say)]


FORM = Form("per unit", _lines, says=_says)
