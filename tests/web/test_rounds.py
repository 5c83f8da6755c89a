"""After the answer: reviews, rounds, lawful refusals and second looks, as each visitor sees them (policy §3, §6)."""

import pytest

from appeals.actions import closing, handling, ratings, rectifying, triage
from appeals.db import db, session
from appeals.models.appeal import Appeal
from appeals.models.people import User
from appeals.models.rating import Rating
from appeals.rules.ratings import looked_at_again
from tests import builders as b
from tests.actions.rounds import POOR, VERIFIED, People
from tests.builders import at
from tests.program import companies

REASON = "三轮整改均已落实，企业要求的补偿标准没有法律依据。"


@pytest.fixture
def town(site, browser):
    """People by name, and a function that seats one of them at a browser of his own, now."""
    with site.app_context():
        people = People()
        logins = {name: session().get(User, getattr(people, name).user_id).login for name in vars(people)}

    def seat(name):
        visitor = browser()
        visitor.sign_in(logins[name])
        return visitor

    seat.people = people
    return seat


def made(site, build) -> str:
    with site.app_context():
        return build().number


def state(site, number) -> str:
    with site.app_context():
        return b.the(number).state


def stranger(site, browser, role, unit):
    with site.app_context():
        b.staff(role, unit, login=f"{role}-stranger")
    visitor = browser()
    visitor.sign_in(f"{role}-stranger")
    return visitor


# -- a review of a rating ----------------------------------------------------------------------------------------


def test_the_head_asks_two_people_decide_and_the_rating_stays_to_be_seen(site, town, browser, clock):
    number = made(site, lambda: town.people.poor())
    clock.move_to(at("2026-12-01 09:00"))
    page = town("head").open(f"/unit/{number}")
    assert not page.has_form("/rating-review")  # the company may still change it
    clock.move_to(at("2026-12-01 10:30"))
    page = town("head").open(f"/unit/{number}")
    assert "2026-12-04 18:00 前" in page.words
    assert "不得要求企业修改评价" in page.words
    head = town("head")
    page = head.send(head.open(f"/unit/{number}").form("/rating-review"), reason="", evidence="", expect=422)
    assert "请写明证据" in page.errors()
    head.send(page.form("/rating-review"), reason_code="mistaken", reason="企业评价的是另一件供水诉求。", evidence="企业来信")
    office = town("office")
    assert number in office.open("/coordination/decisions").words
    office.send(office.open(f"/coordination/{number}").form("/rating-review/endorse"), answer="")
    assert not office.open(f"/coordination/{number}").has_form("/rating-review/uphold")
    director = town("director")
    assert number in director.open("/coordination/decisions").words
    page = director.send(director.open(f"/coordination/{number}").form("/rating-review/uphold"), answer="确系误评")
    assert "经复核不计入统计" in page.words
    assert state(site, number) == "completed"
    assert "经复核不计入统计" in head.open(f"/unit/{number}").words


def test_a_review_can_be_refused_from_either_page(site, town, clock):
    number = made(site, lambda: town.people.poor())
    clock.move_to(at("2026-12-01 10:30"))
    head = town("head")
    head.send(head.open(f"/unit/{number}").form("/rating-review"), reason_code="flood", reason="同一企业一天评价二十次。",
              evidence="系统记录")  # fmt: skip
    office = town("office")
    page = office.send(office.open(f"/coordination/{number}").form("/rating-review/reject"), reason="", expect=422)
    assert "请写明不同意的理由" in page.errors()
    office.send(page.form("/rating-review/reject"), reason="证据不足")
    assert "证据不足" in head.open(f"/unit/{number}").words


