"""Working days and working hours: the calendar as plain values (policy §4)."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from types import MappingProxyType
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = time(12)
WORKDAY, WEEKEND, HOLIDAY, MAKEUP = "workday", "weekend", "holiday", "makeup"


def day_of(at: datetime) -> date:
    """The Shanghai date of an aware instant."""
    return at.astimezone(SHANGHAI).date()


def end_of(day: date) -> datetime:
    """24:00 Shanghai of a day, in UTC: the first instant that is no longer in it."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)


def half_day(at: datetime) -> tuple[date, str]:
    """The Shanghai date and 'am' or 'pm' of an instant; 12:00:00 is already pm (policy §4)."""
    local = at.astimezone(SHANGHAI)
    return local.date(), "am" if local.time() < NOON else "pm"


def _weekdays_through(ordinal: int) -> int:
    """Mondays to Fridays from 0001-01-01 (a Monday, ordinal 1) through `ordinal`."""
    weeks, rest = divmod(ordinal, 7)
    return weeks * 5 + min(rest, 5)


@dataclass(frozen=True, eq=False)
class Calendar:
    """Which days are worked. A day without a row follows Monday–Friday (policy §4).

    Rows may name every day or only those a notice names. A day without one is final where its year has rows
    and all of them are; else it is provisional. `days` maps a date to (is_working, kind, final); `version` is
    the calendar's own number. Make it with `Calendar.of`; it is immutable: build it once per version, share it.
    """

    days: Mapping[date, tuple[bool, str, bool]]
    version: int
    # Where the rows differ from Monday–Friday: about thirty days a year instead of a look-up per day.
    _odd: frozenset[int] = field(init=False, repr=False)
    _odd_order: tuple[int, ...] = field(init=False, repr=False)
    _odd_sums: tuple[int, ...] = field(init=False, repr=False)
    _final_years: frozenset[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Find the days that differ from Monday–Friday and their running sum (+1 worked, -1 free)."""
        odd = sorted(day.toordinal() for day, row in self.days.items() if row[0] != (day.weekday() < 5))
        signs = (-1 if 0 < ordinal % 7 < 6 else 1 for ordinal in odd)
        open_years = {day.year for day, row in self.days.items() if not row[2]}
        object.__setattr__(self, "_final_years", frozenset({day.year for day in self.days} - open_years))
        object.__setattr__(self, "days", MappingProxyType(dict(self.days)))
        object.__setattr__(self, "_odd", frozenset(odd))
        object.__setattr__(self, "_odd_order", tuple(odd))
        object.__setattr__(self, "_odd_sums", tuple(accumulate(signs, initial=0)))

    @classmethod
    def of(cls, rows: Iterable[tuple[date, bool, str, bool]], version: int = 0) -> "Calendar":
        """A calendar from rows (day, is_working, kind, final)."""
        return cls({day: (working, kind, final) for day, working, kind, final in rows}, version)

    def is_working(self, day: date) -> bool:
        """Whether `day` is worked, make-up days included."""
        return self._works(day.toordinal())

    def is_final(self, day: date) -> bool:
        """Whether `day` rests on a published notice; otherwise it is shown as 暂定."""
        row = self.days.get(day)
        return row[2] if row is not None else day.year in self._final_years

    def kind(self, day: date) -> str:
        """'workday', 'weekend', 'holiday' or 'makeup'; without a row, by the day of the week."""
        row = self.days.get(day)
        if row is not None:
            return row[1]
        return WORKDAY if day.weekday() < 5 else WEEKEND

    def next_working(self, day: date) -> date:
        """The first working day strictly after `day`."""
        return self.add_working(day, 1)

    def add_working(self, day: date, n: int) -> date:
        """The n-th working day after `day`; for n = 0 `day` itself if it is worked, else the next one.

        A negative n counts back: -1 is the last working day before `day`.
        """
        ordinal = day.toordinal()
        if n == 0:
            return day if self._works(ordinal) else self.add_working(day, 1)
        step, left = (1, n) if n > 0 else (-1, -n)
        odd = self._odd
        while left:
            ordinal += step
            if (0 < ordinal % 7 < 6) != (ordinal in odd):
                left -= 1
        return date.fromordinal(ordinal)

    def working_days_between(self, a: date, b: date) -> int:
        """Working days after `a` up to and including `b`; negative (the other way round) if b < a.

        So for n ≥ 1 `working_days_between(d, add_working(d, n)) == n`.
        """
        return self._worked_through(b.toordinal()) - self._worked_through(a.toordinal())

    def _works(self, ordinal: int) -> bool:
        return (0 < ordinal % 7 < 6) != (ordinal in self._odd)

    def _worked_through(self, ordinal: int) -> int:
        return _weekdays_through(ordinal) + self._odd_sums[bisect_right(self._odd_order, ordinal)]


@dataclass(frozen=True)
class Hours:
    """Working hours of a day, morning and afternoon as (from, to); a setting (policy §4)."""

    morning: tuple[time, time] = (time(9), time(12))
    afternoon: tuple[time, time] = (time(13), time(18))

    def seconds_before(self, moment: time) -> int:
        """Working seconds of a day that have passed at `moment`."""
        return sum(
            max(0, min(_second(moment), _second(closing)) - _second(opening))
            for opening, closing in (self.morning, self.afternoon)
        )

    def per_day(self) -> int:
        """Working seconds of a whole working day."""
        return self.seconds_before(time.max)


def working_seconds(start: datetime, end: datetime, calendar: Calendar, hours: Hours) -> int:
    """Whole working seconds from `start` to `end` (aware instants); 0 if `end` is not later (policy §4)."""
    if end <= start:
        return 0
    whole = calendar.working_days_between(day_of(start), day_of(end)) * hours.per_day()
    return whole + _passed(end, calendar, hours) - _passed(start, calendar, hours)


def _passed(at: datetime, calendar: Calendar, hours: Hours) -> int:
    """Working seconds of the instant's own day that have passed.

    A rest day counts as a full day gone by: `working_days_between(a, b)` leaves it out, and only what a worked
    day still has to come must be corrected at either end.
    """
    local = at.astimezone(SHANGHAI)
    return hours.seconds_before(local.time()) if calendar.is_working(local.date()) else hours.per_day()


def _second(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


def days_from(first: date, last: date) -> Iterator[date]:
    """Every date from `first` through `last`."""
    return (date.fromordinal(ordinal) for ordinal in range(first.toordinal(), last.toordinal() + 1))
