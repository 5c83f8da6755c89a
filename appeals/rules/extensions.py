"""How much more time a unit may be given, and until when it may ask (policy §4)."""

from collections.abc import Iterable
from datetime import datetime

from appeals.rules import deadlines, workdays
from appeals.rules.deadlines import Limits
from appeals.rules.facts import DueMove, DueReason
from appeals.rules.workdays import Calendar

MOST = 2  # one of the coordinator, one of a leader
# What the promise stood still for is no time of the office or the unit: it is not in the ceiling.
STOOD_STILL = frozenset({DueReason.SHELVING, DueReason.REVIEW, DueReason.UNMERGE})


def latest_ask(unit_due_at: datetime, calendar: Calendar, limits: Limits) -> datetime:
    """The last moment at which an extension can be asked for: so many WD before the unit's limit; UTC."""
    return deadlines.before(unit_due_at, limits.extension_ask_before, calendar)


def promised_days(from_at: datetime, due_at: datetime, moves: Iterable[DueMove], calendar: Calendar) -> int:
    """Working days the company has been promised an answer in, from the start of the promise at `from_at`.

    `moves` are those of the promise; days over which it stood still are left out.
    """
    whole = calendar.working_days_between(deadlines.counting_day(from_at, calendar), workdays.day_of(due_at))
    still = sum(
        calendar.working_days_between(workdays.day_of(move.before), workdays.day_of(move.after))
        for move in moves if move.reason in STOOD_STILL
    )  # fmt: skip
    return whole - still


def most_days(from_at: datetime, due_at: datetime, moves: Iterable[DueMove], calendar: Calendar, limits: Limits) -> int:
    """How many working days one more extension may have: its own maximum and the ceiling in all; 0: none."""
    left = limits.extension_ceiling - promised_days(from_at, due_at, moves, calendar)
    return max(0, min(limits.extension_max, left))
