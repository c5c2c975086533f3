"""Every URL of the project, walked as each of the five roles, signed out, and as another workspace's Owner.

Refused calls change nothing, no page shows anything of another workspace, every page carries its headers.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from web_two_worlds import STRANGE, Filled, fingerprint, two_worlds
from web_walk_table import LETTERS, PAGES, PERSONAL, PUBLIC, Page, all_views

from bluepro.web.headers import POLICY
from bluepro.workspaces.models import Role, User

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db

DONE = {200, 286, 302, 303, 409, 422}
NOT_CONNECTED_HERE = 502  # the comparison, where no QuickBooks is configured
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle\s*=|\son[a-z]+\s*=|<style|javascript:", re.IGNORECASE)


@pytest.fixture(autouse=True)
def _no_quickbooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages must not reach any QuickBooks from here."""
    for name in ("ENVIRONMENT", "API_URL", "DISCOVERY_URL", "CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI"):
        monkeypatch.delenv(f"BLUEPRO_QBO_{name}", raising=False)


@pytest.fixture
def both() -> tuple[Filled, Filled]:
    return two_worlds()


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def address(page: Page, workspace: int, ids: dict[str, int]) -> str:
    args = [one[1:] if one.startswith("=") else ids[one] for one in page.args]
    return reverse(page.view, args=[workspace, *args]) + page.query.format(**ids)


def browser(user: User, *, enforce_csrf_checks: bool = False) -> Client:
    client = Client(raise_request_exception=False, enforce_csrf_checks=enforce_csrf_checks)
    client.force_login(user)
    return client


def calls(client: Client, where: str) -> tuple[tuple[str, Callable[[], "Answer"]], ...]:
    return ("get", lambda: client.get(where)), ("post", lambda: client.post(where, {}))


def content(answer: "Answer") -> str:
    return b"".join(answer).decode(errors="replace") if answer.streaming else answer.content.decode(errors="replace")


def bad_headers(answer: "Answer") -> str:
    """What is wrong with the headers and the page's own scripts and styles, "" if nothing."""
    if answer.headers.get("Content-Security-Policy") != POLICY:
        return "no content security policy"
    if answer.headers.get("Cache-Control") != "no-store":
        return f"Cache-Control: {answer.headers.get('Cache-Control')}"
    if answer.headers.get("X-Frame-Options") != "DENY" or answer.headers.get("X-Content-Type-Options") != "nosniff":
        return "may be framed or sniffed"
    inline = INLINE.search(content(answer)) if "html" in answer.headers.get("Content-Type", "") else None
    return f"inline code: {inline[0]}" if inline else ""


def test_every_url_is_in_the_table() -> None:
    known = {page.view for page in PAGES} | set(PERSONAL) | set(PUBLIC)
    assert set(all_views()) == known


@pytest.mark.parametrize("role", list(Role))
def test_each_role_against_the_roles_table(both: tuple[Filled, Filled], role: Role) -> None:
    ours, _ = both
    client = browser(ours.world.people[role])
    before, wrong = fingerprint(), []
    for page in PAGES:
        where = address(page, ours.world.workspace.pk, ours.ids)
        for method, call in calls(client, where):
            allowed = page.get if method == "get" else page.post
            with undone():
                answer = call()
                same = fingerprint() == before
                said = _judge(page, allowed, LETTERS[role], method, answer, same) or bad_headers(answer)
                if STRANGE.lower() in content(answer).lower():
                    said = "shows another workspace's data"
            if said:
                wrong.append(f"{method} {page}: {said}")
    assert not wrong, "\n".join(wrong)


def _judge(page: Page, allowed: str | None, letter: str, method: str, answer: "Answer", same: bool) -> str:
    """What is wrong with the answer, "" if nothing."""
    code = answer.status_code
    if allowed is None:
        return "" if code == 405 and same else f"{code}, expected 405"
    if letter in allowed:
        fine = code in DONE or (page.view == "quickbooks_compare" and code == NOT_CONNECTED_HERE)
        if method == "get" and not same:
            return "GET changed the database"
        return "" if fine and "/sign-in" not in answer.headers.get("Location", "") else f"{code}, expected to be let in"
    if not same:
        return f"{code}, and the database changed"
    refused = code == 403 or (method == "post" and letter in page.told and code == 303)
    return "" if refused else f"{code}, expected 403"


