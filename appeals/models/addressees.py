"""Who reads a notice: the people of its role and unit, and never somebody from whom its appeal is hidden (policy §2)."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from appeals.db import session
from appeals.models import deputy
from appeals.models.appeal import Appeal
from appeals.models.outbox import Notice
from appeals.models.people import User
from appeals.rules.words import STAFF_ROLES, Role


def of(notice: Notice, on: date) -> list[User]:
    """Members of staff who are to read it on this day, deputies of a head among them; none for a company's."""
    if notice.to_role not in STAFF_ROLES:
        return []
    appeal = session().get(Appeal, notice.appeal_id) if notice.appeal_id is not None else None
    return [user for user in _known(notice, on) if appeal is None or not appeal.hidden_from(deputy.actor(user, on))]


def _known(notice: Notice, on: date) -> Iterator[User]:
    query = select(User).where(User.role == notice.to_role, User.active).order_by(User.id)
    if notice.to_unit_id is not None:
        query = query.where(User.unit_id == notice.to_unit_id)
    yield from session().scalars(query)
    if notice.to_role == Role.HEAD and notice.to_unit_id is not None:
        yield from (term.deputy for term in deputy.of_unit(notice.to_unit_id, on))
