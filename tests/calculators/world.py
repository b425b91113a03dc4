"""A small invented world: round prices, fixed estimates, so that results can be worked by hand.

The tables are in ``tests/golden/tables``. :class:`FixedEstimators` stands where the roofline does,
in a memory of its own (:func:`fixed`), for whatever book.
"""

from __future__ import annotations

import atexit
import math
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np

from calculators.arrays import Array, BoolArray, Index
from calculators.case import Case, Only
from calculators.compare import compare
from calculators.estimators import Estimators
from calculators.estimators.curve import Curve, First, Step
from calculators.estimators.types import (
    DeviceEstimates,
    Estimate,
    Hardware,
    Interval,
    ServerEstimates,
    TrainingEstimates,
    TrainingJob,
    Work,
)
from calculators.evaluation import Evaluation, evaluate
from calculators.memory import Memory
from calculators.points import Points
from calculators.results import Comparison, LineItem, Option
from calculators.scenario import Scenario, build
from pricing.book import EditionKey, PriceBook
from pricing.kept import Kept
from pricing.schema import AssumptionRow, Row
from pricing.tables import SPECS, holding
from pricing.units import vocabulary

TABLES_DIR = Path(__file__).parent.parent / "golden" / "tables"

REQUESTS_PER_S = 10.0  # one T100 at full load
ANSWER_MS = 100.0
DEVICE_MS, DEVICE_J = 50.0, 2.0  # phone-a; phone-b cannot run anything
ROOM_MB = 1000.0  # of any phone
TRAINING_HOURS = 8.0  # one run on one T100
LARGEST_SERVED, LARGEST_ON_DEVICE = 10_000.0, 5000.0  # million parameters

BASE: Mapping[str, Any] = {
    "model": "face-net",
    "device_mix": "everyone",
    "data_sensitivity": "public",
    "discount_rate_pct": 0,
    "ops_hours_per_machine": 0,
    "other_models": True,
}
"""What most cases share: a face network, four in five users with a capable phone, any model."""


# -------------------------------------------------------------------------------- fixed estimates


class Figures:
    """Estimates of R machines or devices, each the same wherever the model can run (R, N)."""

    def __init__(self, runs: BoolArray, why: str) -> None:
        self.runs, self.why = runs, why

    def interval(self, mid: float | Array, low: float = 1.0, high: float = 1.0) -> Interval:
        """``mid`` with its ends as shares of it; NaN where the model cannot run."""
        known = np.where(self.runs, mid, np.nan)
        return Interval(known * low, known, known * high)

    def reason(self, row: int, point: int = 0) -> str:
        """Why the model cannot run; blank where it can."""
        return "" if self.runs[row, min(point, self.runs.shape[1] - 1)] else self.why

    def room(self, row: int, point: int = 0) -> float:
        """Memory over what is needed: half where the model cannot run."""
        return 1.0 if self.runs[row, min(point, self.runs.shape[1] - 1)] else 0.5

    def estimate(self, quantity: str, row: int, point: int = 0) -> Estimate | None:
        """One figure in full."""
        found: Interval = getattr(self, quantity)
        column = min(point, found.mid.shape[1] - 1)
        if np.isnan(found.mid[row, column]):
            return None
        low, mid, high = (part[row, column, None] for part in (found.low, found.mid, found.high))
        return Estimate(low, mid, high, "measured", "fixed for tests")

    def words_label(self, quantity: str, row: int, point: int = 0) -> str:
        """How a figure that is known was come by."""
        return "measured"

    def label(self, row: int, point: int = 0) -> str:
        """How the answer time was come by; blank where there is none."""
        return "measured" if self.estimate("answer_ms", row, point) else ""


def _same(value: float) -> Array:
    return np.full((1, 1), value)


