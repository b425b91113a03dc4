"""Text of an address stays text: whoever writes a link cannot put one of their own on the page."""

from urllib.parse import quote

import pytest

from tests.browser.conftest import NewPage
from tests.browser.driving import open_page
from tests.browser.watching import assert_calm, watch

BAIT = "www.evil.example https://evil.example/x me@evil.example :material/bolt:"
FOREIGN_LINKS = """
() => [...document.querySelectorAll('a[href]')]
    .map(link => link.getAttribute('href'))
    .filter(href => /evil/i.test(href))
"""


@pytest.mark.parametrize(
    "query",
    [
        f"was={quote(f'none>device:{BAIT}:5')}",
        f"was={quote('www.evil.example>https://evil.example/x:5')}",
        "method=www.evil.example",
        f"{quote(BAIT)}=1",
        f"nonsense={quote(BAIT)}",
        f"model={quote(BAIT)}",
        "edition=https://evil.example",
    ],
    ids=["was", "was_of_addresses", "method", "unknown_name", "unknown", "value", "edition"],
)
def test_an_address_in_an_address_is_no_link(app_url: str, new_page: NewPage, query: str) -> None:
    page = new_page()
    problems = watch(page)
    open_page(page, f"{app_url}/?{query}")
    box = page.get_by_test_id("stAlert")
    shown = box.inner_text().replace("\N{WORD JOINER}", "")
    assert "evil.example" in shown
    if quote(BAIT) in query:
        assert BAIT in shown
    assert page.evaluate(FOREIGN_LINKS) == []
    assert box.locator("a").count() == 0
    assert_calm(page, problems)
