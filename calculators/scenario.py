"""The scenario: every input a user can enter, with unit, default, bounds and help.

Form, link, API, report and validation messages all derive from this one model. A new input is a
new field here. ``None`` means "taken from the model or the price book".
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo

from calculators import title as title_rule
from calculators.own import UNITS, bounds_alone, refused
from pricing.own import NOTHING, Own, kind_of
from pricing.schema import Task

Group = Literal["what", "how much", "training", "data", "needs", "devices", "serving", "money"]
Sensitivity = Literal["public", "internal", "personal", "regulated", "on_premises", "on_device"]
Precision = Literal["fp16", "fp8", "int8", "int4"]
Commitment = Literal["on_demand", "1y", "3y"]
Link = Literal["wifi", "4g", "5g", "fixed"]
Language = Literal["any", "en", "de", "es", "fr", "pl", "ar", "hi", "ja", "zh", "code"]
Effort = Literal["none", "low", "medium", "high"]
ServiceTier = Literal["standard", "priority"]
Platform = Literal["ios", "android", "web", "pc"]
Addon = Literal[
    "streaming", "speakers", "channels", "entities", "documents", "annotations", "safe_search"
]


def _field(default: Any, group: Group, unit: str, title: str, help: str, **bounds: Any) -> Any:
    extra: JsonDict = {"group": group, "unit": unit}
    return Field(default, title=title, description=help, json_schema_extra=extra, **bounds)


class Scenario(BaseModel):
    """One app's situation. Frozen; change it with :meth:`with_changes`."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    # what
    preset: str = _field(
        "celebrity_match",
        "what",
        "",
        "What does the app do?",
        "A preset fills every other field; what you enter yourself wins.",
    )
    task: Task = _field("face_match", "what", "", "Task", "What one request asks for.")
    model: str = _field(
        "",
        "what",
        "",
        "Model",
        "The model that answers. Sizes below come from it unless you enter your own.",
    )
    params_millions: float | None = _field(
        None,
        "what",
        "million parameters",
        "Parameters",
        "Size of the model: all its weights, in millions.",
        gt=0,
        le=2_000_000,
    )
    active_params_millions: float | None = _field(
        None,
        "what",
        "million parameters",
        "Active parameters",
        "Weights used for one token (mixture-of-experts models use few of "
        "them); memory follows all weights, speed the active ones.",
        gt=0,
        le=2_000_000,
    )
    gflops_per_request: float | None = _field(
        None,
        "what",
        "GFLOP",
        "Work per request",
        "Billions of floating-point operations for one whole request: 2 x multiply-adds.",
        gt=0,
        le=1e9,
    )
    precision: Precision = _field(
        "fp16",
        "what",
        "",
        "Number format of the weights",
        "Fewer bits need less memory and run faster, at some loss of quality.",
    )
    input_tokens: float = _field(
        0,
        "what",
        "tokens per request",
        "Input tokens",
        "Pieces of text read per request; about 0.75 English words each.",
        ge=0,
        le=1_000_000,
    )
    output_tokens: float = _field(
        0,
        "what",
        "tokens per request",
        "Output tokens",
        "Pieces of text written per request that the user gets to see.",
        ge=0,
        le=1_000_000,
    )
    text_language: Language = _field(
        "en",
        "what",
        "",
        "Language of the text",
        "Models cut the same text into unlike numbers of tokens, by language. Yours are counted "
        "as the chosen model does; any: every model is taken to count alike.",
    )
    reasoning: Effort = _field(
        "none",
        "what",
        "",
        "Thinking before the answer",
        "How much a model that can think writes for itself first. Nobody sees it, and it is "
        "billed and takes time like the answer.",
    )
    cached_input_share: float = _field(
        0,
        "what",
        "share",
        "Repeated share of the input",
        "Share of the input that is the same every time, such as a fixed instruction; many "
        "services charge less for it.",
        ge=0,
        le=1,
    )
    cache_writes_share: float = _field(
        0,
        "what",
        "share",
        "Share of the input written to the cache",
        "Share of the input that is put into the vendor's cache with this request, on average over "
        "all requests: some vendors charge more for it. What is neither written nor repeated is "
        "read anew.",
        ge=0,
        le=1,
    )
    images_per_request: float = _field(
        0,
        "what",
        "images per request",
        "Images sent to a language model",
        "Read as tokens, by each model's own rule and the size of the image.",
        ge=0,
        le=1000,
    )
    image_width_px: float | None = _field(
        None,
        "what",
        "pixels",
        "Width of an image",
        "As sent to the language model.",
        ge=1,
        le=65_535,
    )
    image_height_px: float | None = _field(
        None,
        "what",
        "pixels",
        "Height of an image",
        "As sent to the language model.",
        ge=1,
        le=65_535,
    )
    video_seconds: float = _field(
        0,
        "what",
        "seconds per request",
        "Film per request",
        "Length of the film sent with one request, to a language model or a service for films.",
        ge=0,
        le=36_000,
    )
    audio_seconds: float = _field(
        0,
        "what",
        "seconds per request",
        "Audio per request",
        "Length of the recording sent with one request.",
        ge=0,
        le=36_000,
    )
    request_kb: float = _field(
        150,
        "what",
        "kB per request",
        "Size sent",
        "What the app sends for one request, in kilobytes.",
        ge=0,
        le=1_000_000,
    )
    response_kb: float = _field(
        2,
        "what",
        "kB per request",
        "Size returned",
        "What comes back for one request, in kilobytes.",
        ge=0,
        le=1_000_000,
    )
    quality_class: Literal["small", "mid", "frontier"] = _field(
        "small",
        "what",
        "",
        "Quality needed",
        "Class of other models that are ranked with the rest, where these are asked for or no "
        "model is named; each stands in a class by its score on an index.",
    )
    other_models: bool = _field(
        False,
        "what",
        "",
        "Also consider other models of this class",
        "Yes: models of the same quality class, and language models that can do the task, are "
        "ranked with the rest. No: they are shown beside the answer with what they would save.",
    )
    features_per_request: int = _field(
        1,
        "what",
        "features per request",
        "Features per request",
        "How many findings of an API each request asks for (faces and labels are two); each is "
        "billed as a unit of its own.",
        ge=1,
        le=50,
    )
    addons: tuple[Addon, ...] = _field(
        (),
        "what",
        "",
        "Add-ons",
        "Streaming: words come while the user speaks. Speakers: who spoke is told apart. Channels: "
        "two channels of a call, each transcribed. Entities: names and numbers are found. "
        "Documents: text comes as files. Annotations: fields of a page as data. Safe search: is "
        "the image fit to be shown, beside the features asked for.",
    )

    title: str = _field(
        "",
        "what",
        "",
        "Title",
        "A name of your own for this scenario: it heads the page, the report and the workbook, and "
        "changes no figure.",
        max_length=title_rule.MOST_CHARS,
    )

    # how much
    requests_per_month: float = _field(
        1_000_000,
        "how much",
        "requests per month",
        "Requests a month",
        "All users together, in the first month.",
        ge=1,
        le=1e12,
    )
    requests_per_user_per_month: float = _field(
        10,
        "how much",
        "requests per user per month",
        "Requests per user a month",
        "Held while the volume changes, so the number of users follows.",
        ge=0.001,
        le=10_000_000,
    )
    active_days_per_month: float = _field(
        10,
        "how much",
        "days per month",
        "Active days",
        "Days a month on which a user uses the feature; battery counts per active day.",
        gt=0,
        le=31,
    )
    installs_per_month: float | None = _field(
        None,
        "how much",
        "installs per month",
        "New installs a month",
        "First downloads of the app. Left empty: 5 % of the users.",
        ge=0,
        le=1e10,
    )
    growth_pct_per_month: float = _field(
        0,
        "how much",
        "% per month",
        "Growth",
        "How much the volume grows each month.",
        ge=-50,
        le=100,
    )
    growth_low: float | None = _field(
        None,
        "how much",
        "% per month",
        "Growth, low",
        "One chance in ten that it grows less. Left empty: growth is certain.",
        ge=-50,
        le=100,
    )
    growth_high: float | None = _field(
        None,
        "how much",
        "% per month",
        "Growth, high",
        "One chance in ten that it grows more. Left empty: growth is certain.",
        ge=-50,
        le=100,
    )
    peak_to_mean: float = _field(
        3,
        "how much",
        "ratio",
        "Busiest hour against the average",
        "How many times the average rate the busiest hour brings.",
        ge=1,
        le=100,
    )
    utc_offset_hours: float | None = _field(
        None,
        "how much",
        "hours ahead of UTC",
        "Users' clock",
        "For prices that depend on the hour. Left empty: the middle of the region (US -6, EU +1).",
        ge=-12,
        le=14,
    )
    weekend_share: float | None = _field(
        None,
        "how much",
        "share",
        "Share of the requests at weekends",
        "For prices that depend on the day of the week. Left empty: every day alike (2 of 7).",
        ge=0,
        le=1,
    )
    horizon_months: int = _field(
        36,
        "how much",
        "months",
        "Period looked at",
        "Costs are added up over this many months.",
        ge=1,
        le=120,
    )
    hold: Literal["requests_per_user", "users"] = _field(
        "requests_per_user",
        "how much",
        "",
        "Held fixed when the volume changes",
        "Either each user keeps asking as often and users "
        "are added, or the users stay and ask more.",
    )

    # training
    own_model_required: bool = _field(
        False,
        "training",
        "",
        "Own model required",
        "Yes: a ready-made service is not enough, the model must be trained on your data.",
    )
    retrains_per_month: float = _field(
        0,
        "training",
        "per month",
        "Retrained",
        "How often the model is trained again. 0 is never, 1 monthly, 30 daily, 730 hourly.",
        ge=0,
        le=43_800,
    )
    training_method: Literal["none", "from_scratch", "fine_tune", "lora"] = _field(
        "none",
        "training",
        "",
        "How it is trained",
        "From scratch, all weights of a published model, or a small add-on to it (LoRA).",
    )
    training_examples: float = _field(
        20_000,
        "training",
        "examples per run",
        "Training examples",
        "Examples seen in one training run, all passes over them counted.",
        gt=0,
        le=1e12,
    )
    training_tokens: float = _field(
        10_000_000,
        "training",
        "tokens per run",
        "Training tokens",
        "For language models: tokens seen in one training run.",
        gt=0,
        le=1e14,
    )
    dataset_gb: float = _field(
        5, "training", "GB", "Training data", "Stored and uploaded.", ge=0, le=10_000_000
    )
    experiments_per_retrain: float = _field(
        3,
        "training",
        "runs per retraining",
        "Runs per retraining",
        "Attempts until one is good enough.",
        ge=1,
        le=1000,
    )
    owned_already: bool = _field(
        False,
        "training",
        "",
        "Training machines already owned",
        "Yes: spare machines are there, so training on them needs no purchase.",
    )

    labelling_usd_per_example: float = _field(
        0,
        "training",
        "USD per example",
        "Labelling",
        "What collecting and labelling one new training example costs you. 0: your data come with "
        "their labels.",
        ge=0,
        le=10_000,
    )
    quality_point_usd_per_month: float = _field(
        0,
        "training",
        "USD per point and month",
        "Worth of one point of quality",
        "What one point of quality (1 % more right answers) is worth to you in a month. 0: it is "
        "not counted.",
        ge=0,
        le=1e9,
    )
    quality_loss_per_month: float = _field(
        0,
        "training",
        "points per month",
        "Quality lost without retraining",
        "Points of quality a model loses in a month in which it is not trained again.",
        ge=0,
        le=100,
    )

    # data
    data_sensitivity: Sensitivity = _field(
        "personal",
        "data",
        "",
        "Data in the requests",
        "Decides where requests may be answered. Cost never outweighs it.",
    )
    training_data_sensitivity: Sensitivity | None = _field(
        None,
        "data",
        "",
        "Data in the training set",
        "Decides where training may happen. Left empty: the same as the requests.",
    )
    region: Literal["us", "eu"] = _field(
        "us", "data", "", "Region", "Where the users are and personal data must stay."
    )
    providers_allowed: tuple[str, ...] = _field(
        (), "data", "", "Providers allowed", "Vendor names as on the Prices page; empty allows all."
    )
    agreements_signed: tuple[str, ...] = _field(
        (),
        "data",
        "",
        "Agreements signed with",
        "Vendors that have signed with you what your data needs: no training on what you send, and "
        "the processing or health agreement. It holds whatever our table knows, and says nothing "
        "of the region.",
    )
    min_confidence: Literal["A", "B", "C"] = _field(
        "C",
        "data",
        "",
        "Weakest price evidence used",
        "A: the vendor's page or bill was seen. B: two weaker sources. C: one weak source.",
    )

    # needs
    latency_budget_ms: float | None = _field(
        None,
        "needs",
        "ms",
        "Slowest acceptable answer",
        "Time to the complete answer that 95 of 100 requests must meet.",
        gt=0,
        le=86_400_000,
    )
    ttft_budget_ms: float | None = _field(
        None,
        "needs",
        "ms",
        "Slowest acceptable first word",
        "Time until a written answer starts to appear (time to first token).",
        gt=0,
        le=86_400_000,
    )
    min_tokens_per_s: float | None = _field(
        None,
        "needs",
        "tokens/s",
        "Slowest writing speed",
        "Tokens per second each reader must get; people read about 5.",
        gt=0,
        le=100_000,
    )
    can_wait_hours: float = _field(
        0,
        "needs",
        "hours",
        "Answers can wait",
        "0 is now. From 24 hours on, batch prices are used where they exist.",
        ge=0,
        le=720,
    )
    service_tier: ServiceTier = _field(
        "standard",
        "needs",
        "",
        "Turn of the answers",
        "Some vendors of language models sell answers ahead of others (priority) at a higher "
        "price. They promise faster or steadier answers and publish few figures, so no time here "
        "is shortened. Where answers can wait an hour or more, none are bought ahead of others: "
        "lower prices for that are used where a vendor has them.",
    )
    realtime_fps: float = _field(
        0,
        "needs",
        "frames per second",
        "Live video",
        "Frames per second of a live picture; one request is one frame. 0: no live video.",
        ge=0,
        le=240,
    )
    session_seconds: float = _field(
        60,
        "needs",
        "seconds",
        "Length of one use",
        "How long a user keeps at it without a pause. A device slows down as it warms up: after "
        "the first minute its speed falls towards that of minutes on end.",
        gt=0,
        le=86_400,
    )
    link: Link = _field(
        "4g", "needs", "", "Users' connection", "The network most requests are sent over."
    )
    offline_required: bool = _field(
        False, "needs", "", "Must work offline", "Yes: only the user's own device can answer."
    )
    export_required: bool = _field(
        False,
        "needs",
        "",
        "Must own the trained model",
        "Yes: a platform that keeps the trained model is excluded.",
    )
    model_secrecy: bool = _field(
        False,
        "needs",
        "",
        "Model must stay secret",
        "Yes: the model file may not be shipped to users' devices.",
    )

    # devices
    device_mix: str = _field(
        "us_mainstream",
        "devices",
        "",
        "Users' devices",
        "The population of phones or computers the users have.",
    )
    platforms: tuple[Platform, ...] = _field(
        ("ios", "android"),
        "devices",
        "",
        "Platforms",
        "Each is built, tested and updated on its own. A device runs the app if its system is "
        "among them, in its browser if only the web is; who has neither is no user of this app.",
        min_length=1,
    )
    min_reach_pct: float = _field(
        95,
        "devices",
        "%",
        "Users that must be served",
        "Share of users whose device must be able to answer when nothing else can.",
        ge=0,
        le=100,
    )
    duty: Literal["burst", "sustained"] = _field(
        "burst",
        "devices",
        "",
        "Use on the device",
        "Which speed the limits must hold for: the first minute, or minutes on end (phones slow "
        "down as they heat up). Both are shown.",
    )
    battery_budget_pct_per_day: float = _field(
        2,
        "devices",
        "% per active day",
        "Battery allowed",
        "Share of a full battery the feature may use on a day of use. Our assumption.",
        gt=0,
        le=100,
    )
    radio_tail_j: float | None = _field(
        None,
        "devices",
        "J per request",
        "Radio energy after sending",
        "A mobile radio stays on for some seconds after each "
        "request. Left empty: our assumption for the connection.",
        ge=0,
        le=1000,
    )
    battery_wear: bool = _field(
        True,
        "devices",
        "",
        "Count battery wear",
        "Charge cycles used up, as a share of the price of a new battery.",
    )

    # serving
    serving_stack: Literal["tuned", "standard", "basic"] = _field(
        "standard",
        "serving",
        "",
        "Serving software",
        "Tuned by the chip vendor, standard (such as vLLM), or basic (such as plain PyTorch).",
    )
    target_peak_load: float = _field(
        0.7,
        "serving",
        "share",
        "Load planned for the busiest hour",
        "Share of a machine's capacity used at peak; the rest is headroom.",
        gt=0,
        le=1,
    )
    billing: Literal["always_on", "scheduled", "autoscaled"] = _field(
        "always_on",
        "serving",
        "",
        "Machines run",
        "All month, on a schedule, or as many as each hour needs.",
    )
    scheduled_hours_per_month: float = _field(
        220,
        "serving",
        "hours per month",
        "Hours switched on",
        "For machines on a schedule; all requests come within these hours.",
        gt=0,
        le=730,
    )
    spare_instances: int | None = _field(
        None,
        "serving",
        "machines",
        "Spare machines",
        "Kept running so that one may fail. Left empty: one for rented and own machines, none on a "
        "hosted platform.",
        ge=0,
        le=1000,
    )
    max_commitment: Commitment = _field(
        "1y",
        "serving",
        "",
        "Longest commitment",
        "Longer commitments are cheaper and are paid to their end even if no longer needed.",
    )
    spot_serving: bool = _field(
        False,
        "serving",
        "",
        "Answer on spot machines",
        "Cheaper machines that may be taken away at short notice. Training always may.",
    )
    hosting: Literal["colocation", "office", "none"] | None = _field(
        None,
        "serving",
        "",
        "Where own machines stand",
        "A colocation (at least one unit is rented), your office (electricity only), or none: "
        "neither is counted. Left empty: the office where data must stay on your premises or one "
        "unit would be mostly empty, else a colocation.",
    )
    existing_stack: bool = _field(
        True,
        "serving",
        "",
        "Use existing serving software",
        "No: you write your own serving API, which takes extra work.",
    )

    # an own server: what one paid or would pay, in place of the list
    own_server: str = _field(
        "",
        "serving",
        "",
        "Your own server",
        "Which machine yours is: a server of the Prices page, an accelerator (RTX 3090) or several "
        "(8x H100-SXM), new or used. Left empty: any server of the list.",
    )
    own_server_usd: float | None = _field(
        None,
        "serving",
        "USD per server",
        "Price of your own server",
        "What one server costs you, new or used. Left empty: the list price of each server.",
        gt=0,
        le=10_000_000,
    )
    own_server_life_months: float | None = _field(
        None,
        "serving",
        "months",
        "Life of your own server",
        "After it the server is bought again. Left empty: our assumption.",
        ge=1,
        le=240,
    )
    own_server_resale_pct: float | None = _field(
        None,
        "serving",
        "% of its price",
        "What your own server is worth at the end",
        "Share of its price at the end of the period or of its life. Left empty: our assumption.",
        ge=0,
        le=100,
    )
    own_server_w: float | None = _field(
        None,
        "serving",
        "W per server",
        "Power of your own server",
        "What one server draws at typical load. Left empty: between idle and full, by its load.",
        gt=0,
        le=100_000,
    )

    # what one has today: the baseline
    today: str = _field(
        "",
        "money",
        "",
        "What you use today",
        "The option you have now, by its name in links and JSON: the baseline of every saving.",
    )
    today_usd_per_month: float | None = _field(
        None,
        "money",
        "USD per month",
        "What you pay today",
        "The bill you have now, if it is none of our options. It grows with the requests.",
        ge=0,
        le=1e9,
    )
    today_fixed_usd_per_month: float | None = _field(
        None,
        "money",
        "USD per month",
        "Fixed part of what you pay today",
        "Stays the same however many requests come, and comes on top of what grows.",
        ge=0,
        le=1e9,
    )

    # money
    rank_by: Literal["company", "company_and_user"] = _field(
        "company",
        "money",
        "",
        "Ranked by",
        "What the company pays, or that plus what users pay in electricity and battery wear.",
    )
    discount_rate_pct: float = _field(
        8,
        "money",
        "% per year",
        "Discount rate",
        "For the present value; totals are not discounted.",
        ge=0,
        le=100,
    )
    staff_usd_per_hour: float | None = _field(
        None,
        "money",
        "USD per hour",
        "Cost of work",
        "Full cost of an hour of engineering. Left empty: our sourced default.",
        ge=0,
        le=10_000,
    )
    integration_hours: float | None = _field(
        None,
        "money",
        "hours",
        "Work to set up",
        "Left empty: our assumption for each place.",
        ge=0,
        le=1_000_000,
    )
    ops_hours_per_month: float | None = _field(
        None,
        "money",
        "hours per month",
        "Work to run",
        "Whatever the number of machines. Left empty: our assumption for each place.",
        ge=0,
        le=100_000,
    )
    ops_hours_per_machine: float | None = _field(
        None,
        "money",
        "hours per month",
        "Work to run, per machine",
        "For rented and own machines; grows slower than their number. Left empty: our assumption.",
        ge=0,
        le=10_000,
    )
    hours_per_retrain: float | None = _field(
        None,
        "money",
        "hours",
        "Work per retraining",
        "Left empty: our assumption for each place.",
        ge=0,
        le=100_000,
    )
    release_hours: float | None = _field(
        None,
        "money",
        "hours",
        "Work per app release",
        "One release of the app itself on one platform, where new weights go out with it. Left "
        "empty: our assumption.",
        ge=0,
        le=100_000,
    )
    validation_hours: float | None = _field(
        None,
        "money",
        "hours",
        "Work to check new weights",
        "New weights that the app downloads by itself, without a release: every time. Left empty: "
        "our assumption, for as many a month as people would look at.",
        ge=0,
        le=100_000,
    )
    ml_expertise: Literal["none", "some", "team"] = _field(
        "some",
        "money",
        "",
        "ML know-how",
        "Teams new to machine learning need more hours for the same work.",
    )
    electricity_usd_per_kwh: float | None = _field(
        None,
        "money",
        "USD per kWh",
        "Electricity for own machines",
        "Left empty: the business price of the region.",
        ge=0,
        le=10,
    )
    pue: float | None = _field(
        None,
        "money",
        "ratio",
        "Building overhead (PUE)",
        "Power drawn by the building for each watt of the machines. Left empty: our default.",
        ge=1,
        le=5,
    )
    price_change_pct_per_year_api: float = _field(
        0, "money", "% per year", "API price change", "0 holds today's prices.", ge=-90, le=200
    )
    price_change_pct_per_year_rental: float = _field(
        0,
        "money",
        "% per year",
        "Rental price change",
        "0 holds today's prices. Rents rose 30-150 % in 2026.",
        ge=-90,
        le=200,
    )
    price_change_pct_per_year_hardware: float = _field(
        0, "money", "% per year", "Hardware price change", "0 holds today's prices.", ge=-90, le=200
    )
    price_change_pct_per_year_electricity: float = _field(
        0,
        "money",
        "% per year",
        "Electricity price change",
        "0 holds today's prices.",
        ge=-90,
        le=200,
    )

    max_concurrency: float | None = _field(
        None,
        "serving",
        "requests at once per copy",
        "Most requests at once",
        "Limit of your serving software for one copy of the model (its concurrency or largest "
        "batch). Left empty: as many as memory and software hold.",
        ge=1,
        le=100_000,
    )

    # measured by the user: exact on the machine it ran on, scaled to others, marked everywhere
    measured_on: str = _field(
        "",
        "serving",
        "",
        "Measured on",
        "The machine your benchmark ran on: an accelerator (H100-SXM), several (8x H100-SXM) or "
        "a product that can be rented, hosted or bought.",
    )
    measured_concurrency: float | None = _field(
        None,
        "serving",
        "requests at once per machine",
        "Measured with",
        "Requests the machine had at once during your benchmark. Left empty: the throughput is "
        "that at full load, the answer time that of one request alone.",
        ge=1,
        le=1_000_000,
    )
    measured_requests_per_s: float | None = _field(
        None,
        "serving",
        "requests/s per machine",
        "Measured throughput",
        "Your own benchmark: requests per second one machine completes, for this model, number "
        "format and lengths. Other machines are scaled from it as we estimate them.",
        gt=0,
        le=1e9,
    )
    measured_answer_ms: float | None = _field(
        None,
        "serving",
        "ms",
        "Measured answer time",
        "Your own benchmark: computing time of one request on the server, at the number of "
        "requests at once you state.",
        gt=0,
        le=86_400_000,
    )
    measured_device: str = _field(
        "",
        "devices",
        "",
        "Measured on the device",
        "The device your own measurement was made on, in the first minute of use.",
    )
    measured_device_ms: float | None = _field(
        None,
        "devices",
        "ms",
        "Measured time on the device",
        "Your own benchmark of one request: exact on the device you name, other devices are "
        "scaled from it as we estimate them.",
        gt=0,
        le=86_400_000,
    )
    measured_device_j_per_request: float | None = _field(
        None,
        "devices",
        "J per request",
        "Measured energy on the device",
        "Your own measurement above the screen-on baseline, on the device you name.",
        ge=0,
        le=1_000_000,
    )

    # prices, discounts, fixed costs and assumptions of the user's own: written one by one
    own: Own = NOTHING

    @field_validator("platforms", "providers_allowed", "agreements_signed", "addons")
    @classmethod
    def _unique(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) != len(value):
            raise ValueError("each name once")
        return value

    @field_validator("title")
    @classmethod
    def _readable(cls, value: str) -> str:
        if title_rule.strange(value):
            raise ValueError(title_rule.allowed(value))
        return value

    def but_for(self, names: Collection[str]) -> tuple[object, ...]:
        """Every value but those of some fields: equal where two scenarios differ in these alone."""
        return tuple(value for name, value in vars(self).items() if name not in names)

    def with_changes(self, changes: Mapping[str, Any]) -> Scenario:
        """A validated copy; own figures by their written names, None takes one off.

        Raises :class:`ScenarioError`.
        """
        return build({**self.model_dump(exclude={"own"}), "own": self.own, **changes})

    @property
    def training_sensitivity(self) -> Sensitivity:
        """Sensitivity of the training data; the requests' own unless stated."""
        return self.training_data_sensitivity or self.data_sensitivity

    @property
    def trains(self) -> bool:
        """Whether a model of one's own is trained at all."""
        asked = self.own_model_required or self.training_method != "none"
        return asked or self.retrains_per_month > 0


