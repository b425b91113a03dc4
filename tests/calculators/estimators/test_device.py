"""Devices: what runs, how fast, what it draws, and why it does not run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from calculators.estimators import Estimators
from calculators.estimators.device import Devices, Question, _each, _pass, _step, _timed
from calculators.estimators.predictor import Predictor
from calculators.estimators.question import AUDIO, SIZE, TOKENS, broadcast
from calculators.estimators.types import Work
from pricing.book import PriceBook
from tests.calculators.estimators.estimating import estimators, language, vision

SMALL = language(precision="int4", params=1543.0, model="qwen2.5-1.5b")
TINY = language(precision="int4", params=494.0, model="qwen2.5-0.5b")
"""One that the tab of a browser holds."""


def test_phone_runs_a_small_network() -> None:
    found = estimators().devices(vision(precision="fp16"), ["iPhone 14 Pro"])
    assert found.can_run[0, 0]
    assert found.unit(0) == "NPU"
    # Apple publishes 0.9 to 2.2 ms for networks of this size on that chip
    assert 0.3 < found.answer_ms.mid[0, 0] < 6
    assert np.isnan(found.tpot_ms.mid).all()


def test_phone_refuses_a_large_model() -> None:
    found = estimators().devices(language(precision="int4"), ["iPhone 14 Pro"])
    assert not found.can_run[0, 0]
    # 8,028 million weights at 4.5 bits, 750 tokens of 131,072 bytes, and what MLX keeps
    assert found.reason(0).startswith("needs 5,0")
    assert "an app may use about 3,000 MB of this phone's 6 GB" in found.reason(0)
    assert found.memory_mb[0, 0] > 4000
    assert found.unit(0) == found.label(0) == ""
    assert found.estimate("first_load_ms", 0) is None


def test_whether_it_runs_is_decided_at_each_point() -> None:
    sizes = np.array([500.0, 1500.0, 8000.0, 70e3])
    work = replace(
        language(precision="int4", model=""), params_millions=sizes, active_params_millions=sizes
    )
    found = estimators().devices(work, ["iPhone 14 Pro", "MacBook Pro 14 (M4)"])
    assert found.can_run[0].tolist() == [True, True, False, False]
    assert found.can_run[1].tolist() == [True, True, True, False]
    assert np.array_equal(np.isnan(found.answer_ms.mid), ~found.can_run)
    assert np.all(np.diff(found.memory_mb[0]) > 0)


def test_phone_runs_a_small_language_model() -> None:
    found = estimators().devices(SMALL, ["iPhone 17 Pro"])
    assert 5 < found.tpot_ms.mid[0, 0] < 60
    assert found.answer_ms.mid[0, 0] > found.ttft_ms.mid[0, 0]


def test_sustained_use_is_slower_and_says_so() -> None:
    names = ["iPhone 17 Pro", "Raspberry Pi 5"]
    burst = estimators().devices(SMALL, names)
    tired = estimators().devices(SMALL, names, "sustained")
    assert tired.answer_ms.mid[0, 0] > burst.answer_ms.mid[0, 0]
    figure = tired.estimate("energy_j_per_request", 0)
    assert figure is not None
    assert "sustained use keeps" in figure.assumptions[0]


def test_a_measured_device_stays_measured_where_use_does_not_slow_it() -> None:
    """ResNet-50 was measured on the phone and on the board; only the phone gets warm."""
    row = estimators().predictor.catalogue.models["resnet50"]
    assert row.gflops_per_request
    assert row.activations_millions
    work = vision(row.gflops_per_request, row.activations_millions, precision="int8")
    names = ["iPhone 14 Pro", "Raspberry Pi 4B"]
    burst = estimators().devices(work, names)
    tired = estimators().devices(work, names, "sustained")
    assert [burst.label(0), burst.label(1)] == ["measured", "measured"]
    assert [tired.label(0), tired.label(1)] == ["scaled", "measured"]
    for found in (burst, tired):
        for device in range(2):
            figure = found.estimate("answer_ms", device)
            assert figure is not None
            assert figure.label == found.label(device)


def test_unknown_device_is_refused() -> None:
    found = estimators().devices(vision(), ["Nokia 3310", "iPhone 17 Pro"])
    assert found.can_run[:, 0].tolist() == [False, True]
    assert found.reason(0) == "no specification of Nokia 3310"
    assert found.memory_mb[0, 0] == 0.0


def test_what_is_missing() -> None:
    phone = ["iPhone 17 Pro"]
    nothing = replace(SMALL, params_millions=np.full(1, np.nan))
    assert estimators().devices(nothing, phone).reason(0) == SIZE
    assert estimators().devices(nothing, phone).can_run[0, 0]
    silent = estimators().devices(vision(gflops=np.nan, kind="speech", model=""), phone)
    assert (silent.reason(0), silent.can_run[0, 0]) == (AUDIO, True)
    unsized = estimators().devices(vision(gflops=np.nan, model=""), phone)
    assert (unsized.reason(0), unsized.can_run[0, 0]) == (
        "needs the arithmetic of one request",
        False,
    )
    wordless = estimators().devices(language(0.0, 0.0, "", "int4", 500.0), phone)
    assert wordless.reason(0) == TOKENS
    assert np.isnan(wordless.answer_ms.mid[0, 0])


# ------------------------------------------------------------------------------ pages in browsers

PHONES = ("iPhone 15 Pro", "Samsung Galaxy S25", "Redmi 13", "MacBook Pro 14 (M4)")


@pytest.mark.parametrize("work", [TINY, vision(precision="int8"), vision(kind="encoder")])
def test_a_page_is_never_faster_than_the_device(work: Work) -> None:
    native = estimators().devices(work, PHONES)
    page = estimators().devices(work, PHONES, in_browser=[True] * len(PHONES))
    for quantity in ("answer_ms", "ttft_ms", "tpot_ms"):
        outside, inside = getattr(native, quantity), getattr(page, quantity)
        for end in ("low", "mid", "high"):
            known = ~np.isnan(getattr(inside, end))
            assert quantity != "answer_ms" or known.sum() > 1
            assert np.all(getattr(inside, end)[known] >= getattr(outside, end)[known])
    assert {page.unit(row) for row in range(4)} - {""} <= {"WebGPU", "WASM"}  # blank: not held
    assert page.label(0) == "estimated"


def test_a_page_is_never_faster_than_the_graphics_unit() -> None:
    devices = Devices(("iPhone 15 Pro",), (estimators()._devices["iPhone 15 Pro"],), (True,))
    asked = Question(broadcast(SMALL), devices, "burst", estimators().predictor)
    gpu = _timed(replace(asked, devices=replace(devices, in_browser=(False,)), unit="gpu"), _step)
    page = _timed(asked, _step)
    assert np.all(page.log_mid >= gpu.log_mid)
    assert np.all(page.log_low >= gpu.log_low)


def test_a_page_says_how_few_measurements_there_are() -> None:
    page = estimators().devices(TINY, ["iPhone 15 Pro"], in_browser=[True])
    figure = page.estimate("answer_ms", 0)
    assert figure is not None
    assert figure.assumptions[-1].endswith("give or take a factor of 3: six measurements")


def test_only_pages_are_slowed() -> None:
    names = ["iPhone 15 Pro", "iPhone 15 Pro"]
    found = estimators().devices(TINY, names, in_browser=[False, True])
    alone = estimators().devices(TINY, names[:1])
    assert found.answer_ms.mid[0, 0] == alone.answer_ms.mid[0, 0]
    assert found.answer_ms.mid[1, 0] > alone.answer_ms.mid[0, 0]


# ---------------------------------------------------------------------------------------- speech


def heard_for(seconds: float, model: str = "whisper-large-v3-turbo", params: float = 809.0) -> Work:
    work = vision(gflops=np.nan, kind="speech", model=model, precision="fp16")
    size = np.array([params])
    return replace(
        work,
        params_millions=size,
        active_params_millions=size,
        audio_seconds=np.array([seconds]),
    )


def test_speech_is_not_one_pass() -> None:
    """Published: 600 s of audio in 82 s on an iPhone 15 Pro, so 60 s in 8.2 s; not in one."""
    found = estimators().devices(heard_for(60.0), ["iPhone 15 Pro"])
    assert found.answer_ms.low[0, 0] < 8200 < found.answer_ms.high[0, 0]
    assert 8200 / 2 < found.answer_ms.mid[0, 0] < 8200 * 2


def test_a_short_clip_costs_a_whole_window() -> None:
    """The encoder works on 30 s whatever is said; only the tokens written are fewer."""
    short, window, longer = (
        estimators().devices(heard_for(at), ["iPhone 15 Pro"]).answer_ms.mid[0, 0]
        for at in (3.0, 30.0, 31.0)
    )
    assert short > window / 10
    assert short < window < longer


def test_an_unknown_memory_makes_speech_no_faster() -> None:
    """Of the SE 3 no bandwidth is stated; its chip is the iPhone 13's, at 42.7 GB/s.

    The Vivo T4x states none either: the slowest phone of its line and years has 17, as the Redmi
    Note 13 has. Left open, they would count as having 60.
    """
    names = ["iPhone SE 3", "iPhone 13", "Vivo T4x", "Redmi Note 13 4G"]
    found = estimators().devices(heard_for(60.0, "whisper-small", 244.0), names).answer_ms
    assert found.mid[0, 0] == pytest.approx(found.mid[1, 0], rel=0.02)
    assert found.high[0, 0] > 0.95 * found.high[1, 0]
    assert found.low[0, 0] < found.low[1, 0]  # it still reaches down to what a faster one would do
    assert found.mid[2, 0] > 0.9 * found.mid[3, 0]


def test_an_unknown_memory_makes_a_network_no_faster() -> None:
    """On a processor nobody measured: 17 GB/s at the slowest, where left open it counts as 60.

    The slope of arithmetic is 0.31 by the logarithm, so at most (60 / 17) ** 0.31 = 1.5 times as
    long, less what a dispatch takes whatever the memory.
    """
    devices = Devices(("Vivo T4x",), (estimators()._devices["Vivo T4x"],), (False,))
    asked = Question(broadcast(vision(precision="int8")), devices, "burst", estimators().predictor)
    left_open = _pass(asked, np.zeros(1, dtype=int)).times(estimators().predictor)
    found = _timed(asked, _pass)
    slope = estimators().predictor.learnt.form("device_network").effects["reach", "cpu", 0]
    ratio = np.exp(found.log_mid - left_open.log_mid)[0, 0]
    assert 1.2 < ratio <= (60 / 17) ** -slope
    assert np.array_equal(found.log_low, left_open.log_low)
    assert found.log_high[0, 0] > left_open.log_high[0, 0]


def test_a_chip_measured_without_a_bandwidth_stays_as_measured() -> None:
    catalogue = estimators().predictor.catalogue
    devices = Devices(("OnePlus 15",), (estimators()._devices["OnePlus 15"],), (False,))
    assert catalogue.slowest(devices.chips[0]) == devices.chips[0]


# ------------------------------------------------------------------------- what a page draws


@pytest.mark.parametrize(
    ("work", "unit", "watts"),
    [
        (vision(precision="int8"), "WASM", (1.0, 2.5, 6.0)),  # a processor, as judged
        (heard_for(30.0, "whisper-tiny", 39.0), "WebGPU", (0.6, 1.8, 5.0)),
    ],
)
def test_a_page_draws_and_loads_as_the_unit_it_reaches(
    work: Work, unit: str, watts: tuple[float, float, float]
) -> None:
    """Browsers reach no neural unit: it neither computes there nor are weights prepared for it.

    2.5 W over 30 ms are 0.075 J; natively the same phone's neural unit draws about half a watt.
    """
    names = ["iPhone 15 Pro", "iPhone 15 Pro"]
    found = estimators().devices(work, names, in_browser=[True, False])
    assert [found.unit(0), found.unit(1)] == [unit, "NPU"]
    power, energy = found.power_w, found.energy_j_per_request
    assert (power.low[0, 0], power.mid[0, 0], power.high[0, 0]) == pytest.approx(watts)
    assert power.mid[1, 0] < 1.0
    seconds = found.answer_ms.mid[0, 0] / 1e3
    assert energy.mid[0, 0] == pytest.approx(watts[1] * seconds)
    assert found.first_load_ms.mid[0, 0] == pytest.approx(found.later_load_ms.mid[0, 0])
    assert found.first_load_ms.mid[1, 0] > 2 * found.later_load_ms.mid[1, 0]
    said = found.estimate("power_w", 0)
    assert said is not None
    assert said.rule == f"{watts[1]} W while computing - 0 W with the screen on"


def test_a_warm_page_says_what_its_own_unit_keeps() -> None:
    """Half of the speed on a phone's processor; its neural unit would keep two thirds."""
    names = ["iPhone 15 Pro", "iPhone 15 Pro"]
    found = estimators().devices(
        vision(precision="int8"), names, "sustained", in_browser=[True, False]
    )
    page, native = (found.estimate("energy_j_per_request", row) for row in (0, 1))
    assert page is not None
    assert native is not None
    assert "sustained use keeps 0.50" in page.assumptions[0]
    assert "sustained use keeps 0.67" in native.assumptions[0]


