"""Single calls for what a person has just edited, batches for a backlog, and nothing of a backlog besides."""

import pytest
from plan_cases import WIDE, candidate, invoices, keys, planned, sizes, work

from bluepro.quickbooks.plan import MOST_SINGLES, NAMES_BESIDES, SINGLES, Capacity, Plan
from bluepro.quickbooks.snapshot import Kind
from qbo_client import wire

FULL_WINDOW = Capacity(singles=5, batches=0, batch_size=30)


def lanes(found: Plan) -> list[str]:
    return [request.call.lane.value for request in found.requests]


def test_an_edit_goes_first_and_alone_the_backlog_behind_it_in_batches() -> None:
    edit = candidate(Kind.INVOICE, 500, 500, fresh=True)
    found = planned(work(*invoices(60), edit, fresh_waits=True))
    assert keys(found.requests[0]) == [(Kind.INVOICE, 500)]
    assert lanes(found) == ["single", "batch", "batch"]
    assert sizes(found) == [1, 30, 30]


def test_without_room_for_batches_edits_go_and_a_backlog_waits() -> None:
    found = planned(work(*invoices(60), *invoices(2, first=500, fresh=True), fresh_waits=True), FULL_WINDOW)
    assert [keys(one) for one in found.requests] == [[(Kind.INVOICE, 500)], [(Kind.INVOICE, 501)]]
    assert not planned(work(*invoices(SINGLES + 1)), FULL_WINDOW)


def test_many_edits_go_together_but_as_single_calls_where_no_batch_may_go() -> None:
    edits = invoices(SINGLES + 1, fresh=True)
    assert sizes(planned(work(*edits, fresh_waits=True))) == [SINGLES + 1]
    assert sizes(planned(work(*edits, fresh_waits=True), FULL_WINDOW)) == [1] * (SINGLES + 1)
    backlog = invoices(MOST_SINGLES + 1, fresh=True)
    assert not planned(work(*backlog, fresh_waits=True), FULL_WINDOW), "so many are a backlog"


def test_an_edit_takes_the_turn_of_its_group() -> None:
    due = [candidate(Kind.PAYMENT, 1, 7, fresh=True), candidate(Kind.INVOICE, 2, 7), *invoices(10, first=10)]
    found = planned(work(*sorted(due, key=lambda one: not one.fresh), fresh_waits=True))
    sent = [key for request in found.requests for key in keys(request)]
    assert (Kind.PAYMENT, 1) in sent and (Kind.INVOICE, 2) not in sent


def test_an_edited_name_goes_alone_and_the_names_of_a_backlog_wait_for_it() -> None:
    names = [candidate(Kind.CONTACT, number) for number in range(40)]
    found = planned(work(candidate(Kind.SERVICE, 99, fresh=True), *names, *invoices(30), fresh_waits=True))
    assert [keys(one)[0][0] for one in found.requests] == [Kind.SERVICE, Kind.INVOICE]
    assert lanes(found) == ["single", "batch"]


def test_names_of_a_backlog_go_ten_at_a_time_while_an_edit_waits() -> None:
    names = [candidate(Kind.CONTACT, number) for number in range(40)]
    assert sizes(planned(work(*names, fresh_waits=True))) == [NAMES_BESIDES]
    assert sizes(planned(work(*names))) == [30]


@pytest.mark.parametrize(("due", "under_way", "now"), [(29, True, 0), (30, True, 30), (31, True, 31), (29, False, 29)])
def test_what_fills_no_batch_waits_for_what_answers_may_let_go(due: int, under_way: bool, now: int) -> None:
    capacity = Capacity(5, 5, 30, under_way=under_way)
    assert (due if capacity.takes_sales(due) else 0) == now


def test_a_few_that_wait_for_nothing_go_as_single_calls_but_not_while_others_are_under_way() -> None:
    assert lanes(planned(work(*invoices(SINGLES)))) == ["single"] * SINGLES
    under_way = Capacity(10, 10, 30, under_way=True)
    assert lanes(planned(work(candidate(Kind.CONTACT, 1), candidate(Kind.CONTACT, 2)), under_way)) == ["batch"]


def test_as_much_is_found_as_fills_the_batches_or_shows_that_single_calls_do_not_hold_it() -> None:
    assert (WIDE.records, FULL_WINDOW.records) == (300, SINGLES + 1)
    assert FULL_WINDOW.fresh_records == MOST_SINGLES + 1
    assert [FULL_WINDOW.takes(found) for found in (SINGLES, SINGLES + 1)] == [True, False]
    assert WIDE.takes(300)
    assert not Capacity(1, 0, 30).takes(2), "as a whole or not at all"
    assert wire.MAX_BATCH_ITEMS == 30
