"""Frozen editions: their digests hold, and freezing refuses what would change a link's numbers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pricing import check as checking
from pricing import edition as editions
from pricing import vocabularies
from pricing.book import digest
from pricing.edition import (
    COLUMNS,
    LEDGER,
    EditionError,
    beside,
    changed,
    freeze,
    frozen,
    measure,
    refuse_unreleased,
)
from pricing.faults import Fault, TableError
from pricing.loader import load_tables
from tests.pricing.tiny import BAD, price, with_prices, write_tables

FIRST, SECOND = date(2026, 1, 1), date(2026, 2, 1)
OUTPUT = price("acme/chat/output", 0.6, "million_tokens", since="2025-06-01")
DAY, LATER = date(2026, 1, 2), date(2026, 2, 2)


def test_every_released_edition_is_as_it_was_released() -> None:
    """The immutability of the price book: a link pinned to an edition finds the same rows."""
    assert changed() == []


def test_the_ledger_is_in_order_and_names_each_edition_once() -> None:
    assert LEDGER.read_text().splitlines()[0] == ",".join(COLUMNS)
    names = [item.edition for item in frozen()]
    assert names == sorted(set(names))
    assert all(len(item.digest) == 64 and item.rows > 0 for item in frozen())


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "editions.csv"
    path.write_text(",".join(COLUMNS) + "\n")
    return path


def second(folder: Path) -> Path:
    """Tables with a correction in a second edition."""
    rows = price(
        "acme/chat/input",
        0.16,
        "million_tokens",
        since="2025-06-01",
        edition="2026-02-01",
        as_of="2026-01-20",
    )
    return with_prices(folder, {"token_prices": rows})


def test_freezing_writes_edition_digest_day_and_rows(tmp_path: Path, ledger: Path) -> None:
    folder = write_tables(tmp_path / "one")
    made = freeze(FIRST, DAY, directory=folder, ledger=ledger)
    assert (made.edition, made.released_on, made.digest) == (FIRST, DAY, digest(FIRST, folder))
    assert frozen(ledger) == [made]
    cells = [path.read_text().splitlines() for path in folder.glob("*.csv")]
    dated = sum(len(lines) - 1 for lines in cells if "edition" in lines[0].split(","))
    assert made.rows == dated > 30
    assert changed(folder, ledger) == []


def test_freezing_holds_the_words_that_have_no_edition(tmp_path: Path, ledger: Path) -> None:
    folder = write_tables(tmp_path / "tables")
    freeze(FIRST, DAY, directory=folder, ledger=ledger)
    words = beside(ledger)
    held = vocabularies.held(words)
    assert held.keys() >= {("units", "million_tokens"), ("units", "hour")}
    units = folder / "units.csv"
    text = units.read_text() + "fortnight,second,1209600,fortnight,\n"
    units.write_text(text.replace("hour,second,3600", "hour,second,3601"))
    (fault,) = vocabularies.changed(load_tables(folder), words)
    assert (fault.file, fault.column, fault.got) == (
        "units.csv",
        "unit",
        "hour with another meaning",
    )
    vocabularies.add(load_tables(folder), words)
    added = vocabularies.held(words)
    assert added.keys() - held.keys() == {("units", "fortnight")}
    assert {word: added[word] for word in held} == held
    units.write_text(text.replace("fortnight,second,1209600,fortnight,\n", ""))
    gone = vocabularies.changed(load_tables(folder), words)
    assert [fault.got for fault in gone] == ["no fortnight"]


def test_freezing_twice_changes_nothing(tmp_path: Path, ledger: Path) -> None:
    folder = write_tables(tmp_path / "one")
    first = freeze(FIRST, DAY, directory=folder, ledger=ledger)
    before = ledger.read_text()
    assert freeze(FIRST, LATER, directory=folder, ledger=ledger) == first
    assert ledger.read_text() == before


def test_a_second_edition_leaves_the_first_alone(tmp_path: Path, ledger: Path) -> None:
    first = freeze(FIRST, DAY, directory=write_tables(tmp_path / "one"), ledger=ledger)
    grown = second(tmp_path / "two")
    made = freeze(SECOND, LATER, directory=grown, ledger=ledger)
    assert frozen(ledger) == [first, made]
    assert made.rows == first.rows + 1
    assert made.digest != first.digest
    assert changed(grown, ledger) == []


def edited(folder: Path, old: str, new: str) -> Path:
    path = folder / "token_prices.csv"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    return folder


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("chat/input,0.15", "chat/input,0.1500001"),  # a price
        ("2025-12-31,A,list", "2025-12-31,B,list"),  # how sure we are
        ("2025-06-01", "2025-06-02"),  # from when
        (OUTPUT, ""),  # a row
    ],
)
def test_a_changed_frozen_row_is_found_and_refused(
    tmp_path: Path, ledger: Path, old: str, new: str
) -> None:
    freeze(FIRST, DAY, directory=write_tables(tmp_path / "one"), ledger=ledger)
    before = ledger.read_text()
    touched = edited(write_tables(tmp_path / "two"), old, new)
    [words] = changed(touched, ledger)
    assert words.startswith("edition 2026-01-01 was released on 2026-01-02 with ")
    with pytest.raises(EditionError, match="make the change in a later edition"):
        freeze(FIRST, LATER, directory=touched, ledger=ledger)
    assert ledger.read_text() == before
    freeze(FIRST, LATER, allow_rerelease=True, directory=touched, ledger=ledger)
    assert changed(touched, ledger) == []
    assert [item.released_on for item in frozen(ledger)] == [LATER]


def test_a_row_smuggled_into_a_frozen_edition_is_found(tmp_path: Path, ledger: Path) -> None:
    freeze(FIRST, DAY, directory=write_tables(tmp_path / "one"), ledger=ledger)
    late = price("acme/chat/cached_input", 0.05, "million_tokens", since="2025-06-01")
    grown = with_prices(tmp_path / "two", {"token_prices": late})
    assert len(changed(grown, ledger)) == 1


def test_a_later_edition_may_not_hide_a_changed_one(tmp_path: Path, ledger: Path) -> None:
    first = freeze(FIRST, DAY, directory=write_tables(tmp_path / "one"), ledger=ledger)
    touched = edited(second(tmp_path / "two"), "chat/output,0.6", "chat/output,0.7")
    with pytest.raises(EditionError, match="this would change frozen editions: 2026-01-01"):
        freeze(SECOND, LATER, directory=touched, ledger=ledger)
    assert frozen(ledger) == [first]


def test_rows_that_no_digest_holds_are_told_by_table(tmp_path: Path, ledger: Path) -> None:
    """A spoilt row of an edition that is not released is found by nothing but a rule."""
    folder = second(tmp_path / "two")
    with pytest.raises(TableError) as caught:
        refuse_unreleased(folder, ledger)
    assert {fault.file for fault in caught.value.faults} > {"token_prices.csv"}
    freeze(FIRST, DAY, directory=folder, ledger=ledger)
    with pytest.raises(TableError) as caught:
        refuse_unreleased(folder, ledger)
    (fault,) = caught.value.faults
    assert (fault.file, fault.column, fault.got) == ("token_prices.csv", "edition", str(SECOND))
    freeze(SECOND, LATER, directory=folder, ledger=ledger)
    refuse_unreleased(folder, ledger)


def test_what_is_shipped_is_held_by_digests(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The image is built with this check."""

    def refuse(_: Path) -> None:
        raise TableError([Fault("fx.csv", 2, "edition", "2062-01-01", "a released edition")])

    monkeypatch.setattr("sys.argv", ["check", "--released"])
    assert checking.main() == 0
    monkeypatch.setattr(checking, "refuse_unreleased", refuse)
    assert checking.main() == 1
    assert "fx.csv:2 edition" in capsys.readouterr().out


def test_an_edition_without_rows_is_refused(tmp_path: Path, ledger: Path) -> None:
    folder = write_tables(tmp_path / "one")
    with pytest.raises(EditionError, match=r"no price row of edition 2026-03-01; .* 2026-01-01"):
        freeze(date(2026, 3, 1), LATER, directory=folder, ledger=ledger)


def test_faulty_tables_are_not_frozen(tmp_path: Path, ledger: Path) -> None:
    folder = write_tables(tmp_path / "one", BAD / "tier_gap")
    with pytest.raises(TableError, match="tier_from"):
        measure(FIRST, DAY, folder)
    assert editions.main(["2026-01-01", "--dir", str(folder), "--ledger", str(ledger)]) == 1
    assert frozen(ledger) == []


def test_the_command_freezes_and_says_so(
    tmp_path: Path, ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_tables(tmp_path / "one")
    words = ["2026-01-01", "--dir", str(folder), "--ledger", str(ledger)]
    assert editions.main(words) == 0
    [made] = frozen(ledger)
    assert made.digest in capsys.readouterr().out
    missing = ["2027-01-01", *words[1:]]
    assert editions.main(missing) == 1
    assert "the tables hold 2026-01-01" in capsys.readouterr().err
