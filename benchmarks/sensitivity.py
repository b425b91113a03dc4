"""What the kind of data costs: ``python -m benchmarks.sensitivity`` writes ``docs/sensitivity.md``.

Every preset at seven volumes and six kinds of data: who wins, which terms explain that regulated
data have another answer than public ones (or the same), and which rule moved the answers that
method 5 gave. Then where rented and own machines win, and where published cases say they do.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import get_args

import numpy as np

from benchmarks import machines
from calculators import METHOD
from calculators.answer.options import OptionList
from calculators.evaluation import evaluate
from calculators.memory import SHARED
from calculators.places import PLACES
from calculators.points import Points
from calculators.presets import from_preset, presets
from calculators.results import Finding, Option
from calculators.rules.vendors import training
from calculators.scenario import Sensitivity
from pricing.book import PriceBook

PAGE = Path(__file__).parent.parent / "docs" / "sensitivity.md"
BEFORE = Path(__file__).parent / "winners_method_5.csv"
"""Winners of method 5 in the same cells, written once when it was frozen."""
BY_COST = Path(__file__).parent / "moved_by_cost.csv"
"""Moves that no rule made, each with what changed in the costs; written by hand."""
VOLUMES = (1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9)
LEVELS: tuple[Sensitivity, ...] = get_args(Sensitivity)
NOBODY = "nothing is allowed"
UNEXPLAINED = "not explained"
TERMS = ("terms", "region", "agreement", "training terms", "training region", "training agreement")
Cell = tuple[str, float, Sensitivity]
"""Preset, requests a month, kind of data."""


@dataclass(frozen=True)
class Answer:
    """The candidates of a cell; None where nobody wins."""

    listed: OptionList
    months: float

    @property
    def winner(self) -> Option | None:
        """The cheapest feasible candidate."""
        order, found = self.listed.order, self.listed.found
        if not order.size or not np.isfinite(found.ranked[order[0], self.listed.point]):
            return None
        return self.listed.of(int(order[0]))

    def monthly(self, option: Option | None) -> float | None:
        """What an option costs the company a month."""
        usd = None if option is None else option.company_usd
        return None if usd is None else usd / self.months


def answers(
    book: PriceBook,
    names: Sequence[str] = (),
    levels: Sequence[Sensitivity] = LEVELS,
    volumes: Sequence[float] = VOLUMES,
    changes: Mapping[str, object] = MappingProxyType({}),
) -> Mapping[Cell, Answer]:
    """Every cell of some presets (all unless named), so changed, in one evaluation each."""
    found: dict[Cell, Answer] = {}
    for name in names or tuple(presets(book)):
        for level in levels:
            asked = from_preset(name, {**changes, "data_sensitivity": level}, book)
            columns = {"requests_per_month": np.array(volumes)}
            made = evaluate(SHARED.case(Points(asked, len(volumes), columns=columns), book))
            for point, volume in enumerate(volumes):
                listed = OptionList(made, lambda _: None, point)
                found[name, volume, level] = Answer(listed, asked.horizon_months)
    return found


# --------------------------------------------------------------------------------- what explains


def against(answer: Answer, same: Option | None, trained_on: str) -> tuple[Finding, ...]:
    """The rules that keep a candidate out of the ranking, or from what trained it elsewhere.

    ``same`` is the candidate here, ``trained_on`` the product that trained it where it won.
    """
    if same is None:
        return ()
    shut = _shutting(same.findings)
    if shut or trained_on == same.training_product:
        return shut
    vendor = trained_on.partition("/")[0]
    return _shutting(training(answer.listed.found.case, vendor, same.trained_at))


def _shutting(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return tuple(item for item in findings if item.verdict == "fail" or item.required)


def met(option: Option) -> tuple[Finding, ...]:
    """The terms that let a candidate have the data."""
    return tuple(item for item in option.findings if item.rule in TERMS and item.verdict == "pass")


def page(item: Finding) -> str:
    """A finding with the page it rests on."""
    text = item.text.rstrip(".")
    if item.source is None or not item.source.url:
        return text
    return f"{text} ([{item.source.as_of}]({item.source.url}))"


def told(items: Sequence[Finding]) -> str:
    """Some findings, each once, in a cell of a table."""
    return "; ".join(dict.fromkeys(map(page, items))).replace("|", "/")


def name(option: Option | None) -> str:
    """A candidate as a reader knows it."""
    return NOBODY if option is None else option.id


def usd(value: float | None) -> str:
    """Dollars a month, to a cent."""
    return "" if value is None else f"{value:,.2f}"


@dataclass(frozen=True)
class Compared:
    """Public against regulated data in one cell."""

    preset: str
    volume: float
    public: Option | None
    regulated: Option | None
    extra: float | None  # USD a month of regulated over public
    why: str
    rules: tuple[str, ...]  # that moved the winner; empty where it stays

    @property
    def moved(self) -> bool:
        """Whether the winner is another one."""
        return name(self.public) != name(self.regulated)


def compared(found: Mapping[Cell, Answer]) -> Iterator[Compared]:
    """Every preset and volume: the two winners, and the terms that explain them."""
    for preset, volume in dict.fromkeys((cell[0], cell[1]) for cell in found):
        free, bound = (found[preset, volume, level] for level in ("public", "regulated"))
        public, regulated = free.winner, bound.winner
        costs = free.monthly(public), bound.monthly(regulated)
        extra = None if costs[0] is None or costs[1] is None else costs[1] - costs[0]
        same = bound.listed.by_id(public.id) if public is not None else None
        shut = against(bound, same, public.training_product) if public is not None else ()
        if name(public) == name(regulated):
            why = told(met(regulated)) if regulated is not None else NOBODY
        elif shut:
            why = told(shut)
        else:
            why = f"still allowed, at {usd(bound.monthly(same))}: another is cheaper"
        rules = tuple(dict.fromkeys(item.rule for item in shut))
        yield Compared(preset, volume, public, regulated, extra, why, rules)


@dataclass(frozen=True)
class Move:
    """A cell whose winner is not the one of method 5."""

    cell: Cell
    before: str
    before_usd: str
    now: Option | None
    now_usd: float | None
    rules: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Before:
    """Who won a cell, and what trained it; blank where nobody did."""

    id: str
    training_product: str
    usd_per_month: str


def moves(found: Mapping[Cell, Answer], before: Mapping[Cell, Before]) -> Iterator[Move]:
    """Every cell with another winner than before, and the rule that moved it."""
    for cell, answer in found.items():
        was, cost = before[cell].id, before[cell].usd_per_month
        winner = answer.winner
        if was == (winner.id if winner else ""):
            continue
        same = answer.listed.by_id(was) if was else None
        shut = against(answer, same, before[cell].training_product)
        rules = tuple(dict.fromkeys(item.rule for item in shut))
        why = told(shut)
        if not rules:
            rule, why = _other(cell, was, same, answer)
            rules = (rule,)
        yield Move(cell, was or NOBODY, cost, winner, answer.monthly(winner), rules, why)


def _other(cell: Cell, was: str, same: Option | None, answer: Answer) -> tuple[str, str]:
    """What moved a winner that no rule forbids, and in words."""
    if not was:
        return "now allowed", "nothing was"
    if same is None:
        return _other_weights(was, answer) or (UNEXPLAINED, "not among the candidates any more")
    costs = f"{same.status} at {usd(answer.monthly(same))}"
    found = by_cost().get(cell)
    return (UNEXPLAINED, costs) if found is None else (found[0], f"{costs}: {found[1]}")


def _other_weights(was: str, answer: Answer) -> tuple[str, str] | None:
    """Like with like: a service that answers with another model than the one asked for."""
    case = answer.listed.found.case
    model = case.market.weights.get(was.rpartition(">")[2].partition(":")[2], "")
    if not model or model == case.asked_weights:
        return None
    own, asked = (case.market.model_name(name) for name in (model, case.asked_weights))
    return "same weights", f"{own} is not {asked}: an alternative beside the answer, not ranked"


def by_cost() -> Mapping[Cell, tuple[str, str]]:
    """Cell -> what changed in the costs, in short and in words."""
    return {cell: (row["rule"], row["why"]) for cell, row in _by_cell(BY_COST)}


def before() -> Mapping[Cell, Before]:
    """Cell -> method 5's winner."""
    return {
        cell: Before(row["id"], row["training_product"], row["usd_per_month"])
        for cell, row in _by_cell(BEFORE)
    }


