"""Read published measurements, as they are written, into the rows of the measurement tables.

The same reading made the project's own tables; it lets the judge take a file of measurements
nobody has fitted on. Names are resolved by ``aliases.csv`` and, failing that, by their spelling.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pricing.measurement_schema import (
    AliasRow,
    DeviceMeasurementRow,
    InferenceMeasurementRow,
)

Raw = Mapping[str, str]
EDITION = date(2026, 11, 22)
UNSTATED = "unstated"


def slug(text: str) -> str:
    """Lower-case words joined by hyphens."""
    return re.sub(r"[^a-z0-9.+]+", "-", text.lower()).strip("-.+") or UNSTATED


@dataclass(frozen=True)
class Names:
    """Published names -> ids of the tables."""

    known: Mapping[tuple[str, str], str]
    ids: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, aliases: Sequence[AliasRow], ids: Mapping[str, Sequence[str]]) -> Names:
        """Names of the alias rows, and the ids of each kind as their own names."""
        known: dict[tuple[str, str], str] = _bare_devices(aliases)
        for kind, names in ids.items():
            known.update({(kind, _plain(name)): name for name in names})
        known.update({(row.kind, _plain(row.alias)): row.name for row in aliases})
        return cls(known, {kind: frozenset(names) for kind, names in ids.items()})

    def find(self, kind: str, name: str) -> str:
        """The id of a published name; its slug when nothing is known of it."""
        for candidate in _spellings(name):
            found = self.known.get((kind, _plain(candidate)))
            if found is not None:
                return found
        return slug(name)


def _bare_devices(aliases: Sequence[AliasRow]) -> dict[tuple[str, str], str]:
    """Devices by their names without what stands in parentheses, where one device bears it."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in aliases:
        bare = re.sub(r"\(.*?\)", "", row.alias).strip()
        if row.kind == "device" and bare != row.alias and re.search(r"\d", bare):
            found.setdefault(("device", _plain(bare)), set()).add(row.name)
    return {key: names.pop() for key, names in found.items() if len(names) == 1}


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9+.]", "", name.lower())


def _spellings(name: str) -> list[str]:
    """The name, and the name without what publications add to it."""
    bare = re.sub(r"\(.*?\)|@.*", "", name).strip()
    without_memory = re.sub(r"[- ]?\d+ ?GB.*", "", bare).strip()
    without_maker = re.sub(MAKERS, "", without_memory, flags=re.I)
    without_variant = re.sub(VARIANTS, "", without_maker, flags=re.I)
    return [name, bare, without_memory, without_maker, without_variant]


MAKERS = (
    r"^(nvidia|amd|intel|apple|qualcomm|aws|google|instinct|mlx-community/|litert-community/)\s*"
)
VARIANTS = r"[- ](instruct|chat|it|hf|4bit|8bit|fp16|int8|int4|q4_k_m)\b.*"


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _positive(text: str | None) -> float | None:
    value = _number(text)
    return value if value and value > 0 else None


# ------------------------------------------------------------------------------ precision

PRECISION_WORDS: tuple[tuple[str, str, float | None], ...] = (
    # pattern, precision of the arithmetic, bits of a weight where the precision does not say
    (r"q4_k_m", "int4", 4.5),
    (r"^unquantised", "fp16", None),
    (r"^quantised|8da4w", "int4", 4.5),
    (r"not captured|not stated|declared|submission|^$", "unknown", None),
    (r"unet': 'fp8|^fp8|mxfp8", "fp8", None),
    (r"nvfp4|^fp4|mxfp4", "fp4", None),
    (r"q2|2-bit(?! palett)|2-4 bit", "int4", 2.5),
    (r"q5|5\.0bpw", "int4", 5.5),
    (r"4\.0bpw", "int4", 4.0),
    (r"2-bit palett", "fp16", 2.0),
    (r"4-bit palettized$", "fp16", 4.0),
    (r"int8 weights only", "fp16", 8.0),
    (r"q4|int4|uint4|w4|4-bit|nf4", "int4", 4.5),
    (r"q8|int8", "int8", None),
    (r"fp16|bf16|f16|half|tf32", "fp16", None),
    (r"fp32|float32", "fp32", None),
)


