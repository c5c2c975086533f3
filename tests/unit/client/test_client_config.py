"""Addresses and credentials: what is refused, and that secrets do not show."""

import pytest

from qbo_client.config import PRODUCTION, SANDBOX, ConfigError, Credentials, Endpoints, Timeouts, check_address


@pytest.mark.parametrize(
    "url", ["https://a.example", "http://localhost:9000/x", "http://127.0.0.1:1", "http://127.8.9.1", "http://[::1]:80"]
)
def test_https_anywhere_and_http_on_this_machine(url: str) -> None:
    assert check_address("url", url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example",
        "http://10.0.0.1",
        "http://localhost.a.example",
        "http://127.0.0.1.a.example",
        "ftp://localhost",
        "https://",
        "localhost:80",
        "",
    ],
)
def test_all_else_is_refused_by_name(url: str) -> None:
    with pytest.raises(ConfigError, match="api_base_url: must begin with https://"):
        Endpoints("https://a.example", url)


def test_one_host_for_everything() -> None:
    assert Endpoints.at("http://localhost:9000/") == Endpoints(
        "http://localhost:9000/.well-known/openid_configuration", "http://localhost:9000"
    )


def test_intuits_own_addresses() -> None:
    assert SANDBOX.api_base_url == "https://sandbox-quickbooks.api.intuit.com"
    assert PRODUCTION.api_base_url == "https://quickbooks.api.intuit.com"
    assert SANDBOX.discovery_url != PRODUCTION.discovery_url


def test_a_secret_does_not_show() -> None:
    assert "s3cret" not in repr(Credentials("id", "s3cret", "https://a.example/back"))


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (("", "s", "https://a.example"), "client_id and client_secret"),
        (("i", "", "https://a.example"), "client_id and client_secret"),
        (("i", "s", "http://a.example"), "redirect_uri"),
    ],
)
def test_credentials_that_cannot_work_are_refused(arguments: tuple[str, str, str], rule: str) -> None:
    with pytest.raises(ConfigError, match=rule):
        Credentials(*arguments)


def test_the_read_time_out_outlasts_quickbooks_own() -> None:
    assert Timeouts().read > 120
