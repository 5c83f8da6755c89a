"""The limits of an appeal: proof for appeals/rules/deadlines.py, worked out by hand on the calendar of 2026."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest

from appeals.rules import deadlines
from appeals.rules.deadlines import Limits
from appeals.rules.words import Light, Nature
from appeals.rules.workdays import SHANGHAI, Calendar


def rows_of_2026():
    """Every day of 2026 as published, final."""
    for n in range(365):
        day = date(2026, 1, 1) + timedelta(days=n)
        working, weekday = chinese_calendar.is_workday(day), day.weekday() < 5
        kind = ("workday" if weekday else "makeup") if working else ("holiday" if weekday else "weekend")
        yield day, working, kind, True


CALENDAR = Calendar.of(rows_of_2026(), 1)
LIMITS = Limits()


def at(text: str) -> datetime:
    """'11-06 18:00:01' of 2026 (or with a year before it) in Shanghai, as the UTC instant that is stored."""
    full = text if text[:2] == "20" else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI).astimezone(UTC)


# -- the counting day ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("trigger", "day"),
    [
        ("11-06 18:00:00", date(2026, 11, 6)),  # Friday, in time
        ("11-06 18:00:01", date(2026, 11, 9)),  # one second late: Monday
        ("11-06 00:00:00", date(2026, 11, 6)),
        ("11-07 09:00:00", date(2026, 11, 9)),  # Saturday
        ("11-08 23:59:59", date(2026, 11, 9)),
        ("09-30 18:00:01", date(2026, 10, 8)),  # the evening before the National Day
        ("10-03 12:00:00", date(2026, 10, 8)),
        ("10-09 18:00:01", date(2026, 10, 10)),  # a Friday before a make-up Saturday
        ("10-10 10:00:00", date(2026, 10, 10)),  # on it
        ("10-10 18:00:01", date(2026, 10, 12)),
        ("09-18 18:00:01", date(2026, 9, 20)),  # a make-up Sunday
    ],
)
def test_a_trigger_counts_on_its_own_working_day_until_six_and_else_on_the_next(trigger, day):
    assert deadlines.counting_day(at(trigger), CALENDAR) == day


def test_the_fraction_of_the_second_of_six_o_clock_is_in_time():
    late = at("11-06 18:00:00").replace(microsecond=999_999)
    assert deadlines.counting_day(late, CALENDAR) == date(2026, 11, 6)


def test_a_limit_is_stored_in_utc_at_six_in_shanghai():
    limit = deadlines.after(at("11-06 10:00:00"), 1, CALENDAR)
    assert limit == datetime(2026, 11, 9, 10, 0, tzinfo=UTC)
    assert limit.tzinfo is UTC


def test_limits_count_forward_back_and_on_the_same_day():
    assert deadlines.same_day(at("11-06 18:00:00"), CALENDAR) == at("11-06 18:00:00")
    assert deadlines.same_day(at("11-06 18:00:01"), CALENDAR) == at("11-09 18:00:00")
    assert deadlines.before(at("11-09 18:00:00"), 1, CALENDAR) == at("11-06 18:00:00")
    assert deadlines.before(at("10-08 18:00:00"), 2, CALENDAR) == at("09-29 18:00:00")
    assert deadlines.before(at("10-08 12:00:00"), 0, CALENDAR) == at("10-08 18:00:00")


def test_urgent_hours_run_through_night_and_holiday():
    assert deadlines.hours_after(at("09-30 23:30:00"), LIMITS.urgent_contact_hours) == at("10-01 01:30:00")
    assert deadlines.hours_after(at("10-01 01:30:00"), LIMITS.urgent_measures_hours) == at("10-02 01:30:00")


# -- the promise -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "due"),
    [
        ("10-22 18:00:00", "11-05 18:00:00"),  # plain fortnights
        ("10-14 18:00:00", "10-28 18:00:00"),
        ("10-30 18:00:00", "11-13 18:00:00"),
        # 10-08, 09, 10 (make-up Saturday), 12, 13, 14, 15, 16, 19, 20
        ("09-30 17:00:00", "10-20 18:00:00"),
        # counts on 10-08, so one day more
        ("09-30 18:00:01", "10-21 18:00:00"),
        # 09-20 (make-up Sunday), 21, 22, 23, 24, 28, 29, 30, 10-08, 09
        ("09-18 12:00:00", "10-09 18:00:00"),
    ],
)
def test_the_promise_is_ten_working_days_from_acceptance(accepted, due):
    later = at("12-31 18:00:00")
    assert deadlines.promise(Nature.HELP, at(accepted), later, CALENDAR, LIMITS) == at(due)


def test_a_promise_into_a_year_without_notice_takes_weekdays_as_worked():
    promised = deadlines.promise("help", at("12-18 12:00:00"), at("12-21 18:00:00"), CALENDAR, LIMITS)
    assert promised == at("2027-01-01 18:00:00")


def test_a_promise_into_a_provisional_year_respects_its_statutory_days():
    calendar = Calendar.of([*rows_of_2026(), (date(2027, 1, 1), False, "holiday", False)], 2)
    promised = deadlines.promise("help", at("12-18 12:00:00"), at("12-21 18:00:00"), calendar, LIMITS)
    assert promised == at("2027-01-04 18:00:00")


def test_a_question_is_promised_an_answer_in_three_days():
    due = deadlines.promise("consultation", at("11-06 18:00:01"), at("11-10 18:00:00"), CALENDAR, LIMITS)
    assert due == at("11-12 18:00:00")


def test_late_acceptance_does_not_lengthen_the_promise():
    accept_due = deadlines.acceptance(at("10-21 10:00:00"), CALENDAR, LIMITS)
    assert accept_due == at("10-22 18:00:00")
    for accepted in (None, at("10-22 18:00:01"), at("10-29 09:00:00")):
        assert deadlines.promise("help", accepted, accept_due, CALENDAR, LIMITS) == at("11-05 18:00:00")


def test_a_stricter_limit_of_a_superior_wins_and_a_laxer_one_does_not():
    accepted, accept_due = at("10-22 10:00:00"), at("10-23 18:00:00")
    for superior, due in (("10-30 12:00:00", "10-30 12:00:00"), ("11-30 18:00:00", "11-05 18:00:00")):
        promised = deadlines.promise("help", accepted, accept_due, CALENDAR, LIMITS, at(superior))
        assert promised == at(due)


# -- steps on the way ------------------------------------------------------------------------------------


def test_acceptance_is_due_one_working_day_after_submission():
    assert deadlines.acceptance(at("11-06 18:00:00"), CALENDAR, LIMITS) == at("11-09 18:00:00")
    assert deadlines.acceptance(at("11-06 18:00:01"), CALENDAR, LIMITS) == at("11-10 18:00:00")
    assert deadlines.acceptance(at("09-30 18:00:00"), CALENDAR, LIMITS) == at("10-08 18:00:00")


def test_dispatch_is_due_on_the_day_of_acceptance_and_the_steps_follow():
    friday = at("11-06 16:00:00")
    assert deadlines.dispatch(friday, CALENDAR) == at("11-06 18:00:00")
    assert deadlines.acknowledgement(friday, CALENDAR, LIMITS) == at("11-09 18:00:00")
    assert deadlines.contact(friday, CALENDAR, LIMITS) == at("11-09 18:00:00")
    assert deadlines.plan(friday, CALENDAR, LIMITS) == at("11-11 18:00:00")
    assert deadlines.approval(friday, CALENDAR, LIMITS) == at("11-09 18:00:00")
    assert deadlines.rating_window(friday, CALENDAR, LIMITS) == at("11-13 18:00:00")


def test_call_backs_are_made_on_the_second_to_fifth_working_day():
    days = deadlines.callback_days(at("10-09 18:00:00"), CALENDAR, LIMITS)
    assert days == (date(2026, 10, 12), date(2026, 10, 13), date(2026, 10, 14), date(2026, 10, 15))


# -- units -----------------------------------------------------------------------------------------------


def unit_limit(due, received, *, own_loss, nature="help"):
    """The unit's limit with the default numbers."""
    return deadlines.unit_limit(nature, at(due), at(received), own_loss, CALENDAR, LIMITS)


