"""What a machine can check of WCAG 2.2 AA, by axe-core; and the keyboard alone.

Few states, each a page with as much open as it can show.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults
from tests.browser.conftest import NewPage
from tests.browser.driving import open_page, wait_until_idle
from tests.browser.states import PAGES, PHONE, SCREENS, STATES
from tests.sampling import few
from ui.components.break_even import SECTIONS

Prepare = Callable[[Page], None]


def as_it_opens(_: Page) -> None:
    pass


def opened(page: Page) -> None:
    """An option with its sums, the same as a table, the inputs of two groups."""
    page.get_by_role("button", name="Managed API", exact=True).click()
    wait_until_idle(page)
    side = page.get_by_test_id("stSidebar")
    side.get_by_text("More detail").click()
    wait_until_idle(page)
    for group in ("Money", "Users' devices"):
        side.locator("summary", has_text=group).click()
        wait_until_idle(page)
    page.get_by_text("The same as a table").first.click()
    wait_until_idle(page)


def inputs_of_a_phone(page: Page) -> None:
    page.get_by_test_id("stExpandSidebarButton").click()
    wait_until_idle(page)
    bar = page.locator(".st-key-answer_bar")
    bar.wait_for(state="visible")
    box = bar.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 844
    assert "a month" in bar.inner_text()


def cards(page: Page) -> None:
    page.get_by_role("button", name=re.compile("All apps")).click()
    page.get_by_role("dialog").wait_for()
    wait_until_idle(page)


SELDOM = ("opened", "not confirmed", "cards", "prices")
"""Like others that are shown every day: the first of another app in the dark."""
OPENED: tuple[tuple[str, str, int, bool, Prepare], ...] = (
    ("opened", "?preset=celebrity_match", 1440, False, opened),
    ("opened, dark", "?preset=voice_notes", 1024, True, opened),
    ("phone, inputs", "?preset=support_chat&other_models=yes", 390, True, inputs_of_a_phone),
    (
        "nothing allowed",
        "?data_sensitivity=on_premises&offline_required=yes&model_secrecy=yes",
        1440,
        True,
        as_it_opens,
    ),
    ("not confirmed", "?preset=support_chat&data_sensitivity=regulated", 1440, False, as_it_opens),
    ("cards", "?preset=keyboard", 1440, True, cards),
    (
        "side by side",
        "?preset=support_chat&b.requests_per_month=3000000&c.region=eu&d.horizon_months=12",
        390,
        True,
        as_it_opens,
    ),
    ("break-even", "break-even?preset=celebrity_match", 1440, True, as_it_opens),
    ("prices", "prices?preset=celebrity_match", 1440, False, as_it_opens),
    ("method", "method?preset=celebrity_match", 1440, True, as_it_opens),
)


@pytest.mark.parametrize(
    ("path", "width", "dark", "prepare"),
    [
        pytest.param(*state[1:], marks=pytest.mark.soak if state[0] in SELDOM else ())
        for state in OPENED
    ],
    ids=[state[0] for state in OPENED],
)
def test_no_rule_is_broken(
    app_url: str, new_page: NewPage, path: str, width: int, dark: bool, prepare: Prepare
) -> None:
    page = new_page(width, dark=dark)
    open_page(page, f"{app_url}/{path}")
    prepare(page)
    assert faults(page) == []


@pytest.mark.soak
@pytest.mark.parametrize("dark", [False, True])
def test_no_section_of_break_even_breaks_a_rule(
    app_url: str, new_page: NewPage, dark: bool
) -> None:
    page = new_page(390 if dark else 1440, dark=dark)
    found: dict[str, list[str]] = {}
    for section in SECTIONS:
        open_page(page, f"{app_url}/break-even?preset=support_chat&section={section}")
        for folded in page.locator("[data-testid=stMain] summary").all():
            folded.click()
            wait_until_idle(page)
        found[section] = faults(page)
    assert {name: said for name, said in found.items() if said} == {}


WIDE, SMALL, _ = SCREENS
WAYS = ((WIDE, False), (PHONE, True), (SMALL, True), (PHONE, False))
"""Widths, and whether in the dark: each page is seen both wide and narrow, light and dark."""


@pytest.mark.soak
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("state", STATES)
def test_no_page_in_any_state_breaks_a_rule(
    app_url: str, new_page: NewPage, state: str, path: str
) -> None:
    found: dict[str, list[str]] = {}
    for width, dark in WAYS:
        page = new_page(width, dark=dark)
        open_page(page, f"{app_url}{path}?{STATES[state]}")
        found[f"{width} px, {'dark' if dark else 'light'}"] = faults(page)
    assert {name: said for name, said in found.items() if said} == {}


def focused(page: Page) -> str:
    """What the focused element is called, inside the component too."""
    return str(
        page.evaluate(
            """() => {
              let at = document.activeElement;
              while (at && at.shadowRoot && at.shadowRoot.activeElement) {
                at = at.shadowRoot.activeElement;
              }
              return at ? (at.getAttribute('aria-label') || at.innerText || '').trim() : '';
            }"""
        )
    )


MARKED = """() => {
  let at = document.activeElement;
  while (at.shadowRoot && at.shadowRoot.activeElement) at = at.shadowRoot.activeElement;
  if (at === document.body) return null;
  const probe = document.body.appendChild(document.createElement('i'));
  probe.style.color = 'var(--crossover-chosen)';
  const chosen = getComputedStyle(probe).color;
  probe.remove();
  const drawn = one => {
    const seen = getComputedStyle(one);
    return (seen.outlineStyle !== 'none' && parseFloat(seen.outlineWidth) >= 1)
      || seen.boxShadow !== 'none'
      || (parseFloat(seen.borderTopWidth) >= 1 && seen.borderTopColor === chosen);
  };
  const around = [at, at.parentElement, at.parentElement?.parentElement];
  const name = (at.getAttribute('aria-label') || at.innerText || at.tagName).trim();
  return [name, at.tagName === 'MAIN' || around.some(one => one && drawn(one))];
}"""
"""The stop the keyboard stands on, and whether a line, a shadow or a frame in the colour of what is
chosen is drawn around it. The main part is a stop for its scrolling alone; the frame of an input
is up to two elements above it."""


def test_every_stop_of_the_keyboard_is_seen(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    open_page(page, f"{app_url}/?preset=celebrity_match")
    stops: list[tuple[str, bool]] = []
    page.keyboard.press("Tab")
    while (stop := page.evaluate(MARKED)) is not None and len(stops) < 200:
        stops.append(tuple(stop))
        page.keyboard.press("Tab")
    names = [name for name, _ in stops]
    for name in ("Model", "Break-even", "Lock-in"):  # an input, a page, a heading of the table
        assert name in names
    assert [name for name, seen in stops if not seen] == []


def test_the_keyboard_alone_opens_sorts_and_closes(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    open_page(page, f"{app_url}/?preset=celebrity_match")
    page.get_by_role("slider", name="Requests a month").focus()
    page.keyboard.press("Tab")  # into a field, whose text stays selected from then on
    assert page.evaluate("String(getSelection())") == "1,000,000"
    page.get_by_role("button", name="A month", exact=True).focus()
    page.keyboard.press("Enter")
    wait_until_idle(page)
    assert "sort=month" in page.url
    assert focused(page).startswith("A month")  # the focus stays where it was
    for _ in range(8):  # the other headings
        page.keyboard.press("Tab")
    assert "Hosted platform" in focused(page)
    page.keyboard.press("Enter")
    wait_until_idle(page)
    assert "open=none" in page.url
    assert (
        page.get_by_role("button", name="Hosted platform", exact=True).get_attribute(
            "aria-expanded"
        )
        == "true"
    )
    assert "Hosted platform" in focused(page)
    page.keyboard.press("Tab")
    assert "Close" in focused(page)
    page.keyboard.press("Enter")
    wait_until_idle(page)
    assert "open=" not in page.url


def test_what_is_open_comes_back_after_reload_and_in_another_browser(
    app_url: str, new_page: NewPage
) -> None:
    page = new_page()
    open_page(page, f"{app_url}/?preset=celebrity_match")
    page.get_by_role("button", name="Own machines", exact=True).click()
    wait_until_idle(page)
    address = page.url
    sums = page.locator("table.crossover").first.inner_text()
    page.reload()
    wait_until_idle(page)
    assert page.locator("table.crossover").first.inner_text() == sums
    other = new_page(390)
    open_page(other, address)
    assert other.url == address
    table = other.locator("table.crossover").first
    assert "= USD" in table.inner_html()
    assert table.evaluate("one => one.scrollWidth <= one.clientWidth + 1")  # nothing is clipped
    dated = other.locator("td[data-label='Rate read on'] a").first
    box = dated.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 390


def test_who_asks_for_less_motion_gets_none(app_url: str, new_page: NewPage) -> None:
    page = new_page()
    longest = """() => Math.max(...[...document.querySelectorAll('*')].flatMap(one => {
        const seen = getComputedStyle(one);
        return [seen.transitionDuration, seen.animationDuration].flatMap(
            text => text.split(',').map(part => parseFloat(part) * (part.includes('ms') ? 1 : 1000))
        );
    }))"""
    open_page(page, app_url)
    assert page.evaluate(longest) <= 1
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(longest) > 1  # what is looked for is there to be found


def test_a_list_opens_beside_the_pointer_not_under_it(app_url: str, new_page: NewPage) -> None:
    """Under it, letting go of the button would choose what nobody has read."""
    page = new_page()  # less motion is asked for
    open_page(page, f"{app_url}/?preset=celebrity_match")
    page.get_by_role("combobox", name="What does the app do?").click()
    expect(page.get_by_role("option")).to_have_count(12)
    wait_until_idle(page)
    assert "preset=celebrity_match" in page.url


CONTRAST = """one => {
  const light = colour => {
    const parts = colour.match(/[0-9.]+/g).slice(0, 3).map(Number).map(v => v / 255)
      .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const app = document.querySelector('[data-testid="stApp"]');
  const found = [getComputedStyle(one).color, getComputedStyle(app).backgroundColor].map(light);
  return (Math.max(...found) + 0.05) / (Math.min(...found) + 0.05);
}"""
"""Of a text on the page's own background; WCAG 2.2, 1.4.3."""


@pytest.mark.parametrize("dark", few([True, False], 1))
def test_the_chosen_tab_can_be_read(app_url: str, new_page: NewPage, dark: bool) -> None:
    """axe-core leaves it open, because of the line that is drawn under it."""
    page = new_page(dark=dark)
    open_page(page, f"{app_url}/prices?preset=celebrity_match")
    chosen = page.locator('[role="tab"][aria-selected="true"] p')
    assert chosen.inner_text() == "List"
    assert chosen.evaluate(CONTRAST) >= 4.5
