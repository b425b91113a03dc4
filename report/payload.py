"""A comparison as plain JSON values: amounts are null where nothing is priced, never NaN."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from calculators import METHOD, wanted
from calculators.on_devices import OnDevices, OneDevice, Spread
from calculators.places import PLACES, Place
from calculators.results import Comparison, LineItem, Option
from report import (
    advice,
    alternatives,
    confirmation,
    constraints,
    first_release,
    own_figures,
    speed,
)
from report.break_even import with_earlier_names
from report.today import saving, today
from report.uncertainty import verdict
from report.upgrades import SCHEMA

Json = dict[str, Any]


def payload(comparison: Comparison, *, break_even: bool = False) -> Json:
    """The body of ``/api/v1/compare`` (fields: docs/api.md); crossings only where asked for."""
    comparison.draw_every_place()
    return {
        **_head(comparison),
        "options": list(options(comparison)),
        "advice": advice.payload(comparison),
        "alternatives": alternatives.payload(comparison),
        **_crossings(comparison, wanted=break_even),
    }


def options(comparison: Comparison) -> Iterator[Json]:
    """Every candidate, in the order of the answer."""
    comparison.look_at_all_rules()
    comparison.options.time_all()
    firsts = {option.id for option in comparison.best_of_pair}
    shown = _Shown()
    for option in comparison.options:
        first = option.id in firsts
        yield {
            **_full(comparison, option, shown.of(option) if first else None),
            "first_release": first_release.of_option(option, comparison) if first else None,
            "would_allow_it": constraints.allowing(option, comparison) if first else None,
        }


def rows(comparison: Comparison) -> Iterator[Json]:
    """Of every candidate what one row of a table holds, under the names of :func:`options`."""
    comparison.options.time_all()
    for option in comparison.options:
        wanted.check()
        yield {
            **_named(option),
            **_money(option),
            "latency_ms": _times(option),
            "machines": _machines(option),
            "data_goes": confirmation.goes(option.data_goes),
            **_carbon(option),
            "range": _range(option),
            **saving(comparison.today, option.id),
        }


def best(comparison: Comparison, *, break_even: bool = False) -> Json:
    """The body of ``/api/v1/compare?candidates=best``: one option for every place.

    The headline in words, what is excluded, and the best candidate of each place with the fields
    every option has; nothing else is rendered. A list of devices stands in the first place that
    has it, and the others name that place.
    """
    comparison.draw_every_place()
    held, made = _Once(), []
    for place, option in _places(comparison):
        shown = None
        if option is not None:
            shown = {
                **_full(comparison, option, held.of(option)),
                "first_release": first_release.of_option(option, comparison),
                "would_allow_it": (
                    constraints.allowing(option, comparison) if break_even else None
                ),
            }
        made.append({**place, "option": shown})
    return {
        **_head(comparison),
        "places": made,
        **_said(comparison),
        "advice": advice.payload(comparison, beyond=break_even),
        **_crossings(comparison, wanted=break_even),
    }


def decided(comparison: Comparison) -> Json:
    """What stands before any draw: who wins, and the best of each place with items, p95 and rules.

    The part of :func:`best` that one evaluation of all candidates gives; timed alone.
    """
    return {
        "scenario": _scenario(comparison),
        "cheapest": _id(comparison.cheapest),
        "headline": _figures(comparison),
        "places": [
            {**place, "option": option and _option(comparison, option)}
            for place, option in _places(comparison)
        ],
    }


def _places(comparison: Comparison) -> Iterator[tuple[Json, Option | None]]:
    """Every place with the best candidate of it."""
    first = {option.answers_at: option for option in comparison.best_of_kind}
    return ((_place(place), first.get(place.id)) for place in PLACES.values())


def _crossings(comparison: Comparison, *, wanted: bool) -> Json:
    """Crossings of every two places along the volume; null where nobody asked."""
    pairs = [with_earlier_names(pair) for pair in comparison.break_even] if wanted else None
    return {"break_even": pairs}


def _full(comparison: Comparison, option: Option, on_devices: Json | None) -> Json:
    """All that is said of an option; there may be thousands, so work may stop before each."""
    wanted.check()
    return {
        **_option(comparison, option),
        **_carbon(option),
        "range": _range(option),
        "on_devices": on_devices,
        **saving(comparison.today, option.id),
    }


def _said(comparison: Comparison) -> Json:
    """The answer in words and in the figures of the headline, and what may not be used."""
    chosen = comparison.cheapest
    return {
        "headline": {
            "sentence": comparison.sentence,
            "reason": comparison.reason,
            "labour": comparison.labour_text,
            "confirmation": confirmation.sentence(comparison),
            "certainty": comparison.certainty_text,
            "our_assumptions": comparison.ours_text,
            "too_close": comparison.too_close,
            "range": _range(chosen) if chosen else None,
            **_figures(comparison),
        },
        "excluded": [
            {"kind": item.kind, "text": item.text, "change": item.change}
            for item in comparison.excluded
        ],
    }


def _figures(comparison: Comparison) -> Json:
    """The headline's figures that one evaluation gives."""
    scenario, ten = comparison.scenario, comparison.ten_times
    chosen = comparison.cheapest
    cost = chosen.ranked_usd(scenario.rank_by) if chosen else None
    return {
        "runner_up": _id(comparison.runner_up),
        "monthly_usd": None if cost is None else _finite(cost / scenario.horizon_months),
        "survives_labour": comparison.survives_labour,
        "ten_times": {
            "option": ten.option_id,
            "monthly_usd": _finite(ten.monthly_usd),
            "usd_per_user_month": _finite(ten.usd_per_user_month),
        },
    }


