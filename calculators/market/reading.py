"""Tasks a language model can do by reading: which, and what of a model decides it.

A picture is sorted, judged fit to be shown or its text copied by a model that takes images, and
speech written down by one that takes sound, where the rule by which it counts them is known. Not
among them: boxes around objects and medical images (nothing we read says how well general models
do), recognising faces (their terms forbid it), and whatever must give back a picture, a ranking or
a word within milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from calculators.market.media import RULES
from calculators.results import Finding, Needed
from pricing.schema import MediaRow, ServiceInputRow, ServiceRow

Sense = Literal["image", "sound"]
READ: Mapping[str, Sense] = MappingProxyType(
    {
        "image_classification": "image",
        "image_moderation": "image",
        "object_detection": "image",
        "ocr": "image",
        "speech_to_text": "sound",
    }
)
"""Task -> what of a request a language model reads."""
ONE_PICTURE = Finding(
    "pictures",
    "caution",
    "One picture or page a request is counted here; a request holds more (images_per_request), "
    "which language models are billed for.",
    "a request for each picture (requests_per_month)",
    errs="low",
)
"""What is said where only language models count the pictures of a request."""
FILMED = frozenset(task for task, sense in READ.items() if sense == "image")
"""Tasks on pictures that a film may be sent for: to language models, or by the minute of it."""
NO_FILM = Finding(
    "film",
    "fail",
    "Looks at single pictures; a request holds a film.",
    "a request for each picture of it that is looked at, no film",
    needs=(Needed("video_seconds", 0.0),),
)
"""What is said where pictures are looked at and a film is sent."""
PAGES = "ocr"
"""The task whose requests hold pages of documents."""
LANGUAGE_MODEL = "text_generation"
"""Task of the services that can read for another one."""


def reads(
    task: str, service: ServiceRow, rule: MediaRow | None, takes: ServiceInputRow | None = None
) -> bool:
    """Whether a service answers a task by reading.

    It needs a rule that counts what is read. ``takes`` says what the service takes beside text: a
    blank there is no yes. Without a row of that kind the rule of its own terms says that it does.
    """
    sense = READ.get(task)
    if sense is None or not is_language_model(service):
        return False
    if takes is not None and (takes.images if sense == "image" else takes.sound) != "yes":
        return False
    if rule is None:
        return False
    if sense == "sound":
        return rule.audio_per_s is not None
    return rule.kind in RULES


def is_language_model(service: ServiceRow) -> bool:
    """Whether a service bills the tokens of a model that writes text, as its vendor made it."""
    api = service.kind == "token_api" and service.trainable == "no"
    return api and service.task == LANGUAGE_MODEL
