"""Texts that leave the page: they name what they pin, run as they stand, and hold text as text."""

from __future__ import annotations

import io
import shlex
from collections.abc import Iterator
from contextlib import redirect_stdout
from unittest.mock import patch

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from calculators import METHOD
from calculators.compare import compare
from calculators.results import Comparison
from report import api, share_text
from report.codec import decode, encode
from report.ranked import ranked

URL = "https://example.org/?preset=voice_notes"
NASTY = "$x$ :red[no] `code` 'q' \"Q\" <b> \\alpha =1+1 {{x}} https://x.org $(reboot)"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(Starlette(routes=api.ROUTES)) as found:
        yield found


def compared(query: str) -> Comparison:
    found = decode(query, strict=True)
    return compare(found.scenario, found.book)


VOICE = "preset=voice_notes"


def test_a_pasted_text_says_answer_cost_and_what_is_pinned() -> None:
    made = compared(VOICE)
    said = share_text.pasted(made, URL)
    assert made.cheapest is not None
    cost = ranked(made.cheapest, made)
    assert cost is not None
    assert said.startswith("Voice notes, 1 million requests a month. ")
    assert made.cheapest.label in said
    assert "a month (8 in 10 cases: $" in said
    assert f"edition {made.book.edition}" in said
    assert f"method {METHOD}: {URL}" in said
    assert said.count("\n") == 1


def test_of_several_too_close_to_call_it_says_which_one_the_figure_is_of() -> None:
    made = compared("preset=celebrity_match&requests_per_month=2500000")
    assert made.too_close
    assert made.cheapest is not None
    said = share_text.answer(made)
    assert said.startswith("Too close to call: a hosted platform or the users' devices. ")
    assert f". Cheapest at middle values: {made.cheapest.label}, $" in said
    sure = compared("preset=support_chat")
    assert not sure.too_close
    assert "middle values" not in share_text.answer(sure)


def test_a_citation_is_one_line_that_ends_in_the_link() -> None:
    said = share_text.citation(compared(VOICE), URL)
    assert "\n" not in said
    assert said.endswith(URL)
    assert f"method {METHOD}" in said


def test_a_title_stands_in_them_as_it_was_written() -> None:
    found = decode(VOICE)
    titled = found.scenario.with_changes({"title": NASTY})
    made = compare(titled, found.book)
    assert NASTY in share_text.pasted(made, URL)
    assert f"“{NASTY}”" in share_text.citation(made, URL)
    query = encode(titled, found.book)
    assert decode(query, strict=True).scenario.title == NASTY
    words = shlex.split(share_text.curl("https://example.org", query))
    assert words[:3] == ["curl", "--compressed", "--fail"]
    assert len(words) == 4  # nothing of the title left the quotes
    compile(share_text.python("https://example.org", query), "snippet", "exec")


def test_nothing_possible_is_said_without_a_price() -> None:
    made = compared("preset=support_chat&latency_budget_ms=1&data_sensitivity=on_premises")
    assert made.cheapest is None
    assert "$" not in share_text.answer(made)


@pytest.mark.parametrize(
    "query", [VOICE, "preset=support_chat&latency_budget_ms=1&data_sensitivity=on_premises"]
)
def test_the_snippet_prints_the_answer(client: TestClient, query: str) -> None:
    snippet = share_text.python("http://testserver", query)
    printed = io.StringIO()

    def opened(url: str) -> io.BytesIO:
        answer = client.get(url)
        assert answer.status_code == 200
        return io.BytesIO(answer.content)

    with patch("urllib.request.urlopen", opened), redirect_stdout(printed):
        exec(compile(snippet, "snippet", "exec"), {})
    best = compared(query).cheapest
    if best is None:
        assert printed.getvalue() == "nothing is possible as asked\n"
    else:
        assert printed.getvalue().startswith(f"{best.label} {best.total_usd} US dollars")