def _id(option: Option | None) -> str | None:
    return option.id if option else None


def _scenario(comparison: Comparison) -> Json:
    return comparison.scenario.model_dump(mode="json", exclude={"own"})


def _place(place: Place) -> Json:
    return {
        "id": place.id,
        "name": place.name,
        "words": place.words,
        "on_premises": place.on_premises,
    }


def _head(comparison: Comparison) -> Json:
    """What was asked, of which prices, and who wins."""
    return {
        "schema": SCHEMA,
        "edition": comparison.book.edition.isoformat(),
        "price_date": comparison.book.price_date.isoformat(),
        "method": METHOD,
        "scenario": _scenario(comparison),
        "speed_budget": speed.budgets(comparison.scenario),
        "places": [_place(place) for place in PLACES.values()],
        "cheapest": _id(comparison.cheapest),
        "answers_since": _since(comparison),
        **confirmation.head(comparison),
        "today": today(comparison),
        **verdict(comparison),
        "own_figures": own_figures.as_json(comparison.scenario, comparison.book),
    }


def _since(comparison: Comparison) -> str | None:
    """The first price date with an answer, where an older one than the edition's is asked for."""
    if comparison.book.price_date >= comparison.book.edition:
        return None
    day = comparison.answers_since
    return day.isoformat() if day else None


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _option(comparison: Comparison, option: Option) -> Json:
    return {
        **_named(option),
        **confirmation.option(option, comparison.rules(option)),
        "not_modelled": [{"text": item.text, "errs": item.errs} for item in option.not_modelled],
        **_money(option),
        "latency_ms": {
            **_times(option),
            "near_limit": _near_limit(option),
            **speed.parts(option),
        },
        "capacity": _capacity(option),
        "line_items": [line_item(item) for item in option.line_items],
    }


def _named(option: Option) -> Json:
    """Which option it is, and whether it may be used."""
    return {
        "id": option.id,
        "kind": option.kind,
        "label": option.label,
        "trained_at": option.trained_at,
        "training_product": option.training_product,
        "answers_at": option.answers_at,
        "status": option.status,
        "reasons": list(option.reasons),
    }


def _money(option: Option) -> Json:
    """What it costs, and the share of the requests that devices answer."""
    return {
        "total_usd": _finite(option.total_usd),
        "npv_usd": _finite(option.npv_usd),
        "monthly_usd": _finite(option.monthly_usd),
        "month1_usd": _finite(option.month1_usd),
        "usd_per_1000_requests": _finite(option.usd_per_1000_requests),
        "usd_per_user_month": _finite(option.usd_per_user_month),
        "company_usd": _finite(option.company_usd),
        "user_usd": _finite(option.user_usd),
        "device_share": _finite(option.device_share),
    }


def _times(option: Option) -> Json:
    return {"p50": _finite(option.latency.p50_ms), "p95": _finite(option.latency.p95_ms)}


def _machines(option: Option) -> float | None:
    return None if option.capacity is None else _finite(option.capacity.machines)


def _near_limit(option: Option) -> Json | None:
    """Both times at the ends of the capacity of machines that are near their limit."""
    found = option.latency.near_limit
    if found is None:
        return None
    return {
        "load": _finite(found.load),
        "p50_low": _finite(found.p50_ms[0]),
        "p50_high": _finite(found.p50_ms[1]),
        "p95_low": _finite(found.p95_ms[0]),
        "p95_high": _finite(found.p95_ms[1]),
        "keeps_up": found.keeps_up,
    }


def _capacity(option: Option) -> Json | None:
    """What the machines answer, at which lengths and with how many requests at once."""
    found = option.capacity
    if found is None:
        return None
    return {
        "machine": found.machine,
        "machines": _machines(option),
        "replicas_per_machine": _finite(found.replicas),
        "requests_per_s": _finite(found.requests_per_s),
        "requests_per_s_low": _finite(found.low),
        "requests_per_s_high": _finite(found.high),
        "concurrency": _finite(found.at_once),
        "usable_requests_per_s": _finite(found.usable_requests_per_s),
        "usable_concurrency": _finite(found.usable_at_once),
        "input_tokens": _finite(found.input_tokens),
        "output_tokens": _finite(found.output_tokens),
        "busy_share": _finite(found.busy_share),
        "label": found.label,
    }


