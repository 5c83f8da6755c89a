"""A real browser window: what is clicked and typed, and what no page may do at any width."""

from collections.abc import Callable

from playwright.sync_api import Browser, ConsoleMessage, Locator, Request, Response

PHONE, DESK = 390, 1280  # CSS pixels
HEIGHTS = {PHONE: 844, DESK: 800}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
FITS = "[document.documentElement.scrollWidth, window.innerWidth]"
PATIENCE = 30_000  # milliseconds, on a busy machine


class Screen:
    """One visitor's window. A page that scrolls sideways, complains in the console or calls another host is an error."""

    def __init__(
        self, browser: Browser, port: int, width: int, *, language: str = "zh", script: bool = True
    ) -> None:
        """A browser that has never been here."""
        self.home = f"http://127.0.0.1:{port}"
        self.context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]}, locale=LOCALES[language], java_script_enabled=script,
            base_url=self.home,
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE)
        self._wrong: list[str] = []
        self._expected = 200
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._wrong.append(f"error: {error}"))
        self.page.on("request", self._request)

    # -- going from page to page ---------------------------------------------------------------------------

    def open(self, path: str, status: int = 200) -> "Screen":
        """Type an address."""
        self._expected = status
        return self._arrived(self.page.goto(path), status)

    def press(self, label: str, status: int = 200) -> "Screen":
        """Click the button of this name, and wait for the page it leads to."""
        return self._go(self.page.get_by_role("button", name=label, exact=True), status)

    def follow(self, label: str, within: str = "main") -> "Screen":
        """Click the first link there that has these words."""
        return self._go(self.page.locator(within).get_by_role("link", name=label).first, 200)

    def _go(self, what: Locator, status: int) -> "Screen":
        self._expected = status
        with self.page.expect_navigation(wait_until="load") as leads:
            what.click()
        return self._arrived(leads.value, status)

    # -- looking and typing --------------------------------------------------------------------------------

    def fill(self, **values: str) -> "Screen":
        """Type into controls in sight, or choose from lists, by the names of the controls."""
        for name, value in values.items():
            control = self.page.locator(f"main [name={name}]:visible")
            if control.evaluate("tag => tag.tagName") == "SELECT":
                control.select_option(value)
            else:
                control.fill(value)
        return self

    def tick(self, name: str, value: str = "") -> "Screen":
        """Click the words beside a box or a radio button, as a thumb does."""
        box = self.page.locator(f"main [name={name}]" + (f"[value='{value}']" if value else ""))
        self.page.locator(f"label[for='{box.get_attribute('id')}']").click()
        assert box.is_checked(), (name, value)
        return self

    def unfold(self, words: str) -> "Screen":
        """Open a fold that is closed."""
        fold = self.page.locator("details").filter(has=self.page.locator("> summary", has_text=words)).first
        if fold.get_attribute("open") is None:
            fold.locator("> summary").click()
        return self

    def words(self, selector: str = "main") -> str:
        """What can be read there."""
        return " ".join(self.page.locator(selector).first.inner_text().split())

    def value(self, name: str) -> str:
        """What stands in a control."""
        return self.page.locator(f"main [name={name}]").input_value()

    def data(self, name: str) -> str:
        """The value of a data attribute that is once on the page."""
        return self.page.locator(f"[data-{name}]").get_attribute(f"data-{name}") or ""

    def close(self) -> None:
        """Shut the window; nothing it complained of is lost."""
        self.context.close()
        assert not self._wrong, self._wrong

    # -- what no page may do -------------------------------------------------------------------------------

    def fits(self) -> None:
        """No sideways scrolling."""
        content, window = self.page.evaluate(FITS)
        assert content <= window, f"{self.page.url}: {content} px wide in a window of {window}"

    def _arrived(self, answer: Response | None, status: int) -> "Screen":
        assert answer is not None
        assert answer.status == status, f"{self.page.url}: {answer.status}: {self.words()[:600]}"
        self.fits()
        assert not self._wrong, f"{self.page.url}: {self._wrong}"
        return self

    def _console(self, message: ConsoleMessage) -> None:
        # The browser notes every answer of 400 and above as an error, the expected ones too.
        expected = self._expected >= 400 and f"status of {self._expected}" in message.text
        if message.type in ("error", "warning") and not expected:
            self._wrong.append(f"{message.type}: {message.text}")

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.home}/", "data:")):
            self._wrong.append(f"calls {request.url}")


Window = Callable[..., Screen]
