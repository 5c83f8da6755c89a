"""Where the second count once disagreed with the program and the policy's words decided: one smallest case each."""

from appeals.rules import facts, rates
from appeals.rules.words import Part
from tests.rules.histories import FROZEN, U1, U2, answered, appeal, at, figures, lead, rating, version

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
