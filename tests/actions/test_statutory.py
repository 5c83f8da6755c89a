"""What other bodies follow: passed on, asked after, and its outcome told to the company (policy §2, §3)."""

from datetime import date

import pytest
from sqlalchemy import select

from appeals.actions import statutory, triage
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import following
from appeals.models.outbox import Notice
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b

pytestmark = pytest.mark.usefixtures("house")
BODY = triage.STATUTORY_BODIES[0]
LATER = b.at("2026-12-07 10:00")


@pytest.fixture
def office(house):
    return b.staff("coordinator")


def passed(by, to=BODY, **changes):
    appeal = b.filed(**changes)
    triage.pass_on(appeal.id, to=to, reason="属专门程序", by=by, at=b.ACCEPTED)
    return b.the(appeal.number)


def follow(appeal, by, when=LATER, **changes):
    plain = {"said": "已立案，正在调查", "said_on": date(2026, 12, 4), "next_on": date(2026, 12, 21)}
    return statutory.follow(appeal.id, **(plain | changes), by=by, at=when)


def test_the_office_asks_after_it_first_once_an_ordinary_appeal_were_due(office):
    appeal = passed(office)
    assert appeal.follow_on == date(2026, 12, 7)  # ten working days after Monday 2026-11-23
    assert [a.id for a in following.page(office)] == [appeal.id]


def test_each_look_says_when_the_next_is_due_and_the_outcome_ends_it(office):
    appeal = passed(office)
    version = appeal.version
    follow(appeal, office)
    assert b.the(appeal.number).follow_on == date(2026, 12, 21)
    assert b.the(appeal.number).version > version
    statutory.close(appeal.id, said="已责令付款，款项已到账", said_on=date(2026, 12, 20), by=office, at=b.at("2026-12-21 09:00"))
    appeal = b.the(appeal.number)
    assert (appeal.state, appeal.follow_on) == ("statutory", None)
    assert following.outcome(appeal).said_on == date(2026, 12, 20)
    assert following.page(office) == []
    told = session().scalars(select(Notice.kind).where(Notice.appeal_id == appeal.id, Notice.to_role == "company")).all()
    assert told[-1] == "close_statutory"
    with pytest.raises(NotAllowed):
        follow(appeal, office, b.at("2026-12-22 09:00"), next_on=date(2027, 1, 4))


@pytest.mark.parametrize(("changes", "field"), [
    ({"said": "\u3000\u200b"}, "said"), ({"said_on": date(2026, 11, 22)}, "said_on"), ({"said_on": date(2026, 12, 8)}, "said_on"),
    ({"next_on": date(2026, 12, 7)}, "next_on"),
])  # fmt: skip
def test_a_look_says_something_of_a_day_since_and_looks_forward(office, changes, field):
    appeal = passed(office)
    with pytest.raises(Refused) as refused:
        follow(appeal, office, **changes)
    assert set(refused.value.errors) == {field}


def test_what_was_not_passed_on_is_not_followed(office):
    with pytest.raises(NotAllowed):
        follow(b.filed(), office)


def test_a_conduct_complaint_is_passed_to_discipline_alone(office):
    with pytest.raises(Refused) as refused:
        passed(office, nature="complaint", conduct=True, about_unit=b.UNIT)
    assert "纪检监察" in refused.value.errors["to"]
    assert passed(office, triage.DISCIPLINE, nature="complaint", conduct=True, about_unit=b.UNIT).passed_to == "纪检监察"


def test_of_the_bureau_itself_the_recusal_post_passes_it_on_and_records_the_outcome(office):
    recusal = b.staff("recusal")
    complaint = {"nature": "complaint", "conduct": True, "about_unit": "行政审批服务局"}  # it has no unit above it
    with pytest.raises(NotYours):
        passed(office, triage.DISCIPLINE, **complaint)
    appeal = passed(recusal, triage.DISCIPLINE, **complaint)
    assert following.page(office) == []
    assert [a.id for a in following.page(recusal)] == [appeal.id]
    with pytest.raises(NotYours):
        statutory.close(appeal.id, said="查无实据", said_on=date(2026, 12, 1), by=office, at=LATER)
    statutory.close(appeal.id, said="已给予批评教育", said_on=date(2026, 12, 1), by=recusal, at=LATER)
    assert following.outcome(b.the(appeal.number)).by_id == recusal.user_id


def test_pages_of_the_list_follow_one_another(office):
    first, second = passed(office), passed(office)
    page = following.page(office, limit=1)
    assert [a.id for a in page] == [first.id, second.id]
    assert [a.id for a in following.page(office, (page[0].follow_on, first.id), 1)] == [second.id]
