"""The one-minute tasks of docs/one-minute.md: each found in so many clicks, none over three."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewPage
from tests.browser.driving import open_page, wait_until_idle

LISTED = Path(__file__).parents[2] / "docs" / "one-minute.md"
MOST = 3


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

    def row(self, place: str) -> Locator:
        return self.main.get_by_role("row").filter(
            has=self.page.get_by_role("button", name=place, exact=True)
        )


def listed(who: str) -> dict[str, int]:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| (\d) \|", LISTED.read_text("utf-8"), re.MULTILINE)
    return {question: int(clicks) for person, question, clicks in rows if person == who}


def check(visitor: Visitor) -> None:
    assert visitor.told == listed(visitor.who)
    assert max(visitor.told.values()) <= MOST


def test_none_is_over_three_and_each_person_has_three() -> None:
    people = ("Product manager", "ML engineer", "CTO", "Finance", "Privacy")
    assert {person: len(listed(person)) for person in people} == dict.fromkeys(people, 3)
    assert all(clicks <= MOST for person in people for clicks in listed(person).values())


def test_product_manager(app_url: str, new_page: NewPage) -> None:
    visitor = Visitor(new_page(), "Product manager")
    open_page(visitor.page, f"{app_url}/?preset=celebrity_match")
    main, figures = visitor.main, visitor.main.locator(".st-key-figures")
    visitor.found(
        "Which place, and why?",
        main.get_by_role("heading", level=1),
        main.get_by_text(re.compile("it costs .* a month")),
    )
    visitor.found(
        "What does it cost a month and per user, now and at ten times the volume?",
        figures.get_by_text("Cost a month"),
        figures.get_by_text("Per user a month"),
        figures.get_by_text(re.compile("at 10 times the volume")),
    )
    main.get_by_text(re.compile("The answer changes")).wait_for()
    visitor.click(visitor.page.get_by_role("link", name="Break-even"))
    visitor.found("What would change the answer?", main.get_by_role("heading", level=1))
    check(visitor)


def test_ml_engineer(app_url: str, new_page: NewPage) -> None:
    visitor = Visitor(new_page(), "ML engineer")
    open_page(visitor.page, f"{app_url}/?preset=support_chat")
    visitor.click(visitor.row("Own machines").get_by_role("button"))
    fact = visitor.main.get_by_text(re.compile("at full load:.*at once"))
    visitor.found("On what load does this speed hold?", fact)
    assert "tokens" in visitor.main.locator(".st-key-places_detail").inner_text()
    visitor.found(
        "Is it measured or estimated?",
        visitor.main.get_by_text(re.compile("estimated|scaled|measured")),
    )
    visitor.clicks = 0
    side = visitor.page.get_by_test_id("stSidebar")
    visitor.click(side.get_by_text("More detail"))
    visitor.click(side.locator("summary", has_text="Machines"))
    visitor.found("Where does my own benchmark go?", side.get_by_text("Measured on").first)
    check(visitor)


def test_cto(app_url: str, new_page: NewPage) -> None:
    visitor = Visitor(new_page(), "CTO")
    open_page(visitor.page, f"{app_url}/?preset=celebrity_match")
    table = visitor.main.get_by_role("table").first
    visitor.found("How do all places compare?", table)
    assert table.get_by_role("row").count() == 1 + 9
    assert table.evaluate("one => one.scrollWidth <= one.parentElement.clientWidth + 1")
    visitor.found("What ties us to it?", table.get_by_text("machines bought"))
    visitor.click(table.get_by_role("button", name="95 of 100 within"))
    sorted_by = table.get_by_role("columnheader", name="95 of 100 within")
    expect(sorted_by).to_have_attribute("aria-sort", "ascending")
    assert "52 ms" in table.get_by_role("row").nth(1).inner_text()
    visitor.found("Which is the fastest?", table)
    assert "sort=p95" in visitor.page.url
    check(visitor)


def test_finance(app_url: str, new_page: NewPage) -> None:
    visitor = Visitor(new_page(), "Finance")
    open_page(visitor.page, f"{app_url}/?preset=celebrity_match")
    visitor.click(visitor.main.get_by_role("button", name=re.compile("comes about")))
    sums = visitor.main.locator("table.crossover").first
    amounts = sums.locator("tbody td[data-label='= USD']").all_inner_texts()
    [total] = sums.locator("tfoot td[data-label='= USD']").all_inner_texts()
    read = [float(text.replace(",", "")) for text in (*amounts, total)]
    assert abs(sum(read[:-1]) - read[-1]) < 0.005
    visitor.found("Does the total re-add?", sums)
    dated = sums.locator("td[data-label='Rate read on'] a").first
    assert (dated.get_attribute("href") or "").startswith("http")
    visitor.found("Where is this rate from, and of which day?", dated)
    visitor.click(visitor.main.get_by_text("Enter your own prices and figures"))
    visitor.found("Where does my own price go?", visitor.main.get_by_role("spinbutton"))
    check(visitor)


def test_privacy_and_anybody(app_url: str, new_page: NewPage) -> None:
    visitor = Visitor(new_page(), "Privacy")
    open_page(visitor.page, f"{app_url}/?preset=hospital_imaging")
    row = visitor.row("Own machines")
    visitor.found(
        "Where does my data go, and who could look in?", row.get_by_text("nobody outside")
    )
    visitor.found(
        "What is excluded, and why?", visitor.main.get_by_text("Data may not leave your premises")
    )
    open_page(visitor.page, f"{app_url}/?preset=celebrity_match")
    visitor.click(visitor.row("Hosted platform").get_by_role("button"))
    rules = visitor.main.get_by_text("Rules it was checked against").locator(
        "xpath=following::ul[1]"
    )
    assert rules.locator("a").count() > 0
    visitor.found(
        "On which terms does a rule rest?", visitor.main.get_by_text("Rules it was checked against")
    )
    check(visitor)
    anybody = Visitor(visitor.page, "Anybody")
    anybody.click(anybody.main.get_by_role("button", name="Share"))
    anybody.found("How do I hand it to a colleague?", anybody.page.get_by_test_id("stCode"))
    check(anybody)
