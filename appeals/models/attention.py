"""What a leader should look at: what will not clear, what is long overdue, the angriest words, what comes back."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, distinct, exists, func, select, tuple_
from sqlalchemy.orm import aliased

from appeals.db import session
from appeals.models import calendar, lists
from appeals.models.appeal import OPEN, OPEN_DUE, Appeal
from appeals.models.assignment import Assignment, Reply
from appeals.models.directory import FunctionalArea
from appeals.models.people import Unit, User
from appeals.models.rating import Rating
from appeals.rules import deadlines
from appeals.rules.actors import Actor
from appeals.rules.lifecycle import Move
from appeals.rules.words import POOR_LEVELS, UNCOMPLETED_STATES, Light, Part, RatingSource, State
from appeals.rules.workdays import day_of

PAGE = lists.PAGE
LONG_OVERDUE = 5  # working days; from here on a red paper is due (policy §8)
RECENT, LATELY = timedelta(days=90), timedelta(days=14)
COMPANIES = 3  # of so many a matter is a recurring one
CHUNK = 500


@dataclass(frozen=True)
class Task:
    """An uncompleted appeal with whoever has to be rung up.

    `limit_at`: the unit's; where no unit has it, or it has answered, the promise to the company.
    """

    appeal_id: int
    number: str
    title: str
    state: str
    due_at: datetime
    unit: str
    handler: str
    phone: str
    received_at: datetime
    limit_at: datetime
    replied: bool

    def light(self, now: datetime) -> Light:
        """How close the unit's limit is."""
        return deadlines.light(self.received_at, self.limit_at, now, calendar.current())


def tasks(numbers: Collection[str], by: Actor) -> list[Task]:
    """These appeals, by due date, as far as the visitor may know of them."""
    wanted, found = sorted(numbers), list[Task]()
    for start in range(0, len(wanted), CHUNK):
        found += _tasks(by, Appeal.number.in_(wanted[start : start + CHUNK]))
    return sorted(found, key=lambda task: (task.due_at, task.appeal_id))


def tasks_of(appeal_ids: Collection[int], by: Actor) -> dict[int, Task]:
    """Appeal → its task, as far as the visitor may know of it."""
    if not appeal_ids:
        return {}
    return {task.appeal_id: task for task in _tasks(by, Appeal.id.in_(list(appeal_ids)))}


def will_not_clear(among: Sequence[Task], now: datetime) -> list[Task]:
    """Unanswered, and the unit's limit is over or within one working day."""
    waiting = {state.value for state in UNCOMPLETED_STATES}
    return [
        task for task in among
        if task.state in waiting and not task.replied and task.light(now) in (Light.RED, Light.OVERDUE)
    ]  # fmt: skip


def overdue_since(now: datetime) -> datetime:
    """What was due by this instant is more than five working days overdue."""
    days = calendar.current()
    last = days.add_working(day_of(now), -LONG_OVERDUE)
    while deadlines.closing(days.add_working(last, LONG_OVERDUE)) >= now:
        last = days.add_working(last, -1)
    return deadlines.closing(last)


def long_overdue(
    by: Actor, now: datetime, after: tuple[datetime, int] | None = None, limit: int = PAGE
) -> list[Task]:
    """Uncompleted, not shelved, and more than five working days overdue, the oldest first; up to `limit` of them."""
    which = [OPEN_DUE, Appeal.state != State.SHELVED.value, Appeal.due_at <= overdue_since(now)]
    if after is not None:
        which.append(tuple_(Appeal.due_at, Appeal.id) > after)
    return list(_tasks(by, *which, limit=limit))


def to_sign(by: Actor, limit: int = PAGE) -> list[Task]:
    """Endings that wait for this visitor's second signature (policy §2): a leader's where the office is concerned."""
    endorsed = exists().where(
        Reply.assignment_id == Assignment.id, Assignment.appeal_id == Appeal.id, Reply.endorsed_at.is_not(None),
        Reply.judged_at.is_(None),
    )  # fmt: skip
    query = select(Appeal).where(OPEN, Appeal.state == State.REPLIED.value, endorsed, lists.visible_to(by))
    found = session().scalars(query.options(*lists.WITH_UNITS).order_by(Appeal.id).limit(limit)).all()
    return tasks([appeal.number for appeal in found if appeal.may(Move.END, by)], by)


