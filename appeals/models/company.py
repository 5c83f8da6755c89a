"""Companies, as their unified social credit code names them."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from appeals.db import Base, Id, Instant

NAMELESS = text("uscc IS NULL")


class Company(Base):
    """One company; `uscc` is empty only while the coordinator has marked the code 待核."""

    __tablename__ = "company"
    __table_args__ = (Index("ix_company_nameless", "name", postgresql_where=NAMELESS, sqlite_where=NAMELESS),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    uscc: Mapped[str | None] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    industry: Mapped[str | None] = mapped_column(String(1))
    created_at: Mapped[datetime] = mapped_column(Instant)
