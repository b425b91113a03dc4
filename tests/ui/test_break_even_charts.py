"""The charts of Break-even from made-up answers: words, figures that Plotly takes, tables."""

from __future__ import annotations

import math
from typing import Any

import plotly.graph_objects as go
import pytest

from calculators.results import Curve
from ui.components import axis_curve, history, payback, strips, uncertainty, who_wins

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


def test_strips_say_the_nearest_change() -> None:
    said = strips.sentence([strip()])
    assert "above **10,000 requests per month**" in said
    assert "own machines" in said or "own hardware" in said or "your own" in said.lower()
    nothing = strip(nearest_flip=None, bands=[strip()["bands"][0]])
    assert "No single input" in strips.sentence([nothing])


@pytest.mark.parametrize("dark", [False, True])
def test_a_band_that_comes_again_is_drawn_again(dark: bool) -> None:
    """Logarithmic from 1,000 to a million: 10,000 lies a third of the way."""
    figure = strips.figure([strip()], dark=dark)
    go.Figure(figure)
    rented = next(trace for trace in figure["data"] if len(trace.get("base", ())) == 2)
    assert rented["base"] == [0.0, pytest.approx(math.log(50) / math.log(1000))]
    assert rented["x"][0] == pytest.approx(1 / 3)


def test_a_strip_from_zero_has_room_for_its_decades() -> None:
    zero = strip(low=0.0, here=0.0)
    assert strips._share(zero, 0.0) == 0.0
    assert 0 < strips._share(zero, 10_000.0) < strips._share(zero, 50_000.0) < 1
    assert strips._share(zero, 1e6) == pytest.approx(1.0)


def test_every_edge_is_a_row_with_its_link() -> None:
    rows = strips.table([strip()], {("requests_per_month", 50_000.0): "./?preset=x"})
    assert list(rows["Changes at"]) == ["10,000 requests per month", "50,000 requests per month"]
    assert list(rows["Open"]) == ["", "./?preset=x"]


def test_the_strips_alt_names_every_band() -> None:
    assert strips.alt([strip()]).count(" to ") == 3


# --- over time -----------------------------------------------------------------------------------
def paid(*crossings: float, gap: float | None = 50.0) -> dict[str, Any]:
    months = [
        {"month": m, "cumulative_a_usd": 100.0 + 5 * m, "cumulative_b_usd": 20.0 * m}
        for m in range(13)
    ]
    flow = [
        {"year": 1, "capex_usd": 100.0, "opex_usd": 60.0, "credit_usd": 0.0, "total_usd": 160.0}
    ]
    return {
        "a": OWNED,
        "b": API,
        "months": months,
        "crossings": [{"month": month, "cheaper_after": "a"} for month in crossings],
        "gap_end_usd": gap,
        "cash_flow": {"a": flow, "b": []},
    }


def test_payback_says_the_month() -> None:
    """100 + 5 m = 20 m at m = 6.67."""
    names = ("Own machines", "API")
    assert "month **6.67**" in payback.sentence(paid(100 / 15), names)
    assert "that of **Own machines**." in payback.sentence(paid(100 / 15), names)
    assert "that of **API** all along" in payback.sentence(paid(gap=-50.0), names)
    go.Figure(payback.figure(paid(6.67), names, dark=False))
    assert "cross in month 6.67" in payback.alt(paid(100 / 15), names)
    assert payback.months(paid(), names).shape == (13, 3)


# --- how sure ---------------------------------------------------------------------------------
def place(mid: float, chance: float) -> dict[str, float]:
    ends = {"p10_usd_per_month": mid * 0.8, "p50_usd_per_month": mid, "p90_usd_per_month": mid * 2}
    return ends | {"probability_cheapest": chance, "expected_regret_usd_per_month": 12.0}


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


def test_uncertainty_says_chance_regret_and_what_to_measure() -> None:
    said = uncertainty.sentence(sure())
    assert "**60" in said
    assert "too close to call" in said
    assert "12" in said
    assert "Measure first: **Speed**" in uncertainty.measure_first(sure()["worth_knowing"])
    assert "Nothing" in uncertainty.measure_first([])


def test_a_bar_across_zero_is_hatched_and_one_that_moves_nothing_is_left_out() -> None:
    bars = uncertainty._bars(sure()["tornado"])
    assert [bar["factor"] for bar in bars] == ["x"]
    figure = uncertainty.tornado_figure(bars, dark=False)
    assert figure["data"][0]["marker"]["pattern"]["shape"] == ["/"]
    go.Figure(figure)
    go.Figure(uncertainty.ranges_figure(sure()["places"], dark=True))
    assert "Speed" in uncertainty.tornado_alt(bars, ("a", "b"))
    assert len(uncertainty.table(sure()["places"])) == 2


# --- over two inputs ---------------------------------------------------------------------------
def won() -> dict[str, Any]:
    return {
        "x": {
            "field": "requests_per_month",
            "unit": "requests per month",
            "values": [1e3, 1e4, 1e6],
        },
        "y": {"field": "staff_usd_per_hour", "unit": "USD per hour", "values": [0.0, 100.0]},
        "winner": [[RENTED, RENTED, OWNED], [None, API, OWNED]],
        "margin_share": [[0.5, 0.02, None], [None, 0.1, 0.7]],
    }


