"""What is allowed: never a violating option, never a pass for unknown terms, always a way out."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from calculators.results import KINDS, Comparison
from tests.calculators.world import compared, option

LEVELS = ("public", "internal", "personal", "regulated", "on_premises", "on_device")
PREMISES = {"owned", "device", "device+owned"}


def allowed_kinds(found: Comparison) -> set[str]:
    """Kinds with a candidate no rule refuses (priced or not)."""
    return {item.kind for item in found.options if item.status in ("feasible", "incomplete")}


def feasible(found: Comparison) -> set[str]:
    return {item.id for item in found.options if item.status == "feasible"}


@pytest.mark.parametrize("mix", ["everyone", "new_phones"])
@pytest.mark.parametrize("region", ["us", "eu"])
def test_stricter_data_allows_no_more(mix: str, region: str) -> None:
    """Each level allows a subset of the level before it: of candidates, hence of kinds."""
    found = [compared(data_sensitivity=level, device_mix=mix, region=region) for level in LEVELS]
    for looser, stricter in pairwise(found):
        assert feasible(stricter) <= feasible(looser)
        assert allowed_kinds(stricter) <= allowed_kinds(looser)
    assert allowed_kinds(found[LEVELS.index("on_premises")]) <= PREMISES
    assert allowed_kinds(found[LEVELS.index("on_device")]) <= {"device"}


def test_on_premises_is_owned_device_or_both() -> None:
    assert allowed_kinds(compared(data_sensitivity="on_premises")) == {"owned", "device+owned"}
    found = compared(data_sensitivity="on_premises", device_mix="new_phones")
    assert allowed_kinds(found) == {"owned", "device"}


def test_on_device_is_the_device_alone() -> None:
    found = compared(data_sensitivity="on_device", device_mix="new_phones")
    assert allowed_kinds(found) == {"device"}
    assert compared(data_sensitivity="on_device").cheapest is None  # four in five only


@pytest.mark.parametrize("level", LEVELS)
def test_offline_is_the_device_alone(level: str) -> None:
    found = compared(offline_required=True, data_sensitivity=level, device_mix="new_phones")
    assert allowed_kinds(found) == {"device"}


def test_a_secret_model_is_not_shipped() -> None:
    found = compared(model_secrecy=True, device_mix="new_phones")
    assert not any(kind.startswith("device") for kind in allowed_kinds(found))


def api_vendors(found: Comparison) -> set[str]:
    return {
        item.vendor for item in found.options
        if item.status == "feasible" and item.kind == "managed_api"
    }  # fmt: skip


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


def test_another_regions_price_is_refused_for_regulated_data() -> None:
    # acme's machines are priced in the United States only
    machine = "none>rented:acme/m1:on_demand"
    refused = option(compared(region="eu", data_sensitivity="regulated"), machine)
    assert refused.status == "infeasible"
    fails = [finding.text for finding in refused.findings if finding.verdict == "fail"]
    assert "Only a price of another region is known." in fails
    personal = option(compared(region="eu", data_sensitivity="personal"), machine)
    assert personal.status == "feasible"
    assert personal.other_region


def test_providers_allowed() -> None:
    found = compared(providers_allowed=("acme",))
    for chosen in found.options:
        if chosen.status == "feasible":
            assert chosen.vendor in ("acme", "")
    refused = option(found, "none>managed_api:delta/faces")
    assert refused.status == "infeasible"
    assert "not among the providers you allow" in refused.reasons[0]


def test_nobody_allowed_leaves_what_is_ones_own() -> None:
    found = compared(providers_allowed=("nobody",))
    assert allowed_kinds(found) <= PREMISES
    assert found.cheapest is not None


TRAINED: dict[str, Any] = {"own_model_required": True, "retrains_per_month": 1}


def test_export_required_excludes_platforms_that_keep_the_model() -> None:
    found = compared(export_required=True, **TRAINED)
    for chosen in found.options:
        if chosen.status == "feasible":
            assert not chosen.id.startswith("managed_api:acme/own-faces")
            assert "keep-trainer" not in chosen.id
    kept = option(found, "managed_api:acme/own-faces>managed_api:acme/own-faces")
    assert kept.status == "infeasible"


@pytest.mark.parametrize("level", LEVELS)
def test_training_data_rules_bound_the_training_venue(level: str) -> None:
    found = compared(training_data_sensitivity=level, device_mix="new_phones", **TRAINED)
    venues = {item.trained_at for item in found.options if item.status == "feasible"}
    if level == "on_premises":
        assert venues == {"owned", "device"}
    elif level == "on_device":
        assert venues == {"device"}
    else:
        assert venues >= {"rented", "owned", "hosted_platform", "managed_api"}


STRICT: dict[str, dict[str, Any]] = {
    "on premises": {"data_sensitivity": "on_premises"},
    "on device": {"data_sensitivity": "on_device"},
    "offline": {"offline_required": True},
    "secret": {"model_secrecy": True},
    "fast": {"latency_budget_ms": 60},
    "live": {"realtime_fps": 60},
    "one provider": {"providers_allowed": ("acme",)},
    "best evidence": {"min_confidence": "A"},
    "regulated in Europe": {"data_sensitivity": "regulated", "region": "eu"},
    "export": {**TRAINED, "export_required": True},
    "training data on device": {**TRAINED, "training_data_sensitivity": "on_device"},
    "too often": {**TRAINED, "retrains_per_month": 2000},
    "too large": {"params_millions": 20_000},
}


@pytest.mark.parametrize("case", STRICT)
def test_what_fails_says_what_would_have_to_change(case: str) -> None:
    for chosen in compared(**STRICT[case]).options:
        fails = [finding for finding in chosen.findings if finding.verdict == "fail"]
        assert bool(fails) == (chosen.status in ("infeasible", "not_offered")), chosen.id
        if chosen.status == "infeasible":
            assert any(fail.change or fail.rule == "training" for fail in fails), chosen.id
        assert all(fail.text for fail in fails)


@pytest.mark.parametrize("case", STRICT)
def test_places_without_an_answer_are_explained(case: str) -> None:
    found = compared(**STRICT[case])
    open_kinds = {item.kind for item in found.options if item.status == "feasible"}
    excluded = {item.kind: item for item in found.excluded}
    assert set(excluded) == set(KINDS) - open_kinds
    assert all(item.text for item in excluded.values())


def test_nothing_allowed_is_an_answer() -> None:
    found = compared(data_sensitivity="on_device", model_secrecy=True)
    assert found.cheapest is None
    assert found.runner_up is None
    assert found.survives_labour is None
    assert found.ten_times.option_id is None
    assert "Nothing is allowed" in found.sentence
    assert found.reason
    assert found.flips == ()
    assert found.curves == ()
