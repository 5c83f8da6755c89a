"""Every page of the staff, before every role, on appeals each stands to differently: 200, 403 or 404 as policy §2 says."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from appeals import create_app
from appeals.actions import accounts, handling, triage
from appeals.actions.attachments import Stored
from appeals.db import db, session
from appeals.models.appeal import Appeal
from appeals.models.files import Attachment
from appeals.rules.words import Role
from appeals.web.access import EVERYONE
from config import Settings
from tests import builders as b
from tests import databases

TABLE = Path(__file__).parent / "rights_pages.txt"
LETTERS = dict(zip("LHKDRVPUA", ("liaison", "head", "coordinator", "director", "recusal", "leader", "discipline", "audit",
                                 "admin"), strict=True))  # fmt: skip
OUTSIDE = {"company", "assets", "health", "static"}  # no page of the staff
PARENT, CHILD, OTHER, BUREAU = "发展改革和商务局", "发展改革和商务局（自贸办）", "沣东新城", "行政审批服务局"
# Which appeals exist for whom. own: its unit leads it; conduct: against its unit; named: against this very liaison
# officer; office: the office answers itself; accused: a conduct complaint against the office.
SEES = {
    "liaison": {"own"}, "head": {"own", "named"},
    "coordinator": {"own", "other", "conduct", "named", "office"}, "director": {"own", "other", "conduct", "named", "office"},
    "recusal": {"office", "accused"}, "leader": {"own", "other", "conduct", "named", "office", "accused"},
    "discipline": set(), "audit": set(), "admin": set(),
}  # fmt: skip
INSIDE = {200, 302, 303, 400, 409, 422}


def table() -> dict[str, str]:
    """Endpoint → the letters, "all" or "open"."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    rows = [line.split(None, 1) for line in lines if line.strip() and not line.startswith("#")]
    assert len({name for name, _ in rows}) == len(rows)
    return {name: who.strip() for name, who in rows}


ROWS = table()


def may_enter(endpoint: str, role: str) -> bool:
    """Whether the table lets this role in."""
    who = ROWS[endpoint]
    return who in ("all", "open") or role in {LETTERS[letter] for letter in who.split()}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """One office with somebody in each role, signed in, and one appeal of each kind."""
    folder = tmp_path_factory.mktemp("rights")
    with time_machine.travel(b.at("2026-11-23 16:00"), tick=False):
        app = create_app(Settings(data_dir=folder, database_url=databases.fresh_database("sqlite", folder)))
        app.config["WTF_CSRF_ENABLED"] = False  # the token is looked at in tests/web/test_sign_in.py
        with app.app_context():
            people = {role: b.staff(role, unit_of(role)) for role in SEES}
            appeals = appeals_of(people)
            clients = {role: client(app, person.user_id) for role, person in people.items()}
            plain = {kind: known(appeal) for kind, appeal in appeals.items()}
            found = SimpleNamespace(app=app, people=people, appeals=plain, clients=clients)
            found.file_id = session().query(Attachment.id).scalar()
            db.session.remove()
        yield found
        with app.app_context():
            db.engine.dispose()


def known(appeal: Appeal) -> SimpleNamespace:
    """What the tests say of an appeal."""
    return SimpleNamespace(id=appeal.id, number=appeal.number, title=appeal.title, company_name=appeal.company_name)


def unit_of(role: str) -> str | None:
    return CHILD if role in ("liaison", "head") else None


def appeals_of(people: dict) -> dict[str, Appeal]:
    office, worker, recusal = people["coordinator"], people["liaison"], people["recusal"]
    named = b.accepted(office, nature="complaint", title="指名反映")
    order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(CHILD), conduct=False,
                         about_unit_id=b.unit_id(CHILD), about_person_id=worker.user_id)  # fmt: skip
    triage.dispatch(named.id, order=order, by=office, at=b.DISPATCHED)
    conduct = b.dispatched(office, lead=PARENT, nature="complaint", conduct=True, about_unit=CHILD, title="作风反映")
    accused = b.dispatched(recusal, lead=BUREAU, nature="complaint", conduct=True, about_unit=b.OFFICE, title="反映营商办")
    other = b.dispatched(office, lead=OTHER, title="别的单位的")
    stored = Stored("a" * 32, "甲.pdf", "application/pdf", 10, "0" * 64)
    session().add(Attachment(**stored.row(other.id, Role.COMPANY, b.FILED)))
    session().commit()
    return {
        "own": b.in_hand(office, worker, lead=CHILD, title="本单位的"), "other": other,
        "office": b.dispatched(office, lead=b.OFFICE, title="营商办自答的"), "accused": accused, "conduct": conduct,
        "named": named,
    }  # fmt: skip