def test_a_stranger_finds_none_of_it(site, town, browser, clock):
    number = made(site, lambda: town.people.poor())
    clock.move_to(at("2026-12-01 10:30"))
    head = town("head")
    form = head.open(f"/unit/{number}").form("/rating-review")
    other = stranger(site, browser, "head", b.SUPPORT)
    token = other.open("/unit/").soup.select_one("input[name=csrf_token]")["value"]
    other.send(form, (), 404, csrf_token=token)
    for path in ("rating-review", "rectify-plan", "explain"):
        body = f"csrf_token={token}&seen=1".encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert other.request("POST", f"/unit/{number}/{path}", body, kind).status == 404


# -- rounds ----------------------------------------------------------------------------------------------------------


def test_the_plan_is_shown_to_the_company_and_the_head_reports(site, town, browser, clock):
    clock.move_to(b.FILED)
    company = browser()
    receipt = company.send(company.open("/submit").form("/submit"), **companies.values(1))
    number = receipt.soup.select_one("[data-appeal-no]")["data-appeal-no"]
    code = receipt.soup.select_one("[data-appeal-code]")["data-appeal-code"]
    with site.app_context():
        people, id_ = town.people, b.the(number).id
        _answered(number, people)
        b.rated(b.the(number), 1, POOR, "no", reasons=["slow"])
    clock.move_to(at("2026-11-30 11:00"))
    assert "营商办 核实您的评价" in look(company, number, code)
    with site.app_context():
        rectifying.verify(id_, finding="属实", complex_=False, by=people.other, at=VERIFIED)
    clock.move_to(at("2026-12-02 09:00"))
    worker = town("worker")
    page = worker.open(f"/unit/{number}")
    assert not page.has_form("/rectify")  # the report is the head's
    worker.send(page.form("/rectify-plan"), plan="三日内更换全部老化线路。")
    told = look(company, number, code)
    assert "三日内更换全部老化线路。" in told
    assert "2026-12-08 18:00" in told
    head = town("head")
    head.send(head.open(f"/unit/{number}").form("/rectify"), report="已经重新检修全部线路。")
    assert "营商办 审核整改情况" in look(company, number, code)
    office = town("office")
    office.send(office.open(f"/coordination/{number}").form("/audit"))
    assert state(site, number) == "completed"
    assert "销号" not in look(company, number, code)


def look(company, number, code) -> str:
    """The company's page, days later: with number and code."""
    page = company.open("/track")
    return company.send(page.form("/track"), number=number, code=code).words


def _answered(number, people):
    id_ = b.the(number).id
    triage.accept(id_, identity="call", by=people.office, at=b.ACCEPTED)
    order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT))
    triage.dispatch(id_, order=order, by=people.office, at=b.DISPATCHED)
    handling.acknowledge(id_, by=people.worker, at=b.TAKEN)
    handling.draft(id_, draft=b.words(len(b.the(number).points)), by=people.worker, at=b.ANSWERED)
    handling.sign(id_, by=people.head, at=b.ANSWERED)
    closing.approve(id_, by=people.office, at=b.APPROVED)


def test_the_one_who_approved_is_not_offered_to_verify(site, town, clock):
    number = made(site, lambda: town.people.poor())
    clock.move_to(at("2026-12-01 14:00"))
    assert not town("office").open(f"/coordination/{number}").has_form("/verify")
    other = town("other")
    other.send(other.open(f"/coordination/{number}").form("/verify"), finding="属实", complex_="no")
    with site.app_context():
        assert rectifying.current(b.the(number)).verified_at is not None


