"""Tricks with the dates: asked too late, asked in vain, asked again (policy §4, §5, §9)."""

from datetime import date

import pytest

from appeals.actions import cooperation, extensions, returns, shelving, triage
from appeals.actions.limits import Stale
from appeals.actions.refusals import Refused
from appeals.rules.lifecycle import NotAllowed, NotYours
from tests import builders as b
from tests.gaming.town import HONEST, SLY, nothing_gained, shown, traces

WHY = "情况确需如此，附有说明"
REFUSALS = (NotAllowed, NotYours, Refused, Stale)


def late_twins(town):
    """Both units answer three days late; the sly one has tried something before."""
    honest, sly = town.in_hand(HONEST), town.in_hand(SLY)
    town.answered(honest, "2026-12-09 10:00", "2026-12-09 11:00")
    return sly


def extension(town, appeal, when, until=date(2026, 12, 18)):
    extensions.ask(appeal.id, until_on=until, reason=WHY, done="已经查勘", by=town.head[SLY], at=b.at(when))


@pytest.mark.parametrize("when", ["2026-12-04 09:00", "2026-12-04 17:59:59", "2026-12-07 09:00", "2026-12-08 09:00"])
def test_more_time_asked_for_in_the_last_hours_or_after_is_not_to_be_had(town, when):
    """The unit's limit is Friday 12-04 18:00, the promise Monday 12-07 18:00; to ask was possible until Thursday."""
    sly = late_twins(town)
    promised = sly.due_at
    with pytest.raises(REFUSALS):
        extension(town, sly, when)
    town.answered(sly, "2026-12-09 10:00", "2026-12-09 11:00")
    assert b.the(sly.number).due_at == promised
    assert shown(SLY, "on_time") == (0, 1)
    nothing_gained()


def test_a_request_that_nobody_decided_moves_nothing(town):
    """Asked in time on the last day for it, and left lying: the promise passes, and then it cannot be granted."""
    sly = late_twins(town)
    extension(town, sly, "2026-12-03 17:00")
    with pytest.raises(REFUSALS):
        extensions.grant(sly.id, answer=WHY, by=town.office, at=b.at("2026-12-08 09:00"))
    assert shown(SLY, "extended") == (0, 1)
    assert "ask_extension" in traces(sly)


def test_nobody_grants_himself_more_time_and_a_third_time_there_is_none(town):
    sly = town.in_hand(SLY)
    extension(town, sly, "2026-12-02 10:00", date(2026, 12, 9))
    for who in (town.head[SLY], town.worker[SLY], town.director, town.leader):
        with pytest.raises(REFUSALS):
            extensions.grant(sly.id, answer=WHY, by=who, at=b.at("2026-12-02 11:00"))
    extensions.grant(sly.id, answer=WHY, by=town.office, at=b.at("2026-12-02 11:00"))
    extension(town, sly, "2026-12-03 10:00", date(2026, 12, 11))
    with pytest.raises(REFUSALS):  # the second is a leader's
        extensions.grant(sly.id, answer=WHY, by=town.office, at=b.at("2026-12-03 11:00"))
    extensions.grant(sly.id, answer=WHY, by=town.leader, at=b.at("2026-12-03 11:00"))
    with pytest.raises(REFUSALS):
        extension(town, sly, "2026-12-04 10:00", date(2026, 12, 14))
    town.answered(sly, "2026-12-09 10:00", "2026-12-09 11:00")
    assert shown(SLY, "on_time_original") == (0, 1)  # what it would have been stands beside
    assert shown(SLY, "extended") == (1, 1)


def test_a_question_is_never_put_off(town):
    sly = town.in_hand(SLY, nature="consultation")
    with pytest.raises(REFUSALS):
        extension(town, sly, "2026-11-24 09:00", date(2026, 11, 30))


@pytest.mark.parametrize("when", ["2026-12-03 18:00:01", "2026-12-04 10:00", "2026-12-07 17:59", "2026-12-08 09:00"])
def test_shelved_in_the_last_two_days_it_is_not(town, when):
    sly = late_twins(town)
    case = shelving.Case(reason_code="works", reason=WHY, plan="随工程推进", person="分管负责人", until_on=date(2027, 2, 1),
                         event="管线完工")  # fmt: skip
    with pytest.raises(REFUSALS):
        shelving.ask(sly.id, case=case, by=town.head[SLY], at=b.at(when))
    town.answered(sly, "2026-12-09 10:00", "2026-12-09 11:00")
    assert b.the(sly.number).state == "completed"
    nothing_gained()


