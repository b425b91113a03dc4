"""Predicts the time of work under a form: measured where a row matches, else learnt."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar, cast

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.estimators.book import Fits, Rows
from calculators.estimators.ceilings import RESOURCES, Ceilings, floor_seconds
from calculators.estimators.figures import RULES, Labels, Times, width
from calculators.estimators.learnt import Learnt
from calculators.estimators.matches import Match, Matches, Stem, stem_of
from calculators.estimators.measured import Catalogue
from calculators.estimators.terms import EffectLabel, Fitted, Query, Switched
from calculators.estimators.types import Basis, IntArray, Label, Work
from pricing.kept import Kept, cached_property
from pricing.records import record

T = TypeVar("T")
HARDWARE: dict[str, str] = {
    "llm_load": "machine",
    "llm_first_token": "accelerator",
    "llm_token": "accelerator",
    "network": "machine",
    "device_network": "chip",
    "device_token": "chip",
    "device_prompt": "chip",
    "device_speech": "chip",
    "device_load": "unit",
    "device_power": "chip",
    "training": "accelerator",
    "stack": "accelerator",
    "fine_tune": "accelerator",
}
"""The effect that says whether the hardware was measured, by form."""
UNSEEN = "?"  # stands for every label that no row carries: all of them do the same
PANELS, QUERIES = 128, 512  # remembered; a query of 150 machines takes about 60 kB
FEW = 4  # points of requests of which what was looked up is remembered


@record
class Panel:
    """Q pieces of hardware with their software under one form: labels that no network decides.

    ``tails`` gives, for effects that network and hardware decide together, what follows the
    network's name on each piece of hardware; ``rounds`` are those in which a measured row is
    looked for, newest first; none: in any.
    """

    form: str
    fitted: Fitted
    labels: Sequence[Mapping[str, EffectLabel]]
    tails: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rounds: Sequence[Sequence[str]] = ()
    ceilings: Ceilings = field(default_factory=Ceilings)

    @cached_property
    def shares(self) -> Array:
        """The greatest share of each resource's peak that was measured, (G, Q).

        Of any network; :meth:`Predictor._ceiling` excepts some.
        """
        found = [self.ceilings.of_labels(self.form, labels) for labels in self.labels]
        return np.array(found).reshape(len(self.labels), len(RESOURCES.get(self.form, ()))).T

    @cached_property
    def switched(self) -> Switched:
        """What the labels switch on."""
        return self.fitted.switched(self.labels)

    @cached_property
    def stems(self) -> Sequence[Stem]:
        """What a measured row must share with each."""
        return [stem_of(self.form, labels) for labels in self.labels]

    @cached_property
    def known(self) -> BoolArray:
        """(Q,) hardware that carries measured rows."""
        effect = HARDWARE[self.form]
        return np.array([self.fitted.knows(effect, str(named[effect])) for named in self.labels])


@record
class Asked:
    """A network asked about on a panel of hardware.

    ``labels`` are those of the work, the same on all hardware; ``varying`` gives further effects
    whose weight (N,) differs between points, with their label.
    """

    panel: Panel
    group: str
    model: str
    labels: Mapping[str, EffectLabel] = field(default_factory=dict)
    varying: Mapping[str, tuple[str, Array]] = field(default_factory=dict)

    @property
    def label(self) -> Label:
        """Scaled where the network itself was measured on something, else estimated."""
        return "scaled" if self.panel.fitted.knows("model", self.model) else "estimated"

    @cached_property
    def weights(self) -> Array | None:
        """Weights of the varying effects (B - 1, N); None where there are none."""
        weights = [weight for _, weight in self.varying.values()]
        return np.stack(weights) if weights else None

    def on(self, row: int, point: int = 0) -> dict[str, EffectLabel]:
        """All labels on one piece of hardware, at one point."""
        found: dict[str, EffectLabel] = {
            **self.panel.labels[row],
            "model": self.model,
            **self.labels,
        }
        found |= {name: self.model + tails[row] for name, tails in self.panel.tails.items()}
        for effect, (label, weight) in self.varying.items():
            if weight[point]:
                found[effect] = (label, float(weight[point]))
        return found


@dataclass
class Predictor:
    """Everything an estimate is made from."""

    learnt: Learnt
    _panels: Kept[Hashable, Panel] = field(default_factory=lambda: Kept(PANELS), repr=False)
    _queries: Kept[Hashable, Query] = field(default_factory=lambda: Kept(QUERIES), repr=False)
    _slowdowns: Kept[Hashable, tuple[Array, Array]] = field(
        default_factory=lambda: Kept(PANELS), repr=False
    )

    _questions: Kept[Hashable, Any] = field(default_factory=lambda: Kept(PANELS), repr=False)

    @classmethod
    def of(cls, book: Rows) -> Predictor:
        """Over the tables of a price book."""
        return cls(Learnt.of(book))

    @property
    def fits(self) -> Fits:
        """Coefficients by name and scope."""
        return self.learnt.fits

    @property
    def catalogue(self) -> Catalogue:
        """Models, hardware and devices that were measured."""
        return self.learnt.catalogue

    @cached_property
    def matches(self) -> Matches:
        """Rows by what a question must share with them."""
        return Matches.of(item for items in self.learnt.ready.values() for item in items)

    @cached_property
    def ceilings(self) -> Ceilings:
        """Greatest shares of the peaks that measured rows reach."""
        return Ceilings.of(item for items in self.learnt.ready.values() for item in items)

    def panel(
        self,
        form: str,
        key: Hashable,
        labels: Callable[[], Sequence[Mapping[str, EffectLabel]]],
        tails: Callable[[], Mapping[str, Sequence[str]]] = dict,
        rounds: Callable[[], Sequence[Sequence[str]]] = list,
    ) -> Panel:
        """The panel called ``key``, made where it is not remembered."""
        return self._panels.get(
            (form, key),
            lambda: Panel(form, self.learnt.form(form), labels(), tails(), rounds(), self.ceilings),
        )

    def question(self, of: object, work: Work, make: Callable[[], T]) -> T:
        """What is looked up of a request on ``of``, shared by all that is asked of the two.

        Requests of many points are not remembered.
        """
        parts: list[object] = [of]
        for item in fields(Work):
            value = getattr(work, item.name)
            if isinstance(value, np.ndarray):
                if value.size > FEW:
                    return make()
                value = (value.size, value.tobytes())
            parts.append(value)
        return cast(T, self._questions.get(tuple(parts), make))

    def slowdowns(
        self, key: Hashable, make: Callable[[], tuple[Array, Array]]
    ) -> tuple[Array, Array]:
        """Log slowdowns called ``key``, made where they are not remembered."""
        return self._slowdowns.get(key, make)

    # numbers ---------------------------------------------------------------------------------

    def times(self, asked: Asked, terms: Array, rows: IntArray) -> Times:
        """Times of work with ``terms`` (K, R, N) or (K, 1, N) on ``rows`` (R,) of the panel."""
        panel = asked.panel
        fitted = panel.fitted
        found = fitted.predict(terms, self.query(asked).take(rows), asked.weights)
        least = np.broadcast_to(self._ceiling(asked, terms, rows), found.log_seconds.shape).copy()
        mid = np.maximum(found.log_seconds, least)
        reach = found.deviation * self._widths(asked)[rows]
        exact = fitted.data.settings.noise * width(self.fits, asked.group, "measured", "known")
        matches = self._matching(asked, terms, rows)
        for row, match in matches.items():
            mid[row] = np.where(match.where, match.log_seconds, mid[row])
            reach[row] = np.where(match.where, exact, reach[row])
            least[row] = np.where(match.where, -np.inf, least[row])
        labels = Labels(asked.label, {row: match.where for row, match in matches.items()})
        return Times(mid, mid - reach, mid + reach, labels, least)

    def _ceiling(self, asked: Asked, terms: Array, rows: IntArray) -> Array:
        """Log of the time at the greatest shares that were measured, (R, N)."""
        panel = asked.panel
        named = {"model": asked.model, **asked.labels}
        if not len(panel.shares) or not panel.ceilings.hold(panel.form, named):
            return np.full((1, 1), -np.inf)
        least = floor_seconds(panel.form, terms, panel.shares[:, rows, None])
        return np.log(np.maximum(least, 1e-30))

    def _widths(self, asked: Asked) -> Array:
        """Deviations that hold 80 % on each piece of hardware, (Q, 1)."""
        known, new = (width(self.fits, asked.group, asked.label, it) for it in ("known", "new"))
        return np.where(asked.panel.known, known, new)[:, None]

    def query(self, asked: Asked) -> Query:
        """What all labels do on each piece of hardware of the panel."""
        panel, fitted = asked.panel, asked.panel.fitted
        labels: dict[str, EffectLabel] = {"model": asked.model} if asked.model else {}
        labels |= asked.labels
        labels |= {effect: label for effect, (label, _) in asked.varying.items()}
        seen = {name: _seen(fitted, name, mark) for name, mark in labels.items()}
        key = (panel, tuple(seen.items()), tuple(asked.varying))
        return self._queries.get(key, lambda: self._made(asked, seen))

    def _made(self, asked: Asked, labels: dict[str, EffectLabel]) -> Query:
        panel, fitted = asked.panel, asked.panel.fitted
        named: list[dict[str, EffectLabel]] = [{**labels, **dict.fromkeys(panel.tails, UNSEEN)}]
        if fitted.knows("model", asked.model):
            named = [
                {
                    **labels,
                    **{name: asked.model + tails[row] for name, tails in panel.tails.items()},
                }
                for row in range(len(panel.labels))
            ]
        slots = fitted.slots([*labels, *panel.tails])
        whole = panel.switched.filled(fitted.switched(named), slots)
        return fitted.query(whole, tuple(asked.varying))

    def _matching(self, asked: Asked, terms: Array, rows: IntArray) -> dict[int, Match]:
        """Rows (of R) that measured rows answer exactly at some points."""
        stems = self.matches.stems(asked.panel.form, asked.model)
        if not stems:
            return {}
        near = [row for row, place in enumerate(rows) if asked.panel.stems[place] in stems]
        every = np.broadcast_to(terms, (len(terms), len(rows), terms.shape[2]))
        found = {row: self._match(asked, int(rows[row]), every[:, row]) for row in near}
        return {row: match for row, match in found.items() if match is not None}

    def _match(self, asked: Asked, place: int, terms: Array) -> Match | None:
        """Measured rows that answer exactly at some of the points of ``terms`` (K, N)."""
        labels, panel = asked.on(place), asked.panel
        rounds = panel.rounds[place] if panel.rounds else ()
        if not rounds:
            return self.matches.find(panel.form, labels, terms)
        found: Match | None = None
        for name in rounds:
            older = self.matches.find(panel.form, {**labels, "round": name}, terms)
            found = older if found is None else found.before(older)
        return found

    # words -----------------------------------------------------------------------------------

    def basis(self, asked: Asked, terms: Array, place: int) -> Basis:
        """How the time with ``terms`` (K, 1, 1) on one piece of hardware was come by."""
        match = None
        if asked.panel.stems[place] in self.matches.stems(asked.panel.form, asked.model):
            match = self._match(asked, place, terms[:, 0])
        if match is not None:
            return Basis("measured", RULES["measured"], match.rows)
        rows = asked.panel.fitted.nearest(asked.on(place))
        return Basis(asked.label, RULES[asked.label], rows)


def _seen(fitted: Fitted, effect: str, mark: EffectLabel) -> EffectLabel:
    """A label, or what stands for all that no row carries."""
    label, weight = (mark, 1.0) if isinstance(mark, str) else mark
    if not label or fitted.knows(effect, label):
        return mark
    return (UNSEEN, weight)
