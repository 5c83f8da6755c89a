"""What a company says beyond the main road: review, supplement, reopening, reprisal; and what was filed for it."""

import re

import pytest

from appeals.actions import closing, cooperation, early_ending, handling, merging, triage
from appeals.db import session
from appeals.models.people import User
from tests import builders as b
from tests.builders import at
from tests.program import companies
from tests.web.test_track import FORBIDDEN, look, paper, steps  # noqa: F401 (paper is a fixture)

HAN = re.compile("[\u4e00-\u9fff]")


def deed(site, act, number, **named):
    with site.app_context():
        return act(b.the(number).id, **named)


def staff(site, *roles):
    with site.app_context():
        return [b.staff(role) for role in roles]


def dispatch(site, number, office, worker, when=b.TAKEN):
    """Accepted, dispatched and taken up."""
    deed(site, triage.accept, number, identity="call", by=office, at=b.ACCEPTED)
    with site.app_context():
        order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT))
    deed(site, triage.dispatch, number, order=order, by=office, at=b.DISPATCHED)
    deed(site, handling.acknowledge, number, by=worker, at=when)


def answered(site, number, office, worker, head, **words):
    deed(site, handling.draft, number, draft=b.words(2, **words), by=worker, at=b.ANSWERED)
    deed(site, handling.sign, number, by=head, at=b.ANSWERED)
    deed(site, closing.approve, number, by=office, at=b.APPROVED)


def test_a_refused_company_asks_for_a_review_and_reads_what_came_of_it(site, company, paper, clock):  # noqa: F811
    number, _ = paper
    [office] = staff(site, "coordinator")
    deed(site, triage.decline, number, code="R01", reason="不在本区", by=office, at=b.ACCEPTED)
    clock.move_to(at("2026-11-23 11:00"))
    page = company.open(f"/track/{number}")
    assert "2026-11-30 18:00 前申请复核" in page.words
    asking = company.open(f"/track/{number}/review")
    assert "3 个工作日内答复您" in asking.words
    assert "请写明申请复核的理由" in company.send(asking.form("/review"), (), 422, reason=" ").errors()
    page = company.send(asking.form("/review"), reason="租赁合同写明在本区")
    assert steps(page)[0] == "您申请了复核"
    assert "现在由 营商办 复核原决定 2026-11-26 18:00 前" in page.words
    assert company.open(f"/track/{number}/review").url == f"/track/{number}"  # once
    assert not any(word in page.words for word in FORBIDDEN)


def test_what_was_unclear_is_supplemented_after_all(site, company, paper, clock):  # noqa: F811
    number, code = paper
    [office] = staff(site, "coordinator")
    deed(site, triage.decline, number, code="R08", reason="地址不清", by=office, at=b.ACCEPTED)
    clock.move_to(at("2026-12-20 10:00"))
    page = look(company, number, code)
    assert "2026-12-23 24:00 前补充的" in page.words
    asking = company.open(f"/track/{number}/resume")
    company.send(asking.form("/resume"), (), 422, addition="")
    page = company.send(asking.form("/resume"), addition="地址是一号路")
    assert page.soup.select_one(".tag").get_text() == "已提交，等待受理"
    assert "地址是一号路" in page.words


def test_after_strike_off_it_goes_on_in_a_new_appeal_with_the_same_code(site, company, browser, paper, clock):  # noqa: F811
    number, code = paper
    office, worker, head = staff(site, "coordinator", "liaison", "head")
    dispatch(site, number, office, worker)
    answered(site, number, office, worker, head)
    with site.app_context():
        b.rated(b.the(number), 5, at("2026-11-30 10:00"))
    clock.move_to(at("2026-12-10 10:00"))
    look(company, number, code)
    asking = company.open(f"/track/{number}/reopen")
    company.send(asking.form("/reopen"), (), 422, reason="recurrence", words="")
    page = company.send(asking.form("/reopen"), reason="recurrence", words="昨天又停电两次")
    new = page.url.rsplit("/", 1)[1]
    assert new != number
    assert "昨天又停电两次" in page.words
    old = company.open(f"/track/{number}")
    assert steps(old)[0] == "已另立新的诉求继续办理"
    assert old.soup.select_one(f"a[href='/track/{new}']")
    assert not any(word in old.words for word in FORBIDDEN)
    assert look(browser(), new, code).url == f"/track/{new}"
    assert company.open(f"/track/{number}/reopen").url == f"/track/{number}"  # one is open


