"""What is uncertain: each factor declared once - what it moves, how, and what shares it.

A factor has a *score* at every point: 0 at the middle, -1 at the low and +1 at the high end of the
80 % interval (p10 and p90), so a standard normal score is 1.2816 of these. Everything a factor
moves moves with one score; different factors are independent. Hours, speeds, prices and ratios
follow a two-sided lognormal through low, middle and high, shares a logit-normal (``percent``: a
share told in per cent that must not pass 100), ratios that cannot be below 1 a lognormal of what is
above it: none is ever negative, no share leaves 0..1.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np

from calculators.arrays import Array, any_true
from pricing.records import value

Distribution = Literal["lognormal", "logit", "percent", "above_one"]
P90_SCORE = 1.2815515655446004
"""Standard normal score of the 90th percentile: one unit of a factor's score."""


@value
class Factor:
    """One uncertain cause."""

    name: str
    label: str  # in words
    moves: tuple[str, ...] = ()  # assumptions; estimators ask for their factor by name
    distribution: Distribution = "lognormal"
    prices: tuple[str, ...] = ()  # tables of prices, each row as far as its evidence says


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

PRICES = (
    Factor(
        "service_prices",
        "Prices of managed services",
        prices=("task_api_prices", "token_prices"),
    ),
    Factor("platform_prices", "Prices of hosted platforms", prices=("hosted_prices",)),
    Factor("rental_prices", "Prices of rented machines", prices=("rental_prices",)),
    Factor("server_prices", "Prices of bought servers", prices=("server_prices",)),
    Factor("network_prices", "Prices of traffic and delivery", prices=("network_prices",)),
    Factor("energy_prices", "Prices of electricity", prices=("energy_prices",)),
    Factor("extra_prices", "Prices of what comes beside machines", prices=("extra_prices",)),
)
"""How far prices are from what is paid: those of one kind move together, each by its evidence."""
EVIDENCE: Mapping[str, str] = MappingProxyType(
    {grade: f"price_evidence_pct_{grade.lower()}" for grade in "ABC"}
)
"""Class of evidence -> the assumption that says how far such a price may be off."""
STALE = "price_stale_times"
"""The assumption that says how many times as far an old one may be."""

GROWTH = Factor("growth", "Growth of the volume")
"""Only where the user gives its range; moved as a multiple a month (1.03), so it may shrink."""

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


def _hours(*tasks: tuple[str, str, tuple[str, ...]]) -> tuple[Factor, ...]:
    """Unlike tasks are independent: a factor for each, and for each place where they differ."""
    return tuple(
        Factor(name, f"{label}{_AT[place]}", (name,))
        for stem, label, places in tasks
        for place in places
        for name in [f"{stem}_{place}" if place else stem]
    )


_AT: Mapping[str, str] = {
    "": "",
    "managed_api": " with a managed API",
    "hosted_platform": " on a hosted platform",
    "rented": " on rented machines",
    "owned": " on own machines",
    "device": " on users' devices",
}
_SERVERS = ("managed_api", "hosted_platform", "rented", "owned")
_ALL = (*_SERVERS, "device")


def _links(*stems: str) -> tuple[str, ...]:
    return tuple(f"{stem}_{link}" for stem in stems for link in _LINKS)


