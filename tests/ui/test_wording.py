"""Every word a visitor can meet has been written."""

import pytest

from calculators.scenario import choices, fields
from pricing.book import PriceBook
from pricing.schema import PriceRow
from pricing.tables import names
from report.meters import METERS
from ui import wording
from ui.inputs.simple import cadence_of

CHOICE_FIELDS = [name for name in fields() if choices(name)]


@pytest.mark.parametrize("name", CHOICE_FIELDS)
def test_every_choice_has_words(name: str) -> None:
    assert set(wording.CHOICES[name]) == set(choices(name))


def test_no_words_for_what_is_no_choice() -> None:
    assert set(wording.CHOICES) == set(CHOICE_FIELDS)


def test_every_price_table_and_meter_has_words(book: PriceBook) -> None:
    labels = [wording.price_table(name) for name in names("price")]
    assert all(labels)
    assert len(set(labels)) == len(labels)
    meters = {row.meter for row in book.every(PriceRow)}
    assert meters <= set(METERS)


def test_cadence_words() -> None:
    assert cadence_of(0) == "never"
    assert cadence_of(1) == "monthly"
    assert cadence_of(730) == "hourly"
    assert cadence_of(2.5) == wording.EXACT


def test_weekly_is_a_month_of_730_hours_in_weeks() -> None:
    assert wording.CADENCES["weekly"][1] == pytest.approx(730 / (7 * 24), abs=5e-4)


def test_sensitivity_is_explained_for_every_choice() -> None:
    assert list(wording.SENSITIVITY) == list(choices("data_sensitivity"))
    assert all(words.endswith(".") for _, words in wording.SENSITIVITY.values())