def precision(text: str) -> tuple[str, float | None]:
    """Precision of the arithmetic and bits of a weight, from a published description."""
    lowered = text.strip().lower()
    for pattern, name, bits in PRECISION_WORDS:
        if re.search(pattern, lowered):
            return name, bits
    return "unknown", None


# ----------------------------------------------------------------------- server measurements

KINDS: tuple[tuple[str, str], ...] = (
    (r"llama|gpt-j|mistral|mixtral|qwen3?-?\d|falcon|deepseek|gemma|phi-|gpt-oss", "llm"),
    (r"bert|minilm|mpnet|roberta|bge|e5-|gte-|embed", "encoder"),
    (r"whisper|rnn-?t|wav2vec|conformer", "speech"),
    (r"diffusion|sdxl|flux", "image_generation"),
    (r"dlrm", "recommender"),
)


def kind_of(model: str) -> str:
    """Kind of network, from its name."""
    lowered = model.lower()
    return next((kind for pattern, kind in KINDS if re.search(pattern, lowered)), "vision")


def inference_case(raw: Raw, names: Names, row: str) -> InferenceMeasurementRow:
    """One row of a server measurement file."""
    part = names.find("accelerator", raw["accelerator"])
    kind = kind_of(raw["model"])
    model = names.find("model", raw["model"])
    if "MLPerf" in raw["benchmark"] and kind == "speech" and model.startswith("whisper"):
        model = "whisper-large-v3-mlperf"
    name, bits = precision(raw["precision"])
    engine, stack = _engine(raw, part, kind)
    fields: dict[str, Any] = {
        "row": row,
        "quantity": _quantity(raw, kind),
        "kind": kind,
        "model": model,
        "precision": name,
        "weight_bits": bits,
        "params_millions": _positive(raw["parameters_millions"]),
        "part": part,
        "count": _count(raw, part),
        "input_tokens": _number(raw["input_tokens"]),
        "output_tokens": _number(raw["output_tokens"]),
        "engine": engine,
        "stack": stack,
        "benchmark": raw["benchmark"],
        "value": float(raw["value"]),
        "doubtful": "yes" if "doubtful" in raw["notes"] else "no",
        **_mode(raw),
        **_origin(raw["source_commit_or_date"]),
        "note": raw["notes"],
    }
    return InferenceMeasurementRow(**fields)


def _origin(text: str) -> dict[str, Any]:
    found = re.search(r"(20\d\d)-(\d\d)(?:-(\d\d))?", text)
    year, month, day = (int(g or 1) for g in found.groups()) if found else (2026, 11, 22)
    as_of = min(date(year, month, day), EDITION)
    return {"edition": EDITION, "as_of": as_of, "confidence": "B", "source": "case"}


def _count(raw: Raw, part: str) -> float:
    """Accelerators or sockets; a configuration's own name goes before a count beside it."""
    named = re.search(r"(\d+)-node-(\d+)S", raw["source"])
    if named and part.startswith("cpu"):
        return float(named.group(1)) * float(named.group(2))
    # Apple's results list cores as processors
    return 1.0 if "apple" in part else float(raw["accelerator_count"])


def _quantity(raw: Raw, kind: str) -> str:
    unit, scenario = raw["unit"], raw["scenario"]
    if unit == "ms":
        if kind == "llm" and "TTFT" in scenario:
            return "ttft_ms"
        return "tpot_ms" if kind == "llm" and "QPS" in scenario else "latency_ms"
    words = {
        "output tokens/s": "output_tokens_per_s",
        "input tokens/s": "input_tokens_per_s",
        "audio seconds/s": "audio_seconds_per_s",
        "denoising steps/s": "steps_per_s",
    }
    return words.get(unit, "requests_per_s")


def _mode(raw: Raw) -> dict[str, Any]:
    scenario = raw["scenario"]
    batch = re.search(r"batch=(\d+)", scenario)
    spread = re.search(r"TP(\d+)", scenario)
    rate = re.search(r"QPS=(\w+)", scenario)
    fields: dict[str, Any] = {
        "mode": "offline",
        "batch": float(batch.group(1)) if batch else None,
        "parallel": float(spread.group(1)) if spread else None,
    }
    if rate:
        saturated = rate.group(1) == "INF"
        fields["mode"] = "saturated" if saturated else "served"
        fields["queries_per_s"] = None if saturated else float(rate.group(1))
    elif "single-stream" in scenario or fields["batch"] == 1:
        fields["mode"] = "single"
    elif "MLPerf" in raw["benchmark"] and scenario == "server":
        fields["mode"] = "server"
    elif batch:
        fields["mode"] = "static"
    return fields


