"""Linked appeals: reopened after strike-off, reprisal after complaining; and what staff file (policy §2, §3, §6)."""

from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from appeals.actions import handling, intake, proxies, reopening, reprisal, suggesting, triage
from appeals.actions.refusals import Refused
from appeals.db import session
from appeals.models import facts, lists, live, piles, search
from appeals.models.appeal import Appeal
from appeals.models.outbox import Notice
from appeals.rules.lifecycle import NotAllowed, NotYours
from appeals.rules.words import Source
from tests import builders as b
from tests.actions import ends
from tests.builders import at

PARENT, CHILD = "发展改革和商务局", "发展改革和商务局（自贸办）"  # a complaint about the lower one goes to the upper


@pytest.fixture
def office(house: Flask):
    return b.staff("coordinator")


@pytest.fixture
def worker(office):
    return b.staff("liaison")


@pytest.fixture
def head(office):
    return b.staff("head")


@pytest.fixture
def struck_off(office, worker, head):
    """Completed on Friday 11-27, rated good and struck off on Monday 11-30 at 10:00."""
    return b.rated(b.completed(office, worker, head), 5, at("2026-11-30 10:00"))


def reopen(appeal, when="2026-12-10 10:00", **more):
    more = {"reason": "recurrence", "words": "厂区昨天又停电两次"} | more
    return b.the(reopening.reopen(appeal.id, at=at(when), **more).number)


# -- reopening -----------------------------------------------------------------------------------------------


def test_within_thirty_days_a_new_linked_appeal_is_opened_and_the_old_one_stays(struck_off):
    assert reopening.until(struck_off) == at("2026-12-31 00:00")
    with pytest.raises(Refused):
        reopen(struck_off, reason="x")
    with pytest.raises(Refused):
        reopen(struck_off, words=" ")
    with pytest.raises(NotAllowed):
        reopen(struck_off, "2026-12-31 00:00")
    new = reopen(struck_off, "2026-12-30 23:59")
    old = b.the(struck_off.number)
    assert (new.state, new.reopened_from_id, new.text) == ("submitted", old.id, "厂区昨天又停电两次")
    assert (new.company_id, new.mobile, new.code_hash) == (old.company_id, old.mobile, old.code_hash)
    assert (old.state, old.struck_off_at) == ("struck_off", at("2026-11-30 10:00"))
    last = lists.history(old)[-1].event
    assert (last.kind, last.detail["number"], last.detail["why"]) == ("reopen", new.number, "问题再次发生")
    assert new.accept_due_at == at("2027-01-04 18:00")  # after hours on Wednesday: counts on Thursday 12-31


def test_the_same_form_twice_opens_one_and_one_is_open_at_a_time(struck_off):
    key = str(uuid4())
    assert reopen(struck_off, key=key).number == reopen(struck_off, key=key).number
    with pytest.raises(NotAllowed, match="已有一件"):
        reopen(struck_off, key=str(uuid4()))
    assert len(session().scalars(select(Appeal.id)).all()) == 2


def test_only_what_was_struck_off_is_reopened(office, worker, head):
    with pytest.raises(NotAllowed):
        reopen(b.completed(office, worker, head))


def test_it_is_promised_in_five_working_days_and_proposed_to_whoever_led(struck_off, office):
    new = reopen(struck_off)  # Thursday 12-10
    said = suggesting.compute(new, at("2026-12-10 10:05"))
    assert (said["lead"], said["areas"][0]["task"]) == (b.UNIT, 63)
    assert struck_off.number in said["why"]
    triage.accept(new.id, identity="call", by=office, at=at("2026-12-10 11:00"))
    order = triage.Order(section=None, task=63, lead_unit_id=b.unit_id(b.UNIT))
    triage.dispatch(new.id, order=order, by=office, at=at("2026-12-10 12:00"))
    new = b.the(new.number)
    assert (new.due_at, new.lead.due_at) == (at("2026-12-17 18:00"), at("2026-12-16 18:00"))


def test_unaccepted_it_enters_stock_with_its_own_promise(struck_off):
    new = reopen(struck_off)
    b.tick(at("2026-12-12 09:00"))
    assert b.the(new.number).due_at == at("2026-12-18 18:00")  # five from Friday 12-11


