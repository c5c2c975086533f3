"""What should happen to one due record: its state and its link's decide alone; nothing reaches closed books unasked."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from translate_records import BOOKS, CONTACT, INVOICE, PAYMENT, REFS, SERVICE, pushed

from bluepro.quickbooks.intents import Intent, Naming, Write, intent
from bluepro.quickbooks.snapshot import Agreed, Books, Kind, LinkState, Record
from bluepro.quickbooks.translate.outcome import Payload
from bluepro.quickbooks.work import Asked, Candidate, Clean, Hold, Work
from qbo_client import wire

KINDS: dict[Kind, Record] = {Kind.CONTACT: CONTACT, Kind.SERVICE: SERVICE, Kind.INVOICE: INVOICE, Kind.PAYMENT: PAYMENT}


def decide(
    kind: Kind, record: Record | None, link: LinkState | None = None, books: Books = BOOKS, **more: Any
) -> Intent:
    work = Work(books, REFS, (), **more)
    candidate = Candidate(kind, 5, 7, record, link, group=1)
    return intent(candidate, work, Naming(work.taken, work.held_by_others))


def written(found: Intent) -> Write:
    assert isinstance(found, Write), found
    return found


def link_of(kind: Kind, **changes: Any) -> LinkState:  # Any: fields of several types
    """The link after the record was pushed as it is."""
    write = written(decide(kind, KINDS[kind]))
    payload: Payload[Any] = Payload(
        write.entity, write.carried.owned, write.carried.fingerprint, (), line_keys=write.carried.line_keys
    )
    link = pushed(kind, payload)
    return replace(link, name=write.carried.name, wanted=write.carried.wanted, **changes)


class TestUnsent:
    @pytest.mark.parametrize("status", ["draft", "scheduled", "cancelled"])
    def test_what_is_not_issued_never_leaves(self, status: str) -> None:
        assert isinstance(decide(Kind.INVOICE, replace(INVOICE, status=status)), Clean)

    @pytest.mark.parametrize("kind", list(Kind))
    def test_gone_and_never_pushed_is_nothing_to_do(self, kind: Kind) -> None:
        assert isinstance(decide(kind, None), Clean)
        assert isinstance(decide(kind, None, LinkState(3, kind, 5)), Clean)

    @pytest.mark.parametrize("kind", [Kind.CONTACT, Kind.SERVICE])
    def test_gone_contacts_and_services_stay_there(self, kind: Kind) -> None:
        assert isinstance(decide(kind, None, link_of(kind)), Clean)

    @pytest.mark.parametrize("kind", list(Kind))
    def test_what_quickbooks_has_already_is_not_sent(self, kind: Kind) -> None:
        assert isinstance(decide(kind, KINDS[kind], link_of(kind)), Clean)

    def test_a_voided_one_is_not_voided_again(self) -> None:
        cancelled = replace(INVOICE, status="cancelled")
        assert isinstance(decide(Kind.INVOICE, cancelled, link_of(Kind.INVOICE, voided=True)), Clean)


class TestRemoval:
    def test_a_cancelled_invoice_is_voided_and_keeps_what_is_known_of_it(self) -> None:
        link = link_of(Kind.INVOICE)
        carried = written(decide(Kind.INVOICE, replace(INVOICE, status="cancelled"), link)).carried
        assert carried.operation is wire.Operation.VOID
        assert (carried.fingerprint, carried.owned) == (link.fingerprint, link.owned)
        assert carried.line_keys == tuple(line.key for line in link.lines) != ()
        assert carried.expected is not None and carried.expected.total == 0

    @pytest.mark.parametrize(("kind", "label"), [(Kind.INVOICE, "Invoice 1042"), (Kind.PAYMENT, "Payment of $75.00")])
    def test_a_deleted_sale_is_deleted_there_and_still_has_a_name(self, kind: Kind, label: str) -> None:
        carried = written(decide(kind, None, link_of(kind))).carried
        assert (carried.operation, carried.entity_id, carried.sync_token) == (wire.Operation.DELETE, "145", "3")
        assert carried.label.startswith(label) and "deleted" in carried.label

    @pytest.mark.parametrize(
        ("kind", "record"),
        [(Kind.INVOICE, None), (Kind.PAYMENT, None), (Kind.INVOICE, replace(INVOICE, status="cancelled"))],
        ids=["deleted invoice", "deleted payment", "cancelled invoice"],
    )
    @pytest.mark.parametrize(
        ("books", "cause"),
        [
            (replace(BOOKS, closed_through=date(2026, 3, 31)), "closed_books"),
            (replace(BOOKS, start_date=date(2026, 4, 1)), "before_start"),
        ],
        ids=["closed", "start"],
    )
    def test_closed_books_and_the_start_date_hold_removals_too(
        self, kind: Kind, record: Record | None, books: Books, cause: str
    ) -> None:
        found = decide(kind, record, link_of(kind), books)
        assert isinstance(found, Hold) and found.trouble.cause == cause
        assert found.link_id == 1 and found.trouble.remedy

    def test_the_day_that_counts_is_the_one_in_the_books(self) -> None:
        moved = replace(INVOICE, status="cancelled", issue_date=date(2026, 6, 1))
        found = decide(Kind.INVOICE, moved, link_of(Kind.INVOICE), replace(BOOKS, closed_through=date(2026, 3, 31)))
        assert isinstance(found, Hold)


class TestAskedAbout:
    @pytest.mark.parametrize("kind", list(Kind))
    def test_nothing_to_send_is_no_answer(self, kind: Kind) -> None:
        link = link_of(kind, asked_token="4")
        assert decide(kind, KINDS[kind], link) == Asked(link.id, 7)

    def test_what_is_left_as_it_is_there_goes_along_as_it_is_there(self) -> None:
        theirs = {"DueDate": "2027-01-01"}
        again = written(decide(Kind.INVOICE, INVOICE, link_of(Kind.INVOICE, accepted=theirs, fingerprint="")))
        assert isinstance(again.entity, wire.Invoice) and again.entity.due_date == date(2027, 1, 1)
        moved = written(
            decide(Kind.INVOICE, replace(INVOICE, issue_date=date(2026, 4, 1)), link_of(Kind.INVOICE, accepted=theirs))
        )
        assert isinstance(moved.entity, wire.Invoice) and moved.entity.due_date == date(2027, 1, 1)


class TestPushAgain:
    @pytest.mark.parametrize("kind", list(Kind))
    def test_a_forgotten_fingerprint_sends_all_that_is_owned(self, kind: Kind) -> None:
        write = written(decide(kind, KINDS[kind], link_of(kind, fingerprint="")))
        assert write.carried.operation is wire.Operation.UPDATE
        assert write.carried.fingerprint and not write.carried.overwrite  # what was changed there is asked about
        sent = {name for name in write.entity.__struct_fields__ if getattr(write.entity, name) is not wire.UNSET}
        assert {"id", "sync_token"} < sent and len(sent) > 4

    @pytest.mark.parametrize("kind", [Kind.INVOICE, Kind.PAYMENT])
    def test_only_a_person_has_removed_what_was_changed_there(self, kind: Kind) -> None:
        chosen = link_of(kind, agreed=Agreed(overwrite=True))
        assert written(decide(kind, None, chosen)).carried.overwrite
        assert not written(decide(kind, None, link_of(kind, fingerprint=""))).carried.overwrite

    @pytest.mark.parametrize("kind", [Kind.INVOICE, Kind.PAYMENT])
    def test_it_does_not_pass_closed_books(self, kind: Kind) -> None:
        books = replace(BOOKS, closed_through=date(2026, 12, 31))
        found = decide(kind, KINDS[kind], link_of(kind, fingerprint=""), books)
        assert isinstance(found, Hold) and found.trouble.cause == "closed_books"

    def test_text_alone_passes_closed_books_but_not_when_everything_is_sent(self) -> None:
        books = replace(BOOKS, closed_through=date(2026, 12, 31))
        worded = replace(INVOICE, message="Many thanks")
        assert isinstance(decide(Kind.INVOICE, worded, link_of(Kind.INVOICE), books), Write)
        assert isinstance(decide(Kind.INVOICE, worded, link_of(Kind.INVOICE, fingerprint=""), books), Hold)


class TestCarried:
    def test_an_invoice_carries_what_a_look_up_asks_for(self) -> None:
        carried = written(decide(Kind.INVOICE, INVOICE)).carried
        assert (carried.ref, carried.customer, carried.day, carried.number) == ("7k3m9q22", "58", "2026-03-02", "1042")
        assert carried.accounts == (BOOKS.discount_account,)
        assert carried.operation is wire.Operation.CREATE and carried.revision == 7

    def test_a_payment_carries_its_invoices_and_its_account(self) -> None:
        carried = written(decide(Kind.PAYMENT, PAYMENT)).carried
        assert carried.refers_to == (5, 6)
        assert (carried.accounts, str(carried.amount)) == (("4",), "75.00")
        card = written(decide(Kind.PAYMENT, replace(PAYMENT, method="Card"))).carried
        assert card.accounts == ("35",)

    def test_an_edit_carries_the_revision_token_and_what_was_there_before(self) -> None:
        link = link_of(Kind.INVOICE, attempts=2, amount_only=True)
        carried = written(decide(Kind.INVOICE, replace(INVOICE, message="Other"), link)).carried
        assert (carried.operation, carried.sync_token, carried.attempts) == (wire.Operation.UPDATE, "3", 2)
        assert carried.previous == link.owned and carried.amount_only


class TestNaming:
    def test_a_taken_name_gets_the_next_suffix_and_a_vendors_name_its_own(self) -> None:
        taken = {(Kind.CONTACT, "harbor windows"): 0}
        assert written(decide(Kind.CONTACT, CONTACT, taken=taken)).carried.name == "Harbor Windows (2)"
        held = frozenset({"harbor windows"})
        found = written(decide(Kind.CONTACT, CONTACT, taken=taken, held_by_others=held))
        assert found.carried.name == "Harbor Windows (Customer)"

    def test_a_name_once_given_stays_as_long_as_the_record_asks_for_the_same(self) -> None:
        link = replace(link_of(Kind.CONTACT), name="Harbor Windows (2)", wanted="Harbor Windows", fingerprint="x")
        named = written(decide(Kind.CONTACT, replace(CONTACT, company="Other"), link)).carried
        assert named.name == "Harbor Windows (2)"

    def test_names_given_in_one_plan_do_not_clash(self) -> None:
        work = Work(BOOKS, REFS, ())
        naming = Naming({}, frozenset())
        found = [
            written(intent(Candidate(Kind.CONTACT, number, 1, CONTACT, None), work, naming)).carried.name
            for number in range(3)
        ]
        assert found == ["Harbor Windows", "Harbor Windows (2)", "Harbor Windows (3)"]

    def test_a_name_that_is_kept_is_given_to_nobody_else(self) -> None:
        work, naming = Work(BOOKS, REFS, ()), Naming({}, frozenset())
        once = replace(link_of(Kind.CONTACT), name="Harbor Windows", wanted="Harbor Windows", entity_id="")
        candidates = [Candidate(Kind.CONTACT, 1, 1, CONTACT, once), Candidate(Kind.CONTACT, 2, 1, CONTACT, None)]
        found = [written(intent(candidate, work, naming)).carried.name for candidate in candidates]
        assert found == ["Harbor Windows", "Harbor Windows (2)"]

    def test_a_service_may_have_the_name_of_a_contact(self) -> None:
        taken = {(Kind.CONTACT, "window cleaning"): 0}
        assert written(decide(Kind.SERVICE, SERVICE, taken=taken)).carried.name == "Window cleaning"

    def test_a_name_of_nothing_that_quickbooks_takes_is_held_with_its_field(self) -> None:
        found = decide(Kind.CONTACT, replace(CONTACT, display_name="🪟✨"))
        assert isinstance(found, Hold)
        assert (found.trouble.cause, found.trouble.detail["field"]) == ("name_empty", "display name")