_FIELDS: Mapping[str, FieldInfo] = MappingProxyType(
    {name: found for name, found in Scenario.model_fields.items() if name != "own"}
)


class BadField(BaseModel):
    """An input that was refused: which, what was given, what is allowed."""

    field: str
    value: str
    allowed: str


class ScenarioError(ValueError):
    """One or more inputs were refused."""

    def __init__(self, bad: list[BadField]) -> None:
        self.bad = bad
        super().__init__(
            "; ".join(f"{item.field}: got {item.value!r}, allowed: {item.allowed}" for item in bad)
        )


def fields() -> Mapping[str, FieldInfo]:
    """Field name -> its definition, in the order of the form; own figures are none of them."""
    return _FIELDS


def extra(name: str, what: Literal["group", "unit"]) -> str:
    """The group or unit of a field; own figures are of the group of money, or assumed."""
    kind = kind_of(name)
    if kind is not None and what == "group":
        return "assumed" if kind == "assume" else "money"
    if kind is not None:
        return UNITS[kind]
    found = fields()[name].json_schema_extra
    assert isinstance(found, dict)
    return str(found[what])


def choices(name: str) -> tuple[str, ...]:
    """Allowed words of a field; empty when it takes numbers or free text."""
    for part in (fields()[name].annotation, *get_args(fields()[name].annotation)):
        words = get_args(part)
        if words and all(isinstance(word, str) for word in words):
            return words
        if words and get_args(words[0]):
            return get_args(words[0])
    return ()


