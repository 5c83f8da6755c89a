"""What the fortnightly meeting looks at beside the figures: what is shelved, and promises that fall due (policy §7, §8)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from appeals.db import session
from appeals.models import lists
from appeals.models.appeal import Appeal
from appeals.models.assignment import Assignment
from appeals.models.movement import Shelving
from appeals.rules.actors import Actor
from appeals.rules.requests import ShelvingReason
from appeals.rules.words import UNCOMPLETED_STATES

PAGE = lists.PAGE


def shelved(by: Actor, limit: int = PAGE) -> Sequence[Shelving]:
    """Every appeal that is shelved now, the first to return first."""
    return _shelvings(by, Shelving.to_at.is_(None), limit=limit)


def promised(by: Actor, until: datetime, limit: int = PAGE) -> Sequence[Shelving]:
    """Promises to settle by a date (承诺限期解决) that fall due by `until` and are not settled yet."""
    return _shelvings(
        by, Shelving.reason == ShelvingReason.PROMISE.value, Shelving.until_at <= until, Appeal.completed_at.is_(None),
        Appeal.state.in_([state.value for state in UNCOMPLETED_STATES]), limit=limit,
    )  # fmt: skip


def _shelvings(by: Actor, *which: object, limit: int) -> Sequence[Shelving]:
    query = select(Shelving).join(Appeal, Appeal.id == Shelving.appeal_id)
    query = query.where(*which, lists.visible_to(by), or_(Shelving.to_at.is_(None), Appeal.completed_at.is_(None)))  # type: ignore[arg-type]
    whole = contains_eager(Shelving.appeal).selectinload(Appeal.assignments).joinedload(Assignment.unit)
    return session().scalars(query.options(whole).order_by(Shelving.until_at, Shelving.id).limit(limit)).unique().all()
