"""What may be handed in for a payment, field by field."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from bluepro.payments.rules import PaymentData, check_payment, cleaned

PLAIN = PaymentData(datetime(2026, 3, 1, 12, tzinfo=UTC), "Check", ((1, Decimal("5.00")),))


def test_a_sound_payment_has_no_errors() -> None:
    assert check_payment(cleaned(replace(PLAIN, description="two\nlines", reference="CH-1"))) == []


@pytest.mark.parametrize(
    ("data", "field", "rule"),
    [
        (replace(PLAIN, paid_at=datetime(2026, 3, 1)), "paid_at", "no_time_zone"),  # noqa: DTZ001
        (replace(PLAIN, paid_at=datetime(202, 3, 1, tzinfo=UTC)), "paid_at", "out_of_range"),
        (replace(PLAIN, method="  "), "method", "required"),
        (replace(PLAIN, method="m" * 51), "method", "too_long"),
        (replace(PLAIN, description="d" * 501), "description", "too_long"),
        (replace(PLAIN, reference="r" * 101), "reference", "too_long"),
        (replace(PLAIN, reference="a\nb"), "reference", "control_character"),
    ],
)
def test_each_rule_names_its_field(data: PaymentData, field: str, rule: str) -> None:
    assert [(error.field, error.rule) for error in check_payment(cleaned(data))] == [(field, rule)]
