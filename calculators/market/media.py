"""Tokens of images, sound and film, by each model's own rule.

Rules of images (sizes in whole pixels, every share of a tile or patch counts as one):

tiles: fitted into ``fit_long`` on both sides, then the short one to ``fit_short``, never enlarged;
``base`` + ``each`` for every tile of ``side``.
patches: fitted into ``fit_long``; squares of ``side`` px. Above ``most`` squares the picture is
shrunk to them, one side to whole squares. Tokens are squares times ``multiplier``, rounded up.
fitted: the largest size within ``fit_long`` whose squares of ``side`` px are at most ``most``.
small_or_tiles: ``each`` up to ``fit_short`` px on both sides, else ``each`` for every tile.
same: ``each``, whatever the size.

Source: the rows of media_tokens.csv and media_tokens_method.csv.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

import numpy as np

from calculators.arrays import Array, any_true
from pricing.records import record
from pricing.schema import MediaRow

MEDIA_FIELDS = (
    "images_per_request",
    "image_width_px",
    "image_height_px",
    "audio_seconds",
    "video_seconds",
)


@record
class Media:
    """What one request holds beside text, (1,) or (N,) each."""

    images: Array
    width: Array
    height: Array
    audio_s: Array
    video_s: Array

    def tokens(self, row: MediaRow | None, *, audio: bool = True) -> Array:
        """Tokens by a rule (1,) or (N,); NaN where it says nothing of what is held."""
        per_image = np.zeros(1)
        if any_true(self.images > 0):
            sizes = zip(*np.broadcast_arrays(self.width, self.height), strict=True)
            per_image = np.array([image_tokens(row, float(w), float(h)) for w, h in sizes])
        found = _times(self.images, per_image)
        if audio:
            found = found + self.sound(row)
        return np.asarray(found + _times(self.video_s, _rate(row, "video_per_s")))

    def sound(self, row: MediaRow | None) -> Array:
        """Tokens of the sound alone."""
        return _times(self.audio_s, _rate(row, "audio_per_s"))


def _times(count: Array, each: Array) -> Array:
    """Nothing of what is not known is nothing."""
    return np.where(count > 0, count * each, 0.0)


def _rate(row: MediaRow | None, column: str) -> Array:
    value = None if row is None else getattr(row, column)
    return np.array([np.nan if value is None else float(value)])


@lru_cache(maxsize=4096)
def image_tokens(row: MediaRow | None, width: float, height: float) -> float:
    """Tokens of one image of a size in pixels; NaN where the rule is not known."""
    rule = None if row is None else RULES.get(row.kind)
    if rule is None or row is None or not (width > 0 and height > 0):
        return math.nan
    return float(rule(row, round(width), round(height)))


def _tiles(row: MediaRow, width: int, height: int) -> float:
    assert row.side
    assert row.fit_long
    assert row.fit_short
    assert row.each
    scale = min(1.0, row.fit_long / max(width, height), row.fit_short / min(width, height))
    across, down = (max(1, math.floor(length * scale)) for length in (width, height))
    tiles = math.ceil(across / row.side) * math.ceil(down / row.side)
    return (row.base or 0.0) + row.each * tiles


def _patches(row: MediaRow, width: int, height: int) -> float:
    assert row.side
    assert row.fit_long
    side = row.side
    scale = min(1.0, row.fit_long / max(width, height))
    across, down = (max(1, round(length * scale)) for length in (width, height))
    found = math.ceil(across / side) * math.ceil(down / side)
    if row.most is not None and found > row.most:
        shrink = math.sqrt(side**2 * row.most / (across * down))
        wide, tall = across * shrink / side, down * shrink / side
        shrink *= min(math.floor(wide) / wide, math.floor(tall) / tall)
        across, down = (max(1, math.floor(length * shrink)) for length in (across, down))
        found = math.ceil(across / side) * math.ceil(down / side)
    return math.ceil(found * (row.multiplier or 1.0))


def _fitted(row: MediaRow, width: int, height: int) -> float:
    assert row.side
    assert row.fit_long
    assert row.most
    long, short = max(width, height), min(width, height)
    side = row.side

    def at(edge: int) -> int:
        return math.ceil(edge / side) * math.ceil(max(round(edge * short / long), 1) / side)

    low, high = 1, int(min(long, row.fit_long))
    while low < high:  # the largest edge with at most so many
        middle = (low + high + 1) // 2
        low, high = (middle, high) if at(middle) <= row.most else (low, middle - 1)
    return at(low)


def _small_or_tiles(row: MediaRow, width: int, height: int) -> float:
    assert row.side
    assert row.fit_short
    assert row.each
    if max(width, height) <= row.fit_short:
        return row.each
    return row.each * math.ceil(width / row.side) * math.ceil(height / row.side)


def _same(row: MediaRow, _: int, __: int) -> float:
    assert row.each
    return row.each


RULES: Mapping[str, Callable[[MediaRow, int, int], float]] = MappingProxyType(
    {
        "tiles": _tiles,
        "patches": _patches,
        "fitted": _fitted,
        "small_or_tiles": _small_or_tiles,
        "same": _same,
    }
)
"""Kind of a rule -> tokens of one image."""
