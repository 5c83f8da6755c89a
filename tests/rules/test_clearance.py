"""Fortnights and quarters: proof for appeals/rules/clearance.py, worked out by hand (policy §7)."""

from datetime import date, timedelta

import pytest

from appeals.rules import clearance
from tests.rules.histories import CALENDAR, at


def test_cycle_1_begins_on_the_anchor():
    assert clearance.cycle_of(at("2022-07-04 00:00:00")) == 1
    assert clearance.cycle_of(at("2022-07-03 23:59:59")) == 0
    assert clearance.bounds(1) == (at("2022-07-04 00:00"), at("2022-07-18 00:00"))


def test_cycle_114_is_that_of_the_worked_example():
    assert clearance.bounds(114) == (at("11-02 00:00"), at("11-16 00:00"))
    assert clearance.cycle_of(at("11-02 00:00:00")) == 114
    assert clearance.cycle_of(at("11-15 23:59:59")) == 114
    assert clearance.cycle_of(at("11-16 00:00:00")) == 115


def test_the_day_is_that_of_shanghai():
    assert clearance.cycle_of(at("11-02 07:59")) == 114  # still Sunday in UTC


def test_cycles_are_printed_in_the_year_in_which_they_end():
    assert clearance.title(114) == "2026年第23期（11月2日—11月15日）"
    assert clearance.title(117) == "2026年第26期（12月14日—12月27日）"
    assert clearance.title(118) == "2027年第1期（12月28日—1月10日）"


def test_numbers_in_a_year_run_without_a_gap_for_fifty_years():
    last = (2022, 0)
    for cycle in range(1, 1300):
        year, number = clearance.number_in_year(cycle)
        if cycle > 1:
            assert (year, number) in ((last[0], last[1] + 1), (last[0] + 1, 1))
        last = (year, number)


def test_every_day_lies_in_exactly_one_cycle():
    for n in range(2000):
        noon = at("2022-07-04 12:00") + timedelta(days=n)
        p0, p1 = clearance.bounds(clearance.cycle_of(noon))
        assert p0 <= noon < p1
        assert (p1 - p0).days == 14


def test_another_anchor_moves_every_cycle():
    anchor = date(2026, 11, 2)
    assert clearance.cycle_of(at("11-02 00:00"), anchor) == 1
    assert clearance.bounds(2, anchor) == (at("11-16 00:00"), at("11-30 00:00"))


# -- F ---------------------------------------------------------------------------------------------------


def test_f_is_18_00_of_the_second_working_day_after_the_end():
    assert clearance.freeze_at(114, CALENDAR) == at("11-17 18:00")  # Monday, Tuesday


def test_a_holiday_puts_f_off():
    # Cycle 111 ends on Sunday 10-04, inside the holiday 10-01 … 10-07: Thursday 10-08, Friday 10-09.
    assert clearance.freeze_at(111, CALENDAR) == at("10-09 18:00")


def test_a_period_knows_the_f_of_its_strike_offs_as_that_of_the_next_cycle():
    period = clearance.period(114, CALENDAR)
    assert (period.from_at, period.to_at, period.known_at) == (
        at("11-02 00:00"), at("11-16 00:00"), at("11-17 18:00"),
    )  # fmt: skip
    assert period.struck_known_at == clearance.freeze_at(115, CALENDAR) == at("12-01 18:00")


# -- catching up -----------------------------------------------------------------------------------------


def freeze(last, now, first=110):
    return clearance.cycles_to_freeze(last, at(now), first, CALENDAR)


def test_nothing_is_frozen_before_f_nor_in_its_own_second():
    assert freeze(113, "11-17 17:59:59") == []
    assert freeze(113, "11-17 18:00:00") == []
    assert freeze(113, "11-17 18:00:01") == [114]


def test_late_runs_catch_up_oldest_first_and_a_second_run_finds_nothing():
    assert freeze(111, "12-10 09:00") == [112, 113, 114, 115]
    assert freeze(115, "12-10 09:00") == []


def test_the_first_cycle_is_the_first_to_be_frozen():
    assert freeze(None, "11-20 09:00", first=114) == [114]
    assert freeze(None, "11-10 09:00", first=114) == []
    assert freeze(100, "11-20 09:00", first=114) == [114]


def test_drafts_stand_at_the_end_itself():
    assert clearance.cycles_to_draft(113, at("11-15 23:59:59"), 110) == []
    assert clearance.cycles_to_draft(113, at("11-16 00:00:00"), 110) == [114]


# -- quarters --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "quarter"),
    [("01-01 00:00", (2026, 1)), ("03-31 23:59:59", (2026, 1)), ("04-01 00:00", (2026, 2)), ("12-31 23:59:59", (2026, 4))],
)  # fmt: skip
def test_quarters_are_those_of_the_calendar(moment, quarter):
    assert clearance.quarter_of(at(moment)) == quarter


def test_a_quarter_ends_where_the_next_begins():
    assert clearance.quarter_bounds((2026, 4)) == (at("10-01 00:00"), at("2027-01-01 00:00"))
    assert clearance.quarter_bounds((2026, 3))[1] == clearance.quarter_bounds((2026, 4))[0]
    assert clearance.quarter_title((2026, 4)) == "2026年第4季度"


def test_a_quarter_has_its_own_f():
    # Q3 ends on Wednesday 09-30; 10-01 … 10-07 are free: 10-08, 10-09.
    assert clearance.quarter_freeze_at((2026, 3), CALENDAR) == at("10-09 18:00")
    assert clearance.quarter_period((2026, 3), CALENDAR).struck_known_at == at("10-16 18:00")


def test_quarters_catch_up_oldest_first():
    found = clearance.quarters_to_freeze((2026, 1), at("10-09 18:00:01"), (2025, 1), CALENDAR)
    assert found == [(2026, 2), (2026, 3)]
    assert clearance.quarters_to_freeze(None, at("10-09 18:00:00"), (2026, 3), CALENDAR) == []
    assert clearance.quarters_to_freeze((2026, 4), at("10-12 09:00"), (2026, 1), CALENDAR) == []
