"""Judge whether networks run on devices, against reports of what ran and what did not.

A file has the columns ``runs`` and ``app_memory_limit_mb`` (``device_limits.csv``). A row counts as
running where it says yes; "out of memory", "swaps", "stopped" and "no" do not run; blank cells and
"no value" are no cases. Every row is predicted by rules that saw no run of the same network on the
same device; ``--leave-out model`` and ``device`` hide all runs of its network or device.

Size, bits, window, memory and system are read where the row states them. Where it does not: a size
by the network's name among the project's rows; a device's memory by its name; the smallest phone
sold for "phones" in general; 4-bit weights for a language model, the commonest on devices. The
first of several devices or sizes in a cell is judged. ``python -m benchmarks.device_limits`` judges
the project's own runs, every one by rules that have not seen it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cases import Raw, kind_of, precision, read_raw, slug
from calculators.estimators.book import Fits, table
from calculators.estimators.device_memory import (
    MB,
    DeviceMemory,
    Host,
    cache_mb,
    host_of_run,
    weights_mb,
)
from pricing.book import PriceBook
from pricing.measurement_schema import DeviceRunRow, FitRow, System
from pricing.schema import DeviceRow, ModelRow
from pricing.tableset import table_set

GROUP = "runs or not"
ROOM = "room of an app"
COLUMNS = frozenset(
    [
        "model",
        "parameters",
        "quantisation",
        "file_size_mb",
        "device",
        "ram_gb",
        "runtime",
        "runs",
        "speed_or_symptom",
        "app_memory_limit_mb",
        "os",
        "note",
    ]
)
BITS = {"fp32": 32.0, "fp16": 16.0, "fp8": 8.0, "int8": 8.0, "int4": 4.5, "fp4": 4.5}
COMMON_BITS = 4.5  # of a language model on a device, where nothing is said
WINDOW = 4096  # tokens a compiled model of MLC holds room for: "ctx4k" in source web-llm-config
SAME = 0.05  # weights that differ by less are of the same file
ENTITLED = {"executorch-xnnpack": "executorch-llama-ios"}
"""Software whose own instructions ask for Apple's entitlement, and the source that says so."""

ENGINES: tuple[tuple[str, str], ...] = (
    (r"executorch", "executorch-xnnpack"),
    (r"web-?llm|mlc", "mlc-llm"),
    (r"mlx", "mlx-swift"),
    (r"litert|tflite|mediapipe|ai edge", "litert"),
    (r"llama\.?cpp|llama\.rn|llm ?farm|gguf|wllama|pocketpal|chatterui|cactus|ollama", "llama.cpp"),
    (r"core ?ml", "core-ml"),
    (r"core ?ai", "core-ai"),
    (r"genie|qnn", "qualcomm-genie-qnn"),
    (r"onnx", "onnx-runtime"),
)
TAB = r"web-?llm|chrome|safari|firefox|browser|wllama|transformers\.js|web page"
SYSTEMS: tuple[tuple[str, System], ...] = (
    (r"ipad", "ipados"),
    (r"iphone|\bios\b", "ios"),
    (r"\bmac|apple m\d", "macos"),
    (r"windows|copilot\+|surface", "windows"),
    (r"raspberry|jetson|linux|rk3588", "linux"),
    (r"android|galaxy|pixel|oneplus|xiaomi|redmi|poco|oppo|vivo|huawei|honor|moto", "android"),
)
KINDS: tuple[tuple[str, str], ...] = (
    (r"sdm|diffusion|flux", "image_generation"),
    (r"whisper|speech|kokoro|parakeet|asr|tts|moonshine|voice", "speech"),
    (r"minilm|mpnet|bert|embed|e5-|bge", "encoder"),
    (r"pajama|yarn|orca|hammer|smollm|lfm|olmo|tinyllama|vicuna|stablelm|chat|instruct", "llm"),
    (r"all models of the app", "llm"),
)
LARGE = 300.0  # million parameters from which an unnamed kind is a language model


@dataclass(frozen=True)
class LimitCase:
    """A row as it is asked about; ``limit_mb`` where it states what an app may use."""

    row: str
    said: str
    runs: bool | None
    model: str
    kind: str
    weights: float  # [MB]; NaN where unknown
    cache: float  # [MB]
    device: str
    host: Host | None
    engine: str
    tab: bool
    entitled: bool
    limit_mb: float | None
    gflops: float = np.nan


