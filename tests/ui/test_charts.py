"""Figures drawn from hand-made specifications, and those of every app in Plotly's words."""

import json
import math
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import plotly.io
import pytest
from plotly.tools import return_figure_from_figure_or_data

from calculators.compare import compare
from calculators.places import PLACES
from calculators.presets import from_preset, presets
from calculators.results import Comparison
from pricing.book import PriceBook
from report import chart_numbers
from report.axes import Axis, Tick
from report.chart_spec import Breakdown, CostCurve, Mark, Series, breakdown, cost_curve
from report.palette import STYLES
from tests.sampling import few
from ui.components import charts
from ui.components.ready import Ready

X = Axis("requests per month", 1e3, 1e9, (Tick(1e3, "1 k"), Tick(1e9, "1 B")), log=True)
Y = Axis("USD a month", 100, 1e5, (Tick(100, "$100"),), log=True)


def series(x: list[float], y: list[float | None], *, best: bool = False) -> Series:
    end = [value for value in y if value is not None][-1]
    return Series(
        "rented", "Rented machines", STYLES["rented"], tuple(x), tuple(y), x[-1], end, end, best
    )


def spec(*lines: Series, flips: tuple[Mark, ...] = ()) -> CostCurve:
    return CostCurve("t", X, Y, lines, Mark(1e6, 1000, "you are here: 1 M"), flips, "words")


def curve_figure(spec: CostCurve, *, dark: bool) -> go.Figure:
    """The chart, every word of it checked by Plotly."""
    return go.Figure(charts.curve_figure(spec, dark=dark))


def breakdown_figure(spec: Breakdown, *, dark: bool) -> go.Figure:
    return go.Figure(charts.breakdown_figure(spec, dark=dark))


def test_a_stair_keeps_its_corners() -> None:
    line = series([1e3, 1e6, 1e6, 1e9], [1000, 1000, 2000, 2000])
    x, y = charts.thinned(line, X, Y)
    assert x.tolist() == [1e3, 1e6, 1e6, 1e9]
    assert y.tolist() == [1000, 1000, 2000, 2000]


def test_points_nobody_could_tell_apart_are_left_out() -> None:
    xs = np.geomspace(1e3, 1e9, 20_000)
    line = series(xs.tolist(), [1000.0] * 20_000)
    x, _ = charts.thinned(line, X, Y)
    assert len(x) < 3000
    assert (x[0], x[-1]) == pytest.approx((1e3, 1e9))


def test_a_gap_stays_a_gap() -> None:
    line = series([1e3, 1e5, 1e7, 1e9], [1000, None, None, 2000])
    _, y = charts.thinned(line, X, Y)
    assert np.isnan(y).sum() >= 1
    figure = curve_figure(spec(line), dark=False)
    assert figure.data[0].connectgaps is False


@pytest.mark.parametrize("dark", [False, True])
def test_curve_colours_axes_and_words(comparison: Comparison, dark: bool) -> None:
    found = cost_curve(comparison)
    figure = curve_figure(found, dark=dark)
    assert (figure.layout.xaxis.type, figure.layout.yaxis.type) == ("log", "log")
    shown = [note.text for note in figure.layout.annotations]
    assert any("you are here" in text for text in shown)
    for line, trace in zip(found.series, figure.data, strict=False):
        assert trace.line.color == (line.style.line.dark if dark else line.style.line.light)
        assert any(line.label.split(" + ")[0] in text for text in shown)


def test_end_labels_do_not_cover_each_other() -> None:
    lines = [series([1e3, 1e9], [1000.0, 1000.0 + i]) for i in range(8)]
    figure = curve_figure(spec(*lines), dark=False)
    ends = sorted(note.y for note in figure.layout.annotations if note.xref == "paper")
    assert len(ends) == 8
    assert min(np.diff(ends)) >= 0.0849
    # half a name above the foot and under the head, where other words stand
    assert ends[0] >= 0.0424
    assert ends[-1] <= 0.9576


def test_flips_are_marked_and_at_most_two_are_named() -> None:
    flips = tuple(Mark(10.0**power, 1000, "below: Managed API") for power in (4, 5, 7, 8))
    figure = curve_figure(spec(series([1e3, 1e9], [1000, 1000]), flips=flips), dark=False)
    (points,) = [trace for trace in figure.data if trace.mode == "markers"]
    assert points.marker.symbol == ("diamond",) * 4 + ("circle",)
    assert points.x == (1e4, 1e5, 1e7, 1e8, spec().here.x)
    named = [note for note in figure.layout.annotations if "below: Managed API" in note.text]
    assert len(named) == 2
    assert all(note.y > 1 for note in named)  # above the chart, where no line runs
    assert len({note.y for note in named}) == 2
    # lines of flips run up behind the words of other rows
    above = [note for note in figure.layout.annotations if note.y >= 1 and note.xref != "paper"]
    assert len(above) == 3
    assert all(note.bgcolor for note in above)


PHONE_PX = 358  # of a chart on a screen 390 px wide
LETTER_PX = 6.2  # of the words at a flip, on average


@pytest.mark.parametrize("at", [1e3, 3e4, 6e4, 1e5, 1e6, 1e7, 1e8, 1e9])
def test_words_of_a_flip_stay_on_the_chart_of_a_phone(at: float) -> None:
    said = "above 10 M: Devices + hosted platform"
    line = series([1e3, 1e9], [1000, 1000])
    figure = curve_figure(spec(line, flips=(Mark(at, 1000, said),)), dark=False)
    (note,) = (note for note in figure.layout.annotations if note.text == said)
    margin, axis = figure.layout.margin, figure.layout.xaxis.range
    share = (note.x - axis[0]) / (axis[1] - axis[0])
    point = margin.l + share * (PHONE_PX - margin.l - margin.r)
    wide = LETTER_PX * len(said)
    start = point - wide * {"left": 0.0, "center": 0.5, "right": 1.0}[note.xanchor]
    assert start >= 0
    assert start + wide <= PHONE_PX


