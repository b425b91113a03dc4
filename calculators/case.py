"""One group of points ready for arithmetic: demand, work, assumptions and the market they meet.

Everything that prices an option reads from a :class:`Case` and writes nothing into it. What is
worked out on the way (population of devices, machines asked) is kept on the case, so that two
places that need the same figure share it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import TypeVar, cast

import numpy as np

from calculators import factors, work
from calculators.accounts.charges import Drift, Ledger
from calculators.arrays import Array, Index, alike, filled
from calculators.demand import Demand
from calculators.estimators import Estimators
from calculators.estimators.types import (
    DeviceEstimates,
    Duty,
    Hardware,
    ServerEstimates,
    TrainingEstimates,
    TrainingJob,
    Work,
)
from calculators.market import Market
from calculators.market.machines import MachineOffers
from calculators.market.media import MEDIA_FIELDS, Media
from calculators.market.reading import LANGUAGE_MODEL, READ
from calculators.places import AnswersAt, TrainedAt
from calculators.points import Points
from calculators.scenario import Scenario, extra, fields
from calculators.work import Requests, UnknownModel
from pricing.book import PriceBook, Source, Tariff
from pricing.kept import Kept, cached_property
from pricing.own import kind_of
from pricing.records import record
from pricing.schema import ModelRow, ModelTermsRow, TokenTermsRow

T = TypeVar("T")
THINKS = ("optional", "can", "always")
"""Models that write for themselves where they are asked to."""
TOKEN_TASKS = ("text_generation", "text_embedding", "translation")
"""Tasks in which images, sound and film are read as tokens beside the text."""
NEW_INSTALL_SHARE = "new_install_share_pct"
FEW = 4  # distinct requests of which estimates are kept
RequestKey = tuple[object, ...]
_NOT_YET = object()
Only = Mapping[AnswersAt, frozenset[str] | None]
"""Products to look at, by place, None for all; places that are not named are left out."""


@record
class Case:
    """N points of one arithmetic, the prices they meet, and who estimates."""

    points: Points
    market: Market
    estimators: Estimators
    estimates: Kept[object, object]  # of earlier cases, by what was asked
    trained: Kept[object, object]  # plans of earlier cases, by all they depend on
    drawn: Kept[object, object]  # replicas of earlier cases of many points, likewise
    only: Only | None = None
    venues: frozenset[TrainedAt] | None = None  # places of training to look at; None: all
    full: bool = True  # present values and the first month too
    by_month: bool = False  # and every month by itself
    _shared: dict[str, object] = field(default_factory=dict, repr=False)
    _shared_of: dict[tuple[str, object], object] = field(default_factory=dict, repr=False)
    _assumed: dict[str, Array] = field(default_factory=dict, repr=False)

    # scenario and book -------------------------------------------------------------------------

    @property
    def scenario(self) -> Scenario:
        """What the points have in common."""
        return self.points.scenario

    @property
    def book(self) -> PriceBook:
        """The prices."""
        return self.market.book

    @property
    def size(self) -> int:
        """N."""
        return self.points.size

    def __getitem__(self, name: str) -> Array:
        """A numeric field, (1,) or (N,)."""
        return self.points[name]

    def given(self, name: str) -> bool:
        """Whether an optional field has a value."""
        return self.points.given(name)

    def wanted(self, place: AnswersAt) -> frozenset[str] | None:
        """Products to look at in a place; None: all."""
        return None if self.only is None else self.only.get(place, frozenset())

    def shared(self, what: str, make: Callable[[], T]) -> T:
        """A figure that several places need, worked out by the first."""
        found = self._shared.get(what, _NOT_YET)
        if found is _NOT_YET:
            found = self._shared[what] = make()
        return cast(T, found)

    def shared_of(self, what: str, of: object, make: Callable[[], T]) -> T:
        """The same of something that is compared by equality, such as offers."""
        key = (what, of)
        found = self._shared_of.get(key, _NOT_YET)
        if found is _NOT_YET:
            found = self._shared_of[key] = make()
        return cast(T, found)

    def let_go(self) -> None:
        """Forget what places share; who asks again has it worked out anew.

        These figures know their case, so a case that keeps them is freed by Python's collector
        alone, which stops everybody while it looks through everything.
        """
        held = list(self._shared.values())  # at once: another thread may add to it
        twice = [item for item in held if isinstance(item, Case)]
        self._shared.clear()
        self._shared_of.clear()
        for case in twice:
            case.let_go()

    def unlike(
        self, scores: Sequence[str], *figures: Array, without: Sequence[str] = ()
    ) -> tuple[Index, Index]:
        """Points that differ in factors' scores, figures (N,) and inputs, and who is like whom.

        The first n points of their kind, and which of them each of the N points is like. Inputs
        that are named ``without``, one by one or by their group, do not count, nor do kinds of
        own figures named there.
        """
        given = [*figures, *(self.points.score(name) for name in scores)]
        columns = self.points.columns.items()
        given += [values for name, values in columns if not _named(name, without)]
        varied = [item for item in given if item.size > 1]
        if not varied:
            return np.zeros(1, dtype=np.intp), np.zeros(self.size, dtype=np.intp)
        rows = np.stack([filled(item) for item in varied])
        once, index = alike(rows)
        if once.size == self.size:
            return np.arange(self.size), np.arange(self.size)
        return once, index

    def ledger(self) -> Ledger:
        """An empty account of costs."""
        return Ledger(self.demand.calendar, self.full, self.by_month)

    # assumptions -------------------------------------------------------------------------------

    def assume(self, name: str) -> Array:
        """An assumption at the points: its middle, moved by the score of its factor."""
        found = self._assumed.get(name)
        if found is None:
            found = self._assumed[name] = self._at_score(name)
        return found

    def _at_score(self, name: str) -> Array:
        column = self.points.columns.get(f"assume.{name}")
        if column is not None:
            return column
        row = self.book.assumption(name)
        moved_by = factors.MOVED_BY.get(name)
        if moved_by is None or moved_by.name not in self.points.scores:
            return np.array([row.mid])
        score = self.points.score(moved_by.name)
        return factors.value_at(row.low, row.mid, row.high, score, moved_by.distribution)

    @property
    def assumed(self) -> tuple[str, ...]:
        """Names of the assumptions read so far."""
        return tuple(self._assumed)

    def chosen(self, name: str, assumption: str) -> Array:
        """A field if the user gave it, else the assumption."""
        return self[name] if self.given(name) else self.assume(assumption)

    def input_source(self, name: str) -> Source:
        """A scenario field as the source of a rate."""
        title = fields()[name].title or name
        return Source(f"Scenario input: {title}", "", None, "A", key=name)

    def chosen_source(self, name: str, assumption: str) -> Source:
        """Where :meth:`chosen` took its figure from."""
        if self.given(name):
            return self.input_source(name)
        return self.assumption_source(assumption)

    def assumption_source(self, name: str) -> Source:
        """Where an assumption comes from."""
        return self.market.derived("source", name, lambda: self.book.assumption_source(name))

    def scales(self, tariffs: Sequence[Tariff | None], stands_in: Sequence[bool] = ()) -> Array:
        """What the rates of T tariffs are times at the points, (T, 1) or (T, N).

        1 but where a price or discount of the user's own differs between the points. No discount
        is on a price that ``stands_in`` for another vendor's.
        """
        if not self.points.varies_prices:
            return np.ones((1, 1))
        own = stands_in or [False] * len(tariffs)
        parts = [
            np.ones(1) if tariff is None else self._scale(tariff, discounts=not other)
            for tariff, other in zip(tariffs, own, strict=True)
        ]
        return np.stack(np.broadcast_arrays(*parts)) if parts else np.ones((1, 1))

    def _scale(self, tariff: Tariff, *, discounts: bool = True) -> Array:
        if tariff.key not in self.book.price_keys:
            return np.ones(1)  # of a machine that stands in no list
        table = self.book.table_of(tariff.key)
        return self.points.price_scale(tariff.key, table, discounts=discounts)

    def usd(self, tariff: Tariff) -> Array:
        """First price of a tariff at the points, (1,) or (N,)."""
        return np.asarray(tariff.usd * self.scales([tariff])[0])

    def rates(self, offers: MachineOffers) -> Array:
        """Price of each offer per unit of its tariff, (C, 1) or (C, N)."""
        if not self.points.varies_prices:
            return offers.usd
        return np.asarray(offers.usd * self.scales([offer.tariff for offer in offers.offers]))

    def drift(self, name: str) -> Drift:
        """A yearly change of prices that the scenario states."""
        return Drift(self[name], self.input_source(name))

    # demand and work ---------------------------------------------------------------------------

    @cached_property
    def demand(self) -> Demand:
        """What the users ask for."""
        task = self.scenario.task
        ends = (
            *self.market.free_ends(task),
            *self.market.model_ends(task, others=self.with_readers),
        )
        return Demand(self.points, ends, self.assume(NEW_INSTALL_SHARE) / 100)

    @cached_property
    def model_row(self) -> ModelRow | None:
        """The catalogue row; None for a model described by its size alone or sold by name."""
        name = self.scenario.model
        if not name or name in self.market.names.sold:
            return None
        if name not in self.market.models:
            raise UnknownModel(name)
        return self.market.models[name]

    @property
    def asked_weights(self) -> str:
        """The model whose weights are asked for; blank where none is, or a stand-in is shown."""
        preset, model = self.scenario.preset, self.scenario.model
        return "" if self.market.names.stands_in(preset, model) else model

    @cached_property
    def with_readers(self) -> bool:
        """Whether language models that do the task by reading are looked at.

        Where other models are asked for, and where the model asked for is one of them.
        """
        sold = self.market.names.sold.get(self.asked_weights)
        asked = sold is not None and sold.task == LANGUAGE_MODEL
        return self.scenario.other_models or (asked and self.scenario.task in READ)

    @cached_property
    def params_millions(self) -> Array:
        """All weights, NaN when unknown."""
        return work.params_millions(self.points, self.model_row)

    @cached_property
    def requests(self) -> Requests:
        """The distinct requests as the hardware sees them."""
        terms = self.market.model_terms.get(self.scenario.model)
        return work.requests(self.points, self.model_row, self._own_hidden, self.media(terms))

    @cached_property
    def _own_hidden(self) -> Array:
        terms = self.market.model_terms.get(self.scenario.model)
        return self.hidden(thinks=terms is not None and terms.reasoning in THINKS)

    @property
    def hidden_tokens(self) -> Array:
        """Tokens the chosen model writes for itself before the first visible one (1,) or (N,)."""
        return np.asarray(self["output_tokens"] * self._own_hidden)

    def hidden(self, *, thinks: bool) -> Array:
        """Tokens written for itself by a model for each visible one (1,) or (N,)."""
        effort = self.scenario.reasoning
        if not thinks or effort == "none":
            return work.NO_HIDDEN
        return self.assume(f"hidden_per_visible_{effort}")

    def media(self, terms: ModelTermsRow | TokenTermsRow | None) -> Array:
        """Tokens one request's images, sound and film are read as; NaN where not known."""
        if self.scenario.task not in TOKEN_TASKS:
            return work.NO_MEDIA
        row = None if terms is None else self.market.media.get(terms.media)
        held = Media(*(self[name] for name in MEDIA_FIELDS))
        return held.tokens(row)

    @cached_property
    def frame_ms(self) -> Array:
        """Time between two frames of a live picture, infinite without one."""
        with np.errstate(divide="ignore"):
            return np.asarray(1000 / self["realtime_fps"])

    # estimates ---------------------------------------------------------------------------------

    def servers(self, offers: MachineOffers) -> ServerEstimates:
        """What the distinct machines of some offers do for the distinct requests.

        Of few requests all machines of the market are asked at once, and the answer is kept.
        """
        request, stack = self.requests.work, self.scenario.serving_stack
        if self.request_key is None:
            return self.shared(
                f"servers {offers.hardware}",
                lambda: self.estimators.servers(request, offers.hardware, stack),
            )
        if not self.market.holds(offers):
            return self._estimated(
                self.request_key,
                ("servers", offers.hardware, stack),
                lambda: self.estimators.servers(request, offers.hardware, stack),
            )
        every = self._estimated(
            self.request_key,
            ("servers", self.market.key, stack),
            lambda: self.estimators.servers(request, tuple(self.market.machines), stack),
        )
        return every.take(self.market.rows_of(offers))

    def on_machine(self, hardware: Hardware) -> ServerEstimates:
        """What one machine does for the distinct requests."""
        request, stack = self.requests.work, self.scenario.serving_stack
        return self._estimated(
            self.request_key,
            ("servers", (hardware,), stack),
            lambda: self.estimators.servers(request, (hardware,), stack),
        )

    def devices(
        self, names: tuple[str, ...], in_browser: tuple[bool, ...] = (), duty: Duty = "burst"
    ) -> DeviceEstimates:
        """What users' devices do for the distinct requests, in an app or in their browser."""
        request = self.requests.work
        return self._estimated(
            self.request_key,
            ("devices", names, in_browser, duty),
            lambda: self.estimators.devices(request, names, duty, in_browser),
        )

    def trainings(self, job: TrainingJob, hardware: tuple[Hardware, ...]) -> TrainingEstimates:
        """Hours of a run on machines, (H, N)."""
        stack = self.scenario.serving_stack
        asked = ("trainings", hardware, stack, job.method, *_bytes(job.examples, job.tokens))
        request = self._key(job.work)
        if max(job.examples.size, job.tokens.size) > FEW:
            request = None
        return self._estimated(
            request, asked, lambda: self.estimators.trainings(job, hardware, stack=stack)
        )

    def remembered(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """What rests on what its key says alone, kept for later cases too."""
        return cast(T, self.estimates.get(key, make))

    def remembered_of_draws(self, key: tuple[object, ...], make: Callable[[], T]) -> T:
        """The same of many points: larger, so that fewer are kept."""
        return cast(T, self.drawn.get(key, make))

    def _estimated(
        self, request: RequestKey | None, asked: tuple[object, ...], make: Callable[[], T]
    ) -> T:
        """Estimates of the same request are kept for later cases; those of many are not."""
        if request is None:
            return self.shared(str(asked), make)
        return self.remembered((request, asked), make)

    @cached_property
    def request_key(self) -> RequestKey | None:
        """All the request is; None where the points have many."""
        return self._key(self.requests.work)

    def _key(self, request: Work) -> RequestKey | None:
        """All a request is, every field of it; None for many requests."""
        parts: list[object] = [self.book.edition_key]
        for item in dataclasses.fields(Work):
            value = getattr(request, item.name)
            if isinstance(value, np.ndarray):
                if value.size > FEW:
                    return None
                value = value.tobytes()
            parts.append(value)
        return tuple(parts)


def _named(name: str, without: Sequence[str]) -> bool:
    """Whether an input, its group, or the kind of an own figure is among some names."""
    return name in without or (kind_of(name) or extra(name, "group")) in without


def _bytes(*arrays: Array) -> tuple[bytes, ...]:
    return tuple(array.tobytes() for array in arrays)
