"""Text of an address stays text: whoever writes a link cannot put one of their own on the page."""

from urllib.parse import quote

import pytest

from tests.browser.conftest import NewPage
from tests.browser.driving import open_page
from tests.browser.watching import assert_calm, watch
from tests.sampling import few

BAIT = "www.evil.example https://evil.example/x me@evil.example :material/bolt:"
FOREIGN_LINKS = """
() => [...document.querySelectorAll('a[href]')]
    .map(link => link.getAttribute('href'))
    .filter(href => /evil/i.test(href))
"""


QUERIES = {
    "was": f"was={quote(f'none>device:{BAIT}:5')}",
    "unknown": f"nonsense={quote(BAIT)}",
    "unknown_name": f"{quote(BAIT)}=1",
    "method": "method=www.evil.example",
    "value": f"model={quote(BAIT)}",
    "was_of_addresses": f"was={quote('www.evil.example>https://evil.example/x:5')}",
    "edition": "edition=https://evil.example",
}


@pytest.mark.parametrize("kind", few([*QUERIES], 2))
def test_an_address_in_an_address_is_no_link(app_url: str, new_page: NewPage, kind: str) -> None:
    query = QUERIES[kind]
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
