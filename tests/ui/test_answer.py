"""The words at the top of Compare, also when there is little to say."""

from dataclasses import replace
from datetime import date

import pytest

from calculators.compare import compare
from calculators.presets import from_preset
from calculators.results import STATUSES, Comparison, Exclusion, Exploration, Finding, Flip
from pricing.book import PriceBook, Source
from report import words
from report.tables import cost_table, place_rows
from ui.components import answer, line_items, option_facts, places
from ui.markdown import plain


def with_flips(comparison: Comparison, *flips: Flip) -> Comparison:
    held = comparison.exploration
    return replace(comparison, _explore=lambda _: replace(held, _flips=lambda: flips))


def test_the_nearest_flip_stands_in_bold(comparison: Comparison) -> None:
    flip = Flip("requests_per_month", 92_000, "below", "managed_api", "Some API")
    far = Flip("requests_per_month", 9e9, "above", "owned", "Some server")
    said = answer.flip_sentence(with_flips(comparison, flip, far))
    assert "**below 92,000 requests a month**" in said
    assert "a managed API" in said


def test_no_flip_is_an_answer_too(comparison: Comparison) -> None:
    assert isinstance(comparison.exploration, Exploration)
    said = answer.flip_sentence(with_flips(comparison))
    assert said == "No other place becomes cheapest at any volume that can be priced."


def test_nothing_possible_has_no_flip(comparison: Comparison) -> None:
    assert answer.flip_sentence(replace(comparison, cheapest=None)) == ""
    assert answer.cost_words(replace(comparison, cheapest=None)) == ""


def test_places_ruled_out_for_one_reason_share_a_line() -> None:
    found = (
        Exclusion("managed_api", "Data may not leave.", "other data"),
        Exclusion("rented", "Data may not leave.", "other data"),
        Exclusion("device", "Too slow: 90 ms", ""),
    )
    first, second = answer.excluded_lines(found, ":material/block:")
    assert first == (
        "- :material/block: **Managed API, rented machines**: Data may not leave. "
        "*Would change it: other data.*"
    )
    assert second == plain_line("Users' devices", "Too slow: 90 ms.")


def plain_line(place: str, text: str) -> str:
    return f"- :material/block: **{place}**: {plain(text)}"


def test_a_status_has_a_shape_and_a_word(comparison: Comparison) -> None:
    shapes = set()
    for row in place_rows(comparison):
        option = comparison.option(row.option_id)
        assert option is not None
        said = places.verdict(row, option)
        assert row.status in said
        shapes.add((places.shape(row, option), row.possible))
    assert {possible for shape, possible in shapes if "block" in shape} <= {False}
    assert {possible for shape, possible in shapes if "check" in shape} <= {True}


def test_only_what_a_rule_forbids_is_ruled_out(book: PriceBook) -> None:
    """The platform forbids, one mix adds nothing, two places nobody offers."""
    found = compare(from_preset("hospital_imaging", {}, book), book)
    kinds = {status: {item.kind for item in answer.excluded(found, status)} for status in STATUSES}
    assert kinds["not_offered"] == {"managed_api", "device+managed_api"}
    assert kinds["infeasible"] >= {"hosted_platform", "rented"}
    assert not kinds["pointless"] | kinds["feasible"]
    assert sum(map(len, kinds.values())) == len(found.excluded)
    for item in answer.excluded(found, "infeasible"):
        assert "premises" in item.text


def test_the_cheapest_is_not_called_recommended_where_it_is_too_close(
    comparison: Comparison,
) -> None:
    first = place_rows(comparison)[0]
    verdict = comparison.verdict
    assert verdict is not None
    close = replace(comparison, _verdict=lambda: replace(verdict, against=("rented",)))
    clear = replace(comparison, _verdict=lambda: replace(verdict, against=()))
    assert places.name(first, words.chosen(close)).endswith("**cheapest**")
    assert places.name(first, words.chosen(clear)).endswith("**recommended**")


def test_every_priced_option_opens_and_adds_up(comparison: Comparison) -> None:
    for option in comparison.best_of_pair:
        table = cost_table(option)
        if table is None:
            continue
        said = line_items.sums(comparison, option, table)
        assert plain(table.total) in said
        for part in table.payers:
            if part.rows:
                columns = line_items.columns(part)
                amounts = [
                    float(text.strip("*").replace(",", "").replace("−", "-"))
                    for text in columns["= USD"]
                ]
                assert sum(amounts[:-1]) == pytest.approx(amounts[-1], abs=0.005)
                assert all(columns["Rate read on"][:-1])


def test_facts_name_what_is_not_known(comparison: Comparison) -> None:
    option = replace(comparison.options[0], _carbon=lambda: (None, "nobody publishes it"))
    said = " ".join(fact.text for fact in option_facts.facts(comparison, option))
    assert "Carbon: not known" in said


def test_sums_say_when_what_users_pay_is_not_known(comparison: Comparison) -> None:
    best = comparison.cheapest
    assert best is not None
    lacking = replace(best, user_usd=None, total_usd=None, _missing=lambda: ("household price",))
    table = cost_table(lacking)
    assert table is not None
    said = line_items.sums(comparison, lacking, table)
    assert plain(table.payers[0].subtotal) in said
    assert "What users pay is not known\\: needs household price." in said
    assert "Present value" not in said
    assert "a month" in said


# ------------------------------------------------------------------- what is not confirmed


BOOK = PriceBook.load()


def test_a_rule_opens_the_page_it_rests_on() -> None:
    source = Source("Terms of Acme", "https://example.org/terms", date(2026, 1, 2), "A")
    told = Finding("terms", "pass", "Acme does not train on what is sent.", source=source)
    line = option_facts.rule_line(told)
    assert line.startswith("- :material/check_circle: yes · Acme does not train")
    assert line.endswith("([Terms of Acme](https://example.org/terms), 2 Jan 2026)")
    assert "](" not in option_facts.rule_line(replace(told, source=None))
    own = replace(source, url="")  # what you entered has no page to open
    assert "](" not in option_facts.rule_line(replace(told, source=own))


def test_what_waits_for_a_vendors_word_is_not_confirmed_and_not_a_missing_figure() -> None:
    found = compare(from_preset("support_chat", {"data_sensitivity": "regulated"}, BOOK), BOOK)
    waits = next(item for item in found.options if item.to_confirm and not item.missing)
    assert waits.status == "incomplete"
    assert words.status(waits) == "Not confirmed"
    assert words.why(waits, most=1).startswith("Needs to be confirmed: whether ")


def test_who_sees_the_data_is_the_first_fact() -> None:
    found = compare(from_preset("recommender", {}, BOOK), BOOK)
    chosen = next(item for item in found.options if item.trained_at == "rented")
    first, second, *_ = [fact.text for fact in option_facts.facts(found, chosen)]
    assert first.startswith("The requests go to: ")
    assert second.startswith("The training data go to: ")
