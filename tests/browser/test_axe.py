"""Every kind of page through axe, at a desk and on a telephone: nothing serious, nothing critical, all folds open."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import func, select, update

from appeals import create_app
from appeals.actions import demo, intake
from appeals.db import db, session
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.people import Unit, User
from appeals.rules.words import Part
from config import Settings
from tests import databases
from tests.browser.screen import DESK, HEIGHTS, PHONE, Screen
from tests.program import companies
from tests.program.clock import moment
from tests.program.site import Site, site

pytestmark = pytest.mark.browser
TODAY = "2026-11-23T12:00"  # a Monday in cycle 116, whose predecessor is still to be frozen
CODE, POWER = "0123456789ABCDEF", "国网西咸新区供电公司"
UNFOLD = "for (const fold of document.querySelectorAll('details')) fold.open = true"
STYLES = "() => Promise.all(document.getAnimations().map(each => each.finished))"
OPTIONS = {"resultTypes": ["violations"], "preload": False, "iframes": False}
RUN = "options => axe.run(options).then(found => found.violations)"
GRAVE = ("serious", "critical")
Window = Callable[..., Screen]


@dataclass(frozen=True)
class Stock:
    """A running site with the demonstration stock; `appeals` and `led` name one of each state, of all and of POWER's."""

    place: Site
    passwords: dict[str, str]
    appeals: dict[str, str]
    led: dict[str, str]
    unit: int
    task: int
    admin: int


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory, chromium: object) -> Iterator[Stock]:
    """One for all tests here, on SQLite; every appeal opens with CODE."""
    folder = tmp_path_factory.mktemp("axe")
    url = databases.fresh_database("sqlite", folder)
    with site(url, folder / "site", TODAY) as place:
        app = create_app(Settings(data_dir=place.data_dir, database_url=url))
        with app.app_context():
            secret = app.extensions["appeals.settings"].key("code")
            made = demo.make(at=moment(TODAY), secret=secret)
            session().execute(update(Appeal).values(code_hash=intake.code_hash(CODE, secret)))
            session().commit()
            found = _look({login: password for login, _, _, password in made}, place)
            db.session.remove()
            db.engine.dispose()
        place.start_web(workers=1)
        yield found
        assert "Traceback" not in place.logs(), place.logs()[-3000:]


def _look(passwords: dict[str, str], place: Site) -> Stock:
    unit = session().scalars(select(Unit.id).where(Unit.name == POWER)).one()
    numbers = select(Appeal.state, func.min(Appeal.number)).group_by(Appeal.state)
    led = numbers.join(Assignment).where(Assignment.unit_id == unit, Assignment.part == Part.LEAD)
    states, own = (dict(session().execute(query).all()) for query in (numbers, led))
    task = session().scalar(select(func.min(Appeal.task)).where(Appeal.task.is_not(None)))
    admin = session().scalars(select(User.id).where(User.login == "admin")).one()
    return Stock(place, passwords, states, own, unit, task or 0, admin)


def look(screen: Screen) -> None:
    """This page as it is, at both widths."""
    screen.page.evaluate(UNFOLD)
    screen.page.evaluate(Axe().axe_script)
    for width in (DESK, PHONE):
        screen.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        screen.page.evaluate(STYLES)
        screen.fits()
        found = [v for v in screen.page.evaluate(RUN, OPTIONS) if v["impact"] in GRAVE]
        told = [(v["id"], v["help"], [node["html"][:200] for node in v["nodes"][:5]]) for v in found]
        assert not told, f"{screen.page.url} at {width} px: {told}"


def look_at(screen: Screen, *paths: str) -> None:
    """Each of these pages; those that go wrong are told together."""
    wrong = []
    for path in paths:
        try:
            look(screen.open(path))
        except AssertionError as error:
            wrong.append(str(error))
    assert not wrong, "\n".join(wrong)


def signed_in(window: Window, stock: Stock, login: str) -> Screen:
    """Somebody of staff, in a browser."""
    screen = window(stock.place.port, DESK).open("/login")
    return screen.fill(login=login, password=stock.passwords[login]).press("登录")


def test_the_companys_first_pages(window: Window, stock: Stock) -> None:
    screen = window(stock.place.port, PHONE)
    look_at(screen, "/", "/submit", "/track", "/privacy", "/?lang=en", "/submit?lang=en")
    look(screen.open("/no-such-page", status=404))
    look(screen.open("/rate/no-such-link", status=404))


