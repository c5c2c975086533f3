"""What a hostile expert tries: redirects to elsewhere, fixed sessions, guessed pages and passwords, ids nested in other
ids, other people's invoices with forms that are complete, answers to sign-ins that others began, formulas in exports.
"""

import csv
import io
import uuid
import zipfile
from datetime import timedelta
from hashlib import sha256

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from invoicing_records import D
from web_two_worlds import Filled, fingerprint, two_worlds
from web_world import PASSWORD, give_password, text_of

from bluepro.importing.formulas import guarded, plain
from bluepro.invoicing.models import Invoice, InvoiceComment, InvoicePage
from bluepro.payments.models import Payment
from bluepro.quickbooks.models import Connection, SignInAttempt
from bluepro.workspaces.models import Membership, Role

pytestmark = pytest.mark.django_db

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "http:///evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    " //evil.example",
    "\t//evil.example",
    "//testserver@evil.example/",
    "https://testserver.evil.example/",
    "home",
    "x",
    "",
)


class CountingHasher(MD5PasswordHasher):
    """Quick, and counts how often it worked."""

    algorithm = "counting"
    worked = 0

    def encode(self, password: str, salt: str | bytes) -> str:
        type(self).worked += 1
        return super().encode(password, str(salt))


@pytest.fixture(autouse=True)
def _quick_hashing(settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]  # type: ignore[attr-defined]
    for name in ("ENVIRONMENT", "API_URL", "DISCOVERY_URL", "CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI"):
        monkeypatch.delenv(f"BLUEPRO_QBO_{name}", raising=False)


@pytest.fixture
def both() -> tuple[Filled, Filled]:
    return two_worlds()


@pytest.fixture
def ours(both: tuple[Filled, Filled]) -> Filled:
    return both[0]


def key() -> str:
    return str(uuid.uuid4())


@pytest.mark.parametrize("where", ELSEWHERE)
def test_nobody_is_sent_elsewhere_after_signing_in_up_or_out(ours: Filled, where: str) -> None:
    owner = give_password(ours.world.people[Role.OWNER])
    sent = {"email": owner.email, "password": PASSWORD, "next": where}
    signed_in = Client()
    answers = [signed_in.post(reverse("sign_in"), sent), signed_in.get(reverse("sign_in"), {"next": where})]
    answers.append(signed_in.get(reverse("sign_up"), {"next": where}))
    answers.append(signed_in.post(reverse("sign_out"), {"next": where}))
    new = {"name": "Eva", "email": "eva@example.com", "password": PASSWORD, "next": where}
    answers.append(Client().post(reverse("sign_up"), new))
    for answer in answers:
        assert answer.status_code == 303
        assert answer.headers["Location"] in ("/", "/sign-in/", "/companies/new/")


def test_a_page_of_ours_is_gone_on_to_and_carries_no_smuggled_header(ours: Filled) -> None:
    owner = give_password(ours.world.people[Role.OWNER])
    inner = reverse("invoices", args=[ours.world.workspace.pk]) + "?q=1"
    sent = {"email": owner.email, "password": PASSWORD}
    assert Client().post(reverse("sign_in"), {**sent, "next": inner}).headers["Location"] == inner
    smuggled = Client().post(reverse("sign_in"), {**sent, "next": "/a\r\nSet-Cookie: x=1"})
    assert "\n" not in smuggled.headers["Location"]
    assert "x" not in smuggled.cookies


def test_the_session_is_a_new_one_after_signing_in_and_gone_after_signing_out(ours: Filled) -> None:
    owner = give_password(ours.world.people[Role.OWNER])
    client = Client()
    fixed = client.session
    fixed["planted"] = "yes"
    fixed.save()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = fixed.session_key or ""
    client.post(reverse("sign_in"), {"email": owner.email, "password": PASSWORD})
    known = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    assert known != fixed.session_key
    cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    client.post(reverse("sign_out"))
    thief = Client()
    thief.cookies[django_settings.SESSION_COOKIE_NAME] = known
    assert thief.get(reverse("workspaces")).status_code == 302


def test_a_new_password_ends_the_sessions_of_other_browsers(ours: Filled) -> None:
    owner = give_password(ours.world.people[Role.OWNER])
    here, elsewhere = Client(), Client()
    for browser in (here, elsewhere):
        browser.force_login(owner)
    sent = {"old_password": PASSWORD, "password": "other plain words here"}
    assert here.post(reverse("password"), sent).status_code == 303
    assert here.get(reverse("workspaces")).status_code == 200
    assert elsewhere.get(reverse("workspaces")).status_code == 302


