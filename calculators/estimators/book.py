"""What the estimators read: table rows, and coefficients looked up by name and scope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar, cast

from pricing.measurement_schema import FitRow
from pricing.schema import Row

R = TypeVar("R", bound=Row)


class Rows(Protocol):
    """Anything that gives the rows of a named table, such as the price book."""

    def rows(self, name: str) -> Sequence[Row]:
        """Rows of one table."""
        ...


def table(book: Rows, name: str, shape: type[R]) -> Sequence[R]:
    """Rows of one table, typed as ``shape``."""
    rows = book.rows(name)
    assert all(isinstance(row, shape) for row in rows[:1]), f"{name} holds other rows"
    return cast(Sequence[R], rows)


class Fits:
    """Coefficients of ``estimator_fits.csv`` by name and scope."""

    def __init__(self, rows: Sequence[FitRow]) -> None:
        self._rows = {(row.fit, row.scope): row for row in rows}

    def row(self, fit: str, *scopes: str) -> FitRow:
        """The row of the first scope that has one, else of the blank scope.

        Raises
        ------
        KeyError
            No row under any of the scopes.
        """
        for scope in (*scopes, ""):
            found = self._rows.get((fit, scope))
            if found is not None:
                return found
        raise KeyError(f"no coefficient {fit!r} for {', '.join(scopes) or 'everything'}")

    def value(self, fit: str, *scopes: str) -> float:
        """The value of :meth:`row`."""
        return self.row(fit, *scopes).value

    def effect(self, form: str, effect: str, label: str, group: int) -> float:
        """A learnt effect as the last fit left it; 0 for a label that no row carries."""
        row = self._rows.get((f"{form}.effect", f"{effect}|{label}|{group}"))
        return 0.0 if row is None else row.value

    def has_effect(self, form: str, effect: str, label: str) -> bool:
        """Whether rows of a form carried a label."""
        return (f"{form}.effect", f"{effect}|{label}|0") in self._rows

    def range(self, fit: str, *scopes: str) -> tuple[float, float]:
        """Low and high of :meth:`row`; its value twice where it has none."""
        row = self.row(fit, *scopes)
        low = row.value if row.low is None else row.low
        return low, row.value if row.high is None else row.high
