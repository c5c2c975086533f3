"""Credits against invoices: payments of nothing, several forms on one payment, what is applied by itself, and how all
of it lets go again (F7.4-21, F7.3-33, F7.4-18).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_books import delete, fresh, link, read, ref, refused, sales_line, sparse, void, write

from qbo_emulator.books.company import Company

ZERO = Decimal(0)


@pytest.fixture
def company() -> Company:
    """Customer 1 with his job 2, an invoice of 100 (id 1) and a credit memo of 30 (id 2) for him."""
    made = fresh()
    write(made, "Customer", DisplayName="Ada")
    write(made, "Customer", DisplayName="Engine", Job=True, ParentRef=ref("1"))
    for entity, amount in (("Invoice", "100"), ("CreditMemo", "30")):
        write(made, entity, CustomerRef=ref("1"), Line=[sales_line("1", amount, "NON")])
    return made


def _payment(company: Company, total: str, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return write(company, "Payment", CustomerRef=ref("1"), TotalAmt=Decimal(total), Line=list(lines), **fields)


def _open(company: Company) -> tuple[Decimal, Decimal]:
    """What is open on the invoice and the credit memo."""
    invoice, credit = read(company, "Invoice", "1"), read(company, "CreditMemo", "2")
    return Decimal(invoice["Balance"]), Decimal(credit["RemainingCredit"])


def test_f7_4_21_a_payment_of_nothing_applies_a_credit(company: Company) -> None:
    made = _payment(company, "0", link("1", "30"), link("2", "30", "CreditMemo"))
    assert (made["TotalAmt"], made["UnappliedAmt"]) == (0, 0)
    assert _open(company) == (Decimal("70.00"), ZERO)
    links = [{"TxnId": made["Id"], "TxnType": "Payment"}]
    assert read(company, "Invoice", "1")["LinkedTxn"] == read(company, "CreditMemo", "2")["LinkedTxn"] == links
    assert read(company, "Customer", "1")["Balance"] == Decimal("70.00")


def test_f7_4_15_money_and_credit_on_one_payment_add_up(company: Company) -> None:
    made = _payment(company, "50", link("1", "75"), link("2", "30", "CreditMemo"))
    assert made["UnappliedAmt"] == Decimal("5.00")
    assert _open(company) == (Decimal("25.00"), ZERO)
    assert read(company, "Customer", "1")["Balance"] == Decimal("20.00")


@pytest.mark.parametrize(
    "lines",
    [
        [link("1", "30")],  # no credit for it
        [link("2", "30", "CreditMemo")],  # no invoice for it
        [link("1", "20"), link("2", "30", "CreditMemo")],
        [link("1", "31"), link("2", "31", "CreditMemo")],  # more than the credit
        [link("1", "20", "CreditMemo"), link("1", "20")],  # no such credit memo
    ],
)
def test_credits_that_do_not_add_up_are_refused(company: Company, lines: list[dict[str, Any]]) -> None:
    with refused("6000"):
        _payment(company, "0", *lines)
    assert _open(company) == (Decimal("100.00"), Decimal("30.00"))
    assert len(company.tables["Payment"]) == 0


@pytest.mark.parametrize("end", [delete, void])
def test_f3_2_22_ending_the_payment_opens_invoice_and_credit_again(company: Company, end: Any) -> None:
    made = _payment(company, "0", link("1", "30"), link("2", "30", "CreditMemo"))
    end(company, "Payment", made)
    assert _open(company) == (Decimal("100.00"), Decimal("30.00"))
    assert read(company, "CreditMemo", "2")["LinkedTxn"] == []


def test_f3_2_22_deleting_the_credit_memo_opens_the_invoice_again(company: Company) -> None:
    made = _payment(company, "0", link("1", "30"), link("2", "30", "CreditMemo"))
    delete(company, "CreditMemo", read(company, "CreditMemo", "2"))
    assert read(company, "Invoice", "1")["Balance"] == Decimal("100.00")
    assert read(company, "Payment", made["Id"])["Line"] == []
    assert read(company, "Customer", "1")["Balance"] == Decimal("100.00")


def test_voiding_the_invoice_gives_the_credit_back_and_money_as_unapplied(company: Company) -> None:
    made = _payment(company, "50", link("1", "80"), link("2", "30", "CreditMemo"))
    void(company, "Invoice", read(company, "Invoice", "1"))
    given_back = read(company, "Payment", made["Id"])
    assert (given_back["UnappliedAmt"], given_back["Line"]) == (Decimal("50.00"), [])
    assert read(company, "CreditMemo", "2")["RemainingCredit"] == Decimal("30.00")
    assert read(company, "Customer", "1")["Balance"] == Decimal("-80.00")


def test_a_credit_memo_lowered_below_what_is_applied_takes_the_rest_off_the_invoice(company: Company) -> None:
    _payment(company, "0", link("1", "30"), link("2", "30", "CreditMemo"))
    sparse(company, "CreditMemo", read(company, "CreditMemo", "2"), Line=[sales_line("1", "12", "NON")])
    assert _open(company) == (Decimal("88.00"), ZERO)


def test_a_payment_settles_invoices_of_several_forms_and_customers_of_one_family(company: Company) -> None:
    write(company, "Invoice", CustomerRef=ref("2"), Line=[sales_line("1", "40", "NON")])
    made = _payment(company, "100", link("1", "90"), link("3", "40"), link("2", "30", "CreditMemo"))
    assert made["UnappliedAmt"] == 0
    assert read(company, "Invoice", "3")["Balance"] == 0
    assert read(company, "Customer", "1")["BalanceWithJobs"] == Decimal("10.00")


def test_f7_3_33_a_new_invoice_takes_open_credits_by_itself_if_the_company_wants_it(company: Company) -> None:
    company.settings.auto_apply_credit = True
    write(company, "CreditMemo", CustomerRef=ref("1"), TxnDate="2026-01-01", Line=[sales_line("1", "15", "NON")])
    made = write(company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("1", "40", "NON")])
    assert (made["TotalAmt"], made["Balance"]) == (Decimal("40.00"), 0)
    payment = read(company, "Payment", made["LinkedTxn"][0]["TxnId"])
    assert payment["TotalAmt"] == payment["UnappliedAmt"] == 0
    taken = [(line["LinkedTxn"][0]["TxnId"], line["Amount"]) for line in payment["Line"]]
    assert taken == [(made["Id"], 40), ("3", 15), ("2", 25)]  # the older credit first
    with refused("6000"):  # a payment pushed next exceeds the balance
        _payment(company, "40", link(made, "40"))


def test_f7_3_33_without_the_preference_or_a_credit_nothing_is_applied(company: Company) -> None:
    untouched = write(company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("1", "40", "NON")])
    assert untouched["Balance"] == Decimal("40.00")
    company.settings.auto_apply_credit = True
    made = write(company, "Invoice", CustomerRef=ref("2"), Line=[sales_line("1", "40", "NON")])
    assert (made["Balance"], made["LinkedTxn"]) == (Decimal("40.00"), [])


def test_f7_4_18_a_payment_without_lines_settles_the_oldest_invoices_if_the_company_wants_it(company: Company) -> None:
    company.settings.auto_apply_payments = True
    write(company, "Invoice", CustomerRef=ref("1"), TxnDate="2026-01-02", Line=[sales_line("1", "40", "NON")])
    made = _payment(company, "60")
    taken = [(line["LinkedTxn"][0]["TxnId"], line["Amount"]) for line in made["Line"]]
    assert taken == [("3", 40), ("1", 20)]
    assert _payment(company, "100")["UnappliedAmt"] == Decimal("20.00")


def test_f7_4_17_an_overpayment_may_be_cut_to_the_open_balance(company: Company) -> None:
    company.choices.overpayment = "cap"
    made = _payment(company, "150", link("1", "120"))
    assert (made["Line"][0]["Amount"], made["UnappliedAmt"]) == (Decimal("100.00"), Decimal("50.00"))
    assert read(company, "Invoice", "1")["Balance"] == 0


def test_f7_4_14_lines_tell_about_the_form_in_the_recorded_shape(company: Company) -> None:
    write(company, "Invoice", CustomerRef=ref("1"), DocNumber="1024", Line=[sales_line("1", "71", "NON")])
    made = _payment(company, "65", link("3", "55"))
    extras = made["Line"][0]["LineEx"]["any"]
    assert {one["value"]["Name"]: one["value"]["Value"] for one in extras} == {
        "txnId": "3",
        "txnOpenBalance": "71.00",
        "txnReferenceNumber": "1024",
    }
    assert extras[0]["name"] == "{http://schema.intuit.com/finance/v3}NameValue"
    assert sparse(company, "Payment", made, Line=made["Line"]) == made


@pytest.mark.parametrize("kind", ["JournalEntry", "Expense", "Check", "CreditCardCredit"])
def test_f7_4_4_kinds_that_are_not_modelled_are_said_so(company: Company, kind: str) -> None:
    with refused("500"):
        _payment(company, "1", link("1", "1", kind))
    with refused("2170"):
        _payment(company, "1", link("1", "1", "Estimate"))


def test_deleting_an_invoice_with_payments_may_release_them(company: Company) -> None:
    company.choices.linked_invoices = "release"
    made = _payment(company, "20", link("1", "50"), link("2", "30", "CreditMemo"))
    delete(company, "Invoice", read(company, "Invoice", "1"))
    assert read(company, "Payment", made["Id"])["UnappliedAmt"] == Decimal("20.00")
    assert read(company, "CreditMemo", "2")["RemainingCredit"] == Decimal("30.00")


def test_changing_the_customer_of_a_paid_invoice_may_release_its_payments(company: Company) -> None:
    company.choices.linked_invoices = "release"
    write(company, "Customer", DisplayName="Grace")
    made = _payment(company, "20", link("1", "20"))
    moved = sparse(company, "Invoice", read(company, "Invoice", "1"), CustomerRef=ref("3"))
    assert (moved["Balance"], moved["LinkedTxn"]) == (Decimal("100.00"), [])
    assert read(company, "Payment", made["Id"])["UnappliedAmt"] == Decimal("20.00")
    assert [read(company, "Customer", who)["Balance"] for who in "13"] == [Decimal("-50.00"), Decimal("100.00")]
