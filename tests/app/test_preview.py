"""The first push into a company with data of its own: the books are read once, each record is proposed as link, create
or ask, a person answers and accepts, and only then is anything written. Through the local QuickBooks' sample company.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from connect_world import QuickBooksWorld, owner_of
from rig import of_service, priced

from bluepro.catalogue.rules import ServiceData
from bluepro.catalogue.services import ServiceEdit, save_services
from bluepro.common.errors import NotAllowed, NotFound, Refused
from bluepro.contacts.rules import ContactData
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.invoicing.rules import InvoiceData, InvoiceEdit, LineData
from bluepro.invoicing.services import import_invoices
from bluepro.payments.rules import PaymentData, PaymentEdit
from bluepro.payments.services import save_payments
from bluepro.quickbooks.answers import answer as answer_problem
from bluepro.quickbooks.connect import lifecycle
from bluepro.quickbooks.connect.asking import as_json, question
from bluepro.quickbooks.connect.begin import accept
from bluepro.quickbooks.connect.decisions import answer, answer_all, decided, matches, open_questions
from bluepro.quickbooks.connect.match import match
from bluepro.quickbooks.connect.preview import Preview, Sum, preview
from bluepro.quickbooks.connect.start import choose_start
from bluepro.quickbooks.models import Change, Connection, Link, Match, Problem, Request, RequestItem
from bluepro.quickbooks.post import Post
from bluepro.quickbooks.serve import Means, serve
from bluepro.quickbooks.snapshot import Kind
from bluepro.workspaces.models import Role
from bluepro.workspaces.roles import Actor
from qbo_emulator.books import operations
from qbo_emulator.books.kinds import REALMS

pytestmark = pytest.mark.django_db(transaction=True)

SAMPLE = REALMS["sample"]
DUKES, DUKES_MAIL = "Dukes Basketball Camp", "dukes_bball@INTUIT.com"


@pytest.fixture
def qb() -> QuickBooksWorld:
    return QuickBooksWorld("sample")


@pytest.fixture
def owner(qb: QuickBooksWorld) -> Actor:
    return owner_of("Clear View", qb)


class Business:
    """What the business has, as far as the tests need it."""

    def __init__(self, qb: QuickBooksWorld, owner: Actor) -> None:
        self.qb, self.owner = qb, owner

    def contact(self, name: str, **fields: Any) -> int:
        edit = ContactEdit(ContactData(fields.pop("kind", "person"), name, **fields))
        return save_contacts(self.owner, [edit], clock=self.qb.clock).ids[0]

    def service(self, name: str, kind: str = "service", **fields: Any) -> int:
        edit = ServiceEdit(ServiceData(kind, name, Decimal("35.00"), **fields))
        return save_services(self.owner, [edit], clock=self.qb.clock).ids[0]

    def invoice(self, contact: int, number: str, day: str, *lines: LineData) -> int:
        on = date.fromisoformat(day)
        data = InvoiceData(contact_id=contact, lines=lines, number=number, status="issued", issue_date=on, due_date=on)
        return import_invoices(self.owner, [InvoiceEdit(data)], **self.qb.common).ids[0]

    def payment(self, invoice: int, amount: str, day: str) -> int:
        at = datetime.fromisoformat(day).replace(hour=18, tzinfo=UTC)
        data = PaymentData(paid_at=at, method="Check", allocations=((invoice, Decimal(amount)),))
        return save_payments(self.owner, [PaymentEdit(data)], **self.qb.common).ids[0]


@pytest.fixture
def business(qb: QuickBooksWorld, owner: Actor) -> Business:
    return Business(qb, owner)


@pytest.fixture
def connection(qb: QuickBooksWorld, owner: Actor) -> Connection:
    """Connected, everything to be sent, mapped and enabled."""
    return qb.enabled(owner)


def books(qb: QuickBooksWorld, entity: str) -> list[dict[str, Any]]:
    """What QuickBooks holds."""
    return [dict(row.data) for row in qb.world.companies[SAMPLE].tables[entity].rows.values()]


def named(qb: QuickBooksWorld, entity: str, field: str, value: str) -> list[dict[str, Any]]:
    return [one for one in books(qb, entity) if one.get(field) == value]


def written(qb: QuickBooksWorld) -> dict[str, int]:
    """How many of each there are: what must not change before a person has accepted."""
    return {name: len(books(qb, name)) for name in ("Customer", "Item", "Account", "Invoice", "Payment")}


@pytest.fixture
def push(qb: QuickBooksWorld) -> Iterator[Any]:
    post = Post(qb.deployment, qb.clock)

    def run(connection: Connection) -> None:
        means = Means(post, lambda _: qb.keeper(connection), qb.clock, qb.ids, sleep=lambda s: qb.later(seconds=s))
        for _ in range(20):
            before = Request.objects.count()
            serve(connection.pk, means)
            if Request.objects.count() == before:
                return
            qb.later(seconds=1)

    yield run
    post.close()


def look(qb: QuickBooksWorld, owner: Actor, connection: Connection) -> Preview:
    return preview(match(owner, connection, qb.deployment, **qb.common))


def row_of(kind: Kind, record_id: int) -> Match:
    return Match.objects.get(kind=int(kind), record_id=record_id)


class TestTheGate:
    def test_a_company_with_data_of_its_own_gets_nothing_before_the_preview_is_seen(
        self, qb: QuickBooksWorld, owner: Actor, connection: Connection
    ) -> None:
        before = written(qb)
        assert connection.holds["customers"] == 29 and connection.holds["invoices"] == 20
        assert (connection.enabled, connection.catch_all_item) == (True, "")
        with pytest.raises(Refused, match="bluepro preview"):
            lifecycle.sync_data(owner, connection, clock=qb.clock)
        with pytest.raises(Refused, match="Nobody has looked"):
            accept(owner, connection, qb.deployment, **qb.common)
        match(owner, connection, qb.deployment, **qb.common)
        assert written(qb) == before
        accepted = accept(owner, connection, qb.deployment, **qb.common)
        assert (accepted.seen_by, bool(accepted.catch_all_item)) == (owner.email, True)
        assert lifecycle.sync_data(owner, accepted, clock=qb.clock).pk

    def test_a_new_company_needs_none(self) -> None:
        qb = QuickBooksWorld()
        owner = owner_of("Clear View", qb)
        connection = qb.enabled(owner)
        assert connection.holds == {"customers": 0, "items": 0, "invoices": 0, "payments": 0}
        assert lifecycle.sync_data(owner, connection, clock=qb.clock).pk

    def test_the_start_comes_first(self, qb: QuickBooksWorld, owner: Actor) -> None:
        with pytest.raises(Refused, match="bluepro start"):
            match(owner, qb.connect(owner), qb.deployment, **qb.common)

    @pytest.mark.parametrize("role", [Role.MANAGER, Role.MEMBER])
    def test_who_may_not(self, qb: QuickBooksWorld, owner: Actor, connection: Connection, role: Role) -> None:
        actor = Actor(owner.workspace_id, owner.membership_id, role, owner.email)
        for step in (
            lambda: match(actor, connection, qb.deployment, **qb.common),
            lambda: answer(actor, connection, 1, "link", clock=qb.clock),
            lambda: accept(actor, connection, qb.deployment, **qb.common),
        ):
            with pytest.raises(NotAllowed):
                step()

    def test_a_bookkeeper_may(self, qb: QuickBooksWorld, owner: Actor, connection: Connection) -> None:
        actor = Actor(owner.workspace_id, owner.membership_id, Role.BOOKKEEPER, "books@example.com")
        match(actor, connection, qb.deployment, **qb.common)
        assert accept(actor, connection, qb.deployment, **qb.common).seen_by == "books@example.com"

    def test_its_reads_are_counted_as_reads_of_the_matching(
        self, qb: QuickBooksWorld, owner: Actor, connection: Connection
    ) -> None:
        match(owner, connection, qb.deployment, **qb.common)
        assert set(Request.objects.filter(purpose="match").values_list("lane", flat=True)) == {"read"}
        assert Request.objects.filter(purpose="match").count() == 5  # no payment: no invoice of ours is there


class TestMatching:
    def test_who_is_surely_the_same_is_linked_and_nothing_is_written_for_it(
        self, qb: QuickBooksWorld, owner: Actor, business: Business, connection: Connection, push: Any
    ) -> None:
        contact = business.contact(DUKES, emails=(DUKES_MAIL,))
        service = business.service("Trimming")
        look(qb, owner, connection)
        assert (row_of(Kind.CONTACT, contact).proposal, row_of(Kind.SERVICE, service).proposal) == ("link", "link")
        before = written(qb)
        connection = accept(owner, connection, qb.deployment, **qb.common)
        lifecycle.sync_data(owner, connection, clock=qb.clock)
        push(connection)
        after = written(qb)
        assert after["Customer"] == before["Customer"]
        assert after["Item"] == before["Item"] + 2  # those of ours: for custom lines, and for tax as a line
        (there,) = named(qb, "Customer", "DisplayName", DUKES)
        link = Link.objects.get(kind=int(Kind.CONTACT))
        assert (link.entity_id, there["SyncToken"]) == (there["Id"], "0")
        assert Change.objects.filter(dirty=True).count() == 0

    def test_a_linked_customer_gets_later_invoices_and_changes(
        self, qb: QuickBooksWorld, owner: Actor, business: Business, connection: Connection, push: Any
    ) -> None:
        contact = business.contact(DUKES, emails=(DUKES_MAIL,))
        business.invoice(contact, "A-1", "2026-03-01", priced("Work", "1", "80"))
        look(qb, owner, connection)
        connection = accept(owner, connection, qb.deployment, **qb.common)
        lifecycle.sync_data(owner, connection, clock=qb.clock)
        push(connection)
        (there,) = named(qb, "Customer", "DisplayName", DUKES)
        (booked,) = named(qb, "Invoice", "DocNumber", "A-1")
        assert booked["CustomerRef"]["value"] == there["Id"]
        edit = ContactEdit(ContactData("person", DUKES, emails=(DUKES_MAIL,), phones=("+1 520 555 0100",)), id=contact)
        save_contacts(owner, [edit], clock=qb.clock)
        push(connection)
        (changed,) = named(qb, "Customer", "DisplayName", DUKES)
        assert changed["PrimaryPhone"]["FreeFormNumber"] == "+1 520 555 0100"
        assert Problem.objects.count() == 0

    def test_a_clash_of_names_asks_before_a_suffix_is_used(
        self, qb: QuickBooksWorld, owner: Actor, business: Business, connection: Connection, push: Any
    ) -> None:
        contact = business.contact("Cool Cars")
        assert [one.record_id for one in look(qb, owner, connection).questions] == [contact]
        row = row_of(Kind.CONTACT, contact)
        assert question(row) == "Is it the customer “Cool Cars” (id 3; same name)?"
        with pytest.raises(Refused, match="1 question is open"):
            accept(owner, connection, qb.deployment, **qb.common)
        answer(owner, connection, row.pk, "create", clock=qb.clock)
        connection = accept(owner, connection, qb.deployment, **qb.common)
        lifecycle.sync_data(owner, connection, clock=qb.clock)
        push(connection)
        assert named(qb, "Customer", "DisplayName", "Cool Cars (2)")
        assert Problem.objects.count() == 0

    def test_it_is_the_same_links(
        self, qb: QuickBooksWorld, owner: Actor, business: Business, connection: Connection, push: Any
    ) -> None:
        contact = business.contact("Cool Cars")
        look(qb, owner, connection)
        answer(owner, connection, row_of(Kind.CONTACT, contact).pk, "link", clock=qb.clock)
        connection = accept(owner, connection, qb.deployment, **qb.common)
        lifecycle.sync_data(owner, connection, clock=qb.clock)
        push(connection)
        assert Link.objects.get(kind=int(Kind.CONTACT)).entity_id == "3"
        assert len(books(qb, "Customer")) == 29

    def test_the_name_of_a_vendor_gets_its_suffix_unasked(
        self, qb: QuickBooksWorld, owner: Actor, business: Business, connection: Connection, push: Any
    ) -> None:
        business.contact("Hicks Hardware")
        found = look(qb, owner, connection)
        assert found.questions == ()
        assert [one.note for one in found.notes] == [
            "A vendor has this name in QuickBooks, so the customer is called Hicks Hardware (Customer)."
        ]
        connection = accept(owner, connection, qb.deployment, **qb.common)
        lifecycle.sync_data(owner, connection, clock=qb.clock)
        push(connection)
        assert named(qb, "Customer", "DisplayName", "Hicks Hardware (Customer)")

    def test_an_inventory_item_asks(
        self, qb: QuickBooksWorld, owner: Actor, business: Business, connection: Connection
    ) -> None:
        service = business.service("Pump", "product")
        assert [one.record_id for one in look(qb, owner, connection).questions] == [service]
        assert "of type Inventory" in question(row_of(Kind.SERVICE, service))


class TestInvoices:
    @pytest.fixture
    def there(self, qb: QuickBooksWorld) -> dict[str, Any]:
        """Invoice 1001 of the sample company: to Dukes, paid by a check of the same day."""
        (found,) = named(qb, "Invoice", "DocNumber", "1001")
        return found

    def test_number_customer_total_and_date_link_it_with_its_payment(
        self,
        qb: QuickBooksWorld,
        owner: Actor,
        business: Business,
        connection: Connection,
        push: Any,
        there: dict[str, Any],
    ) -> None:
        contact = business.contact(DUKES, emails=(DUKES_MAIL,))
        invoice = business.invoice(contact, "1001", there["TxnDate"], priced("Work", "1", str(there["TotalAmt"])))
        payment = business.payment(invoice, str(there["TotalAmt"]), there["TxnDate"])
        found = look(qb, owner, connection)
        assert found.questions == ()
        assert found.kinds[Kind.INVOICE]["link"] == Sum(1, Decimal(70))
        assert found.kinds[Kind.PAYMENT]["link"] == Sum(1, Decimal(70))
        connection = accept(owner, connection, qb.deployment, **qb.common)
        lifecycle.sync_data(owner, connection, clock=qb.clock)
        push(connection)
        assert (len(books(qb, "Invoice")), Problem.objects.count()) == (20, 0)
        links = {(one.kind, one.record_id): one.entity_id for one in Link.objects.all()}
        assert links[int(Kind.INVOICE), invoice] == there["Id"]
        assert links[int(Kind.PAYMENT), payment] == there["LinkedTxn"][0]["TxnId"]
        assert named(qb, "Invoice", "DocNumber", "1001")[0]["SyncToken"] == there["SyncToken"]

    def test_another_invoice_of_that_number_is_asked_about_and_held_as_a_problem(
        self,
        qb: QuickBooksWorld,
        owner: Actor,
        business: Business,
        connection: Connection,
        push: Any,
        there: dict[str, Any],
    ) -> None:
        contact = business.contact(DUKES, emails=(DUKES_MAIL,))
        held = business.invoice(contact, "1001", "2026-03-01", priced("Work", "1", "999"))
        sent = business.invoice(contact, "1003", "2026-03-01", priced("Work", "1", "998"))
        look(qb, owner, connection)
        assert "another invoice with its number" in question(row_of(Kind.INVOICE, held))
        with pytest.raises(Refused, match="create, hold"):
            answer(owner, connection, row_of(Kind.INVOICE, held).pk, "link", clock=qb.clock)
        answer(owner, connection, row_of(Kind.INVOICE, held).pk, "hold", clock=qb.clock)
        answer(owner, connection, row_of(Kind.INVOICE, sent).pk, "create", clock=qb.clock)
        connection = accept(owner, connection, qb.deployment, **qb.common)
        problem = Problem.objects.get()
        assert (problem.cause, problem.record_id) == ("number_clash", held)
        assert f"numbered 1001, dated {there['TxnDate']}" in problem.text
        for _ in range(2):  # Sync Data releases what the engine would ask again by itself; this it would not
            lifecycle.sync_data(owner, connection, clock=qb.clock)
            push(connection)
        sent_for = set(
            RequestItem.objects.filter(link__kind=int(Kind.INVOICE)).values_list("link__record_id", flat=True)
        )
        assert sent_for == {sent}  # and refused: this QuickBooks takes no number twice
        answer_problem(owner, problem.pk, "send", clock=qb.clock)
        push(connection)
        opened = Problem.objects.filter(closed_at=None)
        assert set(opened.values_list("cause", "record_id")) == {("number_taken", held), ("number_taken", sent)}

    def test_who_the_customer_is_decides_whose_invoice_it_is(
        self, qb: QuickBooksWorld, owner: Actor, business: Business, connection: Connection, there: dict[str, Any]
    ) -> None:
        contact = business.contact(DUKES, emails=(DUKES_MAIL,))
        invoice = business.invoice(contact, "1001", there["TxnDate"], priced("Work", "1", str(there["TotalAmt"])))
        look(qb, owner, connection)
        answer(owner, connection, row_of(Kind.CONTACT, contact).pk, "create", clock=qb.clock)
        assert row_of(Kind.INVOICE, invoice).proposal == "clash"
        answer(owner, connection, row_of(Kind.CONTACT, contact).pk, "link", clock=qb.clock)
        assert row_of(Kind.INVOICE, invoice).proposal == "link"

    def test_an_older_invoice_is_linked_if_it_is_there_and_never_made(
        self, qb: QuickBooksWorld, owner: Actor, business: Business, connection: Connection, push: Any, there: Any
    ) -> None:
        connection = choose_start(owner, connection, date(2026, 3, 1), qb.deployment, **qb.common)
        contact = business.contact(DUKES, emails=(DUKES_MAIL,))
        total = str(there["TotalAmt"])
        known = business.invoice(contact, "1001", there["TxnDate"], priced("Work", "1", total))
        business.invoice(contact, "1003", "2025-12-01", priced("Work", "1", "500"))
        found = look(qb, owner, connection)
        assert (found.kinds[Kind.INVOICE]["link"].count, found.kinds[Kind.INVOICE]["skip"].count) == (1, 1)
        connection = accept(owner, connection, qb.deployment, **qb.common)
        lifecycle.sync_data(owner, connection, clock=qb.clock)
        push(connection)
        assert len(books(qb, "Invoice")) == 20
        assert Link.objects.get(kind=int(Kind.INVOICE)).record_id == known


class TestAnswers:
    def test_one_in_quickbooks_belongs_to_one_record(
        self, qb: QuickBooksWorld, owner: Actor, business: Business, connection: Connection
    ) -> None:
        first = business.contact("Cool Cars", emails=("cool_cars@intuit.com",))
        second = business.contact("Cool Cars ", phones=("415 555 9933",))
        look(qb, owner, connection)
        answer(owner, connection, row_of(Kind.CONTACT, first).pk, "link:3", clock=qb.clock)
        with pytest.raises(Refused, match="one record only"):
            answer(owner, connection, row_of(Kind.CONTACT, second).pk, "link:3", clock=qb.clock)

    def test_wrong_answers_are_told(
        self, qb: QuickBooksWorld, owner: Actor, business: Business, connection: Connection
    ) -> None:
        contact = business.contact("Cool Cars")
        look(qb, owner, connection)
        row = row_of(Kind.CONTACT, contact)
        with pytest.raises(Refused, match="link, create"):
            answer(owner, connection, row.pk, "hold", clock=qb.clock)
        with pytest.raises(Refused, match="none of them"):
            answer(owner, connection, row.pk, "link:99", clock=qb.clock)
        with pytest.raises(NotFound, match="bluepro preview"):
            answer(owner, connection, row.pk + 1, "link", clock=qb.clock)

    def test_reading_anew_keeps_answers_and_asks_for_another_look(
        self, qb: QuickBooksWorld, owner: Actor, business: Business, connection: Connection
    ) -> None:
        contact = business.contact("Cool Cars")
        look(qb, owner, connection)
        answer(owner, connection, row_of(Kind.CONTACT, contact).pk, "create", clock=qb.clock)
        accept(owner, connection, qb.deployment, **qb.common)
        with pytest.raises(Refused, match="accepted already"):
            answer_all(owner, connection, "create", clock=qb.clock)
        connection = match(owner, connection, qb.deployment, **qb.common)
        assert (connection.seen_at, decided(row_of(Kind.CONTACT, contact))) == (None, ("create", ""))

    def test_nothing_is_the_same_undoes_links_and_answers_all(
        self, qb: QuickBooksWorld, owner: Actor, business: Business, connection: Connection
    ) -> None:
        business.contact(DUKES, emails=(DUKES_MAIL,))
        business.contact("Cool Cars")
        look(qb, owner, connection)
        assert answer_all(owner, connection, "create", links=True, clock=qb.clock) == 1
        assert answer_all(owner, connection, "create", clock=qb.clock) == 1
        assert open_questions(connection) == []
        assert {one.answer for one in matches(connection)} == {"create"}


class TestFigures:
    def test_counts_and_sums_per_kind_month_account_and_tax(
        self, qb: QuickBooksWorld, owner: Actor, business: Business, connection: Connection
    ) -> None:
        connection = choose_start(owner, connection, date(2026, 1, 15), qb.deployment, **qb.common)
        new, clash = business.contact("New one"), business.contact("Cool Cars")
        service = business.service("Windows")
        first = business.invoice(new, "A-1", "2026-01-20", of_service(service, "2"))
        business.invoice(new, "A-2", "2026-02-03", priced("Work", "1", "15.50"))
        old = business.invoice(new, "A-0", "2025-12-31", priced("Work", "1", "500"))
        business.invoice(clash, "1001", "2026-02-03", priced("Work", "1", "7"))
        business.payment(first, "70.00", "2026-02-10")
        business.payment(old, "100.00", "2026-01-02")
        business.payment(old, "200.00", "2026-01-20")
        found = look(qb, owner, connection)
        assert found.kinds[Kind.CONTACT] == {
            "create": Sum(1), "link": Sum(), "skip": Sum(), "needs_you": Sum(1)
        }  # fmt: skip
        assert found.kinds[Kind.INVOICE] == {
            "create": Sum(2, Decimal("85.50")),
            "link": Sum(),
            "skip": Sum(1, Decimal(500)),
            "needs_you": Sum(1, Decimal(7)),
        }
        assert found.kinds[Kind.PAYMENT] == {
            "create": Sum(1, Decimal(70)),
            "link": Sum(),
            "skip": Sum(1, Decimal(100)),
            "needs_you": Sum(1, Decimal(200)),
        }
        assert [(one.month, one.invoices.amount, one.payments.amount) for one in found.months] == [
            ("2026-01", Decimal(70), Decimal(0)),
            ("2026-02", Decimal("15.50"), Decimal(70)),
        ]
        assert [(one.use, one.amount) for one in found.postings] == [
            ("deposit", Decimal(70)),
            ("income", Decimal("85.50")),
        ]
        assert found.tax == 0

    def test_a_row_as_json(self, qb: QuickBooksWorld, owner: Actor, business: Business, connection: Connection) -> None:
        contact = business.contact("Cool Cars")
        look(qb, owner, connection)
        told = json.loads(json.dumps(as_json(row_of(Kind.CONTACT, contact))))
        assert (told["kind"], told["choices"], told["answer"]) == ("contact", ["link", "create"], "")
        assert told["candidates"][0]["evidence"] == ["name"]


def test_another_quickbooks_company_starts_with_its_own_and_the_same_one_goes_on(
    qb: QuickBooksWorld, owner: Actor, business: Business, connection: Connection, push: Any
) -> None:
    contact = business.contact(DUKES, emails=(DUKES_MAIL,))
    look(qb, owner, connection)
    connection = accept(owner, connection, qb.deployment, **qb.common)
    lifecycle.sync_data(owner, connection, clock=qb.clock)
    push(connection)
    lifecycle.disconnect(owner, connection, qb.deployment, clock=qb.clock)
    again = qb.connect(owner)
    assert again.pk == connection.pk and again.seen_at is not None
    assert Link.objects.get(realm_id=SAMPLE, kind=int(Kind.CONTACT)).record_id == contact
    lifecycle.disconnect(owner, again, qb.deployment, clock=qb.clock)
    elsewhere = QuickBooksWorld()
    elsewhere.ids = qb.ids
    other = elsewhere.connect(owner)
    assert (other.start_chosen_at, other.seen_at, other.matched_at) == (None, None, None)
    assert other.realm_id == REALMS["fresh"]


def test_a_company_that_was_filled_meanwhile_is_noticed_when_it_is_read_anew() -> None:
    from bluepro.quickbooks.connect.reading import refresh_readiness

    qb = QuickBooksWorld()
    owner = owner_of("Clear View", qb)
    connection = qb.enabled(owner)
    operations.write(qb.world.companies[REALMS["fresh"]], "Customer", {"DisplayName": "Ann"}, operations.Options())
    refresh_readiness(connection, qb.deployment, **qb.common)
    with pytest.raises(Refused, match="bluepro preview"):
        lifecycle.sync_data(owner, connection, clock=qb.clock)
