"""Measured rows as samples of the forms: the same terms and labels a live estimate uses."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace

import numpy as np

from calculators.arrays import Array
from calculators.estimators import (
    device_form,
    latency,
    load,
    network,
    stack,
    training_form,
    tune_form,
)
from calculators.estimators.book import Fits
from calculators.estimators.columns import Sets
from calculators.estimators.device_names import Known
from calculators.estimators.hardware import Part
from calculators.estimators.replica import Lengths, Replica
from calculators.estimators.shapes import Shape, family, of_row, weight_bits
from calculators.estimators.terms import EffectLabel, Sample
from pricing.measurement_schema import (
    DeviceMeasurementRow,
    FineTuneRunRow,
    InferenceMeasurementRow,
    MeasuredDeviceRow,
    MeasuredModelRow,
    StackPairRow,
    TrainingMeasurementRow,
)
from pricing.records import value
from pricing.schema import Row

SINGLE_TOKENS = 128.0  # tokens of one request where a rate of encoder tokens is given


@value
class Ready:
    """A row made ready for a form, or the reason why it cannot be."""

    form: str
    group: str
    sample: Sample
    unit: str  # what one ``seconds`` of the sample stands for
    least: float = 0.0  # seconds that no software goes below


class Unusable(ValueError):
    """A row that no estimate can be made for, with the reason."""


@value
class Catalogue:
    """What measured rows refer to."""

    models: Mapping[str, MeasuredModelRow]
    parts: Mapping[str, Part]
    devices: Mapping[str, MeasuredDeviceRow]
    fits: Fits
    known: Known = field(default_factory=lambda: Known((), {}))  # devices and chips by name

    def shape(self, row: InferenceMeasurementRow | DeviceMeasurementRow | StackPairRow) -> Shape:
        """The network of a row; one not in the catalogue has the size given with the row."""
        known = self.models.get(row.model)
        if known is not None:
            return of_row(_at_length(known, row), self.fits)
        gflops = None
        if isinstance(row, DeviceMeasurementRow):
            gflops = None if row.gmacs is None else 2.0 * row.gmacs
        elif row.kind == "encoder" and row.params_millions:
            # one multiply-add per parameter and token
            tokens = row.input_tokens or SINGLE_TOKENS
            gflops = 2.0 * row.params_millions / 1e3 * tokens
        unlisted = MeasuredModelRow(
            model=row.model,
            name=row.model,
            kind=row.kind,
            params_millions=row.params_millions,
            active_params_millions=getattr(row, "active_params_millions", None),
            gflops_per_request=gflops,
            edition=row.edition,
            as_of=row.as_of,
            confidence=row.confidence,
            source=row.source,
        )
        return of_row(unlisted, self.fits)

    def part(self, name: str) -> Part:
        """The hardware of a row."""
        found = self.parts.get(name)
        if found is None:
            raise Unusable(f"no specification of {name}")
        return found

    def chip(self, name: str) -> device_form.Chip:
        """The chip of a measured device; of an unknown one what its name says."""
        row = self.devices.get(name)
        return self.known.chip(name) if row is None else measured_chip(row)

    def slowest(self, chip: device_form.Chip) -> device_form.Chip:
        """A chip of unknown bandwidth with the slowest that is plausible.

        One that was measured without a bandwidth stays as it is: its rows hold what it reaches.
        """
        if chip.bandwidth is not None or self._measured_as_it_is(chip.soc):
            return chip
        return replace(chip, bandwidth=self.bandwidth(chip))

    def _measured_as_it_is(self, soc: str) -> bool:
        rows = [row for row in self.devices.values() if row.soc == soc]
        return bool(rows) and all(row.bandwidth_gb_s is None for row in rows)

    def bandwidth(self, chip: device_form.Chip) -> float:
        """Bytes per second of its memory; of the slowest that is plausible where nobody says."""
        if chip.bandwidth is not None:
            return chip.bandwidth
        return self.known.slowest(chip) or self.fits.value("assumed_bandwidth") * 1e9

    def reached(self, chip: device_form.Chip, unit: str) -> float:
        """Bytes per second that reach a unit: a neural unit takes less than a wide memory gives."""
        most = self.bandwidth(chip)
        return min(most, self.fits.value("npu_bandwidth") * 1e9) if unit == "npu" else most


def _at_length(known: MeasuredModelRow, row: Row) -> MeasuredModelRow:
    """An encoder at the tokens of a device row: 2 x 12 x layers x width squared a token."""
    tokens = row.input_tokens if isinstance(row, DeviceMeasurementRow) else None
    if known.kind != "encoder" or not (tokens and known.layers and known.hidden_size):
        return known
    gflops = 24.0 * known.layers * known.hidden_size**2 * tokens / 1e9
    return known.model_copy(update={"gflops_per_request": gflops})


def measured_chip(row: MeasuredDeviceRow) -> device_form.Chip:
    """The chip of a measured device."""
    bandwidth = None if row.bandwidth_gb_s is None else row.bandwidth_gb_s * 1e9
    return device_form.Chip(row.soc, row.family, row.year, row.series, bandwidth)


# --------------------------------------------------------------------------------- servers


def server_sample(row: InferenceMeasurementRow, book: Catalogue) -> Ready:
    """The sample of a server row under the form that covers it."""
    if row.kind != "llm":
        return _network(row, book)
    if row.quantity in {"ttft_ms", "input_tokens_per_s"}:
        return _first_token(row, book)
    alone = row.mode == "single" or row.quantity in ("tpot_ms", "latency_ms")
    return _token(row, book) if alone else _full_load(row, book)


def _array(value: float | None, missing: float) -> Array:
    return np.array([missing if value is None else value])


def _precision(row: InferenceMeasurementRow, part: Part) -> tuple[str, dict[str, EffectLabel]]:
    """Precision of the arithmetic; a guess where the row does not say, and marked so."""
    if row.precision != "unknown":
        return row.precision, {}
    if row.kind == "llm":
        guess = "fp8" if "fp8" in part.flops else "fp16"
    else:
        guess = "int8" if row.kind in ("vision", "encoder", "recommender") else "fp16"
        guess = guess if "mlperf" in row.engine else "fp16"
    return guess, {"guessed": row.kind}


def _bits(
    row: InferenceMeasurementRow | DeviceMeasurementRow | StackPairRow, name: str, fits: Fits
) -> float:
    return row.weight_bits or weight_bits(fits, name)


def comfortable(shape: Shape, part: Part, count: int, bits: float, fits: Fits) -> int:
    """Accelerators one replica is spread over when a publication does not say."""
    room = fits.value("comfortable_memory") * part.memory
    size = 1
    while size < count and float(shape.weight_bytes(bits)[0]) > room * size:
        size *= 2
    return min(size, count)


def _lengths(row: InferenceMeasurementRow | StackPairRow, prompt: float, output: float) -> Lengths:
    """Lengths of a row, with what stands in for those it does not give."""
    asked = _array(row.input_tokens, prompt)
    return Lengths(asked, asked, _array(row.output_tokens, output))


def _replica(
    row: InferenceMeasurementRow, book: Catalogue
) -> tuple[Replica, dict[str, EffectLabel]]:
    """The network on the hardware of a row."""
    part, shape, fits = book.part(row.part), book.shape(row), book.fits
    precision, extra = _precision(row, part)
    bits = _bits(row, precision, fits)
    parallel = int(row.parallel or row.count)
    if row.parallel is None and (row.mode in {"offline", "server"} or "MLPerf" in row.benchmark):
        parallel = comfortable(shape, part, int(row.count), bits, fits)
    return Replica.of(shape, Sets.of([part], [parallel]), precision, fits, bits), extra


def _one(terms: Array) -> tuple[float, ...]:
    """The terms (K, 1, 1) of a row."""
    return tuple(terms.reshape(-1).tolist())


def _full_load(row: InferenceMeasurementRow, book: Catalogue) -> Ready:
    replica, extra = _replica(row, book)
    fits, shape = book.fits, replica.shape
    part, parallel = replica.sets.parts[0], replica.sets.sizes[0]
    lengths = _lengths(
        row, fits.value("assumed_tokens", "input"), fits.value("assumed_tokens", "output")
    )
    batch = load.full_batch(np.maximum(replica.held_at_once(lengths, fits), 0.5), fits)
    if row.mode == "static" and row.batch:
        batch = np.array([row.batch])
    labels = load.hardware_labels(part, parallel, replica.precision, row.engine, row.benchmark)
    labels |= {
        "model": shape.model,
        "experts": load.EXPERTS if shape.experts[0] else "",
        "pair": shape.model + load.pair_tail(part, replica.precision),
        **extra,
    }
    if row.mode in {"static", "server"}:
        labels["mode"] = f"{row.mode}-cpu" if part.is_cpu else row.mode
    if row.input_tokens is None:
        labels["dataset"] = f"{shape.model}/{row.quantity}"
    tokens = float(lengths.output[0]) if row.quantity == "output_tokens_per_s" else 1.0
    seconds = tokens / (row.value * parallel / row.count)
    loose = fits.value("loose", "lengths unstated") if "dataset" in labels else 1.0
    terms = _one(load.terms(replica, lengths, batch))
    sample = Sample(row.row, seconds, terms, labels, loose)
    return Ready("llm_load", "llm_full_load", sample, "request of one copy")


def _served(row: InferenceMeasurementRow) -> str:
    """EffectLabel of rows measured while others were being answered."""
    return "served" if row.mode in {"served", "saturated"} else ""


def _first_token(row: InferenceMeasurementRow, book: Catalogue) -> Ready:
    replica, _ = _replica(row, book)
    part, parallel = replica.sets.parts[0], replica.sets.sizes[0]
    lengths = _lengths(row, book.fits.value("assumed_tokens", "input"), 1.0)
    queue = latency.utilisation_odds(replica, lengths, row.queries_per_s or 0.0, book.fits)
    parts = latency.first_terms(replica, lengths, queue, row.mode == "saturated")
    labels = latency.first_labels(part, parallel, replica.precision, row.engine)
    labels |= {"model": replica.shape.model, "served": _served(row)}
    seconds, group = row.value / 1e3, "ttft"
    if row.quantity == "input_tokens_per_s":
        seconds, group = float(lengths.prompt[0]) / row.value, "llm_prefill"
    sample = Sample(row.row, seconds, _one(parts), labels)
    return Ready("llm_first_token", group, sample, "first token")


IN_TURN = ("llama.cpp", "exllamav2")
"""Software that deals the layers to its cards: a token passes them one after another."""


def _token(row: InferenceMeasurementRow, book: Catalogue) -> Ready:
    if row.engine in IN_TURN:
        row = row.model_copy(update={"count": 1.0})
    replica, _ = _replica(row, book)
    fits, model = book.fits, replica.shape.model
    lengths = _lengths(row, 0.0, fits.value("assumed_tokens", "output"))
    alone = latency.token_terms(replica, lengths)[:3].sum(axis=0)
    others = alone * latency.utilisation_odds(replica, lengths, row.queries_per_s or 0.0, fits)
    if row.mode == "saturated":
        others = latency.saturation_seconds(replica, lengths, fits)
    parts = latency.token_terms(replica, lengths, others)
    labels = latency.token_labels(replica.sets.parts[0], replica.bits, row.engine)
    labels |= {"model": model, "served": _served(row)}
    if row.mode == "saturated":
        labels["saturated"] = "saturated"
    seconds, group = row.value / 1e3, "llm_tpot_under_load"
    if row.quantity == "output_tokens_per_s":
        seconds, group = 1.0 / row.value, "llm_batch1_decode"
    elif row.quantity == "latency_ms":
        seconds, group = seconds / float(lengths.output[0]), "llm_whole_answer"
        labels["dataset"] = f"{model}/{row.benchmark.partition(' ')[0]}"
    loose = 1.0 if group == "llm_batch1_decode" else fits.value("loose", "among others")
    sample = Sample(row.row, seconds, _one(parts), labels, loose)
    return Ready("llm_token", group, sample, "output token")


GROUP_OF_KIND = {
    "vision": "vision_encoder",
    "encoder": "vision_encoder",
    "speech": "speech",
    "image_generation": "image_generation",
    "recommender": "recommender",
}


def _network(row: InferenceMeasurementRow, book: Catalogue) -> Ready:
    part, shape, fits = book.part(row.part), book.shape(row), book.fits
    precision, extra = _precision(row, part)
    mode = "server" if row.mode == "server" else "single" if row.mode == "single" else "offline"
    full = fits.value("full_batch")
    batch = 1.0 if mode == "single" else min(row.batch or full, full)
    parts = network.terms(shape, Sets.of([part], [1]), precision, batch, fits)
    rounds = row.benchmark if "MLPerf" in row.benchmark else ""
    if extra:
        rounds = f"{rounds} guessed"
    unsized = "" if shape.sized else family(shape.model)
    if row.quantity in ("audio_seconds_per_s", "steps_per_s"):
        unsized = f"{family(shape.model)}/{row.quantity}"
    labels = network.hardware_labels(part, precision, row.engine)
    labels |= network.model_labels(shape.model, mode, unsized, rounds)
    labels["software"] = shape.model + network.software_tail(row.engine)
    count = row.count
    if row.quantity == "latency_ms":
        seconds = row.value / 1e3
    elif row.quantity == "input_tokens_per_s":
        seconds = SINGLE_TOKENS * count / row.value
    else:
        seconds = count / row.value
    loose = fits.value("loose", "format unstated") if extra else 1.0
    sample = Sample(row.row, seconds, _one(parts), labels, loose)
    return Ready("network", GROUP_OF_KIND[row.kind], sample, "request of one accelerator")


# -------------------------------------------------------------------- two kinds of software


def pair_sample(row: StackPairRow, book: Catalogue) -> Ready:
    """How many times longer the other software of a pair takes, under the form of software."""
    part, fits = book.part(row.part), book.fits
    guess = "fp8" if "fp8" in part.flops and row.kind == "llm" else "fp16"
    precision = guess if row.precision == "unknown" else row.precision
    parallel = int(row.parallel or row.count)
    labels = stack.hardware_labels(row.pair, part, parallel, precision)
    labels |= {
        "model": row.model,
        "pair": row.model + stack.pair_tail(row.pair),
        "age": stack.age_label(row.pair, row.year),
    }
    parts = stack.plain_terms()
    if row.kind == "llm":
        shape = book.shape(row)
        if shape.experts[0]:
            labels["experts"] = stack.experts_label(row.pair, row.year)
        bits = _bits(row, precision, fits)
        replica = Replica.of(shape, Sets.of([part], [parallel]), precision, fits, bits)
        parts = _steps(row, replica, fits)
    elif row.batch:
        labels["batch"] = (row.pair, math.log2(row.batch) / stack.EIGHT)
    loose = fits.value("loose", "tuned estimated") if row.tuned_by == "estimate" else 1.0
    loose *= stack.loose(fits, row.kind, "experts" in labels)
    sample = Sample(row.row, row.tuned_value / row.value, _one(parts), labels, loose)
    return Ready("stack", "stack ratio", sample, "times as long as tuned")


def _steps(row: StackPairRow, replica: Replica, fits: Fits) -> Array:
    """Terms of a pair of language model servers, (3, 1, 1)."""
    lengths = _lengths(
        row, fits.value("assumed_tokens", "input"), fits.value("assumed_tokens", "output")
    )
    held = np.maximum(replica.held_at_once(lengths, fits), 0.5)
    batch = np.array([row.batch]) if row.batch else load.full_batch(held, fits)
    return stack.terms(stack.step_seconds(replica, lengths, batch, fits), batch)


def ready_pairs(
    rows: Iterable[StackPairRow], book: Catalogue
) -> tuple[list[Ready], list[tuple[str, str]]]:
    """Pairs as samples, and the rows left out with the reason."""
    ready: list[Ready] = []
    refused: list[tuple[str, str]] = []
    for row in rows:
        try:
            ready.append(pair_sample(row, book))
        except Unusable as error:
            refused.append((row.row, str(error)))
    return ready, refused


# --------------------------------------------------------------------------------- devices


def device_samples(row: DeviceMeasurementRow, book: Catalogue) -> list[Ready]:
    """The samples of a device row: latency, tokens, speech, loading and power, as given."""
    shape, chip = book.shape(row), book.chip(row.device)
    spoken = row.kind in ("llm", "speech")
    precision = "fp16" if row.precision == "unknown" and spoken else row.precision
    bits = row.weight_bits or (8.0 * book.fits.value("weight_bytes", _known(precision)))
    at = _At(
        row,
        shape,
        chip,
        device_form.Run(
            row.unit,
            row.engine,
            precision,
            bits,
            row.in_app == "yes",
            row.sustained == "yes",
            row.threads,
        ),
        book,
    )
    return [] if row.fitted == "no" else [*at.times(), *at.loads(), *at.power()]


def _known(precision: str) -> str:
    return "fp16" if precision == "unknown" else precision


def heard(known: MeasuredModelRow | None, shape: Shape, fits: Fits) -> device_form.Heard:
    """Encoder and decoder of a speech network; one in nobody's list has no decoder to speak of."""
    decoder = (known.decoder_params_millions or 0.0) if known is not None else 0.0
    frames = known.frames_per_s if known is not None else None
    window = known.window_s if known is not None else None
    return device_form.Heard(
        encoder=shape.active - decoder,
        decoder=np.full_like(shape.active, decoder),
        frames_per_s=frames or fits.value("speech_tokens", "encoder"),
        window_s=window or 0.0,
    )