def test_an_answer_is_measured_only_where_all_of_it_is() -> None:
    """A token of Llama 3.2 3B was measured on the neural unit of that phone, its prompt was not."""
    found = estimators().devices(
        language(precision="int4", params=3213.0, model="llama-3.2-3b"), ["Samsung Galaxy S25"]
    )
    labels = {}
    for quantity in ("tpot_ms", "ttft_ms", "answer_ms"):
        said = found.estimate(quantity, 0)
        assert said is not None
        labels[quantity] = said.label
    assert labels == {"tpot_ms": "measured", "ttft_ms": "scaled", "answer_ms": "scaled"}
    assert found.label(0) == "scaled"


# --------------------------------------------------------------------------- loading and memory


def test_the_first_load_prepares_for_a_neural_unit() -> None:
    """64 to 113 s were measured for 4 GB, 3 to 4 s for 1.2 GB."""
    found = estimators().devices(heard_for(60.0), ["iPhone 15 Pro", "Google Pixel 9"])
    assert found.first_load_ms.mid[0, 0] > 2 * found.later_load_ms.mid[0, 0]
    # nothing is prepared for a processor
    assert found.first_load_ms.mid[1, 0] == pytest.approx(found.later_load_ms.mid[1, 0])


def test_an_unknown_memory_is_no_faster_than_the_slowest() -> None:
    """Redmi 13 and Moto G24 Power state none; the slowest phone of their line and years 14.9."""
    found = estimators().devices(TINY, ["Redmi 13", "Moto G24 Power"])
    catalogue = estimators().predictor.catalogue
    for row, soc in enumerate(("helio-g91-ultra", "helio-g85")):
        chip = catalogue.known.chips[soc]
        assert chip.bandwidth is None
        slowest = catalogue.bandwidth(chip)
        least = 494e6 * 4.5 / 8 / slowest * 1e3
        assert found.tpot_ms.mid[row, 0] >= least * (1 - 1e-9)
        wide = found.tpot_ms.high[row, 0] / found.tpot_ms.low[row, 0]
        known = estimators().devices(TINY, ["Samsung Galaxy A53"]).tpot_ms
        assert wide > known.high[0, 0] / known.low[0, 0]
    figure = found.estimate("tpot_ms", 0)
    assert figure is not None
    assert "not stated" in figure.assumptions[0]


