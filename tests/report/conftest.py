"""What tests of answers share."""

import pytest

from report.server import asking

LONG_S = 60.0


@pytest.fixture(scope="session", autouse=True)
def _answers_come_on_any_machine() -> None:
    """How long an answer may take is tried by itself; elsewhere a slow machine must not decide."""
    asking.POOL.allow(LONG_S)
