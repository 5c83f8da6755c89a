"""Ratings: proof for appeals/rules/rates_ratings.py, each sentence of policy §6 and §9."""

import pytest

from appeals.rules import rates
from appeals.rules.words import Exclusion, Outcome, RatingSource, Solved
from tests.rules.histories import FROZEN, OFFICE, U1, answered, at, figure, figures, rating

# Completed on Friday 11-06 18:00, so the window of five working days ends on Friday 11-13 18:00.
DONE = {"replied": "11-05 18:00", "completed": "11-06 18:00"}


def rated(*ratings, **given):
    return answered(**DONE, ratings=ratings, **given)


def test_a_good_rating_counts_in_every_rating_rate():
    row = figures(rated(rating("11-09 10:00", level=4)))[U1]
    for key in ("rated", "self_rated", "good_of_all", "responded", "solved", "solved_reasonable", "good"):
        assert row[key] == (1, 1)
    assert row["weighted"] == (10, 1)


def test_no_rating_is_never_satisfied():
    row = figures(rated())[U1]
    assert row["rated"] == (0, 1)
    assert row["good_of_all"] == (0, 1)
    assert "good" not in row
    assert "weighted" not in row


@pytest.mark.parametrize(
    ("level", "tenths", "good"), [(5, 10, 1), (4, 10, 1), (3, 9, 1), (2, 0, 0), (1, 0, 0)]
)
def test_levels_weigh_in_tenths_and_three_is_still_good(level, tenths, good):
    row = figures(rated(rating("11-09 10:00", level=level)))[U1]
    assert row["weighted"] == (tenths, 1)
    assert row["good"] == (good, 1)


def test_only_solved_is_solved_and_an_open_answer_is_no_yes():
    for answer, found in ((Solved.YES, 1), (Solved.PARTLY, 0), (Solved.NO, 0), (None, 0)):
        assert figure("solved", rated(rating("11-09 10:00", solved=answer))) == (found, 1)


def test_the_lawful_explanation_leaves_only_solved_reasonable():
    explained = rated(rating("11-09 10:00", solved=Solved.NO), outcome=Outcome.EXPLAINED)
    assert figure("solved", explained) == (0, 1)
    assert figure("solved_reasonable", explained) == (0, 0)


def test_contacted_unknown_is_not_in_the_base_of_responded():
    assert figure("responded", rated(rating("11-09 10:00", contacted=None))) == (0, 0)
    assert figure("responded", rated(rating("11-09 10:00", contacted=False))) == (0, 1)


def test_a_call_counts_as_rated_but_not_as_self_rated():
    call = rated(rating("11-09 10:00", source=RatingSource.CALL))
    assert figure("rated", call) == (1, 1)
    assert figure("self_rated", call) == (0, 1)


# -- which rating ----------------------------------------------------------------------------------------


def test_proxy_and_staff_ratings_are_never_counted():
    proxy = rated(rating("11-09 10:00", source=RatingSource.PROXY))
    staff = rated(rating("11-09 10:00", counts=False))
    assert figure("rated", proxy) == (0, 1)
    assert figure("rated", staff) == (0, 1)


def test_a_review_upheld_takes_the_rating_out_and_leaves_the_appeal_in_the_cohort():
    upheld = rated(rating("11-09 10:00", level=1, counts=False, discounted_at=at("11-13 10:00")))
    assert figure("rated", upheld) == (0, 1)
    assert figure("good", upheld) == (0, 0)


def test_until_the_review_is_upheld_the_rating_counts():
    later = rated(rating("11-09 10:00", level=1, counts=False, discounted_at=at("11-16 00:00")))
    assert figure("rated", later) == (1, 1)
    assert figure("good", later) == (0, 1)


def test_the_last_change_within_24_hours_counts_and_one_second_later_does_not():
    first = rating("11-09 10:00:00", level=2)
    inside = rated(first, rating("11-09 12:00", level=1), rating("11-10 10:00:00", level=5))
    assert figure("good", inside) == (1, 1)
    outside = rated(first, rating("11-10 10:00:01", level=5))
    assert figure("good", outside) == (0, 1)


