"""What leaves the page: the link, the PDF and the figures as JSON."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from report import links
from ui.components.candidates import ANCHOR
from ui.markdown import plain


def base_url() -> str:
    """How readers reach this server: PUBLIC_URL, else the address the page was opened under."""
    parts = urlsplit(st.context.url or "")
    return links.public_url(f"{parts.scheme}://{parts.netloc}" if parts.netloc else "")


def draw(query: str, headline: str, plain_query: str = "") -> None:
    """Draw the ways out side by side, and the way to the sums behind ``headline``.

    ``plain_query`` is the same without the visitor's own figures, where there are any: what one
    pays is not everybody's to know, so that link is offered first.
    """
    base = base_url()
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="share"):
        with st.popover("Share", icon=":material/link:"):
            if plain_query:
                st.markdown("**Without your own figures**, at list prices and our assumptions:")
                st.code(links.link(base, plain_query), language=None, wrap_lines=True)
                st.markdown("**With them**: whoever has this link reads your prices.")
            else:
                st.markdown(
                    "This link holds the app, your changes, the edition, price date and method:"
                )
            st.code(links.link(base, query), language=None, wrap_lines=True)
            bars = (
                "The address bar holds the link with them."
                if plain_query
                else ("Copy it here or from the address bar: both bring back these figures.")
            )
            st.caption(bars)
        st.link_button(
            "PDF", links.link(base, query, links.REPORT), icon=":material/picture_as_pdf:"
        )
        st.link_button(
            "JSON", links.link(base, query, links.COMPARE_API), icon=":material/data_object:"
        )
        if headline:
            st.markdown(f"[How {plain(headline)} comes about](#{ANCHOR})", width="content")
