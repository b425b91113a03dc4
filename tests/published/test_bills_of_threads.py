"""Bills that people wrote about in public: their numbers, our sum, the arithmetic between.

Each case names the address and the day. A month of 1,000 requests, nothing but the vendor's bill,
in the real book; where the prices of that day are other ones, at that price date or at the prices
told there. What is told only as a rule is worked out for one request by hand.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from calculators.compare import compare
from calculators.costs.tokens import text_ratio
from calculators.memory import Memory
from calculators.points import Points
from calculators.presets import from_preset
from calculators.results import LineItem
from pricing.book import PriceBook
from pricing.schema import SleeperRow, TokenizerRow
from tests.calculators.options import test_provisioned, test_reading_bills, test_task_forms
from tests.calculators.options.test_token_bills import BARE, bill, book, usd
from tests.calculators.world import items, option

REQUESTS = 1000
PLAIN: dict[str, Any] = {"cached_input_share": 0, "quality_class": "frontier"}


def each(product: str, **changes: Any) -> float:
    """USD of one request."""
    return usd(product, **{**PLAIN, **changes}) / REQUESTS


# B1: what does not fit is refused -----------------------------------------------------------------

WINDOWS = [
    # 122,942 and 8,192 against 131,072: github.com/evalstate/fast-agent/issues/621, 2026-01-19
    ("deepinfra/llama-3.1-8b", 122_942, 8_192, "131,072", 8_130),
    # 7,413 and 800 against 8,192: github.com/FoundationAgents/OpenManus/issues/62, 2025-03-14
    ("aws/bedrock-llama-3-8b", 6_683 + 730, 800, "8,192", 779),
    # 35,999 against 32,768: github.com/chflame163/ComfyUI_Qwen_H3_Prompt/issues/5, 2026-09-21
    ("novita/llama-3.2-3b", 35_999, 1, "32,768", 0),
]


@pytest.mark.parametrize(("product", "read", "written", "most", "fits"), WINDOWS)
def test_a_request_longer_than_the_window(
    product: str, read: int, written: int, most: str, fits: int
) -> None:
    """The same windows, at services that have them; a request that fills one fits."""
    own = {"quality_class": "small", "cached_input_share": 0}
    refused = bill(product, input_tokens=read, output_tokens=written, **own)
    assert refused.status == "infeasible"
    assert any(most in text for text in refused.reasons)
    if fits:
        chosen = bill(product, input_tokens=read, output_tokens=fits, **own)
        assert [item for item in chosen.findings if item.rule == "length"]
        assert not [i for i in chosen.findings if i.rule == "length" and i.verdict == "fail"]


# B2: long prompts ---------------------------------------------------------------------------------


def test_gemini_3_1_pro_with_250_000_tokens() -> None:
    """0.50 USD flat, 1.00 billed: github.com/NousResearch/hermes-agent/pull/93678, 2026-08-24.

    250,000 x 4 USD / 1e6 = 1.00; exactly 200,000 stay at 2 USD: 0.40.
    """
    own = {"output_tokens": 0}
    assert each("google/gemini-3.1-pro", input_tokens=250_000, **own) == pytest.approx(1.0)
    assert each("google/gemini-3.1-pro", input_tokens=200_000, **own) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("product", "short", "long"),
    [("openai/gpt-5.4", (2.5, 15.0), (5.0, 22.5)), ("openai/gpt-5.5", (5.0, 30.0), (10.0, 45.0))],
)
def test_gpt_5_4_and_5_5_from_272_001_tokens(
    product: str, short: tuple[float, float], long: tuple[float, float]
) -> None:
    """github.com/dust-tt/dust/pull/30944, 2026-08-21: the whole prompt from 272,001 tokens on."""
    for read, prices in ((272_000, short), (272_001, long)):
        expected = (read * prices[0] + 1000 * prices[1]) / 1e6
        assert each(product, input_tokens=read, output_tokens=1000) == pytest.approx(expected)


def test_gemini_2_5_pro_with_a_cache_above_200_000() -> None:
    """github.com/Artzainnn/ClaudeUsageBar/pull/89, 2026-07-15: 2.50, 0.25 and 15 USD above.

    300,000 read of which half cached, 1,000 written: 150,000 x 2.5 + 150,000 x 0.25 + 1,000 x 15
    = 427,500 millionths.
    """
    found = each(
        "google/gemini-2.5-pro",
        input_tokens=300_000,
        output_tokens=1000,
        cached_input_share=0.5,
    )
    assert found == pytest.approx(0.4275)


def test_luna_above_272_000_in_the_region() -> None:
    """github.com/stdapi-ai/stdapi.ai/issues/190, 2026-08-21: 0.22 and 0.44 in, 1.32 and 1.98 out.

    Those are prices with the tenth for a region: 0.20, 0.40, 1.20 and 1.80 x 1.1.
    """
    here = {"output_tokens": 1000, "data_sensitivity": "personal"}
    for read, price_in, price_out in ((272_000, 0.22, 1.32), (272_001, 0.44, 1.98)):
        expected = (read * price_in + 1000 * price_out) / 1e6
        found = each("openai/gpt-5.6-luna", input_tokens=read, **here)
        assert found == pytest.approx(expected)


def test_repeated_input_of_gpt_5_4_is_dear_in_a_long_prompt_too() -> None:
    """github.com/Wei-Shaw/sub2api/issues/2293, 2026-05-08: 0.080224 USD shown, 0.160448 due.

    408 plain tokens x 5, 320,896 repeated ones x 0.25 x 2, 1,019 written x 22.50: the price list
    there, and ours, had no long price of repeated input.
    """
    read = 408 + 320_896
    found = each(
        "openai/gpt-5.4",
        input_tokens=read,
        output_tokens=1019,
        cached_input_share=320_896 / read,
    )
    assert found == pytest.approx((408 * 5 + 1019 * 22.5) / 1e6 + 0.160448, abs=1e-9)


def test_repeated_input_of_gpt_5_5_in_a_long_prompt() -> None:
    """1.00 and not 0.50 a million: github.com/danny-avila/LibreChat/pull/13636, 2026-06-09."""
    own = {"output_tokens": 0, "cached_input_share": 1}
    assert each("openai/gpt-5.5", input_tokens=300_000, **own) == pytest.approx(0.3 * 1.0)
    assert each("openai/gpt-5.5", input_tokens=272_000, **own) == pytest.approx(0.272 * 0.5)


def test_a_long_prompt_in_a_batch() -> None:
    """github.com/BerriAI/litellm/pull/25003, 2026-04-02: GPT-5.4, 2.50 in and 11.25 out.

    300,000 x 2.50 + 1,000 x 11.25 millionths; up to 272,000 tokens 1.25 and 7.50.
    """
    own = {"output_tokens": 1000, "can_wait_hours": 24}
    for read, price_in, price_out in ((300_000, 2.5, 11.25), (272_000, 1.25, 7.5)):
        expected = (read * price_in + 1000 * price_out) / 1e6
        assert each("openai/gpt-5.4", input_tokens=read, **own) == pytest.approx(expected)


# B3: least billed ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("product", "model", "told"),
    [
        # 0.0003 USD at least: github.com/vargHQ/sdk/pull/209, 2026-04-23; 10 s of 0.111 an hour
        ("groq/whisper-large-v3", "whisper-large-v3", 0.0003),
        # the same floor for both: github.com/pydantic/genai-prices/pull/578, 2026-08-21; 0.04
        ("groq/whisper-large-v3-turbo", "whisper-large-v3-turbo", 0.000111),
    ],
)
def test_a_clip_of_three_seconds_at_groq(product: str, model: str, told: float) -> None:
    found = test_task_forms.speech(product, 3, model=model) / REQUESTS
    assert found == pytest.approx(told, rel=0.03)  # as told, rounded
    ten = test_task_forms.speech(product, 10, model=model) / REQUESTS
    assert found == pytest.approx(ten, rel=1e-6)


def test_seventeen_seconds_in_three_jobs_at_transcribe() -> None:
    """github.com/stdapi-ai/stdapi.ai/issues/280, 2026-09-22: 17 s without a least, 45 s with 15.

    The vendor's page has none any more: 9 + 6 + 2 s at 0.006 USD a minute (the plain service).
    """
    many = 1e6
    found = sum(test_task_forms.speech("aws-ai/transcribe-batch", s, many) for s in (9, 6, 2))
    free = 3 * 60  # minutes, in each of the three months of such jobs
    assert found == pytest.approx((17 / 60 * many - free) * 0.006, rel=0.01)
    assert found < 0.5 * 45 / 60 * many * 0.006


# B4: pictures and pages in tokens -----------------------------------------------------------------


def test_a_small_picture_is_14_000_tokens_of_gpt_4o_mini() -> None:
    """ "14k": github.com/chatanywhere/GPT_API_free/issues/269, 2024-07-19.

    Two tiles of 512 px: 2,833 + 2 x 5,667 = 14,167; 33 times the 425 of GPT-4o, as said there.
    """
    size = {"images_per_request": 1, "image_width_px": 1024, "image_height_px": 512}
    own = {**size, "input_tokens": 0, "output_tokens": 0}
    found = each("openai/gpt-4o-mini", **own, quality_class="small")
    assert found == pytest.approx(14_167 * 0.15 / 1e6)
    assert found * 1e6 / 0.15 == pytest.approx(14_000, rel=0.02)
    assert pytest.approx(33, rel=0.02) == 14_167 / (85 + 2 * 170)


@pytest.mark.parametrize(("width", "height"), [(64, 64), (512, 512), (1024, 1024), (2048, 512)])
def test_a_picture_costs_gemini_3_5_the_same_whatever_its_size(width: int, height: int) -> None:
    """1,056 to 1,089 counted: github.com/AlaskanTuna/Rokabot/issues/121, comment of 2026-08-18.

    The vendor's table says 1,120 "at most", which is billed here: 3 to 6 % more.
    """
    size = {"images_per_request": 1, "image_width_px": width, "image_height_px": height}
    own = {**size, "input_tokens": 0, "output_tokens": 0}
    found = each("google/gemini-3.5-flash-lite", **own) * 1e6 / 0.3
    assert found == pytest.approx(1120)
    assert found == pytest.approx(1056, rel=0.065)


@pytest.mark.parametrize(
    ("product", "told", "ours"),
    [
        # a scanned page measured: huggingface.co/datasets/JOHNISKING/pdf-token-cost, 2026-10-18
        ("anthropic/claude-haiku-4.5", 1592, 1534),
        ("anthropic/claude-sonnet-5.5", 1600, 1534),
        ("google/gemini-3.1-flash-lite", 561, 560),
    ],
)
def test_a_scanned_page(product: str, told: int, ours: int) -> None:
    """Measured with the question beside it, so ours is a little less: within a twentieth."""
    scans = {"assume.reading_pages_with_text": 1e-9, "assume.reading_prompt_tokens": 1e-9}
    (line,) = (
        item
        for item in test_reading_bills.option("document_ocr", product, **scans).line_items
        if item.name.startswith("Input tokens")
    )
    assert line.quantity * 1e6 / REQUESTS == pytest.approx(ours, abs=0.01)
    assert ours == pytest.approx(told, rel=0.05)


# B5: output nobody sees ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("visible", "unseen", "read", "prices", "told"),
    [
        # github.com/anomalyco/opencode/issues/17566, 2026-03-15: 14,746 x 30 + 1,944 x 180
        (584, 1360, 14_746, (30.0, 180.0), 0.7923),
        # github.com/Routstr/routstr-core/issues/213, 2025-11-03: 75 in, 1,186 out, 1,024 unseen
        (162, 1024, 75, (2.5, 15.0), (75 * 2.5 + 1186 * 15) / 1e6),
        # github.com/LiveBench/LiveBench/pull/503, 2026-08-12: 1,015 seen and 1,935 unseen
        (1015, 1935, 1000, (2.5, 15.0), (1000 * 2.5 + 2950 * 15) / 1e6),
        # github.com/BerriAI/litellm-docs/pull/559, 2026-07-14: 17 seen and 623 unseen
        (17, 623, 1000, (2.5, 15.0), (1000 * 2.5 + 640 * 15) / 1e6),
    ],
)
def test_unseen_output_is_billed_as_output(
    visible: int, unseen: int, read: int, prices: tuple[float, float], told: float
) -> None:
    """At the ratio and the prices told there."""
    own = {
        "price.openai/gpt-5.4/input": prices[0],
        "price.openai/gpt-5.4/output": prices[1],
        "assume.hidden_per_visible_high": unseen / visible,
        "reasoning": "high",
    }
    found = each("openai/gpt-5.4", input_tokens=read, output_tokens=visible, **own)
    assert found == pytest.approx(told, abs=5e-5)


# B6: writing the cache ----------------------------------------------------------------------------


def test_two_thousand_tokens_of_which_300_are_written() -> None:
    """github.com/browser-use/browser-use/issues/5305, 2026-07-25: Claude Sonnet, 3, 0.30 and 3.75.

    1,200 x 3 + 500 x 0.30 + 300 x 3.75 = 4,875 millionths; written ones are not billed twice.
    """
    found = each(
        "anthropic/claude-sonnet-4.5",
        input_tokens=2000,
        output_tokens=0,
        cached_input_share=0.25,
        cache_writes_share=0.15,
    )
    assert found == pytest.approx(4875 / 1e6)


def test_two_million_tokens_written_for_five_minutes() -> None:
    """7.50 USD: github.com/jarrodwatts/claude-hud/pull/758, 2026-09-06: 20 prompts of 100,000."""
    own = {"input_tokens": 100_000, "output_tokens": 0, "cache_writes_share": 1}
    assert 20 * each("anthropic/claude-sonnet-4.5", **own) == pytest.approx(7.5)


def test_opus_5_writes_344_139_tokens() -> None:
    """2.15086875 USD for five minutes: github.com/can1357/oh-my-pi/issues/6876, 2026-07-28."""
    own = {"input_tokens": 344_139, "output_tokens": 0, "cache_writes_share": 1}
    assert each("anthropic/claude-opus-5", **own) == pytest.approx(2.15086875)


# B7: one text, several counts ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("family", "tokens", "reference"),
    [
        # one file three ways: github.com/sammcj/ingest/pull/65, 2026-08-11
        ("claude-3", 506, 429),
        ("claude-4.8", 656, 429),
        # one page: huggingface.co/datasets/JOHNISKING/pdf-token-cost, 2026-10-18
        ("claude-3", 503, 461),
        ("claude-4.8", 728, 461),
        ("gemini", 455, 461),
        # messages of users: github.com/Siddhant-K-code/agent-trace/issues/44, 2026-04-19
        ("claude-4.8", 1598, 1204 / 1.0796),
    ],
)
def test_one_text_by_another_tokenizer(family: str, tokens: int, reference: float) -> None:
    """Within the tenth that the table is good to."""
    rows = book().table("tokenizers", TokenizerRow)
    ratio = next(r.ratio for r in rows if (r.tokenizer, r.language) == (family, "en"))
    assert tokens / reference == pytest.approx(ratio, rel=0.1)


def test_the_ratio_is_what_is_billed() -> None:
    """728 tokens of Claude 5.5 for 461 of GPT: 1.58 told, 1.46 of ours, at the same price."""
    asked = {**BARE, "model": "gpt-6-luna", "text_language": "en", "input_tokens": 461}
    case = Memory().case(Points(from_preset("support_chat", asked, book())), book())
    every = case.market.services("text_generation")
    ratio = text_ratio(case, every)[every.ids.index("anthropic/claude-haiku-5.5"), 0]
    assert ratio == pytest.approx(728 / 461, rel=0.1)


# B8: peak hours -----------------------------------------------------------------------------------


def test_an_even_week_of_deepseek_v4_pro() -> None:
    """github.com/patlux/pi-commandcode-provider/issues/89, 2026-09-10: 0.66 and 1.32 USD in.

    Monday to Friday, 01 to 04 and 06 to 10 UTC: 35 of 168 hours (as in
    github.com/nesquikm/mcp-rubber-duck/pull/148, 2026-09-07); out 1.98 and 3.96.
    """
    peak = 35 / 168
    expected = 10_000 * (0.66 * (1 - peak) + 1.32 * peak) + 1000 * (1.98 * (1 - peak) + 3.96 * peak)
    own = {"input_tokens": 10_000, "output_tokens": 1000, "peak_to_mean": 1}
    assert each("deepseek/deepseek-v4-pro", **own) == pytest.approx(expected / 1e6)


def test_weekends_are_cheap() -> None:
    """github.com/anomalyco/models.dev/issues/5218, comment of 2026-08-23: weekdays alone.

    With nothing sent on two days of seven, 35 of 120 even hours are dear.
    """
    peak = 35 / 120
    own: dict[str, float] = {"input_tokens": 10_000, "output_tokens": 0, "peak_to_mean": 1}
    own["weekend_share"] = 0
    own["utc_offset_hours"] = 0
    expected = 10_000 * 0.66 * (1 + peak) / 1e6
    assert each("deepseek/deepseek-v4-pro", **own) == pytest.approx(expected)


def test_the_price_of_august_2026() -> None:
    """github.com/pydantic/genai-prices/pull/581, 2026-08-22: V4 Flash at 0.22 and 0.66 off peak."""
    then = PriceBook.load(price_date=date(2026, 8, 23))
    for meter, told in (("input", 0.22), ("output", 0.66)):
        tariff = then.tariff(f"deepseek/deepseek-v4-flash/{meter}")
        assert tariff is not None
        assert tariff.usd == pytest.approx(told)


# B9: what comes on top of an accelerator ----------------------------------------------------------

ON_TOP = ("Processor cores beside the accelerator", "Memory beside the accelerator")


def machine(name: str, **changes: Any) -> dict[str, LineItem]:
    """Line items of a machine that serves the recommender for a month."""
    asked = {"requests_per_month": 1e6, "horizon_months": 1, "region": "us", **changes}
    found = compare(from_preset("recommender", asked, book()), book())
    return items(option(found, name))


def test_an_hour_of_cloud_run_with_eight_cores_and_32_gib() -> None:
    """0.67 USD for the L4, "~0.75" for cores and memory, "~1.40" together.

    www.braindrip.blog/blueprints/deploy-gemma-to-cloud-run, page on costs, undated, read
    2026-11-27. 8 x 0.000018 x 3,600 + 32 x 0.000002 x 3,600 = 0.5184 + 0.2304 = 0.7488.
    """
    own = {"assume.worker_cpu_cores": 8, "assume.worker_memory_gib": 32}
    lines = machine("rented>hosted_platform:gcp/cloud-run-l4", **own)
    up = lines["Machines billed while up"]
    on_top = sum(lines[name].amount_usd for name in ON_TOP) / up.quantity
    assert up.unit == "hour"
    assert up.rate_usd == pytest.approx(0.67)
    assert on_top == pytest.approx(0.7488)
    assert on_top == pytest.approx(0.75, abs=0.005)  # as told
    assert up.rate_usd + on_top == pytest.approx(1.40, rel=0.02)


def test_a_core_beside_an_h100_of_modal() -> None:
    """ "~$0.047/core-hr" and "~$3.95/hr": beam.cloud/blog/modal-pricing-explained, 2026-06-27.

    0.0000131 x 3,600 = 0.04716 and 0.001097 x 3,600 = 3.9492.
    """
    lines = machine("rented>hosted_platform:modal/h100", **{"assume.worker_cpu_cores": 1})
    up = lines["Machines billed while up"]
    hours = up.quantity / 3600
    assert up.amount_usd / hours == pytest.approx(3.95, abs=0.005)
    assert lines[ON_TOP[0]].amount_usd / hours == pytest.approx(0.047, abs=0.0005)


def test_a_boot_disk_of_30_gb_at_google() -> None:
    """3.00 USD a machine a month: github.com/BasedHardware/omi/pull/6876, 2026-04-20."""
    lines = machine("rented>rented:gcp/g2-standard-4:on_demand", **{"assume.machine_disk_gb": 30})
    machines = lines["Machines rented by the hour"].quantity / 730
    assert lines["Disks of the machines"].amount_usd / machines == pytest.approx(3.0)


def test_a_volume_of_2_000_gb_for_twelve_hours() -> None:
    """EUR 3.13133 in a month of 30 days: aws.eu/ebs/pricing, example 1, read 2026-11-27.

    0.09394 x 2,000 x 12 / 720; a month of 730 hours has 12 / 730 of it.
    """
    lines = machine(
        "rented>rented:aws/g4dn.xlarge:on_demand",
        **{
            "assume.machine_disk_gb": 2000,
            "price.aws/rented/disk": 0.09394,
            "billing": "scheduled",
            "scheduled_hours_per_month": 12,
        },
    )
    machines = lines["Machines rented by the hour"].quantity / 12
    found = lines["Disks of the machines"].amount_usd / machines
    assert found * 730 / 720 == pytest.approx(3.13133, abs=1e-5)


# B10: data that leaves a cloud --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("gigabytes", "told", "within"),
    [
        # cloud-cost-557.pages.dev/blog/estimate-aws-data-transfer-bill, 2026-06-10: (5,120 - 100)
        # x 0.09 = 451.80, "about 452"
        (5_120, 452, 0.001),
        # zeonedge.com/blog/cloud-egress-fees-explained-reduce-data-transfer-costs, undated, read
        # 2026-11-26: 100 TB for 7,700, in thousands and rounded. 10,240 x 0.09 + 40,960 x 0.085 +
        # 51,100 x 0.07 = 7,980.20
        (102_400, 7_700, 0.04),
    ],
)
def test_data_that_leaves_aws(gigabytes: float, told: float, within: float) -> None:
    asked = {
        "own_model_required": False,
        "retrains_per_month": 0,
        "training_method": "none",
        "requests_per_month": gigabytes * 1000,
        "response_kb": 1000,
        "request_kb": 1,
        "horizon_months": 1,
        "providers_allowed": ("aws",),
    }
    found = compare(from_preset("deep_art", asked, book()), book())
    chosen = next(
        option
        for option in found.options
        if option.answers_at == "rented" and option.id.startswith("none>rented:aws/")
    )
    sent = [line for line in chosen.line_items if line.name.startswith("Data sent to users")]
    assert sum(line.quantity for line in sent) == pytest.approx(gigabytes)
    assert sum(line.amount_usd for line in sent) == pytest.approx(told, rel=within)


# B11: endpoints that sleep ------------------------------------------------------------------------


def test_how_an_endpoint_of_hugging_face_sleeps() -> None:
    """What two threads say of it, and the row.

    Idle after an hour: github.com/huggingface/hf-endpoints-documentation/pull/118, 2025-07-15;
    charged while it starts and while it runs: the same repository, pull/162, 2026-05-07.
    """
    rows = book().table("sleepers", SleeperRow)
    (row,) = (row for row in rows if (row.vendor, row.market) == ("huggingface", "hosted_endpoint"))
    assert row.idle_s == 3600
    assert row.starts_billed == "yes"


# B12: units that stand whether used or not --------------------------------------------------------


def test_fifty_units_of_gpt_4_1_for_a_day() -> None:
    """1,200 USD a full day, 720 and 480 for shares of 30 and 20 units at 1 USD an hour.

    github.com/BerriAI/litellm-docs, docs/proxy/ptu_flat_cost.md (pull/918, 2026-08-17; shares as
    read 2026-11-27). 3,000 input tokens a minute and unit, a token written counts as 4: requests of
    1,000 and 250 count 2,000, and 50 units answer 150,000 / 60 / 2,000 = 1.25 a second.
    """
    full = 1.25 * 2_628_000
    name = "none>managed_api:azure/provisioned-gpt-4.1"
    lines = items(test_provisioned.chat(name, full * 0.9999))
    standing = lines["Endpoint running all month"]
    assert standing.quantity == pytest.approx(50 * 730)
    day = standing.amount_usd / 730 * 24
    assert day == pytest.approx(1200)
    assert (day * 30 / 50, day * 20 / 50) == pytest.approx((720, 480))
    more = items(test_provisioned.chat(name, full * 1.0001))["Endpoint running all month"]
    assert more.quantity == pytest.approx(55 * 730)


def test_thirty_units_are_90_000_tokens_a_minute() -> None:
    """The ceiling told in the same page: 30 x 3,000, here 45 requests of 2,000 a minute."""
    name = "none>managed_api:azure/provisioned-gpt-4.1"
    full = 90_000 / 2000 / 60 * 2_628_000
    for requests, units in ((full * 0.9999, 30), (full * 1.0001, 35)):
        lines = items(test_provisioned.chat(name, requests))
        assert lines["Endpoint running all month"].quantity == pytest.approx(units * 730)


def test_a_fine_tuned_chatbot_of_10_000_conversations() -> None:
    """1,422 USD: "Cost management for fine-tuning", learn.microsoft.com, dated 2025-11-26.

    1.70 x 30 x 24 = 1,224 for standing ready, 20 M tokens read x 1.10 and 40 M written x 4.40
    = 22 + 176. A month of 730 hours stands for 1,241.
    """
    key = "price.azure/ft-gpt-4.1-mini"
    lines = items(
        test_provisioned.asked(
            "managed_api>managed_api:azure/ft-gpt-4.1-mini",
            own_model_required=True,
            training_method="fine_tune",
            retrains_per_month=0,
            requests_per_month=10_000,
            input_tokens=2000,
            output_tokens=4000,
            cached_input_share=0,
            **{f"{key}/input": 1.1, f"{key}/output": 4.4},
        )
    )
    standing = lines["Endpoint running all month"].amount_usd
    tokens = lines["Input tokens"].amount_usd + lines["Output tokens"].amount_usd
    assert standing == pytest.approx(1.70 * 730)
    assert tokens == pytest.approx(22 + 176)
    assert standing * 720 / 730 + tokens == pytest.approx(1422)


def test_a_custom_titan_that_is_only_tried() -> None:
    """0.80 to train on 100,000 tokens, 1.95 a month to store, 20.50 an hour to ask it.

    github.com/ministryofjustice/analytical-platform/issues/4119, 2024-04-19 (whose unit prices the
    tables hold): "how long do we need" it for? A month of it is 14,965 for training worth 0.80.
    """
    own = {"training_tokens": 100_000, "experiments_per_retrain": 1}
    lines = items(test_provisioned.tuned(test_provisioned.TITAN, 10, **own))
    assert lines["First training"].amount_usd == pytest.approx(0.8)
    assert lines["Base fee"].amount_usd == pytest.approx(1.95)
    assert lines["Endpoint running all month"].amount_usd == pytest.approx(20.5 * 730)


# B13: features of one picture ---------------------------------------------------------------------


def test_labels_and_faces_are_two_units_and_a_page_is_a_picture() -> None:
    """cloud.google.com/vision/pricing, read 2026-11-26: one unit of each; 1,000 of each are free.

    800,000 pictures with labels alone: 799,000 x 1.50 / 1,000 (the first line of a bill told at
    xscanhub.com/articles/google-cloud-vision-api-2026, 2026-05-28, as 800,000 x 1.50 / 1,000).
    """
    asked = {"task": "image_classification", "requests_per_month": 800_000}
    found = test_task_forms.bill("gcp/vision-labels", **asked)
    assert found == pytest.approx(799_000 * 1.5 / 1000)
    assert found == pytest.approx(1200, rel=0.002)


def test_objects_cost_more_than_labels() -> None:
    """2.25 USD a thousand, as told in the same article: 799,000 x 2.25 / 1,000.

    The bill it tells, 4,320 USD for three features, counts safe search beside labels, which the
    vendor's page has as free; labels and objects are 2,996.25.
    """
    asked = {"task": "object_detection", "requests_per_month": 800_000}
    objects = test_task_forms.bill("gcp/vision-objects", **asked)
    assert objects == pytest.approx(799_000 * 2.25 / 1000)
    assert objects + 799_000 * 1.5 / 1000 == pytest.approx(2996.25)
