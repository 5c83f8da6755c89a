"""A lawful refusal: one logged conversation by the head, the basis checked outside the unit, the rating stands (policy §6)."""

from datetime import date

import pytest
from flask import Flask

from appeals.actions import lawful, rectifying, requests
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models.duty import Duty
from appeals.models.outbox import Notice
from appeals.rules.lifecycle import NotAllowed, NotYours
from appeals.rules.requests import Asked
from tests import builders as b
from tests.actions.rounds import REPORT, People
from tests.actions.whole import counted
from tests.builders import at

TALKED, LOGGED = date(2026, 12, 2), at("2026-12-02 16:00")
SAID = {"on": TALKED, "explained": "当面说明容量申请须先完成环评审批。", "basis": "供电营业规则第十七条"}


@pytest.fixture
def people(house: Flask) -> People:
    return People()


def verified(people, outcome="explained"):
    return people.verified(draft=b.words(outcome=outcome))


def explained(people):
    appeal = verified(people)
    lawful.explain(appeal.id, **SAID, by=people.head, at=LOGGED)
    return b.the(appeal.number)


def test_the_basis_confirmed_the_matter_ends_and_the_rating_stands(people):
    appeal = explained(people)
    row = requests.undecided(appeal, Asked.EXPLAINED)[0]
    assert (row.waits_for, row.due_at, row.basis) == ("coordinator", at("2026-12-03 18:00"), "供电营业规则第十七条")
    lawful.confirm(appeal.id, answer="依据属实", by=people.office, at=at("2026-12-03 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.struck_off_at, appeal.lead.active) == ("struck_off", at("2026-12-03 10:00"), False)
    row = rectifying.current(appeal)
    assert (row.explained_on, row.reported_at, row.audited_at) == (TALKED, LOGGED, at("2026-12-03 10:00"))
    found = counted("rated", "good", "solved_reasonable", "rectified", "rectified_on_time", until="2026-12-09")
    assert found == {"rated": (1, 1), "good": (0, 1), "rectified": (1, 1), "rectified_on_time": (1, 1)}
    told = {(n.kind, n.to_role) for n in session().query(Notice).filter_by(appeal_id=appeal.id)}
    assert {("explain_lawful", "company"), ("confirm_explained", "company"), ("explain_lawful", "coordinator")} <= told
    duty = session().query(Duty).filter_by(appeal_id=appeal.id, kind="decide").one()
    assert (duty.due_at, duty.done_at) == (at("2026-12-03 18:00"), at("2026-12-03 10:00"))


def test_in_time_is_the_conversation_and_not_how_long_the_office_took(people):
    appeal = verified(people)
    lawful.explain(appeal.id, **SAID, by=people.head, at=at("2026-12-08 18:00"))
    assert counted("rectified", "rectified_on_time", until="2026-12-09") == {"rectified": (0, 1), "rectified_on_time": (1, 1)}
    lawful.confirm(appeal.id, answer="", by=people.office, at=at("2026-12-11 10:00"))
    assert counted("rectified", "rectified_on_time", until="2026-12-09") == {"rectified": (0, 1), "rectified_on_time": (1, 1)}
    assert counted("rectified", "rectified_on_time", until="2026-12-12") == {"rectified": (1, 1), "rectified_on_time": (1, 1)}


def test_the_basis_refused_it_is_put_right_after_all(people):
    appeal = explained(people)
    with pytest.raises(Refused):
        lawful.refuse(appeal.id, reason=" ", by=people.office, at=LOGGED)
    lawful.refuse(appeal.id, reason="该条款不适用", by=people.office, at=at("2026-12-03 10:00"))
    appeal = b.the(appeal.number)
    row = rectifying.current(appeal)
    assert (appeal.state, row.explained_on, row.reported_at, row.due_at) == ("rectifying", None, None, at("2026-12-08 18:00"))
    assert appeal.lead.stage == "rectify"
    assert counted("rectified_on_time", until="2026-12-09") == {"rectified_on_time": (0, 1)}
    rectifying.report(appeal.id, text=REPORT, by=people.head, at=at("2026-12-04 10:00"))
    rectifying.audit(appeal.id, by=people.office, at=at("2026-12-04 11:00"))
    assert counted("rectified_on_time", until="2026-12-09") == {"rectified_on_time": (1, 1)}


def test_it_is_no_report_that_the_auditor_could_pass(people):
    appeal = explained(people)
    with pytest.raises(NotAllowed, match="核定依据"):
        rectifying.audit(appeal.id, by=people.office, at=at("2026-12-03 10:00"))
    with pytest.raises(NotAllowed):
        rectifying.report(appeal.id, text=REPORT, by=people.head, at=at("2026-12-03 10:00"))


def test_only_an_explained_outcome_only_the_head_and_only_once_verified(people):
    solved = verified(people, outcome="solved")
    with pytest.raises(NotAllowed, match="解释说明"):
        lawful.explain(solved.id, **SAID, by=people.head, at=LOGGED)
    fresh = people.poor(draft=b.words(outcome="explained"))
    with pytest.raises(NotAllowed, match="核实"):
        lawful.explain(fresh.id, **SAID, by=people.head, at=LOGGED)
    appeal = verified(people)
    for by in (people.worker, people.office):
        with pytest.raises((NotAllowed, NotYours)):
            lawful.explain(appeal.id, **SAID, by=by, at=LOGGED)
    lawful.explain(appeal.id, **SAID, by=people.head, at=LOGGED)
    for by in (people.head, people.director, people.leader):
        with pytest.raises(NotYours):
            lawful.confirm(appeal.id, answer="", by=by, at=at("2026-12-03 10:00"))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"on": None}, "on"), ({"on": date(2026, 11, 29)}, "on"), ({"on": date(2026, 12, 3)}, "on"),
     ({"explained": "已答复"}, "explained"), ({"basis": "有关规定"}, "basis")],
)  # fmt: skip
def test_day_words_and_basis_must_be_plausible(people, change, field):
    appeal = verified(people)
    with pytest.raises(Refused) as refused:
        lawful.explain(appeal.id, **(SAID | change), by=people.head, at=LOGGED)
    assert set(refused.value.errors) == {field}


def test_the_companys_change_of_mind_ends_what_waited(people):
    """Verified and explained on the very day of the rating; within 24 hours the company is content after all."""
    appeal = people.poor(draft=b.words(outcome="explained"))
    rectifying.verify(appeal.id, finding="属实", complex_=False, by=people.other, at=at("2026-11-30 11:00"))
    lawful.explain(appeal.id, **(SAID | {"on": date(2026, 11, 30)}), by=people.head, at=at("2026-11-30 15:00"))
    b.rated(b.the(appeal.number), 4, at("2026-12-01 09:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, requests.undecided(appeal)) == ("struck_off", [])
    assert requests.of_kind(appeal, Asked.EXPLAINED)[0].granted is None
