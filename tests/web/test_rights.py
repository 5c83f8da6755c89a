"""The pages on which the office says what is urgent, whom a complaint is about, and what another body made of it."""

import pytest

from appeals.actions import triage
from appeals.db import session
from appeals.models import company_lists
from appeals.models.audit import Event
from appeals.models.people import Unit, User
from appeals.web.company import timeline
from tests import builders as b
from tests.web.table import make, open_it

PARENT, CHILD = "发展改革和商务局", "发展改革和商务局（自贸办）"
COMPLAINT = {"nature": "complaint", "title": "办事人员推诿"}


@pytest.fixture
def worker(site, browser):
    """A liaison officer of UNIT at his browser."""
    with site.app_context():
        b.staff("liaison", login="worker")
        b.staff("head", login="head")
    visitor = browser("192.0.2.3")
    visitor.sign_in("worker")
    return visitor


def lead_is(site, office, form, **changes):
    with site.app_context():
        unit = b.unit_id(b.UNIT)
    return office.send(form, **({"lead": "other", "other_lead": unit} | changes))


# -- urgent ----------------------------------------------------------------------------------------------


def test_a_ticked_appeal_is_not_dispatched_before_the_office_has_said_whether_it_is_urgent(site, office, worker):
    number = make(site, b.accepted, urgent=True, urgent_reason="全厂停电两小时")
    page = open_it(office, number)
    assert "企业标注紧急" in page.words
    assert "全厂停电两小时" in page.words
    form = page.form("/dispatch")
    assert "urgent_kind" not in form.controls
    with site.app_context():
        unit = b.unit_id(b.UNIT)
    page = office.send(form, lead="other", other_lead=unit, expect=422)
    assert "请核定是否属紧急件" in page.errors()
    lead_is(site, office, page.form("/dispatch"), urgent_kind="power")
    page = worker.open(f"/unit/{number}")
    assert "紧急：停电" in page.words
    assert "首次联系 2026-11-23 11:00" in page.words  # dispatched at 09:00
    assert "2个自然小时，昼夜连续" in page.words
    assert "24个自然小时" in page.words
    assert "紧急：停电" in open_it(office, number).words


def test_found_not_urgent_it_says_so_and_goes_its_ordinary_way(site, office, worker):
    number = make(site, b.accepted, urgent=True, urgent_reason="很急")
    lead_is(site, office, open_it(office, number).form("/dispatch"), urgent_kind="no")
    words = open_it(office, number).words
    assert "核定不属紧急" in words
    assert "自然小时" not in words


def test_an_ordinary_appeal_is_dispatched_with_one_click_as_before(site, office, worker):
    number = make(site, b.accepted)
    form = open_it(office, number).form("/dispatch")
    assert form.controls["urgent_kind"] == ["no"]


def test_the_duty_telephone_stands_beside_the_unit(site, office, worker):
    number = make(site, b.dispatched)
    with site.app_context():
        session().get_one(Unit, b.unit_id(b.UNIT)).phone = "029-33180000"
        session().commit()
    for visitor, path in ((office, f"/coordination/{number}"), (worker, f"/unit/{number}")):
        assert "值班电话 029-33180000" in visitor.open(path).words


def test_the_company_reads_by_when_the_unit_calls_and_whom_to_ring_up(site, office, company):
    with site.app_context():
        session().get_one(Unit, b.unit_id(b.UNIT)).phone = "029-33180000"
        session().commit()
        who, appeal = b.actor("office"), b.filed()
        triage.accept(appeal.id, identity="call", by=who, at=b.FILED)
        order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT), urgent_kind="water")
        triage.dispatch(appeal.id, order=order, by=who, at=b.FILED)
        appeal = b.the(appeal.number)
        with site.test_request_context():
            said = timeline.of(appeal, company_lists.events(appeal))[0]["text"]
    assert said == "承办单位将在 2026-11-23 11:00 前与您联系\n值班电话：029-33180000"


# -- whom it is about --------------------------------------------------------------------------------------


def test_the_person_named_at_dispatch_finds_nothing_and_is_no_choice(site, office, worker, browser):
    number = make(site, b.accepted, **COMPLAINT)
    form = open_it(office, number).form("/dispatch")
    page = office.send(form, about_person="没有这个人", lead="other", other_lead=unit_of(site), expect=422)
    assert "没有这个工作人员的账号" in page.errors()
    lead_is(site, office, page.form("/dispatch"), about_person="worker")
    assert "看不到此件" in open_it(office, number).words
    assert worker.request("GET", f"/unit/{number}").status == 404
    assert "办事人员推诿" not in worker.open("/unit/").words
    assert "待签收 0" in worker.open("/unit/").words
    head = browser("192.0.2.4")
    head.sign_in("head")
    page = head.open(f"/unit/{number}")
    assert "看不到此件" not in page.words
    with site.app_context():
        named = b.actor("worker").user_id
    assert str(named) not in [o["value"] for o in page.soup.select("#acknowledge-handler option")]


