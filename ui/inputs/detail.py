"""Every other field of the scenario, in the groups of the form, drawn from the model itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from calculators.scenario import Scenario, fields
from report import asks, words
from ui import catalogue, state
from ui.inputs.fields import Shown, draw, group_of, value_of
from ui.markdown import plain

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


def groups() -> Mapping[str, Sequence[str]]:
    """Group -> its fields, in the order of the scenario, the simple inputs left out."""
    found: dict[str, list[str]] = {name: [] for name in words.GROUPS}
    for name in fields():
        if name not in SIMPLE:
            found[group_of(name)].append(name)
    return found


def draw_all(scenario: Scenario) -> None:
    """Draw "More detail": one folded section a group; a closed one costs nothing."""
    changed = state.changes()
    with st.expander("More detail", on_change="rerun", key="more_detail") as more:
        if not more.open:
            return
        st.caption(
            "Filled by the app chosen above. What you change is marked; an empty field "
            "takes its value from the model or the price book."
        )
        if changed:
            _changes(list(changed))
        for group, names in groups().items():
            _group(scenario, group, names)


def _changes(names: Sequence[str]) -> None:
    """What differs from the preset, by name, and the way back."""
    titles = ", ".join(words.input_title(name) for name in names)
    st.markdown(f"**Changed:** {plain(titles)}")
    st.button(
        f"Reset {len(names)} change{'s' if len(names) > 1 else ''}",
        key="reset_all",
        on_click=state.reset_all,
        icon=":material/undo:",
    )


def _group(scenario: Scenario, group: str, names: Sequence[str]) -> None:
    # a title that changed would fold the section under the visitor's hands
    section = st.expander(
        words.GROUPS[group], type="compact", on_change="rerun", key=f"group_{group}"
    )
    with section:
        if section.open:
            elsewhere = {*asks.size_fields(scenario), *asks.off_topic(scenario)}
            for name in names:  # sizes stand below the model
                if name not in elsewhere:
                    draw(name, _shown(scenario, name))


def _shown(scenario: Scenario, name: str) -> Shown:
    names = catalogue.names(state.book(), name)
    return Shown(
        value_of(scenario, name),
        state.default(name),
        empty=catalogue.empty_means(state.book(), scenario, name),
        options=list(names or ()),
        names=dict(names) if names is not None else None,
    )
