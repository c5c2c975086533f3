"""Recording payments: on one invoice, one check over several, mistakes; deleting one that bounced; what stays of it."""

from scenes import NONSENSE, TYPED, Stage


def play(stage: Stage) -> None:
    """Records a payment and deletes one."""
    _one(stage)
    _several(stage)
    _delete(stage)
    _archived(stage)


def _one(stage: Stage) -> None:
    number = stage.first_of("invoices/?status=Overdue").split("/")[1]
    stage.open(f"payments/new/?invoice={number}", "payment-of-invoice")
    stage.page.get_by_label("Amount").fill(NONSENSE)
    stage.page.get_by_label("Method").fill("")
    stage.press("Record payment")
    stage.shoot("error-payment")
    stage.page.get_by_label("Amount").fill("99999")
    stage.page.get_by_label("Method").fill("Check")
    stage.press("Record payment")
    stage.shoot("error-payment-too-much")
    draft = stage.first_of("invoices/?status=Draft").split("/")[1]
    stage.open(f"payments/new/?invoice={draft}", "payment-of-draft")


def _several(stage: Stage) -> None:
    stage.go("payments/new/")
    stage.page.get_by_label("Find the customer").fill("grand")
    stage.page.wait_for_timeout(TYPED)
    stage.shoot("payment-whose-found")
    stage.page.locator("#customers .found a").first.click()
    stage.page.get_by_label("Amount").fill("500")
    stage.press("Spread the amount, oldest first")
    stage.shoot("payment-several")
    stage.page.locator(".part-input input").first.fill(NONSENSE)
    stage.page.locator(".part-input input").nth(1).fill("99999")
    stage.press("Record payment")
    stage.shoot("error-payment-several")
    stage.go("payments/new/")
    stage.page.get_by_label("Find the customer").fill("zzzz")
    stage.page.wait_for_timeout(TYPED)
    stage.shoot("payment-whose-none")


def _delete(stage: Stage) -> None:
    address = stage.first_of("payments/")
    for details in stage.page.locator("main details > summary:not(.button)").all():
        details.click()
    stage.shoot("payment-open")
    invoice = stage.page.get_by_role("region", name="Invoices it pays").get_by_role("link").first.get_attribute("href")
    stage.go(f"{address}delete/")
    stage.press("Delete the payment")
    stage.shoot("error-payment-delete")
    stage.page.get_by_label("It bounced").check()
    stage.page.get_by_role("textbox", name="Note").fill("Returned by the bank")
    stage.shoot("payment-delete-bounced")
    stage.press("Delete the payment")
    stage.shoot("payment-deleted")
    stage.open(address, "payment-gone")
    stage.page.goto(stage.site.pages + str(invoice), wait_until="networkidle")
    stage.shoot("invoice-with-returned-payment")


def _archived(stage: Stage) -> None:
    for room in ("contacts", "services"):
        stage.first_of(f"{room}/?sort=-name")
        stage.page.get_by_text("More", exact=True).click()
        stage.press("Archive")
        stage.shoot(f"{room}-archived-one")
        stage.open(f"{room}/?archived=yes", f"{room}-archived")
    stage.first_of("contacts/")
    address = stage.page.url.removeprefix(stage.home)
    stage.go(f"{address}/delete")
    stage.page.locator("main form button.button-danger").click()
    stage.page.wait_for_load_state("networkidle")
    stage.shoot("error-contact-delete")
    stage.go(f"{address}/edit")
    for part in ("e-mail", "phone"):
        stage.page.get_by_role("button", name=f"Add another {part}").click()
    stage.page.get_by_role("button", name="service address").click()
    stage.page.wait_for_load_state("networkidle")
    stage.shoot("contacts-edit-more")