def test_reprisal_is_told_where_the_unit_cannot_see_it(site, company, browser, paper, clock):  # noqa: F811
    number, _ = paper
    office, worker, head = staff(site, "coordinator", "liaison", "head")
    dispatch(site, number, office, worker)
    page = company.open(f"/track/{number}")
    asking = company.open(f"/track/{number}/reprisal")
    assert "2 个工作小时内" in asking.words
    page = company.send(asking.form("/reprisal"), words="上门检查三次，要求撤回")
    new = page.url.rsplit("/", 1)[1]
    assert "上门检查三次" in page.words
    assert steps(company.open(f"/track/{number}"))[0] == "您反映受到刁难，已转原单位以外处理"
    for login in (worker, head):
        visitor = browser("192.0.2.9")
        with site.app_context():
            name = session().get(User, login.user_id).login
        visitor.sign_in(name)
        seen = visitor.open(f"/unit/{number}")
        assert "刁难" not in seen.words
        assert new not in seen.text
        visitor.open(f"/unit/{new}", 404)
        assert new not in visitor.open("/search?q=上门检查").text


def test_the_table_of_the_office_has_the_reprisal_on_top(site, company, office, paper, clock):  # noqa: F811
    number, _ = paper
    with site.app_context():
        coordinator = b.actor("office")
    [worker] = staff(site, "liaison")
    dispatch(site, number, coordinator, worker)
    company.send(company.open(f"/track/{number}/reprisal").form("/reprisal"), words="上门检查三次")
    page = office.open("/coordination/?pile=reprisal")
    assert "反映问题后受到刁难" in page.words
    assert "2026-11-23 11:00" in page.words  # two working hours from nine
    old = office.open(f"/coordination/{number}")
    assert "已另立作风类投诉" in old.words


def test_a_merged_company_sees_its_own_words_and_the_public_answer_and_says_no(site, company, browser, paper, clock):  # noqa: F811
    number, code = paper
    office, director, worker, head = staff(site, "coordinator", "director", "liaison", "head")
    other = browser("198.51.100.7")
    shown = other.send(other.open("/submit").form("/submit"), **companies.values(2, text="1. 二号厂房停电。\n2. 无人值守。")).soup
    parent = shown.select_one("[data-appeal-no]")["data-appeal-no"]
    for each in (number, parent):
        dispatch(site, each, office, worker)
    deed(site, merging.propose, number, into=parent, reason="同一变压器", by=office, at=b.TAKEN)
    deed(site, merging.confirm, number, by=director, at=b.TAKEN)
    page = company.open(f"/track/{number}")
    assert page.soup.select_one(".tag").get_text() == "已合并办理"
    assert "现在由 住房和城乡建设局 与相同事项一并办理并答复 2026-12-07 18:00 前" in page.words
    answered(site, parent, office, worker, head)
    clock.move_to(at("2026-11-30 10:00"))
    page = look(company, number, code)
    assert b.ANSWERS[1] in page.words
    assert "二号厂房" not in page.text
    assert parent not in page.text
    assert "现在由 您 确认自己的问题是否解决" in page.words
    page = company.send(page.form("/solved"))
    assert "您已确认自己的问题已经解决" in page.words
    asking = company.open(f"/track/{number}/unsolved")
    page = company.send(asking.form("/unsolved"), reason="我厂仍在停电")
    assert page.soup.select_one(".tag").get_text() == "办理中"
    assert steps(page)[0] == "恢复单独办理"
    assert not any(word in page.words for word in FORBIDDEN)
    assert b.ANSWERS[1] not in page.words


