"""The chip of a device nobody measured, from what its name says.

A device of ``devices.csv`` is looked up; else a chip named in the name is taken; else makers count
their lines up by one a year, so that the nearest number of the same line tells the year and the
class; else only the family is known. What is not known is left open, and the forms widen for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from calculators.estimators.device_form import Chip, chip_in, series_of
from pricing.records import value
from pricing.schema import DeviceRow

SAME_LINE = 0.3  # steps of a maker's lines up to which chips are of one class
MAKERS = re.compile(
    r"^(apple|google|samsung|xiaomi|motorola|moto|nvidia|qualcomm|oppo|vivo|honor|huawei|asus|sony)-"
)
CHIPS = re.compile(
    r"(snapdragon-(?:x-\w+|\d+s?\+?(?:-elite)?(?:-gen-\d+)?)|dimensity-\d+\+?|exynos-\d+|helio-[a-z]+\d+"
    r"|(?:google-)?tensor(?:-g\d)?|kirin-\d+|(?<![a-z0-9])[am]\d{1,2}(?:-(?:pro|max|ultra|bionic))?)"
    r"(?![a-z0-9])"
)
"""Chips by the names of their lines, in an id."""
FAMILY_WORDS = (
    ("iphone", "ios"),
    ("ipad", "ios"),
    ("mac", "mac"),
    ("raspberry", "pi"),
    ("jetson", "jetson"),
    ("x-elite", "windows"),
    ("x-plus", "windows"),
    ("laptop", "windows"),
    ("ryzen", "windows"),
    ("intel", "windows"),
    ("framework", "windows"),
    ("rtx", "windows"),
    ("windows", "windows"),
    ("-pc-", "windows"),
    ("board", "pi"),
    ("rk35", "pi"),
    ("apple-m", "mac"),
)
"""Words in the name of a device, and the family they tell; the first that occurs."""


def family_of(device: str) -> str:
    """Family of a device from its name."""
    named = f"-{device}-"
    if re.match(r"-m\d", named):
        return "mac"
    return next((family for word, family in FAMILY_WORDS if word in named), "android")


def plain(name: str) -> str:
    """A name as an id without its maker and what stands in parentheses."""
    bare = re.sub(r"\(.*?\)", "", name.lower())
    words = re.sub(r"[^a-z0-9+]+", "-", bare).strip("-")
    short = MAKERS.sub("", words)
    return words if short[:1].isdigit() else short  # of "Xiaomi 14" the maker is the line


def line_of(name: str) -> tuple[str, float] | None:
    """Line and number of a device: "galaxy-s23-ultra" is ("galaxy-s", 23); None without one."""
    found = re.match(r"^([a-z]+(?:-[a-z]+)*?-?)(\d{1,2})(?![0-9])", name)
    if found is None:
        return None
    return found.group(1).rstrip("-"), float(found.group(2))


@value
class Known:
    """Devices with their chips, and chips by name."""

    devices: Sequence[tuple[str, Chip]]  # plain names
    chips: Mapping[str, Chip]

    @classmethod
    def of(
        cls, specified: Iterable[tuple[DeviceRow, Chip]], measured: Iterable[tuple[str, Chip]]
    ) -> Known:
        """Of rows of ``devices.csv`` and of the devices that were measured."""
        named = [(plain(row.device), chip) for row, chip in specified]
        named += [(plain(name), chip) for name, chip in measured]
        return cls(named, {chip.soc: chip for _, chip in reversed(named)})

    def chip(self, name: str) -> Chip:
        """What the id of a device says of its chip."""
        family = family_of(name)
        same = [chip for known, chip in self.devices if known == plain(name)]
        if same:
            return _cautious(same)
        named = chip_in(name, self.chips)
        if named is not None:
            return replace(named, family=family)
        return self._of_line(name, family) or self._by_number(name, family)

    def slowest(self, chip: Chip) -> float | None:
        """Bandwidth of the slowest memory that is plausible for a chip nobody gives one for.

        That of the slowest device of its family, line and years, the year beside it included; of
        its line, or its family, where nothing closer is known; None for a family without any.
        """
        stated = [
            other
            for other in [chip for _, chip in self.devices]
            if other.bandwidth is not None and other.family == chip.family
        ]
        line = [other for other in stated if abs(other.series - chip.series) <= SAME_LINE]
        near = [
            other
            for other in line
            if chip.year is not None and other.year is not None and abs(other.year - chip.year) <= 1
        ]
        found = near or line or stated
        return min((other.bandwidth or 0.0 for other in found), default=None)

    def _of_line(self, name: str, family: str) -> Chip | None:
        """A chip that is named but not known: the year of the nearest of its line."""
        found = CHIPS.search(name)
        if found is None:
            return None
        soc = found.group(1)
        if re.match(r"[am]\d", soc):
            soc, family = f"apple-{soc}", "mac" if soc[0] == "m" and family != "ios" else "ios"
        stem = re.match(r"[a-z-]+", soc)
        alike = [chip for known, chip in self.chips.items() if stem and known.startswith(stem[0])]
        near = min(alike, key=lambda chip: abs(_number(chip.soc) - _number(soc)), default=None)
        year = None if near is None else near.year
        return Chip(soc, family, year, series_of(soc), None)

    def _by_number(self, name: str, family: str) -> Chip:
        """Year and class of the nearest device of the same line."""
        line = line_of(plain(name))
        unknown = Chip(name, family, None, 0.0, None)
        if line is None:
            return unknown
        near = [
            (abs(found[1] - line[1]), found[1], chip)
            for known, chip in self.devices
            if (found := line_of(known)) and found[0] == line[0]
        ]
        if not near:
            return unknown
        least = min(item[0] for item in near)
        number = next(item[1] for item in near if item[0] == least)
        nearest = _cautious([item[2] for item in near if item[:2] == (least, number)])
        if least == 0.0:
            return nearest
        year = None if nearest.year is None else nearest.year + line[1] - number
        return Chip(name, nearest.family, year, nearest.series, None)


def _cautious(chips: Sequence[Chip]) -> Chip:
    """The chip all have; of several the least year, line and bandwidth, under all names."""
    first = chips[0]
    if all(chip.soc == first.soc for chip in chips):
        return first
    years = [chip.year for chip in chips if chip.year is not None]
    speeds = [chip.bandwidth for chip in chips if chip.bandwidth is not None]
    return Chip(
        soc="/".join(sorted({chip.soc for chip in chips})),
        family=first.family,
        year=min(years, default=None),
        series=min(chip.series for chip in chips),
        bandwidth=min(speeds, default=None) if len(speeds) == len(chips) else None,
    )


def _number(soc: str) -> float:
    found = re.findall(r"\d+", soc)
    return float(found[-1] if "gen" in soc else found[0]) if found else 0.0
