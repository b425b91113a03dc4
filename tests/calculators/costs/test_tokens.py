"""Tokens of other tokenizers, of thinking and of pictures, in the small invented world."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from calculators.compare import compare
from calculators.costs import tokens
from calculators.memory import Memory
from calculators.options.managed_api import offered
from calculators.options.registry import serve_place
from calculators.places import PLACES
from calculators.points import Points
from calculators.presets import from_preset
from calculators.results import Option
from pricing.book import PriceBook
from tests.calculators.market.talking import (
    media,
    model_terms,
    price,
    talking,
    terms,
    tokenizer,
)
from tests.calculators.world import MEMORY, amounts, case, scenario

CHAT: dict[str, Any] = {
    "task": "text_generation",
    "model": "chat-8b",
    "input_tokens": 1000,
    "output_tokens": 100,
    "requests_per_month": 1_000_000,
    "horizon_months": 1,
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> PriceBook:
    return talking(
        tmp_path_factory.mktemp("talking"),
        token_terms=[
            terms("acme/chat", media="tiles"),
            terms("gamma/chat", tokenizer="other", reasoning="optional"),
        ],
        model_terms=[model_terms("chat-8b", tokenizer="own", reasoning="always")],
        tokenizers=[
            tokenizer(name, language, ratio)
            for name, language, ratio in (
                ("own", "en", 1.1),
                ("own", "de", 1.2),
                ("other", "en", 1.65),
                ("other", "de", 3.0),
                ("o200k", "en", 1.0),
                ("o200k", "de", 1.0),
            )
        ],
        media_tokens=[
            media("tiles", "tiles", side=512, base=85, each=170, fit_long=2048, fit_short=768)
        ],
        token_prices=[price("acme/chat/audio_input", 1.0)],
    )


def held(book: PriceBook, product: str, name: str, **changes: Any) -> float:
    asked = case(book=book, **{**CHAT, **changes})
    services = offered(asked)
    found = tokens.held(asked, services)[name]
    rows = np.broadcast_to(found, (services.size, found.shape[1]))
    return float(rows[services.ids.index(product), 0])


def chat(book: PriceBook, product: str, **changes: Any) -> Option:
    found = compare(scenario(**{**CHAT, **changes}), book, MEMORY)
    chosen = found.option(f"none>managed_api:{product}")
    assert chosen is not None
    return chosen


# --------------------------------------------------------------------------------- tokenizers


@pytest.mark.parametrize(
    ("language", "model", "ratio"),
    [
        ("any", "chat-8b", 1.0),
        ("en", "chat-8b", 1.65 / 1.1),  # as many as the chosen model's, times the families' ratio
        ("de", "chat-8b", 3.0 / 1.2),
        ("en", "", 1.65),  # entered as o200k counts
        ("pl", "chat-8b", 1.0),  # no row for it
    ],
)
def test_counts_follow_tokenizer_and_language(
    book: PriceBook, language: str, model: str, ratio: float
) -> None:
    changes = {"text_language": language, "model": model, "params_millions": 8000}
    assert held(book, "gamma/chat", "input_tokens", **changes) == pytest.approx(1000 * ratio)
    assert held(book, "gamma/chat", "output_tokens", **changes) == pytest.approx(100 * ratio)


def test_the_chosen_model_counts_exactly_as_entered(book: PriceBook) -> None:
    for score in (-1.0, 0.0, 1.0):
        asked = case(book=book, scores={"tokenizers": [score]}, text_language="de", **CHAT)
        services = offered(asked)
        ratio = tokens.text_ratio(asked, services)[services.ids.index("acme/chat")]
        assert ratio.tolist() == [1.0]


def test_the_table_is_good_to_a_tenth(book: PriceBook) -> None:
    found = []
    for score in (-1.0, 0.0, 1.0):
        asked = case(book=book, scores={"tokenizers": [score]}, text_language="en", **CHAT)
        services = offered(asked)
        found.append(float(tokens.text_ratio(asked, services)[services.ids.index("gamma/chat"), 0]))
    assert found == pytest.approx([1.35, 1.5, 1.65])


def test_a_line_item_says_how_its_tokens_were_counted(book: PriceBook) -> None:
    chosen = chat(book, "gamma/chat", text_language="de", reasoning="high")
    (item,) = [item for item in chosen.line_items if item.name == "Output tokens"]
    assert item.basis == (
        "requests x billed units per request; 2.5 tokens for each entered (tokenizer other "
        "against own, de); 2 hidden for each visible one (thinking: high)"
    )
    plain = chat(book, "acme/chat", text_language="de", reasoning="low")
    (item,) = [item for item in plain.line_items if item.name == "Input tokens"]
    assert item.basis.startswith("requests x billed units per request; 0.5 hidden")


def test_an_unknown_tokenizer_is_said(book: PriceBook) -> None:
    said = [item for item in chat(book, "gamma/chat").findings if item.rule == "tokens"]
    assert said == []
    lost = chat(book, "gamma/big-chat", quality_class="frontier").not_modelled
    assert [item.errs for item in lost if item.rule == "tokens"] == ["either"]


# ----------------------------------------------------------------------------------- thinking


@pytest.mark.parametrize(
    ("effort", "each"), [("none", 0.0), ("low", 0.5), ("medium", 1.0), ("high", 2.0)]
)
def test_hidden_output_is_billed(book: PriceBook, effort: str, each: float) -> None:
    changes = {"text_language": "any", "reasoning": effort}
    assert held(book, "gamma/chat", "output_tokens", **changes) == 100 * (1 + each)
    usd = amounts(chat(book, "gamma/chat", **changes))["Output tokens"]
    assert usd == pytest.approx(40 * (1 + each))  # 100 Mtok x 0.40


def test_a_model_that_always_thinks_is_refused_for_none(book: PriceBook) -> None:
    """Wherever it runs: on a service, on machines and on devices."""
    found = compare(scenario(**{**CHAT, "reasoning": "none"}), book, MEMORY)
    text = "This model always thinks before it answers; you asked for none."
    for option in found.options:
        if option.id != "none>managed_api:gamma/chat" and option.findings:
            own = "gamma" not in option.id or "+" in option.id
            said = [item.text for item in option.findings if item.rule == "thinking"]
            if own and option.status != "not_offered":
                assert text in said, option.id
    assert chat(book, "acme/chat", reasoning="low").status == "feasible"


def test_hidden_output_is_written_by_own_machines_too(book: PriceBook) -> None:
    plain = case(book=book, **CHAT).requests.work
    thinking = case(book=book, **{**CHAT, "reasoning": "high"}).requests.work
    assert (plain.output_tokens[0], thinking.output_tokens[0]) == (100, 300)
    # the work of a request follows: 1,300 against 1,100 tokens
    assert thinking.gflops_per_request[0] == pytest.approx(
        plain.gflops_per_request[0] * 1300 / 1100, nan_ok=True
    )


def test_hidden_output_is_waited_for_before_the_first_word() -> None:
    """Qwen3 8B, 200 hidden tokens: first words come later by about 200 times one token's time."""
    book = PriceBook.load()
    changes = {"model": "qwen3-8b", "input_tokens": 500, "output_tokens": 100}
    changes |= {"ttft_budget_ms": 86_400_000, "latency_budget_ms": None, "precision": "fp16"}
    speeds = []
    for effort in ("none", "high"):
        asked = Memory().case(
            Points(from_preset("support_chat", {**changes, "reasoning": effort}, book)), book
        )
        block = serve_place(asked, PLACES["rented"], np.ones(1))
        assert block is not None
        speed = block.speed
        assert speed.ttft is not None
        assert speed.tpot is not None
        speeds.append((speed.ttft, speed.tpot))
    (plain, _), (thinking, token) = speeds
    known = np.isfinite(plain) & np.isfinite(thinking)
    assert known.any()
    later = (thinking - plain)[known] / np.broadcast_to(token, plain.shape)[known]
    assert later == pytest.approx(200, rel=0.05)


# ------------------------------------------------------------------------------------- pictures

PICTURE: dict[str, Any] = {
    "images_per_request": 1,
    "image_width_px": 1024,
    "image_height_px": 1024,
    "text_language": "any",
    "reasoning": "low",
}


def test_a_picture_is_read_as_tokens(book: PriceBook) -> None:
    """765 tokens: 1,765 Mtok x 0.15 USD."""
    assert held(book, "acme/chat", "input_tokens", **PICTURE) == 1765
    usd = amounts(chat(book, "acme/chat", **PICTURE))["Input tokens"]
    assert usd == pytest.approx(1765 * 0.15)


def test_a_picture_nobody_counts_is_missing(book: PriceBook) -> None:
    chosen = chat(book, "gamma/chat", **PICTURE)
    assert chosen.status == "incomplete"
    assert chosen.missing == ("Gamma Chat: how it counts images, sound or film",)


def test_other_tasks_send_their_pictures_as_pictures(book: PriceBook) -> None:
    asked = case(book=book, images_per_request=1, image_width_px=9, image_height_px=9)
    assert asked.media(None).tolist() == [0]
