"""Tiered prices of many tariffs as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from calculators.arrays import Array, Index
from pricing.book import Tariff
from pricing.records import record


@record
class Bands:
    """Marginal bands of T tariffs, padded to the L bands of the longest."""

    start: Array  # (T, L) units a month
    end: Array  # (T, L); 0 where a tariff has no such band
    usd: Array  # (T, L) per unit
    unknown_above: Array  # (T,) units a month beyond which the price was not seen

    @classmethod
    def of(cls, tariffs: Sequence[Tariff | None]) -> Bands:
        """Columns of tariffs; one that is missing has no band."""
        depth = max((len(found.bands) for found in tariffs if found), default=0)
        shape = (len(tariffs), depth)
        start, end, usd = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        unknown = np.full(len(tariffs), np.inf)
        for row, found in enumerate(tariffs):
            if found is None:
                continue
            unknown[row] = found.unknown_above
            for level, band in enumerate(found.bands):
                start[row, level], end[row, level] = band.start, band.end
                usd[row, level] = band.usd
        return cls(start, end, usd, unknown)

    def take(self, rows: Index) -> Bands:
        """Some of the tariffs, without bands that none of them has."""
        end = self.end[rows]
        depth = int((end > 0).sum(axis=1).max(initial=0))
        return Bands(
            self.start[rows][:, :depth],
            end[:, :depth],
            self.usd[rows][:, :depth],
            self.unknown_above[rows],
        )

    def split(self, units: Array, free: Array | None = None) -> Iterator[tuple[int, Array, Array]]:
        """Each level with its units (T, N, S) and USD per unit (T, 1).

        ``units`` (T, N, S) is a month's count. ``free`` (T, S) units of the month are its first
        and use up the lowest bands.
        """
        allowance = np.zeros((1, 1)) if free is None else free
        plain = free is None and bool(np.all(self.start[:, :1] == 0))
        for level in range(self.start.shape[1]):
            start, end = self.start[:, level, None], self.end[:, level, None]
            if plain and level == 0 and np.all(np.isinf(end)):
                yield level, units, self.usd[:, level, None]
                continue
            begins = np.maximum(start, allowance)[:, None]
            width = np.maximum(end - begins[:, 0], 0)[:, None]
            inside = np.clip(units - begins, 0, width)
            yield level, inside, self.usd[:, level, None]


def band_name(name: str, tariff: Tariff | None, level: int) -> str:
    """Name of a line item, with its tier where the tariff has several."""
    if tariff is None or len(tariff.bands) == 1 or level >= len(tariff.bands):
        return name
    band = tariff.bands[level]
    top = f"to {band.end:,.0f}" if np.isfinite(band.end) else "and above"
    return f"{name}, from {band.start:,.0f} {top} a month"
