"""Names of models as the form shows them."""

from __future__ import annotations

from pricing.book import PriceBook
from ui import catalogue

BOOK = PriceBook.load()


def test_a_model_of_another_task_has_its_name_too() -> None:
    """A link may change the task and keep the model: the form shows no id."""
    everything = catalogue.models(BOOK)
    faces = catalogue.models(BOOK, "face_match")
    assert faces["mobilefacenet"] == everything["mobilefacenet"] != "mobilefacenet"
    assert "mobilefacenet" not in catalogue.models(BOOK, "speech_to_text")
    assert faces.items() <= everything.items()