def test_the_map_colours_winners_and_marks_what_is_close() -> None:
    figure = who_wins.figure(won(), (1e4, 50.0), dark=False)
    go.Figure(figure)
    close = next(trace for trace in figure["data"] if trace["name"] == "too close to call")
    assert (close["x"], close["y"]) == ([1e4], [0.0])
    layers = [trace for trace in figure["data"] if trace["type"] == "heatmap"]
    assert len(layers) == 4  # three places and nobody
    assert figure["layout"]["xaxis"]["type"] == "log"
    assert "type" not in figure["layout"]["yaxis"]
    assert "33.3" in who_wins.sentence(won()).replace("\u00a0", " ") or "33" in who_wins.sentence(
        won()
    )


# --- along an input ----------------------------------------------------------------------------
def met(**more: Any) -> dict[str, Any]:
    crossing = {"at": 5000.0, "until": None, "cheaper_below": API, "cheaper_above": OWNED}
    crossing |= {"kind": "exact", "p10": 4000.0, "p90": 7000.0}
    made: dict[str, Any] = {"axis": "requests_per_month", "unit": "requests per month"}
    made |= {"a": API, "b": OWNED}
    made |= {"axis_low": 1e3, "axis_high": 1e9}
    return made | {"reason": "", "crossings": [crossing]} | more


def test_the_curve_says_where_the_pair_meets_with_its_interval() -> None:
    said = axis_curve.sentence(met()).replace("\u00a0", " ")
    assert "5,000 requests" in said
    assert "4,000" in said
    assert "7,000" in said
    never = met(crossings=[], reason="The first is cheaper all along.")
    assert axis_curve.sentence(never) == "The first is cheaper all along."


def test_the_curve_is_taken_by_plotly_with_interval_and_crossing() -> None:
    curve = Curve(
        "owned", "requests_per_month", (1e3, 1e4, 1e5), (50.0, math.nan, 90.0), ("", "", "")
    )
    figure = axis_curve.figure([curve], met(), 2e3, dark=False)
    go.Figure(figure)
    assert [shape["type"] for shape in figure["layout"]["shapes"]] == ["rect", "line", "line"]
    assert "meet at" in axis_curve.alt(met(), [curve])
    assert list(axis_curve.table(met())["Kind"]) == ["meet"]


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


def test_history_says_how_often_and_since_when() -> None:
    said = history.sentence(past())
    assert "**once** since 2025-01-01" in said
    assert "since **2025-06-01**" in said
    assert "2 prices" in history.held_words(past())
    go.Figure(history.figure(past()["days"], dark=False))
    rows = history.table(past()["days"])
    assert list(rows["Day"]) == ["2026-01-01", "2025-06-01", "2025-01-01"]
    assert rows["What moved it"].iloc[0] == "x/y/input 2.00 to 1.00, or earlier"


def test_an_edge_at_the_lowest_value_names_what_lies_beyond_it() -> None:
    """Film above nothing: no model takes it; the band of the value alone is not meant."""
    bands = [
        {"from": 0.0, "to": 0.0, "place": API, "resolution": 0.0},
        {"from": 0.0, "to": 36_000.0, "place": None, "resolution": 0.0},
    ]
    film = strip("video_seconds", low=0.0, high=36_000.0, here=0.0, bands=bands, nearest_flip=0.0)
    assert "nothing is possible" in strips.sentence([film])
    assert strips._ends_it(film)
    assert not strips._ends_it(strip())


def test_sides_over_time_are_called_by_place_or_product() -> None:
    def body(first: str | None, second: str | None) -> dict[str, Any]:
        return {
            "sides": {"a": {"place": first, "label": "A"}, "b": {"place": second, "label": "B"}}
        }

    assert payback.names(body(OWNED, API)) == ("Own machines", "Managed API")
    assert payback.names(body(OWNED, OWNED)) == ("A", "B")
    assert payback.names(body(OWNED, None)) == ("Own machines", "B")


def test_while_others_are_looked_at_the_sentence_speaks_of_these_alone() -> None:
    assert "among these" in strips.sentence([strip()], whole=False)
    nothing = {**strip(), "nearest_flip": None}
    assert "None of these inputs" in strips.sentence([nothing], whole=False)


def test_the_cell_nearest_to_the_scenario_stands_in_the_choices() -> None:
    decades = [1e3, 1e4, 1e5, 1e6]
    assert who_wins.nearest(decades, 4e4) == 2  # nearer to 100,000 by its ratio
    assert who_wins.nearest([0.0, 10.0, 20.0], 14.0) == 1
    assert who_wins.nearest(decades, None) == 2


def test_a_moved_price_opens_in_the_list() -> None:
    moved = {"key": "a/b c", "old_usd": 1.0, "new_usd": 2.0, "no_later_than": True}
    days: list[dict[str, Any]] = [
        {"day": "2026-01-01", "moved": []},
        {"day": "2026-02-01", "moved": [moved]},
    ]
    (row,) = history.prices(days, "preset=x").to_dict("records")
    assert row["Open"] == "./prices?preset=x&search=a%2Fb+c"
    assert row["Perhaps earlier"] == "yes"
