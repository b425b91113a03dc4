"""What one request holds in the units of each service: text, thinking, images, sound and film.

Tokens of text are entered as the chosen model counts them. Another family of tokenizers cuts the
same text into ``ratio(family, language) / ratio(chosen family, language)`` as many; within a family
it is exactly as many. Hidden output follows the visible by the effort asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from calculators.arrays import Array, BoolArray, any_true, filled
from calculators.case import THINKS, TOKEN_TASKS, Case
from calculators.costs import reading
from calculators.market.media import MEDIA_FIELDS, Media
from calculators.market.reading import READ
from calculators.market.services import Services
from calculators.scenario import fields
from pricing.schema import ModelTermsRow, TokenTermsRow

REFERENCE = "o200k"
"""Whose tokens are entered where no model is chosen."""
RATIO_ERROR = "tokenizer_ratio_error"
NO_LANGUAGE = "any"
Terms = Sequence[TokenTermsRow | None]


def held(case: Case, services: Services) -> Mapping[str, Array]:
    """By name, (1, N) or (C, N), as the price forms read them."""
    ratio = text_ratio(case, services)
    images, sound = media(case, services)
    per_token = case.assume("characters_per_token")
    read, written = text(case, services)
    return {
        "input_tokens": filled(read * ratio + images + sound),
        "output_tokens": written * ratio * (1 + hidden(case, services)),
        "sound_tokens": filled(sound),
        "cached_input_share": case["cached_input_share"][None],
        "cache_writes_share": case["cache_writes_share"][None],
        "audio_seconds": case["audio_seconds"][None],
        "video_seconds": case["video_seconds"][None],
        "characters": (case["input_tokens"] * per_token)[None],
        "features": case["features_per_request"][None],
        "images": case["images_per_request"][None],
        "session_seconds": _session(case)[None],
    }


def text(case: Case, services: Services) -> tuple[Array, Array]:
    """Tokens of text read and written, as entered (1, 1), (1, N), (C, 1) or (C, N)."""
    entered = case["input_tokens"][None], case["output_tokens"][None]
    found = reading.of_case(case, services)
    if found is None:
        return entered
    own = reading.readers(case, services)[:, None]
    read = found.prompt + reading.carried(case, services)
    return np.where(own, read, entered[0]), np.where(own, found.answer, entered[1])


# --------------------------------------------------------------------------------- tokenizers


def families(case: Case, services: Services) -> list[str]:
    """Tokenizer of each service; blank where it is not known."""
    return case.market.derived("tokenizers", services, lambda: _families(case, services))


def _families(case: Case, services: Services) -> list[str]:
    known, found = case.market.model_terms, []
    for row, terms in zip(services.rows, services.terms, strict=True):
        own = known.get(row.model) if row.model else None
        found.append((terms.tokenizer if terms else "") or (own.tokenizer if own else ""))
    return found


def chosen_family(case: Case) -> str:
    """Tokenizer the entered counts are of; blank where it is not known."""
    if not case.scenario.model or case.scenario.task in READ:
        return REFERENCE  # of a text that a language model reads besides, our own counts
    return case.market.tokenizer(case.scenario.model)


def ratio_between(case: Case, asked: str, other: str) -> float:
    """Tokens another model makes of one of the model asked for; 1 where that is not known."""
    language, table = case.scenario.text_language, case.market.tokenizers
    own, its = (table.get((case.market.tokenizer(m), language)) for m in (asked, other))
    return 1.0 if own is None or its is None else its.ratio / own.ratio


def text_ratio(case: Case, services: Services) -> Array:
    """Tokens of each service for one token as entered (C, 1) or (C, N)."""
    language, here = case.scenario.text_language, chosen_family(case)
    if language == NO_LANGUAGE or not here:
        return np.ones((1, 1))
    asked = (services, language, here, case.scenario.model)
    ratios, moved = case.market.derived(
        "text ratios", asked, lambda: _ratios(case, services, language, here)
    )
    return np.where(moved, ratios * case.assume(RATIO_ERROR), ratios) if any_true(moved) else ratios


def _ratios(case: Case, services: Services, language: str, here: str) -> tuple[Array, BoolArray]:
    """The same at the middle of what is assumed, and which hang on that, (C, 1) each."""
    table = case.market.tokenizers
    found, moved = [], []
    for row, family in zip(services.rows, families(case, services), strict=True):
        other, own = table.get((family, language)), table.get((here, language))
        same = family == here or (row.model != "" and row.model == case.scenario.model)
        ratio = 1.0 if same or other is None or own is None else other.ratio / own.ratio
        found.append(ratio)
        moved.append(not (same or other is None or own is None))
    return np.array(found)[:, None], np.array(moved, dtype=bool)[:, None]


def counted_otherwise(case: Case, services: Services) -> list[str]:
    """How each service's tokens differ from those entered, in words; blank where they do not."""
    language, here = case.scenario.text_language, chosen_family(case)
    ratios = np.broadcast_to(text_ratio(case, services)[:, :1], (services.size, 1))[:, 0]
    effort = case.scenario.reasoning
    each = case.hidden(thinks=True)[0]
    found = []
    read = reading.of_case(case, services)
    own = reading.readers(case, services).tolist() if read else [False] * services.size
    pages = reading.page_rules(case, services) if read else [None] * services.size
    families_, kinds_ = families(case, services), kinds(case, services)
    each_of = zip(ratios.tolist(), families_, kinds_, own, pages, strict=True)
    for ratio, family, kind, reader, page in each_of:
        said = [read.words(page)] if read and reader else []
        if ratio != 1:
            pair = f"tokenizer {family} against {here}, {language}"
            said.append(f"{ratio:.3g} tokens for each entered ({pair})")
        if each and kind in THINKS:
            said.append(f"{each:.3g} hidden for each visible one (thinking: {effort})")
        found.append("; ".join(said))
    return found


