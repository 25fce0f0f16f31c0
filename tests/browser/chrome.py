"""The browser of this machine, and a page of it that remembers what it asked for and complained about."""

from __future__ import annotations

import os
import shutil
import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, Request

WANTED: Final = os.environ.get("OPENCLAW_TEST_BROWSER", "")  # a program, `required`, or empty: whatever there is
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # what tries to get out is counted and gets nowhere
)
SIZES: Final = {1440: 900, 390: 844}
SCHEMES: Final = {"light": "default", "dark": "slate"}
PATIENCE_MS: Final = 20_000  # a busy machine may take as long


def find_browser() -> str:
    """The program to use; empty when there is none."""
    if WANTED and WANTED != "required":
        return shutil.which(WANTED) or ""
    return next((found for name in NAMES if (found := shutil.which(name))), "")


class Sight:
    """A page of the browser with a window of its own, and all that it did so far."""

    def __init__(self, browser: Browser, width: int = 1440, *, scripts: bool = True, motion: bool = False) -> None:
        size: Any = {"width": width, "height": SIZES.get(width, 900)}
        self.context = browser.new_context(
            viewport=size, java_script_enabled=scripts, reduced_motion="no-preference" if motion else "reduce"
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.failed: list[str] = []
        self.complaints: list[str] = []
        self.dialogs: list[str] = []
        self.page.on("request", self._note_request)
        self.page.on("requestfailed", lambda request: self.failed.append(request.url))
        self.page.on("console", self._note_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("dialog", self._note_dialog)
        self.context.on(
            "page", lambda page: self.dialogs.append(f"window {page.url}") if page is not self.page else None
        )

    def open(self, address: str) -> Page:
        """The page at `address`, once our script has filled it."""
        self.page.goto(address)
        self.wait()
        return self.page

    def wait(self) -> None:
        """Until our part of the page is there; one that cannot be shown is a complaint."""
        self.page.wait_for_selector(".mc--ready, .mc--failed")
        for place in self.page.locator(".mc--failed").all():
            self.complaints.append(f"failed: {place.inner_text()[:300]}")

    def until(self, script: str, argument: object = None) -> None:
        """Until `script`, a function, is true of `argument`; asked from outside, since the policy lets no page do it."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while not self.page.evaluate(script, argument):
            if time.monotonic() > end:
                raise AssertionError(f"not within {PATIENCE_MS / 1000:g} s: {script} of {argument!r}")
            self.page.wait_for_timeout(20)

    def show_in(self, scheme: str, width: int) -> None:
        """The same page in light or dark, in a window so wide."""
        self.page.set_viewport_size({"width": width, "height": SIZES[width]})
        self.page.evaluate("s => document.body.setAttribute('data-md-color-scheme', s)", SCHEMES[scheme])

    def far_requests(self) -> list[str]:
        """What was asked of other machines."""
        return [url for url in self.requests if not _is_near(url)]

    def overflow(self) -> list[str]:
        """The page's elements that make it wider than its window, as short texts; boxes that scroll by themselves may."""
        found: list[str] = self.page.evaluate(OVERFLOW)
        return found

    def close(self) -> None:
        """Ends the window."""
        self.context.close()

    def _note_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _note_dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(f"{dialog.type}: {dialog.message}")
        dialog.dismiss()


def _is_near(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("file", "data", "blob", "about") or parts.hostname == "127.0.0.1"


OVERFLOW: Final = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide + 1) return [];
  const clips = (node) => {  // an element taken out of the flow is only clipped by what it is placed in
    let placed = getComputedStyle(node).position;
    for (let up = node.parentElement; up && up !== document.body; up = up.parentElement) {
      const style = getComputedStyle(up);
      if (placed === 'absolute' && style.position === 'static') continue;
      if (/auto|scroll|hidden|clip/.test(style.overflowX)) return true;
      placed = style.position;
    }
    return false;
  };
  return [...document.body.querySelectorAll('*')]
    .filter((node) => node.getBoundingClientRect().right > wide + 1 && !clips(node))
    .slice(0, 8).map((node) => `${node.tagName}.${node.className} ${Math.round(node.getBoundingClientRect().right)}px`)
    .concat([`page ${document.documentElement.scrollWidth}px in ${wide}px`]);
}"""
