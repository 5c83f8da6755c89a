"""Standing lists: what a visitor may see, and the queues people work from."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from appeals.db import session
from appeals.models import tree
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.audit import Event
from appeals.models.people import Unit, User
from appeals.rules.actors import Actor
from appeals.rules.words import Part, Role

PAGE = 50
SEES_ALL = frozenset({Role.COORDINATOR, Role.DIRECTOR, Role.LEADER})


def visible_to(by: Actor) -> ColumnElement[bool]:
    """Which appeals a member of staff may know of (policy §2): the condition every query carries."""
    if by.role in SEES_ALL:
        return not_accused(by)
    if by.role in (Role.LIAISON, Role.HEAD) and by.unit_ids:
        return and_(not_accused(by), _held(Assignment.unit_id.in_(by.unit_ids), Assignment.ended_at.is_(None)))
    if by.role is Role.RECUSAL:
        bureau = tree.current().office_bureau
        led = _held(Assignment.unit_id.in_(bureau), Assignment.part == Part.LEAD.value)
        return and_(not_accused(by), or_(Appeal.about_unit_id.in_(bureau), led))
    return false()


def _held(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Assignment.appeal_id == Appeal.id, ~Assignment.void, *which)


def not_accused(by: Actor) -> ColumnElement[bool]:
    """A conduct complaint does not exist for anybody of the unit it is about, nor of the units below that one."""
    units = tree.current()
    own = units.above(units.own_of(by.role, by.unit_id))
    if not own:
        return true()
    return or_(~Appeal.conduct, Appeal.about_unit_id.is_(None), Appeal.about_unit_id.not_in(own))


def find(number: str, by: Actor) -> Appeal | None:
    """The appeal of this number, if this visitor may know of it."""
    query = select(Appeal).where(Appeal.number == number, visible_to(by))
    return session().scalars(query.options(joinedload(Appeal.about_unit), *WITH_REPLIES)).first()


# What a line of a list shows; the words of an appeal are read with its own page.
LINE = (
    Appeal.number, Appeal.title, Appeal.company_name, Appeal.territory, Appeal.state, Appeal.urgent, Appeal.conduct,
    Appeal.submitted_at, Appeal.round,
)  # fmt: skip
WITH_UNITS = (selectinload(Appeal.assignments).joinedload(Assignment.unit),)
WITH_REPLIES = (
    selectinload(Appeal.assignments).options(
        joinedload(Assignment.unit), joinedload(Assignment.handler), joinedload(Assignment.head),
        selectinload(Assignment.replies),
    ),
)  # fmt: skip


class Past(NamedTuple):
    """One event with the names of who made it."""

    event: Event
    person: str | None
    unit: str | None


def history(appeal: Appeal) -> Sequence[Past]:
    """What happened to one appeal, oldest first."""
    query = (
        select(Event, User.name, Unit.name)
        .outerjoin(User, User.id == Event.user_id)
        .outerjoin(Unit, Unit.id == Event.unit_id)
        .where(Event.appeal_id == appeal.id)
    )
    return [Past(*row) for row in session().execute(query.order_by(Event.id))]


def due_for_action(now: datetime, after_id: int = 0, limit: int = 500) -> Sequence[int]:
    """Ids of appeals on which the timetable has something to do, in order of id."""
    by_id = Appeal.id + 0  # a plain id would tempt the planner to walk the whole table in order of its key
    query = select(Appeal.id).where(Appeal.next_action_at <= now, by_id > after_id)
    return session().scalars(query.order_by(by_id).limit(limit)).all()

