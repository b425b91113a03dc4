"""Managed APIs: billed units, marginal tiers, free allowances, batch prices, idle charges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np

from calculators import labour, network, users
from calculators.arrays import Array
from calculators.inputs import Inputs
from calculators.options.base import Block, Product, empty_block
from calculators.results import Finding
from calculators.terms import vendor_findings
from pricing.book import Source, Tariff
from pricing.schema import ServiceRow
from pricing.units import HOURS_PER_MONTH, factor, vocabulary

BATCH_AFTER_HOURS = 24.0  # batch APIs promise an answer within a day
SERVING_METERS = ("standard", "input", "cached_input", "output", "endpoint")


@dataclass(frozen=True)
class Meter:
    """One billed quantity of a service."""

    name: str
    tariff: Tariff
    per_request: Array  # units of the tariff for one request, (N,)


def offered(inputs: Inputs) -> list[ServiceRow]:
    """Services for this task: the same open weights, else the same class of quality."""
    scenario = inputs.scenario
    found = []
    for row in inputs.book.table("services", ServiceRow):
        if row.task != scenario.task or not inputs.wanted(row.product):
            continue
        if row.trainable == "yes" and not inputs.trains:
            continue
        if row.retires_on is not None and row.retires_on <= inputs.book.price_date:
            continue
        if not set(inputs.book.meters.get(row.product, ())) & set(SERVING_METERS):
            continue
        other = row.kind == "token_api" and not _same_weights(inputs, row)
        if other and row.quality_class != scenario.quality_class:
            continue
        found.append(row)
    return found


def _same_weights(inputs: Inputs, row: ServiceRow) -> bool:
    return bool(row.model) and row.model == inputs.scenario.model


def _size(inputs: Inputs, meter: str, unit: str) -> Array | None:
    """What one request holds of a meter, in the unit's base."""
    base = vocabulary()[unit].base
    cached = inputs["cached_input_share"]
    if base == "token":
        return {
            "input": inputs["input_tokens"] * (1 - cached),
            "cached_input": inputs["input_tokens"] * cached,
            "output": inputs["output_tokens"],
            "standard": inputs["input_tokens"] + inputs["output_tokens"],
        }.get(meter)
    if base == "audio_second":
        return inputs["audio_seconds"]
    if base == "character":
        return inputs["input_tokens"] * inputs.assume("characters_per_token")
    if base in ("image", "page", "request"):
        return np.ones(1)
    return None


def units_per_request(inputs: Inputs, row: ServiceRow, meter: str, unit: str) -> Array | None:
    """max(minimum, ceil(size / granularity) x granularity) x features, in the meter's unit."""
    size = _size(inputs, meter, unit)
    if size is None:
        return None
    units = size / factor(unit, vocabulary()[unit].base)
    if row.granularity is not None and row.kind != "token_api":
        units = np.ceil(units / row.granularity * (1 - 1e-12)) * row.granularity
    features = np.maximum(row.features, inputs["features_per_request"])
    if vocabulary()[unit].base != "image" and row.kind == "token_api":
        features = np.ones(1)
    return np.maximum(row.minimum_units, units) * features


def meters(inputs: Inputs, row: ServiceRow) -> tuple[list[Meter], list[str]]:
    """Per-request meters with the tariff in force, and what is missing."""
    known = inputs.book.meters[row.product]
    batch = inputs.scenario.can_wait_hours >= BATCH_AFTER_HOURS
    names = [name for name in ("standard", "input", "cached_input", "output") if name in known]
    found, missing = [], []
    for name in names:
        chosen = _batch_name(name) if batch and _batch_name(name) in known else name
        tariff = inputs.book.tariff(f"{row.product}/{chosen}", inputs.scenario.region)
        if tariff is None:
            missing.append(f"{row.name}: current price of {chosen.replace('_', ' ')}")
            continue
        per_request = units_per_request(inputs, row, name, tariff.unit)
        if name == "input" and "cached_input" not in names:
            everything = inputs["input_tokens"] / factor(tariff.unit, "token")
            per_request = np.asarray(everything)
        if per_request is None:
            missing.append(f"{row.name}: how a request counts in {tariff.unit}")
            continue
        found.append(Meter(chosen, tariff, per_request))
    return found, missing


def _batch_name(name: str) -> str:
    return "batch" if name == "standard" else f"batch_{name}"


