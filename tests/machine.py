"""What this machine has for the tests and what it lacks: said aloud, with the command that installs it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

LACKING = "这台机器缺少 / this machine lacks "


def lacks(what: str, *, debian: str, macos: str) -> NoReturn:
    """Skip what needs it, or fail where APPEALS_REQUIRE_ALL=1 asks for everything."""
    text = f"{LACKING}{what} — sudo apt-get install {debian}  (macOS: brew install {macos})"
    if os.environ.get("APPEALS_REQUIRE_ALL") == "1":
        pytest.fail(text, pytrace=False)
    pytest.skip(text)


def chromium() -> str:
    """The browser's path."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    mac = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    found = next(filter(None, map(shutil.which, names)), None) or (str(mac) if mac.exists() else None)
    return found or lacks("Chromium", debian="chromium fonts-noto-cjk", macos="--cask google-chrome")


def faketime() -> str:
    """The path of the command that lets a whole program live at another time."""
    return shutil.which("faketime") or lacks("faketime", debian="faketime", macos="libfaketime")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also run the campaigns of minutes or hours")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long campaigns out unless they are asked for."""
    if config.getoption("--long"):
        return
    later = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=later)
    items[:] = [item for item in items if item not in later]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Repeat in the closing lines, once each, what was missing."""
    yield
    reasons = [str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", [])]
    missing = [reason[reason.index(LACKING) :] for reason in reasons if LACKING in reason]
    if missing:
        terminalreporter.section("没有全部测试 / NOT EVERYTHING WAS TESTED", red=True, bold=True)
        for text in sorted(set(missing)):
            terminalreporter.line(f"{missing.count(text)} × {text}", red=True)
