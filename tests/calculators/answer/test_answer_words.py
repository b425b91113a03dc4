"""How many places the heading names."""

from calculators.answer.words import ROOM, either
from calculators.places import PLACES, AnswersAt


def test_short_names_stand_side_by_side() -> None:
    assert either(["managed_api", "rented"]) == "a managed API or rented machines"
    three: list[AnswersAt] = ["hosted_platform", "managed_api", "rented"]
    assert either(three) == "a hosted platform, a managed API or rented machines"
    assert either([*three, "owned"]).endswith("rented machines or one of 1 more")


def test_long_names_are_fewer_and_the_rest_is_counted() -> None:
    kinds: list[AnswersAt] = ["hosted_platform", "managed_api", "device+managed_api", "device"]
    assert either(kinds) == "a hosted platform, a managed API or one of 2 more"


def test_any_choice_keeps_to_its_room() -> None:
    every = list(PLACES)
    for first in every:
        rest = [kind for kind in every if kind != first]
        said = either([first, *rest])
        assert len(said) <= ROOM or said.endswith(f"one of {len(rest)} more")