@value
class _At:
    """A device row with its network, chip and software."""

    row: DeviceMeasurementRow
    shape: Shape
    chip: device_form.Chip
    run: device_form.Run
    book: Catalogue

    def _ready(
        self,
        form: str,
        group: str,
        seconds: float,
        terms: Array,
        labels: dict[str, EffectLabel],
        unit: str,
        least: float = 0.0,
    ) -> Ready:
        sample = Sample(self.row.row, seconds, _one(terms), labels)
        return Ready(form, group, sample, unit, least)

    def times(self) -> list[Ready]:
        """How long it took."""
        row = self.row
        made: list[Ready] = []
        if row.latency_ms is not None:
            timed = {"speech": self._speech, "llm": self._token}.get(row.kind, self._network)
            if row.kind == "speech" and row.audio_s is None and row.part == "whole":
                timed = self._network
            made.append(timed(row.latency_ms / 1e3))
        if row.decode_tokens_per_s is not None:
            made.append(self._token(1.0 / row.decode_tokens_per_s))
        if row.prefill_tokens_per_s is not None:
            made.append(self._prompt(1.0 / row.prefill_tokens_per_s))
        return made

    def _network(self, seconds: float) -> Ready:
        shape, run = self.shape, self.run
        known = self.book.models.get(shape.model)
        named = known is not None and known.params_millions is not None
        unsized = "" if shape.sized else family(shape.model) if named else shape.model
        labels = device_form.network_labels(self.chip, run)
        labels |= device_form.network_model_labels(shape.model, unsized)
        tails = device_form.network_tails(run)
        labels |= {name: shape.model + tail for name, tail in tails.items()}
        terms = device_form.network_terms(shape)
        return self._ready("device_network", "device_vision", seconds, terms, labels, "request")

    def _token(self, seconds: float) -> Ready:
        bandwidth = self.book.bandwidth(self.chip)
        terms = device_form.token_terms(self.shape, np.array([[bandwidth]]), self.run.bits)
        labels = device_form.token_labels(self.chip, self.run) | {"model": self.shape.model}
        least = float(terms[0, 0, 0]) if self.bounded else 0.0
        group = "device_llm_decode"
        return self._ready("device_token", group, seconds, terms, labels, "output token", least)

    @property
    def bounded(self) -> bool:
        """Whether the memory bounds the speed: its bandwidth is known, or it is a phone's."""
        return self.chip.bandwidth is not None or self.chip.family in device_form.PHONES

    def _prompt(self, seconds: float) -> Ready:
        labels = device_form.prompt_labels(self.chip, self.run) | {"model": self.shape.model}
        terms = device_form.prompt_terms(self.shape)
        return self._ready(
            "device_prompt", "device_llm_prefill", seconds, terms, labels, "prompt token"
        )

    def _speech(self, seconds: float) -> Ready:
        row, book = self.row, self.book
        known = book.models.get(row.model)
        network = heard(known, self.shape, book.fits)
        audio = np.array([row.audio_s or network.window_s or 1.0])
        bandwidth = np.array([[book.reached(self.chip, row.unit)]])
        written = book.fits.value("speech_tokens", "decoder")
        terms = network.terms(audio, bandwidth, self.run.bits, written, row.part)
        sized = known is not None and known.params_millions is not None
        labels = device_form.speech_labels(self.chip, self.run)
        labels |= {
            **device_form.speech_model_labels(row.model),
            "unsized": "" if sized or row.params_millions else row.model,
            "speaks": "speaks" if row.speaks == "yes" else "",
            "streaming": "streaming" if row.streaming == "yes" else "",
            "chunk": ("chunk", math.log(1e3 / row.chunk_ms)) if row.chunk_ms else "",
        }
        return self._ready("device_speech", "device_speech", seconds, terms, labels, "request")

    def loads(self) -> list[Ready]:
        """How long loading took."""
        row = self.row
        known = self.book.models.get(row.model)
        stated = row.params_millions or (known.params_millions if known is not None else None)
        megabytes = row.model_size_mb or (stated and stated * self.run.bits / 8.0)
        figures = ((row.first_load_ms, False), (row.later_load_ms, True))
        made = []
        for millis, later in figures:
            if millis is not None and megabytes:
                labels = device_form.load_labels(self.chip, self.run, later)
                group = "device_later_load" if later else "device_first_load"
                terms = np.full((1, 1, 1), megabytes / 1e3)
                made.append(self._ready("device_load", group, millis / 1e3, terms, labels, "load"))
        return made

    def power(self) -> list[Ready]:
        """What it drew."""
        watt = _power(self.row)
        if watt is None:
            return []
        labels = device_form.power_labels(
            self.chip, self.run, self.row.kind, self.row.power_of or ""
        )
        terms = np.ones((1, 1, 1))
        return [self._ready("device_power", "device_energy", watt, terms, labels, "watt")]


