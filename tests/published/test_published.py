"""Other people's results, recomputed from their own inputs; differences are explained.

Each case is a small world with the publication's prices and none of what it leaves out: no staff,
spares, headroom, network or resale unless it has them. One month is 730 hours here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from calculators.compare import compare
from calculators.places import AnswersAt
from calculators.results import Comparison, Option, PairBreakEven
from pricing.book import PriceBook
from tests.calculators.world import MEMORY, another_world, compared_in

BARE_WORLD = {
    "network_and_cabling_pct": 0.0,
    "maintenance_pct_per_year": 0.0,
    "resale_first_loss_pct": 0.0,
    "resale_after_36_months_pct": 0.0,
    "colocation_usd_per_kw_month": 0.0,
    "colocation_unit_usd_per_month": 0.0,
    "ops_hours_per_machine": 0.0,
    "failures_per_accelerator_year": 0.0,
    "pue": 1.0,
}
BARE: dict[str, Any] = {
    "staff_usd_per_hour": 0,
    "battery_wear": False,
    "request_kb": 0,
    "response_kb": 0,
    "radio_tail_j": 0,
    "peak_to_mean": 1,
    "target_peak_load": 1,
    "spare_instances": 0,
    "providers_allowed": ("pub",),
    "max_commitment": "on_demand",
    "pue": 1,
    "horizon_months": 36,
    "device_mix": "old_phones",
}
CHAT: dict[str, Any] = {
    **BARE,
    "task": "text_generation",
    "model": "",
    "params_millions": 8000,
    "quality_class": "frontier",
}
FREE_NETWORK = ["aws/load_balancer/standard,0,hour"]
NO_HOSTING = ["world/colocation/standard,0.000001,kw_month"]
REPLACED = ("aws/load_balancer/standard", "world/colocation/standard", "acme/node", "acme/typical")


LIVE = "yes,no,no,no,"  # answers at once, not trainable, not exportable


def tokens(name: str, usd_in: float, usd_out: float) -> dict[str, list[str]]:
    """A token API of the publication."""
    return {
        "services": [f"pub/{name},pub,{name},token_api,text_generation,,frontier,,0,1,0,,{LIVE}"],
        "service_models": [f"pub/{name},gamma-big,"],  # of the class its readers ask for
        "token_prices": [
            f"pub/{name}/input,{usd_in},million_tokens",
            f"pub/{name}/output,{usd_out},million_tokens",
        ],
    }


def machine(name: str, usd_per_hour: float) -> dict[str, list[str]]:
    """A machine with one accelerator at the publication's price."""
    return {
        "rented_instances": [f"pub/{name},pub,{name},rented,{name},T100,1,,8,32,yes,yes,no"],
        "rental_prices": [f"pub/{name}/on_demand,{usd_per_hour},hour"],
    }


def server(
    name: str,
    usd: float,
    watts: float,
    *,
    cards: int = 1,
    idle: float | None = None,
) -> dict[str, list[str]]:
    """A server that draws ``watts`` throughout, unless an idle power is given."""
    least = watts if idle is None else idle
    return {
        "servers": [f"pub/{name},{name},T100,{cards},,64,{least},,{watts}"],
        "server_prices": [f"pub/{name}/purchase,{usd},server"],
    }


def bare_world(
    folder: Path, *parts: dict[str, list[str]], assumptions: dict[str, float] | None = None
) -> PriceBook:
    rows: dict[str, list[str]] = {"network_prices": FREE_NETWORK, "energy_prices": NO_HOSTING}
    for part in parts:
        for table, lines in part.items():
            rows[table] = rows.get(table, []) + lines
    return another_world(
        folder, rows, assumptions={**BARE_WORLD, **(assumptions or {})}, without=REPLACED
    )


def pair(found: Comparison, first: AnswersAt, second: AnswersAt) -> PairBreakEven:
    (chosen,) = (item for item in found.break_even if {item.first, item.second} == {first, second})
    return chosen


def crossing(found: Comparison, first: AnswersAt, second: AnswersAt) -> float:
    (only,) = pair(found, first, second).crossings
    return only.at


