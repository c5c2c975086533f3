"""Every form of the site against everything that people, paste boards and attackers put into it.

Never an error page of ours, nothing half-written, a clear refusal (422) that keeps what was typed, everything escaped.
"""

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from invoicing_records import D
from web_forms_table import FORMS, Form
from web_two_worlds import Filled, fill, fingerprint, two_worlds
from web_walk_table import PAGES
from web_world import make_world, text_of

from bluepro.invoicing.models import Invoice
from bluepro.payments.models import Payment
from bluepro.quickbooks.models import Problem
from bluepro.web.forms import parse_number
from bluepro.workspaces.models import Role

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
BAD = {
    "nothing": "",
    "spaces": "   ",
    "NUL": "a\x00b",
    "control": "a\x07b",
    "script": SCRIPT,
    "emoji": "😀 👩‍🔧 ok",
    "too long": "x" * 20_000,
    "many digits": "9" * 5_000,
    "money": "1,234.50",
    "dollars": "$12",
    "minus": "-5",
    "exponent": "1e999",
    "not a number": "NaN",
    "endless": "Infinity",
    "many decimals": "0.123456789",
    "1800": "1800-01-01",
    "3000": "3000-12-31",
    "no date": "2026-02-30",
    "year 0": "0000-00-00",
    "lines": "\n" * 10_000,
    "a path": "../../etc/passwd",
    "headers": "a\r\nSet-Cookie: x=1",
    "a template": "{{ 7|add:7 }}{% debug %}",
    "sql": "1'; DROP TABLE contacts_contact; --",
}
OF_CHOICES = (
    "nothing",
    "NUL",
    "script",
    "too long",
    "many digits",
    "minus",
    "1800",
    "3000",
    "no date",
    "year 0",
    "sql",
)
"""What is tried in fields that hold no free text."""
FINE = {200, 303, 409, 422}
KEPT = ("script", "emoji", "money", "dollars", "exponent", "no date", "sql", "a template")
RAW = ("<script>alert", "<img src=x", "Traceback", "Server Error")


@pytest.fixture(autouse=True)
def _no_quickbooks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ENVIRONMENT", "API_URL", "DISCOVERY_URL", "CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI"):
        monkeypatch.delenv(f"BLUEPRO_QBO_{name}", raising=False)


@pytest.fixture
def both() -> tuple[Filled, Filled]:
    return two_worlds()


@pytest.fixture
def ours(both: tuple[Filled, Filled]) -> Filled:
    return both[0]


@pytest.fixture
def client(ours: Filled) -> Client:
    found = Client(raise_request_exception=False)
    found.force_login(ours.world.people[Role.OWNER])
    return found


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def key() -> str:
    return str(uuid.uuid4())


@pytest.mark.timeout(240)
@pytest.mark.parametrize("form", FORMS, ids=str)
def test_bad_input_is_refused_in_words_and_nothing_is_half_written(client: Client, ours: Filled, form: Form) -> None:
    before, wrong = fingerprint(), []
    for name in (*form.texts, *form.others):
        for what in BAD if name in form.texts else OF_CHOICES:
            with undone():
                answer = client.post(form.address(ours), form.sent(ours, **{name: BAD[what], "once": key()}))
                wrong += [f"{name} = {what}: {said}" for said in _wrong(form, client, answer, name, what, before)]
    assert not wrong, "\n".join(wrong)


def _wrong(form: Form, client: Client, answer: "Answer", name: str, what: str, before: dict[str, str]) -> Iterator[str]:
    page = text_of(answer)
    if answer.status_code not in FINE:
        yield f"answered {answer.status_code}"
        return
    if answer.status_code in (409, 422):
        if fingerprint() != before:
            yield "refused, but something was written"
        if name in form.texts and what in KEPT and escape(BAD[what]) not in page:
            yield "what was typed is gone"
        if 'class="error' not in page and 'role="alert"' not in page:
            yield "no error is shown"
    elif what in ("nothing", "spaces") and name in form.required:
        yield f"taken without it ({answer.status_code})"
    if answer.status_code == 303 and what in ("script", "headers", "a template"):
        page = text_of(client.get(answer.headers["Location"]))
        if "\n" in answer.headers["Location"] or "Set-Cookie" in str(answer.headers):
            yield "a header was smuggled in"
    yield from (f"{raw} is in the page" for raw in RAW if raw in page)


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_what_the_table_calls_right_is_taken(client: Client, ours: Filled, form: Form) -> None:
    with undone():
        answer = client.post(form.address(ours), form.sent(ours, once=key()))
        assert answer.status_code in (303, 422 if form.view == "quickbooks_mapping" else 303), text_of(answer)


