"""Rows the machinery needs: number counters, throttles, the scheduler's lease, what came with an import."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from appeals.db import Base, Instant


class DayCounter(Base):
    """The last running number given out on a day."""

    __tablename__ = "day_counter"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]


class Throttle(Base):
    """How often something was tried under one key since `since_at`."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    count: Mapped[int]
    until_at: Mapped[datetime] = mapped_column(Instant, index=True)


class Lease(Base):
    """Who runs the timetable now, when it last gave a sign of life, and when it was last through with its work."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    beat_at: Mapped[datetime] = mapped_column(Instant)
    ran_at: Mapped[datetime | None] = mapped_column(Instant)


class ImportedLine(Base):
    """What a line of an older ledger said beyond what the other tables hold, and the digest of all it said.

    `rest` is that part of the line as the contract writes it; it is never altered.
    """

    __tablename__ = "imported_line"

    appeal_id: Mapped[int] = mapped_column(ForeignKey("appeal.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    rest: Mapped[dict[str, Any]] = mapped_column(JSON)
