"""The coordination office at its table: piles, the appeal page, every deed, and what it never shows."""

from appeals.actions import intake, suggesting
from appeals.db import db
from appeals.models import knowledge, piles
from appeals.models.audit import Event
from tests import builders as b
from tests.builders import at
from tests.program import companies
from tests.web.table import make, open_it, state

# -- piles -------------------------------------------------------------------------------------------------


def test_each_pile_holds_what_waits_for_the_office(site, office, clock):
    handled = ("liaison", "head")
    with site.app_context():
        people = [b.actor("office"), *(b.staff(role) for role in handled)]
        numbers = {
            "submitted": b.filed(title="待受理的一件").number, "accepted": b.accepted(people[0]).number,
            "replied": b.replied(*people).number, "to_call": b.completed(*people).number,
            "rectifying": b.rated(b.completed(*people), 1, at("2026-11-30 10:00"), "no", comment="没解决").number,
        }  # fmt: skip
        asked = b.in_hand(*people[:2])
        intake.ask_withdrawal(asked.id, at=b.TAKEN)
        numbers["withdrawal"] = asked.number
    clock.move_to(at("2026-12-01 09:00"))
    office.sign_in("office")
    for pile, number in numbers.items():
        page = office.open(f"/coordination/?pile={pile}")
        found = [a["href"].rsplit("/", 1)[-1] for a in page.soup.select("table a")]
        assert found == [number], pile
    assert "待受理 1 超期 1" in office.open("/coordination/").words


def test_urgent_first_then_the_oldest_and_pages_follow_without_gap(site, office, monkeypatch):
    with site.app_context():
        old = [b.filed(at(f"2026-11-23 08:{n:02}")).number for n in range(5)]
        urgent = [b.filed(at(f"2026-11-23 08:{n}"), urgent=True, urgent_reason="停产").number for n in (30, 40)]
        by, pile, got, after = b.actor("office"), piles.PILES["submitted"], [], None
        while found := piles.page(pile, by, b.ACCEPTED, after, limit=2):
            got += [a.number for a in found[:2]]
            after = piles.key(pile, found[:2][-1])
    assert got == [*urgent, *old]


def test_more_than_a_page_is_said_as_50_and_the_rest_is_one_link_away(site, office):
    with site.app_context():
        for _ in range(53):
            b.filed()
    page = office.open("/coordination/")
    assert "待受理 50+" in page.words
    rest = office.open(page.soup.select_one("a[rel=next]")["href"])
    assert len(rest.soup.select("tbody tr")) == 3
    assert not rest.soup.select("a[rel=next]")
    for nonsense in ("x", "1-2", "9-99999999999999999999-1", "0--1-2", "１-２-３", "0-1-9223372036854775807"):
        assert office.open(f"/coordination/?after={nonsense}").status == 200


def test_the_pile_says_what_an_appeal_seems_to_be_about_and_why(site, office):
    with site.app_context():
        b.filed(title="办电时间太长", text="报装用电三个月了还没有接电，变压器也没有人来装。")
    assert "国网西咸新区供电公司" in office.open("/coordination/").words


def test_no_pile_counts_or_skips_and_a_longer_pile_asks_no_more_questions(site, office, statements):
    with site.app_context():
        b.filed()
    office.open("/coordination/")
    with statements() as few:
        office.open("/coordination/")
    with site.app_context():
        for _ in range(30):
            b.filed()
    with statements() as many:
        office.open("/coordination/")
    assert len(many) == len(few)
    plain = [s.lower().replace("limit ? offset ?", "") for s in many]  # this dialect always writes an offset, of 0
    assert not [s for s in plain if "count(" in s or "offset" in s]
    assert len(many) <= 7


# -- taking in ------------------------------------------------------------------------------------------------


def test_a_form_with_nothing_in_it_says_so_beside_the_field_and_keeps_the_rest(site, office):
    number = make(site, lambda _: b.filed())
    page = open_it(office, number)
    page = office.send(page.form("/decline"), code="R03", reason="", expect=422)
    assert "请写明理由" in page.errors()
    assert page.soup.select_one("#decline-code option[selected]")["value"] == "R03"
    page = office.send(page.form("/decline"), code="", reason="属于信访事项，已电话告知", expect=422)
    assert "属于信访事项，已电话告知" in page.form("/decline").controls["reason"][0]
    assert state(site, number) == "submitted"


