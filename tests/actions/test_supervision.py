"""Papers: drafted by the evening, the same however late; sent, answered and dropped by people (policy §8)."""

from datetime import timedelta
from threading import Barrier, Thread
from types import SimpleNamespace

import pytest
from sqlalchemy import select, update

from appeals import create_app
from appeals.actions import closing, handling, papers, supervision, timetable
from appeals.actions.refusals import Refused
from appeals.db import db, session, transaction
from appeals.models.appeal import Appeal
from appeals.models.audit import Event
from appeals.models.outbox import Notice
from appeals.models.people import Unit, User
from appeals.models.supervision import Paper, PaperRun
from appeals.models.versions import Version
from appeals.rules.lifecycle import NotAllowed, NotYours
from config import Settings
from tests import builders as b
from tests.builders import at

ANSWER = "已于今日上门核实并安排抢修，明日恢复。"


@pytest.fixture
def people(house):
    """Installed in the fortnight that began on 16 November 2026."""
    with transaction() as writer:
        writer.execute(update(Version).where(Version.name == "first_cycle").values(number=115))
    made = {role: b.staff(role) for role in ("coordinator", "director", "leader", "recusal", "liaison", "head")}
    return SimpleNamespace(**made)


def drafts():
    session().rollback()
    session().expire_all()
    return session().scalars(select(Paper).order_by(Paper.id)).all()


def lines(paper):
    return [(line.appeal.number, line.ground) for line in paper.lines]


# -- drafting --------------------------------------------------------------------------------------------


def test_what_nobody_acknowledged_is_bundled_per_unit_and_day(people):
    numbers = [b.dispatched(people.coordinator).number for _ in range(2)]
    other = b.dispatched(people.coordinator, lead=b.SUPPORT).number
    assert timetable.run_due(at("2026-11-24 18:04:59")).papers == 0
    assert timetable.run_due(at("2026-11-24 18:05")).papers == 2
    mine, theirs = sorted(drafts(), key=lambda p: len(p.lines), reverse=True)
    assert (mine.kind, mine.unit.name, mine.sender, mine.principal) == ("blue", b.UNIT, "coordinator", False)
    assert lines(mine) == [(number, "unacknowledged") for number in numbers]
    assert lines(theirs) == [(other, "unacknowledged")]
    assert mine.drafted_at == at("2026-11-24 18:05")
    assert mine.lines[0].since_at == at("2026-11-24 18:00")
    assert numbers[0] in mine.body
    assert mine.number == ""


def test_it_runs_once_an_evening_and_raises_nothing_twice(people):
    b.dispatched(people.coordinator)
    supervision.draft_due(at("2026-11-24 18:05"))
    assert supervision.draft_due(at("2026-11-24 19:00")) == 0
    assert supervision.draft_due(at("2026-11-25 20:00")) == 0  # no contact in time: the blue one stands already
    assert len(drafts()) == 1
    evenings = [str(day) for day in session().scalars(select(PaperRun.on).order_by(PaperRun.on))]
    assert evenings[-3:] == ["2026-11-23", "2026-11-24", "2026-11-25"]


def test_a_late_timetable_drafts_the_same_papers(people):
    """Unacknowledged on the 24th, taken up and answered on the 25th; the timetable comes on the 30th."""
    appeal = b.dispatched(people.coordinator)
    handling.acknowledge(appeal.id, by=people.liaison, at=at("2026-11-25 09:00"))
    handling.draft(appeal.id, draft=b.words(), by=people.liaison, at=at("2026-11-25 10:00"))
    handling.sign(appeal.id, by=people.head, at=at("2026-11-25 11:00"))
    closing.approve(appeal.id, by=people.coordinator, at=at("2026-11-25 14:00"))
    b.rated(appeal, 5, at("2026-11-25 15:00"))
    timetable.run_due(at("2026-11-30 09:00"))
    assert [(p.kind, p.drafted_at, lines(p)) for p in drafts()] == [
        ("blue", at("2026-11-24 18:05"), [(appeal.number, "unacknowledged")])
    ]


def test_it_rises_to_orange_and_red_and_stays_one(people):
    appeal = b.dispatched(people.coordinator)  # the unit's limit is 12-04, the promise 12-07
    timetable.run_due(at("2026-12-15 09:00"))
    found = [(p.kind, p.unit.name, p.drafted_at, [g for _, g in lines(p)], p.sender) for p in drafts()]
    assert found == [
        ("blue", b.UNIT, at("2026-11-24 18:05"), ["unacknowledged"], "coordinator"),
        ("orange", b.UNIT, at("2026-12-07 18:05"), ["overdue"], "coordinator"),
        ("red", b.UNIT, at("2026-12-14 18:05"), ["long_overdue"], "leader"),
    ]
    assert [p.copies for p in drafts()] == [[], ["director"], ["leader"]]
    assert b.the(appeal.number).state == "in_hand"


