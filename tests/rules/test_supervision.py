"""Which paper is due, at which level, towards whom and since when: the table of policy §8, by hand."""

from dataclasses import replace

import pytest

from appeals.rules import papers, supervision
from appeals.rules.facts import ReplyVersion, ReturnFacts, Shelved, Spell
from appeals.rules.known import known
from appeals.rules.papers import FIFTH, FIRST, FOURTH, SECOND, THIRD, Ground, Kind
from appeals.rules.supervision import Beside, Scene, Sent
from appeals.rules.words import Exclusion, Role, Solved
from tests.rules.histories import (
    CALENDAR,
    LIMITS,
    OFFICE,
    U1,
    U2,
    answered,
    appeal,
    at,
    lead,
    rating,
    version,
)

G, NOTHING = Ground, Beside()


def due(one, evening, beside=NOTHING):
    """(level, ground, unit, since) of everything due that evening; `one` as it was known then."""
    scene = Scene(known(one, at(f"{evening} 18:05")), beside, at(f"{evening} 18:05"), OFFICE, CALENDAR, LIMITS)
    return [(r.level, r.ground, r.unit, r.since) for r in supervision.due(scene)]


def grounds(one, evening, beside=NOTHING):
    return [(level, ground) for level, ground, _, _ in due(one, evening, beside)]


# -- first level -----------------------------------------------------------------------------------------


def test_an_unacknowledged_appeal_is_due_the_evening_its_limit_ran_out_and_not_before():
    one = appeal(assignments=(lead(acknowledged_at=None),))
    assert due(one, "10-27") == []
    assert due(one, "10-28") == [(FIRST, G.UNACKNOWLEDGED, U1, at("10-28 18:00"))]


def test_while_a_return_is_undecided_nothing_is_due():
    waiting = Spell(OFFICE, at("10-28 10:00"), at("10-29 17:00"))
    back = ReturnFacts(U1, at("10-28 10:00"), at("10-29 17:00"), False)
    one = appeal(assignments=(lead(acknowledged_at=None),), returns=(back,), spells=(waiting,))
    assert due(one, "10-28") == []


def test_what_was_acknowledged_later_is_still_due_when_the_evening_is_judged_late():
    one = appeal(assignments=(lead(acknowledged_at=at("10-29 09:00")),))
    assert grounds(one, "10-28") == [(FIRST, G.UNACKNOWLEDGED)]
    assert due(one, "10-29") == []


def test_no_contact_in_time_is_due_until_the_company_was_contacted():
    beside = Beside(contact_due_at=at("10-29 18:00"), contacted_at=at("10-30 10:00"))
    assert due(appeal(), "10-29", beside) == [(FIRST, G.NO_CONTACT, U1, at("10-29 18:00"))]
    assert due(appeal(), "10-30", beside) == []


def test_the_units_limit_is_due_while_no_version_waits():
    assert due(appeal(), "11-09") == [(FIRST, G.LIMIT, U1, at("11-09 18:00"))]
    handed_in = appeal(assignments=(lead(replies=(ReplyVersion(at("11-09 18:00")),)),))
    assert due(handed_in, "11-09") == []


def test_after_a_send_back_the_unit_has_its_working_day():
    back = lead(replies=(version("11-09 10:00", "11-09 16:00", False),))
    one = appeal(assignments=(back,), due_at=at("11-20 18:00"))
    assert grounds(one, "11-09") == [(FIRST, G.SENT_BACK)]
    assert grounds(one, "11-10") == [(FIRST, G.LIMIT), (FIRST, G.SENT_BACK)]


def test_a_poor_rating_is_due_only_when_the_company_can_change_it_no_more():
    one = answered(ratings=(rating("11-10 10:00", 2, Solved.NO),))
    assert due(one, "11-10") == []
    assert due(one, "11-11") == [(FIRST, G.POOR, U1, at("11-11 10:00"))]
    changed = answered(ratings=(rating("11-10 10:00", 2, Solved.NO), rating("11-11 09:00", 4)))
    assert due(changed, "11-11") == []


# -- it rises --------------------------------------------------------------------------------------------


