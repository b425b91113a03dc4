"""Does a request fit, and does the model answer in the way asked for: limits, thinking, tokens.

A request longer than what a service or a model takes is refused with the number. What is not
stated is said, with the direction in which the cost errs; it is never taken for no limit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from calculators import remedies
from calculators.accounts.charges import pick
from calculators.arrays import Array, any_true
from calculators.block import at
from calculators.case import TOKEN_TASKS, Case
from calculators.checks import NOWHERE, Check
from calculators.costs import tokens
from calculators.market.reading import FILMED, NO_FILM, ONE_PICTURE
from calculators.market.services import Services
from calculators.results import Finding, Needed
from pricing.book import Source
from pricing.records import value

RULE = "length"


@value
class Limit:
    """One limit of C services or of a model, and what a request brings against it."""

    reads: str  # "reads at most", in words
    field: str  # input that brings the amount
    each: Array  # (C or 1, N or 1) of the limit's tokens to one entered
    entered: Array  # (1,) or (N,)
    most: Array  # (C, 1), infinite where it is not stated
    amount: Array  # (C or 1, N)
    source: Callable[[int], Source | None]  # the page that states it

    def check(self, name: Callable[[int], str]) -> Check:
        """Refuses requests above it."""
        fails = np.asarray(self.amount > self.most)

        def say(candidate: int, point: int) -> Finding | None:
            most, amount = at(self.most, candidate, point), at(self.amount, candidate, point)
            if not np.isfinite(most) or np.isnan(amount):
                return None
            text = (
                f"{name(candidate)} {self.reads} {most:,.0f} tokens; a request has {amount:,.0f}."
            )
            source = self.source(candidate)
            if amount <= most:
                return Finding(RULE, "pass", text, source=source)
            return self._refused(text, candidate, point, source)

        return Check(fails, say, self.amount, self.most)

    def _refused(self, text: str, candidate: int, point: int, source: Source | None) -> Finding:
        most, amount = at(self.most, candidate, point), at(self.amount, candidate, point)
        each, entered = at(self.each, candidate, point), at(self.entered, 0, point)
        shorter = np.floor(entered - (amount - most) / each)
        if not shorter >= 1:
            why = "it is too long even without its text; a model that reads more could"
            return remedies.for_good(RULE, text, why, source)
        needs = (Needed(self.field, float(shorter)),)
        change = f"requests of at most {most:,.0f} tokens"
        return Finding(RULE, "fail", text, change, source=source, needs=needs)


def of_services(case: Case, services: Services, held: Mapping[str, Array]) -> list[Check]:
    """Limits of services that bill tokens, and what is not known of them."""
    read, written = held["input_tokens"], held["output_tokens"]
    whole = services.stated("window")
    weights = [case.market.models.get(row.model) for row in services.rows]
    own = np.array([[np.nan if row is None else row.max_context or np.nan] for row in weights])
    most = np.fmin(whole, own)  # no host makes a model read more than its weights do

    def of_service(index: int) -> Source | None:
        row = services.terms[index]
        return None if row is None else case.book.source(row, key=services.ids[index])

    def of_either(index: int) -> Source | None:
        row = weights[index]
        if row is None or not own[index, 0] <= _endless(whole)[index, 0]:
            return of_service(index)
        return case.book.source(row, key=row.model)

    reads, writes = (_endless(services.stated(name)) for name in ("max_input", "max_output"))
    ratio, text_in, text_out = (
        tokens.text_ratio(case, services),
        case["input_tokens"],
        case["output_tokens"],
    )
    hidden = ratio * (1 + tokens.hidden(case, services))
    limits = (
        Limit("reads at most", "input_tokens", ratio, text_in, reads, read, of_service),
        Limit("writes at most", "output_tokens", hidden, text_out, writes, written, of_service),
        Limit(
            "reads and writes at most",
            "input_tokens",
            ratio,
            text_in,
            _endless(most),
            read + written,
            of_either,
        ),
    )
    by_token = services.by_token
    known = ~np.isnan(np.fmin(most, services.stated("max_input")))[:, 0]
    pairs = zip(known.tolist(), by_token, strict=True)
    silent = [None if here or not token else UNSTATED for here, token in pairs]
    return [
        *(limit.check(lambda i: services.rows[i].name) for limit in limits),
        Check.each(silent),
        *_thinking(case, services, by_token),
        *_counting(case, services, by_token),
    ]


UNSTATED = Finding(
    RULE,
    "caution",
    "How long a request may be is not stated; one that does not fit would have to be cut.",
    "ask the vendor",
    errs="low",
)


def _endless(most: Array) -> Array:
    return np.where(np.isnan(most), np.inf, most)


BREAKS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "input_tokens": ("long_above", "cache_least", "max_input"),
        "output_tokens": ("max_output",),
    }
)
"""Numeric input -> figures of a service's terms at which its cost jumps or it stops."""