def priced(found: Comparison, option_id: str) -> Option:
    chosen = found.option(option_id)
    assert chosen is not None
    assert chosen.total_usd is not None
    return chosen


def spent(chosen: Option, *words: str) -> float:
    """Company's dollars in items whose name starts with one of the words."""
    return sum(item.amount_usd for item in chosen.line_items if item.name.startswith(words))


# ---------------------------------------------------------------- language models, rented or bought


@pytest.mark.parametrize(
    ("billing", "expected_mtok"),
    [
        # 1.59 x 730 h x 30 % = 348.21 USD over 5.00 USD per million: 69.642 M tokens a month
        ("scheduled", 69.642),
        # the same machine paid all month: 1,160.70 / 5.00 = 232.14 M, 3.3 times later
        ("always_on", 232.14),
    ],
)
def test_llm_api_against_a_rented_gpu(tmp_path: Path, billing: str, expected_mtok: float) -> None:
    """llmtco.com, prices of 2026-06-25: 10 M in + 2 M out at 3 / 15 USD; A100 at 1.59 an hour.

    "Utilisation of 30 %" is the share of the month that is paid, not the share of it in use.
    """
    book = bare_world(tmp_path, tokens("api", 3, 15), machine("a100", 1.59))
    found = compared_in(
        book,
        **CHAT,
        input_tokens=1000,
        output_tokens=200,
        measured_on="every",
        measured_requests_per_s=1000,
        requests_per_month=60_000,
        billing=billing,
        scheduled_hours_per_month=219,
    )
    at = crossing(found, "managed_api", "rented") * 1200 / 1e6
    assert at == pytest.approx(expected_mtok, rel=1e-4)


def test_llm_api_against_a_rented_gpu_with_its_capacity(tmp_path: Path) -> None:
    """induwara.lk, 2026-06-09: 120 M in + 40 M out at 0.25 / 2 USD = 110 USD a month.

    GPU 1.19 USD x 729.6 h + 15 % = 998.46; here 730 h, 0.05 % more. 1.4523 thousand million
    tokens, inside the 6.566 (6.570 in 730 h) that 2,500 tokens/s produce.
    """
    book = bare_world(tmp_path, tokens("api", 0.25, 2), machine("gpu", 1.19 * 1.15))
    found = compared_in(
        book,
        **CHAT,
        input_tokens=300,
        output_tokens=100,
        requests_per_month=400_000,
        measured_on="every",
        measured_requests_per_s=2500 / 400,
    )
    assert spent(priced(found, "none>managed_api:pub/api"), "Input", "Output") == pytest.approx(
        36 * 110
    )
    at = crossing(found, "managed_api", "rented")
    assert at * 400 / 1e9 == pytest.approx(1.4523, rel=1e-3)
    full = 2500 * 730 * 3600 / 400
    assert full * 400 / 1e9 == pytest.approx(6.57)
    for requests, machines in ((at, 1), (full, 1), (full + 1, 2)):
        there = compare(found.scenario.with_changes({"requests_per_month": requests}), book, MEMORY)
        capacity = priced(there, "none>rented:pub/gpu:on_demand").capacity
        assert capacity is not None
        assert capacity.machines == machines


def test_a_mobile_app_on_an_api(tmp_path: Path) -> None:
    """ertas.ai, early 2026: 10,000 users x 3 a day x 30 x (500 + 500) tokens: 337.50 USD."""
    book = bare_world(tmp_path, tokens("api", 0.15, 0.60))
    found = compared_in(
        book,
        **CHAT,
        input_tokens=500,
        output_tokens=500,
        requests_per_month=900_000,
        requests_per_user_per_month=90,
    )
    api = priced(found, "none>managed_api:pub/api")
    assert api.monthly_usd == pytest.approx(337.50)
    assert api.usd_per_user_month == pytest.approx(0.03375)


