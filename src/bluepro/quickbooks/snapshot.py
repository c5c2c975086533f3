"""Frozen pictures of what a push needs: records as loaded in one consistent snapshot, and what is known of the books.

Pure data between `store`, which fills them, and `translate`, `plan`, `judge`, which read them. Money is Decimal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum, StrEnum


class Kind(IntEnum):
    """The four kinds of records that are pushed, in dependency order."""

    CONTACT = 1
    SERVICE = 2
    INVOICE = 3
    PAYMENT = 4


class TaxMode(StrEnum):
    """How sales tax is booked: QuickBooks' automated tax with our total as override, by its tax codes in the older
    model (it computes, the answer is compared), or as a last line."""

    AUTOMATED = "automated"
    CODES = "codes"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; empty strings for what is not known."""

    street: str = ""
    city: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""

    def __bool__(self) -> bool:
        return any((self.street, self.city, self.region, self.postal_code, self.country))


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """A contact. `emails` and `phones` in order, the main one first."""

    id: int
    is_company: bool
    display_name: str
    company: str
    first_name: str
    last_name: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    billing: Address
    tax_exempt: bool
    tax_exempt_reason: str
    tax_exempt_certificate: str


@dataclass(frozen=True, slots=True)
class ServiceRecord:
    """A catalogue entry. `unit_price` has up to 5 decimals; `income_account` is an id there, "" for the mapped one."""

    id: int
    is_product: bool
    name: str
    sku: str
    description: str
    unit_price: Decimal
    tax_exempt: bool
    income_account: str


@dataclass(frozen=True, slots=True)
class LineRecord:
    """An invoice line. `id` tells lines apart between pushes; `kind` is service, custom, heading or text."""

    id: int
    kind: str
    service_id: int | None
    name: str
    description: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    tax_exempt: bool


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """An invoice with its computed amounts; `cancelled` ones are voided once pushed."""

    id: int
    ref: str
    number: str
    contact_id: int
    status: str
    issue_date: date
    due_date: date
    service_address: Address
    message: str
    tax_rate_percent: Decimal
    contact_tax_exempt: bool
    subtotal: Decimal
    discount: Decimal
    taxable_base: Decimal
    tax: Decimal
    total: Decimal
    lines: tuple[LineRecord, ...]


@dataclass(frozen=True, slots=True)
class PaymentRecord:
    """A payment; `allocations` are (invoice id, amount) in order of invoice id, `newest_invoice` the latest date of
    these invoices (None if there are none)."""

    id: int
    ref: str
    contact_id: int
    paid_on: date
    amount: Decimal
    method: str
    reference: str
    description: str
    allocations: tuple[tuple[int, Decimal], ...]
    newest_invoice: date | None = None


Record = ContactRecord | ServiceRecord | InvoiceRecord | PaymentRecord


@dataclass(frozen=True, slots=True)
class Books:
    """What a push needs to know of the QuickBooks company: the mapping and the stored readiness. Ids are QuickBooks'.

    `methods` maps a payment method's name (lower case, trimmed) to (payment method id or "", deposit account id or "").
    `discount_item` carries discounts where discount lines are not allowed. `tax_codes` maps a tax rate in per cent to
    the code that books it, `code_rates` each code to what it charges. `closed_through` is the later of QuickBooks'
    closing date and the workspace's own; dates up to it are held back.
    """

    era: int
    income_account: str
    discount_account: str
    deposit_account: str
    tax_mode: TaxMode
    tax_code: str
    catch_all_item: str
    tax_item: str
    discount_item: str = ""
    allow_discount: bool = True
    methods: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    tax_codes: Mapping[Decimal, str] = field(default_factory=dict)
    code_rates: Mapping[str, Decimal] = field(default_factory=dict)
    start_date: date | None = None
    closed_through: date | None = None


@dataclass(frozen=True, slots=True)
class PushedLine:
    """What QuickBooks answered for one line of ours at the last push: its id there, and the JSON of the line."""

    key: str
    line_id: str
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a person agreed to for one record.

    `send_closed` is the revision that may change closed books, `brake` the one that the brake lets go. `booked_on` is
    the day under which it is booked in QuickBooks as long as its own date is `instead_of`. `applied` is how much of a
    payment at most goes to an invoice, by the invoice's id in QuickBooks: the rest stays as the customer's credit.
    `send_old`: it goes, though it is dated before the day from which records are sent.
    `overwrite`: what was changed there is written over, once. `left`: it is void there or gone, and stays so.
    `same_number`: it is made anew beside a void one that keeps its number.
    """

    send_closed: int | None = None
    send_old: bool = False
    brake: int | None = None
    booked_on: date | None = None
    instead_of: date | None = None
    overwrite: bool = False
    left: bool = False
    same_number: bool = False
    applied: Mapping[str, Decimal] = field(default_factory=dict)

    def part(self, invoice: str, amount: Decimal) -> Decimal:
        """How much of an allocation is applied to the invoice."""
        return min(amount, self.applied.get(invoice, amount))

    def day(self, own: date) -> date:
        """The day under which a record of this date is booked."""
        return self.booked_on if self.booked_on is not None and own == self.instead_of else own


NOTHING_AGREED = Agreed()


@dataclass(frozen=True, slots=True)
class LinkState:
    """The pair of record and entity as stored. `entity_id` "" means that no entity is known.

    `name` is the name given in QuickBooks (customers and items) when the record asked for `wanted`, `owned` the owned
    fields as last pushed (wire names to JSON values), `lines` the lines as last answered, `generation` how many
    entities the record has had in this realm. `asked_token` is not "" while what somebody did to the entity in
    QuickBooks is known and a person has not settled it; `accepted` has what a person left as it is there.
    """

    id: int
    kind: Kind
    record_id: int
    generation: int = 1
    entity_id: str = ""
    sync_token: str = ""
    name: str = ""
    wanted: str = ""
    fingerprint: str = ""
    pushed_revision: int = 0
    attempts: int = 0
    asked_token: str = ""
    voided: bool = False
    amount_only: bool = False
    owned: Mapping[str, object] = field(default_factory=dict)
    accepted: Mapping[str, object] = field(default_factory=dict)
    lines: tuple[PushedLine, ...] = ()
    agreed: Agreed = NOTHING_AGREED
