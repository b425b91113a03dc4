"""The server: Streamlit's pages, with the report and the API on the same port."""

from __future__ import annotations

import os
import threading

import streamlit as st

from report import api, links

links.set_public_url(os.environ.get("PUBLIC_URL", ""))

app = st.App("ui/main.py", routes=api.ROUTES, exception_handlers={500: api.failed})

# The estimators learn from their measurements when first asked: not while the first visitor waits.
threading.Thread(target=api.warm, name="warm-up", daemon=True).start()
