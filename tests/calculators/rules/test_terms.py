"""Where data of a kind may go: premises, vendors' terms, regions, agreements."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from calculators.compare import compare
from calculators.memory import SHARED
from calculators.places import PLACES, VENUES
from calculators.points import Points
from calculators.presets import from_preset
from calculators.results import Comparison, Finding
from calculators.rules.terms import (
    about_training,
    data_goes,
    place_allowed,
    vendor_findings,
)
from calculators.scenario import Sensitivity
from pricing.book import PriceBook
from tests.calculators.world import another_world, case, compared, option

REAL = PriceBook.load()
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
    assert found.verdict == ("fail" if shut else "pass")
    assert found.absolute == shut
    assert bool(found.change) == shut


@pytest.mark.parametrize("venue", VENUES)
def test_a_place_of_training_follows_its_record(venue: str) -> None:
    def passes(level: Sensitivity) -> bool:
        return place_allowed(venue, level).verdict == "pass"

    assert passes("personal")
    assert passes("on_premises") == VENUES[venue].on_premises
    assert passes("on_device") == (venue == "device")


def verdicts(
    vendor: str, level: Sensitivity, region: str = "us", signed: tuple[str, ...] = ()
) -> dict[str, str]:
    """Rule -> verdict; "needs" where it must be confirmed first."""
    asked = case(region=region, agreements_signed=signed)
    found = vendor_findings(asked, vendor, "managed_api", level)
    return {item.rule: "needs" if item.required else item.verdict for item in found}


def test_public_data_need_no_terms_and_machines_of_ones_own_pass() -> None:
    assert verdicts("delta", "public") == {}
    assert verdicts("delta", "on_premises") == {}  # the place itself refuses
    assert verdicts("", "regulated") == {"terms": "pass"}
    assert (
        vendor_findings(case(), "", "managed_api", "personal")[0].text
        == "No vendor receives the data."
    )


PASS = {"terms": "pass", "region": "pass", "agreement": "pass"}


@pytest.mark.parametrize(
    ("vendor", "level", "region", "expected"),
    [
        ("acme", "internal", "us", {"terms": "pass"}),
        ("acme", "personal", "us", {"terms": "pass", "region": "pass"}),
        ("acme", "regulated", "us", PASS),
        ("delta", "internal", "us", {"terms": "fail"}),
        ("beta", "personal", "us", {"terms": "pass", "region": "fail"}),
        ("beta", "personal", "eu", {"terms": "pass", "region": "pass"}),
        # the processing agreement counts in Europe: that beta signs no health agreement does not
        ("beta", "regulated", "eu", PASS),
        ("beta", "regulated", "us", {"terms": "pass", "region": "fail", "agreement": "fail"}),
        ("gamma", "personal", "us", {"terms": "caution", "region": "caution"}),
        ("gamma", "regulated", "us", dict.fromkeys(PASS, "needs")),
        ("stranger", "internal", "us", {"terms": "caution"}),
        ("stranger", "regulated", "eu", dict.fromkeys(PASS, "needs")),
    ],
)
def test_terms_of_a_vendor(
    vendor: str, level: Sensitivity, region: str, expected: dict[str, str]
) -> None:
    assert verdicts(vendor, level, region) == expected


@pytest.mark.parametrize(
    ("vendor", "level", "region", "expected"),
    [
        ("gamma", "internal", "us", {"terms": "pass"}),
        # nothing that is signed says where data are processed
        ("gamma", "personal", "us", {"terms": "pass", "region": "caution"}),
        ("gamma", "regulated", "us", {"terms": "pass", "region": "needs", "agreement": "pass"}),
        # also against the table: delta trains by default and signs nothing
        ("delta", "regulated", "us", PASS),
        ("delta", "regulated", "eu", {"terms": "pass", "region": "fail", "agreement": "pass"}),
        ("beta", "regulated", "us", {"terms": "pass", "region": "fail", "agreement": "pass"}),
    ],
)
def test_what_you_signed_settles_training_and_agreement_never_the_region(
    vendor: str, level: Sensitivity, region: str, expected: dict[str, str]
) -> None:
    assert verdicts(vendor, level, region, signed=(vendor,)) == expected
    assert verdicts(vendor, level, region, signed=("acme",)) == verdicts(vendor, level, region)


def test_what_you_signed_is_marked_as_your_word_with_the_tables_beside_it() -> None:
    found = vendor_findings(case(agreements_signed=("delta",)), "delta", "managed_api", "regulated")
    terms, region, agreement = found
    assert terms.text == (
        "You say that Delta does not train on what you send. Our table says otherwise: it may "
        "train on what is sent, by its default terms."
    )
    assert terms.source is not None
    assert terms.source.title == "Scenario input: Agreements signed with"
    assert region.source is not None
    assert region.source.title == "Invented figures for tests"
    assert "Our table says otherwise: it does not sign it." in agreement.text


def test_every_word_of_a_table_names_its_page_and_day() -> None:
    """Passes and refusals rest on a page; what nobody says rests on none."""
    for item in (
        *vendor_findings(case(), "acme", "managed_api", "regulated"),
        *of("delta"),
        *of("beta"),
    ):
        assert item.source is not None, item
        assert item.source.as_of == date(2025, 12, 31)
        assert item.source.url.startswith("https://")
    assert all(item.source is None for item in of("gamma"))


def test_terms_are_those_of_what_is_bought(tmp_path: Path) -> None:
    """A row on rented machines goes before the vendor's word on all it sells."""
    book = another_world(tmp_path, {"vendor_terms": ["delta,rented,trains_on_inputs,no,no"]})
    for venue, verdict in (("managed_api", "fail"), ("rented", "pass")):
        (found,) = vendor_findings(case(book=book), "delta", venue, "internal")
        assert found.verdict == verdict, venue


