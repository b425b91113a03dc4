"""What leaving costs at each place, by hand from the rows of one edition.

An hour of work costs 91 USD and moving takes 24 of them: 2,184. For a month both are paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from calculators.answer.leaving import NOWHERE
from calculators.answer.tradeoffs import Fact, tradeoffs
from calculators.compare import compare
from calculators.memory import SHARED
from calculators.presets import from_preset
from pricing.book import PriceBook
from report.tradeoff_words import text, why

BOOK = PriceBook.load(date(2026, 11, 27))
WAGE, MOVE = 91.0, 24 * 91.0
MONTH = 730.0


def facts(preset: str, **changed: object) -> Mapping[str, Fact]:
    """The cell of every place."""
    comparison = compare(from_preset(preset, changed, BOOK), BOOK)
    told = tradeoffs(comparison, BOOK, SHARED)
    return {item.place: item.facts["leaving"] for item in told if item.facts}


def parts(fact: Fact) -> dict[str, float]:
    return {item.name: item.amount_usd for item in fact.items}


BESIDE = "What you have, paid beside the new option"


@pytest.fixture(scope="module")
def celebrity() -> Mapping[str, Fact]:
    return facts("celebrity_match")


def test_a_service_is_paid_for_one_month_more(celebrity: Mapping[str, Fact]) -> None:
    # Rekognition celebrities: 1,000,000 images less 1,000 free at 0.001; 2 h of work
    month = (1_000_000 - 1_000) * 0.001 + 2 * WAGE
    assert month == 1_181
    assert celebrity["managed_api"].value == pytest.approx(MOVE + month)


def test_an_endpoint_runs_on_for_a_month(celebrity: Mapping[str, Fact]) -> None:
    # Hugging Face, one virtual CPU at 0.033 an hour; 6 h of work; 2 GB out of 100 free
    assert celebrity["hosted_platform"].value == pytest.approx(MOVE + MONTH * 0.033 + 6 * WAGE)


def test_of_rented_machines_the_rest_of_the_year_is_owed(celebrity: Mapping[str, Fact]) -> None:
    """Two e2-standard-2 for a year, of which a month is paid beside and eleven are left.

    Two disks of 100 GB at 0.10, a balancer at 0.01 an hour, 2 GB at 0.12; 16 h of work, and
    4 h a machine of which the second counts as 2 ** 0.7 - 1.
    """
    machines = 2 * MONTH * 0.042217
    rest = 2 * 100 * 0.10 + MONTH * 0.01 + 2 * 0.12 + 16 * WAGE
    fact = celebrity["rented"]
    told = parts(fact)
    assert told["Work to move from what you have"] == pytest.approx(MOVE)
    assert told["Rest of the commitment"] == pytest.approx(11 * machines)
    work = told[BESIDE] - machines - rest
    assert work == pytest.approx(4 * WAGE * 2**0.7, rel=1e-6)
    assert fact.value == pytest.approx(MOVE + told[BESIDE] + 11 * machines)


def test_own_machines_stay_paid_and_run_on_for_a_month(celebrity: Mapping[str, Fact]) -> None:
    """Two Jetsons of 399 USD: bought, so no part of leaving; upkeep, power and work are.

    Maintenance 3 % of 399 a year each; failures and power as the option has them.
    """
    told = parts(celebrity["owned"])
    upkeep = 2 * 399 * 0.03 / 12
    hours = 24 + 4 * 2**0.7
    assert upkeep == pytest.approx(1.995)
    power, failed, transit = 368.037084 / 36 * 0.1437, 3.276 / 36 * WAGE, 0.876712 / 36 * 0.65
    month = upkeep + power + failed + transit + hours * WAGE
    assert told[BESIDE] == pytest.approx(month, rel=1e-6)
    assert set(told) == {"Work to move from what you have", BESIDE}


def test_devices_are_left_for_the_work_alone(celebrity: Mapping[str, Fact]) -> None:
    assert celebrity["device"].value == pytest.approx(MOVE + 6 * WAGE)


def test_a_platform_that_lets_go_sends_the_data_out() -> None:
    """deep_art, 500 GB of data: four virtual CPUs at 0.134; trained on SageMaker once a month.

    Five runs of 2,695 s at 0.7364, data kept at 0.023; 6 h to run and 6 h to retrain; answers
    150 GB out, of which 50 at 0.09. The data set leaves in a month of its own: 100 GB free, 400
    at 0.09 = 36.
    """
    runs = 5 * parts_of_run(500) / 3600 * 0.7364
    month = MONTH * 0.134 + 12 * WAGE + runs + 500 * 0.023 + 50 * 0.09
    fact = facts("deep_art", dataset_gb=500.0)["hosted_platform"]
    told = parts(fact)
    sent = {name: usd for name, usd in told.items() if name.startswith("Data set sent out")}
    assert sum(sent.values()) == pytest.approx(36)
    assert told[BESIDE] == pytest.approx(month, rel=1e-4)
    assert fact.word == "leaves"
    assert fact.value == pytest.approx(MOVE + month + 36, rel=1e-4)


def parts_of_run(gigabytes: float) -> float:
    """Billed seconds of a run of deep_art: 2,695 with 20 GB, and copying what is more."""
    copied = BOOK.assumptions["training_copy_mbps"].mid * 1e6
    return 2_695 + (gigabytes - 20) * 8e9 / copied


def test_a_service_that_keeps_the_model_is_left_by_training_anew() -> None:
    """Personalize: 10,929,354 requests a month at 0.0556 a thousand, 5.7 h each hour at 0.24.

    2 h to run and 36.5 h of work to retrain. Anew: two starts of five minutes at 0.18, and the
    work of one retraining, 0.05 h.
    """
    month = 393_456.758638 / 36 * 0.0556 + 730 * 5.7 * 0.24 + (2 + 36.5) * WAGE
    fact = facts("recommender")["managed_api"]
    told = parts(fact)
    assert fact.word == "stays"
    assert told[BESIDE] == pytest.approx(month)
    anew = {name: usd for name, usd in told.items() if name.startswith("Training anew: ")}
    assert sum(anew.values()) == pytest.approx(2 * 5 / 60 * 0.18 + 0.05 * WAGE)
    assert fact.value == pytest.approx(MOVE + month + sum(anew.values()))


def test_where_no_other_place_may_train_it_there_is_nowhere_to_go() -> None:
    """The keyboard's data stay on the devices: what they learnt is learnt nowhere else."""
    fact = facts("keyboard")["device"]
    assert (fact.value, fact.lacks) == (None, NOWHERE)
    assert text(fact) == "nowhere to go"
    assert "stays behind, and no other place may train it here" in why(fact)[0]
    assert not [said for said in why(fact) if said.startswith("Not known")]
