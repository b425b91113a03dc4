"""Every rule that refuses says what would change it: inputs that do, or why none does."""

from __future__ import annotations

from typing import Any

import pytest

from calculators.answer.needed import shut
from calculators.answer.would_pass import tried
from calculators.memory import SHARED
from calculators.presets import from_preset
from calculators.results import PRICE_DATE, Finding
from calculators.scenario import fields
from tests.advice import grid

HARD: tuple[tuple[str, dict[str, Any], str], ...] = (
    ("support_chat", {"input_tokens": 300_000}, "length"),
    ("support_chat", {"params_millions": 400_000.0}, "memory"),
    ("deep_art", {"platforms": ("web",)}, "reach"),
    ("deep_art", {"params_millions": 400_000.0}, "training"),
    ("recommender", {"data_sensitivity": "public"}, "kept model"),
    ("deep_art", {}, "retirement"),
)
"""A preset made hard to serve, and a rule that refuses it."""


def told(preset: str, changed: dict[str, Any]) -> dict[str, tuple[Finding, ...]]:
    """What shuts each candidate out."""
    found = grid.evaluated(from_preset(preset, changed, grid.BOOK))
    return {found.id(k): shut(grid.said(found, k)) for k in grid.shut_out(found)}


@pytest.mark.parametrize(("preset", "changed", "rule"), HARD, ids=[item[2] for item in HARD])
def test_a_refusal_names_inputs_or_why_none_helps(
    preset: str, changed: dict[str, Any], rule: str
) -> None:
    every = [item for items in told(preset, changed).values() for item in items]
    assert rule in {item.rule for item in every}
    for item in every:
        assert item.change
        assert bool(item.needs) != bool(item.lasting), item
        assert {need.field for need in item.needs} <= {*fields(), PRICE_DATE}
        assert not item.lasting or item.change == f"nothing you can set: {item.lasting}"


@pytest.mark.parametrize(
    ("preset", "changed", "name", "field"),
    [
        (
            "support_chat",
            {"input_tokens": 300_000},
            "none>hosted_platform:aws/sagemaker-endpoint-c5.2xlarge",
            "input_tokens",
        ),
        ("support_chat", {"params_millions": 400_000.0}, "none>device:us_mainstream", "precision"),
        (
            "keyboard",
            {"platforms": ("web",)},
            "device>device:us_mainstream",
            "platforms",
        ),
    ],
)
def test_what_a_refusal_names_lets_it_pass(
    preset: str, changed: dict[str, Any], name: str, field: str
) -> None:
    asked = from_preset(preset, changed, grid.BOOK)
    found = grid.evaluated(asked)
    needs = tried(asked, grid.BOOK, SHARED, name, grid.said(found, found.at[name]))
    assert needs is not None
    assert field in needs
