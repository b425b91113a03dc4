"""Links: every scenario survives the trip, every bad value is named with what was used."""

from __future__ import annotations

from datetime import date
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators import METHOD
from calculators.presets import default_scenario, from_preset, presets
from calculators.scenario import Scenario, ScenarioError, fields
from report import links, values
from report.codec import MAX_PARAMETERS, MAX_QUERY_CHARS, Notice, decode, encode
from report.pins import Was
from report.upgrades import SCHEMA, upgrade
from tests.report.strategies import BOOK, scenarios


def only(notices: tuple[Notice, ...]) -> Notice:
    assert len(notices) == 1, notices
    return notices[0]


@given(scenarios())
def test_every_scenario_survives_the_trip(scenario: Scenario) -> None:
    found = decode(encode(scenario, BOOK), strict=True)
    assert found.scenario == scenario
    assert found.notices == ()


@pytest.mark.parametrize("preset", sorted(presets(BOOK)))
def test_presets_survive_the_trip_and_a_preset_alone_is_enough(preset: str) -> None:
    plain = from_preset(preset, {}, BOOK)
    assert decode(encode(plain, BOOK), strict=True).scenario == plain
    assert decode(f"preset={preset}", strict=True).scenario == plain


@given(st.lists(st.text(), unique=True).map(tuple))
def test_names_with_any_character_survive_the_trip(names: tuple[str, ...]) -> None:
    assert values.parse("providers_allowed", values.write(names)) == names


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_survive_the_trip_without_a_plus(number: float) -> None:
    text = values.write(number)
    assert float(text) == number
    assert "+" not in text


def test_link_writes_what_differs_from_the_preset_and_what_pins_the_numbers() -> None:
    query = encode(default_scenario(BOOK), BOOK, Was("none>managed_api:aws/x", 1234.567))
    day = BOOK.edition.isoformat()
    assert query == (
        f"preset=celebrity_match&v={SCHEMA}&edition={day}&price_date={day}&method={METHOD}"
        "&was=none%3Emanaged_api:aws/x:1234.57"
    )


def changed(preset: str, **changes: object) -> dict[str, str]:
    """What a link to a changed preset writes besides its pins."""
    query = encode(from_preset(preset, changes, BOOK), BOOK)
    pairs = dict(parse_qsl(query, keep_blank_values=True))
    return {name: text for name, text in pairs.items() if name in fields()}


def test_a_value_equal_to_the_presets_is_left_out() -> None:
    same = from_preset("hospital_imaging", {}, BOOK).region
    assert same == "eu"
    assert changed("hospital_imaging", region="eu") == {"preset": "hospital_imaging"}


def test_a_value_equal_to_the_default_but_not_to_the_presets_is_written() -> None:
    assert Scenario().region == "us"
    assert changed("hospital_imaging", region="us") == {
        "preset": "hospital_imaging",
        "region": "us",
    }


def test_a_value_taken_away_is_written_empty() -> None:
    assert from_preset("celebrity_match", {}, BOOK).latency_budget_ms is not None
    found = changed("celebrity_match", latency_budget_ms=None)
    assert found == {"preset": "celebrity_match", "latency_budget_ms": ""}


def test_values_stand_in_the_order_of_the_form() -> None:
    found = changed("keyboard", pue=1.4, platforms=("web",), requests_per_month=1e6, model="")
    assert list(found) == ["preset", "model", "requests_per_month", "platforms", "pue"]


def test_a_preset_the_edition_lacks_loses_no_value() -> None:
    scenario = Scenario(preset="of_later", pue=1.7, region="eu", request_kb=7)
    found = decode(encode(scenario, BOOK))
    assert only(found.notices).field == "preset"
    assert found.scenario == scenario.with_changes({"preset": "celebrity_match"})


def test_empty_query_is_the_default() -> None:
    found = decode("")
    assert found.scenario == default_scenario(BOOK)
    assert (found.book.edition, found.book.price_date) == (BOOK.edition, BOOK.price_date)
    assert found.method == METHOD
    assert found.was is None
    assert found.notices == ()


def test_explicit_fields_win_over_the_preset() -> None:
    found = decode("?preset=voice_notes&audio_seconds=7.5&requests_per_month=1e3", strict=True)
    plain = from_preset("voice_notes", {}, BOOK)
    assert found.scenario == plain.with_changes({"audio_seconds": 7.5, "requests_per_month": 1000})