def client(app: Flask, user_id: int) -> FlaskClient:
    from tests.web.conftest import Browser  # its password and its cookie

    browser = Browser(app)
    login = session().get_one(b.User, user_id).login
    browser.sign_in(login)
    return browser.client


def pages(app: Flask) -> list[tuple[Rule, str]]:
    """Every (rule, method) of the staff's pages."""
    rules = (rule for rule in app.url_map.iter_rules() if rule.endpoint.partition(".")[0] not in OUTSIDE)
    return [(rule, method) for rule in rules for method in sorted(rule.methods & {"GET", "POST"})]


def address(house: SimpleNamespace, rule: Rule, kind: str) -> str:
    """The page's address: on this appeal, with a file of another one and ids that are nobody's."""
    values: dict[str, object] = {}
    for name in rule.arguments:
        if name == "number" and "int:number" not in rule.rule:
            values[name] = house.appeals[kind].number
        elif name == "file_id":
            values[name] = house.file_id
        elif name == "other":
            values[name] = house.appeals["office"].number  # whoever lays two side by side sees this one
        else:
            values[name] = ELSE.get(f"{rule.endpoint}.{name}", ELSE.get(name, 999_999))
    with house.app.test_request_context():
        return house.app.url_map.bind("localhost").build(rule.endpoint, values)


ELSE = {"line": "合计", "key": "cleared", "scorecards.quarter.number": 20264, "scorecards.cycle.number": 115, "task": 63}


def about_an_appeal(rule: Rule) -> bool:
    return "number" in rule.arguments and "int:number" not in rule.rule


def test_every_page_of_the_staff_has_its_row_and_every_row_its_page(house):
    staff = {rule.endpoint for rule, _ in pages(house.app)}
    assert staff == set(ROWS)


def test_the_guard_says_what_the_table_says(house):
    wrong = {}
    for endpoint in ROWS:
        view = house.app.view_functions[endpoint]
        open_ = view.may_enter == EVERYONE
        entered = {role for role in SEES if open_ or role in view.may_enter}
        if entered != {role for role in SEES if may_enter(endpoint, role)} or open_ != (ROWS[endpoint] == "open"):
            wrong[endpoint] = entered
    assert wrong == {}


def test_nobody_enters_unknown(house):
    wrong = []
    for rule, method in pages(house.app):
        if ROWS[rule.endpoint] == "open":
            continue
        answer = house.app.test_client().open(address(house, rule, "own"), method=method)
        if answer.status_code != (302 if method == "GET" else 401) or (method == "GET" and "/login" not in answer.location):
            wrong.append((rule.endpoint, method, answer.status_code))
    assert wrong == []


def test_every_role_meets_the_answer_of_the_policy_at_every_page_on_every_kind_of_appeal(house):
    wrong, cells = [], 0
    for rule, method in pages(house.app):
        for role, kind, expected in expectations(rule, method):
            answer = house.clients[role].open(address(house, rule, kind), method=method)
            cells += 1
            if answer.status_code not in expected:
                wrong.append((rule.endpoint, method, role, kind, answer.status_code))
    assert wrong == []
    assert cells > 1000


def expectations(rule: Rule, method: str) -> Iterator[tuple[str, str, set[int]]]:
    """(role, kind of appeal, status): every kind a role must not see, and one that it sees (a form: for one role)."""
    if rule.endpoint in ("account.sign_out", "account.end_others", "account.sign_in", "account.password"):
        return
    sent = False
    for role, sees in SEES.items():
        if not may_enter(rule.endpoint, role):
            yield role, "own", {403}
        elif not about_an_appeal(rule):
            yield role, "own", INSIDE | {404}
        else:
            hidden = sorted({"own", "other", "conduct", "named", "office", "accused"} - sees)
            yield from ((role, kind, {404}) for kind in hidden)
            if sees and not sent:
                sent = method == "POST"
                yield role, min(sees), INSIDE if rule.arguments <= {"number", "other", "assignment_id"} else {404}


