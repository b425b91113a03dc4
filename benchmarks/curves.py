"""Read published load curves into rows of ``load_measurements.csv``.

A file of load curves has the columns of :data:`COLUMNS`. Only rows whose ``use_rate``,
``use_concurrency`` or ``use_max`` says so are cases; a file without these columns is read whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

from benchmarks.cases import Names, kind_of, mlperf_engine, precision, read_raw, slug
from pricing.measurement_schema import LoadMeasurementRow

Raw = Mapping[str, str]
EDITION = date(2026, 11, 26)
_COLUMNS = (
    "source_id benchmark engine engine_version model parameters_millions "
    "active_parameters_millions precision accelerator accelerator_count tensor_parallel "
    "input_tokens output_tokens load_kind load_value request_throughput_rps output_tokens_per_s "
    "ttft_p50_ms ttft_mean_ms tpot_p50_ms tpot_mean_ms e2e_p50_ms e2e_p90_ms e2e_p95_ms notes"
)
COLUMNS = frozenset(_COLUMNS.split())
USES = ("use_rate", "use_concurrency", "use_max")
LOADS: Mapping[str, Literal["rate", "concurrency", "max"]] = {
    "request_rate": "rate",
    "concurrency": "concurrency",
    "max": "max",
}
REPORTED = ("sariekr", "ionet")  # never in a steady state: judged apart, not fitted on
SOURCES = {
    "mlperf-5.1-raw": "inference-results-v5.1-965182b",
    "nv-triton": "deeplearningexamples-729963d",
    "infinity": "infinity-fcb951c",
}
"""Sources that the project's other measurements name too."""
RUNS: Mapping[str, float] = {"pchitral": 500.0, "ionet": 200.0, "accelmark": 300.0, "vultr": 400.0}
"""Requests of a run, where the source says it once for all rows."""


def load_case(raw: Raw, names: Names, row: str) -> LoadMeasurementRow:
    """One row of a file of load curves."""
    use = _use(raw)
    kind = _kind(raw["model"])
    part = _part(raw, names)
    name, bits = _precision(raw)
    model = _model(raw["model"], names)
    size, active = SIZES.get(model, (None, None))
    output = _output(raw)
    source = raw["source_id"]
    fields: dict[str, Any] = {
        "row": row,
        "kind": kind,
        "model": model,
        "params_millions": size or _positive(raw["parameters_millions"]),
        "active_params_millions": active or _positive(raw["active_parameters_millions"]),
        "precision": name,
        "weight_bits": bits,
        "part": part,
        "count": _count(raw, part),
        "parallel": _positive(raw["tensor_parallel"]),
        "engine": _engine(raw, part, kind),
        "version": raw["engine_version"],
        "setup": _setup(raw),
        "input_tokens": _positive(raw["input_tokens"]),
        "output_tokens": output,
        "items": _items(raw["notes"]),
        "load": LOADS[raw["load_kind"]],
        "load_value": _positive(raw["load_value"]),
        "requests": RUNS.get(source),
        "requests_per_s": _completed(raw, output),
        "tokens_per_s": _positive(raw["output_tokens_per_s"]),
        "ttft_ms": _either(raw, "ttft_p50_ms", "ttft_mean_ms"),
        "tpot_ms": _either(raw, "tpot_p50_ms", "tpot_mean_ms"),
        "p50_ms": _positive(raw["e2e_p50_ms"]),
        "p90_ms": _positive(raw["e2e_p90_ms"]),
        "p95_ms": _positive(raw["e2e_p95_ms"]),
        "use": use,
        "fitted": "no" if source in REPORTED else "yes",
        "edition": EDITION,
        "as_of": _day(raw.get("source_commit_or_date", "")),
        "confidence": "B",
        "source": SOURCES.get(source, slug(source)),
        "locator": raw.get("source", ""),
        "note": raw.get("caveat", ""),
    }
    return LoadMeasurementRow(**fields)


def _day(text: str) -> date:
    """The first whole date of a text, else that of the edition; never later than it."""
    found = re.findall(r"\b(20[12]\d)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])\b", text)
    return min(date(*(int(part) for part in found[0])), EDITION) if found else EDITION


