"""A refresh from litellm's wheel: prices, limits, tiers, ends, and packages that disagree."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from pricing import refresh
from pricing.book import PriceBook
from pricing.refresh import SourceUnavailable
from pricing.refreshing import conflicts, litellm, terms, tokens
from pricing.refreshing.litellm import Followed, UnreadableWheel
from pricing.refreshing.quotes import Catalogue, Quote
from pricing.schema import OnePriceRow, ServiceRow, TokenTermsRow

READ = date(2026, 2, 10)
CHAT = [Followed("acme/chat", "acme/chat-1")]
FIELDS: dict[str, Any] = {
    "input_cost_per_token": 1.5e-7,
    "output_cost_per_token": 6e-7,
    "cache_read_input_token_cost": 0,
    "input_cost_per_token_batches": 7.5e-8,
    "input_cost_per_token_above_200k_tokens": 3e-7,
    "output_cost_per_token_above_200k_tokens_priority": 1.2e-6,
    "input_cost_per_image": 0.002,
    "output_cost_per_reasoning_token": 6e-7,
    "max_input_tokens": 128_000,
    "max_output_tokens": 4096,
    "prompt_cache_min_tokens": True,  # no number
    "deprecation_date": "2026-12-01",
    "mode": "chat",
}


def wheel(
    folder: Path, more: Mapping[str, Any] = MappingProxyType({}), version: str = "1.9.3"
) -> Path:
    """A wheel with a price file and nothing else."""
    path = folder / f"litellm-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(litellm.INSIDE, json.dumps({"acme/chat-1": FIELDS, **more}))
    return path


def recorded(folder: Path, more: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    return litellm.record(wheel(folder, more), CHAT)


def test_only_what_is_read_is_recorded(tmp_path: Path) -> None:
    found = recorded(tmp_path, {"acme/chat-2": {"input_cost_per_token": 1}, "other/x": {}})
    assert (found["package"], found["version"]) == ("litellm", "1.9.3")
    assert found["models"]["acme/chat-2"] == {}  # known by name, not followed
    assert "other/x" not in found["models"]
    assert "mode" not in found["models"]["acme/chat-1"]
    assert "input_cost_per_image" not in found["models"]["acme/chat-1"]


def test_prices_per_token_become_prices_per_million(tmp_path: Path) -> None:
    """0.15 USD per million is 1.5e-7 a token; each way of asking is a meter of its own."""
    source = litellm.catalogue(recorded(tmp_path), READ, [], CHAT)
    prices = {quote.key: quote.value for quote in source.quotes}
    assert prices == {
        "acme/chat/input": pytest.approx(0.15),
        "acme/chat/output": pytest.approx(0.6),
        "acme/chat/batch_input": pytest.approx(0.075),
        "acme/chat/long_input": pytest.approx(0.3),
        "acme/chat/long_priority_output": pytest.approx(1.2),
    }
    assert {quote.unit for quote in source.quotes} == {"million_tokens"}
    assert source.skipped == ("acme/chat/cached_input: quoted at 0, which is no price here",)


def test_what_the_file_no_longer_holds_is_absent_and_the_rest_is_named(tmp_path: Path) -> None:
    wanted = [*CHAT, Followed("acme/old", "acme/chat-0")]
    made = litellm.record(wheel(tmp_path, {"acme/new": {}}), wanted)
    source = litellm.catalogue(made, READ, [], wanted)
    assert source.absent == {"acme/old"}
    assert source.not_held == {"acme": ("acme/new",)}


def test_the_newest_wheel_is_the_one_of_the_highest_version(tmp_path: Path) -> None:
    assert litellm.newest(tmp_path) is None
    wheel(tmp_path)
    newer = wheel(tmp_path, version="1.110.2")  # greater as numbers, smaller as text
    (tmp_path / "other-2.0-py3-none-any.whl").write_bytes(b"")
    assert litellm.newest(tmp_path) == newer


@pytest.mark.parametrize("content", [b"no wheel", None])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "litellm-1.0.0-py3-none-any.whl"
    if content is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("litellm/empty.json", "{}")
    else:
        path.write_bytes(content)
    with pytest.raises(UnreadableWheel, match=r"litellm-1\.0\.0"):
        litellm.record(path, CHAT)
    with pytest.raises(SourceUnavailable):
        refresh.litellm_recording(tmp_path)


def _terms(**cells: Any) -> TokenTermsRow:
    base = {
        "product": "acme/chat",
        "edition": "2026-01-01",
        "as_of": "2026-01-01",
        "confidence": "A",
        "source": "acme-list",
    }
    return TokenTermsRow.model_validate({**base, **cells})


def _found(folder: Path, row: TokenTermsRow | None) -> dict[str, tuple[str, str, str]]:
    rows = [] if row is None else [row]
    found = terms.differences(recorded(folder), rows, [], CHAT)
    return {item.term: (item.kind, item.ours, item.theirs) for item in found}


def test_terms_are_new_or_in_conflict_or_said_by_us_alone(tmp_path: Path) -> None:
    """Window and tier are compared as tables write them; what agrees is not listed."""
    row = _terms(max_input=128_000, max_output=8192, cache_least=1024)
    assert _found(tmp_path, row) == {
        "max_output": ("conflict", "8192", "4096"),
        "long_above": ("new", "", "200000"),
        "cache_least": ("unsaid", "1024", ""),
        "retires_on": ("new", "", "2026-12-01"),
    }


def test_without_a_row_every_term_stated_is_new(tmp_path: Path) -> None:
    found = _found(tmp_path, None)
    assert {kind for kind, *_ in found.values()} == {"new"}
    assert set(found) == {"max_input", "max_output", "long_above", "retires_on"}


def test_a_conflict_names_our_source_and_day(tmp_path: Path) -> None:
    found = terms.differences(recorded(tmp_path), [_terms(max_output=1)], [], CHAT)
    row = next(csv.DictReader(io.StringIO(terms.table(found))))
    assert (row["kind"], row["our_source"], row["our_as_of"]) == (
        "conflict",
        "acme-list",
        "2026-01-01",
    )


def test_plain_prices_beside_calm_hours_are_those_of_the_peak(tmp_path: Path) -> None:
    """Twice the price at busy hours: the plain meter is the price of the calm ones."""
    calm = {"input_cost_per_token": 7.5e-8, "windows": [{"weekdays": [6, 7]}]}
    fields = {"input_cost_per_token": 1.5e-7, "off_peak_pricing": calm}
    path = wheel(tmp_path, {"acme/chat-1": fields})
    source = litellm.catalogue(litellm.record(path, CHAT), READ, [], CHAT)
    found = {quote.key: (quote.value, quote.locator) for quote in source.quotes}
    expected: dict[str, tuple[Any, str]] = {
        "acme/chat/input": (
            pytest.approx(0.075),
            "key acme/chat-1, off_peak_pricing.input_cost_per_token",
        ),
        "acme/chat/peak_input": (pytest.approx(0.15), "key acme/chat-1, input_cost_per_token"),
    }
    assert found == expected


def _by_genai(**stated: Any) -> dict[str, Any]:
    """A recording of genai-prices that says this of one model."""
    model = {"prices": [], "batch": [], "terms": stated}
    return {"package": "genai-prices", "version": "9", "providers": {"acme": {"chat-1": model}}}


GENAI = [tokens.Followed("acme/chat", "acme", "chat-1")]


def test_genai_prices_says_windows_and_that_there_is_one_price() -> None:
    row = _terms(window=128_000, long_above=100_000)
    found = terms.differences(_by_genai(window=200_000, long_above="none"), [row], [], GENAI)
    assert {(item.term, item.kind, item.ours, item.theirs) for item in found} == {
        ("window", "conflict", "128000", "200000"),
        ("long_above", "conflict", "100000", "none"),
    }


def test_one_price_that_we_hold_is_no_news_and_a_tier_against_it_is_a_conflict(
    tmp_path: Path,
) -> None:
    """litellm, which has a tier above 200,000 there; without it nothing would be listed."""
    row = _terms(max_input=128_000, max_output=4096)
    held = OnePriceRow.model_validate(
        {
            "product": "acme/chat",
            "because": "list",
            "edition": "2026-01-01",
            "as_of": "2026-01-01",
            "confidence": "B",
            "source": "acme-list",
        }
    )
    none = _by_genai(long_above="none")
    assert terms.differences(none, [row], [], GENAI, one_prices=[held]) == []
    assert [i.kind for i in terms.differences(none, [row], [], GENAI)] == ["new"]
    found = terms.differences(recorded(tmp_path), [row], [], CHAT, one_prices=[held])
    (tier,) = [item for item in found if item.term == "long_above"]
    assert (tier.kind, tier.ours, tier.theirs, tier.our_source) == (
        "conflict",
        "none",
        "200000",
        "acme-list",
    )


def test_terms_on_which_two_packages_disagree(tmp_path: Path) -> None:
    """Of the window litellm says nothing, of the end genai-prices nothing: none of either."""
    both = {
        "litellm": terms.said(recorded(tmp_path), CHAT),
        "genai": terms.said(_by_genai(window=1, long_above="none"), GENAI),
    }
    found = terms.conflicts(both)
    assert [(i.product, i.term, i.one, i.other) for i in found] == [
        ("acme/chat", "long_above", "200000", "none")
    ]
    assert terms.conflict_table(found).splitlines()[1] == (
        "acme/chat,long_above,200000,litellm,none,genai"
    )
    both["genai"] = terms.said(_by_genai(long_above=200_000), GENAI)
    assert terms.conflicts(both) == []


def _catalogue(name: str, *quotes: Quote) -> Catalogue:
    source = litellm.source("1", READ).model_copy(update={"id": name})
    return Catalogue(source, "B", quotes, {}, frozenset())


def _quote(value: float, day: date | None = None, key: str = "acme/chat/input") -> Quote:
    return Quote(key, "global", value, "million_tokens", "", day)


def test_two_packages_that_disagree_are_both_written_down() -> None:
    one = _catalogue("one", _quote(0.15), _quote(0.6, key="acme/chat/output"))
    other = _catalogue("other", _quote(0.3), _quote(0.6012, key="acme/chat/output"))
    found = conflicts.conflicts([one, other])  # 0.2 % apart is one price, rounded otherwise
    assert [(item.one.value, item.other.value) for item in found] == [(0.15, 0.3)]
    assert conflicts.table(found).splitlines()[1] == (
        "acme/chat/input,global,million_tokens,0.15,one,0.3,other"
    )


def test_of_dated_prices_the_one_in_force_is_compared() -> None:
    past, later = date(2026, 1, 1), date(2026, 3, 1)
    dated = _catalogue("one", _quote(1), _quote(2, past), _quote(9, later))
    assert conflicts.conflicts([dated, _catalogue("other", _quote(2))]) == []


def test_every_product_followed_is_one_of_ours() -> None:
    book = PriceBook.load()
    products = {row.product for row in book.table("services", ServiceRow)}
    wanted = litellm.followed()
    assert {item.product for item in wanted} <= products
    assert len({item.product for item in wanted}) == len(wanted)


def test_the_command_proposes_terms_and_conflicts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole way with a wheel of our own: one followed key, at a tenth more than held."""
    key = "groq/openai/gpt-oss-20b"
    assert Followed("groq/gpt-oss-20b", key) in litellm.followed()
    wheel(tmp_path, {key: {"input_cost_per_token": 8.25e-8, "max_output_tokens": 77}})
    out = tmp_path / "out"
    status = refresh.main(
        [
            *("--source", "litellm", "--wheels", str(tmp_path), "--out", str(out)),
            *("--as-of", "2026-11-30", "--edition", "2026-12-01"),
        ]
    )
    assert status == refresh.STOPPED  # whole families are gone from so small a file
    page = (out / "litellm-1.9.3.csv").read_text()
    assert "changed,groq/gpt-oss-20b/input" in page
    listed = (out / "litellm-1.9.3.terms.csv").read_text()
    assert "conflict,groq/gpt-oss-20b,max_output" in listed
    assert "terms differ" in capsys.readouterr().out
