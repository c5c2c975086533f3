"""The sample business's invoices: dates, lines of every kind, discounts, tax, deposits. Their totals by `amounts`."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from bluepro.common.money import cents, total
from bluepro.invoicing.amounts import Line, compute
from bluepro.proof.sample.people import Customer, Row
from bluepro.proof.sample.words import (
    CREDITS,
    CUSTOM_LINES,
    HEADINGS,
    MESSAGES,
    OFFERS,
    STREETS,
    TEXTS,
    TOWNS,
    Offer,
    Town,
)

DAYS = 730
SCHEDULED_AHEAD = 45
DRAFT_BACK = 20
DRAFTS, SCHEDULED, CANCELLED = 40, 20, 40  # of 1,000 invoices
FIRM_WEIGHT = 4  # firms are cleaned more often than homes


@dataclass(frozen=True, slots=True)
class SampleLine:
    """A line as CSV row (without the invoice's id), and what it counts for; headings and texts count for nothing."""

    row: Row
    line: Line

    @property
    def amount(self) -> Decimal:
        return cents(self.line.quantity * self.line.unit_price)


@dataclass(frozen=True, slots=True)
class SampleInvoice:
    """An invoice: CSV row, lines, and what payments need to know of it. `total` in dollars."""

    row: Row
    lines: tuple[SampleLine, ...]
    customer: Customer
    issue_date: date
    total: Decimal

    @property
    def external_id(self) -> str:
        return self.row["external_id"]

    @property
    def is_sent(self) -> bool:
        return self.row["status"] == "sent"


def make_invoices(chance: random.Random, customers: list[Customer], count: int, until: date) -> list[SampleInvoice]:
    """`count` invoices of the two years up to `until`, numbered in order of date; scheduled ones lie after it."""
    states = _states(chance, count)
    dated = sorted((_date(chance, state, until), at, state) for at, state in enumerate(states))
    weights = [FIRM_WEIGHT if customer.is_firm else 1 for customer in customers]
    buyers = chance.choices(customers, weights, k=count)
    return [
        _invoice(chance, number, buyer, day, state)
        for number, ((day, _, state), buyer) in enumerate(zip(dated, buyers, strict=True), 1)
    ]


def _states(chance: random.Random, count: int) -> list[str]:
    few = {"draft": DRAFTS, "scheduled": SCHEDULED, "cancelled": CANCELLED}
    states = [state for state, share in few.items() for _ in range(max(1, count * share // 1000))]
    states += ["sent"] * (count - len(states))
    chance.shuffle(states)
    return states[:count]


def _date(chance: random.Random, state: str, until: date) -> date:
    if state == "scheduled":
        return until + timedelta(days=chance.randint(1, SCHEDULED_AHEAD))
    if state == "draft":
        return until - timedelta(days=chance.randint(0, DRAFT_BACK))
    return _working_day(chance, until)


def _working_day(chance: random.Random, until: date) -> date:
    """A day of the two years, spring and autumn twice as likely as the rest, hardly ever a Sunday."""
    while True:
        day = until - timedelta(days=chance.randrange(DAYS))
        busy = day.month in (4, 5, 9, 10)
        likely = 0.05 if day.weekday() == 6 else 1.0 if busy else 0.5
        if chance.random() < likely:
            return day


def _invoice(chance: random.Random, number: int, customer: Customer, day: date, state: str) -> SampleInvoice:
    elsewhere = customer.is_firm and chance.random() < 0.3
    place = chance.choice(TOWNS) if elsewhere else customer.town
    rate = place.tax_percent if chance.random() < 0.85 else Decimal(0)
    lines = _lines(chance)
    kind, value = _discount(chance, lines)
    amounts = compute(
        [line.line for line in lines],
        discount_kind=kind,
        discount_value=value,
        tax_rate_percent=rate,
        contact_tax_exempt=customer.exempt,
    )
    row = {
        "external_id": f"I{number:05}",
        "number": f"W-{1000 + number}",
        "name": f"{lines[0].row['name'] or 'Visit'}, {day:%B %Y}" if chance.random() < 0.4 else "",
        "contact_external_id": customer.external_id,
        "issue_date": day.isoformat(),
        "due_date": _due(chance, day),
        "status": state,
        "discount_kind": kind,
        "discount_value": f"{value:f}" if kind else "",
        "tax_rate_percent": f"{rate:f}" if rate else "",
        "message": chance.choice(MESSAGES) if chance.random() < 0.35 else "",
        **_deposit(chance, amounts.total),
        **_service_address(chance, customer, place, elsewhere),
    }
    return SampleInvoice(row, tuple(lines), customer, day, amounts.total)


def _due(chance: random.Random, day: date) -> str:
    days = chance.choice((None, None, 0, 14, 15, 30, 60))
    return "" if days is None else (day + timedelta(days=days)).isoformat()


def _deposit(chance: random.Random, amount: Decimal) -> Row:
    if amount < 400 or chance.random() > 0.3:
        return {"required_deposit_kind": "", "required_deposit_value": ""}
    if chance.random() < 0.6:
        return {"required_deposit_kind": "percent", "required_deposit_value": chance.choice(("25", "33.3", "50"))}
    return {"required_deposit_kind": "amount", "required_deposit_value": "100.00"}


def _service_address(chance: random.Random, customer: Customer, place: Town, elsewhere: bool) -> Row:
    if not elsewhere and chance.random() < 0.3:
        return dict.fromkeys(
            ("service_street", "service_city", "service_region", "service_postal_code", "service_country"), ""
        )
    at_home = customer.row["billing_street"]
    return {
        "service_street": f"{chance.randint(1, 480)} {chance.choice(STREETS)}" if elsewhere else at_home,
        "service_city": place.name,
        "service_region": place.region,
        "service_postal_code": place.postal_code,
        "service_country": "USA",
    }


def _lines(chance: random.Random) -> list[SampleLine]:
    """One to six offers, sometimes a custom line, a credit, a heading before and a text after them."""
    how_many = chance.choices((1, 2, 3, 4, 6), (30, 30, 20, 15, 5))[0]
    lines = [_offered(chance, offer) for offer in chance.sample(OFFERS, how_many)]
    if chance.random() < 0.12:
        lines.append(_custom(chance, *chance.choice(CUSTOM_LINES), exempt=chance.random() < 0.2))
    if chance.random() < 0.06:
        lines += _credit(chance, lines)
    if chance.random() < 0.15:
        lines.insert(0, _words("heading", chance.choice(HEADINGS), ""))
    if chance.random() < 0.2:
        lines.append(_words("text", "", chance.choice(TEXTS)))
    return lines


def _offered(chance: random.Random, offer: Offer) -> SampleLine:
    quantity = Decimal(chance.randint(1, offer.most))
    if offer.halves and chance.random() < 0.5:
        quantity -= chance.choice((Decimal("0.5"), Decimal("0.25")))
    special = chance.random() < 0.1
    price = _special_price(chance, Decimal(offer.unit_price)) if special else Decimal(offer.unit_price)
    row = {
        "kind": "service",
        "service_external_id": service_id(offer),
        "name": "",
        "description": f"{offer.description}; price agreed by phone" if special else "",
        "quantity": "" if quantity == 1 else f"{quantity:f}",
        "unit_price": f"{price:f}" if special else "",
        "tax_exempt": "",
    }
    return SampleLine(row, Line(quantity, price, offer.exempt))


def service_id(offer: Offer) -> str:
    """The external id of a catalogue entry: its place in the list of offers."""
    return f"S{OFFERS.index(offer) + 1:02}"


def _special_price(chance: random.Random, usual: Decimal) -> Decimal:
    """The usual price less some percent: with up to five decimals, as a spreadsheet leaves them."""
    return (usual * (100 - chance.randint(3, 20)) / 100).quantize(Decimal("0.00001")).normalize()


def _custom(chance: random.Random, name: str, description: str, price: str, *, exempt: bool) -> SampleLine:
    quantity = Decimal(chance.choice(("1", "1", "2", "0.75")))
    return _priced(name, description, quantity, Decimal(price), exempt)


def _credit(chance: random.Random, lines: list[SampleLine]) -> list[SampleLine]:
    """A credit, only where the rest is large enough to bear it; taxed like the lines that bear it."""
    name, description, price = chance.choice(CREDITS)
    bearable = -3 * Decimal(price)
    taxable = total(line.amount for line in lines if not line.line.tax_exempt)
    if total(line.amount for line in lines) < bearable:
        return []
    return [_priced(name, description, Decimal(1), Decimal(price), exempt=taxable < bearable)]


def _priced(name: str, description: str, quantity: Decimal, price: Decimal, exempt: bool) -> SampleLine:
    row = {
        "kind": "custom",
        "service_external_id": "",
        "name": name,
        "description": description,
        "quantity": f"{quantity:f}",
        "unit_price": f"{price:f}",
        "tax_exempt": "true" if exempt else "false",
    }
    return SampleLine(row, Line(quantity, price, exempt))


def _words(kind: str, name: str, description: str) -> SampleLine:
    empty = dict.fromkeys(("service_external_id", "quantity", "unit_price", "tax_exempt"), "")
    return SampleLine(
        {"kind": kind, "name": name, "description": description, **empty}, Line(Decimal(0), Decimal(0), True)
    )


def _discount(chance: random.Random, lines: list[SampleLine]) -> tuple[str, Decimal]:
    roll = chance.random()
    if roll < 0.12:
        return "percent", Decimal(chance.choice(("5", "7.5", "10", "12.5", "15")))
    fixed = Decimal(chance.choice(("5.00", "10.00", "20.00", "33.33")))
    if roll < 0.2 and total(line.amount for line in lines) > 3 * fixed:
        return "amount", fixed
    return "", Decimal(0)
