"""A set of tables that is read again is checked where it changed, and nowhere less."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pricing import rules
from pricing.faults import Fault, TableError
from pricing.loader import TABLE_DIR, load_tables, read_table
from pricing.rules.found import REMEMBERED, faults_of
from pricing.rules.reading import Rule, Tables
from pricing.schema import UnitRow
from pricing.table import Table
from pricing.tables import SPECS
from tests.pricing.mutations import KINDS, spoilt
from tests.pricing.test_mutations import sheets, tables, written


def table(name: str, *bases: str) -> Table:
    rows = tuple(
        UnitRow(unit=f"{base}_{turn}", base=base, factor=1) for turn, base in enumerate(bases)
    )
    return Table(name, rows, tuple(range(2, len(rows) + 2)))


def counting(asked: list[str], *, whole: bool = False) -> Rule:
    """A rule that looks at units alone, or at all tables, and notes that it was asked."""

    def rule(given: Tables) -> Iterator[Fault]:
        asked.append("asked")
        names = list(given) if whole else ["units"]
        for name in names:
            if name in given and "wrong" in given[name].distinct("base"):
                yield Fault(f"{name}.csv", 2, "base", "wrong", "right")

    return rule


def test_a_rule_is_asked_again_where_a_table_it_looked_at_has_changed() -> None:
    asked: list[str] = []
    rule = counting(asked)
    units, regions = table("units", "right"), table("regions", "right")
    assert list(faults_of(rule, {"units": units, "regions": regions})) == []
    # another table that the rule does not look at: what was found holds
    assert list(faults_of(rule, {"units": units, "regions": table("regions", "wrong")})) == []
    assert len(asked) == 1
    (fault,) = faults_of(rule, {"units": table("units", "wrong"), "regions": regions})
    assert (fault.file, fault.got, len(asked)) == ("units.csv", "wrong", 2)
    # and back: the first is still remembered
    assert list(faults_of(rule, {"units": units, "regions": regions})) == []
    assert len(asked) == 2


def test_a_table_read_anew_is_another_one_however_equal() -> None:
    asked: list[str] = []
    rule = counting(asked)
    faults_of(rule, {"units": table("units", "right")})
    faults_of(rule, {"units": table("units", "right")})
    assert len(asked) == 2


def test_a_table_more_or_less_is_another_set() -> None:
    asked: list[str] = []
    rule = counting(asked, whole=True)
    units = table("units", "right")
    assert list(faults_of(rule, {"units": units})) == []
    (fault,) = faults_of(rule, {"units": units, "regions": table("regions", "wrong")})
    assert (fault.file, len(asked)) == ("regions.csv", 2)
    asked.clear()
    # one that was looked for in vain comes
    missing = counting(asked)
    assert list(faults_of(missing, {"regions": units})) == []
    assert len(list(faults_of(missing, {"regions": units, "units": table("units", "wrong")}))) == 1


def test_no_more_sets_are_remembered_than_said() -> None:
    asked: list[str] = []
    rule = counting(asked)
    sets = [{"units": table("units", "right")} for _ in range(REMEMBERED + 1)]
    for given in sets:
        faults_of(rule, given)
    faults_of(rule, sets[-1])
    assert len(asked) == REMEMBERED + 1
    faults_of(rule, sets[0])
    assert len(asked) == REMEMBERED + 2


def test_a_file_that_holds_the_same_is_the_same_table(tmp_path: Path) -> None:
    path = Path(shutil.copy(TABLE_DIR / "units.csv", tmp_path))
    first, _ = read_table(path, UnitRow)
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "fathom,fathom,0,a fathom,\n", encoding="utf-8")
    spoiled, faults = read_table(path, UnitRow)
    assert (spoiled.rows, [fault.column for fault in faults]) == ((), ["factor"])
    faults.clear()  # a list of the caller's own
    assert len(read_table(path, UnitRow)[1]) == 1
    path.write_text(text, encoding="utf-8")
    again, none = read_table(path, UnitRow)
    assert again is first
    assert none == []


def test_a_table_of_another_name_is_another_one(tmp_path: Path) -> None:
    """Equal bytes under two names: faults name their own file."""
    for name in ("units", "regions"):
        (tmp_path / f"{name}.csv").write_text("unit,base,factor\nkm,metre,0\n", encoding="utf-8")
    files = [
        read_table(tmp_path / f"{name}.csv", UnitRow)[1][0].file for name in ("units", "regions")
    ]
    assert files == ["units.csv", "regions.csv"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_found_is_what_asking_every_rule_anew_finds(kind: str, tmp_path: Path) -> None:
    """Of a spoilt table beside the good ones, in the same order, fault by fault."""
    sheet = spoilt(sheets(), kind, 7)
    assert sheet is not None
    read, faults = read_table(written(sheet, tmp_path), SPECS[sheet.name].shape)
    if faults:
        return
    given = {**tables(), sheet.name: read}
    anew = [fault for rule in rules.RULES for fault in rule(given)]
    assert rules.check(given) == anew


def test_a_set_put_right_again_is_taken(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(TABLE_DIR, tmp_path / "tables"))
    path = folder / "fx.csv"
    good = path.read_bytes()
    before = load_tables(folder)
    path.write_bytes(good.splitlines(keepends=True)[0])
    with pytest.raises(TableError):
        load_tables(folder)
    path.write_bytes(good)
    after = load_tables(folder)
    assert all(after[name] is table for name, table in before.items())
