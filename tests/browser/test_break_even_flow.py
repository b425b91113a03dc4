"""Break-even as visitors use it: an edge, a cell and a price opened; the link sent on."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.break_even_pictures import SCENARIOS
from tests.browser.conftest import SCREEN_HEIGHTS, NewPage
from tests.browser.driving import open_page, wait_until_idle
from tests.browser.watching import assert_calm, cut_words, watch

PRESET = "preset=celebrity_match"
SURE = "cheapest in|Only one place is possible|Nothing is allowed"
NEAREST = "The nearest change|no single number changes|none of these numbers changes"
LONG_MS = 180_000
"""All strips, or all prices of two years, on a machine that does other things too."""


def opened(page: Page, app_url: str, rest: str, preset: str = PRESET) -> None:
    page.goto(f"{app_url}/break-even?{preset}&{rest}", wait_until="domcontentloaded")
    wait_until_idle(page, LONG_MS)


def asked(page: Page) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(page.url).query))


def said(page: Page) -> str:
    """The sentence above the picture of the open section.

    Before it stand what the page speaks of, the answer and how sure it is.
    """
    return page.get_by_test_id("stMarkdown").nth(3).inner_text()


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(name, marks=() if name == "too-close" else pytest.mark.soak)
        for name in SCENARIOS
    ],
)
def test_the_first_screen_answers_a_newcomer(
    app_url: str, new_page: NewPage, scenario: str
) -> None:
    """What is the nearest change, and how sure is it today: both seen without a scroll."""
    for width, height in SCREEN_HEIGHTS.items():
        page = new_page(width)
        problems = watch(page)
        opened(page, app_url, "section=strips", SCENARIOS[scenario])
        page.get_by_text("Looking at all the others").wait_for(state="detached", timeout=LONG_MS)
        wait_until_idle(page, LONG_MS)
        for words in (SURE, NEAREST):
            told = page.get_by_test_id("stMarkdown").filter(has_text=re.compile(words)).first
            box = told.bounding_box()
            assert box is not None
            assert box["y"] >= 0
            assert box["y"] + box["height"] <= height, (width, words)
        assert_calm(page, problems)


def test_the_nearest_edge_is_a_scenario_of_its_own(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    opened(page, app_url, "section=strips")
    page.get_by_text("Looking at all the others").wait_for(state="detached", timeout=LONG_MS)
    wait_until_idle(page, LONG_MS)
    first = page.get_by_test_id("stMarkdown").filter(has_text="The nearest change").inner_text()
    assert "would be cheapest" in first
    chart = page.locator(".js-plotly-plot").first
    assert chart.locator(".barlayer .trace").count() >= 2  # places that win somewhere
    row = page.locator("table.crossover tbody tr").first
    edge, below, above = (row.locator("td").nth(turn).inner_text() for turn in (1, 2, 3))
    assert below != above
    row.get_by_role("link", name="Open").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/break-even" not in url, timeout=LONG_MS)
    wait_until_idle(page, LONG_MS)
    changed = {name for name in asked(page) if name.endswith("_per_month")}
    assert changed, edge
    for _ in range(2):  # the page may have completed the address it was opened with
        if "section" not in asked(page):
            page.go_back()
            wait_until_idle(page, LONG_MS)
    page.get_by_text("Looking at all the others").wait_for(state="detached", timeout=LONG_MS)
    assert page.get_by_test_id("stMarkdown").filter(has_text="The nearest change").inner_text() == (
        first
    )
    assert_calm(page, problems)


def test_a_cell_of_the_map_opens_as_that_scenario(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    opened(page, app_url, "section=map&x=requests_per_month&y=staff_usd_per_hour")
    box = page.get_by_role("combobox", name="Look at: requests a month")
    box.click()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    wait_until_idle(page, LONG_MS)
    page.get_by_text("There: ").wait_for()
    link = page.get_by_role("link", name="Open this scenario")
    address = link.get_attribute("href")
    assert address is not None
    there = dict(parse_qsl(address.partition("?")[2]))
    assert float(there["requests_per_month"]) > 1e6  # two cells above the scenario's
    assert float(there["staff_usd_per_hour"]) > 0
    open_page(page, f"{app_url}/{address.removeprefix('./')}")
    assert asked(page)["requests_per_month"] == there["requests_per_month"]
    for _ in range(2):  # the page may have completed the address it was opened with
        if "section" not in asked(page):
            page.go_back()
            wait_until_idle(page, LONG_MS)
    assert asked(page)["section"] == "map"
    assert_calm(page, problems)


def test_a_price_that_moved_the_answer_opens_in_the_list(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    opened(page, app_url, "section=history", "preset=support_chat")
    page.locator("summary", has_text="prices that changed").click()
    wait_until_idle(page)
    link = page.locator("table.crossover").last.get_by_role("link", name="Open").first
    key = page.locator("table.crossover").last.locator("tbody th").first.inner_text()
    link.click()
    page.wait_for_url(lambda url: "/prices" in url, timeout=LONG_MS)
    wait_until_idle(page, LONG_MS)
    assert "prices in force" in page.get_by_test_id("stMain").inner_text()
    assert asked(page)["search"] == key
    assert_calm(page, problems)


def test_the_link_shows_the_same_section_and_figures(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    opened(page, app_url, "section=curve&axis=horizon_months&a=managed_api&b=rented")
    other = new_page(390, dark=True)
    more = watch(other)
    other.goto(page.url, wait_until="domcontentloaded")
    wait_until_idle(other, LONG_MS)
    assert asked(other) == asked(page)
    assert said(other) == said(page)
    assert cut_words(other) == []
    assert_calm(page, problems)
    assert_calm(other, more)


# Every moment of the work on a map in which a map of other inputs is seen under the controls.
WATCH_THE_MAP = """
() => {
    window.__odd = [];
    const shown = element => element !== null && element.offsetParent !== null
        && getComputedStyle(element).visibility === 'visible';
    const look = () => {
        const busy = [...document.querySelectorAll('[data-testid="stSpinner"]')]
            .some(one => one.innerText.includes('Working out the map'));
        if (!busy) return;  // a choice is in its box before anybody has heard of it
        const up = [...document.querySelectorAll('[data-testid="stSelectbox"]')]
            .find(box => box.innerText.startsWith('Up'));
        const said = [...document.querySelectorAll('[data-testid="stMarkdown"]')]
            .find(text => text.innerText.startsWith('Over ') && shown(text));
        const drawn = [...document.querySelectorAll('[data-testid="stPlotlyChart"]')]
            .find(shown);
        const chosen = up?.querySelector('[data-testid="stSelectboxInput"], input');
        const name = (chosen?.value || up?.innerText.split('\\n')[1] || '').toLowerCase();
        const told = said?.innerText.toLowerCase() || '';
        if (name && told && !told.includes(name))
            window.__odd.push(`${name}: ${told.slice(0, 80)}`);
        const axis = drawn?.querySelector('.ytitle')?.textContent.toLowerCase() || '';
        if (name && axis && !axis.startsWith(name))
            window.__odd.push(`${name}: axis ${axis}`);
    };
    new MutationObserver(look).observe(
        document.body, { subtree: true, childList: true, attributes: true, characterData: true });
}
"""


def choose(page: Page, label: str, name: str) -> None:
    """Choose in a select box by typing, with keys alone."""
    box = page.get_by_role("combobox", name=label, exact=True)
    box.click()
    box.fill(name)
    page.get_by_role("option", name=name, exact=True).first.click()


SLOW_MAP = "preset=voice_notes"
"""Over the length of audio its map takes five seconds of a core; others are over unseen."""


def wait_for_the_work(page: Page) -> None:
    """Until a map is seen being worked out."""
    page.wait_for_function(
        """() => [...document.querySelectorAll('[data-testid="stSpinner"]')]
            .some(one => one.innerText.includes('Working out the map'))""",
        polling="raf",
        timeout=LONG_MS,
    )


def test_a_change_while_a_map_is_worked_out_drops_it(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    problems = watch(page)
    opened(page, app_url, "section=map&x=requests_per_month&y=staff_usd_per_hour", SLOW_MAP)
    page.evaluate(WATCH_THE_MAP)
    choose(page, "Up", "Audio per request")
    wait_for_the_work(page)
    choose(page, "Up", "Period looked at")  # while the map over the audio is worked out
    wait_until_idle(page, LONG_MS)
    assert "period looked at" in said(page)
    assert asked(page)["y"] == "horizon_months"
    title = page.locator(".js-plotly-plot .ytitle").text_content()
    assert title is not None
    assert title.startswith("Period looked at")
    assert page.evaluate("() => window.__odd") == []
    assert_calm(page, problems)


def test_an_input_changed_while_a_map_is_worked_out_drops_it(
    app_url: str, new_page: NewPage
) -> None:
    """The inputs stand on Compare: there and back while the map of before is still worked out."""
    page = new_page()
    problems = watch(page)
    # A volume of its own: a map that another test has asked for is kept, and then none is seen.
    rest = "section=map&x=requests_per_month&y=horizon_months"
    opened(page, app_url, rest, f"{SLOW_MAP}&requests_per_month=1234567")
    before = said(page)
    choose(page, "Up", "Audio per request")
    wait_for_the_work(page)
    page.get_by_role("link", name="Compare").click()
    page.get_by_label("Requests a month", exact=False).last.wait_for()
    wait_until_idle(page, LONG_MS)
    box = page.locator(".st-key-exact_volume input")
    box.fill("50000000")
    box.press("Enter")
    page.wait_for_url(lambda url: "requests_per_month=50000000" in url, timeout=LONG_MS)
    page.get_by_role("link", name="Break-even").click()
    page.get_by_text("50 million requests a month").first.wait_for()
    wait_until_idle(page, LONG_MS)
    assert "audio per request" in said(page)
    assert said(page) != before
    assert asked(page)["requests_per_month"] == "50000000"
    link = page.get_by_role("link", name="Open this scenario").get_attribute("href")
    assert link is not None
    assert float(dict(parse_qsl(link.partition("?")[2]))["requests_per_month"]) >= 3e7
    assert_calm(page, problems)
