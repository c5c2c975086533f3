"""intuit-oauth as it is: exchange, refresh, userinfo, revocation.

The library finds every endpoint in the emulator's discovery document.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from intuitlib.client import AuthClient
from intuitlib.exceptions import AuthClientError
from quickbooks import QuickBooks
from quickbooks.exceptions import AuthorizationException
from quickbooks.objects import Customer

Connect = Callable[[AuthClient], QuickBooks]


def test_exchange_gives_tokens_and_their_lives(signed_in: AuthClient) -> None:
    assert signed_in.access_token
    assert signed_in.expires_in == 3600
    assert signed_in.x_refresh_token_expires_in == 101 * 24 * 3600


def test_refresh_gives_new_access_and_the_same_refresh_value_within_a_day(signed_in: AuthClient) -> None:
    access, refresh = signed_in.access_token, signed_in.refresh_token
    signed_in.refresh()
    assert signed_in.access_token != access
    assert signed_in.refresh_token == refresh


def test_a_wrong_refresh_token_is_an_error_that_the_library_understands(signed_in: AuthClient) -> None:
    with pytest.raises(AuthClientError) as caught:
        signed_in.refresh(refresh_token="stale")
    assert caught.value.status_code == 400
    assert b"invalid_grant" in caught.value.content


def test_revocation_ends_calls_and_refreshing(signed_in: AuthClient, books: Connect) -> None:
    quickbooks = books(signed_in)
    assert Customer.count(qb=quickbooks) >= 0
    signed_in.revoke()
    with pytest.raises(AuthorizationException):
        Customer.count(qb=quickbooks)
    with pytest.raises(AuthClientError):
        signed_in.refresh()


def test_user_info_needs_the_openid_scope(signed_in: AuthClient) -> None:
    with pytest.raises(AuthClientError) as caught:
        signed_in.get_user_info()
    assert caught.value.status_code == 403
