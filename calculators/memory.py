"""What is remembered between comparisons, and the cases made from it.

Six memories, each with a typed key and a limit: estimators by edition, markets by (edition, price
date, own prices and assumptions, region), estimates by request, replicas in the draws of the
verdict by request and scores, training and looks along the volume by what else a scenario says.
:data:`SHARED` serves the whole program; a test brings its own.
"""

from __future__ import annotations

from dataclasses import field

from calculators import wanted
from calculators.case import Case, Only
from calculators.estimators import Estimators
from calculators.market import Market
from calculators.places import TrainedAt
from calculators.points import Points
from pricing.book import BookKey, EditionKey, PriceBook
from pricing.kept import Kept
from pricing.records import value

EDITIONS = 4
MARKETS = 64  # price dates x regions x own figures
ESTIMATES = 512  # requests x what was asked
TRAININGS = 32  # scenarios, whatever their volume
DRAWN = 64  # machines at the draws of a verdict; a tenth of a megabyte each
LOOKS = 64  # scenarios but for their volume, two decades each; half a megabyte each at most


@value
class MarketKey:
    """One region at one price date, with the user's own prices and assumptions if there are any."""

    book: BookKey
    region: str


@value
class Memory:
    """The six memories."""

    estimators: Kept[EditionKey, Estimators] = field(default_factory=lambda: Kept(EDITIONS))
    markets: Kept[MarketKey, Market] = field(default_factory=lambda: Kept(MARKETS))
    estimates: Kept[object, object] = field(default_factory=lambda: Kept(ESTIMATES))
    trainings: Kept[object, object] = field(default_factory=lambda: Kept(TRAININGS))
    looks: Kept[object, object] = field(default_factory=lambda: Kept(LOOKS))
    drawn: Kept[object, object] = field(default_factory=lambda: Kept(DRAWN))

    def case(
        self,
        points: Points,
        book: PriceBook,
        only: Only | None = None,
        venues: frozenset[TrainedAt] | None = None,
        *,
        full: bool = True,
        by_month: bool = False,
    ) -> Case:
        """Points of one group at the prices of a book; all candidates, or some of them.

        Every evaluation begins here: the place to stop where nobody waits any more.
        """
        wanted.check()
        region = points.scenario.region
        book = book.with_own(points.laid_over)
        return Case(
            points=points,
            market=self.markets.get(MarketKey(book.key, region), lambda: Market(book, region)),
            estimators=self.estimators.get(book.edition_key, lambda: Estimators(book)),
            estimates=self.estimates,
            trained=self.trainings,
            drawn=self.drawn,
            only=only,
            venues=venues,
            full=full,
            by_month=by_month,
        )


SHARED = Memory()
"""The program's own."""
