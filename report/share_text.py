"""What leaves the page as text: a line for a chat, a snippet that reproduces it, a citation.

All plain text: no markup of ours, and a title of the user's stands in it as it was written.
"""

from __future__ import annotations

from calculators import METHOD
from calculators.presets import presets
from calculators.results import Comparison
from report import links, words
from report.ranked import ranked


def name(comparison: Comparison) -> str:
    """What the comparison is about: its title, or the app and the volume."""
    scenario = comparison.scenario
    if scenario.title:
        return scenario.title
    known = presets(comparison.book)
    app = known[scenario.preset].label.partition(":")[0]
    return f"{app}, {words.number(scenario.requests_per_month)} requests a month"


def pinned(comparison: Comparison) -> str:
    """What a link to it pins."""
    book = comparison.book
    return f"edition {book.edition}, prices of {words.day(book.price_date)}, method {METHOD}"


def answer(comparison: Comparison) -> str:
    """The answer with its cost, range and period, in one sentence."""
    best = comparison.cheapest
    cost = None if best is None else ranked(best, comparison)
    said = comparison.sentence.rstrip(".")
    if best is None or cost is None:
        return f"{said}."
    months = comparison.scenario.horizon_months
    low, high = words.usd(cost.low_usd), words.usd(cost.high_usd)
    spread = "" if cost.low_usd is None else f" (8 in 10 cases: {low} to {high})"
    usd = words.usd(cost.monthly_usd)
    # of several that are too close the figure is that of one: which is said
    named = ". Cheapest at middle values: " if comparison.too_close else ": "
    return f"{said}{named}{best.label}, {usd} a month{spread} over {months} months."


def pasted(comparison: Comparison, url: str) -> str:
    """A short text for a chat or a ticket."""
    about = f"{name(comparison)}. {answer(comparison)}"
    return f"{about}\nCrossover, {pinned(comparison)}: {url}"


def citation(comparison: Comparison, url: str) -> str:
    """One line for a document or a paper."""
    return (
        f"Crossover, “{name(comparison)}”. {answer(comparison)} {_first(pinned(comparison))}. {url}"
    )


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]


def curl(base: str, query: str) -> str:
    """The figures of the answer, from a shell."""
    url = links.link(base, query, links.COMPARE_API)
    return f"curl --compressed --fail '{url}'"


def python(base: str, query: str) -> str:
    """The same in Python, with nothing to install."""
    url = links.link(base, query, links.COMPARE_API)
    return f'''import json
from urllib.request import urlopen

with urlopen("{url}") as answer:
    found = json.load(answer)
best = next((one for one in found["options"] if one["id"] == found["cheapest"]), None)
if best is None:
    print("nothing is possible as asked")
else:
    print(best["label"], best["total_usd"], "US dollars over the period")
'''