def _positive(text: str | None) -> float | None:
    try:
        value = float(text) if text else 0.0
    except ValueError:
        return None
    return value if value > 0 else None


def _either(raw: Raw, *columns: str) -> float | None:
    return next((value for name in columns if (value := _positive(raw[name]))), None)


# ------------------------------------------------------------------------------- what it is for


def _use(raw: Raw) -> Literal["point", "maximum", "both", "end"]:
    """Whether the row is an operating point, a maximum, both, or set aside by the file."""
    load = LOADS[raw["load_kind"]]
    column = {"rate": "use_rate", "concurrency": "use_concurrency", "max": "use_max"}[load]
    if not any(name in raw for name in USES):
        return "maximum" if load == "max" else "point"
    point = load != "max" and _says(raw.get(column, ""), raw)
    maximum = _says(raw.get("use_max", ""), raw)
    if not point and not maximum:
        return "end"
    return "both" if point and maximum else "point" if point else "maximum"


def _says(text: str, raw: Raw) -> bool:
    """Whether a column of uses allows this row: "c <= 16" only up to a concurrency of 16."""
    lowered = text.strip().lower()
    bound = re.match(r"c (<=|>=) (\d+)", lowered)
    if bound:
        held, limit = _positive(raw["load_value"]) or 0.0, float(bound.group(2))
        return held <= limit if bound.group(1) == "<=" else held >= limit
    # frontier points and workers that split prompt and answer say nothing of one replica
    return bool(lowered) and not re.match(r"no\b|special|top concurrency only", lowered)


# -------------------------------------------------------------------------------- what it is of

KINDS: tuple[tuple[str, str], ...] = (
    (r"qwq|glm|nemotron|acemath|vicuna|phi|granite|vlm", "llm"),
    (r"gemma embedding|embed|bert|tft", "encoder"),
    (r"fastpitch|conformer|whisper", "speech"),
)


def _kind(model: str) -> str:
    """Kind of network, from its name."""
    lowered = model.lower()
    if re.search(r"embed|bge|bert", lowered):
        return "encoder"
    found = next((kind for pattern, kind in KINDS if re.search(pattern, lowered)), "")
    return found or kind_of(lowered.rpartition("/")[2] or lowered)


SAME: tuple[tuple[str, str], ...] = (
    (r"^llama-?2-70b", "llama-2-70b"),
    (r"^(meta-)?llama-?3[._]?[13]?-405b", "llama-3.1-405b"),
    (r"^(meta-)?llama-?3([._][13])?-70b", "llama-3.1-70b"),
    (r"^(meta-)?llama-?3([._]1)?-8b", "llama-3.1-8b"),
    (r"^mixtral-8x7b", "mixtral-8x7b"),
    (r"^mistral-7b", "mistral-7b-v0.3"),
    (r"^deepseek-r1-distill-qwen-1\.5b", "deepseek-r1-distill-qwen-1.5b"),
    (r"^deepseek-r1(?!-distill)", "deepseek-r1"),
    (r"^qwen3-30b-a3b", "qwen3-30b-a3b"),
    (r"^qwen2\.5-0\.5b", "qwen2.5-0.5b"),
    (r"^qwen2\.5-7b", "qwen2.5-7b"),
    (r"^qwen2-7b", "qwen2-7b"),
    (r"^gpt-oss-(120|20)b", r"gpt-oss-\1b"),
    (r"^stable-diffusion-xl", "sdxl-1.0"),
    (r"^retinanet", "retinanet-resnext50-mlperf"),
    (r"^whisper$", "whisper-large-v3-mlperf"),
    (r"^convnets$|^resnet50$", "resnet50"),
    (r"^bert-large$|^large$", "bert-large"),
    (r"^bge-large", "bge-large-en-v1.5"),
)
"""Spellings of networks under load: a pattern of the bare name, and the id."""


OF_A_MAKER = r"^(deepseek-ai|neuralmagic|nvidia|qwen|zai-org|google|openai|meta-llama)/"
SIZES: Mapping[str, tuple[float, float]] = {
    "gpt-oss-120b": (117000.0, 5100.0),
    "gpt-oss-20b": (21000.0, 3600.0),
    "nemotron-nano-30b": (31600.0, 3600.0),
    "bert-dist6l": (66.0, 42.5),
    "distilbert": (66.0, 42.5),
}
"""Parameters and active ones [millions] of networks whose rows do not say, from model cards."""


