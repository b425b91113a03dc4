"""Shapes of the table rows: one class per kind of row, the field's comment says unit and meaning.

Blank cells are missing values. Which file holds which shape is said in :mod:`pricing.tables`;
rows of measurements are in :mod:`pricing.measurement_schema`.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.+-]*$")]
ProductId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.+@-]*/[a-z0-9][a-z0-9_.+@-]*$")]
PriceKey = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.+@-]*(/[a-z0-9][a-z0-9_.+@-]*){2}$")]
Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]
Confidence = Literal["A", "B", "C"]
YesNo = Literal["yes", "no", "unknown"]
Area = Literal["us", "eu", "other", "any"]
Task = Literal[
    "face_match",
    "image_classification",
    "object_detection",
    "image_stylisation",
    "video_filter",
    "image_moderation",
    "medical_imaging",
    "image_generation",
    "text_generation",
    "text_embedding",
    "translation",
    "speech_to_text",
    "text_to_speech",
    "ocr",
    "next_word",
    "recommendation",
]


class Row(BaseModel):
    """A table row: strict about columns, immutable once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class SourceRow(Row):
    """Where figures come from; every other row names one of these by ``id``."""

    id: Slug
    title: str
    publisher: str
    url: str = ""  # blank when no reader can open it: its rows are confidence C
    read_on: date  # the day the source (or the snapshot of it) says what we transcribed
    note: str = ""


class Sourced(Row):
    """Columns shared by everything that carries a figure."""

    edition: date  # first edition holding the row
    as_of: date  # when the source said so
    confidence: Confidence
    source: Slug
    locator: str = ""  # page, table, line or file inside the source
    note: str = ""


class Described(Sourced):
    """A product that has a price: services, machines and servers are described by these."""

    product: ProductId
    name: str


class UnitRow(Row):
    """Sole vocabulary of units; ``1 unit = factor base``."""

    unit: Slug
    base: Slug
    factor: Positive
    label: str = ""  # how the unit reads on the page; blank for shares and counts
    note: str = ""


class RegionRow(Row):
    """A vendor's own word for a place, and the area a scenario speaks of."""

    region: str
    area: Area
    note: str = ""


class FxRow(Sourced):
    """US dollars for one unit of a source currency."""

    currency: Literal["EUR"]
    usd: Positive
    effective_from: date


class PriceRow(Sourced):
    """One price of one meter of one product; several rows make a tiered tariff."""

    key: PriceKey  # vendor/product/meter
    value: NonNegative | None = None  # currency per unit; blank only on an end row
    unit: Slug
    currency: Literal["USD", "EUR"]
    region: str
    tier_from: NonNegative = 0.0  # units a month; bands are marginal
    tier_to: Positive | None = None  # blank: no upper end
    effective_from: date
    status: Literal["price", "end", "unknown_above"] = "price"
    # end: no longer offered from effective_from. unknown_above: the vendor has a band here whose
    # price was not seen; volumes reaching it make the option incomplete.

    @property
    def product(self) -> str:
        """The key without its meter."""
        return self.key.rpartition("/")[0]

    @property
    def meter(self) -> str:
        """What of the product is priced: input, image, on_demand, purchase ..."""
        return self.key.rpartition("/")[2]


class VendorRow(Sourced):
    """A vendor and the terms that decide what data may go there (unknown stays unknown)."""

    vendor: Slug
    name: str
    trains_on_inputs: Literal["yes", "no", "opt_out", "unknown"]
    # may the vendor train on what is sent; opt_out: by default, but a customer can refuse
    data_processing_agreement: YesNo
    health_data_agreement: YesNo
    retention_days: NonNegative | None = None
    area_us: YesNo
    area_eu: YesNo


Term = Literal[
    "trains_on_inputs",
    "retention_days",
    "area_us",
    "area_eu",
    "data_processing_agreement",
    "health_data_agreement",
    "sub_processors",
]
"""What a vendor may say of the data it is sent."""


