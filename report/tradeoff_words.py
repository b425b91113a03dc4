"""What the cells of the trade-offs say: a figure with its unit in a few words, and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from calculators.answer.leaving import NOWHERE
from calculators.answer.tradeoffs import TAKEN_OUT, UNPROTECTED, Fact
from calculators.places import VENUES
from calculators.results import LineItem
from pricing.units import label as unit_label
from report import confirmation, words
from report.tables import figures

MOST_ITEMS = 8


@dataclass(frozen=True)
class Heading:
    """A concern as a reader asks it, and what the figure is."""

    title: str
    unit: str
    help: str


HEADINGS: Mapping[str, Heading] = {
    "cost": Heading(
        "What it costs",
        "USD a month",
        "The cost over the whole period, divided by its months; what is ranked on Compare.",
    ),
    "growth": Heading(
        "What growth costs",
        "USD for 1,000 requests more",
        "The same option at twice the volume: what is paid more, for each thousand requests more. "
        "Whole machines make it a stair: 0 until the next machine is needed.",
    ),
    "speed": Heading(
        "Time to the answer",
        "95 of 100 within",
        "From the tap to the complete answer, over all requests of a day.",
    ),
    "live": Heading(
        "Live video",
        "frames a second",
        "What the slowest stage keeps up with: sending a frame, or computing on it. Whether the "
        "delay is bearable is the answer time above.",
    ),
    "offline": Heading(
        "Works without a network",
        "share of users",
        "Users whose own device answers.",
    ),
    "data": Heading(
        "Where the requests go",
        "who sees them",
        "A vendor's machines, yours, or nobody's but the user's.",
    ),
    "own_model": Heading(
        "Your own model",
        "what takes one",
        "Whether a model you trained, or one trained on your data, can answer there.",
    ),
    "own_data": Heading(
        "Where your training data go",
        "who sees them",
        "Where the model is trained most cheaply for this place.",
    ),
    "fresh": Heading(
        "Who keeps it fresh",
        "USD for each new model",
        "Who brings better models, and what each costs the company: training, work, sending it "
        "to devices.",
    ),
    "leaving": Heading(
        "What leaving costs",
        "USD once",
        "Moving to another place: the work, both paid for a while, the rest of a commitment, the "
        "data set sent out, and training anew where the model may not be taken along. What is "
        "bought stays paid.",
    ),
    "start": Heading(
        "Work to start",
        "hours, weeks until it answers",
        "Setting up, converting, first training.",
    ),
    "run": Heading(
        "Work to run",
        "hours a month",
        "Operations, repairs, retraining, checks and releases.",
    ),
    "platforms": Heading(
        "One more platform",
        "hours of work",
        "Converting and testing the model for one more of iOS, Android, web and desktop.",
    ),
    "copied": Heading(
        "Who can copy the model",
        "who holds the file",
        "A model inside an app is on every device that has the app.",
    ),
    "battery": Heading(
        "What the user's battery pays",
        "% of a full one, a day of use",
        "Computing on the device, or the radio for sending, above a screen that is on anyway.",
    ),
}
"""Concern -> how it is asked."""


# --------------------------------------------------------------------------------- what cells say

NOT_KNOWN = "not known"


def text(fact: Fact) -> str:
    """A figure with its unit, or what stands in its place, in a few words."""
    return SAID[fact.concern](fact)


def _figure(write: Callable[[float], str]) -> Callable[[Fact], str]:
    def say(fact: Fact) -> str:
        return NOT_KNOWN if fact.value is None else write(fact.value)

    return say


def _live(fact: Fact) -> str:
    if fact.word:
        return "no picture is asked"
    return NOT_KNOWN if fact.value is None else f"{_rounded(fact.value)} a second"


def _data(fact: Fact) -> str:
    if fact.value is None:
        return NOT_KNOWN
    goes = confirmation.short(fact.goes)
    if fact.value <= 0:
        return "nobody else"
    return goes if fact.value >= 1 else f"{words.percent(fact.value)}: {goes}"


def _own_model(fact: Fact) -> str:
    if fact.word == "any":
        return "yes, any"
    able, every = (round(fact.parts[name]) for name in ("able", "all"))
    if not able:
        return f"no: none of {every} services"
    return f"{able} of {every} services"


def _own_data(fact: Fact) -> str:
    if fact.word == "none":
        return "nothing is trained"
    if fact.goes is None:
        return NOT_KNOWN
    return confirmation.short(fact.goes) if fact.goes.vendor else "nobody else"


def _fresh(fact: Fact) -> str:
    said = {"vendor": "the vendor", "nobody": "you, by hand", "once": "you; trained once"}
    if fact.word in said:
        return said[fact.word]
    return NOT_KNOWN if fact.value is None else f"you: {words.usd(fact.value)} each"


def _leaving(fact: Fact) -> str:
    if fact.lacks == NOWHERE:
        return "nowhere to go"
    return NOT_KNOWN if fact.value is None else words.usd(fact.value)


def _start(fact: Fact) -> str:
    if fact.value is None:
        return NOT_KNOWN
    return f"{_hours(fact.value)}, {_weeks(fact.parts['weeks'])}"


def _platforms(fact: Fact) -> str:
    return "none" if fact.word == "server" else _hours(fact.value or 0.0)


def _copied(fact: Fact) -> str:
    if fact.word == "server":
        return "no: it stays on servers"
    if not fact.value:
        return "nobody holds it"
    return f"yes: {words.percent(fact.value or 0.0)} of users"


def _battery(value: float) -> str:
    return "under 0.01 %" if 0 < value < 0.01 else f"{words.number(value)} %"


def _growth(value: float) -> str:
    return "under $0.01" if 0 < value < CENT else words.usd(value)


CENT = 0.01


def _offline(value: float) -> str:
    return "no" if value <= 0 else f"{words.percent(value)} of users"


def _hours(value: float) -> str:
    return f"{_rounded(value)} h"


def _weeks(value: float) -> str:
    if value < 1:
        return "under a week"
    return f"{_rounded(value)} week{'' if _rounded(value) == '1' else 's'}"


def _rounded(value: float) -> str:
    """Two figures are all that such estimates carry; 100 and more are whole."""
    return words.number(round(value) if value >= 10 else round(value, 1))


SAID: Mapping[str, Callable[[Fact], str]] = {
    "cost": _figure(words.usd),
    "growth": _figure(_growth),
    "speed": _figure(words.milliseconds),
    "live": _live,
    "offline": _figure(_offline),
    "data": _data,
    "own_model": _own_model,
    "own_data": _own_data,
    "fresh": _fresh,
    "leaving": _leaving,
    "start": _start,
    "run": _figure(_hours),
    "platforms": _platforms,
    "copied": _copied,
    "battery": _figure(_battery),
}


# ------------------------------------------------------------------------------------------- why


def why(fact: Fact) -> list[str]:
    """What stands behind a cell, a sentence each."""
    known = fact.lacks and fact.lacks != NOWHERE  # which is known, and said by what it means
    said = [f"Not known: needs {fact.lacks}."] if known else []
    said += WHY[fact.concern](fact)
    said += [item.text for item in fact.findings]
    said += [_item(item) for item in fact.items[:MOST_ITEMS]]
    left = len(fact.items) - MOST_ITEMS
    return said + ([f"And {left} smaller items."] if left > 0 else [])


def _item(item: LineItem) -> str:
    quantity, rate = figures(item)
    period = "" if item.period == "once" else ", over the whole period"
    amount = words.usd(item.amount_usd)
    ours = "; the hours are our assumption" if item.ours else ""
    unit = unit_label(item.unit)
    return f"{item.name}: {quantity} × {unit} at ${rate} = {amount}{period}{ours}."


def _why_cost(fact: Fact) -> list[str]:
    return ["Its largest items:"] if fact.items else []


def _why_growth(fact: Fact) -> list[str]:
    if fact.value is None:
        return []
    here, twice = words.usd(fact.parts["here"]), words.usd(fact.parts["twice"])
    return [f"{here} a month here, {twice} a month at twice the volume, the same option."]


def _why_speed(fact: Fact) -> list[str]:
    half = fact.parts.get("half")
    spent = [
        f"{name} {words.milliseconds(ms)}"
        for name, ms in fact.parts.items()
        if name != "half" and ms > 0
    ]
    if half is None:
        return [f"The network alone, half of the answers: {', '.join(spent)}."] if spent else []
    whole = words.milliseconds(half)
    return [f"Half of the answers within {whole}: {', '.join(spent)}."]


def _why_live(fact: Fact) -> list[str]:
    slowest = fact.parts.get("one frame")
    if slowest is None:
        return ["The task asks for no picture."] if fact.word else []
    return [f"The slowest stage takes {words.milliseconds(slowest)} a frame."]


def _why_offline(fact: Fact) -> list[str]:
    if not fact.value:
        return ["Every answer comes from a server: it needs a network."]
    return [f"{words.percent(fact.value)} of users have a device that answers by itself."]


def _why_goes(fact: Fact) -> list[str]:
    told = [] if fact.goes is None else [f"{capital(confirmation.where(fact.goes))}."]
    if fact.concern == "own_data" and fact.word in VENUES:
        told.insert(0, f"Trained most cheaply on: {VENUES[fact.word].name}.")
    if fact.concern == "own_data" and fact.word == "none":
        told = ["The model is used as published, or is the vendor's own."]
    if fact.concern == "data" and fact.value is not None and 0 < fact.value < 1:
        told.insert(0, f"{words.percent(1 - fact.value)} of requests stay on the users' devices.")
    return told


def _why_own_model(fact: Fact) -> list[str]:
    if fact.word == "any":
        return ["You choose the weights that answer."]
    able, every = (round(fact.parts[name]) for name in ("able", "all"))
    told = [f"{able} of the {every} services for this task can be trained on your data."]
    if able and fact.word == "other":
        told.append("The cheapest one, shown here, is not among them.")
    return told


def _why_fresh(fact: Fact) -> list[str]:
    said = {
        "vendor": "The vendor improves its own model, and may change or end it.",
        "nobody": "The weights are as published; a newer model comes when you put one there.",
        "once": "Trained once; the scenario retrains never.",
    }
    if fact.word in said:
        return [said[fact.word]]
    if fact.word == "you" and "models" in fact.parts:
        told = f"{words.number(fact.parts['models'])} new models over the whole period."
        sent = fact.parts.get("sent", 0.0)
        more = [f"Sending one to the devices: {words.usd(sent)}."] if sent >= CENT else []
        return [told, *more]
    return []


def _why_leaving(fact: Fact) -> list[str]:
    if fact.lacks == NOWHERE:
        stays = "The trained model stays behind, and no other place may train it here"
        return [f"{stays}: there is nowhere to go with it. What moving would cost before that:"]
    return {
        "untrained": ["Nothing was trained: no model to take along."],
        "leaves": ["The trained model may be taken along."],
        "stays": ["The trained model stays behind: it is trained anew elsewhere."],
    }.get(fact.word, [])


def _why_start(fact: Fact) -> list[str]:
    if fact.value is None:
        return []
    low, high = (_weeks(fact.parts[end]) for end in ("low", "high"))
    spent = [f"{name} {_weeks(fact.parts[name])}" for name in _PARTS if fact.parts.get(name)]
    return [
        f"Until it answers: {_weeks(fact.parts['weeks'])} (80 % range {low} to {high}).",
        f"Of these: {', '.join(spent)}. Collecting and labelling data are not in it.",
    ]


_PARTS = ("work", "training", "delivery", "store")


def _why_platforms(fact: Fact) -> list[str]:
    if fact.word == "server":
        return ["One server answers every platform; each app only sends a request."]
    count = words.number(fact.parts["platforms"])
    return [f"The model is converted and tested for each platform; {count} are in the scenario."]


def _why_copied(fact: Fact) -> list[str]:
    if fact.word == "server":
        return ["The file never reaches a user's device; its answers can still be learnt from."]
    open_, taken = (words.percent(fact.parts[name]) for name in (UNPROTECTED, TAKEN_OUT))
    return [
        "The file is part of the app and can be taken out of it.",
        "What protects it: encryption by the platform or of your own; it raises the effort.",
        f"Of the apps with a model in a study of stores {open_} had none.",
        f"Of those with some, {taken} gave their model up all the same.",
    ]


def _why_battery(fact: Fact) -> list[str]:
    if fact.value is None:
        return []
    what = "Sending and receiving by radio" if fact.parts["radio"] else "Computing on the device"
    known = fact.parts["known"]
    over = "" if known >= 1 else f", over the {words.percent(known)} whose battery is known"
    return [f"{what}, mean of the users{over}."]


WHY: Mapping[str, Callable[[Fact], list[str]]] = {
    "cost": _why_cost,
    "growth": _why_growth,
    "speed": _why_speed,
    "live": _why_live,
    "offline": _why_offline,
    "data": _why_goes,
    "own_model": _why_own_model,
    "own_data": _why_goes,
    "fresh": _why_fresh,
    "leaving": _why_leaving,
    "start": _why_start,
    "run": lambda _: ["A month, mean of the whole period."],
    "platforms": _why_platforms,
    "copied": _why_copied,
    "battery": _why_battery,
}


def capital(text: str) -> str:
    """The first letter large."""
    return text[:1].upper() + text[1:]
