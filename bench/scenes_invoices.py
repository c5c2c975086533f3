"""Invoices in every status, the customer's page of them, menus and dialogs, lists that find nothing."""

from datetime import date

from scenes import Stage

STATUSES = ("Draft", "Scheduled", "Sent", "Deposit Paid", "Partially Paid", "Paid", "Overdue", "Cancelled")
SHARED = ("Sent", "Paid", "Overdue", "Cancelled")


def play(stage: Stage) -> None:
    """Ends with an invoice deleted."""
    _signed_out(stage)
    _lists(stage)
    _menus(stage)
    _pay_part(stage)
    _pay_deposit(stage)
    for status in STATUSES:
        _status(stage, status)
    _refused(stage)
    _issue_late(stage)
    _delete(stage)


def _signed_out(stage: Stage) -> None:
    with stage.stranger() as page:
        for path in ("/sign-in/", "/sign-up/", "/nothing-here"):
            stage.camera.open(page, stage.site.pages + path, f"out{path.rstrip('/').replace('/', '-')}")
        page.goto(f"{stage.site.pages}/sign-in/")
        page.get_by_label("E-mail").fill("nobody@example.com")
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        stage.camera.take(page, "error-sign-in")
        page.goto(f"{stage.site.pages}/sign-up/")
        page.get_by_label("E-mail").fill("nobody")
        page.get_by_label("Password").fill("1234")
        page.get_by_role("button", name="Create account").click()
        stage.camera.take(page, "error-sign-up")


def _lists(stage: Stage) -> None:
    stage.open("nothing-here/", "error-nothing-here")
    for room in ("invoices", "payments", "contacts", "services"):
        stage.open(f"{room}/?q=zzzzz", f"none-{room}")
    stage.open("invoices/?status=Overdue&sort=-balance", "list-invoices-overdue")
    stage.open("invoices/?page=3", "list-invoices-page")
    stage.send_mistakes("contacts/new", "error-contacts-new")
    stage.send_mistakes("services/new", "error-services-new")
    stage.send_mistakes("settings/company/", "error-settings-company")
    stage.send_mistakes("settings/tax-rates/", "error-settings-tax-rates")
    stage.send_mistakes("settings/people/", "error-settings-people")
    stage.send_mistakes("settings/import/", "error-settings-import")


def _menus(stage: Stage) -> None:
    stage.go("")
    stage.page.get_by_text("Show as a table").click()
    stage.shoot("menu-home-table")
    stage.page.evaluate("document.getElementById('menu').checked = true")
    stage.shoot("menu-phone")
    stage.first_of("contacts/")
    stage.page.get_by_text("More", exact=True).click()
    stage.shoot("menu-contact")
    stage.first_of("invoices/?status=Sent")
    stage.page.get_by_text("More", exact=True).click()
    stage.shoot("menu-invoice")
    for action in ("Cancel invoice…", "Delete…"):
        stage.page.get_by_text("More", exact=True).click()
        if not stage.page.get_by_role("link", name=action).is_visible():
            stage.page.get_by_text("More", exact=True).click()
        stage.page.get_by_role("link", name=action).click()
        stage.shoot(f"dialog-{action.split()[0].strip('…').lower()}")
        stage.page.keyboard.press("Escape")


def _pay_part(stage: Stage) -> None:
    number = stage.first_of("invoices/?status=Sent&sort=balance").split("/")[1]
    stage.go(f"payments/new/?invoice={number}")
    stage.page.get_by_label("Amount").fill("10")
    stage.press("Record payment")


def _pay_deposit(stage: Stage) -> None:
    stage.first_of("invoices/?status=Draft&sort=total")
    stage.page.get_by_role("link", name="Edit").click()
    stage.page.get_by_label("Issue date").fill(date.today().isoformat())  # noqa: DTZ011  (any date of these days)
    stage.page.get_by_label("Due date").fill("")
    stage.page.get_by_label("Required deposit").select_option("amount")
    stage.page.get_by_label("Deposit value").fill("5")
    stage.press("Save and issue")
    stage.page.get_by_role("link", name="Record payment").click()
    stage.page.get_by_label("Amount").fill("9.95")
    stage.press("Record payment")


def _status(stage: Stage, status: str) -> None:
    stage.go(f"invoices/?status={status.replace(' ', '+')}")
    if not stage.page.locator("main tbody th a").count():
        return
    name = status.lower().replace(" ", "-")
    address = stage.first_of(f"invoices/?status={status.replace(' ', '+')}")
    if status == "Overdue":
        stage.page.get_by_label("New comment").fill("Called twice, they promise to pay by Friday.")
        stage.press("Add comment")
    if status in SHARED:
        stage.press("Make the link")
    for details in stage.page.locator("main details > summary:not(.button)").all():
        details.click()
    stage.shoot(f"invoice-{name}")
    stage.open(f"{address}as-client/", f"invoice-{name}-as-client")
    if status in SHARED:
        _customer(stage, address, name)


def _customer(stage: Stage, address: str, name: str) -> None:
    stage.go(address)
    link = stage.page.get_by_label("Link to send").input_value()
    with stage.stranger() as page:
        stage.camera.open(page, link, f"customer-{name}")
        if name == "paid":
            stage.camera.take(page, "customer-print", media="print")


def _refused(stage: Stage) -> None:
    address = stage.first_of("invoices/?status=Paid")
    stage.open(f"{address}cancel/", "refused-cancel")
    stage.open(f"{address}delete/", "refused-delete")
    stage.open(f"payments/new/?invoice={address.split('/')[1]}", "refused-payment")


def _issue_late(stage: Stage) -> None:
    stage.first_of("invoices/?status=Draft")
    stage.page.get_by_role("link", name="Edit").click()
    stage.page.get_by_label("Issue date").fill("2026-01-15")
    stage.press("Save draft")
    stage.page.get_by_role("button", name="Issue", exact=True).click()
    stage.page.wait_for_load_state("networkidle")
    stage.shoot("issue-earlier-month")
    stage.press("Issue the invoice")
    stage.shoot("error-issue")


def _delete(stage: Stage) -> None:
    address = stage.first_of("invoices/?status=Sent")
    stage.go(f"{address}delete/")
    stage.press("Delete the invoice")
    stage.shoot("error-invoice-delete")
    stage.page.get_by_label("Reason").fill("Made twice by mistake")
    stage.press("Delete the invoice")
    stage.shoot("list-invoices-after-delete")
    stage.open(address, "invoice-gone")
    stage.open("", "home-after-delete")
