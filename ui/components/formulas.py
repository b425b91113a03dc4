"""The formulas with their symbols and the figures they use, each figure read from the book."""

from __future__ import annotations

import math
from collections.abc import Mapping

import streamlit as st

from calculators.estimators.learnt import FORMS
from calculators.estimators.software import ON_CPU, SOFTWARE
from pricing.book import PriceBook
from pricing.measurement_schema import FitRow
from report import words
from ui import formulas, wording
from ui.components import explain, own_figures
from ui.formulas import Formula
from ui.markdown import bold, plain

Fits = Mapping[tuple[str, str], FitRow]
_KINDS = {
    "vision": "Vision",
    "encoder": "Text encoders",
    "speech": "Speech",
    "image_generation": "Image generation",
    "recommender": "Recommenders",
}


def fits(book: PriceBook) -> Fits:
    """Coefficients of the edition by name and scope."""
    return {(row.fit, row.scope): row for row in book.table("estimator_fits", FitRow)}


def draw(book: PriceBook) -> None:
    """Draw every formula, folded."""
    st.caption(
        "Figures learnt from measurements or set by us are read from the price book, edition "
        f"{book.edition}; evidence C is our judgement."
    )
    for formula in formulas.FORMULAS:
        with st.expander(formula.title):
            draw_one(formula, book)


def draw_one(formula: Formula, book: PriceBook) -> None:
    """Draw a formula in words and symbols, with its figures."""
    st.markdown(plain(formula.words))
    for line in formula.latex:
        st.latex(line)
    st.markdown("\n".join(f"- ${sign}$: {plain(said)}" for sign, said in formula.symbols))
    for block in figures(formula, fits(book), book):
        st.markdown(block)
    if formula.assumed:
        names = [f"assume.{name}" for name in formula.assumed]
        own_figures.inputs(names, f"formula_{formula.title}")


def figures(formula: Formula, known: Fits, book: PriceBook) -> list[str]:
    """The figures behind a formula: learnt factors, coefficients, assumptions."""
    blocks = []
    if formula.form:
        blocks += ["**Learnt, before further effects**", "\n".join(_learnt(formula, known))]
        effects = [formulas.effect(e.name) for e in FORMS[formula.form].effects if e.name != "base"]
        blocks.append(f"Further effects: {plain(', '.join(effects))}.")
    used = [(known[fit, scope], said) for fit, scope, said in formula.fits if (fit, scope) in known]
    lines = [_coefficient(row, said) for row, said in used]
    lines += explain.assumption_lines(book, formula.assumed)
    if lines:
        blocks += ["**Figures used**", "\n".join(lines)]
    return blocks


def _learnt(formula: Formula, known: Fits) -> list[str]:
    """How many times the specified time each term takes, with its range and rows."""
    lines = []
    for index, (term, said) in enumerate(formula.terms.items()):
        row = known.get((f"{formula.form}.effect", f"base|all|{index}"))
        if row is None:
            continue
        factor = bold(words.number(math.exp(row.value)) + " times")
        ends = ""
        if row.low is not None and row.high is not None:
            ends = f" ({words.number(math.exp(row.low))} to {words.number(math.exp(row.high))})"
        lines.append(
            f"- {plain(said)} ({plain(term)}): {factor} the time at the specified rate{ends}, "
            f"from {words.number(row.fitted_on)} rows"
        )
    return lines


def _coefficient(row: FitRow, said: str) -> str:
    """A coefficient with its range, how strong its evidence is, and its note."""
    ends = ""
    if row.low is not None and row.high is not None:
        ends = f" ({words.number(row.low)} to {words.number(row.high)})"
    note = f"; {plain(row.note)}" if row.note else ""
    return (
        f"- {plain(said)}: {bold(words.number(row.value))}{ends}, evidence {row.confidence}{note}"
    )


# --- rules, ranges, software -----------------------------------------------------------------
def draw_rules() -> None:
    """Draw how labels and ranges come about."""
    st.markdown(
        "\n".join(f"- {bold(rule.name)}: {plain(rule.text)}." for rule in wording.LABELS.values())
    )
    st.markdown(
        "The 80 % range is meant to hold 8 of 10 measurements nobody has seen. Its width comes "
        "from three things: how unsure the learnt effects are, an effect of unknown size for "
        "everything that was never measured (a new accelerator, a new network), and the scatter of "
        "single measurements. It is then stretched until it held 8 in 10 of the rows that were "
        "hidden, separately by kind of measurement, rule, and whether the hardware was measured."
    )
    st.latex(r"\log T \;\pm\; c\,\sqrt{s^{\top} \Sigma\, s + \sigma^2}")
    st.markdown(
        "- $s$: share of each term in the time, by effect\n"
        "- $\\Sigma$: covariance of the effects, given all rows\n"
        "- $\\sigma$: scatter of one measurement, larger where a row does not state its lengths or "
        "number format\n"
        "- $c$: the stretch, learnt on hidden rows"
    )


def draw_software(book: PriceBook) -> None:
    """Draw where the input serving_stack enters."""
    known = fits(book)
    st.markdown(
        "Published figures are mostly of software tuned by the chip's vendor. The input *Serving "
        "software* (`serving_stack`) moves them to what you would run. For language models "
        "what other software adds to a step is learnt from pairs measured on the same hardware "
        "(see the formula); over all pairs it reaches this share of tuned speed:"
    )
    lines = [_stack_line(known[key]) for key in known if key[0] == "stack"]
    st.markdown("\n".join(lines))
    st.markdown(
        "For networks in one pass the software is an effect of the formula itself; a choice stands "
        "for the software named here:"
    )
    st.markdown("\n".join(_software_lines()))


def _stack_line(row: FitRow) -> str:
    stack, _, kind = row.scope.partition("/")
    named = wording.choice("serving_stack", stack)
    kind = "language models" if kind == "llm" else kind
    pairs = "pair" if row.fitted_on == 1 else "pairs"
    fitted = f", from {words.number(row.fitted_on)} {pairs}" if row.fitted_on else ""
    return _coefficient(row, f"{named}, {kind}{fitted}, share of the tuned speed")


def _software_lines() -> list[str]:
    kinds = {_KINDS.get(kind, kind): choice for kind, choice in SOFTWARE.items()}
    kinds["On CPUs"] = ON_CPU
    return [
        f"- {plain(name)}: "
        + ", ".join(f"{plain(stack)} = {plain(engine)}" for stack, engine in choice.items())
        for name, choice in kinds.items()
    ]
