"""Timeliness and charging: proof for appeals/rules/rates_timeliness.py, each sentence of policy §9 and §7."""

import pytest

from appeals.rules import facts, rates
from appeals.rules.facts import DueMove, DueReason, Duty, DutyFacts, Shelved, Undone
from appeals.rules.rates_frame import Why
from appeals.rules.words import Exclusion, Outcome, Part
from tests.rules.histories import (
    BASIS,
    CYCLE,
    FROZEN,
    OFFICE,
    U1,
    U2,
    U3,
    answered,
    appeal,
    at,
    figure,
    figures,
    lead,
    version,
)  # fmt: skip

# -- the second that decides -----------------------------------------------------------------------------


def test_the_limit_s_second_is_in_time_and_the_next_is_late():
    assert figure("on_time", answered(replied="11-09 18:00:00", completed="11-10 18:00:00")) == (1, 1)
    late = answered(replied="11-09 18:00:01", completed="11-10 18:00:00")
    assert figure("on_time", late) == (0, 1)
    assert figure("promise_kept", late) == (1, 1)
    assert figure("promise_kept", answered(replied="11-09 18:00:01", completed="11-10 18:00:01")) == (0, 1)


def test_the_period_begins_with_its_first_second_and_ends_before_the_next_one():
    first = appeal(due_at=at("11-02 00:00"), assignments=())
    after = appeal(due_at=at("11-16 00:00"), assignments=())
    assert figure("cleared", first, unit=OFFICE) == (0, 1)
    assert figure("cleared", after, unit=OFFICE) == (0, 0)


def test_completed_at_p1_is_not_cleared_in_the_period():
    assert figure("cleared", answered(replied="11-11 09:00", completed="11-15 23:59:59")) == (1, 1)
    assert figure("cleared", answered(replied="11-11 09:00", completed="11-16 00:00:00")) == (0, 1)


def test_an_open_overdue_appeal_stays_in_every_base():
    row = figures(appeal())[U1]
    for key in ("on_time", "on_time_original", "replied", "promise_kept", "cleared", "struck_off"):
        assert row[key] == (0, 1)


# -- exclusions ------------------------------------------------------------------------------------------

LEAVING = [Exclusion.MERGED, Exclusion.WITHDRAWN, Exclusion.LEGAL, Exclusion.UNCOOPERATIVE]


@pytest.mark.parametrize("kind", LEAVING)
def test_before_the_appeal_s_due_an_exclusion_leaves_timeliness_and_clearance(kind):
    gone = appeal(exclusion=kind, excluded_at=at("11-10 17:59:59"))
    for key in ("on_time", "on_time_original", "replied", "promise_kept", "cleared", "struck_off"):
        assert figure(key, gone) == (0, 0)


@pytest.mark.parametrize("kind", LEAVING)
def test_at_its_due_or_later_it_stays_as_late(kind):
    stays = appeal(exclusion=kind, excluded_at=at("11-10 18:00:00"))
    for key in ("on_time", "promise_kept", "cleared"):
        assert figure(key, stays) == (0, 1)


@pytest.mark.parametrize("kind", [Exclusion.UNTRUE, Exclusion.UNREASONABLE])
def test_untrue_and_unreasonable_stay_in_timeliness(kind):
    kept = answered(exclusion=kind, excluded_at=at("11-09 18:00"), outcome=Outcome.EXPLAINED)
    assert figure("on_time", kept) == (1, 1)
    assert figure("cleared", kept) == (1, 1)


@pytest.mark.parametrize("kind", [Exclusion.TEST, Exclusion.STATUTORY])
def test_test_and_statutory_are_outside_everything_even_late(kind):
    assert figures(answered(exclusion=kind, excluded_at=at("11-12 09:00"))) == {}
    assert figures(answered(exclusion=kind)) == {}


def test_the_page_names_test_and_statutory_as_the_rule():
    replaced = lead(U2, ended_at=at("11-05 09:00"), final=False)
    both = (replaced, lead(dispatched_at=at("11-05 09:00")))
    one = appeal(assignments=both, exclusion=Exclusion.TEST, excluded_at=at("11-06 09:00"))
    pages = rates.listing([one], CYCLE, BASIS)
    assert pages[U2, "on_time"].excluded == [("Q1", Exclusion.TEST)]
    assert pages[U1, "cleared"].excluded == [("Q1", Exclusion.TEST)]


def test_a_withdrawal_counts_by_the_company_s_request_once_confirmed_by_f():
    asked = {"exclusion": Exclusion.WITHDRAWN, "excluded_at": at("11-10 17:00")}
    by_f = appeal(**asked, excluded_recorded_at=at("11-17 18:00:00"))
    after_f = appeal(**asked, excluded_recorded_at=at("11-17 18:00:01"))
    assert figure("cleared", by_f, period=FROZEN) == (0, 0)
    assert figure("cleared", after_f, period=FROZEN) == (0, 1)


