"""The estimators as the option kinds see them: one object over the rows of a price book."""

from __future__ import annotations

from collections.abc import Sequence

from calculators.estimators.book import Rows, table
from calculators.estimators.columns import Machines
from calculators.estimators.device import Devices
from calculators.estimators.device import estimate as device_estimates
from calculators.estimators.hardware import Parts
from calculators.estimators.predictor import Predictor
from calculators.estimators.server import estimate as server_estimates
from calculators.estimators.training import estimate as training_estimates
from calculators.estimators.types import (
    DeviceEstimates,
    Duty,
    Hardware,
    ServerEstimates,
    Stack,
    TrainingEstimates,
    TrainingJob,
    Work,
)
from pricing.kept import Kept
from pricing.measurement_schema import AliasRow
from pricing.schema import AcceleratorRow, CpuRow, DeviceRow

SETS_KEPT = 512  # tuples of machines or devices whose columns are remembered


class Estimators:
    """Estimates for servers, devices and training runs.

    Parameters
    ----------
    book
        Gives the rows of ``accelerators``, ``cpus``, ``devices`` and the measurement tables.
    predictor
        Fits learnt before, from a book with the same measurement tables; learnt anew without.
    """

    def __init__(self, book: Rows, predictor: Predictor | None = None) -> None:
        self.predictor = Predictor.of(book) if predictor is None else predictor
        named = table(book, "aliases", AliasRow)
        self._parts = Parts(
            {row.accelerator: row for row in table(book, "accelerators", AcceleratorRow)},
            {row.cpu: row for row in table(book, "cpus", CpuRow)},
            {row.alias: row.name for row in named if row.kind == "accelerator"},
        )
        self._devices = {row.device: row for row in table(book, "devices", DeviceRow)}
        self._machines: Kept[tuple[Hardware, ...], Machines] = Kept(SETS_KEPT)
        self._mixes: Kept[tuple[tuple[str, ...], tuple[bool, ...]], Devices] = Kept(SETS_KEPT)

    def servers(
        self, work: Work, hardware: Sequence[Hardware], stack: Stack = "standard"
    ) -> ServerEstimates:
        """H machines answering requests.

        Parameters
        ----------
        work
            Arrays of shape (N,) or (1,); every figure is decided at each point by itself.
        hardware
            The machines; the same ones again, as an equal tuple, are not looked up anew.
        """
        return server_estimates(work, self._columns(hardware), stack, self.predictor)

    def devices(
        self,
        work: Work,
        devices: Sequence[str],
        duty: Duty = "burst",
        in_browser: Sequence[bool] = (),
    ) -> DeviceEstimates:
        """One request on each of D devices of ``devices.csv``.

        Parameters
        ----------
        duty
            The first minute of use, or what is left of its speed after ten.
        in_browser
            For each device whether a page in its browser computes; none does by default.

        Raises
        ------
        ValueError
            ``in_browser`` says something of more or fewer devices than are asked about.
        """
        names = tuple(devices)
        places = tuple(bool(place) for place in in_browser) or (False,) * len(names)
        if len(places) != len(names):
            raise ValueError(f"in_browser is about {len(places)} of {len(names)} devices")
        rows = tuple(self._devices.get(name) for name in names)
        mix = self._mixes.get((names, places), lambda: Devices(names, rows, places))
        return device_estimates(work, mix, duty, self.predictor)

    def trainings(
        self,
        job: TrainingJob,
        hardware: Sequence[Hardware],
        machines: int = 1,
        stack: Stack = "standard",
    ) -> TrainingEstimates:
        """One training run on ``machines`` equal machines of each kind."""
        columns = self._columns(hardware)
        return training_estimates(job, columns, machines, stack, self.predictor)

    def _columns(self, hardware: Sequence[Hardware]) -> Machines:
        machines = tuple(hardware)
        return self._machines.get(machines, lambda: Machines.of(machines, self._parts))
