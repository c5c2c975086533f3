"""Answer or silence -> verdicts: nothing is guessed, one item never decides for another, the connection is heard."""

from dataclasses import replace
from typing import Any

import pytest
from engine_cases import (
    CUSTOMER,
    INVOICE,
    PATIENCE,
    PAYMENT,
    PAYMENT_NOTE,
    UNKNOWN_AT,
    batch,
    changed,
    customer,
    fault,
    invoice,
    item,
    items,
    payment,
    reply,
)

from bluepro.quickbooks.judge import MAX_ATTEMPTS, SLOW, judge
from bluepro.quickbooks.work import (
    Accepted,
    Again,
    Held,
    Judgement,
    LookUp,
    Outcome,
    Removed,
    Silence,
    Verdict,
    Whole,
)
from qbo_client import wire

LATER = LookUp("unknown", UNKNOWN_AT, since_commit=True)
HTML = "<html><body>Sorry</body></html>"
GATEWAY_429 = {"fault": {"error": [{"message": "ThrottleExceeded; errorCode=003001", "code": "3001"}], "type": "X"}}
XML_401 = '<IntuitResponse><Fault type="AUTHENTICATION"><Error code="3200"><Message>m</Message></Error></Fault>'
THREE = (CUSTOMER, INVOICE, PAYMENT)


def single(carried: Any, outcome: Outcome) -> Verdict:  # Any: keeps the cases short
    (verdict,) = judge([item(carried)], outcome, PATIENCE).verdicts
    return verdict


def three(outcome: Outcome) -> Judgement:
    return judge(items(*THREE), outcome, PATIENCE)


UNREADABLE: dict[str, Outcome] = {
    "lost": Silence("ReadTimeout", maybe_done=True),
    "HTML 503": reply(HTML, 503),
    "empty 502": reply("", 502),
    "HTML 504": reply(HTML, 504),
    "HTML 500": reply(HTML, 500),
    "500 with a code that says nothing of a 500": reply(fault("2020"), 500),
    "408": reply("", 408),
    "204": reply("", 204),
    "302": reply(HTML, 302),
    "200 with HTML": reply(HTML),
    "200 cut": reply('{"Customer": {"Id": "70", "Sync'),
    "200 empty": reply(""),
    "200 of something else": reply({"time": "2026"}),
}


