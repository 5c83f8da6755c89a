"""A unit at its desk: the queue by what is due, the appeal page, every deed, and what it never sees."""

import pytest

from appeals.actions import handling
from appeals.db import db, session
from appeals.models.audit import Event
from appeals.models.settings import SettingsVersion
from tests import builders as b
from tests.builders import at

CHILD, PARENT = "发展改革和商务局（自贸办）", "发展改革和商务局"


@pytest.fixture
def desk(site, browser):
    """Browsers of a liaison officer and a head of UNIT, both signed in."""
    with site.app_context():
        b.staff("coordinator", login="office")
        b.staff("liaison", login="worker")
        b.staff("head", login="head")
    people = {}
    for login in ("worker", "head"):
        people[login] = browser()
        people[login].sign_in(login)
    return people


@pytest.fixture
def worker(desk):
    return desk["worker"]


@pytest.fixture
def head(desk):
    return desk["head"]


def make(site, build, *logins, **changes) -> str:
    with site.app_context():
        return build(*map(b.actor, ("office", *logins)), **changes).number


def signed_in(site, browser, role, unit):
    with site.app_context():
        b.staff(role, unit, login=f"{role}-{unit}")
    visitor = browser()
    visitor.sign_in(f"{role}-{unit}")
    return visitor


# -- the queue ---------------------------------------------------------------------------------------------


def test_the_queue_shows_what_is_due_with_its_light(site, worker, clock):
    number = make(site, b.dispatched)
    clock.move_to(at("2026-11-23 12:00"))
    worker.sign_in("worker")
    page = worker.open("/unit/")
    assert "全部待办 1" in page.words
    assert "红 2026-11-24 18:00 签收" in page.words
    assert number in page.words
    clock.move_to(at("2026-11-24 18:00:01"))
    worker.sign_in("worker")
    assert "已超期" in worker.open("/unit/").words


def test_each_tab_holds_its_stage(site, desk, worker, clock):
    clock.move_to(b.APPROVED)
    worker.sign_in("worker")
    numbers = {
        "new": make(site, b.dispatched), "open": make(site, b.in_hand, "worker"),
        "answered": make(site, b.replied, "worker", "head"),
    }  # fmt: skip
    for tab, number in numbers.items():
        page = worker.open(f"/unit/?tab={tab}")
        assert [a["href"].rsplit("/", 1)[-1] for a in page.soup.select("table a")] == [number], tab
    assert worker.open("/unit/?tab=nonsense").status == 200


def test_more_than_a_page_goes_on_behind_a_link(site, worker):
    with site.app_context():
        office = b.actor("office")
        for _ in range(52):
            b.dispatched(office)
    page = worker.open("/unit/?tab=new")
    assert "待签收 50+" in page.words
    rest = worker.open(page.soup.select_one("a[rel=next]")["href"])
    first = {a["href"] for a in page.soup.select("table a")}
    assert len(rest.soup.select("table a")) == 2
    assert not first & {a["href"] for a in rest.soup.select("table a")}


def test_a_longer_queue_asks_no_more_questions(site, worker, statements):
    make(site, b.dispatched)
    worker.open("/unit/")
    with statements() as few:
        worker.open("/unit/")
    for _ in range(15):
        make(site, b.dispatched)
    with statements() as many:
        worker.open("/unit/")
    assert len(many) == len(few) <= 7
    plain = [s.lower().replace("limit ? offset ?", "") for s in many]
    assert not [s for s in plain if "count(" in s or "offset" in s]


# -- handling ------------------------------------------------------------------------------------------------


