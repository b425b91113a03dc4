"""Shapes of what the API answers, in few words, and the schemas they stand for.

A word is a value: ``text``, ``number``, ``count``, ``index``, ``yes``, ``day``, or any ``value`` of
an input;
with a question mark it may be null. A list holds what is in it (with a question mark behind, it may
be null), a dictionary its fields, and
``{"*": shape}`` anything by name (places, years). Fields that are not named here may come later;
those that are named stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Shape = str | list["Shape"] | Mapping[str, "Shape"]
Schema = dict[str, Any]

NULL = "null: not known, nobody publishes it, or it does not apply here. Never counted as 0."
_WORDS: Mapping[str, Schema] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "count": {"type": "integer"},
    "index": {"type": "integer", "x-unit": "index into the lists, from 0"},
    "yes": {"type": "boolean"},
    "day": {"type": "string", "format": "date"},
    "any": {},
    "value": {"type": ["string", "number", "boolean", "array"], "items": {"type": "string"}},
}
_FIGURES = ("number", "count", "value")
_UNITS: Mapping[str, str] = {
    "usd_per_month": "US dollars a month",
    "usd_per_hour": "US dollars an hour",
    "usd_per_1000_requests": "US dollars per 1,000 requests",
    "usd_per_user_month": "US dollars per user and month",
    "g_per_1000_requests": "grams per 1,000 requests",
    "pct_per_day": "% a day",
    "requests_per_s": "requests a second",
    "requests_per_month": "requests a month",
    "monthly_usd": "US dollars a month",
    "usd": "US dollars",
    "ms": "milliseconds",
    "mb": "MB",
    "w": "W",
    "share": "share, 0 to 1",
    "pct": "%",
    "days": "days",
    "seconds": "s",
    "month": "months",
    "months": "months",
}
"""End of a name -> unit; the longest that fits holds."""
_NAMED: Mapping[str, str] = {
    **dict.fromkeys(("a", "at", "here", "until", "x", "y", "values"), "the input's own unit"),
    **dict.fromkeys(("axis", "from", "to", "nearest_flip", "resolution"), "the input's own unit"),
    **dict.fromkeys(("p10", "p90", "last_below", "first_above"), "the input's own unit"),
    **dict.fromkeys(("b", "low", "mid", "high"), "that of what it stands in"),
    **dict.fromkeys(("ours", "published", "quantity", "value"), "named in unit beside it"),
    **dict.fromkeys(("list_value", "short_by"), "named in unit beside it"),
    **dict.fromkeys(("count", "draws", "held", "left_out", "machines", "passed"), "a count"),
    **dict.fromkeys(("candidates", "changes", "concurrency", "days_looked_at"), "a count"),
    **dict.fromkeys(("replicas_per_machine", "usable_concurrency", "year"), "a count"),
    **dict.fromkeys(("p50", "p95", "p50_parts", "p95_parts", "stages"), "milliseconds"),
    **dict.fromkeys(("input_tokens", "output_tokens"), "tokens a request"),
    **dict.fromkeys(("hours", "interval_hours", "run_hours"), "hours"),
    **dict.fromkeys(("score", "score_of_asked"), "points of the index named beside it"),
    **dict.fromkeys(("heat", "load", "distance", "probability_cheapest"), "share, 0 to 1"),
    **dict.fromkeys(("weeks", "parts"), "weeks"),
    "owning_from": "retrainings a month",
    "ratio": "ratio",
    "schema": "version",
    "seed": "a number without unit",
    "step": "named in figure_unit beside it",
}
"""A name whose end tells no unit -> what its figure is in."""
_ENDS = ("_low", "_high", "_mid", "_start", "_end")


def unit(name: str) -> str:
    """The unit a field's name ends in; blank where it has none."""
    plain = name
    for end in _ENDS:
        plain = plain.removesuffix(end)
    fits = [known for known in _UNITS if plain == known or plain.endswith(f"_{known}")]
    said = _UNITS[max(fits, key=len)] if fits else ""
    return said or _NAMED.get(name, "") or _NAMED.get(plain, "")