def of(vendor: str) -> tuple[Finding, ...]:
    return vendor_findings(case(), vendor, "managed_api", "regulated")


def test_what_is_open_says_what_and_what_would_close_it() -> None:
    terms, region, agreement = of("gamma")
    assert terms.unconfirmed == "whether Gamma trains on what is sent"
    assert region.unconfirmed == "whether Gamma keeps data in the United States"
    assert agreement.unconfirmed == "whether Gamma signs the agreement for health data (BAA)"
    assert "agreements_signed=gamma" in terms.change
    assert "agreements_signed=gamma" in agreement.change
    assert "agreements_signed" not in region.change
    assert not any(item.unconfirmed for item in of("acme"))


@pytest.mark.parametrize(
    ("level", "verdict", "required"),
    [
        ("internal", "caution", False),
        ("personal", "caution", False),
        ("regulated", "caution", True),
    ],
)
def test_opting_out_is_yours_to_do(
    tmp_path: Path, level: Sensitivity, verdict: str, required: bool
) -> None:
    """By default it trains: a caution, and for regulated data not met until you say so."""
    terms = ["gamma,,trains_on_inputs,opt_out,no"]
    book = another_world(tmp_path, {"vendor_terms": terms})
    (found, *_) = vendor_findings(case(book=book), "gamma", "managed_api", level)
    assert (found.verdict, found.required) == (verdict, required)
    assert found.unconfirmed == "that you opted out of training on what is sent to Gamma"
    (settled, *_) = vendor_findings(
        case(book=book, agreements_signed=("gamma",)), "gamma", "managed_api", level
    )
    assert settled.verdict == "pass"
    assert "it trains on what is sent unless you opt out" in settled.text


@pytest.mark.parametrize(
    ("level", "required", "rules"),
    [
        ("internal", False, {}),
        ("personal", False, {"region": "caution"}),
        ("regulated", True, {"region": "caution", "agreement": "caution"}),
    ],
)
def test_what_a_vendor_signs_on_request_is_met_once_you_have_it(
    tmp_path: Path, level: Sensitivity, required: bool, rules: dict[str, str]
) -> None:
    """A dearer plan or an approval: with an ordinary account the term is not met."""
    terms = [
        "gamma,,trains_on_inputs,no,no",
        "gamma,,area_us,on_request,no",
        "gamma,,health_data_agreement,on_request,no",
    ]
    book = another_world(tmp_path, {"vendor_terms": terms})
    asked, having = case(book=book), case(book=book, agreements_signed=("gamma",))
    trained, *found = vendor_findings(asked, "gamma", "managed_api", level)
    assert trained.verdict == "pass"
    assert {item.rule: item.verdict for item in found} == rules
    closes = {
        "region": ("data_sensitivity", "internal"),
        "agreement": ("agreements_signed", ("gamma",)),
    }
    for item in found:
        assert item.required == required
        assert "on request only" in item.text
        assert ("agreements_signed=gamma" in item.change) == (item.rule == "agreement")
        assert item.source is not None
        assert [(need.field, need.value) for need in item.needs] == [closes[item.rule]]
    # the signature settles the agreement, never the region, on request or not
    settled = {
        item.rule: item for item in vendor_findings(having, "gamma", "managed_api", level)[1:]
    }
    assert {rule: item.verdict for rule, item in settled.items()} == {
        rule: "caution" if rule == "region" else "pass" for rule in rules
    }
    assert all("on request only" in item.text for item in settled.values())
    assert data_goes(asked, "gamma", "managed_api").region == ""
    assert data_goes(having, "gamma", "managed_api").region == ""