def is_limits(columns: frozenset[str]) -> bool:
    """Whether a file is of limits."""
    return {"runs", "app_memory_limit_mb"} <= columns


def outcome(text: str) -> bool | None:
    """Whether a report says that it runs; None where it says nothing."""
    said = text.strip().lower()
    if not said or re.match(r"no value|n/?a\b|not (?:stated|tested)", said):
        return None
    if re.search(r"out of memory|oom|swap|stopp|crash|kill|fail|^no\b|not run|refus", said):
        return False
    return True if re.match(r"yes|runs?\b|ran\b|ok\b", said) else None


def number(text: str) -> float | None:
    """The first number of a text: "4-6" is 4, "5,400 MB" is 5400."""
    found = re.search(r"\d[\d,]*(?:\.\d+)?", text or "")
    return float(found.group(0).replace(",", "")) if found else None


def _first(pairs: Sequence[tuple[str, Any]], text: str, default: Any) -> Any:
    return next((name for pattern, name in pairs if re.search(pattern, text.lower())), default)


@dataclass(frozen=True, eq=False)
class Reader:
    """What the project knows of names: devices, sizes of networks, shapes."""

    devices: Mapping[str, DeviceRow]
    runs: Sequence[DeviceRunRow]
    models: Mapping[str, ModelRow]
    fits: Fits

    @classmethod
    def of(cls, book: PriceBook) -> Reader:
        """Of the newest tables: what a device is does not depend on the edition of prices."""
        rows = table_set().tables["devices"].up_to(date.max).rows
        devices = {_plain(row.device): row for row in rows if isinstance(row, DeviceRow)}
        return cls(
            devices,
            table(book, "device_runs", DeviceRunRow),
            {row.model: row for row in table(book, "models", ModelRow)},
            Fits(table(book, "estimator_fits", FitRow)),
        )

    def case(self, raw: Raw, row: str) -> LimitCase:
        """One row of a file."""
        engine = _first(ENGINES, raw["runtime"], "")
        params = self._params(raw)
        kind = self._kind(raw["model"], params)
        entitled = bool(re.search(r"increased-memory|entitlement", raw["runtime"]))
        device = re.split(r",|;|\bor\b|\(", raw["device"])[0].strip()
        return LimitCase(
            row=row,
            said=raw["runs"],
            runs=outcome(raw["runs"]),
            model=raw["model"],
            kind=kind,
            weights=self._weights(raw, kind, params),
            cache=self._cache(raw, kind, params, engine),
            device=device,
            host=self._host(raw, device),
            engine=engine,
            tab=bool(re.search(TAB, raw["runtime"].lower())),
            entitled=entitled or engine in ENTITLED,
            limit_mb=number(raw["app_memory_limit_mb"]),
        )

    def _kind(self, model: str, params: float | None) -> str:
        named: str = _first(KINDS, model, kind_of(model))
        return "llm" if named == "vision" and (params or 0.0) >= LARGE else named

    def _params(self, raw: Raw) -> float | None:
        """Millions of parameters: as stated, of the network of that name, or in the name."""
        stated = _millions(raw["parameters"])
        known = self._named(raw["model"])
        return stated or (known.params_millions if known else None) or _millions(raw["model"])

    def _named(self, model: str) -> DeviceRunRow | None:
        """A run of the network of that name, for its size and shape."""
        wanted = slug(re.sub(r"\(.*?\)|-q\d.*", "", model))
        same = [run for run in self.runs if run.model == wanted]
        return max(same, key=lambda run: bool(run.kv_bytes_per_token), default=None)

    def _weights(self, raw: Raw, kind: str, params: float | None) -> float:
        file = number(raw["file_size_mb"])
        if file:
            return file
        bits = _bits(raw["quantisation"])
        if bits is None and kind == "llm":
            bits = COMMON_BITS
        if params and bits:
            return params * bits / 8.0
        known = self._named(raw["model"])
        return weights_mb(known) if known else float("nan")

    def _cache(self, raw: Raw, kind: str, params: float | None, engine: str) -> float:
        """Cache of the window [MB]; 0 where none is stated and the software grows it as it goes."""
        words = f"{raw['model']} {raw['speed_or_symptom']} {raw['note']}"
        found = re.search(r"context (?:of )?(\d[\d,]*)|(\d[\d,]*) tokens of context", words)
        window = number(found.group(0)) if found else None
        if kind != "llm" or not params or (window is None and engine != "mlc-llm"):
            return 0.0
        known = self._named(raw["model"])
        law = self.fits.value("kv_scale") * (params / 8000.0) ** self.fits.value("kv_power")
        each = (known.kv_bytes_per_token if known else None) or law
        return each * (window or WINDOW) / MB

    def _host(self, raw: Raw, device: str) -> Host | None:
        """The device's system and memory; None where its memory is not known."""
        row = self._device(device)
        described = raw["device"] if row is None else row.device
        system: System | None = _first(SYSTEMS, described, None) or _first(SYSTEMS, raw["os"], None)
        if system is None:
            return None
        ram = number(raw["ram_gb"]) or (row.ram_gb if row else None)
        if ram is None and re.search(r"devices|phones", raw["device"].lower()):
            ram = self.fits.value("assumed_ram", "phone")
        version = number(raw["os"]) if system == "ipados" else None
        return Host(system, ram, row.release_year if row else None, version) if ram else None

    def _device(self, name: str) -> DeviceRow | None:
        """The device of a published name, with or without its maker and chip."""
        wanted = _plain(name)
        for known, row in self.devices.items():
            bare = _plain(re.sub(r"\(.*?\)", "", row.device))
            if wanted in {known, bare, re.sub(r"^(google|samsung|xiaomi)", "", bare)}:
                return row
        return None


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9+.]", "", name.lower())


