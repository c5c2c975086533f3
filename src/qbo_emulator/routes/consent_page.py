"""The two pages of sign-in as plain HTML: the choice of a company, and Intuit's own error page. Every value is
escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

MOST_SHOWN = 20
_STYLE = (
    ":root{color-scheme:light dark}body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;"
    "padding:0 1rem}h1{font-size:1.5rem}fieldset{border:1px solid #767676;border-radius:.5rem;margin:1rem 0}"
    "button{font:inherit;padding:.6rem 1.2rem;margin-right:.5rem;border-radius:.4rem;border:1px solid #1b5e20;"
    "background:#1b5e20;color:#fff}button.plain{background:transparent;color:inherit;border-color:#767676}"
)


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def error_page(description: str) -> str:
    """What a person sees when the app's request itself is wrong; nothing goes back to the app (F2.3-8)."""
    return _page("Sorry, but something went wrong", f"<p>{escape(description)}</p>")


def _hidden(request: Mapping[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in request.items()
    )


def _search(find: str, request: Mapping[str, str]) -> str:
    """A form that asks for the same page with fewer companies; there are no scripts here."""
    return (
        f'<form method="get" action="/connect/oauth2">{_hidden(request)}'
        f'<p><label>Find a company <input name="find" value="{escape(find)}"></label> '
        '<button class="plain">Find</button></p></form>'
    )


def _choices(companies: Sequence[tuple[str, str]], preselected: str) -> str:
    return "".join(
        f'<p><label><input type="radio" name="realm" value="{escape(realm)}"'
        f"{' checked' if realm == preselected else ''}> {escape(name)}</label></p>"
        for realm, name in companies
    )


def consent_page(
    app: str, companies: Sequence[tuple[str, str]], preselected: str, request: Mapping[str, str], find: str = ""
) -> str:
    """The form: companies as (realm id, name), those whose name holds `find`, the preselected one first; the request's
    own parameters are carried along unseen.
    """
    fitting = [one for one in companies if find.casefold() in one[1].casefold()]
    shown = sorted(fitting, key=lambda one: one[0] != preselected)[:MOST_SHOWN]
    more = f"<p>{len(fitting) - len(shown):,} more: find them by name.</p>" if len(fitting) > len(shown) else ""
    return _page(
        "Connect to QuickBooks",
        f"<p>The app <strong>{escape(app)}</strong> asks to read and write the books of one company. "
        "This is a local emulator: no real company is touched.</p>"
        f"{_search(find, request) if len(companies) > MOST_SHOWN else ''}"
        f'<form method="post" action="/connect/oauth2">{_hidden(request)}'
        f"<fieldset><legend>Which company?</legend>{_choices(shown, preselected)}{more}</fieldset>"
        '<button name="decision" value="connect">Connect</button>'
        '<button class="plain" name="decision" value="cancel">Cancel</button></form>',
    )
