"""What is proposed for a record that QuickBooks may have already: tables of ours, theirs and the proposal."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from translate_records import CONTACT, SERVICE

from bluepro.quickbooks.matching.items import Items
from bluepro.quickbooks.matching.people import People
from bluepro.quickbooks.matching.proposals import Proposal, each_entity_once
from bluepro.quickbooks.matching.sales import (
    BookedInvoice,
    BookedPayment,
    InvoiceFacts,
    PaymentFacts,
    Sales,
    booked_invoice,
    booked_payment,
)
from qbo_client import wire

NAME, EMAIL, PHONE = "Harbor Windows", "ada@harbor.example", "+1 415.555.0102"
ADDRESS = wire.PhysicalAddress(line1="12 Ocean Dr", postal_code="94213-1111")


def customer(name: str = NAME, id: str = "7", **fields: Any) -> wire.Customer:
    if "email" in fields:
        fields["primary_email_addr"] = wire.EmailAddress(address=fields.pop("email"))
    if "phone" in fields:
        fields["mobile"] = wire.TelephoneNumber(free_form_number=fields.pop("phone"))
    return wire.Customer(id=id, sync_token="2", display_name=name, **fields)


def item(name: str = "Window cleaning", id: str = "9", kind: str = "Service", **fields: Any) -> wire.Item:
    return wire.Item(id=id, sync_token="0", name=name, type=kind, **fields)


class TestContacts:
    @pytest.mark.parametrize(
        ("theirs", "proposal", "evidence"),
        [
            ([], Proposal.CREATE, ()),
            ([customer("Someone else")], Proposal.CREATE, ()),
            ([customer(email=EMAIL.upper())], Proposal.LINK, ("name", "e-mail")),
            ([customer(name="harbor windows", phone=PHONE)], Proposal.LINK, ("name", "phone")),
            ([customer(bill_addr=ADDRESS)], Proposal.LINK, ("name", "address")),
            ([customer()], Proposal.ASK, ("name",)),
            ([customer("Ada Ruiz", email=EMAIL)], Proposal.ASK, ("e-mail",)),
            ([customer("Ada Ruiz", phone=PHONE)], Proposal.ASK, ("phone",)),
            ([customer("Next door", bill_addr=ADDRESS)], Proposal.CREATE, ()),
            ([customer(email=EMAIL, active=False)], Proposal.ASK, ("name", "e-mail")),
            ([customer(email=EMAIL, job=True)], Proposal.ASK, ("name", "e-mail")),
            ([customer("Ada Ruiz", "8", email=EMAIL), customer(phone=PHONE)], Proposal.LINK, ("name", "phone")),
        ],
    )
    def test_one_contact(self, theirs: list[wire.Customer], proposal: Proposal, evidence: tuple[str, ...]) -> None:
        found = People(theirs).match(CONTACT)
        assert found.proposal is proposal
        assert (found.candidates[0].evidence if found.candidates else ()) == evidence

    def test_what_is_linked_already_is_no_candidate_but_its_name_is_taken(self) -> None:
        found = People([customer(email=EMAIL)], linked={"7"}).match(CONTACT)
        assert (found.proposal, found.candidates) == (Proposal.CREATE, ())
        assert [one.entity_id for one in found.taken] == ["7"]

    def test_a_name_of_a_vendor_is_kept_clear_of_and_said(self) -> None:
        found = People([], [wire.Vendor(id="3", display_name=NAME)]).match(CONTACT)
        assert found.proposal is Proposal.CREATE
        assert (
            found.note == "A vendor has this name in QuickBooks, so the customer is called Harbor Windows (Customer)."
        )
        assert [(one.holder, one.entity_id) for one in found.taken] == [("vendor", "3")]

    def test_numbered_forms_of_a_name_are_taken_too(self) -> None:
        theirs = [customer(id="1"), customer(f"{NAME} (2)", "2"), customer(f"{NAME} (4)", "4")]
        assert [one.entity_id for one in People(theirs).match(CONTACT).taken] == ["1", "2"]

    def test_two_contacts_that_look_like_one_customer_both_ask(self) -> None:
        people = People([customer(email=EMAIL, phone=PHONE)])
        found = each_entity_once(people.match(replace(CONTACT, id=id)) for id in (1, 2))
        assert [one.proposal for one in found] == [Proposal.ASK, Proposal.ASK]
        assert "Another record" in found[0].note

    def test_a_name_of_which_nothing_is_left_can_be_known_by_e_mail_only(self) -> None:
        found = People([customer(email=EMAIL)]).match(replace(CONTACT, display_name="☃"))
        assert (found.proposal, found.taken) == (Proposal.ASK, ())


class TestServices:
    @pytest.mark.parametrize(
        ("theirs", "proposal", "note"),
        [
            ([], Proposal.CREATE, ""),
            ([item("Gutters")], Proposal.CREATE, ""),
            ([item("window  cleaning")], Proposal.LINK, ""),
            ([item(kind="NonInventory")], Proposal.LINK, ""),
            ([item(kind="Inventory")], Proposal.ASK, "of type Inventory"),
            ([item(kind="Group")], Proposal.ASK, "of type Group"),
            ([item(active=False)], Proposal.ASK, "inactive"),
            ([item(kind="Category")], Proposal.CREATE, ""),
            ([item("Windows", sku="w-1")], Proposal.ASK, ""),
            ([item("Windows", "8", sku="W-1"), item()], Proposal.LINK, ""),
        ],
    )
    def test_one_service(self, theirs: list[wire.Item], proposal: Proposal, note: str) -> None:
        found = Items(theirs).match(SERVICE)
        assert found.proposal is proposal
        assert (found.candidates[0].note if found.candidates else "") == note

    def test_the_name_of_a_category_is_taken(self) -> None:
        assert [one.holder for one in Items([item(kind="Category")]).match(SERVICE).taken] == ["item"]


OURS = InvoiceFacts(1, "1042", 5, Decimal("100.00"), date(2026, 3, 2))
THEIRS = BookedInvoice("88", "1", "1042", "58", Decimal("100.00"), "2026-03-02")


class TestInvoices:
    @pytest.mark.parametrize(
        ("theirs", "customers", "sure", "proposal"),
        [
            ([], {"58"}, True, Proposal.CREATE),
            ([replace(THEIRS, number="1043")], {"58"}, True, Proposal.CREATE),
            ([THEIRS], {"58"}, True, Proposal.LINK),
            ([replace(THEIRS, number=" 1042 ")], {"58"}, True, Proposal.LINK),
            ([THEIRS], {"58", "59"}, False, Proposal.ASK),
            ([replace(THEIRS, day="2026-03-03")], {"58"}, True, Proposal.ASK),
            ([THEIRS, replace(THEIRS, id="89")], {"58"}, True, Proposal.ASK),
            ([replace(THEIRS, total=Decimal(99))], {"58"}, True, Proposal.CLASH),
            ([THEIRS], set(), False, Proposal.CLASH),
        ],
    )
    def test_one_invoice(
        self, theirs: list[BookedInvoice], customers: set[str], sure: bool, proposal: Proposal
    ) -> None:
        assert Sales(theirs).match_invoice(OURS, customers, sure=sure).proposal is proposal

    def test_an_older_invoice_is_linked_or_left_alone(self) -> None:
        older = replace(OURS, sent=False)
        assert Sales([THEIRS]).match_invoice(older, {"58"}, sure=True).proposal is Proposal.LINK
        assert Sales([THEIRS]).match_invoice(older, {"1"}, sure=True).proposal is Proposal.CREATE

    def test_what_is_linked_already_is_no_candidate(self) -> None:
        assert Sales([THEIRS], linked={"88"}).match_invoice(OURS, {"58"}, sure=True).candidates == ()

    def test_the_likeliest_is_first_and_says_why(self) -> None:
        other = replace(THEIRS, id="12", customer="1")
        found = Sales([other, THEIRS]).match_invoice(OURS, {"58"}, sure=True)
        assert [one.entity_id for one in found.candidates] == ["88", "12"]
        assert found.candidates[0].evidence == ("number", "customer", "total", "date")

    def test_of_an_answer_only_what_is_compared_is_kept(self) -> None:
        invoice = wire.Invoice(
            id="88",
            sync_token="1",
            doc_number="1042",
            customer_ref=wire.Ref(value="58"),
            total_amt=Decimal("100.00"),
            txn_date=date(2026, 3, 2),
        )
        assert booked_invoice(invoice) == THEIRS


PAID = PaymentFacts(3, "Payment of $40.00", Decimal("40.00"), date(2026, 3, 9), ((1, Decimal("40.00")),))
BOOKED = BookedPayment("90", "0", "58", Decimal("40.00"), "2026-03-09", frozenset({("88", Decimal("40.00"))}))


class TestPayments:
    @pytest.mark.parametrize(
        ("theirs", "proposal"),
        [
            ([], Proposal.CREATE),
            ([BOOKED], Proposal.LINK),
            ([replace(BOOKED, day="2026-03-10")], Proposal.ASK),
            ([BOOKED, replace(BOOKED, id="91")], Proposal.ASK),
            ([BOOKED, replace(BOOKED, id="91", day="2026-03-10")], Proposal.LINK),
            ([replace(BOOKED, total=Decimal(41))], Proposal.CREATE),
            ([replace(BOOKED, applied=frozenset({("88", Decimal(39))}))], Proposal.CREATE),
        ],
    )
    def test_one_payment_of_an_invoice_that_is_there(self, theirs: list[BookedPayment], proposal: Proposal) -> None:
        assert Sales([], theirs).match_payment(PAID, {1: "88"}).proposal is proposal

    def test_of_an_answer_only_what_is_compared_is_kept(self) -> None:
        line = wire.PaymentLine(
            amount=Decimal("40.00"),
            linked_txn=(
                wire.LinkedTxn(txn_id="88", txn_type="Invoice"),
                wire.LinkedTxn(txn_id="5", txn_type="CreditMemo"),
            ),
        )
        payment = wire.Payment(
            id="90",
            sync_token="0",
            customer_ref=wire.Ref(value="58"),
            total_amt=Decimal("40.00"),
            txn_date=date(2026, 3, 9),
            line=(line,),
        )
        assert booked_payment(payment) == BOOKED