def _millions(text: str) -> float | None:
    """Millions in a text: 3,000 of "3B", 135 of "135M"; the first of several."""
    found = re.search(r"(\d+(?:\.\d+)?)\s*-?\s*(?:\d+(?:\.\d+)?)?\s*([bBmM])\b", text or "")
    if not found:
        return None
    return float(found.group(1)) * (1e3 if found.group(2) in "bB" else 1.0)


def _bits(text: str) -> float | None:
    """Bits of a weight, from a description; None where it does not say."""
    said = re.sub(r"(\d) bit", r"\1-bit", text.lower())
    if re.search(r"unquanti", said):
        return 16.0
    exact = re.search(r"q([2-8])_", said)
    if exact and exact.group(1) != "8":
        return float(exact.group(1)) + 0.5  # with the scales of its blocks
    name, bits = precision(said)
    return bits or BITS.get(name)


# ------------------------------------------------------------------------------------ the verdict


@dataclass(frozen=True)
class Verdict:
    """What the rules say of a case."""

    case: LimitCase
    need: float  # [MB]
    room: float  # [MB]

    @property
    def runs(self) -> bool:
        """Whether it finds room."""
        return self.need <= self.room


def hidden(case: LimitCase, runs: Sequence[DeviceRunRow], mode: str) -> frozenset[str]:
    """Runs a case may not be predicted from."""
    device, model = _plain(case.device), slug(re.sub(r"\(.*?\)", "", case.model))
    found = set()
    for run in runs:
        there = device == _plain(re.sub(r"\(.*?\)", "", run.device))
        weights = weights_mb(run)
        same = run.model == model or abs(weights - case.weights) <= SAME * case.weights
        if {"model": same, "device": there}.get(mode, there and same):
            found.add(run.row)
    return frozenset(found)


def verdict(case: LimitCase, memory: DeviceMemory) -> Verdict:
    """Need and room of one case by rules that have not seen it."""
    need = memory.need(
        case.kind,
        [case.engine],
        np.array([case.weights]),
        np.array([case.cache]),
        np.array([case.gflops]),
    )
    room = case.limit_mb if case.limit_mb and case.runs is not None else _room(case, memory)
    return Verdict(case, float(need.high[0, 0]), room)


def _room(case: LimitCase, memory: DeviceMemory) -> float:
    assert case.host is not None
    tab, more = np.array([case.tab]), np.array([case.entitled])
    return float(memory.room([case.host], tab, more).mid[0, 0])


def judged_limits(path: Path, book: PriceBook, mode: str = "row") -> dict[str, Any]:
    """The report on a file; raises WrongFile."""
    reader, memory = Reader.of(book), DeviceMemory.of(book)
    cases = [
        reader.case(raw, f"case-{place}")
        for place, raw in enumerate(read_raw(path, COLUMNS), start=2)
    ]
    return report(cases, memory, mode)


