"""A deployment's own prices: under every address that is no complete link, in every link made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from calculators.compare import compare
from pricing.book import PriceBook
from report import house
from report.codec import decode, encode
from report.server.settings import SettingError

BOOK = PriceBook.load()
KEY = "openai/gpt-4o-mini/input"
OURS = f"price.{KEY}=0.1&discount.aws=12"


@pytest.fixture(autouse=True)
def nothing_set() -> Iterator[None]:
    yield
    house.set_own_prices("")


def figures(query: str) -> dict[str, float]:
    return dict(decode(query).scenario.own.figures)


def test_an_address_that_is_no_complete_link_has_them() -> None:
    assert figures("preset=support_chat") == {}
    house.set_own_prices(OURS)
    for query in ("", "preset=support_chat", "requests_per_month=5"):
        assert figures(query) == {f"price.{KEY}": 0.1, "discount.aws": 12.0}


def test_what_the_address_says_itself_holds() -> None:
    house.set_own_prices(OURS)
    assert figures(f"price.{KEY}=0.2")[f"price.{KEY}"] == 0.2


def test_every_link_holds_them_and_means_the_same_without_them_set() -> None:
    house.set_own_prices(OURS)
    found = decode("preset=support_chat")
    link = encode(found.scenario, found.book)
    assert f"price.{KEY}=0.1" in link
    total = compare(found.scenario, found.book).cheapest
    house.set_own_prices("")
    again = decode(link)
    assert again.scenario == found.scenario
    best = compare(again.scenario, again.book).cheapest
    assert total is not None
    assert best is not None
    assert best.total_usd == total.total_usd


def test_a_complete_link_without_them_stays_without_them() -> None:
    plain = decode("preset=support_chat")
    link = encode(plain.scenario, plain.book)
    house.set_own_prices(OURS)
    assert decode(link).scenario == plain.scenario


@pytest.mark.parametrize(
    "query",
    [
        "requests_per_month=5",
        "v=1",
        "price.nobody/nothing/none=1",
        f"price.{KEY}=-1",
        f"price.{KEY}=1&price.{KEY}=2",
        "discount.aws=96",
        "nonsense",
        "/etc/prices.csv",
    ],
)
def test_what_is_no_own_figure_is_refused_by_name(query: str) -> None:
    with pytest.raises(SettingError, match="CROSSOVER_OWN_PRICES"):
        house.set_own_prices(query)
    assert figures("") == {}
