"""The scenario of one visitor: read from the address, changed by the form, written back.

The address is the truth when a page opens and whenever it changes by other means than the form
(a pasted link, the browser's Back). After that the form changes the scenario, and the link to the
scenario goes back to the address.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, get_args
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from calculators.own import refused_by
from calculators.presets import from_preset
from calculators.scenario import BadField, Scenario, ScenarioError, allowed, extra, fields
from pricing.book import PriceBook
from report import codec, own_figures, words
from report.codec import Decoded, Notice
from report.pins import OF_PAGES, PINS, SIDE, Was
from report.resolve import known_names
from report.sides import FIRST, LETTERS
from ui import cached, catalogue

_VISIT = "visit"
_DRAWN, _LEFT = "drawn_page", "came_from_another_page"
GROUPS, _GROUPS = "groups", "opened_groups"
_KEPT = frozenset({"region", "providers_allowed", "min_confidence", "horizon_months"})


@dataclass
class Visit:
    """What a visitor looks at, across pages and reruns."""

    scenario: Scenario
    book: PriceBook
    method: str  # of the link that was opened
    was: Was | None  # the headline that link showed
    notices: tuple[Notice, ...] = ()
    written: str = ""  # the query last put into the address, without what belongs to pages
    touched: bool = False  # the form spoke in this run
    exact_cadence: bool = False  # the rhythm is given as a number
    letter: str = FIRST  # which of several scenarios this is
    others: dict[str, Scenario] = field(default_factory=dict)  # those beside it, by letter

    @property
    def every(self) -> dict[str, Scenario]:
        """All scenarios by letter, A first."""
        return dict(sorted({**self.others, self.letter: self.scenario}.items()))


# --- address ---------------------------------------------------------------------------------
def begin() -> Visit:
    """The visitor's scenario for this run; call once, before any input is drawn."""
    held = st.session_state.get(_VISIT)
    query = _address()
    foreign = bool(query) and held is not None and query != held.written and not held.touched
    if held is None or foreign:
        held = _open(query)
        st.session_state[_VISIT] = held
    held.touched = False
    return visit()


def _address() -> str:
    """The scenario's part of the address."""
    pairs = [
        (name, text)
        for name in st.query_params
        if name not in OF_PAGES
        for text in st.query_params.get_all(name)
    ]
    return urlencode(pairs)


def of_page(name: str) -> str:
    """What the address says of one of :data:`OF_PAGES`; blank where it says nothing."""
    return str(st.query_params.get(name, ""))


def page_value(name: str) -> str:
    """What a page shows beside the scenario: the address's, or what was there before this page.

    ``name`` is one of :data:`OF_PAGES`. The address wins whenever it was changed by other means
    than the page (a pasted link, the browser's Back); another page's address says nothing of it.
    """
    said = of_page(name)
    value, written = st.session_state.get(f"_page_{name}", ("", ""))
    if said != written and (said or not st.session_state.get(_LEFT)):
        value = said
    st.session_state[f"_page_{name}"] = (value, said)
    return str(value)


def set_page_value(name: str, value: str) -> None:
    """Show something else beside the scenario; the page writes it into the address."""
    st.session_state[f"_page_{name}"] = (value, of_page(name))


def agreed(names: Iterable[str]) -> None:
    """Note that the address says what the page shows: what differs later was changed elsewhere.

    Without it the step back to what stood there before the last choice would look like no change.
    """
    for name in names:
        value, _ = st.session_state.get(f"_page_{name}", ("", ""))
        st.session_state[f"_page_{name}"] = (value, of_page(name))


def on_page(page: str) -> None:
    """Note which page is drawn: its own part of the address is not what the last page left."""
    st.session_state[_LEFT] = st.session_state.get(_DRAWN, page) != page
    st.session_state[_DRAWN] = page


def opened_groups() -> str:
    """Which groups of inputs are open, as the address says it; before any is drawn: as it said."""
    held = st.session_state.get(_GROUPS)
    return of_page(GROUPS) if held is None else str(held)


def note_groups(said: str) -> None:
    """Keep which groups of inputs are open, for the address and for the next page."""
    st.session_state[_GROUPS] = said


