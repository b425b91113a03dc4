"""The one-minute tasks of docs/one-minute.md: each found in so many clicks, none over three.

What somebody finds is what the API answers to the same question: an answer that is gone from the
page, or another one in its place, fails.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from playwright.sync_api import Locator, Page, expect

from report import words
from tests.browser.conftest import NewPage
from tests.browser.driving import open_page, unfold, wait_until_idle
from tests.browser.reading import Json, asked, figures, says

LISTED = Path(__file__).parents[2] / "docs" / "one-minute.md"
MOST = 3
MATCH, CHAT, HOSPITAL = (
    f"preset={name}" for name in ("celebrity_match", "support_chat", "hospital_imaging")
)
CENT = 0.005


@dataclass
class Visitor:
    """Somebody with a question, who counts clicks."""

    page: Page
    who: str
    clicks: int = 0
    told: dict[str, int] = field(default_factory=dict)

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1
        wait_until_idle(self.page)

    def found(self, question: str, *seen: Locator) -> None:
        """The answer is on the page; the next question starts from here."""
        for item in seen:
            item.first.wait_for(state="visible")
        self.told[question] = self.clicks

    @property
    def main(self) -> Locator:
        return self.page.get_by_test_id("stMain")

    @property
    def detail(self) -> Locator:
        """What a row of the table of places opens to."""
        return self.main.locator(".st-key-places_detail")

    def row(self, place: str) -> Locator:
        return self.main.get_by_role("row").filter(
            has=self.page.get_by_role("button", name=place, exact=True)
        )

    def figure(self, label: str) -> Locator:
        """One of the figures under the answer."""
        one = self.main.locator('.st-key-figures [data-testid="stVerticalBlock"]')
        return one.filter(has_text=re.compile(f"^{label}")).last


def listed(who: str) -> dict[str, int]:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| (\d) \|", LISTED.read_text("utf-8"), re.MULTILINE)
    return {question: int(clicks) for person, question, clicks in rows if person == who}


def check(visitor: Visitor) -> None:
    assert visitor.told == listed(visitor.who)
    assert max(visitor.told.values()) <= MOST


def best(body: Json, place: str) -> Json:
    """The best candidate of a place in an answer of the API."""
    found: Json = next(item["option"] for item in body["places"] if item["id"] == place)
    return found


def winner(body: Json) -> Json:
    """The cheapest candidate in an answer of the API."""
    options = (item["option"] for item in body["places"] if item["option"])
    found: Json = next(option for option in options if option["id"] == body["cheapest"])
    return found


def compared(app_url: str, query: str) -> Json:
    return asked(app_url, "compare", f"{query}&candidates=best")


def on_the_page(day: str) -> str:
    """A day as the page writes it: ``22 Jul 2026``."""
    read = date.fromisoformat(day)
    return f"{read.day} {read:%b %Y}"


def test_none_is_over_three_and_each_person_has_three() -> None:
    people = ("Product manager", "ML engineer", "CTO", "Finance", "Privacy")
    assert {person: len(listed(person)) for person in people} == dict.fromkeys(people, 3)
    assert all(clicks <= MOST for person in people for clicks in listed(person).values())


def test_product_manager(app_url: str, new_page: NewPage) -> None:
    said = compared(app_url, MATCH)["headline"]
    [flips] = asked(app_url, "strips", f"{MATCH}&inputs=requests_per_month")["strips"]
    visitor = Visitor(new_page(), "Product manager")
    open_page(visitor.page, f"{app_url}/?{MATCH}")
    main = visitor.main
    expect(main.get_by_role("heading", level=1)).to_have_text(said["sentence"])
    reason = main.locator(".st-key-reason")
    expect(reason).to_contain_text(said["reason"])
    assert says(reason.inner_text(), said["monthly_usd"])
    visitor.found("Which place, and why?", reason)
    month, each = visitor.figure("Cost a month"), visitor.figure("Per user a month")
    ten = said["ten_times"]
    users = 1_000_000 / 10  # the preset's requests and requests of a user, both a month
    assert says(month.inner_text(), said["monthly_usd"])
    assert says(month.inner_text().partition("at 10 times the volume")[2], ten["monthly_usd"])
    assert says(each.inner_text(), said["monthly_usd"] / users)
    grown = each.inner_text().partition("at 10 times the volume")[2]
    assert says(grown, ten["usd_per_user_month"])
    visitor.found(
        "What does it cost a month and per user, now and at ten times the volume?", month, each
    )
    sentence = main.locator(".st-key-flip_sentence")
    assert says(sentence.inner_text(), flips["nearest_flip"])
    assert says(visitor.figure("Next flip").inner_text(), flips["nearest_flip"])
    visitor.click(visitor.page.get_by_role("link", name="Break-even"))
    rows = main.locator("table.crossover tbody tr").filter(
        has_text=words.input_title("requests_per_month")
    )
    edges = [band["to"] for band in flips["bands"][:-1]]
    assert edges
    for edge, text in zip(edges, rows.all_inner_texts(), strict=True):
        assert says(text, edge)
    visitor.found("What would change the answer?", rows)
    check(visitor)


def test_ml_engineer(app_url: str, new_page: NewPage) -> None:
    rated = best(compared(app_url, CHAT), "owned")["capacity"]
    visitor = Visitor(new_page(), "ML engineer")
    open_page(visitor.page, f"{app_url}/?{CHAT}")
    visitor.click(visitor.row("Own machines").get_by_role("button"))
    fact = visitor.detail.get_by_text(re.compile("at full load:.*at once"))
    text = fact.inner_text()
    for name in ("requests_per_s", "input_tokens", "output_tokens", "concurrency"):
        assert says(text, rated[name]), name
    visitor.found("On what load does this speed hold?", fact)
    # its range and its class of evidence stand in the same brackets
    low, high = (words.number(rated[f"requests_per_s_{end}"]) for end in ("low", "high"))
    assert re.search(rf"\({low} to {high}, {rated['label']}", text)
    visitor.found("Is it measured or estimated?", fact)
    visitor.clicks = 0
    side = visitor.page.get_by_test_id("stSidebar")
    visitor.click(side.get_by_text("More detail"))
    visitor.click(side.locator("summary", has_text="Machines"))
    machine = side.get_by_role("combobox", name=words.input_title("measured_on"))
    visitor.found("Where does my own benchmark go?", machine)
    check(visitor)
    unfold(machine, visitor.page.get_by_role("option").first)
    machine.fill("L4")
    visitor.page.get_by_role("option", name="L4", exact=True).click()
    wait_until_idle(visitor.page)
    for name in ("measured_requests_per_s", "measured_concurrency", "measured_answer_ms"):
        side.get_by_text(words.input_title(name)).first.wait_for(state="visible")


TIES = {
    "purchase": "machines bought",
    "1y": "12 months to be paid for",
    "3y": "36 months to be paid for",
    "device": "an app release to change it",
}
TIED = re.compile("|".join([*TIES.values(), "nobody else", "code for", "none: by the hour"]))


def ties(option: Json) -> set[str]:
    """What must be paid, sold or shipped anew before leaving, by what the API says of it."""
    bought = {item["category"] for item in option["line_items"] if item["amount_usd"] > 0}
    found = {option["id"].rpartition(":")[2], *option["kind"].split("+"), *bought}
    return {words for name, words in TIES.items() if name in found}


def test_cto(app_url: str, new_page: NewPage) -> None:
    body = compared(app_url, MATCH)
    options = {item["name"]: item["option"] for item in body["places"]}
    visitor = Visitor(new_page(), "CTO")
    open_page(visitor.page, f"{app_url}/?{MATCH}")
    table = visitor.main.get_by_role("table").first
    assert table.get_by_role("row").count() == 1 + len(options)
    for name, option in options.items():
        text = visitor.row(name).inner_text()
        assert says(text, option["company_usd"] / body["scenario"]["horizon_months"]), name
    assert table.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth + 1")
    visitor.found("How do all places compare?", table)
    for name, option in options.items():
        told = visitor.row(name).get_by_role("cell").filter(has_text=TIED).first.inner_text()
        assert {words for words in TIES.values() if words in told} == ties(option), name
    visitor.found("What ties us to it?", table.get_by_role("columnheader", name="Lock-in"))
    visitor.click(table.get_by_role("button", name="95 of 100 within"))
    sorted_by = table.get_by_role("columnheader", name="95 of 100 within")
    expect(sorted_by).to_have_attribute("aria-sort", "ascending")
    fastest = min(time for one in options.values() if (time := one["latency_ms"]["p95"]))
    assert says(table.get_by_role("row").nth(1).inner_text(), fastest)
    visitor.found("Which is the fastest?", table)
    assert "sort=p95" in visitor.page.url
    check(visitor)


def test_finance(app_url: str, new_page: NewPage) -> None:
    option = winner(compared(app_url, MATCH))
    items = [item for item in option["line_items"] if item["payer"] == "company"]
    visitor = Visitor(new_page(), "Finance")
    open_page(visitor.page, f"{app_url}/?{MATCH}")
    visitor.click(visitor.main.get_by_role("button", name=re.compile("comes about")))
    sums = visitor.main.locator("table.crossover").first
    read = [amount(text) for text in sums.locator("tbody td[data-label='= USD']").all_inner_texts()]
    [total] = sums.locator("tfoot td[data-label='= USD']").all_inner_texts()
    for shown, item in zip(sorted(read), sorted(item["amount_usd"] for item in items), strict=True):
        assert abs(shown - item) <= CENT
    assert abs(sum(read) - amount(total)) < CENT
    assert abs(amount(total) - option["company_usd"]) <= CENT
    visitor.found("Does the total re-add?", sums)
    dated = sums.locator("td[data-label='Rate read on'] a")
    links = {(link.get_attribute("href"), link.inner_text()[:-3]) for link in dated.all()}
    pages = {
        (item["source"]["url"], on_the_page(item["source"]["as_of"]))
        for item in items
        if item["source"]["url"]
    }
    assert pages
    assert links == pages
    visitor.found("Where is this rate from, and of which day?", dated)
    visitor.click(visitor.main.get_by_text("Enter your own prices and figures"))
    own = visitor.main.locator('[class*="st-key-own_option_price"]').get_by_role("spinbutton")
    visitor.found("Where does my own price go?", own)
    check(visitor)
    own.first.fill("0.5")
    own.first.press("Enter")
    wait_until_idle(visitor.page)
    keys = {item["price_key"] for item in items if item["price_key"]}
    assert any(f"price.{key}=0.5" in unquote(visitor.page.url) for key in keys)


def amount(text: str) -> float:
    """An amount of a table, to the cent and with its sign."""
    return float(text.replace(",", "").replace("\N{MINUS SIGN}", "-"))


def test_privacy_and_anybody(app_url: str, new_page: NewPage) -> None:
    hospital = compared(app_url, HOSPITAL)
    visitor = Visitor(new_page(), "Privacy")
    open_page(visitor.page, f"{app_url}/?{HOSPITAL}")
    goes = best(hospital, "owned")["data_goes"]
    assert goes["vendor"] is None
    row = visitor.row("Own machines")
    visitor.found(
        "Where does my data go, and who could look in?",
        row.get_by_text(goes["name"]),
        row.get_by_text("nobody outside"),
    )
    ruled_out = [  # what nobody sells is told among the places
        item
        for item in hospital["excluded"]
        if best(hospital, item["kind"])["status"] == "infeasible"
    ]
    assert ruled_out
    for item in ruled_out:
        told(visitor.main, item)
    visitor.found("What is excluded, and why?", visitor.main.get_by_text("Ruled out (").first)
    rests = best(compared(app_url, MATCH), "hosted_platform")["rules"]
    open_page(visitor.page, f"{app_url}/?{MATCH}")
    visitor.click(visitor.row("Hosted platform").get_by_role("button"))
    rules = visitor.detail.get_by_role("listitem")
    assert any(rule["source"] for rule in rests)
    for rule in rests:
        line = rules.filter(has_text=words.spoken(rule["text"]))
        expect(line).to_have_count(1)
        if source := rule["source"]:
            page = line.get_by_role("link", name=source["title"])
            expect(page).to_have_attribute("href", source["url"])
            expect(line).to_contain_text(on_the_page(source["as_of"]))
    visitor.found("On which terms does a rule rest?", rules)
    check(visitor)
    hand_over(Visitor(visitor.page, "Anybody"), new_page())


def told(main: Locator, item: dict[str, Any]) -> None:
    """A place that may not be used, with the reason and what would change it."""
    line = main.get_by_role("listitem").filter(has_text=words.spoken(item["text"]).rstrip("."))
    expect(line.first).to_contain_text(item["change"])


def hand_over(anybody: Visitor, other: Page) -> None:
    """The link opens on the same answer in another browser."""
    anybody.click(anybody.main.get_by_role("button", name="Share"))
    link = anybody.page.get_by_test_id("stCode").first
    anybody.found("How do I hand it to a colleague?", link)
    open_page(other, link.inner_text().strip())
    heading = anybody.main.get_by_role("heading", level=1).inner_text()
    expect(other.get_by_test_id("stMain").get_by_role("heading", level=1)).to_have_text(heading)
    check(anybody)


def test_a_page_is_read_as_people_read_it() -> None:
    assert figures("below 479 k, $1,050 a month, 1.5 million") == [479_000, 1050, 1.5e6]
    assert says("it costs $722 a month", 721.757)
    assert not says("it costs $722 a month", 72.2)
    assert not says("e2-standard", 2)
