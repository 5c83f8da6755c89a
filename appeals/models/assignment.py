"""Who was given an appeal, what they did with it, and what they wrote."""

from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from appeals.db import Base, Id, Instant
from appeals.models.appeal import Appeal
from appeals.models.people import Unit, User
from appeals.rules.words import Part

ACTIVE = text("active")


class Assignment(Base):
    """One unit's tenure of one appeal (policy §1 交办).

    `active`: the unit still has something to do. `void`: recalled, office-fault return or support excused.
    `limit_runs_from_at` is the moment contact and plan run from: acknowledgement, real or deemed.
    """

    __tablename__ = "assignment"
    __table_args__ = (
        Index("ix_assignment_queue", "unit_id", "due_at", "id", postgresql_where=ACTIVE, sqlite_where=ACTIVE),
        Index("ix_assignment_due", "due_at"),
        Index("ix_assignment_ack_due", "ack_due_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    part: Mapped[str] = mapped_column(String(10))
    active: Mapped[bool] = mapped_column(default=True)
    void: Mapped[bool] = mapped_column(default=False)
    dispatched_at: Mapped[datetime] = mapped_column(Instant)
    dispatched_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ack_due_at: Mapped[datetime] = mapped_column(Instant)
    acknowledged_at: Mapped[datetime | None] = mapped_column(Instant)
    limit_runs_from_at: Mapped[datetime | None] = mapped_column(Instant)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    contact_due_at: Mapped[datetime | None] = mapped_column(Instant)
    contacted_at: Mapped[datetime | None] = mapped_column(Instant)
    plan_due_at: Mapped[datetime | None] = mapped_column(Instant)
    planned_at: Mapped[datetime | None] = mapped_column(Instant)
    plan: Mapped[str] = mapped_column(Text, default="")
    due_at: Mapped[datetime] = mapped_column(Instant)
    original_due_at: Mapped[datetime] = mapped_column(Instant)
    replied_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_why: Mapped[str | None] = mapped_column(String(20))
    excused_reason: Mapped[str | None] = mapped_column(String(300))

    appeal: Mapped[Appeal] = relationship(back_populates="assignments")
    unit: Mapped[Unit] = relationship()
    handler: Mapped[User | None] = relationship(foreign_keys=[handler_id])
    replies: Mapped[list["Reply"]] = relationship(back_populates="assignment", order_by="Reply.version")

    @property
    def holds(self) -> bool:
        """Whether the unit still sees the appeal as its own: until its tenure ended elsewhere."""
        return self.ended_at is None and not self.void

    @property
    def part_label(self) -> str:
        """主办 or 协办."""
        return Part(self.part).label

    @property
    def draft(self) -> "Reply | None":
        """The version being written, not yet signed."""
        return next((r for r in reversed(self.replies) if r.submitted_at is None), None)

    @property
    def submitted(self) -> "Reply | None":
        """The last signed version."""
        return next((r for r in reversed(self.replies) if r.submitted_at is not None), None)


class Reply(Base):
    """One version of what a unit writes; `answers` holds one text per numbered point (policy §3)."""

    __tablename__ = "reply"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    assignment_id: Mapped[int] = mapped_column(ForeignKey("assignment.id"), index=True)
    version: Mapped[int]
    round: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[str] = mapped_column(String(20))
    answers: Mapped[list[str]] = mapped_column(JSON)
    basis: Mapped[str] = mapped_column(String(300), default="")
    contacted_on: Mapped[date | None]
    internal_note: Mapped[str] = mapped_column(Text, default="")
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    judged_at: Mapped[datetime | None] = mapped_column(Instant)
    approved: Mapped[bool | None]
    judgement: Mapped[str] = mapped_column(Text, default="")

    assignment: Mapped[Assignment] = relationship(back_populates="replies")


class ContactNote(Base):
    """One conversation of a unit, or of the office, with the company."""

    __tablename__ = "contact_note"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    kind: Mapped[str] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text)
    reached: Mapped[bool] = mapped_column(default=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(Instant)
