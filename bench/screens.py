"""Takes pictures of every page, to be looked at: `python bench/screens.py FOLDER`.

Wide (1280) and narrow (390), light and dark; of a business that has just signed up (empty), of the demo's (full), and
of forms that were sent with mistakes (error); the local QuickBooks too. Needs the system's Chromium.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "e2e"))

from browser_world import NO_BROWSER, Installation, demo_installation, empty_installation, find_browser
from test_first_invoice import sign_up
from walking import kind_of, sign_in, walk

WIDTHS, THEMES = (1280, 390), ("light", "dark")
FORMS = ("contacts/new", "services/new", "invoices/new/", "settings/company/", "settings/tax-rates/")


def main() -> int:
    """0 when all pictures are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the pictures go; made if missing")
    parser.add_argument("--scale", type=float, default=0.1, help="size of the demo's business (default 0.1)")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    path = find_browser()
    if path is None:
        parser.error(NO_BROWSER)
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="bluepro-pictures-") as scratch:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        taken = sum(1 for _ in _all(browser, given.folder, Path(scratch), given.scale))
        browser.close()
    sys.stdout.write(f"{taken} pictures are in {given.folder}\n")
    return 0


def _all(browser: Browser, folder: Path, scratch: Path, scale: float) -> Iterator[Path]:
    with demo_installation(scratch, scale) as site:
        page = _page(browser)
        yield from _signed_out(page, site, folder)
        home = sign_in(page, site)
        for address in walk(page, home):
            yield from _pictures(page, folder, f"full{_name(address)}")
        yield from _mistakes(page, home, folder)
        for address in walk(page, f"{site.quickbooks}/app"):
            yield from _pictures(page, folder, f"quickbooks{_name(address)}")
    with empty_installation(scratch) as site:
        page = _page(browser)
        sign_up(page, site.pages)
        for address in walk(page, page.url):
            yield from _pictures(page, folder, f"empty{_name(address)}")


def _page(browser: Browser) -> Page:
    return browser.new_context(viewport={"width": WIDTHS[0], "height": 900}).new_page()


def _signed_out(page: Page, site: Installation, folder: Path) -> Iterator[Path]:
    for path in ("/sign-in/", "/sign-up/", "/nothing-here"):
        page.goto(site.pages + path)
        yield from _pictures(page, folder, f"full{_name(path)}")
    page.goto(f"{site.pages}/sign-in/")
    page.get_by_label("E-mail").fill("nobody@example.com")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    yield from _pictures(page, folder, "error-sign-in")


def _mistakes(page: Page, home: str, folder: Path) -> Iterator[Path]:
    """Forms that were sent empty, or with nonsense in what takes a number."""
    for path in FORMS:
        page.goto(home + path)
        for field in page.locator("main input[inputmode=decimal]:visible").all():
            field.fill("12,50 dollars")
        form = page.locator("main form[method=post]").last
        form.evaluate("(one) => { one.noValidate = true; }")
        form.get_by_role("button").last.click()
        page.wait_for_load_state("networkidle")
        yield from _pictures(page, folder, f"error{_name(path)}")


def _pictures(page: Page, folder: Path, name: str) -> Iterator[Path]:
    """The page that is open, in each width and theme."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
            target = folder / f"{name}-{width}-{theme}.png"
            page.screenshot(path=target, full_page=True, animations="disabled")
            yield target
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


def _name(address: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", f"/{kind_of(address)}").rstrip("-") or "-start"


if __name__ == "__main__":
    sys.exit(main())