def _by_cell(path: Path) -> Iterator[tuple[Cell, Mapping[str, str]]]:
    """Rows of a file, each with the cell it is about."""
    levels = {str(level): level for level in LEVELS}
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            level = levels[row["data_sensitivity"]]
            yield (row["preset"], float(row["requests_per_month"]), level), row


# ---------------------------------------------------------------------------------------- page

HEAD = """# What the kind of data costs

Written by `python -m benchmarks.sensitivity` from edition {edition} with method {method}: {presets}
presets at {volumes} volumes (1 thousand to 1 billion requests a month) and {levels} kinds of data.
Public data may go anywhere; regulated ones need three terms known and met (no training on what is
sent, processing in the region, the agreement the law asks for). `training_data_sensitivity` stays
the preset's own. Dollars are what the company pays a month; a day in brackets is that of the page.
"""


def volumes_of(cells: Sequence[float]) -> str:
    """Neighbouring volumes in short: 1e3 to 1e5."""
    first, last = (f"1e{np.log10(value):.0f}" for value in (cells[0], cells[-1]))
    return first if first == last else f"{first} to {last}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table in Markdown."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(row)} |" for row in rows), ""]


def counted(rules: Sequence[tuple[str, ...]]) -> list[str]:
    """How often each rule moved a winner."""
    counts = Counter(rule for some in rules for rule in some)
    return table(("rule", "cells"), [(rule, str(count)) for rule, count in counts.most_common()])


