"""``make licences``: the licence of every package that the dashboard needs, as it says itself."""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==(\S+)", re.MULTILINE)
REQUIREMENTS = Path(__file__).parents[1] / "requirements.txt"
UNKNOWN = "(not said)"
LONGEST = 60
"""Some put the whole text where its name belongs; their classifiers tell the name."""


def licence(package: str) -> str:
    """What a package says of its licence."""
    said = metadata(package)
    for name in ("License-Expression", "License"):
        if (text := (said[name] or "").strip()) and len(text) <= LONGEST:
            return text
    kinds = [text for text in said.get_all("Classifier") or () if text.startswith("License ::")]
    named = "; ".join(text.rpartition(":: ")[2] for text in kinds)
    return named or (said["License"] or UNKNOWN).strip().splitlines()[0][:LONGEST]


def main() -> int:
    """Print the list; exit status 1 where a package says nothing."""
    unknown = 0
    for package, version in PINNED.findall(REQUIREMENTS.read_text(encoding="utf-8")):
        try:
            found = licence(package)
        except PackageNotFoundError:
            found = UNKNOWN
        unknown += found == UNKNOWN
        print(f"{package:28} {version:14} {found}")
    return int(unknown > 0)


if __name__ == "__main__":
    sys.exit(main())