NOT_NVIDIA = r"^(mi\d|gaudi|tpu|arc|inferentia|trainium|radeon|rx )"


def _engine(raw: Raw, part: str, kind: str) -> tuple[str, str]:
    """Serving software and how tuned it is."""
    benchmark, scenario = raw["benchmark"], raw["scenario"]
    if "MLPerf" in benchmark:
        return mlperf_engine(raw["notes"], part, kind)
    if "TensorRT-LLM" in benchmark:
        return "tensorrt-llm", "tuned"
    if "premAI" in benchmark:
        name = slug(scenario.split(",")[0])
        return (f"{name}-premai", "tuned") if "tensorrt" in name else (name, _level(name))
    if "Ultralytics" in benchmark and "TensorRT" in raw["precision"]:
        return "tensorrt-ultralytics", "tuned"
    name = next((name for word, name in ENGINES if word in benchmark), "")
    if not name:
        name = slug(re.sub(r"^server, |, .*$|batch=\d+", "", scenario))
        name += "-batched" if "batch=" in scenario else ""
    if name == "diffusers" and "compile" in scenario:
        name = "diffusers-compile"
    if raw["precision"] == "tf32":
        name += "-tf32"
    return name, _level(name)


ENGINES: tuple[tuple[str, str], ...] = (
    ("llama.cpp", "llama.cpp"),
    ("exllama", "exllamav2"),
    ("timm", "pytorch-timm"),
    ("DeepLearningExamples", "pytorch"),
    ("SBERT", "sentence-transformers"),
    ("PaddleOCR", "paddle"),
    ("Ultralytics", "onnxruntime"),
    ("diffusers", "diffusers"),
)


def mlperf_engine(notes: str, part: str, kind: str) -> tuple[str, str]:
    """Software of an MLPerf submission, and how tuned it is."""
    if "vLLM" in notes:
        return "vllm", "standard"
    if part.startswith("cpu"):
        return "cpu-mlperf", "tuned"
    if re.search(NOT_NVIDIA, part.lower()):
        return "vendor-mlperf", "tuned"
    return ("tensorrt-llm", "tuned") if kind == "llm" else ("tensorrt-mlperf", "tuned")


BASIC = r"transformers|openai|sentence|paddle|^torch|sdpa|^diffusers$"


def _level(engine: str) -> Literal["standard", "basic"]:
    return "basic" if re.search(BASIC, engine) else "standard"


# ----------------------------------------------------------------------- device measurements


def device_case(raw: Raw, names: Names, row: str) -> DeviceMeasurementRow:
    """One row of an on-device measurement file."""
    kind = _device_kind(raw)
    unit = raw["macs_unit"].upper()
    work = _positive(raw["macs_or_gflops"])
    fields: dict[str, Any] = {
        "row": row,
        "kind": kind,
        "model": names.find("model", raw["model"]),
        "gmacs": work if work is None or "MAC" in unit else work / 2.0,
        "device": names.find("device", raw["device"]),
        "engine": _runtime(raw["runtime"]),
        "unit": _unit(raw["compute_unit"], raw["runtime"]),
        "threads": _threads(raw["runtime"]),
        "in_app": "yes" if "camera app" in raw["runtime"] + raw["task"] else "no",
        "latency_ms": _positive(raw["latency_ms"]),
        "prefill_tokens_per_s": _positive(raw["tokens_per_s_prefill"]),
        "decode_tokens_per_s": _positive(raw["tokens_per_s_decode"]),
        "energy_mj_per_request": _positive(raw["energy_mj_per_inference"]),
        "energy_j_per_token": _positive(raw["j_per_token"]),
        "doubtful": "yes" if "doubtful" in raw["notes"] else "no",
        **_weights(raw),
        **_state(raw),
        **_asked(raw, kind),
        **_drawn(raw),
        **_loaded(raw),
        **_origin(raw["source_date"]),
        "note": raw["notes"],
    }
    return DeviceMeasurementRow(**fields)


