"""The log holds up nobody, and the time of day is asked for there alone."""

from __future__ import annotations

import errno
import io
import json
import re
import sys
from pathlib import Path

import pytest

from report.server import log

ROOT = Path(__file__).parents[3]
TIME_OF_DAY = re.compile(r"\btime\.time\(|\bdate(time)?\.(now|utcnow|today)\(|\btime_ns\b")
SERVED = ("app.py", "calculators", "report", "ui")


class Full(io.StringIO):
    """A disk without room."""

    def write(self, _: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_loses_lines_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", Full())
        log.event("request", path="/lost")
    log.event("request", path="/kept")
    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["path"] == "/kept"


def test_a_clock_that_jumps_moves_no_answer_and_no_limit() -> None:
    """Limits and queues count seconds since the start; prices know their own days."""
    found = {
        str(path.relative_to(ROOT))
        for part in SERVED
        for path in [ROOT / part, *(ROOT / part).rglob("*.py")]
        if path.is_file() and TIME_OF_DAY.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"report/server/log.py"}
