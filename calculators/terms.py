"""What vendors' terms and the kind of data allow: the rules that need no costs.

Unknown vendor terms are a caution, never a pass.
"""

from __future__ import annotations

from calculators.inputs import Inputs
from calculators.results import AnswersAt, Finding
from calculators.scenario import Sensitivity
from pricing.schema import VendorRow

ON_PREMISES = ("owned", "device", "device+owned")


def vendors(inputs: Inputs) -> dict[str, VendorRow]:
    """Vendor id -> its terms."""
    return inputs.once(
        "vendors", lambda: {row.vendor: row for row in inputs.book.table("vendors", VendorRow)}
    )


def place_allowed(place: AnswersAt, level: Sensitivity) -> Finding | None:
    """The sensitivity rule that needs no vendor: premises and device."""
    if level == "on_device" and place != "device":
        change = "data that may leave the device"
        return Finding("data", "fail", "Data may not leave the device.", change)
    if level == "on_premises" and place not in ON_PREMISES:
        change = "data that may leave the premises"
        return Finding("data", "fail", "Data may not leave your premises.", change)
    return None


def vendor_findings(inputs: Inputs, vendor: str, level: Sensitivity) -> list[Finding]:
    """The sensitivity rules against one vendor's terms."""
    if level == "public" or not vendor:
        return []
    row = vendors(inputs).get(vendor)
    name = row.name if row else vendor
    found = [_training_terms(name, row)]
    if level in ("personal", "regulated"):
        found.append(_region_terms(name, row, inputs.scenario.region))
    if level == "regulated":
        found.append(_agreement(name, row))
    return [item for item in found if item is not None]


def _training_terms(name: str, row: VendorRow | None) -> Finding | None:
    terms = row.trains_on_inputs if row else "unknown"
    if terms == "no":
        return None
    if terms == "yes":
        text = f"{name} may train on what is sent, by its default terms."
        return Finding("terms", "fail", text, "terms that exclude training on inputs")
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
        return Finding("region", "fail", text, "another region or vendor")
    text = f"Whether {name} keeps data in {place} is not known to us."
    return Finding("region", "caution", text, "check the vendor's terms")


def _agreement(name: str, row: VendorRow | None) -> Finding | None:
    """US health data needs the vendor's health agreement, EU data a processing agreement."""
    wanted = (row.data_processing_agreement, row.health_data_agreement) if row else ("unknown",)
    if all(word == "yes" for word in wanted):
        return None
    if "no" in wanted:
        text = f"{name} does not sign the agreement regulated data needs."
        return Finding("agreement", "fail", text, "a vendor that signs it")
    text = f"Whether {name} signs the agreement regulated data needs is not known to us."
    return Finding("agreement", "caution", text, "ask the vendor")
