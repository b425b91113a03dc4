"""Reports of what ran are read as written, and no row is predicted from itself."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import accuracy, device_limits
from benchmarks.cases import WrongFile
from benchmarks.device_limits import (
    COLUMNS,
    LimitCase,
    Reader,
    hidden,
    judged_own,
    number,
    outcome,
    report,
)
from calculators.estimators.device_memory import DeviceMemory, Host
from pricing.book import PriceBook

BOOK = PriceBook.load()
READER = Reader.of(BOOK)
MEMORY = DeviceMemory.of(BOOK)


def raw(**cells: str) -> dict[str, str]:
    """A row of a file; blank cells unless given."""
    return {**dict.fromkeys(COLUMNS, ""), "runs": "yes", **cells}


def judge(*rows: dict[str, str]) -> dict[str, Any]:
    """The group on runs, and what was not covered."""
    cases = [READER.case(cells, f"case-{place}") for place, cells in enumerate(rows)]
    found = report(cases, MEMORY, "row")
    return {**found["groups"][0], "left": found["not_covered"]}


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("yes", True),
        ("yes, slow load", True),
        ("runs", True),
        ("out of memory", False),
        ("swaps", False),
        ("swaps / out of memory", False),
        ("stopped", False),
        ("no", False),
        ("does not run", False),
        ("no value (N/A in the table)", None),
        ("N/A", None),
        ("", None),
        ("perhaps", None),
    ],
)
def test_what_a_report_says(said: str, meant: bool | None) -> None:
    assert outcome(said) is meant


@pytest.mark.parametrize(
    ("text", "value"), [("4-6", 4.0), ("5,400 MB", 5400.0), ("2.5", 2.5), ("", None), ("x", None)]
)
def test_first_number(text: str, value: float | None) -> None:
    assert number(text) == value


def test_size_bits_and_window_are_read_where_they_stand() -> None:
    """7B at 4.5 bits is 3,937.5 MB; at 8 bits 7,000; 16 bits of 3B are 6,000."""
    by = {"model": "some-chat", "device": "iPhone 15", "runtime": "MLX"}
    assert READER.case(raw(**by, parameters="7B", quantisation="4 bit"), "a").weights == 3937.5
    assert READER.case(raw(**by, parameters="7B", quantisation="Q8_0"), "a").weights == 7000.0
    assert READER.case(raw(**by, parameters="3B", quantisation="unquantised"), "a").weights == 6000
    assert READER.case(raw(**by, parameters="8B", quantisation="Q3_K_M"), "a").weights == 3500.0
    assert READER.case(raw(**by, parameters="1.5B-7B"), "a").weights == 843.75
    assert READER.case(raw(**by, parameters="7B", file_size_mb="2,040"), "a").weights == 2040.0
    assert np.isnan(READER.case(raw(**by), "a").weights)
    told = READER.case(raw(**by, parameters="8B", note="context 2,000"), "a")
    assert told.cache == pytest.approx(131072 * 2000 / 1e6)  # the law at 8 billion parameters
    assert READER.case(raw(**by, parameters="8B"), "a").cache == 0.0


@pytest.mark.parametrize(
    ("cells", "host", "tab", "engine", "entitled"),
    [
        ({"device": "iPhone 15"}, Host("ios", 6, 2023), False, "", False),
        ({"device": "OnePlus 12"}, Host("android", 12, 2024), False, "", False),
        ({"device": "Huawei P30 Pro"}, Host("android", 8, 2019), False, "", False),
        ({"device": "Pixel 8 Pro"}, Host("android", 12, 2023), False, "", False),
        ({"device": "Galaxy S22", "ram_gb": "8"}, Host("android", 8, 2022), False, "", False),
        (
            {"device": "iPad Air", "ram_gb": "8", "os": "iPadOS 26.4"},
            Host("ipados", 8, None, 26.4),
            False,
            "",
            False,
        ),
        (
            {"device": "phone", "ram_gb": "6", "os": "Android 14"},
            Host("android", 6),
            False,
            "",
            False,
        ),
        ({"device": "Android phones"}, Host("android", 4), False, "", False),
        ({"device": "Nokia 3310"}, None, False, "", False),
        (
            {"device": "iPhone 15", "runtime": "WebLLM, Safari"},
            Host("ios", 6, 2023),
            True,
            "mlc-llm",
            False,
        ),
        (
            {"device": "iPhone 15", "runtime": "ExecuTorch XNNPACK"},
            Host("ios", 6, 2023),
            False,
            "executorch-xnnpack",
            True,
        ),
        (
            {"device": "iPhone 15", "runtime": "with increased-memory-limit"},
            Host("ios", 6, 2023),
            False,
            "",
            True,
        ),
    ],
)
def test_device_system_and_software(
    cells: dict[str, str], host: Host | None, tab: bool, engine: str, entitled: bool
) -> None:
    case = READER.case(raw(model="x", **cells), "a")
    assert (case.host, case.tab, case.engine, case.entitled) == (host, tab, engine, entitled)


LLAMA = {"model": "llama-3.2-3b", "quantisation": "Q4_K_M", "runtime": "llama.cpp"}


def test_wrong_rows_are_counted_by_side_and_named() -> None:
    """A 3B model of 4 bits runs on a Galaxy S25 of 12 GB and not on a phone of 4 GB."""
    found = judge(
        raw(**LLAMA, device="Samsung Galaxy S25", runs="yes"),
        raw(**LLAMA, device="Samsung Galaxy S25", runs="swaps"),
        raw(**LLAMA, device="Samsung Galaxy M13", runs="yes"),
        raw(**LLAMA, device="Samsung Galaxy M13", runs="swaps"),
        raw(**LLAMA, device="Samsung Galaxy M13", runs="no value"),
        raw(**LLAMA, device="Nokia 3310"),
        raw(model="craft", device="iPhone 15"),
    )
    assert (found["count"], found["share_wrong"]) == (4, 0.5)
    assert (found["false_runs"], found["false_refused"]) == (1, 1)
    assert [item["row"] for item in found["wrong"]] == ["case-1", "case-2"]
    assert [item["reason"] for item in found["left"]] == [
        "memory of Nokia 3310 not known",
        "size of craft not known",
    ]


@pytest.mark.parametrize("ram", ["4", "6", "4-6"])
def test_a_phone_that_swaps_does_not_run(ram: str) -> None:
    """The report of 57 seconds a token on phones of 4 and 6 GB, unseen."""
    names = {
        "4": "Redmi Note 12",
        "6": "Redmi Note 9 Pro",
        "4-6": "Redmi Note 12, Redmi Note 9 Pro",
    }
    found = judge(raw(**LLAMA, device=names[ram], ram_gb=ram, file_size_mb="2020", runs="swaps"))
    assert found["share_wrong"] == 0.0


def test_an_8b_model_runs_on_a_phone_of_8_gb() -> None:
    cells = {"model": "llama-3.1-8b", "quantisation": "4-bit", "device": "Samsung Galaxy S22"}
    for runtime in ("ExecuTorch XNNPACK", "llama.cpp", ""):
        assert judge(raw(**cells, ram_gb="8", runtime=runtime))["share_wrong"] == 0.0


def test_a_case_hides_what_is_the_same() -> None:
    case = READER.case(raw(**LLAMA, device="Redmi Note 12", ram_gb="4", runs="swaps"), "a")
    of = {run.row: run for run in MEMORY.runs}

    def seen(mode: str) -> set[tuple[str, str]]:
        return {(of[row].model, of[row].device) for row in hidden(case, MEMORY.runs, mode)}

    assert seen("row") == {("llama-3.2-3b", "Redmi Note 12")}
    assert seen("device") == {("llama-3.2-3b", "Redmi Note 12"), ("llama-3.2-1b", "Redmi Note 12")}
    assert ("llama-3.2-3b", "OnePlus 12") in seen("model")
    assert ("llama-3.2-1b", "Redmi Note 12") not in seen("model")


def test_the_project_s_own_runs_are_told_apart() -> None:
    """Every run by rules that have not seen it, also where its network or device is new."""
    for mode, wrong in (("row", 0), ("device", 0), ("model", 1)):
        group = judged_own(BOOK, mode)["groups"][0]
        assert group["count"] > 50
        assert group["false_runs"] + group["false_refused"] <= wrong


def test_a_stated_limit_is_the_room_and_is_judged_itself() -> None:
    cells = {
        "model": "some-chat",
        "parameters": "7B",
        "runtime": "llama.cpp",
        "device": "an iPhone",
    }
    found = judge(
        raw(**cells, app_memory_limit_mb="4300"), raw(**cells, app_memory_limit_mb="4200")
    )
    assert [item["row"] for item in found["wrong"]] == ["case-1"]  # 3,937.5 + 325 = 4,262
    read = READER.case(raw(runs="", device="iPhone 13 Pro", app_memory_limit_mb="3120"), "a")
    group = report([read], MEMORY, "row")["groups"][1]
    assert (group["count"], group["median_error"]) == (1, round(1 - 3000 / 3120, 4))


def test_a_file_is_judged_through_the_one_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "limits.csv"
    columns = sorted(COLUMNS)
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, columns)
        writer.writeheader()
        writer.writerow(raw(**LLAMA, device="Samsung Galaxy M13", runs="yes"))
    found = accuracy.judged(path, BOOK, None, {}, "row")  # type: ignore[arg-type]
    assert found["groups"][0]["false_refused"] == 1
    assert "wrong: case-2 llama-3.2-3b on Samsung Galaxy M13 (yes)" in device_limits.printed(found)
    path.write_text("runs,app_memory_limit_mb\nyes,1\n", encoding="utf-8")
    with pytest.raises(WrongFile, match="lacks the columns"):
        device_limits.judged_limits(path, BOOK)


def test_a_network_of_unknown_kind_is_a_language_model_if_it_is_large() -> None:
    def kind(model: str, parameters: str) -> str:
        return READER.case(raw(model=model, parameters=parameters, device="iPhone 15"), "a").kind

    assert kind("something", "3B") == "llm"
    assert kind("something", "25M") == "vision"
    assert kind("whisper-large", "1.5B") == "speech"
    assert kind("BK_SDM_TINY", "") == "image_generation"


def test_cases_are_values() -> None:
    case = READER.case(raw(**LLAMA, device="OnePlus 12"), "a")
    assert isinstance(case, LimitCase)
    assert case == READER.case(raw(**LLAMA, device="OnePlus 12"), "a")
