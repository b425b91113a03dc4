"""Whatever the inputs: a workbook is made, and its figures are the app's."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from openpyxl import load_workbook

from calculators.compare import compare
from calculators.scenario import Scenario, fields
from pricing.book import PriceBook
from report.workbook import forms
from report.workbook.file import written
from report.workbook.model import model
from tests.report.strategies import scenarios

BOOK = PriceBook.load()


def without_benchmarks(scenario: Scenario) -> Scenario:
    """Own benchmarks of any size, 1e-300 requests a second too, are for the engine's own tests."""
    measured = [name for name in fields() if name.startswith(("measured_", "max_concurrency"))]
    return scenario.with_changes({name: fields()[name].default for name in measured})


@pytest.mark.soak
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenario=scenarios())
def test_any_scenario_has_a_workbook(scenario: Scenario) -> None:
    made = model(compare(without_benchmarks(scenario), BOOK), "")
    for sheet in made.sheets:
        known = {driver: values[None] for driver, values in sheet.known.items()}
        for line in sheet.lines:
            usd = float(forms.quantity(line.fit.form, known).sum()) * line.rate.usd
            assert usd == pytest.approx(line.amount_usd, rel=1e-7, abs=1e-6)
        payers = {"company", "user"} if sheet.option.total_usd is not None else {"company"}
        total = sum(line.amount_usd for line in sheet.lines if line.payer in payers)
        assert total == pytest.approx(sheet.app_usd, rel=1e-9, abs=0.005)
    assert load_workbook(BytesIO(written(made))).sheetnames[0] == "Summary"