def test_signed_out_everything_leads_to_the_sign_in(both: tuple[Filled, Filled]) -> None:
    ours, _ = both
    client = Client(raise_request_exception=False)
    before, wrong = fingerprint(), []
    personal = [(name, reverse(name)) for name in PERSONAL]
    for name, where in [*((str(page), address(page, ours.world.workspace.pk, ours.ids)) for page in PAGES), *personal]:
        for method, call in calls(client, where):
            answer = call()
            to_sign_in = answer.status_code == 302 and answer.headers["Location"].startswith(reverse("sign_in"))
            if not (to_sign_in or answer.status_code == 405) or bad_headers(answer):
                wrong.append(f"{method} {name}: {answer.status_code} {bad_headers(answer)}")
    assert not wrong, "\n".join(wrong)
    assert fingerprint() == before


@pytest.mark.parametrize("visitor", ["their owner in our workspace", "our owner with their ids", "one who left"])
def test_what_is_not_theirs_does_not_exist_for_people(both: tuple[Filled, Filled], visitor: str) -> None:
    ours, theirs = both
    workspace = ours.world.workspace.pk
    if visitor == "their owner in our workspace":
        client, ids = browser(theirs.world.people[Role.OWNER]), ours.ids
    elif visitor == "our owner with their ids":
        client, ids = browser(ours.world.people[Role.OWNER]), theirs.ids
    else:
        client, ids = browser(ours.world.people[Role.ADMIN]), ours.ids
        ours.world.people[Role.ADMIN].memberships.update(active=False)
    before, wrong = fingerprint(), []
    for page in PAGES:
        named = page.args or ("{" in page.query and page.view not in ("invoices", "invoice_new"))
        if visitor == "our owner with their ids" and not named:
            continue
        for method, call in calls(client, address(page, workspace, ids)):
            answer = call()
            expected = 405 if (page.get if method == "get" else page.post) is None else 404
            text = content(answer)
            if answer.status_code != expected or bad_headers(answer):
                wrong.append(f"{method} {page}: {answer.status_code}, expected {expected} {bad_headers(answer)}")
            elif re.search(STRANGE if client is not None and ids is theirs.ids else "Bright", text):
                wrong.append(f"{method} {page}: names what does not exist for them")
    assert not wrong, "\n".join(wrong)
    assert fingerprint() == before


def test_a_record_of_another_workspace_named_in_the_address_of_a_list_is_unknown(both: tuple[Filled, Filled]) -> None:
    ours, theirs = both
    client = browser(ours.world.people[Role.OWNER])
    for view in ("invoices", "payments", "invoice_new"):
        answer = client.get(f"{reverse(view, args=[ours.world.workspace.pk])}?contact={theirs.ids['contact']}")
        assert answer.status_code == 200
        assert STRANGE not in content(answer)


def test_no_form_is_taken_without_its_csrf_token(both: tuple[Filled, Filled]) -> None:
    ours, _ = both
    client = browser(ours.world.people[Role.OWNER], enforce_csrf_checks=True)
    before, wrong = fingerprint(), []
    posted = [(page.view, address(page, ours.world.workspace.pk, ours.ids)) for page in PAGES if page.post]
    posted += [(name, reverse(name)) for name in ("sign_in", "sign_up", "sign_out", "password", "workspace_new")]
    for name, where in posted:
        answer = client.post(where, {"email": "a@example.com", "password": "x"})
        if answer.status_code != 403:
            wrong.append(f"{name}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert fingerprint() == before


@pytest.mark.parametrize("name", [*PERSONAL, "start", "sign_in", "sign_up", "healthz"])
def test_the_other_pages_carry_the_headers_too(both: tuple[Filled, Filled], name: str) -> None:
    for client in (Client(), browser(both[0].world.people[Role.MEMBER])):
        answer = client.get(reverse(name))
        assert answer.status_code in (200, 302, 303)
        assert not bad_headers(answer)
        assert STRANGE not in content(answer)


@pytest.mark.parametrize("workspace", ["0", "99999999999999999999999999", "-1", "1e9"])
def test_numbers_that_no_workspace_or_record_has_are_not_there(both: tuple[Filled, Filled], workspace: str) -> None:
    ours, _ = both
    client = browser(ours.world.people[Role.OWNER])
    assert client.get(f"/w/{workspace}/").status_code == 404
    for part in ("contacts/{}", "services/{}", "invoices/{}/", "payments/{}/", "quickbooks/records/invoice/{}"):
        found = client.get(f"/w/{ours.world.workspace.pk}/{part.format(workspace)}")
        assert found.status_code == 404, part
