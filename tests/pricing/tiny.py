"""The tiny valid tables of ``tests/bad_tables/good``, alone or with some files replaced."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from pricing.tables import SPECS

BAD = Path(__file__).parent.parent / "bad_tables"
GOOD = BAD / "good"

PRICE_HEADER = (
    "key,value,unit,currency,region,tier_from,tier_to,effective_from,status,"
    "edition,as_of,confidence,source,locator,note\n"
)


def write_tables(into: Path, case: Path | None = None) -> Path:
    """Every table of the schema in ``into``: the good ones, those of ``case``, else empty."""
    into.mkdir(parents=True, exist_ok=True)
    for name, spec in SPECS.items():
        if not (GOOD / f"{name}.csv").exists():
            (into / f"{name}.csv").write_text(",".join(spec.shape.model_fields) + "\n")
    for folder in (GOOD, case):
        for path in sorted(folder.glob("*.csv")) if folder else ():
            if path.is_dir():  # a folder named like a table
                (into / path.name).unlink(missing_ok=True)
                shutil.copytree(path, into / path.name)
            else:
                shutil.copyfile(path, into / path.name)
    return into


def with_prices(into: Path, extra: Mapping[str, str]) -> Path:
    """The good tables with more rows at the end of some."""
    write_tables(into)
    for name, rows in extra.items():
        path = into / f"{name}.csv"
        path.write_text(path.read_text() + rows)
    return into


def price(
    key: str,
    value: float | None,
    unit: str,
    *,
    since: str,
    region: str = "global",
    currency: str = "USD",
    tiers: tuple[float, float | None] = (0, None),
    status: str = "price",
    edition: str = "2026-01-01",
    as_of: str = "2025-12-31",
) -> str:
    """One line of a price table."""
    low, high = tiers
    cells = [
        key,
        "" if value is None else f"{value:g}",
        unit,
        currency,
        region,
        f"{low:g}",
        "" if high is None else f"{high:g}",
        since,
        status,
        edition,
        as_of,
        "A",
        "list",
        "",
        "",
    ]
    return ",".join(cells) + "\n"
