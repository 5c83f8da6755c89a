"""The administrator at his counter: who may enter, accounts, the outbox, and changes the director confirms."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from appeals.db import session
from appeals.models.audit import Event
from appeals.models.calendar import CalendarDay
from appeals.models.outbox import Notice
from appeals.models.people import User
from appeals.models.settings import Change, SettingsVersion
from appeals.rules import settings as rules
from appeals.rules.deadlines import Limits
from appeals.rules.words import STAFF_ROLES
from tests import builders
from tests.web.desk import NOW, Visitor, confirm, errors, house, lint, proposed, read, stored

PLACES = ("/admin/", "/admin/changes", "/admin/users", "/admin/users/new", "/admin/users/1", "/admin/units", "/admin/units/new",
          "/admin/units/1", "/admin/directory", "/admin/directory/new", "/admin/directory/63", "/admin/calendar/2026",
          "/admin/calendar/2027", "/admin/calendar/2099", "/admin/calendar/change", "/admin/calendar/import",
          "/admin/settings", "/admin/settings/1", "/admin/settings/change", "/admin/notices")  # fmt: skip


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The house on the Monday between the years, with one account for each role; its login is the role."""
    yield from house(sqlite_url, tmp_path)


@pytest.fixture
def admin(app: Flask) -> Visitor:
    return Visitor(app, "admin")


@pytest.fixture
def director(app: Flask) -> Visitor:
    return Visitor(app, "director")


# -- who may enter -------------------------------------------------------------------------------------


def test_every_page_of_the_counter_opens_for_the_administrator(admin):
    for path in PLACES:
        lint(admin.get(path))


def test_the_director_reads_the_registers_but_changes_none(director):
    for path in ("/admin/", "/admin/changes", "/admin/units", "/admin/directory", "/admin/calendar/2026", "/admin/settings"):
        director.see(path)
    for path in ("/admin/users", "/admin/users/1", "/admin/units/1", "/admin/directory/63", "/admin/settings/change",
                 "/admin/calendar/change", "/admin/calendar/import", "/admin/notices"):  # fmt: skip
        director.see(path, 403)


@pytest.mark.parametrize("role", [r.value for r in STAFF_ROLES if r not in ("admin", "director")])
def test_nobody_else_enters(app, role):
    visitor = Visitor(app, role)
    for path in PLACES:
        visitor.see(path, 403)


def test_a_stranger_is_sent_to_the_door(app):
    client = app.test_client()
    assert all(client.get(path).location.startswith("/login") for path in PLACES)
    assert client.post("/admin/changes/1/decide").status_code in (302, 400)


def test_the_administrator_has_no_business_content(admin):
    for path in ("/coordination/", "/unit/"):
        assert admin.client.get(path).status_code in (403, 404)

# -- accounts ------------------------------------------------------------------------------------------


def test_a_new_account_gets_a_password_that_is_shown_once_and_works_once(app, admin):
    answer = admin.at("/admin/users/new").fill({"login": "li.si", "name": "李四", "role": "liaison", "unit": builders.UNIT})
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    password = read(answer).select_one("[data-password]").get_text()
    assert password not in admin.client.get("/admin/users").get_data(as_text=True)
    newcomer = Visitor(app, "li.si", password)
    assert newcomer.client.get("/account/").location == "/password"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"login": "admin"}, "已经有了"),
        ({"login": "李四"}, "登录名只能用字母"),
        ({"login": ""}, "请填写登录名"),
        ({"unit": ""}, "必须归属一个单位"),
        ({"role": "emperor"}, "请从列表中选择"),
    ],
)
def test_a_wrong_account_is_refused_beside_its_field_and_the_typing_is_kept(admin, typed, said):
    whole = {"login": "li.si", "name": "李四", "role": "liaison", "unit": builders.UNIT} | typed
    answer = admin.at("/admin/users/new").fill(whole)
    assert any(said in error for error in errors(answer))
    assert read(answer).select_one("[name=name]")["value"] == "李四"


def test_another_role_ends_the_open_sign_in(app, admin):
    liaison = Visitor(app, "liaison")
    assert liaison.client.get("/password").status_code == 200
    user = stored(app, select(User).where(User.login == "liaison"))[0]
    assert admin.at(f"/admin/users/{user.id}").fill({"role": "head"}).status_code == 303
    assert liaison.client.get("/password").location.startswith("/login")


def test_nobody_changes_an_own_role_or_resets_an_own_password_here(app, admin):
    own = stored(app, select(User).where(User.login == "admin"))[0].id
    assert errors(admin.at(f"/admin/users/{own}").fill({"role": "director"})) == ["不能更改自己的角色、单位或状态"]
    token = admin.at("/admin/users/new").page.select_one("[name=csrf_token]")["value"]
    admin.client.post(f"/admin/users/{own}/password", data={"csrf_token": token})
    Visitor(app, "admin").see("/admin/")  # with the password of before


