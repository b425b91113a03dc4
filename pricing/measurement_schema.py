"""Shapes of the measurement tables: what was measured, on what, and what was fitted on it.

A measured row names its network, hardware and device by the ids of ``measured_models``,
``accelerators`` or ``measured_parts``, and ``measured_devices``; ``aliases`` maps the names that
publications use to these ids.
"""

from __future__ import annotations

from typing import Literal

from pricing.schema import NonNegative, Positive, Slug, Sourced, YesNo

Kind = Literal["llm", "encoder", "vision", "speech", "image_generation", "recommender"]
Precision = Literal["fp32", "fp16", "fp8", "int8", "int4", "fp4", "unknown"]
Quantity = Literal[
    "output_tokens_per_s",
    "input_tokens_per_s",
    "requests_per_s",
    "audio_seconds_per_s",
    "steps_per_s",
    "latency_ms",
    "ttft_ms",
    "tpot_ms",
]
Mode = Literal["offline", "server", "static", "single", "served", "saturated"]
# offline: all the load it can take; server: the same under the benchmark's latency limit;
# static: a fixed batch; single: one request at a time; served: a stated arrival rate;
# saturated: every request sent at once.
Unit = Literal["npu", "gpu", "cpu", "auto"]


class FitRow(Sourced):
    """One fitted or assumed coefficient of an estimator (docs/estimators.md lists them)."""

    fit: Slug  # name of the coefficient
    scope: str = ""  # what it holds for (a generation, a unit, a precision); blank: everything
    value: float
    low: float | None = None  # 80 % interval where one was fitted
    high: float | None = None
    unit: Slug
    fitted_on: NonNegative | None = None  # measured rows behind it; blank: not fitted


class AliasRow(Sourced):
    """A name as published and the id it stands for."""

    kind: Literal["accelerator", "model", "device"]
    alias: str
    name: str


class MeasuredModelRow(Sourced):
    """A network that was measured: its size and shape, as far as they are known."""

    model: str  # the id in models.csv where the network is there too
    name: str
    kind: Kind
    params_millions: Positive | None = None
    active_params_millions: Positive | None = None
    gflops_per_request: Positive | None = None  # 2 x MACs
    activations_millions: Positive | None = None
    layers: Positive | None = None
    hidden_size: Positive | None = None
    kv_heads: Positive | None = None
    head_dim: Positive | None = None
    kv_bytes_per_token_fp16: Positive | None = None


class MeasuredPartRow(Sourced):
    """Hardware met in measurements that has no row in accelerators.csv.

    Processors (``yardstick`` yes) carry round rates in place of a specification: the fitted
    effect of the processor holds its true speed.
    """

    part: str
    generation: str
    fp16_tflops: Positive
    fp32_tflops: Positive | None = None
    int8_tops: Positive | None = None
    fp8_tflops: Positive | None = None
    fp4_tflops: Positive | None = None
    memory_gib: Positive
    bandwidth_gb_s: Positive
    link_gb_s: Positive | None = None
    fast_link: Literal["yes", "no"] = "no"
    yardstick: Literal["yes", "no"] = "no"


class MeasuredDeviceRow(Sourced):
    """A device as named in measurements, and the chip inside."""

    device: str
    soc: Slug
    family: Literal["ios", "mac", "android", "windows", "pi", "jetson", "other"]
    year: float | None = None  # of the chip
    series: float = 0.0  # 0 for a maker's top line, negative below it
    bandwidth_gb_s: Positive | None = None


class InferenceMeasurementRow(Sourced):
    """One published server measurement."""

    row: Slug
    quantity: Quantity
    kind: Kind
    model: str
    precision: Precision
    weight_bits: Positive | None = None  # where the format says more than the precision
    params_millions: Positive | None = None  # as published with the row
    part: str
    count: Positive  # accelerators (or sockets) together giving the value
    parallel: Positive | None = None  # accelerators one copy is spread over
    mode: Mode
    batch: Positive | None = None
    queries_per_s: Positive | None = None
    input_tokens: NonNegative | None = None
    output_tokens: NonNegative | None = None
    engine: Slug
    stack: Literal["tuned", "standard", "basic"]
    benchmark: str
    value: Positive
    doubtful: YesNo = "no"


