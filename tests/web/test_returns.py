"""Returns, conferences, supports and the second level as their visitors meet them (policy §5)."""

import pytest

from appeals.actions import returns, triage
from appeals.db import session
from appeals.models.directory import DirectoryRow
from appeals.models.request import Request
from tests import builders as b
from tests.builders import at

OTHER, THIRD = "自然资源和规划局", "沣西新城"
PARENT, CHILD = "发展改革和商务局", "发展改革和商务局（自贸办）"


@pytest.fixture
def people(site, browser, office, clock):
    """person(role, unit): a browser at which somebody of that unit sits; the same one for the same pair."""
    known = {}

    def person(role: str, unit: str = b.UNIT):
        login = f"{role}-{unit}"
        if login not in known:
            with site.app_context():
                b.staff(role, None if role in ("coordinator", "director", "recusal", "admin") else unit, login=login)
            known[login] = browser(f"192.0.2.{len(known) + 10}")
        known[login].sign_in(login)
        return known[login]

    return person


def dispatched(site, **changes) -> str:
    with site.app_context():
        return b.dispatched(b.actor("office"), **changes).number


def move(clock, visitor, when: str, login: str = "office") -> None:
    clock.move_to(at(when))
    visitor.sign_in(login)


ASKED = {"reason_code": "function", "basis": "三定规定第四条", "reason": "属规划许可事项"}


def ask(site, people, clock, number: str, when: str = "2026-11-23 15:00", unit: str = b.UNIT, proposed: str = OTHER) -> None:
    """The head signs a return on the page."""
    clock.move_to(at(when))
    head = people("head", unit)
    with site.app_context():
        wanted = str(b.unit_id(proposed))
    page = head.send(head.open(f"/unit/{number}").form("/return"), unit=wanted, **ASKED)
    assert "已提出退单申请" in page.words


def test_a_return_is_prepared_signed_upheld_and_dispatched_anew(site, office, people, company, clock):
    clock.move_to(at("2026-11-23 11:30"))
    worker = people("liaison")
    number = dispatched(site)
    page = worker.open(f"/unit/{number}")
    assert "须在签收之前、2026-11-24 18:00前由负责人签发" in page.words
    page = worker.send(page.form("/return"), reason_code="function", basis="", unit="", expect=422)
    assert "请写明依据" in page.errors()
    with site.app_context():
        other = str(b.unit_id(OTHER))
    page = worker.send(page.form("/return"), unit=other, **ASKED)
    assert "待负责人签发" in page.words
    head = people("head")
    page = head.open("/unit/")
    assert "职能不符" in page.words
    page = head.open(f"/unit/{number}")
    assert page.form("/return").controls["basis"] == ["三定规定第四条"]
    head.send(page.form("/return"))
    assert not head.open(f"/unit/{number}").has_form("/return")
    assert not worker.open(f"/unit/{number}").has_form("/acknowledge")
    assert head.open(f"/unit/{number}").has_form("/acknowledge")  # which would take the request back
    page = worker.open("/unit/?tab=answered")
    assert "等待裁定" in page.words

    move(clock, office, "2026-11-24 10:00")
    assert "退单" in office.open("/coordination/decisions").words
    page = office.open(f"/coordination/{number}")
    assert f"以“职能不符”为由申请退单，建议由{OTHER}承办；2026-11-24 18:00前裁定" in page.words
    page = office.send(page.form("/return-decision"), decision="office", answer="属规划部门职责")
    assert "已退单" in page.words
    assert "营商办（交办作废，不计入该单位）" in page.words
    form = page.form("/dispatch")
    assert form.controls["lead"] == [other]  # as the unit proposed
    with site.app_context():
        unit = str(b.unit_id(b.UNIT))
    assert not form.tag.select(f"input[name=lead][value='{unit}']")
    page = office.send(form)
    assert f"主办：{OTHER}" in page.words


def test_nobody_is_offered_what_he_cannot_do(site, office, people, clock):
    clock.move_to(b.TAKEN)
    office.sign_in("office")
    number = dispatched(site)
    stranger = people("head", THIRD)
    stranger.open(f"/unit/{number}", expect=404)
    assert stranger.request("POST", f"/unit/{number}/return", b"").status in (400, 404)
    page = office.open(f"/coordination/{number}")
    assert page.has_form("/recall")
    assert not page.has_form("/return-decision")
    director = people("director")
    assert not director.open(f"/coordination/{number}").has_form("/recall")
    worker = people("liaison")
    worker.send(worker.open(f"/unit/{number}").form("/acknowledge"))
    assert not worker.open(f"/unit/{number}").has_form("/return")
    page = office.open(f"/coordination/{number}")
    assert not page.has_form("/recall")
    assert page.has_form("/call-conference")


