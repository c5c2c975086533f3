"""What a comparison says: counts per kind, every difference with its cause, totals, months. Only shapes, no rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from bluepro.common.money import ZERO
from bluepro.quickbooks.snapshot import Kind


class Verdict(StrEnum):
    """Where a difference lies: in a pair, in QuickBooks lacking something, or in QuickBooks having something more."""

    DIFFERENT = "different"
    MISSING = "missing"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One field of a pair that differs, both values as people read them."""

    field: str
    bluepro: str
    quickbooks: str


@dataclass(frozen=True, slots=True)
class Difference:
    """A record or entity that is not equal. `label` is its number or name, `cause` says why in words.

    `record_id` is None for what only QuickBooks has, `entity_id` "" for what only BluePro has.
    """

    kind: Kind
    verdict: Verdict
    label: str
    cause: str
    record_id: int | None = None
    entity_id: str = ""
    mismatches: tuple[Mismatch, ...] = ()

    def __str__(self) -> str:
        fields = "; ".join(
            f"{one.field}: {one.bluepro} here, {one.quickbooks} in QuickBooks" for one in self.mismatches
        )
        return f"{self.kind.name.lower()} {self.label}: {self.cause}" + (f" ({fields})" if fields else "")


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one kind: `bluepro` = equal + different + missing, `quickbooks` = equal + different + extra."""

    bluepro: int = 0
    quickbooks: int = 0
    equal: int = 0
    different: int = 0
    missing: int = 0
    extra: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums of one side in dollars. `taxable` is what sales tax was applied to; where it is not kept, 0."""

    invoiced: Decimal = ZERO
    discount: Decimal = ZERO
    taxable: Decimal = ZERO
    tax: Decimal = ZERO
    paid: Decimal = ZERO
    open_balance: Decimal = ZERO

    def __add__(self, other: "Figures") -> "Figures":
        return Figures(
            self.invoiced + other.invoiced,
            self.discount + other.discount,
            self.taxable + other.taxable,
            self.tax + other.tax,
            self.paid + other.paid,
            self.open_balance + other.open_balance,
        )


@dataclass(frozen=True, slots=True)
class TwoSides:
    """The same figures of BluePro and of QuickBooks."""

    bluepro: Figures = Figures()
    quickbooks: Figures = Figures()


@dataclass(frozen=True, slots=True)
class Comparison:
    """All of it. `months` by "2026-11"; `totals` is their sum."""

    counts: Mapping[Kind, Counts]
    differences: tuple[Difference, ...]
    months: Mapping[str, TwoSides] = field(default_factory=dict)
    totals: TwoSides = TwoSides()

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs, is missing or too much, and the totals agree to the cent."""
        ours, theirs = self.totals.bluepro, self.totals.quickbooks
        money = ("invoiced", "discount", "tax", "paid", "open_balance")
        return not self.differences and all(getattr(ours, name) == getattr(theirs, name) for name in money)
