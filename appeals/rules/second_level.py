"""Second level: what the lead hands on inside its own tree ends before the lead's own limit (policy §5)."""

from datetime import datetime

from appeals.rules import deadlines, workdays
from appeals.rules.deadlines import Limits


def hand_on_until(taken_at: datetime, calendar: workdays.Calendar, limits: Limits) -> datetime:
    """The last moment for handing on: working days from the lead's acknowledgement, real or deemed."""
    return deadlines.after(taken_at, limits.second_level, calendar)


def limit(lead_due_at: datetime, calendar: workdays.Calendar) -> datetime:
    """18:00:00 of the working day before the lead's own; the outer limit never moves."""
    return deadlines.before(lead_due_at, 1, calendar)


def acknowledge_by(
    received_at: datetime, due_at: datetime, calendar: workdays.Calendar, limits: Limits
) -> datetime:
    """When the second level must have acknowledged: as a unit must, but never after its own limit."""
    return min(deadlines.acknowledgement(received_at, calendar, limits), due_at)
