"""A browser tab that is watched: where it goes, what it asks for, what it complains of and what it keeps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page, TimeoutError, expect

from tests.browser.serving import Server

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 400, "height": 850}
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
OF_STREAMLIT = "presentation-role-conflict"
"""Minor: where files are dropped, Streamlit names a part that it hides from screen readers; its button is named too."""
LOOKS_FOR_ITS_SERVER = re.compile(r"/[a-z-]+/_stcore/(health|host-config)$")
"""Opened at the address of a page, Streamlit asks below that address first; the answer is that nothing is there."""
SETTLED = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    return app && app.getAttribute('data-test-script-state') === 'notRunning'
        && !document.querySelector('[data-testid=stSkeleton], [data-stale=true]');
}"""
COUNTS_ITS_RUNS = """() => {
    window.runs = 0;
    new MutationObserver(changes => {
        for (const one of changes) {
            if (one.target.getAttribute('data-test-script-state') === 'running') { window.runs += 1; }
        }
    }).observe(document, {subtree: true, attributes: true, attributeFilter: ['data-test-script-state']});
}"""
"""A run may begin late on a busy machine, and be over before anybody looks: so each is counted as it begins."""
FOCUS = """() => {
    const one = document.activeElement;
    const shown = [one, one.parentElement, one.parentElement?.parentElement, one.nextElementSibling].filter(Boolean);
    const marked = shown.some(each => {
        const style = getComputedStyle(each);
        return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
    });
    const label = one.getAttribute('aria-label') || (one.labels && one.labels[0] && one.labels[0].innerText) || '';
    return {words: (one.innerText || '').trim(), label: label.trim(), visible: one !== document.body && marked,
            role: one.getAttribute('role') || (one.type === 'radio' ? 'radio' : one.tagName.toLowerCase())};
}"""
STOPS = 150
KEYS = frozenset({"Control+A", "Enter", "Tab", "Space"})
BEGINS = 5000
"""Within how many milliseconds the app begins what it is asked, or was asked for nothing."""
STORAGE = """async () => JSON.stringify({
    local: {...localStorage}, session: {...sessionStorage}, names: (await indexedDB.databases()).map(d => d.name),
    caches: await caches.keys(), address: location.href,
})"""


