"""Papers on the screens: drafted by the evening, edited, sent, answered; and what nobody else may see (policy §8)."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from appeals.actions import instructions, papers, supervision, timetable
from appeals.db import session, transaction
from appeals.models.appeal import Appeal
from appeals.models.supervision import Paper
from appeals.models.versions import Version
from appeals.rules.instructions import Given
from tests import builders as b
from tests.builders import at

OTHER, ANSWER = "沣东新城", "已于今日上门核实并安排抢修，明日恢复供电。"


@pytest.fixture
def people(site):
    with site.app_context():
        with transaction() as writer:
            writer.execute(update(Version).where(Version.name == "first_cycle").values(number=115))
        roles = ("coordinator", "director", "leader", "recusal", "liaison", "head", "discipline", "audit", "admin")
        found = {role: b.staff(role, login=role) for role in roles}
        return SimpleNamespace(**found, other=b.staff("head", OTHER, "other"))


class Seat:
    """A browser with two words: get a page, post one of its forms."""

    def __init__(self, visitor):
        self.visitor = visitor

    def get(self, path, expect=200):
        return self.visitor.open(path, expect)

    def post(self, page, action, expect=200, **values):
        return self.visitor.send(page.form(action), expect=expect, **values)


@pytest.fixture
def sit(browser):
    """sit("head"): a browser at which this person sits."""

    def down(login):
        visitor = browser()
        visitor.sign_in(login)
        return Seat(visitor)

    return down


@pytest.fixture
def blue(site, people, clock):
    """A blue draft about two unacknowledged appeals, on the evening of the 24th."""
    with site.app_context():
        numbers = [b.dispatched(people.coordinator, title=t).number for t in ("厂区停电", "道路积水")]
        clock.move_to(at("2026-11-24 18:05"))
        supervision.draft_due(at("2026-11-24 18:05"))
        id_ = session().scalars(select(Paper.id)).one()
    return SimpleNamespace(id=id_, numbers=numbers)


def test_without_papers_the_pages_say_so(people, sit):
    assert "待发：没有了" in sit("coordinator").get("/coordination/papers").words
    assert "没有督办文书和批示" in sit("head").get("/unit/papers").words
    assert "还没有批示和会议决定" in sit("leader").get("/coordination/instructions").words
    assert "没有移送的卷宗" in sit("discipline").get("/oversight/").words
    assert "没有挂牌督办的诉求" in sit("leader").get("/scorecards/meeting").words


def test_a_draft_is_edited_and_sent_and_the_head_answers(clock, people, blue, sit):
    office, head = sit("coordinator"), sit("head")
    head.get(f"/unit/papers/{blue.id}", 404)
    assert "待我签发的督办文书" in office.get("/coordination/decisions").words
    page = office.get("/coordination/papers")
    assert "督办提示单（蓝）" in page.words
    assert "厂区停电；道路积水" in page.words
    page = office.get(f"/coordination/papers/{blue.id}")
    assert page.soup.select_one("textarea[name=body]").get_text().count("超期未签收") == 2
    office.post(page, "edit", body="请今日签收两件诉求。")
    office.post(office.get(f"/coordination/papers/{blue.id}"), "send")
    page = head.get("/unit/")
    assert "待回复的督办文书" in page.words
    assert "蓝督〔2026〕1号" in page.words
    page = head.get(f"/unit/papers/{blue.id}")
    assert "请今日签收两件诉求。" in page.words
    assert "2026-11-26 18:00" in page.words  # sent after 18:00 on the 24th: counted from the 25th
    assert "这是套话" in head.post(page, "answer", 422, answer="已收悉，正在办理中").errors()
    head.post(page, "answer", answer=ANSWER)
    assert "待回复的督办文书" not in head.get("/unit/").words
    assert ANSWER in office.get(f"/coordination/papers/{blue.id}").words
    company = head.get(f"/unit/{blue.numbers[0]}")
    assert "发出督办文书" in company.words


def test_an_older_page_is_refused_and_what_was_typed_stays(people, blue, sit):
    office = sit("coordinator")
    old = office.get(f"/coordination/papers/{blue.id}")
    office.post(old, "edit", body="第一次修改")
    page = office.post(old, "edit", 409, body="第二次修改")
    assert "第二次修改" in page.text


def test_strangers_get_404_and_not_its_sender_403(people, blue, sit):
    leader = sit("leader")
    page = leader.get(f"/coordination/papers/{blue.id}")
    assert "签发后编定文号" not in page.words
    sit("recusal").get(f"/coordination/papers/{blue.id}", 404)
    sit("other").get(f"/unit/papers/{blue.id}", 404)
    sit("discipline").get(f"/coordination/papers/{blue.id}", 403)
    sit("coordinator").get("/coordination/papers/99999999999999999999", 404)


def test_a_draft_is_dropped_with_a_reason(people, blue, sit):
    office = sit("coordinator")
    page = office.get(f"/coordination/papers/{blue.id}")
    assert "请写明不发的理由" in office.post(page, "drop", 422, reason=" ").errors()
    office.post(page, "drop", reason="已电话督促签收")
    assert "已电话督促签收" in office.get(f"/coordination/papers/{blue.id}").words
    assert "没有了" not in office.get("/coordination/papers?tab=dropped").words


def test_a_red_paper_waits_on_the_leaders_screen_and_then_at_the_meeting(site, clock, people, sit):
    with site.app_context():
        number = b.dispatched(people.coordinator, title="拖了很久的").number
        timetable.run_due(at("2026-12-14 18:05"))
        red = session().scalars(select(Paper.id).where(Paper.kind == "red")).one()
    clock.move_to(at("2026-12-15 09:00"))
    leader = sit("leader")
    assert "待您签发的督办、约谈和移送" in leader.get("/scorecards/").words
    leader.post(leader.get(f"/coordination/papers/{red}"), "send")
    assert "待您签发" not in leader.get("/scorecards/").words
    page = leader.get("/scorecards/meeting")
    assert "红督〔2026〕1号" in page.soup.select_one("#reds").get_text()
    boxes = {s.select_one(".stat__label").get_text(): s for s in page.soup.select(".stat")}
    assert boxes["挂牌督办"].select_one(".stat__value").get_text() == "1"
    assert all(box.name == "a" for box in boxes.values())  # every number is a link
    assert number in leader.get(f"/coordination/papers/{red}").words


def test_a_leader_instructs_on_an_appeal_and_it_nags_until_it_is_answered(site, clock, people, sit):
    with site.app_context():
        number = b.in_hand(people.coordinator, people.liaison, title="要批示的").number
    leader, head = sit("leader"), sit("head")
    page = leader.get(f"/coordination/{number}")
    wrong = leader.post(page, "instruct", 422, text="请抓紧", due_on="2026-11-20", unit=str(people.head.unit_id))
    assert "今天或以后" in wrong.errors()
    leader.post(page, "instruct", text="请本周内解决并报告。", due_on="2026-11-25")
    assert "管委会领导作出批示" not in head.get(f"/unit/{number}").words  # officials read: 领导批示
    assert "待回复的批示" in head.get("/unit/").words
    clock.move_to(at("2026-11-30 09:00"))
    leader, head = sit("leader"), sit("head")
    meeting = leader.get("/scorecards/meeting").soup.select_one("#unanswered").get_text()
    assert "请本周内解决并报告。" in meeting
    assert "逾期未回复" in meeting
    assert "未回复的批示" in leader.get("/scorecards/").words
    link = head.get("/unit/").soup.select_one("a[href*='/unit/instructions/']")["href"]
    page = head.get(link)
    head.post(page, "answer", answer=ANSWER)
    assert "未回复的批示" not in leader.get("/scorecards/").words
    assert ANSWER in leader.get(link.replace("/unit/", "/coordination/")).words
    sit("other").get(link, 404)


def test_the_director_records_what_the_meeting_decided(site, people, sit):
    director = sit("director")
    page = director.get("/coordination/instructions")
    unit = str(people.head.unit_id)
    director.post(page, "instructions", text="两周内清理积压件", due_on="2026-12-07", unit=unit)
    assert "会议决定" in director.get("/coordination/instructions").words
    office = sit("coordinator")
    assert office.get("/coordination/instructions").soup.select_one("form[method=post][action$=instructions]") is None
    assert "两周内清理积压件" in sit("head").get("/unit/papers").words
    with site.app_context():
        general = instructions.give(text="全年按月通报", unit_id=b.unit_id(OTHER), due_on=at("2026-12-01 00:00").date(),
                                    by=people.leader, at=at("2026-11-23 10:00"), kind=Given.INSTRUCTION)  # fmt: skip
        id_ = general.id
    sit("head").get(f"/unit/instructions/{id_}", 404)


def test_a_complaint_about_conduct_hides_its_papers_from_the_accused(site, people, blue, sit):
    with site.app_context():
        papers.send(blue.id, by=people.coordinator, at=at("2026-11-25 09:00"))
        with transaction() as writer:
            accused = {"conduct": True, "about_unit_id": people.head.unit_id}
            writer.execute(update(Appeal).where(Appeal.number == blue.numbers[0]).values(**accused))
    head = sit("head")
    head.get(f"/unit/papers/{blue.id}", 404)
    assert blue.numbers[0] not in head.get("/unit/").text