def _tasks(by: Actor, *which: Any, limit: int | None = None) -> Iterator[Task]:
    lead, handler, head = aliased(Assignment), aliased(User), aliased(User)
    holds = and_(lead.appeal_id == Appeal.id, lead.part == Part.LEAD.value, ~lead.void, lead.ended_at.is_(None))
    query = (
        select(Appeal.id, Appeal.number, Appeal.title, Appeal.state, Appeal.due_at, Appeal.submitted_at,
               lead.dispatched_at, lead.due_at, lead.replied_at, Unit.name, Unit.phone,
               handler.name, handler.phone, head.name, head.phone)
        .outerjoin(lead, holds).outerjoin(Unit, Unit.id == lead.unit_id)
        .outerjoin(handler, handler.id == lead.handler_id).outerjoin(head, head.id == lead.head_id)
        .where(*which, lists.visible_to(by)).order_by(Appeal.due_at, Appeal.id).limit(limit)
    )  # fmt: skip
    for row in session().execute(query):
        (id_, number, title, state, due_at, submitted_at, received_at, limit_at, replied_at, unit, unit_phone,
         name, phone, head_name, head_phone) = row  # fmt: skip
        who, ring = (name, phone) if name else (f"{head_name}（负责人）" if head_name else "", head_phone)
        yield Task(
            id_, number, title, state, due_at, unit or "", who, ring or unit_phone or "",
            received_at or submitted_at, due_at if replied_at else limit_at or due_at, replied_at is not None,
        )  # fmt: skip


# -- what companies say ----------------------------------------------------------------------------------


class Words(NamedTuple):
    """A poor rating in the company's own words."""

    number: str
    level: int
    comment: str
    at: datetime


def worst_ratings(by: Actor, now: datetime, limit: int = 3) -> list[Words]:
    """The poorest ratings of the last fortnight that say anything, each as it stands now: the latest of its round."""
    later = aliased(Rating)
    changed = exists().where(later.appeal_id == Rating.appeal_id, later.round == Rating.round, later.id > Rating.id)
    query = (
        select(Appeal.number, Rating.level, Rating.comment, Rating.at)
        .join(Appeal, Appeal.id == Rating.appeal_id)
        .where(Rating.at >= now - LATELY, Rating.level.in_(sorted(POOR_LEVELS)), Rating.comment != "",
               Rating.counts, Rating.source != RatingSource.PROXY.value, ~changed, lists.visible_to(by))
        .order_by(Rating.level, Rating.at.desc(), Rating.id.desc()).limit(limit)
    )  # fmt: skip
    return [Words(*row) for row in session().execute(query)]


class Matter(NamedTuple):
    """A task of the policy that keeps coming back."""

    task: int
    name: str
    appeals: int
    companies: int


def recurring(by: Actor, now: datetime, limit: int = 2) -> list[Matter]:
    """The tasks with most appeals of the last 90 days, each from at least three companies."""
    appeals, companies = func.count(), func.count(distinct(Appeal.company_id))
    query = (
        select(Appeal.task, appeals, companies)
        .where(Appeal.accepted_at >= now - RECENT, Appeal.task.is_not(None), lists.visible_to(by))
        .group_by(Appeal.task).having(companies >= COMPANIES).order_by(appeals.desc(), Appeal.task).limit(limit)
    )  # fmt: skip
    rows = [(task, n, m) for task, n, m in session().execute(query)]
    names = area_names([task for task, _, _ in rows])
    return [Matter(task, names.get(task, ""), n, m) for task, n, m in rows]


def area_names(tasks: Collection[int]) -> dict[int, str]:
    """Task number → its name."""
    if not tasks:
        return {}
    query = select(FunctionalArea.task, FunctionalArea.name).where(FunctionalArea.task.in_(tasks))
    return {task: name for task, name in session().execute(query) if task is not None}


class Filed(NamedTuple):
    """One appeal of a matter."""

    number: str
    title: str
    state: str
    accepted_at: datetime
    appeal_id: int


def of_matter(
    task: int, by: Actor, now: datetime, before: tuple[datetime, int] | None = None, limit: int = PAGE
) -> list[Filed]:
    """The appeals of one task in the last 90 days, the latest first; one more than `limit`."""
    which: list[ColumnElement[bool]] = [Appeal.accepted_at >= now - RECENT, Appeal.task == task, lists.visible_to(by)]
    if before is not None:
        which.append(tuple_(Appeal.accepted_at, Appeal.id) < before)
    query = select(Appeal.number, Appeal.title, Appeal.state, Appeal.accepted_at, Appeal.id).where(*which)
    rows = session().execute(query.order_by(Appeal.accepted_at.desc(), Appeal.id.desc()).limit(limit + 1))
    return [Filed(*row) for row in rows]
