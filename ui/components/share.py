"""What leaves the page: the link, the PDF and the figures as JSON."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from report import links


def base_url() -> str:
    """How readers reach this server: PUBLIC_URL, else the address the page was opened under."""
    parts = urlsplit(st.context.url or "")
    return links.public_url(f"{parts.scheme}://{parts.netloc}" if parts.netloc else "")


def draw(query: str) -> None:
    """Draw the three ways out, side by side."""
    base = base_url()
    with st.container(horizontal=True, gap="small", key="share"):
        with st.popover("Share", icon=":material/link:"):
            st.markdown("This link holds every input, the edition and the price date:")
            st.code(links.link(base, query), language=None, wrap_lines=True)
            st.caption("Copy it here or from the address bar: both are complete.")
        st.link_button(
            "PDF", links.link(base, query, links.REPORT), icon=":material/picture_as_pdf:"
        )
        st.link_button(
            "JSON", links.link(base, query, links.COMPARE_API), icon=":material/data_object:"
        )
