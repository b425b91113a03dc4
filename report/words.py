"""Words and number formats, the same on pages, in charts and in reports.

Headlines carry 3 significant figures, tables exact cents; every figure names unit and period
where it stands. Missing figures read as a dash, never as 0.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date

from calculators import percents
from calculators.places import PLACES, UNTRAINED, VENUES, AnswersAt, TrainedAt
from calculators.results import Comparison, Finding, Latency, Option, Period, Status
from calculators.scenario import Scenario, choices, extra, fields

MISSING = "–"
_FIELD = re.compile(r" \(([a-z0-9_]+)\)")
_LARGE_MB = re.compile(r"\b(\d{1,3}(?:,\d{3})+) MB\b")
_LARGE_MS = re.compile(r"\b(\d{1,3}(?:,\d{3})+) ms\b")
# no part of a name (gpt-4o-2024-08-06) or of an address
_ISO_DAY = re.compile(r"(?<![\w/-])\d{4}-\d{2}-\d{2}(?![\w/-])")
_UNIT = re.compile(r"(?<=\d) (?=(?:%|k|M|B|T|ms|s|kWh|GB|million|billion|trillion)\b|%)")

STATUSES: Mapping[Status, str] = {
    "feasible": "Possible",
    "pointless": "Adds nothing",
    "incomplete": "Figure missing",
    "infeasible": "Ruled out",
    "not_offered": "Not offered",
}
WITH_CARE = "Possible, with care"
TO_CONFIRM = "Not confirmed"

PERIODS: Mapping[Period, str] = {
    "once": "once",
    "monthly": "monthly",
    "per retrain": "per retraining",
}

GROUPS: Mapping[str, str] = {
    "what": "What one request is",
    "how much": "How many requests",
    "training": "Training",
    "data": "Data and region",
    "needs": "Speed and needs",
    "devices": "Users' devices",
    "serving": "Machines",
    "money": "Money",
}
"""Group of inputs -> heading."""


def place(kind: AnswersAt) -> str:
    """Name of the place where requests are answered."""
    return PLACES[kind].name


def trained(venue: TrainedAt) -> str:
    """Name of the place where the model is trained."""
    return "not trained" if venue == UNTRAINED else VENUES[venue].name


def training(option: Option, scenario: Scenario) -> str:
    """Where the model is trained; blank where nobody trains one."""
    if option.trained_at == UNTRAINED:
        return "not trained" if scenario.trains else ""
    return f"trained at: {trained(option.trained_at)}"


def chosen(comparison: Comparison) -> str:
    """What the cheapest place may be called."""
    return "cheapest" if comparison.too_close else "recommended"


def status(option: Option) -> str:
    """The option's status; says so where a rule asks for care."""
    if option.status == "feasible" and any(item.verdict == "caution" for item in option.findings):
        return WITH_CARE
    if option.status == "incomplete" and not option.missing:
        return TO_CONFIRM
    return STATUSES[option.status]


def why(option: Option, most: int | None = None) -> str:
    """The reasons in one line, at most ``most`` of them; or that nothing speaks against it."""
    said = (spoken(text).rstrip(". ") for text in _reasons(option) if text)
    texts = list(dict.fromkeys(said))
    if not texts:
        return "Meets every need." if option.status == "feasible" else STATUSES[option.status] + "."
    shown = texts[:most]
    told = ". ".join(text[:1].upper() + text[1:] for text in shown) + "."
    left = len(texts) - len(shown)
    return f"{told} And {left} more." if left else told


def _reasons(option: Option) -> Sequence[str]:
    """What explains the status first."""
    if option.status == "pointless":
        mixed = [item.text for item in option.findings if item.rule == "mix"]
        return mixed or ["One of its two halves has nothing to do"]
    if not users_unknown(option):
        return option.reasons
    needed = {f"needs {what}" for what in option.missing}
    return [*(text for text in option.reasons if text not in needed), users_unknown(option)]


def users_unknown(option: Option) -> str:
    """What lacks of the users' part of an option whose company's part is known; else blank."""
    if option.company_usd is None or option.user_usd is not None:
        return ""
    return "What users pay is not known: needs " + (", ".join(option.missing) or "a price")


ERRS: Mapping[str, str] = {
    "low": "the true cost may be higher",
    "high": "the true cost may be lower",
    "either": "the true cost may be higher or lower",
}
"""In which direction a figure errs, in words."""


def left_out(item: Finding) -> str:
    """What a figure leaves out, and in which direction it errs."""
    return f"Not modelled: {item.text} ({ERRS[item.errs]})"


def spoken(text: str) -> str:
    """A sentence without the names fields have in links: "the size of the model".

    Memory reads in three figures and the unit of what a device has: 8.73 GB for 8,734 MB; a second
    and more in seconds: 20 s for 20,000 ms; a day as elsewhere: 22 Nov 2026.
    """
    said = _FIELD.sub(lambda found: "" if found[1] in fields() else found[0], text)
    said = _LARGE_MB.sub(lambda found: f"{_gb(found[1])} GB", said)
    return _ISO_DAY.sub(lambda found: _in_words(found[0]), _in_seconds(said))


