"""Every entity's history: who, when, old and new; nothing that did not change, and no more than is kept."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from emulator_books import NOW, delete, fresh, pay, ref, sales_line, sparse, void, write
from emulator_http import FRESH, ID, Caller, Emulator

from qbo_emulator.books.company import Company
from qbo_emulator.books.history import Actor, Change, History
from qbo_emulator.clock import ManualClock


def latest(company: Company, table: str, stored: dict[str, Any]) -> Change:
    return company.history.of(table, stored["Id"])[0]


def changed(change: Change) -> dict[str, tuple[Any, Any]]:
    return {one.name: (one.old, one.new) for one in change.fields}


def test_a_change_says_who_when_and_what_was_old_and_new() -> None:
    clock = ManualClock(NOW)
    company = fresh(clock)
    ada = write(company, "Customer", DisplayName="Ada")
    clock.advance(60)
    with company.acting(Actor("bluepro", is_app=True)):
        sparse(company, "Customer", ada, Notes="Ring twice")
    update, create = company.history.of("Customer", ada["Id"])
    assert (create.operation, create.who, create.fields) == ("Create", Actor("Robin Keeper"), ())
    assert (update.operation, update.who, update.at - create.at) == ("Update", Actor("bluepro", is_app=True), 60)
    assert changed(update) == {"Notes": (None, "Ring twice")}
    assert company.actor == Actor("Robin Keeper")


def test_what_changes_nothing_leaves_no_trace() -> None:
    company = fresh()
    ada = write(company, "Customer", DisplayName="Ada")
    sparse(company, "Customer", ada, DisplayName="Ada")
    assert len(company.history.of("Customer", ada["Id"])) == 1


def test_a_payment_shows_in_the_history_of_the_invoice_but_not_of_the_customer() -> None:
    company = fresh()
    ada = write(company, "Customer", DisplayName="Ada")
    invoice = write(company, "Invoice", CustomerRef=ref(ada), Line=[sales_line("1", "10.00", "NON")])
    paid = pay(company, invoice, "4.00")
    assert changed(latest(company, "Invoice", invoice)) == {
        "Balance": (Decimal("10.00"), Decimal("6.00")),
        "LinkedTxn": ([], [{"TxnId": paid["Id"], "TxnType": "Payment"}]),
    }
    assert latest(company, "Customer", ada).operation == "Create"


def test_a_void_is_told_from_an_edit_and_a_deleted_entity_keeps_what_it_was() -> None:
    company = fresh()
    ada = write(company, "Customer", DisplayName="Ada")
    invoice = write(company, "Invoice", CustomerRef=ref(ada), Line=[sales_line("1", "10.00", "NON")], DocNumber="7")
    void(company, "Invoice", invoice)
    voided = latest(company, "Invoice", invoice)
    assert voided.operation == "Void"
    assert changed(voided)["TotalAmt"] == (Decimal("10.00"), 0)
    delete(company, "Invoice", invoice)
    deleted = latest(company, "Invoice", invoice)
    assert deleted.operation == "Delete"
    assert changed(deleted)["DocNumber"] == ("7", None)


def test_only_changed_properties_are_kept_and_the_oldest_changes_are_forgotten() -> None:
    company = fresh()
    company.history = history = History(kept=3)
    company.watchers[:] = [lambda written: history.watch(company, written)]
    ada, bob = (write(company, "Customer", DisplayName=name) for name in ("Ada", "Bob"))
    for count in range(4):
        ada = sparse(company, "Customer", ada, Notes=f"Note {count}")
    assert [one.fields[0].new for one in history.of("Customer", ada["Id"])] == ["Note 3", "Note 2", "Note 1"]
    assert history.of("Customer", bob["Id"]) == []
    assert [one.row_id for one in history.newest()] == [ada["Id"]] * 3
    assert all(len(one.fields) == 1 for one in history.newest())


def test_over_http_the_app_is_named() -> None:
    emulator = Emulator()
    made = Caller(emulator).post("customer", {"DisplayName": "Ada"})["Customer"]
    company = emulator.world.companies[FRESH]
    assert latest(company, "Customer", made).who == Actor(ID, is_app=True)
    assert company.history.of("Account", "1")[0].who == Actor(company.settings.user)
