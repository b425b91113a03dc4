"""Two replicas behind the shipped nginx configuration, started on free ports of this machine."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONFIGURATION = ROOT / "deploy" / "nginx.conf"
START_S = 180.0
STOP_S = 10.0


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def configuration(
    listen: int, replicas: Sequence[int], folder: Path, watched: Sequence[int] = ()
) -> str:
    """The shipped configuration with this machine's ports and folders in it, else unchanged.

    ``watched``: where the replicas answer who watches them; on their own ports unless given.
    """
    text = CONFIGURATION.read_text(encoding="utf-8")
    both = zip(replicas, watched or replicas, strict=True)
    for number, (port, own) in enumerate(both, start=1):
        text = text.replace(f"replica{number}:8501", f"127.0.0.1:{port}")
        text = text.replace(f"replica{number}:9100", f"127.0.0.1:{own}")
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{listen};")
    text = text.replace("/dev/stdout", str(folder / "access.log"))
    text = text.replace("/dev/stderr", str(folder / "error.log"))
    return re.sub(r"/tmp/nginx", str(folder / "nginx"), text)


@contextmanager
def nginx(listen: int, replicas: Sequence[int], watched: Sequence[int] = ()) -> Iterator[Path]:
    """nginx in front of replicas; its folder with ``access.log`` and ``error.log``."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if _open(listen):
        raise RuntimeError(f"port {listen} is taken: another nginx would be measured")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "nginx.conf"
        path.write_text(configuration(listen, replicas, folder, watched), encoding="utf-8")
        command = [program, "-c", str(path), "-g", "daemon off;"]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            _until(partial(_open, listen), process)
            yield folder
        finally:
            _stop(process)


@dataclass
class Replica:
    """One process of the program."""

    port: int
    watched: int  # where it answers who watches it
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it at once, as a lost machine does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(STOP_S)


@contextmanager
def replicas(count: int, environment: dict[str, str] | None = None) -> Iterator[list[Replica]]:
    """The program, so many times, each warm."""
    started: list[Replica] = []
    with tempfile.TemporaryFile() as log:
        try:
            for _ in range(count):
                one = _start(free_port(), free_port(), environment or {}, log.fileno())
                started.append(one)
            for one in started:
                _until(partial(_ready, one.port), one.process)
            yield started
        finally:
            for one in started:
                _stop(one.process)


def _start(port: int, watched: int, environment: dict[str, str], log: int) -> Replica:
    flags = {
        "server.address": "127.0.0.1",
        "server.port": str(port),
        "server.headless": "true",
        "server.fileWatcherType": "none",
    }
    words = [word for name, value in flags.items() for word in (f"--{name}", value)]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", *words]
    own = {"OMP_NUM_THREADS": "1", "CROSSOVER_METRICS_PORT": str(watched)}
    given = {**os.environ, **own, **environment}
    process = subprocess.Popen(command, cwd=ROOT, env=given, stdout=log, stderr=log)
    return Replica(port, watched, process)


def _until(ready: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_S
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"{process.args!r} did not start")
        time.sleep(0.2)


def _open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_S)


def in_front_of(listen: int, started: Sequence[Replica]) -> AbstractContextManager[Path]:
    """nginx in front of replicas of the program."""
    return nginx(listen, [one.port for one in started], [one.watched for one in started])


def main() -> None:
    """Serve until interrupted, and leave nothing running."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--replicas", type=int, default=2, choices=(2,))
    given = parser.parse_args()
    with replicas(given.replicas) as started, in_front_of(given.port, started):
        pids = ", ".join(str(one.process.pid) for one in started)
        print(f"http://127.0.0.1:{given.port}/ (replicas: {pids})", flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
