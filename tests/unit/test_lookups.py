"""Look-ups: what is asked, and what follows from found, not found, found twice, found by halves."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from engine_cases import (
    COMMITTED,
    CUSTOMER,
    INVOICE,
    INVOICE_NOTE,
    PAYMENT,
    PAYMENT_NOTE,
    SERVICE,
    batch,
    changed,
    customer,
    fault,
    invoice,
    item,
    items,
    payment,
    query,
    reply,
)
from hypothesis import given
from hypothesis import strategies as st

from bluepro.common.ids import SeededIds
from bluepro.quickbooks.findings import CLOCK_SLACK, LOST_AT_MOST, REFERENCE_TRIES, SAME_AGAIN
from bluepro.quickbooks.judge import MAX_ATTEMPTS, SLOW
from bluepro.quickbooks.lookups import PAGE, Rules, entities_seen, judge_look_up, plan_look_up
from bluepro.quickbooks.plan import ALONE_AFTER
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.work import (
    Accepted,
    Again,
    Held,
    Item,
    LookUp,
    NameTaken,
    Removed,
    SendAgain,
    Verdict,
)
from qbo_client import wire

ASK = Rules(era=1, clash_takes_suffix=False)
SUFFIX = Rules(era=1, clash_takes_suffix=True)
SINCE = wire.timestamp(COMMITTED - CLOCK_SLACK)
UPDATE, DELETE, VOID = wire.Operation.UPDATE, wire.Operation.DELETE, wire.Operation.VOID


def asked(*sought: Item) -> list[str]:
    """The texts of the queries that look up `sought`."""
    sendable, taken = plan_look_up(sought, SeededIds(1))
    assert taken == len(sought)
    return [one["Query"] for one in json.loads(sendable.call.body)["BatchItemRequest"]]


def found(sought: Item, *answers: dict[str, Any], rules: Rules = ASK) -> Verdict:  # Any: JSON
    """The verdict if the queries about `sought` are answered so; those not given find nothing."""
    shown = {f"q{position}": query() for position in range(len(asked(sought)))}
    shown |= {f"q{position}": answer for position, answer in enumerate(answers)}
    verdicts = judge_look_up([sought], batch(**shown), rules)
    assert isinstance(verdicts, tuple)
    return verdicts[0]


class TestQueries:
    def test_an_invoice_is_sought_by_customer_and_day_and_among_what_the_customer_got_since(self) -> None:
        as_sent, since = asked(item(INVOICE))
        assert "FROM Invoice WHERE CustomerRef = '58' AND TxnDate = '2026-03-02'" in as_sent
        assert f"FROM Invoice WHERE CustomerRef = '58' AND MetaData.CreateTime >= '{SINCE}'" in since

    def test_a_payment_is_sought_by_customer_day_and_amount_and_among_what_the_customer_paid_since(self) -> None:
        as_sent, since = asked(item(PAYMENT))
        assert "CustomerRef = '58' AND TxnDate = '2026-03-09' AND TotalAmt = '10.00'" in as_sent
        assert f"FROM Payment WHERE CustomerRef = '58' AND MetaData.CreateTime >= '{SINCE}'" in since

    def test_a_name_is_sought_in_all_lists_that_share_names_inactive_ones_too(self) -> None:
        texts = asked(item(CUSTOMER))
        assert [text.split(" WHERE ")[0] for text in texts] == [
            "SELECT * FROM Customer",
            "SELECT * FROM Vendor",
            "SELECT * FROM Employee",
        ]
        assert all("DisplayName = 'Ada' AND Active IN (true, false)" in text for text in texts)
        (text,) = asked(item(SERVICE))
        assert "FROM Item WHERE Name = 'Wash' AND Active IN (true, false)" in text

    def test_what_has_an_entity_is_sought_by_id(self) -> None:
        (text,) = asked(item(changed(INVOICE, UPDATE)))
        assert "FROM Invoice WHERE Id IN ('145')" in text and "Active" not in text
        (text,) = asked(item(changed(CUSTOMER, UPDATE)))
        assert "FROM Customer WHERE Id IN ('145') AND Active IN (true, false)" in text

    def test_a_rename_to_a_taken_name_is_sought_by_name(self) -> None:
        assert len(asked(item(changed(CUSTOMER, UPDATE), "6240"))) == 3

    def test_a_taken_number_is_sought_by_number(self) -> None:
        (text,) = asked(item(INVOICE, "6140"))
        assert "DocNumber = '1042'" in text

    def test_a_refused_reference_asks_for_all_that_was_referred_to(self) -> None:
        texts = asked(item(INVOICE, "610"))
        assert [text.split(" FROM ")[1].split(" ORDERBY")[0] for text in texts[2:]] == [
            "Customer WHERE Id IN ('58') AND Active IN (true, false)",
            "Item WHERE Id IN ('19') AND Active IN (true, false)",
            "Account WHERE Id IN ('86') AND Active IN (true, false)",
        ]
        assert "Invoice WHERE Id IN ('145')" in "".join(asked(item(PAYMENT, "2500")))

    def test_equal_queries_are_asked_once(self) -> None:
        assert len(asked(*items(*[INVOICE] * 40))) == 2

    def test_no_more_queries_than_a_batch_holds_and_no_more_rows_than_it_answers(self) -> None:
        many = items(*(replace(CUSTOMER, name=f"Ada {number}") for number in range(40)))
        sendable, taken = plan_look_up(many, SeededIds(1))
        queries = json.loads(sendable.call.body)["BatchItemRequest"]
        assert (taken, len(queries)) == (10, 30)
        assert all(one["Query"].endswith(f"MAXRESULTS {PAGE}") for one in queries)
        assert PAGE * len(queries) < 1000

    @given(st.lists(st.sampled_from(["a", "b", "c"]).map(lambda name: replace(CUSTOMER, name=name)), min_size=1))
    def test_each_item_gets_its_own_answers_whoever_else_asks(self, carried: list[Any]) -> None:
        sought = items(*carried)
        rows = {"a": [customer("70", "a")], "b": [customer("71", "b")], "c": []}
        texts = asked(*sought)
        answers = {
            f"q{position}": query("Customer", *next(rows[name] for name in rows if f"'{name}'" in text))
            if "FROM Customer" in text
            else query()
            for position, text in enumerate(texts)
        }
        verdicts = judge_look_up(sought, batch(**answers), ASK)
        assert isinstance(verdicts, tuple)
        for one, verdict in zip(carried, verdicts, strict=True):
            expected = {"a": "70", "b": "71"}.get(one.name)
            assert getattr(verdict, "entity_id", None) == expected


class TestCreated:
    def test_the_marked_one_is_adopted_and_compared(self) -> None:
        assert found(item(INVOICE), query("Invoice", invoice(id="9"))) == Accepted("9", "0")
        other = found(item(INVOICE), query("Invoice", invoice(id="9", total="11")))
        assert isinstance(other, Accepted) and other.trouble is not None

    def test_of_two_alike_only_the_marked_one_is_ours(self) -> None:
        rows = [payment(id="7", note="BluePro payment (ref zzzz2345-1)"), payment(id="8", note=PAYMENT_NOTE)]
        assert found(item(PAYMENT), query("Payment", *rows)) == Accepted("8", "0")
        assert found(item(PAYMENT), query("Payment", rows[0])) == SendAgain()
        assert found(item(PAYMENT), query("Payment", payment(note="Paid twice?"))) == SendAgain()

    @pytest.mark.parametrize(
        ("generation", "era", "ours"), [(1, 1, True), (2, 1, False), (1, 2, True)], ids=["same", "generation", "era"]
    )
    def test_another_generation_is_not_ours_an_earlier_era_is(self, generation: int, era: int, ours: bool) -> None:
        sought = item(replace(INVOICE, generation=generation))
        verdict = found(sought, query("Invoice", invoice()), rules=replace(ASK, era=era))
        assert isinstance(verdict, Accepted) is ours

    def test_absent_a_single_goes_out_as_it_was_and_an_item_anew(self) -> None:
        assert found(item(INVOICE)) == SendAgain()
        verdict = found(item(INVOICE, bid="b0"))
        assert isinstance(verdict, Again) and (verdict.seconds, verdict.attempt) == (0, True)

    def test_what_is_lost_again_and_again_waits_ever_longer_and_is_told(self) -> None:
        tries = [found(item(replace(INVOICE, attempts=attempts))) for attempts in range(9)]
        assert [type(one) for one in tries] == [SendAgain] * SAME_AGAIN + [Again] * (9 - SAME_AGAIN)
        waits = [one.seconds for one in tries if isinstance(one, Again)]
        assert waits == sorted(waits) and waits[-1] == LOST_AT_MOST
        told = [isinstance(one, Again) and one.trouble is not None for one in tries]
        assert told == [False] * ALONE_AFTER + [True] * (9 - ALONE_AFTER)
        assert all(not one.attempt for one in tries if isinstance(one, Again) and one.trouble)

    @pytest.mark.parametrize("code", ["600", "630", "5010", "10000"])
    def test_refused_yet_absent_is_never_sent_as_it_was_but_anew_and_later(self, code: str) -> None:
        first = found(item(INVOICE, code))
        assert isinstance(first, Again) and first.seconds > 0 and first.attempt
        last = found(item(replace(INVOICE, attempts=MAX_ATTEMPTS), code))
        assert isinstance(last, Again) and last.seconds == SLOW and last.trouble is not None

    def test_a_full_page_without_the_mark_is_not_absence(self) -> None:
        strangers = [invoice(id=str(number), note="") for number in range(PAGE)]
        assert found(item(INVOICE), query("Invoice", *strangers)) == LookUp("unknown@2")
        assert all(f"STARTPOSITION {PAGE + 1} " in text for text in asked(item(INVOICE, "unknown@2")))
        assert found(item(INVOICE, "unknown@2"), query("Invoice", *strangers)) == LookUp("unknown@3")
        assert found(item(INVOICE, "unknown@3")) == SendAgain()
        assert found(item(INVOICE, "6140@2")) != SendAgain()

    def test_a_taken_number_is_adopted_if_marked_and_a_problem_if_not(self) -> None:
        others = query("Invoice", invoice(id="9", note="")), query("Invoice", invoice(note=INVOICE_NOTE))
        assert isinstance(found(item(INVOICE), *others), Accepted)
        assert isinstance(found(item(INVOICE, "6140"), query("Invoice", invoice(note=INVOICE_NOTE))), Accepted)
        verdict = found(item(INVOICE, "6140"), query("Invoice", invoice(id="77", note="")))
        assert isinstance(verdict, Held) and verdict.trouble.cause == "number_taken"
        assert verdict.trouble.detail["entity_id"] == "77"


class TestReferences:
    def test_what_is_inactive_or_gone_is_named(self) -> None:
        verdict = found(
            item(INVOICE, "610"),
            query(),
            query(),
            query("Customer", customer(id="58")),
            query(),
            query("Account", {"Id": "86", "Name": "Discounts (deleted)", "Active": False}),
        )
        assert isinstance(verdict, Held) and verdict.trouble.cause == "reference_inactive"
        assert "the item with the id 19, the account 'Discounts (deleted)'" in verdict.trouble.text
        assert "customer" not in verdict.trouble.text
        assert "mapping" in verdict.trouble.remedy

    def test_if_nothing_is_to_be_seen_it_is_said_in_general(self) -> None:
        first = found(item(replace(SERVICE, accounts=()), "2500"))
        assert isinstance(first, Again) and first.attempt
        verdict = found(item(replace(SERVICE, accounts=(), attempts=REFERENCE_TRIES), "2500"))
        assert isinstance(verdict, Held) and "customer, item or account" in verdict.trouble.text

    def test_a_customer_who_was_made_inactive_is_named_himself(self) -> None:
        verdict = found(
            item(changed(CUSTOMER, UPDATE), "610"),
            query("Customer", customer(id="145", SyncToken="3", name="Ada (deleted)", Active=False)),
        )
        assert isinstance(verdict, Held) and verdict.trouble.cause == "inactive_in_quickbooks"


class TestNames:
    def test_equal_made_after_our_send_and_nobodys_is_adopted(self) -> None:
        for rules in (ASK, SUFFIX):
            assert found(item(CUSTOMER), query("Customer", customer()), rules=rules) == Accepted("70", "0")

    def test_what_another_record_has_is_never_adopted_nor_asked_about(self) -> None:
        rules = replace(ASK, linked={(Kind.CONTACT, "70"): 2})
        assert found(item(CUSTOMER), query("Customer", customer()), rules=rules) == NameTaken("customer", "70")

    def test_an_id_of_another_list_is_not_mistaken_for_a_link(self) -> None:
        rules = replace(ASK, linked={(Kind.SERVICE, "70"): 2})
        assert found(item(CUSTOMER), query("Customer", customer()), rules=rules) == Accepted("70", "0")

    def test_made_long_before_our_send_it_is_another_one(self) -> None:
        sought = item(CUSTOMER, committed_at=COMMITTED + timedelta(hours=1))
        asks = found(sought, query("Customer", customer()))
        assert isinstance(asks, NameTaken) and asks.trouble is not None and asks.trouble.cause == "name_held"
        assert asks.trouble.detail["sync_token"] == "0"
        assert found(sought, query("Customer", customer()), rules=SUFFIX) == NameTaken("customer", "70")

    def test_what_may_be_ours_but_differs_is_asked_about_even_where_suffixes_are_the_rule(self) -> None:
        sought = item(replace(CUSTOMER, owned={"DisplayName": "Ada", "CompanyName": "Lovelace Ltd"}))
        verdict = found(sought, query("Customer", customer()), rules=SUFFIX)
        assert isinstance(verdict, NameTaken) and verdict.trouble is not None

    def test_refused_at_the_first_try_it_was_another_ones_and_later_it_may_be_ours(self) -> None:
        first = found(item(CUSTOMER, "6240"), query("Customer", customer()), rules=SUFFIX)
        assert first == NameTaken("customer", "70")
        later = item(replace(CUSTOMER, attempts=1), "6240")
        assert found(later, query("Customer", customer()), rules=SUFFIX) == Accepted("70", "0")

    @pytest.mark.parametrize("position", [1, 2], ids=["vendor", "employee"])
    def test_a_vendor_or_an_employee_is_never_asked_about(self, position: int) -> None:
        name = ("Customer", "Vendor", "Employee")[position]
        answers = [query(), query(), query()]
        answers[position] = query(name, customer())
        assert found(item(CUSTOMER), *answers) == NameTaken(name.lower(), "70")

    def test_a_sub_customer_stands_in_the_way_only_if_quickbooks_says_so(self) -> None:
        below = customer(id="64", ParentRef={"value": "1"}, MetaData={})
        assert found(item(CUSTOMER), query("Customer", below)) == SendAgain()
        assert isinstance(found(item(CUSTOMER, "6240"), query("Customer", below)), NameTaken)

    def test_ours_is_found_behind_another_of_that_name(self) -> None:
        below = customer(id="64", ParentRef={"value": "1"}, MetaData={})
        assert found(item(CUSTOMER), query("Customer", below, customer())) == Accepted("70", "0")

    def test_refused_with_nobody_to_be_seen_asks_or_takes_a_suffix(self) -> None:
        asks = found(item(CUSTOMER, "6240"))
        assert isinstance(asks, NameTaken) and asks.trouble is not None
        assert "shows nobody" in asks.trouble.text and "answer same" not in asks.trouble.remedy
        assert found(item(CUSTOMER, "6240"), rules=SUFFIX) == NameTaken("unknown", "")

    def test_a_rename_never_adopts_and_does_not_stumble_over_itself(self) -> None:
        rename = item(changed(CUSTOMER, UPDATE), "6240")
        other = found(rename, query("Customer", customer(id="70")))
        assert isinstance(other, NameTaken) and other.trouble is not None
        itself = found(rename, query("Customer", customer(id="145")), rules=SUFFIX)
        assert itself == NameTaken("unknown", "")

    def test_an_item_is_held_by_an_item(self) -> None:
        row = {"Id": "30", "Name": "Wash", "SyncToken": "2", "Active": True}
        verdict = found(item(SERVICE), query("Item", row))
        assert isinstance(verdict, NameTaken) and verdict.holder == "item" and verdict.trouble is not None

    def test_seen_are_the_customers_and_items_of_the_answer(self) -> None:
        answer = batch(q0=query("Customer", customer()), q1=query("Vendor", customer(id="30")), q2=query())
        assert entities_seen([item(CUSTOMER)], answer) == {(Kind.CONTACT, "70")}
        assert entities_seen([item(CUSTOMER)], reply("<html>", 503)) == frozenset()


class TestExisting:
    def at(self, token: str, **fields: Any) -> dict[str, Any]:  # Any: JSON
        row = invoice(SyncToken=token, **fields)
        row["Line"] = [
            {
                "Id": "1",
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {"ItemRef": {"value": "19"}},
            }
        ]
        return query("Invoice", row)

    def test_an_update_that_stands_is_done(self) -> None:
        assert isinstance(found(item(changed(INVOICE, UPDATE)), self.at("4")), Accepted)

    def test_the_same_token_means_that_it_never_arrived(self) -> None:
        for operation in (UPDATE, DELETE, VOID):
            verdict = found(item(changed(INVOICE, operation)), self.at("3"))
            assert isinstance(verdict, Again) and (verdict.seconds, verdict.attempt) == (0, True)

    @pytest.mark.parametrize("code", ["5010", "600", "10000"])
    @pytest.mark.parametrize("operation", [UPDATE, DELETE, VOID])
    def test_refused_at_the_same_token_is_not_hammered(self, code: str, operation: wire.Operation) -> None:
        verdict = found(item(changed(INVOICE, operation), code), self.at("3"))
        assert isinstance(verdict, Again) and verdict.seconds > 0 and verdict.attempt

    def test_a_number_taken_by_another_is_a_problem_of_an_update_too(self) -> None:
        verdict = found(item(changed(INVOICE, UPDATE), "6140"), self.at("3"))
        assert isinstance(verdict, Held) and verdict.trouble.cause == "number_taken"

    def test_a_newer_token_without_a_change_of_ours_is_taken(self) -> None:
        other = changed(INVOICE, UPDATE, owned={**INVOICE.owned, "DocNumber": "1043"})
        verdict = found(item(other, "5010"), self.at("5"))
        assert isinstance(verdict, Again) and (verdict.sync_token, verdict.seconds) == ("5", 0)
        again = found(item(replace(other, attempts=3), "5010"), self.at("5"))
        assert isinstance(again, Again) and again.seconds > 0

    @pytest.mark.parametrize(
        ("operation", "cause"),
        [(UPDATE, "changed_in_quickbooks"), (DELETE, "changed_before_removal"), (VOID, "changed_before_removal")],
        ids=["update", "delete", "void"],
    )
    def test_what_a_person_changed_there_is_never_overwritten_unasked(
        self, operation: wire.Operation, cause: str
    ) -> None:
        verdict = found(item(changed(INVOICE, operation), "5010"), self.at("5", TxnDate="2026-03-30"))
        assert isinstance(verdict, Held) and verdict.trouble.cause == cause
        assert "date (2026-03-02 here, 2026-03-30 there)" in verdict.trouble.text
        assert verdict.sync_token == ""
        pushed_again = changed(INVOICE, operation, overwrite=True)
        verdict = found(item(pushed_again, "5010"), self.at("5", TxnDate="2026-03-30"))
        assert isinstance(verdict, Again) and verdict.sync_token == "5"

    def test_what_another_request_of_ours_carried_is_our_own_doing(self) -> None:
        late = {**INVOICE.owned, "TxnDate": "2026-03-30"}
        sought = replace(item(changed(INVOICE, UPDATE), "5010"), ours=(late,))
        verdict = found(sought, self.at("5", TxnDate="2026-03-30"))
        assert isinstance(verdict, Again) and verdict.sync_token == "5" and not verdict.drift

    def test_a_field_taken_back_that_still_stands_there_was_not_taken_back(self) -> None:
        previous = {**INVOICE.owned, "CustomerMemo": {"value": "Thanks"}}
        sought = item(changed(INVOICE, UPDATE, previous=previous))
        still = found(sought, self.at("4", CustomerMemo={"value": "Thanks"}))
        assert isinstance(still, Again) and still.sync_token == "4"
        assert isinstance(found(sought, self.at("4")), Accepted)

    def test_gone_is_what_a_deletion_or_a_void_wanted_and_a_problem_for_an_update(self) -> None:
        assert found(item(changed(INVOICE, DELETE))) == Removed()
        assert found(item(changed(INVOICE, DELETE), "610")) == Removed()
        assert found(item(changed(INVOICE, VOID))) == Removed()
        verdict = found(item(changed(INVOICE, UPDATE), "610"))
        assert isinstance(verdict, Held) and verdict.trouble.cause == "gone_in_quickbooks"

    def test_voided_already_is_void(self) -> None:
        verdict = found(item(changed(INVOICE, VOID), "5010"), self.at("9", total="0", note="Voided\nx"))
        assert isinstance(verdict, Accepted) and verdict.voided


class TestAnswersThatTellNothing:
    @pytest.mark.parametrize("outcome", [reply("<html>", 503), reply("cut", 200), reply(fault("3001"), 429)])
    def test_a_look_up_without_an_answer_settles_nothing(self, outcome: wire.Reply) -> None:
        assert isinstance(judge_look_up([item(INVOICE)], outcome, ASK), wire.Fault | wire.Unreadable)

    def test_a_missing_or_failed_part_is_asked_again_and_the_others_stand(self) -> None:
        sought = items(INVOICE, CUSTOMER, PAYMENT)
        answers = batch(q0=query("Invoice", invoice()), q1=query("Customer", customer()), q3=query(), q4=fault("10000"))
        verdicts = judge_look_up(sought, answers, ASK)
        assert isinstance(verdicts, tuple)
        assert isinstance(verdicts[0], Accepted)
        assert verdicts[1:] == (LookUp("unknown", 15), LookUp("unknown", 15))

    def test_a_query_that_is_refused_for_good_is_told_and_keeps_its_page(self) -> None:
        verdict = found(item(INVOICE, "unknown@2"), fault("4001"))
        assert isinstance(verdict, LookUp) and verdict.trouble is not None
        assert verdict.code == "unknown@2" and verdict.seconds > 60

    def test_money_is_compared_exactly(self) -> None:
        sought = item(replace(INVOICE, expected=replace(INVOICE.expected, total=Decimal("10.01"))))  # type: ignore[type-var]
        verdict = found(sought, query("Invoice", invoice(total="10.00")))
        assert isinstance(verdict, Accepted) and verdict.trouble is not None