UNLOADED = Curve(
    stretch=_same(0.0),
    spread=_same(math.log(2) / 1.6448536269514722),
    spread_full=_same(math.log(2) / 1.6448536269514722),
    batch=_same(1.0),
)
"""Times do not grow with load; the slow answer takes twice the median."""
NOTHING = (_same(0.0), _same(0.0), _same(0.0))
WRITING = replace(UNLOADED, step=Step(*NOTHING), first=First(*NOTHING))
"""The same of language models."""


class FixedServers(Figures):
    """Ten requests a second for each accelerator, 100 ms an answer."""

    def __init__(self, fits: BoolArray, hardware: Sequence[Hardware], language: bool) -> None:
        super().__init__(fits, "needs more memory than there is")
        self.hardware = tuple(hardware)
        self.fits = fits
        count = np.array([[float(item.count)] for item in hardware])
        self.replica_accelerators = fits * 1.0
        self.replicas_per_machine = fits * count
        self.capacity_rps = self.interval(REQUESTS_PER_S, 0.8, 1.25)
        self.answer_ms = self.interval(ANSWER_MS, 0.8, 1.25)
        self.ttft_ms = self.interval(40.0)
        self.tpot_ms = self.interval(10.0)
        self.curve = WRITING if language else UNLOADED

    def rates(self) -> list[Array]:
        """No choice between sets."""
        return []

    def take(self, rows: Index) -> FixedServers:
        """Some of the machines."""
        hardware = [self.hardware[row] for row in rows.tolist()]
        return FixedServers(self.fits[rows], hardware, self.curve.first is not None)


class FixedDevices(Figures):
    """50 ms and 2 J an answer; after minutes on end twice the time, as in a browser."""

    def __init__(self, can_run: BoolArray, names: Sequence[str], slower: Array) -> None:
        super().__init__(can_run, "needs 900 MB; about 500 MB may be used")
        self.devices = tuple(names)
        self.can_run = can_run
        self.memory_mb = np.full(can_run.shape, 900.0)
        self.room_mb = np.full((len(names), 1), ROOM_MB)
        self.answer_ms = self.interval(DEVICE_MS * slower, 0.8, 1.25)
        self.ttft_ms = self.interval(20.0 * slower)
        self.tpot_ms = self.interval(5.0 * slower)
        self.handling_ms = self.interval(np.nan)
        self.first_load_ms = self.interval(np.nan)
        self.later_load_ms = self.interval(np.nan)
        self.power_w = self.interval(DEVICE_J / DEVICE_MS * 1e3, 0.5, 2.0)
        self.energy_j_per_request = self.interval(DEVICE_J, 0.5, 2.0)


class FixedTrainings(Figures):
    """Eight hours a run on one accelerator, half as many on two."""

    def __init__(self, hardware: Sequence[Hardware], machines: int) -> None:
        super().__init__(np.ones((len(hardware), 1), dtype=bool), "")
        self.hardware = tuple(hardware)
        self.fits = self.runs
        count = np.array([[float(max(item.count, 1))] for item in hardware])
        self.hours = self.interval(TRAINING_HOURS / count / machines, 0.5, 2.0)
        self.energy_kwh = self.interval(np.nan)


class FixedEstimators(Estimators):
    """The same figures for every request a machine or a good phone can hold."""

    def __init__(
        self, phones: Sequence[str] | None = ("phone-a",), on_device: float = LARGEST_ON_DEVICE
    ) -> None:
        """No tables are read; ``phones`` that run models up to ``on_device``, None: every one."""
        self._phones, self._on_device = phones, on_device

    def servers(
        self,
        work: Work,
        hardware: Sequence[Hardware],
        stack: Literal["tuned", "standard", "basic"] = "standard",
    ) -> ServerEstimates:
        fits = np.repeat(~(work.params_millions > LARGEST_SERVED)[None], len(hardware), axis=0)
        return cast(ServerEstimates, FixedServers(fits, hardware, work.kind == "llm"))

    def devices(
        self,
        work: Work,
        devices: Sequence[str],
        duty: Literal["burst", "sustained"] = "burst",
        in_browser: Sequence[bool] = (),
    ) -> DeviceEstimates:
        good = [self._phones is None or name in self._phones for name in devices]
        small = ~(work.params_millions > self._on_device)
        able = np.array(good)[:, None] & small
        slower = np.array([[2.0 if place else 1.0] for place in in_browser or [False] * len(good)])
        slower = slower * (2.0 if duty == "sustained" else 1.0)
        return cast(DeviceEstimates, FixedDevices(able, devices, slower))

    def trainings(
        self,
        job: TrainingJob,
        hardware: Sequence[Hardware],
        machines: int = 1,
        stack: Literal["tuned", "standard", "basic"] = "standard",
    ) -> TrainingEstimates:
        return cast(TrainingEstimates, FixedTrainings(hardware, machines))


