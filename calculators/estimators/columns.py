"""Many machines as columns: their sets of accelerators, and the rates of every set at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.estimators.hardware import Part, Parts
from calculators.estimators.types import Hardware, IntArray
from pricing.kept import cached_property
from pricing.records import record


@record
class Sets:
    """P sets of equal accelerators working on one replica; columns have shape (P, 1).

    ``bandwidth`` [bytes/s] and ``memory`` [bytes] are of all parts of a set together; ``link`` is
    the rate between them [bytes/s].
    """

    parts: tuple[Part, ...]
    sizes: tuple[int, ...]
    parallel: Array
    bandwidth: Array
    memory: Array
    link: Array
    _flops: dict[str, Array] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, parts: Sequence[Part], sizes: Sequence[int]) -> Sets:
        """Columns of parts and how many of each."""
        parallel = np.array(sizes, dtype=np.float64)[:, None]
        return cls(
            parts=tuple(parts),
            sizes=tuple(sizes),
            parallel=parallel,
            bandwidth=np.array([part.bandwidth for part in parts])[:, None] * parallel,
            memory=np.array([part.memory for part in parts])[:, None] * parallel,
            link=np.array([part.link_rate for part in parts])[:, None],
        )

    def __len__(self) -> int:
        return len(self.parts)

    def flops(self, precision: str) -> Array:
        """Specified FLOP/s of all parts together for weights of ``precision``, (P, 1)."""
        found = self._flops.get(precision)
        if found is None:
            rates = np.array([part.rate(precision) for part in self.parts])
            found = self._flops[precision] = rates[:, None] * self.parallel
        return found

    def take(self, places: IntArray) -> Sets:
        """Some of the sets, in the order of ``places``."""
        return Sets(
            parts=tuple(map(self.parts.__getitem__, places.tolist())),
            sizes=tuple(map(self.sizes.__getitem__, places.tolist())),
            parallel=self.parallel[places],
            bandwidth=self.bandwidth[places],
            memory=self.memory[places],
            link=self.link[places],
            _flops={name: rates[places] for name, rates in self._flops.copy().items()},
        )


@record
class Machines:
    """H machines and the sets of accelerators they may give to one replica.

    ``ladder`` (H, Z) holds, for set sizes 1, 2, 4 ..., the place of the set in ``sets``; P where a
    machine has no such set. ``counts`` (H,) is accelerators of a machine, 1 for processors.
    """

    hardware: tuple[Hardware, ...]
    reasons: tuple[str, ...]  # why a machine cannot be estimated; blank where it can
    sets: Sets
    ladder: IntArray
    counts: IntArray

    @classmethod
    def of(cls, hardware: Sequence[Hardware], parts: Parts) -> Machines:
        """Columns of ``hardware``; equal sets are held once."""
        places: dict[tuple[Part, int], int] = {}
        rungs: list[list[int]] = []
        counts, reasons = [], []
        for machine in hardware:
            part, reason = parts.find(machine)
            count = 1 if part is None or part.is_cpu else max(machine.count, 1)
            sizes = [] if part is None else _sizes(count)
            rungs.append([places.setdefault((part, size), len(places)) for size in sizes if part])
            counts.append(count)
            reasons.append(reason)
        ladder = np.full((len(rungs), max(map(len, rungs), default=1) or 1), len(places))
        for row, found in enumerate(rungs):
            ladder[row, : len(found)] = found
        sets = Sets.of([part for part, _ in places], [size for _, size in places])
        return cls(tuple(hardware), tuple(reasons), sets, ladder, np.array(counts, dtype=np.intp))

    @cached_property
    def known(self) -> BoolArray:
        """(H,) machines with a full specification."""
        return self.ladder[:, 0] < len(self.sets)

    @cached_property
    def _sizes(self) -> IntArray:
        """Size of each set, 1 for none, (P + 1,)."""
        return np.array([*self.sets.sizes, 1], dtype=np.intp)

    def rungs(self, holds: BoolArray) -> Sequence[IntArray]:
        """The smallest set that holds the model, twice that and so on, (H, N) each; P for none.

        ``holds`` (P, N) says which sets do.
        """
        held = np.vstack([holds, np.zeros((1, holds.shape[1]), dtype=bool)])[self.ladder]
        rung = held.argmax(axis=1)
        most = int((held.sum(axis=1)).max(initial=1))
        row, none = np.arange(len(self.hardware))[:, None], len(self.sets)
        found = []
        for further in range(max(most, 1)):
            place = np.minimum(rung + further, self.ladder.shape[1] - 1)
            able = np.take_along_axis(held, place[:, None], axis=1)[:, 0]
            able &= rung + further < self.ladder.shape[1]
            found.append(np.where(able, self.ladder[row, place], none))
        return found

    def smallest(self, holds: BoolArray) -> IntArray:
        """The smallest set that holds the model, (H, N); P for none."""
        return self.rungs(holds)[0]

    def size(self, chosen: IntArray) -> IntArray:
        """Accelerators of the chosen sets (H, N); 1 for none."""
        found: IntArray = self._sizes[chosen]
        return found

    def replicas(self, chosen: IntArray) -> IntArray:
        """Replicas a machine holds where each takes the chosen set, (H, N)."""
        return self.counts[:, None] // self.size(chosen)

    @cached_property
    def singles(self) -> Sets:
        """Each part alone, S of them; :attr:`single_of` says which a machine has."""
        return self.sets.take(self._alone[0])

    @cached_property
    def single_of(self) -> IntArray:
        """(H,) place of a machine's part in :attr:`singles`; S where it is not known."""
        return self._alone[1]

    @cached_property
    def _alone(self) -> tuple[IntArray, IntArray]:
        places = np.unique(self.ladder[:, 0])
        found: IntArray = np.searchsorted(places, self.ladder[:, 0])
        return places[places < len(self.sets)], found

    def clusters(self, machines: int) -> tuple[Sets, IntArray]:
        """All accelerators of ``machines`` machines as one set, and which set each is, (H,)."""
        places: dict[tuple[Part, int], int] = {}
        of = np.full(len(self.hardware), -1, dtype=np.intp)
        for row in np.flatnonzero(self.known):
            part = self.sets.parts[self.ladder[row, 0]]
            size = int(self.counts[row]) * machines
            of[row] = places.setdefault((part, size), len(places))
        sets = Sets.of([part for part, _ in places], [size for _, size in places])
        return sets, np.where(of < 0, len(sets), of)


def _sizes(count: int) -> list[int]:
    """Set sizes of a machine: powers of two up to its accelerators."""
    return [1 << power for power in range(count.bit_length())]


def gathered(values: Array, chosen: IntArray) -> Array:
    """Rows of ``values`` (P, N or 1) by ``chosen`` (H, N), point by point; NaN for P."""
    padded = np.vstack([values, np.full((1, values.shape[1]), np.nan)])
    if values.shape[1] == 1 or chosen.shape[1] == 1:
        return padded[chosen[:, 0]] if chosen.shape[1] == 1 else padded[chosen, 0]
    return np.asarray(padded[chosen, np.arange(values.shape[1])])
