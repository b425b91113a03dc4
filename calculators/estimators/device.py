"""Devices answering for their own users: speed, memory, loading and energy.

Each kind of work has a form of its own: language models by token, speech by windows heard and
tokens written, everything else in one pass. A page in a browser is slower than the device itself by
a factor that few measurements give, and never faster than its graphics unit.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import field, replace
from typing import Any, TypeVar, cast

import numpy as np

from calculators.arrays import Array, BoolArray, any_true
from calculators.estimators import device_form, device_runs
from calculators.estimators.columns import gathered
from calculators.estimators.device_form import Chip, Run
from calculators.estimators.device_memory import BROWSER_ENGINE, Host, refusal
from calculators.estimators.device_web import Web, in_page
from calculators.estimators.figures import Labels, Slowdown, Times, joined, noted, slowed
from calculators.estimators.measured import heard
from calculators.estimators.predictor import Asked, Panel, Predictor
from calculators.estimators.question import (
    AUDIO,
    SIZE,
    TOKENS,
    Gaps,
    Timed,
    broadcast,
    taken,
)
from calculators.estimators.shapes import MEGA, Shape, family, of_work, unit_arithmetic
from calculators.estimators.terms import EffectLabel
from calculators.estimators.types import (
    Basis,
    DeviceEstimates,
    DeviceQuantity,
    Duty,
    IntArray,
    Interval,
    Label,
    Work,
)
from pricing.kept import cached_property
from pricing.measurement_schema import FitRow
from pricing.records import record
from pricing.schema import DeviceRow

T = TypeVar("T")


@record
class Devices:
    """D devices as columns (D, 1); ``rows`` are None where there is no specification.

    ``in_browser`` says of each whether a page in its browser computes.
    """

    names: tuple[str, ...]
    rows: tuple[DeviceRow | None, ...]
    in_browser: tuple[bool, ...]

    @cached_property
    def known(self) -> IntArray:
        """Places of the K devices with a specification."""
        return np.flatnonzero([row is not None for row in self.rows])

    @cached_property
    def place(self) -> IntArray:
        """(D, 1) place of a device among those known; K for none."""
        found = np.full((len(self.rows), 1), len(self.known))
        found[self.known, 0] = np.arange(len(self.known))
        return found

    @cached_property
    def specified(self) -> tuple[DeviceRow, ...]:
        """The K devices with a specification."""
        return tuple(row for row in self.rows if row is not None)

    @cached_property
    def chips(self) -> tuple[Chip, ...]:
        """Their chips."""
        return tuple(device_form.chip_of(row) for row in self.specified)

    def column(self, values: Sequence[float]) -> Array:
        """One number a known device as a column (K, 1)."""
        return np.array(values, dtype=np.float64).reshape(-1, 1)


@record
class Question:
    """One kind of request (broadcast to N points) on D devices."""

    work: Work
    devices: Devices
    duty: Duty
    predictor: Predictor
    unit: str = ""  # gpu or cpu where all compute on it; blank: the one that commonly does
    cautious: bool = False  # the slowest plausible memory where nobody states a bandwidth
    _once: dict[Hashable, Any] = field(default_factory=dict, repr=False)  # whatever the duty

    def once(self, what: Hashable, make: Callable[[], T]) -> T:
        """A figure that does not depend on the duty, worked out once for both."""
        if what not in self._once:
            self._once[what] = make()
        return cast(T, self._once[what])

    @cached_property
    def lasting(self) -> Question:
        """The same after minutes on end; what the duty does not change is looked up once."""
        found = replace(self, duty="sustained")
        shared = {name: self.__dict__[name] for name in LOOKED_UP if name in self.__dict__}
        found.__dict__.update(shared)
        return found

    @cached_property
    def shape(self) -> Shape:
        """The network."""
        return of_work(self.work, self.predictor.fits)

    @property
    def language(self) -> bool:
        """Whether it is a language model."""
        return self.work.kind == "llm"

    def at(self, point: int) -> Question:
        """The same question at one point."""
        return replace(self, work=taken(self.work, slice(point, point + 1)), _once={})

    @cached_property
    def weights_mb(self) -> Array:
        """All weights at their bits, (N,)."""
        bytes_each = self.predictor.fits.value("weight_bytes", self.work.precision)
        return np.asarray(self.shape.params * MEGA * bytes_each / 1e6)

    @cached_property
    def cache_mb(self) -> Array:
        """Cache of a language model at its longest; 0 for other networks, (N,)."""
        if not self.language:
            return np.zeros_like(self.weights_mb)
        work = self.work
        return np.asarray(self.shape.cache_bytes * (work.input_tokens + work.output_tokens) / 1e6)

    @cached_property
    def need(self) -> Interval:
        """Memory held at the peak on each known device, (K, N)."""
        tabs = self.tabs
        engines = [
            BROWSER_ENGINE if tab and self.language else run.engine
            for run, tab in zip(self.runs, tabs, strict=True)
        ]
        return self.predictor.learnt.memory.need(
            self.work.kind, engines, self.weights_mb, self.cache_mb, self.shape.gflops
        )

    @property
    def memory_mb(self) -> Array:
        """The peak that nine of ten measured runs stayed under, (K, N)."""
        return self.need.high

    @cached_property
    def tabs(self) -> BoolArray:
        """Known devices on which a page in a browser computes, (K,)."""
        return np.array(self.devices.in_browser, dtype=bool)[self.devices.known]

    @cached_property
    def hosts(self) -> tuple[Host, ...]:
        """Memory of each known device; the smallest sold of its class where it states none."""
        fits = self.predictor.fits
        return tuple(
            Host.of(row, fits.value("assumed_ram", row.device_class))
            for row in self.devices.specified
        )

    @cached_property
    def room_mb(self) -> Array:
        """Memory an application, or a tab, may use on each known device, (K, 1)."""
        return self.predictor.learnt.memory.room(self.hosts, self.tabs).mid

    def entitled_mb(self, place: int) -> float:
        """The same on one known device with Apple's increased-memory entitlement."""
        tab = self.tabs[[place]]
        room = self.predictor.learnt.memory.room([self.hosts[place]], tab, ~tab)
        return float(room.mid[0, 0])

    @cached_property
    def holding(self) -> BoolArray:
        """Known devices on which the network finds room, or whose need is not known, (K, N)."""
        return ~(self.memory_mb > self.room_mb)

    @cached_property
    def sized(self) -> tuple[Shape, str]:
        """The network its terms are of, and what stands for its size where nobody states it."""
        known = self.predictor.catalogue.models.get(self.work.model)
        if known is not None and known.gflops_per_request is None:
            related = family(known.model)
            if self.predictor.learnt.form("device_network").knows("unsized", related):
                return unit_arithmetic(self.shape, self.predictor.fits), related
        return self.shape, ""

    @cached_property
    def bits(self) -> float:
        """Bits of a weight, scales included."""
        return 8.0 * self.predictor.fits.value("weight_bytes", self.work.precision)

    @cached_property
    def chips(self) -> tuple[Chip, ...]:
        """The chip of each known device, as its name says or with the slowest plausible memory."""
        chips = self.devices.chips
        return tuple(map(self.predictor.catalogue.slowest, chips)) if self.cautious else chips

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """Unit and software that run the network on each known device, natively."""
        kind, precision, chips = self.work.kind, self.work.precision, self.devices.chips
        if self.unit:
            made = (device_runs.run_on(self.unit, kind, c, precision, self.bits) for c in chips)
        else:
            made = (device_runs.common_run(kind, chip, precision, self.bits) for chip in chips)
        return tuple(made)

    @cached_property
    def computing(self) -> tuple[Run, ...]:
        """Those that compute in fact: where a page does, the unit that browsers reach."""
        if self.unit or not any_true(self.paged):
            return self.runs
        pages = zip(self.tabs, self.on(self.web.base).runs, self.runs, strict=True)
        return tuple(page if tab else native for tab, page, native in pages)

    @cached_property
    def web(self) -> Web:
        """What is known of pages in browsers, for this kind of network."""
        return Web.of(self.predictor, self.work.kind)

    @cached_property
    def paged(self) -> BoolArray:
        """(K, 1) devices on which a page in a browser computes."""
        places = [self.devices.in_browser[place] for place in self.devices.known]
        return np.array(places, dtype=bool).reshape(-1, 1)

    def on(self, unit: str) -> Question:
        """The same question with all devices computing on one unit."""
        return self.once(("on", unit, self.duty), lambda: replace(self, unit=unit, _once={}))

    @cached_property
    def bandwidth(self) -> Array:
        """Memory bandwidth of each known device, (K, 1) [bytes/s].

        That of the slowest memory that is plausible where nobody states it.
        """
        return self.devices.column(
            [self.predictor.catalogue.bandwidth(chip) for chip in self.devices.chips]
        )

    @cached_property
    def stated(self) -> BoolArray:
        """(K, 1) whether the bandwidth is stated."""
        known = [chip.bandwidth is not None for chip in self.devices.chips]
        return np.array(known, dtype=bool).reshape(-1, 1)

    @cached_property
    def prompted(self) -> BoolArray:
        """(K, 1) whether a prompt was measured on the unit that computes, on any device."""
        form = self.predictor.learnt.form("device_prompt")
        known = [form.knows("unit", run.unit) for run in self.runs]
        return np.array(known, dtype=bool).reshape(-1, 1)

    @cached_property
    def pace(self) -> Slowdown | None:
        """How much sustained use slows each known device, (K, 1); None where nothing does."""
        if self.duty == "burst":
            return None
        places = range(len(self.devices.specified))
        shares = np.array([self.sustained(place) for place in places]).reshape(-1, 3)
        mid, low, high = (-np.log(shares[:, [column]]) for column in range(3))
        return Slowdown(mid, high, low)

    def sustained(self, place: int) -> tuple[float, float, float]:
        """Share of the first minute's speed that is left after ten: middle, low, high."""
        kind = self.devices.specified[place].device_class
        scopes = f"{kind}/{self.runs[place].unit}", kind
        row = self.predictor.fits.row("device_sustained", *scopes)
        if row.value >= 1.0:
            return 1.0, 1.0, 1.0
        return row.value, row.low or row.value, row.high or row.value


