"""Where data of a kind may go: premises, vendors' terms, regions, agreements."""

from __future__ import annotations

import pytest

from calculators.places import PLACES, VENUES
from calculators.results import Comparison
from calculators.rules.terms import about_training, place_allowed, vendor_findings
from calculators.scenario import Sensitivity
from tests.calculators.world import case, compared, option

LEVELS: tuple[Sensitivity, ...] = (
    "public",
    "internal",
    "personal",
    "regulated",
    "on_premises",
    "on_device",
)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("place", PLACES)
def test_a_place_of_answering_follows_its_record(place: str, level: Sensitivity) -> None:
    found = place_allowed(place, level)
    shut = level == "on_device" and place != "device"
    shut |= level == "on_premises" and not PLACES[place].on_premises
    assert (found is not None) == shut
    if found is not None:
        assert found.absolute
        assert found.change


@pytest.mark.parametrize("venue", VENUES)
def test_a_place_of_training_follows_its_record(venue: str) -> None:
    assert place_allowed(venue, "personal") is None
    assert (place_allowed(venue, "on_premises") is None) == VENUES[venue].on_premises
    assert (place_allowed(venue, "on_device") is None) == (venue == "device")


def verdicts(vendor: str, level: Sensitivity, region: str = "us") -> dict[str, str]:
    found = vendor_findings(case(region=region), vendor, level)
    return {item.rule: item.verdict for item in found}


def test_public_data_and_machines_of_ones_own_have_no_terms() -> None:
    assert verdicts("delta", "public") == {}
    assert verdicts("", "regulated") == {}


@pytest.mark.parametrize(
    ("vendor", "level", "region", "expected"),
    [
        ("acme", "regulated", "us", {}),
        ("delta", "internal", "us", {"terms": "fail"}),
        ("beta", "personal", "us", {"region": "fail"}),
        ("beta", "personal", "eu", {}),
        ("beta", "regulated", "eu", {"agreement": "fail"}),
        (
            "gamma",
            "regulated",
            "us",
            {"terms": "caution", "region": "caution", "agreement": "caution"},
        ),
        ("stranger", "internal", "us", {"terms": "caution"}),
    ],
)
def test_terms_of_a_vendor(
    vendor: str, level: Sensitivity, region: str, expected: dict[str, str]
) -> None:
    assert verdicts(vendor, level, region) == expected


def test_terms_are_worked_out_once() -> None:
    assert vendor_findings(case(), "delta", "internal") is vendor_findings(
        case(requests_per_month=7), "delta", "internal"
    )


def test_the_same_rule_said_of_the_training_data() -> None:
    (found,) = vendor_findings(case(), "delta", "internal")
    said = about_training(found)
    assert (said.rule, said.verdict) == ("training terms", "fail")
    assert said.text == f"Training: {found.text}"


def api_vendors(found: Comparison) -> set[str]:
    return {
        item.vendor
        for item in found.options
        if item.status == "feasible" and item.kind == "managed_api"
    }


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        # terms: acme signs everything; beta keeps data in the EU only and signs no health
        # agreement; gamma says nothing; delta trains on what is sent
        ("public", {"acme", "beta", "gamma", "delta"}),
        ("internal", {"acme", "beta", "gamma"}),
        ("personal", {"acme", "gamma"}),
        ("regulated", {"acme", "gamma"}),
        ("on_premises", set()),
    ],
)
def test_vendor_terms_in_the_us(level: str, expected: set[str]) -> None:
    assert api_vendors(compared(data_sensitivity=level)) == expected


def test_vendor_terms_in_the_eu() -> None:
    found = compared(data_sensitivity="personal", region="eu")
    assert api_vendors(found) == {"acme", "beta", "gamma"}


@pytest.mark.parametrize("level", ["internal", "personal", "regulated"])
def test_unknown_terms_are_a_caution_never_a_pass(level: str) -> None:
    chosen = option(compared(data_sensitivity=level), "none>managed_api:gamma/faces")
    cautions = [finding for finding in chosen.findings if finding.verdict == "caution"]
    assert any("not known to us" in finding.text for finding in cautions)