class VendorTermRow(Sourced):
    """What one page says of one term of a vendor; a term without a row is unknown.

    Two pages that disagree are two rows with ``conflict`` yes: the stricter counts
    (:mod:`pricing.terms`). ``as_of`` is the day the page gives for itself, else the day it was
    seen; a term holds on every price date, because nobody publishes when it began.
    """

    vendor: Slug
    venue: Literal["", "managed_api", "hosted_platform", "rented"] = ""
    # of what the vendor sells; blank: of all of it that has no row of its own
    term: Term
    value: str
    # trains_on_inputs: no, opt_out (by default, but a customer can refuse), yes, priced_in (the
    # price is for letting it: who refuses buys another product). retention_days: how long what was
    # sent is kept by default, 0 where not at all. area_us, area_eu: can it be processed there and
    # nowhere else; agreements: does the vendor sign one: yes, on_request (not with an ordinary
    # account, but of a dearer plan, if eligible, or case by case) or no. sub_processors: listed (on
    # a public page) or none.
    conflict: Literal["yes", "no"] = "no"


class ServiceRow(Described):
    """A managed API: which task it does and how one request becomes billed units."""

    vendor: Slug
    kind: Literal["token_api", "task_api", "custom_api"]
    task: Task
    model: str = ""  # models.csv id when the weights are open and known
    quality_class: Literal["small", "mid", "frontier"] | None = None
    granularity: Positive | None = None  # billing step in the meter's unit; blank: billed exactly
    minimum_units: NonNegative = 0.0  # least billed per request, in the meter's unit
    features: Positive = 1.0  # API calls billed per request by default for this task
    free_units_per_month: NonNegative | None = None  # blank: unknown
    free_months: Positive | None = None  # blank: perpetual
    live: Literal["yes", "no"] = "yes"  # answers at once; "no": batch only
    trainable: Literal["yes", "no"] = "no"
    exportable: YesNo = "no"
    continuous_learning: YesNo = "unknown"
    trains_from_millions: NonNegative | None = None  # size of the models it fine-tunes
    trains_to_millions: Positive | None = None
    trains_by: Literal["fine_tune", "lora"] | None = None  # method of a fine-tuning service
    retires_on: date | None = None
    successor: str = ""  # product the vendor names in its place


class EndpointRateRow(Sourced):
    """What one unit of an endpoint answers: a node, an inference unit, a campaign."""

    product: ProductId
    unit_name: str  # what the vendor calls one unit
    per: Slug  # a base of units.csv: request, image, page, token, character, audio_second
    rate: Positive | None = None  # of ``per`` a second; blank where the charge does not grow
    output_weight: NonNegative = 1.0  # input tokens an output token counts as, where per is token
    grows: Literal["units", "no"]
    # units: more load needs more units. no: one charge whatever the load (the vendor scales, or
    # bills each request besides)
    least_units: Positive = 1.0
    step_units: Positive = 1.0  # units come in multiples of this
    least_billed: NonNegative = 0.0  # of ``per`` a second, billed in every hour, used or not
    basis: Literal["sourced", "our_assumption"] = "sourced"
    term_months: Positive | None = None  # units are contracted for so long; blank: by the hour


class RateLimitRow(Sourced):
    """How much a vendor says it lets through: ``most`` of what is counted in each ``window``."""

    product: ProductId
    counts: Literal[
        "request",
        "image",
        "page",
        "token",
        "input_token",
        "output_token",
        "character",
        "audio_second",
        "unit",  # units of an endpoint that may run at once; the window says nothing
    ]
    most: NonNegative
    window: Slug = "second"  # a time of units.csv
    raisable: YesNo  # does the vendor say that it can be raised
    plan: str  # whose limit it is: the default quota, a tier


Reasoning = Literal["never", "optional", "can", "always"]
"""Output that nobody sees. can: it does; whether it can be turned off is not stated."""


class TokenTermsRow(Sourced):
    """How a service counts and limits tokens, and which of its prices hold when; blank: not stated.

    The prices themselves are rows of token_prices.csv: ``long_input`` above ``long_above``,
    ``peak_input`` within ``peak_hours``, ``cache_write``, ``batch_input``, ``flex_input``.
    """

    product: ProductId
    tokenizer: Slug | Literal[""] = ""  # family in tokenizers.csv
    max_input: Positive | None = None  # tokens read
    max_output: Positive | None = None  # tokens written, hidden ones too
    window: Positive | None = None  # both together
    long_above: Positive | None = None  # tokens read above which the whole request costs more
    flat: Literal["yes"] | None = None  # said to cost the same whatever the length
    cache_least: NonNegative | None = None  # tokens of the shortest prompt that is cached
    cache_minutes: Positive | None = None  # for which a written prompt stays, at cache_write
    peak_hours: str = ""  # days of the week (1 Monday) and hours UTC: 1-5 01-04 06-10
    reasoning: Reasoning | None = None  # does the model write output that nobody sees
    media: Slug | Literal[""] = ""  # rule in media_tokens.csv
    residency_us_pct: NonNegative | None = None  # on top of every price, for processing there
    residency_eu_pct: NonNegative | None = None


