"""A new business on its way: import, consent refused and given, mapping, the first sync while it goes on."""

import io
import re
import zipfile
from pathlib import Path

from browser_world import Installation
from playwright.sync_api import Page
from scenes import Stage, see
from test_first_invoice import map_and_save, sign_up


def sign_up_on(page: Page, site: Installation) -> None:
    """A person and a company; its home page is open."""
    sign_up(page, site.pages)


def play(stage: Stage, export: Path) -> None:
    """`export` is a .zip of another business."""
    _import(stage, export)
    _refuse(stage)
    _consent(stage)
    _map(stage)
    _sync(stage)


def _import(stage: Stage, export: Path) -> None:
    _upload(stage, "broken.zip", _broken(export.read_bytes()))
    see(stage.page, "Nothing was imported")
    stage.shoot("import-errors")
    stage.press("See what could be imported without these")
    see(stage.page, "Ready to import")
    stage.shoot("import-left-out")
    _upload(stage, "clear-view.zip", export.read_bytes())
    stage.shoot("import-checking")
    see(stage.page, "Ready to import")
    stage.shoot("import-ready")
    stage.press("Import")
    stage.shoot("import-importing")
    see(stage.page, "^Imported$")
    stage.shoot("import-done")
    stage.open("settings/import/", "import-list")
    stage.open("", "home-not-connected")
    _upload(stage, "notes.zip", b"this is no archive")
    stage.shoot("import-refused")


def _upload(stage: Stage, name: str, content: bytes) -> None:
    stage.go("settings/import/")
    field = stage.page.get_by_label("Files")
    field.set_input_files({"name": name, "mimeType": "application/zip", "buffer": content})
    stage.press("Upload and check")


def _broken(export: bytes) -> bytes:
    """The same archive with rows that cannot be imported."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(export)) as given, zipfile.ZipFile(target, "w") as made:
        for name in given.namelist():
            text = given.read(name).decode()
            if name == "invoices.csv":
                text = re.sub(r"2026-0[1-6]-", "2026-13-", text, count=6)
            made.writestr(name, text)
    return target.getvalue()


def _refuse(stage: Stage) -> None:
    stage.go("quickbooks/")
    stage.press("Connect to QuickBooks")
    stage.shoot("quickbooks-consent")
    stage.press("Cancel")
    stage.shoot("sync-refused-consent")


def _consent(stage: Stage) -> None:
    stage.press("Connect to QuickBooks")
    stage.page.get_by_role("radio").first.check()
    stage.press("Connect")
    stage.shoot("sync-mapping-first")
    stage.open("quickbooks/", "sync-not-enabled")
    stage.open("", "home-not-enabled")


def _map(stage: Stage) -> None:
    stage.go("quickbooks/settings?connected=1")
    for use in ("Income", "Discount", "Deposit"):
        stage.page.get_by_label(re.compile(f"^{use} account")).select_option("")
    stage.press("Save")
    stage.shoot("error-mapping")
    stage.go("quickbooks/settings?connected=1")
    map_and_save(stage.page)
    stage.shoot("sync-enabled")


def _sync(stage: Stage) -> None:
    books = stage.site.books
    assert books
    stage.press("Sync Data")
    _wait_for_percent(stage.page, 30)
    books.freeze()
    stage.page.wait_for_timeout(1500)
    stage.shoot("sync-progress")
    stage.open("", "home-syncing")
    stage.open("invoices/?sort=date", "list-invoices-syncing")
    books.thaw()
    stage.go("quickbooks/")
    see(stage.page, "Finished", within=180)
    stage.shoot("sync-finished")
    stage.open("", "home-synced")


def _wait_for_percent(page: Page, least: int) -> None:
    bar = page.get_by_role("progressbar")
    for _ in range(600):
        if bar.count() == 0 or float(bar.first.get_attribute("value") or 0) >= least:
            return
        page.wait_for_timeout(100)