def unit_of(site):
    with site.app_context():
        return b.unit_id(b.UNIT)


def test_named_later_his_open_page_is_gone(site, office, worker):
    number = make(site, lambda by: b.in_hand(by, b.actor("worker")), **{})
    stale = worker.open(f"/unit/{number}").form("/plan")
    page = open_it(office, number)
    office.send(page.form("/correct-accused"), about_person="worker", reason="企业来电指明经办人")
    got = worker.request("POST", stale.action, stale.fill(plan="先查勘").body()[0],
                         {"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert got.status == 404
    assert "依据：企业来电指明经办人" in open_it(office, number).words
    with site.app_context():
        assert b.the(number).lead.handler_id is None


def test_nothing_to_put_right_and_no_reason_are_told_beside_the_field(site, office, worker):
    number = make(site, lambda by: b.in_hand(by, b.actor("worker")))
    form = open_it(office, number).form("/correct-accused")
    assert "请写明更正的依据" in office.send(form, reason="", expect=422).errors()
    assert "没有任何更正" in office.send(form, reason="想更正一下", expect=422).errors()


def test_a_conduct_complaint_is_not_pinned_on_the_unit_that_has_it(site, office, worker):
    number = make(site, lambda by: b.in_hand(by, b.actor("worker")))
    form = open_it(office, number).form("/correct-accused")
    page = office.send(form, conduct=True, about_unit=unit_of(site), reason="企业来电", expect=409)
    assert "正在承办此件" in page.words


# -- special channels --------------------------------------------------------------------------------------


def test_a_special_channel_is_followed_until_its_outcome_which_the_company_reads(site, office, company, clock):
    number = make(site, lambda _: b.filed(title="拖欠工程款"))
    body = triage.STATUTORY_BODIES[0]
    office.send(open_it(office, number).form("/pass-on"), to=body, reason="属拖欠账款")
    page = office.open("/coordination/statutory")
    assert "拖欠工程款" in page.words
    assert "12月7日" in page.words
    clock.move_to(b.at("2026-12-08 09:00"))
    office.sign_in("office")
    assert "该跟踪了" in office.open("/coordination/statutory").words
    form = open_it(office, number).form("/follow")
    assert form.controls["said_on"] == ["2026-12-08"]
    page = office.send(form, said="已立案", next_on="2026-12-08", expect=422)
    assert "下次跟踪日期应在今天之后" in page.errors()
    office.send(page.form("/follow"), next_on="2026-12-22")
    assert "12月22日" in office.open("/coordination/statutory").words
    page = office.send(open_it(office, number).form("/outcome"), said="款项已付清", said_on="2026-12-08")
    assert "款项已付清" in page.words
    assert not page.has_form("/follow")
    assert "拖欠工程款" not in office.open("/coordination/statutory").words


def test_nonsense_after_which_a_page_begins_is_the_beginning(site, office):
    for nonsense in ("x", "1", "-", "0-1", "99999999-1", "738000-1", "１-２"):
        assert office.open(f"/coordination/statutory?after={nonsense}").status == 200


# -- what a browser sends beyond its form -----------------------------------------------------------------------


def test_what_no_form_offers_is_not_taken(site, office, worker):
    number = make(site, b.accepted)
    form = open_it(office, number).form("/dispatch")
    forged = {"company_name": "别家公司", "mobile": "13900000000", "due_at": "2027-01-01", "state": "completed",
              "accepted_at": "2026-01-01", "version": "99", "about_person_id": "1", "is_test": "1", "conduct_": "1"}  # fmt: skip
    for name, value in forged.items():
        form.controls[name] = [value]
    form.names |= forged.keys()
    lead_is(site, office, form)
    with site.app_context():
        appeal = b.the(number)
        assert (appeal.state, appeal.mobile, appeal.is_test, appeal.about_person_id) == ("dispatched", "13800138000", False, None)
        assert appeal.due_at == b.at("2026-12-07 18:00")


@pytest.mark.parametrize("seen", ["", "0", "99", "-1", "1e3", "１", "9" * 30, "1 OR 1=1"])
def test_a_forged_version_does_nothing(site, office, worker, seen):
    number = make(site, lambda by: b.in_hand(by, b.actor("worker")))
    form = worker.open(f"/unit/{number}").form("/plan").fill(plan="先查勘，再增容")
    form.controls["seen"] = [seen]
    got = worker.request("POST", form.action, form.body()[0], {"Content-Type": "application/x-www-form-urlencoded"})
    assert got.status in (400, 409)
    with site.app_context():
        assert b.the(number).lead.planned_at is None


def test_another_appeals_support_is_not_excused_through_this_one(site, office, worker):
    mine = make(site, lambda by: b.in_hand(by, b.actor("worker"), supports=(b.SUPPORT,)))
    with site.app_context():
        other = b.dispatched(b.actor("office"), lead=b.SUPPORT, supports=(b.UNIT,))
        number, foreign = other.number, other.supports[0].id
    form = open_it(office, mine).form("/excuse")
    form.action = f"/coordination/{mine}/excuse/{foreign}"
    office.send(form, reason="不需要", expect=409)
    with site.app_context():
        assert not b.the(number).supports[0].void


def test_somebody_of_another_unit_is_not_named_handler_by_his_id(site, office, worker):
    with site.app_context():
        stranger = b.staff("liaison", b.SUPPORT).user_id
    number = make(site, b.dispatched)
    form = worker.open(f"/unit/{number}").form("/acknowledge")
    form.controls["handler"] = [str(stranger)]
    got = worker.request("POST", form.action, form.body()[0], {"Content-Type": "application/x-www-form-urlencoded"})
    assert got.status == 422
    with site.app_context():
        assert b.the(number).state == "dispatched"


# -- deputies ----------------------------------------------------------------------------------------------


@pytest.fixture
def admin(site, browser):
    with site.app_context():
        b.staff("admin", login="admin")
    visitor = browser("192.0.2.5")
    visitor.sign_in("admin")
    return visitor


def test_a_deputy_entered_by_the_administrator_signs_today_and_is_a_liaison_officer_tomorrow(site, worker, admin, office, clock):
    number = make(site, lambda by: b.in_hand(by, b.actor("worker")))
    with site.app_context():
        head, deputy = b.actor("head").user_id, b.actor("worker").user_id
    clock.move_to(b.ANSWERED)
    for visitor, login in ((admin, "admin"), (worker, "worker")):
        visitor.sign_in(login)
    assert "代行负责人" not in worker.open("/unit/").words
    page = admin.send(admin.open("/admin/deputies").form("/deputies"), head=head, deputy=deputy, from_on="2026-11-27",
                      to_on="2026-11-26", expect=422)  # fmt: skip
    assert "截止日期不能早于开始日期" in page.errors()
    page = admin.send(page.form("/deputies"), from_on="2026-11-26", to_on="2026-11-26")
    assert "代行中" in page.words
    page = worker.open(f"/unit/{number}")
    assert "代行负责人" in page.words
    answers = {f"answer_{n}": text for n, text in enumerate(b.words().answers, start=1)}
    page = worker.send(page.form("/draft"), outcome="solved", basis="供电营业规则", contacted_on="2026-11-24", **answers)
    worker.send(page.form("/sign"))
    with site.app_context():
        assert b.the(number).state == "replied"
        signed = session().query(Event).filter(Event.kind == "sign_reply").one()
        assert (signed.user_id, signed.detail["for"]) == (deputy, head)
    assert "（代行）" in open_it(signed_in(office), number).words
    clock.move_to(b.at("2026-11-27 00:00:01"))
    worker.sign_in("worker")
    assert "代行负责人" not in worker.open("/unit/").words
    assert worker.request("POST", f"/unit/{number}/sign", b"").status in (400, 403)


def signed_in(office):
    office.sign_in("office")
    return office


def test_a_term_is_ended_with_one_click_and_at_once(site, worker, admin):
    with site.app_context():
        head, deputy = b.actor("head").user_id, b.actor("worker").user_id
    page = admin.send(admin.open("/admin/deputies").form("/deputies"), head=head, deputy=deputy, from_on="2026-11-23",
                      to_on="2026-11-30")  # fmt: skip
    assert "代行负责人" in worker.open("/unit/").words
    page = admin.send(page.form("/end"))
    assert "没有登记" in page.words
    assert "代行负责人" not in worker.open("/unit/").words


def test_the_administrator_says_which_head_leads_a_part_only(site, admin, worker):
    with site.app_context():
        head = b.actor("head").user_id
    form = admin.open(f"/admin/users/{head}").form(f"/users/{head}")
    admin.send(form, assistant=True)
    with site.app_context():
        assert session().get_one(User, head).principal is False
    assert admin.open(f"/admin/users/{head}").soup.select_one("[name=assistant]").has_attr("checked")
