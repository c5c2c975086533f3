"""What single transactions post, and what accounts show of it; that it all adds up is test_emulator_ledger.py's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_books import NOW, delete, discount_line, fresh, pay, ref, sales_line, sample, sparse, void, write

from qbo_emulator.books.company import Company
from qbo_emulator.books.postings import postings_of
from qbo_emulator.clock import ManualClock


def posted(company: Company, entity: str, stored: dict[str, Any]) -> dict[str, Decimal]:
    """Account name -> amount, debits above 0."""
    names = {row.id: row.data["Name"] for row in company.tables["Account"].rows.values()}
    return {names[one.account]: one.amount for one in company.ledger.entries.get((entity, stored["Id"]), ())}


def account(company: Company, name: str) -> dict[str, Any]:
    return company.tables["Account"].find("FullyQualifiedName", [name.casefold()])[0].data


def invoice(company: Company, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    who = write(company, "Customer", DisplayName=f"Customer {len(company.tables['Customer'])}")
    return write(company, "Invoice", CustomerRef=ref(who), Line=list(lines), **fields)


def test_an_invoice_posts_receivables_income_by_item_discount_and_tax_by_agency() -> None:
    company = fresh()
    goods = write(company, "Item", Name="Goods", IncomeAccountRef=ref("3"))
    made = invoice(
        company,
        sales_line("1", "100.00", "TAX"),
        sales_line(goods, "50.00", "NON"),
        sales_line("1", "-10.00", "NON"),
        discount_line("15.00"),
        ShipAddr={"Line1": "1 Main St", "CountrySubDivisionCode": "NY"},
    )
    assert made["TotalAmt"] == Decimal("133.50")
    assert posted(company, "Invoice", made) == {
        "Accounts Receivable (A/R)": Decimal("133.50"),
        "Services": Decimal("-90.00"),
        "Sales": Decimal("-50.00"),
        "Discounts given": Decimal("15.00"),
        "New York Department of Revenue Payable": Decimal("-8.50"),
    }


def test_f7_4_9_a_payment_posts_to_undeposited_funds_or_the_account_it_names() -> None:
    company = fresh()
    made = invoice(company, sales_line("1", "100.00", "NON"))
    paid = pay(company, made, "60.00", total="75.00")
    assert posted(company, "Payment", paid) == {
        "Undeposited Funds": Decimal("75.00"),
        "Accounts Receivable (A/R)": Decimal("-75.00"),
    }
    bank = account(company, "Checking")
    sparse(company, "Payment", paid, DepositToAccountRef=ref(bank))
    assert posted(company, "Payment", paid)["Checking"] == Decimal("75.00")
    assert account(company, "Undeposited Funds")["CurrentBalance"] == 0
    assert account(company, "Checking")["CurrentBalance"] == Decimal("75.00")
    assert account(company, "Accounts Receivable (A/R)")["CurrentBalance"] == Decimal("25.00")


def test_f7_4_10_a_payment_may_name_another_receivables_account() -> None:
    company = fresh()
    other = write(company, "Account", Name="Old receivables", AccountType="Accounts Receivable")
    paid = write(
        company,
        "Payment",
        CustomerRef=ref(write(company, "Customer", DisplayName="Ada")),
        TotalAmt=Decimal(5),
        ARAccountRef=ref(other),
    )
    assert posted(company, "Payment", paid)["Old receivables"] == Decimal(-5)


@pytest.mark.parametrize("end", [void, delete])
def test_what_is_voided_or_deleted_posts_nothing(end: Any) -> None:
    company = fresh()
    made = invoice(company, sales_line("1", "100.00", "TAX"))
    paid = pay(company, made, "60.00")
    end(company, "Payment", paid)
    end(company, "Invoice", made)
    assert company.ledger.entries == {}
    assert account(company, "Accounts Receivable (A/R)")["CurrentBalance"] == 0


def test_an_edited_invoice_posts_anew() -> None:
    company = fresh()
    made = invoice(company, sales_line("1", "100.00", "NON"))
    sparse(company, "Invoice", made, Line=[sales_line("1", "30.00", "NON")])
    assert posted(company, "Invoice", made) == {
        "Accounts Receivable (A/R)": Decimal("30.00"),
        "Services": Decimal("-30.00"),
    }


def test_f3_5_4_a_line_keeps_its_income_account_when_the_item_gets_another() -> None:
    """Own choice: only a line that is sent again takes the item's new account."""
    company = fresh()
    made = invoice(company, sales_line("1", "100.00", "NON"))
    item = company.row("Item", "1").data
    write(company, "Item", **{**item, "IncomeAccountRef": ref("3")})
    pay(company, made, "10.00")
    changed = sparse(company, "Invoice", company.row("Invoice", made["Id"]).data, PrivateNote="Seen")
    assert changed["Line"][0]["SalesItemLineDetail"]["ItemAccountRef"]["value"] == "1"
    assert posted(company, "Invoice", made)["Services"] == Decimal("-100.00")
    sparse(company, "Invoice", changed, Line=[sales_line("1", "100.00", "NON")])
    assert posted(company, "Invoice", made)["Sales"] == Decimal("-100.00")


