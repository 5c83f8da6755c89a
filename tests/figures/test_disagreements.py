"""Where the second count once disagreed with the program and the policy's words decided: one smallest case each."""

from dataclasses import replace
from datetime import timedelta

from appeals.rules import facts, rates, stock
from appeals.rules.facts import ReturnFacts
from appeals.rules.words import Exclusion, Part
from tests.rules.histories import (
    CYCLE,
    FROZEN,
    OFFICE,
    U1,
    U2,
    answered,
    appeal,
    at,
    figures,
    lead,
    rating,
    version,
)

ACK = {"ack_due_at": at("11-05 18:00"), "acknowledged_at": at("11-05 17:00")}


# -- 自提自办: "where the filer's unit also leads it" (policy §2) --------------------------------------------


def test_a_unit_that_filed_an_appeal_and_only_supports_it_has_the_support_in_its_own_line():
    support = lead(
        U2, part=Part.SUPPORT, final=False, due_at=at("11-04 18:00"), replies=(version("11-04 18:00", None, True),), **ACK
    )
    found = figures(appeal(filer_unit=U2, assignments=(lead(U1), support)))
    assert found[U2] == {"support_on_time": (1, 1), "acknowledged_on_time": (1, 1)}
    assert facts.SELF_HANDLED not in found


def test_a_unit_that_filed_an_appeal_and_leads_it_no_more_has_its_tenure_in_its_own_line():
    lost = lead(U2, ended_at=at("11-06 09:00"), final=False, **ACK)
    now = lead(U1, dispatched_at=at("11-06 09:00"), due_at=at("11-13 18:00"))
    found = figures(appeal(filer_unit=U2, assignments=(lost, now)))
    assert found[U2] == {"acknowledged_on_time": (1, 1)}
    assert facts.SELF_HANDLED not in found


# -- a review upheld: "the appeal is an unrated one of the cohort" (policy §6) --------------------------------


def test_a_rating_taken_out_leaves_the_appeal_in_the_cohort_it_settled_in():
    taken_out = rating("11-12 10:00", level=1, counts=False, discounted_at=at("11-13 10:00"))
    one = answered(replied="11-09 10:00", completed="11-11 18:00", ratings=(taken_out,))  # window ends 11-18 18:00
    assert figures(one)[U1]["rated"] == (0, 1)
    assert "good" not in figures(one)[U1]
    following = rates.Period(at("11-16 00:00"), at("11-30 00:00"), at("12-01 18:00"))
    assert "rated" not in figures(one, period=following).get(U1, {})


def test_an_appeal_that_was_frozen_as_rated_is_not_counted_again_when_the_review_is_upheld_later():
    taken_out = rating("11-12 10:00", level=1, counts=False, discounted_at=at("11-17 10:00"))
    one = answered(replied="11-09 10:00", completed="11-11 18:00", ratings=(taken_out,))
    assert figures(one, period=FROZEN)[U1]["good"] == (0, 1)
    following = rates.Period(at("11-16 00:00"), at("11-30 00:00"), at("12-01 18:00"))
    assert "rated" not in figures(one, period=following).get(U1, {})


# -- "facts … recorded by F", where F lies inside the period (policy §9, contract `--known-at`) ----------------


def test_an_appeal_filed_after_f_has_no_part_in_the_period():
    duty = facts.DutyFacts(facts.Duty.ACCEPT, OFFICE, at("11-05 18:00"), at("11-05 10:00"))
    later = appeal(submitted_at=at("11-04 18:00"), accepted_at=None, due_at=None, assignments=(), duties=(duty,))
    early = rates.Period(CYCLE.from_at, CYCLE.to_at, at("11-04 17:59:59"))
    assert figures(later, period=early) == {}
    assert figures(later, period=CYCLE)[OFFICE]["accepted_on_time"] == (1, 1)


def test_an_appeal_neither_accepted_by_f_nor_overdue_for_it_is_in_no_base():
    duty = facts.DutyFacts(facts.Duty.ACCEPT, OFFICE, at("10-28 18:00"), at("10-28 17:00"))
    one = appeal(accepted_at=at("10-28 17:00"), assignments=(), duties=(duty,))
    before = rates.Period(CYCLE.from_at, CYCLE.to_at, at("10-28 16:59:59"))
    assert figures(one, period=before) == {}
    accepted = rates.Period(CYCLE.from_at, CYCLE.to_at, at("10-28 17:00:00"))
    assert figures(one, period=accepted)[OFFICE]["cleared"] == (0, 1)


# -- "undispatched stock belongs to the coordination office" (policy §7) --------------------------------------


def test_stock_taken_back_in_the_second_of_its_dispatch_is_with_the_office():
    moment = at("10-28 09:00")
    back = ReturnFacts(U1, moment, moment, True, True)
    one = appeal(assignments=(lead(U1, dispatched_at=moment, ended_at=moment, void=True, final=False),), returns=(back,))
    moves = stock.stock_moves(one, OFFICE)
    assert stock.place(moves, moment + timedelta(days=1)) == stock.Place(OFFICE, False)


def test_stock_shelved_and_back_in_one_second_is_not_shelved():
    moment = at("11-04 09:00")
    one = appeal(shelved=(facts.Shelved(moment, moment),))
    assert stock.place(stock.stock_moves(one, OFFICE), moment + timedelta(days=1)) == stock.Place(U1, False)


# -- "`test`, `statutory` are outside everything" (policy §9) -------------------------------------------------


def test_a_linked_appeal_that_is_a_test_does_not_mark_the_old_one_as_reopened():
    old = answered(struck_off_at=at("11-10 18:00"))
    new = appeal(number="Q2", reopened_from="Q1", submitted_at=at("11-12 18:00"), accepted_at=None, due_at=None, assignments=())
    for kind, marked in ((None, 1), (Exclusion.TEST, 0), (Exclusion.STATUTORY, 0)):
        found = figures(old, replace(new, exclusion=kind, excluded_at=kind and new.submitted_at))
        assert found[U1]["reopened"] == (marked, 1)
