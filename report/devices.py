"""``/api/v1/devices``: the users' devices, what each does and by which evidence, as JSON."""

from __future__ import annotations

from typing import Any

from calculators.answer.devices import as_answered, fleet
from calculators.compare import compare
from calculators.memory import SHARED
from calculators.on_devices import Energy, Fleet, ModelUpdate
from calculators.places import PLACES
from calculators.results import Comparison, Option
from report import on_devices, words
from report.codec import Decoded, decode
from report.payload import devices_of, spread

Json = dict[str, Any]
NO_MINUTE_30 = (
    "The evidence is of the first minute and of the tenth; nobody we know of publishes these "
    "models' thirtieth, so none is shown."
)


def devices_body(query: str) -> tuple[Json, Decoded]:
    """The answer to a query, and what it was read as.

    Raises
    ------
    ScenarioError
        An input that is refused.
    """
    found = decode(query, strict=True)
    comparison = compare(found.scenario, found.book)
    made = fleet(found.scenario, found.book, SHARED)
    update = as_answered(made.update, comparison)
    body = {
        "sentence": sentence(made),
        "falls_back": _falls_back(comparison, made),
        **devices_of(made.found),
        "energy": _energy(made.energy),
        "update": _update(update),
        "limits": _limits(comparison),
        "no_minute_30": NO_MINUTE_30,
    }
    for item, device in zip(body["devices"], made.found.devices, strict=True):
        item["energy_j_per_request"] = spread(made.energy.by_device.get(device.name))
    return body, found


def device_rows(query: str) -> tuple[list[Json], Decoded]:
    """The same as flat records: a row for every device."""
    body, found = devices_body(query)
    return [_row(item) for item in body["devices"]], found


_SPREADS = {
    "share": "share",
    "first_minute_ms": "first_minute_ms",
    "lasting_ms": "minute_10_ms",
    "first_load_ms": "first_load_ms",
    "power_w": "power_w",
    "energy_j_per_request": "energy_j_per_request",
    "battery_pct_per_day": "battery_pct_per_day",
}


def _row(item: Json) -> Json:
    figures = {
        f"{called}_{end}": (item[name] or {}).get(end)
        for name, called in _SPREADS.items()
        for end in ("low", "mid", "high")
    }
    return {
        "device": item["device"],
        "system": item["system"],
        "in_browser": item["in_browser"],
        "serves": item["serves"],
        "why_not": item["why_not"],
        **figures,
        "memory_mb": item["memory_mb"],
        "time_is": item["label"],
        "share_is_our_judgement": item["our_judgement"],
        "share_source": item["source"]["url"] or item["source"]["title"],
        "share_as_of": item["source"]["as_of"],
        "note": item["note"],
    }


# --------------------------------------------------------------------------------------- figures


def _energy(found: Energy) -> Json:
    return {
        "computing_j": spread(found.computing),
        "sending_j": spread(found.sending),
        "link": found.link,
    }


def _update(found: ModelUpdate) -> Json:
    return {
        "model_mb": found.size_mb,
        "store_limit_mb": dict(found.store_limit_mb),
        "new_models_per_month": found.new_models,
        "fetch_share": found.fetch_share,
        "installs_gb_per_month": found.installs_gb,
        "updates_gb_per_month": found.updates_gb,
        "with_release": found.with_release,
        "work_hours_per_month": found.work_hours,
        "says": update_words(found),
    }


def _limits(comparison: Comparison) -> Json:
    """What the devices are held against."""
    scenario = comparison.scenario
    live = scenario.realtime_fps
    return {
        "answer_ms": scenario.latency_budget_ms,
        "frame_ms": 1000 / live if live else None,
        "battery_pct_per_day": scenario.battery_budget_pct_per_day,
        "min_reach_pct": scenario.min_reach_pct,
    }


def _falls_back(comparison: Comparison, made: Fleet) -> Json:
    """Users whose device cannot, and the cheapest possible place that would answer for them."""
    share = max(0.0, 1 - made.found.reach.mid)
    best = _behind(comparison)
    return {
        "share": share,
        "to": best.kind if best else None,
        "says": _fallback_words(share, best, comparison),
    }


def _behind(comparison: Comparison) -> Option | None:
    hybrids = (item for item in comparison.best_of_kind if PLACES[item.kind].fallback)
    return next((item for item in hybrids if item.status == "feasible"), None)


