"""What the book answers: editions, price dates, retirement, regions, currencies, old figures."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest

from pricing.book import (
    PriceBook,
    Source,
    Tariff,
    UnknownEdition,
    digest,
    editions,
)
from pricing.schema import DeviceRow
from pricing.tables import stale_after_days
from tests.pricing.tiny import price, with_prices, write_tables

INPUT = "acme/chat/input"
FIRST, SECOND = date(2026, 1, 1), date(2026, 2, 1)


def on(folder: Path, day: str, edition: date | None = None) -> PriceBook:
    return PriceBook.load(edition, date.fromisoformat(day), folder)


def usd(book: PriceBook, key: str = INPUT, area: str = "us") -> float | None:
    tariff = book.tariff(key, area)
    return None if tariff is None else tariff.usd


def found(book: PriceBook, key: str, area: str = "us") -> Tariff:
    tariff = book.tariff(key, area)
    assert tariff is not None
    return tariff


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    """0.15 from June, 0.12 from October, retired on 15 December 2025."""
    rows = price(INPUT, 0.12, "million_tokens", since="2025-10-01")
    rows += price(INPUT, None, "million_tokens", since="2025-12-15", status="end")
    return with_prices(tmp_path, {"token_prices": rows})


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2025-05-31", None),  # not yet offered
        ("2025-06-01", 0.15),
        ("2025-09-30", 0.15),
        ("2025-10-01", 0.12),
        ("2025-12-14", 0.12),
        ("2025-12-15", None),  # retired: no price, not the last one
        ("2026-01-01", None),
    ],
)
def test_price_date_on_both_sides_of_every_edge(
    chat: Path, day: str, expected: float | None
) -> None:
    assert usd(on(chat, day)) == expected


def test_history_is_in_order_and_keeps_the_end(chat: Path) -> None:
    rows = on(chat, "2025-06-01").history(INPUT)
    assert [(str(row.effective_from), row.value, row.status) for row in rows] == [
        ("2025-06-01", 0.15, "price"),
        ("2025-10-01", 0.12, "price"),
        ("2025-12-15", None, "end"),
    ]


def test_price_date_defaults_to_the_edition(chat: Path) -> None:
    book = PriceBook.load(directory=chat)
    assert (book.edition, book.price_date) == (FIRST, FIRST)


# ------------------------------------------------------------------------------------ editions


@pytest.fixture
def corrected(tmp_path: Path) -> Path:
    """The second edition corrects the price of June 2025 and adds one of January 2026."""
    later = partial(price, edition="2026-02-01", as_of="2026-01-20")
    rows = later(INPUT, 0.16, "million_tokens", since="2025-06-01")
    rows += later(INPUT, 0.10, "million_tokens", since="2026-01-15")
    tiers = later("acme/faces/standard", 0.0007, "image", since="2025-06-01")
    return with_prices(tmp_path, {"token_prices": rows, "task_api_prices": tiers})


def test_a_link_to_the_first_edition_keeps_its_numbers(corrected: Path) -> None:
    assert usd(on(corrected, "2025-12-01", FIRST)) == 0.15
    assert usd(on(corrected, "2026-01-01", FIRST)) == 0.15
    assert found(on(corrected, "2026-01-01", FIRST), "acme/faces/standard").usd == 0.001


def test_the_second_edition_reads_the_past_corrected(corrected: Path) -> None:
    assert usd(on(corrected, "2025-12-01", SECOND)) == 0.16
    assert usd(on(corrected, "2026-01-14", SECOND)) == 0.16
    assert usd(on(corrected, "2026-01-15", SECOND)) == 0.10
    assert usd(PriceBook.load(directory=corrected)) == 0.10  # the newest is the default


def test_a_correction_replaces_the_whole_tariff(corrected: Path) -> None:
    """Three bands became one price; no band of the first edition is left beside it."""
    first = found(on(corrected, "2026-01-01", FIRST), "acme/faces/standard")
    assert [(band.start, band.end, band.usd) for band in first.bands] == [
        (0, 1e6, 0.001),
        (1e6, 1e7, 0.0008),
    ]
    assert first.unknown_above == 1e7
    second = found(on(corrected, "2026-02-01", SECOND), "acme/faces/standard")
    assert [(band.start, band.end, band.usd) for band in second.bands] == [
        (0, float("inf"), 0.0007)
    ]
    assert second.unknown_above == float("inf")


def test_the_history_of_an_edition_holds_its_own_rows_only(corrected: Path) -> None:
    assert [row.value for row in on(corrected, "2026-01-01", FIRST).history(INPUT)] == [0.15]
    assert [row.value for row in on(corrected, "2026-02-01", SECOND).history(INPUT)] == [0.16, 0.10]


def test_unknown_edition_and_price_date_are_named(corrected: Path) -> None:
    assert editions(corrected) == [FIRST, SECOND]
    with pytest.raises(UnknownEdition, match="2026-01-02 is not one of 2026-01-01, 2026-02-01"):
        PriceBook.load(date(2026, 1, 2), directory=corrected)
    with pytest.raises(UnknownEdition, match="2026-01-02 is after the edition 2026-01-01"):
        on(corrected, "2026-01-02", FIRST)


def test_later_rows_leave_the_digest_of_a_released_edition_alone(
    corrected: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    released = write_tables(tmp_path_factory.mktemp("released"))
    assert digest(FIRST, corrected) == digest(FIRST, released)
    assert digest(SECOND, corrected) != digest(FIRST, corrected)


def test_a_changed_price_changes_the_digest(tmp_path: Path) -> None:
    before, after = write_tables(tmp_path / "before"), write_tables(tmp_path / "after")
    path = after / "token_prices.csv"
    path.write_text(path.read_text().replace(",0.15,", ",0.151,"))
    assert digest(FIRST, before) != digest(FIRST, after)


def test_order_of_rows_and_blank_columns_leave_the_digest_alone(tmp_path: Path) -> None:
    before, after = write_tables(tmp_path / "before"), write_tables(tmp_path / "after")
    path = after / "token_prices.csv"
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([header, *reversed(rows)]) + "\n")
    path = after / "vendors.csv"
    header, *rows = path.read_text().splitlines()
    wide = [header.replace("retention_days,", ""), *(row.replace(",30,", ",") for row in rows)]
    path.write_text("\n".join(wide) + "\n")
    plain = before / "vendors.csv"
    plain.write_text(plain.read_text().replace(",30,", ",,"))
    assert digest(FIRST, before) == digest(FIRST, after)


def test_the_same_tables_elsewhere_give_the_same_digest(tmp_path: Path) -> None:
    one = write_tables(tmp_path / "one")
    shutil.copytree(one, tmp_path / "two")
    assert digest(FIRST, one) == digest(FIRST, tmp_path / "two")


# ------------------------------------------------------------------------------------- regions


@pytest.fixture
def places(tmp_path: Path) -> Path:
    """A model priced in one, two or three places; one place retired."""
    write_tables(tmp_path)
    services = tmp_path / "services.csv"
    extra = "".join(
        f"acme/{name},acme,{name},token_api,text_generation,2026-01-01,2025-12-31,A,list,,\n"
        for name in ("everywhere", "american", "european", "leaving")
    )
    services.write_text(services.read_text() + extra)
    since = "2025-06-01"
    rows = "".join(
        price(f"acme/{name}/input", value, "million_tokens", since=since, region=region)
        for name, value, region in (
            ("everywhere", 1.0, "global"),
            ("everywhere", 2.0, "us"),
            ("everywhere", 3.0, "eu"),
            ("american", 2.0, "us"),
            ("european", 3.0, "eu"),
            ("leaving", 2.0, "us"),
            ("leaving", 3.0, "eu"),
        )
    )
    rows += price(
        "acme/leaving/input", None, "million_tokens", since="2025-12-01", region="us", status="end"
    )
    path = tmp_path / "token_prices.csv"
    path.write_text(path.read_text() + rows)
    return tmp_path


@pytest.mark.parametrize(
    ("product", "area", "expected", "marked"),
    [
        ("everywhere", "us", 2.0, False),  # the region's own price before the worldwide one
        ("everywhere", "eu", 3.0, False),
        ("american", "us", 2.0, False),
        ("american", "eu", 2.0, True),  # only another region's price is known: marked
        ("european", "us", 3.0, True),
        ("chat", "eu", 0.15, False),  # one worldwide price is not another region's
    ],
)
def test_region_preference(
    places: Path, product: str, area: str, expected: float, marked: bool
) -> None:
    tariff = found(PriceBook.load(directory=places), f"acme/{product}/input", area)
    assert (tariff.usd, tariff.source.other_region) == (expected, marked)


def test_a_region_that_was_left_falls_back_to_another(places: Path) -> None:
    before = found(on(places, "2025-11-30"), "acme/leaving/input")
    after = found(on(places, "2025-12-01"), "acme/leaving/input")
    assert (before.usd, before.source.other_region) == (2.0, False)
    assert (after.usd, after.source.other_region) == (3.0, True)


# --------------------------------------------------------------------------------------- euros


@pytest.fixture
def euros(tmp_path: Path) -> Path:
    """0.50 EUR, at 1.10 USD for a euro and 1.20 from November on."""
    return with_prices(
        tmp_path,
        {
            "energy_prices": price(
                "eu/grid/business", 0.5, "kwh", since="2025-06-01", region="eu", currency="EUR"
            ),
            "fx": "EUR,1.2,2025-11-01,2026-01-01,2025-12-31,A,list,,\n",
        },
    )


@pytest.mark.parametrize(
    ("day", "expected"), [("2025-10-31", 0.55), ("2025-11-01", 0.60), ("2026-01-01", 0.60)]
)
def test_euros_are_converted_at_the_price_date(euros: Path, day: str, expected: float) -> None:
    # 0.5 EUR x 1.10 = 0.55 USD; from 1 November 0.5 x 1.20 = 0.60
    tariff = found(on(euros, day), "eu/grid/business", "eu")
    assert tariff.usd == pytest.approx(expected, rel=1e-12)
    assert (tariff.row.value, tariff.row.currency) == (0.5, "EUR")  # the source's own figure


def test_dollars_are_left_alone(euros: Path) -> None:
    assert found(on(euros, "2026-01-01"), "us/grid/business").usd == 0.1


def test_no_euro_rate_yet_is_an_error_not_one_to_one(euros: Path) -> None:
    path = euros / "energy_prices.csv"
    path.write_text(path.read_text().replace("2025-06-01", "2024-06-01"))
    with pytest.raises(UnknownEdition, match="no euro rate on 2024-12-31"):
        on(euros, "2024-12-31").tariff("eu/grid/business", "eu")


# ----------------------------------------------------------------------------------- old figures

KINDS = {
    "spot": ("rental_prices", "acme/one/spot", "hour", 0.41),
    "rental": ("rental_prices", "acme/one/on_demand", "hour", 1.01),
    "api": ("token_prices", INPUT, "million_tokens", 0.15),
    "hardware": ("server_prices", "acme/box/purchase", "server", 200_001),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("days_over", "stale"), [(0, False), (1, True)])
def test_old_figures_are_marked_from_the_limit_on(
    tmp_path: Path, kind: str, days_over: int, stale: bool
) -> None:
    table, key, unit, value = KINDS[kind]
    read = FIRST - timedelta(days=stale_after_days()[kind] + days_over)
    row = price(key, value, unit, since="2025-06-02", as_of=str(read))
    book = PriceBook.load(directory=with_prices(tmp_path, {table: row}))
    assert found(book, key).usd == value
    assert found(book, key).source.stale is stale


def test_limits_are_those_of_the_design() -> None:
    assert stale_after_days() == {"spot": 30, "rental": 90, "api": 180, "hardware": 365}


def test_energy_counts_as_hardware_and_hosting_as_an_api(tmp_path: Path) -> None:
    read = str(FIRST - timedelta(days=181))
    folder = with_prices(
        tmp_path,
        {
            "energy_prices": price(
                "us/grid/business", 0.11, "kwh", since="2025-06-02", region="us", as_of=read
            ),
            "hosted_prices": price(
                "acme/endpoint-one/on_demand", 1.3, "hour", since="2025-06-02", as_of=read
            ),
        },
    )
    book = PriceBook.load(directory=folder)
    assert not found(book, "us/grid/business").source.stale
    assert found(book, "acme/endpoint-one/on_demand").source.stale


def test_age_counts_from_the_price_date_not_from_today(tmp_path: Path) -> None:
    row = price("acme/one/spot", 0.41, "hour", since="2025-06-02", as_of="2025-06-02")
    folder = with_prices(tmp_path, {"rental_prices": row})
    assert not found(on(folder, "2025-07-02"), "acme/one/spot").source.stale  # 30 days
    assert found(on(folder, "2025-07-03"), "acme/one/spot").source.stale  # 31 days


def test_a_device_is_old_after_a_year(tmp_path: Path) -> None:
    write_tables(tmp_path)
    path = tmp_path / "devices.csv"
    year, older = FIRST - timedelta(days=365), FIRST - timedelta(days=366)
    one, other = path.read_text().splitlines()[1:]
    header = path.read_text().splitlines()[0]
    lines = [header, one.replace("2025-12-31", str(year)), other.replace("2025-12-31", str(older))]
    path.write_text("\n".join(lines) + "\n")
    book = PriceBook.load(directory=tmp_path)
    assert [
        book.source(row, kind="hardware", key=row.device).stale
        for row in book.table("devices", DeviceRow)
    ] == [False, True]


# ------------------------------------------------------------------------------------- sources


def test_a_tariff_carries_its_source(tmp_path: Path) -> None:
    write_tables(tmp_path)
    path = tmp_path / "token_prices.csv"
    path.write_text(path.read_text().replace("A,list,,", "A,list,page 3,seen twice", 1))
    source = found(PriceBook.load(directory=tmp_path), INPUT).source
    assert source == Source(
        title="A price list, page 3",
        url="https://example.org/prices",
        as_of=date(2025, 12, 31),
        confidence="A",
        key=INPUT,
        region="global",
        note="seen twice",
    )


def test_an_assumption_says_whose_it_is(tmp_path: Path) -> None:
    book = PriceBook.load(directory=write_tables(tmp_path))
    assert book.assumption_source("ops_hours").title == "Our assumption: Hours of work a month"
    assert book.assumption_source("pue").title == "A price list"
    with pytest.raises(KeyError, match="no assumption named 'hope' in edition 2026-01-01"):
        book.assumption("hope")


def test_an_assumption_of_ours_does_not_grow_old(tmp_path: Path) -> None:
    write_tables(tmp_path)
    for name in ("assumptions", "assumptions_machines"):
        path = tmp_path / f"{name}.csv"
        path.write_text(path.read_text().replace("2025-12-31", "2024-01-01"))
    book = PriceBook.load(directory=tmp_path)
    assert not book.assumption_source("ops_hours").stale
    assert book.assumption_source("pue").stale


def test_meters_of_a_product(tmp_path: Path) -> None:
    book = PriceBook.load(directory=write_tables(tmp_path))
    assert book.meters["acme/one"] == {"on_demand", "spot", "1y"}
    assert book.tariff("acme/one/3y") is None
    assert "acme/nothing" not in book.meters


def test_meters_not_yet_in_force_are_not_offered(tmp_path: Path) -> None:
    row = price("acme/one/3y", 0.5, "hour", since="2025-12-01")
    folder = with_prices(tmp_path, {"rental_prices": row})
    assert "3y" not in on(folder, "2025-11-30").meters["acme/one"]
    assert "3y" in on(folder, "2025-12-01").meters["acme/one"]


def test_loading_twice_gives_the_same_book(tmp_path: Path) -> None:
    folder = write_tables(tmp_path)
    assert PriceBook.load(directory=folder) is PriceBook.load(directory=folder)
