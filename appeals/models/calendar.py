"""The published working days."""

import threading
from datetime import date

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from appeals.db import Base, session
from appeals.models.settings import versions
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


_loaded: dict[tuple[str, int], workdays.Calendar] = {}
_lock = threading.Lock()


def current() -> workdays.Calendar:
    """The calendar in force, kept in memory until its version changes."""
    reader = session()
    key = (str(reader.get_bind()), versions(reader).get("calendar", 0))
    found = _loaded.get(key)
    if found is None:
        rows = reader.execute(
            select(CalendarDay.day, CalendarDay.is_working, CalendarDay.kind, CalendarDay.final)
        )
        found = workdays.Calendar.of(rows, key[1])
        with _lock:
            _loaded.clear()
            _loaded[key] = found
    return found
