"""How the figures were come by: where the time goes, every estimate with its range and its rule."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.patches import Patch

from calculators import METHOD
from calculators.explained import Explained
from calculators.results import Comparison, Option
from report import estimates, palette, words
from report import print_parts as parts
from report.axes import Axis, linear_ticks
from report.sections.said import Column, Picture, Row, Said, Section, Strong, Table, shortened

TITLE = "How the figures were come by"
ROW_MM, FRAME_MM = 8.0, 22.0
MOST_ROWS = 24


def make(comparison: Comparison, _: str) -> Section:
    """What a figure rests on, for the recommended option and the runner-up."""
    shown = [item for item in (comparison.cheapest, comparison.runner_up) if item is not None]
    found: list[Picture | Table] = [*_times(comparison)]
    for option in shown:
        found += _estimates(option)
    return Section(TITLE, (_sentence(comparison, shown), *_draws(comparison)), tuple(found))


def _sentence(comparison: Comparison, shown: Sequence[Option]) -> Said:
    """How many figures behind the answer are measured, moved or estimated."""
    labels = [item.label for option in shown for item in _explained(option)]
    head = f"Method {METHOD}, prices of {words.day(comparison.book.price_date)}. "
    if not labels:
        return (head + "No speed, energy or size behind the answer is estimated.",)
    counts = {name: labels.count(name) for name in dict.fromkeys(labels)}
    said = ", ".join(f"{count} {estimates.LABELS[name].name}" for name, count in counts.items())
    return (
        head,
        f"Of {len(labels)} speeds, energies and times behind the first two places: ",
        Strong(said),
        ".",
    )


def _draws(comparison: Comparison) -> tuple[Said, ...]:
    """What the words of the rules mean, and what stands behind every range."""
    shown = [item for item in (comparison.cheapest, comparison.runner_up) if item is not None]
    used = dict.fromkeys(item.label for option in shown for item in _explained(option))
    meant = [f"{estimates.LABELS[name].name}: {estimates.LABELS[name].text}" for name in used]
    ranges = (
        "Ranges are where a figure falls 8 times out of 10 (p10 to p90): everything uncertain - "
        "work, speeds, prices by their evidence - is drawn at once, each cause the same for all "
        "places."
    )
    said = "; ".join(meant)
    return ((said[:1].upper() + said[1:] + ".",), (ranges,)) if meant else ((ranges,),)


def _explained(option: Option) -> list[Explained]:
    return [item for item in option.explained if item.quantity != "memory_mb"]


# --- where the time goes ---------------------------------------------------------------------
_FILLS = ("rented", "api", "owned", "hosted", "device")


def _times(comparison: Comparison) -> tuple[Picture, ...]:
    """What half of the answers take at each possible place, part by part."""
    options = [item for item in comparison.best_of_kind if item.status == "feasible"]
    known = {item: _parts(item) for item in options if _parts(item)}
    if not known:
        return ()
    names = list(dict.fromkeys(name for spent in known.values() for name in spent))
    figure, axes = parts.canvas(parts.WIDTH_MM, FRAME_MM + ROW_MM * len(known))
    longest = max(sum(spent.values()) for spent in known.values())
    for row, (option, spent) in enumerate(known.items()):
        left = 0.0
        for turn, part in enumerate(names):
            length = spent.get(part, 0.0)
            parts.bar(axes, row, left, length, **_bar(turn))
            left += length
        axes.text(left + longest * 0.01, row, _whole(option, left), va="center",
                  fontproperties=parts.font(), color=palette.INK.light)  # fmt: skip
    top = longest * 1.22
    ticks = linear_ticks(0.0, top, prefix="")
    parts.one_axis(axes, "x", Axis("milliseconds, half of the answers", 0.0, top, ticks, log=False))
    parts.row_names(axes, [words.place(item.kind) for item in known])
    parts.grid(axes, "x")
    handles = [Patch(**_fill(turn), label=name) for turn, name in enumerate(names)]
    parts.legend(axes, handles, 5)
    said = "; ".join(
        f"{words.place(item.kind)} "
        + ", ".join(f"{name} {words.milliseconds(ms)}" for name, ms in spent.items())
        + (", computing not published" if item.latency.p50_ms is None else "")
        for item, spent in known.items()
    )
    title = "Where the time to an answer goes"
    return (Picture(parts.svg(figure).decode(), f"{title}: {said}.", title),)


def _whole(option: Option, ms: float) -> str:
    """All parts together; of a vendor that does not say how long it computes, the network alone."""
    said = words.milliseconds(ms)
    return f"{said}, and computing: not published" if option.latency.p50_ms is None else said


def _parts(option: Option) -> dict[str, float]:
    return {name: ms for name, ms in option.latency.parts_ms.items() if ms > 0}


def _fill(turn: int) -> dict[str, Any]:
    """A colour and lines of its own for each part."""
    return {
        "facecolor": palette.STYLES[_FILLS[turn % len(_FILLS)]].line.light,
        "edgecolor": palette.BACKGROUND.light,
        "linewidth": 0.5,
        "hatch": ("", "///", "...", "\\\\\\", "---")[turn % 5],
    }


def _bar(turn: int) -> dict[str, Any]:
    return {"height": 0.62, **_fill(turn)}


# --- estimates -------------------------------------------------------------------------------
_COLUMNS = (
    Column("Figure", 2.6),
    Column("On", 2.2),
    Column("Middle", 1.5, right=True),
    Column("80 % range", 2.2, right=True),
    Column("How", 1.3),
    Column("Rule", 4.6),
)


def _estimates(option: Option) -> list[Table]:
    found = list(option.explained)
    if not found:
        return []
    rows, note = shortened([_row(item) for item in found], MOST_ROWS, "the page Compare, Explain")
    return [Table(_COLUMNS, rows, f"{words.place(option.kind)}: {option.label}", note)]


def _row(item: Explained) -> Row:
    on = item.on
    if item.users_share is not None:
        on += f" ({words.percent(item.users_share)} of users)"
    middle, low, high = (estimates.value(item.quantity, v) for v in (item.mid, item.low, item.high))
    if not item.quantity.endswith("_ms"):
        low = words.number(item.low)  # the unit is that of the high end
    ends = words.MISSING if item.low >= item.high else f"{low} to {high}"
    label = "" if item.quantity == "memory_mb" else estimates.LABELS[item.label].name
    return (estimates.QUANTITIES[item.quantity], on, middle, ends, label, item.rule)
