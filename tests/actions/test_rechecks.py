"""One approval in ten is looked at a second time, by somebody else (policy §3)."""

from dataclasses import replace

import pytest
from flask import Flask

from appeals.actions import closing, handling, rechecks, triage
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import lists
from appeals.models.rating import Recheck
from appeals.rules import ratings
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b
from tests.actions.rounds import People
from tests.builders import at

WHEN = at("2026-11-30 10:00")


@pytest.fixture
def people(house: Flask) -> People:
    return People()


def chosen(people):
    """The first of the day's appeals whose number is among the chosen ones."""
    for _ in range(80):
        appeal = b.filed()
        if ratings.looked_at_again(appeal.number):
            break
    triage.accept(appeal.id, identity="call", by=people.office, at=b.ACCEPTED)
    order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT))
    triage.dispatch(appeal.id, order=order, by=people.office, at=b.DISPATCHED)
    handling.acknowledge(appeal.id, by=people.worker, at=b.TAKEN)
    handling.draft(appeal.id, draft=b.words(len(appeal.points)), by=people.worker, at=b.ANSWERED)
    handling.sign(appeal.id, by=people.head, at=b.ANSWERED)
    closing.approve(appeal.id, by=people.office, at=b.APPROVED)
    return b.the(appeal.number)


def test_an_approval_of_a_chosen_number_is_listed_and_the_finding_kept(people):
    appeal = chosen(people)
    row = rechecks.waiting(appeal)
    assert (row.chosen_at, row.done_at) == (b.APPROVED, None)
    with pytest.raises(NotYours):
        rechecks.record(appeal.id, sound=True, finding="答复属实", by=people.other, at=WHEN)
    twin = replace(people.director, user_id=people.office.user_id)
    with pytest.raises(NotAllowed):
        rechecks.record(appeal.id, sound=True, finding="答复属实", by=twin, at=WHEN)
    with pytest.raises(Refused):
        rechecks.record(appeal.id, sound=True, finding="\u3000", by=people.director, at=WHEN)
    rechecks.record(appeal.id, sound=False, finding="第二点未落实", by=people.director, at=WHEN)
    appeal = b.the(appeal.number)
    row = session().query(Recheck).one()
    assert (row.done_at, row.by_id, row.sound, row.finding) == (WHEN, people.director.user_id, False, "第二点未落实")
    assert (appeal.state, [p.event.kind for p in lists.history(appeal)][-1]) == ("completed", "recheck")
    with pytest.raises(NotAllowed):
        rechecks.record(appeal.id, sound=True, finding="再看一次", by=people.director, at=WHEN)


def test_an_approval_of_any_other_number_is_not(people):
    appeal = people.completed()
    assert (rechecks.waiting(appeal) is None) == (not ratings.looked_at_again(appeal.number))
