"""Announced ends: refusal, migration and the successor's price, by hand in the invented world."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from calculators.compare import compare
from calculators.market.market import months_until
from calculators.results import Option
from pricing.book import PriceBook
from tests.calculators.world import MEMORY, frozen, items, scenario

CHAT: dict[str, Any] = {
    "task": "text_generation",
    "model": "chat-8b",
    "input_tokens": 1000,
    "output_tokens": 0,
    "requests_per_month": 1_000_000,
    "horizon_months": 12,
    "text_language": "any",
    "staff_usd_per_hour": 100,
}


def ending(folder: Path, day: str, successor: str = "") -> PriceBook:
    """The world (2026-01-01) in which Gamma Chat, 0.10 USD in, ends."""
    shutil.copytree(frozen(), folder, dirs_exist_ok=True)
    path = folder / "services.csv"
    lines = path.read_text().splitlines()
    at = lines[0].split(",").index("retires_on")
    found = [f"{lines[0]},successor"]
    for line in lines[1:]:
        cells = line.split(",")
        gone = cells[0] == "gamma/chat"
        if gone:
            cells[at] = day
        found.append(",".join([*cells, successor if gone else ""]))
    path.write_text("\n".join(found) + "\n")
    return PriceBook.load(directory=folder)


def chat(book: PriceBook, **changes: Any) -> Option:
    found = compare(scenario(**{**CHAT, **changes}), book, MEMORY)
    chosen = found.option("none>managed_api:gamma/chat")
    assert chosen is not None
    return chosen


@pytest.mark.parametrize(
    ("day", "months"),
    [
        ("2026-01-02", 0),
        ("2026-01-31", 0),
        ("2026-02-01", 1),
        ("2026-06-30", 5),
        ("2027-01-01", 12),
    ],
)
def test_whole_months_to_an_end(day: str, months: int) -> None:
    assert months_until(date.fromisoformat(day), date(2026, 1, 1)) == months


@pytest.mark.parametrize(
    ("day", "status"), [("2026-03-31", "infeasible"), ("2026-04-01", "feasible")]
)
def test_an_end_within_90_days_is_refused(tmp_path: Path, day: str, status: str) -> None:
    """The 31st of March is 89 days away, the 1st of April 90."""
    chosen = chat(ending(tmp_path, day))
    assert chosen.status == status
    if status == "infeasible":
        # 12 months of 1,000 Mtok x 0.10: the amount stays shown, without a migration
        assert items(chosen)["Input tokens"].amount_usd == pytest.approx(1200)
        assert "Work to move to another model" not in items(chosen)


def test_a_successor_s_price_holds_from_then_on(tmp_path: Path) -> None:
    """Five months at 0.10, seven at Acme Chat's 0.15; 24 hours of work at 100 USD in month 6."""
    chosen = chat(ending(tmp_path, "2026-06-30", "acme/chat"))
    found = items(chosen)
    assert found["Input tokens"].amount_usd == pytest.approx(5 * 100)
    assert found["Input tokens: successor's price"].amount_usd == pytest.approx(7 * 150)
    work = found["Work to move to another model"]
    assert (work.quantity, work.amount_usd, work.period) == (24, 2400, "once")
    said = [item.text for item in chosen.findings if item.rule == "retirement"]
    assert said == [
        "The vendor ends this model on 2026-06-30; from then on the price is that of Acme Chat."
    ]


def test_a_migration_is_paid_in_its_month(tmp_path: Path) -> None:
    """Discounted over six months at 10 % a year: 1.1 ** -0.5."""
    chosen = chat(ending(tmp_path, "2026-06-30", "acme/chat"), discount_rate_pct=10)
    work = items(chosen)["Work to move to another model"]
    assert work.npv_usd == pytest.approx(2400 * 1.1**-0.5)


def test_without_a_successor_the_last_price_is_kept_and_said(tmp_path: Path) -> None:
    chosen = chat(ending(tmp_path, "2026-06-30"))
    assert items(chosen)["Input tokens"].amount_usd == pytest.approx(1200)
    assert "Work to move to another model" in items(chosen)
    assert [item.errs for item in chosen.not_modelled if item.rule == "retirement"] == ["either"]


@pytest.mark.parametrize(("months", "ends"), [(5, False), (6, True)])
def test_an_end_after_the_horizon_is_none(tmp_path: Path, months: int, ends: bool) -> None:
    chosen = chat(ending(tmp_path, "2026-06-30", "acme/chat"), horizon_months=months)
    assert ("Work to move to another model" in items(chosen)) == ends
    assert ("Input tokens: successor's price" in items(chosen)) == ends
    assert any(item.rule == "retirement" for item in chosen.findings) == ends


def test_growth_goes_on_at_the_successor_s_price(tmp_path: Path) -> None:
    """1,000, 2,000 Mtok at 0.10, then 4,000 at 0.15: an end after two months of three."""
    book = ending(tmp_path, "2026-04-01", "acme/chat")
    found = items(chat(book, horizon_months=4, growth_pct_per_month=100))
    assert found["Input tokens"].amount_usd == pytest.approx(100 + 200 + 400)
    assert found["Input tokens: successor's price"].amount_usd == pytest.approx(8 * 150)
