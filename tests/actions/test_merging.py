"""Two appeals of one matter are handled as one; each company still speaks for itself (policy §3 并单, §4, §9)."""

import pytest
from flask import Flask

from appeals.actions import closing, early_ending, handling, merging, parents, triage
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import lists
from appeals.models.movement import DueMove
from appeals.models.outbox import Notice
from appeals.rules.actors import COMPANY
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b
from tests.actions import ends
from tests.actions.ends import DUE, F_115
from tests.builders import at

WHY = "同一台变压器的停电"
PROPOSED, MERGED = at("2026-11-25 10:00"), at("2026-11-25 15:00")


@pytest.fixture
def office(house: Flask):
    return b.staff("coordinator")


@pytest.fixture
def director(office):
    return b.staff("director")


@pytest.fixture
def worker(office):
    return b.staff("liaison")


@pytest.fixture
def head(office):
    return b.staff("head")


@pytest.fixture
def parent(office, worker):
    return b.in_hand(office, worker)


@pytest.fixture
def child(office, worker):
    return b.in_hand(office, worker)


def join(child, parent, office, director, when=MERGED):
    merging.propose(child.id, into=parent.number, reason=WHY, by=office, at=min(PROPOSED, when))
    merging.confirm(child.id, by=director, at=when)
    return b.the(child.number)


def told(appeal, kind: str) -> set[str]:
    return {n.to_role for n in session().query(Notice).filter_by(appeal_id=appeal.id, kind=kind)}


def kinds(appeal) -> list[str]:
    return [p.event.kind for p in lists.history(appeal)]


def answer(parent, worker, head, office, **words):
    """The unit answers on Thursday 11-26, the office approves on Friday 11-27."""
    handling.draft(parent.id, draft=b.words(2, **words), by=worker, at=b.ANSWERED)
    handling.sign(parent.id, by=head, at=b.ANSWERED)
    closing.approve(parent.id, by=office, at=b.APPROVED)


# -- two signatures --------------------------------------------------------------------------------------------


def test_a_coordinator_proposes_and_the_director_confirms(child, parent, office, director, worker):
    with pytest.raises(Refused):
        merging.propose(child.id, into=parent.number, reason=" ", by=office, at=PROPOSED)
    with pytest.raises(Refused, match="没有这个编号"):
        merging.propose(child.id, into="QS-20261123-9999-Z", reason=WHY, by=office, at=PROPOSED)
    with pytest.raises(NotAllowed):
        merging.confirm(child.id, by=director, at=PROPOSED)
    merging.propose(child.id, into=parent.number, reason=WHY, by=office, at=PROPOSED)
    with pytest.raises(NotYours):
        merging.confirm(child.id, by=office, at=MERGED)
    merging.confirm(child.id, by=director, at=MERGED)
    appeal = b.the(child.number)
    assert (appeal.state, appeal.exclusion, appeal.excluded_at) == ("merged", "merged", MERGED)
    assert appeal.merged_into_id == parent.id
    assert told(appeal, "merge") == {"company", "liaison"}
    assert told(appeal, "propose_merge") == {"director"}
    assert ends.figure("promise_kept", 116, appeal) == {}
    assert ends.balances(115, appeal)[b.UNIT].ended_merged == 1


def test_the_director_may_refuse(child, parent, office, director):
    merging.propose(child.id, into=parent.number, reason=WHY, by=office, at=PROPOSED)
    merging.refuse(child.id, reason="并非同一事项", by=director, at=MERGED)
    assert b.the(child.number).state == "in_hand"


def test_never_two_generations_nor_into_what_is_done(child, parent, office, director, worker, head):
    third = b.in_hand(office, worker)
    join(child, parent, office, director)
    for appeal, into, why in [
        (third, child, "已并单"), (parent, third, "已有其他诉求并入"), (third, third, "自身"),
        (third, b.completed(office, worker, head), "尚未办结"), (third, b.filed(about_unit=b.SUPPORT, conduct=True), "作风类"),
    ]:  # fmt: skip
        with pytest.raises(Refused, match=why):
            merging.propose(appeal.id, into=into.number, reason=WHY, by=office, at=b.APPROVED)
    join(third, parent, office, director, b.APPROVED)
    assert [a.id for a in parents.children(parent)] == [child.id, third.id]


def test_what_has_changed_since_the_proposal_is_looked_at_again(child, parent, office, director, worker, head):
    merging.propose(child.id, into=parent.number, reason=WHY, by=office, at=PROPOSED)
    answer(parent, worker, head, office)
    with pytest.raises(NotAllowed, match="尚未办结"):
        merging.confirm(child.id, by=director, at=at("2026-11-30 10:00"))


# -- the answer --------------------------------------------------------------------------------------------------


def test_each_company_is_asked_whether_its_own_matter_is_solved(child, parent, office, director, worker, head):
    child = join(child, parent, office, director)
    with pytest.raises(NotAllowed):
        merging.solved(child.id, at=b.ANSWERED)
    answer(parent, worker, head, office)
    child = b.the(child.number)
    assert child.state == "merged"
    assert kinds(child)[-1] == "merged_answered"
    assert told(child, "merged_answered") == {"company"}
    assert merging.answer_until(child) == at("2026-12-27 10:00")
    merging.solved(child.id, at=at("2026-11-30 10:00"))
    assert b.the(child.number).state == "merged"