class LoadMeasurementRow(Sourced):
    """One published operating point of a server: a load, and the times or the rate it gave.

    Loads and rates are those of the whole system. Rows of one source, network, hardware, software
    and ``setup`` are one series.
    """

    row: Slug
    kind: Kind
    model: str
    params_millions: Positive | None = None  # as published with the row
    active_params_millions: Positive | None = None
    precision: Precision
    weight_bits: Positive | None = None
    part: str
    count: Positive  # accelerators (or sockets) of the system
    parallel: Positive | None = None  # accelerators one copy is spread over
    engine: Slug
    version: str = ""
    setup: str = ""  # what else sets a series apart
    input_tokens: Positive | None = None
    output_tokens: Positive | None = None
    items: Positive = 1.0  # things asked for in one request, as a client's batch
    load: Literal["rate", "concurrency", "max"]  # requests/s offered, requests held, all it takes
    load_value: Positive | None = None
    requests: Positive | None = None  # of the whole run, where it is short
    requests_per_s: Positive | None = None  # completed
    tokens_per_s: Positive | None = None  # of answers, completed
    ttft_ms: Positive | None = None  # medians; means where the source gives no median
    tpot_ms: Positive | None = None
    p50_ms: Positive | None = None  # of the complete answer
    p90_ms: Positive | None = None
    p95_ms: Positive | None = None
    use: Literal["point", "maximum", "both", "end"]
    # what the row can be held against; end: nothing, but it shows where its series ends
    fitted: Literal["yes", "no"] = "yes"  # no: reported only


class StackPairRow(Sourced):
    """Tuned and other serving software measured on the same hardware with the same lengths.

    Both values are rates of the whole system. Where nobody measured the tuned one, it is our own
    estimate (``tuned_by`` estimate).
    """

    row: Slug
    kind: Kind
    model: str
    precision: Precision
    weight_bits: Positive | None = None
    params_millions: Positive | None = None  # as published with the row
    active_params_millions: Positive | None = None
    part: str
    count: Positive  # accelerators together giving the values
    parallel: Positive | None = None  # accelerators one copy is spread over
    batch: Positive | None = None  # answers one copy works on at once; blank: all it can take
    input_tokens: NonNegative | None = None
    output_tokens: NonNegative | None = None
    engine: Slug
    engine_version: str = ""
    year: Positive  # of the other software, as a decimal
    tuned_engine: Slug
    quantity: Literal["output_tokens_per_s", "requests_per_s"]
    value: Positive
    tuned_value: Positive
    tuned_by: Literal["measured", "estimate"] = "measured"
    benchmark: str
    doubtful: YesNo = "no"

    @property
    def pair(self) -> str:
        """Both kinds of software: other/tuned."""
        return f"{self.engine}/{self.tuned_engine}"


class DeviceMeasurementRow(Sourced):
    """One published on-device measurement."""

    row: Slug
    kind: Kind
    model: str
    precision: Precision
    weight_bits: Positive | None = None
    params_millions: Positive | None = None
    gmacs: Positive | None = None
    device: str
    engine: Slug
    unit: Unit
    in_app: Literal["yes", "no"] = "no"  # with capture and drawing of a live application
    sustained: Literal["yes", "no"] = "no"
    latency_ms: Positive | None = None
    prefill_tokens_per_s: Positive | None = None
    decode_tokens_per_s: Positive | None = None
    energy_mj_per_request: Positive | None = None
    energy_j_per_token: Positive | None = None
    power_w: Positive | None = None
    doubtful: YesNo = "no"


class TrainingMeasurementRow(Sourced):
    """One published training measurement."""

    row: Slug
    job: str  # what was trained, e.g. llama-2-70b lora
    kind: Kind
    model: str
    method: Literal["from_scratch", "fine_tune", "lora"]
    precision: Precision
    params_millions: Positive | None = None
    active_params_millions: Positive | None = None
    gflops_per_sample: Positive | None = None  # one forward pass, 2 x MACs
    part: str
    count: Positive
    sequence_tokens: Positive | None = None
    samples: Positive | None = None  # of the whole job, where the value is a time
    engine: Slug
    benchmark: str
    quantity: Literal["tokens_per_s_per_part", "tokens_per_s", "samples_per_s", "minutes", "hours"]
    value: Positive
    doubtful: YesNo = "no"
