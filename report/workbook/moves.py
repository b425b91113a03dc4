"""What the app says of prices at half and double, and of volumes at which it would choose anew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from calculators.arrays import Array
from calculators.own import describe
from calculators.points import is_by_value
from calculators.results import Comparison
from report.workbook import forms, probe
from report.workbook.draft import Draft, Hold, Line, Move, Price, requests, same

ROUNDS, BETWEEN = 3, 6
"""How often the edge of a range is closed in on, and by how many volumes at a time."""


# ------------------------------------------------------------------------------------ volumes


def holds(
    comparison: Comparison, drafts: Sequence[Draft], live: Mapping[str, float]
) -> dict[str, Hold]:
    """Volumes around the scenario's between which each candidate's formulas hold."""
    edges = {}
    for draft in drafts:
        volumes = draft.asked.inputs[probe.VOLUME][draft.asked.wide]
        fine = draft.holds[draft.asked.wide]
        here = int(np.argmin(np.abs(volumes - live[probe.VOLUME])))
        low, high = here, here
        while low > 0 and fine[low - 1]:
            low -= 1
        while high < volumes.size - 1 and fine[high + 1]:
            high += 1
        edges[draft.option.id] = [
            [volumes[low], volumes[low - 1] if low else np.nan],
            [volumes[high], volumes[high + 1] if high < volumes.size - 1 else np.nan],
        ]
    _close_in(comparison, drafts, live, edges)
    whys = _whys(comparison, drafts, live, edges)
    return {
        draft.option.id: Hold(
            float(edges[draft.option.id][0][0]),
            float(edges[draft.option.id][1][0]),
            *whys[draft.option.id],
        )
        for draft in drafts
    }


Edges = dict[str, list[list[float]]]
"""Of each candidate, at the low and the high end: last volume that holds, first that does not."""


def _open(edges: Edges) -> list[tuple[str, int]]:
    return [
        (name, side)
        for name, ends in edges.items()
        for side in (0, 1)
        if np.isfinite(ends[side][1])
    ]


def _close_in(
    comparison: Comparison, drafts: Sequence[Draft], live: Mapping[str, float], edges: Edges
) -> None:
    """Find each end to a part in a thousand."""
    by_id = {draft.option.id: draft for draft in drafts}
    for _ in range(ROUNDS):
        ends = _open(edges)
        if not ends:
            return
        tried = [
            np.geomspace(edges[name][side][0], edges[name][side][1], BETWEEN + 2)[1:-1]
            for name, side in ends
        ]
        seen, inputs = _at_volumes(comparison, drafts, live, np.concatenate(tried))
        for turn, (name, side) in enumerate(ends):
            part = slice(turn * BETWEEN, (turn + 1) * BETWEEN)
            draft = by_id[name]
            known = forms.values(draft.candidates, requests(inputs, _months(comparison)))
            fine = same(draft.totals(known, {})[part], draft.app(seen[name])[part])
            bad = int(np.argmin(fine)) if not fine.all() else BETWEEN
            steps = [edges[name][side][0], *tried[turn], edges[name][side][1]]
            edges[name][side] = [steps[bad], steps[bad + 1]]


def _whys(
    comparison: Comparison, drafts: Sequence[Draft], live: Mapping[str, float], edges: Edges
) -> dict[str, tuple[str, str]]:
    """What the app does otherwise beyond each end."""
    found = {draft.option.id: ["", ""] for draft in drafts}
    ends = _open(edges)
    by_id = {draft.option.id: draft for draft in drafts}
    if ends:
        beyond = np.array([edges[name][side][1] for name, side in ends])
        seen, inputs = _at_volumes(comparison, drafts, live, beyond)
        asked = requests(inputs, _months(comparison))
        for point, (name, side) in enumerate(ends):
            draft = by_id[name]
            known = forms.values(draft.candidates, asked[[point]])
            found[name][side] = draft.why(seen[name], point, draft.amounts_at(known, {}))
    return {name: (texts[0], texts[1]) for name, texts in found.items()}


def _at_volumes(
    comparison: Comparison,
    drafts: Sequence[Draft],
    live: Mapping[str, float],
    volumes: Array,
) -> tuple[dict[str, probe.Seen], dict[str, Array]]:
    inputs = {name: np.full(volumes.size, value) for name, value in live.items()}
    inputs[probe.VOLUME] = volumes
    names = [draft.option.id for draft in drafts]
    seen = probe.look(comparison.scenario, comparison.book, names, inputs, by_month=False)
    return dict(zip(names, seen, strict=True)), inputs


def _months(comparison: Comparison) -> int:
    return int(comparison.scenario.horizon_months)


# ------------------------------------------------------------------------------------- prices


def price_moves(
    comparison: Comparison,
    drafts: Sequence[Draft],
    live: Mapping[str, float],
    prices: Sequence[Price],
) -> dict[str, list[Move]]:
    """Every price that may be stated to the app, at half and double, by candidate.

    A price of one's own stands for all bands of its key: so it does here.
    """
    found: dict[str, list[Move]] = {draft.option.id: [] for draft in drafts}
    if not drafts:
        return found
    known = _statable(comparison, prices)
    banded = {own_name(price) for price in prices if price.start > 0 or np.isfinite(price.end)}
    together = [name for name in known if name not in banded and not is_by_value(name)]
    # stated to the app, a price loses its bands: at other prices' situations it keeps them
    for names in (together, *([name] for name in known if name not in together)):
        _move_together(comparison, drafts, live, {n: known[n] for n in names}, found)
    return found


def own_name(price: Price) -> str:
    """How a price is stated to the app; blank where it cannot be."""
    if price.source.price_key:
        return f"price.{price.key}"
    return f"assume.{price.key}" if price.key else ""


def _statable(comparison: Comparison, prices: Sequence[Price]) -> dict[str, float]:
    """Own figures by name, at what they are now: the first band's price."""
    found: dict[str, float] = {}
    for price in prices:
        name = own_name(price)
        axis = describe(name, comparison.book, comparison.scenario.region) if name else None
        if axis is not None and price.usd > 0:
            found.setdefault(name, price.usd)
    return found


