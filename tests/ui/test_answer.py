"""The words at the top of Compare, also when there is little to say."""

from dataclasses import replace
from datetime import date

import pytest

from calculators.compare import compare
from calculators.presets import from_preset
from calculators.results import STATUSES, Comparison, Exclusion, Exploration, Finding, Flip
from pricing.book import PriceBook, Source
from report import asks, headline, place_table, words
from report.headline import figures
from report.tables import cost_table
from ui.components import answer, html_table, line_items, option_facts
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
    # three decades each way from its 1 million requests a month, and nothing was looked at beyond
    assert said == "No other place becomes cheapest from 1,000 to 1 billion requests a month."


@pytest.mark.parametrize(
    ("volume", "ends"),
    [(3.0, (1.0, 3000.0)), (1e6, (1e3, 1e9)), (1e11, (1e8, 1e12))],
)
def test_flips_are_denied_only_where_they_were_looked_for(
    comparison: Comparison, volume: float, ends: tuple[float, float]
) -> None:
    """A thousandth to a thousand times of it, within 1 to a million million requests."""
    scenario = comparison.scenario.with_changes({"requests_per_month": volume})
    assert headline.looked_over(scenario) == pytest.approx(ends)


@pytest.mark.parametrize(
    ("volume", "each", "said"),
    [(3.0, 10.0, "under 1 user"), (10.0, 10.0, "1 user"), (1e6, 10.0, "100,000 users")],
)
def test_users_are_whole_people(
    comparison: Comparison, volume: float, each: float, said: str
) -> None:
    """Of 0.3 users nobody's cost per user is told: 809 dollars beside 243 in all."""
    changes = {"requests_per_month": volume, "requests_per_user_per_month": each}
    scenario = comparison.scenario.with_changes(changes)
    assert headline.users_words(scenario) == said
    best = comparison.cheapest
    assert best is not None
    figure = headline.per_user(best, replace(comparison, scenario=scenario))
    assert (figure.value == words.MISSING) == (said == "under 1 user")


def test_users_who_are_not_served_are_told_beside_the_cost_of_those_who_are(
    comparison: Comparison,
) -> None:
    """Else 1,430 USD a month for 5,000 users and 0.341 USD a user do not go together."""
    best = comparison.cheapest
    assert best is not None
    some = headline.per_user(replace(best, served_share=0.84), comparison)
    assert some.note.startswith("of the 84 % of users it serves; at 10 times")
    assert "it serves" not in headline.per_user(replace(best, served_share=1.0), comparison).note


def test_where_to_enter_what_an_answer_waits_for(book: PriceBook) -> None:
    open_size = {"task": "translation", "params_millions": 500.0}
    waits = compare(from_preset("celebrity_match", open_size, book), book)
    assert waits.cheapest is None
    said = answer.where_to_enter(asks.open_inputs(waits))
    assert said == "Enter *Input tokens* among the inputs: *More detail*, *What one request is*."
    told = compare(from_preset("celebrity_match", open_size | {"input_tokens": 300}, book), book)
    assert told.cheapest is not None
    assert asks.open_inputs(told) == ()
    assert answer.where_to_enter(()) == ""


def test_one_place_alone_does_not_boast(comparison: Comparison) -> None:
    alone = replace(with_flips(comparison), runner_up=None)
    assert answer.flip_sentence(alone) == ""
    assert [f.note for f in figures(alone) if f.label == "Next flip"] == [
        "no other place is allowed"
    ]


def test_the_heading_s_places_are_explained(comparison: Comparison) -> None:
    said = answer.meanings(comparison)
    assert said.startswith("Hosted platform: ")
    assert answer.meanings(replace(comparison, cheapest=None)) == ""


def test_ten_times_the_volume_is_said_by_month(comparison: Comparison) -> None:
    grown = comparison.ten_times.monthly_usd
    assert words.usd(grown) in figures(comparison)[0].note


def test_another_model_than_the_one_asked_for_is_named(book: PriceBook) -> None:
    asked = from_preset("support_chat", {}, book)
    assert answer.answers_with(compare(asked, book)) == ""
    other = compare(asked.with_changes({"other_models": True}), book)
    assert other.cheapest is not None
    assert other.cheapest.different_model
    assert answer.answers_with(other) == f"What answers is {other.cheapest.label}."


def test_nothing_possible_has_no_flip(comparison: Comparison) -> None:
    assert answer.flip_sentence(replace(comparison, cheapest=None)) == ""
    assert answer.cost_words(replace(comparison, cheapest=None)) == ""


def test_places_ruled_out_for_one_reason_share_a_line() -> None:
    found = (
        Exclusion("managed_api", "Data may not leave.", "other data"),
        Exclusion("rented", "Data may not leave.", "other data"),
        Exclusion("device", "Too slow: 90 ms", ""),
    )
    first, second = answer.excluded_lines(found)
    assert first == (
        "- **Managed API, rented machines**: Data may not leave. *Would change it: other data.*"
    )
    assert second == plain_line("Users' devices", "Too slow: 90 ms.")


def plain_line(place: str, text: str) -> str:
    return f"- **{place}**: {plain(text)}"


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
    verdict = comparison.verdict
    assert verdict is not None
    close = replace(comparison, _verdict=lambda: replace(verdict, against=("rented",)))
    clear = replace(comparison, _verdict=lambda: replace(verdict, against=()))
    assert place_table.rows(close)[0].chosen == "cheapest"
    assert place_table.rows(clear)[0].chosen == "recommended"


def usd(cell: html_table.Cell) -> float:
    said = cell.text if isinstance(cell, html_table.Part) else str(cell)
    return float(said.replace(",", "").replace("−", "-"))


def test_every_priced_option_opens_and_adds_up(comparison: Comparison) -> None:
    for option in comparison.best_of_pair:
        table = cost_table(option)
        if table is None:
            continue
        said = line_items.sums(comparison, option, table)
        assert plain(table.total) in said
        for part in table.payers:
            if part.rows:
                drawn = line_items.sum_table(part)
                amounts = [usd(row[4]) for row in drawn.rows]
                assert sum(amounts) == pytest.approx(usd(drawn.last[4]), abs=0.005)
                assert all(row[-1] for row in drawn.rows)


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