def test_external_units_and_utilities_get_letters_instead(people):
    with transaction() as writer:
        unit = writer.scalars(select(Unit).where(Unit.external)).first()
        name = unit.name
    b.dispatched(people.coordinator, lead=name)
    timetable.run_due(at("2026-12-15 09:00"))
    assert [p.kind for p in drafts()] == ["hint", "inquiry", "superior"]


def test_an_appeal_of_the_offices_own_bureau_is_the_recusal_posts(people):
    b.dispatched(people.coordinator, lead=b.OFFICE)
    supervision.draft_due(at("2026-11-24 18:05"))
    paper, = drafts()
    assert paper.sender == "recusal"
    with pytest.raises(NotYours):
        papers.send(paper.id, by=people.coordinator, at=at("2026-11-25 09:00"))
    papers.send(paper.id, by=people.recusal, at=at("2026-11-25 09:00"))
    papers.answer(paper.id, text=ANSWER, by=people.director, at=at("2026-11-25 10:00"))


def test_of_what_was_imported_only_later_steps_are_drafted(people):
    appeal = b.dispatched(people.coordinator)
    with transaction() as writer:
        writer.execute(update(Appeal).where(Appeal.id == appeal.id).values(imported_at=at("2026-11-24 18:01")))
    assert supervision.draft_due(at("2026-11-24 18:05")) == 0


# -- sending and answering -------------------------------------------------------------------------------


@pytest.fixture
def blue(people):
    """A blue draft of two appeals, and the people."""
    people.appeals = [b.dispatched(people.coordinator) for _ in range(2)]
    supervision.draft_due(at("2026-11-24 18:05"))
    people.paper = drafts()[0].id
    return people


def test_a_person_sends_it_and_it_has_its_number_and_its_day(blue):
    papers.edit(blue.paper, body="请今日签收。", by=blue.coordinator, at=at("2026-11-25 09:00"))
    paper = papers.send(blue.paper, by=blue.coordinator, at=at("2026-11-25 09:10"))
    assert (paper.number, paper.body, paper.answer_due_at) == ("蓝督〔2026〕1号", "请今日签收。", at("2026-11-26 18:00"))
    events = session().scalars(select(Event).where(Event.kind == "send_paper")).all()
    assert [e.appeal_id for e in events] == [a.id for a in blue.appeals]
    told = session().execute(select(Notice.to_role, Notice.to_unit_id).where(Notice.kind == "send_paper")).all()
    assert sorted(told) == sorted([("head", b.unit_id(b.UNIT)), ("company", None)] * 2)
    with pytest.raises(NotAllowed):
        papers.send(blue.paper, by=blue.coordinator, at=at("2026-11-25 09:11"))


def test_the_next_of_its_kind_has_the_next_number_and_a_new_year_begins_anew(blue):
    papers.send(blue.paper, by=blue.coordinator, at=at("2026-11-25 09:10"))
    b.dispatched(blue.coordinator, when=at("2026-11-26 09:00"), filed_at=at("2026-11-26 08:00"))
    b.dispatched(blue.coordinator, when=at("2026-11-26 09:00"), filed_at=at("2026-11-26 08:00"), lead=b.SUPPORT)
    supervision.draft_due(at("2026-11-27 18:05"))
    second, third = [p.id for p in drafts() if p.sent_at is None and p.kind == "blue"]
    assert papers.send(second, by=blue.coordinator, at=at("2026-12-31 10:00")).number == "蓝督〔2026〕2号"
    assert papers.send(third, by=blue.coordinator, at=at("2027-01-04 10:00")).number == "蓝督〔2027〕1号"


def test_what_ended_meanwhile_is_left_out_and_an_empty_paper_is_not_sent(blue):
    with transaction() as writer:
        writer.execute(update(Appeal).where(Appeal.id == blue.appeals[0].id).values(state="ended"))
    paper = papers.send(blue.paper, by=blue.coordinator, at=at("2026-11-25 09:10"))
    assert [line.left_out for line in paper.lines] == [True, False]
    b.dispatched(blue.coordinator, lead=b.SUPPORT)
    supervision.draft_due(at("2026-11-25 18:05"))
    last = drafts()[-1]
    with transaction() as writer:
        writer.execute(update(Appeal).values(state="ended"))
    with pytest.raises(NotAllowed):
        papers.send(last.id, by=blue.coordinator, at=at("2026-11-26 09:10"))