def test_an_overdue_appeal_is_orange_for_the_unit_whose_limit_is_over():
    assert due(appeal(), "11-10") == [(SECOND, G.OVERDUE, U1, at("11-10 18:00"))]


def test_an_overdue_appeal_is_the_offices_when_the_reply_waits_for_it():
    waiting = appeal(assignments=(lead(replies=(ReplyVersion(at("11-09 17:00")),)),))
    assert due(waiting, "11-10") == [(SECOND, G.OVERDUE, OFFICE, at("11-10 18:00"))]
    assert due(appeal(assignments=()), "11-10") == [(SECOND, G.OVERDUE, OFFICE, at("11-10 18:00"))]


def test_five_working_days_later_it_is_red():
    assert due(appeal(), "11-16", Beside(papers=(Sent(U1, SECOND),))) == []
    assert due(appeal(), "11-17", Beside(papers=(Sent(U1, SECOND),))) == [(THIRD, G.LONG_OVERDUE, U1, at("11-17 18:00"))]


def test_two_send_backs_are_orange():
    back = lead(replies=(version("11-03 10:00", "11-03 16:00", False), version("11-04 10:00", "11-04 16:00", False)))
    assert due(appeal(assignments=(back,)), "11-04") == [(SECOND, G.SENT_BACK_TWICE, U1, at("11-04 16:00"))]


def test_an_unanswered_paper_raises_the_next_and_a_draft_does_not():
    sent = Sent(U1, FIRST, at("10-29 09:00"), at("10-30 18:00"))
    assert due(appeal(), "10-30", Beside(papers=(sent,))) == [(SECOND, G.FIRST_UNANSWERED, U1, at("10-30 18:00"))]
    answered_ = replace(sent, answered_at=at("10-30 18:00"))
    assert due(appeal(), "10-30", Beside(papers=(answered_,))) == []
    assert due(appeal(), "10-30", Beside(papers=(Sent(U1, FIRST),))) == []
    orange = Sent(U1, SECOND, at("10-29 09:00"), at("11-02 18:00"))
    assert grounds(appeal(), "11-02", Beside(papers=(orange,))) == [(THIRD, G.SECOND_UNANSWERED)]


def test_a_level_that_was_reached_makes_no_second_paper_but_another_unit_begins_anew():
    reached = Beside(papers=(Sent(U1, FIRST),))
    assert due(appeal(), "11-09", reached) == []
    assert grounds(appeal(assignments=(lead(U2),)), "11-09", reached) == [(FIRST, G.LIMIT)]


def test_a_dropped_draft_is_not_drafted_again_on_its_ground():
    dropped = Beside(spent=frozenset({(U1, G.LIMIT)}))
    assert due(appeal(), "11-09", dropped) == []
    assert grounds(appeal(), "11-10", dropped) == [(SECOND, G.OVERDUE)]


def test_poor_again_after_the_first_rectification_is_red():
    ratings = (rating("11-10 10:00", 2, Solved.NO), rating("11-18 10:00", 1, Solved.NO, round=2))
    assert due(answered(ratings=ratings), "11-19") == [(THIRD, G.POOR_AGAIN, U1, at("11-19 10:00"))]


def test_three_dispatches_without_a_lead_are_red():
    gone = [lead(unit, ended_at=at(f"11-0{n} 10:00"), final=False) for n, unit in ((2, U1), (3, U2))]
    third = lead(dispatched_at=at("11-03 11:00"), ack_due_at=at("11-04 18:00"), acknowledged_at=None)
    one = appeal(assignments=(*gone, third), due_at=at("11-20 18:00"))
    assert due(one, "11-03") == []
    assert grounds(one, "11-04") == [(THIRD, G.NO_LEAD)]
    nobody = appeal(assignments=(*gone, replace(third, ended_at=at("11-04 10:00"), final=False)))
    assert due(nobody, "11-04") == [(THIRD, G.NO_LEAD, OFFICE, at("11-04 10:00"))]


def test_ten_working_days_after_red_a_talk_is_due_unless_it_was_settled():
    red = Beside(papers=(Sent(U1, THIRD, at("11-18 09:00"), at("11-23 18:00"), at("11-20 09:00")),))
    assert due(appeal(), "12-01", red) == []
    assert due(appeal(), "12-02", red) == [(FOURTH, G.LONG_RED, U1, at("12-02 18:00"))]
    assert due(answered(completed="11-30 10:00"), "12-02", red) == []