def test_handling_is_from_rows_where_there_are_any() -> None:
    phone = estimators().devices(vision(precision="fp16"), ["iPhone 14 Pro", "Google Pixel 9"])
    rows = phone.estimate("handling_ms", 0)
    ours = phone.estimate("handling_ms", 1)
    assert rows is not None
    assert ours is not None
    assert rows.low[0] < rows.mid[0] < 30 == ours.mid[0]
    assert "our assumption" in ours.rule


def test_a_prompt_on_a_unit_nobody_measured_takes_no_longer_than_the_processor_may() -> None:
    """Left open it reached 82 times the middle: a quarter of an hour for a page of text."""
    names = ("Samsung Galaxy S25", "Samsung Galaxy S24 (Snapdragon)")
    rows = tuple(estimators()._devices[name] for name in names)
    devices = Devices(names, rows, (False, False))
    predictor, both = estimators().predictor, np.arange(2)
    asked = Question(broadcast(SMALL), devices, "burst", predictor)
    assert [run.unit for run in asked.runs] == ["npu", "cpu"]
    left_open = _each(asked, both).times(predictor)
    processor = _each(asked.on("cpu"), both).times(predictor)
    found = _timed(asked, _each)
    assert left_open.log_high[0, 0] > processor.log_high[0, 0] > found.log_mid[0, 0]
    assert found.log_high[0, 0] == processor.log_high[0, 0]
    for end in ("log_low", "log_mid"):  # it is made no faster by not being known
        assert np.array_equal(getattr(found, end), getattr(left_open, end))
    assert found.log_high[1, 0] == left_open.log_high[1, 0]  # measured on processors
    said = [estimators().devices(SMALL, names).estimate("ttft_ms", i) for i in (0, 1)]
    told = ["no prompt was measured" in " ".join(one.assumptions) for one in said if one]
    assert told == [True, False]


