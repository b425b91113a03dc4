"""What ties an app to an option once it runs there: a term paid for, a purchase, one vendor.

Facts of the option, not a judgement: each names the thing that must be paid, sold or built anew
before the app can leave.
"""

from __future__ import annotations

from calculators.places import MANAGED_API, PLACES, AnswersAt
from calculators.results import Option

_TERMS = {"1y": 12, "3y": 36}
"""Payment term at the end of a product's id -> months paid for."""
_OWN_MODEL = "the vendor's own model"


def months_paid(option: Option) -> int:
    """Months of a commitment that are owed even if the app leaves; 0 where there is none."""
    return _TERMS.get(option.id.rpartition(":")[2], 0)


def words(option: Option) -> str:
    """What ties the app, in a few words; blank where nobody offers the option."""
    if option.status == "not_offered":
        return ""
    return "; ".join(_part(part, option) for part in PLACES[option.kind].parts)


def _part(place: AnswersAt, option: Option) -> str:
    if PLACES[place].on_device:
        return "an app release to change it"
    if place == "owned":
        return "machines bought"
    if place == MANAGED_API:
        own = _OWN_MODEL in option.marks
        return "nobody else has its model" if own else "code for its interface"
    months = months_paid(option)
    if months:
        return f"{months} months to be paid for"
    return "code for its interface" if place == "hosted_platform" else "none: by the hour"


def rank(option: Option) -> int:
    """How much ties the app, for sorting: 0 nothing, 1 an interface, 2 a term, 3 more."""
    found = [_weight(part, option) for part in PLACES[option.kind].parts]
    return max(found, default=0)


def _weight(place: AnswersAt, option: Option) -> int:
    if place == "owned" or (place == MANAGED_API and _OWN_MODEL in option.marks):
        return 3
    if months_paid(option) and not PLACES[place].on_device:
        return 2
    return 0 if place == "rented" else 1
