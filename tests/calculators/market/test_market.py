"""What one price date offers to one region, each thing looked up once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from calculators.market import Market
from calculators.market.market import UnknownMix
from pricing.book import PriceBook
from tests.calculators.world import another_world, world


@pytest.fixture
def market() -> Market:
    return Market(world(), "us")


def test_lists_are_made_once(market: Market) -> None:
    assert market.rented(("on_demand",)) is market.rented(("on_demand",))
    assert market.rented(("on_demand",)) is not market.rented(("on_demand", "1y"))
    assert market.services("face_match") is market.services("face_match")
    assert market.servers() is market.servers()


def test_a_derived_figure_is_made_once_for_what_it_is_made_from(market: Market) -> None:
    made: list[str] = []

    def make(word: str) -> str:
        made.append(word)
        return word

    assert market.derived("word", "a", lambda: make("a")) == "a"
    assert market.derived("word", "a", lambda: make("b")) == "a"
    assert market.derived("word", "b", lambda: make("b")) == "b"
    assert market.derived("other", "a", lambda: make("c")) == "c"
    assert made == ["a", "b", "c"]


def test_machines_of_each_market(market: Market) -> None:
    assert market.hosted().ids == ("acme/endpoint", "acme/serverless", "beta/keep-endpoint")
    trainers = market.trainers("hosted_instances", "hosted_training", ("on_demand",))
    assert trainers.ids == ("acme/trainer:on_demand", "beta/keep-trainer:on_demand")
    assert market.servers().ids == ("acme/node8", "acme/node1", "acme/typical", "acme/dark")


def test_a_machine_that_cannot_be_estimated_is_left_out(tmp_path: Path) -> None:
    """No accelerator and no known processor: nothing could be said of it."""
    book = another_world(
        tmp_path,
        {
            "rented_instances": ["acme/c1,acme,c1,rented,c,,0,,8,32,yes,yes,no"],
            "rental_prices": ["acme/c1/on_demand,0.1,hour"],
        },
    )
    assert "acme/c1:on_demand" not in Market(book, "us").rented(("on_demand",)).ids


def test_another_vendors_network_price_stands_in(market: Market) -> None:
    own, stands_in = market.network("acme", "egress")
    assert own is not None
    assert (own.key, stands_in) == ("acme/egress/standard", False)
    other, stands_in = market.network("beta", "egress")
    assert other is not None
    assert (other.key, stands_in) == ("aws/egress/standard", True)


def test_names_fall_back_to_ids(market: Market) -> None:
    assert market.vendor_name("acme") == "Acme"
    assert market.vendor_name("stranger") == "stranger"


def test_months_after_which_allowances_end(market: Market) -> None:
    assert sorted(market.free_ends("face_match")) == [3, 12]
    assert market.free_ends("recommendation") == ()


def test_a_mix_that_is_not_there_is_an_error(market: Market) -> None:
    assert [row.device for row in market.mix("everyone")] == ["phone-a", "phone-b"]
    with pytest.raises(UnknownMix, match="nobody"):
        market.mix("nobody")


# -------------------------------------------------------------------------------- early dates


def test_surroundings_have_a_price_before_their_first_row() -> None:
    """Electricity was paid for before anybody wrote its price down; an offer was not made."""
    book = PriceBook.load().at(date(2025, 12, 31))
    market = Market(book, "us")
    for key in ("us/grid/business", "us/grid/household", "world/colocation/standard"):
        found = market.context(key)
        assert found is not None, key
        if market.tariff(key) is None:
            assert found.source.before_first, key


def test_what_ends_by_the_price_date_is_not_in_offer() -> None:
    book = PriceBook.load()
    for task in ("text_generation", "recommendation"):
        for row in Market(book, "us").services(task).rows:
            assert row.retires_on is None or row.retires_on > book.price_date