class TaskTermsRow(Sourced):
    """How a service that counts no tokens bills what is unusual about it; blank: not stated.

    The prices themselves are rows of task_api_prices.csv: ``streaming``, ``base_fee`` (a month),
    ``request_fee``, and the add-ons ``speakers``, ``entities``, ``annotations``.
    """

    product: ProductId
    streams: Literal["yes", "no", "only"] | None = None  # words while the user speaks
    billed_time: Literal["audio", "open"] | None = None  # open: as long as the connection is
    channels: YesNo | None = None  # each channel of a recording is billed
    each_feature: YesNo | None = None  # free units and tiers are those of each feature
    free_addons: str = ""  # add-ons that cost nothing, parted by semicolons
    document_least: NonNegative | None = None  # characters billed at least for a file
    monthly_rounding: YesNo | None = None  # part units are rounded up once a month
    disputed_least: NonNegative | None = None
    # in the meter's unit: what another source says is billed at least for one request
    disputed_source: Slug | Literal[""] = ""
    price_with_logging: YesNo | None = None
    # the listed price is that of customers whose data the vendor may keep and learn from


class ModelTermsRow(Sourced):
    """The same of open weights, wherever they run."""

    model: str  # models.csv id
    tokenizer: Slug | Literal[""] = ""
    reasoning: Reasoning | None = None
    media: Slug | Literal[""] = ""


class TokenizerRow(Sourced):
    """Tokens of the same text against the reference tokenizer (o200k: 1), by language."""

    tokenizer: Slug
    language: Slug
    ratio: Positive
    basis: Literal["measured", "our_assumption"] = "measured"


class MediaRow(Sourced):
    """Tokens of an image by its size in pixels, and of a second of sound or film.

    tiles: fit into ``fit_long`` then the short side to ``fit_short``, ``base`` + ``each`` a tile of
    ``side``. patches: squares of ``side`` x ``multiplier``, at most ``most``, the picture shrunk to
    that. fitted: squares of ``side`` after fitting to ``fit_long`` and ``most``, 1 token each.
    small_or_tiles: ``each`` up to ``fit_short`` on both sides, else ``each`` a tile of ``side``.
    same: ``each``, however large the picture.
    """

    media: Slug
    kind: Literal["tiles", "patches", "fitted", "small_or_tiles", "same", "unknown"]
    side: Positive | None = None  # px of a tile or patch
    base: NonNegative | None = None
    each: Positive | None = None
    multiplier: Positive | None = None
    fit_long: Positive | None = None
    fit_short: Positive | None = None
    most: Positive | None = None
    audio_per_s: Positive | None = None
    video_per_s: Positive | None = None


class PageRow(Sourced):
    """Tokens of one page of a document that is sent as a document, not as a picture."""

    pages: Slug
    each: Positive  # of the picture the vendor makes of a page of letter size
    text: Literal["yes", "no"]  # whether text that the document holds is counted besides


class ServiceInputRow(Sourced):
    """What a service takes beside text, and by which rules it counts it; blank: not stated."""

    product: ProductId
    images: Literal["yes", "no"] | None = None
    sound: Literal["yes", "no"] | None = None
    documents: Literal["yes", "no"] | None = None
    media: Slug | Literal[""] = ""  # rule of pictures and sound; before that of token_terms.csv
    pages: Slug | Literal[""] = ""  # rule in page_tokens.csv


class OnePriceRow(Sourced):
    """A service of language models whose long prompts cost as the short ones, and who says so.

    list: a price list that prices long prompts apart has one price for this service. below: it
    reads less than the shortest prompt that any list prices apart.
    """

    product: ProductId
    because: Literal["list", "below"]


