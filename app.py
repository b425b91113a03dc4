"""The server: Streamlit's pages, with the report and the API on the same port."""

from __future__ import annotations

import os
import sys
import threading

import streamlit as st
from starlette.middleware import Middleware

from pricing.faults import TableError
from report import api, house, links
from report.server import asking, start
from report.server.guard import Guard, content_policy
from report.server.memory import bounded_arenas
from report.server.page_script import WithScript
from report.server.pauses import short_turns
from report.server.settings import SettingError, read
from ui import hosting

bounded_arenas()
short_turns()
try:
    settings = read(os.environ, hosting.base_path())
    start.check_tables()
    house.set_own_prices(settings.own_prices)
    watch = start.watch(settings, asking.POOL, asking.KEPT)
    asking.POOL.allow(settings.answer_s)
except (SettingError, TableError, OSError) as error:
    sys.exit(f"Crossover does not start: {error}")

links.set_public_url(settings.public_url)
hosting.configure(settings)

app = st.App(
    "ui/main.py",
    routes=api.routes(settings.base_path),
    exception_handlers={500: api.failed},
    middleware=[
        Middleware(
            Guard,
            settings=settings,
            metrics=watch.metrics,
            visitors=watch.visitors,
            routes=[route.path for route in api.ROUTES],
            pages=hosting.page_paths(),
            policy=content_policy(hosting.script_hashes()),
            loop=watch.loop,
        ),
        Middleware(
            WithScript,
            script=hosting.PAGE_SCRIPT,
            pages=[settings.base_path.rstrip("/") + path for path in hosting.page_paths()],
        ),
    ],
)

# The estimators learn from their measurements when first asked: not while the first visitor waits.
threading.Thread(target=api.warm, name="warm-up", daemon=True).start()