def test_a_hospital_is_not_sent_to_an_agreement_it_may_not_get() -> None:
    """Hugging Face signs for health data under a dearer plan, whose price is in no list of ours."""
    endpoint = "owned>hosted_platform:huggingface/endpoint-aws-intel-spr-x1"
    regulated = {"data_sensitivity": "regulated", "region": "us"}
    found = compare(from_preset("hospital_imaging", regulated, REAL), REAL)
    assert option(found, endpoint).status == "incomplete"
    assert found.cheapest is not None
    assert found.cheapest.vendor == "aws"
    signed = {**regulated, "agreements_signed": ("huggingface",)}
    having = compare(from_preset("hospital_imaging", signed, REAL), REAL)
    assert having.cheapest is not None
    assert having.cheapest.id == endpoint


@pytest.mark.parametrize("level", ["internal", "personal", "regulated"])
@pytest.mark.parametrize("signed", [(), ("gamma",)])
def test_a_price_for_letting_it_train_is_for_public_data_alone(
    tmp_path: Path, level: Sensitivity, signed: tuple[str, ...]
) -> None:
    """No signature takes the data back and keeps the price."""
    book = another_world(tmp_path, {"vendor_terms": ["gamma,,trains_on_inputs,priced_in,no"]})
    asked = case(book=book, agreements_signed=signed)
    (found, *_) = vendor_findings(asked, "gamma", "managed_api", level)
    assert (found.rule, found.verdict) == ("terms", "fail")
    assert found.text == "Gamma is cheaper because what is sent may be trained on."
    assert [(need.field, need.value) for need in found.needs] == [("data_sensitivity", "public")]
    assert not vendor_findings(asked, "gamma", "managed_api", "public")


@pytest.mark.parametrize("level", ["internal", "personal", "regulated"])
def test_speech_that_google_keeps_stays_shut_whatever_is_signed(level: Sensitivity) -> None:
    """The tables themselves: data logging of Google's speech service is sold at a lower price."""
    signed = ("gcp", "gcp-logged")
    changes = {"data_sensitivity": level, "agreements_signed": signed}
    for asked in ({"data_sensitivity": level}, changes):
        found = SHARED.case(Points.base(from_preset("voice_notes", asked, REAL)), REAL)
        said = vendor_findings(found, "gcp-logged", "managed_api", level)
        assert [item.verdict for item in said if item.rule == "terms"] == ["fail"]


def test_who_passes_requests_on_answers_for_those_it_passes_them_to() -> None:
    """OpenRouter trains on nothing itself, but sends to hosts that may unless it is told not to."""
    asked = {"data_sensitivity": "regulated", "region": "eu"}
    for signed, still in (
        ((), ["terms", "region", "agreement"]),
        (("openrouter",), ["region"]),  # in the Union for Enterprise alone: no signature says it
    ):
        found = compare(
            from_preset("support_chat", {**asked, "agreements_signed": signed}, REAL), REAL
        )
        chosen = option(found, "none>managed_api:openrouter/llama-3.1-8b")
        assert chosen.status == "incomplete"
        assert [item.rule for item in chosen.findings if item.required] == still
    case_of = SHARED.case(Points.base(from_preset("support_chat", asked, REAL)), REAL)
    said = vendor_findings(case_of, "openrouter", "managed_api", "personal")
    assert [item.verdict for item in said if item.rule == "terms"] == ["caution"]


def test_terms_are_worked_out_once() -> None:
    assert vendor_findings(case(), "delta", "managed_api", "internal") is vendor_findings(
        case(requests_per_month=7), "delta", "managed_api", "internal"
    )


def test_the_same_rule_said_of_the_training_data() -> None:
    (found,) = vendor_findings(case(), "delta", "managed_api", "internal")
    assert found.vendor == "delta"
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
        ("regulated", {"acme"}),
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
    said = [item for item in chosen.findings if item.vendor == "gamma"]
    assert said
    assert all(item.verdict == "caution" and "not known to us" in item.text for item in said)
    assert chosen.unconfirmed == tuple(said)


def test_regulated_data_wait_for_the_vendors_word() -> None:
    """Incomplete, with its amount and with what has to be confirmed; ranked once it is."""
    name = "none>managed_api:gamma/faces"
    waits = option(compared(data_sensitivity="regulated"), name)
    assert waits.status == "incomplete"
    assert waits.company_usd == option(compared(data_sensitivity="personal"), name).company_usd
    assert waits.missing == ()
    assert waits.reasons[0] == "needs to be confirmed: whether Gamma trains on what is sent"
    assert len(waits.to_confirm) == 3
    signed = option(compared(data_sensitivity="regulated", agreements_signed=("gamma",)), name)
    assert signed.status == "incomplete"
    assert signed.to_confirm == ("whether Gamma keeps data in the United States",)
    delta = "none>managed_api:delta/faces"
    assert option(compared(data_sensitivity="regulated"), delta).status == "infeasible"
    own = option(compared(data_sensitivity="regulated", agreements_signed=("delta",)), delta)
    assert own.status == "feasible"
