"""The workbook of a query, as a file to download."""

from __future__ import annotations

from calculators.compare import compare
from report import links
from report.codec import decode, encode
from report.file_names import file_name
from report.pins import Was
from report.workbook.file import report_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_file(query: str, base: str) -> tuple[str, bytes]:
    """Its name and its bytes.

    Raises
    ------
    ScenarioError
        A query that cannot be read.
    """
    found = decode(query, strict=True)
    comparison = compare(found.scenario, found.book)
    best = comparison.cheapest
    was = None if best is None or best.total_usd is None else Was(best.id, best.total_usd)
    address = links.link(base, encode(found.scenario, found.book, was))
    return file_name(found.scenario, found.book, "xlsx"), report_xlsx(comparison, address)
