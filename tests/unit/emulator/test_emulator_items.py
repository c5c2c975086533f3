"""Products and services: one test per fact of section 7.2."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from emulator_books import fresh, read, ref, refused, sales_line, sample, sparse, uk, void, write

from qbo_emulator.books.company import Company

STOCK: dict[str, Any] = {
    "Type": "Inventory",
    "TrackQtyOnHand": True,
    "QtyOnHand": Decimal(10),
    "InvStartDate": "2026-01-01",
    "IncomeAccountRef": ref("4"),
    "ExpenseAccountRef": ref("16"),
    "AssetAccountRef": ref("8"),
}


@pytest.fixture
def company() -> Company:
    return fresh()


def _item(company: Company, **fields: Any) -> dict[str, Any]:
    return write(company, "Item", **{"Name": "Gutters", "IncomeAccountRef": ref("1"), **fields})


def test_f7_2_1_names_are_unique_per_parent(company: Company) -> None:
    parent = _item(company, Name="Outside", Type="Category")
    _item(company)
    assert _item(company, SubItem=True, ParentRef=ref(parent))["FullyQualifiedName"] == "Outside:Gutters"
    with refused("6240"):
        _item(company, Name="GUTTERS")


def test_f7_2_2_an_item_is_a_service_unless_something_says_stock(company: Company) -> None:
    assert _item(company)["Type"] == "Service"
    told = {key: value for key, value in STOCK.items() if key != "Type"}
    assert _item(company, Name="Pump", **told)["Type"] == "Inventory"
    assert _item(company, Name="Hose", Type="NonInventory")["Type"] == "NonInventory"
    with refused("6000"):
        _item(company, Name="Set", Type="Group")


def test_f7_2_4_an_expense_account_is_for_what_is_bought(company: Company) -> None:
    made = _item(company, ExpenseAccountRef=ref("18"), PurchaseCost=Decimal("6.5"))
    assert (made["ExpenseAccountRef"]["value"], made["PurchaseCost"]) == ("18", Decimal("6.5"))
    with refused("2020") as fault:
        _item(company, Name="Pump", **{**STOCK, "ExpenseAccountRef": None})
    assert fault.error.element == "ExpenseAccountRef"
    with refused("6430"):
        _item(company, Name="Pump", **{**STOCK, "ExpenseAccountRef": ref("10")})


@pytest.mark.parametrize("prop", ["AssetAccountRef", "TrackQtyOnHand", "QtyOnHand", "InvStartDate"])
def test_f7_2_5_stock_needs_all_of_these(company: Company, prop: str) -> None:
    with refused("2020") as fault:
        _item(company, **{**STOCK, prop: None})
    assert fault.error.element == prop


def test_f7_2_5_not_every_plan_has_stock(company: Company) -> None:
    company.settings.offering = "QuickBooks Online Essentials"
    with refused("5030"):
        _item(company, **STOCK)
    company.settings.offering = "QuickBooks Online Advanced"
    assert _item(company, **STOCK)["QtyOnHand"] == 10


def test_f7_2_6_a_price_has_a_limit(company: Company) -> None:
    made = _item(company, UnitPrice=Decimal(99_999_999_999))
    assert made["UnitPrice"] == 99_999_999_999
    with refused("2240"):
        sparse(company, "Item", made, UnitPrice=Decimal(100_000_000_000))


@pytest.mark.parametrize(
    ("prop", "longest"),
    [
        pytest.param("Name", 100, id="F7.2-1"),
        pytest.param("Description", 4000, id="F7.2-7"),
        pytest.param("PurchaseDesc", 1000, id="F7.2-8"),
        pytest.param("Sku", 100, id="F7.2-9"),
    ],
)
def test_f7_2_the_lengths_of_an_items_texts(company: Company, prop: str, longest: int) -> None:
    made = _item(company, **{prop: "x" * longest})
    with refused("2050") as fault:
        sparse(company, "Item", made, **{prop: "x" * (longest + 1)})
    assert fault.error.element == prop


def test_f7_2_8_what_is_told_of_buying_is_optional(company: Company) -> None:
    vendor = write(company, "Vendor", DisplayName="Glass")
    told = {"PurchaseDesc": "bought", "PurchaseCost": Decimal("2.5"), "ReorderPoint": Decimal(4)}
    made = _item(company, PrefVendorRef=ref(vendor), **told)
    assert {prop: made[prop] for prop in told} == told
    assert made["PrefVendorRef"] == {"value": vendor["Id"], "name": "Glass"}
    with refused("2500"):
        sparse(company, "Item", made, PrefVendorRef=ref("99"))


def test_f7_2_9_two_items_may_have_one_sku(company: Company) -> None:
    assert _item(company, Sku="A1")["Sku"] == _item(company, Name="Roof", Sku="A1")["Sku"] == "A1"


def test_f7_2_10_taxable_is_false_unless_it_is_said(company: Company) -> None:
    assert _item(company)["Taxable"] is False
    assert _item(company, Name="Roof", Taxable=True)["Taxable"] is True


def test_f7_2_11_outside_the_us_an_item_has_a_tax_code_of_its_own(company: Company) -> None:
    abroad = uk()
    made = _item(abroad, SalesTaxCodeRef=ref("2"), SalesTaxIncluded=True, Taxable=True)
    assert (made["SalesTaxCodeRef"], made["SalesTaxIncluded"]) == ({"value": "2", "name": "Reduced 5%"}, True)
    assert "Taxable" not in made
    with refused("2500"):
        sparse(abroad, "Item", made, SalesTaxCodeRef=ref("99"))
    assert _item(company, SalesTaxIncluded=True).keys() & {"SalesTaxCodeRef", "SalesTaxIncluded"} == set()


def test_f7_2_12_items_nest_five_levels_and_categories_four(company: Company) -> None:
    parent = _item(company, Name="C0", Type="Category")
    for level in range(1, 4):
        parent = _item(company, Name=f"C{level}", Type="Category", SubItem=True, ParentRef=ref(parent))
    assert parent["Level"] == 3
    with refused("6180"):
        _item(company, Name="C4", Type="Category", SubItem=True, ParentRef=ref(parent))
    leaf = _item(company, SubItem=True, ParentRef=ref(parent))
    assert (leaf["Level"], leaf["FullyQualifiedName"]) == (4, "C0:C1:C2:C3:Gutters")
    with refused("6150"):
        _item(company, Name="Roof", SubItem=True)


def test_f7_2_13_an_item_may_have_a_class_and_no_classification_here(company: Company) -> None:
    made = _item(company, ClassRef=ref(write(company, "Class", Name="North")))
    assert made["ClassRef"]["name"] == "North"
    with refused("2500"):
        sparse(company, "Item", made, ClassRef=ref("99"))
    with refused("2500"):
        _item(company, Name="Roof", TaxClassificationRef=ref("EUC-1"))


def test_f7_2_15_stock_stays_stock(company: Company) -> None:
    made = _item(company, **STOCK)
    with refused("6000"):
        sparse(company, "Item", made, Type="Service")
    with refused("6000"):
        sparse(company, "Item", made, TrackQtyOnHand=False)
    assert sparse(company, "Item", made, QtyOnHand=Decimal(99)) == made  # counted by sales only


def test_f7_2_16_sales_move_stock_and_none_is_dated_before_its_start(company: Company) -> None:
    item, customer = _item(company, **STOCK), write(company, "Customer", DisplayName="Ada")
    line = sales_line(item, "30", "NON", Qty=Decimal(3), UnitPrice=Decimal(10))
    made = write(company, "Invoice", CustomerRef=ref(customer), Line=[line])
    assert read(company, "Item", item["Id"])["QtyOnHand"] == 7
    with refused("6270"):
        write(company, "Invoice", CustomerRef=ref(customer), Line=[line], TxnDate="2025-12-31")
    void(company, "Invoice", made)
    assert read(company, "Item", item["Id"])["QtyOnHand"] == 10


@pytest.mark.parametrize("char", [":", "\t", "\n", '"'])
def test_f7_2_17_these_stand_in_no_items_name(company: Company, char: str) -> None:
    with refused("2040"):
        _item(company, Name=f"a{char}b")


def test_f7_2_18_the_recorded_refusals(company: Company) -> None:
    made = _item(company)
    with refused("2020") as fault:
        _item(company, Name=None)
    assert fault.error.element == "Name"
    with refused("5010"):
        sparse(company, "Item", {**made, "SyncToken": "7"}, Sku="x")
    with refused("610"):
        sparse(company, "Item", {"Id": "99", "SyncToken": "0"}, Sku="x")
    company.settings.duplicate_name_detail = "id"
    with refused("6240") as fault:
        _item(company)
    assert fault.error.detail.endswith(f": Id={made['Id']}")


def test_f7_2_19_a_dead_income_account_is_refused(company: Company) -> None:
    sparse(company, "Account", read(company, "Account", "3"), Active=False)
    with refused("610"):
        _item(company, IncomeAccountRef=ref("3"))
    with refused("2500") as fault:
        _item(company, IncomeAccountRef=ref("98"))
    assert fault.error.detail == "Invalid Reference Id : Accounts element id 98 not found"


def test_the_sandboxs_stock_can_be_sold() -> None:
    company = sample()
    write(
        company, "Invoice", CustomerRef=ref("1"), Line=[sales_line("11", "30", Qty=Decimal(2), UnitPrice=Decimal(15))]
    )
    assert read(company, "Item", "11")["QtyOnHand"] == 23