def _model(name: str, names: Names) -> str:
    """The id of a network; its slug when nothing is known of it."""
    bare = re.sub(r"\s*\(.*?\)", "", name).strip().lower()
    last = bare.rpartition("/")[2]
    for pattern, known in SAME:
        found = re.match(pattern, last)
        if found:
            return found.expand(known)
    known_as = names.find("model", last)
    if known_as != slug(last):
        return known_as
    return known_as if re.search(OF_A_MAKER, bare) else slug(bare.replace("/", "-"))


PARTS: tuple[tuple[str, str], ...] = (
    (r"mi3\d\dx.*\(x\d+\).*mi3\d\dx", ""),  # two kinds together
    (r"gpu not stated", ""),
    (r"gnr_128c", "cpu-xeon-6980p"),
    (r"gnr_86c", "cpu-xeon-6787p"),
    (r"cpu only", ""),
    (r"a100 40gb pcie", "A100-40GB-PCIe"),
    (r"a100 40gb", "A100-40GB-SXM"),
    (r"a100 80gb pcie", "A100-80GB-PCIe"),
    (r"a100|a800", "A100-80GB-SXM"),
    (r"v100s", "v100s-pcie-32gb"),
    (r"v100 32gb pcie", "V100-PCIe-32GB"),
    (r"v100", "V100-SXM2-32GB"),
    (r"gh200", "GH200-96GB"),
    (r"h100.*nvl", "H100-NVL"),
    (r"h100 pcie", "H100-PCIe"),
    (r"h100", "H100-SXM"),
    (r"h20-3e", "h20-3e"),
    (r"h200.*nvl", "h200-nvl"),
    (r"h200", "H200"),
    (r"\b(gb[23]00|b[23]00)\b", r"\1"),
    (r"rtx pro 6000 blackwell", "RTX PRO 6000 Blackwell"),
    (r"rtx 4090 d\b", "rtx-4090-d"),
    (r"arc.*b60 dual", "arc-pro-b60-dual"),
    (r"arc.*b60", "Arc Pro B60"),
    (r"\b(mi3\d\dx)\b", r"\1"),
    (r"gaudi ?3", "Gaudi3"),
    (r"tpu v6e", "TPU v6e"),
    (r"\bl40s\b", "L40S"),
    (r"\bl4\b", "L4"),
    (r"\bt4\b", "T4"),
    (r"\ba40\b", "A40"),
)
"""Spellings of hardware under load; blank: not one known part."""


def _part(raw: Raw, names: Names) -> str:
    """The id of the hardware; a slug when nothing is known of it, "unstated" where none is."""
    lowered = raw["accelerator"].lower()
    for pattern, known in PARTS:
        found = re.search(pattern, lowered)
        if found:
            text = found.expand(known)
            return {name.lower(): name for name in names.ids["accelerator"]}.get(
                text.lower(), text or "unstated"
            )
    return names.find("accelerator", raw["accelerator"])


def _count(raw: Raw, part: str) -> float:
    """Accelerators of the system; sockets where it has none."""
    stated = _positive(raw["accelerator_count"])
    if stated:
        return stated
    named = re.search(r"(\d+)-node-(\d+)S", raw["accelerator"])
    if named:
        return float(named.group(1)) * float(named.group(2))
    return 2.0 if part.startswith("cpu") else 1.0


def _precision(raw: Raw) -> tuple[str, float | None]:
    """Precision of the arithmetic, and bits of a weight where it does not say."""
    lowered = raw["precision"].lower()
    if re.search(r"w8a16", lowered):
        return "fp16", 8.0
    if re.search(r"w8a8", lowered):
        return "int8", None
    if "mxfp4" in lowered:
        return "fp4", None
    if re.search(r"16-bit", lowered):
        return "fp16", None
    if not lowered and "fp8" in raw["model"].lower():
        return "fp8", None
    return precision(lowered)


