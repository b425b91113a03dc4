"""A deployment's own prices: figures that stand in for the list unless a link says otherwise.

An address that is no complete link (it names no ``v``) is read with them. Every link written then
holds them as anybody's own figures, so it means the same wherever it is opened, also where other
prices are set or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from calculators.scenario import BadField, ScenarioError
from pricing.own import kind_of
from report.server.settings import OWN_PRICES, SettingError

COMPLETE = "v"
"""A link that names its schema says all that it means."""
ALLOWED = "price.<key>, discount.<vendor>, fixed.<place> or assume.<name>, each once"
_figures: dict[str, str] = {}


def set_own_prices(query: str) -> None:
    """Lay figures under every address that is no complete link; blank takes them away.

    Raises
    ------
    SettingError
        A parameter that is no own figure, or one that the newest edition refuses.
    """
    from report.codec import decode  # noqa: PLC0415 - it asks this module

    pairs = parse_qsl(query.strip().removeprefix("?"), keep_blank_values=True)
    names = [name for name, _ in pairs]
    _figures.clear()
    if query.strip() and not pairs:
        raise SettingError(OWN_PRICES, query, f"a query of {ALLOWED}")
    bad = [n for n in dict.fromkeys(names) if kind_of(n) is None or names.count(n) > 1]
    if bad:
        raise SettingError(OWN_PRICES, ", ".join(bad), ALLOWED)
    try:
        decode(pairs, strict=True)
    except ScenarioError as error:
        raise SettingError(OWN_PRICES, *_told(error.bad)) from None
    _figures.update(pairs)


def laid_under(given: Mapping[str, str]) -> Mapping[str, str]:
    """The figures that hold beside what a query gives; none beside a complete link."""
    return {} if COMPLETE in given else {n: text for n, text in _figures.items() if n not in given}


def _told(bad: list[BadField]) -> tuple[str, str]:
    named = ", ".join(f"{item.field}={item.value}" for item in bad)
    return named, "; ".join(dict.fromkeys(item.allowed for item in bad))
