"""What concerns the coordination office's own bureau is not decided there; and nobody signs twice (policy §2)."""

from datetime import date

import pytest
from sqlalchemy import select, update

from appeals.actions import accused, closing, conferences, early_ending, ending, intake, requests, shelving
from appeals.actions.limits import Stale
from appeals.db import session
from appeals.models import waiting
from appeals.models.outbox import Notice
from appeals.models.people import User
from appeals.models.request import Request
from appeals.rules.lifecycle import NotAllowed, NotYours
from appeals.rules.requests import Asked
from tests import builders as b

pytestmark = pytest.mark.usefixtures("house")
LATER, NEXT = b.at("2026-11-24 10:00"), b.at("2026-11-24 15:00")
CASE = {
    "reason_code": "works", "reason": "变电站工程未完工", "plan": "完工后增容", "person": "王工", "until_on": date(2027, 3, 1),
}  # fmt: skip


@pytest.fixture
def people(house):
    roles = ("coordinator", "director", "recusal", "leader", "liaison", "head")
    return {role: b.staff(role) for role in roles}


def in_hand(people):
    return b.in_hand(people["coordinator"], people["liaison"])


def turned(person, role):
    """The same person with another role: an account is one person for ever."""
    session().execute(update(User).where(User.id == person.user_id).values(role=role))
    session().commit()
    login = session().get_one(User, person.user_id).login
    return b.actor(login, LATER)


def blame_the_office(appeal, by, at=NEXT):
    accused.correct(appeal.id, conduct=False, about_unit_id=b.unit_id(b.OFFICE), about_person_id=None,
                    reason="企业来电说明系对营商办不满", by=by, at=at)  # fmt: skip


def row(appeal, kind):
    return session().scalars(select(Request).where(Request.appeal_id == appeal.id, Request.kind == kind.value)).one()


def propose(appeal, by, at=LATER):
    early_ending.propose(appeal.id, ground="legal", reason="应通过仲裁解决", route="西咸新区劳动仲裁院", by=by, at=at)


# -- who decides changes under way -----------------------------------------------------------------------


def test_a_proposal_of_the_office_falls_when_the_office_becomes_lead(people):
    appeal = in_hand(people)
    propose(appeal, people["coordinator"])
    conferences.call(appeal.id, reason="几家单位都有职责", by=people["coordinator"], at=LATER)
    conferences.settle(appeal.id, lead_unit_id=b.unit_id(b.OFFICE), answer="由营商办直接答复", by=people["director"], at=NEXT)
    fallen = row(appeal, Asked.ENDING)
    assert (fallen.decided_at, fallen.granted) == (NEXT, None)
    for by in (people["director"], people["leader"]):
        with pytest.raises(NotAllowed):
            early_ending.confirm(appeal.id, by=by, at=NEXT)
    with pytest.raises(NotYours):
        propose(appeal, people["coordinator"], NEXT)
    propose(appeal, people["recusal"], NEXT)
    with pytest.raises(NotYours):
        early_ending.confirm(appeal.id, by=people["director"], at=NEXT)
    early_ending.confirm(appeal.id, by=people["leader"], at=NEXT)
    assert b.the(appeal.number).state == "ended"


def shelving_asked(people, case=CASE):
    appeal = in_hand(people)
    shelving.ask(appeal.id, case=shelving.Case(**case), by=people["head"], at=LATER)
    return appeal


def test_a_first_signature_of_the_office_is_void_once_the_office_is_complained_of(people):
    appeal = shelving_asked(people)
    shelving.endorse(appeal.id, by=people["coordinator"], at=LATER)
    assert row(appeal, Asked.SHELVING).waits_for == "director"
    blame_the_office(appeal, people["coordinator"])
    asked = row(appeal, Asked.SHELVING)
    assert (asked.waits_for, asked.signed_by_id, asked.turn_at) == ("recusal", None, NEXT)
    assert [r.id for r in waiting.for_decision(people["recusal"])] == [asked.id]
    for by in (people["director"], people["leader"], people["coordinator"]):
        with pytest.raises((NotAllowed, NotYours)):
            shelving.shelve(appeal.id, by=by, at=NEXT)
    shelving.endorse(appeal.id, by=people["recusal"], at=NEXT)
    with pytest.raises(NotYours):
        shelving.shelve(appeal.id, by=people["director"], at=NEXT)
    shelving.shelve(appeal.id, by=people["leader"], at=NEXT)
    assert b.the(appeal.number).state == "shelved"


def test_where_the_office_is_no_longer_concerned_the_office_decides_again(people):
    appeal = shelving_asked(people)
    blame_the_office(appeal, people["coordinator"], LATER)
    shelving.endorse(appeal.id, by=people["recusal"], at=LATER)
    assert row(appeal, Asked.SHELVING).waits_for == "leader"
    accused.correct(appeal.id, conduct=False, about_unit_id=None, about_person_id=None, reason="企业更正",
                    by=people["recusal"], at=NEXT)  # fmt: skip
    asked = row(appeal, Asked.SHELVING)
    assert (asked.waits_for, asked.signed_by_id) == ("coordinator", None)


