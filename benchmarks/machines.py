"""Where rented and own machines win, and what it takes where they do not.

Published results are asked as they were published and once more with what they leave out: work,
spare machines, load that comes and goes, hosting, maintenance, resale. Part of the page that
``python -m benchmarks.sensitivity`` writes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

import numpy as np

from calculators.answer.options import OptionList
from calculators.case import Only
from calculators.explore.sweep import evaluations
from calculators.memory import SHARED
from calculators.places import PLACES, AnswersAt
from calculators.points import Points
from calculators.results import Option
from calculators.scenario import is_whole
from report.codec import decode
from report.self_check import EDITION, Case, cases

LEFT_OUT = frozenset(
    {
        "assume.maintenance_pct_per_year",
        "assume.network_and_cabling_pct",
        "assume.switch_parallel_months",
        "battery_wear",
        "hosting",
        "own_server_life_months",
        "own_server_resale_pct",
        "peak_to_mean",
        "price.aws/load_balancer/standard",
        "pue",
        "radio_tail_j",
        "request_kb",
        "response_kb",
        "spare_instances",
        "staff_usd_per_hour",
        "target_peak_load",
    }
)
"""Inputs by which a link takes away what its publication does not count."""
VALUES = 201
"""Values of the axis that are looked at: steps of 3.5 % over three decades."""


@dataclass(frozen=True)
class Along:
    """Two options along the axis of a published case: where machines cost less, and why not."""

    case: Case
    values: Sequence[float]
    gaps: Sequence[float]  # USD over the period that machines cost more
    machines: Option  # at the far end
    other: Option

    @property
    def from_value(self) -> float | None:
        """The first value from which machines are the cheaper side to the end; None: nowhere."""
        dearer = [index for index, gap in enumerate(self.gaps) if gap >= 0]
        first = dearer[-1] + 1 if dearer else 0
        return self.values[first] if first < len(self.values) else None

    @property
    def told(self) -> str:
        """Where machines win, in the unit of the publication."""
        found, scale, unit = self.from_value, self.case.scale, self.case.unit
        if found is None:
            return f"not up to {_number(self.values[-1] * scale)} {unit}"
        if found == self.values[0]:
            return f"all along from {_number(found * scale)} {unit}"
        return f"from {_number(found * scale)} {unit}"

    @property
    def most(self) -> str:
        """What makes most of the difference at the far end of the axis."""
        return most(self.machines, self.other, amount=True)


def most(machines: Option, other: Option, *, amount: bool = False) -> str:
    """The item that differs most between two options, over the period."""
    own, others = _by_name(machines), _by_name(other)
    apart = {name: own.get(name, 0.0) - others.get(name, 0.0) for name in {**own, **others}}
    name, usd = max(apart.items(), key=lambda item: (abs(item[1]), item[0]))
    said = f"{'more' if usd > 0 else 'less'} on machines"
    return f"{name}, {abs(usd):,.0f} USD {said}" if amount else f"{name}, {said}"


def _by_name(option: Option) -> Mapping[str, float]:
    """What the company pays over the period, by what it is for."""
    found: dict[str, float] = {}
    for item in option.line_items:
        if item.payer == "company":
            name = item.name.partition(",")[0].partition(":")[0]
            found[name] = found.get(name, 0.0) + item.amount_usd
    return found


def _number(value: float) -> str:
    return f"{value:,.3g}" if value < 1000 else f"{float(f'{value:.3g}'):,.0f}"


def whole(query: str) -> str:
    """A link with everything counted that its publication leaves out."""
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] not in LEFT_OUT]
    return urlencode(kept)


def along(case: Case, query: str) -> Along:
    """Both sides of a case along its axis."""
    asked = decode(f"{query}&edition={EDITION}", strict=True)
    grid = np.geomspace(case.low or 1.0, case.high or 1.0, VALUES)
    values = np.unique(np.round(grid)) if is_whole(case.axis) else grid
    points = Points.sweep(asked.scenario, case.axis, values)
    own, other = sorted((case.first, case.second), key=_machines_last, reverse=True)
    gaps = np.full(len(values), np.nan)
    far: list[Option] = []
    for index, made in evaluations(points, asked.book, SHARED, _only(own, other)):
        gaps[index] = made.company[made.at[own]] - made.company[made.at[other]]
        if int(index[-1]) == len(values) - 1:
            last = OptionList(made, lambda _: None, len(index) - 1)
            far = [last.of(made.at[name]) for name in (own, other)]
    return Along(case, values.tolist(), gaps.tolist(), *far)


def _only(*names: str) -> Only:
    """Two candidates and nobody else."""
    found: dict[AnswersAt, frozenset[str] | None] = {}
    for name in names:
        place, _, product = name.rpartition(">")[2].partition(":")
        kind = next(known for known in PLACES if known == place)
        found[kind] = (found.get(kind) or frozenset()) | {product}
    return found


def _machines_last(option: str) -> int:
    """Own machines before rented ones before what is no machine."""
    words = option.partition(":")[0]
    return 2 if "owned" in words else 1 if "rented" in words else 0


@dataclass(frozen=True)
class Asked:
    """A published comparison with machines, as published and with everything counted."""

    case: Case
    published: Along
    counted: Along

    @property
    def holds(self) -> bool:
        """Whether machines still win somewhere along the axis."""
        return self.counted.from_value is not None


def published() -> Sequence[Asked]:
    """Every published result that says from where machines cost less."""
    crossings = (case for case in cases() if case.measure == "crossing")
    return [
        Asked(case, along(case, case.query), along(case, whole(case.query))) for case in crossings
    ]


def rows(found: Sequence[Asked]) -> Sequence[Sequence[str]]:
    """A line for each: what is published, where machines win, what makes most of it."""
    return [
        (
            item.case.id,
            item.case.title.replace("|", "/"),
            item.published.told,
            item.counted.told,
            item.counted.most,
        )
        for item in found
    ]


ROWS_HEAD = ("case", "what is compared", "machines win as published", "all counted", "most of it")