def test_before_it_is_ended_for_want_of_an_answer_the_company_answers(site, company, paper, clock):  # noqa: F811
    number, code = paper
    office, worker, head = staff(site, "coordinator", "liaison", "head")
    dispatch(site, number, office, worker)
    deed(site, cooperation.ask, number, items="用电合同", days=1, by=head, at=at("2026-11-23 15:00"))
    deed(site, cooperation.grant, number, by=office, at=at("2026-11-23 16:00"))
    for when in ("2026-11-25 09:00", "2026-11-25 14:00"):
        deed(site, early_ending.warn, number, note="已告知", reached=True, by=office, at=at(when))
    deed(site, early_ending.propose, number, ground="uncooperative", reason="未提供合同", route="", by=office,
         at=at("2026-11-25 15:00"))  # fmt: skip
    clock.move_to(at("2026-11-25 16:00"))
    page = look(company, number, code)
    assert "未提供合同" in page.words
    assert "您现在说明情况，就继续办理" in page.words
    page = company.send(company.open(f"/track/{number}/answer").form("/answer"), words="合同已寄出")
    assert steps(page)[0] == "您作了说明，继续办理"
    assert company.open(f"/track/{number}/answer").url == f"/track/{number}"


@pytest.fixture
def for_company(site, browser, clock):
    """A liaison officer's browser, and what it filed: number and code."""
    with site.app_context():
        b.staff("liaison", login="worker")
    worker = browser("192.0.2.3")
    worker.sign_in("worker")
    page = worker.open("/unit/file")
    assert "请先向企业告知" in worker.send(page.form("/unit/file"), (), 422, **companies.values(3, consent=False)).errors()
    page = worker.send(page.form("/unit/file"), source="proxy", **companies.values(3))
    number, code = (page.soup.select_one(f"[data-appeal-{name}]") for name in ("no", "code"))
    return worker, number["data-appeal-no"], code["data-appeal-code"]


def test_what_an_officer_filed_waits_for_the_company_itself(site, browser, office, for_company):
    worker, number, code = for_company
    assert "待企业确认" in worker.open("/unit/file").words
    assert worker.open("/unit/file").soup.select_one("[data-appeal-code]") is None  # once
    waiting = office.open("/coordination/?pile=unconfirmed")
    assert "核验事项3" in waiting.words
    page = office.open(f"/coordination/{number}")
    assert not page.has_form("/accept")
    company = browser("198.51.100.3")
    page = look(company, number, code)
    assert "现在由 您 确认代为提交的诉求" in page.words
    assert not page.has_form("/urge")
    page = company.send(page.form("/filing"), step="confirm")
    assert "现在由 营商办 决定是否受理 2026-11-24 18:00 前" in page.words
    assert office.open(f"/coordination/{number}").has_form("/accept")


def test_no_member_of_staff_confirms_for_a_company(for_company):
    worker, number, code = for_company
    page = look(worker, number, code)
    worker.send(page.form("/filing"), (), 403, step="confirm")


def test_a_company_that_did_not_ask_for_it_says_so(browser, for_company):
    _, number, code = for_company
    company = browser("198.51.100.4")
    page = company.send(look(company, number, code).form("/filing"), step="reject")
    assert page.soup.select_one(".tag").get_text() == "已终止"


def test_strangers_are_asked_for_the_code(browser, paper):  # noqa: F811
    number, _ = paper
    stranger = browser("198.51.100.8")
    for way in ("review", "resume", "reopen", "reprisal", "answer", "unsolved"):
        assert stranger.open(f"/track/{number}/{way}").url.startswith("/track?number=")


def test_the_ways_speak_english(site, company, clock):
    company.open("/?lang=en")
    form = company.open("/submit").form("/submit")
    typed = {"company_name": "Example Ltd", "contact_name": "Li", "title": "Power cuts", "text": "Three power cuts this week."}
    page = company.send(form, **companies.values(5, **typed))
    number = page.soup.select_one("[data-appeal-no]")["data-appeal-no"]
    [office] = staff(site, "coordinator")
    deed(site, triage.decline, number, code="R08", reason="Please say where", by=office, at=b.ACCEPTED)
    pages = [company.open(f"/track/{number}{way}") for way in ("", "/review", "/resume", "/reprisal")]
    pages.append(company.send(pages[1].form("/review"), reason="It is clear"))
    for page in pages:
        left = [text for text in page.soup.stripped_strings if HAN.search(text)]
        assert [text for text in left if text != "中文"] == [], page.url
