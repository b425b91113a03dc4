"""Need and room: hand-made rules, the table's own edges, and the models people asked about."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculators.estimators.device_memory import (
    DeviceMemory,
    Host,
    beyond_mb,
    cache_mb,
    weights_mb,
)
from pricing.book import PriceBook
from pricing.measurement_schema import DeviceMemoryLimitRow, DeviceRunRow
from pricing.schema import DeviceRow
from pricing.tableset import table_set
from tests.calculators.estimators.estimating import estimators, language, vision

SOURCED: dict[str, Any] = {
    "edition": date(2026, 11, 26),
    "as_of": date(2026, 11, 26),
    "confidence": "C",
    "source": "test",
}
MEMORY = DeviceMemory.of(PriceBook.load())
NOWHERE = np.zeros(1, dtype=bool)


def run(row: str, **cells: Any) -> DeviceRunRow:
    """A run of a 1,000 MB language model."""
    told = {"model": "m", "kind": "llm", "file_mb": 1000.0, "device": "d", "os": "android"}
    return DeviceRunRow(row=row, **{**told, "engine": "e", **cells}, **SOURCED)


def limit(name: str, **cells: Any) -> DeviceMemoryLimitRow:
    """Half of the memory of an Android phone."""
    told = {"os": "android", "share": 0.5, "low": 0.3, "high": 0.8}
    return DeviceMemoryLimitRow(limit=name, **{**told, **cells}, **SOURCED)


def room(host: Host, tab: bool = False, entitled: bool = False, of: DeviceMemory = MEMORY) -> float:
    """Room of one host at the middle."""
    return float(of.room([host], np.array([tab]), np.array([entitled])).mid[0, 0])


def need(kind: str, engine: str, weights: float, cache: float = 0.0, gflops: float = 0.0) -> float:
    """The need that decides."""
    found = MEMORY.need(kind, [engine], *(np.array([part]) for part in (weights, cache, gflops)))
    return float(found.high[0, 0])


# ------------------------------------------------------------------------------------------ need


def test_weights_cache_and_what_lies_beyond() -> None:
    """4,000 million x 4.5 bits / 8 = 2,250 MB; 1,024 x 100,000 bytes = 102.4 MB of 3,000."""
    row = run(
        "a",
        file_mb=None,
        params_millions=4000.0,
        weight_bits=4.5,
        kv_bytes_per_token=1e5,
        context_tokens=1024.0,
        peak_mb=3000.0,
    )
    assert weights_mb(row) == 2250.0
    assert cache_mb(row) == pytest.approx(102.4)
    assert beyond_mb(row) == pytest.approx(3000.0 - 2250.0 - 102.4)
    assert np.isnan(weights_mb(run("b", file_mb=None)))
    assert cache_mb(run("c", kv_bytes_per_token=1e5)) == 0.0


def test_buffers_are_the_tenth_half_and_ninth_of_ten_runs() -> None:
    """Peaks of 1,100 to 2,100 in steps of 100 over 1,000: 10 % 200, 50 % 600, 90 % 1,000."""
    runs = [run(f"r{i}", peak_mb=1100.0 + 100.0 * i) for i in range(11)]
    other = [run("x", engine="other", peak_mb=1050.0)]
    memory = DeviceMemory([limit("l")], [*runs, *other])
    found = memory.need("llm", ["e", "other"], np.array([500.0]), np.array([50.0]), np.zeros(1))
    assert found.low[:, 0] == pytest.approx([750.0, 600.0])
    assert found.mid[:, 0] == pytest.approx([1150.0, 600.0])
    assert found.high[:, 0] == pytest.approx([1550.0, 600.0])
    unknown = memory.need("llm", ["new"], np.array([500.0]), np.array([50.0]), np.zeros(1))
    assert 1150.0 < unknown.high[0, 0] < 1550.0  # of all twelve runs


def test_a_picture_s_buffers_grow_with_its_arithmetic() -> None:
    """Buffers of 20 + 5 a GFLOP exactly: 10 GFLOPs hold 70 MB, unknown ones the kind's own."""
    runs = [
        run(f"r{g}", kind="vision", file_mb=10.0, gflops=float(g), peak_mb=30.0 + 5.0 * g)
        for g in (1, 2, 4, 8, 16)
    ]
    memory = DeviceMemory([limit("l")], runs)
    found = memory.need(
        "vision", ["any"], np.array([7.0, 7.0]), np.zeros(2), np.array([10, np.nan])
    )
    assert found.mid[0] == pytest.approx([7.0 + 70.0, 7.0 + 40.0])  # 40 = 20 + 5 x 4, the middle
    assert found.high[0, 0] == pytest.approx(77.0)
    many = memory.need("vision", ["any"], np.full(2, 7.0), np.zeros(2), np.array([16.0, 160.0]))
    assert many.mid[0] == pytest.approx([107.0, 107.0])  # ten pictures hold what one holds


