"""Events: every change leaves one, in the same transaction, and none is ever altered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from appeals.db import Base, Id, Instant


class Event(Base):
    """One thing that happened.

    `at` is when it happened (for automatic moves the nominal instant), `recorded_at` when the record was
    made; `kind` is a lifecycle move or an `audit.*` word; `detail` holds no personal data.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_appeal_id", "appeal_id", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"))
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    role: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    before: Mapped[str | None] = mapped_column(String(20))
    after: Mapped[str | None] = mapped_column(String(20))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
