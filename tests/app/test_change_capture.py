"""Change capture: no way to write is forgotten, what is not pushed costs nothing, and saves never wait in a circle."""

import re
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest
from django.db import DatabaseError, transaction
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from rig import CLOCK, Rig, address, make_rig, of_service, priced

from bluepro.catalogue.models import Service
from bluepro.contacts.models import Contact, ContactEmail
from bluepro.contacts.rules import ContactData
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.invoicing.models import Invoice, InvoiceLine
from bluepro.payments.models import Allocation, Payment
from bluepro.quickbooks.models import Change
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import records
from bluepro.quickbooks.triggers import CAPTURES

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = 1  # position
FROZEN = {"id", "ref"}  # never changed after the row was made


@pytest.fixture
def rig() -> Iterator[Rig]:
    made = make_rig()
    yield made
    made.close()


def execute(sql: str, *values: str | int) -> int:
    with database.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def revisions() -> dict[tuple[Kind, int], int]:
    rows = Change.objects.values_list("kind", "record_id", "revision")
    return {(Kind(kind), record_id): revision for kind, record_id, revision in rows}


def touched(write: Callable[[], object]) -> set[tuple[Kind, int]]:
    """The records that `write` marked as changed."""
    before = revisions()
    write()
    return {key for key, revision in revisions().items() if before.get(key) != revision}


@pytest.fixture
def sale(rig: Rig) -> tuple[int, int, int, int]:
    """A contact, a service, an invoice of it and a payment on that, by id."""
    contact = rig.contact("Ada", emails=("ada@example.com", "a@example.com"), billing=address("1 Main St"))
    service = rig.service("Wash")
    invoice = rig.invoice(contact, [of_service(service), priced("Ladder", "1", "5")], number="1")
    return contact, service, invoice, rig.payment((invoice, "5.00"))


@pytest.mark.parametrize("kind", list(Kind))
def test_whatever_is_loaded_for_a_push_is_captured(kind: Kind) -> None:
    with CaptureQueriesContext(database) as queries:
        records.load(kind, [1], records.AccountNames([]))
    read = {pair for query in queries for pair in re.findall(r'"(\w+)"\."(\w+)"', query["sql"])}
    captured = {
        (model._meta.db_table, column)
        for model, captures in CAPTURES.items()
        for one in captures
        for column in one.columns
    }
    assert read
    assert {(table, column) for table, column in read if column not in FROZEN} <= captured


def test_every_way_of_writing_counts(rig: Rig, sale: tuple[int, int, int, int]) -> None:
    contact, service, invoice, payment = sale
    marked = {
        "bulk update": touched(lambda: Contact.objects.update(first_name="A")),
        "raw SQL": touched(lambda: execute("UPDATE catalogue_service SET description = 'x' WHERE id = %s", service)),
        "a child": touched(lambda: ContactEmail.objects.filter(position=FIRST + 1).delete()),
        "a line": touched(lambda: InvoiceLine.objects.filter(name="Ladder").update(description="long")),
        "a total": touched(lambda: Invoice.objects.update(total=6)),
        "an allocation": touched(lambda: Allocation.objects.update(amount=4)),
        "a cascade": touched(lambda: Payment.objects.all().delete()),
        "an insert": touched(lambda: rig.service("Two")),
    }
    new = Service.objects.get(name="Two").id
    assert marked == {
        "bulk update": {(Kind.CONTACT, contact)},
        "raw SQL": {(Kind.SERVICE, service)},
        "a child": {(Kind.CONTACT, contact)},
        "a line": {(Kind.INVOICE, invoice)},
        "a total": {(Kind.INVOICE, invoice), (Kind.PAYMENT, payment)},
        "an allocation": {(Kind.PAYMENT, payment)},
        "a cascade": {(Kind.PAYMENT, payment)},
        "an insert": {(Kind.SERVICE, new)},
    }


def test_a_child_that_moves_marks_both_parents(rig: Rig, sale: tuple[int, int, int, int]) -> None:
    contact, other = sale[0], rig.contact("Grace")
    moved = touched(lambda: ContactEmail.objects.filter(position=FIRST).update(contact_id=other))
    assert moved == {(Kind.CONTACT, contact), (Kind.CONTACT, other)}


def test_an_update_that_changes_nothing_pushed_writes_nothing(sale: tuple[int, int, int, int]) -> None:
    same = [
        "UPDATE contacts_contact SET display_name = display_name, updated_at = now()",
        "UPDATE invoicing_invoice SET message = message",
        "UPDATE invoicing_invoiceline SET name = name",
        "UPDATE payments_allocation SET amount = amount",
    ]
    columns = {column.column for column in Contact._meta.concrete_fields}
    if "updated_at" not in columns:
        same[0] = "UPDATE contacts_contact SET display_name = display_name"
    assert [touched(lambda sql=sql: execute(sql)) for sql in same] == [set()] * 4  # type: ignore[misc]


def test_a_rolled_back_save_leaves_no_mark(sale: tuple[int, int, int, int]) -> None:
    def roll_back() -> None:
        with transaction.atomic():
            Contact.objects.update(display_name="gone")
            transaction.set_rollback(True)

    assert touched(roll_back) == set()


def test_saves_of_the_same_records_in_opposite_order_never_deadlock(rig: Rig) -> None:
    contacts = [rig.contact(f"Contact {number}", emails=(f"{number}@example.com",)) for number in range(12)]
    together(
        lambda round_: save_contacts(rig.actor, edits(contacts, round_, "one"), clock=CLOCK),
        lambda round_: save_contacts(rig.actor, edits(contacts[::-1], round_, "two"), clock=CLOCK),
    )
    assert {revision > 1 for revision in revisions().values()} == {True}


def test_statements_on_different_children_of_the_same_records_never_deadlock(rig: Rig) -> None:
    for number in range(40):
        rig.contact(f"Contact {number}", emails=(f"{number}@example.com", f"b{number}@example.com"))
    (before,) = set(revisions().values())
    sql = "UPDATE contacts_contactemail SET address = %s || id || '@example.com' WHERE position = %s"
    together(
        lambda round_: execute(sql, f"a{round_}-", FIRST),
        lambda round_: execute(sql, f"b{round_}-", FIRST + 1),
    )
    assert set(revisions().values()) == {before + 2 * ROUNDS}


ROUNDS = 15


def together(*works: Callable[[int], object]) -> None:
    """Each of `works` in a thread and connection of its own, over and over; fails if one of them does."""
    failed: list[DatabaseError] = []
    gate = threading.Barrier(len(works))

    def run(work: Callable[[int], object]) -> None:
        try:
            for round_ in range(ROUNDS):
                gate.wait(20)
                work(round_)
        except DatabaseError as error:
            failed.append(error)
            gate.abort()
        finally:
            database.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def edits(contacts: Sequence[int], round_: int, who: str) -> list[ContactEdit]:
    return [ContactEdit(ContactData("person", f"{who} {round_} {one}"), id=one) for one in contacts]
