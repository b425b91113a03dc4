"""One request as the hardware sees it: the model's size and what a request holds, at every point.

Estimates depend on a few inputs only. Where those repeat over the points (a map of model size and
volume) each distinct request is estimated once; ``index`` says which of them a point has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace

import numpy as np

from calculators.arrays import Array, Index, Some, any_true
from calculators.estimators.types import Interval, Work, WorkKind
from calculators.points import Points
from pricing.records import record
from pricing.schema import ModelRow

_KINDS: Mapping[str, WorkKind] = {
    "text_generation": "llm",
    "translation": "llm",
    "next_word": "encoder",
    "text_embedding": "encoder",
    "speech_to_text": "speech",
    "text_to_speech": "speech",
    "image_generation": "image_generation",
    "recommendation": "recommender",
}
NO_HIDDEN: Array = np.zeros(1)
NO_MEDIA: Array = np.zeros(1)
ONE_UNIT = ("image", "page", "sample")
"""Work units of which a request holds one."""


class UnknownModel(ValueError):
    """The scenario names a model the tables do not hold."""


@record
class Requests:
    """The distinct requests of N points."""

    work: Work  # arrays (M,) or (1,)
    index: Index | None  # (N,) into M; None where M is 1 or N

    def spread(self, values: Some) -> Some:
        """Figures of the distinct requests (..., M) at the points (..., N)."""
        if self.index is None or values.shape[-1] == 1:
            return values
        return values[..., self.index]

    def at(self, interval: Interval, score: Array) -> Array:
        """An estimate (R, M) at the points' scores (R, N)."""
        if not any_true(score):
            return self.spread(interval.mid)
        ends = (self.spread(part) for part in (interval.low, interval.mid, interval.high))
        return Interval(*ends).at(score)


def kind(task: str) -> WorkKind:
    """Which estimator the task needs."""
    return _KINDS.get(task, "vision")


def requests(
    points: Points, model: ModelRow | None, hidden: Array = NO_HIDDEN, media: Array = NO_MEDIA
) -> Requests:
    """What the points ask of the hardware.

    ``hidden`` (1,) or (N,): tokens a thinking model writes for itself for each visible one.
    ``media``: tokens its images, sound and film are read as; NaN where that is not known.
    """
    made = _work(points, model, hidden, media)
    arrays = {name: value for name in _arrays() if (value := getattr(made, name)).size > 1}
    if not arrays:
        return Requests(made, None)
    stacked = np.stack([np.broadcast_to(value, (points.size,)) for value in arrays.values()])
    distinct, index = np.unique(stacked, axis=1, return_inverse=True)
    if distinct.shape[1] == points.size:
        return Requests(made, None)
    once: Mapping[str, Array] = dict(zip(arrays, distinct, strict=True))
    return Requests(replace(made, **once), np.asarray(index).reshape(-1))  # type: ignore[arg-type]


def _arrays() -> tuple[str, ...]:
    """Fields of a request that are arrays."""
    return tuple(item.name for item in fields(Work) if item.type in ("Array", Array))


def params_millions(points: Points, model: ModelRow | None) -> Array:
    """All weights, NaN when unknown."""
    return _model_value(points, model, "params_millions", "params_millions")


def _model_value(points: Points, model: ModelRow | None, field: str, column: str) -> Array:
    if points.given(field):
        return points[field]
    value = getattr(model, column, None)
    return np.array([np.nan if value is None else float(value)])


def _units(points: Points, model: ModelRow | None, tokens: Array) -> Array:
    """How many work units of the model one request holds; ``tokens`` read and written."""
    if model is None or model.work_unit in ONE_UNIT:
        return np.ones(1)
    if model.work_unit == "audio_second":
        return points["audio_seconds"]
    return tokens


def _gflops(points: Points, model: ModelRow | None, tokens: Array) -> Array:
    """2 x MACs of one whole request, NaN when unknown."""
    if points.given("gflops_per_request"):
        return points["gflops_per_request"]
    per_unit = _model_value(points, model, "gflops_per_request", "gflops_per_unit")
    return per_unit * _units(points, model, tokens)


def _work(points: Points, model: ModelRow | None, hidden: Array, media: Array) -> Work:
    scenario = points.scenario
    read = points["input_tokens"] + media
    written = points["output_tokens"] * (1 + hidden)
    params = params_millions(points, model)
    active = _model_value(points, model, "active_params_millions", "active_params_millions")
    activations = getattr(model, "activations_millions", None)
    per_unit = np.array([np.nan if activations is None else float(activations)])
    return Work(
        kind=kind(scenario.task),
        model=scenario.model,
        precision=scenario.precision,
        params_millions=params,
        active_params_millions=np.where(np.isnan(active), params, active),
        gflops_per_request=_gflops(points, model, read + written),
        input_tokens=read,
        output_tokens=written,
        cached_input_share=points["cached_input_share"],
        audio_seconds=points["audio_seconds"],
        activations_millions=per_unit * _units(points, model, read + written),
        layers=getattr(model, "layers", None),
        hidden_size=getattr(model, "hidden_size", None),
        kv_heads=getattr(model, "kv_heads", None),
        head_dim=getattr(model, "head_dim", None),
        kv_bytes_per_token_fp16=getattr(model, "kv_bytes_per_token_fp16", None),
    )
