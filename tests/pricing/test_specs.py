"""Each table's spec says what its rows have and what other tables hold."""

from __future__ import annotations

import pytest

from pricing import tables
from pricing.schema import Described, InstanceRow, PriceRow, RegionRow, ServerRow, SourceRow
from pricing.tables import SPECS, TableSpec, holding, names, prices_of
from pricing.units import vocabulary


@pytest.mark.parametrize("spec", SPECS.values(), ids=lambda spec: spec.name)
def test_a_spec_names_columns_catalogues_and_units_that_are_there(spec: TableSpec) -> None:
    assert set(spec.identity) <= set(spec.shape.model_fields)
    assert all(issubclass(SPECS[name].shape, Described) for name in spec.catalogue)
    assert set(spec.bases) <= {row.base for row in vocabulary().values()}
    assert spec.label.strip()
    assert spec.label[0].isupper()
    if spec.kind == "price":
        assert spec.age is not None
        assert issubclass(spec.shape, PriceRow)


def test_a_name_is_used_once() -> None:
    assert len({spec.name for spec in tables._TABLES}) == len(tables._TABLES)


def test_tables_by_kind_shape_and_product() -> None:
    assert names("preset") == ("presets",)
    assert names("fit") == ("estimator_fits",)
    assert holding(SourceRow) == names("source")
    assert holding(RegionRow) == ("regions",)
    assert holding(Described) == ("services", "rented_instances", "hosted_instances", "servers")
    assert prices_of(InstanceRow) == ("rental_prices", "hosted_prices")
    assert prices_of(ServerRow) == ("server_prices",)


def test_only_the_method_s_own_tables_are_read_at_their_newest() -> None:
    found = {spec.name for spec in SPECS.values() if spec.of_method}
    assert found == {
        "vendor_terms",
        "endpoint_rates",
        "rate_limits",
        "assumptions_method",
        "sleepers",
        "cold_starts",
        "training_starts",
        "billing_rules",
        "fine_tune_runs",
        "model_releases",
        "media_tokens_method",
        "page_tokens",
        "service_inputs",
        "one_prices",
        "service_models",
        "named_models",
        "model_scores",
        "quality_classes",
        "stand_ins",
        "estimator_fits",
        "aliases",
        "measured_models",
        "measured_devices",
        "load_measurements",
        "stack_pairs",
        "device_memory_limits",
        "device_runs",
        "device_measurements",
    }
