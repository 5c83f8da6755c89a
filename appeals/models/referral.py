"""Which files were sent to discipline inspection or audit (policy §2, §8)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from appeals.db import Base, Id, Instant
from appeals.models.appeal import Appeal
from appeals.models.people import User


class Referral(Base):
    """The file of one appeal, sent by a leader to one of the two who read files: discipline or audit."""

    __tablename__ = "referral"
    __table_args__ = (UniqueConstraint("appeal_id", "to_role"), Index("ix_referral_to", "to_role", "id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"))
    to_role: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(Text, default="")
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    sent_at: Mapped[datetime] = mapped_column(Instant)

    appeal: Mapped[Appeal] = relationship()
    sent_by: Mapped[User | None] = relationship()
