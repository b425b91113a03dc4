"""The answer in words: sentence, reason, lever, exclusions. Right also when nothing is allowed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators.answer.options import OptionList
from calculators.evaluation import Evaluation
from calculators.percents import percent
from calculators.places import PLACES, AnswersAt
from calculators.results import (
    Comparison,
    Exclusion,
    Finding,
    Lever,
    LineItem,
    Option,
    in_order,
)
from pricing.book import PriceBook


def place(kind: AnswersAt) -> str:
    """A place of answering, as it reads inside a sentence."""
    return PLACES[kind].words


def money(usd: float) -> str:
    """Three significant figures, for headlines."""
    if usd == 0:
        return "$0"
    if abs(usd) >= 1000:
        digits = max(0, 2 - int(np.floor(np.log10(abs(usd)))))
        return f"${round(usd, 2 - int(np.floor(np.log10(abs(usd))))):,.{digits}f}"
    decimals = max(0, 2 - int(np.floor(np.log10(abs(usd)))))
    # money reads 30.90, not 30.9
    return f"${round(usd, decimals):,.{2 if decimals == 1 else decimals}f}"


def sentence(found: Comparison) -> str:
    """The recommendation, or why there is none."""
    best = found.cheapest
    if best is None:
        return _no_answer(found)
    if found.verdict is not None and found.verdict.too_close:
        return f"Too close to call: {either([best.kind, *found.verdict.against])}"
    behind = PLACES[best.kind].fallback
    if behind and best.device_share is not None:
        return (
            f"Run it on the users' devices, with {place(behind)} for the "
            f"{percent(1 - best.device_share)} of users whose device cannot"
        )
    return f"Run it on {place(best.kind)}"


ROOM = 70
"""Characters of places that the heading has room for: two lines of a page 720 px wide."""


def either(kinds: Sequence[AnswersAt], most: int = 3) -> str:
    """Places to choose from: "a managed API or rented machines"; at most so many by name.

    The first is always named, the others as far as there is room; how many are left is said.
    """
    said = (_or(kinds, count) for count in range(min(most, len(kinds)), 0, -1))
    return next((text for text in said if len(text) <= ROOM), _or(kinds, 1))


def _or(kinds: Sequence[AnswersAt], count: int) -> str:
    named = [_listed(kind, of=len(kinds)) for kind in kinds[:count]]
    if len(kinds) > count:
        named.append(f"one of {len(kinds) - count} more")
    return " or ".join(filter(None, (", ".join(named[:-1]), named[-1])))


def _no_answer(found: Comparison) -> str:
    if found.options.status_counts["incomplete"]:
        if any(item.to_confirm for item in found.best_of_kind if item.status == "incomplete"):
            return "No answer yet: what would be allowed is not confirmed"
        return "No answer yet: what is allowed cannot be priced completely"
    return "Nothing is allowed under these requirements"


def reason(found: Comparison) -> str:
    """Cost, range and distance to the runner-up, in this scenario's numbers."""
    best, second = found.cheapest, found.runner_up
    if best is None:
        return _why_none(found)
    months, rank_by = found.scenario.horizon_months, found.scenario.rank_by
    cost = best.ranked_usd(rank_by) or 0.0
    text = f"On {place(best.kind)}{_whose(best)} it costs {money(cost / months)} a month"
    if best.range is not None:
        low, high = best.range.ranked(rank_by)
        text += f" (in 8 of 10 cases between {money(low / months)} and {money(high / months)})"
    if second is None:
        return text + "; no other place is allowed and priced."
    other = second.ranked_usd(rank_by) or 0.0
    saved = 1 - cost / other if other > 0 else 0.0
    gap = f"{percent(saved)} less than" if saved >= 0.005 else "about the same as"
    return f"{text}, {gap} the next best place: {place(second.kind)} at {money(other / months)}."


def _whose(best: Option) -> str:
    """What to say of a model that is not the one asked for."""
    if best.reads:
        return ", with a language model that reads each request,"
    return ", with a different model of the same class," if best.different_model else ""


