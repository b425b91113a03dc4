"""Small hand-made comparisons: every figure below is chosen so that sums can be checked by eye."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from calculators.places import AnswersAt, TrainedAt
from calculators.results import (
    STATUSES,
    Category,
    Comparison,
    Curve,
    Exclusion,
    Exploration,
    Finding,
    Flip,
    Latency,
    Lever,
    LineItem,
    Option,
    Options,
    Payer,
    Period,
    Range,
    Status,
    TenTimes,
)
from calculators.scenario import Scenario
from pricing.book import PriceBook, Source
from pricing.kept import cached_property
from pricing.schema import AssumptionRow
from pricing.table import Table
from pricing.tables import holding

DAY = date(2026, 11, 22)
SOURCE = Source(
    "A price page, table 1", "https://example.org/prices", DAY, "A", "acme/vision/standard"
)
OLD = Source(
    "An older page",
    "https://example.org/old",
    date(2025, 1, 1),
    "B",
    "acme/egress/standard",
    stale=True,
)
OURS = Source("Our assumption: staff", "", DAY, "C", "staff_usd_per_hour")
EMPTY_BOOK = PriceBook(
    DAY, DAY, {name: Table(name, (), ()) for name in (*holding(AssumptionRow), "units")}
)


def item(
    name: str,
    quantity: float,
    rate: float,
    *,
    payer: Payer = "company",
    period: Period = "monthly",
    unit: str = "request",
    source: Source = SOURCE,
    category: Category = "compute",
) -> LineItem:
    amount = quantity * rate
    return LineItem(
        name,
        payer,
        period,
        quantity,
        unit,
        rate,
        amount,
        amount < 0,
        source,
        category=category,
    )


def option(
    kind: AnswersAt,
    items: tuple[LineItem, ...],
    *,
    status: Status = "feasible",
    months: int = 36,
    findings: tuple[Finding, ...] = (),
    missing: tuple[str, ...] = (),
    label: str = "",
    trained_at: TrainedAt = "none",
) -> Option:
    priced = status in ("feasible", "pointless", "infeasible")
    company = sum(i.amount_usd for i in items if i.payer == "company")
    user = sum(i.amount_usd for i in items if i.payer == "user")
    total = company + user
    spread = Range(company * 0.8, company * 1.4, total * 0.7, total * 1.5)
    return Option(
        id=f"{trained_at}>{kind}:acme/{kind}",
        kind=kind,
        label=label or f"Acme {kind}",
        trained_at=trained_at,
        answers_at=kind,
        vendor="acme",
        training_product="",
        status=status,
        total_usd=total if priced else None,
        company_usd=company if priced else None,
        user_usd=user if priced else None,
        npv_usd=total * 0.9 if priced else None,
        monthly_usd=total / months if priced else None,
        month1_usd=total / months if priced else None,
        usd_per_1000_requests=total / 36_000 if priced else None,
        usd_per_user_month=total / months / 100_000 if priced else None,
        served_share=1.0,
        served_requests=36e6,
        served_user_months=3.6e6,
        device_share=None,
        battery_pct_per_day=None,
        different_model=False,
        other_region=False,
        marks=(),
        _findings=lambda: findings,
        _missing=lambda: missing,
        _range=lambda: spread if priced else None,
        _items=lambda: items,
        _latency=lambda: Latency(120.0, 310.0),
    )


class HandMade(Options):
    """Options without an evaluation behind them, in the order given."""

    def __init__(self, *options: Option) -> None:
        self.held = options

    def __len__(self) -> int:
        return len(self.held)

    def __getitem__(self, index: Any) -> Any:
        return self.held[index]

    def time_all(self) -> None:
        """Their times are given."""

    def by_id(self, name: str) -> Option | None:
        return next((option for option in self.held if option.id == name), None)

    @property
    def status_counts(self) -> Mapping[Status, int]:
        counts = Counter(option.status for option in self.held)
        return {status: counts[status] for status in STATUSES}

    @cached_property
    def best_of_pair(self) -> tuple[Option, ...]:
        return self._first(lambda option: (option.trained_at, option.kind))

    @cached_property
    def best_of_place(self) -> tuple[Option, ...]:
        return self._first(lambda option: option.kind)

    def _first(self, group: Callable[[Option], object]) -> tuple[Option, ...]:
        found: dict[object, Option] = {}
        for option in self.held:
            found.setdefault(group(option), option)
        return tuple(found.values())


WORK = item(
    "Work to set up", 24, 95.5, period="once", unit="staff_hour", source=OURS, category="work"
)
API = option(
    "managed_api",
    (
        WORK,
        item("Requests", 36_000_000, 0.001),
        item("Data sent to users", 72, 0.09, unit="gb", source=OLD, category="network"),
    ),
    label="Acme Vision",
)
RENTED = option(
    "rented",
    (
        WORK,
        item("Machines", 52_560, 0.7135, unit="hour"),
        item("Users' electricity", 123.456, 0.17, payer="user", unit="kwh", category="users"),
    ),
    label="Rented L4 at Acme, one-year commitment",
)
OWNED = option(
    "owned",
    (
        item("Servers bought", 2, 21_000, period="once", unit="server"),
        item("Servers sold at the end of use", -2, 2_000.005, period="once", unit="server"),
    ),
)
DEVICE = option(
    "device",
    (WORK,),
    status="infeasible",
    findings=(Finding("reach", "fail", "serves 62% of users, you asked for 95%", "ask for 62%"),),
)
HYBRID = option(
    "device+managed_api", (), status="incomplete", missing=("price above 20 million units a month",)
)
OPTIONS = HandMade(API, RENTED, OWNED, HYBRID, DEVICE)

XS = tuple(10 ** (2 + step / 25) for step in range(226))


def curve(kind: AnswersAt, values: tuple[float, ...]) -> Curve:
    return Curve(kind, "requests_per_month", XS, values, tuple("id" for _ in values))


def machines(x: float, each: float, holds: float) -> float:
    return each * (1 + -(-x // holds)) + 90


CURVES = (
    curve("managed_api", tuple(64 + 0.001 * x for x in XS)),
    curve("hosted_platform", tuple(machines(x, 600, 4e6) if x < 2e9 else float("nan") for x in XS)),
    curve("rented", tuple(machines(x, 520, 5e6) for x in XS)),
    curve("owned", tuple(machines(x, 560, 2e7) for x in XS)),
    curve("device", tuple(300.0 for _ in XS)),
    curve("device+managed_api", tuple(310 + 0.0002 * x for x in XS)),
    curve("device+hosted_platform", tuple(310 + machines(x, 600, 2e7) for x in XS)),
    curve("device+rented", tuple(310 + machines(x, 520, 2.5e7) for x in XS)),
    curve("device+owned", tuple(310 + machines(x, 560, 1e8) for x in XS)),
)

FLIPS = (
    Flip("requests_per_month", 1_400_000.0, "above", "rented", RENTED.label),
    Flip("requests_per_month", 236_000.0, "below", "device", "On the users' devices"),
)


def explored(flips: tuple[Flip, ...], curves: tuple[Curve, ...]) -> Exploration:
    return Exploration("requests_per_month", lambda: flips, lambda: curves)


PLAIN = Comparison(
    scenario=Scenario(),
    book=EMPTY_BOOK,
    options=OPTIONS,
    cheapest=API,
    runner_up=RENTED,
    survives_labour=True,
    ten_times=TenTimes(RENTED.id, RENTED.label, 5_000.0, 0.005),
    _explore=lambda _: explored(FLIPS, CURVES),
    _say=lambda _: (
        "Use a managed API",
        "It is the cheapest place that meets every need.",
        "The answer holds with work at zero and at twice the assumed cost.",
        "The cheapest place costs least in 80% of 512 draws of everything uncertain.",
        "",
    ),
    _excluded=lambda: (Exclusion("device", "serves 62% of users", "ask for 62%"),),
    _lever=lambda _: Lever("Requests", 0.94, "$1,000 a month more with rented machines", 36_000.0),
    _verdict=lambda: None,
)
NOTHING = replace(
    PLAIN,
    options=HandMade(HYBRID, DEVICE),
    cheapest=None,
    runner_up=None,
    survives_labour=None,
    ten_times=TenTimes(None, "", None, None),
    _lever=lambda _: None,
    _explore=lambda _: explored((), ()),
    _say=lambda _: (
        "Nothing is possible as asked",
        "Every place breaks a rule or lacks a price.",
        "",
        "",
        "",
    ),
)
