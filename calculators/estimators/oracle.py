"""Predicts the time of work under a form: measured where a row matches, else learnt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from calculators.arrays import Array
from calculators.estimators.book import Fits, Rows
from calculators.estimators.figures import RULES, Seconds, width
from calculators.estimators.learnt import Learnt
from calculators.estimators.matches import Match, Matches
from calculators.estimators.measured import Catalogue
from calculators.estimators.terms import Fitted
from calculators.estimators.terms import Label as Mark
from calculators.estimators.types import Label

HARDWARE: dict[str, str] = {
    "llm_load": "machine",
    "llm_first_token": "accelerator",
    "llm_token": "accelerator",
    "network": "machine",
    "device_network": "chip",
    "device_token": "chip",
    "device_prompt": "chip",
    "device_power": "chip",
    "training": "accelerator",
}
"""The effect that says whether the hardware was measured, by form."""


@dataclass
class Oracle:
    """Everything an estimate is made from."""

    learnt: Learnt
    _matches: dict[str, Matches] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, book: Rows) -> Oracle:
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

    def seconds(
        self,
        form: str,
        group: str,
        terms: Array,
        labels: dict[str, Mark],
        rounds: Sequence[str] = (),
    ) -> Seconds:
        """Time of work with ``terms`` (K, N) under ``labels``.

        ``rounds`` are looked through in turn for a measured row, newest first.
        """
        fitted = self.learnt.form(form)
        match = None if rounds else self.matches.find(form, labels, terms)
        for name in rounds:
            match = match or self.matches.find(form, {**labels, "round": name}, terms)
        found = read(fitted, terms, labels, match)
        reach = found.deviation * width(self.fits, group, found.label, found.hardware)
        if found.measured is not None:
            exact = width(self.fits, group, "measured", "known") * found.deviation
            reach = np.where(found.measured > 0, exact, reach)
        return Seconds(
            log_mid=found.log_mid,
            log_low=found.log_mid - reach,
            log_high=found.log_mid + reach,
            label=found.label,
            rule=RULES[found.label],
            rows=found.rows,
        )


@dataclass(frozen=True)
class Reading:
    """A prediction before its interval: log time, deviation, and where it comes from."""

    log_mid: Array
    deviation: Array
    label: Label
    hardware: str  # "known" where the hardware carries measured rows, else "new"
    rows: tuple[str, ...]
    measured: Array | None = None  # 1.0 at the points a measured row answers


def label_of(fitted: Fitted, labels: Mapping[str, Mark]) -> Label:
    """Scaled where the network itself was measured on something, else estimated."""
    model = labels.get("model", "")
    return "scaled" if isinstance(model, str) and fitted.knows("model", model) else "estimated"


def hardware_of(fitted: Fitted, labels: Mapping[str, Mark]) -> str:
    """Whether the hardware carries measured rows: "known" or "new"."""
    name = labels.get(HARDWARE[fitted.data.form.name], "")
    known = isinstance(name, str) and fitted.knows(HARDWARE[fitted.data.form.name], name)
    return "known" if known else "new"


def read(
    fitted: Fitted,
    terms: Array,
    labels: Mapping[str, Mark],
    match: Match | None,
    loose: float = 1.0,
) -> Reading:
    """What the measured rows say; a row that answers exactly replaces the fit at its points."""
    predicted = fitted.predict(terms, labels, loose)
    label, hardware = label_of(fitted, labels), hardware_of(fitted, labels)
    if match is None:
        rows = fitted.nearest(labels)
        return Reading(predicted.log_seconds, predicted.deviation, label, hardware, rows)
    here = match.where > 0
    whole = bool(np.all(here))
    return Reading(
        log_mid=np.where(here, match.log_seconds, predicted.log_seconds),
        deviation=np.where(here, fitted.data.settings.noise * loose, predicted.deviation),
        label="measured" if whole else label,
        hardware="known" if whole else hardware,
        rows=match.rows,
        measured=match.where,
    )
