"""Prices, limits and ends of token APIs out of the price file inside litellm's wheel.

The wheel is read as a file, never installed: ``make refresh`` downloads it. A recording is plain
JSON (one per release) of the fields read here: ``{"package", "version", "models": {key: {...}}}``.
"""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pricing.refreshing.quotes import Catalogue, Quote
from pricing.schema import PriceRow, SourceRow

PACKAGE = "litellm"
IDS = Path(__file__).parent / "litellm_ids.csv"
INSIDE = "litellm/model_prices_and_context_window_backup.json"
REGION = "global"  # of a product the book does not price yet
PER_MILLION = 1e6  # the file prices one token

METERS = {
    "input_cost_per_token": "input",
    "output_cost_per_token": "output",
    "cache_read_input_token_cost": "cached_input",
    "cache_creation_input_token_cost": "cache_write",
    "input_cost_per_audio_token": "audio_input",
}
WAYS = {"": "", "batches": "batch_", "flex": "flex_", "priority": "priority_"}
_PRICE = re.compile(
    rf"(?P<what>{'|'.join(METERS)})(?:_above_(?P<above>\d+)k_tokens)?(?:_(?P<way>{'|'.join(list(WAYS)[1:])}))?"
)
_WHEEL = re.compile(r"litellm-(?P<version>\d+(?:\.\d+)+)-")

LIMITS = {
    "max_input": "max_input_tokens",
    "max_output": "max_output_tokens",
    "cache_least": "prompt_cache_min_tokens",
}
"""Column of token_terms.csv -> field of the file."""
END = "deprecation_date"
OFF_PEAK = "off_peak_pricing"
"""Prices of the hours in which few ask: where they stand, the plain ones are those of the peak."""
PEAK = "peak_"


class UnreadableWheel(ValueError):
    """A file that is no wheel of litellm, or holds no price file."""


@dataclass(frozen=True)
class Followed:
    """A product of this book and its key in the file."""

    product: str
    key: str


def followed(path: Path = IDS) -> list[Followed]:
    """The hand-kept table of products and their exact keys."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [Followed(row["product"], row["key"]) for row in csv.DictReader(lines)]


# recording -------------------------------------------------------------------------------------


def newest(folder: Path) -> Path | None:
    """The wheel of the highest version in a folder."""
    found = [(match, path) for path in folder.glob("*.whl") if (match := _WHEEL.match(path.name))]
    return max(found, key=lambda item: _version(item[0]), default=(None, None))[1]


def _version(match: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(part) for part in match["version"].split("."))


def record(wheel: Path, wanted: Sequence[Followed]) -> dict[str, Any]:
    """What is read of a wheel as plain JSON: fields of what is followed, keys of the rest.

    Raises
    ------
    UnreadableWheel
        It is no wheel of litellm, or its price file is not there or not JSON.
    """
    match = _WHEEL.match(wheel.name)
    if match is None:
        raise UnreadableWheel(f"{wheel.name} is no wheel of {PACKAGE}")
    try:
        with zipfile.ZipFile(wheel) as archive:
            models = json.loads(archive.read(INSIDE))
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise UnreadableWheel(f"{wheel.name} has no readable {INSIDE}: {error}") from error
    known = {item.key for item in wanted}
    groups = {key.partition("/")[0] for key in known if "/" in key}
    return {
        "package": PACKAGE,
        "version": match["version"],
        "models": {
            key: _read(fields) if key in known else {}
            for key, fields in models.items()
            if key in known or key.partition("/")[0] in groups
        },
    }


def _read(fields: Mapping[str, Any]) -> dict[str, Any]:
    kept = {*LIMITS.values(), END, OFF_PEAK}
    return {name: value for name, value in fields.items() if name in kept or _PRICE.fullmatch(name)}


# reading ---------------------------------------------------------------------------------------


def catalogue(
    recording: Mapping[str, Any],
    read_on: date,
    held: Iterable[PriceRow],
    wanted: Sequence[Followed] | None = None,
) -> Catalogue:
    """The recording's prices in this book's keys; arguments as of :func:`tokens.catalogue`."""
    wanted = followed() if wanted is None else wanted
    regions: dict[str, str] = {}
    for row in held:
        regions.setdefault(row.product, row.region)
    models: Mapping[str, Mapping[str, Any]] = recording["models"]
    families: dict[str, list[str]] = defaultdict(list)
    for item in wanted:
        families[item.product.partition("/")[0]].append(item.product)
    here = [item for item in wanted if item.key in models]
    read = [(item, models[item.key]) for item in here]
    known = {item.key for item in wanted}
    return Catalogue(
        source=source(str(recording["version"]), read_on),
        confidence="B",  # a package's copy of vendors' pages
        quotes=tuple(
            quote
            for item, fields in read
            for quote in _quotes(item, fields, regions.get(item.product, REGION))
        ),
        families={name: tuple(products) for name, products in families.items()},
        absent=frozenset(item.product for item in wanted if item.key not in models),
        skipped=tuple(text for item, fields in read for text in _skipped(item, fields)),
        not_held=_not_held(key for key in models if key not in known),
    )


def source(version: str, read_on: date) -> SourceRow:
    """The release as a source."""
    return SourceRow(
        id=f"{PACKAGE}-{version}",
        title=f"LiteLLM model prices {version}",
        publisher="BerriAI",
        url=f"https://pypi.org/project/litellm/{version}/",
        read_on=read_on,
        note=f"{INSIDE} inside the package",
    )


def _prices(fields: Mapping[str, Any]) -> Iterator[tuple[str, float, str]]:
    """Meter, USD per million tokens and name of every price."""
    calm = fields.get(OFF_PEAK)
    if isinstance(calm, Mapping):
        for meter, value, name in _plain(calm):
            yield meter, value, f"{OFF_PEAK}.{name}"
        for meter, value, name in _plain(fields):
            yield f"{PEAK}{meter}", value, name
        return
    yield from _plain(fields)


def _plain(fields: Mapping[str, Any]) -> Iterator[tuple[str, float, str]]:
    for name, value in fields.items():
        match = _PRICE.fullmatch(name)
        if match is None or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        long = "long_" if match["above"] else ""
        meter = f"{long}{WAYS[match['way'] or '']}{METERS[match['what']]}"
        yield meter, float(value) * PER_MILLION, name


def _quotes(item: Followed, fields: Mapping[str, Any], region: str) -> Iterator[Quote]:
    for meter, value, name in _prices(fields):
        if value > 0:
            where = f"key {item.key}, {name}"
            note = "in force no later than this day"
            unit = "million_tokens"
            yield Quote(f"{item.product}/{meter}", region, value, unit, where, note=note)


def _skipped(item: Followed, fields: Mapping[str, Any]) -> Iterator[str]:
    for meter, value, _ in _prices(fields):
        if value <= 0:
            yield f"{item.product}/{meter}: quoted at {value:g}, which is no price here"


def _not_held(keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        found[key.partition("/")[0]].append(key)
    return {group: tuple(sorted(names)) for group, names in found.items()}


def long_above(fields: Mapping[str, Any]) -> float | None:
    """Tokens read above which the whole request costs more; None where no price says so."""
    found = {
        int(match["above"]) * 1000
        for name in fields
        if (match := _PRICE.fullmatch(name)) and match["above"]
    }
    return float(min(found)) if found else None
