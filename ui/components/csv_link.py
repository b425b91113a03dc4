"""The way to a table as a file: a link to the route that makes it, never a file kept in memory.

A download held by one process breaks behind several; a link is the same for all of them, and can be
copied, put into a script or opened next year.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st

from report import links
from report.csv_tables import TABLES


def base_url() -> str:
    """How readers reach this server: PUBLIC_URL, else the address the page was opened under."""
    parts = urlsplit(st.context.url or "")
    return links.public_url(f"{parts.scheme}://{parts.netloc}" if parts.netloc else "")


def draw(label: str, table: str, query: str, asked: Mapping[str, str] | None = None) -> None:
    """Draw a link that downloads a table of what is on the screen.

    ``query`` is the scenario's; ``asked`` what the table takes besides.
    """
    st.html(html(label, address(table, query, asked or {})))


def address(table: str, query: str, asked: Mapping[str, str]) -> str:
    """Where the file is; a parameter the table does not take is a fault of ours."""
    found = TABLES[table]
    unknown = set(asked) - {item.name for item in found.takes}
    if unknown:
        raise KeyError(f"{table}.csv takes no {', '.join(sorted(unknown))}")
    own = urlencode({name: text for name, text in asked.items() if text}, quote_via=quote)
    return links.link(base_url(), f"{query}&{own}" if own else query, found.path)


def html(label: str, url: str) -> str:
    """A link that saves what it leads to instead of leaving the page."""
    return f'<a class="file" href="{escape(url)}" download>{escape(label)}</a>'
