"""The accountability file, those who read files, the ledger with its six things, and what is proven (policy §3, §8, §10)."""

import re
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from appeals.actions import contacts, findings, papers, timetable
from appeals.db import session, transaction
from appeals.models.people import User
from appeals.models.supervision import Paper
from appeals.models.versions import Version
from tests import builders as b
from tests.builders import at
from tests.web.test_papers import Seat

REASON = "核对停电位置"


@pytest.fixture
def people(site):
    with site.app_context():
        with transaction() as writer:
            writer.execute(update(Version).where(Version.name == "first_cycle").values(number=115))
        roles = ("coordinator", "director", "leader", "recusal", "liaison", "head", "discipline", "audit", "admin")
        return SimpleNamespace(**{role: b.staff(role, login=role) for role in roles})


@pytest.fixture
def sit(browser):
    def down(login):
        visitor = browser()
        visitor.sign_in(login)
        return Seat(visitor)

    return down


def seconds(text):
    return sum(int(part) * 60 ** (2 - place) for place, part in enumerate(text.strip("（）").split(":")))


# -- the file --------------------------------------------------------------------------------------------


def test_the_file_says_who_held_it_how_long_and_the_sum_is_exact(site, clock, people, sit):
    with site.app_context():
        appeal = b.completed(people.coordinator, people.liaison, people.head, title="要倒查的")
        contacts.reveal(appeal.id, reason=REASON, by=people.liaison, at=at("2026-11-27 11:00"))
        number = appeal.number
    clock.move_to(at("2026-11-30 09:00"))
    page = sit("coordinator").get(f"/coordination/{number}")
    link = page.soup.find("a", string="责任倒查卷")["href"]
    file = sit("director").get(link)
    assert REASON in file.words
    assert "已交承办单位" not in file.words
    tables = {t.find("caption").get_text(): t for t in file.soup.select("table")}
    held = tables["持有的先后（工作时间，时:分:秒）"]
    rows = [[c.get_text(strip=True) for c in line.select("th, td")] for line in held.select("tbody tr")]
    # accepted 23rd 10:00, dispatched 11:00; signed 26th 10:00; approved 27th 10:00
    assert [(r[0], r[3]) for r in rows] == [
        (b.OFFICE, "1:00:00"), (b.UNIT, "23:00:00"), (b.OFFICE, "8:00:00")
    ]
    assert "32:00:00" in file.words
    assert sum(seconds(r[3]) for r in rows) == 32 * 3600
    told = tables["通知"].get_text()
    assert "企业经办人" in told
    assert "交办" in told


def test_an_appeal_that_was_never_accepted_has_an_empty_file(site, people, sit):
    with site.app_context():
        number = b.filed().number
    page = sit("leader").get(f"/coordination/{number}/accountability")
    assert "尚未受理，没有持有记录" in page.words


def test_only_those_who_may_see_the_appeal_open_its_file(site, people, sit):
    with site.app_context():
        number = b.in_hand(people.coordinator, people.liaison).number
    sit("recusal").get(f"/coordination/{number}/accountability", 404)
    sit("head").get(f"/coordination/{number}/accountability", 403)
    sit("discipline").get(f"/oversight/{number}", 404)


def test_discipline_sees_exactly_the_files_sent_to_it(site, people, sit):
    with site.app_context():
        sent = b.in_hand(people.coordinator, people.liaison, title="要移送的").number
        kept = b.in_hand(people.coordinator, people.liaison, title="不移送的").number
    leader = sit("leader")
    page = leader.get(f"/coordination/{sent}")
    assert "请写明移送的理由" in leader.post(page, "refer", 422, to="discipline", note=" ").errors()
    page = leader.post(page, "refer", to="discipline", note="多次退回，仍无进展")
    assert page.has_form("refer")  # audit has not got it yet
    leader.post(page, "refer", 409, to="discipline", note="再送一次")
    discipline = sit("discipline")
    page = discipline.get("/login")
    assert "要移送的" in page.words
    assert "不移送的" not in page.words
    file = discipline.get(f"/oversight/{sent}")
    assert "多次退回，仍无进展" in file.words
    assert not file.soup.select("main a[href*='/coordination/']")
    discipline.get(f"/oversight/{kept}", 404)
    for elsewhere in (f"/coordination/{sent}", "/scorecards/", "/search?q=1", "/oversight/log", "/oversight/seals"):
        discipline.get(elsewhere, 403)
    sit("audit").get(f"/oversight/{sent}", 404)
    assert "移送问题线索" not in sit("liaison").get(f"/unit/{sent}").words  # the unit does not read where its file went


def test_audit_reads_the_log_and_the_seals_and_no_appeal(site, clock, people, sit):
    with site.app_context():
        b.in_hand(people.coordinator, people.liaison, title="审计看不到的")
        timetable.run_due(at("2026-12-01 18:06"))
    clock.move_to(at("2026-12-02 09:00"))
    audit = sit("audit")
    log = audit.get("/oversight/log").words
    assert "冻结双周周期" in log
    assert "登录" in log
    assert "审计看不到的" not in log
    assert re.search(r"2026年第24期.*[0-9a-f]{16}", audit.get("/oversight/seals").words)
    audit.get("/coordination/", 403)