def _move_together(
    comparison: Comparison,
    drafts: Sequence[Draft],
    live: Mapping[str, float],
    known: Mapping[str, float],
    found: dict[str, list[Move]],
) -> None:
    """Several own figures in one evaluation, each moved by itself."""
    if not known:
        return
    size = len(known) * len(probe.TIMES)
    columns = {name: np.full(size, usd) for name, usd in known.items()}
    moved = [(name, side) for name in known for side in range(len(probe.TIMES))]
    for point, (name, side) in enumerate(moved):
        columns[name][point] *= probe.TIMES[side]
    inputs = {name: np.full(size, value) for name, value in live.items()}
    seen = _stated(comparison, drafts, {**inputs, **columns})
    asked = requests(inputs, _months(comparison))
    for draft in drafts:
        own = seen[draft.option.id]
        rates = _rates(draft, columns)
        drivers = forms.values(draft.candidates, asked)
        made, app = draft.totals(drivers, rates), draft.app(own)
        fine = same(made, app)
        for point, (name, side) in enumerate(moved):
            why = ""
            if not fine[point]:
                here = {driver: values[[point]] for driver, values in drivers.items()}
                rate = {line: values[[point]] for line, values in rates.items()}
                why = draft.why(own, point, draft.amounts_at(here, rate))
            value = float(columns[name][point])
            found[draft.option.id].append(
                Move(name, side, value, float(app[point]), float(made[point]), why)
            )


def _stated(
    comparison: Comparison, drafts: Sequence[Draft], columns: Mapping[str, Array]
) -> dict[str, probe.Seen]:
    """Candidates with own figures; what tells points apart is asked one value at a time."""
    names = [draft.option.id for draft in drafts]
    look: Callable[..., list[probe.Seen]] = probe.look
    found = look(comparison.scenario, comparison.book, names, columns, by_month=False)
    return dict(zip(names, found, strict=True))


def _rates(draft: Draft, columns: Mapping[str, Array]) -> dict[Line, Array]:
    """Rates of a candidate's lines that follow figures of one's own."""
    found = {}
    for line in draft.lines:
        name = own_name(line.rate.price) if line.rate.price else ""
        if name in columns:
            found[line] = columns[name] * line.rate.factor
    return found