def test_accept_supplement_decline_and_pass_on(site, office):
    ways = {
        "/accept": ({"identity": "person"}, "accepted"), "/supplement": ({"items": "请补充合同"}, "to_supplement"),
        "/decline": ({"code": "R01", "reason": "不在新区"}, "declined"),
        "/pass-on": ({"to": "纪检监察", "reason": "举报事项"}, "statutory"),
    }  # fmt: skip
    for form, (words, after) in ways.items():
        number = make(site, lambda _: b.filed())
        office.send(open_it(office, number).form(form), **words)
        assert state(site, number) == after
    page = open_it(office, make(site, lambda _: b.filed()))
    assert not page.has_form("/approve")
    assert not page.has_form("/dispatch")


def test_calls_about_a_supplement_are_logged(site, office):
    number = make(site, lambda _: b.filed())
    office.send(open_it(office, number).form("/supplement"), items="请补充合同")
    page = office.send(open_it(office, number).form("/supplement-call"), reached="no", note="无人接听")
    assert "无人接听" in page.words


# -- the 交办单 -----------------------------------------------------------------------------------------------------


def test_accepting_the_proposal_is_one_click_on_the_appeals_page(site, office):
    number = make(site, b.accepted, title="办电时间太长", text="报装用电三个月了还没有接电，变压器也没有人来装。")
    page = open_it(office, number)
    for date in ("2026-11-24 18:00", "2026-12-04 18:00", "2026-12-07 18:00"):
        assert date in page.words
    office.send(page.form("/dispatch"))
    with site.app_context():
        appeal = b.the(number)
        assert (appeal.state, appeal.lead.unit.name) == ("dispatched", "国网西咸新区供电公司")
        assert [s.unit.name for s in appeal.supports] == suggesting.compute(appeal, b.ACCEPTED)["supports"]
        assert appeal.directory_row_id is not None


def test_another_unit_is_one_choice_and_the_same_click(site, office):
    number = make(site, b.accepted, title="办电时间太长", text="报装用电三个月了还没有接电，变压器也没有人来装。")
    with site.app_context():
        other = b.unit_id(b.UNIT)
    page = office.send(open_it(office, number).form("/dispatch"), lead="other", expect=422)
    assert "请选择主办单位" in page.errors()
    office.send(page.form("/dispatch"), lead="other", other_lead=other)
    with site.app_context():
        assert b.the(number).lead.unit.name == b.UNIT


def test_another_area_is_looked_up_without_being_dispatched(site, office):
    number = make(site, b.accepted)
    with site.app_context():
        area = f"{knowledge.areas().tasks[44][0]}:44"
    page = office.send(open_it(office, number).form("/dispatch"), area=area, territory="沣西新城", step="look")
    assert state(site, number) == "accepted"
    assert "依据任务44" in page.words
    chosen = page.form("/dispatch").controls
    assert chosen["area"] == [area]
    assert chosen["territory"] == ["沣西新城"]


def test_points_are_split_and_dropped_and_say_what_counts_as_solved(site, office):
    number = make(site, b.accepted, text="厂区停电，另外路面破损，请处理。")
    with site.app_context():
        unit = b.unit_id(b.UNIT)
    office.send(
        open_it(office, number).form("/dispatch"), lead="other", other_lead=unit, point_1="厂区停电", standard_1="送电",
        point_2="路面破损",
    )  # fmt: skip
    with site.app_context():
        assert b.the(number).points == [
            {"no": 1, "text": "厂区停电", "standard": "送电"}, {"no": 2, "text": "路面破损", "standard": ""},
        ]  # fmt: skip


def test_a_complaint_about_conduct_is_kept_from_the_accused(site, office):
    number = make(site, b.accepted, nature="complaint", conduct=True, about_unit=b.UNIT)
    page = office.send(open_it(office, number).form("/dispatch"), lead="other", other_lead=1, expect=422)
    assert "纪检监察" in page.errors()


# -- somebody else was faster ------------------------------------------------------------------------------------------


def test_a_stale_page_does_nothing_and_keeps_what_was_typed(site, office, browser):
    number = make(site, lambda _: b.filed())
    page = open_it(office, number)
    office.send(open_it(office, number).form("/supplement"), items="请补充合同")
    late = office.send(page.form("/decline"), code="R06", reason="这是写了很久的一段理由", expect=409)
    assert "已有新的办理" in late.words
    assert "这是写了很久的一段理由" in late.words
    assert state(site, number) == "to_supplement"


