"""A refresh: what it reads, what it calls a difference, what stops it, and what it writes."""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from datetime import UTC, date, time
from decimal import Decimal
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from pricing import refresh
from pricing.book import PriceBook
from pricing.faults import TableError
from pricing.loader import TABLE_DIR, load_tables
from pricing.refresh import Request, SourceUnavailable, propose, token_source
from pricing.refreshing import proposal as proposals
from pricing.refreshing import rentals, tokens
from pricing.refreshing.proposal import Proposal
from pricing.refreshing.tokens import Followed
from pricing.schema import InstanceRow, PriceRow, ServiceRow
from tests.pricing.tiny import price, with_prices, write_tables

RECORDINGS = Path(__file__).parent / "recordings"
READ = date(2026, 2, 10)
EDITION = date(2026, 2, 20)
CHAT = [Followed("acme/chat", "acme", "chat-1")]


def recording(*prices: dict[str, Any], batch: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """A release that holds one model of one provider."""
    model = {"prices": list(prices), "batch": list(batch)}
    return {"package": "genai-prices", "version": "9", "providers": {"acme": {"chat-1": model}}}


def said(since: str = "", hours: str = "", **values: Any) -> dict[str, Any]:
    """Prices of a model, from a day or at some hours."""
    when = {"from": since, "hours": hours}
    return {"values": values} | {name: text for name, text in when.items() if text}


def token_rows(book: PriceBook) -> list[PriceRow]:
    names = ("token_prices", "task_api_prices")
    return [row for name in names for row in book.table(name, PriceRow)]


def service(name: str) -> str:
    """One more line of services.csv."""
    return f"acme/{name},acme,{name},token_api,text_generation,2026-01-01,2025-12-31,A,list,,\n"


def proposed(folder: Path, found: dict[str, Any], *accepted: str, read: date = READ) -> Proposal:
    book = PriceBook.load(directory=folder)
    source = tokens.catalogue(found, read, token_rows(book), CHAT)
    return propose(source, book, Request(folder, EDITION, accepted))


def kinds(made: Proposal) -> dict[str, str]:
    return {item.key.removeprefix("acme/"): item.kind for item in made.differences}


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """acme/chat at 0.15 and 0.60 USD per million tokens, as of the end of 2025."""
    return write_tables(tmp_path / "tables")


# reading -----------------------------------------------------------------------------------------


def test_the_installed_package_reads_as_recorded() -> None:
    """The pinned release, read through its own objects, gives the recording kept here."""
    kept = json.loads((RECORDINGS / "genai-prices-0.2.3.json").read_text())
    wanted = {(item.provider, item.model) for item in tokens.followed()}
    now = refresh.genai_recording()
    assert now["version"] == kept["version"]
    for provider, models in now["providers"].items():
        for model, found in models.items():
            if (provider, model) in wanted:
                assert found == kept["providers"][provider][model], (provider, model)


def test_a_recording_keeps_dates_hours_batch_and_the_price_of_short_prompts() -> None:
    steps = [SimpleNamespace(start=200_000), SimpleNamespace(start=100_000)]
    tiers = SimpleNamespace(base=Decimal("1.5"), tiers=steps)
    always = SimpleNamespace(
        constraint=None,
        prices=SimpleNamespace(input_mtok=tiers, output_mtok=Decimal(6), searches=Decimal(9)),
    )
    later = SimpleNamespace(
        constraint=SimpleNamespace(start_date=date(2026, 3, 1)),
        prices=SimpleNamespace(input_mtok=Decimal(1), output_mtok=None),
    )
    night = SimpleNamespace(
        constraint=SimpleNamespace(start_time=time(1, 30, tzinfo=UTC)),
        prices=SimpleNamespace(input_mtok=Decimal(3)),
    )
    batch = SimpleNamespace(
        when={"processing": "batch"},
        constraint=None,
        prices=SimpleNamespace(input_mtok=Decimal("0.5")),
    )
    fast = SimpleNamespace(when={"speed": "fast"}, constraint=None, prices=SimpleNamespace())
    model = SimpleNamespace(
        id="chat-1",
        prices=[always, later, night],
        price_variants=[batch, fast],
        context_window=128_000,
    )
    other = SimpleNamespace(id="other", prices=SimpleNamespace(), price_variants=None)
    provider = SimpleNamespace(id="acme", models=[model, other])
    stranger = SimpleNamespace(id="elsewhere", models=[model])
    assert tokens.record([provider, stranger], "9", CHAT) == {
        "package": "genai-prices",
        "version": "9",
        "providers": {
            "acme": {
                "chat-1": {
                    "prices": [
                        said(input_mtok={"base": 1.5}, output_mtok=6.0),
                        said("2026-03-01", input_mtok=1.0),
                        said(hours="from 01:30 UTC", input_mtok=3.0),
                    ],
                    "batch": [said(input_mtok=0.5)],
                    "terms": {"window": 128000, "long_above": 100000},
                },
                "other": {},
            }
        },
    }


def test_a_price_without_tiers_is_one_price_at_every_length() -> None:
    """A statement; a model that is not priced at all makes none."""
    flat = SimpleNamespace(prices=SimpleNamespace(input_mtok=Decimal(1), output_mtok=None))
    nothing = SimpleNamespace(prices=SimpleNamespace(input_mtok=None))
    for prices, stated in ((flat, {"long_above": tokens.ONE_PRICE}), (nothing, {})):
        model = SimpleNamespace(id="chat-1", prices=prices.prices, price_variants=None)
        provider = SimpleNamespace(id="acme", models=[model])
        made = tokens.record([provider], "9", CHAT)
        assert made["providers"]["acme"]["chat-1"]["terms"] == stated


@pytest.mark.parametrize(
    ("unit", "field", "quoted", "expected"),
    [
        ("audio_minute", "audio_hours", 0.36, 0.006),
        ("audio_hour", "audio_hours", 0.36, 0.36),
        ("page", "input_document_kpages", 2.0, 0.002),
        ("million_characters", "input_mchars", 15.0, 15.0),
    ],
)
def test_the_package_s_units_become_ours(
    unit: str, field: str, quoted: float, expected: float
) -> None:
    book = PriceBook.load()
    row = token_rows(book)[0]
    held = row.model_copy(update={"key": "acme/chat/standard", "region": "us", "unit": unit})
    part = {"values": {field: quoted}}
    found = tokens.catalogue(recording(part), READ, [held], CHAT)
    [quote] = found.quotes
    assert (quote.key, quote.unit, quote.region) == ("acme/chat/standard", unit, "us")
    assert quote.value == pytest.approx(expected)


def test_embeddings_bill_no_output_and_speech_no_tokens(tiny: Path) -> None:
    book = PriceBook.load(directory=tiny)
    rows = [row for row in token_rows(book) if row.meter == "input"]
    both = recording(said(input_mtok=0.1, output_mtok=0.1))
    found = tokens.catalogue(both, READ, rows, CHAT)
    assert [quote.key for quote in found.quotes] == ["acme/chat/input"]
    spoken = [row.model_copy(update={"key": "acme/chat/standard"}) for row in rows]
    assert tokens.catalogue(both, READ, spoken, CHAT).quotes == ()


def test_free_and_time_of_day_prices_are_left_out_and_said(tiny: Path) -> None:
    at_night = said(hours="from 01:00 UTC", input_mtok=9.0)
    found = recording(said(input_mtok=0.0, output_mtok=0.6), at_night)
    made = proposed(tiny, found)
    assert made.differences == ()
    assert made.source.skipped == (
        "acme/chat/input: quoted at 0, which is no price here",
        "acme/chat: another price at some hours (from 01:00 UTC)",
    )


def test_models_not_followed_are_listed(tiny: Path) -> None:
    found = recording(said(input_mtok=0.15, output_mtok=0.6))
    found["providers"]["acme"] |= {"chat-2": {}, "chat-3": {}}
    made = proposed(tiny, found)
    assert made.source.not_held == {"acme": ("chat-2", "chat-3")}
    assert "- acme (2): chat-2, chat-3" in proposals.page(made)


def test_a_recording_of_another_package_is_refused() -> None:
    with pytest.raises(tokens.UnknownRecording, match="not of 'gpuhunt'"):
        tokens.catalogue({"package": "gpuhunt"}, READ, [], CHAT)
    with pytest.raises(tokens.UnknownRecording, match="not of 'genai-prices'"):
        rentals.catalogue({"package": "genai-prices"}, [])


def test_a_release_of_unknown_date_is_refused_until_told(tiny: Path) -> None:
    book = PriceBook.load(directory=tiny)
    with pytest.raises(SourceUnavailable, match=r"genai-prices-9 .*--as-of"):
        token_source(recording(), book, None)
    assert token_source(recording(), book, READ).read_on == READ


# differences -------------------------------------------------------------------------------------


def test_equal_prices_propose_nothing(tiny: Path) -> None:
    made = proposed(tiny, recording(said(input_mtok=0.1503, output_mtok=0.6)))  # rounding
    assert (made.differences, made.stops, made.rows) == ((), (), {})


def test_a_newer_price_is_proposed_from_its_stated_day(tiny: Path) -> None:
    later = said("2026-02-01", input_mtok=0.12, output_mtok=0.6)
    found = recording(said(input_mtok=0.15, output_mtok=0.6), later)
    made = proposed(tiny, found)
    assert kinds(made) == {"chat/input": "changed"}
    [row] = made.rows["token_prices"]
    assert (row.value, row.effective_from, row.as_of) == (0.12, date(2026, 2, 1), READ)
    assert (row.edition, row.source, row.region) == (EDITION, "genai-prices-9", "global")
    assert made.differences[0].ratio == pytest.approx(0.8)


def test_a_stated_day_before_our_own_row_starts_on_the_day_of_the_release(tiny: Path) -> None:
    """Ours is of 2025-06-01: a row of 2025-03-01 would change nothing."""
    found = recording(said("2025-03-01", input_mtok=0.12, output_mtok=0.6))
    [row] = proposed(tiny, found).rows["token_prices"]
    assert row.effective_from == READ
    assert row.note == "in force no later than this day; the source says from 2025-03-01"


def test_a_source_no_newer_than_our_row_only_disagrees(tiny: Path) -> None:
    found = recording(said(input_mtok=0.12, output_mtok=0.6))
    made = proposed(tiny, found, read=date(2025, 12, 31))
    assert kinds(made) == {"chat/input": "disagrees"}
    assert made.rows == {}
    assert not made.stopped


def test_new_meters_are_proposed_into_the_table_of_their_product(tiny: Path) -> None:
    found = recording(
        said(input_mtok=0.15, output_mtok=0.6, cache_read_mtok=0.05),
        batch=(said(input_mtok=0.075, output_mtok=0.3),),
    )
    made = proposed(tiny, found, "acme/chat/cached_input")
    assert kinds(made) == {
        "chat/batch_input": "new",
        "chat/batch_output": "new",
        "chat/cached_input": "new",
    }
    assert {row.key for row in made.rows["token_prices"]} == {item.key for item in made.differences}


def test_planned_and_earlier_changes_keep_their_days(tiny: Path) -> None:
    found = recording(
        said(input_mtok=0.3, output_mtok=0.6),
        said("2025-08-01", input_mtok=0.2, output_mtok=0.6),
        said("2025-10-01", input_mtok=0.15, output_mtok=0.6),
        said("2026-05-01", input_mtok=0.1, output_mtok=0.6),
    )
    made = proposed(tiny, found)
    assert [(item.kind, item.effective_from) for item in made.differences] == [
        ("planned", date(2026, 5, 1)),
        ("earlier", date(2025, 8, 1)),
    ]
    days = {row.effective_from: row.value for row in made.rows["token_prices"]}
    assert days == {date(2026, 5, 1): 0.1, date(2025, 8, 1): 0.2}


def test_a_model_the_release_lost_is_gone(tmp_path: Path) -> None:
    """One of two models: the other shows that the provider is still read."""
    extra = price("acme/talk/input", 1, "million_tokens", since="2025-06-01")
    folder = with_prices(tmp_path, {"token_prices": extra, "services": service("talk")})
    book = PriceBook.load(directory=folder)
    wanted = [*CHAT, Followed("acme/talk", "acme", "talk-1")]
    found = recording(said(input_mtok=0.15, output_mtok=0.6))
    source = tokens.catalogue(found, READ, token_rows(book), wanted)
    made = propose(source, book, Request(tmp_path, EDITION))
    assert [(item.kind, item.key) for item in made.differences] == [("gone", "acme/talk/input")]
    [row] = made.rows["token_prices"]
    assert (row.status, row.value, row.effective_from) == ("end", None, READ)
    assert not made.stopped


def test_what_we_retired_is_not_proposed_again(tmp_path: Path) -> None:
    ends = "".join(
        price(f"acme/chat/{meter}", None, "million_tokens", since="2025-11-01", status="end")
        for meter in ("input", "output")
    )
    made = proposed(
        with_prices(tmp_path, {"token_prices": ends}),
        recording(said(input_mtok=0.15, output_mtok=0.6), batch=(said(input_mtok=0.07),)),
    )
    assert set(kinds(made).values()) == {"retired"}
    assert made.rows == {}


def test_prices_are_compared_where_the_book_prices_the_product(tmp_path: Path) -> None:
    rows = price("acme/other/input", 1, "million_tokens", since="2025-06-01", region="us")
    folder = with_prices(tmp_path, {"token_prices": rows, "services": service("other")})
    book = PriceBook.load(directory=folder)
    wanted = [Followed("acme/other", "acme", "chat-1")]
    found = recording(said(input_mtok=2.0, output_mtok=3.0))
    source = tokens.catalogue(found, READ, token_rows(book), wanted)
    assert {quote.region for quote in source.quotes} == {"us"}


# stops -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (150.0, "unit slip? 1,000 times higher: 0.15 -> 150 USD per million_tokens"),
        (0.00015, "unit slip? 1,000 times lower"),
        (1.5, "jump: 10.0 times higher"),
        (0.015, "jump: 10.0 times lower"),
        (1.21, "jump: 8.1 times higher"),
        (0.0186, "jump: 8.1 times lower"),
        (1.19, ""),  # 7.93 times 0.15
        (0.0189, ""),  # 0.15 / 7.94
    ],
)
def test_slips_and_jumps_stop_it(tiny: Path, value: float, reason: str) -> None:
    made = proposed(tiny, recording(said(input_mtok=value, output_mtok=0.6)))
    assert made.stopped == bool(reason)
    if reason:
        [stop] = made.stops
        assert stop.subject == "acme/chat/input"
        assert reason in stop.reason


