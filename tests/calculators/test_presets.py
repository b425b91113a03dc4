"""Every preset at a thousand, a million and a billion requests a month, on the real tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from calculators.compare import compare
from calculators.places import PLACES
from calculators.presets import from_preset, parse, presets
from calculators.results import Comparison
from calculators.scenario import ScenarioError, build
from pricing.book import PriceBook, editions
from tests.calculators.invariants import RESALE, check, check_exploration
from tests.calculators.world import world
from tests.sampling import few

BOOK = PriceBook.load()
VOLUMES = (1e3, 1e6, 1e9)


@pytest.fixture(scope="module", params=presets(BOOK))
def found(request: pytest.FixtureRequest) -> dict[float, Comparison]:
    """One preset at a time (tests are grouped by it), at three volumes."""
    return {
        volume: compare(from_preset(request.param, {"requests_per_month": volume}, BOOK), BOOK)
        for volume in VOLUMES
    }


@pytest.mark.parametrize("volume", few(VOLUMES, 1))
def test_sums_sources_and_statuses(found: dict[float, Comparison], volume: float) -> None:
    check(found[volume])
    for option in found[volume].options:  # no price changes are assumed here
        assert all(item.name == RESALE for item in option.line_items if item.credit), option.id


def test_ids_do_not_depend_on_the_volume(found: dict[float, Comparison]) -> None:
    ids = [{option.id for option in found[volume].options} for volume in VOLUMES]
    assert ids[0] == ids[1] == ids[2]


def test_every_place_is_listed(found: dict[float, Comparison]) -> None:
    """Each kind has candidates, or a line saying that nobody offers it."""
    assert {option.kind for option in found[1e6].options} == set(PLACES)


def test_what_lies_around_the_answer(found: dict[float, Comparison]) -> None:
    check_exploration(found[1e6])


def test_the_same_scenario_gives_the_same_numbers(found: dict[float, Comparison]) -> None:
    again = compare(found[1e6].scenario, BOOK)
    for one, other in zip(found[1e6].options, again.options, strict=True):
        assert (one.id, one.status, one.total_usd) == (other.id, other.status, other.total_usd)


WILD: dict[str, tuple[str, dict[str, Any]]] = {
    "a million million photos": ("celebrity_match", {"requests_per_month": 1e12}),
    "one photo": ("celebrity_match", {"requests_per_month": 1, "horizon_months": 1}),
    "photos doubling monthly": (
        "celebrity_match",
        {"growth_pct_per_month": 100, "horizon_months": 24},
    ),
    "a chat that shrinks": (
        "support_chat",
        {"growth_pct_per_month": -20, "max_commitment": "3y", "spot_serving": True},
    ),
    "a chat of frontier quality": (
        "support_chat",
        {"quality_class": "frontier", "can_wait_hours": 24, "cached_input_share": 0.9},
    ),
    "a chat fine-tuned daily": (
        "support_chat",
        {
            "training_method": "lora",
            "retrains_per_month": 30,
            "own_model_required": True,
            "export_required": True,
        },
    ),
    "a model nobody can hold": ("support_chat", {"params_millions": 2_000_000}),
    "a model of one's own, by size": (
        "celebrity_match",
        {"model": "", "params_millions": 50, "gflops_per_request": 10},
    ),
    "a model nothing is known of": ("celebrity_match", {"model": ""}),
    "speech in Europe": (
        "voice_notes",
        {"region": "eu", "data_sensitivity": "regulated", "audio_seconds": 3600},
    ),
    "live video in the cloud": ("live_camera", {"realtime_fps": 1, "link": "wifi"}),
    "live video on the wire": ("live_camera", {"realtime_fps": 240, "link": "fixed"}),
    "a keyboard in the cloud": (
        "keyboard",
        {"offline_required": False, "data_sensitivity": "public"},
    ),
    "a hospital that may send": ("hospital_imaging", {"data_sensitivity": "regulated"}),
    "a recommender from scratch": (
        "recommender",
        {"training_method": "from_scratch", "retrains_per_month": 730, "growth_pct_per_month": 5},
    ),
    "prices that fall": (
        "document_ocr",
        {
            f"price_change_pct_per_year_{kind}": -50.0
            for kind in ("api", "rental", "hardware", "electricity")
        },
    ),
    "search with users held": ("semantic_search", {"hold": "users", "requests_per_month": 1e8}),
    "art on a schedule": ("deep_art", {"billing": "scheduled", "scheduled_hours_per_month": 100}),
    "art as needed": ("deep_art", {"billing": "autoscaled", "peak_to_mean": 24}),
    "moderation by one vendor": (
        "photo_moderation",
        {"providers_allowed": ("gcp",), "min_confidence": "A"},
    ),
    "a summary ranked with users": ("summariser", {"rank_by": "company_and_user"}),
}


@pytest.mark.parametrize("case", few([*WILD], 7))
def test_wild_scenarios_hold_together(case: str) -> None:
    preset, changes = WILD[case]
    check(compare(from_preset(preset, changes, BOOK), BOOK))


@pytest.mark.parametrize("edition", few(editions(), 2), ids=str)
def test_every_edition_still_answers(edition: date) -> None:
    """A link pins its edition; what later editions corrected does not reach it."""
    book = BOOK if edition == BOOK.edition else PriceBook.load(edition)
    assert book.edition == book.price_date == edition
    check(compare(from_preset("celebrity_match", {}, book), book))


# ------------------------------------------------------------------------- what a preset is


def test_explicit_fields_override_the_preset() -> None:
    book = PriceBook.load()
    for name, preset in presets(book).items():
        found = from_preset(name, {"requests_per_month": 7}, book)
        assert found.requests_per_month == 7
        for field, value in preset.values.items():
            if field != "requests_per_month":
                assert getattr(found, field) == getattr(build({field: value}), field), field


def test_unknown_preset_lists_the_known_ones() -> None:
    with pytest.raises(ScenarioError, match=r"celebrity_match \| deep_art"):
        from_preset("yodel", {}, PriceBook.load())


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("platforms", "ios;web", ("ios", "web")),
        ("providers_allowed", "", ()),
        ("offline_required", "yes", True),
        ("offline_required", "no", False),
        ("latency_budget_ms", "", None),
        ("horizon_months", "12", "12"),
    ],
)
def test_written_forms(name: str, text: str, value: object) -> None:
    assert parse(name, text) == value


def test_presets_of_the_tiny_world() -> None:
    assert list(presets(world())) == ["celebrity_match"]