LOOKED_UP = (
    "shape",
    "weights_mb",
    "cache_mb",
    "need",
    "tabs",
    "hosts",
    "room_mb",
    "holding",
    "sized",
    "bits",
    "runs",
    "computing",
    "web",
    "paged",
    "bandwidth",
    "stated",
)
"""Of a question: what no duty changes."""


def estimate(work: Work, devices: Devices, duty: Duty, predictor: Predictor) -> DeviceEstimates:
    """One request on each of D devices, alone, at N points."""
    first = predictor.question(
        devices, work, lambda: Question(broadcast(work), devices, "burst", predictor)
    )
    asked = first if duty == "burst" else first.lasting
    kinds = {"language": _language, "speech": _speech, "network": _network}
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return kinds[device_runs.form_of(work.kind)](asked)


def _language(asked: Question) -> DeviceEstimates:
    tokens = asked.work.input_tokens + asked.work.output_tokens
    gaps = Gaps({SIZE: ~(asked.shape.params > 0), TOKENS: ~(tokens > 0)})
    step = _timed(asked, _step)
    each = _timed(asked, _each)
    first = step.plus(_prompt(asked), each)
    answer = first.plus(np.maximum(asked.work.output_tokens - 1.0, 0.0), step)
    return _estimates(asked, gaps, asked.holding, answer, first, step)


