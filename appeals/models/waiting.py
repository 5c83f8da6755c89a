"""What waits for whom: undecided requests, by the day they must be decided."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import contains_eager, joinedload

from appeals.db import session
from appeals.models import lists
from appeals.models.appeal import Appeal
from appeals.models.request import Request
from appeals.rules.actors import Actor
from appeals.rules.requests import BESIDE, Asked
from appeals.rules.words import Role

PAGE = lists.PAGE


def for_decision(by: Actor, after: tuple[datetime, int] | None = None, limit: int = PAGE) -> Sequence[Request]:
    """Requests whose decision is this visitor's, the most pressing first; one more than `limit`."""
    query = _for(by).where(Request.asked_at.is_not(None), Request.due_at.is_not(None))
    if after is not None:
        query = query.where(tuple_(Request.due_at, Request.id) > after)
    return session().scalars(query.order_by(Request.due_at, Request.id).limit(limit + 1)).all()


def count(by: Actor) -> int:
    """How many, counted to one more than a page."""
    rows = _for(by).with_only_columns(Request.id).limit(PAGE + 1).subquery()
    return session().scalar(select(func.count()).select_from(rows)) or 0


def for_signature(by: Actor) -> Sequence[Request]:
    """What the liaison officers of a head's units have prepared for him."""
    query = _for(by).where(Request.asked_at.is_(None), Request.asking_unit_id.in_(by.unit_ids))
    return session().scalars(query.order_by(Request.id).limit(PAGE)).all()


def _for(by: Actor) -> Select[tuple[Request]]:
    """Undecided, waiting for this role, on appeals the visitor may know of."""
    role = Role(by.role)
    beside = [waits.value for waits, other in BESIDE.items() if other is role]
    mine = or_(
        Request.waits_for == role.value, and_(Request.kind == Asked.REVIEW.value, Request.waits_for.in_(beside))
    )
    query = select(Request).join(Appeal, Appeal.id == Request.appeal_id).where(
        mine, Request.decided_at.is_(None), lists.visible_to(by)
    )
    return query.options(contains_eager(Request.appeal), joinedload(Request.asking_unit))
