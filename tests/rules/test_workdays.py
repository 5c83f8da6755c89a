"""Working days and hours: proof for appeals/rules/workdays.py."""

import random
import timeit
from datetime import UTC, date, datetime, time, timedelta

import chinese_calendar
import pytest

from appeals.rules import workdays
from appeals.rules.workdays import SHANGHAI, Calendar, Hours


def row(day: date) -> tuple[date, bool, str, bool]:
    """One calendar row as the published notice of 2026 has it."""
    working, weekday = chinese_calendar.is_workday(day), day.weekday() < 5
    kind = ("workday" if weekday else "makeup") if working else ("holiday" if weekday else "weekend")
    return day, working, kind, True


YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
CALENDAR = Calendar.of(map(row, YEAR), version=7)


def at(text: str) -> datetime:
    """An instant from Shanghai wall time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_a_make_up_saturday_is_worked_and_a_holiday_thursday_is_not():
    assert CALENDAR.is_working(date(2026, 10, 10))
    assert CALENDAR.kind(date(2026, 10, 10)) == "makeup"
    assert not CALENDAR.is_working(date(2026, 10, 1))
    assert CALENDAR.kind(date(2026, 10, 1)) == "holiday"
    assert CALENDAR.kind(date(2026, 10, 11)) == "weekend"
    assert CALENDAR.kind(date(2026, 10, 12)) == "workday"
    assert CALENDAR.version == 7


def test_a_day_without_a_row_follows_the_week_and_is_provisional():
    friday, saturday = date(2027, 1, 1), date(2027, 1, 2)
    assert CALENDAR.is_working(friday)
    assert CALENDAR.kind(friday) == "workday"
    assert not CALENDAR.is_working(saturday)
    assert CALENDAR.kind(saturday) == "weekend"
    assert not CALENDAR.is_final(friday)
    assert CALENDAR.is_final(date(2026, 12, 31))


def test_a_provisional_row_counts_but_is_not_final():
    calendar = Calendar.of([(date(2027, 1, 1), False, "holiday", False)], 1)
    assert not calendar.is_working(date(2027, 1, 1))
    assert not calendar.is_final(date(2027, 1, 1))
    assert calendar.next_working(date(2026, 12, 31)) == date(2027, 1, 4)


def test_rows_that_name_only_what_a_notice_names_make_the_whole_year_final():
    named = [row(day) for day in YEAR if row(day)[2] in ("holiday", "makeup")]
    calendar = Calendar.of([*named, (date(2027, 1, 1), False, "holiday", False)], 1)
    assert calendar.is_final(date(2026, 11, 23))
    assert not calendar.is_final(date(2027, 11, 23))
    assert not calendar.is_final(date(2028, 11, 23))
    assert [calendar.is_working(day) for day in YEAR] == [CALENDAR.is_working(day) for day in YEAR]


def test_one_provisional_row_keeps_the_rest_of_its_year_provisional():
    calendar = Calendar.of(
        [(date(2027, 1, 1), False, "holiday", True), (date(2027, 5, 1), False, "holiday", False)], 1
    )
    assert calendar.is_final(date(2027, 1, 1))
    assert not calendar.is_final(date(2027, 3, 1))


def test_the_next_working_day_skips_the_national_day_of_2026():
    assert CALENDAR.next_working(date(2026, 9, 30)) == date(2026, 10, 8)
    assert CALENDAR.next_working(date(2026, 10, 9)) == date(2026, 10, 10)
    assert CALENDAR.next_working(date(2026, 10, 10)) == date(2026, 10, 12)


def test_no_working_days_later_is_the_day_itself_or_the_next_worked_one():
    assert CALENDAR.add_working(date(2026, 9, 30), 0) == date(2026, 9, 30)
    assert CALENDAR.add_working(date(2026, 10, 1), 0) == date(2026, 10, 8)


def test_counting_back_from_a_rest_day_starts_at_the_last_worked_one():
    assert CALENDAR.add_working(date(2026, 10, 4), -1) == date(2026, 9, 30)
    assert CALENDAR.add_working(date(2026, 10, 12), -3) == date(2026, 10, 8)


def test_days_between_leave_out_the_first_and_hold_the_last():
    assert CALENDAR.working_days_between(date(2026, 9, 30), date(2026, 10, 8)) == 1
    assert CALENDAR.working_days_between(date(2026, 9, 30), date(2026, 10, 7)) == 0
    assert CALENDAR.working_days_between(date(2026, 10, 8), date(2026, 9, 30)) == -1
    assert CALENDAR.working_days_between(date(2026, 10, 22), date(2026, 11, 5)) == 10
    assert CALENDAR.working_days_between(date(2026, 10, 9), date(2026, 10, 9)) == 0


def test_the_fast_count_agrees_with_counting_day_by_day():
    chance = random.Random(1)
    for _ in range(300):
        first = date(2025, 12, 1) + timedelta(days=chance.randrange(420))
        last = first + timedelta(days=chance.randrange(60))
        days = [first + timedelta(days=n + 1) for n in range((last - first).days)]
        slow = sum(row(d)[1] if d.year == 2026 else d.weekday() < 5 for d in days)
        assert CALENDAR.working_days_between(first, last) == slow
        n = chance.randrange(1, 40)
        assert CALENDAR.working_days_between(first, CALENDAR.add_working(first, n)) == n
        assert CALENDAR.is_working(CALENDAR.add_working(first, n))


def test_thirty_working_days_cost_microseconds():
    best = min(timeit.repeat(lambda: CALENDAR.add_working(date(2026, 9, 1), 30), number=100, repeat=5)) / 100
    assert best < 200e-6


def test_the_calendar_does_not_follow_later_changes_of_its_rows():
    rows = {date(2026, 11, 23): (True, "workday", True)}
    calendar = Calendar(rows, 1)
    rows[date(2026, 11, 23)] = (False, "holiday", True)
    assert calendar.is_working(date(2026, 11, 23))
    assert calendar.kind(date(2026, 11, 23)) == "workday"


def test_the_half_days_divide_at_noon_in_shanghai():
    assert workdays.half_day(at("2026-11-23T11:59:59")) == (date(2026, 11, 23), "am")
    assert workdays.half_day(at("2026-11-23T12:00:00")) == (date(2026, 11, 23), "pm")
    assert workdays.half_day(datetime(2026, 11, 22, 17, 0, tzinfo=UTC)) == (date(2026, 11, 23), "am")


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2026-11-23T09:00:00", "2026-11-23T18:00:00", 8 * 3600),
        ("2026-11-23T11:30:00", "2026-11-23T13:30:00", 3600),
        ("2026-11-23T12:10:00", "2026-11-23T12:50:00", 0),
        ("2026-11-23T08:00:00", "2026-11-23T09:00:01", 1),
        ("2026-11-06T17:30:00", "2026-11-09T09:30:00", 3600),  # over a weekend
        ("2026-11-07T10:00:00", "2026-11-08T16:00:00", 0),  # within one
        ("2026-11-07T10:00:00", "2026-11-09T10:00:00", 3600),
        ("2026-11-06T17:00:00", "2026-11-07T10:00:00", 3600),
        ("2026-09-30T17:00:00", "2026-10-08T10:00:00", 2 * 3600),  # over the National Day
        ("2026-10-09T17:00:00", "2026-10-12T10:00:00", 10 * 3600),  # a make-up Saturday between
        ("2026-11-23T10:00:00", "2026-11-23T10:00:00", 0),
        ("2026-11-24T10:00:00", "2026-11-23T10:00:00", 0),
    ],
)
def test_working_time_is_counted_in_whole_seconds(start, end, seconds):
    assert workdays.working_seconds(at(start), at(end), CALENDAR, Hours()) == seconds


def test_working_time_adds_up_wherever_it_is_cut():
    chance = random.Random(2)
    first, hours = at("2026-09-18T00:00:00"), Hours()
    for _ in range(300):
        a, b, c = (first + timedelta(seconds=s) for s in sorted(chance.sample(range(40 * 86400), 3)))
        parts = workdays.working_seconds(a, b, CALENDAR, hours) + workdays.working_seconds(
            b, c, CALENDAR, hours
        )
        assert parts == workdays.working_seconds(a, c, CALENDAR, hours)


def test_other_hours_give_other_seconds():
    short = Hours(morning=(time(8, 30), time(12)), afternoon=(time(14), time(17, 30)))
    start, end = at("2026-11-23T08:00:00"), at("2026-11-23T14:00:30")
    assert workdays.working_seconds(start, end, CALENDAR, short) == 3 * 3600 + 1800 + 30
    assert short.per_day() == 7 * 3600