def own_cases(runs: Sequence[DeviceRunRow]) -> list[LimitCase]:
    """The project's runs that say whether they ran, as cases."""
    return [
        LimitCase(
            row=run.row,
            said=run.runs,
            runs=run.runs == "yes",
            model=run.model,
            kind=run.kind,
            weights=weights_mb(run),
            cache=cache_mb(run),
            device=run.device,
            host=host_of_run(run),
            engine=run.engine,
            tab=run.tab == "yes",
            entitled=run.entitlement == "yes",
            limit_mb=None,
            gflops=run.gflops or np.nan,
        )
        for run in runs
        if run.runs is not None and run.ram_gb is not None
    ]


def judged_own(book: PriceBook, mode: str = "row") -> dict[str, Any]:
    """The report on the project's own runs."""
    memory = DeviceMemory.of(book)
    return report(own_cases(memory.runs), memory, mode)


def report(cases: Sequence[LimitCase], memory: DeviceMemory, mode: str) -> dict[str, Any]:
    """How many cases came out right, which did not, and which say too little."""
    found, left = [], []
    for case in cases:
        if case.runs is None:
            continue
        lacking = lacks(case)
        if lacking:
            left.append({"row": case.row, "group": GROUP, "reason": lacking})
            continue
        found.append(verdict(case, memory.without(hidden(case, memory.runs, mode))))
    return {"groups": [runs_group(found), room_group(cases, memory)], "not_covered": left}


def lacks(case: LimitCase) -> str:
    """What a case does not state and nothing else tells; blank where it can be asked."""
    if not np.isfinite(case.weights):
        return f"size of {case.model} not known"
    if case.host is None and not case.limit_mb:
        return f"memory of {case.device or 'the device'} not known"
    return ""


def runs_group(found: Sequence[Verdict]) -> dict[str, Any]:
    """The figures on runs, and the wrong ones in full."""
    wrong = [item for item in found if item.runs != item.case.runs]
    return {
        "group": GROUP,
        "count": len(found),
        "share_wrong": round(len(wrong) / len(found), 4) if found else None,
        "false_runs": sum(item.runs for item in wrong),
        "false_refused": sum(not item.runs for item in wrong),
        "closest": round(min((_margin(item) for item in found), default=np.nan), 4),
        "wrong": [_told(item) for item in wrong],
    }


def _margin(item: Verdict) -> float:
    """How far need and room are apart, as a share of the larger."""
    return abs(item.need - item.room) / max(item.need, item.room)


def _told(item: Verdict) -> dict[str, Any]:
    return {
        "row": item.case.row,
        "model": item.case.model,
        "device": item.case.device,
        "said": item.case.said,
        "need_mb": round(item.need),
        "room_mb": round(item.room),
    }


def room_group(cases: Sequence[LimitCase], memory: DeviceMemory) -> dict[str, Any]:
    """How far the rooms predicted are from limits that were read, where the device is known."""
    errors = [
        abs(_room(case, memory) / case.limit_mb - 1.0)
        for case in cases
        if case.limit_mb and case.host is not None
    ]
    return {
        "group": ROOM,
        "count": len(errors),
        "median_error": round(float(np.median(errors)), 4) if errors else None,
        "worst_error": round(max(errors), 4) if errors else None,
    }


def printed(result: Mapping[str, Any]) -> str:
    """The report as text."""
    lines = []
    for group in result["groups"]:
        words = [
            f"{name} {value}" for name, value in group.items() if name not in {"group", "wrong"}
        ]
        lines.append(f"{group['group']}: {', '.join(words)}")
        lines += [
            f"  wrong: {item['row']} {item['model']} on {item['device']} ({item['said']}): "
            f"needs {item['need_mb']:,} MB of {item['room_mb']:,}"
            for item in group.get("wrong", [])
        ]
    lines += [f"not covered: {item['row']}: {item['reason']}" for item in result["not_covered"]]
    return "\n".join(lines)


if __name__ == "__main__":
    for hide in ("row", "model", "device"):
        print(f"left out by {hide}\n{printed(judged_own(PriceBook.load(), hide))}")
