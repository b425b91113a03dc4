"""The five inputs everyone is asked for: app, volume, model, retraining, data."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from calculators.presets import Preset
from calculators.scenario import Scenario, bounds, choices, fields
from report import asks, headline, words
from ui import catalogue, state, wording
from ui.inputs import apps
from ui.inputs import fields as field_inputs
from ui.inputs.numbers import NotANumberError, parse_number

VOLUME = "requests_per_month"
CADENCE = "retrains_per_month"
OTHERS = "other_models"
_EXACT_VOLUME, _EXACT_CADENCE = "exact_volume", "exact_cadence"
_STOPS = (*(mantissa * 10.0**power for power in range(3, 9) for mantissa in (1, 2, 5)), 1e9)


def draw(scenario: Scenario, presets: Mapping[str, Preset]) -> None:
    """Draw the simple inputs, top to bottom."""
    _preset(scenario, presets)
    _volume(scenario)
    _model(scenario)
    _cadence(scenario)
    _sensitivity(scenario)


def _preset(scenario: Scenario, presets: Mapping[str, Preset]) -> None:
    state.show("in_preset", scenario.preset)
    st.selectbox(
        words.input_title("preset"),
        list(presets),
        key="in_preset",
        format_func=lambda name: presets[name].label.partition(":")[0],
        help="A starting point: it fills every field below. Choosing another starts afresh, but "
        "keeps what you entered about region, vendors, period and money.",
        on_change=state.preset_changed,
        args=("in_preset",),
    )
    st.caption(presets[scenario.preset].summary)
    if st.button("All apps, or your own", key="all_apps", type="tertiary", icon=":material/apps:"):
        apps.choose()


def volume_stops(value: float) -> list[float]:
    """Stops of the slider, 1-2-5 a decade, with the exact volume among them."""
    return sorted({*_STOPS, value})


def _volume(scenario: Scenario) -> None:
    value = float(scenario.requests_per_month)
    state.show("in_volume", value)
    st.select_slider(
        words.input_title(VOLUME),
        volume_stops(value),
        key="in_volume",
        format_func=words.short,
        help=f"{fields()[VOLUME].description} The slider goes in steps; any number goes below.",
        on_change=state.changed,
        args=(VOLUME, "in_volume"),
    )
    state.show(_EXACT_VOLUME, words.quantity(value))
    st.text_input(
        "Exact number of requests a month",
        key=_EXACT_VOLUME,
        help="Such as 250000, 1.5 M or 2 billion.",
        on_change=_exact_volume_changed,
        label_visibility="collapsed",
    )
    st.caption(users_text(scenario))


def users_text(scenario: Scenario) -> str:
    """How many users the volume means."""
    per_user = scenario.requests_per_user_per_month
    many = words.number(headline.users(scenario))
    return (
        f"{many} user{'' if many == '1' else 's'} × {words.number(per_user)} requests a month each"
    )


def _exact_volume_changed() -> None:
    text = str(st.session_state[_EXACT_VOLUME])
    try:
        state.set_field(VOLUME, parse_number(text), typed=text)
    except NotANumberError:
        state.refuse(VOLUME, text)


def _model(scenario: Scenario) -> None:
    names = catalogue.models(state.book(), scenario.task)
    called = catalogue.models(state.book())  # a link may name another task's
    shown = field_inputs.Shown(
        scenario.model,
        state.default("model"),
        empty="no model named",
        options=[*names, ""],
        names={**called, **names, "": "Another model, by size"},
        on_change=_model_changed,
    )
    field_inputs.draw("model", shown)
    for name in asks.size_fields(scenario):
        _size(scenario, name)
    size = catalogue.model_size(state.book(), scenario)
    if size:
        st.caption(size)
    _other_models(scenario)


def _other_models(scenario: Scenario) -> None:
    """Ask whether other models count too, where there can be any."""
    if scenario.other_models or catalogue.has_other_models(state.book(), scenario):
        shown = field_inputs.Shown(
            scenario.other_models, state.default(OTHERS), on_change=_others_changed
        )
        field_inputs.draw(OTHERS, shown)


def _others_changed(name: str, key: str) -> None:
    """Other models are those of the class of the one that is asked for."""
    visit = state.visit()
    own = catalogue.quality_class(state.book(), visit.scenario)
    state.apply({name: st.session_state[key], **({"quality_class": own} if own else {})})


_SIZE_TITLES = {asks.SIZE: "Size of the model"}
_SIZE_FIELDS = (asks.SIZE, "active_params_millions", asks.WORK)


def _size(scenario: Scenario, name: str) -> None:
    """Ask for what describes a model that has no name."""
    field_inputs.draw(
        name,
        field_inputs.Shown(
            getattr(scenario, name),
            state.default(name),
            empty="needed",
            title=_SIZE_TITLES.get(name, ""),
        ),
    )


def _model_changed(name: str, key: str) -> None:
    """A model that is named brings its own size: what described the nameless one goes."""
    chosen = st.session_state[key]
    described = chosen and not state.visit().scenario.model
    size = {field: state.default(field) for field in _SIZE_FIELDS} if described else {}
    own = catalogue.quality_class(state.book(), state.visit().scenario, chosen)
    needed = {"quality_class": own} if own and state.visit().scenario.other_models else {}
    state.apply({name: chosen, **size, **needed})


def cadence_of(retrains_per_month: float) -> str:
    """The word for a cadence; "exact" where no word fits."""
    known = {per_month: name for name, (_, per_month) in wording.CADENCES.items()}
    return known.get(retrains_per_month, wording.EXACT)


def _cadence(scenario: Scenario) -> None:
    visit = state.visit()
    word = wording.EXACT if visit.exact_cadence else cadence_of(scenario.retrains_per_month)
    state.show("in_cadence", word)
    st.selectbox(
        words.input_title(CADENCE),
        [*wording.CADENCES, wording.EXACT],
        key="in_cadence",
        format_func=lambda name: wording.CADENCES.get(name, ("Another rhythm",))[0],
        help="How often the model is trained again.",
        on_change=_cadence_changed,
    )
    if word == wording.EXACT:
        _exact_cadence(scenario)


def _exact_cadence(scenario: Scenario) -> None:
    low, high, _ = bounds(CADENCE)
    state.show(_EXACT_CADENCE, float(scenario.retrains_per_month))
    st.number_input(
        "Retrainings a month",
        value=None,
        key=_EXACT_CADENCE,
        format="%g",
        help=f"From {low:g} to {high:,.0f} a month.",
        on_change=state.changed,
        args=(CADENCE, _EXACT_CADENCE),
    )


def _cadence_changed() -> None:
    word = st.session_state["in_cadence"]
    state.visit().exact_cadence = word == wording.EXACT
    if word in wording.CADENCES:
        state.set_field(CADENCE, wording.CADENCES[word][1])


def _sensitivity(scenario: Scenario) -> None:
    state.show("in_data_sensitivity", scenario.data_sensitivity)
    st.pills(
        words.input_title("data_sensitivity"),
        choices("data_sensitivity"),
        key="in_data_sensitivity",
        format_func=lambda name: wording.SENSITIVITY[name][0],
        help=fields()["data_sensitivity"].description,
        required=True,
        on_change=state.changed,
        args=("data_sensitivity", "in_data_sensitivity"),
    )
    st.caption(wording.SENSITIVITY[scenario.data_sensitivity][1])