def test_a_file_is_found_only_with_its_own_appeal(house):
    visitor = house.clients["coordinator"]
    answer = visitor.get(f"/coordination/{house.appeals['own'].number}/files/{house.file_id}")
    assert answer.status_code == 404


@pytest.mark.parametrize(("role", "kind"), [("coordinator", "accused"), ("director", "accused"), ("recusal", "own")])
def test_no_appeal_is_laid_beside_one_that_does_not_exist_for_the_visitor(house, role, kind):
    mine, hidden = house.appeals[min(SEES[role])].number, house.appeals[kind]
    answer = house.clients[role].get(f"/coordination/{mine}/beside/{hidden.number}")
    assert answer.status_code == 404
    answer = house.clients[role].get(f"/coordination/{mine}/beside?other={hidden.number}")
    assert hidden.title not in answer.get_data(as_text=True)


# -- nothing of a hidden appeal shows anywhere ------------------------------------------------------------


def looks(house: SimpleNamespace, role: str) -> Iterator[str]:
    """Every page this role can open, and each search for what it must not find."""
    for rule, method in pages(house.app):
        if method == "GET" and may_enter(rule.endpoint, role) and rule.endpoint != "account.sign_in":
            kinds = SEES[role] if about_an_appeal(rule) else {"own"}
            for kind in kinds:
                yield address(house, rule, kind)
    for words in ("反映", "作风反映", "指名反映", "反映营商办", "停电", *(a.number for a in house.appeals.values())):
        yield f"/search?q={words}"
    for number in (114, 115, 116):
        for line in ("合计", CHILD, PARENT, BUREAU, b.OFFICE):
            for key in ("cleared", "on_time", "accepted_on_time", "dispatched_on_time"):
                for part in ("num", "rest", "excluded"):
                    yield f"/scorecards/cycles/{number}/{line}/{key}?part={part}"


@pytest.mark.parametrize("role", ["liaison", "head", "coordinator", "director"])
def test_no_page_list_or_search_shows_what_is_said_of_oneself_nor_a_contact(house, role):
    hidden = [house.appeals[kind] for kind in ("conduct", "named", "accused") if kind not in SEES[role]]
    secret = [word for appeal in hidden for word in (appeal.number, appeal.title, appeal.company_name)]
    assert secret
    seen, wrong = 0, []
    for path in looks(house, role):
        answer = house.clients[role].get(path)
        seen += answer.status_code == 200
        said = answer.get_data(as_text=True).replace(f'value="{path.partition("q=")[2]}"', "")
        if answer.status_code == 200 and "/search" not in path:
            wrong += [(path, word) for word in secret if word in said]
        elif "/search" in path:
            wrong += [(path, word) for word in secret if word.endswith("有限公司") and word in said]
        wrong += [(path, word) for word in ("13800138000", "张三") if word in said]  # the contact: only by a logged look
    assert wrong == []
    assert seen > 20


def test_what_is_hidden_from_some_is_found_by_others(house):
    paths = ("/search?q=反映", "/coordination/ledger")
    said = "".join(house.clients["leader"].get(path).get_data(as_text=True) for path in paths)
    assert all(house.appeals[kind].title in said for kind in ("conduct", "named", "accused"))


def test_the_unit_above_reads_a_conduct_complaint_and_never_what_only_the_office_reads(house):
    with house.app.app_context():
        above = b.staff("head", PARENT)
        handling.acknowledge(house.appeals["conduct"].id, by=above, at=b.TAKEN)
        visitor = client(house.app, above.user_id)
        db.session.remove()
    answer = visitor.get(f"/unit/{house.appeals['conduct'].number}")
    assert answer.status_code == 200
    assert accounts.UNIT_BOUND  # a head is bound to his unit: nobody reads it from elsewhere