def _power(row: DeviceMeasurementRow) -> float | None:
    """Power while computing: stated, or energy over the time it was measured with."""
    if row.power_w is not None:
        return row.power_w
    if row.energy_j_per_token is not None and row.decode_tokens_per_s is not None:
        return row.energy_j_per_token * row.decode_tokens_per_s
    if row.energy_mj_per_request is not None and row.latency_ms is not None:
        return row.energy_mj_per_request / row.latency_ms
    return None


# ------------------------------------------------------------------------------------ tables


def all_ready(
    servers: Iterable[InferenceMeasurementRow],
    devices: Iterable[DeviceMeasurementRow],
    book: Catalogue,
) -> tuple[dict[str, list[Ready]], list[tuple[str, str]]]:
    """Samples by form, and the rows left out with the reason."""
    ready: dict[str, list[Ready]] = {}
    refused: list[tuple[str, str]] = []
    for row in servers:
        try:
            made: Sequence[Ready] = [server_sample(row, book)]
        except Unusable as error:
            refused.append((row.row, str(error)))
            continue
        for item in made:
            ready.setdefault(item.form, []).append(item)
    for device_row in devices:
        made = device_samples(device_row, book)
        if not made:
            why = "energy alone, without a latency, speed or power"
            refused.append(
                (device_row.row, "kept for its ratio" if device_row.fitted == "no" else why)
            )
        for item in made:
            ready.setdefault(item.form, []).append(item)
    return ready, refused


