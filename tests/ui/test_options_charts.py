"""The pictures of Options: what they hold, what their words say, and that Plotly takes them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import plotly.graph_objects as go
import pytest

from report.devices import devices_body
from report.retraining import retraining_body
from ui.components import device_mix, retraining

Json = dict[str, Any]


@pytest.fixture(scope="module")
def devices() -> Json:
    return devices_body("preset=live_camera")[0]


@pytest.fixture(scope="module")
def cadence() -> Json:
    return retraining_body("preset=deep_art")[0]


@pytest.mark.parametrize("dark", [False, True])
def test_plotly_takes_every_figure(devices: Json, cadence: Json, *, dark: bool) -> None:
    timed = [item for item in devices["devices"] if item["first_minute_ms"]]
    drawn = [item for item in devices["devices"] if item["energy_j_per_request"]]
    for spec in (
        device_mix.times(timed, devices["limits"], dark=dark),
        device_mix.energy(drawn, devices["energy"], dark=dark),
        retraining.figure(cadence, retraining.possible(cadence), dark=dark),
    ):
        go.Figure(spec)


def test_a_device_has_a_line_from_minute_1_to_minute_10(devices: Json) -> None:
    timed = [item for item in devices["devices"] if item["first_minute_ms"]]
    figure = device_mix.times(timed, devices["limits"], dark=False)
    lines = [trace for trace in figure["data"] if trace["mode"] == "lines"]
    assert len(lines) == len(timed)
    for line, item in zip(lines, timed, strict=True):
        assert line["x"] == [item["first_minute_ms"]["mid"], item["lasting_ms"]["mid"]]
    assert figure["layout"]["shapes"][0]["x0"] == devices["limits"]["answer_ms"]


def test_axes_that_are_logarithmic_say_so(devices: Json, cadence: Json) -> None:
    timed = [item for item in devices["devices"] if item["first_minute_ms"]]
    figures = (
        device_mix.times(timed, devices["limits"], dark=False),
        retraining.figure(cadence, retraining.possible(cadence), dark=False),
    )
    for figure in figures:
        for name in ("xaxis", "yaxis"):
            axis = figure["layout"][name]
            if axis.get("type") == "log":
                assert "log scale" in axis["title"]["text"]


def test_words_of_the_pictures_say_what_they_show(devices: Json, cadence: Json) -> None:
    timed = [item for item in devices["devices"] if item["first_minute_ms"]]
    said = device_mix.times_alt(timed)
    assert all(item["device"] in said for item in timed)
    assert said.count("(does not serve)") == sum(not item["serves"] for item in timed)
    drawn = [item for item in devices["devices"] if item["energy_j_per_request"]]
    assert "sending it takes" in device_mix.energy_alt(drawn, devices["energy"])
    said = retraining.alt(cadence, retraining.possible(cadence))
    assert "Own machines" in said
    assert "The cheapest changes" in said


def test_one_place_alone_is_said_never_to_change() -> None:
    """Data that may not leave the house train on own machines, at every cadence."""
    alone = retraining_body("preset=hospital_imaging")[0]
    assert retraining.possible(alone) == ["owned"]
    assert retraining.alt(alone, ["owned"]).endswith("The cheapest never changes.")


def test_never_stands_before_all_the_rest(cadence: Json) -> None:
    least = cadence["retrains_per_month"][1]
    assert 0 < retraining.where(cadence, 0.0) < least
    assert retraining.where(cadence, least) == least


def test_names_at_the_lines_ends_do_not_overlap(cadence: Json) -> None:
    figure = retraining.figure(cadence, retraining.possible(cadence), dark=False)
    labels = [item for item in figure["layout"]["annotations"] if item.get("xref") == "paper"]
    heights = sorted(item["y"] for item in labels)
    assert len(heights) == len(retraining.possible(cadence))
    for low, high in pairwise(heights):
        assert high - low >= 0.1 - 1e-9


def test_you_are_here_stands_at_the_scenarios_cadence(cadence: Json) -> None:
    figure = retraining.figure(cadence, retraining.possible(cadence), dark=False)
    here = cadence["retrains_per_month"][cadence["here"]]
    assert figure["layout"]["shapes"][1]["x0"] == here
    mark = next(a for a in figure["layout"]["annotations"] if "you are here" in a["text"])
    assert mark["x"] == pytest.approx(math.log10(here))


def test_a_line_ends_with_a_cross_and_its_reason(cadence: Json) -> None:
    figure = retraining.figure(cadence, retraining.possible(cadence), dark=False)
    crosses = [item for item in figure["data"] if item.get("marker", {}).get("symbol") == "x"]
    assert crosses
    ends = [
        max(x for x, usd in zip(*item["curve"].values(), strict=True) if usd is not None)
        for item in cadence["venues"].values()
        if any(usd is not None for usd in item["curve"]["usd_per_month"])
    ]
    assert {trace["x"][0] for trace in crosses} <= set(ends)
    assert all("ends here" in trace["customdata"][0] for trace in crosses)


def test_few_hours_are_minutes() -> None:
    assert retraining.hours_words(0.133) == "8 min"
    assert retraining.hours_words(24.0) == "24 h"


def test_times_of_devices_are_marked_in_the_unit_people_read() -> None:
    """From 10 s to 200 s: no thousands of milliseconds, and few enough for a telephone."""
    body = devices_body("preset=voice_notes")[0]
    timed = [item for item in body["devices"] if item["first_minute_ms"]]
    axis = device_mix.times(timed, body["limits"], dark=False)["layout"]["xaxis"]
    marks = dict(zip(axis["tickvals"], axis["ticktext"], strict=True))
    assert marks[10_000.0] == "10 s"
    assert all(text.endswith(" s") for text in marks.values())


def test_energy_over_six_powers_of_ten_has_three_marks() -> None:
    body = devices_body("preset=keyboard")[0]
    drawn = [item for item in body["devices"] if item["energy_j_per_request"]]
    axis = device_mix.energy(drawn, body["energy"], dark=False)["layout"]["xaxis"]
    assert axis["type"] == "log"
    assert axis["ticktext"] == ["0.00001", "0.01", "10"]


def test_where_places_cost_the_same_stairs_say_from_and_to() -> None:
    met = {"cheaper_below": "rented", "cheaper_above": "owned", "at": 128.2}
    body = {
        "crossings": [
            {
                "crossings": [
                    met | {"until": 135.1, "kind": "alternating"},
                    met | {"at": 12.0, "until": None, "kind": "exact", "last_below": None},
                    met | {"at": 4_942.0, "until": None, "kind": "exact", "last_below": 4_941.9},
                ]
            }
        ]
    }
    table = retraining.crossings(body)
    assert [row[0] for row in table.rows] == [
        "12 times a month",
        "128 to 135 times a month",
        "4,940 times a month",
    ]
    assert table.rows[0][1:3] == ("Rented machines", "Own machines")
    kinds = [row[3] for row in table.rows]
    assert kinds == ["meet", "alternate (stairs)", "one steps over the other"]


def test_how_often_is_possible_is_what_the_crossings_say() -> None:
    """Live camera: a platform is the cheaper one up to 2,480 times a month, so it is possible then.

    Own machines can train every minute on a faster machine than the one that takes 1.6 h here.
    """
    body = retraining_body("preset=live_camera")[0]
    columns, rows = retraining.venues(body, dark=False)
    most = dict(
        zip(
            [column.id for column in columns],
            next(row.cells for row in rows if row.id == "most"),
            strict=True,
        )
    )
    for pair in body["crossings"]:
        for met in pair["crossings"]:
            if met["kind"] == "feasibility":
                continue
            shown = most[met["cheaper_below"]].text
            if shown != "every minute":
                assert float(shown.split()[0].replace(",", "")) * 1.005 >= met["at"], met
    online = retraining.venues(retraining_body("preset=recommender")[0], dark=False)
    (service,) = (row.cells[0] for row in online[1] if row.id == "most")
    assert online[0][0].id == "managed_api"
    assert service.why[0] == "It learns online: no run has to end before the next one."
    assert most["owned"].text == "every minute"
    assert most["owned"].why[0].startswith("Up there one run takes 0.85 min, on ")


def test_marks_of_an_even_axis_stand_beside_each_other_on_a_phone() -> None:
    """Every 50 ms up to 200 ms is five marks, which run into each other: every other one stays."""
    made = device_mix._axis("time", [30.0, 76.0, 200.0], lambda ms: f"{ms:g} ms", log=False)
    assert made["ticktext"] == ["0 ms", "100 ms", "200 ms"]


def test_a_place_that_nothing_is_compared_with_ends_where_its_line_does() -> None:
    """Hospital imaging is trained on own machines alone; the grid stands at 16,309 and 22,669."""
    body = retraining_body("preset=hospital_imaging")[0]
    _, rows = retraining.venues(body, dark=False)
    (most,) = (row for row in rows if row.id == "most")
    line = body["venues"]["owned"]["curve"]
    known = [
        often
        for often, usd in zip(line["retrains_per_month"], line["usd_per_month"], strict=True)
        if usd is not None
    ]
    assert 16_310 < known[-1] < 22_669
    (said,) = {cell.text for cell in most.cells if cell.text.endswith("times a month")}
    assert float(said.split()[0].replace(",", "")) == pytest.approx(known[-1], rel=0.01)


def test_shares_that_are_all_ours_are_all_of_the_users() -> None:
    """0.6 + 0.1 + 0.1 + 0.1 + 0.1 added one by one is under 1: "over 99 %" was told of all."""
    (body, _) = devices_body("preset=semantic_search")
    assert [item["share"]["mid"] for item in body["devices"]] == [0.6, 0.1, 0.1, 0.1, 0.1]
    assert all(item["our_judgement"] for item in body["devices"])
    assert "Devices of 100\N{NO-BREAK SPACE}% of users" in device_mix._shares(body)