def test_no_phone_draws_more_than_its_case_sheds() -> None:
    """8 W less 1 W of a screen that is on, as far above the middle: 4.7 x 8 / 5.7."""
    phone = estimators().devices(SMALL, ["Samsung Galaxy S24 (Snapdragon)"]).power_w
    assert phone.mid[0, 0] < phone.high[0, 0]
    ratio = 8.0 / (phone.mid[0, 0] + 1.0)
    assert phone.high[0, 0] == pytest.approx(phone.mid[0, 0] * ratio)
    laptop = estimators().devices(SMALL, ["MacBook Pro 14 (M4)"]).power_w
    assert laptop.high[0, 0] > 8.0


def test_neural_units_keep_more_of_their_speed_than_graphics_units() -> None:
    """33 to 22 tokens per s after ten minutes, against 48 to 18 and 56 to 27."""
    fits = estimators().predictor.fits
    assert fits.value("device_sustained", "phone/npu") == pytest.approx(22 / 33, abs=1e-4)
    gpu = (18 / 48 * 27 / 56) ** 0.5
    assert fits.value("device_sustained", "phone/gpu") == pytest.approx(gpu, abs=1e-4)


def test_networks_on_neural_units_do_not_all_draw_one_watt() -> None:
    found = estimators().devices(vision(precision="fp16"), ["iPhone 13", "MacBook Pro 14 (M4)"])
    first, second = found.power_w.mid[:, 0]
    assert first != second
    assert 0.2 < first < 1.0  # 0.454 W was measured on that phone


def test_minutes_on_end_are_the_same_whether_or_not_the_first_was_asked_before() -> None:
    names, other = ["iPhone 14 Pro", "MacBook Pro 14 (M4)"], vision(precision="int8")
    learnt = estimators().predictor.learnt
    with_first, alone = (Estimators(PriceBook.load(), Predictor(learnt)) for _ in range(2))
    burst = with_first.devices(other, names)
    after, anew = (who.devices(other, names, "sustained") for who in (with_first, alone))
    for figure in ("answer_ms", "energy_j_per_request", "power_w", "first_load_ms"):
        made, expected = getattr(after, figure), getattr(anew, figure)
        for end in ("low", "mid", "high"):
            np.testing.assert_array_equal(getattr(made, end), getattr(expected, end))
    assert (after.answer_ms.mid[0] > burst.answer_ms.mid[0]).all()