def test_a_jump_is_let_through_by_name_only(tiny: Path) -> None:
    found = recording(said(input_mtok=1.5, output_mtok=6.0))
    assert {stop.subject for stop in proposed(tiny, found).stops} == {
        "acme/chat/input",
        "acme/chat/output",
    }
    one = proposed(tiny, found, "acme/chat/input")
    assert [stop.subject for stop in one.stops] == ["acme/chat/output"]
    assert not proposed(tiny, found, "acme/chat/input", "acme/chat/output").stopped


def test_a_jump_let_through_says_so_in_its_row_and_the_tables_take_it(
    tiny: Path, tmp_path: Path
) -> None:
    found = recording(said("2026-02-01", input_mtok=1.5, output_mtok=0.5))
    made = proposed(tiny, found, "acme/chat/input")
    assert not made.stopped
    notes = {row.key: row.note for row in made.rows["token_prices"]}
    assert notes["acme/chat/input"].startswith("jump confirmed: accepted by name in a refresh")
    assert "confirmed" not in notes["acme/chat/output"]  # 0.6 to 0.5 is no jump
    proposals.write(made, tmp_path / "out", headers(tiny))
    grown = write_tables(tmp_path / "grown")
    for table in ("token_prices", "sources_managed"):
        written = tmp_path / "out" / f"genai-prices-9.{table}.csv"
        path = grown / f"{table}.csv"
        path.write_text(path.read_text() + written.read_text().partition("\n")[2])
    tariff = PriceBook.load(directory=grown).tariff("acme/chat/input")
    assert tariff is not None
    assert tariff.usd == 1.5
    prices = grown / "token_prices.csv"
    prices.write_text(prices.read_text().replace("jump confirmed", "a jump"))
    with pytest.raises(TableError, match=r"within 8 times of 0\.15, the price before it, or"):
        load_tables(grown)


