"""The audit log: what was done to accounts, registers, papers and figures (policy §2)."""

from collections.abc import Sequence

from sqlalchemy import select

from appeals.db import session
from appeals.models import lists
from appeals.models.audit import Event
from appeals.models.people import Unit, User


def page(before: int | None = None, limit: int = lists.PAGE) -> Sequence[lists.Past]:
    """The events of no appeal, the latest first; one more than `limit`. None holds personal data."""
    query = (
        select(Event, User.name, Unit.name)
        .outerjoin(User, User.id == Event.user_id)
        .outerjoin(Unit, Unit.id == Event.unit_id)
        .where(Event.appeal_id.is_(None))
    )
    if before is not None:
        query = query.where(Event.id < before)
    rows = session().execute(query.order_by(Event.id.desc()).limit(limit + 1))
    return [lists.Past(*row) for row in rows]
