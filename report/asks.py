"""What an answer waits for: inputs without which no machine or device can be priced."""

from __future__ import annotations

from collections.abc import Collection

from calculators.case import TOKEN_TASKS
from calculators.estimators import question
from calculators.market.reading import FILMED, READ
from calculators.results import Comparison
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


_OPEN = {question.TOKENS: "input_tokens", question.AUDIO: "audio_seconds"}
"""What a request of no size has not said -> the input that says it."""


def open_inputs(comparison: Comparison) -> tuple[str, ...]:
    """Inputs without which no place can be priced completely, besides a model's own; mostly none.

    Where some place has a cost without them they are asked for in that place's verdict alone.
    """
    if comparison.cheapest is not None:
        return ()
    gaps = {gap for option in comparison.best_of_kind for gap in option.missing}
    return tuple(name for gap, name in _OPEN.items() if gap in gaps)


MEDIA = ("images_per_request", "image_width_px", "image_height_px", "video_seconds")
CACHE = ("cached_input_share", "cache_writes_share")
OF_TOKENS = frozenset({*MEDIA, *CACHE, "text_language", "reasoning", "service_tier"})
"""Inputs that say something of language models alone."""
OF_HOURS = frozenset({"utc_offset_hours", "weekend_share"})
"""Inputs on which only prices of language models depend."""


def _of_models(scenario: Scenario) -> frozenset[str]:
    """Inputs of language models alone; film is one unless others bill it for the task."""
    film = frozenset({"video_seconds"}) if scenario.task in FILMED else frozenset[str]()
    return (OF_TOKENS | OF_HOURS) - film


def off_topic(scenario: Scenario) -> frozenset[str]:
    """Inputs that change nothing for the task, unless somebody has entered them."""
    reads = scenario.other_models and scenario.task in READ
    if scenario.task in TOKEN_TASKS or reads:
        return frozenset()
    default = {name: fields()[name].default for name in _of_models(scenario)}
    return frozenset(name for name, value in default.items() if getattr(scenario, name) == value)


# --- what cannot matter ----------------------------------------------------------------------
TEXT = frozenset({"input_tokens", "output_tokens", "ttft_budget_ms", "min_tokens_per_s"})
TRAINED = frozenset(
    {
        "training_examples",
        "training_tokens",
        "dataset_gb",
        "experiments_per_retrain",
        "owned_already",
        "labelling_usd_per_example",
        "training_data_sensitivity",
        "export_required",
        "hours_per_retrain",
        "validation_hours",
    }
)
"""Inputs that say something of training alone."""
ON_MACHINE = frozenset({"measured_concurrency", "measured_requests_per_s", "measured_answer_ms"})
ON_DEVICE = frozenset({"measured_device_ms", "measured_device_j_per_request"})
"""Figures of a measurement: they need the machine, or the device, it was made on."""


def silent(scenario: Scenario, entered: Collection[str] = ()) -> frozenset[str]:
    """Inputs that change nothing for the app as it is described; never one somebody has entered.

    That they change nothing is tested on every preset.
    """
    reads = scenario.other_models and scenario.task in READ
    text = scenario.task in TOKEN_TASKS or reads
    when: tuple[tuple[bool, frozenset[str]], ...] = (
        (not text, TEXT | _of_models(scenario)),
        (not text and kind(scenario.task) != "speech", frozenset({"audio_seconds"})),
        (kind(scenario.task) in _ONE_PASS, frozenset({"active_params_millions"})),
        (bool(scenario.model) and not scenario.other_models, frozenset({"quality_class"})),
        (not scenario.trains, TRAINED),
        (kind(scenario.task) != "llm", frozenset({"training_tokens"})),
        (scenario.billing != "scheduled", frozenset({"scheduled_hours_per_month"})),
        (not scenario.measured_on, ON_MACHINE),
        (not scenario.measured_device, ON_DEVICE),
        (scenario.today_usd_per_month is None, frozenset({"today_fixed_usd_per_month"})),
    )
    found = frozenset[str]().union(*(names for applies, names in when if applies))
    return found - frozenset(entered)
