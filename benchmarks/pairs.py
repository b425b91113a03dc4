"""Read pairs of serving software, as they are published, into rows of ``stack_pairs.csv``.

A file with a column ``tuned_value`` is of this kind. The same reading made the project's own
table; it lets the judge predict the ratio other/tuned of pairs that nobody has fitted on. What is
predicted sees the set-up of a pair alone, neither of its values.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.cases import Names, Raw, WrongFile, kind_of, precision, slug
from pricing.measurement_schema import StackPairRow

EDITION = date(2026, 11, 26)
_COLUMNS = (
    "source_id model parameters_millions active_parameters_millions precision accelerator "
    "accelerator_count tensor_parallel input_tokens output_tokens load_kind load_value source "
    "source_commit_or_date notes tuned_engine tuned_value other_engine other_value metric"
)
COLUMNS = frozenset(_COLUMNS.split())
SOFTWARE: tuple[tuple[str, str], ...] = (
    (r"onnx.*tensorrt", "onnxruntime-tensorrt"),
    (r"onnx", "onnxruntime"),
    (r"pytorch", "pytorch"),
    (r"eagle", "sglang-eagle"),
    (r"sglang", "sglang"),
    (r"vllm|llm-d", "vllm"),
    (r"llama\.cpp", "llama.cpp"),
    (r"ollama", "ollama"),
    (r"deepspeed", "deepspeed-mii"),
    (r"tgi|text-generation-inference", "tgi"),
    (r"tensorrt-?llm|trt-?llm", "tensorrt-llm"),
    (r"tensorrt", "tensorrt"),
)
"""Words in the name of software; the first that occurs."""
PARTS: tuple[tuple[str, str], ...] = (
    (r"^dgx-1\b", "V100-SXM2-32GB"),
    (r"a100.*80 ?gb.*pcie", "A100-80GB-PCIe"),
    (r"a100.*80 ?gb", "A100-80GB-SXM"),
    (r"a100.*pcie", "A100-40GB-PCIe"),
    (r"a100", "A100-40GB-SXM"),
    (r"gh200", "GH200-96GB"),
    (r"h100.*pcie", "H100-PCIe"),
    (r"h100.*nvl", "H100-NVL"),
    (r"h100", "H100-SXM"),
    (r"h200(?!.*nvl)", "H200"),
    (r"\bb200", "B200"),
)
"""Words in the name of hardware; where a publication leaves the form open, the likeliest."""


def is_pairs(path: Path) -> bool:
    """Whether a file holds pairs, by its header."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return "tuned_value" in next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return False


def read_pairs(path: Path, names: Names) -> tuple[list[StackPairRow], list[tuple[str, str]]]:
    """Pairs of a file, and the rows that could not be read with the reason; raises WrongFile."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, missing = list(reader), sorted(COLUMNS - set(reader.fieldnames or ()))
    if missing:
        raise WrongFile(f"{path}: lacks the columns {', '.join(missing)}")
    read: list[StackPairRow] = []
    refused: list[tuple[str, str]] = []
    for number, raw in enumerate(rows, start=2):
        row = f"case-{number}"
        try:
            read.append(pair_case(raw, names, row))
        except (ValueError, KeyError) as error:
            refused.append((row, f"{type(error).__name__}: {error}".splitlines()[0]))
    return read, refused


def pair_case(raw: Raw, names: Names, row: str) -> StackPairRow:
    """One row of a file of pairs."""
    model = raw["model"].rpartition("/")[2] if "BERT/" not in raw["model"] else raw["model"]
    kind = _kind(model)
    name, bits = precision(_stated(raw))
    requests = "request" in raw["metric"]
    fields: dict[str, Any] = {
        "row": row,
        "kind": kind,
        "model": model_of(model, names),
        "precision": name,
        "weight_bits": bits,
        "params_millions": _number(raw["parameters_millions"]),
        "active_params_millions": _number(raw["active_parameters_millions"]) or _active(model),
        "part": part_of(raw["accelerator"], names),
        "count": _number(raw["accelerator_count"]) or 1.0,
        "parallel": _number(raw["tensor_parallel"]),
        "batch": _batch(raw, kind),
        "input_tokens": _number(raw["input_tokens"]),
        "output_tokens": _number(raw["output_tokens"]),
        "engine": _software(raw["other_engine"]),
        "engine_version": raw.get("engine_version", ""),
        "year": _year(raw),
        "tuned_engine": _tuned(raw["tuned_engine"], kind),
        "quantity": "requests_per_s" if requests else "output_tokens_per_s",
        "value": float(raw["other_value"]),
        "tuned_value": float(raw["tuned_value"]),
        "benchmark": raw.get("benchmark", ""),
        "edition": EDITION,
        "as_of": EDITION,
        "confidence": "B",
        "source": slug(raw["source_id"]),
        "locator": raw["source"],
        "note": raw["notes"],
    }
    return StackPairRow(**fields)


def _number(text: str | None) -> float | None:
    return float(text) if text else None


def _active(model: str) -> float | None:
    """Millions of parameters that work on a token, where a publication leaves them out."""
    return 5130.0 if "gpt-oss-120b" in model.lower() else None


def _kind(model: str) -> str:
    return "recommender" if model == "TFT" else kind_of(model)


def _stated(raw: Raw) -> str:
    """The number format; large mixtures of experts are published in eight bits."""
    found = raw["precision"]
    return "fp4" if not found and "gpt-oss" in raw["model"] else found.replace("float", "fp")


def part_of(name: str, names: Names) -> str:
    """The hardware of a published name."""
    found = (part for words, part in PARTS if re.search(words, name.lower()))
    return next(found, None) or names.find("accelerator", name)


def model_of(name: str, names: Names) -> str:
    """The network of a published name: with its version and maker, else without."""
    tried = [name, re.sub(r"^meta-|-v0\.\d.*$|-(instruct|hf|\d{4})\b.*$", "", name, flags=re.I)]
    known = (names.find("model", each) for each in tried)
    ids = names.ids.get("model", frozenset())
    return next((found for found in known if found in ids), slug(name))


def _software(text: str) -> str:
    lowered = text.lower()
    return next((name for word, name in SOFTWARE if re.search(word, lowered)), slug(text))


def _tuned(text: str, kind: str) -> str:
    found = _software(text)
    return "tensorrt-llm" if (found, kind) == ("tensorrt", "llm") else found


def _batch(raw: Raw, kind: str) -> float | None:
    """Answers at once; blank where the software takes all that memory holds."""
    held = _number(raw["load_value"]) if raw["load_kind"] == "concurrency" else None
    if kind != "llm":
        items = re.search(r"client batch\) (\d+)", raw["notes"])
        return (float(items.group(1)) if items else 1.0) * (held or 1.0)
    sent = re.search(r"all (\d+) requests", raw["notes"])
    return held or (float(sent.group(1)) if sent else None)


def _year(raw: Raw) -> float:
    """Year of the other software: as noted, else of the run, else of the source."""
    noted = re.search(r"(20\d\d)(?:-(20\d\d))? software", raw["notes"])
    if noted:
        return (float(noted.group(1)) + float(noted.group(2) or noted.group(1))) / 2.0 + 0.5
    dated: Sequence[tuple[str, str]] = re.findall(r"(20\d\d)-(\d\d)", raw["source_commit_or_date"])
    year, month = dated[-1] if dated else ("2025", "07")
    return round(float(year) + (float(month) - 0.5) / 12.0, 2)
