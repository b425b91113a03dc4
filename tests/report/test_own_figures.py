"""Own figures in links, JSON and the report: marked, beside the list, taken off in one go."""

from __future__ import annotations

import io
from urllib.parse import urlencode

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators.compare import compare
from calculators.own import discountable, fixed_places, plausible, settable
from calculators.results import LineItem
from calculators.scenario import Scenario, ScenarioError
from pricing.book import PriceBook
from pricing.own import NOTHING
from report import api
from report.codec import decode, encode
from report.own_figures import as_json, in_use, own_figures, without
from report.payload import payload
from report.pdf import report_pdf
from report.price_list import assumed_by

BOOK = PriceBook.load()
IN, OUT = "deepinfra/llama-3.1-8b/input", "deepinfra/llama-3.1-8b/output"
CHAT = "none>managed_api:deepinfra/llama-3.1-8b"
IN_FORCE = sorted(key for key in BOOK.price_keys if BOOK.list_price(key) is not None)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "$x^2$ *bold* `raw` [a](javascript:alert(1))",
    '#read("/etc/passwd")',
    "a/b/c\n&preset=keyboard",
    "\x00\u202e",
)


def asked(**figures: str) -> str:
    return urlencode({"preset": "support_chat", **figures})


@st.composite
def figures(draw: st.DrawFn) -> dict[str, float]:
    """Own figures the book takes, of every kind."""
    found = {}
    for key in draw(st.lists(st.sampled_from(IN_FORCE), max_size=3)):
        found[f"price.{key}"] = draw(st.floats(1e-6, 0.01))
    for name in draw(st.lists(st.sampled_from(sorted(discountable(BOOK))), max_size=2)):
        found[f"discount.{name}"] = draw(st.floats(-500, 95))
    for name in draw(st.lists(st.sampled_from(sorted(fixed_places())), max_size=2)):
        found[f"fixed.{name}"] = draw(st.floats(0, 1e9))
    for name in draw(st.lists(st.sampled_from(sorted(settable(BOOK))), max_size=2)):
        found[f"assume.{name}"] = draw(st.floats(*plausible(BOOK.assumptions[name])))
    return {
        name: value
        for name, value in found.items()
        if not name.startswith("price.") or _taken(name, value)
    }


def _taken(name: str, value: float) -> bool:
    listed = BOOK.list_price(name.removeprefix("price."))
    assert listed is not None
    dearest = max(band.usd for band in listed.bands)
    return value <= (1000 * dearest if dearest else 1000)


# --- links -----------------------------------------------------------------------------------
@given(own=figures())
def test_own_figures_survive_the_trip_in_any_order(own: dict[str, float]) -> None:
    scenario = Scenario().with_changes(own)
    link = encode(scenario, BOOK)
    read = decode(link, strict=True)
    assert read.scenario.own == scenario.own
    parts = link.split("&")
    assert decode("&".join(reversed(parts)), strict=True).scenario.own == scenario.own
    assert encode(read.scenario, BOOK) == link


def test_a_link_without_own_figures_carries_none() -> None:
    plain = decode(asked())
    own = decode(
        asked(
            **{
                f"price.{IN}": "0.5",
                "discount.aws": "10",
                "fixed.rented": "5",
                "assume.pue": "1.2",
                "own_server_usd": "1800",
                "own_server": "RTX 3090",
            }
        ),
        strict=True,
    )
    assert encode(plain.scenario, BOOK).count(".") == 0
    assert "price." in encode(own.scenario, BOOK)
    assert without(own.scenario) == plain.scenario
    assert encode(without(own.scenario), BOOK) == encode(plain.scenario, BOOK)


def test_keys_are_written_as_they_are_read() -> None:
    link = encode(decode(asked(**{f"price.{IN}": "0.5"})).scenario, BOOK)
    assert f"price.{IN}=0.5" in link


