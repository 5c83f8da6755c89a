"""Notices waiting to be sent; written with the event that causes them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from appeals.db import Base, Id, Instant


class Notice(Base):
    """One message to one addressee: number and link only, never text or names (policy §11)."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_waiting", "sent_at", "id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    kind: Mapped[str] = mapped_column(String(40))
    to_role: Mapped[str] = mapped_column(String(20))
    to_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