def test_from_taking_up_to_signing(site, worker, head, clock):
    number = make(site, b.dispatched)
    clock.move_to(b.TAKEN)
    worker.sign_in("worker")
    page = worker.open(f"/unit/{number}")
    assert not page.has_form("/sign")
    page = worker.send(page.form("/acknowledge"))
    page = worker.send(page.form("/contact"), channel="phone", note="", expect=422)
    assert "请写明联系的情况" in page.errors()
    page = worker.send(page.form("/contact"), channel="phone", note="已电话联系")
    page = worker.send(page.form("/plan"), plan="三日内更换")
    page = worker.send(
        page.form("/draft"), answer_1=b.ANSWER, answer_2="已办结", outcome="solved", basis="规则", contacted_on="2026-11-23",
        step="offer", expect=422,
    )  # fmt: skip
    assert "套话" in page.errors()
    assert page.form("/draft").controls["answer_1"][0].strip() == b.ANSWER
    page = worker.send(page.form("/draft"), answer_2=b.ANSWERS[1], step="offer")
    head.sign_in("head")
    page = head.open(f"/unit/{number}")
    assert b.ANSWER in page.words
    head.send(page.form("/sign"))
    with site.app_context():
        appeal = b.the(number)
        assert (appeal.state, appeal.lead.plan, appeal.lead.contacted_at) == ("replied", "三日内更换", b.TAKEN)


def test_a_draft_is_there_again_the_next_day(site, worker, clock):
    number = make(site, b.in_hand, "worker")
    clock.move_to(b.TAKEN)
    worker.sign_in("worker")
    page = worker.open(f"/unit/{number}")
    worker.send(page.form("/draft"), answer_1="写到一半的答复", internal_note="待核", step="keep")
    clock.move_to(at("2026-11-24 09:00"))
    worker.sign_in("worker")
    controls = worker.open(f"/unit/{number}").form("/draft").controls
    assert controls["answer_1"][0].strip() == "写到一半的答复"
    assert controls["internal_note"][0].strip() == "待核"


def test_a_wrong_date_is_said_beside_it_and_kept(site, worker):
    number = make(site, b.in_hand, "worker", when=b.FILED, filed_at=at("2026-11-20 09:00"),
                  accepted_at=at("2026-11-20 10:00"))  # fmt: skip
    for typed in ("11/23", "2026-02-30", "２０２６-11-23", "0001-01-01x"):
        page = worker.send(
            worker.open(f"/unit/{number}").form("/draft"), contacted_on=typed, step="keep", expect=422
        )
        assert "2026-11-23 的格式" in page.errors()
        assert typed in page.text
    page = worker.send(
        worker.open(f"/unit/{number}").form("/draft"), answer_1=b.ANSWERS[0], answer_2=b.ANSWERS[1], outcome="solved",
        basis="规则", contacted_on="9999-12-31", step="offer", expect=422,
    )  # fmt: skip
    assert "联系日期" in page.errors()


def test_two_people_writing_the_second_keeps_his_words_and_sees_the_first(site, worker, head):
    number = make(site, b.in_hand, "worker", when=b.FILED, filed_at=at("2026-11-20 09:00"),
                  accepted_at=at("2026-11-20 10:00"))  # fmt: skip
    mine, other = worker.open(f"/unit/{number}"), head.open(f"/unit/{number}")
    worker.send(mine.form("/draft"), answer_1="第一个人写的答复", step="keep")
    page = head.send(other.form("/draft"), answer_1="第二个人写的答复", step="keep", expect=409)
    assert "第二个人写的答复" in page.text
    assert "已有新的办理" in page.words
    head.send(page.form("/draft"), step="keep")
    with site.app_context():
        assert b.the(number).lead.draft.answers[0] == "第二个人写的答复"


def test_a_draft_that_somebody_else_signed_meanwhile_is_shown_for_copying(site, worker, head, clock):
    number = make(site, b.in_hand, "worker")
    clock.move_to(b.ANSWERED)
    for visitor, login in ((worker, "worker"), (head, "head")):
        visitor.sign_in(login)
    page = worker.open(f"/unit/{number}")
    with site.app_context():
        appeal = b.the(number)
        handling.draft(appeal.id, draft=b.words(), by=b.actor("head"), at=b.ANSWERED)
        handling.sign(appeal.id, by=b.actor("head"), at=b.ANSWERED)
    page = worker.send(page.form("/draft"), answer_1="写了一上午的答复", step="keep", expect=409)
    assert not page.has_form("/draft")
    assert "写了一上午的答复" in page.words


