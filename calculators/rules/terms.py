"""What vendors' terms and the kind of data allow: the rules that need no costs.

Unknown vendor terms are a caution, never a pass.
"""

from __future__ import annotations

from dataclasses import replace

from calculators.case import Case
from calculators.places import DEVICE, PLACES, VENUES
from calculators.results import Finding
from calculators.scenario import Sensitivity
from pricing.schema import VendorRow


def place_allowed(place: str, level: Sensitivity) -> Finding | None:
    """The sensitivity rule that needs no vendor: premises and device."""
    if level == "on_device" and place != DEVICE:
        text, change = "Data may not leave the device.", "data that may leave the device"
        return Finding("data", "fail", text, change, absolute=True)
    known = PLACES.get(place) or VENUES[place]
    if level == "on_premises" and not known.on_premises:
        text, change = "Data may not leave your premises.", "data that may leave the premises"
        return Finding("data", "fail", text, change, absolute=True)
    return None


def vendor_findings(case: Case, vendor: str, level: Sensitivity) -> tuple[Finding, ...]:
    """The sensitivity rules against one vendor's terms."""
    if level == "public" or not vendor:
        return ()
    return case.market.derived("terms", (vendor, level), lambda: _terms(case, vendor, level))


def _terms(case: Case, vendor: str, level: Sensitivity) -> tuple[Finding, ...]:
    row = case.market.vendors.get(vendor)
    name = case.market.vendor_name(vendor)
    found = [_training_terms(name, row)]
    if level in ("personal", "regulated"):
        found.append(_region_terms(name, row, case.market.region))
    if level == "regulated":
        found.append(_agreement(name, row))
    return tuple(item for item in found if item is not None)


def about_training(item: Finding) -> Finding:
    """A rule on the requests' data, said of the training data."""
    return replace(item, rule=f"training {item.rule}", text=f"Training: {item.text}")


def _training_terms(name: str, row: VendorRow | None) -> Finding | None:
    terms = row.trains_on_inputs if row else "unknown"
    if terms == "no":
        return None
    if terms == "yes":
        text = f"{name} may train on what is sent, by its default terms."
        return Finding(
            "terms", "fail", text, "terms that exclude training on inputs", absolute=True
        )
    if terms == "opt_out":
        text = f"{name} trains on what is sent unless you opt out."
        return Finding("terms", "caution", text, "opt out in the vendor's settings")
    text = f"Whether {name} trains on inputs is not known to us."
    return Finding("terms", "caution", text, "check the vendor's terms")


def _region_terms(name: str, row: VendorRow | None, region: str) -> Finding | None:
    offered = getattr(row, f"area_{region}", "unknown") if row else "unknown"
    if offered == "yes":
        return None
    place = {"us": "the United States", "eu": "the European Union"}[region]
    if offered == "no":
        text = f"{name} does not offer to keep data in {place}."
        return Finding("region", "fail", text, "another region or vendor", absolute=True)
    text = f"Whether {name} keeps data in {place} is not known to us."
    return Finding("region", "caution", text, "check the vendor's terms")


def _agreement(name: str, row: VendorRow | None) -> Finding | None:
    """US health data needs the vendor's health agreement, EU data a processing agreement."""
    wanted = (row.data_processing_agreement, row.health_data_agreement) if row else ("unknown",)
    if all(word == "yes" for word in wanted):
        return None
    if "no" in wanted:
        text = f"{name} does not sign the agreement regulated data needs."
        return Finding("agreement", "fail", text, "a vendor that signs it", absolute=True)
    text = f"Whether {name} signs the agreement regulated data needs is not known to us."
    return Finding("agreement", "caution", text, "ask the vendor")