def test_the_form_with_all_its_errors_and_the_receipt(window: Window, stock: Stock) -> None:
    screen = window(stock.place.port, PHONE).open("/submit")
    screen.page.locator("form#submit").evaluate("form => form.noValidate = true")
    look(screen.press("提交", status=422))
    typed = companies.values(11)
    plain = ("company_name", "uscc", "territory", "contact_name", "mobile", "title", "text")
    screen.fill(**{name: typed[name] for name in plain}).tick("nature", "help").tick("consent").press("提交")
    look(screen)
    look(screen.follow("查看进度"))


COMPANY_STATES = (
    "to_supplement", "accepted", "in_hand", "replied", "completed", "rectifying", "struck_off", "declined", "statutory",
)  # fmt: skip


def test_the_companys_own_page_in_every_state(window: Window, stock: Stock) -> None:
    screen = window(stock.place.port, PHONE)
    for state in COMPANY_STATES:
        screen.open("/track").fill(number=stock.appeals[state], code=CODE).press("查询")
        look(screen)
    look_at(screen, "/track", f"/track/{stock.appeals['in_hand']}/withdraw")
    look(screen.open("/track").fill(number=stock.appeals["declined"], code="0" * 16).press("查询", status=422))


def test_the_three_questions(window: Window, stock: Stock) -> None:
    screen = window(stock.place.port, PHONE).open("/track")
    screen.fill(number=stock.appeals["completed"], code=CODE).press("查询").press("评价")
    look(screen)
    screen.page.locator("form#rate").evaluate("form => form.noValidate = true")
    look(screen.press("提交评价", status=422))


def test_the_door_and_ones_own_account(window: Window, stock: Stock) -> None:
    screen = window(stock.place.port, DESK)
    look_at(screen, "/login")
    look(screen.fill(login="nobody", password="nothing").press("登录", status=422))
    look_at(signed_in(window, stock, "audit"), "/account/", "/password")


def test_the_coordination_offices_pages(window: Window, stock: Stock) -> None:
    states = ("submitted", "to_supplement", "accepted", "in_hand", "replied", "completed", "rectifying")
    screen = signed_in(window, stock, "coordinator-1")
    look_at(screen, "/coordination/", *(f"/coordination/{stock.appeals[state]}" for state in states))
    look_at(screen, "/search", "/search?q=用电")


def test_the_units_pages(window: Window, stock: Stock) -> None:
    assert {"in_hand", "struck_off"} <= set(stock.led), stock.led
    screen = signed_in(window, stock, "liaison-sgcc")
    look_at(screen, "/unit/", *(f"/unit/{number}" for number in stock.led.values()), f"/scorecards/units/{stock.unit}")
    head = signed_in(window, stock, "head-sgcc")
    look_at(head, "/unit/", "/unit/?tab=to_sign")


def test_the_leaders_pages(window: Window, stock: Stock) -> None:
    screen = signed_in(window, stock, "leader")
    look(screen)
    cycles = "/scorecards/cycles/114", "/scorecards/cycles/115", "/scorecards/cycles/115/合计"
    lists = "/scorecards/cycles/115/合计/cleared", "/scorecards/forecast", "/scorecards/overdue"
    quarters = "/scorecards/quarters/20264", f"/scorecards/quarters/20264/{POWER}"
    look_at(screen, "/scorecards/cycles", *cycles, *lists, *quarters, f"/scorecards/units/{stock.unit}",
            f"/scorecards/matters/{stock.task}")  # fmt: skip


def test_the_administrators_pages(window: Window, stock: Stock) -> None:
    screen = signed_in(window, stock, "admin")
    users = "/admin/users", "/admin/users/new", f"/admin/users/{stock.admin}"
    units = "/admin/units", "/admin/units/new", f"/admin/units/{stock.unit}"
    days = "/admin/calendar", "/admin/calendar/2026", "/admin/calendar/change", "/admin/calendar/import"
    rows = "/admin/directory", "/admin/directory/new", "/admin/directory/1"
    rules = "/admin/settings", "/admin/settings/change", "/admin/changes", "/admin/notices"
    look_at(screen, "/admin/", *users, *units, *days, *rows, *rules)