def _speech(asked: Question) -> DeviceEstimates:
    silent = ~(asked.work.audio_seconds > 0)
    gaps = Gaps({SIZE: ~(asked.shape.params > 0), AUDIO: silent})
    return _estimates(asked, gaps, asked.holding, _timed(asked, _hearing))


def _network(asked: Question) -> DeviceEstimates:
    shape, _ = asked.sized
    gaps = Gaps({AUDIO: np.zeros(shape.gflops.shape, dtype=bool)})
    able = asked.holding & (shape.gflops > 0)
    return _estimates(asked, gaps, able, _timed(asked, _pass))


def _estimates(
    asked: Question,
    gaps: Gaps,
    able: BoolArray,
    answer: Times,
    first: Times | None = None,
    step: Times | None = None,
) -> DeviceEstimates:
    """Figures by device; ``able`` (K, N) says where it can run."""
    devices, place = asked.devices, asked.devices.place
    shown = np.where(able, gaps.known, np.nan)
    unknown = Interval.unknown(len(devices.names))
    specified = devices.place < len(devices.specified)
    return DeviceEstimates(
        devices=devices.names,
        can_run=np.vstack([able, np.zeros((1, able.shape[1]), dtype=bool)])[place[:, 0]],
        memory_mb=np.where(specified, gathered(asked.memory_mb, place), 0.0),
        room_mb=gathered(asked.room_mb, place),
        answer_ms=answer.duration(1e3, place, shown),
        ttft_ms=unknown if first is None else first.duration(1e3, place, shown),
        tpot_ms=unknown if step is None else step.duration(1e3, place, shown),
        handling_ms=_handling(asked, np.where(able, 1.0, np.nan)),
        first_load_ms=_loading(asked, False).duration(1e3, place, np.where(able, 1.0, np.nan)),
        later_load_ms=_loading(asked, True).duration(1e3, place, np.where(able, 1.0, np.nan)),
        power_w=_watt(asked, np.where(able, 1.0, np.nan)),
        energy_j_per_request=answer.slower(_power(asked)).duration(1.0, place, shown),
        words=_Words(asked, gaps, able, answer.labels),
    )


