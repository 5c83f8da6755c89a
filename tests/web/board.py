"""Who looks at the figures, three questions to look at, and how to read a page: for the tests of the scorecards.

Cycle 115 is 2026-11-16 … 11-29, its F is 12-01 18:00.
"""

from types import SimpleNamespace
from urllib.parse import quote

import pytest
from sqlalchemy import update

from appeals.actions import clearance
from appeals.db import session
from appeals.models.people import User
from tests import builders as b
from tests.actions import lives

FRIDAY, F = b.at("2026-11-27 12:00"), b.at("2026-12-01 18:00")
SOON = b.at("2026-12-01 18:01")
OTHER = "沣东新城"
COMMENT = "电话里说解决了，<b>实际</b>没有人来。"
CLEARED = f"/scorecards/cycles/115/{quote('合计')}/cleared"


@pytest.fixture
def people(site):
    with site.app_context():
        lives.first_cycle(114)
        found = SimpleNamespace(
            leader=b.staff("leader", login="leader"), coordinator=b.staff("coordinator", login="coordinator"),
            director=b.staff("director", login="director"), worker=b.staff("liaison", login="worker"),
            head=b.staff("head", login="head"), other=b.staff("liaison", OTHER, "other"),
            other_head=b.staff("head", OTHER, "other-head"), admin=b.staff("admin", login="admin"),
        )  # fmt: skip
        session().execute(update(User).where(User.login == "worker").values(name="李承办", phone="029-33180001"))
        session().commit()
    return found


@pytest.fixture
def questions(site, people):
    """Three questions due on 11-26: one answered late by UNIT, one open there, one open with 沣东新城."""
    with site.app_context():
        asked = {"nature": "consultation", "text": "请问新建厂房如何办理用电手续，需要哪些材料？"}
        done = b.completed(people.coordinator, people.worker, people.head, title="已经答复的", **asked)
        open_ = b.in_hand(people.coordinator, people.worker, title="还没答复的", **asked)
        away = b.in_hand(people.coordinator, people.other, lead=OTHER, title="别的单位的", **asked)
        return SimpleNamespace(done=done.number, open=open_.number, away=away.number)


@pytest.fixture
def see(browser):
    """see("leader", "/scorecards/"): the page as this person sees it."""

    def look(login: str, path: str, status: int = 200):
        visitor = browser()
        visitor.sign_in(login)
        page = visitor.request("GET", path)
        while page.status in (301, 302, 303):
            page = visitor.request("GET", page.headers["Location"])
        assert page.status == status, (path, page.status)
        return page

    return look


def stats(page) -> dict[str, str]:
    """What stands in the boxes."""
    return {
        box.select_one(".stat__label").get_text(): box.select_one(".stat__value").get_text(strip=True)
        for box in page.soup.select(".stat")
    }


def row(page, first: str) -> list[str]:
    """The cells of the first table row that begins with this word."""
    for line in page.soup.select("tbody tr"):
        cells = [" ".join(cell.get_text(" ").split()) for cell in line.find_all(["th", "td"])]
        if cells[0].startswith(first):
            return cells
    raise AssertionError(f"no row {first}")


def frozen(site, clock):
    with site.app_context():
        clock.move_to(SOON)
        assert ("cycle", 115) in clearance.freeze_due(SOON)