@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        (f"price.{IN}", "0", "above 0 to 30"),
        (f"price.{IN}", "-1", "above 0 to 30"),
        (f"price.{IN}", "31", "above 0 to 30"),
        (f"price.{IN}", "1_0", "above 0 to 30"),
        (f"price.{IN}", "nan", "above 0 to 30"),
        (f"price.{IN}", "", "above 0 to 30"),
        ("price.openai/gpt-4o-mini", "1", "the key of a price in force"),
        ("discount.aws", "96", "-500 to 95"),
        ("discount.aws", "-501", "-500 to 95"),
        ("discount.nobody", "5", "a vendor of the Prices page"),
        ("fixed.device+rented", "5", "fixed.device-rented"),
        ("fixed.rented", "-1", "from 0 to 1e+09"),
        ("assume.pue", "0.9", "from 1 to 15.6"),
        ("assume.nothing", "1", "an assumption of the Prices page"),
        ("own_server", "a toaster", "an accelerator such as"),
        ("own_server_usd", "0", "above 0"),
    ],
)
def test_what_is_refused_is_named_with_what_is_allowed(name: str, text: str, allowed: str) -> None:
    query = asked(**{name: text})
    with pytest.raises(ScenarioError) as caught:
        decode(query, strict=True)
    assert [item.field for item in caught.value.bad] == [name]
    assert allowed in caught.value.bad[0].allowed
    shown = decode(query)
    assert [notice.field for notice in shown.notices] == [name]
    assert shown.scenario == decode(asked()).scenario


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", ["price", "discount", "fixed", "assume"])
def test_hostile_names_are_refused_and_enter_nothing(kind: str, text: str) -> None:
    found = decode(urlencode({"preset": "support_chat", f"{kind}.{text}": "1"}))
    assert found.scenario.own == NOTHING
    assert len(found.notices) == 1
    assert all(char.isprintable() for char in found.notices[0].field)
    assert text not in encode(found.scenario, BOOK)


# --- JSON ------------------------------------------------------------------------------------
def test_json_names_every_own_figure_beside_the_list() -> None:
    query = asked(**{f"price.{IN}": "0.5", "discount.deepinfra": "-20", "assume.pue": "1.2"})
    found = decode(query, strict=True)
    body = payload(compare(found.scenario, found.book))
    assert body["own_figures"] == [
        {
            "name": "assume.pue",
            "value": 1.2,
            "unit": "",
            "list_value": 1.4,
        },
        {"name": "discount.deepinfra", "value": -20, "unit": "% off", "list_value": 0},
        {
            "name": f"price.{IN}",
            "value": 0.5,
            "unit": "USD per million tokens",
            "list_value": 0.03,
        },
    ]
    assert "own" not in body["scenario"]
    (option,) = (item for item in body["options"] if item["id"] == CHAT)
    items = {item["price_key"]: item for item in option["line_items"]}
    # the price of one's own: 0.5 beside 0.03; the mark-up of 20 %: 0.06 beside 0.05
    assert items[IN]["rate_usd"] == 0.5
    assert items[IN]["source"]["title"] == "your price"
    assert items[IN]["source"]["list_usd"] == pytest.approx(0.03)
    assert items[OUT]["rate_usd"] == pytest.approx(0.06)
    assert items[OUT]["source"]["title"] == "your price"
    assert items[OUT]["source"]["list_usd"] == pytest.approx(0.05)
    others = [item for key, item in items.items() if key not in (IN, OUT)]
    assert all(item["source"]["list_usd"] is None for item in others if key_free(item))


def key_free(item: dict[str, object]) -> bool:
    return item["price_key"] is None


def test_every_price_key_in_json_can_be_written_back() -> None:
    """What JSON shows as ``price_key`` is what ``price.<key>`` takes."""
    found = decode(asked(), strict=True)
    body = payload(compare(found.scenario, found.book))
    keys = {
        item["price_key"]
        for option in body["options"]
        for item in option["line_items"]
        if item["price_key"]
    }
    assert len(keys) > 50
    for key in keys:
        listed = BOOK.list_price(key, found.scenario.region)
        assert listed is not None, key
    at_list = {f"price.{key}": "0.000001" for key in sorted(keys)[:100]}
    assert decode(asked(**at_list), strict=True).scenario.own


def test_assumptions_behind_an_item_can_be_set() -> None:
    found = decode(asked(), strict=True)
    body = payload(compare(found.scenario, found.book))
    names = {
        name
        for option in body["options"]
        for item in option["line_items"]
        for name in item["assumptions"]
    }
    assert {"integration_hours_rented", "ops_machines_exponent", "server_life_months"} <= names
    mids = {f"assume.{name}": repr(BOOK.assumption(name).mid) for name in names}
    own = decode(asked(**mids), strict=True)
    totals = [option["total_usd"] for option in body["options"]]
    again = payload(compare(own.scenario, own.book))
    assert [option["total_usd"] for option in again["options"]] == pytest.approx(totals)


