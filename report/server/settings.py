"""What a deployment says of itself, read from the environment and refused by name at start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from report.server.limits import ANSWER_S

PUBLIC_URL = "PUBLIC_URL"
METRICS_PORT = "CROSSOVER_METRICS_PORT"
METRICS_ADDRESS = "CROSSOVER_METRICS_ADDRESS"
OWN_PRICES = "CROSSOVER_OWN_PRICES"
VISITORS = "CROSSOVER_MAX_VISITORS"
ANSWER = "CROSSOVER_ANSWER_S"
KNOWN = (METRICS_PORT, METRICS_ADDRESS, OWN_PRICES, VISITORS, ANSWER)
_OURS = "CROSSOVER_"
LOCAL = ("localhost", "127.0.0.1", "::1")
MOST_PORT = 65_535
USUAL_VISITORS = 150
_HOST = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|[0-9a-f:]*:[0-9a-f:.]*", re.ASCII)
"""A name, an address, or one of the newer kind; a name in other letters is written as xn--."""
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*", re.ASCII)
"""What no browser and no proxy writes in another way: a page is found by comparing."""
_UP = re.compile(r"/\.\.?(/|$)")
MOST_VISITORS = 100_000
LEAST_ANSWER_S, MOST_ANSWER_S = 1, 30
"""Half as much again, for a file, is still less than the minute a proxy waits."""


class SettingError(ValueError):
    """A setting the program does not start with: its name, its value and what is allowed."""

    def __init__(self, name: str, value: str, allowed: str) -> None:
        super().__init__(f"{name} is {value!r}; allowed: {allowed}")


@dataclass(frozen=True)
class Settings:
    """What the server has to know of where it stands."""

    public_url: str = ""  # without a last slash; blank: links are what the page was opened under
    metrics_port: int | None = None
    metrics_address: str = "127.0.0.1"
    own_prices: str = ""
    visitors: int = USUAL_VISITORS  # open pages of this process
    answer_s: float = ANSWER_S  # of a processor, for one answer

    @property
    def host(self) -> str:
        """The name readers reach the server by; blank where any is taken."""
        return urlsplit(self.public_url).hostname or ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Names a request may be for; none where any may."""
        return (self.host, *LOCAL) if self.host else ()

    @property
    def base_path(self) -> str:
        """Where on its host the program stands: ``/tools/crossover``, or blank."""
        return urlsplit(self.public_url).path

    @property
    def secure(self) -> bool:
        """Whether readers reach it by https."""
        return self.public_url.startswith("https:")


def read(environment: Mapping[str, str], base_path: str = "") -> Settings:
    """The settings in an environment; ``base_path`` is what Streamlit was told to stand under.

    Raises
    ------
    SettingError
        A setting that is not known, or whose value cannot be.
    """
    for name in environment:
        if name.startswith(_OURS) and name not in KNOWN:
            raise SettingError(name, environment[name], "no such setting; " + ", ".join(KNOWN))
    found = Settings(
        public_url=_address(environment.get(PUBLIC_URL, "")),
        metrics_port=_port(environment.get(METRICS_PORT, "")),
        metrics_address=environment.get(METRICS_ADDRESS, "") or Settings.metrics_address,
        own_prices=environment.get(OWN_PRICES, ""),
        visitors=_visitors(environment.get(VISITORS, "")),
        answer_s=_answer_s(environment.get(ANSWER, "")),
    )
    told = "/" + base_path.strip("/") if base_path.strip("/") else ""
    if told and told != found.base_path:
        words = f"the path of {PUBLIC_URL} ({found.base_path or 'which has none'}), or nothing"
        raise SettingError("server.baseUrlPath", base_path, words)
    return found


def _address(text: str) -> str:
    """A public address without a last slash."""
    url = text.strip().rstrip("/")
    if not url:
        return ""
    allowed = "https://name, with a port or a path where there is one, and nothing behind it"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise SettingError(PUBLIC_URL, text, allowed) from None
    plain = not (parts.query or parts.fragment or parts.username or parts.password)
    tidy = _PATH.fullmatch(parts.path) and not _UP.search(parts.path) and parts.netloc[-1:] != ":"
    named = parts.scheme in ("http", "https") and _HOST.fullmatch(parts.hostname or "")
    if not (plain and tidy and named):
        raise SettingError(PUBLIC_URL, text, allowed)
    return url


def _port(text: str) -> int | None:
    return _whole(METRICS_PORT, text, 1, MOST_PORT) if text.strip() else None


def _visitors(text: str) -> int:
    return _whole(VISITORS, text, 1, MOST_VISITORS) if text.strip() else USUAL_VISITORS


def _answer_s(text: str) -> float:
    return _whole(ANSWER, text, LEAST_ANSWER_S, MOST_ANSWER_S) if text.strip() else ANSWER_S


def _whole(name: str, text: str, low: int, high: int) -> int:
    value = int(text) if text.strip().isascii() and text.strip().isdecimal() else -1
    if not low <= value <= high:
        raise SettingError(name, text, f"a whole number from {low} to {high}")
    return value
