"""How a promise or a unit's limit moves: every move is a row of its own, with its reason (policy §4)."""

from datetime import date, datetime

from sqlalchemy import select

from appeals.db import session
from appeals.models import calendar
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.movement import DueMove
from appeals.rules import deadlines, facts, second_level, workdays


def moves(appeal: Appeal, assignment: Assignment | None = None) -> list[facts.DueMove]:
    """What moved the promise so far, or this unit's limit, oldest first."""
    mine = DueMove.assignment_id.is_(None) if assignment is None else DueMove.assignment_id == assignment.id
    query = select(DueMove).where(DueMove.appeal_id == appeal.id, mine).order_by(DueMove.at, DueMove.id)
    return [move.facts for move in session().scalars(query)]


def promise_from(appeal: Appeal) -> datetime:
    """Where the promise starts: acceptance, or the moment it was due, whichever is earlier (policy §4)."""
    due = appeal.accept_due_at or appeal.accepted_at or appeal.submitted_at
    return min(appeal.accepted_at or due, due)


def move_promise(appeal: Appeal, to: datetime, *, reason: facts.DueReason, at: datetime) -> None:
    """Move the promise to the company; a move to where it is leaves no trace."""
    assert appeal.due_at is not None
    if to != appeal.due_at:
        session().add(
            DueMove(appeal_id=appeal.id, at=at, recorded_at=at, before_at=appeal.due_at, after_at=to, reason=reason.value)
        )
        appeal.due_at = to


def move_limit(
    assignment: Assignment, to: datetime, *, original: datetime | None, reason: facts.DueReason, at: datetime
) -> None:
    """Move a unit's limit; `original` is where the limit without extensions goes (None: it stays)."""
    if to == assignment.due_at and original in (None, assignment.original_due_at):
        return
    move = DueMove(
        appeal_id=assignment.appeal_id, assignment_id=assignment.id, at=at, recorded_at=at,
        before_at=assignment.due_at, after_at=to, reason=reason.value,
    )  # fmt: skip
    if original is not None:
        move.original_before_at, move.original_after_at = assignment.original_due_at, original
        assignment.original_due_at = original
    session().add(move)
    assignment.due_at = to
    for sub in assignment.appeal.assignments:  # what was handed on inside the unit stays inside its limit (policy §5)
        if sub.parent_id is not None and sub.parent_id == assignment.id and sub.holds and sub.replied_at is None:
            move_limit(sub, second_level.limit(to, calendar.current()), original=None, reason=reason, at=at)


def add_days(assignment: Assignment, days: int, *, reason: facts.DueReason, at: datetime) -> None:
    """Give a unit so many working days more that were not its loss; extensions are none of these."""
    if days:
        moved, original = (
            deadlines.after(limit, days, calendar.current()) for limit in (assignment.due_at, assignment.original_due_at)
        )
        move_limit(assignment, moved, original=original, reason=reason, at=at)


def lost_days(due_at: datetime | None, at: datetime) -> int:
    """Working days a decider took beyond its limit."""
    if due_at is None or at <= due_at:
        return 0
    days = calendar.current()
    return days.working_days_between(workdays.day_of(due_at), deadlines.counting_day(at, days))


def give_back(assignment: Assignment | None, due_at: datetime | None, *, at: datetime) -> None:
    """What the office loses beyond its own limit is added to the unit's (policy §4)."""
    if assignment is not None:
        add_days(assignment, not_given(assignment, lost_days(due_at, at), at), reason=facts.DueReason.OFFICE, at=at)


def not_given(assignment: Assignment, lost: int, at: datetime) -> int:
    """Of the last so many working days up to `at` those not given yet: a day for which two were waited is one day."""
    days = calendar.current()
    given: set[date] = set()
    for move in moves(assignment.appeal, assignment) if lost else ():
        if move.reason in (facts.DueReason.OFFICE, facts.DueReason.COOPERATION):
            many = days.working_days_between(workdays.day_of(move.before), workdays.day_of(move.after))
            given |= {days.add_working(deadlines.counting_day(move.at, days), -back) for back in range(many)}
    last = deadlines.counting_day(at, days)
    return sum(days.add_working(last, -back) not in given for back in range(lost))