def test_cost_of_a_million_tokens_of_a_full_machine(tmp_path: Path) -> None:
    """llmtco.com unit test: 1.5 USD an hour at 2,000 tokens/s = 0.2083 USD per million."""
    book = bare_world(tmp_path, machine("gpu", 1.5))
    requests = 2 * 730 * 3600
    found = compared_in(
        book,
        **CHAT,
        input_tokens=500,
        output_tokens=500,
        requests_per_month=requests,
        measured_on="every",
        measured_requests_per_s=2,
    )
    rent = spent(priced(found, "none>rented:pub/gpu:on_demand"), "Machines")
    assert rent / 36 / (requests * 1000 / 1e6) == pytest.approx(0.2083, abs=5e-5)


def test_own_machine_against_api_for_speech(tmp_path: Path) -> None:
    """lessrec.com, 2026-05-08: 0.006 USD a minute against 1,800 USD / 36 + 10.80 + 50 a month.

    The page rounds 110.80 to 110 and so prints 18,333 minutes; its inputs give 18,467.
    """
    book = bare_world(
        tmp_path,
        {
            "services": ["pub/whisper,pub,Whisper,task_api,speech_to_text,,,,0,1,0,,yes,no,no,no,"],
            "task_api_prices": ["pub/whisper/standard,0.006,audio_minute"],
        },
        server("box", 1800, 10.80 / 730 / 0.1 * 1000),
        assumptions={
            "server_life_months": 36.0,
            "ops_hours_per_month_owned": 0.5,
            "ops_hours_per_month_managed_api": 0.0,
            "integration_hours_owned": 0.0,
            "integration_hours_managed_api": 0.0,
        },
    )
    found = compared_in(
        book,
        **{**BARE, "staff_usd_per_hour": 100},
        task="speech_to_text",
        model="",
        params_millions=100,
        audio_seconds=60,
        requests_per_month=20_000,
        measured_on="every",
        measured_requests_per_s=10,
    )
    assert crossing(found, "managed_api", "owned") == pytest.approx(18_467, rel=1e-4)


# --------------------------------------------------------------------------------- simple payback

PAYBACK = [
    # Lenovo LP2225 (May 2025): 8x H100 NVL at 833,806; 0.87 USD an hour is 5.8 kW at 0.15
    ("lenovo on demand", 833_806, 98.32, 5.8, 8556),
    ("lenovo three years", 833_806, 53.95, 5.8, 15_708),
    # the list price of 2026-08-01; 21.1 months of 730 h
    ("lenovo at a newer price", 833_806, 55.04, 5.8, 21.1 * 730),
]


@pytest.mark.parametrize(("case", "usd", "rent", "kilowatt", "hours"), PAYBACK)
def test_payback_in_hours(
    tmp_path: Path, case: str, usd: float, rent: float, kilowatt: float, hours: float
) -> None:
    """Hours = price / (rent - own running cost), from the line items of both options."""
    book = bare_world(tmp_path, machine("cloud", rent), server("own", usd, kilowatt * 1000))
    found = compared_in(
        book,
        **CHAT,
        requests_per_month=1000,
        measured_on="every",
        measured_requests_per_s=1000,
        electricity_usd_per_kwh=0.15,
    )
    own = priced(found, "none>owned:pub/own")
    cloud = priced(found, "none>rented:pub/cloud:on_demand")
    paid = 36 * 730
    running = spent(own, "Electricity", "Hosting") / paid
    assert running == pytest.approx(kilowatt * 0.15, rel=1e-4)
    saving = spent(cloud, "Machines", "Load") / paid - running
    assert spent(own, "Servers bought") / saving == pytest.approx(hours, rel=0.01), case


def test_payback_never(tmp_path: Path) -> None:
    """3,999 USD against 0.05 an hour with own running costs of 0.06: never."""
    book = bare_world(
        tmp_path,
        {
            "accelerators": ["T1,pub,ampere,100,,200,24,1000,350,"],
            "rented_instances": ["pub/cheap,pub,cheap,rented,cheap,T1,1,,8,32,yes,yes,no"],
            "rental_prices": ["pub/cheap/on_demand,0.05,hour"],
        },
        server("own", 3999, 600),
    )
    found = compared_in(
        book,
        **{**CHAT, "horizon_months": 120},
        requests_per_month=1000,
        measured_on="every",
        measured_requests_per_s=1000,
        electricity_usd_per_kwh=0.1,
    )
    result = pair(found, "rented", "owned")
    assert (result.first, result.verdict, result.crossings) == ("rented", "always", ())


