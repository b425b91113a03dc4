"""Streamlit's side of a deployment: what it is told at start, and what its page of HTML needs."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import streamlit
from streamlit import config

from report.server.settings import Settings

_VIEWS = Path(__file__).parent / "views"
_ROOT = "compare"
PAGE_SCRIPT = (Path(__file__).parent / "one_step.js").read_bytes()
"""What a page runs before Streamlit's own scripts."""
_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


def base_path() -> str:
    """Where Streamlit was told to stand, by its configuration."""
    return str(config.get_option("server.baseUrlPath") or "")


def page_paths() -> tuple[str, ...]:
    """Paths of the pages: each is called after its file, Compare stands at the root."""
    names = (path.stem.replace("_", "-") for path in _VIEWS.glob("[!_]*.py"))
    return tuple(sorted("/" if name == _ROOT else f"/{name}" for name in names))


def configure(settings: Settings) -> None:
    """Tell Streamlit by which name, and below which path, it is reached."""
    if not settings.host:
        return
    config.set_option("server.baseUrlPath", settings.base_path.strip("/"))
    config.set_option("server.allowedHosts", list(settings.hosts))
    config.set_option("browser.serverAddress", settings.host)


def script_hashes() -> tuple[str, ...]:
    """SHA-256, in base 64, of the scripts that stand in the page of HTML itself, ours too."""
    page = Path(streamlit.__file__).parent / "static" / "index.html"
    found = [*_INLINE.findall(page.read_bytes()), PAGE_SCRIPT]
    return tuple(base64.b64encode(hashlib.sha256(one).digest()).decode() for one in found)
