"""How long codes and tokens live, how refresh tokens change, and everything that ends a connection (2.4 to 2.6).

Time is pushed by hand; nothing sleeps.
"""

from __future__ import annotations

from typing import Any

import pytest
from emulator_http import FRESH, ID, REDIRECT, SAMPLE, SECRET, Caller, Emulator
from emulator_sign_in import (
    ACCOUNTING,
    DAY,
    ask,
    back,
    call_books,
    decide,
    exchange,
    refresh,
    refused,
    token_call,
    works,
)


@pytest.fixture
def emulator() -> Emulator:
    """An emulator that consents by itself."""
    return Emulator(auto_consent=True)


def test_a_code_expires(emulator: Emulator) -> None:
    code = back(ask(emulator))["code"]
    emulator.clock.advance(600)
    assert refused(exchange(emulator, code)) == "invalid_grant"


def test_f2_6_1_a_code_used_twice_ends_the_tokens_that_it_gave(emulator: Emulator) -> None:
    code = back(ask(emulator))["code"]
    tokens = exchange(emulator, code).json()
    assert refused(exchange(emulator, code)) == "invalid_grant"
    assert not works(emulator, tokens)
    assert refused(refresh(emulator, tokens["refresh_token"])) == "invalid_grant"
    assert refused(exchange(emulator, code)) == "invalid_grant"  # and stays so


def test_f2_4_3_the_token_answer_tells_a_life_that_counts_down(emulator: Emulator) -> None:
    tokens = exchange(emulator).json()
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 3600)
    assert tokens["x_refresh_token_expires_in"] == 8_726_400
    assert "x_refresh_token_hard_expires_in" not in tokens
    emulator.clock.advance(DAY - 1)
    again = refresh(emulator, tokens["refresh_token"]).json()
    assert again["x_refresh_token_expires_in"] == 8_726_400 - DAY + 1
    other = Emulator(auto_consent=True, options=(("refresh_token_days", "100"),))
    assert exchange(other).json()["x_refresh_token_expires_in"] == 8_640_000


def test_f2_5_1_an_access_token_lives_an_hour(emulator: Emulator) -> None:
    tokens = exchange(emulator).json()
    emulator.clock.advance(3599)
    assert works(emulator, tokens)
    emulator.clock.advance(1)
    answer = call_books(emulator, tokens)
    assert (answer.status_code, answer.json()["fault"]["error"][0]["code"]) == (401, "3200")
    assert works(emulator, refresh(emulator, tokens["refresh_token"]).json())


def test_an_access_token_that_died_before_its_time_leaves_its_grant_as_it_is(emulator: Emulator) -> None:
    tokens = exchange(emulator).json()
    emulator.world.oauth.expire(tokens["access_token"])
    assert not works(emulator, tokens)
    again = refresh(emulator, tokens["refresh_token"]).json()
    assert works(emulator, again)
    emulator.world.oauth.expire(again["access_token"])
    assert emulator.world.oauth.disconnect(FRESH) == 1
    assert not works(emulator, again)


def test_f2_4_5_the_hard_end_is_told_on_request(emulator: Emulator) -> None:
    form = {"grant_type": "refresh_token", "refresh_token": exchange(emulator).json()["refresh_token"]}
    answer = token_call(emulator, form, {"x-include-refresh-token-hard-expires-in": "true"})
    assert answer.json()["x_refresh_token_hard_expires_in"] == 157_680_000
    assert "x_refresh_token_hard_expires_in" not in token_call(emulator, form).json()


def test_f2_5_3_the_refresh_value_changes_about_daily(emulator: Emulator) -> None:
    first = exchange(emulator).json()
    emulator.clock.advance(DAY - 1)
    same = refresh(emulator, first["refresh_token"]).json()
    assert same["refresh_token"] == first["refresh_token"]
    assert same["access_token"] != first["access_token"]
    emulator.clock.advance(1)
    new = refresh(emulator, first["refresh_token"]).json()
    assert new["refresh_token"] != first["refresh_token"]
    assert works(emulator, new)


def _replaced(emulator: Emulator) -> tuple[str, dict[str, Any]]:
    """A refresh token, and the tokens that replaced it."""
    old = exchange(emulator).json()["refresh_token"]
    emulator.clock.advance(DAY)
    return old, refresh(emulator, old).json()


def test_f2_5_4_f2_6_4_a_replaced_value_is_dead_at_once(emulator: Emulator) -> None:
    old, new = _replaced(emulator)
    assert refused(refresh(emulator, old)) == "invalid_grant"
    assert works(emulator, new)
    assert refresh(emulator, new["refresh_token"]).status_code == 200


def test_f2_5_4_a_time_of_grace_can_be_chosen() -> None:
    emulator = Emulator(auto_consent=True, options=(("refresh_grace_seconds", "60"),))
    old, new = _replaced(emulator)
    emulator.clock.advance(59)
    late = refresh(emulator, old).json()
    assert late["refresh_token"] == new["refresh_token"]
    emulator.clock.advance(1)
    assert refused(refresh(emulator, old)) == "invalid_grant"


@pytest.mark.parametrize(("race", "winner_lives"), [("loser", True), ("both", False)])
def test_f2_6_5_of_two_refreshers_the_later_one_fails_and_may_take_the_other_along(
    race: str, winner_lives: bool
) -> None:
    emulator = Emulator(auto_consent=True, options=(("refresh_race", race),))
    old, winner = _replaced(emulator)
    assert refused(refresh(emulator, old)) == "invalid_grant"
    assert works(emulator, winner) is winner_lives
    assert (refresh(emulator, winner["refresh_token"]).status_code == 200) is winner_lives


