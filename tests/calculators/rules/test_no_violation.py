"""Over a grid of scenarios: nothing that breaks a rule is ranked, and what is shut says why.

What a vendor says is read from the rows of the table here once more, by the plainest rule there
is, so that the rules themselves are not asked whether they are right.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any, get_args

import pytest

from calculators.compare import compare
from calculators.places import PLACES
from calculators.presets import from_preset, presets
from calculators.results import Comparison, DataGoes, Option
from calculators.scenario import Scenario, Sensitivity
from pricing.book import PriceBook
from pricing.schema import InstanceRow, ServiceRow, VendorTermRow

BOOK = PriceBook.load()
ROWS = BOOK.table("vendor_terms", VendorTermRow)
LEVELS: Sequence[Sensitivity] = get_args(Sensitivity)
REGIONS = ("us", "eu")
AGREEMENT = {"us": "health_data_agreement", "eu": "data_processing_agreement"}
WORST = {"trains_on_inputs": ("no", "opt_out", "yes", "priced_in")}
TAKES = ("yes", "priced_in")
PREMISES = ("owned", "device", "device+owned")
EXPORTS = {
    **{row.product: row.exportable for row in BOOK.table("services", ServiceRow)},
    **{row.product: row.exportable for row in BOOK.table("hosted_instances", InstanceRow)},
}

GRID = list(product(presets(BOOK), LEVELS, (False, True), (False, True), REGIONS))
SAMPLE = GRID[::17]
"""One in 17 of 576: coprime to every side of the grid, so that each value is met."""


def said(vendor: str, venue: str, term: str) -> str:
    """The strictest word on a term; blank where nobody says."""
    rows = [row for row in ROWS if row.vendor == vendor and row.term == term]
    rows = [row for row in rows if row.venue == venue] or [row for row in rows if not row.venue]
    order = WORST.get(term, ("yes", "on_request", "no"))
    return max((row.value for row in rows), key=order.index, default="")


def lawful(vendor: str, venue: str, level: Sensitivity, region: str) -> bool:
    """Whether data of a kind may go to a vendor and be ranked."""
    trains, area = said(vendor, venue, "trains_on_inputs"), said(vendor, venue, f"area_{region}")
    if level == "public":
        return True
    if level == "internal":
        return trains not in TAKES
    if level == "personal":
        return trains not in TAKES and area != "no"
    if level == "regulated":
        agreed = said(vendor, venue, AGREEMENT[region])
        return (trains, area, agreed) == ("no", "yes", "yes")
    return False  # on the premises or the device no vendor sees them


def asked(name: str, level: str, offline: bool, export: bool, region: str) -> Scenario:
    changes: dict[str, Any] = {
        "data_sensitivity": level,
        "training_data_sensitivity": level,
        "offline_required": offline,
        "export_required": export,
        "region": region,
    }
    return from_preset(name, changes, BOOK)


def check_ranked(option: Option, scenario: Scenario) -> None:
    """One option that is ranked breaks nothing."""
    level, region = scenario.data_sensitivity, scenario.region
    venue = PLACES[option.kind].parts[-1]
    seen = option.vendor if venue not in ("owned", "device") else ""
    if level == "on_device" or scenario.offline_required:
        assert option.kind == "device", option.id
    if level == "on_premises":
        assert option.kind in PREMISES, option.id
        assert option.trained_at in ("none", "owned", "device"), option.id
    if seen:
        assert lawful(seen, venue, level, region), option.id
    trained = option.training_product.partition("/")[0]
    if option.trained_at in ("managed_api", "hosted_platform", "rented"):
        assert lawful(trained, option.trained_at, level, region), option.id
    if scenario.export_required and option.trained_at in ("managed_api", "hosted_platform"):
        product_of = option.training_product.partition(":")[0]
        assert EXPORTS[product_of] == "yes", option.id
    if level == "regulated":
        assert not option.other_region, option.id
        assert not option.unconfirmed, option.id


def check_goes(option: Option) -> None:
    """Who sees the data is said of every option, and it is the vendor or nobody."""
    goes = option.data_goes
    assert isinstance(goes, DataGoes)
    venue = PLACES[option.kind].parts[-1]
    assert goes.vendor == (option.vendor if venue not in ("owned", "device") else "")
    trainer = option.training_data_goes
    if option.trained_at == "none" or option.status == "feasible":
        assert (trainer is None) == (option.trained_at == "none")
    if trainer is not None and option.trained_at in ("owned", "device"):
        assert trainer.vendor == ""


def check_answer(found: Comparison) -> None:
    """Every place that is shut says why and what would open it; certainty has its price."""
    ranked = [option for option in found.options if option.status == "feasible"]
    for option in ranked:
        check_ranked(option, found.scenario)
    best = {option.kind: option for option in found.best_of_kind}
    for option in best.values():
        if option.status != "not_offered":
            check_goes(option)
    for item in found.excluded:
        assert item.text
        option = best[item.kind]
        if option.status == "infeasible":
            fails = [rule for rule in option.findings if rule.verdict == "fail"]
            assert item.change or all(rule.rule == "training" for rule in fails), item
        if option.status == "incomplete" and not option.missing:
            assert item.change, item
    rank_by = found.scenario.rank_by
    sure = [option.ranked_usd(rank_by) or 0.0 for option in ranked if not option.unconfirmed]
    if not sure:
        assert found.cheapest_confirmed is None
        return
    assert found.cheapest_confirmed is not None
    assert found.cheapest_confirmed.option.ranked_usd(rank_by) == min(sure)
    assert found.cheapest_confirmed.extra_usd >= 0
    assert (found.cheapest_confirmed.extra_usd == 0) or found.unconfirmed


@pytest.mark.parametrize("cell", SAMPLE, ids=str)
def test_nothing_that_breaks_a_rule_is_ranked(
    cell: tuple[str, Sensitivity, bool, bool, str],
) -> None:
    check_answer(compare(asked(*cell), BOOK))


def test_the_sample_meets_every_value() -> None:
    for held, every in zip(zip(*SAMPLE, strict=True), zip(*GRID, strict=True), strict=True):
        assert set(held) == set(every)


@pytest.mark.soak
@pytest.mark.parametrize("cell", GRID, ids=str)
def test_nothing_in_the_whole_grid_breaks_a_rule(
    cell: tuple[str, Sensitivity, bool, bool, str],
) -> None:
    check_answer(compare(asked(*cell), BOOK))


# ------------------------------------------------------------------------- retraining and words


@pytest.mark.parametrize("cadence", [0, 0.25, 1, 730])
def test_what_cannot_be_retrained_never_wins_where_it_must_be(cadence: float) -> None:
    """A cadence above 0 asks for a model of one's own; a vendor's says that it cannot be."""
    found = compare(from_preset("celebrity_match", {"retrains_per_month": cadence}, BOOK), BOOK)
    api = next(option for option in found.best_of_kind if option.kind == "managed_api")
    if not cadence:
        assert api.status == "feasible"
        return
    assert api.status == "infeasible"
    assert all(
        option.trained_at != "none" for option in found.options if option.status == "feasible"
    )
    shut = next(item for item in found.excluded if item.kind == "managed_api")
    assert shut.text == "Answers with the vendor's model, which cannot be retrained."
    assert shut.change == "do without retraining (retrains_per_month=0)"


def test_the_price_of_certainty() -> None:
    """Where the winner leaves something open, certainty costs the difference of two totals."""
    tried = [compare(from_preset(name, {}, BOOK), BOOK) for name in presets(BOOK)]
    unsure = [found for found in tried if found.unconfirmed and found.cheapest_confirmed]
    assert unsure
    for found in unsure:
        sure, best = found.cheapest_confirmed, found.cheapest
        assert sure is not None
        assert best is not None
        assert sure.option.unconfirmed == ()
        ours, theirs = best.ranked_usd("company"), sure.option.ranked_usd("company")
        assert ours is not None
        assert theirs is not None
        assert theirs > ours
        assert sure.extra_usd == pytest.approx(theirs - ours)
        assert sure.extra_usd_per_month == pytest.approx((theirs - ours) / 36)


def test_regulated_chat_waits_for_what_nobody_says() -> None:
    """The winner for personal data has no known health agreement: not ranked, its amount kept."""
    personal = compare(from_preset("support_chat", {}, BOOK), BOOK)
    regulated = compare(from_preset("support_chat", {"data_sensitivity": "regulated"}, BOOK), BOOK)
    assert personal.cheapest is not None
    name = personal.cheapest.id
    free, waits = personal.option(name), regulated.option(name)
    assert free is not None
    assert waits is not None
    assert (free.status, waits.status) == ("feasible", "incomplete")
    assert waits.company_usd == free.company_usd
    assert regulated.cheapest is not None
    assert regulated.unconfirmed == ()
    assert regulated.cheapest_confirmed is not None
    assert regulated.cheapest_confirmed.option is regulated.cheapest
    assert regulated.cheapest_confirmed.extra_usd == 0


@pytest.mark.parametrize("name", presets(BOOK))
def test_public_data_leave_nothing_to_confirm(name: str) -> None:
    changes = {"data_sensitivity": "public", "training_data_sensitivity": "public"}
    found = compare(from_preset(name, changes, BOOK), BOOK)
    assert found.unconfirmed == ()
    if found.cheapest is not None:
        assert found.cheapest_confirmed is not None
        assert found.cheapest_confirmed.option is found.cheapest


def test_own_machines_in_a_colocation_are_not_the_premises() -> None:
    """Asked for, a colocation fails with the reason; left open, they stand in the office."""
    for hosting, status in (
        ("colocation", "infeasible"),
        ("office", "feasible"),
        (None, "feasible"),
    ):
        found = compare(from_preset("hospital_imaging", {"hosting": hosting}, BOOK), BOOK)
        best = next(option for option in found.best_of_kind if option.kind == "owned")
        assert best.status == status, hosting
        if hosting == "colocation":
            shut = next(item for item in found.excluded if item.kind == "owned")
            assert "a colocation is another company's" in shut.text
            assert shut.change == "machines in your own office (hosting=office)"