def test_what_was_typed_when_the_sign_in_ran_out_is_not_lost(site, worker, clock):
    number = make(site, b.in_hand, "worker")
    clock.move_to(b.TAKEN)
    worker.sign_in("worker")
    form = worker.open(f"/unit/{number}").form("/draft")
    clock.shift(31 * 60)
    page = worker.send(form, answer_1="写了半个小时的<答复>", step="keep", expect=401)
    assert "写了半个小时的<答复>" in page.words
    with site.app_context():
        assert b.the(number).lead.draft is None


def test_the_head_names_who_does_the_work(site, worker, head):
    number = make(site, b.dispatched)
    with site.app_context():
        colleague = b.staff("liaison").user_id
        stranger = b.staff("liaison", b.SUPPORT).user_id
    page = head.open(f"/unit/{number}")
    page = head.send(page.form("/acknowledge"), handler=stranger, expect=422)
    page = head.send(page.form("/acknowledge"), handler=colleague)
    page = head.send(page.form("/handler"), handler=colleague)
    with site.app_context():
        assert b.the(number).lead.handler_id == colleague
    assert not worker.open(f"/unit/{number}").has_form("/handler")


def test_a_support_reports_and_the_lead_reads_it(site, browser, worker):
    number = make(site, b.dispatched, supports=(b.SUPPORT,))
    helper = signed_in(site, browser, "liaison", b.SUPPORT)
    page = helper.open(f"/unit/{number}")
    assert "协办" in page.words
    assert not page.has_form("/draft")
    page = helper.send(page.form("/acknowledge"))
    helper.send(page.form("/support"), report="已核实场地，配合完成线路迁改。")
    assert "配合完成线路迁改" in worker.open(f"/unit/{number}").words


def test_a_rectification_is_reported_by_the_head(site, head, clock):
    from appeals.actions import rectifying

    number = make(site, b.completed, "worker", "head")
    with site.app_context():
        appeal = b.rated(b.the(number), 2, at("2026-11-30 10:00"), "no", comment="没解决")
        rectifying.verify(appeal.id, finding="属实", complex_=False, by=b.staff("coordinator"), at=at("2026-12-02 10:00"))
    clock.move_to(at("2026-12-03 10:00"))
    head.sign_in("head")
    assert number in head.open("/unit/?tab=rectify").words
    page = head.open(f"/unit/{number}")
    assert "没解决" in page.words
    head.send(page.form("/rectify"), report="已经重新检修全部线路。")
    with site.app_context():
        assert rectifying.current(b.the(number)).report == "已经重新检修全部线路。"


def test_a_rating_the_company_may_still_change_is_not_shown_to_the_unit(site, worker, clock):
    number = make(site, b.completed, "worker", "head")
    clock.move_to(at("2026-11-30 11:00"))
    worker.sign_in("worker")
    with site.app_context():
        b.rated(b.the(number), 5, at("2026-11-30 10:00"), comment="非常好的服务")
        version = session().get_one(SettingsVersion, 1)  # what an older version says of those hours is passed over
        version.values = version.values | {"limits": version.values["limits"] | {"rating_edit_hours": 1}}
        session().commit()
    said = ("非常好的服务", "非常满意", "好评销号")  # the comment, the level, what the history says of it
    assert not any(word in worker.open(f"/unit/{number}").words for word in said)
    clock.move_to(at("2026-12-01 10:00"))
    worker.sign_in("worker")
    assert not any(word in worker.open(f"/unit/{number}").words for word in said)
    clock.move_to(at("2026-12-01 10:00:01"))
    assert all(word in worker.open(f"/unit/{number}").words for word in said)


# -- what is seen ----------------------------------------------------------------------------------------------


def test_the_contact_is_shown_for_a_reason_and_the_company_can_tell(site, worker):
    number = make(site, b.dispatched, when=b.FILED, filed_at=at("2026-11-20 09:00"), accepted_at=at("2026-11-20 10:00"))
    page = worker.open(f"/unit/{number}")
    assert "13800138000" not in page.text
    page = worker.send(page.form("/reveal"), reason="首次联系企业")
    assert "13800138000" in page.words
    with site.app_context():
        event = db.session.query(Event).filter_by(kind="reveal").one()
        assert event.user_id == b.actor("worker").user_id


