"""Where two places cost the same: the cost of all along the volume, their crossings with ranges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from calculators.places import PLACES
from calculators.results import Comparison, PairBreakEven
from report import palette, words
from report import print_parts as parts
from report.break_even import OPTIMISED, break_even_of
from report.chart_spec import CostCurve, cost_curve
from report.print_chart import curve_figure
from report.sections.naming import bare_value, input_value, inside, name, side
from report.sections.said import Column, Picture, Row, Said, Section, Strong, Table, plain

TITLE = "Where the answer flips"
NOTHING: Said = ("Nothing is possible here, so no two places can cost the same.",)
ALONE: Said = ("Only one place is possible here, so there is no other to cost the same.",)
HEIGHT_MM = 72.0
Body = Mapping[str, Any]


def make(comparison: Comparison, _: str) -> Section:
    """The recommended place and its runner-up, then the recommended one against each other one."""
    told = _against(comparison)
    if comparison.cheapest is None:
        return Section(TITLE, (NOTHING,))
    if comparison.runner_up is None:
        return Section(TITLE, (ALONE,), (told,) if told.rows else ())
    # the two places, as the page asks: their best candidates change along the volume
    body = break_even_of(comparison, comparison.cheapest.kind, comparison.runner_up.kind)
    found: list[Picture | Table] = []
    spec = cost_curve(comparison)
    if spec.series:
        found.append(_picture(spec, body))
    if body["crossings"]:
        found.append(crossings(body))
    return Section(TITLE, (sentence(body),), (*found, told))


def value(body: Body, number: float) -> str:
    """A value of the axis with its unit."""
    return input_value(str(body["axis"]), number, str(body["unit"]))


def called(body: Body, which: str) -> str:
    """A side by its place, where it is the best candidate of one."""
    place = _place(body, which)
    return side(str(body[which])) if place is None else name(place)


def _inside(body: Body, which: str) -> str:
    """The same inside a sentence: "a managed API"."""
    place = _place(body, which)
    return str(body[which]) if place is None else inside(place)


def _place(body: Body, which: str) -> str | None:
    """The place of a side that is one, or is the best candidate of one."""
    text = str(body[which])
    place = text.partition(">")[2].partition(":")[0] or text
    return place if place in PLACES else None


_SAID = 3  # crossings a sentence tells


def sentence(body: Body) -> Said:
    """Which of the two is cheaper up to where; or all along, and by how much."""
    found = body["crossings"]
    if not found:
        pair = f"{_capital(_inside(body, 'a'))} and {_inside(body, 'b')} never cost the same"
        reason = str(body["reason"]).removesuffix(OPTIMISED).rstrip()
        return (f"{pair}{_looked(body)}. {_capital(reason)}{_possible(body)}",)
    told: list[str | Strong] = ["Cheaper of the two: "]
    for item in found[:_SAID]:
        told += [f"{_cheaper(body, item['cheaper_below'])} {_until(item)} ",
                 Strong(_short(body, item["at"])), f"{_aside(body, item)}, "]  # fmt: skip
    last, more = found[:_SAID][-1], len(found) - _SAID
    beyond = f" at first; it changes {more} more time{'s' if more > 1 else ''}" if more > 0 else ""
    above = _cheaper(body, last["cheaper_above"])
    return (*told, f"{above} above{beyond}.{_possible(body)}")


def limits(body: Body) -> list[float]:
    """Where one of the two begins or ceases to be possible, inside what was looked at, each once.

    Those at which the cheaper one changes too are crossings, and are left to them.
    """
    known = {item["at"] for item in body["crossings"]} | {
        item["until"] for item in body["crossings"]
    }
    ends = {end for which in "ab" for span in _spans(body, which) for end in span}
    found = sorted(ends - known - {body.get("axis_low"), body.get("axis_high")})
    return found if len(found) <= _LIMITS else [found[0], found[-1]]


_LIMITS = 8
"""Drawn at most: of a side that is possible here and there, only its first and last one."""


def _spans(body: Body, which: str) -> Sequence[Sequence[float]]:
    """Stretches on which a side is possible; none where an answer does not say."""
    found: Sequence[Sequence[float]] = body.get("allowed", {}).get(which, ())
    return found


def _possible(body: Body) -> str:
    """Where each side is possible, if not all along."""
    whole = [[body.get("axis_low"), body.get("axis_high")]]
    return "".join(
        f" {called(body, which)}: possible {_stretches(body, spans)}."
        for which in "ab"
        if (spans := [list(span) for span in _spans(body, which)]) and spans != whole
    )


def _stretches(body: Body, spans: Sequence[Sequence[float]]) -> str:
    """Stretches in words, as many as a sentence tells."""
    told = []
    for low, high in spans[:_SAID]:
        if high >= body["axis_high"]:
            told.append(f"above {_short(body, low)}")
        elif low <= body["axis_low"]:
            told.append(f"up to {_short(body, high)}")
        else:
            told.append(f"between {_short(body, low)} and {_short(body, high)}")
    more = f" and on {len(spans) - _SAID} more stretches" if len(spans) > _SAID else ""
    return f"{', '.join(told)}{more}"


def _looked(body: Body) -> str:
    """Between which values was looked; blank where an answer does not say."""
    low, high = body.get("axis_low"), body.get("axis_high")
    if low is None or high is None:
        return ""
    return f" from {_short(body, low)} to {_short(body, high)}"


def _until(item: Mapping[str, Any]) -> str:
    """What is cheaper before a crossing is so up to it, or at 0 alone: "as published"."""
    return "at" if item["at"] == 0 and item.get("last_below", 0) == 0 else "up to"


def alt(body: Body, drawn: str) -> str:
    """The picture in words: the crossings of the pair behind what is ``drawn``."""
    met = "; ".join(_met(body, item) for item in body["crossings"])
    pair = f"{called(body, 'a')} and {called(body, 'b')}"
    told = f"The cheaper one of {pair} changes at {met}." if met else plain(sentence(body))
    return f"{drawn} {told}{_possible(body)}" if met else f"{drawn} {told}"


def legend(body: Body) -> str:
    """What the upright lines of the picture say."""
    kinds = {item["kind"] for item in body["crossings"]}
    lines = ["Solid line: you are here."]
    if kinds - {"feasibility"}:
        lines.append("Dotted: the cheaper one changes.")
    if "alternating" in kinds:
        lines.append("Between two dotted lines they alternate.")
    if "feasibility" in kinds or limits(body):
        lines.append("Dashed: one of the two begins or ceases to be possible.")
    if any(not anywhere(body, item) for item in body["crossings"]):
        lines.append("Shaded: where the crossing lies in 8 of 10 cases.")
    lines.append(OPTIMISED)
    return " ".join(lines)


def _met(body: Body, item: Mapping[str, Any]) -> str:
    return f"{_short(body, item['at'])}{_aside(body, item)}"


def _aside(body: Body, item: Mapping[str, Any]) -> str:
    """What is to be said of a crossing beside its value."""
    if item["until"] is not None and item["until"] != item["at"]:
        return f" (they alternate until {_short(body, item['until'])})"
    if item["kind"] == "feasibility":
        return " (where one of the two begins or ceases to be possible)"
    if item["p10"] is None or item["p90"] is None:
        return ""
    if anywhere(body, item):
        return " (so uncertain that it may be anywhere)"
    return f" (in 8 of 10 cases {_range(body, item['p10'], item['p90'])})"


def _short(body: Body, number: float) -> str:
    return input_value(str(body["axis"]), number, str(body["unit"]), 3)


def _range(body: Body, low: float, high: float) -> str:
    """An interval; open where it reaches an end of what was looked at."""
    if high >= body["axis_high"]:
        return f"{_short(body, low)} or more"
    if low <= body["axis_low"]:
        return f"{_short(body, high)} or less"
    field, unit = str(body["axis"]), str(body["unit"])
    return f"between {bare_value(field, low, unit)} and {_short(body, high)}"


def anywhere(body: Body, item: Mapping[str, Any]) -> bool:
    """Whether a crossing's interval is the whole of the axis, or is not known."""
    low, high = item["p10"], item["p90"]
    if low is None or high is None:
        return True
    return bool(low <= body["axis_low"] and high >= body["axis_high"])


