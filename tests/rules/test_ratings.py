"""When a rating is poor, when it is settled, until when it may be reviewed, and which approvals are looked at again."""

from collections import Counter
from datetime import timedelta

import pytest

from appeals.rules import deadlines, numbering, ratings
from appeals.rules.words import Role
from appeals.rules.workdays import Calendar
from tests.builders import at

LIMITS = deadlines.Limits()


@pytest.mark.parametrize(
    ("level", "solved", "go_on", "poor"),
    [(1, "yes", False, True), (2, None, False, True), (3, "yes", True, False), (3, "partly", False, False),
     (5, "partly", True, True), (5, "no", False, True), (3, None, True, False)],
)  # fmt: skip
def test_poor_not_solved_or_partly_with_the_wish_to_go_on(level, solved, go_on, poor):
    assert ratings.poor(level, solved, go_on) is poor


def test_it_is_settled_a_second_after_24_hours():
    given = at("2026-11-30 10:00")
    assert not ratings.settled(given, given + timedelta(hours=24))
    assert ratings.settled(given, given + timedelta(hours=24, seconds=1))


def test_a_review_is_asked_within_three_working_days_of_the_moment_the_unit_sees_it():
    days = Calendar({}, 0)
    assert ratings.review_until(at("2026-11-30 10:00"), days, LIMITS) == at("2026-12-04 18:00")  # Tuesday, and three
    assert ratings.review_until(at("2026-11-27 10:00"), days, LIMITS) == at("2026-12-03 18:00")  # Saturday counts as Monday
    assert ratings.review_until(at("2026-11-30 19:00"), days, LIMITS) == at("2026-12-07 18:00")  # 19:00 counts on the next


def test_for_24_hours_a_units_lists_show_what_a_rating_caused_as_not_rated_yet():
    since = at("2026-11-30 10:00")
    for state in ("rectifying", "struck_off"):
        assert ratings.as_units_see(state, since, since + timedelta(hours=24)) == "completed"
        assert ratings.as_units_see(state, since, since + timedelta(hours=24, seconds=1)) == state
    assert ratings.as_units_see("in_hand", since, since) == "in_hand"


def test_the_third_round_is_a_leaders_and_the_recusal_post_stands_in_for_the_office():
    assert [ratings.auditor(n, office=False) for n in (1, 2, 3, 4)] == [Role.COORDINATOR] * 2 + [Role.LEADER] * 2
    assert [ratings.auditor(n, office=True) for n in (1, 2, 3)] == [Role.RECUSAL] * 2 + [Role.LEADER]


def test_one_approval_in_ten_is_chosen_and_always_the_same_ones():
    numbers = [numbering.number("QS", at("2026-11-23 09:00").date(), n) for n in range(1, 4001)]
    chosen = Counter(map(ratings.looked_at_again, numbers))
    assert 320 <= chosen[True] <= 480
    assert [n for n in numbers if ratings.looked_at_again(n)] == [n for n in numbers if ratings.looked_at_again(n)]
