"""Prices of token APIs out of genai-prices, the package or a recording of it.

A recording is plain JSON (one per release), so that a refresh can be repeated and tested without
the package: ``{"package", "version", "providers": {id: {model: {"prices": [...]}}}}``.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from pricing.refreshing.quotes import Catalogue, Quote
from pricing.schema import PriceRow, SourceRow
from pricing.units import factor

PACKAGE = "genai-prices"
IDS = Path(__file__).parent / "genai_ids.csv"
TOKENS = {"input_mtok": "input", "output_mtok": "output", "cache_read_mtok": "cached_input"}
BILLED_IN = "million_tokens"
SCALED = {
    "audio_hours": (1.0, "audio_hour"),
    "input_document_kpages": (1000.0, "page"),
    "input_mchars": (1.0, "million_characters"),
}
"""Field -> (how many units the package prices at once, our unit); our meter is ``standard``."""
BATCH = {"processing": "batch"}
REGION = "global"  # of a product the book does not price yet
ONE_PRICE = "none"
"""Above how many tokens a prompt costs more, where it never does."""


class UnknownRecording(ValueError):
    """A recording this code cannot read."""


@dataclass(frozen=True)
class Followed:
    """A product of this book and what the package calls it: provider, and model or machine."""

    product: str
    provider: str
    model: str


def followed(path: Path = IDS) -> list[Followed]:
    """The hand-kept table of products and their exact ids in the package."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [Followed(row["product"], row["provider"], row["model"]) for row in rows]


# recording -------------------------------------------------------------------------------------


def record(providers: Iterable[Any], version: str, wanted: Sequence[Followed]) -> dict[str, Any]:
    """The package's data as plain JSON: full prices of what is followed, ids of the rest."""
    models = defaultdict(set)
    for item in wanted:
        models[item.provider].add(item.model)
    return {
        "package": PACKAGE,
        "version": version,
        "providers": {
            provider.id: {
                model.id: _model(model) if model.id in models[provider.id] else {}
                for model in provider.models
            }
            for provider in providers
            if provider.id in models
        },
    }


def _model(model: Any) -> dict[str, Any]:
    prices = model.prices if isinstance(model.prices, list) else [_always(model.prices)]
    variants = getattr(model, "price_variants", None) or []
    return {
        "prices": [_conditional(item) for item in prices],
        "batch": [_conditional(item) for item in variants if item.when == BATCH],
        "terms": _terms(model, prices),
    }


def _terms(model: Any, prices: Iterable[Any]) -> dict[str, int | str]:
    """What it says of lengths: the window, and above how many tokens a prompt costs more.

    Its prices are numbers, or numbers with tiers: no tier at all is one price at every length.
    """
    found: dict[str, int | str] = {}
    if window := getattr(model, "context_window", None):
        found["window"] = int(window)
    values = [price for item in prices for price in vars(item.prices).values() if price is not None]
    starts = [tier.start for price in values for tier in getattr(price, "tiers", ())]
    if values:
        found["long_above"] = min(starts) if starts else ONE_PRICE
    return found


@dataclass(frozen=True)
class _Always:
    prices: Any
    constraint: None = None


def _always(prices: Any) -> _Always:
    return _Always(prices)


def _conditional(item: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"values": _values(item.prices)}
    start = getattr(item.constraint, "start_date", None)
    hour = getattr(item.constraint, "start_time", None)
    if isinstance(start, date):
        found["from"] = start.isoformat()
    if isinstance(hour, time):
        found["hours"] = f"from {hour:%H:%M} UTC"
    return found


def _values(prices: Any) -> dict[str, float | dict[str, float]]:
    """Prices by field; one that rises with the prompt's length keeps its base."""
    found: dict[str, float | dict[str, float]] = {}
    for name, price in vars(prices).items():
        if price is None or name not in {*TOKENS, *SCALED}:
            continue
        base = getattr(price, "base", None)
        found[name] = float(price) if base is None else {"base": float(base)}
    return found


# reading ---------------------------------------------------------------------------------------


