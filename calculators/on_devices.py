"""What is known of the users' devices at one point: who is served, how fast, at what battery use.

Plain figures made when somebody reads them; the arrays behind them are those of
:mod:`calculators.options.population`.
"""

from __future__ import annotations

from collections.abc import Mapping

from calculators.estimators.types import Duty, Label
from pricing.book import Source
from pricing.records import value


@value
class Spread:
    """A figure with its 80 % range."""

    low: float
    mid: float
    high: float


@value
class OneDevice:
    """One device of a mix: how many users have it, by which evidence, and what it does."""

    name: str
    system: str  # ios, android, windows, macos, linux
    in_browser: bool  # a page in its browser computes
    share: Spread  # of the app's users
    source: Source  # of the share
    note: str  # what the source says and what is our judgement
    ours: bool  # nobody publishes the share, at most of several together: our own judgement
    serves: bool
    why_not: str  # blank where it serves
    label: Label | str  # how its time was come by; blank where it is not known
    first_minute_ms: Spread | None  # to the complete answer
    lasting_ms: Spread | None  # the same after minutes on end
    first_load_ms: Spread | None
    later_load_ms: Spread | None
    memory_mb: float | None
    power_w: Spread | None  # over the screen-on baseline
    battery_pct: Spread | None  # of a full battery on an active day


@value
class OnDevices:
    """The devices of an option; times and battery are over the users they serve."""

    duty: Duty
    session_seconds: float
    heat: float  # of the way from the first minute's speed to the lasting one, 0 to 1
    reach: Spread  # share of the app's users served, by how new their devices are
    left_out: float  # share of the mix on none of the app's platforms
    browser_share: float  # of the users served, who are served in a browser
    first_minute_ms: float | None  # half of the users served get their answer within
    lasting_ms: float | None
    battery_pct: Spread | None  # by the range of the energy; None where no battery is known
    battery_known_share: float
    radio_pct: Spread | None  # of those who send in a hybrid; None where nobody does
    devices: tuple[OneDevice, ...]  # of the app's users, the most frequent first


@value
class ModelUpdate:
    """What it takes to bring the model, and newer ones, to the users' devices, in month 1."""

    size_mb: float | None  # of the model file; None: not known
    store_limit_mb: Mapping[str, float]  # platform -> largest model its store carries; 0: no store
    new_models: float  # a month
    fetch_share: float  # of the devices that fetch a new one
    installs_gb: float | None  # sent by us a month: first downloads, and what browsers drop
    updates_gb: float | None  # sent by us a month: new weights
    with_release: bool  # new weights go out with a release of the app
    work_hours: float  # a month, for releases or for checks
    joined_gb: float | None = None  # of joined models a month instead, were it learnt there
    learnt_there: bool = False  # by the devices: what is sent is joined models, none is fetched


@value
class Energy:
    """Joules of one request above a screen that is on: computing it, or sending it."""

    computing: Spread | None  # mean over the devices that serve; None: not known
    sending: Spread
    link: str
    by_device: Mapping[str, Spread]  # where it is known, of devices that run the model


@value
class Fleet:
    """The users' devices of a scenario, whether or not they answer anything."""

    found: OnDevices
    energy: Energy
    update: ModelUpdate