def bounds(name: str) -> tuple[float | None, float | None, bool]:
    """Lowest and highest value, and whether the lowest itself is refused.

    Of an own figure those of any book; :func:`calculators.own.describe` knows those of one.
    """
    kind = kind_of(name)
    if kind is not None:
        least, most = bounds_alone(kind)
        low_end, high_end = (None if math.isinf(end) else end for end in (least, most))
        return low_end, high_end, kind == "price"
    low: float | None = None
    high: float | None = None
    open_low = False
    for rule in fields()[name].metadata:
        if getattr(rule, "gt", None) is not None:
            low, open_low = rule.gt, True
        low = rule.ge if getattr(rule, "ge", None) is not None else low
        high = rule.le if getattr(rule, "le", None) is not None else high
    return low, high, open_low


def is_numeric(name: str) -> bool:
    """Whether the field takes a number (and so can be an axis); own figures do."""
    if kind_of(name) is not None:
        return True
    kinds = {fields()[name].annotation, *get_args(fields()[name].annotation)}
    return bool(kinds & {float, int}) and bool not in kinds


def is_whole(name: str) -> bool:
    """Whether the field takes whole numbers alone."""
    if kind_of(name) is not None:
        return False
    kinds = {fields()[name].annotation, *get_args(fields()[name].annotation)}
    return int in kinds and float not in kinds


