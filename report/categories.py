"""Names and colours of the categories of cost, for charts and summaries.

Which category a line item belongs to is said where the item is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calculators.results import LineItem
from report.palette import Shade


@dataclass(frozen=True)
class Category:
    """A kind of cost; user-paid cost is hatched besides its colour."""

    id: str  # of the line items', but that work to set up stands apart from work to run
    label: str
    fill: Shade
    hatched: bool = False


CATEGORIES = (
    Category("set_up", "Work to set up, once", Shade("#7A857F", "#8E9A94")),
    Category("work", "Work to run", Shade("#1B1F1E", "#DDE2DF")),
    Category("compute", "Compute or API", Shade("#0B6E69", "#4DB6AC")),
    Category("training", "Training", Shade("#C08A2B", "#E0B45E")),
    Category("network", "Delivery and network", Shade("#6787D3", "#7794DB")),
    Category("energy", "Energy and hosting", Shade("#93A39C", "#6E7F78")),
    Category("purchase", "Purchase, less resale", Shade("#8E4A57", "#D18C98")),
    Category("fixed", "Fixed, as you state", Shade("#5D6C9C", "#A3ACD0")),
    Category("users", "Paid by users", Shade("#A9B8B0", "#5C6B64"), hatched=True),
)
"""In drawing order: from the axis outwards."""

_BY_ID: Mapping[str, Category] = {item.id: item for item in CATEGORIES}


def category(item: LineItem) -> Category:
    """The category of a line item; work done once is told apart from work every month."""
    once = item.category == "work" and item.period == "once"
    return _BY_ID["set_up" if once else item.category]