def test_it_counts_as_a_reopening_of_what_was_struck_off(struck_off):
    assert ends.figure("reopened", 116, struck_off) == {b.UNIT: (0, 1)}
    new = reopen(struck_off)
    assert ends.figure("reopened", 116, struck_off, new) == {b.UNIT: (1, 1)}


def test_what_is_linked_is_found_by_its_words(struck_off, office):
    new = reopen(struck_off)
    assert [a.number for a in search.find("昨天", office)] == [new.number]


# -- reprisal ------------------------------------------------------------------------------------------------------


@pytest.fixture
def told_off(office):
    """An appeal that a unit of the lower level handles; on Wednesday 11-25 at 17:00 its company reports reprisal."""
    worker = b.staff("liaison", CHILD)
    appeal = b.in_hand(office, worker, lead=CHILD)
    new = reprisal.report(appeal.id, unit_id=None, words="上门检查三次，要求撤回", at=at("2026-11-25 17:00"))
    return b.the(appeal.number), b.the(new.number), worker


def test_it_is_a_complaint_about_conduct_that_leaves_the_unit_in_two_working_hours(told_off):
    old, new, _ = told_off
    assert (new.conduct, new.about_unit_id, new.nature) == (True, b.unit_id(CHILD), "complaint")
    assert (new.reprisal_of_id, new.outside_due_at) == (old.id, at("2026-11-26 10:00"))  # an hour on each day
    assert new.code_hash == old.code_hash
    assert {n.to_role for n in session().query(Notice).filter_by(kind="report_reprisal")} == {"coordinator", "company"}


def test_the_unit_it_is_about_learns_nothing(told_off, office):
    old, new, worker = told_off
    assert old.version == b.the(old.number).version
    assert lists.find(new.number, worker) is None
    assert search.find("上门", worker) == []
    assert new.number in live.hidden_from(worker)
    event = next(p.event for p in lists.history(old) if p.event.kind == "report_reprisal")
    assert [reprisal.may_read(event, by) for by in (worker, b.staff("head", CHILD), b.staff("liaison"))] == [False] * 3
    assert reprisal.may_read(event, office)
    assert not session().query(Notice).filter(Notice.kind == "report_reprisal", Notice.to_unit_id.is_not(None)).count()


def test_it_lies_on_the_coordinators_table_until_it_has_gone_to_the_parent(told_off, office):
    _, new, _ = told_off
    pile, now = piles.PILES["reprisal"], at("2026-11-26 09:00")
    assert [a.number for a in piles.page(pile, office, now)] == [new.number]
    triage.accept(new.id, identity="call", by=office, at=now)
    with pytest.raises(Refused, match="上级"):
        triage.dispatch(new.id, order=triage.Order(None, 63, b.unit_id(b.UNIT)), by=office, at=now)
    triage.dispatch(new.id, order=triage.Order(None, 63, b.unit_id(PARENT)), by=office, at=now)
    assert piles.page(pile, office, now) == []


def test_about_the_office_itself_it_is_the_recusal_posts_and_the_office_does_not_read_of_it(office):
    recusal, leader = b.staff("recusal"), b.staff("leader")
    appeal = b.in_hand(office, b.staff("liaison", b.OFFICE), lead=b.OFFICE)
    new = reprisal.report(appeal.id, unit_id=None, words="拒绝受理新的诉求", at=at("2026-11-25 10:00"))
    new = b.the(new.number)
    pile, now = piles.PILES["reprisal"], at("2026-11-25 11:00")
    assert piles.page(pile, office, now) == []
    assert [a.number for a in piles.page(pile, recusal, now)] == [new.number]
    event = next(p.event for p in lists.history(b.the(appeal.number)) if p.event.kind == "report_reprisal")
    assert [reprisal.may_read(event, by) for by in (office, recusal, leader)] == [False, True, True]


