"""What people ask for on an appeal, and what became of it: one row for each request (policy §2–§6)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from appeals.db import Base, Id, Instant
from appeals.models.appeal import Appeal
from appeals.models.people import Unit
from appeals.rules.requests import REASONS, Asked
from appeals.rules.words import Role

WAITING = text("decided_at IS NULL")


class Request(Base):
    """One request. Prepared by a liaison officer it waits for the head (`asked_at` empty); asked, for its decider.

    `waits_for` is the role whose turn it is, since `turn_at` and until `due_at`; where two sign, `signed_*` is
    the first signature and `decided_*` the last. `asking_unit_id` is the unit that asks, `unit_id` the one it
    proposes or asks for, `until_at` the date asked for, `other_id` the appeal it refers to; `detail` holds what
    only this kind knows. `fault` says on whom a return is booked: office or unit.
    """

    __tablename__ = "request"
    __table_args__ = (
        Index("ix_request_appeal_id", "appeal_id", "id"),
        Index("ix_request_waiting", "waits_for", "due_at", "id", postgresql_where=WAITING, sqlite_where=WAITING),
        Index("ix_request_kind", "kind", "asked_at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"))
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"))
    asking_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(20))
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    prepared_at: Mapped[datetime | None] = mapped_column(Instant)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    reason_code: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(String(300), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    until_at: Mapped[datetime | None] = mapped_column(Instant)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    waits_for: Mapped[str] = mapped_column(String(20))
    turn_at: Mapped[datetime | None] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    granted: Mapped[bool | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    fault: Mapped[str | None] = mapped_column(String(10))

    appeal: Mapped[Appeal] = relationship(foreign_keys=[appeal_id])
    unit: Mapped[Unit | None] = relationship(foreign_keys=[unit_id])
    asking_unit: Mapped[Unit | None] = relationship(foreign_keys=[asking_unit_id])

    @property
    def label(self) -> str:
        """What officials call it."""
        return Asked(self.kind).label

    @property
    def reason_label(self) -> str:
        """The reason in a word; empty where this kind has none."""
        words = REASONS.get(Asked(self.kind))
        return words(self.reason_code).label if words and self.reason_code else ""

    @property
    def waits_label(self) -> str:
        """Whose turn it is, for officials."""
        return Role(self.waits_for).label
