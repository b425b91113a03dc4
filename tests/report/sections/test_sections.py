"""Sections: the sentence says what the picture shows, tables add up, missing is said."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from calculators.compare import compare
from calculators.places import PLACES
from calculators.presets import from_preset
from calculators.results import Comparison
from pricing.book import PriceBook
from report import print_parts as parts
from report.codec import encode
from report.sections import (
    SECTIONS,
    break_even,
    cash_flow,
    devices,
    history,
    strips,
    two_inputs,
    uncertainty,
)
from report.sections.naming import input_value
from report.sections.said import Picture, Section, Table, plain, shortened
from report.strips import strips_of
from report.words import MISSING

BOOK = PriceBook.load()


def real(preset: str, **changes: object) -> Comparison:
    return compare(from_preset(preset, changes, BOOK), BOOK)


@pytest.fixture(scope="module")
def made() -> dict[str, Section]:
    found = real("celebrity_match")
    query = encode(found.scenario, BOOK)
    return {name: make(found, query) for name, (_, make) in SECTIONS.items()}


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_is_a_sentence_a_picture_and_a_table(made: dict[str, Section], name: str) -> None:
    section = made[name]
    assert section.title == SECTIONS[name][0]
    assert plain(section.says[0]).endswith(".")
    pictures = [part for part in section.parts if isinstance(part, Picture)]
    tables = [part for part in section.parts if isinstance(part, Table)]
    assert pictures
    assert tables
    for picture in pictures:
        assert picture.svg.startswith("<?xml")
        assert "<text" not in picture.svg  # letters are outlined
        assert picture.alt.endswith(".")
    for table in tables:
        assert all(len(row) == len(table.columns) for row in table.rows)


@pytest.mark.parametrize("name", SECTIONS)
def test_where_nothing_is_possible_every_section_says_so(name: str) -> None:
    found = real("support_chat", data_sensitivity="on_premises", latency_budget_ms=1.0)
    assert found.cheapest is None
    section = SECTIONS[name][1](found, encode(found.scenario, BOOK))
    assert section.says
    assert "None" not in plain(section.says[0])


# --- sentences on hand-made bodies --------------------------------------------------------------
def test_cash_flow_says_the_month_of_the_crossing() -> None:
    body: dict[str, Any] = {
        "b": "x",
        "crossings": [{"month": 7.5, "cheaper_after": "x"}],
        "gap_end_usd": 1.0,
        "months": [{"month": 12}],
    }
    said = plain(cash_flow.sentence(body, ("Rented machines", "Managed API")))
    assert said == (
        "What the two have cost so far is equal after 7.5 months; from then on the lower sum is "
        "that of a managed API."
    )
    body |= {"crossings": [], "gap_end_usd": -250.0}
    said = plain(cash_flow.sentence(body, ("Rented machines", "Managed API")))
    assert said == (
        "Neither overtakes the other: the lower sum is that of a managed API all along, $250 lower "
        "after 12 months."
    )


def test_against_today_the_new_one_bears_the_switch() -> None:
    """A side without a place is what one has."""
    body: dict[str, Any] = {
        "b": "today",
        "sides": {"a": {"place": "managed_api"}, "b": {"place": None}},
        "crossings": [{"month": 4.5, "cheaper_after": "a"}],
        "gap_end_usd": 1.0,
        "months": [{"month": 12}],
    }
    told = plain(cash_flow.sentence(body, ("Managed API", "What you pay today")))
    assert told.endswith("that of a managed API. What the switch costs is counted to the new one.")
    places = {"a": {"place": "managed_api"}, "b": {"place": "rented"}}
    other = plain(cash_flow.sentence({**body, "sides": places}, ("Managed API", "Rented machines")))
    assert "switch" not in other


def test_cash_flow_years_add_up(made: dict[str, Section]) -> None:
    tables = [part for part in made["cash_flow"].parts if isinstance(part, Table)]
    assert len(tables) == 2
    for table in tables:
        numbers = [[_read(cell) for cell in row[1:]] for row in table.rows]
        years, total = np.array(numbers[:-1]), np.array(numbers[-1])
        assert [row[0] for row in table.rows] == ["Year 1", "Year 2", "Year 3", "All years"]
        # each cell is rounded to the cent by itself
        assert np.allclose(years.sum(axis=0), total, atol=0.005 * len(years) + 1e-9)
        assert np.allclose(years[:, :-1].sum(axis=1), years[:, -1], atol=0.025)


def _read(cell: str) -> float:
    return float(cell.replace(",", "").replace("−", "-"))


def test_strips_say_the_nearest_change() -> None:
    strip = {
        "field": "staff_usd_per_hour",
        "unit": "USD per hour",
        "low": 0.0,
        "high": 1000.0,
        "here": 91.0,
        "nearest_flip": 195.123,
        "bands": [
            {"from": 0.0, "to": 195.123, "place": "rented"},
            {"from": 195.123, "to": 1000.0, "place": "managed_api"},
        ],
    }
    assert plain(strips.sentence([strip])) == (
        "The nearest change: cost of work above 195 USD per hour (now 91 USD per hour), where a "
        "managed API would be cheapest."
    )
    assert "The nearest change among these: " in plain(strips.sentence([strip], whole=False))
    steady = {**strip, "nearest_flip": None}
    assert plain(strips.sentence([steady])) == (
        "No single number changes the answer within its bounds."
    )
    assert plain(strips.sentence([steady], whole=False)).startswith("None of these numbers")


def _strip(field: str, here: float, *bands: tuple[float, float, str | None]) -> dict[str, Any]:
    """A strip whose nearest change is its first edge."""
    made = [
        {"from": low, "to": high, "place": place, "resolution": 0.5} for low, high, place in bands
    ]
    ends = {"low": bands[0][0], "high": bands[-1][1], "unit": "per month"}
    return {"field": field, "here": here, "nearest_flip": bands[1][0], "bands": made, **ends}


def test_what_begins_at_nothing_is_said_as_that() -> None:
    trained = _strip("retrains_per_month", 0.0, (0.0, 0.0, "rented"), (0.0, 9.0, "owned"))
    assert plain(strips.sentence([trained])) == (
        "The nearest change: as soon as it is retrained, your own machines would be cheapest."
    )
    assert strips.nearest(trained) == "more than 0"
    mixed = _strip("horizon_months", 9.0, (1.0, 48.0, "rented"), (48.0, 99.0, "device+rented"))
    assert plain(strips.sentence([mixed])).endswith(
        ", where the users' devices, with rented machines for the rest, would be cheapest."
    )
    film = _strip("video_seconds", 0.0, (0.0, 0.0, "rented"), (0.0, 36e3, None))
    assert plain(strips.sentence([film])) == (
        "The nearest change: as soon as a request holds film, nothing is possible."
    )
    filmed = _strip("video_seconds", 60.0, (0.0, 0.0, "hosted_platform"), (0.0, 36e3, None))
    assert plain(strips.sentence([filmed])) == (
        "The nearest change: film per request at 0 seconds per request (now 60 seconds per "
        "request), where a hosted platform would be cheapest."
    )
    full = _strip("target_peak_load", 0.5, (0.1, 1.0, "rented"), (1.0, 1.0, None))
    assert plain(strips.sentence([full])).endswith("where nothing is possible.")
    volume = _strip("requests_per_month", 1e3, (100.0, 4e5, "rented"), (4e5, 1e9, "owned"))
    assert plain(strips.sentence([volume])) == (
        "The nearest change: requests a month above 400,000 (now 1,000), where your own machines "
        "would be cheapest."
    )


def test_what_leaves_nothing_possible_stands_behind_what_moves_the_place() -> None:
    film = _strip("video_seconds", 0.0, (0.0, 0.0, "rented"), (0.0, 36e3, None))
    slow = _strip("latency_budget_ms", 500.0, (1.0, 40.0, None), (40.0, 9e4, "rented"))
    slow["nearest_flip"] = 40.0
    work = _strip("staff_usd_per_hour", 91.0, (0.0, 300.0, "rented"), (300.0, 900.0, "owned"))
    found = strips.in_order([film, slow, work])
    assert [strip["field"] for strip in found] == [
        "staff_usd_per_hour",
        "latency_budget_ms",
        "video_seconds",
    ]


def test_where_nothing_is_possible_no_input_is_called_steady() -> None:
    shut = _strip("horizon_months", 36.0, (1.0, 6.0, None), (6.0, 120.0, None))
    shut["nearest_flip"] = None
    assert plain(strips.sentence([shut])) == (
        "Nothing is possible here, and no single number changes that within its bounds; "
        "Compare says which requirements would."
    )


def test_an_edge_opens_on_its_far_side() -> None:
    def beyond(strip: dict[str, Any]) -> tuple[float, str | None]:
        (edge,) = strips.edges([strip])
        return edge.beyond

    volume = _strip("staff_usd_per_hour", 91.0, (0.0, 300.0, "rented"), (300.0, 900.0, "owned"))
    value, place = beyond(volume)
    assert value == pytest.approx(300.3)  # a thousandth behind
    assert place == "owned"
    value, place = beyond({**volume, "here": 600.0})
    assert value == pytest.approx(299.7)
    assert place == "rented"
    whole = _strip("horizon_months", 36.0, (1.0, 48.0, "rented"), (48.0, 120.0, "owned"))
    assert beyond(whole) == (49, "owned")


def test_the_nearest_edge_of_every_input_stands_before_all_others() -> None:
    work = _strip(
        "staff_usd_per_hour",
        91.0,
        (0.0, 50.0, "owned"),
        (50.0, 300.0, "rented"),
        (300.0, 900.0, "owned"),
    )
    work["nearest_flip"] = 300.0
    whole = _strip("horizon_months", 36.0, (1.0, 48.0, "rented"), (48.0, 120.0, "owned"))
    assert [edge.at for edge in strips.edges([work, whole])] == [300.0, 48.0, 50.0]
    assert [row[0] for row in strips.table([work, whole]).rows] == [
        "Cost of work",
        "Period looked at",
        "Cost of work",
    ]


def test_an_input_left_open_has_edges_and_none_of_them_is_the_nearest() -> None:
    left_open = _strip("own_server_w", 1.0, (0.0, 200.0, "owned"), (200.0, 900.0, "rented"))
    left_open |= {"here": None, "nearest_flip": None}
    work = _strip("staff_usd_per_hour", 91.0, (0.0, 300.0, "rented"), (300.0, 900.0, "owned"))
    assert [edge.at for edge in strips.edges([left_open, work])] == [300.0, 200.0]
    rows = strips.table([left_open, work]).rows
    assert rows[1][1] == MISSING
    (_, edge) = strips.edges([left_open, work])
    value, place = edge.beyond  # as seen from below it
    assert value == pytest.approx(200.2)
    assert place == "rented"


def test_an_edge_opened_is_won_by_the_place_its_bar_shows() -> None:
    found = real("celebrity_match")
    names = {"requests_per_month", "staff_usd_per_hour", "horizon_months"}
    made = strips.edges(strips.in_order(strips_of(found, frozenset(names))["strips"]))
    assert len(made) >= 4
    for edge in made:
        value, place = edge.beyond
        there = compare(found.scenario.with_changes({edge.strip["field"]: value}), BOOK)
        assert there.cheapest is not None
        assert there.cheapest.kind == place, (edge.strip["field"], value)


def test_where_a_side_is_possible_is_said_and_drawn() -> None:
    crossing: dict[str, Any] = {"at": 250_000.0, "until": None, "p10": 1e5, "p90": 6e5}
    crossing |= {"kind": "exact", "cheaper_below": "rented", "cheaper_above": "managed_api"}
    body: dict[str, Any] = {"axis": "requests_per_month", "unit": "requests per month"}
    body |= {"a": "rented"}
    body |= {"b": "managed_api", "axis_low": 1e3, "axis_high": 1e9}
    body |= {"crossings": [crossing], "reason": ""}
    part = {**body, "allowed": {"a": [[4e3, 1e9]], "b": [[1e3, 2e4], [5e4, 1e9]]}}
    assert plain(break_even.sentence(part)).endswith(
        " Rented machines: possible above 4,000 requests per month. Managed API: possible up to "
        "20,000 requests per month, above 50,000 requests per month."
    )
    assert break_even.limits(part) == [4e3, 2e4, 5e4]  # not the ends of what was looked at
    assert "Dashed: one of the two begins" in break_even.legend(part)
    assert "possible above 4,000" in break_even.alt(part, "Cost a month.")
    all_along = {**body, "allowed": {"a": [[1e3, 1e9]], "b": [[1e3, 1e9]]}}
    assert "possible" not in plain(break_even.sentence(all_along))
    assert break_even.limits(all_along) == []
    ends = [1e4 + turn for turn in range(20)]
    comb = {**body, "allowed": {"a": [ends[at : at + 2] for at in range(0, 20, 2)]}}
    assert break_even.limits(comb) == [ends[0], ends[-1]]
    assert "and on 7 more stretches" in plain(break_even.sentence(comb))


def test_break_even_says_the_crossing_and_its_range() -> None:
    crossing: dict[str, Any] = {"at": 250_000.0, "until": None, "p10": 1e5, "p90": 6e5}
    crossing |= {"kind": "exact", "cheaper_below": "none>rented:x/y"}
    crossing["cheaper_above"] = "managed_api"
    body = {
        "axis": "requests_per_month",
        "unit": "requests per month",
        "a": "none>rented:x/y",
        "b": "managed_api",
        "axis_low": 1e3,
        "axis_high": 1e9,
        "crossings": [crossing],
        "reason": "",
    }
    assert plain(break_even.sentence(body)) == (
        "Cheaper of the two: Rented machines up to 250,000 requests per month (in 8 of 10 cases "
        "between 100,000 and 600,000 requests per month), Managed API above."
    )
    for end, words in (({"p10": 1e3}, "600,000 requests per month or less"),
                       ({"p90": 1e9}, "100,000 requests per month or more")):  # fmt: skip
        cut = {**body, "crossings": [{**crossing, **end}]}
        assert f"(in 8 of 10 cases {words})" in plain(break_even.sentence(cut))
    shut = {**body, "crossings": [{**crossing, "kind": "feasibility"}]}
    assert plain(break_even.sentence(shut)) == (
        "Cheaper of the two: Rented machines up to 250,000 requests per month (where one of the "
        "two begins or ceases to be possible), Managed API above."
    )
    stairs = {**body, "crossings": [{**crossing, "kind": "alternating", "until": 3e5}]}
    assert "250,000 requests per month (they alternate until 300,000 requests per month)" in (
        break_even.alt(stairs, "Cost a month.")
    )
    wide = {**body, "crossings": [{**crossing, "p10": 1e3, "p90": 1e9}]}
    assert "so uncertain that it may be anywhere" in plain(break_even.sentence(wide))
    assert break_even.crossings(wide).rows[0][2:4] == (
        "1,000 requests per month or less",
        "1 billion requests per month or more",
    )
    back = {**crossing, "p10": None, "cheaper_below": "managed_api"}
    back |= {"cheaper_above": "none>rented:x/y"}
    often = [crossing, {**back, "at": 1e6}, {**crossing, "at": 2e6, "p10": None}, back, crossing]
    assert plain(break_even.sentence({**body, "crossings": often})).endswith(
        ", Managed API up to 1 million requests per month, Rented machines up to 2 million "
        "requests per month, Managed API above at first; it changes 2 more times."
    )
    assert {row[-1] for row in break_even.crossings(body).rows} == {"the cheaper one changes"}
    published = {**back, "at": 0.0, "last_below": 0.0}
    cadence = {**body, "axis": "retrains_per_month", "unit": "per month", "crossings": [published]}
    assert plain(break_even.sentence(cadence)) == (
        "Cheaper of the two: Managed API at 0 per month, Rented machines above."
    )


def test_the_map_says_the_share_of_each_winner() -> None:
    body = {
        "x": {"field": "requests_per_month"},
        "y": {"field": "staff_usd_per_hour"},
        "winner": [["rented", "rented"], ["rented", None]],
        "class": [["close", "clear"], ["clear", None]],
    }
    assert plain(two_inputs.sentence(body)) == (
        "Over requests a month and cost of work the cheapest is rented machines on 75 % of the "
        "map; nothing is possible on 25 %. On 25 % of the map the two cheapest are too close to "
        "call."
    )
    alone = {**body, "winner": [["rented"]], "class": [["clear"]]}
    assert plain(two_inputs.sentence(alone)).endswith("is rented machines all over the map.")
    nobody = {**body, "winner": [[None]], "class": [[None]]}
    assert "nothing is possible anywhere" in plain(two_inputs.sentence(nobody))
    many = ["rented"] * 5 + ["owned"] * 4 + ["device"] * 3 + ["managed_api", "hosted_platform"]
    wide = {**body, "winner": [many], "class": [["clear"] * 14]}
    assert "; the users' devices on 21 %; 2 other places on 14 %." in plain(
        two_inputs.sentence(wide)
    )


def _map() -> dict[str, Any]:
    """Three by two; rented machines may answer from 40 ms on."""
    points = [{"x": x, "y": 40.0, "allowed": "above", "along": "latency_budget_ms"} for x in (1, 2)]
    return {
        "x": {"field": "requests_per_month", "unit": "requests per month", "scale": "linear",
              "here": 3.0, "values": [1.0, 2.0, 3.0]},
        "y": {"field": "latency_budget_ms", "unit": "ms", "scale": "linear", "here": 50.0,
              "values": [30.0, 50.0]},
        "winner": [["owned", "owned", "owned"], ["rented", "rented", "owned"]],
        "class": [["clear"] * 3, ["clear"] * 3],
        "margin_share": [[0.5] * 3, [0.5] * 3],
        "limits": [{"place": "rented", "rule": "speed: answer", "points": points}],
    }  # fmt: skip


def test_the_map_tells_its_limits_and_the_flips_from_where_one_is() -> None:
    shut = two_inputs.tables(_map())[1]
    assert shut.rows == (
        ("Rented machines", "slowest acceptable answer above 40 ms", "speed of the answer"),
    )
    said = two_inputs.alt(_map())
    assert "From where you are: Own machines above requests a month 2." in said
    assert "Rented machines: allowed with slowest acceptable answer above 40 ms" in said
    assert "Dashed lines: a place stops being allowed." in two_inputs.legend(_map(), "")
    assert "Dashed" not in two_inputs.legend({**_map(), "limits": []}, "")


def test_the_map_explains_no_mark_that_it_does_not_have() -> None:
    hatched = "Hatched: close."
    assert hatched not in two_inputs.legend(_map(), hatched)
    near = {**_map(), "class": [["clear"] * 3, ["clear", "close", "clear"]]}
    assert hatched in two_inputs.legend(near, hatched)
    nobody = {**_map(), "winner": [[None] * 3] * 2, "class": [[None] * 3] * 2, "limits": []}
    assert two_inputs.legend(nobody, hatched) == "Grey: nothing is possible."


def test_pieces_of_a_limit_that_follow_one_another_are_one_line() -> None:
    """Two cells beside each other at 5, one apart at 5, and one upright at 7."""
    pieces = [
        ((2.0, 3.0), (5.0, 5.0)),
        ((1.0, 2.0), (5.0, 5.0)),
        ((7.0, 7.0), (1.0, 2.0)),
        ((4.0, 6.0), (5.0, 5.0)),
    ]
    assert two_inputs.joined(pieces) == [
        ([1.0, 2.0, 3.0], [5.0, 5.0, 5.0]),
        ([4.0, 6.0], [5.0, 5.0]),
        ([7.0, 7.0], [1.0, 2.0]),
    ]


def test_a_limit_is_as_long_as_its_cells() -> None:
    x, y = two_inputs.Side(_map()["x"]), two_inputs.Side(_map()["y"])
    assert two_inputs.walls(_map(), x, y) == [
        ((1.0, 1.5), (40.0, 40.0)),
        ((1.5, 2.5), (40.0, 40.0)),
    ]


@pytest.fixture(scope="module")
def figures() -> list[Figure]:
    """Every picture of a report but the strips and the map: dear, and their names stand alone."""
    figures: list[Figure] = []
    draw = parts.svg

    def drawn(figure: Figure) -> bytes:
        figures.append(figure)
        return draw(figure)

    comparison = real("celebrity_match")
    query = encode(comparison.scenario, BOOK)
    with patch.object(parts, "svg", drawn):
        for name, (_, make) in SECTIONS.items():
            if name not in ("strips", "map"):
                make(comparison, query)
    assert len(figures) >= 7
    return figures


def test_no_word_of_a_picture_is_cut(figures: list[Figure]) -> None:
    """Room around the frame is measured once, before the frame has its final size."""
    for figure in figures:
        wide, high = figure.get_size_inches()
        box = figure.get_tightbbox()
        assert min(box.x0, box.y0, wide - box.x1, high - box.y1) >= 0.01, figure


def test_no_mark_of_an_axis_stands_on_another(figures: list[Figure]) -> None:
    """Such as the first day, whose name is wide, on the 0 of the costs."""
    for figure in figures:
        (axes,) = figure.axes
        boxes = [
            (label.get_text(), label.get_window_extent())
            for label in (*axes.get_xticklabels(), *axes.get_yticklabels())
            if label.get_text()
        ]
        assert boxes
        met = [(a, b) for (a, one), (b, other) in combinations(boxes, 2) if one.overlaps(other)]
        assert not met, met


def test_the_places_of_the_map_are_parted_without_colour() -> None:
    """As many pieces of white line as there are sides of cells between two winners."""
    body = _map()
    _, axes = parts.canvas(100, 60)
    x, y = two_inputs.Side(body["x"]), two_inputs.Side(body["y"])
    two_inputs._borders(axes, body, x, y)
    (drawn,) = axes.collections
    assert isinstance(drawn, LineCollection)
    won = body["winner"]
    across = sum(a != b for row in won for a, b in pairwise(row))
    up = sum(a != b for one, other in pairwise(won) for a, b in zip(one, other, strict=True))
    assert len(drawn.get_segments()) == across + up > 0
    assert two_inputs.tables(body, two_inputs.printed(body))[0].note.startswith(
        "White lines part the places. Full colour"
    )


@pytest.mark.parametrize(("preset", "every"), [("voice_notes", False), ("celebrity_match", True)])
def test_a_device_that_misses_a_limit_has_a_broken_line(preset: str, every: bool) -> None:
    comparison = real(preset)
    (picture,) = (part for part in devices.make(comparison, "").parts if isinstance(part, Picture))
    option = devices._option(comparison)
    assert option is not None
    assert option.on_devices is not None
    shown = [one for one in option.on_devices.devices if one.first_minute_ms is not None]
    missing = sum(not one.serves for one in shown[: devices.MOST])
    assert (missing == 0) == every
    broken = len(re.findall(r"stroke-dasharray: [\d.]+,[\d.]+", picture.svg))
    assert broken == missing + 1  # that of the legend


def test_history_says_how_many_prices_changed() -> None:
    days: list[dict[str, Any]] = [{"moved": []}, {"moved": [1, 2]}, {"moved": [3]}]
    assert history.how_many(days) == "3 prices that changed"
    assert history.how_many([{"moved": [1]}]) == "1 price that changed"
    assert history.how_many(days[:1]) == ""


def test_history_says_since_when() -> None:
    days = [{"day": "2026-01-05", "winner": "rented"}, {"day": "2026-03-01", "winner": "owned"}]
    assert plain(history.sentence({"days": days})) == (
        "The answer changed once since 5 Jan 2026; since 1 Mar 2026 it is your own machines."
    )
    assert plain(history.sentence({"days": days[:1]})) == (
        "No price behind rented machines has changed yet: there is one day to look at."
    )
    same = [days[0], {**days[1], "winner": "rented"}]
    assert plain(history.sentence({"days": same})) == (
        "Since 5 Jan 2026 the answer has always been rented machines."
    )


def test_uncertainty_says_chance_and_regret() -> None:
    place = {"probability_cheapest": 0.58, "expected_regret_usd_per_month": 256.4}
    both = {"rented": place, "owned": place}
    body: dict[str, Any] = {"places": both, "draws": 8192, "too_close": True}
    assert plain(uncertainty.sentence(body)) == (
        "In 58 % of 8,192 draws of everything uncertain the cheapest is rented machines: too "
        "close to call. Choosing it costs $256 a month more than the best choice, on average."
    )
    body["places"] = {"rented": {**place, "available_share": 0.7}, "owned": place}
    body |= {"against": ["owned"], "least_regret": "owned"}
    assert plain(uncertainty.sentence(body)) == (
        "In 58 % of 8,192 draws of everything uncertain the cheapest is rented machines: too "
        "close to call against your own machines. In 30 % of them it cannot meet the needs. "
        "Choosing it costs $256 a month more than the best choice, on average; the least is lost "
        "with your own machines, $256 a month."
    )
    body |= {"against": [], "least_regret": None}
    for share, words in ((0.9995, "In over 99 % of 8,192"), (1.0, "In all 8,192 draws of")):
        surer = {**body, "places": {**both, "rented": {**place, "probability_cheapest": share}}}
        assert plain(uncertainty.sentence(surer)).startswith(words)
    assert plain(uncertainty.sentence({**body, "places": {"rented": place}})) == (
        "Only one place is possible here, rented machines: nothing else could be cheaper."
    )
    nothing = plain(uncertainty.measure_first([{"usd_per_month": 0.0, "label": "x"}]))
    assert nothing == "Nothing that could be measured would change the choice on average."


def test_three_draws_of_many_are_not_told_finer_than_others() -> None:
    found = {f"{end}_usd_per_month": 10.0 for end in ("p10", "p50", "p90")}
    found |= {"available_share": 1.0, "expected_regret_usd_per_month": 1.0}
    chances = {"rented": 0.037, "owned": 3 / 8192}
    places = {at: {**found, "probability_cheapest": chance} for at, chance in chances.items()}
    assert [row[5] for row in uncertainty.table(places).rows] == ["3.7 %", "under 0.1 %"]


def test_what_is_worth_less_than_half_a_cent_is_not_shown() -> None:
    found = [{"usd_per_month": usd, "label": f"worth {usd}"} for usd in (0.006, 0.004, 0.0)]
    assert uncertainty.worth(found).rows == (("worth 0.006", "0.01"),)
    assert plain(uncertainty.measure_first(found[1:])).startswith("Nothing that could")


# --- pictures -----------------------------------------------------------------------------------
def test_places_are_told_apart_without_colour() -> None:
    marks = [strips.hatch(place) or "" for place in (*PLACES, None)]
    assert len(set(marks)) == len(marks)


def test_long_tables_say_what_they_leave_out() -> None:
    rows = [(str(number),) for number in range(5)]
    assert shortened(rows, 5, "/x") == (tuple(rows), "")
    kept, note = shortened(rows, 3, "/api/v1/history")
    assert len(kept) == 3
    assert note == "2 more rows in the data: /api/v1/history."


def test_large_values_are_short_and_own_figures_keep_their_unit() -> None:
    assert input_value("requests_per_month", 205_268_773.0, "x") == "205 million requests per month"
    assert input_value("requests_per_month", 479_423.0, "x") == "479,400 requests per month"
    assert input_value("price.a/b", 0.25, "USD per hour") == "0.25 USD per hour"


def test_no_word_of_a_picture_is_a_field_name(made: dict[str, Section]) -> None:
    for section in made.values():
        for said in section.says:
            assert not re.search(r"[a-z]+_[a-z]+", plain(said)), plain(said)


def test_print_asks_of_the_two_places_as_the_page_does() -> None:
    """Two candidates cross elsewhere than their places, whose best ones change along the volume."""
    found = compare(from_preset("voice_notes", {}, BOOK), BOOK)
    assert found.runner_up is not None
    (flip,) = (item for item in found.flips if item.to_kind == found.runner_up.kind)
    said = plain(break_even.make(found, encode(found.scenario, BOOK)).says[0])
    assert round(flip.at, -3) == 601_000
    assert "Managed API up to 601,000 requests per month" in said  # of the candidates: 948,000