def test_a_past_price_far_from_a_frozen_later_one_is_confirmed_in_its_own_row(
    tiny: Path,
) -> None:
    """2.00 from August, 0.15 again from October: our row of June stays, both jumps are the new."""
    found = recording(
        said(input_mtok=0.15, output_mtok=0.6),
        said("2025-08-01", input_mtok=2.0, output_mtok=0.6),
        said("2025-10-01", input_mtok=0.15, output_mtok=0.6),
    )
    assert {stop.subject for stop in proposed(tiny, found).stops} == {"acme/chat/input"}
    assert not proposed(tiny, found, "acme/chat/input").stopped


def test_a_disagreement_of_ten_times_stops_too(tiny: Path) -> None:
    found = recording(said(input_mtok=1.5, output_mtok=0.6))
    made = proposed(tiny, found, read=date(2025, 12, 31))
    assert kinds(made) == {"chat/input": "disagrees"}
    assert made.stopped


def test_a_first_price_far_outside_its_meter_stops_it(tmp_path: Path) -> None:
    rows = price("acme/chat/cached_input", 0.05, "million_tokens", since="2025-06-01")
    folder = with_prices(tmp_path, {"token_prices": rows})
    book = PriceBook.load(directory=folder)
    for value, odd in ((0.51, True), (0.0049, True), (0.49, False)):
        found = recording(said(input_mtok=0.15, output_mtok=0.6, cache_read_mtok=value))
        found["providers"]["acme"]["chat-2"] = found["providers"]["acme"]["chat-1"]
        wanted = [Followed("acme/talk", "acme", "chat-2")]
        source = tokens.catalogue(found, READ, token_rows(book), wanted)
        made = propose(source, book, Request(tmp_path, EDITION))
        subjects = {stop.subject for stop in made.stops}
        assert ("acme/talk/cached_input" in subjects) == odd, value


