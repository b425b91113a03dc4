"""What is uncertain: each factor declared once - what it moves, how, and what shares it.

A factor has a *score* at every point: 0 at the middle, -1 at the low and +1 at the high end of the
80 % interval (p10 and p90), so a standard normal score is 1.2816 of these. Everything a factor
moves moves with one score; different factors are independent. Hours, speeds, prices and ratios
follow a two-sided lognormal through low, middle and high, shares a logit-normal, ratios that
cannot be below 1 a lognormal of what is above it: none is ever negative, no share leaves 0..1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from calculators.arrays import Array

Distribution = Literal["lognormal", "logit", "above_one"]
P90_SCORE = 1.2815515655446004
"""Standard normal score of the 90th percentile: one unit of a factor's score."""


@dataclass(frozen=True)
class Factor:
    """One uncertain cause."""

    name: str
    label: str  # in words
    moves: tuple[str, ...] = ()  # assumptions; estimators ask for their factor by name
    distribution: Distribution = "lognormal"


SERVER_SPEED = Factor("server_speed", "Speed of servers against the estimate")
TRAINING_SPEED = Factor("training_speed", "Speed of training against the estimate")
DEVICE_SPEED = Factor("device_speed", "Speed of users' devices against the estimate")
DEVICE_ENERGY = Factor("device_energy", "Energy on users' devices against the estimate")
DEVICE_MIX = Factor(
    "device_mix", "How able the devices are that the users have", distribution="logit"
)
"""Shares of a mix: those of faster devices go to their high end as those of slower ones go to
their low end; the rows of the mix hold the ends."""
ESTIMATES = (SERVER_SPEED, TRAINING_SPEED, DEVICE_SPEED, DEVICE_ENERGY, DEVICE_MIX)
"""Errors of the estimators and of the mixes; their intervals come with each estimate or row."""

MANAGED_TRAINING = Factor(
    "managed_training",
    "Hours a managed service trains and bills for a run",
    ("managed_training_hours",),
)
TRAINING_START = Factor(
    "training_start", "Time until a training run begins", ("machine_start_minutes",)
)
"""Also moves what ``training_starts`` says of vendors."""

_LINKS = ("wifi", "4g", "5g", "fixed")


def _each(label: str, *names: str) -> tuple[Factor, ...]:
    """Unlike tasks are independent: a factor for each."""
    return tuple(Factor(name, f"{label}: {name.replace('_', ' ')}", (name,)) for name in names)


def _links(*stems: str) -> tuple[str, ...]:
    return tuple(f"{stem}_{link}" for stem in stems for link in _LINKS)


FACTORS: tuple[Factor, ...] = (
    *ESTIMATES,
    Factor("cost_of_work", "Cost of an hour of work", ("staff_usd_per_hour",)),
    Factor(
        "know_how",
        "Hours that know-how saves or costs",
        (
            "expertise_multiplier_none",
            "expertise_multiplier_some",
            "expertise_multiplier_team",
        ),
    ),
    *_each(
        "Hours",
        "integration_hours_managed_api",
        "integration_hours_hosted_platform",
        "integration_hours_rented",
        "integration_hours_owned",
        "own_api_hours",
        "migration_hours_managed_api",
        "conversion_hours_per_platform",
        "ops_hours_per_month_managed_api",
        "ops_hours_per_month_hosted_platform",
        "ops_hours_per_month_rented",
        "ops_hours_per_month_owned",
        "ops_hours_per_month_device",
        "ops_hours_per_machine",
        "hours_per_failure",
        "hours_per_retrain_managed_api",
        "hours_per_retrain_hosted_platform",
        "hours_per_retrain_rented",
        "hours_per_retrain_owned",
        "hours_per_retrain_device",
        "hours_per_release_per_platform",
        "validation_hours",
    ),
    Factor("round_trip", "Round trip of the users' connection", _links("rtt_ms")),
    Factor(
        "connection_speed",
        "Speed of the users' connection",
        _links("uplink_mbps", "downlink_mbps"),
    ),
    Factor("round_trips", "Round trips per request", ("round_trips_per_request",)),
    Factor("network_tail", "Slow trips against the median", ("p95_to_p50_network",), "above_one"),
    Factor(
        "answer_lengths",
        "Spread of the lengths of answers",
        ("answer_length_spread_text_generation", "answer_length_spread_translation"),
    ),
    Factor(
        "radio_energy",
        "Energy of the radio",
        _links("radio_up_j_per_mb", "radio_down_j_per_mb", "radio_tail_j"),
    ),
    Factor("app_overhead", "Time of the app around an answer", ("app_overhead_ms",)),
    Factor(
        "charger_efficiency",
        "Wall energy that reaches the battery",
        ("charger_efficiency",),
        "logit",
    ),
    Factor("updates", "Installs that fetch an update", ("release_update_share",), "logit"),
    Factor(
        "checked_by_people",
        "Sets of new weights a month that people look at",
        ("validated_by_hand_per_month",),
    ),
    Factor("web_cache", "How often a browser drops the model", ("web_cache_losses_per_month",)),
    Factor(
        "heat",
        "Minutes until a device has slowed down",
        ("heat_starts_minutes", "heat_settles_minutes"),
    ),
    Factor("new_installs", "New installs a month", ("new_install_share_pct",)),
    Factor("store_releases", "Releases through a store", ("store_releases_per_month",)),
    Factor("characters", "Characters per token", ("characters_per_token",)),
    MANAGED_TRAINING,
    TRAINING_START,
    Factor("tokenizers", "Tokens of a text by another tokenizer", ("tokenizer_ratio_error",)),
    Factor(
        "hidden_output",
        "Hidden output of a model that thinks",
        ("hidden_per_visible_low", "hidden_per_visible_medium", "hidden_per_visible_high"),
    ),
    Factor(
        "training_evaluation",
        "Evaluation and checkpoints beside training",
        ("training_evaluation_share",),
    ),
    Factor(
        "training_weights",
        "Reading and writing weights for a training run",
        ("training_weights_seconds_per_gib",),
    ),
    Factor(
        "training_data",
        "Speed at which training data move",
        ("dataset_upload_mbps", "training_copy_mbps"),
    ),
    Factor(
        "device_training",
        "Nights a device gives to a training run",
        ("device_training_max_hours", "device_training_nights"),
    ),
    Factor("backward_pass", "Training of an example over one answer", ("training_over_inference",)),
    Factor(
        "training_memory",
        "Memory of training on a device",
        ("training_bytes_per_weight", "device_training_batch"),
    ),
    Factor(
        "learnt_bytes",
        "Bytes that a device sends of what it learnt",
        ("device_training_rounds", "device_training_sent_bytes"),
    ),
    Factor(
        "serverless_idle",
        "Time a serverless machine stays up",
        ("serverless_idle_seconds",),
    ),
    Factor(
        "serverless_start",
        "Time a serverless machine takes to start",
        ("serverless_start_seconds",),
    ),
    Factor(
        "beside_accelerators",
        "Cores and memory beside an accelerator",
        ("worker_cpu_cores", "worker_memory_gib"),
    ),
    Factor("machine_disk", "Disk of a rented machine", ("machine_disk_gb",)),
    Factor("endpoint_rate", "What one unit of a trained API answers", ("endpoint_rate_ratio",)),
    Factor("pue", "Building overhead (PUE)", ("pue",), "above_one"),
    Factor("server_life", "Months a bought server is used", ("server_life_months",)),
    Factor(
        "server_resale",
        "What a used server fetches",
        ("resale_first_loss_pct", "resale_after_36_months_pct"),
    ),
    Factor("fleet_work", "How work grows with machines", ("ops_machines_exponent",)),
    Factor("failures", "Failures of hardware", ("failures_per_accelerator_year",)),
    Factor(
        "colocation",
        "Price of space in a colocation",
        ("colocation_unit_usd_per_month", "colocation_usd_per_kw_month"),
    ),
    Factor("transit", "Price of internet transit", ("transit_usd_per_mbps_month",)),
    Factor("maintenance", "Maintenance of bought servers", ("maintenance_pct_per_year",)),
    Factor("cabling", "Network and cabling of bought servers", ("network_and_cabling_pct",)),
    Factor(
        "server_power",
        "Power of servers against their most",
        ("server_idle_power_ratio", "server_typical_power_ratio"),
        "logit",
    ),
    Factor(
        "spot_interruptions",
        "Work lost to interruptions of spot machines",
        ("spot_interruption_overhead",),
        "logit",
    ),
)
"""Every uncertain factor. A test asks each ranged assumption to stand here or in :data:`FIXED`."""

