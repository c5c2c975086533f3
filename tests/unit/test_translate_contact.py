"""Contacts as customers, and services as items."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from translate_records import ADDRESS, BOOKS, CONTACT, SERVICE, pushed, wire_json

from bluepro.quickbooks.snapshot import Address, ContactRecord, Kind, LinkState, ServiceRecord
from bluepro.quickbooks.translate import Held, Payload, Who, translate_contact, translate_item
from qbo_client import wire


def customer(
    record: ContactRecord = CONTACT,
    link: LinkState | None = None,
    *,
    name: str = "Harbor Windows",
    resend: bool = False,
) -> Payload[wire.Customer]:
    payload = translate_contact(record, link, name=name, resend=resend)
    assert isinstance(payload, Payload)
    return payload


def item(record: ServiceRecord = SERVICE, link: LinkState | None = None) -> Payload[wire.Item]:
    payload = translate_item(record, BOOKS, link, name="Window cleaning")
    assert isinstance(payload, Payload)
    return payload


def contact_link(record: ContactRecord = CONTACT) -> LinkState:
    return pushed(Kind.CONTACT, customer(record))


def test_a_new_customer_has_all_that_is_known() -> None:
    assert wire_json(customer().entity) == {
        "DisplayName": "Harbor Windows",
        "CompanyName": "Harbor Windows LLC",
        "GivenName": "Ada",
        "FamilyName": "Ruiz",
        "PrimaryEmailAddr": {"Address": "ada@harbor.example"},
        "PrimaryPhone": {"FreeFormNumber": "(415) 555-0101"},
        "AlternatePhone": {"FreeFormNumber": "(415) 555-0102"},
        "BillAddr": {
            "Line1": "12 Ocean Dr.",
            "City": "Half Moon Bay",
            "CountrySubDivisionCode": "CA",
            "PostalCode": "94213",
            "Country": "USA",
        },
    }


def test_an_unchanged_customer_has_nothing_to_send() -> None:
    again = customer(link=contact_link())
    assert again.changed == ()
    assert again.fingerprint == contact_link().fingerprint
    assert wire_json(again.entity) == {"Id": "145", "SyncToken": "3"}


@pytest.mark.parametrize(
    ("changes", "sent"),
    [
        ({"last_name": "Diaz"}, {"FamilyName": "Diaz"}),
        ({"last_name": ""}, {"FamilyName": ""}),
        ({"emails": ()}, {"PrimaryEmailAddr": {"Address": ""}}),
        ({"phones": ("(415) 555-0101",)}, {"AlternatePhone": {"FreeFormNumber": ""}}),
        ({"tax_exempt": True}, {"Taxable": False}),
        (
            {"billing": replace(ADDRESS, country="", city="Moss Beach")},
            {
                "BillAddr": {
                    "Line1": "12 Ocean Dr.",
                    "City": "Moss Beach",
                    "CountrySubDivisionCode": "CA",
                    "PostalCode": "94213",
                    "Country": "",
                }
            },
        ),
    ],
)
def test_an_update_sends_what_differs_and_blanks_what_we_had_set(
    changes: dict[str, Any], sent: dict[str, object]
) -> None:
    payload = customer(replace(CONTACT, **changes), contact_link())
    assert wire_json(payload.entity) == {"Id": "145", "SyncToken": "3"} | sent
    assert payload.changed == tuple(sent)


def test_a_blank_never_clears_what_we_did_not_set() -> None:
    bare = replace(CONTACT, company="", last_name="", emails=(), phones=(), billing=Address())
    linked_by_matching = LinkState(1, Kind.CONTACT, 1, entity_id="7", sync_token="0")
    assert wire_json(customer(bare, linked_by_matching).entity) == {
        "Id": "7",
        "SyncToken": "0",
        "DisplayName": "Harbor Windows",
        "GivenName": "Ada",
    }


def test_an_exemption_is_set_and_only_our_own_is_lifted() -> None:
    exempt = replace(CONTACT, tax_exempt=True, tax_exempt_certificate="CA-123456")
    assert wire_json(customer(exempt).entity)["Taxable"] is False
    assert wire_json(customer(exempt).entity)["ResaleNum"] == "CA-123456"
    lifted = customer(CONTACT, contact_link(exempt))
    assert wire_json(lifted.entity) == {"Id": "145", "SyncToken": "3", "Taxable": True, "ResaleNum": ""}
    afterwards = replace(contact_link(exempt), owned=lifted.owned)
    assert customer(CONTACT, afterwards).changed == ()
    assert "Taxable" not in wire_json(customer(CONTACT, afterwards, resend=True).entity)


@pytest.mark.parametrize(
    ("changes", "left_out", "word"),
    [
        ({"emails": ("nobody",)}, "PrimaryEmailAddr", "nobody"),
        ({"phones": ("+1 (415) 555-0101 extension 12345",)}, "PrimaryPhone", "extension"),
        ({"tax_exempt": True, "tax_exempt_certificate": "C" * 17}, "ResaleNum", "CCC"),
    ],
)
def test_what_quickbooks_would_refuse_is_left_out_with_a_warning(
    changes: dict[str, Any], left_out: str, word: str
) -> None:
    payload = customer(replace(CONTACT, **changes))
    assert left_out not in payload.owned
    assert len(payload.warnings) == 1 and word in payload.warnings[0]


def test_the_first_valid_address_is_taken() -> None:
    payload = customer(replace(CONTACT, emails=("nobody", " ada@harbor.example ")))
    assert payload.owned["PrimaryEmailAddr"] == {"Address": "ada@harbor.example"}
    assert len(payload.warnings) == 1


def test_a_street_of_many_lines_fits_into_five() -> None:
    payload = customer(replace(CONTACT, billing=Address(street="a\nb\n\nc\r\nd\ne\nf")))
    assert payload.owned["BillAddr"] == {"Line1": "a", "Line2": "b", "Line3": "c", "Line4": "d", "Line5": "e, f"}


def test_resending_sends_everything() -> None:
    assert set(wire_json(customer(link=contact_link(), resend=True).entity)) == {"Id", "SyncToken", *customer().owned}


def test_no_name_holds_the_record() -> None:
    held = translate_contact(replace(CONTACT, display_name="✨"), None, name="")
    assert isinstance(held, Held) and held.cause == "name_empty" and held.who is Who.EDITOR


def test_a_new_item_has_kind_and_account_and_an_update_has_neither() -> None:
    assert wire_json(item().entity) == {
        "Name": "Window cleaning",
        "Sku": "W-1",
        "Description": "Inside and outside",
        "Type": "Service",
        "Taxable": True,
        "UnitPrice": "45.5",
        "IncomeAccountRef": {"value": "79"},
    }
    dearer = replace(SERVICE, unit_price=Decimal("50"), sku="", income_account="81", is_product=True)
    update = item(dearer, pushed(Kind.SERVICE, item()))
    assert wire_json(update.entity) == {"Id": "145", "SyncToken": "3", "UnitPrice": "50", "Sku": ""}


def test_a_product_is_not_stocked_and_may_have_its_own_account() -> None:
    sent = wire_json(item(replace(SERVICE, is_product=True, income_account="81", tax_exempt=True)).entity)
    assert (sent["Type"], sent["IncomeAccountRef"], sent["Taxable"]) == ("NonInventory", {"value": "81"}, False)


def test_an_unchanged_item_has_nothing_to_send() -> None:
    assert item(link=pushed(Kind.SERVICE, item())).changed == ()


@pytest.mark.parametrize(
    ("changes", "books", "cause", "who"),
    [
        ({"unit_price": Decimal("100000000000")}, BOOKS, "price_range", Who.EDITOR),
        ({}, replace(BOOKS, income_account=""), "no_account", Who.MAPPER),
    ],
)
def test_an_item_that_cannot_be_sent_is_held(changes: dict[str, Any], books: Any, cause: str, who: Who) -> None:
    held = translate_item(replace(SERVICE, **changes), books, None, name="Window cleaning")
    assert isinstance(held, Held) and (held.cause, held.who) == (cause, who)
