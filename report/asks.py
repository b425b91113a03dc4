"""What an answer waits for: inputs without which no machine or device can be priced."""

from __future__ import annotations

from calculators.case import TOKEN_TASKS
from calculators.market.reading import READ
from calculators.scenario import Scenario, fields
from calculators.work import kind

SIZE, WORK = "params_millions", "gflops_per_request"
_ONE_PASS = frozenset({"vision", "recommender", "image_generation"})
"""Kinds of networks whose work does not follow from their size."""
_WORDS = {SIZE: "the size of the model", WORK: "the work of one request"}


def size_fields(scenario: Scenario) -> tuple[str, ...]:
    """Inputs that describe a model nobody named; none where a model is chosen."""
    if scenario.model:
        return ()
    return (SIZE, WORK) if kind(scenario.task) in _ONE_PASS else (SIZE,)


def needs(scenario: Scenario) -> str:
    """Which of them are left open, in one sentence; blank where none is."""
    lacking = [name for name in size_fields(scenario) if getattr(scenario, name) is None]
    if not lacking:
        return ""
    what = " and ".join(_WORDS[name] for name in lacking)
    return f"Machines and devices cannot be priced yet: that needs {what}."


MEDIA = ("images_per_request", "image_width_px", "image_height_px", "video_seconds")
CACHE = ("cached_input_share", "cache_writes_share")
OF_TOKENS = frozenset({*MEDIA, *CACHE, "text_language", "reasoning"})
"""Inputs that say something of language models alone."""
OF_HOURS = frozenset({"utc_offset_hours", "weekend_share"})
"""Inputs on which only prices of language models depend."""


def off_topic(scenario: Scenario) -> frozenset[str]:
    """Inputs that change nothing for the task, unless somebody has entered them."""
    reads = scenario.other_models and scenario.task in READ
    if scenario.task in TOKEN_TASKS or reads:
        return frozenset()
    default = {name: fields()[name].default for name in OF_TOKENS | OF_HOURS}
    return frozenset(name for name, value in default.items() if getattr(scenario, name) == value)
