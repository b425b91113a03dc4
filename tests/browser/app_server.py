"""Start the real app on a free port, as a reader would, and stop it again."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]
START_TIMEOUT_S = 180.0
STOP_TIMEOUT_S = 10.0
POLL_S = 0.1


class AppDidNotStartError(RuntimeError):
    """The server ended or stayed silent; the message holds the end of its log."""


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_healthy(base_url: str) -> bool:
    """Tell whether the app answers `/healthz` itself, not with the page Streamlit falls back to."""
    try:
        with urllib.request.urlopen(f"{base_url}/healthz", timeout=2) as answer:
            return answer.status == 200 and "html" not in answer.headers.get_content_type()
    except (urllib.error.URLError, OSError):
        return False


def _command(port: int) -> list[str]:
    options = {
        "server.address": "127.0.0.1",
        "server.port": str(port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
    }
    flags = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [sys.executable, "-m", "streamlit", "run", "app.py", *flags]


def _wait_until_healthy(process: subprocess.Popen[bytes], base_url: str, log: IO[bytes]) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not is_healthy(base_url):
        ended = process.poll() is not None
        if ended or time.monotonic() > deadline:
            log.seek(0)
            words = log.read().decode(errors="replace")[-4000:]
            reason = "ended" if ended else f"gave no /healthz in {START_TIMEOUT_S:.0f} s"
            raise AppDidNotStartError(f"streamlit run app.py {reason}:\n{words}")
        time.sleep(POLL_S)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_TIMEOUT_S)


@contextmanager
def running_app(public_url: str = "", port: int = 0) -> Iterator[str]:
    """
    Run `streamlit run app.py` on a free port.

    Parameters
    ----------
    public_url : str
        Value of PUBLIC_URL for the app; empty leaves it unset.
    port : int
        The port, where it must be a certain one.

    Yields
    ------
    str
        Base URL without a trailing slash, answering on `/healthz`.

    Raises
    ------
    AppDidNotStartError
        If the server ends or does not answer within three minutes.
    """
    port = port or free_port()
    base_url = f"http://127.0.0.1:{port}"
    environment = {k: v for k, v in os.environ.items() if k != "PUBLIC_URL"}
    environment["CROSSOVER_ANSWER_S"] = "30"  # a slow machine must not decide
    if public_url:
        environment["PUBLIC_URL"] = public_url
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            _command(port), cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait_until_healthy(process, base_url, log)
            yield base_url
        finally:
            _stop(process)