@pytest.mark.parametrize("own_loss", [True, False])
def test_a_unit_has_until_one_working_day_before_the_promise(own_loss):
    assert unit_limit("11-05 18:00:00", "10-22 18:00:00", own_loss=own_loss) == at("11-04 18:00:00")
    assert unit_limit("11-09 18:00:00", "10-27 18:00:00", own_loss=own_loss) == at("11-06 18:00:00")


def test_a_unit_that_gets_it_late_without_fault_has_five_working_days_even_past_the_promise():
    assert unit_limit("11-12 18:00:00", "11-06 18:00:00", own_loss=False) == at("11-13 18:00:00")
    assert unit_limit("11-12 18:00:00", "11-06 18:00:00", own_loss=True) == at("11-11 18:00:00")


def test_a_question_stays_until_the_promise_itself_with_at_least_two_days():
    ask = Nature.CONSULTATION
    assert unit_limit("11-12 18:00:00", "11-09 10:00:00", own_loss=False, nature=ask) == at("11-12 18:00:00")
    assert unit_limit("11-12 18:00:00", "11-11 10:00:00", own_loss=False, nature=ask) == at("11-13 18:00:00")
    assert unit_limit("11-12 18:00:00", "11-11 10:00:00", own_loss=True, nature=ask) == at("11-12 18:00:00")


@pytest.mark.parametrize(
    ("received", "lead_due", "due"),
    [
        ("10-30 18:00:00", "11-11 18:00:00", "11-05 18:00:00"),  # 8 days left: 4
        ("10-29 18:00:00", "11-11 18:00:00", "11-04 18:00:00"),  # 9 days left: 4
        ("11-06 18:00:00", "11-11 18:00:00", "11-09 18:00:00"),  # 3 days left: 1
        ("11-09 10:00:00", "11-11 18:00:00", "11-10 18:00:00"),  # 2 days left: 1
        ("11-10 10:00:00", "11-11 18:00:00", "11-11 18:00:00"),  # 1 day left: the lead's own
        ("11-11 19:00:00", "11-11 18:00:00", "11-13 18:00:00"),  # over already: one of its own
    ],
)
def test_a_support_has_half_of_what_the_lead_has_left(received, lead_due, due):
    assert deadlines.support_limit(at(received), at(lead_due), CALENDAR, LIMITS) == at(due)


