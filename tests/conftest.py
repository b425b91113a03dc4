"""What every test shares: no outside network, reproducible property tests, a calm collector."""

import gc
import ipaddress
import os
import socket
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, settings
from streamlit.components.v2 import manifest_scanner

# Python looks for cycles after every 700 new objects, and each time it looks through all of them
# again: with every test module, table and page in memory that was a quarter of the time of a run.
# Arrays and most else go without it, as soon as nobody holds them.
gc.set_threshold(50_000, 20, 50)


# Each page opened by a test looks through every installed package for parts of pages, for a quarter
# of a second: packages do not change while tests run, so the first look is for all.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


def pytest_collection_finish() -> None:
    """Leave modules, tests and tables, which stay to the end, out of every later search."""
    gc.collect()
    gc.freeze()


# The same examples on every run, so that a change is to blame for a new failure; look for
# new ones with HYPOTHESIS_PROFILE=explore. No deadline: shared cores make time a coin toss.
settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


class OutsideNetworkError(RuntimeError):
    """A test tried to reach another machine: prices and pages must work without one."""


def is_this_machine(address: object) -> bool:
    """Tell whether a socket address stays on this machine (loopback or a local socket)."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def no_outside_network() -> Iterator[None]:
    """Refuse connections that would leave this machine, by name, for the whole run."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded_connect(sock: socket.socket, address: object) -> None:
        if not is_this_machine(address):
            raise OutsideNetworkError(f"a test tried to reach {address!r}")
        connect(sock, address)  # type: ignore[arg-type]

    def guarded_connect_ex(sock: socket.socket, address: object) -> int:
        if not is_this_machine(address):
            raise OutsideNetworkError(f"a test tried to reach {address!r}")
        return connect_ex(sock, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        yield
