"""What is shelved, by the day its next report is due, and promises by a date that were not kept (policy §4)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import contains_eager, selectinload

from appeals.db import session
from appeals.models import lists
from appeals.models.appeal import OPEN_DUE, Appeal
from appeals.models.assignment import Assignment
from appeals.models.movement import Shelving
from appeals.rules.actors import Actor
from appeals.rules.requests import ShelvingReason

PAGE = lists.PAGE
# An imported one owes no report: it stands where it began.
ORDER = func.coalesce(Shelving.next_report_due_at, Shelving.from_at)


def page(by: Actor, after: tuple[datetime, int] | None = None, limit: int = PAGE) -> Sequence[Shelving]:
    """What is shelved now, as far as the visitor may know of it; one more than `limit`."""
    query = _with_appeal(by).where(Shelving.to_at.is_(None))
    if after is not None:
        query = query.where(tuple_(ORDER, Shelving.id) > after)
    return session().scalars(query.order_by(ORDER, Shelving.id).limit(limit + 1)).all()


def broken(by: Actor, at: datetime, limit: int = PAGE) -> Sequence[Shelving]:
    """Promises by a date that has passed while the company still waits, the oldest first; up to `limit`."""
    query = _with_appeal(by).where(
        Shelving.reason == ShelvingReason.PROMISE.value, Shelving.until_at <= at, OPEN_DUE
    )
    return session().scalars(query.order_by(Shelving.until_at, Shelving.id).limit(limit)).all()


def of(appeal: Appeal) -> Sequence[Shelving]:
    """Every shelving of this appeal, oldest first."""
    return session().scalars(select(Shelving).where(Shelving.appeal_id == appeal.id).order_by(Shelving.id)).all()


def is_broken(row: Shelving, at: datetime) -> bool:
    """Whether a date was promised, has passed, and the company had no approved answer by then."""
    if row.reason != ShelvingReason.PROMISE or row.until_at is None or row.until_at > at:
        return False
    done = row.appeal.completed_at
    return done is None or done > row.until_at


def _with_appeal(by: Actor) -> Select[tuple[Shelving]]:
    query = select(Shelving).join(Appeal, Appeal.id == Shelving.appeal_id).where(lists.visible_to(by))
    units = selectinload(Appeal.assignments).joinedload(Assignment.unit)
    return query.options(contains_eager(Shelving.appeal).options(units))
