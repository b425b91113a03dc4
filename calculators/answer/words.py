"""The answer in words: sentence, reason, lever, exclusions. Right also when nothing is allowed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators.answer.options import OptionList
from calculators.evaluation import Evaluation
from calculators.places import PLACES, AnswersAt
from calculators.results import Comparison, Exclusion, Finding, Lever, Option


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
    return f"${usd:,.{decimals}f}"


def sentence(found: Comparison) -> str:
    """The recommendation, or why there is none."""
    best, second = found.cheapest, found.runner_up
    if best is None:
        return _no_answer(found)
    if found.too_close and second is not None:
        return f"Too close to call: {place(best.kind)} or {place(second.kind)}"
    behind = PLACES[best.kind].fallback
    if behind and best.device_share is not None:
        return (
            f"Answer on the users' devices, with {place(behind)} for the "
            f"{1 - best.device_share:.0%} of users whose device cannot"
        )
    if PLACES[best.kind].on_device:
        return "Answer on the users' devices"
    return f"Answer with {place(best.kind)}"


def _no_answer(found: Comparison) -> str:
    if found.options.status_counts["incomplete"]:
        return "No answer yet: what is allowed cannot be priced completely"
    return "Nothing is allowed under these requirements"


def reason(found: Comparison) -> str:
    """Cost, range and distance to the runner-up, in this scenario's numbers."""
    best, second = found.cheapest, found.runner_up
    if best is None:
        return _why_none(found)
    months, rank_by = found.scenario.horizon_months, found.scenario.rank_by
    cost = best.ranked_usd(rank_by) or 0.0
    other_model = ", a different model of the same class," if best.different_model else ""
    label = best.label.replace("; ", ", ")
    text = f"{label}{other_model} costs {money(cost / months)} a month"
    if best.range is not None:
        low, high = best.range.ranked(rank_by)
        text += f" (between {money(low / months)} and {money(high / months)})"
    if second is None:
        return text + "; no other place is allowed and priced."
    other = second.ranked_usd(rank_by) or 0.0
    saved = 1 - cost / other if other > 0 else 0.0
    gap = f"{saved:.0%} less than" if saved >= 0.005 else "about the same as"
    return f"{text}, {gap} the next best place: {_lower(second.label)} at {money(other / months)}."


def _lower(label: str) -> str:
    """A label inside a sentence: its first word small unless it is a name."""
    return "t" + label[1:] if label.startswith("The ") else label


def _why_none(found: Comparison) -> str:
    lacking = [option for option in found.best_of_kind if option.status == "incomplete"]
    if lacking:
        needs = dict.fromkeys(gap for option in lacking for gap in option.missing)
        return "Missing: " + "; ".join(list(needs)[:3]) + "."
    return " ".join(list(dict.fromkeys(item.text for item in found.excluded))[:3])


def lever(found: Comparison) -> Lever | None:
    """The largest single cost of the cheapest option."""
    best = found.cheapest
    if best is None or not best.line_items:
        return None
    by_name: dict[str, float] = {}
    for item in best.line_items:
        if item.payer == "company":
            name = item.name.partition(",")[0].partition(":")[0]
            by_name[name] = by_name.get(name, 0.0) + item.amount_usd
    whole = sum(by_name.values())
    if not by_name or whole <= 0:
        return None
    name = max(by_name, key=lambda key: by_name[key])
    share = by_name[name] / whole
    return Lever(name, share, f"{share:.0%} of what the company pays")


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
        return "The same place wins if the work costs nothing or takes twice as long."
    parts = [f"if the work {words}, {place(other)} would win" for words, other in others.items()]
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
    """The candidate of a place that fails the fewest rules, the cheapest of those."""
    if best.status != "infeasible":
        return best
    places = np.array(listed.found.places)
    here = listed.order[places[listed.order] == kind]
    return listed.of(int(here[listed.fails[here].argmin()]))


def first_fails(findings: Sequence[Finding]) -> list[Finding]:
    """Rules that fail, those first that nothing can buy off."""
    fails = [item for item in findings if item.verdict == "fail"]
    return sorted(fails, key=lambda item: not item.absolute)


def _exclusion(nearest: Option) -> Exclusion:
    fails = first_fails(nearest.findings)
    if fails:
        changes = dict.fromkeys(item.change for item in fails if item.change)
        return Exclusion(nearest.kind, fails[0].text, ", and ".join(changes))
    text = nearest.reasons[0] if nearest.reasons else "not offered"
    return Exclusion(nearest.kind, text, "")
