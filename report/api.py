"""Routes beside the pages: health, comparison as JSON, report as PDF.

All take the query the page's address holds. What cannot be read is refused with 422, naming
field, value and what is allowed. Work is done by few workers behind a queue with an end
(:mod:`report.server.pool`), so the pages stay quick; health does not queue for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from calculators.compare import compare
from calculators.idle import idle
from calculators.presets import default_scenario
from calculators.results import Comparison
from calculators.rules.terms import signers
from calculators.scenario import MEASURED, BadField
from pricing.book import PriceBook
from report import health, links, methods, openapi
from report.advice import advice_body
from report.asked_report import asked_report
from report.break_even import break_even_body
from report.codec import Decoded, encode, unread
from report.comparison import compare_body, is_short
from report.constraints import constraints_body
from report.csv_file import chunks
from report.csv_tables import TABLES, Table
from report.devices import devices_body
from report.file_names import file_name
from report.history import history_body
from report.map import map_body
from report.payback import payback_body
from report.pdf import report_pdf
from report.pins import Was
from report.resolve import plain_scenario
from report.retraining import retraining_body
from report.routing import Answer, reads, under, with_nothing_else
from report.self_check import self_check_body
from report.server.asking import answer
from report.server.bodies import Body
from report.server.pauses import COLLECTOR
from report.server.text import text_of
from report.side_by_side import side_by_side_body
from report.smaller import ask_less
from report.strips import strips_body
from report.sweep import sweep_body
from report.tradeoffs import tradeoffs_body
from report.uncertainty import uncertainty_body
from report.values import write
from report.workbook.download import XLSX, workbook_file

JSON = "application/json"
PDF = "application/pdf"
CSV = "text/csv"


def warm() -> None:
    """Load the book and let the estimators learn, so that the first answer comes at once.

    Tables and estimators stay for the life of the server: from then on the collector passes over
    them, which every look through all objects would walk again, a third of a comparison's time.
    """
    book = PriceBook.load()
    compare(default_scenario(book), book)
    COLLECTOR.begin()
    health.ready(book)


def _never(_: str) -> bool:
    return False


def answers(
    work: Callable[[str], tuple[dict[str, Any], Decoded]],
    is_quick: Callable[[str], bool] = _never,
) -> Answer:
    """A route whose JSON ``work`` makes of a query.

    ``is_quick`` tells the queries that are worked on beside heavy ones, at most a few hundred
    milliseconds each; all others share the workers that heavy work may have.
    """

    def body(query: str) -> Body:
        made, found = work(query)
        if said := warnings(found):
            made["warnings"] = list(said)
        return Body(text_of(made), JSON)

    async def route(request: Request) -> Response:
        query = request.url.query
        kind = (work.__qualname__, _tables())
        return await answer(
            request,
            kind,
            lambda: body(query),
            heavy=not is_quick(query),
            ask_less=_less(request),
        )

    return route


def downloads(
    work: Callable[[str, str], tuple[str, bytes]], media_type: str, shown: str = "attachment"
) -> Answer:
    """A route whose file ``work`` makes of a query and of where its links lead: name, content.

    ``shown`` is ``inline`` for what a browser opens itself.
    """

    def body(query: str, base: str) -> Body:
        name, content = work(query, base)
        return Body(content, media_type, {"Content-Disposition": f'{shown}; filename="{name}"'})

    async def route(request: Request) -> Response:
        query, base = request.url.query, links.public_url(str(request.base_url))
        kind = (work.__qualname__, _tables(), base)
        return await answer(
            request,
            kind,
            lambda: body(query, base),
            heavy=True,
            ask_less=_less(request),
            is_file=True,
        )

    return route


def table_csv(table: Table) -> Answer:
    """``/api/v1/<table>.csv?<scenario>``: the rows of a table as a file."""

    def body(query: str) -> Body:
        rows, found = table.rows(query)
        content = "".join(chunks(table.columns, rows)).encode()
        name = file_name(found.scenario, found.book, "csv", table.name)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        if said := warnings(found):
            headers["X-Warning"] = " ".join(said)
        return Body(content, CSV, headers)

    async def route(request: Request) -> Response:
        query = request.url.query
        return await answer(
            request,
            (table.path, _tables()),
            lambda: body(query),
            heavy=True,
            ask_less=_less(request),
            is_file=True,
        )

    return route


async def openapi_json(request: Request) -> Response:
    """``/api/v1/openapi.json``: every route, in the words of OpenAPI."""
    return await answer(
        request,
        (links.OPENAPI, _tables()),
        lambda: Body(openapi.as_json(), JSON),
        heavy=False,
        ask_less=_less(request),
    )


def _less(request: Request) -> Callable[[], list[BadField]]:
    """What a question that takes too long is told to ask less of."""
    return lambda: ask_less(request.url.path, request.url.query)


def _tables() -> str:
    """What the answers rest on besides their query."""
    return PriceBook.load().key.tables


async def failed(_: Request, __: Exception) -> Response:
    """What a visitor sees of a fault of ours; the log has the rest."""
    return JSONResponse({"error": "internal error"}, status_code=500)


def report_file(query: str, base: str) -> tuple[str, bytes]:
    """Name and content of the PDF that a query asks for; ``base`` is where its links lead."""
    asked, found = asked_report(query)
    comparison = compare(found.scenario, found.book)
    address = links.link(base, encode(found.scenario, found.book, headline(comparison)))
    name = file_name(comparison.scenario, comparison.book, "pdf")
    return name, report_pdf(comparison, address, warnings(found), asked)


def warnings(found: Decoded) -> tuple[str, ...]:
    """What a reader of the result has to know about the link it came from."""
    return (*methods.told(found.method, found.was), *_moves_nothing(found))


def _moves_nothing(found: Decoded) -> Iterator[str]:
    """Inputs that were taken and that nothing reads; in letters that a header of HTTP takes too."""
    every = {"": found.scenario, **{f"{side}.": one for side, one in found.others.items()}}
    able = signers(found.book)
    for before, one in every.items():
        for vendor in one.agreements_signed:
            if vendor in able:
                continue
            yield (
                f"{before}agreements_signed={vendor} moves nothing: its price is for letting it "
                "train on what is sent."
            )
        for name, takes in idle(one, plain_scenario(one.preset, found.book)).items():
            text = write(getattr(one, name))
            yield f"{before}{name}={text} moves nothing: {takes}."
    for item in unread(found.scenario, found.others):
        figures = MEASURED.get(item.field.rpartition(".")[2], MEASURED["measured_on"])
        lacks = " nor ".join(figures)
        yield f"{item.field}={item.value} moves nothing: neither {lacks} is given."


def headline(comparison: Comparison) -> Was | None:
    """What a link made now remembers of the answer."""
    best = comparison.cheapest
    if best is None or best.total_usd is None:
        return None
    return Was(best.id, best.total_usd)


_WATCHED = (reads("/healthz", health.healthz), reads("/readyz", health.readyz))
_READS = (
    *_WATCHED,
    reads(links.COMPARE_API, answers(compare_body, is_short)),
    reads(links.SWEEP_API, answers(sweep_body)),
    reads(links.BREAK_EVEN_API, answers(break_even_body)),
    reads(links.STRIPS_API, answers(strips_body)),
    reads(links.PAYBACK_API, answers(payback_body)),
    reads(links.MAP_API, answers(map_body)),
    reads(links.HISTORY_API, answers(history_body)),
    reads(links.UNCERTAINTY_API, answers(uncertainty_body)),
    reads(links.TRADEOFFS_API, answers(tradeoffs_body)),
    reads(links.DEVICES_API, answers(devices_body)),
    reads(links.RETRAINING_API, answers(retraining_body)),
    reads(links.ADVICE_API, answers(advice_body)),
    reads(links.CONSTRAINTS_API, answers(constraints_body)),
    reads(links.SELF_CHECK_API, answers(self_check_body)),
    reads(links.SIDE_BY_SIDE_API, answers(side_by_side_body)),
    *(reads(table.path, table_csv(table)) for table in TABLES.values()),
    reads(links.OPENAPI, openapi_json),
    reads(links.REPORT, downloads(report_file, PDF, "inline")),
    reads(links.WORKBOOK, downloads(workbook_file, XLSX)),
)
_NOTHING = ("/api", "/api/{rest:path}")

ROUTES = with_nothing_else(_READS, _NOTHING)


def routes(base: str = "") -> tuple[Route, ...]:
    """All of them below ``base``, the path the program stands under.

    Whatever watches the process asks it directly and knows no such path.
    """
    found = with_nothing_else(under(base, _READS), [base + path for path in _NOTHING])
    return (*_WATCHED, *found) if base else found
