"""A fixed monthly cost of a place that the user states: it comes on top, whatever the volume."""

from __future__ import annotations

import numpy as np

from calculators.accounts.charges import Charge
from calculators.case import Case
from calculators.own import fixed_name
from calculators.places import Place
from pricing.book import Source
from pricing.own import YOUR_FIGURE


def charges(case: Case, place: Place) -> tuple[Charge, ...]:
    """The charge of a place's fixed cost, (1, N); none where the user states none."""
    name = fixed_name(place.id)
    if not case.given(name):
        return ()
    ledger = case.ledger()
    ledger.monthly(
        f"Fixed cost of {place.words}",
        "month",
        np.ones_like(case.demand.calendar.growth),
        case[name],
        [Source(YOUR_FIGURE, "", None, "A", key=name, own=True)],
        category="fixed",
        basis="stated by you; it comes on top of everything else",
    )
    return tuple(ledger.charges)
