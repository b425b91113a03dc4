"""The charts of Break-even from made-up answers: words, figures that Plotly takes, tables."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go
import pytest

from calculators.results import Curve
from report import palette
from report.sections import break_even as words_of_crossings
from report.sections import cash_flow
from report.sections import history as words_of_history
from report.sections import strips as words_of_strips
from report.sections import uncertainty as words_of_odds
from report.sections.said import Strong
from ui.components import (
    axis_curve,
    chart_parts,
    history,
    payback,
    said,
    strips,
    uncertainty,
    who_wins,
)
from ui.components.chart_parts import colour
from ui.components.html_table import Part

RENTED, OWNED, API = "rented", "owned", "managed_api"


def strip(field: str = "requests_per_month", **more: Any) -> dict[str, Any]:
    """An A-B-A strip: rented, owned, rented again."""
    bands = [
        {"from": 1000.0, "to": 10_000.0, "place": RENTED, "resolution": 0.0},
        {"from": 10_000.0, "to": 50_000.0, "place": OWNED, "resolution": 0.0},
        {"from": 50_000.0, "to": 1e6, "place": RENTED, "resolution": 0.0},
    ]
    made = {"field": field, "unit": "requests per month", "low": 1000.0, "high": 1e6}
    return made | {"here": 8000.0, "bands": bands, "nearest_flip": 10_000.0} | more


@pytest.mark.parametrize("dark", [False, True])
def test_a_band_that_comes_again_is_drawn_again(dark: bool) -> None:
    """Logarithmic from 1,000 to a million: 10,000 lies a third of the way."""
    figure = strips.figure([strip()], dark=dark)
    go.Figure(figure)
    rented = next(trace for trace in figure["data"] if len(trace.get("base", ())) == 2)
    assert rented["base"] == [0.0, pytest.approx(math.log(50) / math.log(1000))]
    assert rented["x"][0] == pytest.approx(1 / 3)
    (near,) = figure["layout"]["annotations"]  # the unit is in the input's name
    assert near["text"] == "10,000"
    assert near["x"] == pytest.approx(1 / 3)
    alone = {**strip(), "nearest_flip": None}
    assert strips.figure([alone], dark=dark)["layout"]["annotations"] == []


def test_rows_of_strips_stand_in_their_order_whoever_wins_in_them() -> None:
    """Words stand under a row by its number: the second holds the first place and another."""
    first = strip("requests_per_month")
    bands = [{"from": 1000.0, "to": 20_000.0, "place": OWNED, "resolution": 0.0}]
    second = strip("pue", bands=[*bands, {**bands[0], "from": 20_000.0, "place": API}])
    figure = strips.figure([second, first], dark=False)
    rows = figure["layout"]["yaxis"]["categoryarray"]
    assert figure["layout"]["yaxis"]["categoryorder"] == "array"
    assert rows == ["Building overhead<br>(PUE)", "Requests a month"]


def test_a_mark_says_a_thousand_as_every_page_does() -> None:
    across = chart_parts.across("Requests a month", [1000.0, 1e6], log=True)
    assert across["tickvals"] == [1e3, 1e4, 1e5, 1e6]
    assert across["ticktext"] == ["1 k", "10 k", "100 k", "1 M"]
    many = chart_parts.across("Requests a month", [1.0, 1e6], log=True)["ticktext"]
    assert many == ["1", "", "100", "", "10 k", "", "1 M"]  # on a phone all would not fit
    # 1, 2 and 5 of each power stand 20 px apart on a phone: "$10 k" is wider
    near = chart_parts.across("USD a month", [700.0, 24_000.0], log=True, prefix="$")
    assert near["tickvals"] == [1e3, 2e3, 5e3, 1e4, 2e4]
    assert near["ticktext"] == ["$1 k", "", "", "$10 k", ""]
    money = chart_parts.costs_axis([400.0, 1900.0], log=False)
    assert money["ticktext"] == ["$0", "$500", "$1 k", "$1.5 k"]
    assert money["range"] == [0.0, pytest.approx(1976)]  # 4 % above the most


def test_the_difference_of_a_tornado_is_seen_from_0() -> None:
    bar = {"label": "Prices", "low_usd_per_month": -1500.0, "high_usd_per_month": -500.0}
    axis = uncertainty.tornado_figure([bar], dark=False)["layout"]["xaxis"]
    assert axis["range"] == [-1560.0, 60.0]  # 4 % of 1,500 each way
    assert axis["ticktext"][-1] == "$0"


@pytest.mark.parametrize("kinds", [(RENTED, OWNED), (RENTED, "device+managed_api")])
def test_lines_are_named_where_they_end(kinds: tuple[str, str]) -> None:
    """Two that end at the same cost stand apart, so that grey tells them."""
    ends = [(kind, 500.0) for kind in kinds]
    names = chart_parts.line_names(ends, [100.0, 900.0], dark=False, log=False, tall=340)
    assert [item["text"].replace("<br>", " ") for item in names] == [
        chart_parts.name(kind) for kind in kinds
    ]
    low, high = sorted(item["y"] for item in names)
    lines = 2 if any("<br>" in item["text"] for item in names) else 1
    assert (high - low) * 340 >= lines * 15  # pixels of a line of words
    assert low <= 500 / (900 * 1.04) <= high


def test_past_an_edge_is_where_the_place_told_wins() -> None:
    """Just past, a thousandth; where nothing is possible any more a twentieth; at 0 itself where
    nothing between 0 and the edge was looked at: 60 / 1000 is the lowest above 0.
    """
    up, *_ = words_of_strips.edges([strip()])
    assert up.beyond[0] == pytest.approx(10_010)
    assert up.beyond[1] == OWNED
    ends = [
        {"from": 0.0, "to": 8000.0, "place": RENTED, "resolution": 0.001},
        {"from": 8000.0, "to": 43_800.0, "place": None, "resolution": 0.001},
    ]
    (last,) = words_of_strips.edges([strip("retrains_per_month", here=0.0, bands=ends)])
    assert last.beyond[0] == pytest.approx(8400)
    assert last.beyond[1] is None
    sound = [
        {"from": 0.0, "to": 0.06, "place": None, "resolution": 0.5},
        {"from": 0.06, "to": 3600.0, "place": API, "resolution": 0.5},
    ]
    made = strip("audio_seconds", unit="seconds", here=60.0, low=0.0, bands=sound)
    (first,) = words_of_strips.edges([made])
    assert first.beyond == (0.0, None)
    assert words_of_strips.table([made]).rows[0][2] == "under 0.06 seconds per request"


def test_the_mark_of_here_ends_where_the_words_under_a_bar_begin() -> None:
    figure = strips.figure([strip(), strip("pue")], dark=False)
    layout = figure["layout"]
    margin = layout["margin"]
    bar = (1 - layout["bargap"]) * (layout["height"] - margin["t"] - margin["b"]) / 2
    marks = [trace["marker"]["size"] for trace in figure["data"] if trace["type"] == "scatter"]
    assert marks
    assert all(1.4 * size <= bar for size in marks)  # a stroke is 1.4 times its size
    assert min(note["y"] for note in layout["annotations"]) == pytest.approx(0.24)


def test_a_strip_from_zero_has_room_for_its_decades() -> None:
    zero = strip(low=0.0, here=0.0)
    share = words_of_strips.share
    assert share(zero, 0.0) == 0.0
    assert 0 < share(zero, 10_000.0) < share(zero, 50_000.0) < 1
    assert share(zero, 1e6) == pytest.approx(1.0)


def test_every_edge_is_a_row_with_its_link() -> None:
    rows = words_of_strips.table([strip()])
    assert [row[2] for row in rows.rows] == [
        "10,000 requests per month",
        "50,000 requests per month",
    ]
    linked = said._linked(rows, ["", "./?preset=x"])
    assert linked[0][-1] == ""
    assert linked[1][-1] == Part("Open", "./?preset=x")
    assert '<a href="./?preset=x" target="_self">Open</a>' in Part("Open", "./?preset=x").html


# --- over time -----------------------------------------------------------------------------------
def paid(*crossings: float, gap: float | None = 50.0) -> dict[str, Any]:
    months = [
        {"month": m, "cumulative_a_usd": 100.0 + 5 * m, "cumulative_b_usd": 20.0 * m}
        for m in range(13)
    ]
    year = {"year": 1, "capex_usd": 100.0, "opex_usd": 60.0, "credit_usd": 0.0}
    flow = [year | {"users_usd": 0.0, "total_usd": 160.0}]
    return {
        "a": OWNED,
        "b": API,
        "sides": {"a": {"place": "owned"}, "b": {"place": "managed_api"}},
        "months": months,
        "crossings": [{"month": month, "cheaper_after": "a"} for month in crossings],
        "gap_end_usd": gap,
        "cash_flow": {"a": flow, "b": []},
    }


def test_one_side_alone_is_drawn_and_overtaken_by_nobody() -> None:
    """100 + 5 x 12 = 160."""
    body = paid()
    body["sides"] = {"a": {"place": "owned"}}
    figure = payback.figure(body, ("Own machines",), dark=False)
    go.Figure(figure)
    assert [item["y"][-1] for item in figure["data"]] == [160.0]
    said = cash_flow.sentence(body, ("Own machines",))
    assert said[1:] == (Strong("$160"), " for your own machines by the end of 12 months.")
    assert cash_flow.alt(body, ("Own machines",)) == (
        "Cost so far by month. After 12 months: Own machines $160."
    )
    assert len(cash_flow.flows(body, ("Own machines",))) == 1
    assert cash_flow.months(body, ("Own machines",)).rows[-1] == ("12", "160.00")


def test_both_sides_are_drawn_month_by_month() -> None:
    """100 + 5 m = 20 m at m = 6.67."""
    figure = payback.figure(paid(100 / 15), ("Own machines", "API"), dark=False)
    go.Figure(figure)
    assert [item["y"][-1] for item in figure["data"]] == [160.0, 240.0]
    shades = [item["line"]["color"] for item in figure["data"]]
    assert shades == [colour("owned", dark=False), colour("managed_api", dark=False)]
    assert [line["x0"] for line in figure["layout"]["shapes"]] == [100 / 15]


# --- how sure ---------------------------------------------------------------------------------
def place(mid: float, chance: float) -> dict[str, float]:
    ends = {"p10_usd_per_month": mid * 0.8, "p50_usd_per_month": mid, "p90_usd_per_month": mid * 2}
    ends |= {"probability_cheapest": chance, "expected_regret_usd_per_month": 12.0}
    return ends | {"available_share": 0.75}


def sure() -> dict[str, Any]:
    return {
        "draws": 8192,
        "places": {RENTED: place(100.0, 0.6), OWNED: place(120.0, 0.4)},
        "too_close": True,
        "worth_knowing": [{"factor": "x", "label": "Speed", "usd_per_month": 5.0}],
        "tornado": [
            {
                "factor": "x",
                "label": "Speed",
                "low_usd_per_month": -30.0,
                "high_usd_per_month": 9.0,
            },
            {
                "factor": "y",
                "label": "Work",
                "low_usd_per_month": -20.0,
                "high_usd_per_month": -20.0,
            },
        ],
    }


def test_a_bar_across_zero_is_hatched_and_one_that_moves_nothing_is_left_out() -> None:
    bars = words_of_odds.moving(sure()["tornado"])
    assert [bar["factor"] for bar in bars] == ["x"]
    figure = uncertainty.tornado_figure(bars, dark=False)
    assert figure["data"][0]["marker"]["pattern"]["shape"] == ["/"]
    colours = {chart_parts.pick(look.line, dark=False) for look in palette.STYLES.values()}
    assert not colours & set(figure["data"][0]["marker"]["color"])  # a cause is no place
    table = words_of_odds.causes(bars, ("Rented machines", "Own machines"))
    assert table.title == "Rented machines minus own machines, by cause"
    assert table.rows == (("Speed", "\u221230.00", "9.00", "yes"),)
    go.Figure(figure)
    go.Figure(uncertainty.ranges_figure(sure()["places"], dark=True))
    told = words_of_odds.tornado_alt(bars, ("a", "b"))
    assert told == ("a minus b, USD a month, by cause: Speed −$30 to $9, which changes the answer.")
    rows = words_of_odds.table(sure()["places"]).rows
    assert [row[-3:] for row in rows] == [("75 %", "60 %", "12.00"), ("75 %", "40 %", "12.00")]
    nearly = {RENTED: {**place(100.0, 0.6), "available_share": 0.9968}}
    assert words_of_odds.table(nearly).rows[0][-3] == "over 99 %"


def test_no_bar_of_the_ranges_touches_the_frame() -> None:
    """From 80 to 240 on an axis from 0; from 80 to 2,000, which is 25 times as much, on a log."""
    low, high = uncertainty.ranges_figure(sure()["places"], dark=False)["layout"]["xaxis"]["range"]
    assert low == 0
    assert high > 240
    wide = {RENTED: place(100.0, 0.6), OWNED: place(1000.0, 0.4)}
    axis = uncertainty.ranges_figure(wide, dark=False)["layout"]["xaxis"]
    assert axis["type"] == "log"
    assert axis["range"][0] < math.log10(80)
    assert axis["range"][1] > math.log10(2000)


def test_long_causes_leave_room_for_their_bars() -> None:
    bar: dict[str, Any] = {"label": "Hours a month to run on a hosted platform"}
    bar |= {"low_usd_per_month": 1.0, "high_usd_per_month": 2.0}
    (trace_of_it,) = uncertainty.tornado_figure([bar], dark=False)["data"]
    assert trace_of_it["y"] == ["Hours a month to run on<br>a hosted platform"]


# --- over two inputs ---------------------------------------------------------------------------
def won() -> dict[str, Any]:
    return {
        "x": {
            "field": "requests_per_month",
            "unit": "requests per month",
            "scale": "log",
            "here": 1e4,
            "values": [1e3, 1e4, 1e6],
        },
        "y": {
            "field": "staff_usd_per_hour",
            "unit": "USD per hour",
            "scale": "linear",
            "here": 50.0,
            "values": [0.0, 100.0],
        },
        "class": [["clear", "close", "clear"], [None, "clear", "clear"]],
        "limits": [],
        "winner": [[RENTED, RENTED, OWNED], [None, API, OWNED]],
        "margin_share": [[0.5, 0.02, None], [None, 0.1, 0.7]],
    }


def trace(figure: dict[str, Any], name: str) -> dict[str, Any]:
    return next(item for item in figure["data"] if item["name"] == name)


def test_the_map_colours_winners_and_hatches_what_is_close() -> None:
    figure = who_wins.figure(won(), dark=False)
    go.Figure(figure)
    close = trace(figure, "too close to call")
    # three strokes through the one cell, which lies between the middles to its neighbours; the
    # one in the middle goes from corner to corner
    low, mid, high = (pytest.approx(10**power) for power in (3.5, 4.25, 5))
    assert close["x"] == [low, mid, None, low, high, None, mid, high, None]
    assert close["y"] == [25.0, 50.0, None, 0.0, 50.0, None, 0.0, 25.0, None]
    layers = [item for item in figure["data"] if item["type"] == "heatmap"]
    assert len(layers) == 4  # three places and nobody
    assert all(item["type"] != "scattergl" for item in figure["data"])  # not every browser has it
    assert figure["layout"]["xaxis"]["type"] == "log"
    assert "type" not in figure["layout"]["yaxis"]
    edges = trace(figure, "where the cheapest place changes")
    # up between columns two and three, across the first and the second, and right of the lost cell
    assert len(edges["x"]) == 3 * 5
    here = trace(figure, "you are here")
    assert (here["x"], here["y"]) == ([1e4], [50.0])
    named = {item["text"] for item in figure["layout"]["annotations"]}
    # on a phone the managed API's would lie over that of nobody, next to it: it is in the legend
    assert named == {"Rented machines", "Own machines", "nothing possible"}
    assert "Managed API" in {item["name"] for item in layers if item["showlegend"]}


def test_names_of_places_cover_neither_the_point_nor_one_another() -> None:
    """Six cells across: rented machines win four, of which the scenario stands on the inmost."""
    side = {"field": "staff_usd_per_hour", "unit": "USD per hour", "scale": "linear"}
    x = {**side, "here": 20.0, "values": [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]}
    y = {**side, "field": "horizon_months", "here": 10.0, "values": [0.0, 10.0, 20.0]}
    row = [RENTED, RENTED, RENTED, RENTED, OWNED, OWNED]
    body: dict[str, Any] = {
        "x": x,
        "y": y,
        "winner": [row] * 3,
        "class": [["clear"] * 6] * 3,
        "limits": [],
    }
    body["margin_share"] = [[0.5] * 6] * 3
    named = who_wins.figure(body, dark=False)["layout"]["annotations"]
    assert [item["text"] for item in named] == ["Rented machines", "Own machines"]
    rented, owned = ((item["x"], item["y"]) for item in named)
    # of a phone's 285 pixels a name of 15 letters takes a third; the point stands at 0.2 and 0.5
    assert abs(rented[0] - 0.2) > 0.17 or abs(rented[1] - 0.5) > 0.04
    assert owned[0] - rented[0] > 0.3 or abs(owned[1] - rented[1]) > 0.04


def test_hybrids_which_share_a_colour_are_told_by_their_marks() -> None:
    hybrids = "device+managed_api", "device+rented"
    marked = who_wins.figure(
        {**won(), "winner": [[*hybrids, OWNED], [None, API, OWNED]]}, dark=True
    )
    found = {item["name"]: item for item in marked["data"] if item.get("mode") == "markers"}
    shapes = [
        found[f"Devices + {name}"]["marker"]["symbol"]
        for name in ("managed API", "rented machines")
    ]
    assert shapes == ["circle", "diamond"]  # those of their partners
    assert found["Devices + rented machines"]["x"] == [1e4]  # its only cell
    assert "Own machines" not in found


def test_limits_of_the_allowed_are_lines() -> None:
    point = {"x": 1e4, "y": 40.0, "allowed": "above", "along": "staff_usd_per_hour"}
    shut = [{"place": "rented", "rule": "speed: answer", "points": [point]}]
    wall = trace(
        who_wins.figure({**won(), "limits": shut}, dark=True), "a limit of what is allowed"
    )
    assert wall["x"] == [pytest.approx(10**3.5), pytest.approx(1e5), None]
    assert wall["y"] == [40.0, 40.0, None]


def test_a_cell_says_by_how_much_it_is_won() -> None:
    told = who_wins.cell_words(won(), (1e4, 0.0)).replace("\u00a0", " ")
    assert told.endswith(" Rented machines, 2 % less than the next place.")


def test_a_cell_opens_in_the_same_tab() -> None:
    """Back leads back to the map."""
    shown = who_wins.opening("./?preset=a&title=%22")
    assert 'href="./?preset=a&amp;title=%22"' in shown
    assert 'target="_self"' in shown


# --- along an input ----------------------------------------------------------------------------
def met(**more: Any) -> dict[str, Any]:
    crossing = {"at": 5000.0, "until": None, "cheaper_below": API, "cheaper_above": OWNED}
    crossing |= {"kind": "exact", "p10": 4000.0, "p90": 7000.0}
    made: dict[str, Any] = {"axis": "requests_per_month", "unit": "requests per month"}
    made |= {"a": API, "b": OWNED}
    made |= {"axis_low": 1e3, "axis_high": 1e9}
    return made | {"reason": "", "crossings": [crossing]} | more


def test_the_end_of_what_is_possible_is_a_dashed_line() -> None:
    body = met(allowed={"a": [[2e3, 1e9]], "b": [[1e3, 1e9]]})
    curve = Curve("owned", "requests_per_month", (1e3, 1e4), (50.0, 90.0), ("", ""))
    shapes = axis_curve.figure([curve], body, 3e3, dark=False)["layout"]["shapes"]
    dashed = [shape["x0"] for shape in shapes if shape["line"].get("dash") == "dash"]
    assert dashed == [2e3]


def test_the_curve_is_taken_by_plotly_with_interval_and_crossing() -> None:
    curve = Curve(
        "owned", "requests_per_month", (1e3, 1e4, 1e5), (50.0, math.nan, 90.0), ("", "", "")
    )
    figure = axis_curve.figure([curve], met(), 2e3, dark=False)
    go.Figure(figure)
    assert [shape["type"] for shape in figure["layout"]["shapes"]] == ["rect", "line", "line"]
    told = words_of_crossings.alt(met(), axis_curve.drawn([curve]))
    assert told == (
        "Cost a month over requests a month of Own machines. The cheaper one of Managed API and "
        "Own machines changes at 5,000 requests per month (in 8 of 10 cases between 4,000 and "
        "7,000 requests per month)."
    )
    alone = axis_curve.figure([curve], None, 2e3, dark=True)
    assert len(alone["layout"]["shapes"]) == 1
    # 50 to 90 USD a month from 0; 5 to 90, a factor of 18, by their ratios
    assert alone["layout"]["yaxis"]["rangemode"] == "tozero"
    assert "type" not in alone["layout"]["yaxis"]
    share = tuple(float(x) for x in range(101))
    steps = Curve("owned", "min_reach_pct", share, (50.0,) * 101, ("",) * 101)
    assert "type" not in axis_curve.figure([steps], None, 95.0, dark=True)["layout"]["xaxis"]
    wide = Curve("owned", "requests_per_month", (1e3, 1e4, 1e6), (5.0, 9.0, 90.0), ("",) * 3)
    drawn = axis_curve.figure([wide], None, 2e3, dark=True)["layout"]
    assert [drawn[side]["type"] for side in ("xaxis", "yaxis")] == ["log", "log"]
    # 1, 2 and 5 of each power: without them every digit is written, one over another
    assert drawn["yaxis"]["ticktext"] == ["$5", "$10", "$20", "$50"]
    assert [row[-1] for row in words_of_crossings.crossings(met()).rows] == [
        "the cheaper one changes"
    ]


# --- through price history -----------------------------------------------------------------------
def past() -> dict[str, Any]:
    def day(when: str, winner: str, **costs: float) -> dict[str, Any]:
        return {
            "day": when,
            "winner": winner,
            "places": {p: {"id": p, "cost_usd_per_month": usd} for p, usd in costs.items()},
            "break_even": None,
            "choice_usd_per_month": 90.0,
            "moved": [{"key": "x/y/input", "old_usd": 2.0, "new_usd": 1.0, "no_later_than": True}],
            "held": 1,
        }

    days = [
        day("2025-01-01", RENTED, rented=100.0, managed_api=120.0),
        day("2025-06-01", API, managed_api=80.0, rented=100.0),
        day("2026-01-01", API, managed_api=70.0),
    ]
    return {"mode": "hold", "days": days, "held": {"count": 2, "rows": []}, "left_out": 0}


def test_history_draws_its_days_and_tells_what_moved() -> None:
    go.Figure(history.figure(past()["days"], dark=False))
    rows = words_of_history.table(past()["days"]).rows
    assert [row[0] for row in rows] == ["1\xa0Jan\xa02026", "1\xa0Jun\xa02025", "1\xa0Jan\xa02025"]
    assert rows[0][-1] == "x/y/input 2.00 to 1.00, or earlier"


def test_the_cell_nearest_to_the_scenario_stands_in_the_choices() -> None:
    decades = [1e3, 1e4, 1e5, 1e6]
    assert who_wins.nearest(decades, 4e4) == 2  # nearer to 100,000 by its ratio
    assert who_wins.nearest([0.0, 10.0, 20.0], 14.0) == 1
    assert who_wins.nearest(decades, None) == 2


def test_a_moved_price_opens_in_the_list() -> None:
    item = {"key": "a/b c", "old_usd": 1.0, "new_usd": 2.0, "no_later_than": True}
    days: list[dict[str, Any]] = [
        {"day": "2026-01-01", "moved": []},
        {"day": "2026-02-01", "moved": [item]},
    ]
    rows, keys = words_of_history.moved(days)
    assert rows.rows == (("a/b c", "1 Feb 2026, or earlier", "1.00", "2.00"),)
    assert history.opened("preset=x", keys[0]) == "./prices?preset=x&search=a%2Fb+c"


@pytest.mark.parametrize(
    ("rows", "entries", "pixels"),
    # 28 above, 42 a row, 19 an entry and at least 60 for all; never under twice the entries
    [(3, 2, 28 + 126 + 60), (3, 7, 28 + 126 + 133), (1, 7, 266), (9, 5, 28 + 378 + 95)],
)
def test_a_legend_is_seen_whole_on_a_phone(rows: int, entries: int, pixels: int) -> None:
    assert strips.height(rows, entries) == pixels
    assert 19 * entries <= pixels / 2