def test_f2_6_5_two_refreshers_within_the_day_both_succeed(emulator: Emulator) -> None:
    value = exchange(emulator).json()["refresh_token"]
    first, second = (refresh(emulator, value).json() for _ in range(2))
    assert works(emulator, first)
    assert works(emulator, second)


def test_f2_6_10_a_lost_refresh_can_be_repeated_unless_it_changed_the_value(
    emulator: Emulator,
) -> None:
    value = exchange(emulator).json()["refresh_token"]
    assert refresh(emulator, value).status_code == 200  # nobody reads this answer
    assert refresh(emulator, value).json()["refresh_token"] == value
    emulator.clock.advance(DAY)
    assert refresh(emulator, value).status_code == 200  # nor this one, which brought the new value
    assert refused(refresh(emulator, value)) == "invalid_grant"


def test_f2_5_2_a_refresh_token_outlives_a_hundred_idle_days_and_each_use_extends_it(emulator: Emulator) -> None:
    value = exchange(emulator).json()["refresh_token"]
    for _ in range(3):
        emulator.clock.advance(100 * DAY)
        value = refresh(emulator, value).json()["refresh_token"]
    emulator.clock.advance(101 * DAY)
    assert refresh(emulator, value).json()["error_description"] == "Token has been expired or revoked"


@pytest.mark.parametrize("restricted", ["", " indirect-tax.tax-calculation.quickbooks"])
def test_f2_5_5_f2_5_6_nothing_extends_a_grant_beyond_five_years(emulator: Emulator, restricted: str) -> None:
    app = {"client_id": ID, "client_secret": SECRET, "redirect_uris": [REDIRECT], "premium": True}
    emulator.call("POST", "/_emulator/apps", json=app)
    tokens = exchange(emulator, back(ask(emulator, scope=ACCOUNTING + restricted))["code"]).json()
    for _ in range(18):
        emulator.clock.advance(99 * DAY)
        tokens = refresh(emulator, tokens["refresh_token"]).json()
    assert tokens["x_refresh_token_expires_in"] == (5 * 365 - 18 * 99) * DAY
    emulator.clock.advance(tokens["x_refresh_token_expires_in"])
    assert refused(refresh(emulator, tokens["refresh_token"])) == "invalid_grant"
    assert works(emulator, exchange(emulator).json())  # a new consent begins anew


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
@pytest.mark.parametrize("form", ["json", "data"])
def test_revoking_either_token_ends_the_connection(emulator: Emulator, which: str, form: str) -> None:
    tokens = exchange(emulator).json()
    options: dict[str, Any] = {form: {"token": tokens[which]}}
    answer = emulator.call("POST", "/v2/oauth2/tokens/revoke", auth=(ID, SECRET), **options)
    assert (answer.status_code, answer.content) == (200, b"")
    assert not works(emulator, tokens)
    assert refresh(emulator, tokens["refresh_token"]).status_code == 400
    assert emulator.call("POST", "/v2/oauth2/tokens/revoke", auth=(ID, SECRET), **options).status_code == 400


def test_revoking_needs_the_app(emulator: Emulator) -> None:
    token = exchange(emulator).json()["refresh_token"]
    answer = emulator.call("POST", "/v2/oauth2/tokens/revoke", json={"token": token}, auth=(ID, "wrong"))
    assert answer.status_code == 401
    answer = emulator.call("POST", "/v2/oauth2/tokens/revoke", json={"token": 5}, auth=(ID, SECRET))
    assert answer.status_code == 400


def test_f2_6_6_a_customer_who_disconnects_inside_quickbooks_ends_every_token_of_the_company() -> None:
    emulator = Emulator(auto_consent=True)
    here, waiting = exchange(emulator).json(), back(ask(emulator))["code"]
    there = exchange(emulator, back(decide(emulator, SAMPLE))["code"]).json()
    assert emulator.call("POST", f"/_emulator/companies/{FRESH}/disconnect").json() == {"ended": 2}
    answer = call_books(emulator, here)
    assert (answer.status_code, answer.json()["fault"]["error"][0]["code"]) == (401, "3200")
    assert refused(refresh(emulator, here["refresh_token"])) == "invalid_grant"
    assert refused(exchange(emulator, waiting)) == "invalid_grant"
    assert works(emulator, there, SAMPLE)


def test_f2_6_6_f9_3_6_an_admin_who_is_removed_takes_the_connection_along_until_another_consents() -> None:
    caller = Caller(Emulator(auto_consent=True))
    emulator = caller.emulator
    tokens = exchange(emulator).json()
    removed = emulator.call("POST", f"/_emulator/companies/{FRESH}/remove-admin", json={"user": "Kim Successor"})
    assert removed.json() == {"refused": 2}
    answer = caller.send("GET", "preferences")
    assert answer.status_code == 401
    assert '"120"' in answer.text
    assert refused(refresh(emulator, tokens["refresh_token"])) == "invalid_grant"
    assert works(emulator, exchange(emulator).json())
    assert emulator.world.oauth.grants(FRESH)[-1].person == "Kim Successor"


def test_tokens_that_ended_and_expired_are_forgotten(emulator: Emulator) -> None:
    """A connection that is refreshed every hour for years holds a handful of tokens."""
    value = exchange(emulator).json()["refresh_token"]
    for _ in range(50):
        emulator.clock.advance(3600)
        value = refresh(emulator, value).json()["refresh_token"]
    state = emulator.world.oauth.dump()
    assert (len(state["_access"]), len(state["_refresh"])) == (1, 2)
    emulator.world.oauth.disconnect(FRESH)
    assert emulator.world.oauth.dump()["_access"] == {}
