"""Published measurements by row id, as readers are shown them: what, on what, from where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pricing.book import PriceBook
from pricing.measurement_schema import (
    DeviceMeasurementRow,
    FineTuneRunRow,
    InferenceMeasurementRow,
    MeasuredModelRow,
    TrainingMeasurementRow,
)
from report import words

QUANTITIES: Mapping[str, str] = {
    "output_tokens_per_s": "output tokens a second",
    "input_tokens_per_s": "prompt tokens a second",
    "requests_per_s": "requests a second",
    "audio_seconds_per_s": "seconds of audio a second",
    "steps_per_s": "steps a second",
    "latency_ms": "ms to the answer",
    "ttft_ms": "ms to the first token",
    "tpot_ms": "ms a token",
    "decode_tokens_per_s": "output tokens a second",
    "prefill_tokens_per_s": "prompt tokens a second",
    "energy_j_per_token": "J a token",
    "energy_mj_per_request": "mJ a request",
    "power_w": "W while computing",
    "tokens_per_s_per_part": "tokens a second and accelerator",
    "tokens_per_s": "tokens a second",
    "samples_per_s": "samples a second",
    "minutes": "minutes",
    "hours": "hours",
}
"""Published quantity -> its unit in words; every quantity of the tables has one (tested)."""

DEVICE_QUANTITIES = (
    "latency_ms",
    "prefill_tokens_per_s",
    "decode_tokens_per_s",
    "energy_mj_per_request",
    "energy_j_per_token",
    "power_w",
)
"""Columns of a device row that hold published figures."""


@dataclass(frozen=True)
class Measurement:
    """One published row."""

    row: str
    model: str
    hardware: str
    software: str
    figures: tuple[tuple[str, float], ...]  # quantity and value, as published
    source_title: str
    source_url: str
    locator: str
    as_of: date
    confidence: str

    @property
    def published(self) -> str:
        """The published figures with their units."""
        return ", ".join(figure(name, value) for name, value in self.figures)


def figure(quantity: str, value: float | None) -> str:
    """A published value with its unit in words: 8,010 output tokens a second."""
    return f"{words.number(value)} {QUANTITIES.get(quantity, quantity.replace('_', ' '))}"


def measurements(book: PriceBook) -> Mapping[str, Measurement]:
    """Every measured row of the book's edition, by its id."""
    found = (*_servers(book), *_devices(book), *_trainings(book), *_runs(book))
    return {item.row: item for item in found}


def _names(book: PriceBook) -> Mapping[str, str]:
    return {row.model: row.name for row in book.table("measured_models", MeasuredModelRow)}


def _made(
    book: PriceBook,
    names: Mapping[str, str],
    row: InferenceMeasurementRow | DeviceMeasurementRow | TrainingMeasurementRow | FineTuneRunRow,
    hardware: str,
    figures: Iterable[tuple[str, float]],
) -> Measurement:
    source = book.sources[row.source]
    return Measurement(
        row=row.row,
        model=names.get(row.model, row.model),
        hardware=hardware,
        software=row.engine,
        figures=tuple(figures),
        source_title=source.title,
        source_url=source.url,
        locator=row.locator,
        as_of=row.as_of,
        confidence=row.confidence,
    )


def _servers(book: PriceBook) -> Iterable[Measurement]:
    names = _names(book)
    for row in book.table("inference_measurements", InferenceMeasurementRow):
        yield _made(book, names, row, several(row.count, row.part), [(row.quantity, row.value)])


def _trainings(book: PriceBook) -> Iterable[Measurement]:
    names = _names(book)
    for row in book.table("training_measurements", TrainingMeasurementRow):
        yield _made(book, names, row, several(row.count, row.part), [(row.quantity, row.value)])


def _runs(book: PriceBook) -> Iterable[Measurement]:
    names = _names(book)
    for row in book.table("fine_tune_runs", FineTuneRunRow):
        yield _made(book, names, row, several(row.count, row.part), [("hours", row.hours)])


def _devices(book: PriceBook) -> Iterable[Measurement]:
    names = _names(book)
    for row in book.table("device_measurements", DeviceMeasurementRow):
        held = {name: getattr(row, name) for name in DEVICE_QUANTITIES}
        figures = [(name, float(value)) for name, value in held.items() if value is not None]
        hardware = f"{row.device} ({row.unit})"
        yield _made(book, names, row, hardware, figures)


def several(count: float, part: str) -> str:
    """``8 x H100-SXM``; the part alone where there is one."""
    return part if count == 1 else f"{count:g} × {part}"
