"""Sales tax and discounts through the engine as companies are set up: tax codes, exemptions, no discount lines."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from rig import CLOCK, IDS, Rig, make_rig, priced

from bluepro.invoicing.services import save_invoices
from bluepro.quickbooks.connect.readiness import Readiness, TaxCode
from bluepro.quickbooks.snapshot import Kind, TaxMode

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def older() -> Iterator[Rig]:
    """The sandbox: codes 2 California (8 %) and 3 Tucson (7.1 % + 2 %)."""
    made = make_rig(company="sample")
    made.connection.tax_mode = TaxMode.CODES.value
    made.connection.readiness = Readiness(
        using_sales_tax=True,
        allow_discount=True,
        tax_codes=(TaxCode("2", "California", percent=Decimal(8)), TaxCode("3", "Tucson", percent=Decimal("9.1"))),
    ).to_json()
    made.connection.save()
    yield made
    made.close()


@pytest.fixture
def automated() -> Iterator[Rig]:
    made = make_rig()
    yield made
    made.close()


def booked(rig: Rig, number: str) -> tuple[str, Decimal, Decimal]:
    """The tax code, the tax and the total of an invoice in QuickBooks."""
    (found,) = rig.entities("Invoice", f"DocNumber = '{number}'")
    detail = found["TxnTaxDetail"]
    return detail.get("TxnTaxCodeRef", {}).get("value", ""), detail["TotalTax"], found["TotalAmt"]


class TestTaxCodes:
    def test_quickbooks_computes_by_the_only_code_of_the_rate(self, older: Rig) -> None:
        ada = older.contact("Ada")
        lines = [priced("Work", "1", "100"), priced("Permit", "1", "40", exempt=True)]
        discount = {"discount_kind": "amount", "discount_value": Decimal(14)}
        older.invoice(ada, lines, number="T-1", tax_rate_percent=Decimal("9.1"), **discount)
        older.invoice(ada, lines, number="T-2", tax_rate_percent=Decimal(8), **discount)
        older.invoice(ada, lines, number="T-3", **discount)
        older.sync_until_quiet()
        assert older.problems() == []
        assert booked(older, "T-1") == ("3", Decimal("8.19"), Decimal("134.19"))
        assert booked(older, "T-2") == ("2", Decimal("7.20"), Decimal("133.20"))
        assert booked(older, "T-3") == ("", Decimal(0), Decimal(126))

    def test_a_rate_without_a_code_waits_until_one_is_mapped(self, older: Rig) -> None:
        ada = older.contact("Ada")
        invoice = older.invoice(ada, [priced("Work", "1", "100")], number="T-4", tax_rate_percent=Decimal(5))
        older.sync_until_quiet()
        (problem,) = older.problems()
        assert (problem.cause, problem.record_id) == ("no_tax_code", invoice)
        assert "5%" in problem.text and "Owner or Admin" in problem.remedy
        assert older.entities("Invoice", "DocNumber = 'T-4'") == []

    def test_an_edit_lets_quickbooks_compute_anew_under_the_same_code(self, older: Rig) -> None:
        ada = older.contact("Ada")
        invoice = older.invoice(ada, [priced("Work", "1", "100")], number="T-5", tax_rate_percent=Decimal(8))
        older.sync_until_quiet()
        older.connection.readiness = Readiness(
            using_sales_tax=True,
            allow_discount=True,
            tax_codes=(TaxCode("2", "California", percent=Decimal(8)), TaxCode("9", "Other", percent=Decimal(8))),
        ).to_json()
        older.connection.save()
        edit = older.invoice_edit(
            ada, [priced("Work", "2", "100")], number="T-5", tax_rate_percent=Decimal(8), id=invoice
        )
        save_invoices(older.actor, [edit], clock=CLOCK, ids=IDS)
        older.sync_until_quiet()
        assert booked(older, "T-5") == ("2", Decimal(16), Decimal(216))
        assert older.problems() == []


class TestExemptThere:
    def test_tax_that_quickbooks_did_not_charge_is_told_and_the_exemption_stays(self, automated: Rig) -> None:
        ada = automated.contact("Ada")
        automated.sync_until_quiet()
        (customer,) = automated.entities("Customer")
        there = {key: customer[key] for key in ("Id", "SyncToken")} | {"sparse": True, "Taxable": False}
        write(automated, "customer", there)
        invoice = automated.invoice(ada, [priced("Work", "1", "100")], number="1", tax_rate_percent=Decimal(8))
        automated.payment((invoice, "108.00"))
        automated.rename(ada, "Ada King")
        automated.sync_until_quiet()
        (problem,) = automated.problems()
        assert (problem.cause, problem.record_id) == ("tax_not_charged", invoice)
        assert "$8.00 of sales tax" in problem.text and "never removed" in problem.remedy
        assert automated.entities("Payment") == []
        (customer,) = automated.entities("Customer")
        assert (customer["DisplayName"], customer["Taxable"]) == ("Ada King", False)
        assert automated.link(Kind.INVOICE, invoice).held_revision is not None


class TestDiscountsNotAllowed:
    @pytest.fixture
    def rig(self, automated: Rig) -> Rig:
        """Discounts are off there; an item of ours on the discount account carries them."""
        setting(automated, allow_discount=False)
        account = {"value": automated.connection.discount_account}
        item = write(automated, "item", {"Name": "Discount (BluePro)", "Type": "Service", "IncomeAccountRef": account})
        automated.connection.discount_item = item["Item"]["Id"]
        automated.connection.readiness = Readiness(allow_discount=False).to_json()
        automated.connection.save()
        return automated

    def test_shares_of_the_discount_stand_as_a_taxed_and_an_exempt_line_below_0(self, rig: Rig) -> None:
        ada = rig.contact("Ada")
        invoice = rig.invoice(ada, LINES, number="1", tax_rate_percent=Decimal("8.25"), **OFF_14)
        rig.sync_until_quiet()
        assert rig.problems() == []
        # 14.00 x 100/140 = 10.00 of the taxed line, 4.00 of the exempt one; tax 8.25 % of 90.00 = 7.43
        assert booked(rig, "1")[1:] == (Decimal("7.43"), Decimal("133.43"))
        assert discounts(rig) == [("TAX", Decimal(-10)), ("NON", Decimal(-4))]
        setting(rig, allow_discount=True)  # what was pushed as lines stays so
        rig.connection.readiness = Readiness(allow_discount=True).to_json()
        rig.connection.save()
        edit = rig.invoice_edit(
            ada, LINES, number="1", id=invoice, tax_rate_percent=Decimal("8.25"),
            discount_kind="amount", discount_value=Decimal(28),
        )  # fmt: skip
        save_invoices(rig.actor, [edit], clock=CLOCK, ids=IDS)
        rig.sync_until_quiet()
        assert discounts(rig) == [("TAX", Decimal(-20)), ("NON", Decimal(-8))]
        assert rig.problems() == []

    def test_without_the_item_the_invoice_waits(self, rig: Rig) -> None:
        rig.connection.discount_item = ""
        rig.connection.save()
        rig.invoice(rig.contact("Ada"), LINES, number="1", **OFF_14)
        rig.sync_until_quiet()
        assert [one.cause for one in rig.problems()] == ["no_discount_item"]


LINES = [priced("Work", "1", "100"), priced("Permit", "1", "40", exempt=True)]
OFF_14: dict[str, Any] = {"discount_kind": "amount", "discount_value": Decimal(14)}  # Any: fields of an invoice


def discounts(rig: Rig) -> list[tuple[str, Decimal]]:
    """The lines of the only invoice that stand on the item for discounts: tax code and amount."""
    (found,) = rig.entities("Invoice")
    details = [(line, line.get("SalesItemLineDetail", {})) for line in found["Line"]]
    ours = [one for one in details if one[1].get("ItemRef", {}).get("value") == rig.connection.discount_item]
    return [(detail["TaxCodeRef"]["value"], line["Amount"]) for line, detail in ours]


def setting(rig: Rig, **settings: object) -> None:
    """What a person sets in QuickBooks."""
    answer = rig.control.patch(f"/_emulator/companies/{rig.realm}", json=settings)
    assert answer.status_code == 200, answer.text


def write(rig: Rig, entity: str, body: dict[str, object]) -> dict[str, Any]:  # Any: JSON
    """What a person writes in QuickBooks."""
    answer = rig.control.post(
        f"/v3/company/{rig.realm}/{entity}",
        json=body,
        headers={"Authorization": f"Bearer {rig.tokens.current()}", "Accept": "application/json"},
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found
