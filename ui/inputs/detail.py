"""Every other field of the scenario, in the groups of the form, drawn from the model itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from calculators.scenario import Scenario, fields
from report import asks, words
from ui import cached, catalogue, state
from ui.inputs.fields import Shown, default_words, draw, group_of, value_of
from ui.markdown import bold, plain

SIMPLE = frozenset(
    {
        "preset",
        "requests_per_month",
        "model",
        "other_models",
        "retrains_per_month",
        "data_sensitivity",
    }
)


ELSEWHERE = frozenset({"title"})
"""Asked for where it is used: a title is given to what is shared."""
_TODAY = "today"


def groups() -> Mapping[str, Sequence[str]]:
    """Group -> its fields, in the order of the scenario, the simple inputs left out."""
    found: dict[str, list[str]] = {name: [] for name in words.GROUPS}
    for name in fields():
        if name not in SIMPLE | ELSEWHERE:
            found[group_of(name)].append(name)
    return found


_MORE, _APART = "more_detail", "~"


def draw_all(scenario: Scenario) -> None:
    """Draw "More detail": one folded section a group; a closed one costs nothing.

    What is open stands in the address, so that it is open again after a reload.
    """
    _restore()
    with st.expander("More detail", on_change="rerun", key=_MORE) as more:
        if not more.open:
            state.note_groups("")
            return
        state.note_groups(_APART.join(name for name in groups() if _is_open(name)) or _APART)
        st.caption(
            "Filled by the app chosen above. An empty field says in it what is used instead."
        )
        st.toggle(
            "Show inputs that change nothing here",
            key=_ALL,
            help="Left out are inputs that cannot matter for this app as it is described now.",
        )
        for group, names in groups().items():
            _group(scenario, group, names)


def _restore() -> None:
    """Open what the address names, before anything is drawn for the first time."""
    said = state.opened_groups()
    if _MORE in st.session_state or not said:
        return
    st.session_state[_MORE] = True
    for name in said.split(_APART):
        if name in groups():
            st.session_state[_key(name)] = True


def _is_open(group: str) -> bool:
    return bool(st.session_state.get(_key(group), False))


def _key(group: str) -> str:
    return f"group_{group}"


_ALL = "show_all_inputs"


def hidden(scenario: Scenario) -> frozenset[str]:
    """Inputs left out of the groups: sizes stand below the model, silent ones nowhere."""
    silent: frozenset[str] = frozenset()
    if not st.session_state.get(_ALL, False):
        silent = asks.silent(scenario, state.changes())
    return frozenset(asks.size_fields(scenario)) | silent


def _group(scenario: Scenario, group: str, names: Sequence[str]) -> None:
    # a title that changed would fold the section under the visitor's hands
    section = st.expander(words.GROUPS[group], type="compact", on_change="rerun", key=_key(group))
    with section:
        if section.open:
            elsewhere = hidden(scenario)
            shown = [name for name in names if name not in elsewhere]
            for name in shown:
                draw(name, _shown(scenario, name))
            if not shown:
                st.caption("Nothing here matters for this app as it is described now.")


# --- what was changed ------------------------------------------------------------------------
def draw_changes(scenario: Scenario) -> None:
    """Draw the one list of what differs from the preset; as high with changes as without."""
    changed = state.changes()
    count = len(changed)
    title = f"{count} changed: look or undo" if count else "Nothing changed yet"
    with st.popover(title, icon=":material/undo:", disabled=not count, key="changes"):
        for name in changed:
            _change(scenario, name)
        if count:
            st.button(
                "Take all of them back",
                key="reset_all",
                on_click=state.reset_all,
                icon=":material/undo:",
            )


def _change(scenario: Scenario, name: str) -> None:
    """A changed input, its value, and the way back."""
    shown = _shown(scenario, name)
    st.markdown(f"{plain(words.input_title(name))}: {bold(words.input_value(name, shown.value))}")
    st.button(
        f"Back to {default_words(name, shown)}",
        key=f"back_{name}",
        on_click=state.reset,
        args=(name,),
        type="tertiary",
        icon=":material/undo:",
    )


def _shown(scenario: Scenario, name: str) -> Shown:
    names = _used_today() if name == _TODAY else catalogue.names(state.book(), name)
    return Shown(
        value_of(scenario, name),
        state.default(name),
        empty=catalogue.empty_means(state.book(), scenario, name),
        options=list(names or ()),
        names=dict(names) if names is not None else None,
    )


def _used_today() -> Mapping[str, str]:
    """What one can have today: nothing said, the best candidate of each place, or what is named."""
    visit = state.visit()
    found = cached.comparison(visit.scenario, visit.book)
    offered = [item for item in found.best_of_kind if item.status != "not_offered"]
    named = found.option(visit.scenario.today) if visit.scenario.today else None
    every = dict.fromkeys((*offered, *([named] if named else [])))
    return {
        "": "nothing said",
        **{item.id: f"{words.place(item.kind)}: {item.label}" for item in every},
    }
