"""The served demo keeps working: what is changed in BluePro is in the local QuickBooks a moment later."""

import time

from browser_world import Installation, NewPage
from walking import sign_in

SOON = 10.0  # seconds; about one on a machine that has nothing else to do


def test_a_change_is_in_quickbooks_a_moment_later(full: Installation, new_page: NewPage) -> None:
    page, books = new_page(), new_page()
    home = sign_in(page, full)
    page.goto(f"{home}contacts/")
    page.get_by_role("table").get_by_role("link").nth(2).click()
    page.get_by_role("link", name="Edit").click()
    name = f"Zebra Crossing {time.monotonic_ns()}"
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Save contact").click()
    page.get_by_role("heading", level=1, name=name).wait_for()
    deadline = time.monotonic() + SOON
    books.goto(f"{full.quickbooks}/app")
    books.get_by_role("link", name="Fresh Start Services").click()
    books.get_by_role("link", name="Customers").click()
    while not books.get_by_role("link", name=name).count():
        assert time.monotonic() < deadline, f"{name} is not in QuickBooks"
        books.get_by_role("searchbox").fill(name)
        books.get_by_role("button", name="Find").click()