@pytest.mark.parametrize(
    ("case", "usd", "kilowatt", "tokens_per_s", "usd_in", "usd_out", "months"),
    [
        # Pan et al., arXiv 2509.18101: cards alone; 176 h a month at full speed; in/3 + 2 out/3
        ("Kimi-K2 against GPT-5", 240_000, 16 * 0.3, 800, 1.25, 10, 69.3),
        ("Kimi-K2 against Opus-4", 240_000, 16 * 0.3, 800, 15, 75, 8.7),
        ("Llama-3.3-70B against Opus-4", 15_000, 0.3, 190, 15, 75, 2.3),
        ("EXAONE-4.0-32B against GPT-5", 2000, 0.5, 200, 1.25, 10, 2.26),
        ("Magistral against Sonnet-4", 2000, 0.5, 150, 3, 15, 1.9),
    ],
)
def test_payback_in_working_hours(
    tmp_path: Path,
    case: str,
    usd: float,
    kilowatt: float,
    tokens_per_s: float,
    usd_in: float,
    usd_out: float,
    months: float,
) -> None:
    book = bare_world(tmp_path, tokens("api", usd_in, usd_out), server("own", usd, kilowatt * 1000))
    per_s = tokens_per_s / 3  # requests of one token in and two out
    found = compared_in(
        book,
        **CHAT,
        input_tokens=1,
        output_tokens=2,
        measured_on="every",
        measured_requests_per_s=per_s,
        requests_per_month=per_s * 176 * 3600,
        billing="scheduled",
        scheduled_hours_per_month=176,
        electricity_usd_per_kwh=0.15,
    )
    own = priced(found, "none>owned:pub/own")
    assert own.capacity is not None
    assert own.capacity.busy_share == pytest.approx(1)
    api = spent(priced(found, "none>managed_api:pub/api"), "Input", "Output") / 36
    saving = api - spent(own, "Electricity") / 36
    # the paper prints tenths; all 27 of its figures follow from its inputs within 0.1
    assert spent(own, "Servers bought") / saving == pytest.approx(months, abs=0.1), case


# ------------------------------------------------------------------------- clusters and workshops


@pytest.mark.parametrize(
    ("case", "usd", "kilowatt", "million_usd"),
    # aiinframap.com: 1,024 cards, 70 % use, PUE 1.2, 0.08 USD, five years; card prices alone
    [("H100", 30_000, 0.7, 32.83), ("H200", 35_000, 0.7, 37.95), ("B200", 40_000, 1.0, 43.97)],
)
def test_a_cluster_of_1024_cards(
    tmp_path: Path, case: str, usd: float, kilowatt: float, million_usd: float
) -> None:
    book = bare_world(
        tmp_path,
        server("node", 8 * usd, 8 * kilowatt * 1000, cards=8, idle=1e-9),
        assumptions={"server_life_months": 60.0},
    )
    busy = 1024 * 10 * 0.7 * 730 * 3600  # ten requests/s each, at 70 % of it
    found = compared_in(
        book,
        **{**CHAT, "horizon_months": 60, "target_peak_load": 0.7, "pue": 1.2},
        requests_per_month=busy,
        electricity_usd_per_kwh=0.08,
    )
    own = priced(found, "none>owned:pub/node")
    assert own.capacity is not None
    assert own.capacity.machines == 128
    assert own.capacity.busy_share == pytest.approx(0.7)
    assert (own.company_usd or 0) / 1e6 == pytest.approx(million_usd, abs=0.005), case


