"""The server: Streamlit's pages, with the report and the API on the same port."""

from __future__ import annotations

import os

import streamlit as st

from report import api, links

links.set_public_url(os.environ.get("PUBLIC_URL", ""))

app = st.App("ui/main.py", routes=api.ROUTES, exception_handlers={500: api.failed})
