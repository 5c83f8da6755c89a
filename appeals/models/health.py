"""Whether everything the program needs is there: what watchers ask often, and only reads."""

import os
import shutil
import tempfile
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select

from appeals.db import session
from appeals.models.appeal import UNREAD, Appeal
from appeals.models.calendar import CalendarDay
from appeals.models.machinery import Lease
from appeals.rules import workdays

SILENT = timedelta(minutes=3)
HORIZON_DAYS = 60
STUCK = timedelta(hours=1)
LEAST_DISK_MB = 200
MB = 1024 * 1024


def heartbeat_age(at: datetime) -> int | None:
    """Seconds since the scheduler gave a sign of life; None when none ever did."""
    beat_at = session().scalar(select(func.max(Lease.beat_at)))
    return None if beat_at is None else int((at - beat_at).total_seconds())


def is_alive(age: int | None) -> bool:
    """Whether a heartbeat of this age is one; one from the future is not."""
    return age is not None and abs(age) <= SILENT.total_seconds()


def horizon_days(at: datetime) -> int:
    """For how many days from today the calendar rests on published notices (policy §7: under 60 warns)."""
    last: date | None = session().scalar(select(func.max(CalendarDay.day)).where(CalendarDay.final))
    return max((last - workdays.day_of(at)).days, 0) if last else 0


def stuck(at: datetime, most: int = 5) -> list[str]:
    """Numbers of appeals the timetable should have dealt with an hour ago: it runs, and cannot. Oldest first."""
    unread = select(Appeal.number).where(UNREAD, Appeal.state_at < at - STUCK).order_by(Appeal.id)
    due = select(Appeal.number).where(Appeal.next_action_at < at - STUCK).order_by(Appeal.next_action_at)
    found = [number for query in (unread, due) for number in session().scalars(query.limit(most))]
    return list(dict.fromkeys(found))[:most]


def schema() -> tuple[str | None, str | None]:
    """The version of the tables, and the one this program was made for."""
    return MigrationContext.configure(session().connection()).get_current_revision(), _head()


@cache
def _head() -> str | None:
    migrations = Path(__file__).resolve().parents[2] / "migrations"
    return ScriptDirectory(str(migrations)).get_current_head()


def is_writable(folder: Path) -> bool:
    """Whether a file can be made there, now."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix=".ready-")
        os.close(handle)
        Path(name).unlink()
    except OSError:
        return False
    return True


def free_mb(folder: Path) -> int:
    """Free space where the data lies, in MB."""
    return shutil.disk_usage(folder).free // MB