def test_rejected_the_unit_reads_since_when_it_has_it(site, office, people, clock):
    number = dispatched(site)
    ask(site, people, clock, number)
    move(clock, office, "2026-11-24 10:00")
    page = office.open(f"/coordination/{number}")
    page = office.send(page.form("/return-decision"), decision="reject", answer="", expect=422)
    assert "请写明裁定的理由" in page.errors()
    office.send(page.form("/return-decision"), decision="reject", answer="属本单位职责")
    page = people("head").open(f"/unit/{number}")
    assert "不同意" in page.words
    assert "属本单位职责" in page.words
    assert "2026-11-23 15:00" in page.words


def test_of_two_who_decide_one_is_told(site, office, people, clock):
    number = dispatched(site)
    ask(site, people, clock, number)
    move(clock, office, "2026-11-24 10:00")
    page = office.open(f"/coordination/{number}")
    office.send(page.form("/return-decision"), decision="office", answer="属规划部门职责")
    again = office.send(page.form("/return-decision"), decision="unit", answer="其实是单位的责任", expect=409)
    assert "其实是单位的责任" in again.words  # what was typed is kept


def test_the_company_reads_who_has_it_and_who_answers_meanwhile(site, office, people, company, clock):
    with site.app_context():
        number = b.dispatched(b.actor("office")).number
    ask(site, people, clock, number)
    page = follow(site, company, number)
    assert "现在由 营商办 确定承办单位" in page.words
    move(clock, office, "2026-11-24 10:00")
    office.send(office.open(f"/coordination/{number}").form("/return-decision"), decision="unit", answer="属规划部门职责")
    page = follow(site, company, number)
    assert f"在新的承办单位签收之前，您的问题仍由{b.UNIT}答复" in page.words
    assert "将在 2026-11-24 18:00 前重新确定承办单位" in page.words
    assert "退单" not in page.words
    former = people("liaison")
    page = former.open(f"/unit/{number}")
    assert number in former.open("/unit/?tab=former").words
    page = former.send(page.form("/answer-question"), channel="platform", note="正在确定新的承办单位，请稍候")
    assert "已记录答复" in page.words
    assert "原承办单位答复了您的询问" in follow(site, company, number).words
    with site.app_context():
        appeal = b.the(number)
        order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(OTHER))
        triage.dispatch(appeal.id, order=order, by=b.actor("office"), at=at("2026-11-24 10:30"))
    other = people("liaison", OTHER)
    other.send(other.open(f"/unit/{number}").form("/acknowledge"))
    former.open(f"/unit/{number}", expect=404)
    assert "您的问题仍由" not in follow(site, company, number).words


def follow(site, company, number: str):
    """The company's page of its appeal."""
    with company.client.session_transaction() as cookie:
        cookie["appeals"] = [number]
    return company.open(f"/track/{number}")


def test_the_third_return_goes_to_the_director(site, office, people, clock):
    number = dispatched(site)
    with site.app_context():
        office_ = b.actor("office")
        appeal = b.the(number)
        for lead, hour, following in ((b.UNIT, 12, OTHER), (OTHER, 13, THIRD)):
            head = b.staff("head", lead)
            returns.ask(appeal.id, reason_code="unclear", basis="权属有争议", by=head, at=at(f"2026-11-23 {hour}:00"))
            returns.uphold(appeal.id, fault="office", answer="不属该单位", by=office_, at=at(f"2026-11-23 {hour}:10"))
            order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(following))
            triage.dispatch(appeal.id, order=order, by=office_, at=at(f"2026-11-23 {hour}:20"))
    ask(site, people, clock, number, "2026-11-23 14:00", THIRD, b.SUPPORT)
    office.sign_in("office")
    page = office.open(f"/coordination/{number}")
    assert not page.has_form("/return-decision")
    assert "等待营商办主任" in page.words
    director = people("director")
    assert "会商" in director.open("/coordination/decisions").words
    page = director.open(f"/coordination/{number}")
    with site.app_context():
        wanted, support = str(b.unit_id(b.SUPPORT)), str(b.unit_id(b.UNIT))
    form = page.form("/conference")
    assert form.controls["lead"] == [wanted]
    page = director.send(form, supports=[support], fault="unit", answer="经会商确定")
    assert f"主办：{b.SUPPORT}；协办：{b.UNIT}" in page.words
    head = people("head", b.SUPPORT)
    page = head.open(f"/unit/{number}")
    assert page.has_form("/acknowledge")
    assert not page.has_form("/return")  # settled for good