def _carbon(option: Option) -> Json:
    return {
        "carbon_g_per_1000_requests": _finite(option.carbon_g_per_1000_requests),
        "carbon_text": option.carbon_text,
    }


def _range(option: Option) -> Json | None:
    """p10 to p90 over the horizon, by who pays; of the best of each place."""
    found = option.range
    if found is None:
        return None
    known = option.total_usd is not None
    return {
        "company_low_usd": _finite(found.company_low_usd),
        "company_high_usd": _finite(found.company_high_usd),
        "total_low_usd": _finite(found.total_low_usd) if known else None,
        "total_high_usd": _finite(found.total_high_usd) if known else None,
    }


class _Shown:
    """Devices as JSON, once for all options that have the same."""

    def __init__(self) -> None:
        self._made: list[tuple[OnDevices, Json]] = []

    def of(self, option: Option) -> Json | None:
        """Those of an option."""
        found = option.on_devices
        if found is None:
            return None
        for held, made in self._made:
            if held is found:
                return made
        made = devices_of(found)
        self._made.append((found, made))
        return made


def on_devices(option: Option) -> Json | None:
    """The users' devices of an option; None where no device answers."""
    found = option.on_devices
    return None if found is None else devices_of(found)


class _Once:
    """Devices as JSON, whose list stands with the first place that has it."""

    def __init__(self) -> None:
        self._shown = _Shown()
        self._lists: list[tuple[str, list[Json]]] = []  # place, devices

    def of(self, option: Option) -> Json | None:
        """Those of the best option of a place."""
        made = self._shown.of(option)
        if made is None:
            return None
        listed = made["devices"]
        place = next((at for at, held in self._lists if held == listed), None)
        if place is None:
            self._lists.append((option.answers_at, listed))
            return {**made, "devices_as_at": None}
        return {**made, "devices": None, "devices_as_at": place}


def devices_of(found: OnDevices) -> Json:
    """Both speeds, who is served, battery and the devices with the evidence of their shares."""
    return {
        "duty": found.duty,
        "session_seconds": _finite(found.session_seconds),
        "heat": _finite(found.heat),
        "reach": spread(found.reach),
        "left_out_share": _finite(found.left_out),
        "browser_share": _finite(found.browser_share),
        "first_minute_ms": _finite(found.first_minute_ms),
        "lasting_ms": _finite(found.lasting_ms),
        "battery_pct_per_day": spread(found.battery_pct),
        "battery_known_share": _finite(found.battery_known_share),
        "radio_pct_per_day": spread(found.radio_pct),
        "devices": [_device(item) for item in found.devices],
    }


def _device(item: OneDevice) -> Json:
    as_of = item.source.as_of
    return {
        "device": item.name,
        "system": item.system,
        "in_browser": item.in_browser,
        "share": spread(item.share),
        "our_judgement": item.ours,
        "source": {
            "title": item.source.title,
            "url": item.source.url,
            "as_of": as_of.isoformat() if as_of else None,
            "confidence": item.source.confidence,
        },
        "note": item.note,
        "serves": item.serves,
        "why_not": item.why_not,
        "label": item.label,
        "first_minute_ms": spread(item.first_minute_ms),
        "lasting_ms": spread(item.lasting_ms),
        "first_load_ms": spread(item.first_load_ms),
        "later_load_ms": spread(item.later_load_ms),
        "memory_mb": _finite(item.memory_mb),
        "power_w": spread(item.power_w),
        "battery_pct_per_day": spread(item.battery_pct),
    }


def spread(found: Spread | None) -> Json | None:
    """A figure with its range; null where it is not known."""
    if found is None:
        return None
    return {"low": _finite(found.low), "mid": _finite(found.mid), "high": _finite(found.high)}


def line_item(item: LineItem) -> Json:
    """One line item: quantity x rate = amount, and what the rate rests on."""
    as_of = item.source.as_of
    return {
        "name": item.name,
        "category": item.category,
        "payer": item.payer,
        "period": item.period,
        "quantity": _finite(item.quantity),
        "unit": item.unit,
        "rate_usd": _finite(item.rate_usd),
        "amount_usd": _finite(item.amount_usd),
        "credit": item.credit,
        "price_key": item.source.price_key or None,
        "assumptions": list(item.assumed),
        "source": {
            "title": item.source.title,
            "url": item.source.url,
            "as_of": as_of.isoformat() if as_of else None,
            "confidence": item.source.confidence,
            "own": item.source.own,
            "list_usd": _finite(item.list_usd),
        },
    }