def test_no_brings_it_back_to_where_it_was_with_the_days_that_were_left(child, parent, office, director, worker, head):
    child = join(child, parent, office, director)
    frozen = ends.as_known(child, F_115)
    answer(parent, worker, head, office)
    with pytest.raises(Refused):
        merging.unmerge(child.id, reason="", by=COMPANY, at=at("2026-12-02 10:00"))
    merging.unmerge(child.id, reason="我厂仍在停电", by=COMPANY, at=at("2026-12-02 10:00"))
    child = b.the(child.number)
    assert (child.state, child.exclusion, child.merged_into_id) == ("in_hand", None, None)
    assert child.due_at == at("2026-12-14 18:00")  # eight of ten were left on Wednesday 11-25
    assert child.lead.due_at == at("2026-12-11 18:00")
    assert {m.reason for m in session().query(DueMove)} == {"unmerge"}
    assert ends.as_known(child, F_115) == frozen
    assert ends.balances(116, child)[b.UNIT].reopened == 1
    assert told(child, "unmerge") == {"company", "coordinator", "liaison"}
    assert b.the(parent.number).state == "completed"


def test_after_thirty_days_nobody_is_asked_any_more(child, parent, office, director, worker, head):
    child = join(child, parent, office, director)
    answer(parent, worker, head, office)
    for deed in (lambda t: merging.solved(child.id, at=t), lambda t: merging.unmerge(child.id, reason="否", by=COMPANY, at=t)):
        with pytest.raises(NotAllowed):
            deed(at("2026-12-27 10:00:01"))


def test_the_coordinator_may_part_them_at_any_time(child, parent, office, director, worker):
    child = join(child, parent, office, director)
    with pytest.raises(NotYours):
        merging.unmerge(child.id, reason="不同", by=worker, at=b.ANSWERED)
    with pytest.raises(NotAllowed):
        merging.unmerge(child.id, reason="不同", by=COMPANY, at=b.ANSWERED)  # not asked yet
    merging.unmerge(child.id, reason="并非同一事项", by=office, at=b.ANSWERED)
    child = b.the(child.number)
    assert (child.state, child.due_at) == ("in_hand", at("2026-12-08 18:00"))  # eight left, from Thursday


def test_merged_while_its_answer_was_checked_it_goes_back_there(parent, office, director, worker, head):
    child = join(b.replied(office, worker, head), parent, office, director, at("2026-11-27 10:00"))
    assert [d.done_at for d in ends.of(child).duties if d.kind == "approve"] == [at("2026-11-27 10:00")]
    merging.unmerge(child.id, reason="并非同一事项", by=office, at=at("2026-12-01 10:00"))
    child = b.the(child.number)
    assert (child.state, child.approve_due_at) == ("replied", at("2026-12-02 18:00"))
    closing.approve(child.id, by=office, at=at("2026-12-01 11:00"))
    assert ends.figure("on_time", 116, child) == {b.UNIT: (1, 1)}


# -- a parent that ends without an answer ------------------------------------------------------------------------------


def test_when_the_other_company_withdraws_each_goes_back_to_where_it_was(child, parent, office, director):
    child = join(child, parent, office, director)
    ends.withdrawn(parent, office, at("2026-11-26 10:00"), at("2026-11-27 10:00"))
    child = b.the(child.number)
    assert (child.state, child.state_at, child.exclusion) == ("in_hand", at("2026-11-27 10:00"), None)
    assert child.due_at == at("2026-12-09 18:00")  # eight left, from Friday 11-27
    assert kinds(child)[-1] == "unmerge"
    assert told(child, "unmerge") == {"company", "coordinator", "liaison"}


def test_so_it_does_when_the_other_is_ended_early_or_declined(office, director, worker):
    parent, child = b.filed(), b.filed()
    join(child, parent, office, director, at("2026-11-23 11:00"))
    triage.decline(parent.id, code="R01", reason="不在本区", by=office, at=at("2026-11-23 12:00"))
    child = b.the(child.number)
    assert (child.state, child.accept_due_at, child.due_at) == ("submitted", at("2026-11-24 18:00"), None)
    b.tick(at("2026-11-25 09:00"))  # its own limits run again
    assert b.the(child.number).due_at == at("2026-12-08 18:00")
    other = b.in_hand(office, worker)
    join(b.the(child.number), other, office, director, at("2026-11-25 10:00"))
    early_ending.propose(other.id, ground="legal", reason="合同争议", route="仲裁", by=office, at=at("2026-11-25 11:00"))
    early_ending.confirm(other.id, by=director, at=at("2026-11-25 12:00"))
    assert b.the(child.number).state == "submitted"


# -- what the figures say ------------------------------------------------------------------------------------------


def test_merged_before_its_due_it_leaves_the_figures_and_later_it_stays_as_late(parent, office, director, worker):
    early, late = b.in_hand(office, worker), b.in_hand(office, worker)
    join(early, parent, office, director, at("2026-12-07 17:59:59"))
    join(late, parent, office, director, DUE)
    assert ends.figure("cleared", 116, early) == {}
    assert ends.figure("cleared", 116, late) == {b.UNIT: (0, 1)}


def test_of_the_offices_own_bureau_recusal_post_and_leader_sign(parent, office, director):
    recusal, leader = b.staff("recusal"), b.staff("leader")
    child = b.in_hand(office, b.staff("liaison", b.OFFICE), lead=b.OFFICE)
    with pytest.raises(NotYours):
        merging.propose(child.id, into=parent.number, reason=WHY, by=office, at=PROPOSED)
    another = b.in_hand(office, b.staff("liaison", b.OFFICE), lead=b.OFFICE)
    merging.propose(child.id, into=another.number, reason=WHY, by=recusal, at=PROPOSED)
    with pytest.raises(NotYours):
        merging.confirm(child.id, by=director, at=MERGED)
    merging.confirm(child.id, by=leader, at=MERGED)
    assert b.the(child.number).state == "merged"
