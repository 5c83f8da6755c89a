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
from appeals.rules.lifecycle import OFFICE_ROLES
from appeals.rules.words import Part, Role, State

PAGE = 50
SEES_ALL = frozenset({Role.COORDINATOR, Role.DIRECTOR, Role.LEADER})


def visible_to(by: Actor) -> ColumnElement[bool]:
    """Which appeals a member of staff may know of (policy §2): the condition every query carries."""
    if by.role in SEES_ALL:
        return not_accused(by)
    if by.role in (Role.LIAISON, Role.HEAD) and by.unit_ids:
        holds = and_(~Assignment.void, Assignment.ended_at.is_(None))
        answers = and_(Assignment.answers, Appeal.state.in_((State.ACCEPTED.value, State.DISPATCHED.value)))
        return and_(not_accused(by), _held(Assignment.unit_id.in_(by.unit_ids), or_(holds, answers)))
    if by.role is Role.RECUSAL:
        bureau = tree.current().office_bureau
        led = _held(Assignment.unit_id.in_(bureau), Assignment.part == Part.LEAD.value)
        return and_(not_accused(by), or_(Appeal.about_unit_id.in_(bureau), _about_one_of(bureau), led))
    return false()


def _about_one_of(bureau: frozenset[int]) -> ColumnElement[bool]:
    """Whether the person complained of sits in the office's own bureau."""
    sits = or_(User.unit_id.in_(bureau), User.role.in_([role.value for role in OFFICE_ROLES]))
    return exists().where(User.id == Appeal.about_person_id, sits)


def _held(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Assignment.appeal_id == Appeal.id, *which)


def not_accused(by: Actor) -> ColumnElement[bool]:
    """A conduct complaint does not exist for anybody of the unit it is about, nor of the units below that one;
    no complaint exists for the very person it is about.
    """
    own = tree.current().answers_for(by)
    conduct = or_(~Appeal.conduct, Appeal.about_unit_id.is_(None), Appeal.about_unit_id.not_in(own)) if own else true()
    if by.user_id is None:
        return conduct
    return and_(conduct, or_(Appeal.about_person_id.is_(None), Appeal.about_person_id != by.user_id))


def find(number: str, by: Actor) -> Appeal | None:
    """The appeal of this number, if this visitor may know of it."""
    query = select(Appeal).where(Appeal.number == number, visible_to(by))
    return session().scalars(query.options(joinedload(Appeal.about_unit), *WITH_REPLIES)).first()


# What a line of a list shows; the words of an appeal are read with its own page.
LINE = (
    Appeal.number, Appeal.title, Appeal.company_name, Appeal.territory, Appeal.state, Appeal.urgent, Appeal.conduct,
    Appeal.submitted_at, Appeal.round, Appeal.state_at,
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

