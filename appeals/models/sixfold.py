"""台账: every appeal with its 六定 and its state, a page at a time (policy §1, §3)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload, selectinload

from appeals.db import session
from appeals.models import lists
from appeals.models.appeal import OPEN, Appeal
from appeals.models.assignment import Assignment
from appeals.rules import sixfold
from appeals.rules.actors import Actor
from appeals.rules.words import OPEN_STATES, Part

PAGE = lists.PAGE


@dataclass(frozen=True)
class Wanted:
    """What the ledger is narrowed to; an empty `state` means: not yet off the ledger, ALL: whatever the state."""

    state: str = ""
    unit_id: int | None = None
    territory: str = ""


ALL = "all"


@dataclass(frozen=True)
class Entry:
    """One line of the ledger."""

    appeal: Appeal
    order: sixfold.Order
    missing: Sequence[sixfold.Fixed]
    lead: Assignment | None


def page(wanted: Wanted, by: Actor, before: int | None = None, limit: int = PAGE) -> list[Entry]:
    """One page, the latest filed first; one more than `limit`."""
    query = select(Appeal).where(lists.visible_to(by))
    if wanted.state != ALL:
        query = query.where(Appeal.state == wanted.state if wanted.state else OPEN)
        if wanted.state in OPEN_STATES:
            query = query.where(OPEN)  # says the index's own words
    if wanted.unit_id is not None:
        holds = (Assignment.appeal_id == Appeal.id, Assignment.unit_id == wanted.unit_id, Assignment.part == Part.LEAD.value)
        query = query.where(exists().where(*holds, ~Assignment.void, Assignment.ended_at.is_(None)))
    if wanted.territory:
        query = query.where(Appeal.territory == wanted.territory)
    if before is not None:
        query = query.where(Appeal.id < before)
    with_people = selectinload(Appeal.assignments).options(
        joinedload(Assignment.unit), joinedload(Assignment.head), joinedload(Assignment.handler)
    )
    found = session().scalars(query.options(with_people).order_by(Appeal.id.desc()).limit(limit + 1))
    return [entry(appeal) for appeal in found]


def entry(appeal: Appeal) -> Entry:
    """One appeal as the ledger shows it."""
    lead = appeal.lead
    head, handler = (lead.head, lead.handler) if lead else (None, None)
    order = sixfold.Order(
        appeal.nature, appeal.section or appeal.task, len(appeal.points),
        sum(1 for point in appeal.points if point.get("standard")),
        appeal.due_at, lead.due_at if lead else None, lead.unit.name if lead else "",
        (head.name or head.login) if head else "", (handler.name or handler.login) if handler else "",
    )  # fmt: skip
    return Entry(appeal, order, sixfold.missing(order), lead)