@pytest.mark.parametrize("form", [one for one in FORMS if "version" in one.others], ids=str)
@pytest.mark.parametrize("version", ["", "0", "7", "-1", "x", "9" * 30])
def test_a_stale_version_changes_nothing_and_keeps_what_was_typed(
    client: Client, ours: Filled, form: Form, version: str
) -> None:
    before = fingerprint()
    name = form.texts[0]
    answer = client.post(form.address(ours), form.sent(ours, **{"version": version, name: form.sent(ours)[name]}))
    assert answer.status_code in (409, 422)
    assert fingerprint() == before
    assert escape(form.sent(ours)[name]) in text_of(answer)


@pytest.mark.parametrize("form", [one for one in FORMS if one.view.endswith("_new")], ids=str)
def test_a_form_sent_twice_is_done_once(client: Client, ours: Filled, form: Form) -> None:
    sent = form.sent(ours, once=key())
    first = client.post(form.address(ours), sent)
    after = fingerprint()
    second = client.post(form.address(ours), sent)
    assert (first.status_code, second.status_code) == (303, 303)
    assert second.headers["Location"] == first.headers["Location"]
    assert fingerprint() == after


@pytest.mark.parametrize("bad", ["", "x", "None", "\x00", "9" * 40, "{" * 36])
@pytest.mark.parametrize("form", [one for one in FORMS if one.view.endswith("_new")], ids=str)
def test_a_form_without_its_key_is_refused(client: Client, ours: Filled, form: Form, bad: str) -> None:
    before = fingerprint()
    answer = client.post(form.address(ours), form.sent(ours, once=bad))
    assert answer.status_code == 422
    assert fingerprint() == before
    assert "incomplete" in text_of(answer)


def test_somebody_elses_key_is_refused(client: Client, both: tuple[Filled, Filled]) -> None:
    ours, theirs = both
    stranger = Client()
    stranger.force_login(theirs.world.people[Role.OWNER])
    form, used = FORMS[0], key()
    assert stranger.post(form.address(theirs), form.sent(theirs, once=used)).status_code == 303
    before = fingerprint()
    assert client.post(form.address(ours), form.sent(ours, once=used)).status_code == 422
    assert fingerprint() == before


def test_another_workspaces_ids_in_fields_are_refused(client: Client, both: tuple[Filled, Filled]) -> None:
    ours, theirs = both
    before = fingerprint()
    invoice = next(one for one in FORMS if one.view == "invoice_new")
    strange = {
        "contact": str(theirs.ids["contact"]),
        "tax_rate": str(theirs.ids["rate"]),
        "service_address": str(theirs.ids["contact"]),
    }
    for name, value in strange.items():
        answer = client.post(invoice.address(ours), invoice.sent(ours, once=key(), **{name: value}))
        assert answer.status_code == 422, name
        assert "Zanzibar" not in text_of(answer)
    line = {"kind-1": "service", "service-1": str(theirs.ids["service"]), "name-1": "", "unit_price-1": ""}
    answer = client.post(invoice.address(ours), invoice.sent(ours, once=key(), **line))
    assert answer.status_code == 422
    assert "Zanzibar" not in text_of(answer)
    check = next(one for one in FORMS if one.query == "?contact={contact}")
    part = {f"part-{theirs.ids['unpaid']}": "20.00"}
    with undone():
        client.post(check.address(ours), check.sent(ours, once=key(), **part))
        assert not Payment.objects.filter(allocations__invoice=theirs.ids["unpaid"]).exists()
    for do in (f"pick:{theirs.ids['contact']}", f"add:{theirs.ids['service']}"):
        assert "Zanzibar" not in text_of(client.post(invoice.address(ours), invoice.sent(ours, do=do)))
    totals = reverse("invoice_editor_totals", args=[ours.world.workspace.pk])
    assert client.post(totals, {"invoice": theirs.ids["draft"]}).status_code == 404
    assert "Zanzibar" not in text_of(client.post(totals, {**line, "line": "1", "contact": theirs.ids["contact"]}))
    assert fingerprint() == before


def test_fields_that_no_form_has_are_ignored(client: Client, ours: Filled) -> None:
    extra = {"workspace": "1", "workspace_id": "1", "status": "issued", "paid": "999", "total": "1", "id": "1"}
    extra |= {"created_by": "1", "balance": "0", "ref": "x", "external_id": "x", "is_staff": "on", "role": "owner"}
    invoice = next(one for one in FORMS if one.view == "invoice_new")
    assert client.post(invoice.address(ours), invoice.sent(ours, once=key(), **extra)).status_code == 303
    made = Invoice.objects.latest("pk")
    assert (made.status, made.paid, made.workspace_id) == ("draft", D("0"), ours.world.workspace.pk)
    assert (made.total, made.external_id) == (D("95"), None)
    assert made.created_by_id == ours.world.business.owner.membership_id
    role = next(one for one in FORMS if one.view == "settings_person")
    assert client.post(role.address(ours), {"role": "owner"}).status_code == 422


