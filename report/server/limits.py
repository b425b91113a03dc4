"""How much is worked on, waited for and kept, said once."""

from __future__ import annotations

from dataclasses import dataclass

ANSWER_S = 10.0
"""Of a processor, for one answer, unless the deployment says otherwise (docs/operate.md, why)."""
FILES = 1.5
"""A file may take so many times as long."""


@dataclass(frozen=True)
class Limits:
    """Bounds of one process; a second core is used by a second process (docs/operate.md)."""

    workers: int = 2
    heavy_workers: int = 1
    """Of the workers, so many may hold heavy work: a report or a map never takes the last one."""
    waiting: int = 64
    """Quick answers that wait; more are refused."""
    heavy_waiting: int = 16
    share: float = 0.5
    """Of those who wait, so much may be of one client."""
    wait_s: float = 45.0
    """Who has waited so long is refused before the proxy's minute is over."""
    work_s: float = ANSWER_S
    """Work that has taken so much processor time is given up at its next evaluation. Not seconds
    of a clock: on a machine busy with other things the same question would be refused."""
    file_s: float = ANSWER_S * FILES
    """The same of files: a report may hold every section at once, and a table that a page shows
    is to be had as a file too."""
    kept_bytes: int = 64_000_000
    """Finished bodies, by what they take."""
    kept_body_bytes: int = 2_000_000
    """A body larger than this is not kept."""


@dataclass(frozen=True)
class PageLimits:
    """Bounds of the pages of one process, whose work runs on a thread of each visitor."""

    computing: int = 2
    """Pages that compute their answer at the same time; the others wait, nobody is refused."""
    looking: int = 2
    """The same of pages that look for more than their answer: strips, a map."""
    patience_s: float = 5.0
    """So long such work gives way to the answers of others, all in all."""
    long_s: float = 2.0
    """A page that has been on its way to its sentence for so long has the next one beside it."""
    comparisons: int = 16
    """Comparisons kept for pages to draw again, 10 to 40 MB each."""
    resident_bytes: int = 1_000_000_000
    """Where the process holds more than this, all but the ``fewest`` newest are dropped."""
    fewest: int = 4


LIMITS = Limits()
PAGES = PageLimits()

MAX_TARGET_BYTES = 32_768
"""Path and query of a request, percent-encoded; the codec reads 16,000 characters of it."""
MAX_BODY_BYTES = 65_536
"""Nothing here reads a body; a small one that a client sends all the same is passed over."""
