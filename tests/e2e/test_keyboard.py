"""The way from signing up to an invoice that is paid in QuickBooks, by keyboard alone."""

import re

from browser_world import Installation, NewPage
from keyboard import Keyboard
from playwright.sync_api import expect
from test_first_invoice import EMAIL, PASSWORD, in_books


def test_the_whole_way_by_keyboard(empty: Installation, new_page: NewPage) -> None:
    page, books = new_page(), new_page()
    keys = Keyboard(page)
    page.goto(empty.pages)
    keys.press("a", "Create an account")
    keys.fill("Your name", "Olivia Owner")
    keys.fill("E-mail", EMAIL)
    keys.fill("Password", PASSWORD)
    keys.press("button", "Create account")
    keys.fill("Company name", "Clear View")
    keys.press("button", "Create company")

    keys.press("a", "Contacts")
    keys.press("a", "New contact")
    keys.fill("Name", "Ann Lee")
    keys.press("button", "Save contact")
    keys.press("a", "Services")
    keys.press("a", "New service")
    keys.fill("Name", "Window cleaning")
    keys.fill("Unit price", "120.00")
    keys.press("button", "Save")

    keys.press("a", "Settings")
    keys.press("a", "Sales tax")
    keys.fill("Name", "Orange County")
    keys.fill("Rate", "8.25")
    keys.press("button", "Add rate")

    keys.press("a", "QuickBooks")
    keys.press("button", "Connect to QuickBooks")
    keys.to("input", "Fresh Start Services")
    page.keyboard.press("Space")
    keys.press("button", "Connect")
    expect(page.get_by_role("heading", level=1, name="QuickBooks settings")).to_be_visible()
    for use in ("income", "discount", "deposit"):
        if not page.get_by_label(re.compile(f"^{use} account", re.I)).input_value():
            keys.press("button", f"Create {use} account")
    keys.press("button", "Save")
    keys.to("input", "Everything there is")
    page.keyboard.press("Space")
    keys.press("button", "Choose")
    keys.press("button", "Sync Data")
    progress = page.get_by_role("region", name="Sync Data")
    expect(progress.get_by_text("Finished: everything is done")).to_be_visible(timeout=60_000)

    page.goto(page.url.partition("/quickbooks")[0] + "/invoices/new/")
    keys.fill("Find a customer", "ann")
    page.get_by_role("button", name=re.compile("Ann Lee")).wait_for()
    keys.choose("button", "Ann Lee")
    keys.fill("Find a service to add", "window")
    page.get_by_role("button", name=re.compile("Window cleaning")).wait_for()
    keys.choose("button", "Window cleaning")
    page.get_by_label("Quantity").wait_for()
    keys.fill("Discount", "Percent", tag="select")
    keys.fill("Discount value", "10")
    keys.fill("Sales tax", "Orange", tag="select")
    expect(page.get_by_role("region", name="Totals")).to_contain_text("$116.91")  # 120 - 10 % = 108, and 8.25 % of it
    keys.press("button", "Save and issue")
    expect(page.get_by_role("heading", level=1, name=re.compile("Invoice 1001 Sent"))).to_be_visible()
    keys.press("a", "Record payment")
    keys.fill("Method", "Check")
    keys.press("button", "Record payment")
    expect(page.get_by_role("heading", level=1, name=re.compile("Invoice 1001 Paid"))).to_be_visible()
    books.goto(f"{empty.quickbooks}/app")
    in_books(books, "Sales", "Paid", there=True)

    keys.choose("summary", "More")
    keys.press("a", "Delete")
    keys.press("a", "$116.91")
    keys.press("a", "Delete")
    keys.to("input", "It never arrived")
    page.keyboard.press("Space")
    keys.press("button", "Delete the payment")
    in_books(books, "Sales", "Open", there=True)
    keys.press("a", "Invoices")
    keys.press("a", "1001")
    keys.choose("summary", "More")
    keys.choose("a", "Delete")
    keys.fill("Reason", "Made for a test")
    keys.press("button", "Delete the invoice")
    in_books(books, "Sales", "1001", there=False)
    assert not keys.unseen, "\n".join(keys.unseen)