def test_a_double_click_has_one_effect(site, office):
    number = make(site, lambda _: b.filed())
    form = open_it(office, number).form("/accept")
    office.send(form, identity="call")
    office.send(form, identity="call", expect=409)
    with site.app_context():
        events = db.session.query(Event).filter_by(kind="accept").all()
        assert len(events) == 1


def test_a_form_without_the_version_it_was_made_from_is_refused(site, office):
    number = make(site, lambda _: b.filed())
    form = open_it(office, number).form("/accept")
    del form.controls["seen"]
    office.send(form, identity="call", expect=400)
    assert state(site, number) == "submitted"


# -- what is seen -----------------------------------------------------------------------------------------------------------


def test_the_contact_is_masked_until_a_reason_is_given_and_shown_once(site, office):
    number = make(site, lambda _: b.filed())
    page = open_it(office, number)
    assert "138****8000" in page.words
    assert "13800138000" not in page.text
    office.send(page.form("/reveal"), reason="", expect=422)
    page = office.send(page.form("/reveal"), reason="核实身份")
    assert "13800138000" in page.words
    assert "13800138000" not in open_it(office, number).text


def test_a_leader_reads_everything_and_can_do_nothing(site, office, browser):
    number = make(site, lambda _: b.filed())
    with site.app_context():
        b.staff("leader", login="leader")
    leader = browser("192.0.2.4")
    leader.sign_in("leader")
    page = open_it(leader, number)
    assert "厂区频繁停电" in page.words
    assert "13800138000" not in page.text
    for deed in ("/accept", "/reveal", "/decline", "/dispatch"):
        assert not page.has_form(deed)
    form = open_it(office, number).form("/accept")
    body, kind = form.fill(identity="call").body()
    assert leader.request("POST", f"/coordination/{number}/accept", body, {"Content-Type": kind}).status in (400, 403)
    assert leader.request("GET", "/coordination/").status == 403


def test_units_and_others_have_no_business_here(site, browser):
    for role in ("liaison", "head", "admin", "audit", "discipline"):
        with site.app_context():
            b.staff(role, login=role)
            number = b.filed().number
        visitor = browser()
        visitor.sign_in(role)
        for path in ("/coordination/", f"/coordination/{number}"):
            assert visitor.request("GET", path).status == 403


def test_a_complaint_about_the_office_is_the_recusal_posts(site, office, browser):
    with site.app_context():
        number = b.filed(title="营商办人员推诿", nature="complaint", conduct=True, about_unit=b.OFFICE).number
        b.staff("recusal", login="recusal")
    assert number not in office.open("/coordination/").text
    assert office.request("GET", f"/coordination/{number}").status == 404
    assert office.open("/search?q=营商办人员").words.count("推诿") == 0
    recusal = browser("192.0.2.5")
    recusal.sign_in("recusal")
    assert number in recusal.open("/coordination/").words
    recusal.send(open_it(recusal, number).form("/accept"), identity="call")
    assert state(site, number) == "accepted"


def test_attachments_come_as_files_of_a_fixed_kind_and_only_from_their_own_appeal(site, office, company):
    form = company.open("/submit").form("/submit")
    picture = ("attachments", "现场照片.png", companies.picture(1))
    company.send(form, [picture], **companies.values(1))
    with site.app_context():
        mine, other = b.the("QS-20261123-0001-G").number, b.filed().number
    link = open_it(office, mine).soup.select_one(".files a")["href"]
    answer = office.request("GET", link)
    assert answer.status == 200
    assert answer.body == companies.picture(1)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert office.request("GET", link.replace(mine, other)).status == 404
    assert office.request("GET", f"/coordination/{mine}/files/99999999999999999999").status == 404


def test_the_page_of_an_appeal_asks_the_same_questions_however_long_its_history(site, office, statements):
    short = make(site, lambda _: b.filed())
    long = make(site, b.completed, "liaison", "head", supports=())
    with site.app_context():
        for _ in range(20):
            intake_id = b.the(long).id
            db.session.add(Event(appeal_id=intake_id, kind="urge", at=b.FILED, recorded_at=b.FILED, role="company", detail={}))
        db.session.commit()
        suggesting.propose(b.the(short).id, at=b.FILED)
    open_it(office, short)
    with statements() as few:
        open_it(office, short)
    with statements() as many:
        open_it(office, long)
    assert len(many) <= len(few) + 3  # the answer, the names of its people, what moved its date
    assert len(few) <= 16
