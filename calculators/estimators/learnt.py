"""The forms with their effects learnt from the measured rows of a price book."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from calculators.estimators import (
    device_form,
    latency,
    load,
    network,
    stack,
    training_form,
    tune_form,
)
from calculators.estimators.book import Fits, Rows, table
from calculators.estimators.device_memory import DeviceMemory
from calculators.estimators.device_names import Known
from calculators.estimators.hardware import accelerator_part, measured_part
from calculators.estimators.measured import (
    Catalogue,
    Ready,
    all_ready,
    measured_chip,
    ready_jobs,
    ready_pairs,
    ready_runs,
)
from calculators.estimators.terms import Column, Fitted, Form, Settings
from pricing.measurement_schema import (
    DeviceMeasurementRow,
    FineTuneRunRow,
    FitRow,
    InferenceMeasurementRow,
    MeasuredDeviceRow,
    MeasuredModelRow,
    MeasuredPartRow,
    StackPairRow,
    TrainingMeasurementRow,
)
from pricing.schema import AcceleratorRow, DeviceRow

FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        load.FORM,
        latency.FIRST,
        latency.TOKEN,
        network.FORM,
        device_form.NETWORK,
        device_form.TOKEN,
        device_form.PROMPT,
        device_form.SPEECH,
        device_form.LOAD,
        device_form.POWER,
        training_form.FORM,
        stack.FORM,
        tune_form.FORM,
    )
}


def settings(form: Form, fits: Fits) -> Settings:
    """Prior means, spreads, noise and tail of a form."""
    name = form.name
    return Settings(
        base=tuple(fits.value(f"{name}.base", term) for term in form.terms),
        spread={effect.name: fits.value(f"{name}.spread", effect.name) for effect in form.effects},
        noise=fits.value(f"{name}.noise"),
        tail=fits.value("error_tail"),
    )


def known_effects(form: Form, rows: Sequence[FitRow]) -> dict[Column, float]:
    """Effects as the last fit left them: where learning starts."""
    found: dict[Column, float] = {}
    for row in rows:
        if row.fit == f"{form.name}.effect":
            effect, _, rest = row.scope.partition("|")
            label, _, group = rest.rpartition("|")
            found[effect, label, int(group)] = row.value
    return found


def catalogue(book: Rows, fits: Fits) -> Catalogue:
    """Models, hardware and devices that measured rows name."""
    parts = {row.part: measured_part(row) for row in table(book, "measured_parts", MeasuredPartRow)}
    for row in table(book, "accelerators", AcceleratorRow):
        part = accelerator_part(row)
        if part is not None:
            parts[row.accelerator] = part
    devices = {row.device: row for row in table(book, "measured_devices", MeasuredDeviceRow)}
    specified = [(row, device_form.chip_of(row)) for row in table(book, "devices", DeviceRow)]
    measured = [(row.device, measured_chip(row)) for row in devices.values()]
    return Catalogue(
        models={row.model: row for row in table(book, "measured_models", MeasuredModelRow)},
        parts=parts,
        devices=devices,
        fits=fits,
        known=Known.of(specified, measured),
    )


@dataclass
class Learnt:
    """Forms fitted on demand and kept."""

    fits: Fits
    catalogue: Catalogue
    ready: Mapping[str, Sequence[Ready]]
    refused: Sequence[tuple[str, str]]
    start: Mapping[str, Mapping[Column, float]]
    memory: DeviceMemory
    pages: tuple[tuple[str, str], ...] = ()  # rows measured in browsers, and their devices
    _fitted: dict[str, Fitted] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, book: Rows) -> Learnt:
        """Every measured row of ``book``; fits start at the effects of its table."""
        rows = table(book, "estimator_fits", FitRow)
        fits = Fits(rows)
        known = catalogue(book, fits)
        on_devices = table(book, "device_measurements", DeviceMeasurementRow)
        ready, refused = all_ready(
            table(book, "inference_measurements", InferenceMeasurementRow), on_devices, known
        )
        trained = table(book, "training_measurements", TrainingMeasurementRow)
        ready["training"], left = ready_jobs(trained, known)
        ready["stack"], unread = ready_pairs(table(book, "stack_pairs", StackPairRow), known)
        runs = table(book, "fine_tune_runs", FineTuneRunRow)
        ready["fine_tune"], unsized = ready_runs(runs, known)
        refused += [*left, *unread, *unsized]
        start = {name: known_effects(form, rows) for name, form in FORMS.items()}
        pages = tuple((r.row, r.device) for r in on_devices if r.unit in ("webgpu", "wasm"))
        return cls(fits, known, ready, refused, start, DeviceMemory.of(book), pages)

    def form(self, name: str) -> Fitted:
        """One form, fitted when first asked for."""
        found = self._fitted.get(name)
        if found is None:
            samples = [item.sample for item in self.ready[name]]
            found = self._fitted[name] = Fitted.learn(
                FORMS[name], samples, settings(FORMS[name], self.fits), self.start.get(name)
            )
        return found

    def without(self, name: str, rows: Collection[str]) -> Fitted:
        """One form fitted anew without some rows, from the prior: nothing of them is left."""
        samples = [item.sample for item in self.ready[name] if item.sample.row not in rows]
        return Fitted.learn(FORMS[name], samples, settings(FORMS[name], self.fits))
