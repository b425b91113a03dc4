"""One widget for any field of the scenario, drawn from the field's own definition."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from calculators.scenario import Scenario, choices, extra, fields, is_numeric, is_whole
from report import words
from ui import state, wording


@dataclass(frozen=True)
class Shown:
    """What a widget needs beyond the field itself."""

    value: Any
    default: Any  # what the preset or the scenario's default says
    empty: str = ""  # what an empty field stands for
    options: Sequence[str] = ()  # for names that live in the price book
    names: dict[str, str] | None = None  # words for those options
    title: str = ""  # instead of the field's own
    on_change: Callable[[str, str], None] = state.changed  # takes name and key of the widget

    @property
    def changed(self) -> bool:
        """Whether the visitor entered it."""
        return bool(self.value != self.default)


def key(name: str) -> str:
    """Session key of a field's widget."""
    return f"in_{name}"


def label(name: str, title: str = "", *, changed: bool) -> str:
    """Title with unit; a change is said in a word, not by colour alone.

    Without markup: whoever has the page read out would hear it.
    """
    unit = extra(name, "unit").replace("ratio", "")
    text = (title or words.input_title(name)) + (f" ({unit})" if unit else "")
    return f"{text} · changed" if changed else text


def draw(name: str, shown: Shown) -> None:
    """Draw the field's widget; nothing moves when it is changed (the way back is in the list)."""
    state.show(key(name), _widget_value(name, shown.value))
    if fields()[name].annotation is bool:
        _toggle(name, shown)
    elif str(fields()[name].annotation).startswith("tuple"):
        _several(name, shown)
    elif is_numeric(name):
        _number(name, shown)
    else:
        _one(name, shown)


def _widget_value(name: str, value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    if is_numeric(name) and value is not None:
        return int(value) if _whole(name) else float(value)
    return value


def _whole(name: str) -> bool:
    return is_whole(name)


def default_words(name: str, shown: Shown) -> str:
    """What a field goes back to, in words."""
    if shown.default is None or shown.default in ("", ()):
        return shown.empty or "the default"
    if choices(name) or shown.names:
        given = shown.default if isinstance(shown.default, tuple) else (shown.default,)
        return ", ".join(_option_words(name, shown, part) for part in given)
    return words.input_value(name, shown.default)


def _option_words(name: str, shown: Shown, value: Any) -> str:
    if value is None:
        return shown.empty or "not set"
    if shown.names is not None:
        return shown.names.get(value, str(value))
    return wording.choice(name, value)


def _common(name: str, shown: Shown) -> dict[str, Any]:
    return {
        "key": key(name),
        "help": fields()[name].description,
        "on_change": shown.on_change,
        "args": (name, key(name)),
        "label": label(name, shown.title, changed=shown.changed),
    }


def _toggle(name: str, shown: Shown) -> None:
    st.toggle(**_common(name, shown))


def _number(name: str, shown: Shown) -> None:
    step: float = _step(shown.value if shown.value is not None else shown.default)
    st.number_input(
        **_common(name, shown),
        value=None,
        step=max(1, int(step)) if _whole(name) else step,
        format="%d" if _whole(name) else "%g",
        placeholder=shown.empty or "not set",
    )


def _step(value: float | None) -> float:
    """A tenth of the figure's own size, so that plus and minus move it sensibly."""
    if not value:
        return 1.0
    return float(10.0 ** (math.floor(math.log10(abs(value))) - (0 if abs(value) < 1 else 1)))


def _options(name: str, shown: Shown) -> list[Any]:
    known: list[Any] = list(shown.options or choices(name))
    optional = "None" in str(fields()[name].annotation)
    held = shown.value if isinstance(shown.value, tuple) else (shown.value,)
    known += [value for value in held if value is not None and value not in known]
    return [None, *known] if optional else known


def _one(name: str, shown: Shown) -> None:
    st.selectbox(
        **_common(name, shown),
        options=_options(name, shown),
        format_func=lambda value: _option_words(name, shown, value),
        placeholder=shown.empty or "not set",
    )


def _several(name: str, shown: Shown) -> None:
    st.multiselect(
        **_common(name, shown),
        options=_options(name, shown),
        format_func=lambda value: _option_words(name, shown, value),
        placeholder=shown.empty or "Choose",
    )


def group_of(name: str) -> str:
    """The group a field is shown in."""
    return extra(name, "group")


def value_of(scenario: Scenario, name: str) -> Any:
    """A field's value."""
    return getattr(scenario, name)