def _picture(spec: CostCurve, body: Body) -> Picture:
    """The cost of every place, the crossings of the two with their ranges shaded."""
    figure = curve_figure(spec, parts.WIDTH_MM, HEIGHT_MM)
    axes = figure.axes[0]
    for item in body["crossings"]:
        if not anywhere(body, item):
            axes.axvspan(item["p10"], item["p90"], color=palette.MUTED.light, alpha=0.13, zorder=0)
        dash = (0, (4, 2)) if item["kind"] == "feasibility" else (0, (1, 1.5))
        axes.axvline(item["at"], color=palette.MUTED.light, linewidth=1.0, linestyle=dash, zorder=1)
    for at in limits(body):
        axes.axvline(at, color=palette.MUTED.light, linewidth=1.0, linestyle=(0, (4, 2)), zorder=1)
    shaded = any(not anywhere(body, item) for item in body["crossings"])
    title = "Cost a month of every place"
    title += "; shaded: where the crossing lies in 8 of 10 cases" if shaded else ""
    return Picture(parts.svg(figure).decode(), alt(body, spec.alt), title)


_KINDS = {
    "exact": "the cheaper one changes",
    "alternating": "they alternate: stairs",
    "feasibility": "one is possible or not",
}
_COLUMNS = (
    Column("At", 2.2),
    Column("Until", 1.6),
    Column("8 of 10 cases from", 1.8),
    Column("8 of 10 cases to", 1.6),
    Column("Cheaper below", 1.8),
    Column("Cheaper above", 1.8),
    Column("What happens", 1.8),
)