class InstanceRow(Described):
    """A machine by the hour (or second), rented or on a hosted ML platform."""

    vendor: Slug
    market: Literal["rented", "hosted_endpoint", "hosted_serverless", "hosted_training"]
    family: str  # sizes of one family cost the same per accelerator
    accelerator: str = ""  # accelerators.csv name; blank: CPU only
    accelerator_count: NonNegative
    cpu: str = ""  # cpus.csv name; blank: not known
    vcpus: Positive | None = None
    memory_gib: Positive | None = None
    exportable: YesNo = "yes"  # may a model trained here leave
    continuous_learning: YesNo = "unknown"
    scale_to_zero: Literal["yes", "no"] = "no"


class SleeperRow(Sourced):
    """What machines of a hosting vendor do when nobody asks; products say whether they may."""

    vendor: Slug
    market: Literal["hosted_endpoint", "hosted_serverless"]
    sleeps: Literal["by_default", "if_set"]  # those whose scale_to_zero is yes
    idle_s: NonNegative  # after the last answer, by default
    idle_min_s: NonNegative | None = None  # what may be set; its range where idle_s is ours
    idle_max_s: Positive | None = None
    idle_basis: Literal["sourced", "our_assumption"]
    while_starting: Literal["waits", "refused"]  # what becomes of requests
    starts_billed: YesNo


class StartRow(Sourced):
    """How long a part of a start takes (80 % interval): a vendor's own, else that of ``any``.

    A start is machine + engine (language models) + weights: seconds, for the weights s per GiB.
    ``spread`` is no time: the log standard deviation of one start against the next.
    """

    vendor: Slug  # any: whoever has no row of its own
    market: Literal["hosted_endpoint", "hosted_serverless"]
    part: Literal["machine", "engine", "weights", "spread"]
    low: NonNegative
    mid: NonNegative
    high: NonNegative
    basis: Literal["sourced", "our_assumption"]


class TrainingStartRow(Sourced):
    """Seconds a training run spends beside training (80 % interval), and whether they are billed.

    A vendor's own row goes before that of ``any``; what no row names takes no time. ``machine``:
    from the order to a machine that works; ``image``: software and what else a start needs;
    ``result``: handing over what was trained, beside writing its weights.
    """

    vendor: Slug  # any: whoever has no row of its own
    venue: Literal["managed_api", "hosted_platform", "rented", "owned"]
    part: Literal["machine", "image", "result"]
    low: NonNegative
    mid: NonNegative
    high: NonNegative
    billed: YesNo
    basis: Literal["sourced", "our_assumption"]


class BillingRuleRow(Sourced):
    """How a vendor makes billed hours of a training run from the hours that count.

    ``billed = max(minimum_hours, up(hours x nodes x over_wall))``, rounded up to whole increments.
    The rule of a product goes before that of its vendor, and that before the one of ``any``.
    """

    vendor: Slug
    venue: Literal["managed_api", "hosted_platform", "rented"]
    product: str = ""  # blank: all products of the vendor there
    increment_seconds: NonNegative  # 0: to the split second
    minimum_hours: NonNegative = 0.0  # of billed time a run
    nodes: Positive = 1.0  # machines that are billed side by side
    over_wall_low: Positive = 1.0  # billed over wall-clock hours, 80 % interval
    over_wall_mid: Positive = 1.0
    over_wall_high: Positive = 1.0
    basis: Literal["sourced", "our_assumption"]


class ServerRow(Described):
    """A whole machine to buy; its price is the meter ``purchase``."""

    accelerator: str = ""
    accelerator_count: NonNegative
    cpu: str = ""
    memory_gib: Positive | None = None
    idle_power_w: Positive | None = None
    typical_power_w: Positive | None = None
    max_power_w: Positive | None = None


class AcceleratorRow(Sourced):
    """Dense rates (no sparsity), memory in GiB."""

    accelerator: str
    vendor: str
    generation: str  # turing, ampere, ada, hopper, blackwell, cdna3 ...
    launch_date: date | None = None
    fp16_tflops: Positive | None = None
    bf16_tflops: Positive | None = None
    fp8_tflops: Positive | None = None
    int8_tops: Positive | None = None
    fp4_tflops: Positive | None = None
    fp32_tflops: Positive | None = None
    memory_gib: Positive
    bandwidth_gb_s: Positive
    tdp_w: Positive | None = None
    interconnect_gb_s: Positive | None = None
    interconnect: Literal["nvlink", "pcie", "infinity_fabric", "ici", "none", "unknown"] = "unknown"
    floor_usd_per_hour: Positive | None = None  # a rental price below this is a fault
    launch_price_usd: Positive | None = None


