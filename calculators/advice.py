"""The answer in words: sentence, reason, lever, exclusions. Right also when nothing is allowed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calculators.arrays import Array
from calculators.evaluation import Evaluation
from calculators.results import (
    KINDS,
    AnswersAt,
    Comparison,
    Exclusion,
    Finding,
    Latency,
    Lever,
    Option,
)

PLACES: dict[str, str] = {
    "managed_api": "a managed API",
    "hosted_platform": "a hosted platform",
    "rented": "rented machines",
    "owned": "your own machines",
    "device": "the users' devices",
    "device+managed_api": "the users' devices, with a managed API for the rest",
    "device+hosted_platform": "the users' devices, with a hosted platform for the rest",
    "device+rented": "the users' devices, with rented machines for the rest",
    "device+owned": "the users' devices, with your own machines for the rest",
}
BASE, LABOUR_NONE, LABOUR_DOUBLE = 0, 1, 2


def place(kind: str) -> str:
    """A place of answering, as it reads inside a sentence."""
    return PLACES[kind]


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
    if best.kind.startswith("device+"):
        rest = place(best.kind).partition(", with ")[2].removesuffix(" for the rest")
        share = 1 - _device_share(best)
        return (
            f"Answer on the users' devices, with {rest} for the {share:.0%} "
            "of users whose device cannot"
        )
    if best.kind == "device":
        return "Answer on the users' devices"
    return f"Answer with {place(best.kind)}"


def _device_share(option: Option) -> float:
    for finding in option.findings:
        if finding.rule == "mix":
            return float(finding.text.split("%")[0].rsplit(" ", 1)[-1]) / 100
    return option.served_share


def _no_answer(found: Comparison) -> str:
    statuses = {option.status for option in found.options}
    if "incomplete" in statuses:
        return "No answer yet: what is allowed cannot be priced completely"
    return "Nothing is allowed under these requirements"


def reason(found: Comparison) -> str:
    """Cost, range and distance to the runner-up, in this scenario's numbers."""
    best, second = found.cheapest, found.runner_up
    if best is None:
        return _why_none(found)
    months = found.scenario.horizon_months
    cost = best.ranked_usd(found.scenario.rank_by) or 0.0
    other_model = ", a different model of the same class," if best.different_model else ""
    label = best.label.replace("; ", ", ")
    text = f"{label}{other_model} costs {money(cost / months)} a month"
    if best.low_usd is not None and best.high_usd is not None:
        user = 0.0 if found.scenario.rank_by != "company" else best.user_usd or 0.0
        low, high = max(best.low_usd - user, 0.0), best.high_usd - user
        text += f" (between {money(low / months)} and {money(high / months)})"
    if second is None:
        return text + "; no other place is allowed and priced."
    other = second.ranked_usd(found.scenario.rank_by) or 0.0
    saved = 1 - cost / other if other > 0 else 0.0
    gap = f"{saved:.0%} less than" if saved >= 0.005 else "about the same as"
    return f"{text}, {gap} the next best place: {_lower(second.label)} at {money(other / months)}."


def _lower(label: str) -> str:
    """A label inside a sentence: its first word small unless it is a name."""
    return "t" + label[1:] if label.startswith("The ") else label


def _why_none(found: Comparison) -> str:
    incomplete = [option for option in found.options if option.status == "incomplete"]
    if incomplete:
        needs = dict.fromkeys(gap for option in incomplete for gap in option.missing)
        return "Missing: " + "; ".join(list(needs)[:3]) + "."
    return " ".join(list(dict.fromkeys(item.text for item in found.excluded))[:3])


def lever(best: Option | None) -> Lever | None:
    """The largest single cost of the recommended option."""
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


def labour_text(found: Evaluation, ranked: Array, best: int | None) -> str:
    """Whether the answer survives free work and double work, in words."""
    if best is None:
        return ""
    kind = found.entries[best].kind
    others = {}
    for point, words in ((LABOUR_NONE, "cost nothing"), (LABOUR_DOUBLE, "took twice as long")):
        winner = found.entries[int(np.argmin(ranked[:, point]))].kind
        if winner != kind:
            others[words] = winner
    if not others:
        return "The same place wins if the work costs nothing or takes twice as long."
    parts = [f"if the work {words}, {place(other)} would win" for words, other in others.items()]
    return "Depends on our labour assumptions: " + "; ".join(parts) + "."


def excluded(options: Sequence[Option]) -> tuple[Exclusion, ...]:
    """Places with no feasible candidate: the reason of the one that came nearest."""
    open_kinds = {option.kind for option in options if option.status == "feasible"}
    found = []
    for kind in KINDS:
        if kind in open_kinds:
            continue
        here = [option for option in options if option.kind == kind]
        if not here:
            continue
        nearest = min(here, key=_distance)
        fails = [item for item in nearest.findings if item.verdict == "fail"]
        change = fails[0].change if fails else ""
        text = nearest.reasons[0] if nearest.reasons else "not offered"
        found.append(Exclusion(kind, text, change))
    return tuple(found)


def _distance(option: Option) -> tuple[int, int]:
    """How far an option is from being feasible: rules it fails, then prices it lacks."""
    fails = sum(item.verdict == "fail" for item in option.findings)
    return fails, len(option.missing)


def not_offered(kind: AnswersAt) -> Option:
    """A place with no product for the task."""
    text = f"No product we know offers this task on {place(kind)}."
    finding = Finding("offer", "fail", text)
    return Option(
        id=f"none>{kind}",
        kind=kind,
        label=f"No offer: {place(kind)}",
        trained_at="none",
        answers_at=kind,
        vendor="",
        status="not_offered",
        findings=(finding,),
        missing=(),
        total_usd=None,
        company_usd=None,
        user_usd=None,
        npv_usd=None,
        monthly_usd=None,
        month1_usd=None,
        usd_per_1000_requests=None,
        usd_per_user_month=None,
        low_usd=None,
        high_usd=None,
        served_share=0.0,
        battery_pct_per_day=None,
        different_model=False,
        other_region=False,
        marks=(),
        carbon_g_per_1000_requests=None,
        carbon_text="nobody offers it",
        _items=tuple,
        _latency=lambda: Latency(None, None),
    )
