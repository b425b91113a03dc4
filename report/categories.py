"""Which of a few categories a line item belongs to, for charts and summaries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from calculators.results import LineItem
from report.palette import Shade


@dataclass(frozen=True)
class Category:
    """A kind of cost; user-paid cost is hatched besides its colour."""

    id: str
    label: str
    fill: Shade
    hatched: bool = False


WORK = Category("work", "Work", Shade("#1B1F1E", "#DDE2DF"))
COMPUTE = Category("compute", "Compute or API", Shade("#0B6E69", "#4DB6AC"))
TRAINING = Category("training", "Training", Shade("#C08A2B", "#E0B45E"))
NETWORK = Category("network", "Delivery and network", Shade("#6787D3", "#7794DB"))
ENERGY = Category("energy", "Energy and hosting", Shade("#93A39C", "#6E7F78"))
PURCHASE = Category("purchase", "Purchase, less resale", Shade("#8E4A57", "#D18C98"))
USERS = Category("users", "Paid by users", Shade("#A9B8B0", "#5C6B64"), hatched=True)

CATEGORIES = (WORK, COMPUTE, TRAINING, NETWORK, ENERGY, PURCHASE, USERS)
"""In drawing order: from the axis outwards."""

_NETWORK_SERVICES = frozenset(
    {"egress", "cdn", "load_balancer", "object_storage", "block_storage", "api_gateway", "transit"}
)
_NETWORK_WORDS = ("data sent", "model sent", "load balancer", "delivery", "storage", "upload")
_ENERGY_SERVICES = frozenset({"grid", "colocation"})
_ENERGY_WORDS = ("electricity", "hosting", "colocation", "rack")
_PURCHASE_WORDS = ("bought", "sold at the end", "cabling", "maintenance")


def _service(item: LineItem) -> str:
    """The product part of the price key vendor/product/meter; blank without one."""
    parts = item.source.key.split("/")
    return parts[1] if len(parts) == 3 else ""


def _says(item: LineItem, words: tuple[str, ...]) -> bool:
    return any(word in item.name.lower() for word in words)


_RULES: tuple[tuple[Category, Callable[[LineItem], bool]], ...] = (
    (USERS, lambda item: item.payer == "user"),
    (WORK, lambda item: item.unit == "staff_hour"),
    (TRAINING, lambda item: item.period == "per retrain" or _says(item, ("training",))),
    (PURCHASE, lambda item: item.source.key.endswith("/purchase") or _says(item, _PURCHASE_WORDS)),
    (ENERGY, lambda item: _service(item) in _ENERGY_SERVICES or _says(item, _ENERGY_WORDS)),
    (NETWORK, lambda item: _service(item) in _NETWORK_SERVICES or _says(item, _NETWORK_WORDS)),
)
"""First match wins; what is left is the answering itself."""


def category(item: LineItem) -> Category:
    """The category of a line item."""
    return next((found for found, holds in _RULES if holds(item)), COMPUTE)