@pytest.mark.parametrize(
    ("case", "usd", "saving", "runs"),
    # Excelfore, 2026-02-15: runs a month at which a workstation pays within three years, against
    # g5.12xlarge (25.56 a run, saving 24.37) and p4d (61.15, saving 59.96); own cost 1.19 a run
    [
        ("RTX 4090, g5.12xlarge", 3300, 24.37, 3.8),
        ("RTX 5090, g5.12xlarge", 6850, 24.37, 7.8),
        ("two RTX 5090, g5.12xlarge", 11_000, 24.37, 12.5),
        ("RTX PRO 6000, g5.12xlarge", 14_000, 24.37, 16.0),
        ("RTX 4090, p4d", 3300, 59.96, 1.5),
        ("RTX 5090, p4d", 6850, 59.96, 3.2),
    ],
)
def test_retraining_on_own_machines_or_rented_ones(
    tmp_path: Path, case: str, usd: float, saving: float, runs: float
) -> None:
    """Cost over three years is linear in the cadence; the first training is one run more."""
    book = bare_world(
        tmp_path,
        machine("cloud", (saving + 1.19) / 8),  # a run takes eight hours here
        server("own", usd, 1.19 / 8 / 0.1 * 1000),
        assumptions={"server_life_months": 36.0},
    )
    # the teacher API costs both sides the same 63.43 a run and cancels out

    def total(venue: str, trainer: str, cadence: float) -> float:
        found = compared_in(
            book,
            **CHAT,
            own_model_required=True,
            retrains_per_month=cadence,
            dataset_gb=0,
            experiments_per_retrain=1,
            training_method="fine_tune",
            electricity_usd_per_kwh=0.1,
            measured_on="every",
            measured_requests_per_s=10,
        )
        chosen = priced(found, f"{venue}>rented:pub/cloud:on_demand")
        assert chosen.training_product == trainer
        return sum(item.amount_usd for item in chosen.line_items if item.payer == "company")

    gaps = [
        total("owned", "pub/own", cadence) - total("rented", "pub/cloud", cadence)
        for cadence in (1.0, 21.0)
    ]
    slope = (gaps[1] - gaps[0]) / 20
    assert slope == pytest.approx(-36 * saving, rel=1e-9)
    cadence = 1 - gaps[0] / slope
    # the page counts 36 months of runs; here the first training comes on top of them
    assert cadence + 1 / 36 == pytest.approx(runs, abs=0.05), case


# ------------------------------------------------------------------------------ published mistakes


def test_volume_beyond_one_replica_needs_more_replicas(tmp_path: Path) -> None:
    """forg.pro, 2026-06-11: break-even at 8,111.1 M tokens, 2x A100 at 3,650 a month, 0.45 per M.

    One replica serves 126.1 M tokens a month (48 tokens/s). That volume needs 65 of them, 237,250
    USD a month; a full replica costs 28.95 per million, so it never breaks even.
    """
    book = bare_world(tmp_path, tokens("api", 0.45, 0.45), machine("a100x2", 3650 / 730))
    replica = 126.1e6 / 1000 / (730 * 3600)
    asked: dict[str, Any] = {
        **CHAT,
        "input_tokens": 500,
        "output_tokens": 500,
        "measured_on": "every",
        "measured_requests_per_s": replica,
    }
    found = compared_in(book, **asked, requests_per_month=8111.1e6 / 1000)
    rented = priced(found, "none>rented:pub/a100x2:on_demand")
    assert rented.capacity is not None
    assert rented.capacity.machines == 65
    assert spent(rented, "Machines") / 36 == pytest.approx(65 * 3650)
    api = priced(found, "none>managed_api:pub/api")
    assert (api.monthly_usd or 0) == pytest.approx(3650, rel=1e-4)  # what the page compared
    assert pair(found, "managed_api", "rented").verdict == "always"

    full = compared_in(book, **asked, requests_per_month=126.1e6 / 1000)
    rent = spent(priced(full, "none>rented:pub/a100x2:on_demand"), "Machines") / 36
    assert rent / 126.1 == pytest.approx(28.95, abs=0.005)


def test_depreciation_is_not_added_to_the_price(tmp_path: Path) -> None:
    """GPUvsAPI (2024-05-09) adds the yearly depreciation to the full price: twice the purchase."""
    book = bare_world(
        tmp_path, server("own", 36_000, 500), assumptions={"server_life_months": 36.0}
    )
    found = compared_in(
        book, **CHAT, requests_per_month=1000, measured_on="every", measured_requests_per_s=10
    )
    own = priced(found, "none>owned:pub/own")
    assert spent(own, "Servers") == pytest.approx(36_000)
    assert not any("epreciation" in item.name for item in own.line_items)
