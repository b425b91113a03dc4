"""Exports read by other programs: `make check-exports`."""