def test_a_kind_nobody_measured_takes_the_other_networks() -> None:
    assert np.isfinite(need("recommender", "any", 100.0))


def test_nothing_known_of_the_size_is_nothing_known() -> None:
    assert np.isnan(need("llm", "mlx-swift", np.nan))


@given(st.floats(1, 1e5), st.floats(1, 1e5), st.floats(0, 1e4))
def test_more_weights_or_cache_never_need_less(first: float, second: float, cache: float) -> None:
    low, high = sorted((first, second))
    assert need("llm", "litert", low, cache) <= need("llm", "litert", high, cache)
    assert need("llm", "litert", low) <= need("llm", "litert", low, cache)


def test_ends_are_in_order() -> None:
    for kind in ("llm", "vision", "speech", "encoder", "image_generation", "recommender"):
        found = MEMORY.need(kind, ["core-ml"], np.array([900.0]), np.zeros(1), np.array([20.0]))
        assert found.low[0, 0] <= found.mid[0, 0] <= found.high[0, 0]


# ------------------------------------------------------------------------------------------ room


@pytest.mark.parametrize(
    ("host", "tab", "entitled", "mb"),
    [
        (Host("ios", 6), False, False, 3000),  # 50 % of RAM; 2,867 and 3,120 were read
        (Host("ios", 6), False, True, 4080),  # 68 %; 4,000 and 4,200 were read
        (Host("ios", 4), False, True, 2400),  # 60 %, as read on an iPhone 12 mini
        (Host("ios", 6), True, True, 1500),  # a tab has no entitlement
        (Host("ipados", 8, version=26.3), False, False, 6000),
        (Host("ipados", 8, version=26.4), False, False, 3000),
        (Host("ipados", 8), False, False, 3000),  # the newest system
        (Host("ipados", 16), False, False, 8000),
        (Host("android", 6, 2022), False, False, 3300),
        (Host("windows", 16), False, False, 9600),
    ],
)
def test_rooms_of_the_table(host: Host, tab: bool, entitled: bool, mb: float) -> None:
    assert room(host, tab, entitled) == pytest.approx(mb)


def test_a_limit_s_bounds_on_both_sides() -> None:
    memory = DeviceMemory(
        [
            limit("small", ram_up_to_gb=4.0, share=0.4),
            limit("old", ram_above_gb=4.0, released_to=2020, share=0.35),
            limit("new", ram_above_gb=4.0, released_from=2021, share=0.6),
        ],
        [],
    )
    assert room(Host("android", 4), of=memory) == pytest.approx(1600)
    assert room(Host("android", 4.1, 2020), of=memory) == pytest.approx(4.1e3 * 0.35)
    assert room(Host("android", 4.1, 2021), of=memory) == pytest.approx(4.1e3 * 0.6)
    assert room(Host("android", 4.1), of=memory) == pytest.approx(4.1e3 * 0.6)
    with pytest.raises(KeyError, match="no memory limit"):
        memory.limit(Host("linux", 8), False, False)


def test_a_learnt_share_lies_between_what_ran_and_what_did_not() -> None:
    """5,000 of 8 GB ran (0.625), 6,400 did not (0.8): the root of 0.5 is 0.7071."""
    learnt = limit("l", learnt="yes")
    ran = run("ran", ram_gb=8.0, runs="yes", peak_mb=5000.0)
    failed = run("failed", ram_gb=8.0, runs="no", file_mb=2400.0)  # and 4,000 as the other held
    both = DeviceMemory([learnt], [ran, failed])
    assert room(Host("android", 8), of=both) == pytest.approx(8e3 * 0.5**0.5)
    assert room(Host("android", 8), of=both.without(["failed"])) == pytest.approx(8e3 * 0.625)
    neither = both.without(["ran", "failed"])
    assert room(Host("android", 8), of=neither) == pytest.approx(4000)
    fixed = DeviceMemory([limit("l")], [ran, failed])
    assert room(Host("android", 8), of=fixed) == pytest.approx(4000)
    narrow = DeviceMemory([limit("l", learnt="yes", high=0.6)], [ran, failed])
    assert room(Host("android", 8), of=narrow) == pytest.approx(4800)


def test_every_device_of_the_table_has_a_room() -> None:
    """Also the phones a coming edition adds."""
    for row in table_set().tables["devices"].up_to(date.max).rows:
        assert isinstance(row, DeviceRow)
        for tab in (False, True):
            found = MEMORY.room([Host.of(row, 4.0)], np.array([tab]))
            assert 0 < found.low[0, 0] <= found.mid[0, 0] <= found.high[0, 0]


