"""Which app: twelve cards somebody new recognises, and three questions for one of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from calculators.presets import Preset, presets
from pricing.book import PriceBook
from report import words
from ui import catalogue, state
from ui.markdown import bold, plain


@dataclass(frozen=True)
class OwnApp:
    """What goes in and what comes out: the task, and the preset that is nearest to it."""

    goes_in: str
    comes_out: str
    task: str
    preset: str


OWN_APPS: tuple[OwnApp, ...] = (
    OwnApp("A question or a text", "An answer or a text", "text_generation", "support_chat"),
    OwnApp("A question or a text", "The same in another language", "translation", "summariser"),
    OwnApp("A question or a text", "What means the same", "text_embedding", "semantic_search"),
    OwnApp("A question or a text", "The next word", "next_word", "keyboard"),
    OwnApp("A question or a text", "Spoken words", "text_to_speech", "voice_notes"),
    OwnApp("A question or a text", "A picture", "image_generation", "deep_art"),
    OwnApp("A photo", "What it shows", "image_classification", "photo_moderation"),
    OwnApp("A photo", "Where things are in it", "object_detection", "photo_moderation"),
    OwnApp("A photo", "Who it looks like", "face_match", "celebrity_match"),
    OwnApp("A photo", "Whether it is allowed", "image_moderation", "photo_moderation"),
    OwnApp("A photo", "The photo in another style", "image_stylisation", "deep_art"),
    OwnApp("A photo", "The text on it", "ocr", "document_ocr"),
    OwnApp("A photo", "What a doctor looks for", "medical_imaging", "hospital_imaging"),
    OwnApp("Live video", "The same with a filter", "video_filter", "live_camera"),
    OwnApp("Sound", "What was said", "speech_to_text", "voice_notes"),
    OwnApp("What people clicked", "What they may like", "recommendation", "recommender"),
)
"""Every task once; a task without a preset of its own starts from the nearest."""


@st.dialog("What does your app do?", width="large")
def choose() -> None:
    """Draw the cards and the three questions; choosing one starts afresh from it."""
    book = state.book()
    known = presets(book)
    with st.grid(3, min_column_width=220):
        for preset in known.values():
            _card(preset)
    with st.container(border=True, key="own_app"):
        _own(book)


def _card(preset: Preset) -> None:
    with st.container(border=True, gap="xxsmall", height="stretch"):
        name = preset.label.partition(":")[0]
        if st.button(
            name,
            key=f"card_{preset.id}",
            width="stretch",
            on_click=state.start_from,
            args=(preset.id, {}),
        ):
            st.rerun()  # the whole page, which closes the cards
        st.caption(plain(preset.summary))


def _own(book: PriceBook) -> None:
    """Three questions: what goes in, what comes out, how big."""
    st.markdown(f"{bold('My own app')}: three questions")
    given = list(dict.fromkeys(app.goes_in for app in OWN_APPS))
    first, second, third = st.columns(3)
    goes_in = first.selectbox("What goes in?", given, key="own_in")
    outs = [app.comes_out for app in OWN_APPS if app.goes_in == goes_in]
    comes_out = second.selectbox("What comes out?", outs, key=f"own_out_{given.index(goes_in)}")
    app = next(a for a in OWN_APPS if (a.goes_in, a.comes_out) == (goes_in, comes_out))
    sizes = sizes_of(book, app.task)
    model = third.selectbox(
        "How big is the model (parameters)?",
        list(sizes),
        key=f"own_size_{app.task}",
        format_func=lambda name: sizes[name],
        help="If you do not know: the smallest that is good enough for others.",
    )
    if st.button(
        "Use this app",
        key="own_use",
        type="primary",
        on_click=state.start_from,
        args=(app.preset, fields_of(app, model)),
    ):
        st.rerun()


def sizes_of(book: PriceBook, task: str) -> Mapping[str, str]:
    """Models of a task by size, smallest first: id -> "8.03 B, as Llama-3.1-8B"."""
    found: dict[str, str] = {}
    for model, params in catalogue.sizes(book, task).items():
        name = catalogue.models(book, task)[model]
        found[model] = f"{words.short(params * 1e6)}, as {name}"
    return found


def fields_of(app: OwnApp, model: str | None) -> Mapping[str, str]:
    """Fields the three answers set on top of the nearest preset."""
    return {"task": app.task, **({"model": model} if model else {})}
