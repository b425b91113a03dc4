"""The coverage page: current, and counted as it says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from calculators.presets import from_preset, presets
from calculators.results import Comparison, Finding, LineItem, Option
from pricing.book import PriceBook
from pricing.schema import DeviceMixRow, PriceRow
from report import coverage as page
from report.coverage import Coverage, Evidence, can_do, evidence_of, markdown, product_of
from tests.calculators.world import compared, option
from tests.report.examples import HandMade


def test_the_page_is_current() -> None:
    """If this fails after a change of prices: python -m report.coverage --write."""
    assert page.PATH.read_text(encoding="utf-8") == page.text(PriceBook.load())


@pytest.fixture(scope="module")
def found() -> Comparison:
    return compared(max_commitment="3y", spot_serving=True)


@pytest.mark.parametrize(
    ("option_id", "product"),
    [
        ("none>managed_api:delta/faces", "delta/faces"),
        ("none>rented:acme/m1:1y", "acme/m1"),
        ("rented:acme/m1:spot>device+rented:acme/m4:on_demand", "acme/m4"),
        ("device>device:everyone", "everyone"),
    ],
)
def test_the_product_of_a_candidate_is_what_answers(
    found: Comparison, option_id: str, product: str
) -> None:
    some = replace(found.options[0], id=option_id)
    assert product_of(some) == product


def test_evidence_is_of_the_product_s_own_prices(found: Comparison) -> None:
    """Labour, egress and electricity are everybody's: they say nothing of the product."""
    faces = option(found, "none>managed_api:delta/faces")
    assert {item.source.confidence for item in faces.line_items} == {"A"}
    assert evidence_of(faces) == Evidence("A", date(2025, 12, 31), date(2025, 12, 31))
    assert evidence_of(option(found, "none>device:everyone")) is None


def test_the_weakest_price_decides() -> None:
    talk = compared(task="text_generation", model="chat-8b", input_tokens=500, output_tokens=200)
    chat = option(talk, "none>managed_api:acme/chat")
    items = chat.line_items
    own = [item for item in items if item.source.key.startswith("acme/chat/")]
    assert len(own) == 2
    older = replace(own[0].source, confidence="C", as_of=date(2024, 5, 6))
    others = [item for item in items if item is not own[0]]
    weak = replace(chat, _items=lambda: (*others, replace(own[0], source=older)))
    assert evidence_of(weak) == Evidence("C", date(2024, 5, 6), date(2025, 12, 31))


def test_what_cannot_hold_the_model_or_is_not_priced_cannot_do_it(found: Comparison) -> None:
    good = option(found, "none>managed_api:delta/faces")
    small = Finding("memory", "fail", "needs 900 GB")
    secret = Finding("terms", "fail", "may train on what is sent")
    assert can_do(good)
    assert can_do(replace(good, status="infeasible", _findings=lambda: (secret,)))
    assert not can_do(replace(good, status="infeasible", _findings=lambda: (small,)))
    assert not can_do(replace(good, status="incomplete", total_usd=None))


def by_hand(found: Comparison, kind: str) -> set[str]:
    """Products of a place that are priced and able."""
    return {
        product_of(item)
        for item in found.options
        if item.answers_at == kind
        and item.total_usd is not None
        and ("memory", "fail") not in {(rule.rule, rule.verdict) for rule in item.findings}
    }


@pytest.mark.parametrize("kind", ["managed_api", "hosted_platform", "rented", "owned"])
def test_products_are_counted_once_whatever_their_terms(found: Comparison, kind: str) -> None:
    able = by_hand(found, kind)
    counted = page.coverage(found, kind)
    assert set(counted.evidence) == able
    if kind == "rented":
        assert able == {"acme/m1", "acme/m4", "beta/e1"} & able
        assert len([item for item in found.options if item.answers_at == kind]) > len(able)


def test_devices_are_those_of_the_mix() -> None:
    book = PriceBook.load()
    scenario = from_preset("document_ocr", {}, book)
    mix = {
        row.device
        for row in book.table("device_mixes", DeviceMixRow)
        if row.mix == scenario.device_mix
    }
    assert set(page.devices(scenario, book)) == mix
    assert len(mix) > 3


def test_a_place_nobody_offers_says_so(found: Comparison) -> None:
    nothing = Coverage("faces", "owned", {}, 0)
    assert not nothing.offered
    assert "| faces | owned | - | - | - | - | not offered |" in page._by_preset([nothing])
    assert page._shortfalls([nothing]) == "None."
    one = replace(nothing, evidence={"a/b": Evidence("C", date(2026, 1, 1), date(2026, 1, 2))})
    assert page._shortfalls([one]) == "- faces, owned: 0 at A or B, 1 at C, 0 incomplete"
    line = "| faces | owned | 0 | 0 | 1 | 0 | 2026-01-01 | 2026-01-02 |"
    assert line in page._by_preset([one])


def test_a_table_is_markdown() -> None:
    assert markdown(("a", "b"), [(1, "x")], right=[0]) == "| a | b |\n| --: | --- |\n| 1 | x |"


def test_every_preset_and_place_has_a_line() -> None:
    text = page.PATH.read_text(encoding="utf-8")
    for name in presets(PriceBook.load()):
        for kind in page.PLACES:
            assert f"| {name} | {kind} | " in text, (name, kind)


def test_tables_are_counted_from_the_book() -> None:
    book = PriceBook.load()
    rows = book.table("rental_prices", PriceRow)
    cells = next(line for line in page._tables(book).splitlines() if "| rental_prices |" in line)
    counts = [
        len(rows),
        len({row.key.partition("/")[0] for row in rows}),
        *(sum(row.confidence == letter for row in rows) for letter in "ABC"),
    ]
    days = [min(row.as_of for row in rows), max(row.as_of for row in rows)]
    assert cells == f"| rental_prices | {' | '.join(map(str, [*counts, *days]))} |"


def test_the_command_prints_and_writes(
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path_factory.mktemp("docs") / "coverage.md"
    monkeypatch.setattr(page, "PATH", path)
    monkeypatch.setattr(page, "text", lambda _: "all of it\n")
    assert page.main([]) == 0
    assert capsys.readouterr().out == "all of it\n"
    assert not path.exists()
    assert page.main(["--write"]) == 0
    assert path.read_text() == "all of it\n"


def test_line_items_are_read_once_for_a_product(found: Comparison) -> None:
    """Nineteen hundred candidates of one preset share a few hundred products."""
    read: list[str] = []

    def watched(item: Option) -> Option:
        def items() -> tuple[LineItem, ...]:
            read.append(item.id)
            return item.line_items

        return replace(item, _items=items)

    seen = replace(found, options=HandMade(*map(watched, found.options)))
    page.coverage(seen, "rented")
    rented = [item for item in found.options if item.answers_at == "rented" and can_do(item)]
    assert len(read) == len({product_of(item) for item in rented}) < len(rented)


def test_what_was_not_found_says_where_it_was_looked_for() -> None:
    rows = page.not_found()
    assert rows
    names = [(row["place"], row["what"]) for row in rows]
    assert names == sorted(set(names))
    for row in rows:
        assert row["sought"]
        assert row["searched"]
        assert date.fromisoformat(row["day"]) <= PriceBook.load().edition
    assert "| hosted platform | SageMaker serverless inference |" in page._not_found()
