"""Records of what moves a due date or a unit: extensions, shelvings."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from appeals.db import Base, Id, Instant
from appeals.models.appeal import Appeal
from appeals.models.request import Request
from appeals.rules import facts


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

    @property
    def facts(self) -> facts.DueMove:
        """The move as the rules count it."""
        later = self.recorded_at if self.recorded_at != self.at else None
        return facts.DueMove(self.at, self.before_at, self.after_at, facts.DueReason(self.reason), later)


class Shelving(Base):
    """An approved suspension, from the last signature to the return; open while `to_at` is empty (policy §4 挂账).

    It ends by itself at `until_at`; a report is owed by `next_report_due_at`. `request_id` is what was asked for and
    signed: reason, plan, the person who follows it. An imported one has none of these.
    """

    __tablename__ = "shelving"
    __table_args__ = (Index("ix_shelving_open", "to_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    from_at: Mapped[datetime] = mapped_column(Instant)
    to_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(40), default="")
    request_id: Mapped[int | None] = mapped_column(ForeignKey("request.id"))
    until_at: Mapped[datetime | None] = mapped_column(Instant)
    next_report_due_at: Mapped[datetime | None] = mapped_column(Instant)
    renewed: Mapped[bool] = mapped_column(default=False)
    plan: Mapped[str] = mapped_column(Text, default="")
    person: Mapped[str] = mapped_column(String(40), default="")

    appeal: Mapped[Appeal] = relationship()
    request: Mapped[Request | None] = relationship()
