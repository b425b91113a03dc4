"""What a table asks besides the scenario: parameters of its own, each given once, or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from calculators.scenario import BadField, ScenarioError
from report.codec import Decoded, clip, decode


@dataclass(frozen=True)
class Parameter:
    """One parameter: its name, what it means, and what it may be where that is a list."""

    name: str
    says: str
    allowed: Sequence[str] = ()

    def refused(self, value: str, allowed: str = "") -> BadField:
        """The refusal of a value."""
        words = allowed or " | ".join(self.allowed)
        return BadField(field=self.name, value=clip(value) or "(none)", allowed=words)


Faults = Callable[[Decoded, Mapping[str, str]], Sequence[BadField]]


def read(query: str, takes: Sequence[Parameter] = ()) -> tuple[Decoded, Mapping[str, str]]:
    """The scenario, and what is asked besides; an empty parameter is as good as none.

    Raises
    ------
    ScenarioError
        Every input and parameter that is refused, at once.
    """
    names = {item.name: item for item in takes}
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
    bad, asked = [], dict[str, str]()
    for name, text in pairs:
        if name not in names or not text:
            continue
        item = names[name]
        if asked.setdefault(name, text) != text:
            bad.append(item.refused(text, "each parameter once"))
        elif item.allowed and text not in item.allowed:
            bad.append(item.refused(text))
    try:
        found = decode(query, strict=True, other=tuple(names))
    except ScenarioError as error:
        raise ScenarioError([*bad, *error.bad]) from None
    if bad:
        raise ScenarioError(bad)
    return found, asked


def without(query: str, names: Sequence[str]) -> str:
    """The query without some parameters, as it was written otherwise."""
    parts = query.removeprefix("?").split("&")
    return "&".join(part for part in parts if part.partition("=")[0] not in names)
