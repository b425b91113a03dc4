"""Ids of earlier methods."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.compare import compare
from calculators.presets import from_preset
from pricing.book import PriceBook
from report.aliases import current_id


@pytest.mark.parametrize(
    ("old", "now"),
    [
        ("none>managed_api:gcp/vision", "none>managed_api:gcp/vision"),
        ("owned:nvidia/dgx>owned:diy/1x", "owned>owned:diy/1x"),
        ("rented:gcp/g2:spot>rented:verda/a6000:on_demand", "rented>rented:verda/a6000:on_demand"),
        ("device>device:us_mainstream", "device>device:us_mainstream"),
        (
            "hosted_platform:aws/train>device+managed_api:aws/a:b",
            "hosted_platform>device+managed_api:aws/a:b",
        ),
        ("no id: at all", "no id: at all"),
        ("", ""),
    ],
)
def test_the_training_product_is_dropped(old: str, now: str) -> None:
    assert current_id(old) == now


@given(st.text(alphabet="ab:>+/", max_size=20))
def test_a_current_id_is_left_alone(text: str) -> None:
    assert current_id(current_id(text)) == current_id(text)


def test_every_candidate_that_trains_keeps_both_places_and_what_answers() -> None:
    book = PriceBook.load()
    for option in compare(from_preset("hospital_imaging", {}, book), book).options:
        answers = option.id.partition(">")[2]
        assert current_id(option.id) == f"{option.trained_at}>{answers}"