def _why_none(found: Comparison) -> str:
    lacking = [option for option in found.best_of_kind if option.status == "incomplete"]
    if lacking:
        needs = dict.fromkeys(
            gap for option in lacking for gap in (*option.missing, *option.to_confirm)
        )
        return "Missing: " + "; ".join(list(needs)[:3]) + "."
    return " ".join(list(dict.fromkeys(item.text for item in found.excluded))[:3])


def certainty(found: Comparison) -> str:
    """In how many draws the answer holds, against whom it may not, and what an error costs."""
    verdict = found.verdict
    if found.cheapest is None or verdict is None or len(verdict.places) < 2:
        return ""
    first = verdict.places[0]
    it, costs = ("it", "costs") if _one(first.kind) else ("they", "cost")
    text = f"Of {verdict.draws} cases drawn at random from everything uncertain, "
    text += f"{_are(first.kind)} cheapest in {percent(first.probability_cheapest)}"
    if verdict.against:
        text += f", not clearly ahead of {listed(verdict.against)}"
    text += "."
    if first.available < 1:
        text += f" In {percent(1 - first.available)} {it} cannot meet your requirements."
    if not first.regret_is_known or first.expected_regret_usd is None:
        return text  # all draws tell it, on Break-even
    if first.expected_regret_usd > 0:
        more = f"{money(first.expected_regret_usd)} a month more"
        text += f" On average {it} {costs} {more} than the cheapest place of each case."
    other = None if verdict.least_regret is None else verdict.of(verdict.least_regret)
    if other is not None and other.regret_is_known and other.expected_regret_usd is not None:
        text += (
            f" By that measure {_are(other.kind)} the safer choice: "
            f"{money(other.expected_regret_usd)} a month more."
        )
    return text


def _one(kind: AnswersAt) -> bool:
    """Whether a place is one thing: machines and devices are many."""
    return place(kind).startswith("a ")


def _subject(kind: AnswersAt) -> str:
    """A place before its verb: what stands between commas ends with one."""
    return f"{place(kind)}," if "," in place(kind) else place(kind)


def _are(kind: AnswersAt) -> str:
    return f"{_subject(kind)} {'is' if _one(kind) else 'are'}"


def _listed(kind: AnswersAt, of: int) -> str:
    """A place among so many: a mix in full would read as two of them."""
    return PLACES[kind].in_list if of > 1 else place(kind)


NAMED = 3
"""Places told by name in a sentence; more are counted, and the table of places has them all."""


def listed(kinds: Sequence[AnswersAt]) -> str:
    """Places in a row: "a managed API and rented machines"; more than a few are counted."""
    whole = len(kinds) <= NAMED
    first = kinds if whole else kinds[: NAMED - 1]
    named = [_listed(kind, of=len(kinds)) for kind in first]
    if not whole:
        named.append(f"{len(kinds) - NAMED + 1} more places")
    return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)


def ours(found: Comparison) -> str:
    """Where our own assumptions make more than half of the cost; blank where they do not."""
    share = ours_share(found)
    if share <= 0.5:
        return ""
    return f"Our own assumptions make {percent(share)} of this cost: enter your own figures."


def ours_share(found: Comparison) -> float:
    """Share of the cheapest option's cost, as ranked, that rests on assumptions of ours."""
    best = found.cheapest
    if best is None:
        return 0.0
    items = [i for i in best.line_items if _counts(i, found) and not i.credit]
    whole = sum(item.amount_usd for item in items)
    assumed = sum(item.amount_usd for item in items if item.ours or _our_rate(item, found.book))
    return assumed / whole if whole > 0 else 0.0


def _our_rate(item: LineItem, book: PriceBook) -> bool:
    row = book.assumptions.get(item.source.key)
    return row is not None and row.basis == "our_assumption"


def _counts(item: LineItem, found: Comparison) -> bool:
    """Whether an item enters what options are ranked by."""
    return item.payer == "company" or found.scenario.rank_by == "company_and_user"


