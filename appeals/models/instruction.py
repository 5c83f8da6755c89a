"""What leaders write and meetings decide: addressee, date, answer (policy §8)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from appeals.db import Base, Id, Instant
from appeals.models.appeal import Appeal
from appeals.models.people import Unit, User
from appeals.rules.instructions import Given

OPEN = text("answered_at IS NULL")


class Instruction(Base):
    """One 批示 or meeting decision, on an appeal, on a unit's work, or in general; `due_on` is the day of the answer.

    `cycle` is the fortnight whose meeting decided it.
    """

    __tablename__ = "instruction"
    __table_args__ = (
        Index("ix_instruction_open", "due_on", "id", postgresql_where=OPEN, sqlite_where=OPEN),
        Index("ix_instruction_unit", "unit_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    cycle: Mapped[int | None]
    appeal_id: Mapped[int | None] = mapped_column(ForeignKey("appeal.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    text: Mapped[str] = mapped_column(Text)
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    given_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime | None] = mapped_column(Instant)

    appeal: Mapped[Appeal | None] = relationship()
    unit: Mapped[Unit] = relationship()
    given_by: Mapped[User | None] = relationship(foreign_keys=[given_by_id])
    answered_by: Mapped[User | None] = relationship(foreign_keys=[answered_by_id])

    @property
    def label(self) -> str:
        """批示 or 会议决定."""
        return Given(self.kind).label
