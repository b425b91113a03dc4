"""A small invented world: round prices, fixed estimates, so that results can be worked by hand.

The tables are in ``tests/golden/tables``. :class:`FixedEstimators` stands where the roofline does.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from calculators import compare as comparing
from calculators.arrays import Array
from calculators.compare import compare
from calculators.estimators import Estimators
from calculators.estimators.types import (
    DeviceEstimate,
    Estimate,
    Hardware,
    ServerEstimate,
    TrainingEstimate,
    TrainingJob,
    Work,
)
from calculators.evaluation import Evaluation, evaluate
from calculators.inputs import Inputs
from calculators.results import Comparison, LineItem, Option
from calculators.scenario import Scenario, build
from pricing.book import PriceBook
from pricing.schema import AssumptionRow, Row
from pricing.tables import SPECS, holding

TABLES_DIR = Path(__file__).parent.parent / "golden" / "tables"

REQUESTS_PER_S = 10.0  # one T100 at full load
ANSWER_MS = 100.0
DEVICE_MS, DEVICE_J = 50.0, 2.0  # phone-a; phone-b cannot run anything
TRAINING_HOURS = 8.0  # one run on one T100

BASE: Mapping[str, Any] = {
    "model": "face-net",
    "device_mix": "everyone",
    "data_sensitivity": "public",
    "discount_rate_pct": 0,
}
"""What most cases share: a face network, four in five users with a capable phone."""


def estimate(mid: float, low: float | None = None, high: float | None = None) -> Estimate:
    """An estimate from plain numbers."""
    return Estimate(
        np.array([mid if low is None else low]), np.array([mid]),
        np.array([mid if high is None else high]), "measured", "fixed for tests",
    )  # fmt: skip


class FixedEstimators(Estimators):
    """Ten requests a second for each T100, 100 ms an answer; 50 ms and 2 J on a good phone."""

    def __init__(self) -> None:
        """No tables are read."""

    def server(
        self,
        work: Work,
        hardware: Hardware,
        stack: Literal["tuned", "standard", "basic"] = "standard",
        latency_budget_ms: Array | None = None,
    ) -> ServerEstimate:
        if work.params_millions.max() > 10_000:
            return ServerEstimate(False, "needs more memory than there is", 0, 0)
        return ServerEstimate(
            fits=True,
            reason="",
            replica_accelerators=1,
            replicas_per_machine=hardware.count,
            capacity_rps=estimate(REQUESTS_PER_S, 8.0, 12.5),
            answer_ms=estimate(ANSWER_MS, 80.0, 125.0),
            ttft_ms=estimate(40.0),
            tpot_ms=estimate(10.0),
        )

    def device(
        self, work: Work, device: str, duty: Literal["burst", "sustained"] = "burst"
    ) -> DeviceEstimate:
        if device != "phone-a" or work.params_millions.max() > 5000:
            return DeviceEstimate(False, "needs 900 MB; about 500 MB may be used", "NPU", 900.0)
        return DeviceEstimate(
            can_run=True,
            reason="",
            unit="NPU",
            memory_mb=900.0,
            answer_ms=estimate(DEVICE_MS),
            ttft_ms=estimate(20.0),
            tpot_ms=estimate(5.0),
            energy_j_per_request=estimate(DEVICE_J, 1.0, 4.0),
        )

    def training(
        self,
        job: TrainingJob,
        hardware: Hardware,
        machines: int = 1,
        stack: Literal["tuned", "standard", "basic"] = "standard",
    ) -> TrainingEstimate:
        hours = TRAINING_HOURS / max(hardware.count, 1) / machines
        return TrainingEstimate(True, "", estimate(hours, hours / 2, hours * 2))


@cache
def _folder() -> Path:
    """The frozen tables, with what the schema has gained since: empty tables, new assumptions."""
    folder = Path(tempfile.mkdtemp(prefix="world-"))
    for name, spec in SPECS.items():
        frozen, into = TABLES_DIR / f"{name}.csv", folder / f"{name}.csv"
        if frozen.exists():
            into.write_text(frozen.read_text())
        else:
            into.write_text(",".join(_columns(spec.shape)) + "\n")
    _new_assumptions(folder / "assumptions.csv")
    return folder


def _columns(shape: type[Row]) -> list[str]:
    """Columns of a table, the dated ones last as in every table with rows."""
    last = ("edition", "as_of", "confidence", "source", "locator", "note")
    own = [name for name in shape.model_fields if name not in last]
    return [*own, *(name for name in last if name in shape.model_fields)]


def _new_assumptions(path: Path) -> None:
    real = PriceBook.load()
    known = {
        line.partition(",")[0]
        for name in holding(AssumptionRow)
        if (TABLES_DIR / f"{name}.csv").exists()
        for line in (TABLES_DIR / f"{name}.csv").read_text().splitlines()
    }
    with path.open("a") as file:
        for row in real.assumptions.values():
            if row.name not in known:
                file.write(f"{row.name},{row.low},{row.mid},{row.high},{row.unit},our_assumption,"
                           f"{row.name},2026-01-01,2025-12-31,A,world,,\n")  # fmt: skip


def world() -> PriceBook:
    """The book of the invented world, with fixed estimators behind it."""
    book = _world()
    if id(book) not in comparing._KNOWN:  # dropped for newer books
        comparing._KNOWN[id(book)] = (book, FixedEstimators(), {})
    return book


@cache
def _world() -> PriceBook:
    return _opened(_folder())


def _opened(folder: Path) -> PriceBook:
    book = PriceBook.load(directory=folder)
    comparing._KNOWN[id(book)] = (book, FixedEstimators(), {})
    return book


PRICED = "USD,global,0,,2025-06-01,price,"
DATED = "2026-01-01,2025-12-31,A,world,,"  # the columns every figure ends with


def another_world(
    folder: Path,
    rows: Mapping[str, Sequence[str]],
    *,
    assumptions: Mapping[str, float] | None = None,
    without: Sequence[str] = (),
) -> PriceBook:
    """The world with more rows, other assumptions (low = middle = high), and keys taken out.

    ``rows`` lack the dated columns; a row of a price table is ``key,value,unit``.
    """
    shutil.copytree(_folder(), folder, dirs_exist_ok=True)
    for path in folder.glob("*.csv"):
        kept = [
            _assumed(line, assumptions or {})
            for line in path.read_text().splitlines()
            if not line.startswith(tuple(without))
        ]
        path.write_text("\n".join(kept) + "\n")
    for name, lines in rows.items():
        path = folder / f"{name}.csv"
        price = SPECS[name].kind == "price"
        with path.open("a") as file:
            for line in lines:
                file.write(f"{line},{PRICED if price else ''}{DATED}\n")
    return _opened(folder)


def _assumed(line: str, assumptions: Mapping[str, float]) -> str:
    name, *cells = line.split(",")
    if name not in assumptions:
        return line
    return ",".join([name, *[f"{assumptions[name]!r}"] * 3, *cells[3:]])


def scenario(**changes: Any) -> Scenario:
    """The base scenario with changes."""
    return build({**BASE, **changes})


def compared(**changes: Any) -> Comparison:
    """Every option of the changed base scenario."""
    return compare(scenario(**changes), world())


def inputs(axes: Mapping[str, Any] | None = None, **changes: Any) -> Inputs:
    """Inputs at one point, or along axes."""
    found, memory = comparing.estimators(world())
    arrays = {name: np.asarray(values, dtype=np.float64) for name, values in (axes or {}).items()}
    return Inputs(scenario(**changes), world(), found, axes=arrays, estimates=memory)


def evaluated(axes: Mapping[str, Any] | None = None, **changes: Any) -> Evaluation:
    """All candidates at one point, or along axes."""
    return evaluate(inputs(axes, **changes))


def option(found: Comparison, option_id: str) -> Option:
    """One option, which must be there."""
    chosen = found.option(option_id)
    assert chosen is not None, [item.id for item in found.options]
    return chosen


def items(chosen: Option) -> dict[str, LineItem]:
    """Line items by name; each name once."""
    by_name = {item.name: item for item in chosen.line_items}
    assert len(by_name) == len(chosen.line_items)
    return by_name


def amounts(chosen: Option) -> dict[str, float]:
    """Dollars of each line item."""
    return {name: item.amount_usd for name, item in items(chosen).items()}