# ------------------------------------------------------------------------------------ times

Ask = Callable[[Question, IntArray], Timed]


def _timed(asked: Question, ask: Ask) -> Times:
    """A time on each known device (K, N): natively, and where a page computes, in its browser."""
    native = _natively(asked, ask)
    if not any_true(asked.paged):
        return native
    fastest = native.later_of(_natively(asked.on("gpu"), ask))
    page = native if asked.web.base == "" else _natively(asked.on(asked.web.base), ask)
    return in_page(native, fastest, page, asked.web, asked.paged)


def _natively(asked: Question, ask: Ask) -> Times:
    rows = np.arange(len(asked.devices.specified))
    found = asked.once(ask, lambda: _bounded(asked, ask(asked, rows).times(asked.predictor), ask))
    return found if asked.pace is None else found.slower(asked.pace)


def _bounded(asked: Question, found: Times, ask: Ask) -> Times:
    """No token sooner than its weights can be read, no prompt later than the processor has it.

    Where a phone's bandwidth is not stated, the middle is held to the slowest memory that is
    plausible, and the range reaches down to what a faster one would do: of a token by what is read,
    of speech and networks by what chips with such a memory reach. A unit on which nobody measured a
    prompt may take as long as the processor beside it, which software would use instead.
    """
    if not len(asked.devices.specified):
        return found
    if ask is _each and not asked.prompted.all():
        rows = np.arange(len(asked.devices.specified))
        slowest = ask(asked.on(PROCESSOR), rows).times(asked.predictor)
        return found.no_later(slowest, ~asked.prompted)
    if ask in (_hearing, _pass) and not asked.stated.all():
        slow = replace(asked, cautious=True, _once={})
        rows = np.arange(len(asked.devices.specified))
        return found.reaching_to(ask(slow, rows).times(asked.predictor))
    if ask is not _step:
        return found
    phones = np.array([[chip.family in device_form.PHONES] for chip in asked.devices.chips])
    weights = device_form.token_terms(asked.shape, asked.bandwidth, asked.bits)[0]
    found = found.at_least(np.where(asked.stated, weights, 0.0))
    return found.no_sooner(np.where(phones & ~asked.stated, weights, 0.0))


def _panel(
    asked: Question,
    form: str,
    labels: Callable[[Chip, Run], dict[str, EffectLabel]],
    *more: bool,
) -> Panel:
    """The devices under a form; ``more`` sets apart panels of one form with other labels.

    Times are those of the device itself, from which pages are told; loading and power are of the
    unit that computes.
    """
    key = (asked.devices, asked.work.kind, asked.work.precision, asked.unit, asked.cautious, more)
    chips = asked.chips
    runs = asked.computing if form in ("device_load", "device_power") else asked.runs
    return asked.predictor.panel(
        form,
        key,
        lambda: [labels(chip, run) for chip, run in zip(chips, runs, strict=True)],
        lambda: _tails(runs) if form == "device_network" else {},
    )


def _tails(runs: Sequence[Run]) -> dict[str, list[str]]:
    """What follows the network's name in the labels that network and device decide together."""
    tails = [device_form.network_tails(run) for run in runs]
    return {name: [tail[name] for tail in tails] for name in device_form.TAILED}


def _step(asked: Question, rows: IntArray) -> Timed:
    """Time of one output token."""
    panel = _panel(asked, "device_token", device_form.token_labels)
    terms = device_form.token_terms(asked.shape, asked.bandwidth[rows], asked.bits)
    return Timed(Asked(panel, "device_llm_decode", asked.shape.model), terms, rows)


def _each(asked: Question, rows: IntArray) -> Timed:
    """Time of one prompt token."""
    panel = _panel(asked, "device_prompt", device_form.prompt_labels)
    terms = device_form.prompt_terms(asked.shape)
    return Timed(Asked(panel, "device_llm_prefill", asked.shape.model), terms, rows)


