"""Arbitrary scenarios: every field anywhere within its bounds, names from the price book."""

from __future__ import annotations

import math
from typing import Any, get_args, get_origin

from hypothesis import strategies as st

from calculators.scenario import (
    MEASURED,
    Scenario,
    bounds,
    build,
    choices,
    fields,
    is_numeric,
    is_whole,
)
from calculators.title import strange
from pricing.book import PriceBook
from report.resolve import known_names

BOOK = PriceBook.load()


def field_values(name: str) -> st.SearchStrategy[Any]:
    annotation = fields()[name].annotation
    values = _plain(name)
    return values | st.none() if type(None) in get_args(annotation) else values


def _plain(name: str) -> st.SearchStrategy[Any]:
    annotation = fields()[name].annotation
    known = known_names(name, BOOK)
    words = tuple(known) if known is not None else choices(name)
    if get_origin(annotation) is tuple:
        least = 1 if name == "platforms" else 0
        return st.lists(st.sampled_from(words), min_size=least, max_size=3, unique=True).map(tuple)
    if annotation is bool:
        return st.booleans()
    if is_numeric(name):
        return _numbers(name)
    if name == "title":
        return st.text(max_size=20).filter(lambda text: not strange(text))
    return st.sampled_from(words) if words else st.text(max_size=20)


def _numbers(name: str) -> st.SearchStrategy[Any]:
    low, high, open_low = bounds(name)
    if is_whole(name):
        return st.integers(math.ceil(low or 0), math.floor(high or 0))
    return st.floats(low, high, exclude_min=open_low)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    return build(consistent({name: draw(field_values(name)) for name in fields()}))


def consistent(values: dict[str, Any]) -> dict[str, Any]:
    """What belongs together: where something was measured, images' size, shares, growth's range."""
    found = dict(values)
    places = {"measured_on": "T4", "measured_device": "iPhone 15"}
    for where, names in MEASURED.items():
        if not values.get(where) and any(values.get(name) is not None for name in names):
            found[where] = places[where]
    if values.get("images_per_request"):
        for name in ("image_width_px", "image_height_px"):
            found[name] = values.get(name) or 512.0
    grows = values.get("growth_pct_per_month", 0.0)
    for name, end in (("growth_low", min), ("growth_high", max)):
        if values.get(name) is not None:
            found[name] = end(values[name], grows)
    # an id is known for some inputs alone, and asking for all of them each time is slow
    found["today"] = ""
    if values.get("cache_writes_share"):
        rest = 1 - values.get("cached_input_share", 0.0)
        found["cache_writes_share"] = min(values["cache_writes_share"], rest)
    return found