@pytest.mark.parametrize("variant", ["upper", "spaces", "forwarded", "once more"])
def test_no_variant_of_an_e_mail_or_header_gets_around_the_slow_down(ours: Filled, variant: str) -> None:
    owner = give_password(ours.world.people[Role.OWNER])
    for _ in range(5):
        assert Client().post(reverse("sign_in"), {"email": owner.email, "password": "wrong"}).status_code == 422
    email = {"upper": owner.email.upper(), "spaces": f"  {owner.email} "}.get(variant, owner.email)
    headers = {"x-forwarded-for": "10.1.2.3", "x-real-ip": "10.1.2.3"} if variant == "forwarded" else {}
    answer = Client().post(reverse("sign_in"), {"email": email, "password": PASSWORD}, headers=headers)
    assert answer.status_code == 422
    assert "Too many attempts" in text_of(answer)


@pytest.mark.parametrize("who", ["nobody", "without a password", "no longer active"])
def test_an_unknown_e_mail_costs_as_much_time_as_a_wrong_password(ours: Filled, who: str) -> None:
    known = give_password(ours.world.people[Role.OWNER])
    other = ours.world.people[Role.MEMBER]
    if who == "no longer active":
        give_password(other)
        type(other).objects.filter(pk=other.pk).update(is_active=False)
    email = "nobody@example.com" if who == "nobody" else other.email

    def cost(email: str) -> tuple[int, int]:
        before = CountingHasher.worked
        answer = Client().post(reverse("sign_in"), {"email": email, "password": "wrong password"})
        assert answer.status_code == 422
        return CountingHasher.worked - before, text_of(answer).count("do not go together")

    assert cost(email) == cost(known.email) == (1, 1)


def test_the_customers_page_cannot_be_guessed_and_shows_nothing_internal(ours: Filled) -> None:
    world = ours.world
    world.post("invoice_link", ours.ids["unpaid"])
    world.post("invoice_link", ours.ids["draft"])
    tokens = set(InvoicePage.objects.values_list("token", flat=True))
    assert all(len(token) == 32 and uuid.UUID(token).version == 4 for token in tokens)
    page = Client().get(reverse("client_invoice", args=[ours.token]))
    assert page.status_code == 200
    for hidden in ("/w/", "Bright comment", "Bright notes", "@example.com", "csrf", "QuickBooks", "Person"):
        assert hidden not in text_of(page), hidden
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert not page.cookies
    draft = InvoicePage.objects.get(invoice=ours.ids["draft"]).token
    near = f"{int(ours.token, 16) + 1:032x}"
    guesses = [
        near,
        draft,
        "0" * 32,
        ours.token.upper(),
        ours.token[:-1],
        f"{ours.token}0",
        "1",
        str(ours.ids["invoice"]),
    ]
    for guess in guesses:
        assert Client().get(f"/i/{guess}").status_code == 404, guess
    assert Client().post(reverse("client_invoice", args=[ours.token])).status_code == 405


def test_a_renewed_link_ends_the_old_one_and_members_renew_their_own_only(ours: Filled) -> None:
    world, invoice = ours.world, ours.ids["invoice"]
    assert world.post("invoice_link", invoice, role=Role.MEMBER, data={"renew": "1"}).status_code == 403
    assert Client().get(f"/i/{ours.token}").status_code == 200
    assert world.post("invoice_link", invoice, data={"renew": "1"}).status_code == 303
    assert Client().get(f"/i/{ours.token}").status_code == 404
    assert (
        world.post("invoice_link", ours.ids["member_draft"], role=Role.MEMBER, data={"renew": "1"}).status_code == 303
    )


def test_a_comment_is_deleted_below_its_own_invoice_only(ours: Filled) -> None:
    world = ours.world
    assert world.post("invoice_comment_delete", ours.ids["unpaid"], ours.ids["comment"]).status_code == 404
    assert InvoiceComment.objects.filter(pk=ours.ids["comment"]).exists()
    assert world.post("invoice_comment_delete", ours.ids["invoice"], ours.ids["comment"]).status_code == 303


