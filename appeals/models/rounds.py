"""What waits beside requests: reports for a leader's audit, approvals for a second look (policy §3, §6)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select, tuple_
from sqlalchemy.orm import contains_eager

from appeals.db import session
from appeals.models import lists, tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.rating import Recheck, Rectification
from appeals.rules.actors import Actor
from appeals.rules.ratings import ROUNDS
from appeals.rules.words import Part, Role, State

PAGE = lists.PAGE


def for_audit(by: Actor) -> Sequence[Rectification]:
    """Reports of a third or later round that wait for a leader, the most pressing first; at most a page."""
    if by.role is not Role.LEADER:
        return []
    query = select(Rectification).join(Appeal, Appeal.id == Rectification.appeal_id)
    query = query.where(
        Appeal.state == State.RECTIFYING.value, Appeal.round >= ROUNDS, Rectification.round == Appeal.round,
        Rectification.reported_at.is_not(None), Rectification.audited_at.is_(None), Rectification.ended_at.is_(None),
        Rectification.explained_on.is_(None), lists.visible_to(by),
    )  # fmt: skip
    query = query.options(contains_eager(Rectification.appeal)).order_by(Rectification.audit_due_at, Rectification.id)
    return session().scalars(query.limit(PAGE)).all()


def rechecks(by: Actor, after: tuple[datetime, int] | None = None, limit: int = PAGE) -> Sequence[Recheck]:
    """Approvals to be looked at again, oldest first; one more than `limit`. A director's, or a leader's where he must."""
    query = select(Recheck).join(Appeal, Appeal.id == Recheck.appeal_id)
    concerned = _concerns_office()
    query = query.where(Recheck.done_at.is_(None), lists.visible_to(by), concerned if by.role is Role.LEADER else ~concerned)
    if after is not None:
        query = query.where(tuple_(Recheck.chosen_at, Recheck.id) > after)
    query = query.options(contains_eager(Recheck.appeal)).order_by(Recheck.chosen_at, Recheck.id)
    return session().scalars(query.limit(limit + 1)).all()


def _concerns_office() -> ColumnElement[bool]:
    """Where the director would judge his own bureau a leader looks again (policy §2)."""
    bureau = tree.current().office_bureau
    led = exists().where(
        Assignment.appeal_id == Appeal.id, ~Assignment.void, Assignment.part == Part.LEAD.value,
        Assignment.ended_at.is_(None), Assignment.unit_id.in_(bureau),
    )  # fmt: skip
    return or_(func.coalesce(Appeal.about_unit_id, 0).in_(bureau), led)
