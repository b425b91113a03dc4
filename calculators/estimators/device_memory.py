"""What a network holds on a device at its peak, and what an app may use of the device's memory.

``need = weights + cache + buffers``: buffers are whatever the peak of measured runs held beyond the
weights (packed copies, activations, what the software keeps for itself). They are learnt by
software for language models, by the arithmetic of one picture for vision, by kind otherwise. The
room of an app is a share of the memory by system, size, year and entitlement; where shares are
marked as learnt they lie between what ran and what did not. A network *runs* where even the need
that nine of ten measured runs stayed under finds room: beyond it an app is killed, or the phone
reads the weights from flash at every token, which is not running.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from calculators.arrays import Array, BoolArray
from calculators.estimators.book import Rows, table
from calculators.estimators.types import Interval
from pricing.kept import cached_property
from pricing.measurement_schema import DeviceMemoryLimitRow, DeviceRunRow, System
from pricing.records import record, value
from pricing.schema import DeviceRow

QUANTILES = (0.1, 0.5, 0.9)  # of the buffers of measured runs: low, middle, high
MB = 1e6  # bytes
ENGINES = {
    "litert-lm": "litert",
    "litert-tflite": "litert",
    "coreml-llm": "core-ml",
    "core-ai": "core-ml",
}
"""Software that keeps its weights as another one does."""
BROWSER_ENGINE = "mlc-llm"
"""Software of language models in a browser."""


@value
class Host:
    """A device as far as its memory goes; ``released`` and ``version`` are None where unknown."""

    os: System
    ram_gb: float
    released: int | None = None
    version: float | None = None  # of the system; None: the newest

    @classmethod
    def of(cls, row: DeviceRow, assumed_ram_gb: float) -> Host:
        """The device of a row; ``assumed_ram_gb`` where it does not state its memory."""
        tablet = row.platform == "ios" and row.device_class == "tablet"
        system: System = "ipados" if tablet else row.platform
        return cls(system, row.ram_gb or assumed_ram_gb, row.release_year)


@record
class DeviceMemory:
    """Rules learnt from limits and runs.

    Parameters
    ----------
    limits
        Shares of the memory an app may use (``device_memory_limits.csv``).
    runs
        What ran, what did not, and peaks (``device_runs.csv``).
    """

    limits: Sequence[DeviceMemoryLimitRow]
    runs: Sequence[DeviceRunRow]

    @classmethod
    def of(cls, book: Rows) -> DeviceMemory:
        """The rules of a price book."""
        return cls(
            table(book, "device_memory_limits", DeviceMemoryLimitRow),
            table(book, "device_runs", DeviceRunRow),
        )

    def without(self, rows: Collection[str]) -> DeviceMemory:
        """The rules as they would be had some runs never been seen."""
        return DeviceMemory(self.limits, [run for run in self.runs if run.row not in rows])

    # room ----------------------------------------------------------------------------------------

    def room(
        self, hosts: Sequence[Host], in_browser: BoolArray, entitled: BoolArray | None = None
    ) -> Interval:
        """Memory one app, or one tab of a browser, may use on each of K hosts [MB], (K, 1).

        Parameters
        ----------
        in_browser
            (K,) hosts on which it runs in a browser.
        entitled
            (K,) hosts whose app holds Apple's increased-memory entitlement; none without.
        """
        held = np.zeros(len(hosts), dtype=bool) if entitled is None else entitled
        shares = np.array(
            [
                self._share(self.limit(host, bool(tab), bool(more)))
                for host, tab, more in zip(hosts, in_browser, held, strict=True)
            ]
        ).reshape(-1, 3)
        ram = np.array([host.ram_gb for host in hosts]).reshape(-1, 1) * 1e3
        low, mid, high = (ram * shares[:, [column]] for column in range(3))
        return Interval(low, mid, high)

    def limit(self, host: Host, tab: bool, entitled: bool) -> DeviceMemoryLimitRow:
        """The row that holds for a host; without the entitlement where no row knows of it.

        Raises
        ------
        KeyError
            No row holds for the system.
        """
        wanted = "yes" if entitled and not tab else "no"
        for entitlement in dict.fromkeys((wanted, "no")):
            found = [
                row
                for row in self.limits
                if row.entitlement == entitlement
                and row.tab == ("yes" if tab else "no")
                and _holds(row, host)
            ]
            if found:
                return max(found, key=lambda row: row.os_from or 0.0)
        raise KeyError(f"no memory limit of {host}")

    def _share(self, row: DeviceMemoryLimitRow) -> tuple[float, float, float]:
        """Low, middle, high share of the memory."""
        if row.learnt == "no":
            return row.low, row.share, row.high
        return row.low, self._learnt[row.limit], row.high

    @cached_property
    def _learnt(self) -> dict[str, float]:
        return {row.limit: self._between(row) for row in self.limits if row.learnt == "yes"}

    def _between(self, row: DeviceMemoryLimitRow) -> float:
        """Share between the greatest that ran and the least that did not, inside low and high."""
        ran: list[float] = []
        failed: list[float] = []
        for run in self.runs:
            host = host_of_run(run)
            if host is None or run.runs is None or run.tab != row.tab or not _holds(row, host):
                continue
            share = (run.peak_mb or self._middle(run)) / (host.ram_gb * 1e3)
            (ran if run.runs == "yes" else failed).append(share)
        best, worst = max(ran, default=None), min(failed, default=None)
        if best is not None and worst is not None:
            found = float(np.sqrt(best * worst))
        elif best is not None:
            found = max(row.share, best)
        else:
            found = row.share if worst is None else min(row.share, worst)
        return min(max(found, row.low), row.high)

    def _middle(self, run: DeviceRunRow) -> float:
        """What a run needs at the middle [MB]; NaN where its size is not known."""
        weights = np.array([weights_mb(run)])
        cache, gflops = np.array([cache_mb(run)]), np.array([run.gflops or np.nan])
        return float(self.need(run.kind, [run.engine], weights, cache, gflops).mid[0, 0])

    # need ----------------------------------------------------------------------------------------

    def need(
        self, kind: str, engines: Sequence[str], weights: Array, cache: Array, gflops: Array
    ) -> Interval:
        """Memory held at the peak with each of K softwares at N points [MB], (K, N).

        Parameters
        ----------
        weights, cache
            (N,) [MB]; the cache of a language model at its longest, 0 for other networks.
        gflops
            (N,) arithmetic of one request; decides the activations of a vision network.
        """
        parts = [self._buffers(kind, engine, gflops) for engine in engines]
        buffers = np.array(parts).reshape(len(engines), 3, gflops.size)
        held = weights + cache
        # a neural unit may keep the weights outside of what counts as the app's: never below 0
        low, mid, high = (np.maximum(held + buffers[:, end], 0.0) for end in range(3))
        return Interval(low, mid, high)

    def _buffers(self, kind: str, engine: str, gflops: Array) -> Array:
        """Buffers of one software, low, middle, high (3, N) [MB]."""
        if kind == "llm":
            return np.repeat(self._of_language(engine)[:, None], gflops.size, axis=1)
        flat = self._networks.get(kind, self._networks[""])
        if kind != "vision":
            return np.repeat(flat[:, None], gflops.size, axis=1)
        base, slope, spread, most = self._pictures
        known = np.isfinite(gflops) & (gflops > 0)
        # beyond the largest picture measured a request is several pictures or passes
        one = np.minimum(np.where(known, gflops, 0.0), most)
        drawn = spread[:, None] * (base + slope * one)
        return np.where(known, drawn, flat[:, None])

    def _of_language(self, engine: str) -> Array:
        """Buffers of a language model, (3,) [MB]: of the software, else of all software."""
        found = self._language.get(family(engine))
        return self._language[""] if found is None else found

    @cached_property
    def _language(self) -> dict[str, Array]:
        groups: dict[str, list[DeviceRunRow]] = {"": []}
        for run in self._measured:
            if run.kind == "llm":
                groups.setdefault(family(run.engine), []).append(run)
                groups[""].append(run)
        return {name: self._quantiles(runs) for name, runs in groups.items()}

    @cached_property
    def _networks(self) -> dict[str, Array]:
        """Buffers of other networks by kind, (3,) [MB]; under "" those of all of them."""
        groups: dict[str, list[DeviceRunRow]] = {"": []}
        for run in self._measured:
            if run.kind != "llm":
                groups.setdefault(run.kind, []).append(run)
                groups[""].append(run)
        return {name: self._quantiles(runs) for name, runs in groups.items()}

    @cached_property
    def _measured(self) -> list[DeviceRunRow]:
        """Runs with a peak and a size."""
        return [run for run in self.runs if run.peak_mb and np.isfinite(weights_mb(run))]

    @cached_property
    def _pictures(self) -> tuple[float, float, Array, float]:
        """Vision: a + b x GFLOPs by least squares, quantiles of the ratio to it, the most GFLOPs.

        The ratio is that of the half with more arithmetic: in smaller networks what the software
        keeps for itself decides, some tens of MB that find room everywhere.
        """
        runs = [run for run in self._measured if run.kind == "vision" and run.gflops]
        gflops = np.array([run.gflops for run in runs])
        held = np.array([beyond_mb(run) for run in runs])
        slope, base = np.polyfit(gflops, held, 1)
        large = gflops >= np.median(gflops)
        ratios = held[large] / (base + slope * gflops[large])
        spread = np.quantile(ratios, QUANTILES)
        return float(base), float(slope), spread, float(gflops.max())

    @staticmethod
    def _quantiles(runs: Sequence[DeviceRunRow]) -> Array:
        """Low, middle, high of what runs held beyond weights and cache; NaN without runs."""
        held = [beyond_mb(run) for run in runs]
        return np.quantile(held, QUANTILES) if held else np.full(3, np.nan)


def _holds(row: DeviceMemoryLimitRow, host: Host) -> bool:
    """Whether a limit is of a host; one that does not know its year counts as a newer one."""
    newest = host.version is None
    return (
        row.os == host.os
        and (row.ram_above_gb is None or host.ram_gb > row.ram_above_gb)
        and (row.ram_up_to_gb is None or host.ram_gb <= row.ram_up_to_gb)
        and (
            row.released_from is None or host.released is None or host.released >= row.released_from
        )
        and (row.released_to is None or (host.released or 9999) <= row.released_to)
        and (row.os_from is None or newest or (host.version or 0.0) >= row.os_from)
    )


def host_of_run(run: DeviceRunRow) -> Host | None:
    """The device of a run; None where its memory is not known."""
    if run.os == "any" or run.ram_gb is None:
        return None
    return Host(run.os, run.ram_gb, run.released)


def weights_mb(run: DeviceRunRow) -> float:
    """Weights of a run [MB]: its file, else its parameters at their bits; NaN unknown."""
    if run.file_mb:
        return run.file_mb
    if run.params_millions and run.weight_bits:
        return run.params_millions * run.weight_bits / 8.0
    return float("nan")


def cache_mb(run: DeviceRunRow) -> float:
    """Cache of the window a run states [MB]; 0 without one: it is among the buffers then."""
    if run.kv_bytes_per_token and run.context_tokens:
        return run.kv_bytes_per_token * run.context_tokens / MB
    return 0.0


def beyond_mb(run: DeviceRunRow) -> float:
    """What a run held at its peak beyond weights and cache [MB]."""
    return (run.peak_mb or float("nan")) - weights_mb(run) - cache_mb(run)


def family(engine: str) -> str:
    """The software a name stands for."""
    return ENGINES.get(engine, engine)


def refusal(
    need_mb: float, room_mb: float, ram_gb: float, device: DeviceRow, *, tab: bool = False
) -> str:
    """Why it does not run, in words; ``tab``: as a page in a browser."""
    what = "computer" if device.device_class == "laptop" else device.device_class
    who = "a page in a browser" if tab else "an app"
    whole = f"this {what}'s {ram_gb:g} GB"
    if device.ram_gb is None:
        whole = f"{ram_gb:g} GB, the least such a {what} has (this one's memory is not known)"
    return f"needs {need_mb:,.0f} MB at its peak; {who} may use about {room_mb:,.0f} MB of {whole}"
