"""When a unit may send something back, when a conference follows, when a directory row is flagged (policy §5)."""

from datetime import datetime

from appeals.rules import deadlines, returns, second_level
from appeals.rules.workdays import SHANGHAI
from tests.rules.histories import CALENDAR

LIMITS = deadlines.Limits()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_a_return_is_asked_for_within_a_working_day_of_dispatch():
    assert returns.ask_until(at("2026-11-27 17:00"), CALENDAR, LIMITS) == at("2026-11-30 18:00")  # Friday → Monday
    assert returns.ask_until(at("2026-11-27 18:00:01"), CALENDAR, LIMITS) == at("2026-12-01 18:00")


def test_the_third_of_either_kind_needs_a_conference():
    assert not returns.needs_conference(2, 2, LIMITS)
    assert returns.needs_conference(3, 0, LIMITS)
    assert returns.needs_conference(0, 3, LIMITS)


def test_two_wrong_dispatches_in_thirty_days_flag_a_row():
    now = at("2026-12-01 12:00")
    inside, edge, outside = at("2026-11-20 10:00"), at("2026-11-01 12:00:01"), at("2026-11-01 12:00")
    assert returns.flagged([(7, inside), (7, edge), (8, inside)], now, LIMITS) == {7: 2}
    assert returns.flagged([(7, inside), (7, outside)], now, LIMITS) == {}
    assert returns.flagged([(7, inside), (7, at("2026-12-02 10:00"))], now, LIMITS) == {}  # not yet decided then
    assert returns.flagged([(7, inside)] * 3, now, LIMITS) == {7: 3}


def test_a_second_level_ends_a_working_day_before_the_lead():
    assert second_level.limit(at("2026-11-30 18:00"), CALENDAR) == at("2026-11-27 18:00")  # Monday → Friday
    assert second_level.hand_on_until(at("2026-11-27 10:00"), CALENDAR, LIMITS) == at("2026-11-30 18:00")
    due = at("2026-11-27 18:00")
    assert second_level.acknowledge_by(at("2026-11-26 10:00"), due, CALENDAR, LIMITS) == at("2026-11-27 18:00")
    assert second_level.acknowledge_by(at("2026-11-27 10:00"), due, CALENDAR, LIMITS) == due


def test_a_support_added_after_the_leads_limit_has_a_day_of_its_own():
    late = deadlines.support_limit(at("2026-12-01 10:00"), at("2026-11-30 18:00"), CALENDAR, LIMITS)
    assert late == at("2026-12-02 18:00")
