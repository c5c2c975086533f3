"""The wire structs: names, exact money both ways, what is left out, what is tolerated."""

import json
from datetime import date
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given as with_values
from hypothesis import strategies as st

from qbo_client import wire
from qbo_client.wire import UNSET


@pytest.mark.parametrize(
    ("struct", "sent"),
    [
        (wire.Customer(display_name="Ada", job=False), b'{"DisplayName":"Ada","Job":false}'),
        (wire.Customer(id="5", sync_token="0", sparse=True), b'{"Id":"5","SyncToken":"0","sparse":true}'),
        (wire.Customer(notes=""), b'{"Notes":""}'),
        (
            wire.Customer(web_addr=wire.WebSiteAddress(uri="https://a.example")),
            b'{"WebAddr":{"URI":"https://a.example"}}',
        ),
        (wire.Ref(value="7"), b'{"value":"7"}'),
        (wire.MemoRef(value="Thanks"), b'{"value":"Thanks"}'),
        (wire.PhysicalAddress(line1="1 Main St", postal_code="94303"), b'{"Line1":"1 Main St","PostalCode":"94303"}'),
        (wire.PhysicalAddress(country_sub_division_code="CA"), b'{"CountrySubDivisionCode":"CA"}'),
        (wire.Invoice(txn_date=date(2026, 2, 28), doc_number="1"), b'{"DocNumber":"1","TxnDate":"2026-02-28"}'),
        (wire.Invoice(allow_online_ach_payment=False), b'{"AllowOnlineACHPayment":false}'),
        (wire.Payment(ar_account_ref=wire.Ref(value="84")), b'{"ARAccountRef":{"value":"84"}}'),
        (
            wire.Payment(line=(wire.PaymentLine(amount=Decimal("5.10"), linked_txn=(wire.LinkedTxn(txn_id="9"),)),)),
            b'{"Line":[{"Amount":5.10,"LinkedTxn":[{"TxnId":"9"}]}]}',
        ),
        (wire.TxnTaxDetail(total_tax=Decimal("0")), b'{"TotalTax":0}'),
    ],
)
def test_a_struct_holds_just_what_is_sent(struct: wire.EntityBase, sent: bytes) -> None:
    assert wire.encode(struct) == sent
    assert wire.decode(sent, type(struct)) == struct


@pytest.mark.parametrize(
    ("amount", "number"),
    [
        ("100.00", b"100.00"),
        ("0", b"0"),
        ("-0.01", b"-0.01"),
        ("1344746.15", b"1344746.15"),
        ("128.350", b"128.350"),
        ("1E+3", b"1000"),
        ("-1.5E+2", b"-150"),
        ("0E-7", b"0.0000000"),
        ("99999999999.99999", b"99999999999.99999"),
    ],
)
def test_money_is_a_plain_number_with_the_same_digits(amount: str, number: bytes) -> None:
    assert wire.encode(wire.Line(amount=Decimal(amount))) == b'{"Amount":' + number + b"}"


@pytest.mark.parametrize("amount", ["NaN", "-NaN", "sNaN", "Infinity", "-Infinity", "1E+999999", "1E-51"])
def test_what_is_no_number_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="finite number"):
        wire.encode(wire.Line(amount=Decimal(amount)))


def test_text_that_looks_like_an_odd_number_is_left_alone() -> None:
    note = '"Amount":1E+3, "x":NaN \\":NaN'
    sent = wire.encode(wire.Invoice(private_note=note))
    assert json.loads(sent) == {"PrivateNote": note}


@with_values(st.decimals(allow_nan=False, allow_infinity=False, places=5), st.text())
def test_any_amount_and_text_come_back_as_they_were(amount: Decimal, text: str) -> None:
    invoice = wire.Invoice(private_note=text, total_amt=amount)
    back = wire.decode(wire.encode(invoice), wire.Invoice)
    assert back == invoice
    assert str(back.total_amt) == f"{amount:f}"


@pytest.mark.parametrize("number", ["100.00", "0", "1861.075", "0.1", "-44.94", "12345678901234.12345"])
def test_numbers_are_read_exactly(number: str) -> None:
    read = wire.decode(f'{{"Amount":{number}}}'.encode(), wire.Line)
    assert read.amount == Decimal(number)
    assert str(read.amount) == number


def test_unknown_fields_nulls_and_numbers_for_texts_are_tolerated() -> None:
    body = b'{"Id":"1","V4IDPseudonym":"x","Notes":null,"Balance":null,"Line":[null],"TaxExemptionReasonId":7}'
    assert wire.decode(body, wire.Customer) == wire.Customer(id="1", tax_exemption_reason_id=7)


def test_exact_amounts_survive_the_tolerant_reading() -> None:
    body = b'{"Balance":0.1,"TotalAmt":1234567890123.45,"DueDate":null}'
    read = wire.decode(body, wire.Invoice)
    assert (read.balance, read.total_amt) == (Decimal("0.1"), Decimal("1234567890123.45"))


@pytest.mark.parametrize("body", [b"", b"{", b'{"TotalAmt":1', b"<html>", b'{"TotalAmt":"much"}', b'{"Line":{}}'])
def test_what_is_cut_or_of_another_shape_is_an_error(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        wire.decode(body, wire.Invoice)


def test_lines_carry_what_is_not_ours_through_an_update() -> None:
    body = (
        b'{"Line":[{"Id":"1","LineNum":1,"Amount":40.00,"LinkedTxn":[{"TxnId":"3","TxnType":"Estimate"}],'
        b'"DetailType":"SalesItemLineDetail","SalesItemLineDetail":{"ItemRef":{"value":"1","name":"Mow"},"Qty":2,'
        b'"UnitPrice":20,"TaxCodeRef":{"value":"TAX"},"ServiceDate":"2026-03-01","ClassRef":{"value":"8"},'
        b'"TaxInclusiveAmt":43.20,"TaxClassificationRef":{"value":"EUC-1"}}},'
        b'{"Id":"2","Amount":10,"DetailType":"GroupLineDetail","GroupLineDetail":{"Quantity":1,"Line":'
        b'[{"Id":"3","Amount":10,"DetailType":"SalesItemLineDetail","SalesItemLineDetail":{"Qty":1}}]}}]}'
    )
    again = wire.encode(wire.decode(body, wire.Invoice))
    assert json.loads(again, parse_float=Decimal) == json.loads(body, parse_float=Decimal)


def test_a_missing_field_has_a_default_for_readers() -> None:
    assert wire.given(wire.Invoice().balance, Decimal(0)) == Decimal(0)
    assert wire.given(wire.Invoice(balance=Decimal("2")).balance, None) == Decimal("2")
    assert wire.Invoice().balance is UNSET


def test_preferences_read_the_discount_account_in_both_recorded_forms() -> None:
    for value, expected in ((b'"86"', "86"), (b"true", True)):
        body = b'{"SalesFormsPrefs":{"DefaultDiscountAccount":' + value + b',"ETransactionPaymentEnabled":false}}'
        forms = wire.decode(body, wire.Preferences).sales_forms_prefs
        assert isinstance(forms, wire.SalesFormsPrefs)
        assert forms.default_discount_account == expected
        assert forms.etransaction_payment_enabled is False


def test_every_entity_has_its_name_both_ways() -> None:
    assert {wire.ENTITY_TYPES[name]: name for name in wire.ENTITY_TYPES} == wire.ENTITY_NAMES
    assert wire.name_of(wire.PaymentMethod) == "PaymentMethod"
    with pytest.raises(ValueError, match="Line is no QuickBooks entity"):
        wire.name_of(wire.Line)
