"""Records: compared by identity or by what they hold, and replaced as any dataclass is."""

from __future__ import annotations

from dataclasses import field, replace

from pricing.records import record, value


@record
class Held:
    """Compared by identity."""

    number: float
    names: list[str] = field(default_factory=list)


@value
class Said:
    """Compared by its fields."""

    number: float
    text: str = ""


def test_a_record_is_itself_alone() -> None:
    one, other = Held(1.0), Held(1.0)
    assert one != other
    assert len({one, other}) == 2
    assert one.names is not other.names


def test_a_value_is_what_it_holds() -> None:
    assert Said(1.0, "a") == Said(1.0, "a")
    assert Said(1.0, "a") != Said(2.0, "a")
    assert len({Said(1.0, "a"), Said(1.0, "a"), Said(1.0)}) == 2


def test_both_are_replaced_and_not_changed() -> None:
    held, said = Held(1.0, ["x"]), Said(1.0)
    assert replace(held, number=2.0).names is held.names
    assert replace(said, text="b") == Said(1.0, "b")
    assert (held.number, said.text) == (1.0, "")
