"""Named options of the books, for what nobody outside Intuit knows (sections 12 and 13 of the field notes).

The defaults are the notes' reading, or the stricter way. The emulator's own options (options.py) take these in, so that
the command line and the control API set them.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec


class Choices(msgspec.Struct, kw_only=True):
    """How the books behave where the real ones' behaviour is not known."""

    duplicate_numbers: Literal["refuse", "allow"] = "refuse"
    """A document number that is in use: 6140, or stored (13.6)."""
    number_space: Literal["shared", "separate"] = "shared"
    """Whether the four sales forms share one space of numbers or have one each (13.6)."""
    overpayment: Literal["refuse", "cap"] = "refuse"
    """A payment's line above the open balance: 6000, or cut to it, the rest unapplied (13.7)."""
    linked_invoices: Literal["refuse", "release"] = "refuse"
    """Deleting an invoice with payments, or changing its customer: 6000, or the money becomes unapplied (13.8)."""
    tax_overrides: Literal["by_model", "honour", "ignore"] = "by_model"
    """A sent TotalTax counts under automated sales tax only, in both US models, or never (13.13, F8.2-3)."""
    override_without_agency: Literal["honour", "zero", "refuse"] = "honour"
    """Such a total where no tax agency is set up: it counts, the tax is 0, or 6000 (13.13)."""
    override_without_taxable_line: Literal["refuse", "ignore"] = "refuse"
    """Such a total while no line is taxable: 6000, or the tax is 0 (F8.2-4)."""
    line_without_item: Literal["text", "default_item"] = "text"
    """A priced line without an item: text whose amount is dropped, or the company's default item (12, F7.3-21)."""
    line_without_tax_code: Literal["6000", "2020"] = "6000"
    """The code of the fault for a line without a tax code outside the US (F8.4-2)."""
    switched_off_fields: Literal["refuse", "accept"] = "refuse"
    """A property whose preference is off, such as ServiceDate without AllowServiceDate: 6000, or taken as it is."""
    strict_names: bool = False
    """Whether names may hold only the characters that third parties found to be accepted (F7.1-19, 13.9)."""
    reactivation: Literal["keep", "restore"] = "keep"
    """Whether an entry that is made active again keeps ` (deleted)` in its name (13.10)."""
    address_coordinates: bool = True
    """Whether addresses show Lat and Long, which Intuit has begun to take away (13.16)."""
    flatten_addresses: bool = True
    """Whether an address that is changed inside a sales form becomes free lines (section 7, shapes)."""
    query_entity_names: Literal["any_case", "exact"] = "any_case"
    """Whether a query may name an entity in any case, for the documentation says both (F5.1-5)."""
    query_transaction_order: Literal["newest", "id"] = "newest"
    """The order of transactions in a query without ORDERBY (13.12)."""
    query_total_count: bool = False
    """Whether a page of a query says how many there are in all, as some recordings do (F5.1-11)."""
    cdc_days: Annotated[int, msgspec.Meta(ge=0)] = 0
    """How many days back change data capture is answered; 0: any moment is, as recorded, not 30 days as documented."""
    merged_entry: Literal["gone", "inactive"] = "gone"
    """What is left of a customer or item that was merged into another: nothing (610), or an inactive one (F7.1-24)."""
