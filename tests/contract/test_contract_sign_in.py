"""Signing in, over HTTP: the whole way of a token's life. The sheet's section 2."""

import asyncio
from datetime import timedelta

import httpx2
import pytest
from contract_rig import BACK, CREDENTIALS, Rig

from qbo_client import wire
from qbo_client.client import QboFault
from qbo_client.config import Credentials
from qbo_client.tokens import AuthError, InvalidClient, InvalidGrant


@pytest.fixture
def rig() -> Rig:
    return Rig()


def test_consent_to_first_answer(rig: Rig) -> None:
    async def main() -> None:
        async with rig.http() as http:
            client, keeper = await rig.signed_in(http)
            assert keeper.tokens is not None
            assert keeper.tokens.access_expires_at == rig.now() + timedelta(hours=1)
            assert keeper.tokens.refresh_expires_at >= rig.now() + timedelta(days=100)
            assert keeper.tokens.hard_expires_at is not None
            assert keeper.tokens.hard_expires_at > rig.now() + timedelta(days=4 * 365)
            assert (await client.company_info()).country == "US"
            assert all(reply.tid for _, reply in rig.seen)

    asyncio.run(main())


def test_a_code_works_once(rig: Rig) -> None:
    async def main() -> None:
        async with rig.http() as http:
            _, keeper = await rig.signed_in(http)
            assert keeper.callback is not None
            with pytest.raises(InvalidGrant):
                await rig.auth(http).exchange(keeper.callback.code)

    asyncio.run(main())


@pytest.mark.parametrize(
    ("credentials", "kind"),
    [
        (Credentials(CREDENTIALS.client_id, "wrong", BACK), InvalidClient),
        (Credentials("nobody", "wrong", BACK), InvalidClient),
    ],
)
def test_wrong_keys(rig: Rig, credentials: Credentials, kind: type[AuthError]) -> None:
    async def main() -> None:
        async with rig.http() as http:
            _, keeper = await rig.signed_in(http)
            assert keeper.tokens is not None
            with pytest.raises(kind):
                await rig.auth(http, credentials).refresh(keeper.tokens.refresh_token)

    asyncio.run(main())


def test_an_expired_access_token_is_renewed_once_behind_the_callers_back(rig: Rig) -> None:
    async def main() -> None:
        async with rig.http() as http:
            client, keeper = await rig.signed_in(http)
            await client.preferences()
            rig.clock.advance(3601)
            assert (await client.create(wire.Customer(display_name="Ada"))).display_name == "Ada"
            assert keeper.refreshes == 1
            assert [reply.status for _, reply in rig.seen] == [200, 401, 200]

    asyncio.run(main())


def test_a_refresh_tokens_value_changes_about_daily_and_the_old_one_dies(rig: Rig) -> None:
    async def main() -> None:
        async with rig.http() as http:
            _, keeper = await rig.signed_in(http)
            assert keeper.tokens is not None
            first = keeper.tokens.refresh_token
            auth = rig.auth(http)
            assert (await auth.refresh(first)).refresh_token == first
            rig.clock.advance(25 * 3600)
            second = (await auth.refresh(first)).refresh_token
            assert second != first
            rig.clock.advance(25 * 3600)
            with pytest.raises(InvalidGrant):
                await auth.refresh(first)
            assert (await auth.refresh(second)).access_token

    asyncio.run(main())


def test_revoking_ends_the_connection(rig: Rig) -> None:
    async def main() -> None:
        async with rig.http() as http:
            client, keeper = await rig.signed_in(http)
            assert keeper.tokens is not None
            auth = rig.auth(http)
            assert await auth.revoke(keeper.tokens.refresh_token) is True
            assert await auth.revoke(keeper.tokens.refresh_token) is False
            with pytest.raises(InvalidGrant):
                await client.preferences()

    asyncio.run(main())


def test_a_customer_who_disconnects_inside_quickbooks_is_noticed(rig: Rig) -> None:
    async def main() -> None:
        async with rig.http() as http:
            client, _ = await rig.signed_in(http)
            await rig.control("POST", f"companies/{client.realm_id}/disconnect")
            with pytest.raises(InvalidGrant):
                await client.preferences()

    asyncio.run(main())


def test_another_companys_realm_is_refused(rig: Rig) -> None:
    async def main() -> None:
        async with rig.http() as http:
            client, _ = await rig.signed_in(http)
            realms = [company["realm_id"] for company in await rig.control("GET", "companies")]
            client.realm_id = next(realm for realm in realms if realm != client.realm_id)
            with pytest.raises(QboFault) as raised:
                await client.preferences()
            assert raised.value.fault.codes == ("3100",)
            assert raised.value.fault.status == 403

    asyncio.run(main())


def test_a_browser_is_sent_back_with_the_state_it_came_with(rig: Rig) -> None:
    async def main() -> httpx2.Response:
        async with rig.http() as http:
            return await http.get(await rig.auth(http).authorize_url("a&b c/é"))

    location = httpx2.URL(asyncio.run(main()).headers["location"])
    assert location.params["state"] == "a&b c/é"
    assert str(location).startswith(BACK)