# -- lights ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "light"),
    [
        ("10-22 18:00:00", Light.GREEN),
        ("10-29 18:00:00", Light.GREEN),  # 4 of 9 days left
        ("10-29 18:00:01", Light.YELLOW),  # 3 of 9
        ("11-01 12:00:00", Light.YELLOW),  # Sunday: 2 of 9
        ("11-02 18:00:00", Light.YELLOW),  # 2 of 9
        ("11-02 18:00:01", Light.RED),
        ("11-04 18:00:00", Light.RED),
        ("11-04 18:00:01", Light.OVERDUE),
    ],
)
def test_the_light_turns_yellow_at_a_third_and_red_at_one_day(now, light):
    assert deadlines.light(at("10-22 18:00:00"), at("11-04 18:00:00"), at(now), CALENDAR) is light


def test_a_limit_of_one_day_is_red_from_the_start():
    assert (
        deadlines.light(at("11-06 10:00:00"), at("11-09 18:00:00"), at("11-06 10:00:00"), CALENDAR)
        is Light.RED
    )


# -- explanations ----------------------------------------------------------------------------------------


def told(days):
    """What a reader sees of each day, short."""
    return [(f"{day.on:%m-%d}", day.kind, day.counted) for day in days]


def test_a_limit_explains_itself_over_a_weekend():
    assert told(deadlines.explain(at("11-06 10:00:00"), 2, CALENDAR)) == [
        ("11-06", "workday", 0),
        ("11-07", "weekend", None),
        ("11-08", "weekend", None),
        ("11-09", "workday", 1),
        ("11-10", "workday", 2),
    ]


def test_a_trigger_after_six_is_said_and_not_counted():
    days = deadlines.explain(at("10-09 18:00:01"), 1, CALENDAR)
    assert told(days) == [
        ("10-09", "workday", None),
        ("10-10", "makeup", 0),
        ("10-11", "weekend", None),
        ("10-12", "workday", 1),
    ]
    assert [(day.trigger, day.after_hours) for day in days] == [(True, True)] + [(False, False)] * 3


def test_a_trigger_on_a_rest_day_is_marked_and_never_after_hours():
    days = deadlines.explain(at("10-06 20:00:00"), 1, CALENDAR)
    assert told(days) == [
        ("10-06", "holiday", None), ("10-07", "holiday", None), ("10-08", "workday", 0), ("10-09", "workday", 1),
    ]  # fmt: skip
    assert days[0].trigger
    assert not any(day.after_hours for day in days)


def test_days_without_notice_are_told_as_provisional():
    days = deadlines.explain(at("12-30 10:00:00"), 3, CALENDAR)
    assert told(days)[-2:] == [("01-03", "weekend", None), ("01-04", "workday", 3)]
    assert [day.provisional for day in days] == [False, False, True, True, True, True]


def test_an_explanation_ends_on_the_day_of_the_limit_with_its_number():
    for start, days in (("09-30 18:00:01", 10), ("12-18 12:00:00", 10), ("10-10 09:00:00", 0)):
        lines = deadlines.explain(at(start), days, CALENDAR)
        assert lines[-1].counted == days
        assert lines[-1].on == deadlines.after(at(start), days, CALENDAR).astimezone(SHANGHAI).date()


def test_a_moved_limit_is_told_from_its_start_to_its_new_day():
    days = deadlines.explain_between(at("10-28 18:00:00"), at("11-20 18:00:00"), CALENDAR)
    assert days[0].on == date(2026, 10, 28)
    assert days[-1].on == date(2026, 11, 20)
    assert days[-1].counted == 17
    assert deadlines.explain_between(at("10-28 18:00:00"), at("10-27 18:00:00"), CALENDAR) == []


# -- settings --------------------------------------------------------------------------------------------


def test_the_defaults_are_those_of_the_policy():
    defaults = Limits().as_dict()
    assert defaults["promise"] == 10
    assert defaults["consultation"] == 3
    assert defaults["rectify_complex"] == 15
    assert Limits.from_settings(defaults) == Limits()
    assert Limits.from_settings({}) == Limits()


def test_a_setting_replaces_a_default_and_other_settings_are_passed_over():
    limits = Limits.from_settings({"promise": 8, "weights": {"on_time": 40}})
    assert limits.promise == 8
    assert limits.accept == 1
    assert deadlines.promise("help", at("10-22 18:00:00"), at("10-23 18:00:00"), CALENDAR, limits) == at(
        "11-03 18:00:00"
    )


@pytest.mark.parametrize("value", ["10", 1.5, -1, True, None])
def test_a_setting_that_is_no_whole_number_is_refused(value):
    with pytest.raises(ValueError, match="promise"):
        Limits.from_settings({"promise": value})
