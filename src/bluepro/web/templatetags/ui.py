"""The small components that every page uses: money, dates, addresses, badges, icons, form fields, keys, assets.

They only show; what they show comes formatted for people and readable for machines.
"""

import uuid
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.forms import Field
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from bluepro.common.words import day_in_words, dollars
from bluepro.web.postal import PARTS, address_lines

register = template.Library()

ROOMS = (
    ("home", "Home", "home"),
    ("invoices", "Invoices", "invoice"),
    ("payments", "Payments", "payment"),
    ("contacts", "Contacts", "contact"),
    ("services", "Services", "service"),
    ("quickbooks", "QuickBooks", "sync"),
    ("settings", "Settings", "settings"),
)


@register.filter
def money(amount: Decimal | None) -> SafeString | str:
    """Dollars and cents, thousands grouped, aligned figures; a minus in front of the dollar sign."""
    if amount is None:
        return ""
    return format_html('<span class="money">{}</span>', dollars(amount))


@register.filter
def quantity(number: Decimal | None) -> str:
    """A quantity or price without needless zeros."""
    if number is None:
        return ""
    text = f"{number.normalize():,f}"
    return text


@register.filter
def percent(number: Decimal | None) -> str:
    """A percentage without needless zeros: 8.25%."""
    return "" if number is None else f"{quantity(number)}%"


@register.filter
def count(number: int) -> str:
    """How many, thousands grouped."""
    return f"{number:,}"


@register.filter
def day(value: date | None) -> SafeString | str:
    """A calendar date."""
    if value is None:
        return ""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), day_in_words(value))


@register.filter
def month(text: str) -> str:
    """A month such as "2026-11" as people say it: Nov 2026; anything else as it is."""
    year, _, number = text.partition("-")
    return f"{date(int(year), int(number), 1):%b %Y}" if year.isdigit() and number.isdigit() else text


@register.simple_tag(takes_context=True)
def moment(context: template.Context, value: datetime | None) -> SafeString | str:
    """A date and time in the workspace's time zone."""
    if value is None:
        return ""
    workspace = getattr(context.get("request"), "workspace", None)
    local = value.astimezone(ZoneInfo(workspace.time_zone if workspace else "UTC"))
    shown = f"{day_in_words(local)}, {local.hour % 12 or 12}:{local:%M %p}"
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), shown)


@register.filter
def email(address: str) -> SafeString | str:
    """An e-mail address that breaks after its "@" where it is too long for a line."""
    name, at, domain = address.partition("@")
    return format_html("{}{}<wbr>{}", name, at, domain) if at else address


@register.simple_tag
def address(record: Any, prefix: str = "", *, country: bool = True) -> SafeString:  # Any: whatever has an address
    """The lines of the address in `record`'s fields that begin with `prefix`; empty if there is none."""
    parts = [getattr(record, f"{prefix}{part}") for part in PARTS]
    lines = address_lines(*parts if country else parts[:-1])
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in lines))


@register.simple_tag
def badge(text: str, tone: str = "neutral") -> SafeString:
    """A state in a word. `tone`: neutral, info, good, warn or bad; the word says it all, colour only helps."""
    return format_html('<span class="badge badge-{}">{}</span>', tone, text)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A decorative icon from the sprite; whatever it means must also be said in words."""
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', asset("web/icons.svg"), name
    )


@register.simple_tag(takes_context=True)
def nav_links(context: template.Context) -> list[dict[str, Any]]:  # Any: plain values for a template
    """The rooms of the workspace, and which of them this page belongs to (view names begin with the room's name)."""
    request = context["request"]
    here = request.resolver_match.view_name if request.resolver_match else ""
    return [
        {
            "address": reverse(name, args=[request.workspace.pk]),
            "name": label,
            "icon": icon_name,
            "here": here.startswith(name.removesuffix("s")),
        }
        for name, label, icon_name in ROOMS
    ]


@register.simple_tag
def asset(path: str) -> str:
    """The address of a static file, with a mark of its content, so that it may be cached for ever."""
    return f"{static(path)}?v={_content_mark(path)}"


@lru_cache(maxsize=100)
def _content_mark(path: str) -> str:
    found = finders.find(path)
    if not isinstance(found, str):
        raise template.TemplateSyntaxError(f"There is no static file {path}")
    with open(found, "rb") as file:  # noqa: PTH123  (a path that the finder gives)
        return sha256(file.read()).hexdigest()[:12]


@register.simple_tag
def once() -> SafeString:
    """The one-time key of a form that creates something."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid.uuid4())


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, **options: Any) -> dict[str, Any]:  # Any: options of the component
    """A form field with label, help and errors, tied together for screen readers.

    Options: hint, prefix, suffix, and `optional=False` for one that need not say that it may be left empty.
    """
    described = " ".join(
        part
        for part, there in (
            (f"{bound.id_for_label}-hint", options.get("hint") or bound.help_text),
            (f"{bound.id_for_label}-error", bound.errors),
        )
        if there
    )
    attributes: dict[str, Any] = {}
    if described:
        attributes["aria-describedby"] = described
    if bound.errors:
        attributes["aria-invalid"] = "true"
    kind = bound.field.widget.__class__.__name__.lower()
    return {
        "bound": bound,
        "control": bound.as_widget(attrs={**bound.field.widget.attrs, **attributes}),
        "kind": kind,
        "errors": [_said(bound, error) for error in bound.form.errors.as_data().get(bound.name, ())],
        "optional": not bound.field.required and kind != "select" and options.get("optional", True),
        "hint": options.get("hint") or bound.help_text,
        "prefix": options.get("prefix", ""),
        "suffix": options.get("suffix", ""),
    }


def _said(bound: BoundField, error: ValidationError) -> str:
    """An error in words; of what is missing it names what."""
    if error.code == "required" and error.message == Field.default_error_messages["required"]:
        return f"{bound.label} is missing."
    return " ".join(error.messages)