@pytest.mark.parametrize("outcome", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_does_not_tell_is_looked_up_after_quickbooks_can_have_ended(outcome: Outcome) -> None:
    assert single(CUSTOMER, outcome) == LATER
    assert three(outcome) == Judgement((LATER, LATER, LATER))


def test_what_never_left_is_sent_again_after_a_pause() -> None:
    found = three(Silence("ConnectError", maybe_done=False))
    assert {type(one) for one in found.verdicts} == {Again}
    assert (found.whole, found.pause) == (Whole.WAIT, 5)
    assert all(isinstance(one, Again) and not one.attempt for one in found.verdicts)


def test_a_system_failure_leaves_the_outcome_open_and_is_remembered() -> None:
    expected = LookUp("10000", UNKNOWN_AT, since_commit=True)
    assert single(CUSTOMER, reply(fault("10000"), 500)) == expected
    assert single(CUSTOMER, reply(fault("10000"), 400)) == expected
    assert three(reply(fault("10000"), 500)).verdicts == (expected,) * 3


@pytest.mark.parametrize("code", ["600", "630"])
def test_a_used_request_id_or_a_double_may_be_our_own_call_still_at_work(code: str) -> None:
    assert single(INVOICE, reply(fault(code), 400)) == LookUp(code, UNKNOWN_AT, since_commit=True)


@pytest.mark.parametrize("code", ["610", "2500", "5010", "6140", "6240"])
def test_a_refusal_that_must_be_read_about_is_read_about_at_once(code: str) -> None:
    assert single(INVOICE, reply(fault(code), 400)) == LookUp(code)


def test_the_code_that_counts_is_the_one_looked_up() -> None:
    two = fault("98765")
    two["Fault"]["Error"].append({"Message": "m", "Detail": "d", "code": "6240"})
    assert single(CUSTOMER, reply(two, 400)) == LookUp("6240")


class TestAnswers:
    def test_a_created_entity_is_kept_with_its_token(self) -> None:
        assert single(CUSTOMER, reply({"Customer": customer()})) == Accepted("70", "0")

    def test_booked_otherwise_than_billed_is_a_problem_with_both_figures(self) -> None:
        found = single(INVOICE, reply({"Invoice": invoice(total="10.83")}))
        assert isinstance(found, Accepted) and found.entity_id == "145"
        assert found.trouble is not None and found.trouble.cause == "amount_differs"
        assert "10.00 here, 10.83 in QuickBooks" in found.trouble.text

    def test_another_kind_of_entity_settles_nothing(self) -> None:
        (found,) = judge(items(INVOICE), batch(b0={"Payment": payment()}), PATIENCE).verdicts
        assert found == LATER

    def test_an_entity_without_an_id_settles_nothing(self) -> None:
        assert single(CUSTOMER, reply({"Customer": {"DisplayName": "Ada"}})) == LATER

    def test_an_update_is_answered_by_the_same_id_only(self) -> None:
        update = changed(CUSTOMER, wire.Operation.UPDATE)
        assert single(update, reply({"Customer": customer(id="145", SyncToken="4")})) == Accepted("145", "4")
        assert single(update, reply({"Customer": customer(id="146")})) == LATER

    def test_a_sale_that_is_marked_as_another_record_is_not_ours(self) -> None:
        other = invoice(note="BluePro invoice 1043 (ref zzzz2345-1)")
        assert single(INVOICE, reply({"Invoice": other})) == LATER
        assert isinstance(single(INVOICE, reply({"Invoice": invoice(note="")})), Accepted)

    def test_a_deletion_is_proved_by_the_trace_of_the_same_id(self) -> None:
        gone = changed(PAYMENT, wire.Operation.DELETE)
        assert single(gone, reply({"Payment": {"status": "Deleted", "Id": "145"}})) == Removed()
        assert single(gone, reply({"Payment": {"status": "Deleted", "Id": "146"}})) == LATER
        assert single(gone, reply({"Payment": payment(id="145")})) == LATER

    def test_a_trace_of_deletion_is_no_answer_to_an_update(self) -> None:
        update = changed(INVOICE, wire.Operation.UPDATE)
        assert single(update, reply({"Invoice": {"status": "Deleted", "Id": "145"}})) == LATER

    def test_a_void_counts_as_done_only_with_a_total_of_nothing(self) -> None:
        void = changed(INVOICE, wire.Operation.VOID)
        done = single(void, reply({"Invoice": invoice(total="0", note="Voided\nx", SyncToken="4")}))
        assert isinstance(done, Accepted) and done.voided and done.trouble is None
        undone = single(void, reply({"Invoice": invoice(total="10", SyncToken="4")}))
        assert isinstance(undone, Accepted) and not undone.voided and undone.trouble is not None


class TestBatches:
    def test_a_missing_item_is_looked_up_and_the_others_stand(self) -> None:
        found = three(batch(b0={"Customer": customer()}, b2={"Payment": payment()}))
        assert [type(one) for one in found.verdicts] == [Accepted, LookUp, Accepted]

    def test_a_doubled_item_is_looked_up(self) -> None:
        answer = [
            {"bId": "b0", "Customer": customer()},
            {"bId": "b0", "Customer": customer(id="71")},
            {"bId": "b1", "Invoice": invoice()},
            {"bId": "b2", "Payment": payment(id="146")},
        ]
        found = three(reply({"BatchItemResponse": answer}))
        assert [type(one) for one in found.verdicts] == [LookUp, Accepted, Accepted]

    def test_one_entity_answered_to_two_items_settles_neither(self) -> None:
        two = items(CUSTOMER, replace(CUSTOMER, record_id=2, name="Bob", owned={"DisplayName": "Bob"}))
        answers = batch(b0={"Customer": customer(id="70")}, b1={"Customer": customer(id="70", name="Bob")})
        assert judge(two, answers, PATIENCE).verdicts == (LATER, LATER)

    def test_answers_that_stand_under_each_others_bid_settle_neither(self) -> None:
        two = items(CUSTOMER, replace(CUSTOMER, record_id=2, name="Bob", owned={"DisplayName": "Bob"}))
        answers = batch(b0={"Customer": customer(id="71", name="Bob")}, b1={"Customer": customer(id="70")})
        assert judge(two, answers, PATIENCE).verdicts == (LATER, LATER)

    def test_a_name_that_quickbooks_wrote_otherwise_is_still_ours(self) -> None:
        (found,) = judge(items(CUSTOMER), batch(b0={"Customer": customer(name="ADA ")}), PATIENCE).verdicts
        assert found == Accepted("70", "0")

    def test_a_fault_of_one_item_is_not_anothers(self) -> None:
        found = three(batch(b0=fault("2050"), b1={"Invoice": invoice()}, b2={"Payment": payment(id="146")}))
        assert [type(one) for one in found.verdicts] == [Held, Accepted, Accepted]
        assert found.whole is Whole.FINE

    @pytest.mark.parametrize(
        "outcome",
        [reply(fault("2010"), 400), reply(HTML, 413), reply(fault("1040"), 400), reply(HTML, 400), reply("", 405)],
        ids=["a code", "too large", "too many", "HTML", "nothing"],
    )
    def test_refused_together_they_go_again_apart_and_nobody_is_held(self, outcome: wire.Reply) -> None:
        found = three(outcome)
        assert all(isinstance(one, Again) and one.attempt for one in found.verdicts)
        assert found.whole is Whole.FINE

    def test_refused_alone_it_is_that_record(self) -> None:
        (found,) = judge(items(INVOICE), reply(fault("2010"), 400), PATIENCE).verdicts
        assert isinstance(found, Held) and found.trouble.cause == "unknown_property"
        (found,) = judge(items(INVOICE), reply(HTML, 413), PATIENCE).verdicts
        assert isinstance(found, Held) and found.trouble.cause == "too_large"

    def test_an_answer_to_nothing_that_was_asked_changes_nothing(self) -> None:
        found = judge(items(INVOICE), batch(b0={"Invoice": invoice()}, b9={"Customer": customer()}), PATIENCE)
        assert [type(one) for one in found.verdicts] == [Accepted]


class TestConnection:
    @pytest.mark.parametrize("outcome", [reply("", 429), reply(GATEWAY_429, 429), reply(GATEWAY_429, 403)])
    def test_throttling_pauses_all_and_counts_against_nobody(self, outcome: wire.Reply) -> None:
        found = three(outcome)
        assert (found.whole, found.pause) == (Whole.THROTTLED, 60)
        assert all(one == Again(0, "throttled", attempt=False) for one in found.verdicts)

    @pytest.mark.parametrize("outcome", [reply("", 401), reply(XML_401, 401), reply(fault("100"), 401)])
    def test_a_refused_token_is_renewed(self, outcome: wire.Reply) -> None:
        found = three(outcome)
        assert found.whole is Whole.TOKEN
        assert found.trouble is not None  # for when the new one is refused, too
        assert all(isinstance(one, Again) and not one.attempt for one in found.verdicts)

    @pytest.mark.parametrize(
        ("outcome", "cause"),
        [
            (reply("", 403), "not_authorised"),
            (reply(HTML, 403), "not_authorised"),
            (reply(fault("3100"), 403), "not_authorised"),
            (reply(fault("120"), 401), "no_access"),
            (reply(fault("10200"), 400), "company_reset"),
        ],
    )
    def test_what_only_a_person_can_mend_stops_the_connection(self, outcome: wire.Reply, cause: str) -> None:
        found = three(outcome)
        assert found.whole is Whole.LOST and found.trouble is not None
        assert (found.trouble.cause, bool(found.trouble.remedy)) == (cause, True)
        assert all(isinstance(one, Again) and not one.attempt for one in found.verdicts)

    @pytest.mark.parametrize(
        ("outcome", "pause"),
        [
            (reply(fault("130"), 400), 300),
            (reply(fault("140"), 500), 600),
            (reply(fault("150"), 503), 600),
            (reply("", 404), 60),
            (reply(fault("6190"), 400), 21_600),
        ],
    )
    def test_what_passes_by_itself_is_waited_for(self, outcome: wire.Reply, pause: float) -> None:
        found = three(outcome)
        assert (found.whole, found.pause) == (Whole.WAIT, pause)
        assert all(isinstance(one, Again) and not one.attempt for one in found.verdicts)

    def test_one_items_word_on_the_connection_counts_for_the_connection(self) -> None:
        found = three(batch(b0={"Customer": customer()}, b1=fault("10200"), b2={"Payment": payment()}))
        assert found.whole is Whole.LOST
        assert [type(one) for one in found.verdicts] == [Accepted, Again, Accepted]
        throttled = three(batch(b0={"Customer": customer()}, b1=fault("3001"), b2={"Payment": payment()}))
        assert (throttled.whole, throttled.pause) == (Whole.THROTTLED, 60)


class TestFaults:
    def test_a_failure_that_may_pass_is_tried_again_ever_later(self) -> None:
        first = single(CUSTOMER, reply(fault("1010"), 400))
        third = single(replace(CUSTOMER, attempts=2), reply(fault("1010"), 400))
        assert isinstance(first, Again) and isinstance(third, Again)
        assert (first.seconds, third.seconds, first.attempt) == (60, 240, True)

    def test_after_many_tries_a_person_hears_of_it_and_it_goes_on_slowly(self) -> None:
        found = single(replace(CUSTOMER, attempts=MAX_ATTEMPTS), reply(fault("1010", "Create failed"), 400))
        assert isinstance(found, Again) and found.trouble is not None
        assert (found.seconds, found.attempt) == (SLOW, False)
        assert "Create failed" in found.trouble.text

    def test_a_line_amount_that_quickbooks_computes_otherwise_is_sent_as_an_amount_once(self) -> None:
        first = single(INVOICE, reply(fault("6070"), 400))
        assert isinstance(first, Again) and first.amount_only
        second = single(replace(INVOICE, amount_only=True), reply(fault("6070"), 400))
        assert isinstance(second, Held) and second.trouble.cause == "amount_product"

    def test_the_name_lock_is_waited_for(self) -> None:
        found = single(CUSTOMER, reply(fault("6000", "You can only add or edit one name at a time"), 400))
        assert isinstance(found, Again) and found.reason == "name_lock"

    def test_a_problem_has_quickbooks_words_and_the_details_for_support(self) -> None:
        found = single(INVOICE, reply(fault("98765", "Wrong moon", element="DocNumber"), 400))
        assert isinstance(found, Held)
        assert "Wrong moon" in found.trouble.text and found.trouble.remedy
        assert found.trouble.detail == {
            "code": "98765",
            "element": "DocNumber",
            "words": "Wrong moon",
            "intuit_tid": "tid-1",
        }

    def test_a_refusal_without_words_is_tried_again_before_anyone_is_asked(self) -> None:
        assert isinstance(single(INVOICE, reply(HTML, 400)), Again)


def test_a_note_of_a_payment_is_told_by_its_mark() -> None:
    assert isinstance(single(PAYMENT, reply({"Payment": payment(note=PAYMENT_NOTE)})), Accepted)
    assert single(PAYMENT, reply({"Payment": payment(note="BluePro payment (ref other234-1)")})) == LATER
