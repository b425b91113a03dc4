"""Every table as CSV: its columns, the figures of the JSON, refusals by name, the same bytes."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators.presets import presets
from pricing.book import PriceBook
from report import api
from report.csv_file import CELL_CHARS
from report.csv_tables import TABLES
from report.published_errors import covered, left_out

BOOK = PriceBook.load()
MAP = "&x=requests_per_month&y=staff_usd_per_hour&n=5"
CHAT = "preset=support_chat&requests_per_month=2e6"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=api.ROUTES), raise_server_exceptions=False) as found:
        yield found


def got(client: TestClient, name: str, query: str = CHAT) -> list[dict[str, str]]:
    answer = client.get(f"/api/v1/{name}.csv?{query}")
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


def same(written: str, value: float | None) -> bool:
    return written == "" if value is None else float(written) == value


@pytest.mark.parametrize("name", TABLES)
def test_every_table_has_its_columns_and_a_name_that_says_the_scenario(
    client: TestClient, name: str
) -> None:
    asks = {"map": MAP, "map_lines": MAP}
    also = "&b.pue=1.4" if name.startswith("side_by_side") else asks.get(name, "")
    query = f"preset=celebrity_match{also}"
    answer = client.get(f"/api/v1/{name}.csv?{query}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    told = f"crossover-celebrity_match-1M-requests-{BOOK.price_date}-{name}.csv"
    assert answer.headers["content-disposition"] == f'attachment; filename="{told}"'
    head = next(csv.reader(io.StringIO(answer.text)))
    assert head == [column.name for column in TABLES[name].columns]
    may_be_empty = name in ("map_lines", "history_moves")  # nothing changes, nothing moved
    assert answer.text.count("\r\n") > (0 if may_be_empty else 1)


@pytest.mark.parametrize("name", ["options", "items", "crossings", "prices", "uncertainty"])
def test_the_same_question_gives_the_same_bytes(client: TestClient, name: str) -> None:
    first, second = (client.get(f"/api/v1/{name}.csv?{CHAT}").content for _ in range(2))
    assert first == second


def test_what_a_row_means_is_said_of_every_column() -> None:
    for table in TABLES.values():
        names = [column.name for column in table.columns]
        assert len(set(names)) == len(names)
        assert table.says.endswith(".")
        assert all(column.meaning for column in table.columns)
        for column in table.columns:
            if column.name.endswith(("_usd", "_ms", "_share", "_per_month")):
                assert column.unit, (table.name, column.name)


DAILY = ("celebrity_match", "support_chat")


@pytest.mark.parametrize(
    "preset",
    [
        preset if preset in DAILY else pytest.param(preset, marks=pytest.mark.soak)
        for preset in sorted(presets(BOOK))
    ],
)
def test_options_and_items_are_those_of_the_json(client: TestClient, preset: str) -> None:
    body = client.get(f"/api/v1/compare?preset={preset}").json()
    rows = got(client, "options", f"preset={preset}")
    assert [row["id"] for row in rows] == [option["id"] for option in body["options"]]
    for row, option in zip(rows, body["options"], strict=True):
        assert same(row["total_usd"], option["total_usd"])
        assert same(row["company_usd"], option["company_usd"])
        assert same(row["monthly_usd"], option["monthly_usd"])
        assert same(row["p50_ms"], option["latency_ms"]["p50"])
        assert same(row["p95_ms"], option["latency_ms"]["p95"])
        assert same(row["machines"], (option["capacity"] or {}).get("machines"))
        assert same(row["carbon_g_per_1000_requests"], option["carbon_g_per_1000_requests"])
        goes = option["data_goes"] or {}
        assert row["data_goes_to"] == (goes.get("name") or goes.get("vendor") or "")
        assert row["data_region"] == (goes.get("region") or "")
        assert row["status"] == option["status"]
    items = got(client, "items", f"preset={preset}")
    by_option = {option["id"]: option for option in body["options"]}
    best = [row["id"] for row in rows if row["best_of_place"] == "yes" and row["total_usd"]]
    assert list(dict.fromkeys(row["option"] for row in items)) == best
    for name in best:
        of_it = [row for row in items if row["option"] == name]
        assert len(of_it) == len(by_option[name]["line_items"])
        total = math.fsum(float(row["amount_usd"]) for row in of_it)
        assert total == pytest.approx(by_option[name]["total_usd"], abs=0.005)
        for row in of_it:
            product = float(row["quantity"]) * float(row["rate_usd"])
            assert product == pytest.approx(float(row["amount_usd"]), rel=1e-12, abs=1e-9)


def test_items_of_one_candidate_of_a_place_and_of_all(client: TestClient) -> None:
    every = got(client, "options")
    wanted = every[1]["id"]
    one = got(client, "items", f"{CHAT}&option={wanted}")
    assert {row["option"] for row in one} == {wanted}
    place = got(client, "items", f"{CHAT}&option=device-rented")
    assert {row["kind"] for row in place} == {"device+rented"}
    all_of_them = got(client, "items", f"{CHAT}&option=all")
    assert {row["option"] for row in all_of_them} == {r["id"] for r in every if r["total_usd"]}


def test_cash_flow_re_adds_to_the_total_of_what_is_ranked(client: TestClient) -> None:
    query = f"{CHAT}&rank_by=company_and_user"
    totals = {row["id"]: row["total_usd"] for row in got(client, "options", query)}
    rows = got(client, "cash_flow", query)
    names = dict.fromkeys(row["option"] for row in rows)
    assert len(names) > 3
    for name in names:
        of_it = [row for row in rows if row["option"] == name]
        assert [row["month"] for row in of_it] == [str(month) for month in range(37)]
        assert float(of_it[-1]["cumulative_usd"]) == pytest.approx(float(totals[name]), abs=0.005)
        for row in of_it:
            parts = ("capex_usd", "opex_usd", "credit_usd", "users_usd")
            usd = math.fsum(float(row[part]) for part in parts)
            assert usd == pytest.approx(float(row["total_usd"]), abs=1e-6)


def test_crossings_of_all_places_and_of_two(client: TestClient) -> None:
    asked = "preset=celebrity_match&candidates=best&break_even=yes"
    body = client.get(f"/api/v1/compare?{asked}").json()
    rows = got(client, "crossings", "preset=celebrity_match")
    assert len(rows) == sum(max(len(pair["crossings"]), 1) for pair in body["break_even"])
    asked = "preset=celebrity_match&axis=staff_usd_per_hour&a=rented&b=owned"
    pair = client.get(f"/api/v1/break-even?{asked}").json()
    two = got(client, "crossings", asked)
    assert [row["at"] for row in two if row["at"]] == [
        str(item["at"]) if item["at"] % 1 else str(int(item["at"])) for item in pair["crossings"]
    ]
    assert {(row["a"], row["b"], row["axis"]) for row in two} == {
        ("rented", "owned", "staff_usd_per_hour")
    }


def test_the_map_is_the_json_cell_by_cell(client: TestClient) -> None:
    query = f"preset=celebrity_match{MAP}"
    body = client.get(f"/api/v1/map?{query}").json()
    rows = got(client, "map", query)
    assert len(rows) == 25
    at = iter(rows)
    for up in range(5):
        for across in range(5):
            row = next(at)
            assert row["winner"] == (body["winner"][up][across] or "")
            assert same(row["cost_usd_per_month"], body["cost_usd_per_month"][up][across])
            assert float(row["x"]) == body["x"]["values"][across]


def test_strips_history_and_odds_are_those_of_the_json(client: TestClient) -> None:
    query = "preset=celebrity_match"
    strips = client.get(f"/api/v1/strips?{query}").json()["strips"]
    assert len(got(client, "strips", query)) == sum(len(strip["bands"]) for strip in strips)
    days = client.get(f"/api/v1/history?{query}").json()["days"]
    assert len(got(client, "history", query)) == sum(len(day["places"]) for day in days)
    odds = client.get(f"/api/v1/uncertainty?{query}").json()["places"]
    for row in got(client, "uncertainty", query):
        assert same(row["p50_usd_per_month"], odds[row["kind"]]["p50_usd_per_month"])


def test_prices_pass_the_filters_of_the_page(client: TestClient) -> None:
    wanted = "&price_vendor=Lambda&price_kind=rental_prices&price_search=H100%20on_demand"
    rows = got(client, "prices", CHAT + wanted)
    assert rows
    assert {row["vendor"] for row in rows} == {"Lambda"}
    assert all("h100" in row["key"].lower() + row["product"].lower() for row in rows)
    used = got(client, "prices", f"{CHAT}&price_used=yes&price_age=old")
    assert all(int(row["candidates_using_it"]) > 0 and "old" in row["marks"] for row in used)


def test_no_cell_is_longer_than_a_spreadsheet_takes(client: TestClient) -> None:
    """Of hospital images nearly two thousand candidates rest on the cost of an hour of work."""
    for name in ("prices", "options"):
        rows = got(client, name, "preset=hospital_imaging")
        assert max(len(cell) for row in rows for cell in row.values()) <= CELL_CHARS
    full = [
        row for row in got(client, "prices", "preset=hospital_imaging") if "more" in row["used_by"]
    ]
    assert full
    for row in full:
        *_, rest = row["used_by"].split("; ")
        assert re.fullmatch(r"and [\d,]+ more", rest)
        assert 0 < int(re.sub(r"\D", "", rest)) < int(row["candidates_using_it"])
        assert len(row["used_by"]) > 0.99 * CELL_CHARS


def test_measured_rows_of_one_group(client: TestClient) -> None:
    rows = got(client, "accuracy", "group=speech")
    assert [row["row"] for row in rows] == [row.row for row in covered(left_out(), "speech")]


@pytest.mark.parametrize(
    ("path", "field", "value"),
    [
        ("items.csv?option=nothing", "option", "nothing"),
        ("items.csv?colour=red", "colour", "red"),
        ("options.csv?option=all", "option", "all"),
        ("prices.csv?price_vendor=Nobody", "price_vendor", "Nobody"),
        ("prices.csv?price_age=ancient", "price_age", "ancient"),
        ("prices.csv?price_evidence=A,D", "price_evidence", "D"),
        ("curves.csv?axis=region", "axis", "region"),
        ("curves.csv?axis=pue&axis=requests_per_month", "axis", "requests_per_month"),
        ("map.csv?x=pue", "y", "(none)"),
        ("history.csv?mode=guess", "mode", "guess"),
        ("accuracy.csv?group=all", "group", "all"),
        ("strips.csv?pue=0", "pue", "0"),
        ("cash_flow.csv?edition=2020-01-01", "edition", "2020-01-01"),
    ],
)
def test_refusals_name_field_and_value(
    client: TestClient, path: str, field: str, value: str
) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == 422
    named = {item["field"]: item for item in answer.json()["details"]}
    assert named[field]["value"] == value
    assert named[field]["allowed"]


def test_a_link_of_another_method_says_so_in_a_header(client: TestClient) -> None:
    answer = client.get("/api/v1/options.csv?method=1")
    assert "method 1" in answer.headers["x-warning"]