def test_an_unmerged_appeal_was_out_while_it_was_merged():
    merged = Undone(Exclusion.MERGED.value, at("11-05 09:00"), at("11-20 09:00"))
    back = appeal(
        undone=(merged,),
        due_at=at("11-25 18:00"),
        due_moves=(DueMove(at("11-20 09:00"), at("11-10 18:00"), at("11-25 18:00"), DueReason.UNMERGE),),
    )
    assert figure("cleared", back, period=FROZEN) == (0, 0)
    next_cycle = rates.Period(at("11-16 00:00"), at("11-30 00:00"), at("12-01 18:00"))
    assert figure("cleared", back, period=next_cycle) == (0, 1)


def test_a_declined_appeal_is_in_no_base_even_when_it_was_declined_late():
    late = appeal(accepted_at=None, assignments=(), declined_at=at("11-12 09:00"))
    assert figure("cleared", late, unit=OFFICE) == (0, 0)
    undeclined = appeal(
        assignments=(), undone=(Undone(facts.DECLINED, at("10-28 09:00"), at("10-29 09:00")),)
    )
    assert figure("cleared", undeclined, unit=OFFICE) == (0, 1)


# -- shelving --------------------------------------------------------------------------------------------


def test_shelved_at_the_moment_the_base_counts_by_is_out():
    from_the_day_before = appeal(shelved=(Shelved(at("11-06 18:00")),))
    for key in ("on_time", "replied", "promise_kept", "cleared", "struck_off"):
        assert figure(key, from_the_day_before) == (0, 0)


def test_shelved_in_the_very_second_of_due_is_shelved_at_that_moment():
    assert figure("cleared", appeal(shelved=(Shelved(at("11-10 18:00:00")),))) == (0, 0)
    assert figure("cleared", appeal(shelved=(Shelved(at("11-10 18:00:01")),))) == (0, 1)


def test_shelved_between_the_two_limits_leaves_only_the_appeal_s_rates():
    between = appeal(shelved=(Shelved(at("11-09 18:00:01")),))
    assert figure("on_time", between) == (0, 1)
    assert figure("promise_kept", between) == (0, 0)


def test_back_at_the_moment_of_due_is_not_shelved():
    assert figure("cleared", appeal(shelved=(Shelved(at("11-03 09:00"), at("11-10 18:00")),))) == (0, 1)
    assert figure("cleared", appeal(shelved=(Shelved(at("11-03 09:00"), at("11-10 18:00:01")),))) == (0, 0)


def test_a_shelved_appeal_s_acknowledgement_still_counts():
    shelved = appeal(
        assignments=(lead(ack_due_at=at("11-04 18:00"), acknowledged_at=None),),
        shelved=(Shelved(at("11-03 18:00")),),
    )
    assert figure("acknowledged_on_time", shelved) == (0, 1)


# -- limits as they stood --------------------------------------------------------------------------------


def test_an_extension_moves_the_appeal_to_the_cycle_of_its_new_due():
    granted = DueMove(at("11-05 09:00"), at("11-10 18:00"), at("11-17 18:00"), DueReason.EXTENSION)
    moved = appeal(due_at=at("11-17 18:00"), due_moves=(granted,))
    assert figure("cleared", moved) == (0, 0)
    after = rates.Period(at("11-16 00:00"), at("11-30 00:00"), at("12-01 18:00"))
    assert figure("cleared", moved, period=after) == (0, 1)


def test_a_move_after_p1_or_recorded_after_f_does_not_touch_the_period():
    after_p1 = DueMove(at("11-16 09:00"), at("11-10 18:00"), at("11-20 18:00"), DueReason.REVIEW)
    assert figure("cleared", appeal(due_at=at("11-20 18:00"), due_moves=(after_p1,))) == (0, 1)
    recorded_late = DueMove(
        at("11-05 09:00"), at("11-10 18:00"), at("11-20 18:00"), DueReason.CALENDAR, at("11-18 09:00")
    )
    known_late = appeal(due_at=at("11-20 18:00"), due_moves=(recorded_late,))
    assert figure("cleared", known_late, period=FROZEN) == (0, 1)
    assert figure("cleared", known_late) == (0, 0)


def test_the_original_limit_judges_without_extensions():
    extended = answered(
        replied="11-12 17:00", completed="11-13 18:00", due_at=at("11-13 18:00"),
        lead_={"due_at": at("11-12 18:00"), "original_due_at": at("11-09 18:00")},
    )  # fmt: skip
    assert figure("on_time", extended) == (1, 1)
    assert figure("on_time_original", extended) == (0, 1)