FACTORS: tuple[Factor, ...] = (
    *ESTIMATES,
    *PRICES,
    GROWTH,
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
    *_hours(
        ("integration_hours", "Hours to set up", _SERVERS),
        ("own_api_hours", "Hours to write an own serving API", ("",)),
        ("migration_hours", "Hours to move to another model", ("managed_api",)),
        ("conversion_hours_per_platform", "Hours to bring the model to a platform", ("",)),
        ("ops_hours_per_month", "Hours a month to run", _ALL),
        ("ops_hours_per_machine", "Hours a month to run one machine", ("",)),
        ("hours_per_failure", "Hours to mend a failed machine", ("",)),
        ("hours_per_retrain", "Hours of one retraining", _ALL),
        ("hours_per_release_per_platform", "Hours of an app release", ("",)),
        ("validation_hours", "Hours to check new weights", ("",)),
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
    Factor(
        "retrained_by_people",
        "Retrainings a month that people attend to",
        ("retrained_by_hand_per_month",),
    ),
    Factor("new_examples", "Examples that are new in a month", ("new_examples_share_per_month",)),
    Factor("passes", "Passes over the examples in a run", ("training_passes",), "above_one"),
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
    Factor(
        "reading",
        "What a language model reads and writes for a picture or a recording",
        (
            "reading_prompt_tokens",
            "reading_answer_tokens_image_classification",
            "reading_answer_tokens_image_moderation",
            "reading_answer_tokens_object_detection",
            "reading_answer_tokens_ocr",
            "reading_pages_with_text",
            "reading_words_tokens_per_s",
        ),
    ),
    Factor("picture_density", "Bits for each pixel of a picture", ("picture_bits_per_pixel",)),
    Factor("picture_shape", "Shape of a picture", ("picture_aspect",), "above_one"),
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
        "percent",
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

_MOST: tuple[str, ...] = (
    # a place is its hours of work first: what an hour costs, those of every month
    "cost_of_work",
    # speeds decide how many machines there are, and whether a place may be used at all
    "server_speed",
    "device_speed",
    "ops_hours_per_machine",
    "know_how",
    *(f"ops_hours_per_month_{place}" for place in _ALL),
    "conversion_hours_per_platform",
    # the rest of the time an answer takes
    "round_trip",
    "network_tail",
    "serverless_start",
    "device_mix",
    "device_energy",
    "answer_lengths",
    "connection_speed",
    "round_trips",
    "service_prices",
    "growth",
    # hours of each retraining, hours once
    *(f"hours_per_retrain_{place}" for place in _ALL),
    *(f"integration_hours_{place}" for place in _SERVERS),
)
_LISTED = {item.name: item for item in FACTORS}
DRAWN: tuple[Factor, ...] = (
    *(_LISTED[name] for name in _MOST),
    *(item for item in FACTORS if item.name not in _MOST),
)
"""Every factor in the order in which draws take the dimensions of their sequence.

The earlier a dimension the more even it is beside others, so what moves answers most comes first:
hours of work and speeds, what else decides whether a place meets its limits, hours of each
retraining and of setting up servers. The order is one for all scenarios and editions; tests ask
that its first hold most of what moves a place.
"""
EARLY = len(_MOST)
"""How many of them were put first; the others follow in the order they are listed."""

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
        "switch_hours": "of leaving what one has: no option's own cost hangs on it",
        "switch_parallel_months": "of leaving what one has: no option's own cost hangs on it",
        "commitment_term_left": "of leaving what one has: no option's own cost hangs on it",
        "release_hours_per_week": "turns hours of a first release into weeks; no cost hangs on it",
        "server_delivery_weeks": "part of the weeks to a first release; no cost hangs on it",
        "store_review_weeks": "part of the weeks to a first release; no cost hangs on it",
        "reduced_dataset_share": "of a first trial that is shown; no option's cost hangs on it",
        "own_examples_short_times": "where devices stop learning; no cost hangs on it",
        "colocation_wholesale_from_kw": "where a price list ends; the prices on both sides move",
    }
)
"""Assumptions that no factor moves, and why."""

BY_NAME: Mapping[str, Factor] = MappingProxyType(_LISTED)
MOVED_BY: Mapping[str, Factor] = MappingProxyType(
    {name: item for item in FACTORS for name in item.moves}
)
"""Assumption -> the factor that moves it."""
PRICED_BY: Mapping[str, Factor] = MappingProxyType(
    {table: item for item in PRICES for table in item.prices}
)
"""Table of prices -> the factor that moves them."""


def active(assumed: Collection[str], *, growth: bool) -> tuple[Factor, ...]:
    """Factors that can move anything: of the assumptions read, estimates, prices, and growth."""
    read = set(assumed)
    always = {*ESTIMATES, *PRICES, *([GROWTH] if growth else [])}
    return tuple(item for item in FACTORS if item in always or read.intersection(item.moves))


def value_at(low: float, mid: float, high: float, score: Array, how: Distribution) -> Array:
    """The value of a quantity at a factor's ``score`` (N,), through ``low``, ``mid``, ``high``.

    Two-sided: the distance of the logarithm (of the odds for a share) to the middle is that of the
    end on the score's own side, times the score. A quantity without a range, or whose middle is 0,
    does not move; an end at the edge of what is possible is held just inside.
    """
    if low == high or mid == 0 or not any_true(score):
        return np.full_like(score, mid)
    if how == "percent":  # a share in per cent
        share = value_at(low / 100, mid / 100, high / 100, score, "logit")
        return np.where(score == 0, mid, 100 * share)
    if how == "above_one":
        return 1 + value_at(low - 1, mid - 1, high - 1, score, "lognormal")
    below, middle, above = (_scale(part, mid, how) for part in (low, mid, high))
    moved = middle + score * np.where(score > 0, above - middle, middle - below)
    found = np.exp(moved) if how == "lognormal" else 1 / (1 + np.exp(-moved))
    return np.where(score == 0, mid, found)  # no rounding where nothing moves


def _scale(value: float, mid: float, how: Distribution) -> float:
    if how == "lognormal":
        return float(np.log(max(value, mid * 1e-6)))
    held = min(max(value, 1e-9), 1 - 1e-9)
    return float(np.log(held / (1 - held)))
