"""The published working days."""

from datetime import date

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from appeals.db import Base, session
from appeals.models.versions import kept, versions
from appeals.rules import workdays


class CalendarDay(Base):
    """A day that the calendar names; kind is workday, weekend, holiday or makeup, `name` the holiday's."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(40), default="")
    source: Mapped[str] = mapped_column(String(80), default="")
    final: Mapped[bool]


def current() -> workdays.Calendar:
    """The calendar in force, kept in memory until its version changes."""
    return kept("calendar", "calendar", _load)


def _load() -> workdays.Calendar:
    query = select(CalendarDay.day, CalendarDay.is_working, CalendarDay.kind, CalendarDay.final)
    return workdays.Calendar.of(session().execute(query), versions(session()).get("calendar", 0))