# -- reply versions --------------------------------------------------------------------------------------


def test_a_version_not_yet_judged_at_f_counts_as_submitted_and_one_sent_back_by_f_does_not():
    pending = appeal(assignments=(lead(replies=(version("11-09 17:00", "11-17 18:00:01", False),)),))
    assert figure("on_time", pending, period=FROZEN) == (1, 1)
    assert figure("replied", pending, period=FROZEN) == (1, 1)
    sent_back = appeal(assignments=(lead(replies=(version("11-09 17:00", "11-17 18:00:00", False),)),))
    assert figure("on_time", sent_back, period=FROZEN) == (0, 1)
    assert figure("replied", sent_back, period=FROZEN) == (0, 1)


def test_the_version_finally_approved_is_the_one_that_counts():
    twice = (version("11-06 18:00", "11-09 09:00", False), version("11-10 09:00", "11-10 17:00", True))
    late = appeal(assignments=(lead(replies=twice),), completed_at=at("11-10 17:00"))
    assert figure("on_time", late) == (0, 1)
    assert figure("replied", late) == (1, 1)


def test_a_version_submitted_at_p1_is_not_a_reply_of_the_period():
    assert figure("replied", appeal(assignments=(lead(replies=(version("11-16 00:00"),)),))) == (0, 1)
    assert figure("replied", appeal(assignments=(lead(replies=(version("11-15 23:59:59"),)),))) == (1, 1)


# -- acknowledgement -------------------------------------------------------------------------------------

ACK = {"ack_due_at": at("11-03 18:00"), "acknowledged_at": at("11-03 18:00")}


def test_acknowledged_to_the_second():
    assert figure("acknowledged_on_time", appeal(assignments=(lead(**ACK),))) == (1, 1)
    late = lead(**{**ACK, "acknowledged_at": at("11-03 18:00:01")})
    assert figure("acknowledged_on_time", appeal(assignments=(late,))) == (0, 1)


def test_every_non_void_assignment_counts_replaced_ones_and_supports_too():
    replaced = lead(U2, **ACK, ended_at=at("11-05 09:00"), final=False)
    void = lead(U3, **ACK, ended_at=at("11-04 09:00"), final=False, void=True)
    support = lead(U3, **{**ACK, "acknowledged_at": None}, part=Part.SUPPORT, final=False)
    sub = lead(U2, **ACK, part=Part.SUB, final=False)
    found = figures(appeal(assignments=(void, replaced, lead(dispatched_at=at("11-05 09:00")), support, sub)))
    assert found[U2]["acknowledged_on_time"] == (1, 1)
    assert found[U3]["acknowledged_on_time"] == (0, 1)


def test_void_only_from_the_day_it_became_void():
    returned = lead(**ACK, ended_at=at("11-16 09:00"), void=True, final=False)
    assert figure("acknowledged_on_time", appeal(assignments=(returned,)), period=FROZEN) == (1, 1)
    recalled = lead(**ACK, void=True, final=False)
    assert figure("acknowledged_on_time", appeal(assignments=(recalled,))) == (0, 0)


def test_excluded_before_the_acknowledgement_s_limit_is_out():
    for excluded, found in (("11-03 17:59:59", (0, 0)), ("11-03 18:00:00", (1, 1))):
        one = appeal(assignments=(lead(**ACK),), exclusion=Exclusion.MERGED, excluded_at=at(excluded))
        assert figure("acknowledged_on_time", one) == found


def test_a_rejected_return_counts_as_acknowledged_at_its_request_once_it_is_decided():
    by_f = lead(**ACK, acknowledged_recorded_at=at("11-17 18:00"))
    after_f = lead(**ACK, acknowledged_recorded_at=at("11-17 18:00:01"))
    assert figure("acknowledged_on_time", appeal(assignments=(by_f,)), period=FROZEN) == (1, 1)
    assert figure("acknowledged_on_time", appeal(assignments=(after_f,)), period=FROZEN) == (0, 1)


# -- who stands for it -----------------------------------------------------------------------------------


def test_a_limit_later_than_the_promise_charges_the_office_even_if_the_promise_was_kept():
    kept = answered(lead_={"due_at": at("11-10 18:00:01")})
    assert figure("promise_kept", kept, unit=OFFICE) == (1, 1)
    assert figure("on_time", kept) == (1, 1)
    equal = answered(lead_={"due_at": at("11-10 18:00:00")})
    assert figure("promise_kept", equal) == (1, 1)