def _product(inputs: Inputs, row: ServiceRow, sources: Sequence[Source]) -> Product:
    different = row.kind == "token_api" and not _same_weights(inputs, row)
    return Product(
        id=row.product,
        label=row.name,
        vendor=row.vendor,
        different_model=different,
        other_region=any(source.other_region for source in sources),
        own_model=row.trainable == "yes",
        trained_here=row.trainable == "yes",
        confidence=max((source.confidence for source in sources), default=row.confidence),
    )


def _remembered(inputs: Inputs, row: ServiceRow) -> tuple[list[Meter], list[str]]:
    return inputs.once(("meters", row.product), partial(meters, inputs, row))


def serve(inputs: Inputs, share: Array) -> Block:
    """Every managed API for ``share`` (N,) of the requests."""
    rows = offered(inputs)
    priced = [_remembered(inputs, row) for row in rows]
    sources = [[meter.tariff.source for meter in found] for found, _ in priced]
    products = [_product(inputs, row, found) for row, found in zip(rows, sources, strict=True)]
    block = empty_block("managed_api", products, inputs)
    if not rows:
        return block
    block.edges_of = lambda index, top: _edges(inputs, rows[index], priced[index][0], share, top)
    labour.set_up(block.ledger, inputs, "managed_api")
    labour.run(block.ledger, inputs, "managed_api")
    gaps = users.charge(
        block.ledger,
        inputs,
        network.radio_j_per_request(inputs),
        share,
        "radio energy of sending and receiving, per request",
    )
    _charge_meters(block, inputs, rows, [found for found, _ in priced], share)
    for index, (row, (_, missing)) in enumerate(zip(rows, priced, strict=True)):
        block.missing[index] += missing + gaps
        _charge_endpoint(block, inputs, index, row)
        if row.free_units_per_month is None:
            text = "Free allowance not known; none is assumed."
            block.findings[index].append(Finding("price", "caution", text))
        _limits(block, inputs, index, row)
    return block


def _name(meter: str) -> str:
    title = {"standard": "Requests", "batch": "Requests, batch price"}.get(meter)
    return title or f"{meter.replace('_', ' ').capitalize()} tokens"


def _charge_meters(
    block: Block,
    inputs: Inputs,
    rows: Sequence[ServiceRow],
    priced: Sequence[Sequence[Meter]],
    share: Array,
) -> None:
    """One charge per meter and band for all services together."""
    requests = inputs.requests * share[:, None]
    names = dict.fromkeys(meter.name for found in priced for meter in found)
    for name in names:
        members = [
            (index, meter)
            for index, found in enumerate(priced)
            for meter in found
            if meter.name == name
        ]
        depth = max(len(meter.tariff.bands) for _, meter in members)
        for level in range(depth):
            here = [(i, meter) for i, meter in members if level < len(meter.tariff.bands)]
            _charge_band(block, inputs, rows, name, level, here, requests)
        for index, meter in members:
            _unknown_band(block, rows[index], index, meter, requests)


def _charge_band(
    block: Block,
    inputs: Inputs,
    rows: Sequence[ServiceRow],
    name: str,
    level: int,
    members: Sequence[tuple[int, Meter]],
    requests: Array,
) -> None:
    first = inputs.calendar.first
    quantity = np.zeros((block.size, *requests.shape))
    rate = np.zeros((block.size, 1))
    titles, units = [_name(name)] * block.size, ["request"] * block.size
    sources = [members[0][1].tariff.source] * block.size
    basis = ["requests x billed units per request"] * block.size
    for index, meter in members:
        row, band = rows[index], meter.tariff.bands[level]
        free = row.free_units_per_month or 0.0
        monthly = requests * meter.per_request[:, None]
        if free or level or np.isfinite(band.end):
            allowance = np.where(first <= (row.free_months or np.inf), free, 0.0)
            start = np.maximum(band.start, allowance)
            monthly = np.clip(monthly - start, 0, np.maximum(band.end - start, 0))
            titles[index] = network.band_name(titles[index], meter.tariff, level)
            basis[index] += ", after the free allowance" if free else ""
        quantity[index], rate[index, 0] = monthly, band.usd
        units[index], sources[index] = meter.tariff.unit, meter.tariff.source
    block.ledger.monthly(
        tuple(titles),
        tuple(units),
        quantity,
        rate,
        sources,
        basis=tuple(basis),
        drift_pct=inputs["price_change_pct_per_year_api"],
        drift_source=inputs.input_source("price_change_pct_per_year_api"),
    )


