"""One line of JSON for each request and each event, to standard output.

A query is never in it: it holds what somebody pays. Neither is an address, nor the text of an
error, which may quote a figure: what failed is told by the type and by where it happened.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from pathlib import Path

ROOT = Path(__file__).parents[2]
MAX_PATH_CHARS = 100
_lock = threading.Lock()


def event(name: str, **said: object) -> None:
    """Write one line; a log that cannot be written holds up nobody."""
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1000):03}Z"
    line = json.dumps({"time": stamp, "event": name, **said}, ensure_ascii=True)
    try:
        with _lock:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    except (OSError, ValueError):  # a full disk, a closed pipe
        return


def where(error: BaseException) -> list[str]:
    """The frames an error came through, the innermost last, as file:line in function."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{_name(frame.filename)}:{frame.lineno} in {frame.name}" for frame in frames]


def _name(path: str) -> str:
    """A file's name inside the program, or the last parts of another one's."""
    try:
        return str(Path(path).relative_to(ROOT))
    except ValueError:
        return "/".join(Path(path).parts[-2:])


def shown(path: str) -> str:
    """A path as logs show it: printable, and cut when long."""
    text = "".join(char if char.isprintable() else "?" for char in path)
    return text if len(text) <= MAX_PATH_CHARS else text[: MAX_PATH_CHARS - 3] + "..."
