"""Whether the weights that are asked for can be had at all."""

from __future__ import annotations

from calculators import remedies
from calculators.block import Block
from calculators.case import Case
from calculators.checks import Check
from calculators.places import MANAGED_API

RULE = "weights"


def can_be_had(block: Block, case: Case) -> list[Check]:
    """A model whose weights are not published answers with those who sell it, nowhere else."""
    model = case.market.names.sold.get(case.scenario.model)
    if model is None or model.weights != "unpublished" or block.place.parts == (MANAGED_API,):
        return []
    # the same words in every place: what is ruled out for one reason is told in one line
    text = f"{model.name}: its weights are not published, so it runs with those who sell it alone."
    why = "only its vendor has them; a model whose weights are published could run here"
    return [Check.always(remedies.for_good(RULE, text, why))]