@pytest.mark.parametrize(
    ("query", "field", "got", "allowed", "used"),
    [
        ("horizon_months=0", "horizon_months", "0", "a number from 1 to 120 (months)", "36 months"),
        ("pue=abc", "pue", "abc", "a number from 1 to 5 (ratio)", "not set"),
        (
            "requests_per_month=nan",
            "requests_per_month",
            "nan",
            "a number from 1",
            "1,000,000 requests per month",
        ),
        (
            "requests_per_month=inf",
            "requests_per_month",
            "inf",
            "a number from 1",
            "1,000,000 requests per month",
        ),
        ("region=mars", "region", "mars", "us | eu", "United States"),
        ("battery_wear=perhaps", "battery_wear", "perhaps", "yes | no", "yes"),
        ("preset=nothing", "preset", "nothing", "celebrity_match | ", "celebrity_match"),
        ("model=<b>x</b>", "model", "<b>x</b>", "mobilefacenet", "mobilefacenet"),
        ("device_mix=$x$", "device_mix", "$x$", "us_mainstream", "us_mainstream"),
        ("providers_allowed=aws,nobody", "providers_allowed", "aws,nobody", "aws", "any"),
        ("platforms=ios,ios", "platforms", "ios,ios", "ios | android | web", "iOS, Android"),
        ("platforms=", "platforms", "", "ios | android | web", "iOS, Android"),
        ("nonsense=1", "nonsense", "1", "one of preset, task", "nothing: it was left out"),
        ("v=99", "v", "99", f"a link version from 1 to {SCHEMA}", f"version {SCHEMA}"),
        ("v=x", "v", "x", "a link version", f"version {SCHEMA}"),
        ("edition=2020-01-01", "edition", "2020-01-01", str(BOOK.edition), str(BOOK.edition)),
        ("edition=soon", "edition", "soon", "a date such as", str(BOOK.edition)),
        ("price_date=1900-01-01", "price_date", "1900-01-01", "a date from ", str(BOOK.edition)),
        ("price_date=2999-01-01", "price_date", "2999-01-01", "a date from ", str(BOOK.edition)),
        ("was=x", "was", "x", "<option id>:<total in USD>", "nothing: it was left out"),
        ("was=a>b:nan", "was", "a>b:nan", "<option id>:<total in USD>", "nothing"),
        ("method=<script>", "method", "<script>", f"a method version such as {METHOD}", "the run"),
        ("was=a>b:1_0", "was", "a>b:1_0", "<option id>:<total in USD>", "nothing"),
        (
            "requests_per_month=1_000",
            "requests_per_month",
            "1_000",
            "a number from 1",
            "1,000,000 requests per month",
        ),
        (
            "requests_per_month=%205",
            "requests_per_month",
            " 5",
            "a number from 1",
            "1,000,000 requests per month",
        ),
        (
            "horizon_months=%D9%A3%D9%A6",
            "horizon_months",
            "\u0663\u0666",
            "a number from 1",
            "36 months",
        ),
        ("providers_allowed=,", "providers_allowed", ",", "aws", "any"),
        ("providers_allowed=aws,", "providers_allowed", "aws,", "aws", "any"),
        ("platforms=ios,", "platforms", "ios,", "ios | android | web", "iOS, Android"),
        ("price_date=2026-W48-1", "price_date", "2026-W48-1", "a date such as", str(BOOK.edition)),
        ("price_date=20261122", "price_date", "20261122", "a date such as", str(BOOK.edition)),
        ("price_date=2026-02-30", "price_date", "2026-02-30", "a date such as", str(BOOK.edition)),
        ("pue=1.2&pue=1.3", "pue", "1.3", "each parameter once", "1.2"),
    ],
)
def test_what_cannot_be_taken_is_named_with_what_was_used(
    query: str, field: str, got: str, allowed: str, used: str
) -> None:
    notice = only(decode(query).notices)
    assert (notice.field, notice.got) == (field, got)
    assert allowed in notice.allowed
    assert notice.used.startswith(used)
    with pytest.raises(ScenarioError) as caught:
        decode(query, strict=True)
    (bad,) = caught.value.bad
    assert (bad.field, bad.value) == (field, got)
    assert allowed in bad.allowed


def test_an_input_newer_than_the_links_schema_is_named() -> None:
    """Written by hand: links of version 6 had no turn of the answers, those of 1 no title."""
    (told,) = decode("v=6&service_tier=priority").notices
    assert (told.field, told.got, told.used) == ("service_tier", "priority", "standard")
    assert "v=6" in told.allowed
    assert decode("v=6&service_tier=standard").notices == ()  # what it means anyway
    assert decode("v=7&service_tier=priority").notices == ()
    assert decode("v=1&title=A%20b").notices[0].field == "title"
    (beside,) = decode("v=6&b.service_tier=priority").notices
    assert beside.field == "b.service_tier"
    with pytest.raises(ScenarioError) as refused:
        decode("v=6&service_tier=priority", strict=True)
    assert [item.field for item in refused.value.bad] == ["service_tier"]


def test_a_benchmark_without_a_figure_is_named() -> None:
    """The machine is asked for first, so it is no fault; but nobody is to think that it counts."""
    query = "preset=support_chat&measured_on=L4&measured_concurrency=8&measured_device=iPhone%2015"
    told = {notice.field: notice for notice in decode(query).notices}
    assert set(told) == {"measured_on", "measured_concurrency", "measured_device"}
    assert (told["measured_on"].got, told["measured_on"].used) == ("L4", "our own estimates")
    assert "“Measured throughput” or “Measured answer time”" in told["measured_on"].allowed
    assert told["measured_concurrency"].got == "8"
    assert "“Measured time on the device”" in told["measured_device"].allowed
    assert decode(f"{query}&measured_answer_ms=900&measured_device_ms=90").notices == ()
    (beside,) = decode("preset=support_chat&b.measured_on=L4").notices
    assert beside.field == "b.measured_on"
    assert decode(query, strict=True).scenario == decode(query).scenario


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        decode("pue=0&region=mars&horizon_months=x&edition=2020-01-01&what=1", strict=True)
    names = [item.field for item in caught.value.bad]
    assert sorted(names) == ["edition", "horizon_months", "pue", "region", "what"]


