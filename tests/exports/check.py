"""
Check the workbook in LibreOffice for every preset: `python -m tests.exports.check [PRESET ...]`.

Every formula recalculated equals the value the file held; every total equals the app's JSON to a
cent; and every live figure at its two other values, changed in the workbook and recalculated,
equals what the app says of the same candidate to 0.01 %, or the cell says why not.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from calculators.presets import presets
from pricing.book import PriceBook
from report.payload import payload
from tests.exports.ensure_office import SYSTEM_PYTHON, missing
from tests.exports.workbooks import Made, app_says, made, same

OFFICE = Path(__file__).with_name("office.py")
ROUNDING = 1e-7
"""What recalculation may differ by from the value a formula held, beside a share of it."""


def main(names: list[str]) -> int:
    """Check presets, all where none is named; return the exit code."""
    if lacking := missing():
        print(lacking, file=sys.stderr)
        return 1
    book = PriceBook.load()
    books = [made(name, {"title": f"Check of {name}"}, book) for name in names or presets(book)]
    faults = [
        fault
        for one, got in zip(books, recalculated(books), strict=True)
        for fault in faults_of(one, got, book)
    ]
    for fault in faults:
        print(fault)
    print(f"{len(books)} workbooks, {len(faults)} faults")
    return 1 if faults else 0


def recalculated(books: list[Made]) -> list[dict[str, Any]]:
    """What LibreOffice makes of workbooks."""
    with tempfile.TemporaryDirectory() as folder:
        jobs = []
        for one in books:
            path = Path(folder) / f"{one.name}.xlsx"
            path.write_bytes(one.file)
            changes = [cells for _, cells in one.changes()]
            jobs.append({"file": str(path), "changes": changes, "read": one.read})
        asked, got = Path(folder) / "jobs.json", Path(folder) / "results.json"
        asked.write_text(json.dumps(jobs))
        subprocess.run([SYSTEM_PYTHON, str(OFFICE), str(asked), str(got)], check=True)
        found: list[dict[str, Any]] = json.loads(got.read_text())
        return found


def faults_of(one: Made, got: dict[str, Any], book: PriceBook) -> list[str]:
    """What is wrong with one workbook."""
    return [*_formulas(one, got), *_totals(one, got), *_moves(one, got, book)]


def _formulas(one: Made, got: dict[str, Any]) -> list[str]:
    """Formulas that give another value than the file held."""
    found = []
    for address, value in got["made"].items():
        held = got["held"][address]
        if isinstance(value, float) and isinstance(held, float):
            fine = abs(value - held) <= ROUNDING * (1 + abs(held))
        else:
            fine = value == held
        if not fine:
            found.append(f"{one.name}: {address} held {held!r}, recalculated {value!r}")
    print(f"{one.name}: {len(got['made'])} formulas recalculated")
    return found


def _totals(one: Made, got: dict[str, Any]) -> list[str]:
    """Totals that are not the JSON's to a cent."""
    body = payload(one.comparison)
    says = {option["id"]: option for option in body["options"]}
    found = []
    for sheet, address in zip(one.model.sheets, one.read[::2], strict=True):
        option = says[sheet.option.id]
        app = option["company_usd"] if option["total_usd"] is None else option["total_usd"]
        found += [
            f"{one.name}: {sheet.place} {how} {got[how][address]}, app {app}"
            for how in ("held", "made")
            if round(got[how][address], 2) != round(app, 2)
        ]
    if got["made"].get(_check_cell(got)) != 0:
        found.append(f"{one.name}: the check row is {got['made'].get(_check_cell(got))}")
    return found


def _check_cell(got: dict[str, Any]) -> str:
    """The sum of all differences on the sheet of checks."""
    cells = [address for address in got["made"] if address.startswith("Check!D")]
    return max(cells, key=lambda address: int(address.removeprefix("Check!D")), default="")


def _moves(one: Made, got: dict[str, Any], book: PriceBook) -> list[str]:
    """Live figures at other values whose result is not the app's, and no cell says why."""
    found, equal, explained = [], 0, 0
    options = [sheet.option for sheet in one.model.sheets]
    for turn, ((move, _), values) in enumerate(zip(one.changes(), got["changes"], strict=True)):
        says = app_says(one.comparison.scenario, book, move.name, move.value, options)
        for place, (sheet, app) in enumerate(zip(one.model.sheets, says, strict=True)):
            known = sheet.moves[turn]
            pairs = list(zip(values[2 * place : 2 * place + 2], app, strict=True))
            fine = all(same(*pair) for pair in pairs)
            equal += fine
            explained += not fine and bool(known.why)
            if not fine and not known.why:
                what = f"{move.name}={move.value:g}"
                found.append(f"{one.name}: {sheet.place} at {what}: workbook, app {pairs}")
    print(f"{one.name}: {equal} changes as the app says, {explained} with the reason in the cell")
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