def test_a_vanished_provider_stops_it(tiny: Path) -> None:
    found = {"package": "genai-prices", "version": "9", "providers": {}}
    made = proposed(tiny, found)
    assert [(stop.subject, stop.reason) for stop in made.stops] == [
        ("acme", "1 of 1 products of acme vanished at once: acme/chat")
    ]
    assert not proposed(tiny, found, "acme").stopped


def test_more_than_half_of_a_large_family_stops_it(tiny: Path) -> None:
    book = PriceBook.load(directory=tiny)
    found = recording(said(input_mtok=0.15, output_mtok=0.6))
    wanted = [*CHAT, *(Followed(f"acme/x{n}", "acme", f"x{n}") for n in range(3))]
    source = tokens.catalogue(found, READ, token_rows(book), wanted)
    [stop] = propose(source, book, Request(tiny, EDITION)).stops
    assert stop.reason.startswith("3 of 4 products of acme vanished at once")
    few = tokens.catalogue(found, READ, token_rows(book), wanted[:3])
    assert not propose(few, book, Request(tiny, EDITION)).stopped


# rentals -----------------------------------------------------------------------------------------


def made_up() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDINGS / "gpuhunt-made-up.json").read_text())
    return found


def rental(folder: Path, found: dict[str, Any]) -> Proposal:
    book = PriceBook.load(directory=folder)
    wanted = [Followed("acme/one", "acme", "One"), Followed("acme/four", "acme", "Four")]
    source = rentals.catalogue(found, refresh.machines(book), wanted)
    return propose(source, book, Request(folder, EDITION))