def test_the_24_hours_run_from_the_first_rating_not_from_the_last_change():
    chain = rated(
        rating("11-09 10:00", level=1), rating("11-10 09:00", level=2), rating("11-10 11:00", level=5)
    )
    assert figure("good", chain) == (0, 1)


def test_a_change_counts_past_the_window_and_past_p1_but_not_past_f():
    sunday = answered(replied="11-06 18:00", completed="11-09 18:00")  # window ends 11-16 18:00
    first = rating("11-15 20:00", level=1)
    by_f = answered(completed="11-09 18:00", ratings=(first, rating("11-16 19:00", level=5)))
    assert figure("rated", sunday) == (0, 0)
    assert figure("good", by_f, period=FROZEN) == (1, 1)
    early_f = rates.Period(FROZEN.from_at, FROZEN.to_at, at("11-16 18:59:59"))
    assert figure("good", by_f, period=early_f) == (0, 1)
    at_f = rates.Period(FROZEN.from_at, FROZEN.to_at, at("11-16 19:00:00"))
    assert figure("good", by_f, period=at_f) == (1, 1)


def test_of_two_entries_in_one_second_the_later_entry_is_the_change():
    same = rated(rating("11-09 10:00", level=5), rating("11-09 10:00", level=1))
    assert figure("good", same) == (0, 1)


def test_later_rounds_enter_no_rate():
    second = rated(rating("11-09 10:00", level=1), rating("11-09 20:00", level=5, round=2))
    assert figure("good", second) == (0, 1)


# -- the cohort ------------------------------------------------------------------------------------------


def test_the_window_s_last_second_is_inside():
    assert figure("rated", rated(rating("11-13 18:00:00"))) == (1, 1)
    assert figure("rated", rated(rating("11-13 18:00:01"))) == (0, 1)


def test_a_window_given_with_the_history_stands():
    longer = rated(rating("11-14 10:00"), window_ends_at=at("11-15 18:00"))
    assert figure("rated", longer) == (1, 1)


def test_the_first_rating_settles_before_the_window_ends():
    inside = {"replied": "11-09 10:00", "completed": "11-12 18:00"}  # window ends 11-19 18:00
    assert figure("rated", answered(**inside, ratings=(rating("11-13 10:00"),))) == (1, 1)
    assert figure("rated", answered(**inside)) == (0, 0)
    assert figure("rated", answered(**inside, ratings=(rating("11-16 00:00"),))) == (0, 0)
    following = rates.Period(at("11-16 00:00"), at("11-30 00:00"), at("12-01 18:00"))
    assert figure("rated", answered(**inside), period=following) == (0, 1)


def test_any_exclusion_leaves_the_rating_cohort():
    for kind in (Exclusion.UNREASONABLE, Exclusion.UNTRUE, Exclusion.LEGAL):
        gone = rated(rating("11-09 10:00"), exclusion=kind, excluded_at=at("11-15 10:00"))
        assert figure("rated", gone) == (0, 0)


def test_an_exclusion_decided_after_p1_does_not():
    later = rated(rating("11-09 10:00"), exclusion=Exclusion.UNREASONABLE, excluded_at=at("11-16 00:00"))
    assert figure("rated", later) == (1, 1)


def test_ratings_stand_in_the_final_lead_s_line_even_where_the_office_is_charged():
    late_approval = answered(
        replied="11-03 18:00", completed="11-06 18:00", due_at=at("11-04 18:00"),
        lead_={"due_at": at("11-03 18:00")}, ratings=(rating("11-09 10:00"),),
    )  # fmt: skip
    found = figures(late_approval)
    assert found[OFFICE]["promise_kept"] == (0, 1)
    assert found[U1]["rated"] == (1, 1)
    assert "rated" not in found[OFFICE]
