"""What the connection can come to: compared, problems of several causes, paused, lost, disconnected; the local
QuickBooks' own pages beside it."""

from datetime import date

from scenes import Stage, see
from scenes_editor import pick

FRESH = "9341450000000001"
HELD = "Harbor Dental Group"


def play(stage: Stage) -> None:
    """Ends disconnected."""
    _record(stage)
    _compare(stage, "equal")
    _problems(stage)
    _compare(stage, "different")
    _pause(stage)
    _lost(stage)
    _disconnect(stage)


def _record(stage: Stage) -> None:
    stage.first_of("contacts/")
    stage.page.get_by_text("History of pushes").click()
    stage.page.get_by_text("Details for support").first.click()
    stage.shoot("record-history")


def _compare(stage: Stage, name: str) -> None:
    stage.go("quickbooks/compare")
    stage.page.get_by_role("button", name="Compare now").click()
    stage.page.get_by_text("Sums on both sides").wait_for(state="attached", timeout=90_000)
    stage.shoot(f"sync-compare-{name}")


def _problems(stage: Stage) -> None:
    """A name and a number that QuickBooks has already, and an invoice of a closed month."""
    _ask_about_names(stage)
    token = stage.books("POST", "_emulator/tokens", {"realm_id": FRESH})["access_token"]
    for name in (HELD, "Vendor of Windows"):
        stage.books("POST", f"v3/company/{FRESH}/customer?minorversion=75", {"DisplayName": name}, token)
    _add_contact(stage, HELD)
    _add_contact(stage, "Vendor of Windows")
    _take_next_number(stage, token)
    last_year = date(date.today().year - 1, 12, 31).isoformat()  # noqa: DTZ011  (any date will do)
    stage.books("PATCH", f"_emulator/companies/{FRESH}", {"book_close_date": last_year})
    _change_old_invoice(stage)
    stage.go("quickbooks/problems")
    see(stage.page, "closed for this date")
    stage.shoot("sync-problems")
    stage.page.get_by_text("Dismiss", exact=True).first.click()
    stage.page.get_by_text("Details for support").first.click()
    stage.shoot("sync-problems-open")
    stage.open("", "home-with-problems")
    stage.open("quickbooks/", "sync-with-problems")
    stage.go("contacts/?q=harbor")
    stage.shoot("list-contacts-with-problem")
    stage.page.locator("main tbody th a").first.click()
    stage.page.wait_for_load_state("networkidle")
    stage.shoot("record-with-problem")
    _answer(stage)


def _ask_about_names(stage: Stage) -> None:
    stage.go("quickbooks/settings")
    stage.page.get_by_label("Ask me whether it is the same").check()
    stage.press("Save")
    stage.shoot("sync-saved")


def _add_contact(stage: Stage, name: str) -> None:
    stage.go("contacts/new")
    stage.page.get_by_label("Name", exact=True).fill(name)
    stage.press("Save contact")
    see(stage.page, "Needs you")


def _take_next_number(stage: Stage, token: str) -> None:
    stage.go("invoices/new/")
    number = stage.page.get_by_role("textbox", name="Number").input_value()
    query = "select%20*%20from%20Invoice%20maxresults%201"
    found = stage.books("GET", f"v3/company/{FRESH}/query?query={query}", None, token)
    theirs = found["QueryResponse"]["Invoice"][0]
    lines = [line for line in theirs["Line"] if line["DetailType"] == "SalesItemLineDetail"][:1]
    sent = {"CustomerRef": theirs["CustomerRef"], "DocNumber": number, "Line": lines}
    stage.books("POST", f"v3/company/{FRESH}/invoice?minorversion=75", sent, token)
    pick(stage.page, "customer", "union")
    pick(stage.page, "service", "window")
    stage.page.get_by_label("Quantity").fill("3")
    stage.press("Save and issue")
    see(stage.page, "Needs you")
    stage.shoot("invoice-with-problem")


def _change_old_invoice(stage: Stage) -> None:
    stage.first_of("invoices/?status=Overdue&sort=date")
    stage.page.get_by_role("link", name="Edit", exact=True).click()
    stage.page.locator("[id^=unit_price]").first.fill("77.77")
    stage.press("Save changes")
    see(stage.page, "Needs you")


def _answer(stage: Stage) -> None:
    stage.go("quickbooks/problems")
    stage.page.get_by_role("button", name="It is the same").first.click()
    stage.page.wait_for_load_state("networkidle")
    stage.shoot("sync-problem-answered")
    problem = stage.page.locator(".problems > li").last
    problem.locator("summary").first.click()
    problem.get_by_label("Why is it left as it is?").fill("The accountant corrects it by hand")
    problem.get_by_role("button", name="Dismiss").click()
    stage.page.wait_for_load_state("networkidle")
    stage.open("quickbooks/problems?show=closed", "sync-problems-closed")


def _pause(stage: Stage) -> None:
    stage.go("quickbooks/")
    stage.press("Pause")
    stage.shoot("sync-paused")
    stage.open("", "home-paused")
    stage.go("quickbooks/")
    stage.press("Resume")


def _lost(stage: Stage) -> None:
    stage.books("POST", f"_emulator/companies/{FRESH}/disconnect")
    stage.first_of("contacts/?q=union")
    stage.page.get_by_role("button", name="Push again").click()
    stage.go("quickbooks/")
    see(stage.page, "connection to QuickBooks is lost")
    stage.shoot("sync-lost")
    stage.open("", "home-lost")
    stage.open("quickbooks/problems", "sync-lost-problems")


def _disconnect(stage: Stage) -> None:
    stage.go("quickbooks/disconnect")
    stage.press("Disconnect")
    stage.shoot("sync-disconnected")
    stage.open("", "home-disconnected")
    stage.open("invoices/", "list-invoices-disconnected")
    page = stage.page
    stage.camera.open(page, f"{stage.site.quickbooks}/app/{FRESH}/apps", "quickbooks-disconnected")
    stage.camera.open(page, f"{stage.site.quickbooks}/app/{FRESH}/customers?q=zzzz", "quickbooks-none")
    stage.camera.open(page, f"{stage.site.quickbooks}/app/nothing", "quickbooks-nothing-here")