def test_a_promise_by_a_date_needs_the_companys_own_yes(town):
    sly = late_twins(town)
    case = shelving.Case(reason_code="promise", reason=WHY, plan="两周内装好", person="分管负责人", until_on=date(2026, 12, 18))
    shelving.ask(sly.id, case=case, by=town.head[SLY], at=b.at("2026-12-01 10:00"))
    for who in (town.office, town.director, town.leader):
        for deed in (shelving.endorse, shelving.shelve):
            with pytest.raises(REFUSALS):
                deed(sly.id, by=who, at=b.at("2026-12-01 11:00"))
    town.answered(sly, "2026-12-09 10:00", "2026-12-09 11:00")
    assert shown(SLY, "promise_kept") == (0, 1)
    nothing_gained()


def test_asking_the_company_for_papers_wins_nothing_against_the_promise(town):
    """The unit's limit grows by the days the company took, which the office granted: the promise stays and is missed,
    in the line of the office that granted them, and the company's days are on file."""
    sly = late_twins(town)
    promised = sly.due_at
    cooperation.ask(sly.id, items="请提供全部合同复印件", days=5, by=town.head[SLY], at=b.at("2026-12-01 10:00"))
    with pytest.raises(REFUSALS):
        cooperation.grant(sly.id, answer=WHY, by=town.head[SLY], at=b.at("2026-12-01 11:00"))
    cooperation.grant(sly.id, answer=WHY, by=town.office, at=b.at("2026-12-01 11:00"))
    town.answered(sly, "2026-12-09 10:00", "2026-12-09 11:00")
    assert b.the(sly.number).due_at == promised
    assert shown(b.OFFICE, "promise_kept") == (0, 1)
    assert "grant_cooperation" in traces(sly)
    with pytest.raises(REFUSALS):  # once in an appeal's life
        cooperation.ask(sly.id, items="再补一份", days=5, by=town.head[SLY], at=b.at("2026-12-09 12:00"))


def test_a_return_in_the_last_hour_that_is_refused_gains_no_hour(town):
    """Asked at 17:50 on the last day for it, refused: it has had the appeal since then, the limit stands."""
    honest, sly = town.in_hand(HONEST), town.given(SLY)
    limit = sly.lead.due_at
    town.answered(honest, "2026-12-03 10:00", "2026-12-03 11:00")
    returns.ask(sly.id, reason_code="function", basis="三定方案", reason=WHY, unit_id=b.unit_id(HONEST), by=town.head[SLY],
                at=b.at("2026-11-24 17:50"))  # fmt: skip
    returns.reject(sly.id, answer=WHY, by=town.office, at=b.at("2026-11-25 10:00"))
    assert b.the(sly.number).lead.due_at == limit
    assert b.the(sly.number).lead.acknowledged_at == b.at("2026-11-24 17:50")
    town.answered(b.the(sly.number), "2026-12-03 10:00", "2026-12-03 11:00")
    assert shown(SLY, "returns_rejected") == (1, 1)
    nothing_gained()


@pytest.mark.parametrize("when", ["2026-11-24 18:00:01", "2026-11-25 09:00", "2026-12-04 17:00"])
def test_after_its_day_nothing_can_be_returned(town, when):
    sly = town.given(SLY)
    with pytest.raises(REFUSALS):
        returns.ask(sly.id, reason_code="function", basis="三定方案", reason=WHY, by=town.head[SLY], at=b.at(when))


def test_an_appeal_does_not_go_round_in_circles(town):
    """Returned by the one, given to the other, returned by that one: the promise never moves, and the first is not
    asked again."""
    sly = town.given(SLY)
    promised = sly.due_at
    for unit, day in ((SLY, 24), (HONEST, 25)):
        returns.ask(sly.id, reason_code="unclear", basis="职责清单", reason=WHY, by=town.head[unit],
                    at=b.at(f"2026-11-{day} 09:00"))  # fmt: skip
        returns.uphold(sly.id, fault="office", answer=WHY, by=town.office, at=b.at(f"2026-11-{day} 10:00"))
        if unit == SLY:
            triage.dispatch(sly.id, order=town.order(HONEST), by=town.office, at=b.at(f"2026-11-{day} 11:00"))
    with pytest.raises(REFUSALS):
        triage.dispatch(sly.id, order=town.order(SLY), by=town.office, at=b.at("2026-11-25 11:00"))
    assert b.the(sly.number).due_at == promised
    assert traces(sly).count("uphold_return") == 2
    assert shown(b.OFFICE, "misdispatched") == (2, 2)
