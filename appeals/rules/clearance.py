"""Biweekly clearance: the fortnights and quarters, when each is frozen, and how it is called (policy §7, §10).

A fortnight is arithmetic on the anchor: no clock, no year, no restart can shift it. Bounds are instants [p0, p1).
"""

from datetime import UTC, date, datetime, time, timedelta

from appeals.rules import deadlines
from appeals.rules.rates_frame import LOOK_FURTHER, Period
from appeals.rules.workdays import SHANGHAI, Calendar, day_of

ANCHOR = date(2022, 7, 4)  # Monday of cycle 1
DAYS = 14
FREEZE_AFTER = 2  # working days after the end
ONE_DAY = timedelta(days=1)

Quarter = tuple[int, int]  # (year, 1 … 4)


# -- cycles ----------------------------------------------------------------------------------------------


def cycle_of(at: datetime, anchor: date = ANCHOR) -> int:
    """The number of the cycle an instant lies in; 1 is the one that begins on the anchor."""
    return (day_of(at) - anchor).days // DAYS + 1


def days_of(cycle: int, anchor: date = ANCHOR) -> tuple[date, date]:
    """First Monday and second Sunday of a cycle."""
    first = anchor + timedelta(days=(cycle - 1) * DAYS)
    return first, first + timedelta(days=DAYS - 1)


def bounds(cycle: int, anchor: date = ANCHOR) -> tuple[datetime, datetime]:
    """[p0, p1): Monday 00:00 and the second Sunday 24:00, in UTC."""
    first, last = days_of(cycle, anchor)
    return _midnight(first), _midnight(last + ONE_DAY)


def freeze_at(cycle: int, calendar: Calendar, anchor: date = ANCHOR) -> datetime:
    """F of a cycle: 18:00 of the second working day after its end, in UTC."""
    return freeze_after(bounds(cycle, anchor)[1], calendar)


def freeze_after(to_at: datetime, calendar: Calendar) -> datetime:
    """F of any period that ends at `to_at`: 18:00 of the second working day after its last day, in UTC."""
    last = day_of(to_at) - ONE_DAY
    return deadlines.closing(calendar.add_working(last, FREEZE_AFTER))


def period(cycle: int, calendar: Calendar, anchor: date = ANCHOR) -> Period:
    """The period of a cycle with its F, and the F of the next one for its `struck_off`."""
    return period_of(*bounds(cycle, anchor), calendar)


def period_of(from_at: datetime, to_at: datetime, calendar: Calendar) -> Period:
    """A period with the F at which it is frozen and the F at which its `struck_off` is."""
    later = freeze_after(to_at + LOOK_FURTHER, calendar)
    return Period(from_at, to_at, freeze_after(to_at, calendar), later)


def cycles_to_draft(
    last_drafted: int | None, now: datetime, first_cycle: int, anchor: date = ANCHOR
) -> list[int]:
    """The cycles that have ended and have no draft yet, oldest first."""
    ended = cycle_of(now, anchor) - 1
    return list(range(_next(last_drafted, first_cycle), ended + 1))


def cycles_to_freeze(
    last_frozen: int | None, now: datetime, first_cycle: int, calendar: Calendar, anchor: date = ANCHOR
) -> list[int]:
    """The cycles whose F has passed and which are not frozen yet, oldest first.

    Not at F itself: what is recorded in that very second still belongs in.
    """
    candidates = cycles_to_draft(last_frozen, now, first_cycle, anchor)
    return [cycle for cycle in candidates if freeze_at(cycle, calendar, anchor) < now]


def number_in_year(cycle: int, anchor: date = ANCHOR) -> tuple[int, int]:
    """(year, number within it), counted in the year in which the cycle ends."""
    last = days_of(cycle, anchor)[1]
    return last.year, (last - date(last.year, 1, 1)).days // DAYS + 1


def title(cycle: int, anchor: date = ANCHOR) -> str:
    """As it is printed: 2026年第23期（11月2日—11月15日）."""
    year, number = number_in_year(cycle, anchor)
    first, last = (f"{day.month}月{day.day}日" for day in days_of(cycle, anchor))
    return f"{year}年第{number}期（{first}—{last}）"


# -- quarters --------------------------------------------------------------------------------------------


def quarter_of(at: datetime) -> Quarter:
    """The calendar quarter an instant lies in."""
    day = day_of(at)
    return day.year, (day.month - 1) // 3 + 1


def quarter_bounds(quarter: Quarter) -> tuple[datetime, datetime]:
    """[p0, p1) of a calendar quarter, in UTC."""
    return _midnight(_first_day(quarter)), _midnight(_first_day(following_quarter(quarter)))


def quarter_freeze_at(quarter: Quarter, calendar: Calendar) -> datetime:
    """F of a quarter: as for a cycle."""
    return freeze_after(quarter_bounds(quarter)[1], calendar)


def quarter_period(quarter: Quarter, calendar: Calendar) -> Period:
    """The period of a quarter with its F."""
    return period_of(*quarter_bounds(quarter), calendar)


def quarters_to_freeze(
    last_frozen: Quarter | None, now: datetime, first_quarter: Quarter, calendar: Calendar
) -> list[Quarter]:
    """The quarters whose F has passed and which are not frozen yet, oldest first."""
    first = first_quarter if last_frozen is None else max(following_quarter(last_frozen), first_quarter)
    due: list[Quarter] = []
    while first < quarter_of(now) and quarter_freeze_at(first, calendar) < now:
        due.append(first)
        first = following_quarter(first)
    return due


def following_quarter(quarter: Quarter) -> Quarter:
    """The next quarter."""
    year, number = quarter
    return (year + 1, 1) if number == 4 else (year, number + 1)


def quarter_title(quarter: Quarter) -> str:
    """As it is printed: 2026年第4季度."""
    return f"{quarter[0]}年第{quarter[1]}季度"


def _next(last: int | None, first_cycle: int) -> int:
    return first_cycle if last is None else max(last + 1, first_cycle)


def _first_day(quarter: Quarter) -> date:
    return date(quarter[0], quarter[1] * 3 - 2, 1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), SHANGHAI).astimezone(UTC)
