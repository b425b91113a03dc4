"""
Recalculate workbooks in LibreOffice: run by Debian's own Python, which has its bridge (uno).

`python3 office.py JOBS RESULTS`: JOBS is JSON, a list of files, each with the cells of `changes`
to set (one after the other, each taken back) and the cells to `read`. RESULTS gets, for each file,
every formula's value as the file held it and as it was recalculated, and what was read after each
change. This module imports nothing of the project and needs no package of its virtual environment.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException

STARTING_SECONDS = 120


def main(jobs_path, results_path):
    """Do every job in one LibreOffice."""
    jobs = json.loads(Path(jobs_path).read_text())
    with tempfile.TemporaryDirectory() as profile:
        pipe = Path(profile).name
        office = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--norestore",
                "--nologo",
                f"-env:UserInstallation=file://{profile}",
                f"--accept=pipe,name={pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        desktop = None
        try:
            desktop = connected(pipe, office)
            results = [job_done(desktop, job) for job in jobs]
        finally:
            if desktop is not None:
                with contextlib.suppress(Exception):  # it is gone, whatever it says of it
                    desktop.terminate()
            try:
                office.wait(timeout=60)
            except subprocess.TimeoutExpired:
                office.kill()
    Path(results_path).write_text(json.dumps(results))


def connected(pipe, office):
    """The desktop of a LibreOffice that is starting."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext(
        "com.sun.star.bridge.UnoUrlResolver", local
    )
    address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    until = time.monotonic() + STARTING_SECONDS
    while True:
        try:
            context = resolver.resolve(address)
            break
        except NoConnectException:
            if office.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.2)
    return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)


def job_done(desktop, job):
    """One file."""
    hidden = PropertyValue("Hidden", 0, True, 0)
    url = uno.systemPathToFileUrl(str(Path(job["file"]).resolve()))
    document = desktop.loadComponentFromURL(url, "_blank", 0, (hidden,))
    try:
        held = formulas(document)
        document.calculateAll()
        made = formulas(document)
        changes = [changed(document, change, job["read"]) for change in job["changes"]]
    finally:
        document.close(True)
    return {"file": job["file"], "held": held, "made": made, "changes": changes}


def formulas(document):
    """Value of every cell with a formula, by sheet and address."""
    found = {}
    for sheet in document.Sheets:
        cursor = sheet.createCursor()
        cursor.gotoEndOfUsedArea(False)
        last = cursor.RangeAddress
        area = sheet.getCellRangeByPosition(0, 0, last.EndColumn, last.EndRow)
        said, values = area.getFormulaArray(), area.getDataArray()
        for row, line in enumerate(said):
            for column, text in enumerate(line):
                if text.startswith("="):
                    cell = sheet.getCellByPosition(column, row)
                    wrong = cell.getError()
                    value = f"error {wrong}" if wrong else values[row][column]
                    found[f"{sheet.Name}!{letters(column)}{row + 1}"] = value
    return found


def letters(column):
    """`AB` for 27."""
    found = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        found = chr(65 + rest) + found
        column -= 1
    return found


def changed(document, change, read):
    """What is read with some cells set; they are set back."""
    cells = {address: at(document, address) for address in change}
    before = {address: cell.Value for address, cell in cells.items()}
    for address, value in change.items():
        cells[address].Value = value
    document.calculate()
    found = [at(document, address).Value for address in read]
    for address, value in before.items():
        cells[address].Value = value
    return found


def at(document, address):
    """A cell by `Sheet!D7`."""
    sheet, _, place = address.rpartition("!")
    return document.Sheets.getByName(sheet).getCellRangeByName(place)


if __name__ == "__main__":
    main(*sys.argv[1:])
