"""Invoices: figures to the cent, lines that keep their ids, what is sent on create and on update, what is held."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from translate_records import ADDRESS, BOOKS, INVOICE, REFS, line, pushed, wire_json

from bluepro.common.money import cents
from bluepro.invoicing import amounts
from bluepro.quickbooks.snapshot import Address, Books, InvoiceRecord, Kind, LineRecord, LinkState, TaxMode
from bluepro.quickbooks.translate import Held, MissingReference, Payload, Refs, Who, translate_invoice
from qbo_client import wire

AS_LINE = replace(BOOKS, tax_mode=TaxMode.LINE, tax_code="")
RATE = Decimal("8.25")
BY_CODE = replace(BOOKS, tax_mode=TaxMode.CODES, tax_codes={RATE: "7"}, code_rates={"7": RATE})


def invoice(
    record: InvoiceRecord = INVOICE, link: LinkState | None = None, books: Books = BOOKS, **flags: bool
) -> Payload[wire.Invoice]:
    payload = translate_invoice(record, books, link, refs=REFS, **flags)
    assert isinstance(payload, Payload), payload
    return payload


def link_of(payload: Payload[wire.Invoice], **extra: Any) -> LinkState:
    return pushed(Kind.INVOICE, payload, {1: extra} if extra else None)


def sent_lines(payload: Payload[wire.Invoice]) -> list[dict[str, Any]]:
    return list(wire_json(payload.entity)["Line"])


def test_a_new_invoice_under_automated_tax() -> None:
    assert wire_json(invoice().entity) == {
        "CustomerRef": {"value": "58"},
        "DocNumber": "1042",
        "TxnDate": "2026-03-02",
        "DueDate": "2026-04-01",
        "Line": [
            {"Description": "Front", "DetailType": "DescriptionOnly", "DescriptionLineDetail": {}},
            {
                "Description": "Work 2\nTwo storeys",
                "Amount": "100.00",
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": "19"},
                    "Qty": "2",
                    "UnitPrice": "50",
                    "TaxCodeRef": {"value": "TAX"},
                },
            },
            {
                "Description": "Permit",
                "Amount": "40.00",
                "DetailType": "SalesItemLineDetail",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": "10"},
                    "Qty": "1",
                    "UnitPrice": "40",
                    "TaxCodeRef": {"value": "NON"},
                },
            },
            {
                "Amount": "14.00",
                "DetailType": "DiscountLineDetail",
                "DiscountLineDetail": {"PercentBased": False, "DiscountAccountRef": {"value": "86"}},
            },
        ],
        "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "2"}, "TotalTax": "7.43"},
        "ApplyTaxAfterDiscount": True,
        "CustomerMemo": {"value": "Thank you"},
        "PrivateNote": "BluePro invoice 1042 (ref 7k3m9q22-1)",
        "ShipAddr": {
            "Line1": "12 Ocean Dr.",
            "City": "Half Moon Bay",
            "CountrySubDivisionCode": "CA",
            "PostalCode": "94213",
            "Country": "USA",
        },
    }


def test_tax_as_a_line_is_the_last_sales_line_and_nothing_is_taxed() -> None:
    payload = invoice(books=AS_LINE)
    assert payload.line_keys == ("line:1", "line:2", "line:3", "tax", "discount")
    assert sent_lines(payload)[3] == {
        "Description": "Sales tax",
        "Amount": "7.43",
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": {"ItemRef": {"value": "11"}, "TaxCodeRef": {"value": "NON"}},
    }
    assert "TxnTaxDetail" not in payload.owned and "ApplyTaxAfterDiscount" not in payload.owned
    assert '"TAX"' not in wire.encode(payload.entity).decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"tax_rate_percent": Decimal(0)},
        {"contact_tax_exempt": True},
        {"lines": tuple(replace(each, tax_exempt=True) for each in INVOICE.lines)},
    ],
)
def test_an_invoice_without_tax_says_so(changes: dict[str, Any]) -> None:
    free = replace(INVOICE, tax=Decimal("0.00"), taxable_base=Decimal("0.00"), total=Decimal("126.00"), **changes)
    payload = invoice(free)
    assert wire_json(payload.entity)["TxnTaxDetail"]["TotalTax"] == "0.00"
    assert '"TAX"' not in wire.encode(payload.entity).decode()
    assert invoice(free, books=AS_LINE).line_keys == ("line:1", "line:2", "line:3", "discount")


def test_the_answer_must_show_these_figures() -> None:
    expect = invoice().expect
    assert expect is not None
    assert (expect.total, expect.tax, expect.taxable_base) == (Decimal("133.43"), Decimal("7.43"), Decimal("90.00"))
    assert (expect.number, expect.tax_item) == ("1042", "")
    as_line = invoice(books=AS_LINE).expect
    assert as_line is not None and (as_line.taxable_base, as_line.tax_item) == (None, "11")


NO_DISCOUNTS = replace(BOOKS, allow_discount=False, discount_item="12")


@pytest.mark.parametrize(
    ("books", "expected"),
    [
        (NO_DISCOUNTS, [("TAX", "-10.00"), ("NON", "-4.00")]),
        (replace(NO_DISCOUNTS, tax_mode=TaxMode.LINE), [("NON", "-14.00")]),
    ],
)
def test_a_discount_goes_as_lines_where_none_is_allowed(books: Books, expected: list[tuple[str, str]]) -> None:
    payload = invoice(books=books)
    details = [(line["Amount"], line["SalesItemLineDetail"]) for line in sent_lines(payload)[-len(expected) :]]
    assert [(detail["TaxCodeRef"]["value"], amount) for amount, detail in details] == expected
    assert all(detail["ItemRef"] == {"value": "12"} for _, detail in details)
    assert "DiscountLineDetail" not in wire.encode(payload.entity).decode()
    assert invoice(link=link_of(payload), books=replace(books, allow_discount=True, discount_item="13")).changed == ()


def test_a_discount_line_gives_way_to_lines_once_it_is_not_allowed() -> None:
    again = invoice(link=link_of(invoice()), books=NO_DISCOUNTS)
    assert again.line_keys == ("line:1", "line:2", "line:3", "discount:taxed", "discount:exempt")


def test_the_tax_code_of_the_rate_is_sent_and_no_amount_of_tax() -> None:
    payload = invoice(books=BY_CODE)
    assert wire_json(payload.entity)["TxnTaxDetail"] == {"TxnTaxCodeRef": {"value": "7"}}
    assert payload.owned["TxnTaxDetail"] == {"TxnTaxCodeRef": {"value": "7"}}
    assert [line["SalesItemLineDetail"]["TaxCodeRef"]["value"] for line in sent_lines(payload)[1:3]] == ["TAX", "NON"]
    expect = payload.expect
    assert expect is not None and (expect.tax, expect.taxable_base) == (Decimal("7.43"), Decimal("90.00"))


def test_a_code_stays_while_it_charges_the_rate() -> None:
    first = link_of(invoice(books=BY_CODE))
    other = replace(BY_CODE, tax_codes={RATE: "8"}, code_rates={"7": RATE, "8": RATE})
    assert invoice(link=first, books=other).changed == ()
    gone = replace(other, code_rates={"8": RATE})
    assert invoice(link=first, books=gone).owned["TxnTaxDetail"] == {"TxnTaxCodeRef": {"value": "8"}}


def test_a_pushed_invoice_that_is_taxed_no_more_keeps_its_code_on_lines_that_say_non() -> None:
    free = replace(INVOICE, tax_rate_percent=Decimal(0), tax=Decimal("0.00"), total=Decimal("126.00"))
    again = invoice(free, link_of(invoice(books=BY_CODE)), BY_CODE)
    assert wire_json(again.entity)["TxnTaxDetail"] == {"TxnTaxCodeRef": {"value": "7"}}
    assert '"TAX"' not in wire.encode(again.entity).decode()


def test_tax_without_a_code_is_held_and_an_invoice_without_tax_needs_none() -> None:
    books = replace(BY_CODE, tax_codes={}, code_rates={})
    held = translate_invoice(INVOICE, books, None, refs=REFS)
    assert isinstance(held, Held) and (held.cause, held.who) == ("no_tax_code", Who.MAPPER)
    assert "8.25%" in held.message
    exempt = replace(INVOICE, contact_tax_exempt=True, tax=Decimal("0.00"), total=Decimal("126.00"))
    assert "TxnTaxDetail" not in invoice(exempt, books=books).owned


@pytest.mark.parametrize("first", [BOOKS, AS_LINE, BY_CODE])
@pytest.mark.parametrize("now", [BOOKS, AS_LINE, BY_CODE])
@pytest.mark.parametrize("taxed", [True, False])
def test_the_way_of_booking_tax_stays_that_of_the_first_push(first: Books, now: Books, taxed: bool) -> None:
    free = replace(INVOICE, contact_tax_exempt=True, tax=Decimal("0.00"), total=Decimal("126.00"))
    record = INVOICE if taxed else free
    books = replace(now, tax_codes=BY_CODE.tax_codes, code_rates=BY_CODE.code_rates)
    assert invoice(record, link_of(invoice(record, books=first)), books).changed == ()


@pytest.mark.parametrize("books", [BOOKS, AS_LINE, BY_CODE])
def test_an_unchanged_invoice_has_nothing_to_send(books: Books) -> None:
    first = invoice(books=books)
    again = invoice(link=link_of(first), books=books)
    assert (again.changed, again.fingerprint) == ((), first.fingerprint)
    assert wire_json(again.entity) == {"Id": "145", "SyncToken": "3"}


@pytest.mark.parametrize(
    ("changes", "changed", "sent"),
    [
        ({"message": "Come again"}, {"CustomerMemo"}, {"CustomerMemo"}),
        ({"message": ""}, {"CustomerMemo"}, {"CustomerMemo"}),
        ({"number": "1042-A"}, {"DocNumber"}, {"DocNumber"}),
        ({"due_date": date(2026, 4, 5)}, {"DueDate"}, {"DueDate", "TxnDate", "TxnTaxDetail"}),
        ({"service_address": Address()}, {"ShipAddr"}, {"ShipAddr", "TxnTaxDetail"}),
        ({"contact_id": 2}, {"CustomerRef"}, {"CustomerRef", "TxnTaxDetail"}),
        (
            {"lines": (*INVOICE.lines[:2], replace(INVOICE.lines[2], name="Fee"))},
            {"Line"},
            {"Line", "TxnTaxDetail", "ApplyTaxAfterDiscount"},
        ),
    ],
)
def test_an_update_sends_what_differs_and_our_tax_with_whatever_bears_on_it(
    changes: dict[str, Any], changed: set[str], sent: set[str]
) -> None:
    payload = invoice(replace(INVOICE, **changes), link_of(invoice()))
    assert set(payload.changed) == changed
    assert set(wire_json(payload.entity)) == {"Id", "SyncToken"} | sent


def test_what_is_set_on_create_is_never_in_an_update() -> None:
    other = replace(INVOICE, discount=Decimal("15.00"), total=Decimal("132.43"), number="9")
    update = wire_json(invoice(other, link_of(invoice()), replace(BOOKS, discount_account="99"), resend=True).entity)
    assert "PrivateNote" not in update
    assert update["Line"][3]["DiscountLineDetail"]["DiscountAccountRef"] == {"value": "86"}


def test_lines_keep_ids_and_what_others_added() -> None:
    theirs = {"ClassRef": {"value": "5"}, "ServiceDate": "2026-02-27"}
    link = link_of(invoice(), **theirs)
    reworded = replace(INVOICE, lines=(INVOICE.lines[1], replace(INVOICE.lines[2], name="Fee")))
    first, second, discount = sent_lines(invoice(reworded, link))
    assert first["Id"] == "2" and first["SalesItemLineDetail"].items() >= theirs.items()
    assert second["Id"] == "3" and second["Description"] == "Fee" and "ClassRef" not in second["SalesItemLineDetail"]
    assert "Id" not in discount and discount["Amount"] == "14.00"


def test_a_tax_classification_stays_only_with_its_item() -> None:
    link = link_of(invoice(), TaxClassificationRef={"value": "EUC-1"}, ClassRef={"value": "5"})
    longer = replace(INVOICE.lines[1], description="Three storeys")
    same = sent_lines(invoice(replace(INVOICE, lines=(longer, INVOICE.lines[2])), link))[0]["SalesItemLineDetail"]
    assert same["TaxClassificationRef"] == {"value": "EUC-1"}
    other = replace(INVOICE.lines[1], service_id=2)
    changed = sent_lines(invoice(replace(INVOICE, lines=(other, INVOICE.lines[2])), link))[0]["SalesItemLineDetail"]
    assert "TaxClassificationRef" not in changed and changed["ClassRef"] == {"value": "5"}


def test_a_line_that_became_text_is_a_new_line() -> None:
    text = replace(INVOICE.lines[1], kind="text", name="See below", description="")
    lines = (text, replace(INVOICE.lines[2], id=7, amount=Decimal("140.00"), unit_price=Decimal("140")))
    became, added = sent_lines(invoice(replace(INVOICE, lines=lines), link_of(invoice())))[:2]
    assert "Id" not in became and became["DetailType"] == "DescriptionOnly"
    assert "Id" not in added


def test_the_mapping_of_a_pushed_invoice_is_frozen() -> None:
    link = link_of(invoice())
    moved = replace(AS_LINE, catch_all_item="77", discount_account="78", tax_item="79")
    assert invoice(link=link, books=moved).changed == ()
    as_line = link_of(invoice(books=AS_LINE))
    assert invoice(link=as_line, books=replace(BOOKS, tax_item="79")).changed == ()
    assert invoice(books=moved).owned != invoice(books=AS_LINE).owned


def test_a_line_whose_product_is_not_its_amount_is_sent_with_the_amount_only() -> None:
    odd = replace(INVOICE, lines=(line(2, "3", "33.333", "100.01"), replace(INVOICE.lines[2], amount=Decimal("39.99"))))
    details = [sent["SalesItemLineDetail"] for sent in sent_lines(invoice(odd))[:2]]
    assert all("Qty" not in detail and "UnitPrice" not in detail for detail in details)


def test_a_refused_product_is_not_tried_again_while_the_amount_stays() -> None:
    refused = invoice(amount_only=True)
    assert "Qty" not in sent_lines(refused)[1]["SalesItemLineDetail"]
    assert invoice(link=link_of(refused)).changed == ()
    dearer = replace(INVOICE.lines[1], unit_price=Decimal("51"), amount=Decimal("102.00"))
    other = replace(INVOICE, lines=(dearer, INVOICE.lines[2]), subtotal=Decimal("142.00"), total=Decimal("135.43"))
    assert sent_lines(invoice(other, link_of(refused)))[0]["SalesItemLineDetail"]["Qty"] == "2"


@pytest.mark.parametrize(
    ("name", "description", "written"),
    [
        ("Panes", "12 of them", "Panes\n12 of them"),
        ("Panes", "", "Panes"),
        ("Panes", " Panes ", "Panes"),
        ("", "12 of them", "12 of them"),
        ("n" * 500, "d" * 4000, "n" * 500 + "\n" + "d" * 3499),
    ],
)
def test_a_line_says_its_name_and_its_description(name: str, description: str, written: str) -> None:
    lines = (replace(INVOICE.lines[1], name=name, description=description), INVOICE.lines[2])
    assert sent_lines(invoice(replace(INVOICE, lines=lines)))[0]["Description"] == written


def test_text_lines_cannot_become_subtotals_and_empty_ones_are_left_out() -> None:
    texts = (
        line(8, "0", "0", "0", kind="text", name="", description="Subtotal:"),
        line(9, "0", "0", "0", kind="heading", name=" "),
    )
    payload = invoice(replace(INVOICE, lines=(*texts, *INVOICE.lines)))
    assert payload.line_keys == ("line:8", "line:1", "line:2", "line:3", "discount")
    assert sent_lines(payload)[0]["Description"] == "Subtotal"


BIG = Decimal("10000000000.00")


@pytest.mark.parametrize(
    ("changes", "books", "cause", "who"),
    [
        ({"number": "9" * 22}, BOOKS, "number_too_long", Who.EDITOR),
        ({"lines": INVOICE.lines[:1]}, BOOKS, "no_lines", Who.EDITOR),
        ({"lines": (line(1, "20000000000", "1", "100"),)}, BOOKS, "quantity_range", Who.EDITOR),
        ({"lines": (line(1, "1", "100000000000", "100"),)}, BOOKS, "price_range", Who.EDITOR),
        ({"lines": (line(1, "1", "1", str(BIG)),)}, BOOKS, "amount_range", Who.EDITOR),
        ({"total": BIG}, BOOKS, "amount_range", Who.EDITOR),
        ({"total": Decimal("133.44")}, BOOKS, "amounts_disagree", Who.EDITOR),
        ({"subtotal": Decimal("141.00"), "total": Decimal("134.43")}, BOOKS, "amounts_disagree", Who.EDITOR),
        ({}, replace(BOOKS, catch_all_item=""), "no_catch_all_item", Who.MAPPER),
        ({}, replace(BOOKS, discount_account=""), "no_account", Who.MAPPER),
        ({}, replace(AS_LINE, tax_item=""), "no_tax_item", Who.MAPPER),
        ({}, replace(BOOKS, start_date=date(2026, 3, 3)), "before_start", Who.DECIDER),
        ({}, replace(BOOKS, closed_through=date(2026, 3, 2)), "closed_books", Who.DECIDER),
    ],
)
def test_what_a_person_must_settle_is_held(changes: dict[str, Any], books: Books, cause: str, who: Who) -> None:
    held = translate_invoice(replace(INVOICE, **changes), books, None, refs=REFS)
    assert isinstance(held, Held) and (held.cause, held.who) == (cause, who)
    assert held.message.endswith(".") and held.field


@pytest.mark.parametrize(
    ("changes", "is_held"),
    [
        ({}, False),
        ({"message": "Come again", "service_address": Address("1 Main St")}, False),
        ({"lines": (*INVOICE.lines[1:], line(9, "0", "0", "0", kind="text", name="Note"))}, False),
        ({"lines": (replace(INVOICE.lines[1], description="Three"), INVOICE.lines[2])}, False),
        ({"lines": (replace(INVOICE.lines[1], service_id=2), INVOICE.lines[2])}, True),
        ({"due_date": date(2026, 5, 1)}, True),
        ({"issue_date": date(2026, 5, 1)}, True),
        ({"contact_id": 2}, True),
    ],
)
def test_text_passes_closed_books_and_the_old_date_counts(changes: dict[str, Any], is_held: bool) -> None:
    closed = replace(BOOKS, closed_through=date(2026, 3, 31))
    outcome = translate_invoice(replace(INVOICE, **changes), closed, link_of(invoice()), refs=REFS)
    assert isinstance(outcome, Held) is is_held


@pytest.mark.parametrize(
    ("refs", "kind", "record"),
    [(Refs(items=REFS.items), Kind.CONTACT, 1), (Refs(customers=REFS.customers), Kind.SERVICE, 1)],
)
def test_what_it_refers_to_must_be_there_first(refs: Refs, kind: Kind, record: int) -> None:
    with pytest.raises(MissingReference) as missing:
        translate_invoice(INVOICE, BOOKS, None, refs=refs)
    assert (missing.value.kind, missing.value.record_id) == (kind, record)


def test_generation_and_era_are_in_the_marker() -> None:
    link = LinkState(1, Kind.INVOICE, 5, generation=2)
    sent = wire_json(invoice(link=link, books=replace(BOOKS, era=3)).entity)
    assert sent["PrivateNote"] == "BluePro invoice 1042 (ref 7k3m9q22-2.3)"


@st.composite
def invoices(draw: st.DrawFn) -> InvoiceRecord:
    """Invoices with amounts as BluePro computes them."""
    hundredths = st.integers(0, 2_000_000).map(lambda number: Decimal(number) / 100)
    quantities = st.integers(0, 99_99999).map(lambda number: Decimal(number) / 100000)
    rows = draw(st.lists(st.tuples(quantities, hundredths, st.booleans(), st.booleans()), min_size=1, max_size=6))
    rate = draw(st.sampled_from([Decimal(0), Decimal("8.25"), Decimal("10.10250")]))
    exempt = draw(st.booleans())
    computed = amounts.compute(
        [amounts.Line(quantity, price, is_exempt) for quantity, price, is_exempt, _ in rows],
        discount_kind=draw(st.sampled_from(["percent", ""])),
        discount_value=Decimal(draw(st.integers(0, 100))),
        tax_rate_percent=rate,
        contact_tax_exempt=exempt,
    )
    lines = tuple(
        LineRecord(
            id=position,
            kind="custom" if is_custom else "service",
            service_id=None if is_custom else 2,
            name=f"Line {position}",
            description="",
            quantity=row_quantity,
            unit_price=price,
            amount=amount,
            tax_exempt=is_exempt,
        )
        for position, ((row_quantity, price, is_exempt, is_custom), amount) in enumerate(
            zip(rows, computed.lines, strict=True)
        )
    )
    return replace(
        INVOICE,
        lines=lines,
        tax_rate_percent=rate,
        contact_tax_exempt=exempt,
        subtotal=computed.subtotal,
        discount=computed.discount,
        taxable_base=computed.taxable_base,
        tax=computed.tax,
        total=computed.total,
    )


@given(invoices(), st.sampled_from([BOOKS, AS_LINE]))
def test_what_is_sent_adds_up_to_the_total(record: InvoiceRecord, books: Books) -> None:
    payload = invoice(record, books=books)
    lines = sent_lines(payload)
    signs = {"SalesItemLineDetail": 1, "DiscountLineDetail": -1}
    booked = sum((signs[one["DetailType"]] * Decimal(one["Amount"]) for one in lines), Decimal(0))
    tax = Decimal(wire_json(payload.entity).get("TxnTaxDetail", {}).get("TotalTax", 0))
    assert booked + tax == record.total


@given(invoices(), st.sampled_from([BOOKS, AS_LINE]))
def test_every_line_says_whether_it_is_taxed_and_its_product_is_its_amount(record: InvoiceRecord, books: Books) -> None:
    details = [
        (Decimal(one["Amount"]), one["SalesItemLineDetail"])
        for one in sent_lines(invoice(record, books=books))
        if one["DetailType"] == "SalesItemLineDetail"
    ]
    assert all(detail["TaxCodeRef"]["value"] in ("TAX", "NON") for _, detail in details)
    priced = [(amount, detail) for amount, detail in details if "Qty" in detail]
    assert all(amount == cents(Decimal(one["Qty"]) * Decimal(one["UnitPrice"])) for amount, one in priced)


@given(invoices(), st.sampled_from([BOOKS, AS_LINE]))
def test_any_invoice_is_quiet_once_pushed(record: InvoiceRecord, books: Books) -> None:
    payload = invoice(record, books=books)
    assert invoice(record, link_of(payload), books).changed == ()


def test_the_service_address_is_the_place_of_the_sale() -> None:
    assert invoice().owned["ShipAddr"] == {
        "Line1": ADDRESS.street,
        "City": ADDRESS.city,
        "CountrySubDivisionCode": ADDRESS.region,
        "PostalCode": ADDRESS.postal_code,
        "Country": ADDRESS.country,
    }