@dataclass
class Watched:
    """One tab of one person."""

    page: Page
    server: Server
    outside: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        home = urlsplit(self.server.address).netloc
        provider = urlsplit(self.server.issuer or self.server.address).netloc

        def request(one: Any) -> None:
            parts = urlsplit(one.url)
            if parts.netloc == home and not parts.path.startswith("/auth/"):
                self.asked.append(one.url)
            if parts.scheme in ("data", "blob") or parts.netloc in (home, provider):
                return
            if urlsplit(one.frame.url).netloc != provider:  # what the sign-in's own page asks for is not ours
                self.outside.append(one.url)

        def console(message: Any) -> None:
            at = urlsplit(message.location["url"])
            if message.type == "error" and at.netloc == home and not LOOKS_FOR_ITS_SERVER.match(at.path):
                self.complaints.append(f"{message.text} ({at.path})")

        self.page.on("request", request)
        self.page.on("console", console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str = "/") -> Watched:
        """Go to an address of the app, and wait until the page stands still."""
        self.page.goto(f"{self.server.address}{path}")
        return self.settle()

    def settle(self) -> Watched:
        """Wait until the app has done what it was asked."""
        self.page.wait_for_selector("h1#top", timeout=60_000)
        self.page.wait_for_timeout(150)
        self.page.wait_for_function(SETTLED, timeout=60_000)
        return self

    def go(self, title: str) -> Watched:
        """Follow the side bar's link to a page."""
        self.page.get_by_test_id("stSidebar").get_by_role("link", name=title, exact=True).click()
        self.page.wait_for_selector(f"h1#top:text-is('{title}')", timeout=60_000)
        return self.settle()

    def sign_in(self, person: str) -> Watched:
        """Sign in with the council's account of this person, through its own page."""
        self.page.goto(self.server.address)
        self.page.get_by_role("link", name="Sign in").click()
        self.page.fill("input[name=sub]", person)
        self.page.get_by_role("button", name="Authorize").click()
        return self.settle()

    def act_as(self, role_words: str) -> Watched:
        """Choose one of several roles in the side bar."""
        self.choose("You act as", role_words)
        return self

    def choose(self, label: str, option: str) -> Watched:
        """Choose an option of a select box by typing."""
        box = self.page.get_by_role("combobox", name=re.compile(re.escape(label)))
        box.click()
        box.fill(option)
        return self._do(self.page.get_by_role("option", name=option).first, of=box)

    def pick(self, question: str, option: str) -> Watched:
        """Choose one of the round buttons under a question."""
        return self._do(self._radio(question).get_by_text(option, exact=True))

    def pick_first(self, question: str) -> Watched:
        """Choose the first of the round buttons under a question."""
        return self._do(self._radio(question).get_by_role("radiogroup").locator("label").first)

    def radio(self, question: str) -> str:
        """The words of the round buttons under a question; empty where there are none."""
        return " ".join(self._radio(question).all_inner_texts())

    def _radio(self, question: str) -> Locator:
        return self.main.get_by_test_id("stRadio").filter(has_text=question)

    def fill_in(self, day: date, words: str = "Seen and talked about this week.") -> Watched:
        """Write something into every field of the form that is empty; the day into every date."""
        form = self.main.get_by_test_id("stForm").last
        for box in form.get_by_test_id("stDateInput").all():
            box.get_by_role("spinbutton").first.click()
            self.page.keyboard.type(day.strftime("%d%m%Y"))
        for box in form.locator("textarea, [data-testid=stTextInput] input").all():
            label = box.get_attribute("aria-label") or ""
            if not box.input_value() and "could not be asked" not in label:
                box.fill(f"child: {words}" if "Who was asked" in label else words)
        return self

    def press(self, name: str) -> Watched:
        """Press a button, and wait until the app has begun, and done, what it does."""
        return self._do(self.page.get_by_role("button", name=name, exact=True).first)

    def doing(self, act: Callable[[], object]) -> Watched:
        """Do this, and wait until the app has begun, and done, what it asks; it may ask for nothing."""
        before = self.page.evaluate("window.runs")
        act()
        with suppress(TimeoutError):
            self.page.wait_for_function("before => window.runs !== before", arg=before, timeout=BEGINS)
        return self.settle()

    def _do(self, clicked: Locator, of: Locator | None = None) -> Watched:
        """Click; in a form nothing is asked of the app until it is sent off."""
        if (of or clicked).evaluate("one => !!one.closest('[data-testid=stForm]') && !one.closest('button')"):
            clicked.click()
            return self.settle()
        return self.doing(clicked.click)

    def sees(self, words: str, seconds: float = 60) -> Watched:
        """Wait until these words are on the page."""
        expect(self.main).to_contain_text(words, timeout=seconds * 1000)
        return self.settle()

    @property
    def text(self) -> str:
        """The words of the page's main part."""
        return " ".join(self.main.inner_text().split())

    @property
    def main(self) -> Locator:
        """The main part."""
        return self.page.get_by_test_id("stMain")

    @property
    def title(self) -> str:
        """The page's first heading."""
        return self.page.locator("h1#top").inner_text()

    def focus(self) -> dict[str, Any]:
        """What the keyboard is on: its words, its role, and whether that can be seen."""
        found: dict[str, Any] = self.page.evaluate(FOCUS)
        return found

    def tab_to(self, role: str, name: str) -> Watched:
        """Go on with the Tab key until the keyboard is on this; each stop on the way can be seen."""
        stops = []
        for _ in range(STOPS):
            self.page.keyboard.press("Tab")
            at = self.focus()
            if at["role"] == "body":  # past the last stop: on to the first
                continue
            stops.append(at)
            assert at["visible"], at
            if at["role"] == role and (at["label"] or at["words"]).startswith(name):
                return self
        raise AssertionError(f"no {role} {name} among {stops}")

    def types(self, *keys: str) -> Watched:
        """Type where the keyboard is: words, or a key by its name; wait until the app has done what the last asks."""
        *first, last = keys
        for one in first:
            (self.page.keyboard.press if one in KEYS else self.page.keyboard.type)(one)
        return self.doing(lambda: self.page.keyboard.press(last))

    def axe(self) -> list[str]:
        """What axe finds against WCAG 2.2 A and AA and its own good practice: rule, how grave, and where."""
        self.page.evaluate(AXE)
        found: Mapping[str, Any] = self.page.evaluate(
            "() => axe.run(document, {resultTypes: ['violations'], runOnly: "
            "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        return [
            f"{one['impact']} {one['id']}: {one['help']} at {[node['target'] for node in one['nodes']][:4]}"
            for one in found["violations"]
            if one["id"] != OF_STREAMLIT
        ]

    def kept(self) -> str:
        """All that the browser keeps of the app, and where it is, as text; values drawn at random are left out."""
        state = self.page.context.storage_state(indexed_db=True)
        cookies = [(one["name"], len(one["value"])) for one in state.pop("cookies")]
        return f"{self.page.evaluate(STORAGE)} {state} {cookies}"

    def overflows(self) -> int:
        """By how many pixels the page is wider than the window."""
        return int(
            self.page.evaluate(
                "() => Math.max(...[document.scrollingElement, ...document.querySelectorAll('[data-testid=stMain]')]"
                ".map(one => one.scrollWidth - one.clientWidth))"
            )
        )


def tab(context: BrowserContext, server: Server) -> Watched:
    """A new tab in a browser of somebody. Whatever is not on this computer cannot be reached."""
    context.route(re.compile(r"^https?://(?!127\.0\.0\.1)"), lambda route: route.abort())
    context.add_init_script(f"({COUNTS_ITS_RUNS})()")
    return Watched(context.new_page(), server)
