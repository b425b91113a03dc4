"""How a model reaches the users' devices: what stores do not carry, and how new weights go out."""

from __future__ import annotations

import numpy as np

from calculators.accounts.charges import Assuming, Ledger, Told, here
from calculators.arrays import Array, BoolArray, any_true, filled
from calculators.case import Case
from calculators.checks import Gap
from calculators.costs import labour
from calculators.costs.tiered import Tiers
from calculators.market.bands import Bands
from pricing.book import Tariff
from pricing.kept import cached_property
from pricing.records import record
from pricing.units import factor

PRICE = "content delivery price"
"""What is missing where nobody prices what is sent."""
CDN_KEYS = ("bunny/cdn/standard", "aws/cdn/standard")
RELEASE, RELEASE_HOURS = "release_hours", "hours_per_release_per_platform"
CHECK = "validation_hours"
BY_HAND = "validated_by_hand_per_month"
STORES = frozenset({"ios", "android"})
"""Platforms whose apps are released through a store."""
BYTES_PER_WEIGHT = {"fp16": 2.0, "fp8": 1.0, "int8": 1.0, "int4": 0.5625}
"""4-bit formats carry scales: 4.5 bits a weight (docs/estimators.md)."""


def model_size_mb(case: Case) -> Array:
    """Size of the model file in the scenario's number format, MB; NaN when unknown."""
    published = getattr(case.model_row, f"size_mb_{case.scenario.precision}", None)
    if published and not case.given("params_millions"):
        return np.array([float(published)])
    million_bytes = case.params_millions * BYTES_PER_WEIGHT[case.scenario.precision]
    return np.asarray(million_bytes * 1e6 * factor("byte", "mb"))


def store_limit_mb(case: Case, platform: str) -> Array:
    """Largest model a platform's store carries; 0 where there is no store we know."""
    name = f"store_limit_mb_{platform}"
    return case.assume(name) if name in case.book.assumptions else np.zeros(1)


def sent_assumed(case: Case, *, updates: bool) -> tuple[str, ...]:
    """Names of the assumptions behind what we send to devices ourselves."""
    limits = (f"store_limit_mb_{platform}" for platform in case.scenario.platforms)
    found = [*limits, "web_cache_losses_per_month"]
    if not case.given("installs_per_month"):
        found.append("new_install_share_pct")
    if updates:
        found.append("release_update_share")
    return tuple(name for name in found if name in case.book.assumptions)


def tariff(case: Case) -> Tariff | None:
    """What delivery costs; before its first price that one, marked."""
    found = (
        look_up(key) for look_up in (case.market.tariff, case.market.context) for key in CDN_KEYS
    )
    return next((price for price in found if price is not None), None)


def charge(ledger: Ledger, case: Case, name: str, gigabytes: Array, basis: Told) -> list[Gap]:
    """Charge what we deliver ourselves, (N, S) GB a month; returns where a price lacks."""
    price, needed = tariff(case), np.asarray((gigabytes > 0).any(-1))
    if not any_true(needed):
        return []
    if price is None:
        return [Gap(needed[None], lambda _, __: PRICE)]
    prices = Tiers(
        what="models delivered by",
        title=name,
        vendors=(price.key.partition("/")[0],),
        tariffs=(price,),
        sources=(price.source,),
        base="gb",
    )
    return [prices.charge(ledger, case, gigabytes, np.zeros((1, 1), dtype=np.intp), basis)]


def usd(case: Case, gigabytes: Array) -> Array:
    """What that costs over the horizon (N,); NaN where something is sent and a price lacks."""
    price, sums = tariff(case), case.demand.calendar.sum
    if price is None:
        return np.where((gigabytes > 0).any(-1), np.nan, 0.0)
    units, scale = gigabytes * factor("gb", price.unit), case.scales([price])[0]
    total = sum(
        sums(amount[0]) * rate[0, 0] * scale
        for _, amount, rate in Bands.of([price]).split(units[None])
    )
    counted = case.demand.calendar.weight > 0  # months of the horizon
    beyond = ((units > price.unknown_above) & counted).any(-1)  # where the price was not seen
    return np.where(beyond, np.nan, total)


@record
class Copies:
    """Shares of the app's users to whose devices the model goes, (N,)."""

    served: Array
    outside: Array  # whose copy no store carries
    in_browser: Array  # of those, who keep it in a browser's cache


