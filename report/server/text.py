"""JSON in pieces: the encoder lets no other thread run until it is through."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

LONG = 16
"""Lists longer than this are written element by element."""


def text_of(body: Mapping[str, Any]) -> bytes:
    """An object as compact JSON; raises ValueError for NaN."""
    members = (f"{_dumps(name)}:{_value(value)}" for name, value in body.items())
    return ("{" + ",".join(members) + "}").encode()


def _value(value: Any) -> str:
    if isinstance(value, list) and len(value) > LONG:
        return "[" + ",".join(_each(value)) + "]"
    return _dumps(value)


def _each(values: list[Any]) -> Iterator[str]:
    return (_dumps(value) for value in values)


def _dumps(value: Any) -> str:
    return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
