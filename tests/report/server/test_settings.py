"""A deployment's settings: read, or refused by name before anything is served."""

from __future__ import annotations

import pytest

from report.server.settings import SettingError, Settings, read


def test_without_settings_any_name_is_answered() -> None:
    found = read({"PATH": "/bin"})
    assert found == Settings()
    assert found.hosts == ()
    assert not found.secure


def test_a_public_address_says_name_path_and_lock() -> None:
    found = read({"PUBLIC_URL": " https://tools.example:8443/crossover/ "})
    assert found.public_url == "https://tools.example:8443/crossover"
    assert found.base_path == "/crossover"
    assert found.hosts[0] == "tools.example"
    assert found.secure


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("http://localhost:8501", "localhost", ""),
        ("https://10.1.2.3/a-b/c.d_e~", "10.1.2.3", "/a-b/c.d_e~"),
        ("https://[fd00::1]:8443", "fd00::1", ""),
        ("https://Tools.Example/A", "tools.example", "/A"),
        ("https://xn--bcher-kva.example", "xn--bcher-kva.example", ""),
        ("https://my_host.example", "my_host.example", ""),
    ],
)
def test_addresses_of_every_kind_are_read(url: str, host: str, path: str) -> None:
    found = read({"PUBLIC_URL": url})
    assert (found.host, found.base_path) == (host, path)


@pytest.mark.parametrize(
    "url",
    [
        "tools.example",
        "ftp://tools.example",
        "https://",
        "https://user:secret@tools.example",
        "https://tools.example/?x=1",
        "https://tools.example/#x",
        "https://tools.example:port",
        "https://tools.example/a/../b",
        "https://tools example",
        "javascript:alert(1)",
        "https://tools.example/\N{LATIN SMALL LETTER U WITH DIAERESIS}",
        "https://tools.example/a%2e%2e/b",
        "https://tools.example/%41",
        "https://tools.example/.",
        "https://tools.example/<script>",
        "https://tools.example/a;b",
        "https://tools.example//a",
        "https://-",
        "https://tools.example:",
        "https://t\N{LATIN SMALL LETTER O WITH DIAERESIS}ls.example",
    ],
)
def test_what_is_no_public_address_is_refused(url: str) -> None:
    with pytest.raises(SettingError, match="PUBLIC_URL"):
        read({"PUBLIC_URL": url})


def test_a_path_of_streamlits_own_must_be_that_of_the_address() -> None:
    address = {"PUBLIC_URL": "https://tools.example/crossover"}
    assert read(address, "/crossover/").base_path == "/crossover"
    for environment, path in ((address, "other"), ({}, "crossover")):
        with pytest.raises(SettingError, match=r"server\.baseUrlPath"):
            read(environment, path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CROSSOVER_METRICS_PORT", "0"),
        ("CROSSOVER_METRICS_PORT", "65536"),
        ("CROSSOVER_METRICS_PORT", "9100x"),
        ("CROSSOVER_MAX_VISITORS", "0"),
        ("CROSSOVER_MAX_VISITORS", "-1"),
        ("CROSSOVER_ANSWER_S", "0"),
        ("CROSSOVER_ANSWER_S", "31"),
        ("CROSSOVER_ANSWER_S", "2.5"),
        ("CROSSOVER_OWN_PRICE", "price.x=1"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=f"{name} is"):
        read({name: value})


def test_ports_and_numbers_are_read() -> None:
    found = read({"CROSSOVER_METRICS_PORT": "9100", "CROSSOVER_MAX_VISITORS": "40"})
    assert (found.metrics_port, found.visitors, found.metrics_address) == (9100, 40, "127.0.0.1")
    assert found.answer_s == 10
    assert read({"CROSSOVER_ANSWER_S": "5"}).answer_s == 5
