"""One Chromium for all tests here; whatever it opens is looked at and shut."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import machine
from tests.browser.screen import Screen


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's own browser, without a window."""
    path = machine.chromium()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[..., Screen]]:
    """New windows: window(port, PHONE, language="en", script=False); each is shut at the end."""
    opened: list[Screen] = []

    def open_one(*where: int, **how: object) -> Screen:
        opened.append(Screen(chromium, *where, **how))  # type: ignore[arg-type]
        return opened[-1]

    yield open_one
    for screen in opened:
        screen.close()
