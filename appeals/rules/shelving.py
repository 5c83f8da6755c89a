"""Until when an appeal may be shelved, and what is left of its limits afterwards (policy §4)."""

from calendar import monthrange
from datetime import date, datetime

from appeals.rules import deadlines, workdays
from appeals.rules.deadlines import Limits
from appeals.rules.workdays import Calendar


def latest_ask(due_at: datetime, calendar: Calendar, limits: Limits) -> datetime:
    """The last moment at which shelving can be asked for: so many WD before the promise; UTC."""
    return deadlines.before(due_at, limits.shelve_ask_before, calendar)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where it has no such day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def longest(from_at: datetime, limits: Limits) -> datetime:
    """The end of the day on which shelving that began (or goes on) at `from_at` ends at the latest; UTC."""
    return deadlines.closing(months_after(workdays.day_of(from_at), limits.shelve_months))


def longest_promise(asked_at: datetime, calendar: Calendar, limits: Limits) -> datetime:
    """The latest date that may be promised: so many WD from the asking, which is what the company consents to; UTC."""
    return deadlines.after(asked_at, limits.shelve_promise_max, calendar)


def restored(
    limit: datetime, *, from_at: datetime, back_at: datetime, calendar: Calendar, limits: Limits
) -> datetime:
    """A limit after the return: the WD that were left at `from_at`, at least the minimum, counted from `back_at`; UTC."""
    left = calendar.working_days_between(deadlines.counting_day(from_at, calendar), workdays.day_of(limit))
    return deadlines.after(back_at, max(left, limits.restored_minimum), calendar)
