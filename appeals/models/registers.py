"""The registers an administrator keeps, a page at a time: users, units, directory rows, days, changes."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from appeals.db import session
from appeals.models.calendar import CalendarDay
from appeals.models.directory import DirectoryRow, FunctionalArea, Territory
from appeals.models.outbox import Notice
from appeals.models.people import Unit, User
from appeals.models.settings import Change, SettingsVersion

PAGE = 50
COUNT_MOST = 1000


class Waiting(NamedTuple):
    """Notices of one kind to one kind of addressee; no name, no number."""

    kind: str
    to_role: str
    number: int
    since_at: datetime


def users(after: str = "", limit: int = PAGE) -> Sequence[User]:
    """Accounts in the order of their logins, after this one."""
    query = select(User).where(User.login > after).options(joinedload(User.unit)).order_by(User.login)
    return session().scalars(query.limit(limit)).all()


def in_units(role: str) -> Sequence[User]:
    """Everybody in office in this role, by unit and name."""
    query = select(User).join(Unit, Unit.id == User.unit_id).where(User.role == role, User.active)
    return session().scalars(query.options(joinedload(User.unit)).order_by(Unit.position, Unit.id, User.name, User.id)).all()


def units() -> Sequence[Unit]:
    """Every unit, in its standing order."""
    return session().scalars(select(Unit).order_by(Unit.position, Unit.id)).all()


def territories() -> list[str]:
    """The territories a unit can answer for."""
    query = select(Territory.name).where(~Territory.form_only).order_by(Territory.position)
    return list(session().scalars(query))


def areas() -> Sequence[FunctionalArea]:
    """Sections and tasks: each section before its tasks."""
    query = select(FunctionalArea).order_by(FunctionalArea.section, func.coalesce(FunctionalArea.task, 0))
    return session().scalars(query).all()


def directory(
    on: date, *, section: int | None = None, task: int | None = None, territory: str = "", closed: bool = False,
    after_id: int = 0, limit: int = PAGE,
) -> Sequence[DirectoryRow]:  # fmt: skip
    """Directory rows by id: of a section with its tasks, of a task, of a territory; `closed`: ended ones too."""
    query = select(DirectoryRow).where(DirectoryRow.id > after_id)
    if section is not None:
        tasks = select(FunctionalArea.task).where(FunctionalArea.section == section, FunctionalArea.task.is_not(None))
        query = query.where(or_(DirectoryRow.section == section, DirectoryRow.task.in_(tasks)))
    if task is not None:
        query = query.where(DirectoryRow.task == task)
    if territory:
        query = query.where(DirectoryRow.territory == territory)
    if not closed:
        query = query.where(or_(DirectoryRow.valid_to.is_(None), DirectoryRow.valid_to >= on))
    return session().scalars(query.order_by(DirectoryRow.id).limit(limit)).all()


def days(year: int) -> dict[date, CalendarDay]:
    """The rows of a year by day."""
    query = select(CalendarDay).where(CalendarDay.day.between(date(year, 1, 1), date(year, 12, 31)))
    return {row.day: row for row in session().scalars(query)}


def years() -> tuple[int, int] | None:
    """The first and the last year on file; None for an empty calendar."""
    first, last = session().execute(select(func.min(CalendarDay.day), func.max(CalendarDay.day))).one()
    return (first.year, last.year) if first else None


def final_until() -> date | None:
    """The last day that rests on a published notice."""
    return session().scalar(select(func.max(CalendarDay.day)).where(CalendarDay.final))


def pending() -> Sequence[Change]:
    """Changes nobody has decided yet, oldest first."""
    query = select(Change).where(Change.decided_at.is_(None)).order_by(Change.id)
    return session().scalars(query.limit(COUNT_MOST)).all()


def decided(before_id: int | None = None, limit: int = PAGE) -> Sequence[Change]:
    """Decided changes, the latest first, before this id."""
    query = select(Change).where(Change.decided_at.is_not(None)).order_by(Change.id.desc()).limit(limit)
    return session().scalars(query if before_id is None else query.where(Change.id < before_id)).all()


def people(ids: Sequence[int | None]) -> dict[int, str]:
    """The names of these accounts, their logins where they have none."""
    query = select(User.id, User.name, User.login).where(User.id.in_([i for i in set(ids) if i is not None]))
    return {user_id: name or login for user_id, name, login in session().execute(query)}


def settings_versions(limit: int = PAGE) -> Sequence[SettingsVersion]:
    """Versions of the settings, the latest first."""
    return session().scalars(select(SettingsVersion).order_by(SettingsVersion.number.desc()).limit(limit)).all()


def notices_waiting() -> list[Waiting]:
    """What waits in the outbox, by kind and addressee; of a flood only the oldest COUNT_MOST are counted."""
    oldest = (
        select(Notice.kind, Notice.to_role, Notice.created_at)
        .where(Notice.sent_at.is_(None))
        .order_by(Notice.id)
        .limit(COUNT_MOST)
        .subquery()
    )
    query = (
        select(oldest.c.kind, oldest.c.to_role, func.count(), func.min(oldest.c.created_at))
        .group_by(oldest.c.kind, oldest.c.to_role)
        .order_by(func.min(oldest.c.created_at), oldest.c.kind, oldest.c.to_role)
    )
    return [Waiting(*row) for row in session().execute(query)]