FIXED: Mapping[str, str] = MappingProxyType(
    {
        "store_limit_mb_ios": "a rule of the store, not a guess",
        "store_limit_mb_android": "a rule of the store, not a guess",
        "store_limit_mb_web": "a web page gets no model from a store",
        "usable_ram_share": "nothing reads it: memory on devices comes from the fitted share",
        "sustained_speed_ratio_phone": "nothing reads it: the fitted ratio by device class stands",
        "device_training_max_params_millions": "nothing reads it: memory and nights decide",
        "phone_llm_power_w": "nothing reads it: power on devices is fitted",
        "p95_to_p50_server": "nothing reads it: slow answers follow from load and lengths",
        "min_warm_instances": "nothing reads it yet: no product states its least instances",
        "endpoint_unit_rps": "bounds what is priced; no amount hangs on it",
        "ops_hours_per_server_month": "nothing reads it: one rule for rented and own machines",
        "server_residual_pct": "nothing reads it: what is left follows the machine's age",
        "colocation_wholesale_from_kw": "where a price list ends; the prices on both sides move",
    }
)
"""Assumptions that no factor moves, and why."""

BY_NAME: Mapping[str, Factor] = MappingProxyType({item.name: item for item in FACTORS})
MOVED_BY: Mapping[str, Factor] = MappingProxyType(
    {name: item for item in FACTORS for name in item.moves}
)
"""Assumption -> the factor that moves it."""


def value_at(low: float, mid: float, high: float, score: Array, how: Distribution) -> Array:
    """The value of a quantity at a factor's ``score`` (N,), through ``low``, ``mid``, ``high``.

    Two-sided: the distance of the logarithm (of the odds for a share) to the middle is that of the
    end on the score's own side, times the score. A quantity without a range, or whose middle is 0,
    does not move; an end at the edge of what is possible is held just inside.
    """
    if low == high or mid == 0 or not score.any():
        return np.full_like(score, mid)
    if how == "above_one":
        return 1 + value_at(low - 1, mid - 1, high - 1, score, "lognormal")
    below, middle, above = (_scale(part, mid, how) for part in (low, mid, high))
    moved = middle + np.maximum(score, 0) * (above - middle)
    moved = moved + np.minimum(score, 0) * (middle - below)
    found = np.exp(moved) if how == "lognormal" else 1 / (1 + np.exp(-moved))
    return np.where(score == 0, mid, found)  # no rounding where nothing moves


def _scale(value: float, mid: float, how: Distribution) -> float:
    if how == "lognormal":
        return float(np.log(max(value, mid * 1e-6)))
    held = min(max(value, 1e-9), 1 - 1e-9)
    return float(np.log(held / (1 - held)))