def schema(shape: Shape, name: str = "") -> Schema:
    """The JSON schema of a shape; raises KeyError for a word that is none."""
    if isinstance(shape, str):
        return _word(shape, name)
    if isinstance(shape, list):
        listed: Schema = {"type": "array", "items": schema(shape[0], name)}
        nullish: Schema = {"type": ["array", "null"], "description": NULL}
        return {**listed, **nullish} if shape[1:] == ["?"] else listed
    fields = dict(shape)
    nullable = fields.pop("?", None) is not None
    if "*" in fields:
        made: Schema = {"type": "object", "additionalProperties": schema(fields["*"], name)}
    else:
        made = {
            "type": "object",
            "properties": {field: schema(held, field) for field, held in fields.items()},
            "required": list(fields),
        }
    return {"oneOf": [made, {"type": "null"}], "description": NULL} if nullable else made


def _word(word: str, name: str) -> Schema:
    plain = word.removesuffix("?")
    made = dict(_WORDS[plain])
    if plain in _FIGURES and (said := unit(name)):
        made["x-unit"] = said
    if word.endswith("?"):
        kinds = made["type"] if isinstance(made["type"], list) else [made["type"]]
        made |= {"type": [*kinds, "null"], "description": NULL}
    return made


def maybe(shape: Mapping[str, Shape]) -> Mapping[str, Shape]:
    """An object that may be null."""
    return {**shape, "?": "yes"}