def test_two_reds_in_a_quarter_and_proven_findings_call_for_a_talk():
    red = Beside(papers=(Sent(U1, THIRD, at("11-18 09:00")),), reds=((U1, at("11-18 09:00")),))
    assert due(appeal(), "11-18", red) == [(FOURTH, G.TWO_REDS, U1, at("11-18 09:00"))]
    proven = Beside(proven=((G.SHAM, at("11-05 09:00")),))
    assert due(appeal(), "11-05", proven) == [(FOURTH, G.SHAM, U1, at("11-05 09:00"))]


def test_three_rounds_and_still_dissatisfied_assemble_the_file():
    ratings = [rating(f"11-{day} 10:00", 1, Solved.NO, round=n) for n, day in ((1, "10"), (2, "18"), (3, "26"))]
    assert due(answered(ratings=tuple(ratings)), "11-27") == [(FIFTH, G.NOT_MOVING, U1, at("11-27 10:00"))]


def test_three_send_backs_refer_only_an_overdue_appeal_of_which_the_company_complains():
    back = lead(replies=tuple(version(f"11-0{n} 10:00", f"11-0{n} 16:00", False) for n in (3, 4, 5)))
    one = appeal(assignments=(back,))
    assert grounds(one, "11-10", Beside(urged=True)) == [(FIFTH, G.NOT_MOVING)]
    assert (SECOND, G.OVERDUE) in grounds(one, "11-10")


# -- what is never due -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "over",
    [{"shelved": (Shelved(at("11-05 10:00")),)}, {"struck_off_at": at("11-06 10:00")}, {"declined_at": at("10-28 10:00")},
     {"exclusion": Exclusion.LEGAL, "excluded_at": at("11-06 10:00")}, {"exclusion": Exclusion.TEST}],
)  # fmt: skip
def test_nothing_is_due_on_what_rests_has_ended_or_is_a_test(over):
    assert due(appeal(**over), "11-20") == []


def test_steps_before_an_import_are_never_drafted():
    assert due(appeal(), "11-10", Beside(imported_at=at("11-10 20:00"))) == []
    assert grounds(appeal(), "11-17", Beside(imported_at=at("11-10 20:00"))) == [(THIRD, G.LONG_OVERDUE)]


# -- papers ----------------------------------------------------------------------------------------------


def test_a_paper_knows_its_sender_and_its_reader():
    def who(level, **given):
        found = papers.address(level, **({"outside": False, "office": False, "to_office": False} | given))
        return found.kind, found.principal, found.sender

    assert who(FIRST) == (Kind.BLUE, False, Role.COORDINATOR)
    assert who(SECOND) == (Kind.ORANGE, True, Role.COORDINATOR)
    assert who(THIRD) == (Kind.RED, True, Role.LEADER)
    assert who(FIRST, office=True) == (Kind.BLUE, False, Role.RECUSAL)
    assert who(SECOND, to_office=True) == (Kind.ORANGE, True, Role.LEADER)
    assert who(FIRST, outside=True) == (Kind.HINT, False, Role.COORDINATOR)
    assert who(SECOND, outside=True) == (Kind.INQUIRY, True, Role.COORDINATOR)
    assert who(FOURTH, outside=True) == (Kind.SUPERIOR, True, Role.LEADER)


def test_numbers_are_counted_per_kind_and_year():
    assert papers.number(Kind.RED, 2026, 12) == "红督〔2026〕12号"


def test_evenings_are_working_days_from_the_day_after_the_last():
    from datetime import date

    def days(last, now):
        return [d.isoformat() for d in supervision.evenings(last, at(now), date(2026, 11, 2), CALENDAR)]

    assert days(None, "11-03 18:04:59") == ["2026-11-02"]
    assert days(date(2026, 11, 2), "11-03 18:05") == ["2026-11-03"]
    assert days(date(2026, 11, 6), "11-08 20:00") == []
    assert days(date(2026, 11, 5), "11-10 09:00") == ["2026-11-06", "2026-11-09"]
