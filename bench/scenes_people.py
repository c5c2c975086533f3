"""Invitations from all sides, a Member's view, several companies, passwords."""

import re

from playwright.sync_api import Page
from scenes import Stage

PASSWORD = "four plain words here"
MEMBER, BOOKKEEPER = "max.mason@example.com", "beatrice.bookkeeper-with-a-long-name@accountants.example.com"


def play(stage: Stage) -> None:
    """A Member and an open invitation are there at the end."""
    link = _invite(stage, MEMBER, "Member")
    other = _invite(stage, BOOKKEEPER, "Bookkeeper")
    stage.shoot("people-invited")
    with stage.stranger() as page:
        stage.camera.open(page, link, "invitation-signed-out")
        _accept(stage, page)
        _as_member(stage, page)
        stage.camera.open(page, other, "invitation-of-another")
        stage.camera.open(page, link, "invitation-used")
    _people(stage)
    _own_account(stage)


def _invite(stage: Stage, email: str, role: str) -> str:
    stage.go("settings/people/")
    stage.page.get_by_label("E-mail").fill(email)
    stage.page.get_by_label("Role").select_option(label=role)
    stage.press("Invite")
    return stage.page.get_by_label(f"Link for {email}").input_value()


def _accept(stage: Stage, page: Page) -> None:
    page.get_by_role("link", name="Create an account").click()
    page.get_by_label("Your name").fill("Max Mason")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.wait_for_load_state("networkidle")
    stage.camera.take(page, "invitation-signed-in")
    page.get_by_role("button", name="Accept and go on").click()
    page.wait_for_load_state("networkidle")
    stage.camera.take(page, "member-home")


def _as_member(stage: Stage, page: Page) -> None:
    for path in ("contacts/", "quickbooks/", "quickbooks/settings", "quickbooks/problems", "settings/", "services/"):
        stage.camera.open(page, stage.home + path, f"member-{path.strip('/').replace('/', '-')}")
    stage.camera.open(page, f"{stage.home}settings/company/", "refused-member")
    page.goto(f"{stage.home}invoices/?status=Overdue")
    page.locator("main tbody th a").first.click()
    page.wait_for_load_state("networkidle")
    stage.camera.take(page, "member-invoice")


def _people(stage: Stage) -> None:
    stage.open("settings/people/", "people")
    stage.page.get_by_text("What each role may do").click()
    stage.shoot("people-roles")
    stage.page.get_by_role("link", name="Max Mason").click()
    stage.page.wait_for_load_state("networkidle")
    stage.shoot("person")
    stage.go("settings/books/")
    stage.page.get_by_label("Books locked through").fill("2025-12-31")
    stage.press("Save")
    stage.shoot("settings-books-locked")
    stage.open("settings/", "settings-overview")


def _own_account(stage: Stage) -> None:
    page = stage.page
    page.goto(f"{stage.site.pages}/companies/new/")
    page.get_by_label("Company name").fill("Second Street Gutters and Downspouts of Westchester County")
    page.get_by_role("button", name="Create company").click()
    page.wait_for_url(re.compile(r"/w/\d+/$"))
    stage.camera.take(page, "home-long-name")
    stage.camera.open(page, f"{stage.site.pages}/companies/", "companies-several")
    page.goto(f"{stage.site.pages}/password/")
    page.get_by_label("Present password").fill("wrong")
    page.get_by_label("New password").fill("1234")
    page.get_by_role("button", name="Change password").click()
    page.wait_for_load_state("networkidle")
    stage.camera.take(page, "error-password")
    page.goto(f"{stage.site.pages}/companies/new/")
    page.get_by_role("button", name="Create company").click()
    page.wait_for_load_state("networkidle")
    stage.camera.take(page, "error-companies-new")
