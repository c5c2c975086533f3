"""Takes pictures of every page, to be looked at: `python bench/screens.py FOLDER`.

Wide (1280) and narrow (390), light and dark; of a business that has just signed up (empty), of the demo's (full), of
what a page can come to in between, and of forms that were sent with mistakes (error); the local QuickBooks too. Needs
the system's Chromium.
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "e2e"))

import scenes_editor
import scenes_invoices
import scenes_payments
import scenes_people
import scenes_setup
import scenes_sync
from browser_world import NO_BROWSER, demo_installation, empty_installation, find_browser
from camera import Camera, name_of, visitor
from scenes import Stage
from walking import sign_in, walk

SCENES = (scenes_invoices, scenes_editor, scenes_payments, scenes_people, scenes_sync)


def main() -> int:
    """0 when all pictures are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the pictures go; made if missing")
    parser.add_argument("--scale", type=float, default=0.1, help="size of the demo's business (default 0.1)")
    parser.add_argument("--only", default="", help="take only what has a name that this expression finds")
    parser.add_argument("--skip-walk", action="store_true", help="leave out the pages that links lead to")
    parser.add_argument("--scenes", default="", help="play only scenes whose module has this in its name")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    path = find_browser()
    if path is None:
        parser.error(NO_BROWSER)
    camera = Camera(given.folder, re.compile(given.only))
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="bluepro-pictures-") as scratch:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        _full(browser, camera, Path(scratch), given)
        _empty(browser, camera, Path(scratch), given)
        browser.close()
    sys.stdout.write(f"{len(camera.taken) * 4} pictures of {len(camera.taken)} pages are in {given.folder}\n")
    return 0


def _full(browser: Browser, camera: Camera, scratch: Path, given: argparse.Namespace) -> None:
    """The demo's business: every page that a link leads to, then what its records and its connection can come to."""
    with demo_installation(scratch, given.scale) as site, visitor(browser) as page:
        home = sign_in(page, site)
        _keep_export(page.context.request.get(f"{home}settings/export/file/").body(), scratch)
        if not given.skip_walk:
            for start, kind in ((home, "full"), (f"{site.quickbooks}/app", "quickbooks")):
                for address in walk(page, start):
                    camera.take(page, kind + name_of(address))
        stage = Stage(browser, camera, site, page, home)
        for scenes in SCENES:
            if given.scenes in scenes.__name__:
                scenes.play(stage)


def _keep_export(body: bytes, scratch: Path) -> None:
    (scratch / "export.zip").write_bytes(body)


def _empty(browser: Browser, camera: Camera, scratch: Path, given: argparse.Namespace) -> None:
    """A new business: empty pages, then import, consent, mapping and the first sync."""
    if given.scenes not in scenes_setup.__name__:
        return
    with empty_installation(scratch) as site, visitor(browser) as page:
        scenes_setup.sign_up_on(page, site)
        home = page.url
        if not given.skip_walk:
            for address in walk(page, home):
                camera.take(page, f"empty{name_of(address)}")
        scenes_setup.play(Stage(browser, camera, site, page, home), scratch / "export.zip")


if __name__ == "__main__":
    sys.exit(main())
