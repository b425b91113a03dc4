"""Price forms of managed APIs: how the units of a request are counted and at what rate.

One record and one module each. A bill is made by the forms in turn, each given the lines of those
before it: first the forms that begin lines, then those that count them otherwise, then those that
move a part of a line to another price, last what is charged on top. A new form is a module here
and its place in :data:`FORMS`.
"""

from __future__ import annotations

from calculators.market.forms import (
    addons,
    by_feature,
    cache_reads,
    cache_writes,
    channels,
    disputed,
    documents,
    fees,
    hours,
    increments,
    kept_data,
    long_prompts,
    monthly,
    per_unit,
    priority,
    residency,
    sessions,
    sound,
    streaming,
    tokens,
    waiting,
)
from calculators.market.forms.line import Asked, Form, Line, Lines

FORMS: tuple[Form, ...] = (
    per_unit.FORM,
    tokens.FORM,
    sessions.FORM,
    documents.FORM,
    increments.FORM,
    channels.FORM,
    streaming.FORM,
    sound.FORM,
    cache_reads.FORM,
    cache_writes.FORM,
    waiting.FORM,
    priority.FORM,
    long_prompts.FORM,
    hours.FORM,
    residency.FORM,
    by_feature.FORM,
    addons.FORM,
    fees.FORM,
    monthly.FORM,
    disputed.FORM,
    kept_data.FORM,
)
"""Every price form, in the order in which a bill is made."""


def bill(asked: Asked) -> Lines:
    """The lines of the bills of C services."""
    lines: Lines = ()
    for form in FORMS:
        lines = form.lines(asked, lines)
    return lines


__all__ = ["FORMS", "Asked", "Form", "Line", "Lines", "bill"]