def _device_kind(raw: Raw) -> str:
    task = raw["task"].lower()
    rules: tuple[tuple[str, str], ...] = (
        (r"llm|vision-language|matrix-vector", "llm"),
        (r"speech|audio|voice|speaker", "speech"),
        (r"text to image", "image_generation"),
        (r"question|text generation|text classification|text embedding|^embedding", "encoder"),
    )
    if task == "model load":
        return (
            "speech" if kind_of(raw["model"]) == "speech" or "parakeet" in raw["model"] else "llm"
        )
    return next((kind for pattern, kind in rules if re.search(pattern, task)), "vision")


def _weights(raw: Raw) -> dict[str, Any]:
    """Precision, size and bits of the weights."""
    name, bits = precision(raw["precision"])
    millions = _positive(raw["parameters_millions"])
    named = re.search(r"[-\d.]*?(\d+(?:\.\d+)?)b\b", raw["model"].lower())
    if millions is None and "vision-language" in raw["task"] and named:
        millions = 1e3 * float(named.group(1))
    package = re.search(r"package of about (\d+) GB", raw["precision"])
    if package and millions:
        name, bits = "int4", round(float(package.group(1)) * 8e3 / millions, 2)
    return {"precision": name, "weight_bits": bits, "params_millions": millions}


def _state(raw: Raw) -> dict[str, Any]:
    """Burst, or a minute of sustained use."""
    words = raw["task"] + raw.get("state", "")
    found = re.search(r"after (\d+) minutes", words)
    sustained = "yes" if "sustained" in words else "no"
    return {"sustained": sustained, "minute": float(found.group(1)) if found else None}


def _asked(raw: Raw, kind: str) -> dict[str, Any]:
    """What one request is: tokens, seconds of audio, a part of the network."""
    task = raw["task"].lower()
    tokens = re.search(r"(\d+) tokens", task)
    if kind != "speech":
        return {"input_tokens": float(tokens.group(1)) if tokens and kind == "encoder" else None}
    found: dict[str, Any] = {
        "speaks": "yes" if "text to speech" in task else "no",
        "streaming": "yes" if "streaming" in task else "no",
        "part": _part(task),
    }
    chunk = re.search(r"chunk (\d+) ms", task)
    found["chunk_ms"] = float(chunk.group(1)) if chunk else None
    rate = _positive(raw.get("x_realtime"))
    slowness = _positive(raw.get("rtf"))
    seconds = _audio(task)
    if rate or slowness:
        # a rate holds for audio of any length: it is told for one window
        found["audio_s"] = seconds or WINDOW_S
        found["latency_ms"] = 1e3 * found["audio_s"] * (slowness or 1.0 / (rate or 1.0))
    elif seconds:
        found["audio_s"] = seconds
    return {name: value for name, value in found.items() if value is not None}


WINDOW_S = 30.0  # seconds of audio a rate is told for


def _part(task: str) -> str:
    if "decoder token" in task:
        return "decoder_token"
    return "encoder" if "encoder" in task else "whole"


def _audio(task: str) -> float | None:
    """Seconds of audio of one request; the middle where a range is given."""
    if between := re.search(r"(\d+) to (\d+) s of audio", task):
        return (float(between.group(1)) + float(between.group(2))) / 2.0
    if minutes := re.search(r"(\d+) minutes of audio", task):
        return 60.0 * float(minutes.group(1))
    seconds = re.search(r"(\d+) s(?: window)?$", task)
    return float(seconds.group(1)) if seconds else None


def _drawn(raw: Raw) -> dict[str, Any]:
    """Power and what it is of."""
    watt = _positive(raw["average_power_w"])
    rules = (
        (r"peak at the wall|wall power", "wall"),
        (r"ane power|gpu power only", "unit"),
        (r"package power|board dc|jetson-stats", "package"),
        (r"whole phone", "device"),
    )
    notes = raw["notes"].lower()
    of = next((name for pattern, name in rules if re.search(pattern, notes)), None)
    return {"power_w": watt, "power_of": of}


