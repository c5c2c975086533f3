"""From an empty database to an invoice that is Paid on QuickBooks' own page, and gone again: as a person does it."""

import re

from browser_world import Installation, NewPage
from playwright.sync_api import Page, expect

EMAIL, PASSWORD = "olivia@clearview.example", "four plain words here"


def sign_up(page: Page, pages: str) -> None:
    page.goto(pages)
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Your name").fill("Olivia Owner")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_label("Company name").fill("Clear View")
    page.get_by_label("Time zone").select_option("America/New_York")
    page.get_by_role("button", name="Create company").click()
    expect(page.get_by_role("heading", level=1, name="Clear View")).to_be_visible()


def room(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()


def add_records(page: Page) -> None:
    room(page, "Contacts")
    page.get_by_role("link", name="New contact").first.click()
    page.get_by_label("Name", exact=True).fill("Ann Lee")
    page.get_by_label(re.compile("^E-mail")).first.fill("ann@example.com")
    page.get_by_role("button", name="Save contact").click()
    expect(page.get_by_role("heading", level=1, name="Ann Lee")).to_be_visible()
    room(page, "Services")
    page.get_by_role("link", name="New service").first.click()
    page.get_by_label("Name", exact=True).fill("Window cleaning")
    page.get_by_label("Unit price").fill("120.00")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("heading", level=1, name="Window cleaning")).to_be_visible()
    room(page, "Settings")
    page.get_by_role("link", name=re.compile("tax", re.I)).first.click()
    page.get_by_label("Name", exact=True).fill("Orange County")
    page.get_by_label("Rate", exact=True).fill("8.25")
    page.get_by_role("button", name="Add rate").click()
    expect(page.get_by_role("rowheader", name="Orange County")).to_be_visible()


def connect(page: Page) -> None:
    room(page, "QuickBooks")
    page.get_by_role("button", name="Connect to QuickBooks").click()
    page.get_by_role("heading", name="Connect to QuickBooks").wait_for()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_role("heading", level=1, name="QuickBooks settings")).to_be_visible()


def map_and_save(page: Page) -> None:
    missing = page.get_by_role("region", name="Missing accounts")
    for use in ("income", "discount", "deposit"):
        field = page.get_by_label(re.compile(f"^{use} account", re.I))
        if not field.input_value():
            missing.get_by_role("button", name=f"Create {use} account in QuickBooks").click()
            expect(page.get_by_text("is in QuickBooks and is chosen")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved and enabled")).to_be_visible()


def sync_all(page: Page) -> None:
    page.get_by_label("Everything there is").check()
    page.get_by_role("button", name="Choose", exact=True).click()
    page.get_by_role("button", name="Sync Data").click()
    progress = page.get_by_role("region", name="Sync Data")
    expect(progress.get_by_role("rowheader", name="Contacts")).to_be_visible()
    expect(progress.get_by_text("Finished: everything is done")).to_be_visible(timeout=60_000)


def make_invoice(page: Page) -> None:
    room(page, "Invoices")
    page.get_by_role("link", name="New invoice").first.click()
    page.get_by_label("Find a customer").fill("ann")
    page.get_by_role("button", name=re.compile("Ann Lee")).click()
    page.get_by_label("Find a service to add").fill("window")
    page.get_by_role("button", name=re.compile("Window cleaning")).click()
    page.get_by_label("Quantity").fill("2")
    page.get_by_role("combobox", name=re.compile("^Discount")).select_option("percent")
    page.get_by_label("Discount value").fill("10")
    rate = page.get_by_role("combobox", name=re.compile("^Sales tax"))
    rate.select_option(rate.get_by_role("option", name=re.compile("Orange County")).get_attribute("value"))
    totals = page.get_by_role("region", name="Totals")
    expect(totals).to_contain_text("$233.82")  # 2 x 120 - 10 % = 216, and 8.25 % of it
    page.get_by_role("button", name="Save and issue").click()
    expect(page.get_by_role("heading", level=1, name=re.compile("Invoice 1001 Sent"))).to_be_visible()


def record_payment(page: Page) -> None:
    page.get_by_role("link", name="Record payment").click()
    page.get_by_label("Method").fill("Check")
    page.get_by_label("Reference").fill("4711")
    page.get_by_role("button", name="Record payment").click()
    expect(page.get_by_role("heading", level=1, name=re.compile("Invoice 1001 Paid"))).to_be_visible()


def in_books(books: Page, room: str, words: str, *, there: bool) -> None:
    """Waits until a list of QuickBooks' own pages shows something, or no longer does."""
    for _ in range(100):
        books.goto(f"{books.url.partition('/app')[0]}/app")
        books.get_by_role("link", name="Fresh Start Services").click()
        books.get_by_role("navigation", name="Books").get_by_role("link", name=room).click()
        if bool(books.get_by_role("row").filter(has_text=words).count()) is there:
            return
        books.wait_for_timeout(200)
    raise AssertionError(f"{words} is {'not' if there else 'still'} in {room}: {books.locator('main').inner_text()}")


def test_an_invoice_goes_to_quickbooks_is_paid_and_goes_away_again(empty: Installation, new_page: NewPage) -> None:
    page, books = new_page(), new_page()
    books.goto(f"{empty.quickbooks}/app")
    sign_up(page, empty.pages)
    add_records(page)
    connect(page)
    map_and_save(page)
    sync_all(page)
    in_books(books, "Customers", "Ann Lee", there=True)
    make_invoice(page)
    in_books(books, "Sales", "1001", there=True)
    record_payment(page)
    in_books(books, "Payments", "4711", there=True)
    in_books(books, "Sales", "Paid", there=True)
    books.get_by_role("link", name="1001").click()
    for words in ("Window cleaning", "−$24.00", "$17.82", "$233.82", "4711"):
        expect(books.get_by_role("main")).to_contain_text(words)
    expect(books.get_by_role("main")).to_contain_text(re.compile(r"Balance due\s*\$0\.00"))

    page.get_by_role("region", name="Payments").get_by_role("link").first.click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_label("It never arrived").check()
    page.get_by_role("button", name="Delete the payment").click()
    in_books(books, "Payments", "4711", there=False)
    in_books(books, "Sales", "Open", there=True)
    room(page, "Invoices")
    page.get_by_role("link", name="1001").click()
    page.get_by_text("More", exact=True).click()
    page.get_by_role("link", name="Delete").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("Made for a test")
    dialog.get_by_role("button", name="Delete the invoice").click()
    in_books(books, "Sales", "1001", there=False)
    room(page, "Invoices")
    expect(page.get_by_role("link", name="1001")).to_have_count(0)