def test_only_its_sender_sends_and_a_stranger_cannot_answer(blue):
    for stranger in (blue.leader, blue.recusal, blue.director, blue.head):
        with pytest.raises(NotYours):
            papers.send(blue.paper, by=stranger, at=at("2026-11-25 09:10"))
    papers.send(blue.paper, by=blue.coordinator, at=at("2026-11-25 09:10"))
    for stranger in (blue.liaison, blue.coordinator, b.staff("head", b.SUPPORT)):
        with pytest.raises(NotYours):
            papers.answer(blue.paper, text=ANSWER, by=stranger, at=at("2026-11-25 10:00"))


def test_the_head_answers_once_and_an_answered_paper_does_not_rise(blue):
    papers.send(blue.paper, by=blue.coordinator, at=at("2026-11-25 09:10"))
    with pytest.raises(Refused):
        papers.answer(blue.paper, text="已阅。", by=blue.head, at=at("2026-11-25 10:00"))
    papers.answer(blue.paper, text=ANSWER, by=blue.head, at=at("2026-11-26 18:00"))
    assert [e.role for e in session().scalars(select(Event).where(Event.kind == "answer_paper"))] == ["head", "head"]
    with pytest.raises(NotAllowed):
        papers.answer(blue.paper, text=ANSWER, by=blue.head, at=at("2026-11-26 18:00"))
    supervision.draft_due(at("2026-11-26 18:05"))
    assert len(drafts()) == 1


def test_an_unanswered_paper_rises_by_itself_one_for_each_appeal(blue):
    papers.send(blue.paper, by=blue.coordinator, at=at("2026-11-25 09:10"))
    supervision.draft_due(at("2026-11-26 18:05"))
    assert [(p.kind, p.principal, lines(p)) for p in drafts()[1:]] == [
        ("orange", True, [(a.number, "first_unanswered")]) for a in blue.appeals
    ]


def test_the_principal_answers_from_orange_on(blue):
    papers.send(blue.paper, by=blue.coordinator, at=at("2026-11-25 09:10"))
    supervision.draft_due(at("2026-11-26 18:05"))
    orange = papers.send(drafts()[1].id, by=blue.coordinator, at=at("2026-11-27 09:00"))
    assert orange.answer_due_at == at("2026-12-01 18:00")
    deputy = b.staff("head")
    with transaction() as writer:
        writer.execute(update(User).where(User.id == deputy.user_id).values(principal=False))
    with pytest.raises(NotYours, match="主要负责人"):
        papers.answer(orange.id, text=ANSWER, by=deputy, at=at("2026-11-27 10:00"))
    papers.answer(orange.id, text=ANSWER, by=blue.head, at=at("2026-11-27 10:00"))


def test_a_red_paper_is_a_leaders_and_is_reported_on_weekly_until_it_is_settled(people):
    appeal = b.dispatched(people.coordinator)
    timetable.run_due(at("2026-12-14 18:05"))
    red = drafts()[-1]
    papers.edit(red.id, body="挂牌督办，请三日内报计划。", by=people.coordinator, at=at("2026-12-15 09:00"))
    with pytest.raises(NotYours):
        papers.send(red.id, by=people.coordinator, at=at("2026-12-15 09:00"))
    sent = papers.send(red.id, by=people.leader, at=at("2026-12-15 09:00"))
    assert sent.answer_due_at == at("2026-12-18 18:00")
    papers.answer(red.id, text=ANSWER, by=people.head, at=at("2026-12-16 10:00"))
    assert drafts()[-1].report_due_at == at("2026-12-23 18:00")
    papers.report(red.id, text=ANSWER, by=people.head, at=at("2026-12-22 10:00"))
    paper = drafts()[-1]
    assert (len(paper.reports), paper.report_due_at) == (1, at("2026-12-29 18:00"))
    with transaction() as writer:
        writer.execute(update(Appeal).where(Appeal.id == appeal.id).values(completed_at=at("2026-12-28 10:00")))
    papers.report(red.id, text=ANSWER, by=people.head, at=at("2026-12-29 10:00"))
    assert drafts()[-1].report_due_at is None