@pytest.mark.parametrize("role", [Role.MEMBER, Role.BOOKKEEPER])
def test_complete_forms_do_no_more_to_other_peoples_invoices_than_empty_ones(ours: Filled, role: Role) -> None:
    world, ids = ours.world, ours.ids
    line = {"line": "1", "kind-1": "custom", "name-1": "x", "quantity-1": "1", "unit_price-1": "1", "tax_exempt-1": "0"}
    invoice: dict[str, object] = {"contact": ids["contact"], "issue_date": "2026-11-20", "version": "1", **line}
    payment: dict[str, object] = {"amount": "1", "paid_on": "2026-11-20", "method": "Check", "version": "1"}
    part = {f"part-{ids['unpaid']}": "1.00"}
    deleted: dict[str, object] = {"why": "never_arrived", "note": "x"}
    sendings: list[tuple[str, tuple[object, ...], str, dict[str, object]]] = [
        ("invoice_edit", (ids["draft"],), "", {**invoice, "do": "issue"}),
        ("invoice_edit", (ids["unpaid"],), "", {**invoice, "do": "save"}),
        ("invoice_issue", (ids["draft"],), "", {"issue_date": "2026-11-20", "confirm_date": "on"}),
        ("invoice_cancel", (ids["unpaid"],), "", {"reason": "x"}),
        ("invoice_delete", (ids["unpaid"],), "", {"reason": "x"}),
        ("payment_new", (), f"?invoice={ids['unpaid']}", payment),
        ("payment_new", (), f"?contact={ids['contact']}", {**payment, **part}),
        ("payment_new", (), f"?contact={ids['contact']}", payment),
        ("payment_edit", (ids["payment"],), "", payment),
        ("payment_delete", (ids["payment"],), "", deleted),
    ]
    client = world.browser(role)
    before = fingerprint()
    for view, args, query, data in sendings:
        answer = client.post(world.address(view, *args) + query, {"once": key(), **data})
        assert answer.status_code == 403, f"{view} {query}"
    assert fingerprint() == before


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MANAGER])
def test_nobody_takes_the_ownership_or_touches_the_owner(ours: Filled, role: Role) -> None:
    world, owner = ours.world, ours.world.business.owner.membership_id
    own = Membership.objects.get(workspace=world.workspace, role=role).pk
    for view, pk, data in (
        ("settings_person", owner, {"role": "member"}),
        ("settings_person", own, {"role": "owner"}),
        ("settings_person_remove", owner, {}),
        ("settings_person_owner", own, {}),
    ):
        assert world.post(view, pk, role=role, data=dict(data)).status_code in (403, 422), view
    assert world.post("settings_people", role=role, data={"email": "x@example.com", "role": "owner"}).status_code in (
        403,
        422,
    )
    assert Membership.objects.get(workspace=world.workspace, role=Role.OWNER).pk == owner


def _attempt(filled: Filled, role: Role, state: str) -> SignInAttempt:
    now = timezone.now()
    return SignInAttempt.objects.create(
        state_hash=sha256(state.encode()).hexdigest(),
        workspace=filled.world.workspace,
        membership_id=filled.world.actor(role).membership_id,
        begun_at=now,
        expires_at=now + timedelta(minutes=30),
    )


