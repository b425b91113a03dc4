"""Whether the weights that are asked for can be had at all."""

from __future__ import annotations

from calculators import remedies
from calculators.block import Block
from calculators.case import Case
from calculators.checks import Check
from calculators.places import MANAGED_API, PLACES

RULE = "weights"


def can_be_had(block: Block, case: Case) -> list[Check]:
    """A model whose weights are not published answers with those who sell it, nowhere else."""
    model = case.market.names.sold.get(case.scenario.model)
    if model is None or model.weights != "unpublished" or block.place.parts == (MANAGED_API,):
        return []
    text = f"{model.name}: its weights are not published, so it cannot run on {_where(block)}."
    why = "only its vendor has them; a model whose weights are published could"
    return [Check.always(remedies.for_good(RULE, text, why))]


def _where(block: Block) -> str:
    own = [part for part in block.place.parts if part != MANAGED_API]
    return " or ".join(PLACES[part].words for part in own)