class Always(Kept[EditionKey, Estimators]):
    """The same estimators for every book."""

    def __init__(self, made: Estimators) -> None:
        super().__init__(1)
        self._made = made

    def get(self, key: EditionKey, make: Callable[[], Estimators]) -> Estimators:
        return self._made


def fixed(made: Estimators | None = None) -> Memory:
    """A memory of its own in which estimates are fixed."""
    return Memory(estimators=Always(made or FixedEstimators()))


MEMORY = fixed()
"""Shared by all that is worked out in the invented world."""


# ------------------------------------------------------------------------------------------ books


def folder_of_tests(name: str) -> Path:
    """A new folder that goes when the tests are over: books made in it are read until then."""
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def frozen(floor: bool = False) -> Path:
    """The frozen tables, with what the schema has gained since: empty tables, new assumptions.

    ``floor``: training runs take time beside training, as in the real book.
    """
    folder = folder_of_tests("world")
    for name, spec in SPECS.items():
        frozen, into = TABLES_DIR / f"{name}.csv", folder / f"{name}.csv"
        if frozen.exists():
            into.write_text(frozen.read_text())
        else:
            into.write_text(",".join(_columns(spec.shape)) + "\n")
    _new_assumptions(folder / "assumptions.csv", {} if floor else NO_FLOOR)
    _new_units(folder / "units.csv")
    _new_model(folder / "models.csv")
    _ranged_mix(folder / "device_mixes.csv")
    for name, rows in NAMES.items():
        with (folder / f"{name}.csv").open("a") as file:
            file.writelines(f"{row},{DATED}\n" for row in rows)
    return folder


NAMES: Mapping[str, Sequence[str]] = {
    "service_models": ("gamma/chat,gamma-chat,fp8", "gamma/big-chat,gamma-big,"),
    "named_models": (
        "gamma-chat,Gamma Chat 9,text_generation,unpublished",
        "gamma-big,Gamma Big,text_generation,published",
    ),
    "model_scores": (
        "chat-8b,test,none,8",
        "gamma-chat,test,none,9",
        "gamma-big,test,none,30",
    ),
    "quality_classes": ("test,small,5,10,Test of January", "test,frontier,20,,Test of January"),
}
"""Which models the services answer with, and what one test says of them."""


def _new_model(path: Path) -> None:
    """A network whose activations are known: 20 million for one picture."""
    head, *rows = path.read_text().splitlines()
    added = f"pixel-net,Network with activations,medical_imaging,25,25,5,image,50,,,,,{DATED}"
    lines = [f"activations_millions,{head}", *(f",{row}" for row in rows), f"20,{added}"]
    path.write_text("\n".join(lines) + "\n")


def _columns(shape: type[Row]) -> list[str]:
    """Columns of a table, the dated ones last as in every table with rows."""
    last = ("edition", "as_of", "confidence", "source", "locator", "note")
    own = [name for name in shape.model_fields if name not in last]
    return [*own, *(name for name in last if name in shape.model_fields)]