def breaks(case: Case, services: Services, held: Mapping[str, Array], name: str) -> Array:
    """Values of an input at which a cost jumps, in the user's own tokens (at the first point)."""
    columns = BREAKS.get(name, ())
    entered = float(case[name][0]) if columns else 0.0
    ratio = tokens.text_ratio(case, services)[:, 0]
    other = np.zeros(1)
    if name == "input_tokens":
        other = held[name][:, 0] - ratio * entered  # images and film
    elif name == "output_tokens":
        ratio = ratio * (1 + tokens.hidden(case, services)[:, 0])
    found = [(_term(services, column) - other) / ratio for column in columns]
    values = np.unique(np.concatenate([np.zeros(0), *found]))
    return np.asarray(values[np.isfinite(values) & (values > 0)])


def _term(services: Services, column: str) -> Array:
    """A figure of each service's terms (C,), as it counts where it is not stated."""
    held = services.cache_least if column == "cache_least" else services.stated(column)
    return np.asarray(held[:, 0])


# ----------------------------------------------------------------------------------- thinking

ALWAYS = Finding(
    "thinking",
    "fail",
    "This model always thinks before it answers; you asked for none.",
    "allow it to think",
    needs=(Needed("reasoning", "low"),),
)
MAY_THINK = Finding(
    "thinking",
    "caution",
    "This model can think before it answers; whether that can be turned off is not stated.",
    "try it",
    errs="low",
)
PLAIN = Finding("thinking", "caution", "This model does not think before it answers.")
UNKNOWN = Finding(
    "thinking",
    "caution",
    "Whether this model thinks before it answers is not stated; it is priced as one that does not.",
    "try it",
    errs="low",
)


def thinking(kind: str, *, asked: bool) -> Finding | None:
    """What is said of a model of a kind where thinking is asked for or not."""
    if asked:
        return {"never": PLAIN, "": UNKNOWN}.get(kind)
    return {"always": ALWAYS, "can": MAY_THINK}.get(kind)


def _thinking(case: Case, services: Services, by_token: Sequence[bool]) -> list[Check]:
    if case.scenario.task != "text_generation":
        return []
    asked = case.scenario.reasoning != "none"
    kinds = zip(tokens.kinds(case, services), by_token, strict=True)
    return [Check.each([thinking(kind, asked=asked) if token else None for kind, token in kinds])]


# ----------------------------------------------------------------------------------- counting


def _counting(case: Case, services: Services, by_token: Sequence[bool]) -> list[Check]:
    """Tokens of a text by a tokenizer that is not known are taken to be as many."""
    if case.scenario.text_language == tokens.NO_LANGUAGE:
        return []
    here = tokens.chosen_family(case)
    own = case.scenario.model
    said: list[Finding | None] = []
    pairs = zip(services.rows, tokens.families(case, services), by_token, strict=True)
    for row, family, token in pairs:
        same = bool(own) and row.model == own
        known = same or (bool(family) and bool(here))
        said.append(None if known or not token else UNCOUNTED)
    return [Check.each(said)]


UNCOUNTED = Finding(
    "tokens",
    "caution",
    "How this model cuts text into tokens is not known; as many as you entered are billed.",
    "count a sample",
    errs="either",
)


# ------------------------------------------------------------------------------- own weights


def _one_picture(case: Case) -> Check:
    """Machines and devices work on one picture a request."""
    held = np.atleast_2d(case["images_per_request"])
    return Check(NOWHERE, lambda _, point: ONE_PICTURE if pick(held, 0, point) > 1 else None)


def _no_film(case: Case) -> Check:
    """Machines and devices look at single pictures: what they do with a film is not described."""
    film = np.atleast_2d(case["video_seconds"])
    return Check(film > 0, lambda _, point: NO_FILM if pick(film, 0, point) > 0 else None)


def _of_pictures(case: Case) -> list[Check]:
    """What weights that look at single pictures are asked for beyond one."""
    found: list[Check] = []
    if any_true(case["video_seconds"] > 0):
        found.append(_no_film(case))
    if any_true(case["images_per_request"] > 1):
        found.append(_one_picture(case))
    return found


def of_weights(case: Case) -> list[Check]:
    """The same of the chosen model wherever its weights run."""
    row = case.model_row
    if case.scenario.task in FILMED:
        return _of_pictures(case)
    if row is None or row.work_unit != "token" or case.scenario.task not in TOKEN_TASKS:
        return []
    work = case.requests.work
    length = case.requests.spread(np.atleast_1d(work.input_tokens + work.output_tokens))
    found: list[Check] = []
    if row.max_context is None:
        found.append(Check.always(UNSTATED))
    else:
        most, source = np.array([[row.max_context]]), case.book.source(row, key=row.model)
        limit = Limit(
            "reads and writes at most",
            "input_tokens",
            np.ones((1, 1)),
            case["input_tokens"],
            most,
            length[None],
            lambda _: source,
        )
        found.append(limit.check(lambda _: row.name))
    if case.scenario.task == "text_generation":
        terms = case.market.model_terms.get(row.model)
        kind = str((terms.reasoning if terms else None) or "")
        said = thinking(kind, asked=case.scenario.reasoning != "none")
        if said is not None:
            found.append(Check.always(said))
    return found