def test_a_leader_finds_the_third_report_audits_it_and_closes_after_it(site, town, clock):
    number = made(site, lambda: town.people.after_three())
    clock.move_to(at("2026-12-07 14:00"))
    other = town("other")
    other.send(other.open(f"/coordination/{number}").form("/verify"), finding="仍不满意", complex_="no")
    head = town("head")
    head.send(head.open(f"/unit/{number}").form("/rectify"), report="已经重新检修全部线路。")
    assert not town("office").open(f"/coordination/{number}").has_form("/audit")
    leader = town("leader")
    assert "待我审核的整改" in leader.open("/coordination/decisions").words
    page = leader.open(f"/coordination/{number}")
    assert page.has_form("/audit")
    leader.send(page.form("/reject-third"), reason="请当面向企业说明")
    director = town("director")
    director.send(director.open(f"/coordination/{number}").form("/closing/propose"), reason=REASON)
    page = leader.send(leader.open(f"/coordination/{number}").form("/closing/refuse"), order="再报一次")
    assert "再报一次" in page.words
    director.send(director.open(f"/coordination/{number}").form("/closing/propose"), reason=REASON)
    page = leader.send(leader.open(f"/coordination/{number}").form("/closing/close"), answer="")
    assert (state(site, number), REASON in page.words) == ("struck_off", True)


def test_a_lawful_refusal_is_logged_by_the_head_and_its_basis_confirmed(site, town, clock):
    number = made(site, lambda: town.people.verified(draft=b.words(outcome="explained")))
    clock.move_to(at("2026-12-02 16:00"))
    assert not town("worker").open(f"/unit/{number}").has_form("/explain")
    head = town("head")
    page = head.send(head.open(f"/unit/{number}").form("/explain"), on="2026-12-03", explained="说明须先完成环评审批。",
                     basis="供电营业规则第十七条", expect=422)  # fmt: skip
    assert "谈话日期应在2026-11-30至2026-12-02之间" in page.errors()
    head.send(page.form("/explain"), on="2026-12-02")
    office = town("office")
    page = office.open(f"/coordination/{number}")
    assert not page.has_form("/audit")
    office.send(page.form("/explained/confirm"), answer="依据属实")
    assert state(site, number) == "struck_off"


# -- what the unit sees, and when ----------------------------------------------------------------------------------------


def test_neither_the_state_nor_the_rating_is_the_units_to_see_for_24_hours(site, town, clock):
    number = made(site, lambda: town.people.poor())
    clock.move_to(at("2026-11-30 11:00"))
    told = town("worker").open(f"/unit/{number}").words
    assert ("已办结·待评价" in told, "整改中" in told, "非常不满意" in told) == (True, False, False)
    assert "整改中" not in town("worker").open(f"/search?q={number}").words
    assert [word for word in ("差评", "前核实", "整改时限") if word in told] == []
    clock.move_to(at("2026-12-01 10:00:01"))
    told = town("worker").open(f"/unit/{number}").words
    assert ("整改中" in told, "非常不满意" in told) == (True, True)


# -- second looks ----------------------------------------------------------------------------------------------------------


def test_the_director_finds_the_chosen_approvals_and_records_what_he_saw(site, town, clock):
    with site.app_context():
        while not looked_at_again(number := b.filed().number):
            pass
        _answered(number, town.people)
    clock.move_to(at("2026-11-30 11:00"))
    director = town("director")
    page = director.open("/coordination/rechecks")
    assert number in page.words
    assert town("office").open(f"/coordination/{number}").has_form("/recheck") is False
    page = director.send(director.open(f"/coordination/{number}").form("/recheck"), sound="no", finding="", expect=422)
    assert "请写明抽查的情况" in page.errors()
    director.send(page.form("/recheck"), finding="第二点没有落实")
    assert "没有待抽查的审核" in director.open("/coordination/rechecks").words
    assert "没有待抽查的审核" in town("leader").open("/coordination/rechecks").words
    town("office").open("/coordination/rechecks", 403)


# -- the company's side ------------------------------------------------------------------------------------------------------