def public_page(cells: Sequence[Compared]) -> list[str]:
    """Public against regulated data."""
    moved = [item for item in cells if item.moved]
    unlike = sum(item.extra is not None and abs(item.extra) >= 0.005 for item in cells)
    lines = [
        "## Public against regulated data",
        "",
        f"Of {len(cells)} cells {len(moved)} have another winner; {len(cells) - len(moved)} have",
        f"the same, and the terms that let it stay are named. The cost differs in {unlike}.",
        "Rules that keep the winner of public data from regulated ones (a cell may count for",
        "several):",
        "",
        *counted([item.rules for item in moved]),
    ]

    def key(item: Compared) -> tuple[str, ...]:
        return item.preset, name(item.public), name(item.regulated), item.why

    rows = []
    for (preset, public, regulated, why), some in groupby(cells, key):
        held = list(some)
        extras = [item.extra for item in held if item.extra is not None]
        ends = dict.fromkeys((usd(min(extras)), usd(max(extras)))) if extras else {}
        stays = "the same" if public == regulated else f"`{regulated}`"
        where = volumes_of([item.volume for item in held])
        rows.append((preset, where, f"`{public}`", stays, " to ".join(ends), why))
    head = ("preset", "requests a month", "public", "regulated", "more, USD a month", "because")
    return [*lines, *table(head, rows)]


def moves_page(found: Sequence[Move], cells: int) -> list[str]:
    """Against method 5."""
    lines = [
        "## Against method 5",
        "",
        f"Of {cells} cells {len(found)} have another winner than method 5 gave. By kind of data:",
        "",
        *table(
            ("kind of data", "cells"),
            [
                (level.replace("_", " "), str(sum(item.cell[2] == level for item in found)))
                for level in LEVELS
            ],
        ),
        "What moved them (a cell may count for several rules):",
        "",
        *counted([item.rules for item in found]),
    ]

    def key(item: Move) -> tuple[str, ...]:
        return item.cell[0], item.cell[2], item.before, name(item.now), item.why

    rows = []
    for (preset, level, was, now, why), some in groupby(sorted(found, key=_in_rows), key):
        held = list(some)
        where = volumes_of([item.cell[1] for item in held])
        first = f"{held[0].before_usd} -> {usd(held[0].now_usd)}"
        rows.append((preset, level.replace("_", " "), where, f"`{was}`", f"`{now}`", first, why))
    head = ("preset", "data", "requests a month", "method 5", "now", "USD a month", "because")
    note = "Dollars are of the first of the volumes."
    return [*lines, note, "", *table(head, rows)]