def test_of_many_volumes_every_second_has_words_which_stand_upright() -> None:
    decades = [10.0**power for power in range(3, 10)]
    many = replace(X, ticks=tuple(Tick(at, f"{at:.0e}") for at in decades))
    line = series([1e3, 1e9], [1000, 2000])
    axis = curve_figure(replace(spec(line), x_axis=many), dark=False).layout.xaxis
    assert axis.tickvals == tuple(decades)  # the grid keeps all of them
    assert axis.ticktext == ("1e+03", "", "1e+05", "", "1e+07", "", "1e+09")
    assert axis.tickangle == 0
    assert curve_figure(spec(line), dark=False).layout.xaxis.ticktext == ("1 k", "1 B")


def test_a_chart_of_few_bars_is_low(comparison: Comparison) -> None:
    whole = breakdown(comparison)
    heights = [
        breakdown_figure(replace(whole, bars=whole.bars[:count]), dark=False).layout.height
        for count in (1, 2, len(whole.bars))
    ]
    assert heights[1] - heights[0] == 62
    assert heights[0] < heights[1] < heights[2] <= charts.HEIGHT


def test_names_have_room_left_of_the_bars(comparison: Comparison) -> None:
    layout = breakdown_figure(breakdown(comparison), dark=False).layout
    names = [PLACES[option.kind].name for option in comparison.best_of_kind]
    longest = max(len(line) for name in names for line in name.split(" + "))
    assert 6.2 * longest < layout.margin.l < 8 * longest + 16
    assert not layout.yaxis.automargin  # the chart would be drawn twice


def test_axes_say_that_they_are_logarithmic(comparison: Comparison) -> None:
    layout = curve_figure(cost_curve(comparison), dark=False).layout
    assert layout.xaxis.title.text == "Requests a month, log scale"
    assert layout.yaxis.title.text == "USD a month, log scale"
    bars = breakdown_figure(breakdown(comparison), dark=False).layout
    assert "log" not in str(bars.xaxis.title.text)


def test_hovering_tells_all_places_anywhere(comparison: Comparison) -> None:
    layout = curve_figure(cost_curve(comparison), dark=False).layout
    assert (layout.hovermode, layout.hoverdistance) == ("x unified", -1)


def test_the_legend_names_only_what_a_bar_shows(comparison: Comparison) -> None:
    found = breakdown(comparison)
    figure = breakdown_figure(found, dark=False)
    wide = found.x_axis.high - found.x_axis.low
    for trace in figure.data:
        # of 240 px on a phone 2: what is narrower is hidden by the line around it
        assert trace.showlegend == (max(map(abs, trace.x)) >= 0.008 * wide), trace.name
    assert "Work to set up, once" in [trace.name for trace in figure.data]


def test_a_chart_is_a_table_too(comparison: Comparison) -> None:
    bars = breakdown(comparison)
    found = chart_numbers.bars(bars)
    for bar, row in zip(bars.bars, found.values, strict=True):
        assert row[-1] == pytest.approx(sum(part.monthly_usd for part in bar.segments))
        assert math.fsum(value or 0.0 for value in row[:-1]) == pytest.approx(row[-1])
    line = series([1e3, 1e5, 1e7, 1e9], [1000, None, None, 2000])
    told = chart_numbers.curve(spec(line))
    assert (told.corner, told.columns) == ("Requests a month", ("Rented machines",))
    assert told.names == ("1,000", "1 million", "1 billion")
    assert told.values == ((None,), (None,), (None,))


def test_bars_add_up_and_users_are_hatched(comparison: Comparison) -> None:
    found = breakdown(comparison)
    figure = breakdown_figure(found, dark=False)
    for index, bar in enumerate(found.bars):
        drawn = sum(trace.x[index] for trace in figure.data)
        assert drawn == pytest.approx(sum(part.monthly_usd for part in bar.segments))
    for category, trace in zip(found.categories, figure.data, strict=True):
        assert (trace.marker.pattern.shape == "/") == category.hatched


def test_nothing_possible_draws_an_empty_chart() -> None:
    figure = curve_figure(spec(), dark=False)
    assert math.isfinite(figure.layout.height)


@pytest.mark.parametrize("name", few([*presets(PriceBook.load())], 5))
@pytest.mark.parametrize("dark", [False, True])
def test_what_is_sent_unchecked_is_what_plotly_would_send(name: str, dark: bool) -> None:
    book = PriceBook.load()
    found = compare(from_preset(name, {}, book), book)
    for spec in (
        charts.curve_figure(cost_curve(found), dark=dark),
        charts.breakdown_figure(breakdown(found), dark=dark),
    ):
        checked = json.loads(plotly.io.to_json(go.Figure(spec).to_dict(), validate=False))
        sent = json.loads(plotly.io.to_json(Ready(spec).to_dict(), validate=False))
        traces = checked["layout"]["template"].pop("data")
        own = sent["layout"]["template"].pop("data")
        kinds = {trace["type"] for trace in sent["data"]}
        assert own == {kind: said for kind, said in traces.items() if kind in kinds}
        assert sent == checked


def test_streamlit_takes_a_ready_figure_as_it_is() -> None:
    ready = Ready(charts.curve_figure(spec(series([1e3, 1e9], [1000, 2000])), dark=False))
    assert return_figure_from_figure_or_data(ready, validate_figure=True) == ready.to_dict()