def test_rentals_are_compared_by_machine_term_and_region(tiny: Path) -> None:
    made = rental(tiny, made_up())
    changed = {item.key: item.quote.value for item in made.differences if item.quote}
    assert changed == {
        "acme/four/on_demand": 4.8,
        "acme/one/on_demand": 1.2,
        "acme/one/spot": 0.6,  # median of three zones; 0 is no price
    }
    assert {item.kind for item in made.differences} == {"changed"}
    assert made.source.read_on == date(2026, 2, 10)  # the older of the two catalogues
    assert made.source.source.id == "gpuhunt-20260210"
    assert {row.confidence for row in made.rows["rental_prices"]} == {"B"}
    assert made.source.not_held == {"acme": ("Eight Cards",), "lambdalabs": ("gpu_1x_a10",)}
    assert not made.stopped


def test_several_prices_where_we_hold_one_are_left_out(tiny: Path) -> None:
    found = made_up()
    found["items"][1]["price"] = 1.3
    made = rental(tiny, found)
    assert "acme/one/on_demand: several prices in global, 1.2 to 1.3" in made.source.skipped
    assert "acme/one/on_demand" not in {item.key for item in made.differences}


def test_rows_that_would_break_a_rule_stop_it(tiny: Path) -> None:
    """Four cards at the price of one: the family is unequal, and under the floor of its card."""
    found = made_up()
    found["items"] = [item for item in found["items"] if item["instance_name"] != "One"]
    found["items"][0]["price"] = 0.9
    made = rental(tiny, found)
    assert made.stopped
    assert any("break a rule" in stop.reason and "floor" not in stop.subject for stop in made.stops)
    assert any("at least 0.25 per hour per T100" in stop.reason for stop in made.stops)


