"""What machines answer, in words: never a rate without its lengths and requests at once."""

from __future__ import annotations

from calculators.results import Capacity
from report import words


def lengths(found: Capacity) -> str:
    """Lengths a rate holds for; blank where no tokens are written."""
    if found.input_tokens is None or found.output_tokens is None:
        return ""
    return f"{words.number(found.input_tokens)} tokens in, {words.number(found.output_tokens)} out"


def full_load(found: Capacity) -> str:
    """What one machine answers when full: rate, requests at once, lengths."""
    copies = f" in {words.number(found.replicas)} copies" if found.replicas > 1 else ""
    rate, at_once = words.number(found.requests_per_s), words.number(found.at_once)
    said = f"{rate} requests a second, {at_once} at once"
    asked = lengths(found)
    return said + copies + (f" ({asked})" if asked else "")


def planned_load(found: Capacity) -> str:
    """What one machine is planned to answer in the busiest hour."""
    return (
        f"{words.number(found.usable_requests_per_s)} requests a second, "
        f"{words.number(found.usable_at_once)} at once"
    )


def machines(found: Capacity | None) -> str:
    """The machines of an option in one sentence; blank where it has none."""
    if found is None:
        return ""
    count = words.number(found.machines)
    return (
        f"{count} × {found.machine} in month 1. One answers {full_load(found)} when full; "
        f"planned for the busiest hour: {planned_load(found)}."
    )