# -- the ledger ------------------------------------------------------------------------------------------


def test_the_ledger_shows_the_six_things_and_marks_what_is_missing(site, people, sit):
    with site.app_context():
        with transaction() as writer:
            writer.execute(update(User).where(User.login == "head").values(name="王负责"))
        b.accepted(people.coordinator, title="还没交办的")
        b.in_hand(people.coordinator, people.liaison, title="已经交办的")
        b.completed(people.coordinator, people.liaison, people.head, title="别处已办结", territory="空港新城")
    office = sit("coordinator")
    page = office.get("/coordination/ledger")
    rows = {row.select_one("a").get_text(): row for row in page.soup.select("tbody tr")}
    assert list(rows) == ["别处已办结", "已经交办的", "还没交办的"]
    assert [tag.parent["data-label"] for tag in rows["还没交办的"].select(".tag") if tag.get_text() == "未定"] == [
        "定性", "定标准", "定时限", "定责任单位", "定责任人"
    ]
    words = " ".join(rows["已经交办的"].get_text(" ").split())
    assert "2点" in words
    assert b.UNIT in words
    assert "王负责" in words
    narrowed = office.get("/coordination/ledger?state=completed&territory=空港新城")
    assert [a.get_text() for a in narrowed.soup.select("a.row-link")] == ["别处已办结"]
    assert "没有符合条件的诉求" in office.get("/coordination/ledger?state=merged").words
    assert len(office.get("/coordination/ledger?state=nonsense&unit=x").soup.select("a.row-link")) == 3
    sit("head").get("/coordination/ledger", 403)


# -- findings and deductions -----------------------------------------------------------------------------


def test_a_finding_counts_only_when_director_and_leader_have_signed(site, clock, people, sit):
    with site.app_context():
        number = b.completed(people.coordinator, people.liaison, people.head, title="虚假的").number
    director = sit("director")
    page = director.get(f"/coordination/{number}")
    unit = str(people.head.unit_id)
    director.post(page, "finding", kind="sham", unit=unit, text="现场核查未施工，答复称已完工。")
    quarter = "/scorecards/quarters/20264"
    assert "已扣" not in director.get(quarter).words
    leader = sit("leader")
    assert "待您认定" in leader.get("/scorecards/").words
    page = leader.get(f"/coordination/{number}")
    assert "不予认定的理由" in leader.post(page, "finding", 422, decision="no").errors()
    leader.post(page, "finding", decision="yes")
    clock.move_to(at("2026-12-08 09:00"))
    page = sit("leader").get(quarter)
    cells = next(row for row in page.soup.select("tbody tr") if b.UNIT in row.get_text()).get_text(" ")
    assert "D 较差" in cells
    assert "已扣10分" in cells
    assert "经查实的弄虚作假、压撤或泄露" in cells
    assert "虚假办结" in sit("head").get(f"/unit/{number}").words


def test_a_red_paper_takes_two_points_from_the_quarter_it_was_sent_in(site, clock, people, sit):
    with site.app_context():
        b.completed(people.coordinator, people.liaison, people.head)
        b.dispatched(people.coordinator, title="拖了很久的")
        timetable.run_due(at("2026-12-14 18:05"))
        red = session().scalars(select(Paper.id).where(Paper.kind == "red")).one()
        papers.send(red, by=people.leader, at=at("2026-12-15 09:00"))
    clock.move_to(at("2026-12-15 10:00"))
    row = next(r for r in sit("leader").get("/scorecards/quarters/20264").soup.select("tbody tr") if b.UNIT in r.get_text())
    assert "已扣2分" in row.get_text(" ")


def test_who_proposed_it_cannot_confirm_it_and_nobody_else_may_sign(site, people):
    with site.app_context():
        appeal = b.in_hand(people.coordinator, people.liaison)
        given = {"kind": "leak", "unit_id": people.head.unit_id, "text": "将联系方式转给第三方。", "at": at("2026-11-24 09:00")}
        for stranger in (people.coordinator, people.leader, people.head):
            with pytest.raises(findings.NotYours):
                findings.propose(appeal.id, by=stranger, **given)
        row = findings.propose(appeal.id, by=people.director, **given)
        with pytest.raises(findings.NotYours):
            findings.decide(row.id, proven=True, remark="", by=people.director, at=at("2026-11-24 10:00"))
        findings.decide(row.id, proven=False, remark="证据不足", by=people.leader, at=at("2026-11-24 10:00"))
        with pytest.raises(findings.NotAllowed):
            findings.decide(row.id, proven=True, remark="", by=people.leader, at=at("2026-11-24 11:00"))
