"""What answers at an address that is no page, no route and no file: a page that says so, and 404.

Streamlit would answer each of them with its own page of HTML and 200, which a program that asked
for ``/report.xls`` takes for the report.
"""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response

STATUS = 404
_FILES = ("/favicon.png", "/manifest.json", "/index.html")
"""What lies beside Streamlit's page; all else of it lies below the folders."""
_FOLDERS = ("/static/", "/media/", "/component/", "/_stcore/")
_HTML = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>No such page - Crossover</title>
<style>
:root {{ color-scheme: light dark; font: 1.1rem/1.6 system-ui, sans-serif; }}
main {{ max-width: 38rem; margin: 4rem auto; padding: 0 1.5rem; }}
a {{ color: inherit; }}
</style>
</head>
<body>
<main>
<h1>There is no page at this address</h1>
<p>The pages of Crossover:</p>
<ul>
{pages}
</ul>
<p>A report is at <code>/report.pdf</code>, a workbook at <code>/report.xlsx</code>, each with the
query of a page's address. What there is for programs is told by
<a href="{base}/api/v1/openapi.json">/api/v1/openapi.json</a>.</p>
</main>
</body>
</html>
"""


def is_absent(path: str, pages: Collection[str]) -> bool:
    """Whether nothing answers a path of no route; ``pages`` are the paths of the pages.

    A last slash is taken off by Streamlit itself.
    """
    there = path in _FILES or path.startswith(_FOLDERS)
    return not there and (path.rstrip("/") or "/") not in pages


def absent(headers: Headers, pages: Collection[str], base: str) -> Response:
    """The answer: a page for a reader, JSON for a program; ``base`` is where the pages stand."""
    if "text/html" not in headers.get("accept", ""):
        known = [base + path for path in sorted(pages)]
        return JSONResponse({"error": "not found", "known": known}, STATUS)
    links = "\n".join(
        f'<li><a href="{base}{path}">{_name(path)}</a></li>' for path in sorted(pages)
    )
    return HTMLResponse(_HTML.format(pages=links, base=base), STATUS)


def _name(path: str) -> str:
    return path.strip("/").capitalize() or "Compare"
