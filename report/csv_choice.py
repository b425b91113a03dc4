"""Columns of the files behind the page Options: trade-offs, users' devices, retraining."""

from __future__ import annotations

from report.csv_file import Column

_EVIDENCE = (
    Column("why", "what stands behind it"),
    Column("sources", "pages it rests on"),
)
TRADEOFFS = (
    Column("place", "where requests are answered"),
    Column("option", "id of its best candidate"),
    Column("status", "feasible, infeasible, incomplete or pointless"),
    Column("unbeaten", "no other possible place is as good on every count and better on one"),
    Column("concern", "what is asked"),
    Column("value", "the figure; empty where it is not known or there is none", "the unit beside"),
    Column("unit", "unit of the value"),
    Column("says", "the figure in words"),
    *_EVIDENCE,
)
_ENDS = (("low", "low end of 80 %"), ("mid", "middle"), ("high", "high end of 80 %"))


def _spread(name: str, meaning: str, unit: str) -> tuple[Column, ...]:
    return tuple(Column(f"{name}_{end}", f"{meaning}, {words}", unit) for end, words in _ENDS)


USERS_DEVICES = (
    Column("device", "the device, or one like it"),
    Column("system", "its system"),
    Column("in_browser", "whether a page in its browser computes"),
    Column("serves", "whether it runs the model within every limit"),
    Column("why_not", "why it does not"),
    *_spread("share", "share of the app's users", "share"),
    *_spread("first_minute_ms", "complete answer of a cold device", "ms"),
    *_spread("minute_10_ms", "complete answer after minutes on end", "ms"),
    *_spread("first_load_ms", "first start of the model", "ms"),
    *_spread("power_w", "power above a screen that is on", "W"),
    *_spread("energy_j_per_request", "energy of one request", "J"),
    *_spread("battery_pct_per_day", "share of a full battery on a day of use", "%"),
    Column("memory_mb", "memory at the peak", "MB"),
    Column("time_is", "measured, scaled, estimated or override"),
    Column("share_is_our_judgement", "whether nobody publishes the share"),
    Column("share_source", "page of the share"),
    Column("share_as_of", "day of that page"),
    Column("note", "what it says, and what is ours"),
)
RETRAINING = (
    Column("trained_at", "where the model is trained"),
    Column("retrains_per_month", "how often it is trained again", "times a month"),
    Column("interval_hours", "time between two trainings; empty at never", "hours"),
    Column(
        "usd_per_month", "training and answering; empty where not possible", "US dollars a month"
    ),
    Column("quality_usd_per_month", "worth of the quality lost", "US dollars a month"),
    Column("net_usd_per_month", "both together", "US dollars a month"),
    Column("option", "id of the cheapest candidate"),
    Column("trained_on", "what trains it"),
    Column("run_hours", "wall clock of one run", "hours"),
    Column("limit", "what limits it, as a word; empty: nothing"),
    Column("limit_says", "the same in words, of the stretch it belongs to"),
)
