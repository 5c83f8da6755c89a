"""The administrator at his counter, and the director who confirms."""

import io
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from flask import Flask
from sqlalchemy import select
from werkzeug.security import generate_password_hash
from werkzeug.test import TestResponse

import config
from appeals import create_app
from appeals.db import db, session
from appeals.models.audit import Event
from appeals.models.calendar import CalendarDay
from appeals.models.directory import DirectoryRow
from appeals.models.outbox import Notice
from appeals.models.people import Unit, User
from appeals.models.settings import Change, SettingsVersion
from appeals.rules import settings as rules
from appeals.rules.deadlines import Limits
from appeals.rules.words import STAFF_ROLES
from tests import builders
from tests import page as page_rules

PASSWORD = "eine-lange-losung"
NOW = builders.at("2026-12-28 10:00")
PLACES = ("/admin/", "/admin/changes", "/admin/users", "/admin/users/new", "/admin/users/1", "/admin/units", "/admin/units/new",
          "/admin/units/1", "/admin/directory", "/admin/directory/new", "/admin/directory/63", "/admin/calendar/2026",
          "/admin/calendar/2027", "/admin/calendar/2099", "/admin/calendar/change", "/admin/calendar/import",
          "/admin/settings", "/admin/settings/1", "/admin/settings/change", "/admin/notices")  # fmt: skip


class Visitor:
    """Somebody with a browser: sees pages, and sends the forms they hold."""

    def __init__(self, app: Flask, login: str, password: str = PASSWORD) -> None:
        self.client = app.test_client()
        page = self.see("/login")
        self.answer = self.send(page, {"login": login, "password": password})

    def see(self, path: str, status: int = 200) -> BeautifulSoup:
        return read(self.get(path, status))

    def get(self, path: str, status: int = 200) -> TestResponse:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code, answer.location)
        return answer

    def send(self, page: BeautifulSoup, typed: dict, action: str = "", files: dict | None = None) -> TestResponse:
        """Send the page's form (the one whose action ends so) as a browser would, with this typed into it."""
        forms = [f for f in page.select("main form[method=post]") if str(f.get("action") or "").endswith(action)]
        assert forms, f"no form for {action!r}"
        data = {**controls(forms[0]), **typed, **(files or {})}
        target = str(forms[0].get("action") or self.client.get("/").request.path)
        return self.client.post(self.path if not forms[0].get("action") else target, data=data)

    def at(self, path: str) -> "Visitor":
        self.path, self.page = path, self.see(path)
        return self

    def fill(self, typed: dict, action: str = "", files: dict | None = None) -> TestResponse:
        """Fill in the form of the page looked at."""
        return self.send(self.page, typed, action, files)

    path = "/login"


def controls(form: Tag) -> dict[str, object]:
    """What the browser sends of a form that nobody touched, buttons apart."""
    data: dict[str, object] = {}
    for control in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(control["name"]), control.get("type", "")
        if kind in ("checkbox", "radio"):
            if control.has_attr("checked"):
                data.setdefault(name, [])
                data[name].append(control.get("value", "on"))  # type: ignore[attr-defined]
        elif control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            data[name] = chosen["value"] if chosen else ""
        elif control.name == "textarea":
            data[name] = control.get_text().removeprefix("\n").removeprefix("\r\n")
        elif kind != "file":
            data[name] = control.get("value", "")
    return data


def read(answer: TestResponse) -> BeautifulSoup:
    """The page of an answer."""
    return BeautifulSoup(answer.data, "html.parser")


def lint(answer: TestResponse) -> BeautifulSoup:
    """The page of an answer, which is as every page must be."""
    assert page_rules.problems(answer.data) == []
    return read(answer)


