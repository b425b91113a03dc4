"""What a load found out: percentiles, rates, and what else the machine was doing."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path


def percentile(values: Sequence[float], share: float) -> float:
    """The value that a share of them does not exceed; NaN of none."""
    if not values:
        return float("nan")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass
class Figures:
    """Answers to one kind of question."""

    name: str
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int | str] = field(default_factory=Counter)
    sizes: list[int] = field(default_factory=list)
    retry_after: list[int] = field(default_factory=list)

    def line(self, lasted_s: float) -> str:
        """One line for people."""
        p50, p95, p99 = (percentile(self.seconds, share) for share in (0.5, 0.95, 0.99))
        told = ", ".join(f"{n} x {status}" for status, n in sorted(self.statuses.items(), key=str))
        size = f", {max(self.sizes) / 1000:.0f} kB at most" if self.sizes else ""
        again = f", Retry-After up to {max(self.retry_after)} s" if self.retry_after else ""
        return (
            f"{self.name}: {len(self.seconds) / lasted_s:.1f}/s, p50 {p50:.2f} s, "
            f"p95 {p95:.2f} s, p99 {p99:.3f} s ({told}{size}{again})"
        )


def machine() -> str:
    """How busy the machine is with everything."""
    one, five, _ = os.getloadavg()
    return f"{os.cpu_count()} cores, load {one:.1f} (1 min), {five:.1f} (5 min)"


@dataclass(frozen=True)
class Spent:
    """What processes have used, which a busy machine does not falsify as it does seconds."""

    cpu_s: float
    resident_mb: tuple[float, ...]  # of each process


def spent(pids: Sequence[int]) -> Spent:
    """Processor time of processes so far, and the memory each holds now."""
    ticks, pages = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    cpu, held = 0.0, []
    for pid in pids:
        folder = Path("/proc") / str(pid)
        figures = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        cpu += (int(figures[11]) + int(figures[12])) / ticks
        held.append(int((folder / "statm").read_text(encoding="utf-8").split()[1]) * pages / 1e6)
    return Spent(cpu, tuple(held))


def used(before: Spent, after: Spent, answers: int) -> str:
    """Processor time for each answer, and memory at the end."""
    each = (after.cpu_s - before.cpu_s) / max(answers, 1)
    held = ", ".join(f"{mb:.0f} MB" for mb in after.resident_mb)
    return f"{each:.2f} s of a core for each answer; memory {held}"
