"""Schema versions of links: every old one stays readable.

A change of the scenario's fields or defaults raises :data:`SCHEMA` and adds the step that rewrites
the version before it. A step gets every input of its version, those the link leaves out with the
value they had then, and gives every input of the next; a new input gets the value that means what
there was before it. A step takes any text, since it runs before values are checked, and never
changes once released. How to: :mod:`report.defaults`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

SCHEMA = 7
"""Version of the links this program writes."""

Step = Callable[[Mapping[str, str]], Mapping[str, str]]
Chain = Mapping[int, Step]


def _short_links(given: Mapping[str, str]) -> Mapping[str, str]:
    """1 -> 2: a link may leave out what its preset says; the inputs are the same."""
    return given


def _benchmarks(given: Mapping[str, str]) -> Mapping[str, str]:
    """2 -> 3: a benchmark says on which machine and with how many requests at once.

    One of before held for every machine; only such links may say so.
    """
    measured = any(given.get(f"measured_{name}") for name in ("requests_per_s", "answer_ms"))
    new = {"max_concurrency": "", "measured_concurrency": ""}
    return {**given, **new, "measured_on": "every" if measured else ""}


def _own_machines(given: Mapping[str, str]) -> Mapping[str, str]:
    """Own machines stood in a colocation; stated hours to run were all there were.

    Where data must stay on the premises it could be no other company's, whatever was charged.
    """
    each = "0" if given.get("ops_hours_per_month") else ""
    levels = (given.get("data_sensitivity"), given.get("training_data_sensitivity"))
    place = "" if "on_premises" in levels else "colocation"
    return {**given, "hosting": place, "ops_hours_per_machine": each}


DESK_MIXES = frozenset({"laptops", "hospital_workstations"})
"""Mixes without a phone, as of schema 3."""


def _devices(given: Mapping[str, str]) -> Mapping[str, str]:
    """A measurement on a device says which; hours of a release and of a check.

    One of before held for every device; only such links may say so. The hours were ours. What a
    desk machine did on the web was counted as its own program.
    """
    own = ("measured_device_ms", "measured_device_j_per_request")
    measured = any(given.get(name) for name in own)
    new = {"release_hours": "", "validation_hours": ""}
    found = {**given, **new, "measured_device": "every" if measured else ""}
    if given.get("device_mix") in DESK_MIXES:
        found["platforms"] = given.get("platforms", "").replace("web", "pc")
    return found


def _tokens(given: Mapping[str, str]) -> Mapping[str, str]:
    """What language models read and write beside plain text of no language, and no add-on.

    Every model was taken to count the tokens of a text alike, and none to think. Tasks without
    text have no language to say.
    """
    text = given.get("task") in ("text_generation", "text_embedding", "translation")
    new = {
        "text_language": "any" if text else "en",
        "reasoning": "none",
        "cache_writes_share": "0",
        "images_per_request": "0",
        "image_width_px": "",
        "image_height_px": "",
        "video_seconds": "0",
        "utc_offset_hours": "",
        "weekend_share": "",
        "addons": "",
    }
    return {**given, **new}


def _wider(given: Mapping[str, str]) -> Mapping[str, str]:
    """3 -> 4: inputs of devices, of own machines and of what language models read and write."""
    return _tokens(_own_machines(_devices(given)))


def _whose(given: Mapping[str, str]) -> Mapping[str, str]:
    """4 -> 5: other models, agreements, what one has today, an own server, a range of growth.

    Each was what a link of before meant: nothing signed, nothing today, no figure of one's own,
    and every language model of the class ranked with the rest.
    """
    text = given.get("task") in ("text_generation", "text_embedding", "translation")
    new = dict.fromkeys(
        (
            "agreements_signed",
            "growth_low",
            "growth_high",
            "today",
            "today_usd_per_month",
            "today_fixed_usd_per_month",
            "own_server",
            "own_server_usd",
            "own_server_life_months",
            "own_server_resale_pct",
            "own_server_w",
        ),
        "",
    )
    return {**given, **new, "other_models": "yes" if text else "no"}


def _decision(given: Mapping[str, str]) -> Mapping[str, str]:
    """5 -> 6: a title, what labels cost, what quality is worth; before, each was nothing."""
    new = {
        "title": "",
        "labelling_usd_per_example": "0",
        "quality_point_usd_per_month": "0",
        "quality_loss_per_month": "0",
    }
    return {**given, **new}


def _turn(given: Mapping[str, str]) -> Mapping[str, str]:
    """6 -> 7: the turn of the answers; before, all came in theirs."""
    return {**given, "service_tier": "standard"}


UPGRADES: Chain = {
    1: _short_links,
    2: _benchmarks,
    3: _wider,
    4: _whose,
    5: _decision,
    6: _turn,
}
"""Version -> what turns the inputs of it into those of the next version."""


def upgrade(given: Mapping[str, str], version: int, chain: Chain = UPGRADES) -> Mapping[str, str]:
    """Inputs of ``version`` in the words of the newest; raises KeyError on a gap in the chain."""
    for step in range(version, max(chain, default=SCHEMA - 1) + 1):
        given = chain[step](given)
    return given
