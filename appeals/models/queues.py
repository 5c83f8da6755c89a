"""What a unit has to do, ordered by what is due next, in the tabs of its page."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, select, tuple_, union_all
from sqlalchemy.orm import defer, joinedload

from appeals.db import session
from appeals.models import lists
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment, Stage
from appeals.rules.actors import Actor

TABS: dict[str, tuple[str, tuple[Stage, ...]]] = {
    "todo": ("全部待办", (Stage.NEW, Stage.OPEN, Stage.TO_SIGN, Stage.RECTIFY, Stage.SHELVED)),
    "new": ("待签收", (Stage.NEW,)),
    "open": ("办理中", (Stage.OPEN,)),
    "to_sign": ("待审签", (Stage.TO_SIGN,)),
    "rectify": ("整改", (Stage.RECTIFY,)),
    "shelved": ("挂账跟踪", (Stage.SHELVED,)),
    "former": ("首接待答", (Stage.FORMER,)),
    "answered": ("已答复", (Stage.ANSWERED,)),
    "done": ("已办完", (Stage.DONE,)),
}
NEWEST_FIRST = frozenset({"done"})


class Key(NamedTuple):
    """The last row of a page: the next page begins after it."""

    at: datetime
    id: int


def page(tab: str, by: Actor, after: Key | None = None, limit: int = lists.PAGE) -> Sequence[Assignment]:
    """One page of a tab and one row more, if there is more.

    Each unit and stage is read from its own stretch of the index, so that the stock behind costs nothing.
    """
    newest = tab in NEWEST_FIRST
    parts = [
        _part(unit_id, stage, by, after, newest, limit + 1)
        for unit_id in sorted(by.unit_ids)
        for stage in TABS[tab][1]
    ]
    if not parts:
        return []
    ids = union_all(*parts).subquery()
    query = (
        select(Assignment)
        .join(ids, ids.c.id == Assignment.id)
        .options(
            joinedload(Assignment.appeal).load_only(*lists.LINE), joinedload(Assignment.unit),
            joinedload(Assignment.handler), defer(Assignment.plan),
        )
    )  # fmt: skip
    return session().scalars(query.order_by(*_order(newest)).limit(limit + 1)).all()


def _part(
    unit_id: int, stage: Stage, by: Actor, after: Key | None, newest: bool, limit: int
) -> Select[tuple[int]]:
    query = (
        select(Assignment.id)
        .join(Appeal, Appeal.id == Assignment.appeal_id)
        .where(Assignment.unit_id == unit_id, Assignment.stage == stage.value, lists.not_accused(by))
    )
    if after is not None:
        here, there = tuple_(Assignment.next_due_at, Assignment.id), tuple_(after.at, after.id)
        query = query.where(here < there if newest else here > there)
    part = query.order_by(*_order(newest)).limit(limit).subquery()
    return select(part.c.id)


def _order(newest: bool) -> tuple[ColumnElement[object], ...]:
    columns: tuple[ColumnElement[object], ...] = (Assignment.next_due_at, Assignment.id)
    return tuple(c.desc() for c in columns) if newest else columns


def counts(by: Actor) -> dict[str, str]:
    """How many lie in each tab: the number, or 50+."""
    parts = []
    for unit_id in sorted(by.unit_ids):
        for stage in Stage:
            if stage not in (Stage.DONE, Stage.GONE):
                part = (
                    select(Assignment.id, Assignment.stage)
                    .join(Appeal, Appeal.id == Assignment.appeal_id)
                    .where(Assignment.unit_id == unit_id, Assignment.stage == stage.value, lists.not_accused(by))
                    .limit(lists.PAGE + 1)
                    .subquery()
                )
                parts.append(select(part.c.stage))
    found = session().scalars(union_all(*parts)).all() if parts else []
    return {tab: _shown(sum(1 for s in found if s in stages)) for tab, (_, stages) in TABS.items() if tab != "done"}


def _shown(number: int) -> str:
    return f"{lists.PAGE}+" if number > lists.PAGE else str(number)
