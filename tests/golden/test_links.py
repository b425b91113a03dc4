"""Golden links: what an old link showed is what it shows. See :mod:`tests.golden.links`."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from calculators import METHOD
from report.aliases import current_id
from report.codec import MAX_QUERY_CHARS, decode
from report.packed import FORMS, unpack
from report.upgrades import SCHEMA
from tests.golden import links as golden
from tests.golden.links import (
    CHANGELOG,
    YOUNGER,
    Answer,
    GoldenError,
    Link,
    digest,
    frozen,
    methods,
)

ROWS = golden.links()
RELEASED = methods(CHANGELOG.read_text(encoding="utf-8"))

# Awkward and hand-written links always; of the grid over presets, editions and volumes one in six.
GRID = [row for row in ROWS if not row.note.startswith(("awkward: ", "by hand: "))]
LATER = [row for place, row in enumerate(GRID) if place % 6]
SAMPLE = [row for row in ROWS if row not in LATER]


def named(rows: list[Link]) -> list[object]:
    return [pytest.param(row, id=row.note.replace(" ", "_")) for row in rows]


def check(row: Link) -> None:
    was, now = row.answers[METHOD], golden.answer(row.link)
    assert current_id(now.id) == current_id(was.id)
    assert bool(now.total_usd) == bool(was.total_usd)
    if was.total_usd:
        assert float(now.total_usd) == pytest.approx(float(was.total_usd), abs=0.011)


def test_the_running_method_has_a_column() -> None:
    assert METHOD in ROWS[0].answers, (
        f"method {METHOD} has no column of golden links: name the method in CHANGELOG.md under "
        "Unreleased, Method, then run python -m tests.golden.links --add-method"
    )


@pytest.mark.parametrize("row", named(SAMPLE))
def test_a_link_answers_as_recorded(row: Link) -> None:
    check(row)


@pytest.mark.soak
@pytest.mark.parametrize("row", named(LATER))
def test_every_other_link_answers_as_recorded(row: Link) -> None:
    check(row)


def test_the_table_covers_what_it_promises() -> None:
    assert len(SAMPLE) >= 60
    assert len(ROWS) - len(GRID) >= 50
    assert len({row.link for row in ROWS}) == len(ROWS)
    assert len({row.note for row in ROWS}) == len(ROWS)


def test_every_schema_has_links_and_so_has_every_form_of_a_packed_one() -> None:
    queries = [unpacked(row.link) for row in ROWS]
    by_schema = Counter(int(dict(parse_qsl(query)).get("v", 1)) for query in queries)
    assert set(by_schema) == set(range(1, SCHEMA + 1))
    assert min(by_schema.values()) >= 2
    packed = {row.link[len("z=")] for row in ROWS if row.link.startswith("z=")}
    assert packed == set(FORMS)


def unpacked(link: str) -> str:
    """What a link stands for, in words."""
    return unpack(link.removeprefix("z="), MAX_QUERY_CHARS) if link.startswith("z=") else link


def test_a_link_remembers_what_its_method_answered() -> None:
    """The headline inside a link and the column of the method that wrote it agree."""
    checked = 0
    for row in ROWS:
        found = decode(row.link, strict=True)
        if found.was is None:
            continue
        said = row.answers[found.method]
        assert found.was.option_id == current_id(said.id)
        assert found.was.total_usd == float(said.total_usd)
        checked += 1
    assert checked > 150


def test_every_column_is_a_method_of_the_changelog() -> None:
    for method in ROWS[0].answers:
        assert method in RELEASED, f"CHANGELOG.md has no heading of method {method}"


def test_released_columns_are_as_they_were() -> None:
    held = frozen()
    released = {method for method in ROWS[0].answers if RELEASED.get(method)}
    assert set(held) == released, "python -m tests.golden.links --freeze"
    for method, code in held.items():
        assert digest(ROWS, method) == code, (
            f"the column of method {method} or a link in it has changed: put it back; a new "
            "method gets a column of its own"
        )


def test_only_the_running_method_may_be_unreleased() -> None:
    assert {method for method in ROWS[0].answers if not RELEASED.get(method)} <= {METHOD}


# --- the command -----------------------------------------------------------------------------
def test_the_changelog_says_which_methods_are_out() -> None:
    text = (
        "## Unreleased\n### Method\n- Method **4**.\n"
        "## Method 3, edition 2027-01-01 (2027-01-02)\n- Method **3**: words\n"
        "## Method 2 without a day\n- Method **2**\n"
    )
    assert methods(text) == {"4": False, "3": True}


def test_a_column_is_never_rewritten() -> None:
    with pytest.raises(GoldenError, match="never rewritten"):
        golden.add_method(ROWS, f"## Unreleased\n- Method **{METHOD}**")


def test_a_method_the_changelog_does_not_name_gets_no_column(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(golden, "METHOD", "999")
    with pytest.raises(GoldenError, match="no heading of method 999"):
        golden.add_method(ROWS, "## Unreleased\n- Method **3**")


def test_a_new_method_adds_a_column_and_leaves_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(golden, "METHOD", "999")
    monkeypatch.setattr(golden, "answer", lambda link: Answer("1.00", "none>device:x"))
    made = golden.add_method(ROWS, "## Unreleased\n- Method **999**")
    made = golden.add_link(made, "v=1&preset=keyboard", "a younger link")
    golden.write(made, tmp_path / "links.csv")
    again = golden.links(tmp_path / "links.csv")
    assert again == made
    assert again[-1].answers["2"].total_usd == YOUNGER
    assert {row.answers["999"].total_usd for row in again} == {"1.00"}
    assert digest(again, "2") == digest(ROWS, "2")


def test_one_cent_in_a_released_column_is_found() -> None:
    first = ROWS[0]
    changed = Link(first.link, first.note, {**first.answers, "2": Answer("1.00", "none>device:x")})
    assert digest([changed, *ROWS[1:]], "2") != digest(ROWS, "2")
    assert digest(ROWS[1:], "2") != digest(ROWS, "2")


def test_a_link_stands_in_the_table_once() -> None:
    with pytest.raises(GoldenError, match="holds this link"):
        golden.add_link(ROWS, ROWS[0].link, "again")