def _in_words(text: str) -> str:
    """A day as elsewhere; what looks like one and is none stays."""
    try:
        return day(date.fromisoformat(text))
    except ValueError:
        return text


def _in_seconds(text: str) -> str:
    """Durations of a second and more in three figures; in all of theirs where three read alike."""
    exact = {found: float(found.replace(",", "")) / 1000 for found in _LARGE_MS.findall(text)}
    short = {found: _digits(value) for found, value in exact.items()}
    if len({*short.values()}) < len(short):  # 2,004 ms is over a limit of 2,000
        short = {found: f"{value:.10g}" for found, value in exact.items()}
    return _LARGE_MS.sub(lambda found: f"{short[found[1]]} s", text)


def _gb(megabytes: str) -> str:
    return _digits(float(megabytes.replace(",", "")) / 1000)


def lower(text: str) -> str:
    """A label inside a sentence: its first letter small, unless the word is an abbreviation."""
    return text if text[:2].isupper() else text[:1].lower() + text[1:]


def glued(text: str) -> str:
    """The text with numbers that no line break parts from their units."""
    return _UNIT.sub("\N{NO-BREAK SPACE}", text)


# --- numbers ---------------------------------------------------------------------------------
_SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_SHORT = ((1e12, " T"), (1e9, " B"), (1e6, " M"), (1e3, " k"))


def _digits(value: float, *, cents: bool = False) -> str:
    """3 significant figures without an exponent: 1234 -> 1,230; 0.0041 -> 0.0041.

    Zeros at the end are dropped, except that money (``cents``) reads 1.40 rather than 1.4.
    """
    if value == 0:
        return "0"
    if not 1e-9 <= abs(value) < 1e6:
        return f"{value:.2e}"  # no input of this world leads here, but the page must stand
    rounded = round(value, 2 - math.floor(math.log10(abs(value))))
    places = max(0, 2 - math.floor(math.log10(abs(rounded))))
    whole, _, decimals = f"{rounded:,.{places}f}".partition(".")
    if not cents or not decimals.strip("0") or len(decimals) > 2:
        decimals = decimals.rstrip("0")
    if cents and decimals:
        decimals = decimals.ljust(2, "0")
    return f"{whole}.{decimals}" if decimals else whole


def _scaled(value: float, scales: tuple[tuple[float, str], ...]) -> tuple[float, str]:
    for size, word in scales:
        # 999,600 rounds to 1,000,000 at 3 figures: say 1 million
        if abs(value) >= size * 0.9995:
            return value / size, word
    return value, ""


def number(value: float | None) -> str:
    """3 significant figures: 1,230 or 1.23 million."""
    if value is None or not math.isfinite(value):
        return MISSING
    part, word = _scaled(value, _SCALES)
    return f"{_digits(part)} {word}".rstrip()


def short(value: float | None) -> str:
    """3 significant figures for axes and labels: 92 k, 1.4 M."""
    if value is None or not math.isfinite(value):
        return MISSING
    part, word = _scaled(value, _SHORT)
    return _digits(part) + word


def usd(value: float | None) -> str:
    """Dollars with 3 significant figures: $1,230, $1.40, $0.0041, $1.23 million."""
    if value is None or not math.isfinite(value):
        return MISSING
    part, word = _scaled(value, _SCALES)
    return _signed(f"{_digits(part, cents=not word)} {word}".rstrip())


def usd_apart(first: float, second: float) -> str:
    """How far two amounts are apart, told beside both: as far as they read.

    $255 and $253 are $2 apart, though $254.66 and $253.16 are $1.50: what a reader takes from the
    other is what stands there. Two that read alike are "under $1" apart.
    """
    if first == second:
        return usd(0)
    step = max(_last_figure(first), _last_figure(second))
    apart = round(abs(_as_read(first) - _as_read(second)) / step) * step
    return usd(apart) if apart else f"under {usd(step)}"


def _last_figure(value: float) -> float:
    """What one of the last of three figures stands for: 1 of $255, 10 of $1,060."""
    rounded = abs(float(f"{value:.3g}"))
    return 10.0 ** (math.floor(math.log10(rounded)) - 2) if rounded else 0.0


def _as_read(value: float) -> float:
    return float(f"{value:.3g}")


_CENTS_UNDER = 99.95
"""Dollars from which three figures hold no cents."""


def usd_each(value: float | None, least: float = 1e-5) -> str:
    """Dollars for one of many, a user or a thousand requests: no row of zeros to count."""
    if value is not None and 0 < value < least:
        return f"under ${exact(least, 1)}"
    return usd(value)


