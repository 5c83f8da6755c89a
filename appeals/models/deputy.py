"""Who stands in for a head of a unit, and on which days: AB角 (policy §2)."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from appeals.db import Base, Id, Instant, session
from appeals.models import tree
from appeals.models.people import Unit, User
from appeals.rules.actors import Actor
from appeals.rules.words import Role


class Deputy(Base):
    """One term: from the first day to the last, both included. `unit_id` is the unit of the head at its entry."""

    __tablename__ = "deputy"
    __table_args__ = (Index("ix_deputy_term", "deputy_id", "to_on"), Index("ix_deputy_head", "head_id", "to_on"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    head_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    deputy_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    from_on: Mapped[date]
    to_on: Mapped[date]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    entered_at: Mapped[datetime] = mapped_column(Instant)

    unit: Mapped[Unit] = relationship()
    head: Mapped[User] = relationship(foreign_keys=[head_id])
    deputy: Mapped[User] = relationship(foreign_keys=[deputy_id])


def actor(user: User, on: date) -> Actor:
    """What this account may act as on this day: a deputy is a head within his term, and not a day longer."""
    role, units, name = Role(user.role), tree.current(), user.name or user.login
    term = in_office(user, on) if role is Role.LIAISON else None
    if term is None:
        return Actor(role, user.id, user.unit_id, units.under(user.unit_id), name)
    under = units.under(term.unit_id)
    return Actor(Role.HEAD, user.id, term.unit_id, under, name, for_id=term.head_id, home_id=user.unit_id)


def in_office(user: User, on: date) -> Deputy | None:
    """The term in which this person stands in for a head on this day.

    It is dead where the head is none any more or sits elsewhere, or the deputy has left the head's tree.
    """
    query = (
        select(Deputy).join(User, User.id == Deputy.head_id)
        .where(Deputy.deputy_id == user.id, Deputy.from_on <= on, Deputy.to_on >= on, User.active,
               User.role == Role.HEAD.value, User.unit_id == Deputy.unit_id)
    )  # fmt: skip
    under = tree.current().under
    return next((term for term in session().scalars(query) if user.unit_id in under(term.unit_id)), None)


def of_unit(unit_id: int, on: date) -> Sequence[Deputy]:
    """The terms that stand on this day for the heads of this very unit."""
    query = select(Deputy).where(Deputy.unit_id == unit_id, Deputy.from_on <= on, Deputy.to_on >= on)
    found = session().scalars(query.options(joinedload(Deputy.deputy)).order_by(Deputy.id)).all()
    return [term for term in found if (now := in_office(term.deputy, on)) is not None and now.id == term.id]


def register(on: date) -> Sequence[Deputy]:
    """Every term that has not ended, the first to end first."""
    people = (joinedload(Deputy.unit), joinedload(Deputy.head), joinedload(Deputy.deputy))
    query = select(Deputy).where(Deputy.to_on >= on).options(*people)
    return session().scalars(query.order_by(Deputy.to_on, Deputy.id)).all()
