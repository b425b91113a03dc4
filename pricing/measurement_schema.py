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
Unit = Literal["npu", "gpu", "cpu", "auto", "webgpu", "wasm"]
# of a device; auto: the software chose and the source does not say; webgpu and wasm: a page in a
# browser, on the graphics unit or on the processor.


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
    decoder_params_millions: Positive | None = None  # speech: read again for every token written
    frames_per_s: Positive | None = None  # speech: positions its encoder sees of a second of audio
    window_s: Positive | None = None  # speech: audio is padded to whole windows of this length


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
    """One published on-device measurement.

    Speech is timed for ``audio_s`` seconds of audio, its parts for a window or a token.
    """

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
    threads: Positive | None = None  # of a processor, where stated
    part: Literal["whole", "encoder", "decoder_token"] = "whole"  # of a speech network
    audio_s: Positive | None = None  # seconds of audio that latency_ms is for
    speaks: Literal["yes", "no"] = "no"  # the audio is made, not heard
    streaming: Literal["yes", "no"] = "no"  # answers while the audio is still coming
    chunk_ms: Positive | None = None  # of audio heard at a time while streaming
    input_tokens: Positive | None = None
    in_app: Literal["yes", "no"] = "no"  # with capture and drawing of a live application
    sustained: Literal["yes", "no"] = "no"
    minute: Positive | None = None  # of continuous use in which a sustained speed was read
    latency_ms: Positive | None = None
    prefill_tokens_per_s: Positive | None = None
    decode_tokens_per_s: Positive | None = None
    energy_mj_per_request: Positive | None = None
    energy_j_per_token: Positive | None = None
    power_w: Positive | None = None
    power_of: Literal["unit", "package", "device", "wall"] | None = None
    # what the watts are of: the computing unit, the chip and its memory, the whole device with its
    # screen, or the peak at the wall
    first_load_ms: Positive | None = None  # the first time on a device
    later_load_ms: Positive | None = None
    model_size_mb: Positive | None = None  # of the file
    peak_memory_mb: Positive | None = None
    fitted: Literal["yes", "no"] = (
        "yes"  # no: kept for its ratios, its speed may repeat another row's
    )
    doubtful: YesNo = "no"


Padding = Literal["packed", "fixed", "longest", "bucketed", "none", "unstated"]
# packed: examples are laid end to end; fixed: all have the stated length; longest: padded to the
# longest of the batch; bucketed: the same among examples of like length; none: pictures, sound


class FineTuneRunRow(Sourced):
    """One published run of fine-tuning: its work and its wall-clock time, start left out."""

    row: Slug
    kind: Kind
    model: str
    method: Literal["full", "lora", "qlora", "frozen"]
    variant: str = ""  # the adapter's name where it is not plain LoRA
    params_millions: Positive | None = None
    active_params_millions: Positive | None = None
    gflops_per_example: Positive | None = None  # one forward pass, 2 x MACs
    part: str
    count: Positive
    examples: Positive  # seen in the run by all accelerators, all passes counted
    tokens: Positive | None = None  # of all of them, where stated
    mean_tokens: Positive | None = None  # of an example, where stated
    max_tokens: Positive | None = None  # no example is longer
    padding: Padding
    batch: Positive | None = None  # examples of one update, over all accelerators
    micro_batch: Positive | None = None  # examples an accelerator takes at once
    kernels: str = ""  # where the publication says so: plain attention, fused, offload to memory
    data: str = ""  # what the examples are, where the publication names a recipe
    trials: Positive = 1.0  # runs one after another in the stated time
    engine: Slug
    origin: str  # publication: a repository or a site; runs of one are left out together
    hours: Positive
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


System = Literal["ios", "ipados", "android", "macos", "windows", "linux"]


class DeviceMemoryLimitRow(Sourced):
    """What one app (or one browser tab) may use of a device's memory, as a share of it.

    The closest row that holds for a device counts: of two that hold, the one with the later
    ``os_from``. A blank bound is no bound.
    """

    limit: Slug
    os: System
    tab: YesNo = "no"  # of a browser
    entitlement: YesNo = "no"  # Apple's increased-memory-limit
    ram_above_gb: NonNegative | None = None
    ram_up_to_gb: Positive | None = None
    released_from: int | None = None  # year of the device
    released_to: int | None = None
    os_from: Positive | None = None  # version of the system
    share: Positive
    low: Positive
    high: Positive
    learnt: YesNo = "no"  # moved to between what ran and what did not, within low and high


class DeviceRunRow(Sourced):
    """A published run of a network on a device: whether it ran, what it held at its peak, or both.

    A device that reads the weights from flash over and over does not run it.
    """

    row: Slug
    model: str
    kind: Kind
    params_millions: Positive | None = None
    weight_bits: Positive | None = None
    file_mb: Positive | None = None
    gflops: Positive | None = None  # 2 x MACs of one request
    context_tokens: Positive | None = None  # where the peak is of a stated window
    kv_bytes_per_token: Positive | None = None
    device: str
    os: System | Literal["any"]
    ram_gb: Positive | None = None
    released: int | None = None  # year of the device
    engine: Slug
    tab: YesNo = "no"
    entitlement: YesNo = "no"
    runs: YesNo | None = None
    peak_mb: Positive | None = None