@pytest.fixture
def app(sqlite_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The house on the Monday between the years, with one account for each role; its login is the role."""
    with time_machine.travel(NOW, tick=False):
        app = create_app(config.Settings(data_dir=tmp_path / "var", database_url=sqlite_url))
        with app.app_context():
            hashed = generate_password_hash(PASSWORD, "pbkdf2:sha256:1")
            for role in STAFF_ROLES:
                unit_id = builders.unit_id(builders.UNIT) if role in ("liaison", "head") else None
                session().add(User(login=role.value, role=role.value, unit_id=unit_id, name=role.label, created_at=NOW,
                                   password_hash=hashed, must_change_password=False))  # fmt: skip
            session().commit()
            db.session.remove()
        yield app
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def admin(app: Flask) -> Visitor:
    return Visitor(app, "admin")


@pytest.fixture
def director(app: Flask) -> Visitor:
    return Visitor(app, "director")


def stored(app: Flask, query):
    with app.app_context():
        return session().scalars(query).all()


def errors(answer: TestResponse) -> list[str]:
    """What stands beside the fields."""
    assert answer.status_code == 422
    return [each.get_text(strip=True) for each in lint(answer).select("form .error")]


def proposed(answer: TestResponse) -> str:
    """The address of the proposal a form led to."""
    assert answer.status_code == 303, errors(answer)
    assert re.fullmatch(r"/admin/changes/\d+", answer.location)
    return answer.location


def confirm(director: Visitor, change: str, decision: str = "confirm", remark: str = "") -> TestResponse:
    return director.at(change).fill({"decision": decision, "remark": remark}, "/decide")


# -- who may enter ---------------------------------------------------------------------------------------


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


# -- accounts --------------------------------------------------------------------------------------------


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


# -- changes by two people -------------------------------------------------------------------------------


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
        ({"prefix": "诉求"}, "1–6个大写字母"),
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


# -- units and directory ---------------------------------------------------------------------------------


def test_a_unit_is_renamed_by_two_people(app, admin, director):
    unit = stored(app, select(Unit).where(Unit.name == "税务局"))[0].id
    change = proposed(admin.at(f"/admin/units/{unit}").fill({"name": "西咸新区税务局", "reason": "更名通知"}))
    assert "税务局" in director.see(change).get_text()
    confirm(director, change)
    assert "西咸新区税务局" in admin.see("/admin/units").get_text()


def test_a_unit_still_in_use_is_not_closed(app, admin):
    unit = stored(app, select(Unit).where(Unit.name == "税务局"))[0].id
    page = admin.at(f"/admin/units/{unit}").page
    page.select_one("[name=active]").attrs.pop("checked")
    assert any("派单目录还有" in said for said in errors(admin.send(page, {"reason": "撤并"})))


def test_a_directory_row_is_edited_by_two_people(app, admin, director):
    change = proposed(admin.at("/admin/directory/63").fill({"lead": "税务局", "reason": "三定调整"}))
    page = director.see(change).get_text()
    assert "国网西咸新区供电公司" in page
    assert "税务局" in page
    confirm(director, change)
    rows = stored(app, select(DirectoryRow).where(DirectoryRow.task == 63).order_by(DirectoryRow.id))
    assert [(r.lead, str(r.valid_from), str(r.valid_to), r.version) for r in rows] == [
        ("国网西咸新区供电公司", "2022-01-01", "2026-12-27", 1), ("税务局", "2026-12-28", "None", 2),
    ]  # fmt: skip


def test_the_directory_is_filtered_by_section_task_and_territory(admin):
    def rows(query: str) -> list[str]:
        return [row.get_text(" ", strip=True).split()[0] for row in admin.see(f"/admin/directory?{query}").select("tbody th")]

    assert rows("task=63") == ["任务63"]
    assert rows("section=7") == [*(f"任务{n}" for n in range(62, 87)), "第7部分"]
    assert set(rows("territory=空港新城&task=160")) == {"任务160"}
    assert rows("task=999") == []
    assert len(rows("task=zzz&section=zzz&territory=zzz&after=zzz")) == 50


def test_a_new_row_without_a_lead_or_over_another_is_refused_beside_the_field(admin):
    typed = {"area": "t63", "basis": "任务63", "reason": "补充"}
    assert errors(admin.at("/admin/directory/new").fill(typed)) == ["必须指定主办单位"]
    assert any("重叠" in said for said in errors(admin.fill(typed | {"lead": "税务局"})))
    assert errors(admin.fill(typed | {"lead": "税务局", "valid_from": "明天"})) == ["日期应写作 2027-02-05"]


def test_a_row_is_closed_without_a_successor(app, admin, director):
    change = proposed(admin.at("/admin/directory/63").fill({"close_reason": "不再适用"}, "/close"))
    confirm(director, change)
    row = stored(app, select(DirectoryRow).where(DirectoryRow.id == 63))[0]
    assert str(row.valid_to) == "2026-12-28"
    assert errors(admin.at("/admin/directory/64").fill({"last_day": ""}, "/close"))


# -- working days ----------------------------------------------------------------------------------------

NOTICE = "国办发明电〔2026〕0号"
YEAR = f"""day,kind,name,status,source
2027-01-01,holiday,元旦,FINAL,{NOTICE}
2027-02-05,holiday,春节,FINAL,{NOTICE}
2027-02-08,holiday,春节,FINAL,{NOTICE}
2027-02-09,holiday,春节,FINAL,{NOTICE}
2027-02-10,holiday,春节,FINAL,{NOTICE}
2027-02-20,makeup,春节,FINAL,{NOTICE}
2027-10-01,holiday,国庆节,FINAL,{NOTICE}
"""


def test_the_year_shows_holidays_make_up_days_and_what_is_provisional(admin):
    page = admin.see("/admin/calendar/2026")
    assert "暂定" not in page.select_one(".topline").get_text()
    marked = {kind: len(page.select(f"td.day--{kind}")) for kind in ("holiday", "makeup")}
    assert marked == {"holiday": 19, "makeup": 6}  # 33 days off, 14 of them Saturdays or Sundays; six worked for them
    assert [day.get_text() for day in page.select("td.day--today")] == ["28"]
    provisional = admin.see("/admin/calendar/2027")
    assert "暂定" in provisional.select_one(".topline").get_text()
    assert len(provisional.select("td.day--open")) == 365


def test_a_stretch_of_days_is_changed_by_two_people(app, admin, director):
    typed = {"first": "2027-01-04", "last": "2027-01-05", "name": "元旦", "source": NOTICE, "reason": "通知"}
    change = proposed(admin.at("/admin/calendar/change").fill(typed))
    assert "2027-01-05" in director.see(change).get_text()
    confirm(director, change)
    after_new_year = CalendarDay.day.between(date(2027, 1, 2), date(2027, 1, 10))
    rows = stored(app, select(CalendarDay).where(CalendarDay.kind == "holiday", after_new_year))
    assert [(str(row.day), row.is_working, row.final, row.name) for row in rows] == [
        ("2027-01-04", False, True, "元旦"), ("2027-01-05", False, True, "元旦"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"first": "2027-13-01"}, "日期应写作"),
        ({"first": "2027-01-04", "last": "2027-01-03"}, "不能早于开始日期"),
        ({"first": "2026-12-25", "source": NOTICE}, "已经过去"),
        ({"first": "2027-01-04", "source": ""}, "通知文号"),
        ({"first": "2027-01-04", "kind": "makeup", "source": NOTICE}, "周六或周日"),
    ],
)
def test_a_wrong_stretch_is_refused_beside_its_field(admin, typed, said):
    answer = admin.at("/admin/calendar/change").fill({"reason": "通知"} | typed)
    assert any(said in error for error in errors(answer)), errors(answer)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_year_is_imported_from_a_file_after_a_preview(app, admin, director, encoding):
    upload = {"file": (io.BytesIO(YEAR.encode(encoding)), "2027.csv")}
    answer = admin.at("/admin/calendar/import").fill({"year": "2027", "preview": "1"}, files=upload)
    page = read(answer)
    assert answer.status_code == 200
    assert "没有发现错误" in page.select_one("caption").get_text()
    assert stored(app, select(Change)) == []  # looking proposes nothing
    change = proposed(admin.send(page, {"propose": "1", "reason": "放假通知"}))
    confirm(director, change)
    named = stored(app, select(CalendarDay).where(CalendarDay.day.between(date(2027, 1, 1), date(2027, 12, 31))))
    assert len(named) == 365
    assert all(row.final for row in named)
    assert sorted(str(row.day) for row in named if row.kind == "makeup") == ["2027-02-20"]
    assert "正式" in admin.see("/admin/calendar/2027").select_one(".topline").get_text()


def test_the_preview_names_every_bad_cell_and_keeps_what_was_typed(admin):
    bad = YEAR.replace("2027-02-08", "2028-02-08").replace("makeup", "swap").replace(
        f"国庆节,FINAL,{NOTICE}", "国庆节,FINAL,"
    ) + "2027-01-01,holiday,元旦,暂定,\n"  # fmt: skip
    answer = admin.at("/admin/calendar/import").fill({"year": "2027", "rows": bad, "propose": "1", "reason": "通知"})
    page = read(answer)
    cells = {row.th.get_text(): [c.small.get_text() for c in row.select(".cell--bad")] for row in page.select("tbody tr")}
    assert answer.status_code == 422
    assert {number: len(said) for number, said in cells.items() if said} == {"2": 1, "4": 1, "7": 1, "8": 1, "9": 1}
    assert cells["4"] == ["不在2027年"]
    assert cells["7"][0].startswith("应为holiday")
    assert cells["8"] == ["正式安排须写明通知文号"]
    assert cells["2"] == cells["9"] == ["同一天写了不止一次"]
    assert "2028-02-08" in page.select_one("textarea[name=rows]").get_text()


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (b"", "没有内容"),
        (b"\xff\xfe\x00\x81\xff", "不是文本"),
        (b"day,name\n2027-01-01,x\n", "表头缺少"),
        (("2027-01-01,holiday,x,PROVISIONAL,\n" * 401).encode(), "最多400行"),
        (f"2027-01-01,holiday,元旦,FINAL,{NOTICE}\n".encode(), "不像一个完整年度"),
        (YEAR.replace("2027-10-01,holiday,国庆节,FINAL", "2027-10-01,holiday,国庆节,PROVISIONAL").encode(), "应当一致"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_with_its_reason(admin, file, said):
    upload = {"file": (io.BytesIO(file), "2027.csv")}
    answer = admin.at("/admin/calendar/import").fill({"year": "2027", "propose": "1", "reason": "通知"}, files=upload)
    assert any(said in error for error in errors(answer)), errors(answer)


# -- the outbox ------------------------------------------------------------------------------------------


def test_the_outbox_shows_numbers_and_nobody(app, admin):
    with app.app_context():
        for _ in range(3):
            session().add(Notice(kind="accept", to_role="company", created_at=NOW))
        session().add(Notice(kind="accept", to_role="company", created_at=NOW, sent_at=NOW))
        session().commit()
    page = admin.see("/admin/notices")
    assert [cell.get_text(strip=True) for cell in page.select("tbody tr > *")] == ["受理", "企业经办人", "3", "2026-12-28 10:00"]
