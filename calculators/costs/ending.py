"""Services whose vendor has said when it ends them.

An end inside the horizon costs a migration in that month; from then on the named successor's price
holds, or the last one where none is named or priced. An end so soon that an app built now would
hardly have shipped is a refusal; its amount is still shown, at the model's own price throughout.
Whoever uses the service today has shipped: for them alone an early end is a migration too.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from calculators import remedies
from calculators.accounts.charges import Assuming, Ledger, here
from calculators.arrays import Array, BoolArray, any_true
from calculators.case import Case
from calculators.checks import Check, Gap
from calculators.costs import labour
from calculators.market.forms.priority import sold
from calculators.market.market import months_until
from calculators.market.services import AHEAD, Services
from calculators.places import AnswersAt
from calculators.results import Finding
from pricing.kept import cached_property
from pricing.records import record

SOON_DAYS = 90
HOURS = "migration_hours_managed_api"
ENDS = "the vendor ends it; another model, or only what answers with it today until then"


@record
class Ending:
    """C services, those that end, and what follows them."""

    case: Case
    services: Services
    place: AnswersAt

    @classmethod
    def of(cls, case: Case, services: Services, place: AnswersAt) -> Ending:
        """The ends of some services that answer at a place, made once for each."""
        return case.shared_of(f"ends {place}", services, lambda: cls(case, services, place))

    @cached_property
    def _left(self) -> tuple[Array, Array]:
        """Days and whole months to the end (C, 1) each, infinite where none is said."""
        start = self.case.book.price_date
        ends = [row.retires_on for row in self.services.rows]
        days = [np.inf if day is None else float((day - start).days) for day in ends]
        months = [np.inf if day is None else float(months_until(day, start)) for day in ends]
        return np.array(days)[:, None], np.array(months)[:, None]

    @cached_property
    def _soon(self) -> BoolArray:
        """Ends that come before an app built now could ship (C, 1); what is used today has."""
        _, _, used = self.case.scenario.today.partition(f">{self.place}:")
        unused = np.array([name != used for name in self.services.ids], dtype=bool)
        return np.asarray((self._left[0] < SOON_DAYS) & unused[:, None])

    @cached_property
    def inside(self) -> Array:
        """1 where the end lies inside the horizon, else 0 (C, N)."""
        _, months = self._left
        return np.asarray(months < self.case["horizon_months"], dtype=np.float64)

    @cached_property
    def follows(self) -> Mapping[int, int]:
        """Service that ends -> its successor's row among :attr:`successors`."""
        if self.successors is None:
            return {}
        at = {name: row for row, name in enumerate(self.successors.ids)}
        named = enumerate(row.successor for row in self.services.rows)
        return {index: at[name] for index, name in named if name in at}

    @cached_property
    def successors(self) -> Services | None:
        """What follows the services that end inside the horizon; None where nothing priced does."""
        _, months = self._left
        longest = float(np.max(self.case["horizon_months"]))
        names = {
            row.successor
            for row, left in zip(self.services.rows, months[:, 0], strict=True)
            if row.successor and left < longest
        }
        every = self.case.market.services(self.case.scenario.task)
        kept = np.array([name in names for name in every.ids], dtype=bool)
        kept &= ~every.incomplete(self.case.points.wait)
        return (
            self.case.market.some_services(self.case.scenario.task, kept)
            if any_true(kept)
            else None
        )

    @cached_property
    def before(self) -> Array | None:
        """1 in months before a service is replaced (C, S); None where none ever is."""
        if not self.follows:
            return None
        months = self._left[1]
        named = np.array([index in self.follows for index in range(self.services.size)])
        until = np.where(named[:, None] & ~self._soon, np.maximum(months, 0.0), np.inf)
        return np.asarray(self.case.demand.calendar.first <= until, dtype=np.float64)

    def of_successor(self, gap: Gap) -> Gap:
        """What lacks at the successors' prices, of the services they follow."""
        lacks = np.zeros((self.services.size, gap.where.shape[1]), dtype=bool)
        for candidate, row in self.follows.items():
            lacks[candidate] = gap.where[row]
        applies = (self.inside > 0) & ~self._soon
        return Gap(lacks & applies, lambda index, point: gap.text(self.follows[index], point))

    def move(self, ledger: Ledger) -> None:
        """The work of moving to another model, once in the month of the end."""
        case, months = self.case, np.maximum(self._left[1], 0.0)
        moves = self.inside * ~self._soon
        if not any_true(moves):
            return
        for month in np.unique(months[np.isfinite(months)]):
            those = (months == month) * moves
            if any_true(those):
                ledger.once(
                    "Work to move to another model",
                    "staff_hour",
                    labour.hours(case, HOURS) * those,
                    labour.usd_per_hour(case),
                    [case.chosen_source(labour.WAGE, labour.WAGE)],
                    category="work",
                    month=float(month) + 1,
                    basis=Assuming(labour.basis(case, HOURS), labour.behind(case, HOURS)),
                )

    def check(self) -> Check:
        """Refuses ends that are too soon; says the others."""
        asked = [self.follows.get(row, -1) in self._in_turn for row in range(len(self.inside))]
        open_ = np.array(asked, dtype=bool)[:, None] & ~self._soon & (self.inside > 0)
        return Check(self._soon & (self.inside > 0), self._say, unconfirmed=open_)

    @cached_property
    def _in_turn(self) -> frozenset[int]:
        """Successors whose answers come in turn, as far as known, where others are asked for."""
        if self.case.points.wait != AHEAD or self.successors is None:
            return frozenset()
        return frozenset(np.flatnonzero(~sold(self.successors)).tolist())

    def _say(self, candidate: int, point: int) -> Finding | None:
        row = self.services.rows[candidate]
        if row.retires_on is None or not here(self.inside[candidate], point):
            return None
        source = self.case.book.source(row, key=row.product)
        if self._soon[candidate, 0]:
            text = f"The vendor ends this model on {row.retires_on}, within {SOON_DAYS} days."
            return remedies.for_good("retirement", text, ENDS, source)
        text = f"The vendor ends this model on {row.retires_on}"
        if candidate in self.follows and self.successors is not None:
            row_after = self.follows[candidate]
            name = self.successors.rows[row_after].name
            text += f"; from then on the price is that of {name}"
            if row_after not in self._in_turn:
                return Finding("retirement", "caution", f"{text}.", source=source)
            text += ", of which no tier of answers ahead of others is known."
            open_ = f"whether {name} can be had ahead of others"
            vendor = self.successors.rows[row_after].vendor
            return Finding(
                "retirement", "caution", text, source=source, vendor=vendor, unconfirmed=open_
            )
        text += "; no successor with a price is named, so its last price is kept."
        return Finding("retirement", "caution", text, errs="either", source=source)