def test_a_hidden_contact_is_reached_through_the_platform_only(site, worker):
    number = make(site, b.in_hand, "worker", hide_contact=True, when=b.FILED, filed_at=at("2026-11-20 09:00"),
                  accepted_at=at("2026-11-20 10:00"))  # fmt: skip
    page = worker.open(f"/unit/{number}")
    assert not page.has_form("/reveal")
    assert "站内转达" in page.words
    body, kind = page.form("/contact").fill(note="请问何时方便").body()
    forged = body.replace(b"channel=platform", b"channel=phone")
    assert worker.request("POST", f"/unit/{number}/contact", forged, {"Content-Type": kind}).status == 422
    worker.send(page.form("/contact"), note="请问何时方便")
    with site.app_context():
        assert b.the(number).lead.contacted_at is not None


def test_a_strangers_appeal_does_not_exist(site, browser, worker):
    number = make(site, b.dispatched)
    stranger = signed_in(site, browser, "head", b.SUPPORT)
    for path in (f"/unit/{number}", "/unit/QS-20261123-9999-X", "/unit/" + "9" * 200, "/unit/%00", f"/unit/{number}/files/1"):
        assert stranger.request("GET", path).status == 404
    form = worker.open(f"/unit/{number}").form("/acknowledge")
    token = stranger.open("/account/").soup.select_one("[name=csrf_token]")["value"]
    body, kind = form.fill(csrf_token=token).body()
    for deed in ("acknowledge", "contact", "plan", "draft", "sign", "support", "rectify", "reveal", "handler"):
        assert stranger.request("POST", f"/unit/{number}/{deed}", body, {"Content-Type": kind}).status == 404
    assert number not in stranger.open("/unit/").text
    assert number not in stranger.open("/search?q=厂区").text


def test_the_accused_unit_finds_nothing_and_its_parent_everything(site, browser, desk):
    number = make(site, b.dispatched, lead=PARENT, nature="complaint", conduct=True, about_unit=CHILD)
    accused, parent = signed_in(site, browser, "head", CHILD), signed_in(site, browser, "head", PARENT)
    for visitor, there in ((accused, False), (parent, True)):
        assert (number in visitor.open("/unit/").text) is there
        assert (number in visitor.open("/search?q=厂区停电").text or number in visitor.open("/search?q=厂区").text) is there
        assert (visitor.request("GET", f"/unit/{number}").status == 200) is there
    assert "全部待办 0" in accused.open("/unit/").words
    assert "全部待办 1" in parent.open("/unit/").words


def test_moved_to_another_unit_the_old_ones_appeals_are_gone(site, worker):
    number = make(site, b.dispatched)
    assert worker.open(f"/unit/{number}").status == 200
    with site.app_context():
        from appeals.actions import accounts
        from appeals.rules.actors import SYSTEM

        them = b.actor("worker")
        accounts.set_account(user_id=them.user_id, role="liaison", unit_id=b.unit_id(b.SUPPORT), active=True, name="",
                             phone=None, by=SYSTEM, at=b.FILED)  # fmt: skip
    assert worker.open(f"/unit/{number}").url.startswith("/login")
    worker.sign_in("worker")
    assert worker.request("GET", f"/unit/{number}").status == 404


def test_a_liaison_cannot_sign_by_posting_to_the_heads_form(site, worker, head, clock):
    number = make(site, b.in_hand, "worker")
    clock.move_to(b.ANSWERED)
    for visitor, login in ((worker, "worker"), (head, "head")):
        visitor.sign_in(login)
    with site.app_context():
        handling.draft(b.the(number).id, draft=b.words(), offered=True, by=b.actor("worker"), at=b.ANSWERED)
    form = head.open(f"/unit/{number}").form("/sign")
    token = worker.open("/unit/").soup.select_one("[name=csrf_token]")["value"]
    body, kind = form.fill(csrf_token=token).body()
    assert worker.request("POST", f"/unit/{number}/sign", body, {"Content-Type": kind}).status == 403
