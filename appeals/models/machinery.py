"""Rows the machinery needs: number counters, throttles, the scheduler's lease."""

from datetime import date, datetime

from sqlalchemy import String
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
    """Who runs the timetable now, and when it last gave a sign of life."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    beat_at: Mapped[datetime] = mapped_column(Instant)
