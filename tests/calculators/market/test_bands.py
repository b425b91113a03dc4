"""Tiered prices by hand: marginal bands, free units first, several tariffs at once."""

from __future__ import annotations

import numpy as np
import pytest

from calculators.market.bands import Bands, band_name
from pricing.book import Band, PriceBook, Source, Tariff
from pricing.schema import PriceRow

ROW = PriceRow.model_validate(
    {
        "key": "a/b/c",
        "value": 1,
        "unit": "gb",
        "currency": "USD",
        "region": "us",
        "effective_from": "2025-01-01",
        "edition": "2026-01-01",
        "as_of": "2025-12-31",
        "confidence": "A",
        "source": "test",
    }
)


EDGES = (0, 500_000, 2_500_000, 10_000_000, float("inf"))
RATES = (0.001, 0.00075, 0.0003, 0.00025)


def tariff(
    edges: tuple[float, ...] = EDGES,
    rates: tuple[float, ...] = RATES,
    unknown_above: float = float("inf"),
) -> Tariff:
    return Tariff(
        key="a/b/c",
        unit="gb",
        region="us",
        bands=tuple(Band(edges[i], edges[i + 1], rate) for i, rate in enumerate(rates)),
        unknown_above=unknown_above,
        source=Source("test", "", None, "A"),
        row=ROW,
    )


FLAT = tariff((0, float("inf")), (0.5,))


def billed(of: Tariff, units: float, free: float | None = None) -> float:
    """Dollars of a month's units."""
    given = None if free is None else np.array([[free]])
    split = Bands.of([of]).split(np.array([[[float(units)]]]), given)
    return sum(float(amount[0, 0, 0] * usd[0, 0]) for _, amount, usd in split)


# Azure Language, USD per 1,000 records: 1.00 to 0.5 M, 0.75 to 2.5 M, 0.30 to 10 M, 0.25 above


AZURE_LANGUAGE = [
    (499_999, 499.999),  # 499.999 x 1.00
    (500_000, 500.0),  # 500 x 1.00
    (500_001, 500.00075),  # + 0.001 x 0.75
    (2_499_999, 1999.99925),  # 500 + 1,999.999 x 0.75 = 500 + 1,499.99925
    (2_500_000, 2000.0),  # 500 + 2,000 x 0.75
    (2_500_001, 2000.0003),  # + 0.001 x 0.30
    (9_999_999, 4249.9997),  # 2,000 + 7,499.999 x 0.30 = 2,000 + 2,249.9997
    (10_000_000, 4250.0),  # 2,000 + 7,500 x 0.30
    (10_000_001, 4250.00025),  # + 0.001 x 0.25
    (20_000_000, 6750.0),  # 4,250 + 10,000 x 0.25; the last band for all would be 5,000
]


@pytest.mark.parametrize(("records", "usd"), AZURE_LANGUAGE)
def test_marginal_tiers(records: int, usd: float) -> None:
    assert billed(tariff(), records) == pytest.approx(usd, abs=1e-6)


@pytest.mark.parametrize("term", ["labels", "celebrities"])
def test_rekognition_of_the_real_book_has_these_tiers(term: str) -> None:
    found = PriceBook.load().tariff(f"aws-ai/rekognition-{term}/standard", "us")
    assert found is not None
    # 1,000,000 x 0.001 + 4,000,000 x 0.0008 + 1 x 0.0006
    assert billed(found, 5_000_001) == pytest.approx(4200.0006)


@pytest.mark.parametrize(
    ("free", "usd"),
    # of 600,000 units: 500 x 1.00 + 100 x 0.75; free ones are the first and use up the lowest band
    [(0, 575), (1000, 574), (500_000, 75), (550_000, 37.5), (600_000, 0), (9e9, 0)],
)
def test_free_units_use_up_the_lowest_bands(free: float, usd: float) -> None:
    assert billed(tariff(), 600_000, free) == pytest.approx(usd)


def test_several_tariffs_months_and_points_at_once() -> None:
    """One flat and one tiered, two points, three months: each month by itself."""
    months = np.array([[1e6, 2e6, 3e6], [1.0, 2.0, 3.0]])
    bands = Bands.of([FLAT, tariff()])
    usd = sum(amount * rate[..., None] for _, amount, rate in bands.split(np.stack([months] * 2)))
    assert isinstance(usd, np.ndarray)
    assert usd.shape == (2, 2, 3)
    assert usd[0].tolist() == (0.5 * months).tolist()
    # 500 + 375; 500 + 1,125; 500 + 1,500 + 150
    assert usd[1, 0] == pytest.approx([875, 1625, 2150])
    assert usd[1, 1] == pytest.approx([0.001, 0.002, 0.003])


def test_a_single_open_band_is_all_units() -> None:
    units = np.array([[[7.0]]])
    ((level, amount, usd),) = Bands.of([FLAT]).split(units)
    assert (level, usd.tolist()) == (0, [[0.5]])
    assert amount is units


def test_a_missing_tariff_has_no_band() -> None:
    bands = Bands.of([None, FLAT])
    split = list(bands.split(np.full((2, 1, 1), 7.0)))
    assert sum(float((amount * usd[..., None])[0, 0, 0]) for _, amount, usd in split) == 0
    assert list(Bands.of([None]).split(np.ones((1, 1, 1)))) == []


def test_taking_some_drops_bands_that_none_of_them_has() -> None:
    bands = Bands.of([FLAT, tariff(unknown_above=35e6)])
    assert bands.start.shape == (2, 4)
    assert bands.take(np.array([0])).start.shape == (1, 1)
    assert bands.take(np.array([1])).unknown_above.tolist() == [35e6]


def test_the_name_of_a_band_says_its_ends() -> None:
    assert band_name("Requests", tariff(), 1) == "Requests, from 500,000 to 2,500,000 a month"
    assert band_name("Requests", tariff(), 3) == "Requests, from 10,000,000 and above a month"
    assert band_name("Requests", FLAT, 0) == "Requests"
    assert band_name("Requests", None, 0) == "Requests"
