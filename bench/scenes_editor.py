"""The invoice editor: search results, a long invoice, mistakes, two people at once, a draft whose service changed."""

from playwright.sync_api import Page
from scenes import NONSENSE, TYPED, Stage


def play(stage: Stage) -> None:
    """Leaves a draft and a changed service behind."""
    _long_invoice(stage)
    _mistakes(stage)
    _two_people(stage)
    _stale(stage)


def pick(page: Page, what: str, words: str) -> None:
    """Searches for a customer or a service, and takes the first that is found."""
    page.get_by_label(f"Find a {what}").first.fill(words)
    page.wait_for_timeout(TYPED)
    page.locator(f"#{what}s .found button").first.click()
    page.wait_for_timeout(TYPED)


def _long_invoice(stage: Stage) -> None:
    stage.go("invoices/new/")
    page = stage.page
    page.get_by_label("Find a customer").fill("an")
    page.wait_for_timeout(TYPED)
    stage.shoot("editor-customers-found")
    pick(page, "customer", "grand")
    page.get_by_role("button", name="Heading").click()
    page.locator(".line-heading input[id^=name]").fill("Front of the house")
    for words in ("gutter", "window", "screen"):
        pick(page, "service", words)
    page.get_by_role("button", name="Custom line").click()
    line = page.locator(".line-custom")
    line.get_by_label("Custom line").fill("Boom lift, half a day")
    line.get_by_label("Quantity").fill("1")
    line.get_by_label("Price").fill("1,234.50")
    line.get_by_label("Sales tax").select_option("1")
    page.get_by_role("button", name="Text", exact=True).click()
    page.locator(".line-text textarea").fill("Access through the yard; the gate code is with the tenant.")
    page.get_by_label("Discount", exact=True).select_option("percent")
    page.get_by_label("Discount value").fill("10")
    page.get_by_label("Message to the customer").fill("Thank you for having us. Payment by check or bank transfer.")
    page.wait_for_timeout(TYPED)
    stage.shoot("editor-long")
    page.get_by_label("Find a service to add").fill("w")
    page.wait_for_timeout(TYPED)
    stage.shoot("editor-services-found")
    stage.press("Save draft")
    stage.shoot("invoice-long")
    stage.open(f"{page.url.removeprefix(stage.home)}as-client/", "invoice-long-as-client")


def _mistakes(stage: Stage) -> None:
    stage.go("invoices/new/")
    page = stage.page
    page.get_by_role("button", name="Custom line").click()
    for label in ("Quantity", "Price"):
        page.locator(".line-custom").get_by_label(label).fill(NONSENSE)
    page.get_by_label("Discount value").fill(NONSENSE)
    page.get_by_label("Issue date").fill("")
    stage.press("Save draft")
    stage.shoot("error-editor")


def _two_people(stage: Stage) -> None:
    stage.first_of("invoices/?status=Draft")
    stage.page.get_by_role("link", name="Edit").click()
    other = stage.page.context.new_page()
    other.goto(stage.page.url)
    other.get_by_label("Name of the job").fill("Spring cleaning")
    other.get_by_role("button", name="Save draft").click()
    other.close()
    stage.page.get_by_label("Name of the job").fill("Early spring")
    stage.press("Save draft")
    stage.shoot("error-editor-conflict")
    stage.press("Save draft")


def _stale(stage: Stage) -> None:
    stage.go("invoices/new/")
    pick(stage.page, "customer", "pi")
    pick(stage.page, "service", "chandelier")
    stage.press("Save draft")
    address = stage.page.url.removeprefix(stage.home)
    stage.go("services/?q=chandelier")
    stage.page.locator("main tbody th a").first.click()
    stage.page.get_by_role("link", name="Edit").click()
    stage.page.get_by_label("Unit price").fill("155")
    stage.press("Save")
    stage.open(address, "invoice-stale")
    stage.open(f"{address}edit/", "editor-stale")
