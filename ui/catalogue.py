"""Names the form offers from the price book: models, vendors, devices, and what empty means."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from calculators.market.machines import machine_names, server_names
from calculators.market.quality import Quality
from calculators.market.reading import READ
from calculators.rules.terms import signers as who_signs
from calculators.scenario import Scenario
from pricing.book import BookKey, PriceBook
from pricing.kept import Kept
from pricing.schema import DeviceMixRow, DeviceRow, ModelRow, NamedModelRow, VendorRow
from report import words
from ui import wording

WEIGHTS = {
    "published": "Weights published; its size is in no table, so only those who sell it are priced",
    "unpublished": "Weights not published: only those who sell it can answer",
    "unknown": "We do not know whether its weights can be had; those who sell it are priced",
}
"""What becomes of a model that is sold by name."""
_FORM_CHARS = 24  # of a name the form shows without cutting it


def models(book: PriceBook, task: str = "") -> Mapping[str, str]:
    """Models of a task, or of all: id -> name, by size, then those that are only sold by name."""
    found = [row for row in book.table("models", ModelRow) if task in ("", row.task)]
    found.sort(key=lambda row: (row.params_millions is None, row.params_millions or 0.0))
    sold = [row for row in book.table("named_models", NamedModelRow) if task in ("", row.task)]
    sold.sort(key=lambda row: row.name.lower())
    return {
        **{row.model: row.name.partition(" at ")[0] for row in found},
        **{row.model: row.name for row in sold},
    }


def sizes(book: PriceBook, task: str) -> Mapping[str, float]:
    """Models of a task whose size is known: id -> millions of parameters, smallest first."""
    found = [row for row in book.table("models", ModelRow) if row.task == task]
    known = [(row.params_millions, row.model) for row in found if row.params_millions is not None]
    return {model: params for params, model in sorted(known)}


def model_size(book: PriceBook, scenario: Scenario) -> str:
    """The scenario's model in one line: name where the form cuts it, input, size, format."""
    sold = next(
        (r for r in book.table("named_models", NamedModelRow) if r.model == scenario.model), None
    )
    if sold is not None:
        return WEIGHTS[sold.weights]
    row = next((r for r in book.table("models", ModelRow) if r.model == scenario.model), None)
    params = scenario.params_millions or (row.params_millions if row else None)
    if params is None:
        return ""
    short, _, at = row.name.partition(" at ") if row else ("", "", "")
    parts = [short] if len(short) > _FORM_CHARS else []
    parts += [f"at {at}"] if at else []
    parts += [f"{words.short(params * 1e6)} parameters"]
    parts += [wording.choice("precision", scenario.precision)]
    said = ", ".join(parts)
    return said[:1].upper() + said[1:]


def quality_class(book: PriceBook, scenario: Scenario, model: str | None = None) -> str:
    """Class of quality of a model, by default the scenario's; blank where nobody scored it."""
    name = scenario.model if model is None else model
    quality = _qualities.get(book.key, lambda: Quality(book))
    return quality.class_of(name, scenario.reasoning) if name else ""


BOOKS_KEPT = 4
_qualities: Kept[BookKey, Quality] = Kept(BOOKS_KEPT)
"""Scores of all models: every run of a page asks whether the model it shows has one."""


def has_other_models(book: PriceBook, scenario: Scenario) -> bool:
    """Whether another model could do the task: one of the same class, or one that reads."""
    return scenario.task in READ or bool(quality_class(book, scenario))


def vendors(book: PriceBook) -> Mapping[str, str]:
    """Vendor id -> name, in alphabetical order."""
    rows = sorted(book.table("vendors", VendorRow), key=lambda row: row.name.lower())
    return {row.vendor: row.name for row in rows}


def signers(book: PriceBook) -> Mapping[str, str]:
    """The same of those with which a signature can settle something; links may name others."""
    able = who_signs(book)
    return {vendor: name for vendor, name in vendors(book).items() if vendor in able}


def device_mixes(book: PriceBook) -> Mapping[str, str]:
    """Populations of devices: id -> words."""
    mixes = dict.fromkeys(row.mix for row in book.table("device_mixes", DeviceMixRow))
    return {mix: mix.replace("_", " ").replace("us ", "US ").replace("eu ", "EU ") for mix in mixes}


def machines(book: PriceBook) -> Mapping[str, str]:
    """Machines a benchmark can have run on, nowhere first."""
    return {"": "not measured", **{name: name for name in machine_names(book)}}


def servers(book: PriceBook) -> Mapping[str, str]:
    """Machines an own server can be, none named first."""
    return {"": "any server of the list", **{name: name for name in server_names(book)}}


def devices(book: PriceBook) -> Mapping[str, str]:
    """Devices a measurement can have been made on, nowhere first."""
    return {
        "": "not measured",
        **{row.device: row.device for row in book.table("devices", DeviceRow)},
    }


_NAMES: Mapping[str, Callable[[PriceBook], Mapping[str, str]]] = {
    "providers_allowed": vendors,
    "agreements_signed": signers,
    "device_mix": device_mixes,
    "measured_on": machines,
    "own_server": servers,
    "measured_device": devices,
}


def names(book: PriceBook, field: str) -> Mapping[str, str] | None:
    """Names a free-text field may take from the book, None for other fields."""
    found = _NAMES.get(field)
    return found(book) if found else None


_MODEL_COLUMNS = {
    "params_millions": "params_millions",
    "active_params_millions": "active_params_millions",
}
_ASSUMPTIONS = {"staff_usd_per_hour": "staff_usd_per_hour", "pue": "pue"}
_EMPTY = {
    "installs_per_month": "5 % of users",
    "training_data_sensitivity": "as the requests",
    "providers_allowed": "all",
    "agreements_signed": "none",
    "growth_low": "certain",
    "growth_high": "certain",
    "today": "nothing",
    "today_usd_per_month": "nothing",
    "today_fixed_usd_per_month": "nothing",
    "own_server_usd": "list price",
    "own_server_life_months": "our assumption",
    "own_server_resale_pct": "our assumption",
    "own_server_w": "by load",
    "spare_instances": "by place",
    "max_concurrency": "what memory holds",
    "measured_concurrency": "alone, or full",
    "integration_hours": "by place",
    "ops_hours_per_month": "by place",
    "hours_per_retrain": "by place",
    "release_hours": "our assumption",
    "validation_hours": "our assumption",
    "electricity_usd_per_kwh": "region's price",
    "hosting": "by data and fill",
    "radio_tail_j": "by connection",
    "gflops_per_request": "from the model",
}


def empty_means(book: PriceBook, scenario: Scenario, field: str) -> str:
    """What an empty field stands for, with its figure where there is one."""
    if field in _MODEL_COLUMNS:
        rows = [row for row in book.table("models", ModelRow) if row.model == scenario.model]
        value = getattr(rows[0], _MODEL_COLUMNS[field]) if rows else None
        return f"model: {words.number(value)}" if value is not None else "not known"
    if field in _ASSUMPTIONS and _ASSUMPTIONS[field] in book.assumptions:
        return f"default: {words.number(book.assumption(_ASSUMPTIONS[field]).mid)}"
    if field in _EMPTY:
        return _EMPTY[field]
    return "no limit" if field.endswith(("_budget_ms", "_per_s")) else "estimated"