def allowed(name: str) -> str:
    """What a field accepts, in words."""
    words = choices(name)
    if words:
        return " | ".join(words)
    if name == "title":
        return title_rule.allowed()
    if fields()[name].annotation is bool:
        return "yes | no"
    if is_numeric(name):
        low, high, open_low = bounds(name)
        unit = extra(name, "unit")
        lower = f"{'above' if open_low else 'from'} {_plain(low)}" if low is not None else "any"
        upper = f" to {_plain(high)}" if high is not None else ""
        return f"a number {lower}{upper} ({unit})"
    return "a known name"


def _plain(number: float) -> str:
    """A bound without exponent."""
    return f"{number:,.0f}" if number == int(number) else f"{number:,g}"


def build(values: Mapping[str, Any]) -> Scenario:
    """Validate; raises :class:`ScenarioError` naming every refused field.

    Own figures may be given by their written names (``price.<key>``), beside or in place of
    those in ``own``.
    """
    plain = {name: value for name, value in values.items() if kind_of(name) is None}
    own, wrong = _own({name: value for name, value in values.items() if name not in plain})
    try:
        made = Scenario.model_validate(plain)
    except ValidationError as error:
        raise ScenarioError([*wrong, *(_bad(detail) for detail in error.errors())]) from None
    if wrong:
        raise ScenarioError(wrong)
    if own:
        made = made.model_copy(update={"own": made.own.changed(own)})
    if bad := [
        *_nowhere_measured(made),
        *_without_size(made),
        *_shares(made),
        *_two_todays(made),
        *_growth(made),
    ]:
        raise ScenarioError(bad)
    return made