def ready_jobs(
    rows: Iterable[TrainingMeasurementRow], book: Catalogue
) -> tuple[list[Ready], list[tuple[str, str]]]:
    """Training jobs as samples, and the rows left out with the reason."""
    ready: list[Ready] = []
    refused: list[tuple[str, str]] = []
    for row in rows:
        try:
            sample = training_form.row_sample(row, book.part(row.part), book.fits)
        except Unusable as error:
            refused.append((row.row, str(error)))
            continue
        ready.append(Ready("training", training_group(row), sample, "job"))
    return ready, refused


def ready_runs(
    rows: Iterable[FineTuneRunRow], book: Catalogue
) -> tuple[list[Ready], list[tuple[str, str]]]:
    """Runs of fine-tuning as samples, and the rows left out with the reason."""
    ready: list[Ready] = []
    refused: list[tuple[str, str]] = []
    for row in rows:
        try:
            ready.append(run_sample(row, book))
        except Unusable as error:
            refused.append((row.row, str(error)))
    return ready, refused


def run_sample(row: FineTuneRunRow, book: Catalogue) -> Ready:
    """A run of fine-tuning under its form."""
    part, fits = book.part(row.part), book.fits
    params = row.params_millions or _listed(row.model, book)
    if not params:
        raise Unusable(f"size of {row.model} not stated")
    active = row.active_params_millions or params
    length = _example_tokens(row, fits)
    examples = np.array([row.examples * row.trials])
    tokens = examples * length if row.tokens is None else np.array([row.tokens * row.trials])
    size = np.array([params])
    work = tune_form.TuneWork(
        kind=row.kind,
        method=row.method,
        params=size,
        active=np.array([active]),
        flops=_run_flops(row, np.array([active]), tokens, length, examples, fits),
        examples=examples,
        batches=_run_batches(row, examples, tokens, fits),
    )
    labels = tune_form.TuneSetup(part, int(row.count), row.engine).labels()
    labels |= tune_form.work_labels(
        row.kind, row.method, row.variant, row.padding, active < 0.9 * params
    )
    labels |= {"model": row.model, "kernels": row.kernels}
    stated = _lengths_stated(row)
    if not stated:
        labels["lengths"] = row.origin
        labels["data"] = row.data
    parts = tune_form.terms(
        work,
        np.array([part.rate("fp16")]),
        np.array([part.bandwidth]),
        np.array([row.count]),
        fits,
    )
    loose = 1.0 if stated else fits.value("loose", "example tokens assumed")
    sample = Sample(row.row, row.hours * 3600.0, _one(parts), labels, loose)
    return Ready("fine_tune", tune_form.GROUP, sample, "run")


