"""Records of what moves a due date or a unit: extensions, shelvings."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from appeals.db import Base, Id, Instant


class DueMove(Base):
    """One move of the promise, or of one assignment's limit, and why (policy §4, facts.DueReason).

    `original_*` is the same move of the limit without extensions; empty for an extension.
    """

    __tablename__ = "due_move"
    __table_args__ = (Index("ix_due_move_before", "before_at"), Index("ix_due_move_after", "after_at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    before_at: Mapped[datetime] = mapped_column(Instant)
    after_at: Mapped[datetime] = mapped_column(Instant)
    original_before_at: Mapped[datetime | None] = mapped_column(Instant)
    original_after_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(40))


class Shelving(Base):
    """An approved suspension; open while `to_at` is empty (policy §4 挂账)."""

    __tablename__ = "shelving"
    __table_args__ = (Index("ix_shelving_open", "to_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    from_at: Mapped[datetime] = mapped_column(Instant)
    to_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(40), default="")