MACHINES = """## Where rented and own machines win

Cells of the sweep by where requests are answered. Machines, rented or one's own, carry work that
an API or a platform does not, and stand ready for the busiest hour with a spare one beside it;
platforms rent out the same cards by the second. In the last column people's work costs nothing
(`staff_usd_per_hour=0`), everything else the same."""
PUBLISHED = """### Published cases

Results of others that say from where machines cost less, asked by the links of
`report/published_cases.csv` (the page Method shows all of them): once as they were published, once
with what they leave out (work, spare machines, load that comes and goes, hosting, maintenance,
resale; {left_out} inputs in all), everything else the same. As published machines win in
{as_published} of {all}; with everything counted in {counted}. The last column says what makes most
of the difference over the period at the far end of the axis, with everything counted. Values are
looked at in steps of 3 to 4 %, or at every whole one. A3, A7 and T9 publish a cost and no
comparison; what A9 to A14 rest on is not published."""


def machines_page(found: Mapping[Cell, Answer], free: Mapping[Cell, Answer]) -> list[str]:
    """Who wins where, and published cases."""
    won = Counter((place(answer), cell[2]) for cell, answer in found.items())
    unpaid = Counter(place(answer) for answer in free.values())
    shown = [*PLACES, NOBODY]
    lines = [
        (name, *(str(won[name, level]) for level in LEVELS), str(unpaid[name])) for name in shown
    ]
    head = ("answered at", *(level.replace("_", " ") for level in LEVELS), "public, work free")
    asked = machines.published()
    said = PUBLISHED.format(
        left_out=len(machines.LEFT_OUT),
        as_published=sum(item.published.from_value is not None for item in asked),
        counted=sum(item.holds for item in asked),
        all=len(asked),
    )
    rows = machines.rows(asked)
    return [
        *(MACHINES, "", *table(head, lines)),
        *_nearest(found),
        *(said, "", *table(machines.ROWS_HEAD, rows)),
    ]


def place(answer: Answer) -> str:
    """Where a cell's requests are answered."""
    return NOBODY if answer.winner is None else answer.winner.kind


def _nearest(found: Mapping[Cell, Answer]) -> list[str]:
    """What keeps the cheapest machines from winning with public data, preset by preset."""
    told = []
    for (preset, volume, level), answer in found.items():
        best, own = answer.winner, _machines(answer)
        if level != "public" or best is None or own is None or own is best:
            continue
        more = (answer.monthly(own) or 0.0) - (answer.monthly(best) or 0.0)
        told.append((preset, best.kind, own.kind, machines.most(own, best), volume, more))
    rows = []
    for (preset, best_at, own_at, most), some in groupby(told, lambda item: item[:4]):
        held = list(some)
        ends = [item[5] for item in held]
        extra = " to ".join(dict.fromkeys((usd(min(ends)), usd(max(ends)))))
        where = volumes_of([item[4] for item in held])
        rows.append((preset, where, best_at, own_at, extra, most))
    head = ("preset", "requests a month", "winner", "machines", "more, USD a month", "most of it")
    said = "What keeps the cheapest machines that may answer from winning, public data:"
    return [said, "", *table(head, rows)]


def _machines(answer: Answer) -> Option | None:
    """The cheapest feasible candidate that answers on rented or own machines."""
    listed = answer.listed
    for candidate in listed.order.tolist():
        if not np.isfinite(listed.found.ranked[candidate, listed.point]):
            return None
        if listed.found.places[candidate] in ("rented", "owned"):
            return listed.of(candidate)
    return None


def _in_rows(item: Move) -> tuple[str, int, float]:
    return item.cell[0], LEVELS.index(item.cell[2]), item.cell[1]


def written(book: PriceBook) -> str:
    """The whole page."""
    found = answers(book)
    head = HEAD.format(
        edition=book.edition,
        method=METHOD,
        presets=len(presets(book)),
        volumes=len(VOLUMES),
        levels=len(LEVELS),
    )
    free = answers(book, levels=("public",), changes={"staff_usd_per_hour": 0})
    moved = list(moves(found, before()))
    body = [
        *public_page(list(compared(found))),
        *machines_page(found, free),
        *moves_page(moved, len(found)),
    ]
    return "\n".join([head, *body])


def main(show: Callable[[str], object] = print) -> None:
    """Write the page."""
    PAGE.write_text(written(PriceBook.load()))
    show(f"wrote {PAGE.name}")


if __name__ == "__main__":
    main()
