"""No estimate uses more of the peak rates than a measured row of its generation did.

A scaled or estimated figure moves what was learnt elsewhere to other hardware, and may come out at
a share of peak compute or bandwidth that nobody reached there. The greatest share of the measured
rows, by generation and number format, bounds it: time is never less than the arithmetic at that
share of the peak rate, or the bytes at that share of the bandwidth. A class with fewer than three
rows has the share of its generation, else that of all.

Left out are rows that say nothing of a share: those that do not state their lengths or format,
processors (their rates in the tables are yardsticks) and single requests to networks in one pass.
Whatever claims more than the peak counts its work otherwise than we do (padded tokens, for one): it
neither sets a ceiling nor is held to one, and with it the rows of its network in one pass, or of
its language model software.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

import numpy as np

from calculators.arrays import Array
from calculators.estimators.measured import Ready
from calculators.estimators.terms import EffectLabel
from pricing.records import value

RESOURCES: Mapping[str, tuple[tuple[int, ...], ...]] = {
    "llm_load": ((0, 1), (2, 3)),  # arithmetic; bytes
    "llm_first_token": ((0,),),
    "llm_token": ((0, 1),),
    "network": ((0,),),
}
"""Terms that one resource works on, by form."""
CLASS = {"llm_load": "generation", "llm_token": "format", "network": "generation"}
"""The label that names generation and number format, by form."""
UNSTATED = ("unsized", "dataset", "guessed")  # labels of work that is not stated in full
ENOUGH = 3  # rows a class needs for a share of its own
Counted = tuple[str, str]
Key = tuple[str, int, str]  # form, resource, class: generation/format, generation, or blank


@value
class Ceilings:
    """The greatest share of the peak that measured rows reach, by form, resource and class."""

    shares: Mapping[Key, float] = field(default_factory=dict)
    beyond: frozenset[Counted] = frozenset()  # what claims more than the peak

    @classmethod
    def of(cls, ready: Iterable[Ready]) -> Ceilings:
        """From the rows a fit may see."""
        stated = [item for item in ready if _classes(item.form, item.sample.labels)]
        stated = [it for it in stated if it.sample.loose == 1.0 or it.sample.labels.get("served")]
        over = (item for item in stated if max(_shares(item)) > 1.0)
        beyond = frozenset(counted(item.form, item.sample.labels) for item in over)
        reached: dict[Key, list[float]] = {}
        for item in stated:
            labels = item.sample.labels
            if counted(item.form, labels) in beyond or labels.get("mode") == "single":
                continue
            for form, resource, share in _bounded(item):
                for name in _classes(item.form, labels):
                    reached.setdefault((form, resource, name), []).append(share)
        found = {key: max(shares) for key, shares in reached.items() if len(shares) >= ENOUGH}
        return cls(found, beyond)

    def share(self, form: str, resource: int, labels: Mapping[str, EffectLabel]) -> float:
        """Of the closest class that has one; infinite where none has or it is not held to one."""
        if counted(form, labels) in self.beyond:
            return np.inf
        for name in _classes(form, labels):
            found = self.shares.get((form, resource, name))
            if found is not None:
                return found
        return np.inf

    def hold(self, form: str, labels: Mapping[str, EffectLabel]) -> bool:
        """Whether work with some labels is held to any."""
        return (
            not any(labels.get(it) for it in UNSTATED) and counted(form, labels) not in self.beyond
        )

    def of_labels(self, form: str, labels: Mapping[str, EffectLabel]) -> tuple[float, ...]:
        """The shares of all resources of a form."""
        return tuple(self.share(form, index, labels) for index in range(len(_resources(form))))


def floor_seconds(form: str, terms: Array, shares: Array) -> Array:
    """Least time (...) of work with ``terms`` (K, ...) at shares (G, ...) of the peaks."""
    found: Array = np.zeros(terms.shape[1:])
    for group, share in zip(_resources(form), shares, strict=True):
        found = np.maximum(found, terms[list(group)].sum(axis=0) / share)
    return found


def _resources(form: str) -> tuple[tuple[int, ...], ...]:
    return RESOURCES.get(form, ())


def _classes(form: str, labels: Mapping[str, EffectLabel]) -> tuple[str, ...]:
    """Generation and format, generation, all; none for processors and work nobody states."""
    if form == "llm_first_token":
        named = f"{labels.get('generation', '')}/{labels.get('precision', '')}"
    else:
        named = str(labels.get(CLASS.get(form, ""), ""))
    generation = named.partition("/")[0]
    if form not in RESOURCES or generation in ("", "cpu") or any(labels.get(it) for it in UNSTATED):
        return ()
    return (named, generation, "")


def _shares(item: Ready) -> tuple[float, ...]:
    terms, seconds = item.sample.terms, item.sample.seconds
    return tuple(sum(terms[k] for k in group) / seconds for group in RESOURCES[item.form])


def _bounded(item: Ready) -> list[tuple[str, int, float]]:
    """Form, resource and share; prompts of a server at full load bound those of one request too."""
    found = [(item.form, resource, share) for resource, share in enumerate(_shares(item))]
    if item.form == "llm_load":
        found.append(("llm_first_token", 0, found[0][2]))
    return found


def counted(form: str, labels: Mapping[str, EffectLabel]) -> Counted:
    """What decides how work is counted: a network in one pass, or language model software."""
    return form, str(labels.get("model" if form == "network" else "engine", ""))