def _listed(model: str, book: Catalogue) -> float | None:
    """Parameters of a network of the catalogue [millions]."""
    known = book.models.get(model)
    return None if known is None else known.params_millions


def _lengths_stated(row: FineTuneRunRow) -> bool:
    """Whether the tokens of the run are known, or do not matter."""
    known = row.tokens or row.mean_tokens or row.gflops_per_example
    return bool(known) or row.padding in ("fixed", "none")


def _example_tokens(row: FineTuneRunRow, fits: Fits) -> float:
    """Tokens of an example: stated, the fixed length, else those assumed, at most the longest."""
    if row.tokens is not None:
        return row.tokens / row.examples
    if row.mean_tokens is not None:
        return row.mean_tokens
    if row.padding in ("fixed", "none") and row.max_tokens is not None:
        return row.max_tokens
    assumed = fits.value("tune_example_tokens", row.kind)
    return assumed if row.max_tokens is None else min(assumed, row.max_tokens)


def _run_flops(
    row: FineTuneRunRow,
    active: Array,
    tokens: Array,
    length: float,
    examples: Array,
    fits: Fits,
) -> Array:
    """Arithmetic of a run."""
    if row.gflops_per_example is not None:
        each = np.array([row.gflops_per_example])
        return tune_form.picture_flops(each, row.method, examples, fits)
    if row.kind == "vision":
        raise Unusable(f"arithmetic of {row.model} not known")
    packed = row.padding == "packed" and row.max_tokens is not None
    seen = np.array([row.max_tokens if packed else length])
    return tune_form.text_flops(active, row.method, tokens, seen, fits)


def _run_batches(row: FineTuneRunRow, examples: Array, tokens: Array, fits: Fits) -> Array:
    """Micro-batches of a run; of sequences of one length each is one where nobody says."""
    packed_to = row.max_tokens if row.padding in ("packed", "fixed") else None
    usual = 1.0 if packed_to else fits.value("tune_micro_batch", row.kind)
    each = row.micro_batch or usual
    if row.batch is not None:
        each = min(each, max(row.batch / row.count, 1.0))
    return tune_form.micro_batches(examples, tokens, packed_to, each)


def training_group(row: TrainingMeasurementRow) -> str:
    """Group of a training row in the accuracy report."""
    if row.engine == "mlperf":
        return "training_mlperf_lora" if row.method == "lora" else "training_mlperf_other"
    if row.kind != "llm":
        return "training_other_networks"
    if (
        row.active_params_millions
        and row.params_millions
        and (row.active_params_millions < 0.9 * row.params_millions)
    ):
        return "training_experts"
    return "training_dense_llm" if row.quantity.startswith("tokens") else "training_small_tunes"
