"""What people answer is carried out: same, not the same, push again; by those who may, once, and never too far."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from engine_steps import Steps
from engine_time import Timed, as_it_came, timed_rig
from rig import CLOCK, IDS, Rig, priced

from bluepro.common.errors import NotAllowed, NotFound, Refused
from bluepro.invoicing.life import delete_invoices
from bluepro.invoicing.services import save_invoices
from bluepro.quickbooks.again import push_again
from bluepro.quickbooks.answers import ANSWERS, answer
from bluepro.quickbooks.choices import CHOICES
from bluepro.quickbooks.connect.problems import dismiss, retry
from bluepro.quickbooks.engine import THE_REAL_THING
from bluepro.quickbooks.models import Problem
from bluepro.quickbooks.plan import Plan
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.store import leases
from bluepro.quickbooks.store.commit import Committed, commit
from bluepro.quickbooks.store.due import Scope
from bluepro.quickbooks.store.leases import Lease
from bluepro.workspaces.models import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def timed() -> Iterator[Timed]:
    with timed_rig() as made:
        yield made


@pytest.fixture
def rig(timed: Timed) -> Rig:
    return timed.rig


def in_quickbooks(rig: Rig, entity: str, **fields: Any) -> dict[str, Any]:  # Any: JSON
    """What a person writes in QuickBooks."""
    answer = rig.control.post(
        f"/v3/company/{rig.realm}/{entity.lower()}",
        json=fields,
        headers={"Authorization": f"Bearer {rig.tokens.current()}", "Accept": "application/json"},
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()[entity]
    return found


@pytest.fixture
def asked(timed: Timed, rig: Rig) -> tuple[int, Problem, dict[str, Any]]:
    """A contact whose name a customer in QuickBooks has, with an invoice that waits for it."""
    theirs = in_quickbooks(rig, "Customer", DisplayName="Ada", Notes="since 1998")
    timed.push(3600)
    ada = rig.contact("Ada", emails=("ada@example.com",))
    rig.invoice(ada, [priced("Work", "1", "10")], number="1")
    timed.settle_down()
    (problem,) = rig.problems()
    assert rig.entities("Invoice") == []
    return ada, problem, theirs


def test_held_for_another_reason_the_former_one_is_no_longer_told(timed: Timed, rig: Rig) -> None:
    timed.wire.refuse = lambda request: 413 if b"Ada" in request.content else 0
    ada = rig.contact("Ada")
    timed.settle_down()
    assert [one.cause for one in rig.problems()] == ["too_large"]
    timed.wire.refuse = lambda _: 0
    in_quickbooks(rig, "Customer", DisplayName="Bea")
    rig.rename(ada, "Bea")
    timed.settle_down()
    assert [one.cause for one in rig.problems()] == ["name_held"]
    former = Problem.objects.get(cause="too_large")
    assert former.close_reason == "It is held for another reason since."


class TestSame:
    def test_the_record_is_linked_nothing_is_written_and_what_waited_goes(
        self, timed: Timed, rig: Rig, asked: tuple[int, Problem, dict[str, Any]]
    ) -> None:
        ada, problem, theirs = asked
        answer(rig.actor, problem.id, "same", clock=CLOCK)
        timed.settle_down()
        (customer,) = rig.entities("Customer")
        assert (customer["Id"], customer["SyncToken"]) == (theirs["Id"], theirs["SyncToken"])
        assert "PrimaryEmailAddr" not in customer
        assert rig.link(Kind.CONTACT, ada).entity_id == theirs["Id"]
        (invoice,) = rig.entities("Invoice")
        assert invoice["CustomerRef"]["value"] == theirs["Id"]
        problem.refresh_from_db()
        assert (problem.closed_by, problem.close_reason) == ("owner@example.com", "It is the same")
        timed.at_rest()

    def test_a_later_edit_is_sent_and_leaves_alone_what_is_theirs(
        self, timed: Timed, rig: Rig, asked: tuple[int, Problem, dict[str, Any]]
    ) -> None:
        ada, problem, _ = asked
        answer(rig.actor, problem.id, "same", clock=CLOCK)
        timed.settle_down()
        rig.rename(ada, "Ada King")
        timed.settle_down()
        (customer,) = rig.entities("Customer")
        assert (customer["DisplayName"], customer["Notes"]) == ("Ada King", "since 1998")
        timed.at_rest()

    def test_one_entity_is_never_linked_to_two_records(
        self, timed: Timed, rig: Rig, asked: tuple[int, Problem, dict[str, Any]]
    ) -> None:
        rig.contact("ada ")
        timed.settle_down()
        first, second = rig.problems()
        answer(rig.actor, first.id, "same", clock=CLOCK)
        with pytest.raises(Refused, match="linked to 'Ada' already"):
            answer(rig.actor, second.id, "same", clock=CLOCK)
        answer(rig.actor, second.id, "not_same", clock=CLOCK)
        timed.settle_down()
        assert len(rig.entities("Customer")) == 2
        timed.at_rest()

    def test_nobody_is_the_same_while_ours_is_being_made_under_another_name(
        self, timed: Timed, rig: Rig, asked: tuple[int, Problem, dict[str, Any]]
    ) -> None:
        ada, problem, _ = asked
        rig.rename(ada, "Ada King")
        now = timed.clock.now()
        steps = Steps(rig, now)
        sent = steps.engine.prepare(now)
        with pytest.raises(Refused, match="is being sent"):
            answer(rig.actor, problem.id, "same", clock=CLOCK)
        steps.engine.settle(steps.send(sent, now), now)
        assert sorted(one["DisplayName"] for one in rig.entities("Customer")) == ["Ada", "Ada King"]

    def test_an_answer_between_plan_and_commit_is_not_overtaken_by_a_create(
        self, timed: Timed, rig: Rig, asked: tuple[int, Problem, dict[str, Any]]
    ) -> None:
        ada, problem, theirs = asked
        rig.rename(ada, "Ada King")

        def answered_first(lease: Lease, scope: Scope, plan: Plan) -> Committed:
            answer(rig.actor, problem.id, "same", clock=CLOCK)
            return commit(lease, scope, plan)

        now = timed.clock.now()
        steps = Steps(rig, now, parts=replace(THE_REAL_THING, commit=answered_first))
        assert steps.engine.prepare(now) == ()
        leases.release(steps.lease)
        timed.settle_down()
        (customer,) = rig.entities("Customer")
        assert (customer["Id"], customer["DisplayName"]) == (theirs["Id"], "Ada King")
        timed.at_rest()

    def test_where_nobody_was_to_be_seen_there_is_nobody_to_link(
        self, rig: Rig, asked: tuple[int, Problem, dict[str, Any]]
    ) -> None:
        _, problem, _ = asked
        Problem.objects.filter(id=problem.id).update(detail={"name": "Ada", "holder": "unknown", "entity_id": ""})
        with pytest.raises(Refused, match="not_same"):
            answer(rig.actor, problem.id, "same", clock=CLOCK)
        assert len(rig.problems()) == 1

    def test_an_edit_made_before_the_answer_is_not_forgotten(
        self, timed: Timed, rig: Rig, asked: tuple[int, Problem, dict[str, Any]]
    ) -> None:
        ada, problem, _ = asked
        rig.rename(ada, "Ada King")
        answer(rig.actor, problem.id, "same", clock=CLOCK)
        timed.settle_down()
        assert [one["DisplayName"] for one in rig.entities("Customer")] == ["Ada King"]
        timed.at_rest()


def test_every_choice_has_its_function_and_its_words() -> None:
    assert {(cause, one.key) for cause, choices in CHOICES.items() for one in choices} == set(ANSWERS)
    assert all(one.words and one.effect.endswith(".") for choices in CHOICES.values() for one in choices)
    assert all(one.confirm == "" or one.confirm.endswith("?") for choices in CHOICES.values() for one in choices)


class TestNotSame:
    def test_the_record_gets_the_next_free_suffix_and_keeps_it(
        self, timed: Timed, rig: Rig, asked: tuple[int, Problem, dict[str, Any]]
    ) -> None:
        _, problem, _ = asked
        answer(rig.actor, problem.id, "not_same", clock=CLOCK)
        timed.settle_down()
        assert sorted(one["DisplayName"] for one in rig.entities("Customer")) == ["Ada", "Ada (2)"]
        assert len(rig.entities("Invoice")) == 1
        timed.at_rest()

    def test_an_answer_works_once(self, rig: Rig, asked: tuple[int, Problem, dict[str, Any]]) -> None:
        _, problem, _ = asked
        answer(rig.actor, problem.id, "not_same", clock=CLOCK)
        with pytest.raises(NotFound, match="no open question"):
            answer(rig.actor, problem.id, "same", clock=CLOCK)
        with pytest.raises(NotFound, match="no open question"):
            answer(rig.actor, problem.id, "not_same", clock=CLOCK)

    def test_other_problems_and_other_workspaces_have_no_such_answer(
        self, rig: Rig, asked: tuple[int, Problem, dict[str, Any]]
    ) -> None:
        _, problem, _ = asked
        with pytest.raises(NotFound):
            answer(replace(rig.actor, workspace_id=rig.actor.workspace_id + 1), problem.id, "same", clock=CLOCK)
        Problem.objects.filter(id=problem.id).update(cause="number_taken")
        with pytest.raises(Refused, match="no answer 'not_same'"):
            answer(rig.actor, problem.id, "not_same", clock=CLOCK)


@pytest.mark.parametrize(("role", "may"), [(role, role not in (Role.MANAGER, Role.MEMBER)) for role in Role])
def test_who_may_answer(rig: Rig, role: Role, may: bool) -> None:
    actor = replace(rig.actor, role=role)
    with pytest.raises(NotFound if may else NotAllowed):
        answer(actor, 404, "same", clock=CLOCK)


@pytest.mark.parametrize(("role", "may"), [(role, role is not Role.MEMBER) for role in Role])
def test_who_may_push_again(rig: Rig, role: Role, may: bool) -> None:
    with pytest.raises(NotFound if may else NotAllowed):
        push_again(replace(rig.actor, role=role), Kind.INVOICE, 404)


class TestMakeAnew:
    def test_a_deleted_invoice_is_made_once_more_and_its_payment_follows(self, timed: Timed, rig: Rig) -> None:
        ada = rig.contact("Ada")
        invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
        paid = rig.payment((invoice, "10.00"))
        timed.settle_down()
        (payment,) = rig.entities("Payment")
        self.delete(rig, "payment", {"Id": payment["Id"], "SyncToken": payment["SyncToken"]})
        (booked,) = rig.entities("Invoice")
        self.delete(rig, "invoice", {"Id": booked["Id"], "SyncToken": booked["SyncToken"]})
        edit = rig.invoice_edit(ada, [priced("Work", "1", "10")], number="1", id=invoice, message="Thanks")
        save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)
        timed.settle_down()
        assert [(one.cause, one.record_id) for one in rig.problems()] == [("gone_in_quickbooks", invoice)]
        assert rig.entities("Invoice") == []

        answer(rig.actor, rig.problems()[0].id, "make_anew", clock=CLOCK)
        timed.settle_down()
        (again,) = rig.entities("Invoice")
        assert again["Id"] != booked["Id"] and again["PrivateNote"].endswith("-2)")
        assert [(one.cause, one.record_id) for one in rig.problems()] == [("gone_in_quickbooks", paid)]
        answer(rig.actor, rig.problems()[0].id, "make_anew", clock=CLOCK)
        timed.settle_down()
        (again,) = rig.entities("Invoice")
        assert again["Balance"] == 0 and len(rig.entities("Payment")) == 1
        timed.at_rest()

    def delete(self, rig: Rig, entity: str, body: dict[str, str]) -> None:
        answer = rig.control.post(
            f"/v3/company/{rig.realm}/{entity}?operation=delete",
            json=body,
            headers={"Authorization": f"Bearer {rig.tokens.current()}", "Accept": "application/json"},
        )
        assert answer.status_code == 200, answer.text


class TestPushAgain:
    def test_other_figures_are_a_problem_until_quickbooks_says_the_right_ones(self, timed: Timed, rig: Rig) -> None:
        def taxed(request: httpx2.Request, answer: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
            if "Invoice" in answer:
                answer["Invoice"]["TotalAmt"] = 10.83
            return answer

        ada = rig.contact("Ada")
        timed.settle_down()
        timed.wire.tamper = taxed
        invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
        rig.payment((invoice, "10.00"))
        timed.settle_down()
        (problem,) = rig.problems()
        assert problem.cause == "amount_differs" and "10.00 here, 10.83" in problem.text
        assert rig.entities("Payment") == []

        retry(rig.actor, problem.id)
        timed.settle_down()
        assert [one.cause for one in rig.problems()] == ["amount_differs"]  # looked at anew, and still wrong
        assert rig.entities("Payment") == []

        timed.wire.tamper = as_it_came
        retry(rig.actor, problem.id)
        timed.settle_down()
        assert [one["TotalAmt"] for one in rig.entities("Payment")] == [Decimal(10)]
        timed.at_rest()

    def test_dismissed_figures_are_accepted_and_what_waited_goes_on(self, timed: Timed, rig: Rig) -> None:
        def taxed(request: httpx2.Request, answer: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
            if "Invoice" in answer:
                answer["Invoice"]["TotalAmt"] = 10.83
            return answer

        ada = rig.contact("Ada")
        timed.settle_down()
        timed.wire.tamper = taxed
        invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
        rig.payment((invoice, "10.00"))
        timed.settle_down()
        timed.wire.tamper = as_it_came
        dismiss(rig.actor, rig.problems()[0].id, "The difference is known.", clock=CLOCK)
        timed.settle_down()
        assert rig.problems() == []
        assert len(rig.entities("Payment")) == 1
        timed.at_rest()

    def test_an_edit_that_mends_the_figures_needs_no_button(self, timed: Timed, rig: Rig) -> None:
        ada = rig.contact("Ada")
        timed.settle_down()
        timed.wire.tamper = lambda _, answer: (
            {**answer, "Invoice": {**answer["Invoice"], "TotalAmt": 1}} if "Invoice" in answer else answer
        )
        invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
        timed.settle_down()
        assert len(rig.problems()) == 1
        timed.wire.tamper = as_it_came
        edit = rig.invoice_edit(ada, [priced("Work", "2", "10")], number="1", id=invoice)
        save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)
        timed.settle_down()
        timed.at_rest()

    def test_what_a_person_changed_there_is_asked_about_and_written_over_only_then(
        self, timed: Timed, rig: Rig
    ) -> None:
        ada = rig.contact("Ada")
        invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
        timed.settle_down()
        (booked,) = rig.entities("Invoice")
        in_quickbooks(rig, "Invoice", Id=booked["Id"], SyncToken=booked["SyncToken"], sparse=True, DocNumber="theirs")
        edit = rig.invoice_edit(ada, [priced("Work", "1", "10")], number="1", id=invoice, message="Thanks")
        save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)
        timed.settle_down()
        (problem,) = rig.problems()
        assert problem.cause == "changed_in_quickbooks" and "number (1 here, theirs there)" in problem.text
        assert [one["DocNumber"] for one in rig.entities("Invoice")] == ["theirs"]
        edit = rig.invoice_edit(ada, [priced("Work", "1", "10")], number="1", id=invoice, message="Many thanks")
        save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)
        timed.settle_down()
        assert [one.cause for one in rig.problems()] == ["changed_in_quickbooks"]  # an edit is no answer
        assert [one["DocNumber"] for one in rig.entities("Invoice")] == ["theirs"]
        answer(rig.actor, rig.problems()[0].id, "ours", clock=CLOCK)
        timed.settle_down()
        (booked,) = rig.entities("Invoice")
        assert (booked["DocNumber"], booked["CustomerMemo"]["value"]) == ("1", "Many thanks")
        timed.at_rest()

    def test_what_a_person_changed_there_is_not_removed_unasked(self, timed: Timed, rig: Rig) -> None:
        invoice = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
        timed.settle_down()
        (booked,) = rig.entities("Invoice")
        in_quickbooks(rig, "Invoice", Id=booked["Id"], SyncToken=booked["SyncToken"], sparse=True, DocNumber="theirs")
        delete_invoices(rig.actor, [invoice], clock=CLOCK, reason="typed twice")
        timed.settle_down()
        (problem,) = rig.problems()
        assert (problem.cause, problem.label) == ("changed_before_removal", "Invoice 1 (deleted)")
        assert len(rig.entities("Invoice")) == 1
        answer(rig.actor, problem.id, "remove", clock=CLOCK)
        timed.settle_down()
        assert rig.entities("Invoice") == []
        timed.at_rest()

    def test_pushing_again_what_is_right_sends_it_once_and_changes_nothing(self, timed: Timed, rig: Rig) -> None:
        ada = rig.contact("Ada")
        invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
        timed.settle_down()
        sent = rig.writes()
        push_again(rig.actor, Kind.INVOICE, invoice)
        timed.settle_down()
        assert rig.writes() == sent + 1
        timed.at_rest()

    def test_a_number_taken_there_is_named_and_goes_once_it_is_free(self, timed: Timed, rig: Rig) -> None:
        ada = rig.contact("Ada")
        timed.settle_down()
        (customer,) = rig.entities("Customer")
        detail = {"ItemRef": {"value": rig.connection.catch_all_item}}
        theirs = in_quickbooks(
            rig,
            "Invoice",
            DocNumber="7",
            CustomerRef={"value": customer["Id"]},
            Line=[{"Amount": 5, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}],
        )
        invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="7")
        timed.settle_down()
        (problem,) = rig.problems()
        assert problem.cause == "number_taken" and "7" in problem.text
        in_quickbooks(rig, "Invoice", Id=theirs["Id"], SyncToken=theirs["SyncToken"], sparse=True, DocNumber="8")
        push_again(rig.actor, Kind.INVOICE, invoice)
        timed.settle_down()
        assert sorted(one["DocNumber"] for one in rig.entities("Invoice")) == ["7", "8"]
        timed.at_rest()