def usd_in_column(value: float | None) -> str:
    """Dollars under one another: as :func:`usd`, but with cents wherever its digits reach them."""
    text = usd(value)
    whole = value is not None and 0 < abs(value) < _CENTS_UNDER and "." not in text
    return f"{text}.00" if whole else text


def usd_short(value: float | None) -> str:
    """Dollars for axes and labels: $92 k."""
    text = short(value)
    return text if text == MISSING else _signed(text)


def _signed(text: str) -> str:
    return f"−${text[1:]}" if text.startswith("-") else f"${text}"


def usd_range(low: float | None, high: float | None) -> str:
    """An interval in dollars: $290 to $620."""
    if low is None or high is None:
        return MISSING
    first, last = usd(low), usd(high)
    return first if first == last else f"{first} to {last}"


def cents(value: float | None) -> str:
    """Exact dollars to a cent, as tables show them: 1,234.56."""
    if value is None or not math.isfinite(value):
        return MISSING
    text = f"{value:,.2f}"
    return f"−{text[1:]}" if text.startswith("-") and text != "-0.00" else text.lstrip("-")


def rate(value: float | None) -> str:
    """A unit price in dollars with its digits, at least cents: 0.00000015."""
    return MISSING if value is None else exact(value, 10, 2)


def quantity(value: float | None) -> str:
    """A quantity with up to 10 significant figures: 1,036,800 or 12.345678."""
    return MISSING if value is None else exact(value, 10)


def exact(value: float, digits: int, least: int = 0) -> str:
    """At most ``digits`` significant figures, at least ``least`` decimals, no exponent."""
    if not math.isfinite(value):
        return MISSING
    power = math.floor(math.log10(abs(value))) if value else 0
    places = min(20, max(least, digits - 1 - power))
    whole, _, decimals = f"{value:,.{places}f}".partition(".")
    decimals = decimals.rstrip("0").ljust(least, "0")
    text = f"{whole}.{decimals}" if decimals else whole
    return f"−{text[1:]}" if text.startswith("-") else text


percent = percents.percent
"""A share as percent: 48 %, 0.5 %."""


def milliseconds(value: float | None) -> str:
    """A duration in the unit people read: 38 ms, 1.2 s, 3 min."""
    if value is None or not math.isfinite(value):
        return MISSING
    if value < 1000:
        return f"{_digits(round(value) if value >= 10 else value)} ms"
    if value < 120_000:
        return f"{_digits(float(f'{value / 1000:.2g}'))} s"
    return f"{_digits(float(f'{value / 60_000:.2g}'))} min"


def between(ends: tuple[float, float], keeps_up: bool) -> str:
    """A range of durations; open above where a backlog may grow on top."""
    low, high = (milliseconds(end) for end in ends)
    return f"{low} and {high}{'' if keeps_up else ' or more'}"


def slow_time(found: Latency) -> str:
    """The time within which 95 of 100 are answered; with its range near the machines' limit."""
    near = found.near_limit
    if near is None:
        return milliseconds(found.p95_ms)
    ends = between(near.p95_ms, near.keeps_up)
    return f"{milliseconds(found.p95_ms)}, near its limit: between {ends}"


def day(value: date | None) -> str:
    """A date for readers: 22 Nov 2026."""
    return MISSING if value is None else f"{value.day} {value:%b %Y}"


# --- inputs ----------------------------------------------------------------------------------
def input_value(name: str, value: object) -> str:
    """A scenario value as a reader writes it, with its unit."""
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        named = [choice(str(part)) if choices(name) else str(part) for part in value]
        return ", ".join(named) or "any"
    if isinstance(value, int | float):
        return _measure(float(value), extra(name, "unit"))
    text = str(value)
    return choice(text) if choices(name) else text or "not set"


def _measure(value: float, unit: str) -> str:
    if unit == "share":
        return f"{exact(value * 100, 12)} %"
    first, _, rest = ("" if unit == "ratio" else unit).partition(" ")
    if value == 1 and first.isalpha() and first.islower() and len(first) > 2:  # not of "ms"
        first = first.removesuffix("s")
    return " ".join(part for part in (exact(value, 12), first, rest) if part)


def input_title(name: str) -> str:
    """What the form calls a field."""
    return fields()[name].title or name


_CHOICES = {
    "on_premises": "on premises",
    "on_device": "on the device",
    "from_scratch": "from scratch",
    "fine_tune": "fine-tuning",
    "lora": "small add-on (LoRA)",
    "on_demand": "on demand",
    "1y": "one year",
    "3y": "three years",
    "always_on": "all month",
    "company_and_user": "company and users",
    "requests_per_user": "requests per user",
    "us": "United States",
    "eu": "European Union",
    "wifi": "Wi-Fi",
    "4g": "4G",
    "5g": "5G",
    "ios": "iOS",
    "android": "Android",
    "pc": "desktop program",
    "mid": "middle",
}


def choice(text: str) -> str:
    """One of a field's allowed words as a reader says it."""
    return _CHOICES.get(text, text.replace("_", " "))
