"""Rules that span cells or rows: each is a real fault met in a real price table.

A rule is a function from the tables to faults; :data:`RULES` lists them all. They hold over the
whole history, so an old row that breaks one must be corrected in a later edition or dropped.
"""

from __future__ import annotations

from pricing.faults import Fault
from pricing.rules import figures, money, references, rentals, terms
from pricing.rules.found import faults_of
from pricing.rules.reading import Rule, Tables

RULES: tuple[Rule, ...] = (
    references.never_empty,
    references.known_source,
    references.one_source_per_id,
    references.dates_in_order,
    references.edition_is_near,
    references.known_unit_and_region,
    references.known_product,
    references.known_endpoint,
    references.known_model,
    references.known_names,
    references.known_classes,
    references.known_terms,
    references.known_counting,
    references.known_accelerator,
    references.identity_once,
    money.tiers_without_gaps,
    money.value_where_priced,
    money.zero_is_not_a_price,
    money.one_unit_per_key,
    money.one_currency_per_product,
    money.unit_of_the_table,
    money.plausible_price,
    money.plausible_change,
    money.plausible_rate,
    rentals.commitments_are_cheaper,
    rentals.accelerator_floor,
    rentals.family_equal_per_accelerator,
    figures.rates_are_dense,
    figures.battery_energy,
    figures.mixes_are_whole,
    figures.assumption_range,
    figures.memory_limit_range,
    figures.assumption_not_negative,
    figures.plausible_assumption,
    figures.one_assumption_per_name,
    figures.endpoints_are_sized,
    figures.server_power_in_order,
    figures.presets_have_labels,
    terms.of_known_vendor,
    terms.value_of_its_term,
    terms.disagreement_is_shown,
)


def check(tables: Tables) -> list[Fault]:
    """Every fault of every rule.

    A rule is asked again only where a table that it looked at is another one than before.
    """
    return [fault for rule in RULES for fault in faults_of(rule, tables)]


__all__ = ["RULES", "Rule", "Tables", "check"]