def test_the_coordinators_page_from_before_is_stale(people):
    appeal = b.replied(people["coordinator"], people["liaison"], people["head"])
    seen = appeal.version
    blame_the_office(appeal, people["coordinator"], b.ANSWERED)
    with pytest.raises(Stale):
        closing.approve(appeal.id, by=people["coordinator"], at=b.APPROVED, seen=seen)
    with pytest.raises(NotYours):
        closing.approve(appeal.id, by=people["coordinator"], at=b.APPROVED)
    closing.approve(appeal.id, by=people["recusal"], at=b.APPROVED)
    assert b.the(appeal.number).state == "completed"


# -- the bureau's own appeals ----------------------------------------------------------------------------


def test_the_bureau_does_not_call_about_the_withdrawal_of_its_own(people):
    clerk = b.staff("liaison", b.OFFICE)
    appeal = b.in_hand(people["coordinator"], clerk, lead=b.OFFICE)
    intake.ask_withdrawal(appeal.id, at=LATER)
    told = select(Notice.to_role).where(Notice.appeal_id == appeal.id, Notice.kind == "ask_withdrawal")
    assert session().scalars(told).all() == ["recusal"]
    for deed in (closing.confirm_withdrawal, closing.refuse_withdrawal):
        for by in (people["coordinator"], people["director"], clerk):
            with pytest.raises(NotYours):
                deed(appeal.id, note="已电话确认", by=by, at=NEXT)
    closing.confirm_withdrawal(appeal.id, note="已电话确认", by=people["recusal"], at=NEXT)
    assert b.the(appeal.number).state == "ended"


def test_a_leader_who_does_not_sign_sends_the_bureaus_answer_back(people):
    clerk, chief = b.staff("liaison", b.OFFICE), b.staff("head", b.OFFICE)
    appeal = b.replied(people["coordinator"], clerk, chief, lead=b.OFFICE, draft=b.words(outcome="untrue"))
    ending.endorse(appeal.id, heard="已听取企业意见", by=people["recusal"], at=b.APPROVED)
    for by in (people["coordinator"], people["director"]):
        with pytest.raises(NotYours):
            closing.send_back(appeal.id, reason="证据不足", by=by, at=b.APPROVED)
    closing.send_back(appeal.id, reason="证据不足", by=people["leader"], at=b.APPROVED)
    assert b.the(appeal.number).state == "in_hand"


# -- nobody signs twice ----------------------------------------------------------------------------------


def test_who_endorsed_an_ending_does_not_end_it_as_director(people):
    appeal = b.replied(people["coordinator"], people["liaison"], people["head"], draft=b.words(outcome="untrue"))
    ending.endorse(appeal.id, heard="已听取企业意见", by=people["coordinator"], at=b.APPROVED)
    with pytest.raises(NotAllowed):
        ending.end(appeal.id, by=turned(people["coordinator"], "director"), at=b.APPROVED)


def test_who_proposed_an_ending_does_not_confirm_it_as_director(people):
    appeal = in_hand(people)
    propose(appeal, people["coordinator"])
    same = turned(people["coordinator"], "director")
    for deed in (lambda: early_ending.confirm(appeal.id, by=same, at=NEXT),
                 lambda: early_ending.refuse(appeal.id, reason="不同意", by=same, at=NEXT)):  # fmt: skip
        with pytest.raises(NotAllowed, match="两次"):
            deed()


def test_who_endorsed_shelving_does_not_shelve_as_director_nor_ask_and_endorse(people):
    appeal = shelving_asked(people)
    asker = turned(people["head"], "coordinator")
    with pytest.raises(NotAllowed, match="两次"):
        shelving.endorse(appeal.id, by=asker, at=LATER)
    shelving.endorse(appeal.id, by=people["coordinator"], at=LATER)
    with pytest.raises(NotAllowed, match="两次"):
        shelving.shelve(appeal.id, by=turned(people["coordinator"], "director"), at=NEXT)


@pytest.mark.parametrize("kind", Asked)
def test_no_request_of_any_kind_takes_two_signatures_of_one_person(people, kind):
    appeal = in_hand(people)
    row_ = Request(appeal_id=appeal.id, kind=kind.value, asked_at=LATER, turn_at=LATER, due_at=NEXT, waits_for="director",
                   asked_by_id=people["head"].user_id, prepared_by_id=people["liaison"].user_id,
                   signed_by_id=people["coordinator"].user_id, signed_at=LATER)  # fmt: skip
    session().add(row_)
    session().commit()
    for person in ("head", "liaison", "coordinator"):
        with pytest.raises(NotAllowed, match="两次"):
            requests.waiting(appeal, kind, by=turned(people[person], "director"))
    assert requests.waiting(appeal, kind, by=people["director"]).id == row_.id
