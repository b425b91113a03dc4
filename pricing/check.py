"""``python -m pricing.check``: print every fault of the tables, or say that there is none."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pricing.edition import refuse_unreleased, verify
from pricing.faults import TableError
from pricing.loader import TABLE_DIR, load_tables, read_table
from pricing.tables import SPECS


def main() -> int:
    """Check all tables, or the cells of one; exit status 1 when a fault was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dir", type=Path, default=TABLE_DIR)
    parser.add_argument("--table", choices=sorted(SPECS))
    parser.add_argument(
        "--released", action="store_true", help="refuse rows that no digest holds yet"
    )
    arguments = parser.parse_args()
    if arguments.table:
        path = arguments.dir / f"{arguments.table}.csv"
        table, faults = read_table(path, SPECS[arguments.table].shape)
        print(*faults, f"{len(table.rows)} rows, {len(faults)} faults", sep="\n")
        return int(bool(faults))
    try:
        tables = load_tables(arguments.dir)
        verify(arguments.dir)
        if arguments.released:
            refuse_unreleased(arguments.dir)
    except TableError as error:
        print(error, f"{len(error.faults)} faults", sep="\n")
        return 1
    print(f"{sum(len(table.rows) for table in tables.values())} rows in {len(tables)} tables")
    return 0


if __name__ == "__main__":
    sys.exit(main())
