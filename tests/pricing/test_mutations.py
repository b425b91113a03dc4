"""Spoilt tables are refused whole, by a rule or because a released row is not as it was.

A set in which only a row of a note differs is harmless; every other change of a released row is
found by the digest of its edition, whatever no rule can know: two prices exchanged, a lost row.
"""

from __future__ import annotations

import csv
import gc
import io
import random
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from pricing import rules, vocabularies
from pricing.check import main as check
from pricing.edition import LEDGER, frozen, verify
from pricing.faults import TableError, faults_of
from pricing.loader import TABLE_DIR, load_tables, read_table
from pricing.schema import Row
from pricing.table import Table
from pricing.tables import SPECS
from tests.pricing.mutations import KINDS, Line, Sheet, spoilt

SAMPLE = 2
SOAK = 388  # of each kind: 26 x 388 = 10,088 sets
NEWEST = max(item.edition for item in frozen())


@cache
def sheets() -> tuple[tuple[str, list[str], list[Line]], ...]:
    found = []
    for name in SPECS:
        text = (TABLE_DIR / f"{name}.csv").read_text(encoding="utf-8")
        columns, *lines = list(csv.reader(io.StringIO(text, newline="")))
        found.append((name, columns, lines))
    return tuple(found)


@cache
def tables() -> Mapping[str, Table]:
    """As they are: read once, and passed over by the collector, as the program has it."""
    found = load_tables()
    gc.freeze()
    return found


def written(sheet: Sheet, into: Path) -> Path:
    path = into / f"{sheet.name}.csv"
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(sheet.columns)
        writer.writerows(sheet.lines)
    return path


def released(rows: Iterable[Row]) -> Counter[str]:
    """What the digest of the newest frozen edition is made of."""
    return Counter(
        repr(row.model_dump(mode="json", exclude_none=True, exclude_defaults=True))
        for row in rows
        if getattr(row, "edition", date.min) <= NEWEST
    )


def lines_of(name: str) -> list[Line]:
    return next(lines for known, _, lines in sheets() if known == name)


@cache
def texts_of(name: str) -> Counter[tuple[str, ...]]:
    return Counter(map(tuple, lines_of(name)))


def without(table: Table, lines: list[Line], texts: Counter[tuple[str, ...]]) -> Iterator[Row]:
    """Rows whose line is not among others, as often as it stands there."""
    left = Counter(texts)
    for line, row in zip(lines, table.rows, strict=True):
        if left[tuple(line)]:
            left[tuple(line)] -= 1
        else:
            yield row


def moves_the_digest(sheet: Sheet, table: Table) -> bool:
    """Whether released rows say something else; equal lines say the same, wherever they stand."""
    before = without(tables()[sheet.name], lines_of(sheet.name), Counter(map(tuple, sheet.lines)))
    return released(without(table, sheet.lines, texts_of(sheet.name))) != released(before)


def refusal(sheet: Sheet, into: Path) -> str:
    """Who refuses a spoilt table: its cells, a rule, a word, the digest; blank where nobody does.

    Rules see all tables; only the spoilt one is read again, and only its rows are compared with
    the released ones, as the digest over all tables would.
    """
    table, faults = read_table(written(sheet, into), SPECS[sheet.name].shape)
    if faults:
        return "cell"
    spoiled = {**tables(), sheet.name: table}
    if rules.check(spoiled):
        return "rule"
    if vocabularies.changed(spoiled):
        return "word"
    if SPECS[sheet.name].dated and moves_the_digest(sheet, table):
        return "digest"
    return ""


def cases(kind: str, most: int) -> Iterator[Sheet]:
    for seed in range(most):
        sheet = spoilt(sheets(), kind, seed)
        assert sheet is not None
        yield sheet


def is_harmless(sheet: Sheet) -> bool:
    """Sources and notes move no figure; a row of a later edition is a proposal yet."""
    columns, lines = sheet.columns, lines_of(sheet.name)
    if "edition" not in columns:
        return sheet.name.startswith("sources_") or means(sheet.lines) == means(lines)
    at = columns.index("edition")
    before, after = (
        Counter(
            said(sheet.name, columns, line)
            for line in some
            if line[at] and line[at] <= NEWEST.isoformat()
        )
        for some in (lines, sheet.lines)
    )
    return before == after


def said(name: str, columns: list[str], line: Line) -> tuple[str, ...]:
    """What a row says: a cell with its column's default says as much as a blank one."""
    shape = SPECS[name].shape.model_fields
    return tuple(
        ""
        if cell in (str(default), f"{default:g}" if isinstance(default, (int, float)) else "")
        else cell
        for cell, default in zip(line, (shape[column].default for column in columns), strict=True)
    )


def means(lines: list[Line]) -> list[Line]:
    """A unit with its base and factor, a region with its area: all cells but label and note.

    In their order: of the regions of an area the first is the one whose price is taken.
    """
    return [line[: max(len(line) - 2, 2)] for line in lines]


