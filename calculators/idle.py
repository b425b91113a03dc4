"""Inputs that were given and that another input leaves without effect.

What has no effect because of the tables (peak hours where no vendor has any) is not told: another
price date or edition may have them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from calculators.rules.terms import VENDORS_MAY
from calculators.scenario import Scenario
from pricing.records import value


@value
class Switch:
    """What an input needs of others to move anything."""

    on: Callable[[Scenario], bool]
    words: str  # what would turn it on


def _seen(made: Scenario) -> bool:
    return {made.data_sensitivity, made.training_sensitivity} & set(VENDORS_MAY) != set()


_QUALITY = Switch(
    lambda made: made.quality_loss_per_month > 0 and made.quality_point_usd_per_month > 0,
    "it takes both quality_loss_per_month and quality_point_usd_per_month above 0",
)
SWITCHES: Mapping[str, Switch] = MappingProxyType(
    {
        "scheduled_hours_per_month": Switch(
            lambda made: made.billing == "scheduled", "it takes billing=scheduled"
        ),
        "quality_loss_per_month": _QUALITY,
        "quality_point_usd_per_month": _QUALITY,
        "agreements_signed": Switch(
            _seen, f"it takes data_sensitivity={' or '.join(VENDORS_MAY)} (or of the training data)"
        ),
    }
)
"""Input -> what it needs."""


def idle(made: Scenario, plain: Scenario) -> Mapping[str, str]:
    """Inputs that differ from the preset's (``plain``) and move nothing: name -> what it takes."""
    return {
        name: switch.words
        for name, switch in SWITCHES.items()
        if getattr(made, name) != getattr(plain, name) and not switch.on(made)
    }
