"""Unknown outcomes by each way in which QuickBooks may treat a request id that it has had, and each way to lose one.

A call is lost before it was done, after it was done, in the middle of a batch, or is done only after we gave up on it;
queries lag besides. Creates, updates, deletes and voids, alone and in batches: each is done once.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pytest
from engine_time import Timed, timed_rig
from rig import CLOCK, IDS, Rig, priced

from bluepro.contacts.rules import ContactData
from bluepro.contacts.services import ContactEdit, save_contacts
from bluepro.invoicing.life import cancel_invoices, delete_invoices
from bluepro.invoicing.services import import_invoices, save_invoices
from bluepro.payments.rules import PaymentData, PaymentEdit
from bluepro.payments.services import delete_payments, save_payments
from bluepro.quickbooks.models import Connection, Problem, Request
from bluepro.quickbooks.triggers import FEW

pytestmark = pytest.mark.django_db(transaction=True)

LATE, LAG = 40, 20  # seconds; together less than the engine waits before it looks (10 + UNKNOWN_AFTER)
UNKNOWN_AFTER = 60
MANY = FEW + 9

REQUEST_IDS = pytest.mark.parametrize("request_ids", ["replay", "ignore", "refuse"])
LOSSES: dict[str, dict[str, Any]] = {
    "before": {"kind": "drop", "when": "before"},
    "after": {"kind": "drop", "when": "after"},
    "late": {"kind": "commit_late", "seconds": LATE},
}


@pytest.fixture
def timed() -> Iterator[Timed]:
    with timed_rig() as made:
        Connection.objects.filter(id=made.rig.connection.id).update(unknown_after=UNKNOWN_AFTER)
        yield made


@pytest.fixture
def rig(timed: Timed, request_ids: str) -> Rig:
    chosen = timed.rig.control.patch("/_emulator/options", json={"request_ids": request_ids})
    assert chosen.status_code == 200, chosen.text
    return timed.rig


def lose(rig: Rig, how: dict[str, Any], entity: str, operation: str, *, count: int = 1, **aim: Any) -> None:
    """The next `count` such calls are lost, and queries lag meanwhile."""
    rules = [
        {"effects": [how], "entity": entity, "operation": operation, "count": count, **aim},
        {"effects": [{"kind": "lag", "seconds": LAG}], "operation": "query", "count": None},
    ]
    for rule in rules:
        added = rig.control.post("/_emulator/faults", json=rule)
        assert added.status_code == 201, added.text


def settle(timed: Timed, expected: int = 1) -> None:
    """Comes to rest; so many calls (or items of batches) were lost on the way. Then no more are, and no query lags."""
    timed.settle_down()
    lost, _ = timed.rig.control.get("/_emulator/faults").json()
    assert lost["injections"] == expected
    assert timed.rig.control.delete("/_emulator/faults").status_code == 204
    timed.push(LAG + 1)
    assert not Problem.objects.exists()


def totals(rig: Rig) -> dict[str, Decimal]:
    found = rig.entities("Invoice")
    assert len({one["DocNumber"] for one in found}) == len(found)
    return {one["DocNumber"]: one["TotalAmt"] for one in found}


def many_invoices(rig: Rig, contact: int, count: int = MANY) -> list[int]:
    """Equal in customer, day and total; saved at once, so that they go in batches."""
    edits = [rig.invoice_edit(contact, [priced("Work", "1", "10")], number=f"m{number}") for number in range(count)]
    return list(import_invoices(rig.actor, edits, clock=CLOCK, ids=IDS).ids)


def batches(purpose: str = "push") -> int:
    return Request.objects.filter(purpose=purpose, lane="batch", size__gt=1).count()


@REQUEST_IDS
@pytest.mark.parametrize("loss", LOSSES)
class TestSingles:
    def test_creates(self, timed: Timed, rig: Rig, loss: str) -> None:
        lose(rig, LOSSES[loss], "Customer", "create")
        ada = rig.contact("Ada", emails=("ada@example.com",))
        settle(timed)
        assert [one["DisplayName"] for one in rig.entities("Customer")] == ["Ada"]
        lose(rig, LOSSES[loss], "Item", "create")
        rig.service("Windows", "12.50")
        settle(timed)
        assert [one["UnitPrice"] for one in rig.entities("Item", "Name = 'Windows'")] == [Decimal("12.5")]
        lose(rig, LOSSES[loss], "Invoice", "create", count=2)
        alike = [rig.invoice(ada, [priced("Work", "1", "10")], number=number) for number in ("1", "2")]
        settle(timed, 2)
        assert totals(rig) == {"1": 10, "2": 10}
        lose(rig, LOSSES[loss], "Payment", "create", count=2)
        rig.payment((alike[0], "4.00"), method="Cash")
        rig.payment((alike[0], "4.00"), method="Cash")
        settle(timed, 2)
        assert [one["TotalAmt"] for one in rig.entities("Payment")] == [4, 4]
        assert sorted(one["Balance"] for one in rig.entities("Invoice")) == [2, 10]
        timed.at_rest()

    def test_updates_deletes_and_voids(self, timed: Timed, rig: Rig, loss: str) -> None:
        ada = rig.contact("Ada")
        edited, cancelled, deleted = (
            rig.invoice(ada, [priced("Work", "1", "10")], number=number) for number in ("1", "2", "3")
        )
        paid = rig.payment((deleted, "10.00"))
        timed.settle_down()
        lose(rig, LOSSES[loss], "Customer", "update")
        rig.rename(ada, "Ada King")
        settle(timed)
        assert [one["DisplayName"] for one in rig.entities("Customer")] == ["Ada King"]
        lose(rig, LOSSES[loss], "Invoice", "update")
        edit = rig.invoice_edit(ada, [priced("Work", "3", "10")], number="1", id=edited)
        save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)
        settle(timed)
        lose(rig, LOSSES[loss], "Payment", "delete")
        delete_payments(rig.actor, [paid], "bounced", clock=CLOCK)
        settle(timed)
        assert rig.entities("Payment") == []
        lose(rig, LOSSES[loss], "Invoice", "void")
        cancel_invoices(rig.actor, [cancelled], clock=CLOCK, reason="not wanted")
        settle(timed)
        lose(rig, LOSSES[loss], "Invoice", "delete")
        delete_invoices(rig.actor, [deleted], clock=CLOCK, reason="typed twice")
        settle(timed)
        assert totals(rig) == {"1": 30, "2": 0}
        timed.at_rest()


@REQUEST_IDS
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("item", [0, 4], ids=["whole", "part"])
class TestBatches:
    """With `item` 4 the four before it are done, the rest is lost (or done late)."""

    def test_creates(self, timed: Timed, rig: Rig, loss: str, item: int) -> None:
        lose(rig, LOSSES[loss], "Customer", "create", item=item)
        people = [ContactEdit(ContactData("person", f"Contact {number}")) for number in range(MANY)]
        ids = save_contacts(rig.actor, people, clock=CLOCK).ids
        settle(timed)
        names = [one["DisplayName"] for one in rig.entities("Customer")]
        assert sorted(names) == sorted(f"Contact {number}" for number in range(MANY))
        lose(rig, LOSSES[loss], "Invoice", "create", item=item)
        invoices = many_invoices(rig, ids[0])
        settle(timed)
        assert totals(rig) == {f"m{number}": 10 for number in range(MANY)}
        lose(rig, LOSSES[loss], "Payment", "create", item=item)
        self.pay(rig, invoices)
        settle(timed)
        assert [one["TotalAmt"] for one in rig.entities("Payment")] == [10] * MANY
        assert {one["Balance"] for one in rig.entities("Invoice")} == {0}
        assert batches() >= 3
        timed.at_rest()

    def pay(self, rig: Rig, invoices: Sequence[int]) -> None:
        """Payments of equal amount, customer and day without a reference."""
        ten = Decimal(10)
        payments = [
            PaymentEdit(PaymentData(paid_at=CLOCK.now(), method="Cash", allocations=((one, ten),))) for one in invoices
        ]
        save_payments(rig.actor, payments, clock=CLOCK, ids=IDS)

    def test_updates_and_deletes(self, timed: Timed, rig: Rig, loss: str, item: int) -> None:
        ada = rig.contact("Ada")
        invoices = many_invoices(rig, ada, MANY * 2)
        timed.settle_down()
        edited, gone = invoices[:MANY], invoices[MANY:]
        lose(rig, LOSSES[loss], "Invoice", "update", item=item)
        edits = [
            rig.invoice_edit(ada, [priced("Work", "3", "10")], number=f"m{number}", id=one)
            for number, one in enumerate(edited)
        ]
        save_invoices(rig.actor, edits, clock=CLOCK, ids=IDS)
        settle(timed)
        lose(rig, LOSSES[loss], "Invoice", "delete", item=item)
        delete_invoices(rig.actor, gone, clock=CLOCK, reason="typed twice")
        settle(timed)
        assert totals(rig) == {f"m{number}": 30 for number in range(MANY)}
        timed.at_rest()

    def test_voids(self, timed: Timed, rig: Rig, loss: str, item: int) -> None:
        invoices = many_invoices(rig, rig.contact("Ada"))
        timed.settle_down()
        lose(rig, LOSSES[loss], "Invoice", "void", item=item)
        cancel_invoices(rig.actor, invoices, clock=CLOCK, reason="not wanted")
        settle(timed)
        assert totals(rig) == {f"m{number}": 0 for number in range(MANY)}
        timed.at_rest()