def test_one_bad_value_leaves_the_others_alone() -> None:
    found = decode("preset=support_chat&pue=0&output_tokens=77&region=mars")
    plain = from_preset("support_chat", {}, BOOK)
    assert found.scenario == plain.with_changes({"output_tokens": 77})
    assert {notice.field for notice in found.notices} == {"pue", "region"}


def test_long_values_and_long_queries_are_refused_and_shown_short() -> None:
    notice = only(decode("model=" + "x" * 5000).notices)
    assert notice.allowed == "at most 300 characters"
    assert len(notice.got) == 80
    for query in ("pue=" + "1" * MAX_QUERY_CHARS, "a=1&" * MAX_PARAMETERS):
        found = decode(query)
        assert only(found.notices).field == "query"
        assert found.scenario == default_scenario(BOOK)


def test_a_headline_too_long_is_refused_by_name() -> None:
    fits = "none>device:" + "x" * (300 - len("none>device:") - len(":1")) + ":1"
    assert decode(f"was={fits}", strict=True).was is not None
    notice = only(decode(f"was=none>{'x' * 300}:1").notices)
    assert notice.field == "was"
    assert notice.allowed.endswith("at most 300 characters")
    assert notice.used.startswith("nothing")


def test_control_characters_are_not_shown() -> None:
    assert only(decode("region=a%00%0d%0ab").notices).got == "a\ufffd\ufffd\ufffdb"


@given(st.text(max_size=200))
def test_hostile_text_never_raises(text: str) -> None:
    found = decode(text)
    assert decode(encode(found.scenario, found.book), strict=True).scenario == found.scenario


@given(st.dictionaries(st.sampled_from([*fields(), "v", "was", "edition"]), st.text(max_size=30)))
def test_hostile_values_never_raise(pairs: dict[str, str]) -> None:
    found = decode(pairs.items())
    refused = {notice.field for notice in found.notices}
    for name in set(pairs) & set(fields()) - refused:
        assert getattr(decode({name: pairs[name]}.items()).scenario, name) == getattr(
            found.scenario, name
        )


def test_link_pins_edition_and_price_date() -> None:
    found = decode("price_date=2026-06-01", strict=True)
    assert found.book.price_date == date(2026, 6, 1)
    again = decode(encode(found.scenario, found.book), strict=True)
    assert again.book.price_date == date(2026, 6, 1)


def test_another_method_is_kept_and_told() -> None:
    found = decode("method=0.9", strict=True)
    assert found.method == "0.9"
    assert found.method_differs
    assert not decode("").method_differs


def test_headline_survives_the_trip() -> None:
    was = Was("owned>device+managed_api:aws/a:b", -12.5)
    found = decode(encode(default_scenario(BOOK), BOOK, was), strict=True)
    assert found.was == was


def test_a_headline_of_an_earlier_method_is_read_in_todays_words() -> None:
    found = decode("was=owned:nvidia/x>device%2Bmanaged_api:aws/a:b:-12.5", strict=True)
    assert found.was == Was("owned>device+managed_api:aws/a:b", -12.5)


def test_parameters_of_a_page_are_left_alone() -> None:
    assert decode("axis=pue&pue=1.3", other=("axis",), strict=True).scenario.pue == 1.3


def test_old_versions_pass_every_step_of_the_chain() -> None:
    chain = {
        1: lambda old: {"requests" if k == "volume" else k: v for k, v in old.items()},
        2: lambda old: {"requests_per_month" if k == "requests" else k: v for k, v in old.items()},
    }
    assert upgrade({"volume": "5"}, 1, chain) == {"requests_per_month": "5"}
    assert upgrade({"requests": "5"}, 2, chain) == {"requests_per_month": "5"}
    assert upgrade({"volume": "5"}, 3, chain) == {"volume": "5"}
    found = decode("v=1&volume=5", strict=True, chain=chain)
    assert found.scenario.requests_per_month == 5


def test_addresses_are_complete_or_relative() -> None:
    assert links.link("https://x.org/", "a=1", links.REPORT) == "https://x.org/report.pdf?a=1"
    assert links.link("", "a=1") == "/?a=1"


def test_public_address_wins_over_where_the_request_came_in() -> None:
    try:
        assert links.public_url("http://localhost:1/") == "http://localhost:1"
        links.set_public_url(" https://x.org/app/ ")
        assert links.public_url("http://localhost:1/") == "https://x.org/app"
    finally:
        links.set_public_url("")