def _fallback_words(share: float, best: Option | None, comparison: Comparison) -> str:
    if share <= 0:
        return "Nobody falls back: every device of the users can."
    part = words.percent(share)
    if best is None and share >= 1:
        return "No user's device can: another place has to answer for all of them."
    if best is None:
        return (
            f"{part} of users have a device that cannot; no possible place would answer for them "
            "beside the devices."
        )
    usd = best.ranked_usd(comparison.scenario.rank_by)
    cost = "" if usd is None else f" ({words.usd(usd / comparison.scenario.horizon_months)} a month"
    behind = PLACES[PLACES[best.kind].fallback].words
    return f"{part} of users have a device that cannot; {behind} would answer for them" + (
        f"{cost} for both together)." if cost else "."
    )


# ------------------------------------------------------------------------------------------ words


def sentence(made: Fleet) -> str:
    """Who is served, how fast, and at what battery."""
    found = made.found
    if found.left_out >= 1:
        return "Nobody is served: the app is on none of the systems of these devices."
    if found.reach.mid <= 0:
        first = next((item for item in found.devices if not item.serves and item.why_not), None)
        said = f": {first.name} {words.spoken(first.why_not.rstrip('.'))}" if first else ""
        return f"No device of the users can run this model within the limits{said}."
    told = [on_devices.can(found)]
    fast = on_devices.speed(found)
    if fast:
        told.append(f"half of them answer within {fast}")
    drawn = on_devices.battery(found.battery_pct)
    if drawn:
        told.append(f"it takes {drawn} of a full battery on a day of use")
    return "; ".join(told) + "."


def energy_words(made: Json) -> str:
    """Computing against sending, and which is less."""
    computing, sending = made["computing_j"], made["sending_j"]
    link = _LINKS[made["link"]]
    radio = f"sending it {link} takes {_joules(sending)}"
    if computing is None:
        return f"One request: {radio}; of no device that serves it is known what computing takes."
    first, second = computing["mid"], sending["mid"]
    less = "computing" if first < second else "sending"
    times = max(first, second) / min(first, second) if min(first, second) > 0 else None
    by = "" if times is None else f"; {less} takes {words.number(float(f'{times:.2g}'))} times less"
    return f"One request: computing on the device takes {_joules(computing)}, {radio}{by}."


_LINKS = {
    "wifi": "over Wi-Fi",
    "4g": "over 4G",
    "5g": "over 5G",
    "fixed": "over a fixed line",
}


def _joules(found: Json) -> str:
    low, mid, high = (words.number(found[end]) for end in ("low", "mid", "high"))
    return f"{mid} J" if low == high else f"{mid} J ({low} to {high})"


def update_words(found: ModelUpdate) -> list[str]:
    """Size, store limits, what we send, and how new weights go out; a sentence each."""
    if found.size_mb is None:
        return ["The size of the model file is not known."]
    told = [f"The model file is {words.number(found.size_mb)} MB."]
    told += [_limit(name, most, found.size_mb) for name, most in found.store_limit_mb.items()]
    if found.installs_gb:
        told.append(f"First downloads that no store carries: {_gb(found.installs_gb)} a month.")
    if not found.new_models:
        return [*told, "No new models: nothing is updated."]
    if found.learnt_there:
        told.append(
            f"Learnt on the devices: {_counted(found.new_models, 'run')} a month, and each time "
            f"what was joined goes back to the devices: {_gb(found.updates_gb or 0.0)} a month "
            "sent by you."
        )
        return told
    told.append(
        f"{_counted(found.new_models, 'new model')} a month, fetched by "
        f"{words.percent(found.fetch_share)} of devices each: {_gb(found.updates_gb or 0.0)} a "
        "month sent by you."
    )
    way = (
        "with a release of the app"
        if found.with_release
        else "by the app itself, without a release"
    )
    hours = _counted(round(found.work_hours, 1), "hour")
    told.append(f"They go out {way}: {hours} of work a month.")
    return told


def _counted(value: float, thing: str) -> str:
    number = words.number(value)
    return f"{number} {thing}" if number == "1" else f"{number} {thing}s"


def _limit(platform: str, most: float, size: float) -> str:
    name = words.choice(platform)
    name = name[:1].upper() + name[1:] if platform != "ios" else name
    if most <= 0:
        return f"{name}: no store carries it; every device fetches it from you."
    fits = "carried by the store" if size <= most else "too large for the store: you send it"
    return f"{name}: {fits} (limit {words.number(most)} MB)."


def _gb(value: float) -> str:
    return f"{words.number(value)} GB"
