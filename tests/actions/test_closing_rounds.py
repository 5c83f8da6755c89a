"""After three rounds in vain two people may close it, with reasons the company reads; a leader may say no (policy §6)."""

import pytest
from flask import Flask

from appeals.actions import closing_rounds, rectifying, requests
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import lists
from appeals.models.outbox import Notice
from appeals.rules.lifecycle import NotAllowed, NotYours
from appeals.rules.requests import Asked
from tests import builders as b
from tests.actions.rounds import REPORT, People
from tests.actions.whole import counted
from tests.builders import at

REASON = "三轮整改均已落实，企业要求的补偿标准没有法律依据。"
CHECKED = at("2026-12-07 14:00")  # the fourth poor rating was given on Sunday the 6th


@pytest.fixture
def people(house: Flask) -> People:
    return People()


def checked(people):
    appeal = people.after_three()
    rectifying.verify(appeal.id, finding="仍不满意", complex_=False, by=people.other, at=CHECKED)
    return b.the(appeal.number)


def test_the_director_proposes_and_a_leader_closes_with_public_reasons(people):
    appeal = checked(people)
    closing_rounds.propose(appeal.id, reason=REASON, by=people.director, at=at("2026-12-08 10:00"))
    row = requests.undecided(b.the(appeal.number), Asked.CLOSING)[0]
    assert (row.waits_for, row.asked_by_id) == ("leader", people.director.user_id)
    for by in (people.director, people.office, people.recusal):
        with pytest.raises(NotYours):
            closing_rounds.close(appeal.id, by=by, at=at("2026-12-08 11:00"))
    closing_rounds.close(appeal.id, by=people.leader, at=at("2026-12-08 15:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.struck_off_at, appeal.public_reason) == ("struck_off", at("2026-12-08 15:00"), REASON)
    assert rectifying.current(appeal).ended_why == "closed"
    told = {(n.kind, n.to_role) for n in session().query(Notice).filter_by(appeal_id=appeal.id)}
    assert {("close", "company"), ("close", "liaison"), ("propose_closing", "leader")} <= told
    assert [p.event.kind for p in lists.history(appeal)][-2:] == ["propose_closing", "close"]


def test_the_first_rating_stands_in_the_figures_and_the_fourth_round_never_came_due(people):
    appeal = checked(people)
    closing_rounds.propose(appeal.id, reason=REASON, by=people.director, at=at("2026-12-08 10:00"))
    closing_rounds.close(appeal.id, by=people.leader, at=at("2026-12-08 15:00"))
    found = counted("rated", "good", "rectified", "rectified_on_time", "struck_off", until="2026-12-17")
    assert found == {
        "rated": (1, 1), "good": (0, 1), "rectified": (3, 3), "rectified_on_time": (3, 3), "struck_off": (1, 1),
    }  # fmt: skip


def test_not_before_three_rounds_not_unverified_and_not_without_reasons(people):
    early = people.verified()
    with pytest.raises(NotAllowed, match="3轮"):
        closing_rounds.propose(early.id, reason=REASON, by=people.director, at=at("2026-12-08 10:00"))
    appeal = people.after_three()
    with pytest.raises(NotAllowed):
        closing_rounds.propose(appeal.id, reason=REASON, by=people.director, at=CHECKED)
    rectifying.verify(appeal.id, finding="仍不满意", complex_=False, by=people.other, at=CHECKED)
    with pytest.raises(Refused):
        closing_rounds.propose(appeal.id, reason="已办结", by=people.director, at=CHECKED)
    with pytest.raises(NotYours):
        closing_rounds.propose(appeal.id, reason=REASON, by=people.office, at=CHECKED)
    with pytest.raises(NotAllowed):
        closing_rounds.close(appeal.id, by=people.leader, at=CHECKED)


def test_a_leader_may_order_another_report_and_the_round_goes_on(people):
    appeal = checked(people)
    closing_rounds.propose(appeal.id, reason=REASON, by=people.director, at=at("2026-12-08 10:00"))
    with pytest.raises(Refused):
        closing_rounds.refuse(appeal.id, order=" ", by=people.leader, at=at("2026-12-08 15:00"))
    closing_rounds.refuse(appeal.id, order="请当面听取企业意见后再报", by=people.leader, at=at("2026-12-08 15:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.lead.stage, rectifying.current(appeal).due_at) == (
        "rectifying", "rectify", at("2026-12-14 18:00"),
    )  # fmt: skip
    rectifying.report(appeal.id, text=REPORT, by=people.head, at=at("2026-12-09 10:00"))
    with pytest.raises(NotYours):
        rectifying.audit(appeal.id, by=people.office, at=at("2026-12-09 11:00"))
    rectifying.audit(appeal.id, by=people.leader, at=at("2026-12-09 15:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.round) == ("completed", 5)
    appeal = b.rated(appeal, 1, at("2026-12-10 10:00"), "no", reasons=["slow"])
    rectifying.verify(appeal.id, finding="仍不满意", complex_=False, by=people.other, at=at("2026-12-11 10:00"))
    closing_rounds.propose(appeal.id, reason=REASON, by=people.director, at=at("2026-12-11 11:00"))
    closing_rounds.close(appeal.id, by=people.leader, at=at("2026-12-11 15:00"))
    assert b.the(appeal.number).state == "struck_off"


def test_a_report_that_waits_when_it_is_closed_has_had_its_auditors_time(people):
    appeal = checked(people)
    rectifying.report(appeal.id, text=REPORT, by=people.head, at=at("2026-12-08 10:00"))
    closing_rounds.propose(appeal.id, reason=REASON, by=people.director, at=at("2026-12-08 11:00"))
    closing_rounds.close(appeal.id, by=people.leader, at=at("2026-12-10 15:00"))
    found = counted("approved_on_time", until="2026-12-12", line="委领导")
    assert found == {"approved_on_time": (1, 2)}  # the third round in time, this one not