def _open(query: str) -> Visit:
    found = codec.decode(query)
    letter = of_page(SIDE)
    if letter not in found.others:
        made = Visit(found.scenario, found.book, found.method, found.was, found.notices)
        made.others = dict(found.others)
        return made
    every = {FIRST: found.scenario, **found.others}
    shown = every.pop(letter)
    made = Visit(shown, found.book, found.method, None, found.notices)
    made.letter, made.others = letter, every
    return made


def write_address(link: str, page: Mapping[str, str] = MappingProxyType({})) -> None:
    """Put the query of what is on the screen into the address, unless it says so already.

    ``page`` is what the page shows besides, of :data:`OF_PAGES`; blank values are left out.
    """
    now = visit()
    link = of_every(now, link)
    pairs = dict(parse_qsl(link, keep_blank_values=True))
    frame = {SIDE: now.letter if now.letter != FIRST else "", GROUPS: opened_groups()}
    shown = {name: text for name, text in {**page, **frame}.items() if text}
    there = {name: of_page(name) for name in OF_PAGES if of_page(name)}
    address = _address()
    now.written = urlencode(pairs)
    if address != now.written and _says_it_all(address, link):
        # each new address is one more step for the browser's Back: an old full link stays
        now.written = address
        pairs = dict(parse_qsl(address, keep_blank_values=True))
    if address != now.written or there != shown:
        st.query_params.from_dict({**pairs, **shown})


def _says_it_all(address: str, link: str) -> bool:
    """Whether an address written otherwise pins and means exactly what is on the screen."""
    given = dict(parse_qsl(address, keep_blank_values=True))
    if not all(given.get(name) for name in PINS if name != "was"):
        return False
    there = codec.decode(address)
    if there.notices or {FIRST: there.scenario, **there.others} != visit().every:
        return False
    return _meaning(there) == _meaning(codec.decode(link))


def _meaning(found: Decoded) -> tuple[object, ...]:
    book = found.book
    return found.scenario, found.others, book.edition, book.price_date, found.method, found.was


def link_query(was: Was | None) -> str:
    """The complete query of the scenario on the screen, without those beside it."""
    return codec.encode(visit().scenario, visit().book, was)


def of_every(now: Visit, link: str) -> str:
    """The query of every scenario; ``link`` is that of the one on the screen."""
    if not now.others:
        return link
    every = now.every
    first = every.pop(FIRST)
    found = cached.comparison(first, now.book)
    return codec.encode(first, now.book, cached.headline(found), every)


# --- reading ---------------------------------------------------------------------------------
def visit() -> Visit:
    """The visitor's state; :func:`begin` has made it."""
    found: Visit = st.session_state[_VISIT]
    return found


def book() -> PriceBook:
    """The price book the visitor looks at."""
    return visit().book


def preset_scenario() -> Scenario:
    """The chosen preset without any change."""
    return from_preset(visit().scenario.preset, {}, book())


def default(name: str) -> Any:
    """What the preset says for a field."""
    return getattr(preset_scenario(), name)


def changes() -> dict[str, Any]:
    """Fields that differ from the preset."""
    plain, now = preset_scenario(), visit().scenario
    return {
        name: getattr(now, name) for name in fields() if getattr(now, name) != getattr(plain, name)
    }


# --- changing --------------------------------------------------------------------------------
def show(key: str, value: Any) -> None:
    """Let a widget show ``value``; call before it is drawn."""
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value


def changed(name: str, key: str) -> None:
    """Take a widget's value into the scenario (a widget's ``on_change``)."""
    value = st.session_state[key]
    set_field(name, tuple(value) if isinstance(value, list) else value)


def set_field(name: str, value: Any, typed: str | None = None) -> None:
    """Change one field; one not allowed is named (as it was ``typed``) and the old one stays."""
    if value is None and type(None) not in get_args(fields()[name].annotation):
        value = default(name)
    apply({name: value, **_follows(name, value)})
    if typed is not None:
        told = visit().notices
        visit().notices = tuple(replace(one, got=codec.clip(typed)) for one in told)


def _follows(name: str, value: Any) -> dict[str, Any]:
    """A model of another task gives way when the task changes."""
    if name != "task":
        return {}
    known = catalogue.models(book(), str(value))
    if visit().scenario.model in known:
        return {}
    plain = default("model")
    return {"model": plain if plain in known else next(iter(known), "")}


