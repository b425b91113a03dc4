"""Absurd and extreme scenarios: nothing crashes, sums hold, unknown stays unknown."""

from __future__ import annotations

from typing import Any

import pytest

from tests.calculators.invariants import check, check_exploration
from tests.calculators.world import compared
from tests.sampling import few

TRAINED: dict[str, Any] = {"own_model_required": True, "retrains_per_month": 1}
CHAT: dict[str, Any] = {
    "task": "text_generation",
    "model": "chat-8b",
    "input_tokens": 500,
    "output_tokens": 500,
}

ABSURD: dict[str, dict[str, Any]] = {
    "as it is": {},
    "one request in all": {"requests_per_month": 1, "horizon_months": 1},
    "a million million requests": {"requests_per_month": 1e12},
    "doubling every month": {
        "requests_per_month": 1000,
        "growth_pct_per_month": 100,
        "horizon_months": 24,
    },
    "doubling for ten years": {
        "requests_per_month": 1,
        "growth_pct_per_month": 100,
        "horizon_months": 120,
    },
    "halving every month": {
        "requests_per_month": 1e9,
        "growth_pct_per_month": -50,
        "horizon_months": 60,
    },
    "ten years": {"horizon_months": 120},
    "one month, three-year commitments": {
        "horizon_months": 1,
        "max_commitment": "3y",
        "spot_serving": True,
    },
    "scheduled for an hour": {"billing": "scheduled", "scheduled_hours_per_month": 1},
    "autoscaled at the sharpest peak": {"billing": "autoscaled", "peak_to_mean": 100},
    "autoscaled and growing": {
        "billing": "autoscaled",
        "growth_pct_per_month": 10,
        "requests_per_month": 1e8,
    },
    "scheduled and shrinking": {
        "billing": "scheduled",
        "growth_pct_per_month": -10,
        "requests_per_month": 1e9,
        "max_commitment": "3y",
    },
    "a thousand spares": {"spare_instances": 1000},
    "no headroom": {"target_peak_load": 1, "peak_to_mean": 1, "spare_instances": 0},
    "all headroom": {"target_peak_load": 0.001},
    "sixty frames a second": {"realtime_fps": 60, "device_mix": "new_phones"},
    "half a frame a second": {"realtime_fps": 0.5},
    "a millisecond": {"latency_budget_ms": 1},
    "answers can wait": {"can_wait_hours": 720},
    "everything at once": {
        "offline_required": True,
        "export_required": True,
        "model_secrecy": True,
        "data_sensitivity": "on_device",
    },
    "nobody must be served": {
        "min_reach_pct": 0,
        "device_mix": "old_phones",
        "battery_wear": False,
    },
    "no battery to spare": {"battery_budget_pct_per_day": 0.001},
    "one request a user a month": {"requests_per_user_per_month": 1},
    "a thousandth of a request a user": {"requests_per_user_per_month": 1e-3},
    "ten million requests a user": {"requests_per_user_per_month": 1e7},
    "users held": {"hold": "users", "growth_pct_per_month": 20},
    "users held and none installs": {"hold": "users", "installs_per_month": 0},
    "ten thousand million installs": {"installs_per_month": 1e10, "model": "big-net"},
    "nothing sent": {"request_kb": 0, "response_kb": 0, "radio_tail_j": 0},
    "a gigabyte each way": {"request_kb": 1e6, "response_kb": 1e6},
    "no model named": {"model": "", "params_millions": 10, "gflops_per_request": 2},
    "no model at all": {"model": ""},
    "a model of unknown size": {"model": "unknown-net"},
    "two million million weights": {"params_millions": 2_000_000},
    "free work": {"staff_usd_per_hour": 0},
    "all work": {
        "integration_hours": 1e6,
        "ops_hours_per_month": 1e5,
        "hours_per_retrain": 1e5,
        **TRAINED,
    },
    "free electricity": {"electricity_usd_per_kwh": 0, "pue": 1},
    "dear electricity": {"electricity_usd_per_kwh": 10, "pue": 5},
    "prices triple": {
        f"price_change_pct_per_year_{kind}": 200
        for kind in ("api", "rental", "hardware", "electricity")
    },
    "prices collapse": {"horizon_months": 120}
    | {
        f"price_change_pct_per_year_{kind}": -90
        for kind in ("api", "rental", "hardware", "electricity")
    },
    "money is worth nothing": {"discount_rate_pct": 100},
    "hourly retraining": {**TRAINED, "retrains_per_month": 730},
    "retraining every minute": {**TRAINED, "retrains_per_month": 43_800},
    "from scratch": {**TRAINED, "training_method": "from_scratch"},
    "fine-tuned": {"training_method": "fine_tune"},
    "an adapter": {**CHAT, **TRAINED, "training_method": "lora"},
    "a million million examples": {**TRAINED, "training_examples": 1e12},
    "spare machines": {**TRAINED, "owned_already": True},
    "a thousand experiments": {**TRAINED, "experiments_per_retrain": 1000},
    "trained on the device": {**TRAINED, "device_mix": "new_phones", "offline_required": True},
    "export and premises": {**TRAINED, "export_required": True, "data_sensitivity": "on_premises"},
    "chat": CHAT,
    "chat with nothing to say": {**CHAT, "input_tokens": 0, "output_tokens": 0},
    "chat of a million tokens": {**CHAT, "input_tokens": 1e6, "output_tokens": 1e6},
    "chat all repeated": {**CHAT, "cached_input_share": 1},
    "chat in batches": {**CHAT, "can_wait_hours": 24, "cached_input_share": 0.5},
    "a task nobody sells": {"task": "recommendation"},
    "silence to transcribe": {"task": "speech_to_text", "audio_seconds": 0},
    "ten hours to transcribe": {"task": "speech_to_text", "audio_seconds": 36_000},
    "fifty features": {"task": "image_classification", "features_per_request": 50},
    "Europe": {"region": "eu"},
    "Europe, regulated, best evidence": {
        "region": "eu",
        "data_sensitivity": "regulated",
        "min_confidence": "A",
    },
    "no provider": {"providers_allowed": ("nobody",)},
    "users pay too": {"rank_by": "company_and_user"},
    "own benchmark": {
        "measured_requests_per_s": 1e-6,
        "measured_answer_ms": 1e6,
        "measured_on": "acme/m1",
        "measured_device": "phone-a",
        "measured_device_ms": 1,
        "measured_device_j_per_request": 0,
    },
    "own benchmark of a model that does not fit": {
        "params_millions": 20_000,
        "measured_requests_per_s": 5,
        "measured_on": "acme/m1",
    },
    "one web page": {"platforms": ("web",), "model": "big-net"},
    "nothing to translate": {"task": "translation", "model": "", "params_millions": 100},
    "nothing is known of the users' devices": {"device_mix": "old_phones"},
    "nothing is known of those who pay": {
        "device_mix": "old_phones",
        "rank_by": "company_and_user",
    },
    "every phone can": {"device_mix": "new_phones"},
    "no phone can": {"device_mix": "old_phones", "battery_wear": False},
    "live, and no phone in time": {
        "realtime_fps": 24,
        "link": "fixed",
        "device_mix": "everyone",
        "requests_per_month": 1e11,
    },
    "every month twice": {"active_days_per_month": 31, "requests_per_user_per_month": 60},
}


@pytest.mark.parametrize("case", ABSURD)
def test_nothing_breaks(case: str) -> None:
    check(compared(**ABSURD[case]))


@pytest.mark.parametrize("case", few(list(ABSURD)[::4], 7))
def test_nothing_around_it_breaks(case: str) -> None:
    check_exploration(compared(**ABSURD[case]))
