"""Small hand-made comparisons: every figure below is chosen so that sums can be checked by eye."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from calculators.results import (
    AnswersAt,
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
    Payer,
    Period,
    Status,
    TenTimes,
)
from calculators.scenario import Scenario
from pricing.book import PriceBook, Source

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
EMPTY_BOOK = PriceBook(DAY, DAY, {})


def item(
    name: str,
    quantity: float,
    rate: float,
    *,
    payer: Payer = "company",
    period: Period = "monthly",
    unit: str = "request",
    source: Source = SOURCE,
) -> LineItem:
    amount = quantity * rate
    return LineItem(name, payer, period, quantity, unit, rate, amount, amount < 0, source)


def option(
    kind: AnswersAt,
    items: tuple[LineItem, ...],
    *,
    status: Status = "feasible",
    months: int = 36,
    findings: tuple[Finding, ...] = (),
    missing: tuple[str, ...] = (),
    label: str = "",
) -> Option:
    priced = status in ("feasible", "infeasible")
    company = sum(i.amount_usd for i in items if i.payer == "company")
    user = sum(i.amount_usd for i in items if i.payer == "user")
    total = company + user
    return Option(
        id=f"none>{kind}:acme/{kind}",
        kind=kind,
        label=label or f"Acme {kind}",
        trained_at="none",
        answers_at=kind,
        vendor="acme",
        status=status,
        findings=findings,
        missing=missing,
        total_usd=total if priced else None,
        company_usd=company if priced else None,
        user_usd=user if priced else None,
        npv_usd=total * 0.9 if priced else None,
        monthly_usd=total / months if priced else None,
        month1_usd=total / months if priced else None,
        usd_per_1000_requests=total / 36_000 if priced else None,
        usd_per_user_month=total / months / 100_000 if priced else None,
        low_usd=total * 0.8 if priced else None,
        high_usd=total * 1.4 if priced else None,
        served_share=1.0,
        battery_pct_per_day=None,
        different_model=False,
        other_region=False,
        marks=(),
        carbon_g_per_1000_requests=None,
        _items=lambda: items,
        _latency=lambda: Latency(120.0, 310.0),
    )


WORK = item("Work to set up", 24, 95.5, period="once", unit="staff_hour", source=OURS)
API = option(
    "managed_api",
    (
        WORK,
        item("Requests", 36_000_000, 0.001),
        item("Data sent to users", 72, 0.09, unit="gb", source=OLD),
    ),
    label="Acme Vision",
)
RENTED = option(
    "rented",
    (
        WORK,
        item("Machines", 52_560, 0.7135, unit="hour"),
        item("Users' electricity", 123.456, 0.17, payer="user", unit="kwh"),
    ),
    label="Rented L4 at Acme, one-year commitment",
)
OWNED = option("owned", (item("Servers bought", 2, 21_000, period="once", unit="server"),
                         item("Servers sold at the end of use", -2, 2_000.005, period="once",
                              unit="server")))  # fmt: skip
DEVICE = option(
    "device",
    (WORK,),
    status="infeasible",
    findings=(Finding("reach", "fail", "serves 62% of users, you asked for 95%", "ask for 62%"),),
)
HYBRID = option(
    "device+managed_api", (), status="incomplete", missing=("price above 20 million units a month",)
)
OPTIONS = (API, RENTED, OWNED, DEVICE, HYBRID)

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


PLAIN = Comparison(
    scenario=Scenario(),
    book=EMPTY_BOOK,
    options=OPTIONS,
    cheapest=API,
    runner_up=RENTED,
    too_close=False,
    survives_labour=True,
    labour_text="The answer holds with work at zero and at twice the assumed cost.",
    ten_times=TenTimes(RENTED.id, RENTED.label, 5_000.0, 0.005),
    lever=Lever("Requests", 0.94, "Requests are 94 % of the cost."),
    excluded=(Exclusion("device", "serves 62% of users", "ask for 62%"),),
    _explore=lambda: Exploration(FLIPS, (), CURVES),
    _say=lambda _: ("Use a managed API", "It is the cheapest place that meets every need."),
)
NOTHING = replace(
    PLAIN,
    options=(DEVICE, HYBRID),
    cheapest=None,
    runner_up=None,
    survives_labour=None,
    ten_times=TenTimes(None, "", None, None),
    lever=None,
    _explore=lambda: Exploration((), (), ()),
    _say=lambda _: ("Nothing is possible as asked", "Every place breaks a rule or lacks a price."),
)
