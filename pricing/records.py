"""Objects that hold values and never change, made fast.

A frozen dataclass writes each field past a guard: one of 19 fields takes five times as long to make
as a plain one, and a comparison makes hundreds. These two are plain when the program runs, and the
type checker refuses to write to them as to a frozen one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, eq_default=False, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """A record that is itself alone: compared by identity, as what holds arrays must be."""
    return dataclass(eq=False)(cls)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def value(cls: type[T]) -> type[T]:
    """A record that is its fields: compared and hashed by them."""
    return dataclass(unsafe_hash=True)(cls)
