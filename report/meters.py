"""What a meter of a price key prices, in words."""

from __future__ import annotations

from collections.abc import Mapping

_TOKEN_METERS: Mapping[str, str] = {
    "input": "text read",
    "output": "text written",
    "cached_input": "text read again",
    "cache_write": "text put into the cache",
    "audio_input": "sound read",
}
_WAITS: Mapping[str, str] = {
    "": "",
    "batch_": ", answers can wait",
    "flex_": ", answers come when there is room",
    "priority_": ", answers come first",
}
_WHEN: Mapping[str, str] = {"": "", "long_": ", long prompts", "peak_": ", peak hours"}


METERS: Mapping[str, str] = {
    "standard": "use",
    "batch": "use, answers can wait",
    **{
        f"{when}{wait}{name}": f"{text}{_WHEN[when]}{_WAITS[wait]}"
        for name, text in _TOKEN_METERS.items()
        for wait in _WAITS
        for when in _WHEN
    },
    "training": "training",
    "endpoint": "standing ready",
    "data": "data processed",
    "capacity_unit": "capacity unit",
    "base_fee": "fee by the month",
    "request_fee": "fee by the request",
    "streaming": "use, words while the user speaks",
    "speakers": "telling speakers apart",
    "entities": "finding names and numbers",
    "annotations": "fields of a page as data",
    "batch_annotations": "fields of a page as data, answers can wait",
    "cpu_core": "processor core",
    "memory": "memory",
    "disk": "disk",
    "on_demand": "on demand",
    "spot": "spot, may be taken away",
    "1y": "one-year commitment",
    "3y": "three-year commitment",
    "purchase": "purchase",
    "business": "business customers",
    "household": "households",
}
"""Meter of a price key -> what is priced."""


def meter(name: str) -> str:
    """Words of a meter; the plain name where it has none."""
    return METERS.get(name, name.replace("_", " "))
