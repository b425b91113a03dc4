"""Models sold by name: chosen, answered by those who sell them, on no machine of one's own."""

from __future__ import annotations

import pytest

from calculators.compare import compare
from calculators.presets import from_preset
from pricing.book import PriceBook
from tests.calculators.world import compared, option

BOOK = PriceBook.load()


@pytest.mark.parametrize("model", ["gpt-4o-mini", "claude-haiku-4.5", "gpt-6-luna"])
def test_only_those_who_sell_it_answer_with_it(model: str) -> None:
    found = compare(from_preset("support_chat", {"model": model}, BOOK), BOOK)
    assert {option.model for option in found.options if option.kind == "managed_api"} == {model}
    for item in found.options:
        if item.kind != "managed_api" and item.status != "not_offered":
            assert item.status == "infeasible"
            assert any("its weights are not published" in text for text in item.reasons)
    shut = [item for item in found.excluded if "its weights are not published" in item.text]
    assert len(shut) >= 5
    assert len({(item.text, item.change) for item in shut}) == 1  # one line for all of them


def test_a_size_of_one_s_own_does_not_publish_weights() -> None:
    found = compared(
        task="text_generation",
        model="gamma-chat",
        params_millions=8000,
        input_tokens=100,
        output_tokens=100,
        other_models=False,
    )
    kinds = {item.kind: item.status for item in found.options if item.status == "feasible"}
    assert kinds == {"managed_api": "feasible"}
    assert found.cheapest is not None
    assert found.cheapest.id == "none>managed_api:gamma/chat"
    assert "weights in fp8" in found.cheapest.marks


def test_published_weights_of_unknown_size_are_incomplete_on_machines() -> None:
    found = compare(from_preset("support_chat", {"model": "minimax-m3"}, BOOK), BOOK)
    assert {item.status for item in found.options if item.kind == "rented"} == {"incomplete"}


def test_a_service_without_a_model_is_the_vendor_s_own() -> None:
    found = option(compared(other_models=False), "none>managed_api:acme/faces")
    assert "the vendor's own model" in found.marks
    assert not found.different_model
