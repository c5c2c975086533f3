"""What a person sets inside QuickBooks: names, preferences, the plan. The control API changes it, a part the API too.

The defaults are those of a new US company. Facts: sections 7.10, 7.11 and 8.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from qbo_emulator.books.wire import Obj

NameDetail: TypeAlias = Literal["null", "id", "text", "customer", "literal"]


@dataclass
class CompanySettings:
    """One company's. `contact` holds what CompanyInfo shows beside name and address, by property.

    `book_close_password` is whether the closing date has one. `sandbox` companies mail 40 forms a day.
    """

    name: str
    kind: str
    user: str
    address: Obj
    contact: Obj = field(default_factory=dict)
    country: str = "US"
    home_currency: str = "USD"
    multi_currency: bool = False
    subscription_active: bool = True
    user_is_admin: bool = True
    sandbox: bool = False
    offering: str = "QuickBooks Online Plus"

    using_sales_tax: bool = True
    automated_sales_tax: bool = True
    default_tax_code: str | None = None

    book_close_date: date | None = None
    book_close_password: bool = False
    first_month_of_fiscal_year: str = "January"
    tax_year_month: str = "January"
    use_account_numbers: bool = False
    track_quantity: bool = False
    track_departments: bool = False
    department_terminology: str = "Location"
    class_tracking_per_txn: bool = False
    class_tracking_per_txn_line: bool = False
    customer_terminology: str = "Customers"

    custom_txn_numbers: bool = False
    custom_field_names: dict[str, str] = field(default_factory=dict)
    purchase_field_names: dict[str, str] = field(default_factory=dict)
    allow_deposit: bool = False
    allow_discount: bool = True
    allow_estimates: bool = True
    allow_service_date: bool = False
    allow_shipping: bool = False
    auto_apply_credit: bool = False
    auto_apply_payments: bool = False
    online_payments: bool = False
    attach_pdf: bool = False
    progress_invoicing: bool = False
    report_basis: str = "Accrual"
    default_customer_message: str | None = None
    other_prefs: dict[str, str] = field(default_factory=lambda: {"SalesFormsPrefs.DefaultItem": "1"})

    default_term: str | None = None
    default_discount_account: str | None = None
    default_shipping_account: str | None = None
    default_deposit_account: str | None = None
    receivables_account: str | None = None

    duplicate_name_detail: NameDetail = "null"
    """The wording of 6240 (F7.1-26)."""