def _loaded(raw: Raw) -> dict[str, Any]:
    """Times of loading, and memory."""
    peak = re.search(r"peak memory (\d+) MB", raw["notes"])
    return {
        "first_load_ms": _positive(raw.get("first_load_ms")),
        "later_load_ms": _positive(raw.get("warm_load_ms")),
        "model_size_mb": _positive(raw.get("model_size_mb")),
        "peak_memory_mb": _positive(raw.get("peak_memory_mb") or (peak and peak.group(1))),
    }


def _runtime(text: str) -> str:
    if "MLPerf" in text:
        return "mlperf-mobile"
    lowered = text.lower()
    if "in the browser" in lowered:
        return "browser"
    lowered = re.sub(r"\s*\(.*?\)|\+.*| q\d.*|,.*", "", lowered)
    name = slug(lowered.split(" via ")[0])
    if "executorch 0.3" in text.lower():
        name += "-0.3"  # its convolutions are many times slower than later ones
    return next((known for word, known in SAME_RUNTIME if name.startswith(word)), name)


SAME_RUNTIME = (
    ("onnx-runtime-web", "onnx-runtime-web"),
    ("ollama", "llama.cpp"),
    ("llama.cpp", "llama.cpp"),
    ("mlx", "mlx-swift"),
)
"""Beginnings of runtimes that are one: ollama runs llama.cpp."""


def _threads(text: str) -> float | None:
    found = re.search(r"(\d+) threads?", text)
    return float(found.group(1)) if found else None


def _unit(text: str, runtime: str = "") -> str:
    lowered = text.lower()
    if "wasm" in runtime.lower() or "webgpu" in runtime.lower():
        return "webgpu" if "webgpu" in runtime.lower() else "wasm"
    if lowered.startswith("all") or "not stated" in lowered:
        return "auto"
    return next((unit for unit in ("npu", "gpu", "cpu") if unit in lowered), "npu")


# ------------------------------------------------------------------------------------- files


_SERVER = (
    "benchmark model parameters_millions precision accelerator accelerator_count scenario "
    "input_tokens output_tokens value unit source source_commit_or_date notes"
)
_DEVICE = (
    "model task parameters_millions macs_or_gflops macs_unit precision device runtime compute_unit "
    "latency_ms tokens_per_s_prefill tokens_per_s_decode energy_mj_per_inference j_per_token "
    "average_power_w source_date notes"
)
SERVER_COLUMNS, DEVICE_COLUMNS = frozenset(_SERVER.split()), frozenset(_DEVICE.split())


class WrongFile(ValueError):
    """A file of cases that cannot be read, and why."""


def columns_of(path: Path) -> frozenset[str]:
    """Columns of a file of cases; raises WrongFile."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return frozenset(csv.DictReader(file).fieldnames or ())
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WrongFile(f"{path}: cannot be read ({error})") from None


def read_raw(path: Path, wanted: frozenset[str] | None = None) -> list[dict[str, str]]:
    """Rows of a CSV file as text; raises WrongFile where it lacks the columns ``wanted``."""
    columns = columns_of(path)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = wanted or (DEVICE_COLUMNS if "device" in columns else SERVER_COLUMNS)
    missing = sorted(wanted - columns)
    if missing:
        raise WrongFile(f"{path}: lacks the columns {', '.join(missing)}")
    return rows


def read_cases(
    path: Path, names: Names
) -> tuple[list[InferenceMeasurementRow], list[DeviceMeasurementRow], list[tuple[str, str]]]:
    """Server rows, device rows, and the rows that could not be read with the reason."""
    rows = read_raw(path)
    of_devices = bool(rows) and "device" in rows[0]
    reader: Callable[[Raw, Names, str], Any] = device_case if of_devices else inference_case
    read: list[Any] = []
    refused: list[tuple[str, str]] = []
    for number, raw in enumerate(rows, start=2):
        row = f"case-{number}"
        try:
            read.append(reader(raw, names, row))
        except (ValueError, KeyError) as error:
            refused.append((row, f"{type(error).__name__}: {error}".splitlines()[0]))
    return ([], read, refused) if of_devices else (read, [], refused)