def _prompt(asked: Question) -> Array:
    """Prompt tokens not in the prefix cache."""
    work = asked.work
    return np.maximum(work.input_tokens * (1.0 - work.cached_input_share), 0.0)


def _hearing(asked: Question, rows: IntArray) -> Timed:
    """Time of all the audio of a request: the encoder by window, the decoder by token."""
    fits, shape = asked.predictor.fits, asked.shape
    network = heard(asked.predictor.catalogue.models.get(asked.work.model), shape, fits)
    written = fits.value("speech_tokens", "decoder")
    reached = asked.predictor.catalogue.reached
    pairs = zip(asked.devices.chips, asked.runs, strict=True)
    bandwidth = asked.devices.column([reached(chip, run.unit) for chip, run in pairs])[rows]
    terms = network.terms(asked.work.audio_seconds, bandwidth, asked.bits, written)
    panel = _panel(asked, "device_speech", device_form.speech_labels)
    labels = device_form.speech_model_labels(shape.model)
    return Timed(Asked(panel, "device_speech", shape.model, labels), terms, rows)


def _pass(asked: Question, rows: IntArray) -> Timed:
    """Time of one pass through a network."""
    shape, unsized = asked.sized
    panel = _panel(asked, "device_network", device_form.network_labels)
    labels = device_form.network_model_labels(shape.model, unsized)
    question = Asked(panel, "device_vision", shape.model, labels)
    return Timed(question, device_form.network_terms(shape), rows)


# ---------------------------------------------------------------------- loading and handling


def _loads(asked: Question, later: bool, rows: IntArray) -> Timed:
    """Time to read the weights and prepare them for the unit."""
    megabytes = asked.shape.params * asked.bits / 8.0
    panel = _panel(
        asked, "device_load", lambda chip, run: device_form.load_labels(chip, run, later), later
    )
    group = "device_later_load" if later else "device_first_load"
    question = Asked(panel, group, "")
    return Timed(question, np.broadcast_to(megabytes / 1e3, (1, 1, megabytes.size)), rows)


def _loading(asked: Question, later: bool) -> Times:
    rows = np.arange(len(asked.devices.specified))
    return asked.once(("load", later), lambda: _loads(asked, later, rows).times(asked.predictor))


def _handled(asked: Question, place: int) -> FitRow:
    """What an application does around the network, by kind and family of devices."""
    kind, family = asked.work.kind, asked.devices.chips[place].family
    return asked.predictor.fits.row("device_handling_ms", f"{kind}/{family}", kind)


def _handling(asked: Question, able: Array) -> Interval:
    """Time around the network, by device; NaN where ``able`` (K, N) is."""
    rows = [_handled(asked, place) for place in range(len(asked.devices.specified))]
    ends = (
        [row.value if row.low is None else row.low for row in rows],
        [row.value for row in rows],
        [row.value if row.high is None else row.high for row in rows],
    )
    column = asked.devices.column
    return Interval(*(gathered(column(end) * able, asked.devices.place) for end in ends))


# ----------------------------------------------------------------------------------- energy


def _drawn(asked: Question, rows: IntArray) -> Timed:
    """Power while computing [W], a form as the times are."""
    kind = asked.work.kind
    of = [_measured_of(asked, place) for place in range(len(asked.devices.specified))]
    by_chip = dict(zip(asked.devices.chips, of, strict=True))
    panel = _panel(
        asked,
        "device_power",
        lambda chip, run: device_form.power_labels(chip, run, kind, by_chip[chip]),
    )
    return Timed(Asked(panel, "device_energy", ""), np.ones((1, len(rows), 1)), rows)


def _measured_of(asked: Question, place: int) -> str:
    """What the power is of that is asked for.

    A phone's language model is measured as the whole phone, whose screen is then taken off; a
    small network as the unit that runs it; elsewhere the chip and its memory.
    """
    if asked.devices.specified[place].device_class in ("phone", "tablet"):
        return "device" if asked.language else "unit"
    return "package"


def _judged(asked: Question, place: int) -> FitRow | None:
    """Power of small networks on a phone's processor or graphics unit: nobody measured it there."""
    kind, unit = asked.devices.specified[place].device_class, asked.computing[place].unit
    if asked.language or kind not in ("phone", "tablet") or unit not in ("cpu", "gpu"):
        return None
    return asked.predictor.fits.row("device_power", f"small/{unit}")


