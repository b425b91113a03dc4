"""What does not fit is refused with its number, on services, machines and devices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.compare import compare
from calculators.costs import tokens
from calculators.evaluation import evaluate
from calculators.explore.along import along
from calculators.explore.axis import Axis
from calculators.options.managed_api import offered
from calculators.presets import from_preset
from calculators.results import Comparison, Option
from calculators.rules import windows
from pricing.book import PriceBook
from pricing.schema import ModelRow, ServiceRow, TokenTermsRow
from tests.calculators.market.talking import talking, terms
from tests.calculators.world import MEMORY, case, scenario

CHAT: dict[str, Any] = {
    "task": "text_generation",
    "model": "chat-8b",
    "output_tokens": 100,
    "text_language": "any",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> PriceBook:
    own = [
        terms("acme/chat", max_input=1000, max_output=200, window=1100),
        terms("gamma/chat", max_input=900),
    ]
    return talking(tmp_path_factory.mktemp("windows"), token_terms=own)


def chat(book: PriceBook, product: str = "acme/chat", **changes: Any) -> Option:
    found = compare(scenario(**{**CHAT, **changes}), book, MEMORY)
    chosen = found.option(f"none>managed_api:{product}")
    assert chosen is not None
    return chosen


def refused(option: Option) -> list[str]:
    return [
        item.text for item in option.findings if item.rule == "length" and item.verdict == "fail"
    ]


@pytest.mark.parametrize(
    ("read", "written", "said"),
    [
        (1000, 100, []),
        (1001, 99, ["Acme Chat reads at most 1,000 tokens; a request has 1,001."]),
        (900, 200, []),
        (
            900,
            201,
            [
                "Acme Chat writes at most 200 tokens; a request has 201.",
                "Acme Chat reads and writes at most 1,100 tokens; a request has 1,101.",
            ],
        ),
        (950, 151, ["Acme Chat reads and writes at most 1,100 tokens; a request has 1,101."]),
    ],
)
def test_limits_of_a_service(book: PriceBook, read: int, written: int, said: list[str]) -> None:
    chosen = chat(book, input_tokens=read, output_tokens=written)
    assert refused(chosen) == said
    assert (chosen.status == "infeasible") == bool(said)
    assert chosen.company_usd is not None  # the amount stays shown


def test_what_is_not_stated_is_said_and_never_none(book: PriceBook) -> None:
    silent = chat(book, "gamma/big-chat", input_tokens=1e6, quality_class="frontier")
    assert silent.status == "feasible"
    (said,) = [item for item in silent.not_modelled if item.rule == "length"]
    assert said.errs == "low"
    assert "is not stated" in said.text
    stated = chat(book, "gamma/chat", input_tokens=100)
    said_of_it = [item for item in stated.findings if item.rule == "length"]
    assert {item.verdict for item in said_of_it} == {"pass"}
    assert "Gamma Chat reads at most 900 tokens; a request has 100." in {
        item.text for item in said_of_it
    }


# ------------------------------------------------------------------------------ the real book


REAL = PriceBook.load()
FREE: dict[str, Any] = {
    "latency_budget_ms": None,
    "ttft_budget_ms": None,
    "min_tokens_per_s": None,
    "data_sensitivity": "public",
}


def test_deepinfra_refuses_what_its_window_does_not_hold() -> None:
    """262,960 tokens in a window of 131,072."""
    asked = {**FREE, "model": "llama-3.2-3b", "input_tokens": 262_960}
    found = compare(from_preset("support_chat", asked, REAL), REAL)
    chosen = found.option("none>managed_api:deepinfra/llama-3.2-3b")
    assert chosen is not None
    assert chosen.status == "infeasible"
    assert refused(chosen)[0].endswith("reads at most 131,072 tokens; a request has 262,960.")


def limits() -> dict[str, tuple[float, float]]:
    """Product -> most it reads, and reads and writes, worked out again from the tables."""
    terms_of = {row.product: row for row in REAL.table("token_terms", TokenTermsRow)}
    weights = {row.model: row.max_context for row in REAL.table("models", ModelRow)}
    found = {}
    for row in REAL.table("services", ServiceRow):
        own = terms_of.get(row.product)
        read = (own.max_input if own else None) or float("inf")
        both = (own.window if own else None) or float("inf")
        found[row.product] = (read, min(both, weights.get(row.model) or float("inf")))
    return found


@pytest.mark.parametrize("preset", ["support_chat", "summariser", "semantic_search"])
@pytest.mark.parametrize("read", [1e3, 1e5, 3e5, 1e6])
def test_nothing_feasible_is_exceeded(preset: str, read: float) -> None:
    changes = {**FREE, "input_tokens": read, "text_language": "any"}
    found = compare(from_preset(preset, changes, REAL), REAL)
    written = found.scenario.output_tokens
    known = limits()
    own = next(r for r in REAL.table("models", ModelRow) if r.model == found.scenario.model)
    assert own.max_context is not None
    for option in feasible(found):
        product = option.id.partition(":")[2]
        if option.kind == "managed_api":
            most, both = known[product]
            assert read <= most, option.id
            assert read + written <= both, option.id
        else:
            assert read + written <= own.max_context, option.id


def feasible(found: Comparison) -> list[Option]:
    return [option for option in found.options if option.status == "feasible"]


# ------------------------------------------------------------------------------- break points


def test_break_points_are_in_the_users_own_tokens(book: PriceBook) -> None:
    asked = case(book=book, input_tokens=10, **CHAT)
    services = offered(asked)
    held = tokens.held(asked, services)
    assert windows.breaks(asked, services, held, "input_tokens").tolist() == [900, 1000]
    assert windows.breaks(asked, services, held, "output_tokens").tolist() == [200]
    assert windows.breaks(asked, services, held, "pue").tolist() == []


def test_an_axis_is_looked_at_on_both_sides_of_a_break(book: PriceBook) -> None:
    """Where Acme Chat stops at 1,000 tokens another place takes over, exactly there."""
    base = evaluate(case(book=book, input_tokens=500, **CHAT))
    found = along(base, MEMORY, Axis.of("input_tokens", base.case))
    assert found is not None
    x = found.sampled.x
    at = int(np.searchsorted(x, 1000.0))
    assert x[at] == 1000
    assert x[at + 1] - 1000 < 1e-3