def crossings(body: Body) -> Table:
    """Every crossing of the pair, with its interval and who is cheaper on its sides."""
    rows: list[Row] = [
        (
            value(body, item["at"]),
            _known(body, item["until"]),
            *_interval(body, item["p10"], item["p90"]),
            _cheaper(body, item["cheaper_below"]),
            _cheaper(body, item["cheaper_above"]),
            _KINDS[item["kind"]],
        )
        for item in body["crossings"]
    ]
    title = (
        f"Every crossing of {words.lower(called(body, 'a'))} and {words.lower(called(body, 'b'))}"
    )
    return Table(_COLUMNS, tuple(rows), title)


def _interval(body: Body, low: float | None, high: float | None) -> tuple[str, str]:
    """Both ends of an interval; open where it reaches an end of what was looked at."""
    under = " or less" if low is not None and low <= body["axis_low"] else ""
    over = " or more" if high is not None and high >= body["axis_high"] else ""
    return _known(body, low) + under, _known(body, high) + over


def _known(body: Body, number: float | None) -> str:
    return words.MISSING if number is None else value(body, number)


def _cheaper(body: Body, text: str | None) -> str:
    """Who is cheaper on a side of a crossing."""
    if text is None:
        return "Nothing possible"
    which = next((which for which in ("a", "b") if body[which] == text), None)
    return side(text) if which is None else called(body, which)


def _against(comparison: Comparison) -> Table:
    """The recommended place against each other one, in words."""
    pairs = _told(comparison)
    rows = tuple((name(_other(pair, comparison)), _capital(pair.text)) for pair in pairs)
    columns = (Column("Against", 2.2), Column("Which is cheaper, by requests a month", 9))
    best = comparison.cheapest
    title = f"{name(best.kind)} against every other place" if best else ""
    return Table(columns, rows, title, OPTIMISED)


def _told(comparison: Comparison) -> Sequence[PairBreakEven]:
    best = comparison.cheapest
    if best is None:
        return ()
    return [pair for pair in comparison.break_even if best.kind in (pair.first, pair.second)]


def _other(pair: PairBreakEven, comparison: Comparison) -> str:
    best = comparison.cheapest
    return pair.second if best is not None and pair.first == best.kind else pair.first


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