def _unknown_band(block: Block, row: ServiceRow, index: int, meter: Meter, requests: Array) -> None:
    """Volumes beyond the last price seen cannot be priced."""
    if not np.isfinite(meter.tariff.unknown_above):
        return
    beyond = np.any(requests * meter.per_request[:, None] > meter.tariff.unknown_above, axis=-1)
    block.unpriced[index] |= np.broadcast_to(beyond, block.unpriced[index].shape)
    if beyond[0]:
        limit = f"{meter.tariff.unknown_above:,.0f} {meter.tariff.unit.replace('_', ' ')}s"
        gap = f"{row.name}: price above {limit} a month"
        block.missing[index].append(gap)
        block.volume_gaps[index].append(gap)


def _edges(
    inputs: Inputs, row: ServiceRow, found: Sequence[Meter], share: Array, top: float
) -> Array:
    """Volumes at which a tier or the free allowance ends."""
    growth = np.unique(inputs.calendar.growth[0])
    edges: list[Array] = []
    for meter in found:
        per_request = float(meter.per_request.flat[0]) * float(share.flat[0])
        bounds = [band.start for band in meter.tariff.bands] + [meter.tariff.unknown_above]
        bounds.append(row.free_units_per_month or 0.0)
        known = np.array([bound for bound in bounds if 0 < bound < np.inf])
        if per_request > 0 and known.size:
            edges.append(np.outer(known / per_request, 1 / growth).ravel())
    found_edges = np.unique(np.concatenate(edges)) if edges else np.zeros(0)
    return found_edges[found_edges <= top]


def _charge_endpoint(block: Block, inputs: Inputs, index: int, row: ServiceRow) -> None:
    """Idle charge of a trained API: its endpoint runs all month."""
    if "endpoint" not in inputs.book.meters[row.product]:
        return
    tariff = inputs.book.tariff(f"{row.product}/endpoint", inputs.scenario.region)
    if tariff is None:
        block.missing[index].append(f"{row.name}: endpoint price")
        return
    per_month = np.zeros((block.size, *inputs.requests.shape))
    per_month[index] = factor("month", tariff.unit)
    block.ledger.monthly(
        "Endpoint running all month",
        tariff.unit,
        per_month,
        tariff.usd,
        [tariff.source],
        basis=f"{HOURS_PER_MONTH:g} hours a month",
        drift_pct=inputs["price_change_pct_per_year_api"],
        drift_source=inputs.input_source("price_change_pct_per_year_api"),
    )


def _limits(block: Block, inputs: Inputs, index: int, row: ServiceRow) -> None:
    """What a service cannot do for this scenario."""
    findings = block.findings[index]
    if inputs.scenario.own_model_required and row.trainable != "yes":
        text = "Answers with the vendor's model; you need your own."
        findings.append(Finding("own model", "fail", text, "allow a ready-made model"))
        block.blocked[index] = True
    if row.trainable == "yes":
        _training_limits(block, inputs, index, row)
    if row.retires_on is not None and _within(inputs, row.retires_on):
        text = f"The vendor ends this model on {row.retires_on}."
        findings.append(Finding("retirement", "caution", text))
    if row.live == "no" and inputs.scenario.can_wait_hours < BATCH_AFTER_HOURS:
        findings.append(
            Finding("speed", "fail", "Answers in batches only.", "let answers wait 24 hours")
        )
        block.blocked[index] = True


def _within(inputs: Inputs, day: date) -> bool:
    """Whether a day falls into the period looked at."""
    start = inputs.book.price_date
    months = (day.year - start.year) * 12 + day.month - start.month
    return months <= inputs.scenario.horizon_months


def _training_limits(block: Block, inputs: Inputs, index: int, row: ServiceRow) -> None:
    """A service trained on your data sees it; and it may keep the model."""
    found = [
        Finding(f"training {item.rule}", item.verdict, f"Training: {item.text}", item.change)
        for item in vendor_findings(inputs, row.vendor, inputs.scenario.training_sensitivity)
    ]
    if inputs.scenario.export_required and row.exportable != "yes":
        text = "The service keeps the trained model."
        found.append(Finding("export", "fail", text, "do without owning the model"))
    block.findings[index] += found
    if any(item.verdict == "fail" for item in found):
        block.blocked[index] = True