def catalogue(
    recording: Mapping[str, Any],
    read_on: date,
    held: Iterable[PriceRow],
    wanted: Sequence[Followed] | None = None,
) -> Catalogue:
    """The recording in this book's keys.

    Parameters
    ----------
    recording
        What :func:`record` wrote.
    read_on
        The day the release was published.
    held
        Price rows of the book: they say in which unit and region it prices a product. A product
        it does not price takes the package's unit and the region ``global``.
    wanted
        What is followed; by default the table ``genai_ids.csv``.

    Raises
    ------
    UnknownRecording
        The file is of another package.
    """
    if recording.get("package") != PACKAGE:
        raise UnknownRecording(f"a recording of {PACKAGE}, not of {recording.get('package')!r}")
    wanted = followed() if wanted is None else wanted
    providers: Mapping[str, Mapping[str, Any]] = recording["providers"]
    reading = _Reading(held)
    families: dict[str, list[str]] = defaultdict(list)
    absent = set()
    for item in wanted:
        families[item.provider].append(item.product)
        model = providers.get(item.provider, {}).get(item.model)
        if model is None:
            absent.add(item.product)
        else:
            reading.model(item, model)
    return Catalogue(
        source=_source(str(recording["version"]), read_on),
        confidence="A",
        quotes=tuple(reading.quotes),
        families={name: tuple(products) for name, products in families.items()},
        absent=frozenset(absent),
        skipped=tuple(reading.skipped),
        not_held=_not_held(providers, wanted),
    )


def _source(version: str, read_on: date) -> SourceRow:
    return SourceRow(
        id=f"{PACKAGE}-{version}",
        title=f"genai-prices {version}: provider prices with dated changes",
        publisher="Pydantic",
        url=f"https://pypi.org/project/genai-prices/{version}/",
        read_on=read_on,
        note="genai_prices/data.py inside the package",
    )


def _not_held(
    providers: Mapping[str, Mapping[str, Any]], wanted: Sequence[Followed]
) -> dict[str, tuple[str, ...]]:
    known = {(item.provider, item.model) for item in wanted}
    rest = {
        name: tuple(sorted(model for model in models if (name, model) not in known))
        for name, models in providers.items()
    }
    return {name: models for name, models in rest.items() if models}


class _Reading:
    """Turns models into quotes and says what it had to leave out."""

    def __init__(self, held: Iterable[PriceRow]) -> None:
        self.units: dict[str, str] = {}
        self.regions: dict[str, str] = {}
        for row in held:
            self.units[row.key] = row.unit
            self.regions.setdefault(row.product, row.region)  # vendors' home regions stand first
        self.quotes: list[Quote] = []
        self.skipped: list[str] = []

    def model(self, item: Followed, model: Mapping[str, Any]) -> None:
        """Every price of one product."""
        for batch, parts in ((False, model.get("prices", [])), (True, model.get("batch", []))):
            for part in parts:
                if "hours" in part:
                    hours = part["hours"]
                    self.skipped.append(f"{item.product}: another price at some hours ({hours})")
                else:
                    self._part(item, part, batch=batch)

    def _part(self, item: Followed, part: Mapping[str, Any], *, batch: bool) -> None:
        start = date.fromisoformat(part["from"]) if "from" in part else None
        where = f"provider {item.provider}, model {item.model}"
        where += ", batch" * batch + (f", from {start}" if start else "")
        for name, price in part["values"].items():
            tiered = isinstance(price, Mapping)
            value = float(price["base"] if isinstance(price, Mapping) else price)
            meter, value, unit = self._ours(item.product, name, value, batch=batch)
            if not meter:
                continue
            key = f"{item.product}/{meter}"
            if value <= 0:
                self.skipped.append(f"{key}: quoted at 0, which is no price here")
                continue
            note = "start day stated in the package" if start else "in force no later than this day"
            note += "; price of short prompts, longer ones cost more" * tiered
            region = self.regions.get(item.product, REGION)
            self.quotes.append(Quote(key, region, value, unit, where, start, note=note))

    def _ours(
        self, product: str, name: str, value: float, *, batch: bool
    ) -> tuple[str, float, str]:
        """Meter, value and unit of a field; no meter where the product bills otherwise."""
        if name in TOKENS:
            meter = TOKENS[name]
            if not self._bills(product, meter):
                return "", value, ""
            return f"{'batch_' * batch}{meter}", value, BILLED_IN
        many, unit = SCALED[name]
        meter = "batch" if batch else "standard"
        held = self.units.get(f"{product}/{meter}")
        ours = held or self.units.get(f"{product}/standard", unit)
        return meter, value / many * factor(ours, unit), ours

    def _bills(self, product: str, meter: str) -> bool:
        """Whether tokens of this kind are billed: speech by the minute, embeddings by input."""
        if f"{product}/standard" in self.units:
            return False
        only_input = f"{product}/input" in self.units and f"{product}/output" not in self.units
        return not (only_input and meter == "output")
