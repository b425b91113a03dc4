"""Slow times that are shown, against simulated days: of every kind of option, all within 30 %."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from calculators.places import AnswersAt
from calculators.results import Comparison, Option
from tests.simulation.day import simulate
from tests.simulation.shown import Shown, ask

TOLERANCE = 0.30
BARE = "latency_budget_ms=&ttft_budget_ms=&min_tokens_per_s="
"""No budget: the machines are those that the load needs."""
CHAT = (
    "preset=support_chat&model=llama-3.1-8b&precision=fp16&input_tokens=512&output_tokens=256"
    "&cached_input_share=0&requests_per_month=54057960&peak_to_mean=1&spare_instances=0"
)
"""20.57 requests a second at all hours."""
SCHEDULE = "billing=scheduled&scheduled_hours_per_month=365"  # twelve whole hours a day


@dataclass(frozen=True)
class Wanted:
    """The first feasible option of a comparison in one place, by a part of its id or machine."""

    query: str
    place: AnswersAt
    part: str = ""

    def find(self, found: Comparison) -> Option:
        """The option."""
        return next(item for item in found.options if self._is(item))

    def _is(self, item: Option) -> bool:
        if item.status != "feasible" or item.answers_at != self.place or item.capacity is None:
            return False
        return self.part in item.id or self.part == item.capacity.machine


CASES: dict[str, Wanted] = {
    "chat, one H100": Wanted(f"{CHAT}&{BARE}", "rented", "1 x H100-SXM"),
    "chat, H100 for six seconds": Wanted(
        f"{CHAT}&latency_budget_ms=6000&ttft_budget_ms=", "rented", "1 x H100-SXM"
    ),
    "chat, few": Wanted("preset=support_chat&requests_per_month=1000000", "rented"),
    "chat, many, hour by hour": Wanted(
        "preset=support_chat&requests_per_month=100000000&billing=autoscaled", "rented"
    ),
    "chat, owned": Wanted(f"preset=support_chat&requests_per_month=10000000&{BARE}", "owned"),
    "chat, asleep": Wanted(
        f"preset=support_chat&requests_per_month=10000&{BARE}", "hosted_platform", "modal"
    ),
    "chat, seldom asleep": Wanted(
        f"preset=support_chat&requests_per_month=300000&{BARE}", "hosted_platform", "modal"
    ),
    "summaries, hybrid": Wanted("preset=summariser&requests_per_month=10000000", "device+rented"),
    "speech": Wanted("preset=voice_notes&requests_per_month=10000000", "rented"),
    "speech, half the day": Wanted(
        f"preset=voice_notes&requests_per_month=10000000&{SCHEDULE}", "rented"
    ),
    "speech, asleep": Wanted(
        f"preset=voice_notes&requests_per_month=100000&{BARE}", "hosted_platform", "modal"
    ),
    "speech, hybrid": Wanted(
        "preset=voice_notes&requests_per_month=3000000", "device+hosted_platform", "endpoint"
    ),
    "faces, endpoint": Wanted(
        "preset=celebrity_match&requests_per_month=100000000", "hosted_platform", "endpoint"
    ),
    "faces, seldom asleep": Wanted(
        f"preset=celebrity_match&requests_per_month=1000000&{BARE}", "hosted_platform", "modal"
    ),
    "faces, owned": Wanted("preset=celebrity_match&requests_per_month=10000000000", "owned"),
    "style": Wanted("preset=deep_art&requests_per_month=100000000", "rented"),
    "photos, endpoint that scales to zero": Wanted(
        f"preset=photo_moderation&requests_per_month=10000&billing=autoscaled&{BARE}",
        "hosted_platform",
        "huggingface",
    ),
    "pages, asleep": Wanted(
        "preset=document_ocr&requests_per_month=100000", "hosted_platform", "runpod"
    ),
    "pages, processors": Wanted(
        "preset=document_ocr&requests_per_month=100000", "hosted_platform", "spr-x2"
    ),
    "pages, full machines": Wanted(
        "preset=document_ocr&requests_per_month=1000000000&target_peak_load=0.85", "rented"
    ),
    "recommender, many": Wanted("preset=recommender&requests_per_month=1000000000", "rented"),
    "recommender, endpoint": Wanted(
        "preset=recommender&requests_per_month=10000000", "hosted_platform", "endpoint"
    ),
    "search, owned": Wanted("preset=semantic_search&requests_per_month=100000000", "owned"),
    "camera, hybrid": Wanted(
        f"preset=live_camera&requests_per_month=100000000000&realtime_fps=24&link=fixed&{BARE}",
        "device+rented",
    ),
}
SAMPLE = ("chat, one H100", "speech", "speech, asleep", "pages, processors", "summaries, hybrid")


def check(wanted: Wanted, days: int) -> None:
    """The computing part of the slow time of all requests of a day."""
    found = ask(wanted.query)
    shown = Shown.of(found, wanted.find(found))
    setting = shown.setting
    if setting.sleep is not None:
        assert max(setting.replicas) == 1  # a simulated worker knows nothing of its neighbours
    happened = simulate(setting, days=days).quantile(0.95)
    assert shown.computing_p95_s == pytest.approx(happened, rel=TOLERANCE), shown.option.id


@pytest.mark.parametrize("name", SAMPLE)
def test_what_is_shown_happens_on_a_few_days(name: str) -> None:
    check(CASES[name], days=3)


@pytest.mark.soak
@pytest.mark.parametrize("name", CASES)
def test_what_is_shown_happens(name: str) -> None:
    """20 days of at least 10,000 requests each."""
    check(CASES[name], days=20)


@pytest.mark.parametrize("name", ["chat, one H100", "summaries, hybrid"])
def test_what_is_judged_is_what_is_shown(name: str) -> None:
    """The time of an option is that of its machines with the trip, or the devices' if slower."""
    wanted = CASES[name]
    found = ask(wanted.query)
    shown = Shown.of(found, wanted.find(found))
    devices = shown.block.speed.devices
    slower = 0.0 if devices is None else float(devices.p95.flat[0])
    assert shown.option.latency.p95_ms == pytest.approx(max(shown.machines_p95_ms, slower))