def test_a_company_that_hides_its_contact_writes_through_the_platform(site, town, browser, clock):
    company = browser()
    receipt = company.send(company.open("/submit").form("/submit"), **companies.values(1, hide_contact=True))
    number = receipt.soup.select_one("[data-appeal-no]")["data-appeal-no"]
    assert not company.open(f"/track/{number}").has_form("/message")
    with site.app_context():
        people, id_ = town.people, b.the(number).id
        triage.accept(id_, identity="call", by=people.office, at=b.FILED)
        order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT))
        triage.dispatch(id_, order=order, by=people.office, at=b.FILED)
        handling.acknowledge(id_, by=people.worker, at=b.FILED)
    worker = town("worker")
    worker.send(worker.open(f"/unit/{number}").form("/contact"), note="请问停电的时段？")
    page = company.open(f"/track/{number}")
    assert "请问停电的时段？" in page.words
    page = company.send(page.form("/message"), message="", expect=422)
    assert "请写下要说的话" in page.errors()
    company.send(page.form("/message"), message="每天下午三点前后。")
    assert "每天下午三点前后。" in worker.open(f"/unit/{number}").words


def test_from_a_browser_in_which_staff_never_signed_out_it_is_kept_marked_and_said_before(site, town, clock):
    number = made(site, lambda: town.people.completed())
    clock.move_to(b.APPROVED)
    worker = town("worker")
    with site.app_context():
        key = site.extensions["appeals.settings"].key("rating")
        url = "/rate/" + ratings.issue_link(b.the(number).id, key=key, at=b.APPROVED)
    worker.open(url, 403)  # signed in: staff never rate
    clock.move_to(at("2026-11-27 16:00"))
    page = worker.open(url)  # the sign-in has run out by itself
    assert "在工作人员用过的设备上评价，不计入统计" in page.words
    worker.send(page.form("rate"), contacted="yes", solved="yes", level="5")
    with site.app_context():
        rating = db.session.query(Rating).one()
        assert (rating.mark, rating.counts, b.the(number).state) == ("staff", False, "completed")
    assert "本设备登录过工作人员账号" in town("office").open(f"/coordination/{number}").words


def test_a_rating_after_the_window_says_so_before_and_opens_a_linked_appeal(site, town, company, clock):
    number = made(site, lambda: town.people.completed())
    with site.app_context():
        closing.call_back(b.the(number).id, reached=True, note="", by=town.people.office, at=at("2026-12-01 10:00"))
        key = site.extensions["appeals.settings"].key("rating")
        url = "/rate/" + ratings.issue_link(b.the(number).id, key=key, at=at("2026-12-07 10:00"))
    clock.move_to(at("2026-12-07 10:00"))
    page = company.open(url)
    assert "评价期已过" in page.words
    company.send(page.form("rate"), contacted="yes", solved="no", level="1", reasons=["slow"], comment="变压器又坏了")
    with site.app_context():
        linked = db.session.query(Appeal).filter_by(reopened_from_id=b.the(number).id).one()
        assert linked.text == "变压器又坏了"
    assert "评价期满后评价，不计入" in town("office").open(f"/coordination/{number}").words


# -- the pile and the days -----------------------------------------------------------------------------------------------------


def test_the_pile_shows_whose_turn_it_is_and_by_when_and_the_pages_count_the_days(site, town, clock):
    number = made(site, lambda: town.people.poor())
    clock.move_to(at("2026-12-01 18:00:01"))
    other = town("other")
    page = other.open("/coordination/?pile=rectifying")
    assert "待核实" in page.words
    assert "已超期 2026-12-01 18:00" in page.words  # not verified within a working day
    assert "核实差评时限 2026-12-01 18:00" in other.open(f"/coordination/{number}").words
    other.send(other.open(f"/coordination/{number}").form("/verify"), finding="属实", complex_="no")
    page = other.open("/coordination/?pile=rectifying")
    assert ("单位整改中" in page.words, "2026-12-09 18:00" in page.words) == (True, True)
    assert "整改时限 2026-12-09 18:00" in town("worker").open(f"/unit/{number}").words


def test_the_call_back_pile_shows_the_office_its_delay(site, town, clock):
    number = made(site, lambda: town.people.completed())
    clock.move_to(at("2026-12-07 09:00"))
    page = town("office").open("/coordination/?pile=to_call")
    assert number in page.words
    assert "已超期 2026-12-04 18:00" in page.words