# --- what routes answer ----------------------------------------------------------------------
SOURCE: Shape = maybe({"title": "text", "url": "text", "as_of": "day?"})
_RULE: Mapping[str, Shape] = {
    "rule": "text",
    "text": "text",
    "change": "text",
    "needs": {"*": "value?"},
    "lasting": "text?",
    "source": SOURCE,
}
FINDING: Shape = {**_RULE, "verdict": "text"}
_UNCONFIRMED: Shape = {**_RULE, "vendor": "text"}
_GOES: Shape = maybe(
    {
        "vendor": "text?",
        "name": "text?",
        "region": "text?",
        "retention_days": "number?",
        "sub_processors": "text?",
        "sources": [SOURCE],
    }
)
_SPREAD: Shape = maybe({"low": "number?", "mid": "number?", "high": "number?"})
ITEM: Shape = {
    "name": "text",
    "category": "text",
    "payer": "text",
    "period": "text",
    "quantity": "number",
    "unit": "text",
    "rate_usd": "number",
    "amount_usd": "number",
    "credit": "yes",
    "price_key": "text?",
    "assumptions": ["text"],
    "source": {
        "title": "text",
        "url": "text",
        "as_of": "day?",
        "confidence": "text",
        "own": "yes",
        "list_usd": "number?",
    },
}
_RANGE: Shape = maybe(
    {
        "company_low_usd": "number",
        "company_high_usd": "number",
        "total_low_usd": "number?",
        "total_high_usd": "number?",
    }
)
_CAPACITY: Shape = maybe(
    {
        "machine": "text",
        "machines": "number?",
        "replicas_per_machine": "number?",
        "requests_per_s": "number?",
        "requests_per_s_low": "number?",
        "requests_per_s_high": "number?",
        "concurrency": "number?",
        "usable_requests_per_s": "number?",
        "usable_concurrency": "number?",
        "input_tokens": "number?",
        "output_tokens": "number?",
        "busy_share": "number?",
        "label": "text",
    }
)
_NEAR: Shape = maybe(
    {
        "load": "number?",
        "p50_low": "number?",
        "p50_high": "number?",
        "p95_low": "number?",
        "p95_high": "number?",
        "keeps_up": "yes",
    }
)
_DEVICE: Mapping[str, Shape] = {
    "device": "text",
    "system": "text",
    "in_browser": "yes",
    "share": _SPREAD,
    "our_judgement": "yes",
    "source": {"title": "text", "url": "text", "as_of": "day?", "confidence": "text"},
    "note": "text",
    "serves": "yes",
    "why_not": "text",
    "label": "text",
    "first_minute_ms": _SPREAD,
    "lasting_ms": _SPREAD,
    "first_load_ms": _SPREAD,
    "later_load_ms": _SPREAD,
    "memory_mb": "number?",
    "power_w": _SPREAD,
    "battery_pct_per_day": _SPREAD,
}
_DUTY: Mapping[str, Shape] = {
    "duty": "text",
    "session_seconds": "number?",
    "heat": "number?",
    "reach": _SPREAD,
    "left_out_share": "number?",
    "browser_share": "number?",
    "first_minute_ms": "number?",
    "lasting_ms": "number?",
    "battery_pct_per_day": _SPREAD,
    "battery_known_share": "number?",
    "radio_pct_per_day": _SPREAD,
}
_DEVICES: Shape = maybe({**_DUTY, "devices": [_DEVICE]})
_DEVICES_ONCE: Shape = maybe({**_DUTY, "devices": [_DEVICE, "?"], "devices_as_at": "text?"})
FIRST_RELEASE: Shape = maybe(
    {
        "weeks_low": "number",
        "weeks": "number",
        "weeks_high": "number",
        "parts": {"*": "number"},
    }
)
_MS: Shape = maybe({"*": "number?"})
OPTION: Mapping[str, Shape] = {
    "id": "text",
    "kind": "text",
    "label": "text",
    "trained_at": "text",
    "training_product": "text",
    "answers_at": "text",
    "status": "text",
    "reasons": ["text"],
    "rules": [FINDING],
    "unconfirmed": [_UNCONFIRMED],
    "data_goes": _GOES,
    "training_data_goes": _GOES,
    "not_modelled": [{"text": "text", "errs": "text"}],
    "total_usd": "number?",
    "npv_usd": "number?",
    "monthly_usd": "number?",
    "month1_usd": "number?",
    "usd_per_1000_requests": "number?",
    "usd_per_user_month": "number?",
    "company_usd": "number?",
    "user_usd": "number?",
    "range": _RANGE,
    "saves_usd_per_month": "number?",
    "switch_paid_back_month": "number?",
    "device_share": "number?",
    "latency_ms": {
        "p50": "number?",
        "p95": "number?",
        "near_limit": _NEAR,
        "p50_parts": _MS,
        "p95_parts": _MS,
        "frame": maybe({"stages": _MS, "slowest": "text"}),
    },
    "capacity": _CAPACITY,
    "line_items": [ITEM],
    "on_devices": _DEVICES,
    "first_release": FIRST_RELEASE,
    "would_allow_it": maybe({"*": "value?"}),
    "carbon_g_per_1000_requests": "number?",
    "carbon_text": "text",
}
CROSSING: Mapping[str, Shape] = {
    "at": "number",
    "until": "number?",
    "cheaper_below": "text?",
    "cheaper_above": "text?",
    "kind": "text",
    "p10": "number?",
    "p90": "number?",
    "last_below": "number?",
    "first_above": "number?",
    "changes": "count",
}
BREAK_EVEN: Mapping[str, Shape] = {
    "axis": "text",
    "unit": "text",
    "a": "text",
    "b": "text",
    "axis_low": "number?",
    "axis_high": "number?",
    "verdict": "text",
    "gap_low_usd": "number?",
    "gap_high_usd": "number?",
    "resolution": "number?",
    "reason": "text",
    "allowed": {"a": [["number"]], "b": [["number"]]},
    "crossings": [CROSSING],
}
_PAIR: Shape = {
    **BREAK_EVEN,
    "crossings": [
        {
            **CROSSING,
            "low": "number?",
            "high": "number?",
            "below": "text?",
            "above": "text?",
        }
    ],
    "first": "text",
    "second": "text",
    "text": "text",
    "verdict_of_first": "text",
}
"""A pair of the comparison, with the names its figures had before."""
OWN: Shape = {"name": "text", "value": "number", "unit": "text", "list_value": "number?"}
_VERDICT: Shape = maybe(
    {
        "recommended": "text?",
        "against": ["text"],
        "probability_cheapest": "number",
        "expected_regret_usd_per_month": "number?",
        "least_regret": "text?",
        "draws": "count",
    }
)
_TODAY: Shape = maybe(
    {
        "id": "text?",
        "label": "text",
        "status": "text?",
        "reasons": ["text"],
        "monthly_usd": "number?",
        "total_usd": "number?",
        "npv_usd": "number?",
        "stays": "yes",
        "switch_usd": "number?",
        "switch_items": [
            {
                "name": "text",
                "quantity": "number",
                "unit": "text",
                "rate_usd": "number?",
                "amount_usd": "number?",
                "source": "text",
                "basis": "text",
            }
        ],
    }
)
_PLACE_HEAD: Mapping[str, Shape] = {
    "id": "text",
    "name": "text",
    "words": "text",
    "on_premises": "yes",
}
_SAID: Shape = {
    "rule": "text",
    "text": "text",
    "figures": [{"name": "text", "value": "value?", "unit": "text", "of": "text?"}],
}
_ADVICE: Mapping[str, Shape] = {
    "own_model": "text",
    "own_model_because": [_SAID],
    "train_at": "text?",
    "answer_at": "text?",
    "too_close": "yes",
    "because": [_SAID],
    "runner_up": maybe(
        {
            "id": "text",
            "answer_at": "text",
            "train_at": "text",
            "extra_usd_per_month": "number?",
        }
    ),
    "survives_labour": "yes",
    "labour": "text",
}
_TURN: Shape = {
    "field": "text",
    "unit": "text",
    "here": "number?",
    "at": "number?",
    "direction": "text",
    "to_place": "text?",
    "distance": "number?",
    "text": "text",
}
_MEASURE: Shape = {"factor": "text", "label": "text", "usd_per_month": "number?", "text": "text"}
ADVICE: Shape = {
    **_ADVICE,
    "flips": [_TURN],
    "flips_along": "text",
    "measure_first": [_MEASURE],
}
HEAD: Mapping[str, Shape] = {
    "schema": "count",
    "edition": "day",
    "price_date": "day",
    "method": "text",
    "speed_budget": {
        "answer_ms": "number?",
        "first_word_ms": "number?",
        "token_ms": "number?",
        "frame_ms": "number?",
        "link": "text",
    },
    "places": [_PLACE_HEAD],
    "cheapest": "text?",
    "answers_since": "day?",
    "unconfirmed": [_UNCONFIRMED],
    "cheapest_confirmed": maybe(
        {"id": "text", "extra_usd_per_month": "number?", "extra_usd": "number?"}
    ),
    "today": _TODAY,
    "verdict": _VERDICT,
    "too_close": "yes",
    "own_figures": [OWN],
}
COMPARE: Mapping[str, Shape] = {
    **HEAD,
    "options": [OPTION],
    "advice": ADVICE,
    "alternatives": [
        {
            "id": "text",
            "label": "text",
            "kind": "text",
            "model": "text",
            "model_name": "text",
            "total_usd": "number?",
            "company_usd": "number?",
            "saves_usd_per_month": "number?",
            "score": "number?",
            "score_of_asked": "number?",
            "index": "text?",
            "score_source": maybe(
                {"title": "text", "url": "text", "as_of": "day?", "confidence": "text"}
            ),
            "changes": [{"what": "text", "text": "text"}],
        }
    ],
    "break_even": [_PAIR, "?"],
}
COMPARE_BEST: Mapping[str, Shape] = {
    **HEAD,
    "places": [
        {**_PLACE_HEAD, "option": maybe({**OPTION, "on_devices": _DEVICES_ONCE})},
    ],
    "headline": {
        "sentence": "text",
        "reason": "text",
        "labour": "text",
        "confirmation": "text",
        "certainty": "text",
        "our_assumptions": "text",
        "too_close": "yes",
        "range": _RANGE,
        "runner_up": "text?",
        "monthly_usd": "number?",
        "survives_labour": "yes",
        "ten_times": {
            "option": "text?",
            "monthly_usd": "number?",
            "usd_per_user_month": "number?",
        },
    },
    "excluded": [{"kind": "text", "text": "text", "change": "text"}],
    "advice": {
        **_ADVICE,
        "flips": [_TURN, "?"],
        "flips_along": "text?",
        "measure_first": [_MEASURE, "?"],
    },
    "break_even": [_PAIR, "?"],
}
"""With ``candidates=best``."""
_ALLOWED: Shape = maybe(
    {
        "id": "text",
        "answer_at": "text",
        "train_at": "text",
        "monthly_usd": "number?",
        "served_share": "number",
    }
)
_MISS: Mapping[str, Shape] = {
    "id": "text",
    "answer_at": "text",
    "monthly_usd": "number?",
    "text": "text",
    "would_allow_it": {"*": "value?"},
    "field": "text",
    "short_by": "number?",
    "unit": "text",
    "words": "text",
}
CONSTRAINTS: Shape = {
    "cheapest_allowed": _ALLOWED,
    "cheapest_overall": _ALLOWED,
    "together_usd_per_month": "number?",
    "constraints": [
        {
            "id": "text",
            "label": "text",
            "set_by": {"*": "value?"},
            "candidates": "count",
            "passed": "count",
            "usd_per_month": "number?",
            "cheapest_without": _ALLOWED,
            "near_miss": maybe(_MISS),
        }
    ],
    "near_misses": [_MISS],
    "live_video": maybe(
        {
            "frame_budget_ms": "number",
            "link": "text",
            "links": [
                {
                    "link": "text",
                    "answer_at": "text",
                    "frame_ms": "number?",
                    "passes": "yes",
                    "allowed": "yes",
                }
            ],
        }
    ),
}
SWEEP: Shape = {
    "axis": "text",
    "unit": "text",
    "values": ["value?"],
    "places": {
        "*": [
            {
                "id": "text?",
                "status": "text",
                "company_usd": "number?",
                "total_usd": "number?",
                "p95_ms": "number?",
            }
        ]
    },
}
STRIPS: Shape = {
    "strips": [
        {
            "field": "text",
            "unit": "text",
            "low": "number?",
            "high": "number?",
            "here": "number?",
            "bands": [
                {"from": "number?", "to": "number?", "place": "text?", "resolution": "number?"}
            ],
            "nearest_flip": "number?",
            "distance": "number?",
        }
    ]
}
TRADEOFFS: Shape = {
    "sentence": "text",
    "concerns": [
        {
            "id": "text",
            "title": "text",
            "unit": "text",
            "figure_unit": "text",
            "better": "text",
            "step": "number",
            "help": "text",
        }
    ],
    "places": [
        {
            "place": "text",
            "name": "text",
            "option": "text",
            "label": "text",
            "status": "text",
            "says": "text",
            "why_not": "text",
            "unbeaten": "yes",
            "beaten_by": ["text"],
            "cells": {
                "*": {
                    "value": "number?",
                    "text": "text",
                    "why": ["text"],
                    "sources": [{"title": "text", "url": "text", "as_of": "day?"}],
                    "missing": "text?",
                }
            },
        }
    ],
}
USERS_DEVICES: Shape = {
    "sentence": "text",
    "falls_back": {"share": "number", "to": "text?", "says": "text"},
    **_DUTY,
    "devices": [{**_DEVICE, "energy_j_per_request": _SPREAD}],
    "energy": {"computing_j": _SPREAD, "sending_j": _SPREAD, "link": "text"},
    "update": {
        "model_mb": "number?",
        "store_limit_mb": {"*": "number"},
        "new_models_per_month": "number",
        "fetch_share": "number",
        "installs_gb_per_month": "number?",
        "updates_gb_per_month": "number?",
        "with_release": "yes",
        "work_hours_per_month": "number",
        "says": ["text"],
    },
    "limits": {
        "answer_ms": "number?",
        "frame_ms": "number?",
        "battery_pct_per_day": "number",
        "min_reach_pct": "number",
    },
    "no_minute_30": "text",
}
_BEST_CADENCE: Shape = maybe(
    {
        "venue": "text",
        "retrains_per_month": "number",
        "usd_per_month": "number",
        "quality_usd_per_month": "number",
        "net_usd_per_month": "number",
        "text": "text",
    }
)
_VENUE: Shape = {
    "words": "text",
    "usd_per_month": ["number?"],
    "candidate": ["text?"],
    "trained_on": ["text?"],
    "run_hours": ["number?"],
    "limits": [{"code": "text", "from": "index", "to": "index", "text": "text"}],
    "quality_usd_per_month": ["number?", "?"],
    "net_usd_per_month": ["number?"],
    "curve": {"retrains_per_month": ["number"], "usd_per_month": ["number?"]},
    "best": _BEST_CADENCE,
    "cycle": [
        {
            "name": "text",
            "payer": "text",
            "period": "text",
            "category": "text",
            "usd_per_month": "number",
            "basis": "text",
        },
        "?",
    ],
    "reduced_dataset": maybe({"share": "number", "hours": "number", "usd": "number"}),
    "premium": maybe(
        {
            "usd_per_hour": "number",
            "raw_usd_per_hour": "number",
            "raw_product": "text",
            "raw_name": "text",
            "same_vendor": "yes",
            "ratio": "number",
            "text": "text",
        }
    ),
    "first_release": FIRST_RELEASE,
}
RETRAINING: Shape = {
    "retrains_per_month": ["number"],
    "interval_hours": ["number?"],
    "here": "index",
    "quality_counted": "yes",
    "venues": {"*": _VENUE},
    "cheapest": ["text?"],
    "crossings": [BREAK_EVEN],
    "rent_or_own": {
        "verdict": "text",
        "owning_from": "number?",
        "low": "number?",
        "high": "number?",
        "gap_low_usd_per_month": "number?",
        "gap_high_usd_per_month": "number?",
        "gap_here_usd_per_month": "number?",
        "decides": "text?",
        "decides_usd_per_month": "number?",
        "text": "text",
    },
    "best": _BEST_CADENCE,
}
_SIDE: Shape = {"place": "text?", "label": "text", "status": "text", "id": "text?"}
_YEAR: Shape = {
    "year": "count",
    "capex_usd": "number",
    "opex_usd": "number",
    "credit_usd": "number",
    "users_usd": "number",
    "total_usd": "number",
}
PAYBACK: Shape = {
    "a": "text",
    "b": "text",
    "sides": {"a": _SIDE, "b": _SIDE},
    "rank_by": "text",
    "verdict": "text",
    "gap_end_usd": "number?",
    "crossings": [{"month": "number", "cheaper_after": "text"}],
    "months": [{"month": "count", "cumulative_a_usd": "number?", "cumulative_b_usd": "number?"}],
    "cash_flow": {"*": [_YEAR]},
}
_AXIS: Shape = {
    "field": "text",
    "unit": "text",
    "scale": "text",
    "here": "number?",
    "values": ["number"],
}
MAP: Shape = {
    "x": _AXIS,
    "y": _AXIS,
    "winner": [["text?"]],
    "option": [["text?"]],
    "cost_usd_per_month": [["number?"]],
    "margin_usd_per_month": [["number?"]],
    "margin_share": [["number?"]],
    "class": [["text?"]],
    "class_by": "text",
    "boundary": [{"x": "number", "y": "number", "between": ["text?"]}],
    "limits": [{"place": "text", "rule": "text", "points": [{"x": "number", "y": "number"}]}],
}
_HELD: Shape = {
    "key": "text",
    "region": "text",
    "known_from": "day",
    "held_until": "day",
    "why": "text",
}
HISTORY: Shape = {
    "mode": "text",
    "edition": "day",
    "price_date": "day",
    "rank_by": "text",
    "choice": "text?",
    "days": [
        {
            "day": "day",
            "winner": "text?",
            "option": "text?",
            "places": {"*": {"id": "text", "cost_usd_per_month": "number"}},
            "choice_usd_per_month": "number?",
            "break_even": maybe(
                {
                    "first": "text",
                    "second": "text",
                    "requests_per_month": "number?",
                    "cheaper_below": "text?",
                }
            ),
            "moved": [
                {
                    "key": "text",
                    "region": "text",
                    "old_usd": "number?",
                    "new_usd": "number?",
                    "old_held": "yes",
                    "no_later_than": "yes",
                    "usd_per_month": {"*": "number"},
                }
            ],
            "held": "count",
        }
    ],
    "held": {"count": "count", "rows": [_HELD]},
    "followed": ["text"],
    "left_out": "count",
    "days_looked_at": "count",
}
_ODDS: Shape = {
    "option": "text",
    "p10_usd_per_month": "number?",
    "p50_usd_per_month": "number?",
    "p90_usd_per_month": "number?",
    "probability_cheapest": "number",
    "expected_regret_usd_per_month": "number?",
    "available_share": "number",
}
UNCERTAINTY: Shape = {
    "draws": "count",
    "seed": "count?",
    "places": {"*": _ODDS},
    "too_close": "yes",
    "recommended": "text?",
    "against": ["text"],
    "least_regret": "text?",
    "difference_usd_per_month": "number?",
    "worth_knowing": [{"factor": "text", "label": "text", "usd_per_month": "number"}],
    "tornado": [
        {
            "factor": "text",
            "label": "text",
            "low_usd_per_month": "number?",
            "high_usd_per_month": "number?",
        }
    ],
}
_PLACE: Shape = {
    "option": "text",
    "status": "text",
    "monthly_usd": "number?",
    "p95_ms": "number?",
}
SIDE_BY_SIDE: Shape = {
    "schema": "count",
    "edition": "day",
    "price_date": "day",
    "method": "text",
    "scenarios": [
        {
            "letter": "text",
            "title": "text",
            "query": "text",
            "sentence": "text",
            "cheapest": "text?",
            "kind": "text?",
            "label": "text?",
            "rank_by": "text",
            "total_usd": "number?",
            "company_usd": "number?",
            "monthly_usd": "number?",
            "low_usd_per_month": "number?",
            "high_usd_per_month": "number?",
            "usd_per_user_month": "number?",
            "p95_ms": "number?",
            "too_close": "yes",
            "changed": "text",
            "places": {"*": _PLACE},
        }
    ],
    "today": _TODAY,
    "differences": [{"field": "text", "title": "text", "unit": "text", "values": {"*": "value?"}}],
    "items": [
        {
            "name": "text",
            "category": "text",
            "payer": "text",
            "monthly_usd": {"*": "number?"},
        }
    ],
}
SELF_CHECK: Shape = {
    "edition": "day",
    "cases": [
        {
            "id": "text",
            "title": "text",
            "source": "text",
            "as_of": "text",
            "status": "text",
            "needs": "text",
            "query": "text?",
            "published": "number?",
            "ours": "number?",
            "unit": "text?",
            "tolerance_pct": "number?",
            "agrees": "yes?",
            "note": "text?",
        }
    ],
}
OPENAPI: Shape = {
    "openapi": "text",
    "info": {"*": "text"},
    "servers": [{"url": "text"}],
    "paths": {"*": {"*": "any"}},
    "components": {"*": {"*": "any"}},
}
HEALTH: Shape = {"status": "text", "edition": "day", "method": "text"}
REFUSED: Shape = {
    "error": "text",
    "details": [{"field": "text", "value": "text", "allowed": "text"}],
}
ERROR: Shape = {"error": "text"}
BUSY: Shape = {"error": "text", "reason": "text", "retry_after_s": "count"}
