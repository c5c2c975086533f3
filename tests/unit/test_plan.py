"""Cutting what is due into requests: order, limits, groups, and that a bad record ends up alone."""

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_cases import candidate, invoices, keys, planned, sizes, work
from translate_records import BOOKS, REFS

from bluepro.quickbooks.plan import ALONE_AFTER, NAMES, SINGLES, Capacity
from bluepro.quickbooks.snapshot import Kind
from bluepro.quickbooks.work import Work
from qbo_client import wire


class TestSingles:
    def test_a_few_writes_go_each_alone_with_their_own_request_id(self) -> None:
        found = planned(work(*invoices(SINGLES)))
        assert sizes(found) == [1] * SINGLES
        assert all(request.call.lane is wire.Lane.SINGLE and request.items[0].single for request in found.requests)
        ids = [dict(request.call.params)["requestid"] for request in found.requests]
        assert ids == [str(request.id) for request in found.requests] and len(set(ids)) == SINGLES

    def test_of_names_only_one_goes_at_a_time_the_one_that_failed_least(self) -> None:
        found = planned(work(candidate(Kind.CONTACT, 1, attempts=2), candidate(Kind.SERVICE, 2)))
        assert [keys(request) for request in found.requests] == [[(Kind.SERVICE, 2)]]

    def test_more_than_a_few_go_as_batches(self) -> None:
        found = planned(work(*invoices(SINGLES + 1)))
        assert sizes(found) == [SINGLES + 1]
        assert found.requests[0].call.lane is wire.Lane.BATCH

    def test_without_room_for_singles_a_batch_will_do(self) -> None:
        found = planned(work(*invoices(1)), Capacity(singles=0, batches=1, batch_size=10))
        assert [request.call.lane for request in found.requests] == [wire.Lane.BATCH]


class TestBatches:
    def test_names_first_in_one_batch_then_sales(self) -> None:
        names = [candidate(Kind.CONTACT, number) for number in range(40)]
        found = planned(work(*names, *invoices(50)))
        assert sizes(found) == [30, 30, 20]
        assert {kind for kind, _ in keys(found.requests[0])} == {Kind.CONTACT}

    def test_while_a_name_is_under_way_no_other_goes(self) -> None:
        names = [candidate(Kind.CONTACT, number) for number in range(5)]
        found = planned(work(*names, *invoices(5), names_busy=True))
        assert [kind for request in found.requests for kind, _ in keys(request)] == [Kind.INVOICE] * 5

    def test_capacity_is_kept_and_the_rest_is_left_for_later(self) -> None:
        found = planned(work(*invoices(100)), Capacity(singles=0, batches=2, batch_size=10))
        assert sizes(found) == [10, 10]
        assert not planned(work(*invoices(100)), Capacity(singles=0, batches=0, batch_size=10))

    def test_no_batch_is_larger_than_quickbooks_takes(self) -> None:
        found = planned(work(*invoices(80)), Capacity(singles=0, batches=5, batch_size=500))
        assert sizes(found) == [30, 30, 20]

    def test_one_of_a_group_and_none_of_a_busy_one(self) -> None:
        same = [candidate(Kind.INVOICE, 1, 1), candidate(Kind.PAYMENT, 2, 1), candidate(Kind.PAYMENT, 3, 2)]
        found = planned(work(*same, candidate(Kind.INVOICE, 4, 3), busy_groups=frozenset({3})))
        assert [key for request in found.requests for key in keys(request)] == [(Kind.INVOICE, 1), (Kind.PAYMENT, 3)]


class TestFailedBefore:
    @pytest.mark.parametrize(("attempts", "size"), [(0, 30), (1, 15), (2, 7), (3, 3), (4, 1), (5, 1), (99, 1)])
    def test_batches_of_what_failed_get_ever_smaller(self, attempts: int, size: int) -> None:
        assert set(sizes(planned(work(*invoices(60, attempts)), Capacity(0, 4, 30)))) == {size}

    def test_one_bad_record_in_a_batch_is_alone_after_a_few_rounds_and_the_others_are_through(self) -> None:
        bad, attempts, waiting, rounds = 13, dict.fromkeys(range(30), 0), set(range(30)), 0
        while waiting != {bad} or rounds < ALONE_AFTER:
            due = [candidate(Kind.INVOICE, number, number + 1, attempts[number]) for number in sorted(waiting)]
            for request in planned(work(*due), Capacity(0, 10, 30)).requests:
                sent = [number for _, number in keys(request)]
                if bad in sent:
                    attempts |= {number: attempts[number] + 1 for number in sent}
                else:
                    waiting -= set(sent)
            rounds += 1
            assert rounds < 10, waiting
        assert waiting == {bad}

    def test_neither_a_backlog_nor_what_failed_starves_the_other(self) -> None:
        due = [*invoices(4, attempts=6), *invoices(200, first=100)]
        found = planned(work(*due), Capacity(0, 3, 30))
        assert sizes(found) == [1, 30, 30]

    def test_names_that_failed_wait_behind_fresh_ones(self) -> None:
        bad, *fresh = (candidate(Kind.CONTACT, number, attempts=6 if number == 1 else 0) for number in range(1, 9))
        assert keys(planned(work(bad, *fresh)).requests[0]) == [one.key for one in fresh]
        assert keys(planned(work(bad)).requests[0]) == [bad.key]


