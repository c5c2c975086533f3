"""The company `sample`: the sandbox of section 10, older tax model, automatic numbers from 1001.

Balances are made by real invoices and payments of our own, dated in the weeks before the clock's present.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from qbo_emulator.books import amounts, profile, sample_data, seed, taxes
from qbo_emulator.books.company import Company
from qbo_emulator.books.company_settings import CompanySettings
from qbo_emulator.books.wire import Obj
from qbo_emulator.clock import Clock, ManualClock

REALM = "9341450000000002"
_FIRST_NUMBER, _IDS_BETWEEN = 1001, 6
_ADDRESS = {
    "Line1": "2500 Garcia Ave",
    "City": "Mountain View",
    "CountrySubDivisionCode": "CA",
    "PostalCode": "94043",
}


def _add_accounts(company: Company) -> None:
    for name, kind, sub_type in sample_data.ACCOUNTS:
        row_id = seed.add_account(company, name, kind, sub_type)
        if int(row_id) == sample_data.MISSING_ACCOUNT_ID - 1:
            company.next_id("Account")


def _item(company: Company, line: sample_data.Service | sample_data.Inventory) -> Obj:
    name, price, taxable, income, *stock = line
    body: Obj = {
        "Name": name,
        "Type": "Service",
        "UnitPrice": Decimal(price),
        "Taxable": taxable,
        "IncomeAccountRef": seed.ref(income),
    }
    bought, cost, expense = sample_data.BOUGHT
    if name == bought:
        body |= {"PurchaseCost": Decimal(cost), "ExpenseAccountRef": seed.ref(expense)}
    return body | _stock(company, *stock) if stock else body


def _stock(company: Company, cost: str, quantity: str) -> Obj:
    return {
        "Type": "Inventory",
        "TrackQtyOnHand": True,
        "QtyOnHand": Decimal(quantity),
        "InvStartDate": (company.today() - timedelta(days=365)).isoformat(),
        "PurchaseCost": Decimal(cost),
        "ExpenseAccountRef": seed.ref("80"),
        "AssetAccountRef": seed.ref("81"),
    }


def _add_items(company: Company) -> None:
    seed.add_default_items(company, "1")
    for line in sample_data.ITEMS:
        seed.create(company, "Item", _item(company, line))


def _customer(line: str, taxable: bool) -> Obj:
    name, email, phone, street, city, state, code = line.split("|")
    parent, _, rest = name.partition(":")
    body: Obj = {"DisplayName": rest or name, "Taxable": taxable}
    if rest:
        body |= {"Job": True, "ParentRef": seed.ref(parent)}
    if email:
        body["PrimaryEmailAddr"] = {"Address": email}
        body["PrimaryPhone"] = {"FreeFormNumber": phone}
        address = {"Line1": street, "City": city, "CountrySubDivisionCode": state, "PostalCode": code}
        body["BillAddr"] = body["ShipAddr"] = address
    return body


def _add_people(company: Company) -> None:
    for position, line in enumerate(sample_data.CUSTOMERS.splitlines(), 1):
        seed.create(company, "Customer", _customer(line, str(position) in sample_data.TAXABLE_CUSTOMERS))
    for name in sample_data.VENDORS:
        vendor = seed.create(company, "Vendor", {"DisplayName": name})
        if name == sample_data.INACTIVE_VENDOR:
            gone = {"Id": vendor["Id"], "SyncToken": "0", "sparse": True, "Active": False}
            seed.create(company, "Vendor", gone)
    for given, family in sample_data.EMPLOYEES:
        seed.create(company, "Employee", {"GivenName": given, "FamilyName": family})
    for name in sample_data.LATER_VENDORS:
        seed.create(company, "Vendor", {"DisplayName": name})


def _add_taxes(company: Company) -> None:
    """Codes 2 California and 3 Tucson, rates 1 to 3, agencies 1 and 2 (F10.4-3)."""
    seed.add_pseudo_codes(company)
    arizona = taxes.add_agency(company, "Arizona Dept. of Revenue")
    board = taxes.add_agency(company, "Board of Equalization")
    state = taxes.add_rate(company, "AZ State tax", Decimal("7.1"), arizona.id)
    city = taxes.add_rate(company, "Tucson City", Decimal(2), arizona.id)
    california = taxes.add_rate(company, "California", Decimal(8), board.id)
    taxes.add_code(company, "California", [california.id], "2")
    taxes.add_code(company, "Tucson", [state.id, city.id], "3")
    for _ in range(3):  # ids 1 to 3 are taken
        company.next_id("TaxCode")


def _line(item: str, qty: str, price: str, taxed: bool) -> Obj:
    quantity, unit_price = Decimal(qty), Decimal(price)
    detail = {
        "ItemRef": seed.ref(item),
        "Qty": quantity,
        "UnitPrice": unit_price,
        "TaxCodeRef": seed.ref("TAX" if taxed else "NON"),
    }
    amount = amounts.line_amount(quantity, unit_price)
    return {"Amount": amount, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}


def _add_sale(company: Company, sale: sample_data.Sale, number: int) -> None:
    """An invoice of its day, and a payment on it if there was one."""
    customer, days_ago, lines, tax_code, discount, paid = sale
    day = (company.today() - timedelta(days=days_ago)).isoformat()
    sent: list[Obj] = [_line(*line, taxed=bool(tax_code)) for line in lines]
    if discount:
        detail = {"PercentBased": True, "DiscountPercent": Decimal(discount)}
        sent.append({"DetailType": "DiscountLineDetail", "DiscountLineDetail": detail})
    body: Obj = {"CustomerRef": seed.ref(customer), "TxnDate": day, "Line": sent, "DocNumber": str(number)}
    if tax_code:
        body["TxnTaxDetail"] = {"TxnTaxCodeRef": seed.ref(tax_code)}
    invoice = seed.create(company, "Invoice", body)
    if paid:
        link = {"TxnId": invoice["Id"], "TxnType": "Invoice"}
        payment = {
            "CustomerRef": seed.ref(customer),
            "TxnDate": day,
            "TotalAmt": Decimal(paid),
            "PaymentMethodRef": seed.ref("2"),
            "Line": [{"Amount": Decimal(paid), "LinkedTxn": [link]}],
        }
        seed.create(company, "Payment", payment)


def _fill(company: Company) -> None:
    """Everything that was there before the clock's present."""
    settings = company.settings
    _add_accounts(company)
    settings.default_discount_account = "86"
    settings.default_shipping_account = "79"
    settings.default_deposit_account = "4"
    settings.receivables_account = "84"
    seed.add_lists(company)
    seed.create(company, "Term", {"Name": "Net 10", "DueDays": 10})
    _add_taxes(company)
    settings.default_tax_code = "2"
    _add_items(company)
    _add_people(company)
    for position, sale in enumerate(sorted(sample_data.SALES, key=lambda sale: -sale[1])):
        _add_sale(company, sale, _FIRST_NUMBER + 2 * position)
        for _ in range(_IDS_BETWEEN):  # the sandbox's bills, checks and estimates, which are not modelled (F10.4-5)
            company.next_id("Invoice")


def build(clock: Clock) -> Company:
    """The company as it stands at the clock's present; MetaData says that all of it was entered a week ago."""
    settings = CompanySettings(
        name="Sandbox Company_US_1",
        kind="sample",
        user="Craig Carlson",
        address=dict(_ADDRESS),
        automated_sales_tax=False,
        sandbox=True,
        custom_field_names={"1": "Crew #"},
        track_quantity=True,
    )
    start = clock.now() - timedelta(days=7)
    company = Company(REALM, settings, ManualClock(start))
    _fill(company)
    profile.refresh(company)
    company.clock = clock
    return company
