"""What a service or product may hold: the data that services take, cleaned, and every rule it breaks. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from bluepro.common.errors import FieldError
from bluepro.common.text import check_text, clean_text

KINDS = ("service", "product")
HIGHEST_PRICE = Decimal(99_999_999_999)  # what QuickBooks takes at most for an item's price (F7.2-6)
PRICE_DECIMALS = 5
_SMALLEST_STEP = Decimal(1).scaleb(-PRICE_DECIMALS)


@dataclass(frozen=True, slots=True)
class ServiceData:
    """All that a person may enter about a service or product.

    `kind` is "service" or "product"; `unit_price` dollars with up to 5 decimals, below 0 for a credit;
    `income_account` the name or number of an account in the books, empty for the mapped one.
    """

    kind: str
    name: str
    unit_price: Decimal
    tax_exempt: bool = False
    sku: str = ""
    description: str = ""
    income_account: str = ""


def clean_service(data: ServiceData) -> ServiceData:
    """The data as it is stored: text cleaned; the price is left as it is."""
    return replace(
        data,
        name=clean_text(data.name),
        sku=clean_text(data.sku),
        description=clean_text(data.description),
        income_account=clean_text(data.income_account),
    )


def check_service(data: ServiceData) -> list[FieldError]:
    """Everything that is wrong with an already cleaned service; field names are those of the import format."""
    return [
        *_check_kind(data.kind),
        *check_text("name", data.name, limit=500, required=True),
        *check_price(data.unit_price),
        *check_text("sku", data.sku, limit=100),
        *check_text("description", data.description, lines=True),
        *check_text("income_account", data.income_account, limit=100),
    ]


def _check_kind(kind: str) -> Iterator[FieldError]:
    if kind not in KINDS:
        yield FieldError("kind", "choice", f"{kind!r} is neither service nor product.")


def check_price(price: Decimal) -> Iterator[FieldError]:
    """Refuses prices that are no number, beyond 99,999,999,999 either way or with more than 5 decimals."""
    if not price.is_finite():
        yield FieldError("unit_price", "number", f"{price} is not a number.")
    elif abs(price) > HIGHEST_PRICE:
        yield FieldError("unit_price", "range", f"A price may be at most {HIGHEST_PRICE:,} either way.")
    elif price % _SMALLEST_STEP:
        yield FieldError("unit_price", "decimals", f"A price may have at most {PRICE_DECIMALS} decimals.")
