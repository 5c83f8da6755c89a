"""Make docs/screenshot.png anew from a running demonstration: the form on a phone, a unit's queue, the leader's first screen.

    ./run.sh
    .venv/bin/python docs/screenshots.py http://127.0.0.1:8000 var/demo-accounts.txt

Needs Chromium and a Chinese font. Passwords are read from the file that `./run.sh` wrote.
"""

import base64
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

TARGET = Path(__file__).with_name("screenshot.png")
MOST_BYTES = 300_000
PHONE = {"width": 390, "height": 844}
QUEUE, LEADER = {"width": 1100, "height": 640}, {"width": 1100, "height": 1280}
WIDTH, HEIGHT = 1600, 780
FRAME = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 28px; display: flex; gap: 24px; align-items: center; background: #dfe6ee; width: {inside}px }}
img {{ display: block; background: #fff; border: 1px solid #9fb0c3; border-radius: 8px; box-shadow: 0 6px 18px #24364b33 }}
.phone {{ width: 322px; border: 7px solid #24364b; border-radius: 26px }} .desk {{ width: 579px }}
</style><img class="phone" src="{phone}"><img class="desk" src="{queue}"><img class="desk" src="{leader}">"""


def password(accounts: Path, login: str) -> str:
    """The password that stands behind this login."""
    lines = (line.split() for line in accounts.read_text(encoding="utf-8").splitlines())
    found = next((words[1] for words in lines if words[:1] == [login]), None)
    return found or sys.exit(f"{accounts}: no account {login}")


def signed_in(browser: Browser, size: dict[str, int], site: str, accounts: Path, login: str) -> Page:
    """A desk at the first page of this person."""
    page = browser.new_page(viewport=size)
    page.goto(f"{site}/login")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password(accounts, login))
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


def picture(page: Page) -> str:
    """What the page shows now, as an address another page can load."""
    return "data:image/png;base64," + base64.b64encode(page.screenshot()).decode()


def main(site: str, accounts: Path) -> None:
    """Look at the three pages and put them beside each other."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"))
        phone = browser.new_page(viewport=PHONE, locale="zh-CN")
        phone.goto(f"{site}/submit")
        shots = {
            "phone": picture(phone),
            "queue": picture(signed_in(browser, QUEUE, site, accounts, "liaison-fengdong")),
            "leader": picture(signed_in(browser, LEADER, site, accounts, "leader")),
        }
        frame = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        frame.set_content(FRAME.format(inside=WIDTH - 56, **shots))
        frame.wait_for_function("[...document.images].every(image => image.complete)")
        made = frame.screenshot()
        browser.close()
    if len(made) > MOST_BYTES:
        sys.exit(f"{len(made)} bytes are too many")
    TARGET.write_bytes(made)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1].rstrip("/"), Path(sys.argv[2]))
