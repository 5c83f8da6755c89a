"""Tricks with the answer, the rating and the call (policy §3, §6, §9)."""

import pytest

from appeals.actions import closing, ending, ratings
from appeals.actions.refusals import Refused
from appeals.rules.lifecycle import NotAllowed, NotYours
from appeals.rules.words import RatingSource
from tests import builders as b
from tests.gaming.town import HONEST, SLY, nothing_gained, shown, traces


def test_a_placeholder_signed_in_the_last_hour_wins_no_time(town):
    """17:59 on the last day something is signed; the real answer comes days later."""
    late, sly = town.in_hand(HONEST), town.in_hand(SLY)
    town.answered(late, "2026-12-08 10:00", "2026-12-08 11:00")
    town.answer(sly, "2026-12-04 17:59")
    town.send_back(sly, "2026-12-07 09:00")
    town.answered(sly, "2026-12-08 10:00", "2026-12-08 11:00")
    assert shown(SLY, "on_time") == (0, 1)
    assert shown(SLY, "sent_back") == (1, 1)
    nothing_gained()


@pytest.mark.parametrize("said", ["已办结", "　", "\u200b\u200b\u200b", "。。。。。。", "好的"])
def test_nothing_is_closed_with_an_answer_that_says_nothing(town, said):
    sly = town.in_hand(SLY)
    with pytest.raises(Refused):
        town.answer(sly, "2026-12-04 17:59", b.words(2, answers=[said, said]))
    with pytest.raises(NotAllowed):
        town.approve(b.the(sly.number), "2026-12-04 17:59")
    assert b.the(sly.number).completed_at is None


def test_closing_everything_in_the_last_hour_leaves_the_late_one_late(town):
    """Four answers in ten minutes, one of them sent back: only what was approved as signed in time counts."""
    for number in range(4):
        appeal = town.in_hand(HONEST)
        town.answered(appeal, *["2026-12-02 10:00" if number else "2026-12-09 10:00"] * 2)
    for number in range(4):
        appeal = town.in_hand(SLY)
        town.answer(appeal, f"2026-12-04 17:5{number}")
        if number:
            town.approve(appeal, "2026-12-07 09:00")
        else:
            town.send_back(appeal, "2026-12-07 09:00", "照抄上一件")
            town.answered(appeal, "2026-12-09 10:00", "2026-12-09 10:00")
    assert shown(SLY, "on_time") == (3, 4)
    nothing_gained()


def test_letting_the_audit_queue_fill_costs_the_office_and_not_the_unit(town):
    """The office leaves a reply lying for a week: its own line bears the delay, the unit stays in time."""
    town.answered(town.in_hand(HONEST), "2026-12-03 10:00", "2026-12-03 11:00")
    town.answered(town.in_hand(SLY), "2026-12-03 10:00", "2026-12-11 11:00")
    assert shown(SLY, "on_time") == (1, 1)
    assert shown(b.OFFICE, "promise_kept") == (0, 1)
    assert shown(b.OFFICE, "approved_on_time") == (1, 2)


def test_calling_a_company_untrue_needs_another_person_and_stays_late(town):
    """Found untrue when it was already late: it stays in the base, as late."""
    town.answered(town.in_hand(HONEST), "2026-12-09 10:00", "2026-12-09 11:00")
    sly = town.in_hand(SLY)
    town.answer(sly, "2026-12-09 10:00", b.words(2, outcome="untrue"))
    ending.endorse(sly.id, heard="企业当面说明了情况", by=town.office, at=b.at("2026-12-09 11:00"))
    with pytest.raises((NotAllowed, NotYours)):
        ending.end(sly.id, by=town.office, at=b.at("2026-12-09 11:00"))
    ending.end(sly.id, by=town.director, at=b.at("2026-12-09 11:30"))
    assert shown(SLY, "on_time") == (0, 1)
    assert shown(SLY, "promise_kept") == (0, 1)
    nothing_gained()


def test_a_rating_given_by_somebody_else_counts_for_nothing(town):
    honest, sly = town.in_hand(HONEST), town.in_hand(SLY)
    for appeal in (honest, sly):
        town.answered(appeal, "2026-12-02 10:00", "2026-12-02 11:00")
    with pytest.raises(NotYours):
        _proxy(sly, town.worker[SLY])
    _proxy(sly, town.office)
    assert shown(SLY, "good_of_all") == (0, 1)
    assert shown(SLY, "good") == (0, 0)
    nothing_gained()


def _proxy(appeal, by):
    said = ratings.Answer(True, "yes", 5)
    ratings.rate(appeal.id, answer=said, round_=1, source=RatingSource.PROXY, by=by, at=b.at("2026-12-03 10:00"))


def test_three_calls_in_one_minute_are_one_attempt(town):
    """A rating lapses only after three different half-days; and unrated is never satisfied."""
    sly = town.in_hand(SLY)
    town.answered(sly, "2026-12-02 10:00", "2026-12-02 11:00")
    for moment in ("12-04 10:00:00", "12-04 10:00:20", "12-04 10:00:40", "12-04 15:00"):
        closing.call_back(sly.id, reached=False, note="无人接听", by=town.office, at=b.at(f"2026-{moment}"))
        assert b.the(sly.number).calls_done_at is None
    closing.call_back(sly.id, reached=False, note="无人接听", by=town.office, at=b.at("2026-12-07 09:30"))
    assert b.the(sly.number).calls_done_at == b.at("2026-12-07 09:30")
    assert shown(SLY, "good") == (0, 0)
    assert traces(sly).count("call_back") == 5


def test_a_company_talked_round_after_a_day_changes_nothing(town):
    """One star on Thursday, five on Monday after three calls: the first one stands."""
    honest, sly = town.in_hand(HONEST), town.in_hand(SLY)
    for appeal in (honest, sly):
        town.answered(appeal, "2026-12-02 10:00", "2026-12-02 11:00")
        town.rated(b.the(appeal.number), "2026-12-03 10:00", level=1, solved="no")
    with pytest.raises(NotAllowed):
        town.rated(b.the(sly.number), "2026-12-07 10:00", level=5)
    assert shown(SLY, "good") == (0, 1)
    nothing_gained()


def test_whoever_wrote_or_signed_an_answer_does_not_approve_it(town):
    sly = town.in_hand(SLY)
    town.answer(sly, "2026-12-02 10:00")
    for who in (town.head[SLY], town.worker[SLY], town.leader, town.director):
        with pytest.raises((NotYours, NotAllowed)):
            closing.approve(sly.id, by=who, at=b.at("2026-12-02 11:00"))
    assert b.the(sly.number).completed_at is None
