"""Read published runs of fine-tuning, as they are written, into rows of ``fine_tune_runs``.

The same reading made the project's own table; it lets the judge take a file nobody has fitted on.
A row that lacks what a run is predicted from raises :class:`Lacking` with the field's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from benchmarks.cases import Names, Raw, slug
from pricing.measurement_schema import FineTuneRunRow

EDITION = date(2026, 11, 26)
_COLUMNS = (
    "model params_millions trainable_params_millions method task examples tokens "
    "padded_length epochs steps global_batch packing hardware count software hours "
    "billed_hours start_overhead_s source date notes"
)
COLUMNS = frozenset(_COLUMNS.split())


class Lacking(ValueError):
    """A row without something a run is predicted from, and what."""


def run_of(raw: Raw, names: Names, row: str) -> FineTuneRunRow:
    """One row of a file of runs; raises Lacking."""
    hours = _number(raw["hours"])
    if not hours:
        raise Lacking("no wall-clock hours")
    model = model_of(raw["model"], names)
    kind = kind_of(raw)
    method, variant = method_of(raw["method"])
    padding = padding_of(raw)
    work = work_of(raw)
    longest = context_of(raw["notes"]) or longest_of(raw["padded_length"])
    if longest is None and _number(raw["tokens"]) is None:
        raise Lacking("no length of an example")
    fields: dict[str, Any] = {
        "row": row,
        "kind": kind,
        "model": model,
        "method": method,
        "variant": variant,
        "params_millions": _number(raw["params_millions"]),
        "active_params_millions": active_of(raw["model"]),
        "part": part_of(raw["hardware"], names),
        "count": _number(raw["count"]) or 1.0,
        "examples": work,
        "tokens": _number(raw["tokens"]),
        "mean_tokens": _found(r"mean (\d+) tokens", raw["padded_length"])
        or context_of(raw["notes"]),
        "max_tokens": longest,
        "padding": padding,
        "batch": _batch(raw["global_batch"]),
        "micro_batch": micro_of(raw),
        "kernels": kernels_of(raw["notes"]),
        "data": data_of(raw["source"]),
        "trials": _found(r"x (\d+) trials", raw["method"]) or 1.0,
        "engine": engine_of(raw["software"]),
        "origin": origin_of(raw["source"]),
        "hours": hours,
        **_sourced(raw),
    }
    return FineTuneRunRow(**fields)


def _sourced(raw: Raw) -> dict[str, Any]:
    found = re.findall(r"(20\d\d)-(\d\d)-(\d\d)", raw["date"])
    day = date(*(int(part) for part in found[0])) if found else EDITION
    return {
        "edition": EDITION,
        "as_of": min(day, EDITION),
        "confidence": "B",
        "source": "case",
        "note": raw["notes"],
    }


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if value > 0 else None


def _found(pattern: str, text: str) -> float | None:
    found = re.search(pattern, text)
    return float(found.group(1)) if found else None


# ------------------------------------------------------------------------------ what was trained

SUFFIX = r"(-unsloth)?-bnb-4bit$|[- ](Instruct|it|hf|base|chat)(-\d{4})?$|\s*\(.*\)$"


def model_of(text: str, names: Names) -> str:
    """Id of the network: its name without the publisher and what publications add."""
    bare = re.sub(r"^[\w.-]+/", "", text.strip())
    for _ in range(3):
        bare = re.sub(SUFFIX, "", bare, flags=re.I)
    return names.find("model", bare)


VISION = (
    r"yolo|dinov2|resnet|efficientnet|mask r-?cnn|ssd|nnu-net|retinanet|segmentation"
    r"|image classification|object detection|^vit"
)
KINDS: tuple[tuple[str, str], ...] = (
    (r"flux|stable diffusion|sdxl", "image_generation"),
    (r"whisper|wav2vec|speech|conformer", "speech"),
    (VISION, "vision"),
    (r"bert|minilm|bge-|gte-|e5-|setfit|embedding|layoutxlm|mpnet", "encoder"),
    (r"recommend", "recommender"),
)


def kind_of(raw: Raw) -> str:
    """Kind of network, from the model's name and the task."""
    words = f"{raw['model']} {raw['task']}".lower()
    if re.search(r"qwen3-embedding", words):
        return "encoder"
    return next((kind for pattern, kind in KINDS if re.search(pattern, words)), "llm")


def active_of(model: str) -> float | None:
    """Active parameters [millions] where the name of a mixture of experts tells them."""
    found = re.search(r"A(\d+(?:\.\d+)?)B", model)
    return float(found.group(1)) * 1000.0 if found else None


ADAPTERS = r"^(lora|qlora)\b"


def method_of(text: str) -> tuple[str, str]:
    """Method, and the adapter's name where it is not plain LoRA."""
    lowered = text.lower()
    if re.search(r"frozen|feature|linear probe", lowered):
        return "frozen", ""
    if re.search(r"full|backbone|scratch|checkpoint", lowered):
        return "full", "qat" if "qat" in lowered else ""
    four_bits = "qlora" in lowered or "nf4" in lowered or "int8" in lowered
    method = "qlora" if four_bits else "lora"
    if re.match(ADAPTERS, lowered):
        return method, "dpo" if "dpo" in lowered else ""
    return method, slug(re.sub(r"\(.*?\)", "", lowered))


# ------------------------------------------------------------------------------------- the work


def work_of(raw: Raw) -> float:
    """Examples seen in the run: stated passes over them, else steps of a batch; raises Lacking."""
    steps, batch = _number(raw["steps"]), _batch(raw["global_batch"])
    given = _range(raw["examples"])
    if given and not (steps and batch):
        return given * (_number(raw["epochs"]) or 1.0)
    if steps and batch:
        return steps * batch * _cards_apart(raw)
    raise Lacking("no examples, tokens or steps of a batch")


