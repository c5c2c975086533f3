"""A person without a mouse: reaches everything with Tab, presses Return or Space, types. Nothing is ever clicked."""

from playwright.sync_api import Page

MOST = 150
NAME = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return ["", "", ""];
  const label = one.getAttribute("aria-label") || (one.labels && [...one.labels].map((l) => l.innerText).join(" "))
    || one.innerText || one.value || "";
  const seen = one.matches(":focus-visible") && getComputedStyle(one).outlineStyle !== "none";
  return [one.tagName.toLowerCase(), label.replace(/\\s+/g, " ").trim(), seen ? "" : one.outerHTML.slice(0, 120)];
}"""
# fields show their focus by border and shadow as well; what is hidden shows it on its label
QUIET = ("input", "select", "textarea", "main")


class Keyboard:
    """The keys, and what has the focus. `unseen` collects what had the focus without showing it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.unseen: list[str] = []

    def to(self, tag: str, name: str, *, back: bool = False) -> None:
        """Tabs to the next element of this tag whose name begins with `name`."""
        passed = []
        for _ in range(MOST):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            where, label, unseen = self.page.evaluate(NAME)
            passed.append(f"{where}: {label[:40]}")
            if unseen and where not in QUIET:
                self.unseen.append(unseen)
            if where == tag and label.casefold().startswith(name.casefold()):
                return
        raise AssertionError(f"Tab does not reach {tag} {name!r} on {self.page.url}; it passed {passed}")

    def press(self, tag: str, name: str) -> None:
        """Goes to a link or button and presses it, and waits for the page that follows."""
        self.to(tag, name)
        with self.page.expect_navigation(wait_until="load"):
            self.page.keyboard.press("Enter")

    def choose(self, tag: str, name: str) -> None:
        """Goes to a button that changes something on this page, and presses it."""
        self.to(tag, name)
        self.page.keyboard.press("Enter")

    def fill(self, name: str, text: str, tag: str = "input") -> None:
        """Goes to a field and types over what stands there."""
        self.to(tag, name)
        if tag != "select":
            self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.type(text)