@pytest.mark.parametrize(
    "do", ["", "x", "up:", "remove:1", "pick:x", "pick:99999999999", "add:x", "add:", "up:1:2", "\x00"]
)
def test_buttons_that_nobody_offered_change_only_what_is_shown(client: Client, ours: Filled, do: str) -> None:
    invoice = next(one for one in FORMS if one.view == "invoice_new")
    before = fingerprint()
    answer = client.post(invoice.address(ours), invoice.sent(ours, do=do))
    assert answer.status_code == 200
    assert fingerprint() == before


@pytest.mark.parametrize("view", ["contacts", "services", "invoices", "payments", "quickbooks_problems"])
@pytest.mark.parametrize("name", ["q", "sort", "page", "status", "contact", "method", "kind", "archived", "show"])
def test_any_address_of_a_list_answers(client: Client, ours: Filled, view: str, name: str) -> None:
    for what, value in {**BAD, "lines": "\n" * 300, "a late page": "201", "beyond": "10000", "page 0": "0"}.items():
        answer = client.get(reverse(view, args=[ours.world.workspace.pk]), {name: value})
        assert answer.status_code == 200, f"{name} = {what}"
        assert not any(raw in text_of(answer) for raw in RAW), f"{name} = {what}"


@pytest.mark.parametrize("view", ["payment_new", "invoice_new", "invoice_editor_customers", "invoice_editor_services"])
def test_any_search_for_a_customer_or_service_answers(client: Client, ours: Filled, view: str) -> None:
    for what, value in {**BAD, "lines": "\n" * 300}.items():
        for name in ("q", "contact", "invoice", "find_customer", "find_service"):
            answer = client.get(reverse(view, args=[ours.world.workspace.pk]), {name: value})
            assert answer.status_code in (200, 404), f"{name} = {what}"


@pytest.mark.timeout(240)
def test_live_totals_answer_whatever_is_typed(client: Client, ours: Filled) -> None:
    invoice = next(one for one in FORMS if one.view == "invoice_new")
    where = reverse("invoice_editor_totals", args=[ours.world.workspace.pk])
    for name in (*invoice.texts, *invoice.others):
        for what, value in BAD.items():
            answer = client.post(where, invoice.sent(ours, **{name: value}))
            assert answer.status_code == 200, f"{name} = {what}"
            assert set(answer.json()) == {"amounts", "totals"}
            assert not any(raw in answer.json()["totals"] for raw in RAW), f"{name} = {what}"


def test_ten_thousand_lines_are_refused_in_words_and_soon(client: Client, ours: Filled) -> None:
    invoice = next(one for one in FORMS if one.view == "invoice_new")
    lines = [str(number) for number in range(1, 2_000)]
    sent = {name: value for name, value in invoice.sent(ours, once=key()).items() if not name.endswith("-1")}
    fields = {f"{name}-{at}": value for at in lines for name, value in (("kind", "custom"), ("unit_price", "1"))}
    before, begun = fingerprint(), time.monotonic()
    answer = client.post(invoice.address(ours), {**sent, **fields, "line": lines})
    assert answer.status_code == 422
    assert "at most 740" in text_of(answer)
    ten_thousand = {f"kind-{at}": "custom" for at in range(10_001)}
    assert client.post(invoice.address(ours), {**sent, **ten_thousand}).status_code == 400
    assert fingerprint() == before
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("typed", ["-" + " " * 50_000 + "x", "1" + " " * 50_000 + "x", "(" * 50_000, "1,1" * 50_000])
def test_no_text_keeps_the_reader_of_numbers_busy(typed: str) -> None:
    begun = time.monotonic()
    with pytest.raises(ValueError, match=r"."):
        parse_number(typed)
    assert time.monotonic() - begun < 0.5


HOSTILE = "\"><b x=1>'"


def test_names_and_messages_are_escaped_wherever_they_are_shown() -> None:
    filled = fill(make_world(), HOSTILE, "hostile")
    world = filled.world
    world.workspace.name = world.workspace.city = HOSTILE
    world.workspace.save()
    for person in world.people.values():
        person.name = HOSTILE
        person.save()
    client = world.browser(Role.OWNER)
    seen = 0
    filled.ids["problem"] = 0
    addresses = [
        reverse(page.view, args=[world.workspace.pk, *_args(page.args, filled)]) + page.query.format(**filled.ids)
        for page in PAGES
        if page.get is not None and not page.view.startswith("quickbooks") and page.view != "settings_export_file"
    ]
    addresses += [reverse("client_invoice", args=[filled.token]), reverse("workspaces")]
    addresses += [reverse("contacts", args=[world.workspace.pk]) + f"?q={HOSTILE}"]
    for where in addresses:
        page = text_of(client.get(where))
        assert "<b x" not in page, where
        seen += escape(HOSTILE) in page
    assert seen > len(addresses) // 2
    assert not Problem.objects.exists()


def _args(names: tuple[str, ...], filled: Filled) -> list[object]:
    return [one[1:] if one.startswith("=") else filled.ids[one] for one in names]
