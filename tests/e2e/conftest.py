"""Tests in the system's Chromium. Without one they are skipped, with a line that says so.

BLUEPRO_BROWSER_REQUIRED=1 turns the skip into a failure.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser_world import NO_BROWSER, Installation, NewPage, demo_installation, empty_installation, find_browser
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

BROWSER = find_browser()
REQUIRED = os.environ.get("BLUEPRO_BROWSER_REQUIRED", "") == "1"
HERE = Path(__file__).parent
SLOW = 300  # seconds: whole installations are started
PATIENCE = 15_000  # milliseconds for anything to appear


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests of this folder."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(SLOW))
            if BROWSER is None and not REQUIRED:
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says in one line that these tests did not run."""
    if BROWSER is None and not REQUIRED:
        terminalreporter.write_line(NO_BROWSER)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert BROWSER, f"{NO_BROWSER} BLUEPRO_BROWSER_REQUIRED=1 does not allow that."
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture(scope="module")
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Opens pages in contexts of their own: nothing is cached, nobody signed in. Takes options of a context."""
    contexts: list[BrowserContext] = []

    def open_page(**options: object) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def empty(tmp_path: Path, browser: Browser) -> Iterator[Installation]:
    """An installation with an empty database, for one test."""
    with empty_installation(tmp_path) as installation:
        yield installation


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Installation]:
    """The served demo, for all tests that only look."""
    with demo_installation(tmp_path_factory.mktemp("demo"), scale=0.05) as installation:
        yield installation
