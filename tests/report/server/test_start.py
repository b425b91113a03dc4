"""What the program reads before it serves: whole, or refused with every fault named."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pricing import edition, vocabularies
from pricing.book import PriceBook
from pricing.faults import Fault, TableError, faults_of
from report import defaults, methods, published_errors, self_check
from report.server import start

ROOT = Path(__file__).parents[3]
PARTS = ("app.py", "calculators", "pricing", "report", "ui")
START_S = 300


def with_methods(path: Path, patch: pytest.MonkeyPatch) -> object:
    patch.setattr(methods, "TABLE", path)
    return methods.changed.__wrapped__()


def with_cases(path: Path, patch: pytest.MonkeyPatch) -> object:
    patch.setattr(self_check, "TABLE", path)
    return self_check.cases.__wrapped__()


BESIDE: Mapping[Path, Callable[[Path, pytest.MonkeyPatch], object]] = {
    edition.LEDGER: lambda path, _: edition.verify(ledger=path),
    vocabularies.HELD: lambda path, _: vocabularies.released(path),
    defaults.TABLE: lambda path, _: defaults.verify(path),
    methods.TABLE: with_methods,
    self_check.TABLE: with_cases,
    published_errors.FOLDER / "left_out.csv": lambda path, _: published_errors.left_out(
        path.parent
    ),
    published_errors.FOLDER / "summary.csv": lambda path, _: published_errors.summaries(
        path.parent
    ),
}
"""What stands beside the tables of the editions, and how it is read."""


def empty(path: Path) -> None:
    path.write_bytes(b"")


def header_only(path: Path) -> None:
    path.write_text(path.read_text().splitlines()[0] + "\n")


def in_utf_16(path: Path) -> None:
    path.write_bytes(path.read_text().encode("utf-16"))


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def half_written(path: Path) -> None:
    """Up to the middle of a line, before its last cell."""
    lines = path.read_text().splitlines()
    half = lines[: len(lines) // 2]
    path.write_text("\n".join([*half, lines[len(half)].split(",")[0]]))


SPOIL: Mapping[str, Callable[[Path], None]] = {
    "missing": Path.unlink,
    "empty": empty,
    "header only": header_only,
    "UTF-16": in_utf_16,
    "a folder": a_folder,
    "half-written": half_written,
}


@pytest.mark.parametrize("kind", SPOIL)
@pytest.mark.parametrize("file", BESIDE, ids=lambda path: path.name)
def test_a_file_beside_the_tables_is_refused_as_they_are(
    file: Path, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in ("good", "bad"):
        (tmp_path / folder).mkdir()
        for one in (edition.LEDGER, vocabularies.HELD, file):  # the ledger has its words beside it
            shutil.copy(one, tmp_path / folder / one.name)
    BESIDE[file](tmp_path / "good" / file.name, monkeypatch)
    SPOIL[kind](tmp_path / "bad" / file.name)
    with pytest.raises(TableError) as caught:
        BESIDE[file](tmp_path / "bad" / file.name, monkeypatch)
    assert {fault.file for fault in caught.value.faults} == {file.name}


def test_defaults_cut_after_a_line_are_not_those_of_released_links(tmp_path: Path) -> None:
    """Nothing is wrong with a line; yet half of the schemas are gone, and one is not whole."""
    copy = tmp_path / "defaults.csv"
    lines = defaults.TABLE.read_text().splitlines()
    copy.write_text("\n".join(lines[: len(lines) // 2]) + "\n")
    held = {int(line.split(",")[0]) for line in lines[1 : len(lines) // 2]}
    with pytest.raises(TableError) as caught:
        defaults.verify(copy)
    named = [int(fault.got.split()[0]) for fault in caught.value.faults]
    assert named == list(range(max(held), max(defaults.frozen()) + 1))


def test_faults_of_every_file_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> Callable[[], object]:
        def read() -> object:
            raise TableError([Fault(name, 1, "file", "(missing)", "a table")])

        return read

    monkeypatch.setattr(PriceBook, "load", broken("fx.csv"))
    monkeypatch.setattr(start, "verify", broken("fx.csv"))  # the same fault, told once
    monkeypatch.setattr(methods, "changed", broken("methods.csv"))
    with pytest.raises(TableError) as caught:
        start.check_tables()
    assert [fault.file for fault in caught.value.faults] == ["fx.csv", "methods.csv"]
    assert faults_of(lambda: None) == []


@pytest.mark.parametrize(
    "spoiled",
    [
        {"pricing/tables/units.csv": "missing", "report/methods.csv": "UTF-16"},
        {"pricing/tables/units.csv": "header only", "report/accuracy/summary.csv": "a folder"},
    ],
    ids=str,
)
def test_the_program_ends_with_what_is_wrong_and_without_a_traceback(
    spoiled: Mapping[str, str], tmp_path: Path
) -> None:
    """Units are asked for when modules are imported, before anything is checked."""
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, tmp_path / part)
    for file, kind in spoiled.items():
        SPOIL[kind](tmp_path / file)
    done = subprocess.run(
        [sys.executable, "-B", "app.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=START_S,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Crossover does not start: " in done.stderr
    for file in spoiled:
        assert f"{Path(file).name}:1 " in done.stderr