def test_a_vanished_accelerator_stops_it_and_a_missing_vendor_does_not(tiny: Path) -> None:
    found = made_up()
    found["items"] = [item for item in found["items"] if item["provider"] != "acme"]
    assert [stop.subject for stop in rental(tiny, found).stops] == ["acme T100"]
    del found["catalogues"]["acme"]  # its catalogue did not load: nothing is said of it
    made = rental(tiny, found)
    assert made.differences == ()
    assert not made.stopped


def test_undated_catalogues_are_refused() -> None:
    with pytest.raises(tokens.UnknownRecording, match="no day"):
        rentals.dated({"acme": "newest"})


# writing -----------------------------------------------------------------------------------------


def headers(folder: Path) -> dict[str, list[str]]:
    found = {}
    for path in folder.glob("*.csv"):
        with path.open(newline="") as lines:
            found[path.stem] = next(csv.reader(lines))
    return found


def test_accepted_rows_make_a_valid_second_edition(tiny: Path, tmp_path: Path) -> None:
    """The written rows pasted at the end of the tables load, and only the new edition moves."""
    later = said("2026-02-01", input_mtok=0.12, output_mtok=0.5)
    found = recording(said(input_mtok=0.15, output_mtok=0.6), later)
    made = proposed(tiny, found)
    written = proposals.write(made, tmp_path / "out", headers(tiny))
    assert sorted(path.name for path in written) == [
        "genai-prices-9.csv",
        "genai-prices-9.md",
        "genai-prices-9.sources_managed.csv",
        "genai-prices-9.token_prices.csv",
    ]
    grown = write_tables(tmp_path / "grown")
    for table in ("token_prices", "sources_managed"):
        first, *rows = (tmp_path / "out" / f"genai-prices-9.{table}.csv").read_text().splitlines()
        path = grown / f"{table}.csv"
        assert path.read_text().splitlines()[0] == first
        path.write_text(path.read_text() + "\n".join(rows) + "\n")
    load_tables(grown)
    new, old = PriceBook.load(directory=grown), PriceBook.load(date(2026, 1, 1), directory=grown)
    for book, usd in ((new, 0.12), (old, 0.15)):
        tariff = book.tariff("acme/chat/input")
        assert tariff is not None
        assert tariff.usd == usd


def test_the_page_and_the_table_say_what_a_person_needs(tiny: Path) -> None:
    made = proposed(tiny, recording(said(input_mtok=0.12, output_mtok=0.6)))
    text = proposals.page(made)
    assert "1 changed, 0 new, 0 gone" in text
    assert "| `acme/chat/input` | global | 0.15 | 0.12 | 0.800 | USD / million_tokens |" in text
    assert "list 2025-12-31" in text
    [row] = csv.DictReader(proposals.table(made).splitlines())
    assert row["ratio"] == "0.800"
    assert (row["old_source"], row["source"]) == ("list", "genai-prices-9")
    assert row["locator"] == "provider acme, model chat-1"


def test_a_stopped_refresh_writes_no_rows(tiny: Path, tmp_path: Path) -> None:
    made = proposed(tiny, recording(said(input_mtok=150.0, output_mtok=0.6)))
    written = proposals.write(made, tmp_path / "out", headers(tiny))
    assert sorted(path.suffix for path in written) == [".csv", ".md"]
    text = (tmp_path / "out" / "genai-prices-9.md").read_text()
    assert "**Stopped: no rows were written.**" in text
    assert "- `acme/chat/input`: unit slip?" in text
    [row] = csv.DictReader((tmp_path / "out" / "genai-prices-9.csv").read_text().splitlines())
    assert row["stops"].startswith("unit slip?")


# the command -------------------------------------------------------------------------------------


def fingerprint() -> str:
    total = hashlib.sha256()
    for path in sorted(TABLE_DIR.glob("*.csv")):
        total.update(path.read_bytes())
    return total.hexdigest()