class CpuRow(Sourced):
    """A processor good enough to estimate inference on its virtual cores."""

    cpu: str
    vendor: str
    isa: Literal["x86", "arm"]
    gflops_fp32_per_vcpu: Positive | None = None
    int8_gops_per_vcpu: Positive | None = None
    bandwidth_gb_s_per_vcpu: Positive | None = None


class ModelRow(Sourced):
    """A reference model: one whole request is ``work_unit`` times what the request holds."""

    model: str
    name: str
    task: Task
    params_millions: Positive | None = None
    active_params_millions: Positive | None = None
    gflops_per_unit: Positive | None = None  # 2 x MACs for one work_unit
    work_unit: Literal["image", "token", "audio_second", "page", "sample"]
    activations_millions: Positive | None = None  # elements moved per work_unit (vision)
    layers: Positive | None = None
    hidden_size: Positive | None = None
    kv_heads: Positive | None = None
    head_dim: Positive | None = None
    kv_bytes_per_token_fp16: Positive | None = None  # where heads do not give it (MLA)
    max_context: Positive | None = None
    size_mb_fp16: Positive | None = None
    size_mb_int8: Positive | None = None
    size_mb_int4: Positive | None = None
    open_weights: Literal["yes", "no"] = "yes"
    license: str = ""
    quality_class: Literal["small", "mid", "frontier"] | None = None
    quality_metric: str = ""
    quality_value: str = ""


class ServiceModelRow(Sourced):
    """Which weights answer behind a service, where services.csv does not say; their precision."""

    product: ProductId
    model: str  # of models.csv or named_models.csv
    precision: Literal["fp16", "fp8", "int8", "int4", ""] = ""  # as the product's name states it


class NamedModelRow(Sourced):
    """A model that is sold by name and whose size no row of models.csv gives."""

    model: str
    name: str
    task: Task
    weights: Literal["published", "unpublished", "unknown"]


class ModelScoreRow(Sourced):
    """What an index says of a model: only scores of one index can be compared."""

    model: str  # of models.csv or named_models.csv
    index: Slug
    thinking: Literal["none", "low", "medium", "high", "full"]
    # how much it wrote for itself when it was tested; full: as much as it would
    score: NonNegative


class QualityClassRow(Sourced):
    """The scores of one index that make one class of quality."""

    index: Slug
    quality_class: Literal["small", "mid", "frontier"]
    at_least: NonNegative
    below: Positive | None = None  # blank: no upper bound
    label: str  # the index, its version and its day, in words


class StandInRow(Sourced):
    """A model that stands in a preset for whatever an app of that kind would use."""

    preset: Slug
    model: str  # of models.csv


class ModelReleaseRow(Sourced):
    """The day from which anybody could have a model; one without a row is taken as older."""

    model: str  # models.csv id
    released_on: date


class DeviceRow(Sourced):
    """A phone, tablet, laptop or board a user owns."""

    device: str
    device_class: Literal["phone", "tablet", "laptop", "board"]
    platform: Literal["ios", "android", "macos", "windows", "linux"]
    release_year: int | None = None
    soc: str = ""
    ram_gb: Positive | None = None
    bandwidth_gb_s: Positive | None = None
    npu_tops_int8: Positive | None = None
    gpu_fp16_tflops: Positive | None = None
    battery_wh: Positive | None = None
    battery_mah: Positive | None = None
    battery_v: Positive | None = None
    battery_price_usd: Positive | None = None
    battery_cycles: Positive | None = None


class DeviceMixRow(Sourced):
    """One slice of a population of devices; the slices of a mix sum to 100 %."""

    mix: Slug
    device: str
    share_pct: Positive
    low_pct: NonNegative | None = None
    high_pct: NonNegative | None = None


class AssumptionRow(Sourced):
    """A default with its range (an 80 % interval); ``basis`` says whose judgement it is."""

    name: Slug
    low: float
    mid: float
    high: float
    unit: Slug
    basis: Literal["sourced", "our_assumption"]
    label: str


class CarbonRow(Sourced):
    """Emissions of the electricity of a place; ``method`` says what is counted."""

    place: Slug
    gram_co2e_per_kwh: NonNegative
    method: str


class PresetRow(Row):
    """One field a preset sets; everything else keeps the scenario default."""

    preset: Slug
    field: Slug
    value: str
    edition: date
    note: str = ""
