"""One broken table per rule: its message names file, line, column, got and allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pricing import rules
from pricing.faults import Fault, TableError
from pricing.loader import load_tables, read_table
from pricing.tables import SPECS
from tests.pricing.tiny import BAD, GOOD, write_tables

# folder of the broken tables: table, line, column, got, words of what is allowed
CASES: dict[str, tuple[str, int, str, str, str]] = {
    # reading a file
    "unknown_table": ("surprise", 1, "file", "surprise", "a table named in pricing"),
    "unknown_column": ("fx", 1, "valid_from", "valid_from", "effective_from"),
    "missing_column": ("units", 1, "factor", "(no such column)", "a column named factor"),
    "column_twice": ("units", 1, "label", "twice", "each column once"),
    "blank_cell": ("token_prices", 2, "unit", "(blank)", "required"),
    "not_a_number": ("token_prices", 2, "value", "15 cents", "valid number"),
    "negative_price": ("token_prices", 2, "value", "-0.15", "greater than or equal to 0"),
    "infinite_price": ("token_prices", 2, "value", "inf", "finite number"),
    "no_such_day": ("token_prices", 2, "effective_from", "2025-02-30", "valid date"),
    "epoch_day": ("token_prices", 2, "as_of", "1767139200", "a day written YYYY-MM-DD"),
    "day_with_time": ("token_prices", 3, "effective_from", "2025-06-01T00:00:00", "a day written"),
    "word_outside_list": ("token_prices", 2, "confidence", "D", "'A', 'B' or 'C'"),
    "currency_outside_list": ("token_prices", 2, "currency", "GBP", "'USD' or 'EUR'"),
    "key_of_two_parts": ("token_prices", 2, "key", "acme/input", "match pattern"),
    "key_with_capitals": ("token_prices", 2, "key", "Acme/Chat/input", "match pattern"),
    "blank_line": ("units", 6, "row", "(blank line)", "a row on every line"),
    "line_break_in_cell": ("regions", 3, "note", "two\nlines", "no line break"),
    "cell_too_many": ("units", 4, "file", "saw 6", "no row longer than"),
    "cell_too_many_everywhere": ("regions", 2, "file", "saw 4", "no row longer than"),
    "not_utf8": ("regions", 1, "file", "0xe9", "a UTF-8 CSV with a header"),
    "csv_is_a_folder": ("fx", 1, "file", "Is a directory", "a UTF-8 CSV with a header"),
    "empty_file": ("regions", 1, "file", "No columns", "a UTF-8 CSV with a header"),
    # where figures come from
    "unknown_source": ("token_prices", 2, "source", "rumour", "an id of a sources table"),
    "unopenable_source": ("token_prices", 2, "confidence", "B", "C: its source cannot"),
    "source_id_twice": ("sources_managed", 4, "id", "list", "each source id once"),
    "source_id_in_two_tables": ("sources_machines", 2, "id", "list", "each source id once"),
    "read_after_its_edition": ("token_prices", 2, "as_of", "2026-01-02", "before 2026-01-01"),
    "edition_of_2062": ("token_prices", 3, "edition", "2062-01-01", "before 2026-03-31, 90 d"),
    "preset_of_2062": ("presets", 3, "edition", "2062-01-01", "90 days after the newest"),
    "empty_table": ("token_prices", 1, "row", "(none)", "at least one row: Language model"),
    "no_preset": ("presets", 1, "row", "(none)", "at least one row: Presets"),
    # vocabularies and references
    "unknown_unit": ("token_prices", 2, "unit", "thousand_tokens", "a unit of units.csv"),
    "unknown_region": ("token_prices", 2, "region", "everywhere", "a region of regions.csv"),
    "unknown_unit_of_assumption": ("assumptions", 2, "unit", "man_hour", "a unit of units.csv"),
    "unknown_product": ("task_api_prices", 2, "key", "acme/face/standard", "a product of services"),
    "terms_of_unknown_product": ("token_terms", 2, "product", "acme/nothing", "a product of serv"),
    "peak_hours_in_words": ("token_terms", 2, "peak_hours", "office hours", "1-5 01-04 06-10"),
    "unknown_tokenizer": ("token_terms", 2, "tokenizer", "bytes", "one of tokenizers.csv"),
    "unknown_media": ("token_terms", 2, "media", "pictures", "a rule of media_tokens.csv"),
    "unknown_pages": ("service_inputs", 2, "pages", "leaves", "a rule of page_tokens.csv"),
    "inputs_of_unknown_product": (
        "service_inputs",
        2,
        "product",
        "acme/nothing",
        "a product of services.csv",
    ),
    "one_price_of_unknown_product": (
        "one_prices",
        2,
        "product",
        "acme/nothing",
        "a product of services.csv",
    ),
    "terms_of_unknown_model": ("model_terms", 2, "model", "nobody", "a model of models.csv"),
    "term_of_unknown_vendor": ("vendor_terms", 2, "vendor", "nobody", "a vendor of vendors.csv"),
    "term_with_another_s_value": ("vendor_terms", 2, "value", "opt_out", "yes, on_request, no for"),
    "retention_below_nothing": ("vendor_terms", 2, "value", "-1", "a number of days, 0 or more"),
    "silent_disagreement": ("vendor_terms", 2, "conflict", "no", "yes: other rows say something"),
    "disagreement_of_nobody": ("vendor_terms", 2, "conflict", "yes", "no: no other row says any"),
    "unknown_successor": ("services", 2, "successor", "acme/nothing", "a product of services"),
    "unknown_accelerator": ("rented_instances", 3, "accelerator", "T200", "a row of accelerators"),
    "count_without_accelerator": ("rented_instances", 4, "accelerator_count", "2.0", "0 without"),
    "accelerator_without_count": (
        "rented_instances",
        3,
        "accelerator_count",
        "0.0",
        "above 0 with",
    ),
    "identity_twice": ("token_prices", 4, "key", "acme/chat/input", "line 2 has it already"),
    # tariffs
    "first_tier_above_zero": ("task_api_prices", 2, "tier_from", "1.0", "0 for the first"),
    "tier_gap": ("task_api_prices", 3, "tier_from", "1000001.0", "1000000.0, where the band"),
    "tier_overlap": ("task_api_prices", 3, "tier_from", "900000.0", "1000000.0, where the"),
    "last_tier_closed": ("network_prices", 3, "tier_to", "10240.0", "blank in the last band"),
    "price_without_value": ("token_prices", 2, "value", "(blank)", "a number; missing"),
    "end_with_value": ("token_prices", 4, "value", "0.15", "blank where status is end"),
    "zero_price": ("token_prices", 2, "value", "0", "above 0"),
    "unit_changes": ("token_prices", 4, "unit", "hour", "million_tokens as in earlier rows"),
    "currency_changes": ("token_prices", 4, "currency", "EUR", "USD as in earlier rows"),
    "currency_of_another_meter": ("token_prices", 3, "currency", "EUR", "USD as in"),
    "unit_of_another_kind": ("token_prices", 3, "unit", "image", "a unit of token"),
    # machines
    "commitment_at_list_price": ("rental_prices", 4, "value", "1.0", "below the on-demand"),
    "spot_above_list_price": ("rental_prices", 3, "value", "1.1", "at most the on-demand 1.0"),
    "price_under_floor": ("rental_prices", 3, "value", "0.04", "at least 0.25 per hour"),
    "price_of_card_under_floor": ("rental_prices", 5, "value", "0.8", "at least 0.25 per hour"),
    "price_by_second_under_floor": ("hosted_prices", 3, "value", "4e-05", "at least 0.25 per hour"),
    "family_not_equal": ("rental_prices", 5, "value", "4.4", "4.0000, as other sizes of g"),
    "windows_licence": ("rental_prices", 5, "value", "5.472", "excess is a Windows licence"),
    "sparse_fp8": ("accelerators", 2, "fp8_tflops", "400.0", "at most 200 (twice FP16)"),
    "sparse_int8": ("accelerators", 2, "int8_tops", "800.0", "at most 400 (four times FP16)"),
    "server_power_out_of_order": (
        "servers",
        2,
        "idle_power_w",
        "1000 / 7000 / 6000",
        "idle <= typical",
    ),
    # devices, assumptions, presets
    "battery_energy": ("devices", 2, "battery_wh", "4.0", "15.40 = 4000 mAh x 3.85 V"),
    "mix_not_whole": ("device_mixes", 3, "share_pct", "sum 90", "100 over the mix everyone"),
    "mix_of_unknown_device": ("device_mixes", 3, "device", "phone-c", "a row of devices.csv"),
    "rate_of_unknown_product": (
        "endpoint_rates",
        2,
        "product",
        "acme/nothing",
        "a product of serv",
    ),
    "release_of_unknown_model": (
        "model_releases",
        2,
        "model",
        "nobody-7b",
        "a model of models.csv",
    ),
    "scores_of_unknown_model": ("model_scores", 2, "model", "nobody-7b", "or named_models.csv"),
    "class_overlap": ("quality_classes", 3, "at_least", "9", "no overlap with another class"),
    "index_without_classes": ("model_scores", 2, "index", "test", "an index of quality_classes"),
    "rate_per_unknown_base": ("endpoint_rates", 2, "per", "picture", "a base of units.csv"),
    "limit_per_unknown_time": ("rate_limits", 2, "window", "fortnight", "a time of units.csv"),
    "endpoint_that_grows_by_nothing": (
        "endpoint_rates",
        2,
        "rate",
        "(blank)",
        "what one unit answers",
    ),
    "endpoint_off_its_steps": ("endpoint_rates", 2, "least_units", "7", "a multiple of step"),
    "memory_share_out_of_order": (
        "device_memory_limits",
        2,
        "share",
        "0.6 / 0.5 / 0.7",
        "low <= share",
    ),
    "memory_size_of_nothing": ("device_memory_limits", 2, "ram_up_to_gb", "6", "above 8"),
    "memory_years_of_nothing": ("device_memory_limits", 2, "released_to", "2020", "2021 or later"),
    "assumption_out_of_order": ("assumptions", 2, "mid", "3 / 2 / 8", "low <= mid <= high"),
    "price_ten_times": ("token_prices", 4, "value", "6", "within 8 times of 0.6"),
    "price_beyond_all": ("token_prices", 2, "value", "1e+300", "1e+07 or less"),
    "rate_thousand_times": ("fx", 3, "usd", "1120", "within 1.3 times of 1.1"),
    "assumption_ten_times": ("assumptions", 3, "mid", "20", "within 8 times of 2"),
    "negative_assumption": ("assumptions", 2, "low", "-8", "0 or above"),
    "assumption_in_two_tables": ("assumptions_machines", 2, "name", "ops_hours", "a name not yet"),
    "preset_without_label": ("presets", 2, "preset", "faces", "a preset with a label row"),
}


def faults_of(folder: Path) -> tuple[Fault, ...]:
    with pytest.raises(TableError) as caught:
        load_tables(folder)
    return caught.value.faults


@pytest.mark.parametrize("case", CASES)
def test_fault_is_located_and_says_what_is_allowed(case: str, tmp_path: Path) -> None:
    table, line, column, got, allowed = CASES[case]
    file = f"{table}.csv"
    faults = faults_of(write_tables(tmp_path, BAD / case))
    first = faults[0]
    assert (first.file, first.line, first.column) == (file, line, column)
    assert got in first.got
    assert allowed in first.allowed
    # and the sentence a person reads carries all five
    assert str(first).startswith(f"{file}:{line} {column}: got ")
    assert allowed in str(first)


def test_each_broken_folder_is_tested() -> None:
    assert {path.name for path in BAD.iterdir() if path.is_dir()} == {*CASES, "good"}


def test_good_tables_load(tmp_path: Path) -> None:
    tables = load_tables(write_tables(tmp_path))
    assert set(tables) == set(SPECS)
    assert len(tables["task_api_prices"].rows) == 3
    assert tables["task_api_prices"].lines == (2, 3, 4)


def test_missing_table_is_a_fault(tmp_path: Path) -> None:
    write_tables(tmp_path)
    (tmp_path / "fx.csv").unlink()
    (fault,) = faults_of(tmp_path)
    assert (fault.file, fault.line, fault.got) == ("fx.csv", 1, "(missing)")
    assert fault.allowed == "every table of pricing/tables.py"


def test_every_rule_has_a_broken_table(tmp_path: Path) -> None:
    """A rule no table breaks is a rule nobody knows to work."""
    silent = {rule.__name__ for rule in rules.RULES}
    for case in CASES:
        folder = write_tables(tmp_path / case, BAD / case)
        tables = {
            name: read_table(folder / f"{name}.csv", spec.shape)[0] for name, spec in SPECS.items()
        }
        if all(tables[name].rows for name in ("units", "regions", "sources_managed")):
            silent -= {rule.__name__ for rule in rules.RULES if list(rule(tables))}
    assert silent == set()


def test_no_rule_complains_about_the_good_tables(tmp_path: Path) -> None:
    tables = load_tables(write_tables(tmp_path))
    assert [str(fault) for rule in rules.RULES for fault in rule(tables)] == []


def test_all_faults_of_cells_come_at_once(tmp_path: Path) -> None:
    write_tables(tmp_path, BAD / "not_a_number")
    for case in ("no_such_day", "missing_column"):
        for path in (BAD / case).glob("*.csv"):
            name = path.name if case == "missing_column" else "rental_prices.csv"
            (tmp_path / name).write_text(path.read_text())
    (tmp_path / "fx.csv").unlink()
    found = {(fault.file, fault.line, fault.column) for fault in faults_of(tmp_path)}
    assert found == {
        ("token_prices.csv", 2, "value"),
        ("rental_prices.csv", 2, "effective_from"),
        ("units.csv", 1, "factor"),
        ("fx.csv", 1, "file"),
    }


def test_days_and_cells_of_one_table_come_at_once(tmp_path: Path) -> None:
    """Each cell once: pydantic has its own words for a day that is no day."""
    write_tables(tmp_path, BAD / "epoch_day")
    path = tmp_path / "token_prices.csv"
    text = path.read_text().replace(",0.6,", ",dear,").replace("2025-06-01", "soon")
    path.write_text(text)
    found = [(fault.line, fault.column) for fault in faults_of(tmp_path)]
    dates = [(line, "effective_from") for line in (2, 3)]
    assert sorted(found) == [(2, "as_of"), *dates, (3, "value")]


def test_all_faults_of_rules_come_at_once(tmp_path: Path) -> None:
    write_tables(tmp_path)
    for case in ("unknown_source", "tier_gap", "sparse_fp8", "mix_not_whole"):
        for path in (BAD / case).glob("*.csv"):
            (tmp_path / path.name).write_text(path.read_text())
    found = {(fault.file, fault.line, fault.column) for fault in faults_of(tmp_path)}
    assert found == {
        ("token_prices.csv", 2, "source"),
        ("task_api_prices.csv", 3, "tier_from"),
        ("accelerators.csv", 2, "fp8_tflops"),
        ("device_mixes.csv", 3, "share_pct"),
    }


def test_message_lists_one_fault_a_line(tmp_path: Path) -> None:
    write_tables(tmp_path, BAD / "tier_gap")
    (tmp_path / "accelerators.csv").write_text((BAD / "sparse_fp8/accelerators.csv").read_text())
    with pytest.raises(TableError) as caught:
        load_tables(tmp_path)
    assert len(str(caught.value).splitlines()) == len(caught.value.faults) == 2


def test_good_tables_are_tiny() -> None:
    """They are read by people who write a new broken one."""
    assert all(len(path.read_text().splitlines()) <= 12 for path in GOOD.glob("*.csv"))