def _watts(asked: Question) -> tuple[Array, Array, Array]:
    """Power while computing, low, middle, high (K, 1): from rows, else judged with a wide range.

    No phone draws more than its case sheds, however little is known of it.
    """
    found = _drawn(asked, np.arange(len(asked.runs))).times(asked.predictor)
    low, mid, high = (np.exp(end) for end in (found.log_low, found.log_mid, found.log_high))
    for place, device in enumerate(asked.devices.specified):
        row = _judged(asked, place)
        if row is not None:
            low[place], mid[place], high[place] = row.low, row.value, row.high
        elif device.device_class == "phone":
            most = asked.predictor.fits.value("device_power_most", device.device_class)
            high[place] = np.minimum(high[place], np.maximum(mid[place], most))
    return low, mid, high


def _baselines(asked: Question) -> Array:
    """Power with the screen on alone (K, 1) [W], where it is in the power."""
    return asked.devices.column(
        [_baseline(asked, place) for place in range(len(asked.devices.specified))]
    )


def _baseline(asked: Question, place: int) -> float:
    use = "llm" if asked.language else asked.computing[place].unit
    kind = asked.devices.specified[place].device_class
    return asked.predictor.fits.value("device_baseline", f"{kind}/{use}")


def _power(asked: Question) -> Slowdown:
    """Power over the screen-on baseline (K, 1) [W]: turns the time of an answer into joules."""
    return asked.once("power", lambda: _drawn_over(asked))


def _drawn_over(asked: Question) -> Slowdown:
    low, mid, high = _watts(asked)
    over = np.log(np.maximum(mid - _baselines(asked), 0.1 * mid))
    return Slowdown(over, over - np.log(mid / low), over + np.log(high / mid))


def _watt(asked: Question, able: Array) -> Interval:
    """The same by device; NaN where ``able`` (K, N) is."""
    over = _power(asked)
    ends = (np.exp(end) * able for end in (over.log_low, over.log_mid, over.log_high))
    return Interval(*(gathered(end, asked.devices.place) for end in ends))


# ------------------------------------------------------------------------------------ words

REACHED = ("device_network", "device_speech")
"""Forms in which what a chip reaches goes with its memory."""
PROCESSOR = "cpu"
"""The unit that every device has."""
FIRST_RULE = "prompt tokens, then the first token"
ANSWER_RULE = "time to first token and time per further token"