def test_the_command_writes_a_proposal_and_touches_no_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = fingerprint()
    words = [
        "--source",
        "genai-prices",
        "--out",
        str(tmp_path),
        "--edition",
        "2026-12-01",
        "--record",
        str(tmp_path / "said.json"),
    ]
    assert refresh.main(words) == 0
    assert fingerprint() == before
    assert "genai-prices-0.2.3.md" in capsys.readouterr().out
    again = [
        "--recorded",
        str(tmp_path / "said.json"),
        "--out",
        str(tmp_path / "again"),
        "--edition",
        "2026-12-01",
    ]
    assert refresh.main(again) == 0
    for path in tmp_path.glob("genai-prices-0.2.3*"):
        assert (tmp_path / "again" / path.name).read_text() == path.read_text()


def test_the_command_stops_on_a_slip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads((RECORDINGS / "genai-prices-0.2.3.json").read_text())
    prices = found["providers"]["anthropic"]["claude-haiku-4-5"]["prices"]
    prices[-1]["values"]["input_mtok"] = 1000.0 * prices[-1]["values"]["input_mtok"]
    path = tmp_path / "said.json"
    path.write_text(json.dumps(found))
    words = ["--recorded", str(path), "--out", str(tmp_path / "out")]
    assert refresh.main(words) == refresh.STOPPED
    assert "STOPPED anthropic/claude-haiku-4.5/input: unit slip?" in capsys.readouterr().out
    assert refresh.main([*words, "--accept-jumps", "anthropic/claude-haiku-4.5/input"]) == 0


def test_a_missing_package_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "gpuhunt", None)
    words = ["--out", str(tmp_path), "--source", "gpuhunt"]
    assert refresh.main(words) == refresh.UNREADABLE
    assert "gpuhunt is not installed" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "genai_prices.data", None)
    with pytest.raises(SourceUnavailable, match="genai-prices is not installed"):
        refresh.genai_recording()
    assert refresh.main(["--out", str(tmp_path)]) == 0  # nothing was asked for by name


class GPUHuntError(Exception):
    """Stands for the package's own error."""


def stand_in(*, answers: bool) -> ModuleType:
    """A module that behaves as gpuhunt does, without a network."""
    item = SimpleNamespace(
        provider="aws",
        instance_name="g6.xlarge",
        location="us-east-1",
        price=0.8,
        spot=False,
        cpu=4,
    )

    class Catalog:
        def __init__(self) -> None:
            self.catalog: dict[str, Any] = {}

        def load(self) -> None:
            if not answers:
                raise GPUHuntError("Failed to load catalogs of all providers")
            found = SimpleNamespace(version="20260818-42", items=[item])
            self.catalog = {"aws": found, "elsewhere": found}

    module = ModuleType("gpuhunt")
    module.Catalog, module.GPUHuntError = Catalog, GPUHuntError  # type: ignore[attr-defined]
    return module


def test_gpuhunt_is_read_for_our_vendors_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpuhunt", stand_in(answers=True))
    monkeypatch.setattr(refresh, "version", lambda _: "0.1.34")
    assert refresh.gpuhunt_recording({"aws", "gcp"}) == {
        "package": "gpuhunt",
        "version": "0.1.34",
        "catalogues": {"aws": "20260818-42"},
        "items": [
            {
                "provider": "aws",
                "instance_name": "g6.xlarge",
                "location": "us-east-1",
                "price": 0.8,
                "spot": False,
            }
        ],
    }


def test_a_network_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpuhunt", stand_in(answers=False))
    monkeypatch.setattr(refresh, "version", lambda _: "0.1.34")
    with pytest.raises(SourceUnavailable, match="do not answer: Failed to load catalogs"):
        refresh.gpuhunt_recording({"aws"})


def test_followed_products_are_ours_and_named_once() -> None:
    book = PriceBook.load()
    services = {row.product for row in book.table("services", ServiceRow)}
    rented = {row.product for row in book.table("rented_instances", InstanceRow)}
    for wanted, products in ((tokens.followed(), services), (rentals.followed(), rented)):
        assert {item.product for item in wanted} <= products
        assert len({item.product for item in wanted}) == len(wanted) >= 100
        assert len({(item.provider, item.model) for item in wanted}) == len(wanted)


def test_a_retired_machine_is_not_missed(tmp_path: Path) -> None:
    ends = price("acme/four/on_demand", None, "hour", since="2025-11-01", status="end")
    folder = with_prices(tmp_path, {"rental_prices": ends})
    found = made_up()
    found["items"] = [item for item in found["items"] if item["instance_name"] != "Four"]
    made = rental(folder, found)
    assert made.source.products == {"acme/one"}
    assert not made.stopped
