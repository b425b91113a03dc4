"""Pages run without a browser, on the real price book."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from calculators.compare import compare
from calculators.presets import default_scenario
from calculators.results import Comparison
from calculators.scenario import Scenario
from pricing.book import PriceBook
from report.codec import decode
from report.pins import OF_PAGES

MAIN = Path(__file__).parents[2] / "ui" / "main.py"
TIMEOUT_S = 180

OpenApp = Callable[..., AppTest]


@pytest.fixture
def open_app() -> OpenApp:
    """Open the app under a query, on a page: `open_app("preset=support_chat", "prices")`."""

    def start(query: str = "", page: str = "compare") -> AppTest:
        app = AppTest.from_file(MAIN, default_timeout=TIMEOUT_S)
        for name, text in parse_qsl(query, keep_blank_values=True):
            app.query_params[name] = text
        app.run()
        if page != "compare":
            app.switch_page(f"views/{page}.py").run()
        assert_sound(app)
        return app

    return start


def opened_view(view: Path, address: str) -> AppTest:
    """A page under an address, as somebody opens it who was on no page before."""
    app = AppTest.from_file(view, default_timeout=TIMEOUT_S)
    for name, text in parse_qsl(address):
        app.query_params[name] = text
    app.run()
    assert_sound(app)
    return app


def assert_sound(app: AppTest) -> None:
    """No exception reached the visitor."""
    assert not app.exception, [item.message for item in app.exception]


def texts(app: AppTest) -> str:
    """Everything written on the page, as markdown."""
    parts = [*app.title, *app.markdown, *app.caption, *app.warning, *app.info]
    return "\n".join(str(part.value) for part in parts)


def html(app: AppTest) -> list[str]:
    """What is drawn as HTML."""
    return [str(getattr(item, "value", "")) for item in app.get("html")]


def query(app: AppTest) -> dict[str, str]:
    """The address's query."""
    held = dict(app.query_params)
    return {name: text if isinstance(text, str) else text[0] for name, text in held.items()}


@pytest.fixture(scope="session")
def book() -> PriceBook:
    """The newest edition."""
    return PriceBook.load()


@pytest.fixture(scope="session")
def comparison(book: PriceBook) -> Comparison:
    """What the page opens on."""
    return compare(default_scenario(book), book)


def scenario(app: AppTest) -> Scenario:
    """What the address says; all of it can be read."""
    held = {name: text for name, text in query(app).items() if name not in OF_PAGES}
    return decode(urlencode(held), strict=True).scenario