def test_balances_are_debits_less_credits_and_only_shown_for_balance_sheet_accounts() -> None:
    company = fresh()
    invoice(company, sales_line("1", "100.00", "TAX"))
    assert account(company, "California Department of Revenue Payable")["CurrentBalance"] == Decimal("-7.25")
    assert account(company, "Accounts Receivable (A/R)")["CurrentBalance"] == Decimal("107.25")
    assert account(company, "Services")["CurrentBalance"] == 0
    assert company.ledger.balance(account(company, "Services")["Id"]) == Decimal("-100.00")


def test_an_account_that_becomes_one_of_income_shows_no_balance_any_more() -> None:
    company = sample()
    rows = [row.data for row in company.tables["Account"].rows.values() if row.data["Classification"] == "Asset"]
    held = next(row for row in rows if row["CurrentBalance"] and row["AccountType"] != "Accounts Receivable")
    head = {"Id": held["Id"], "sparse": True}
    now = write(company, "Account", **head, SyncToken=held["SyncToken"], AccountType="Income")
    assert (now["Classification"], now["CurrentBalance"], now["CurrentBalanceWithSubAccounts"]) == ("Revenue", 0, 0)
    assert company.ledger.balance(held["Id"]) == held["CurrentBalance"]
    back = write(company, "Account", **head, SyncToken=now["SyncToken"], AccountType=held["AccountType"])
    assert back["CurrentBalance"] == held["CurrentBalance"]


def test_a_balance_moves_the_time_of_its_account_but_not_the_token() -> None:
    clock = ManualClock(NOW)
    company = fresh(clock)
    before = account(company, "Accounts Receivable (A/R)")
    clock.advance(60)
    invoice(company, sales_line("1", "100.00", "NON"))
    after = account(company, "Accounts Receivable (A/R)")
    assert after["SyncToken"] == before["SyncToken"]
    assert after["MetaData"]["LastUpdatedTime"] > before["MetaData"]["LastUpdatedTime"]


def test_sub_accounts_count_for_their_parents_and_follow_a_move() -> None:
    company = fresh()
    bank, savings = account(company, "Checking"), account(company, "Savings")
    till = write(company, "Account", Name="Till", AccountType="Bank", ParentRef=ref(bank))
    who = write(company, "Customer", DisplayName="Ada")
    write(company, "Payment", CustomerRef=ref(who), TotalAmt=Decimal(20), DepositToAccountRef=ref(till))
    write(company, "Payment", CustomerRef=ref(who), TotalAmt=Decimal(5), DepositToAccountRef=ref(bank))

    def with_subs() -> list[tuple[int, int]]:
        rows = [company.row("Account", one["Id"]).data for one in (bank, savings, till)]
        return [(int(row["CurrentBalance"]), int(row["CurrentBalanceWithSubAccounts"])) for row in rows]

    assert with_subs() == [(5, 25), (0, 0), (20, 20)]
    sparse(company, "Account", company.row("Account", till["Id"]).data, ParentRef=ref(savings))
    assert with_subs() == [(5, 5), (0, 20), (20, 20)]


def test_f10_1_43_each_tax_agency_of_the_sample_has_its_account() -> None:
    company = sample()
    names = {
        company.row("TaxAgency", agency).data["DisplayName"]: company.row("Account", held).data["Name"]
        for agency, held in company.tax_accounts.items()
    }
    assert names == {
        "Arizona Dept. of Revenue": "Arizona Dept. of Revenue Payable",
        "Board of Equalization": "Board of Equalization Payable",
    }
    assert [*company.tax_accounts.values()] == ["89", "90"]
    assert account(company, "Board of Equalization Payable")["CurrentBalance"] < 0


def test_postings_that_do_not_balance_are_not_written() -> None:
    company = fresh()
    made = invoice(company, sales_line("1", "100.00", "NON"))
    with pytest.raises(ArithmeticError, match="does not balance"):
        postings_of(company, "Invoice", {**made, "TotalAmt": Decimal("99.99")})