def test_a_tab_holds_less_than_an_app() -> None:
    for host in (Host("ios", 8), Host("android", 8, 2022), Host("macos", 16), Host("windows", 16)):
        assert room(host, tab=True) < room(host)


def test_a_tablet_of_apple_is_an_ipad() -> None:
    row = next(r for r in PriceBook.load().table("devices", DeviceRow) if "iPad" in r.device)
    assert Host.of(row, 8.0) == Host("ipados", 8.0, 2021)


# --------------------------------------------------------------- what was asked, on whole devices


def test_a_3b_model_does_not_run_on_phones_of_4_gb() -> None:
    """Reported at 57 seconds a token: the phone reads the weights from flash over and over."""
    small = ["Samsung Galaxy M13", "iPhone 11", "iPhone 12", "iPhone 13", "iPhone XS"]
    work = language(model="llama-3.2-3b", precision="int4", params=3212.0, kv_heads=8, head_dim=128)
    found = estimators().devices(work, small)
    assert not found.can_run.any()
    for device in range(len(small)):
        assert "at its peak" in found.reason(device)
    assert "this phone's 4 GB" in found.reason(0)
    assert not MEMORY.room([Host("android", 6, 2020)], NOWHERE).mid[0, 0] > need(
        "llm", "llama.cpp", 2020.0
    )


def test_an_8b_model_of_4_bits_runs_on_a_phone_of_8_gb() -> None:
    """7.85 tokens/s on a Galaxy S22: 8,028 x 0.5625 = 4,516 MB, and what ExecuTorch keeps."""
    host = Host("android", 8, 2022)
    rules = MEMORY.without([run.row for run in MEMORY.runs if "S22" in run.device])
    found = rules.need("llm", ["executorch-xnnpack"], np.array([4516.0]), np.zeros(1), np.zeros(1))
    assert 5500 < found.high[0, 0] < room(host, of=rules)
    assert (
        estimators()
        .devices(
            language(precision="int4"),
            ["Samsung Galaxy S22+ (Exynos)", "Samsung Galaxy S24 (Exynos)"],
        )
        .can_run.all()
    )


def test_the_unquantised_3b_model_needs_12_gb() -> None:
    """6,430 MB of file, 7,100 to 7,300 at the peak: refused on 8 GB, held on 12 GB."""
    held = need("llm", "executorch-xnnpack", 6430.0)
    assert held > room(Host("android", 8, 2024))
    assert held > room(Host("ios", 8), entitled=True)
    assert held < room(Host("android", 12, 2024))
    assert held < room(Host("ios", 12), entitled=True)


def test_a_small_picture_network_may_need_a_gigabyte() -> None:
    """Style transfer: a file of 7 MB and 1,200 MB at the peak."""
    assert 1200 < need("vision", "executorch-xnnpack", 7.0, gflops=126.7) < 2500
    found = estimators().devices(vision(gflops=126.7, params=1.68, model=""), ["iPhone 13"])
    assert found.memory_mb[0, 0] > 1000


def test_the_entitlement_is_named_where_it_would_do() -> None:
    """3,836 x 0.5625 = 2,158 MB and more: over the 3,000 of 6 GB only with a long window."""
    long = language(prompt=12e3, model="phi-4-mini", precision="int4", params=3836.0)
    found = estimators().devices(long, ["iPhone 14"])
    assert not found.can_run[0, 0]
    assert found.reason(0).endswith("and 4,080 MB with Apple's increased-memory entitlement")
    much = estimators().devices(language(precision="int4"), ["iPhone 14"])
    assert "entitlement" not in much.reason(0)


def test_a_tab_refuses_what_an_app_runs() -> None:
    work = language(model="llama-3.2-3b", precision="int4", params=3212.0)
    app = estimators().devices(work, ["iPhone 16", "Samsung Galaxy S24 (Snapdragon)"])
    tab = estimators().devices(
        work, ["iPhone 16", "Samsung Galaxy S24 (Snapdragon)"], in_browser=(True, True)
    )
    assert app.can_run.all()
    assert not tab.can_run.any()


def test_a_refusal_says_whose_room_it_is_and_what_is_only_assumed() -> None:
    """A quarter of an iPhone for a tab; of a phone that states no memory, the least sold."""
    work = language(model="llama-3.2-3b", precision="int4", params=3212.0)
    tab = estimators().devices(work, ["iPhone 16"], in_browser=(True,))
    assert tab.reason(0).endswith("a page in a browser may use about 2,000 MB of this phone's 8 GB")
    unstated = estimators().devices(work, ["Samsung Galaxy M55"])
    assert unstated.reason(0).endswith(
        "of 4 GB, the least such a phone has (this one's memory is not known)"
    )