# ----------------------------------------------------------------------------------- thinking


def kinds(case: Case, services: Services) -> list[str]:
    """Whether each service's model thinks: never, optional, can, always; blank: not known."""
    return case.market.derived("thinking", services, lambda: _kinds(case, services))


def _kinds(case: Case, services: Services) -> list[str]:
    known, found = case.market.model_terms, []
    for row, terms in zip(services.rows, services.terms, strict=True):
        own = known.get(row.model) if row.model else None
        said = (terms.reasoning if terms else None) or (own.reasoning if own else None)
        found.append(str(said or ""))
    return found


def hidden(case: Case, services: Services) -> Array:
    """Tokens written for itself for each visible one (1, 1), (C, 1) or (C, N)."""
    thinks: BoolArray = np.array([kind in THINKS for kind in kinds(case, services)], dtype=bool)
    return np.where(thinks[:, None], case.hidden(thinks=True), 0.0)


# -------------------------------------------------------------------------------------- media


def media(case: Case, services: Services) -> tuple[Array, Array]:
    """Tokens of images and film, and of sound, (1, 1) or (C, N); NaN where not known."""
    none = np.zeros((1, 1))
    found = reading.of_case(case, services)
    if found is not None:
        own = reading.readers(case, services)[:, None]
        seen, heard = _by_rule(case, services, found.media)
        seen = reading.pages_instead(case, services, seen)
        return np.where(own, seen, 0.0), np.where(own, heard, 0.0)
    if case.scenario.task not in TOKEN_TASKS:
        return none, none
    asked = Media(*(case[name] for name in MEDIA_FIELDS))
    if not any(any_true(part > 0) for part in (asked.images, asked.audio_s, asked.video_s)):
        return none, none
    return _by_rule(case, services, asked)


def _by_rule(case: Case, services: Services, asked: Media) -> tuple[Array, Array]:
    rules = [case.market.media.get(name) for name in _rules(case, services)]
    seen = [asked.tokens(row, audio=False) for row in rules]
    heard = [asked.sound(row) for row in rules]
    return np.stack(np.broadcast_arrays(*seen)), np.stack(np.broadcast_arrays(*heard))


def _rules(case: Case, services: Services) -> list[str]:
    known, found = case.market.model_terms, []
    for row, terms in zip(services.rows, services.terms, strict=True):
        own: ModelTermsRow | None = known.get(row.model) if row.model else None
        otherwise = (terms.media if terms else "") or (own.media if own else "")
        found.append(case.market.media_rule(row.product, otherwise))
    return found


def _session(case: Case) -> Array:
    """Length of a live session (N,); NaN where nobody said that there is one."""
    seconds = case["session_seconds"]
    live = "streaming" in case.scenario.addons
    usual = fields()["session_seconds"].default
    return np.where(live | (seconds != usual), seconds, np.nan)