ENGINES: tuple[tuple[str, str], ...] = (
    (r"vllm-ascend", "vllm-ascend"),
    (r"vllm-tpu", "vllm-tpu"),
    (r"gaudi", "vllm-gaudi"),
    (r"llmboost", "llmboost"),
    (r"vllm", "vllm"),
    (r"sglang", "sglang"),
    (r"atom", "atom"),
    (r"tgi", "tgi"),
    (r"tensorrt-llm", "tensorrt-llm"),
    (r"nim", "nim"),
    (r"ollama", "ollama"),
    (r"triton.*onnx.*tensorrt", "triton-onnx-tensorrt"),
    (r"triton.*onnx", "triton-onnx"),
    (r"triton.*tensorrt", "triton-tensorrt"),
    (r"triton.*tf-trt", "triton-tf-trt"),
    (r"triton.*pytorch", "triton-pytorch"),
    (r"triton", "triton"),
    (r"tei|text-embeddings", "tei"),
    (r"mosec", "mosec"),
    (r"infinity", "infinity"),
)


def _engine(raw: Raw, part: str, kind: str) -> str:
    """Serving software; drafting of several tokens a step is software of its own."""
    if "MLPerf" in raw["benchmark"]:
        return mlperf_engine(raw["notes"] + raw["engine"], part, kind)[0]
    lowered = raw["engine"].lower()
    found = next((name for pattern, name in ENGINES if re.search(pattern, lowered)), slug(lowered))
    return f"{found}-mtp" if "spec_method=mtp" in raw["notes"] else found


def _setup(raw: Raw) -> str:
    """What sets a series apart beside the columns that name it."""
    marks = re.findall(
        r"(?:config|io_shape|prefix_caching|burstiness|ep|dp_attention)[= ]\w[\w.]*", raw["notes"]
    )
    name = re.sub(
        r" (online|offline|interactive|sustained|burst.*)$", "", raw["benchmark"], flags=re.I
    )
    if raw["source_id"] == "nv-triton":
        section = re.search(r'section "?O(?:n|ff)line: (.*)', raw.get("source", ""))
        marks += [section.group(1)] if section else []
        marks += re.findall(r"model instances \d*, max server batch \d*", raw["notes"])
    if "MLPerf" in name:
        marks.append(raw["notes"].partition(";")[0])
    return "; ".join(dict.fromkeys([name, *marks]))


def _items(notes: str) -> float:
    found = re.search(r"(?:client batch\)|1 request =|requests of) (\d+)", notes)
    return float(found.group(1)) if found else 1.0


def _output(raw: Raw) -> float | None:
    """Tokens of an answer: as stated, else of the whole run."""
    stated = _positive(raw["output_tokens"])
    tokens, rate = _positive(raw["output_tokens_per_s"]), _positive(raw["request_throughput_rps"])
    return stated or (tokens / rate if tokens and rate else None)


def _completed(raw: Raw, output: float | None) -> float | None:
    """Requests completed a second."""
    rate, tokens = _positive(raw["request_throughput_rps"]), _positive(raw["output_tokens_per_s"])
    return rate or (tokens / output if tokens and output else None)


def without_copies(rows: Iterable[LoadMeasurementRow]) -> list[LoadMeasurementRow]:
    """Rows less those that repeat another's figures, as one run filed under two names."""
    seen: set[tuple[object, ...]] = set()
    kept = []
    for row in rows:
        rate = row.requests_per_s or row.tokens_per_s
        figures = (row.load, row.load_value, rate, row.ttft_ms, row.p50_ms, row.p90_ms)
        mark = (row.source, row.model, row.part, row.count, row.items, row.input_tokens, *figures)
        if mark not in seen:
            seen.add(mark)
            kept.append(row)
    return kept


def read_loads(path: Path, names: Names) -> tuple[list[LoadMeasurementRow], list[tuple[str, str]]]:
    """Rows of a file, and those that could not be read with the reason; raises WrongFile.

    Rows that the file itself sets aside are read only as ends of their series.
    """
    read: list[LoadMeasurementRow] = []
    refused: list[tuple[str, str]] = []
    for number, raw in enumerate(read_raw(path, COLUMNS), start=2):
        row = f"case-{number}"
        try:
            read.append(load_case(raw, names, row))
        except (ValueError, KeyError) as error:
            refused.append((row, f"{type(error).__name__}: {error}".splitlines()[0]))
    return without_copies(read), refused
