"""A provisional year is published: what was promised may move, later only (policy §4)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from appeals.actions import limits, notices
from appeals.db import session
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.clearance import ClearanceRun
from appeals.models.movement import DueMove
from appeals.rules import published
from appeals.rules.actors import SYSTEM
from appeals.rules.facts import DueReason
from appeals.rules.lifecycle import Move
from appeals.rules.words import UNCOMPLETED_STATES
from appeals.rules.workdays import Calendar

BATCH = 200


def settle(at: datetime) -> None:
    """Apply what is already due on every appeal that may move, before the calendar changes."""
    for appeal in _running(at):
        limits.apply_due(appeal, at)


def move(before: Calendar, after: Calendar, *, at: datetime) -> int:
    """Move the promises and unit limits that rested on provisional days; returns the number of appeals moved.

    `before` and `after` are the calendars around the change. Never earlier, never one already due, frozen or
    met; one event per appeal, one DueMove for the promise and one for each unit's limit.
    """
    news = published.published(before, after)
    frozen = _frozen(at)
    return sum(
        _move_one(appeal, before, news, at)
        for appeal in _running(at)
        if not any(start <= appeal.due_at < end for start, end in frozen if appeal.due_at)
    )


def _move_one(appeal: Appeal, before: Calendar, news: Calendar, at: datetime) -> bool:
    started = [moment for moment in (appeal.accepted_at, appeal.accept_due_at) if moment is not None]
    if appeal.due_at is None or not started:
        return False
    later = published.moved(appeal.due_at, min(started), before, news)
    if later is None:
        return False
    event = appeal.make(Move.MOVE_DUE, by=SYSTEM, at=at, before=_plain(appeal.due_at), after=_plain(later))
    session().add(_record(appeal, None, appeal.due_at, later, at))
    appeal.due_at = later
    for assignment in appeal.assignments:
        if _move_unit(assignment, before, news, at):
            notices.tell_unit(appeal, event, assignment.unit_id)
    limits.arm(appeal)
    notices.tell_company(appeal, event)
    return True


def _move_unit(assignment: Assignment, before: Calendar, news: Calendar, at: datetime) -> bool:
    """The unit's limit keeps its working days from receipt; so does the one before extensions, unless past (policy §9)."""
    if not assignment.holds or assignment.replied_at is not None or assignment.due_at <= at:
        return False
    received = assignment.dispatched_at
    later = published.moved(assignment.due_at, received, before, news)
    if later is None:
        return False
    original = None
    if assignment.original_due_at > at:
        original = published.moved(assignment.original_due_at, received, before, news)
    record = _record(assignment.appeal, assignment, assignment.due_at, later, at)
    if original is not None:
        record.original_before_at, record.original_after_at = assignment.original_due_at, original
        assignment.original_due_at = original
    session().add(record)
    assignment.due_at = later
    return True


def _record(appeal: Appeal, assignment: Assignment | None, old: datetime, new: datetime, at: datetime) -> DueMove:
    return DueMove(
        appeal_id=appeal.id, assignment_id=assignment.id if assignment else None, at=at, recorded_at=at,
        before_at=old, after_at=new, reason=DueReason.CALENDAR.value,
    )  # fmt: skip


def _running(at: datetime) -> Iterator[Appeal]:
    """Uncompleted appeals whose promise lies ahead, locked, a batch at a time."""
    last = 0
    while batch := _batch(at, last):
        yield from batch
        last = batch[-1].id


def _batch(at: datetime, after_id: int) -> Sequence[Appeal]:
    states = [state.value for state in UNCOMPLETED_STATES]
    query = (
        select(Appeal)
        .where(Appeal.due_at > at, Appeal.state.in_(states), Appeal.id > after_id)
        .options(selectinload(Appeal.assignments))
        .order_by(Appeal.id)
        .limit(BATCH)
        .with_for_update(of=Appeal)
    )
    return session().scalars(query).all()


def _frozen(at: datetime) -> Sequence[tuple[datetime, datetime]]:
    """Frozen cycles that reach beyond `at`: none, unless a clock went wrong."""
    query = select(ClearanceRun.from_at, ClearanceRun.to_at)
    rows = session().execute(query.where(ClearanceRun.kind == "cycle", ClearanceRun.to_at > at))
    return rows.all()


def _plain(moment: datetime) -> str:
    return moment.isoformat()