NO_FLOOR: Mapping[str, float] = {
    "machine_start_minutes": 0.0,
    "training_evaluation_share": 0.0,
    "training_weights_seconds_per_gib": 0.0,
    "dataset_upload_mbps": 1e30,
    "training_copy_mbps": 1e30,
    "own_examples_short_times": 1e30,
}
"""A training run is training alone in this world, unless a test says otherwise."""


def _new_units(path: Path) -> None:
    known = {line.partition(",")[0] for line in path.read_text().splitlines()}
    with path.open("a") as file:
        for row in vocabulary().values():
            if row.unit not in known:
                file.write(f"{row.unit},{row.base},{row.factor!r},,\n")


def _new_assumptions(path: Path, instead: Mapping[str, float]) -> None:
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
                ends = (instead.get(row.name, end) for end in (row.low, row.mid, row.high))
                range_ = ",".join([*(str(end) for end in ends), row.unit])
                file.write(f"{row.name},{range_},our_assumption,{row.name},{DATED}\n")


def _ranged_mix(path: Path) -> None:
    """A mix whose shares have a range: 60 to 90 % have the good phone, 10 to 40 % the other."""
    head, *rows = path.read_text().splitlines()
    added = [f"60,90,ranged,phone-a,80,{DATED}", f"10,40,ranged,phone-b,20,{DATED}"]
    lines = [f"low_pct,high_pct,{head}", *(f",,{row}" for row in rows), *added]
    path.write_text("\n".join(lines) + "\n")


@cache
def world(floor: bool = False) -> PriceBook:
    """The book of the invented world."""
    return PriceBook.load(directory=frozen(floor))


NEW = {"models": ",", "device_mixes": ",,"}
"""Cells of the columns in front that the frozen tables lack."""
PRICED = "USD,global,0,,2025-06-01,price,"
DATED = "2026-01-01,2025-12-31,A,world,,"  # the columns every figure ends with


def another_world(
    folder: Path,
    rows: Mapping[str, Sequence[str]],
    *,
    assumptions: Mapping[str, float] | None = None,
    without: Sequence[str] = (),
    floor: bool = False,
) -> PriceBook:
    """The world with more rows, other assumptions (low = middle = high), and keys taken out.

    ``rows`` lack the dated columns; a row of a price table is ``key,value,unit``.
    """
    shutil.copytree(frozen(floor), folder, dirs_exist_ok=True)
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
                file.write(f"{NEW.get(name, '')}{line},{PRICED if price else ''}{DATED}\n")
    return PriceBook.load(directory=folder)


def _assumed(line: str, assumptions: Mapping[str, float]) -> str:
    name, *cells = line.split(",")
    if name not in assumptions:
        return line
    return ",".join([name, *[f"{assumptions[name]!r}"] * 3, *cells[3:]])


# --------------------------------------------------------------------------------- what is asked


def scenario(**changes: Any) -> Scenario:
    """The base scenario with changes."""
    return build({**BASE, **changes})


def compared(**changes: Any) -> Comparison:
    """Every option of the changed base scenario."""
    return compared_in(world(), **changes)


def compared_in(book: PriceBook, memory: Memory = MEMORY, **changes: Any) -> Comparison:
    """The same at another book's prices."""
    return compare(scenario(**changes), book, memory)


Values = Mapping[str, Sequence[Any] | Array]


def case(
    values: Values | None = None,
    *,
    book: PriceBook | None = None,
    scores: Mapping[str, Sequence[float]] | None = None,
    only: Only | None = None,
    **changes: Any,
) -> Case:
    """The changed base scenario at one point, or where fields or factors have ``values``."""
    moved = {name: np.asarray(score, dtype=np.float64) for name, score in (scores or {}).items()}
    columns = [*(values or {}).values(), *moved.values()]
    size = len(columns[0]) if columns else 1
    points = Points(scenario(**changes), size, scores=moved).with_values(values or {})
    return MEMORY.case(points, book or world(), only)


def evaluated(values: Values | None = None, **changes: Any) -> Evaluation:
    """All candidates at one point, or where fields have ``values``."""
    return evaluate(case(values, **changes))


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