@pytest.mark.parametrize("whose", ["their workspace", "a colleague's", "nobody's"])
def test_an_answer_of_a_sign_in_that_somebody_else_began_connects_nothing(
    both: tuple[Filled, Filled], whose: str
) -> None:
    ours, theirs = both
    if whose == "their workspace":
        _attempt(theirs, Role.OWNER, "planted")
    elif whose == "a colleague's":
        _attempt(ours, Role.ADMIN, "planted")
    before = list(Connection.objects.order_by("pk").values())
    client = ours.world.browser(Role.OWNER)
    answer = client.get(reverse("quickbooks_callback"), {"state": "planted", "code": "c", "realmId": "../../evil"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/")
    assert not answer.headers["Location"].startswith("//")
    assert list(Connection.objects.order_by("pk").values()) == before
    followed = text_of(client.get(reverse("workspaces")))
    assert "Zanzibar" not in followed


@pytest.mark.parametrize("name", ["state", "code", "realmId", "error", "error_description", "next", "redirect_uri"])
@pytest.mark.parametrize(
    "value", ["https://evil.example", "//evil.example", "\x00", "<script>alert(1)</script>", "9" * 5000]
)
def test_the_callback_never_fails_nor_leads_elsewhere(ours: Filled, name: str, value: str) -> None:
    _attempt(ours, Role.OWNER, "right")
    client = ours.world.browser(Role.OWNER)
    query = {"state": "right", "code": "c", "realmId": "4620816365002", "error": "access_denied", name: value}
    answer = client.get(reverse("quickbooks_callback"), query, follow=True)
    assert answer.status_code == 200
    assert all(where.startswith("/") and not where.startswith("//") for where, _ in answer.redirect_chain)
    assert "<script>alert" not in text_of(answer)


def test_pages_are_not_given_to_hosts_that_are_not_ours(ours: Filled, settings: object) -> None:
    settings.ALLOWED_HOSTS = ["bluepro.example"]  # type: ignore[attr-defined]
    assert Client().get(reverse("sign_in"), headers={"host": "evil.example"}).status_code == 400
    assert Client().get(reverse("sign_in"), headers={"host": "bluepro.example"}).status_code == 200
    answer = Client().get(reverse("sign_in"), headers={"host": "bluepro.example", "x-forwarded-host": "evil.example"})
    assert "evil.example" not in text_of(answer)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ('=HYPERLINK("http://evil")', '\'=HYPERLINK("http://evil")'),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("@SUM(1)", "'@SUM(1)"),
        ("=1+1", "'=1+1"),
        ("'=1", "''=1"),
        ("\t=1", "'\t=1"),
        ("-12.50", "-12.50"),
        ("+1 (555) 010-0100", "+1 (555) 010-0100"),
        ("'tis", "'tis"),
        ("O'Hara", "O'Hara"),
        ("", ""),
    ],
)
def test_cells_that_would_run_as_formulas_are_written_as_text_and_read_back(cell: str, written: str) -> None:
    assert guarded(cell) == written
    assert plain(written) == cell


def test_the_export_runs_nothing_in_a_spreadsheet(ours: Filled) -> None:
    formula = '=HYPERLINK("http://evil.example","Click")'
    sent: dict[str, object] = {"kind": "person", "display_name": formula, "email": "x@example.com"}
    assert ours.world.post("contact_new", data=sent).status_code == 303
    answer = ours.world.get("settings_export_file")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        cells = [
            cell
            for name in archive.namelist()
            if name.endswith(".csv")
            for row in csv.reader(io.StringIO(archive.read(name).decode()))
            for cell in row
        ]
    assert f"'{formula}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "@", "\t", "\r"))]


def test_an_archive_that_unpacks_to_far_more_is_refused_and_imports_nothing(ours: Filled) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from bluepro.web.models import ImportRun, ImportState
    from bluepro.web.present import CLOCK, IDS
    from bluepro.web.settings import runs

    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("contacts.csv", b"0" * 60 * 1024**2)
        archive.writestr("../../services.csv", b"x")
    file = SimpleUploadedFile("../../a<b>.zip", packed.getvalue(), "application/zip")
    answer = ours.world.browser().post(ours.world.address("settings_import"), {"csv_files": file, "once": key()})
    assert answer.status_code == 303
    run = ImportRun.objects.latest("pk")
    runs.work(run.pk, clock=CLOCK, ids=IDS)
    run.refresh_from_db()
    assert run.state == ImportState.REFUSED
    assert "not believable" in run.reason
    page = text_of(ours.world.get("settings_import_run", run.pk))
    assert "<b>.zip" not in page


def test_a_payment_by_an_impatient_click_is_recorded_once(ours: Filled) -> None:
    invoice = ours.ids["unpaid"]
    sent = {"amount": "1,0.00", "paid_on": "2026-11-20", "method": "Check", "once": key()}
    where = ours.world.address("payment_new") + f"?invoice={invoice}"
    assert ours.world.browser().post(where, sent).status_code == 422
    for _ in range(3):
        assert ours.world.browser().post(where, {**sent, "amount": "$10.00"}).status_code == 303
    assert Payment.objects.filter(allocations__invoice=invoice).count() == 1
    assert Invoice.objects.get(pk=invoice).paid == D("10.00")


@pytest.mark.parametrize(
    ("view", "ids", "total"),
    [
        ("home", (), "Money owed"),
        ("contacts", (), "Owes"),
        ("contact", ("contact",), "Owes"),
        ("service", ("service",), "issued,"),
    ],
)
def test_members_see_no_totals(ours: Filled, view: str, ids: tuple[str, ...], total: str) -> None:
    args = [ours.ids[one] for one in ids]
    assert total in text_of(ours.world.get(view, *args, role=Role.MANAGER))
    member = text_of(ours.world.get(view, *args, role=Role.MEMBER))
    assert total not in member