@record
class _Words:
    """What stands behind the figures, for one device at one point."""

    asked: Question
    gaps: Gaps
    able: BoolArray  # (K, N)
    labels: Labels  # of the time of an answer

    def _place(self, device: int) -> int:
        return int(self.asked.devices.place[device, 0])

    def reason(self, device: int, point: int) -> str:
        """Why it cannot run or cannot be estimated; blank when fine."""
        asked, place = self.asked, self._place(device)
        if asked.devices.rows[device] is None:
            return f"no specification of {asked.devices.names[device]}"
        if not asked.holding[place, point]:
            return self._crowded(place, point)
        if not self.able[place, point]:
            return "needs the arithmetic of one request"
        return self.gaps.said(point)

    def _crowded(self, place: int, point: int) -> str:
        """Need and room of a device that holds too little."""
        asked = self.asked
        need, host = asked.memory_mb[place, point], asked.hosts[place]
        room, tab = asked.room_mb[place, 0], bool(asked.tabs[place])
        said = refusal(need, room, host.ram_gb, asked.devices.specified[place], tab=tab)
        if host.os in {"ios", "ipados"} and need <= asked.entitled_mb(place):
            more = asked.entitled_mb(place)
            said += f", and {more:,.0f} MB with Apple's increased-memory entitlement"
        return said

    def label(self, device: int, point: int) -> Label:
        """The label of the time of an answer."""
        if self.asked.devices.in_browser[device]:
            return "estimated"
        return self.labels.at(self._place(device), point)

    def unit(self, device: int, point: int) -> str:
        """Unit of the device that computes; blank where it cannot run."""
        place = self._place(device)
        if not (place < len(self.able) and self.able[place, point]):
            return ""
        if self.asked.devices.in_browser[device]:
            return device_runs.SHOWN[self.asked.web.unit]
        return self.asked.runs[place].unit.upper()

    def basis(self, quantity: DeviceQuantity, device: int, point: int) -> Basis:
        """How a figure was come by."""
        asked = self.asked.at(point)
        rows = np.array([self._place(device)])
        if quantity == "handling_ms":
            return _around(asked, int(rows[0]))
        if quantity == "energy_j_per_request":
            return self._energy(asked, rows)
        if quantity == "power_w":
            return self._watt(asked, rows)
        if quantity in ("first_load_ms", "later_load_ms"):
            return _loaded(asked, quantity == "later_load_ms", rows)
        return self._paged(device, self._time(quantity, asked, rows))

    def _time(self, quantity: DeviceQuantity, asked: Question, rows: IntArray) -> Basis:
        form = device_runs.form_of(asked.work.kind)
        if form != "language":
            return self._paced((_hearing if form == "speech" else _pass)(asked, rows))
        step = self._paced(_step(asked, rows))
        if quantity == "tpot_ms":
            return step
        first = joined(step, self._prompted(asked, rows), FIRST_RULE)
        return first if quantity == "ttft_ms" else joined(first, step, ANSWER_RULE)

    def _prompted(self, asked: Question, rows: IntArray) -> Basis:
        """A prompt, with what is assumed of a unit on which none was measured."""
        basis, place = self._paced(_each(asked, rows)), int(rows[0])
        if asked.prompted[place, 0]:
            return basis
        unit = asked.runs[place].unit.upper()
        words = f"no prompt was measured on any {unit}: at most as long as the processor's range"
        return noted(basis, words)

    def _paged(self, device: int, basis: Basis) -> Basis:
        """The same in a browser, where a page computes."""
        if not self.asked.devices.in_browser[device]:
            return basis
        return replace(noted(basis, *self.asked.web.notes), label="estimated")

    def _paced(self, timed: Timed) -> Basis:
        basis, place = timed.basis(self.asked.predictor), int(timed.rows[0])
        chip = self.asked.devices.chips[place]
        notes = self._notes(place)
        catalogue = self.asked.predictor.catalogue
        read = timed.asked.panel.form == "device_token" and not self.asked.stated[place, 0]
        if read or (timed.asked.panel.form in REACHED and catalogue.slowest(chip) != chip):
            slowest = self.asked.bandwidth[place, 0] / 1e9
            words = f"memory bandwidth of {chip.soc} not stated: at least {slowest:g} GB/s"
            basis = noted(basis, words)
        return slowed(basis, *notes) if notes else basis

    def _notes(self, place: int) -> tuple[str, ...]:
        """What sustained use assumes; empty where it is not slower."""
        asked = self.asked
        on = asked.on(asked.web.base) if asked.tabs[place] else asked
        share = on.sustained(place)[0]
        if self.asked.duty == "burst" or share >= 1.0:
            return ()
        return (f"sustained use keeps {share:.2f} of the first minute's speed after ten minutes",)

    def _energy(self, asked: Question, rows: IntArray) -> Basis:
        power = self._watt(asked, rows)
        notes = self._notes(int(rows[0]))
        return replace(power, rule=f"({power.rule}) x time of the answer", assumptions=notes)

    def _watt(self, asked: Question, rows: IntArray) -> Basis:
        place = int(rows[0])
        watt = float(_watts(asked)[1][place, 0])
        base = _baseline(asked, place)
        rule = f"{watt:.2g} W while computing - {base:g} W with the screen on"
        judged = _judged(asked, place)
        if judged is not None:
            return Basis("estimated", rule, assumptions=(judged.note,))
        power = _drawn(asked, rows)
        label: Label = "scaled" if power.asked.panel.known[place] else "estimated"
        return Basis(label, rule, power.basis(asked.predictor).rows)


def _loaded(asked: Question, later: bool, rows: IntArray) -> Basis:
    """Reading and preparing the weights, from rows of loads."""
    megabytes = float(asked.shape.params[0] * asked.bits / 8.0)
    words = "read again" if later else "read and prepared for the unit the first time"
    used = _loads(asked, later, rows).basis(asked.predictor).rows
    return Basis("estimated", f"{megabytes:,.0f} MB {words}", used)


def _around(asked: Question, place: int) -> Basis:
    """What an application does around the network."""
    row = _handled(asked, place)
    if row.fitted_on:
        rule = "time in an application less the network's own, from rows measured in applications"
        return Basis("estimated", rule, assumptions=(row.note,))
    return Basis("estimated", "capture, resizing and drawing (our assumption)")