@pytest.mark.parametrize(
    ("preset", "given"),
    [
        ("celebrity_match", {"retrains_per_month": "2"}),  # new weights are checked
        ("keyboard", {"platforms": "ios,android,web"}),  # and downloaded
        ("recommender", {}),
    ],
)
def test_every_assumption_that_is_told_behind_an_item_can_be_set_there(
    preset: str, given: dict[str, str]
) -> None:
    """What a sum says it rests on stands among the inputs below the sums."""
    found = decode(urlencode({"preset": preset, **given}), strict=True)
    rows = [BOOK.listed_assumptions[name] for name in settable(BOOK)]
    told = set()
    for option in compare(found.scenario, found.book).best_of_kind:
        for item in option.line_items:
            said = {row.name for row in rows if row.label in item.basis}
            assert said <= {item.source.key, *item.assumed}, item.name
            told |= said
    assert len(told) > 5


def test_electricity_rests_on_the_building_and_on_what_idle_servers_draw() -> None:
    power = _electricity(asked(hosting="colocation"))
    drawn = {"pue", "server_idle_power_ratio", "server_typical_power_ratio"}
    assert set(power.assumed) == drawn
    where = {"colocation_unit_usd_per_month", "colocation_usd_per_kw_month"}
    assert set(_electricity(asked()).assumed) == drawn | where
    stated = _electricity(asked(hosting="office", pue="1.2", own_server_w="300"))
    assert stated.assumed == ()


def _electricity(query: str) -> LineItem:
    found = decode(query, strict=True)
    options = compare(found.scenario, found.book).best_of_kind
    items = next(option for option in options if option.kind == "owned").line_items
    return next(item for item in items if item.name == "Electricity of the servers")


def test_assumptions_of_a_comparison_are_those_behind_rates_quantities_and_times() -> None:
    found = decode(asked(), strict=True)
    used = assumed_by(compare(found.scenario, found.book))
    assert {"staff_usd_per_hour", "ops_hours_per_month_managed_api", "p95_to_p50_network"} <= used
    assert used <= settable(BOOK)


def test_nothing_is_said_where_nothing_is_ones_own() -> None:
    found = decode(asked())
    assert own_figures(found.scenario, BOOK) == ()
    assert as_json(found.scenario, BOOK) == []
    assert in_use(found.scenario, BOOK) == ""


# --- report and routes -----------------------------------------------------------------------
def test_the_report_lists_them_with_the_list() -> None:
    query = asked(**{f"price.{IN}": "0.5", "fixed.managed_api": "70", "own_server_usd": "1800"})
    found = decode(query, strict=True)
    pdf = report_pdf(compare(found.scenario, found.book), f"https://x.org/?{query}")
    text = " ".join(
        " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split()
    )
    assert "3 figures of your own in use" in text
    assert "Your own figures" in text
    assert f"price.{IN}" in text
    assert "0.5 USD per million tokens" in text
    assert "Fixed cost of a managed API" in text


def test_routes_refuse_with_422_and_sweep_over_own_prices() -> None:
    with TestClient(Starlette(routes=api.ROUTES), raise_server_exceptions=False) as client:
        refused = client.get("/api/v1/compare", params={f"price.{IN}": "0"})
        assert refused.status_code == 422
        assert refused.json()["details"][0]["field"] == f"price.{IN}"
        for text in HOSTILE:
            answer = client.get("/api/v1/compare", params={f"price.{text}": "1"})
            assert answer.status_code == 422
        query = {"preset": "support_chat", "axis": f"price.{IN}", "values": "0.01,0.5,5"}
        swept = client.get("/api/v1/sweep", params=query)
        assert swept.status_code == 200
        body = swept.json()
        assert body["unit"] == "USD per million tokens"
        costs = [row["company_usd"] for row in body["places"]["managed_api"]]
        assert costs == sorted(costs)
        out = client.get("/api/v1/sweep", params={**query, "values": "0.5,31"})
        assert out.status_code == 422
