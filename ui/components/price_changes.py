"""What changed between two days or editions, and which sources do not agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from calculators.answer.price_effect import Effect, effects
from calculators.results import Comparison
from pricing.book import PriceBook, UnknownEdition, editions
from pricing.changes import CONFLICT_DAYS, Change, Conflict, Standing, between, conflicts
from pricing.units import label as unit_label
from report import words
from ui import cached, state
from ui.components import kept, notices

NAMES = AGAINST, DAY, KINDS = "against", "against_day", "kinds"
"""What prices are compared with and which changes are shown, by their names in the address."""
_YEAR = 365
_BEFORE = "before_day"


def draw_changes(comparison: Comparison, first_day: date) -> None:
    """Draw the prices that differ between an earlier day or edition and the current one."""
    book = comparison.book
    left, right = st.columns(2)
    edition = _pick_edition(left, book)
    latest = min(edition, book.price_date)
    day = _pick_day(right, first_day, latest)
    try:
        before = PriceBook.load(edition, day)
    except UnknownEdition as error:
        st.warning(str(error), icon=":material/info:")
        return
    found = changes(comparison, before)
    st.markdown(
        f"**{len(found):,}** prices differ between {words.day(before.price_date)} "
        f"(edition {before.edition}) and {words.day(book.price_date)} (edition {book.edition}). "
        + moved_words(sum(bool(one.place) for one in found))
    )
    if not found:
        return
    kinds = list(dict.fromkeys(one.word for one in found))
    kept.show_several(KINDS, "change_kinds", kinds, _shown_first(found), _WORDS)
    wanted = st.pills(
        "Show",
        kinds,
        selection_mode="multi",
        key="change_kinds",
        on_change=kept.note_several,
        args=(KINDS, "change_kinds"),
    )
    shown = [one for one in found if one.word in wanted]
    st.dataframe(
        changes_frame(shown),
        hide_index=True,
        column_config=_CHANGES,
        key="changes",
        placeholder="–",
    )


def _pick_edition(room: DeltaGenerator, book: PriceBook) -> date:
    """The edition to compare with; at first the newest that is not newer than the book."""
    known = [day.isoformat() for day in sorted(editions(), reverse=True) if day <= book.edition]
    kept.show(AGAINST, "before_edition", known, known[0])
    chosen = room.selectbox(
        "Compared with edition",
        known,
        key="before_edition",
        help="An edition is a released state of the tables; a later one may correct earlier rows.",
        on_change=_note_edition,
        args=(known[0],),
    )
    return date.fromisoformat(chosen)


def _note_edition(newest: str) -> None:
    """Another edition ends on another day: the day is chosen anew."""
    kept.note(AGAINST, "before_edition", newest)
    state.set_page_value(DAY, "")


def _pick_day(room: DeltaGenerator, first: date, latest: date) -> date:
    """The day of its prices; at first a year before the last one there is."""
    year_before = max(first, latest - timedelta(days=_YEAR))
    said = notices.taken_day(DAY, state.page_value(DAY), first, latest, year_before)
    state.show(_BEFORE, said)
    return room.date_input(
        "and its prices of",
        key=_BEFORE,
        min_value=first,
        max_value=latest,
        on_change=kept.note,
        args=(DAY, _BEFORE),
    )


_MOVED = ("dearer", "cheaper")
_WORDS = ("new", "gone", *_MOVED, "changed")


def moved_words(count: int) -> str:
    """How many of the changes move the current comparison."""
    if not count:
        return "None of them moves the current comparison; the largest changes come first."
    verb = "moves" if count == 1 else "move"
    return f"**{count:,}** of them {verb} the current comparison and come first."


def _shown_first(found: Sequence[Moved]) -> list[str]:
    """Kinds of change shown before anyone chooses: those that moved, and those that matter here."""
    matter = {one.word for one in found if one.place}
    return list(dict.fromkeys(one.word for one in found if one.word in matter | set(_MOVED)))


_CHANGES = {
    "Before": st.column_config.NumberColumn(format="%.10g"),
    "After": st.column_config.NumberColumn(format="%.10g"),
    "After / before": st.column_config.NumberColumn(format="%.3g"),
    "at": st.column_config.TextColumn(width="medium"),
    "Effect, USD a month": st.column_config.NumberColumn(
        format="%.2f",
        help="What the change did to the cheapest allowed option of the place it moves most, "
        "all other prices as they are now.",
    ),
}


@dataclass(frozen=True)
class Moved:
    """A change of price and what it did to the current comparison."""

    change: Change
    place: str  # of answering, the one it moves most; blank where it moves none
    usd_a_month: float | None

    @property
    def word(self) -> str:
        """The change in a word."""
        if self.change.kind != "changed":
            return self.change.kind
        old, new = self.change.old_usd, self.change.new_usd
        if old is None or new is None or old == new:
            return "changed"
        return "dearer" if new > old else "cheaper"


def changes(now: Comparison, before: PriceBook) -> list[Moved]:
    """Prices that differ between ``before`` and the comparison's book.

    Those that move the comparison come first, by effect; then the others, by ratio.
    """
    found = between(before, now.book)
    by_place = {(one.key, one.region): one for one in found}
    earlier = cached.comparison(now.scenario, before)
    months = now.scenario.horizon_months
    ordered = [
        Moved(by_place[effect.key, effect.region], *_largest(effect, months))
        for effect in effects(now, found, earlier)
    ]
    moving = [one for one in ordered if one.place]
    known = {id(one.change) for one in moving}
    return [*moving, *(Moved(one, "", None) for one in found if id(one) not in known)]


def _largest(effect: Effect, months: float) -> tuple[str, float | None]:
    if effect.opened or effect.closed:
        said = [f"{_place(kind)}: possible since" for kind in effect.opened]
        said += [f"{_place(kind)}: no longer possible" for kind in effect.closed]
        return "; ".join(said), None
    if not effect.usd_by_kind:
        return "", None
    kind, usd = max(effect.usd_by_kind.items(), key=lambda pair: abs(pair[1]))
    return _place(kind), usd / months


def _place(kind: str) -> str:
    return words.place(kind)


def changes_frame(found: Sequence[Moved]) -> pd.DataFrame:
    """Changes as a table; a blank before is new, a blank after is no longer offered."""
    return pd.DataFrame(
        {
            "Key": [one.change.key for one in found],
            "What": [one.word for one in found],
            "Before": pd.Series([_listed(one.change.old) for one in found], dtype="float64"),
            "After": pd.Series([_listed(one.change.new) for one in found], dtype="float64"),
            "After / before": pd.Series([one.change.ratio for one in found], dtype="float64"),
            "Effect, USD a month": pd.Series([one.usd_a_month for one in found], dtype="float64"),
            "at": [one.place for one in found],
            "Unit": [_unit(one.change) for one in found],
            "Region": [one.change.region for one in found],
        }
    )


def _listed(standing: Standing | None) -> float | None:
    """The first band's price as the vendor lists it."""
    return standing.row.value if standing else None