def spoil(kind: str, most: int, into: Path) -> list[str]:
    """Tables that were spoilt in a way that harms and that nobody refused."""
    return [
        sheet.name
        for sheet in cases(kind, most)
        if not refusal(sheet, into) and not is_harmless(sheet)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_spoilt_tables_are_refused(kind: str, tmp_path: Path) -> None:
    assert spoil(kind, SAMPLE, tmp_path) == []


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_spoilt_tables_are_refused(kind: str, tmp_path: Path) -> None:
    assert spoil(kind, SOAK, tmp_path) == []


def copied(into: Path) -> Path:
    return Path(shutil.copytree(TABLE_DIR, into / "tables"))


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_the_program_refuses_at_start_what_is_said_to_be_refused(kind: str, tmp_path: Path) -> None:
    """The same judgement by what runs at start, of a whole folder: files, rules, digests, words."""
    sheet = spoilt(sheets(), kind, SOAK)
    assert sheet is not None
    refused = refusal(sheet, tmp_path)
    folder = copied(tmp_path)
    written(sheet, folder)
    faults = faults_of(lambda: verify(folder))
    assert bool(faults) == bool(refused)


def test_what_no_rule_finds_the_digest_refuses_by_edition(tmp_path: Path) -> None:
    """Two prices of one day exchanged: all cells fine, all rules kept, every later link wrong."""
    folder = copied(tmp_path)
    path = folder / "rental_prices.csv"
    text = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([text[0], *text[2:]]) + "\n", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        verify(folder)
    (first, *_) = caught.value.faults
    assert (first.file, first.column) == (LEDGER.name, "digest")
    assert "was released on" in first.got
    assert "put the rows back" in first.got


@pytest.mark.parametrize(
    ("name", "word", "old", "new"),
    [
        ("units", "million_tokens", "million_tokens,token,1000000", "million_tokens,token,1e7"),
        ("regions", "eu-central-1", "eu-central-1,eu", "eu-central-1,us"),
    ],
)
def test_a_word_without_an_edition_keeps_its_meaning(
    name: str, word: str, old: str, new: str, tmp_path: Path
) -> None:
    """A million of ten million makes tokens ten times cheaper; a region decides what is lawful."""
    folder = copied(tmp_path)
    path = folder / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert f"\n{old}," in text
    path.write_text(text.replace(f"\n{old},", f"\n{new},"), encoding="utf-8")
    with pytest.raises(TableError) as caught:
        verify(folder)
    (fault,) = caught.value.faults
    assert (fault.file, fault.line > 1, fault.got) == (
        f"{name}.csv",
        True,
        f"{word} with another meaning",
    )


def test_regions_of_an_area_keep_their_order(tmp_path: Path) -> None:
    """The first of an area that has a price gives it: exchanged, every later link would move."""
    folder = copied(tmp_path)
    path = folder / "regions.csv"
    text = path.read_text(encoding="utf-8")
    swapped = text.replace("\nus-east-1,", "\nx,").replace("\nus-west-2,", "\nus-east-1,")
    path.write_text(swapped.replace("\nx,", "\nus-west-2,"), encoding="utf-8")
    with pytest.raises(TableError) as caught:
        verify(folder)
    (fault,) = caught.value.faults
    assert (fault.file, fault.column, fault.got) == ("regions.csv", "area", "us in another order")


def test_a_new_region_may_stand_anywhere_and_is_held_from_then_on(tmp_path: Path) -> None:
    held = Path(shutil.copy(vocabularies.HELD, tmp_path))
    folder = copied(tmp_path)
    path = folder / "regions.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("\nus-east-1,", "\natlantis,us,\nus-east-1,"), encoding="utf-8")
    more = load_tables(folder)
    assert vocabularies.changed(more, held) == []
    vocabularies.add(more, held)
    assert vocabularies.changed(more, held) == []
    path.write_text(text.replace("\neastus,", "\natlantis,us,\neastus,"), encoding="utf-8")
    (fault,) = vocabularies.changed(load_tables(folder), held)
    assert fault.got == "us in another order"


def test_tables_as_released_pass(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    verify()
    monkeypatch.setattr("sys.argv", ["check"])
    assert check() == 0
    assert "rows in" in capsys.readouterr().out


@pytest.mark.parametrize("seed", range(6))
def test_noise_in_a_file_is_refused_and_never_raises(seed: int, tmp_path: Path) -> None:
    """Half-written, torn or swapped files."""
    dice = random.Random(seed)
    folder = copied(tmp_path)
    files = sorted(folder.glob("*.csv"))
    path = dice.choice(files)
    data = path.read_bytes()
    at = dice.randrange(1, len(data) - 1)
    path.write_bytes(
        (
            data[:at],
            data[:at] + bytes(dice.randrange(256) for _ in range(20)) + data[at:],
            dice.choice([other for other in files if other != path]).read_bytes(),
        )[seed % 3]
    )
    with pytest.raises(TableError) as caught:
        verify(folder)
    assert all(fault.file and fault.allowed for fault in caught.value.faults)
