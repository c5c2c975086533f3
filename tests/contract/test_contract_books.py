"""Writing and reading the books: what we send is accepted, and what comes back is read to the cent.

Sections 3, 4, 5, 7 and 8 of the sheet.
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from contract_rig import Rig

from qbo_client import wire
from qbo_client.client import QboClient, QboFault
from qbo_client.wire import BatchItem, Deleted, Fault, Line, Operation, Ref, given

D = Decimal


@pytest.fixture
def rig() -> Rig:
    return Rig()


def ref(entity: wire.EntityBase) -> Ref:
    return Ref(value=given(entity.id, ""))


async def code_of(awaitable: object) -> str:
    """Return the code of the fault that `awaitable` raises."""
    with pytest.raises(QboFault) as raised:
        await awaitable  # type: ignore[misc]  # whichever method's coroutine
    assert raised.value.fault.tid
    return raised.value.fault.codes[0]


async def income_account(qbo: QboClient) -> Ref:
    accounts = [account async for account in qbo.query_all(wire.Account)]
    return next(ref(account) for account in accounts if account.account_type == "Income")


async def customer_and_item(qbo: QboClient) -> tuple[Ref, Ref]:
    customer = await qbo.create(wire.Customer(display_name="Ada's Café"))
    item = await qbo.create(wire.Item(name="Windows", type="Service", income_account_ref=await income_account(qbo)))
    return ref(customer), ref(item)


def line(item: Ref, qty: str, price: str, amount: str, tax: str = "NON") -> Line:
    detail = wire.SalesItemLineDetail(item_ref=item, qty=D(qty), unit_price=D(price), tax_code_ref=Ref(value=tax))
    return Line(amount=D(amount), detail_type="SalesItemLineDetail", sales_item_line_detail=detail)


def discount(amount: str) -> Line:
    detail = wire.DiscountLineDetail(percent_based=False)
    return Line(amount=D(amount), detail_type="DiscountLineDetail", discount_line_detail=detail)


def invoice(customer: Ref, *lines: Line, number: str = "1001") -> wire.Invoice:
    return wire.Invoice(
        customer_ref=customer, doc_number=number, txn_date=date(2026, 11, 2), due_date=date(2026, 12, 2), line=lines
    )


def payment(customer: Ref, paid: wire.Invoice, amount: str) -> wire.Payment:
    link = wire.LinkedTxn(txn_id=given(paid.id, ""), txn_type="Invoice")
    parts = (wire.PaymentLine(amount=D(amount), linked_txn=(link,)),)
    return wire.Payment(customer_ref=customer, total_amt=D(amount), txn_date=date(2026, 11, 3), line=parts)


def test_a_customers_life(rig: Rig) -> None:
    async def life(qbo: QboClient) -> None:
        made = await qbo.create(
            wire.Customer(
                display_name="Zoë O'Neil & Søns ☃",
                primary_email_addr=wire.EmailAddress(address="zoe@example.com"),
                primary_phone=wire.TelephoneNumber(free_form_number="(555) 010-0100"),
                bill_addr=wire.PhysicalAddress(line1="1 Main St", city="Springfield", postal_code="12345"),
                notes="likes ladders",
            )
        )
        assert made.sync_token == "0"
        assert made.fully_qualified_name == "Zoë O'Neil & Søns ☃"
        changed = await qbo.update(wire.Customer(id=made.id, sync_token="0", company_name="Søns", notes=""))
        assert changed.sync_token == "1"
        assert (changed.company_name, given(changed.notes, "")) == ("Søns", "")
        assert changed.display_name == made.display_name
        assert changed.primary_email_addr == made.primary_email_addr
        again = await qbo.get(wire.Customer, given(made.id, ""))
        assert (again.sync_token, again.company_name) == ("1", "Søns")
        gone = await qbo.update(wire.Customer(id=made.id, sync_token="1", active=False))
        assert gone.active is False
        assert given(gone.display_name, "").endswith(" (deleted)")

    rig.run(life)


def test_conflicts_have_their_codes(rig: Rig) -> None:
    async def conflicts(qbo: QboClient) -> list[str]:
        made = await qbo.create(wire.Customer(display_name="Ada"))
        await qbo.update(wire.Customer(id=made.id, sync_token="0", company_name="A"))
        return [
            await code_of(qbo.create(wire.Customer(display_name="ADA"))),
            await code_of(qbo.update(wire.Customer(id=made.id, sync_token="0", company_name="B"))),
            await code_of(qbo.get(wire.Invoice, "99999")),
            await code_of(qbo.create(wire.Item(type="Service"))),
            await code_of(qbo.create(wire.Invoice(customer_ref=Ref(value="99999"), line=()))),
        ]

    codes = rig.run(conflicts)
    assert codes[:4] == ["6240", "5010", "610", "2020"]
    assert codes[4] in {"2020", "2500"}


def test_an_invoice_to_the_cent(rig: Rig) -> None:
    async def bill(qbo: QboClient) -> None:
        customer, item = await customer_and_item(qbo)
        lines = (line(item, "128.350", "14.50", "1861.08", "TAX"), line(item, "2", "10", "20.00"), discount("81.08"))
        made = await qbo.create(
            wire.Invoice(
                customer_ref=customer,
                doc_number="INV-7",
                txn_date=date(2026, 11, 2),
                due_date=date(2026, 12, 2),
                line=lines,
                txn_tax_detail=wire.TxnTaxDetail(total_tax=D("142.40")),
                apply_tax_after_discount=True,
                private_note="ours",
                customer_memo=wire.MemoRef(value="Thank you"),
            )
        )
        assert (made.total_amt, made.balance) == (D("1942.40"), D("1942.40"))
        assert isinstance(made.txn_tax_detail, wire.TxnTaxDetail)
        assert made.txn_tax_detail.total_tax == D("142.40")
        assert (made.doc_number, made.txn_date, made.due_date) == ("INV-7", date(2026, 11, 2), date(2026, 12, 2))
        assert made == await qbo.get(wire.Invoice, given(made.id, ""))

    rig.run(bill)


def test_a_wrong_amount_is_refused(rig: Rig) -> None:
    async def bill(qbo: QboClient) -> str:
        customer, item = await customer_and_item(qbo)
        return await code_of(qbo.create(invoice(customer, line(item, "128.350", "14.50", "1861.07"))))

    assert rig.run(bill) == "6070"


def test_lines_keep_their_ids_and_what_is_not_ours(rig: Rig) -> None:
    async def change(qbo: QboClient) -> None:
        customer, item = await customer_and_item(qbo)
        made = await qbo.create(invoice(customer, line(item, "1", "10", "10.00"), line(item, "1", "20", "20.00")))
        sold = [one for one in given(made.line, ()) if one.id]
        assert [one.id for one in sold] == ["1", "2"]
        kept = wire.decode(wire.encode(sold[1]), Line)
        changed = await qbo.update(
            wire.Invoice(id=made.id, sync_token=made.sync_token, line=(kept, line(item, "3", "5", "15.00")))
        )
        assert changed.total_amt == D("35.00")
        after = [one for one in given(changed.line, ()) if one.id]
        assert after[0].id == "2"
        assert after[0].sales_item_line_detail == sold[1].sales_item_line_detail
        assert len(after) == 2
        assert changed.doc_number == "1001"

    rig.run(change)


def test_payment_void_and_delete_move_the_balance(rig: Rig) -> None:
    async def pay(qbo: QboClient) -> None:
        customer, item = await customer_and_item(qbo)
        billed = await qbo.create(invoice(customer, line(item, "1", "100", "100.00")))
        number = given(billed.id, "")
        first = await qbo.create(payment(customer, billed, "60.00"))
        second = await qbo.create(payment(customer, billed, "40.00"))
        assert (first.total_amt, given(first.unapplied_amt, D(0))) == (D("60.00"), D(0))
        assert (await qbo.get(wire.Invoice, number)).balance == D(0)
        voided = await qbo.void(await qbo.get(wire.Payment, given(first.id, "")))
        assert voided.total_amt == D(0)
        assert (await qbo.get(wire.Invoice, number)).balance == D("60.00")
        assert await qbo.delete(await qbo.get(wire.Payment, given(second.id, ""))) == Deleted(
            "Payment", second.id or ""
        )
        open_again = await qbo.get(wire.Invoice, number)
        assert open_again.balance == D("100.00")
        dead = await qbo.void(open_again)
        assert (dead.total_amt, dead.balance, dead.doc_number) == (D(0), D(0), "1001")
        assert "Voided" in given(dead.private_note, "")
        assert await qbo.delete(dead) == Deleted("Invoice", number)
        assert await code_of(qbo.get(wire.Invoice, number)) == "610"

    rig.run(pay)


def test_a_batch_of_everything(rig: Rig) -> None:
    async def send(qbo: QboClient) -> None:
        customer, item = await customer_and_item(qbo)
        ours = [
            await qbo.create(invoice(customer, line(item, "1", "9.99", "9.99"), number=number))
            for number in ("1", "2", "3")
        ]
        paid = await qbo.create(payment(customer, ours[2], "9.99"))
        answers = await qbo.batch(
            [
                BatchItem("new", Operation.CREATE, wire.Customer(display_name="Zeno")),
                BatchItem("taken", Operation.CREATE, wire.Customer(display_name="zeno")),
                BatchItem("change", Operation.UPDATE, wire.Invoice(id=ours[0].id, sync_token="0", private_note="x")),
                BatchItem("gone", Operation.DELETE, ours[1]),
                BatchItem("void", Operation.VOID, paid),
                BatchItem("ask", query=wire.select(wire.Invoice, [("DocNumber", "=", "1")])),
                BatchItem("wrong", query="SELECT * FROM Custmoer"),
            ]
        )
        assert set(answers) == {"new", "taken", "change", "gone", "void", "ask", "wrong"}
        assert isinstance(answers["new"], wire.Customer)
        assert isinstance(answers["taken"], Fault)
        assert answers["taken"].codes == ("6240",)
        assert isinstance(answers["change"], wire.Invoice)
        assert (answers["change"].private_note, answers["change"].total_amt) == ("x", D("9.99"))
        assert answers["gone"] == Deleted("Invoice", given(ours[1].id, ""))
        assert isinstance(answers["void"], wire.Payment)
        assert answers["void"].total_amt == D(0)
        assert isinstance(answers["ask"], wire.QueryResult)
        assert [type(entity) for entity in answers["ask"].entities["Invoice"]] == [wire.Invoice]
        assert isinstance(answers["wrong"], Fault)
        assert answers["wrong"].codes == ("4001",)

    rig.run(send)


def test_voiding_an_invoice_in_a_batch(rig: Rig) -> None:
    async def send(qbo: QboClient) -> None:
        customer, item = await customer_and_item(qbo)
        made = await qbo.create(invoice(customer, line(item, "1", "5", "5.00")))
        answers = await qbo.batch([BatchItem("v", Operation.VOID, made)])
        assert isinstance(answers["v"], wire.Invoice)
        assert (answers["v"].total_amt, answers["v"].sync_token) == (D(0), "1")

    rig.run(send)


@pytest.mark.parametrize("name", ["Amy's", "back\\slash", "ends with \\", "A & B + C # 1 = 2 % ?", "naïve ☃ 名"])
def test_a_name_is_found_again_however_it_is_spelt(rig: Rig, name: str) -> None:
    async def find(qbo: QboClient) -> list[wire.Customer]:
        await qbo.create(wire.Customer(display_name=name))
        await qbo.create(wire.Customer(display_name="Somebody else"))
        return [found async for found in qbo.query_all(wire.Customer, [("DisplayName", "=", name)])]

    assert [found.display_name for found in rig.run(find)] == [name]


def test_all_pages_in_order(rig: Rig) -> None:
    async def read(qbo: QboClient) -> None:
        made = [await qbo.create(wire.Customer(display_name=f"Customer {n:02}")) for n in range(25)]
        gone = await qbo.update(wire.Customer(id=made[3].id, sync_token="0", active=False))
        active = [one.id async for one in qbo.query_all(wire.Customer, page=10)]
        assert active == [one.id for one in made if one.id != gone.id]
        every = [one.id async for one in qbo.query_all(wire.Customer, [("Active", "IN", (True, False))], page=5)]
        assert every == [one.id for one in made]
        assert (await qbo.count(wire.Customer), await qbo.count(wire.Vendor)) == (24, 0)
        assert [one async for one in qbo.query_all(wire.Payment)] == []

    rig.run(read)


def test_conditions_by_date_amount_list_and_time(rig: Rig) -> None:
    async def read(qbo: QboClient) -> None:
        customer, item = await customer_and_item(qbo)
        numbers = [f"INV-{n:04}" for n in range(200)]
        ours = [await qbo.create(invoice(customer, line(item, "1", "7", "7.00"), number=n)) for n in numbers[:3]]
        await qbo.create(payment(customer, ours[0], "7.00"))

        async def found(*where: wire.Condition) -> list[object]:
            return [one.doc_number async for one in qbo.query_all(wire.Invoice, where)]

        assert await found(("DocNumber", "IN", numbers)) == numbers[:3]
        assert await found(("TxnDate", ">", date(2026, 11, 2))) == []
        assert await found(("TxnDate", ">=", date(2026, 11, 2)), ("Balance", ">", D(0))) == numbers[1:3]
        assert await found(("CustomerRef", "=", customer.value), ("DocNumber", "LIKE", "INV%2")) == numbers[2:3]
        rig.clock.advance(3600)
        await qbo.update(wire.Invoice(id=ours[1].id, sync_token="0", private_note="x"))
        since = rig.now() - timedelta(minutes=1)
        assert await found(("MetaData.LastUpdatedTime", ">=", since)) == numbers[1:2]

    rig.run(read)


def test_what_changed(rig: Rig) -> None:
    async def changes(qbo: QboClient) -> wire.Changes:
        customer, item = await customer_and_item(qbo)
        old = await qbo.create(invoice(customer, line(item, "1", "7", "7.00"), number="1"))
        rig.clock.advance(3600)
        since = rig.now()
        rig.clock.advance(5)
        new = await qbo.create(invoice(customer, line(item, "1", "8", "8.00"), number="2"))
        await qbo.delete(old)
        found = await qbo.cdc([wire.Invoice, wire.Customer, wire.Payment], since)
        by_type = {type(one): one for one in found.by_name["Invoice"]}
        assert by_type[Deleted] == Deleted("Invoice", given(old.id, ""))
        assert by_type[wire.Invoice] == new
        # A customer's balance moved: reported as changed, in the version that it had (recorded in the same way).
        assert [(one.id, given(getattr(one, "sync_token", ""), "")) for one in found.by_name["Customer"]] == [
            (customer.value, "0")
        ]
        return found

    found = rig.run(changes)
    assert set(found.by_name) == {"Invoice", "Customer"}
    assert found.complete
    assert found.time == rig.now()


def test_the_settings_that_readiness_needs(rig: Rig) -> None:
    async def read(qbo: QboClient) -> None:
        company, preferences = await qbo.company_info(), await qbo.preferences()
        assert company.company_name
        assert isinstance(preferences.sales_forms_prefs, wire.SalesFormsPrefs)
        assert preferences.sales_forms_prefs.custom_txn_numbers is True
        assert preferences.sales_forms_prefs.allow_discount is True
        assert isinstance(preferences.tax_prefs, wire.TaxPrefs)
        assert (preferences.tax_prefs.using_sales_tax, preferences.tax_prefs.partner_tax_enabled) == (True, True)
        assert isinstance(preferences.currency_prefs, wire.CurrencyPrefs)
        assert preferences.currency_prefs.home_currency == Ref(value="USD")
        await rig.control("PATCH", f"companies/{qbo.realm_id}", book_close_date="2026-09-30")
        closed = (await qbo.preferences()).accounting_info_prefs
        assert isinstance(closed, wire.AccountingInfoPrefs)
        assert closed.book_close_date == date(2026, 9, 30)

    rig.run(read)


def test_the_sample_companys_lists_are_read() -> None:
    async def read(qbo: QboClient) -> None:
        terms = {one.id: one.due_days async for one in qbo.query_all(wire.Term)}
        assert terms["3"] == 30
        methods = {one.id: one.name async for one in qbo.query_all(wire.PaymentMethod)}
        assert (methods["1"], methods["2"]) == ("Cash", "Check")
        rates = {one.id: one.rate_value async for one in qbo.query_all(wire.TaxRate)}
        assert rates["3"] == D(8)
        codes = {one.id: one.name async for one in qbo.query_all(wire.TaxCode)}
        assert codes["2"] == "California"
        assert {"TAX", "NON"} <= set(codes)
        assert await qbo.count(wire.Customer) == 29
        employees = [one.display_name async for one in qbo.query_all(wire.Employee)]
        assert employees == ["John Johnson", "Emily Platt"]
        items = {one.id: one async for one in qbo.query_all(wire.Item)}
        assert (items["10"].name, items["10"].unit_price) == ("Pest Control", D(35))

    Rig("sample").run(read)


def test_states_of_the_company_have_their_codes(rig: Rig) -> None:
    async def states(qbo: QboClient) -> list[str]:
        customer, item = await customer_and_item(qbo)
        company = f"companies/{qbo.realm_id}"
        await rig.control("PATCH", company, book_close_date="2026-11-05")
        codes = [await code_of(qbo.create(invoice(customer, line(item, "1", "7", "7.00"))))]
        await rig.control("PATCH", company, book_close_date=None, subscription_active=False)
        codes.append(await code_of(qbo.create(wire.Customer(display_name="Late"))))
        return codes

    codes = rig.run(states)
    assert codes[0] in {"6200", "6210"}
    assert codes[1] == "6190"


def test_accounts_and_payment_methods_can_be_made(rig: Rig) -> None:
    async def make(qbo: QboClient) -> None:
        account = await qbo.create(
            wire.Account(name="BluePro income", account_type="Income", account_sub_type="ServiceFeeIncome")
        )
        assert (account.classification, account.active) == ("Revenue", True)
        method = await qbo.create(wire.PaymentMethod(name="Venmo", type="NON_CREDIT_CARD"))
        assert method.name == "Venmo"

    rig.run(make)
