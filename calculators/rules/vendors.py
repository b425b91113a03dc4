"""Every rule on a vendor that sees data: its terms, and whether the user allows it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators.arrays import BoolArray, any_true
from calculators.case import Case
from calculators.checks import masks
from calculators.results import Finding, Needed
from calculators.rules.terms import about_training, vendor_findings
from calculators.scenario import Sensitivity


def answering(case: Case, vendor: str, venue: str) -> tuple[Finding, ...]:
    """The rules on who answers; ``vendor`` blank: one's own machines, or the users' devices.

    ``venue`` is what is bought of the vendor, as a place of answering alone.
    """
    level = case.scenario.data_sensitivity
    return (*vendor_findings(case, vendor, venue, level), *_named(case, vendor))


def training(case: Case, vendor: str, venue: str) -> tuple[Finding, ...]:
    """The rules on who trains, said of the training data."""
    found = vendor_findings(case, vendor, venue, case.scenario.training_sensitivity)
    return tuple(about_training(item) for item in (*found, *_named(case, vendor)))


def _named(case: Case, vendor: str) -> tuple[Finding, ...]:
    """Whether a vendor is among those the user allows; nothing where all are."""
    allowed = case.scenario.providers_allowed
    if not allowed or not vendor:
        return ()
    name = case.market.vendor_name(vendor)
    if vendor in allowed:
        return (Finding("provider", "pass", f"{name} is among the providers you allow."),)
    text = f"{name} is not among the providers you allow."
    needs = (Needed("providers_allowed", (vendor,)),)
    return (Finding("provider", "fail", text, f"allow {vendor}", absolute=True, needs=needs),)


def elsewhere(level: Sensitivity) -> Finding:
    """What a price of another region is good for, with data of a kind."""
    if level != "regulated":
        return Finding("price region", "caution", "Price of another region.")
    text = "Only a price of another region is known."
    needs = (Needed("data_sensitivity", "personal"),)
    return Finding("price region", "fail", text, "a price for your region", needs=needs)


def evidence(case: Case, confidence: str) -> tuple[Finding, ...]:
    """Whether a price rests on evidence the user accepts; nothing where any does."""
    weakest = case.scenario.min_confidence
    if weakest == "C":
        return ()
    text = f"Its price rests on evidence of class {confidence}."
    if confidence <= weakest:
        return (Finding("evidence", "pass", text),)
    needs = (Needed("min_confidence", confidence),)
    return (Finding("evidence", "fail", text, "accept weaker price evidence", needs=needs),)


def lawful(said: Sequence[Sequence[Finding]]) -> tuple[BoolArray, BoolArray]:
    """Of what rules say of C things: where none fails, and where nothing must be confirmed (C,)."""
    allowed, settled = np.ones(len(said), dtype=bool), np.ones(len(said), dtype=bool)
    for row, found in enumerate(said):
        fails, _, required = masks(found)
        allowed[row], settled[row] = not any_true(fails), not any_true(required)
    return allowed, settled


def turns(said: Sequence[Sequence[Finding]]) -> list[list[Finding | None]]:
    """Findings of C things as one list of C for each turn; None where a thing has fewer."""
    most = max(map(len, said), default=0)
    return [[found[turn] if turn < len(found) else None for found in said] for turn in range(most)]