def apply(values: dict[str, Any]) -> None:
    """Change several fields at once, all or none."""
    now = visit()
    now.touched, now.notices, now.was = True, (), None
    bad = [item for name, value in values.items() if (item := _unknown(name, value))]
    try:
        if not bad:
            now.scenario = now.scenario.with_changes(values)
    except ScenarioError as error:
        bad = error.bad
    now.notices = tuple(_notice(item) for item in bad)


def _unknown(name: str, value: Any) -> BadField | None:
    """A name the price book does not hold."""
    known = known_names(name, book())
    parts = value if isinstance(value, tuple) else (value,)
    if known is None or all(part in known for part in parts):
        return None
    return BadField(field=name, value=str(value), allowed=" | ".join(known))


def set_own(name: str, key: str) -> None:
    """Take an own figure from a widget; an empty one takes it off, a bad one is named."""
    value = st.session_state[key]
    now = visit()
    words = None if value is None else refused_by(name, value, now.book, now.scenario.region)
    if words is None:
        apply({name: value})
        return
    now.touched = True
    now.notices = (_notice(BadField(field=name, value=f"{value:g}", allowed=words)),)


def take_off_own() -> None:
    """Back to list prices and our assumptions, all at once, in every scenario."""
    now = visit()
    now.scenario = own_figures.without(now.scenario)
    now.others = {letter: own_figures.without(one) for letter, one in now.others.items()}
    now.touched, now.notices, now.was = True, (), None


def refuse(name: str, text: str) -> None:
    """Name an entry that could not be read at all; the old value stays."""
    now = visit()
    now.touched = True
    now.notices = (_notice(BadField(field=name, value=text, allowed=allowed(name))),)


def _notice(item: BadField) -> Notice:
    used = "nothing: it was left out"
    if item.field in fields():
        used = words.input_value(item.field, getattr(visit().scenario, item.field))
    return Notice(codec.clip(item.field), codec.clip(item.value), item.allowed, used)


def reset(name: str) -> None:
    """Back to the preset's value."""
    set_field(name, default(name))


def reset_all() -> None:
    """Back to the preset."""
    now = visit()
    now.scenario, now.exact_cadence = preset_scenario(), False
    now.touched, now.notices, now.was = True, (), None


def preset_changed(key: str) -> None:
    """Another app was chosen in a widget."""
    start_from(st.session_state[key], {})


def start_from(preset: str, values: Mapping[str, Any]) -> None:
    """Start afresh from a preset and ``values``, keeping what belongs to the visitor."""
    kept = {n: v for n, v in changes().items() if n in _KEPT or extra(n, "group") == "money"}
    now = visit()
    kept["own"] = now.scenario.own  # what one pays is the visitor's, whatever the app
    now.scenario = from_preset(preset, {**kept, **values}, book())
    now.touched, now.notices, now.was, now.exact_cadence = True, (), None, False


def set_price_date(edition: date, price_date: date) -> None:
    """Look at the prices of another day or edition."""
    now = visit()
    # read back like a link: another edition may not hold every name the scenario uses
    book = PriceBook.load(edition, price_date)
    found = codec.decode(codec.encode(now.scenario, book))
    beside = {
        letter: codec.decode(codec.encode(one, book)).scenario for letter, one in now.others.items()
    }
    now.scenario, now.book, now.notices = found.scenario, found.book, found.notices
    now.others = beside
    now.touched, now.was = True, None


# --- several scenarios -----------------------------------------------------------------------
def add_side() -> None:
    """A changed copy beside the others: the next free letter, looked at from now on."""
    now = visit()
    free = [letter for letter in LETTERS if letter not in now.every]
    if free:
        now.others = {**now.others, now.letter: now.scenario}
        _look_at(now, free[0], now.scenario)


def open_side(letter: str) -> None:
    """Look at another of the scenarios; the form changes that one."""
    now = visit()
    if letter in now.others:
        shown = now.others.pop(letter)
        now.others[now.letter] = now.scenario
        _look_at(now, letter, shown)


def close_side(letter: str) -> None:
    """Take one of the scenarios away; the first stays."""
    now = visit()
    if letter == now.letter and letter != FIRST:
        open_side(FIRST)
    now.others.pop(letter, None)
    now.touched = True


def _look_at(now: Visit, letter: str, scenario: Scenario) -> None:
    now.letter, now.scenario = letter, scenario
    now.touched, now.notices, now.was, now.exact_cadence = True, (), None, False