def test_another_unit_may_be_named_and_twelve_months_are_the_end(struck_off):
    with pytest.raises(Refused):
        reprisal.report(struck_off.id, unit_id=None, words=" ", at=at("2026-12-01 10:00"))
    with pytest.raises(Refused):
        reprisal.report(struck_off.id, unit_id=999_999, words="上门刁难", at=at("2026-12-01 10:00"))
    with pytest.raises(NotAllowed):
        reprisal.report(struck_off.id, unit_id=None, words="上门刁难", at=at("2027-12-01 00:00"))
    new = reprisal.report(struck_off.id, unit_id=b.unit_id(b.SUPPORT), words="上门刁难", at=at("2027-11-30 23:59"))
    assert new.about_unit_id == b.unit_id(b.SUPPORT)


def test_a_company_that_never_reached_a_unit_names_the_one_it_means(house):
    with pytest.raises(Refused):
        reprisal.report(b.filed().id, unit_id=None, words="上门刁难", at=b.ACCEPTED)


# -- filed by staff --------------------------------------------------------------------------------------------------


def for_company(by, when=b.FILED, **changes):
    receipt = intake.submit(b.submission(source=Source.PROXY, **changes), key=str(uuid4()), secret=b.SECRET, at=when, by=by)
    return b.the(receipt.number)


def test_unconfirmed_it_counts_nowhere_and_nobody_can_act_on_it(office, worker):
    appeal = for_company(worker)
    assert (appeal.filed_by_id, appeal.filer_unit_id, appeal.accept_due_at) == (worker.user_id, worker.unit_id, None)
    assert list(facts.load([appeal.id])) == []
    assert list(facts.everything()) == []
    for deed in (lambda: triage.accept(appeal.id, identity="call", by=office, at=b.ACCEPTED),
                 lambda: triage.decline(appeal.id, code="R01", reason="不在本区", by=office, at=b.ACCEPTED)):  # fmt: skip
        with pytest.raises(NotAllowed, match="待企业确认"):
            deed()
    b.tick(at("2026-12-20 09:00"))
    assert b.the(appeal.number).due_at is None
    now = at("2026-11-24 09:00")
    heights = {h.pile.code: h.count for h in piles.heights(office, now)}
    assert (heights["submitted"], heights["unconfirmed"]) == (0, 1)


def test_confirmed_by_the_company_it_is_submitted_then(office, worker):
    appeal = for_company(worker)
    proxies.confirm(appeal.id, at=at("2026-11-25 10:00"))
    appeal = b.the(appeal.number)
    assert (appeal.submitted_at, appeal.accept_due_at) == (at("2026-11-25 10:00"), at("2026-11-26 18:00"))
    with pytest.raises(NotAllowed):
        proxies.confirm(appeal.id, at=at("2026-11-25 11:00"))
    b.tick(at("2026-11-27 09:00"))
    assert b.the(appeal.number).due_at == at("2026-12-10 18:00")
    assert len(list(facts.load([appeal.id]))) == 1
    assert ends.balances(115, appeal)[b.OFFICE].accepted == 1


def test_what_its_unit_files_and_leads_is_a_line_of_its_own(office, worker, head):
    appeal = for_company(worker)
    proxies.confirm(appeal.id, at=b.FILED)
    triage.accept(appeal.id, identity="call", by=office, at=b.ACCEPTED)
    triage.dispatch(appeal.id, order=triage.Order(None, 63, b.unit_id(b.UNIT)), by=office, at=b.DISPATCHED)
    handling.acknowledge(appeal.id, by=worker, at=b.TAKEN)
    assert ends.figure("promise_kept", 116, b.the(appeal.number)) == {"自提自办": (0, 1)}
    assert ends.balances(115, appeal)["自提自办"].dispatched_in == 1


def test_a_company_that_did_not_ask_for_it_says_so_and_it_never_counts(office, worker):
    appeal = for_company(worker)
    proxies.reject(appeal.id, at=b.ACCEPTED)
    appeal = b.the(appeal.number)
    assert appeal.state == "ended"
    assert list(facts.load([appeal.id])) == []
    with pytest.raises(NotAllowed):
        proxies.confirm(appeal.id, at=b.ACCEPTED)


def test_what_the_company_filed_itself_needs_no_confirmation(house):
    with pytest.raises(NotAllowed):
        proxies.confirm(b.filed().id, at=b.ACCEPTED)
    with pytest.raises((NotYours, NotAllowed)):
        proxies.reject(b.filed().id, at=b.ACCEPTED)
