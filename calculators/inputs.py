"""A scenario made ready for arithmetic: every number an array over points, models resolved.

One :class:`Inputs` serves a single answer, a sweep, a map and random draws: an *axis* replaces a
field by N values, a *factor* moves a group of uncertain figures together (-1 low end of their
80 % interval, 0 middle, 1 high end).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeVar, cast

import numpy as np

from calculators.arrays import Array
from calculators.calendar import Calendar
from calculators.estimators import Estimators
from calculators.estimators.types import Work, WorkKind
from calculators.scenario import Scenario
from pricing.book import PriceBook, Source
from pricing.schema import ModelRow, ServiceRow, VendorRow
from pricing.units import SECONDS_PER_MONTH

Factor = Literal["labour", "server", "training", "device"]
NEW_INSTALL_SHARE = "new_install_share_pct"
DRIFTS = ("api", "rental", "hardware", "electricity")
ESTIMATES_KEPT = 20_000  # bounds the memory of a long-running server
T = TypeVar("T")

_WORK_KINDS: Mapping[str, WorkKind] = {
    "text_generation": "llm",
    "translation": "llm",
    "next_word": "encoder",
    "text_embedding": "encoder",
    "speech_to_text": "speech",
    "text_to_speech": "speech",
    "image_generation": "image_generation",
    "recommendation": "recommender",
}


class UnknownModel(ValueError):
    """The scenario names a model the tables do not hold."""


@dataclass(frozen=True)
class Inputs:
    """Arrays over N points. Read a field with ``inputs["requests_per_month"]``."""

    scenario: Scenario
    book: PriceBook
    estimators: Estimators
    axes: Mapping[str, Array] = field(default_factory=dict)
    factors: Mapping[Factor, Array] = field(default_factory=dict)
    labour_scale: Array = field(default_factory=lambda: np.ones(1))
    only: frozenset[str] | None = None  # product ids to evaluate; None: all
    memory: dict[object, object] = field(default_factory=dict, repr=False)
    estimates: dict[object, object] = field(default_factory=dict, repr=False)

    @cached_property
    def points(self) -> int:
        """N."""
        arrays = [*self.axes.values(), *self.factors.values(), self.labour_scale]
        return max(array.size for array in arrays)

    def __getitem__(self, name: str) -> Array:
        """A numeric field as (1,) or (N,)."""
        if name in self.axes:
            return self.axes[name]
        value = getattr(self.scenario, name)
        return np.array([np.nan if value is None else float(value)])

    def wanted(self, product: str) -> bool:
        """Whether a product is to be evaluated."""
        return self.only is None or product in self.only

    def given(self, name: str) -> bool:
        """Whether an optional field has a value."""
        return name in self.axes or getattr(self.scenario, name) is not None

    def factor(self, name: Factor) -> Array:
        """Position of a group of uncertain figures in its interval, (1,) or (N,)."""
        return self.factors.get(name, np.zeros(1))

    def once(self, key: object, make: Callable[[], T]) -> T:
        """Remember what does not depend on the candidate."""
        if key not in self.memory:
            self.memory[key] = make()
        return cast(T, self.memory[key])

    # assumptions -----------------------------------------------------------------------------

    def assume(self, name: str, factor: Factor | None = None) -> Array:
        """An assumption's middle, or its place in the interval when a factor moves it."""
        row = self.book.assumption(name)
        if factor is None:
            return np.array([row.mid])
        z = self.factor(factor)
        down, up = row.mid - row.low, row.high - row.mid
        return np.asarray(row.mid + np.maximum(z, 0) * up + np.minimum(z, 0) * down)

    def chosen(self, name: str, assumption: str, factor: Factor | None = None) -> Array:
        """A field if the user gave it, else the assumption."""
        return self[name] if self.given(name) else self.assume(assumption, factor)

    def input_source(self, name: str) -> Source:
        """A scenario field as the source of a rate."""
        title = Scenario.model_fields[name].title or name
        return Source(f"Scenario input: {title}", "", None, "A", key=name)

    def chosen_source(self, name: str, assumption: str) -> Source:
        """Where :meth:`chosen` took its figure from."""
        given = self.given(name)
        return self.input_source(name) if given else self.book.assumption_source(assumption)

    @cached_property
    def work_key(self) -> tuple[object, ...]:
        """What estimates depend on: equal keys give equal estimates."""
        parts: list[object] = [self.scenario.serving_stack]
        for name, value in vars(self.work).items():
            parts.append(value.tobytes() if isinstance(value, np.ndarray) else (name, value))
        return tuple(parts)

    def estimated(self, key: object, make: Callable[[], T]) -> T:
        """Remember an estimate for every later scenario with the same work."""
        return self.kept((self.work_key, key), make)

    def kept(self, key: object, make: Callable[[], T]) -> T:
        """Remember what depends on the book and ``key`` alone, for every later scenario."""
        known, full = self.estimates, key
        if full not in known:
            if len(known) >= ESTIMATES_KEPT:
                known.clear()
            known[full] = make()
        return cast(T, known[full])

    def vendor_name(self, vendor: str) -> str:
        """A vendor as it is called on the page."""
        names = self.kept(
            "vendor names",
            lambda: {row.vendor: row.name for row in self.book.table("vendors", VendorRow)},
        )
        return names.get(vendor, vendor)

    # demand ----------------------------------------------------------------------------------

    @cached_property
    def calendar(self) -> Calendar:
        """Months of the horizon."""
        drifting = any(np.any(self[f"price_change_pct_per_year_{kind}"] != 0) for kind in DRIFTS)
        return Calendar.build(
            self._spread("horizon_months"),
            self._spread("growth_pct_per_month"),
            self._spread("discount_rate_pct"),
            monthly=drifting,
            ends=self.kept(("free months", self.scenario.task), self._free_months),
        )

    def _free_months(self) -> tuple[float, ...]:
        """Months after which a free allowance for this task ends."""
        rows = self.book.table("services", ServiceRow)
        offered = [row for row in rows if row.task == self.scenario.task]
        return tuple({row.free_months for row in offered if row.free_months is not None})

    def _spread(self, name: str) -> Array:
        return np.broadcast_to(self[name], (self.points,)).astype(np.float64)

    @cached_property
    def users(self) -> Array:
        """Users in month 1, (1,) or (N,)."""
        if self.scenario.hold == "users":
            # the users the scenario itself has; more volume means each asks more
            return np.array(
                [self.scenario.requests_per_month / self.scenario.requests_per_user_per_month]
            )
        return self["requests_per_month"] / self["requests_per_user_per_month"]

    @cached_property
    def requests_per_user(self) -> Array:
        """Requests of one user in month 1."""
        return self["requests_per_month"] / self.users

    @cached_property
    def requests(self) -> Array:
        """Requests by segment (N, S)."""
        return np.asarray(self["requests_per_month"][:, None] * self.calendar.growth)

    @cached_property
    def users_by_segment(self) -> Array:
        """Users by segment (N, S)."""
        growth = self.calendar.growth
        still = np.ones_like(growth)
        return self.users[:, None] * (still if self.scenario.hold == "users" else growth)

    @cached_property
    def mean_rps(self) -> Array:
        """Mean requests per second by segment (N, S)."""
        return self.requests / SECONDS_PER_MONTH

    @cached_property
    def installs(self) -> Array:
        """New installs by segment (N, S)."""
        if self.given("installs_per_month"):
            growth = self.calendar.growth
            return self["installs_per_month"][:, None] * growth
        return self.users_by_segment * self.assume(NEW_INSTALL_SHARE) / 100

    @cached_property
    def served_requests(self) -> Array:
        """Requests over the horizon (N,)."""
        return self.calendar.sum(self.requests)

    @cached_property
    def user_months(self) -> Array:
        """Users times months over the horizon (N,)."""
        return self.calendar.sum(self.users_by_segment)

    @cached_property
    def frame_ms(self) -> Array:
        """Time between two frames of a live picture, infinite without one."""
        with np.errstate(divide="ignore"):
            return np.asarray(1000 / self["realtime_fps"])

    @cached_property
    def trains(self) -> bool:
        """Whether a model of one's own is trained; along an axis, at every point or at none."""
        return self.scenario.trains or bool(np.any(self["retrains_per_month"] > 0))

    @cached_property
    def retrains(self) -> Array:
        """Retrainings in each month by segment (N, S); 0 when nothing is trained."""
        monthly = self["retrains_per_month"] if self.trains else np.zeros(1)
        return monthly[:, None] * np.ones_like(self.calendar.growth)

    # model -----------------------------------------------------------------------------------

    @cached_property
    def model_row(self) -> ModelRow | None:
        """The catalogue row; None for a model described by its size alone."""
        if not self.scenario.model:
            return None
        rows = {row.model: row for row in self.book.table("models", ModelRow)}
        if self.scenario.model not in rows:
            raise UnknownModel(self.scenario.model)
        return rows[self.scenario.model]

    def _model_value(self, field_name: str, row_name: str) -> Array:
        if self.given(field_name):
            return self[field_name]
        value = getattr(self.model_row, row_name, None)
        return np.array([np.nan if value is None else float(value)])

    @cached_property
    def params_millions(self) -> Array:
        """All weights, NaN when unknown."""
        return self._model_value("params_millions", "params_millions")

    @cached_property
    def work_units(self) -> Array:
        """How many work units of the model one request holds."""
        row = self.model_row
        if row is None or row.work_unit in ("image", "page", "sample"):
            return np.ones(1)
        if row.work_unit == "audio_second":
            return self["audio_seconds"]
        return self["input_tokens"] + self["output_tokens"]

    @cached_property
    def gflops_per_request(self) -> Array:
        """2 x MACs of one whole request, NaN when unknown."""
        if self.given("gflops_per_request"):
            return self["gflops_per_request"]
        per_unit = self._model_value("gflops_per_request", "gflops_per_unit")
        return per_unit * self.work_units

    @cached_property
    def work(self) -> Work:
        """One request as the hardware sees it."""
        row = self.model_row
        params = self.params_millions
        active = self._model_value("active_params_millions", "active_params_millions")
        activations = getattr(row, "activations_millions", None)
        per_unit = np.array([np.nan if activations is None else float(activations)])
        return Work(
            kind=self.work_kind,
            model=self.scenario.model,
            precision=self.scenario.precision,
            params_millions=params,
            active_params_millions=np.where(np.isnan(active), params, active),
            gflops_per_request=self.gflops_per_request,
            input_tokens=self["input_tokens"],
            output_tokens=self["output_tokens"],
            cached_input_share=self["cached_input_share"],
            audio_seconds=self["audio_seconds"],
            activations_millions=per_unit * self.work_units,
            layers=getattr(row, "layers", None),
            hidden_size=getattr(row, "hidden_size", None),
            kv_heads=getattr(row, "kv_heads", None),
            head_dim=getattr(row, "head_dim", None),
            kv_bytes_per_token_fp16=getattr(row, "kv_bytes_per_token_fp16", None),
        )

    @cached_property
    def work_kind(self) -> WorkKind:
        """Which estimator the task needs."""
        return _WORK_KINDS.get(self.scenario.task, "vision")
