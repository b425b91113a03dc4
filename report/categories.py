"""Names and colours of the categories of cost, for charts and summaries.

Which category a line item belongs to is said where the item is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calculators import results
from calculators.results import LineItem
from report.palette import Shade


@dataclass(frozen=True)
class Category:
    """A kind of cost; user-paid cost is hatched besides its colour."""

    id: results.Category
    label: str
    fill: Shade
    hatched: bool = False


CATEGORIES = (
    Category("work", "Work", Shade("#1B1F1E", "#DDE2DF")),
    Category("compute", "Compute or API", Shade("#0B6E69", "#4DB6AC")),
    Category("training", "Training", Shade("#C08A2B", "#E0B45E")),
    Category("network", "Delivery and network", Shade("#6787D3", "#7794DB")),
    Category("energy", "Energy and hosting", Shade("#93A39C", "#6E7F78")),
    Category("purchase", "Purchase, less resale", Shade("#8E4A57", "#D18C98")),
    Category("fixed", "Fixed, as you state", Shade("#5D6C9C", "#A3ACD0")),
    Category("users", "Paid by users", Shade("#A9B8B0", "#5C6B64"), hatched=True),
)
"""In drawing order: from the axis outwards."""

_BY_ID: Mapping[results.Category, Category] = {item.id: item for item in CATEGORIES}


def category(item: LineItem) -> Category:
    """The category of a line item."""
    return _BY_ID[item.category]
