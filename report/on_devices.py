"""The users' devices in words: speed, battery and who is served, each with its range and evidence.

The page and the report show the same lines.
"""

from __future__ import annotations

from dataclasses import dataclass

from calculators.on_devices import OnDevices, OneDevice, Spread
from pricing.book import Source
from report import words

SYSTEMS = {
    "ios": "iOS",
    "android": "Android",
    "windows": "Windows",
    "macos": "macOS",
    "linux": "Linux",
}


@dataclass(frozen=True)
class DeviceLine:
    """One device of the users."""

    name: str
    where: str  # system, and whether in its browser
    share: str
    does: str  # times, or why it does not serve
    serves: bool
    whose: str  # of the share: our judgement, or published
    note: str
    source: Source


def speed(found: OnDevices) -> str:
    """Both speeds, and which one the limits hold for; blank where none is known."""
    first, lasting = found.first_minute_ms, found.lasting_ms
    if first is None:
        return ""
    one, ten = words.milliseconds(first), words.milliseconds(lasting)
    if lasting is None:
        return f"{one} in the first minute; how fast they stay is not known"
    if one == ten:
        return f"{one}, and no slower after ten minutes"
    return f"{one} in the first minute, {ten} after ten minutes"


def limits(found: OnDevices) -> str:
    """Which of the two speeds the limits are held against."""
    if found.heat <= 0:
        return "Limits are held against the first minute."
    if found.heat >= 1:
        return "Limits are held against the speed after ten minutes."
    minutes = words.milliseconds(found.session_seconds * 1000)
    return (
        f"Limits are held against the end of one use of {minutes}, {words.percent(found.heat)} of "
        "the way from the first minute to the tenth."
    )


def reach(found: OnDevices) -> str:
    """Users served, with the range of the shares of their devices."""
    mid, ends = _reach(found)
    return f"{mid} {ends}".rstrip()


def can(found: OnDevices) -> str:
    """The same as a clause."""
    mid, ends = _reach(found)
    return f"The devices of {mid} of users can {ends}".rstrip()


def _reach(found: OnDevices) -> tuple[str, str]:
    """Users served, and the range in brackets; blank where there is none."""
    low, mid, high = (
        words.percent(end) for end in (found.reach.low, found.reach.mid, found.reach.high)
    )
    return mid, "" if low == high else f"({low} to {high}, by how able the users' devices are)"


def battery(found: Spread | None) -> str:
    """Share of a full battery on a day of use, with its range; blank where it is not known."""
    if found is None:
        return ""
    low, mid, high = (_pct(end) for end in (found.low, found.mid, found.high))
    return mid if low == high else f"{mid} ({low} to {high})"


def _pct(value: float) -> str:
    """What no user would notice is not spelt out."""
    return "less than 0.01 %" if 0 < value < 0.01 else f"{words.number(value)} %"


def lines(found: OnDevices) -> list[str]:
    """Everything but the single devices, a sentence each."""
    said = [f"Users whose device can: {reach(found)}."]
    fast = speed(found)
    if fast:
        said.append(f"Half of them have an answer within {fast}. {limits(found)}")
    drawn = battery(found.battery_pct)
    if drawn:
        known = found.battery_known_share
        over = "" if known >= 1 else f", over the {words.percent(known)} whose battery is known"
        said.append(f"Battery on a day of use: {drawn} of a full one{over}.")
    sent = battery(found.radio_pct)
    if sent:
        said.append(f"Users whose device cannot, for sending: {sent} of a full one.")
    return said + apart(found)


def apart(found: OnDevices) -> list[str]:
    """Who of the mix is no user of the app, and who uses it in a browser."""
    said = []
    if found.left_out > 0:
        said.append(
            f"{words.percent(found.left_out)} of this mix run none of the app's platforms: no "
            "users of it, and the shares are of the others."
        )
    if found.browser_share > 0:
        share = words.percent(found.browser_share)
        said.append(f"In the browser: {share} of the users served.")
    return said


def devices(found: OnDevices) -> list[DeviceLine]:
    """The devices, the most frequent first."""
    return [_line(item) for item in found.devices]


def _line(item: OneDevice) -> DeviceLine:
    system = SYSTEMS.get(item.system, item.system)
    return DeviceLine(
        name=item.name,
        where=f"{system}, in its browser" if item.in_browser else system,
        share=_share(item.share),
        does=_does(item),
        serves=item.serves,
        whose="our judgement" if item.ours else f"evidence {item.source.confidence}",
        note=item.note,
        source=item.source,
    )


def _share(found: Spread) -> str:
    low, mid, high = (words.percent(end) for end in (found.low, found.mid, found.high))
    return mid if low == high else f"{mid} ({low} to {high})"


def _does(item: OneDevice) -> str:
    """Times of a device that serves; why not of one that does not."""
    if not item.serves:
        return words.spoken(item.why_not.rstrip("."))
    first, lasting = item.first_minute_ms, item.lasting_ms
    said = "" if first is None else words.milliseconds(first.mid)
    ten = "" if lasting is None else words.milliseconds(lasting.mid)
    if ten and ten != said:
        said += f", {ten} after ten minutes"
    drawn = battery(item.battery_pct)
    return ", ".join(part for part in (said, f"battery {drawn} a day" if drawn else "") if part)
