"""What became of an appeal that another body follows under its own clock: 专门程序件 (policy §3)."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ForeignKey, Text, select, tuple_
from sqlalchemy.orm import Mapped, load_only, mapped_column

from appeals.db import Base, Id, Instant, session
from appeals.models import lists
from appeals.models.appeal import Appeal
from appeals.rules.actors import Actor
from appeals.rules.words import State


class Following(Base):
    """One look at it: what the body said on which day, and when to ask again (None: that is its outcome)."""

    __tablename__ = "following"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    said_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    next_on: Mapped[date | None]


def of(appeal: Appeal) -> Sequence[Following]:
    """What was learnt about one appeal, oldest first."""
    return session().scalars(select(Following).where(Following.appeal_id == appeal.id).order_by(Following.id)).all()


def outcome(appeal: Appeal) -> Following | None:
    """What the body decided, once it is known."""
    return next((row for row in reversed(of(appeal)) if row.next_on is None), None)


def page(by: Actor, after: tuple[date, int] | None = None, limit: int = lists.PAGE) -> Sequence[Appeal]:
    """Those without an outcome, the first to be asked about first; one more than `limit`."""
    query = select(Appeal).where(
        Appeal.state == State.STATUTORY.value, Appeal.follow_on.is_not(None), lists.visible_to(by)
    )
    if after is not None:
        query = query.where(tuple_(Appeal.follow_on, Appeal.id) > after)
    query = query.options(load_only(*lists.LINE, Appeal.follow_on, Appeal.passed_to, Appeal.excluded_at))
    return session().scalars(query.order_by(Appeal.follow_on, Appeal.id).limit(limit + 1)).all()
