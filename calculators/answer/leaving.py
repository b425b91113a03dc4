"""What it costs to leave a place: moving, paying both, what is owed, data out, and training anew.

The first three are those of a switch from what one has today, but that a commitment has just begun:
its whole term is owed. The data set is sent out of the vendor that trains, at that vendor's own
price of data leaving. Training anew falls due where the trained model may not be taken along, and
is what the first training costs at the cheapest allowed option elsewhere. Machines bought stay
paid: they are in the cost a month.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from calculators.answer.baseline import Stay
from calculators.answer.flows import Flows
from calculators.costs.network import egress_prices
from calculators.costs.tiered import Tiers
from calculators.evaluation import Evaluation, Pair
from calculators.market.bands import Bands, band_name
from calculators.places import DEVICE, UNTRAINED
from calculators.results import Comparison, LineItem, Option
from pricing.records import value
from pricing.units import factor

BASE = 0
NOWHERE = "another place that may train the model"
"""What lacks where a model stays behind and may be trained at no other place."""


@value
class Leaving:
    """What is to be paid once, and whether the model comes along.

    ``word``: "untrained" (nothing to take), "leaves" (the model may), "stays" (it may not).
    """

    word: str
    items: tuple[LineItem, ...]
    lacks: str = ""


def leaving(comparison: Comparison, found: Evaluation, every: Flows, option: Option) -> Leaving:
    """Leave an option of an evaluation, whose months ``every`` holds, at once."""
    pair, _ = found.where(found.at[option.id])
    word = _word(pair)
    own = every.of(option.id)
    if own is None:
        lacks = ", ".join(option.missing) or "a price"
        return Leaving(word, (), lacks)
    stay = Stay(comparison.scenario, every, option.id, own.after_start(), term_left=1.0)
    sent, lacks = _sent_out(found, option)
    switch = (*stay.switch_items(), *sent)
    if word != "stays":
        return Leaving(word, switch, lacks)
    anew = _anew(comparison, found, option)
    if not anew:
        return Leaving(word, switch, NOWHERE)
    return Leaving(word, (*switch, *anew), lacks)


def _word(pair: Pair) -> str:
    plan = pair.plan
    if plan.trained_at == UNTRAINED:
        return "untrained"
    kept = plan.on_service or plan.only_vendor is not None or plan.trained_at == DEVICE
    return "stays" if kept else "leaves"


def _sent_out(found: Evaluation, option: Option) -> tuple[tuple[LineItem, ...], str]:
    """The data set out of the vendor that trains, by the bands of one month; also what lacks.

    Nothing where no vendor holds it, or where no price of this vendor's own is known: another's
    would say nothing of what this one asks.
    """
    pair, _ = found.where(found.at[option.id])
    vendor, case = "" if pair.plan.on_service else pair.plan.vendor(BASE), found.case
    size = float(case["dataset_gb"][0])
    if pair.plan.trained_at == UNTRAINED or not vendor or not size > 0:
        return (), ""
    prices = egress_prices(case, (vendor,))
    tariff = prices.tariffs[0]
    if tariff is None or prices.stands_in[0]:
        return (), ""
    quantity = size * factor("gb", tariff.unit)
    if quantity > tariff.unknown_above:
        return (), prices.lacking(0)
    scale = float(np.asarray(case.scales(prices.tariffs, prices.stands_in)).flat[BASE])
    return tuple(
        _band(band_name(SENT, tariff, level), amount, usd * scale, prices)
        for level, amount, usd in _split(prices.bands, quantity)
        if amount > 0
    ), ""


SENT = "Data set sent out"


def _split(bands: Bands, quantity: float) -> Iterator[tuple[int, float, float]]:
    """Each band of one tariff with its units and USD a unit."""
    for level, units, usd in bands.split(np.full((1, 1, 1), quantity)):
        yield level, float(units[0, 0, 0]), float(usd[0, 0])


def _band(name: str, amount: float, usd: float, prices: Tiers) -> LineItem:
    return LineItem(
        name=name,
        payer="company",
        period="once",
        quantity=amount,
        unit=prices.units[0],
        rate_usd=usd,
        amount_usd=amount * usd,
        credit=False,
        source=prices.sources[0],
        basis="size of the training data, by the bands of a month in which nothing else leaves",
        npv_usd=amount * usd,
        month1_usd=amount * usd,
        category="network",
    )


def _anew(comparison: Comparison, found: Evaluation, option: Option) -> tuple[LineItem, ...]:
    """The first training of the cheapest allowed option that answers elsewhere."""
    others = (
        item
        for item in comparison.best_of_kind
        if item.status == "feasible"
        and item.answers_at != option.answers_at
        and item.trained_at != UNTRAINED
    )
    best = next(others, None)
    if best is None:
        return ()
    return tuple(replace(item, name=f"Training anew: {item.name}") for item in _first(found, best))


def _first(found: Evaluation, option: Option) -> Iterator[LineItem]:
    """What the first training of an option costs the company."""
    pair, own = found.where(found.at[option.id])
    for charge, row in pair.training_charges(own):
        item = charge.item(row, BASE)
        if item is not None and item.period == "once" and item.payer == "company":
            yield item