class TestSurprises:
    def test_a_record_that_cannot_be_translated_is_held_and_nothing_else(self) -> None:
        broken = candidate(Kind.INVOICE, 1, 1, contact_id=404)
        found = planned(work(broken, *invoices(5, first=2)))
        (hold,) = found.holds
        assert (hold.record_id, hold.trouble.cause) == (1, "bug")
        assert sizes(found) == [5]


kinds = st.sampled_from(list(Kind))


@st.composite
def works(draw: st.DrawFn) -> Work:
    """Records of all kinds in all states, some of groups that are busy."""
    numbers = draw(st.lists(st.integers(1, 60), unique=True, max_size=45))
    candidates = []
    for number in numbers:
        kind = draw(kinds)
        group = 0 if kind in NAMES else draw(st.integers(1, 12))
        changes: dict[str, Any] = {}
        if kind is Kind.INVOICE:
            changes["status"] = draw(st.sampled_from(["issued", "issued", "draft", "cancelled"]))
            changes["issue_date"] = draw(st.sampled_from([date(2026, 3, 2), date(2020, 1, 1)]))
        if kind is Kind.SERVICE:
            changes["unit_price"] = draw(st.sampled_from([Decimal(5), Decimal(10) ** 12]))
        candidates.append(candidate(kind, number, group, draw(st.integers(0, 7)), fresh=draw(st.booleans()), **changes))
    books = replace(BOOKS, start_date=date(2025, 1, 1))
    busy = draw(st.frozensets(st.integers(1, 12), max_size=4))
    return Work(
        books,
        REFS,
        tuple(candidates),
        busy_groups=busy,
        names_busy=draw(st.booleans()),
        fresh_waits=draw(st.booleans()),
    )


capacities = st.builds(Capacity, st.integers(0, 5), st.integers(0, 5), st.integers(1, 40))


@settings(max_examples=150, deadline=None)
@given(works(), capacities)
def test_whatever_is_due_each_record_ends_in_one_place_and_every_limit_is_kept(due: Work, capacity: Capacity) -> None:
    found = planned(due, capacity)
    sent = [key for request in found.requests for key in keys(request)]
    clean = [(one.kind, one.record_id) for one in found.clean]
    held = [(one.kind, one.record_id) for one in found.holds]
    everywhere = sent + clean + held
    assert len(everywhere) == len(set(everywhere))
    assert set(everywhere) <= {one.key for one in due.candidates}

    groups = {one.key: one.group for one in due.candidates if one.kind not in NAMES}
    open_groups = [groups[key] for key in sent if key in groups]
    assert len(open_groups) == len(set(open_groups))
    assert not set(open_groups) & due.busy_groups
    with_names = [request for request in found.requests if any(kind in NAMES for kind, _ in keys(request))]
    assert len(with_names) <= (0 if due.names_busy else 1)

    lanes = [request.call.lane for request in found.requests]
    assert lanes.count(wire.Lane.BATCH) <= capacity.batches and lanes.count(wire.Lane.SINGLE) <= capacity.singles
    for request in found.requests:
        assert len(request.items) <= max(1, min(capacity.batch_size, wire.MAX_BATCH_ITEMS))
        if request.call.lane is wire.Lane.BATCH:
            bids = [one["bId"] for one in json.loads(request.call.body)["BatchItemRequest"]]
            assert bids == [item.bid for item in request.items]
            assert len(set(bids)) == len(bids) and max(map(len, bids)) <= 10


@settings(max_examples=40, deadline=None)
@given(works(), capacities)
def test_the_same_snapshot_gives_the_same_plan_byte_for_byte(due: Work, capacity: Capacity) -> None:
    assert planned(due, capacity) == planned(due, capacity)


@settings(max_examples=40, deadline=None)
@given(works())
def test_nothing_is_left_for_ever_with_room_for_all(due: Work) -> None:
    """What a plan leaves for later waits for something that is under way, or for its turn in its group or list."""
    found = planned(due, Capacity(singles=100, batches=200, batch_size=30))
    sent = {key for request in found.requests for key in keys(request)}
    decided = (
        sent | {(one.kind, one.record_id) for one in found.clean} | {(one.kind, one.record_id) for one in found.holds}
    )
    groups_sent = {one.group for one in due.candidates if one.key in sent and one.kind not in NAMES}
    for one in due.candidates:
        if one.key not in decided:
            waits = due.names_busy or bool(sent & {(kind, n) for kind, n in sent if kind in NAMES})
            turn = one.group in groups_sent | due.busy_groups
            assert waits if one.kind in NAMES else turn
