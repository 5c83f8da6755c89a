"""Standing lists: what a visitor may see, and the queues people work from."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import selectinload

from appeals.db import session
from appeals.models import tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.audit import Event
from appeals.rules.actors import Actor
from appeals.rules.words import OPEN_STATES, Part, Role, State

PAGE = 50
SEES_ALL = frozenset({Role.COORDINATOR, Role.DIRECTOR, Role.LEADER})


def visible_to(by: Actor) -> ColumnElement[bool]:
    """Which appeals a member of staff may know of (policy §2): the condition every query carries."""
    if by.role in SEES_ALL:
        return _not_accused(by)
    if by.role in (Role.LIAISON, Role.HEAD) and by.unit_ids:
        held = select(Assignment.appeal_id).where(
            Assignment.unit_id.in_(by.unit_ids), Assignment.ended_at.is_(None), ~Assignment.void
        )
        return and_(_not_accused(by), Appeal.id.in_(held))
    if by.role is Role.RECUSAL:
        bureau = tree.current().office_bureau
        leads = select(Assignment.appeal_id).where(
            Assignment.unit_id.in_(bureau), Assignment.part == Part.LEAD.value, ~Assignment.void
        )
        return or_(Appeal.about_unit_id.in_(bureau), Appeal.id.in_(leads))
    return false()


def _not_accused(by: Actor) -> ColumnElement[bool]:
    if not by.unit_ids:
        return true()
    return or_(~Appeal.conduct, Appeal.about_unit_id.is_(None), Appeal.about_unit_id.not_in(by.unit_ids))


def find(number: str, by: Actor) -> Appeal | None:
    """The appeal of this number, if this visitor may know of it."""
    return session().scalars(select(Appeal).where(Appeal.number == number, visible_to(by))).first()


def _page(query: Select[tuple[Appeal]], limit: int = PAGE) -> Sequence[Appeal]:
    loaded = query.options(selectinload(Appeal.assignments).joinedload(Assignment.unit))
    return session().scalars(loaded.limit(limit)).all()


def pile(
    by: Actor, states: Sequence[State], after: tuple[datetime, int] | None = None, limit: int = PAGE
) -> Sequence[Appeal]:
    """Appeals in these states, oldest submission first; `after` is the last row of the page before."""
    query = select(Appeal).where(Appeal.state.in_([s.value for s in states]), visible_to(by))
    if after is not None:
        query = query.where(
            or_(Appeal.submitted_at > after[0], and_(Appeal.submitted_at == after[0], Appeal.id > after[1]))
        )
    return _page(query.order_by(Appeal.submitted_at, Appeal.id), limit)


def queue(by: Actor, after: tuple[datetime, int] | None = None, limit: int = PAGE) -> Sequence[Assignment]:
    """What the visitor's units have in hand, soonest limit first (keyset by limit and id)."""
    query = (
        select(Assignment)
        .join(Assignment.appeal)
        .where(Assignment.active, Assignment.unit_id.in_(by.unit_ids), visible_here(by))
        .options(selectinload(Assignment.appeal), selectinload(Assignment.unit))
    )
    if after is not None:
        query = query.where(
            or_(Assignment.due_at > after[0], and_(Assignment.due_at == after[0], Assignment.id > after[1]))
        )
    return session().scalars(query.order_by(Assignment.due_at, Assignment.id).limit(limit)).all()


def visible_here(by: Actor) -> ColumnElement[bool]:
    """The accusation filter alone, for queries that already go through the visitor's own assignments."""
    return _not_accused(by)


def events(appeal: Appeal) -> Sequence[Event]:
    """The history of one appeal, oldest first."""
    return session().scalars(select(Event).where(Event.appeal_id == appeal.id).order_by(Event.id)).all()


def due_for_action(now: datetime, after_id: int = 0, limit: int = 500) -> Sequence[int]:
    """Ids of appeals on which the timetable has something to do, in order of id."""
    by_id = Appeal.id + 0  # a plain id would tempt the planner to walk the whole table in order of its key
    query = select(Appeal.id).where(Appeal.next_action_at <= now, by_id > after_id)
    return session().scalars(query.order_by(by_id).limit(limit)).all()


OPEN_CODES = tuple(s.value for s in OPEN_STATES)