def test_a_unit_in_time_and_an_approval_that_was_not_charges_the_office():
    late_approval = answered(replied="11-09 18:00", completed="11-10 18:00:01")
    assert figure("promise_kept", late_approval, unit=OFFICE) == (0, 1)
    assert figure("cleared", late_approval, unit=OFFICE) == (1, 1)
    assert figure("on_time", late_approval) == (1, 1)
    both_late = answered(replied="11-09 18:00:01", completed="11-10 18:00:01")
    assert figure("promise_kept", both_late) == (0, 1)


def test_undispatched_and_unaccepted_appeals_stand_in_the_office_s_line():
    assert figure("cleared", appeal(assignments=()), unit=OFFICE) == (0, 1)
    waiting = DutyFacts(Duty.ACCEPT, OFFICE, at("10-27 18:00"))
    unaccepted = appeal(accepted_at=None, assignments=(), duties=(waiting,))
    assert figure("cleared", unaccepted, unit=OFFICE) == (0, 1)


def test_the_final_lead_stands_for_the_appeal_and_only_it_is_in_on_time():
    first = lead(U2, ended_at=at("11-05 09:00"), final=False)
    second = lead(U1, dispatched_at=at("11-05 09:00"))
    found = figures(appeal(assignments=(first, second)))
    assert found[U1]["on_time"] == (0, 1)
    assert found[U1]["cleared"] == (0, 1)
    assert U2 not in found
    pages = rates.listing([appeal(assignments=(first, second))], CYCLE, BASIS)
    assert pages[U2, "on_time"].excluded == [("Q1", Why.SUPERSEDED)]


def test_who_was_final_at_p1_stays_final_for_the_period():
    first = lead(U2, ended_at=at("11-16 09:00"), final=False)
    second = lead(U1, dispatched_at=at("11-16 09:00"), due_at=at("11-23 18:00"))
    found = figures(appeal(assignments=(first, second)), period=FROZEN)
    assert found[U2]["on_time"] == (0, 1)
    assert found[U2]["cleared"] == (0, 1)
    assert U1 not in found


def test_lost_by_one_unit_and_not_yet_given_to_another_it_is_the_office_s():
    lost = lead(U2, ended_at=at("11-05 09:00"), final=False)
    found = figures(appeal(assignments=(lost,)))
    assert found[OFFICE]["cleared"] == (0, 1)


def test_self_handled_is_a_line_of_its_own_and_in_the_total():
    one = answered(filer_unit=U1, lead_=ACK)
    counted = rates.rates([one], CYCLE, BASIS)
    assert U1 not in counted.units
    assert counted.units[facts.SELF_HANDLED]["cleared"] == rates.Rate(1, 1)
    assert counted.units[facts.SELF_HANDLED]["acknowledged_on_time"] == rates.Rate(1, 1)
    assert counted.total["cleared"] == rates.Rate(1, 1)
    other = answered(filer_unit=U2)
    assert figure("cleared", other) == (1, 1)


# -- support and strike-off ------------------------------------------------------------------------------


def support(**given):
    return lead(U2, part=Part.SUPPORT, final=False, due_at=at("11-04 18:00"), **given)


def test_a_support_is_in_time_by_its_own_limit():
    in_time = appeal(assignments=(lead(), support(replies=(version("11-04 18:00", None, True),))))
    assert figure("support_on_time", in_time, unit=U2) == (1, 1)
    late = appeal(assignments=(lead(), support(replies=(version("11-04 18:00:01", None, True),))))
    assert figure("support_on_time", late, unit=U2) == (0, 1)
    assert figure("on_time", late, unit=U2) == (0, 0)


def test_a_support_s_limit_must_lie_in_the_period():
    early = lead(U2, part=Part.SUPPORT, final=False, due_at=at("11-01 18:00"))
    after = lead(U3, part=Part.SUPPORT, final=False, due_at=at("11-16 00:00"))
    found = figures(appeal(assignments=(lead(), early, after)))
    assert U2 not in found
    assert U3 not in found


def test_an_excused_support_is_in_no_base():
    excused = appeal(assignments=(lead(), support(void=True, ended_at=at("11-03 09:00"))))
    assert figure("support_on_time", excused, unit=U2) == (0, 0)


def test_struck_off_looks_fourteen_days_further_and_no_second_more():
    assert figure("struck_off", answered(struck_off_at=at("11-29 23:59:59"))) == (1, 1)
    assert figure("struck_off", answered(struck_off_at=at("11-30 00:00:00"))) == (0, 1)


def test_a_strike_off_undone_by_a_changed_rating_is_none():
    undone = Undone(facts.STRUCK_OFF, at("11-10 09:00"), at("11-11 08:00"))
    assert figure("struck_off", answered(undone=(undone,))) == (0, 1)
    later = Undone(facts.STRUCK_OFF, at("11-29 20:00"), at("11-30 08:00"))
    assert figure("struck_off", answered(undone=(later,))) == (1, 1)