@record
class Delivery:
    """What we send to devices, and how new weights go out: the cheaper way at each point.

    With a release of the app (work for each platform with a store, as often as stores take one),
    which carries the weights for nothing where they are small enough; or downloaded by the app
    itself (a check of the weights, and the bytes). A page always downloads them.
    """

    case: Case
    copies: Copies

    @cached_property
    def _gb(self) -> Array:
        return np.asarray(model_size_mb(self.case) * factor("mb", "gb"))

    @property
    def unsized(self) -> bool:
        """Whether the size of the model is not known."""
        return any_true(np.isnan(self._gb))

    @cached_property
    def installs_gb(self) -> Array:
        """First downloads, and what browsers' caches drop, a month (N, S)."""
        case, copies = self.case, self.copies
        lost = case.assume("web_cache_losses_per_month") * copies.in_browser
        first = case.demand.installs * copies.outside[:, None]
        again = case.demand.users_by_month * lost[:, None]
        return np.asarray((first + again) * self._gb[:, None])

    def _updates_gb(self, share: Array) -> Array:
        """New weights of ``share`` (N,) of the users a month (N, S)."""
        demand = self.case.demand
        # nobody fetches more often than the app is used
        offered = demand.retrains * self.case.assume("release_update_share")[:, None]
        each = np.minimum(offered, demand.requests / demand.users_by_month)
        return np.asarray(demand.users_by_month * each * (share * self._gb)[:, None])

    # the two ways --------------------------------------------------------------------------------

    @cached_property
    def release_hours(self) -> Array:
        """Work of an app release with each new model, a month (N, S)."""
        platforms = [name for name in self.case.scenario.platforms if name in STORES]
        hours = labour.hours(self.case, RELEASE_HOURS, RELEASE) * len(platforms)
        return np.asarray(self.case.demand.retrains * hours[:, None])

    @cached_property
    def check_hours(self) -> Array:
        """Work to check weights that go out without one, a month (N, S)."""
        case = self.case
        checked = case.demand.retrains
        if not case.given(CHECK):
            checked = np.minimum(checked, case.assume(BY_HAND)[:, None])
        return np.asarray(checked * labour.hours(case, CHECK, CHECK)[:, None])

    def _way_usd(self, hours: Array, share: Array) -> Array:
        """What one way costs over the horizon (N,)."""
        wage, sums = labour.usd_per_hour(self.case), self.case.demand.calendar.sum
        sent = usd(self.case, self.installs_gb + self._updates_gb(share))
        return np.asarray(sums(hours) * wage + sent)

    @cached_property
    def released_usd(self) -> Array:
        """What new weights cost with app releases, first downloads included."""
        return self._way_usd(self.release_hours, self.copies.outside)

    @cached_property
    def downloaded_usd(self) -> Array:
        """The same downloaded by the app itself."""
        return self._way_usd(self.check_hours, self.copies.served)

    @cached_property
    def with_release(self) -> BoolArray:
        """Where an app release is possible as often as needed, and cheaper (N,)."""
        case = self.case
        if STORES.isdisjoint(case.scenario.platforms):
            return np.zeros(1, dtype=bool)
        often = case["retrains_per_month"] > case.assume("store_releases_per_month")
        cheaper = filled(self.downloaded_usd, np.inf) > self.released_usd
        return np.asarray(~often & cheaper)

    @cached_property
    def updates_gb(self) -> Array:
        """New weights that we send, a month (N, S), the way chosen."""
        copies = self.copies
        return self._updates_gb(np.where(self.with_release, copies.outside, copies.served))

    def work(self, ledger: Ledger) -> None:
        """Charge the work of the way chosen."""
        released = self.with_release[:, None]
        ways = (
            (RELEASE_HOURS, RELEASE, "Work to release a new model", released, self.release_hours),
            (CHECK, CHECK, "Work to check new weights", ~released, self.check_hours),
        )
        for assumption, field, name, where, hours in ways:
            if any_true(where):
                said = labour.basis(self.case, assumption, field)
                assumed = labour.behind(self.case, assumption, field)
                if assumed and field == CHECK:
                    assumed = (*assumed, BY_HAND)
                self._work(ledger, name, np.where(where, hours, 0.0), said, assumed)

    def _work(
        self, ledger: Ledger, name: str, hours: Array, said: str, assumed: tuple[str, ...]
    ) -> None:
        ledger.monthly(
            name,
            "staff_hour",
            hours,
            labour.usd_per_hour(self.case),
            [self.case.chosen_source(labour.WAGE, labour.WAGE)],
            category="work",
            period="per retrain",
            basis=Assuming(lambda _, point: f"{said}; {self._said(point)}", assumed),
        )

    def _said(self, point: int) -> str:
        """Which way is taken, and what the other would cost."""
        released = bool(self.with_release[point if self.with_release.size > 1 else 0])
        gap = here(self.downloaded_usd, point) - here(self.released_usd, point)
        chosen = "new weights go out with an app release"
        if not released:
            gap, chosen = -gap, "new weights are downloaded by the app itself"
        if np.isnan(gap) or gap <= 0:
            return chosen
        what = "own downloads" if released else "app releases"
        return f"{chosen}; with {what} it would be {gap:,.0f} USD more over the period"