def _cards_apart(raw: Raw) -> float:
    """Accelerators that take a micro-batch each, where the batch is stated so."""
    return (_number(raw["count"]) or 1.0) if "microbatch" in raw["global_batch"] else 1.0


def _batch(text: str) -> float | None:
    return _number(text) or _found(r"microbatch (\d+)", text)


def _range(text: str) -> float | None:
    """A number, or the geometric middle of two."""
    found = [float(part) for part in re.findall(r"\d+(?:\.\d+)?", text)]
    return (found[0] * found[1]) ** 0.5 if len(found) > 1 else _number(text)


def micro_of(raw: Raw) -> float | None:
    """Examples an accelerator takes at once, where stated."""
    stated = _found(r"microbatch (\d+)", raw["global_batch"])
    return stated or _found(r"longest of (\d+)", raw["padded_length"])


RECIPES = (
    "alpaca",
    "conversational",
    "reasoning",
    "embedding",
    "completion",
    "vision",
    "audio",
    "tts",
    "phone",
    "text",
)
"""Words for what the examples are, in the names of recipes."""


def data_of(source: str) -> str:
    """What the examples are, where the recipe's name says so."""
    name = source.partition(" ")[2].lower()
    return next((word for word in RECIPES if word in name), "")


KERNELS: tuple[tuple[str, str], ...] = (
    (r"offload", "offload"),
    (r"without flash", "plain"),
    (r"liger", "fused"),
)


def kernels_of(notes: str) -> str:
    """Kernels unlike those of today's software, or weights kept in the computer's memory.

    Flash attention is what software does by itself now, so it is no word of its own.
    """
    lowered = notes.lower()
    return next((name for pattern, name in KERNELS if re.search(pattern, lowered)), "")


PICTURE_PATCH = 16.0  # pixels of a side of one latent token
PICTURE_TEXT = 512.0  # tokens of the description that goes with a picture


def longest_of(text: str) -> float | None:
    """Tokens of the longest example, or of every picture."""
    picture = re.search(r"(\d+)x(\d+) pixels", text)
    if picture:
        sides = float(picture.group(1)) * float(picture.group(2))
        return sides / PICTURE_PATCH**2 + PICTURE_TEXT
    if "mean" in text or "window" in text:
        return _found(r"mean (\d+)", text)
    return _found(r"(\d+)", text)


def context_of(notes: str) -> float | None:
    """Tokens of every example where the notes say that each fills a context of so many."""
    thousands = _found(r"(\d+)k-token context", notes)
    return None if thousands is None else thousands * 1e3


def padding_of(raw: Raw) -> str:
    """How examples are brought to one length."""
    words = f"{raw['packing']} {raw['padded_length']}".lower()
    rules = (
        (r"pixels|n/a", "none"),
        (r"fixed|max_length|padded to max", "fixed"),
        (r"bucket", "bucketed"),
        (r"packed|packing", "packed"),
        (r"longest|padding", "longest"),
    )
    return next((name for pattern, name in rules if re.search(pattern, words)), "unstated")


# ------------------------------------------------------------------------- hardware and software

PARTS: tuple[tuple[str, str], ...] = (
    (r"or P100|P100|2080|TPU v3|not printed|not stated$|managed", ""),
    (r"A100.*80 ?GB|A100 ?\(80", "A100-80GB-SXM"),
    (r"A100", "A100-40GB-SXM"),
    (r"A10G|\bg5\.", "A10G"),
    (r"L40S", "L40S"),
    (r"\bT4\b", "T4"),
    (r"\bL4\b", "L4"),
    (r"V100.*32", "V100-SXM2-32GB"),
    (r"V100", "V100-SXM2-16GB"),
    (r"H100 NVL", "H100-NVL"),
    (r"H100", "H100-SXM"),
    (r"H200", "H200"),
    (r"7900 XTX", "RX 7900 XTX"),
    (r"TPU v5p", "TPU v5p"),
)


def part_of(text: str, names: Names) -> str:
    """Accelerator of a run; raises Lacking where it is not stated."""
    for pattern, name in PARTS:
        if re.search(pattern, text):
            if not name:
                raise Lacking(f"no specification of {text}")
            return name
    found = names.find("accelerator", text)
    if not text or found not in names.ids["accelerator"]:
        raise Lacking(f"no specification of {text or 'its hardware'}")
    return found


ENGINES: tuple[tuple[str, str], ...] = (
    (r"mlperf", "mlperf"),
    (r"unsloth", "unsloth"),
    (r"peft benchmark", "peft-benchmark"),
    (r"litgpt", "litgpt"),
    (r"hyperparameter", "vertex-search"),
    (r"vertex", "vertex"),
    (r"trl|peft", "trl"),
    (r"deepspeed", "deepspeed"),
    (r"transformers|see notebook|accelerate", "transformers"),
    (r"ultralytics|yolo", "ultralytics"),
)


def engine_of(text: str) -> str:
    """Software of a run."""
    lowered = text.lower()
    return next((name for pattern, name in ENGINES if re.search(pattern, lowered)), slug(text))


def origin_of(text: str) -> str:
    """Publication of a run: a repository, else the site."""
    first = text.split(" ", maxsplit=1)[0]
    parts = first.split("/")
    return "/".join(parts[1:3] if parts[0] == "github.com" else parts[:1])


@dataclass(frozen=True)
class Run:
    """What makes rows one run, left out together: publication, network, hardware."""

    origin: str
    model: str
    part: str

    @classmethod
    def of(cls, row: FineTuneRunRow) -> Run:
        """The run of a row."""
        return cls(row.origin, row.model, row.part)