def test_supports_are_asked_for_added_and_excused_on_the_pages(site, office, people, clock):
    clock.move_to(b.TAKEN)
    worker, head = people("liaison"), people("head")
    number = dispatched(site)
    worker.send(worker.open(f"/unit/{number}").form("/acknowledge"))
    with site.app_context():
        other, third = str(b.unit_id(OTHER)), str(b.unit_id(THIRD))
    head.send(head.open(f"/unit/{number}").form("/ask-support"), unit=other, reason="请核实场地权属")
    assert not head.open(f"/unit/{number}").has_form("/ask-support")
    office.sign_in("office")
    page = office.open(f"/coordination/{number}")
    assert f"主办单位申请由{OTHER}协办" in page.words
    page = office.send(page.form("/support-decision"), decision="grant")
    assert f"协办：{OTHER}" in page.words
    page = office.send(page.form("/add-support"), unit=third, reason="请核实管线")
    with site.app_context():
        ids = {s.unit.name: s.id for s in b.the(number).supports}
    assert page.has_form(f"/excuse/{ids[OTHER]}")
    assert page.has_form(f"/excuse/{ids[THIRD]}")
    helper = people("head", THIRD)
    helper.send(helper.open(f"/unit/{number}").form("/ask-excuse"), reason="管线不在本辖区")
    office.sign_in("office")
    page = office.open(f"/coordination/{number}")
    assert "管线不在本辖区" in page.words
    page = office.send(page.form(f"/excuse-decision/{ids[THIRD]}"), decision="grant", answer="确不在该辖区")
    assert "已免除协办" in page.words
    helper.open(f"/unit/{number}", expect=404)


def test_the_second_level_does_it_and_the_lead_sees_what_it_did(site, office, people, clock):
    clock.move_to(b.TAKEN)
    worker, head = people("liaison", PARENT), people("head", PARENT)
    number = dispatched(site, lead=PARENT)
    worker.send(worker.open(f"/unit/{number}").form("/acknowledge"))
    assert not worker.open(f"/unit/{number}").has_form("/hand-on")
    with site.app_context():
        child = str(b.unit_id(CHILD))
    page = head.open(f"/unit/{number}")
    assert "须在 2026-11-24 18:00 前分办；下级时限 2026-12-03 18:00" in page.words
    page = head.send(page.form("/hand-on"), unit=child, task="请到现场核实")
    assert f"二级：{CHILD}" in page.words
    assert not page.has_form("/acknowledge")  # the head of the lead does not take it up for the unit below
    below = people("liaison", CHILD)
    page = below.open(f"/unit/{number}")
    assert "请到现场核实" in page.words
    page = below.send(page.form("/acknowledge"))
    assert not page.has_form("/draft")
    below.send(page.form("/sub-report"), report="已到企业现场核实用电负荷，缺口为二百千伏安。")
    page = head.open(f"/unit/{number}")
    assert "缺口为二百千伏安" in page.words
    assert not page.has_form("/take-back")
    with site.app_context():
        parent = b.unit_id(PARENT)
    page = head.open(f"/scorecards/units/{parent}")
    assert f"二级分办，新近的在前 下属单位 诉求 分办 签收 时限 反馈 {CHILD}" in page.words
    below.open(f"/scorecards/units/{parent}", expect=404)


def test_a_directory_row_that_keeps_being_wrong_is_flagged_where_it_is_used(site, office, people, clock):
    clock.move_to(at("2026-11-23 16:00"))
    number = None
    with site.app_context():
        row = session().query(DirectoryRow).filter_by(task=63, territory=None).first() or session().query(DirectoryRow).first()
        task, row_id = row.task, row.id
        waiting = b.accepted(b.actor("office"))
        number = waiting.number
        for day in ("2026-11-02", "2026-11-03"):
            session().add(
                Request(appeal_id=waiting.id, kind="return", asked_at=at(f"{day} 10:00"), decided_at=at(f"{day} 12:00"),
                        granted=True, fault="office", waits_for="coordinator", detail={"row": row_id})
            )  # fmt: skip
        session().commit()
    admin = people("admin")
    page = admin.open(f"/admin/directory?task={task or ''}")
    assert "近期因错派被退回 2 次" in page.words
    office.sign_in("office")
    with site.app_context():
        section = b.the(number).section
    assert section is None
    page = office.open(f"/coordination/{number}")
    page = office.send(page.form("/dispatch"), area=f"8:{task}" if task else "", step="look")
    assert "近期因错派被退回 2 次" in page.words
