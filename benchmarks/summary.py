"""Errors of predictions by group: their software, labels and the subsets targets name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.judge import Outcome, Refused, places_of
from calculators.estimators.learnt import Learnt
from pricing.measurement_schema import DeviceMeasurementRow, StackPairRow

STACKS = ("tuned", "other")
LABELS = ("measured", "scaled", "estimated")
RATIO_GROUPS = (
    "device_vision",
    "device_llm_decode",
    "device_llm_prefill",
    "device_speech",
    "device_energy",
    "device_first_load",
    "device_later_load",
)
AGES = ("ampere", "ada", "hopper")


def error_of(out: Outcome, ratio: bool = True) -> float:
    """|predicted/measured - 1| of the published quantity, or the ratio for devices."""
    error = out.error
    if ratio and out.case.ready.group in RATIO_GROUPS:
        return float(np.exp(abs(error)))
    return float(abs(np.exp(-error if is_rate(out) else error) - 1.0))


def is_rate(out: Outcome) -> bool:
    """Whether the published figure is a rate, not a time (device figures are told as times)."""
    row = out.case.row
    if isinstance(row, StackPairRow):
        return True  # other/tuned; what is predicted is how many times longer it takes
    quantity = "latency_ms" if isinstance(row, DeviceMeasurementRow) else row.quantity
    return quantity.endswith(("per_s", "per_part"))


def summary(name: str, found: Sequence[Outcome], total: int) -> dict[str, Any]:
    """The figures of one group."""
    errors = [error_of(out, ratio=name != "all") for out in found]
    missed = [missed_by(out) for out in found]
    return figures(name, errors, missed, [out.reach for out in found], total)


def missed_by(out: Outcome) -> int:
    """-1 where the published figure is below its 80 % interval, 1 above it, 0 inside."""
    if abs(out.error) <= out.reach:
        return 0
    slower = out.error < 0  # than predicted
    return -1 if slower == is_rate(out) else 1


def figures(
    name: str, errors: Sequence[float], missed: Sequence[int], reach: Sequence[float], total: int
) -> dict[str, Any]:
    """The figures of one group from its errors, where intervals missed, and their half widths.

    ``misses_low`` counts published figures below their interval, ``misses_high`` those above.
    """
    empty = not errors
    sides = np.array(missed)
    return {
        "group": name,
        "n": total,
        "covered": len(errors),
        "not_predicted": total - len(errors),
        "median_error": None if empty else round(float(np.median(errors)), 4),
        "p90_error": None if empty else round(float(np.percentile(errors, 90)), 4),
        "inside_80": None if empty else round(float((sides == 0).mean()), 4),
        "misses_low": int((sides < 0).sum()),
        "misses_high": int((sides > 0).sum()),
        "median_width": None if empty else round(float(np.median(np.exp(2 * np.array(reach)))), 4),
    }


Chosen = Callable[[Outcome, Learnt], bool]


def _tuned(out: Outcome, _: Learnt) -> bool:
    return out.case.stack == "tuned"


def _tuned_dense(out: Outcome, learnt: Learnt) -> bool:
    dense = not out.case.ready.sample.labels.get("experts")
    part = learnt.catalogue.parts.get(out.case.hardware)
    return _tuned(out, learnt) and dense and part is not None and part.generation in AGES


def _tuned_stated(out: Outcome, learnt: Learnt) -> bool:
    return _tuned(out, learnt) and "dataset" not in out.case.ready.sample.labels


def _on_cpu(out: Outcome, _: Learnt) -> bool:
    return out.case.hardware.startswith("cpu")


def _elsewhere(out: Outcome, learnt: Learnt) -> bool:
    return out.elsewhere and not _on_cpu(out, learnt)


def _nowhere_else(out: Outcome, learnt: Learnt) -> bool:
    return not out.elsewhere and not _on_cpu(out, learnt)


def _known(out: Outcome, _: Learnt) -> bool:
    return out.hardware == "known"


def _new(out: Outcome, _: Learnt) -> bool:
    return out.hardware == "new"


def _eight_of_v51(out: Outcome, _: Learnt) -> bool:
    row = out.case.row
    return getattr(row, "benchmark", "").endswith("v5.1") and getattr(row, "count", 0) == 8


def _kind(name: str) -> Chosen:
    def chosen(out: Outcome, _: Learnt) -> bool:
        row = out.case.row
        if not isinstance(row, StackPairRow) or row.kind != "llm":
            return name == "network"
        experts = bool(out.case.ready.sample.labels.get("experts"))
        return name == ("experts" if experts else "dense")

    return chosen


SUBSETS: tuple[tuple[str, str, Chosen], ...] = (
    ("llm_full_load", "dense on Ampere, Ada, Hopper, tuned", _tuned_dense),
    ("llm_full_load", "lengths stated, tuned", _tuned_stated),
    ("vision_encoder", "network measured on another GPU", _elsewhere),
    ("vision_encoder", "network measured on no other GPU", _nowhere_else),
    ("vision_encoder", "on CPUs", _on_cpu),
    ("device_vision", "chip and unit measured", _known),
    ("device_vision", "chip or unit new", _new),
    ("stack ratio", "dense language models", _kind("dense")),
    ("stack ratio", "mixtures of experts", _kind("experts")),
    ("stack ratio", "networks in one pass", _kind("network")),
    ("training_mlperf_lora", "Llama-2-70B, v5.1, 8 GPUs", _eight_of_v51),
)
"""Parts of a group that a target is set for."""


@dataclass(frozen=True)
class Part:
    """A group or a part of it: ``kind`` is all, stack, subset or label."""

    group: str
    kind: str
    words: str
    found: Sequence[Outcome]
    total: int

    @property
    def name(self) -> str:
        """As the report calls it."""
        form = {"all": "{}", "stack": "{}, {}", "subset": "{}: {}", "label": "{} [{}]"}[self.kind]
        return form.format(self.group, self.words)


def parts(found: Sequence[Outcome], refused: Sequence[Refused], learnt: Learnt) -> list[Part]:
    """Groups, then their stacks, subsets and labels; last all together."""
    shown = [out for out in found if out.case.ready.form != "device_power"]
    made: list[Part] = []
    for name in sorted({out.case.ready.group for out in shown} | {item.group for item in refused}):
        mine = [out for out in shown if out.case.ready.group == name]
        left = sum(item.group == name for item in refused)
        made.append(Part(name, "all", "", mine, len(mine) + left))
        divided: list[tuple[str, str, list[Outcome]]] = [
            *(("stack", word, [o for o in mine if o.case.stack == word]) for word in STACKS),
            *(
                ("subset", words, [o for o in mine if chosen(o, learnt)])
                for of, words, chosen in SUBSETS
                if of == name
            ),
            *(("label", word, [o for o in mine if o.label == word]) for word in LABELS),
        ]
        made += [Part(name, *piece, len(piece[2])) for piece in divided if piece[2]]
    return [*made, Part("all", "all", "", shown, len(shown) + len(refused))]


def report(found: Sequence[Outcome], refused: Sequence[Refused], learnt: Learnt) -> dict[str, Any]:
    """Groups, their stacks, labels and subsets, and what could not be covered."""
    return {
        "groups": [
            summary(part.name, part.found, part.total) for part in parts(found, refused, learnt)
        ],
        "not_covered": refusals(refused),
    }


def by_unit(found: Sequence[Outcome], refused: Sequence[Refused]) -> list[dict[str, Any]]:
    """Groups of devices in words, then each by unit and by state: "device speech, NPU"."""
    shown = [out for out in found if out.case.ready.form != "device_power"]
    made = []
    for name in sorted({out.case.ready.group for out in shown} | {item.group for item in refused}):
        mine = [(out, places_of(out.case.row)) for out in shown if out.case.ready.group == name]
        left = [item.places for item in refused if item.group == name]
        words = name.replace("_", " ")
        total = len(mine) + len(left)
        made.append(summary(words, [out for out, _ in mine], total))
        named = [place for _, places in mine for place in places]
        for place in sorted({*named, *(place for places in left for place in places)}):
            some = [out for out, places in mine if place in places]
            total = len(some) + sum(place in places for places in left)
            made.append(summary(f"{words}, {place}", some, total))
    made.append(summary("all", shown, len(shown) + len(refused)))
    return made


def refusals(refused: Sequence[Refused]) -> list[dict[str, str]]:
    """Rows that are not covered, and why."""
    return [{"row": item.row, "group": item.group, "reason": item.reason} for item in refused]


def printed(result: Mapping[str, Any]) -> str:
    """The report as a table of text."""
    lines = [
        f"{'group':58} {'n':>5} {'cov.':>5} {'median':>8} {'p90':>8} {'in 80%':>7} {'width':>6}"
    ]
    for group in result["groups"]:
        start = f"{group['group']:58} {group['n']:5d} {group['covered']:5d}"
        if not group["covered"]:
            lines.append(start)
            continue
        form = "x{:.2f}" if group["group"].startswith("device") else "{:.1%}"
        median, p90 = form.format(group["median_error"]), form.format(group["p90_error"])
        lines.append(
            f"{start} {median:>8} {p90:>8} {group['inside_80']:7.0%} x{group['median_width']:5.2f}"
        )
    lines += [f"not covered: {item['row']}: {item['reason']}" for item in result["not_covered"]]
    return "\n".join(lines)