def test_a_reset_password_replaces_the_old_one(app, admin):
    user = stored(app, select(User).where(User.login == "head"))[0]
    answer = admin.at(f"/admin/users/{user.id}").fill({}, "/password")
    password = read(answer).select_one("[data-password]").get_text()
    assert Visitor(app, "head").answer.status_code != 302
    assert Visitor(app, "head", password).client.get("/account/").location == "/password"


def halves(app: Flask, admin: Visitor, director: Visitor, change: str) -> str:
    """The director confirms and draws, the administrator reads: the password of the two halves."""
    assert "等待确认人领取" not in admin.see(change).get_text()
    assert confirm(director, change).status_code == 303
    assert "等待确认人领取" in admin.see(change).get_text()
    answer = director.at(change).fill({}, "/password")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    second = lint(answer).select_one("[data-password-half]").get_text()
    assert not director.see(change).select("[data-password-half], main form")
    return lint(admin.get(change)).select_one("[data-password-half]").get_text() + second


def test_a_new_director_needs_the_one_there_is_and_a_password_in_two_halves(app, admin, director):
    typed = {"login": "li.si", "name": "李四", "role": "director"}
    assert "理由" in errors(admin.at("/admin/users/new").fill(typed))[0]
    change = proposed(admin.at("/admin/users/new").fill(typed | {"reason": "任职通知"}))
    assert "新增账号 li.si（营商办主任）" in director.see("/admin/changes").get_text()
    assert "李四" in lint(director.get(change)).get_text()
    assert stored(app, select(User).where(User.login == "li.si")) == []
    newcomer = Visitor(app, "li.si", halves(app, admin, director, change))
    assert newcomer.client.get("/account/").location == "/password"


def test_a_liaison_becomes_auditor_only_when_the_director_agrees(app, admin, director):
    user = stored(app, select(User).where(User.login == "liaison"))[0]
    change = proposed(admin.at(f"/admin/users/{user.id}").fill({"role": "audit", "reason": "调任"}))
    assert "授予角色 liaison（审计）" in director.see("/admin/changes").get_text()
    assert stored(app, select(User.role).where(User.login == "liaison")) == ["liaison"]
    password = halves(app, admin, director, change)
    assert stored(app, select(User.role).where(User.login == "liaison")) == ["audit"]
    assert Visitor(app, "liaison").answer.status_code != 302
    assert Visitor(app, "liaison", password).client.get("/account/").location == "/password"


def test_the_leaders_password_is_reset_by_two(app, admin, director):
    user = stored(app, select(User).where(User.login == "leader"))[0]
    page = admin.at(f"/admin/users/{user.id}")
    assert errors(page.fill({}, "/password")) == ["请写明更改的理由和依据"]
    change = proposed(page.fill({"reset_reason": "遗忘密码"}, "/password"))
    Visitor(app, "leader").see("/account/")  # nothing has happened yet
    assert "重置密码 leader" in director.see("/admin/changes").get_text()
    password = halves(app, admin, director, change)
    assert Visitor(app, "leader").answer.status_code != 302
    assert Visitor(app, "leader", password).client.get("/account/").location == "/password"


def test_nobody_else_draws_a_half(app, admin, director):
    change = proposed(admin.at("/admin/users/new").fill({"login": "li.si", "name": "李四", "role": "audit", "reason": "任职"}))
    confirm(director, change)
    token = admin.at("/admin/users/new").page.select_one("[name=csrf_token]")["value"]
    assert admin.client.post(f"{change}/password", data={"csrf_token": token}).status_code == 403
    setting = proposed(admin.at("/admin/settings/change").fill({"limit_promise": "8", "reason": "提速"}))
    token = director.see(setting).select_one("main [name=csrf_token]")["value"]
    assert director.client.post(f"{setting}/password", data={"csrf_token": token}).status_code == 404


def test_long_lists_of_accounts_come_a_page_at_a_time(app, admin):
    with app.app_context():
        for n in range(60):
            session().add(User(login=f"zz{n:02d}", name="某", role="audit", password_hash="-", created_at=NOW))
        session().commit()
    page, seen = admin.see("/admin/users"), []
    while True:
        seen += [row.get_text(strip=True) for row in page.select("tbody th")]
        following = page.select_one("[rel=next]")
        if following is None:
            break
        page = admin.see(following["href"])
    assert len(seen) == len(set(seen)) == 60 + len(STAFF_ROLES)

# -- changes by two people -----------------------------------------------------------------------------


