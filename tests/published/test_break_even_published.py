"""Published break-even points, entered through public inputs alone and asked of the API.

The publications' prices are prices of one's own (``price.<key>``), on products of the book that
bring no other cost; work, spares, headroom and network are set to nothing, as they leave them out.
One month is 730 hours here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from report.api import ROUTES

BARE: Mapping[str, Any] = {
    "staff_usd_per_hour": 0,
    "spare_instances": 0,
    "peak_to_mean": 1,
    "target_peak_load": 1,
    "request_kb": 0,
    "response_kb": 0,
    "max_commitment": "on_demand",
}
API = "deepinfra/llama-3.1-8b-turbo"
GPU = "openrelay/a100-40gb"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=list(ROUTES)))


def crossing(client: TestClient, inputs: Mapping[str, Any]) -> float:
    found = client.get(f"/api/v1/break-even?{urlencode({**BARE, **inputs})}")
    assert found.status_code == 200, found.text
    body = found.json()
    assert (body["verdict"], body["resolution"]) == ("crosses", 0), body["reason"]
    (only,) = body["crossings"]
    assert (only["cheaper_below"], only["cheaper_above"]) == (inputs["a"], inputs["b"])
    return float(only["at"])


def chat(usd_in: float, usd_out: float, usd_per_hour: float, **rest: Any) -> dict[str, Any]:
    return {
        "preset": "support_chat",
        f"price.{API}/input": usd_in,
        f"price.{API}/output": usd_out,
        f"price.{GPU}/on_demand": usd_per_hour,
        "axis": "requests_per_month",
        "a": f"none>managed_api:{API}",
        "b": f"none>rented:{GPU}:on_demand",
        **rest,
    }


@pytest.mark.parametrize(
    ("billing", "expected_mtok"),
    [
        # 1.59 x 730 h x 30 % = 348.21 USD over 5.00 USD per million: 69.642 M tokens a month
        ({"billing": "scheduled", "scheduled_hours_per_month": 0.3 * 730}, 69.642),
        # paid all month: 1,160.70 / 5.00 = 232.14 M, 3.3 times later
        ({"billing": "always_on"}, 232.14),
    ],
)
def test_a_token_api_against_a_rented_gpu(
    client: TestClient, billing: dict[str, Any], expected_mtok: float
) -> None:
    """llmtco.com, prices of 2026-06-25: 10 M in + 2 M out at 3 / 15 USD; A100 at 1.59 an hour.

    A request of 1,000 and 200 tokens costs 0.003 + 0.003 USD: 5.00 USD per million. Published for
    30 % of the month: 69.6 M tokens.
    """
    asked = chat(3, 15, 1.59, input_tokens=1000, output_tokens=200, **billing)
    assert crossing(client, asked) * 1200 / 1e6 == pytest.approx(expected_mtok, rel=1e-6)


def test_a_cheap_token_api_against_a_rented_gpu(client: TestClient) -> None:
    """induwara.lk, 2026-06-09: 120 M in + 40 M out at 0.25 / 2 USD; GPU 1.19 x 729.6 h + 15 %.

    998.4576 USD over 110 / 160 M = 0.6875 USD per million: 1,452.3 M tokens a month (published:
    1.45 billion). A request of 750 and 250 tokens is 1,000 of them.
    """
    usd_per_hour = 1.19 * 1.15 * 729.6 / 730
    asked = chat(0.25, 2, usd_per_hour, input_tokens=750, output_tokens=250)
    assert crossing(client, asked) / 1e6 == pytest.approx(998.4576 / 0.6875 / 1e3, rel=1e-6)
    assert crossing(client, asked) * 1000 / 1e9 == pytest.approx(1.4523, rel=1e-4)


def test_speech_by_the_minute_against_a_machine_of_a_hundred_dollars(client: TestClient) -> None:
    """lessrec.com, 2026-05-08: 0.006 USD a minute against about 110 USD a month: 18,333 minutes.

    The publication's box (1,800 USD over 36 months, 10.80 of power, 50 of time) is entered as what
    it comes to an hour: 110 / 730 USD.
    """
    asked = {
        "preset": "voice_notes",
        "model": "whisper-large-v3",
        "audio_seconds": 60,
        "price.openai/whisper-1/standard": 0.006,
        "price.openrelay/rtx-3090/on_demand": 110 / 730,
        "axis": "requests_per_month",
        "a": "none>managed_api:openai/whisper-1",
        "b": "none>rented:openrelay/rtx-3090:on_demand",
    }
    assert crossing(client, asked) == pytest.approx(110 / 0.006, rel=1e-6)
