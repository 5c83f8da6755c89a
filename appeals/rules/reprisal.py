"""By when a complaint of reprisal must have left the unit it is about (policy §6)."""

from datetime import UTC, date, datetime, time, timedelta

from appeals.rules import workdays
from appeals.rules.shelving import months_after
from appeals.rules.workdays import SHANGHAI, Calendar, Hours


def outside_by(at: datetime, hours: int, calendar: Calendar, day: Hours) -> datetime:
    """The instant at which so many working hours have passed since `at`; UTC."""
    left = hours * 3600
    end = at.astimezone(SHANGHAI)
    while True:
        for opens, closes in (day.morning, day.afternoon) if calendar.is_working(end.date()) else ():
            start = max(end, datetime.combine(end.date(), opens, SHANGHAI))
            last = datetime.combine(end.date(), closes, SHANGHAI)
            span = int((last - start).total_seconds())
            if 0 < left <= span:
                return (start + timedelta(seconds=left)).astimezone(UTC)
            left -= max(span, 0)
        end = datetime.combine(end.date() + timedelta(days=1), time(), SHANGHAI)


def last_day(since: datetime, months: int) -> date:
    """The last day on which a company may report what happened to it after `since`."""
    return months_after(workdays.day_of(since), months)
