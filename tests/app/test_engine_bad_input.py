"""Bad input and bad weather: each gets a problem that names the thing and what to do, or passes without a word.

Nothing is half-written, the rest goes on, and once the cause is gone everything arrives and is quiet again.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from engine_time import Timed, timed_rig
from rig import CLOCK, IDS, Rig, of_service, priced

from bluepro.catalogue.rules import ServiceData
from bluepro.catalogue.services import ServiceEdit, save_services
from bluepro.common.errors import Refused
from bluepro.invoicing.services import save_invoices
from bluepro.quickbooks.again import push_again
from bluepro.quickbooks.connect.secrets import seal
from bluepro.quickbooks.connect.tokens import TokenKeeper
from bluepro.quickbooks.models import Connection, ConnectionState, Problem
from bluepro.quickbooks.snapshot import Kind

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


def set_active(rig: Rig, entity: str, id: str, active: bool) -> None:
    (row,) = rig.entities(entity, f"Id = '{id}' AND Active IN (true, false)")
    name = {} if not active else {"Name": row["Name"].removesuffix(" (deleted)")} if "Name" in row else {}
    in_quickbooks(rig, entity, Id=id, SyncToken=row["SyncToken"], sparse=True, Active=active, **name)


def names(rig: Rig) -> set[str]:
    return {one["DisplayName"] for one in rig.entities("Customer")}


def the_problem(rig: Rig) -> Problem:
    """The only problem there is: it names something and says what to do."""
    problem = rig.the_problem()
    assert problem.text.endswith(".") and problem.remedy.endswith(".")
    return problem


class TestNames:
    def test_forbidden_characters_emoji_and_500_characters_are_cleaned_and_nothing_is_asked(
        self, timed: Timed, rig: Rig
    ) -> None:
        rig.contact('Main:Sub\\Ledger [west] <x> "Q" 5%')
        rig.contact("Ada 🪟 Lovelace ✨")
        rig.contact("x" * 500)
        rig.contact("x" * 499 + "y")
        rig.contact("王小明")
        rig.contact("O'Brien' OR '1'='1")
        rig.service("A:B/C|D" + " long" * 90, "1")
        timed.settle_down()
        found = names(rig)
        assert len(found) == 6 and max(map(len, found)) == 100
        assert {"Ada Lovelace", "王小明"} <= found
        assert not any(char in name for name in found for char in ':\t\n"\\[]<>%')
        assert [one for one in rig.entities("Item") if one["Name"].startswith("A - B-C-D")]
        timed.at_rest()

    def test_a_name_of_nothing_that_quickbooks_takes_is_held_alone(self, timed: Timed, rig: Rig) -> None:
        nobody = rig.contact("✨🪟✨")
        rig.invoice(nobody, [priced("Work", "1", "10")], number="waits")
        rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="goes")
        timed.settle_down()
        problem = the_problem(rig)
        assert (problem.cause, problem.record_id, problem.label) == ("name_empty", nobody, "✨🪟✨")
        assert problem.detail["field"] == "display name"
        assert names(rig) == {"Ada"} and [one["DocNumber"] for one in rig.entities("Invoice")] == ["goes"]
        rig.rename(nobody, "Nora ✨")
        timed.settle_down()
        assert names(rig) == {"Ada", "Nora"} and len(rig.entities("Invoice")) == 2
        timed.at_rest()


class TestNumbers:
    def test_beyond_what_bluepro_itself_takes_nothing_is_saved(self, timed: Timed, rig: Rig) -> None:
        ada = rig.contact("Ada")
        for line in (priced("Work", "10000000000", "1"), priced("Work", "1", "1e13"), priced("Work", "1", "0.000001")):
            with pytest.raises(Refused, match="line"):
                rig.invoice(ada, [line], number="1")
        timed.settle_down()
        assert rig.entities("Invoice") == []
        timed.at_rest()

    def test_beyond_quickbooks_ranges_is_held_with_the_line_and_the_field(self, timed: Timed, rig: Rig) -> None:
        ada = rig.contact("Ada")
        large = rig.invoice(ada, [priced("Work", "0.00001", "500000000000")], number="large")
        paid = rig.payment((large, "5000000.00"))
        rig.invoice(ada, [priced("Work", "1", "10")], number="fine")
        timed.settle_down()
        problem = the_problem(rig)
        assert (problem.record_id, problem.label) == (large, "Invoice large")
        assert "price 500000000000" in problem.text and problem.detail["field"] == "line 1: price"
        assert [one["DocNumber"] for one in rig.entities("Invoice")] == ["fine"] and rig.entities("Payment") == []
        edit = rig.invoice_edit(ada, [priced("Work", "50000", "100")], number="large", id=large)
        save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)
        timed.settle_down()
        assert {one["DocNumber"] for one in rig.entities("Invoice")} == {"fine", "large"}
        assert rig.link(Kind.PAYMENT, paid).entity_id
        timed.at_rest()

    def test_a_service_at_the_edge_of_quickbooks_range_arrives_exactly(self, timed: Timed, rig: Rig) -> None:
        edge = rig.service("Edge", "0.00001")
        save_services(
            rig.actor, [ServiceEdit(ServiceData("service", "Edge", Decimal("99999999999")), id=edge)], clock=CLOCK
        )
        timed.settle_down()
        (item,) = (one for one in rig.entities("Item") if one["Name"] == "Edge")
        assert item["UnitPrice"] == Decimal("99999999999")
        timed.at_rest()


class TestInactive:
    def test_a_mapped_income_account(self, timed: Timed, rig: Rig) -> None:
        account = rig.connection.income_account
        set_active(rig, "Account", account, False)
        wash = rig.service("Wash")
        ada = rig.contact("Ada")
        rig.invoice(ada, [of_service(wash)], number="waits")
        rig.invoice(ada, [priced("Work", "1", "10")], number="goes")
        timed.settle_down()
        problem = the_problem(rig)
        assert (problem.cause, problem.label) == ("reference_inactive", "Wash")
        assert "the account 'Sales of Product Income (deleted)'" in problem.text and "mapping" in problem.remedy
        assert [one["DocNumber"] for one in rig.entities("Invoice")] == ["goes"]
        set_active(rig, "Account", account, True)
        push_again(rig.actor, Kind.SERVICE, wash)
        timed.settle_down()
        assert len(rig.entities("Invoice")) == 2
        timed.at_rest()

    def test_a_mapped_discount_account(self, timed: Timed, rig: Rig) -> None:
        ada = rig.contact("Ada")
        timed.settle_down()
        set_active(rig, "Account", rig.connection.discount_account, False)
        off = {"discount_kind": "amount", "discount_value": Decimal(1)}
        invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="less", **off)
        rig.payment((invoice, "9.00"))
        rig.invoice(ada, [priced("Work", "1", "10")], number="full")
        timed.settle_down()
        problem = the_problem(rig)
        assert (problem.cause, problem.label) == ("reference_inactive", "Invoice less")
        assert "the account" in problem.text
        assert [one["DocNumber"] for one in rig.entities("Invoice")] == ["full"] and rig.entities("Payment") == []
        set_active(rig, "Account", rig.connection.discount_account, True)
        push_again(rig.actor, Kind.INVOICE, invoice)
        timed.settle_down()
        assert len(rig.entities("Payment")) == 1
        timed.at_rest()

    def test_a_mapped_deposit_account_exchanged_in_the_mapping(self, timed: Timed, rig: Rig) -> None:
        invoice = rig.invoice(rig.contact("Ada"), [priced("Work", "1", "10")], number="1")
        timed.settle_down()
        new = in_quickbooks(rig, "Account", Name="Till", AccountType="Other Current Asset")
        set_active(rig, "Account", rig.connection.deposit_account, False)
        payment = rig.payment((invoice, "10.00"))
        timed.settle_down()
        problem = the_problem(rig)
        assert problem.record_id == payment and "the account 'Undeposited Funds (deleted)'" in problem.text
        Connection.objects.filter(id=rig.connection.id).update(deposit_account=new["Id"])
        push_again(rig.actor, Kind.PAYMENT, payment)
        timed.settle_down()
        (booked,) = rig.entities("Payment")
        assert booked["DepositToAccountRef"]["value"] == new["Id"]
        timed.at_rest()

    def test_a_customer_and_an_item_of_ours(self, timed: Timed, rig: Rig) -> None:
        ada, wash = rig.contact("Ada"), rig.service("Wash")
        timed.settle_down()
        customer, item = rig.link(Kind.CONTACT, ada).entity_id, rig.link(Kind.SERVICE, wash).entity_id
        assert customer and item
        set_active(rig, "Customer", customer, False)
        set_active(rig, "Item", item, False)
        invoice = rig.invoice(ada, [of_service(wash)], number="1")
        timed.settle_down()
        problem = the_problem(rig)
        assert "the customer 'Ada (deleted)', the item 'Wash (deleted)'" in problem.text
        in_quickbooks(rig, "Customer", Id=customer, SyncToken="1", sparse=True, Active=True, DisplayName="Ada")
        set_active(rig, "Item", item, True)
        push_again(rig.actor, Kind.INVOICE, invoice)
        timed.settle_down()
        assert len(rig.entities("Invoice")) == 1
        timed.at_rest()


class TestClosedBooks:
    def test_a_period_closed_in_quickbooks_holds_and_goes_when_reopened(self, timed: Timed, rig: Rig) -> None:
        ada = rig.contact("Ada")
        invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="old")
        where = f"/_emulator/companies/{rig.realm}"
        assert rig.control.patch(where, json={"book_close_date": "2026-12-31"}).status_code == 200
        timed.settle_down()
        problem = the_problem(rig)
        assert (problem.cause, problem.record_id) == ("closed_books", invoice)
        assert "reopen" in problem.remedy and rig.entities("Invoice") == []
        assert rig.control.patch(where, json={"book_close_date": None}).status_code == 200
        push_again(rig.actor, Kind.INVOICE, invoice)
        timed.settle_down()
        timed.at_rest()


class TestWeather:
    def all_calls(self, timed: Timed, fault: str) -> None:
        timed.rig.wire.fault = lambda request: fault if "/v3/" in request.url.path else ""

    @pytest.mark.parametrize("fault", ["refused", "html", "lost_before", "lost_after"])
    def test_quickbooks_down_slow_or_talking_html_for_ten_minutes(self, timed: Timed, rig: Rig, fault: str) -> None:
        ada = rig.contact("Ada")
        invoice = rig.invoice(ada, [priced("Work", "1", "10")], number="1")
        rig.payment((invoice, "10.00"))
        for number in range(6):
            rig.contact(f"Contact {number}")
        self.all_calls(timed, fault)
        passed = 0.0
        while passed < 600:
            wait = min(timed.serve().wait or 60, 60)
            passed += wait
            timed.push(wait)
        rig.wire.fault = lambda _: ""
        timed.settle_down()
        assert names(rig) == {"Ada", *(f"Contact {number}" for number in range(6))}
        assert len(rig.entities("Invoice")) == len(rig.entities("Payment")) == 1
        timed.at_rest()

    @pytest.mark.parametrize("status", [400, 404, 408, 413, 500, 502, 503, 504])
    def test_a_gateway_that_refuses_once_leaves_no_trace(self, timed: Timed, rig: Rig, status: int) -> None:
        refusals = iter([status, status])
        timed.wire.refuse = lambda request: next(refusals, 0) if "/v3/" in request.url.path else 0
        for number in range(6):
            rig.contact(f"Contact {number}")
        timed.settle_down()
        assert len(names(rig)) == 6
        timed.at_rest()

    def test_throttled_it_pauses_a_minute_and_goes_on(self, timed: Timed, rig: Rig) -> None:
        refusals = iter([429])
        timed.wire.refuse = lambda request: next(refusals, 0) if "/v3/" in request.url.path else 0
        rig.contact("Ada")
        timed.serve()
        sent = len(rig.wire.calls)
        timed.push(30)
        timed.serve()
        assert len(rig.wire.calls) == sent
        timed.push(31)
        timed.settle_down()
        assert names(rig) == {"Ada"}
        timed.at_rest()

    def test_a_gateway_that_forbids_stops_the_connection_and_says_so_once(self, timed: Timed, rig: Rig) -> None:
        timed.wire.refuse = lambda request: 403 if "/v3/" in request.url.path else 0
        for number in range(6):
            rig.contact(f"Contact {number}")
        timed.settle_down()
        problem = the_problem(rig)
        assert (problem.kind, problem.cause) == (None, "not_authorised")
        rig.connection.refresh_from_db()
        assert rig.connection.state == ConnectionState.LOST


class TestSignIn:
    def sign_in(self, timed: Timed) -> None:
        """Real tokens, renewed by the real keeper."""
        rig = timed.rig
        given = rig.control.post("/_emulator/tokens", json={"realm_id": rig.realm}).json()
        Connection.objects.filter(id=rig.connection.id).update(
            access_token=seal(given["access_token"].encode()),
            refresh_token=seal(given["refresh_token"].encode()),
            access_expires_at=timed.after(3600),
            refresh_expires_at=timed.after(8_000_000),
            state=ConnectionState.CONNECTED,
        )
        timed.tokens = lambda connection: TokenKeeper(connection, timed.deployment, clock=timed.clock, ids=IDS)

    def test_an_expired_token_is_renewed_without_a_word(self, timed: Timed, rig: Rig) -> None:
        self.sign_in(timed)
        rig.contact("Ada")
        timed.settle_down()
        timed.push(4000)
        rig.contact("Bob")
        timed.settle_down()
        rig.tokens.renew("")
        assert names(rig) == {"Ada", "Bob"}
        timed.at_rest()

    def test_a_token_revoked_inside_quickbooks_stops_until_somebody_connects_again(
        self, timed: Timed, rig: Rig
    ) -> None:
        self.sign_in(timed)
        rig.contact("Ada")
        timed.settle_down()
        assert rig.control.post(f"/_emulator/companies/{rig.realm}/disconnect").status_code == 200
        rig.contact("Bob")
        timed.serve()
        problem = the_problem(rig)
        assert problem.kind is None and "connect" in problem.remedy.lower()
        rig.connection.refresh_from_db()
        assert rig.connection.state == ConnectionState.LOST
        sent = len(rig.wire.calls)
        timed.push(600)
        timed.serve()
        assert len(rig.wire.calls) == sent
        self.sign_in(timed)
        Problem.objects.filter(id=problem.id).update(closed_at=timed.after(0))  # as connecting again does
        timed.settle_down()
        rig.tokens.renew("")
        assert names(rig) == {"Ada", "Bob"}
        timed.at_rest()
