"""How unit prices are shown: dollars with at least two decimals, and as many more as the price has."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def price(amount: Decimal | None) -> SafeString | str:
    """A unit price, such as $12.50 or $0.12345; a minus in front of the dollar sign."""
    if amount is None:
        return ""
    plain = f"{abs(amount).normalize():,f}"
    shown = plain if len(plain.partition(".")[2]) > 2 else f"{abs(amount):,.2f}"
    return format_html('<span class="money">{}${}</span>', "−" if amount < 0 else "", shown)