def _unit(change: Change) -> str:
    standing = change.new or change.old
    assert standing is not None
    return f"{standing.row.currency} per {unit_label(standing.row.unit)}"


def draw_conflicts(book: PriceBook) -> None:
    """Draw readings of one key by two sources that do not agree."""
    found = conflicts(book)
    st.markdown(
        f"**{len(found)}** times two sources, read at most {CONFLICT_DAYS} days apart, give "
        "different prices of one thing. Either it changed in between or one of them is wrong; the "
        "later one is used."
    )
    if found:
        config = {
            "Earlier": st.column_config.NumberColumn(format="%.10g"),
            "Later": st.column_config.NumberColumn(format="%.10g"),
            "Later / earlier": st.column_config.NumberColumn(format="%.3g"),
            "Earlier source": st.column_config.LinkColumn(),
            "Later source": st.column_config.LinkColumn(),
        }
        st.dataframe(
            conflicts_frame(book, found), hide_index=True, column_config=config, key="conflicts"
        )


def conflicts_frame(book: PriceBook, found: Sequence[Conflict]) -> pd.DataFrame:
    """Conflicts side by side."""
    sources = book.sources
    return pd.DataFrame(
        {
            "Key": [one.key for one in found],
            "Region": [one.region for one in found],
            "Per": [f"{one.second.currency} per {unit_label(one.second.unit)}" for one in found],
            "Earlier": [one.first.value for one in found],
            "read on": [one.first.as_of.isoformat() for one in found],
            "Later": [one.second.value for one in found],
            "read on ": [one.second.as_of.isoformat() for one in found],
            "Later / earlier": [one.ratio for one in found],
            "Earlier source": [sources[one.first.source].url or None for one in found],
            "Later source": [sources[one.second.source].url or None for one in found],
        }
    )
