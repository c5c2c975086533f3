"""qbosdk as it is: sign-in by refresh token, lists in pages, counts, making vendors and employees, errors, revocation.

It offers no update, void, batch, change data capture or sales forms. Its base URL is a constant inside; a subclass
changes it, and both addresses of tokens are set on the class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from intuitlib.client import AuthClient
from qbosdk import InvalidTokenError, QuickbooksOnlineSDK, WrongParamsError, revoke_refresh_token

from conftest import Emulator

Connect = Callable[[AuthClient], QuickbooksOnlineSDK]


@pytest.fixture
def connect(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Connect:
    """The library for whoever intuit-oauth signed in."""
    monkeypatch.setattr(QuickbooksOnlineSDK, "TOKEN_URL", f"{emulator.base_url}/oauth2/v1/tokens/bearer")
    monkeypatch.setattr(QuickbooksOnlineSDK, "TOKEN_REVOKE_URL", f"{emulator.base_url}/v2/oauth2/tokens/revoke")

    class LocalSDK(QuickbooksOnlineSDK):  # type: ignore[misc]  # the library has no types
        def update_server_url(self) -> None:
            realm = self._QuickbooksOnlineSDK__realm_id
            self._QuickbooksOnlineSDK__base_url = f"{emulator.base_url}/v3/company/{realm}"
            super().update_server_url()

    def connected(auth: AuthClient) -> QuickbooksOnlineSDK:
        return LocalSDK(emulator.client_id, emulator.client_secret, auth.refresh_token, auth.realm_id, "sandbox")

    return connected


@pytest.fixture
def sdk(signed_in: AuthClient, connect: Connect) -> QuickbooksOnlineSDK:
    """Signed in."""
    return connect(signed_in)


def _vendor(sdk: QuickbooksOnlineSDK) -> dict[str, str]:
    made: dict[str, str] = sdk.vendors.post({"DisplayName": f"Soap & Söhne's {uuid4().hex[:8]}"})["Vendor"]
    return made


def _ids(pages: Iterator[list[dict[str, str]]]) -> list[str]:
    return [entry["Id"] for page in pages for entry in page]


def test_a_refresh_token_signs_in(signed_in: AuthClient, sdk: QuickbooksOnlineSDK) -> None:
    assert sdk.access_token != signed_in.access_token
    assert sdk.access_token_expires_in == 3600
    assert sdk.refresh_token == signed_in.refresh_token


def test_a_wrong_refresh_token_is_an_error_that_the_library_understands(
    signed_in: AuthClient, connect: Connect
) -> None:
    signed_in.refresh_token = "stale"
    with pytest.raises(InvalidTokenError):
        connect(signed_in)


def test_a_vendor_is_made_found_by_name_and_counted(sdk: QuickbooksOnlineSDK) -> None:
    before = sdk.vendors.count()
    made = _vendor(sdk)
    assert sdk.vendors.count() == before + 1
    assert made["Id"] in [vendor["Id"] for vendor in sdk.vendors.get()]


def test_an_employee_is_made(sdk: QuickbooksOnlineSDK) -> None:
    made = sdk.employees.post({"GivenName": "Robin", "FamilyName": uuid4().hex[:8]})["Employee"]
    assert made["Id"] in _ids(sdk.employees.get_all_generator())


def test_lists_come_in_pages_and_as_a_whole(sdk: QuickbooksOnlineSDK) -> None:
    for resource in (sdk.accounts, sdk.items, sdk.tax_codes):
        whole = [entry["Id"] for entry in resource.get()]
        assert whole
        assert _ids(resource.get_all_generator()) == whole
        assert resource.count() == len(whole)


def test_lists_changed_since_and_inactive_are_filtered(sdk: QuickbooksOnlineSDK) -> None:
    made = _vendor(sdk)
    assert made["Id"] in _ids(sdk.vendors.get_all_generator(last_updated_time="2020-01-01"))
    assert _ids(sdk.vendors.get_all_generator(last_updated_time="2999-01-01")) == []
    assert made["Id"] not in _ids(sdk.vendors.get_inactive("2020-01-01"))


def test_the_company_and_its_preferences_are_read(sdk: QuickbooksOnlineSDK) -> None:
    assert sdk.company_info.get()["Country"] == "US"
    assert sdk.preferences.get()["SalesFormsPrefs"]["CustomTxnNumbers"] is True


def test_a_name_taken_is_an_error_with_its_code(sdk: QuickbooksOnlineSDK) -> None:
    made = _vendor(sdk)
    with pytest.raises(WrongParamsError) as caught:
        sdk.vendors.post({"DisplayName": made["DisplayName"]})
    assert '"code":"6240"' in caught.value.response


def test_what_is_not_modelled_is_refused_with_a_message_that_says_so(sdk: QuickbooksOnlineSDK) -> None:
    with pytest.raises(WrongParamsError) as caught:
        sdk.bills.get()
    assert "not modelled" in caught.value.response


def test_revocation_ends_calls_and_refreshing(
    emulator: Emulator, signed_in: AuthClient, sdk: QuickbooksOnlineSDK, connect: Connect
) -> None:
    revoke_refresh_token(sdk.refresh_token, emulator.client_id, emulator.client_secret)
    with pytest.raises(InvalidTokenError):
        sdk.vendors.count()
    with pytest.raises(InvalidTokenError):
        connect(signed_in)