def test_a_setting_changes_when_the_director_confirms_and_not_before(app, admin, director):
    change = proposed(admin.at("/admin/settings/change").fill({"limit_promise": "8", "reason": "提速"}))
    assert "第1版" in admin.see("/admin/settings").h1.get_text()
    page = director.see(change).get_text()
    assert "答复企业" in page
    assert confirm(director, change).status_code == 303
    assert "第2版" in admin.see("/admin/settings").h1.get_text()
    rows = stored(app, select(SettingsVersion).order_by(SettingsVersion.number))
    assert [row.values["limits"]["promise"] for row in rows] == [10, 8]
    assert [e.kind for e in stored(app, select(Event).where(Event.kind.like("audit.change%")).order_by(Event.id))] == [
        "audit.change_proposed", "audit.change_confirmed",
    ]  # fmt: skip


def test_the_administrator_finds_no_button_to_confirm_and_cannot_send_one(app, admin):
    change = proposed(admin.at("/admin/settings/change").fill({"limit_promise": "8", "reason": "提速"}))
    page = admin.at(change).page
    assert not page.select("[name=decision]")
    token = page.select_one("main [name=csrf_token]")["value"]
    answer = admin.client.post(f"{change}/decide", data={"csrf_token": token, "decision": "confirm"})
    assert answer.status_code == 403
    assert len(stored(app, select(SettingsVersion))) == 1


def test_the_second_proposal_on_one_version_cannot_be_confirmed_any_more(admin, director):
    first = proposed(admin.at("/admin/settings/change").fill({"limit_promise": "8", "reason": "提速"}))
    second = proposed(admin.at("/admin/settings/change").fill({"limit_promise": "9", "reason": "提速"}))
    stale = director.at(second).page
    confirm(director, first)
    answer = director.send(stale, {"decision": "confirm"}, "/decide")
    assert answer.status_code == 422
    assert "提出时第1版，现为第2版" in answer.get_data(as_text=True)
    assert not director.see(second).select("[value=confirm]")
    assert "已过时" in director.see("/admin/changes").get_text()


def test_a_refusal_needs_its_reason_and_leaves_everything_as_it_was(app, admin, director):
    change = proposed(admin.at("/admin/settings/change").fill({"limit_promise": "8", "reason": "提速"}))
    assert errors(confirm(director, change, "refuse")) == ["请写明不同意的理由"]
    assert confirm(director, change, "refuse", "依据不足").status_code == 303
    assert "依据不足" in admin.see(change).get_text()
    assert len(stored(app, select(SettingsVersion))) == 1


def test_the_proposer_takes_a_proposal_back(app, admin):
    change = proposed(admin.at("/admin/settings/change").fill({"limit_promise": "8", "reason": "提速"}))
    assert admin.at(change).fill({}, "/withdraw").status_code == 303
    assert [row.confirmed for row in stored(app, select(Change))] == [False]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"weight_good": "30"}, "各项权重之和应为100，现为110"),
        ({"limit_promise": "abc"}, "有效的整数"),
        ({"limit_promise": "1"}, "必须大于审核预留"),
        ({"prefix": "诉求"}, "1–8个大写字母"),
        ({"limit_promise": "8", "reason": " "}, "理由"),
        ({}, "完全相同"),
    ],
)
def test_settings_that_cannot_stand_are_refused_where_they_were_typed(admin, typed, said):
    answer = admin.at("/admin/settings/change").fill({"reason": "提速"} | typed)
    assert any(said in error for error in errors(answer)), errors(answer)


def test_every_setting_on_the_page_has_its_meaning_and_its_rule(admin):
    assert set(rules.LIMITS) == set(Limits().as_dict())
    page = admin.see("/admin/settings").get_text()
    assert all(meaning.label in page for meaning in rules.LIMITS.values())
    assert all(meaning.source.startswith("§") for meaning in rules.LIMITS.values())


def test_the_first_page_warns_when_the_calendar_is_final_for_fewer_than_sixty_days(app, admin):
    """Monday 28 December: 2026 is final to the 31st, three days ahead."""
    said = admin.see("/admin/").get_text()
    assert "3天" in said
    assert "不足60天，请导入下一年" in said
    with app.app_context():
        session().execute(update(CalendarDay).where(CalendarDay.day <= date(2027, 2, 26)).values(final=True))
        session().commit()
    said = admin.see("/admin/").get_text()
    assert "60天" in said
    assert "不足" not in said

# -- the outbox ----------------------------------------------------------------------------------------


def test_the_outbox_shows_numbers_and_nobody(app, admin):
    with app.app_context():
        for _ in range(3):
            session().add(Notice(kind="accept", to_role="company", created_at=NOW))
        session().add(Notice(kind="accept", to_role="company", created_at=NOW, sent_at=NOW))
        session().commit()
    page = admin.see("/admin/notices")
    assert [cell.get_text(strip=True) for cell in page.select("tbody tr > *")] == ["受理", "企业经办人", "3", "2026-12-28 10:00"]