def test_ten_working_days_after_red_a_talk_waits_for_a_leader(people):
    b.dispatched(people.coordinator)
    timetable.run_due(at("2026-12-14 18:05"))
    papers.send(drafts()[-1].id, by=people.leader, at=at("2026-12-15 09:00"))
    papers.answer(drafts()[-1].id, text=ANSWER, by=people.head, at=at("2026-12-16 10:00"))
    timetable.run_due(at("2026-12-28 18:05"))
    assert drafts()[-1].kind == "red"
    timetable.run_due(at("2026-12-29 18:05"))
    talk = drafts()[-1]
    assert (talk.kind, talk.sender, lines(talk)[0][1]) == ("talk", "leader", "long_red")
    with pytest.raises(NotAllowed):
        papers.note_talk(talk.id, minutes="尚未", by=people.leader, at=at("2026-12-30 10:00"))
    assert papers.send(talk.id, by=people.leader, at=at("2026-12-30 09:00")).answer_due_at is None
    assert "已约谈" in papers.note_talk(talk.id, minutes="已约谈，承诺一周内办结。", by=people.leader,
                                     at=at("2026-12-31 10:00")).minutes


def test_two_red_papers_in_a_quarter_call_for_one_talk_and_a_third_for_none(people):
    for _ in range(2):
        b.dispatched(people.coordinator)
    b.dispatched(people.coordinator, when=at("2026-11-24 11:00"), filed_at=at("2026-11-24 08:00"),
                 accepted_at=at("2026-11-24 10:00"))  # fmt: skip
    timetable.run_due(at("2026-12-14 18:05"))
    first, second = [p.id for p in drafts() if p.kind == "red"]
    papers.send(first, by=people.leader, at=at("2026-12-14 19:00"))
    supervision.draft_due(at("2026-12-15 18:05"))
    assert not [p for p in drafts() if p.kind == "talk"]
    papers.send(second, by=people.leader, at=at("2026-12-16 09:00"))
    third = [p.id for p in drafts() if p.kind == "red"][-1]
    supervision.draft_due(at("2026-12-16 18:05"))
    talk, = [p for p in drafts() if p.kind == "talk"]
    assert [ground for _, ground in lines(talk)] == ["two_reds", "two_reds"]
    assert {line.since_at for line in talk.lines} == {at("2026-12-16 09:00")}
    papers.send(third, by=people.leader, at=at("2026-12-17 09:00"))
    supervision.draft_due(at("2026-12-17 18:05"))
    assert len([p for p in drafts() if p.kind == "talk"]) == 1


def test_several_timetables_at_once_draft_each_paper_once(people, database_url, tmp_path):
    for _ in range(3):
        b.dispatched(people.coordinator)
    session().rollback()
    start, done = Barrier(3, timeout=60), []
    apps = [create_app(Settings(data_dir=tmp_path / f"timetable{n}", database_url=database_url)) for n in range(3)]

    def draft(app):
        with app.app_context():
            start.wait()
            done.append(supervision.draft_due(at("2026-11-27 09:00")))
            db.session.remove()
            db.engine.dispose()

    threads = [Thread(target=draft, args=(app,), daemon=True) for app in apps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(done)[-1] >= 1
    assert sum(done) == 1
    assert [len(p.lines) for p in drafts()] == [3]


def test_a_draft_is_dropped_with_a_reason_and_does_not_come_back(blue):
    with pytest.raises(Refused):
        papers.drop(blue.paper, reason=" ", by=blue.coordinator, at=at("2026-11-25 09:00"))
    with pytest.raises(NotYours):
        papers.drop(blue.paper, reason="已口头提醒", by=blue.head, at=at("2026-11-25 09:00"))
    papers.drop(blue.paper, reason="已口头提醒", by=blue.coordinator, at=at("2026-11-25 09:00"))
    assert supervision.draft_due(at("2026-11-25 18:05")) == 0
    timetable.run_due(at("2026-11-26 18:05"))  # deemed taken up on the 24th: no contact by the 25th is another ground
    assert [lines(p)[0][1] for p in drafts()] == ["unacknowledged", "no_contact"]


def test_a_conduct_complaint_is_never_put_to_the_unit_it_is_about(people):
    appeal = b.dispatched(people.coordinator, lead=b.SUPPORT)
    with transaction() as writer:
        accused = {"conduct": True, "about_unit_id": b.unit_id(b.SUPPORT)}
        writer.execute(update(Appeal).where(Appeal.id == appeal.id).values(**accused))
    assert supervision.draft_due(at("2026-11-24 18:05")) == 0


def test_freezing_days_later_changes_nothing_for_the_years_end(people):
    """Evenings are working days only: over the New Year holiday none is drafted."""
    b.dispatched(people.coordinator, when=at("2026-12-30 09:00"), filed_at=at("2026-12-30 08:00"))
    supervision.draft_due(at("2027-01-10 20:00"))
    days = session().scalars(select(PaperRun.on)).all()
    assert at("2027-01-01 00:00").date() not in days
    assert at("2027-01-04 00:00").date() in days
    assert max(days) - min(days) > timedelta(days=30)