def lever(found: Comparison) -> Lever | None:
    """The largest item of the difference to the runner-up; alone, the largest cost."""
    best, second = found.cheapest, found.runner_up
    if best is None:
        return None
    if second is None:
        return _largest(found, best)
    own, other = _by_name(found, best), _by_name(found, second)
    gaps = {name: other.get(name, 0.0) - own.get(name, 0.0) for name in {**own, **other}}
    whole = sum(map(abs, gaps.values()))
    if whole <= 0:
        return None
    name = max(gaps, key=lambda key: abs(gaps[key]))
    gap = gaps[name]
    more = f"{money(abs(gap) / found.scenario.horizon_months)} a month"
    there = place(second.kind)
    text = f"{more} {'more' if gap > 0 else 'less'} with {there}"
    return Lever(name, abs(gap) / whole, text, gap)


def _largest(found: Comparison, best: Option) -> Lever | None:
    own = _by_name(found, best)
    whole = sum(own.values())
    if not own or whole <= 0:
        return None
    name = max(own, key=lambda key: own[key])
    share = own[name] / whole
    return Lever(name, share, f"{percent(share)} of the cost; no other place to compare", own[name])


def _by_name(found: Comparison, option: Option) -> dict[str, float]:
    """Cost over the horizon by what it is for; parts of one item are one."""
    by_name: dict[str, float] = {}
    for item in option.line_items:
        if _counts(item, found):
            name = item.name.partition(",")[0].partition(":")[0]
            by_name[name] = by_name.get(name, 0.0) + item.amount_usd
    return by_name


def labour(found: Evaluation, best: int | None, points: tuple[int, int]) -> str:
    """Whether the answer survives free and double work at two points, in words."""
    if best is None:
        return ""
    others = {}
    said = ("cost nothing", "took twice as long")
    for point, words in zip(points, said, strict=True):
        winner = found.places[int(found.ranked[:, point].argmin())]
        if winner != found.places[best]:
            others[words] = winner
    if not others:
        return "The same place wins if people's work costs nothing, or takes twice as long."
    parts = [
        f"if people's work {words}, {_subject(other)} would win" for words, other in others.items()
    ]
    return "Depends on our labour assumptions: " + "; ".join(parts) + "."


# ------------------------------------------------------------------------------ what is ruled out


def excluded(listed: OptionList) -> tuple[Exclusion, ...]:
    """Places where nothing may be used: the reason of the candidate that came nearest.

    A hybrid one half of which has nothing to do is not forbidden, and not among them.
    """
    best = {option.kind: option for option in listed.best_of_place}
    return tuple(
        _exclusion(_nearest(listed, kind, best[kind]))
        for kind in PLACES
        if kind in best and best[kind].status not in ("feasible", "pointless")
    )


def _nearest(listed: OptionList, kind: AnswersAt, best: Option) -> Option:
    """The candidate of a place that fails the fewest rules, the cheapest of those.

    Of pairs that fail as many it is the one that needs the fewest changes: one change may mend the
    rule on the answers and the same rule on the training.
    """
    if best.status != "infeasible":
        return best
    here, fails = listed.fails_at(kind)
    nearest = here[fails == fails.min()]
    options = (listed.of(candidate) for candidate in listed.first_of_each_pair(nearest))
    return min(options, key=lambda option: len(_changes(option)))


def first_fails(findings: Sequence[Finding]) -> list[Finding]:
    """Rules that fail, those first that nothing can buy off."""
    return [item for item in in_order(findings) if item.verdict == "fail"]


def _exclusion(nearest: Option) -> Exclusion:
    fails = first_fails(nearest.findings)
    if fails:
        return Exclusion(nearest.kind, fails[0].text, ", and ".join(_changes(nearest)))
    text = nearest.reasons[0] if nearest.reasons else "not offered"
    return Exclusion(nearest.kind, text, ", and ".join(_changes(nearest)))


def _changes(option: Option) -> tuple[str, ...]:
    """What would have to change or be confirmed before it may be ranked, each once."""
    shut = (item for item in option.findings if item.verdict == "fail" or item.required)
    return tuple(dict.fromkeys(item.change for item in shut if item.change))