MEASURED: Mapping[str, tuple[str, ...]] = {
    "measured_on": ("measured_requests_per_s", "measured_answer_ms"),
    "measured_device": ("measured_device_ms", "measured_device_j_per_request"),
}
"""The field that says where, and the measurements made there."""
_WHERE = {"measured_on": "the machine", "measured_device": "the device"}


def _own(given: Mapping[str, Any]) -> tuple[dict[str, float | None], list[BadField]]:
    """Own figures as numbers, and what no book would take."""
    found: dict[str, float | None] = {}
    bad = []
    for name, value in given.items():
        number = None if value is None else _number(value)
        words = None if number is None else refused(name, number)
        if words is None:
            found[name] = number
        else:
            bad.append(BadField(field=name, value=str(value), allowed=words))
    return found, bad


def _number(value: Any) -> float:
    """A figure; one that is none is NaN, which nothing allows."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return math.nan


def _without_size(made: Scenario) -> list[BadField]:
    """Images count by their size."""
    if not made.images_per_request:
        return []
    return [
        BadField(field=name, value="", allowed=f"{allowed(name)}, where images are sent")
        for name in ("image_width_px", "image_height_px")
        if getattr(made, name) is None
    ]


def _two_todays(made: Scenario) -> list[BadField]:
    """What one has is an option of ours or a bill, not both."""
    bill = made.today_usd_per_month
    if not made.today or bill is None:
        return []
    words = "left empty, where today names an option"
    return [BadField(field="today_usd_per_month", value=f"{bill:g}", allowed=words)]


def _shares(made: Scenario) -> list[BadField]:
    """What is read from a cache is not written to it in the same request."""
    rest = 1 - made.cached_input_share
    if made.cache_writes_share <= rest + 1e-9:
        return []
    words = f"at most {rest:g}: together with cached_input_share all of the input"
    given = f"{made.cache_writes_share:g}"
    return [BadField(field="cache_writes_share", value=given, allowed=words)]


def _growth(made: Scenario) -> list[BadField]:
    """The ends of a range lie around its middle."""
    middle = made.growth_pct_per_month
    ends = (("growth_low", "at most", -1), ("growth_high", "at least", 1))
    return [
        BadField(
            field=name,
            value=f"{value:g}",
            allowed=f"{words} growth_pct_per_month, {middle:g} (% per month)",
        )
        for name, words, side in ends
        if (value := getattr(made, name)) is not None and side * (value - middle) < 0
    ]


def _nowhere_measured(made: Scenario) -> list[BadField]:
    """A benchmark says nothing without the machine or device it ran on."""
    return [
        BadField(
            field=name,
            value=f"{value:g}",
            allowed=f"together with {_WHERE[where]} it was measured on ({where})",
        )
        for where, names in MEASURED.items()
        if not getattr(made, where)
        for name in names
        if (value := getattr(made, name)) is not None
    ]


def _titles(names: Iterable[str]) -> str:
    return " or ".join(f"“{fields()[name].title}”" for name in names)


def nothing_measured(made: Scenario) -> list[BadField]:
    """Where and how a benchmark ran of which no figure is given: nothing reads it.

    Not refused, as a form asks for the machine first.
    """
    with_it = {"measured_on": ("measured_on", "measured_concurrency")}
    return [
        BadField(
            field=name,
            value=f"{value:g}" if isinstance(value, float) else value,
            allowed=f"together with a figure measured there ({_titles(figures)})",
        )
        for where, figures in MEASURED.items()
        if all(getattr(made, figure) is None for figure in figures)
        for name in with_it.get(where, (where,))
        if (value := getattr(made, name))
    ]


def _bad(detail: Any) -> BadField:
    name = str(detail["loc"][0]) if detail["loc"] else "scenario"
    if detail["type"] == "extra_forbidden":
        allowed_words = "one of " + ", ".join(fields())
    else:
        allowed_words = allowed(name) if name in fields() else detail["msg"]
        if name == "title":
            allowed_words = title_rule.allowed(str(detail["input"]))
    return BadField(field=name, value=str(detail["input"]), allowed=allowed_words)
