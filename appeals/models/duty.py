"""What the coordination office, the recusal post or a leader did by a limit of its own (policy §9, last row)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from appeals.db import Base, Id, Instant


class Duty(Base):
    """One limit met or missed; written when it is done. What is still open follows from the appeal's state.

    Without a holder it was the leaders'.
    """

    __tablename__ = "duty"
    __table_args__ = (Index("ix_duty_due", "due_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    due_at: Mapped[datetime] = mapped_column(Instant)
    done_at: Mapped[datetime] = mapped_column(Instant)
